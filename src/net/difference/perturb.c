/* Both ends of many steps at once, in float64.
 *
 * A call works on `columns` = tiles · count columns.  rows[end] holds one row of a layer for end 0
 * (+t) or 1 (-t); change[end] holds the change of a whole layer of activations, n x columns, for
 * the product with the next weights.  What layer L gives goes through a `struct tally` that turns
 * rows of pre-activations of the output, one after the other, into the differences of the loss.
 */
#include "net/difference/perturb.h"

#include <math.h>
#include <string.h>

#include "num/product/product.h"
#include "num/vector.h"

enum { MOST_SAMPLES = 512, WANTED_COLUMNS = 1024, MOST_DOUBLES = 1 << 19 };

struct bp_perturber {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t samples, tiles, columns; /* at most */
  double *rows[2], *base, *work;  /* columns each */
  double *spare;                  /* columns: for the loss */
  double *changes[2], *layer[2];  /* widest x columns each */
  double *sums[2], *linear;       /* columns each: for softmax */
  double *tiled;                  /* outputs x columns: Z[L] minus its column's largest, tiled */
  size_t *likeliest;              /* which output that is, sample by sample */
  size_t tiled_first, tiled_count, tiled_tiles; /* which samples `tiled` holds; 0 tiles: none */
};

struct block { /* what one call works on */
  size_t first, count, tiles, columns;
};

static size_t widest_behind_input(const struct bp_network *network) {
  size_t widest = 1;
  for (size_t l = 1; l <= network->depth; l++)
    if (network->size[l] > widest)
      widest = network->size[l];
  return widest;
}

struct bp_perturber *bp_perturber_new(const struct bp_network *network,
                                      const struct bp_forward *forward, struct bp_arena *arena) {
  struct bp_perturber *p = bp_arena_alloc(arena, 1, sizeof *p);
  if (!p)
    return NULL;
  size_t widest = widest_behind_input(network), outputs = network->size[network->depth];
  size_t wanted = MOST_DOUBLES / widest;
  if (wanted > WANTED_COLUMNS)
    wanted = WANTED_COLUMNS;
  if (wanted < 8)
    wanted = 8;
  p->network = network;
  p->forward = forward;
  p->samples = network->samples < MOST_SAMPLES ? network->samples : MOST_SAMPLES;
  if (p->samples > wanted)
    p->samples = wanted;
  p->tiles = wanted / p->samples;
  p->columns = p->samples * p->tiles;
  double **lines[] = {&p->rows[0], &p->rows[1], &p->base,    &p->work,
                      &p->spare,   &p->sums[0], &p->sums[1], &p->linear};
  for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
    *lines[k] = bp_arena_alloc(arena, p->columns, sizeof **lines[k]);
  for (int end = 0; end < 2; end++) {
    p->changes[end] = bp_arena_alloc(arena, p->columns * widest, sizeof *p->changes[end]);
    p->layer[end] = bp_arena_alloc(arena, p->columns * widest, sizeof *p->layer[end]);
  }
  p->tiled = bp_arena_alloc(arena, p->columns * outputs, sizeof *p->tiled);
  p->likeliest = bp_arena_alloc(arena, p->samples, sizeof *p->likeliest);
  return bp_arena_failed(arena) ? NULL : p;
}

size_t bp_perturber_samples(const struct bp_perturber *p) { return p->samples; }

size_t bp_perturber_tiles(const struct bp_perturber *p) { return p->tiles; }

/* Row `row` of a matrix for the block's samples, repeated for every tile. */
static void tile_row(const struct block *block, const gsl_matrix *matrix, size_t row, double *out) {
  const double *from = matrix->data + row * matrix->tda + block->first;
  for (size_t tile = 0; tile < block->tiles; tile++)
    memcpy(out + tile * block->count, from, block->count * sizeof *out);
}

/* ---- the loss at the output ---------------------------------------------- */

/* Adds output row k, whose pre-activations at both ends are z[0], z[1], to change[]. */
static void elementwise_loss(struct bp_perturber *p, const struct block *block, size_t k,
                             double *const z[2], double *change) {
  const struct bp_network *network = p->network;
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  tile_row(block, network->Y, k, p->base);
  for (int end = 0; end < 2; end++) {
    const double *x = z[end];
    if (!loss->of_z) {
      network->activation[network->depth]->vector(block->columns, x, p->work);
      x = p->work;
    }
    loss->add(block->columns, x, p->base, end == 0 ? 1 : -1, p->spare, change);
  }
}

