/* Numbers: freezing, what is not finite, and arithmetic.
 *
 * Arb does the arithmetic.  What is added here: real numbers take the real functions, results that
 * are not finite are told apart as ball.h says, and exponents are kept small enough that a struct
 * never points to a big integer.
 */
#include "num/ball.h"
#include "num/ball/inside.h"
#include "num/flint_memory.h"

#include <math.h>
#include <string.h>

/* ---- freezing ---- */

enum { SMALLEST_EXPONENT_BITS = 60 };

/* At least as much as any number whose exponent is a big negative integer. */
static void add_smallest(arb_ptr x) {
  mag_t smallest;
  mag_init(smallest);
  mag_set_ui_2exp_si(smallest, 1, -(WORD(1) << SMALLEST_EXPONENT_BITS));
  mag_add(arb_radref(x), arb_radref(x), smallest);
  mag_clear(smallest);
}

/* Copies a part without big exponents; the mantissa and exponents of `x` remain its own.  False:
 * the exponent is too large. */
static bool tame(arb_srcptr x, arb_ptr out) {
  arf_srcptr mid = arb_midref(x);
  mag_srcptr rad = arb_radref(x);
  bool big_mid = COEFF_IS_MPZ(ARF_EXP(mid)), big_rad = COEFF_IS_MPZ(MAG_EXP(rad));
  *out = *x;
  if (!big_mid && !big_rad)
    return true;
  if ((big_mid && fmpz_sgn(ARF_EXPREF(mid)) > 0) || (big_rad && fmpz_sgn(MAG_EXPREF(rad)) > 0))
    return false;
  if (big_mid)
    arf_init(arb_midref(out));
  if (big_rad)
    mag_init(arb_radref(out));
  add_smallest(out);
  return true;
}

static bool freeze_part(struct bp_freezer *freezer, arb_srcptr x, arb_ptr out) {
  if (!tame(x, out)) {
    arb_init(out);
    arb_zero_pm_inf(out);
    return true;
  }
  arf_ptr mid = arb_midref(out);
  if (!ARF_HAS_PTR(mid))
    return true;
  size_t words = (size_t)ARF_SIZE(mid), block = freezer->awaited ? freezer->awaited : 1;
  if (freezer->left < words) {
    freezer->words = bp_arena_alloc(freezer->arena, block, words * sizeof *freezer->words);
    freezer->left = freezer->words ? block * words : 0;
    if (!freezer->words)
      return false;
  }
  memcpy(freezer->words, ARF_PTR_D(mid), words * sizeof *freezer->words);
  ARF_PTR_D(mid) = freezer->words;
  ARF_PTR_ALLOC(mid) = (mp_size_t)words;
  freezer->words += words;
  freezer->left -= words;
  return true;
}

bool bp_freeze(struct bp_freezer *freezer, acb_srcptr number, struct bp_ball *out) {
  bool kept = freeze_part(freezer, acb_realref(number), acb_realref(&out->z)) &&
              freeze_part(freezer, acb_imagref(number), acb_imagref(&out->z));
  freezer->awaited -= freezer->awaited > 0;
  if (!kept)
    *out = bp_ball_unknown();
  else if (!acb_is_finite(&out->z))
    *out = bp_is_missing(&out->z) ? bp_ball_missing() : bp_ball_unknown();
  return kept;
}

/* ---- what is not finite ---- */

void bp_unknown(acb_ptr out) {
  acb_zero(out);
  arb_zero_pm_inf(acb_realref(out));
}

void bp_missing(acb_ptr out) {
  acb_zero(out);
  arb_indeterminate(acb_realref(out));
}

bool bp_is_missing(acb_srcptr x) { return arf_is_nan(arb_midref(acb_realref(x))); }

void bp_settle(acb_ptr out) {
  if (!acb_is_finite(out))
    bp_unknown(out);
}

bool bp_spread(acb_srcptr x, acb_ptr out) { return bp_spread_two(x, x, out); }

bool bp_spread_two(acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (acb_is_finite(a) && acb_is_finite(b))
    return false;
  if (bp_is_missing(a) || bp_is_missing(b))
    bp_missing(out);
  else
    bp_unknown(out);
  return true;
}

arb_ptr bp_real_result(acb_ptr out) {
  arb_zero(acb_imagref(out));
  return acb_realref(out);
}

/* ---- making numbers ---- */

struct bp_ball bp_ball_unknown(void) {
  struct bp_ball ball;
  acb_init(&ball.z);
  bp_unknown(&ball.z);
  return ball;
}

struct bp_ball bp_ball_missing(void) {
  struct bp_ball ball;
  acb_init(&ball.z);
  bp_missing(&ball.z);
  return ball;
}

struct bp_ball bp_ball_exact(double x) {
  if (!isfinite(x))
    return bp_ball_missing();
  struct bp_ball ball;
  acb_init(&ball.z);
  arf_set_d(arb_midref(acb_realref(&ball.z)), x);
  return ball;
}

