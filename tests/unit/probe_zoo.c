/* Each family is a loss and its gradient as somebody would write it down, at a point and with
 * constants that are drawn; the gradient comes from formulas and never from differences.
 */
#include "probe_zoo.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static uint64_t state;
static bool single; /* points are floats */

static double point(double x) { return single ? (double)(float)x : x; }

static double uniform(double low, double high) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return low + (high - low) * (double)(state >> 11) * 0x1p-53;
}

static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

static double weighted(const struct zoo_case *c, const double *x) {
  double z = 0;
  for (size_t j = 0; j < c->n; j++)
    z += c->a[j] * x[j];
  return z;
}

/* ---- a family: its value, and how its point, constants and gradient are set ----------- */

static void draw(struct zoo_case *c, double low, double high) {
  for (size_t j = 0; j < c->n; j++) {
    c->theta[j] = point(uniform(low, high));
    c->a[j] = uniform(-1, 1);
    c->c[j] = uniform(0.5, 2);
  }
}

static double quartic(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += c->c[j] * pow(x[j] - c->a[j], 4) + x[j] * x[(j + 1) % c->n];
  return sum;
}
static void set_quartic(struct zoo_case *c) {
  draw(c, -2, 2);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 4 * c->c[j] * pow(c->theta[j] - c->a[j], 3) + c->theta[(j + 1) % c->n] +
                     c->theta[(j + c->n - 1) % c->n];
}

static double scaled(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += sin(c->c[j] * x[j]);
  return sum;
}
/* scales from 1e-6 to 1e6 in one function; the gradient follows them */
static void set_scaled(struct zoo_case *c) {
  draw(c, 0.3, 1.2);
  for (size_t j = 0; j < c->n; j++) {
    double scale = pow(10, floor(uniform(-6, 7)));
    c->theta[j] = point(c->theta[j] * scale);
    c->c[j] /= scale;
    c->gradient[j] = c->c[j] * cos(c->c[j] * c->theta[j]);
  }
}

static double far_away(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += sin(x[j] + c->a[j]);
  return sum;
}
static void set_far_away(struct zoo_case *c) {
  draw(c, -1e6, 1e6);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = cos(c->theta[j] + c->a[j]);
}

static double cancelling(const struct zoo_case *c, const double *x) {
  double sum = c->c[0] * 1e9;
  for (size_t j = 0; j < c->n; j++)
    sum += x[j] * x[j];
  return sum - c->c[0] * 1e9;
}
static void set_cancelling(struct zoo_case *c) {
  draw(c, 0.5, 3);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 2 * c->theta[j];
}

static double offset(const struct zoo_case *c, const double *x) {
  return c->c[0] * 1e8 + scaled(c, x);
}
static void set_offset(struct zoo_case *c) {
  draw(c, 0.3, 1.2);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = c->c[j] * cos(c->c[j] * c->theta[j]);
}

static double flat(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += x[j] == 0 ? 0 : exp(-1 / (x[j] * x[j]));
  return sum;
}
static void set_flat(struct zoo_case *c) {
  draw(c, -1, 1);
  c->theta[0] = 0;
  for (size_t j = 0; j < c->n; j++) {
    double x = c->theta[j];
    c->gradient[j] = x == 0 ? 0 : 2 / (x * x * x) * exp(-1 / (x * x));
  }
}

static double absolute(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += c->c[j] * fabs(x[j]);
  return sum;
}
static void set_absolute(struct zoo_case *c) {
  draw(c, -1, 1);
  c->smooth = false;
  c->theta[0] = 0;
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = c->c[j] * sign(c->theta[j]);
}

/* kinks beside the point, from 1e-3 down to 1e-12 away */
static double near_kink(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += fmax(0, c->c[j] * (x[j] - c->a[j])) + 0.25 * x[j] * x[j];
  return sum;
}
static void set_near_kink(struct zoo_case *c) {
  draw(c, 0.5, 1.5);
  for (size_t j = 0; j < c->n; j++) {
    double distance = pow(10, uniform(-12, -3));
    c->a[j] = c->theta[j] - (uniform(-1, 1) > 0 ? distance : -distance);
    c->gradient[j] = (c->theta[j] > c->a[j] ? c->c[j] : 0) + 0.5 * c->theta[j];
    c->smooth = c->smooth && distance > 1e-9;
  }
}

static double relu(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += c->c[j] * fmax(0, x[j]) * fmax(0, x[j] + x[(j + 1) % c->n]);
  return sum;
}
static void set_relu(struct zoo_case *c) {
  draw(c, -1, 1);
  for (size_t j = 0; j < c->n; j++) {
    size_t next = (j + 1) % c->n;
    double first = fmax(0, c->theta[j]), z = c->theta[j] + c->theta[next];
    c->gradient[j] += c->c[j] * ((c->theta[j] > 0) * fmax(0, z) + first * (z > 0));
    c->gradient[next] += c->c[j] * first * (z > 0);
  }
}

