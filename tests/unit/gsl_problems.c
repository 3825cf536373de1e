/* Systems of equations and sums of squares in closed form: see the header for where they are from.
 *
 * Loops count from 1 as the papers do where their formulas use the index.
 */
#include "gsl_problems.h"

#include <math.h>
#include <string.h>

static double *clear(const struct gsl_problem *problem, double *rows) {
  return memset(rows, 0, problem->n * problem->p * sizeof *rows);
}

static double square(double x) { return x * x; }

/* ---- linear functions: full rank, rank 1, rank 1 with zero columns and rows ------------ */

static double sum(const struct gsl_problem *problem, const double *x) {
  double total = 0;
  for (size_t j = 0; j < problem->p; j++)
    total += x[j];
  return total;
}

static double weighted_sum(const double *x, size_t from, size_t to) {
  double total = 0;
  for (size_t j = from; j <= to; j++)
    total += (double)j * x[j - 1];
  return total;
}

static void full_rank(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 0; i < problem->n; i++)
    f[i] = (i < problem->p ? x[i] : 0) - 2 / (double)problem->n * sum(problem, x) - 1;
}

static void full_rank_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)x;
  for (size_t i = 0; i < problem->n; i++)
    for (size_t j = 0; j < problem->p; j++)
      rows[i * problem->p + j] = (i == j) - 2 / (double)problem->n;
}

static void rank_1(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++)
    f[i - 1] = (double)i * weighted_sum(x, 1, problem->p) - 1;
}

static void rank_1_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)x;
  for (size_t i = 1; i <= problem->n; i++)
    for (size_t j = 1; j <= problem->p; j++)
      *rows++ = (double)i * (double)j;
}

static void rank_1_zeros(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++)
    f[i - 1] = (i < problem->n ? (double)i - 1 : 0) * weighted_sum(x, 2, problem->p - 1) - 1;
}

static void rank_1_zeros_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)x;
  clear(problem, rows);
  for (size_t i = 2; i < problem->n; i++)
    for (size_t j = 2; j < problem->p; j++)
      rows[(i - 1) * problem->p + j - 1] = ((double)i - 1) * (double)j;
}

static void flat(const struct gsl_problem *problem, const double *x, const double *v, double *fvv) {
  (void)x, (void)v;
  memset(fvv, 0, problem->n * sizeof *fvv);
}

/* ---- Rosenbrock, once or several side by side ------------------------------------------ */

static void rosenbrock(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t j = 0; j < problem->p; j += 2) {
    f[j] = 10 * (x[j + 1] - x[j] * x[j]);
    f[j + 1] = 1 - x[j];
  }
}

static void rosenbrock_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  for (size_t j = 0, p = problem->p; j < p; j += 2) {
    rows[j * p + j] = -20 * x[j];
    rows[j * p + j + 1] = 10;
    rows[(j + 1) * p + j] = -1;
  }
}

static void rosenbrock_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                           double *fvv) {
  (void)x;
  for (size_t j = 0; j < problem->p; j += 2) {
    fvv[j] = -20 * v[j] * v[j];
    fvv[j + 1] = 0;
  }
}

/* ---- two equations ------------------------------------------------------------------------------
 */

static void roth(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  f[0] = -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1];
  f[1] = -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1];
}

static void roth_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)problem;
  rows[0] = rows[2] = 1;
  rows[1] = -2 + x[1] * (10 - 3 * x[1]);
  rows[3] = -14 + x[1] * (2 + 3 * x[1]);
}

static void roth_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                     double *fvv) {
  (void)problem;
  fvv[0] = (10 - 6 * x[1]) * v[1] * v[1];
  fvv[1] = (2 + 6 * x[1]) * v[1] * v[1];
}

static void powell_scaled(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  f[0] = 1e4 * x[0] * x[1] - 1;
  f[1] = exp(-x[0]) + exp(-x[1]) - 1.0001;
}

static void powell_scaled_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)problem;
  rows[0] = 1e4 * x[1];
  rows[1] = 1e4 * x[0];
  rows[2] = -exp(-x[0]);
  rows[3] = -exp(-x[1]);
}

static void powell_scaled_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                              double *fvv) {
  (void)problem;
  fvv[0] = 2e4 * v[0] * v[1];
  fvv[1] = exp(-x[0]) * v[0] * v[0] + exp(-x[1]) * v[1] * v[1];
}

static void powell_quotient(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  f[0] = x[0];
  f[1] = 10 * x[0] / (x[0] + 0.1) + 2 * x[1] * x[1];
}

static void powell_quotient_df(const struct gsl_problem *problem, const double *x, double *rows) {
  (void)problem;
  rows[0] = 1;
  rows[1] = 0;
  rows[2] = 1 / square(x[0] + 0.1);
  rows[3] = 4 * x[1];
}

