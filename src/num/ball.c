/* Numbers: what is too long for the header.
 *
 * Division is exact where the quotient times the divisor provably is the dividend; powers with
 * whole exponents multiply, so x^2 has the same bound as x*x.  A comparison is decided by the
 * midpoints, always: what is unsure is told apart, and the caller judges it.  Decimal numbers are
 * read digit by digit into an integer of 128 bits and scaled by powers of ten that are exact in 113
 * bits.
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

/* ---- powers ---- */

static struct bp_ball whole_power(struct bp_ball x, uint64_t exponent) {
  struct bp_ball power = bp_ball_exact(1);
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      power = bp_ball_mul(power, x);
    if (exponent > 1)
      x = bp_ball_mul(x, x);
  }
  return power;
}

struct bp_ball bp_ball_pow(struct bp_ball x, struct bp_ball y, struct bp_ball_trail *trail) {
  bool whole = y.rad == 0 && bp_quad_fabs(y.mid) < 0x1p62 && bp_quad_floor(y.mid) == y.mid;
  if (whole && y.mid >= 0)
    return whole_power(x, (uint64_t)y.mid);
  if (whole)
    return bp_ball_div(bp_ball_exact(1), whole_power(x, (uint64_t)-y.mid));
  if (bp_ball_is_zero(x) && y.mid > y.rad)
    return bp_ball_exact(0);
  if (!(x.mid > 0))
    return bp_ball_of(__builtin_nan(""), INFINITY);
  return bp_ball_exp(bp_ball_mul(y, bp_ball_log(x, trail)), trail);
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

/* ---- decimal numbers ---- */

enum { KEPT_DIGITS = 38, LARGEST_EXPONENT = 4000, EXACT_POWER = 48 };

/* Digits read so far: their value is `whole` (and more, if `rest`) times 10^exponent. */
struct decimal {
  bp_quad_bits whole;
  bool rest;
  int64_t exponent;
  int kept;
};

static void take_digit(struct decimal *number, char digit, bool fraction) {
  if (number->kept == KEPT_DIGITS) {
    number->rest |= digit != '0';
    number->exponent += !fraction;
    return;
  }
  number->whole = number->whole * 10 + (unsigned)(digit - '0');
  number->kept += number->whole != 0;
  number->exponent -= fraction;
}

/* Digits with at most one point; returns what stands behind them, or NULL if there is no digit. */
static const char *take_digits(struct decimal *number, const char *text) {
  bool fraction = false, any = false;
  for (;; text++) {
    if (*text >= '0' && *text <= '9') {
      take_digit(number, *text, fraction);
      any = true;
    } else if (*text == '.' && !fraction) {
      fraction = true;
    } else {
      return any ? text : NULL;
    }
  }
}

/* "e-3", "E+7" or nothing; false for anything else. */
static bool take_exponent(const char *text, int64_t *exponent) {
  *exponent = 0;
  if (!*text)
    return true;
  if (*text != 'e' && *text != 'E')
    return false;
  text++;
  bool negative = *text == '-';
  text += *text == '-' || *text == '+';
  if (!*text)
    return false;
  for (; *text >= '0' && *text <= '9'; text++)
    if (*exponent <= LARGEST_EXPONENT)
      *exponent = *exponent * 10 + (*text - '0');
  if (negative)
    *exponent = -*exponent;
  return !*text;
}

/* 10^48 = 5^48 2^48 is exact in 113 bits, as is every smaller power. */
static struct bp_ball scaled(struct bp_ball number, int64_t exponent) {
  while (exponent != 0) {
    int64_t part = exponent < 0 ? -exponent : exponent;
    if (part > EXACT_POWER)
      part = EXACT_POWER;
    struct bp_ball power = whole_power(bp_ball_exact(10), (uint64_t)part);
    number = exponent < 0 ? bp_ball_div(number, power) : bp_ball_mul(number, power);
    exponent += exponent < 0 ? part : -part;
  }
  return number;
}

bool bp_ball_decimal(const char *digits, struct bp_ball *out) {
  struct decimal number = {0};
  int64_t exponent;
  const char *behind = take_digits(&number, digits);
  if (!behind || !take_exponent(behind, &exponent))
    return false;
  int64_t leading = number.exponent + exponent + number.kept; /* below 10^leading */
  if (exponent < -LARGEST_EXPONENT || exponent > LARGEST_EXPONENT)
    return false;
  if (number.whole == 0) {
    *out = bp_ball_exact(0);
    return true;
  }
  if (leading < -LARGEST_EXPONENT || leading > LARGEST_EXPONENT)
    return false;
  bp_quad mid = (bp_quad)number.whole;
  bool exact = !number.rest && (bp_quad_bits)mid == number.whole;
  double rad = exact ? 0 : number.rest + bp_ball_rounding(mid);
  *out = scaled(bp_ball_of(mid, rad * BP_BALL_UP), number.exponent + exponent);
  return true;
}
