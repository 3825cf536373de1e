/* Combinations of decisions: that they are aimed at, and that what was not met is said.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosed.h"
#include "documents.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

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

/* Each lacks a value on its left where no point of order 1 lies. */
static const struct {
  const char *declarations, *claim;
} ended[] = {
    {"given x : number", "0*sqrt(10 - x) = 0"},
    {"given x : number", "0/x + 0*sqrt(10 - x) = 0"},
    {"given x : number", "0*log(4 - x) = 0"},
    {"given x : number", "0*(12 - x)^0.5 = 0"},
    {"given x, y : number", "0*(1000 - x*y)^1.5 = 0"},
    {"given x : number", "sqrt((x - 7)^2)/(x - 7) = -1"},
    {"given x : number", "0*log(1e5 - x) = 0"},
    {"given x : number", "0*sqrt(10 - exp(x)) = 0"},
    {"given A : 3 x 2", "sum(0*log(6 - A)) = 0"},
    {"given v : 4", "sum_i 0*log(8 + v_i) = 0"},
    {"given v : 4", "0*sqrt(50 - v'*v) = 0"},
    {"given S : 3 x 3 in spd", "0*log(12 - S_{1,1}) = 0"},
    {"given p : number in (0, 20)", "0*sqrt(15 - p) = 0"},
    {"given x, y : number", "where(x > 2, where(y < -3, 0*log(10 + y), 0), 0) = 0"},
    {"given x, y : number", "where(x = 1, 0*log(4 - y), 0) = 0"},
    {"given v : 3\nlet f(t) = sqrt(10 - t)", "sum(0*f(v)) = 0"},
};

START_TEST(ends_of_domains_are_crossed) {
  for (uint64_t seed = 1; seed <= 6; seed++) {
    struct bp_claim claim = judged(ended[_i].declarations, ended[_i].claim, seed);
    ck_assert_msg(claim.verdict == BP_FAILS, "seed %d: %s", (int)seed, ended[_i].claim);
  }
}
END_TEST

