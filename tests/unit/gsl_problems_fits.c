/* Models fitted to data: residual i is weight · (model(x, t[i]) - y[i]).
 *
 * The Jacobian of a fit knows nothing of the observations, so where a data set is long its
 * abscissae are replaced by as many equally spaced ones over the same range, and its observations
 * by the model with the certified parameters and a ripple of a thousandth upon it.
 */
#include <math.h>
#include <stddef.h>

#include "gsl_problems.h"

struct gsl_fit {
  double (*model)(const double *x, double t);
  void (*slopes)(const double *x, double t, double *slopes);
  double (*bend)(const double *x, const double *v, double t); /* second derivative along v */
  const double *t, *y;                                        /* the data, or NULL: */
  double first, last;                                         /* the range of t */
  const double *truth; /* parameters that the observations follow */
  double (*weight)(size_t i);
};

static double abscissa(const struct gsl_problem *problem, size_t i) {
  const struct gsl_fit *fit = problem->fit;
  if (fit->t)
    return fit->t[i];
  return fit->first + (fit->last - fit->first) * (double)i / (double)(problem->n - 1);
}

static double observation(const struct gsl_problem *problem, size_t i) {
  const struct gsl_fit *fit = problem->fit;
  if (fit->y)
    return fit->y[i];
  return fit->model(fit->truth, abscissa(problem, i)) * (1 + 1e-3 * sin(7.0 * (double)i));
}

static double weight(const struct gsl_problem *problem, size_t i) {
  return problem->fit->weight ? problem->fit->weight(i) : 1;
}

static void fit_residuals(const struct gsl_problem *problem, const double *x, double *f) {
  for (size_t i = 0; i < problem->n; i++)
    f[i] = weight(problem, i) *
           (problem->fit->model(x, abscissa(problem, i)) - observation(problem, i));
}

static void fit_jacobian(const struct gsl_problem *problem, const double *x, double *rows) {
  for (size_t i = 0; i < problem->n; i++, rows += problem->p) {
    problem->fit->slopes(x, abscissa(problem, i), rows);
    for (size_t j = 0; j < problem->p; j++)
      rows[j] *= weight(problem, i);
  }
}

static void fit_curvature(const struct gsl_problem *problem, const double *x, const double *v,
                          double *fvv) {
  for (size_t i = 0; i < problem->n; i++)
    fvv[i] = weight(problem, i) * problem->fit->bend(x, v, abscissa(problem, i));
}

/* ---- a bell, x1 exp(-x2 (t - x3)² / 2) ------------------------------------------------- */

static double bell(const double *x, double t) {
  return x[0] * exp(-x[1] * (t - x[2]) * (t - x[2]) / 2);
}

static void bell_slopes(const double *x, double t, double *slopes) {
  double apart = t - x[2], e = exp(-x[1] * apart * apart / 2);
  slopes[0] = e;
  slopes[1] = -x[0] * e * apart * apart / 2;
  slopes[2] = x[0] * e * x[1] * apart;
}

static double bell_bend(const double *x, const double *v, double t) {
  double d = t - x[2], e = exp(-x[1] * d * d / 2);
  double first = -v[1] * d * d / 2 + x[1] * d * v[2];       /* of the exponent */
  double second = 2 * d * v[1] * v[2] - x[1] * v[2] * v[2]; /* likewise */
  return e * (2 * v[0] * first + x[0] * (first * first + second));
}

/* ---- Eckerle4: x1/x2 exp(-(t - x3)² / (2 x2²)) ----------------------------------------- */

static double line_shape(const double *x, double t) {
  double z = (t - x[2]) / x[1];
  return x[0] / x[1] * exp(-z * z / 2);
}

static void line_shape_slopes(const double *x, double t, double *slopes) {
  double z = (t - x[2]) / x[1], e = exp(-z * z / 2);
  slopes[0] = e / x[1];
  slopes[1] = x[0] * e / (x[1] * x[1]) * (z * z - 1);
  slopes[2] = x[0] * e / (x[1] * x[1]) * z;
}

