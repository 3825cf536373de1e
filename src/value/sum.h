/* Sums, products and matrices by entries: whatever an index letter runs through.
 *
 * Shapes are made in world->symbols, values in its scratch.
 */
#ifndef BP_VALUE_SUM_H
#define BP_VALUE_SUM_H

#include "model/world.h"

/* The shape of a BP_EXPR_SUM, however its terms are joined.  False with a fault. */
bool bp_sum_shape(struct bp_world *world, const struct bp_expression *expression,
                  const struct bp_scope *scope, struct bp_symbolic *shape);

/* Its value, whose shape fits.  False with a fault. */
bool bp_sum_value(struct bp_world *world, const struct bp_expression *expression,
                  const struct bp_scope *scope, const struct bp_frame *frame,
                  struct bp_balls *value);

#endif
