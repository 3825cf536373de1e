/* What undoes itself: a transpose of a transpose, exp of a log, inv(S) beside S, 1 over 1 over x.
 *
 * A mend that brings such a thing in makes a line hold without saying anything: (W + W'')/2 = W for
 * (W + W')/2 = W, and inv(S)*S^2 = S for inv(S)*S = S.  Nothing is computed here; trees are walked
 * past what cancels.  That sqrt undoes a square is true of positive numbers alone, and sqrt(x^2) is
 * what somebody may mean who wrote sqrt(x) for abs(x): it leads back, but is no detour by itself.
 */
#include "hint/detour.h"

#include <stdlib.h>
#include <string.h>

#include "lang/tree.h"

static bool is_call_of(const struct bp_expression *node, const char *name) {
  return node->kind == BP_EXPR_CALL && node->count == 2 && node->order == 0 &&
         !strcmp(node->child[0]->name, name);
}

/* The argument of the inner one where one function undoes the other; NULL where not. */
static const struct bp_expression *undone_call(const struct bp_expression *node) {
  static const char *const pairs[][2] = {{"exp", "log"},      {"exp", "ln"},  {"log", "exp"},
                                         {"ln", "exp"},       {"inv", "inv"}, {"rot180", "rot180"},
                                         {"diagonal", "diag"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (is_call_of(node, pairs[i][0]) && is_call_of(node->child[1], pairs[i][1]))
      return node->child[1]->child[1];
  /* exp is positive */
  if (is_call_of(node, "abs") && is_call_of(node->child[1], "exp"))
    return node->child[1];
  return NULL;
}

static const struct bp_expression *inverse_of(const struct bp_expression *node) {
  if (bp_is_quotient(node) && bp_is_number(node->child[0], "1"))
    return node->child[1];
  if (is_call_of(node, "inv"))
    return node->child[1];
  bool inverse = bp_is_power(node) && node->child[1]->kind == BP_EXPR_NEGATE &&
                 bp_is_number(node->child[1]->child[0], "1");
  return inverse ? node->child[0] : NULL;
}

/* ---- products ----------------------------------------------------------- */

enum { MOST_FACTORS = 12 };

struct factors {
  const struct bp_expression *list[MOST_FACTORS];
  size_t count;
};

/* One after the other from left to right; powers with a small whole exponent are several. */
static void add_factors(struct factors *factors, const struct bp_expression *node) {
  if (node->kind == BP_EXPR_MULTIPLY) {
    add_factors(factors, node->child[0]);
    add_factors(factors, node->child[1]);
    return;
  }
  bool power = bp_is_power(node) && node->child[1]->kind == BP_EXPR_NUMBER;
  long times = power ? strtol(node->child[1]->text, NULL, 10) : 1;
  bool whole = power && (bp_is_number(node->child[1], "2") || bp_is_number(node->child[1], "3"));
  for (long i = 0; i < (whole ? times : 1) && factors->count < MOST_FACTORS; i++)
    factors->list[factors->count++] = whole ? node->child[0] : node;
}

static bool cancel(const struct bp_expression *a, const struct bp_expression *b) {
  const struct bp_expression *of_a = inverse_of(a), *of_b = inverse_of(b);
  if (is_call_of(a, "det") && is_call_of(b, "det"))
    return cancel(a->child[1], b->child[1]);
  return (of_a && bp_expression_same(of_a, b)) || (of_b && bp_expression_same(of_b, a));
}

/* Leaves out neighbours of which one is the inverse of the other; how many pairs these were. */
static size_t cancel_factors(struct factors *factors) {
  size_t pairs = 0;
  for (size_t i = 0; i + 1 < factors->count;) {
    if (!cancel(factors->list[i], factors->list[i + 1])) {
      i++;
      continue;
    }
    memmove(&factors->list[i], &factors->list[i + 2],
            (factors->count - i - 2) * sizeof *factors->list);
    factors->count -= 2;
    pairs++;
    i = i > 0 ? i - 1 : 0;
  }
  return pairs;
}

/* ---- what is left ------------------------------------------------------- */

/* The same without what undoes itself at the top; the node itself where nothing does. */
static const struct bp_expression *undone_once(const struct bp_expression *node) {
  bool twice = (node->kind == BP_EXPR_TRANSPOSE || node->kind == BP_EXPR_NEGATE) &&
               node->child[0]->kind == node->kind;
  if (twice)
    return node->child[0]->child[0];
  const struct bp_expression *inside = undone_call(node), *below = inverse_of(node);
  const struct bp_expression *again = below ? inverse_of(below) : NULL;
  if (inside || again)
    return inside ? inside : again;
  struct factors factors = {.count = 0};
  if (node->kind == BP_EXPR_MULTIPLY)
    add_factors(&factors, node);
  return cancel_factors(&factors) > 0 && factors.count == 1 ? factors.list[0] : node;
}

/* What is added to itself there; NULL: nothing is. */
static const struct bp_expression *doubled(const struct bp_expression *node) {
  bool twice = node->kind == BP_EXPR_ADD && bp_expression_same(node->child[0], node->child[1]);
  return twice ? node->child[0] : NULL;
}

/* Half of what is added to itself; NULL: it is no such thing. */
static const struct bp_expression *halved(const struct bp_expression *node) {
  if (bp_is_quotient(node) && bp_is_number(node->child[1], "2"))
    return doubled(node->child[0]);
  bool half = bp_is_product(node) && bp_is_quotient(node->child[0]) &&
              bp_is_number(node->child[0]->child[0], "1") &&
              bp_is_number(node->child[0]->child[1], "2");
  return half ? doubled(node->child[1]) : NULL;
}

/* 1/exp(-log(p)) is exp(log(p)), (W + W)/2 is W, and sqrt(p^2) is p if p is positive. */
static const struct bp_expression *undone_further(const struct bp_expression *node) {
  if (halved(node))
    return halved(node);
  const struct bp_expression *below = inverse_of(node);
  bool turned = below && is_call_of(below, "exp") && below->child[1]->kind == BP_EXPR_NEGATE;
  if (turned && is_call_of(below->child[1]->child[0], "log"))
    return below->child[1]->child[0]->child[1];
  bool root = is_call_of(node, "sqrt") && bp_is_power(node->child[1]) &&
              bp_is_number(node->child[1]->child[1], "2");
  bool square =
      bp_is_power(node) && bp_is_number(node->child[1], "2") && is_call_of(node->child[0], "sqrt");
  return root ? node->child[1]->child[0] : square ? node->child[0]->child[1] : node;
}

static const struct bp_expression *undone(const struct bp_expression *node) {
  for (;;) {
    const struct bp_expression *next = undone_once(node);
    next = next == node ? undone_further(node) : next;
    if (next == node)
      return node;
    node = next;
  }
}

static bool same_undone(const struct bp_expression *formula, const struct bp_expression *other) {
  formula = undone(formula);
  if (bp_expression_same(formula, other))
    return true;
  bool same = formula->kind != BP_EXPR_NAME && formula->count > 0 &&
              bp_expression_alike(formula, other) && formula->count == other->count;
  for (size_t i = 0; i < formula->count && same; i++)
    same = formula->child[i] && other->child[i] && same_undone(formula->child[i], other->child[i]);
  return same;
}

bool bp_leads_back(const struct bp_expression *formula, const struct bp_expression *other) {
  return !bp_expression_same(formula, other) && same_undone(formula, other);
}

/* Past signs and transposes. */
static const struct bp_expression *unsigned_part(const struct bp_expression *node) {
  while (node->kind == BP_EXPR_NEGATE || node->kind == BP_EXPR_TRANSPOSE)
    node = node->child[0];
  return node;
}

/* -(-A)' and 1/-p^-1: what undoes itself with a sign or a transpose between. */
static bool is_undone_within(const struct bp_expression *node) {
  const struct bp_expression *below = inverse_of(node), *inner = node->child[0];
  if (below)
    return inverse_of(unsigned_part(below)) != NULL;
  while (node->kind == BP_EXPR_NEGATE && inner->kind == BP_EXPR_TRANSPOSE)
    inner = inner->child[0];
  return node->kind == BP_EXPR_NEGATE && inner->kind == BP_EXPR_NEGATE;
}

static bool has_cancelling_factors(const struct bp_expression *node) {
  struct factors factors = {.count = 0};
  if (node->kind == BP_EXPR_MULTIPLY)
    add_factors(&factors, node);
  return cancel_factors(&factors) > 0;
}

static bool is_detour(const struct bp_expression *node) {
  if (node->count == 0 || node->kind == BP_EXPR_NAME)
    return false;
  bool itself = (node->kind == BP_EXPR_SUBTRACT || bp_is_quotient(node)) &&
                bp_expression_same(node->child[0], node->child[1]);
  return itself || is_undone_within(node) || undone_once(node) != node ||
         has_cancelling_factors(node);
}

bool bp_has_new_detour(const struct bp_expression *formula, const struct bp_expression *written) {
  if (is_detour(formula) && !bp_expression_contains(written, formula))
    return true;
  for (size_t i = 0; i < formula->count && formula->kind != BP_EXPR_NAME; i++)
    if (formula->child[i] && bp_has_new_detour(formula->child[i], written))
      return true;
  return false;
}

/* Past signs, factors that are numbers, and 1 over: -2*log(p), 1/exp(x). */
static const struct bp_expression *within(const struct bp_expression *node) {
  for (;;) {
    bool first = node->kind == BP_EXPR_NEGATE ||
                 (node->kind == BP_EXPR_DIVIDE && node->child[1]->kind == BP_EXPR_NUMBER);
    bool second = (node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_DIVIDE) &&
                  node->child[0]->kind == BP_EXPR_NUMBER;
    if (!first && !second)
      return node;
    node = node->child[first ? 0 : 1];
  }
}

/* Behind operators, and not behind other functions: log(sum(exp(z))) is no way back. */
static bool has_call(const struct bp_expression *node, bool of_log) {
  if (node->kind == BP_EXPR_CALL)
    return of_log ? is_call_of(node, "log") || is_call_of(node, "ln") : is_call_of(node, "exp");
  bool found = false;
  for (size_t i = 0; i < node->count && node->kind != BP_EXPR_NAME && !found; i++)
    found = node->child[i] && has_call(node->child[i], of_log);
  return found;
}

static bool is_there_and_back(const struct bp_expression *node, bool somewhere) {
  bool exp = is_call_of(node, "exp"), log = is_call_of(node, "log") || is_call_of(node, "ln");
  bool back = undone(node) != node || has_cancelling_factors(node);
  if (!exp && !log)
    return back;
  const struct bp_expression *inner = within(node->child[1]);
  bool direct =
      exp ? is_call_of(inner, "log") || is_call_of(inner, "ln") : is_call_of(inner, "exp");
  return direct || back || (somewhere && has_call(node->child[1], exp));
}

static bool goes_round(const struct bp_expression *formula, bool somewhere) {
  bool found = is_there_and_back(formula, somewhere);
  for (size_t i = 0; i < formula->count && formula->kind != BP_EXPR_NAME && !found; i++)
    found = formula->child[i] && goes_round(formula->child[i], somewhere);
  return found;
}

static size_t nodes_of(const struct bp_expression *formula) {
  size_t nodes = 1;
  for (size_t i = 0; i < formula->count; i++)
    nodes += formula->child[i] ? nodes_of(formula->child[i]) : 0;
  return nodes;
}

bool bp_stays_detour(const struct bp_expression *formula, const struct bp_expression *written) {
  return goes_round(written, false) &&
         (goes_round(formula, true) || nodes_of(formula) > nodes_of(written));
}
