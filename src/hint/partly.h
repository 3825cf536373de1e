/* What is right about a line that no edit mends, and what is known about the side that stays. */
#ifndef BP_HINT_PARTLY_H
#define BP_HINT_PARTLY_H

#include "hint/search.h"

/* Whether the side that stays is a derivative that is 0 at all points, as far as can be seen, with
 * a note for the reader.  Whatever is 0 would then "mend" the line: 0 * A, Y - Y. */
bool bp_partly_zero(struct bp_search *search, struct bp_claim *claim);

/* Adds a note to the claim that says which part of the line is right: some of the entries, all up
 * to a factor, all where a size is 1.  None where nothing of the sort is seen. */
void bp_partly_tell(struct bp_search *search, struct bp_claim *claim);

#endif
