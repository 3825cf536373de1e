/* What no point has met on the way to a line that holds. */
#ifndef BP_REPORT_UNMET_H
#define BP_REPORT_UNMET_H

#include <stddef.h>

#include "base/arena.h"
#include "report/report.h"

enum { BP_MOST_UNMET_WORDS = 8 };

/* Fills words[] with the notes on it, made in the arena, and returns their number: 0 where the line
 * does not hold. */
size_t bp_unmet_words(const struct bp_claim *claim, struct bp_arena *arena,
                      const char *words[BP_MOST_UNMET_WORDS]);

#endif
