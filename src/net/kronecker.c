/* The chain of Jacobians, a block of samples at a time.
 *
 * A Jacobian is built dense (by the definition of the Kronecker product) while it is small enough
 * to print, else as a sparse matrix, or, where it is a product with an identity, not built at all:
 * its entries are taken from the factor as they are met.  `struct jacobian` hides which.  The chain
 * is multiplied from the left, row vector times matrix, and each product is also formed with the
 * magnitudes of all terms, since that is what rounding is relative to.  Slopes here are the stable
 * ones of the function table and of the table of losses, so this way keeps its digits where the
 * taught formulas lose them.
 */
#include "net/kronecker.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_spblas.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/kron.h"

/* Added to every magnitude: what underflow may swallow, in units that rounding's u will multiply.
 */
#define UNDERFLOW 0x1p-1000

enum { DENSE_ENTRIES = 4096, BLOCK_NONZEROS = 1 << 21 };

/* One of the three: all entries, those that are not 0, or the factor that is repeated along an
 * identity: A' ⊗ I(times), or I(times) ⊗ W. */
struct jacobian {
  gsl_matrix *dense;
  gsl_spmatrix *sparse;
  gsl_matrix *factor;
  size_t times;
  bool transposed;
};

/* Samples [first, first + count) of the network. */
struct block {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t first, count;
};

static gsl_matrix columns_of(const gsl_matrix *matrix, const struct block *block) {
  return gsl_matrix_const_submatrix(matrix, 0, block->first, matrix->size1, block->count).matrix;
}

static void jacobian_free(struct jacobian *jacobian) {
  if (jacobian->dense)
    gsl_matrix_free(jacobian->dense);
  if (jacobian->sparse)
    gsl_spmatrix_free(jacobian->sparse);
  if (jacobian->factor)
    gsl_matrix_free(jacobian->factor);
}

