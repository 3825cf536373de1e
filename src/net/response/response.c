/* Layers from the output downward, since the bounds of each rest on the differences of those above.
 *
 * Of a layer, first every sample gets its box, then every row its evaluations: both are loops whose
 * rounds write to places of their own, so the result does not depend on the number of threads.  The
 * evaluations themselves are perturb.h's, whose products take all samples and points of a unit at
 * once.
 */
#include <math.h>
#include <string.h>

#include "net/estimate.h"
#include "net/response/dealt.h"
#include "net/response/quotient.h"
#include "net/response/response_inside.h"
#include "net/response/sizes.h"

static size_t entries_of(const struct bp_network *network, size_t l) {
  size_t width = network->size[l - 1] + 1;
  return bp_network_rows(network, l) * (width > network->samples ? width : network->samples);
}

/* So many that the products have a fair number of columns; no more, as blocks are what threads
 * share.
 */
static size_t units_of(const struct bp_differences *d) {
  enum { COLUMNS = 256 };
  const struct bp_perturber *perturber = bp_differences_perturber(d, 0);
  size_t room = bp_perturber_samples(perturber) * bp_perturber_tiles(perturber);
  size_t one = BP_RESPONSE_PAIRS * d->network->samples;
  size_t units = (room < COLUMNS ? room : COLUMNS) / one;
  return units > 0 ? units : 1;
}

/* Multiplications from which on evaluating the layers above layer l is what a unit costs, so that
 * Z[l] and A[l] share them. */
static bool is_shared(const struct bp_network *network, size_t l) {
  enum { MANY = 1024 };
  double products = 0;
  for (size_t k = l + 2; k <= network->depth; k++)
    products += (double)network->size[k] * (double)network->size[k - 1];
  return products >= MANY;
}

static bool worker_init(const struct bp_responses *r, struct bp_response_worker *worker) {
  const struct bp_network *network = r->differences->network;
  struct bp_arena *arena = r->differences->arena;
  const struct bp_perturber *perturber = bp_differences_perturber(r->differences, 0);
  size_t block = bp_perturber_samples(perturber) * bp_perturber_tiles(perturber);
  size_t m = network->samples;
  double **lines[] = {&worker->value, &worker->truncation, &worker->rounding, &worker->size};
  worker->space = bp_box_space_new(network, 0, arena);
  worker->step = bp_arena_alloc(arena, block, sizeof *worker->step);
  worker->change = bp_arena_alloc(arena, block, sizeof *worker->change);
  for (int end = 0; end < 2; end++)
    worker->ends[end] = bp_arena_alloc(arena, block, sizeof *worker->ends[end]);
  worker->delta = bp_arena_alloc(arena, r->units * m, sizeof *worker->delta);
  worker->quotient = bp_arena_alloc(arena, r->units * m, sizeof *worker->quotient);
  worker->slope = bp_arena_alloc(arena, r->units * m, sizeof *worker->slope);
  worker->inner = bp_arena_alloc(arena, r->units * m, sizeof *worker->inner);
  for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
    *lines[k] = bp_arena_alloc(arena, m, sizeof **lines[k]);
  return worker->space && !bp_arena_failed(arena);
}

struct bp_responses *bp_responses_new(struct bp_differences *differences) {
  const struct bp_network *network = differences->network;
  struct bp_arena *arena = differences->arena;
  struct bp_responses *r = bp_arena_alloc(arena, 1, sizeof *r);
  size_t most = 0, workers = (size_t)differences->threads;
  if (!r)
    return NULL;
  *r = (struct bp_responses){.differences = differences, .units = units_of(differences)};
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++) {
    r->quad_weight[k] = bp_response_weight(k);
    r->weight[k] = (double)r->quad_weight[k];
  }
  r->rest = bp_rest_new(network, differences->forward, arena);
  r->worker = bp_arena_alloc(arena, workers, sizeof *r->worker);
  if ((network->looked_at || is_shared(network, 1)) && r->rest)
    r->sizes = bp_sizes_new(r->rest, arena);
  for (int site = 0; site < BP_RESPONSE_SITES; site++)
    r->of[site] = bp_arena_alloc(arena, network->depth + 1, sizeof **r->of);
  if (bp_arena_failed(arena))
    return NULL;
  for (size_t l = 1; l <= network->depth; l++) {
    size_t nodes = network->size[l] * network->samples;
    for (int site = 0; site < BP_RESPONSE_SITES; site++)
      r->of[site][l] = bp_arena_alloc(arena, nodes, sizeof *r->of[site][l]);
    most = entries_of(network, l) > most ? entries_of(network, l) : most;
  }
  for (int target = 0; target < BP_TARGET_COUNT; target++)
    r->left[target] = bp_arena_alloc(arena, most, sizeof *r->left[target]);
  for (size_t k = 0; k < workers && !bp_arena_failed(arena); k++)
    if (!worker_init(r, &r->worker[k]))
      return NULL;
  return bp_arena_failed(arena) ? NULL : r;
}

