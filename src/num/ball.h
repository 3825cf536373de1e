/* Ball arithmetic: numbers that carry a bound of their own error, to any number of bits.
 *
 * A ball is a midpoint and a radius, computed by Arb: the true number lies within the radius of the
 * midpoint, whatever was computed.  Exponents are unbounded in practice, so nothing saturates:
 * 1 - sigmoid(800) is a number, and more bits show more of its digits.  Numbers are complex; those
 * whose imaginary part is exactly 0 are real, and cost what real numbers cost.
 *
 * The same functions serve two manners of evaluation.  A *thin* one has real balls, which enclose
 * one real number.  In a *disc* evaluation some numbers are complex balls (bp_ball_disc), and the
 * result encloses F on all of them at once.  Where such a result is finite, F is analytic there:
 * whatever has a kink has a value in a disc only if one branch holds in all of it, and whatever has
 * a pole or a branch cut only if the disc stays clear of them.  A number that is real in a disc
 * evaluation does not depend on what is moved, because an analytic function with real values only
 * is constant, so its decisions are those of a thin evaluation.
 *
 * A number that is not finite is one of two things, and both spread, also when multiplied by 0:
 *   unknown: at so many bits, or in so large a disc, nothing can be said;
 *   missing: there is no such number for certain, as log of -1 or 1/0.
 * Missing spreads over unknown.
 *
 * Stored numbers are frozen: they live in the arena of the room, nobody changes them, and copying
 * the struct copies the number.  Copies, negatives and scalings share the mantissa of the number
 * that they were made from and live no longer than it; bp_balls_copy makes matrices that stand
 * alone.  Up to 128 bits a number is the struct alone.  An exponent beyond 2^62, which no stored
 * number has, makes it unknown if it is large and [0 +- 2^-2^60] if it is small.
 *
 * Where the arena refuses memory (bp_arena_failed), or FLINT's limit is met
 * (bp_flint_memory_stopped), single numbers become unknown and matrices have no elements.
 *
 * No derivative is stored or used: derivations are judged with this, and a derivative must not
 * vouch for itself.
 *
 * Source: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
 * IEEE Trans. Comput. 66 (2017).
 */
#ifndef BP_NUM_BALL_H
#define BP_NUM_BALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "num/flint.h"

struct bp_ball {
  acb_struct z;
};

/* A matrix of balls, row by row.  Matrices are values: operations make new ones. */
struct bp_balls {
  size_t rows, columns;
  struct bp_ball *at;
};

enum bp_ball_order { BP_ORDER_BELOW = -1, BP_ORDER_LEVEL, BP_ORDER_ABOVE, BP_ORDER_UNKNOWN };

/* What an evaluation has to remember besides its result. */
struct bp_ball_trail {
  /* A digest of every decision taken at a kink (the sign of an argument of relu, the larger side of
   * max): two evaluations with different digests went through different pieces. */
  uint64_t branches;
  /* A decision between real numbers whose balls overlap, although they are not the same exact
   * number: more bits may part them.  The result covers both branches. */
  bool unsure;
  /* A decision that is not the same in all of a disc: there the result is unknown. */
  bool undecided;
  /* How many decisions fell to each side; level is exactly on the kink. */
  size_t below, level, above;
  /* What decisions come out as, whatever the numbers are; NULL: as these say.  With an order that
   * is not level. */
  const enum bp_ball_order *forced;
};

/* What a computation works in. */
struct bp_ball_room {
  struct bp_arena *arena;      /* of the results */
  slong bits;                  /* to which they are rounded */
  struct bp_ball_trail *trail; /* NULL: nobody asks for it */
};

/* What is done to one number or to two.  `out` is a number that the caller has initialised, that he
 * clears, and that is not one of the others; bp_ball_apply, bp_ball_combine and the operations on
 * matrices are such callers, and freeze it. */
typedef void bp_ball_unary(const struct bp_ball_room *room, acb_srcptr x, acb_ptr out);
typedef void bp_ball_binary(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr b,
                            acb_ptr out);

/* ---- making numbers -------------------------------------------------------------------------- */

/* The float64 number itself; missing for one that is not finite. */
struct bp_ball bp_ball_exact(double x);

