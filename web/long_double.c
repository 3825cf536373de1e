/* Functions of 113 bits: those of this C library have the type and compute in 53 bits, which is no
 * use (base/quad.h).  So Arb computes them, with more bits until the enclosure is narrower than
 * half a unit in the last place or so, and its middle is the value.
 *
 * A long double goes to Arb and back in two halves of 57 and 56 bits, as an integer of 64 bits
 * each; what is below the smallest normal number loses bits, as it does in any arithmetic.
 */
#include <math.h>
#include <stdint.h>

#include "num/flint.h"

enum { DIGITS = 113, HALF = 57, MORE = 32, MOST = 4096 };

/* ---- to Arb and back ---- */

static void add_piece(arf_t x, int64_t piece, long exponent) {
  fmpz_t number;
  arf_t part;
  fmpz_init(number);
  arf_init(part);
  fmpz_set_si(number, (slong)(piece >> 31));
  fmpz_mul_2exp(number, number, 31);
  fmpz_add_ui(number, number, (ulong)(piece & 0x7fffffff));
  arf_set_fmpz(part, number);
  arf_mul_2exp_si(part, part, exponent);
  arf_add(x, x, part, ARF_PREC_EXACT, ARF_RND_DOWN);
  arf_clear(part);
  fmpz_clear(number);
}

static void to_arb(arb_t ball, long double x) {
  int exponent;
  long double fraction = frexpl(x, &exponent);
  int64_t high = (int64_t)(fraction * 0x1p57L);
  int64_t low = (int64_t)((fraction * 0x1p57L - (long double)high) * 0x1p56L);
  arb_zero(ball);
  add_piece(arb_midref(ball), high, (long)exponent - HALF);
  add_piece(arb_midref(ball), low, (long)exponent - DIGITS);
}

static long double from_integer(const fmpz_t number) {
  fmpz_t rest;
  long double x = 0;
  fmpz_init(rest);
  fmpz_abs(rest, number);
  for (int k = 0; k < DIGITS + 1; k += 30) {
    x += ldexpl((long double)fmpz_fdiv_ui(rest, 1UL << 30), k);
    fmpz_fdiv_q_2exp(rest, rest, 30);
  }
  fmpz_clear(rest);
  return fmpz_sgn(number) < 0 ? -x : x;
}

/* Rounded to 113 bits first, so that the steps are exact. */
static long double from_arb(const arb_t ball) {
  arf_t middle;
  fmpz_t mantissa, exponent;
  arf_init(middle);
  fmpz_init(mantissa);
  fmpz_init(exponent);
  arf_set_round(middle, arb_midref(ball), DIGITS, ARF_RND_NEAR);
  arf_get_fmpz_2exp(mantissa, exponent, middle);
  long double x = 0;
  if (arf_is_special(middle))
    x = arf_is_zero(middle) ? 0 : arf_is_nan(middle) ? NAN : arf_sgn(middle) * INFINITY;
  else if (fmpz_cmp_si(exponent, 20000) > 0)
    x = fmpz_sgn(mantissa) * INFINITY;
  else if (fmpz_cmp_si(exponent, -20000) > 0)
    x = ldexpl(from_integer(mantissa), (int)fmpz_get_si(exponent));
  fmpz_clear(exponent);
  fmpz_clear(mantissa);
  arf_clear(middle);
  return x;
}

/* ---- the functions ---- */

typedef void function(arb_t value, const arb_t x, slong bits);

static long double value_of(function *f, long double x) {
  arb_t at, value;
  arb_init(at);
  arb_init(value);
  to_arb(at, x);
  slong bits = DIGITS;
  do {
    bits += MORE;
    f(value, at, bits);
  } while (arb_rel_accuracy_bits(value) < DIGITS + 1 && bits < MOST);
  long double y = from_arb(value);
  arb_clear(value);
  arb_clear(at);
  return y;
}

/* Beyond these ends the value is the limit, and Arb would work long to find that out. */
static const long double LARGE = 12000;

long double expl(long double x) {
  return isnan(x) ? x : x > LARGE ? INFINITY : x < -LARGE ? 0 : value_of(arb_exp, x);
}

long double expm1l(long double x) {
  return isnan(x) || x == 0 ? x : x > LARGE ? INFINITY : x < -LARGE ? -1 : value_of(arb_expm1, x);
}

long double logl(long double x) {
  return x > 0 && isfinite(x) ? value_of(arb_log, x) : x == 0 ? -INFINITY : x > 0 ? x : NAN;
}

long double log1pl(long double x) {
  return x == 0 || isnan(x)      ? x
         : x > -1 && isfinite(x) ? value_of(arb_log1p, x)
         : x == -1               ? -INFINITY
         : x > 0                 ? x
                                 : NAN;
}

long double tanhl(long double x) {
  return x == 0 || isnan(x) ? x : x > 100 ? 1 : x < -100 ? -1 : value_of(arb_tanh, x);
}

long double erfcl(long double x) {
  return isnan(x) ? x : x > 200 ? 0 : x < -200 ? 2 : value_of(arb_hypgeom_erfc, x);
}

long double sqrtl(long double x) {
  return x > 0 && isfinite(x) ? value_of(arb_sqrt, x) : x < 0 ? NAN : x;
}

long double sinl(long double x) { return x == 0 ? x : isfinite(x) ? value_of(arb_sin, x) : NAN; }

long double cosl(long double x) { return isfinite(x) ? value_of(arb_cos, x) : NAN; }
