/* What a line was compared with: how far its numbers reached, and which numbers its sizes were.
 *
 * Texts are made in the arena that is passed; the rest is kept in the claim's state.
 */
#ifndef BP_JUDGE_MARGIN_SEEN_H
#define BP_JUDGE_MARGIN_SEEN_H

#include "judge/aim.h"

/* Finds the sizes that the claim computes with as with numbers, n in (n - 1)*(n - 2), and not only
 * as the shape of something.  False when memory is short. */
bool bp_claim_find_sizes(struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena);

/* Takes over the numbers and sizes of a world in which the claim was compared. */
void bp_claim_see(struct bp_model *model, struct bp_claim_state *state,
                  const struct bp_world *world);

/* Tries further values of such sizes: as many as a polynomial of that degree needs, and those
 * beside the numbers that they are compared with.  False when memory is short. */
bool bp_aimed_sizes(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* Fills in state->aimed what is told of both.  False when memory is short. */
bool bp_claim_tell_seen(struct bp_claim_state *state, struct bp_arena *arena);

#endif
