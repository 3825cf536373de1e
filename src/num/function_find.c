/* Functions by their names: any spelling of a row, in capitals or not. */
#include <string.h>
#include <strings.h>

#include "num/function.h"

static bool same(const char *text, const char *name, size_t length) {
  return strlen(text) == length && strncasecmp(text, name, length) == 0;
}

static bool is_called(const struct bp_function *function, const char *name, size_t length) {
  for (size_t k = 0; k < BP_MOST_SPELLINGS && function->spelling[k]; k++)
    if (same(function->spelling[k], name, length))
      return true;
  return same(function->name, name, length);
}

const struct bp_function *bp_function_find(const char *name, size_t length) {
  for (size_t k = 0; k < bp_function_count; k++)
    if (is_called(&bp_functions[k], name, length))
      return &bp_functions[k];
  return NULL;
}
