/* Conventions before mistakes: when every line that fails would hold under another convention, that
 * is what a student needs to know, and not many corrections.
 *
 * The sentence lives in the arena that it is asked with.
 */
#ifndef BP_HINT_CONVENTION_H
#define BP_HINT_CONVENTION_H

#include "hint/bench.h"

/* The lines that fail, with the link that does. */
struct bp_failing {
  const struct bp_model_claim *claim;
  const struct bp_expression *left, *right;
  size_t line;
};

/* A sentence that names the convention, or NULL. */
const char *bp_convention_find(struct bp_bench *bench, const struct bp_failing *failing,
                               size_t count, struct bp_arena *arena);

#endif
