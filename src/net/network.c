/* Networks in memory, values drawn for them, and the forward pass.
 *
 * Z[l] = W[l] A[l-1] + b[l] is one product with b[l] copied into every column first.  The loss
 * of a column is that of the loss's row; softmax shifts with the largest z.
 */
#include "net/network.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/random.h"
#include "num/product/product.h"

enum { LARGE = 1 << 22 }; /* weights of a layer */

/* Of which that many rows will be touched. */
static gsl_matrix *part_of_matrix(struct bp_arena *arena, size_t rows, size_t columns,
                                  size_t touched) {
  size_t entries;
  if (__builtin_mul_overflow(rows, columns, &entries))
    entries = SIZE_MAX; /* which the arena refuses, and remembers */
  gsl_matrix *matrix = bp_arena_alloc(arena, 1, sizeof *matrix);
  double *data = bp_arena_alloc_part(arena, entries, sizeof *data, touched * columns);
  if (!matrix || !data)
    return NULL;
  *matrix = (gsl_matrix){.size1 = rows, .size2 = columns, .tda = columns, .data = data};
  return matrix;
}

gsl_matrix *bp_matrix(struct bp_arena *arena, size_t rows, size_t columns) {
  return part_of_matrix(arena, rows, columns, rows);
}

gsl_matrix *bp_row_matrix(const struct bp_network *network, size_t l, size_t columns,
                          struct bp_arena *arena) {
  size_t rows = bp_network_rows(network, l);
  struct bp_share own = bp_network_share(network, rows);
  return part_of_matrix(arena, rows, columns, own.to - own.from);
}

struct bp_network *bp_network_new(const struct bp_spec *spec, size_t samples,
                                  struct bp_arena *arena) {
  struct bp_network *network = bp_arena_alloc(arena, 1, sizeof *network);
  if (!network)
    return NULL;
  network->depth = spec->depth;
  network->samples = samples;
  network->size = spec->size;
  network->activation = spec->activation;
  network->loss = spec->loss;
  network->W = bp_arena_alloc(arena, spec->depth + 1, sizeof *network->W);
  network->b = bp_arena_alloc(arena, spec->depth + 1, sizeof *network->b);
  if (!network->W || !network->b)
    return NULL;
  for (size_t l = 1; l <= spec->depth; l++) {
    network->W[l] = bp_matrix(arena, spec->size[l], spec->size[l - 1]);
    network->b[l] = bp_matrix(arena, spec->size[l], 1);
  }
  network->X = bp_matrix(arena, spec->size[0], samples);
  network->Y = bp_matrix(arena, spec->size[spec->depth], samples);
  return bp_arena_failed(arena) ? NULL : network;
}

/* ---- drawing ------------------------------------------------------------- */

/* Each part of a network has a stream of its own, so that more samples do not change the weights.
 */
static gsl_rng *stream(unsigned long seed, unsigned long part) {
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_ranlxd2);
  if (generator)
    gsl_rng_set(generator, (seed * 2654435761UL + part * 40503UL) & 0x7fffffffUL);
  return generator;
}

static void draw_normal(gsl_rng *generator, double deviation, gsl_matrix *matrix) {
  for (size_t i = 0; i < matrix->size1; i++)
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j, deviation * gsl_ran_ugaussian(generator));
}

/* The same for a matrix so large that drawing it would take longer than a check: each row has a
 * stream of its own, from a generator that takes a tenth of the time. */
static bool draw_large(unsigned long seed, unsigned long part, double deviation,
                       gsl_matrix *matrix) {
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_taus2);
  if (!generator)
    return false;
  uint64_t state = seed * 2654435761UL + part;
  for (size_t i = 0; i < matrix->size1; i++) {
    gsl_rng_set(generator, (unsigned long)(bp_random_bits(&state) >> 32));
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j, deviation * gsl_ran_gaussian_ziggurat(generator, 1));
  }
  gsl_rng_free(generator);
  return true;
}

int bp_network_draw_parameters(struct bp_network *network, const struct bp_draw *draw) {
  gsl_rng *generator = stream(draw->seed, 1);
  size_t drawn = 0;
  if (!generator)
    return -1;
  for (size_t l = 1; l <= network->depth; l++) {
    double deviation = draw->weight_scale / sqrt((double)network->size[l - 1]);
    if (network->W[l]->size1 * network->W[l]->size2 < LARGE)
      draw_normal(generator, deviation, network->W[l]);
    else if (!draw_large(draw->seed, l, deviation, network->W[l]))
      break;
    drawn = l;
    draw_normal(generator, 0.1 * draw->weight_scale, network->b[l]);
  }
  gsl_rng_free(generator);
  return drawn == network->depth ? 0 : -1;
}

