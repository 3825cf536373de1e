/* Gradient descent: against loops that know nothing of matrices, and at its edges.
 *
 * The first test is the worked example of source document 002, section 1.3: logistic regression
 * written as a loop over samples inside a loop over steps.  The loop form here is written out
 * number by number and shares no code with the library, which has to agree with it at every single
 * step.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descents.h"
#include "suite.h"

enum { STEPS = 1000, SAMPLES = 5 };
static const double AGREEMENT = 1e-12;

/* Fills a matrix row by row. */
static void fill(gsl_matrix *matrix, const double *values) {
  for (size_t i = 0; i < matrix->size1; i++)
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j, values[i * matrix->size2 + j]);
}

/* ---- the loop example of source document 002 ---- */

/* What the example prints at each step: w and b after the step, J before it. */
struct history {
  double w[STEPS], b[STEPS], J[STEPS];
};

/* Makes the data, then descends sample by sample along the chain L - a - z - w of scalars, without
 * the short form a - y. */
static void descend_in_loops(double x[SAMPLES], double y[SAMPLES], double rate,
                             struct history *history) {
  double w = 1, b = 1;
  for (int s = 0; s < SAMPLES; s++) {
    x[s] = s - 2;
    y[s] = 1 / (1 + exp(-x[s]));
  }
  for (int step = 0; step < STEPS; step++) {
    double total_loss = 0, total_slope_w = 0, total_slope_b = 0;
    for (int s = 0; s < SAMPLES; s++) {
      double e = exp(-(w * x[s] + b));
      double a = 1 / (1 + e);
      double slope_of_a = e / ((1 + e) * (1 + e));
      double slope_of_loss = (1 - y[s]) / (1 - a) - y[s] / a;
      total_loss += -(y[s] * log(a) + (1 - y[s]) * log(1 - a));
      total_slope_w += slope_of_loss * slope_of_a * x[s];
      total_slope_b += slope_of_loss * slope_of_a;
    }
    w -= rate * (total_slope_w / SAMPLES);
    b -= rate * (total_slope_b / SAMPLES);
    history->w[step] = w;
    history->b[step] = b;
    history->J[step] = total_loss / SAMPLES;
  }
}

struct watch {
  const struct bp_network *network;
  struct history *history;
  int step;
};

/* The parameters are seen after each update, which is when progress is told. */
static bool watch_step(double share, void *user) {
  struct watch *watch = user;
  if (share * STEPS < watch->step + 0.5) /* from inside a check: nothing new */
    return true;
  watch->history->w[watch->step] = gsl_matrix_get(watch->network->W[1], 0, 0);
  watch->history->b[watch->step] = gsl_matrix_get(watch->network->b[1], 0, 0);
  watch->step++;
  return true;
}

static struct bp_training *descend_in_matrices(const double *x, const double *y,
                                               enum bp_start start, struct history *history) {
  struct bp_network *network = network_of("1 - 1 sigmoid", SAMPLES, arena);
  fill(network->X, x);
  fill(network->Y, y);
  gsl_matrix_set(network->W[1], 0, 0, 1);
  gsl_matrix_set(network->b[1], 0, 0, 1);
  struct watch watch = {network, history, 0};
  struct bp_train_options options = {.steps = STEPS,
                                     .rate = 0.01,
                                     .check_every = 250,
                                     .start = start,
                                     .check = {.threads = 1},
                                     .progress = watch_step,
                                     .user = &watch};
  struct bp_training *training = train(network, NULL, &options);
  ck_assert_int_eq(watch.step, STEPS);
  memcpy(history->J, training->losses, sizeof history->J);
  return training;
}

