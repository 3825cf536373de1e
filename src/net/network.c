/* Networks in memory, values drawn for them, and the forward pass.
 *
 * Z[l] = W[l] A[l-1] + b[l] is one product with b[l] copied into every column first.  The loss
 * of a column is that of the loss's row; softmax shifts with the largest z.
 */
#include "net/network.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdatomic.h>

#include "base/parallel.h"
#include "base/random.h"
#include "num/product/product.h"

enum { LARGE = 1 << 16 }; /* weights of a layer */

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

static bool is_large(const struct bp_network *network, size_t l) {
  return network->W[l]->size1 * network->W[l]->size2 >= LARGE;
}

static double deviation_of(const struct bp_network *network, const struct bp_draw *draw, size_t l) {
  return draw->weight_scale / sqrt((double)network->size[l - 1]);
}

/* The same for rows [from, to) of a matrix so large that drawing it would be a good part of its
 * check: each row has a stream of its own, from a generator that takes a tenth of the time. */
static bool draw_rows(const struct bp_network *network, const struct bp_draw *draw, size_t l,
                      size_t from, size_t to) {
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_taus2);
  if (!generator)
    return false;
  uint64_t state = draw->seed * 2654435761UL + l;
  double deviation = deviation_of(network, draw, l);
  for (size_t i = from; i < to; i++) {
    gsl_rng_set(generator, (unsigned long)(bp_random_bits_at(state, i) >> 32));
    for (size_t j = 0; j < network->W[l]->size2; j++)
      gsl_matrix_set(network->W[l], i, j, deviation * gsl_ran_gaussian_ziggurat(generator, 1));
  }
  gsl_rng_free(generator);
  return true;
}

