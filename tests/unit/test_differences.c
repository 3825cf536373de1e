/* Central differences against derivatives that were found in another way, within their own bounds.
 *
 * The truth is in difference_truth.h.  For the smallest networks the gradient is written down as a
 * formula.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "difference_truth.h"

/* ---- problems -------------------------------------------------------------------------------- */

static void refine(const struct problem *p, enum bp_method method) {
  for (int target = 0; target < BP_TARGET_COUNT; target++) {
    for (size_t l = 1; l <= p->network->depth; l++) {
      size_t count = p->network->size[l] *
                     bp_difference_columns(p->network, (enum bp_difference_target)target, l);
      uint8_t *wanted = bp_arena_alloc(arena, count, 1);
      memset(wanted, 1, count);
      ck_assert(bp_differences_refine(p->differences, (enum bp_difference_target)target, l, method,
                                      wanted, NULL, NULL));
    }
  }
}

/* Two evaluations for each entry. */
static void screen(struct problem *p, struct bp_network *network, int threads) {
  begin(p, network, threads);
  refine(p, BP_METHOD_TWO_POINT);
}

START_TEST(every_entry_is_within_its_bound) {
  const struct scale *scale = &scales[_i % SCALES];
  struct problem p = {.text = specs[_i / SCALES]};
  for (unsigned long seed = 1; seed <= 2; seed++) {
    screen(&p, scaled_network(p.text, scale->samples, seed, scale->weights, scale->inputs, arena),
           1);
    hold_all(&p);
    refine(&p, BP_METHOD_FOUR_POINT);
    hold_all(&p);
    refine(&p, BP_METHOD_QUAD);
    hold_all(&p);
  }
}
END_TEST

START_TEST(bounds_are_useful) {
  struct problem p = {.text = specs[_i]};
  screen(&p, drawn_network(p.text, 5, 11, arena), 2);
  hold_width(&p, 1e-6);
  refine(&p, BP_METHOD_FOUR_POINT);
  hold_width(&p, 1e-8);
  refine(&p, BP_METHOD_QUAD);
  hold_width(&p, 1e-15);
}
END_TEST

/* ---- formulas by hand ------------------------------------------------------------------------ */

/* A network of one weight and one bias on m given samples, screened and refined. */
static void one_by_one(struct problem *p, size_t m, const double *x, const double *y, double w,
                       double b) {
  struct bp_network *network = blank_network(p->text, m, arena);
  fill(network->X, x);
  fill(network->Y, y);
  fill(network->W[1], &w);
  fill(network->b[1], &b);
  screen(p, network, 1);
  refine(p, BP_METHOD_QUAD);
}

/* a = σ(w x + b): dZ = a - y, dW = mean of (a - y) x, db = mean of a - y. */
START_TEST(one_sigmoid_by_hand) {
  static const double x[] = {-2, -0.5, 0, 1, 3}, y[] = {0, 1, 0, 1, 1}, w = 0.75, b = -0.25;
  struct problem p = {.text = "1 - 1 sigmoid"};
  double dw = 0, db = 0;
  one_by_one(&p, 5, x, y, w, b);
  for (int s = 0; s < 5; s++) {
    double a = 1 / (1 + exp(-(w * x[s] + b))), delta = a - y[s];
    dw += delta * x[s] / 5;
    db += delta / 5;
    ck_assert_double_eq_tol(entries_of(&p, BP_TARGET_Z, 1, 0)[s].value, delta, 1e-15);
    ck_assert_double_eq_tol(entries_of(&p, BP_TARGET_A, 1, 0)[s].value, delta / (a * (1 - a)),
                            1e-14);
  }
  ck_assert_double_eq_tol(entries_of(&p, BP_TARGET_PARAMETER, 1, 0)[0].value, dw, 1e-15);
  ck_assert_double_eq_tol(entries_of(&p, BP_TARGET_PARAMETER, 1, 0)[1].value, db, 1e-15);
}
END_TEST

