/* Logistic regressions that are next to perfect: a - y is 1 - 1 there, the loss log(1 + e^-z) is
 * known to all digits, and right code has none of its gradient left.  Through the public calls, in
 * double and in float.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backproof.h"
#include "suite.h"

enum { INPUTS = 4, SAMPLES = 6, CASES = 60 };

/* What is wrong with the gradient.  The last is all of it too large by a thousandth, in float by an
 * eighth: about as little as must show farther away. */
enum kind { RIGHT, FLIPPED, DOUBLED, NO_MEAN, FIRST_FORGOTTEN, SLIGHTLY_MORE, KINDS };

/* No kind: at the point alone one entry is off by more than rounding comes to, so that what the
 * code says farther away is no excuse. */
enum { HERE_ALONE = KINDS };

struct fit {
  bool plain; /* the loss is log(1 + e^-z), which is 0 where the gradient has all its digits */
  double x[SAMPLES][INPUTS], y[SAMPLES], theta[INPUTS];
  double off, here; /* of the first entry, where the first parameter is that */
  int kind;
};

static unsigned long state;

static double uniform(double low, double high) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return low + (high - low) * (double)(state >> 33) * 0x1p-31;
}

/* Outputs that are right by e^-`least` to e^-(3 `least`). */
static void make(struct fit *fit, unsigned long number, double least) {
  double margin = INFINITY;
  state = number;
  memset(fit, 0, sizeof *fit);
  for (int j = 0; j < INPUTS; j++)
    fit->theta[j] = uniform(-1, 1);
  for (int s = 0; s < SAMPLES; s++) {
    double z = 0;
    for (int j = 0; j < INPUTS; j++)
      z += fit->theta[j] * (fit->x[s][j] = (float)uniform(-1, 1));
    fit->y[s] = z > 0;
    margin = fmin(margin, fabs(z));
  }
  for (int j = 0; j < INPUTS; j++)
    fit->theta[j] = (float)(fit->theta[j] * least * uniform(1, 1.2) / margin);
}

#define LOGISTIC(T, name, slightly, exp_, log_, log1p_)                                            \
  static T name(const T *theta, size_t n, void *user) {                                            \
    const struct fit *fit = user;                                                                  \
    T sum = 0;                                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T z = 0;                                                                                     \
      for (size_t j = 0; j < n; j++)                                                               \
        z += theta[j] * (T)fit->x[s][j];                                                           \
      T right = fit->y[s] > 0 ? z : -z;                                                            \
      T more = right > 0 ? 0 : -right, less = exp_(right > 0 ? -right : right);                    \
      sum += (fit->plain ? log_(1 + less) : log1p_(less)) + more;                                  \
    }                                                                                              \
    return sum / SAMPLES;                                                                          \
  }                                                                                                \
  static void name##_gradient(const T *theta, size_t n, void *user, T *g) {                        \
    const struct fit *fit = user;                                                                  \
    for (size_t j = 0; j < n; j++)                                                                 \
      g[j] = 0;                                                                                    \
    if (fit->kind == HERE_ALONE && theta[0] == (T)fit->here)                                       \
      g[0] = (T)fit->off;                                                                          \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T z = 0, times = fit->kind == FLIPPED         ? -1                                           \
                       : fit->kind == DOUBLED       ? 2                                            \
                       : fit->kind == SLIGHTLY_MORE ? 1 + (T)slightly                              \
                                                    : 1;                                           \
      for (size_t j = 0; j < n; j++)                                                               \
        z += theta[j] * (T)fit->x[s][j];                                                           \
      T delta = 1 / (1 + exp_(-z)) - (T)fit->y[s];                                                 \
      for (size_t j = fit->kind == FIRST_FORGOTTEN; j < n; j++)                                    \
        g[j] += times * delta * (T)fit->x[s][j] / (fit->kind == NO_MEAN ? 1 : SAMPLES);            \
    }                                                                                              \
  }

LOGISTIC(double, in_double, 0x1p-10, exp, log, log1p)
LOGISTIC(float, in_float, 0x1p-3, expf, logf, log1pf)

