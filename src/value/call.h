/* Calls: what function a name is, and the shape of what it is called with.
 *
 * What a name is belongs to the world, and lives as long as that.
 */
#ifndef BP_VALUE_CALL_H
#define BP_VALUE_CALL_H

#include "value/builtin.h"

/* A function that a name calls. */
struct bp_function_reference {
  const char *name;
  const struct bp_function *builtin; /* elementwise, of the language */
  const struct bp_ball_drawn *drawn; /* given ... : function */
  struct bp_declaration *defined;    /* let f(x) = ... */
  const struct bp_builtin *matrix;   /* of whole matrices: sum, tr, softmax */
  size_t arguments;                  /* of an elementwise one */
};

/* What the function name of a call is.  False with a fault. */
bool bp_function_resolve(struct bp_world *world, const struct bp_expression *name,
                         const struct bp_scope *scope, struct bp_function_reference *function);

/* Whether the value hangs on a comparison: of relu's argument with 0, of the arguments of max. */
bool bp_function_decides(const struct bp_function_reference *function);

/* Whether a node is another name for a function; then it has no shape or value. */
const struct bp_function_reference *bp_node_alias(struct bp_world *world, struct bp_node *node);

/* The shape of a call: of the language's functions, of drawn and of defined ones. */
bool bp_call_shape(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_scope *scope, struct bp_symbolic *shape);

/* Looks at the body of let f(x) = ...: it must be a number.  False with a fault. */
bool bp_function_look(struct bp_world *world, const struct bp_declaration *function);

/* A number that the language knows by name. */
struct bp_constant {
  const char *name;
  struct bp_ball (*value)(const struct bp_ball_room *room);
};

/* e and π; NULL for any other name. */
const struct bp_constant *bp_constant_find(const char *name);

#endif
