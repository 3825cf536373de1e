/* Difference quotients of anything that depends on one number.
 *
 * What a curve gives lives in world->scratch, and the result in the caller's room.  Its radii hold
 * the truncation of the quotient and all rounding together.
 */
#ifndef BP_VALUE_QUOTIENT_H
#define BP_VALUE_QUOTIENT_H

#include "model/world.h"

/* f(t), a matrix of always the same shape. */
struct bp_curve {
  bool (*at)(void *context, double t, struct bp_balls *value);
  void *context;
  struct bp_balls middle; /* f(0) */
};

/* How many steps h, 2h, 4h, and log2 of the smallest relative to the scale of t. */
struct bp_stencil {
  int levels, exponent;
};

/* The stencil for a function that contains `inside` derivatives of derivatives, in a frame that may
 * be a step of another difference itself. */
struct bp_stencil bp_stencil_for(int inside, const struct bp_frame *frame);

/* The power of two at or above |x|, or above `otherwise` where x is much smaller. */
double bp_scale_of(double x, double otherwise);

/* The derivative of the curve at t = 0, where the scale of t is a power of two.  `out` has the
 * curve's shape.  False with a fault. */
bool bp_differentiate(struct bp_world *world, const struct bp_curve *curve, double scale,
                      struct bp_stencil stencil, struct bp_balls *out);

#endif
