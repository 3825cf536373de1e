/* The text report: from the overview to the detail and back to one sentence.
 *
 * A head with the settings, a table with a row for each block of parameters, the worst entry of
 * each, the intermediates, and then whatever needs words: blocks that fail or are undecided, notes,
 * the verdict.  Everything fits a page of 80 columns.  Numbers in tables are short, because one
 * looks at their size; the numbers behind a verdict are given in full, because one looks at their
 * digits. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "report/report.h"
#include "report/table.h"
#include "report/text/text.h"

/* "f = 1.25, 12 entries, 45 evaluations" */
static int write_black_box_head(const struct bp_report *report, const char *count,
                                struct bp_arena *arena, FILE *out) {
  const struct bp_code_facts *code = report->code;
  const char *all = bp_grouped(report->head.entries + report->skipped, arena);
  const char *evaluations = bp_grouped(code->evaluations, arena);
  const char *skipped = bp_grouped(report->skipped, arena);
  if (!all || !evaluations || !skipped)
    return -1;
  if (isnan(code->value))
    fprintf(out, "  f has %zu value%s, ", code->outputs, code->outputs == 1 ? "" : "s");
  else
    fprintf(out, "  f = %.17g, ", code->value);
  if (code->directions)
    fprintf(out, "%zu directions in place of %s entries", code->directions, skipped);
  else
    fprintf(out, "%s%s%s entr%s", count, report->skipped ? " of " : "", report->skipped ? all : "",
            report->head.entries + report->skipped == 1 ? "y" : "ies");
  fprintf(out, ", %s evaluation%s", evaluations, code->evaluations == 1 ? "" : "s");
  if (report->head.seconds >= 0.1)
    fprintf(out, ", %.2f s", report->head.seconds);
  fputs("\n\n", out);
  return 0;
}

static int write_head(const struct bp_report *report, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  fputs(bp_tint_on(BP_STRONG, style->colour), out);
  bp_wrap("", report->head.title, style->width, out);
  fputs(bp_tint_off(BP_STRONG, style->colour), out);
  const char *line = "";
  for (size_t i = 0; i < report->head.setting_count && line; i++)
    line = bp_arena_printf(arena, "%s%s%s %s", line, i > 0 ? ", " : "",
                           report->head.settings[i].name, report->head.settings[i].value);
  if (!line)
    return -1;
  if (*line)
    bp_wrap("  ", line, style->width, out);
  const char *count = bp_grouped(report->head.entries, arena);
  if (!count)
    return -1;
  if (report->code)
    return write_black_box_head(report, count, arena, out);
  double loss = bp_report_value(report);
  bool one = report->head.entries == 1;
  const char *moved = bp_grouped(report->skipped, arena),
             *things = one ? "parameter" : "parameters";
  if (report->block_count > 0 && report->blocks[0].moved && moved)
    things =
        bp_arena_printf(arena, "%s in the place of %s parameters", one ? "slope" : "slopes", moved);
  if (!things)
    return -1;
  if (isnan(loss))
    fprintf(out, "  J = NaN, %s %s", count, things);
  else
    fprintf(out, "  J = %.17g, %s %s", loss, count, things);
  if (report->head.seconds >=
      0.1) /* less is of no interest, and a short report then is reproducible */
    fprintf(out, ", %.2f s", report->head.seconds);
  fputs("\n\n", out);
  return 0;
}

/* Together at most 80 columns wide for shapes up to 10000 x 10000. */
static const struct bp_column columns[] = {
    {"block", false},         {"shape", false},    {"entries", true},
    {"error\nlargest", true}, {"\n median", true}, {"Kronecker\nlargest", true},
    {"seen\nabove", true},    {"verdict", false},
};

/* The same for other people's code, where there is no Kronecker way. */
static const struct bp_column black_box_columns[] = {
    {"block", false},    {"shape", false},      {"entries", true},  {"error\nlargest", true},
    {"\n median", true}, {"seen\nabove", true}, {"verdict", false},
};

static const char *verdict_word(const struct bp_block *block) {
  if (block->skipped > 0 && block->skipped == block->rows * block->columns)
    return "(skipped)";
  return block->informative ? "(shown)" : bp_verdict_name(block->verdict);
}

