/* What a program says about itself. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "cli/exec/talk_json.h"

static const char expected[] =
    "{\"blocks\":[{\"name\":\"W1\",\"shape\":[4,3]}],\"theta\":[0.5,...]}";
enum { MOST_OUTPUTS = 1 << 24 };

struct reading {
  struct bp_arena *arena;
  struct bp_description *description;
  struct bp_answer_problem *problem;
};

/* A whole number from 1 on. */
static bool read_size(const json_t *value, size_t *size) {
  double number = json_number_value(value);
  if (!json_is_number(value) || !(number >= 1) || number > 0x1p48 || number != floor(number))
    return false;
  *size = (size_t)number;
  return true;
}

/* A list of sizes, or one size. */
static bool read_dimensions(const json_t *value, struct bp_talk_shape *shape) {
  shape->count = 1;
  if (json_is_number(value)) {
    shape->rank = 1;
    return read_size(value, &shape->dimensions[0]) && (shape->count = shape->dimensions[0]) > 0;
  }
  shape->rank = json_array_size(value);
  if (!json_is_array(value) || shape->rank > BP_MOST_RANK)
    return false;
  for (size_t i = 0; i < shape->rank; i++)
    if (!read_size(json_array_get(value, i), &shape->dimensions[i]) ||
        __builtin_mul_overflow(shape->count, shape->dimensions[i], &shape->count))
      return false;
  return true;
}

static bool read_shape(const struct reading *reading, const json_t *name, const json_t *dimensions,
                       struct bp_talk_shape *shape) {
  const char *text = json_string_value(name);
  if (!text || !*text) {
    reading->problem->message =
        bp_arena_printf(reading->arena,
                        "with a block whose name is %s; expected one such as "
                        "{\"name\":\"W1\",\"shape\":[4,3]}",
                        name ? bp_talk_shown(name, reading->arena) : "missing");
    return false;
  }
  shape->name = bp_text_shown(text, 40, reading->arena);
  if (read_dimensions(dimensions, shape))
    return shape->name != NULL;
  reading->problem->message = bp_arena_printf(
      reading->arena,
      "with a block %s whose shape is %s; expected whole numbers from 1 on, such "
      "as [4,3], at most %d of them",
      shape->name ? shape->name : "",
      dimensions ? bp_talk_shown(dimensions, reading->arena) : "missing", (int)BP_MOST_RANK);
  return false;
}

static bool are_different(const struct reading *reading) {
  json_t *seen = json_object();
  bool fine = true;
  for (size_t p = 0; p < reading->description->part_count && fine; p++) {
    const char *name = reading->description->shapes[p].name;
    fine = !json_object_get(seen, name);
    if (!fine)
      reading->problem->message =
          bp_arena_printf(reading->arena, "with two blocks that are both called %s", name);
    json_object_set_new(seen, name, json_true());
  }
  json_decref(seen);
  return fine;
}

/* "blocks", or "names" and "shapes". */
static bool read_shapes(const struct reading *reading, const json_t *answer) {
  const json_t *blocks = json_object_get(answer, "blocks");
  const json_t *names = json_object_get(answer, "names");
  const json_t *shapes = json_object_get(answer, "shapes");
  struct bp_description *description = reading->description;
  size_t count = json_array_size(blocks ? blocks : names);
  if (count == 0 || (!blocks && json_array_size(shapes) != count)) {
    reading->problem->message =
        bp_arena_printf(reading->arena, "with %zu %s and %zu shapes; expected one such as %s",
                        count, blocks ? "blocks" : "names", json_array_size(shapes), expected);
    return false;
  }
  description->part_count = count;
  description->shapes = bp_arena_alloc(reading->arena, count, sizeof *description->shapes);
  for (size_t p = 0; p < count && description->shapes; p++) {
    const json_t *block = json_array_get(blocks, p);
    const json_t *name = blocks ? json_object_get(block, "name") : json_array_get(names, p);
    const json_t *shape = blocks ? json_object_get(block, "shape") : json_array_get(shapes, p);
    if (!read_shape(reading, name, shape, &description->shapes[p]))
      return false;
  }
  return description->shapes && are_different(reading);
}

/* Without blocks: one, with all of theta. */
static bool make_shape(const struct reading *reading, const json_t *theta) {
  struct bp_description *description = reading->description;
  size_t count = json_array_size(theta);
  description->part_count = 1;
  description->shapes = bp_arena_alloc(reading->arena, 1, sizeof *description->shapes);
  if (description->shapes)
    *description->shapes = (struct bp_talk_shape){"theta", 1, {count}, count};
  return description->shapes != NULL;
}

