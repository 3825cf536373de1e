/* Other names of what is moved.
 *
 * With z = A*x and b written for A*x, b is z to a reader, but what is moved is the name z, and
 * nothing of b follows it: ∂b/∂z would be 0 and its author meant 1.  Nobody can be told that it is
 * 0, and which of the two was meant is not ours to guess.
 */
#ifndef BP_VALUE_NAMESAKE_H
#define BP_VALUE_NAMESAKE_H

#include "model/world.h"

/* What ∂U/∂V is asked of: U, where it stands, and what it was computed from. */
struct bp_namesake_question {
  const struct bp_expression *above;
  const struct bp_scope *scope;
  const struct bp_node *user; /* its uses are those of U */
  struct bp_node *below;      /* V */
  struct bp_span span;
};

/* Whether nothing on the way to U, but for V and what is computed from it, is V again.  False with
 * a fault. */
bool bp_namesake_free(struct bp_world *world, const struct bp_namesake_question *question);

#endif