static const char *entry_count(const struct bp_block *block, struct bp_arena *arena) {
  size_t count = block->rows * block->columns;
  const char *all = bp_grouped(count, arena);
  if (block->skipped == 0 || !all)
    return all;
  const char *seen = bp_grouped(count - block->skipped, arena);
  return seen ? bp_arena_printf(arena, "%s of %s", seen, all) : NULL;
}

static void block_row(const struct bp_block *block, bool black_box, struct bp_table *table,
                      struct bp_arena *arena) {
  bp_table_cell(table, BP_PLAIN, block->name);
  bp_table_cell(table, BP_PLAIN,
                block->moved ? bp_arena_printf(arena, "%zu along %zu", block->moved, block->rows)
                             : bp_arena_printf(arena, "%zu x %zu", block->rows, block->columns));
  bp_table_cell(table, BP_PLAIN, entry_count(block, arena));
  bp_table_cell(table, BP_PLAIN, bp_short_number(block->largest_relative, arena));
  bp_table_cell(table, BP_PLAIN, bp_short_number(block->median_relative, arena));
  if (!black_box)
    bp_table_cell(table, BP_PLAIN, bp_short_number(block->kronecker_relative, arena));
  bool all_zero = block->largest_magnitude == 0; /* then nothing to be relative to */
  bp_table_cell(table, BP_PLAIN, all_zero ? "-" : bp_short_number(block->visible, arena));
  bp_table_cell(table, block->informative ? BP_FAINT : bp_verdict_tint(block->verdict),
                verdict_word(block));
}

/* The blocks of one sort as a table under a heading; nothing when there are none. */
static int write_blocks(const struct bp_report *report, bool parameter, const char *heading,
                        const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  size_t count = 0;
  for (size_t i = 0; i < report->block_count; i++)
    count += report->blocks[i].parameter == parameter;
  if (count == 0)
    return 0;
  struct bp_table *table =
      report->code ? bp_table_new(arena, black_box_columns,
                                  sizeof black_box_columns / sizeof *black_box_columns, count)
                   : bp_table_new(arena, columns, sizeof columns / sizeof *columns, count);
  for (size_t i = 0; i < report->block_count; i++)
    if (report->blocks[i].parameter == parameter)
      block_row(&report->blocks[i], report->code, table, arena);
  bp_wrap("", heading, style->width, out);
  if (bp_table_write(table, style->colour, out) != 0)
    return -1;
  putc('\n', out);
  return 0;
}

static void write_notes(const struct bp_report *report, const struct bp_report_style *style,
                        FILE *out) {
  for (size_t i = 0; i < report->head.note_count; i++)
    bp_wrap("note: ", report->head.notes[i], style->width, out);
  if (report->head.note_count > 0)
    putc('\n', out);
}

static const char parameter_heading[] =
    "BP1-BP4 against central differences (relative error), against the Kronecker Jacobians, and "
    "the smallest error that would have been seen (relative to the block's largest entry)";

static const char black_box_heading[] =
    "Your derivatives against differences of your function (relative error), and the smallest "
    "error that would have been seen (relative to the block's largest entry)";

static const char black_box_beside[] =
    "Beside these: second derivatives, and the same numbers computed in another way";

static const char *heading_of_parameters(const struct bp_report *report, struct bp_arena *arena) {
  if (report->code)
    return black_box_heading;
  const char *tested = report->network ? report->network->tested : NULL;
  if (!tested)
    return parameter_heading;
  const char *heading = bp_arena_printf(arena, "%c%s%s", toupper((unsigned char)*tested),
                                        tested + 1, parameter_heading + strlen("BP1-BP4"));
  return heading ? heading : parameter_heading;
}

static const char intermediate_heading[] =
    "Intermediates, of the loss of each sample: dA = m · ∂J/∂A, dZ = m · ∂J/∂Z";

/* With what (shown) means, where a row says so. */
static const char *heading_of_intermediates(const struct bp_report *report,
                                            struct bp_arena *arena) {
  bool shown = false;
  if (report->code)
    return black_box_beside;
  for (size_t i = 0; i < report->block_count; i++)
    shown = shown || (!report->blocks[i].parameter && report->blocks[i].informative);
  if (!shown)
    return intermediate_heading;
  const char *heading = bp_arena_printf(
      arena, "%s; (shown): this route does not use it, so it has no part in the verdict",
      intermediate_heading);
  return heading ? heading : intermediate_heading;
}

