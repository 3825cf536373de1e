/* The chain of Jacobians, a block of samples at a time.
 *
 * The chain is multiplied from the left, row vector times matrix, and each product is also formed
 * with the magnitudes of all terms, since that is what rounding is relative to.  How a Jacobian is
 * built, or not built at all, is link/link.h's.  Slopes here are the stable ones of the function
 * table and of the table of losses, so this way keeps its digits where the taught formulas lose
 * them.
 */
#include "net/kronecker.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "net/link/link.h"
#include "num/kron.h"

/* So many numbers a sparse Jacobian may have. */
enum { BLOCK_NONZEROS = 1 << 21 };

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

/* row = row · link; frees the link. */
static bool advance(struct bp_chain_row *row, struct bp_chain_link link, int threads) {
  struct bp_chain_row next = {NULL, NULL};
  bool done = bp_chain_multiply(row, &link, threads, &next);
  bp_chain_free(&link);
  if (!done) {
    bp_chain_row_free(&next);
    return false;
  }
  bp_chain_row_free(row);
  *row = next;
  return true;
}

static void store(const struct bp_chain_samples *block, const struct bp_chain_row *row,
                  gsl_matrix *value, gsl_matrix *sum) {
  gsl_matrix values = bp_chain_columns_of(value, block), sums = bp_chain_columns_of(sum, block);
  bp_unvec(row->value, &values);
  bp_unvec(row->sum, &sums);
}

/* Of every sample, the numbers of these units. */
static bool look_at(const struct bp_chain_samples *block, size_t l, struct bp_share own,
                    const struct bp_chain_row *row, struct bp_chain_row *units) {
  size_t all = block->network->size[l], rows = own.to - own.from;
  if (!bp_chain_row_new(units, rows * block->count))
    return false;
  for (size_t k = 0; k < rows * block->count; k++) {
    size_t from = k / rows * all + own.from + k % rows;
    gsl_vector_set(units->value, k, gsl_vector_get(row->value, from));
    gsl_vector_set(units->sum, k, gsl_vector_get(row->sum, from));
  }
  return true;
}

/* Where row · link / m goes: to a parameter's gradient, whose units these are, in the place of what
 * is there or, behind the first block of samples, added to it. */
struct parameter {
  struct bp_share own;
  gsl_matrix *value, *sum;
  double m;
  bool first;
  int threads;
};

/* What columns [from, to) of the parameter's matrix came to. */
static void add_columns(const struct parameter *parameter, size_t from, size_t to,
                        const struct bp_chain_row *product) {
  size_t rows = parameter->own.to - parameter->own.from;
  double *values = product->value->data, *sums = product->sum->data, m = parameter->m;
  for (size_t i = 0; i < rows; i++) {
    double *value = gsl_matrix_ptr(parameter->value, parameter->own.from + i, 0);
    double *sum = gsl_matrix_ptr(parameter->sum, parameter->own.from + i, 0);
    for (size_t j = from; j < to; j++) {
      value[j] = (parameter->first ? 0 : value[j]) + values[(j - from) * rows + i] / m;
      sum[j] = (parameter->first ? 0 : sum[j]) + sums[(j - from) * rows + i] / m;
    }
  }
}

/* A' ⊗ I times the row, some columns of the parameter at a time. */
struct shared {
  const struct parameter *parameter;
  const struct bp_chain_row *row;
  const struct bp_chain_link *link;
  size_t at_once;
  struct bp_chain_row space; /* of all workers */
};

static void add_some_columns(size_t index, int worker, void *user) {
  const struct shared *shared = user;
  size_t n = shared->link->times, from = index * shared->at_once, to = from + shared->at_once;
  size_t place = (size_t)worker * shared->at_once * n;
  if (to > shared->link->factor.size1)
    to = shared->link->factor.size1;
  gsl_vector value = gsl_vector_subvector(shared->space.value, place, (to - from) * n).vector;
  gsl_vector sum = gsl_vector_subvector(shared->space.sum, place, (to - from) * n).vector;
  struct bp_chain_row product = {&value, &sum};
  bp_chain_times_columns(shared->row, shared->link, from, to, &product);
  gsl_vector_add_constant(&sum, BP_CHAIN_UNDERFLOW);
  add_columns(shared->parameter, from, to, &product);
}