static bool make_parts(const struct reading *reading) {
  struct bp_description *description = reading->description;
  description->parts =
      bp_arena_alloc(reading->arena, description->part_count, sizeof *description->parts);
  if (!description->parts)
    return false;
  description->parameters = 0;
  for (size_t p = 0; p < description->part_count; p++) {
    const struct bp_talk_shape *shape = &description->shapes[p];
    size_t rows = shape->rank > 0 ? shape->dimensions[0] : 1;
    description->parts[p] = (struct bp_probe_part){shape->name, rows, shape->count / rows};
    if (__builtin_add_overflow(description->parameters, shape->count, &description->parameters)) {
      reading->problem->message = "with more parameters than can be counted";
      return false;
    }
  }
  return true;
}

/* In a program that computes in float the point is what it can represent. */
static bool settle_theta(const struct bp_description *description, const char *what, double *theta,
                         struct bp_arena *arena, struct bp_answer_problem *problem) {
  for (size_t i = 0; i < description->parameters; i++) {
    if (description->single)
      theta[i] = (double)(float)theta[i];
    if (!isfinite(theta[i])) {
      problem->message = bp_arena_printf(arena, "with a \"%s\" that is not finite at %s", what,
                                         bp_parameter_name(description, i, arena));
      return false;
    }
  }
  return true;
}

static size_t count_numbers(const json_t *value) {
  size_t count = !json_is_array(value);
  for (size_t i = 0; i < json_array_size(value); i++)
    count += count_numbers(json_array_get(value, i));
  return count;
}

static bool read_theta(const struct reading *reading, const json_t *theta) {
  struct bp_description *description = reading->description;
  if (!json_is_array(theta) || json_array_size(theta) == 0) {
    reading->problem->message =
        bp_arena_printf(reading->arena,
                        "with %s as \"theta\"; expected the point of the check, an "
                        "array of at least one number",
                        bp_talk_shown(theta, reading->arena));
    return false;
  }
  if (!description->shapes && !make_shape(reading, theta))
    return false;
  if (!make_parts(reading))
    return false;
  /* Room for what is there: what was described may be far more.  Only what fits is written. */
  description->theta = bp_arena_alloc(reading->arena, count_numbers(theta), sizeof(double));
  return description->theta &&
         bp_talk_parameters(theta, "theta", description, reading->arena, description->theta,
                            reading->problem) &&
         settle_theta(description, "theta", description->theta, reading->arena, reading->problem);
}

static bool read_abilities(const struct reading *reading, const json_t *answer) {
  struct bp_description *description = reading->description;
  const json_t *outputs = json_object_get(answer, "outputs");
  const json_t *accepts = json_object_get(answer, "accepts");
  description->outputs = 1;
  description->single = json_is_true(json_object_get(answer, "float"));
  for (size_t i = 0; i < json_array_size(accepts); i++) {
    const char *word = json_string_value(json_array_get(accepts, i));
    description->changes = description->changes || (word && strcmp(word, "change") == 0);
  }
  description->jacobian = outputs && !json_is_null(outputs);
  if (!description->jacobian ||
      (read_size(outputs, &description->outputs) && description->outputs <= MOST_OUTPUTS))
    return true;
  reading->problem->message = bp_arena_printf(
      reading->arena, "with %s as \"outputs\"; expected how many values the function has",
      bp_talk_shown(outputs, reading->arena));
  return false;
}

void bp_answer_description(const char *line, size_t length, struct bp_arena *arena,
                           struct bp_description *description, struct bp_answer_problem *problem) {
  struct reading reading = {arena, description, problem};
  *description = (struct bp_description){0};
  json_t *answer = bp_talk_answer(line, length, expected, arena, problem);
  if (!answer)
    return;
  bool has_shapes = json_object_get(answer, "blocks") || json_object_get(answer, "names") ||
                    json_object_get(answer, "shapes");
  json_t *theta = bp_talk_member(answer, "theta", arena, problem);
  if (theta && read_abilities(&reading, answer) && (!has_shapes || read_shapes(&reading, answer)))
    read_theta(&reading, theta);
  json_decref(answer);
}

void bp_read_point(const char *text, size_t length, const struct bp_description *description,
                   struct bp_arena *arena, double *theta, struct bp_answer_problem *problem) {
  *problem = (struct bp_answer_problem){0};
  json_error_t error;
  json_t *root = json_loadb(text, length, JSON_DECODE_INT_AS_REAL, &error);
  const json_t *list = json_is_object(root) ? json_object_get(root, "theta") : root;
  if (!root)
    problem->message =
        bp_arena_printf(arena, "with no JSON in it (line %d: %s)", error.line, error.text);
  else if (bp_talk_parameters(list, "theta", description, arena, theta, problem))
    settle_theta(description, "theta", theta, arena, problem);
  json_decref(root);
}
