/* A ball around 3*x and one around 1 overlap at x = 1/3, however many bits they have, so no number
 * of bits says that the condition 3*x = 1 is true there.  Fractions do.  What a point draws is
 * dyadic or, where it is aimed at an equality, a fraction that it names; sums, products, quotients
 * and whole powers of such numbers are fractions again, and so are sums of the elements of arrays,
 * their products, determinants and largest elements, and roots of squares.  Formulas of another
 * kind have none, and their ball decides.
 */
#include "value/where.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value/exact/fraction.h"
#include "value/extent.h"
#include "value/shape.h"

enum { DEEPEST = 32, MOST_STEPS = 2000, MOST_POWER = 16, MOST_TERMS = 64 };

/* Fractions, row by row, in world->scratch. */
struct fractions {
  size_t rows, columns;
  struct bp_fraction *at; /* NULL: they are not known */
};

struct reading {
  struct bp_world *world;
  int depth;
  size_t steps; /* of elements; definitions used twice, each in another, are read many times */
};

static struct fractions of_expression(struct reading *reading,
                                      const struct bp_expression *expression,
                                      const struct bp_scope *scope);

static struct fractions fractions_new(struct reading *reading, size_t rows, size_t columns) {
  size_t count = rows * columns;
  struct fractions none = {0, 0, NULL};
  if (rows > MOST_STEPS || columns > MOST_STEPS || count > MOST_STEPS - reading->steps)
    return none;
  reading->steps += count;
  struct bp_fraction *at = bp_arena_alloc(reading->world->scratch, count ? count : 1, sizeof *at);
  return at ? (struct fractions){rows, columns, at} : none;
}

static struct fractions unknown(void) { return (struct fractions){0, 0, NULL}; }

static bool is_one(struct fractions a) { return a.at && a.rows * a.columns == 1; }

static struct fractions number(struct reading *reading, bool known, struct bp_fraction fraction) {
  struct fractions one = known ? fractions_new(reading, 1, 1) : unknown();
  if (one.at)
    one.at[0] = fraction;
  return one;
}

/* ---- what was drawn ------------------------------------------------------- */

static bool of_value(const struct bp_expression *value, struct bp_fraction *result) {
  if (value->kind == BP_EXPR_NEGATE) {
    bool fine = of_value(value->child[0], result);
    result->above = fine ? -result->above : 0;
    return fine;
  }
  return value->kind == BP_EXPR_NUMBER && bp_fraction_of_decimal(value->text, result);
}

/* What was drawn from a set is one of its numbers, as they are written. */
static bool of_choice(const struct bp_world *world, const struct bp_domain *domain,
                      struct bp_ball ball, struct bp_fraction *result) {
  size_t which = domain->count;
  for (size_t i = 0; i < domain->count; i++) {
    bool same = bp_domain_value(world, domain, i) == bp_ball_double(ball);
    if (same && which < domain->count)
      return false;
    which = same ? i : which;
  }
  return which < domain->count && of_value(domain->values[which], result);
}

/* An element of what was drawn: as the point names it, or as its ball has it. */
static bool of_element(struct bp_world *world, const struct bp_node *node, size_t k,
                       struct bp_fraction *result) {
  for (size_t i = world->drawing.change_count; i-- > 0;) {
    const struct bp_change *change = &world->drawing.changes[i];
    if (change->exact.below && change->element == k && !strcmp(change->name, node->name)) {
      *result = change->exact;
      return true;
    }
  }
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  return domain->kind == BP_DOMAIN_SET ? of_choice(world, domain, node->value.at[k], result)
                                       : bp_fraction_of_ball(node->value.at[k], result);
}

