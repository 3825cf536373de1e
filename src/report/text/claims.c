/* Derivations for a person: a row for each line of the file, and below a row that does not hold
 * whatever explains it.
 *
 * Rows stand under each other: verdict, line, name, formula, and at the end how closely both sides
 * agree.  A formula that is too long for its row is cut, because it stands in full in the file and,
 * where something is wrong, with a caret below the row.  Widths are those of the terminal, not of
 * bytes: names may be Chinese and formulas are full of ∂ and ⊙.
 *
 * The closing sentence says what was seen and what would have been seen, because that is all that
 * numbers can say: "holds at 5 random points" and never "proved".
 */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "report/claims.h"
#include "report/plain.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text/text.h"

enum { PAGE = 80, INDENT = 6, WORD_COLUMNS = 9, END_COLUMNS = 9, LEAST_FORMULA_COLUMNS = 12 };

static size_t page_columns(const struct bp_report_style *style) {
  return style->width ? style->width : PAGE;
}

const char *bp_claim_word(const struct bp_claim *claim) {
  if (bp_claim_is_broken(claim))
    return "not read";
  if (claim->reason == BP_REASON_UNFILLED)
    return "unfilled";
  if (claim->verdict == BP_HOLDS)
    return claim->kind == BP_REFUTE ? "refuted" : "holds";
  return claim->verdict == BP_FAILS ? "FAILS" : "undecided";
}

enum bp_tint bp_claim_tint(const struct bp_claim *claim) { return bp_verdict_tint(claim->verdict); }

/* ---- rows ---------------------------------------------------------------- */

struct row_layout {
  int line_digits;
  size_t name_columns; /* 0: no claim has a name */
  size_t points;       /* where all lines were compared at as many points; else 0 */
  size_t page;
};

static struct row_layout layout_of(const struct bp_derivation_report *report,
                                   const struct bp_claim_counts *counts,
                                   const struct bp_report_style *style) {
  struct row_layout layout = {.page = page_columns(style)};
  size_t last = 0;
  for (size_t i = 0; i < report->claim_count; i++) {
    const struct bp_claim *claim = &report->claims[i];
    size_t columns = claim->name ? bp_text_columns(claim->name, strlen(claim->name)) : 0;
    if (columns > layout.name_columns)
      layout.name_columns = columns;
    if (claim->line > last)
      last = claim->line;
  }
  layout.line_digits = snprintf(NULL, 0, "%zu", last);
  /* of what name and formula share, the formula gets the larger part */
  size_t used = 2 + WORD_COLUMNS + 2 + (size_t)layout.line_digits + 2 + 2 + 2 + END_COLUMNS;
  size_t most = layout.page > used + LEAST_FORMULA_COLUMNS ? (layout.page - used) * 2 / 5 : 8;
  if (layout.name_columns > most)
    layout.name_columns = most;
  if (counts->least_points == counts->most_points)
    layout.points = counts->most_points;
  return layout;
}

/* "all 32 cases": nothing else is drawn for the line. */
static const char *all_cases(const struct bp_claim *claim, struct bp_arena *arena) {
  bool sizes = claim->aimed.cases == 0;
  const char *all =
      bp_arena_printf(arena, "all %zu %s", sizes ? claim->aimed.size_cases : claim->aimed.cases,
                      sizes ? "sizes" : "cases");
  bool rounded = bp_claim_is_measured(claim) && claim->largest_relative > 0;
  return all && rounded ? bp_arena_printf(arena, "%s, to %.0e", all, claim->largest_relative) : all;
}

/* How sure a line is, or what it needs: "to 3e-25", and with how many points where that differs
 * between lines. */
