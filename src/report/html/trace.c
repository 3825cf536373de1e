/* The dimension trace as tables that line up: a column a factor, its shape in symbols and in
 * numbers below it. */
#include <string.h>

#include "report/html/html.h"
#include "report/trace_words.h"

static void write_shape_row(struct bp_markup *markup, const struct bp_trace_step *step,
                            bool symbols) {
  bp_element(markup, "tr");
  for (size_t f = 0; f < step->factor_count; f++) {
    struct bp_arena_mark mark = bp_arena_mark(markup->arena);
    bp_page_cell(markup, "soft", "");
    bp_page_cell(markup, "soft", bp_trace_factor_shape(&step->factors[f], symbols, markup->arena));
    bp_arena_release(markup->arena, mark);
  }
  bp_element_end(markup);
}

static void write_step(struct bp_markup *markup, const struct bp_trace_step *step, bool symbols,
                       bool both) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  const char *caption = *step->label && step->note
                            ? bp_arena_printf(markup->arena, "%s: %s", step->label, step->note)
                        : *step->label ? step->label
                        : step->note   ? step->note
                                       : step->factors[0].text;
  bp_page_table(markup, caption, NULL);
  bp_element(markup, "tr");
  for (size_t f = 0; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    bp_page_cell(markup, NULL, factor->before);
    bp_element(markup, "td");
    bp_page_name(markup, factor->text);
    bp_markup_text(markup, factor->after);
    bp_element_end(markup);
  }
  bp_element_end(markup);
  if (symbols || both)
    write_shape_row(markup, step, true);
  if (!symbols || both)
    write_shape_row(markup, step, false);
  bp_page_table_end(markup);
  bp_arena_release(markup->arena, mark);
}

static void write_part(struct bp_markup *markup, const struct bp_trace_part *part) {
  bp_page_section(markup, 2, NULL, NULL, part->title);
  if (part->sentence)
    bp_markup_element(markup, "p", NULL, part->sentence);
  for (size_t s = 0; s < part->step_count; s++)
    write_step(markup, &part->steps[s], part->symbols, part->below);
  bp_element_end(markup);
}

static void write_sizes(struct bp_markup *markup, const struct bp_trace *trace) {
  if (trace->size_count == 0)
    return;
  bp_page_section(markup, 2, NULL, NULL, "Sizes");
  bp_element(markup, "p");
  for (size_t i = 0; i < trace->size_count; i++) {
    const struct bp_dimension *size = &trace->sizes[i];
    if (size->number > 0)
      bp_markup_format(markup, "%s%s = %zu", i ? ", " : "", size->symbol, size->number);
    else
      bp_markup_format(markup, "%s%s samples (any number)", i ? ", " : "", size->symbol);
  }
  bp_elements_end(markup, 2);
}

static void write_matrices(struct bp_markup *markup, const struct bp_trace *trace) {
  static const char *const headings[] = {"matrix",     "symbols",    "numbers",
                                         "same shape", "what it is", NULL};
  if (trace->matrix_count == 0)
    return;
  bp_page_section(markup, 2, NULL, NULL, "Shapes");
  bp_page_table(markup, "A row for each matrix", headings);
  for (size_t i = 0; i < trace->matrix_count; i++) {
    const struct bp_trace_matrix *matrix = &trace->matrices[i];
    struct bp_arena_mark mark = bp_arena_mark(markup->arena);
    bp_element(markup, "tr");
    bp_page_row_heading(markup, matrix->name);
    bp_page_cell(markup, NULL, bp_trace_shape_text(&matrix->shape, true, markup->arena));
    bp_page_cell(markup, NULL, bp_trace_shape_text(&matrix->shape, false, markup->arena));
    bp_element(markup, "td");
    bp_page_name(markup, matrix->gradient ? matrix->gradient : "");
    bp_element_end(markup);
    bp_page_cell(markup, NULL, matrix->meaning);
    bp_element_end(markup);
    bp_arena_release(markup->arena, mark);
  }
  bp_page_table_end(markup);
  bp_element_end(markup);
}

int bp_trace_html(const struct bp_trace *trace, const struct bp_report_style *style, FILE *out) {
  struct bp_markup markup;
  if (bp_page_begin(&markup, trace->title, out) != 0)
    return -1;
  bp_markup_element(&markup, "p", "soft", "Dimension trace: every factor with its shape.");
  write_sizes(&markup, trace);
  write_matrices(&markup, trace);
  for (size_t i = 0; i < trace->part_count && !style->brief; i++)
    write_part(&markup, &trace->parts[i]);
  if (trace->note_count > 0) {
    bp_page_section(&markup, 2, NULL, NULL, "How to read this");
    bp_page_notes(&markup, trace->notes, trace->note_count);
    bp_element_end(&markup);
  }
  return bp_page_end(&markup, out);
}
