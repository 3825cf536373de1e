/* The macros of backproof_check.h, from the outside: a suite whose tests use them on right and
 * wrong derivatives is run first, in processes of their own and without, and what Check says of
 * each of its tests is what the tests of this file look at.
 *
 * Sees nothing but the installed headers.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backproof_check.h"

/* ---- derivatives, right and wrong ------------------------------------------------------ */

enum { SIZE = 6, LARGE = 600 };

struct flaw {
  size_t entry;  /* which entry of the gradient is wrong */
  double factor; /* by how much; 1: none */
};

static double cubes(const double *theta, size_t n, void *user) {
  (void)user;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (1 + (double)i) * pow(theta[i], 3);
  return sum;
}

static void cubes_gradient(const double *theta, size_t n, void *user, double *gradient) {
  const struct flaw *flaw = user;
  for (size_t i = 0; i < n; i++)
    gradient[i] = 3 * (1 + (double)i) * theta[i] * theta[i];
  if (flaw)
    gradient[flaw->entry] *= flaw->factor;
}

static void wrong_everywhere(const double *theta, size_t n, void *user, double *gradient) {
  (void)user;
  for (size_t i = 0; i < n; i++)
    gradient[i] = (i % 2 ? 2.5 : -1.5) * (1 + (double)i) * theta[i] * theta[i];
}

static float squares(const float *theta, size_t n, void *user) {
  (void)user;
  float sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += theta[i] * theta[i];
  return sum;
}

static void squares_gradient(const float *theta, size_t n, void *user, float *gradient) {
  const struct flaw *flaw = user;
  for (size_t i = 0; i < n; i++)
    gradient[i] = 2 * theta[i];
  if (flaw)
    gradient[flaw->entry] *= (float)flaw->factor;
}

static int swing(const double *x, size_t n, size_t k, void *user, double *values) {
  (void)user;
  for (size_t i = 0; i < k; i++)
    values[i] = sin(x[i % n]) * x[(i + 1) % n];
  return 0;
}

static int swing_jacobian(const double *x, size_t n, size_t k, void *user, double *entries) {
  const struct flaw *flaw = user;
  memset(entries, 0, n * k * sizeof *entries);
  for (size_t i = 0; i < k; i++) {
    entries[i * n + i % n] += cos(x[i % n]) * x[(i + 1) % n];
    entries[i * n + (i + 1) % n] += sin(x[i % n]);
  }
  if (flaw)
    entries[flaw->entry] *= flaw->factor;
  return 0;
}

static double coin(const double *theta, size_t n, void *user) {
  static int calls;
  return cubes(theta, n, user) + ++calls;
}

static int calls_of_once;

/* An expression with a side effect, as an argument of a macro. */
static const double *once(const double *theta) {
  calls_of_once++;
  return theta;
}

static const double point[SIZE] = {0.5, -1.25, 2, 0.75, -3, 1.5};
static const float single_point[SIZE] = {0.5F, -1.25F, 2, 0.75F, -3, 1.5F};

/* ---- the same in GSL's types ----------------------------------------------------------- */

static double bowl(const gsl_vector *x, void *user) { return cubes(x->data, x->size, user); }
static void bowl_df(const gsl_vector *x, void *user, gsl_vector *g) {
  cubes_gradient(x->data, x->size, user, g->data);
}
static void bowl_fdf(const gsl_vector *x, void *user, double *f, gsl_vector *g) {
  *f = bowl(x, user);
  bowl_df(x, user, g);
}
static int root_f(const gsl_vector *x, void *user, gsl_vector *f) {
  return swing(x->data, x->size, f->size, user, f->data);
}
static int root_df(const gsl_vector *x, void *user, gsl_matrix *jacobian) {
  return swing_jacobian(x->data, x->size, jacobian->size1, user, jacobian->data);
}
static int root_fdf(const gsl_vector *x, void *user, gsl_vector *f, gsl_matrix *jacobian) {
  return root_f(x, user, f) || root_df(x, user, jacobian);
}
static int orbit(double t, const double y[], double dydt[], void *user) {
  (void)user;
  dydt[0] = y[1] * t;
  dydt[1] = -sin(y[0]);
  return GSL_SUCCESS;
}
static int orbit_jacobian(double t, const double y[], double *dfdy, double dfdt[], void *user) {
  const struct flaw *flaw = user;
  dfdy[0] = 0;
  dfdy[1] = t;
  dfdy[2] = -cos(y[0]);
  dfdy[3] = 0;
  dfdt[0] = y[1];
  dfdt[1] = 0;
  if (flaw)
    dfdy[flaw->entry] *= flaw->factor;
  return GSL_SUCCESS;
}
static double wave(double x, void *user) {
  (void)user;
  return sin(3 * x);
}
static double wave_df(double x, void *user) {
  const struct flaw *flaw = user;
  return 3 * cos(3 * x) * (flaw ? flaw->factor : 1);
}
static void wave_fdf(double x, void *user, double *f, double *df) {
  *f = wave(x, user);
  *df = wave_df(x, user);
}

