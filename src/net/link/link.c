/* Building links, and multiplying rows by them.
 *
 * Along an identity a product is shared by threads a few columns of the factor at a time.  Each
 * number has its terms in the same order whoever sums it, so it does not depend on how many threads
 * there are.
 */
#include "net/link/link.h"

#include <gsl/gsl_spblas.h>
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "num/kron.h"
#include "num/product/product.h"

enum { DENSE_ENTRIES = 4096 };

gsl_matrix bp_chain_columns_of(const gsl_matrix *matrix, const struct bp_chain_samples *block) {
  return gsl_matrix_const_submatrix(matrix, 0, block->first, matrix->size1, block->count).matrix;
}

void bp_chain_free(struct bp_chain_link *link) {
  if (link->dense)
    gsl_matrix_free(link->dense);
  if (link->sparse)
    gsl_spmatrix_free(link->sparse);
  if (link->own)
    gsl_matrix_free(link->own);
}

bool bp_chain_is_small(size_t rows, size_t columns) {
  return rows <= DENSE_ENTRIES && columns <= DENSE_ENTRIES && rows * columns <= DENSE_ENTRIES;
}

static gsl_matrix *identity(size_t n) {
  gsl_matrix *matrix = gsl_matrix_alloc(n, n);
  if (matrix)
    gsl_matrix_set_identity(matrix);
  return matrix;
}

static gsl_matrix *dense_product(const gsl_matrix *A, const gsl_matrix *B) {
  gsl_matrix *result = A && B ? gsl_matrix_alloc(A->size1 * B->size1, A->size2 * B->size2) : NULL;
  if (result)
    bp_kron(A, B, result);
  return result;
}

/* ---- the Jacobians ------------------------------------------------------- */

static struct bp_chain_link along_identity(gsl_matrix factor, size_t times, bool transposed) {
  return (struct bp_chain_link){.factor = factor, .times = times, .transposed = transposed};
}

bool bp_chain_is_built(const struct bp_chain_link *link) {
  return link->dense || link->sparse || link->factor.data;
}

size_t bp_chain_rows(const struct bp_chain_link *link) {
  const gsl_matrix *factor = &link->factor;
  if (factor->data)
    return link->times * (link->transposed ? factor->size2 : factor->size1);
  return link->dense ? link->dense->size1 : link->sparse->size1;
}

size_t bp_chain_columns(const struct bp_chain_link *link) {
  const gsl_matrix *factor = &link->factor;
  if (factor->data)
    return link->times * (link->transposed ? factor->size1 : factor->size2);
  return link->dense ? link->dense->size2 : link->sparse->size2;
}

/* A ' ⊗ I(n) for the block's columns of A; `dense`: built as it stands. */
static struct bp_chain_link transposed_identity(const gsl_matrix *A, size_t n, bool dense) {
  struct bp_chain_link result = {0};
  if (!dense)
    return along_identity(*A, n, true);
  gsl_matrix *transposed = gsl_matrix_alloc(A->size2, A->size1), *I = identity(n);
  if (transposed)
    gsl_matrix_transpose_memcpy(transposed, A);
  result.dense = dense_product(transposed, I);
  if (transposed)
    gsl_matrix_free(transposed);
  if (I)
    gsl_matrix_free(I);
  return result;
}

/* Of a parameter with so many columns: n[l-1] of W[l], 1 of b[l]. */
struct bp_chain_units bp_chain_units_of(const struct bp_chain_samples *block, size_t l,
                                        size_t columns) {
  size_t rows = bp_network_rows(block->network, l);
  bool dense = bp_chain_is_small(block->count * rows, columns * rows);
  struct bp_share all = {0, rows};
  return (struct bp_chain_units){dense ? all : bp_network_share(block->network, rows), dense};
}

/* ∂vec Z[l] / ∂vec W[l] = A[l-1]' ⊗ I(n[l]); of a sample, the rows and columns of its units. */
struct bp_chain_link bp_chain_by_weights(const struct bp_chain_samples *block, size_t l,
                                         struct bp_chain_units units) {
  gsl_matrix A = bp_chain_columns_of(block->forward->A[l - 1], block);
  return transposed_identity(&A, units.own.to - units.own.from, units.dense);
}

