/* The judge uses no stored derivative: the function table of this program has none.
 *
 * The file of the table is compiled once more, into this program, and takes the place of the
 * library's.  In it every member that knows something of a derivative is replaced by nonsense that
 * counts how often it is asked, and that can be changed while the program runs.  The derivations
 * must hold all the same, to the same digits, without a single question.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "num/function.h"

static double nonsense;
static size_t asked;

static double wrong_taught(double z, double a) {
  (void)z, (void)a;
  asked++;
  return nonsense;
}

static bp_quad wrong_taught_quad(bp_quad z, bp_quad a) {
  (void)z, (void)a;
  asked++;
  return nonsense;
}

static void wrong_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                              acb_ptr out) {
  (void)room, (void)z, (void)a;
  asked++;
  acb_set_d(out, nonsense);
}

static double wrong_slope(double z) {
  (void)z;
  asked++;
  return nonsense;
}

static void wrong_bounds(double z, double r, double bound[]) {
  (void)z, (void)r;
  asked++;
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = nonsense;
}

/* A row of the table ends with `.rounding = ...`.  What is written in front of it here overrides
 * the members above it. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define rounding                                                                                   \
  slope_below = -17, .slope_above = 17, .taught = wrong_taught, .taught_quad = wrong_taught_quad,  \
  .taught_ball = wrong_taught_ball, .taught_magnitude = wrong_taught, .slope = wrong_slope,        \
  .derivative_bounds = wrong_bounds, .rounding
#include "num/function.c"
#include "suite.h"
#undef rounding

static struct bp_arena *arena;
static struct bp_test_document documents[BP_MOST_DOCUMENTS];
static size_t document_count;

static void set_up(void) {
  arena = bp_arena_new(0);
  document_count = bp_test_documents(SOURCE_FOLDER "/derivations", arena, documents);
  ck_assert_uint_gt(document_count, 0);
}

static void tear_down(void) { bp_arena_free(arena); }

START_TEST(the_table_is_wrong) {
  nonsense = 3;
  const struct bp_function *sigmoid_row = bp_function_find("sigmoid", 7);
  ck_assert_ptr_eq(sigmoid_row, &bp_functions[0]);
  ck_assert_double_eq(sigmoid_row->value(0), 0.5);
  ck_assert_double_eq(sigmoid_row->taught(0, 0.5), 3);
  ck_assert_double_eq(sigmoid_row->slope(0), 3);
  ck_assert_uint_eq(asked, 2);
  asked = 0;
}
END_TEST

static struct bp_derivation_report judged(const struct bp_document *document, double answer) {
  struct bp_judge_options options = {.seed = 7, .trials = 2};
  struct bp_diagnostics diagnostics;
  struct bp_derivation_report report;
  bp_diagnostics_init(&diagnostics, arena);
  nonsense = answer;
  ck_assert_int_eq(bp_judge(document, &options, arena, &diagnostics, &report, NULL), 0);
  return report;
}

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

START_TEST(no_stored_derivative_is_asked) {
  for (size_t i = 0; i < document_count; i++) {
    struct bp_derivation_report one = judged(documents[i].document, 17),
                                two = judged(documents[i].document, NAN);
    ck_assert_uint_eq(asked, 0);
    ck_assert_uint_eq(one.claim_count, two.claim_count);
    for (size_t k = 0; k < one.claim_count; k++) {
      const struct bp_claim *a = &one.claims[k], *b = &two.claims[k];
      ck_assert_msg(a->verdict == BP_HOLDS, "%s:%zu does not hold", documents[i].name, a->line);
      ck_assert_msg(
          a->verdict == b->verdict && same_bits(a->largest_relative, b->largest_relative) &&
              same_bits(a->visible, b->visible) && same_bits(a->bound, b->bound) &&
              same_bits(a->left_value, b->left_value) && same_bits(a->right_value, b->right_value),
          "%s:%zu depends on a stored derivative", documents[i].name, a->line);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("independence");
  TCase *cases = tcase_create("stored derivatives");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, the_table_is_wrong);
  tcase_add_test(cases, no_stored_derivative_is_asked);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
