/* What is known of a number: tests, and bounds as float64 numbers or as their logarithms.
 *
 * Arb's bounds are numbers of 30 bits with any exponent.  Each is turned into float64 in the
 * direction of the bound.
 */
#include "num/ball.h"
#include "num/ball/inside.h"

#include <float.h>
#include <math.h>

/* ---- tests ---- */

bool bp_ball_finite(struct bp_ball a) { return acb_is_finite(&a.z); }

bool bp_ball_is_missing(struct bp_ball a) { return bp_is_missing(&a.z); }

bool bp_ball_is_real(struct bp_ball a) { return bp_real(&a.z); }

bool bp_ball_is_exact(struct bp_ball a) { return acb_is_finite(&a.z) && acb_is_exact(&a.z); }

bool bp_ball_is_zero(struct bp_ball a) { return acb_is_zero(&a.z); }

bool bp_ball_contains_zero(struct bp_ball a) { return acb_contains_zero(&a.z); }

bool bp_ball_overlap(struct bp_ball a, struct bp_ball b) {
  return !acb_is_finite(&a.z) || !acb_is_finite(&b.z) || acb_overlaps(&a.z, &b.z);
}

double bp_ball_double(struct bp_ball a) {
  arf_srcptr mid = arb_midref(acb_realref(&a.z));
  if (!acb_is_finite(&a.z))
    return __builtin_nan("");
  double value = arf_cmpabs_2exp_si(mid, 1024) < 0 ? arf_get_d(mid, ARF_RND_NEAR) : INFINITY;
  if (isinf(value)) /* also by rounding */
    return arf_sgn(mid) < 0 ? -DBL_MAX : DBL_MAX;
  return value;
}

/* ---- bounds in the forms that the header promises ---- */

/* Where a mag has no place for a form, the nearest one that is still a bound. */
static double above_double(const mag_t bound) {
  if (mag_is_zero(bound))
    return 0;
  if (mag_is_inf(bound) || mag_cmp_2exp_si(bound, 1024) >= 0)
    return INFINITY;
  if (mag_cmp_2exp_si(bound, -1040) <= 0) /* below it, 30 bits do not fit a subnormal number */
    return 0x1p-1040;
  return ldexp((double)MAG_MAN(bound), (int)MAG_EXP(bound) - MAG_BITS);
}

static double below_double(const mag_t bound) {
  if (mag_is_zero(bound) || mag_cmp_2exp_si(bound, -1040) < 0)
    return 0;
  if (mag_is_inf(bound) || mag_cmp_2exp_si(bound, 1024) >= 0)
    return DBL_MAX;
  return ldexp((double)MAG_MAN(bound), (int)MAG_EXP(bound) - MAG_BITS);
}

/* The logarithm, and away from it in the direction of the bound by more than its rounding. */
static double logarithm(const mag_t bound, int direction) {
  if (mag_is_zero(bound))
    return -INFINITY;
  if (mag_is_inf(bound))
    return INFINITY;
  double fraction = log2((double)MAG_MAN(bound)) - MAG_BITS;
  double sum = fmpz_get_d(MAG_EXPREF(bound)) + fraction;
  return sum + direction * (fabs(sum) + 32) * 0x1p-51;
}

static double above_log2(const mag_t bound) { return logarithm(bound, 1); }
static double below_log2(const mag_t bound) { return logarithm(bound, -1); }

/* ---- what is bounded; a single number stands in both places ---- */

static void magnitude(acb_srcptr a, acb_srcptr b, mag_t out) {
  (void)b;
  acb_get_mag(out, a);
}

static void radius(acb_srcptr a, acb_srcptr b, mag_t out) {
  (void)b;
  mag_hypot(out, arb_radref(acb_realref(a)), arb_radref(acb_imagref(a)));
}

/* More bits than a bound has; the difference of midpoints is rounded once, whatever cancels. */
enum { DISTANCE_BITS = 64 };

static void farthest(acb_srcptr a, acb_srcptr b, mag_t out) {
  acb_t difference;
  acb_init(difference);
  acb_sub(difference, a, b, DISTANCE_BITS);
  acb_get_mag(out, difference);
  acb_clear(difference);
}

static void nearest(acb_srcptr a, acb_srcptr b, mag_t out) {
  acb_t difference;
  acb_init(difference);
  acb_sub(difference, a, b, DISTANCE_BITS);
  acb_get_mag_lower(out, difference);
  acb_clear(difference);
}

static double above(struct bp_ball a, struct bp_ball b,
                    void (*measure)(acb_srcptr, acb_srcptr, mag_t), double (*form)(const mag_t)) {
  if (!acb_is_finite(&a.z) || !acb_is_finite(&b.z))
    return INFINITY;
  mag_t bound;
  mag_init(bound);
  measure(&a.z, &b.z, bound);
  double result = form(bound);
  mag_clear(bound);
  return result;
}

static double below(struct bp_ball a, struct bp_ball b, double (*form)(const mag_t)) {
  mag_t bound;
  mag_init(bound);
  if (acb_is_finite(&a.z) && acb_is_finite(&b.z))
    nearest(&a.z, &b.z, bound);
  double result = form(bound);
  mag_clear(bound);
  return result;
}

/* ---- the bounds of the header ---- */

double bp_ball_above(struct bp_ball a) { return above(a, a, magnitude, above_double); }

double bp_ball_above_log2(struct bp_ball a) { return above(a, a, magnitude, above_log2); }

double bp_ball_radius(struct bp_ball a) { return above(a, a, radius, above_double); }

double bp_ball_radius_log2(struct bp_ball a) { return above(a, a, radius, above_log2); }

double bp_ball_farthest(struct bp_ball a, struct bp_ball b) {
  return above(a, b, farthest, above_double);
}

double bp_ball_farthest_log2(struct bp_ball a, struct bp_ball b) {
  return above(a, b, farthest, above_log2);
}

double bp_ball_nearest(struct bp_ball a, struct bp_ball b) { return below(a, b, below_double); }

double bp_ball_nearest_log2(struct bp_ball a, struct bp_ball b) { return below(a, b, below_log2); }
