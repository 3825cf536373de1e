/* Comparing two matrices of balls.
 *
 * Two balls of equal true value overlap; so an equation fails exactly where the midpoints are
 * farther apart than both radii together.  It holds where they are not, and the radii are small
 * against the numbers compared: a comparison that could not have seen an error decides nothing.
 */
#include "judge/link.h"

#include <math.h>
#include <stdlib.h>

#include "judge/point.h"
#include "value/builtin.h"

/* Where both sides are 0: a difference of this part of the terms that cancel must be seen; of a
 * side that is exactly 0, of numbers of order 1. */
static const double LEAST_SIGHT_OF_ZERO = 1e-9;
/* Radii are float64, and smaller numbers have none that is worth the name. */
static const double LEAST_SIZE = 1e-306;

bool bp_link_outcome_worse(const struct bp_link_outcome *a, const struct bp_link_outcome *b) {
  if (a->verdict != b->verdict)
    return a->verdict > b->verdict;
  return a->verdict != BP_HOLDS && a->link < b->link;
}

static enum bp_relation relation_of(const struct bp_link *link) {
  return link->statement->relations[link->number - 1];
}

/* A side that is a single number repeats: claim ∂J/∂X = 0. */
static struct bp_ball element(struct bp_balls side, size_t k) {
  return side.at[side.rows * side.columns == 1 ? 0 : k];
}

static void set_place(const struct bp_link *link, size_t k, double bound,
                      struct bp_link_outcome *outcome) {
  struct bp_balls shape = link->left.rows * link->left.columns == 1 ? link->right : link->left;
  outcome->rows = shape.rows;
  outcome->columns = shape.columns;
  outcome->row = k / shape.columns;
  outcome->column = k % shape.columns;
  outcome->left = bp_ball_double(element(link->left, k));
  outcome->right = bp_ball_double(element(link->right, k));
  outcome->bound = bound;
  outcome->at = bp_point_text(link->world, link->scope, link->arena);
}

static double distance(struct bp_ball a, struct bp_ball b) {
  return (double)bp_quad_fabs(a.mid - b.mid);
}

/* Half a unit of the last digit printed; 0 for an equation. */
static double printed_tolerance(const struct bp_expression *side, size_t k) {
  if (side->kind == BP_EXPR_MATRIX)
    return printed_tolerance(side->child[k < side->count ? k : 0], 0);
  if (side->kind == BP_EXPR_NEGATE)
    return printed_tolerance(side->child[0], k);
  return side->kind == BP_EXPR_NUMBER ? 0.5 * pow(10, side->last_place) * (1 + 1e-12) : 0;
}

/* What the elements of an equation came to. */
struct sight {
  double scale;    /* largest number on either side */
  double widest;   /* widest bound */
  double farthest; /* largest difference */
  bool zero;       /* every number on both sides may be 0 */
  bool blunt;      /* ≈: a bound is wider than what is printed allows */
};

static bool may_be_zero(struct bp_ball a) { return fabs(bp_ball_double(a)) <= a.rad; }

static bool exact_zero(struct bp_balls a) {
  return bp_balls_largest(a) == 0 && bp_balls_widest(a) == 0;
}

static double term_size(const struct bp_link *link, const struct bp_expression *expression);

static double larger_size(const struct bp_link *link, const struct bp_expression *a,
                          const struct bp_expression *b);

/* A plain number in front of a sum that cancels scales its terms. */
static double scaled_size(const struct bp_link *link, const struct bp_expression *expression) {
  bool quotient = expression->kind == BP_EXPR_DIVIDE;
  for (size_t i = quotient; i < 2; i++) {
    struct bp_balls scale, value;
    if (!bp_expression_value(link->world, expression->child[i], link->scope, NULL, &scale) ||
        !bp_expression_value(link->world, expression, link->scope, NULL, &value))
      return 0;
    double size = bp_balls_largest(scale);
    bool number = scale.rows * scale.columns == 1 && !may_be_zero(scale.at[0]);
    if (number)
      return term_size(link, expression->child[1 - i]) * (quotient ? 1 / size : size);
    if (i == 1)
      return bp_balls_largest(value);
  }
  return 0;
}

/* The size of the terms that an expression sums up: what its value is small against when they
 * cancel.  A product, a function or a derivative that is 0 has cancelled nothing. */
