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

#endif