static bool add_shared(const struct bp_chain_row *row, const struct bp_chain_link *link,
                       const struct parameter *parameter) {
  struct shared shared = {parameter, row, link, bp_chain_columns_at_once(link), {NULL, NULL}};
  size_t tasks = (link->factor.size1 + shared.at_once - 1) / shared.at_once;
  size_t workers = parameter->threads > 1 ? (size_t)parameter->threads : 1;
  workers = workers < tasks ? workers : tasks;
  bool room = bp_chain_row_new(&shared.space, workers * shared.at_once * link->times);
  if (room)
    bp_parallel_for(tasks, (int)workers, add_some_columns, &shared);
  bp_chain_row_free(&shared.space);
  return room;
}

/* Frees the link. */
static bool add_parameter(const struct bp_chain_samples *block, size_t l,
                          const struct bp_chain_row *row, struct bp_chain_link link,
                          const struct parameter *parameter) {
  struct bp_chain_row product = {NULL, NULL}, units = {NULL, NULL};
  bool whole = parameter->own.to - parameter->own.from == block->network->size[l];
  bool done = bp_chain_is_built(&link) && (whole || look_at(block, l, parameter->own, row, &units));
  if (done && link.factor.data) {
    done = add_shared(whole ? row : &units, &link, parameter);
  } else if (done) {
    done = bp_chain_multiply(whole ? row : &units, &link, 1, &product);
    if (done)
      add_columns(parameter, 0, parameter->value->size2, &product);
  }
  bp_chain_row_free(&product);
  bp_chain_row_free(&units);
  bp_chain_free(&link);
  return done;
}

