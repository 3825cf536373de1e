/* Values of formulas that are asked for again and again: when a line is mended by trying, one side
 * never changes, and most of the other does not either.
 *
 * The cache and the values in it live in the arena that it was made in; the formulas are the
 * caller's, and must live longer than it.
 */
#ifndef BP_VALUE_FORMULA_CACHE_H
#define BP_VALUE_FORMULA_CACHE_H

#include "base/arena.h"
#include "model/world.h"

struct bp_formula_cache;

/* Room for the values that some formulas and their parts have in one world.  NULL when memory is
 * short. */
struct bp_formula_cache *bp_formula_cache_new(struct bp_arena *arena);

/* From now on values of this formula and of all its parts are kept. */
void bp_formula_cache_add(struct bp_formula_cache *cache, const struct bp_expression *formula);

/* The value, where it has been kept. */
bool bp_formula_cache_find(const struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, struct bp_balls *value);

/* Keeps the value, where that is asked for and possible. */
void bp_formula_cache_keep(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, struct bp_balls value);

#endif
