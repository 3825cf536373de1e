/* Calls in a program that is followed: what Python has built in (ranges, lists, lengths), functions
 * of the program, and methods.
 *
 * How far a range goes may be what the program leaves open, the rows of X: it goes to BP_TURNS
 * then, and that axis has as many entries.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

/* Items of one range. */
enum { MOST_ITEMS = 8 };

static struct bp_turns_held *counted(struct bp_turns *turns, long count, long of) {
  struct bp_turns_held *held = bp_held_count(turns, count);
  if (held)
    held->turns = of;
  return held;
}

/* d, n_features, num_classes */
static bool counts_features(const char *name) {
  static const char *const words[] = {"feat", "dim", "class", "hidden", "col"};
  bool found = strchr("dDpkKC", name[0]) && name[1] == '\0';
  for (size_t k = 0; k < sizeof words / sizeof *words && !found; k++)
    found = strstr(name, words[k]) != NULL;
  return found;
}

/* Where a range ends; `open`, which is left alone where the program says it: what was chosen. */
static bool range_end(struct bp_turns *turns, const struct bp_syntax *node, long *end, long *open) {
  struct bp_turns_held *held = bp_turns_value(turns, node);
  if (held && held->kind == BP_HELD_COUNT) {
    *end = held->count;
    return true;
  }
  if (!held || held->kind != BP_HELD_ARRAY)
    return false;
  const struct bp_code_node *size = held->node;
  bool sized = size->kind == BP_CODE_SIZE && size->axis != BP_CODE_NO_AXIS;
  const struct bp_code_node *of = sized ? size->child[0] : NULL;
  *open = *end = sized && of->kind == BP_CODE_NAME            ? bp_turns_along(of->text, size->axis)
                 : held->given && counts_features(held->text) ? BP_TURNS_ACROSS
                                                              : BP_TURNS;
  return sized ? bp_turns_fix(turns, of, size->axis, *end) : held->given;
}

static struct bp_turns_held *range(struct bp_turns *turns, const struct bp_syntax *call) {
  long ends[3] = {0, 0, 1}, open = 0;
  size_t count = call->count - 1;
  if (count < 1 || count > 3)
    return bp_held_unknown(turns, bp_not_understood);
  for (size_t k = 0; k < count; k++)
    if (!range_end(turns, call->child[k + 1], &ends[count == 1 ? 1 : k], &open))
      return bp_held_unknown(turns, "how often its loop turns is not understood");
  struct bp_turns_held *list = bp_held_new(turns, BP_HELD_LIST);
  if (!list)
    return NULL;
  long most = ends[2] != 0 ? (ends[1] - ends[0]) / ends[2] : 0;
  list->open = most > MOST_ITEMS;
  for (long at = ends[0], k = 0; k < (list->open ? BP_TURNS : MOST_ITEMS + 1) && ends[2] != 0 &&
                                 (ends[2] > 0 ? at < ends[1] : at > ends[1]);
       at += ends[2], k++)
    if (!bp_held_append(turns, list, counted(turns, at, open)))
      return NULL;
  return list;
}

/* The members of what a loop runs over, as a list; NULL: it is not known. */
struct bp_turns_held *bp_turns_members_of(struct bp_turns *turns, const struct bp_syntax *node,
                                          struct bp_turns_held *of) {
  struct bp_turns_held *list;
  if (!of || of->kind == BP_HELD_LIST)
    return of;
  if (of->kind == BP_HELD_TABLE && !of->open) {
    list = bp_held_new(turns, BP_HELD_LIST);
    for (size_t k = 0; list && k < of->count_of_slots; k++)
      bp_held_append(turns, list, bp_held_text(turns, of->slots[k].key));
    return list;
  }
  long count = of->kind == BP_HELD_ARRAY ? bp_held_length(turns, of) : -1;
  if (count < 0)
    return NULL;
  if (of->kind == BP_HELD_LIST) /* its length made it one */
    return of;
  list = bp_held_new(turns, BP_HELD_LIST);
  for (long k = 0; list && k < count; k++) {
    struct bp_turns_held *index = counted(turns, k, count);
    struct bp_syntax part = *node;
    part.count = 2;
    if (!index ||
        !bp_held_append(turns, list,
                        bp_turns_entry(turns, &part, bp_turns_placed(turns, node, of), &index)))
      return NULL;
    if (of->given && of->rank == BP_RANK_OPEN)
      of->rank = list->slots[0].held->rank + 1;
  }
  return list;
}

struct bp_turns_held *bp_turns_members(struct bp_turns *turns, const struct bp_syntax *node) {
  return bp_turns_members_of(turns, node, bp_turns_value(turns, node));
}

