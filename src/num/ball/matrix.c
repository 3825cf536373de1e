/* Matrices of balls: making them, and what goes element by element.
 *
 * A result is computed element by element into one temporary number, which keeps its memory from
 * one to the next, and frozen into the arena.
 */
#include "base/budget.h"
#include "num/ball/inside.h"
#include "num/ball_function.h"
#include "num/ball_matrix.h"
#include "num/flint_memory.h"

#include <math.h>
#include <string.h>

static size_t count(struct bp_balls a) { return a.rows * a.columns; }

/* ---- making a matrix ---- */

void bp_making_begin(const struct bp_ball_room *room, bool operands, size_t rows, size_t columns,
                     struct bp_making *making) {
  size_t elements;
  if (__builtin_mul_overflow(rows, columns, &elements))
    elements = SIZE_MAX;
  *making = (struct bp_making){
      .matrix = {rows, columns, NULL},
      .freezer = {.arena = room->arena, .awaited = elements},
  };
  acb_init(making->number);
  if (operands && !bp_flint_memory_stopped())
    making->matrix.at = bp_arena_alloc(room->arena, elements, sizeof *making->matrix.at);
}

/* Here everything stops that takes long: a budget that is over gives no more numbers. */
void bp_making_put(struct bp_making *making, size_t k) {
  if (bp_budget_over() || !bp_freeze(&making->freezer, making->number, &making->matrix.at[k]))
    making->matrix.at = NULL;
}

struct bp_balls bp_making_end(struct bp_making *making) {
  acb_clear(making->number);
  return making->matrix;
}

/* ---- new ones ---- */

/* All 0: that is what zeroed memory is as a number. */
static struct bp_balls zeros(const struct bp_ball_room *room, bool operands, size_t rows,
                             size_t columns) {
  struct bp_making making;
  bp_making_begin(room, operands, rows, columns, &making);
  return bp_making_end(&making);
}

struct bp_balls bp_balls_new(const struct bp_ball_room *room, size_t rows, size_t columns) {
  return zeros(room, true, rows, columns);
}

struct bp_balls bp_balls_number(const struct bp_ball_room *room, struct bp_ball number) {
  return bp_balls_copy(room, (struct bp_balls){1, 1, &number});
}

struct bp_balls bp_balls_fill(const struct bp_ball_room *room, size_t rows, size_t columns,
                              double value) {
  struct bp_balls out = zeros(room, true, rows, columns);
  for (size_t k = 0; out.at && k < count(out); k++)
    out.at[k] = bp_ball_exact(value);
  return out;
}

struct bp_balls bp_balls_identity(const struct bp_ball_room *room, size_t n) {
  struct bp_balls out = zeros(room, true, n, n);
  for (size_t k = 0; out.at && k < n; k++)
    out.at[k * n + k] = bp_ball_whole(1);
  return out;
}

struct bp_balls bp_balls_copy(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_balls out = zeros(room, a.at, a.rows, a.columns);
  struct bp_freezer freezer = {.arena = room->arena, .awaited = count(a)};
  for (size_t k = 0; out.at && k < count(a); k++)
    if (!bp_freeze(&freezer, &a.at[k].z, &out.at[k]))
      out.at = NULL;
  return out;
}

struct bp_balls bp_balls_round(const struct bp_ball_room *room, struct bp_balls a) {
  return bp_balls_map(room, a, bp_ball_identity);
}

/* ---- elementwise ---- */

struct bp_balls bp_balls_zip(const struct bp_ball_room *room, struct bp_balls a, struct bp_balls b,
                             bp_ball_binary *f) {
  struct bp_making making;
  size_t rows = a.rows == 1 ? b.rows : a.rows, k = 0;
  size_t columns = a.columns == 1 ? b.columns : a.columns;
  size_t a_row = a.rows == 1 ? 0 : a.columns, a_column = a.columns != 1;
  size_t b_row = b.rows == 1 ? 0 : b.columns, b_column = b.columns != 1;
  bp_making_begin(room, a.at && b.at, rows, columns, &making);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; making.matrix.at && j < columns; j++) {
      f(room, &a.at[i * a_row + j * a_column].z, &b.at[i * b_row + j * b_column].z, making.number);
      bp_making_put(&making, k++);
    }
  return bp_making_end(&making);
}

struct bp_balls bp_balls_map(const struct bp_ball_room *room, struct bp_balls a, bp_ball_unary *f) {
  struct bp_making making;
  bp_making_begin(room, a.at, a.rows, a.columns, &making);
  for (size_t k = 0; making.matrix.at && k < count(a); k++) {
    f(room, &a.at[k].z, making.number);
    bp_making_put(&making, k);
  }
  return bp_making_end(&making);
}

/* ---- the same elements elsewhere ---- */

struct bp_balls bp_balls_negate(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_balls out = zeros(room, a.at, a.rows, a.columns);
  for (size_t k = 0; out.at && k < count(a); k++)
    out.at[k] = bp_ball_neg(a.at[k]);
  return out;
}

struct bp_balls bp_balls_transpose(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_balls out = zeros(room, a.at, a.columns, a.rows);
  for (size_t i = 0; out.at && i < a.rows; i++)
    for (size_t j = 0; j < a.columns; j++)
      out.at[j * a.rows + i] = a.at[i * a.columns + j];
  return out;
}

struct bp_balls bp_balls_vec(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_balls out = bp_balls_transpose(room, a);
  out.rows = count(a);
  out.columns = 1;
  return out;
}

struct bp_balls bp_balls_diag(const struct bp_ball_room *room, struct bp_balls a) {
  size_t n = count(a);
  struct bp_balls out = zeros(room, a.at, n, n);
  for (size_t i = 0; out.at && i < a.rows; i++)
    for (size_t j = 0; j < a.columns; j++)
      out.at[(j * a.rows + i) * (n + 1)] = a.at[i * a.columns + j];
  return out;
}

static size_t diagonal_length(struct bp_balls a) { return a.rows < a.columns ? a.rows : a.columns; }

struct bp_balls bp_balls_diagonal(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_balls out = zeros(room, a.at, diagonal_length(a), 1);
  for (size_t k = 0; out.at && k < out.rows; k++)
    out.at[k] = a.at[k * (a.columns + 1)];
  return out;
}

/* ---- what is known of all elements ---- */

bool bp_balls_finite(struct bp_balls a) {
  for (size_t k = 0; k < count(a); k++)
    if (!bp_ball_finite(a.at[k]))
      return false;
  return true;
}

bool bp_balls_real(struct bp_balls a) {
  for (size_t k = 0; k < count(a); k++)
    if (!bp_ball_is_real(a.at[k]))
      return false;
  return true;
}

static double largest(struct bp_balls a, double (*bound)(struct bp_ball), double least) {
  for (size_t k = 0; k < count(a); k++)
    least = fmax(least, bound(a.at[k]));
  return least;
}

double bp_balls_largest(struct bp_balls a) { return largest(a, bp_ball_above, 0); }

double bp_balls_widest(struct bp_balls a) { return largest(a, bp_ball_radius, 0); }

double bp_balls_largest_log2(struct bp_balls a) {
  return largest(a, bp_ball_above_log2, -INFINITY);
}

double bp_balls_widest_log2(struct bp_balls a) {
  return largest(a, bp_ball_radius_log2, -INFINITY);
}