const struct bp_rest *bp_responses_rest(const struct bp_responses *r) { return r->rest; }

double bp_responses_memory(const struct bp_spec *spec, size_t samples, int threads) {
  double nodes = 0, widest = 1, most = 0, m = (double)samples;
  for (size_t l = 1; l <= spec->depth; l++) {
    double n = (double)spec->size[l];
    nodes += n;
    widest = fmax(widest, n);
    most = fmax(most, n * fmax((double)spec->size[l - 1] + 1, m));
  }
  double worker = 2 * fmax(16 * widest, fmin(0x1p19, widest * widest)) * 8 + nodes * 10 * 8 +
                  widest * 32 + m * 64 + 0x1p16;
  return nodes * m * (BP_RESPONSE_SITES * sizeof(struct bp_response) + 32) + 4 * widest * m * 8 +
         3 * most + threads * worker;
}

/* ---- one row in float64 -------------------------------------------------- */

/* Rows i, i + 1, ... of a layer. */
struct block {
  struct bp_responses *responses;
  struct bp_response_worker *worker;
  int number; /* of the worker */
  size_t l, i, units;
};

/* What is moved: Z[l], A[l], or for every unit and sample one of them, see take_both. */
enum moved { MOVES_Z = BP_SITE_Z, MOVES_A = BP_SITE_A, MOVES_EITHER };

/* w->change for w->step; with MOVES_EITHER w->ends, too. */
static void evaluate(const struct block *block, enum moved moved, size_t first, size_t count,
                     size_t pairs) {
  struct bp_response_worker *w = block->worker;
  const struct bp_differences *d = block->responses->differences;
  struct bp_perturber *perturber = bp_differences_perturber(d, block->number);
  size_t columns = pairs * count, m = d->network->samples;
  if (moved != MOVES_EITHER) {
    bp_perturb_units(perturber, moved == MOVES_Z ? BP_SITE_Z : BP_SITE_A, block->l, block->i,
                     block->units, first, count, pairs, w->step, w->change);
    return;
  }
  for (size_t u = 0; u < block->units; u++) {
    double *const ends[2] = {w->ends[0] + u * columns, w->ends[1] + u * columns};
    bp_perturb_activation(perturber, block->l, block->i + u, first, count, pairs,
                          w->step + u * columns, ends);
    for (size_t c = 0; c < columns; c++) {
      if (w->inner[u * m + first + c % count])
        continue;
      ends[0][c] = w->step[u * columns + c];
      ends[1][c] = -ends[0][c];
    }
  }
  bp_perturb_ends(perturber, block->l, block->i, block->units, first, count, pairs, w->ends,
                  w->change);
}

/* sum w (φ(xδ) - φ(-xδ)) / 2xδ of every row and sample of the block; with MOVES_EITHER the same of
 * A[l], too. */