static const char *row_end(const struct bp_claim *claim, const struct row_layout *layout,
                           struct bp_arena *arena) {
  if (bp_claim_is_broken(claim) && claim->needs > 0)
    return bp_claim_needs(claim, arena);
  if (claim->verdict != BP_HOLDS)
    return "";
  if (claim->kind == BP_REFUTE && claim->reason == BP_REASON_SHAPE)
    return "shapes differ";
  if (claim->kind == BP_REFUTE && claim->reason == BP_REASON_NO_VALUE)
    return "no value";
  if (claim->kind == BP_REFUTE && claim->reason == BP_REASON_VALUE)
    return bp_arena_printf(arena, "off by %.0e", claim->largest_relative);
  if (claim->reason == BP_REASON_KINK)
    return "on a kink";
  if (claim->aimed.exhausted)
    return all_cases(claim, arena);
  if (!bp_claim_is_measured(claim))
    return "";
  double seen = claim->largest_relative > 0 ? claim->largest_relative : claim->visible;
  const struct bp_aimed_points *aimed = &claim->aimed;
  const char *equal = aimed->unmet_count || aimed->ways.behind || aimed->rare ? "one-sided"
                      : aimed->some_cases                                     ? "some cases"
                      : aimed->sizes                                          ? "some sizes"
                                                                              : "exact";
  const char *agreement = !(seen > 0) ? equal : bp_arena_printf(arena, "to %.0e", seen);
  if (!agreement || claim->points == layout->points)
    return agreement;
  return bp_arena_printf(arena, "%zu point%s, %s", claim->points, claim->points == 1 ? "" : "s",
                         agreement);
}

/* Text and the blanks that fill its columns. */
static void write_cell(const char *text, size_t columns, FILE *out) {
  size_t used = bp_text_columns(text, strlen(text));
  fprintf(out, "%s%*s", text, used < columns ? (int)(columns - used) : 0, "");
}

static int write_row(const struct bp_claim *claim, const struct row_layout *layout,
                     const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  const char *name = bp_text_shown(claim->name ? claim->name : "", layout->name_columns, arena);
  const char *end = row_end(claim, layout, arena);
  if (!name || !end)
    return -1;
  size_t used = 2 + WORD_COLUMNS + 2 + (size_t)layout->line_digits + 2 +
                (layout->name_columns > 0 ? layout->name_columns + 2 : 0) +
                (*end ? strlen(end) + 2 : 0);
  size_t room =
      layout->page > used + LEAST_FORMULA_COLUMNS ? layout->page - used : LEAST_FORMULA_COLUMNS;
  const char *formula = bp_text_shown(claim->text ? claim->text : "", room, arena);
  if (!formula)
    return -1;
  fprintf(out, "  %s", bp_tint_on(bp_claim_tint(claim), style->colour));
  write_cell(bp_claim_word(claim), WORD_COLUMNS, out);
  fprintf(out, "%s  %*zu  ", bp_tint_off(bp_claim_tint(claim), style->colour), layout->line_digits,
          claim->line);
  if (layout->name_columns > 0) {
    write_cell(name, layout->name_columns, out);
    fputs("  ", out);
  }
  write_cell(formula, *end ? room : 0, out);
  fprintf(out, "%s%s\n", *end ? "  " : "", end);
  return 0;
}

/* Strings of a row are given back with it: there may be a million rows. */
static int write_rows(const struct bp_derivation_report *report,
                      const struct bp_claim_counts *counts, const struct bp_report_style *style,
                      struct bp_listed *listed, FILE *out) {
  size_t withheld = listed->withheld;
  struct row_layout layout = layout_of(report, counts, style);
  bool any = false;
  int status = 0;
  for (size_t i = 0; i < report->claim_count && status == 0; i++) {
    struct bp_claim claim = report->claims[i];
    if (style->claims == BP_LIST_FAILED && claim.verdict == BP_HOLDS)
      continue;
    if (!bp_lists(style, claim.verdict, listed))
      continue;
    if (report->convention && claim.hint_count == 0) /* to say that nothing mends it misleads */
      claim.searched = false;
    struct bp_arena *arena = bp_arena_new(0);
    bool told = bp_claim_is_broken(&claim) && claim.needs > 0; /* by an error message, once */
    if (!arena || write_row(&claim, &layout, style, arena, out) != 0 ||
        (!told && bp_text_claim(&claim, style, arena, out) != 0))
      status = -1;
    bp_arena_free(arena);
    any = true;
  }
  withheld = listed->withheld - withheld;
  if (withheld > 0)
    fprintf(out, "%s  %zu more that %s not hold %s not listed (--max-failures %zu)\n",
            any ? "\n" : "", withheld, withheld == 1 ? "does" : "do", withheld == 1 ? "is" : "are",
            style->most_failures);
  if (any || withheld > 0)
    putc('\n', out);
  return status;
}

/* ---- around the rows ----------------------------------------------------- */

