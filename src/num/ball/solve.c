/* Inverse and determinant of a matrix of balls.
 *
 * Arb does both for balls, by elimination or, for larger matrices, with an approximate inverse that
 * makes the problem easy.  It says only when it finds no inverse, not whether there is none.  For
 * real matrices without radii that is decided by whole numbers: the matrix times a power of two is
 * one of integers, whose determinant is exact.
 *
 * Source: F. Johansson, "Arb", section on linear algebra; S. M. Rump, "Verification methods", Acta
 * Numerica 19, 2010.
 */
#include "num/ball/inside.h"
#include "num/ball_matrix.h"

static size_t count(struct bp_balls a) { return a.rows * a.columns; }

/* ---- whole numbers ---- */

/* The lowest bit of all elements, if the determinant in units of it is no integer of too many bits.
 */
static bool common_exponent(struct bp_balls a, slong *lowest) {
  enum { MOST_BITS = 1 << 14, FAR = 1 << 20 };
  slong highest = -FAR;
  fmpz_t bottom;
  fmpz_init(bottom);
  *lowest = FAR;
  for (size_t k = 0; k < count(a); k++) {
    arf_srcptr mid = arb_midref(acb_realref(&a.at[k].z));
    if (arf_is_zero(mid))
      continue;
    arf_bot(bottom, mid);
    slong low = fmpz_fits_si(bottom) ? fmpz_get_si(bottom) : -FAR - 1, high = ARF_EXP(mid);
    if (low < -FAR || high > FAR) {
      fmpz_clear(bottom);
      return false;
    }
    *lowest = low < *lowest ? low : *lowest;
    highest = high > highest ? high : highest;
  }
  fmpz_clear(bottom);
  return a.rows <= MOST_BITS && (highest - *lowest) * (slong)a.rows <= MOST_BITS;
}

/* The determinant without any error; false for other than exact real numbers of similar size. */
static bool exact_determinant(struct bp_balls a, arb_t out) {
  slong lowest, n = (slong)a.rows;
  for (size_t k = 0; k < count(a); k++)
    if (!bp_ball_is_exact(a.at[k]) || !bp_ball_is_real(a.at[k]))
      return false;
  if (!common_exponent(a, &lowest))
    return false;
  fmpz_mat_t whole;
  fmpz_t determinant;
  fmpz_mat_init(whole, n, n);
  fmpz_init(determinant);
  for (slong k = 0; k < n * n; k++)
    arf_get_fmpz_fixed_si(fmpz_mat_entry(whole, k / n, k % n), arb_midref(acb_realref(&a.at[k].z)),
                          lowest);
  fmpz_mat_det(determinant, whole);
  arb_set_fmpz(out, determinant);
  arb_mul_2exp_si(out, out, n * lowest);
  fmpz_clear(determinant);
  fmpz_mat_clear(whole);
  return true;
}

static bool surely_singular(struct bp_balls a) {
  arb_t determinant;
  arb_init(determinant);
  bool singular = exact_determinant(a, determinant) && arb_is_zero(determinant);
  arb_clear(determinant);
  return singular;
}

/* ---- copies that Arb works on ---- */

static void set_real(struct bp_balls a, arb_mat_t out) {
  for (size_t k = 0; k < count(a); k++)
    arb_set(arb_mat_entry(out, (slong)(k / a.columns), (slong)(k % a.columns)),
            acb_realref(&a.at[k].z));
}

static void set_complex(struct bp_balls a, acb_mat_t out) {
  for (size_t k = 0; k < count(a); k++)
    acb_set(acb_mat_entry(out, (slong)(k / a.columns), (slong)(k % a.columns)), &a.at[k].z);
}

static bool has_missing(struct bp_balls a) {
  for (size_t k = 0; k < count(a); k++)
    if (bp_ball_is_missing(a.at[k]))
      return true;
  return false;
}

/* ---- inverse ---- */

static void put_all(struct bp_making *making, void (*set)(acb_ptr)) {
  for (size_t k = 0; making->matrix.at && k < count(making->matrix); k++) {
    set(making->number);
    bp_making_put(making, k);
  }
}

static bool real_inverse(struct bp_balls a, slong bits, struct bp_making *making) {
  slong n = (slong)a.rows;
  arb_mat_t matrix, inverse;
  arb_mat_init(matrix, n, n);
  arb_mat_init(inverse, n, n);
  set_real(a, matrix);
  bool found = arb_mat_inv(inverse, matrix, bits);
  for (slong k = 0; found && making->matrix.at && k < n * n; k++) {
    arb_swap(bp_real_result(making->number), arb_mat_entry(inverse, k / n, k % n));
    bp_settle(making->number);
    bp_making_put(making, (size_t)k);
  }
  arb_mat_clear(matrix);
  arb_mat_clear(inverse);
  return found;
}

static bool complex_inverse(struct bp_balls a, slong bits, struct bp_making *making) {
  slong n = (slong)a.rows;
  acb_mat_t matrix, inverse;
  acb_mat_init(matrix, n, n);
  acb_mat_init(inverse, n, n);
  set_complex(a, matrix);
  bool found = acb_mat_inv(inverse, matrix, bits);
  for (slong k = 0; found && making->matrix.at && k < n * n; k++) {
    acb_swap(making->number, acb_mat_entry(inverse, k / n, k % n));
    bp_settle(making->number);
    bp_making_put(making, (size_t)k);
  }
  acb_mat_clear(matrix);
  acb_mat_clear(inverse);
  return found;
}

struct bp_balls bp_balls_inverse(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  bp_making_begin(room, a.at, a.rows, a.columns, &making);
  if (!making.matrix.at)
    return bp_making_end(&making);
  if (!bp_balls_finite(a)) {
    put_all(&making, has_missing(a) ? bp_missing : bp_unknown);
  } else {
    bool found = bp_balls_real(a) ? real_inverse(a, room->bits, &making)
                                  : complex_inverse(a, room->bits, &making);
    if (!found)
      put_all(&making, surely_singular(a) ? bp_missing : bp_unknown);
  }
  return bp_making_end(&making);
}

/* ---- determinant ---- */

static void real_determinant(struct bp_balls a, slong bits, acb_ptr out) {
  arb_ptr real = bp_real_result(out);
  if (exact_determinant(a, real)) {
    arb_set_round(real, real, bits);
    return;
  }
  arb_mat_t matrix;
  arb_mat_init(matrix, (slong)a.rows, (slong)a.columns);
  set_real(a, matrix);
  arb_mat_det(real, matrix, bits);
  arb_mat_clear(matrix);
}

static void complex_determinant(struct bp_balls a, slong bits, acb_ptr out) {
  acb_mat_t matrix;
  acb_mat_init(matrix, (slong)a.rows, (slong)a.columns);
  set_complex(a, matrix);
  acb_mat_det(out, matrix, bits);
  acb_mat_clear(matrix);
}

struct bp_balls bp_balls_determinant(const struct bp_ball_room *room, struct bp_balls a) {
  struct bp_making making;
  bp_making_begin(room, a.at, 1, 1, &making);
  if (!making.matrix.at)
    return bp_making_end(&making);
  if (!bp_balls_finite(a)) {
    put_all(&making, has_missing(a) ? bp_missing : bp_unknown);
    return bp_making_end(&making);
  }
  if (bp_balls_real(a))
    real_determinant(a, room->bits, making.number);
  else
    complex_determinant(a, room->bits, making.number);
  bp_settle(making.number);
  bp_making_put(&making, 0);
  return bp_making_end(&making);
}
