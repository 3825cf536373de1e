/* Values: of every expression, in ball arithmetic, inside or outside of frames.
 *
 * Values are made in world->scratch, and live until the line is done.
 */
#ifndef BP_VALUE_VALUE_H
#define BP_VALUE_VALUE_H

#include "value/call.h"

/* The value of an expression whose shape has been found to fit.  False with a fault; a value that
 * does not exist (log of a negative number) is missing, and the first such place is remembered in
 * world->gap. */
bool bp_expression_value(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, const struct bp_frame *frame,
                         struct bp_balls *value);

/* The result of an operation: false with a fault where there was no memory for it. */
bool bp_value_made(struct bp_world *world, struct bp_balls result,
                   const struct bp_expression *expression, struct bp_balls *value);

/* Remembers where the first value is missing; `meant`: the file itself says so. */
void bp_value_gap(struct bp_world *world, struct bp_span span, const char *message);

/* g(x, y, ...) of numbers. */
bool bp_call_value(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame,
                   const struct bp_ball *arguments, struct bp_ball *result);

#endif
