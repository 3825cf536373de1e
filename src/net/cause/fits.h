/* Whether the numbers of a block are those of a recipe.
 */
#ifndef BP_NET_CAUSE_FITS_H
#define BP_NET_CAUSE_FITS_H

#include "net/cause/hypotheses.h"

/* Of the largest entry of a block, wrong or right: what an entry may be off at most, however wide
 * its bound. */
#define BP_CLOSE 1e-6

/* WEAK: these could be its numbers, but they are not known well enough, or too few of them tell it
 * from the right recipe. */
enum bp_fit { BP_NO_FIT, BP_WEAK_FIT, BP_FITS };

/* What tells a recipe from the right one. */
struct bp_telling {
  double evidence; /* in bits */
  bool single;     /* one entry does, and in others of its size the two are the same */
};

enum bp_fit bp_recipe_fit(const struct bp_question *q, const struct bp_recipe *recipe,
                          struct bp_telling *tells);

/* Whether the block is what its formula gives for the input that it had, which is wrong. */
bool bp_follows_from_input(const struct bp_question *q);

/* The number that makes all entries of the block from those of the recipe, or with `decay` from
 * these and W; NaN where there is none.  One entry tells the number, so it takes another that
 * agrees. */
double bp_number_of(const struct bp_question *q, const struct bp_recipe *recipe, bool decay);

#endif
