/* Why a line of a derivation does not hold, for a person: its place, as editors and terminals lead
 * to it, one sentence, the two numbers, and what would mend it.
 *
 * Four digits are enough to see a sign, a factor or a half; where two numbers differ only behind
 * these, as many are shown as tell them apart, since two equal numbers that are said to differ help
 * nobody.
 */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "report/claims.h"
#include "report/plain.h"
#include "report/report.h"
#include "report/text/text.h"
#include "report/unmet.h"

enum { PAGE = 80, INDENT = 6, LEAST_FORMULA_COLUMNS = 12 };

/* A line that would not have shown a difference as large as this gets a remark. */
static const double POOR_VISION = 1e-6;

static size_t page_columns(const struct bp_report_style *style) {
  return style->width ? style->width : PAGE;
}

/* Which part of a chain is meant. */
static void write_link(const struct bp_claim *claim, const struct bp_report_style *style,
                       struct bp_arena *arena, FILE *out) {
  size_t page = page_columns(style);
  size_t room = page > INDENT + 10 ? page - INDENT - 10 : LEAST_FORMULA_COLUMNS;
  const char *left = bp_text_shown(claim->left, room, arena);
  const char *right = bp_text_shown(claim->right, room, arena);
  if (!left || !right)
    return;
  fprintf(out, "%*slink %zu of %zu, between\n%*s%s\n%*s%s\n", INDENT, "", claim->broken_link,
          claim->links, INDENT + 2, "", left, INDENT + 2, "", right);
}

/* "l = 2, m = 3, row 1, column 3" */
static const char *place_of(const struct bp_claim *claim, struct bp_arena *arena) {
  const char *at = claim->at ? claim->at : "";
  if (claim->rows * claim->columns <= 1)
    return *at ? bp_text_shown(at, SIZE_MAX, arena) : NULL;
  at = bp_text_shown(at, SIZE_MAX, arena);
  return bp_arena_printf(arena, "%s%srow %zu, column %zu of %zu x %zu", at ? at : "",
                         at && *at ? ", " : "", claim->row + 1, claim->column + 1, claim->rows,
                         claim->columns);
}

/* Numbers are kept as float64 here, so a difference that only wider arithmetic has seen is named as
 * such. */
static void write_numbers(const struct bp_claim *claim, const struct bp_report_style *style,
                          FILE *out) {
  static const char *const names[] = {"left", "right", "difference"};
  const double numbers[] = {claim->left_value, claim->right_value,
                            claim->left_value - claim->right_value};
  int digits, few;
  bp_claim_digits(claim, style->digits, &digits, &few);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (isnan(numbers[i]))
      fprintf(out, "%*s%-10s  NaN\n", INDENT, "", names[i]);
    else
      fprintf(out, "%*s%-10s  %s%.*g\n", INDENT, "", names[i], signbit(numbers[i]) ? "" : " ",
              i < 2 ? digits : few, numbers[i]);
  if (claim->left_value == claim->right_value && claim->largest_relative > 0)
    fprintf(out, "%*sthe digits behind these differ, by %.0e of the largest entry\n", INDENT, "",
            claim->largest_relative);
  if (isfinite(claim->bound))
    fprintf(out, "%*s%s\n", INDENT, "", bp_claim_explained(claim, (char[BP_EXPLAINED]){0}));
}

/* Notes that begin alike are one: "fits only because n[2] = 1, n[1] = 4". */
static const char *joined_notes(const struct bp_claim *claim, struct bp_arena *arena) {
  static const char shared[] = "fits only because ";
  size_t length = strlen(shared);
  const char *all = "";
  bool before = false;
  for (size_t i = 0; i < claim->note_count && all; i++) {
    bool again = strncmp(claim->notes[i], shared, length) == 0;
    all = bp_arena_printf(arena, "%s%s%s", all,
                          *all == '\0'      ? ""
                          : again && before ? ", "
                                            : "; ",
                          claim->notes[i] + (again && before ? length : 0));
    before = again;
  }
  return all ? bp_text_shown(all, SIZE_MAX, arena) : NULL;
}

static void write_notes(const struct bp_claim *claim, const struct bp_report_style *style,
                        struct bp_arena *arena, FILE *out) {
  const char *lead = bp_arena_printf(arena, "%*snote: ", INDENT, "");
  const char *all = joined_notes(claim, arena);
  if (lead && all && *all)
    bp_wrap_tinted(BP_FAINT, style->colour, lead, all, page_columns(style), out);
  const char *unmet[BP_MOST_UNMET_WORDS];
  size_t count = lead ? bp_unmet_words(claim, false, arena, unmet) : 0;
  for (size_t i = 0; i < count; i++)
    bp_wrap_tinted(BP_FAINT, style->colour, lead, unmet[i], page_columns(style), out);
  if (!bp_claim_is_measured(claim) || !lead || claim->visible <= POOR_VISION)
    return;
  const char *remark =
      isfinite(claim->visible)
          ? bp_arena_printf(arena,
                            "only a difference above %.0e of the largest entry would have been "
                            "seen here",
                            claim->visible)
          : "how small a difference would have been seen here is not known";
  if (remark)
    bp_wrap(lead, remark, page_columns(style), out);
}

