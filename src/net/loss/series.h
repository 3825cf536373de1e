/* Truncated power series of bounds, and what is known of the units that move.
 *
 * Composition is that of majorant series (see e.g. G. Polya and G. Szego, Problems and Theorems in
 * Analysis I, part 1, chapter 5): replacing every coefficient by a bound of its magnitude bounds
 * the coefficients of the composition.  Series have no constant term: [k-1] is the coefficient of
 * t^k.
 */
#ifndef BP_NET_LOSS_SERIES_H
#define BP_NET_LOSS_SERIES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "num/function.h"

/* What is known of the loss while one number of the network moves: difference/enclosure.h says of
 * which, and fills it from what a loss adds. */
struct bp_enclosure {
  double reach;
  double derivative[BP_ORDER + 1];
  double rounding;
  double ambiguity; /* how much the units that cross a kink in the slope can change |f'| */
  int order;        /* derivatives above this do not exist on the interval: 1, 2 or BP_ORDER */
  bool on_kink;     /* a unit that moves sits exactly on a kink in its slope */
  bool overflow;    /* something is not finite */
};

/* One unit: how far it moves at most, how wrong its computed value may be, how much of its first
 * derivative hangs on kinks, and bounds on the Taylor coefficients of its motion at any point of
 * the interval. */
struct bp_motion {
  double radius, error, ambiguity;
  double series[BP_ORDER];
};

/* All outputs of a softmax, relative to the likeliest class c, so that what saturates stays small:
 * excess bounds the series of sum_k a_k (e^(w_k) - 1), w_k = z_k - z_c, without the constant. */
struct bp_softmax_motion {
  const struct bp_motion *outputs;
  size_t count;
  const double *a, *y; /* of the sample, with `stride` */
  size_t stride;
  int order;   /* of the series */
  double unit; /* roundoff of the arithmetic that will evaluate the loss */
  size_t likeliest;
  double growth; /* a_k grows at most by this factor on the interval */
  double excess[BP_ORDER];
  double remainder[BP_ORDER]; /* excess without its part linear in w */
};

static inline void bp_series_multiply(int order, const double a[BP_ORDER], const double b[BP_ORDER],
                                      double product[BP_ORDER]) {
  double result[BP_ORDER] = {0};
  for (int i = 1; i < order; i++)
    for (int j = 1; i + j <= order; j++)
      result[i + j - 1] += a[i - 1] * b[j - 1];
  memcpy(product, result, sizeof result);
}

/* outer[k] bounds the k-th coefficient of the outer function; outer[0] is not used.  An infinite
 * one (beyond a kink) counts as absent: the attempt's order already says so. */
static inline void bp_series_compose(int order, const double outer[BP_ORDER + 1],
                                     const double inner[BP_ORDER], double result[BP_ORDER]) {
  double power[BP_ORDER], sum[BP_ORDER] = {0};
  int last = order;
  while (last > 1 && outer[last] == 0)
    last--;
  memcpy(power, inner, sizeof power);
  for (int k = 1; k <= last; k++) {
    if (isfinite(outer[k]))
      for (int n = k; n <= order; n++)
        sum[n - 1] += outer[k] * power[n - 1];
    if (k < last)
      bp_series_multiply(order, power, inner, power);
  }
  memcpy(result, sum, sizeof sum);
}

static inline void bp_series_add(double scale, const double series[BP_ORDER],
                                 double sum[BP_ORDER]) {
  for (int k = 0; k < BP_ORDER; k++)
    sum[k] += scale * series[k];
}

/* Adds a part of the loss: slope bounds its derivative by the unit, series its motion. */
static inline void bp_enclosure_add(double slope, const double series[BP_ORDER],
                                    const struct bp_motion *unit, double rounding,
                                    struct bp_enclosure *sum) {
  for (int k = 1; k <= BP_ORDER; k++)
    sum->derivative[k] += series[k - 1];
  sum->ambiguity += slope * unit->ambiguity;
  sum->rounding += slope * unit->error + rounding;
}

#endif
