/* A line of a derivation: its verdict, the formula, and below one that does not hold whatever
 * explains it, from the sentence down to the numbers, which are folded away.
 */
#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/memory_stream.h"
#include "report/claims.h"
#include "report/html/html.h"
#include "report/text/text.h"
#include "report/unmet.h"

static void paragraph(struct bp_markup *markup, const char *class, const char *text) {
  bp_markup_element(markup, "p", class, text);
}

/* ---- the formula --------------------------------------------------------- */

static void write_formula(struct bp_markup *markup, const struct bp_claim *claim) {
  if (claim->drawn)
    bp_page_formula(markup, claim->drawn, false);
  else if (claim->text)
    bp_page_verbatim(markup, claim->text);
}

static void write_shapes(struct bp_markup *markup, const struct bp_claim *claim) {
  if (!claim->drawn || claim->reason == BP_REASON_BROKEN)
    return;
  bp_page_fold(markup, "shapes");
  bp_page_formula(markup, claim->drawn, true);
  if (claim->drawn_at) {
    bp_element(markup, "p");
    bp_attribute(markup, "class", "soft");
    bp_markup_format(markup, "at %s", claim->drawn_at);
    bp_element_end(markup);
  }
  if (claim->text)
    bp_page_verbatim(markup, claim->text);
  bp_element_end(markup);
}

/* ---- why ----------------------------------------------------------------- */

/* The line of the file with its place marked. */
static void write_quote(struct bp_markup *markup, const struct bp_claim *claim) {
  char *quote = NULL;
  size_t length = 0;
  if (!claim->where.message || !claim->where.source)
    return;
  FILE *out = open_memstream(&quote, &length);
  if (out)
    bp_diagnostic_quote(&claim->where, 0, false, out);
  if (!bp_memory_stream_close(out, &quote))
    markup->failed = true;
  else if (length > 0)
    bp_page_quoted(markup, quote);
  free(quote);
}

static void write_place(struct bp_markup *markup, const struct bp_claim *claim) {
  bool single = claim->rows * claim->columns <= 1;
  if (single && !(claim->at && *claim->at))
    return;
  bp_element(markup, "p");
  bp_markup_format(markup, "at %s", claim->at ? claim->at : "");
  if (!single)
    bp_markup_format(markup, "%srow %zu, column %zu of %zu x %zu",
                     claim->at && *claim->at ? ", " : "", claim->row + 1, claim->column + 1,
                     claim->rows, claim->columns);
  bp_element_end(markup);
}

static void number_row(struct bp_markup *markup, const char *name, int digits, double number) {
  char text[40];
  snprintf(text, sizeof text, "%.*g", digits, number);
  bp_element(markup, "tr");
  bp_page_row_heading(markup, name);
  bp_page_cell(markup, "number", isnan(number) ? "NaN" : text);
  bp_element_end(markup);
}

static void write_numbers(struct bp_markup *markup, const struct bp_claim *claim,
                          const struct bp_report_style *style) {
  if (claim->reason == BP_REASON_SHAPE || claim->reason == BP_REASON_BROKEN || claim->rows == 0)
    return;
  write_place(markup, claim);
  bp_page_table(markup, "Both sides there", NULL);
  int digits, few;
  bp_claim_digits(claim, style->digits, &digits, &few);
  number_row(markup, "left", digits, claim->left_value);
  number_row(markup, "right", digits, claim->right_value);
  number_row(markup, "difference", few, claim->left_value - claim->right_value);
  bp_page_table_end(markup);
  if (claim->left_value == claim->right_value && claim->largest_relative > 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "the digits behind these differ, by %.0e of the largest entry",
                     claim->largest_relative);
    bp_element_end(markup);
  }
  if (!isfinite(claim->bound))
    return;
  bp_element(markup, "p");
  bp_attribute(markup, "class", "soft");
  bp_markup_format(markup, "%s", bp_claim_explained(claim, (char[BP_EXPLAINED]){0}));
  bp_element_end(markup);
}

static void write_reason(struct bp_markup *markup, const struct bp_claim *claim,
                         const struct bp_report_style *style) {
  if (claim->consequence > 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "follows from the mistake in line %zu", claim->consequence);
    bp_element_end(markup);
    return;
  }
  write_quote(markup, claim);
  bool told = bp_claim_is_broken(claim) && claim->needs > 0;
  const char *needs = told ? bp_claim_needs(claim, markup->arena) : NULL;
  paragraph(markup, NULL,
            needs                  ? needs
            : claim->where.message ? claim->where.message
                                   : bp_reason_sentence_of_claim(claim->reason));
  if (claim->where.suggestion && claim->hint_count == 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "try: %s", claim->where.suggestion);
    bp_element_end(markup);
  }
  if (claim->left && claim->right && claim->links > 1 && claim->broken_link > 0) {
    bp_element(markup, "p");
    bp_markup_format(markup, "It is link %zu of %zu.", claim->broken_link, claim->links);
    bp_element_end(markup);
  }
  write_numbers(markup, claim, style);
}

