/* Comparing two matrices of balls.
 *
 * Two balls of equal true value overlap, so an equation fails where two are disjoint, and that is a
 * proof.  It holds where none are and the radii are small against the numbers, entry by entry: a
 * comparison that could not have seen an error decides nothing, and asks for more bits.
 *
 * Where both sides may be 0 an entry has no size to be compared with.  It counts as seen beside the
 * terms that cancel in it, or, against an exact 0, beside 1; but as an entry that is merely tiny
 * looks the same at first, more bits are asked for then too, as far as they are cheap.
 */
#include "judge/link.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "judge/point.h"
#include "lang/print.h"
#include "value/builtin.h"

/* How much of an entry a difference may hide in, as logarithms to base 2: in a verdict, and where
 * slopes are taken at a kink or candidates are tried with few bits. */
static const double LEAST_SIGHT = -56, LEAST_SIGHT_OF_FEW = -20;

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

/* As float64, where what is larger than these is infinite. */
static double shown(struct bp_ball a) {
  double value = bp_ball_double(a);
  return fabs(value) < DBL_MAX ? value : copysign(INFINITY, value);
}

static void set_place(const struct bp_link *link, size_t k, double bound,
                      struct bp_link_outcome *outcome) {
  struct bp_balls shape = link->left.rows * link->left.columns == 1 ? link->right : link->left;
  outcome->rows = shape.rows;
  outcome->columns = shape.columns;
  outcome->row = k / shape.columns;
  outcome->column = k % shape.columns;
  outcome->left = shown(element(link->left, k));
  outcome->right = shown(element(link->right, k));
  outcome->bound = bound;
  outcome->at = bp_point_text(link->world, link->scope, link->arena);
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
  double scale;             /* largest number on either side */
  double widest, farthest;  /* bound and difference, beside 1 */
  double visible, relative; /* the same beside each entry */
  bool zero;                /* every number on both sides may be 0 */
  bool faint;               /* and one of them is not exactly 0 */
  bool blunt;               /* a bound is too wide */
  bool finite;
  bool by_terms; /* an entry may be 0, and is seen beside its terms alone */
};

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
      return -INFINITY;
    double size = bp_balls_largest_log2(scale);
    bool number = scale.rows * scale.columns == 1 && !bp_ball_contains_zero(scale.at[0]);
    if (number)
      return term_size(link, expression->child[1 - i]) + (quotient ? -size : size);
    if (i == 1)
      return bp_balls_largest_log2(value);
  }
  return -INFINITY;
}

/* The size of the terms that an expression sums up, as a logarithm: what its value is small against
 * when they cancel.  A product, a function or a derivative that is 0 has cancelled nothing. */
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
      return term_size(link, expression->child[0]) * strtod(expression->child[1]->text, NULL);
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
    return -INFINITY;
  return bp_balls_largest_log2(value);
}

static double larger_size(const struct bp_link *link, const struct bp_expression *a,
                          const struct bp_expression *b) {
  return fmax(term_size(link, a), term_size(link, b));
}

/* Of both sides of the link, beside which an error in an entry that may be 0 is seen. */
static double size_of_terms(const struct bp_link *link) {
  const struct bp_expression *const *sides = link->statement->sides;
  return larger_size(link, sides[link->number - 1], sides[link->number]);
}

static double bound_log2(struct bp_ball a, struct bp_ball b) {
  double first = bp_ball_radius_log2(a), second = bp_ball_radius_log2(b);
  double larger = fmax(first, second), smaller = fmin(first, second);
  return isinf(larger) ? larger : larger + log2(1 + exp2(smaller - larger));
}

static double least_sight(const struct bp_world *world) {
  bool few = world->slopes != BP_SLOPES_ALL || world->kink || world->quiet;
  return few ? LEAST_SIGHT_OF_FEW : LEAST_SIGHT;
}

/* Whether an error in the entry would have been seen; *terms is their size once it was asked for,
 * before that NaN. */
