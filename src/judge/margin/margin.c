/* Where an inequality is nearest to failing, of all the numbers that there are.
 *
 * x < 1000000 and log(p) > -20 hold at all numbers of order 1 and of order 10^±3.  So an inequality
 * is followed outward: all numbers at once, and then one after the other, times powers of two up to
 * 2^±1000 and of either sign; in an interval towards each of its ends.  (x - 7.3)^2 > 0 fails at a
 * single number.  Of that the margin, how far the sides are from changing places, tells: through
 * three values of it in one number there is a parabola, whose lowest point is exact where the
 * margin is a square, and a good step where it is not.  There and at the nearest multiples of 1 and
 * of 2^-8 the line is judged.
 *
 * A lowest point that is no float64 cannot be tried.  Where the margin falls, between two numbers
 * that are, to what rounding the place explains, as only a root of even order does, < is in doubt.
 */
#include "judge/aim.h"

#include <math.h>
#include <stdlib.h>

#include "judge/probe.h"

enum { FIRST_SPOT = 5 << 22, STARTS = 3, MOST_ALONE = 12, MOST_LOW = 8 };
enum { CHEAP_FAR = 60000, CHEAP_LOW = 40000 };

static const int exponents[] = {5, -5, 10, -10, 20, -20, 40, -40, 100, -100, 300, -300, 990, -990};
enum { EXPONENTS = sizeof exponents / sizeof *exponents };

struct outward {
  struct bp_probing *probing;
  struct bp_spot from; /* of order 1 */
};

/* Whether the line is not refuted yet, and has work left. */
static bool is_open(const struct outward *outward) {
  return bp_aimed_is_open(outward->probing->claim);
}

static bool is_within(const struct bp_coordinate *of, double number) {
  return isfinite(number) && number > of->low && number < of->high &&
         (of->kind != BP_DOMAIN_NONZERO || number != 0);
}

static void put(struct bp_spot *spot, const struct bp_coordinate *of, size_t which, double number) {
  if (!is_within(of, number))
    return;
  spot->at[which] = number;
  spot->changed[which] = true;
}

/* Where the number goes: so many powers of two out, or in, or towards an end. */
static double moved(const struct bp_coordinate *of, double from, int exponent, double sign) {
  if (of->kind != BP_DOMAIN_INTERVAL)
    return sign * ldexp(from, exponent);
  double end = exponent > 0 ? of->high : of->low;
  return end + ldexp(from - end, -abs(exponent));
}

/* Judges where one number is moved, or all: a point far out, of which nothing but a refutation
 * counts.  False when memory is short. */
static bool judge_moved(struct outward *outward, size_t which, int exponent, double sign) {
  const struct bp_probing *probing = outward->probing;
  struct bp_spot spot = outward->from;
  spot.region = BP_REGION_FAR;
  for (size_t k = 0; k < probing->count; k++) {
    const struct bp_coordinate *of = &probing->coordinates[k];
    bool definite = of->kind == BP_DOMAIN_SPD; /* as a whole, or it would not stay so */
    spot.changed[k] = !definite || which == k;
    spot.definite = definite && which == probing->count ? exponent : spot.definite;
    if (!of->choices && (which == k || which == probing->count))
      put(&spot, of, k, moved(of, spot.at[k], exponent, sign));
  }
  return bp_probing_judge(outward->probing, &spot);
}

static bool go_outward(struct outward *outward) {
  const struct bp_probing *probing = outward->probing;
  bool fine = true;
  for (size_t i = 0; i < EXPONENTS && fine && is_open(outward); i++)
    fine = judge_moved(outward, probing->count, exponents[i], 1);
  for (size_t k = 0; k < probing->count && k < MOST_ALONE; k++)
    for (size_t i = 0; i < 2 * EXPONENTS && fine && is_open(outward); i++)
      if (!probing->coordinates[k].choices)
        fine = judge_moved(outward, k, exponents[i / 2], i % 2 ? -1 : 1);
  return fine;
}

/* ---- the lowest point --------------------------------------------------- */

/* The margin where one number is another one; infinite where there is none. */
static double margin_at(struct outward *outward, size_t which, double number) {
  struct bp_spot spot = outward->from;
  const struct bp_coordinate *of = &outward->probing->coordinates[which];
  if (!is_within(of, number) || !is_open(outward))
    return INFINITY;
  put(&spot, of, which, number);
  outward->probing->claim->margin = NAN;
  if (!bp_probing_judge(outward->probing, &spot) || isnan(outward->probing->claim->margin))
    return INFINITY;
  return outward->probing->claim->margin;
}

