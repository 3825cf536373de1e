/* Planted mistakes as a table, and what could not be checked at all. */
#include <stdlib.h>

#include "base/diag.h"
#include "report/html/html.h"

static int tell_power(const void *result, const struct bp_report_style *style, FILE *out) {
  return bp_power_text(result, style, out);
}

static enum bp_verdict verdict_of(enum bp_exposure exposure) {
  return exposure == BP_CAUGHT ? BP_HOLDS : BP_UNDECIDED;
}

/* As a person says it. */
static const char *words_of(enum bp_exposure exposure) {
  return exposure == BP_NOT_EXPOSED     ? "not exposed"
         : exposure == BP_NOT_PLANTABLE ? "does not fit"
                                        : bp_exposure_name(exposure);
}

static void write_row(struct bp_markup *markup, const struct bp_power_row *row) {
  bp_element(markup, "tr");
  bp_page_row_heading(markup, row->text);
  bp_page_cell(markup, NULL, row->sentence);
  bp_element(markup, "td");
  bp_element(markup, "span");
  bp_attribute_format(markup, "class", "word %s",
                      row->exposure == BP_NOT_PLANTABLE ? "soft"
                                                        : bp_page_class(verdict_of(row->exposure)));
  bp_markup_format(markup, "%s %s",
                   row->exposure == BP_NOT_PLANTABLE ? "–"
                                                     : bp_page_sign(verdict_of(row->exposure)),
                   words_of(row->exposure));
  bp_elements_end(markup, 2);
  bp_element(markup, "td");
  if (row->exposure == BP_CAUGHT && row->block)
    bp_markup_format(markup, "%s(%zu,%zu)", row->block, row->row + 1, row->column + 1);
  else if (row->reason)
    bp_markup_text(markup, row->reason);
  bp_elements_end(markup, 2);
}

int bp_power_html(const struct bp_power *power, const struct bp_report_style *style, FILE *out) {
  static const char *const headings[] = {"mistake", "what is wrong", "exposure",
                                         "where, or why not", NULL};
  struct bp_markup markup;
  if (bp_page_begin(&markup, power->title, out) != 0)
    return -1;
  struct bp_report_style brief = *style;
  brief.brief = true;
  char *told = bp_page_told(tell_power, power, &brief);
  markup.failed = markup.failed || !told;
  bp_markup_element(&markup, "p", NULL, told ? told : "");
  free(told);
  bp_page_table(&markup, "Each typical mistake, planted in turn", headings);
  for (size_t i = 0; i < power->count; i++)
    write_row(&markup, &power->rows[i]);
  bp_page_table_end(&markup);
  return bp_page_end(&markup, out);
}

int bp_refusal_html(const struct bp_refusal *refusal, const struct bp_report_style *style,
                    FILE *out) {
  struct bp_markup markup;
  const char *title = refusal->head.title ? refusal->head.title : "Not checked";
  (void)style;
  if (bp_page_begin(&markup, title, out) != 0)
    return -1;
  bp_page_settings(&markup, &refusal->head);
  bp_page_verdict(&markup, BP_UNDECIDED, "nothing was checked");
  for (size_t i = 0; i < refusal->diagnostics->count; i++) {
    const struct bp_diagnostic *one = &refusal->diagnostics->list[i];
    bp_markup_element(&markup, "p", NULL, one->message);
    if (one->suggestion) {
      bp_element(&markup, "p");
      bp_markup_format(&markup, "try: %s", one->suggestion);
      bp_element_end(&markup);
    }
  }
  bp_page_notes(&markup, refusal->head.notes, refusal->head.note_count);
  return bp_page_end(&markup, out);
}
