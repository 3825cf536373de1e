/* Looking for a point at which decisions come out as wanted.
 *
 * The caller owns the spots.
 */
#ifndef BP_JUDGE_REACH_H
#define BP_JUDGE_REACH_H

#include "judge/probe.h"

/* A decision, and how it is to come out. */
struct bp_requirement {
  const struct bp_expression *place;
  uint64_t key;
  enum bp_way way;
};

struct bp_goal {
  const struct bp_requirement *list;
  size_t count;
  size_t most_probes;
};

/* Moves the spot to where all requirements are met; false where none was found, and the spot is as
 * it was.  `nearer` says whether any step led nearer to it. */
bool bp_spot_reach(struct bp_probing *probing, const struct bp_goal *goal, struct bp_spot *spot,
                   bool *nearer);

/* Fills in a spot at which both sides of the condition are equal, numbers being fractions; false
 * where none was found.  `before` is one at which the condition matters; NULL: none is known. */
bool bp_spot_equal(struct bp_probing *probing, const struct bp_requirement *wanted,
                   const struct bp_spot *before, struct bp_spot *spot);

#endif