static double largest(const struct zoo_case *c, const double *x) {
  double most = -INFINITY;
  for (size_t j = 0; j < c->n; j++)
    most = fmax(most, c->c[j] * x[j]);
  return most;
}
static void set_largest(struct zoo_case *c) {
  draw(c, -1, 1);
  size_t best = 0;
  for (size_t j = 1; j < c->n; j++)
    if (c->c[j] * c->theta[j] > c->c[best] * c->theta[best])
      best = j;
  c->gradient[best] = c->c[best];
}

static double huber(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++) {
    double r = fabs(x[j] - c->a[j]);
    sum += r <= c->c[j] ? r * r / 2 : c->c[j] * (r - c->c[j] / 2);
  }
  return sum;
}
static void set_huber(struct zoo_case *c) {
  draw(c, -3, 3);
  c->theta[0] =
      point(c->a[0] + c->c[0]); /* the jump in curvature is exactly here, or an ulp beside */
  for (size_t j = 0; j < c->n; j++) {
    double r = c->theta[j] - c->a[j];
    c->gradient[j] = fabs(r) <= c->c[j] ? r : c->c[j] * sign(r);
  }
}

static double noisy(const struct zoo_case *c, const double *x) {
  double sum = 0, z = 0;
  for (size_t j = 0; j < c->n; j++) {
    sum += x[j] * x[j] * c->c[j];
    z += x[j];
  }
  uint64_t bits;
  memcpy(&bits, &z, sizeof bits);
  bits = (bits ^ (bits >> 31)) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 29)) * 0xbf58476d1ce4e5b9u;
  return sum + 1e-10 * (double)(int64_t)bits * 0x1p-63;
}
static void set_noisy(struct zoo_case *c) {
  draw(c, 0.5, 1.5);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 2 * c->theta[j] * c->c[j];
}

/* a ripple that the gradient does not know of; its true slope is 0.1 */
static double rippled(const struct zoo_case *c, const double *x) {
  double sum = 0, z = 0;
  for (size_t j = 0; j < c->n; j++) {
    sum += x[j] * x[j] * c->c[j];
    z += x[j];
  }
  return sum + 1e-10 * sin(1e9 * z);
}
static void set_rippled(struct zoo_case *c) {
  set_noisy(c);
  c->smooth = false;
}

/* a loss in double that computes in float inside */
static double half_hearted(const struct zoo_case *c, const double *x) {
  float sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += (float)c->c[j] * (float)x[j] * (float)x[j];
  return (double)sum;
}
static void set_half_hearted(struct zoo_case *c) {
  draw(c, 0.5, 1.5);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 2 * c->theta[j] * c->c[j];
}

/* how many are positive: flat almost everywhere */
static double counting(const struct zoo_case *c, const double *x) {
  double count = 0;
  for (size_t j = 0; j < c->n; j++)
    count += x[j] > c->a[j] / 4;
  return count;
}
static void set_counting(struct zoo_case *c) { draw(c, 0.5, 1.5); }

/* a share of correct answers beside something smooth */
static double half_counting(const struct zoo_case *c, const double *x) {
  return counting(c, x) + exp(0.3 * weighted(c, x));
}
static void set_half_counting(struct zoo_case *c) {
  draw(c, 0.5, 1.5);
  double e = exp(0.3 * weighted(c, c->theta));
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 0.3 * c->a[j] * e;
}

static double cross_entropy(const struct zoo_case *c, const double *x) {
  double most = -INFINITY, sum = 0;
  for (size_t j = 0; j < c->n; j++)
    most = fmax(most, x[j]);
  for (size_t j = 0; j < c->n; j++)
    sum += exp(x[j] - most);
  return log(sum) + most - x[0];
}
static void set_cross_entropy(struct zoo_case *c) {
  draw(c, -20, 20);
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += exp(c->theta[j] - c->theta[1]);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = exp(c->theta[j] - c->theta[1]) / sum - (j == 0);
}

static double saturated(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += c->c[j] * tanh(x[j]);
  return sum;
}
static void set_saturated(struct zoo_case *c) {
  draw(c, -12, 12);
  for (size_t j = 0; j < c->n; j++) {
    double e = exp(-2 * fabs(c->theta[j]));
    c->gradient[j] = c->c[j] * 4 * e / ((1 + e) * (1 + e));
  }
}

static double steep(const struct zoo_case *c, const double *x) { return exp(20 * weighted(c, x)); }
static void set_steep(struct zoo_case *c) {
  draw(c, -1, 1);
  double f = steep(c, c->theta);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 20 * c->a[j] * f;
}

