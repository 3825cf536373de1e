/* The format of a report, by the word that a request has for it.  Not installed.
 *
 * Writers are rows of their table; a message lives in the arena of its diagnostics. */
#ifndef BP_API_FORMAT_H
#define BP_API_FORMAT_H

#include "base/diag.h"
#include "report/report.h"

/* The writer of that name, or of text where it is NULL, if it `serves`.  NULL with an error
 * recorded, which lists the names that there are. */
const struct bp_writer *bp_format_find(const char *name, bp_writer_filter *serves,
                                       struct bp_diagnostics *diagnostics);

#endif
