/* A run of gradient descent as one JSON object.  Counts fit json_int_t, because arrays of that many
 * numbers have been in memory. */
#include <math.h>

#include "report/json/json.h"
#include "report/report.h"

static json_t *count(size_t number) { return json_integer((json_int_t)number); }

static json_t *numbers(const double *values, size_t length) {
  json_t *array = json_array();
  for (size_t k = 0; k < length; k++)
    array = bp_json_appended(array, bp_json_number(values[k]));
  return array;
}

/* The entry that decided a check; rows and columns count from 1, as in the formulas. */
static json_t *worst_object(const struct bp_training_check *check) {
  if (check->worst_block == NULL)
    return json_null();
  const struct bp_entry *worst = &check->worst;
  json_t *object = bp_json_with(json_object(), "block", json_string(check->worst_block));
  object = bp_json_with(object, "row", count(check->worst_row + 1));
  object = bp_json_with(object, "column", count(check->worst_column + 1));
  object = bp_json_with(object, "backprop", bp_json_number(worst->backprop));
  object = bp_json_with(object, "difference", bp_json_number(worst->difference));
  object = bp_json_with(object, "kronecker", bp_json_number(worst->kronecker));
  object = bp_json_with(object, "bound", bp_json_number(worst->bound));
  return bp_json_with(object, "reason", json_string(bp_reason_name((enum bp_reason)worst->reason)));
}

static json_t *check_object(const struct bp_training_check *check) {
  json_t *object = bp_json_with(json_object(), "step", count(check->step));
  object = bp_json_with(object, "loss", bp_json_number(check->loss));
  object = bp_json_with(object, "verdict", json_string(bp_verdict_name(check->verdict)));
  object = bp_json_with(object, "entries", count(check->entries));
  object = bp_json_with(object, "holds", count(check->holds));
  object = bp_json_with(object, "fails", count(check->fails));
  object = bp_json_with(object, "undecided", count(check->undecided));
  object = bp_json_with(object, "lost_digits", count(check->lost_digits));
  object = bp_json_with(object, "visible", bp_json_number(check->visible));
  object = bp_json_with(object, "largest_relative", bp_json_number(check->largest_relative));
  object = bp_json_with(object, "largest_gradient", bp_json_number(check->largest_gradient));
  return bp_json_with(object, "worst", worst_object(check));
}

static json_t *parameter_object(const struct bp_training_parameter *parameter) {
  json_t *object = bp_json_with(json_object(), "name", json_string(parameter->name));
  object = bp_json_with(object, "rows", count(parameter->rows));
  object = bp_json_with(object, "columns", count(parameter->columns));
  return bp_json_with(object, "values",
                      numbers(parameter->values, parameter->rows * parameter->columns));
}

/* null where there is no such data. */
static json_t *accuracy_object(const struct bp_accuracy *accuracy, bool classes) {
  if (isnan(accuracy->loss) && accuracy->samples == 0)
    return json_null();
  json_t *object = bp_json_with(json_object(), "loss", bp_json_number(accuracy->loss));
  object = bp_json_with(object, "correct", classes ? count(accuracy->correct) : json_null());
  return bp_json_with(object, "samples", classes ? count(accuracy->samples) : json_null());
}

static json_t *checks_array(const struct bp_training *training) {
  json_t *array = json_array();
  for (size_t k = 0; k < training->check_count; k++)
    array = bp_json_appended(array, check_object(&training->checks[k]));
  return array;
}

static json_t *parameters_array(const struct bp_training *training) {
  json_t *array = json_array();
  for (size_t k = 0; k < training->parameter_count; k++)
    array = bp_json_appended(array, parameter_object(&training->parameters[k]));
  return array;
}

int bp_training_json(const struct bp_training *training, const struct bp_report_style *style,
                     FILE *out) {
  (void)style;
  static const char *const decisions[] = {[BP_DECISION_NONE] = "none",
                                          [BP_DECISION_LARGEST] = "largest",
                                          [BP_DECISION_THRESHOLD] = "threshold"};
  bool classes = training->decision != BP_DECISION_NONE;
  json_t *root = bp_json_with(json_object(), "schema", json_string(BP_TRAINING_SCHEMA));
  root = bp_json_with(root, "network",
                      training->title != NULL ? json_string(training->title) : json_null());
  root =
      bp_json_with(root, "settings", bp_json_settings(training->settings, training->setting_count));
  root = bp_json_with(root, "rate", bp_json_number(training->rate));
  root = bp_json_with(root, "start", json_string(training->start));
  root = bp_json_with(root, "steps_asked", count(training->steps_asked));
  root = bp_json_with(root, "steps", count(training->steps));
  root = bp_json_with(root, "check_every", count(training->check_every));
  root = bp_json_with(root, "verdict", json_string(bp_verdict_name(training->verdict)));
  root = bp_json_with(root, "diverged", json_boolean(training->diverged));
  root = bp_json_with(root, "rises", count(training->rises));
  root = bp_json_with(root, "first_rise",
                      training->first_rise > 0 ? count(training->first_rise) : json_null());
  root = bp_json_with(root, "decision", json_string(decisions[training->decision]));
  root = bp_json_with(root, "training", accuracy_object(&training->training, classes));
  root = bp_json_with(root, "held_out", accuracy_object(&training->held_out, classes));
  root = bp_json_with(root, "checks", checks_array(training));
  root = bp_json_with(root, "losses", numbers(training->losses, training->steps + 1));
  root = bp_json_with(root, "parameters", parameters_array(training));
  root = bp_json_with(root, "notes", bp_json_sentences(training->notes, training->note_count));
  if (training->seconds > 0)
    root = bp_json_with(root, "seconds", bp_json_number(training->seconds));
  return bp_json_finish(root, out);
}
