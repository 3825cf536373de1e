/* The dealing itself, which needs no MPI: stretches whose lengths differ by one at most. */
#include "base/ranks/ranks.h"

struct bp_share bp_share_of(size_t count, int rank, int ranks) {
  size_t each = count / (size_t)ranks, over = count % (size_t)ranks, k = (size_t)rank;
  size_t from = k * each + (k < over ? k : over);
  return (struct bp_share){from, from + each + (k < over)};
}
