/* What an index letter runs through: the terms one after the other, joined as the node says.
 *
 * A product goes from left to right as its letter goes up; one that is written downwards is refused
 * rather than taken for empty.  Entries are numbers, so that a family is not stacked by mistake.
 * Without terms a sum is 0 and a product 1, in the shape that a term would have at its beginning;
 * where there can be none, both are numbers.
 */
#include "value/sum.h"

#include <limits.h>

#include "value/extent.h"
#include "value/shape.h"
#include "value/value.h"

enum { TERM_WORK = 20 };

static enum bp_join join_of(const struct bp_expression *sum) { return (enum bp_join)sum->order; }

static long less_one(long index) { return index == LONG_MIN ? index : index - 1; }

static struct bp_symbolic number_shape(struct bp_world *world) {
  struct bp_size one = bp_size_constant(world->symbols, 1);
  return (struct bp_symbolic){one, one};
}

/* The shape of the term for one value of the letter. */
static bool term_shape(struct bp_world *world, const struct bp_expression *sum,
                       const struct bp_scope *scope, long index, struct bp_symbolic *shape) {
  struct bp_scope inner = {sum->name, index, NULL, scope};
  return bp_world_work(world, TERM_WORK, sum->span) &&
         bp_expression_shape(world, sum->child[2], &inner, shape);
}

static struct bp_symbolic empty_shape(struct bp_world *world, const struct bp_expression *sum,
                                      const struct bp_scope *scope, long from) {
  struct bp_fault before = world->fault;
  struct bp_symbolic shape;
  if (term_shape(world, sum, scope, from, &shape))
    return shape;
  world->fault = before;
  return number_shape(world);
}

/* ---- shapes ------------------------------------------------------------- */

/* Terms of a sum have one shape. */
static bool add_term(struct bp_world *world, const struct bp_expression *sum, long from, long index,
                     struct bp_symbolic term, struct bp_symbolic *shape) {
  if (!bp_shapes_fit(world, term, *shape))
    return bp_fault_set(world, BP_FAULT_SHAPE, sum->child[2]->span, NULL,
                        "the terms of a sum need equal shapes: for %s = %ld this is %s, "
                        "for %s = %ld it is %s",
                        sum->name, from, bp_symbolic_text(world->symbols, *shape), sum->name, index,
                        bp_symbolic_text(world->symbols, term));
  *shape = term;
  return true;
}

/* Factors fit to what stands left of them; numbers fit everywhere. */
static bool multiply_term(struct bp_world *world, const struct bp_expression *sum, long index,
                          struct bp_symbolic term, struct bp_symbolic *shape) {
  if (bp_symbolic_number(term))
    return true;
  if (bp_symbolic_number(*shape)) {
    *shape = term;
    return true;
  }
  if (!bp_size_fits(world, shape->columns, term.rows))
    return bp_fault_set(world, BP_FAULT_SHAPE, sum->child[2]->span,
                        "factors stand from left to right as the letter goes up: for the other "
                        "order count down inside, W[4-k] for k = 1..3",
                        "the factor for %s = %ld is %s, and what stands left of it is %s",
                        sum->name, index, bp_symbolic_text(world->symbols, term),
                        bp_symbolic_text(world->symbols, *shape));
  shape->columns = term.columns;
  return true;
}

/* An entry is a number, or in a column a row of them. */
static bool check_entry(struct bp_world *world, const struct bp_expression *sum,
                        struct bp_symbolic term) {
  const struct bp_expression *body = sum->child[2];
  bool rows = (body->kind == BP_EXPR_SUM && join_of(body) == BP_JOIN_BESIDE) ||
              (body->kind == BP_EXPR_MATRIX && body->rows == 1);
  if (rows ? bp_size_one(term.rows) : bp_symbolic_number(term))
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, body->span,
                      "a family is written let h[t] = …, with brackets; the row of a matrix "
                      "W_{i,:}",
                      "an entry is a number, and for %s = 1 this is %s", sum->name,
                      bp_symbolic_text(world->symbols, term));
}

/* The shape of entries: as many as the letter runs through. */
static bool entries_shape(struct bp_world *world, const struct bp_expression *sum,
                          const struct bp_scope *scope, const struct bp_sum_bounds *bounds,
                          struct bp_symbolic *shape) {
  struct bp_size before = bp_size_constant(world->symbols, less_one(bounds->from));
  struct bp_size count = bp_size_add(world->symbols, bounds->end, before, -1);
  bool beside = join_of(sum) == BP_JOIN_BESIDE;
  if (count.value < 1)
    return bp_fault_set(world, BP_FAULT_MISUSE, sum->span, NULL,
                        "there are no entries: %s would run from %ld to %ld", sum->name,
                        bounds->from, bounds->to);
  for (long i = bounds->from; i <= bounds->to; i++) {
    struct bp_symbolic term;
    if (!term_shape(world, sum, scope, i, &term) || !check_entry(world, sum, term) ||
        (i > bounds->from && !add_term(world, sum, bounds->from, i, term, shape)))
      return false;
    *shape = term;
    if (i == LONG_MAX)
      break;
  }
  *(beside ? &shape->columns : &shape->rows) = count;
  return true;
}