/* The start of the chain, ∂J/∂vec A[L]; poles are left 0 and counted. */
static size_t start(const struct bp_chain_samples *block, struct bp_chain_row *row) {
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
static void start_fused(const struct bp_chain_samples *block, struct bp_chain_row *row) {
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

static bool add_parameters(const struct bp_chain_samples *block, size_t l,
                           const struct bp_chain_row *row, struct bp_kronecker *result) {
  struct bp_chain_units weights = bp_chain_units_of(block, l, block->network->size[l - 1]);
  struct bp_chain_units biases = bp_chain_units_of(block, l, 1);
  double m = (double)block->network->samples;
  bool first = block->first == 0, done = true;
  struct parameter W = {weights.own, result->dW[l], result->dW_sum[l], m, first, result->threads};
  struct parameter b = {biases.own, result->db[l], result->db_sum[l], m, first, 1};
  if (weights.own.to > weights.own.from)
    done = add_parameter(block, l, row, bp_chain_by_weights(block, l, weights), &W);
  if (done && biases.own.to > biases.own.from)
    done = add_parameter(block, l, row, bp_chain_by_bias(block, biases), &b);
  return done;
}

static bool run_block(const struct bp_chain_samples *block, struct bp_kronecker *result) {
  const struct bp_network *network = block->network;
  struct bp_chain_row row = {NULL, NULL};
  bool going = bp_chain_row_new(&row, network->size[network->depth] * block->count);
  size_t infinite = going ? start(block, &row) : 0;
  if (infinite)
    result->fused = true;
  for (size_t l = network->depth; going && l >= 1; l--) {
    store(block, &row, result->dA[l], result->dA_sum[l]);
    going = advance(&row, bp_chain_by_pre_activation(block, l), 1);
    if (!going)
      break;
    if (l == network->depth && infinite)
      start_fused(block, &row);
    store(block, &row, result->dZ[l], result->dZ_sum[l]);
    going = add_parameters(block, l, &row, result);
    if (going && l > 1)
      going = advance(&row, bp_chain_by_activation(block, l - 1), result->threads);
  }
  bp_chain_row_free(&row);
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

enum bp_status bp_kronecker_run(const struct bp_network *network, const struct bp_forward *forward,
                                struct bp_kronecker *result, bp_parallel_progress *progress,
                                void *user) {
  size_t step = samples_per_block(network);
  result->fused = false;
  for (size_t first = 0; first < network->samples; first += step) {
    size_t count = network->samples - first < step ? network->samples - first : step;
    struct bp_chain_samples block = {network, forward, first, count};
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
static void write_out(const struct bp_chain_link *link, gsl_matrix *out) {
  const gsl_matrix *factor = &link->factor;
  size_t rows = factor->size1, columns = factor->size2, n = link->times;
  gsl_matrix_set_zero(out);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      for (size_t k = 0; k < n; k++) {
        size_t row = link->transposed ? j * n + k : k * rows + i;
        size_t column = link->transposed ? i * n + k : k * columns + j;
        gsl_matrix_set(out, row, column, gsl_matrix_get(factor, i, j));
      }
}

/* Copies a Jacobian into the arena and frees it. */
static bool keep(struct bp_arena *arena, struct bp_chain_link link, gsl_matrix **kept) {
  bp_chain_to_dense(&link);
  *kept = bp_chain_is_built(&link) ? bp_matrix(arena, bp_chain_rows(&link), bp_chain_columns(&link))
                                   : NULL;
  if (*kept && link.dense) {
    gsl_matrix_memcpy(*kept, link.dense);
  } else if (*kept && link.factor.data) {
    write_out(&link, *kept);
  } else if (*kept) {
    for (size_t row = 0; row < link.sparse->size1; row++)
      for (int at = link.sparse->p[row]; at < link.sparse->p[row + 1]; at++)
        gsl_matrix_set(*kept, row, (size_t)link.sparse->i[at], link.sparse->data[at]);
  }
  bp_chain_free(&link);
  return *kept != NULL;
}

/* ∂J/∂vec A[L], a row: with the 1/m of the mean. */
static bool keep_start(const struct bp_chain_samples *block, struct bp_arena *arena,
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

static bool keep_layer(const struct bp_chain_samples *block, size_t l, struct bp_arena *arena,
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
  bool kept =
      keep(arena, bp_chain_by_pre_activation(block, l), &next[0].values) &&
      keep(arena,
           bp_chain_by_weights(block, l, bp_chain_units_of(block, l, block->network->size[l - 1])),
           &next[1].values) &&
      keep(arena, bp_chain_by_bias(block, bp_chain_units_of(block, l, 1)), &next[2].values);
  *count += 3;
  if (!kept || l == 1)
    return kept;
  next[3].name = bp_arena_printf(arena, "∂vec Z[%zu] / ∂vec A[%zu]", l, l - 1);
  next[3].formula = bp_arena_printf(arena, "I(m) ⊗ W[%zu]", l);
  next[3].shape = bp_arena_printf(arena, "(m·n[%zu], m·n[%zu])", l, l - 1);
  *count += 1;
  return keep(arena, bp_chain_by_activation(block, l - 1), &next[3].values);
}

enum bp_status bp_kronecker_jacobians(const struct bp_network *network,
                                      const struct bp_forward *forward, struct bp_arena *arena,
                                      struct bp_jacobian **list, size_t *count) {
  struct bp_chain_samples block = {network, forward, 0, network->samples};
  *list = bp_arena_alloc(arena, 4 * network->depth + 1, sizeof **list);
  *count = 1;
  bool kept = *list && keep_start(&block, arena, *list);
  for (size_t l = network->depth; kept && l >= 1; l--)
    kept = keep_layer(&block, l, arena, *list, count);
  return kept && !bp_arena_failed(arena) ? BP_OK : BP_NO_MEMORY;
}