static int write_jacobians(const struct bp_report_style *style, FILE *out) {
  for (size_t i = 0; i < style->jacobian_count; i++)
    if (bp_jacobian_text(&style->jacobians[i], style, out) != 0)
      return -1;
  return 0;
}

/* ---- what is listed ------------------------------------------------------ */

/* Whether a block belongs among those that do not hold, with this verdict. */
static bool is_trouble(const struct bp_block *block, enum bp_verdict verdict) {
  bool looked_at = block->skipped == 0 || block->skipped < block->rows * block->columns;
  return looked_at && !block->informative && block->verdict == verdict;
}

/* What the style leaves out. */
struct left_out {
  size_t passed, withheld;
};

/* The report with those of its blocks only that the style asks to list, in their order.  Where not
 * all that do not hold may be listed, those that fail go first. */
static int choose_blocks(const struct bp_report *report, const struct bp_report_style *style,
                         struct bp_arena *arena, struct bp_report *chosen, struct left_out *left) {
  struct bp_listed listed = {0};
  bool *keep = bp_arena_alloc(arena, report->block_count + 1, sizeof *keep);
  chosen->blocks = bp_arena_alloc(arena, report->block_count + 1, sizeof *chosen->blocks);
  if (!keep || !chosen->blocks)
    return -1;
  for (int verdict = BP_FAILS; verdict > BP_HOLDS; verdict--)
    for (size_t i = 0; i < report->block_count; i++)
      if (is_trouble(&report->blocks[i], (enum bp_verdict)verdict))
        keep[i] = bp_lists(style, (enum bp_verdict)verdict, &listed);
  chosen->block_count = 0;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    bool trouble = is_trouble(block, BP_FAILS) || is_trouble(block, BP_UNDECIDED);
    if (trouble ? keep[i] : !style->only_failed)
      chosen->blocks[chosen->block_count++] = *block;
    left->passed += !trouble && style->only_failed;
  }
  left->withheld = listed.withheld;
  return 0;
}

static void write_left_out(const struct left_out *left, const struct bp_report_style *style,
                           struct bp_arena *arena, FILE *out) {
  const char *passed = "", *withheld = "";
  if (left->passed > 0)
    passed = bp_arena_printf(arena, "%zu block%s without a failure (--only-failed)", left->passed,
                             left->passed == 1 ? "" : "s");
  if (left->withheld > 0)
    withheld = bp_arena_printf(arena, "%s%zu more that %s not hold (--max-failures %zu)",
                               left->passed > 0 ? ", and " : "", left->withheld,
                               left->withheld == 1 ? "does" : "do", style->most_failures);
  const char *line = passed && withheld ? bp_arena_printf(arena, "%s%s", passed, withheld) : NULL;
  if (!line || !*line)
    return;
  bp_wrap("counted but not listed: ", line, style->width, out);
  putc('\n', out);
}

/* Tables and paragraphs about blocks. */
static int write_body(const struct bp_report *report, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  struct bp_report chosen = *report;
  struct left_out left = {0};
  if (choose_blocks(report, style, arena, &chosen, &left) != 0 ||
      write_blocks(&chosen, true, heading_of_parameters(report, arena), style, arena, out) != 0 ||
      bp_text_worst(&chosen, style, arena, out) != 0 ||
      write_blocks(&chosen, false, heading_of_intermediates(&chosen, arena), style, arena, out) !=
          0 ||
      bp_text_listing(report, style, out) != 0 || bp_text_details(&chosen, style, arena, out) != 0)
    return -1;
  write_left_out(&left, style, arena, out);
  return 0;
}

static int write_all(const struct bp_report *report, const struct bp_report_style *style,
                     struct bp_arena *arena, FILE *out) {
  if (style->brief)
    return bp_text_closing(report, style, arena, out);
  if (write_head(report, style, arena, out) != 0 || write_jacobians(style, out) != 0 ||
      write_body(report, style, arena, out) != 0)
    return -1;
  write_notes(report, style, out);
  return bp_text_closing(report, style, arena, out);
}

int bp_report_text(const struct bp_report *report, const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena ? write_all(report, style, arena, out) : -1, arena, out);
}
