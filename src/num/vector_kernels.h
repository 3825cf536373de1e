/* The array functions for one vector width.  Included by vector_avx2.c and vector_avx512.c, each
 * compiled for its instruction set, after defining LANES, KIND, NAME (the kernel struct) and
 * SLEEF(f, ulp) (the name of SLEEF's function).
 *
 * Formulas avoid overflow and cancellation with e = exp(-|z|) in (0, 1]:
 *     sigmoid  z >= 0: 1 / (1 + e)      z < 0: e / (1 + e)
 *     softplus max(z, 0) + log1p(e)
 * A rest shorter than a vector goes through a padded copy.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/vector.h"

typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef int64_t mask __attribute__((vector_size(8 * LANES)));

static inline lanes splat(double value) { return value - (lanes){0}; }

static inline lanes choose(mask where, lanes yes, lanes no) {
  return (lanes)((where & (mask)yes) | (~where & (mask)no));
}

static inline lanes minus_magnitude(lanes z) { return (lanes)((mask)z | (mask)splat(-0.0)); }

static inline lanes exp_lanes(lanes z) { return (lanes)SLEEF(exp, u10)(z); }

static inline lanes log1p_lanes(lanes z) { return (lanes)SLEEF(log1p, u10)(z); }

static inline lanes tanh_lanes(lanes z) { return (lanes)SLEEF(tanh, u10)(z); }

static inline lanes sigmoid_lanes(lanes z) {
  lanes e = exp_lanes(minus_magnitude(z));
  return choose(z >= splat(0.0), splat(1.0), e) / (splat(1.0) + e);
}

static inline lanes softplus_lanes(lanes z) {
  lanes positive = choose(z > splat(0.0), z, splat(0.0));
  return positive + (lanes)SLEEF(log1p, u10)(exp_lanes(minus_magnitude(z)));
}

static inline lanes elu_lanes(lanes z) {
  lanes below = choose(z > splat(0.0), splat(0.0), z);
  return choose(z > splat(0.0), z, (lanes)SLEEF(expm1, u10)(below));
}

static inline lanes silu_lanes(lanes z) { return z * sigmoid_lanes(z); }

static inline lanes gelu_lanes(lanes z) {
  return splat(0.5) * z * (lanes)SLEEF(erfc, u15)(z * splat(-M_SQRT1_2));
}

#define ARRAY_FUNCTION(function)                                                                   \
  static void function##_array(size_t n, const double *x, double *y) {                             \
    size_t k = 0;                                                                                  \
    lanes part;                                                                                    \
    for (; k + LANES <= n; k += LANES) {                                                           \
      memcpy(&part, x + k, sizeof part);                                                           \
      part = function##_lanes(part);                                                               \
      memcpy(y + k, &part, sizeof part);                                                           \
    }                                                                                              \
    if (k == n)                                                                                    \
      return;                                                                                      \
    part = splat(1.0);                                                                             \
    memcpy(&part, x + k, (n - k) * sizeof *x);                                                     \
    part = function##_lanes(part);                                                                 \
    memcpy(y + k, &part, (n - k) * sizeof *x);                                                     \
  }

ARRAY_FUNCTION(exp)
ARRAY_FUNCTION(log1p)
ARRAY_FUNCTION(sigmoid)
ARRAY_FUNCTION(tanh)
ARRAY_FUNCTION(softplus)
ARRAY_FUNCTION(elu)
ARRAY_FUNCTION(silu)
ARRAY_FUNCTION(gelu)

static void shift_array(size_t n, const double *base, double weight, const double *delta,
                        double *y) {
  for (size_t k = 0; k < n; k++)
    y[k] = base[k] + weight * delta[k];
}

static void exp_sum_array(size_t n, const double *base, double weight, const double *delta,
                          double *sum) {
  size_t k = 0;
  lanes x, d, s;
  for (; k + LANES <= n; k += LANES) {
    memcpy(&x, base + k, sizeof x);
    memcpy(&d, delta + k, sizeof d);
    memcpy(&s, sum + k, sizeof s);
    s += exp_lanes(x + splat(weight) * d);
    memcpy(sum + k, &s, sizeof s);
  }
  if (k == n)
    return;
  size_t rest = (n - k) * sizeof *sum;
  x = d = s = splat(0.0);
  memcpy(&x, base + k, rest);
  memcpy(&d, delta + k, rest);
  memcpy(&s, sum + k, rest);
  s += exp_lanes(x + splat(weight) * d);
  memcpy(sum + k, &s, rest);
}

const struct bp_vector_kernels NAME = {
    .kind = KIND,
    .exp = exp_array,
    .log1p = log1p_array,
    .sigmoid = sigmoid_array,
    .tanh = tanh_array,
    .softplus = softplus_array,
    .elu = elu_array,
    .silu = silu_array,
    .gelu = gelu_array,
    .shift = shift_array,
    .exp_sum = exp_sum_array,
};
