/* What ∂U/∂V is about: which node V is, and how the result is laid out.
 *
 * The node is the world's; shapes are made in world->symbols.
 */
#ifndef BP_VALUE_TARGET_H
#define BP_VALUE_TARGET_H

#include "model/world.h"

/* The V of ∂U/∂V: a node, or a part of it. */
struct bp_partial_target {
  struct bp_node *node;
  bool vec;     /* written vec(V): the derivative is a Jacobian */
  bool at_step; /* written V[t], of a V that is no family: the copy that step t uses */
  long step;
  long row, column;         /* from 0; -1: all of them */
  struct bp_symbolic shape; /* of the part */
};

/* What the V that was written is.  False with a fault. */
bool bp_target_resolve(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_partial_target *target);

/* The node that the U of ∂U/∂V is, where it is a plain name or vec of one; else NULL, with a fault
 * where the name is used wrongly. */
struct bp_node *bp_plain_node(struct bp_world *world, const struct bp_expression *above,
                              const struct bp_scope *scope);

/* The same of a U that is an element of a name or its transpose: it is computed from what the whole
 * is computed from. */
struct bp_node *bp_node_of_part(struct bp_world *world, const struct bp_expression *above,
                                const struct bp_scope *scope);

/* How ∂U/∂V is laid out. */
enum bp_derivative_layout {
  BP_LAID_AS_V,            /* U is a number: the shape of V */
  BP_LAID_AS_V_TURNED,     /* the same transposed */
  BP_LAID_AS_ROWS_OF_U,    /* the Jacobian */
  BP_LAID_AS_COLUMNS_OF_U, /* the Jacobian transposed, with a row for each element of V */
  BP_LAID_AS_U             /* V is a number and U no column: the shape of U */
};

/* Whether the layout turns ∂s/∂V of a number s, for a V of this shape. */
bool bp_gradient_turned(enum bp_layout layout, struct bp_symbolic below);

/* How a derivative is laid out, with its V and its shape.  False with a fault. */
bool bp_partial_layout(struct bp_world *world, const struct bp_expression *partial,
                       const struct bp_scope *scope, enum bp_derivative_layout *layout,
                       struct bp_partial_target *target, struct bp_symbolic *shape);

#endif
