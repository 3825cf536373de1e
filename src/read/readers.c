/* The name decides where it says something, since a text may look like several formats and a
 * message about the wrong one would mislead; the text is looked at only where the name
 * says nothing.
 */
#include "read/readers.h"

#include <string.h>

#define BP_ROW(name, ending, is_meant, read)                                                       \
  _Static_assert(sizeof #name > 1 && sizeof("" ending) > 1, "a reader has a name and an ending");
BP_READERS(BP_ROW)
#undef BP_ROW

/* Nothing may be left out of a row, and the signs beside the members see to that. */
#define BP_ROW(name, ending, is_meant, read) {#name, "" ending, &is_meant, &read},
static const struct bp_document_reader readers[] = {BP_READERS(BP_ROW)};
#undef BP_ROW

enum { READERS = sizeof readers / sizeof *readers };

static bool ends_in(const char *name, const char *ending) {
  size_t length = strlen(name), tail = strlen(ending);
  return length >= tail && strcmp(name + length - tail, ending) == 0;
}

const struct bp_document_reader *bp_reader_named(const char *name) {
  for (size_t k = 0; k < READERS; k++)
    if (ends_in(name, readers[k].ending))
      return &readers[k];
  return NULL;
}

const struct bp_document_reader *bp_reader_for(const struct bp_source *source) {
  const struct bp_document_reader *named = bp_reader_named(source->name);
  if (named)
    return named;
  size_t k = 0;
  while (!readers[k].is_meant(source)) /* the last takes every text */
    k++;
  return &readers[k];
}