/* ∂vec Z[l] / ∂b[l] = 1(m,1) ⊗ I(n[l]), and 1(m,1) = 1(1,m)' */
struct bp_chain_link bp_chain_by_bias(const struct bp_chain_samples *block,
                                      struct bp_chain_units units) {
  struct bp_chain_link result = {0};
  gsl_matrix *ones = gsl_matrix_alloc(1, block->count);
  if (!ones)
    return result;
  gsl_matrix_set_all(ones, 1);
  result = transposed_identity(ones, units.own.to - units.own.from, units.dense);
  if (result.factor.data)
    result.own = ones;
  else
    gsl_matrix_free(ones);
  return result;
}

/* ∂vec Z[l+1] / ∂vec A[l] = I(m) ⊗ W[l+1] */
struct bp_chain_link bp_chain_by_activation(const struct bp_chain_samples *block, size_t l) {
  const gsl_matrix *W = block->network->W[l + 1];
  struct bp_chain_link result = {0};
  if (!bp_chain_is_small(block->count * W->size1, block->count * W->size2))
    return along_identity(*W, block->count, false);
  gsl_matrix *I = identity(block->count);
  result.dense = dense_product(I, W);
  if (I)
    gsl_matrix_free(I);
  return result;
}

/* a_k (δ_kj - a_j); on the diagonal 1 - a_k as the sum of the others. */
static double softmax_slope(const gsl_matrix *A, size_t s, size_t k, size_t j) {
  if (k != j)
    return -gsl_matrix_get(A, k, s) * gsl_matrix_get(A, j, s);
  double others = 0;
  for (size_t i = 0; i < A->size1; i++)
    if (i != k)
      others += gsl_matrix_get(A, i, s);
  return gsl_matrix_get(A, k, s) * others;
}

static gsl_spmatrix *softmax_blocks(const gsl_matrix *A) {
  size_t n = A->size1, rows = n * A->size2, at = 0;
  gsl_spmatrix *result = bp_sparse_rows(rows, rows, rows * n);
  if (!result)
    return NULL;
  for (size_t row = 0; row < rows; row++) {
    result->p[row] = (int)at;
    for (size_t j = 0; j < n; j++, at++) {
      result->i[at] = (int)(row / n * n + j);
      result->data[at] = softmax_slope(A, row / n, row % n, j);
    }
  }
  result->p[rows] = (int)at;
  return result;
}

void bp_chain_to_dense(struct bp_chain_link *link) {
  if (!link->sparse || !bp_chain_is_small(link->sparse->size1, link->sparse->size2))
    return;
  link->dense = gsl_matrix_calloc(link->sparse->size1, link->sparse->size2);
  if (!link->dense)
    return;
  for (size_t row = 0; row < link->sparse->size1; row++)
    for (int at = link->sparse->p[row]; at < link->sparse->p[row + 1]; at++)
      gsl_matrix_set(link->dense, row, (size_t)link->sparse->i[at], link->sparse->data[at]);
  gsl_spmatrix_free(link->sparse);
  link->sparse = NULL;
}

/* ∂vec A[l] / ∂vec Z[l] = Diag(vec g'(Z[l])), for softmax a block per sample. */
struct bp_chain_link bp_chain_by_pre_activation(const struct bp_chain_samples *block, size_t l) {
  struct bp_chain_link result = {0};
  const struct bp_function *function = block->network->activation[l];
  gsl_matrix A = bp_chain_columns_of(block->forward->A[l], block);
  gsl_matrix Z = bp_chain_columns_of(block->forward->Z[l], block);
  if (function->columnwise) {
    result.sparse = softmax_blocks(&A);
  } else {
    gsl_vector *slopes = gsl_vector_alloc(Z.size1 * Z.size2);
    if (!slopes)
      return result;
    bp_vec(&Z, slopes);
    for (size_t k = 0; k < slopes->size; k++)
      gsl_vector_set(slopes, k, function->slope(gsl_vector_get(slopes, k)));
    result.sparse = bp_sparse_diagonal(slopes);
    gsl_vector_free(slopes);
  }
  bp_chain_to_dense(&result);
  return result;
}

/* ---- multiplying out ----------------------------------------------------- */

