/* Noise by difference tables.
 *
 * A smooth function looks like a polynomial of low degree over a short distance, so its k-th
 * differences vanish as k grows, while those of noise grow in a known way: with deviation s the
 * mean square of the k-th differences is s² (2k)! / (k!)².  Each row of the table thus has an
 * opinion on s.  Where three rows in turn agree within a factor 16, that is noise; where they keep
 * falling, the function is still smooth there, and the last row bounds what noise there can be.
 *
 * Source: Hamming, "Introduction to Applied Numerical Analysis", chapter 6; Moré and Wild,
 * "Estimating computational noise", SIAM Journal on Scientific Computing 33 (2011).
 */
#include "probe/noise.h"

#include <math.h>

enum { FIRST_ROW = 4, LAST_ROW = 6, AGREEING = 16 };

/* Deviation of the noise in the opinion of a row of differences. */
static double opinion(const double *row, size_t count, double growth) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += row[i] / growth * row[i];
  return sqrt(sum / (double)count);
}

struct bp_noise bp_noise_of(const double values[BP_NOISE_VALUES]) {
  double row[BP_NOISE_VALUES], opinions[LAST_ROW + 1], growth = 1;
  size_t equal = 0;
  for (size_t i = 0; i < BP_NOISE_VALUES; i++)
    row[i] = values[i];
  for (size_t k = 1; k <= LAST_ROW; k++) {
    for (size_t i = 0; i + k < BP_NOISE_VALUES; i++) {
      row[i] = row[i + 1] - row[i];
      equal += k == 1 && row[i] == 0;
    }
    growth *= 2 * (2 * (double)k - 1) / (double)k; /* (2k)! / (k!)² from that of k - 1 */
    opinions[k] = opinion(row, BP_NOISE_VALUES - k, growth);
  }
  double most = 0, least = INFINITY;
  for (size_t k = FIRST_ROW; k <= LAST_ROW; k++) {
    most = fmax(most, opinions[k]);
    least = fmin(least, opinions[k]);
  }
  bool level = most <= AGREEING * least;
  if (!isfinite(opinions[LAST_ROW])) /* which all values have a part in */
    return (struct bp_noise){.seen = 0, .highest = NAN};
  return (struct bp_noise){.seen = level ? most : 0,
                           .highest = level ? most : opinions[LAST_ROW],
                           .still = 2 * equal >= BP_NOISE_VALUES - 1};
}
