/* Two tables make the vocabulary: the functions of whole matrices in this room, the functions of
 * numbers in num.  The parser asks by the same look-up as the evaluation, so there is no
 * third list to forget, and no spelling that one of them knows alone. */
#include "value/vocabulary.h"

#include <string.h>

#include "value/builtin.h"
#include "value/shape.h"

enum { MOST_OFFERED = 256 };

static enum bp_callable find(const char *name) {
  const struct bp_builtin *builtin = bp_builtin_find(name);
  if (builtin)
    return builtin->traits & BP_CHOOSES   ? BP_CALLABLE_CHOICE
           : builtin->traits & BP_OF_MANY ? BP_CALLABLE_WHOLE
                                          : BP_CALLABLE;
  return bp_ball_function_find(name, strlen(name)) ? BP_CALLABLE : BP_NOT_CALLABLE;
}

static bool measure(struct bp_world *world, const struct bp_expression *call,
                    const struct bp_scope *scope, struct bp_size *size) {
  struct bp_symbolic shape;
  const char *name = call->child[0]->name;
  const struct bp_builtin *builtin = bp_builtin_find(name);
  if (bp_world_visible(world, name) || !builtin || !builtin->measure || call->count != 2 ||
      call->order > 0)
    return bp_fault_set(world, BP_FAULT_MISUSE, call->span,
                        "a size is made of sizes, whole numbers, +, -, * and rows(A), columns(A)",
                        "a whole number is needed here");
  return bp_expression_shape(world, call->child[1], scope, &shape) &&
         builtin->measure(world, call, shape, size);
}

const struct bp_vocabulary bp_vocabulary = {.find = find, .measure = measure};

const char *bp_vocabulary_nearest(const char *written) {
  const char *names[MOST_OFFERED];
  size_t count = 0;
  for (size_t i = 0; i < bp_builtin_count && count < MOST_OFFERED; i++)
    names[count++] = bp_builtins[i].name;
  for (size_t i = 0; bp_ball_function_at(i) && count < MOST_OFFERED; i++)
    names[count++] = bp_ball_function_at(i)->name;
  return bp_nearest_name(written, strlen(written), names, count);
}
