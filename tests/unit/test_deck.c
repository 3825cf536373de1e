/* Functions and their gradients as other people write them, in double and in float, through the
 * public calls: activations, losses, layers and linear algebra of many kinds, and the usual
 * mistakes in each.  A right gradient holds; a wrong one holds where the report says that so much
 * would not have been seen, and nowhere else.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backproof.h"
#include "suite.h"

enum { MOST = 12, SAMPLES = 6 };

/* Numbers that every row uses as its data. */
static const double X[SAMPLES][3] = {{0.7, -1.2, 0.4},  {-0.3, 0.8, 1.5},   {1.9, 0.2, -0.6},
                                     {-1.1, -0.5, 0.9}, {0.25, 1.4, -1.75}, {-0.8, 0.35, -0.15}};
static const double Y[SAMPLES] = {0.9, -0.4, 1.3, -0.7, 0.2, 0.55};

/* The sum of c f(w·x + b) over the samples, with f and its slope as expressions in z; `t` is w and
 * b. */
#define SUM_OF(T, name, f, slope)                                                                  \
  static T name(const T *t, T *g) {                                                                \
    T sum = 0;                                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T z = t[3] + t[0] * (T)X[s][0] + t[1] * (T)X[s][1] + t[2] * (T)X[s][2], y = (T)Y[s];         \
      T d = slope;                                                                                 \
      (void)y;                                                                                     \
      sum += f;                                                                                    \
      for (int j = 0; g && j < 4; j++)                                                             \
        g[j] = (s ? g[j] : 0) + d * (j < 3 ? (T)X[s][j] : 1);                                      \
    }                                                                                              \
    return sum;                                                                                    \
  }

#define SIGMA(z) (1 / (1 + EXP(-(z))))
#define SOFTPLUS(z) LOG(1 + EXP(z))
#define SIGN(z) ((z) < 0 ? -1 : 1)

