/* What a check is said to take, beside what checks took: user CPU on one core of one machine, as
 * measured once.  No clock is asked.
 */
#include <check.h>
#include <math.h>

#include "net/estimate.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static const struct {
  const char *text;
  size_t samples, sample;
  double seconds;
} measured[] = {
    {"784 - 100 sigmoid - 10 softmax", 32, 0, 0.03},
    {"784 - 512 relu - 512 relu - 10 softmax", 32, 0, 0.4},
    {"784 - 512 tanh - 512 tanh - 512 tanh - 10 softmax", 4, 0, 0.49},
    {"784 - 1024 tanh - 1024 tanh - 1024 tanh - 10 softmax", 4, 0, 2.5},
    {"784 - 1024 tanh - 1024 tanh - 1024 tanh - 1024 tanh - 1024 tanh - 10 softmax", 4, 0, 22},
    {"3072 - 1024 relu - 512 relu - 256 relu - 10 softmax", 32, 0, 3},
    {"4096 - 4096 tanh - 4096 tanh - 10 softmax", 5, 100, 1.1},
    {"4096 - 4096 tanh - 4096 tanh - 10 softmax", 32, 100, 3.4},
};

enum { MEASURED = sizeof measured / sizeof *measured };

START_TEST(estimates_are_near_what_was_measured) {
  struct bp_spec spec = spec_of(measured[_i].text, arena);
  double seconds = bp_estimate_seconds(&spec, measured[_i].samples, measured[_i].sample, 1);
  ck_assert_msg(seconds <= 2 * measured[_i].seconds && 2 * seconds >= measured[_i].seconds,
                "%s: %g s in place of %g", measured[_i].text, seconds, measured[_i].seconds);
}
END_TEST

START_TEST(more_takes_longer) {
  struct bp_spec spec = spec_of(measured[_i].text, arena);
  double last = 0;
  for (size_t sample = 1; sample < 100000; sample *= 4) {
    double seconds = bp_estimate_seconds(&spec, 8, sample, 1);
    ck_assert_double_ge(seconds, last);
    last = seconds;
  }
  ck_assert_double_eq(last, bp_estimate_seconds(&spec, 8, 0, 1));
  ck_assert_double_gt(bp_estimate_seconds(&spec, 9, 0, 1), last);
  ck_assert_double_lt(bp_estimate_seconds(&spec, 8, 0, 2), last);
}
END_TEST

START_TEST(a_sample_that_is_offered_takes_less) {
  struct bp_spec spec = spec_of(measured[_i].text, arena);
  double whole = bp_estimate_seconds(&spec, 32, 0, 1);
  size_t sample = bp_estimate_sample(&spec, 32, 1);
  if (sample)
    ck_assert_double_le(bp_estimate_seconds(&spec, 32, sample, 1), fmax(whole / 10, 1));
  else
    ck_assert_double_gt(bp_estimate_seconds(&spec, 32, 5, 1), whole / 10);
}
END_TEST

/* Of 784 - 1024 - ... - 10 nearly all of the time goes to differences, and most of that to the
 * layer with the most above it. */
START_TEST(a_progress_is_one_of_time) {
  double ends[BP_CHECK_PARTS], last = 0;
  struct bp_spec spec = spec_of(measured[4].text, arena);
  struct bp_network *network = bp_network_new(&spec, 4, arena);
  bp_estimate_parts(network, ends);
  for (int part = 0; part < BP_CHECK_PARTS; part++) {
    ck_assert_double_gt(ends[part], last);
    last = ends[part];
  }
  ck_assert_double_lt(last, 1);
  ck_assert_double_gt(ends[BP_PART_DIFFERENCES] - ends[BP_PART_JACOBIANS], 0.6);
  for (size_t l = 2; l <= network->depth; l++)
    ck_assert_double_gt(bp_estimate_differences(network, l - 1),
                        bp_estimate_differences(network, l));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("estimate");
  TCase *cases = tcase_create("estimates");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, estimates_are_near_what_was_measured, 0, MEASURED);
  tcase_add_loop_test(cases, more_takes_longer, 0, MEASURED);
  tcase_add_loop_test(cases, a_sample_that_is_offered_takes_less, 0, MEASURED);
  tcase_add_test(cases, a_progress_is_one_of_time);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