/* ---- what would hold ----------------------------------------------------- */

static void write_lead(struct bp_markup *markup, const struct bp_claim *claim,
                       const struct bp_hint *hint, bool first) {
  bp_element(markup, "p");
  if (hint->link > 0)
    bp_markup_format(markup, "%slink %zu holds with", first ? "" : "or ", hint->link);
  else
    bp_markup_text(markup, claim->verdict == BP_UNDECIDED ? "meant is"
                           : first                        ? "holds with"
                                                          : "or with");
  if (hint->line > 0 && hint->line != claim->line)
    bp_markup_format(markup, " line %zu as", hint->line);
  bp_element_end(markup);
}

/* What a page that has the text beside the report may put into it: bytes from and to, and what
 * comes in their place. */
static void write_edits(struct bp_markup *markup, const struct bp_claim *claim,
                        const struct bp_hint *hint) {
  for (size_t i = 0; i < hint->edit_count; i++)
    if (hint->edits[i].source != claim->source)
      return;
  for (size_t i = 0; i < hint->edit_count; i++) {
    char name[32];
    snprintf(name, sizeof name, "data-from-%zu", i + 1);
    bp_attribute_format(markup, name, "%zu", hint->edits[i].span.begin);
    snprintf(name, sizeof name, "data-to-%zu", i + 1);
    bp_attribute_format(markup, name, "%zu", hint->edits[i].span.end);
    snprintf(name, sizeof name, "data-text-%zu", i + 1);
    bp_attribute(markup, name, hint->edits[i].text);
  }
}

static void write_hint(struct bp_markup *markup, const struct bp_claim *claim, size_t index) {
  const struct bp_hint *hint = &claim->hints[index];
  bp_element(markup, "div");
  bp_attribute(markup, "class", "mend");
  write_edits(markup, claim, hint);
  write_lead(markup, claim, hint, index == 0);
  if (hint->drawn)
    bp_page_formula(markup, hint->drawn, false);
  bp_element(markup, "p");
  bp_markup_element(markup, "code", NULL, hint->mended);
  bp_element_end(markup);
  if (hint->sentence)
    paragraph(markup, NULL, hint->sentence);
  bp_element_end(markup);
}

/* ---- all of it ----------------------------------------------------------- */

static void write_note(struct bp_markup *markup, const char *note) {
  bp_element(markup, "p");
  bp_attribute(markup, "class", "soft");
  bp_markup_format(markup, "note: %s", note);
  bp_element_end(markup);
}

static void write_notes(struct bp_markup *markup, const struct bp_claim *claim) {
  const char *unmet[BP_MOST_UNMET_WORDS];
  size_t count = bp_unmet_words(claim, true, markup->arena, unmet);
  for (size_t i = 0; i < claim->note_count; i++)
    write_note(markup, claim->notes[i]);
  for (size_t i = 0; i < count; i++)
    write_note(markup, unmet[i]);
}

static void write_heading(struct bp_markup *markup, const struct bp_claim *claim, int level) {
  const char name[] = {'h', (char)('0' + level), '\0'};
  bp_element(markup, name);
  bp_element(markup, "span");
  bp_attribute_format(markup, "class", "word %s", bp_page_class(claim->verdict));
  bp_markup_format(markup, "%s %s", bp_page_sign(claim->verdict), bp_claim_word(claim));
  bp_element_end(markup);
  bp_markup_format(markup, " line %zu%s%s", claim->line, claim->name ? ", " : "",
                   claim->name ? claim->name : "");
  bp_element_end(markup);
}

void bp_page_claim(struct bp_markup *markup, const struct bp_claim *claim,
                   const struct bp_report_style *style, int level, const char *id) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  bp_page_section(markup, level,
                  bp_arena_printf(markup->arena, "claim is-%s", bp_page_class(claim->verdict)), id,
                  NULL);
  write_heading(markup, claim, level);
  write_formula(markup, claim);
  if (claim->verdict != BP_HOLDS) {
    write_reason(markup, claim, style);
    for (size_t i = 0; i < claim->hint_count; i++)
      write_hint(markup, claim, i);
  }
  write_notes(markup, claim);
  write_shapes(markup, claim);
  if (claim->worked) {
    bp_page_fold(markup, "worked numbers");
    bp_page_worked(markup, claim->worked, level + 1);
    bp_element_end(markup);
  }
  if (style->replay && claim->replay)
    bp_page_verbatim(markup, claim->replay);
  bp_element_end(markup);
  bp_arena_release(markup->arena, mark);
}
