/* Functions that give a number for every row, for every column, or for all of a matrix.
 *
 * Each is written once for a line of numbers, and taken along the rows, down the columns or over
 * everything.  The largest of several numbers is found from left to right, the running one against
 * the next: so every step is a decision between two numbers, as in max(a, b), and where more bits
 * do not decide it the value covers both.  Of equal numbers the first is the largest, as in NumPy;
 * elements count from 1.
 */
#include "value/function/along.h"

#include <string.h>

#include "num/ball_function.h"

enum axis { ALONG_ROWS, DOWN_COLUMNS, OVER_ALL };

/* The lines of a matrix along an axis, and the numbers in each. */
static size_t lines_of(struct bp_balls a, enum axis axis) {
  return axis == ALONG_ROWS ? a.rows : axis == DOWN_COLUMNS ? a.columns : 1;
}

static size_t length_of(struct bp_balls a, enum axis axis) {
  return axis == ALONG_ROWS ? a.columns : axis == DOWN_COLUMNS ? a.rows : a.rows * a.columns;
}

/* The place in memory of a number of a line. */
static size_t place_of(struct bp_balls a, enum axis axis, size_t line, size_t k) {
  return axis == ALONG_ROWS     ? line * a.columns + k
         : axis == DOWN_COLUMNS ? k * a.columns + line
                                : k;
}

static struct bp_balls along(struct bp_world *world, struct bp_balls a, enum axis axis,
                             bp_line_value *value) {
  const struct bp_ball_room *room = &world->room;
  size_t lines = lines_of(a, axis), length = length_of(a, axis);
  struct bp_balls whole =
      axis == DOWN_COLUMNS ? bp_balls_new(room, 1, lines) : bp_balls_new(room, lines, 1);
  struct bp_balls line = bp_balls_new(room, 1, length), failed = {0};
  if (!whole.at || !line.at)
    return failed;
  for (size_t i = 0; i < lines; i++) {
    for (size_t k = 0; k < length; k++)
      line.at[k] = a.at[place_of(a, axis, i, k)];
    struct bp_balls number = value(room, line);
    if (!number.at)
      return failed;
    whole.at[i] = number.at[0];
  }
  return whole;
}

/* ---- lines ---------------------------------------------------------------- */

struct bp_balls bp_line_mean(const struct bp_ball_room *room, struct bp_balls line) {
  struct bp_balls count = bp_balls_number(room, bp_ball_whole((slong)line.columns));
  struct bp_balls sum = bp_balls_sum(room, line);
  return sum.at && count.at ? bp_balls_zip(room, sum, count, bp_ball_div) : (struct bp_balls){0};
}

/* The mean of the squares of what is left without the mean: of all of them, not of a sample. */
static struct bp_balls var_of(const struct bp_ball_room *room, struct bp_balls line) {
  struct bp_balls mean = bp_line_mean(room, line);
  struct bp_balls rest = mean.at ? bp_balls_zip(room, line, mean, bp_ball_sub) : mean;
  struct bp_balls squares = rest.at ? bp_balls_zip(room, rest, rest, bp_ball_mul) : rest;
  return squares.at ? bp_line_mean(room, squares) : squares;
}

static struct bp_balls std_of(const struct bp_ball_room *room, struct bp_balls line) {
  struct bp_balls var = var_of(room, line);
  return var.at ? bp_balls_map(room, var, bp_ball_sqrt) : var;
}

static struct bp_balls extreme_of(const struct bp_ball_room *room, struct bp_balls line,
                                  bp_ball_binary *pick) {
  struct bp_balls best = bp_balls_number(room, line.at[0]), next = bp_balls_new(room, 1, 1);
  for (size_t k = 1; best.at && next.at && k < line.columns; k++) {
    next.at[0] = line.at[k];
    best = bp_balls_zip(room, best, next, pick);
  }
  return next.at ? best : next;
}

struct bp_balls bp_line_max(const struct bp_ball_room *room, struct bp_balls line) {
  return extreme_of(room, line, bp_ball_max);
}

static struct bp_balls min_of(const struct bp_ball_room *room, struct bp_balls line) {
  return extreme_of(room, line, bp_ball_min);
}

/* Which number is the first that no other beats; not known as soon as one comparison is not. */
static struct bp_balls place_of_best(const struct bp_ball_room *room, struct bp_balls line,
                                     enum bp_ball_order beats) {
  size_t best = 0;
  bool known = true;
  for (size_t k = 1; k < line.columns && known; k++) {
    enum bp_ball_order order = bp_ball_compare(room, line.at[k], line.at[best]);
    known = order != BP_ORDER_UNKNOWN;
    best = order == beats ? k : best;
  }
  return bp_balls_number(room, known ? bp_ball_whole((slong)best + 1) : bp_ball_unknown());
}

