/* What no point has met on the way to a line that holds. */
#ifndef BP_REPORT_TEXT_UNMET_H
#define BP_REPORT_TEXT_UNMET_H

#include <stdio.h>

#include "report/report.h"

/* Notes on it, each behind `lead`; texts are made in the arena. */
void bp_text_unmet(const struct bp_claim *claim, const char *lead, size_t columns, bool colour,
                   struct bp_arena *arena, FILE *out);

#endif