/* ---- the suite that is looked at ------------------------------------------------------- */

/* Each macro on a right derivative, and on one with a wrong entry. */
#define BOTH(name, ...)                                                                            \
  START_TEST(right_##name) {                                                                       \
    struct flaw *flaw = NULL;                                                                      \
    __VA_ARGS__;                                                                                   \
  }                                                                                                \
  END_TEST                                                                                         \
  START_TEST(wrong_##name) {                                                                       \
    struct flaw wrong = {1, -1}, *flaw = &wrong;                                                   \
    __VA_ARGS__;                                                                                   \
  }                                                                                                \
  END_TEST

static gsl_vector vector(size_t n) { return gsl_vector_const_view_array(point, n).vector; }

BOTH(gradient, bp_ck_assert_gradient(cubes, cubes_gradient, point, SIZE, flaw))
BOTH(gradient_float,
     bp_ck_assert_gradient_float(squares, squares_gradient, single_point, SIZE, flaw))
BOTH(jacobian, bp_ck_assert_jacobian(swing, swing_jacobian, point, 3, 4, flaw))
BOTH(multimin, {
  gsl_multimin_function_fdf function = {bowl, bowl_df, bowl_fdf, SIZE, flaw};
  gsl_vector x = vector(SIZE);
  bp_ck_assert_multimin(&function, &x);
})
BOTH(multiroot, {
  gsl_multiroot_function_fdf function = {root_f, root_df, root_fdf, 3, flaw};
  gsl_vector x = vector(3);
  bp_ck_assert_multiroot(&function, &x);
})
BOTH(multifit_nlinear, {
  gsl_multifit_nlinear_fdf function = {.f = root_f, .df = root_df, .n = 4, .p = 3, .params = flaw};
  gsl_vector x = vector(3);
  bp_ck_assert_multifit_nlinear(&function, &x);
})
BOTH(odeiv2, {
  gsl_odeiv2_system system = {orbit, orbit_jacobian, 2, flaw};
  bp_ck_assert_odeiv2(&system, 0.75, point);
})
BOTH(function_fdf, {
  gsl_function_fdf function = {wave, wave_df, wave_fdf, flaw};
  bp_ck_assert_function_fdf(&function, 0.25);
})
BOTH(network, {
  struct bp_network_request request = {.mistake = flaw ? "sign W[1]" : NULL};
  bp_ck_assert_network_with("2 - 3 tanh - 1 sigmoid", &request);
})
BOTH(options, {
  struct bp_parameter_block blocks[] = {{"weights", 2, 2}, {"shifts", 2, 1}};
  struct bp_derivative_options options = {.title = "mine", .blocks = blocks, .block_count = 2};
  bp_ck_assert_gradient_with(cubes, cubes_gradient, point, SIZE, flaw, &options);
})

START_TEST(undecided_gradient) { bp_ck_assert_gradient(coin, cubes_gradient, point, SIZE, NULL); }
END_TEST

START_TEST(refused_gradient) { bp_ck_assert_gradient(cubes, NULL, point, SIZE, NULL); }
END_TEST

