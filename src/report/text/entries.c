/* Single entries in the text report: the worst of each block, the ones asked for, and, where a
 * block does not hold, all that is known about its worst one; then the closing sentence, which
 * names it once more. */
#include <math.h>
#include <string.h>

#include "report/report.h"
#include "report/table.h"
#include "report/text/text.h"

enum {
  MOST_DETAILS = 5
}; /* paragraphs about single blocks, unless --max-failures says otherwise */

const char *bp_entry_name(const struct bp_block *block, size_t index, struct bp_arena *arena) {
  if (block->moved)
    return bp_arena_printf(arena, "%s along %zu", block->name, index + 1);
  return bp_arena_printf(arena, "%s(%zu,%zu)", block->name, bp_block_row(block, index),
                         bp_block_column(block, index));
}

const char *bp_entry_word(const struct bp_block *block) {
  bool one = block->rows * block->columns - block->skipped == 1;
  if (block->moved)
    return one ? "direction" : "directions";
  return one ? "entry" : "entries";
}

/* Ten digits, but NaN as everybody writes it. */
static const char *medium_number(double number, struct bp_arena *arena) {
  return isnan(number) ? "NaN" : bp_arena_printf(arena, "%.9e", number);
}

/* Without entries, or without any that was looked at. */
static bool is_empty(const struct bp_block *block) {
  return block->skipped == block->rows * block->columns;
}

/* Whether rows are random directions of a network. */
static bool is_along(const struct bp_report *report) {
  return report->block_count > 0 && report->blocks[0].moved > 0;
}

/* What the value under test is called in tables. */
static const char *tested_name(const struct bp_report *report) {
  if (report->code)
    return "your value";
  return report->network && report->network->tested ? report->network->tested : "BP1-BP4";
}

/* Some reasons have other words for a function of which nothing is known. */
static const char *reason_sentence(const struct bp_report *report, enum bp_reason reason) {
  if (report->code && reason == BP_REASON_KINK)
    return "the function has a kink here, or too close to step beside it; on it, every value "
           "between the slopes to both sides is right";
  if (report->code && reason == BP_REASON_FLOOR)
    return "noise and rounding in the function's values are too large here to tell";
  if (report->code && reason == BP_REASON_TRUNCATION)
    return "the differences do not settle here as the step shrinks: their truncation is too large "
           "to tell";
  return bp_reason_sentence(reason);
}

int bp_text_worst(const struct bp_report *report, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out) {
  const bool black_box = report->code;
  const struct bp_column columns[] = {
      {"entry", false},     {tested_name(report), true},
      {"difference", true}, {black_box ? "bound" : "Kronecker", true},
      {"bound", true},
  };
  struct bp_table *table = bp_table_new(
      arena, columns, sizeof columns / sizeof *columns - black_box, report->block_count);
  size_t count = 0;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (!block->parameter || is_empty(block))
      continue;
    const struct bp_entry *entry = &block->entries[block->worst];
    bp_table_cell(table, bp_verdict_tint(entry->verdict),
                  bp_entry_name(block, block->worst, arena));
    bp_table_cell(table, BP_PLAIN, medium_number(entry->backprop, arena));
    bp_table_cell(table, BP_PLAIN, medium_number(entry->difference, arena));
    if (!black_box)
      bp_table_cell(table, BP_PLAIN, medium_number(entry->kronecker, arena));
    bp_table_cell(table, BP_PLAIN, bp_short_number(entry->bound, arena));
    count++;
  }
  if (count == 0)
    return 0;
  bp_wrap("",
          is_along(report)
              ? "Worst direction of each block: nearest to its bound, or farthest beyond it"
              : "Worst entry of each block: nearest to its bound, or farthest beyond it",
          style->width, out);
  if (bp_table_write(table, style->colour, out) != 0)
    return -1;
  putc('\n', out);
  return 0;
}

/* A digit less where the exponent takes three: the column stays as wide. */
static void listed_number(double number, FILE *out) {
  double magnitude = fabs(number);
  if (isnan(number))
    fprintf(out, "  %14s", "NaN");
  else
    fprintf(out, "  %14.*e", magnitude != 0 && (magnitude < 1e-99 || magnitude >= 1e99) ? 6 : 7,
            number);
}

