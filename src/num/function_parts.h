/* What the rows of function.c have in common: pieces of bounds, and of the arithmetic of balls.
 *
 * Nothing here belongs to one function.  Whoever writes a new one finds what the others use.
 */
#ifndef BP_NUM_FUNCTION_PARTS_H
#define BP_NUM_FUNCTION_PARTS_H

#include <math.h>

#include "num/function.h"

#define BP_SLACK (1 + 1e-9) /* for the rounding of a bound itself */

static inline double bp_no_rounding(double z, double a) {
  (void)z, (void)a;
  return 0;
}

/* Every form in use is accurate relative to its own value. */
static inline void bp_nothing_elsewhere(double z, double unit, double *value, double *slope) {
  (void)z, (void)unit;
  *value = *slope = 0;
}

/* x (1 - y) of balls */
static inline void bp_times_rest(acb_srcptr x, acb_srcptr y, slong bits, acb_ptr out) {
  acb_sub_ui(out, y, 1, bits);
  acb_neg(out, out);
  acb_mul(out, out, x, bits);
}

/* Whether z lies above 0, or else at most at it; a ball around 0 is neither, and has no slope. */
static inline bool bp_ball_is_above(acb_srcptr z, acb_ptr out) {
  if (!arb_is_positive(acb_realref(z)) && !arb_is_nonpositive(acb_realref(z)))
    acb_indeterminate(out);
  return arb_is_positive(acb_realref(z));
}

/* Two lines that meet at 0. */
static inline void bp_hinge_bounds(double z, double r, double below, double bound[]) {
  bool crosses = fabs(z) <= r;
  bound[1] = crosses || z > 0 ? 1 : below;
  for (int k = 2; k <= BP_ORDER; k++)
    bound[k] = crosses ? INFINITY : 0;
}

/* What lies between z and z + w changes a slope by at most 2 |w| sup |g''| / 2; near the zeros of a
 * slope that is less than the sum of the magnitudes of its terms. */
static inline double bp_nearest_slope(double z, double r, double at_z, double terms, double bend) {
  return fmin(terms, fabs(at_z) + 1e-14 * (1 + fabs(z)) * bend + 2 * r * bend) * BP_SLACK;
}

/* sum of |coefficients| of the Hermite polynomial He_n times powers of x >= 0 */
static inline double bp_hermite_magnitude(int n, double x) {
  double previous = 0, current = 1;
  for (int k = 0; k < n; k++) {
    double next = x * current + k * previous;
    previous = current;
    current = next;
  }
  return current;
}

#endif