static double line_shape_bend(const double *x, const double *v, double t) {
  double z = (t - x[2]) / x[1], e = exp(-z * z / 2), s = x[1];
  double h12 = (z * z - 1) / (s * s), h13 = z / (s * s);
  double h22 = x[0] / (s * s * s) * (z * z * z * z - 5 * z * z + 2);
  double h23 = x[0] / (s * s * s) * (z * z * z - 3 * z), h33 = x[0] / (s * s * s) * (z * z - 1);
  return e * (2 * h12 * v[0] * v[1] + 2 * h13 * v[0] * v[2] + h22 * v[1] * v[1] +
              2 * h23 * v[1] * v[2] + h33 * v[2] * v[2]);
}

/* ---- Meyer: x1 exp(x2 / (t + x3)), and with parameters of the same size ---------------- */

static double meyer(const double *x, double t) { return x[0] * exp(x[1] / (t + x[2])); }

static void meyer_slopes(const double *x, double t, double *slopes) {
  double d = t + x[2], e = exp(x[1] / d);
  slopes[0] = e;
  slopes[1] = x[0] * e / d;
  slopes[2] = -x[0] * x[1] * e / (d * d);
}

static double meyer_bend(const double *x, const double *v, double t) {
  double d = t + x[2], e = exp(x[1] / d);
  double first = v[1] / d - x[1] * v[2] / (d * d);
  double second = -2 * v[1] * v[2] / (d * d) + 2 * x[1] * v[2] * v[2] / (d * d * d);
  return e * (2 * v[0] * first + x[0] * (first * first + second));
}

static double scaled_meyer(const double *x, double t) {
  return x[0] * exp(10 * x[1] / (t + x[2]) - 13);
}

static void scaled_meyer_slopes(const double *x, double t, double *slopes) {
  double d = t + x[2], e = exp(10 * x[1] / d - 13);
  slopes[0] = e;
  slopes[1] = 10 * x[0] * e / d;
  slopes[2] = -10 * x[0] * x[1] * e / (d * d);
}

static double scaled_meyer_bend(const double *x, const double *v, double t) {
  double d = t + x[2], e = exp(10 * x[1] / d - 13);
  double first = 10 * v[1] / d - 10 * x[1] * v[2] / (d * d);
  double second = -20 * v[1] * v[2] / (d * d) + 20 * x[1] * v[2] * v[2] / (d * d * d);
  return e * (2 * v[0] * first + x[0] * (first * first + second));
}

/* ---- sums of exponentials -------------------------------------------------------------- */

/* Osborne 1, x1 + x2 exp(-x4 t) + x3 exp(-x5 t), from the observation */
static double osborne(const double *x, double t) {
  return x[0] + x[1] * exp(-x[3] * t) + x[2] * exp(-x[4] * t);
}

static void osborne_slopes(const double *x, double t, double *slopes) {
  double e4 = exp(-x[3] * t), e5 = exp(-x[4] * t);
  slopes[0] = 1;
  slopes[1] = e4;
  slopes[2] = e5;
  slopes[3] = -t * x[1] * e4;
  slopes[4] = -t * x[2] * e5;
}

static double osborne_bend(const double *x, const double *v, double t) {
  return exp(-x[3] * t) * (t * t * x[1] * v[3] * v[3] - 2 * t * v[1] * v[3]) +
         exp(-x[4] * t) * (t * t * x[2] * v[4] * v[4] - 2 * t * v[2] * v[4]);
}

static double two_decays(const double *x, double t) {
  return x[2] * exp(x[0] * t) + x[3] * exp(x[1] * t);
}

static void two_decays_slopes(const double *x, double t, double *slopes) {
  double e1 = exp(x[0] * t), e2 = exp(x[1] * t);
  slopes[0] = x[2] * t * e1;
  slopes[1] = x[3] * t * e2;
  slopes[2] = e1;
  slopes[3] = e2;
}

static double two_decays_bend(const double *x, const double *v, double t) {
  return exp(x[0] * t) * t * v[0] * (2 * v[2] + t * x[2] * v[0]) +
         exp(x[1] * t) * t * v[1] * (2 * v[3] + t * x[3] * v[1]);
}

static double decay(const double *x, double t) { return x[0] * exp(-x[1] * t) + x[2]; }

