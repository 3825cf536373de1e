/* Functions as people have them, through the public calls, in double and in float: near a perfect
 * fit, where a right gradient and the values beside the point both lose their digits; ReLU networks
 * whose kinks are as near as float sees; stiff functions, and staircases.
 *
 * A family is written once for all types of numbers: what the program under test computes is its
 * double or float, and its long double is the truth.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "backproof.h"
#include "suite.h"

enum { MOST = 160, MOST_SAMPLES = 40, MOST_HIDDEN = 16, CASES = 300 };

/* Everything that a family draws. */
struct problem {
  const struct family *family;
  size_t n, inputs, hidden, samples;
  bool relu, floats;
  double theta[MOST], fit[MOST], x[MOST_SAMPLES * MOST_HIDDEN], y[MOST_SAMPLES], factor[MOST];
};

static uint64_t state;

static double uniform(double low, double high) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return low + (high - low) * (double)(state >> 11) * 0x1p-53;
}

static double normal(void) {
  double sum = 0;
  for (int i = 0; i < 12; i++)
    sum += uniform(-0.5, 0.5);
  return sum;
}

/* ---- families, for each type --------------------------------------------------------------- */

#define ABSOLUTE(x) ((x) < 0 ? -(x) : (x))

/* scipy's rosen and rosen_der; half a square of A x - b; a network of one hidden layer with half
 * squares; a sum of steep tanh, exp and powers; floor. `g` NULL: the value only. */
#define FAMILIES(T, name, tanh_, exp_, floor_)                                                     \
  static T name##_rosen(const struct problem *p, const T *x, T *g) {                               \
    T sum = 0;                                                                                     \
    for (size_t j = 0; g && j < p->n; j++)                                                         \
      g[j] = 0;                                                                                    \
    for (size_t j = 0; j + 1 < p->n; j++) {                                                        \
      T r = x[j + 1] - x[j] * x[j], s = 1 - x[j];                                                  \
      sum += 100 * r * r + s * s;                                                                  \
      if (g) {                                                                                     \
        g[j] += -400 * r * x[j] - 2 * s;                                                           \
        g[j + 1] += 200 * r;                                                                       \
      }                                                                                            \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T name##_squares(const struct problem *p, const T *x, T *g) {                             \
    T sum = 0;                                                                                     \
    for (size_t j = 0; g && j < p->n; j++)                                                         \
      g[j] = 0;                                                                                    \
    for (size_t s = 0; s < p->samples; s++) {                                                      \
      T r = -(T)p->y[s];                                                                           \
      for (size_t j = 0; j < p->n; j++)                                                            \
        r += (T)p->x[s * p->n + j] * x[j];                                                         \
      sum += r * r / 2;                                                                            \
      for (size_t j = 0; g && j < p->n; j++)                                                       \
        g[j] += (T)p->x[s * p->n + j] * r;                                                         \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T name##_output(const struct problem *p, const T *x, size_t s, T *z, T *a) {              \
    const T *b = x + p->inputs * p->hidden, *v = b + p->hidden;                                    \
    T out = v[p->hidden];                                                                          \
    for (size_t h = 0; h < p->hidden; h++) {                                                       \
      z[h] = b[h];                                                                                 \
      for (size_t i = 0; i < p->inputs; i++)                                                       \
        z[h] += x[h * p->inputs + i] * (T)p->x[s * p->inputs + i];                                 \
      a[h] = p->relu ? (z[h] > 0 ? z[h] : 0) : tanh_(z[h]);                                        \
      out += v[h] * a[h];                                                                          \
    }                                                                                              \
    return out;                                                                                    \
  }                                                                                                \
  static T name##_network(const struct problem *p, const T *x, T *g) {                             \
    size_t b = p->inputs * p->hidden, v = b + p->hidden;                                           \
    T sum = 0, z[MOST_HIDDEN], a[MOST_HIDDEN], m = (T)p->samples;                                  \
    for (size_t j = 0; g && j < p->n; j++)                                                         \
      g[j] = 0;                                                                                    \
    for (size_t s = 0; s < p->samples; s++) {                                                      \
      T r = name##_output(p, x, s, z, a) - (T)p->y[s];                                             \
      sum += r * r / 2;                                                                            \
      for (size_t h = 0; g && h < p->hidden; h++) {                                                \
        T slope = p->relu ? (z[h] > 0 ? 1 : 0) : 1 - a[h] * a[h], d = r / m * x[v + h] * slope;    \
        g[v + h] += r / m * a[h];                                                                  \
        g[b + h] += d;                                                                             \
        for (size_t i = 0; i < p->inputs; i++)                                                     \
          g[h * p->inputs + i] += d * (T)p->x[s * p->inputs + i];                                  \
      }                                                                                            \
      if (g)                                                                                       \
        g[v + p->hidden] += r / m;                                                                 \
    }                                                                                              \
    return sum / m;                                                                                \
  }                                                                                                \
  static T name##_stiff(const struct problem *p, const T *x, T *g) {                               \
    T sum = 0;                                                                                     \
    for (size_t j = 0; j < p->n; j++) {                                                            \
      T k = (T)p->factor[j], t = k * (x[j] - (T)p->fit[j]);                                        \
      T e = j % 2 ? exp_(-ABSOLUTE(t)) : tanh_(t), other = x[j] - (T)p->fit[(j + 1) % p->n];       \
      sum += e + other * other;                                                                    \
      if (g)                                                                                       \
        g[j] = (j % 2 ? (t > 0 ? -k : k) * e : k * (1 - e * e)) + 2 * other;                       \
    }                                                                                              \
    return sum;                                                                                    \
  }                                                                                                \
  static T name##_steps(const struct problem *p, const T *x, T *g) {                               \
    T sum = 0;                                                                                     \
    for (size_t j = 0; j < p->n; j++) {                                                            \
      T k = (T)p->factor[j];                                                                       \
      sum += floor_(k * x[j]) / (p->relu ? k : 1);                                                 \
      if (g)                                                                                       \
        g[j] = 0;                                                                                  \
    }                                                                                              \
    return sum;                                                                                    \
  }