static struct bp_node *drawn_node(struct bp_world *world, const struct bp_expression *name,
                                  const struct bp_scope *scope) {
  struct bp_declaration *declaration =
      name->kind == BP_EXPR_NAME ? bp_world_visible(world, name->name) : NULL;
  bool given = declaration && declaration->kind == BP_DECLARED_GIVEN &&
               !(name->count == 0 && bp_scope_find(scope, name->name));
  struct bp_node *node = given ? bp_world_node(world, declaration, name, scope) : NULL;
  return node && node->value_state == BP_NODE_DONE ? node : NULL;
}

static struct fractions of_drawn(struct reading *reading, const struct bp_node *node) {
  struct fractions all = fractions_new(reading, node->value.rows, node->value.columns);
  for (size_t k = 0; all.at && k < all.rows * all.columns; k++)
    if (!of_element(reading->world, node, k, &all.at[k]))
      return unknown();
  return all;
}

static struct fractions of_picked(struct reading *reading, const struct bp_expression *element,
                                  const struct bp_scope *scope) {
  const struct bp_node *node = drawn_node(reading->world, element->child[0], scope);
  long row, column;
  if (!node || !bp_element_pick(reading->world, element, scope, (long)node->value.rows,
                                (long)node->value.columns, &row, &column))
    return unknown();
  struct bp_fraction one = {0, 1};
  bool known =
      row >= 0 && column >= 0 &&
      of_element(reading->world, node, (size_t)row * node->value.columns + (size_t)column, &one);
  return number(reading, known, one);
}

/* ---- names ---------------------------------------------------------------- */

static struct fractions of_definition(struct reading *reading,
                                      const struct bp_declaration *declaration,
                                      const struct bp_expression *name) {
  bool plain = declaration->kind == BP_DECLARED_LET && declaration->count == 1 && name->count == 0;
  return plain ? of_expression(reading, declaration->pieces[0].line.statement->sides[0], NULL)
               : unknown();
}

static struct fractions of_name(struct reading *reading, const struct bp_expression *name,
                                const struct bp_scope *scope) {
  struct bp_world *world = reading->world;
  struct bp_fraction one = {0, 1};
  const struct bp_scope *entry = name->count == 0 ? bp_scope_find(scope, name->name) : NULL;
  if (entry) {
    bool known = entry->ball ? bp_fraction_of_ball(*entry->ball, &one)
                             : bp_fraction_lowest(entry->index, 1, &one);
    return number(reading, known, one);
  }
  struct bp_declaration *declaration = bp_world_visible(world, name->name);
  if (!declaration)
    return unknown();
  if (declaration->kind == BP_DECLARED_SIZE) {
    const struct bp_size_atom *atom = bp_world_atom(world, declaration, name, scope);
    bool known = atom && bp_fraction_lowest(atom->value, 1, &one);
    return number(reading, known, one);
  }
  const struct bp_node *node = drawn_node(world, name, scope);
  return node ? of_drawn(reading, node) : of_definition(reading, declaration, name);
}

/* ---- elements ------------------------------------------------------------- */

static bool difference(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  b.above = -b.above;
  return bp_fraction_plus(a, b, result);
}

static bool quotient(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  return bp_fraction_turned(b, &b) && bp_fraction_times(a, b, result);
}

static bool power(struct bp_fraction base, struct bp_fraction exponent,
                  struct bp_fraction *result) {
  *result = (struct bp_fraction){1, 1};
  if (exponent.below != 1 || labs(exponent.above) > MOST_POWER)
    return false;
  for (long i = 0; i < labs(exponent.above); i++)
    if (!bp_fraction_times(*result, base, result))
      return false;
  return exponent.above >= 0 || bp_fraction_turned(*result, result);
}

static bool larger(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  struct bp_fraction apart;
  bool known = difference(a, b, &apart);
  *result = known && apart.above < 0 ? b : a;
  return known;
}

static bool smaller(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  struct bp_fraction apart;
  bool known = difference(a, b, &apart);
  *result = known && apart.above > 0 ? b : a;
  return known;
}

typedef bool of_two_numbers(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result);

