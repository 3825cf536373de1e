/* Row by row of W, so that memory is read as it lies. */
#include "net/response/sizes.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"

struct bp_sizes {
  const struct bp_rest *rest;
  double *about[2], *off[2]; /* of ∂C/∂Z of this layer, and room for the next */
};

struct bp_sizes *bp_sizes_new(const struct bp_rest *rest, struct bp_arena *arena) {
  struct bp_sizes *sizes = bp_arena_alloc(arena, 1, sizeof *sizes);
  size_t widest = 1;
  if (!sizes)
    return NULL;
  for (size_t l = 1; l <= rest->network->depth; l++)
    widest = rest->network->size[l] > widest ? rest->network->size[l] : widest;
  sizes->rest = rest;
  for (int k = 0; k < 2; k++) {
    sizes->about[k] = bp_arena_alloc(arena, widest * rest->network->samples, sizeof(double));
    sizes->off[k] = bp_arena_alloc(arena, widest * rest->network->samples, sizeof(double));
  }
  return bp_arena_failed(arena) ? NULL : sizes;
}

/* Units of the layer that is being gone to, so many at a time. */
enum { UNITS_AT_ONCE = 32 };

struct descent {
  const struct bp_sizes *sizes;
  const gsl_matrix *W;
  size_t l;
};

/* To ∂C/∂A of the layer below W, of units [from, to). */
static void multiply(const struct bp_sizes *sizes, const gsl_matrix *W, size_t from, size_t to) {
  size_t m = sizes->rest->network->samples;
  double roundings = ((double)W->size1 + 4) * BP_UNIT;
  memset(sizes->about[1] + from * m, 0, (to - from) * m * sizeof(double));
  memset(sizes->off[1] + from * m, 0, (to - from) * m * sizeof(double));
  for (size_t k = 0; k < W->size1; k++) {
    const double *weight = W->data + k * W->tda;
    const double *about = sizes->about[0] + k * m, *off = sizes->off[0] + k * m;
    for (size_t i = from; i < to; i++) {
      double much = fabs(weight[i]);
      if (much == 0) /* times infinity is nothing */
        continue;
      for (size_t s = 0; s < m; s++) {
        sizes->about[1][i * m + s] += weight[i] * about[s];
        sizes->off[1][i * m + s] += much * (off[s] + roundings * fabs(about[s]));
      }
    }
  }
}

static void multiply_some(size_t index, int worker, void *user) {
  (void)worker;
  const struct descent *descent = user;
  size_t from = index * UNITS_AT_ONCE, to = from + UNITS_AT_ONCE, all = descent->W->size2;
  multiply(descent->sizes, descent->W, from, to < all ? to : all);
}

/* From ∂C/∂A to ∂C/∂Z. */
static void go_through(const struct bp_sizes *sizes, size_t l, size_t from, size_t to) {
  const struct bp_rest *rest = sizes->rest;
  size_t m = rest->network->samples;
  for (size_t k = from * m; k < to * m; k++) {
    double about = sizes->about[1][k], off = sizes->off[1][k] * (1 + 1e-9);
    double slope = rest->slope[l][k], error = rest->slope_error[l][k], bound[BP_ORDER + 1];
    double most = fabs(about) + off;
    rest->network->activation[l]->derivative_bounds(rest->forward->Z[l]->data[k], 0, bound);
    double known = fabs(slope) * off + error * most + 4 * BP_UNIT * fabs(slope * about);
    double largest = bound[1] * most;
    bool sharp = known + fabs(slope * about) <= largest;
    sizes->about[0][k] = sharp ? slope * about : 0;
    sizes->off[0][k] = sharp ? known : largest;
    rest->of_A[l][k] = most;
    rest->of_Z[l][k] = fabs(sizes->about[0][k]) + sizes->off[0][k];
  }
}

static void go_through_some(size_t index, int worker, void *user) {
  (void)worker;
  const struct descent *descent = user;
  size_t from = index * UNITS_AT_ONCE, to = from + UNITS_AT_ONCE, all = descent->W->size2;
  go_through(descent->sizes, descent->l, from, to < all ? to : all);
}

void bp_sizes_descend(struct bp_sizes *sizes, size_t l, int threads) {
  const struct bp_network *network = sizes->rest->network;
  if (l < network->depth) {
    struct descent descent = {sizes, network->W[l + 1], l};
    size_t tasks = (network->W[l + 1]->size2 + UNITS_AT_ONCE - 1) / UNITS_AT_ONCE;
    bp_parallel_for(tasks, threads, multiply_some, &descent);
    bp_parallel_for(tasks, threads, go_through_some, &descent);
    return;
  }
  size_t count = network->size[l] * network->samples;
  memset(sizes->about[0], 0, count * sizeof(double));
  memcpy(sizes->off[0], sizes->rest->of_Z[l], count * sizeof(double));
}

void bp_sizes_know(struct bp_sizes *sizes, size_t i, size_t s, double value, double bound) {
  size_t k = i * sizes->rest->network->samples + s;
  if (!(bound < sizes->off[0][k]))
    return;
  sizes->about[0][k] = value;
  sizes->off[0][k] = bound;
}
