/* Intervals by the forms of formulas: exp is positive, a square is not negative, 1 - sigmoid lies
 * between 0 and 1.
 *
 * They save the search for what is not there, below a denominator such as sum(exp(z)), and decide
 * nothing else: a formula of which nothing is known lies anywhere.  Ends are closed and not
 * rounded, so that a sum of parts that reach 0 is one that reaches 0.  Definitions are followed a
 * few levels deep, all lines of a name together, whatever its indices.
 */
#include "judge/ends/range.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num/function.h"

struct reach_of {
  double low, high;
};

enum { DEEPEST = 24 };

static const struct reach_of ANYWHERE = {-INFINITY, (double)INFINITY};
static const struct reach_of NOT_NEGATIVE = {0, (double)INFINITY};

static struct reach_of range_of(const struct bp_model *model,
                                const struct bp_expression *expression, size_t depth);

static struct reach_of joined(struct reach_of a, struct reach_of b) {
  return (struct reach_of){fmin(a.low, b.low), fmax(a.high, b.high)};
}

/* 0 times infinity is 0 here: the ends are limits of numbers. */
static double times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

static struct reach_of product(struct reach_of a, struct reach_of b) {
  double ends[] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low),
                   times(a.high, b.high)};
  struct reach_of range = {ends[0], ends[0]};
  for (size_t i = 1; i < 4; i++)
    range = joined(range, (struct reach_of){ends[i], ends[i]});
  return range;
}

/* Of as many terms as there may be, none included. */
static struct reach_of summed(struct reach_of term) {
  return (struct reach_of){term.low >= 0 ? 0 : -INFINITY, term.high <= 0 ? 0 : (double)INFINITY};
}

static struct reach_of negated(struct reach_of a) { return (struct reach_of){-a.high, -a.low}; }

/* ---- names -------------------------------------------------------------- */

static double number_of(const struct bp_expression *expression) {
  if (expression->kind == BP_EXPR_NEGATE)
    return -number_of(expression->child[0]);
  return expression->kind == BP_EXPR_NUMBER ? strtod(expression->text, NULL) : NAN;
}

static struct reach_of range_of_domain(const struct bp_domain *domain) {
  struct reach_of range = ANYWHERE;
  switch (domain->kind) {
  case BP_DOMAIN_POSITIVE:
    return NOT_NEGATIVE;
  case BP_DOMAIN_ONEHOT:
    return (struct reach_of){0, 1};
  case BP_DOMAIN_INTERVAL:
  case BP_DOMAIN_SET:
    for (size_t i = 0; i < domain->count; i++) {
      double number = domain->values[i] ? number_of(domain->values[i])
                                        : (i ? (double)INFINITY : -(double)INFINITY);
      struct reach_of here = {number, number};
      range = isnan(number) ? ANYWHERE : i == 0 ? here : joined(range, here);
      if (isnan(number))
        break;
    }
    return range;
  default:
    return range;
  }
}

static struct reach_of range_of_name(const struct bp_model *model, const char *name, size_t depth) {
  const struct bp_declaration *declaration = bp_model_find(model, name);
  if (!declaration)
    return !strcmp(name, "e") || !strcmp(name, "pi") ? NOT_NEGATIVE : ANYWHERE;
  if (declaration->kind == BP_DECLARED_SIZE)
    return (struct reach_of){1, (double)INFINITY};
  bool defined = declaration->kind == BP_DECLARED_LET || declaration->kind == BP_DECLARED_WRITE;
  if (!defined && declaration->kind != BP_DECLARED_GIVEN)
    return ANYWHERE;
  struct reach_of range = ANYWHERE;
  for (size_t i = 0; i < declaration->count; i++) {
    const struct bp_statement *statement = declaration->pieces[i].line.statement;
    struct reach_of here = !defined                ? range_of_domain(&statement->domain)
                           : statement->side_count ? range_of(model, statement->sides[0], depth)
                                                   : ANYWHERE;
    range = i == 0 ? here : joined(range, here);
  }
  return range;
}