static void take_quotients(const struct block *block, enum moved moved) {
  const struct bp_responses *r = block->responses;
  struct bp_response_worker *w = block->worker;
  struct bp_perturber *perturber = bp_differences_perturber(r->differences, block->number);
  size_t m = r->differences->network->samples, samples = bp_perturber_samples(perturber);
  size_t room = samples * bp_perturber_tiles(perturber);
  memset(w->quotient, 0, block->units * m * sizeof *w->quotient);
  memset(w->slope, 0, block->units * m * sizeof *w->slope);
  for (size_t first = 0; first < m; first += samples) {
    size_t count = m - first < samples ? m - first : samples, tiles = room / count / block->units;
    for (size_t from = 0; from < BP_RESPONSE_PAIRS; from += tiles) {
      size_t pairs = BP_RESPONSE_PAIRS - from < tiles ? BP_RESPONSE_PAIRS - from : tiles;
      size_t columns = pairs * count;
      for (size_t k = 0; k < block->units * columns; k++)
        w->step[k] = bp_response_place[from + k % columns / count] *
                     w->delta[k / columns * m + first + k % count];
      evaluate(block, moved, first, count, pairs);
      for (size_t k = 0; k < block->units * columns; k++) {
        size_t at = k / columns * m + first + k % count;
        double weight = r->weight[from + k % columns / count];
        if (!(w->step[k] > 0))
          continue;
        w->quotient[at] += weight * w->change[k] / (2 * w->step[k]);
        if (moved == MOVES_EITHER)
          w->slope[at] += weight * (w->ends[0][k] - w->ends[1][k]) / (2 * w->step[k]);
      }
    }
  }
}

static void set_node(const struct bp_response *response, double size, enum bp_method method,
                     struct bp_difference *entry) {
  *entry = (struct bp_difference){.value = response->value,
                                  .truncation = response->truncation,
                                  .rounding = response->rounding,
                                  .sum = size,
                                  .method = (uint8_t)method};
}

static void leave(const struct bp_response_row *row, enum bp_difference_target target,
                  size_t column) {
  struct bp_responses *r = row->responses;
  size_t columns = bp_difference_columns(r->differences->network, target, row->l);
  r->left[target][row->i * columns + column] = 1;
  atomic_store_explicit(&r->any_left[target], true, memory_order_relaxed);
}

/* What is known of a response goes to its entry; *size is a bound of |∂C/∂| and becomes sharper. */
static void enter(const struct bp_response_row *row, enum bp_site site, size_t s, double *size) {
  const struct bp_differences *d = row->responses->differences;
  enum bp_difference_target target = site == BP_SITE_A ? BP_TARGET_A : BP_TARGET_Z;
  struct bp_response *r = bp_response_of(row, site, s);
  double bound = r->truncation + r->rounding;
  r->known = r->known && isfinite(r->value + bound);
  if (!r->known) {
    leave(row, target, s);
    return;
  }
  *size = fmin(*size, fabs(r->value) + bound);
  set_node(r, *size, BP_METHOD_RESPONSE, &d->of[target][row->l][row->i * d->network->samples + s]);
}

/* What the quotient of that sample comes to, with the step that it was taken over. */
static void take_sample(const struct bp_response_row *row, enum bp_site site, size_t s,
                        double delta, double quotient, double *size) {
  struct bp_response *r = bp_response_of(row, site, s);
  r->known = delta > 0;
  if (r->known) {
    r->value = quotient;
    r->truncation = bp_quotient_truncation(r, delta);
    r->rounding =
        bp_quotient_rounding(r, r->value, delta, BP_UNIT) + bp_quotient_underflow(r, delta);
  }
  enter(row, site, s, size);
}

/* What the row's quotients at that site come to. */
static void take_row(const struct bp_response_row *row, enum bp_site site, const double *delta,
                     const double *quotient, double *size) {
  for (size_t s = 0; s < row->responses->differences->network->samples; s++)
    take_sample(row, site, s, delta[s], quotient[s], &size[s]);
}

/* dW[l] and db[l] of the row: sums over the samples of what its quotients say.  A sample without a
 * response spoils the parameters that move it. */
