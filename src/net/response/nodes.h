/* The points at which a response is evaluated, and the derivative in their middle.
 *
 * For a function φ, points ±x_k δ with x_1 = 1 > x_2 > ... > x_4, and the polynomial through the
 * values there, the slope of that polynomial at 0 is
 *
 *     D = sum w_k (φ(x_k δ) - φ(-x_k δ)) / (2 x_k δ),    w_k = prod_(j ≠ k) x_j² / (x_j² - x_k²)
 *
 * It is φ'(0) for polynomials up to the eighth degree.  If φ is analytic for |t| <= r and |φ'(t) -
 * φ'(0)| <= V there, its coefficients c_n are at most V / (n r^(n-1)) by Cauchy, and with q = δ/r
 *
 *     |D - φ'(0)| <= sum over n = 9, 11, ... of |c_n| |sum w_k (x_k δ)^(n-1)|
 *                 <= V q^8 / 9 · prod x_k² / prod (1 - q² x_k²)
 *
 * since sum w_k x_k^(8+2j) is, up to its sign, prod x_k² times the sum of all products of j of the
 * x_k².  Errors of the values of at most R come through as R/δ · sum |w_k| / x_k.  The points are
 * near Chebyshev's, for which both are nearly as small as they can be, and have few bits, so that
 * x_k δ is exact.
 */
#ifndef BP_NET_RESPONSE_NODES_H
#define BP_NET_RESPONSE_NODES_H

#include <stddef.h>

#include "base/quad.h"

enum { BP_RESPONSE_PAIRS = 4 };

/* δ is at most this part of the reach in float64, see bp_response_part, and in 113 bits. */
#define BP_RESPONSE_STEP 0x1p-3
#define BP_RESPONSE_QUAD_STEP 0x1p-11

#define BP_RESPONSE_AMPLIFICATION 7.222 /* sum |w_k| / x_k */

static const double bp_response_place[BP_RESPONSE_PAIRS] = {1, 27. / 32, 9. / 16, 13. / 64};

static inline bp_quad bp_response_weight(size_t k) {
  bp_quad weight = 1, x = bp_response_place[k];
  for (size_t j = 0; j < BP_RESPONSE_PAIRS; j++) {
    bp_quad other = bp_response_place[j];
    if (j != k)
      weight *= other * other / (other * other - x * x);
  }
  return weight;
}

/* For q <= BP_RESPONSE_STEP: prod x_k² / 9 = 1.0327e-3, and the last product is above 0.967. */
static inline double bp_response_truncation(double variation, double q) {
  double q4 = q * q * q * q;
  return 1.068e-3 * variation * q4 * q4;
}

/* The part of the reach that δ should be, where rounding costs `rounding` over that part. */
static inline double bp_response_part(double variation, double rounding) {
  static const double parts[] = {0x1p-3, 0x3p-5, 0x1p-4, 0x3p-6, 0x1p-5};
  double best = parts[0], least = bp_response_truncation(variation, best) + rounding / best;
  for (size_t k = 1; k < sizeof parts / sizeof *parts; k++) {
    double error = bp_response_truncation(variation, parts[k]) + rounding / parts[k];
    if (error < least) {
      least = error;
      best = parts[k];
    }
  }
  return best;
}

#endif