static int write_head(const struct bp_derivation_result *result,
                      const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  const struct bp_derivation_report *report = result->report;
  const char *file = bp_text_shown(result->file, SIZE_MAX, arena);
  const char *title =
      report->head.title ? bp_text_shown(report->head.title, SIZE_MAX, arena) : file;
  const char *line =
      report->head.title ? file : ""; /* a file without a title is called by its name */
  const char *origin = NULL;
  for (size_t i = 0; i < report->head.setting_count && line; i++)
    if (!strcmp(report->head.settings[i].name, "source"))
      origin = bp_text_shown(report->head.settings[i].value, SIZE_MAX, arena);
    else if (strcmp(report->head.settings[i].name, "file") != 0)
      line = bp_arena_printf(arena, "%s%s%s %s", line, *line ? ", " : "",
                             report->head.settings[i].name, report->head.settings[i].value);
  if (!title || !line)
    return -1;
  fputs(bp_tint_on(BP_STRONG, style->colour), out);
  bp_wrap("", title, style->width, out);
  fputs(bp_tint_off(BP_STRONG, style->colour), out);
  line = bp_text_shown(line, SIZE_MAX, arena);
  if (origin)
    bp_wrap("  ", origin, style->width, out);
  if (line && *line)
    bp_wrap("  ", line, style->width, out);
  putc('\n', out);
  for (size_t i = 0; i < report->reading_count; i++) {
    const char *sentence = bp_text_shown(report->reading[i], SIZE_MAX, arena);
    bool line = sentence && strncmp(sentence, "write ", 6) == 0; /* to be pasted */
    if (line)
      fprintf(out, "%*s%s\n", INDENT, "", sentence);
    else if (sentence)
      bp_wrap("  ", sentence, style->width, out);
  }
  if (report->reading_count > 0)
    putc('\n', out);
  return line ? 0 : -1;
}

/* "line 15", and its file where there are several. */
static const char *first_failing(const struct bp_claim_counts *counts, size_t files,
                                 struct bp_arena *arena) {
  if (files == 1 || !counts->first_file)
    return bp_arena_printf(arena, "line %zu", counts->first_line);
  const char *file = bp_text_shown(counts->first_file, SIZE_MAX, arena);
  return file ? bp_arena_printf(arena, "%s:%zu", file, counts->first_line) : NULL;
}

/* "31 lines: 24 hold, 5 refuted as they should be, 1 fails": what there is of each. */
static const char *counted(const struct bp_claim_counts *counts, size_t files,
                           struct bp_arena *arena) {
  enum { FAILING = 2 };
  const struct {
    size_t count;
    const char *one, *several;
  } parts[] = {
      {counts->holds, "holds", "hold"},
      {counts->refuted, "refuted as it should be", "refuted as they should be"},
      {counts->fails, "fails", "fail"},
      {counts->undecided - counts->unfilled, "undecided", "undecided"},
      {counts->unfilled, "to be filled in", "to be filled in"},
      {counts->broken, "not read", "not read"},
  };
  const char *text =
      bp_arena_printf(arena, "%zu line%s", counts->lines, counts->lines == 1 ? "" : "s");
  if (files > 1 && text)
    text = bp_arena_printf(arena, "%s in %zu files", text, files);
  const char *separator = ": ", *place = first_failing(counts, files, arena);
  if (!place)
    return NULL;
  for (size_t i = 0; i < sizeof parts / sizeof *parts && text; i++) {
    if (parts[i].count == 0)
      continue;
    text = bp_arena_printf(arena, "%s%s%zu %s", text, separator, parts[i].count,
                           parts[i].count == 1 ? parts[i].one : parts[i].several);
    separator = ", ";
    if (i == FAILING)
      text = bp_arena_printf(arena, "%s (%s%s)", text, counts->fails > 1 ? "the first at " : "",
                             place);
  }
  return text;
}

/* "compared at 5 random points each: agreement to 3e-25 of the largest entry, and a difference of
 * 2e-19 would have been seen" */
