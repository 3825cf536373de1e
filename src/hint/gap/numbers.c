/* Everything goes entry by entry but the solving of a system: by * F = value has one solution at
 * most where `by` has full column rank; it is that of the normal equations, and is one at all only
 * if it satisfies the system.  F * by = value is the same transposed.  Matrices here are a few rows
 * large, so the squared condition of normal equations leaves digits enough; what is found is judged
 * afterwards anyway.
 */
#include "hint/gap/numbers.h"

#include <gsl/gsl_linalg.h>
#include <math.h>

#include "value/shape.h"
#include "value/value.h"

static const double CONSISTENT = 1e-8;

static const struct bp_numbers none = {0, 0, NULL};

bool bp_numbers_single(struct bp_numbers x) { return x.rows == 1 && x.columns == 1; }

bool bp_numbers_alike(struct bp_numbers x, struct bp_numbers y) {
  return x.rows == y.rows && x.columns == y.columns;
}

double bp_numbers_dot(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

/* ---- values in a world -------------------------------------------------- */

/* Asked before anything is computed. */
static bool is_small(struct bp_symbolic shape) {
  return shape.rows.value <= BP_MOST_NUMBERS && shape.columns.value <= BP_MOST_NUMBERS &&
         shape.rows.value * shape.columns.value <= BP_MOST_NUMBERS;
}

struct bp_numbers bp_numbers_of(struct bp_arena *arena, struct bp_world *world,
                                const struct bp_expression *expression,
                                const struct bp_scope *scope) {
  struct bp_numbers numbers = none;
  struct bp_symbolic shape;
  struct bp_balls value;
  struct bp_fault before = world->fault;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  world->fault = (struct bp_fault){0};
  if (bp_expression_shape(world, expression, scope, &shape) && is_small(shape) &&
      bp_expression_value(world, expression, scope, NULL, &value))
    numbers = bp_numbers_blank(arena, value.rows, value.columns);
  for (size_t k = 0; numbers.at && k < numbers.rows * numbers.columns; k++) {
    numbers.at[k] = bp_ball_double(value.at[k]);
    if (!isfinite(numbers.at[k]))
      numbers = none;
  }
  bp_arena_release(world->scratch, mark);
  world->fault = before;
  return numbers;
}

/* ---- entry by entry ----------------------------------------------------- */

struct bp_numbers bp_numbers_blank(struct bp_arena *arena, size_t rows, size_t columns) {
  double *at = bp_arena_alloc(arena, rows * columns, sizeof *at);
  return at ? (struct bp_numbers){rows, columns, at} : none;
}

struct bp_numbers bp_numbers_full(struct bp_arena *arena, size_t rows, size_t columns,
                                  double number) {
  struct bp_numbers result = isnan(number) ? none : bp_numbers_blank(arena, rows, columns);
  for (size_t k = 0; k < result.rows * result.columns; k++)
    result.at[k] = number;
  return result;
}

struct bp_numbers bp_numbers_sum(struct bp_arena *arena, struct bp_numbers x, struct bp_numbers y,
                                 double sign) {
  if (!x.at || !y.at || !bp_numbers_alike(x, y))
    return none;
  struct bp_numbers result = bp_numbers_blank(arena, x.rows, x.columns);
  for (size_t k = 0; k < result.rows * result.columns; k++)
    result.at[k] = x.at[k] + sign * y.at[k];
  return result;
}

struct bp_numbers bp_numbers_repeated(struct bp_arena *arena, struct bp_numbers x) {
  bool columns = x.columns > 1;
  if (!x.at || bp_numbers_single(x))
    return none;
  for (size_t k = 0; k < x.rows * x.columns; k++) {
    double first = x.at[columns ? k - k % x.columns : 0];
    if (!(fabs(x.at[k] - first) <= CONSISTENT * fabs(first)))
      return none;
  }
  struct bp_numbers part = bp_numbers_blank(arena, columns ? x.rows : 1, 1);
  for (size_t k = 0; part.at && k < part.rows; k++)
    part.at[k] = x.at[k * x.columns];
  return part;
}

struct bp_numbers bp_numbers_negative(struct bp_arena *arena, struct bp_numbers x) {
  return bp_numbers_sum(arena, bp_numbers_full(arena, x.rows, x.columns, 0), x, -1);
}

struct bp_numbers bp_numbers_transposed(struct bp_arena *arena, struct bp_numbers x) {
  struct bp_numbers result = x.at ? bp_numbers_blank(arena, x.columns, x.rows) : none;
  for (size_t i = 0; result.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      result.at[j * x.rows + i] = x.at[i * x.columns + j];
  return result;
}

struct bp_numbers bp_numbers_quotient(struct bp_arena *arena, struct bp_numbers x,
                                      struct bp_numbers y) {
  bool one = bp_numbers_single(y);
  if (!x.at || !y.at || !(one || bp_numbers_alike(x, y)))
    return none;
  struct bp_numbers result = bp_numbers_blank(arena, x.rows, x.columns);
  for (size_t k = 0; k < result.rows * result.columns; k++) {
    double by = y.at[one ? 0 : k];
    if (by == 0)
      return none;
    result.at[k] = x.at[k] / by;
  }
  return result;
}

double bp_numbers_ratio(struct bp_numbers x, struct bp_numbers y, double tolerance) {
  if (!x.at || !y.at || !bp_numbers_alike(x, y))
    return NAN;
  size_t count = x.rows * x.columns;
  double ratio = bp_numbers_dot(x.at, y.at, count) / bp_numbers_dot(y.at, y.at, count);
  double rest = 0, size = 0;
  for (size_t k = 0; k < count; k++) {
    rest += fabs(x.at[k] - ratio * y.at[k]);
    size += fabs(x.at[k]);
  }
  return rest <= tolerance * size ? ratio : NAN;
}

struct bp_numbers bp_numbers_diagonal(struct bp_arena *arena, struct bp_numbers x,
                                      struct bp_numbers like) {
  if (!x.at || x.rows != x.columns || !like.at || like.rows * like.columns != x.rows)
    return none;
  struct bp_numbers result = bp_numbers_blank(arena, like.rows, like.columns);
  for (size_t i = 0; result.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      if (i == j)
        result.at[i] = x.at[i * x.columns + j];
      else if (x.at[i * x.columns + j] != 0)
        return none;
  return result;
}

/* ---- systems ------------------------------------------------------------ */

static bool consistent(struct bp_numbers by, struct bp_numbers f, struct bp_numbers value) {
  double rest = 0, size = 0;
  for (size_t i = 0; i < value.rows; i++)
    for (size_t j = 0; j < value.columns; j++) {
      double product = 0, number = value.at[i * value.columns + j];
      for (size_t k = 0; k < by.columns; k++)
        product += by.at[i * by.columns + k] * f.at[k * f.columns + j];
      rest += fabs(product - number);
      size += fabs(number);
    }
  return rest <= CONSISTENT * size;
}

/* by * F = value */
static struct bp_numbers solve(struct bp_arena *arena, struct bp_numbers by,
                               struct bp_numbers value) {
  size_t n = by.columns;
  struct bp_numbers f = bp_numbers_blank(arena, n, value.columns);
  double *square = bp_arena_alloc(arena, n * n, sizeof *square);
  double *right = bp_arena_alloc(arena, n, sizeof *right);
  if (by.rows != value.rows || by.rows < n || !f.at || !square || !right)
    return none;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      square[i * n + j] = 0;
      for (size_t k = 0; k < by.rows; k++)
        square[i * n + j] += by.at[k * n + i] * by.at[k * n + j];
    }
  gsl_matrix_view normal = gsl_matrix_view_array(square, n, n);
  if (gsl_linalg_cholesky_decomp1(&normal.matrix) != 0)
    return none;
  for (size_t j = 0; j < value.columns; j++) {
    for (size_t i = 0; i < n; i++) {
      right[i] = 0;
      for (size_t k = 0; k < by.rows; k++)
        right[i] += by.at[k * n + i] * value.at[k * value.columns + j];
    }
    gsl_vector_view b = gsl_vector_view_array(right, n);
    gsl_linalg_cholesky_svx(&normal.matrix, &b.vector);
    for (size_t i = 0; i < n; i++)
      f.at[i * value.columns + j] = right[i];
  }
  return consistent(by, f, value) ? f : none;
}

struct bp_numbers bp_numbers_solve(struct bp_arena *arena, struct bp_numbers value,
                                   struct bp_numbers by, bool before) {
  if (!value.at || !by.at)
    return none;
  if (!before)
    return solve(arena, by, value);
  return bp_numbers_transposed(
      arena, solve(arena, bp_numbers_transposed(arena, by), bp_numbers_transposed(arena, value)));
}
