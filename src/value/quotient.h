/* Derivatives of anything that depends on a few numbers, with a proof.
 *
 * What a curve gives lives in world->scratch, and the result in the caller's room; numbers of more
 * bits than BP_LEAST_BITS keep their digits in world->keep.
 *
 * A slope has two thirds of the bits that F is known to.  So at a point a derivative within another
 * is taken with half as many bits again, and is then known as well as everything else there:
 * whoever takes one stands between bp_derivative_begin and bp_derivative_end.
 */
#ifndef BP_VALUE_QUOTIENT_H
#define BP_VALUE_QUOTIENT_H

#include "model/world.h"

/* In the place of the number that is moved: every one of them. */
#define BP_ALL_MOVED SIZE_MAX

/* F, a matrix of always the same shape, of a few numbers. */
struct bp_curve {
  /* F where number `which` is moved by t in its scale; t is real, or a disc around 0. */
  bool (*at)(void *context, size_t which, struct bp_ball t, struct bp_balls *value);
  void *context;
  size_t count;           /* numbers that can be moved */
  const slong *scale;     /* of each, as a power of two */
  struct bp_balls middle; /* F where none is moved */
  slong bits;             /* to which slopes are rounded */
  bool disc; /* the numbers, or F, vary in the disc of another difference: a bound is enough */
};

/* A derivative that is being taken: the bits that its result is rounded to, and what had no value
 * before. */
struct bp_derivative {
  slong bits;
  struct bp_gap before;
};

/* Begins a derivative, in the disc of another difference or at a point. */
struct bp_derivative bp_derivative_begin(struct bp_world *world, bool disc);
void bp_derivative_end(struct bp_world *world, struct bp_derivative derivative);

/* The exponent of the power of two at or above |x|, or above `otherwise` where x is much smaller.
 */
slong bp_scale_of(struct bp_ball x, double otherwise_log2);

/* The slopes of F: a row for each of its elements, in the order of memory, and a column for each
 * number.  False with a fault. */
bool bp_differentiate(struct bp_world *world, const struct bp_curve *curve, struct bp_balls *out);

#endif
