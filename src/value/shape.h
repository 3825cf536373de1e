/* Shapes as symbols: of every expression, before any number is looked at.
 *
 * Shapes are made in world->symbols: that of a node lives as long as the world, any other until the
 * line is done.
 */
#ifndef BP_VALUE_SHAPE_H
#define BP_VALUE_SHAPE_H

#include "model/world.h"

/* Rows and columns that an element expression picks of a matrix of that size, from 0; -1: all.
 * False with a fault. */
bool bp_element_pick(struct bp_world *world, const struct bp_expression *element,
                     const struct bp_scope *scope, long rows, long columns, long *row,
                     long *column);

/* Whether it is e_i with the number e, which is meant as a unit vector; then with a fault. */
bool bp_is_unit_vector(struct bp_world *world, const struct bp_expression *element);

/* The shape of an expression.  False with a fault. */
bool bp_expression_shape(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_symbolic *shape);

/* The shape of a node; its definition is looked at once.  False with a fault. */
bool bp_node_shape(struct bp_world *world, struct bp_node *node, struct bp_span used);

/* Remembers that what inv(A) or A^-1 is of is singular.  Where A is X^T X of an X with fewer rows
 * than columns, that is so whatever the numbers, and no line speaks of it. */
void bp_tell_singular(struct bp_world *world, const struct bp_expression *inverse,
                      const struct bp_scope *scope);

/* What was written, if it is short, else `otherwise`; in the model's arena. */
const char *bp_written(struct bp_world *world, const struct bp_expression *expression,
                       const char *otherwise);

/* "W[1]' is (n[0],n[1])", with numbers where symbols and numbers differ; in the model's arena. */
const char *bp_shape_sentence(struct bp_world *world, const struct bp_expression *expression,
                              const char *otherwise, struct bp_symbolic shape);

/* Whether rows and columns are equal in every trial, with a note where that hangs on fixed sizes.
 */
bool bp_shapes_fit(struct bp_world *world, struct bp_symbolic a, struct bp_symbolic b);

#endif
