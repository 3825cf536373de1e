/* Layers of ReLU units whose weights are all 0: each unit is on its kink in every sample, and right
 * code, with g'(0) = 0 throughout, gives a gradient of 0 that need not lie between the slopes to
 * both sides of a weight.  Through the public calls, in double and in float, entry by entry and
 * along directions.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "backproof.h"
#include "suite.h"

enum { INPUTS = 4, HIDDEN = 3, SAMPLES = 5, COUNT = HIDDEN * INPUTS + 2 * HIDDEN + 1, CASES = 200 };

/* What is wrong with the gradient of the first layer. */
enum kind { RIGHT, FLIPPED, DOUBLED, WITHOUT_SLOPE, FIRST_FORGOTTEN, FAR_TOO_STEEP, KINDS };

struct layer {
  double x[SAMPLES][INPUTS], y[SAMPLES], theta[COUNT];
  enum kind kind;
};

static unsigned long state;

static double uniform(double low, double high) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(low + (high - low) * (double)(state >> 33) * 0x1p-31);
}

/* The weights and biases of the first layer are 0. */
static void make(struct layer *layer, unsigned long number) {
  state = number;
  for (int k = 0; k < COUNT; k++)
    layer->theta[k] = k < HIDDEN * (INPUTS + 1) ? 0 : uniform(-1, 1);
  for (int s = 0; s < SAMPLES; s++) {
    for (int j = 0; j < INPUTS; j++)
      layer->x[s][j] = uniform(-1, 1);
    layer->y[s] = uniform(-2, 2);
  }
}

/* The slope of a unit, or what stands for it. */
static double slope(const struct layer *layer, int unit, double z) {
  double right = z > 0;
  switch (layer->kind) {
  case FLIPPED:
    return -right;
  case DOUBLED:
    return 2 * right;
  case WITHOUT_SLOPE:
    return 1;
  case FIRST_FORGOTTEN:
    return unit == 0 ? 0 : right;
  case FAR_TOO_STEEP:
    return z == 0 ? 50 : right;
  default:
    return right;
  }
}

#define LAYER(T, name)                                                                             \
  static T name(const T *theta, size_t n, void *user) {                                            \
    const struct layer *layer = user;                                                              \
    const T *b = theta + HIDDEN * INPUTS, *v = b + HIDDEN;                                         \
    T sum = 0;                                                                                     \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T out = theta[n - 1];                                                                        \
      for (int i = 0; i < HIDDEN; i++) {                                                           \
        T z = b[i];                                                                                \
        for (int j = 0; j < INPUTS; j++)                                                           \
          z += theta[i * INPUTS + j] * (T)layer->x[s][j];                                          \
        out += v[i] * (z > 0 ? z : 0);                                                             \
      }                                                                                            \
      sum += (out - (T)layer->y[s]) * (out - (T)layer->y[s]) / 2;                                  \
    }                                                                                              \
    return sum / SAMPLES;                                                                          \
  }                                                                                                \
  static void name##_gradient(const T *theta, size_t n, void *user, T *g) {                        \
    const struct layer *layer = user;                                                              \
    const T *b = theta + HIDDEN * INPUTS, *v = b + HIDDEN;                                         \
    for (size_t k = 0; k < n; k++)                                                                 \
      g[k] = 0;                                                                                    \
    for (int s = 0; s < SAMPLES; s++) {                                                            \
      T out = theta[n - 1], z[HIDDEN];                                                             \
      for (int i = 0; i < HIDDEN; i++) {                                                           \
        z[i] = b[i];                                                                               \
        for (int j = 0; j < INPUTS; j++)                                                           \
          z[i] += theta[i * INPUTS + j] * (T)layer->x[s][j];                                       \
        out += v[i] * (z[i] > 0 ? z[i] : 0);                                                       \
      }                                                                                            \
      T delta = (out - (T)layer->y[s]) / SAMPLES;                                                  \
      g[n - 1] += delta;                                                                           \
      for (int i = 0; i < HIDDEN; i++) {                                                           \
        T at_z = delta * v[i] * (T)slope(layer, i, (double)z[i]);                                  \
        g[HIDDEN * (INPUTS + 1) + i] += delta * (z[i] > 0 ? z[i] : 0);                             \
        g[HIDDEN * INPUTS + i] += at_z;                                                            \
        for (int j = 0; j < INPUTS; j++)                                                           \
          g[i * INPUTS + j] += at_z * (T)layer->x[s][j];                                           \
      }                                                                                            \
    }                                                                                              \
  }

LAYER(double, in_double)
LAYER(float, in_float)

static struct bp_result check(struct layer *layer, bool single, size_t directions) {
  struct bp_parameter_block blocks[] = {
      {"W1", HIDDEN, INPUTS}, {"b1", HIDDEN, 1}, {"W2", 1, HIDDEN}, {"b2", 1, 1}};
  struct bp_derivative_options options = {
      .blocks = blocks, .block_count = 4, .directions = directions};
  float theta[COUNT];
  for (int k = 0; k < COUNT; k++)
    theta[k] = (float)layer->theta[k];
  return single
             ? bp_check_gradient_float(in_float, in_float_gradient, theta, COUNT, layer, &options)
             : bp_check_gradient(in_double, in_double_gradient, layer->theta, COUNT, layer,
                                 &options);
}

/* In both precisions, entry by entry and along directions. */
START_TEST(right_code_never_fails) {
  for (unsigned long number = 0; number < CASES; number++) {
    struct layer layer = {.kind = RIGHT};
    make(&layer, number);
    struct bp_result result = check(&layer, _i % 2, _i / 2 ? 2 : 0);
    ck_assert_msg(result.fails == 0, "layer %lu: %s", number, result.message);
    bp_result_free(&result);
  }
}
END_TEST

/* What is wrong beside the point, too, or beyond all conventions, fails wherever it changes
 * anything: in the others the gradient of the first layer lies between its slopes, and is what the
 * code says.
 */
START_TEST(wrong_code_fails) {
  bool single = _i % 2;
  for (int kind = RIGHT + 1; kind < KINDS; kind++) {
    size_t fails = 0, holds = 0;
    for (unsigned long number = 0; number < CASES; number++) {
      struct layer layer = {.kind = (enum kind)kind};
      make(&layer, number);
      struct bp_result result = check(&layer, single, 0);
      fails += result.outcome == BP_OUTCOME_FAILS;
      holds += result.outcome == BP_OUTCOME_HOLDS;
      bp_result_free(&result);
    }
    ck_assert_msg(fails >= CASES / 10 * (kind == FAR_TOO_STEEP ? 9 : 6) && fails + holds == CASES,
                  "mistake %d: %zu fail, %zu hold", kind, fails, holds);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe_beside");
  TCase *cases = tcase_create("probe_beside");
  tcase_set_timeout(cases, 120);
  tcase_add_loop_test(cases, right_code_never_fails, 0, 4);
  tcase_add_loop_test(cases, wrong_code_fails, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
