/* Hints for the lines of a note, in its own signs. */
#ifndef BP_STUDY_MEND_H
#define BP_STUDY_MEND_H

#include "note/context/context.h"
#include "results/results.h"

/* Rewrites the hints of a claim, which are those for a derivation: Z[1] becomes Z^{[1]}, X' becomes
 * X^T.  Drops those that change what was declared for the note instead of the note.  `span` is the
 * statement.  False when memory is short. */
bool bp_study_mend(const struct bp_note_context *context, struct bp_span span,
                   struct bp_arena *arena, struct bp_claim *claim);

#endif
