/* Inverse and determinant of a matrix of balls.
 *
 * The inverse X is found by Gauss-Jordan elimination without any care for bounds.  With R = I - AX,
 * in balls, the inverse of every matrix in A's ball is X (I - R)^-1 = X + X (R + R^2 + ...), so a
 * norm of R below 1 proves that there is one and bounds how far it is from X (S. M. Rump,
 * "Verification methods", Acta Numerica 19, 2010).
 *
 * The determinant is the product of the pivots of an elimination in balls, with complete pivoting.
 * Where no pivot is left that is surely not 0, Hadamard's inequality bounds what remains.
 */
#include <math.h>
#include <string.h>

#include "num/ball_matrix.h"

static size_t count(struct bp_balls a) { return a.rows * a.columns; }

/* NaN if either is. */
static double larger(double a, double b) { return a >= b || a != a ? a : b; }

/* ---- inverse ---- */

/* Adds `factor` times the row `from` to the row `to`. */
static void add_row(bp_quad *work, size_t width, size_t from, size_t to, bp_quad factor) {
  for (size_t j = 0; j < width; j++)
    if (!bp_quad_is_zero(work[from * width + j]))
      work[to * width + j] += factor * work[from * width + j];
}

static void swap_rows(bp_quad *work, size_t width, size_t p, size_t q) {
  for (size_t j = 0; p != q && j < width; j++) {
    bp_quad kept = work[p * width + j];
    work[p * width + j] = work[q * width + j];
    work[q * width + j] = kept;
  }
}

/* Turns [A I] into [I A^-1], n rows.  False for a singular matrix and for one that is not finite.
 */
static bool gauss_jordan(bp_quad *work, size_t n) {
  size_t width = 2 * n;
  for (size_t s = 0; s < n; s++) {
    size_t best = s;
    for (size_t i = s + 1; i < n; i++)
      if (bp_quad_above(work[i * width + s]) > bp_quad_above(work[best * width + s]))
        best = i;
    bp_quad pivot = work[best * width + s];
    if (bp_quad_is_zero(pivot) || !bp_quad_isfinite(pivot))
      return false;
    swap_rows(work, width, s, best);
    for (size_t j = 0; j < width; j++)
      work[s * width + j] /= pivot;
    for (size_t i = 0; i < n; i++)
      if (i != s && !bp_quad_is_zero(work[i * width + s]))
        add_row(work, width, s, i, -work[i * width + s]);
  }
  return true;
}

/* The approximate inverse into `out`, with radii 0.  1: found, 0: singular, -1: no memory. */
static int approximate_inverse(struct bp_arena *arena, struct bp_balls a, struct bp_balls out) {
  size_t n = a.rows;
  bp_quad *work = bp_arena_alloc(arena, 2 * count(a), sizeof *work);
  if (!work)
    return -1;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++)
      work[i * 2 * n + j] = a.at[i * n + j].mid;
    work[i * 2 * n + n + i] = 1;
  }
  if (!gauss_jordan(work, n))
    return 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      out.at[i * n + j] = bp_ball_of(work[i * 2 * n + n + j], 0);
  return 1;
}

/* Magnitudes of I - AX, and the largest sum of a row of them. */
static double residual(struct bp_balls product, double *magnitudes) {
  size_t n = product.rows;
  double norm = 0;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
      struct bp_ball rest = bp_ball_sub(bp_ball_exact(i == j), product.at[i * n + j]);
      magnitudes[i * n + j] = bp_quad_above(rest.mid) + rest.rad;
      sum += magnitudes[i * n + j];
    }
    norm = larger(norm, sum);
  }
  return norm * (1 + ((double)n + 8) * 0x1p-52);
}

/* With v a column of |R| and a norm p of R below 1, |R|v + |R|^2 v + ... is at most p/(1-p) times
 * the largest element of v, so the column of X (R + R^2 + ...) is at most |X| (v + that). */
static void bound_column(struct bp_balls x, size_t j, const double *magnitudes, double norm) {
  size_t n = x.rows;
  double largest = 0;
  for (size_t k = 0; k < n; k++)
    largest = larger(largest, magnitudes[k * n + j]);
  double tail = norm < 1 ? norm / (1 - norm) * largest : INFINITY;
  for (size_t i = 0; largest != 0 && i < n; i++) {
    double rad = 0;
    for (size_t k = 0; k < n; k++)
      rad += bp_quad_above(x.at[i * n + k].mid) * (magnitudes[k * n + j] + tail) + DBL_TRUE_MIN;
    x.at[i * n + j].rad = rad * BP_BALL_UP * (1 + (double)n * 0x1p-50);
  }
}