/* Biases, and weights that are not large: one stream for all. */
static bool draw_the_small(const struct bp_network *network, const struct bp_draw *draw) {
  gsl_rng *generator = stream(draw->seed, 1);
  if (!generator)
    return false;
  for (size_t l = 1; l <= network->depth; l++) {
    if (!is_large(network, l))
      draw_normal(generator, deviation_of(network, draw, l), network->W[l]);
    draw_normal(generator, 0.1 * draw->weight_scale, network->b[l]);
  }
  gsl_rng_free(generator);
  return true;
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

static bool draw_data(struct bp_network *network, const struct bp_draw *draw) {
  gsl_rng *inputs = stream(draw->seed, 2), *targets = stream(draw->seed, 3);
  bool room = inputs && targets;
  for (size_t s = 0; room && s < network->samples; s++) {
    for (size_t i = 0; i < network->size[0]; i++)
      gsl_matrix_set(network->X, i, s, draw->input_scale * gsl_ran_ugaussian(inputs));
    draw_target(targets, network, s);
  }
  if (inputs)
    gsl_rng_free(inputs);
  if (targets)
    gsl_rng_free(targets);
  return room;
}

/* What threads draw at the same time: data, what is small, and rows of what is large. */
enum { DRAWS_DATA, DRAWS_SMALL, DRAWS_ROWS, ROWS_DRAWN_AT_ONCE = 32 };

struct drawing {
  struct bp_network *network;
  const struct bp_draw *draw;
  size_t first; /* of these tasks */
  atomic_bool failed;
};

/* So many tasks have the rows of a layer. */
static size_t row_tasks(const struct bp_network *network, size_t l) {
  size_t rows = network->W[l]->size1;
  return is_large(network, l) ? (rows + ROWS_DRAWN_AT_ONCE - 1) / ROWS_DRAWN_AT_ONCE : 0;
}

static bool draw_some_rows(const struct drawing *drawing, size_t task) {
  size_t l = 1;
  while (task >= row_tasks(drawing->network, l))
    task -= row_tasks(drawing->network, l++);
  size_t rows = drawing->network->W[l]->size1, from = task * ROWS_DRAWN_AT_ONCE;
  size_t to = from + ROWS_DRAWN_AT_ONCE < rows ? from + ROWS_DRAWN_AT_ONCE : rows;
  return draw_rows(drawing->network, drawing->draw, l, from, to);
}

static void draw_task(size_t index, int worker, void *user) {
  (void)worker;
  struct drawing *drawing = user;
  size_t task = drawing->first + index;
  bool drawn = task == DRAWS_DATA    ? draw_data(drawing->network, drawing->draw)
               : task == DRAWS_SMALL ? draw_the_small(drawing->network, drawing->draw)
                                     : draw_some_rows(drawing, task - DRAWS_ROWS);
  if (!drawn)
    atomic_store_explicit(&drawing->failed, true, memory_order_relaxed);
}

/* Tasks from that one on. */
static int draw_from(struct bp_network *network, const struct bp_draw *draw, size_t first) {
  struct drawing drawing = {.network = network, .draw = draw, .first = first};
  size_t tasks = DRAWS_ROWS - first;
  for (size_t l = 1; l <= network->depth; l++)
    tasks += row_tasks(network, l);
  bp_parallel_for(tasks, draw->threads, draw_task, &drawing);
  return drawing.failed ? -1 : 0;
}

int bp_network_draw_parameters(struct bp_network *network, const struct bp_draw *draw) {
  return draw_from(network, draw, DRAWS_SMALL);
}

int bp_network_draw_data(struct bp_network *network, const struct bp_draw *draw) {
  return draw_data(network, draw) ? 0 : -1;
}

int bp_network_draw(struct bp_network *network, const struct bp_draw *draw) {
  return draw_from(network, draw, DRAWS_DATA);
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

/* Units of a layer that a thread takes at once: many, as each time what is below is copied. */
enum { UNITS_AT_ONCE = 128 };

struct passing {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t l;
};

static void run_some_units(size_t index, int worker, void *user) {
  (void)worker;
  const struct passing *passing = user;
  size_t l = passing->l, i = index * UNITS_AT_ONCE;
  gsl_matrix *Z = passing->forward->Z[l], *A = passing->forward->A[l], *W = passing->network->W[l];
  size_t count = Z->size1 - i < UNITS_AT_ONCE ? Z->size1 - i : UNITS_AT_ONCE;
  gsl_matrix units = gsl_matrix_submatrix(Z, i, 0, count, Z->size2).matrix;
  gsl_matrix weights = gsl_matrix_submatrix(W, i, 0, count, W->size2).matrix;
  for (size_t k = 0; k < count; k++)
    for (size_t s = 0; s < Z->size2; s++)
      gsl_matrix_set(&units, k, s, gsl_matrix_get(passing->network->b[l], i + k, 0));
  bp_product_onto(&weights, passing->forward->A[l - 1], &units);
  if (!passing->network->activation[l]->columnwise)
    passing->network->activation[l]->vector(count * Z->size2, units.data, A->data + i * A->tda);
}

void bp_forward_run(const struct bp_network *network, struct bp_forward *forward) {
  for (size_t l = 1; l <= network->depth; l++) {
    struct passing passing = {network, forward, l};
    bp_parallel_for((network->size[l] + UNITS_AT_ONCE - 1) / UNITS_AT_ONCE, forward->threads,
                    run_some_units, &passing);
    if (network->activation[l]->columnwise)
      softmax(forward->Z[l], forward->A[l]);
  }
  const gsl_matrix *Z = forward->Z[network->depth], *A = forward->A[network->depth];
  const struct bp_loss_rules *rules = bp_network_rules(network);
  double sum = 0;
  for (size_t s = 0; s < network->samples; s++)
    sum += rules->sample(Z->size1, Z->data + s, A->data + s, network->Y->data + s, Z->tda);
  forward->loss = sum / (double)network->samples;
}

struct looked_through {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t l;
  struct bp_share own; /* of its rows */
  atomic_bool wrong;
};

enum { ROWS_AT_ONCE = 16, SAMPLES_AT_ONCE = 64 };

/* One unit in samples [first, first + count). */
static bool unit_is_right(const struct looked_through *look, size_t i, size_t first, size_t count) {
  const gsl_matrix *W = look->network->W[look->l], *A = look->forward->A[look->l - 1];
  double sum[SAMPLES_AT_ONCE], magnitude[SAMPLES_AT_ONCE];
  double b = gsl_matrix_get(look->network->b[look->l], i, 0);
  double allowed = 2 * (double)(W->size2 + 3) * BP_UNIT;
  for (size_t s = 0; s < count; s++) {
    sum[s] = b;
    magnitude[s] = fabs(b);
  }
  for (size_t j = 0; j < W->size2; j++) {
    double w = gsl_matrix_get(W, i, j);
    const double *a = A->data + j * A->tda + first;
    for (size_t s = 0; s < count; s++) {
      sum[s] += w * a[s];
      magnitude[s] += fabs(w * a[s]);
    }
  }
  bool right = true;
  for (size_t s = 0; s < count; s++) {
    double z = gsl_matrix_get(look->forward->Z[look->l], i, first + s);
    right = right && !(isfinite(sum[s]) && !(fabs(z - sum[s]) <= allowed * magnitude[s]));
  }
  return right;
}

static void look_at_rows(size_t index, int worker, void *user) {
  (void)worker;
  struct looked_through *look = user;
  size_t i = look->own.from + index * ROWS_AT_ONCE, m = look->network->samples;
  size_t to = i + ROWS_AT_ONCE < look->own.to ? i + ROWS_AT_ONCE : look->own.to;
  for (; i < to; i++)
    for (size_t s = 0; s < m; s += SAMPLES_AT_ONCE)
      if (!unit_is_right(look, i, s, m - s < SAMPLES_AT_ONCE ? m - s : SAMPLES_AT_ONCE))
        atomic_store_explicit(&look->wrong, true, memory_order_relaxed);
}

bool bp_forward_is_right(const struct bp_network *network, const struct bp_forward *forward,
                         int threads) {
  struct looked_through look = {.network = network, .forward = forward};
  for (size_t l = 1; l <= network->depth; l++) {
    look.l = l;
    look.own = bp_network_share(network, network->size[l]);
    bp_parallel_for((look.own.to - look.own.from + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE, threads,
                    look_at_rows, &look);
  }
  return !bp_network_any(network, look.wrong);
}
