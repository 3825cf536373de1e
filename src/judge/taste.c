/* Oddities are looked for in chains: all factors of a product with those that it is divided by, all
 * terms of a sum with their signs.
 *
 * The digest is the value of the formula in the integers modulo the prime 2^61 - 1, at a point
 * where every name has a number of its own and all products are the product of numbers.  It decides
 * nothing about matrices: it only says which pieces of advice would look alike.
 */
#include "judge/taste.h"

#include <stdlib.h>
#include <string.h>

#include "lang/tree.h"

typedef const struct bp_expression *expr;

static bool is(expr node, enum bp_expression_kind kind) { return node->kind == kind; }

static bool is_product(expr node) {
  return is(node, BP_EXPR_MULTIPLY) || is(node, BP_EXPR_HADAMARD) || is(node, BP_EXPR_KRONECKER);
}

static bool is_quotient(expr node) {
  return is(node, BP_EXPR_DIVIDE) || is(node, BP_EXPR_POINT_DIVIDE);
}

static bool is_sum(expr node) { return is(node, BP_EXPR_ADD) || is(node, BP_EXPR_SUBTRACT); }

/* diag(x) * y is x ⊙ y. */
static bool is_diagonal(expr node) {
  return is(node, BP_EXPR_CALL) && node->count == 2 && node->order == 0 &&
         !strcmp(node->child[0]->name, "diag");
}

static bool is_number(expr node, const char *text) {
  return is(node, BP_EXPR_NUMBER) && !strcmp(node->text, text);
}

/* ---- chains ------------------------------------------------------------- */

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
  if (is_product(node) || is_quotient(node)) {
    collect_factors(chain, node->child[0], inverse);
    collect_factors(chain, node->child[1], inverse != is_quotient(node));
  } else if (is(node, BP_EXPR_NEGATE)) {
    collect_factors(chain, node->child[0], inverse);
  } else if (is_diagonal(node)) {
    collect_factors(chain, node->child[1], inverse);
  } else {
    add(chain, node, inverse);
  }
}

static void collect_terms(struct chain *chain, expr node, bool inverse) {
  if (is_sum(node)) {
    collect_terms(chain, node->child[0], inverse);
    collect_terms(chain, node->child[1], inverse != is(node, BP_EXPR_SUBTRACT));
  } else if (is(node, BP_EXPR_NEGATE)) {
    collect_terms(chain, node->child[0], !inverse);
  } else {
    add(chain, node, inverse);
  }
}

static bool cancels(const struct chain *chain) {
  for (size_t i = 0; i < chain->count; i++) {
    if (is_number(chain->parts[i], "0"))
      return true;
    for (size_t k = i + 1; k < chain->count; k++)
      if (chain->inverse[i] != chain->inverse[k] && !is_number(chain->parts[i], "1") &&
          bp_expression_same(chain->parts[i], chain->parts[k]))
        return true;
  }
  return false;
}

/* x/(1/n), x/(y * (1/n)) */
static bool divides_by_reciprocal(expr divisor) {
  if (is_quotient(divisor))
    return is_number(divisor->child[0], "1") || divides_by_reciprocal(divisor->child[0]);
  return is_product(divisor) &&
         (divides_by_reciprocal(divisor->child[0]) || divides_by_reciprocal(divisor->child[1]));
}

bool bp_is_odd(expr formula) {
  struct chain chain = {.count = 0};
  if (is_product(formula) || is_quotient(formula))
    collect_factors(&chain, formula, false);
  else if (is_sum(formula))
    collect_terms(&chain, formula, false);
  if (cancels(&chain) || (is_quotient(formula) && divides_by_reciprocal(formula->child[1])))
    return true;
  if (is_sum(formula) && is(formula->child[0], BP_EXPR_NUMBER) &&
      is(formula->child[1], BP_EXPR_NUMBER))
    return true;
  for (size_t i = 0; i < formula->count && !is(formula, BP_EXPR_NAME); i++)
    if (!(is(formula, BP_EXPR_ELEMENT) && i > 0) && bp_is_odd(formula->child[i]))
      return true;
  return false;
}

/* ---- digests ------------------------------------------------------------ */

#define PRIME ((UINT64_C(1) << 61) - 1)

__extension__ typedef unsigned __int128 wide;

static uint64_t product(uint64_t a, uint64_t b) { return (uint64_t)((wide)a * b % PRIME); }

static uint64_t power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1, base = product(base, base))
    if (exponent & 1)
      result = product(result, base);
  return result;
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9u;
}

static uint64_t digest(expr node, bool unturned);

/* What is no arithmetic: a name with its indices, a function of its arguments. */
static uint64_t opaque(expr node, bool unturned) {
  uint64_t hash = mixed((uint64_t)node->kind + 1, (uint64_t)node->order);
  for (const char *c = node->name ? node->name : node->text ? node->text : ""; *c; c++)
    hash = mixed(hash, (unsigned char)*c);
  for (size_t i = 0; i < node->count; i++)
    hash = mixed(hash, digest(node->child[i], unturned));
  return hash % PRIME;
}

static bool is_small(expr exponent) {
  return is(exponent, BP_EXPR_NUMBER) && strlen(exponent->text) == 1;
}

static uint64_t digest(expr node, bool unturned) {
  switch (node->kind) {
  case BP_EXPR_ADD:
    return (digest(node->child[0], unturned) + digest(node->child[1], unturned)) % PRIME;
  case BP_EXPR_SUBTRACT:
    return (digest(node->child[0], unturned) + PRIME - digest(node->child[1], unturned)) % PRIME;
  case BP_EXPR_NEGATE:
    return (PRIME - digest(node->child[0], unturned)) % PRIME;
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_KRONECKER:
    return product(digest(node->child[0], unturned), digest(node->child[1], unturned));
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return product(digest(node->child[0], unturned),
                   power(digest(node->child[1], unturned), PRIME - 2));
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return is_small(node->child[1])
               ? power(digest(node->child[0], unturned), strtoul(node->child[1]->text, NULL, 10))
               : opaque(node, unturned);
  case BP_EXPR_NUMBER:
    return strlen(node->text) <= 6 && !strpbrk(node->text, ".eE") ? strtoul(node->text, NULL, 10)
                                                                  : opaque(node, unturned);
  case BP_EXPR_TRANSPOSE:
    return unturned ? digest(node->child[0], unturned) : opaque(node, unturned);
  default:
    return is_diagonal(node) ? digest(node->child[1], unturned) : opaque(node, unturned);
  }
}

uint64_t bp_digest(expr formula) { return digest(formula, false); }

uint64_t bp_digest_unturned(expr formula) { return digest(formula, true); }