static bool is_small(size_t rows, size_t columns) {
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

/* A copy, which may be spoilt. */
static struct jacobian along_identity(const gsl_matrix *factor, size_t times, bool transposed) {
  struct jacobian result = {.times = times, .transposed = transposed};
  result.factor = gsl_matrix_alloc(factor->size1, factor->size2);
  if (result.factor)
    gsl_matrix_memcpy(result.factor, factor);
  return result;
}

static bool is_built(const struct jacobian *jacobian) {
  return jacobian->dense || jacobian->sparse || jacobian->factor;
}

static size_t rows_of(const struct jacobian *jacobian) {
  const gsl_matrix *factor = jacobian->factor;
  if (factor)
    return jacobian->times * (jacobian->transposed ? factor->size2 : factor->size1);
  return jacobian->dense ? jacobian->dense->size1 : jacobian->sparse->size1;
}

static size_t columns_in(const struct jacobian *jacobian) {
  const gsl_matrix *factor = jacobian->factor;
  if (factor)
    return jacobian->times * (jacobian->transposed ? factor->size1 : factor->size2);
  return jacobian->dense ? jacobian->dense->size2 : jacobian->sparse->size2;
}

/* A ' ⊗ I(n) for the block's columns of A; `dense`: built as it stands. */
static struct jacobian transposed_identity(const gsl_matrix *A, size_t n, bool dense) {
  struct jacobian result = {0};
  if (!dense)
    return along_identity(A, n, true);
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

/* Units of a layer whose rows of a parameter are computed, and whether its Jacobian is built dense:
 * then all of them, as it is no larger than can be printed, and numbers must not depend on how rows
 * are dealt. */
struct units {
  struct bp_share own;
  bool dense;
};

/* Of a parameter with so many columns: n[l-1] of W[l], 1 of b[l]. */
static struct units units_of(const struct block *block, size_t l, size_t columns) {
  size_t rows = bp_network_rows(block->network, l);
  bool dense = is_small(block->count * rows, columns * rows);
  struct bp_share all = {0, rows};
  return (struct units){dense ? all : bp_network_share(block->network, rows), dense};
}

/* ∂vec Z[l] / ∂vec W[l] = A[l-1]' ⊗ I(n[l]); of a sample, the rows and columns of its units. */
static struct jacobian by_weights(const struct block *block, size_t l, struct units units) {
  gsl_matrix A = columns_of(block->forward->A[l - 1], block);
  return transposed_identity(&A, units.own.to - units.own.from, units.dense);
}

/* ∂vec Z[l] / ∂b[l] = 1(m,1) ⊗ I(n[l]), and 1(m,1) = 1(1,m)' */
static struct jacobian by_bias(const struct block *block, struct units units) {
  struct jacobian result = {0};
  gsl_matrix *ones = gsl_matrix_alloc(1, block->count);
  if (!ones)
    return result;
  gsl_matrix_set_all(ones, 1);
  result = transposed_identity(ones, units.own.to - units.own.from, units.dense);
  gsl_matrix_free(ones);
  return result;
}

/* ∂vec Z[l+1] / ∂vec A[l] = I(m) ⊗ W[l+1] */
static struct jacobian by_activation(const struct block *block, size_t l) {
  const gsl_matrix *W = block->network->W[l + 1];
  struct jacobian result = {0};
  if (!is_small(block->count * W->size1, block->count * W->size2))
    return along_identity(W, block->count, false);
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

static void to_dense(struct jacobian *jacobian) {
  if (!jacobian->sparse || !is_small(jacobian->sparse->size1, jacobian->sparse->size2))
    return;
  jacobian->dense = gsl_matrix_calloc(jacobian->sparse->size1, jacobian->sparse->size2);
  if (!jacobian->dense)
    return;
  for (size_t row = 0; row < jacobian->sparse->size1; row++)
    for (int at = jacobian->sparse->p[row]; at < jacobian->sparse->p[row + 1]; at++)
      gsl_matrix_set(jacobian->dense, row, (size_t)jacobian->sparse->i[at],
                     jacobian->sparse->data[at]);
  gsl_spmatrix_free(jacobian->sparse);
  jacobian->sparse = NULL;
}

/* ∂vec A[l] / ∂vec Z[l] = Diag(vec g'(Z[l])), for softmax a block per sample. */
static struct jacobian by_pre_activation(const struct block *block, size_t l) {
  struct jacobian result = {0};
  const struct bp_function *function = block->network->activation[l];
  gsl_matrix A = columns_of(block->forward->A[l], block);
  gsl_matrix Z = columns_of(block->forward->Z[l], block);
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
  to_dense(&result);
  return result;
}

/* ∂(loss of sample s)/∂a_k */
static double loss_slope(const struct bp_network *network, const struct bp_forward *forward,
                         size_t k, size_t s) {
  size_t L = network->depth;
  return bp_network_rules(network)->slope(gsl_matrix_get(forward->Z[L], k, s),
                                          gsl_matrix_get(forward->A[L], k, s),
                                          gsl_matrix_get(network->Y, k, s));
}

/* ∂(loss of sample s)/∂z_k at once, for a loss whose slope has poles. */
static double fused_slope(const struct bp_network *network, const struct bp_forward *forward,
                          size_t k, size_t s) {
  const gsl_matrix *Z = forward->Z[network->depth], *A = forward->A[network->depth];
  return bp_network_rules(network)->fused(A->size1, k, Z->data + s, A->data + s,
                                          network->Y->data + s, A->tda);
}

/* ---- multiplying out ----------------------------------------------------- */

/* A row vector on its way down the chain, and the sum of the magnitudes of its terms. */
struct chain {
  gsl_vector *value, *sum;
};

static void chain_free(struct chain *chain) {
  if (chain->value)
    gsl_vector_free(chain->value);
  if (chain->sum)
    gsl_vector_free(chain->sum);
}

static bool chain_alloc(struct chain *chain, size_t length) {
  chain->value = gsl_vector_calloc(length);
  chain->sum = gsl_vector_calloc(length);
  return chain->value && chain->sum;
}

static void row_times(const gsl_vector *row, const struct jacobian *jacobian, gsl_vector *out) {
  if (jacobian->dense)
    gsl_blas_dgemv(CblasTrans, 1, jacobian->dense, row, 0, out);
  else if (jacobian->factor && jacobian->transposed)
    bp_row_times_transposed_identity(row, jacobian->factor, jacobian->times, out);
  else if (jacobian->factor)
    bp_row_times_identity(row, jacobian->times, jacobian->factor, out);
  else
    gsl_spblas_dgemv(CblasTrans, 1, jacobian->sparse, row, 0, out);
}

/* out = row · jacobian, values and magnitudes; spoils the jacobian. */
static bool multiply(const struct chain *row, struct jacobian *jacobian, struct chain *out) {
  if (!is_built(jacobian) || !chain_alloc(out, columns_in(jacobian)))
    return false;
  gsl_matrix *whole = jacobian->dense ? jacobian->dense : jacobian->factor;
  row_times(row->value, jacobian, out->value);
  if (whole) {
    for (size_t k = 0; k < whole->size1 * whole->size2; k++)
      whole->data[k] = fabs(whole->data[k]) + UNDERFLOW;
  } else {
    for (size_t k = 0; k < jacobian->sparse->nz; k++)
      jacobian->sparse->data[k] = fabs(jacobian->sparse->data[k]) + UNDERFLOW;
  }
  row_times(row->sum, jacobian, out->sum);
  gsl_vector_add_constant(out->sum, UNDERFLOW);
  return true;
}

/* The same, freeing both operands; `row` becomes the product. */
static bool advance(struct chain *row, struct jacobian jacobian) {
  struct chain next = {NULL, NULL};
  bool done = multiply(row, &jacobian, &next);
  jacobian_free(&jacobian);
  if (!done) {
    chain_free(&next);
    return false;
  }
  chain_free(row);
  *row = next;
  return true;
}

static void store(const struct block *block, const struct chain *row, gsl_matrix *value,
                  gsl_matrix *sum) {
  gsl_matrix values = columns_of(value, block), sums = columns_of(sum, block);
  bp_unvec(row->value, &values);
  bp_unvec(row->sum, &sums);
}

/* Of every sample, the numbers of these units. */
static bool look_at(const struct block *block, size_t l, struct bp_share own,
                    const struct chain *row, struct chain *units) {
  size_t all = block->network->size[l], rows = own.to - own.from;
  if (!chain_alloc(units, rows * block->count))
    return false;
  for (size_t k = 0; k < rows * block->count; k++) {
    size_t from = k / rows * all + own.from + k % rows;
    gsl_vector_set(units->value, k, gsl_vector_get(row->value, from));
    gsl_vector_set(units->sum, k, gsl_vector_get(row->sum, from));
  }
  return true;
}

/* Adds row · jacobian / m to a parameter's gradient, whose units these are. */
static bool add_parameter(const struct block *block, size_t l, struct bp_share own,
                          const struct chain *row, struct jacobian jacobian, gsl_matrix *value,
                          gsl_matrix *sum) {
  struct chain product = {NULL, NULL}, units = {NULL, NULL};
  size_t rows = own.to - own.from;
  bool whole = rows == block->network->size[l];
  bool done = (whole || look_at(block, l, own, row, &units)) &&
              multiply(whole ? row : &units, &jacobian, &product);
  double m = (double)block->network->samples;
  for (size_t k = 0; done && k < product.value->size; k++) {
    size_t i = own.from + k % rows, j = k / rows;
    *gsl_matrix_ptr(value, i, j) += gsl_vector_get(product.value, k) / m;
    *gsl_matrix_ptr(sum, i, j) += gsl_vector_get(product.sum, k) / m;
  }
  chain_free(&product);
  chain_free(&units);
  jacobian_free(&jacobian);
  return done;
}

/* The start of the chain, ∂J/∂vec A[L]; poles are left 0 and counted. */
static size_t start(const struct block *block, struct chain *row) {
  const struct bp_network *network = block->network;
  size_t n = network->size[network->depth], infinite = 0;
  bool poles = bp_network_rules(network)->fused != NULL;
  for (size_t k = 0; k < row->value->size; k++) {
    double slope = loss_slope(network, block->forward, k % n, block->first + k / n);
    if (poles && isinf(slope)) {
      infinite++;
      slope = 0;
    }
    gsl_vector_set(row->value, k, slope);
    gsl_vector_set(row->sum, k, fabs(slope));
  }
  return infinite;
}

/* Samples whose ∂J/∂vec A[L] has an infinite entry start at ∂J/∂vec Z[L]. */
static void start_fused(const struct block *block, struct chain *row) {
  const struct bp_network *network = block->network;
  size_t n = network->size[network->depth];
  for (size_t s = 0; s < block->count; s++) {
    bool infinite = false;
    for (size_t k = 0; k < n; k++)
      infinite |= isinf(loss_slope(network, block->forward, k, block->first + s)) != 0;
    for (size_t k = 0; infinite && k < n; k++) {
      double slope = fused_slope(network, block->forward, k, block->first + s);
      gsl_vector_set(row->value, s * n + k, slope);
      gsl_vector_set(row->sum, s * n + k, fabs(slope));
    }
  }
}

static bool add_parameters(const struct block *block, size_t l, const struct chain *row,
                           struct bp_kronecker *result) {
  struct units weights = units_of(block, l, block->network->size[l - 1]);
  struct units biases = units_of(block, l, 1);
  bool done = true;
  if (weights.own.to > weights.own.from)
    done = add_parameter(block, l, weights.own, row, by_weights(block, l, weights), result->dW[l],
                         result->dW_sum[l]);
  if (done && biases.own.to > biases.own.from)
    done = add_parameter(block, l, biases.own, row, by_bias(block, biases), result->db[l],
                         result->db_sum[l]);
  return done;
}

static bool run_block(const struct block *block, struct bp_kronecker *result) {
  const struct bp_network *network = block->network;
  struct chain row = {NULL, NULL};
  bool going = chain_alloc(&row, network->size[network->depth] * block->count);
  size_t infinite = going ? start(block, &row) : 0;
  if (infinite)
    result->fused = true;
  for (size_t l = network->depth; going && l >= 1; l--) {
    store(block, &row, result->dA[l], result->dA_sum[l]);
    going = advance(&row, by_pre_activation(block, l));
    if (!going)
      break;
    if (l == network->depth && infinite)
      start_fused(block, &row);
    store(block, &row, result->dZ[l], result->dZ_sum[l]);
    going = add_parameters(block, l, &row, result);
    if (going && l > 1)
      going = advance(&row, by_activation(block, l - 1));
  }
  chain_free(&row);
  return going;
}

struct bp_kronecker *bp_kronecker_new(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_kronecker *k = bp_arena_alloc(arena, 1, sizeof *k);
  if (!k)
    return NULL;
  gsl_matrix ***nodes[] = {&k->dZ, &k->dA, &k->dZ_sum, &k->dA_sum};
  gsl_matrix ***parameters[] = {&k->dW, &k->db, &k->dW_sum, &k->db_sum};
  for (size_t part = 0; part < 4; part++) {
    *nodes[part] = bp_arena_alloc(arena, network->depth + 1, sizeof **nodes[part]);
    *parameters[part] = bp_arena_alloc(arena, network->depth + 1, sizeof **parameters[part]);
    if (!*nodes[part] || !*parameters[part])
      return NULL;
    for (size_t l = 1; l <= network->depth; l++) {
      (*nodes[part])[l] = bp_matrix(arena, network->size[l], network->samples);
      (*parameters[part])[l] =
          bp_row_matrix(network, l, part % 2 == 0 ? network->size[l - 1] : 1, arena);
    }
  }
  return bp_arena_failed(arena) ? NULL : k;
}

/* So many samples that no Jacobian that is built sparse has more than BLOCK_NONZEROS. */
static size_t samples_per_block(const struct bp_network *network) {
  size_t most = 1;
  for (size_t l = 1; l <= network->depth; l++) {
    size_t square = network->size[l] * network->size[l];
    if (network->activation[l]->columnwise && square > most)
      most = square;
  }
  size_t samples = BLOCK_NONZEROS / most;
  if (samples < 1)
    samples = 1;
  return samples < network->samples ? samples : network->samples;
}

/* Those that this rank fills. */
static void clear_rows(const struct bp_network *network, gsl_matrix *matrix) {
  bool whole = is_small(matrix->size1, matrix->size2);
  struct bp_share own = bp_network_share(network, matrix->size1);
  for (size_t i = whole ? 0 : own.from; i < (whole ? matrix->size1 : own.to); i++)
    memset(gsl_matrix_ptr(matrix, i, 0), 0, matrix->size2 * sizeof(double));
}

enum bp_status bp_kronecker_run(const struct bp_network *network, const struct bp_forward *forward,
                                struct bp_kronecker *result, bp_parallel_progress *progress,
                                void *user) {
  size_t step = samples_per_block(network);
  result->fused = false;
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix *sums[] = {result->dW[l], result->db[l], result->dW_sum[l], result->db_sum[l]};
    for (size_t k = 0; k < 4; k++)
      clear_rows(network, sums[k]);
  }
  for (size_t first = 0; first < network->samples; first += step) {
    size_t count = network->samples - first < step ? network->samples - first : step;
    struct block block = {network, forward, first, count};
    if (!run_block(&block, result))
      return BP_NO_MEMORY;
    double share = (double)(first + count) / (double)network->samples;
    if (progress && !progress(share, user))
      return BP_STOPPED;
  }
  return BP_OK;
}

/* ---- for printing -------------------------------------------------------- */

size_t bp_kronecker_largest(const struct bp_spec *spec, size_t samples) {
  size_t most = 0;
  for (size_t l = 1; l <= spec->depth; l++) {
    size_t rows, columns, entries;
    size_t widest = spec->size[l - 1] > samples ? spec->size[l - 1] : samples;
    if (__builtin_mul_overflow(samples, spec->size[l], &rows) ||
        __builtin_mul_overflow(spec->size[l], widest, &columns) ||
        __builtin_mul_overflow(rows, columns, &entries))
      return SIZE_MAX;
    if (entries > most)
      most = entries;
    if (l > 1) {
      if (__builtin_mul_overflow(samples, spec->size[l - 1], &columns) ||
          __builtin_mul_overflow(rows, columns, &entries))
        return SIZE_MAX;
      if (entries > most)
        most = entries;
    }
  }
  return most;
}

/* Writes out what is repeated along an identity. */
static void write_out(const struct jacobian *jacobian, gsl_matrix *out) {
  const gsl_matrix *factor = jacobian->factor;
  size_t rows = factor->size1, columns = factor->size2, n = jacobian->times;
  gsl_matrix_set_zero(out);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      for (size_t k = 0; k < n; k++) {
        size_t row = jacobian->transposed ? j * n + k : k * rows + i;
        size_t column = jacobian->transposed ? i * n + k : k * columns + j;
        gsl_matrix_set(out, row, column, gsl_matrix_get(factor, i, j));
      }
}

/* Copies a Jacobian into the arena and frees it. */
static bool keep(struct bp_arena *arena, struct jacobian jacobian, gsl_matrix **kept) {
  to_dense(&jacobian);
  *kept = is_built(&jacobian) ? bp_matrix(arena, rows_of(&jacobian), columns_in(&jacobian)) : NULL;
  if (*kept && jacobian.dense) {
    gsl_matrix_memcpy(*kept, jacobian.dense);
  } else if (*kept && jacobian.factor) {
    write_out(&jacobian, *kept);
  } else if (*kept) {
    for (size_t row = 0; row < jacobian.sparse->size1; row++)
      for (int at = jacobian.sparse->p[row]; at < jacobian.sparse->p[row + 1]; at++)
        gsl_matrix_set(*kept, row, (size_t)jacobian.sparse->i[at], jacobian.sparse->data[at]);
  }
  jacobian_free(&jacobian);
  return *kept != NULL;
}

/* ∂J/∂vec A[L], a row: with the 1/m of the mean. */
static bool keep_start(const struct block *block, struct bp_arena *arena,
                       struct bp_jacobian *jacobian) {
  const struct bp_network *network = block->network;
  size_t L = network->depth, n = network->size[L], m = network->samples;
  jacobian->values = bp_matrix(arena, 1, n * m);
  jacobian->name = bp_arena_printf(arena, "∂J / ∂vec A[%zu]", L);
  jacobian->formula = bp_network_rules(network)->jacobian;
  jacobian->shape = bp_arena_printf(arena, "(1, m·n[%zu])", L);
  if (!jacobian->values)
    return false;
  for (size_t k = 0; k < n * m; k++)
    gsl_matrix_set(jacobian->values, 0, k,
                   loss_slope(network, block->forward, k % n, k / n) / (double)m);
  return jacobian->name && jacobian->shape;
}

static bool keep_layer(const struct block *block, size_t l, struct bp_arena *arena,
                       struct bp_jacobian *list, size_t *count) {
  bool softmax = block->network->activation[l]->columnwise;
  struct bp_jacobian *next = list + *count;
  const char *layer = block->network->activation[l]->symbol;
  next[0].name = bp_arena_printf(arena, "∂vec A[%zu] / ∂vec Z[%zu]", l, l);
  next[0].formula = softmax ? "Diag(a) - a a' for each sample"
                            : bp_arena_printf(arena, "Diag(vec %s'(Z[%zu]))", layer, l);
  next[0].shape = bp_arena_printf(arena, "(m·n[%zu], m·n[%zu])", l, l);
  next[1].name = bp_arena_printf(arena, "∂vec Z[%zu] / ∂vec W[%zu]", l, l);
  next[1].formula =
      bp_arena_printf(arena, l == 1 ? "X' ⊗ I(n[1])" : "A[%zu]' ⊗ I(n[%zu])", l - 1, l);
  next[1].shape = bp_arena_printf(arena, "(m·n[%zu], n[%zu]·n[%zu])", l, l - 1, l);
  next[2].name = bp_arena_printf(arena, "∂vec Z[%zu] / ∂b[%zu]", l, l);
  next[2].formula = bp_arena_printf(arena, "1(m,1) ⊗ I(n[%zu])", l);
  next[2].shape = bp_arena_printf(arena, "(m·n[%zu], n[%zu])", l, l);
  bool kept = keep(arena, by_pre_activation(block, l), &next[0].values) &&
              keep(arena, by_weights(block, l, units_of(block, l, block->network->size[l - 1])),
                   &next[1].values) &&
              keep(arena, by_bias(block, units_of(block, l, 1)), &next[2].values);
  *count += 3;
  if (!kept || l == 1)
    return kept;
  next[3].name = bp_arena_printf(arena, "∂vec Z[%zu] / ∂vec A[%zu]", l, l - 1);
  next[3].formula = bp_arena_printf(arena, "I(m) ⊗ W[%zu]", l);
  next[3].shape = bp_arena_printf(arena, "(m·n[%zu], m·n[%zu])", l, l - 1);
  *count += 1;
  return keep(arena, by_activation(block, l - 1), &next[3].values);
}

enum bp_status bp_kronecker_jacobians(const struct bp_network *network,
                                      const struct bp_forward *forward, struct bp_arena *arena,
                                      struct bp_jacobian **list, size_t *count) {
  struct block block = {network, forward, 0, network->samples};
  *list = bp_arena_alloc(arena, 4 * network->depth + 1, sizeof **list);
  *count = 1;
  bool kept = *list && keep_start(&block, arena, *list);
  for (size_t l = network->depth; kept && l >= 1; l--)
    kept = keep_layer(&block, l, arena, *list, count);
  return kept && !bp_arena_failed(arena) ? BP_OK : BP_NO_MEMORY;
}
