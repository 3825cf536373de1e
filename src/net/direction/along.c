/* A group of directions at a time: how Z[l] moves along each of them (a product of matrices, a few
 * rows of V at a time), a box for each sample that serves all of the group, and the evaluations.
 * All three are loops whose rounds write to places of their own, so slopes do not depend on the
 * number of threads.
 *
 * Of c_s only a rounded sum is known.  Its error is at most (n + 4) u sum |V_kj A_js|, and |V_kj| <
 * 2, so the slope is off by that times sum_k |∂C/∂Z_k|.
 */
#include "net/direction/along.h"

#include <math.h>
#include <string.h>

#include "net/difference/perturb.h"
#include "net/direction/draw.h"
#include "net/response/quotient.h"
#include "net/response/response.h"
#include "num/product/product.h"

enum {
  ROWS = 32,          /* of a direction at a time */
  MOST_OUTPUTS = 256, /* whose derivatives are measured one by one */
  GROUP_BYTES = 1 << 26
};

struct worker {
  struct bp_box_space *space;
  double *components; /* ROWS x widest */
  double *sample;     /* widest x group: how one sample moves */
  double *step, *change;
};

struct bp_along {
  const struct bp_network *network;
  const struct bp_forward *forward;
  struct bp_differences *differences; /* of the outputs only */
  struct bp_responses *responses;     /* which have what is known at rest */
  size_t directions, group;
  unsigned long seed;
  int threads;
  struct worker *worker;
  gsl_matrix **moves;           /* [place in the group]: how Z[l] moves, n[l] x m */
  struct bp_response *response; /* [place * m + s] */
  double *quotient;             /* likewise */
  double weight[BP_RESPONSE_PAIRS];
};

static size_t widest_of(const size_t *size, size_t depth) {
  size_t widest = 1;
  for (size_t l = 0; l <= depth; l++)
    widest = size[l] > widest ? size[l] : widest;
  return widest;
}

static size_t group_of(size_t widest, size_t samples, size_t directions) {
  double fit = GROUP_BYTES / (8.0 * (double)widest * (double)samples);
  return fit < 1 ? 1 : fit < (double)directions ? (size_t)fit : directions;
}

/* The same network, of which the differences look at outputs alone. */
static struct bp_network *outputs_of(const struct bp_network *whole, struct bp_arena *arena) {
  struct bp_network *outputs = bp_arena_alloc(arena, 1, sizeof *outputs);
  size_t *looked_at = bp_arena_alloc(arena, whole->depth + 1, sizeof *looked_at);
  if (!outputs || !looked_at)
    return NULL;
  size_t n = whole->size[whole->depth];
  for (size_t l = 0; l < whole->depth; l++)
    looked_at[l] = 0;
  looked_at[whole->depth] = n < MOST_OUTPUTS ? n : MOST_OUTPUTS;
  *outputs = *whole;
  outputs->looked_at = looked_at;
  return outputs;
}

static bool worker_init(const struct bp_along *along, struct worker *worker,
                        struct bp_arena *arena) {
  const struct bp_perturber *perturber = bp_differences_perturber(along->differences, 0);
  size_t block = bp_perturber_samples(perturber) * bp_perturber_tiles(perturber);
  size_t widest = widest_of(along->network->size, along->network->depth);
  worker->space = bp_box_space_new(along->network, along->group, arena);
  worker->components = bp_arena_alloc(arena, ROWS * widest, sizeof(double));
  worker->sample = bp_arena_alloc(arena, widest * along->group, sizeof(double));
  worker->step = bp_arena_alloc(arena, block, sizeof(double));
  worker->change = bp_arena_alloc(arena, block, sizeof(double));
  return worker->space && !bp_arena_failed(arena);
}

struct bp_along *bp_along_new(const struct bp_network *network, const struct bp_forward *forward,
                              size_t directions, unsigned long seed, int threads,
                              struct bp_arena *arena) {
  struct bp_along *along = bp_arena_alloc(arena, 1, sizeof *along);
  struct bp_network *outputs = outputs_of(network, arena);
  if (!along || !outputs)
    return NULL;
  size_t widest = widest_of(network->size, network->depth), m = network->samples;
  *along = (struct bp_along){.network = network,
                             .forward = forward,
                             .differences = bp_differences_new(outputs, forward, threads, arena),
                             .directions = directions,
                             .group = group_of(widest, m, directions),
                             .seed = seed,
                             .threads = threads};
  along->responses = along->differences ? bp_responses_new(along->differences) : NULL;
  along->worker = bp_arena_alloc(arena, (size_t)threads, sizeof *along->worker);
  along->moves = bp_arena_alloc(arena, along->group, sizeof *along->moves);
  along->response = bp_arena_alloc(arena, along->group * m, sizeof *along->response);
  along->quotient = bp_arena_alloc(arena, along->group * m, sizeof *along->quotient);
  if (!along->responses || bp_arena_failed(arena))
    return NULL;
  for (size_t k = 0; k < along->group; k++)
    along->moves[k] = bp_matrix(arena, widest, m);
  for (int k = 0; k < threads; k++)
    if (!worker_init(along, &along->worker[k], arena))
      return NULL;
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++)
    along->weight[k] = (double)bp_response_weight(k);
  return bp_arena_failed(arena) ? NULL : along;
}

