/* Derivatives by differences: ∂U/∂V, d(E) and g'(x).
 *
 * They are made in world->scratch; Jacobians that are kept live in world->keep.
 */
#ifndef BP_VALUE_DERIVE_H
#define BP_VALUE_DERIVE_H

#include "value/call.h"

/* ∂U/∂V by differences, laid out as the language says. */
bool bp_partial_value(struct bp_world *world, const struct bp_expression *partial,
                      const struct bp_scope *scope, const struct bp_frame *frame,
                      struct bp_balls *value);

/* The Jacobian of one node with respect to another, computed once in a trial. */
struct bp_partial_cache {
  const struct bp_node *above, *below;
  struct bp_balls jacobian;
  bool kink;
  struct bp_gap gap;
  struct bp_partial_cache *next;
};

/* d(E): along the directions of what varies. */
bool bp_differential_value(struct bp_world *world, const struct bp_expression *differential,
                           const struct bp_scope *scope, const struct bp_frame *frame,
                           struct bp_balls *value);

/* g'(x) of one number; order 2 is g''. */
bool bp_call_slope(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame, struct bp_ball x,
                   int order, struct bp_ball *slope);

#endif
