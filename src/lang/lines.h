/* Which line of a derivation is meant.
 *
 * Lists live in the arena that they are made with; the document is the caller's and outlives them.
 */
#ifndef BP_LANG_LINES_H
#define BP_LANG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lang/ast.h"

/* The statements that are judged, in order: their places are the numbers of the claims. */
struct bp_document_lines {
  const struct bp_source *source;
  const struct bp_statement **list;
  size_t count;
  struct bp_arena *arena;
};

/* Lists what is judged of the document.  0, or -1 where memory is short. */
int bp_lines_of(const struct bp_document *document, struct bp_arena *arena,
                struct bp_document_lines *lines);

/* The place in a list that is not empty of the line that `which` names: a name, the first word of
 * one, a number, or ":12" for the number where a claim is called "12".  False with an error
 * recorded where there is no such line, or more than one. */
bool bp_lines_find(const struct bp_document_lines *lines, const char *which,
                   struct bp_diagnostics *diagnostics, size_t *index);

/* The number of a line in the file, from 1. */
size_t bp_lines_number(const struct bp_document_lines *lines, size_t index);

#endif
