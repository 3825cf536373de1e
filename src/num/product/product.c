/* The choice of the instruction set; see product/body.h for how a product is computed. */
#include "num/product/product.h"

#include <stdatomic.h>

#include "num/product/kernels.h"

static bp_product_kernel *choose(void) {
#ifdef BP_HAVE_PRODUCT_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f"))
    return bp_product_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return bp_product_avx2;
#endif
  return bp_product_plain;
}

/* Every thread that races here writes the same pointer. */
static bp_product_kernel *kernel(void) {
  static _Atomic(bp_product_kernel *) chosen;
  bp_product_kernel *current = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (!current) {
    current = choose();
    atomic_store_explicit(&chosen, current, memory_order_relaxed);
  }
  return current;
}

static struct bp_factor as_it_is(const gsl_matrix *matrix) {
  return (struct bp_factor){matrix->data, matrix->tda, 1};
}

static struct bp_factor transposed(const gsl_matrix *matrix) {
  return (struct bp_factor){matrix->data, 1, matrix->tda};
}

void bp_product(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C) {
  struct bp_factors factors = {as_it_is(A), as_it_is(B), C->size1, B->size1, C->size2};
  kernel()(&factors, false, C->data, C->tda);
}

void bp_product_onto(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C) {
  struct bp_factors factors = {as_it_is(A), as_it_is(B), C->size1, B->size1, C->size2};
  kernel()(&factors, true, C->data, C->tda);
}

void bp_transposed_times(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C) {
  struct bp_factors factors = {transposed(A), as_it_is(B), C->size1, B->size1, C->size2};
  kernel()(&factors, false, C->data, C->tda);
}

void bp_times_transposed(double scale, const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C) {
  struct bp_factors factors = {as_it_is(A), transposed(B), C->size1, B->size2, C->size2};
  kernel()(&factors, false, C->data, C->tda);
  for (size_t i = 0; scale != 1 && i < C->size1; i++)
    for (size_t j = 0; j < C->size2; j++)
      C->data[i * C->tda + j] *= scale;
}

void bp_row_times(const gsl_vector *row, const gsl_matrix *B, gsl_vector *out) {
  struct bp_factors factors = {{row->data, 0, row->stride}, as_it_is(B), 1, B->size1, B->size2};
  kernel()(&factors, false, out->data, B->size2);
}