static void look_at_entry(const struct bp_link *link, struct bp_ball a, struct bp_ball b,
                          double apart, double *terms, struct sight *sight) {
  double width = bound_log2(a, b), least = least_sight(link->world);
  double size = fmax(bp_ball_above_log2(a), bp_ball_above_log2(b));
  if (!bp_ball_finite(a) || !bp_ball_finite(b)) {
    sight->finite = false;
    return;
  }
  bool cancelled = bp_ball_contains_zero(a) && bp_ball_contains_zero(b);
  sight->zero = sight->zero && cancelled;
  sight->faint = sight->faint || !bp_ball_is_zero(a) || !bp_ball_is_zero(b);
  if (width <= size + least || isinf(width)) {
    sight->visible = fmax(sight->visible, isinf(width) ? 0 : exp2(width - size));
    sight->relative = fmax(sight->relative, fabs(size) < 1000 ? apart / exp2(size) : 0);
    return;
  }
  bool written = bp_ball_is_zero(a) || bp_ball_is_zero(b);
  if (cancelled && !written && isnan(*terms))
    *terms = size_of_terms(link);
  if (cancelled && width <= (written ? fmax(0, size) : *terms) + least)
    sight->by_terms = true;
  else
    sight->blunt = true;
}

static void keep_sign(struct bp_world *world, enum bp_ball_order order) {
  if (bp_list_room(world->keep, world->signs, world->sign_count, world->sign_capacity))
    world->signs[world->sign_count++] = order == BP_ORDER_UNKNOWN ? 0 : (signed char)order;
}

/* A number below the range of float64, as it would be written: "-2.5e-450". */
static const char *small_text(struct bp_ball a, struct bp_arena *arena) {
  double decimal = bp_ball_above_log2(a) * log10(2), exponent = floor(decimal);
  if (!isfinite(decimal))
    return "0";
  return bp_arena_printf(arena, "%s%.2ge%.0f", signbit(bp_ball_double(a)) ? "-" : "",
                         pow(10, decimal - exponent), exponent);
}

/* Two numbers that differ and are 0 in float64: a saturated unit. */
static void tell_small(const struct bp_link *link, struct bp_ball a, struct bp_ball b,
                       struct bp_link_outcome *outcome) {
  if (outcome->left != 0 || outcome->right != 0 || link->world->quiet)
    return;
  const char *left = small_text(a, link->arena), *right = small_text(b, link->arena);
  if (left && right)
    outcome->where.message = bp_arena_printf(
        link->arena, "the two sides differ, and are too small to be shown below: %s and %s", left,
        right);
}

/* One element; a difference beyond its bound fails, the largest is shown. */
static void compare_element(const struct bp_link *link, size_t k, double *terms,
                            struct sight *sight, double *worst, struct bp_link_outcome *outcome) {
  struct bp_ball a = element(link->left, k), b = element(link->right, k);
  struct bp_ball_room plain = {link->arena, link->world->room.bits, NULL};
  bool approximate = link->printed;
  double printed = approximate ? printed_tolerance(link->statement->sides[link->number], k) : 0;
  double bound = bp_ball_radius(a) + bp_ball_radius(b);
  double apart = fabs(bp_ball_double(bp_ball_combine(&link->world->room, a, b, bp_ball_sub)));
  bool differs = approximate ? bp_ball_nearest(a, b) > printed : !bp_ball_overlap(a, b);
  if (!link->world->forgiving && differs && apart > *worst) {
    *worst = apart;
    outcome->verdict = BP_FAILS;
    outcome->reason = BP_REASON_VALUE;
    set_place(link, k, bound + printed, outcome);
    tell_small(link, a, b, outcome);
  }
  look_at_entry(link, a, b, apart, terms, sight);
  if (link->world->forgiving)
    keep_sign(link->world, differs ? bp_ball_compare(&plain, a, b) : BP_ORDER_LEVEL);
  if (approximate)
    sight->blunt = (k > 0 && sight->blunt) || !(bound <= printed);
  sight->scale = fmax(sight->scale, fmax(fabs(bp_ball_double(a)), fabs(bp_ball_double(b))));
  sight->widest = fmax(sight->widest, bound);
  sight->farthest = fmax(sight->farthest, apart);
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

/* Why an equation is undecided.  More bits may help, unless there is no slope at a kink. */
static void leave_undecided(const struct bp_link *link, const struct sight *sight,
                            struct bp_link_outcome *outcome) {
  const struct bp_world *world = link->world;
  outcome->verdict = BP_UNDECIDED;
  outcome->reason = world->no_slope || world->trail.unsure ? BP_REASON_KINK
                    : sight->finite                        ? BP_REASON_FLOOR
                                                           : BP_REASON_OVERFLOW;
  outcome->bits = world->no_slope && !world->trail.unsure ? BP_BITS_ENOUGH : BP_BITS_NEEDED;
  set_place(link, 0, sight->widest, outcome);
}

/* = and ≈, element by element.  On a kink bounds are as wide as the gap between two slopes; how
 * wide they would be without is looked at by bp_claim_on_kink. */
static void compare_equal(const struct bp_link *link, struct bp_link_outcome *outcome) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  struct sight sight = {.zero = true, .finite = true};
  double worst = -1, terms = NAN;
  for (size_t k = 0; k < (left > right ? left : right); k++)
    compare_element(link, k, &terms, &sight, &worst, outcome);
  bool holds = outcome->verdict == BP_HOLDS, approximate = link->printed;
  bool kink = link->world->kink && sight.finite;
  outcome->zero = sight.zero && !kink && !says_zero(link->statement);
  outcome->faint = outcome->zero && sight.faint;
  if (holds && !kink && (sight.blunt || !sight.finite))
    leave_undecided(link, &sight, outcome);
  else if (holds && !kink && !approximate && sight.by_terms)
    outcome->bits = BP_BITS_WELCOME;
  if (holds && (approximate || kink))
    return; /* printed digits, and what lies between two slopes, show nothing finer */
  bool relative = !sight.zero && sight.scale > 0;
  outcome->relative = !relative               ? sight.farthest
                      : sight.scale < DBL_MAX ? sight.farthest / sight.scale
                                              : sight.relative;
  outcome->visible =
      relative ? fmax(sight.visible, sight.by_terms || sight.blunt ? sight.widest / sight.scale : 0)
               : sight.widest;
}

