/* What an entry of a gradient would be if somebody had computed it by another recipe: with a factor
 * too many, g' at the wrong place, the delta of another layer.
 *
 * A recipe is the right formula with a few of its ingredients exchanged.  Its ingredients are
 * either right - from the differences and the Jacobians, never from the code under test - or, where
 * an earlier block is wrong already, what the code under test had there; so a second mistake can be
 * told from the consequences of the first.  Entries are computed one at a time, since most recipes
 * are refuted by the first.
 */
#ifndef BP_NET_CAUSE_RECIPE_H
#define BP_NET_CAUSE_RECIPE_H

#include "net/compare.h"

/* A gradient that was compared, block by block, in the order of bp_view_of. */
struct bp_scene {
  const struct bp_evidence *evidence;
  const struct bp_block *blocks;
  struct bp_view *views;
};

/* What stands for g'(Z) in the delta. */
enum bp_slope_use {
  BP_SLOPE_RIGHT,
  BP_SLOPE_NONE,           /* 1: dA for dZ */
  BP_SLOPE_AT_A,           /* g'(A) */
  BP_SLOPE_TWICE,          /* g'(Z) once more than it should be; of softmax its diagonal */
  BP_SLOPE_JACOBIAN_TWICE, /* of softmax, all of its derivative once more */
  BP_SLOPE_OTHER,          /* f'(Z) of another function */
  BP_SLOPE_OTHER_OF_A,     /* the formula for f' through its own value, which here gets g's */
  BP_SLOPE_ELEMENTWISE     /* a (1 - a), of softmax only its diagonal */
};

/* Where the numbers end up. */
enum bp_arrangement {
  BP_AS_IS,
  BP_TRANSPOSED,
  BP_RESHAPED,   /* transposed, and read row by row into the shape that it should have */
  BP_OVER_UNITS, /* of a bias: sums over the units, one for each sample, in the places of b */
  BP_OVER_ALL    /* of a bias: everything summed, the same number in every place */
};

struct bp_recipe {
  size_t block;
  bool plain; /* the right matrix, but for factor and arrangement */
  double factor;
  enum bp_arrangement arrangement;
  size_t layer; /* of the delta: l, or l + 1 in a dA[l] */
  enum bp_slope_use slope;
  const struct bp_function *function; /* f */
  const gsl_matrix *other;            /* A[l-1] of a W[l], W[l+1] of a dA[l] */
  bool untransposed;                  /* W for W' */
  size_t first, count;                /* samples that are summed */
};

/* A number and how far it may be off what float64 makes of the recipe. */
struct bp_guess {
  double value, error;
};

/* What the number under test may be off by rounding: where the worst case says little, where right
 * code lands.  A name is no verdict, and what does not fit all the same has none. */
double bp_likely_error(const struct bp_view *view, size_t i, size_t j);

/* The places of blocks; l from 1. */
enum bp_part { BP_PART_W, BP_PART_B, BP_PART_DA, BP_PART_DZ };
size_t bp_block_of(const struct bp_network *network, enum bp_part part, size_t l);
enum bp_part bp_part_of(const struct bp_view *view);

/* Which block enters this one, or SIZE_MAX where only the forward pass does. */
size_t bp_block_input(const struct bp_scene *scene, size_t block);

/* Whether that one is not known to be right. */
bool bp_input_is_wrong(const struct bp_scene *scene, size_t block);

/* The right formula of a block. */
struct bp_recipe bp_right_recipe(const struct bp_scene *scene, size_t block);

struct bp_guess bp_recipe_entry(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                size_t i, size_t j);

/* What the entry should be: the truth, or, where its input is wrong, what follows from that. */
struct bp_guess bp_right_entry(const struct bp_scene *scene, size_t block, size_t i, size_t j);

#endif
