/* How large ∂C/∂Z and ∂C/∂A are where no response is taken, for the boxes below.
 *
 * Of a sample only some units of a layer are moved, but a box asks how much every unit above
 * matters. From the output downward, ∂C/∂Z of each is known as a number and what that may be off:
 *
 *     ∂C/∂A[l] = W[l+1]' ∂C/∂Z[l+1]      off by |W|' (off + (n + 4) u |∂C/∂Z|)
 *     ∂C/∂Z[l] = g' ∂C/∂A[l]              g' as the quotient of values of box.h, with its bound
 *
 * and where a response was taken, its difference takes that place.  These numbers go into bounds
 * alone; no difference is made of them.
 */
#ifndef BP_NET_RESPONSE_SIZES_H
#define BP_NET_RESPONSE_SIZES_H

#include "net/response/box.h"

/* Lives in the arena; NULL when memory is short. */
struct bp_sizes;
struct bp_sizes *bp_sizes_new(const struct bp_rest *rest, struct bp_arena *arena);

/* Goes on to layer l, from layer l + 1, or from the bounds that rest has of the output layer; fills
 * rest->of_A[l] and rest->of_Z[l] below that. */
void bp_sizes_descend(struct bp_sizes *sizes, size_t l, int threads);

/* ∂C/∂Z[l]_is of the layer that was gone on to. */
void bp_sizes_know(struct bp_sizes *sizes, size_t i, size_t s, double value, double bound);

#endif
