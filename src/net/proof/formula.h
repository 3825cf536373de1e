/* BP1-BP4 in ball arithmetic: the same equations, for where 113 bits have no digits left.
 *
 * Like in 113 bits they start from the float64 Z[l] and, in BP4, the float64 A[l-1]; the
 * activations at which slopes are taken are computed anew from Z[l].
 */
#ifndef BP_NET_PROOF_FORMULA_H
#define BP_NET_PROOF_FORMULA_H

#include "net/backprop.h"
#include "net/proof/point.h"

struct bp_ball_matrix {
  size_t size1, size2;
  struct bp_ball *data; /* row by row */
};

struct bp_ball_gradient {
  struct bp_ball_room room;
  const struct bp_proof_point *point;
  struct bp_ball_matrix **dA, **dZ, **dW, **db;
  struct bp_ball_matrix **A; /* g(Z[l]) */
};

/* With the bits of that level, at a point that was prepared for it; everything in `arena`.  NULL
 * where memory is short. */
struct bp_ball_gradient *bp_backprop_ball(const struct bp_proof_point *point, int level,
                                          enum bp_route route, const struct bp_mistake *mistake,
                                          struct bp_arena *arena);

/* What that takes, in products of BP_PROOF_LEAST_BITS. */
double bp_backprop_ball_cost(const struct bp_network *network, int level);

#endif