/* ---- printed numbers ---------------------------------------------------- */

/* Decimal places of the printed number that a side is, or the fewest of a matrix of such; 0 where
 * one of them is no decimal fraction, or says nothing but 0. */
static int places_of(const struct bp_expression *side) {
  int fewest = 0;
  if (side->kind == BP_EXPR_NEGATE)
    return places_of(side->child[0]);
  if (side->kind == BP_EXPR_NUMBER)
    return strchr(side->text, '.') && side->last_place < 0 && !is_written_zero(side)
               ? -side->last_place
               : 0;
  for (size_t i = 0; side->kind == BP_EXPR_MATRIX && i < side->count; i++) {
    int places = places_of(side->child[i]);
    if (places == 0)
      return 0;
    fewest = i == 0 || places < fewest ? places : fewest;
  }
  return fewest;
}

static void note_printed(const struct bp_link *link, bool rounded) {
  const struct bp_statement *statement = link->statement;
  const struct bp_world *world = link->world;
  if (world->quiet)
    return;
  const char *text = bp_source_line(world->context.line->source,
                                    statement->sides[link->number]->span, world->model->arena);
  bp_world_note(link->world,
                bp_arena_printf(world->model->arena,
                                rounded ? "%s is compared to the digits printed, and numbers of as "
                                          "many places count as rounded, too"
                                        : "%s is compared to the digits printed",
                                text ? text : "it"));
}

/* A number, or a matrix of numbers, as it is printed. */
static bool is_printed(const struct bp_expression *side) {
  if (side->kind == BP_EXPR_NEGATE)
    return is_printed(side->child[0]);
  for (size_t i = 0; side->kind == BP_EXPR_MATRIX && i < side->count; i++)
    if (side->child[i]->kind == BP_EXPR_MATRIX || !is_printed(side->child[i]))
      return false;
  return side->kind == BP_EXPR_NUMBER || side->kind == BP_EXPR_MATRIX;
}

/* The most decimal places of a number in it. */
static int most_places(const struct bp_expression *side) {
  bool decimal = side->kind == BP_EXPR_NUMBER && strchr(side->text, '.') && side->last_place < 0;
  int most = decimal ? -side->last_place : 0;
  for (size_t i = 0; i < side->count; i++) {
    int places = most_places(side->child[i]);
    most = places > most ? places : most;
  }
  return most;
}

/* A side with its numbers of so many places rounded. */
static bool rounded_value(const struct bp_link *link, size_t side, int places,
                          struct bp_balls *value) {
  link->world->printed_places = places;
  bool fine =
      bp_expression_value(link->world, link->statement->sides[side], link->scope, NULL, value);
  link->world->printed_places = 0;
  return fine;
}

/* Whether the sides agree where numbers with as many places as the result are rounded, too: they
 * were printed in the course of the same computation.  Between formulas, where `places` is 0, those
 * with the most places are. */