/* Z[L] minus the largest of its column, in every tile; kept for calls with the same block.  A loss
 * that takes columns gets -INFINITY in the place of the largest, see bp_softmax_ends. */
static void tile_shifted_outputs(struct bp_perturber *p, const struct block *block) {
  if (p->tiled_tiles == block->tiles && p->tiled_first == block->first &&
      p->tiled_count == block->count)
    return;
  const gsl_matrix *Z = p->forward->Z[p->network->depth];
  for (size_t s = 0; s < block->count; s++) {
    size_t top = 0, sample = block->first + s;
    for (size_t k = 1; k < Z->size1; k++)
      if (gsl_matrix_get(Z, k, sample) > gsl_matrix_get(Z, top, sample))
        top = k;
    for (size_t k = 0; k < Z->size1; k++)
      p->tiled[k * block->columns + s] =
          gsl_matrix_get(Z, k, sample) - gsl_matrix_get(Z, top, sample);
    if (bp_network_rules(p->network)->by_column)
      p->tiled[top * block->columns + s] = -INFINITY;
    p->likeliest[s] = top;
  }
  for (size_t k = 0; k < Z->size1; k++)
    for (size_t tile = 1; tile < block->tiles; tile++)
      memcpy(p->tiled + k * block->columns + tile * block->count, p->tiled + k * block->columns,
             block->count * sizeof *p->tiled);
  p->tiled_first = block->first;
  p->tiled_count = block->count;
  p->tiled_tiles = block->tiles;
}

/* What a loss that takes softmax's columns as a whole gets to see of them. */
static struct bp_softmax_ends softmax_ends(struct bp_perturber *p, const struct block *block) {
  const gsl_matrix *Y = p->network->Y;
  tile_shifted_outputs(p, block);
  return (struct bp_softmax_ends){.outputs = Y->size1,
                                  .samples = block->count,
                                  .columns = block->columns,
                                  .rest = p->tiled,
                                  .likeliest = p->likeliest,
                                  .y = Y->data + block->first,
                                  .stride = Y->tda,
                                  .sums = {p->sums[0], p->sums[1]},
                                  .linear = p->linear,
                                  .work = p->work};
}

/* The loss of softmax outputs that moved by shift[end] (outputs x columns), output by output. */
static void softmax_by_entry(struct bp_perturber *p, const struct block *block,
                             double *const shift[2], double *change) {
  const struct bp_network *network = p->network;
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  size_t n = block->columns, outputs = network->size[network->depth];
  tile_shifted_outputs(p, block);
  for (int end = 0; end < 2; end++) {
    memset(p->sums[end], 0, n * sizeof *p->sums[end]);
    for (size_t k = 0; k < outputs; k++) {
      double *moved = shift[end] + k * n;
      bp_vector_shift(n, p->tiled + k * n, 1, moved, moved);
      bp_vector_exp(n, moved, moved);
      for (size_t c = 0; c < n; c++)
        p->sums[end][c] += moved[c];
    }
  }
  for (size_t k = 0; k < outputs; k++) {
    tile_row(block, network->Y, k, p->base);
    for (int end = 0; end < 2; end++) { /* what did not move leaves nothing */
      for (size_t c = 0; c < n; c++)
        p->work[c] = shift[end][k * n + c] / p->sums[end][c];
      loss->add(n, p->work, p->base, end == 0 ? 1 : -1, p->spare, change);
    }
  }
}

static void softmax_loss(struct bp_perturber *p, const struct block *block, double *const shift[2],
                         double *change) {
  const struct bp_loss_by_column *loss = bp_network_rules(p->network)->by_column;
  if (!loss) {
    softmax_by_entry(p, block, shift, change);
    return;
  }
  struct bp_softmax_ends ends = softmax_ends(p, block);
  loss->add(&ends, shift, change);
}

