/* Values of smooth functions of one number, kept for arguments that come again.
 *
 * The table lives in world->keep as long as the world.
 */
#ifndef BP_VALUE_FUNCTION_MEMO_H
#define BP_VALUE_FUNCTION_MEMO_H

#include "model/world.h"
#include "num/ball_function.h"

/* f(x); f decides nothing. */
struct bp_ball bp_memo_apply(struct bp_world *world, bp_ball_unary *f, struct bp_ball x);

/* The same of a drawn function. */
struct bp_ball bp_memo_drawn(struct bp_world *world, const struct bp_ball_drawn *drawn,
                             struct bp_ball x);

#endif
