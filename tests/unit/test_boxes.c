/* Black boxes as people train and fit them: losses, and what they are made of, at points where a
 * difference is hard to take.  Each is written once for double, float and long double, with its
 * derivative by hand; the last is the truth.
 *
 * Right code never fails, and a mistake beyond what the report of the mistaken gradient claims to
 * see never holds, nor is the claim of what holds larger than the gradient.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "backproof.h"
#include "suite.h"

enum { MOST = 12, SAMPLES = 8 };

/* Data of a regression: x, targets, and labels of -1 and 1 that (2, -1) separates. */
static const double inputs[SAMPLES][2] = {{0.5, -1.25}, {1.5, 0.25},  {-0.75, 0.5}, {2, 1},
                                          {-1.25, -2},  {0.25, 1.75}, {-2, 0.5},    {1, -0.5}};
static const double targets[SAMPLES] = {2.5, 2.25, -1, 3.5, -1.75, -7, -4.5, 2.75};
static const double labels[SAMPLES] = {1, 1, -1, 1, -1, -1, -1, 1};

#define FOR(j, n) for (size_t j = 0; j < (n); j++)
#define ABSOLUTE(x) ((x) < 0 ? -(x) : (x))

/* A sum over samples of C(r), r what is predicted minus the target, or label times prediction. */
#define LINEAR(T, name, argument, C, slope, chain)                                                 \
  static T name(const T *w, size_t n, T *g) {                                                      \
    T sum = 0;                                                                                     \
    (void)n;                                                                                       \
    FOR(s, SAMPLES) {                                                                              \
      T x0 = (T)inputs[s][0], x1 = (T)inputs[s][1], p = w[0] * x0 + w[1] * x1;                     \
      T label = (T)labels[s], target = (T)targets[s], r = argument;                                \
      (void)label, (void)target;                                                                   \
      sum += C;                                                                                    \
      g[0] += (slope) * (chain)*x0;                                                                \
      g[1] += (slope) * (chain)*x1;                                                                \
    }                                                                                              \
    return sum;                                                                                    \
  }

/* A sum over the parameters of f(x). */
#define SUMMED(T, name, f, slope)                                                                  \
  static T name(const T *w, size_t n, T *g) {                                                      \
    T sum = 0;                                                                                     \
    FOR(j, n) {                                                                                    \
      T x = w[j];                                                                                  \
      sum += f;                                                                                    \
      g[j] += slope;                                                                               \
    }                                                                                              \
    return sum;                                                                                    \
  }

