/* Oddities are looked for in chains: all factors of a product with those that it is divided by, all
 * terms of a sum with their signs.  They are counted, since what a person wrote may have some.
 */
#include "hint/odd.h"

#include <string.h>

#include "lang/tree.h"
#include "value/builtin.h"

typedef const struct bp_expression *expr;

enum { LONGEST_CHAIN = 32 };

struct chain {
  expr parts[LONGEST_CHAIN];
  bool inverse[LONGEST_CHAIN]; /* divided by, or subtracted */
  size_t count;
};

struct looker { /* who knows about shapes */
  bp_shape_look *look;
  void *context;
};

static void add(struct chain *chain, expr part, bool inverse) {
  if (chain->count == LONGEST_CHAIN)
    return;
  chain->parts[chain->count] = part;
  chain->inverse[chain->count++] = inverse;
}

/* sum(x/m), of which the divisor may as well stand outside */
static bool is_linear_quotient(expr node) {
  return bp_is_builtin_call(node, BP_LINEAR) && bp_is_quotient(node->child[1]);
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
    if (is_linear_quotient(node)) /* m * sum(x/m) */
      add(chain, node->child[1]->child[1], !inverse);
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

/* 2*u without its 2 */
static expr without_number(expr term) {
  while (bp_is(term, BP_EXPR_MULTIPLY) && bp_is(term->child[0], BP_EXPR_NUMBER))
    term = term->child[1];
  return term;
}

/* d in d^2 */
static expr without_power(expr factor) { return bp_is_power(factor) ? factor->child[0] : factor; }

/* Whether b is among the terms of a sum. */
static bool has_term(expr sum, expr b) {
  return bp_expression_same(sum, b) ||
         (bp_is_sum(sum) && (has_term(sum->child[0], b) || has_term(sum->child[1], b)));
}

static expr without_diagonal(expr factor) {
  return bp_is_builtin_call(factor, BP_IS_DIAGONAL) ? factor->child[1] : factor;
}

/* u ⊙ h - u ⊙ (1 + h), which is -u */
static bool shares_factor(expr a, expr b) {
  if (!bp_is_product(a) || !bp_is_product(b) ||
      !bp_expression_same(without_diagonal(a->child[0]), without_diagonal(b->child[0])))
    return false;
  return has_term(a->child[1], b->child[1]) || has_term(b->child[1], a->child[1]);
}

/* x + x * (a - 1), which is a * x */
static bool takes_back_one(expr a, expr b) {
  for (size_t i = 0; bp_is_product(b) && i < 2; i++) {
    expr rest = b->child[1 - i];
    if (bp_expression_same(b->child[i], a) && bp_is_sum(rest) &&
        (bp_is_number(rest->child[0], "1") || bp_is_number(rest->child[1], "1")))
      return true;
  }
  return false;
}

static bool cancels(const struct chain *chain, bool terms) {
  for (size_t i = 0; i < chain->count; i++) {
    if (bp_is_number(chain->parts[i], "0"))
      return true;
    for (size_t k = i + 1; k < chain->count; k++) {
      expr a = chain->parts[i], b = chain->parts[k];
      if (terms && (shares_factor(a, b) || takes_back_one(a, b) || takes_back_one(b, a)))
        return true;
      if (terms && bp_is_number(a, "1") && bp_is_number(b, "1"))
        return true; /* 1 - p - 1 */
      a = terms ? without_number(a) : without_power(a);
      b = terms ? without_number(b) : without_power(b);
      if ((terms || chain->inverse[i] != chain->inverse[k]) && !bp_is_number(a, "1") &&
          bp_expression_same(a, b))
        return true;
    }
  }
  return false;
}

/* 1 - (1 - x) */
static bool complements_twice(expr node) {
  return bp_is(node, BP_EXPR_SUBTRACT) && bp_is(node->child[1], BP_EXPR_SUBTRACT) &&
         bp_is(node->child[0], BP_EXPR_NUMBER) && bp_is(node->child[1]->child[0], BP_EXPR_NUMBER);
}

static bool is_kinked_call(expr node) {
  if (!bp_is(node, BP_EXPR_CALL) || node->order > 0)
    return false;
  const char *name = node->child[0]->name;
  return bp_builtin_is(name, BP_DECIDES) || !strcmp(name, "relu") || !strcmp(name, "abs");
}

/* max(0, x) ./ x, abs(x)/x: a mask that has no value at 0 */
static bool divides_decision(const struct chain *chain) {
  for (size_t i = 0; i < chain->count; i++)
    for (size_t k = 0; k < chain->count; k++) {
      expr call = chain->parts[i];
      if (!is_kinked_call(call) || chain->inverse[i] || !chain->inverse[k])
        continue;
      for (size_t a = 1; a < call->count; a++)
        if (bp_expression_same(call->child[a], chain->parts[k]))
          return true;
    }
  return false;
}

/* 1 * x, x/1 (but not 1/x), 2 * 3 */
static bool has_idle_number(const struct chain *chain) {
  size_t numbers = 0;
  for (size_t i = 0; i < chain->count; i++) {
    bool one = bp_is_number(chain->parts[i], "1"), behind = false;
    for (size_t k = 0; one && k < chain->count; k++)
      behind = behind || (chain->inverse[k] && k == i + 1);
    if (one && (chain->inverse[i] || (!behind && chain->count > 1)))
      return true;
    numbers += bp_is(chain->parts[i], BP_EXPR_NUMBER) && !one && !chain->inverse[i];
  }
  return numbers > 1;
}

/* (-x) * (-y) */
static bool has_two_signs(expr node) {
  size_t signs = 0;
  for (; bp_is_product(node); node = node->child[0])
    signs += bp_is(node->child[1], BP_EXPR_NEGATE);
  return signs + bp_is(node, BP_EXPR_NEGATE) > 1;
}

/* x ⊙ (1 ./ x - y) */
static bool is_divided_by(expr node, expr divisor) {
  if (bp_is_sum(node))
    return is_divided_by(node->child[0], divisor) || is_divided_by(node->child[1], divisor);
  return bp_is_quotient(node) && bp_expression_same(node->child[1], divisor);
}

static bool is_complement(expr node, expr of) {
  return bp_is(node, BP_EXPR_SUBTRACT) && bp_is_number(node->child[0], "1") &&
         bp_expression_same(node->child[1], of);
}

/* (1 - y) ⊙ log(1 - a) among the terms, beside a factor y: of classes that is 0 */
static bool vanishes_beside(expr node, expr factor) {
  if (bp_is_sum(node))
    return vanishes_beside(node->child[0], factor) || vanishes_beside(node->child[1], factor);
  return bp_is_product(node) &&
         (is_complement(node->child[0], factor) || is_complement(node->child[1], factor) ||
          vanishes_beside(node->child[0], factor));
}

static bool multiplies_out(const struct chain *chain) {
  for (size_t i = 0; i < chain->count; i++)
    for (size_t k = 0; k < chain->count; k++)
      if (i != k && !chain->inverse[i] && !chain->inverse[k] && bp_is_sum(chain->parts[k]) &&
          (is_divided_by(chain->parts[k], chain->parts[i]) ||
           vanishes_beside(chain->parts[k], chain->parts[i])))
        return true;
  return false;
}

/* x^-2 and (1/x)^2, which are 1/x^2 */
static bool is_inverse_power(expr node) {
  return bp_is_power(node) &&
         (bp_is_quotient(node->child[0]) || bp_is(node->child[1], BP_EXPR_NEGATE) ||
          (bp_is(node->child[1], BP_EXPR_NUMBER) && node->child[1]->text[0] == '-'));
}

/* x/(1/n), x/(y * (z/n)), x/y/z, x/sqrt(1 + 1/y) */
static bool divides_by_quotient(expr divisor) {
  if (bp_is_quotient(divisor) || is_inverse_power(divisor))
    return true;
  if (bp_is(divisor, BP_EXPR_CALL) && divisor->count == 2 &&
      !strcmp(divisor->child[0]->name, "sqrt") && bp_is_sum(divisor->child[1])) {
    expr sum = divisor->child[1];
    return divides_by_quotient(sum->child[0]) || divides_by_quotient(sum->child[1]);
  }
  return bp_is_product(divisor) &&
         (divides_by_quotient(divisor->child[0]) || divides_by_quotient(divisor->child[1]));
}

static bool nests_quotients(expr node) {
  if (!bp_is_quotient(node))
    return false;
  expr above = node->child[0];
  while (bp_is(above, BP_EXPR_NEGATE))
    above = above->child[0];
  bool twice = bp_is_quotient(above) && !bp_is(above->child[1], BP_EXPR_NUMBER);
  return divides_by_quotient(node->child[1]) || twice;
}

static bool is_single(const struct looker *looker, expr node) {
  if (!looker->look)
    return false;
  struct bp_look look = looker->look(looker->context, node);
  return look.one_row && look.one_column;
}

/* Whether it is a number wherever its letters point, also where no shape is known for want of their
 * values: 2, v_i, W_{i,j}^2. */
static bool is_plain(const struct looker *looker, expr node) {
  if (bp_is(node, BP_EXPR_NUMBER) || is_single(looker, node))
    return true;
  bool element = bp_is(node, BP_EXPR_ELEMENT);
  for (size_t i = 1; element && i < node->count; i++)
    element = !bp_is(node->child[i], BP_EXPR_ALL);
  if (element)
    return true;
  if (bp_is(node, BP_EXPR_NEGATE))
    return is_plain(looker, node->child[0]);
  return (bp_is_product(node) || bp_is_quotient(node) || bp_is_sum(node) || bp_is_power(node)) &&
         is_plain(looker, node->child[0]) && is_plain(looker, node->child[1]);
}

/* (b/b_i)_i, (b - b_i)_i: what is picked has that element in it already. */
static bool picks_twice(expr element, expr node) {
  bool same = bp_is(node, BP_EXPR_ELEMENT) && node->count == element->count;
  for (size_t i = 1; same && i < node->count; i++)
    same = bp_expression_same(node->child[i], element->child[i]);
  for (size_t i = 0; i < node->count && !same; i++)
    same = picks_twice(element, node->child[i]);
  return same;
}

/* Σ_{i=1..n} 1, Σ_{i=n..n} x_i */
static bool is_idle_sum(expr node) {
  bool once =
      !bp_is(node->child[0], BP_EXPR_ALL) && bp_expression_same(node->child[0], node->child[1]);
  return once || !bp_expression_mentions(node->child[2], node->name);
}

/* exp(log(x)), log(exp(x)), abs(abs(x)) */
static bool undoes(expr call) {
  static const char *const pairs[][2] = {{"exp", "log"}, {"log", "exp"}};
  expr inner = call->child[1];
  if (call->count != 2 || !bp_is(inner, BP_EXPR_CALL) || call->order || inner->order)
    return false;
  if (!strcmp(call->child[0]->name, inner->child[0]->name) && call->child[0]->count == 0)
    return true;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (!strcmp(call->child[0]->name, pairs[i][0]) && !strcmp(inner->child[0]->name, pairs[i][1]))
      return true;
  return false;
}

/* X * I(n), and not λ * I(n) */
static bool has_idle_identity(const struct looker *looker, expr node) {
  size_t identities = 0, matrices = 0;
  bool more = looker->look != NULL && bp_is(node, BP_EXPR_MULTIPLY);
  for (expr rest = node; more; rest = more ? rest->child[0] : rest) {
    more = bp_is(rest, BP_EXPR_MULTIPLY);
    expr part = more ? rest->child[1] : rest;
    bool identity = bp_is_builtin_call(part, BP_IS_IDENTITY);
    identities += identity;
    matrices += !identity && !is_single(looker, part);
  }
  return identities > 0 && matrices + identities > 1;
}

/* I(k) ⊙ I(k) */
static bool multiplies_identities(expr node) {
  return bp_is_product(node) && bp_is_builtin_call(node->child[0], BP_IS_IDENTITY) &&
         bp_is_builtin_call(node->child[1], BP_IS_IDENTITY);
}

/* max(x, x), the sum of a number, rowsum of a column */
static bool is_idle_call(const struct looker *looker, expr node) {
  if (!bp_is(node, BP_EXPR_CALL) || node->count < 2)
    return false;
  const char *name = node->child[0]->name;
  if (!strcmp(name, "where") && node->count == 4 &&
      bp_expression_same(node->child[2], node->child[3]))
    return true; /* where(x > 0, 1, 1) */
  if (!strcmp(name, "log") && bp_is_power(node->child[1]))
    return true; /* log(x^a), which is a * log(x) */
  if (node->order > 0 && (!strcmp(name, "log") || !strcmp(name, "exp") || !strcmp(name, "sqrt")))
    return true; /* log'(x), which everybody writes as 1/x */
  if (bp_builtin_is(name, BP_INVERTS) && bp_is_quotient(node->child[1]))
    return true; /* inv(A/x), which is x * inv(A) */
  if (bp_builtin_is(name, BP_DECIDES))
    return node->count == 3 && bp_expression_same(node->child[1], node->child[2]);
  bool summed = bp_is_builtin_call(node, BP_SUMS_ALL); /* rowsum(diag(x)) is x */
  bool whole = bp_is_builtin_call(node, BP_OF_MANY) && bp_is_builtin_call(node, BP_NUMBER_STAYS);
  if (whole && bp_is(node->child[1], BP_EXPR_TRANSPOSE))
    return true; /* sum(A') */
  if (undoes(node) || (summed && bp_is_builtin_call(node->child[1], BP_IS_DIAGONAL)))
    return true;
  if (node->count == 2 && !node->order && bp_builtin_is(name, BP_OF_MANY) &&
      is_plain(looker, node->child[1]))
    return true;
  if (!looker->look || node->count != 2 || node->order)
    return false;
  struct bp_look look = looker->look(looker->context, node->child[1]);
  return (look.one_column && bp_builtin_is(name, BP_COLUMN_STAYS)) ||
         (look.one_row && bp_builtin_is(name, BP_ROW_STAYS));
}

/* x^1, x^0, x^(2 * 0) */
static bool is_idle_power(expr node) {
  if (!bp_is_power(node))
    return false;
  struct chain chain = {.count = 0};
  collect_factors(&chain, node->child[1], false);
  for (size_t i = 0; i < chain.count; i++)
    if (bp_is_number(chain.parts[i], "0"))
      return true;
  return bp_is_number(node->child[1], "1");
}

/* ones(n, m) ⊙ x */
static bool multiplies_ones(expr node) {
  bool found = false;
  for (size_t i = 0; bp_is(node, BP_EXPR_HADAMARD) && i < 2; i++)
    found = found || (bp_is(node->child[i], BP_EXPR_CALL) &&
                      !strcmp(node->child[i]->child[0]->name, "ones"));
  return found;
}

/* The product in (W * d')', which is d * W' */
static bool turns_back(expr product) {
  return bp_is_product(product) &&
         (bp_is(product->child[0], BP_EXPR_TRANSPOSE) ||
          bp_is(product->child[1], BP_EXPR_TRANSPOSE) || turns_back(product->child[0]));
}

/* exp((z - sum(z ⊙ p))/T): a sum over everything, taken from each exponent */
static bool shifts_exponents(expr node) {
  if (!bp_is(node, BP_EXPR_CALL) || node->order > 0 || strcmp(node->child[0]->name, "exp") != 0)
    return false;
  expr exponent = node->child[1];
  if (bp_is_quotient(exponent))
    exponent = exponent->child[0];
  bool found = false;
  for (size_t i = 0; bp_is_sum(exponent) && i < 2; i++)
    found = found || (bp_is(exponent->child[i], BP_EXPR_CALL) &&
                      !strcmp(exponent->child[i]->child[0]->name, "sum"));
  return found;
}

static bool is_odd(const struct looker *looker, expr node) {
  struct chain chain = {.count = 0};
  bool sum = bp_is_sum(node);
  if (bp_is_product(node) || bp_is_quotient(node))
    collect_factors(&chain, node, false);
  else if (sum)
    collect_terms(&chain, node, false);
  if (cancels(&chain, sum) || (!sum && has_idle_number(&chain)) || nests_quotients(node) ||
      (!sum && multiplies_out(&chain)) || has_two_signs(node) || has_idle_identity(looker, node))
    return true;
  if (is_idle_power(node) || complements_twice(node) || (!sum && divides_decision(&chain)) ||
      multiplies_identities(node) || multiplies_ones(node) || shifts_exponents(node))
    return true;
  if (bp_is(node, BP_EXPR_SUM))
    return is_idle_sum(node);
  if (bp_is(node, BP_EXPR_ELEMENT) && bp_is_quotient(node->child[0]))
    return true; /* (y ./ p)_i */
  if (bp_is(node, BP_EXPR_ELEMENT))
    return picks_twice(node, node->child[0]) || is_plain(looker, node->child[0]);
  if (bp_is(node, BP_EXPR_TRANSPOSE) && turns_back(node->child[0]))
    return true;
  if (bp_is(node, BP_EXPR_TRANSPOSE))
    return is_plain(looker, node->child[0]) || bp_is_builtin_call(node->child[0], BP_IS_IDENTITY);
  return is_idle_call(looker, node) ||
         (sum && bp_is(node->child[0], BP_EXPR_NUMBER) && bp_is(node->child[1], BP_EXPR_NUMBER));
}

static size_t count(const struct looker *looker, expr node) {
  size_t found = is_odd(looker, node);
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && !bp_is(node, BP_EXPR_NAME); i++)
    if (!(bp_is(node, BP_EXPR_ELEMENT) && i > 0))
      found += count(looker, node->child[i]);
  return found;
}

size_t bp_oddities(expr formula, bp_shape_look *look, void *context) {
  struct looker looker = {look, context};
  return count(&looker, formula);
}
