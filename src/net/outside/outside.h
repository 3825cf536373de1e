/* A gradient that other code computed at the same point: how far rounding may have moved it.
 *
 * Of that code nothing is known but the precision in which it computed.  It is therefore allowed
 * what a worst-case error analysis of the whole way gives, forward pass included; see outside.c.
 *
 * Nothing new is handed out: bounds and gradients go into what the caller and the evidence have.
 */
#ifndef BP_NET_OUTSIDE_H
#define BP_NET_OUTSIDE_H

#include "net/compare.h"

/* What the analysis' worst case is multiplied by: its constants are those of the sums as taught and
 * of good libraries, and other code is free to multiply by 1/m elsewhere, or to take an exp of 4
 * ulp. */
#define BP_OUTSIDE_MARGIN 2

/* For explanations, which are no verdicts: how far a number may be off what a mistaken formula
 * gives, besides all else, relative to the largest entry of its block. */
static inline double bp_outside_noise(const struct bp_outside *outside) {
  const double roundings = 256, most = 0.005; /* the latter where float16 was used */
  return roundings * outside->unit < most ? roundings * outside->unit : most;
}

/* The smallest number that such arithmetic is sure to keep. */
double bp_outside_smallest(double unit);

/* Bounds |gradient - exact| for any code that follows the textbook in arithmetic with unit roundoff
 * outside->unit, from X, W and b rounded to it, at the point of evidence->network; `tight` for code
 * whose functions are accurate relative to their values.  O(m · parameters).  Returns 0, or -1 when
 * memory is short. */
int bp_outside_error(const struct bp_evidence *evidence, const struct bp_outside *outside,
                     bool tight, struct bp_gradient *error);

/* Fills what outside->given says is not there with what BP1-BP4 give. */
void bp_outside_complete(const struct bp_evidence *evidence, const struct bp_outside *outside);

/* Leaves out of the report the blocks that were not given. */
void bp_outside_trim(const struct bp_outside *outside, struct bp_report *report);

#endif
