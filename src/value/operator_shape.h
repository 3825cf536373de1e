/* The shapes of binary operators.
 */
#ifndef BP_VALUE_OPERATOR_SHAPE_H
#define BP_VALUE_OPERATOR_SHAPE_H

#include "model/world.h"

/* The shape of a binary operator, in world->symbols.  False with a fault. */
bool bp_operator_shape(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_symbolic *shape);

/* Whether a * or ^, whose sides have numbers that fit both ways, goes element by element: the
 * shapes decide as symbols, not where sizes happen to be equal.  False with a fault. */
bool bp_reads_pointwise(struct bp_world *world, const struct bp_expression *expression,
                        const struct bp_scope *scope, bool *pointwise);

#endif