static void take_parameters(const struct bp_response_row *row) {
  const struct bp_differences *d = row->responses->differences;
  struct bp_response_worker *w = row->worker;
  size_t m = d->network->samples, columns = d->network->size[row->l - 1] + 1;
  struct bp_difference *entries = d->of[BP_TARGET_PARAMETER][row->l] + row->i * columns;
  double mean = 1 / (double)m, adding = ((double)m + 8) * BP_UNIT;
  for (size_t s = 0; s < m; s++) {
    const struct bp_response *r = bp_response_of(row, BP_SITE_Z, s);
    w->value[s] = r->known ? r->value : 0;
    w->truncation[s] = r->known ? r->truncation : INFINITY;
    w->rounding[s] = r->known ? r->rounding : 0;
    w->size[s] = r->known ? fabs(r->value) : 0;
  }
  for (size_t j = 0; j < columns; j++) {
    const double *a = bp_response_leverages(d, row->l, j);
    double value = 0, truncation = 0, rounding = 0, size = 0;
    for (size_t s = 0; s < m; s++) {
      double lever = a ? a[s] : 1, much = fabs(lever);
      value += lever * w->value[s];
      truncation += much > 0 ? much * w->truncation[s] : 0;
      rounding += much * w->rounding[s];
      size += much * w->size[s];
    }
    entries[j] = (struct bp_difference){.value = mean * value,
                                        .truncation = mean * truncation,
                                        .rounding = mean * (rounding + adding * size),
                                        .sum = mean * (size + truncation + rounding),
                                        .method = BP_METHOD_RESPONSE};
    if (!isfinite(mean * (value + truncation + rounding + size))) {
      entries[j] = (struct bp_difference){.method = BP_METHOD_NONE};
      leave(row, BP_TARGET_PARAMETER, j);
    }
  }
}

/* Before anything was evaluated: |∂C/∂A| is at most what the layer above says through |W|. */
static void guess_size(const struct bp_response_row *row) {
  const struct bp_rest *rest = row->responses->rest;
  const gsl_matrix *W = rest->network->W[row->l + 1];
  size_t m = rest->network->samples;
  for (size_t s = 0; s < m; s++) {
    double sum = 0;
    for (size_t k = 0; k < W->size1; k++) {
      double weight = fabs(gsl_matrix_get(W, k, row->i));
      if (weight > 0)
        sum += weight * rest->of_Z[row->l + 1][k * m + s];
    }
    rest->of_A[row->l][row->i * m + s] = sum;
  }
}

/* What the responses to A[l] of the row say of those to Z[l]. */
static void go_through(const struct bp_response_row *row) {
  const struct bp_differences *d = row->responses->differences;
  const struct bp_rest *rest = row->responses->rest;
  for (size_t s = 0; s < d->network->samples; s++) {
    size_t at = row->i * d->network->samples + s;
    double bound[BP_ORDER + 1], z = gsl_matrix_get(d->forward->Z[row->l], row->i, s);
    d->network->activation[row->l]->derivative_bounds(z, 0, bound);
    rest->of_Z[row->l][at] = bound[1] * rest->of_A[row->l][at];
    *bp_response_of(row, BP_SITE_Z, s) =
        bp_response_through(rest, row->l, row->i, s, bp_response_of(row, BP_SITE_A, s));
  }
}

/* All of a block at one site: BP_SITE_A comes before BP_SITE_Z. */
static void take_site(const struct block *block, enum bp_site site) {
  struct bp_response_worker *worker = block->worker;
  const struct bp_rest *rest = block->responses->rest;
  size_t m = rest->network->samples;
  double **size = site == BP_SITE_A ? rest->of_A : rest->of_Z;
  struct bp_response_row row = {block->responses, worker, block->number, block->l, block->i};
  for (size_t u = 0; u < block->units; u++, row.i++) {
    if (site == BP_SITE_A && !block->responses->sizes)
      guess_size(&row);
    else if (site == BP_SITE_Z && block->l < rest->network->depth)
      go_through(&row);
    for (size_t s = 0; s < m; s++)
      worker->delta[u * m + s] = bp_quotient_best_step(bp_response_of(&row, site, s));
  }
  take_quotients(block, site == BP_SITE_A ? MOVES_A : MOVES_Z);
  row.i = block->i;
  for (size_t u = 0; u < block->units; u++, row.i++)
    take_row(&row, site, worker->delta + u * m, worker->quotient + u * m,
             size[block->l] + row.i * m);
}

/* ---- Z[l] and A[l] at once ------------------------------------------------ */

