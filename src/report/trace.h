/* Writers for the dimension trace.  Like all writers they return 0, or -1 when the stream refused
 * something or memory was short.
 */
#ifndef BP_REPORT_TRACE_H
#define BP_REPORT_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/trace.h"

/* For a terminal: formulas aligned at the equals sign, wrapped before an operator so that no line
 * is wider than 80 columns unless a single factor is. */
int bp_trace_text(const struct bp_trace *trace, bool colour, FILE *out);

/* Markdown with tables, as GitHub renders it. */
int bp_trace_markdown(const struct bp_trace *trace, FILE *out);

enum { BP_TRACE_FACTOR_BYTES = 320 }; /* room for any factor of a network's trace */

/* "(4,5)" or, with `symbols`, "(n[1],m)". */
void bp_trace_shape_format(const struct bp_shape *shape, bool symbols, char *text, size_t size);

/* A factor with its shape, as "b[1] (4,1)→(4,5)", without what stands before it. */
void bp_trace_factor_format(const struct bp_trace_factor *factor, bool symbols, char *text,
                            size_t size);

#endif
