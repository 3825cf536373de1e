/* Layers from the output downward, since the bounds of each rest on the differences of those above.
 *
 * Of a layer, first every sample gets its box, then every row its evaluations: both are loops whose
 * rounds write to places of their own, so the result does not depend on the number of threads.  The
 * evaluations themselves are perturb.h's, whose products take all samples and points of a unit at
 * once.
 */
#include "net/response/response.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "net/difference/pairs.h"
#include "net/difference/perturb.h"
#include "net/response/dealt.h"
#include "net/response/nodes.h"
#include "net/response/sizes.h"

enum { SITES = 2 }; /* BP_SITE_Z and BP_SITE_A */

#define BESIDE_KINK 0.99    /* of the way to it */
#define UNDERFLOW 0x1p-1000 /* parts of a loss below that have lost digits */

struct worker {
  struct bp_box_space *space;
  double *step, *change; /* one call of bp_perturb */
  double *delta;         /* the longest steps of a block, row by row; 0: there is none */
  double *quotient;      /* what comes of them */
  double *value, *truncation, *rounding, *size; /* of one row */
  bp_quad *quad;
};

struct bp_responses {
  struct bp_differences *differences;
  struct bp_rest *rest;
  struct bp_response **of[SITES]; /* [site][l][i * m + s] */
  struct worker *worker;
  struct bp_sizes *sizes; /* of a sample, else NULL */
  size_t units;           /* rows that are evaluated at once */
  double weight[BP_RESPONSE_PAIRS];
  bp_quad quad_weight[BP_RESPONSE_PAIRS];
  uint8_t *left[BP_TARGET_COUNT]; /* entries of the layer at work that have no response */
  atomic_bool any_left[BP_TARGET_COUNT];
};

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

