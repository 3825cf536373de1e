/* Rows go as they are, matrix by matrix, into new ones: those of the ranks count as much memory as
 * they use.
 */
#include "net/dealt/reunion.h"

#include <string.h>

double bp_reunion_memory(const struct bp_network *network) {
  double parameters = 0, nodes = 0, m = (double)network->samples;
  for (size_t l = 1; l <= network->depth; l++) {
    parameters += (double)network->size[l] * ((double)network->size[l - 1] + 1);
    nodes += (double)network->size[l];
  }
  /* gradient, error, magnitude, two of Jacobians; the same of dZ and dA */
  return (parameters + 2 * nodes * m) * (5 * 8 + sizeof(struct bp_difference)) + 0x1p20;
}

/* The rows of this rank, and on rank 0 those of all. */
static bool gather(const struct bp_differences *of, enum bp_difference_target target, size_t l,
                   struct bp_differences *whole) {
  size_t rows = bp_difference_rows(of->network, target, l);
  size_t columns = bp_difference_columns(of->network, target, l);
  size_t record = columns * sizeof(struct bp_difference);
  struct bp_share own = bp_network_share(of->network, rows);
  if (bp_rank() > 0) {
    bp_ranks_gather(of->of[target][l], rows, record);
    return true;
  }
  struct bp_difference *entries = bp_arena_alloc(of->arena, rows * columns, sizeof *entries);
  if (!entries)
    return false;
  memcpy(entries + own.from * columns, of->of[target][l] + own.from * columns,
         (own.to - own.from) * record);
  bp_ranks_gather(entries, rows, record);
  whole->of[target][l] = entries;
  return true;
}

static struct bp_differences *gather_all(const struct bp_differences *of) {
  struct bp_differences *whole = bp_arena_alloc(of->arena, 1, sizeof *whole);
  if (!whole)
    return NULL;
  *whole = *of;
  for (int t = 0; t < BP_TARGET_COUNT; t++) {
    whole->of[t] = bp_arena_alloc(of->arena, of->network->depth + 1, sizeof **whole->of);
    for (size_t l = 1; l <= of->network->depth; l++)
      if (!whole->of[t] || !gather(of, (enum bp_difference_target)t, l, whole))
        return NULL;
  }
  return whole;
}

/* What costs little beside the differences. */
static enum bp_status compute(struct bp_evidence *e) {
  e->gradient = bp_gradient_new(e->network, e->arena);
  e->kronecker = bp_kronecker_new(e->network, e->arena);
  if (!e->gradient || !e->kronecker)
    return BP_NO_MEMORY;
  bp_backprop(e->network, e->forward, e->route, NULL, e->gradient);
  if (bp_backprop_error(e->network, e->forward, e->route, e->gradient, e->arena, &e->error) != 0)
    return BP_NO_MEMORY;
  return bp_kronecker_run(e->network, e->forward, e->kronecker, NULL, NULL);
}

enum bp_status bp_evidence_reunite(const struct bp_evidence *evidence, struct bp_evidence **whole) {
  struct bp_evidence *e = bp_arena_alloc(evidence->arena, 1, sizeof *e);
  struct bp_network *network = bp_arena_alloc(evidence->arena, 1, sizeof *network);
  struct bp_differences *differences = gather_all(evidence->differences);
  *whole = NULL;
  if (!e || !network || !differences)
    return BP_NO_MEMORY;
  if (bp_rank() > 0)
    return BP_OK;
  *network = *evidence->network;
  network->dealt = false;
  differences->network = network;
  *e = *evidence;
  e->network = network;
  e->differences = differences;
  e->outside = NULL;
  e->tight = e->landing = NULL;
  *whole = e;
  return compute(e);
}
