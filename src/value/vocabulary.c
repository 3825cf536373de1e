/* Two tables make the vocabulary: the functions of whole matrices in this room, the functions of
 * numbers in num.  It is counted out of them, never copied, so there is no third list to forget. */
#include "value/vocabulary.h"

#include <string.h>

#include "value/shape.h"

enum { MOST_OFFERED = 256 };

/* The spelling of that number, from 0, the name itself first; NULL behind the last. */
static const char *spelling(const struct bp_function *function, size_t number) {
  if (number == 0)
    return function->name;
  return number <= BP_MOST_SPELLINGS ? function->spelling[number - 1] : NULL;
}

static bool function_at(size_t place, struct bp_known_function *known) {
  if (place < bp_builtin_count) {
    const struct bp_builtin *builtin = &bp_builtins[place];
    *known = (struct bp_known_function){builtin->name, builtin->traits & BP_CHOOSES};
    return true;
  }
  place -= bp_builtin_count;
  const struct bp_function *function;
  for (size_t k = 0; (function = bp_ball_function_at(k)); k++)
    for (size_t i = 0; spelling(function, i); i++)
      if (place-- == 0) {
        *known = (struct bp_known_function){spelling(function, i), false};
        return true;
      }
  return false;
}

const struct bp_vocabulary bp_vocabulary = {function_at};

const char *bp_vocabulary_nearest(const char *written) {
  const char *names[MOST_OFFERED];
  size_t count = 0;
  for (size_t i = 0; i < bp_builtin_count && count < MOST_OFFERED; i++)
    names[count++] = bp_builtins[i].name;
  for (size_t i = 0; bp_ball_function_at(i) && count < MOST_OFFERED; i++)
    names[count++] = bp_ball_function_at(i)->name;
  return bp_nearest_name(written, strlen(written), names, count);
}
