/* Values of elementwise functions that were computed a moment ago.
 *
 * A difference quotient computes a network again with one number moved, and most of what exp, log
 * and tanh are applied to is then what it was before.  A function in 113 bits costs about a
 * microsecond, finding it here a hundredth of that.  Functions that decide something are not kept,
 * because the branch that they take has to be recorded every time.  The slots belong to whoever
 * made the memo, all zero at first.
 */
#ifndef BP_NUM_MEMO_H
#define BP_NUM_MEMO_H

#include "num/ball.h"

enum { BP_MEMO_SLOTS = 2048 };

struct bp_memo_slot {
  const struct bp_function *function; /* NULL: empty */
  struct bp_ball argument, value;
};

struct bp_memo {
  struct bp_memo_slot *slots; /* BP_MEMO_SLOTS of them */
};

/* The same as bp_ball_apply. */
struct bp_ball bp_memo_apply(struct bp_memo *memo, const struct bp_function *function,
                             struct bp_ball x, struct bp_ball_trail *trail);

#endif
