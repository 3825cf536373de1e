/* Slopes of the loss along random directions of one matrix of parameters, each with a bound.
 *
 * Where W[l] moves by t V, Z[l] of sample s moves by t c_s, c_s = V A[l-1]_s, and everything below
 * stays.  So the loss of that sample is a function of one number t, and its slope is a quotient
 * over the points of response/nodes.h, whose box (response/box.h) is that of a layer that moves
 * along c_s.  As with single entries every sample has a step of its own, and the slope along V is
 * the mean over the samples.  Of b[l] the direction is the same in every sample.
 *
 * No slope of a function and no rule of BP enters; how large ∂C/∂Z is where the bounds ask for it
 * comes from response/sizes.h.
 *
 * What is handed out lives in the arena that is given; NULL and -1 mean that memory is short.
 */
#ifndef BP_NET_DIRECTION_ALONG_H
#define BP_NET_DIRECTION_ALONG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "net/network.h"

struct bp_along_slope {
  double value;                /* of J */
  double truncation, rounding; /* |value - slope| <= the sum of both; INFINITY: nothing is known */
  bool kink;                   /* that is because a unit stands exactly on its kink */
};

/* One network, and its directions of that seed. */
struct bp_along;

struct bp_along *bp_along_new(const struct bp_network *network, const struct bp_forward *forward,
                              size_t directions, unsigned long seed, int threads,
                              struct bp_arena *arena);

/* Bytes that they take at most. */
double bp_along_memory(const struct bp_spec *spec, size_t samples, size_t directions, int threads);

/* Measures how large derivatives are, once, before slopes are taken; false when stopped. */
bool bp_along_prepare(struct bp_along *along, bp_parallel_progress *progress, void *user);

/* Slopes of J along all directions of W[l] or b[l]; false when stopped. */
bool bp_along_take(struct bp_along *along, size_t l, bool bias, struct bp_along_slope *slopes,
                   bp_parallel_progress *progress, void *user);

#endif
