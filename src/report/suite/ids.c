/* A hash table that remembers for each name which number comes next, so that a file with the same
 * unnamed claim a million times costs no more than one with a million names.  The number is still
 * looked up: somebody may have named a claim "dW[1]#2". */
#include "report/suite/cases.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

struct bp_id {
  const char *text;
  size_t next;
};

/* FNV-1a, 64 bits. */
static size_t hash(const char *text) {
  uint64_t value = 14695981039346656037u;
  for (; *text; text++)
    value = (value ^ (unsigned char)*text) * 1099511628211u;
  return (size_t)value;
}

/* Where the name is, or belongs.  At most half of the table is taken, so there is such a place. */
static struct bp_id *place_of(struct bp_id *table, size_t capacity, const char *name) {
  size_t at = hash(name) & (capacity - 1);
  while (table[at].text && strcmp(table[at].text, name) != 0)
    at = (at + 1) & (capacity - 1);
  return &table[at];
}

static bool make_room(struct bp_ids *ids) {
  if (2 * (ids->count + 1) < ids->capacity)
    return true;
  size_t capacity = ids->capacity ? 2 * ids->capacity : FIRST_CAPACITY;
  struct bp_id *table = calloc(capacity, sizeof *table);
  if (!table)
    return false;
  for (size_t i = 0; i < ids->capacity; i++)
    if (ids->table[i].text)
      *place_of(table, capacity, ids->table[i].text) = ids->table[i];
  free(ids->table);
  ids->table = table;
  ids->capacity = capacity;
  return true;
}

bool bp_ids_has(const struct bp_ids *ids, const char *name) {
  return ids->capacity > 0 && place_of(ids->table, ids->capacity, name)->text;
}

const char *bp_ids_give(struct bp_ids *ids, const char *wanted) {
  if (!wanted || !make_room(ids))
    return NULL;
  struct bp_id *first = place_of(ids->table, ids->capacity, wanted), *place = first;
  struct bp_arena_mark mark = bp_arena_mark(ids->arena);
  const char *name = first->text ? NULL : bp_arena_strdup(ids->arena, wanted);
  while (first->text && place->text) {
    bp_arena_release(ids->arena, mark);
    name = bp_arena_printf(ids->arena, "%s#%zu", wanted, first->next++);
    if (!name)
      return NULL;
    place = place_of(ids->table, ids->capacity, name);
  }
  if (!name)
    return NULL;
  *place = (struct bp_id){name, 2};
  ids->count++;
  return name;
}

void bp_ids_free(struct bp_ids *ids) { free(ids->table); }
