/* where(x > 0, a, x < 0, b, c).
 *
 * The value is made in world->scratch.
 */
#ifndef BP_VALUE_WHERE_H
#define BP_VALUE_WHERE_H

#include "value/call.h"

/* Whether the part of a where is passed over here, by conditions of index letters alone, and has no
 * shape: u_0 of a column, in where(j = 0, 1, u_j). */
bool bp_where_passes(struct bp_world *world, const struct bp_expression *call, size_t part,
                     const struct bp_scope *scope);

/* The value of a call of where.  False with a fault. */
bool bp_where_value(struct bp_world *world, const struct bp_expression *call,
                    const struct bp_scope *scope, const struct bp_frame *frame,
                    struct bp_balls *value);

/* Where both sides of the condition are one fraction, by the numbers that were drawn, both values
 * become an exact 0 there: 3*x at x = 1/3 is 1, of which balls only show that it is near.  Values
 * that were computed in a frame are left as they are. */
void bp_exact_meet(struct bp_world *world, const struct bp_expression *condition,
                   const struct bp_scope *scope, const struct bp_frame *frame, struct bp_balls *a,
                   struct bp_balls *b);

#endif
