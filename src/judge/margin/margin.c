/* Where an inequality is nearest to failing, of all the numbers that there are.
 *
 * x < 1000000 and log(p) > -20 hold at all numbers of order 1 and of order 10^±3.  So an inequality
 * is followed outward: all numbers at once, and then one after the other, times powers of two up to
 * 2^±1000 and of either sign; in an interval towards each of its ends.  (x - 7.3)^2 > 0 fails at a
 * single number: from each start it is followed down to its lowest point as well (lowest.c).
 */
#include "judge/aim.h"

#include <math.h>
#include <stdlib.h>

#include "judge/margin/lowest.h"

enum { FIRST_SPOT = 5 << 22, STARTS = 3, MOST_ALONE = 12 };
enum { CHEAP_FAR = 60000, CHEAP_LOW = 800000 };

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
  double end = exponent > 0 ? of->high : of->low, other = exponent > 0 ? of->low : of->high;
  if (!isfinite(end))
    return other + ldexp(from - other, abs(exponent));
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
    fine = fine && bp_aimed_lowest(probing, &outward.from);
  }
  bp_arena_release(aiming->scratch, mark);
  return fine;
}
