/* Matrices of balls.
 *
 * Sums and inner products are where the time goes, so their radius is not carried along: the terms
 * are added in 113 bits, their magnitudes in float64, and the rounding is bounded once, at the end,
 * by gamma_n = n u / (1 - n u) times the sum of magnitudes (N. J. Higham, "Accuracy and Stability
 * of Numerical Algorithms", section 3.1).  There is none at all where every term is a whole
 * multiple of one power of two and all the magnitudes together are less than 2^113 of it: so sums
 * of whole numbers, and of float64 numbers of similar size, stay exact.
 */
#include "num/ball_matrix.h"

#include <math.h>

static size_t count(struct bp_balls a) { return a.rows * a.columns; }

/* An all-zero result; without memory when an operand already was. */
static struct bp_balls result(struct bp_arena *arena, bool operands, size_t rows, size_t columns) {
  struct bp_balls out = {rows, columns, NULL};
  size_t elements;
  if (__builtin_mul_overflow(rows, columns, &elements))
    elements = SIZE_MAX;
  if (operands)
    out.at = bp_arena_alloc(arena, elements, sizeof *out.at);
  return out;
}

struct bp_balls bp_balls_new(struct bp_arena *arena, size_t rows, size_t columns) {
  return result(arena, true, rows, columns);
}

struct bp_balls bp_balls_number(struct bp_arena *arena, struct bp_ball number) {
  struct bp_balls out = bp_balls_new(arena, 1, 1);
  if (out.at)
    out.at[0] = number;
  return out;
}

static void fill(struct bp_balls a, struct bp_ball value) {
  for (size_t k = 0; k < count(a); k++)
    a.at[k] = value;
}

struct bp_balls bp_balls_fill(struct bp_arena *arena, size_t rows, size_t columns, double value) {
  struct bp_balls out = bp_balls_new(arena, rows, columns);
  if (out.at)
    fill(out, bp_ball_exact(value));
  return out;
}

struct bp_balls bp_balls_identity(struct bp_arena *arena, size_t n) {
  struct bp_balls out = bp_balls_new(arena, n, n);
  for (size_t k = 0; out.at && k < n; k++)
    out.at[k * n + k] = bp_ball_exact(1);
  return out;
}

/* ---- what is known of all elements ---- */

bool bp_balls_finite(struct bp_balls a) {
  for (size_t k = 0; k < count(a); k++)
    if (!bp_ball_finite(a.at[k]))
      return false;
  return true;
}

/* NaN if either is. */
static double larger(double a, double b) { return a >= b || a != a ? a : b; }

double bp_balls_largest(struct bp_balls a) {
  double largest = 0;
  for (size_t k = 0; k < count(a); k++)
    largest = larger(largest, bp_quad_above(a.at[k].mid));
  return largest;
}

double bp_balls_widest(struct bp_balls a) {
  double widest = 0;
  for (size_t k = 0; k < count(a); k++)
    widest = larger(widest, a.at[k].rad);
  return widest;
}

/* The exponent of which all midpoints are whole multiples. */
static int last_of_all(struct bp_balls a) {
  int last = INT_MAX / 4;
  for (size_t k = 0; k < count(a); k++) {
    int own = bp_quad_last(a.at[k].mid);
    last = own < last ? own : last;
  }
  return last;
}

/* ---- elementwise ---- */

/* A dimension of 1 repeats: its stride is 0. */
struct broadcast {
  struct bp_balls out;
  size_t a_row, a_column, b_row, b_column;
};

static struct broadcast broadcast(struct bp_arena *arena, struct bp_balls a, struct bp_balls b) {
  size_t rows = a.rows == 1 ? b.rows : a.rows;
  size_t columns = a.columns == 1 ? b.columns : a.columns;
  return (struct broadcast){
      .out = result(arena, a.at && b.at, rows, columns),
      .a_row = a.rows == 1 ? 0 : a.columns,
      .a_column = a.columns != 1,
      .b_row = b.rows == 1 ? 0 : b.columns,
      .b_column = b.columns != 1,
  };
}

