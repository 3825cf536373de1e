/* Which typical mistakes the data at hand would expose.
 *
 * The table lives in the arena that is given, and goes when that is freed.
 */
#ifndef BP_NET_POWER_H
#define BP_NET_POWER_H

#include "net/options.h"

/* Plants every mistake in turn (options->outside is not looked at) and checks it against this very
 * data; differences are computed once.
 */
enum bp_status bp_check_power(const struct bp_network *network,
                              const struct bp_check_options *options, struct bp_arena *arena,
                              struct bp_power **power);

#endif
