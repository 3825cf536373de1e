/* Decimal numbers: the digits as one big integer, exact, times a power of ten.
 *
 * A number that is whole is not divided, and a quotient that fits the bits comes out exact, so
 * "0.25" is exact and "0.1" is the smallest ball around a tenth, at any number of bits.
 *
 * Time grows with the square of the digits, and a stranger's number may have millions of them.
 * What is behind the first MOST_DIGITS adds less than one unit of the last of these, and a ball
 * says so; where only noughts are behind them the number stays exact.
 */
#include "num/ball.h"
#include "num/ball/inside.h"

enum {
  LARGEST_EXPONENT = 4000, /* beyond it a number is refused */
  MOST_DIGITS = 3 * LARGEST_EXPONENT
};

/* Digits read so far: the value is (whole * scale + group) * 10^exponent, scale a power of ten. */
struct decimal {
  fmpz_t whole;
  ulong group, scale;
  int64_t exponent;
  int64_t significant; /* digits from the first one that is not 0, up to MOST_DIGITS */
  int64_t behind;      /* digits behind these and before the point */
  bool rest;           /* some digit behind them is not 0 */
};

static void flush(struct decimal *number) {
  fmpz_mul_ui(number->whole, number->whole, number->scale);
  fmpz_add_ui(number->whole, number->whole, number->group);
  number->group = 0;
  number->scale = 1;
}

static void take_digit(struct decimal *number, char digit, bool fraction) {
  if (number->significant == MOST_DIGITS) {
    number->rest = number->rest || digit != '0';
    number->behind += !fraction;
    return;
  }
  number->significant += number->significant > 0 || digit != '0';
  number->group = number->group * 10 + (ulong)(digit - '0');
  number->scale *= 10;
  number->exponent -= fraction;
  if (number->scale > UWORD_MAX / 100) /* a limb has 64 bits, or 32 in a browser */
    flush(number);
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

/* Within 10^4000 and 10^-4000; `exponent` becomes that of the whole number. */
static bool read_decimal(struct decimal *number, const char *digits, int64_t *exponent) {
  const char *behind = take_digits(number, digits);
  if (!behind || !take_exponent(behind, exponent))
    return false;
  flush(number);
  if (*exponent < -LARGEST_EXPONENT || *exponent > LARGEST_EXPONENT)
    return false;
  *exponent += number->exponent + number->behind;
  int64_t leading = *exponent + number->significant; /* below 10^leading */
  return number->significant == 0 || (leading >= -LARGEST_EXPONENT && leading <= LARGEST_EXPONENT);
}

static void scaled(const struct decimal *number, int64_t exponent, slong bits, arb_ptr out) {
  fmpz_t power;
  fmpz_init_set_ui(power, 10);
  fmpz_pow_ui(power, power, (ulong)(exponent < 0 ? -exponent : exponent));
  arb_set_fmpz(out, number->whole);
  if (number->rest)
    arb_add_error_2exp_si(out, 0);
  if (exponent < 0) {
    arb_div_fmpz(out, out, power, bits);
  } else {
    arb_mul_fmpz(out, out, power, bits);
  }
  fmpz_clear(power);
}

bool bp_ball_decimal(const struct bp_ball_room *room, const char *digits, struct bp_ball *out) {
  struct decimal number = {.scale = 1};
  int64_t exponent;
  fmpz_init(number.whole);
  bool valid = read_decimal(&number, digits, &exponent);
  if (valid) {
    acb_t value;
    acb_init(value);
    if (!fmpz_is_zero(number.whole))
      scaled(&number, exponent, room->bits, acb_realref(value));
    *out = bp_frozen(room, value);
  }
  fmpz_clear(number.whole);
  return valid;
}