/* The lowest point of the parabola through three values; NaN: it has none. */
static double vertex(double at, double step, double below, double here, double above) {
  double bend = below - 2 * here + above;
  double by = (below - above) / (2 * bend) * step;
  return bend > 0 && isfinite(by) ? at + by : (double)NAN;
}

/* Whether the margin beside the number is like an even power of the distance, and next to nothing
 * there: the square of what a float64 may be off, and not more. */
static bool touches(struct outward *outward, size_t which, double number, double least) {
  static const double NOTHING = 0x1p-72, STEEPEST = 0x1p16;
  double step = ldexp(fmax(fabs(number), 0x1p-6), -8);
  double far =
      fmin(margin_at(outward, which, number - step), margin_at(outward, which, number + step));
  double near = fmin(margin_at(outward, which, number - step / 2),
                     margin_at(outward, which, number + step / 2));
  return isfinite(far) && near > 0 && far > near && far < STEEPEST * near && least > 0 &&
         least <= NOTHING * near;
}

/* Goes to the lowest point in one number, and keeps it if it is lower than `*least`. */
static void go_down(struct outward *outward, size_t which, double *least) {
  enum { STEPS = 8, NEAR = 4 };
  const struct bp_coordinate *of = &outward->probing->coordinates[which];
  double at = outward->from.at[which], step = fmax(fabs(at), 0.125) / 8;
  for (int turn = 0; turn < STEPS && is_open(outward) && *least > 0; turn++) {
    double there = vertex(at, step, margin_at(outward, which, at - step), *least,
                          margin_at(outward, which, at + step));
    double places[NEAR] = {there, rint(there), ldexp(rint(ldexp(there, 8)), -8), -there};
    double best = *least, where = at;
    for (size_t i = 0; i < NEAR && isfinite(there); i++) {
      double margin = margin_at(outward, which, places[i]);
      where = margin < best ? places[i] : where;
      best = fmin(margin, best);
    }
    if (!(best < *least))
      break;
    *least = best;
    step = fmax(fabs(where - at) / 8, ldexp(fmax(fabs(where), 1), -24));
    at = where;
    put(&outward->from, of, which, at);
  }
}

static bool find_lowest(struct outward *outward) {
  struct bp_probing *probing = outward->probing;
  struct bp_aimed_claim *claim = probing->claim;
  claim->margin = NAN;
  if (!bp_probing_judge(probing, &outward->from))
    return false;
  double least = claim->margin;
  for (size_t k = 0; k < probing->count && k < MOST_LOW && isfinite(least) && least > 0; k++) {
    double before = least;
    if (probing->coordinates[k].choices)
      continue;
    go_down(outward, k, &least);
    if (is_open(outward) && least < before && least > 0 &&
        touches(outward, k, outward->from.at[k], least)) {
      struct bp_drawing drawing = bp_probing_drawing(probing, &outward->from);
      bp_aimed_doubt(probing->aiming, claim, least, outward->from.trial, &drawing);
      return true;
    }
  }
  return true;
}

bool bp_aimed_margin(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  static const enum bp_draw_region regions[STARTS] = {BP_REGION_NEAR, BP_REGION_POSITIVE,
                                                      BP_REGION_NEGATIVE};
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct bp_probing *probing = bp_arena_alloc(aiming->scratch, 1, sizeof *probing);
  bool fine = probing && bp_probing_init(probing, aiming, claim);
  for (size_t i = 0; i < STARTS && fine && !claim->state->decided; i++) {
    struct outward outward = {probing, {.trial = FIRST_SPOT + i, .region = regions[i]}};
    struct bp_decisions decisions; /* which fills in the numbers of the spot */
    claim->allowed = claim->spent + CHEAP_FAR / STARTS;
    if (!bp_probe_at(probing, &outward.from, &decisions))
      break;
    fine = go_outward(&outward);
    claim->allowed = claim->spent + CHEAP_LOW / STARTS;
    fine = fine && find_lowest(&outward);
  }
  bp_arena_release(aiming->scratch, mark);
  return fine;
}
