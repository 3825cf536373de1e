/* Index letters of a claim: those that it says ("for l = 1..L") and those that stand for all.
 *
 * The list lives in world->symbols; what a letter stands for lives during the call of `each` only.
 */
#ifndef BP_JUDGE_LETTERS_H
#define BP_JUDGE_LETTERS_H

#include "value/shape.h"

struct bp_letter {
  const char *name;
  const struct bp_range *range;           /* as written; NULL: for all */
  const struct bp_expression *occurrence; /* the first */
};

struct bp_letters {
  struct bp_letter *list; /* in the order in which they are bound */
  size_t count;
};

/* The letters of a statement, those of families before those of elements. False with a fault. */
bool bp_letters_find(struct bp_world *world, const struct bp_statement *statement,
                     struct bp_letters *letters);

/* Calls `each` with every combination of the letters until that returns false.  *members counts
 * them.  False with a fault, or when `each` said so. */
bool bp_letters_each(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_letters *letters,
                     bool (*each)(void *context, const struct bp_scope *scope), void *context,
                     size_t *members);

#endif
