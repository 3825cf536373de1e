/* The planted mistakes as one JSON object: what became of each, and the counts.  Rows and columns
 * count from 1, as in the formulas; `worst` is null for what was not caught. */
#include "report/json/json.h"
#include "report/report.h"

static json_t *worst_object(const struct bp_power_row *row) {
  if (row->exposure != BP_CAUGHT || !row->block)
    return json_null();
  return json_pack("{s:s, s:I, s:I}", "block", row->block, "row", (json_int_t)row->row + 1,
                   "column", (json_int_t)row->column + 1);
}

static json_t *row_object(const struct bp_power_row *row) {
  return json_pack("{s:s, s:s, s:s, s:o, s:s?, s:o}", "mistake", row->text, "sentence",
                   row->sentence, "outcome", bp_exposure_name(row->exposure), "change",
                   bp_json_number(row->change), "reason", row->reason, "worst", worst_object(row));
}

int bp_power_json(const struct bp_power *power, const struct bp_report_style *style, FILE *out) {
  (void)style;
  json_t *rows = json_array();
  for (size_t i = 0; i < power->count; i++)
    rows = bp_json_appended(rows, row_object(&power->rows[i]));
  json_t *root = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o}", "schema", BP_POWER_SCHEMA,
                           "network", power->title, "correct", bp_verdict_name(power->correct),
                           "caught", (json_int_t)power->caught, "not_exposed",
                           (json_int_t)power->not_exposed, "undecided", (json_int_t)power->blurred,
                           "not_plantable", (json_int_t)power->not_plantable, "mistakes", rows);
  return bp_json_finish(root, out);
}
