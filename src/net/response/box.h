/* How far the layers above can move, and what that can do to the slope of the loss, while one
 * activation of a layer moves.
 *
 * Let A[l]_is move by a complex number α, |α| <= reach, and let ψ_i(α) be the loss of sample s,
 * where every function with pieces goes on beyond its kink as the piece that it is in.  A box says,
 * for all units i of the layer at once,
 *
 *     |ψ_i'(α) - ψ_i'(0)| <= variation[i]
 *     no unit of a layer above reaches its kink for real |α| < 1 / crossing[i]
 *     |computed ψ_i(α) - ψ_i(α)| <= u (fixed + rising |α|)     for real |α| <= reach / 8
 *
 * The first is what Cauchy's estimate needs to bound all higher derivatives of ψ_i.  How: forward,
 * each unit k above moves by c_k α + O(α^2) with c_k = ∂Z_k/∂A_i, a product of weights and slopes
 * with their signs, so that what cancels does; only what is not linear goes through |W|.  Backward,
 * ∂C/∂Z_k varies by no more than the bend of the functions times these motions.  Slopes at rest are
 * quotients of values, measured once, with a bound of their own; ∂C/∂Z and ∂C/∂A of the layers
 * above are the differences that were taken there.  No stored derivative is asked, only bounds.  A
 * rounding error at unit k costs the sup of |∂C/∂Z_k| over the box times its size.
 */
#ifndef BP_NET_RESPONSE_BOX_H
#define BP_NET_RESPONSE_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/quad.h"
#include "net/network.h"

/* What is known of a network at rest; arrays are [l][i * m + s]. */
struct bp_rest {
  const struct bp_network *network;
  const struct bp_forward *forward;
  double **slope, **slope_error; /* g'(Z), below the output */
  double **of_Z, **of_A; /* bounds of |∂C/∂Z|, |∂C/∂A| of the sample's own loss C; filled from
                          * the output downward by whoever measures them */
};

/* The derivative in 113 bits.  It is taken once, whichever entries ask for it: those of a row of
 * weights, its bias and the unit's own dZ, of every gradient that is held against them. */
struct bp_precise_response {
  bp_quad value;
  double truncation, rounding;
  bool asked, known; /* known: all of it is finite */
};

/* How a unit of one sample answers when it moves, see above. */
struct bp_response {
  double reach, variation, crossing, fixed, rising;
  double value, truncation, rounding; /* of its derivative, once that was taken */
  struct bp_precise_response precise;
  bool curved; /* else a parabola at most: nothing is truncated */
  bool known;  /* all of this is: finite, and beside all kinks */
};

/* One thread's working space. */
struct bp_box_space;

/* For boxes of that network, and for up to so many directions at once. */
struct bp_box_space *bp_box_space_new(const struct bp_network *network, size_t directions,
                                      struct bp_arena *arena);

/* Allocates all of it and measures the slopes; NULL when memory is short. */
struct bp_rest *bp_rest_new(const struct bp_network *network, const struct bp_forward *forward,
                            struct bp_arena *arena);

/* Fills the responses to moves of A[l]_is for every i, response[i * m + s], l < L.
 * rest->of_Z and of_A must stand for the layers above. */
void bp_box_hidden(const struct bp_rest *rest, size_t l, size_t s, struct bp_box_space *space,
                   struct bp_response *response);

/* The same for moves of Z[L]_is; writes rest->of_Z[L], too. */
void bp_box_output(const struct bp_rest *rest, size_t s, struct bp_box_space *space,
                   struct bp_response *response);

/* The same for moves of the whole of Z[l] of one sample, along each column of `directions` (n[l]
 * rows) at a time: Z[l]_s + α direction_i.  For every l; rest->of_Z and of_A must stand for layer
 * l, too, and of_Z[L] for l = L. */
void bp_box_along(const struct bp_rest *rest, size_t l, size_t s, const gsl_matrix *directions,
                  struct bp_box_space *space, struct bp_response *response);

/* From the response to A[l]_is that to Z[l]_is. */
struct bp_response bp_response_through(const struct bp_rest *rest, size_t l, size_t i, size_t s,
                                       const struct bp_response *above);

/* How A[l]_is itself answers to those moves of Z[l]_is. */
struct bp_response bp_response_of_unit(const struct bp_rest *rest, size_t l, size_t i, size_t s,
                                       const struct bp_response *above);

#endif
