/* Worked numbers: every matrix on the way to both sides, as the text report has them. */
#include <math.h>

#include "report/html/html.h"
#include "report/text/text.h"
#include "report/trace_words.h"

enum { DIGITS = 6 };

static void write_step(struct bp_markup *markup, const struct bp_worked_step *step, int level) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  const char name[] = {'h', (char)('0' + (level < 6 ? level : 6)), '\0'};
  const char *symbols = bp_trace_shape_text(&step->shape, true, markup->arena);
  const char *numbers = bp_trace_shape_text(&step->shape, false, markup->arena);
  bp_markup_element(markup, name, NULL, step->text);
  const char *caption = symbols && numbers ? bp_arena_printf(markup->arena, "%s = %s%s%s", symbols,
                                                             numbers, step->meaning ? ", " : "",
                                                             step->meaning ? step->meaning : "")
                                           : NULL;
  if (step->values && step->shape.rows.number > 0 && step->shape.columns.number > 0)
    bp_page_matrix(markup, caption, step->shape.rows.number, step->shape.columns.number,
                   step->values, DIGITS);
  bp_arena_release(markup->arena, mark);
}

void bp_page_worked(struct bp_markup *markup, const struct bp_worked *worked, int level) {
  if (worked->point && *worked->point) {
    bp_element(markup, "p");
    bp_markup_format(markup, "at %s", worked->point);
    bp_element_end(markup);
  }
  for (size_t i = 0; i < worked->count; i++)
    write_step(markup, &worked->steps[i], level);
  if (!worked->difference || worked->count < 2)
    return;
  const struct bp_worked_step *left = &worked->steps[worked->count - 2], *right = left + 1;
  const char name[] = {'h', (char)('0' + (level < 6 ? level : 6)), '\0'};
  bp_markup_element(markup, name, NULL, "left - right");
  char caption[96];
  snprintf(caption, sizeof caption, "truncation and rounding explain up to %.0e",
           left->bound + right->bound);
  bp_page_matrix(markup, caption, left->shape.rows.number, left->shape.columns.number,
                 worked->difference, DIGITS);
}

int bp_worked_html(const struct bp_worked *worked, const struct bp_report_style *style, FILE *out) {
  struct bp_markup markup;
  const struct bp_claim *claim = worked->claim;
  if (bp_page_begin(&markup, claim->text ? claim->text : "A line", out) != 0)
    return -1;
  bp_element(&markup, "p");
  bp_attribute(&markup, "class", "soft");
  bp_markup_format(&markup, "%s:%zu%s%s", claim->source ? claim->source->name : "line", claim->line,
                   claim->name ? ", " : "", claim->name ? claim->name : "");
  bp_element_end(&markup);
  bp_page_claim(&markup, claim, style, 2, "line");
  bp_page_section(&markup, 2, NULL, "numbers", "Worked numbers");
  bp_page_worked(&markup, worked, 3);
  bp_element_end(&markup);
  return bp_page_end(&markup, out);
}