struct bp_balls bp_balls_zip(struct bp_arena *arena, struct bp_balls a, struct bp_balls b,
                             struct bp_ball (*f)(struct bp_ball, struct bp_ball)) {
  struct broadcast way = broadcast(arena, a, b);
  struct bp_ball *next = way.out.at;
  for (size_t i = 0; next && i < way.out.rows; i++)
    for (size_t j = 0; j < way.out.columns; j++)
      *next++ = f(a.at[i * way.a_row + j * way.a_column], b.at[i * way.b_row + j * way.b_column]);
  return way.out;
}

struct bp_balls bp_balls_zip_trail(struct bp_arena *arena, struct bp_balls a, struct bp_balls b,
                                   struct bp_ball (*f)(struct bp_ball, struct bp_ball,
                                                       struct bp_ball_trail *),
                                   struct bp_ball_trail *trail) {
  struct broadcast way = broadcast(arena, a, b);
  struct bp_ball *next = way.out.at;
  for (size_t i = 0; next && i < way.out.rows; i++)
    for (size_t j = 0; j < way.out.columns; j++)
      *next++ =
          f(a.at[i * way.a_row + j * way.a_column], b.at[i * way.b_row + j * way.b_column], trail);
  return way.out;
}

struct bp_balls bp_balls_map(struct bp_arena *arena, struct bp_balls a, const struct bp_function *f,
                             struct bp_ball_trail *trail) {
  struct bp_balls out = result(arena, a.at, a.rows, a.columns);
  for (size_t k = 0; out.at && k < count(a); k++)
    out.at[k] = bp_ball_apply(f, a.at[k], trail);
  return out;
}

struct bp_balls bp_balls_negate(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, a.rows, a.columns);
  for (size_t k = 0; out.at && k < count(a); k++)
    out.at[k] = bp_ball_neg(a.at[k]);
  return out;
}

/* ---- the same elements elsewhere ---- */

struct bp_balls bp_balls_transpose(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, a.columns, a.rows);
  for (size_t i = 0; out.at && i < a.rows; i++)
    for (size_t j = 0; j < a.columns; j++)
      out.at[j * a.rows + i] = a.at[i * a.columns + j];
  return out;
}

struct bp_balls bp_balls_vec(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = bp_balls_transpose(arena, a);
  out.rows = count(a);
  out.columns = 1;
  return out;
}

struct bp_balls bp_balls_diag(struct bp_arena *arena, struct bp_balls a) {
  size_t n = count(a);
  struct bp_balls out = result(arena, a.at, n, n);
  for (size_t i = 0; out.at && i < a.rows; i++)
    for (size_t j = 0; j < a.columns; j++)
      out.at[(j * a.rows + i) * (n + 1)] = a.at[i * a.columns + j];
  return out;
}

static size_t diagonal_length(struct bp_balls a) { return a.rows < a.columns ? a.rows : a.columns; }

struct bp_balls bp_balls_diagonal(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, diagonal_length(a), 1);
  for (size_t k = 0; out.at && k < out.rows; k++)
    out.at[k] = a.at[k * (a.columns + 1)];
  return out;
}

/* ---- sums ---- */

/* A sum on its way: terms are added in 113 bits, their magnitudes and radii in float64. */
struct sum {
  bp_quad mid;
  double bulk;   /* sum of the terms' magnitudes */
  double spread; /* what the terms' radii come to */
  size_t terms;  /* exact zeros are none */
};

/* `rounding_errors` of at most u times the bulk were made on the way, unless all terms are whole
 * multiples of 2^last and the bulk shows that every partial sum fitted 113 bits. */
static struct bp_ball total(const struct sum *sum, size_t rounding_errors, int last) {
  double inflation = BP_BALL_UP * (1 + (double)sum->terms * 0x1p-50);
  double bulk = (sum->bulk + (double)sum->terms * DBL_TRUE_MIN) * inflation;
  double rad = sum->spread;
  if (rounding_errors && !(bulk < ldexp(1, last + 113)))
    rad += (double)rounding_errors * BP_QUAD_UNIT * bulk + DBL_TRUE_MIN;
  return bp_ball_of(sum->mid, rad * inflation);
}