static const char *certainty(const struct bp_claim_counts *counts, struct bp_arena *arena) {
  if (counts->least_points == 0)
    return "";
  const char *points = counts->least_points == counts->most_points
                           ? bp_arena_printf(arena, "%zu random point%s", counts->most_points,
                                             counts->most_points == 1 ? "" : "s each")
                           : bp_arena_printf(arena, "%zu to %zu random points",
                                             counts->least_points, counts->most_points);
  const char *agreement = counts->largest_relative == 0
                              ? "no difference at all"
                              : bp_arena_printf(arena, "agreement to %.0e of the largest entry",
                                                counts->largest_relative);
  if (!points || !agreement)
    return NULL;
  if (counts->visible == 0 && counts->one_way == 0) /* whole numbers only: nothing was rounded */
    return bp_arena_printf(arena, "; compared at %s: exactly equal", points);
  if (!isfinite(counts->visible) || counts->visible == 0)
    return bp_arena_printf(arena, "; compared at %s: %s", points, agreement);
  return bp_arena_printf(arena,
                         "; compared at %s: %s, and a difference of %.0e would have been seen",
                         points, agreement, counts->visible);
}

/* "; also at up to 57 aimed points (far out, special numbers, other sizes; all of up to 64 cases)"
 */
static const char *aimed_words(const struct bp_claim_counts *counts, struct bp_arena *arena) {
  const char *text = "", *cases = "";
  if (counts->cases > 0)
    cases = bp_arena_printf(arena, "; all of up to %zu cases", counts->cases);
  if (counts->most_aimed > 0)
    text = bp_arena_printf(
        arena, "; also at up to %zu aimed point%s (far out, special numbers, other sizes%s)",
        counts->most_aimed, counts->most_aimed == 1 ? "" : "s", cases ? cases : "");
  if (text && counts->one_way > 0)
    text = bp_arena_printf(arena, "%s; %zu line%s a decision that only ever came out one way", text,
                           counts->one_way, counts->one_way == 1 ? " has" : "s have");
  if (text && counts->crowded > 0)
    text = bp_arena_printf(arena,
                           "%s; in %zu line%s max, relu or where decide in many places: some "
                           "combinations were met, not all",
                           text, counts->crowded, counts->crowded == 1 ? "" : "s");
  const char *wrong = counts->finest > 0
                          ? bp_arena_printf(arena, "one wrong by more than %.0e", counts->finest)
                          : "a wrong one";
  if (text && wrong && counts->polynomials > 0)
    text = bp_arena_printf(
        arena, "%s; %zu line%s: %s passes with a chance of at most %.0e", text, counts->polynomials,
        counts->polynomials == 1 ? " is a polynomial" : "s are polynomials", wrong, counts->chance);
  return text;
}

static const char *errors_words(const struct bp_claim_counts *counts, size_t files,
                                struct bp_arena *arena) {
  const char *text = "";
  if (counts->empty > 0 && counts->lines > 0)
    text = bp_arena_printf(arena, "; nothing was checked in %zu file%s", counts->empty,
                           counts->empty == 1 ? "" : "s");
  if (counts->errors == 0 || !text)
    return text;
  return bp_arena_printf(arena, "%s; %zu error%s in the file%s", text, counts->errors,
                         counts->errors == 1 ? "" : "s", files == 1 ? "" : "s");
}

static int write_closing(const struct bp_claim_counts *counts, size_t files,
                         const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  enum bp_verdict verdict = bp_claims_verdict(counts);
  const char *sure = certainty(counts, arena), *errors = errors_words(counts, files, arena);
  const char *aimed = aimed_words(counts, arena);
  const char *text = counts->lines == 0 ? "nothing was checked, and nothing checked is never a pass"
                                        : counted(counts, files, arena);
  const char *lead = bp_arena_printf(arena, "%s: ", bp_verdict_name(verdict));
  if (!sure || !errors || !aimed || !text || !lead)
    return -1;
  const char *sentence = bp_arena_printf(arena, "%s%s%s%s", text, errors, sure, aimed);
  if (!sentence)
    return -1;
  bp_wrap_tinted(bp_verdict_tint(verdict), style->colour, lead, sentence, style->width, out);
  return 0;
}

/* What is to be known before the lines: they are right, in other terms. */
static int write_convention(const struct bp_derivation_report *report,
                            const struct bp_report_style *style, struct bp_arena *arena,
                            FILE *out) {
  if (!report->convention)
    return 0;
  const char *sentence = bp_text_shown(report->convention, SIZE_MAX, arena);
  if (!sentence)
    return -1;
  bp_wrap_tinted(BP_STRONG, style->colour, "convention: ", sentence, style->width, out);
  putc('\n', out);
  return 0;
}

