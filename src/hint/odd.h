/* What nobody would write: formulas that are right and yet no advice. */
#ifndef BP_HINT_ODD_H
#define BP_HINT_ODD_H

#include <stdbool.h>

#include "hint/digest.h"
#include "lang/ast.h"

/* How many things in the formula take themselves away again, or are plainly idle: x ⊙ (y ./ x),
 * a + b - a, 2*u - u, 0 * x, 1 - 2, y/(1/n), max(x, x), exp(log(x)), the sum, norm, transpose or an
 * element of a number, a sum over j = N..N or of what does not have its letter.  `look` may be
 * NULL: then nothing is known about shapes. */
size_t bp_oddities(const struct bp_expression *formula, bp_shape_look *look, void *context);

#endif