FAMILIES(double, double, tanh, exp, floor)
FAMILIES(float, single, tanhf, expf, floorf)
FAMILIES(long double, exact, tanhl, expl, floorl)

static void spread(struct problem *p, size_t inputs, double distance) {
  p->samples = p->relu ? 20 + (size_t)uniform(0, 20) : 4 + (size_t)uniform(0, 12);
  for (size_t i = 0; i < MOST_SAMPLES * MOST_HIDDEN; i++)
    p->x[i] = (double)(float)normal();
  p->inputs = inputs;
  for (size_t j = 0; j < p->n; j++) {
    p->fit[j] = normal();
    p->theta[j] = p->fit[j] + distance * normal();
  }
}

static void draw_rosen(struct problem *p, double distance) {
  p->n = 2 + (size_t)uniform(0, 8);
  for (size_t j = 0; j < p->n; j++)
    p->theta[j] = 1 + distance * normal();
}

static void draw_squares(struct problem *p, double distance) {
  p->n = 3 + (size_t)uniform(0, 5);
  spread(p, p->n, distance);
  for (size_t s = 0; s < p->samples; s++)
    for (size_t j = 0; j < p->n; j++)
      p->y[s] += p->x[s * p->n + j] * p->fit[j];
}

static void draw_network(struct problem *p, double distance) {
  long double z[MOST_HIDDEN], a[MOST_HIDDEN], fit[MOST];
  p->hidden = 6;
  p->n = 3 * p->hidden + 2 * p->hidden + 1;
  spread(p, 3, distance);
  for (size_t j = 0; j < p->n; j++)
    fit[j] = p->fit[j];
  for (size_t s = 0; s < p->samples; s++)
    p->y[s] = (double)exact_output(p, fit, s, z, a);
}

static void draw_relu(struct problem *p, double distance) {
  p->relu = true;
  p->hidden = 8 + (size_t)uniform(0, MOST_HIDDEN - 8);
  size_t inputs = 2 + (size_t)uniform(0, 5);
  p->n = inputs * p->hidden + 2 * p->hidden + 1;
  spread(p, inputs, distance);
  for (size_t s = 0; s < p->samples; s++)
    p->y[s] = (double)(float)normal();
}

static void draw_stiff(struct problem *p, double distance) {
  p->n = 2 + (size_t)uniform(0, 6);
  spread(p, 1, distance);
  for (size_t j = 0; j < p->n; j++) {
    p->factor[j] = pow(10, uniform(0, p->floats ? 3 : 6));
    p->theta[j] = p->fit[j] + normal() / p->factor[j] * (uniform(0, 1) < 0.5 ? 1 : 5);
  }
}

/* In float still finer ones are no more than eight roundings of some sums. */
static void draw_steps(struct problem *p, double distance) {
  p->n = 1 + (size_t)uniform(0, 5);
  spread(p, 1, distance);
  p->relu = uniform(0, 1) < 0.5;
  for (size_t j = 0; j < p->n; j++)
    p->factor[j] = pow(10, uniform(0, p->floats ? 5 : 10));
}