static double term_size(const struct bp_link *link, const struct bp_expression *expression) {
  switch (expression->kind) {
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return larger_size(link, expression->child[0], expression->child[1]);
  case BP_EXPR_NEGATE:
  case BP_EXPR_TRANSPOSE:
    return term_size(link, expression->child[0]);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_DIVIDE:
    return scaled_size(link, expression);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    if (expression->child[1]->kind == BP_EXPR_NUMBER)
      return pow(term_size(link, expression->child[0]), strtod(expression->child[1]->text, NULL));
    break;
  case BP_EXPR_CALL:
    if (bp_is_builtin_call(expression, BP_SUMS))
      return term_size(link, expression->child[1]);
    break;
  default:
    break;
  }
  struct bp_balls value;
  if (!bp_expression_value(link->world, expression, link->scope, NULL, &value))
    return 0;
  return bp_balls_largest(value);
}

static double larger_size(const struct bp_link *link, const struct bp_expression *a,
                          const struct bp_expression *b) {
  return fmax(term_size(link, a), term_size(link, b));
}

/* Not 0, and too small for float64 radii to say anything about it. */
static bool vanishes(struct bp_balls a) {
  double size = bp_balls_largest(a);
  return size > 0 && size < LEAST_SIZE;
}

/* Whether an error would have been seen where both sides may be 0. */
static bool zero_is_seen(const struct bp_link *link, double widest) {
  if (exact_zero(link->left) || exact_zero(link->right))
    return widest <= LEAST_SIGHT_OF_ZERO;
  const struct bp_expression *const *sides = link->statement->sides;
  double size = larger_size(link, sides[link->number - 1], sides[link->number]);
  return widest <= LEAST_SIGHT_OF_ZERO * size;
}

/* One element; a difference beyond its bound fails, the largest is shown. */
static void compare_element(const struct bp_link *link, size_t k, struct sight *sight,
                            double *worst, struct bp_link_outcome *outcome) {
  struct bp_ball a = element(link->left, k), b = element(link->right, k);
  bool approximate = relation_of(link) == BP_APPROXIMATE;
  double bound = (a.rad + b.rad) * BP_BALL_UP, apart = distance(a, b);
  double printed = approximate ? printed_tolerance(link->statement->sides[link->number], k) : 0;
  if (!link->world->forgiving && apart > (bound + printed) * BP_BALL_UP && apart > *worst) {
    *worst = apart;
    outcome->verdict = BP_FAILS;
    outcome->reason = BP_REASON_VALUE;
    set_place(link, k, bound + printed, outcome);
  }
  sight->widest = fmax(sight->widest, isnan(bound) ? INFINITY : bound);
  sight->farthest = fmax(sight->farthest, apart);
  sight->zero = sight->zero && may_be_zero(a) && may_be_zero(b);
  sight->blunt = sight->blunt || (approximate && !(bound <= printed));
}

/* Whether an expression says that it is 0: 0, zeros(n), 0*x, [0, 0]. */
static bool is_written_zero(const struct bp_expression *side) {
  bool product = side->kind == BP_EXPR_MULTIPLY;
  switch (side->kind) {
  case BP_EXPR_NUMBER:
    return strspn(side->text, "0.") == strlen(side->text);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_NEGATE:
  case BP_EXPR_TRANSPOSE:
    return is_written_zero(side->child[0]) || (product && is_written_zero(side->child[1]));
  case BP_EXPR_MATRIX:
    for (size_t i = 0; i < side->count; i++)
      if (!is_written_zero(side->child[i]))
        return false;
    return true;
  case BP_EXPR_CALL:
    return !strcmp(side->child[0]->name, "zeros");
  default:
    return false;
  }
}

static bool says_zero(const struct bp_statement *statement) {
  for (size_t i = 0; i < statement->side_count; i++)
    if (is_written_zero(statement->sides[i]))
      return true;
  return false;
}

/* = and ≈, element by element.  Where both sides are 0 as far as can be seen, differences count as
 * they are: given numbers are of order 1.  On a kink bounds are as wide as the gap between two
 * slopes; how wide they would be without is looked at by bp_claim_on_kink. */
