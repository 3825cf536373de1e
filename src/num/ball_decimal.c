/* Decimal numbers as balls: read digit by digit into an integer of 128 bits, and scaled by powers
 * of ten that are exact in 113 bits.
 */
#include "num/ball.h"

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
    struct bp_ball power = bp_ball_pow(bp_ball_exact(10), bp_ball_exact((double)part), NULL);
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
