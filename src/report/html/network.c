/* A gradient as a page: the network drawn, a table of its blocks, and for each block its maps and,
 * where it does not hold, the mistake that explains it. */
#include <math.h>
#include <stdlib.h>

#include "report/html/html.h"
#include "report/table.h"
#include "report/text/text.h"

static int tell_report(const void *result, const struct bp_report_style *style, FILE *out) {
  return bp_report_text(result, style, out);
}

static bool all_skipped(const struct bp_block *block) {
  return block->skipped > 0 && block->skipped == block->rows * block->columns;
}

/* The verdict stands first: on a telephone the rest of a row has to be scrolled to. */
static void write_row(struct bp_markup *markup, const struct bp_block *block, bool code) {
  char text[64];
  bp_element(markup, "tr");
  bp_page_row_heading(markup, block->name);
  bp_element(markup, "td");
  if (all_skipped(block) || block->informative) {
    bp_markup_text(markup, block->informative ? "(shown)" : "(skipped)");
  } else {
    bp_element(markup, "span");
    bp_attribute_format(markup, "class", "word %s", bp_page_class(block->verdict));
    bp_markup_format(markup, "%s %s", bp_page_sign(block->verdict),
                     bp_verdict_name(block->verdict));
    bp_element_end(markup);
  }
  bp_element_end(markup);
  if (block->moved)
    snprintf(text, sizeof text, "%zu along %zu", block->moved, block->rows);
  else
    snprintf(text, sizeof text, "%zu x %zu", block->rows, block->columns);
  bp_page_cell(markup, NULL, text);
  bp_page_cell_number(markup, block->largest_relative);
  bp_page_cell_number(markup, block->median_relative);
  if (!code)
    bp_page_cell_number(markup, block->kronecker_relative);
  bp_page_cell_number(markup, block->visible);
  bp_element_end(markup);
}

static void write_table(struct bp_markup *markup, const struct bp_report *report, bool parameter) {
  static const char *const headings[] = {"block",  "verdict",   "shape",      "largest error",
                                         "median", "Kronecker", "seen above", NULL};
  static const char *const without[] = {"block",  "verdict",    "shape", "largest error",
                                        "median", "seen above", NULL};
  size_t count = 0;
  for (size_t i = 0; i < report->block_count; i++)
    count += report->blocks[i].parameter == parameter;
  if (count == 0)
    return;
  bp_page_table(markup,
                parameter ? "Parameters, relative errors against differences"
                          : "Intermediates, relative errors against differences",
                report->code ? without : headings);
  for (size_t i = 0; i < report->block_count; i++)
    if (report->blocks[i].parameter == parameter)
      write_row(markup, &report->blocks[i], report->code);
  bp_page_table_end(markup);
}

/* The worst entry of a block that does not hold, in full. */
static void write_worst(struct bp_markup *markup, const struct bp_block *block, bool code) {
  const struct bp_entry *entry = &block->entries[block->worst];
  const struct {
    const char *name;
    double number;
  } rows[] = {{code ? "your value" : "under test", entry->backprop},
              {"difference", entry->difference},
              {"Kronecker", entry->kronecker},
              {"explained by truncation and rounding", entry->bound}};
  bp_page_table(markup, "The worst entry", NULL);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[40];
    if (i == 2 && isnan(entry->kronecker))
      continue;
    snprintf(text, sizeof text, "%.*g", i == 3 ? 2 : 10, rows[i].number);
    bp_element(markup, "tr");
    bp_page_row_heading(markup, rows[i].name);
    bp_page_cell(markup, "number", text);
    bp_element_end(markup);
  }
  bp_page_table_end(markup);
  bp_element(markup, "p");
  bp_attribute(markup, "class", "soft");
  const char *why = bp_reason_sentence((enum bp_reason)entry->reason);
  if (block->moved)
    bp_markup_format(markup, "direction %zu: %s", block->worst + 1, why);
  else
    bp_markup_format(markup, "row %zu, column %zu: %s", bp_block_row(block, block->worst),
                     bp_block_column(block, block->worst), why);
  bp_element_end(markup);
}

static void write_block(struct bp_markup *markup, const struct bp_block *block,
                        const struct bp_report_style *style, bool code) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  bool trouble = block->verdict != BP_HOLDS && !block->informative && !all_skipped(block);
  bp_page_section(
      markup, 3, NULL, NULL,
      bp_arena_printf(markup->arena, "%s: %s", block->name,
                      all_skipped(block) ? "not looked at" : bp_verdict_name(block->verdict)));
  if (trouble && block->explanation)
    bp_markup_element(markup, "p", NULL, block->explanation);
  if (trouble)
    write_worst(markup, block, code);
  if (block->entries && !block->moved && !all_skipped(block)) {
    bp_page_fold(markup, trouble ? "all entries, as a map" : "entries as a map");
    bp_page_maps(markup, block, code);
    bp_element_end(markup);
  }
  if (style->replay && block->replay && trouble)
    bp_page_verbatim(markup, block->replay);
  bp_element_end(markup);
  bp_arena_release(markup->arena, mark);
}

static void write_blocks(struct bp_markup *markup, const struct bp_report *report,
                         const struct bp_report_style *style) {
  struct bp_listed listed = {0};
  bp_page_section(markup, 2, NULL, "blocks", "Block by block");
  bp_page_map_legend(markup);
  for (size_t i = 0; i < report->block_count; i++)
    if (bp_lists(style, report->blocks[i].verdict, &listed))
      write_block(markup, &report->blocks[i], style, report->code);
  bp_element_end(markup);
  if (listed.withheld > 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "%zu more blocks that do not hold are not listed", listed.withheld);
    bp_element_end(markup);
  }
}

static void write_matrices(struct bp_markup *markup, const struct bp_report_style *style) {
  for (size_t i = 0; i < style->jacobian_count; i++) {
    const struct bp_matrix_view *view = &style->jacobians[i];
    struct bp_arena_mark mark = bp_arena_mark(markup->arena);
    double *packed = bp_arena_alloc(markup->arena, view->rows * view->columns, sizeof *packed);
    for (size_t k = 0; packed && k < view->rows * view->columns; k++)
      packed[k] = view->values[k / view->columns * view->stride + k % view->columns];
    bp_page_section(markup, 2, NULL, NULL, view->name);
    bp_markup_element(markup, "p", NULL, view->formula);
    if (packed)
      bp_page_matrix(markup, view->shape, view->rows, view->columns, packed, 6);
    bp_element_end(markup);
    bp_arena_release(markup->arena, mark);
  }
}

int bp_report_html(const struct bp_report *report, const struct bp_report_style *style, FILE *out) {
  struct bp_markup markup;
  if (bp_page_begin(&markup, report->head.title, out) != 0)
    return -1;
  bp_page_settings(&markup, &report->head);
  bp_element(&markup, "p");
  if (report->network)
    bp_markup_format(&markup, "J = %.17g, %zu parameters", bp_report_value(report),
                     report->head.entries);
  else
    bp_markup_format(&markup, "%zu entries", report->head.entries);
  bp_element_end(&markup);
  bp_page_closing(&markup, bp_report_verdict(&report->head), tell_report, report, style);
  bp_page_notes(&markup, report->head.notes, report->head.note_count);
  if (!style->brief) {
    if (report->network)
      bp_page_network(&markup, report);
    write_table(&markup, report, true);
    write_table(&markup, report, false);
    write_blocks(&markup, report, style);
    write_matrices(&markup, style);
  }
  return bp_page_end(&markup, out);
}