static bool holds_rounded(const struct bp_link *link, int places) {
  const struct bp_expression *const *sides = link->statement->sides;
  struct bp_balls left, right = link->right;
  bool formula = places == 0;
  int before = most_places(sides[link->number - 1]);
  int behind = formula ? most_places(sides[link->number]) : places;
  int rounded = before > behind && formula ? before : behind;
  if (rounded == 0 || (!formula && before < rounded) ||
      !rounded_value(link, link->number - 1, rounded, &left) ||
      (formula && !rounded_value(link, link->number, rounded, &right)))
    return false;
  size_t count = left.rows * left.columns, other = right.rows * right.columns;
  for (size_t k = 0; k < (count > other ? count : other); k++) {
    struct bp_ball a = element(left, k), b = element(right, k);
    double printed = formula ? 0 : printed_tolerance(sides[link->number], k);
    bool digits = bp_ball_radius(a) < fabs(bp_ball_double(a));
    if (!bp_ball_finite(a) || !bp_ball_finite(b) || !digits || bp_ball_nearest(a, b) > printed)
      return false;
  }
  return true;
}

/* ≈ between formulas that are not equal, and have no digits that say how near is near enough. */
static void leave_open(const struct bp_link *link, struct bp_link_outcome *outcome) {
  const struct bp_expression *const *sides = link->statement->sides;
  if (most_places(sides[link->number - 1]) > 0 || most_places(sides[link->number]) > 0)
    return;
  outcome->verdict = BP_UNDECIDED;
  outcome->reason = BP_REASON_FLOOR;
  outcome->where.message = "≈ between two formulas does not say how near they must be: write the "
                           "number as it is printed, or = for an equation";
}

/* Whether numbers that are drawn lead to the side: its value is none that was printed once. */
static bool is_drawn(const struct bp_link *link, const struct bp_expression *side) {
  struct bp_model *model = link->world->model;
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    bool drawn = declaration->kind == BP_DECLARED_UNKNOWN;
    for (size_t i = 0; declaration->kind == BP_DECLARED_GIVEN && i < declaration->count; i++) {
      const struct bp_domain *domain = &declaration->pieces[i].line.statement->domain;
      drawn = drawn || domain->kind != BP_DOMAIN_SET || domain->count > 1;
    }
    if (drawn && bp_model_leads_to(model, side, declaration))
      return true;
  }
  return false;
}

/* = and ≈: exactly first; a number with a decimal point is then held to its digits, by = only where
 * nothing that is drawn is said to be that number. */
