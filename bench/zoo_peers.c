/* Three rules of others, on one network after the other.
 */
#include "zoo_peers.h"

#include <math.h>

const char *const peer_names[PEER_COUNT] = {"Ng", "gradcheck", "CS231n"};
static const double steps[PEER_COUNT] = {1e-7, 1e-6, 1e-5};

struct peers {
  const struct bp_network *network;
  size_t count;
  double *numeric[PEER_COUNT]; /* W[1], b[1], W[2], ... */
};

static size_t parameters(const struct bp_network *network) {
  size_t count = 0;
  for (size_t l = 1; l <= network->depth; l++)
    count += network->size[l] * (network->size[l - 1] + 1);
  return count;
}

static double difference(const struct bp_network *network, struct bp_forward *forward,
                         double *parameter, double step) {
  double at = *parameter;
  *parameter = at + step;
  bp_forward_run(network, forward);
  double above = forward->loss;
  *parameter = at - step;
  bp_forward_run(network, forward);
  *parameter = at;
  return (above - forward->loss) / (2 * step);
}

struct peers *peers_new(struct bp_network *network, struct bp_arena *arena) {
  struct peers *peers = bp_arena_alloc(arena, 1, sizeof *peers);
  struct bp_forward *forward = bp_forward_new(network, arena);
  peers->network = network;
  peers->count = parameters(network);
  for (int p = 0; p < PEER_COUNT; p++) {
    double *to = peers->numeric[p] = bp_arena_alloc(arena, peers->count, sizeof *to);
    for (size_t l = 1; l <= network->depth; l++) {
      for (size_t k = 0; k < network->size[l] * network->size[l - 1]; k++)
        *to++ = difference(network, forward, &network->W[l]->data[k], steps[p]);
      for (size_t k = 0; k < network->size[l]; k++)
        *to++ = difference(network, forward, &network->b[l]->data[k], steps[p]);
    }
  }
  return peers;
}

/* What the three rules look at. */
struct sums {
  double apart, own, other; /* squares */
  bool beyond;
  double relative;
};

static void look(const double *value, size_t count, const struct peers *peers, size_t first,
                 struct sums *sums) {
  for (size_t k = 0; k < count; k++) {
    const double g = value[k], ng = peers->numeric[0][first + k];
    const double torch = peers->numeric[1][first + k], n = peers->numeric[2][first + k];
    double larger = fmax(fabs(g), fabs(n));
    sums->apart += (g - ng) * (g - ng);
    sums->own += g * g;
    sums->other += ng * ng;
    sums->beyond = sums->beyond || !(fabs(g - torch) <= 1e-5 + 1e-3 * fabs(torch));
    if (larger > 0)
      sums->relative = fmax(sums->relative, fabs(g - n) / larger);
  }
}

void peers_say(const struct peers *peers, const struct bp_gradient *gradient,
               enum peer_verdict said[PEER_COUNT]) {
  const struct bp_network *network = peers->network;
  struct sums sums = {0};
  size_t at = 0;
  for (size_t l = 1; l <= network->depth; l++) {
    size_t weights = network->size[l] * network->size[l - 1];
    look(gradient->dW[l]->data, weights, peers, at, &sums);
    look(gradient->db[l]->data, network->size[l], peers, at + weights, &sums);
    at += weights + network->size[l];
  }
  double scale = sqrt(sums.own) + sqrt(sums.other);
  said[0] = scale == 0 || sqrt(sums.apart) / scale <= 2e-7 ? PEER_RIGHT : PEER_WRONG;
  said[1] = sums.beyond ? PEER_WRONG : PEER_RIGHT;
  said[2] = sums.relative <= 1e-7 ? PEER_RIGHT : sums.relative > 1e-2 ? PEER_WRONG : PEER_UNCLEAR;
}