static bool worker_init(const struct bp_responses *r, struct worker *worker) {
  const struct bp_network *network = r->differences->network;
  struct bp_arena *arena = r->differences->arena;
  const struct bp_perturber *perturber = bp_differences_perturber(r->differences, 0);
  size_t block = bp_perturber_samples(perturber) * bp_perturber_tiles(perturber);
  size_t m = network->samples;
  double **lines[] = {&worker->value, &worker->truncation, &worker->rounding, &worker->size};
  worker->space = bp_box_space_new(network, arena);
  worker->step = bp_arena_alloc(arena, block, sizeof *worker->step);
  worker->change = bp_arena_alloc(arena, block, sizeof *worker->change);
  worker->delta = bp_arena_alloc(arena, r->units * m, sizeof *worker->delta);
  worker->quotient = bp_arena_alloc(arena, r->units * m, sizeof *worker->quotient);
  worker->quad = bp_arena_alloc(arena, m, sizeof *worker->quad);
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
  if (network->looked_at && r->rest)
    r->sizes = bp_sizes_new(r->rest, arena);
  for (int site = 0; site < SITES; site++)
    r->of[site] = bp_arena_alloc(arena, network->depth + 1, sizeof **r->of);
  if (bp_arena_failed(arena))
    return NULL;
  for (size_t l = 1; l <= network->depth; l++) {
    size_t nodes = network->size[l] * network->samples;
    for (int site = 0; site < SITES; site++)
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
  return nodes * m * (SITES * sizeof(struct bp_response) + 32) + 3 * most + threads * worker;
}

/* ---- one row in float64 -------------------------------------------------- */

/* One row: unit i of layer l. */
struct row {
  struct bp_responses *responses;
  struct worker *worker;
  int number; /* of the worker */
  size_t l, i;
};

static struct bp_response *response_of(const struct row *row, enum bp_site site, size_t s) {
  return &row->responses
              ->of[site][row->l][row->i * row->responses->differences->network->samples + s];
}

/* With 24 bits, so that the points of nodes.h are exact. */
static double few_bits(double x) {
  int exponent;
  double mantissa = frexp(x, &exponent);
  return ldexp(floor(ldexp(mantissa, 24)), exponent - 24);
}

static double longest_step(const struct bp_response *response, double part) {
  if (!response->known)
    return 0;
  double step = part * response->reach;
  if (response->crossing > 0)
    step = fmin(step, BESIDE_KINK / response->crossing);
  return step >= 0x1p-900 ? few_bits(step) : 0;
}

/* Rows i, i + 1, ... of a layer. */
struct block {
  struct bp_responses *responses;
  struct worker *worker;
  int number; /* of the worker */
  size_t l, i, units;
};

/* sum w (φ(xδ) - φ(-xδ)) / 2xδ of every row and sample of the block. */
static void take_quotients(const struct block *block, enum bp_site site) {
  const struct bp_responses *r = block->responses;
  struct worker *w = block->worker;
  struct bp_perturber *perturber = bp_differences_perturber(r->differences, block->number);
  size_t m = r->differences->network->samples, samples = bp_perturber_samples(perturber);
  size_t room = samples * bp_perturber_tiles(perturber);
  memset(w->quotient, 0, block->units * m * sizeof *w->quotient);
  for (size_t first = 0; first < m; first += samples) {
    size_t count = m - first < samples ? m - first : samples, tiles = room / count / block->units;
    for (size_t from = 0; from < BP_RESPONSE_PAIRS; from += tiles) {
      size_t pairs = BP_RESPONSE_PAIRS - from < tiles ? BP_RESPONSE_PAIRS - from : tiles;
      size_t columns = pairs * count;
      for (size_t k = 0; k < block->units * columns; k++)
        w->step[k] = bp_response_place[from + k % columns / count] *
                     w->delta[k / columns * m + first + k % count];
      bp_perturb_units(perturber, site, block->l, block->i, block->units, first, count, pairs,
                       w->step, w->change);
      for (size_t k = 0; k < block->units * columns; k++)
        if (w->step[k] > 0)
          w->quotient[k / columns * m + first + k % count] +=
              r->weight[from + k % columns / count] * w->change[k] / (2 * w->step[k]);
    }
  }
}

static double truncation_of(const struct bp_response *r, double delta) {
  return r->curved ? bp_response_truncation(r->variation, delta / r->reach) : 0;
}

/* Of a quotient over steps up to delta; its own sum rounds, too, and no term of it exceeds 16 times
 * the largest slope. */
static double rounding_of(const struct bp_response *r, double value, double delta, double unit) {
  return unit * (BP_RESPONSE_AMPLIFICATION * (r->fixed / delta + r->rising) +
                 32 * (fabs(value) + r->variation));
}

static void set_node(const struct bp_response *response, double size, enum bp_method method,
                     struct bp_difference *entry) {
  *entry = (struct bp_difference){.value = response->value,
                                  .truncation = response->truncation,
                                  .rounding = response->rounding,
                                  .sum = size,
                                  .method = (uint8_t)method};
}

static void leave(const struct row *row, enum bp_difference_target target, size_t column) {
  struct bp_responses *r = row->responses;
  size_t columns = bp_difference_columns(r->differences->network, target, row->l);
  r->left[target][row->i * columns + column] = 1;
  atomic_store_explicit(&r->any_left[target], true, memory_order_relaxed);
}

/* What the row's quotients at that site come to, with the steps that they were taken over; size[s]
 * is a bound of |∂C/∂| and becomes sharper. */
static void take_row(const struct row *row, enum bp_site site, const double *delta,
                     const double *quotient, double *size) {
  const struct bp_differences *d = row->responses->differences;
  enum bp_difference_target target = site == BP_SITE_A ? BP_TARGET_A : BP_TARGET_Z;
  size_t m = d->network->samples;
  for (size_t s = 0; s < m; s++) {
    struct bp_response *r = response_of(row, site, s);
    r->known = delta[s] > 0;
    if (r->known) {
      r->value = quotient[s];
      r->truncation = truncation_of(r, delta[s]);
      r->rounding = rounding_of(r, r->value, delta[s], BP_UNIT);
      if (r->fixed > 0)
        r->rounding += UNDERFLOW / fmin(1, delta[s]);
    }
    double bound = r->truncation + r->rounding;
    r->known = r->known && isfinite(r->value + bound);
    if (!r->known) {
      leave(row, target, s);
      continue;
    }
    size[s] = fmin(size[s], fabs(r->value) + bound);
    set_node(r, size[s], BP_METHOD_RESPONSE, &d->of[target][row->l][row->i * m + s]);
  }
}

/* What the row's parameter in that column moves in each sample; NULL: 1. */
static const double *leverages(const struct bp_differences *d, size_t l, size_t column) {
  return column < d->network->size[l - 1] ? gsl_matrix_const_ptr(d->forward->A[l - 1], column, 0)
                                          : NULL;
}

/* dW[l] and db[l] of the row: sums over the samples of what its quotients say.  A sample without a
 * response spoils the parameters that move it. */
static void take_parameters(const struct row *row) {
  const struct bp_differences *d = row->responses->differences;
  struct worker *w = row->worker;
  size_t m = d->network->samples, columns = d->network->size[row->l - 1] + 1;
  struct bp_difference *entries = d->of[BP_TARGET_PARAMETER][row->l] + row->i * columns;
  double mean = 1 / (double)m, adding = ((double)m + 8) * BP_UNIT;
  for (size_t s = 0; s < m; s++) {
    const struct bp_response *r = response_of(row, BP_SITE_Z, s);
    w->value[s] = r->known ? r->value : 0;
    w->truncation[s] = r->known ? r->truncation : INFINITY;
    w->rounding[s] = r->known ? r->rounding : 0;
    w->size[s] = r->known ? fabs(r->value) : 0;
  }
  for (size_t j = 0; j < columns; j++) {
    const double *a = leverages(d, row->l, j);
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
static void guess_size(const struct row *row) {
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
static void go_through(const struct row *row) {
  const struct bp_differences *d = row->responses->differences;
  const struct bp_rest *rest = row->responses->rest;
  for (size_t s = 0; s < d->network->samples; s++) {
    size_t at = row->i * d->network->samples + s;
    double bound[BP_ORDER + 1], z = gsl_matrix_get(d->forward->Z[row->l], row->i, s);
    d->network->activation[row->l]->derivative_bounds(z, 0, bound);
    rest->of_Z[row->l][at] = bound[1] * rest->of_A[row->l][at];
    *response_of(row, BP_SITE_Z, s) =
        bp_response_through(rest, row->l, row->i, s, response_of(row, BP_SITE_A, s));
  }
}

/* All of a block at one site: BP_SITE_A comes before BP_SITE_Z. */
static void take_site(const struct block *block, enum bp_site site) {
  struct worker *worker = block->worker;
  const struct bp_rest *rest = block->responses->rest;
  size_t m = rest->network->samples;
  double **size = site == BP_SITE_A ? rest->of_A : rest->of_Z;
  struct row row = {block->responses, worker, block->number, block->l, block->i};
  for (size_t u = 0; u < block->units; u++, row.i++) {
    if (site == BP_SITE_A && !rest->network->looked_at)
      guess_size(&row);
    else if (site == BP_SITE_Z && block->l < rest->network->depth)
      go_through(&row);
    for (size_t s = 0; s < m; s++)
      worker->delta[u * m + s] = longest_step(response_of(&row, site, s), BP_RESPONSE_STEP);
  }
  take_quotients(block, site);
  row.i = block->i;
  for (size_t u = 0; u < block->units; u++, row.i++)
    take_row(&row, site, worker->delta + u * m, worker->quotient + u * m,
             size[block->l] + row.i * m);
}

/* ---- the screening ------------------------------------------------------- */

struct layer {
  struct bp_responses *responses;
  size_t l;
  const uint8_t *wanted; /* of a refinement */
  enum bp_difference_target target;
  struct bp_share own_samples; /* whose boxes this rank finds */
  size_t first_block;          /* that has one of its rows */
  size_t first_row;            /* of its rows */
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
  if (layer->l < network->depth)
    take_site(&block, BP_SITE_A);
  take_site(&block, BP_SITE_Z);
  for (size_t u = 0; u < block.units; u++)
    take_parameters(&(struct row){r, block.worker, worker, layer->l, i + u});
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
    bp_sizes_descend(r->sizes, l);
  for (size_t i = 0; i < bp_network_rows(network, l); i++) {
    for (size_t s = 0; s < network->samples; s++) {
      const struct bp_response *response = &r->of[BP_SITE_Z][l][i * network->samples + s];
      if (response->known)
        bp_sizes_know(r->sizes, i, s, response->value, response->truncation + response->rounding);
    }
  }
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
  if (r->sizes && layer->l < network->depth)
    bp_sizes_descend(r->sizes, layer->l);
  if (!bp_parallel_for_progress(layer->own_samples.to - layer->own_samples.from, threads, box_task,
                                layer, layer_progress, layer) ||
      !bp_dealt_boxes(r->rest, layer->l, r->of[output ? BP_SITE_Z : BP_SITE_A][layer->l]) ||
      !bp_parallel_for_progress(blocks, threads, block_task, layer, layer_progress, layer))
    return false;
  bp_dealt_rows(r->rest, layer->l, r->sizes ? r->of[BP_SITE_Z][layer->l] : NULL);
  if (r->sizes)
    tell_sizes(r, layer->l);
  return screen_the_rest(layer);
}

bool bp_responses_screen(struct bp_responses *r, bp_parallel_progress *progress, void *user) {
  size_t L = r->differences->network->depth;
  for (size_t l = L; l >= 1; l--) {
    struct layer layer = {.responses = r,
                          .l = l,
                          .from = (double)(L - l) / (double)L,
                          .share = 1 / (double)L,
                          .progress = progress,
                          .user = user};
    if (!screen_layer(&layer))
      return false;
  }
  return true;
}

/* ---- 113 bits ------------------------------------------------------------ */

/* The quotient of one sample; false: there is none. */
static bool take_quad(const struct row *row, enum bp_site site, size_t s) {
  const struct bp_differences *d = row->responses->differences;
  const struct bp_response *r = response_of(row, site, s);
  struct worker *worker = row->worker;
  double delta = longest_step(r, BP_RESPONSE_QUAD_STEP), unit = bp_pairs_unit(d->network);
  bp_quad sum = 0;
  if (!(delta > 0))
    return false;
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++) {
    bp_quad step = bp_response_place[k] * delta;
    struct bp_quad_perturber *perturber = bp_differences_quad_perturber(d, row->number);
    bp_quad change = bp_perturb_pairs(perturber, site, row->l, row->i, s, step) -
                     bp_perturb_pairs(perturber, site, row->l, row->i, s, -step);
    sum += row->responses->quad_weight[k] * change / (2 * step);
  }
  worker->quad[s] = sum;
  worker->truncation[s] = truncation_of(r, delta);
  worker->rounding[s] = rounding_of(r, (double)sum, delta, unit);
  return isfinite((double)sum) && isfinite(worker->truncation[s] + worker->rounding[s]);
}

static void offer(const struct bp_difference *better, struct bp_difference *entry) {
  if (isfinite(better->value) &&
      (entry->overflow || bp_difference_bound(better) < bp_difference_bound(entry)))
    *entry = *better;
}

static void refine_nodes(const struct row *row, enum bp_difference_target target,
                         const uint8_t *wanted, struct bp_difference *entries) {
  const struct worker *worker = row->worker;
  enum bp_site site = target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  for (size_t s = 0; s < row->responses->differences->network->samples; s++) {
    if (!wanted[s] || !take_quad(row, site, s))
      continue;
    struct bp_difference better = {.value = (double)worker->quad[s],
                                   .truncation = worker->truncation[s],
                                   .rounding = worker->rounding[s],
                                   .sum = entries[s].sum,
                                   .method = BP_METHOD_QUAD};
    better.rounding += BP_UNIT * fabs(better.value);
    offer(&better, &entries[s]);
  }
}

static void refine_parameters(const struct row *row, const uint8_t *wanted,
                              struct bp_difference *entries) {
  const struct bp_differences *d = row->responses->differences;
  const struct worker *w = row->worker;
  size_t m = d->network->samples;
  for (size_t s = 0; s < m; s++) {
    if (!take_quad(row, BP_SITE_Z, s)) {
      w->quad[s] = 0;
      w->rounding[s] = 0;
      w->truncation[s] = INFINITY;
    }
  }
  for (size_t j = 0; j <= d->network->size[row->l - 1]; j++) {
    const double *a = leverages(d, row->l, j);
    double truncation = 0, rounding = 0, size = 0;
    bp_quad value = 0;
    for (size_t s = 0; wanted[j] && s < m; s++) {
      double lever = a ? a[s] : 1, much = fabs(lever);
      if (lever == 0)
        continue;
      value += lever * w->quad[s];
      truncation += much * w->truncation[s];
      rounding += much * w->rounding[s];
      size += fabs(lever * (double)w->quad[s]);
    }
    struct bp_difference better = {.value = (double)(value / (bp_quad)m),
                                   .truncation = truncation / (double)m,
                                   .rounding = rounding / (double)m,
                                   .sum = entries[j].sum,
                                   .method = BP_METHOD_QUAD};
    better.rounding += BP_UNIT * fabs(better.value) + ((double)m + 8) * BP_QUAD_UNIT * size;
    if (wanted[j])
      offer(&better, &entries[j]);
  }
}

static void refine_task(size_t index, int worker, void *user) {
  const struct layer *layer = user;
  const struct bp_differences *d = layer->responses->differences;
  size_t i = layer->first_row + index;
  struct row row = {layer->responses, &layer->responses->worker[worker], worker, layer->l, i};
  size_t columns = bp_difference_columns(d->network, layer->target, layer->l);
  const uint8_t *wanted = layer->wanted + i * columns;
  struct bp_difference *entries = d->of[layer->target][layer->l] + i * columns;
  if (!memchr(wanted, 1, columns))
    return;
  if (layer->target == BP_TARGET_PARAMETER)
    refine_parameters(&row, wanted, entries);
  else
    refine_nodes(&row, layer->target, wanted, entries);
}

bool bp_responses_refine(struct bp_responses *r, enum bp_difference_target target, size_t l,
                         const uint8_t *wanted, bp_parallel_progress *progress, void *user) {
  const struct bp_network *network = r->differences->network;
  struct bp_share own = bp_network_share(network, bp_difference_rows(network, target, l));
  struct layer layer = {
      .responses = r, .l = l, .wanted = wanted, .target = target, .first_row = own.from};
  if ((target == BP_TARGET_A && l == network->depth) ||
      !bp_differences_ready_for_quad(r->differences))
    return true;
  return bp_parallel_for_progress(own.to - own.from, r->differences->threads, refine_task, &layer,
                                  progress, user);
}

double bp_responses_cost(const struct bp_responses *r, enum bp_difference_target target, size_t l,
                         const uint8_t *wanted) {
  const struct bp_network *network = r->differences->network;
  size_t columns = bp_difference_columns(network, target, l), rows = 0, entries = 0;
  struct bp_share own = bp_network_share(network, bp_difference_rows(network, target, l));
  for (size_t i = own.from; i < own.to; i++) {
    size_t before = entries;
    for (size_t j = 0; j < columns; j++)
      entries += wanted[i * columns + j];
    rows += entries > before;
  }
  rows = (size_t)bp_network_sum(network, (double)rows);
  entries = (size_t)bp_network_sum(network, (double)entries);
  double m = (double)network->samples,
         row = BP_RESPONSE_PAIRS * bp_difference_quad_cost(network, l, true);
  return target == BP_TARGET_PARAMETER ? (double)rows * row + (double)entries * m
                                       : (double)entries * row / m;
}
