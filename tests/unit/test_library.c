/* The calls of the installed library that check other people's code, through its one header and its
 * shared object alone: each form of function right, and with each entry of its derivative wrong. */
#include <backproof.h>
#include <check.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_log.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "library_calls.h"
#include "suite.h"
/* ---- plain callbacks ------------------------------------------------------------------- */

static const double theta[] = {0.5, -1.25, 2, 0.125, 3, -0.75};
enum { THETA = sizeof theta / sizeof *theta };

static double loss(const double *x, size_t n, void *user) {
  double sum = 0;
  for (size_t j = 0; j < n; j++)
    sum += exp(0.3 * x[j]) * x[(j + 1) % n];
  if (user)
    ++*(size_t *)user;
  return sum;
}

static void gradient(const double *x, size_t n, void *user, double *out) {
  (void)user;
  for (size_t j = 0; j < n; j++)
    out[j] = entry((int)j, 0.3 * exp(0.3 * x[j]) * x[(j + 1) % n] + exp(0.3 * x[(j + n - 1) % n]));
}

START_TEST(gradients) {
  size_t calls = 0;
  struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, &calls, NULL);
  ck_assert_msg(result.outcome == BP_OUTCOME_HOLDS, "%s", result.message);
  ck_assert_uint_eq(result.evaluations, calls);
  ck_assert_uint_eq(result.checked, THETA);
  ck_assert_uint_eq(result.holds, THETA);
  ck_assert_uint_eq(result.parameters, THETA);
  ck_assert_uint_eq(result.outputs, 1);
  ck_assert(result.visible > 0 && result.visible < 1e-5);
  double right[THETA];
  gradient(theta, THETA, NULL, right);
  for (size_t j = 0; j < THETA; j++) {
    struct bp_result_entry one = bp_result_entry(&result, 0, j);
    ck_assert(one.value == right[j] && fabs(one.difference - right[j]) <= one.bound);
    ck_assert_int_eq(one.outcome, BP_OUTCOME_HOLDS);
    ck_assert_str_eq(one.reason, "none");
  }
  ck_assert_int_eq(bp_result_entry(&result, 0, THETA).outcome, BP_ENTRY_SKIPPED);
  ck_assert_int_eq(bp_result_entry(&result, 1, 0).outcome, BP_ENTRY_SKIPPED);
  bp_result_free(&result);
  bp_result_free(&result);
  ck_assert_int_eq(bp_result_write(&result, "text", stdout), -1);
  bp_result_free(NULL);
}
END_TEST

START_TEST(every_wrong_entry_is_seen) {
  for (wrong_entry = 0; wrong_entry < THETA; wrong_entry++) {
    struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, NULL);
    ck_assert_msg(result.outcome == BP_OUTCOME_FAILS, "%s", result.message);
    ck_assert_uint_eq(result.fails, 1);
    ck_assert_int_eq(bp_result_entry(&result, 0, (size_t)wrong_entry).outcome, BP_OUTCOME_FAILS);
    ck_assert_str_eq(bp_result_entry(&result, 0, (size_t)wrong_entry).reason, "difference");
    bp_result_free(&result);
  }
}
END_TEST

static float single_loss(const float *x, size_t n, void *user) {
  (void)user;
  float sum = 0;
  for (size_t j = 0; j < n; j++)
    sum += expf(0.3f * x[j]) * x[(j + 1) % n];
  return sum;
}

static void single_gradient(const float *x, size_t n, void *user, float *out) {
  (void)user;
  for (size_t j = 0; j < n; j++)
    out[j] = (float)entry((int)j, (double)(0.3f * expf(0.3f * x[j]) * x[(j + 1) % n] +
                                           expf(0.3f * x[(j + n - 1) % n])));
}

START_TEST(floats) {
  float x[THETA];
  for (size_t j = 0; j < THETA; j++)
    x[j] = (float)theta[j];
  struct bp_result result =
      bp_check_gradient_float(single_loss, single_gradient, x, THETA, NULL, NULL);
  ck_assert_msg(result.visible > 1e-6 && result.visible < 1e-2, "%g", result.visible);
  expect(result, BP_OUTCOME_HOLDS, "computed in float");
  for (wrong_entry = 0; wrong_entry < THETA; wrong_entry++)
    expect(bp_check_gradient_float(single_loss, single_gradient, x, THETA, NULL, NULL),
           BP_OUTCOME_FAILS, "1 of 6 entries disagrees");
}
END_TEST

