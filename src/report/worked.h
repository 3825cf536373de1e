/* Writer for the worked numbers of one claim.  It returns 0, or -1 when the stream refused
 * something or memory was short.
 */
#ifndef BP_REPORT_WORKED_H
#define BP_REPORT_WORKED_H

#include <stdio.h>

#include "report/report.h"
#include "results/worked.h"

/* Every matrix on the way with its shape and its numbers, both sides, their difference, and the
 * verdict with its reasons. */
int bp_worked_text(const struct bp_worked *worked, const struct bp_report_style *style, FILE *out);

#endif