/* Element by element; a number fits to all.  Rows and columns that repeat are left to balls. */
static struct fractions zipped(struct reading *reading, struct fractions a, struct fractions b,
                               of_two_numbers *of) {
  bool same = a.rows == b.rows && a.columns == b.columns;
  if (!a.at || !b.at || (!same && !is_one(a) && !is_one(b)))
    return unknown();
  bool one = is_one(a);
  struct fractions result =
      fractions_new(reading, one ? b.rows : a.rows, one ? b.columns : a.columns);
  for (size_t k = 0; result.at && k < result.rows * result.columns; k++)
    if (!of(a.at[one ? 0 : k], b.at[is_one(b) ? 0 : k], &result.at[k]))
      return unknown();
  return result;
}

static struct fractions multiplied(struct reading *reading, struct fractions a,
                                   struct fractions b) {
  if (is_one(a) || is_one(b))
    return zipped(reading, a, b, bp_fraction_times);
  if (!a.at || !b.at || a.columns != b.rows)
    return unknown();
  struct fractions result = fractions_new(reading, a.rows, b.columns);
  for (size_t k = 0; result.at && k < result.rows * result.columns; k++) {
    result.at[k] = (struct bp_fraction){0, 1};
    for (size_t j = 0; j < a.columns; j++) {
      struct bp_fraction term;
      if (!bp_fraction_times(a.at[k / b.columns * a.columns + j],
                             b.at[j * b.columns + k % b.columns], &term) ||
          !bp_fraction_plus(result.at[k], term, &result.at[k]))
        return unknown();
    }
  }
  return result;
}

static struct fractions transposed(struct reading *reading, struct fractions a) {
  struct fractions result = a.at ? fractions_new(reading, a.columns, a.rows) : unknown();
  for (size_t k = 0; result.at && k < a.rows * a.columns; k++)
    result.at[k % a.columns * a.rows + k / a.columns] = a.at[k];
  return result;
}

/* All elements, or every `step`th of them, joined to one. */
static struct fractions joined(struct reading *reading, struct fractions a, size_t step,
                               of_two_numbers *of) {
  if (!a.at || a.rows * a.columns == 0)
    return unknown();
  struct bp_fraction all = a.at[0];
  for (size_t k = step; k < a.rows * a.columns; k += step)
    if (!of(all, a.at[k], &all))
      return unknown();
  return number(reading, true, all);
}

/* ---- functions ------------------------------------------------------------ */

/* The root of a whole number that is a square. */
static bool whole_root(long square, long *root) {
  *root = square < 0 ? -1 : lround(sqrt((double)square));
  long again;
  return *root >= 0 && !__builtin_mul_overflow(*root, *root, &again) && again == square;
}

static struct fractions root(struct reading *reading, struct fractions a) {
  struct fractions result = a.at ? fractions_new(reading, a.rows, a.columns) : unknown();
  for (size_t k = 0; result.at && k < a.rows * a.columns; k++)
    if (!whole_root(a.at[k].above, &result.at[k].above) ||
        !whole_root(a.at[k].below, &result.at[k].below))
      return unknown();
  return result;
}

/* By the first row: matrices are small, and one of n rows takes n! steps of so many. */
static struct fractions determinant(struct reading *reading, struct fractions a) {
  struct fractions sum = number(reading, true, (struct bp_fraction){0, 1});
  if (!a.at || a.rows != a.columns || a.rows == 0)
    return unknown();
  if (a.rows == 1)
    return a;
  for (size_t column = 0; column < a.columns && sum.at; column++) {
    struct fractions minor = fractions_new(reading, a.rows - 1, a.columns - 1);
    for (size_t k = 0; minor.at && k < minor.rows * minor.columns; k++) {
      size_t j = k % minor.columns;
      minor.at[k] = a.at[(k / minor.columns + 1) * a.columns + j + (j >= column)];
    }
    struct fractions term = zipped(reading, number(reading, true, a.at[column]),
                                   determinant(reading, minor), bp_fraction_times);
    sum = zipped(reading, sum, term, column % 2 ? difference : bp_fraction_plus);
  }
  return sum;
}

