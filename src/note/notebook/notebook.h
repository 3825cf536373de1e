/* Notebooks (.ipynb): the text of their cells as one note, and where each byte of it stands.
 *
 * A notebook is JSON, whose strings have escapes, so its formulas do not stand in it as they are
 * read.  Cells of Markdown are taken as they are, cells of code as fenced blocks; outputs, raw
 * cells and attachments are passed over without being copied.  Every byte of the note knows the
 * bytes of the notebook that it was written as.
 */
#ifndef BP_NOTE_NOTEBOOK_NOTEBOOK_H
#define BP_NOTE_NOTEBOOK_NOTEBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

struct bp_notebook_cell {
  size_t begin;  /* of its text in the note */
  size_t number; /* among all cells, from 1 */
};

struct bp_notebook {
  const struct bp_source *raw;
  struct bp_source note;
  size_t *at; /* where each byte of the note stands in the notebook */
  struct bp_notebook_cell *cells;
  size_t cell_count, cell_capacity;
};

/* Reads the cells.  What is wrong with the notebook is recorded in `diagnostics`, and the note then
 * ends there.  0, or -1 where memory is short. */
int bp_notebook_decode(const struct bp_source *raw, struct bp_arena *arena,
                       struct bp_diagnostics *diagnostics, struct bp_notebook *notebook);

/* The bytes of the notebook that bytes of the note are written as.  *whole: whether they are of one
 * string, so that an edit can replace them. */
struct bp_span bp_notebook_from(const struct bp_notebook *notebook, struct bp_span span,
                                bool *whole);

/* "cell 3, line 2"; NULL where memory is short. */
const char *bp_notebook_place(const struct bp_notebook *notebook, size_t at,
                              struct bp_arena *arena);

/* The text as a string of JSON has it, without the quotes around it. */
const char *bp_notebook_escaped(const char *text, struct bp_arena *arena);

#endif
