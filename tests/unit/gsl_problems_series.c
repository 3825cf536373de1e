/* Problems of any number of parameters, those with longer formulas, and a function that is to be
 * minimised as it stands.
 */
#include <math.h>
#include <string.h>

#include "gsl_problems.h"

static double square(double x) { return x * x; }

static void clear(const struct gsl_problem *problem, double *rows) {
  memset(rows, 0, problem->n * problem->p * sizeof *rows);
}

/* ---- Watson ---------------------------------------------------------------------------- */

/* Sum of x_j t^(j-1), and its derivative by t. */
static double series(const double *x, size_t p, double t) {
  double value = 0;
  for (size_t j = p; j > 0; j--)
    value = value * t + x[j - 1];
  return value;
}

static double series_slope(const double *x, size_t p, double t) {
  double value = 0;
  for (size_t j = p; j > 1; j--)
    value = value * t + (double)(j - 1) * x[j - 1];
  return value;
}

static void watson(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= 29; i++) {
    double t = (double)i / 29;
    f[i - 1] = series_slope(x, problem->p, t) - square(series(x, problem->p, t)) - 1;
  }
  f[29] = x[0];
  f[30] = x[1] - x[0] * x[0] - 1;
}

static void watson_df(const struct gsl_problem *problem, const double *x, double *rows) {
  size_t p = problem->p;
  clear(problem, rows);
  for (size_t i = 1; i <= 29; i++, rows += p) {
    double t = (double)i / 29, value = series(x, p, t);
    for (size_t j = 0; j < p; j++)
      rows[j] = (j > 0 ? (double)j * pow(t, (double)j - 1) : 0) - 2 * value * pow(t, (double)j);
  }
  rows[0] = 1;
  rows[p] = -2 * x[0];
  rows[p + 1] = 1;
}

static void watson_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                       double *fvv) {
  (void)x;
  for (size_t i = 1; i <= 29; i++)
    fvv[i - 1] = -2 * square(series(v, problem->p, (double)i / 29));
  fvv[29] = 0;
  fvv[30] = -2 * v[0] * v[0];
}

/* ---- Biggs, six exponentials ------------------------------------------------------------------
 */

static void biggs(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++) {
    double t = 0.1 * (double)i, y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);
    f[i - 1] = x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y;
  }
}

static void biggs_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 1; i <= problem->n; i++, rows += 6) {
    double t = 0.1 * (double)i;
    rows[0] = -t * x[2] * exp(-t * x[0]);
    rows[1] = t * x[3] * exp(-t * x[1]);
    rows[2] = exp(-t * x[0]);
    rows[3] = -exp(-t * x[1]);
    rows[4] = -t * x[5] * exp(-t * x[4]);
    rows[5] = exp(-t * x[4]);
  }
}

static void biggs_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                      double *fvv) {
  for (size_t i = 1; i <= problem->n; i++) {
    double t = 0.1 * (double)i;
    fvv[i - 1] = t * exp(-t * x[0]) * v[0] * (t * x[2] * v[0] - 2 * v[2]) -
                 t * exp(-t * x[1]) * v[1] * (t * x[3] * v[1] - 2 * v[3]) +
                 t * exp(-t * x[4]) * v[4] * (t * x[5] * v[4] - 2 * v[5]);
  }
}

/* ---- variably dimensioned, and the two penalty functions ------------------------------- */

static void variably(const struct gsl_problem *problem, const double *x, double *f) {
  size_t p = problem->p;
  f[p] = 0;
  for (size_t j = 0; j < p; j++) {
    f[j] = x[j] - 1;
    f[p] += ((double)j + 1) * (x[j] - 1);
  }
  f[p + 1] = f[p] * f[p];
}

static void variably_df(const struct gsl_problem *problem, const double *x, double *rows) {
  size_t p = problem->p;
  double total = 0;
  for (size_t j = 0; j < p; j++)
    total += ((double)j + 1) * (x[j] - 1);
  clear(problem, rows);
  for (size_t j = 0; j < p; j++) {
    rows[j * p + j] = 1;
    rows[p * p + j] = (double)j + 1;
    rows[(p + 1) * p + j] = 2 * total * ((double)j + 1);
  }
}

static void variably_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                         double *fvv) {
  (void)x;
  double total = 0;
  for (size_t j = 0; j < problem->p; j++)
    total += ((double)j + 1) * v[j];
  memset(fvv, 0, problem->n * sizeof *fvv);
  fvv[problem->p + 1] = 2 * total * total;
}

static const double penalty = 1e-5;

