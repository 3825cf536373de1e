/* Which deltas must have stood behind a gradient of other code that fails.
 *
 * Nothing new is handed out: the deltas go into the gradient that the caller has.
 */
#ifndef BP_NET_CAUSE_OUTSIDE_DELTAS_H
#define BP_NET_CAUSE_OUTSIDE_DELTAS_H

#include "net/compare.h"

/* After a comparison that failed: looks for a mistake in a dA[l] or dZ[l] that is not given and
 * would explain two or more given blocks that fail, and puts the mistaken numbers there.  Returns
 * whether there was one: then the comparison must be made anew.  Where the attempt would take
 * seconds there is none.  BP_OK or BP_NO_MEMORY in *status. */
bool bp_outside_trace_back(const struct bp_evidence *evidence, const struct bp_outside *outside,
                           const struct bp_report *report, enum bp_status *status);

#endif