/* ---- calls -------------------------------------------------------------- */

/* Of what a function of numbers gives; each row of the table says it of activations. */
static struct reach_of range_of_function(const char *name) {
  static const char *const not_negative[] = {"exp",  "sqrt",     "abs", "relu",
                                             "norm", "softplus", "cosh"};
  static const char *const within_one[] = {"sin", "cos", "erf"};
  for (size_t i = 0; i < sizeof not_negative / sizeof *not_negative; i++)
    if (!strcmp(name, not_negative[i]))
      return NOT_NEGATIVE;
  for (size_t i = 0; i < sizeof within_one / sizeof *within_one; i++)
    if (!strcmp(name, within_one[i]))
      return (struct reach_of){-1, 1};
  const struct bp_function *row = bp_function_find(name, strlen(name));
  if (!strcmp(name, "softmax") || (row && row->probabilities))
    return (struct reach_of){0, 1};
  return row && row->low < row->high ? (struct reach_of){row->low, row->high} : ANYWHERE;
}

/* A function, or another name for one, g[1] = tanh. */
static struct reach_of range_of_called(const struct bp_model *model, const char *name,
                                       size_t depth) {
  const struct bp_declaration *declaration = bp_model_find(model, name);
  if (!declaration)
    return range_of_function(name);
  struct reach_of range = ANYWHERE;
  for (size_t i = 0; i < declaration->count; i++) {
    const struct bp_statement *statement = declaration->pieces[i].line.statement;
    const struct bp_expression *body = statement->side_count ? statement->sides[0] : NULL;
    struct reach_of here = ANYWHERE;
    if (declaration->kind == BP_DECLARED_FUNCTION && body)
      here = range_of(model, body, depth);
    else if (declaration->kind == BP_DECLARED_LET && body && body->kind == BP_EXPR_NAME &&
             strcmp(body->name, name) != 0)
      here = range_of_called(model, body->name, depth);
    range = i == 0 ? here : joined(range, here);
  }
  return range;
}

static struct reach_of range_of_call(const struct bp_model *model, const struct bp_expression *call,
                                     size_t depth) {
  static const char *const keeping[] = {"vec", "mean", "diagonal"};
  static const char *const summing[] = {"sum", "rowsum", "colsum", "tr"};
  const char *name = call->child[0]->name;
  if (call->order > 0 || call->count < 2)
    return ANYWHERE;
  bool own = bp_model_find(model, name) != NULL, larger = !strcmp(name, "max");
  for (size_t i = 0; !own && i < sizeof keeping / sizeof *keeping; i++)
    if (!strcmp(name, keeping[i]))
      return range_of(model, call->child[1], depth);
  for (size_t i = 0; !own && i < sizeof summing / sizeof *summing; i++)
    if (!strcmp(name, summing[i]))
      return summed(range_of(model, call->child[1], depth));
  if (!own && (larger || !strcmp(name, "min")) && call->count == 3) {
    struct reach_of a = range_of(model, call->child[1], depth),
                    b = range_of(model, call->child[2], depth);
    return larger ? (struct reach_of){fmax(a.low, b.low), fmax(a.high, b.high)}
                  : (struct reach_of){fmin(a.low, b.low), fmin(a.high, b.high)};
  }
  return range_of_called(model, name, depth);
}

/* ---- expressions -------------------------------------------------------- */

static bool is_even(const struct bp_expression *exponent) {
  double number = number_of(exponent);
  return number > 0 && fmod(number, 2) == 0;
}