static void powell_quotient_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                                double *fvv) {
  (void)problem;
  fvv[0] = 0;
  fvv[1] = 4 * v[1] * v[1] - 2 * v[0] * v[0] / pow(x[0] + 0.1, 3);
}

/* Three equations, or as a system of two without the middle one. */
static void brown_scaled(const struct gsl_problem *problem, const double *x, double *f) {
  f[0] = x[0] - 1e6;
  f[1] = x[1] - 2e-6;
  f[problem->n - 1] = x[0] * x[1] - 2;
}

static void brown_scaled_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  rows[0] = rows[3] = 1;
  rows[2 * problem->n - 2] = x[1];
  rows[2 * problem->n - 1] = x[0];
}

static void brown_scaled_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                             double *fvv) {
  flat(problem, x, v, fvv);
  fvv[problem->n - 1] = 2 * v[0] * v[1];
}

/* ---- three, of two parameters: Beale --------------------------------------------------- */

static void beale(const struct gsl_problem *problem, const double *x, double *f) {
  static const double y[] = {1.5, 2.25, 2.625};
  (void)problem;
  for (size_t i = 0; i < 3; i++)
    f[i] = y[i] - x[0] * (1 - pow(x[1], (double)i + 1));
}

static void beale_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 0; i < problem->n; i++) {
    double power = (double)i + 1;
    rows[2 * i] = pow(x[1], power) - 1;
    rows[2 * i + 1] = power * x[0] * pow(x[1], power - 1);
  }
}

static void beale_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                      double *fvv) {
  for (size_t i = 1; i <= problem->n; i++) {
    double power = (double)i;
    double bend = i > 1 ? power * (power - 1) * x[0] * pow(x[1], power - 2) : 0;
    fvv[i - 1] = 2 * power * pow(x[1], power - 1) * v[0] * v[1] + bend * v[1] * v[1];
  }
}

/* ---- Jennrich and Sampson -------------------------------------------------------------- */

static void jennrich(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++)
    f[i - 1] = 2 + 2 * (double)i - (exp((double)i * x[0]) + exp((double)i * x[1]));
}

static void jennrich_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 1; i <= problem->n; i++)
    for (size_t j = 0; j < 2; j++)
      *rows++ = -(double)i * exp((double)i * x[j]);
}

static void jennrich_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                         double *fvv) {
  for (size_t i = 1; i <= problem->n; i++)
    fvv[i - 1] = -square((double)i) *
                 (exp((double)i * x[0]) * v[0] * v[0] + exp((double)i * x[1]) * v[1] * v[1]);
}

/* ---- helical valley -------------------------------------------------------------------- */

static void helical(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  double turns = atan(x[1] / x[0]) / (2 * M_PI) + (x[0] < 0 ? 0.5 : 0);
  f[0] = 10 * (x[2] - 10 * turns);
  f[1] = 10 * (hypot(x[0], x[1]) - 1);
  f[2] = x[2];
}

static void helical_df(const struct gsl_problem *problem, const double *x, double *rows) {
  double radius = hypot(x[0], x[1]), turn = 50 / (M_PI * radius * radius);
  clear(problem, rows);
  rows[0] = turn * x[1];
  rows[1] = -turn * x[0];
  rows[2] = 10;
  rows[3] = 10 * x[0] / radius;
  rows[4] = 10 * x[1] / radius;
  rows[8] = 1;
}

static void helical_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                        double *fvv) {
  (void)problem;
  double radius = hypot(x[0], x[1]), cross = x[0] * v[1] - x[1] * v[0];
  double along = x[0] * v[0] + x[1] * v[1];
  fvv[0] = 100 / M_PI * cross * along / pow(radius, 4);
  fvv[1] = 10 * cross * cross / pow(radius, 3);
  fvv[2] = 0;
}

/* ---- Bard ------------------------------------------------------------------
 */

static double bard_v(size_t i) { return 16 - (double)i; }
static double bard_w(size_t i) { return fmin((double)i, 16 - (double)i); }

static void bard(const struct gsl_problem *problem, const double *x, double *f) {
  static const double y[] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                             0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
  for (size_t i = 1; i <= problem->n; i++)
    f[i - 1] = y[i - 1] - (x[0] + (double)i / (bard_v(i) * x[1] + bard_w(i) * x[2]));
}

static void bard_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 1; i <= problem->n; i++, rows += 3) {
    double below = bard_v(i) * x[1] + bard_w(i) * x[2];
    rows[0] = -1;
    rows[1] = (double)i * bard_v(i) / (below * below);
    rows[2] = (double)i * bard_w(i) / (below * below);
  }
}

