/* The worked numbers of one line of a derivation, as plain data: every matrix on the way to its two
 * sides at one point, so that a person can follow the calculation by hand.
 *
 * Everything that they point to lives as long as the arena in which they were made.
 */
#ifndef BP_RESULTS_WORKED_H
#define BP_RESULTS_WORKED_H

#include <stdbool.h>
#include <stddef.h>

#include "results/results.h"
#include "results/trace.h"

/* One matrix on the way to the sides of a claim. */
struct bp_worked_step {
  const char *text;    /* "W[2]' * dZ[2]" */
  const char *meaning; /* "given", "by definition: W[1]*X + b[1]", "by differences", or NULL */
  struct bp_trace_shape shape;
  const double *values; /* row by row */
  double bound;         /* largest error bound of the values */
  bool side;            /* one side of the link itself */
};

/* The worked numbers of one claim at one point. */
struct bp_worked {
  const struct bp_claim *claim; /* judged */
  const char *point;            /* "l = 2, n[0] = 3, m = 2" */
  struct bp_worked_step *steps; /* what is given first, the sides last */
  size_t count;
  const double *difference; /* left - right of the last two steps, or NULL (shapes do not fit) */
};

#endif
