/* A number for a formula, by which those that say the same are known. */
#ifndef BP_HINT_DIGEST_H
#define BP_HINT_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "lang/ast.h"

/* What is known about the shape of an expression. */
struct bp_look {
  bool one_row, one_column;
};
typedef struct bp_look bp_shape_look(void *context, const struct bp_expression *expression);

/* A number that formulas share which are the same but for the order of terms, of factors where that
 * is no matter, and for what cancels; others differ but by chance (1 in 2^60).  `look` may be NULL:
 * then nothing is known about shapes. */
uint64_t bp_digest(const struct bp_expression *formula, bp_shape_look *look, void *context);

#endif