static struct bp_balls argmax_of(const struct bp_ball_room *room, struct bp_balls line) {
  return place_of_best(room, line, BP_ORDER_ABOVE);
}

static struct bp_balls argmin_of(const struct bp_ball_room *room, struct bp_balls line) {
  return place_of_best(room, line, BP_ORDER_BELOW);
}

/* ---- along axes ----------------------------------------------------------- */

#define ALONG(name, axis, line)                                                                    \
  struct bp_balls name(struct bp_world *world, const struct bp_balls *arguments, size_t count) {   \
    (void)count;                                                                                   \
    return along(world, arguments[0], axis, line);                                                 \
  }
ALONG(bp_value_mean, OVER_ALL, bp_line_mean)
ALONG(bp_value_row_means, ALONG_ROWS, bp_line_mean)
ALONG(bp_value_column_means, DOWN_COLUMNS, bp_line_mean)
ALONG(bp_value_var, OVER_ALL, var_of)
ALONG(bp_value_row_vars, ALONG_ROWS, var_of)
ALONG(bp_value_column_vars, DOWN_COLUMNS, var_of)
ALONG(bp_value_std, OVER_ALL, std_of)
ALONG(bp_value_row_stds, ALONG_ROWS, std_of)
ALONG(bp_value_column_stds, DOWN_COLUMNS, std_of)
ALONG(bp_value_row_norms, ALONG_ROWS, bp_balls_norm)
ALONG(bp_value_column_norms, DOWN_COLUMNS, bp_balls_norm)
ALONG(bp_value_row_max, ALONG_ROWS, bp_line_max)
ALONG(bp_value_column_max, DOWN_COLUMNS, bp_line_max)
ALONG(bp_value_row_min, ALONG_ROWS, min_of)
ALONG(bp_value_column_min, DOWN_COLUMNS, min_of)
ALONG(bp_value_argmax, OVER_ALL, argmax_of)
ALONG(bp_value_row_argmax, ALONG_ROWS, argmax_of)
ALONG(bp_value_column_argmax, DOWN_COLUMNS, argmax_of)
ALONG(bp_value_argmin, OVER_ALL, argmin_of)
ALONG(bp_value_row_argmin, ALONG_ROWS, argmin_of)
ALONG(bp_value_column_argmin, DOWN_COLUMNS, argmin_of)
#undef ALONG

struct bp_balls bp_value_max(struct bp_world *world, const struct bp_balls *arguments,
                             size_t count) {
  return count > 1 ? bp_balls_zip(&world->room, arguments[0], arguments[1], bp_ball_max)
                   : along(world, arguments[0], OVER_ALL, bp_line_max);
}

struct bp_balls bp_value_min(struct bp_world *world, const struct bp_balls *arguments,
                             size_t count) {
  return count > 1 ? bp_balls_zip(&world->room, arguments[0], arguments[1], bp_ball_min)
                   : along(world, arguments[0], OVER_ALL, min_of);
}

/* ---- decisions ------------------------------------------------------------ */

void bp_line_meet(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_scope *scope, struct bp_balls line, size_t from) {
  bool smallest = strstr(call->child[0]->name, "min") != NULL;
  size_t best = 0;
  for (size_t k = 1; k < line.columns; k++) {
    double apart = bp_ball_double(line.at[k]) - bp_ball_double(line.at[best]);
    if (apart != 0)
      bp_world_meet_side(world, call, apart > 0, apart);
    if (bp_world_decides(world))
      bp_world_decide(world, call, scope, from + k, line.at[k], line.at[best]);
    best = (smallest ? apart < 0 : apart > 0) ? k : best;
  }
}

void bp_extreme_meet(struct bp_world *world, const struct bp_expression *call,
                     const struct bp_scope *scope, struct bp_balls numbers) {
  const char *name = call->child[0]->name;
  enum axis axis = !strncmp(name, "row", 3)   ? ALONG_ROWS
                   : !strncmp(name, "col", 3) ? DOWN_COLUMNS
                                              : OVER_ALL;
  size_t length = length_of(numbers, axis);
  struct bp_balls line = bp_balls_new(&world->room, 1, length);
  for (size_t i = 0; line.at && i < lines_of(numbers, axis); i++) {
    for (size_t k = 0; k < length; k++)
      line.at[k] = numbers.at[place_of(numbers, axis, i, k)];
    bp_line_meet(world, call, scope, line, i * length);
  }
}
