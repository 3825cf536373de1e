/* Every function here collects the numbers of each window in a line, row by row, and does one thing
 * with it: multiplies it with the kernel, takes its mean, its largest.
 *
 * correlate(X, K) is what networks call a convolution: K slides over X as it is, and only where it
 * lies within X.  convolve turns K by half a circle first.  The full ones go as far as both overlap
 * at all, the same ones as far as X goes, with its middle element on each of X's; what lies outside
 * of X is 0.
 */
#include "value/function/window.h"

#include "num/ball_function.h"
#include "value/function/along.h"

/* How far windows lie apart, how large they are, and how many there are. */
struct windows {
  size_t rows, columns; /* of a window */
  size_t step;          /* from one to the next */
  size_t down, across;  /* how many */
};

static size_t size_of(struct bp_balls number) { return (size_t)bp_ball_double(number.at[0]); }

/* The numbers of a window, row by row. */
static void take_window(struct bp_balls x, const struct windows *windows, size_t i, size_t j,
                        struct bp_ball *line) {
  for (size_t a = 0; a < windows->rows; a++)
    for (size_t b = 0; b < windows->columns; b++)
      *line++ = x.at[(i * windows->step + a) * x.columns + j * windows->step + b];
}

/* ---- padding and turning --------------------------------------------------- */

