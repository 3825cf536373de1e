/* Analytic functions: Arb's own, and the activations that are made of them.
 *
 * Formulas are chosen so that the argument occurs once, because a ball does not know that two
 * occurrences are one number, and so that nothing cancels: 1 / (1 + e^-x), log(1 + e^x), x erfc(-x
 * / sqrt 2) / 2.  There is no rounding to saturate them; only where even e^x has no exponent any
 * more (|x| beyond 10^18) the same function is written the other way round.
 *
 * A monotone function of a wide real ball is evaluated at both ends, which is the narrowest ball
 * that there is; the ball of a formula would be wider, because a ball around e^m reaches as far
 * below as above.
 *
 * Two ways to write a function agree on the real axis, and every ball that is ever evaluated holds
 * a real number or the image of a real point, so either is the analytic continuation from there.
 */
#include "num/ball/inside.h"
#include "num/ball_function.h"

typedef void real_function(arb_srcptr x, slong bits, arb_ptr out);

enum { WIDE = -6 }; /* the logarithm of a radius that makes the ends better than the formula */

static void at_both_ends(real_function *f, arb_srcptr x, slong bits, arb_ptr out) {
  arb_t end, other;
  arb_init(end);
  arb_init(other);
  arb_get_lbound_arf(arb_midref(end), x, bits);
  f(end, bits, other);
  arb_get_ubound_arf(arb_midref(end), x, bits);
  f(end, bits, out);
  arb_union(out, out, other, bits);
  arb_clear(end);
  arb_clear(other);
}

static void monotone(real_function *f, arb_srcptr x, slong bits, arb_ptr out) {
  if (mag_cmp_2exp_si(arb_radref(x), WIDE) > 0)
    at_both_ends(f, x, bits, out);
  else
    f(x, bits, out);
}

/* ---- functions of Arb ---- */

void bp_ball_identity(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (!bp_spread(x, out))
    acb_set_round(out, x, room->bits);
}

static void real_exp(arb_srcptr x, slong bits, arb_ptr out) { arb_exp(out, x, bits); }

void bp_ball_exp(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_exp, acb_realref(x), room->bits, bp_real_result(out));
  else
    acb_exp(out, x, room->bits);
  bp_settle(out);
}

static void real_log(arb_srcptr x, slong bits, arb_ptr out) { arb_log(out, x, bits); }

/* Wide here is what is wide beside the number itself. */
static void log_of_positive(arb_srcptr x, slong bits, arb_ptr out) {
  if (arb_rel_accuracy_bits(x) < -WIDE)
    at_both_ends(real_log, x, bits, out);
  else
    arb_log(out, x, bits);
}

void bp_ball_log(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (!bp_real(x))
    acb_log_analytic(out, x, 1, room->bits);
  else if (arb_is_positive(acb_realref(x)))
    log_of_positive(acb_realref(x), room->bits, bp_real_result(out));
  else if (arb_is_nonpositive(acb_realref(x))) {
    bp_missing(out);
    return;
  } else
    bp_unknown(out);
  bp_settle(out);
}

/* Of a disc off the branch cut: with c in its middle, roots have real parts above 0, and
 * |sqrt z - sqrt c| = |z - c| / |sqrt z + sqrt c| is at most |z - c| over that of sqrt c. */
static void disc_sqrt(acb_srcptr x, slong bits, acb_ptr out) {
  mag_t spread, distance;
  acb_sqrt_analytic(out, x, 1, bits);
  if (!acb_is_finite(out))
    return;
  mag_init(spread);
  mag_init(distance);
  acb_get_mid(out, x);
  acb_sqrt(out, out, bits);
  arb_get_mag_lower(distance, acb_realref(out));
  mag_hypot(spread, arb_radref(acb_realref(x)), arb_radref(acb_imagref(x)));
  mag_div(spread, spread, distance);
  acb_add_error_mag(out, spread);
  mag_clear(spread);
  mag_clear(distance);
}

void bp_ball_sqrt(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x) && arb_is_negative(acb_realref(x))) {
    bp_missing(out);
    return;
  }
  if (bp_real(x)) {
    if (room->trail && !arb_is_nonnegative(acb_realref(x)))
      room->trail->unsure = true;
    arb_sqrtpos(bp_real_result(out), acb_realref(x), room->bits);
  } else {
    disc_sqrt(x, room->bits, out);
  }
  bp_settle(out);
}

