/* Noise by difference tables.
 *
 * A smooth function looks like a polynomial of low degree over a short distance, so its k-th
 * differences vanish as k grows, while those of noise grow in a known way: with deviation s the
 * mean square of the k-th differences is s² (2k)! / (k!)².  Each row of the table thus has an
 * opinion on s.  Where three rows in turn agree within a factor 16, that is noise; where they keep
 * falling, the function is still smooth there, and the last row bounds what noise there can be.
 *
 * Values that were written with few decimals have noise of another kind: they stand still and then
 * step.  Nothing but a rounding to decimals makes all values of a function whole multiples of a
 * power of ten that is far above their last bits, as the steps between points are binary fractions.
 *
 * Source: Hamming, "Introduction to Applied Numerical Analysis", chapter 6; Moré and Wild,
 * "Estimating computational noise", SIAM Journal on Scientific Computing 33 (2011).
 */
#include "probe/noise.h"

#include <math.h>

enum { FIRST_ROW = 4, LAST_ROW = 6, AGREEING = 16 };

#define TELLING 64 /* a power of ten of so many units: wholeness is chance in one of 8 numbers */
enum { MOST_DIGITS = 15, LEAST_DISTINCT = 3, WHOLE_UNITS = 4 };

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

static double largest_of(const double *values, size_t count) {
  double largest = 0;
  for (size_t i = 0; i < count; i++)
    if (isfinite(values[i]))
      largest = fmax(largest, fabs(values[i]));
  return largest;
}

/* value · 10^exponent, by a power that is a whole number: 10^-2 is none that has a double. */
static double scaled(double value, int exponent) {
  return exponent >= 0 ? value * pow(10, exponent) : value / pow(10, -exponent);
}

/* Values that differ in their last bits only are no steps of a staircase. */
static bool enough_differ(const double *values, size_t count, int exponent) {
  double seen[LEAST_DISTINCT];
  size_t distinct = 0;
  for (size_t i = 0; i < count && distinct < LEAST_DISTINCT; i++) {
    double number = rint(scaled(values[i], exponent));
    bool known = !isfinite(number);
    for (size_t s = 0; s < distinct; s++)
      known = known || seen[s] == number;
    if (!known)
      seen[distinct++] = number;
  }
  return distinct == LEAST_DISTINCT;
}

static bool all_whole(const double *values, size_t count, int exponent, double unit) {
  for (size_t i = 0; i < count; i++) {
    double number = scaled(values[i], exponent);
    if (isfinite(values[i]) && !(fabs(number - rint(number)) <= WHOLE_UNITS * unit * fabs(number)))
      return false;
  }
  return true;
}

double bp_noise_decimal(const double *values, size_t count, double unit) {
  double largest = largest_of(values, count);
  if (!(largest > 0))
    return 0;
  int leading = (int)floor(log10(largest));
  for (int digit = 0; digit < MOST_DIGITS; digit++) {
    double quantum = pow(10, leading - digit);
    if (!(quantum > TELLING * unit * largest))
      return 0;
    if (all_whole(values, count, digit - leading, unit))
      return enough_differ(values, count, digit - leading) ? quantum : 0;
  }
  return 0;
}