START_TEST(refused_network) { bp_ck_assert_network("2 - 3 tnah - 1 sigmoid"); }
END_TEST

START_TEST(once_only) {
  bp_ck_assert_gradient(cubes, cubes_gradient, once(point), SIZE, NULL);
  ck_assert_int_eq(calls_of_once, 1);
}
END_TEST

/* 300 blocks, two of which fail: far more than Check takes as a message. */
START_TEST(huge_report) {
  static double theta[LARGE];
  static char names[LARGE / 2][16];
  struct bp_parameter_block blocks[LARGE / 2];
  struct flaw wrong = {501, 2};
  struct bp_derivative_options options = {.blocks = blocks, .block_count = LARGE / 2};
  for (size_t b = 0; b < LARGE / 2; b++) {
    snprintf(names[b], sizeof names[b], "block%zu", b);
    blocks[b] = (struct bp_parameter_block){names[b], 1, 2};
    theta[2 * b] = theta[2 * b + 1] = 1 + 0.001 * (double)b;
  }
  bp_ck_assert_gradient_with(cubes, cubes_gradient, theta, LARGE, &wrong, &options);
}
END_TEST

/* The same, and every block fails. */
START_TEST(hopeless_report) {
  static double theta[LARGE];
  static char names[LARGE][16];
  struct bp_parameter_block blocks[LARGE];
  struct bp_derivative_options options = {.blocks = blocks, .block_count = LARGE};
  for (size_t b = 0; b < LARGE; b++) {
    snprintf(names[b], sizeof names[b], "block%zu", b);
    blocks[b] = (struct bp_parameter_block){names[b], 1, 1};
    theta[b] = 1 + 0.001 * (double)b;
  }
  bp_ck_assert_gradient_with(cubes, wrong_everywhere, theta, LARGE, NULL, &options);
}
END_TEST

/* ---- what is expected of it ------------------------------------------------------------ */

#define PAIRS(X)                                                                                   \
  X(gradient, "theta(2,1)")                                                                        \
  X(gradient_float, "theta(2,1)")                                                                  \
  X(jacobian, "∂f/∂x(1,2)")                                                                        \
  X(multimin, "x(2,1)")                                                                            \
  X(multiroot, "∂f/∂x(1,2)")                                                                       \
  X(multifit_nlinear, "∂f/∂x(1,2)")                                                                \
  X(odeiv2, "∂f/∂y(1,2)")                                                                          \
  X(function_fdf, "x(1,1)")                                                                        \
  X(network, "W[1](")                                                                              \
  X(options, "weights(1,2)")

/* A test of that suite: what its message must contain; passes where all are NULL. */
struct expectation {
  const char *name;
  const TTest *test;
  const char *says[3];
};

static struct expectation expectations[] = {
#define RIGHT_AND_WRONG(name, entry)                                                               \
  {"right " #name, NULL, {NULL}}, {"wrong " #name, NULL, {"fails", entry, "explained, at most"}},
    PAIRS(RIGHT_AND_WRONG){"undecided", NULL, {"undecided", "same input", NULL}},
    {"refused gradient", NULL, {"the gradient is NULL", NULL, NULL}},
    {"refused network", NULL, {"cannot be checked", "tnah", "tanh"}},
    {"once only", NULL, {NULL}},
    {"huge", NULL, {"block250(1,2)", "block250 fails: 1 of 2 entries", "[... cut; "}},
    {"hopeless", NULL, {"600 of 600", "block0 fails", "[... cut; "}},
};

enum { TESTS = sizeof expectations / sizeof *expectations };

static void set_tests(void) {
  size_t next = 0;
#define SET_BOTH(name, entry)                                                                      \
  expectations[next++].test = right_##name;                                                        \
  expectations[next++].test = wrong_##name;
  PAIRS(SET_BOTH)
  const TTest *rest[] = {undecided_gradient, refused_gradient, refused_network,
                         once_only,          huge_report,      hopeless_report};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
    expectations[next++].test = rest[i];
}

/* ---- running it ------------------------------------------------------------------------ */

static SRunner *runners[2]; /* with fork, without */
static TestResult **results[2];

static SRunner *run_inner_suite(enum fork_status status) {
  Suite *suite = suite_create("inner");
  for (size_t i = 0; i < TESTS; i++) {
    TCase *tests = tcase_create(expectations[i].name);
    _tcase_add_test(tests, expectations[i].test, 0, 0, 0, 1);
    suite_add_tcase(suite, tests);
  }
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, status);
  calls_of_once = 0;
  srunner_run_all(runner, CK_SILENT);
  return runner;
}