/* A product that goes down would be empty without a word. */
static bool check_direction(struct bp_world *world, const struct bp_expression *sum,
                            const struct bp_sum_bounds *bounds) {
  if (join_of(sum) != BP_JOIN_PRODUCT || bounds->to >= less_one(bounds->from))
    return true;
  return bp_fault_set(world, BP_FAULT_MISUSE, sum->span,
                      "for factors in the other order count down inside: prod_{k=1..3} W[4-k]",
                      "%s runs upwards from left to right, and here from %ld to %ld", sum->name,
                      bounds->from, bounds->to);
}

bool bp_sum_shape(struct bp_world *world, const struct bp_expression *sum,
                  const struct bp_scope *scope, struct bp_symbolic *shape) {
  struct bp_sum_bounds bounds;
  *shape = number_shape(world);
  if (!bp_sum_bounds(world, sum, scope, &bounds) || !check_direction(world, sum, &bounds))
    return false;
  if (join_of(sum) >= BP_JOIN_BELOW)
    return entries_shape(world, sum, scope, &bounds, shape);
  long from = bounds.from + bp_sum_skips(&bounds, bounds.from);
  if (from > bounds.to)
    *shape = empty_shape(world, sum, scope, from);
  for (long i = from; i <= bounds.to; i++) {
    struct bp_symbolic term;
    if (bp_sum_skips(&bounds, i))
      continue;
    if (!term_shape(world, sum, scope, i, &term))
      return false;
    if (i == from)
      *shape = term;
    else if (join_of(sum) == BP_JOIN_SUM ? !add_term(world, sum, from, i, term, shape)
                                         : !multiply_term(world, sum, i, term, shape))
      return false;
    if (i == LONG_MAX)
      break;
  }
  return true;
}

/* ---- values ------------------------------------------------------------- */

static bool is_number(struct bp_balls a) { return a.rows * a.columns == 1; }

static struct bp_balls multiplied(struct bp_world *world, struct bp_balls a, struct bp_balls b) {
  return is_number(a) || is_number(b) ? bp_balls_zip(&world->room, a, b, bp_ball_mul)
                                      : bp_balls_multiply(&world->room, a, b);
}

/* The rows of both, one below the other, or side by side. */
static struct bp_balls stacked(struct bp_world *world, enum bp_join join, struct bp_balls a,
                               struct bp_balls b) {
  bool below = join == BP_JOIN_BELOW;
  struct bp_balls whole = bp_balls_new(&world->room, a.rows + (below ? b.rows : 0),
                                       a.columns + (below ? 0 : b.columns));
  for (size_t i = 0; whole.at && i < whole.rows; i++)
    for (size_t j = 0; j < whole.columns; j++)
      whole.at[i * whole.columns + j] = i < a.rows && j < a.columns ? a.at[i * a.columns + j]
                                        : below ? b.at[(i - a.rows) * b.columns + j]
                                                : b.at[i * b.columns + j - a.columns];
  return whole;
}

static struct bp_balls joined(struct bp_world *world, enum bp_join join, struct bp_balls a,
                              struct bp_balls b) {
  switch (join) {
  case BP_JOIN_SUM:
    return bp_balls_zip(&world->room, a, b, bp_ball_add);
  case BP_JOIN_PRODUCT:
    return multiplied(world, a, b);
  default:
    return stacked(world, join, a, b);
  }
}

static bool empty_value(struct bp_world *world, const struct bp_expression *sum,
                        const struct bp_scope *scope, long from, struct bp_balls *value) {
  struct bp_symbolic shape = empty_shape(world, sum, scope, from);
  size_t rows = (size_t)shape.rows.value, columns = (size_t)shape.columns.value;
  struct bp_balls empty = join_of(sum) == BP_JOIN_PRODUCT && rows == columns
                              ? bp_balls_identity(&world->room, rows)
                              : bp_balls_new(&world->room, rows, columns);
  return bp_value_made(world, empty, sum, value);
}

bool bp_sum_value(struct bp_world *world, const struct bp_expression *sum,
                  const struct bp_scope *scope, const struct bp_frame *frame,
                  struct bp_balls *value) {
  struct bp_sum_bounds bounds;
  if (!bp_sum_bounds(world, sum, scope, &bounds) || !check_direction(world, sum, &bounds))
    return false;
  *value = (struct bp_balls){0};
  for (long i = bounds.from; i <= bounds.to; i++) {
    struct bp_scope inner = {sum->name, i, NULL, scope};
    struct bp_balls term = {0};
    if (bp_sum_skips(&bounds, i))
      continue;
    if (!bp_world_work(world, TERM_WORK, sum->span) ||
        !bp_expression_value(world, sum->child[2], &inner, frame, &term))
      return false;
    if (!value->at)
      *value = term;
    else if (!bp_value_made(world, joined(world, join_of(sum), *value, term), sum, value))
      return false;
    if (i == LONG_MAX)
      break;
  }
  if (value->at)
    bp_world_meet_product(world, sum, *value);
  return value->at || empty_value(world, sum, scope, bounds.from, value);
}