double bp_along_memory(const struct bp_spec *spec, size_t samples, size_t directions, int threads) {
  double widest = (double)widest_of(spec->size, spec->depth), m = (double)samples, nodes = 0;
  double group = (double)group_of((size_t)widest, samples, directions);
  for (size_t l = 1; l <= spec->depth; l++)
    nodes += (double)spec->size[l];
  double outputs = fmin((double)spec->size[spec->depth], MOST_OUTPUTS);
  double columns = fmax(8, fmin(1024, 0x1p19 / widest));
  double worker = (ROWS + group + 4) * widest * 8 + columns * (5 * widest + 20) * 8 +
                  fmax(widest + 1, m) * (16 + sizeof(struct bp_difference)) + widest * 200;
  return bp_responses_memory(spec, samples, threads) + threads * worker +
         outputs * (widest + 1) * sizeof(struct bp_difference) +
         nodes * m * 2 * sizeof(struct bp_difference) + 4 * widest * m * 8 +
         group * m * (widest * 8 + sizeof(struct bp_response) + 8);
}

bool bp_along_prepare(struct bp_along *along, bp_parallel_progress *progress, void *user) {
  return bp_responses_screen(along->responses, progress, user);
}

/* ---- how Z[l] moves ------------------------------------------------------ */

/* A group of directions of one matrix. */
struct group {
  struct bp_along *along;
  size_t l, first, count;
  bool bias;
  size_t blocks; /* of rows, for each direction; of samples */
};

static struct bp_direction direction_of(const struct group *group, size_t place) {
  return (struct bp_direction){group->along->seed, group->first + place, group->l, group->bias};
}

/* ROWS rows of V A[l-1]. */
static void move_task(size_t index, int number, void *user) {
  const struct group *group = user;
  const struct bp_along *along = group->along;
  const gsl_matrix *A = along->forward->A[group->l - 1];
  gsl_matrix *moves = along->moves[index / group->blocks];
  struct bp_direction direction = direction_of(group, index / group->blocks);
  size_t first = index % group->blocks * ROWS, n = along->network->size[group->l];
  size_t rows = n - first < ROWS ? n - first : ROWS, width = group->bias ? 1 : A->size1;
  double *components = along->worker[number].components;
  for (size_t k = 0; k < rows; k++)
    bp_direction_row(&direction, first + k, width, components + k * width);
  for (size_t k = 0; group->bias && k < rows; k++)
    for (size_t s = 0; s < A->size2; s++)
      moves->data[(first + k) * moves->tda + s] = components[k];
  if (group->bias)
    return;
  gsl_matrix V = {rows, width, width, components, NULL, 0};
  gsl_matrix out = {rows, A->size2, moves->tda, moves->data + first * moves->tda, NULL, 0};
  bp_product(&V, A, &out);
}

/* ---- how the loss answers ------------------------------------------------ */

static void box_task(size_t s, int number, void *user) {
  const struct group *group = user;
  const struct bp_along *along = group->along;
  struct worker *worker = &along->worker[number];
  size_t n = along->network->size[group->l];
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < group->count; i++)
      worker->sample[k * group->count + i] = gsl_matrix_get(along->moves[i], k, s);
  gsl_matrix directions = {n, group->count, group->count, worker->sample, NULL, 0};
  bp_box_along(bp_responses_rest(along->responses), group->l, s, &directions, worker->space,
               along->response);
}

/* Quotients of the samples first .. first + count - 1 along one direction. */
static void take_quotients(const struct group *group, size_t place, size_t first, size_t count,
                           int number) {
  const struct bp_along *along = group->along;
  struct worker *w = &along->worker[number];
  struct bp_perturber *perturber = bp_differences_perturber(along->differences, number);
  size_t m = along->network->samples;
  size_t room = bp_perturber_samples(perturber) * bp_perturber_tiles(perturber);
  const struct bp_response *response = along->response + place * m + first;
  double *quotient = along->quotient + place * m + first;
  size_t tiles = room / count < BP_RESPONSE_PAIRS ? room / count : BP_RESPONSE_PAIRS;
  gsl_matrix moves = *along->moves[place];
  moves.size1 = along->network->size[group->l];
  memset(quotient, 0, count * sizeof *quotient);
  for (size_t from = 0; from < BP_RESPONSE_PAIRS; from += tiles) {
    size_t pairs = BP_RESPONSE_PAIRS - from < tiles ? BP_RESPONSE_PAIRS - from : tiles;
    for (size_t k = 0; k < pairs * count; k++)
      w->step[k] =
          bp_response_place[from + k / count] * bp_quotient_best_step(&response[k % count]);
    bp_perturb_layer(perturber, group->l, &moves, first, count, pairs, w->step, w->change);
    for (size_t k = 0; k < pairs * count; k++)
      if (w->step[k] > 0)
        quotient[k % count] += along->weight[from + k / count] * w->change[k] / (2 * w->step[k]);
  }
}