static const struct family {
  const char *name;
  void (*draw)(struct problem *p, double distance);
  double (*value)(const struct problem *p, const double *x, double *g);
  float (*single)(const struct problem *p, const float *x, float *g);
  long double (*exact)(const struct problem *p, const long double *x, long double *g);
} families[] = {
    {"rosen", draw_rosen, double_rosen, single_rosen, exact_rosen},
    {"A'(Ax-b)", draw_squares, double_squares, single_squares, exact_squares},
    {"tanh network", draw_network, double_network, single_network, exact_network},
    {"relu network", draw_relu, double_network, single_network, exact_network},
    {"stiff", draw_stiff, double_stiff, single_stiff, exact_stiff},
    {"steps", draw_steps, double_steps, single_steps, exact_steps},
};
enum { ROSEN, SQUARES, NETWORK, RELU, STIFF, STEPS };

/* ---- a check -----------------------------------------------------------------------------------
 */

static void make(const struct family *family, uint64_t number, double distance, bool floats,
                 struct problem *p) {
  *p = (struct problem){.family = family, .floats = floats};
  state = number * 0x9e3779b97f4a7c15u + 77;
  uniform(0, 1);
  family->draw(p, distance);
  for (size_t j = 0; floats && j < p->n; j++) {
    p->theta[j] = (double)(float)p->theta[j];
    p->fit[j] = (double)(float)p->fit[j];
    p->factor[j] = (double)(float)p->factor[j];
  }
  for (size_t s = 0; floats && s < p->samples; s++)
    p->y[s] = (double)(float)p->y[s];
}

static double (*mistake)(double g,
                         size_t j); /* what is made of the right gradient; NULL: nothing */

static double loss(const double *x, size_t n, void *user) {
  (void)n;
  const struct problem *p = user;
  return p->family->value(p, x, NULL);
}
static void gradient(const double *x, size_t n, void *user, double *g) {
  const struct problem *p = user;
  p->family->value(p, x, g);
  for (size_t j = 0; mistake && j < n; j++)
    g[j] = mistake(g[j], j);
}
static float loss_single(const float *x, size_t n, void *user) {
  (void)n;
  const struct problem *p = user;
  return p->family->single(p, x, NULL);
}
static void gradient_single(const float *x, size_t n, void *user, float *g) {
  const struct problem *p = user;
  p->family->single(p, x, g);
  for (size_t j = 0; mistake && j < n; j++)
    g[j] = (float)mistake((double)g[j], j);
}

static struct bp_result check(struct problem *p, bool floats,
                              const struct bp_derivative_options *options) {
  if (!floats)
    return bp_check_gradient(loss, gradient, p->theta, p->n, p, options);
  float theta[MOST];
  for (size_t j = 0; j < p->n; j++)
    theta[j] = (float)p->theta[j];
  return bp_check_gradient_float(loss_single, gradient_single, theta, p->n, p, options);
}

static void find_truth(const struct problem *p, long double *truth) {
  long double x[MOST];
  for (size_t j = 0; j < p->n; j++)
    x[j] = p->theta[j];
  p->family->exact(p, x, truth);
}

static size_t from_environment(const char *name, size_t otherwise) {
  const char *number = getenv(name);
  return number ? strtoul(number, NULL, 10) : otherwise;
}

static size_t first_case(void) { return from_environment("FITS_FROM", 0); }

/* What became of many checks. */
struct tally {
  size_t entries, fails, undecided;
  size_t violated;                    /* differences farther from the truth than their bound */
  size_t planted, accepted, rejected; /* mistakes beyond twice the bound of their entry */
};

static void count(const struct problem *p, bool floats, struct tally *tally) {
  struct problem own = *p;
  struct bp_result result = check(&own, floats, NULL);
  long double truth[MOST];
  find_truth(p, truth);
  for (size_t j = 0; j < p->n; j++) {
    struct bp_result_entry entry = bp_result_entry(&result, 0, j);
    double off = (double)fabsl((long double)entry.difference - truth[j]);
    double error = (double)fabsl((long double)entry.value - truth[j]);
    bool visible = mistake && error > 2 * entry.bound && strcmp(entry.reason, "kink") != 0;
    tally->entries++;
    tally->fails += entry.outcome == BP_OUTCOME_FAILS;
    tally->undecided += entry.outcome == BP_OUTCOME_UNDECIDED;
    tally->violated += off > entry.bound;
    tally->planted += visible;
    tally->accepted += visible && entry.outcome == BP_OUTCOME_HOLDS;
    tally->rejected += visible && entry.outcome == BP_OUTCOME_FAILS;
  }
  bp_result_free(&result);
}

