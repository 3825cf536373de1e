/* What nobody would write: formulas that are right and yet no advice. */
#ifndef BP_JUDGE_TASTE_H
#define BP_JUDGE_TASTE_H

#include <stdint.h>

#include "lang/ast.h"

/* Whether something in the formula takes itself away again or is plainly idle: x ⊙ (y ./ x),
 * a + b - a, 0 * x, 1 - 2, y/(1/n). */
bool bp_is_odd(const struct bp_expression *formula);

/* A number that formulas share which are the same but for the order of factors and terms, the kind
 * of their products, and what cancels; others differ but by chance (1 in 2^61). */
uint64_t bp_digest(const struct bp_expression *formula);

/* The same with all transposes left out. */
uint64_t bp_digest_unturned(const struct bp_expression *formula);

#endif
