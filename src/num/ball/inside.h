/* What the files of ball arithmetic share: freezing, and results that are not finite.
 *
 * Computations go on in temporaries, whose mantissas FLINT allocates.  Freezing copies the structs,
 * and mantissas of more than two words into a block of the arena.  A block is cut for all the
 * numbers that are still awaited, so a real matrix takes one.  FLINT never writes to operands, so
 * it reads frozen numbers as its own.
 */
#ifndef BP_NUM_BALL_INSIDE_H
#define BP_NUM_BALL_INSIDE_H

#include "num/ball.h"

struct bp_freezer {
  struct bp_arena *arena;
  size_t awaited; /* numbers that are still to come */
  mp_limb_t *words;
  size_t left;
};

/* False when memory is short; the number is then unknown. */
bool bp_freeze(struct bp_freezer *freezer, acb_srcptr number, struct bp_ball *out);

/* A single number, which is then cleared; unknown when memory is short. */
struct bp_ball bp_frozen(const struct bp_ball_room *room, acb_ptr number);

/* A matrix on its way: elements are computed into `number` one after the other. */
struct bp_making {
  struct bp_balls matrix; /* `at` is NULL once memory is short */
  struct bp_freezer freezer;
  acb_t number;
};

/* Without operands there is no result either.  bp_making_end clears what this initialises. */
void bp_making_begin(const struct bp_ball_room *room, bool operands, size_t rows, size_t columns,
                     struct bp_making *making);
void bp_making_put(struct bp_making *making, size_t k);
struct bp_balls bp_making_end(struct bp_making *making);

void bp_unknown(acb_ptr out);
void bp_missing(acb_ptr out);
bool bp_is_missing(acb_srcptr x);

/* Arb's NaN and infinities are unknown here. */
void bp_settle(acb_ptr out);

/* Whether an operand is not finite; then that is the result. */
bool bp_spread(acb_srcptr x, acb_ptr out);
bool bp_spread_two(acb_srcptr a, acb_srcptr b, acb_ptr out);

/* The real part of a result that is real. */
arb_ptr bp_real_result(acb_ptr out);

/* Whether the number is real and not just a number near the axis. */
static inline bool bp_real(acb_srcptr x) { return arb_is_zero(acb_imagref(x)); }

#endif
