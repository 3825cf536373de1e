/* The calls of the installed library that take GSL's own types (minimisers, roots, fits,
 * differential equations, functions with slopes): each right, and with each entry of its derivative
 * wrong. */
#include <backproof.h>
#include <check.h>
#include <math.h>

#include "library_calls.h"
#include "suite.h"

static const double start[] = {-1.2, 1, 0.5};

static gsl_vector *vector(size_t n) {
  gsl_vector *x = gsl_vector_alloc(n);
  for (size_t j = 0; j < n; j++)
    gsl_vector_set(x, j, start[j]);
  return x;
}

static double valley(const gsl_vector *x, void *params) {
  (void)params;
  double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1);
  return 100 * pow(b - a * a, 2) + pow(1 - a, 2);
}

static void valley_slope(const gsl_vector *x, void *params, gsl_vector *g) {
  (void)params;
  double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1);
  gsl_vector_set(g, 0, entry(0, -400 * a * (b - a * a) - 2 * (1 - a)));
  gsl_vector_set(g, 1, entry(1, 200 * (b - a * a)));
}

static void valley_both(const gsl_vector *x, void *params, double *f, gsl_vector *g) {
  *f = entry(2, valley(x, params));
  valley_slope(x, params, g);
  gsl_vector_set(g, 1, entry(3, gsl_vector_get(g, 1)));
}

START_TEST(multimin) {
  gsl_multimin_function_fdf function = {valley, valley_slope, valley_both, 2, NULL};
  double spread[] = {-1.2, 0, 1, 0};
  gsl_vector_view x = gsl_vector_view_array_with_stride(spread, 2, 2);
  expect(bp_check_multimin(&function, &x.vector, NULL), BP_OUTCOME_HOLDS, "fdf: df");
  static const char *const words[] = {"1 of 2", "1 of 2", "fdf: f does not", "fdf: df does not"};
  for (wrong_entry = 0; wrong_entry < 4; wrong_entry++)
    expect(bp_check_multimin(&function, &x.vector, NULL), BP_OUTCOME_FAILS, words[wrong_entry]);
  wrong_entry = -1;
  function.fdf = NULL;
  expect(bp_check_multimin(&function, &x.vector, NULL), BP_OUTCOME_HOLDS, "all 2 entries");
  function.df = NULL;
  expect(bp_check_multimin(&function, &x.vector, NULL), BP_OUTCOME_BAD_INPUT, "df is NULL");
  expect(bp_check_multimin(NULL, &x.vector, NULL), BP_OUTCOME_BAD_INPUT, "the function is NULL");
  function.df = valley_slope;
  function.n = 3;
  expect(bp_check_multimin(&function, &x.vector, NULL), BP_OUTCOME_BAD_INPUT, "another size");
}
END_TEST

static int roots(const gsl_vector *x, void *params, gsl_vector *f) {
  (void)params;
  double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1), c = gsl_vector_get(x, 2);
  gsl_vector_set(f, 0, 1e4 * a * b - 1);
  gsl_vector_set(f, 1, exp(-a) + exp(-b) - 1.0001);
  gsl_vector_set(f, 2, c * c * c);
  return GSL_SUCCESS;
}

static int roots_slope(const gsl_vector *x, void *params, gsl_matrix *J) {
  (void)params;
  double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1), c = gsl_vector_get(x, 2);
  const double right[] = {1e4 * b, 1e4 * a, 0, -exp(-a), -exp(-b), 0, 0, 0, 3 * c * c};
  for (int i = 0; i < 9; i++)
    gsl_matrix_set(J, (size_t)i / 3, (size_t)i % 3, entry(i, right[i]));
  return GSL_SUCCESS;
}

static int roots_both(const gsl_vector *x, void *params, gsl_vector *f, gsl_matrix *J) {
  roots(x, params, f);
  gsl_vector_set(f, 1, entry(9, gsl_vector_get(f, 1)));
  return roots_slope(x, params, J);
}

START_TEST(multiroot) {
  gsl_multiroot_function_fdf function = {roots, roots_slope, roots_both, 3, NULL};
  gsl_vector *x = vector(3);
  expect(bp_check_multiroot(&function, x, NULL), BP_OUTCOME_HOLDS, "all 9 entries");
  for (wrong_entry = 0; wrong_entry < 10; wrong_entry++)
    expect(bp_check_multiroot(&function, x, NULL), BP_OUTCOME_FAILS,
           wrong_entry < 9 ? "1 of 9 entries" : "fdf: f does not");
  gsl_vector_free(x);
}
END_TEST

enum { RESIDUALS = 4, COEFFICIENTS = 3 };

/* a exp(-b t) + c at four times */
static int decay(const gsl_vector *x, void *params, gsl_vector *f) {
  (void)params;
  for (size_t i = 0; i < RESIDUALS; i++)
    gsl_vector_set(f, i,
                   gsl_vector_get(x, 0) * exp(-gsl_vector_get(x, 1) * (double)i) +
                       gsl_vector_get(x, 2) - 1);
  return GSL_SUCCESS;
}

