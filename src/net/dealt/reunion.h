/* What the ranks know of a dealt network, brought together on rank 0.
 *
 * Verdicts need no more of other ranks than counts and extremes.  What explains a wrong gradient
 * looks for what whole matrices have in common, and is left to rank 0, which then has as much in
 * memory as one process alone would.
 */
#ifndef BP_NET_DEALT_REUNION_H
#define BP_NET_DEALT_REUNION_H

#include "net/compare.h"

/* Bytes that rank 0 takes for it. */
double bp_reunion_memory(const struct bp_network *network);

/* Every rank calls this.  *whole gets, on rank 0, evidence of the same network which is not dealt:
 * differences are those of all ranks, and BP1-BP4 and the Jacobians are computed once more; on
 * other ranks NULL.  It has nothing of an outside gradient, and cannot take differences further. It
 * lives in the arena of the evidence. */
enum bp_status bp_evidence_reunite(const struct bp_evidence *evidence, struct bp_evidence **whole);

#endif