#define ELEMENTWISE(T, p)                                                                          \
  SUM_OF(T, p##swish, y *z *SIGMA(z), y *(SIGMA(z) + z * SIGMA(z) * (1 - SIGMA(z))))               \
  SUM_OF(T, p##mish, y *z *TANH(SOFTPLUS(z)),                                                      \
         y *(TANH(SOFTPLUS(z)) + z * SIGMA(z) * (1 - TANH(SOFTPLUS(z)) * TANH(SOFTPLUS(z)))))      \
  SUM_OF(T, p##selu, y *(T)1.0507 * (z > 0 ? z : (T)1.67326 * (EXP(z) - 1)),                       \
         y * (T)1.0507 * (z > 0 ? 1 : (T)1.67326 * EXP(z)))                                        \
  SUM_OF(T, p##hardtanh, y *(z < -1 ? -1 : z > 1 ? 1 : z), z<-1 || z> 1 ? 0 : y)                   \
  SUM_OF(T, p##hardswish,                                                                          \
         y *z *(z < -3  ? 0                                                                        \
                : z > 3 ? 6                                                                        \
                        : z + 3) /                                                                 \
             6,                                                                                    \
         y * (z < -3  ? 0                                                                          \
              : z > 3 ? 1                                                                          \
                      : (2 * z + 3) / 6))                                                          \
  SUM_OF(T, p##softsign, y *z / (1 + FABS(z)), y / ((1 + FABS(z)) * (1 + FABS(z))))                \
  SUM_OF(T, p##gauss, y *EXP(-z *z), -2 * y * z * EXP(-z * z))                                     \
  SUM_OF(T, p##fast_sine, y *SIN(30 * z), 30 * y * COS(30 * z))                                    \
  SUM_OF(T, p##huber, FABS(z - y) < 1 ? (z - y) * (z - y) / 2 : FABS(z - y) - (T)0.5,              \
         FABS(z - y) < 1 ? z - y : SIGN(z - y))                                                    \
  SUM_OF(T, p##hinge, 1 - SIGN(y) * z > 0 ? 1 - SIGN(y) * z : 0,                                   \
         1 - SIGN(y) * z > 0 ? -SIGN(y) : 0)                                                       \
  SUM_OF(T, p##squared_hinge, 1 - SIGN(y) * z > 0 ? (1 - SIGN(y) * z) * (1 - SIGN(y) * z) : 0,     \
         1 - SIGN(y) * z > 0 ? -2 * SIGN(y) * (1 - SIGN(y) * z) : 0)                               \
  SUM_OF(T, p##quantile, z < y ? (T)0.9 * (y - z) : (T)0.1 * (z - y), z < y ? -(T)0.9 : (T)0.1)    \
  SUM_OF(T, p##poisson, EXP(z) - FABS(y) * z, EXP(z) - FABS(y))                                    \
  SUM_OF(T, p##log_cosh, LOG((EXP(z - y) + EXP(y - z)) / 2), TANH(z - y))                          \
  SUM_OF(T, p##separable, LOG(1 + EXP(-SIGN(y) * z)), -SIGN(y) / (1 + EXP(SIGN(y) * z)))           \
  SUM_OF(T, p##focal, -(1 - SIGMA(z)) * (1 - SIGMA(z)) * LOG(SIGMA(z)),                            \
         2 * (1 - SIGMA(z)) * (1 - SIGMA(z)) * SIGMA(z) * LOG(SIGMA(z)) -                          \
             (1 - SIGMA(z)) * (1 - SIGMA(z)) * (1 - SIGMA(z)))

/* What is no sum of one function: a slope of its own, norms over a batch, shared weights, steps in
 * turn, rows taken twice, orders, an inner minimum, determinants. */
#define WHOLES(T, p)                                                                               \
  static T p##prelu(const T *t, T *g) {                                                            \
    T sum = 0;                                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T z = t[0] * (T)X[s][0] + t[1] * (T)X[s][1], a = z > 0 ? z : t[2] * z;                       \
      sum += a * a;                                                                                \
      for (int j = 0; g && j < 3; j++)                                                             \
        g[j] = (s ? g[j] : 0) + 2 * a *                                                            \
                                    (j == 2  ? (z > 0 ? 0 : z)                                     \
                                     : z > 0 ? (T)X[s][j]                                          \
                                             : t[2] * (T)X[s][j]);                                 \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T p##batch_norm(const T *t, T *g) {                                                       \
    T mean = 0, variance = 0, sum = 0, d[6], dx = 0, dxh = 0, xh[6];                               \
    for (int s = 0; s < 6; s++)                                                                    \
      mean += t[s] / 6;                                                                            \
    for (int s = 0; s < 6; s++)                                                                    \
      variance += (t[s] - mean) * (t[s] - mean) / 6;                                               \
    T deviation = SQRT(variance + (T)1e-5), scale = 0, shift = 0;                                  \
    for (int s = 0; s < 6; s++) {                                                                  \
      xh[s] = (t[s] - mean) / deviation;                                                           \
      T r = t[6] * xh[s] + t[7] - (T)Y[s];                                                         \
      sum += r * r;                                                                                \
      scale += 2 * r * xh[s];                                                                      \
      shift += 2 * r;                                                                              \
      d[s] = 2 * r * t[6];                                                                         \
      dx += d[s] / 6;                                                                              \
      dxh += d[s] * xh[s] / 6;                                                                     \
    }                                                                                              \
    for (int s = 0; g && s < 6; s++)                                                               \
      g[s] = (d[s] - dx - xh[s] * dxh) / deviation;                                                \
    if (g)                                                                                         \
      g[6] = scale, g[7] = shift;                                                                  \
    return sum;                                                                                    \
  }                                                                                                \
  static T p##smoothed_labels(const T *t, T *g) {                                                  \
    T sum = 0;                                                                                     \
    for (int s = 0; s < 3; s++) {                                                                  \
      const T *z = t + 3 * s;                                                                      \
      T top = z[0] > z[1] ? z[0] : z[1], all = 0;                                                  \
      top = top > z[2] ? top : z[2];                                                               \
      for (int k = 0; k < 3; k++)                                                                  \
        all += EXP(z[k] - top);                                                                    \
      for (int k = 0; k < 3; k++) {                                                                \
        T q = (T)0.1 / 3 + (k == s ? (T)0.9 : 0);                                                  \
        sum -= q * (z[k] - top - LOG(all));                                                        \
        if (g)                                                                                     \
          g[3 * s + k] = EXP(z[k] - top) / all - q;                                                \
      }                                                                                            \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T p##log_sum_exp(const T *t, T *g) {                                                      \
    T top = t[0], all = 0;                                                                         \
    for (int k = 1; k < 4; k++)                                                                    \
      top = t[k] > top ? t[k] : top;                                                               \
    for (int k = 0; k < 4; k++)                                                                    \
      all += EXP(t[k] - top);                                                                      \
    for (int k = 0; g && k < 4; k++)                                                               \
      g[k] = EXP(t[k] - top) / all;                                                                \
    return top + LOG(all);                                                                         \
  }                                                                                                \
  static T p##cosine(const T *t, T *g) {                                                           \
    T tv = 0, tt = 0, vv = 0;                                                                      \
    for (int j = 0; j < 4; j++)                                                                    \
      tv += t[j] * (T)Y[j], tt += t[j] * t[j], vv += (T)Y[j] * (T)Y[j];                            \
    for (int j = 0; g && j < 4; j++)                                                               \
      g[j] = (t[j] * tv / tt - (T)Y[j]) / SQRT(tt * vv);                                           \
    return 1 - tv / SQRT(tt * vv);                                                                 \
  }                                                                                                \
  static T p##tied_weights(const T *t, T *g) {                                                     \
    T sum = 0;                                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T z = 0, d = 0, r[3];                                                                        \
      for (int j = 0; j < 3; j++)                                                                  \
        z += t[j] * (T)X[s][j];                                                                    \
      T a = TANH(z);                                                                               \
      for (int j = 0; j < 3; j++) {                                                                \
        r[j] = t[j] * a - (T)X[s][j];                                                              \
        sum += r[j] * r[j];                                                                        \
        d += 2 * r[j] * t[j] * (1 - a * a);                                                        \
      }                                                                                            \
      for (int j = 0; g && j < 3; j++)                                                             \
        g[j] = (s ? g[j] : 0) + 2 * r[j] * a + d * (T)X[s][j];                                     \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T p##recurrent(const T *t, T *g) {                                                        \
    T h = 0, d[3] = {0, 0, 0};                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T before[3] = {h, (T)Y[s], 1}, n = TANH(t[0] * h + t[1] * (T)Y[s] + t[2]);                   \
      for (int j = 0; j < 3; j++)                                                                  \
        d[j] = (1 - n * n) * (before[j] + t[0] * d[j]);                                            \
      h = n;                                                                                       \
    }                                                                                              \
    for (int j = 0; g && j < 3; j++)                                                               \
      g[j] = 2 * h * d[j];                                                                         \
    return h * h;                                                                                  \
  }                                                                                                \
  static T p##embedding(const T *t, T *g) {                                                        \
    static const int row[] = {0, 2, 2, 1, 2};                                                      \
    T sum = 0, cubes = 0;                                                                          \
    for (int i = 0; i < 5; i++)                                                                    \
      sum += t[row[i]], cubes += t[row[i]] * t[row[i]] * t[row[i]];                                \
    for (int j = 0; g && j < 3; j++)                                                               \
      g[j] = 0;                                                                                    \
    for (int i = 0; g && i < 5; i++)                                                               \
      g[row[i]] += 1 - TANH(sum) * TANH(sum) + 3 * t[row[i]] * t[row[i]];                          \
    return TANH(sum) + cubes;                                                                      \
  }                                                                                                \
  static T p##sorted(const T *t, T *g) {                                                           \
    T sum = 0;                                                                                     \
    for (int j = 0; j < 5; j++) {                                                                  \
      int rank = 0;                                                                                \
      for (int k = 0; k < 5; k++)                                                                  \
        rank += t[k] < t[j];                                                                       \
      sum += (T)rank * t[j];                                                                       \
      if (g)                                                                                       \
        g[j] = (T)rank;                                                                            \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T p##inner_minimum(const T *t, T *g) {                                                    \
    T a = 1 + t[1] * t[1], x = t[0] - t[2] / (2 * a);                                              \
    if (g)                                                                                         \
      g[0] = -2 * a * (x - t[0]), g[1] = 2 * t[1] * (x - t[0]) * (x - t[0]), g[2] = x;             \
    return a * (x - t[0]) * (x - t[0]) + t[2] * x;                                                 \
  }                                                                                                \
  static T p##log_determinant(const T *t, T *g) {                                                  \
    T det = t[0] * t[3] - t[1] * t[2];                                                             \
    if (g)                                                                                         \
      g[0] = t[3] / det, g[1] = -t[2] / det, g[2] = -t[1] / det, g[3] = t[0] / det;                \
    return LOG(det);                                                                               \
  }                                                                                                \
  static T p##gaussian_process(const T *t, T *g) {                                                 \
    T k = EXP(t[0] - (T)0.5 * EXP(-2 * t[1])), own = EXP(t[0]) + EXP(t[2]);                        \
    T det = own * own - k * k, u = (T)Y[0], v = (T)Y[1];                                           \
    T alpha = (own * u - k * v) / det, beta = (own * v - k * u) / det;                             \
    T own_slope = own / det - (alpha * alpha + beta * beta) / 2,                                   \
      k_slope = -k / det - alpha * beta;                                                           \
    if (g) {                                                                                       \
      g[0] = own_slope * EXP(t[0]) + k_slope * k;                                                  \
      g[1] = k_slope * k * EXP(-2 * t[1]);                                                         \
      g[2] = own_slope * EXP(t[2]);                                                                \
    }                                                                                              \
    return (u * alpha + v * beta) / 2 + LOG(det) / 2;                                              \
  }                                                                                                \
  static T p##largest(const T *t, T *g) {                                                          \
    if (g)                                                                                         \
      g[0] = (T)0.5, g[1] = (T)0.5, g[2] = 0;                                                      \
    return t[0] > t[1] ? t[0] : t[1];                                                              \
  }                                                                                                \
  static T p##absolute(const T *t, T *g) {                                                         \
    if (g)                                                                                         \
      g[0] = 0, g[1] = 1, g[2] = -1;                                                               \
    return FABS(t[0]) + FABS(t[1]) + FABS(t[2]);                                                   \
  }

