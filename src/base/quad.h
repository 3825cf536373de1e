/* Floating point: the unit of float64, and a type with a 113-bit significand, whatever the platform
 * calls it.
 *
 * GCC on x86-64 and POWER has __float128 with libquadmath; where long double already is that format
 * (AArch64, RISC-V, s390x) the C library serves.  Everything else here writes bp_quad and the
 * functions below and does not care.
 */
#ifndef BP_BASE_QUAD_H
#define BP_BASE_QUAD_H

#include <float.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if LDBL_MANT_DIG == 113
#include <math.h>
typedef long double bp_quad;
#define bp_quad_exp expl
#define bp_quad_expm1 expm1l
#define bp_quad_log logl
#define bp_quad_log1p log1pl
#define bp_quad_tanh tanhl
#define bp_quad_erfc erfcl
#define bp_quad_sqrt sqrtl
#define bp_quad_sin sinl
#define bp_quad_cos cosl
#define bp_quad_floor floorl
#define bp_quad_fabs fabsl
#define bp_quad_isfinite(x) isfinite(x)
#define BP_QUAD_C(number) number##L
#else
#include <quadmath.h>
__extension__ typedef __float128 bp_quad;
#define bp_quad_exp expq
#define bp_quad_expm1 expm1q
#define bp_quad_log logq
#define bp_quad_log1p log1pq
#define bp_quad_tanh tanhq
#define bp_quad_erfc erfcq
#define bp_quad_sqrt sqrtq
#define bp_quad_sin sinq
#define bp_quad_cos cosq
#define bp_quad_floor floorq
#define bp_quad_fabs fabsq
#define bp_quad_isfinite(x) finiteq(x)
#define BP_QUAD_C(number) __extension__ number##Q
#endif

/* Unit roundoff of float64, 2^-53, and of bp_quad, 2^-113. */
#define BP_UNIT 1.1102230246251565e-16
#define BP_QUAD_UNIT 9.62964972193617926527988971292463659e-35

/* ---- what the bits say -----------------------------------------------------------------------
 *
 * The format is IEEE 754's binary128: a sign, 15 bits of exponent (biased by 16383), 112 bits of
 * fraction.  Bounds of a number need a few of these bits only, which is many times cheaper than an
 * operation on 113 bits.
 */
__extension__ typedef unsigned __int128 bp_quad_bits;

enum { BP_QUAD_SPECIAL = 0x7FFF, BP_QUAD_BIAS = 16383, BP_QUAD_FRACTION = 112 };

static inline bp_quad_bits bp_quad_bits_of(bp_quad x) {
  bp_quad_bits bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline int bp_quad_exponent(bp_quad_bits bits) {
  return (int)(bits >> BP_QUAD_FRACTION) & 0x7FFF;
}

static inline bool bp_quad_is_zero(bp_quad x) { return bp_quad_bits_of(x) << 1 == 0; }

/* |x| in float64 with the 48 leading bits of the fraction and `units` more in the last of these. */
static inline double bp_quad_leading(bp_quad_bits bits, uint64_t units) {
  uint64_t exponent = (uint64_t)bp_quad_exponent(bits) - (BP_QUAD_BIAS - 1023);
  uint64_t fraction = (uint64_t)(bits >> 64) & 0xFFFFFFFFFFFFU;
  uint64_t pattern = (exponent << 52) + ((fraction + units) << 4);
  double result;
  memcpy(&result, &pattern, sizeof result);
  return result;
}

/* A float64 that is at least |x|, and above it by a factor of less than 1 + 2^-47 unless x is
 * beyond float64's normal numbers; 0 for 0, NaN for NaN. */
static inline double bp_quad_above(bp_quad x) {
  bp_quad_bits bits = bp_quad_bits_of(x);
  int exponent = bp_quad_exponent(bits) - BP_QUAD_BIAS;
  if (exponent >= -1022 && exponent <= 1023)
    return bp_quad_leading(bits, 1);
  if (exponent < -1022)
    return bits << 1 == 0 ? 0 : DBL_MIN;
  bool number = exponent < BP_QUAD_SPECIAL - BP_QUAD_BIAS || bits << 16 == 0;
  return number ? __builtin_inf() : __builtin_nan("");
}

/* A float64 that is at most |x|, and as close; NaN for NaN. */
static inline double bp_quad_below(bp_quad x) {
  bp_quad_bits bits = bp_quad_bits_of(x);
  int exponent = bp_quad_exponent(bits) - BP_QUAD_BIAS;
  if (exponent >= -1022 && exponent <= 1023)
    return bp_quad_leading(bits, 0);
  if (exponent < -1022)
    return 0;
  bool number = exponent < BP_QUAD_SPECIAL - BP_QUAD_BIAS || bits << 16 == 0;
  return number ? DBL_MAX : __builtin_nan("");
}

/* How many bits of the significand stand before its last 1: at most 113, 1 for a power of two, 0
 * for 0.  More than 113 for what is no normal number, of which nothing shall be proved. */
static inline int bp_quad_width(bp_quad x) {
  bp_quad_bits bits = bp_quad_bits_of(x);
  int exponent = bp_quad_exponent(bits);
  if (exponent == 0 || exponent == BP_QUAD_SPECIAL)
    return bits << 1 == 0 ? 0 : 1000;
  uint64_t low = (uint64_t)bits, high = (uint64_t)(bits >> 64) & 0xFFFFFFFFFFFFU;
  if (low)
    return 113 - __builtin_ctzll(low);
  return high ? 49 - __builtin_ctzll(high) : 1;
}

/* The exponent of the last 1: x is a whole multiple of 2 to this power. INT_MAX / 4 for 0, and
 * -INT_MAX / 4 for what is no normal number. */
static inline int bp_quad_last(bp_quad x) {
  int width = bp_quad_width(x);
  if (width == 0 || width > 113)
    return width == 0 ? INT_MAX / 4 : -INT_MAX / 4;
  return bp_quad_exponent(bp_quad_bits_of(x)) - BP_QUAD_BIAS - (width - 1);
}

#endif
