/* What a verdict may not say: that something holds which nothing has shown.
 */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net/check.h"
#include "net/compare.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

static const struct bp_report *check(const struct bp_network *network, struct bp_mistake mistake) {
  struct bp_check_options options = {.mistake = mistake, .threads = 1};
  struct bp_report *report = NULL;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report;
}

static bool has_note(const struct bp_report *report, const char *words) {
  for (size_t k = 0; k < report->head.note_count; k++)
    if (strstr(report->head.notes[k], words))
      return true;
  return false;
}

/* ---- bounds wider than the gradient ------------------------------------------------------- */

static struct bp_network *deep_network(void) {
  char text[1024] = "3";
  for (int l = 0; l < 50; l++)
    strcat(text, " - 4 sigmoid");
  return drawn_network(strcat(text, " - 1 sigmoid"), 5, 1, arena);
}

/* Gradients far below every bound of float64 and of 113 bits: proofs tell the right one from one
 * with a wrong sign, and say with how many bits. */
START_TEST(deep_block_is_proved) {
  struct bp_mistake mistake = {_i ? BP_MISTAKE_SIGN : BP_NO_MISTAKE, 1, false, 0, 0, 0};
  const struct bp_report *report = check(deep_network(), mistake);
  ck_assert_int_eq(report->head.verdict, _i ? BP_FAILS : BP_HOLDS);
  ck_assert_uint_eq(report->head.undecided, 0);
  ck_assert_uint_eq(report->head.fails, _i ? 12 : 0);
  ck_assert_uint_eq(report->blocks[0].proved, 12);
  ck_assert_uint_ge(report->blocks[0].bits, 128);
  ck_assert(has_note(report, "decided by proof"));
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].verdict == BP_HOLDS)
      ck_assert_msg(!report->blocks[b].vanishes && report->blocks[b].visible < 1e-2,
                    "%s: seen above %g", report->blocks[b].name, report->blocks[b].visible);
}
END_TEST

static const struct {
  const char *spec;
  double weight_scale, input_scale;
} wide[] = {
    {"3 - 4 gelu - 1 identity, squared", 1, 1e100},
    {"3 - 4 relu - 4 relu - 1 sigmoid", 1e50, 1},
};

/* Whatever the right one is, one with a wrong sign never holds. */
START_TEST(huge_loss_hides_nothing) {
  const struct bp_network *network =
      scaled_network(wide[_i].spec, 5, 1, wide[_i].weight_scale, wide[_i].input_scale, arena);
  const struct bp_report *report =
      check(network, (struct bp_mistake){BP_NO_MISTAKE, 0, false, 0, 0, 0});
  ck_assert_int_ne(report->head.verdict, BP_FAILS);
  for (size_t l = 1; l <= network->depth; l++) {
    struct bp_mistake mistake = {BP_MISTAKE_SIGN, l, false, 0, 0, 0};
    ck_assert_int_ne(check(network, mistake)->head.verdict, BP_HOLDS);
  }
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].verdict == BP_HOLDS && !report->blocks[b].vanishes)
      ck_assert_msg(report->blocks[b].visible < 1, "%s, %s", wide[_i].spec, report->blocks[b].name);
}
END_TEST

/* ---- gradients that are 0 ------------------------------------------------------------------ */

START_TEST(vanishing_gradient_holds_and_says_so) {
  const struct bp_network *network = drawn_network("3 - 4 tanh - 1 softmax", 5, 1, arena);
  const struct bp_report *report = check(network, (struct bp_mistake){0});
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  for (size_t b = 0; b < report->block_count; b++)
    ck_assert(report->blocks[b].vanishes || !report->blocks[b].parameter);
  ck_assert(has_note(report, "every parameter is 0 here"));
}
END_TEST

START_TEST(ordinary_gradient_does_not_vanish) {
  const struct bp_network *network = drawn_network("3 - 4 tanh - 1 sigmoid", 5, 1, arena);
  const struct bp_report *report = check(network, (struct bp_mistake){0});
  for (size_t b = 0; b < report->block_count; b++)
    ck_assert(!report->blocks[b].vanishes);
  ck_assert(!has_note(report, "0 here"));
}
END_TEST