static struct fractions of_call(struct reading *reading, const struct bp_expression *call,
                                const struct bp_scope *scope) {
  const char *name = call->child[0]->name;
  if (call->child[0]->kind != BP_EXPR_NAME || call->order > 0 || call->count < 2 ||
      bp_world_visible(reading->world, name))
    return unknown();
  bool largest = !strcmp(name, "max");
  if (call->count == 3 && (largest || !strcmp(name, "min")))
    return zipped(reading, of_expression(reading, call->child[1], scope),
                  of_expression(reading, call->child[2], scope), largest ? larger : smaller);
  if (call->count != 2)
    return unknown();
  struct fractions a = of_expression(reading, call->child[1], scope),
                   zero = number(reading, true, (struct bp_fraction){0, 1});
  if (!strcmp(name, "sum"))
    return joined(reading, a, 1, bp_fraction_plus);
  if (!strcmp(name, "mean"))
    return zipped(reading, joined(reading, a, 1, bp_fraction_plus),
                  number(reading, true, (struct bp_fraction){(long)(a.rows * a.columns), 1}),
                  quotient);
  if (!strcmp(name, "tr") && a.rows == a.columns)
    return joined(reading, a, a.columns + 1, bp_fraction_plus);
  if (!strcmp(name, "det"))
    return determinant(reading, a);
  if (!strcmp(name, "sqrt"))
    return root(reading, a);
  if (!strcmp(name, "norm"))
    return root(reading,
                joined(reading, zipped(reading, a, a, bp_fraction_times), 1, bp_fraction_plus));
  if (largest)
    return joined(reading, a, 1, larger);
  if (!strcmp(name, "relu"))
    return zipped(reading, a, zero, larger);
  if (!strcmp(name, "abs"))
    return zipped(reading, a, zipped(reading, zero, a, difference), larger);
  return unknown();
}

static struct fractions of_sum(struct reading *reading, const struct bp_expression *sum,
                               const struct bp_scope *scope) {
  struct bp_sum_bounds bounds;
  struct fractions all = number(reading, true, (struct bp_fraction){0, 1});
  if (sum->order != BP_JOIN_SUM || !bp_sum_bounds(reading->world, sum, scope, &bounds) ||
      bounds.to >= bounds.from + MOST_TERMS)
    return unknown();
  for (long i = bounds.from; i <= bounds.to; i++) {
    struct bp_scope inner = {.name = sum->name, .index = i, .outer = scope};
    if (!bp_sum_skips(&bounds, i))
      all = zipped(reading, all, of_expression(reading, sum->child[2], &inner), bp_fraction_plus);
  }
  return all;
}

/* ---- formulas ------------------------------------------------------------- */

static struct fractions of_two(struct reading *reading, const struct bp_expression *expression,
                               const struct bp_scope *scope) {
  if (expression->count != 2)
    return unknown();
  struct fractions a = of_expression(reading, expression->child[0], scope),
                   b = of_expression(reading, expression->child[1], scope);
  switch (expression->kind) {
  case BP_EXPR_ADD:
    return zipped(reading, a, b, bp_fraction_plus);
  case BP_EXPR_SUBTRACT:
    return zipped(reading, a, b, difference);
  case BP_EXPR_MULTIPLY:
    return multiplied(reading, a, b);
  case BP_EXPR_HADAMARD:
    return zipped(reading, a, b, bp_fraction_times);
  case BP_EXPR_DIVIDE:
    return is_one(b) ? zipped(reading, a, b, quotient) : unknown();
  case BP_EXPR_POINT_DIVIDE:
    return zipped(reading, a, b, quotient);
  case BP_EXPR_POWER: /* of a matrix it is a product */
    return is_one(a) ? zipped(reading, a, b, power) : unknown();
  case BP_EXPR_POINT_POWER:
    return zipped(reading, a, b, power);
  default:
    return unknown();
  }
}

