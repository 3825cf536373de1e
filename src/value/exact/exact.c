/* A ball around 3*x and one around 1 overlap at x = 1/3, however many bits they have, so no number
 * of bits says that the condition 3*x = 1 is true there.  Fractions do.  What a point draws is
 * dyadic or, where it is aimed at an equality, a fraction that it names; sums, products, quotients
 * and whole powers of such numbers are fractions again.  They are kept in lowest terms in 64 bits;
 * what does not fit, and every formula of another kind, has no fraction, and its ball decides.
 */
#include "value/where.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value/shape.h"

enum { DEEPEST = 32, MOST_STEPS = 1000, MOST_POWER = 16 };

/* ---- fractions ---------------------------------------------------------- */

static long common_divisor(long a, long b) {
  while (b) {
    long rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

static bool lowest(long above, long below, struct bp_fraction *result) {
  if (below == 0 || above == LONG_MIN || below == LONG_MIN)
    return false;
  long divisor = common_divisor(above, below);
  if (below < 0)
    divisor = -divisor;
  *result = (struct bp_fraction){above / divisor, below / divisor};
  return true;
}

static bool times(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  struct bp_fraction left, right; /* each divided by what it has in common with the other */
  long above, below;
  return lowest(a.above, b.below, &left) && lowest(b.above, a.below, &right) &&
         !__builtin_mul_overflow(left.above, right.above, &above) &&
         !__builtin_mul_overflow(left.below, right.below, &below) && lowest(above, below, result);
}

static bool plus(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  long divisor = common_divisor(a.below, b.below), left, right, above, below;
  return !__builtin_mul_overflow(a.above, b.below / divisor, &left) &&
         !__builtin_mul_overflow(b.above, a.below / divisor, &right) &&
         !__builtin_add_overflow(left, right, &above) &&
         !__builtin_mul_overflow(a.below, b.below / divisor, &below) &&
         lowest(above, below, result);
}

static bool turned(struct bp_fraction a, struct bp_fraction *result) {
  return lowest(a.below, a.above, result);
}

static bool of_power_of_ten(long above, int exponent, struct bp_fraction *result) {
  struct bp_fraction ten = {10, 1}, tenth = {1, 10};
  *result = (struct bp_fraction){above, 1};
  for (; exponent; exponent += exponent < 0 ? 1 : -1)
    if (!times(*result, exponent < 0 ? tenth : ten, result))
      return false;
  return true;
}

/* "0.30", "12", "1e-7" */
static bool of_decimal(const char *text, struct bp_fraction *result) {
  enum { MOST_EXPONENT = 400 };
  long above = 0, exponent = 0;
  bool behind = false;
  for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
    if (*text == '.') {
      behind = true;
      continue;
    }
    if (__builtin_mul_overflow(above, 10, &above) ||
        __builtin_add_overflow(above, *text - '0', &above))
      return false;
    exponent -= behind;
  }
  char *end = NULL;
  long power = *text == 'e' || *text == 'E' ? strtol(text + 1, &end, 10) : 0;
  bool fits = power >= -MOST_EXPONENT && power <= MOST_EXPONENT && exponent >= -MOST_EXPONENT;
  return (end ? *end : *text) == '\0' && fits &&
         of_power_of_ten(above, (int)(exponent + power), result);
}

static bool of_ball(struct bp_ball ball, struct bp_fraction *result) {
  enum { MOST_EXPONENT = 62 };
  int exponent;
  double number = bp_ball_double(ball);
  if (!bp_ball_is_exact(ball) || !bp_ball_is_real(ball))
    return false;
  /* a ball may have more bits than a float64, or lie beyond its range */
  struct bp_ball_room room = {NULL, 128, NULL};
  if (bp_ball_compare(&room, ball, bp_ball_exact(number)) != BP_ORDER_LEVEL)
    return false;
  double part = ldexp(frexp(number, &exponent), 53);
  long above = (long)part;
  exponent -= 53;
  for (; above && above % 2 == 0; exponent++)
    above /= 2;
  *result = (struct bp_fraction){above, 1};
  if (above == 0)
    return true;
  if (abs(exponent) > MOST_EXPONENT)
    return false;
  long power = 1L << abs(exponent);
  struct bp_fraction factor =
      exponent < 0 ? (struct bp_fraction){1, power} : (struct bp_fraction){power, 1};
  return times(*result, factor, result);
}

/* ---- formulas ----------------------------------------------------------- */

struct reading {
  struct bp_world *world;
  int depth;
  size_t steps; /* definitions that are used twice, each in another, are read many times */
};

static bool of_expression(struct reading *reading, const struct bp_expression *expression,
                          const struct bp_scope *scope, struct bp_fraction *result);

static bool of_value(const struct bp_expression *value, struct bp_fraction *result) {
  if (value->kind == BP_EXPR_NEGATE) {
    bool fine = of_value(value->child[0], result);
    result->above = fine ? -result->above : 0;
    return fine;
  }
  return value->kind == BP_EXPR_NUMBER && of_decimal(value->text, result);
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
                                       : of_ball(node->value.at[k], result);
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

static bool of_definition(struct reading *reading, const struct bp_declaration *declaration,
                          const struct bp_expression *name, struct bp_fraction *result) {
  bool plain = declaration->kind == BP_DECLARED_LET && declaration->count == 1 && name->count == 0;
  return plain &&
         of_expression(reading, declaration->pieces[0].line.statement->sides[0], NULL, result);
}

static bool of_name(struct reading *reading, const struct bp_expression *name,
                    const struct bp_scope *scope, struct bp_fraction *result) {
  struct bp_world *world = reading->world;
  const struct bp_scope *entry = name->count == 0 ? bp_scope_find(scope, name->name) : NULL;
  if (entry)
    return entry->ball ? of_ball(*entry->ball, result) : lowest(entry->index, 1, result);
  struct bp_declaration *declaration = bp_world_visible(world, name->name);
  if (!declaration)
    return false;
  if (declaration->kind == BP_DECLARED_SIZE) {
    const struct bp_size_atom *atom = bp_world_atom(world, declaration, name, scope);
    return atom && lowest(atom->value, 1, result);
  }
  const struct bp_node *node = drawn_node(world, name, scope);
  bool number = node && node->value.rows * node->value.columns == 1;
  return node ? number && of_element(world, node, 0, result)
              : of_definition(reading, declaration, name, result);
}

static bool of_picked(struct bp_world *world, const struct bp_expression *element,
                      const struct bp_scope *scope, struct bp_fraction *result) {
  const struct bp_node *node = drawn_node(world, element->child[0], scope);
  long row, column;
  if (!node || !bp_element_pick(world, element, scope, (long)node->value.rows,
                                (long)node->value.columns, &row, &column))
    return false;
  return row >= 0 && column >= 0 &&
         of_element(world, node, (size_t)row * node->value.columns + (size_t)column, result);
}

/* The sum of all that was drawn for a name. */
static bool of_total(struct bp_world *world, const struct bp_expression *call,
                     const struct bp_scope *scope, struct bp_fraction *result) {
  bool sum = call->count == 2 && call->order == 0 && !strcmp(call->child[0]->name, "sum") &&
             !bp_world_visible(world, "sum");
  const struct bp_node *node = sum ? drawn_node(world, call->child[1], scope) : NULL;
  *result = (struct bp_fraction){0, 1};
  for (size_t k = 0; node && k < node->value.rows * node->value.columns; k++) {
    struct bp_fraction element;
    if (!of_element(world, node, k, &element) || !plus(*result, element, result))
      return false;
  }
  return node != NULL;
}

static bool of_power(struct bp_fraction base, struct bp_fraction exponent,
                     struct bp_fraction *result) {
  *result = (struct bp_fraction){1, 1};
  if (exponent.below != 1 || labs(exponent.above) > MOST_POWER)
    return false;
  for (long i = 0; i < labs(exponent.above); i++)
    if (!times(*result, base, result))
      return false;
  return exponent.above >= 0 || turned(*result, result);
}

static bool of_two(struct reading *reading, const struct bp_expression *expression,
                   const struct bp_scope *scope, struct bp_fraction *result) {
  struct bp_fraction a, b;
  if (expression->count != 2 || !of_expression(reading, expression->child[0], scope, &a) ||
      !of_expression(reading, expression->child[1], scope, &b))
    return false;
  switch (expression->kind) {
  case BP_EXPR_ADD:
    return plus(a, b, result);
  case BP_EXPR_SUBTRACT:
    b.above = -b.above;
    return plus(a, b, result);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
    return times(a, b, result);
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return turned(b, &b) && times(a, b, result);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return of_power(a, b, result);
  default:
    return false;
  }
}

static bool of_expression(struct reading *reading, const struct bp_expression *expression,
                          const struct bp_scope *scope, struct bp_fraction *result) {
  bool fine;
  if (reading->depth++ == DEEPEST || reading->steps++ == MOST_STEPS)
    return false;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    fine = of_decimal(expression->text, result);
    break;
  case BP_EXPR_NAME:
    fine = of_name(reading, expression, scope, result);
    break;
  case BP_EXPR_ELEMENT:
    fine = of_picked(reading->world, expression, scope, result);
    break;
  case BP_EXPR_CALL:
    fine = of_total(reading->world, expression, scope, result);
    break;
  case BP_EXPR_NEGATE:
    fine = of_expression(reading, expression->child[0], scope, result);
    result->above = fine ? -result->above : 0;
    break;
  default:
    fine = of_two(reading, expression, scope, result);
    break;
  }
  reading->depth--;
  return fine;
}

/* ---- conditions --------------------------------------------------------- */

static bool is_number(struct bp_balls a) { return a.rows * a.columns == 1; }

void bp_exact_meet(struct bp_world *world, const struct bp_expression *condition,
                   const struct bp_scope *scope, const struct bp_frame *frame, struct bp_balls *a,
                   struct bp_balls *b) {
  struct reading reading = {world, 0, 0};
  struct bp_fraction left, right;
  if (frame || world->nesting > 0 || !is_number(*a) || !is_number(*b) ||
      !bp_ball_finite(a->at[0]) || !bp_ball_finite(b->at[0]) ||
      (bp_ball_is_exact(a->at[0]) && bp_ball_is_exact(b->at[0])) ||
      !bp_ball_overlap(a->at[0], b->at[0]))
    return;
  struct bp_fault before = world->fault;
  bool known = of_expression(&reading, condition->child[0], scope, &left) &&
               of_expression(&reading, condition->child[1], scope, &right);
  world->fault = before;
  if (!known || left.above != right.above || left.below != right.below)
    return;
  struct bp_balls zero = bp_balls_number(&world->room, bp_ball_whole(0));
  if (zero.at)
    *a = *b = zero;
}