/* Distances of a fit go from 1e-2 to 1e-14.  With FITS_FROM=NUMBER in the environment other
 * problems are drawn, with FITS_CASES=NUMBER more of them. */
static struct tally check_many(int family, bool floats, size_t cases) {
  struct tally tally = {0};
  for (size_t i = 0; i < cases; i++) {
    struct problem p;
    make(&families[family], first_case() + i, family < RELU ? pow(10, -2.0 - (double)(i % 13)) : 1,
         floats, &p);
    count(&p, floats, &tally);
  }
  return tally;
}

/* ReLU networks in float with a kink that is nearer than most steps, and whose bend, or a kink
 * further off, makes up for it on the longer ones: what the shorter ones show of it counts on all,
 * and slopes to one side have such kinks, too. */
START_TEST(nearer_kinks_count_on_longer_steps) {
  static const size_t numbers[] = {1000474, 1000579, 1001038, 2000673, 2001682, 2001861,
                                   2002521, 2002648, 2002957, 2004392, 2004638, 2004932,
                                   2005521, 2005751, 2006871, 2007017, 2007045, 2007120,
                                   2007715, 2007768, 2007827, 2008001};
  mistake = NULL;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct problem p;
    struct tally tally = {0};
    make(&families[RELU], numbers[i], 1, true, &p);
    count(&p, true, &tally);
    ck_assert_msg(tally.fails == 0, "network %zu: %zu of %zu entries fail", numbers[i], tally.fails,
                  tally.entries);
    ck_assert_msg(tally.violated == 0, "network %zu: %zu of %zu beyond their bounds", numbers[i],
                  tally.violated, tally.entries);
  }
}
END_TEST

static double flipped(double g, size_t j) {
  (void)j;
  return -g;
}
static double doubled(double g, size_t j) {
  (void)j;
  return 2 * g;
}
static double slightly(double g, size_t j) {
  (void)j;
  return 1.001 * g;
}

static double a_hundredth_more(double g, size_t j) {
  (void)j;
  return 1.01 * g;
}
static double none(double g, size_t j) {
  (void)j;
  return 0 * g;
}

/* The right number lies within the bound of a wrong one, too: as far as it would not have been
 * refuted, and where a wrong number equals the quotient over one step by chance another step says
 * so. */
START_TEST(bounds_of_wrong_numbers_reach_the_right_one) {
  static double (*const mistakes[])(double g, size_t j) = {a_hundredth_more, slightly, doubled,
                                                           flipped, none};
  static const size_t numbers[] = {7,   13,  28,  29,  49,  59,  76,  91,  124, 140, 150,
                                   158, 176, 179, 185, 215, 224, 233, 239, 261, 274, 277};
  for (size_t m = 0; m < sizeof mistakes / sizeof *mistakes; m++)
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
      struct problem p;
      struct tally tally = {0};
      mistake = mistakes[m];
      make(&families[RELU], numbers[i], 1, true, &p);
      count(&p, true, &tally);
      ck_assert_msg(tally.violated == 0, "network %zu, mistake %zu: %zu of %zu beyond their bounds",
                    numbers[i], m, tally.violated, tally.entries);
      ck_assert_msg(tally.accepted == 0, "network %zu, mistake %zu: %zu hold", numbers[i], m,
                    tally.accepted);
    }
}
END_TEST

/* Which families are looked at in which numbers, and how many entries may stay undecided, in a
 * thousand: in float most of a fit is noise, and nobody can tell what a staircase means. */
static const struct row {
  int family;
  bool floats;
  size_t undecided;
} rows[] = {{ROSEN, false, 100},  {ROSEN, true, 700},   {SQUARES, false, 100}, {SQUARES, true, 800},
            {NETWORK, false, 80}, {NETWORK, true, 800}, {RELU, false, 0},      {RELU, true, 10},
            {STIFF, false, 5},    {STIFF, true, 300},   {STEPS, false, 1000},  {STEPS, true, 1000}};
enum { ROWS = sizeof rows / sizeof *rows, SMOOTH = ROWS - 2 };

