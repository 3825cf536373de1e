/* The values of nodes, and the frames in which some of them have other values.
 *
 * Outside of frames a value lives as long as the world, inside as long as the frame, in
 * world->scratch.
 */
#ifndef BP_VALUE_NODE_VALUE_H
#define BP_VALUE_NODE_VALUE_H

#include "model/world.h"

/* The value of a node as seen in the frame. */
bool bp_node_value(struct bp_world *world, struct bp_node *node, const struct bp_frame *frame,
                   struct bp_span used, struct bp_balls *value);

/* Whether the node's value depends on what the frame overrides. */
bool bp_node_depends(const struct bp_node *node, const struct bp_frame *frame);

/* What is known about which nodes depend on the overridden ones.  False with a fault. */
bool bp_dependents_init(struct bp_world *world, struct bp_dependents *dependents);

/* A new frame, with room for what it computes.  Frames that override the same nodes may
 * share their dependents.  False with a fault. */
bool bp_frame_init(struct bp_world *world, const struct bp_frame *outer,
                   const struct bp_override *overrides, size_t count,
                   struct bp_dependents dependents, struct bp_frame *frame);

/* A frame in which what U is computed from keeps its values, but for V; which nodes those are is
 * told by bp_steps_held.  False with a fault. */
bool bp_frame_hold(struct bp_world *world, const struct bp_node *user, const struct bp_node *below,
                   bool all, const struct bp_frame *outer, struct bp_span used,
                   struct bp_frame *frame);

/* Forgets what has been computed of the nodes of some declarations, by number, and the derivatives
 * of and by them: their definitions have changed. */
void bp_nodes_forget(struct bp_world *world, const bool *changed);

/* Whether `node` is computed from `from`.  False when memory is short. */
bool bp_node_is_computed_from(struct bp_world *world, const struct bp_node *node,
                              struct bp_node *from, bool *computed);

#endif