static void listed_row(const struct bp_block *block, size_t index, bool black_box, bool colour,
                       FILE *out) {
  const struct bp_entry *entry = &block->entries[index];
  char place[48], relative[16] = "NaN";
  if (block->moved)
    snprintf(place, sizeof place, "along %zu", index + 1);
  else
    snprintf(place, sizeof place, "(%zu,%zu)", bp_block_row(block, index),
             bp_block_column(block, index));
  if (entry->relative == 0)
    strcpy(relative, "0");
  else if (!isnan(entry->relative))
    snprintf(relative, sizeof relative, "%.1e", entry->relative);
  fprintf(out, "  %-9s", place);
  listed_number(entry->backprop, out);
  listed_number(entry->difference, out);
  if (!black_box)
    listed_number(entry->kronecker, out);
  enum bp_tint tint = bp_verdict_tint(entry->verdict);
  fprintf(out, "  %8s  %s%s%s\n", relative, bp_tint_on(tint, colour),
          bp_verdict_name(entry->verdict), bp_tint_off(tint, colour));
}

/* Rows go out as they come, in columns of fixed width: there may be millions. */
int bp_text_listing(const struct bp_report *report, const struct bp_report_style *style,
                    FILE *out) {
  struct bp_listed listed = {0};
  if (style->parameters == BP_LIST_NONE)
    return 0;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    size_t entries = block->rows * block->columns;
    bool all = style->parameters == BP_LIST_ALL;
    if (!block->parameter || is_empty(block) || (!all && block->holds + block->skipped == entries))
      continue;
    fprintf(out, "%s\n  %s%-9s  %14s  %14s", block->name, bp_tint_on(BP_FAINT, style->colour),
            "entry", tested_name(report), "difference");
    if (!report->code)
      fprintf(out, "  %14s", "Kronecker");
    fprintf(out, "  %8s  verdict%s\n", "relative", bp_tint_off(BP_FAINT, style->colour));
    for (size_t k = 0; k < entries; k++)
      if ((all || block->entries[k].verdict != BP_HOLDS) &&
          block->entries[k].reason != BP_REASON_SKIPPED &&
          bp_lists(style, (enum bp_verdict)block->entries[k].verdict, &listed))
        listed_row(block, k, report->code, style->colour, out);
    putc('\n', out);
  }
  if (listed.withheld > 0)
    fprintf(out, "%zu more that %s not hold %s not listed (--max-failures %zu)\n\n",
            listed.withheld, listed.withheld == 1 ? "does" : "do",
            listed.withheld == 1 ? "is" : "are", style->most_failures);
  return ferror(out) ? -1 : 0;
}

void bp_text_number(const char *name, double number, const char *remark,
                    const struct bp_report_style *style, FILE *out) {
  enum { ALL_DIGITS = 17 };
  int behind_point = (int)(style->digits ? style->digits : ALL_DIGITS) - 1;
  fprintf(out, "  %-20s ", name);
  if (isnan(number))
    fprintf(out, "%24s", "NaN");
  else
    fprintf(out, "%24.*e", behind_point, number);
  fprintf(out, "%s%s\n", *remark ? "  " : "", remark);
}

/* What the bound is mostly made of. */
static const char *bound_words(const struct bp_entry *entry) {
  if (!isfinite(entry->bound))
    return "by truncation and rounding";
  if (entry->bound > 2 * (entry->truncation + entry->rounding))
    return "mostly by the kink";
  if (entry->truncation == 0)
    return "by rounding";
  return entry->truncation > entry->rounding ? "mostly by truncation" : "mostly by rounding";
}

/* How the difference was had. */
static const char *method_words(const struct bp_report *report, const struct bp_entry *entry,
                                struct bp_arena *arena) {
  const char *words = bp_method_words((enum bp_method)entry->method);
  if (is_along(report))
    return "from eight points along it";
  if (entry->log2_bits == 0)
    return words;
  const char *with_bits = bp_arena_printf(arena, "%s of %u bits", words, 1U << entry->log2_bits);
  return with_bits ? with_bits : words;
}

