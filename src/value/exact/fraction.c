/* Fractions in lowest terms, of 64 bits above and below.
 *
 * What does not fit has no fraction: nothing is ever rounded.
 */
#include "value/exact/fraction.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

static long common_divisor(long a, long b) {
  while (b) {
    long rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

bool bp_fraction_lowest(long above, long below, struct bp_fraction *result) {
  if (below == 0 || above == LONG_MIN || below == LONG_MIN)
    return false;
  long divisor = common_divisor(above, below);
  if (below < 0)
    divisor = -divisor;
  *result = (struct bp_fraction){above / divisor, below / divisor};
  return true;
}

bool bp_fraction_times(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  struct bp_fraction left, right; /* each divided by what it has in common with the other */
  long above, below;
  return bp_fraction_lowest(a.above, b.below, &left) &&
         bp_fraction_lowest(b.above, a.below, &right) &&
         !__builtin_mul_overflow(left.above, right.above, &above) &&
         !__builtin_mul_overflow(left.below, right.below, &below) &&
         bp_fraction_lowest(above, below, result);
}

bool bp_fraction_plus(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result) {
  long divisor = common_divisor(a.below, b.below), left, right, above, below;
  return !__builtin_mul_overflow(a.above, b.below / divisor, &left) &&
         !__builtin_mul_overflow(b.above, a.below / divisor, &right) &&
         !__builtin_add_overflow(left, right, &above) &&
         !__builtin_mul_overflow(a.below, b.below / divisor, &below) &&
         bp_fraction_lowest(above, below, result);
}

bool bp_fraction_turned(struct bp_fraction a, struct bp_fraction *result) {
  return bp_fraction_lowest(a.below, a.above, result);
}

static bool of_power_of_ten(long above, int exponent, struct bp_fraction *result) {
  struct bp_fraction ten = {10, 1}, tenth = {1, 10};
  *result = (struct bp_fraction){above, 1};
  for (; exponent; exponent += exponent < 0 ? 1 : -1)
    if (!bp_fraction_times(*result, exponent < 0 ? tenth : ten, result))
      return false;
  return true;
}

bool bp_fraction_of_decimal(const char *text, struct bp_fraction *result) {
  enum { MOST_EXPONENT = 400 };
  long above = 0, exponent = 0;
  bool behind = false;
  for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
    if (*text == '.') {
      behind = true;
      continue;
    }
    if (__builtin_mul_overflow(above, 10, &above) ||
        __builtin_add_overflow(above, *text - '0', &above))
      return false;
    exponent -= behind;
  }
  char *end = NULL;
  long power = *text == 'e' || *text == 'E' ? strtol(text + 1, &end, 10) : 0;
  bool fits = power >= -MOST_EXPONENT && power <= MOST_EXPONENT && exponent >= -MOST_EXPONENT;
  return (end ? *end : *text) == '\0' && fits &&
         of_power_of_ten(above, (int)(exponent + power), result);
}

bool bp_fraction_of_ball(struct bp_ball ball, struct bp_fraction *result) {
  enum { MOST_EXPONENT = 62 };
  int exponent;
  double number = bp_ball_double(ball);
  if (!bp_ball_is_exact(ball) || !bp_ball_is_real(ball))
    return false;
  /* a ball may have more bits than a float64, or lie beyond its range */
  struct bp_ball_room room = {NULL, 128, NULL};
  if (bp_ball_compare(&room, ball, bp_ball_exact(number)) != BP_ORDER_LEVEL)
    return false;
  double part = ldexp(frexp(number, &exponent), 53);
  long above = (long)part;
  exponent -= 53;
  for (; above && above % 2 == 0; exponent++)
    above /= 2;
  *result = (struct bp_fraction){above, 1};
  if (above == 0)
    return true;
  if (abs(exponent) > MOST_EXPONENT)
    return false;
  long power = 1L << abs(exponent);
  struct bp_fraction factor =
      exponent < 0 ? (struct bp_fraction){1, power} : (struct bp_fraction){power, 1};
  return bp_fraction_times(*result, factor, result);
}