#define BOXES(T, t, M)                                                                             \
  LINEAR(T, t##_logistic, label *p, r > 0 ? M(log1p)(M(exp)(-r)) : M(log1p)(M(exp)(r)) - r,        \
         -1 / (1 + M(exp)(r)), label)                                                              \
  LINEAR(T, t##_naive, label *p, -M(log)(1 / (1 + M(exp)(-r))), -1 / (1 + M(exp)(r)), label)       \
  LINEAR(T, t##_focal, label *p, -M(pow)(1 / (1 + M(exp)(r)), 2) * -M(log1p)(M(exp)(-r)),          \
         -M(pow)(1 / (1 + M(exp)(r)), 2) *                                                         \
             (1 / (1 + M(exp)(r)) + 2 / (1 + M(exp)(-r)) * M(log1p)(M(exp)(-r))),                  \
         label)                                                                                    \
  LINEAR(T, t##_hinge, label *p, r < 1 ? 1 - r : 0, r < 1 ? -1 : 0, label)                         \
  LINEAR(T, t##_huber, p - target, ABSOLUTE(r) < (T)0.5 ? r * r / 2 : (ABSOLUTE(r) - (T)0.25) / 2, \
         ABSOLUTE(r) < (T)0.5 ? r : (r > 0 ? (T)0.5 : -(T)0.5), 1)                                 \
  LINEAR(T, t##_quantile, p - target, r > 0 ? r / 8 : -7 * r / 8, r > 0 ? (T)0.125 : -(T)0.875, 1) \
  LINEAR(T, t##_student, p - target, 2 * M(log1p)(r * r / 3), 4 * r / (3 + r * r), 1)              \
  SUMMED(T, t##_absolute, ABSOLUTE(x), x > 0 ? 1 : x < 0 ? -1 : 0)                                 \
  SUMMED(T, t##_root, M(sqrt)(x), 1 / (2 * M(sqrt)(x)))                                            \
  SUMMED(T, t##_power, M(pow)(x, (T)0.3), (T)0.3 * M(pow)(x, (T)0.3 - 1))                          \
  SUMMED(T, t##_clipped, x<-1 ? -1 : x> 1 ? 1 : x *x *x, x<-1 || x> 1 ? 0 : 3 * x * x)             \
  SUMMED(T, t##_constant, 3 + 0 * x, 0 * x)                                                        \
  SUMMED(T, t##_far, M(sin)(x / 1000000), M(cos)(x / 1000000) / 1000000)                           \
  SUMMED(T, t##_huge, x *x *(T)1e30, 2 * x * (T)1e30)                                              \
  SUMMED(T, t##_tiny, x *x *(T)1e-30, 2 * x * (T)1e-30)                                            \
  static T t##_rosen(const T *x, size_t n, T *g) {                                                 \
    T sum = 0;                                                                                     \
    FOR(j, n - 1) {                                                                                \
      T r = x[j + 1] - x[j] * x[j], s = 1 - x[j];                                                  \
      sum += 100 * r * r + s * s;                                                                  \
      g[j] += -400 * r * x[j] - 2 * s;                                                             \
      g[j + 1] += 200 * r;                                                                         \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T t##_variation(const T *x, size_t n, T *g) {                                             \
    T sum = 0;                                                                                     \
    FOR(j, n - 1) {                                                                                \
      T d = x[j + 1] - x[j];                                                                       \
      sum += ABSOLUTE(d);                                                                          \
      g[j + 1] += d > 0 ? 1 : d < 0 ? -1 : 0;                                                      \
      g[j] -= d > 0 ? 1 : d < 0 ? -1 : 0;                                                          \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T t##_soft_maximum(const T *x, size_t n, T *g) {                                          \
    T most = x[0], sum = 0;                                                                        \
    FOR(j, n) most = x[j] > most ? x[j] : most;                                                    \
    FOR(j, n) sum += M(exp)(x[j] - most);                                                          \
    FOR(j, n) g[j] = M(exp)(x[j] - most) / sum;                                                    \
    return most + M(log)(sum);                                                                     \
  }                                                                                                \
  static T t##_norm(const T *x, size_t n, T *g) {                                                  \
    T sum = 0;                                                                                     \
    FOR(j, n) sum += x[j] * x[j];                                                                  \
    FOR(j, n) g[j] = x[j] / M(sqrt)(sum);                                                          \
    return M(sqrt)(sum);                                                                           \
  }                                                                                                \
  static T t##_half_ignored(const T *x, size_t n, T *g) {                                          \
    T product = 1;                                                                                 \
    for (size_t j = 0; j < n; j += 2)                                                              \
      product *= M(sin)(x[j]);                                                                     \
    for (size_t j = 0; j < n; j += 2)                                                              \
      g[j] = product / M(sin)(x[j]) * M(cos)(x[j]);                                                \
    return product;                                                                                \
  }                                                                                                \
  /* the first number after normalisation over all: (x - mean) / deviation */                      \
  static T t##_normalised(const T *x, size_t n, T *g) {                                            \
    T mean = 0, variance = 0;                                                                      \
    FOR(j, n) mean += x[j] / (T)n;                                                                 \
    FOR(j, n) variance += (x[j] - mean) * (x[j] - mean) / (T)n;                                    \
    T deviation = M(sqrt)(variance), a = (x[0] - mean) / deviation;                                \
    FOR(j, n) g[j] = ((j == 0) - (1 + a * (x[j] - mean) / deviation) / (T)n) / deviation;          \
    return a;                                                                                      \
  }

#define DOUBLE(name) name
#define FLOAT(name) name##f
#define LONG(name) name##l
BOXES(double, wide, DOUBLE)
BOXES(float, single, FLOAT)
BOXES(long double, exact, LONG)

static const struct box {
  const char *name;
  double (*wide)(const double *x, size_t n, double *g);
  float (*single)(const float *x, size_t n, float *g);
  long double (*exact)(const long double *x, size_t n, long double *g);
  size_t n;
  double theta[MOST];
} boxes[] = {
#define BOX(name, n, ...)                                                                          \
  {                                                                                                \
#name, wide_##name, single_##name, exact_##name, n, { __VA_ARGS__ }                            \
  }
    BOX(rosen, 6, 1, 1, 1, 1, 1, 1),
    BOX(rosen, 4, 1 + 1e-9, 1 - 2e-9, 1, 1 + 1e-9),
    BOX(rosen, 12, -1.2, 1, 1, 2, 1, 1, 3, 1, 1, 1, 1, 1),
    BOX(logistic, 2, 2, -1),
    BOX(logistic, 2, 60, -30),
    BOX(logistic, 2, 6000, -3000),
    BOX(naive, 2, 2, -1),
    BOX(naive, 2, 30, -15),
    BOX(focal, 2, 1, -0.5),
    BOX(hinge, 2, 0.5, -0.25),
    BOX(hinge, 2, 1, 0.25),
    BOX(huber, 2, 2, -1),
    BOX(quantile, 2, 2, -1.01),
    BOX(student, 2, 2, -1.01),
    BOX(variation, 5, 0.5, 0.5, 1e-7, -2, 3),
    BOX(absolute, 4, 0, 1, -2, 1e-9),
    BOX(absolute, 4, 1e-12, 1e-5, -1e-8, 1),
    BOX(root, 3, 1e-14, 1e-6, 1),
    BOX(root, 2, 1e-3, 4),
    BOX(power, 4, 1e-9, 0.1, 3, 1e5),
    BOX(clipped, 5, 0.5, 1, -1, 2, 0.999),
    BOX(clipped, 5, 0.5, 1.0001, 0, -3, -0.25),
    BOX(constant, 4, 1, 2, -3, 1e6),
    BOX(far, 3, 1e6, -3e6, 2e6),
    BOX(huge, 3, 1, -2, 0.5),
    BOX(tiny, 3, 1, -2, 0.5),
    BOX(soft_maximum, 4, 1e4, 1e4 + 3, 9.99e3, -5e4),
    BOX(soft_maximum, 3, 1, 1.5, -30),
    BOX(norm, 3, 1e-12, 2e-12, -1e-12),
    BOX(norm, 3, 3, 4, 1e-9),
    BOX(half_ignored, 6, 1, 2, 0.5, 7, -1, 1),
    BOX(normalised, 4, 1, 1 + 1e-4, 1 - 2e-4, 1 + 5e-5),
    BOX(normalised, 4, 1, 1 + 1e-6, 1 - 2e-6, 1 + 5e-7),
};
enum { COUNT = sizeof boxes / sizeof *boxes };

/* What is made of the right gradient: entry `at` is multiplied. */
static size_t at;
static double times;

static double loss(const double *x, size_t n, void *user) {
  double unused[MOST] = {0};
  return ((const struct box *)user)->wide(x, n, unused);
}
static void gradient(const double *x, size_t n, void *user, double *g) {
  memset(g, 0, n * sizeof *g);
  ((const struct box *)user)->wide(x, n, g);
  g[at] *= times;
}
static float loss_single(const float *x, size_t n, void *user) {
  float unused[MOST] = {0};
  return ((const struct box *)user)->single(x, n, unused);
}
static void gradient_single(const float *x, size_t n, void *user, float *g) {
  memset(g, 0, n * sizeof *g);
  ((const struct box *)user)->single(x, n, g);
  g[at] *= (float)times;
}

/* Checks the box in double or float; *off is how far the entry that was changed is from the truth,
 * *largest the largest entry. */
static struct bp_result check(const struct box *box, bool floats, double *off, double *largest) {
  struct box own = *box;
  long double point[MOST], truth[MOST] = {0};
  float single[MOST];
  FOR(j, own.n) {
    single[j] = (float)own.theta[j];
    point[j] = floats ? (long double)single[j] : (long double)own.theta[j];
  }
  struct bp_result result =
      floats ? bp_check_gradient_float(loss_single, gradient_single, single, own.n, &own, NULL)
             : bp_check_gradient(loss, gradient, own.theta, own.n, &own, NULL);
  own.exact(point, own.n, truth);
  *largest = 0;
  FOR(j, own.n) *largest = fmax(*largest, (double)fabsl(truth[j]));
  *off = (double)fabsl((long double)bp_result_entry(&result, 0, at).value - truth[at]);
  return result;
}

START_TEST(right_code_never_fails) {
  double off, largest;
  times = 1;
  at = 0;
  for (int floats = 0; floats < 2; floats++) {
    struct bp_result result = check(&boxes[_i], floats, &off, &largest);
    ck_assert_msg(result.outcome != BP_OUTCOME_FAILS, "%s in %s: %s", boxes[_i].name,
                  floats ? "float" : "double", result.message);
    bp_result_free(&result);
  }
}
END_TEST

/* Signs, factors and zeros, in each entry in turn. */
START_TEST(visible_mistakes_never_hold) {
  static const double factors[] = {-1, 0, 2, 1.01};
  for (size_t k = 0; k < 8; k++) {
    bool floats = k % 2;
    times = factors[k / 2];
    for (at = 0; at < boxes[_i].n; at++) {
      double off, largest;
      struct bp_result result = check(&boxes[_i], floats, &off, &largest);
      bool kink = strcmp(bp_result_entry(&result, 0, at).reason, "kink") == 0;
      ck_assert_msg(result.outcome != BP_OUTCOME_HOLDS || kink || !(off > result.visible),
                    "%s in %s: entry %zu times %g is off by %g: %s", boxes[_i].name,
                    floats ? "float" : "double", at, times, off, result.message);
      ck_assert_msg(result.outcome != BP_OUTCOME_HOLDS || largest == 0 ||
                        result.visible <= 8 * largest,
                    "%s in %s: entry %zu times %g: %s", boxes[_i].name, floats ? "float" : "double",
                    at, times, result.message);
      bp_result_free(&result);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("boxes");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, right_code_never_fails, 0, COUNT);
  tcase_add_loop_test(all, visible_mistakes_never_hold, 0, COUNT);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