/* Z[l]_is moved by t moves A[l]_is by γ(t) = g(z + t) - g(z), which is known at every point: it is
 * what the layers above were evaluated for.  So
 *
 *     D = sum w_k (φ(x_k δ) - φ(-x_k δ)) / (2 x_k δ)     is ∂C/∂Z to T + R, and
 *     G = sum w_k (γ(x_k δ) - γ(-x_k δ)) / (2 x_k δ)     is how far A moved for that, to t + r
 *
 * and the loss by A is D / G, a quotient of what both moved by: off by (T + |∂C/∂A| t) / |G| in its
 * truncation, and likewise in its rounding.  False: that is wider than enough. */
static bool take_ratio(const struct bp_response_row *row, size_t s, double delta, double slope,
                       double *size) {
  const struct bp_responses *responses = row->responses;
  struct bp_response *of_A = bp_response_of(row, BP_SITE_A, s);
  const struct bp_response *of_Z = bp_response_of(row, BP_SITE_Z, s);
  struct bp_response unit = bp_response_of_unit(responses->rest, row->l, row->i, s, of_A);
  double much = fabs(slope), value = of_Z->value / slope;
  double truncation = (of_Z->truncation + *size * bp_quotient_truncation(&unit, delta)) / much;
  double rounding =
      (of_Z->rounding + *size * bp_quotient_rounding(&unit, slope, delta, BP_UNIT)) / much +
      4 * BP_UNIT * fabs(value);
  if (!(truncation + rounding <= responses->enough))
    return false;
  of_A->value = value;
  of_A->truncation = truncation;
  of_A->rounding = rounding;
  enter(row, BP_SITE_A, s, size);
  return true;
}

/* Chooses what moves in each sample of a row: Z[l], or where that does not move A[l], A[l]. */
static void choose_moves(const struct bp_response_row *row, double *delta, uint8_t *inner) {
  go_through(row);
  for (size_t s = 0; s < row->responses->rest->network->samples; s++) {
    const struct bp_response *of_Z = bp_response_of(row, BP_SITE_Z, s);
    delta[s] = bp_quotient_best_step(of_Z);
    inner[s] = delta[s] > 0 && of_Z->rising > 0;
    if (!inner[s])
      delta[s] = bp_quotient_best_step(bp_response_of(row, BP_SITE_A, s));
  }
}

/* What was moved in each sample of a row tells both; where it tells too little of A[l], delta[s]
 * becomes the step that A[l] has to be moved by, else 0. */
static void settle_row(const struct bp_response_row *row, double *delta, const double *quotient,
                       const double *slope, const uint8_t *inner) {
  const struct bp_rest *rest = row->responses->rest;
  size_t at = row->i * rest->network->samples;
  for (size_t s = 0; s < rest->network->samples; s++) {
    double *of_Z = &rest->of_Z[row->l][at + s], *of_A = &rest->of_A[row->l][at + s];
    double step = inner[s] ? delta[s] : bp_quotient_best_step(bp_response_of(row, BP_SITE_Z, s));
    take_sample(row, BP_SITE_Z, s, step, inner[s] ? quotient[s] : 0, of_Z);
    if (!inner[s])
      take_sample(row, BP_SITE_A, s, delta[s], quotient[s], of_A);
    bool done = !inner[s] || take_ratio(row, s, delta[s], slope[s], of_A);
    delta[s] = done ? 0 : bp_quotient_best_step(bp_response_of(row, BP_SITE_A, s));
  }
}

/* Moves A[l] of one row in those samples; delta is the worker's own, at the row's place in the
 * block. */
static void take_again(const struct block *block, size_t unit) {
  struct bp_response_worker *worker = block->worker;
  const struct bp_rest *rest = block->responses->rest;
  size_t m = rest->network->samples;
  const struct block alone = {block->responses, worker,          block->number,
                              block->l,         block->i + unit, 1};
  struct bp_response_row row = {block->responses, worker, block->number, block->l, alone.i};
  bool again = false;
  memmove(worker->delta, worker->delta + unit * m, m * sizeof *worker->delta);
  for (size_t s = 0; s < m; s++)
    again |= worker->delta[s] > 0;
  if (!again)
    return;
  take_quotients(&alone, MOVES_A);
  for (size_t s = 0; s < m; s++)
    if (worker->delta[s] > 0)
      take_sample(&row, BP_SITE_A, s, worker->delta[s], worker->quotient[s],
                  &rest->of_A[row.l][row.i * m + s]);
}

