/* Rows lie one after the other and go as they are; samples are columns, and go packed. */
#include "net/response/dealt.h"

#include "base/ranks/ranks.h"

/* One unit in one sample. */
struct node {
  struct bp_response response;
  double of_Z; /* of the output, which its boxes find, too */
};

bool bp_dealt_boxes(const struct bp_rest *rest, size_t l, struct bp_response *response) {
  const struct bp_network *network = rest->network;
  size_t m = network->samples, n = network->size[l];
  if (!network->dealt)
    return true;
  struct bp_share own = bp_share_here(m);
  struct bp_arena *spare = bp_arena_new(0);
  struct node *nodes = spare ? bp_arena_alloc(spare, m * n, sizeof *nodes) : NULL;
  for (size_t k = own.from * n; nodes && k < own.to * n; k++) {
    size_t at = k % n * m + k / n;
    nodes[k] = (struct node){response[at], rest->of_Z[l][at]};
  }
  if (nodes)
    bp_ranks_share(nodes, m, n * sizeof *nodes);
  for (size_t k = 0; nodes && k < m * n; k++) {
    size_t at = k % n * m + k / n;
    response[at] = nodes[k].response;
    if (l == network->depth)
      rest->of_Z[l][at] = nodes[k].of_Z;
  }
  bp_arena_free(spare);
  return nodes;
}

void bp_dealt_rows(const struct bp_rest *rest, size_t l, struct bp_response *of_Z) {
  const struct bp_network *network = rest->network;
  size_t m = network->samples, rows = bp_network_rows(network, l);
  if (!network->dealt)
    return;
  bp_ranks_share(rest->of_Z[l], rows, m * sizeof **rest->of_Z);
  if (l < network->depth)
    bp_ranks_share(rest->of_A[l], rows, m * sizeof **rest->of_A);
  if (of_Z)
    bp_ranks_share(of_Z, rows, m * sizeof *of_Z);
}