struct bp_ball bp_ball_whole(slong x) {
  struct bp_ball ball;
  acb_init(&ball.z);
  acb_set_si(&ball.z, x);
  return ball;
}

struct bp_ball bp_ball_power_of_two(slong exponent) {
  return bp_ball_scale(bp_ball_whole(1), exponent);
}

struct bp_ball bp_frozen(const struct bp_ball_room *room, acb_ptr number) {
  struct bp_freezer freezer = {.arena = room->arena, .awaited = 1};
  struct bp_ball ball = bp_ball_unknown();
  if (!bp_flint_memory_stopped())
    bp_freeze(&freezer, number, &ball);
  acb_clear(number);
  return ball;
}

struct bp_ball bp_ball_e(const struct bp_ball_room *room) {
  acb_t number;
  acb_init(number);
  arb_const_e(acb_realref(number), room->bits);
  return bp_frozen(room, number);
}

struct bp_ball bp_ball_pi(const struct bp_ball_room *room) {
  acb_t number;
  acb_init(number);
  arb_const_pi(acb_realref(number), room->bits);
  return bp_frozen(room, number);
}

/* ---- arithmetic ---- */

static bool both_real(acb_srcptr a, acb_srcptr b) { return bp_real(a) && bp_real(b); }

void bp_ball_add(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  if (both_real(a, b))
    arb_add(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    acb_add(out, a, b, room->bits);
}

void bp_ball_sub(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  if (both_real(a, b))
    arb_sub(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    acb_sub(out, a, b, room->bits);
}

void bp_ball_mul(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  if (both_real(a, b))
    arb_mul(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    acb_mul(out, a, b, room->bits);
}

void bp_ball_div(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  if (acb_is_zero(b)) {
    bp_missing(out);
    return;
  }
  if (both_real(a, b))
    arb_div(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    acb_div(out, a, b, room->bits);
  bp_settle(out);
}

void bp_ball_either(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  if (both_real(a, b))
    arb_union(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    bp_unknown(out);
}

struct bp_ball bp_ball_combine(const struct bp_ball_room *room, struct bp_ball a, struct bp_ball b,
                               bp_ball_binary *f) {
  acb_t number;
  acb_init(number);
  f(room, &a.z, &b.z, number);
  return bp_frozen(room, number);
}

/* ---- without a room: the mantissa stays ---- */

static void negate(arf_ptr x) {
  if (arf_is_finite(x) && !arf_is_special(x))
    ARF_NEG(x);
}

struct bp_ball bp_ball_neg(struct bp_ball a) {
  negate(arb_midref(acb_realref(&a.z)));
  negate(arb_midref(acb_imagref(&a.z)));
  return a;
}

/* Exponents of stored numbers are below 2^62, so these sums fit; the largest of them are the
 * special values. */
static bool moved(fmpz *exponent, bool special, slong by) {
  slong sum;
  if (special)
    return true;
  if (__builtin_add_overflow(*exponent, by, &sum) || sum > COEFF_MAX - 8 || sum < COEFF_MIN + 8)
    return false;
  *exponent = sum;
  return true;
}

struct bp_ball bp_ball_scale(struct bp_ball a, slong exponent) {
  if (!bp_ball_finite(a))
    return a;
  arb_ptr parts[2] = {acb_realref(&a.z), acb_imagref(&a.z)};
  for (int k = 0; k < 2; k++)
    if (!moved(ARF_EXPREF(arb_midref(parts[k])), arf_is_special(arb_midref(parts[k])), exponent) ||
        !moved(MAG_EXPREF(arb_radref(parts[k])), mag_is_special(arb_radref(parts[k])), exponent))
      return bp_ball_unknown();
  return a;
}

/* At least 2^log2, within the exponents that stored numbers have. */
static void set_power(mag_t bound, double log2) {
  double smallest = -ldexp(1, SMALLEST_EXPONENT_BITS);
  if (!(log2 < ldexp(1, SMALLEST_EXPONENT_BITS))) {
    mag_inf(bound);
    return;
  }
  double floored = floor(fmax(log2, smallest));
  mag_set_d(bound, exp2(fmax(log2, smallest) - floored) * (1 + 0x1p-40));
  mag_mul_2exp_si(bound, bound, (slong)floored);
}

static struct bp_ball widened(struct bp_ball a, double log2, bool disc) {
  if (!bp_ball_finite(a) || log2 == -INFINITY)
    return a;
  mag_t bound;
  mag_init(bound);
  set_power(bound, log2);
  mag_add(arb_radref(acb_realref(&a.z)), arb_radref(acb_realref(&a.z)), bound);
  if (disc || !bp_real(&a.z))
    mag_add(arb_radref(acb_imagref(&a.z)), arb_radref(acb_imagref(&a.z)), bound);
  mag_clear(bound);
  return bp_ball_finite(a) ? a : bp_ball_unknown();
}

struct bp_ball bp_ball_widen(struct bp_ball a, double log2) {
  return widened(a, log2, false);
}

struct bp_ball bp_ball_disc(struct bp_ball a, double log2) {
  return widened(a, log2, true);
}
