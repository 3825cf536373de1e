/* A set of class names: a list in order of appearance, and a hash table of fixed size over it, so
 * that a column of a million rows is read in linear time however many names it has.  Numbers are
 * entered under one spelling by the caller, so that 1 and 1.0 are the same class.
 */
#include "data/classes.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { SLOTS = 1 << 15, NAMES_SHOWN = 6, LONGEST_SHOWN = 30 };

_Static_assert(SLOTS > 2 * BP_MOST_CLASSES, "the table must stay half empty");

bool bp_classes_init(struct bp_classes *classes, struct bp_arena *arena) {
  *classes = (struct bp_classes){.arena = arena};
  classes->slots = bp_arena_alloc(arena, SLOTS, sizeof *classes->slots);
  return classes->slots != NULL;
}

/* FNV-1a */
static uint32_t hash(const char *name) {
  uint32_t value = 2166136261u;
  for (; *name; name++)
    value = (value ^ (unsigned char)*name) * 16777619u;
  return value ^ value >> 15;
}

size_t bp_classes_find(struct bp_classes *classes, const struct bp_class *wanted) {
  uint32_t slot = hash(wanted->name) % SLOTS;
  for (; classes->slots[slot]; slot = (slot + 1) % SLOTS) {
    size_t found = classes->slots[slot] - 1;
    if (strcmp(classes->list[found].name, wanted->name) != 0)
      continue;
    classes->list[found].rows++;
    return found;
  }
  if (classes->count == BP_MOST_CLASSES)
    classes->too_many = true;
  if (classes->too_many ||
      !bp_list_room(classes->arena, classes->list, classes->count, classes->capacity))
    return BP_MOST_CLASSES;
  struct bp_class added = *wanted;
  added.rows = 1;
  added.name = bp_arena_strdup(classes->arena, wanted->name);
  if (!added.name)
    return BP_MOST_CLASSES;
  classes->list[classes->count++] = added;
  classes->slots[slot] = (uint32_t)classes->count;
  return classes->count - 1;
}

struct place {
  double value;
  size_t class;
};

static int compare_places(const void *a, const void *b) {
  const struct place *left = a, *right = b;
  return (left->value > right->value) - (left->value < right->value);
}

size_t *bp_classes_order(const struct bp_classes *classes, bool by_value) {
  size_t *order = bp_arena_alloc(classes->arena, classes->count, sizeof *order);
  struct place *places = bp_arena_alloc(classes->arena, classes->count, sizeof *places);
  if (!order || !places)
    return NULL;
  for (size_t k = 0; k < classes->count; k++)
    places[k] = (struct place){by_value ? classes->list[k].value : (double)k, k};
  qsort(places, classes->count, sizeof *places, compare_places);
  for (size_t k = 0; k < classes->count; k++)
    order[places[k].class] = k;
  return order;
}

const char *bp_classes_names(const struct bp_classes *classes) {
  const char *text = "";
  for (size_t k = 0; k < classes->count && k < NAMES_SHOWN && text; k++)
    text = bp_arena_printf(classes->arena, "%s%s%.*s", text, k ? ", " : "", LONGEST_SHOWN,
                           classes->list[k].name);
  if (text && classes->count > NAMES_SHOWN)
    text = bp_arena_printf(classes->arena, "%s, …", text);
  return text ? text : "";
}