static struct bp_result check(struct fit *fit, bool single, size_t directions) {
  struct bp_derivative_options options = {.directions = directions};
  float theta[INPUTS];
  for (int j = 0; j < INPUTS; j++)
    theta[j] = (float)fit->theta[j];
  return single
             ? bp_check_gradient_float(in_float, in_float_gradient, theta, INPUTS, fit, &options)
             : bp_check_gradient(in_double, in_double_gradient, fit->theta, INPUTS, fit, &options);
}

static const double margins[] = {2, 8, 14, 17, 24, 33, 36, 38, 50, 200};
enum { MARGINS = sizeof margins / sizeof *margins };

static bool notes_fit(const struct bp_result *result) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  bp_result_write(result, "json", out);
  fclose(out);
  bool so = strstr(text, "next to a perfect fit") != NULL;
  free(text);
  return so;
}

/* In both precisions, entry by entry and along directions, with either loss. */
START_TEST(right_code_never_fails) {
  bool single = _i % 2;
  size_t noted = 0, holds = 0;
  for (unsigned long number = 0; number < CASES; number++) {
    for (size_t m = 0; m < MARGINS; m++) {
      struct fit fit;
      make(&fit, number, margins[m]);
      fit.plain = _i / 4 != 0;
      struct bp_result result = check(&fit, single, _i / 2 % 2 ? 2 : 0);
      ck_assert_msg(result.fails == 0, "fit %lu at %g: %s", number, margins[m], result.message);
      holds += m == 0 && result.outcome == BP_OUTCOME_HOLDS;
      noted += notes_fit(&result);
      bp_result_free(&result);
    }
  }
  ck_assert_uint_gt(noted, CASES / 2);
  ck_assert_uint_ge(holds, CASES * 9 / 10);
}
END_TEST

/* Whether it is not all 0 in that precision. */
static bool has_gradient(struct fit *fit, bool single) {
  double g[INPUTS];
  in_double_gradient(fit->theta, INPUTS, fit, g);
  bool any = false;
  for (int j = 0; j < INPUTS; j++)
    any = any || fabs(g[j]) > (single ? 1e-36 : 1e-290);
  return any;
}

/* A mistake of a formula is one farther away, too. */
START_TEST(wrong_code_fails_at_a_fit) {
  bool single = _i % 2;
  for (int kind = RIGHT + 1; kind < KINDS; kind++) {
    size_t fails = 0, all = 0;
    for (unsigned long number = 0; number < CASES; number++) {
      for (size_t m = 0; m < MARGINS; m++) {
        struct fit fit;
        make(&fit, number, margins[m]);
        if (!has_gradient(&fit, single))
          continue;
        fit.kind = kind;
        struct bp_result result = check(&fit, single, 0);
        ck_assert_msg(result.outcome != BP_OUTCOME_HOLDS, "fit %lu at %g, mistake %d: %s", number,
                      margins[m], kind, result.message);
        fails += result.outcome == BP_OUTCOME_FAILS;
        all++;
        bp_result_free(&result);
      }
    }
    ck_assert_msg(fails >= all / 10 * 8, "mistake %d: %zu of %zu fail", kind, fails, all);
  }
}
END_TEST

START_TEST(what_is_wrong_here_alone_fails) {
  bool single = _i % 2;
  size_t fails = 0, all = 0;
  for (unsigned long number = 0; number < CASES; number++) {
    for (size_t m = 0; m < MARGINS; m++) {
      struct fit fit;
      make(&fit, number, margins[m]);
      if (margins[m] < (single ? 17 : 36))
        continue;
      fit.kind = HERE_ALONE;
      fit.off = single ? 1e-2 : 1e-11; /* entries afar are 0.1, and float64 has 53 bits */
      fit.here = fit.theta[0];
      struct bp_result result = check(&fit, single, 0);
      fails += result.outcome == BP_OUTCOME_FAILS;
      all++;
      bp_result_free(&result);
    }
  }
  ck_assert_msg(fails >= all / 10 * 8, "%zu of %zu fail", fails, all);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe_afar");
  TCase *cases = tcase_create("probe_afar");
  tcase_set_timeout(cases, 120);
  tcase_add_loop_test(cases, right_code_never_fails, 0, 8);
  tcase_add_loop_test(cases, wrong_code_fails_at_a_fit, 0, 2);
  tcase_add_loop_test(cases, what_is_wrong_here_alone_fails, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