/* Both sides end together, or nothing ends. */
START_TEST(ends_that_both_sides_share_refute_nothing) {
  static const char *const claims[] = {
      "sqrt(10 - x)^2 = sqrt(10 - x)*sqrt(10 - x)", "log(7 - x) + 1 = log(e*(7 - x))",
      "where(x > 9, 0, log(10 - x)) = where(x > 9, 0, -log(1/(10 - x)))",
      "1/(1 + exp(x - 5)) = sigmoid(5 - x)"};
  ck_assert_int_eq(judged("given x : number", claims[_i], 1).verdict, BP_HOLDS);
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

/* What can never differ is one decision: all of its combinations are met. */
START_TEST(decisions_that_are_one_are_asked_once) {
  static const char *const claims[] = {
      "relu(x) - relu(-x) = x",        "relu(2*x) = 2*relu(x)",
      "max(x, y) + min(y, x) = x + y", "where(x > y, 1, 0) = where(y < x, 1, 0)",
      "relu(z) = relu(x - y)",         "relu(-x)*relu(3*x) = 0"};
  struct bp_claim claim = judged("given x, y : number\nlet z = x - y", claims[_i], 1);
  ck_assert_int_eq(claim.verdict, BP_HOLDS);
  ck_assert_uint_eq(claim.aimed.ways.decisions, 1);
  ck_assert_uint_eq(claim.aimed.ways.met, 2);
  ck_assert_uint_eq(claim.aimed.ways.never_count, 0);
}
END_TEST

/* Decisions that agree near 1 alone are two. */
START_TEST(decisions_that_part_far_out_are_two) {
  struct bp_claim claim =
      judged("given x : number", "where(x > 0, where(where(x < 900, x, -1) > 0, 0, 1), 0) = 0", 1);
  ck_assert_int_eq(claim.verdict, BP_FAILS);
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

/* All cases where a line is cheap; of many some, and an inequality is followed from case to case.
 */
START_TEST(many_cases_of_sets_are_tried) {
  const char *columns = "given Y : 10 x 3 in onehot", *square = "given B : 4 x 4 in {0, 1}";
  ck_assert_int_eq(judged(columns, "Y_{1,1}*Y_{4,2}*Y_{7,3} = 0", 1).verdict, BP_FAILS);
  ck_assert_int_eq(judged(square, "det(B) <= 2.5", 1).verdict, BP_FAILS);
  struct bp_aimed_points all = judged(columns, "sum(Y) = 3", 1).aimed;
  ck_assert_uint_eq(all.cases, 1000);
  ck_assert_uint_eq(all.some_cases, 0);
  struct bp_aimed_points some = judged(square, "det(B) <= 3", 1).aimed;
  ck_assert_uint_eq(some.cases, 0);
  ck_assert_uint_gt(some.some_cases, 100);
  ck_assert_uint_eq(some.of_cases, 65536);
}
END_TEST

START_TEST(a_side_without_a_value_at_a_special_point_is_said) {
  static const char *const claims[] = {"x/x = 1", "(x^2 - 1)/(x - 1) = x + 1", "abs(x)/abs(x) = 1"};
  struct bp_claim claim = judged("given x : number", claims[_i], 1);
  ck_assert_int_eq(claim.verdict, BP_HOLDS);
  ck_assert_uint_eq(claim.note_count, 1);
  ck_assert_ptr_nonnull(strstr(claim.notes[0], "has no value"));
  ck_assert_int_eq(judged("given x : number", "1/0 = 1", 1).verdict, BP_FAILS);
}
END_TEST

/* A wave that is 0 at every number of 24 bits is not 0. */
START_TEST(some_numbers_have_all_bits) {
  ck_assert_int_eq(judged("given x : number", "sin(pi*2^30*x) = 0", 1).verdict, BP_FAILS);
  ck_assert_int_eq(judged("given x : number in (0, 1)", "cos(pi*2^31*x) = 1", 1).verdict, BP_FAILS);
}
END_TEST

/* Too small to be seen is not 0. */
START_TEST(what_is_too_small_is_not_called_zero) {
  struct bp_claim claim =
      judged("given x : number", "∂tanh(10^8*x)/∂x = 10^8*(1 - tanh(10^8*x)^2)", 1);
  ck_assert_int_eq(claim.verdict, BP_UNDECIDED);
  ck_assert_int_eq(claim.reason, BP_REASON_FLOOR);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ways");
  TCase *cases = tcase_create("combinations of decisions");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, decisions_that_are_one_are_asked_once, 0, 6);
  tcase_add_test(cases, decisions_that_part_far_out_are_two);
  tcase_add_loop_test(cases, ends_of_domains_are_crossed, 0, COUNT(ended));
  tcase_add_loop_test(cases, ends_that_both_sides_share_refute_nothing, 0, 4);
  tcase_add_loop_test(cases, rare_combinations_are_found, 0, COUNT(rare));
  tcase_add_test(cases, all_combinations_are_counted);
  tcase_add_test(cases, what_is_impossible_is_said);
  tcase_add_test(cases, conditions_within_conditions_are_ways);
  tcase_add_test(cases, the_same_decision_counts_once);
  tcase_add_test(cases, the_point_can_be_shown_again);
  suite_add_tcase(suite, cases);
  TCase *others = tcase_create("points of other kinds");
  tcase_add_checked_fixture(others, set_up, tear_down);
  tcase_add_test(others, many_cases_of_sets_are_tried);
  tcase_add_loop_test(others, a_side_without_a_value_at_a_special_point_is_said, 0, 3);
  tcase_add_test(others, some_numbers_have_all_bits);
  tcase_add_test(others, what_is_too_small_is_not_called_zero);
  suite_add_tcase(suite, others);
  return run_suite(suite);
}