static void write_numbers(const struct bp_report *report, const struct bp_entry *entry,
                          const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  const char *tested = tested_name(report);
  const char *error = bp_arena_printf(arena, "error of %s", tested);
  const char *digits = "";
  if (entry->reason == BP_REASON_LOST_DIGITS)
    digits = bp_arena_printf(arena, "about %.0f of 16 digits are right", (double)entry->digits);
  bp_text_number(tested, entry->backprop, digits ? digits : "", style, out);
  bool computed = report->code && entry->method == BP_METHOD_NONE && isfinite(entry->difference);
  bp_text_number(computed ? "on its own" : "central difference", entry->difference,
                 method_words(report, entry, arena), style, out);
  if (!report->code)
    bp_text_number("Kronecker", entry->kronecker, "", style, out);
  bp_text_number(error ? error : "error", fabs(entry->backprop - entry->difference), "", style,
                 out);
  bp_text_number("explained, at most", entry->bound, bound_words(entry), style, out);
}

static int write_detail(const struct bp_report *report, const struct bp_block *block,
                        const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  bool fails = block->verdict == BP_FAILS;
  const struct bp_entry *entry = &block->entries[block->worst];
  const char *place = bp_entry_name(block, block->worst, arena);
  const char *count = bp_grouped(fails ? block->fails : block->undecided, arena);
  size_t looked_at = block->rows * block->columns - block->skipped;
  const char *entries = bp_grouped(looked_at, arena);
  if (!place || !count || !entries)
    return -1;
  enum bp_tint tint = bp_verdict_tint(block->verdict);
  fprintf(out, "%s %s%s%s: %s of %s %s; worst%s %s\n", block->name, bp_tint_on(tint, style->colour),
          fails ? "fails" : "is undecided", bp_tint_off(tint, style->colour), count, entries,
          bp_entry_word(block), block->moved ? "" : " entry", place);
  write_numbers(report, entry, style, arena, out);
  if (entry->reason != BP_REASON_NONE)
    bp_wrap("  ", reason_sentence(report, (enum bp_reason)entry->reason), style->width, out);
  if (block->explanation)
    bp_wrap("  ", block->explanation, style->width, out);
  if (style->replay && block->replay)
    fprintf(out, "  to see it again:\n  %s\n", block->replay);
  putc('\n', out);
  return 0;
}

/* Blocks that fail come first: where there are more than fit, they matter most. */
int bp_text_details(const struct bp_report *report, const struct bp_report_style *style,
                    struct bp_arena *arena, FILE *out) {
  static const enum bp_verdict order[] = {BP_FAILS, BP_UNDECIDED};
  size_t written = 0, left = 0;
  size_t most = style->most_failures > 0 ? style->most_failures : MOST_DETAILS;
  for (size_t pass = 0; pass < sizeof order / sizeof *order; pass++)
    for (size_t i = 0; i < report->block_count; i++) {
      const struct bp_block *block = &report->blocks[i];
      if (block->verdict != order[pass] || block->informative || is_empty(block))
        continue;
      if (written == most) {
        left++;
        continue;
      }
      if (write_detail(report, block, style, arena, out) != 0)
        return -1;
      written++;
    }
  if (left > 0)
    fprintf(out, "and %zu more block%s, as the tables show\n\n", left, left == 1 ? "" : "s");
  return 0;
}

/* The first parameter block with the verdict of the whole, or the first block at all that has it.
 */
static const struct bp_block *blamed_block(const struct bp_report *report) {
  const struct bp_block *found = NULL;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (block->informative || is_empty(block) || block->verdict != report->head.verdict)
      continue;
    if (block->parameter)
      return block;
    if (!found)
      found = block;
  }
  return found;
}

/* The largest of the smallest errors seen, relative to each block's largest entry; NaN where one of
 * them is not a number. */
static double relative_visible(const struct bp_report *report) {
  double largest = 0;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (!block->parameter || block->largest_magnitude == 0)
      continue;
    if (!(block->visible <= largest))
      largest = block->visible;
    if (isnan(largest))
      break;
  }
  return largest;
}