/* The last hidden unit i moved its activation by delta[end]: every output moves by W[L]_ki of that,
 * so nothing but that column of W[L] and delta is needed. */
static void softmax_after_one_unit(struct bp_perturber *p, const struct block *block, size_t i,
                                   double *const delta[2], double *change) {
  const gsl_matrix *W = p->network->W[p->network->depth];
  struct bp_softmax_ends ends = softmax_ends(p, block);
  bp_network_rules(p->network)->by_column->add_unit(&ends, W->data + i, W->tda, delta, change);
}

/* Every row of Z[L] moved, by shift[end]; the outputs are elementwise. */
static void output_rows(struct bp_perturber *p, const struct block *block, double *const shift[2],
                        double *change) {
  const struct bp_network *network = p->network;
  size_t L = network->depth, n = block->columns;
  for (size_t k = 0; k < network->size[L]; k++) {
    tile_row(block, p->forward->Z[L], k, p->base);
    for (int end = 0; end < 2; end++)
      bp_vector_shift(n, p->base, 1, shift[end] + k * n, p->rows[end]);
    elementwise_loss(p, block, k, p->rows, change);
  }
}

/* ---- the layers ---------------------------------------------------------- */

/* Row k of layer l was Z and moved by shift[end]: the change of its activation, in place. */
static void activation_change(struct bp_perturber *p, const struct block *block, size_t l, size_t k,
                              double *const shift[2]) {
  size_t n = block->columns;
  tile_row(block, p->forward->Z[l], k, p->base);
  tile_row(block, p->forward->A[l], k, p->work);
  for (int end = 0; end < 2; end++) {
    bp_vector_shift(n, p->base, 1, shift[end], shift[end]);
    p->network->activation[l]->vector(n, shift[end], shift[end]);
    for (size_t c = 0; c < n; c++)
      shift[end][c] -= p->work[c];
  }
}

/* Activation i of layer l moved by delta[end] in the block's columns, which begin at `from` of all
 * `stride`: layer[end] = W[l+1] column i times that. */
static void rank_one(struct bp_perturber *p, const struct block *block, size_t l, size_t i,
                     double *const delta[2], size_t from, size_t stride) {
  const gsl_matrix *W = p->network->W[l + 1];
  for (int end = 0; end < 2; end++) {
    for (size_t k = 0; k < W->size1; k++) {
      double weight = gsl_matrix_get(W, k, i), *row = p->layer[end] + k * stride + from;
      for (size_t c = 0; c < block->columns; c++)
        row[c] = weight * delta[end][c];
    }
  }
}

/* layer[end] holds the change of Z[l]; on through l+1, ..., L. */
static void upper_layers(struct bp_perturber *p, const struct block *block, size_t l) {
  size_t n = block->columns;
  for (; l < p->network->depth; l++) {
    for (size_t k = 0; k < p->network->size[l]; k++) {
      double *const row[2] = {p->layer[0] + k * n, p->layer[1] + k * n};
      activation_change(p, block, l, k, row);
    }
    for (int end = 0; end < 2; end++) {
      gsl_matrix from = {p->network->size[l], n, n, p->layer[end], NULL, 0};
      gsl_matrix to = {p->network->size[l + 1], n, n, p->changes[end], NULL, 0};
      bp_product(p->network->W[l + 1], &from, &to);
      double *swap = p->layer[end];
      p->layer[end] = p->changes[end];
      p->changes[end] = swap;
    }
  }
}

/* layer[end] holds the change of Z[l]: what that does to the loss. */
static void through_the_rest(struct bp_perturber *p, const struct block *block, size_t l,
                             double *change) {
  upper_layers(p, block, l);
  if (p->network->activation[p->network->depth]->columnwise)
    softmax_loss(p, block, p->layer, change);
  else
    output_rows(p, block, p->layer, change);
}

/* Only row i of the output layer moved. */
static void output_unit(struct bp_perturber *p, const struct block *block, size_t i,
                        double *const shift[2], double *change) {
  size_t n = block->columns, outputs = p->network->size[p->network->depth];
  if (!p->network->activation[p->network->depth]->columnwise) {
    tile_row(block, p->forward->Z[p->network->depth], i, p->base);
    for (int end = 0; end < 2; end++)
      bp_vector_shift(n, p->base, 1, shift[end], shift[end]);
    elementwise_loss(p, block, i, shift, change);
    return;
  }
  for (int end = 0; end < 2; end++) {
    memset(p->layer[end], 0, n * outputs * sizeof *p->layer[end]);
    memcpy(p->layer[end] + i * n, shift[end], n * sizeof *p->layer[end]);
  }
  softmax_loss(p, block, p->layer, change);
}

