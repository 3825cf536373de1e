/* The check of a network along random directions: for networks too large to be looked at entry by
 * entry.
 *
 * Of every W[l] and b[l] so many directions are drawn, and what BP1-BP4 (or other code) and the
 * Jacobians say of the slope along each, gradient · direction, is held against a difference of the
 * loss.  A report then has a row for each direction in the place of rows of entries.
 *
 * The evidence and the report live in the arena that is given.
 */
#ifndef BP_NET_DIRECTION_DIRECTION_H
#define BP_NET_DIRECTION_DIRECTION_H

#include "net/compare.h"

/* Fills blocks, counts and verdict of the report, and adds to its notes; `evidence` is what was
 * gathered for it, without differences of single entries. */
enum bp_status bp_direction_check(const struct bp_network *network,
                                  const struct bp_check_options *options, struct bp_arena *arena,
                                  struct bp_report *report, struct bp_evidence **evidence);

/* Bytes that it takes at most. */
double bp_direction_memory(const struct bp_spec *spec, size_t samples, size_t directions,
                           int threads);

#endif