START_TEST(right_code_never_fails) {
  const struct row *row = &rows[_i];
  const char *name = families[row->family].name;
  mistake = NULL;
  struct tally tally = check_many(row->family, row->floats, from_environment("FITS_CASES", CASES));
  ck_assert_msg(tally.fails == 0, "%s: %zu of %zu entries fail", name, tally.fails, tally.entries);
  ck_assert_msg(tally.violated == 0, "%s: %zu of %zu beyond their bounds", name, tally.violated,
                tally.entries);
  ck_assert_msg(1000 * tally.undecided <= row->undecided * tally.entries,
                "%s: %zu of %zu entries are undecided", name, tally.undecided, tally.entries);
}
END_TEST

/* Along directions the last bits of all parameters count at once. */
START_TEST(right_code_never_fails_along_directions) {
  static const struct bp_derivative_options four = {.directions = 4};
  const struct row *row = &rows[_i];
  size_t fails = 0;
  mistake = NULL;
  for (size_t i = 0; i < CASES; i++) {
    struct problem p;
    make(&families[row->family], i, pow(10, -2.0 - (double)(i % 13)), row->floats, &p);
    struct bp_result result = check(&p, row->floats, &four);
    fails += result.fails;
    bp_result_free(&result);
  }
  ck_assert_msg(fails == 0, "%s: %zu fail", families[row->family].name, fails);
}
END_TEST

START_TEST(visible_mistakes_never_hold) {
  static double (*const mistakes[])(double g, size_t j) = {flipped, doubled, slightly};
  const struct row *row = &rows[_i];
  const char *name = families[row->family].name;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    mistake = mistakes[i];
    struct tally tally = check_many(row->family, row->floats, CASES / 12);
    ck_assert_msg(tally.accepted <= (mistakes[i] == slightly ? tally.planted / 200 : 0),
                  "%s, mistake %zu: %zu of %zu hold", name, i, tally.accepted, tally.planted);
    ck_assert_msg(100 * tally.rejected >= (row->floats ? 70 : 85) * tally.planted,
                  "%s, mistake %zu: %zu of %zu fail", name, i, tally.rejected, tally.planted);
    ck_assert_msg(row->floats || 10 * tally.planted >= 6 * tally.entries,
                  "%s, mistake %zu: only %zu of %zu can be seen", name, i, tally.planted,
                  tally.entries);
  }
}
END_TEST

static double absolute(const double *x, size_t n, void *user) {
  double sum = 0;
  (void)user;
  for (size_t j = 0; j < n; j++)
    sum += fabs(x[j]);
  return sum;
}
static void nothing(const double *x, size_t n, void *user, double *g) {
  (void)x, (void)user;
  memset(g, 0, n * sizeof *g);
}

/* On a kink everything between the slopes holds, so no smaller error would have been seen. */
START_TEST(kinks_hide_errors) {
  static const double zeros[3];
  struct bp_result result = bp_check_gradient(absolute, nothing, zeros, 3, NULL, NULL);
  ck_assert_uint_eq(result.holds, 3);
  ck_assert_msg(result.visible >= 2 && result.visible < 2.1, "%g", result.visible);
  bp_result_free(&result);
}
END_TEST

static void no_number(const double *x, size_t n, void *user, double *g) {
  (void)x;
  for (size_t j = 0; j < n; j++)
    g[j] = *(const double *)user;
}

/* But what is no number lies between no slopes. */
START_TEST(no_number_is_right_on_a_kink) {
  static const double zeros[3];
  double numbers[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < 3; i++) {
    struct bp_result result = bp_check_gradient(absolute, no_number, zeros, 3, &numbers[i], NULL);
    ck_assert_msg(result.fails == 3, "%g: %s", numbers[i], result.message);
    bp_result_free(&result);
  }
}
END_TEST

/* log(1 - a) with a next to 1, whose stairs are of all heights; `user` is a factor of the gradient.
 */
static float saturated(const float *x, size_t n, void *user) {
  (void)n, (void)user;
  return -logf(1 - 1 / (1 + expf(-x[0])));
}
static void slope_of_saturated(const float *x, size_t n, void *user, float *g) {
  (void)n;
  g[0] = *(const float *)user / (1 + expf(-x[0]));
}
/* Beside another output that goes on smoothly between the stairs. */
static float saturated_beside(const float *x, size_t n, void *user) {
  return saturated(x, n, user) + 0.05F * logf(1 + x[0]) - 0.02F * x[0];
}
static void slope_of_saturated_beside(const float *x, size_t n, void *user, float *g) {
  slope_of_saturated(x, n, user, g);
  g[0] += 0.05F / (1 + x[0]) - 0.02F;
}
static float dead(const float *x, size_t n, void *user) {
  (void)n, (void)user;
  return x[0] > 1 ? 2 * (x[0] - 1) : 0;
}
static void slope_of_dead(const float *x, size_t n, void *user, float *g) {
  (void)x, (void)n;
  g[0] = *(const float *)user;
}