/* Elements from `at` on, `stride` apart. */
static struct bp_ball strided_sum(const struct bp_ball *at, size_t length, size_t stride) {
  struct sum sum = {0};
  int last = INT_MAX / 4;
  for (size_t k = 0; k < length; k++, at += stride) {
    if (bp_ball_is_zero(*at))
      continue;
    int own = bp_quad_last(at->mid);
    last = own < last ? own : last;
    sum.mid = sum.terms++ ? sum.mid + at->mid : at->mid;
    sum.bulk += bp_quad_above(at->mid);
    sum.spread += at->rad;
  }
  return total(&sum, sum.terms ? sum.terms - 1 : 0, last);
}

struct bp_balls bp_balls_row_sums(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, a.rows, 1);
  for (size_t i = 0; out.at && i < a.rows; i++)
    out.at[i] = strided_sum(a.at + i * a.columns, a.columns, 1);
  return out;
}

struct bp_balls bp_balls_column_sums(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, 1, a.columns);
  for (size_t j = 0; out.at && j < a.columns; j++)
    out.at[j] = strided_sum(a.at + j, a.rows, a.columns);
  return out;
}

struct bp_balls bp_balls_sum(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, 1, 1);
  if (out.at)
    out.at[0] = strided_sum(a.at, count(a), 1);
  return out;
}

struct bp_balls bp_balls_trace(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, 1, 1);
  if (out.at)
    out.at[0] = strided_sum(a.at, diagonal_length(a), a.columns + 1);
  return out;
}

struct bp_balls bp_balls_norm(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, 1, 1);
  if (!out.at)
    return out;
  struct bp_arena_mark mark = bp_arena_mark(arena);
  struct bp_balls squares = bp_balls_zip(arena, a, a, bp_ball_mul);
  if (squares.at)
    out.at[0] = bp_ball_sqrt(strided_sum(squares.at, count(a), 1), NULL);
  else
    out.at = NULL;
  bp_arena_release(arena, mark);
  return out;
}

/* exp(x_i - s) / sum of exp(x_k - s) is the same for every number s, so that s may be taken as
 * exact and no decision hangs on which element is the largest. */
static void softmax_column(struct bp_ball *at, size_t length, size_t stride) {
  bp_quad shift = at[0].mid;
  for (size_t k = 1; k < length; k++)
    if (at[k * stride].mid > shift)
      shift = at[k * stride].mid;
  for (size_t k = 0; k < length; k++)
    at[k * stride] = bp_ball_exp(bp_ball_sub(at[k * stride], bp_ball_of(shift, 0)), NULL);
  struct bp_ball sum = strided_sum(at, length, stride);
  for (size_t k = 0; k < length; k++)
    at[k * stride] = bp_ball_div(at[k * stride], sum);
}

struct bp_balls bp_balls_softmax(struct bp_arena *arena, struct bp_balls a) {
  struct bp_balls out = result(arena, a.at, a.rows, a.columns);
  for (size_t k = 0; out.at && k < count(a); k++)
    out.at[k] = a.at[k];
  for (size_t j = 0; out.at && a.rows && j < a.columns; j++)
    softmax_column(out.at + j, a.rows, a.columns);
  return out;
}

/* ---- products ---- */

/* row[j] += a b[j] for one row b of the right factor, of which `above` bounds the magnitudes. */
static void add_multiple(struct sum *row, size_t columns, struct bp_ball a, const struct bp_ball *b,
                         const double *above, bool skip_zeros) {
  double a_above = bp_quad_above(a.mid);
  for (size_t j = 0; j < columns; j++) {
    if (skip_zeros && bp_ball_is_zero(b[j]))
      continue;
    struct sum *sum = &row[j];
    bp_quad product = a.mid * b[j].mid;
    sum->mid = sum->terms++ ? sum->mid + product : product;
    sum->bulk += a_above * above[j];
    if (a.rad != 0 || b[j].rad != 0)
      sum->spread += a_above * b[j].rad + a.rad * (above[j] + b[j].rad) + 4 * DBL_TRUE_MIN;
  }
}

