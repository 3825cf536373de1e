/* What the gradient of a network of the zoo is, by a way that shares nothing with the check but the
 * elementwise functions in 113 bits.
 */
#ifndef BP_BENCH_ZOO_REFERENCE_H
#define BP_BENCH_ZOO_REFERENCE_H

#include "net/backprop.h"
#include "net/network.h"
#include "zoo_families.h"

/* NaN where a parameter hangs on a kink. */
struct reference {
  double W[DEEPEST + 1][WIDEST][WIDEST], b[DEEPEST + 1][WIDEST];
  double loss;
};

void compute_reference(const struct bp_network *network, struct reference *reference);

/* Largest |gradient - reference| over entries that have a reference, in units of the loss. */
double distance_to(const struct bp_network *network, const struct bp_gradient *gradient,
                   const struct reference *reference);

#endif