/* All of a block at both sites, with one evaluation for both where that serves. */
static void take_both(const struct block *block) {
  struct bp_response_worker *worker = block->worker;
  size_t m = block->responses->rest->network->samples;
  struct bp_response_row row = {block->responses, worker, block->number, block->l, block->i};
  for (size_t u = 0; u < block->units; u++, row.i++)
    choose_moves(&row, worker->delta + u * m, worker->inner + u * m);
  take_quotients(block, MOVES_EITHER);
  row.i = block->i;
  for (size_t u = 0; u < block->units; u++, row.i++)
    settle_row(&row, worker->delta + u * m, worker->quotient + u * m, worker->slope + u * m,
               worker->inner + u * m);
  for (size_t u = 0; u < block->units; u++)
    take_again(block, u);
}

/* ---- the screening ------------------------------------------------------- */

struct layer {
  struct bp_responses *responses;
  size_t l;
  struct bp_share own_samples; /* whose boxes this rank finds */
  size_t first_block;          /* that has one of its rows */
  double from, share;          /* of the progress */
  bp_parallel_progress *progress;
  void *user;
};

static bool layer_progress(double share, void *user) {
  const struct layer *layer = user;
  return !layer->progress || layer->progress(layer->from + share * layer->share, layer->user);
}

static void box_task(size_t index, int worker, void *user) {
  const struct layer *layer = user;
  struct bp_responses *r = layer->responses;
  size_t s = layer->own_samples.from + index;
  struct bp_box_space *space = r->worker[worker].space;
  if (layer->l == r->differences->network->depth)
    bp_box_output(r->rest, s, space, r->of[BP_SITE_Z][layer->l]);
  else
    bp_box_hidden(r->rest, layer->l, s, space, r->of[BP_SITE_A][layer->l]);
}

static void block_task(size_t index, int worker, void *user) {
  const struct layer *layer = user;
  struct bp_responses *r = layer->responses;
  const struct bp_network *network = r->differences->network;
  size_t i = (layer->first_block + index) * r->units;
  size_t rest = bp_network_rows(network, layer->l) - i;
  struct block block = {
      r, &r->worker[worker], worker, layer->l, i, rest < r->units ? rest : r->units};
  if (is_shared(network, layer->l)) {
    take_both(&block);
  } else {
    if (layer->l < network->depth)
      take_site(&block, BP_SITE_A);
    take_site(&block, BP_SITE_Z);
  }
  for (size_t u = 0; u < block.units; u++)
    take_parameters(&(struct bp_response_row){r, block.worker, worker, layer->l, i + u});
}

/* What has no response takes two evaluations of its own; dA[L] is no matter of the network. */
static bool screen_the_rest(struct layer *layer) {
  struct bp_responses *r = layer->responses;
  const struct bp_network *network = r->differences->network;
  bool output = layer->l == network->depth;
  for (int t = 0; t < BP_TARGET_COUNT; t++) {
    enum bp_difference_target target = (enum bp_difference_target)t;
    bool whole = output && target == BP_TARGET_A;
    if (network->looked_at && target != BP_TARGET_PARAMETER)
      continue;
    if (!whole && !atomic_load_explicit(&r->any_left[t], memory_order_relaxed))
      continue;
    if (!bp_differences_refine(r->differences, target, layer->l, BP_METHOD_TWO_POINT,
                               whole ? NULL : r->left[t], layer_progress, layer))
      return false;
  }
  return true;
}

/* What the responses of a sample say of the sizes that boxes below ask for. */
static void tell_sizes(const struct bp_responses *r, size_t l) {
  const struct bp_network *network = r->differences->network;
  if (l == network->depth)
    bp_sizes_descend(r->sizes, l, r->differences->threads);
  for (size_t i = 0; i < bp_network_rows(network, l); i++) {
    for (size_t s = 0; s < network->samples; s++) {
      const struct bp_response *response = &r->of[BP_SITE_Z][l][i * network->samples + s];
      if (response->known)
        bp_sizes_know(r->sizes, i, s, response->value, response->truncation + response->rounding);
    }
  }
}

