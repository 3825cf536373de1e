/* Shapes that nobody wrote down: what follows for the names of a note from its definitions.
 *
 * A shape is two dimensions, and a dimension is 1, or a size, or one of which only is known with
 * which others it is equal.  Every product, sum and function of a definition says that some of them
 * are; what is left gets a size of its own.
 */
#ifndef BP_STUDY_OWN_SHAPES_H
#define BP_STUDY_OWN_SHAPES_H

#include "base/arena.h"
#include "lang/ast.h"

struct bp_own_dimension {
  size_t parent;    /* itself: it stands for all that are equal to it */
  const char *size; /* its name, or NULL */
};

struct bp_own_shape {
  size_t rows, columns; /* dimensions */
};

/* Of a name: its normalised spelling, as expressions have it. */
struct bp_own_shaped {
  const char *name;
  struct bp_own_shape shape;
  bool known;
};

struct bp_own_shapes {
  struct bp_arena *arena;
  struct bp_own_dimension *dimensions; /* the first is 1 */
  size_t count, capacity;
  struct bp_own_shaped *names;
  size_t name_count, name_capacity;
  bool counting; /* claims are asked for named sizes only: they may be wrong */
  bool data;     /* no product goes element by element */
  bool rows;     /* samples and vectors are rows: softmax goes along them */
};

enum { BP_OWN_ONE = 0 };

bool bp_own_shapes_init(struct bp_own_shapes *shapes, struct bp_arena *arena);

/* A dimension that nothing is known of, or that of a size. */
size_t bp_own_dimension_new(struct bp_own_shapes *shapes, const char *size);

/* Which stands for it and all that are equal to it. */
size_t bp_own_dimension_of(const struct bp_own_shapes *shapes, size_t dimension);

/* Gives the name a shape. */
bool bp_own_shape_give(struct bp_own_shapes *shapes, const char *name, struct bp_own_shape shape);
const struct bp_own_shaped *bp_own_shape_find(const struct bp_own_shapes *shapes, const char *name);

/* The shape of an expression, and what follows from it.  False where it has none, or where two
 * sizes would have to be equal. */
bool bp_own_shape_infer(struct bp_own_shapes *shapes, const struct bp_expression *expression,
                        struct bp_own_shape *shape);

/* Makes two shapes one; false where they are different. */
bool bp_own_shape_same(struct bp_own_shapes *shapes, struct bp_own_shape a, struct bp_own_shape b);

bool bp_own_is_number(const struct bp_own_shapes *shapes, struct bp_own_shape shape);

#endif
