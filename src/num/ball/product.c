/* Sums and products of matrices of balls.
 *
 * Inner products are Arb's dot products, which add all terms in fixed point and bound the rounding
 * once: exact as long as everything fits the bits, and five times as fast as one operation after
 * the other.  They read the matrix where it is, in steps over the imaginary parts and over the
 * columns.
 */
#include "num/ball/inside.h"
#include "num/ball_function.h"
#include "num/ball_matrix.h"

#include <math.h>

static size_t count(struct bp_balls a) { return a.rows * a.columns; }

/* `length` elements, `step` apart. */
struct line {
  const struct bp_ball *at;
  size_t length, step;
};

struct nature {
  bool finite, missing, real;
};

static struct nature nature_of(struct line line) {
  struct nature nature = {true, false, true};
  for (size_t k = 0; k < line.length; k++) {
    struct bp_ball element = line.at[k * line.step];
    nature.finite &= bp_ball_finite(element);
    nature.missing |= bp_ball_is_missing(element);
    nature.real &= bp_ball_is_real(element);
  }
  return nature;
}

static void not_finite(bool missing, acb_ptr out) {
  if (missing)
    bp_missing(out);
  else
    bp_unknown(out);
}

/* ---- sums ---- */

static void add_up(struct line line, slong bits, acb_ptr out) {
  struct nature nature = nature_of(line);
  acb_zero(out);
  for (size_t k = 0; nature.finite && k < line.length; k++) {
    acb_srcptr term = &line.at[k * line.step].z;
    if (nature.real)
      arb_add(acb_realref(out), acb_realref(out), acb_realref(term), bits);
    else
      acb_add(out, out, term, bits);
  }
  if (!nature.finite)
    not_finite(nature.missing, out);
}

struct bp_balls bp_balls_row_sums(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  bp_making_begin(room, a.at, a.rows, 1, &making);
  for (size_t i = 0; making.matrix.at && i < a.rows; i++) {
    add_up((struct line){a.at + i * a.columns, a.columns, 1}, room->bits, making.number);
    bp_making_put(&making, i);
  }
  return bp_making_end(&making);
}

struct bp_balls bp_balls_column_sums(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  bp_making_begin(room, a.at, 1, a.columns, &making);
  for (size_t j = 0; making.matrix.at && j < a.columns; j++) {
    add_up((struct line){a.at + j, a.rows, a.columns}, room->bits, making.number);
    bp_making_put(&making, j);
  }
  return bp_making_end(&making);
}

static struct bp_balls sum_of(const struct bp_ball_room *room, bool operand, struct line line) {
  struct bp_making making;
  bp_making_begin(room, operand, 1, 1, &making);
  if (making.matrix.at) {
    add_up(line, room->bits, making.number);
    bp_making_put(&making, 0);
  }
  return bp_making_end(&making);
}

struct bp_balls bp_balls_sum(const struct bp_ball_room *room, struct bp_balls a) {
  return sum_of(room, a.at, (struct line){a.at, count(a), 1});
}

struct bp_balls bp_balls_trace(const struct bp_ball_room *room, struct bp_balls a) {
  size_t length = a.rows < a.columns ? a.rows : a.columns;
  return sum_of(room, a.at, (struct line){a.at, length, a.columns + 1});
}

/* ---- inner products ---- */

static void dot(struct line a, struct nature a_is, struct line b, struct nature b_is, slong bits,
                acb_ptr out) {
  if (!a_is.finite || !b_is.finite)
    not_finite(a_is.missing || b_is.missing, out);
  else if (a.length == 0)
    acb_zero(out);
  else if (a_is.real && b_is.real)
    arb_dot(bp_real_result(out), NULL, 0, acb_realref(&a.at->z), 2 * (slong)a.step,
            acb_realref(&b.at->z), 2 * (slong)b.step, (slong)a.length, bits);
  else
    acb_dot(out, NULL, 0, &a.at->z, (slong)a.step, &b.at->z, (slong)b.step, (slong)a.length, bits);
}

/* A sum of real squares is not negative, whatever its ball says. */
struct bp_balls bp_balls_norm(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  acb_t squares;
  acb_init(squares);
  bp_making_begin(room, a.at, 1, 1, &making);
  if (making.matrix.at) {
    struct line all = {a.at, count(a), 1};
    struct nature nature = nature_of(all);
    dot(all, nature, all, nature, room->bits, squares);
    if (bp_spread(squares, making.number))
      ;
    else if (nature.real)
      arb_sqrtpos(bp_real_result(making.number), acb_realref(squares), room->bits);
    else
      bp_ball_sqrt(room, squares, making.number);
    bp_making_put(&making, 0);
  }
  acb_clear(squares);
  return bp_making_end(&making);
}