static void decay_slopes(const double *x, double t, double *slopes) {
  slopes[0] = exp(-x[1] * t);
  slopes[1] = -t * x[0] * exp(-x[1] * t);
  slopes[2] = 1;
}

static double decay_bend(const double *x, const double *v, double t) {
  return exp(-x[1] * t) * t * v[1] * (t * x[0] * v[1] - 2 * v[0]);
}

static double decay_weight(size_t i) {
  double deviation = 0.1 + 0.5 * exp(-0.05 * (double)i);
  return 1 / deviation;
}

/* BoxBOD and Misra1a, x1 (1 - exp(-x2 t)) */
static double saturation(const double *x, double t) { return -x[0] * expm1(-x[1] * t); }

static void saturation_slopes(const double *x, double t, double *slopes) {
  slopes[0] = -expm1(-x[1] * t);
  slopes[1] = x[0] * t * exp(-x[1] * t);
}

static double saturation_bend(const double *x, const double *v, double t) {
  return exp(-x[1] * t) * t * v[1] * (2 * v[0] - t * x[0] * v[1]);
}

/* ---- Rat42 and Rat43: x1 / (1 + exp(x2 - x3 t))^(1/x4) ----------------------------------------
 */

static double logistic(const double *x, double t) { return x[0] / (1 + exp(x[1] - x[2] * t)); }

static void logistic_slopes(const double *x, double t, double *slopes) {
  double e = exp(x[1] - x[2] * t), d = 1 + e;
  slopes[0] = 1 / d;
  slopes[1] = -x[0] * e / (d * d);
  slopes[2] = x[0] * t * e / (d * d);
}

static double logistic_bend(const double *x, const double *v, double t) {
  double e = exp(x[1] - x[2] * t), d = 1 + e, u = v[1] - t * v[2];
  return -2 * v[0] * u * e / (d * d) + x[0] * u * u * e * (e - 1) / (d * d * d);
}

static double richards(const double *x, double t) {
  return x[0] / pow(1 + exp(x[1] - x[2] * t), 1 / x[3]);
}

static void richards_slopes(const double *x, double t, double *slopes) {
  double e = exp(x[1] - x[2] * t), d = 1 + e, power = pow(d, -1 / x[3]);
  slopes[0] = power;
  slopes[1] = -x[0] * power * e / (d * x[3]);
  slopes[2] = x[0] * power * t * e / (d * x[3]);
  slopes[3] = x[0] * power * log(d) / (x[3] * x[3]);
}

/* With the power as exp(q), q = -log(1 + e) / x4. */
static double richards_bend(const double *x, const double *v, double t) {
  double e = exp(x[1] - x[2] * t), d = 1 + e, u = v[1] - t * v[2], s = x[3], w = v[3];
  double first = -e * u / (d * s) + log(d) * w / (s * s);
  double second =
      -e * u * u / (d * d * s) + 2 * e * u * w / (d * s * s) - 2 * log(d) * w * w / (s * s * s);
  return pow(d, -1 / s) * (2 * v[0] * first + x[0] * (first * first + second));
}

/* ---- Thurber, Hahn1, Kirby2: quotients of polynomials ---------------------------------- */

/* x holds degree + 1 coefficients of the numerator, then those of the denominator but its 1. */
static double polynomial(const double *coefficients, size_t degree, double constant, double t) {
  double sum = 0;
  for (size_t k = degree; k > 0; k--)
    sum = (sum + coefficients[k - 1]) * t;
  return sum + constant;
}

static double quotient(const double *x, size_t degree, double t) {
  return polynomial(x + 1, degree, x[0], t) / polynomial(x + degree + 1, degree, 1, t);
}

static void quotient_slopes(const double *x, size_t degree, double t, double *slopes) {
  double below = polynomial(x + degree + 1, degree, 1, t), value = quotient(x, degree, t);
  double power = 1;
  slopes[0] = 1 / below;
  for (size_t k = 1; k <= degree; k++) {
    power *= t;
    slopes[k] = power / below;
    slopes[degree + k] = -value * power / below;
  }
}

