/* Derivations as a page: a section a line; several files are one page with an index. */
#include <stdlib.h>

#include "base/memory_stream.h"
#include "report/claims.h"
#include "report/html/html.h"

static int tell_derivations(const void *result, const struct bp_report_style *style, FILE *out) {
  return bp_derivations_text(result, style, out);
}

static enum bp_verdict verdict_of(const struct bp_derivation_result *result) {
  struct bp_claim_counts counts = bp_claims_count(result);
  return bp_claims_verdict(&counts);
}

/* What is wrong with a file apart from its lines. */
static void write_diagnostics(struct bp_markup *markup, const struct bp_diagnostics *diagnostics) {
  char *text = NULL;
  size_t length = 0;
  if (!diagnostics || diagnostics->count == 0)
    return;
  FILE *out = open_memstream(&text, &length);
  if (out)
    bp_diagnostics_write(diagnostics, false, out);
  if (bp_memory_stream_close(out, &text))
    bp_page_quoted(markup, text);
  else
    markup->failed = true;
  free(text);
}

/* How a note was read; what other conventions would say. */
static void write_reading(struct bp_markup *markup, const struct bp_derivation_report *report) {
  for (size_t i = 0; i < report->reading_count; i++)
    bp_markup_element(markup, "p", "soft", report->reading[i]);
  if (report->convention) {
    bp_element(markup, "p");
    bp_markup_format(markup, "convention: %s", report->convention);
    bp_element_end(markup);
  }
}

static void write_claims(struct bp_markup *markup, const struct bp_derivation_result *result,
                         const struct bp_report_style *style, int level, size_t number) {
  const struct bp_derivation_report *report = result->report;
  struct bp_listed listed = {0};
  for (size_t i = 0; i < report->claim_count; i++) {
    const struct bp_claim *claim = &report->claims[i];
    char id[64];
    if (!bp_lists(style, claim->verdict, &listed))
      continue;
    snprintf(id, sizeof id, "file%zu-line%zu-%zu", number, claim->line, i + 1);
    bp_page_claim(markup, claim, style, level, id);
  }
  if (listed.withheld > 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "%zu more that do not hold are not listed (--max-failures %zu)",
                     listed.withheld, style->most_failures);
    bp_element_end(markup);
  }
}

static void write_file(struct bp_markup *markup, const struct bp_derivation_result *result,
                       const struct bp_report_style *style, int level, size_t number) {
  const struct bp_derivation_report *report = result->report;
  write_diagnostics(markup, result->diagnostics);
  if (!report)
    return;
  if (report->head.title)
    bp_markup_element(markup, "p", NULL, report->head.title);
  bp_page_settings(markup, &report->head);
  write_reading(markup, report);
  bp_page_closing(markup, verdict_of(result), tell_derivations,
                  &(struct bp_derivation_results){.files = result, .count = 1}, style);
  bp_page_notes(markup, report->head.notes, report->head.note_count);
  write_claims(markup, result, style, level, number);
}

static void count_cell(struct bp_markup *markup, size_t count) {
  char text[24];
  snprintf(text, sizeof text, "%zu", count);
  bp_page_cell(markup, "number", text);
}

static void write_index(struct bp_markup *markup, const struct bp_derivation_results *results) {
  static const char *const headings[] = {"file",      "hold",     "refuted", "fail",
                                         "undecided", "not read", "verdict", NULL};
  bp_page_table(markup, "Files", headings);
  for (size_t i = 0; i < results->count; i++) {
    struct bp_claim_counts counts = bp_claims_count(&results->files[i]);
    enum bp_verdict verdict = bp_claims_verdict(&counts);
    bp_element(markup, "tr");
    bp_element(markup, "th");
    bp_attribute(markup, "scope", "row");
    bp_element(markup, "a");
    bp_attribute_format(markup, "href", "#file%zu", i + 1);
    bp_markup_text(markup, results->files[i].file);
    bp_elements_end(markup, 2);
    count_cell(markup, counts.holds);
    count_cell(markup, counts.refuted);
    count_cell(markup, counts.fails);
    count_cell(markup, counts.undecided);
    count_cell(markup, counts.broken);
    bp_element(markup, "td");
    bp_element(markup, "span");
    bp_attribute_format(markup, "class", "word %s", bp_page_class(verdict));
    bp_markup_format(markup, "%s %s", bp_page_sign(verdict),
                     results->files[i].report ? bp_verdict_name(verdict) : "not judged");
    bp_elements_end(markup, 3);
  }
  bp_page_table_end(markup);
}

int bp_derivations_html(const struct bp_derivation_results *results,
                        const struct bp_report_style *style, FILE *out) {
  struct bp_markup markup;
  bool one = results->count == 1;
  const char *title = one ? results->files[0].file : "Derivations";
  if (bp_page_begin(&markup, title, out) != 0)
    return -1;
  enum bp_verdict verdict = BP_HOLDS;
  for (size_t i = 0; i < results->count; i++)
    verdict = bp_verdict_join(verdict, verdict_of(&results->files[i]));
  if (!one) {
    bp_page_closing(&markup, verdict, tell_derivations, results, style);
    write_index(&markup, results);
  }
  for (size_t i = 0; i < results->count && !style->brief; i++) {
    char id[32];
    snprintf(id, sizeof id, "file%zu", i + 1);
    if (!one)
      bp_page_section(&markup, 2, NULL, id, results->files[i].file);
    write_file(&markup, &results->files[i], style, one ? 2 : 3, i + 1);
    if (!one)
      bp_element_end(&markup);
  }
  return bp_page_end(&markup, out);
}
