/* Combinations of decisions: that they are aimed at, and that what was not met is said.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;

static void set_up(void) {
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
}

static void tear_down(void) { bp_arena_free(arena); }

/* The only claim of the text. */
static struct bp_claim judged(const char *declarations, const char *claim, uint64_t seed) {
  const char *text = bp_arena_printf(arena, "%s\nclaim %s\n", declarations, claim);
  const struct bp_document *document = bp_test_reread("test", text, arena, &diagnostics);
  struct bp_judge_options options = {.seed = seed};
  struct bp_derivation_report report;
  ck_assert_ptr_nonnull(document);
  ck_assert_int_eq(bp_judge(document, &options, arena, &diagnostics, &report, NULL), 0);
  ck_assert_uint_eq(report.claim_count, 1);
  return report.claims[0];
}

/* Each differs on one combination only. */
static const struct {
  const char *declarations, *claim;
} rare[] = {
    {"given x, y : number",
     "where(x > 2, where(x < 3, where(y > 5, where(y < 6, 1, 0), 0), 0), 0) = 0"},
    {"given x, y, z : number", "where(x > 0, where(y > 2*x, where(z > 2*y, 1, 0), 0), 0) = 0"},
    {"given x, y, z : number", "relu(x - 4)*relu(-y - 4)*relu(z - 4) = 0"},
    {"given x, y, z : number",
     "max(max(x, y), z) = max(x, max(y, z)) + relu(x - 4)*relu(y - 2 - x)"},
    {"given x, y : number", "where(2*x - y > 4, where(2*y - x > 4, 1, 0), 0) = 0"},
    {"given x, y : number", "where(x = y, where(x > 2.5, 1, 0), 0) = 0"},
    {"given z : 4", "relu(z_1 - 2)*relu(-z_2 - 2)*relu(z_3 - 2)*relu(-z_4 - 2) = 0"},
    {"given x, y : number\nlet f(t) = where(t > 2, where(t < 2.5, 1, 0), 0)", "f(x)*f(-y) = 0"},
    {"given x, y : number\nlet h = relu(x - 2)\nlet k = relu(-y - 3)", "max(h, k) = h + k"},
    {"given a, b, c : number in {0, 1}\ngiven x : number",
     "(1 - a)*b*(1 - c)*where(x > 2.5, 1, 0) = 0"},
    {"given p : number in positive\ngiven q : number in (0, 1)",
     "where(p > 5, where(q < 0.01, 1, 0), 0) = 0"},
    {"given x, y : number", "∂(relu(x - 3)*relu(y - 3))/∂x = 0"},
};

START_TEST(rare_combinations_are_found) {
  for (uint64_t seed = 1; seed <= 3; seed++) {
    struct bp_claim claim = judged(rare[_i].declarations, rare[_i].claim, seed);
    ck_assert_msg(claim.verdict == BP_FAILS, "seed %d: %s", (int)seed, rare[_i].claim);
  }
}
END_TEST

START_TEST(all_combinations_are_counted) {
  struct bp_ways_met ways =
      judged("given x, y : number", "relu(x)*relu(y - 3) = relu(y - 3)*relu(x)", 1).aimed.ways;
  ck_assert_uint_eq(ways.decisions, 2);
  ck_assert_uint_eq(ways.met, 4);
  ck_assert_uint_eq(ways.of, 4);
  ck_assert_uint_eq(ways.never_count, 0);
}
END_TEST

START_TEST(what_is_impossible_is_said) {
  struct bp_ways_met ways =
      judged("given x : number", "where(x > 2, 1, 0)*where(x > 1, 1, 0) = where(x > 2, 1, 0)", 1)
          .aimed.ways;
  ck_assert_uint_eq(ways.met, 3);
  ck_assert_uint_eq(ways.of, 4);
  ck_assert_uint_eq(ways.never_count, 1);
  ck_assert_str_eq(ways.never[0], "x > 2 and not x > 1 together");
}
END_TEST

/* What a condition passes over makes no combination. */
START_TEST(conditions_within_conditions_are_ways) {
  struct bp_ways_met ways =
      judged("given x, y : number", "where(x > 1, relu(y), 3) = where(x > 1, max(y, 0), 3)", 1)
          .aimed.ways;
  ck_assert_uint_eq(ways.decisions, 2);
  ck_assert_uint_eq(ways.met, 3);
  ck_assert_uint_eq(ways.of, 3);
}
END_TEST

/* relu(x), abs(x) and x > 0 hang on one decision. */
START_TEST(the_same_decision_counts_once) {
  struct bp_ways_met ways =
      judged("given x : number", "relu(x) = where(x > 0, abs(x), 0)", 1).aimed.ways;
  ck_assert_uint_eq(ways.decisions, 1);
  ck_assert_uint_eq(ways.met, 2);
}
END_TEST

START_TEST(the_point_can_be_shown_again) {
  struct bp_claim claim =
      judged("given x, y : number", "where(x > 20, where(y > 30, 1, 0), 0) = 0", 1);
  ck_assert(claim.at_aimed);
  ck_assert_ptr_nonnull(strstr(claim.at, "x = "));
  ck_assert_ptr_nonnull(strstr(claim.at, "y = "));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ways");
  TCase *cases = tcase_create("combinations of decisions");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, rare_combinations_are_found, 0, COUNT(rare));
  tcase_add_test(cases, all_combinations_are_counted);
  tcase_add_test(cases, what_is_impossible_is_said);
  tcase_add_test(cases, conditions_within_conditions_are_ways);
  tcase_add_test(cases, the_same_decision_counts_once);
  tcase_add_test(cases, the_point_can_be_shown_again);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