struct bp_balls bp_balls_inverse(struct bp_arena *arena, struct bp_balls a) {
  size_t n = a.rows;
  struct bp_balls out = a.at ? bp_balls_new(arena, n, n) : a;
  if (!out.at)
    return out;
  struct bp_arena_mark mark = bp_arena_mark(arena);
  int found = approximate_inverse(arena, a, out);
  double *magnitudes = found < 0 ? NULL : bp_arena_alloc(arena, count(a), sizeof *magnitudes);
  struct bp_balls product = found > 0 ? bp_balls_multiply(arena, a, out) : a;
  if (magnitudes && product.at && found) {
    double norm = residual(product, magnitudes);
    for (size_t j = 0; j < n; j++)
      bound_column(out, j, magnitudes, norm);
  } else if (magnitudes && product.at) {
    for (size_t k = 0; k < count(out); k++)
      out.at[k] = bp_ball_of(__builtin_nan(""), INFINITY);
  } else {
    out.at = NULL;
  }
  bp_arena_release(arena, mark);
  return out;
}

/* ---- determinant ---- */

/* What is left of an elimination: rows and columns from `step` on. */
struct elimination {
  struct bp_ball *at;
  size_t n, step;
  struct bp_ball product; /* of the pivots so far, with the sign of the exchanges */
};

static void exchange(struct bp_ball *a, struct bp_ball *b) {
  struct bp_ball kept = *a;
  *a = *b;
  *b = kept;
}

/* Brings the largest midpoint of what is left to its corner. */
static void bring_pivot(struct elimination *task) {
  size_t n = task->n, s = task->step, row = s, column = s;
  double largest = -1;
  for (size_t i = s; i < n; i++)
    for (size_t j = s; j < n; j++)
      if (bp_quad_above(task->at[i * n + j].mid) > largest) {
        largest = bp_quad_above(task->at[i * n + j].mid);
        row = i, column = j;
      }
  for (size_t j = s; row != s && j < n; j++)
    exchange(&task->at[s * n + j], &task->at[row * n + j]);
  for (size_t i = s; column != s && i < n; i++)
    exchange(&task->at[i * n + s], &task->at[i * n + column]);
  if ((row != s) != (column != s))
    task->product = bp_ball_neg(task->product);
}

static void eliminate(struct elimination *task) {
  size_t n = task->n, s = task->step;
  for (size_t i = s + 1; i < n; i++) {
    if (bp_ball_is_zero(task->at[i * n + s]))
      continue;
    struct bp_ball factor = bp_ball_div(task->at[i * n + s], task->at[s * n + s]);
    for (size_t j = s + 1; j < n; j++)
      task->at[i * n + j] =
          bp_ball_sub(task->at[i * n + j], bp_ball_mul(factor, task->at[s * n + j]));
  }
}

/* Hadamard: a determinant is at most the product of its rows' norms. */
static double hadamard(const struct elimination *task) {
  double product = 1;
  for (size_t i = task->step; i < task->n; i++) {
    double largest = 0, squares = 0;
    for (size_t j = task->step; j < task->n; j++) {
      struct bp_ball entry = task->at[i * task->n + j];
      largest = larger(largest, bp_quad_above(entry.mid) + entry.rad);
    }
    if (largest == 0)
      return 0;
    for (size_t j = task->step; j < task->n; j++) {
      struct bp_ball entry = task->at[i * task->n + j];
      double part = (bp_quad_above(entry.mid) + entry.rad) / largest;
      squares += part * part;
    }
    product = product * (largest * sqrt(squares)) * (1 + (double)task->n * 0x1p-50) + DBL_TRUE_MIN;
  }
  return product * BP_BALL_UP;
}

static struct bp_ball eliminated(struct elimination *task) {
  for (; task->step < task->n; task->step++) {
    bring_pivot(task);
    struct bp_ball pivot = task->at[task->step * task->n + task->step];
    if (task->step + 1 < task->n && !(bp_quad_below(pivot.mid) > pivot.rad))
      return bp_ball_mul(task->product, bp_ball_of(0, hadamard(task)));
    task->product = bp_ball_mul(task->product, pivot);
    eliminate(task);
  }
  return task->product;
}

struct bp_balls bp_balls_determinant(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = a.at ? bp_balls_new(arena, 1, 1) : a;
  if (!out.at)
    return out;
  struct bp_arena_mark mark = bp_arena_mark(arena);
  struct bp_ball *work = bp_arena_alloc(arena, count(a), sizeof *work);
  if (work) {
    memcpy(work, a.at, count(a) * sizeof *work);
    struct elimination task = {work, a.rows, 0, bp_ball_exact(1)};
    out.at[0] = bp_balls_finite(a) ? eliminated(&task) : bp_ball_of(__builtin_nan(""), INFINITY);
  } else {
    out.at = NULL;
  }
  bp_arena_release(arena, mark);
  return out;
}
