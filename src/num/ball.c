/* Numbers: what is too long for the header.
 *
 * Division is exact where the quotient times the divisor provably is the dividend.  A comparison is
 * decided by the midpoints, always: what is unsure is told apart, and the caller judges it.
 */
#include "num/ball.h"

#include <math.h>

struct bp_ball bp_ball_div(struct bp_ball a, struct bp_ball b) {
  if (bp_quad_is_zero(b.mid))
    return bp_ball_of(__builtin_nan(""), INFINITY);
  bp_quad quotient = a.mid / b.mid;
  if (a.rad == 0 && b.rad == 0) {
    bp_quad back = quotient * b.mid;
    if (back == a.mid && bp_ball_product_is_exact(quotient, b.mid, back))
      return bp_ball_of(quotient, 0);
    return bp_ball_of(quotient, bp_ball_rounding(quotient) * BP_BALL_UP);
  }
  /* |a/b - a'/b'| <= (ra + |a/b| rb) / (|b| - rb) */
  double distance = bp_quad_below(b.mid) - b.rad;
  if (!(distance > 0))
    return bp_ball_of(quotient, INFINITY);
  double spread = (a.rad + bp_quad_above(quotient) * b.rad + DBL_TRUE_MIN) / distance;
  return bp_ball_of(quotient, (spread + bp_ball_rounding(quotient) + DBL_TRUE_MIN) * BP_BALL_UP);
}

/* ---- decisions ---- */

/* Knuth's multiplicative hashing, with a rotation so that the order counts. */
static void remember(struct bp_ball_trail *trail, int decision, bool unsure) {
  if (!trail)
    return;
  uint64_t mixed = (trail->branches << 7 | trail->branches >> 57) ^ (uint64_t)(decision + 2);
  trail->branches = mixed * 0x9E3779B97F4A7C15U;
  trail->unsure |= unsure;
}

/* Whether the balls have no number in common, or are the same exact number. */
static bool decided(struct bp_ball a, struct bp_ball b) {
  double reach = a.rad + b.rad;
  if (reach == 0)
    return a.mid == a.mid && b.mid == b.mid;
  return bp_quad_below(a.mid - b.mid) * (1 - 0x1p-50) > reach * BP_BALL_UP;
}

int bp_ball_compare(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail) {
  int decision = a.mid < b.mid ? -1 : a.mid > b.mid;
  remember(trail, decision, !decided(a, b));
  return decision;
}

/* Where the balls overlap, either may be the larger one: both radii count. */
static struct bp_ball choose(struct bp_ball chosen, struct bp_ball other) {
  if (other.mid != other.mid)
    return other;
  if (!(chosen.rad >= other.rad) && !decided(chosen, other))
    chosen.rad = other.rad;
  return chosen;
}

struct bp_ball bp_ball_max(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail) {
  return bp_ball_compare(a, b, trail) >= 0 ? choose(a, b) : choose(b, a);
}

struct bp_ball bp_ball_min(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail) {
  return bp_ball_compare(a, b, trail) <= 0 ? choose(a, b) : choose(b, a);
}
