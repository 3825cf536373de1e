/* What index letters run over: those that nobody declares, and those of sums.
 */
#ifndef BP_VALUE_EXTENT_H
#define BP_VALUE_EXTENT_H

#include "model/world.h"

/* What the letter runs over in these expressions, in world->symbols; *any is false where it picks
 * nothing in them.  False with a fault. */
bool bp_letter_extent(struct bp_world *world, const char *letter,
                      const struct bp_expression *const *expressions, size_t count,
                      const struct bp_scope *scope, bool *any, long *low, long *high);

/* The terms of a sum: from..to, without one of them where `excludes`. */
struct bp_sum_bounds {
  long from, to, excluded;
  bool excludes;
  struct bp_size end; /* `to` as a symbol, in world->symbols */
};

/* The bounds of a sum, as written or by what its letter picks.  False with a fault. */
bool bp_sum_bounds(struct bp_world *world, const struct bp_expression *sum,
                   const struct bp_scope *scope, struct bp_sum_bounds *bounds);

static inline bool bp_sum_skips(const struct bp_sum_bounds *bounds, long index) {
  return bounds->excludes && bounds->excluded == index;
}

#endif
