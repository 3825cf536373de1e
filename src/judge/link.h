/* One link of a claim at one point: two values and the relation between them.
 *
 * What an outcome points to lives in the arena of the link, or is a message in the model's.
 */
#ifndef BP_JUDGE_LINK_H
#define BP_JUDGE_LINK_H

#include "judge/verdict.h"

/* What one link is about. */
struct bp_link {
  struct bp_world *world;
  const struct bp_statement *statement;
  const struct bp_scope *scope;
  struct bp_arena *arena;
  size_t number; /* from 1 */
  struct bp_balls left, right;
  bool printed; /* the right side is compared to the digits that it is printed with */
};

/* Whether `a` is more worth telling than `b`: failures before doubts, earlier links before later
 * ones, the first of equals. */
bool bp_link_outcome_worse(const struct bp_link_outcome *a, const struct bp_link_outcome *b);

/* Compares a link whose shapes fit.  False when a side has no value here, and that is nobody's
 * mistake; the outcome then says so. */
bool bp_link_compare(struct bp_link *link, struct bp_link_outcome *outcome);

#endif
