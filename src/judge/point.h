/* A document at one point: its world, and what is said about that to a reader.
 *
 * Texts and copies are made in the arena that is passed; a text is "?" where memory is short, which
 * the arena remembers.
 */
#ifndef BP_JUDGE_POINT_H
#define BP_JUDGE_POINT_H

#include "judge/verdict.h"
#include "results/trace.h"

/* The world of one trial with the memory that it lives in. */
struct bp_point {
  struct bp_world *world;
  struct bp_arena *keep, *scratch;
};

/* Opens the world of a trial; with `small`, sizes that are not fixed are as small as they may be.
 * The options have no defaults left.  False when memory is short; the caller closes it in any case.
 */
bool bp_point_open(struct bp_point *point, struct bp_model *model,
                   const struct bp_judge_options *options, size_t trial, bool small);
void bp_point_close(struct bp_point *point);

/* The shape of an expression where it has one; what is wrong with it is forgotten. */
bool bp_point_shape(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope, struct bp_symbolic *shape);

/* The node that a name stands for; NULL for sizes, letters, constants, functions and what does not
 * exist. */
struct bp_node *bp_point_node(struct bp_world *world, const struct bp_expression *name,
                              const struct bp_scope *scope);

/* Whether the expression is made of numbers, sizes and letters alone: 1/m. */
bool bp_point_plain(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope);

/* "l = 2, n[1] = 4, m = 3": letters, and the sizes that are not fixed; NULL where there are none,
 * or nobody reads it. */
const char *bp_point_text(struct bp_world *world, const struct bp_scope *scope,
                          struct bp_arena *arena);

/* The expression with its index letters written as numbers. */
const char *bp_point_expression(const struct bp_expression *expression,
                                const struct bp_scope *scope, struct bp_arena *arena);

/* A symbolic shape as plain data. */
struct bp_trace_shape bp_point_shape_text(struct bp_symbolic shape, struct bp_arena *arena);

/* Several texts joined by "; "; NULL is nothing. */
const char *bp_point_join(const char *a, const char *b, struct bp_arena *arena);

/* A copy of the letters that outlives the walk over their values; NULL for none. */
const struct bp_scope *bp_point_keep_scope(const struct bp_scope *scope, struct bp_arena *arena);

#endif
