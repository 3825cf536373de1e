/* The words of a dimension trace, which all formats share: shapes, and factors with their shapes.
 *
 * A text that is handed out is the trace's own, or lives as long as the arena; NULL means that
 * memory was short.
 */
#ifndef BP_REPORT_TRACE_WORDS_H
#define BP_REPORT_TRACE_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "results/trace.h"

/* "(4,5)" or, with `symbols`, "(n[1],m)". */
const char *bp_trace_shape_text(const struct bp_trace_shape *shape, bool symbols,
                                struct bp_arena *arena);

/* The shape of a factor, as "(4,1)→(4,5)"; empty for a plain number. */
const char *bp_trace_factor_shape(const struct bp_trace_factor *factor, bool symbols,
                                  struct bp_arena *arena);

/* A factor with its shape, as "b[1] (4,1)→(4,5)", without what stands before it. */
const char *bp_trace_factor_text(const struct bp_trace_factor *factor, bool symbols,
                                 struct bp_arena *arena);

/* What stands between `before` and its factor: a blank, or nothing behind an opening bracket. */
const char *bp_trace_gap(const struct bp_trace_factor *factor);

#endif
