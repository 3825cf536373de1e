/* Powers.
 *
 * A whole exponent multiplies, so x^2 has the value and the bound of x*x for every x.  Any other
 * exponent goes through e^(y log x), and the logarithm decides for which x that exists.
 */
#include "num/ball/inside.h"
#include "num/ball_function.h"

static bool whole_exponent(acb_srcptr y, slong *exponent) {
  arf_srcptr mid = arb_midref(acb_realref(y));
  if (!bp_real(y) || !acb_is_exact(y) || !arf_is_int(mid) ||
      arf_cmpabs_2exp_si(mid, FLINT_BITS - 3) >= 0)
    return false;
  *exponent = arf_get_si(mid, ARF_RND_DOWN);
  return true;
}

static void whole_power(acb_srcptr x, slong exponent, slong bits, acb_ptr out) {
  if (exponent < 0 && acb_is_zero(x)) {
    bp_missing(out);
    return;
  }
  ulong size = exponent < 0 ? -(ulong)exponent : (ulong)exponent;
  bool inverted = exponent < 0 && !acb_is_exact(x);
  if (inverted) { /* first: the power of a ball may reach 0 where the ball does not */
    acb_inv(out, x, bits);
    x = out;
  }
  if (bp_real(x))
    arb_pow_ui(bp_real_result(out), acb_realref(x), size, bits);
  else
    acb_pow_ui(out, x, size, bits);
  if (exponent < 0 && !inverted)
    acb_inv(out, out, bits);
  bp_settle(out);
}

/* e^(y log x), for x > 0 or a disc. */
static void other_power(const struct bp_ball_room *room, acb_srcptr x, acb_srcptr y, acb_ptr out) {
  acb_t exponent;
  acb_init(exponent);
  bp_ball_log(room, x, out);
  bp_ball_mul(room, y, out, exponent);
  bp_ball_exp(room, exponent, out);
  acb_clear(exponent);
}

/* What is left of a real base that is not surely positive: for a whole exponent there would be a
 * power, so an exponent that may be one decides nothing. */
static void without_logarithm(acb_srcptr x, acb_srcptr y, acb_ptr out) {
  bool may_be_whole = acb_contains_int(y), zero = acb_is_zero(x);
  if (zero && arb_is_positive(acb_realref(y)))
    acb_zero(out);
  else if (arb_is_nonpositive(acb_realref(x)) && bp_real(y) && !may_be_whole)
    bp_missing(out);
  else
    bp_unknown(out);
}

void bp_ball_pow(const struct bp_ball_room *room, acb_srcptr x, acb_srcptr y, acb_ptr out) {
  slong exponent;
  if (bp_spread_two(x, y, out))
    return;
  if (whole_exponent(y, &exponent))
    whole_power(x, exponent, room->bits, out);
  else if (bp_real(x) && !arb_is_positive(acb_realref(x)))
    without_logarithm(x, y, out);
  else if (bp_real(x) && bp_real(y))
    arb_pow(bp_real_result(out), acb_realref(x), acb_realref(y), room->bits), bp_settle(out);
  else
    other_power(room, x, y, out);
}