struct multiplication {
  struct bp_balls a, b;
  double *above;   /* bounds of b's magnitudes */
  struct sum *row; /* one row of the product */
  bool skip_zeros;
  int last; /* of all products of two elements */
};

static void multiply_row(const struct multiplication *task, size_t i, struct bp_ball *out) {
  size_t columns = task->b.columns;
  for (size_t j = 0; j < columns; j++)
    task->row[j] = (struct sum){0};
  for (size_t k = 0; k < task->a.columns; k++) {
    struct bp_ball factor = task->a.at[i * task->a.columns + k];
    if (!task->skip_zeros || !bp_ball_is_zero(factor))
      add_multiple(task->row, columns, factor, task->b.at + k * columns, task->above + k * columns,
                   task->skip_zeros);
  }
  for (size_t j = 0; j < columns; j++)
    out[j] = total(&task->row[j], task->row[j].terms, task->last);
}

struct bp_balls bp_balls_multiply(struct bp_arena *arena, struct bp_balls a, struct bp_balls b) {
  struct bp_balls out = result(arena, a.at && b.at, a.rows, b.columns);
  if (!out.at)
    return out;
  struct bp_arena_mark mark = bp_arena_mark(arena);
  struct multiplication task = {
      .a = a,
      .b = b,
      .above = bp_arena_alloc(arena, count(b), sizeof *task.above),
      .row = bp_arena_alloc(arena, b.columns, sizeof *task.row),
      .skip_zeros = bp_balls_finite(a) && bp_balls_finite(b),
      .last = last_of_all(a) + last_of_all(b),
  };
  if (task.above && task.row) {
    for (size_t k = 0; k < count(b); k++)
      task.above[k] = bp_quad_above(b.at[k].mid);
    for (size_t i = 0; i < a.rows; i++)
      multiply_row(&task, i, out.at + i * b.columns);
  } else {
    out.at = NULL;
  }
  bp_arena_release(arena, mark);
  return out;
}

/* out: the place of the block a B, in rows of `stride`. */
static void kronecker_block(struct bp_ball a, struct bp_balls b, struct bp_ball *out,
                            size_t stride) {
  for (size_t i = 0; i < b.rows; i++)
    for (size_t j = 0; j < b.columns; j++)
      out[i * stride + j] = bp_ball_mul(a, b.at[i * b.columns + j]);
}

struct bp_balls bp_balls_kronecker(struct bp_arena *arena, struct bp_balls a, struct bp_balls b) {
  size_t rows, columns;
  if (__builtin_mul_overflow(a.rows, b.rows, &rows))
    rows = SIZE_MAX;
  if (__builtin_mul_overflow(a.columns, b.columns, &columns))
    columns = SIZE_MAX;
  struct bp_balls out = result(arena, a.at && b.at, rows, columns);
  if (!out.at)
    return out;
  bool skip_zeros = bp_balls_finite(b);
  for (size_t i = 0; i < a.rows; i++)
    for (size_t j = 0; j < a.columns; j++) {
      struct bp_ball factor = a.at[i * a.columns + j];
      if (!skip_zeros || !bp_ball_is_zero(factor))
        kronecker_block(factor, b, out.at + i * b.rows * columns + j * b.columns, columns);
    }
  return out;
}

struct bp_balls bp_balls_power(struct bp_arena *arena, struct bp_balls a, unsigned exponent) {
  if (!a.at)
    return a;
  struct bp_balls power = {0};
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      power = power.at ? bp_balls_multiply(arena, power, a) : a;
    if (exponent > 1)
      a = bp_balls_multiply(arena, a, a);
    if (!a.at || (exponent & 1 && !power.at))
      return (struct bp_balls){a.rows, a.columns, NULL};
  }
  return power.at ? power : bp_balls_identity(arena, a.rows);
}
