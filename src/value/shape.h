/* Shapes as symbols: of every expression, before any number is looked at; and the functions of
 * whole matrices.  Tables are constants, and what a world is asked for lives as long as the world.
 */
#ifndef BP_VALUE_SHAPE_H
#define BP_VALUE_SHAPE_H

#include "model/world.h"

/* A function that a name calls. */
struct bp_function_reference {
  const char *name;
  const struct bp_function *builtin; /* elementwise, of the language */
  const struct bp_ball_drawn *drawn; /* given ... : function */
  struct bp_declaration *defined;    /* let f(x) = ... */
  const struct bp_builtin *matrix;   /* of whole matrices: sum, tr, softmax */
  size_t arguments;                  /* of an elementwise one */
};

/* What else is known of a function of whole matrices, so that nobody has to ask for it by name. */
enum bp_builtin_trait {
  BP_OF_SIZES = 1 << 0,     /* its arguments are sizes, not matrices: I, ones, zeros */
  BP_IS_IDENTITY = 1 << 1,  /* it changes nothing in a product: I */
  BP_STACKS = 1 << 2,       /* the same numbers in a column: vec */
  BP_IS_DIAGONAL = 1 << 3,  /* its product with y is x ⊙ y: diag */
  BP_OF_REGULAR = 1 << 4,   /* it tells or needs that a matrix has an inverse: det, inv */
  BP_INVERTS = 1 << 5,      /* it has no value of a singular matrix: inv */
  BP_COLUMN_STAYS = 1 << 6, /* of a column it is that column: rowsum */
  BP_ROW_STAYS = 1 << 7,    /* of a row it is that row: colsum */
  BP_NUMBER_STAYS = 1 << 8, /* of a number it is that number: sum, tr */
  BP_CHOOSES = 1 << 9 /* conditions stand among its arguments, and a call of it has a shape and
                         a value of its own: where */
};

/* A function of whole matrices: one row of the table in builtin.c. */
struct bp_builtin {
  const char *name;
  size_t least, most; /* arguments */
  unsigned traits;    /* of bp_builtin_trait */
  bool (*shape)(struct bp_world *world, const struct bp_expression *call,
                const struct bp_symbolic *arguments, struct bp_symbolic *shape);
  struct bp_balls (*value)(struct bp_world *world, const struct bp_balls *arguments, size_t count);
};

const struct bp_builtin *bp_builtin_find(const char *name);

/* Whether that name of the language has the trait. */
bool bp_builtin_is(const char *name, enum bp_builtin_trait trait);

extern const struct bp_builtin bp_builtins[];
extern const size_t bp_builtin_count;

/* What the function name of a call is.  False with a fault. */
bool bp_function_resolve(struct bp_world *world, const struct bp_expression *name,
                         const struct bp_scope *scope, struct bp_function_reference *function);

/* Whether a node is another name for a function; then it has no shape or value. */
const struct bp_function_reference *bp_node_alias(struct bp_world *world, struct bp_node *node);

/* The shape of a call: of the language's functions, of drawn and of defined ones. */
bool bp_call_shape(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_scope *scope, struct bp_symbolic *shape);

/* Looks at the body of let f(x) = ...: it must be a number.  False with a fault. */
bool bp_function_look(struct bp_world *world, const struct bp_declaration *function);

/* e and π; NULL for any other name. */
const struct bp_ball *bp_constant_find(const char *name);

/* The V of ∂U/∂V: a node, or a part of it. */
struct bp_partial_target {
  struct bp_node *node;
  bool vec;                 /* written vec(V): the derivative is a Jacobian */
  long row, column;         /* from 0; -1: all of them */
  struct bp_symbolic shape; /* of the part */
};

bool bp_target_resolve(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_partial_target *target);

/* How ∂U/∂V is laid out. */
enum bp_derivative_layout {
  BP_LAYOUT_GRADIENT,   /* U is a number: the shape of V */
  BP_LAYOUT_TRANSPOSED, /* the same, and the file says `layout numerator` */
  BP_LAYOUT_JACOBIAN
};

bool bp_partial_layout(struct bp_world *world, const struct bp_expression *partial,
                       const struct bp_scope *scope, enum bp_derivative_layout *layout,
                       struct bp_partial_target *target, struct bp_symbolic *shape);

/* Rows and columns that an element expression picks of a matrix of that size, from 0; -1: all.
 * False with a fault. */
bool bp_element_pick(struct bp_world *world, const struct bp_expression *element,
                     const struct bp_scope *scope, long rows, long columns, long *row,
                     long *column);

/* The shape of an expression.  False with a fault. */
bool bp_expression_shape(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_symbolic *shape);

/* The shape of a bound sum without terms, which begins at `from`. */
struct bp_symbolic bp_empty_sum_shape(struct bp_world *world,
                                      const struct bp_expression *expression,
                                      const struct bp_scope *scope, long from);

/* The shape of a node; its definition is looked at once.  False with a fault. */
bool bp_node_shape(struct bp_world *world, struct bp_node *node, struct bp_span used);

/* What was written, if it is short, else `otherwise`. */
const char *bp_written(struct bp_world *world, const struct bp_expression *expression,
                       const char *otherwise);

#endif