static struct bp_balls padded(const struct bp_ball_room *room, struct bp_balls x, size_t above,
                              size_t below, size_t left, size_t right) {
  struct bp_balls whole = bp_balls_new(room, x.rows + above + below, x.columns + left + right);
  for (size_t i = 0; whole.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      whole.at[(i + above) * whole.columns + j + left] = x.at[i * x.columns + j];
  return whole;
}

/* Of a column only its ends, of a row only its ends. */
struct bp_balls bp_value_pad(struct bp_world *world, const struct bp_balls *arguments,
                             size_t count) {
  struct bp_balls x = arguments[0];
  size_t rows = size_of(arguments[1]), columns = count > 2 ? size_of(arguments[2]) : rows;
  if (count == 2 && x.columns == 1)
    columns = 0;
  else if (count == 2 && x.rows == 1)
    rows = 0;
  return padded(&world->room, x, rows, rows, columns, columns);
}

static struct bp_balls turned(const struct bp_ball_room *room, struct bp_balls x) {
  size_t count = x.rows * x.columns;
  struct bp_balls whole = bp_balls_new(room, x.rows, x.columns);
  for (size_t k = 0; whole.at && k < count; k++)
    whole.at[k] = x.at[count - 1 - k];
  return whole;
}

struct bp_balls bp_value_turn(struct bp_world *world, const struct bp_balls *arguments,
                              size_t count) {
  (void)count;
  return turned(&world->room, arguments[0]);
}

/* ---- correlation ----------------------------------------------------------- */

/* All windows, a row each, times the kernel in a column. */
static struct bp_balls correlated(const struct bp_ball_room *room, struct bp_balls x,
                                  struct bp_balls kernel, size_t step) {
  struct bp_balls failed = {0};
  if (!x.at || !kernel.at)
    return failed;
  struct windows windows = {kernel.rows, kernel.columns, step, (x.rows - kernel.rows) / step + 1,
                            (x.columns - kernel.columns) / step + 1};
  size_t size = kernel.rows * kernel.columns;
  struct bp_balls lines = bp_balls_new(room, windows.down * windows.across, size);
  for (size_t i = 0; lines.at && i < windows.down; i++)
    for (size_t j = 0; j < windows.across; j++)
      take_window(x, &windows, i, j, &lines.at[(i * windows.across + j) * size]);
  struct bp_balls column = {size, 1, kernel.at};
  struct bp_balls sums = lines.at ? bp_balls_multiply(room, lines, column) : failed;
  sums.rows = windows.down;
  sums.columns = windows.across;
  return sums.at ? sums : failed;
}

static size_t step_of(const struct bp_balls *arguments, size_t count) {
  return count > 2 ? size_of(arguments[2]) : 1;
}

struct bp_balls bp_value_correlate(struct bp_world *world, const struct bp_balls *arguments,
                                   size_t count) {
  return correlated(&world->room, arguments[0], arguments[1], step_of(arguments, count));
}

struct bp_balls bp_value_convolve(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  return correlated(&world->room, arguments[0], turned(&world->room, arguments[1]),
                    step_of(arguments, count));
}

static struct bp_balls full(const struct bp_ball_room *room, struct bp_balls x,
                            struct bp_balls kernel) {
  size_t rows = kernel.rows - 1, columns = kernel.columns - 1;
  return correlated(room, padded(room, x, rows, rows, columns, columns), kernel, 1);
}

struct bp_balls bp_value_full_correlate(struct bp_world *world, const struct bp_balls *arguments,
                                        size_t count) {
  (void)count;
  return full(&world->room, arguments[0], arguments[1]);
}

struct bp_balls bp_value_full_convolve(struct bp_world *world, const struct bp_balls *arguments,
                                       size_t count) {
  (void)count;
  return full(&world->room, arguments[0], turned(&world->room, arguments[1]));
}

static struct bp_balls same(const struct bp_ball_room *room, struct bp_balls x,
                            struct bp_balls kernel) {
  size_t rows = kernel.rows / 2, columns = kernel.columns / 2;
  return correlated(room, padded(room, x, rows, rows, columns, columns), kernel, 1);
}

struct bp_balls bp_value_same_correlate(struct bp_world *world, const struct bp_balls *arguments,
                                        size_t count) {
  (void)count;
  return same(&world->room, arguments[0], arguments[1]);
}

struct bp_balls bp_value_same_convolve(struct bp_world *world, const struct bp_balls *arguments,
                                       size_t count) {
  (void)count;
  return same(&world->room, arguments[0], turned(&world->room, arguments[1]));
}

/* ---- pooling --------------------------------------------------------------- */

static struct windows pool_of(const struct bp_balls *arguments, size_t count) {
  struct bp_balls x = arguments[0];
  size_t size = size_of(arguments[1]), step = count > 2 ? size_of(arguments[2]) : size;
  struct windows windows = {x.rows == 1 ? 1 : size, x.columns == 1 ? 1 : size, step, 0, 0};
  windows.down = (x.rows - windows.rows) / step + 1;
  windows.across = (x.columns - windows.columns) / step + 1;
  return windows;
}

static struct bp_balls pooled(const struct bp_ball_room *room, const struct bp_balls *arguments,
                              size_t count, bp_line_value *value) {
  struct windows windows = pool_of(arguments, count);
  struct bp_balls whole = bp_balls_new(room, windows.down, windows.across), failed = {0};
  struct bp_balls line = bp_balls_new(room, 1, windows.rows * windows.columns);
  if (!whole.at || !line.at)
    return failed;
  for (size_t i = 0; i < windows.down; i++)
    for (size_t j = 0; j < windows.across; j++) {
      take_window(arguments[0], &windows, i, j, line.at);
      struct bp_balls number = value(room, line);
      if (!number.at)
        return failed;
      whole.at[i * windows.across + j] = number.at[0];
    }
  return whole;
}

struct bp_balls bp_value_max_pool(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  return pooled(&world->room, arguments, count, bp_line_max);
}

struct bp_balls bp_value_mean_pool(struct bp_world *world, const struct bp_balls *arguments,
                                   size_t count) {
  return pooled(&world->room, arguments, count, bp_line_mean);
}

void bp_pool_meet(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_scope *scope, const struct bp_balls *arguments) {
  struct windows windows = pool_of(arguments, call->count - 1);
  size_t size = windows.rows * windows.columns;
  struct bp_balls line = bp_balls_new(&world->room, 1, size);
  for (size_t i = 0; line.at && i < windows.down; i++)
    for (size_t j = 0; j < windows.across; j++) {
      take_window(arguments[0], &windows, i, j, line.at);
      bp_line_meet(world, call, scope, line, (i * windows.across + j) * size);
    }
}

/* ---- shapes ----------------------------------------------------------------- */

static struct bp_size one(struct bp_world *world) { return bp_size_constant(world->symbols, 1); }

/* A size by a number: as a symbol where every coefficient has that factor, else what it is here. */
static struct bp_size divided(struct bp_world *world, struct bp_size whole, long by) {
  struct bp_size number = bp_size_constant(world->symbols, whole.value / by);
  struct bp_size_term *terms = bp_arena_alloc(world->symbols, whole.count + 1, sizeof *terms);
  for (size_t i = 0; i < whole.count; i++) {
    if (!terms || whole.terms[i].coefficient % by != 0)
      return number;
    terms[i] = whole.terms[i];
    terms[i].coefficient /= by;
  }
  return whole.value % by == 0 && terms
             ? (struct bp_size){whole.value / by, whole.count, terms, whole.beyond}
             : number;
}

/* How often a window of that size lies within, at steps of so many. */
static struct bp_size times(struct bp_world *world, struct bp_size whole, struct bp_size window,
                            long step) {
  struct bp_size rest = bp_size_add(world->symbols, whole, window, -1);
  return bp_size_add(world->symbols, divided(world, rest, step), one(world), 1);
}

/* Whether the file leaves open how large it is. */
static bool is_open(struct bp_size size) {
  for (size_t i = 0; i < size.count; i++)
    for (size_t k = 0; k < size.terms[i].degree; k++)
      if (!size.terms[i].atoms[k]->fixed)
        return true;
  return false;
}

static bool kernel_fits(struct bp_world *world, const struct bp_expression *call,
                        const struct bp_symbolic *arguments) {
  if (arguments[1].rows.value <= arguments[0].rows.value &&
      arguments[1].columns.value <= arguments[0].columns.value)
    return true;
  bool first = world->fault.kind == BP_FAULT_NONE;
  bp_fault_record(world, BP_FAULT_SHAPE, call->child[2]->span,
                  "size n in 4..6 for what it slides over, size k = 3 for the kernel, or "
                  "fullcorrelate(X, K), where they only have to overlap",
                  "the kernel is %s, here (%ld,%ld), and does not lie within (%ld,%ld)",
                  bp_symbolic_text(world->symbols, arguments[1]), arguments[1].rows.value,
                  arguments[1].columns.value, arguments[0].rows.value, arguments[0].columns.value);
  world->fault.too_small = first && (is_open(arguments[0].rows) || is_open(arguments[0].columns));
  return false;
}

bool bp_shape_correlate(struct bp_world *world, const struct bp_expression *call,
                        const struct bp_symbolic *arguments, struct bp_symbolic *shape) {
  long step = call->count > 3 ? arguments[2].rows.value : 1;
  if (!kernel_fits(world, call, arguments))
    return false;
  shape->rows = times(world, arguments[0].rows, arguments[1].rows, step);
  shape->columns = times(world, arguments[0].columns, arguments[1].columns, step);
  return true;
}

bool bp_shape_full(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_symbolic *arguments, struct bp_symbolic *shape) {
  (void)call;
  shape->rows = bp_size_add(world->symbols,
                            bp_size_add(world->symbols, arguments[0].rows, arguments[1].rows, 1),
                            one(world), -1);
  shape->columns = bp_size_add(
      world->symbols, bp_size_add(world->symbols, arguments[0].columns, arguments[1].columns, 1),
      one(world), -1);
  return true;
}

bool bp_shape_same(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_symbolic *arguments, struct bp_symbolic *shape) {
  *shape = arguments[0];
  if (arguments[1].rows.value % 2 == 1 && arguments[1].columns.value % 2 == 1)
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, call->child[2]->span, "size k = 3",
                      "a kernel has a middle element where its sizes are odd, and this is "
                      "(%ld,%ld)",
                      arguments[1].rows.value, arguments[1].columns.value);
}