/* Whether it is a single number, as it is written: a square matrix may have any square. */
static bool is_single(const struct bp_model *model, const struct bp_expression *base) {
  if (base->kind == BP_EXPR_NAME) {
    const struct bp_declaration *declaration = bp_model_find(model, base->name);
    return declaration && declaration->kind == BP_DECLARED_GIVEN && declaration->count &&
           !declaration->pieces[0].line.statement->rows;
  }
  return (base->kind == BP_EXPR_ELEMENT && base->count > 1) ||
         (base->kind == BP_EXPR_CALL && !strcmp(base->child[0]->name, "norm"));
}

static struct reach_of range_of_power(const struct bp_model *model,
                                      const struct bp_expression *power, size_t depth) {
  const struct bp_expression *base = power->child[0];
  bool each = power->kind == BP_EXPR_POINT_POWER || is_single(model, base);
  bool kept = range_of(model, base, depth).low >= 0 && number_of(power->child[1]) > 0;
  return (each && is_even(power->child[1])) || kept ? NOT_NEGATIVE : ANYWHERE;
}

static struct reach_of range_of_quotient(struct reach_of a, struct reach_of b) {
  if (b.low < 0)
    return ANYWHERE;
  return summed(a); /* of any size, with the sign of what stands above */
}

static struct reach_of range_of_two(const struct bp_model *model,
                                    const struct bp_expression *expression, size_t depth) {
  struct reach_of a = range_of(model, expression->child[0], depth),
                  b = range_of(model, expression->child[1], depth);
  switch (expression->kind) {
  case BP_EXPR_ADD:
    return (struct reach_of){a.low + b.low, a.high + b.high};
  case BP_EXPR_SUBTRACT:
    return (struct reach_of){a.low - b.high, a.high - b.low};
  case BP_EXPR_HADAMARD:
  case BP_EXPR_KRONECKER:
    return product(a, b);
  case BP_EXPR_MULTIPLY: /* of numbers, or a sum of such products */
    return a.low >= 0 && b.low >= 0 ? NOT_NEGATIVE : summed(product(a, b));
  default:
    return range_of_quotient(a, b);
  }
}

static struct reach_of range_of(const struct bp_model *model,
                                const struct bp_expression *expression, size_t depth) {
  if (depth == 0)
    return ANYWHERE;
  depth--;
  double number = number_of(expression);
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return (struct reach_of){number, number};
  case BP_EXPR_NAME:
    return range_of_name(model, expression->name, depth);
  case BP_EXPR_NEGATE:
    return negated(range_of(model, expression->child[0], depth));
  case BP_EXPR_TRANSPOSE:
  case BP_EXPR_ELEMENT:
    return range_of(model, expression->child[0], depth);
  case BP_EXPR_SUM:
    return expression->order == BP_JOIN_SUM ? summed(range_of(model, expression->child[2], depth))
                                            : ANYWHERE;
  case BP_EXPR_CALL:
    return range_of_call(model, expression, depth);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return range_of_power(model, expression, depth);
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_KRONECKER:
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return range_of_two(model, expression, depth);
  default:
    return ANYWHERE;
  }
}

/* What a name stands for, where it has one definition. */
static const struct bp_expression *meant(const struct bp_model *model,
                                         const struct bp_expression *expression) {
  for (size_t i = 0; i < DEEPEST && expression->kind == BP_EXPR_NAME; i++) {
    const struct bp_declaration *declaration = bp_model_find(model, expression->name);
    bool defined = declaration && declaration->count == 1 &&
                   declaration->kind != BP_DECLARED_GIVEN &&
                   declaration->pieces[0].line.statement->side_count > 0;
    if (!defined)
      break;
    expression = declaration->pieces[0].line.statement->sides[0];
  }
  return expression;
}

bool bp_is_clear_of_zero(const struct bp_model *model, const struct bp_expression *expression) {
  const struct bp_expression *whole = meant(model, expression);
  bool power = whole->kind == BP_EXPR_POWER || whole->kind == BP_EXPR_POINT_POWER;
  bool plain = !power || meant(model, whole->child[0])->kind == BP_EXPR_NAME;
  return plain && range_of(model, expression, DEEPEST).low >= 0;
}
