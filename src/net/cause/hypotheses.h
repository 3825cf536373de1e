/* The mistakes that diagnosis.c tries: one row each.
 *
 * A row says where the mistake can be made, how it changes the right recipe, and how to tell it in
 * words.  Rank 0 are the common mistakes, rank 1 the odd ones, which are tried when no common one
 * fits.  A mistake that several layers, samples or functions could have a part in has a variant for
 * each.
 */
#ifndef BP_NET_CAUSE_HYPOTHESES_H
#define BP_NET_CAUSE_HYPOTHESES_H

#include "net/cause/recipe.h"

enum { BP_HYPOTHESIS_RANKS = 2 };

/* A block that asks for an explanation. */
struct bp_question {
  const struct bp_scene *scene;
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t block, l;
  const struct bp_view *view;
  enum bp_part part;
  struct bp_recipe recipe; /* the right one, to be changed */
};

/* The question about one block of the scene. */
struct bp_question bp_question_of(const struct bp_scene *scene, size_t block);

enum bp_scale { BP_NO_SCALE, BP_SAMPLES, BP_WIDTH, BP_WIDTH_BELOW, BP_OUTPUTS };

struct bp_hypothesis {
  const char *kind; /* stable; as in --inject where that knows the mistake */
  int rank;
  unsigned where; /* bit 1 << enum bp_part */
  /* Turns the right recipe into the mistaken one; false where there is no such variant. */
  bool (*make)(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
               struct bp_recipe *recipe);
  double constant; /* scaled: the factor is constant · size^power */
  enum bp_scale size;
  int power;
  /* "W[2] equals {equals} in all entries: {means}".  In braces: l the layer, p the one before it, n
   * the one behind it, k the recipe's, g the activation, f the other function, s the sample, R "the
   * right gradient", N the block itself, M the recipe's matrix. */
  const char *equals, *means;
};

extern const struct bp_hypothesis bp_hypotheses[];
extern const size_t bp_hypothesis_count;

/* Variants count from 0 to less than this; `make` says which of them there are. */
size_t bp_hypothesis_variants(const struct bp_network *network);

#endif
