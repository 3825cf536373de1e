/* A note as it is read, and as it stands in its file: the two differ for notebooks. */
#ifndef BP_STUDY_OPENED_H
#define BP_STUDY_OPENED_H

#include "note/notebook/notebook.h"
#include "note/passage.h"
#include "results/results.h"

struct bp_opened_note {
  const struct bp_source *source; /* what is read: the file itself, or the text of its cells */
  enum bp_note_style style;
  const struct bp_notebook *notebook; /* NULL: it is no notebook */
};

/* 0, or -1 where memory is short.  What is wrong with a notebook its reader has said. */
int bp_note_open(const struct bp_source *source, struct bp_arena *arena,
                 struct bp_opened_note *opened);

/* Moves all places of a report into the file, and names each claim after its cell.  Edits are
 * written as the file has them; hints that change what no one string has are left out.  False where
 * memory is short. */
bool bp_opened_place(const struct bp_opened_note *opened, struct bp_arena *arena,
                     struct bp_derivation_report *report);

/* "line 3", or "cell 3, line 2"; NULL where memory is short. */
const char *bp_opened_line(const struct bp_opened_note *opened, size_t at, struct bp_arena *arena);

#endif
