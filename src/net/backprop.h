/* BP1-BP4: the gradient of a fully connected network from the four equations of back-propagation.
 *
 *     BP1   dZ[L] = dA[L] ⊙ g[L]'(Z[L])            (softmax: its Jacobian, column by column)
 *     BP2   dZ[l] = (W[l+1]' dZ[l+1]) ⊙ g[l]'(Z[l])
 *     BP3   db[l] = 1/m · sum over samples of dZ[l]
 *     BP4   dW[l] = 1/m · dZ[l] A[l-1]'
 *
 * dZ and dA are of the per-sample losses (no 1/m), dW and db of their mean J, as in source document
 * 000.  Source: M. Nielsen, Neural Networks and Deep Learning, chapter 2.
 *
 * What a call hands out lives in the arena that it is given, and goes when that is freed; NULL or
 * -1 means that memory is short.
 */
#ifndef BP_NET_BACKPROP_H
#define BP_NET_BACKPROP_H

#include <gsl/gsl_matrix.h>

#include "base/arena.h"
#include "base/quad.h"
#include "net/mistakes.h"
#include "net/network.h"

struct bp_gradient {
  gsl_matrix **dA, **dZ, **dW, **db; /* [1..L], shaped like A, Z, W, b; of the latter two only the
                                      * rows that are looked at */
  bool dealt;  /* of dW, only the rows that are this rank's are computed; of db, all */
  int threads; /* that share the products of bp_backprop and bp_backprop_error; less than 1: one */
};

/* The same, and how far each number may be off: |computed - exact| <= error, where exact means the
 * four equations without rounding from the same Z, A, W.  magnitude: the sum of the magnitudes that
 * went into the number, which is what rounding acts on. */
struct bp_gradient_error {
  struct bp_gradient error, magnitude;
  gsl_matrix *at_output; /* error of dA[L] as a function of the float64 A[L] */
};

struct bp_quad_matrix {
  size_t size1, size2;
  bp_quad *data; /* row by row */
};

/* The gradient in 113-bit arithmetic, from the same float64 Z, W and A[l-1]. */
struct bp_quad_gradient {
  struct bp_quad_matrix **dA, **dZ, **dW, **db;
  struct bp_quad_matrix **A; /* g(Z[l]) in that arithmetic */
};

/* Space. */
struct bp_gradient *bp_gradient_new(const struct bp_network *network, struct bp_arena *arena);

/* Of a dealt network, one of which every rank has all rows. */
struct bp_gradient *bp_gradient_whole(const struct bp_network *network, struct bp_arena *arena);
struct bp_quad_gradient *bp_quad_gradient_new(const struct bp_network *network,
                                              struct bp_arena *arena);

/* Runs the four equations.  `mistake` is planted where it says (NULL or BP_NO_MISTAKE: none).
 * O(m · parameters). */
void bp_backprop(const struct bp_network *network, const struct bp_forward *forward,
                 enum bp_route route, const struct bp_mistake *mistake,
                 struct bp_gradient *gradient);

/* The same in 113 bits, some hundred times slower. */
void bp_backprop_quad(const struct bp_network *network, const struct bp_forward *forward,
                      enum bp_route route, const struct bp_mistake *mistake,
                      struct bp_quad_gradient *gradient);

/* Bounds the rounding error of bp_backprop (without a mistake) by running error analysis; `scratch`
 * holds |W| of one layer at a time.  O(m · parameters).  Returns 0, or -1 when memory is short.
 * Source: N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.3. */
int bp_backprop_error(const struct bp_network *network, const struct bp_forward *forward,
                      enum bp_route route, const struct bp_gradient *gradient,
                      struct bp_arena *scratch, struct bp_gradient_error *error);

#endif