#define EXP exp
#define LOG log
#define TANH tanh
#define SQRT sqrt
#define FABS fabs
#define SIN sin
#define COS cos
ELEMENTWISE(double, d_)
WHOLES(double, d_)
#undef EXP
#undef LOG
#undef TANH
#undef SQRT
#undef FABS
#undef SIN
#undef COS
#define EXP expf
#define LOG logf
#define TANH tanhf
#define SQRT sqrtf
#define FABS fabsf
#define SIN sinf
#define COS cosf
ELEMENTWISE(float, f_)
WHOLES(float, f_)

/* `open`: in float too few digits may be left to decide. */
static const struct row {
  const char *name;
  double (*whole)(const double *t, double *g);
  float (*single)(const float *t, float *g);
  size_t n;
  double theta[MOST];
  bool open;
} rows[] = {
#define ROW(name, n, open, ...)                                                                    \
  { #name, d_##name, f_##name, n, {__VA_ARGS__ }, open }
    ROW(swish, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(mish, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(selu, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(hardtanh, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(hardswish, 4, false, 1.9, -1.4, 0.8, 0.1),
    ROW(softsign, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(gauss, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(fast_sine, 4, true, 0.9, -0.4, 0.3, 0.1),
    ROW(huber, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(hinge, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(squared_hinge, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(quantile, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(poisson, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(log_cosh, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(separable, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(separable, 4, true, 14.5, -7, 3, 0.5), /* all but at the end */
    ROW(focal, 4, false, 0.9, -0.4, 0.3, 0.1),
    ROW(prelu, 3, false, 0.8, -0.5, 0.25),
    ROW(batch_norm, 8, false, 0.3, -1.2, 0.9, 1.7, -0.4, 0.1, 1.3, -0.2),
    ROW(smoothed_labels, 9, false, 1, -2, 0.5, 3, 0.1, -1, 0.2, 0.3, -0.7),
    ROW(log_sum_exp, 4, true, 800, 801, 799, -3),
    ROW(log_sum_exp, 4, false, 2, 1, -3, 0.5),
    ROW(cosine, 4, false, 0.4, 1.1, -0.7, 0.3),
    ROW(tied_weights, 3, false, 0.4, 1.1, -0.7),
    ROW(recurrent, 3, false, 0.9, 0.7, -0.1),
    ROW(embedding, 3, false, 0.3, -0.2, 0.4),
    ROW(sorted, 5, false, 0.3, -0.2, 0.4, 1.6, -0.9),
    ROW(inner_minimum, 3, false, 0.4, 1.2, -0.7),
    ROW(log_determinant, 4, false, 2, 0.3, -0.4, 1.5),
    ROW(gaussian_process, 3, false, 0.1, -0.2, -3),
    ROW(largest, 3, false, 1, 1, 0.5),
    ROW(absolute, 3, false, 0, 1, -2),
};
enum { ROWS = sizeof rows / sizeof *rows };

/* ---- checks --------------------------------------------------------------------------------- */

enum mistake {
  NONE,
  SIGN_OF_ALL,
  TWICE,
  ZERO,
  ONE_PERCENT,
  A_HUNDREDTH_OF_ONE,
  BACKWARDS,
  MISTAKES
};

struct subject {
  const struct row *row;
  enum mistake mistake;
};

static void spoil(const struct subject *subject, double *g) {
  size_t n = subject->row->n;
  static const double times[MISTAKES] = {1, -1, 2, 0, 1.01, 1, 1};
  double largest = 0, before[MOST];
  memcpy(before, g, n * sizeof *g);
  for (size_t j = 0; j < n; j++) {
    largest = fmax(largest, fabs(g[j]));
    g[j] *= times[subject->mistake];
  }
  if (subject->mistake == A_HUNDREDTH_OF_ONE)
    g[n / 2] += largest / 100;
  for (size_t j = 0; subject->mistake == BACKWARDS && j < n; j++)
    g[j] = before[n - 1 - j];
}

static double loss(const double *t, size_t n, void *user) {
  (void)n;
  return ((const struct subject *)user)->row->whole(t, NULL);
}
static void gradient(const double *t, size_t n, void *user, double *g) {
  const struct subject *subject = user;
  (void)n;
  subject->row->whole(t, g);
  spoil(subject, g);
}
static float loss_single(const float *t, size_t n, void *user) {
  (void)n;
  return ((const struct subject *)user)->row->single(t, NULL);
}
static void gradient_single(const float *t, size_t n, void *user, float *g) {
  const struct subject *subject = user;
  double wide[MOST];
  subject->row->single(t, g);
  for (size_t j = 0; j < n; j++)
    wide[j] = (double)g[j];
  spoil(subject, wide);
  for (size_t j = 0; j < n; j++)
    g[j] = (float)wide[j];
}

static struct bp_result check(const struct row *row, enum mistake mistake, bool floats) {
  struct subject subject = {row, mistake};
  float single[MOST];
  for (size_t j = 0; j < row->n; j++)
    single[j] = (float)row->theta[j];
  return floats
             ? bp_check_gradient_float(loss_single, gradient_single, single, row->n, &subject, NULL)
             : bp_check_gradient(loss, gradient, row->theta, row->n, &subject, NULL);
}

START_TEST(right_ones_hold) {
  const struct row *row = &rows[_i / 2];
  bool floats = _i % 2;
  struct bp_result result = check(row, NONE, floats);
  bool fine = result.outcome == BP_OUTCOME_HOLDS ||
              (floats && row->open && result.outcome == BP_OUTCOME_UNDECIDED);
  ck_assert_msg(fine, "%s: %s", row->name, result.message);
  bp_result_free(&result);
}
END_TEST

/* By how much the gradient is wrong. */
static double error_of(const struct row *row, enum mistake mistake) {
  double right[MOST], wrong[MOST], most = 0;
  row->whole(row->theta, right);
  memcpy(wrong, right, sizeof wrong);
  spoil(&(struct subject){row, mistake}, wrong);
  for (size_t j = 0; j < row->n; j++)
    most = fmax(most, fabs(wrong[j] - right[j]));
  return most;
}

START_TEST(wrong_ones_hold_as_told) {
  const struct row *row = &rows[_i / 2];
  bool floats = _i % 2;
  for (enum mistake mistake = SIGN_OF_ALL; mistake < MISTAKES; mistake++) {
    struct bp_result result = check(row, mistake, floats);
    double error = error_of(row, mistake);
    ck_assert_msg(result.outcome != BP_OUTCOME_HOLDS || error <= result.visible,
                  "%s, mistake %d: off by %g: %s", row->name, (int)mistake, error, result.message);
    if (!floats && result.visible < error / 100)
      ck_assert_msg(result.outcome == BP_OUTCOME_FAILS, "%s, mistake %d: %s", row->name,
                    (int)mistake, result.message);
    bp_result_free(&result);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("deck");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, right_ones_hold, 0, 2 * ROWS);
  tcase_add_loop_test(all, wrong_ones_hold_as_told, 0, 2 * ROWS);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
