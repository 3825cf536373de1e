/* Cells are kept as pointers in one array, row after row; widths are measured when the table is
 * written.  Headings may have two lines, and the upper line is left out where no column has one.
 * Blanks that would end a line are held back until something follows them.  Whoever wrote a text,
 * nothing in it steers the terminal: all goes through bp_text_write. */
#include "report/table.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"

struct cell {
  const char *text;
  enum bp_tint tint;
};

struct bp_table {
  struct bp_arena *arena;
  const struct bp_column *columns;
  size_t column_count;
  size_t capacity; /* cells */
  size_t count;
  struct cell *cells;
  bool broken; /* a cell was NULL or had no room */
};

enum bp_tint bp_verdict_tint(enum bp_verdict verdict) {
  if (verdict == BP_HOLDS)
    return BP_GOOD;
  return verdict == BP_FAILS ? BP_BAD : BP_DOUBTFUL;
}

const char *bp_tint_on(enum bp_tint tint, bool colour) {
  static const char *const codes[BP_TINT_COUNT] = {
      [BP_PLAIN] = "",         [BP_GOOD] = "\033[32m", [BP_DOUBTFUL] = "\033[33m",
      [BP_BAD] = "\033[1;31m", [BP_FAINT] = "\033[2m", [BP_STRONG] = "\033[1m",
  };
  return colour ? codes[tint] : "";
}

const char *bp_tint_off(enum bp_tint tint, bool colour) {
  return colour && tint != BP_PLAIN ? "\033[0m" : "";
}

struct bp_table *bp_table_new(struct bp_arena *arena, const struct bp_column *columns,
                              size_t column_count, size_t rows) {
  struct bp_table *table = bp_arena_alloc(arena, 1, sizeof *table);
  if (!table)
    return NULL;
  size_t cells;
  if (__builtin_mul_overflow(rows, column_count, &cells))
    return NULL;
  *table = (struct bp_table){.arena = arena,
                             .columns = columns,
                             .column_count = column_count,
                             .capacity = cells,
                             .cells = bp_arena_alloc(arena, cells, sizeof(struct cell))};
  return table->cells ? table : NULL;
}

void bp_table_cell(struct bp_table *table, enum bp_tint tint, const char *text) {
  if (!table)
    return;
  if (!text || table->count == table->capacity) {
    table->broken = true;
    return;
  }
  table->cells[table->count++] = (struct cell){text, tint};
}

/* The length of the upper line of a two-line heading, 0 where there is only one. */
static size_t upper_length(const char *heading) {
  const char *end = strchr(heading, '\n');
  return end ? (size_t)(end - heading) : 0;
}

static const char *lower_line(const char *heading) {
  const char *end = strchr(heading, '\n');
  return end ? end + 1 : heading;
}

static size_t widest(const struct bp_table *table, size_t column) {
  const char *heading = table->columns[column].heading;
  size_t width = bp_text_columns(lower_line(heading), strlen(lower_line(heading)));
  size_t upper = bp_text_columns(heading, upper_length(heading));
  if (upper > width)
    width = upper;
  for (size_t i = column; i < table->count; i += table->column_count) {
    size_t cell = bp_text_columns(table->cells[i].text, strlen(table->cells[i].text));
    if (cell > width)
      width = cell;
  }
  return width;
}

/* A line under construction: blanks owed before the next visible text. */
struct line {
  FILE *out;
  size_t owed;
  bool colour;
};

static void put(struct line *line, const char *text, size_t length, size_t width, bool right,
                enum bp_tint tint) {
  size_t used = bp_text_columns(text, length);
  size_t blanks = width > used ? width - used : 0;
  if (right)
    line->owed += blanks;
  if (length > 0) {
    fprintf(line->out, "%*s%s", (int)line->owed, "", bp_tint_on(tint, line->colour));
    bp_text_write(text, length, line->out);
    fputs(bp_tint_off(tint, line->colour), line->out);
    line->owed = 0;
  }
  line->owed += (right ? 0 : blanks) + 2;
}

static void write_headings(const struct bp_table *table, const size_t *widths, bool colour,
                           FILE *out) {
  bool two_lines = false;
  for (size_t c = 0; c < table->column_count; c++)
    two_lines = two_lines || upper_length(table->columns[c].heading) > 0;
  for (int pass = two_lines ? 0 : 1; pass < 2; pass++) {
    struct line line = {out, 2, colour};
    for (size_t c = 0; c < table->column_count; c++) {
      const char *heading = table->columns[c].heading;
      const char *text = pass == 0 ? heading : lower_line(heading);
      size_t length = pass == 0 ? upper_length(heading) : strlen(text);
      put(&line, text, length, widths[c], table->columns[c].right, BP_FAINT);
    }
    putc('\n', out);
  }
}

int bp_table_write(const struct bp_table *table, bool colour, FILE *out) {
  if (!table || table->broken)
    return -1;
  size_t *widths = bp_arena_alloc(table->arena, table->column_count, sizeof *widths);
  if (!widths)
    return -1;
  for (size_t c = 0; c < table->column_count; c++)
    widths[c] = widest(table, c);
  write_headings(table, widths, colour, out);
  for (size_t i = 0; i < table->count;) {
    struct line line = {out, 2, colour};
    for (size_t c = 0; c < table->column_count && i < table->count; c++, i++) {
      const struct cell *cell = &table->cells[i];
      put(&line, cell->text, strlen(cell->text), widths[c], table->columns[c].right, cell->tint);
    }
    putc('\n', out);
  }
  return ferror(out) ? -1 : 0;
}

const char *bp_short_number(double number, struct bp_arena *arena) {
  if (isnan(number))
    return "NaN";
  if (isinf(number))
    return number > 0 ? "inf" : "-inf";
  return number == 0 ? "0" : bp_arena_printf(arena, "%.1e", number);
}

const char *bp_grouped(size_t count, struct bp_arena *arena) {
  char digits[32], grouped[48];
  int length = snprintf(digits, sizeof digits, "%zu", count);
  size_t end = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      grouped[end++] = ',';
    grouped[end++] = digits[i];
  }
  return bp_arena_strndup(arena, grouped, end);
}

void bp_wrap_tinted(enum bp_tint tint, bool colour, const char *lead, const char *text,
                    size_t width, FILE *out) {
  size_t indent = bp_text_columns(lead, strlen(lead));
  size_t column = indent;
  bool first = true; /* of its line */
  fputs(bp_tint_on(tint, colour), out);
  bp_text_write(lead, strlen(lead), out);
  fputs(bp_tint_off(tint, colour), out);
  while (*text) {
    size_t length = strcspn(text, " ");
    size_t columns = bp_text_columns(text, length);
    if (!first && column + 1 + columns > (width ? width : 80)) {
      fprintf(out, "\n%*s", (int)indent, "");
      column = indent;
      first = true;
    }
    fputs(first ? "" : " ", out);
    bp_text_write(text, length, out);
    column += columns + (first ? 0 : 1);
    first = false;
    text += length;
    while (*text == ' ')
      text++;
  }
  putc('\n', out);
}

void bp_wrap(const char *lead, const char *text, size_t width, FILE *out) {
  bp_wrap_tinted(BP_PLAIN, false, lead, text, width, out);
}