enum { VALUES = 2, INPUTS = 3 };

static int map(const double *x, size_t n, size_t k, void *user, double *values) {
  (void)n;
  (void)k;
  (void)user;
  values[0] = x[0] * x[1] + sin(x[2]);
  values[1] = x[2] * x[2] / x[0];
  return x[0] <= 0 ? GSL_EDOM : 0;
}

static int map_jacobian(const double *x, size_t n, size_t k, void *user, double *entries) {
  const double right[] = {x[1], x[0], cos(x[2]), -x[2] * x[2] / (x[0] * x[0]), 0, 2 * x[2] / x[0]};
  for (size_t i = 0; i < n * k; i++)
    entries[i] = entry((int)i, right[i]);
  return user ? 1 : 0;
}

START_TEST(jacobians) {
  static const double x[] = {1e-3, 2, 0.7}; /* near the end of the domain */
  static const struct bp_parameter_block blocks[] = {{"a", 1, 1}, {"b", 2, 1}};
  struct bp_derivative_options options = {.blocks = blocks, .block_count = 2, .title = "my map"};
  expect(bp_check_jacobian(map, map_jacobian, x, INPUTS, VALUES, NULL, NULL), BP_OUTCOME_HOLDS,
         "∂f/∂x");
  expect(bp_check_jacobian(map, map_jacobian, x, INPUTS, VALUES, NULL, &options), BP_OUTCOME_HOLDS,
         "my map");
  int some;
  expect(bp_check_jacobian(map, map_jacobian, x, INPUTS, VALUES, &some, NULL), BP_OUTCOME_BAD_INPUT,
         "could not be evaluated");
  for (wrong_entry = 0; wrong_entry < VALUES * INPUTS; wrong_entry++) {
    struct bp_result result =
        bp_check_jacobian(map, map_jacobian, x, INPUTS, VALUES, NULL, &options);
    struct bp_result_entry one =
        bp_result_entry(&result, (size_t)wrong_entry / INPUTS, (size_t)wrong_entry % INPUTS);
    ck_assert_int_eq(one.outcome, BP_OUTCOME_FAILS);
    expect(result, BP_OUTCOME_FAILS, wrong_entry % INPUTS == 0 ? "∂f/∂a" : "∂f/∂b");
  }
}
END_TEST

/* ---- options, formats and bad input ------------------------------------------------------- */

static const struct bp_parameter_block good_blocks[] = {{"W", 2, 2}, {"b", 2, 1}};
static const struct bp_parameter_block bad_blocks[] = {{"W", 2, 2}, {"b", 3, 1}};
static const struct bp_parameter_block empty_blocks[] = {{"W", 6, 1}, {"b", 0, 1}};
static const struct bp_parameter_block nameless_blocks[] = {{NULL, 6, 1}};
static const size_t far_index[] = {6};
static const size_t two_indices[] = {0, 5};

static const struct option_row {
  const char *name;
  struct bp_derivative_options options;
  enum bp_outcome outcome;
  const char *words;
  size_t checked;
} option_rows[] = {
    {"blocks", {.blocks = good_blocks, .block_count = 2}, BP_OUTCOME_HOLDS, "W  ", 6},
    {"blocks that do not add up",
     {.blocks = bad_blocks, .block_count = 2},
     BP_OUTCOME_BAD_INPUT,
     "7 entries together, but there are 6 parameters",
     0},
    {"an empty block",
     {.blocks = empty_blocks, .block_count = 2},
     BP_OUTCOME_BAD_INPUT,
     "cannot be 0 x 1",
     0},
    {"a block without a name",
     {.blocks = nameless_blocks, .block_count = 1},
     BP_OUTCOME_BAD_INPUT,
     "no name",
     0},
    {"every", {.every = 4}, BP_OUTCOME_HOLDS, "4 of 6 entries were not looked at", 2},
    {"random", {.random = 3, .seed = 5}, BP_OUTCOME_HOLDS, "numbers double, seed 5", 3},
    {"given", {.indices = two_indices, .index_count = 2}, BP_OUTCOME_HOLDS, "those that were", 2},
    {"nothing given",
     {.indices = two_indices},
     BP_OUTCOME_UNDECIDED,
     "nothing checked is never a pass",
     0},
    {"directions", {.directions = 2}, BP_OUTCOME_HOLDS, "2 directions in place of 6 entries", 2},
    {"one direction", {.directions = 1}, BP_OUTCOME_BAD_INPUT, "too few", 0},
    {"an index too far",
     {.indices = far_index, .index_count = 1},
     BP_OUTCOME_BAD_INPUT,
     "no parameter 6",
     0},
    {"two rules", {.every = 2, .random = 2}, BP_OUTCOME_BAD_INPUT, "take one", 0},
    {"a negative error", {.noise = -1}, BP_OUTCOME_BAD_INPUT, "0 or more", 0},
    {"an error that is no number", {.gradient_error = NAN}, BP_OUTCOME_BAD_INPUT, "0 or more", 0},
    {"noise that is known", {.noise = 1e-6}, BP_OUTCOME_HOLDS, "noisy", 6},
};

