/* What nobody would write: formulas that are right and yet no advice. */
#ifndef BP_HINT_ODD_H
#define BP_HINT_ODD_H

#include <stdbool.h>

#include "lang/ast.h"

/* Whether something in the formula takes itself away again or is plainly idle: x ⊙ (y ./ x),
 * a + b - a, 0 * x, 1 - 2, y/(1/n). */
bool bp_is_odd(const struct bp_expression *formula);

#endif