START_TEST(planted_mistake_that_does_not_show_is_no_pass) {
  const struct bp_network *network = drawn_network("3 - 4 tanh - 1 sigmoid", 5, 1, arena);
  struct bp_mistake mistake = {BP_MISTAKE_ENTRY, 1, false, 0, 0, 1e-20};
  const struct bp_report *report = check(network, mistake);
  ck_assert_int_eq(report->head.verdict, BP_UNDECIDED);
  ck_assert(has_note(report, "does not show"));
}
END_TEST

/* ---- bounds that are none ------------------------------------------------------------------ */

enum unbounded { OF_VALUE, OF_TRUNCATION, OF_ROUNDING, OF_JACOBIANS, OF_MAGNITUDE, UNBOUNDED };

static const double no_bound[] = {INFINITY, NAN};
static const enum bp_method methods[] = {BP_METHOD_TWO_POINT, BP_METHOD_QUAD, BP_METHOD_ONE_SIDED,
                                         BP_METHOD_PROOF};

/* One entry that agrees in every way, but for a bound that is infinite or no number: it never
 * holds, whatever the method, in BP1-BP4 and in other code. */
START_TEST(no_bound_is_no_agreement) {
  double number[] = {0, 0, 1, 1, 1}, parts[] = {0, 0}, quad_value = 1;
  double none = no_bound[_i % 2];
  enum unbounded which = (enum unbounded)(_i / 2);
  for (size_t m = 0; m < 8; m++) {
    gsl_matrix *matrix[5];
    bp_quad data = (bp_quad)quad_value;
    struct bp_quad_matrix quad = {1, 1, &data};
    for (size_t k = 0; k < 5; k++) {
      matrix[k] = bp_matrix(arena, 1, 1);
      gsl_matrix_set_all(matrix[k], number[k]);
    }
    gsl_matrix_set_all(matrix[0], which == OF_VALUE ? none : 0);
    gsl_matrix_set_all(matrix[1], which == OF_JACOBIANS ? none : 1);
    gsl_matrix_set_all(matrix[2], which == OF_MAGNITUDE ? none : 1);
    for (int part = 0; part < 2; part++)
      parts[part] = (int)which == OF_TRUNCATION + part ? none : 1e-20;
    struct bp_difference difference = {.value = 1,
                                       .truncation = parts[0],
                                       .rounding = parts[1],
                                       .sum = 1,
                                       .kink = m % 4 == 2,
                                       .bits = 128,
                                       .method = (uint8_t)methods[m % 4]};
    struct bp_view view = {.outside = m >= 4,
                           .unit = m >= 4 ? BP_UNIT : 0,
                           .value = matrix[3],
                           .error = matrix[0],
                           .magnitude = matrix[2],
                           .kronecker = matrix[4],
                           .kronecker_sum = matrix[1],
                           .quad = which == OF_MAGNITUDE ? &quad : NULL,
                           .difference = &difference,
                           .stride = 1};
    struct bp_entry entry;
    if (which == OF_JACOBIANS && m == 6)
      continue; /* other code at a kink is free to choose g'(0), and they take one of their own */
    if (which == OF_MAGNITUDE) { /* asked for where float64 does not suffice */
      if (m != 1)
        continue;
      gsl_matrix_set_all(matrix[0], 0.1);
    }
    bp_judge_entry(&view, 1e-9, 100, 1, 0, 0, &entry);
    ck_assert_msg(entry.verdict == BP_UNDECIDED, "bound %d, method %zu: %s", which, m,
                  bp_verdict_name((enum bp_verdict)entry.verdict));
  }
}
END_TEST

/* ---- the forward pass ---------------------------------------------------------------------- */

static const double tampering[] = {1e-10, -1e-10, 1, NAN, INFINITY};

