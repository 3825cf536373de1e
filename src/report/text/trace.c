/* The dimension trace for a terminal.
 *
 * A step is one line: the equation's label, then the result and its factors, each with its shape
 * behind it.  Within a part the results are padded to the widest one, so the equals signs stand in
 * a column. A line that would pass the right margin goes on under its first factor.  It breaks only
 * before an operator, so a factor and its shape stay together, and rather before + or - than inside
 * a term. Widths are counted in columns as they are seen, because the signs · ⊙ → take several
 * bytes.
 */
#include <string.h>

#include "base/diag.h"
#include "report/table.h"
#include "report/text/text.h"
#include "report/trace_words.h"

enum { MARGIN = 80, LABEL = 10, NOTE_INDENT = LABEL + 2, BELOW_INDENT = 4 };

static size_t columns(const char *text) { return bp_text_columns(text, strlen(text)); }

static void blanks(size_t count, FILE *out) { fprintf(out, "%*s", (int)count, ""); }

/* Nothing where memory is short: the arena remembers it. */
static const char *factor_text(const struct bp_trace_factor *factor, bool symbols,
                               struct bp_arena *arena) {
  const char *text = bp_trace_factor_text(factor, symbols, arena);
  return text != NULL ? text : "";
}

static size_t factor_columns(const struct bp_trace_factor *factor, bool symbols,
                             struct bp_arena *arena) {
  return columns(factor_text(factor, symbols, arena));
}

static void write_factor(const struct bp_trace_factor *factor, bool symbols, struct bp_arena *arena,
                         FILE *out) {
  fprintf(out, "%s%s%s", factor->before, bp_trace_gap(factor), factor_text(factor, symbols, arena));
}

/* Columns of factor f with the operator and the blank in front of it. */
static size_t term_columns(const struct bp_trace_step *step, size_t f, bool symbols,
                           struct bp_arena *arena) {
  const struct bp_trace_factor *factor = &step->factors[f];
  return 1 + columns(factor->before) + columns(bp_trace_gap(factor)) +
         factor_columns(factor, symbols, arena);
}

static bool begins_term(const struct bp_trace_factor *factor) {
  return factor->before[0] == '+' || factor->before[0] == '-';
}

/* Columns from factor f to the end of its term. */
static size_t rest_of_term(const struct bp_trace_step *step, size_t f, bool symbols,
                           struct bp_arena *arena) {
  size_t sum = term_columns(step, f, symbols, arena);
  while (++f < step->factor_count && !begins_term(&step->factors[f]))
    sum += term_columns(step, f, symbols, arena);
  return sum;
}

static size_t widest_result(const struct bp_trace_part *part, struct bp_arena *arena) {
  size_t widest = 0;
  for (size_t s = 0; s < part->step_count; s++) {
    size_t width = factor_columns(&part->steps[s].factors[0], part->symbols, arena);
    widest = width > widest ? width : widest;
  }
  return widest;
}

/* The label, and blanks up to the formula: on the same line where it is short. */
static void write_label(const char *label, FILE *out) {
  size_t width = columns(label);
  fprintf(out, "  %s", label);
  if (width > LABEL - 3)
    fputc('\n', out);
  blanks(width > LABEL - 3 ? LABEL : LABEL - 2 - width, out);
}

/* What to know about the shapes of a step, under its formula. */
static void write_note(const char *note, size_t indent, bool colour, struct bp_arena *arena,
                       FILE *out) {
  const char *lead = note != NULL ? bp_arena_printf(arena, "%*s", (int)indent, "") : NULL;
  if (lead == NULL)
    return;
  fputs(bp_tint_on(BP_FAINT, colour), out);
  bp_wrap(lead, note, MARGIN, out);
  fputs(bp_tint_off(BP_FAINT, colour), out);
}

static void write_step(const struct bp_trace_step *step, bool symbols, size_t result_width,
                       bool colour, struct bp_arena *arena, FILE *out) {
  write_label(step->label, out);
  write_factor(&step->factors[0], symbols, arena, out);
  blanks(result_width - factor_columns(&step->factors[0], symbols, arena), out);

  size_t begin = LABEL + result_width; /* the column before the equals sign */
  size_t at = begin;
  for (size_t f = 1; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    size_t needed = begins_term(factor) ? rest_of_term(step, f, symbols, arena)
                                        : term_columns(step, f, symbols, arena);
    if (f > 1 && at + needed > MARGIN) {
      fputc('\n', out);
      blanks(begin + 2, out);
      at = begin + 2;
    }
    fputc(' ', out);
    write_factor(factor, symbols, arena, out);
    at += term_columns(step, f, symbols, arena);
  }
  fputc('\n', out);
  write_note(step->note, NOTE_INDENT, colour, arena, out);
}

/* A step with its shapes below the factors, and its label above. */
static int write_step_below(const struct bp_trace_step *step, bool colour, struct bp_arena *arena,
                            FILE *out) {
  if (*step->label != '\0')
    bp_wrap("  ", step->label, MARGIN, out);
  int status = bp_trace_below(step, BELOW_INDENT, colour, arena, out);
  write_note(step->note, BELOW_INDENT, colour, arena, out);
  fputc('\n', out);
  return status;
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
    bp_table_cell(table, BP_PLAIN, matrix->name);
    bp_table_cell(table, BP_PLAIN, bp_trace_shape_text(&matrix->shape, true, arena));
    bp_table_cell(table, BP_PLAIN, bp_trace_shape_text(&matrix->shape, false, arena));
    bp_table_cell(table, BP_PLAIN, matrix->gradient != NULL ? matrix->gradient : "");
    bp_table_cell(table, BP_PLAIN, matrix->meaning);
  }
  write_heading("Shapes", colour, out);
  return bp_table_write(table, colour, out);
}

static int write_part(const struct bp_trace_part *part, bool colour, struct bp_arena *arena,
                      FILE *out) {
  write_heading(part->title, colour, out);
  if (part->sentence != NULL)
    bp_wrap("  ", part->sentence, MARGIN, out);
  size_t width = part->below ? 0 : widest_result(part, arena);
  for (size_t s = 0; s < part->step_count; s++) {
    if (!part->below)
      write_step(&part->steps[s], part->symbols, width, colour, arena, out);
    else if (write_step_below(&part->steps[s], colour, arena, out) != 0)
      return -1;
  }
  return bp_arena_failed(arena) ? -1 : 0;
}

static int write_all(const struct bp_trace *trace, bool colour, struct bp_arena *arena, FILE *out) {
  bp_wrap("Dimension trace: ", trace->title, MARGIN, out);
  if (trace->size_count > 0)
    write_sizes(trace, colour, out);
  if (trace->matrix_count > 0 && write_matrices(trace, colour, arena, out) != 0)
    return -1;
  for (size_t p = 0; p < trace->part_count; p++)
    if (write_part(&trace->parts[p], colour, arena, out) != 0)
      return -1;
  if (trace->note_count > 0)
    write_heading("How to read this", colour, out);
  for (size_t k = 0; k < trace->note_count; k++)
    bp_wrap("  - ", trace->notes[k], MARGIN, out);
  return 0;
}

int bp_trace_text(const struct bp_trace *trace, const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena != NULL ? write_all(trace, style->colour, arena, out) : -1, arena,
                          out);
}