/* "notes.deriv:7:12: ": of the place that is meant, if `exact`, else of the line. */
static const char *location_of(const struct bp_claim *claim, bool exact, struct bp_arena *arena) {
  bool known = exact && claim->where.message && claim->where.source;
  const struct bp_source *source = known ? claim->where.source : claim->source;
  size_t line, column;
  if (!source)
    return "";
  bp_locate(source, (known ? claim->where.span : claim->span).begin, &line, &column);
  const char *name = bp_text_shown(source->name, SIZE_MAX, arena);
  return name ? bp_arena_printf(arena, "%s:%zu:%zu: ", name, line, column) : NULL;
}

/* The place with its caret, the sentence, and what to try. */
static void write_reason(const struct bp_claim *claim, const struct bp_report_style *style,
                         struct bp_arena *arena, FILE *out) {
  const struct bp_diagnostic *where = &claim->where;
  const char *lead = bp_arena_printf(arena, "%*s", INDENT, "");
  const char *advice = bp_arena_printf(arena, "%*stry: ", INDENT, "");
  if (!lead || !advice)
    return;
  if (where->message && claim->reason != BP_REASON_UNFILLED) /* the ? is seen as it is */
    bp_diagnostic_quote(where, INDENT - 2, style->colour, out);
  const char *sentence = where->message ? where->message
                         : bp_claim_is_broken(claim) && claim->needs > 0
                             ? bp_claim_needs(claim, arena)
                             : bp_reason_sentence_of_claim(claim->reason);
  sentence = bp_text_shown(sentence, SIZE_MAX, arena);
  bool advised = claim->hint_count > 0; /* by what was tried, not only thought of */
  const char *suggestion =
      where->suggestion && !advised ? bp_text_shown(where->suggestion, SIZE_MAX, arena) : NULL;
  const char *location = claim->verdict == BP_FAILS ? location_of(claim, true, arena) : "";
  sentence = sentence && location ? bp_arena_printf(arena, "%s%s", location, sentence) : NULL;
  if (sentence)
    bp_wrap(lead, sentence, page_columns(style), out);
  if (suggestion)
    bp_wrap(advice, suggestion, page_columns(style), out);
}

/* Whether there are two numbers to show: not where shapes differ, nor where nothing was computed.
 */
static bool has_numbers(const struct bp_claim *claim) {
  return claim->reason != BP_REASON_SHAPE && claim->reason != BP_REASON_BROKEN &&
         claim->reason != BP_REASON_UNFILLED && claim->rows > 0;
}

/* Everything about a line that does not hold: where, why, with which numbers, and what would. */
static int write_trouble(const struct bp_claim *claim, const struct bp_report_style *style,
                         struct bp_arena *arena, FILE *out) {
  if (claim->consequence > 0) {
    const char *location = location_of(claim, false, arena);
    fprintf(out, "%*s%sfollows from the mistake in line %zu\n", INDENT, "",
            location ? location : "", claim->consequence);
    return claim->hint_count > 0 ? bp_text_hints(claim, style, arena, out) : 0;
  }
  write_reason(claim, style, arena, out);
  if (claim->left && claim->right && claim->links > 1 && claim->broken_link > 0)
    write_link(claim, style, arena, out);
  const char *place = has_numbers(claim) ? place_of(claim, arena) : NULL;
  const char *lead = place ? bp_arena_printf(arena, "%*sat ", INDENT, "") : NULL;
  if (lead)
    bp_wrap(lead, place, page_columns(style), out);
  if (has_numbers(claim))
    write_numbers(claim, style, out);
  return bp_text_hints(claim, style, arena, out);
}

int bp_text_claim(const struct bp_claim *claim, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out) {
  if (claim->verdict != BP_HOLDS && write_trouble(claim, style, arena, out) != 0)
    return -1;
  write_notes(claim, style, arena, out);
  if (style->replay && claim->replay) { /* never wrapped or cut: it is to be pasted */
    const char *command = bp_plain_line(claim->replay, arena);
    fprintf(out, "%*sto see it again: %s\n", INDENT, "", command ? command : "");
  }
  return bp_arena_failed(arena) || ferror(out) ? -1 : 0;
}
