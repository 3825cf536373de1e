/* Which names of a program that is followed stand for derivatives, and of what.
 *
 * dW is the derivative by whatever W is in the same body, at the same turn: by W[2] where that was
 * handed in as W.  nabla_w[-l] is by weights[-l], and what begins as np.zeros_like(theta) is by
 * theta.
 */
#ifndef BP_NOTE_TURNS_ADJOINT_H
#define BP_NOTE_TURNS_ADJOINT_H

#include "note/turns/turns.h"

/* The key of what a name, here and now, is the derivative by; NULL: it is none.  `before` is what
 * it held, or NULL. */
const char *bp_adjoint_of(struct bp_turns *turns, const char *key,
                          const struct bp_turns_held *before);

/* The same of the member `key` of a list or a dictionary. */
const char *bp_adjoint_of_member(struct bp_turns *turns, const char *list, const char *key,
                                 const struct bp_turns_held *before);

/* Notes which parameters of a body are derivatives that it is handed.  False where memory is short.
 */
bool bp_adjoint_hand(struct bp_turns *turns, const struct bp_turns_frame *frame);

/* What dh is the derivative by behind dh[h <= 0] = 0, where h is the output of a relu: by its
 * input, which gets a name.  NULL: it is no such mask. */
const char *bp_adjoint_behind_mask(struct bp_turns *turns, const struct bp_turns_held *gradient,
                                   const struct bp_turns_held *mask);

/* Gives a meaning to what only makes others: the steps that are derivatives by their use. */
bool bp_adjoint_by_use(struct bp_turns *turns);

#endif