void bp_chain_row_free(struct bp_chain_row *chain) {
  if (chain->value)
    gsl_vector_free(chain->value);
  if (chain->sum)
    gsl_vector_free(chain->sum);
}

bool bp_chain_row_new(struct bp_chain_row *chain, size_t length) {
  chain->value = gsl_vector_calloc(length);
  chain->sum = gsl_vector_calloc(length);
  return chain->value && chain->sum;
}

/* ---- along an identity --------------------------------------------------- */

void bp_chain_times_columns(const struct bp_chain_row *row, const struct bp_chain_link *link,
                            size_t from, size_t to, struct bp_chain_row *out) {
  const gsl_matrix *whole = &link->factor;
  if (link->transposed) {
    gsl_matrix A = gsl_matrix_const_submatrix(whole, from, 0, to - from, whole->size2).matrix;
    bp_row_times_transposed_identity(row->value, &A, link->times, out->value);
    bp_row_times_transposed_magnitudes(row->sum, &A, BP_CHAIN_UNDERFLOW, link->times, out->sum);
  } else {
    bp_row_times_identity(row->value, link->times, whole, from, to, out->value);
    bp_row_times_identity_magnitudes(row->sum, link->times, whole, BP_CHAIN_UNDERFLOW, from, to,
                                     out->sum);
  }
}

struct columns {
  const struct bp_chain_row *row;
  const struct bp_chain_link *link;
  size_t count, at_once;
  struct bp_chain_row *out;
};

static void times_columns(size_t index, int worker, void *user) {
  (void)worker;
  const struct columns *columns = user;
  size_t from = index * columns->at_once, to = from + columns->at_once, n = columns->link->times;
  struct bp_chain_row *out = columns->out;
  if (to > columns->count)
    to = columns->count;
  if (!columns->link->transposed) {
    bp_chain_times_columns(columns->row, columns->link, from, to, out);
    return;
  }
  gsl_vector value = gsl_vector_subvector(out->value, from * n, (to - from) * n).vector;
  gsl_vector sum = gsl_vector_subvector(out->sum, from * n, (to - from) * n).vector;
  struct bp_chain_row part = {&value, &sum};
  bp_chain_times_columns(columns->row, columns->link, from, to, &part);
}

size_t bp_chain_columns_at_once(const struct bp_chain_link *link) {
  enum { NUMBERS = 1 << 13, LEAST = 8 };
  size_t columns = NUMBERS / link->times;
  return columns < LEAST ? LEAST : columns;
}

static void times_factor(const struct bp_chain_row *row, const struct bp_chain_link *link,
                         int threads, struct bp_chain_row *out) {
  size_t count = link->transposed ? link->factor.size1 : link->factor.size2;
  size_t at_once = bp_chain_columns_at_once(link);
  struct columns columns = {row, link, count, at_once, out};
  bp_parallel_for((count + at_once - 1) / at_once, threads, times_columns, &columns);
}

/* ---- what is built ------------------------------------------------------- */

static void row_times(const gsl_vector *row, const struct bp_chain_link *link, gsl_vector *out) {
  if (link->dense)
    bp_row_times(row, link->dense, out);
  else
    gsl_spblas_dgemv(CblasTrans, 1, link->sparse, row, 0, out);
}

static void times_built(const struct bp_chain_row *row, struct bp_chain_link *link,
                        struct bp_chain_row *out) {
  size_t numbers = link->dense ? link->dense->size1 * link->dense->size2 : link->sparse->nz;
  double *data = link->dense ? link->dense->data : link->sparse->data;
  row_times(row->value, link, out->value);
  for (size_t k = 0; k < numbers; k++)
    data[k] = fabs(data[k]) + BP_CHAIN_UNDERFLOW;
  row_times(row->sum, link, out->sum);
}

bool bp_chain_multiply(const struct bp_chain_row *row, struct bp_chain_link *link, int threads,
                       struct bp_chain_row *out) {
  if (!bp_chain_is_built(link) || !bp_chain_row_new(out, bp_chain_columns(link)))
    return false;
  if (link->factor.data)
    times_factor(row, link, threads, out);
  else
    times_built(row, link, out);
  gsl_vector_add_constant(out->sum, BP_CHAIN_UNDERFLOW);
  return true;
}
