/* Lines that are polynomials in what is drawn, and the chance that a wrong one is not noticed.
 *
 * A polynomial of degree d that is not 0 everywhere is 0 at a point drawn at random with a chance
 * of at most d times that of the likeliest value of one number (J. Schwartz, J. ACM 27 (1980); R.
 * Zippel, EUROSAM 1979).  Numbers have 24 significant bits, and none of their values has a chance
 * of more than 2^-23: of those between -1.5 and 1.5 half have each sign, which for the first number
 * of a name is fixed in a trial, and the largest are 2^-23 apart.  Derivatives of polynomials are
 * such.  For sets of numbers, one-hot columns, intervals and positive definite matrices, which have
 * fewer values, nothing is said.
 *
 * That speaks of 0 itself, and a comparison sees what is above its bound.  So the random points of
 * such lines are compared with 512 bits as well, which bounds what is not seen by some 10^-100 of
 * an entry, of a derivative of a derivative 10^-65, and the chance counts no other points.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/aim.h"
#include "value/builtin.h"

enum { NO_POLYNOMIAL = -1, HIGHEST = 1000 };

/* The degrees of names, in the order of their declarations.  A definition uses what stands before
 * it, so each is found once, from those that are known by then; two uses of a name in each of a
 * hundred definitions would else take two to the hundredth of steps. */
struct degrees {
  const struct bp_model *model;
  int *of;
  size_t known;
};

static int degree_of(const struct degrees *degrees, const struct bp_expression *expression);

static int highest(int a, int b) { return a < 0 || b < 0 ? NO_POLYNOMIAL : a > b ? a : b; }

static int sum_of(int a, int b) {
  return a < 0 || b < 0 || a + b > HIGHEST ? NO_POLYNOMIAL : a + b;
}

static bool has_many_values(const struct bp_piece *piece) {
  enum bp_domain_kind kind = piece->line.statement->domain.kind;
  return kind == BP_DOMAIN_REAL || kind == BP_DOMAIN_NONZERO || kind == BP_DOMAIN_POSITIVE ||
         kind == BP_DOMAIN_SYMMETRIC;
}

static int degree_of_declaration(const struct degrees *degrees,
                                 const struct bp_declaration *declaration) {
  int degree = declaration->count ? 0 : NO_POLYNOMIAL;
  for (size_t i = 0; i < declaration->count; i++) {
    const struct bp_piece *piece = &declaration->pieces[i];
    if (declaration->kind == BP_DECLARED_GIVEN)
      degree = highest(degree, has_many_values(piece) ? 1 : NO_POLYNOMIAL);
    else if (declaration->kind == BP_DECLARED_LET || declaration->kind == BP_DECLARED_WRITE)
      degree = highest(degree, declaration->count > 1
                                   ? NO_POLYNOMIAL /* a recursion */
                                   : degree_of(degrees, piece->line.statement->sides[0]));
    else
      degree = NO_POLYNOMIAL;
  }
  return degree;
}

static int degree_of_name(const struct degrees *degrees, const struct bp_expression *name) {
  const struct bp_declaration *declaration = bp_model_find(degrees->model, name->name);
  if (!declaration || declaration->kind == BP_DECLARED_SIZE)
    return 0; /* a letter, a constant, a size: fixed at a point */
  return declaration->number < degrees->known ? degrees->of[declaration->number] : NO_POLYNOMIAL;
}

static bool is_call_of(const struct degrees *degrees, const struct bp_expression *expression,
                       const char *name) {
  return expression->kind == BP_EXPR_CALL && expression->order == 0 && expression->count == 2 &&
         !strcmp(expression->child[0]->name, name) && !bp_model_find(degrees->model, name);
}

static int degree_of_power(const struct degrees *degrees, const struct bp_expression *power) {
  const struct bp_expression *exponent = power->child[1];
  bool whole = exponent->kind == BP_EXPR_NUMBER &&
               strspn(exponent->text, "0123456789") == strlen(exponent->text);
  long times = whole ? strtol(exponent->text, NULL, 10) : HIGHEST + 1;
  int degree = degree_of(degrees, power->child[0]);
  if (degree < 0 && times % 2 == 0 && is_call_of(degrees, power->child[0], "norm"))
    degree = degree_of(degrees, power->child[0]->child[1]); /* a sum of squares */
  return degree < 0 || times > HIGHEST || degree * times > HIGHEST ? NO_POLYNOMIAL
                                                                   : degree * (int)times;
}