/* J = mean of (w x + b - y)^2, in numbers whose products are exact. */
START_TEST(one_line_by_hand) {
  static const double x[] = {1, 2, -1, 4}, y[] = {3, -1, 0.5, 2}, w = 1.5, b = -0.5;
  struct problem p = {.text = "1 - 1 identity, squared"};
  double dw = 0, db = 0;
  one_by_one(&p, 4, x, y, w, b);
  for (int s = 0; s < 4; s++) {
    dw += 2 * (w * x[s] + b - y[s]) * x[s] / 4;
    db += 2 * (w * x[s] + b - y[s]) / 4;
  }
  ck_assert_double_eq(entries_of(&p, BP_TARGET_PARAMETER, 1, 0)[0].value, dw);
  ck_assert_double_eq(entries_of(&p, BP_TARGET_PARAMETER, 1, 0)[1].value, db);
}
END_TEST

/* ---- how the work is divided ----------------------------------------------------------------- */

START_TEST(threads_change_nothing) {
  struct problem one = {.text = specs[_i]}, more = one;
  struct bp_network *network = drawn_network(one.text, 7, 3, arena);
  for (int threads = 2; threads <= 3; threads++) {
    screen(&one, network, 1);
    screen(&more, network, threads);
    assert_same(&one, &more);
    refine(&one, BP_METHOD_FOUR_POINT);
    refine(&more, BP_METHOD_FOUR_POINT);
    assert_same(&one, &more);
    refine(&one, BP_METHOD_QUAD);
    refine(&more, BP_METHOD_QUAD);
    assert_same(&one, &more);
  }
}
END_TEST

enum { MANY = 700, PARTS = 7 };

/* More samples than one block holds: the truth holds, and the whole is the mean of its parts. */
START_TEST(blocks_of_samples_add_up) {
  static const char *const many[] = {"2 - 2 tanh - 1 sigmoid", "2 - 2 gelu - 2 tanh - 2 softmax",
                                     "1 - 2 silu - 2 identity, squared"};
  struct problem whole = {.text = many[_i]}, part = whole;
  struct bp_network *network = drawn_network(whole.text, MANY, 2, arena);
  struct bp_network *share = drawn_network(whole.text, MANY / PARTS, 2, arena);
  screen(&whole, network, 1);
  hold_all(&whole);
  refine(&whole, BP_METHOD_FOUR_POINT);
  hold_all(&whole);
  size_t count = network->size[1] * (network->size[0] + 1);
  double *sum = bp_arena_alloc(arena, count, sizeof *sum);
  double *bound = bp_arena_alloc(arena, count, sizeof *bound);
  for (size_t k = 0; k < PARTS; k++) {
    gsl_matrix_view X =
        gsl_matrix_submatrix(network->X, 0, k * MANY / PARTS, network->X->size1, MANY / PARTS);
    gsl_matrix_view Y =
        gsl_matrix_submatrix(network->Y, 0, k * MANY / PARTS, network->Y->size1, MANY / PARTS);
    gsl_matrix_memcpy(share->X, &X.matrix);
    gsl_matrix_memcpy(share->Y, &Y.matrix);
    screen(&part, share, 1);
    for (size_t c = 0; c < count; c++) {
      sum[c] += part.differences->of[BP_TARGET_PARAMETER][1][c].value / PARTS;
      bound[c] += bp_difference_bound(&part.differences->of[BP_TARGET_PARAMETER][1][c]) / PARTS;
    }
  }
  for (size_t c = 0; c < count; c++) {
    const struct bp_difference *entry = &whole.differences->of[BP_TARGET_PARAMETER][1][c];
    ck_assert_msg(fabs(entry->value - sum[c]) <= bp_difference_bound(entry) + bound[c] + 1e-15,
                  "%s: entry %zu of the whole %g, of its parts %g", whole.text, c, entry->value,
                  sum[c]);
  }
}
END_TEST

static bool stop(double share, void *user) {
  (void)share;
  ++*(int *)user;
  return false;
}