/* By Arb's function of a real ball, or of a complex one. */
static void apply(const struct bp_ball_room *room, acb_srcptr x,
                  void (*of_real)(arb_ptr, arb_srcptr, slong),
                  void (*of_complex)(acb_ptr, acb_srcptr, slong), acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    of_real(bp_real_result(out), acb_realref(x), room->bits);
  else
    of_complex(out, x, room->bits);
  bp_settle(out);
}

void bp_ball_sin(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  apply(room, x, arb_sin, acb_sin, out);
}

void bp_ball_cos(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  apply(room, x, arb_cos, acb_cos, out);
}

static void real_sinh(arb_srcptr x, slong bits, arb_ptr out) { arb_sinh(out, x, bits); }

void bp_ball_sinh(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_sinh, acb_realref(x), room->bits, bp_real_result(out));
  else
    acb_sinh(out, x, room->bits);
  bp_settle(out);
}

void bp_ball_cosh(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  apply(room, x, arb_cosh, acb_cosh, out);
}

/* No float64 number is a pole, so a real argument beside one is only wide: the quotient of what may
 * be 0 is not finite, and unknown. */
void bp_ball_tan(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  apply(room, x, arb_tan, acb_tan, out);
}

static void real_atan(arb_srcptr x, slong bits, arb_ptr out) { arb_atan(out, x, bits); }

/* Whether it may lie on the branch cuts of atan, from i and from -i outward along the imaginary
 * axis: there Arb's value is a number on one of the two sides, and no bound of an analytic
 * function.
 */
static bool meets_cut_of_atan(acb_srcptr x) {
  mag_t up;
  mag_init(up);
  arb_get_mag(up, acb_imagref(x));
  bool meets = arb_contains_zero(acb_realref(x)) && mag_cmp_2exp_si(up, 0) >= 0;
  mag_clear(up);
  return meets;
}

void bp_ball_atan(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_atan, acb_realref(x), room->bits, bp_real_result(out));
  else if (meets_cut_of_atan(x))
    bp_unknown(out);
  else
    acb_atan(out, x, room->bits);
  bp_settle(out);
}

static void real_erf(arb_srcptr x, slong bits, arb_ptr out) { arb_hypgeom_erf(out, x, bits); }

void bp_ball_erf(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_erf, acb_realref(x), room->bits, bp_real_result(out));
  else
    acb_hypgeom_erf(out, x, room->bits);
  bp_settle(out);
}

static void real_tanh(arb_srcptr x, slong bits, arb_ptr out) { arb_tanh(out, x, bits); }

void bp_ball_tanh(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_tanh, acb_realref(x), room->bits, bp_real_result(out));
  else
    acb_tanh(out, x, room->bits);
  bp_settle(out);
}

/* ---- 1 / (1 + e^-x) ---- */

static void real_sigmoid(arb_srcptr x, slong bits, arb_ptr out) {
  arb_neg(out, x);
  arb_exp(out, out, bits);
  arb_add_ui(out, out, 1, bits);
  arb_inv(out, out, bits);
  if (arb_is_finite(out))
    return;
  arb_t power;
  arb_init(power);
  arb_exp(power, x, bits);
  arb_add_ui(out, power, 1, bits);
  arb_div(out, power, out, bits);
  arb_clear(power);
}

/* Far left e^-x of a disc reaches round 0, and 1 + e^-x with it; e^x / (1 + e^x) is wider, and has
 * a denominator near 1 there. */
static void disc_sigmoid(acb_srcptr x, slong bits, acb_ptr out) {
  acb_neg(out, x);
  acb_exp(out, out, bits);
  acb_add_ui(out, out, 1, bits);
  acb_inv(out, out, bits);
  if (acb_is_finite(out))
    return;
  acb_t below;
  acb_init(below);
  acb_exp(out, x, bits);
  acb_add_ui(below, out, 1, bits);
  acb_div(out, out, below, bits);
  acb_clear(below);
}

void bp_ball_sigmoid(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_sigmoid, acb_realref(x), room->bits, bp_real_result(out));
  else
    disc_sigmoid(x, room->bits, out);
  bp_settle(out);
}

void bp_ball_silu(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  acb_t gate;
  acb_init(gate);
  bp_ball_sigmoid(room, x, gate);
  bp_ball_mul(room, x, gate, out);
  acb_clear(gate);
}

/* ---- log(1 + e^x) ---- */

static void real_softplus(arb_srcptr x, slong bits, arb_ptr out) {
  arb_exp(out, x, bits);
  arb_log1p(out, out, bits);
  if (arb_is_finite(out))
    return;
  arb_neg(out, x);
  arb_exp(out, out, bits);
  arb_log1p(out, out, bits);
  arb_add(out, out, x, bits);
}