static int write_file(const struct bp_derivation_result *result,
                      const struct bp_claim_counts *counts, const struct bp_report_style *style,
                      struct bp_listed *listed, struct bp_arena *arena, FILE *out) {
  const struct bp_derivation_report *report = result->report;
  if (write_head(result, style, arena, out) != 0 ||
      write_convention(report, style, arena, out) != 0)
    return -1;
  if (style->claims != BP_LIST_NONE && write_rows(report, counts, style, listed, out) != 0)
    return -1;
  for (size_t i = 0; i < report->head.note_count; i++)
    bp_wrap("note: ", report->head.notes[i], style->width, out);
  if (report->head.note_count > 0)
    putc('\n', out);
  return write_closing(counts, 1, style, arena, out);
}

/* ---- several files ------------------------------------------------------- */

/* A cell with a count; nothing where there is none, so that what matters stands out. */
static void count_cell(struct bp_table *table, enum bp_tint tint, size_t count,
                       struct bp_arena *arena) {
  bp_table_cell(table, tint, count > 0 ? bp_grouped(count, arena) : "");
}

/* The end of a long path, which tells files apart. */
static const char *file_cell(const char *file, struct bp_arena *arena) {
  enum { MOST_COLUMNS = 30 };
  const char *rest = file;
  while (bp_text_columns(rest, strlen(rest)) > MOST_COLUMNS - (rest > file ? 1 : 0))
    do
      rest++;
    while (((unsigned char)*rest & 0xC0) == 0x80);
  const char *shown = bp_text_shown(rest, MOST_COLUMNS, arena);
  return shown && rest > file ? bp_arena_printf(arena, "…%s", shown) : shown;
}

static int write_totals(const struct bp_derivation_results *results,
                        const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  static const struct bp_column columns[] = {
      {"file", false},        {"hold", true},      {"refuted", true},  {"fail", true},
      {"un-\ndecided", true}, {"not\nread", true}, {"verdict", false},
  };
  struct bp_table *table =
      bp_table_new(arena, columns, sizeof columns / sizeof *columns, results->count);
  for (size_t i = 0; i < results->count; i++) {
    const struct bp_derivation_result *result = &results->files[i];
    struct bp_claim_counts counts = bp_claims_count(result);
    enum bp_verdict verdict = bp_claims_verdict(&counts);
    bp_table_cell(table, BP_PLAIN, file_cell(result->file, arena));
    count_cell(table, BP_PLAIN, counts.holds, arena);
    count_cell(table, BP_PLAIN, counts.refuted, arena);
    count_cell(table, BP_BAD, counts.fails, arena);
    count_cell(table, BP_DOUBTFUL, counts.undecided, arena);
    count_cell(table, BP_DOUBTFUL, counts.broken, arena);
    bp_table_cell(table, bp_verdict_tint(verdict),
                  result->report ? bp_verdict_name(verdict) : "not judged");
  }
  if (bp_table_write(table, style->colour, out) != 0)
    return -1;
  putc('\n', out);
  return 0;
}

static int write_all(const struct bp_derivation_results *results,
                     const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  struct bp_claim_counts all = {0};
  struct bp_listed listed = {0};
  for (size_t i = 0; i < results->count; i++) {
    const struct bp_derivation_result *result = &results->files[i];
    struct bp_claim_counts counts = bp_claims_count(result);
    all = bp_claims_add(all, counts);
    bool only_counts = style->claims == BP_LIST_NONE && results->count > 1;
    if (style->brief || only_counts || !result->report)
      continue;
    if (write_file(result, &counts, style, &listed, arena, out) != 0)
      return -1;
    if (results->count > 1)
      fputs("\n\n", out);
  }
  if (results->count == 1 && (!style->brief || !results->files[0].report))
    return 0; /* its own closing sentence, or a message elsewhere, has said everything */
  if (!style->brief && results->count > 1 && write_totals(results, style, arena, out) != 0)
    return -1;
  return write_closing(&all, results->count, style, arena, out);
}

int bp_derivations_text(const struct bp_derivation_results *results,
                        const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena ? write_all(results, style, arena, out) : -1, arena, out);
}
