/* The dimension trace as Markdown: a table for the sizes and shapes, and one for each part, with
 * the formula in code so that its stars and brackets stay what they are.
 *
 * Nothing here needs escaping but the vertical bar, which would end a cell; a backslash before it
 * is understood inside code, too, when the code stands in a table.
 */
#include <string.h>

#include "report/trace.h"

static void write_cell(const char *text, FILE *out) {
  for (; *text != '\0'; text++) {
    if (*text == '|')
      fputc('\\', out);
    fputc(*text, out);
  }
}

static void write_formula(const struct bp_trace_step *step, bool symbols, FILE *out) {
  char text[BP_TRACE_FACTOR_BYTES];
  fputc('`', out);
  for (size_t f = 0; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    size_t length = strlen(factor->before);
    bool bracket = length > 0 && factor->before[length - 1] == '(';
    bp_trace_factor_format(factor, symbols, text, sizeof text);
    fputs(f > 0 ? " " : "", out);
    write_cell(factor->before, out);
    fputs(length > 0 && !bracket ? " " : "", out);
    write_cell(text, out);
  }
  fputc('`', out);
}

static void write_part(const struct bp_trace_part *part, FILE *out) {
  fprintf(out, "\n### %s\n\n", part->title);
  if (part->sentence != NULL)
    fprintf(out, "Here %s.\n\n", part->sentence);
  fputs("| | formula and shapes | remark |\n|---|---|---|\n", out);
  for (size_t s = 0; s < part->step_count; s++) {
    const struct bp_trace_step *step = &part->steps[s];
    fputs("| ", out);
    write_cell(step->label, out);
    fputs(*step->label != '\0' ? " | " : "| ", out);
    write_formula(step, part->symbols, out);
    fputs(" | ", out);
    write_cell(step->note != NULL ? step->note : "", out);
    fputs(step->note != NULL ? " |\n" : "|\n", out);
  }
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

static void write_matrices(const struct bp_trace *trace, FILE *out) {
  fputs("\n### Shapes\n\n| matrix | symbols | numbers | same shape | what it is |\n"
        "|---|---|---|---|---|\n",
        out);
  for (size_t k = 0; k < trace->matrix_count; k++) {
    const struct bp_trace_matrix *matrix = &trace->matrices[k];
    char symbols[100], numbers[100];
    bp_trace_shape_format(&matrix->shape, true, symbols, sizeof symbols);
    bp_trace_shape_format(&matrix->shape, false, numbers, sizeof numbers);
    fprintf(out, "| `%s` | `%s` | `%s` | ", matrix->name, symbols, numbers);
    if (matrix->gradient != NULL)
      fprintf(out, "`%s` | ", matrix->gradient);
    else
      fputs("| ", out);
    fprintf(out, "%s |\n", matrix->meaning);
  }
}

int bp_trace_markdown(const struct bp_trace *trace, FILE *out) {
  fprintf(out, "## Dimension trace: %s\n", trace->title);
  write_sizes(trace, out);
  write_matrices(trace, out);
  for (size_t p = 0; p < trace->part_count; p++)
    write_part(&trace->parts[p], out);
  fputs("\n### How to read this\n\n", out);
  for (size_t k = 0; k < trace->note_count; k++) {
    fputs("- ", out);
    write_cell(trace->notes[k], out);
    fputc('\n', out);
  }
  return ferror(out) ? -1 : 0;
}