/* One unit as far as nothing is shared with others; true: that was all the way.  Its columns begin
 * at `from`, and `stride` is how many there are of all units. */
static bool move_unit(struct bp_perturber *p, const struct block *block, enum bp_site site,
                      size_t l, size_t i, size_t from, size_t stride, double *change) {
  const struct bp_network *network = p->network;
  double *const rows[2] = {p->rows[0] + from, p->rows[1] + from};
  if (l == network->depth) {
    output_unit(p, block, i, rows, change + from);
    return true;
  }
  if (site == BP_SITE_Z)
    activation_change(p, block, l, i, rows);
  if (l + 1 == network->depth && bp_network_rules(network)->by_column) {
    softmax_after_one_unit(p, block, i, rows, change + from);
    return true;
  }
  rank_one(p, block, l, i, rows, from, stride);
  return false;
}

/* rows[end] hold what moves: unit i in the first columns, and so on. */
static void move_units(struct bp_perturber *p, enum bp_site site, size_t l, size_t i, size_t units,
                       const struct block *unit, double *change) {
  const struct block block = {unit->first, unit->count, units * unit->tiles, units * unit->columns};
  bool done = true;
  memset(change, 0, block.columns * sizeof *change);
  for (size_t u = 0; u < units; u++)
    done = move_unit(p, unit, site, l, i + u, u * unit->columns, block.columns, change);
  if (!done)
    through_the_rest(p, &block, l + 1, change);
}

void bp_perturb_units(struct bp_perturber *p, enum bp_site site, size_t l, size_t i, size_t units,
                      size_t first, size_t count, size_t tiles, const double *step,
                      double *change) {
  const struct block unit = {first, count, tiles, count * tiles};
  for (size_t c = 0; c < units * unit.columns; c++) {
    p->rows[0][c] = step[c];
    p->rows[1][c] = -step[c];
  }
  move_units(p, site, l, i, units, &unit, change);
}

void bp_perturb_activation(struct bp_perturber *p, size_t l, size_t i, size_t first, size_t count,
                           size_t tiles, const double *step, double *const ends[2]) {
  const struct block block = {first, count, tiles, count * tiles};
  for (size_t c = 0; c < block.columns; c++) {
    ends[0][c] = step[c];
    ends[1][c] = -step[c];
  }
  activation_change(p, &block, l, i, ends);
}

void bp_perturb_ends(struct bp_perturber *p, size_t l, size_t i, size_t units, size_t first,
                     size_t count, size_t tiles, double *const ends[2], double *change) {
  const struct block unit = {first, count, tiles, count * tiles};
  for (int end = 0; end < 2; end++)
    memcpy(p->rows[end], ends[end], units * unit.columns * sizeof *p->rows[end]);
  move_units(p, BP_SITE_A, l, i, units, &unit, change);
}

void bp_perturb_layer(struct bp_perturber *p, size_t l, const gsl_matrix *direction, size_t first,
                      size_t count, size_t tiles, const double *step, double *change) {
  const struct block block = {first, count, tiles, count * tiles};
  memset(change, 0, block.columns * sizeof *change);
  for (size_t k = 0; k < direction->size1; k++) {
    const double *motion = gsl_matrix_const_ptr(direction, k, first);
    for (size_t c = 0; c < block.columns; c++) {
      double shift = step[c] * motion[c % count];
      p->layer[0][k * block.columns + c] = shift;
      p->layer[1][k * block.columns + c] = -shift;
    }
  }
  through_the_rest(p, &block, l, change);
}

void bp_perturb(struct bp_perturber *p, enum bp_site site, size_t l, size_t i, size_t first,
                size_t count, size_t tiles, const double *step, double *change) {
  bp_perturb_units(p, site, l, i, 1, first, count, tiles, step, change);
}
