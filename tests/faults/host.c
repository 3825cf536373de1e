/* A program that uses the library, one public call in a run, for which memory is refused:
 *
 *     host CALL [FORMAT]
 *
 * It asks for no memory of its own, so every refusal is the library's or one of those that it
 * calls.  The report goes to standard output, what is wrong to standard error behind "error: ", and
 * the exit status is the outcome.
 */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_multiroots.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_vector.h>
#include <stdio.h>
#include <string.h>

#include "backproof.h"

enum { N = 2 };

static const char derivation[] = "given A : 3 x 3\n"
                                 "given x : 3\n"
                                 "claim (A*A)' = A'*A'\n"
                                 "claim A*A = A*A'\n"
                                 "claim ∂(x'*A*x)/∂x = x'*(A + A')\n";

/* ---- f = sum x^2 / 2 + x0 x1, and what it is in each dress -------------------- */

static double loss(const double *x, size_t n, void *user) {
  (void)n;
  (void)user;
  return (x[0] * x[0] + x[1] * x[1]) / 2 + x[0] * x[1];
}

static void gradient(const double *x, size_t n, void *user, double *out) {
  (void)n;
  (void)user;
  out[0] = x[0] + x[1];
  out[1] = x[1] + x[0];
}

static float float_loss(const float *x, size_t n, void *user) {
  (void)n;
  (void)user;
  return (x[0] * x[0] + x[1] * x[1]) / 2 + x[0] * x[1];
}

static void float_gradient(const float *x, size_t n, void *user, float *out) {
  (void)n;
  (void)user;
  out[0] = x[0] + x[1];
  out[1] = x[1] + x[0];
}

static int value(const double *x, size_t n, size_t k, void *user, double *out) {
  (void)k;
  gradient(x, n, user, out);
  return 0;
}

static int jacobian(const double *x, size_t n, size_t k, void *user, double *out) {
  (void)x, (void)n, (void)k, (void)user;
  for (int i = 0; i < N * N; i++)
    out[i] = 1;
  return 0;
}

static double vector_loss(const gsl_vector *x, void *user) { return loss(x->data, N, user); }

static void vector_gradient(const gsl_vector *x, void *user, gsl_vector *out) {
  gradient(x->data, N, user, out->data);
}

static void vector_both(const gsl_vector *x, void *user, double *f, gsl_vector *out) {
  *f = vector_loss(x, user);
  vector_gradient(x, user, out);
}

static int vector_value(const gsl_vector *x, void *user, gsl_vector *out) {
  return value(x->data, N, N, user, out->data);
}

static int matrix(const gsl_vector *x, void *user, gsl_matrix *out) {
  (void)x, (void)user;
  gsl_matrix_set_all(out, 1);
  return GSL_SUCCESS;
}

static int value_and_matrix(const gsl_vector *x, void *user, gsl_vector *f, gsl_matrix *out) {
  return vector_value(x, user, f) || matrix(x, user, out);
}

static int motion(double t, const double *y, double *out, void *user) {
  gradient(y, N, user, out);
  out[0] += t;
  return GSL_SUCCESS;
}

static int motion_jacobian(double t, const double *y, double *dfdy, double *dfdt, void *user) {
  (void)t;
  dfdt[0] = 1;
  dfdt[1] = 0;
  return jacobian(y, N, N, user, dfdy);
}

static double square(double x, void *user) {
  (void)user;
  return x * x;
}

static double twice(double x, void *user) {
  (void)user;
  return 2 * x;
}

static void square_and_twice(double x, void *user, double *f, double *df) {
  *f = square(x, user);
  *df = twice(x, user);
}

/* ---- the calls ----------------------------------------------------------- */

static struct bp_result check(const char *call) {
  static double x[N] = {0.5, -0.25};
  static const float y[N] = {0.5F, -0.25F};
  gsl_vector_view point = gsl_vector_view_array(x, N);
  if (!strcmp(call, "gradient"))
    return bp_check_gradient(loss, gradient, x, N, NULL, NULL);
  if (!strcmp(call, "float"))
    return bp_check_gradient_float(float_loss, float_gradient, y, N, NULL, NULL);
  if (!strcmp(call, "jacobian"))
    return bp_check_jacobian(value, jacobian, x, N, N, NULL, NULL);
  if (!strcmp(call, "multimin")) {
    gsl_multimin_function_fdf function = {vector_loss, vector_gradient, vector_both, N, NULL};
    return bp_check_multimin(&function, &point.vector, NULL);
  }
  if (!strcmp(call, "multiroot")) {
    gsl_multiroot_function_fdf function = {vector_value, matrix, value_and_matrix, N, NULL};
    return bp_check_multiroot(&function, &point.vector, NULL);
  }
  if (!strcmp(call, "multifit")) {
    gsl_multifit_nlinear_fdf function = {.f = vector_value, .df = matrix, .n = N, .p = N};
    return bp_check_multifit_nlinear(&function, &point.vector, NULL);
  }
  if (!strcmp(call, "odeiv2")) {
    gsl_odeiv2_system system = {motion, motion_jacobian, N, NULL};
    return bp_check_odeiv2(&system, 0.5, x, NULL);
  }
  gsl_function_fdf function = {square, twice, square_and_twice, NULL};
  return bp_check_function_fdf(&function, 0.5, NULL);
}

static int check_code(const char *call, const char *format) {
  struct bp_result result = check(call);
  int status = (int)result.outcome;
  if (result.outcome == BP_OUTCOME_BAD_INPUT)
    fprintf(stderr, "error: %s\n", result.message);
  else if (bp_result_write(&result, format, stdout) != 0) {
    fputs("error: no memory for the report\n", stderr);
    status = BP_OUTCOME_BAD_INPUT;
  }
  bp_result_free(&result);
  return status;
}

static void handler(const char *reason, const char *file, int line, int number) {
  (void)reason, (void)file, (void)line, (void)number;
}

int main(int argc, char **argv) {
  static char out[BUFSIZ], messages[BUFSIZ];
  setvbuf(stdout, out, _IOFBF, sizeof out);
  setvbuf(stderr, messages, _IOFBF, sizeof messages);
  gsl_set_error_handler(handler);
  const char *call = argc > 1 ? argv[1] : "", *format = argc > 2 ? argv[2] : "text";
  int status;
  if (!strcmp(call, "network"))
    status = (int)bp_network_check("3 - 4 tanh - 1 sigmoid",
                                   &(struct bp_network_request){.format = format}, stdout, stderr);
  else if (!strcmp(call, "derivation"))
    status =
        (int)bp_derivation_check(derivation, sizeof derivation - 1,
                                 &(struct bp_derivation_request){.format = format}, stdout, stderr);
  else
    status = check_code(call, format);
  if (gsl_set_error_handler(NULL) != handler)
    status = 99;
  return fflush(stdout) == 0 ? status : 98;
}