START_TEST(loop_and_matrix_form_agree) {
  double x[SAMPLES], y[SAMPLES];
  static struct history loops, matrices;
  descend_in_loops(x, y, 0.01, &loops);
  const struct bp_training *training =
      descend_in_matrices(x, y, _i == 0 ? BP_START_DRAWN : BP_START_ONES, &matrices);
  for (int step = 0; step < STEPS; step++) {
    ck_assert_double_eq_tol(matrices.w[step], loops.w[step], AGREEMENT);
    ck_assert_double_eq_tol(matrices.b[step], loops.b[step], AGREEMENT);
    ck_assert_double_eq_tol(matrices.J[step], loops.J[step], AGREEMENT);
  }
  for (int step = 1; step < STEPS; step++)
    ck_assert_msg(matrices.J[step] < matrices.J[step - 1], "J does not fall at step %d", step);
  ck_assert_uint_eq(training->rises, 0);
  ck_assert_int_eq(training->verdict, BP_HOLDS);
  ck_assert_uint_eq(training->check_count, 5);
}
END_TEST

/* The lines that the example prints, computed once from its program in another language. */
static const struct {
  int step;
  const char *line;
} printed[] = {
    {0, "i= 0 w= 1.00047448596 b= 0.99833325759 J[i]= 0.601976089808"},
    {1, "i= 1 w= 1.00094622565 b= 0.996669584736 J[i]= 0.601676094068"},
    {9, "i= 9 w= 1.00462280082 b= 0.9834697764 J[i]= 0.599321624757"},
    {99, "i= 99 w= 1.03571072926 b= 0.847366681168 J[i]= 0.577527886269"},
    {999, "i= 999 w= 1.02892345476 b= 0.191751748611 J[i]= 0.520839801860"},
};

static const char *format_line(int step, const struct history *history) {
  return bp_arena_printf(arena, "i= %d w= %.12g b= %.12g J[i]= %.12f", step, history->w[step],
                         history->b[step], history->J[step]);
}

START_TEST(printed_digits_of_the_example) {
  double x[SAMPLES], y[SAMPLES];
  static struct history loops, matrices;
  descend_in_loops(x, y, 0.01, &loops);
  descend_in_matrices(x, y, BP_START_ONES, &matrices);
  for (size_t k = 0; k < sizeof printed / sizeof *printed; k++) {
    ck_assert_str_eq(format_line(printed[k].step, &loops), printed[k].line);
    ck_assert_str_eq(format_line(printed[k].step, &matrices), printed[k].line);
  }
}
END_TEST

/* ---- logistic regression with several features, from zeros ---- */

START_TEST(several_features_from_zeros) {
  enum { FEATURES = 3, ROWS = 8, ROUNDS = 200 };
  struct bp_network *network = drawn("3 - 1 sigmoid", ROWS, 7);
  double w[FEATURES] = {0}, b = 0, J = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double slope_w[FEATURES] = {0}, slope_b = 0;
    J = 0;
    for (size_t s = 0; s < ROWS; s++) {
      double z = b, y = gsl_matrix_get(network->Y, 0, s);
      for (size_t i = 0; i < FEATURES; i++)
        z += w[i] * gsl_matrix_get(network->X, i, s);
      double a = 1 / (1 + exp(-z));
      J -= (y * log(a) + (1 - y) * log(1 - a)) / ROWS;
      slope_b += (a - y) / ROWS;
      for (size_t i = 0; i < FEATURES; i++)
        slope_w[i] += (a - y) * gsl_matrix_get(network->X, i, s) / ROWS;
    }
    b -= 0.3 * slope_b;
    for (size_t i = 0; i < FEATURES; i++)
      w[i] -= 0.3 * slope_w[i];
  }
  struct bp_train_options options = {
      .steps = ROUNDS, .rate = 0.3, .start = BP_START_ZEROS, .check = {.threads = 1}};
  const struct bp_training *training = train(network, NULL, &options);
  ck_assert_double_eq_tol(training->losses[ROUNDS - 1], J, AGREEMENT);
  ck_assert_str_eq(training->parameters[0].name, "W[1]");
  ck_assert_str_eq(training->parameters[1].name, "b[1]");
  for (size_t i = 0; i < FEATURES; i++)
    ck_assert_double_eq_tol(training->parameters[0].values[i], w[i], AGREEMENT);
  ck_assert_double_eq_tol(training->parameters[1].values[0], b, AGREEMENT);
}
END_TEST

