/* What a report says where rounding in the precision of other code leaves no digits of an entry.
 *
 * Such an entry holds, as it is where right code lands, but so would 0 and the number with the
 * other sign.  As long as some other entry shows its sign, that is a note on those entries.  Where
 * none does, a gradient of zeros would be told the very same, and nothing was checked.
 */
#ifndef BP_NET_OUTSIDE_PRECISION_H
#define BP_NET_OUTSIDE_PRECISION_H

#include "net/compare.h"

/* The type whose unit roundoff that is, to a reader. */
const char *bp_outside_type(double unit);

/* A sentence on these entries, in `arena`; NULL where there are none, or memory is short.  *nothing
 * tells whether it is about all that there is. */
const char *bp_outside_precision(const struct bp_evidence *evidence, const struct bp_report *report,
                                 struct bp_arena *arena, bool *nothing);

/* Whether a number that holds shows sign and size: a right number lies within a bound of which the
 * other sign, 0, half and twice of it are farther from the difference.  Within the worst case lies
 * every number that holds; of where right code lands (INFINITY where that is not known) the number
 * may be outside, and then it shows nothing. */
bool bp_shows_size(double number, const struct bp_difference *difference, double worst,
                   double landing);

#endif
