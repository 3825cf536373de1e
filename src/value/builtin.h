/* The functions of whole matrices, one row of a table each.
 *
 * Shapes are made in world->symbols, values in world->scratch.
 */
#ifndef BP_VALUE_BUILTIN_H
#define BP_VALUE_BUILTIN_H

#include "model/world.h"

/* What else is known of a function of whole matrices, so that nobody has to ask for it by name. */
enum bp_builtin_trait {
  BP_OF_SIZES = 1 << 0,     /* its arguments are sizes, not matrices: I, ones, zeros */
  BP_IS_IDENTITY = 1 << 1,  /* it changes nothing in a product: I */
  BP_STACKS = 1 << 2,       /* the same numbers in a column: vec */
  BP_IS_DIAGONAL = 1 << 3,  /* its product with y is x ⊙ y: diag */
  BP_OF_REGULAR = 1 << 4,   /* it tells or needs that a matrix has an inverse: det, inv */
  BP_INVERTS = 1 << 5,      /* it has no value of a singular matrix: inv */
  BP_COLUMN_STAYS = 1 << 6, /* of a column it is that column: rowsum */
  BP_ROW_STAYS = 1 << 7,    /* of a row it is that row: colsum */
  BP_NUMBER_STAYS = 1 << 8, /* of a number it is that number: sum, tr */
  BP_CHOOSES = 1 << 9,   /* conditions stand among its arguments, and a call of it has a shape and
                            a value of its own: where */
  BP_SUMS = 1 << 10,     /* it adds elements up, so that its value may be small by cancelling */
  BP_SUMS_ALL = 1 << 11, /* ... and every element counts, in one sum or another: not tr */
  BP_LINEAR = 1 << 12,   /* a number in front of its argument may stand in front of it */
  BP_OFFERED = 1 << 13,  /* hints know it even where a file does not use it */
  BP_DECIDES = 1 << 15,  /* the larger of two numbers, or of many: max, rowmax, argmax */
  BP_OF_MANY = 1 << 16,  /* nobody asks for it of a single number: sum, det, norm */
  BP_SIZES_BEHIND = 1 << 17, /* what stands behind its first matrix are sizes: pad, pools */
  BP_STRIDE = 1 << 18,       /* what stands behind its two matrices is a size: correlate */
  BP_FORGOTTEN = 1 << 14     /* people leave it out: hints put it around what stands there */
};

/* A function of whole matrices: one row of the table in builtin.c. */
struct bp_builtin {
  const char *name;
  size_t least, most; /* arguments */
  unsigned traits;    /* of bp_builtin_trait */
  bool (*shape)(struct bp_world *world, const struct bp_expression *call,
                const struct bp_symbolic *arguments, struct bp_symbolic *shape);
  struct bp_balls (*value)(struct bp_world *world, const struct bp_balls *arguments, size_t count);
  /* What it is as a size, where it tells one of its argument; NULL for most. */
  bool (*measure)(struct bp_world *world, const struct bp_expression *call,
                  struct bp_symbolic argument, struct bp_size *size);
};

const struct bp_builtin *bp_builtin_find(const char *name);

/* Whether that name of the language has the trait. */
bool bp_builtin_is(const char *name, enum bp_builtin_trait trait);

/* Whether it is f(x), without primes and with one argument, where f has the trait. */
bool bp_is_builtin_call(const struct bp_expression *node, enum bp_builtin_trait trait);

/* Whether it picks one of many numbers, one after the other: rowmax(A), maxpool(X, 2). */
bool bp_picks_of_many(const struct bp_expression *node);

extern const struct bp_builtin bp_builtins[];
extern const size_t bp_builtin_count;

#endif