/* ---- where it goes wrong ---- */

/* J = (w + b)^2 with x = 1 and y = 0: each step multiplies w + b by 1 - 4 · rate. */
static struct bp_network *parabola(void) {
  struct bp_network *network = network_of("1 - 1 identity, squared", 1, arena);
  gsl_matrix_set(network->X, 0, 0, 1);
  return network;
}

static const struct {
  const char *name;
  double rate;
  size_t steps, rises;
  bool diverged;
} rates[] = {
    {"falls", 0.1, 20, 0, false},
    {"one step to the minimum", 0.25, 20, 0, false},
    {"jumps across and falls", 0.45, 20, 0, false},
    {"jumps across and rises", 0.6, 20, 20, false},
    {"leaves the numbers", 1000, 200, 0, true},
};

START_TEST(rates_that_fall_rise_and_diverge) {
  struct bp_train_options options = {.steps = rates[_i].steps,
                                     .rate = rates[_i].rate,
                                     .start = BP_START_ONES,
                                     .check = {.threads = 1}};
  const struct bp_training *training = train(parabola(), NULL, &options);
  ck_assert_msg(training->diverged == rates[_i].diverged, "%s", rates[_i].name);
  if (rates[_i].diverged) {
    ck_assert_uint_lt(training->steps, rates[_i].steps);
    ck_assert(!isfinite(training->losses[training->steps]));
    ck_assert(isfinite(training->losses[training->steps - 1]));
    ck_assert_int_ne(training->verdict, BP_HOLDS);
    ck_assert_ptr_nonnull(strstr(training->notes[0], "such as 0.05"));
    return;
  }
  ck_assert_uint_eq(training->steps, rates[_i].steps);
  ck_assert_msg(training->rises == rates[_i].rises, "%s: %zu rises", rates[_i].name,
                training->rises);
  ck_assert_uint_eq(training->first_rise, rates[_i].rises > 0);
}
END_TEST

START_TEST(start_that_is_no_number) {
  struct bp_network *network = parabola();
  gsl_matrix_set(network->X, 0, 0, 1e200);
  struct bp_train_options options = {
      .steps = 10, .rate = 0.1, .start = BP_START_ONES, .check = {.threads = 1}};
  const struct bp_training *training = train(network, NULL, &options);
  ck_assert(training->diverged);
  ck_assert_uint_eq(training->steps, 0);
  ck_assert_uint_eq(training->check_count, 0);
  ck_assert_int_eq(training->verdict, BP_UNDECIDED);
  ck_assert_ptr_nonnull(strstr(training->notes[0], "before the first step"));
}
END_TEST

START_TEST(planted_mistake_fails_every_check) {
  struct bp_network *network = drawn("3 - 4 tanh - 1 sigmoid", 5, 1);
  struct bp_train_options options = {
      .steps = 20,
      .rate = 0.1,
      .check_every = 10,
      .check = {.threads = 1, .mistake = {.kind = BP_MISTAKE_SIGN, .layer = 1}}};
  const struct bp_training *training = train(network, NULL, &options);
  ck_assert_int_eq(training->verdict, BP_FAILS);
  ck_assert_uint_eq(training->check_count, 3);
  for (size_t k = 0; k < training->check_count; k++) {
    ck_assert_int_eq(training->checks[k].verdict, BP_FAILS);
    ck_assert_str_eq(training->checks[k].worst_block, "W[1]");
  }
}
END_TEST

/* ---- when the gradient is checked ---- */

static const struct {
  size_t steps, every, checks;
  size_t at[6];
} schedules[] = {
    {0, 0, 1, {0}},          {0, 3, 1, {0}},       {7, 0, 2, {0, 7}},
    {7, 3, 4, {0, 3, 6, 7}}, {6, 3, 3, {0, 3, 6}}, {4, 1, 5, {0, 1, 2, 3, 4}},
    {2, 100, 2, {0, 2}},
};