static int decay_slope(const gsl_vector *x, void *params, gsl_matrix *J) {
  (void)params;
  for (size_t i = 0; i < RESIDUALS; i++) {
    double e = exp(-gsl_vector_get(x, 1) * (double)i);
    const double row[] = {e, -(double)i * gsl_vector_get(x, 0) * e, 1};
    for (size_t j = 0; j < COEFFICIENTS; j++)
      gsl_matrix_set(J, i, j, entry((int)(i * COEFFICIENTS + j), row[j]));
  }
  return GSL_SUCCESS;
}

static int decay_second(const gsl_vector *x, const gsl_vector *v, void *params, gsl_vector *out) {
  (void)params;
  for (size_t i = 0; i < RESIDUALS; i++) {
    double t = (double)i, e = exp(-gsl_vector_get(x, 1) * t);
    double u = gsl_vector_get(v, 0), w = gsl_vector_get(v, 1);
    double second = -2 * t * e * u * w + t * t * gsl_vector_get(x, 0) * e * w * w;
    gsl_vector_set(out, i, entry(100 + (int)i, second));
  }
  return GSL_SUCCESS;
}

START_TEST(multifit) {
  gsl_multifit_nlinear_fdf function = {
      .f = decay, .df = decay_slope, .fvv = decay_second, .n = RESIDUALS, .p = COEFFICIENTS};
  gsl_vector *x = vector(COEFFICIENTS);
  expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_HOLDS, "fvv");
  for (wrong_entry = 0; wrong_entry < RESIDUALS * COEFFICIENTS; wrong_entry++)
    expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_FAILS, "1 of 12 entries");
  for (wrong_entry = 100; wrong_entry < 100 + RESIDUALS; wrong_entry++)
    expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_FAILS, "fvv does not");
  function.df = NULL;
  wrong_entry = -1;
  expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_HOLDS, "df is NULL");
  wrong_entry = 102;
  expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_FAILS, "1 of 4 entries");
  function.fvv = NULL;
  expect(bp_check_multifit_nlinear(&function, x, NULL), BP_OUTCOME_BAD_INPUT, "both NULL");
  gsl_vector_free(x);
}
END_TEST

static int oscillator(double t, const double y[], double dydt[], void *params) {
  double mu = *(double *)params;
  dydt[0] = y[1] + cos(t);
  dydt[1] = -y[0] - mu * y[1] * (y[0] * y[0] - 1) * t;
  return GSL_SUCCESS;
}

static int oscillator_slope(double t, const double y[], double *dfdy, double dfdt[], void *params) {
  double mu = *(double *)params;
  const double right[] = {0, 1, -2 * mu * y[0] * y[1] * t - 1, -mu * (y[0] * y[0] - 1) * t};
  for (int i = 0; i < 4; i++)
    dfdy[i] = entry(i, right[i]);
  dfdt[0] = entry(4, -sin(t));
  dfdt[1] = entry(5, -mu * y[1] * (y[0] * y[0] - 1));
  return GSL_SUCCESS;
}

START_TEST(odeiv2) {
  double mu = 10, t = 0.5, y[] = {1.5, -0.25};
  gsl_odeiv2_system system = {oscillator, oscillator_slope, 2, &mu};
  expect(bp_check_odeiv2(&system, t, y, NULL), BP_OUTCOME_HOLDS, "∂f/∂t");
  for (wrong_entry = 0; wrong_entry < 6; wrong_entry++) {
    struct bp_result result = bp_check_odeiv2(&system, t, y, NULL);
    size_t i = (size_t)wrong_entry;
    struct bp_result_entry one =
        i < 4 ? bp_result_entry(&result, i / 2, i % 2) : bp_result_entry(&result, i - 4, 2);
    ck_assert_int_eq(one.outcome, BP_OUTCOME_FAILS);
    expect(result, BP_OUTCOME_FAILS, "1 of 6 entries");
  }
  wrong_entry = -1;
  system.jacobian = NULL;
  expect(bp_check_odeiv2(&system, t, y, NULL), BP_OUTCOME_BAD_INPUT, "jacobian is NULL");
}
END_TEST

static double square_root(double x, void *params) {
  (void)params;
  return x < 0 ? NAN : x * sqrt(x);
}
static double square_root_slope(double x, void *params) {
  (void)params;
  return entry(0, 1.5 * sqrt(x));
}
static void square_root_both(double x, void *params, double *f, double *df) {
  *f = square_root(x, params);
  *df = entry(1, square_root_slope(x, params));
}

START_TEST(function_fdf) {
  gsl_function_fdf function = {square_root, square_root_slope, square_root_both, NULL};
  expect(bp_check_function_fdf(&function, 2, NULL), BP_OUTCOME_HOLDS, "holds");
  for (wrong_entry = 0; wrong_entry < 2; wrong_entry++)
    expect(bp_check_function_fdf(&function, 2, NULL), BP_OUTCOME_FAILS, "fails");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("library_gsl");
  TCase *tests = tcase_create("gsl");
  tcase_add_checked_fixture(tests, set_up, NULL);
  tcase_add_test(tests, multimin);
  tcase_add_test(tests, multiroot);
  tcase_add_test(tests, multifit);
  tcase_add_test(tests, odeiv2);
  tcase_add_test(tests, function_fdf);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