START_TEST(options) {
  const struct option_row *row = &option_rows[_i];
  struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, &row->options);
  ck_assert_msg(result.checked == row->checked, "%s: %zu checked", row->name, result.checked);
  expect(result, row->outcome, row->words);
}
END_TEST

static const struct {
  const char *name, *holds, *fails;
} format_rows[] = {
    {"text", "holds: all 6 entries", "fails: 1 of 6 entries disagrees"},
    {"json", "\"black_box\":true", "\"verdict\":\"fails\""},
    {"csv", "theta,6,1,", "fails,difference,entry"},
    {"junit", "<testcase", "<failure"},
    {"tap", "ok 1 - theta", "not ok 1 - theta"},
    {"sarif", "\"2.1.0\"", "theta"},
    {"github", "", "::error"},
    {"markdown", "theta", "theta"},
};

START_TEST(formats) {
  for (size_t i = 0; i < sizeof format_rows / sizeof *format_rows; i++)
    for (wrong_entry = -1; wrong_entry < 1; wrong_entry++) {
      struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, NULL);
      char *text = written(&result, format_rows[i].name);
      const char *words = wrong_entry < 0 ? format_rows[i].holds : format_rows[i].fails;
      ck_assert_msg(strstr(text, words) != NULL, "%s: %s", format_rows[i].name, text);
      bool beside = strstr(text, "Kronecker") || strstr(text, "BP1") || strstr(text, "three ways");
      ck_assert_msg(!beside, "%s: %s", format_rows[i].name, text);
      free(text);
      bp_result_free(&result);
    }
}
END_TEST

START_TEST(formats_that_cannot_be_written) {
  struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, NULL);
  ck_assert_int_eq(bp_result_write(&result, "no such format", stdout), -1);
  FILE *full = fopen("/dev/full", "w");
  ck_assert(full != NULL);
  ck_assert_int_eq(bp_result_write(&result, "text", full), -1);
  fclose(full);
  bp_result_free(&result);
}
END_TEST

START_TEST(bad_input) {
  const double hole[] = {1, NAN};
  expect(bp_check_gradient(NULL, gradient, theta, THETA, NULL, NULL), BP_OUTCOME_BAD_INPUT,
         "the loss is NULL");
  expect(bp_check_gradient(loss, NULL, theta, THETA, NULL, NULL), BP_OUTCOME_BAD_INPUT,
         "the gradient is NULL");
  expect(bp_check_gradient(loss, gradient, NULL, 3, NULL, NULL), BP_OUTCOME_BAD_INPUT,
         "the point is NULL");
  expect(bp_check_gradient(loss, gradient, theta, 0, NULL, NULL), BP_OUTCOME_BAD_INPUT, "nothing");
  expect(bp_check_gradient(loss, gradient, hole, 2, NULL, NULL), BP_OUTCOME_BAD_INPUT,
         "number 1 of the point");
  expect(bp_check_gradient_float(NULL, NULL, NULL, 0, NULL, NULL), BP_OUTCOME_BAD_INPUT,
         "the loss and the gradient are both NULL");
  expect(bp_check_jacobian(map, map_jacobian, theta, INPUTS, SIZE_MAX / 2, NULL, NULL),
         BP_OUTCOME_BAD_INPUT, "");
  expect(bp_check_multimin(NULL, NULL, NULL), BP_OUTCOME_BAD_INPUT, "NULL");
  expect(bp_check_multiroot(NULL, NULL, NULL), BP_OUTCOME_BAD_INPUT, "NULL");
  expect(bp_check_multifit_nlinear(NULL, NULL, NULL), BP_OUTCOME_BAD_INPUT, "NULL");
  expect(bp_check_odeiv2(NULL, 0, NULL, NULL), BP_OUTCOME_BAD_INPUT, "NULL");
  expect(bp_check_function_fdf(NULL, 0, NULL), BP_OUTCOME_BAD_INPUT, "NULL");
}
END_TEST

