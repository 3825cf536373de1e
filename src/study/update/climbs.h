/* Steps of a note that lead up what is to be small, told from how they are written. */
#ifndef BP_STUDY_UPDATE_CLIMBS_H
#define BP_STUDY_UPDATE_CLIMBS_H

#include "note/statement.h"
#include "results/results.h"

/* Whether the words of the note say that there is a loss, and nothing to be large. */
bool bp_note_is_down(const struct bp_note *note);

/* Whether the statement is a step of w up the gradient of a loss by w, w = w + η ∂E/∂w.  Sets what
 * a report says of it: the claim fails, with the other sign for its mend where `hinted`.  False
 * where it is no such step, or memory is short, which the arena remembers. */
bool bp_step_climbs(const struct bp_note *note, const struct bp_noted *noted, bool hinted,
                    struct bp_arena *arena, struct bp_claim *claim);

#endif
