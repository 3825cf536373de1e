/* by * F = value has one solution at most where `by` has full column rank; it is that of the normal
 * equations, and is one at all only if it satisfies the system.  F * by = value is the same
 * transposed.  Matrices here are a few rows large, so the squared condition of normal equations
 * leaves digits enough; what is found is judged afterwards anyway.
 */
#include "hint/gap/solve.h"

#include <gsl/gsl_linalg.h>
#include <math.h>

static const double CONSISTENT = 1e-8;

static struct bp_numbers none(void) { return (struct bp_numbers){0, 0, NULL}; }

static struct bp_numbers transposed(struct bp_numbers x, struct bp_arena *arena) {
  struct bp_numbers result = {x.columns, x.rows,
                              bp_arena_alloc(arena, x.rows * x.columns + 1, sizeof *result.at)};
  for (size_t i = 0; result.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      result.at[j * x.rows + i] = x.at[i * x.columns + j];
  return result;
}

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
static struct bp_numbers solve(struct bp_numbers by, struct bp_numbers value,
                               struct bp_arena *arena) {
  size_t n = by.columns;
  struct bp_numbers f = {n, value.columns,
                         bp_arena_alloc(arena, n * value.columns + 1, sizeof *f.at)};
  double *square = bp_arena_alloc(arena, n * n + 1, sizeof *square);
  double *right = bp_arena_alloc(arena, n + 1, sizeof *right);
  if (by.rows != value.rows || by.rows < n || !f.at || !square || !right)
    return none();
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      square[i * n + j] = 0;
      for (size_t k = 0; k < by.rows; k++)
        square[i * n + j] += by.at[k * n + i] * by.at[k * n + j];
    }
  gsl_matrix_view normal = gsl_matrix_view_array(square, n, n);
  if (gsl_linalg_cholesky_decomp1(&normal.matrix) != 0)
    return none();
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
  return consistent(by, f, value) ? f : none();
}

struct bp_numbers bp_solve_product(struct bp_numbers value, struct bp_numbers by, bool before,
                                   struct bp_arena *arena) {
  if (!value.at || !by.at)
    return none();
  if (!before)
    return solve(by, value, arena);
  struct bp_numbers f = solve(transposed(by, arena), transposed(value, arena), arena);
  return f.at ? transposed(f, arena) : none();
}
