/* The form of a CSV file: lines taken apart into fields, and fields into numbers.
 *
 * What the fields mean is decided elsewhere.  Nothing is copied: a field is a span of the
 * source, which outlives the rows; fields, and texts that are handed out, live in the arena.
 */
#ifndef BP_DATA_CSV_H
#define BP_DATA_CSV_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

struct bp_field {
  struct bp_span span; /* without the blanks around it and without its quotes */
  bool quoted;         /* "" inside stands for one quote */
};

struct bp_csv {
  const struct bp_source *source;
  struct bp_arena *arena;
  char separator;
  size_t at; /* where the next line starts */

  /* the current row */
  struct bp_span line; /* without its line end */
  struct bp_field *fields;
  size_t count;
  const char *problem; /* what is wrong with its form, or NULL */
  struct bp_span problem_span;

  size_t capacity;
  bool failed; /* memory ran short; the file then seems to end early */
};

/* Starts at the first line of `source` (behind a byte order mark) and guesses the separator from
 * the first row: a tab if it has one, else a semicolon if it has one, else a comma. */
void bp_csv_open(struct bp_csv *csv, const struct bp_source *source, struct bp_arena *arena);

/* Goes to the next row, past blank lines and lines that start with #.  False at the end. */
bool bp_csv_next(struct bp_csv *csv);

/* The text of a field with its doubled quotes made single, in `size` > 0 bytes at `to`; false when
 * they are too few. */
bool bp_field_copy(const struct bp_csv *csv, const struct bp_field *field, char *to, size_t size);

/* The same, in room of its own.  NULL when memory is short. */
char *bp_field_text(const struct bp_csv *csv, const struct bp_field *field);

enum bp_number {
  BP_NUMBER_FINE,
  BP_NUMBER_MISSING,    /* empty, or NA, ?, null, 缺失, 无, not in quotes */
  BP_NUMBER_NOT_FINITE, /* inf, nan, 1e999 */
  BP_NUMBER_COMMA,      /* would be a number with a point for its comma */
  BP_NUMBER_TEXT        /* anything else */
};

/* Reads a plain decimal number; `c_locale` keeps the user's locale out of it. */
enum bp_number bp_field_number(const struct bp_csv *csv, const struct bp_field *field,
                               locale_t c_locale, double *value);

#endif
