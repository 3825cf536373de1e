/* Text that lines up: tables, wrapped sentences, colours.  For the text report, and for what a verb
 * prints that is no report.
 *
 * A table is filled cell by cell and written once all cells are known, so that each column is just
 * as wide as its widest cell, counted in terminal columns and not in bytes.
 *
 * Tables and texts that are handed out live as long as the arena that was passed in, NULL means
 * that memory was short, and what is passed to a table must outlive it.
 */
#ifndef BP_REPORT_TABLE_H
#define BP_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "results/results.h"

enum bp_tint { BP_PLAIN, BP_GOOD, BP_DOUBTFUL, BP_BAD, BP_FAINT, BP_STRONG, BP_TINT_COUNT };

enum bp_tint bp_verdict_tint(enum bp_verdict verdict);

/* The escape sequences around tinted text; both are empty without colour. */
const char *bp_tint_on(enum bp_tint tint, bool colour);
const char *bp_tint_off(enum bp_tint tint, bool colour);

struct bp_column {
  const char *heading; /* may have two lines, "BP to difference\nlargest" */
  bool right;          /* numbers: set to the right */
};

struct bp_table;

/* A table with room for `rows` rows. */
struct bp_table *bp_table_new(struct bp_arena *arena, const struct bp_column *columns,
                              size_t column_count, size_t rows);

/* Adds the next cell, row by row.  NULL (memory was short where it
 * was made) and cells beyond the last row make bp_table_write return -1. A NULL table is allowed.
 */
void bp_table_cell(struct bp_table *table, enum bp_tint tint, const char *text);

/* Headings and rows, indented by two columns, no trailing blanks.  0, or -1. */
int bp_table_write(const struct bp_table *table, bool colour, FILE *out);

/* A number as short as a table wants it: "3.1e-10", "0", "NaN", "inf". */
const char *bp_short_number(double number, struct bp_arena *arena);

/* A count with its digits in groups: "79,510". */
const char *bp_grouped(size_t count, struct bp_arena *arena);

/* A sentence broken at blanks so that it fits in `width` columns (0: 80).  The first line starts
 * with `lead`, the others are indented as far. */
void bp_wrap(const char *lead, const char *text, size_t width, FILE *out);

/* The same with a coloured lead. */
void bp_wrap_tinted(enum bp_tint tint, bool colour, const char *lead, const char *text,
                    size_t width, FILE *out);

#endif
