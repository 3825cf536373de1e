/* Preparing the point.  A float64 number has 53 bits, so its ball needs no memory of its own, and a
 * ball of zeros is the number 0: arrays come from the arena ready for use, and need no clearing.
 */
#include "net/proof/point.h"

#include <float.h>
#include <math.h>

#include "num/ball_function.h"
#include "num/ball_matrix.h"

static double bytes_of_numbers(const size_t *size, size_t depth, size_t samples) {
  double bytes = (double)size[depth] * (double)samples * sizeof(acb_struct);
  for (size_t l = 1; l <= depth; l++)
    bytes += (double)size[l] * (double)size[l - 1] * sizeof(arb_struct);
  return bytes;
}

static double bytes_of_level(const size_t *size, size_t depth, size_t samples, int level) {
  double units = 0, mantissa = (double)bp_proof_bits(level) / 8 + 64; /* with what aligns it */
  for (size_t l = 1; l <= depth; l++)
    units += (double)size[l] * (double)samples;
  return units * (sizeof(struct bp_ball) + mantissa);
}

double bp_proof_point_memory(const size_t *size, size_t depth, size_t samples) {
  double bytes = bytes_of_numbers(size, depth, samples);
  for (int level = 0; level < BP_PROOF_LEVELS; level++)
    bytes += bytes_of_level(size, depth, samples, level);
  return fmin(bytes, BP_PROOF_MEMORY);
}

/* Counts them if they fit. */
static bool fits(struct bp_proof_point *point, double bytes) {
  if (!(point->bytes + bytes <= BP_PROOF_MEMORY))
    return false;
  point->bytes += bytes;
  return true;
}

static bool all_finite(const gsl_matrix *matrix) {
  bool finite = true;
  for (size_t k = 0; k < matrix->size1 * matrix->size2; k++)
    finite = finite && isfinite(matrix->data[k]);
  return finite;
}

bool bp_proof_point_finite(const struct bp_network *network, const struct bp_forward *forward) {
  bool finite = all_finite(network->X) && all_finite(network->Y);
  for (size_t l = 1; l <= network->depth; l++)
    finite = finite && all_finite(network->W[l]) && all_finite(forward->Z[l]) &&
             all_finite(forward->A[l]);
  return finite;
}

/* Only a loss that is made of z has poles in a; an output that is not normal has few bits left, or
 * its reciprocal is no float64 number. */
bool bp_proof_point_on_pole(const struct bp_network *network, double a) {
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  return !(loss && !loss->of_z) && !(a >= DBL_MIN && a < 1);
}

static bool prepare_numbers(struct bp_proof_point *point) {
  const struct bp_network *network = point->network;
  const gsl_matrix *Y = network->Y;
  if (!fits(point, bytes_of_numbers(network->size, network->depth, network->samples)))
    return false;
  point->W = bp_arena_alloc(point->arena, network->depth + 1, sizeof *point->W);
  point->Y = bp_arena_alloc(point->arena, Y->size1 * Y->size2, sizeof *point->Y);
  for (size_t l = 1; point->W && l <= network->depth; l++) {
    size_t count = network->size[l] * network->size[l - 1];
    point->W[l] = bp_arena_alloc(point->arena, count, sizeof **point->W);
    for (size_t k = 0; point->W[l] && k < count; k++)
      arb_set_d(point->W[l] + k, network->W[l]->data[k]);
  }
  for (size_t k = 0; point->Y && k < Y->size1; k++)
    for (size_t s = 0; s < Y->size2; s++)
      acb_set_d(point->Y + s * Y->size1 + k, gsl_matrix_get(Y, k, s));
  return !bp_arena_failed(point->arena);
}

static struct bp_ball *softmax(const struct bp_ball_room *room, const gsl_matrix *Z) {
  struct bp_balls numbers = bp_balls_new(room, Z->size1, Z->size2);
  for (size_t k = 0; numbers.at && k < Z->size1 * Z->size2; k++)
    numbers.at[k] = bp_ball_exact(Z->data[k]);
  return bp_balls_softmax(room, numbers).at;
}

bool bp_proof_point_prepare(struct bp_proof_point *point, int level) {
  const struct bp_network *network = point->network;
  const struct bp_ball_room room = {.arena = point->arena, .bits = bp_proof_bits(level)};
  if (!point->W && !prepare_numbers(point))
    return false;
  if (point->A[level])
    return true;
  if (!fits(point, bytes_of_level(network->size, network->depth, network->samples, level)))
    return false;
  struct bp_ball **A = bp_arena_alloc(point->arena, network->depth + 1, sizeof *A);
  for (size_t l = 1; A && l <= network->depth; l++) {
    const struct bp_function *function = network->activation[l];
    size_t count = network->size[l] * network->samples;
    if (function->columnwise) {
      A[l] = softmax(&room, point->forward->Z[l]);
      continue;
    }
    A[l] = bp_arena_alloc(point->arena, count, sizeof **A);
    for (size_t k = 0; A[l] && k < count; k++)
      A[l][k] = bp_ball_apply(&room, function->ball, bp_ball_exact(point->forward->Z[l]->data[k]));
  }
  point->A[level] = A;
  return !bp_arena_failed(point->arena);
}
