/* The chain rule as it is written on paper: ∂L/∂z ∂z/∂W, where a factor stands for a tensor.
 *
 * Shapes are made in world->symbols, values in its scratch.
 */
#ifndef BP_VALUE_CHAIN_H
#define BP_VALUE_CHAIN_H

#include "model/world.h"

/* A product of a gradient by U with ∂U/∂V, or with a product of such, in one order or the other. */
struct bp_chain {
  bool read;                 /* it is one */
  size_t jacobian;           /* which side is ∂U/∂V; the other one is laid out as ∂s/∂U */
  struct bp_symbolic below;  /* the shape of V */
  bool other_turned, turned; /* ∂s/∂U, ∂s/∂V are transposed in this layout */
  bool stacked_in_columns;   /* the value of ∂U/∂V is the Jacobian transposed */
  bool by_number;            /* V is a number, and ∂U/∂V is laid out as U */
};

/* Whether the product of sides of these shapes is read so.  Where it also is a product of matrices,
 * it is only when this would be laid out as nobody means it.  False with a fault. */
bool bp_chain_find(struct bp_world *world, const struct bp_expression *product,
                   const struct bp_scope *scope, const struct bp_symbolic sides[2],
                   struct bp_chain *chain);

/* The shape of a product that is read so: that of ∂s/∂V. */
struct bp_symbolic bp_chain_shape(const struct bp_chain *chain);

/* Its value, from those of its sides. */
bool bp_chain_value(struct bp_world *world, const struct bp_chain *chain,
                    const struct bp_expression *product, const struct bp_balls sides[2],
                    struct bp_balls *value);

#endif
