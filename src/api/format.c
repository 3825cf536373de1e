/* The list in the message is the table of the writers, so that it cannot be out of date. */
#include "api/format.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_LIST = 256 };

const struct bp_writer *bp_format_find(const char *name, struct bp_diagnostics *diagnostics) {
  const struct bp_writer *writer = bp_writer_find(name ? name : "text");
  if (writer)
    return writer;
  char list[LONGEST_LIST] = "";
  for (size_t k = 0; k < bp_writer_count; k++) {
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s",
             k == 0                    ? ""
             : k + 1 < bp_writer_count ? ", "
                                       : " and ",
             bp_writers[k].name);
  }
  bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "the report formats are %s", list);
  return NULL;
}