static struct fractions of_kind(struct reading *reading, const struct bp_expression *expression,
                                const struct bp_scope *scope) {
  struct bp_fraction one = {0, 1};
  switch (expression->kind) {
  case BP_EXPR_NUMBER: {
    bool known = bp_fraction_of_decimal(expression->text, &one);
    return number(reading, known, one);
  }
  case BP_EXPR_NAME:
    return of_name(reading, expression, scope);
  case BP_EXPR_ELEMENT:
    return of_picked(reading, expression, scope);
  case BP_EXPR_CALL:
    return of_call(reading, expression, scope);
  case BP_EXPR_SUM:
    return of_sum(reading, expression, scope);
  case BP_EXPR_TRANSPOSE:
    return transposed(reading, of_expression(reading, expression->child[0], scope));
  case BP_EXPR_NEGATE:
    return zipped(reading, number(reading, true, (struct bp_fraction){0, 1}),
                  of_expression(reading, expression->child[0], scope), difference);
  default:
    return of_two(reading, expression, scope);
  }
}

static struct fractions of_expression(struct reading *reading,
                                      const struct bp_expression *expression,
                                      const struct bp_scope *scope) {
  if (reading->depth == DEEPEST || reading->steps >= MOST_STEPS)
    return unknown();
  reading->depth++;
  reading->steps++;
  struct fractions found = of_kind(reading, expression, scope);
  reading->depth--;
  return found;
}

/* ---- conditions --------------------------------------------------------- */

static size_t count_of(struct bp_balls a) { return a.rows * a.columns; }

/* Whether balls leave open if two numbers are the same. */
static bool is_open(struct bp_ball a, struct bp_ball b) {
  return bp_ball_finite(a) && bp_ball_finite(b) && bp_ball_overlap(a, b) &&
         !(bp_ball_is_exact(a) && bp_ball_is_exact(b));
}

/* The element of many, or the one that stands for all. */
static struct bp_ball at(struct bp_balls a, size_t k) { return a.at[count_of(a) == 1 ? 0 : k]; }

static bool any_is_open(struct bp_balls a, struct bp_balls b, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (is_open(at(a, k), at(b, k)))
      return true;
  return false;
}

static struct bp_balls spread(struct bp_world *world, struct bp_balls a, size_t rows,
                              size_t columns) {
  struct bp_balls all = bp_balls_new(&world->room, rows, columns);
  for (size_t k = 0; all.at && k < rows * columns; k++)
    all.at[k] = at(a, k);
  return all;
}

void bp_exact_meet(struct bp_world *world, const struct bp_expression *condition,
                   const struct bp_scope *scope, const struct bp_frame *frame, struct bp_balls *a,
                   struct bp_balls *b) {
  struct reading reading = {world, 0, 0};
  const struct bp_balls *larger_one = count_of(*a) > 1 ? a : b;
  size_t rows = larger_one->rows, columns = larger_one->columns, count = rows * columns;
  if (frame || world->nesting > 0 || !any_is_open(*a, *b, count))
    return;
  struct bp_fault before = world->fault;
  struct fractions left = of_expression(&reading, condition->child[0], scope),
                   right = of_expression(&reading, condition->child[1], scope);
  struct fractions apart = zipped(&reading, left, right, difference);
  world->fault = before;
  if (!apart.at || apart.rows != rows || apart.columns != columns)
    return;
  struct bp_balls one = spread(world, *a, rows, columns), other = spread(world, *b, rows, columns);
  if (!one.at || !other.at)
    return;
  for (size_t k = 0; k < count; k++)
    if (apart.at[k].above == 0 && is_open(one.at[k], other.at[k]))
      one.at[k] = other.at[k] = bp_ball_whole(0);
  *a = one;
  *b = other;
}