static struct bp_turns_held *zip(struct bp_turns *turns, const struct bp_syntax *call,
                                 bool numbered) {
  struct bp_turns_held *lists[4] = {NULL}, *made = bp_held_new(turns, BP_HELD_LIST);
  size_t count = call->count - 1, length = 0;
  if (!made || count < 1 || count > 4 || (numbered && count > 1))
    return bp_held_unknown(turns, bp_not_understood);
  for (size_t k = 0; k < count; k++) {
    const struct bp_syntax *one = call->child[k + 1];
    lists[k] = bp_turns_members_of(turns, one, bp_turns_value(turns, one));
    if (!lists[k] || lists[k]->kind != BP_HELD_LIST)
      return bp_held_unknown(turns, "what its loop runs over is not understood");
    length = k == 0 || lists[k]->count_of_slots < length ? lists[k]->count_of_slots : length;
  }
  for (size_t i = 0; i < length; i++) {
    struct bp_turns_held *tuple = bp_held_new(turns, BP_HELD_LIST);
    if (!tuple || (numbered && !bp_held_append(turns, tuple, bp_held_count(turns, (long)i))))
      return NULL;
    for (size_t k = 0; k < count; k++)
      if (!bp_held_append(turns, tuple, lists[k]->slots[i].held))
        return NULL;
    if (!bp_held_append(turns, made, tuple))
      return NULL;
  }
  return made;
}

static struct bp_turns_held *reversed(struct bp_turns *turns, const struct bp_syntax *call) {
  const struct bp_syntax *node = call->count > 1 ? call->child[1] : NULL;
  struct bp_turns_held *list =
      node ? bp_turns_members_of(turns, node, bp_turns_value(turns, node)) : NULL;
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_LIST);
  if (!made || !list || list->kind != BP_HELD_LIST)
    return bp_held_unknown(turns, "what its loop runs over is not understood");
  for (size_t k = list->count_of_slots; k > 0; k--)
    if (!bp_held_append(turns, made, list->slots[k - 1].held))
      return NULL;
  made->open = list->open;
  return made;
}

static struct bp_turns_held *length(struct bp_turns *turns, const struct bp_syntax *call) {
  struct bp_turns_held *of = call->count > 1 ? bp_turns_value(turns, call->child[1]) : NULL;
  bool array = of && of->kind == BP_HELD_ARRAY && !(of->given && bp_is_list(turns, of->text));
  struct bp_turns_held *here = array ? bp_turns_placed(turns, call->child[1], of) : NULL;
  if (array)
    return here ? bp_turns_size(turns, call, here->node, 0) : NULL;
  long count = of ? bp_held_length(turns, of) : -1;
  return count < 0 ? bp_held_unknown(turns, bp_not_understood) : bp_held_count(turns, count);
}

/* range, zip and their like; NULL: it is none of them. */
static struct bp_turns_held *built_in(struct bp_turns *turns, const struct bp_syntax *call,
                                      const char *name) {
  const struct bp_syntax *only = call->count == 2 ? call->child[1] : NULL;
  if (!strcmp(name, "range"))
    return range(turns, call);
  if (!strcmp(name, "zip") || !strcmp(name, "enumerate"))
    return zip(turns, call, name[0] == 'e');
  if (!strcmp(name, "reversed"))
    return reversed(turns, call);
  if (!strcmp(name, "len"))
    return length(turns, call);
  if ((!strcmp(name, "list") || !strcmp(name, "tuple")) && only)
    return bp_turns_members_of(turns, only, bp_turns_value(turns, only));
  if (!strcmp(name, "dict") || !strcmp(name, "defaultdict"))
    return bp_held_new(turns, BP_HELD_TABLE);
  if (!strcmp(name, "list"))
    return bp_held_new(turns, BP_HELD_LIST);
  if (!strcmp(name, "sum") && only) {
    struct bp_turns_held *value, *of = bp_turns_operand(turns, only, &value);
    struct bp_code_node *made =
        of ? bp_turns_node(turns, BP_CODE_SUM, call->span, of->node, NULL) : NULL;
    if (made && of->rank != 1) /* over the first axis, as over any sequence */
      made->axis = 0;
    return made ? bp_held_array(turns, made, of->rank == 1 ? 0 : 1, BP_WAY_ROW) : value;
  }
  if ((!strcmp(name, "int") || !strcmp(name, "float")) && only)
    return bp_turns_value(turns, only);
  if (!strcmp(name, "str") && only) {
    struct bp_turns_held *of = bp_turns_value(turns, only);
    return of && bp_held_key(turns, of) ? bp_held_text(turns, bp_held_key(turns, of))
                                        : bp_held_unknown(turns, bp_not_understood);
  }
  return NULL;
}

/* A function of the program, or one whose name says what it is. */
static struct bp_turns_held *function_call(struct bp_turns *turns, const struct bp_syntax *call,
                                           const char *name, struct bp_turns_held *self,
                                           size_t owner) {
  const char *key = bp_turns_key(turns, name);
  size_t unit = bp_turns_function(turns, name, owner);
  bool helper = key && bp_helper_find(turns->steps, key) != NULL;
  bool known = key && !unit && (bp_known_function(key) || bp_known_slope(key));
  if (unit && !helper)
    return bp_turns_call(turns, unit, self, call);
  if ((helper || known) && call->count == 2) {
    struct bp_turns_held *value, *of = bp_turns_operand(turns, call->child[1], &value);
    struct bp_code_node *made =
        of ? bp_turns_node(turns, BP_CODE_CALL, call->span, of->node, NULL) : NULL;
    if (made) {
      made->text = key;
      made->name = call->child[0]->word;
      return bp_held_array(turns, made, of->rank, of->way);
    }
  }
  struct bp_turns_held *made = bp_turns_numpy(turns, call, name, NULL);
  return made ? made : bp_held_unknown(turns, "a function in it is not understood");
}

