/* Lines that compare nothing.  Messages and notes live in the arena that is passed. */
#ifndef BP_JUDGE_NOTHING_H
#define BP_JUDGE_NOTHING_H

#include "judge/verdict.h"

/* A claim that holds because both sides are 0 at every point becomes undecided, with the reason.
 * Whatever the verdict, a derivative of or by something that does not vary gets a note. */
void bp_claim_note_nothing(struct bp_model *model, struct bp_claim_state *state,
                           struct bp_arena *arena);

#endif
