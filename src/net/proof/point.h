/* The network at the point of the check, in ball arithmetic of ever more bits.
 *
 * Weights, targets and the float64 pre-activations Z[l] are exact there; activations g(Z[l]) are
 * balls, so there is a set of them for each number of bits.  Everything lives in the arena that is
 * given, and false means that memory is short.
 *
 * dA[L] is at the stored A[L], which is another number than g(Z[L]) by a rounding.  Where that
 * rounding leads onto a pole of the loss, to an output of 0 or 1, there is no slope at the stored
 * number; there g(Z[L]) itself stands in its place, in the difference and in the formula.
 */
#ifndef BP_NET_PROOF_POINT_H
#define BP_NET_PROOF_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "net/network.h"
#include "num/ball.h"

/* Level k works in BP_PROOF_LEAST_BITS · 2^k bits. */
enum { BP_PROOF_LEAST_BITS = 128, BP_PROOF_LEVELS = 8 };

struct bp_proof_point {
  const struct bp_network *network;
  const struct bp_forward *forward;
  struct bp_arena *arena;
  arb_ptr *W;                          /* [l], row by row; NULL until prepared */
  acb_ptr Y;                           /* column by column */
  struct bp_ball **A[BP_PROOF_LEVELS]; /* [level][l][i * m + s] */
  double bytes;                        /* of all that */
};

static inline slong bp_proof_bits(int level) { return (slong)BP_PROOF_LEAST_BITS << level; }

/* Bytes that the point may take, at most; no more levels are prepared than fit. */
double bp_proof_point_memory(const size_t *size, size_t depth, size_t samples);
#define BP_PROOF_MEMORY 0x1p26

/* Whether every number of the network and of its forward pass is finite: else there is no point. */
bool bp_proof_point_finite(const struct bp_network *network, const struct bp_forward *forward);

/* Whether a stored output has lost what the slope of the loss depends on. */
bool bp_proof_point_on_pole(const struct bp_network *network, double a);

/* To be called before anything of that level is evaluated, by one thread.  False also where the
 * level would take too much memory. */
bool bp_proof_point_prepare(struct bp_proof_point *point, int level);

#endif
