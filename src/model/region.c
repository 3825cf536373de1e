/* Numbers from the different regions of a domain.
 *
 * Far numbers are those of order 1 times a power of ten: of one scale for all numbers of a name, or
 * of one for each.  In an interval what is far is near one of its ends.
 *
 * Signs need care.  Whether a ReLU unit is ever alive hangs on how the signs of two names meet, and
 * independent draws leave one of the four combinations out in one of twenty sets of 15 trials. So
 * the first number of every name follows a mask of 20 trials, 10 of them positive, with one trial
 * that is positive in the masks of all names (or in those of none).  Two different masks of that
 * kind have a trial in common, neither contains the other, and together they miss a trial; these
 * are the four combinations (Kleitman and Spencer, "Families of k-independent sets", 1973).  There
 * are 92378 masks, and which one a name has hangs on the seed and its letters alone.
 */
#include "model/region.h"

#include <math.h>

#include "base/random.h"

static const double LARGEST = 1.5, SMALLEST = 0.05;
static const double FARTHEST = 3; /* powers of ten */

double bp_few_bits(double x) {
  int exponent;
  double part = frexp(x, &exponent);
  return ldexp(rint(part * 0x1p24), exponent - 24);
}

double bp_full_bits(double x, uint64_t *state) {
  return x * (1 + (bp_uniform(state) - 0.5) * 0x1p-24);
}

static double power_of_ten(double from, double to, uint64_t *state) {
  return pow(10, from + (to - from) * bp_uniform(state));
}

bool bp_region_is_far(enum bp_draw_region region) {
  return region == BP_REGION_FAR || region == BP_REGION_MIXED || region == BP_REGION_CORNER;
}

double bp_region_scale(enum bp_draw_region region, uint64_t *state) {
  switch (region) {
  case BP_REGION_FAR:
    return power_of_ten(-FARTHEST, FARTHEST, state);
  case BP_REGION_CORNER:
    return 1000;
  case BP_REGION_APART:
    return (bp_uniform(state) < 0.5 ? -1 : 1) * power_of_ten(-1, 1, state);
  case BP_REGION_ZERO: {
    double what = bp_uniform(state);
    return what < 0.6 ? 0 : what < 0.8 ? 0.001 : 1;
  }
  default:
    return 1;
  }
}

static double magnitude(uint64_t *state) {
  return SMALLEST + (LARGEST - SMALLEST) * bp_uniform(state);
}

static double with_sign(double size, uint64_t *state) {
  return bp_uniform(state) < 0.5 ? -size : size;
}

/* From 7/8 to 9/8. */
static double about_one(uint64_t *state) { return 1 + (bp_uniform(state) - 0.5) / 4; }

static double special_number(uint64_t *state) {
  static const double numbers[] = {0, 0, 1, 1, -1, -1, 0.5, 2};
  return numbers[bp_random_bits(state) % (sizeof numbers / sizeof *numbers)];
}

static double real_number(enum bp_draw_region region, double scale, uint64_t *state) {
  switch (region) {
  case BP_REGION_CORNER:
    return with_sign(scale * (1 + 0.5 * bp_uniform(state)), state);
  case BP_REGION_FAR:
  case BP_REGION_ZERO:
    return with_sign(scale * magnitude(state), state);
  case BP_REGION_MIXED:
    return with_sign(power_of_ten(-FARTHEST, FARTHEST, state) * magnitude(state), state);
  case BP_REGION_SPECIAL:
    return bp_uniform(state) < 0.8 ? special_number(state) : with_sign(magnitude(state), state);
  case BP_REGION_APART:
    return scale * about_one(state);
  case BP_REGION_POSITIVE:
    return magnitude(state) * power_of_ten(0, 1, state);
  case BP_REGION_NEGATIVE:
    return -magnitude(state) * power_of_ten(0, 1, state);
  default:
    return with_sign(magnitude(state), state);
  }
}

static double positive_number(enum bp_draw_region region, double scale, uint64_t *state) {
  double near = 0.2 + 2.0 * bp_uniform(state);
  switch (region) {
  case BP_REGION_FAR:
    return scale * near;
  case BP_REGION_CORNER:
    return bp_uniform(state) < 0.5 ? 900 + 600 * near : 0.0005 * near;
  case BP_REGION_ZERO:
    return (scale > 0 ? scale : 0.0001) * near;
  case BP_REGION_MIXED:
    return near * power_of_ten(-FARTHEST, FARTHEST, state);
  case BP_REGION_SPECIAL: {
    double special = fabs(special_number(state));
    return special > 0 ? special : near;
  }
  case BP_REGION_APART:
    return fabs(scale) * about_one(state);
  case BP_REGION_POSITIVE:
    return near * power_of_ten(0, FARTHEST, state);
  case BP_REGION_NEGATIVE:
    return near * power_of_ten(-FARTHEST, 0, state);
  default:
    return near;
  }
}

