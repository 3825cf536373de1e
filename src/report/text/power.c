/* What the planted mistakes tell about the data, as text, JSON and CSV.
 *
 * The text has a row for each mistake; where the data could not expose one, the reason stands below
 * the table, once for all mistakes that share it, because such reasons are sentences and a table
 * cell is not the place for them. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "report/csv/csv.h"
#include "report/json/json.h"
#include "report/report.h"
#include "report/text/table.h"

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

static int write_text(const struct bp_power *power, const char *title,
                      const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  if (!style->brief) {
    bp_wrap("", title, style->width, out);
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

int bp_power_text(const struct bp_power *power, const char *title,
                  const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  int status = arena ? write_text(power, title, style, arena, out) : -1;
  bp_arena_free(arena);
  return status == 0 && !ferror(out) ? 0 : -1;
}

static json_t *json_row(const struct bp_power_row *row) {
  json_t *object = json_pack("{s:s, s:s, s:s, s:o, s:s?}", "mistake", row->text, "sentence",
                             row->sentence, "outcome", bp_exposure_name(row->exposure), "change",
                             bp_json_number(row->change), "reason", row->reason);
  if (!object)
    return NULL;
  json_t *place = row->exposure == BP_CAUGHT && row->block
                      ? json_pack("{s:s, s:I, s:I}", "block", row->block, "row",
                                  (json_int_t)row->row + 1, "column", (json_int_t)row->column + 1)
                      : json_null();
  if (json_object_set_new(object, "worst", place) != 0) {
    json_decref(object);
    return NULL;
  }
  return object;
}

int bp_power_json(const struct bp_power *power, const char *title,
                  const struct bp_report_style *style, FILE *out) {
  (void)style;
  json_t *rows = json_array();
  bool complete = rows != NULL;
  for (size_t i = 0; i < power->count && complete; i++)
    complete = json_array_append_new(rows, json_row(&power->rows[i])) == 0;
  if (!complete) {
    json_decref(rows);
    return -1;
  }
  json_t *root = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o}", "schema", BP_POWER_SCHEMA,
                           "network", title, "correct", bp_verdict_name(power->correct), "caught",
                           (json_int_t)power->caught, "not_exposed", (json_int_t)power->not_exposed,
                           "undecided", (json_int_t)power->blurred, "not_plantable",
                           (json_int_t)power->not_plantable, "mistakes", rows);
  return bp_json_finish(root, out);
}

int bp_power_csv(const struct bp_power *power, const char *title,
                 const struct bp_report_style *style, FILE *out) {
  (void)title;
  (void)style;
  fputs("mistake,outcome,change,block,row,column,reason\r\n", out);
  for (size_t i = 0; i < power->count; i++) {
    const struct bp_power_row *row = &power->rows[i];
    bp_csv_text(row->text, out);
    fprintf(out, ",%s,", bp_exposure_name(row->exposure));
    bp_csv_number(row->change, out);
    if (row->exposure == BP_CAUGHT && row->block) {
      putc(',', out);
      bp_csv_text(row->block, out);
      fprintf(out, ",%zu,%zu,", row->row + 1, row->column + 1);
    } else {
      fputs(",,,,", out);
    }
    bp_csv_text(row->reason ? row->reason : "", out);
    fputs("\r\n", out);
  }
  return ferror(out) ? -1 : 0;
}