static void bard_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                     double *fvv) {
  for (size_t i = 1; i <= problem->n; i++) {
    double below = bard_v(i) * x[1] + bard_w(i) * x[2];
    fvv[i - 1] = -2 * (double)i * square(bard_v(i) * v[1] + bard_w(i) * v[2]) / pow(below, 3);
  }
}

/* ---- Box, three dimensions ------------------------------------------------------------- */

static void box(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++) {
    double t = 0.1 * (double)i;
    f[i - 1] = exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t));
  }
}

static void box_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 1; i <= problem->n; i++, rows += 3) {
    double t = 0.1 * (double)i;
    rows[0] = -t * exp(-t * x[0]);
    rows[1] = t * exp(-t * x[1]);
    rows[2] = exp(-10 * t) - exp(-t);
  }
}

static void box_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                    double *fvv) {
  for (size_t i = 1; i <= problem->n; i++) {
    double t = 0.1 * (double)i;
    fvv[i - 1] = t * t * (exp(-t * x[0]) * v[0] * v[0] - exp(-t * x[1]) * v[1] * v[1]);
  }
}

/* ---- four parameters: Powell singular, Wood, Kowalik and Osborne, Brown and Dennis ----- */

static void powell_singular(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  f[0] = x[0] + 10 * x[1];
  f[1] = sqrt(5) * (x[2] - x[3]);
  f[2] = square(x[1] - 2 * x[2]);
  f[3] = sqrt(10) * square(x[0] - x[3]);
}

static void powell_singular_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  rows[0] = 1;
  rows[1] = 10;
  rows[6] = sqrt(5);
  rows[7] = -sqrt(5);
  rows[9] = 2 * (x[1] - 2 * x[2]);
  rows[10] = -4 * (x[1] - 2 * x[2]);
  rows[12] = 2 * sqrt(10) * (x[0] - x[3]);
  rows[15] = -2 * sqrt(10) * (x[0] - x[3]);
}

static void powell_singular_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                                double *fvv) {
  (void)problem, (void)x;
  fvv[0] = fvv[1] = 0;
  fvv[2] = 2 * square(v[1] - 2 * v[2]);
  fvv[3] = 2 * sqrt(10) * square(v[0] - v[3]);
}

static void wood(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  f[0] = 10 * (x[1] - x[0] * x[0]);
  f[1] = 1 - x[0];
  f[2] = sqrt(90) * (x[3] - x[2] * x[2]);
  f[3] = 1 - x[2];
  f[4] = sqrt(10) * (x[1] + x[3] - 2);
  f[5] = (x[1] - x[3]) / sqrt(10);
}

static void wood_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  rows[0] = -20 * x[0];
  rows[1] = 10;
  rows[4] = -1;
  rows[10] = -2 * sqrt(90) * x[2];
  rows[11] = sqrt(90);
  rows[14] = -1;
  rows[17] = rows[19] = sqrt(10);
  rows[21] = 1 / sqrt(10);
  rows[23] = -1 / sqrt(10);
}

static void wood_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                     double *fvv) {
  flat(problem, x, v, fvv);
  fvv[0] = -20 * v[0] * v[0];
  fvv[2] = -2 * sqrt(90) * v[2] * v[2];
}

/* The gradient of Wood's function as a system of four equations, the first and third halved. */
static void wood_slopes(const struct gsl_problem *problem, const double *x, double *f) {
  (void)problem;
  double first = x[1] - x[0] * x[0], second = x[3] - x[2] * x[2];
  f[0] = -200 * x[0] * first - (1 - x[0]);
  f[1] = 200 * first + 20.2 * (x[1] - 1) + 19.8 * (x[3] - 1);
  f[2] = -180 * x[2] * second - (1 - x[2]);
  f[3] = 180 * second + 20.2 * (x[3] - 1) + 19.8 * (x[1] - 1);
}

static void wood_slopes_df(const struct gsl_problem *problem, const double *x, double *rows) {
  clear(problem, rows);
  rows[0] = 600 * x[0] * x[0] - 200 * x[1] + 1;
  rows[1] = -200 * x[0];
  rows[4] = -400 * x[0];
  rows[5] = 220.2;
  rows[7] = rows[13] = 19.8;
  rows[10] = 540 * x[2] * x[2] - 180 * x[3] + 1;
  rows[11] = -180 * x[2];
  rows[14] = -360 * x[2];
  rows[15] = 200.2;
}

static const double kowalik_u[] = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};

static void kowalik(const struct gsl_problem *problem, const double *x, double *f) {
  static const double y[] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                             0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
  for (size_t i = 0; i < problem->n; i++) {
    double u = kowalik_u[i];
    f[i] = y[i] - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]);
  }
}

