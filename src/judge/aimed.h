/* One claim on its way through aimed points, for the files that choose them.
 *
 * What is found lives in aiming->arena, and a world in the arena world->keep, which the caller
 * frees.
 */
#ifndef BP_JUDGE_AIMED_H
#define BP_JUDGE_AIMED_H

#include "judge/aim.h"

/* One claim on its way through the points. */
struct bp_aimed_claim {
  struct bp_claim_state *state;
  bool sharp, cases;
  bool edged;    /* some quotient, root or logarithm on the way has an end to its domain */
  bool unequal;  /* an inequality */
  bool partly;   /* not all cases of what is drawn from sets were tried */
  double margin; /* at the last point, how far an inequality was from failing */
  size_t climbs; /* points at which more bits were only welcome */
  size_t spent, allowed;
};

/* Whether the claim is not refuted yet, and has work left. */
bool bp_aimed_is_open(const struct bp_aimed_claim *claim);

/* A world of so many bits, its numbers drawn as told; NULL when memory is short. */
struct bp_world *bp_aimed_world(struct bp_aiming *aiming, size_t trial, slong bits,
                                const struct bp_drawing *drawing);

/* Tries the claim at the point of the world, which was drawn like this. */
void bp_aimed_try(struct bp_aiming *aiming, struct bp_aimed_claim *claim, struct bp_world *world,
                  const struct bp_drawing *drawing);

/* Goes to where each decision changes and each domain ends, to mixtures of such points, and to
 * where an inequality is nearest to failing.  False when memory is short. */
bool bp_aimed_lines(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

#endif