static void penalty_1(const struct gsl_problem *problem, const double *x, double *f) {
  f[problem->p] = -0.25;
  for (size_t j = 0; j < problem->p; j++) {
    f[j] = sqrt(penalty) * (x[j] - 1);
    f[problem->p] += x[j] * x[j];
  }
}

static void penalty_1_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  for (size_t j = 0, p = problem->p; j < p; j++) {
    rows[j * p + j] = sqrt(penalty);
    rows[p * p + j] = 2 * x[j];
  }
}

static void penalty_1_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                          double *fvv) {
  (void)x;
  memset(fvv, 0, problem->n * sizeof *fvv);
  for (size_t j = 0; j < problem->p; j++)
    fvv[problem->p] += 2 * v[j] * v[j];
}

static void penalty_2(const struct gsl_problem *problem, const double *x, double *f) {
  size_t p = problem->p;
  f[0] = x[0] - 0.2;
  f[2 * p - 1] = -1;
  for (size_t i = 1; i < p; i++) {
    double y = exp(((double)i + 1) / 10) + exp((double)i / 10);
    f[i] = sqrt(penalty) * (exp(x[i] / 10) + exp(x[i - 1] / 10) - y);
    f[p + i - 1] = sqrt(penalty) * (exp(x[i] / 10) - exp(-0.1));
  }
  for (size_t j = 0; j < p; j++)
    f[2 * p - 1] += (double)(p - j) * x[j] * x[j];
}

static void penalty_2_df(const struct gsl_problem *problem, const double *x, double *rows) {
  size_t p = problem->p;
  clear(problem, rows);
  rows[0] = 1;
  for (size_t i = 1; i < p; i++) {
    rows[i * p + i] = rows[(p + i - 1) * p + i] = sqrt(penalty) / 10 * exp(x[i] / 10);
    rows[i * p + i - 1] = sqrt(penalty) / 10 * exp(x[i - 1] / 10);
  }
  for (size_t j = 0; j < p; j++)
    rows[(2 * p - 1) * p + j] = 2 * (double)(p - j) * x[j];
}

static void penalty_2_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                          double *fvv) {
  size_t p = problem->p;
  memset(fvv, 0, problem->n * sizeof *fvv);
  for (size_t i = 1; i < p; i++) {
    double one = sqrt(penalty) / 100 * exp(x[i] / 10) * v[i] * v[i];
    fvv[i] = one + sqrt(penalty) / 100 * exp(x[i - 1] / 10) * v[i - 1] * v[i - 1];
    fvv[p + i - 1] = one;
  }
  for (size_t j = 0; j < p; j++)
    fvv[2 * p - 1] += 2 * (double)(p - j) * v[j] * v[j];
}

/* ---- Brown almost linear --------------------------------------------------------------- */

static void brown_almost(const struct gsl_problem *problem, const double *x, double *f) {
  double total = 0, product = 1;
  for (size_t j = 0; j < problem->p; j++) {
    total += x[j];
    product *= x[j];
  }
  for (size_t i = 0; i + 1 < problem->n; i++)
    f[i] = x[i] + total - (double)(problem->p + 1);
  f[problem->n - 1] = product - 1;
}

/* The product of all but two: a and b may be the same. */
static double product_without(const struct gsl_problem *problem, const double *x, size_t a,
                              size_t b) {
  double product = 1;
  for (size_t j = 0; j < problem->p; j++)
    product *= j == a || j == b ? 1 : x[j];
  return product;
}

static void brown_almost_df(const struct gsl_problem *problem, const double *x, double *rows) {
  size_t p = problem->p;
  for (size_t i = 0; i + 1 < p; i++)
    for (size_t j = 0; j < p; j++)
      rows[i * p + j] = i == j ? 2 : 1;
  for (size_t j = 0; j < p; j++)
    rows[(p - 1) * p + j] = product_without(problem, x, j, j);
}

static void brown_almost_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                             double *fvv) {
  memset(fvv, 0, problem->n * sizeof *fvv);
  for (size_t j = 0; j < problem->p; j++)
    for (size_t k = 0; k < j; k++)
      fvv[problem->n - 1] += 2 * v[j] * v[k] * product_without(problem, x, j, k);
}

/* ---- the trigonometric function, the discrete boundary value --------------------------- */

static void trigonometric(const struct gsl_problem *problem, const double *x, double *f) {
  double total = 0;
  for (size_t j = 0; j < problem->p; j++)
    total += cos(x[j]);
  for (size_t i = 0; i < problem->n; i++)
    f[i] = (double)problem->n - total + ((double)i + 1) * (1 - cos(x[i])) - sin(x[i]);
}

