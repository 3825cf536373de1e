/* The condition behind a claim, "if i ≠ j", for who shows the claim at one combination of letters.
 */
#ifndef BP_SHOW_PROVISO_H
#define BP_SHOW_PROVISO_H

#include "judge/point.h"

/* Whether the condition compares indices and leaves these out: both sides are 0 there, and nobody
 * learns anything from that.  One about numbers leaves none out. */
bool bp_proviso_rules_out(struct bp_world *world, const struct bp_statement *statement,
                          const struct bp_scope *scope);

/* " where i ≠ j", with its letters as letters; "" without a condition. */
const char *bp_proviso_words(const struct bp_statement *statement, struct bp_arena *arena);

#endif