struct bp_balls bp_balls_multiply(const struct bp_ball_room *room, struct bp_balls a,
                                  struct bp_balls b) {
  struct bp_making making;
  bp_making_begin(room, a.at && b.at, a.rows, b.columns, &making);
  struct nature *columns = bp_arena_alloc(room->arena, b.columns, sizeof *columns);
  if (!columns)
    making.matrix.at = NULL;
  for (size_t j = 0; making.matrix.at && j < b.columns; j++)
    columns[j] = nature_of((struct line){b.at + j, b.rows, b.columns});
  for (size_t i = 0; making.matrix.at && i < a.rows; i++) {
    struct line row = {a.at + i * a.columns, a.columns, 1};
    struct nature nature = nature_of(row);
    for (size_t j = 0; making.matrix.at && j < b.columns; j++) {
      dot(row, nature, (struct line){b.at + j, b.rows, b.columns}, columns[j], room->bits,
          making.number);
      bp_making_put(&making, i * b.columns + j);
    }
  }
  return bp_making_end(&making);
}

/* ---- other products ---- */

struct bp_balls bp_balls_kronecker(const struct bp_ball_room *room, struct bp_balls a,
                                   struct bp_balls b) {
  struct bp_making making;
  size_t rows, columns;
  if (__builtin_mul_overflow(a.rows, b.rows, &rows))
    rows = SIZE_MAX;
  if (__builtin_mul_overflow(a.columns, b.columns, &columns))
    columns = SIZE_MAX;
  bp_making_begin(room, a.at && b.at, rows, columns, &making);
  for (size_t i = 0; making.matrix.at && i < rows; i++)
    for (size_t j = 0; making.matrix.at && j < columns; j++) {
      const struct bp_ball *factor = &a.at[i / b.rows * a.columns + j / b.columns];
      bp_ball_mul(room, &factor->z, &b.at[i % b.rows * b.columns + j % b.columns].z, making.number);
      bp_making_put(&making, i * columns + j);
    }
  return bp_making_end(&making);
}

struct bp_balls bp_balls_power(const struct bp_ball_room *room, struct bp_balls a,
                               unsigned exponent) {
  if (!a.at)
    return a;
  struct bp_balls power = {0};
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      power = power.at ? bp_balls_multiply(room, power, a) : a;
    if (exponent > 1)
      a = bp_balls_multiply(room, a, a);
    if (!a.at || (exponent & 1 && !power.at))
      return (struct bp_balls){a.rows, a.columns, NULL};
  }
  return power.at ? power : bp_balls_identity(room, a.rows);
}

/* ---- softmax ---- */

/* exp(x_i - s) / sum of exp(x_k - s) is the same for every number s, so that s may be taken as
 * exact and no decision hangs on which element is the largest. */
static arf_srcptr shift_of(struct line line) {
  arf_srcptr shift = arb_midref(acb_realref(&line.at->z));
  for (size_t k = 1; k < line.length; k++) {
    arf_srcptr mid = arb_midref(acb_realref(&line.at[k * line.step].z));
    if (arf_cmp(mid, shift) > 0)
      shift = mid;
  }
  return shift;
}

/* `powers` has a place for each element and one for their sum. */
static void softmax_column(const struct bp_ball_room *room, struct line line, acb_ptr powers,
                           size_t column, struct bp_making *making) {
  struct nature nature = nature_of(line);
  acb_ptr sum = powers + line.length;
  acb_zero(sum);
  for (size_t k = 0; nature.finite && k < line.length; k++) {
    acb_set(powers + k, &line.at[k * line.step].z);
    arb_sub_arf(acb_realref(powers + k), acb_realref(powers + k), shift_of(line), room->bits);
    bp_ball_exp(room, powers + k, making->number);
    acb_swap(powers + k, making->number);
    acb_add(sum, sum, powers + k, room->bits);
  }
  for (size_t k = 0; making->matrix.at && k < line.length; k++) {
    if (nature.finite)
      bp_ball_div(room, powers + k, sum, making->number);
    else
      not_finite(nature.missing, making->number);
    bp_making_put(making, k * line.step + column);
  }
}

struct bp_balls bp_balls_softmax(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  bp_making_begin(room, a.at, a.rows, a.columns, &making);
  acb_ptr powers = making.matrix.at ? _acb_vec_init((slong)a.rows + 1) : NULL;
  for (size_t j = 0; powers && making.matrix.at && a.rows && j < a.columns; j++)
    softmax_column(room, (struct line){a.at + j, a.rows, a.columns}, powers, j, &making);
  if (powers)
    _acb_vec_clear(powers, (slong)a.rows + 1);
  return bp_making_end(&making);
}
