/* Choosing steps; the formulas and their error bounds are in step.h.
 */
#include "net/difference/step.h"

#include <float.h>
#include <math.h>

#define NO_BOUND 1e150 /* where there is no bound: finite, so that 0 times it is 0 */
#define BOUNDED 1e100  /* sums below this are of real bounds */

const struct bp_step_plan bp_step_plans[BP_METHOD_COUNT] = {
    [BP_METHOD_TWO_POINT] = {BP_UNIT, 0x1p-12, 0x1p-20, 3, false},
    [BP_METHOD_FOUR_POINT] = {BP_UNIT, 0x1p-6, 0x1p-14, 5, false},
    [BP_METHOD_QUAD] = {4 * BP_QUAD_UNIT, 0x1p-34, 0x1p-90, 3, false},
    [BP_METHOD_ONE_SIDED] = {4 * BP_QUAD_UNIT, 0x1p-34, 0x1p-90, 3, true},
};

void bp_step_store(const struct bp_enclosure *enclosure, size_t s, double *const *field) {
  const double *derivative = enclosure->derivative;
  int order = enclosure->order;
  field[BP_STEP_INVERSE_REACH][s] = 1 / enclosure->reach;
  field[BP_STEP_ROUNDING][s] = enclosure->rounding;
  field[BP_STEP_SLOPE][s] = derivative[1];
  field[BP_STEP_SECOND][s] = order >= 2 ? derivative[2] : NO_BOUND;
  field[BP_STEP_THIRD][s] = order >= 3 ? derivative[3] : NO_BOUND;
  field[BP_STEP_FIFTH][s] = order >= 5 ? derivative[5] : NO_BOUND;
  field[BP_STEP_AMBIGUITY][s] = enclosure->ambiguity;
  field[BP_STEP_ON_KINK][s] = enclosure->on_kink;
  field[BP_STEP_OVERFLOWS][s] = enclosure->overflow;
}

struct bp_step_sums bp_step_sum(double *const *field, const double *a, size_t first, size_t last) {
  struct bp_step_sums sums = {0};
  double kinks = 0, overflows = 0;
  for (size_t s = first; s < last; s++)
    sums.scale = sums.scale > fabs(a[s]) ? sums.scale : fabs(a[s]);
  if (sums.scale == 0)
    return sums;
  if (sums.scale < DBL_MIN)
    sums.scale = DBL_MIN;
  double inverse = 1 / sums.scale;
  sums.overflow = !isfinite(sums.scale);
  for (size_t s = first; s < last; s++) {
    double b = fabs(a[s]) * inverse, b2 = b * b, moves = a[s] != 0;
    double reach = b * field[BP_STEP_INVERSE_REACH][s];
    sums.inverse_reach = sums.inverse_reach > reach ? sums.inverse_reach : reach;
    sums.rounding += moves * field[BP_STEP_ROUNDING][s];
    sums.slope += b * field[BP_STEP_SLOPE][s];
    sums.ambiguity += b * field[BP_STEP_AMBIGUITY][s];
    sums.second += b2 * field[BP_STEP_SECOND][s];
    sums.third += b2 * b * field[BP_STEP_THIRD][s];
    sums.fifth += b2 * b2 * b * field[BP_STEP_FIFTH][s];
    kinks += moves * field[BP_STEP_ON_KINK][s];
    overflows += moves * field[BP_STEP_OVERFLOWS][s];
  }
  sums.on_kink = kinks > 0;
  sums.overflow |= overflows > 0;
  return sums;
}

/* The largest power of two not above x > 0, and not above 2^1000. */
static double power_of_two_below(double x) {
  int exponent;
  frexp(fmin(x, 0x1p1000), &exponent);
  return ldexp(1, exponent - 1);
}

/* How far the quotient with step t can be off, all but the rounding of the final sum. */
static void bound_step(enum bp_method method, const struct bp_step_sums *sums, double mean,
                       double t, struct bp_difference *entry) {
  double T2 = mean * sums->second, T3 = mean * sums->third, T5 = mean * sums->fifth;
  bool four = method == BP_METHOD_FOUR_POINT, sided = method == BP_METHOD_ONE_SIDED;
  entry->rounding = (four ? 1.5 : sided ? 4 : 1) * mean * sums->rounding / t;
  entry->truncation = INFINITY;
  if (four && T5 < BOUNDED)
    entry->truncation = 20. / 3 * T5 * t * t * t * t;
  else if (sided && T3 < BOUNDED)
    entry->truncation = 6 * T3 * t * t;
  else if (!four && !sided && T3 < BOUNDED)
    entry->truncation = T3 * t * t;
  else if (!four && !sided && T2 < BOUNDED)
    entry->truncation = T2 * t;
}

/* The step, and how far the quotient is then off; t = h · scale is the step as the sums see it. */
static double choose(enum bp_method method, const struct bp_step_sums *sums, double mean,
                     size_t terms, struct bp_difference *entry) {
  double R = mean * sums->rounding, T2 = mean * sums->second, T3 = mean * sums->third;
  double T5 = mean * sums->fifth, most = 1 / sums->inverse_reach, best = most;
  bool doubled = method == BP_METHOD_FOUR_POINT || method == BP_METHOD_ONE_SIDED;
  if (doubled)
    most /= 2; /* these go to 2h */
  if (method == BP_METHOD_FOUR_POINT)
    best = pow(1.5 * R / (4 * 20. / 3 * T5), 0.2);
  else if (!doubled)
    best = T3 < BOUNDED ? cbrt(R / (2 * T3)) : sqrt(R / T2);
  double h = power_of_two_below((best > 0 && best < most ? best : most) / sums->scale);
  bound_step(method, sums, mean, h * sums->scale, entry);
  entry->rounding += ((double)terms + 8) * bp_step_plans[method].unit * mean * sums->slope;
  entry->rounding *= sums->scale;
  entry->truncation *= sums->scale;
  if (!isfinite(h) || h == 0)
    entry->truncation = entry->rounding = INFINITY;
  return h;
}

double bp_step_choose(const struct bp_step_sums *sums, double mean, size_t terms,
                      enum bp_method method, struct bp_difference *entry) {
  *entry = (struct bp_difference){.method = (uint8_t)method};
  if (sums->scale == 0)
    return 0;
  if (sums->overflow) {
    entry->overflow = true;
    entry->value = NAN;
    entry->truncation = entry->rounding = INFINITY;
    return 0;
  }
  entry->sum = mean * sums->slope * sums->scale;
  entry->slack = mean * sums->ambiguity * sums->scale;
  entry->kink = sums->on_kink;
  double h = choose(method, sums, mean, terms, entry);
  if (sums->on_kink && method != BP_METHOD_ONE_SIDED)
    entry->truncation = INFINITY;
  return h;
}
