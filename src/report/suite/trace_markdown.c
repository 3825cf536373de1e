/* The dimension trace as Markdown: a table for the sizes and shapes, and one for each part, with
 * the formula in code so that its stars and brackets stay what they are.
 *
 * Nothing here needs escaping but the vertical bar, which would end a cell; a backslash before it
 * is understood inside code, too, when the code stands in a table.
 */
#include <string.h>

#include "report/report.h"
#include "report/text/text.h"
#include "report/trace_words.h"

static void write_cell(const char *text, FILE *out) {
  for (; *text != '\0'; text++) {
    if (*text == '|')
      fputc('\\', out);
    fputc(*text, out);
  }
}

static int write_formula(const struct bp_trace_step *step, bool symbols, struct bp_arena *arena,
                         FILE *out) {
  fputc('`', out);
  for (size_t f = 0; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    const char *text = bp_trace_factor_text(factor, symbols, arena);
    if (text == NULL)
      return -1;
    fputs(f > 0 ? " " : "", out);
    write_cell(factor->before, out);
    fputs(bp_trace_gap(factor), out);
    write_cell(text, out);
  }
  fputc('`', out);
  return 0;
}

/* Shapes below their factors need a fixed pitch, so each step is a block of code. */
static int write_steps_below(const struct bp_trace_part *part, struct bp_arena *arena, FILE *out) {
  for (size_t s = 0; s < part->step_count; s++) {
    const struct bp_trace_step *step = &part->steps[s];
    if (*step->label != '\0')
      fprintf(out, "**%s**\n\n", step->label);
    fputs("```\n", out);
    if (bp_trace_below(step, 0, false, arena, out) != 0)
      return -1;
    fputs("```\n\n", out);
    if (step->note != NULL)
      fprintf(out, "%s\n\n", step->note);
  }
  return 0;
}

static int write_part(const struct bp_trace_part *part, struct bp_arena *arena, FILE *out) {
  fprintf(out, "\n### %s\n\n", part->title);
  if (part->sentence != NULL)
    fprintf(out, "Here %s.\n\n", part->sentence);
  if (part->below)
    return write_steps_below(part, arena, out);
  fputs("| | formula and shapes | remark |\n|---|---|---|\n", out);
  for (size_t s = 0; s < part->step_count; s++) {
    const struct bp_trace_step *step = &part->steps[s];
    fputs("| ", out);
    write_cell(step->label, out);
    fputs(*step->label != '\0' ? " | " : "| ", out);
    if (write_formula(step, part->symbols, arena, out) != 0)
      return -1;
    fputs(" | ", out);
    write_cell(step->note != NULL ? step->note : "", out);
    fputs(step->note != NULL ? " |\n" : "|\n", out);
  }
  return 0;
}

static void write_sizes(const struct bp_trace *trace, FILE *out) {
  fputs("\n|", out);
  for (size_t k = 0; k < trace->size_count; k++)
    fprintf(out, " %s |", trace->sizes[k].symbol);
  fputs("\n|", out);
  for (size_t k = 0; k < trace->size_count; k++)
    fputs("---|", out);
  fputs("\n|", out);
  for (size_t k = 0; k < trace->size_count; k++) {
    if (trace->sizes[k].number != 0)
      fprintf(out, " %zu |", trace->sizes[k].number);
    else
      fprintf(out, " any |");
  }
  fputc('\n', out);
}

static int write_matrices(const struct bp_trace *trace, struct bp_arena *arena, FILE *out) {
  fputs("\n### Shapes\n\n| matrix | symbols | numbers | same shape | what it is |\n"
        "|---|---|---|---|---|\n",
        out);
  for (size_t k = 0; k < trace->matrix_count; k++) {
    const struct bp_trace_matrix *matrix = &trace->matrices[k];
    const char *symbols = bp_trace_shape_text(&matrix->shape, true, arena);
    const char *numbers = bp_trace_shape_text(&matrix->shape, false, arena);
    if (symbols == NULL || numbers == NULL)
      return -1;
    fprintf(out, "| `%s` | `%s` | `%s` | ", matrix->name, symbols, numbers);
    if (matrix->gradient != NULL)
      fprintf(out, "`%s` | ", matrix->gradient);
    else
      fputs("| ", out);
    fprintf(out, "%s |\n", matrix->meaning);
  }
  return 0;
}

static int write_all(const struct bp_trace *trace, struct bp_arena *arena, FILE *out) {
  fprintf(out, "## Dimension trace: %s\n", trace->title);
  if (trace->size_count > 0)
    write_sizes(trace, out);
  if (trace->matrix_count > 0 && write_matrices(trace, arena, out) != 0)
    return -1;
  for (size_t p = 0; p < trace->part_count; p++)
    if (write_part(&trace->parts[p], arena, out) != 0)
      return -1;
  if (trace->note_count > 0)
    fputs("\n### How to read this\n\n", out);
  for (size_t k = 0; k < trace->note_count; k++) {
    fputs("- ", out);
    write_cell(trace->notes[k], out);
    fputc('\n', out);
  }
  return 0;
}

int bp_trace_markdown(const struct bp_trace *trace, const struct bp_report_style *style,
                      FILE *out) {
  (void)style;
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena != NULL ? write_all(trace, arena, out) : -1, arena, out);
}
