/* What the sources that read a data set share while a file is being read; not for others.
 *
 * Texts and errors live in the arena and the list of the reader. */
#ifndef BP_DATA_ROW_H
#define BP_DATA_ROW_H

#include "data/classes.h"
#include "data/csv.h"
#include "data/dataset.h"

struct bp_row_reader {
  const struct bp_dataset_want *want;
  struct bp_arena *arena;
  struct bp_diagnostics *diagnostics;
  struct bp_csv csv; /* the row being read */
  locale_t c_locale;
  struct bp_span first_line; /* header or first row: the one whose number of fields counts */
  struct bp_span first_row;  /* first row of data */
  size_t columns, features, targets; /* columns = features + targets */
  struct bp_dataset *out;

  /* a class column: which class each sample is of, before the classes are put in order */
  bool class_column;
  struct bp_classes classes;
  uint32_t *class_of;
  bool outside; /* some number in it is not within [0, 1]; the first such is at outside_span */
  bool soft;    /* some number in it is neither 0 nor 1 */
  struct bp_span outside_span;
  bool out_of_memory; /* a class could not be kept */
};

/* A piece of the input for a message: its text, cut to a readable length. */
const char *bp_row_quote(const struct bp_row_reader *reader, struct bp_span span);

/* Reads the number in a column of the current row; false with an error recorded. */
bool bp_row_number(struct bp_row_reader *reader, size_t column, double *value);

/* Records that memory is short; always -1. */
int bp_row_no_memory(struct bp_row_reader *reader);

/* Makes room for the targets of out->samples samples.  0, or -1 with an error recorded. */
int bp_targets_prepare(struct bp_row_reader *reader);

/* Reads the targets of the current row; mistakes are recorded. */
void bp_targets_row(struct bp_row_reader *reader, size_t sample);

/* Turns what the rows held into the output layer's targets.  0, or -1 with an error recorded. */
int bp_targets_finish(struct bp_row_reader *reader);

#endif
