/* Arrays that a program makes: zeros, ones, what is drawn at random, and what is reshaped or put
 * beside one another.
 *
 * Where training begins says nothing but a shape, so such an array has no formula: it is a place to
 * add up in, or a parameter.
 */
#include <string.h>

#include "note/turns/parts.h"

/* An array of one axis, where its shape is told by a single number. */
static int rank_of_shape(const struct bp_turns_held *shape) {
  if (!shape)
    return BP_RANK_OPEN;
  if (shape->kind == BP_HELD_LIST)
    return shape->count_of_slots == 1 ? 1 : shape->count_of_slots == 2 ? 2 : BP_RANK_OPEN;
  return shape->kind == BP_HELD_COUNT || (shape->kind == BP_HELD_ARRAY && shape->rank == 0)
             ? 1
             : BP_RANK_OPEN;
}

/* Which of the arguments says how large it is: uniform(low, high, size), normal(mean, deviation,
 * size), and zeros(size). */
static struct bp_turns_held *shape_of(const struct bp_turns_arguments *call, const char *name) {
  static const char *const last[] = {"uniform", "normal", "integers", "randint", "binomial"};
  size_t which = 0;
  for (size_t k = 0; k < sizeof last / sizeof *last; k++)
    which = strcmp(name, last[k]) == 0 ? 2 : which;
  return call->size ? call->size : which < call->count ? call->list[which] : NULL;
}

void bp_turns_counts(struct bp_turns *turns, const struct bp_turns_held *held) {
  for (size_t k = 0; held && held->kind == BP_HELD_LIST && k < held->count_of_slots; k++)
    if (held->slots[k].held && held->slots[k].held->kind == BP_HELD_ARRAY)
      bp_turns_counts(turns, held->slots[k].held);
  struct bp_turns_held *given = held && held->kind == BP_HELD_ARRAY && held->given
                                    ? bp_held_member(&turns->givens, held->text)
                                    : NULL;
  if (given && given->kind == BP_HELD_ARRAY && given->rank == BP_RANK_OPEN) {
    given->rank = 0;
    given->counts = true;
  }
}

struct bp_turns_held *bp_made_zeros(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                    const char *name, bool fresh) {
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_ZEROS);
  if (!made)
    return NULL;
  made->open = fresh;
  struct bp_turns_held *of = shape_of(call, name);
  bool drawn = !call->size && (!strcmp(name, "randn") || !strcmp(name, "rand"));
  for (size_t k = 0; k < call->count && drawn; k++)
    bp_turns_counts(turns, call->list[k]);
  if (of && !drawn && !strstr(name, "_like"))
    bp_turns_counts(turns, of);
  bool two = !strncmp(name, "rand", strlen("rand")) && !call->size && call->count == 2;
  made->rank = two ? 2 : rank_of_shape(of);
  if (of && (of->kind == BP_HELD_SIZES || of->kind == BP_HELD_ARRAY) && of->rank != 0)
    made->like = of;
  return made;
}

static struct bp_code_node *size_node(struct bp_turns *turns, struct bp_turns_held *held,
                                      size_t axis, struct bp_span span) {
  if (held->kind == BP_HELD_SIZES) {
    struct bp_code_node *made = bp_turns_node(turns, BP_CODE_SIZE, span, held->node, NULL);
    if (made)
      made->axis = (int)axis;
    return made;
  }
  struct bp_turns_held *one = held->kind == BP_HELD_LIST && held->count_of_slots == 2
                                  ? bp_turns_array(turns, held->slots[axis].held)
                                  : NULL;
  return one ? one->node : NULL;
}

struct bp_turns_held *bp_made_ones(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                   const char *name) {
  struct bp_turns_held *of = call->count > 0 ? call->list[0] : NULL;
  if (of && !strcmp(name, "ones_like") && of->kind == BP_HELD_ARRAY) {
    struct bp_turns_held *sizes = bp_held_new(turns, BP_HELD_SIZES);
    if (sizes)
      sizes->node = of->node;
    of = sizes;
  }
  if (of && of->kind == BP_HELD_ARRAY && of->rank == 0) {
    struct bp_code_node *one = bp_turns_number(turns, call->span, 1);
    return bp_held_array(turns, bp_turns_function_node(turns, call->span, "ones", one, of->node), 1,
                         BP_WAY_ROW);
  }
  struct bp_code_node *rows = of ? size_node(turns, of, 0, call->span) : NULL;
  struct bp_code_node *columns = of ? size_node(turns, of, 1, call->span) : NULL;
  return rows && columns
             ? bp_held_array(turns,
                             bp_turns_function_node(turns, call->span, "ones", rows, columns), 2,
                             BP_WAY_OPEN)
             : NULL;
}

/* To (n, -1) or to a shape it is what it was; to (-1, 1) a column. */
struct bp_turns_held *bp_made_reshaped(struct bp_turns *turns,
                                       const struct bp_turns_arguments *call) {
  struct bp_turns_held *of = bp_turns_array(turns, call->list[0]), *first = call->list[1];
  if (!of)
    return NULL;
  const struct bp_turns_held *second = call->list[2];
  if (call->count == 2 && first && first->kind == BP_HELD_LIST && first->count_of_slots == 2) {
    second = first->slots[1].held;
    first = first->slots[0].held;
  }
  bool one_first = first && first->kind == BP_HELD_COUNT && first->count == 1;
  bool one_second = second && second->kind == BP_HELD_COUNT && second->count == 1;
  struct bp_code_node *column = bp_turns_function_node(turns, call->span, "vec", of->node, NULL);
  if (one_second)
    return bp_held_array(turns, column, 2, BP_WAY_COLUMN);
  if (one_first)
    return bp_held_array(turns, bp_turns_transposed(turns, call->span, column), 2, BP_WAY_ROW);
  if (call->count == 1 || (call->count == 2 && first && first->kind == BP_HELD_COUNT))
    return of->rank == 1 ? of : NULL;
  struct bp_turns_held *same = bp_held_array(turns, of->node, 2, BP_WAY_OPEN);
  return same;
}

/* Given arrays beside one another are given, too. */
struct bp_turns_held *bp_made_stacked(struct bp_turns *turns,
                                      const struct bp_turns_arguments *call) {
  const struct bp_turns_held *list = call->count > 0 ? call->list[0] : NULL;
  const char *name = "";
  if (!list || list->kind != BP_HELD_LIST)
    return NULL;
  for (size_t k = 0; k < list->count_of_slots; k++) {
    const struct bp_turns_held *one = list->slots[k].held;
    if (one->kind != BP_HELD_ARRAY || !one->given)
      return NULL;
    name = bp_arena_printf(turns->arena, "%s%s", name, one->text);
    if (!name)
      return NULL;
  }
  return *name ? bp_held_given(turns, name) : NULL;
}