/* ---- tests ----------------------------------------------------------------------------- */

START_TEST(verdict_of_each_macro) {
  const struct expectation *expected = &expectations[_i % TESTS];
  TestResult *result = results[_i / TESTS][_i % TESTS];
  const char *message = tr_msg(result);
  if (!expected->says[0]) {
    ck_assert_msg(tr_rtype(result) == CK_PASS, "%s: does not pass: %s", expected->name, message);
    return;
  }
  ck_assert_msg(tr_rtype(result) == CK_FAILURE, "%s: is no failure but %d: %s", expected->name,
                tr_rtype(result), message);
  for (size_t i = 0; i < 3 && expected->says[i]; i++)
    ck_assert_msg(strstr(message, expected->says[i]) != NULL, "%s: '%s' is not in: %s",
                  expected->name, expected->says[i], message);
}
END_TEST

START_TEST(failure_names_the_place) {
  for (size_t i = 0; i < TESTS; i++)
    if (expectations[i].says[0]) {
      ck_assert_str_eq(strrchr(tr_lfile(results[0][i]), '/') + 1, "test_check_macros.c");
      ck_assert_int_gt(tr_lno(results[0][i]), 0);
    }
}
END_TEST

/* Check's own limit is 4 KiB with what it adds; what is cut ends with a whole line that says so. */
START_TEST(messages_fit) {
  ck_assert_uint_lt(BP_CK_MESSAGE_SIZE, 4096 - 64);
  for (size_t i = 0; i < TESTS; i++) {
    const char *message = tr_msg(results[0][i]);
    ck_assert_uint_lt(strlen(message), BP_CK_MESSAGE_SIZE);
    if (strstr(message, "[... cut"))
      ck_assert_str_eq(strstr(message, "[... cut"),
                       "[... cut; bp_result_write writes all of it]\n");
  }
}
END_TEST

/* What holds is left out before what fails: the one block that fails is shown with its numbers. */
START_TEST(cut_keeps_what_fails) {
  const char *message = tr_msg(results[0][TESTS - 2]);
  ck_assert_ptr_nonnull(strstr(message, "  your value"));
  ck_assert_ptr_nonnull(strstr(message, "  central difference"));
  ck_assert_msg(strstr(message, "block250  1 x 2 ") != NULL, "%s", message);
  ck_assert_msg(strstr(message, "block17   1 x 2 ") == NULL, "%s", message);
}
END_TEST

int main(void) {
  set_tests();
  const char *log = getenv("CK_TAP_LOG_FILE_NAME");
  char *kept = log ? strdup(log) : NULL;
  unsetenv("CK_TAP_LOG_FILE_NAME"); /* or the inner suite would write there too */
  for (size_t i = 0; i < 2; i++) {
    runners[i] = run_inner_suite(i == 0 ? CK_FORK : CK_NOFORK);
    results[i] = srunner_results(runners[i]);
    if (srunner_ntests_run(runners[i]) != TESTS)
      abort(); /* the table and the suite do not match */
  }
  if (kept)
    setenv("CK_TAP_LOG_FILE_NAME", kept, 1);

  Suite *suite = suite_create("check_macros");
  TCase *tests = tcase_create("macros");
  tcase_add_loop_test(tests, verdict_of_each_macro, 0, 2 * TESTS);
  tcase_add_test(tests, failure_names_the_place);
  tcase_add_test(tests, messages_fit);
  tcase_add_test(tests, cut_keeps_what_fails);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  for (size_t i = 0; i < 2; i++) {
    free(results[i]);
    srunner_free(runners[i]);
  }
  free(kept);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
