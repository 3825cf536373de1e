/* A run of gradient descent as one JSON object.
 *
 * jansson's setters take over what they are given and fail on NULL, so memory that runs out
 * anywhere makes the outermost object NULL, and only that is looked at.  Counts fit json_int_t,
 * because arrays of that many numbers have been in memory.
 */
#include <math.h>

#include "report/json/json.h"
#include "report/training.h"

static json_t *count(size_t number) { return json_integer((json_int_t)number); }

/* Adds a member, or releases the object and returns NULL. */
static json_t *with(json_t *object, const char *key, json_t *value) {
  if (object == NULL) {
    json_decref(value);
    return NULL;
  }
  if (json_object_set_new(object, key, value) == 0)
    return object;
  json_decref(object);
  return NULL;
}

/* The same for arrays. */
static json_t *append(json_t *array, json_t *value) {
  if (array == NULL) {
    json_decref(value);
    return NULL;
  }
  if (json_array_append_new(array, value) == 0)
    return array;
  json_decref(array);
  return NULL;
}

static json_t *numbers(const double *values, size_t length) {
  json_t *array = json_array();
  for (size_t k = 0; k < length; k++)
    array = append(array, bp_json_number(values[k]));
  return array;
}

static json_t *settings_object(const struct bp_training *training) {
  json_t *object = json_object();
  for (size_t k = 0; k < training->setting_count; k++)
    object = with(object, training->settings[k].name, json_string(training->settings[k].value));
  return object;
}

/* The entry that decided a check; rows and columns count from 1, as in the formulas. */
static json_t *worst_object(const struct bp_training_check *check) {
  if (check->worst_block == NULL)
    return json_null();
  const struct bp_entry *worst = &check->worst;
  json_t *object = with(json_object(), "block", json_string(check->worst_block));
  object = with(object, "row", count(check->worst_row + 1));
  object = with(object, "column", count(check->worst_column + 1));
  object = with(object, "backprop", bp_json_number(worst->backprop));
  object = with(object, "difference", bp_json_number(worst->difference));
  object = with(object, "kronecker", bp_json_number(worst->kronecker));
  object = with(object, "bound", bp_json_number(worst->bound));
  return with(object, "reason", json_string(bp_reason_name((enum bp_reason)worst->reason)));
}

static json_t *check_object(const struct bp_training_check *check) {
  json_t *object = with(json_object(), "step", count(check->step));
  object = with(object, "loss", bp_json_number(check->loss));
  object = with(object, "verdict", json_string(bp_verdict_name(check->verdict)));
  object = with(object, "entries", count(check->entries));
  object = with(object, "holds", count(check->holds));
  object = with(object, "fails", count(check->fails));
  object = with(object, "undecided", count(check->undecided));
  object = with(object, "lost_digits", count(check->lost_digits));
  object = with(object, "visible", bp_json_number(check->visible));
  object = with(object, "largest_relative", bp_json_number(check->largest_relative));
  object = with(object, "largest_gradient", bp_json_number(check->largest_gradient));
  return with(object, "worst", worst_object(check));
}

static json_t *parameter_object(const struct bp_training_parameter *parameter) {
  json_t *object = with(json_object(), "name", json_string(parameter->name));
  object = with(object, "rows", count(parameter->rows));
  object = with(object, "columns", count(parameter->columns));
  return with(object, "values", numbers(parameter->values, parameter->rows * parameter->columns));
}

/* null where there is no such data. */
static json_t *accuracy_object(const struct bp_accuracy *accuracy, bool classes) {
  if (isnan(accuracy->loss) && accuracy->samples == 0)
    return json_null();
  json_t *object = with(json_object(), "loss", bp_json_number(accuracy->loss));
  object = with(object, "correct", classes ? count(accuracy->correct) : json_null());
  return with(object, "samples", classes ? count(accuracy->samples) : json_null());
}

static json_t *checks_array(const struct bp_training *training) {
  json_t *array = json_array();
  for (size_t k = 0; k < training->check_count; k++)
    array = append(array, check_object(&training->checks[k]));
  return array;
}

static json_t *parameters_array(const struct bp_training *training) {
  json_t *array = json_array();
  for (size_t k = 0; k < training->parameter_count; k++)
    array = append(array, parameter_object(&training->parameters[k]));
  return array;
}

static json_t *notes_array(const struct bp_training *training) {
  json_t *array = json_array();
  for (size_t k = 0; k < training->note_count; k++)
    array = append(array, json_string(training->notes[k]));
  return array;
}

int bp_training_json(const struct bp_training *training, FILE *out) {
  static const char *const decisions[] = {[BP_DECISION_NONE] = "none",
                                          [BP_DECISION_LARGEST] = "largest",
                                          [BP_DECISION_THRESHOLD] = "threshold"};
  bool classes = training->decision != BP_DECISION_NONE;
  json_t *root = with(json_object(), "schema", json_string("backproof-training/1"));
  root =
      with(root, "network", training->title != NULL ? json_string(training->title) : json_null());
  root = with(root, "settings", settings_object(training));
  root = with(root, "rate", bp_json_number(training->rate));
  root = with(root, "start", json_string(training->start));
  root = with(root, "steps_asked", count(training->steps_asked));
  root = with(root, "steps", count(training->steps));
  root = with(root, "check_every", count(training->check_every));
  root = with(root, "verdict", json_string(bp_verdict_name(training->verdict)));
  root = with(root, "diverged", json_boolean(training->diverged));
  root = with(root, "rises", count(training->rises));
  root = with(root, "first_rise",
              training->first_rise > 0 ? count(training->first_rise) : json_null());
  root = with(root, "decision", json_string(decisions[training->decision]));
  root = with(root, "training", accuracy_object(&training->training, classes));
  root = with(root, "held_out", accuracy_object(&training->held_out, classes));
  root = with(root, "checks", checks_array(training));
  root = with(root, "losses", numbers(training->losses, training->steps + 1));
  root = with(root, "parameters", parameters_array(training));
  root = with(root, "notes", notes_array(training));
  if (training->seconds > 0)
    root = with(root, "seconds", bp_json_number(training->seconds));
  return bp_json_finish(root, out);
}
