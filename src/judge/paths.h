/* Ways through the decisions of a claim: which combinations of their outcomes were met.
 *
 * What is found lives in aiming->arena.
 */
#ifndef BP_JUDGE_PATHS_H
#define BP_JUDGE_PATHS_H

#include "judge/aim.h"

/* Looks for combinations that no point has met, judges the claim at a point of each, and fills
 * state->aimed.ways.  False when memory is short. */
bool bp_aimed_paths(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* The same for a claim in which nothing is decided, but on the way to which domains end: goes to
 * either side of each end.  False when memory is short. */
bool bp_aimed_ends(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* Goes beyond the ends of domains that are met at the spots, as things are decided there.  False
 * when memory is short. */
struct bp_probing;
struct bp_spot;
bool bp_ends_reach(struct bp_probing *probing, const struct bp_spot *const *spots, size_t count);

/* Of an inequality: goes from case to case to where it is nearest to failing.  False when memory is
 * short. */
bool bp_aimed_choices(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

#endif