static void kowalik_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 0; i < problem->n; i++, rows += 4) {
    double u = kowalik_u[i], above = u * u + u * x[1], below = u * u + u * x[2] + x[3];
    rows[0] = -above / below;
    rows[1] = -x[0] * u / below;
    rows[2] = x[0] * above * u / (below * below);
    rows[3] = x[0] * above / (below * below);
  }
}

static void kowalik_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                        double *fvv) {
  for (size_t i = 0; i < problem->n; i++) {
    double u = kowalik_u[i], above = u * u + u * x[1], below = u * u + u * x[2] + x[3];
    double up = u * v[1], down = u * v[2] + v[3];
    fvv[i] = -2 * v[0] * (up / below - above * down / (below * below)) +
             2 * x[0] * (up * down / (below * below) - above * down * down / pow(below, 3));
  }
}

static void brown_dennis(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 1; i <= problem->n; i++) {
    double t = (double)i / 5;
    f[i - 1] = square(x[0] + t * x[1] - exp(t)) + square(x[2] + x[3] * sin(t) - cos(t));
  }
}

static void brown_dennis_df(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 1; i <= problem->n; i++, rows += 4) {
    double t = (double)i / 5;
    rows[0] = 2 * (x[0] + t * x[1] - exp(t));
    rows[1] = t * rows[0];
    rows[2] = 2 * (x[2] + x[3] * sin(t) - cos(t));
    rows[3] = sin(t) * rows[2];
  }
}

static void brown_dennis_fvv(const struct gsl_problem *problem, const double *x, const double *v,
                             double *fvv) {
  (void)x;
  for (size_t i = 1; i <= problem->n; i++) {
    double t = (double)i / 5;
    fvv[i - 1] = 2 * (square(v[0] + t * v[1]) + square(v[2] + sin(t) * v[3]));
  }
}

/* ---- the list ---------------------------------------------------------------------- */

#define POINT(...) ((const double[]){__VA_ARGS__})
#define ROW(NAME, SOURCE, N, P, START, FUNCTION, CURVATURE)                                        \
  {                                                                                                \
    .name = NAME, .source = SOURCE, .n = N, .p = P, .start = START, .residuals = FUNCTION,         \
    .jacobian = FUNCTION##_df, .curvature = CURVATURE                                              \
  }
#define BENT(NAME, SOURCE, N, P, START, FUNCTION)                                                  \
  ROW(NAME, SOURCE, N, P, START, FUNCTION, FUNCTION##_fvv)

const struct gsl_problem gsl_systems[] = {
    ROW("linear, full rank", "MGH 32", 11, 5, POINT(1, 1, 1, 1, 1), full_rank, flat),
    ROW("linear, rank 1", "MGH 33", 20, 5, POINT(1, 1, 1, 1, 1), rank_1, flat),
    ROW("linear, rank 1, zeros", "MGH 34", 20, 5, POINT(1, 1, 1, 1, 1), rank_1_zeros, flat),
    BENT("rosenbrock", "MGH 1", 2, 2, POINT(-1.2, 1), rosenbrock),
    BENT("rosenbrock, extended", "MGH 21", 8, 8, POINT(-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1),
         rosenbrock),
    BENT("roth", "MGH 2", 2, 2, POINT(0.5, -2), roth),
    BENT("roth, further out", "GSL", 2, 2, POINT(4.5, 3.5), roth),
    BENT("powell badly scaled", "MGH 3", 2, 2, POINT(0, 1), powell_scaled),
    BENT("powell quotient", "MNT", 2, 2, POINT(3, 1), powell_quotient),
    BENT("brown badly scaled", "MGH 4", 3, 2, POINT(1, 1), brown_scaled),
    BENT("brown badly scaled, square", "GSL", 2, 2, POINT(1, 1), brown_scaled),
    BENT("beale", "MGH 5", 3, 2, POINT(1, 1), beale),
    BENT("jennrich", "MGH 6", 10, 2, POINT(0.3, 0.4), jennrich),
    BENT("helical valley", "MGH 7", 3, 3, POINT(-1, 0, 0), helical),
    BENT("bard", "MGH 8", 15, 3, POINT(1, 1, 1), bard),
    BENT("box", "MGH 12", 10, 3, POINT(0, 10, 20), box),
    BENT("powell singular", "MGH 13", 4, 4, POINT(3, -1, 0, 1), powell_singular),
    BENT("wood", "MGH 14", 6, 4, POINT(-3, -1, -3, -1), wood),
    ROW("wood, slopes", "MGH 14", 4, 4, POINT(-3, -1, -3, -1), wood_slopes, NULL),
    BENT("kowalik", "MGH 15", 11, 4, POINT(0.25, 0.39, 0.415, 0.39), kowalik),
    BENT("brown dennis", "MGH 16", 20, 4, POINT(25, 5, -5, -1), brown_dennis),
};

const size_t gsl_system_count = sizeof gsl_systems / sizeof *gsl_systems;
