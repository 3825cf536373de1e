/* Derivatives through one use only: immediate ones, and those by the copy of a parameter that one
 * step of a recursion uses.
 *
 * Lists live in world->scratch.
 */
#ifndef BP_VALUE_STEPS_STEPS_H
#define BP_VALUE_STEPS_STEPS_H

#include "model/world.h"

/* The nodes that keep their values while V is moved for U alone, without the values: of a member of
 * a family those with another first index, of anything else, or where `all` says so, what its own
 * line names.  `user`: U, or what has its uses.  NULL with a fault. */
struct bp_override *bp_steps_held(struct bp_world *world, const struct bp_node *user,
                                  const struct bp_node *below, bool all, size_t *count);

/* The nodes with that first index whose lines name V, among those that were computed.  NULL with a
 * fault. */
struct bp_node **bp_steps_users(struct bp_world *world, const struct bp_node *below, long step,
                                size_t *count);

#endif
