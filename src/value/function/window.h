/* Windows that slide over a matrix: correlation and convolution, padding, pooling.
 *
 * A column or a row is a matrix with one column or one row, and its windows have one, too.  Values
 * are made in the room of the world; `at` is NULL where memory is short.
 */
#ifndef BP_VALUE_FUNCTION_WINDOW_H
#define BP_VALUE_FUNCTION_WINDOW_H

#include "model/world.h"

typedef bool bp_window_shape(struct bp_world *world, const struct bp_expression *call,
                             const struct bp_symbolic *arguments, struct bp_symbolic *shape);
bp_window_shape bp_shape_correlate, bp_shape_full, bp_shape_same, bp_shape_pad, bp_shape_pool;

typedef struct bp_balls bp_window_value(struct bp_world *world, const struct bp_balls *arguments,
                                        size_t count);
bp_window_value bp_value_correlate, bp_value_convolve, bp_value_full_correlate;
bp_window_value bp_value_full_convolve, bp_value_same_correlate, bp_value_same_convolve;
bp_window_value bp_value_turn, bp_value_pad, bp_value_max_pool, bp_value_mean_pool;

/* Remembers how the numbers of every window of a maxpool lie to one another. */
void bp_pool_meet(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_scope *scope, const struct bp_balls *arguments);

#endif
