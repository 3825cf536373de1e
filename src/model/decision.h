/* What is decided on the way to a value: where numbers lie at kinks, conditions and ends of
 * domains.
 *
 * Two things are kept, each only where somebody asked for it.  The *sides* of a place are what all
 * its elements in all of its uses have met in a world.  The *decisions* of a world stand in the
 * order in which they were taken, one for each element, each value of the letters and each call of
 * a function of the file's; what a condition passed over is there, too, but marked as idle.
 *
 * All of it lives in world->keep.
 */
#ifndef BP_MODEL_DECISION_H
#define BP_MODEL_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lang/ast.h"
#include "num/ball.h"
#include "num/ball_matrix.h"

struct bp_world;
struct bp_scope;

/* What has been met at a place of a formula where something is decided: a call of relu, abs, max or
 * min, or a condition of where; or at the edge of a domain: the argument of a logarithm or a root,
 * the base of a power, a denominator. */
struct bp_sides {
  bool first, second; /* the argument, or the first argument, is larger; or the condition is true */
  bool any;
  bool edge;      /* it is the edge of a domain, and nothing is decided */
  double nearest; /* the least distance of what is compared */
  /* Of a product, or a side of a claim: all its numbers so far are this one, for certain, or not.
   */
  bool valued, moves;
  double value;
};

/* Keeps, for each place where something is decided, which sides are met from now on.  False when
 * memory is short. */
bool bp_world_watch_sides(struct bp_world *world);

/* What is decided at the place came out like this, by numbers so far apart. */
void bp_world_meet_side(struct bp_world *world, const struct bp_expression *place, bool first,
                        double apart);

/* What lies on either side of 0 at the place, where the other side may have no value.  Where
 * decisions are kept, so is how each of these came out, as an end of a domain. */
void bp_world_meet_edge(struct bp_world *world, const struct bp_expression *place,
                        const struct bp_scope *scope, struct bp_balls numbers);

/* What a side of a claim came to, or any product of a formula; what is no product counts for
 * nothing in the latter. */
void bp_world_meet_value(struct bp_world *world, const struct bp_expression *side,
                         struct bp_balls numbers);
void bp_world_meet_product(struct bp_world *world, const struct bp_expression *expression,
                           struct bp_balls numbers);

/* Whether it is a product: of two, or of all that a letter runs through. */
bool bp_is_any_product(const struct bp_expression *expression);

/* How a decision came out: the first is larger, or equal where that was asked; the second is, or
 * they are not equal; or both are the same number, where that is neither. */
enum bp_way { BP_WAY_FIRST, BP_WAY_SECOND, BP_WAY_LEVEL, BP_WAYS };

/* Whether the condition is true then. */
bool bp_way_is_true(const struct bp_expression *condition, enum bp_way way);

struct bp_decided {
  const struct bp_expression *place;
  size_t element; /* of the numbers compared there, row by row */
  uint64_t key;   /* the same wherever this decision is taken again */
  enum bp_way way;
  double apart; /* the first minus the second */
  bool idle;    /* nothing hangs on it here: a condition passed over what it belongs to */
};

enum { BP_MOST_DECISIONS = 64, BP_MOST_ENDS = 32, BP_MOST_ENDS_OF_ONE = 6 };

struct bp_decisions {
  struct bp_decided list[BP_MOST_DECISIONS];
  size_t count;
  /* How numbers lie to the ends of domains; of the elements of a matrix only the first few. */
  struct bp_decided ends[BP_MOST_ENDS];
  size_t end_count;
  bool more;        /* there were more than are kept */
  bool derivatives; /* derivatives are wanted, too; else only what is decided in what they are of */
  size_t idle;      /* what is computed now was passed over; conditions may nest */
};

/* Keeps the decisions from now on.  False when memory is short. */
bool bp_world_watch_decisions(struct bp_world *world, bool derivatives);

/* Whether decisions that are taken now are kept: none are within a difference quotient, whose
 * points all lie on one side. */
bool bp_world_decides(const struct bp_world *world);

/* Takes down how a lies to b at an element of the place; BP_WAYS where that is not known for
 * certain.
 */
enum bp_way bp_world_decide(struct bp_world *world, const struct bp_expression *place,
                            const struct bp_scope *scope, size_t element, struct bp_ball a,
                            struct bp_ball b);

/* How the decision came out, or how a number lies to the end of a domain; NULL: it was not met. */
const struct bp_decided *bp_decided_find(const struct bp_decisions *decisions, uint64_t key);

/* Whether the relation is true of numbers that lie like that. */
bool bp_relation_holds(enum bp_relation relation, enum bp_ball_order order);

/* What a decision is known by: the place as it is written, the element, the letters, the use. */
uint64_t bp_decision_key(const struct bp_world *world, const struct bp_expression *place,
                         const struct bp_scope *scope, size_t element);

/* Enters a use of something that may be used elsewhere, such as the call of a function with these
 * letters; leaving it takes what this gave. */
uint64_t bp_decisions_enter(struct bp_world *world, const struct bp_scope *scope, size_t what);
void bp_decisions_leave(struct bp_world *world, uint64_t before);

/* Begins what belongs to nobody who uses it, a definition; ending it takes what this gave. */
struct bp_decisions_place {
  size_t idle;
  uint64_t use;
};
struct bp_decisions_place bp_decisions_begin(struct bp_world *world);
void bp_decisions_end(struct bp_world *world, struct bp_decisions_place place);

/* From here to the same with false, what is decided is idle. */
void bp_decisions_pass_over(struct bp_world *world, bool begin);

#endif
