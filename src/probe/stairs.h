/* Whether a function beside a point takes only multiples of some number.
 */
#ifndef BP_PROBE_STAIRS_H
#define BP_PROBE_STAIRS_H

#include "probe/ladder.h"

/* The height of a stair, where the values on the rungs part from the one at the point by whole
 * multiples of it, and that is no chance; 0 where it may be. */
double bp_ladder_stairs(const struct bp_ladder *ladder);

#endif
