/* What a report claims to have seen, held against what was planted. */
#ifndef BP_BENCH_CLAIM_H
#define BP_BENCH_CLAIM_H

#include <math.h>

#include "net/compare.h"

/* Whether a gradient that holds is off by more than the report says it would have seen; kinks and
 * what is next to 0 are left out.  Where terms cancel the right gradient is off, too, in its own
 * rounding, and a mistake may well be nearer to the truth: so much is no error of the mistake. */
static inline bool breaks_claim(const struct bp_evidence *evidence,
                                const struct bp_gradient *mistaken,
                                const struct bp_report *report) {
  for (size_t b = 0; b < 2 * evidence->network->depth; b++) {
    const struct bp_block *block = &report->blocks[b];
    struct bp_view right = bp_view_of(evidence, evidence->gradient, NULL, b, NULL);
    struct bp_view wrong = bp_view_of(evidence, mistaken, NULL, b, NULL);
    double claim = 2 * block->widest_bound + 1e-6 * block->largest_magnitude;
    for (size_t k = 0; k < block->rows * block->columns; k++)
      if (!block->vanishes && block->entries[k].reason != BP_REASON_KINK &&
          fabs(right.value->data[k] - wrong.value->data[k]) > claim + right.error->data[k])
        return true;
  }
  return false;
}

#endif