START_TEST(wrong_forward_pass_is_seen) {
  struct bp_network *network = drawn_network("3 - 4 tanh - 2 relu - 1 sigmoid", 6, 1, arena);
  struct bp_forward *forward = forward_of(network, arena);
  ck_assert(bp_forward_is_right(network, forward, 1 + _i % 2));
  for (size_t l = 1; l <= network->depth; l++) {
    double *z = gsl_matrix_ptr(forward->Z[l], network->size[l] - 1, 5), right = *z;
    *z += tampering[_i];
    ck_assert_msg(!bp_forward_is_right(network, forward, 1 + _i % 2), "layer %zu, %g", l,
                  tampering[_i]);
    *z = right;
  }
}
END_TEST

START_TEST(rounding_of_the_forward_pass_is_right) {
  for (unsigned long seed = 1; seed <= 20; seed++) {
    struct bp_network *network =
        scaled_network("40 - 30 relu - 20 tanh - 5 softmax", 6, seed, 3, 100, arena);
    ck_assert(bp_forward_is_right(network, forward_of(network, arena), 2));
  }
}
END_TEST

/* Then nothing behind it can be trusted: everything fails, and the reason says so. */
START_TEST(wrong_forward_pass_fails_everything) {
  const struct bp_network *network = drawn_network("3 - 4 tanh - 1 sigmoid", 5, 1, arena);
  struct bp_check_options options = {.threads = 1};
  struct bp_evidence *evidence;
  struct bp_report report = {0};
  ck_assert_int_eq(bp_evidence_gather(network, &options, arena, &evidence), BP_OK);
  ck_assert(evidence->forward_right);
  evidence->forward_right = false;
  ck_assert_int_eq(bp_compare(evidence, evidence->gradient, NULL, &options, arena, &report), BP_OK);
  ck_assert_int_eq(report.head.verdict, BP_FAILS);
  ck_assert_uint_eq(report.head.fails, report.head.entries);
  ck_assert_int_eq(report.blocks[0].entries[0].reason, BP_REASON_FORWARD);
}
END_TEST

/* ---- truncation and rounding apart ---------------------------------------------------------- */

/* Both parts of a block's bound are those of one of its entries.  A smooth curve has a truncation;
 * a parabola has none: the third derivative of the loss by a weight is 0. */
START_TEST(both_parts_of_a_bound_are_told) {
  static const struct {
    const char *spec;
    bool truncated;
  } networks[] = {{"3 - 4 tanh - 2 sigmoid", true}, {"3 - 2 identity, squared", false}};
  struct bp_network *network = drawn_network(networks[_i].spec, 5, 1, arena);
  const struct bp_report *report = check(network, (struct bp_mistake){.kind = BP_NO_MISTAKE});
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    if (!block->parameter)
      continue;
    ck_assert_msg((block->truncation > 0) == networks[_i].truncated, "%s: truncation %g",
                  block->name, block->truncation);
    ck_assert_double_gt(block->rounding, 0);
    ck_assert_double_eq(block->truncation + block->rounding, block->widest_bound);
    for (size_t k = 0; k < block->rows * block->columns; k++) {
      const struct bp_entry *entry = &block->entries[k];
      ck_assert_double_eq(entry->truncation + entry->rounding, entry->bound);
      ck_assert((entry->truncation > 0) == networks[_i].truncated && entry->rounding > 0);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("verdicts");
  TCase *cases = tcase_create("verdicts");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, deep_block_is_proved, 0, 2);
  tcase_add_loop_test(cases, huge_loss_hides_nothing, 0, sizeof wide / sizeof *wide);
  tcase_add_test(cases, vanishing_gradient_holds_and_says_so);
  tcase_add_test(cases, ordinary_gradient_does_not_vanish);
  tcase_add_test(cases, planted_mistake_that_does_not_show_is_no_pass);
  tcase_add_loop_test(cases, no_bound_is_no_agreement, 0, 2 * UNBOUNDED);
  tcase_add_loop_test(cases, wrong_forward_pass_is_seen, 0, sizeof tampering / sizeof *tampering);
  tcase_add_test(cases, rounding_of_the_forward_pass_is_right);
  tcase_add_test(cases, wrong_forward_pass_fails_everything);
  tcase_add_loop_test(cases, both_parts_of_a_bound_are_told, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