START_TEST(checks_are_where_they_should) {
  struct bp_network *network = drawn("2 - 3 tanh - 2 softmax", 4, 3);
  struct bp_train_options options = {.steps = schedules[_i].steps,
                                     .rate = 0.1,
                                     .check_every = schedules[_i].every,
                                     .check = {.threads = 1}};
  const struct bp_training *training = train(network, NULL, &options);
  ck_assert_uint_eq(training->check_count, schedules[_i].checks);
  for (size_t k = 0; k < training->check_count; k++) {
    ck_assert_uint_eq(training->checks[k].step, schedules[_i].at[k]);
    ck_assert_double_eq_tol(training->checks[k].loss, training->losses[schedules[_i].at[k]], 1e-15);
    ck_assert_uint_eq(training->checks[k].entries, 17);
  }
  ck_assert_int_eq(training->verdict, BP_HOLDS);
}
END_TEST

/* Other units in each check, told by their own rows: of three of nine, some are beyond the third.
 */
START_TEST(checks_look_at_samples) {
  enum { SOME = 30 };
  size_t beyond = 0;
  struct bp_network *network = drawn("5 - 9 tanh - 2 softmax", 4, 3);
  struct bp_train_options options = {.steps = SOME,
                                     .rate = 0.01,
                                     .check_every = 1,
                                     .check = {.threads = 1, .sample = 3, .sample_seed = 1}};
  const struct bp_training *training = train(network, NULL, &options);
  ck_assert_uint_eq(training->check_count, SOME + 1);
  ck_assert_uint_eq(training->checks[0].entries, 3 * 6 + 2 * 10);
  ck_assert_int_eq(training->verdict, BP_HOLDS);
  ck_assert_ptr_nonnull(strstr(training->notes[training->note_count - 1], "not looked at"));
  for (size_t k = 0; k < training->check_count; k++) {
    const struct bp_training_check *check = &training->checks[k];
    size_t rows = strstr(check->worst_block, "[1]") ? 9 : 2;
    ck_assert_uint_lt(check->worst_row, rows);
    beyond += check->worst_row >= 3;
  }
  ck_assert_uint_gt(beyond, 3);
}
END_TEST

/* ---- accuracy ---- */

static const struct bp_train_options no_steps = {.check = {.threads = 1}};

START_TEST(accuracy_by_largest_output) {
  struct bp_network *network = network_of("2 - 2 softmax", 4, arena);
  struct bp_network *test = network_of("2 - 2 softmax", 2, arena);
  const double identity[] = {1, 0, 0, 1};
  fill(network->W[1], identity);
  fill(network->X, (const double[]){5, 1, 3, 0, 1, 5, 0, 3});
  fill(network->Y, (const double[]){1, 0, 1, 1, 0, 1, 0, 0}); /* the last sample is wrong */
  fill(test->X, (const double[]){2, 1, 1, 2});
  fill(test->Y, (const double[]){1, 0, 0, 1});
  const struct bp_training *training = train(network, test, &no_steps);
  ck_assert_int_eq(training->decision, BP_DECISION_LARGEST);
  ck_assert_uint_eq(training->training.correct, 3);
  ck_assert_uint_eq(training->training.samples, 4);
  ck_assert_uint_eq(training->held_out.correct, 2);
  ck_assert_uint_eq(training->held_out.samples, 2);
  ck_assert_double_eq_tol(training->held_out.loss, log1p(exp(-1)), 1e-15);
}
END_TEST