/* One column of targets that the output layer could in principle produce. */
static void draw_target(gsl_rng *generator, struct bp_network *network, size_t sample) {
  size_t outputs = network->size[network->depth];
  const struct bp_function *output = network->activation[network->depth];
  bool softmax = output->columnwise;
  size_t class = gsl_rng_uniform_int(generator, outputs);
  for (size_t k = 0; k < outputs; k++) {
    double value;
    if (softmax)
      value = k == class;
    else if (network->loss->classes)
      value = gsl_rng_uniform(generator) < 0.5;
    else if (isfinite(output->low) && isfinite(output->high))
      value = output->low + (output->high - output->low) * gsl_rng_uniform(generator);
    else
      value = gsl_ran_ugaussian(generator);
    gsl_matrix_set(network->Y, k, sample, value);
  }
}

int bp_network_draw_data(struct bp_network *network, const struct bp_draw *draw) {
  gsl_rng *inputs = stream(draw->seed, 2), *targets = stream(draw->seed, 3);
  for (size_t s = 0; inputs && targets && s < network->samples; s++) {
    for (size_t i = 0; i < network->size[0]; i++)
      gsl_matrix_set(network->X, i, s, draw->input_scale * gsl_ran_ugaussian(inputs));
    draw_target(targets, network, s);
  }
  int status = inputs && targets ? 0 : -1;
  if (inputs)
    gsl_rng_free(inputs);
  if (targets)
    gsl_rng_free(targets);
  return status;
}

/* ---- the forward pass ---------------------------------------------------- */

struct bp_forward *bp_forward_new(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_forward *forward = bp_arena_alloc(arena, 1, sizeof *forward);
  if (!forward)
    return NULL;
  forward->Z = bp_arena_alloc(arena, network->depth + 1, sizeof *forward->Z);
  forward->A = bp_arena_alloc(arena, network->depth + 1, sizeof *forward->A);
  if (!forward->Z || !forward->A)
    return NULL;
  forward->A[0] = network->X;
  for (size_t l = 1; l <= network->depth; l++) {
    forward->Z[l] = bp_matrix(arena, network->size[l], network->samples);
    forward->A[l] = bp_matrix(arena, network->size[l], network->samples);
  }
  return bp_arena_failed(arena) ? NULL : forward;
}

/* a_k = e^(z_k - max z) / sum, column by column. */
static void softmax(const gsl_matrix *Z, gsl_matrix *A) {
  for (size_t s = 0; s < Z->size2; s++) {
    double largest = gsl_matrix_get(Z, 0, s), sum = 0;
    for (size_t k = 1; k < Z->size1; k++)
      largest = fmax(largest, gsl_matrix_get(Z, k, s));
    for (size_t k = 0; k < Z->size1; k++) {
      double e = exp(gsl_matrix_get(Z, k, s) - largest);
      gsl_matrix_set(A, k, s, e);
      sum += e;
    }
    for (size_t k = 0; k < Z->size1; k++)
      gsl_matrix_set(A, k, s, gsl_matrix_get(A, k, s) / sum);
  }
}

double bp_softmax_rounding(size_t outputs, double a) {
  return a > 0 ? a * (2 * (double)outputs + 12 + fabs(log(a))) : 0;
}

void bp_forward_run(const struct bp_network *network, struct bp_forward *forward) {
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix *Z = forward->Z[l], *A = forward->A[l];
    for (size_t i = 0; i < Z->size1; i++)
      for (size_t s = 0; s < Z->size2; s++)
        gsl_matrix_set(Z, i, s, gsl_matrix_get(network->b[l], i, 0));
    bp_product_onto(network->W[l], forward->A[l - 1], Z);
    if (network->activation[l]->columnwise)
      softmax(Z, A);
    else
      network->activation[l]->vector(Z->size1 * Z->size2, Z->data, A->data);
  }
  const gsl_matrix *Z = forward->Z[network->depth], *A = forward->A[network->depth];
  const struct bp_loss_rules *rules = bp_network_rules(network);
  double sum = 0;
  for (size_t s = 0; s < network->samples; s++)
    sum += rules->sample(Z->size1, Z->data + s, A->data + s, network->Y->data + s, Z->tda);
  forward->loss = sum / (double)network->samples;
}

bool bp_forward_is_right(const struct bp_network *network, const struct bp_forward *forward,
                         double *scratch) {
  double *sum = scratch, *magnitude = scratch + network->samples;
  for (size_t l = 1; l <= network->depth; l++) {
    const gsl_matrix *W = network->W[l], *A = forward->A[l - 1];
    double allowed = 2 * (double)(W->size2 + 3) * BP_UNIT;
    for (size_t i = 0; i < W->size1; i++) {
      double b = gsl_matrix_get(network->b[l], i, 0);
      for (size_t s = 0; s < network->samples; s++) {
        sum[s] = b;
        magnitude[s] = fabs(b);
      }
      for (size_t j = 0; j < W->size2; j++) {
        double w = gsl_matrix_get(W, i, j);
        const double *a = A->data + j * A->tda;
        for (size_t s = 0; s < network->samples; s++) {
          sum[s] += w * a[s];
          magnitude[s] += fabs(w * a[s]);
        }
      }
      for (size_t s = 0; s < network->samples; s++) {
        double z = gsl_matrix_get(forward->Z[l], i, s);
        if (isfinite(sum[s]) && !(fabs(z - sum[s]) <= allowed * magnitude[s]))
          return false;
      }
    }
  }
  return true;
}