static void trigonometric_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 0; i < problem->n; i++)
    for (size_t j = 0; j < problem->p; j++)
      *rows++ = sin(x[j]) + (i == j ? ((double)i + 1) * sin(x[i]) - cos(x[i]) : 0);
}

static void boundary(const struct gsl_problem *problem, const double *x, double *f) {
  size_t n = problem->n;
  double h = 1 / ((double)n + 1);
  for (size_t i = 0; i < n; i++) {
    double before = i > 0 ? x[i - 1] : 0, after = i + 1 < n ? x[i + 1] : 0;
    f[i] = 2 * x[i] - before - after + h * h * pow(x[i] + ((double)i + 1) * h + 1, 3) / 2;
  }
}

static void boundary_df(const struct gsl_problem *problem, const double *x, double *rows) {
  size_t n = problem->n;
  double h = 1 / ((double)n + 1);
  clear(problem, rows);
  for (size_t i = 0; i < n; i++, rows += n) {
    rows[i] = 2 + 1.5 * h * h * square(x[i] + ((double)i + 1) * h + 1);
    if (i > 0)
      rows[i - 1] = -1;
    if (i + 1 < n)
      rows[i + 1] = -1;
  }
}

/* ---- a spring around a cylinder --------------------------------------------
 *
 * The valley winds around the third axis; where the angle of a turn is 180 degrees off there is a
 * crest with an edge.  GSL starts exactly on that edge. */

static double turned(double angle) {
  while (angle > M_PI)
    angle -= 2 * M_PI;
  while (angle < -M_PI)
    angle += 2 * M_PI;
  return angle;
}

static void spring(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  double angle = atan2(x[1], x[0]) - turned(x[2]), radius = hypot(x[0], x[1]) - 1;
  *f = 0.1 * (expm1(angle * angle + radius * radius) + fabs(x[2] / 10));
}

static void spring_df(const struct gsl_problem *problem, const double *x, double *slopes) {
  (void)problem;
  double angle = atan2(x[1], x[0]) - turned(x[2]), far = hypot(x[0], x[1]), radius = far - 1;
  double steep = 0.2 * exp(angle * angle + radius * radius);
  slopes[0] = steep * (radius * x[0] / far - angle * x[1] / (far * far));
  slopes[1] = steep * (radius * x[1] / far + angle * x[0] / (far * far));
  slopes[2] = -steep * angle + copysign(0.01, x[2]);
}

/* ---- the list -------------------------------------------------------------------------- */

#define POINT(...) ((const double[]){__VA_ARGS__})
#define ROW(NAME, SOURCE, N, P, START, FUNCTION, CURVATURE)                                        \
  {                                                                                                \
    .name = NAME, .source = SOURCE, .n = N, .p = P, .start = START, .residuals = FUNCTION,         \
    .jacobian = FUNCTION##_df, .curvature = CURVATURE                                              \
  }
#define BENT(NAME, SOURCE, N, P, START, FUNCTION)                                                  \
  ROW(NAME, SOURCE, N, P, START, FUNCTION, FUNCTION##_fvv)

static const double halves[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
static const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
static const double counted[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static const double falling[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0};
static const double hanging[] = {-10.0 / 121, -18.0 / 121, -24.0 / 121, -28.0 / 121, -30.0 / 121,
                                 -30.0 / 121, -28.0 / 121, -24.0 / 121, -18.0 / 121, -10.0 / 121};

const struct gsl_problem gsl_series[] = {
    BENT("watson", "MGH 20", 31, 6, POINT(0, 0, 0, 0, 0, 0), watson),
    BENT("biggs", "MGH 18", 13, 6, POINT(1, 2, 1, 1, 1, 1), biggs),
    BENT("variably dimensioned", "MGH 25", 12, 10, falling, variably),
    BENT("penalty 1", "MGH 23", 11, 10, counted, penalty_1),
    BENT("penalty 2", "MGH 24", 20, 10, halves, penalty_2),
    BENT("brown almost linear", "MGH 27", 10, 10, halves, brown_almost),
    ROW("trigonometric", "MGH 26", 10, 10, tenths, trigonometric, NULL),
    ROW("discrete boundary value", "MGH 28", 10, 10, hanging, boundary, NULL),
    {.name = "spring",
     .source = "GSL",
     .n = 1,
     .p = 3,
     .start = (const double[]){1, 0, 7 * M_PI},
     .residuals = spring,
     .jacobian = spring_df,
     .minimum = true},
};

const size_t gsl_series_count = sizeof gsl_series / sizeof *gsl_series;