static struct bp_turns_held *list_method(struct bp_turns *turns, const struct bp_syntax *call,
                                         struct bp_turns_held *list, const char *name) {
  struct bp_turns_held *value = call->count == 2 ? bp_turns_value(turns, call->child[1]) : NULL;
  if (!strcmp(name, "append") && list->kind == BP_HELD_LIST && value) {
    const struct bp_syntax *of = call->child[0]->child[0];
    const char *word = of->kind == BP_SYNTAX_NAME || of->kind == BP_SYNTAX_FIELD ? of->text : "it";
    const char *key = bp_turns_key(turns, word);
    key = key ? bp_arena_printf(turns->arena, "%s%zu", key, list->count_of_slots) : NULL;
    value = key ? bp_turns_defined(turns, key, NULL, call->span, value) : NULL;
    bp_held_append(turns, list, value);
  } else if (!strcmp(name, "values") && list->kind == BP_HELD_TABLE && !list->open) {
    struct bp_turns_held *made = bp_held_new(turns, BP_HELD_LIST);
    for (size_t k = 0; made && k < list->count_of_slots; k++)
      bp_held_append(turns, made, list->slots[k].held);
    return made;
  } else if (!strcmp(name, "reverse") && list->kind == BP_HELD_LIST)
    for (size_t k = 0; k < list->count_of_slots / 2; k++) {
      struct bp_slot other = list->slots[k];
      list->slots[k] = list->slots[list->count_of_slots - 1 - k];
      list->slots[list->count_of_slots - 1 - k] = other;
    }
  else if (!strcmp(name, "insert") && list->kind == BP_HELD_LIST && call->count == 3 &&
           bp_held_append(turns, list, bp_turns_value(turns, call->child[2]))) {
    struct bp_slot last = list->slots[list->count_of_slots - 1];
    memmove(list->slots + 1, list->slots, (list->count_of_slots - 1) * sizeof *list->slots);
    list->slots[0] = last;
  } else
    return bp_held_unknown(turns, bp_not_understood);
  return bp_held_new(turns, BP_HELD_NONE);
}

/* ctx.save_for_backward(x, w): backward finds them as ctx.saved_tensors. */
static struct bp_turns_held *saved(struct bp_turns *turns, const struct bp_syntax *call,
                                   struct bp_turns_held *self) {
  struct bp_turns_held *list = bp_held_new(turns, BP_HELD_LIST);
  for (size_t k = 1; list && k < call->count; k++)
    if (!bp_held_append(turns, list, bp_turns_value(turns, call->child[k])))
      return NULL;
  return list && bp_held_put(turns, self, "saved_tensors", list) ? bp_held_new(turns, BP_HELD_NONE)
                                                                 : NULL;
}

struct bp_turns_held *bp_turns_called(struct bp_turns *turns, const struct bp_syntax *call) {
  const struct bp_syntax *of = call->child[0];
  struct bp_turns_held *made = NULL;
  if (of->kind == BP_SYNTAX_NAME) {
    bool own = bp_turns_function(turns, of->text, 0) > 0;
    made = own ? NULL : built_in(turns, call, of->text);
    return made ? made : function_call(turns, call, of->text, NULL, 0);
  }
  if (of->kind != BP_SYNTAX_FIELD)
    return bp_held_unknown(turns, bp_not_understood);
  if (bp_turns_is_module(of->child[0])) {
    made = bp_turns_numpy(turns, call, of->text, NULL);
    return made ? made : bp_held_unknown(turns, "a function of NumPy in it is not understood");
  }
  struct bp_turns_held *self = bp_turns_value(turns, of->child[0]);
  if (!self || self->kind == BP_HELD_UNKNOWN)
    return self;
  if (self == turns->frame->self && !strcmp(of->text, "save_for_backward"))
    return saved(turns, call, self);
  if (self == turns->frame->self)
    return function_call(turns, call, of->text, self, bp_turns_owner(turns));
  if (self->kind == BP_HELD_LIST || (self->kind == BP_HELD_TABLE && !strcmp(of->text, "values")))
    return list_method(turns, call, self, of->text);
  self = bp_turns_placed(turns, of->child[0], self);
  made = self && (self->kind == BP_HELD_ARRAY || self->kind == BP_HELD_ZEROS)
             ? bp_turns_numpy(turns, call, of->text, self)
             : NULL;
  return made ? made : bp_held_unknown(turns, "a method in it is not understood");
}