static void compare_equal(const struct bp_link *link, struct bp_link_outcome *outcome) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  struct sight sight = {.scale = fmax(bp_balls_largest(link->left), bp_balls_largest(link->right)),
                        .zero = true};
  double worst = -1;
  for (size_t k = 0; k < (left > right ? left : right); k++)
    compare_element(link, k, &sight, &worst, outcome);
  bool holds = outcome->verdict == BP_HOLDS, approximate = relation_of(link) == BP_APPROXIMATE;
  bool finite = isfinite(sight.widest) && isfinite(sight.scale);
  bool kink = link->world->kink && finite;
  outcome->zero = sight.zero && !kink && !says_zero(link->statement);
  bool seen = sight.zero ? holds && !kink && zero_is_seen(link, sight.widest)
                         : sight.widest <= BP_LEAST_SIGHT * sight.scale;
  seen = seen && !vanishes(link->left) && !vanishes(link->right);
  if (approximate)
    seen = !sight.blunt;
  if (holds && !(seen && finite) && !kink) {
    outcome->verdict = BP_UNDECIDED;
    outcome->reason = link->world->no_slope ? BP_REASON_KINK
                      : finite              ? BP_REASON_FLOOR
                                            : BP_REASON_OVERFLOW;
    set_place(link, 0, sight.widest, outcome);
  }
  if (approximate || (holds && kink))
    return; /* printed digits, and what lies between two slopes, show nothing finer */
  outcome->relative = sight.zero ? sight.farthest : sight.farthest / sight.scale;
  outcome->visible = sight.zero ? sight.widest : sight.widest / sight.scale;
}

static const char *order_words(enum bp_relation relation) {
  switch (relation) {
  case BP_LESS:
    return "the left side is not smaller than the right";
  case BP_AT_MOST:
    return "the left side is larger than the right";
  case BP_GREATER:
    return "the left side is not larger than the right";
  default:
    return "the left side is smaller than the right";
  }
}

/* The smallest of right - left for <, turned round for >. */
static void compare_order(const struct bp_link *link, struct bp_link_outcome *outcome) {
  enum bp_relation relation = relation_of(link);
  bool less = relation == BP_LESS || relation == BP_AT_MOST;
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  for (size_t k = 0; k < (left > right ? left : right); k++) {
    struct bp_ball a = element(link->left, k), b = element(link->right, k);
    struct bp_ball room = less ? bp_ball_sub(b, a) : bp_ball_sub(a, b);
    double value = bp_ball_double(room);
    bool equal = room.rad == 0 && value == 0;
    if (value > room.rad || (equal && !strict))
      continue;
    bool fails = value < -room.rad || equal;
    struct bp_link_outcome here = {.verdict = fails ? BP_FAILS : BP_UNDECIDED,
                                   .reason = fails ? BP_REASON_VALUE : BP_REASON_FLOOR,
                                   .link = link->number};
    if (!isfinite(room.rad) || !isfinite(value))
      here.reason = BP_REASON_OVERFLOW;
    else
      here.where.message =
          fails ? order_words(relation) : "the two sides are too close to say which is larger";
    set_place(link, k, room.rad, &here);
    if (bp_link_outcome_worse(&here, outcome))
      *outcome = here;
  }
}

/* Which sides lack a value somewhere, and whether one does where the other has one. */
struct values {
  bool missing, one_sided;
};

static struct values look_at_values(const struct bp_link *link) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  struct values values = {false, false};
  for (size_t k = 0; k < (left > right ? left : right); k++) {
    bool a = isnan(bp_ball_double(element(link->left, k)));
    bool b = isnan(bp_ball_double(element(link->right, k)));
    values.missing = values.missing || a || b;
    values.one_sided = values.one_sided || a != b;
  }
  return values;
}

bool bp_link_compare(struct bp_link *link, struct bp_link_outcome *outcome) {
  *outcome = (struct bp_link_outcome){.link = link->number, .relative = NAN, .visible = NAN};
  struct values values = look_at_values(link);
  struct bp_gap *gap = &link->world->gap;
  outcome->where =
      (struct bp_diagnostic){gap->set ? gap->source : NULL, gap->span, gap->message, NULL, false};
  if (values.missing) {
    outcome->verdict = values.one_sided && gap->meant ? BP_FAILS : BP_UNDECIDED;
    outcome->reason = values.one_sided ? BP_REASON_NO_VALUE : BP_REASON_DOMAIN;
    outcome->at = bp_point_text(link->world, link->scope, link->arena);
    return values.one_sided;
  }
  outcome->where = (struct bp_diagnostic){0};
  enum bp_relation relation = relation_of(link);
  if (relation == BP_EQUAL || relation == BP_APPROXIMATE)
    compare_equal(link, outcome);
  else
    compare_order(link, outcome);
  if (outcome->verdict != BP_UNDECIDED && link->world->trail.unsure) {
    outcome->verdict = BP_UNDECIDED;
    outcome->reason = BP_REASON_KINK;
  }
  return true;
}