bool bp_shape_pad(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_symbolic *arguments, struct bp_symbolic *shape) {
  struct bp_size rows = arguments[1].rows;
  struct bp_size columns = call->count > 3 ? arguments[2].rows : rows;
  bool both = call->count > 3;
  *shape = arguments[0];
  if (both || shape->rows.value != 1 || shape->columns.value == 1)
    shape->rows = bp_size_add(world->symbols, arguments[0].rows, rows, 2);
  if (both || arguments[0].columns.value != 1)
    shape->columns = bp_size_add(world->symbols, arguments[0].columns, columns, 2);
  return true;
}

/* The whole in parts of that size, if it has no rest. */
static bool parts(struct bp_world *world, const struct bp_expression *call, struct bp_size whole,
                  long size, struct bp_size *count) {
  if (whole.value % size != 0)
    return bp_fault_set(world, BP_FAULT_SHAPE, call->child[1]->span,
                        "given X : (2*r) x (2*c) for windows of 2",
                        "%s, here %ld, cannot be cut into windows of %ld",
                        bp_size_text(world->symbols, whole), whole.value, size);
  *count = divided(world, whole, size);
  return true;
}

bool bp_shape_pool(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_symbolic *arguments, struct bp_symbolic *shape) {
  struct bp_symbolic x = arguments[0];
  long size = arguments[1].rows.value, step = call->count > 3 ? arguments[2].rows.value : size;
  *shape = x;
  if (step == size)
    return (x.rows.value == 1 || parts(world, call, x.rows, size, &shape->rows)) &&
           (x.columns.value == 1 || parts(world, call, x.columns, size, &shape->columns));
  if ((x.rows.value != 1 && x.rows.value < size) ||
      (x.columns.value != 1 && x.columns.value < size))
    return bp_fault_set(world, BP_FAULT_SHAPE, call->child[2]->span, "smaller windows",
                        "a window of %ld does not lie within (%ld,%ld)", size, x.rows.value,
                        x.columns.value);
  if (x.rows.value != 1)
    shape->rows = times(world, x.rows, arguments[1].rows, step);
  if (x.columns.value != 1)
    shape->columns = times(world, x.columns, arguments[1].rows, step);
  return true;
}