/* "12 parameters agree three ways at this point" */
static const char *agreement(const struct bp_report *report, const char *count,
                             struct bp_arena *arena) {
  bool one = report->head.entries == 1;
  const char *skipped = bp_grouped(report->skipped, arena);
  if (is_along(report))
    return bp_arena_printf(arena,
                           "%s %s along random directions in the place of %s parameters %s three "
                           "ways at this point",
                           count, one ? "slope" : "slopes", skipped ? skipped : "all",
                           one ? "agrees" : "agree");
  if (!report->code && report->skipped > 0 && skipped && report->block_count > 0 &&
      report->blocks[0].rows_of > 0)
    return bp_arena_printf(arena,
                           "%s %s looked at %s three ways at this point (%s %s not looked at)",
                           count, one ? "parameter" : "parameters", one ? "agrees" : "agree",
                           skipped, report->skipped == 1 ? "was" : "were");
  if (!report->code && report->skipped > 0 && skipped)
    return bp_arena_printf(arena,
                           "%s %s three ways at this point (%s %s not in the file and not looked "
                           "at)",
                           count, one ? "parameter agrees" : "parameters agree", skipped,
                           report->skipped == 1 ? "was" : "were");
  if (!report->code)
    return bp_arena_printf(arena, "%s %s three ways at this point", count,
                           one ? "parameter agrees" : "parameters agree");
  if (report->skipped == 0 || !skipped)
    return bp_arena_printf(arena, "%s %s with differences at this point", count,
                           one ? "entry agrees" : "entries agree");
  return bp_arena_printf(arena,
                         "%s %s looked at %s with differences at this point (%s %s not looked at)",
                         count, one ? "entry" : "entries", one ? "agrees" : "agree", skipped,
                         report->skipped == 1 ? "was" : "were");
}

static const char *holds_sentence(const struct bp_report *report, struct bp_arena *arena) {
  const char *count = bp_grouped(report->head.entries, arena);
  const char *absolute = bp_short_number(report->visible, arena);
  double relative = relative_visible(report);
  const char *share = bp_short_number(relative, arena);
  if (!count || !absolute || !share)
    return NULL;
  const char *first = agreement(report, count, arena);
  const char *all = report->head.entries == 1 ? "" : "all ";
  const char *where = is_along(report) ? " in a single parameter" : "";
  if (!first || !isfinite(report->visible))
    return first;
  if (!isfinite(relative) || relative == 0)
    return bp_arena_printf(arena, "%s%s; any error above %s%s would have been seen", all, first,
                           absolute, where);
  return bp_arena_printf(arena,
                         "%s%s; any error above %s (%s of the largest entry of its block)%s would "
                         "have been seen",
                         all, first, absolute, share, where);
}

static const char *failure_sentence(const struct bp_report *report, struct bp_arena *arena) {
  const struct bp_block *block = blamed_block(report);
  bool fails = report->head.verdict == BP_FAILS;
  const char *count = bp_grouped(fails ? report->head.fails : report->head.undecided, arena);
  const char *all = bp_grouped(report->head.entries, arena);
  if (!block && report->head.note_count > 0) /* a planted mistake that does not show */
    return report->head.notes[0];
  if (!block || !count || !all)
    return fails ? "the gradient is wrong" : "the check could not decide";
  const char *place = bp_entry_name(block, block->worst, arena);
  size_t about = fails ? report->head.fails : report->head.undecided;
  const char *verb = fails ? (about == 1 ? "disagrees" : "disagree") : "cannot be decided";
  if (about == 0) /* only an intermediate */
    return bp_arena_printf(arena, "the %s agree, but %s %s; worst entry %s",
                           report->code ? "derivatives" : "parameters", block->name,
                           fails ? "does not" : verb, place);
  bool one = report->head.entries == 1;
  const char *things =
      is_along(report) ? (one ? "slope along a random direction" : "slopes along random directions")
      : report->code   ? (one ? "entry" : "entries")
                       : (one ? "parameter" : "parameters");
  return bp_arena_printf(
      arena, "%s of %s %s %s, the first in %s; worst%s there %s: %s", count, all, things, verb,
      block->name, is_along(report) ? "" : " entry", place,
      block->explanation_kind
          ? block->explanation
          : reason_sentence(report, (enum bp_reason)block->entries[block->worst].reason));
}

int bp_text_closing(const struct bp_report *report, const struct bp_report_style *style,
                    struct bp_arena *arena, FILE *out) {
  const char *sentence;
  enum bp_verdict verdict = bp_report_verdict(&report->head);
  if (report->head.entries == 0)
    sentence = "nothing was checked, and nothing checked is never a pass";
  else
    sentence =
        verdict == BP_HOLDS ? holds_sentence(report, arena) : failure_sentence(report, arena);
  if (!sentence)
    return -1;
  enum bp_tint tint = bp_verdict_tint(verdict);
  const char *lead = bp_arena_printf(arena, "%s: ", bp_verdict_name(verdict));
  if (!lead)
    return -1;
  bp_wrap_tinted(tint, style->colour, lead, sentence, style->width, out);
  return ferror(out) ? -1 : 0;
}