static double quotient_bend(const double *x, const double *v, size_t degree, double t) {
  double below = polynomial(x + degree + 1, degree, 1, t), value = quotient(x, degree, t);
  double up = polynomial(v + 1, degree, v[0], t) / below;
  double down = polynomial(v + degree + 1, degree, 0, t) / below;
  return 2 * down * (value * down - up);
}

static double cubics(const double *x, double t) { return quotient(x, 3, t); }
static void cubics_slopes(const double *x, double t, double *slopes) {
  quotient_slopes(x, 3, t, slopes);
}
static double cubics_bend(const double *x, const double *v, double t) {
  return quotient_bend(x, v, 3, t);
}
static double squares(const double *x, double t) { return quotient(x, 2, t); }
static void squares_slopes(const double *x, double t, double *slopes) {
  quotient_slopes(x, 2, t, slopes);
}
static double squares_bend(const double *x, const double *v, double t) {
  return quotient_bend(x, v, 2, t);
}

/* ---- ENSO: a constant, a yearly cycle and two cycles of unknown length --------------------------
 */

static double cycles(const double *x, double t) {
  double year = M_PI * t / 6, first = 2 * M_PI * t / x[3], second = 2 * M_PI * t / x[6];
  return x[0] + x[1] * cos(year) + x[2] * sin(year) + x[4] * cos(first) + x[5] * sin(first) +
         x[7] * cos(second) + x[8] * sin(second);
}

static void cycle_slopes(const double *x, double t, double *slopes) {
  double angle = 2 * M_PI * t / x[0];
  slopes[0] = angle / x[0] * (x[1] * sin(angle) - x[2] * cos(angle));
  slopes[1] = cos(angle);
  slopes[2] = sin(angle);
}

static void cycles_slopes(const double *x, double t, double *slopes) {
  slopes[0] = 1;
  slopes[1] = cos(M_PI * t / 6);
  slopes[2] = sin(M_PI * t / 6);
  cycle_slopes(x + 3, t, slopes + 3);
  cycle_slopes(x + 6, t, slopes + 6);
}

static double cycle_bend(const double *x, const double *v, double t) {
  double angle = 2 * M_PI * t / x[0], c = cos(angle), s = sin(angle);
  double first = -angle / x[0] * v[0], second = 2 * angle / (x[0] * x[0]) * v[0] * v[0];
  return 2 * first * (v[2] * c - v[1] * s) - first * first * (x[1] * c + x[2] * s) +
         second * (x[2] * c - x[1] * s);
}

static double cycles_bend(const double *x, const double *v, double t) {
  return cycle_bend(x + 3, v + 3, t) + cycle_bend(x + 6, v + 6, t);
}

/* ---- the data -------------------------------------------------------------------------- */

static const double meyer_y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                                 8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
static const double scaled_meyer_y[] = {34.780, 28.610, 23.650, 19.630, 16.370, 13.720,
                                        11.540, 9.744,  8.261,  7.030,  6.005,  5.147,
                                        4.427,  3.820,  3.307,  2.872};
static const double bell_y[] = {0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
                                0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009};
