/* exp, log and friends over whole arrays, as fast as the processor allows.
 *
 * The work is SLEEF's (https://sleef.org), whose stated bounds are 1.0 ulp (exp, expm1, log1p,
 * tanh) and 1.5 ulp (erfc); this file's only job is to pick the widest vectors that the processor
 * has, once. Without SLEEF, or on other processors, the C library's scalar functions serve.  A test
 * holds all of them against 113-bit arithmetic.
 *
 * Input and output are the caller's and may be the same array; they need no alignment; n may be
 * anything.
 */
#ifndef BP_NUM_VECTOR_H
#define BP_NUM_VECTOR_H

#include <stddef.h>

void bp_vector_exp(size_t n, const double *x, double *y);
void bp_vector_log1p(size_t n, const double *x, double *y);
void bp_vector_sigmoid(size_t n, const double *x, double *y);
void bp_vector_tanh(size_t n, const double *x, double *y);
void bp_vector_softplus(size_t n, const double *x, double *y);
void bp_vector_elu(size_t n, const double *x, double *y);
void bp_vector_silu(size_t n, const double *x, double *y);
void bp_vector_gelu(size_t n, const double *x, double *y);

/* y = base + weight * delta */
void bp_vector_shift(size_t n, const double *base, double weight, const double *delta, double *y);

/* sum += exp(base + weight * delta) */
void bp_vector_exp_sum(size_t n, const double *base, double weight, const double *delta,
                       double *sum);

/* "AVX-512", "AVX2" or "scalar": what is in use, for benchmarks to name beside their times. */
const char *bp_vector_kind(void);

/* One instruction set's versions of the above. */
struct bp_vector_kernels {
  const char *kind;
  void (*exp)(size_t, const double *, double *);
  void (*log1p)(size_t, const double *, double *);
  void (*sigmoid)(size_t, const double *, double *);
  void (*tanh)(size_t, const double *, double *);
  void (*softplus)(size_t, const double *, double *);
  void (*elu)(size_t, const double *, double *);
  void (*silu)(size_t, const double *, double *);
  void (*gelu)(size_t, const double *, double *);
  void (*shift)(size_t, const double *, double, const double *, double *);
  void (*exp_sum)(size_t, const double *, double, const double *, double *);
};

/* Every set, so that tests can try all that the machine can run. */
extern const struct bp_vector_kernels bp_vector_scalar;
extern const struct bp_vector_kernels bp_vector_avx2;
extern const struct bp_vector_kernels bp_vector_avx512;

#endif
