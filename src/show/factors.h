/* An expression as a row of factors, each with its shape, for the trace.
 *
 * Factors and texts live in the arena of the row.
 */
#ifndef BP_SHOW_FACTORS_H
#define BP_SHOW_FACTORS_H

#include "judge/point.h"

struct bp_row {
  struct bp_world *world;
  struct bp_arena *arena;
  const struct bp_scope *letters; /* these are written as their numbers */
  struct bp_trace_factor *factors;
  size_t count, capacity;
  const char *before; /* operator and brackets that the next factor stands behind */
  bool minus;         /* a sign belongs to the next factor */
  const char *note;   /* about what is repeated; NULL: nothing */
};

/* Adds an expression behind `before` ("=", or "" for the first), taken apart into factors at its
 * products and sums.  A factor whose own shapes do not fit has no shape. */
void bp_row_expression(struct bp_row *row, const char *before,
                       const struct bp_expression *expression);

/* Adds a text without a shape. */
void bp_row_text(struct bp_row *row, const char *before, const char *text);

#endif