/* That values stand still says nothing where they are rounded away, and all where a unit is dead.
 */
START_TEST(still_values) {
  float right = 1, wrong = -1, zero = 0;
  for (float x = 10; x < 17; x += 0.0625F) {
    struct bp_result fine =
        bp_check_gradient_float(saturated, slope_of_saturated, &x, 1, &right, NULL);
    ck_assert_msg(fine.outcome != BP_OUTCOME_FAILS, "%g: %s", (double)x, fine.message);
    bp_result_free(&fine);
    struct bp_result bad =
        bp_check_gradient_float(saturated, slope_of_saturated, &x, 1, &wrong, NULL);
    ck_assert_msg(bad.outcome != BP_OUTCOME_HOLDS, "%g: %s", (double)x, bad.message);
    bp_result_free(&bad);
  }
  for (float x = 9; x < 15; x += 0.0078125F) {
    struct bp_result fine =
        bp_check_gradient_float(saturated_beside, slope_of_saturated_beside, &x, 1, &right, NULL);
    ck_assert_msg(fine.outcome != BP_OUTCOME_FAILS, "%g: %s", (double)x, fine.message);
    bp_result_free(&fine);
    struct bp_result bad =
        bp_check_gradient_float(saturated_beside, slope_of_saturated_beside, &x, 1, &wrong, NULL);
    ck_assert_msg(bad.outcome != BP_OUTCOME_HOLDS, "%g: %s", (double)x, bad.message);
    bp_result_free(&bad);
  }
  for (float x = 0.125F; x < 0.85F; x += 0.0625F) {
    struct bp_result fine = bp_check_gradient_float(dead, slope_of_dead, &x, 1, &zero, NULL);
    ck_assert_int_eq(fine.outcome, BP_OUTCOME_HOLDS);
    struct bp_result bad = bp_check_gradient_float(dead, slope_of_dead, &x, 1, &right, NULL);
    ck_assert_msg(bad.outcome == BP_OUTCOME_FAILS, "%g: %s", (double)x, bad.message);
    bp_result_free(&fine);
    bp_result_free(&bad);
  }
}
END_TEST

static float stairs(const float *x, size_t n, void *user) {
  (void)n;
  return floorf(*(const float *)user * x[0]);
}
static void flat(const float *x, size_t n, void *user, float *g) {
  (void)x, (void)n, (void)user;
  g[0] = 0;
}
static float slanted(const float *x, size_t n, void *user) {
  (void)n;
  return *(const float *)user * x[0];
}

/* Of stairs that are a few neighbouring numbers wide and sixteen roundings high or more nobody can
 * tell what is meant; of a line that is as steep there is no doubt. */
START_TEST(fine_stairs_are_left_open) {
  state = 5;
  for (int i = 0; i < CASES; i++) {
    float k = (float)pow(10, uniform(4, 5.5)), x = (float)uniform(0.5, 2);
    struct bp_result open = bp_check_gradient_float(stairs, flat, &x, 1, &k, NULL);
    ck_assert_msg(open.outcome == BP_OUTCOME_UNDECIDED, "floor(%g x) at %g: %s", (double)k,
                  (double)x, open.message);
    bp_result_free(&open);
    struct bp_result wrong = bp_check_gradient_float(slanted, flat, &x, 1, &k, NULL);
    ck_assert_msg(wrong.outcome == BP_OUTCOME_FAILS, "%g x at %g: %s", (double)k, (double)x,
                  wrong.message);
    bp_result_free(&wrong);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe_fits");
  TCase *all = tcase_create("all");
  add_long_loop_test(all, right_code_never_fails, ROWS, 4);
  add_long_loop_test(all, right_code_never_fails_along_directions, ROWS, 4);
  add_long_loop_test(all, visible_mistakes_never_hold, SMOOTH, 4);
  tcase_add_test(all, nearer_kinks_count_on_longer_steps);
  tcase_add_test(all, bounds_of_wrong_numbers_reach_the_right_one);
  tcase_add_test(all, kinks_hide_errors);
  tcase_add_test(all, no_number_is_right_on_a_kink);
  tcase_add_test(all, still_values);
  tcase_add_test(all, fine_stairs_are_left_open);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