static const double osborne_y[] = {0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818,
                                   0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558,
                                   0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438,
                                   0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
static const double boxbod_t[] = {1, 2, 3, 5, 7, 10};
static const double boxbod_y[] = {109, 149, 149, 191, 213, 224};
static const double misra_t[] = {77.6,  114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
                                 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
static const double misra_y[] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
                                 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78};
static const double rat42_t[] = {9, 14, 21, 28, 42, 57, 63, 70, 79};
static const double rat42_y[] = {8.93, 10.80, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08};
static const double rat43_y[] = {16.08,  33.83,  65.80,  97.20,  191.55, 326.20, 386.87, 520.53,
                                 590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41};
static const double decay_truth[] = {5, 0.1, 1};
static const double two_decays_truth[] = {-4, -5, 4, -4};
static const double eckerle_truth[] = {1.554, 4.089, 451.5};
static const double thurber_truth[] = {1288.1, 1491.1, 583.24, 75.417, 0.96630, 0.39797, 0.049727};
static const double hahn_truth[] = {1.0777,    -0.12269,  4.0864e-3, -1.4263e-6,
                                    -5.761e-3, 2.4054e-4, -1.2314e-7};
static const double kirby_truth[] = {1.6745, -0.13927, 2.5961e-3, -1.7242e-3, 2.1665e-5};
static const double enso_truth[] = {10.511,  3.0762, 0.53280, 44.311, -1.6231,
                                    0.52554, 26.888, 0.21232, 1.4967};

#define FIT(name) .model = name, .slopes = name##_slopes, .bend = name##_bend
#define POINT(...) ((const double[]){__VA_ARGS__})
#define ROW(NAME, SOURCE, N, P, START, ...)                                                        \
  {                                                                                                \
    .name = NAME, .source = SOURCE, .n = N, .p = P, .start = START, .residuals = fit_residuals,    \
    .jacobian = fit_jacobian, .curvature = fit_curvature, .fit = &(const struct gsl_fit) {         \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }

const struct gsl_problem gsl_fits[] = {
    ROW("gaussian", "MGH 9", 15, 3, POINT(0.4, 1, 0), FIT(bell), .first = 3.5, .last = -3.5,
        .y = bell_y),
    ROW("meyer", "MGH 10", 16, 3, POINT(0.02, 4000, 250), FIT(meyer), .first = 50, .last = 125,
        .y = meyer_y),
    ROW("meyer scaled", "MGH 10, GSL", 16, 3, POINT(8.85, 4, 2.5), FIT(scaled_meyer), .first = 0.5,
        .last = 1.25, .y = scaled_meyer_y),
    ROW("osborne 1", "MGH 17", 33, 5, POINT(0.5, 1.5, -1, 0.01, 0.02), FIT(osborne), .first = 0,
        .last = 320, .y = osborne_y),
    ROW("two exponentials", "MNT", 45, 4, POINT(-1, -2, 1, -1), FIT(two_decays), .first = 0.02,
        .last = 0.9, .truth = two_decays_truth),
    ROW("exponential, weighted", "GSL", 40, 3, POINT(1, 0.9, 0), FIT(decay), .first = 0, .last = 39,
        .truth = decay_truth, .weight = decay_weight),
    ROW("exponential", "GSL", 40, 3, POINT(1, 1, 0), FIT(decay), .first = 0, .last = 3,
        .truth = decay_truth),
    ROW("BoxBOD", "NIST", 6, 2, POINT(1, 1), FIT(saturation), .t = boxbod_t, .y = boxbod_y),
    ROW("Misra1a", "NIST", 14, 2, POINT(500, 1e-4), FIT(saturation), .t = misra_t, .y = misra_y),
    ROW("Rat42", "NIST", 9, 3, POINT(100, 1, 0.1), FIT(logistic), .t = rat42_t, .y = rat42_y),
    ROW("Rat43", "NIST", 15, 4, POINT(100, 10, 1, 1), FIT(richards), .first = 1, .last = 15,
        .y = rat43_y),
    ROW("Eckerle4", "NIST", 35, 3, POINT(1, 10, 500), FIT(line_shape), .first = 400, .last = 500,
        .truth = eckerle_truth),
    ROW("Thurber", "NIST", 37, 7, POINT(1000, 1000, 400, 40, 0.7, 0.3, 0.03), FIT(cubics),
        .first = -3.067, .last = 2.2, .truth = thurber_truth),
    ROW("Hahn1", "NIST", 60, 7, POINT(10, -1, 0.05, -1e-5, -0.05, 0.001, -1e-6), FIT(cubics),
        .first = 14, .last = 851, .truth = hahn_truth),
    ROW("Kirby2", "NIST", 60, 5, POINT(2, -0.1, 0.003, -0.001, 1e-5), FIT(squares), .first = 9.65,
        .last = 372, .truth = kirby_truth),
    ROW("ENSO", "NIST", 168, 9, POINT(11, 3, 0.5, 40, -0.7, -1.3, 25, -0.3, 1.4), FIT(cycles),
        .first = 1, .last = 168, .truth = enso_truth),
};

const size_t gsl_fit_count = sizeof gsl_fits / sizeof *gsl_fits;
