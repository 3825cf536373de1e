/* Several sums run side by side, so that the compiler can put them into vector registers; products
 * may not be contracted into sums, which would spoil the exact one.
 */
#include "net/difference/pairs.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Each compiler has a way of its own to say that. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#define UNCONTRACTED
#else
#define UNCONTRACTED __attribute__((optimize("fp-contract=off")))
#endif

enum { LANES = 4 };

/* Exponents between which no product and no error of one leaves the range of float64. */
#define LEAST_WEIGHT 0x1p-300
#define MOST_WEIGHT 0x1p300
#define LEAST_NUMBER 0x1p-600
#define MOST_NUMBER 0x1p600

struct bp_pairs {
  const struct bp_network *network;
  bool *usable;              /* [l]: W[l] is wide enough, and its exponents allow it */
  double *head, *tail, *low; /* of x: high = head + tail, in 26 and 27 bits */
};

static bool fits(double x, double least, double most) {
  return x == 0 || (fabs(x) >= least && fabs(x) <= most);
}

static bool is_usable(const gsl_matrix *W) {
  if (W->size2 < BP_PAIRS_WIDTH)
    return false;
  for (size_t k = 0; k < W->size1; k++)
    for (size_t j = 0; j < W->size2; j++)
      if (!fits(gsl_matrix_get(W, k, j), LEAST_WEIGHT, MOST_WEIGHT))
        return false;
  return true;
}

struct bp_pairs *bp_pairs_new(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_pairs *pairs = bp_arena_alloc(arena, 1, sizeof *pairs);
  size_t widest = 1;
  if (!pairs)
    return NULL;
  pairs->network = network;
  pairs->usable = bp_arena_alloc(arena, network->depth + 1, sizeof *pairs->usable);
  for (size_t l = 2; pairs->usable && l <= network->depth; l++) {
    pairs->usable[l] = is_usable(network->W[l]);
    widest = network->size[l - 1] > widest ? network->size[l - 1] : widest;
  }
  double **parts[] = {&pairs->head, &pairs->tail, &pairs->low};
  for (size_t part = 0; part < 3; part++)
    *parts[part] = bp_arena_alloc(arena, widest, sizeof **parts[part]);
  return bp_arena_failed(arena) ? NULL : pairs;
}

static size_t widest_hidden(const struct bp_network *network) {
  size_t widest = 0;
  for (size_t l = 1; l < network->depth; l++)
    widest = network->size[l] > widest ? network->size[l] : widest;
  return widest;
}

bool bp_pairs_serve(const struct bp_network *network) {
  return widest_hidden(network) >= BP_PAIRS_WIDTH;
}

double bp_pairs_unit(const struct bp_network *network) {
  double widest = (double)widest_hidden(network);
  return bp_pairs_serve(network) ? (widest + 8) * 0x1p-106 : 4 * BP_QUAD_UNIT;
}

/* The leading 26 bits. */
static inline double head_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits &= ~(uint64_t)0x7ffffff;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Splits x; false where it is out of range. */
static bool take_apart(struct bp_pairs *pairs, size_t count, const bp_quad *x) {
  for (size_t j = 0; j < count; j++) {
    double high = (double)x[j];
    if (!fits(high, LEAST_NUMBER, MOST_NUMBER))
      return false;
    pairs->head[j] = head_of(high);
    pairs->tail[j] = high - pairs->head[j];
    pairs->low[j] = (double)(x[j] - high);
  }
  return true;
}

/* Adds weight (head + tail + low) to *sum, and what that loses to *lost. */
static inline void add_product(double weight, double head, double tail, double low, double *sum,
                               double *lost) {
  double first = head_of(weight), second = weight - first;
  double product = weight * (head + tail);
  double error = ((first * head - product) + first * tail + second * head) + second * tail;
  double total = *sum + product, added = total - *sum;
  *lost += ((*sum - (total - added)) + (product - added)) + (error + weight * low);
  *sum = total;
}

UNCONTRACTED static bp_quad row_times(const struct bp_pairs *pairs, const double *weight,
                                      size_t count) {
  double sum[LANES] = {0}, lost[LANES] = {0};
  const double *head = pairs->head, *tail = pairs->tail, *low = pairs->low;
  size_t j = 0;
  for (; j + LANES <= count; j += LANES)
    for (size_t lane = 0; lane < LANES; lane++)
      add_product(weight[j + lane], head[j + lane], tail[j + lane], low[j + lane], &sum[lane],
                  &lost[lane]);
  for (; j < count; j++)
    add_product(weight[j], head[j], tail[j], low[j], &sum[0], &lost[0]);
  bp_quad all = 0;
  for (size_t lane = 0; lane < LANES; lane++)
    all += (bp_quad)sum[lane] + lost[lane];
  return all;
}

bool bp_pairs_multiply(struct bp_pairs *pairs, size_t l, const bp_quad *x, bp_quad *y) {
  const gsl_matrix *W = pairs->network->W[l];
  if (!pairs->usable[l] || !take_apart(pairs, W->size2, x))
    return false;
  for (size_t k = 0; k < W->size1; k++)
    y[k] = row_times(pairs, W->data + k * W->tda, W->size2);
  return true;
}
