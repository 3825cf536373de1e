/* Fractions: in lowest terms, exact, and none where they do not fit. */
#include <check.h>
#include <limits.h>

#include "suite.h"
#include "value/exact/fraction.h"

static void is(struct bp_fraction a, long above, long below) {
  ck_assert_int_eq(a.above, above);
  ck_assert_int_eq(a.below, below);
}

START_TEST(lowest_terms) {
  struct bp_fraction a;
  ck_assert(bp_fraction_lowest(6, -4, &a));
  is(a, -3, 2);
  ck_assert(bp_fraction_lowest(0, -7, &a));
  is(a, 0, 1);
  ck_assert(!bp_fraction_lowest(1, 0, &a));
  ck_assert(!bp_fraction_lowest(LONG_MIN, 3, &a));
  ck_assert(!bp_fraction_lowest(3, LONG_MIN, &a));
}
END_TEST

START_TEST(sums_and_products) {
  struct bp_fraction a;
  ck_assert(bp_fraction_plus((struct bp_fraction){1, 6}, (struct bp_fraction){1, 3}, &a));
  is(a, 1, 2);
  ck_assert(bp_fraction_plus((struct bp_fraction){1, 6}, (struct bp_fraction){-1, 6}, &a));
  is(a, 0, 1);
  ck_assert(bp_fraction_times((struct bp_fraction){-4, 9}, (struct bp_fraction){3, 8}, &a));
  is(a, -1, 6);
  ck_assert(bp_fraction_turned((struct bp_fraction){-4, 9}, &a));
  is(a, -9, 4);
  ck_assert(!bp_fraction_turned((struct bp_fraction){0, 1}, &a));
}
END_TEST

/* What has common factors fits though the plain products do not. */
START_TEST(what_fits) {
  struct bp_fraction a, large = {LONG_MAX, 1}, small = {1, LONG_MAX};
  ck_assert(bp_fraction_times(large, small, &a));
  is(a, 1, 1);
  ck_assert(!bp_fraction_times(large, large, &a));
  ck_assert(!bp_fraction_plus(large, large, &a));
  ck_assert(!bp_fraction_plus(small, (struct bp_fraction){1, LONG_MAX - 1}, &a));
}
END_TEST

static const struct {
  const char *text;
  long above, below; /* 0 below: none */
} decimals[] = {
    {"0.30", 3, 10},
    {"12", 12, 1},
    {"1e-7", 1, 10000000},
    {"2.5e3", 2500, 1},
    {".5", 1, 2},
    {"1e30", 0, 0},
    {"1e-30", 0, 0},
    {"99999999999999999999", 0, 0},
    {"0x1", 0, 0},

    {"1e500", 0, 0},
    {"0.1e1", 1, 1},
    {"3.141592653589793", 3141592653589793, 1000000000000000},
};

START_TEST(of_decimals) {
  struct bp_fraction a;
  bool known = bp_fraction_of_decimal(decimals[_i].text, &a);
  ck_assert(known == (decimals[_i].below != 0));
  if (known)
    is(a, decimals[_i].above, decimals[_i].below);
}
END_TEST

START_TEST(of_balls) {
  struct bp_fraction a;
  ck_assert(bp_fraction_of_ball(bp_ball_exact(-0.375), &a));
  is(a, -3, 8);
  ck_assert(bp_fraction_of_ball(bp_ball_exact(0), &a));
  is(a, 0, 1);
  ck_assert(!bp_fraction_of_ball(bp_ball_exact(0x1p-80), &a));
  ck_assert(!bp_fraction_of_ball(bp_ball_missing(), &a));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("fraction");
  TCase *tests = tcase_create("fraction");
  tcase_add_test(tests, lowest_terms);
  tcase_add_test(tests, sums_and_products);
  tcase_add_test(tests, what_fits);
  tcase_add_loop_test(tests, of_decimals, 0, (int)(sizeof decimals / sizeof *decimals));
  tcase_add_test(tests, of_balls);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
