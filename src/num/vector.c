/* The choice of the instruction set, and the scalar versions that work everywhere.
 */
#include "num/vector.h"

#include <math.h>
#include <stdatomic.h>

#include "num/function.h"

#define SCALAR_FUNCTION(name, expression)                                                          \
  static void name##_scalar(size_t n, const double *x, double *y) {                                \
    for (size_t k = 0; k < n; k++) {                                                               \
      double z = x[k];                                                                             \
      y[k] = (expression);                                                                         \
    }                                                                                              \
  }

static double sigmoid(double z) {
  double e = exp(-fabs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

SCALAR_FUNCTION(exp, exp(z))
SCALAR_FUNCTION(log1p, log1p(z))
SCALAR_FUNCTION(sigmoid, sigmoid(z))
SCALAR_FUNCTION(tanh, tanh(z))
SCALAR_FUNCTION(softplus, (z > 0 ? z : 0) + log1p(exp(-fabs(z))))
SCALAR_FUNCTION(elu, z > 0 ? z : expm1(z))
SCALAR_FUNCTION(silu, z *sigmoid(z))
SCALAR_FUNCTION(gelu, 0.5 * z * erfc(-z * M_SQRT1_2))

static void shift_scalar(size_t n, const double *base, double weight, const double *delta,
                         double *y) {
  for (size_t k = 0; k < n; k++)
    y[k] = base[k] + weight * delta[k];
}

static void exp_sum_scalar(size_t n, const double *base, double weight, const double *delta,
                           double *sum) {
  for (size_t k = 0; k < n; k++)
    sum[k] += exp(base[k] + weight * delta[k]);
}

const struct bp_vector_kernels bp_vector_scalar = {
    .kind = "scalar",
    .exp = exp_scalar,
    .log1p = log1p_scalar,
    .sigmoid = sigmoid_scalar,
    .tanh = tanh_scalar,
    .softplus = softplus_scalar,
    .elu = elu_scalar,
    .silu = silu_scalar,
    .gelu = gelu_scalar,
    .shift = shift_scalar,
    .exp_sum = exp_sum_scalar,
};

static const struct bp_vector_kernels *choose(void) {
#ifdef BP_HAVE_SLEEF_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f"))
    return &bp_vector_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &bp_vector_avx2;
#endif
  return &bp_vector_scalar;
}

/* Every thread that races here writes the same pointer. */
static const struct bp_vector_kernels *kernels(void) {
  static _Atomic(const struct bp_vector_kernels *) chosen;
  const struct bp_vector_kernels *current = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (!current) {
    current = choose();
    atomic_store_explicit(&chosen, current, memory_order_relaxed);
  }
  return current;
}

const char *bp_vector_kind(void) { return kernels()->kind; }

#define PUBLIC_FUNCTION(name)                                                                      \
  void bp_vector_##name(size_t n, const double *x, double *y) { kernels()->name(n, x, y); }

PUBLIC_FUNCTION(exp)
PUBLIC_FUNCTION(log1p)
PUBLIC_FUNCTION(sigmoid)
PUBLIC_FUNCTION(tanh)
PUBLIC_FUNCTION(softplus)
PUBLIC_FUNCTION(elu)
PUBLIC_FUNCTION(silu)
PUBLIC_FUNCTION(gelu)

void bp_vector_shift(size_t n, const double *base, double weight, const double *delta, double *y) {
  kernels()->shift(n, base, weight, delta, y);
}

void bp_vector_exp_sum(size_t n, const double *base, double weight, const double *delta,
                       double *sum) {
  kernels()->exp_sum(n, base, weight, delta, sum);
}
