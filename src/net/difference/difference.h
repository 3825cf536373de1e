/* Central differences of every parameter and every intermediate, each with a bound.
 *
 * Most entries are filled by net/response, which shares evaluations; here is what takes evaluations
 * of its own for each: two or four in float64, two in 113 bits, and at a kink both one-sided
 * quotients.  Whoever compares says which entries are to be taken again.  Results are kept, so that
 * many gradients can be compared with the same differences.
 *
 * Differences and workers live in the arena that is given, which must outlive them; NULL means that
 * memory is short.
 */
#ifndef BP_NET_DIFFERENCE_DIFFERENCE_H
#define BP_NET_DIFFERENCE_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "net/network.h"
#include "results/results.h"

struct bp_difference {
  double value;      /* the quotient; at a kink the middle of the two one-sided ones */
  double truncation; /* |value - derivative| <= truncation + rounding; INFINITY where nothing is */
  double rounding;   /* known */
  double spread;     /* at a kink: half the distance of the one-sided quotients */
  double slack;      /* how much units on a kink could change the derivative, at most */
  double sum;        /* bound of the sum of the magnitudes of the terms of this derivative */
  uint16_t bits;     /* BP_METHOD_PROOF: in how many it was found */
  uint8_t method;    /* enum bp_method */
  bool kink;         /* a unit sits exactly on its kink */
  bool overflow;     /* not finite */
};

static inline double bp_difference_bound(const struct bp_difference *difference) {
  return difference->truncation + difference->rounding;
}

/* Which matrix of the network: dW[l] with db[l] as its last column, dZ[l], or dA[l]. */
enum bp_difference_target { BP_TARGET_PARAMETER, BP_TARGET_Z, BP_TARGET_A, BP_TARGET_COUNT };

struct bp_differences {
  const struct bp_network *network;
  const struct bp_forward *forward;
  int threads;
  struct bp_arena *arena;
  struct bp_difference *
      *of[BP_TARGET_COUNT]; /* [target][l], row by row, see bp_difference_columns */
  struct bp_workers *workers;
};

/* Columns of of[target][l]: n[l-1] + 1 for parameters, m else.  It has n[l] rows, or as many
 * parameters as are looked at. */
size_t bp_difference_columns(const struct bp_network *network, enum bp_difference_target target,
                             size_t l);
size_t bp_difference_rows(const struct bp_network *network, enum bp_difference_target target,
                          size_t l);

/* Space and workers. */
struct bp_differences *bp_differences_new(const struct bp_network *network,
                                          const struct bp_forward *forward, int threads,
                                          struct bp_arena *arena);

/* Bytes that bp_differences_new and everything after it will take at most. */
double bp_differences_memory(const struct bp_spec *spec, size_t samples, int threads);

/* Takes the entries of one matrix where wanted[] is not 0 (NULL: all), by that method: TWO_POINT,
 * FOUR_POINT or QUAD, which turns to ONE_SIDED where a unit sits on its kink.  Keeps what is known
 * better already.  Returns false when stopped, and leaves entries as they were where memory is
 * short. */
bool bp_differences_refine(struct bp_differences *differences, enum bp_difference_target target,
                           size_t l, enum bp_method method, const uint8_t *wanted,
                           bp_parallel_progress *progress, void *user);

/* What that worker moves numbers with, in float64 and in 113 bits; the latter only once it is
 * ready. */
struct bp_perturber *bp_differences_perturber(const struct bp_differences *differences, int worker);
struct bp_quad_perturber *bp_differences_quad_perturber(const struct bp_differences *differences,
                                                        int worker);

/* Makes the workers for 113 bits, once; false when memory is short. */
bool bp_differences_ready_for_quad(struct bp_differences *differences);

/* Multiplications in 113 bits that one entry of that layer takes, roughly; `pairs`: those of its
 * responses, whose sums are done in pairs. */
double bp_difference_quad_cost(const struct bp_network *network, size_t l, bool pairs);

#endif