/* Bounds up to this show all that is asked of ∂C/∂A[l], with room to spare: against the loss half
 * of what settles an entry, against the largest of them a tenth of what shows a sign
 * (net/compare.c). */
static double enough_of(const struct bp_responses *r, size_t l) {
  const struct bp_network *network = r->differences->network;
  double largest = 0, loss = fabs(r->differences->forward->loss);
  for (size_t k = 0; k < bp_network_rows(network, l) * network->samples; k++)
    if (isfinite(r->rest->of_A[l][k]))
      largest = fmax(largest, r->rest->of_A[l][k]);
  return fmin(2e-10 * loss, 0x1p-10 * largest);
}

static bool screen_layer(struct layer *layer) {
  struct bp_responses *r = layer->responses;
  const struct bp_network *network = r->differences->network;
  int threads = r->differences->threads;
  struct bp_share own = bp_network_share(network, bp_network_rows(network, layer->l));
  size_t blocks = own.to > own.from ? (own.to + r->units - 1) / r->units - own.from / r->units : 0;
  bool output = layer->l == network->depth;
  layer->first_block = own.from / r->units;
  layer->own_samples = bp_network_share(network, network->samples);
  for (int t = 0; t < BP_TARGET_COUNT; t++) {
    memset(r->left[t], 0, entries_of(network, layer->l));
    atomic_store_explicit(&r->any_left[t], false, memory_order_relaxed);
  }
  if (r->sizes && layer->l < network->depth) {
    bp_sizes_descend(r->sizes, layer->l, threads);
    r->enough = enough_of(r, layer->l);
  }
  size_t boxes = layer->own_samples.to - layer->own_samples.from;
  if (bp_network_rows(network, layer->l) == 0)
    boxes = 0; /* nothing of it is looked at */
  if (!bp_parallel_for_progress(boxes, threads, box_task, layer, layer_progress, layer) ||
      !bp_dealt_boxes(r->rest, layer->l, r->of[output ? BP_SITE_Z : BP_SITE_A][layer->l]) ||
      !bp_parallel_for_progress(blocks, threads, block_task, layer, layer_progress, layer))
    return false;
  bp_dealt_rows(r->rest, layer->l, r->sizes ? r->of[BP_SITE_Z][layer->l] : NULL);
  if (r->sizes)
    tell_sizes(r, layer->l);
  return screen_the_rest(layer);
}

/* Of a loss that is no number there are no differences; those of outputs alone are no matter of it.
 * Each entry would else be asked for by itself, which of a network of some layers takes minutes. */
static bool give_up(const struct bp_responses *r) {
  const struct bp_network *network = r->differences->network;
  const struct bp_difference none = {.method = BP_METHOD_TWO_POINT,
                                     .value = NAN,
                                     .truncation = INFINITY,
                                     .rounding = INFINITY,
                                     .overflow = true};
  for (size_t l = 1; l <= network->depth; l++) {
    for (int t = 0; t < BP_TARGET_COUNT; t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      size_t columns = bp_difference_columns(network, target, l);
      struct bp_share own = bp_network_share(network, bp_difference_rows(network, target, l));
      for (size_t k = own.from * columns; k < own.to * columns; k++)
        r->differences->of[target][l][k] = none;
    }
  }
  return network->looked_at || bp_differences_refine(r->differences, BP_TARGET_A, network->depth,
                                                     BP_METHOD_TWO_POINT, NULL, NULL, NULL);
}

bool bp_responses_screen(struct bp_responses *r, bp_parallel_progress *progress, void *user) {
  const struct bp_network *network = r->differences->network;
  double seconds = 0, done = 0;
  if (isnan(r->differences->forward->loss))
    return give_up(r);
  for (size_t l = 1; l <= network->depth; l++)
    seconds += bp_estimate_differences(network, l);
  for (size_t l = network->depth; l >= 1; l--) {
    struct layer layer = {.responses = r,
                          .l = l,
                          .from = done,
                          .share = bp_estimate_differences(network, l) / seconds,
                          .progress = progress,
                          .user = user};
    if (!screen_layer(&layer))
      return false;
    done += layer.share;
  }
  return true;
}
