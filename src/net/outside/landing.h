/* Where right code of a precision lands: how far its gradient typically is from the true one.
 *
 * The bounds of outside.h hold for every order of roundings, and near a perfect fit they may exceed
 * the gradient many times.  What roundings do when they do not conspire is far less, and in a
 * precision that carries no digits of a gradient it is all that can be known of it.
 *
 * Nothing new is handed out: the numbers go into what the caller has.
 */
#ifndef BP_NET_OUTSIDE_LANDING_H
#define BP_NET_OUTSIDE_LANDING_H

#include "net/compare.h"

/* Fills in, for each entry of dA, dZ, dW and db, by how much code that computes in that unit
 * roundoff may be off; it is an estimate and no bound.  O(m · parameters).  Returns 0, or -1 when
 * memory is short. */
int bp_outside_landing(const struct bp_evidence *evidence, double unit,
                       struct bp_gradient *landing);

#endif
