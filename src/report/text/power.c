/* What the planted mistakes tell about the data.
 *
 * There is a row for each mistake; where the data could not expose one, the reason stands below
 * the table, once for all mistakes that share it, because such reasons are sentences and a table
 * cell is not the place for them. */
#include <string.h>

#include "report/report.h"
#include "report/table.h"

static enum bp_tint exposure_tint(enum bp_exposure exposure) {
  switch (exposure) {
  case BP_CAUGHT:
    return BP_GOOD;
  case BP_NOT_PLANTABLE:
    return BP_FAINT;
  default:
    return BP_DOUBTFUL;
  }
}

static const char *exposure_words(enum bp_exposure exposure) {
  switch (exposure) {
  case BP_CAUGHT:
    return "caught";
  case BP_NOT_EXPOSED:
    return "not exposed";
  case BP_NOT_PLANTABLE:
    return "does not fit";
  default:
    return "undecided";
  }
}

static int write_rows(const struct bp_power *power, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  static const struct bp_column columns[] = {
      {"mistake", false}, {"largest\nchange (of J)", true}, {"outcome", false}, {"where", false}};
  struct bp_table *table =
      bp_table_new(arena, columns, sizeof columns / sizeof *columns, power->count);
  for (size_t i = 0; i < power->count; i++) {
    const struct bp_power_row *row = &power->rows[i];
    bool caught = row->exposure == BP_CAUGHT && row->block;
    bp_table_cell(table, BP_PLAIN, row->text);
    bp_table_cell(table, BP_PLAIN,
                  row->exposure == BP_NOT_PLANTABLE ? "-" : bp_short_number(row->change, arena));
    bp_table_cell(table, exposure_tint(row->exposure), exposure_words(row->exposure));
    bp_table_cell(
        table, BP_PLAIN,
        caught ? bp_arena_printf(arena, "%s(%zu,%zu)", row->block, row->row + 1, row->column + 1)
               : "");
  }
  return bp_table_write(table, style->colour, out);
}

/* Whether an earlier row has the same outcome for the same reason. */
static bool reason_is_old(const struct bp_power *power, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (power->rows[i].reason && power->rows[i].exposure == power->rows[index].exposure &&
        strcmp(power->rows[i].reason, power->rows[index].reason) == 0)
      return true;
  return false;
}

static int write_reasons(const struct bp_power *power, const struct bp_report_style *style,
                         struct bp_arena *arena, FILE *out) {
  for (size_t i = 0; i < power->count; i++) {
    const struct bp_power_row *row = &power->rows[i];
    if (row->exposure == BP_CAUGHT || !row->reason || reason_is_old(power, i))
      continue;
    const char *names = row->text;
    for (size_t k = i + 1; k < power->count && names; k++)
      if (power->rows[k].reason && power->rows[k].exposure == row->exposure &&
          strcmp(power->rows[k].reason, row->reason) == 0)
        names = bp_arena_printf(arena, "%s, %s", names, power->rows[k].text);
    if (!names)
      return -1;
    const char *lead = bp_arena_printf(arena, "%s %s:", names,
                                       row->exposure == BP_NOT_PLANTABLE && names != row->text
                                           ? "do not fit"
                                           : exposure_words(row->exposure));
    if (!lead)
      return -1;
    bp_wrap("  ", lead, style->width, out);
    bp_wrap("    ", row->reason, style->width, out);
  }
  return 0;
}

static const char *closing_sentence(const struct bp_power *power, struct bp_arena *arena) {
  const char *correct =
      power->correct == BP_UNDECIDED ? "is undecided" : bp_verdict_name(power->correct);
  size_t fitting = power->count - power->not_plantable;
  if (power->caught < fitting || fitting == 0)
    return bp_arena_printf(arena,
                           "%zu of %zu mistakes that fit this network are caught, %zu not exposed "
                           "by this data, %zu undecided; %zu more %s; the gradient without a "
                           "mistake %s",
                           power->caught, fitting, power->not_exposed, power->blurred,
                           power->not_plantable,
                           power->not_plantable == 1 ? "does not fit" : "do not fit", correct);
  const char *caught =
      fitting == 1
          ? "the one mistake that fits this network is caught"
          : bp_arena_printf(arena, "all %zu mistakes that fit this network are caught", fitting);
  return caught ? bp_arena_printf(arena, "%s; the gradient without a mistake %s", caught, correct)
                : NULL;
}

static int write_text(const struct bp_power *power, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  if (!style->brief) {
    bp_wrap("", power->title, style->width, out);
    fputs("Each typical mistake planted in turn, and checked against this very data\n\n", out);
    if (write_rows(power, style, arena, out) != 0)
      return -1;
    putc('\n', out);
    if (write_reasons(power, style, arena, out) != 0)
      return -1;
    if (power->caught < power->count)
      putc('\n', out);
  }
  const char *sentence = closing_sentence(power, arena);
  if (!sentence)
    return -1;
  bp_wrap("", sentence, style->width, out);
  return 0;
}

int bp_power_text(const struct bp_power *power, const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena ? write_text(power, style, arena, out) : -1, arena, out);
}
