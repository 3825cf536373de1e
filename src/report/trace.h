/* Writers for the dimension trace.  Like all writers they return 0, or -1 when the stream refused
 * something or memory was short.
 */
#ifndef BP_REPORT_TRACE_H
#define BP_REPORT_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "results/trace.h"

/* For a terminal: formulas aligned at the equals sign, wrapped before an operator so that no line
 * is wider than 80 columns unless a single factor is. */
int bp_trace_text(const struct bp_trace *trace, bool colour, FILE *out);

/* Markdown with tables, as GitHub renders it. */
int bp_trace_markdown(const struct bp_trace *trace, FILE *out);

/* A step as lines of formula, symbols and numbers, `indent` columns from the left; without numbers
 * where they say nothing new.  0, or -1. */
int bp_trace_below(const struct bp_trace_step *step, size_t indent, bool colour,
                   struct bp_arena *arena, FILE *out);

#endif
