/* From the word that a request of the library has for a format to the writer of that format.
 *
 * The table of writers is asked, and the list in the message is made of it, so neither can be out
 * of date.  Which formats serve differs from call to call: some have no place for a derivation.
 */
#include "api/format.h"

const struct bp_writer *bp_format_find(const char *name, bp_writer_filter *serves,
                                       struct bp_diagnostics *diagnostics) {
  const struct bp_writer *writer = bp_writer_find(name ? name : "text");
  if (writer && serves(writer))
    return writer;
  const char *names[BP_WRITER_COUNT];
  size_t count = bp_writer_names(serves, names);
  const char *list = bp_name_list(names, count, " and ", diagnostics->arena);
  bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "the report formats are %s",
           list ? list : "not known: out of memory");
  return NULL;
}
