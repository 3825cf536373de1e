/* Ball arithmetic: numbers that carry a bound of their own error.
 *
 * A ball is a midpoint with a 113-bit significand and a radius in float64: the true number lies
 * within the radius of the midpoint.  Every operation adds its own rounding to the radius, so at
 * the end of a computation the radius is a bound of all the rounding on the way, and two balls of
 * equal true value always overlap.  With 113 bits the radius stays near 1e-33 of the numbers
 * involved, and a difference quotient still has twenty digits or more.
 *
 * A radius of 0 says that the midpoint is the true number: sums and products whose significands
 * have room keep it, so whole and dyadic numbers stay exact.  Radii are computed in float64 and
 * enlarged by BP_BALL_UP, which covers eight roundings with room for the bounds of |mid| that are
 * 2^-47 too large; where a product of radii may underflow, the smallest positive float64 is added.
 *
 * How a function passes on the error of its argument is measured on the function itself (by its
 * float64 values nearby, or by a functional equation such as e^(x+r) = e^x e^r), never taken from a
 * stored derivative: derivations are judged with this, and a derivative must not vouch for itself.
 *
 * Balls are values and own nothing; matrices of them live in the arena that made them.
 *
 * Source: midpoint-radius arithmetic as in S. M. Rump, "Fast and parallel interval arithmetic", BIT
 * 39 (1999), and F. Johansson, "Arb", IEEE Trans. Comput. 66 (2017).
 */
#ifndef BP_NUM_BALL_H
#define BP_NUM_BALL_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/quad.h"
#include "num/function.h"

struct bp_ball {
  bp_quad mid;
  double rad; /* >= 0; infinite or NaN where nothing is known */
};

/* A matrix of balls, row by row.  Matrices are values: operations make new ones. */
struct bp_balls {
  size_t rows, columns;
  struct bp_ball *at;
};

/* What an evaluation has to remember besides its result. */
struct bp_ball_trail {
  /* A digest of every decision taken at a kink (the sign of an argument of relu, the larger side of
   * max): two evaluations with different digests went through different pieces. */
  uint64_t branches;
  /* A decision hung on a difference that its bound does not separate from zero, although it is not
   * exactly zero. */
  bool unsure;
};

/* ---- numbers --------------------------------------------------------------------------------- */

#define BP_BALL_UP (1 + 0x1p-48)

static inline struct bp_ball bp_ball_of(bp_quad mid, double rad) {
  return (struct bp_ball){mid, rad};
}

static inline struct bp_ball bp_ball_exact(double x) { return bp_ball_of(x, 0); }

static inline bool bp_ball_is_zero(struct bp_ball a) {
  return a.rad == 0 && bp_quad_is_zero(a.mid);
}

/* Midpoint and radius are finite. */
static inline bool bp_ball_finite(struct bp_ball a) {
  return a.rad <= DBL_MAX && bp_quad_exponent(bp_quad_bits_of(a.mid)) != BP_QUAD_SPECIAL;
}

/* The midpoint as float64. */
static inline double bp_ball_double(struct bp_ball a) { return (double)a.mid; }

/* At least the rounding error of an operation with this result. */
static inline double bp_ball_rounding(bp_quad result) {
  return bp_quad_above(result) * BP_QUAD_UNIT + DBL_TRUE_MIN;
}

/* Whether a + b, rounded to `sum`, is exact: all three are whole multiples of one power of two, and
 * the sum is no more than 2^113 of them. */
static inline bool bp_ball_sum_is_exact(bp_quad a, bp_quad b, bp_quad sum) {
  int last_a = bp_quad_last(a), last_b = bp_quad_last(b);
  int last = last_a < last_b ? last_a : last_b;
  int exponent = bp_quad_exponent(bp_quad_bits_of(sum)) - BP_QUAD_BIAS;
  return exponent <= BP_QUAD_BIAS && exponent - BP_QUAD_FRACTION <= last;
}

/* Whether a * b, rounded to `product`, is exact: its significand has as many bits as those of the
 * factors together, one less for a power of two. */
static inline bool bp_ball_product_is_exact(bp_quad a, bp_quad b, bp_quad product) {
  int width_a = bp_quad_width(a), width_b = bp_quad_width(b);
  if (width_a > 113 || width_b > 113 || width_a * width_b == 0)
    return width_a * width_b == 0; /* 0 times a number too small or large for any proof */
  int exponent = bp_quad_exponent(bp_quad_bits_of(product));
  return exponent != 0 && exponent != BP_QUAD_SPECIAL &&
         (width_a + width_b <= 113 || width_a == 1 || width_b == 1);
}

static inline struct bp_ball bp_ball_neg(struct bp_ball a) { return bp_ball_of(-a.mid, a.rad); }

