/* Row by row of W, so that memory is read as it lies. */
#include "net/response/sizes.h"

#include <math.h>
#include <string.h>

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

/* To ∂C/∂A of the layer below W. */
static void multiply(const struct bp_sizes *sizes, const gsl_matrix *W) {
  size_t m = sizes->rest->network->samples;
  double roundings = ((double)W->size1 + 4) * BP_UNIT;
  memset(sizes->about[1], 0, W->size2 * m * sizeof(double));
  memset(sizes->off[1], 0, W->size2 * m * sizeof(double));
  for (size_t k = 0; k < W->size1; k++) {
    const double *weight = W->data + k * W->tda;
    const double *about = sizes->about[0] + k * m, *off = sizes->off[0] + k * m;
    for (size_t i = 0; i < W->size2; i++) {
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

/* From ∂C/∂A to ∂C/∂Z. */
static void go_through(const struct bp_sizes *sizes, size_t l) {
  const struct bp_rest *rest = sizes->rest;
  size_t count = rest->network->size[l] * rest->network->samples;
  for (size_t k = 0; k < count; k++) {
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

void bp_sizes_descend(struct bp_sizes *sizes, size_t l) {
  const struct bp_network *network = sizes->rest->network;
  if (l < network->depth) {
    multiply(sizes, network->W[l + 1]);
    go_through(sizes, l);
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
