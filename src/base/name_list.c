/* Names as a sentence lists them: "text, json and csv".  A message about a word that is not known
 * says which there are, and takes them from the table that knows; this puts the commas between. */
#include "base/diag.h"

const char *bp_name_list(const char *const *names, size_t count, const char *last,
                         struct bp_arena *arena) {
  const char *list = "";
  for (size_t i = 0; list && i < count; i++)
    list = bp_arena_printf(arena, "%s%s%s", list,
                           i == 0          ? ""
                           : i + 1 < count ? ", "
                                           : last,
                           names[i]);
  return list;
}