START_TEST(progress_can_stop) {
  struct problem p = {.text = "3 - 8 tanh - 2 sigmoid"};
  uint8_t wanted[8 * 4];
  int calls = 0;
  begin(&p, drawn_network(p.text, 3, 1, arena), 1);
  memset(wanted, 1, sizeof wanted);
  for (int method = BP_METHOD_TWO_POINT; method <= BP_METHOD_QUAD; method++)
    ck_assert(!bp_differences_refine(p.differences, BP_TARGET_PARAMETER, 1, (enum bp_method)method,
                                     wanted, stop, &calls));
  ck_assert_int_gt(calls, 0);
}
END_TEST

START_TEST(only_the_wanted_are_refined) {
  struct problem p = {.text = "3 - 4 tanh - 2 sigmoid"};
  uint8_t wanted[16] = {[2] = 1, [5] = 1, [15] = 1};
  struct bp_difference before[16];
  screen(&p, drawn_network(p.text, 3, 1, arena), 2);
  memcpy(before, p.differences->of[BP_TARGET_PARAMETER][1], sizeof before);
  bp_differences_refine(p.differences, BP_TARGET_PARAMETER, 1, BP_METHOD_QUAD, wanted, NULL, NULL);
  for (size_t k = 0; k < 16; k++) {
    const struct bp_difference *after = &p.differences->of[BP_TARGET_PARAMETER][1][k];
    ck_assert_int_eq(after->method, wanted[k] ? BP_METHOD_QUAD : BP_METHOD_TWO_POINT);
    ck_assert_msg(wanted[k] || same_entry(after, &before[k]), "entry %zu changed", k);
    ck_assert_double_le(bp_difference_bound(after), bp_difference_bound(&before[k]));
  }
}
END_TEST

START_TEST(short_memory_is_no_crash) {
  const char *text = "3 - 4 tanh - 2 sigmoid";
  struct bp_network *network = drawn_network(text, 5, 1, arena);
  struct bp_forward *forward = forward_of(network, arena);
  for (size_t limit = 64; limit < 1 << 22; limit *= 2) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_differences *differences =
        small ? bp_differences_new(network, forward, 2, small) : NULL;
    for (size_t l = 1; differences && l <= network->depth; l++)
      ck_assert(bp_differences_refine(differences, BP_TARGET_PARAMETER, l, BP_METHOD_QUAD, NULL,
                                      NULL, NULL));
    ck_assert_msg(differences || !small || bp_arena_failed(small), "%zu bytes", limit);
    bp_arena_free(small);
  }
}
END_TEST

/* ---- kinks and ends -------------------------------------------------------------------------- */

static const struct {
  const char *function;
  double below; /* slope below the kink; 1 above */
} kinks[] = {{"relu", 0}, {"leaky_relu", 0.01}};

/* Sample 1 sits on the kink, sample 2 above it.  J = mean of (2 g(w x + b) - y)^2. */
START_TEST(both_slopes_at_a_kink) {
  static const double x[] = {1, 3}, y[] = {5, -1}, w = 1, b = -1, v = 2;
  double below = kinks[_i].below, outer[] = {2 * (0 - y[0]) * v, 2 * (2 * 2 - y[1]) * v};
  struct problem p = {
      .text = bp_arena_printf(arena, "1 - 1 %s - 1 identity, squared", kinks[_i].function)};
  struct bp_network *network = blank_network(p.text, 2, arena);
  fill(network->X, x);
  fill(network->Y, y);
  fill(network->W[1], &w);
  fill(network->b[1], &b);
  fill(network->W[2], &v);
  screen(&p, network, 1);
  const struct bp_difference *weight = entries_of(&p, BP_TARGET_PARAMETER, 1, 0);
  ck_assert(weight->kink && isinf(bp_difference_bound(weight)));
  refine(&p, BP_METHOD_QUAD);
  double middle = (outer[0] * (1 + below) / 2 * x[0] + outer[1] * x[1]) / 2;
  ck_assert_int_eq(weight->method, BP_METHOD_ONE_SIDED);
  ck_assert(weight->kink);
  ck_assert_double_eq_tol(weight->value, middle, bp_difference_bound(weight));
  ck_assert_double_eq_tol(weight->spread, fabs(outer[0]) * (1 - below) / 4,
                          bp_difference_bound(weight));
  ck_assert_double_lt(bp_difference_bound(weight), 1e-14 * fabs(weight->value));
  const struct bp_difference *delta = entries_of(&p, BP_TARGET_Z, 1, 0);
  ck_assert_double_eq_tol(delta[0].value - delta[0].spread, outer[0], 1e-13);
  ck_assert_double_eq_tol(delta[0].value + delta[0].spread, below * outer[0], 1e-13);
  ck_assert(!delta[1].kink);
  ck_assert_double_eq_tol(delta[1].value, outer[1], 1e-13);
  ck_assert(!entries_of(&p, BP_TARGET_A, 1, 0)[0].kink);
}
END_TEST

