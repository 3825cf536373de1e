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

#endif
