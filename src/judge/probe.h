/* A claim at one point, looked at for its decisions alone.
 *
 * A point is a trial, how its numbers are drawn, and the numbers that were put in the place of
 * some of these.  A probe costs one evaluation of the formulas without their derivatives, where no
 * decision hangs on one; nothing is compared.
 *
 * Everything lives in the arena that is named, but for what bp_probe_at gives: that is the
 * caller's.
 */
#ifndef BP_JUDGE_PROBE_H
#define BP_JUDGE_PROBE_H

#include "judge/aim.h"

/* A number that is drawn for a claim, and from where. */
struct bp_coordinate {
  const char *name; /* of its node */
  size_t element;
  enum bp_domain_kind kind;
  double low, high; /* neither is taken */
  size_t choices;   /* of a set, or of the rows of a one-hot column; 0: it is a real number */
};

enum { BP_MOST_COORDINATES = 64 };

/* A claim, and all that its numbers hang on, at its smallest sizes. */
struct bp_probing {
  struct bp_aiming *aiming;
  struct bp_aimed_claim *claim;
  bool derivatives; /* decisions hang on derivatives */
  struct bp_coordinate coordinates[BP_MOST_COORDINATES];
  size_t count;
  size_t probes; /* made so far */
};

/* Where it was drawn, and the numbers in the order of the coordinates; of a set, which. */
struct bp_spot {
  size_t trial;
  enum bp_draw_region region;
  double at[BP_MOST_COORDINATES];
  bool changed[BP_MOST_COORDINATES];
  struct bp_fraction exact[BP_MOST_COORDINATES]; /* the number itself, where it is this */
  int definite; /* by which power of two definite matrices are multiplied */
};

/* Finds the coordinates.  False when memory is short. */
bool bp_probing_init(struct bp_probing *probing, struct bp_aiming *aiming,
                     struct bp_aimed_claim *claim);

/* What is decided at the spot, whose numbers are filled in where they were not changed.  False when
 * memory is short, or the claim has a fault there. */
bool bp_probe_at(struct bp_probing *probing, struct bp_spot *spot, struct bp_decisions *decisions);

/* Judges the claim in full at the spot.  False when memory is short. */
bool bp_probing_judge(struct bp_probing *probing, const struct bp_spot *spot);

/* How the numbers of the spot are drawn, in aiming->arena, for any claim. */
struct bp_drawing bp_probing_drawing(const struct bp_probing *probing, const struct bp_spot *spot);

/* The same as bp_probing_judge, at a spot that another claim's search has found. */
bool bp_probing_judge_drawn(struct bp_probing *probing, size_t trial,
                            const struct bp_drawing *drawing);

#endif
