/* Values: of every expression, in ball arithmetic, inside or outside of frames. */
#ifndef BP_VALUE_VALUE_H
#define BP_VALUE_VALUE_H

#include "value/shape.h"

/* The value of an expression whose shape has been found to fit.  It lives in the scratch arena of
 * the world.  False with a fault; a value that does not exist (log of a negative number) is NaN,
 * and the first such place is remembered in world->gap. */
bool bp_expression_value(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, const struct bp_frame *frame,
                         struct bp_balls *value);

/* The value of a node as seen in the frame. */
bool bp_node_value(struct bp_world *world, struct bp_node *node, const struct bp_frame *frame,
                   struct bp_span used, struct bp_balls *value);

/* Forgets what has been computed of the nodes of some declarations, by number, and the derivatives
 * of and by them: their definitions have changed. */
void bp_nodes_forget(struct bp_world *world, const bool *changed);

/* The result of an operation: false with a fault where there was no memory for it. */
bool bp_value_made(struct bp_world *world, struct bp_balls result,
                   const struct bp_expression *expression, struct bp_balls *value);

/* Whether the node's value depends on what the frame overrides. */
bool bp_node_depends(const struct bp_node *node, const struct bp_frame *frame);

/* What is known about which nodes depend on the overridden ones.  False with a fault. */
bool bp_dependents_init(struct bp_world *world, struct bp_dependents *dependents);

/* A new frame in scratch, with room for what it computes.  Frames that override the same nodes may
 * share their dependents.  False with a fault. */
bool bp_frame_init(struct bp_world *world, const struct bp_frame *outer,
                   const struct bp_override *overrides, size_t count,
                   struct bp_dependents dependents, struct bp_frame *frame);

/* ---- derivatives -------------------------------------------------------- */

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

/* g(x, y, ...) of numbers. */
bool bp_call_value(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame,
                   const struct bp_ball *arguments, struct bp_ball *result);

#endif
