/* The planted mistakes as one JSON object: what became of each, and the counts.  Rows and columns
 * count from 1, as in the formulas; `worst` is null for what was not caught. */
#include "report/json/json.h"
#include "report/report.h"

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
