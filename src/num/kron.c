/* Kronecker products, dense by definition, and those with an identity not at all: of a row of A' ⊗
 * I or I ⊗ W nearly everything is 0, and where the rest stands is known beforehand.
 */
#include "num/kron.h"

#include <limits.h>
#include <math.h>
#include <string.h>

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

/* sum += factor * more; n numbers of each */
static void add_multiple(size_t n, double factor, const double *more, double *sum) {
  for (size_t k = 0; k < n; k++)
    sum[k] += factor * more[k];
}

static void add_magnitudes(size_t n, double factor, const double *more, double least, double *sum) {
  for (size_t k = 0; k < n; k++)
    sum[k] += factor * (fabs(more[k]) + least);
}

void bp_row_times_transposed_identity(const gsl_vector *row, const gsl_matrix *A, size_t n,
                                      gsl_vector *out) {
  gsl_vector_set_zero(out);
  for (size_t j = 0; j < A->size1; j++)
    for (size_t s = 0; s < A->size2; s++)
      add_multiple(n, gsl_matrix_get(A, j, s), row->data + s * n, out->data + j * n);
}

void bp_row_times_transposed_magnitudes(const gsl_vector *row, const gsl_matrix *A, double least,
                                        size_t n, gsl_vector *out) {
  gsl_vector_set_zero(out);
  for (size_t j = 0; j < A->size1; j++)
    for (size_t s = 0; s < A->size2; s++)
      add_multiple(n, fabs(gsl_matrix_get(A, j, s)) + least, row->data + s * n, out->data + j * n);
}

static void clear_columns(size_t m, size_t n, size_t from, size_t to, gsl_vector *out) {
  for (size_t s = 0; s < m; s++)
    memset(out->data + s * n + from, 0, (to - from) * sizeof(double));
}

/* Row by row of W, which then is read once; each sum has its terms in the order of the rows. */
void bp_row_times_identity(const gsl_vector *row, size_t m, const gsl_matrix *W, size_t from,
                           size_t to, gsl_vector *out) {
  clear_columns(m, W->size2, from, to, out);
  for (size_t k = 0; k < W->size1; k++)
    for (size_t s = 0; s < m; s++)
      add_multiple(to - from, row->data[s * W->size1 + k], W->data + k * W->tda + from,
                   out->data + s * W->size2 + from);
}

void bp_row_times_identity_magnitudes(const gsl_vector *row, size_t m, const gsl_matrix *W,
                                      double least, size_t from, size_t to, gsl_vector *out) {
  clear_columns(m, W->size2, from, to, out);
  for (size_t k = 0; k < W->size1; k++)
    for (size_t s = 0; s < m; s++)
      add_magnitudes(to - from, row->data[s * W->size1 + k], W->data + k * W->tda + from, least,
                     out->data + s * W->size2 + from);
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
