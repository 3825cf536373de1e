/* Formulas that only go round to what stands on the other side.  Nothing is made. */
#ifndef BP_HINT_DETOUR_H
#define BP_HINT_DETOUR_H

#include "lang/ast.h"

/* Whether the formula is the other side once what undoes itself in it is left out: W'' is W, and
 * log(exp(x)) is x.  False where both are written alike. */
bool bp_leads_back(const struct bp_expression *formula, const struct bp_expression *other);

/* Whether something in the formula undoes itself, or is taken from or divided by itself, that is
 * not in what was written. */
bool bp_has_new_detour(const struct bp_expression *formula, const struct bp_expression *written);

/* Whether what was written goes a way there and back, exp of a multiple of a log, sqrt of a square,
 * inv(S) beside S, and the formula does so still, or is longer: in such a line the other side was
 * mistaken. */
bool bp_stays_detour(const struct bp_expression *formula, const struct bp_expression *written);

#endif