static inline struct bp_ball bp_ball_add(struct bp_ball a, struct bp_ball b) {
  if (bp_ball_is_zero(a))
    return b;
  if (bp_ball_is_zero(b))
    return a;
  bp_quad sum = a.mid + b.mid;
  double rad = a.rad + b.rad;
  if (rad == 0 && bp_ball_sum_is_exact(a.mid, b.mid, sum))
    return bp_ball_of(sum, 0);
  return bp_ball_of(sum, (rad + bp_ball_rounding(sum)) * BP_BALL_UP);
}

static inline struct bp_ball bp_ball_sub(struct bp_ball a, struct bp_ball b) {
  return bp_ball_add(a, bp_ball_neg(b));
}

/* |ab - a'b'| <= |a| rb + ra (|b| + rb).  An exact 0 times something unbounded is not bounded: its
 * radius becomes NaN. */
static inline struct bp_ball bp_ball_mul(struct bp_ball a, struct bp_ball b) {
  bp_quad product = a.mid * b.mid;
  double rad = 0;
  if (a.rad != 0 || b.rad != 0) {
    rad = bp_quad_above(a.mid) * b.rad + a.rad * (bp_quad_above(b.mid) + b.rad);
    if (bp_ball_is_zero(a) || bp_ball_is_zero(b))
      return bp_ball_of(product, rad);
    rad += 4 * DBL_TRUE_MIN;
  }
  if (!bp_ball_product_is_exact(a.mid, b.mid, product))
    rad += bp_ball_rounding(product);
  return bp_ball_of(product, rad * BP_BALL_UP);
}

/* x / 0 has a NaN for midpoint; where the divisor's ball contains 0 the radius is infinite. */
struct bp_ball bp_ball_div(struct bp_ball a, struct bp_ball b);

/* A whole exponent multiplies, for every base (0 gives 1); any other needs x > 0 (0 to a positive
 * power is 0), else the midpoint is NaN. */
struct bp_ball bp_ball_pow(struct bp_ball x, struct bp_ball y, struct bp_ball_trail *trail);

/* -1, 0 (the midpoints are equal) or 1, decided by the midpoints.  `trail` records the decision,
 * and that it is unsure where the balls overlap and are not the same exact number.  0, and unsure,
 * for NaN. */
int bp_ball_compare(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail);

struct bp_ball bp_ball_max(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail);
struct bp_ball bp_ball_min(struct bp_ball a, struct bp_ball b, struct bp_ball_trail *trail);

/* The number that "0.01", "1e-3", ".5" or "12" writes, whatever the locale; whole numbers below
 * 2^113 are exact.  False for anything else (a sign, blanks), and beyond 10^4000 or 10^-4000. */
bool bp_ball_decimal(const char *digits, struct bp_ball *out);

/* ---- elementwise functions ------------------------------------------------------------------- */

/* exp, log (ln), sqrt, abs, sin, cos, and the rows of bp_functions that act on numbers, by any of
 * their names; NULL for any other name. */
const struct bp_function *bp_ball_function_find(const char *name, size_t length);

/* All of them, by their place from 0; NULL behind the last. */
const struct bp_function *bp_ball_function_at(size_t place);

/* The function of x. */
static inline struct bp_ball bp_ball_apply(const struct bp_function *function, struct bp_ball x,
                                           struct bp_ball_trail *trail) {
  return function->ball(function, x, trail);
}

/* What a row of bp_functions has as `ball`: its value in 113 bits, with the error of the argument
 * passed on as its float64 values nearby show. */
struct bp_ball bp_ball_measured(const struct bp_function *function, struct bp_ball x,
                                struct bp_ball_trail *trail);

/* The same for leaky ReLU, which in a derivation has the slope that is written, 1/100, and not the
 * float64 next to it. */
struct bp_ball bp_ball_leaky_relu(const struct bp_function *function, struct bp_ball x,
                                  struct bp_ball_trail *trail);

/* Single functions. */
struct bp_ball bp_ball_exp(struct bp_ball x, struct bp_ball_trail *trail);
struct bp_ball bp_ball_log(struct bp_ball x, struct bp_ball_trail *trail);
struct bp_ball bp_ball_sqrt(struct bp_ball x, struct bp_ball_trail *trail);
struct bp_ball bp_ball_abs(struct bp_ball x, struct bp_ball_trail *trail);
struct bp_ball bp_ball_sin(struct bp_ball x, struct bp_ball_trail *trail);
struct bp_ball bp_ball_cos(struct bp_ball x, struct bp_ball_trail *trail);

/* An unknown smooth function, drawn: c0 + c1 x + c2 u / (1 + u^2) + c5 / (1 + v^2) with u = c3 x +
 * c4 and v = c6 x + c7, a random mixture of bounded and growing pieces without any identity of its
 * own. Defined everywhere, values and slopes of order 1, and quick to compute. */
struct bp_ball_drawn {
  double coefficient[8];
};

/* Draws one; `uniform` gives numbers in (0, 1). */
struct bp_ball_drawn bp_ball_draw_function(double (*uniform)(void *), void *state);

struct bp_ball bp_ball_drawn_value(const struct bp_ball_drawn *drawn, struct bp_ball x);

#endif
