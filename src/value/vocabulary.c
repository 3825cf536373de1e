/* Two tables make the vocabulary: the functions of whole matrices in this room, the functions of
 * numbers in num.  The parser asks by the same look-up as the evaluation, so there is no
 * third list to forget, and no spelling that one of them knows alone. */
#include "value/vocabulary.h"

#include <string.h>

#include "value/builtin.h"

enum { MOST_OFFERED = 256 };

static enum bp_callable find(const char *name) {
  const struct bp_builtin *builtin = bp_builtin_find(name);
  if (builtin)
    return builtin->traits & BP_CHOOSES ? BP_CALLABLE_CHOICE : BP_CALLABLE;
  return bp_ball_function_find(name, strlen(name)) ? BP_CALLABLE : BP_NOT_CALLABLE;
}

const struct bp_vocabulary bp_vocabulary = {.find = find};

const char *bp_vocabulary_nearest(const char *written) {
  const char *names[MOST_OFFERED];
  size_t count = 0;
  for (size_t i = 0; i < bp_builtin_count && count < MOST_OFFERED; i++)
    names[count++] = bp_builtins[i].name;
  for (size_t i = 0; bp_ball_function_at(i) && count < MOST_OFFERED; i++)
    names[count++] = bp_ball_function_at(i)->name;
  return bp_nearest_name(written, strlen(written), names, count);
}
