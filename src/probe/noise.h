/* How noisy a function's values are, from values at equidistant points.
 */
#ifndef BP_PROBE_NOISE_H
#define BP_PROBE_NOISE_H

#include <stdbool.h>
#include <stddef.h>

enum { BP_NOISE_VALUES = 8 };

struct bp_noise {
  double seen;    /* standard deviation of what looks like noise; 0 where nothing does */
  double highest; /* noise cannot be larger; NaN where a value is not finite */
  bool still;     /* half of the neighbours are equal: the points are too near to each other */
};

struct bp_noise bp_noise_of(const double values[BP_NOISE_VALUES]);

/* 10^-k where all finite values are multiples of it, for the smallest such k, and at least three
 * of them differ: they were printed with that many decimals, or counted.  0: they were not.  `unit`
 * is the unit roundoff of the values, which are off by no more than that from such multiples. */
double bp_noise_decimal(const double *values, size_t count, double unit);

#endif