static void compare_numbers(struct bp_link *link, struct bp_link_outcome *outcome) {
  const struct bp_link_outcome untold = *outcome;
  const struct bp_expression *right = link->statement->sides[link->number];
  bool equation = relation_of(link) == BP_EQUAL, formula = !equation && !is_printed(right);
  int places = places_of(right);
  link->printed = !equation && !formula;
  compare_equal(link, outcome);
  if (equation && outcome->verdict == BP_FAILS && places > 0 &&
      !is_drawn(link, link->statement->sides[link->number - 1])) {
    *outcome = untold;
    link->printed = true;
    compare_equal(link, outcome);
    if (outcome->verdict == BP_HOLDS)
      note_printed(link, false);
  }
  if ((formula || (link->printed && places > 0)) && outcome->verdict == BP_FAILS) {
    if (holds_rounded(link, formula ? 0 : places)) {
      *outcome = untold;
      note_printed(link, true);
    } else if (formula) {
      leave_open(link, outcome);
    }
  }
  link->printed = false;
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

/* One element of an inequality that is not certainly as it says. */
static struct bp_link_outcome order_outcome(const struct bp_link *link, size_t k,
                                            enum bp_ball_order order, double *terms) {
  struct bp_ball a = element(link->left, k), b = element(link->right, k);
  enum bp_relation relation = relation_of(link);
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  struct bp_link_outcome here = {
      .link = link->number, .verdict = BP_FAILS, .reason = BP_REASON_VALUE};
  if (order == BP_ORDER_UNKNOWN) {
    struct sight sight = {.finite = true};
    look_at_entry(link, a, b, 0, terms, &sight);
    bool equal = !strict && sight.finite && !sight.blunt; /* to within the bound */
    here.verdict = equal ? BP_HOLDS : BP_UNDECIDED;
    here.reason = equal ? BP_REASON_NONE : sight.finite ? BP_REASON_FLOOR : BP_REASON_OVERFLOW;
    here.bits = equal ? BP_BITS_WELCOME : BP_BITS_NEEDED;
  }
  if (here.verdict == BP_FAILS)
    here.where.message = order_words(relation);
  else if (here.reason == BP_REASON_FLOOR)
    here.where.message = "the two sides are too close to say which is larger";
  set_place(link, k, bp_ball_radius(a) + bp_ball_radius(b), &here);
  return here;
}

/* <, <= and the same turned round, element by element. */
static void compare_order(const struct bp_link *link, struct bp_link_outcome *outcome) {
  enum bp_relation relation = relation_of(link);
  bool less = relation == BP_LESS || relation == BP_AT_MOST;
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  struct bp_ball_room room = link->world->room;
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  double terms = NAN;
  room.trail = NULL; /* judging is no decision of the formulas */
  for (size_t k = 0; k < (left > right ? left : right); k++) {
    enum bp_ball_order order =
        bp_ball_compare(&room, element(link->left, k), element(link->right, k));
    double apart = bp_ball_double(
        bp_ball_combine(&room, element(link->right, k), element(link->left, k), bp_ball_sub));
    outcome->margin = fmin(outcome->margin, less ? apart : -apart);
    if (order == (less ? BP_ORDER_BELOW : BP_ORDER_ABOVE) || (order == BP_ORDER_LEVEL && !strict))
      continue;
    struct bp_link_outcome here = order_outcome(link, k, order, &terms);
    enum bp_bits_wanted bits = here.bits > outcome->bits ? here.bits : outcome->bits;
    double margin = outcome->margin, equal = outcome->equal;
    if (here.verdict == BP_HOLDS)
      equal = fmax(equal, here.bound);
    if (bp_link_outcome_worse(&here, outcome))
      *outcome = here;
    outcome->margin = margin;
    outcome->equal = equal;
    outcome->bits = bits;
  }
}

/* Which sides lack a value somewhere, and whether one does where the other has one, or where
 * nothing is known of the other. */
struct values {
  bool missing, one_sided, open;
};

static struct values look_at_values(const struct bp_link *link) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  struct values values = {false, false, false};
  for (size_t k = 0; k < (left > right ? left : right); k++) {
    struct bp_ball left_number = element(link->left, k), right_number = element(link->right, k);
    bool a = bp_ball_is_missing(left_number), b = bp_ball_is_missing(right_number);
    bool other = bp_ball_finite(a ? right_number : left_number);
    values.missing = values.missing || a || b;
    values.one_sided = values.one_sided || (a != b && other);
    values.open = values.open || (a != b && !other);
  }
  return values;
}

/* What has no value, and what the other side is there. */
static const char *other_value(const struct bp_link *link, const char *message) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns, k = 0;
  if (!message || link->world->quiet)
    return message;
  while (k < left || k < right) {
    bool a = bp_ball_is_missing(element(link->left, k));
    if (a != bp_ball_is_missing(element(link->right, k)))
      return bp_arena_printf(link->world->model->arena, "%s; the %s side has one there, %.4g",
                             message, a ? "right" : "left",
                             shown(element(a ? link->right : link->left, k)));
    k++;
  }
  return message;
}

bool bp_link_compare(struct bp_link *link, struct bp_link_outcome *outcome) {
  *outcome = (struct bp_link_outcome){
      .link = link->number, .relative = NAN, .visible = NAN, .margin = NAN, .equal = NAN};
  struct values values = look_at_values(link);
  struct bp_gap *gap = &link->world->gap;
  outcome->where = (struct bp_diagnostic){
      .source = gap->set ? gap->source : NULL, .span = gap->span, .message = gap->message};
  if (values.open && !values.one_sided) {
    outcome->verdict = BP_UNDECIDED;
    outcome->reason = BP_REASON_OVERFLOW;
    outcome->bits = BP_BITS_NEEDED;
    outcome->at = bp_point_text(link->world, link->scope, link->arena);
    return true;
  }
  if (values.missing) {
    /* ∂log(u)/∂v = 1/u is said where log(u) is a number, and of nothing else */
    bool refutes = values.one_sided && !(gap->set && gap->outside);
    outcome->verdict = refutes ? BP_FAILS : BP_UNDECIDED;
    outcome->reason = refutes ? BP_REASON_NO_VALUE : BP_REASON_DOMAIN;
    if (refutes)
      outcome->where.message = other_value(link, outcome->where.message);
    outcome->at = bp_point_text(link->world, link->scope, link->arena);
    return refutes;
  }
  outcome->where = (struct bp_diagnostic){0};
  enum bp_relation relation = relation_of(link);
  if (bp_relation_is_equal(relation))
    compare_numbers(link, outcome);
  else
    compare_order(link, outcome);
  return true;
}
