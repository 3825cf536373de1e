/* The dimension trace for a terminal.
 *
 * A step is one line: the equation's label, then the result and its factors, each with its shape
 * behind it.  Within a part the results are padded to the widest one, so the equals signs stand in
 * a column. A line that would pass the right margin goes on under its first factor.  It breaks only
 * before an operator, so a factor and its shape stay together, and rather before + or - than inside
 * a term. Widths are counted in columns as they are seen, because the signs · ⊙ → take several
 * bytes.
 */
#include "report/trace.h"

#include <string.h>

#include "base/diag.h"
#include "report/table.h"

enum { MARGIN = 80, LABEL = 10, NOTE_INDENT = LABEL + 2 };

static size_t columns(const char *text) { return bp_text_columns(text, strlen(text)); }

static void blanks(size_t count, FILE *out) { fprintf(out, "%*s", (int)count, ""); }

static void dimension_format(const struct bp_dimension *dimension, bool symbols, char *text,
                             size_t size) {
  if (symbols || dimension->number == 0)
    snprintf(text, size, "%s", dimension->symbol);
  else
    snprintf(text, size, "%zu", dimension->number);
}

void bp_trace_shape_format(const struct bp_shape *shape, bool symbols, char *text, size_t size) {
  char rows[48], column_count[48];
  dimension_format(&shape->rows, symbols, rows, sizeof rows);
  dimension_format(&shape->columns, symbols, column_count, sizeof column_count);
  snprintf(text, size, "(%s,%s)", rows, column_count);
}

/* "(4,3)", "(4,1)→(4,5)", or nothing for a plain number. */
static void factor_shape(const struct bp_trace_factor *factor, bool symbols, char *text,
                         size_t size) {
  char shape[100], spread[100] = "";
  text[0] = '\0';
  if (!factor->shaped)
    return;
  bp_trace_shape_format(&factor->shape, symbols, shape, sizeof shape);
  if (factor->broadcast)
    bp_trace_shape_format(&factor->spread, symbols, spread, sizeof spread);
  snprintf(text, size, "%s%s%s", shape, factor->broadcast ? "→" : "", spread);
}

void bp_trace_factor_format(const struct bp_trace_factor *factor, bool symbols, char *text,
                            size_t size) {
  char shape[216];
  factor_shape(factor, symbols, shape, sizeof shape);
  snprintf(text, size, "%s%s%s%s", factor->text, *shape != '\0' ? " " : "", shape, factor->after);
}

static size_t factor_columns(const struct bp_trace_factor *factor, bool symbols) {
  char text[BP_TRACE_FACTOR_BYTES];
  bp_trace_factor_format(factor, symbols, text, sizeof text);
  return columns(text);
}

/* A bracket that opens in `before` stands right in front of its factor. */
static const char *gap_after(const char *before) {
  size_t length = strlen(before);
  return length == 0 || before[length - 1] == '(' ? "" : " ";
}

static void write_factor(const struct bp_trace_factor *factor, bool symbols, FILE *out) {
  char text[BP_TRACE_FACTOR_BYTES];
  bp_trace_factor_format(factor, symbols, text, sizeof text);
  fprintf(out, "%s%s%s", factor->before, gap_after(factor->before), text);
}

/* Columns of factor f with the operator and the blank in front of it. */
static size_t term_columns(const struct bp_trace_step *step, size_t f, bool symbols) {
  const struct bp_trace_factor *factor = &step->factors[f];
  return 1 + columns(factor->before) + columns(gap_after(factor->before)) +
         factor_columns(factor, symbols);
}

static bool begins_term(const struct bp_trace_factor *factor) {
  return factor->before[0] == '+' || factor->before[0] == '-';
}

/* Columns from factor f to the end of its term. */
static size_t rest_of_term(const struct bp_trace_step *step, size_t f, bool symbols) {
  size_t sum = term_columns(step, f, symbols);
  while (++f < step->factor_count && !begins_term(&step->factors[f]))
    sum += term_columns(step, f, symbols);
  return sum;
}

static size_t widest_result(const struct bp_trace_part *part) {
  size_t widest = 0;
  for (size_t s = 0; s < part->step_count; s++) {
    size_t width = factor_columns(&part->steps[s].factors[0], part->symbols);
    widest = width > widest ? width : widest;
  }
  return widest;
}