struct bp_ball bp_ball_whole(slong x);
struct bp_ball bp_ball_power_of_two(slong exponent);
struct bp_ball bp_ball_unknown(void);
struct bp_ball bp_ball_missing(void);

struct bp_ball bp_ball_e(const struct bp_ball_room *room);
struct bp_ball bp_ball_pi(const struct bp_ball_room *room);

/* The number that "0.01", "1e-3", ".5" or "12" writes, whatever the locale, exact if it fits the
 * bits.  False for anything else (a sign, blanks), and beyond 10^4000 or 10^-4000. */
bool bp_ball_decimal(const struct bp_ball_room *room, const char *digits, struct bp_ball *out);

/* ---- arithmetic ------------------------------------------------------------------------------ */

bp_ball_binary bp_ball_add;
bp_ball_binary bp_ball_sub;
bp_ball_binary bp_ball_mul;

/* Division by an exact 0 is missing; by what contains 0 it is unknown. */
bp_ball_binary bp_ball_div;

/* A whole exponent multiplies, for every base (0 gives 1); any other needs x > 0 (0 to a positive
 * power is 0), else the power is missing. */
bp_ball_binary bp_ball_pow;

/* A decision, see bp_ball_compare. */
bp_ball_binary bp_ball_max;
bp_ball_binary bp_ball_min;

/* Both of two real numbers in one ball; unknown if one is complex. */
bp_ball_binary bp_ball_either;

/* f(a, b), frozen. */
struct bp_ball bp_ball_combine(const struct bp_ball_room *room, struct bp_ball a, struct bp_ball b,
                               bp_ball_binary *f);

struct bp_ball bp_ball_neg(struct bp_ball a);

/* a times 2^exponent, which rounds nothing. */
struct bp_ball bp_ball_scale(struct bp_ball a, slong exponent);

/* The ball with 2^log2 more of a radius, along the real axis alone if it is real. */
struct bp_ball bp_ball_widen(struct bp_ball a, double log2);

/* A complex ball that holds all numbers within 2^log2 of those of `a`. */
struct bp_ball bp_ball_disc(struct bp_ball a, double log2);

/* ---- decisions ------------------------------------------------------------------------------- */

/* How a lies to b, by the real parts, and recorded in the trail.  Level: the same exact number.
 * Unknown where the balls overlap otherwise (unsure; in a disc undecided), or one is not finite. */
enum bp_ball_order bp_ball_compare(const struct bp_ball_room *room, struct bp_ball a,
                                   struct bp_ball b);

/* ---- what is known of a number --------------------------------------------------------------- */

bool bp_ball_finite(struct bp_ball a);
bool bp_ball_is_missing(struct bp_ball a);
bool bp_ball_is_real(struct bp_ball a);
bool bp_ball_is_exact(struct bp_ball a); /* finite, and the radius is 0 */
bool bp_ball_is_zero(struct bp_ball a);  /* exactly */
bool bp_ball_contains_zero(struct bp_ball a);
bool bp_ball_overlap(struct bp_ball a, struct bp_ball b); /* true if one is not finite */

/* The midpoint's real part as float64; the largest float64 of its sign if it is too large, NaN for
 * a number that is not finite. */
double bp_ball_double(struct bp_ball a);

/* Bounds of: |a| from above, the radius from above, and of |a - b| for all pairs from above and
 * from below (0 where the balls overlap).  Exponents have no bounds, so there are two forms.
 * In float64 an upper bound beyond its range is infinite and one below 2^-1040 is 2^-1040; a lower
 * bound is then the largest number, and 0.  The logarithms to base 2 are -infinite for 0.  Numbers
 * that are not finite have infinite upper bounds. */
double bp_ball_above(struct bp_ball a);
double bp_ball_radius(struct bp_ball a);
double bp_ball_farthest(struct bp_ball a, struct bp_ball b);
double bp_ball_nearest(struct bp_ball a, struct bp_ball b);
double bp_ball_above_log2(struct bp_ball a);
double bp_ball_radius_log2(struct bp_ball a);
double bp_ball_farthest_log2(struct bp_ball a, struct bp_ball b);
double bp_ball_nearest_log2(struct bp_ball a, struct bp_ball b);

#endif
