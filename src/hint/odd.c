/* Oddities are looked for in chains: all factors of a product with those that it is divided by, all
 * terms of a sum with their signs.
 */
#include "hint/odd.h"

#include "lang/tree.h"
#include "value/builtin.h"

typedef const struct bp_expression *expr;

enum { LONGEST_CHAIN = 32 };

struct chain {
  expr parts[LONGEST_CHAIN];
  bool inverse[LONGEST_CHAIN]; /* divided by, or subtracted */
  size_t count;
};

static void add(struct chain *chain, expr part, bool inverse) {
  if (chain->count == LONGEST_CHAIN)
    return;
  chain->parts[chain->count] = part;
  chain->inverse[chain->count++] = inverse;
}

static void collect_factors(struct chain *chain, expr node, bool inverse) {
  if (bp_is_product(node) || bp_is_quotient(node)) {
    collect_factors(chain, node->child[0], inverse);
    collect_factors(chain, node->child[1], inverse != bp_is_quotient(node));
  } else if (bp_is(node, BP_EXPR_NEGATE)) {
    collect_factors(chain, node->child[0], inverse);
  } else if (bp_is_builtin_call(node, BP_IS_DIAGONAL)) { /* diag(x) * y is x ⊙ y */
    collect_factors(chain, node->child[1], inverse);
  } else {
    add(chain, node, inverse);
  }
}

static void collect_terms(struct chain *chain, expr node, bool inverse) {
  if (bp_is_sum(node)) {
    collect_terms(chain, node->child[0], inverse);
    collect_terms(chain, node->child[1], inverse != bp_is(node, BP_EXPR_SUBTRACT));
  } else if (bp_is(node, BP_EXPR_NEGATE)) {
    collect_terms(chain, node->child[0], !inverse);
  } else {
    add(chain, node, inverse);
  }
}

static bool cancels(const struct chain *chain) {
  for (size_t i = 0; i < chain->count; i++) {
    if (bp_is_number(chain->parts[i], "0"))
      return true;
    for (size_t k = i + 1; k < chain->count; k++)
      if (chain->inverse[i] != chain->inverse[k] && !bp_is_number(chain->parts[i], "1") &&
          bp_expression_same(chain->parts[i], chain->parts[k]))
        return true;
  }
  return false;
}

/* x/(1/n), x/(y * (1/n)) */
static bool divides_by_reciprocal(expr divisor) {
  if (bp_is_quotient(divisor))
    return bp_is_number(divisor->child[0], "1") || divides_by_reciprocal(divisor->child[0]);
  return bp_is_product(divisor) &&
         (divides_by_reciprocal(divisor->child[0]) || divides_by_reciprocal(divisor->child[1]));
}

bool bp_is_odd(expr formula) {
  struct chain chain = {.count = 0};
  if (bp_is_product(formula) || bp_is_quotient(formula))
    collect_factors(&chain, formula, false);
  else if (bp_is_sum(formula))
    collect_terms(&chain, formula, false);
  if (cancels(&chain) || (bp_is_quotient(formula) && divides_by_reciprocal(formula->child[1])))
    return true;
  if (bp_is_sum(formula) && bp_is(formula->child[0], BP_EXPR_NUMBER) &&
      bp_is(formula->child[1], BP_EXPR_NUMBER))
    return true;
  for (size_t i = 0; i < formula->count && !bp_is(formula, BP_EXPR_NAME); i++)
    if (!(bp_is(formula, BP_EXPR_ELEMENT) && i > 0) && bp_is_odd(formula->child[i]))
      return true;
  return false;
}
