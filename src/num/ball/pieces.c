/* Decisions, and the functions that are made of pieces.
 *
 * A function with a kink is one of two analytic formulas, chosen by a sign.  Where a disc does not
 * decide the sign the function is not analytic, and the result unknown.  Where a real ball does not
 * decide it, the result covers both formulas, and more bits may decide.
 */
#include "num/ball/inside.h"
#include "num/ball_function.h"

/* Knuth's multiplicative hashing, with a rotation so that the order counts. */
static enum bp_ball_order remember(const struct bp_ball_room *room, enum bp_ball_order order,
                                   bool real) {
  struct bp_ball_trail *trail = room->trail;
  if (!trail)
    return order;
  uint64_t mixed = (trail->branches << 7 | trail->branches >> 57) ^ (uint64_t)(order + 2);
  trail->branches = mixed * 0x9E3779B97F4A7C15U;
  trail->below += order == BP_ORDER_BELOW;
  trail->level += order == BP_ORDER_LEVEL;
  trail->above += order == BP_ORDER_ABOVE;
  trail->unsure |= order == BP_ORDER_UNKNOWN && real;
  trail->undecided |= order == BP_ORDER_UNKNOWN && !real;
  return order;
}

static enum bp_ball_order order_of(acb_srcptr a, acb_srcptr b) {
  if (!acb_is_finite(a) || !acb_is_finite(b))
    return BP_ORDER_UNKNOWN;
  if (arb_lt(acb_realref(a), acb_realref(b)))
    return BP_ORDER_BELOW;
  if (arb_gt(acb_realref(a), acb_realref(b)))
    return BP_ORDER_ABOVE;
  /* Without radii these are real: neither below nor above is level then. */
  bool same = bp_real(a) && bp_real(b) && acb_is_exact(a) && acb_is_exact(b);
  return same ? BP_ORDER_LEVEL : BP_ORDER_UNKNOWN;
}

static enum bp_ball_order compare(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b) {
  if (room->trail && room->trail->forced)
    return *room->trail->forced;
  return remember(room, order_of(a, b), bp_real(a) && bp_real(b));
}

enum bp_ball_order bp_ball_compare(const struct bp_ball_room *room, struct bp_ball a,
                                   struct bp_ball b) {
  return compare(room, &a.z, &b.z);
}

static enum bp_ball_order sign_of(const struct bp_ball_room *room, acb_srcptr x) {
  enum bp_ball_order order = BP_ORDER_UNKNOWN;
  if (room->trail && room->trail->forced)
    return *room->trail->forced;
  if (arb_is_positive(acb_realref(x)))
    order = BP_ORDER_ABOVE;
  else if (arb_is_negative(acb_realref(x)))
    order = BP_ORDER_BELOW;
  else if (acb_is_zero(x))
    order = BP_ORDER_LEVEL;
  return remember(room, order, bp_real(x));
}

/* ---- the larger and the smaller ---- */

void bp_ball_max(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  enum bp_ball_order order = compare(room, a, b);
  if (order != BP_ORDER_UNKNOWN)
    acb_set_round(out, order == BP_ORDER_BELOW ? b : a, room->bits);
  else if (bp_real(a) && bp_real(b))
    arb_max(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    bp_unknown(out);
}

void bp_ball_min(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b, acb_ptr out) {
  if (bp_spread_two(a, b, out))
    return;
  enum bp_ball_order order = compare(room, a, b);
  if (order != BP_ORDER_UNKNOWN)
    acb_set_round(out, order == BP_ORDER_ABOVE ? b : a, room->bits);
  else if (bp_real(a) && bp_real(b))
    arb_min(bp_real_result(out), acb_realref(a), acb_realref(b), room->bits);
  else
    bp_unknown(out);
}

/* ---- two formulas that meet at 0 ---- */

/* `lower` holds at and below 0, the identity above.  Returns the sign; for a number that is not
 * finite anything but unknown. */
static enum bp_ball_order bent(const struct bp_ball_room *room, acb_srcptr x,
                               void (*lower)(acb_srcptr, slong, acb_ptr), acb_ptr out) {
  if (bp_spread(x, out))
    return BP_ORDER_LEVEL;
  enum bp_ball_order sign = sign_of(room, x);
  if (sign == BP_ORDER_ABOVE) {
    acb_set_round(out, x, room->bits);
  } else if (sign != BP_ORDER_UNKNOWN) {
    lower(x, room->bits, out);
  } else if (bp_real(x)) {
    acb_t other;
    acb_init(other);
    lower(x, room->bits, other);
    bp_ball_either(room, x, other, out);
    acb_clear(other);
  } else {
    bp_unknown(out);
  }
  bp_settle(out);
  return sign;
}

static void minus(acb_srcptr x, slong bits, acb_ptr out) {
  acb_set_round(out, x, bits);
  acb_neg(out, out);
}

static void nothing(acb_srcptr x, slong bits, acb_ptr out) {
  (void)x, (void)bits;
  acb_zero(out);
}

static void hundredth(acb_srcptr x, slong bits, acb_ptr out) { acb_div_ui(out, x, 100, bits); }

static void exponential(acb_srcptr x, slong bits, acb_ptr out) {
  if (bp_real(x))
    arb_expm1(bp_real_result(out), acb_realref(x), bits);
  else
    acb_expm1(out, x, bits);
}

/* Both pieces together would reach as far below 0 as above. */
static void cut_at_zero(acb_ptr out) {
  if (acb_is_finite(out))
    arb_nonnegative_part(acb_realref(out), acb_realref(out));
}

void bp_ball_abs(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bent(room, x, minus, out) == BP_ORDER_UNKNOWN)
    cut_at_zero(out);
}

void bp_ball_relu(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  if (bent(room, x, nothing, out) == BP_ORDER_UNKNOWN)
    cut_at_zero(out);
}

void bp_ball_leaky_relu(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  bent(room, x, hundredth, out);
}

void bp_ball_elu(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out) {
  bent(room, x, exponential, out);
}
