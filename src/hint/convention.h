/* Conventions before mistakes: when every line that fails would hold under another convention, and
 * none that holds would fail, that is what a student needs to know before many corrections.
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

/* All that a convention has to agree with. */
struct bp_convention_lines {
  const struct bp_failing *failing;
  size_t count;
  struct bp_failing *kept; /* equations that hold, those of chains that fail elsewhere included */
  size_t kept_count;
  const struct bp_model_claim **refuted; /* lines that fail as they should */
  size_t refuted_count;
  const struct bp_model_claim **others; /* that hold, and are no equations */
  size_t other_count;
  bool unexplained; /* a line fails that is no equation to be tried */
};

/* A sentence that names the convention, or NULL. */
const char *bp_convention_find(struct bp_bench *bench, const struct bp_convention_lines *lines,
                               struct bp_arena *arena);

#endif