static double drawn_loss(const double *x, size_t n, void *user) {
  return loss(x, n, NULL) * (1 + 1e-9 * (double)++*(int *)user);
}

static double without_value(const double *x, size_t n, void *user) {
  return n > 1 && user ? NAN : x[0];
}

static double gsl_loss(const double *x, size_t n, void *user) {
  (void)n;
  (void)user;
  return gsl_sf_log(x[0]); /* calls GSL's error handler below 0 */
}

static void gsl_gradient(const double *x, size_t n, void *user, double *out) {
  (void)n;
  (void)user;
  out[0] = 1 / x[0];
}

static int handled;
static void handler(const char *reason, const char *file, int line, int code) {
  (void)reason;
  (void)file;
  (void)line;
  (void)code;
  handled++;
}

START_TEST(functions_that_misbehave) {
  int draws = 0;
  const double near_zero[] = {1e-300};
  expect(bp_check_gradient(drawn_loss, gradient, theta, THETA, &draws, NULL), BP_OUTCOME_UNDECIDED,
         "not deterministic");
  expect(bp_check_gradient(without_value, gradient, theta, THETA, &draws, NULL),
         BP_OUTCOME_UNDECIDED, "not a number");
  gsl_error_handler_t *before = gsl_set_error_handler(handler);
  expect(bp_check_gradient(gsl_loss, gsl_gradient, near_zero, 1, NULL, NULL), BP_OUTCOME_HOLDS,
         "holds");
  ck_assert_int_eq(handled, 0);
  ck_assert(gsl_set_error_handler(before) == handler);
}
END_TEST

static void adding_gradient(const double *x, size_t n, void *user, double *out) {
  double sum[THETA];
  gradient(x, n, user, sum);
  for (size_t j = 0; j < n; j++)
    out[j] += sum[j];
}

static void first_half(const double *x, size_t n, void *user, double *out) {
  double all[THETA];
  gradient(x, n, user, all);
  memcpy(out, all, n / 2 * sizeof *out);
}

static float square(const float *x, size_t n, void *user) {
  (void)user;
  return n > 1 ? x[0] * x[0] + 3 * x[1] : x[0];
}

static void adding_single(const float *x, size_t n, void *user, float *out) {
  (void)user;
  out[0] = 2 * x[0];
  out[n - 1] += 3;
}

static int half_jacobian(const double *x, size_t n, size_t k, void *user, double *entries) {
  double all[64];
  int status = map_jacobian(x, n, k, user, all);
  memcpy(entries, all, n * sizeof *all);
  return status;
}

/* What was not written is no number, and so fails; what was written is judged as ever. */
START_TEST(what_is_not_filled_is_seen) {
  const float point[] = {0.5F, 2};
  static const char words[] = "not filled at (1,1) of theta and in 5 more entries";
  expect(bp_check_gradient(loss, adding_gradient, theta, THETA, NULL, NULL), BP_OUTCOME_FAILS,
         words);
  struct bp_result result = bp_check_gradient(loss, first_half, theta, THETA, NULL, NULL);
  ck_assert_uint_eq(result.holds, THETA / 2);
  ck_assert_uint_eq(result.fails, THETA / 2);
  expect(result, BP_OUTCOME_FAILS, "not filled at (4,1) of theta");
  expect(bp_check_gradient_float(square, adding_single, point, 2, NULL, NULL), BP_OUTCOME_FAILS,
         "not filled at (2,1) of theta");
  expect(bp_check_jacobian(map, half_jacobian, theta, INPUTS, VALUES, NULL, NULL), BP_OUTCOME_FAILS,
         "your Jacobian was not filled at (2,1)");
}
END_TEST

