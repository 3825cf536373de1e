/* What one side of a line has at all points and the other has nowhere. */
#ifndef BP_HINT_TRAITS_H
#define BP_HINT_TRAITS_H

#include "hint/gap/numbers.h"

enum { BP_LEAST_SEEN = 3 }; /* points, before anything is said */

/* "the left side is symmetric, and the right side is not"; NULL where nothing of the sort is seen.
 * Both sides have one shape at each of the `count` points. */
const char *bp_traits_text(const struct bp_numbers *left, const struct bp_numbers *right,
                           size_t count);

#endif