START_TEST(what_does_not_move_is_zero) {
  struct problem p = {.text = "3 - 4 tanh - 2 sigmoid"};
  struct bp_network *network = drawn_network(p.text, 3, 1, arena);
  for (size_t s = 0; s < 3; s++)
    gsl_matrix_set(network->X, 1, s, 0);
  screen(&p, network, 1);
  for (size_t i = 0; i < 4; i++) {
    const struct bp_difference *entry = &entries_of(&p, BP_TARGET_PARAMETER, 1, i)[1];
    ck_assert(entry->value == 0 && bp_difference_bound(entry) == 0 && !entry->overflow);
  }
}
END_TEST

START_TEST(overflow_is_flagged) {
  struct problem p = {.text = "2 - 2 identity - 2 identity, squared"};
  struct bp_network *network = drawn_network(p.text, 2, 1, arena);
  gsl_matrix_set_all(network->X, 1e300);
  gsl_matrix_set_all(network->W[1], 1e200);
  screen(&p, network, 1);
  for (int round = 0; round < 2; round++) {
    const struct bp_difference *entry = entries_of(&p, BP_TARGET_PARAMETER, 1, 0);
    ck_assert(entry->overflow && !(bp_difference_bound(entry) < INFINITY));
    refine(&p, BP_METHOD_QUAD);
  }
}
END_TEST

/* ---- nothing but values ---------------------------------------------------------------------- */

/* A difference is of no use as a witness when it looks at the derivative it is to judge. */
START_TEST(stored_derivatives_are_not_used) {
  struct problem right = {.text = specs[_i]}, wrong = right;
  struct bp_network *network = drawn_network(right.text, 3, 4, arena);
  struct bp_network other = with_wrong_derivatives(network, arena);
  screen(&right, network, 1);
  screen(&wrong, &other, 1);
  assert_same(&right, &wrong);
  for (int method = BP_METHOD_FOUR_POINT; method <= BP_METHOD_QUAD; method++) {
    refine(&right, (enum bp_method)method);
    refine(&wrong, (enum bp_method)method);
    assert_same(&right, &wrong);
  }
}
END_TEST

static TCase *bound_cases(void) {
  TCase *cases = tcase_create("bounds");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, every_entry_is_within_its_bound, 0, SPECS * SCALES);
  tcase_add_loop_test(cases, bounds_are_useful, 0, SPECS);
  tcase_add_test(cases, one_sigmoid_by_hand);
  tcase_add_test(cases, one_line_by_hand);
  tcase_add_loop_test(cases, both_slopes_at_a_kink, 0, (int)(sizeof kinks / sizeof *kinks));
  tcase_add_test(cases, what_does_not_move_is_zero);
  tcase_add_test(cases, overflow_is_flagged);
  tcase_add_loop_test(cases, stored_derivatives_are_not_used, 0, SPECS);
  return cases;
}

static TCase *work_cases(void) {
  TCase *cases = tcase_create("work");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, threads_change_nothing, 0, SPECS);
  tcase_add_loop_test(cases, blocks_of_samples_add_up, 0, 3);
  tcase_add_test(cases, progress_can_stop);
  tcase_add_test(cases, only_the_wanted_are_refined);
  tcase_add_test(cases, short_memory_is_no_crash);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("differences");
  suite_add_tcase(suite, bound_cases());
  suite_add_tcase(suite, work_cases());
  return run_suite(suite);
}
