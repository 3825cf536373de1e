/* What numbers are drawn: that no two names are coupled, that regions keep their domains, and that
 * cases are all of them.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "model/world.h"
#include "suite.h"

enum { SEEDS = 40, NAMES = 60 };

static uint32_t turns_of(uint64_t seed, int name) {
  const struct bp_world world = {.seed = seed};
  char text[8];
  snprintf(text, sizeof text, name < 26 ? "%c" : "x%d", name < 26 ? 'a' + name : name);
  return bp_sign_turns(seed, bp_world_seed_of_trial(&world, text, 0));
}

static int ones(uint32_t bits) { return __builtin_popcount(bits); }

START_TEST(two_names_meet_in_all_four_combinations) {
  uint32_t all = ((uint32_t)1 << BP_SIGN_TURNS) - 1;
  int equal = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    for (int i = 0; i < NAMES; i++) {
      uint32_t a = turns_of(seed, i);
      ck_assert_int_eq(ones(a), BP_SIGN_TURNS / 2);
      for (int j = 0; j < i; j++) {
        uint32_t b = turns_of(seed, j);
        equal += a == b;
        ck_assert_msg(a == b || ((a & b) && (a & ~b) && (~a & b) && (~a & ~b & all)),
                      "seed %d, names %d and %d", (int)seed, i, j);
      }
    }
  }
  ck_assert_int_le(equal, 4); /* of 70800 pairs one is to be expected */
}
END_TEST

START_TEST(numbers_are_short_and_in_their_domain) {
  enum bp_draw_region region = (enum bp_draw_region)_i;
  const struct bp_number_domain domains[] = {
      {.kind = BP_DOMAIN_REAL},
      {.kind = BP_DOMAIN_POSITIVE},
      {.kind = BP_DOMAIN_NONZERO},
      {.kind = BP_DOMAIN_INTERVAL, .low = 0, .high = 1},
      {.kind = BP_DOMAIN_INTERVAL, .low = -10, .high = 10},
      {.kind = BP_DOMAIN_INTERVAL, .low = 95, .high = 96},
      {.kind = BP_DOMAIN_INTERVAL, .low = 3, .high = (double)INFINITY},
      {.kind = BP_DOMAIN_INTERVAL, .low = -(double)INFINITY, .high = -2}};
  for (size_t d = 0; d < sizeof domains / sizeof *domains; d++) {
    uint64_t state = 7 * d;
    for (int k = 0; k < 2000; k++) {
      double scale = bp_region_scale(region, &state);
      double x = bp_region_number(region, domains[d], scale, 42 + k, &state);
      ck_assert(isfinite(x) && fabs(x) < 1e7);
      ck_assert_msg(bp_few_bits(x) == x, "%d: %a", _i, x);
      ck_assert(domains[d].kind != BP_DOMAIN_POSITIVE || x > 0);
      ck_assert(domains[d].kind != BP_DOMAIN_NONZERO || x != 0);
      ck_assert(domains[d].kind != BP_DOMAIN_INTERVAL ||
                (x > domains[d].low && x < domains[d].high));
    }
  }
}
END_TEST

/* What is told of an interval with its ends must have been seen there. */
START_TEST(ends_that_belong_to_an_interval_are_drawn) {
  const struct bp_number_domain domain = {
      .kind = BP_DOMAIN_INTERVAL,
      .low = nextafter(2, 0),
      .high = nextafter(5, 9),
      .closed = {true, true},
  };
  int low = 0, high = 0;
  uint64_t state = 7;
  for (int k = 0; k < 200; k++) {
    double x = bp_region_number(BP_REGION_CORNER, domain, 1, 42 + k, &state);
    ck_assert(x >= 2 && x <= 5);
    low += x == 2;
    high += x == 5;
  }
  ck_assert(low > 20 && high > 20);
}
END_TEST

START_TEST(cases_are_all_different) {
  const size_t bases[] = {2, 3, 1, 5, 2};
  bool seen[60] = {false};
  for (size_t place = 0; place < 60; place++) {
    struct bp_cases cases = {place, 1};
    size_t number = 0;
    for (size_t k = 0; k < sizeof bases / sizeof *bases; k++)
      number = number * bases[k] + bp_case_choice(&cases, bases[k]);
    ck_assert_uint_eq(cases.total, 60);
    ck_assert(!seen[number]);
    seen[number] = true;
  }
}
END_TEST

START_TEST(too_many_cases_are_not_counted) {
  struct bp_cases cases = {0, 1};
  for (int k = 0; k < 100; k++)
    bp_case_choice(&cases, 10);
  ck_assert_uint_eq(cases.total, 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("draws");
  TCase *numbers = tcase_create("numbers");
  tcase_add_test(numbers, two_names_meet_in_all_four_combinations);
  tcase_add_loop_test(numbers, numbers_are_short_and_in_their_domain, 0, BP_REGION_COUNT);
  tcase_add_test(numbers, ends_that_belong_to_an_interval_are_drawn);
  tcase_add_test(numbers, cases_are_all_different);
  tcase_add_test(numbers, too_many_cases_are_not_counted);
  suite_add_tcase(suite, numbers);
  return run_suite(suite);
}