static void write_step(const struct bp_trace_step *step, bool symbols, size_t result_width,
                       bool colour, FILE *out) {
  fprintf(out, "  %s", step->label);
  blanks(LABEL - 2 - columns(step->label), out);
  write_factor(&step->factors[0], symbols, out);
  blanks(result_width - factor_columns(&step->factors[0], symbols), out);

  size_t begin = LABEL + result_width; /* the column before the equals sign */
  size_t at = begin;
  for (size_t f = 1; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    size_t needed =
        begins_term(factor) ? rest_of_term(step, f, symbols) : term_columns(step, f, symbols);
    if (f > 1 && at + needed > MARGIN) {
      fputc('\n', out);
      blanks(begin + 2, out);
      at = begin + 2;
    }
    fputc(' ', out);
    write_factor(factor, symbols, out);
    at += term_columns(step, f, symbols);
  }
  fputc('\n', out);
  if (step->note == NULL)
    return;
  char lead[NOTE_INDENT + 1];
  snprintf(lead, sizeof lead, "%*s", NOTE_INDENT, "");
  fputs(bp_tint_on(BP_FAINT, colour), out);
  bp_wrap(lead, step->note, MARGIN, out);
  fputs(bp_tint_off(BP_FAINT, colour), out);
}

static void write_heading(const char *title, bool colour, FILE *out) {
  fprintf(out, "\n%s%s%s\n", bp_tint_on(BP_STRONG, colour), title, bp_tint_off(BP_STRONG, colour));
}

static void write_sizes(const struct bp_trace *trace, bool colour, FILE *out) {
  write_heading("Sizes", colour, out);
  size_t at = 0;
  for (size_t k = 0; k < trace->size_count; k++) {
    const struct bp_dimension *size = &trace->sizes[k];
    char text[80];
    if (size->number != 0)
      snprintf(text, sizeof text, "%s = %zu", size->symbol, size->number);
    else
      snprintf(text, sizeof text, "%s samples (any number)", size->symbol);
    size_t width = columns(text);
    if (at > 0 && at + 3 + width > MARGIN) {
      fputc('\n', out);
      at = 0;
    }
    fprintf(out, "%s%s", at == 0 ? "  " : "   ", text);
    at += width + (at == 0 ? 2 : 3);
  }
  fputc('\n', out);
}

/* Returns 0, or -1 when memory is short. */
static int write_matrices(const struct bp_trace *trace, bool colour, struct bp_arena *arena,
                          FILE *out) {
  static const struct bp_column headings[] = {
      {"matrix", false},     {"symbols", false},    {"numbers", false},
      {"same shape", false}, {"what it is", false},
  };
  enum { COLUMNS = sizeof headings / sizeof *headings };
  struct bp_table *table = bp_table_new(arena, headings, COLUMNS, trace->matrix_count);
  for (size_t k = 0; k < trace->matrix_count; k++) {
    const struct bp_trace_matrix *matrix = &trace->matrices[k];
    char symbols[100], numbers[100];
    bp_trace_shape_format(&matrix->shape, true, symbols, sizeof symbols);
    bp_trace_shape_format(&matrix->shape, false, numbers, sizeof numbers);
    bp_table_cell(table, BP_PLAIN, matrix->name);
    bp_table_cell(table, BP_PLAIN, bp_arena_strdup(arena, symbols));
    bp_table_cell(table, BP_PLAIN, bp_arena_strdup(arena, numbers));
    bp_table_cell(table, BP_PLAIN, matrix->gradient != NULL ? matrix->gradient : "");
    bp_table_cell(table, BP_PLAIN, matrix->meaning);
  }
  write_heading("Shapes", colour, out);
  return bp_table_write(table, colour, out);
}

int bp_trace_text(const struct bp_trace *trace, bool colour, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  if (arena == NULL)
    return -1;
  bp_wrap("Dimension trace: ", trace->title, MARGIN, out);
  write_sizes(trace, colour, out);
  int status = write_matrices(trace, colour, arena, out);
  bp_arena_free(arena);
  for (size_t p = 0; p < trace->part_count; p++) {
    const struct bp_trace_part *part = &trace->parts[p];
    write_heading(part->title, colour, out);
    if (part->sentence != NULL)
      bp_wrap("  ", part->sentence, MARGIN, out);
    size_t width = widest_result(part);
    for (size_t s = 0; s < part->step_count; s++)
      write_step(&part->steps[s], part->symbols, width, colour, out);
  }
  write_heading("How to read this", colour, out);
  for (size_t k = 0; k < trace->note_count; k++)
    bp_wrap("  - ", trace->notes[k], MARGIN, out);
  return status != 0 || ferror(out) ? -1 : 0;
}