static double logarithm(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += x[j] < 0 ? NAN : x[j] == 0 ? 0 : c->c[j] * x[j] * log(x[j]) + sqrt(x[j]);
  return sum;
}
/* close to where the function ends, where a large step leaves it */
static void set_logarithm(struct zoo_case *c) {
  draw(c, -9, 0);
  for (size_t j = 0; j < c->n; j++) {
    c->theta[j] = point(pow(10, c->theta[j]));
    c->gradient[j] = c->c[j] * (log(c->theta[j]) + 1) + 0.5 / sqrt(c->theta[j]);
  }
}

/* defined on one side of the point only */
static double one_sided(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += x[j] < 1 ? NAN : c->c[j] * (x[j] + x[j] * x[j]);
  return sum;
}
static void set_one_sided(struct zoo_case *c) {
  draw(c, 1.5, 2);
  c->theta[0] = 1;
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = c->c[j] * (1 + 2 * c->theta[j]);
}

static double minimum(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += c->c[j] * (x[j] - c->a[j]) * (x[j] - c->a[j]);
  return 1 + sum;
}
/* so near to the minimum that the gradient is small beside everything else */
static void set_minimum(struct zoo_case *c) {
  draw(c, 0.5, 1);
  for (size_t j = 0; j < c->n; j++) {
    c->theta[j] = point(c->a[j] + 1e-4 * uniform(-1, 1));
    c->gradient[j] = 2 * c->c[j] * (c->theta[j] - c->a[j]);
  }
}

static double sparse(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j += 3)
    sum += cos(c->c[j] * x[j]);
  return sum;
}
static void set_sparse(struct zoo_case *c) {
  draw(c, -2, 2);
  for (size_t j = 0; j < c->n; j += 3)
    c->gradient[j] = -c->c[j] * sin(c->c[j] * c->theta[j]);
}

static double at_zero(const struct zoo_case *c, const double *x) {
  double z = weighted(c, x);
  return z + z * z + sinh(x[0]);
}
static void set_at_zero(struct zoo_case *c) {
  draw(c, 0, 0);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = c->a[j] + (j == 0);
}

static double tiny(const struct zoo_case *c, const double *x) {
  double z = weighted(c, x) * 1e8;
  return 1e-30 * (exp(z) + z * z);
}
static void set_tiny(struct zoo_case *c) {
  draw(c, -1e-8, 1e-8);
  double z = weighted(c, c->theta) * 1e8;
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] = 1e-30 * (exp(z) + 2 * z) * c->a[j] * 1e8;
}

static double waving(const struct zoo_case *c, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < c->n; j++)
    sum += x[j] + c->c[j] * 0.01 * sin(1024 * 3.14159265358979 * x[j]);
  return sum;
}
static void set_waving(struct zoo_case *c) {
  draw(c, 0, 1);
  for (size_t j = 0; j < c->n; j++)
    c->gradient[j] =
        1 + c->c[j] * 0.01 * 1024 * 3.14159265358979 * cos(1024 * 3.14159265358979 * c->theta[j]);
}

static const struct family {
  const char *name;
  double (*value)(const struct zoo_case *c, const double *theta);
  void (*set)(struct zoo_case *c);
} families[] = {
    {"quartic", quartic, set_quartic},
    {"scaled from 1e-6 to 1e6", scaled, set_scaled},
    {"far from 0", far_away, set_far_away},
    {"cancelling", cancelling, set_cancelling},
    {"with an offset", offset, set_offset},
    {"flat", flat, set_flat},
    {"absolute value", absolute, set_absolute},
    {"beside a kink", near_kink, set_near_kink},
    {"relu", relu, set_relu},
    {"maximum", largest, set_largest},
    {"Huber", huber, set_huber},
    {"noisy", noisy, set_noisy},
    {"rippled", rippled, set_rippled},
    {"float inside", half_hearted, set_half_hearted},
    {"counting", counting, set_counting},
    {"counting beside a smooth one", half_counting, set_half_counting},
    {"cross-entropy", cross_entropy, set_cross_entropy},
    {"saturated", saturated, set_saturated},
    {"steep", steep, set_steep},
    {"beside the end of the domain", logarithm, set_logarithm},
    {"at the end of the domain", one_sided, set_one_sided},
    {"near a minimum", minimum, set_minimum},
    {"sparse", sparse, set_sparse},
    {"at zero", at_zero, set_at_zero},
    {"tiny", tiny, set_tiny},
    {"waving", waving, set_waving},
};

void zoo_make(size_t number, bool floats, struct zoo_case *c) {
  single = floats;
  size_t count = sizeof families / sizeof *families;
  const struct family *family = &families[number % count];
  memset(c, 0, sizeof *c);
  state = number * 0x9e3779b97f4a7c15u + 1;
  uniform(0, 1);
  c->name = family->name;
  c->number = number;
  c->n = 2 + number / count % (PROBE_ZOO_MOST - 2);
  c->smooth = true;
  c->value = family->value;
  family->set(c);
}