/* An output of exactly 0.5 counts as 0, as in source document 002. */
START_TEST(accuracy_by_threshold) {
  struct bp_network *network = network_of("1 - 1 sigmoid", 4, arena);
  gsl_matrix_set(network->W[1], 0, 0, 1);
  fill(network->X, (const double[]){-1, 0, 0, 1});
  fill(network->Y, (const double[]){0, 0, 1, 1});
  const struct bp_training *training = train(network, NULL, &no_steps);
  ck_assert_int_eq(training->decision, BP_DECISION_THRESHOLD);
  ck_assert_uint_eq(training->training.correct, 3);
  ck_assert(isnan(training->held_out.loss));
}
END_TEST

START_TEST(no_accuracy_for_numbers) {
  struct bp_network *network = drawn("3 - 2 identity, squared", 6, 2);
  struct bp_train_options options = {.steps = 3, .rate = 0.01, .check = {.threads = 1}};
  const struct bp_training *training = train(network, network, &options);
  ck_assert_int_eq(training->decision, BP_DECISION_NONE);
  ck_assert_uint_eq(training->training.samples, 0);
  ck_assert(isfinite(training->held_out.loss));
}
END_TEST

/* ---- stopping, and memory ---- */

static bool stop_at(double share, void *user) { return share < *(const double *)user; }

START_TEST(progress_can_stop_the_run) {
  struct bp_training *training = NULL;
  double share = _i / 2.0;
  struct bp_network *network = drawn("3 - 2 tanh - 1 sigmoid", 4, 2);
  struct bp_train_options options = {.steps = 100, .rate = 0.1, .check = {.threads = 1}};
  options.progress = stop_at;
  options.user = &share;
  ck_assert_int_eq(bp_train(network, NULL, &options, arena, &training), BP_STOPPED);
  ck_assert_ptr_null(training);
}
END_TEST

START_TEST(short_memory_is_a_status) {
  size_t made = 0, refused = 0;
  struct bp_network *network = drawn("3 - 2 tanh - 1 sigmoid", 4, 2);
  struct bp_train_options options = {
      .steps = 5, .rate = 0.1, .check_every = 2, .check = {.threads = 1}};
  for (size_t limit = 512; limit < 40000; limit += 512) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_training *training = NULL;
    enum bp_status status = bp_train(network, network, &options, small, &training);
    ck_assert_msg((status == BP_OK) == (training != NULL), "limit %zu", limit);
    ck_assert(status == BP_OK || status == BP_NO_MEMORY);
    made += status == BP_OK;
    refused += status != BP_OK;
    bp_arena_free(small);
  }
  ck_assert(made > 0 && refused > 0);
  struct bp_training *training = NULL;
  options.check_memory = 256; /* no check fits in there */
  ck_assert_int_eq(bp_train(network, NULL, &options, arena, &training), BP_NO_MEMORY);
  options.check_memory = 0;
  options.steps = SIZE_MAX;
  ck_assert_int_eq(bp_train(network, NULL, &options, arena, &training), BP_NO_MEMORY);
}
END_TEST

static TCase *descent_cases(void) {
  TCase *cases = tcase_create("descent");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, loop_and_matrix_form_agree, 0, 2);
  tcase_add_test(cases, printed_digits_of_the_example);
  tcase_add_test(cases, several_features_from_zeros);
  tcase_add_loop_test(cases, rates_that_fall_rise_and_diverge, 0,
                      (int)(sizeof rates / sizeof *rates));
  tcase_add_test(cases, start_that_is_no_number);
  tcase_add_test(cases, planted_mistake_fails_every_check);
  tcase_add_test(cases, checks_look_at_samples);
  tcase_add_loop_test(cases, checks_are_where_they_should, 0,
                      (int)(sizeof schedules / sizeof *schedules));
  tcase_add_test(cases, accuracy_by_largest_output);
  tcase_add_test(cases, accuracy_by_threshold);
  tcase_add_test(cases, no_accuracy_for_numbers);
  tcase_add_loop_test(cases, progress_can_stop_the_run, 0, 3);
  tcase_add_test(cases, short_memory_is_a_status);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("train");
  suite_add_tcase(suite, descent_cases());
  return run_suite(suite);
}
