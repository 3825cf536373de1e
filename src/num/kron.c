/* Kronecker products, dense by definition and sparse by writing the compressed rows directly: for
 * the two shapes needed here every row's nonzeros are known beforehand and already sorted.
 */
#include "num/kron.h"

#include <limits.h>

void bp_kron(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *result) {
  for (size_t i = 0; i < A->size1; i++)
    for (size_t j = 0; j < A->size2; j++)
      for (size_t k = 0; k < B->size1; k++)
        for (size_t l = 0; l < B->size2; l++)
          gsl_matrix_set(result, i * B->size1 + k, j * B->size2 + l,
                         gsl_matrix_get(A, i, j) * gsl_matrix_get(B, k, l));
}

gsl_spmatrix *bp_sparse_rows(size_t rows, size_t columns, size_t nonzeros) {
  if (rows >= INT_MAX || columns >= INT_MAX || nonzeros >= INT_MAX)
    return NULL;
  gsl_spmatrix *matrix =
      gsl_spmatrix_alloc_nzmax(rows, columns, nonzeros ? nonzeros : 1, GSL_SPMATRIX_CSR);
  if (matrix)
    matrix->nz = nonzeros;
  return matrix;
}

gsl_spmatrix *bp_kron_transposed_identity(const gsl_matrix *A, size_t n) {
  size_t m = A->size2, inner = A->size1;
  gsl_spmatrix *result = bp_sparse_rows(m * n, inner * n, m * n * inner);
  if (!result)
    return NULL;
  size_t at = 0;
  for (size_t row = 0; row < m * n; row++) {
    result->p[row] = (int)at;
    for (size_t j = 0; j < inner; j++, at++) {
      result->i[at] = (int)(j * n + row % n);
      result->data[at] = gsl_matrix_get(A, j, row / n);
    }
  }
  result->p[m * n] = (int)at;
  return result;
}

gsl_spmatrix *bp_kron_identity(size_t m, const gsl_matrix *W) {
  size_t rows = m * W->size1;
  gsl_spmatrix *result = bp_sparse_rows(rows, m * W->size2, rows * W->size2);
  if (!result)
    return NULL;
  size_t at = 0;
  for (size_t row = 0; row < rows; row++) {
    result->p[row] = (int)at;
    for (size_t j = 0; j < W->size2; j++, at++) {
      result->i[at] = (int)(row / W->size1 * W->size2 + j);
      result->data[at] = gsl_matrix_get(W, row % W->size1, j);
    }
  }
  result->p[rows] = (int)at;
  return result;
}

gsl_spmatrix *bp_sparse_diagonal(const gsl_vector *d) {
  gsl_spmatrix *result = bp_sparse_rows(d->size, d->size, d->size);
  if (!result)
    return NULL;
  for (size_t k = 0; k < d->size; k++) {
    result->p[k] = result->i[k] = (int)k;
    result->data[k] = gsl_vector_get(d, k);
  }
  result->p[d->size] = (int)d->size;
  return result;
}

void bp_vec(const gsl_matrix *M, gsl_vector *out) {
  for (size_t i = 0; i < M->size1; i++)
    for (size_t j = 0; j < M->size2; j++)
      gsl_vector_set(out, j * M->size1 + i, gsl_matrix_get(M, i, j));
}

void bp_unvec(const gsl_vector *v, gsl_matrix *out) {
  for (size_t i = 0; i < out->size1; i++)
    for (size_t j = 0; j < out->size2; j++)
      gsl_matrix_set(out, i, j, gsl_vector_get(v, j * out->size1 + i));
}
