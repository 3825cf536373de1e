/* Functions that give a number for every row, for every column, or for all of a matrix.
 *
 * Values are made in the room of the world; `at` is NULL where memory is short.
 */
#ifndef BP_VALUE_FUNCTION_ALONG_H
#define BP_VALUE_FUNCTION_ALONG_H

#include "model/world.h"

typedef struct bp_balls bp_builtin_value(struct bp_world *world, const struct bp_balls *arguments,
                                         size_t count);
bp_builtin_value bp_value_mean, bp_value_row_means, bp_value_column_means;
bp_builtin_value bp_value_var, bp_value_row_vars, bp_value_column_vars;
bp_builtin_value bp_value_std, bp_value_row_stds, bp_value_column_stds;
bp_builtin_value bp_value_row_norms, bp_value_column_norms;
bp_builtin_value bp_value_max, bp_value_row_max, bp_value_column_max;
bp_builtin_value bp_value_min, bp_value_row_min, bp_value_column_min;
bp_builtin_value bp_value_argmax, bp_value_row_argmax, bp_value_column_argmax;
bp_builtin_value bp_value_argmin, bp_value_row_argmin, bp_value_column_argmin;

/* A number made of a line of numbers, which is a row; `at` is NULL where memory is short. */
typedef struct bp_balls bp_line_value(const struct bp_ball_room *room, struct bp_balls line);
bp_line_value bp_line_mean, bp_line_max;

/* Remembers how the numbers of a line lie to one another, of which the call picks one; the first
 * is element `from` of what is compared there. */
void bp_line_meet(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_scope *scope, struct bp_balls line, size_t from);

/* Remembers how the numbers of which the call picks one, line by line, lie to one another. */
void bp_extreme_meet(struct bp_world *world, const struct bp_expression *call,
                     const struct bp_scope *scope, struct bp_balls numbers);

#endif