/* log(1 + w), not finite where 1 + w may lie on the branch cut.  Only near 0 is 1 + w rounded in a
 * way that matters, and there the cut is far. */
static void log_one_plus(acb_ptr w, slong bits) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, w);
  bool near = mag_cmp_2exp_si(size, -1) < 0;
  mag_clear(size);
  if (near) {
    acb_log1p(w, w, bits);
  } else {
    acb_add_ui(w, w, 1, bits);
    acb_log_analytic(w, w, 1, bits);
  }
}

/* Right of the imaginary axis x + log(1 + e^-x) is analytic in more of the plane. */
static void disc_softplus(acb_srcptr x, slong bits, acb_ptr out) {
  acb_exp(out, x, bits);
  log_one_plus(out, bits);
  if (acb_is_finite(out))
    return;
  acb_neg(out, x);
  acb_exp(out, out, bits);
  log_one_plus(out, bits);
  acb_add(out, out, x, bits);
}

void bp_ball_softplus(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  if (bp_real(x))
    monotone(real_softplus, acb_realref(x), room->bits, bp_real_result(out));
  else
    disc_softplus(x, room->bits, out);
  bp_settle(out);
}

/* ---- x erfc(-x / sqrt 2) / 2 ---- */

/* A relative error of y becomes one of 2 y^2 times as much of erfc(y), so y has more bits. */
static slong more_bits(arb_srcptr x) {
  enum { MARGIN = 4, LARGEST = 60 };
  arf_srcptr mid = arb_midref(x);
  if (arf_cmpabs_2exp_si(mid, 0) <= 0)
    return MARGIN;
  return MARGIN + 2 * (arf_cmpabs_2exp_si(mid, LARGEST) < 0 ? ARF_EXP(mid) : LARGEST);
}

enum { FAR = 10 }; /* the logarithm of what Arb's erfc begins to lose digits from */

/* Right of 2^FAR and of the lines |re y| = |im y|. */
static bool is_far(acb_srcptr y) {
  mag_t right, up;
  mag_init(right);
  mag_init(up);
  arb_get_mag_lower(right, acb_realref(y));
  arb_get_mag(up, acb_imagref(y));
  bool far =
      arb_is_positive(acb_realref(y)) && mag_cmp_2exp_si(right, FAR) > 0 && mag_cmp(right, up) > 0;
  mag_clear(right);
  mag_clear(up);
  return far;
}

/* e^-z z^(1/2) U(1/2, 1/2, z) / (y sqrt pi), z = y^2, whose power series in 1/z Arb bounds. */
static void far_erfc(acb_srcptr y, slong bits, acb_ptr out) {
  acb_t half, z, tail;
  acb_init(half);
  acb_init(z);
  acb_init(tail);
  acb_set_d(half, 0.5);
  acb_sqr(z, y, bits);
  acb_hypgeom_u_asymp(tail, half, half, z, -1, bits);
  acb_neg(z, z);
  acb_exp(z, z, bits);
  acb_mul(tail, tail, z, bits);
  acb_const_pi(z, bits);
  acb_sqrt(z, z, bits);
  acb_mul(z, z, y, bits);
  acb_div(out, tail, z, bits);
  acb_clear(half);
  acb_clear(z);
  acb_clear(tail);
}

static void real_erfc(arb_srcptr x, slong bits, arb_ptr out) {
  acb_t y, value;
  acb_init(y);
  acb_init(value);
  acb_set_arb(y, x);
  if (is_far(y)) {
    far_erfc(y, bits, value);
    arb_set(out, acb_realref(value));
  } else {
    arb_hypgeom_erfc(out, x, bits);
  }
  acb_clear(y);
  acb_clear(value);
}

void bp_ball_gelu(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bp_spread(x, out))
    return;
  slong bits = room->bits + more_bits(acb_realref(x));
  acb_t y;
  arb_t root;
  acb_init(y);
  arb_init(root);
  arb_sqrt_ui(root, 2, bits);
  acb_div_arb(y, x, root, bits);
  acb_neg(y, y);
  if (bp_real(x))
    monotone(real_erfc, acb_realref(y), bits, bp_real_result(out));
  else if (is_far(y))
    far_erfc(y, bits, out);
  else
    acb_hypgeom_erfc(out, y, bits);
  acb_mul(out, out, x, room->bits);
  acb_mul_2exp_si(out, out, -1);
  arb_clear(root);
  acb_clear(y);
  bp_settle(out);
}