/* Sums, rearrangements and constant matrices. */
static int degree_of_call(const struct degrees *degrees, const struct bp_expression *call) {
  static const char *const linear[] = {"sum", "mean", "rowsum", "colsum",
                                       "tr",  "vec",  "diag",   "diagonal"};
  const char *name = call->child[0]->name;
  if (bp_model_find(degrees->model, name) || call->order > 0)
    return NO_POLYNOMIAL;
  const struct bp_builtin *builtin = bp_builtin_find(name);
  if (builtin && ((builtin->traits & BP_OF_SIZES) || builtin->measure))
    return 0;
  for (size_t i = 0; i < sizeof linear / sizeof *linear; i++)
    if (!strcmp(name, linear[i]))
      return degree_of(degrees, call->child[1]);
  return NO_POLYNOMIAL;
}

static int degree_of(const struct degrees *degrees, const struct bp_expression *expression) {
  int degree = 0;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return 0;
  case BP_EXPR_NAME:
    return degree_of_name(degrees, expression);
  case BP_EXPR_NEGATE:
  case BP_EXPR_TRANSPOSE:
  case BP_EXPR_ELEMENT:
  case BP_EXPR_PARTIAL:
  case BP_EXPR_DIFFERENTIAL:
    return degree_of(degrees, expression->child[0]);
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return highest(degree_of(degrees, expression->child[0]),
                   degree_of(degrees, expression->child[1]));
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_KRONECKER:
    return sum_of(degree_of(degrees, expression->child[0]),
                  degree_of(degrees, expression->child[1]));
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return degree_of(degrees, expression->child[1]) == 0 ? degree_of(degrees, expression->child[0])
                                                         : NO_POLYNOMIAL;
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return degree_of_power(degrees, expression);
  case BP_EXPR_SUM:
    if (expression->order == BP_JOIN_PRODUCT)
      return NO_POLYNOMIAL;
    return degree_of(degrees, expression->child[2]);
  case BP_EXPR_CALL:
    return degree_of_call(degrees, expression);
  case BP_EXPR_MATRIX:
    for (size_t i = 0; i < expression->count; i++)
      degree = highest(degree, degree_of(degrees, expression->child[i]));
    return degree;
  default:
    return NO_POLYNOMIAL;
  }
}

static void count_degree(const struct degrees *degrees, struct bp_claim_state *state) {
  const struct bp_statement *statement = state->claim->line.statement;
  int degree = statement->side_count < 2 || statement->broken ? NO_POLYNOMIAL : 0;
  for (size_t i = 0; degree >= 0 && i < statement->side_count; i++) {
    bool equation = i == 0 || statement->relations[i - 1] == BP_EQUAL;
    degree = equation ? highest(degree, degree_of(degrees, statement->sides[i])) : NO_POLYNOMIAL;
  }
  state->degree = degree > 0 ? (size_t)degree : 0;
}

double bp_claim_chance(const struct bp_claim_state *state) {
  static const double LIKELIEST = 0x1p-23;
  return state->degree && state->fine_points
             ? pow((double)state->degree * LIKELIEST, (double)state->fine_points)
             : NAN;
}

bool bp_claims_count_degrees(const struct bp_model *model, struct bp_claim_state *states,
                             struct bp_arena *arena) {
  struct degrees degrees = {
      .model = model, .of = bp_arena_alloc(arena, model->declaration_count, sizeof *degrees.of)};
  if (!degrees.of)
    return false;
  for (; degrees.known < model->declaration_count; degrees.known++)
    degrees.of[degrees.known] = degree_of_declaration(&degrees, model->declarations[degrees.known]);
  for (size_t i = 0; i < model->claim_count; i++)
    count_degree(&degrees, &states[i]);
  return true;
}
