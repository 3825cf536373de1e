/* What no point has met on the way to a line that holds. */
#ifndef BP_REPORT_UNMET_H
#define BP_REPORT_UNMET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "report/report.h"

enum { BP_MOST_UNMET_WORDS = 9 };

/* Whether the line holds and has so many decisions, one for each entry of a max, that nobody can
 * say which of their combinations were not met. */
bool bp_unmet_crowded(const struct bp_claim *claim);

/* Fills words[] with the notes on it, made in the arena, and returns their number: 0 where the line
 * does not hold.  Where it is crowded, only with `crowded` how many combinations were met. */
size_t bp_unmet_words(const struct bp_claim *claim, bool crowded, struct bp_arena *arena,
                      const char *words[BP_MOST_UNMET_WORDS]);

#endif