/* Where in the interval, as a part of its length. */
static double place_between(enum bp_draw_region region, double scale, uint64_t *state) {
  static const double special[] = {1.0 / 2, 1.0 / 3, 2.0 / 3, 1.0 / 4, 3.0 / 4};
  double end = power_of_ten(-4, -1, state);
  switch (region) {
  case BP_REGION_FAR:
  case BP_REGION_MIXED:
    return bp_uniform(state) < 0.5 ? end : 1 - end;
  case BP_REGION_CORNER:
    return bp_uniform(state) < 0.5 ? 0.0001 : 0.9999;
  case BP_REGION_SPECIAL:
    return special[bp_random_bits(state) % (sizeof special / sizeof *special)];
  case BP_REGION_POSITIVE:
    return 1 - end;
  case BP_REGION_NEGATIVE:
    return end;
  case BP_REGION_APART: /* fabs(scale) is from 1/10 to 10 */
    return (0.45 + 0.4 * log10(fabs(scale))) * about_one(state);
  default:
    return 0.05 + 0.9 * bp_uniform(state);
  }
}

/* A number with an end on one side at most is so far from it as a positive one is from 0. */
static double number_between(enum bp_draw_region region, struct bp_number_domain domain,
                             double scale, uint64_t *state) {
  double low = domain.low, high = domain.high;
  double number = isfinite(low) && isfinite(high)
                      ? low + (high - low) * place_between(region, scale, state)
                  : isfinite(low) ? low + positive_number(region, scale, state)
                                  : high - positive_number(region, scale, state);
  double special = special_number(state);
  if (region == BP_REGION_SPECIAL && special > low && special < high)
    number = bp_uniform(state) < 0.5 ? special : number;
  if (region == BP_REGION_ZERO && low < 0 && high > 0)
    number *= scale;
  bool closed = domain.closed[0] || domain.closed[1];
  size_t end = closed ? bp_random_bits(state) % 4 : 2; /* two times in four none */
  if ((region == BP_REGION_SPECIAL || region == BP_REGION_CORNER) && end < 2 && domain.closed[end])
    return end ? nextafter(high, low) : nextafter(low, high);
  double few_bits = bp_few_bits(number);
  return few_bits > low && few_bits < high ? few_bits : number;
}

double bp_region_number(enum bp_draw_region region, struct bp_number_domain domain, double scale,
                        uint64_t common, uint64_t *state) {
  uint64_t *from = region == BP_REGION_EQUAL ? &common : state;
  double number;
  switch (domain.kind) {
  case BP_DOMAIN_POSITIVE:
    return bp_few_bits(positive_number(region, scale, from));
  case BP_DOMAIN_INTERVAL:
    return number_between(region, domain, scale, from);
  case BP_DOMAIN_NONZERO:
    number = real_number(region, scale, from);
    if (number == 0 || region == BP_REGION_NEAR)
      number += number < 0 ? -0.25 : 0.25;
    return bp_few_bits(number);
  default:
    return bp_few_bits(real_number(region, scale, from));
  }
}

uint32_t bp_sign_turns(uint64_t seed, uint64_t name_seed) {
  uint64_t all = bp_random_bits(&seed);
  uint32_t common = (uint32_t)1 << all % BP_SIGN_TURNS, mask = common;
  for (int chosen = 1; chosen < BP_SIGN_TURNS / 2;) {
    uint32_t bit = (uint32_t)1 << bp_random_bits(&name_seed) % BP_SIGN_TURNS;
    chosen += !(mask & bit);
    mask |= bit;
  }
  return all >> 63 ? mask : ~mask & (((uint32_t)1 << BP_SIGN_TURNS) - 1);
}

size_t bp_case_choice(struct bp_cases *cases, size_t count) {
  size_t choice = cases->rest % count;
  cases->rest /= count;
  if (cases->total && __builtin_mul_overflow(cases->total, count, &cases->total))
    cases->total = 0;
  return choice;
}

double bp_special_case(struct bp_cases *cases) {
  static const double numbers[] = {0, 1, -1, 0.5, 2};
  return numbers[bp_case_choice(cases, sizeof numbers / sizeof *numbers)];
}