START_TEST(blocks_without_end) {
  static const struct bp_parameter_block block = {"W", 2, 3};
  struct bp_derivative_options options = {.blocks = &block, .block_count = SIZE_MAX};
  expect(bp_check_gradient(loss, gradient, theta, THETA, NULL, &options), BP_OUTCOME_BAD_INPUT,
         "block_count");
}
END_TEST

START_TEST(names_need_not_be_text) {
  static const struct bp_parameter_block block = {"W\xff", 2, 3};
  struct bp_derivative_options options = {
      .title = "of \xff\x1b[1m", .blocks = &block, .block_count = 1};
  for (size_t i = 0; i < sizeof format_rows / sizeof *format_rows; i++) {
    struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, &options);
    char *text = written(&result, format_rows[i].name);
    ck_assert_msg(!strchr(text, '\xff') && !strchr(text, 27), "%s: %s", format_rows[i].name, text);
    free(text);
    bp_result_free(&result);
  }
}
END_TEST

static double loss_with_comma(const double *x, size_t n, void *user) {
  *(bool *)user = *(bool *)user && *localeconv()->decimal_point == ',';
  return loss(x, n, NULL);
}

/* A host with a decimal comma: reports have a point, its own functions find their comma.  There is
 * nothing to see where no such locale is installed. */
START_TEST(reports_have_a_decimal_point) {
  static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"};
  bool found = false, comma = true;
  for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
    found = setlocale(LC_ALL, names[i]) && *localeconv()->decimal_point == ',';
  if (!found)
    return;
  struct bp_result result =
      bp_check_gradient(loss_with_comma, gradient, theta, THETA, &comma, NULL);
  char *text = written(&result, "csv");
  bool pointed = strstr(text, "0.") && *localeconv()->decimal_point == ',';
  free(text);
  bp_result_free(&result);
  setlocale(LC_ALL, "C");
  ck_assert(pointed && comma);
}
END_TEST

/* ---- a host with threads ------------------------------------------------------------------ */

enum { ROUNDS = 40 };

static void own_handler(const char *reason, const char *file, int line, int number) {
  (void)reason;
  (void)file;
  (void)line;
  (void)number;
}

static void *check_often(void *failures) {
  for (int i = 0; i < ROUNDS; i++) {
    struct bp_result result = bp_check_gradient(loss, gradient, theta, THETA, NULL, NULL);
    *(int *)failures += result.outcome != BP_OUTCOME_HOLDS;
    bp_result_free(&result);
  }
  return NULL;
}

/* What belongs to the process is the host's again when the last of several checks is done. */
START_TEST(threads_leave_the_host_as_it_was) {
  pthread_t threads[4];
  int failures[4] = {0};
  gsl_error_handler_t *before = gsl_set_error_handler(own_handler);
  for (int i = 0; i < 4; i++)
    ck_assert_int_eq(pthread_create(&threads[i], NULL, check_often, &failures[i]), 0);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
    ck_assert_int_eq(failures[i], 0);
  }
  ck_assert(gsl_set_error_handler(before) == own_handler);
}
END_TEST
int main(void) {
  Suite *suite = suite_create("library");
  TCase *tests = tcase_create("library");
  tcase_add_checked_fixture(tests, set_up, NULL);
  tcase_add_test(tests, gradients);
  tcase_add_test(tests, every_wrong_entry_is_seen);
  tcase_add_test(tests, floats);
  tcase_add_test(tests, jacobians);
  tcase_add_loop_test(tests, options, 0, sizeof option_rows / sizeof *option_rows);
  tcase_add_test(tests, formats);
  tcase_add_test(tests, formats_that_cannot_be_written);
  tcase_add_test(tests, bad_input);
  tcase_add_test(tests, functions_that_misbehave);
  tcase_add_test(tests, what_is_not_filled_is_seen);
  tcase_add_test(tests, blocks_without_end);
  tcase_add_test(tests, names_need_not_be_text);
  tcase_add_test(tests, reports_have_a_decimal_point);
  tcase_add_test(tests, threads_leave_the_host_as_it_was);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
