/* Formulas that are malformed in a way of which it is plain what was meant. */
#ifndef BP_STUDY_SLIPS_H
#define BP_STUDY_SLIPS_H

#include "note/statement.h"
#include "results/results.h"

/* Gives the claim about a malformed statement the edit that mends it, where there is one: a weight
 * loses the index of its sample, a sum gets a letter of its own or begins at 1, y gets the sample
 * that stands beside it, an activation the pre-activation, a bracket is closed.  False where memory
 * is short. */
bool bp_study_mend_slip(const struct bp_noted *noted, const struct bp_source *source,
                        struct bp_arena *arena, struct bp_claim *claim);

#endif