static void quotient_task(size_t index, int number, void *user) {
  const struct group *group = user;
  const struct bp_along *along = group->along;
  size_t m = along->network->samples, place = index / group->blocks;
  size_t samples = bp_perturber_samples(bp_differences_perturber(along->differences, number));
  size_t first = index % group->blocks * samples;
  take_quotients(group, place, first, m - first < samples ? m - first : samples, number);
}

/* ---- slopes -------------------------------------------------------------- */

/* Whether a unit whose kink could matter stands on it. */
static bool on_kink(const struct bp_along *along, size_t l, size_t s) {
  const struct bp_network *network = along->network;
  for (; l <= network->depth; l++) {
    const struct bp_function *function = network->activation[l];
    for (size_t k = 0; !function->columnwise && function->kink != BP_SMOOTH && k < network->size[l];
         k++)
      if (gsl_matrix_get(along->forward->Z[l], k, s) == 0)
        return true;
  }
  return false;
}

/* What the rounding of c_s does to the slope of sample s. */
static double motion_rounding(const struct group *group, size_t s) {
  const struct bp_along *along = group->along;
  const struct bp_rest *rest = bp_responses_rest(along->responses);
  const gsl_matrix *A = along->forward->A[group->l - 1];
  double moved = 0, size = 0;
  if (group->bias)
    return 0;
  for (size_t j = 0; j < A->size1; j++)
    moved += fabs(gsl_matrix_get(A, j, s));
  for (size_t k = 0; k < along->network->size[group->l]; k++)
    size += rest->of_Z[group->l][k * A->size2 + s];
  return ((double)A->size1 + 4) * BP_UNIT * BP_DIRECTION_LARGEST * moved * size;
}

static struct bp_along_slope slope_of(const struct group *group, size_t place) {
  const struct bp_along *along = group->along;
  size_t m = along->network->samples;
  double value = 0, truncation = 0, rounding = 0, size = 0;
  bool kink = false;
  for (size_t s = 0; s < m; s++) {
    const struct bp_response *response = &along->response[place * m + s];
    double delta = bp_quotient_best_step(response);
    double quotient = along->quotient[place * m + s];
    if (!(delta > 0)) {
      truncation = INFINITY;
      kink = kink || on_kink(along, group->l, s);
      continue;
    }
    value += quotient;
    size += fabs(quotient);
    truncation += bp_quotient_truncation(response, delta);
    rounding += bp_quotient_rounding(response, quotient, delta, BP_UNIT) +
                bp_quotient_underflow(response, delta) + motion_rounding(group, s);
  }
  double mean = 1 / (double)m;
  return (struct bp_along_slope){.value = mean * value,
                                 .truncation = mean * truncation,
                                 .rounding = mean * (rounding + ((double)m + 8) * BP_UNIT * size),
                                 .kink = kink};
}

bool bp_along_take(struct bp_along *along, size_t l, bool bias, struct bp_along_slope *slopes,
                   bp_parallel_progress *progress, void *user) {
  size_t n = along->network->size[l], m = along->network->samples;
  size_t samples = bp_perturber_samples(bp_differences_perturber(along->differences, 0));
  for (size_t first = 0; first < along->directions; first += along->group) {
    size_t left = along->directions - first;
    struct group group = {.along = along,
                          .l = l,
                          .first = first,
                          .count = left < along->group ? left : along->group,
                          .bias = bias,
                          .blocks = (n + ROWS - 1) / ROWS};
    if (!bp_parallel_for_progress(group.count * group.blocks, along->threads, move_task, &group,
                                  progress, user) ||
        !bp_parallel_for_progress(m, along->threads, box_task, &group, progress, user))
      return false;
    group.blocks = (m + samples - 1) / samples;
    if (!bp_parallel_for_progress(group.count * group.blocks, along->threads, quotient_task, &group,
                                  progress, user))
      return false;
    for (size_t place = 0; place < group.count; place++)
      slopes[first + place] = slope_of(&group, place);
  }
  return true;
}
