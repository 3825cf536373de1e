/* The answers to requests for numbers: values, gradients and Jacobians, each read from its line of
 * JSON and held against what the program described.
 *
 * A value that is no number is a fact about the function at that point, and the check deals with
 * it; a gradient that has one is refused, with its place.
 */
#include <math.h>

#include "cli/exec/talk_json.h"

static void read_values(const json_t *list, const struct bp_description *description,
                        struct bp_arena *arena, double *values, struct bp_answer_problem *problem) {
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count != description->outputs) {
    problem->message =
        json_is_array(list)
            ? bp_arena_printf(arena,
                              "with %zu number%s in \"values\"; \"describe\" says %zu outputs",
                              count, count == 1 ? "" : "s", description->outputs)
            : bp_arena_printf(arena, "with %s as \"values\"; expected an array of %zu numbers",
                              bp_talk_shown(list, arena), description->outputs);
    return;
  }
  for (size_t i = 0; i < count; i++)
    if (!bp_talk_read_number(json_array_get(list, i), &values[i])) {
      problem->message = bp_arena_printf(arena, "with %s where number %zu of \"values\" belongs",
                                         bp_talk_shown(json_array_get(list, i), arena), i);
      return;
    }
}

void bp_answer_values(const char *line, size_t length, enum bp_op op,
                      const struct bp_description *description, struct bp_arena *arena,
                      double *values, struct bp_answer_problem *problem) {
  const char *expected = op == BP_OP_LOSS ? "{\"loss\":0.25}" : "{\"values\":[0.25,...]}";
  json_t *answer = bp_talk_answer(line, length, expected, arena, problem);
  for (size_t o = 0; o < description->outputs; o++)
    values[o] = NAN;
  if (!answer)
    return;
  json_t *value = bp_talk_member(answer, bp_op_name(op), arena, problem);
  if (value && op == BP_OP_VALUES)
    read_values(value, description, arena, values, problem);
  else if (value && !bp_talk_read_number(value, values))
    problem->message = bp_arena_printf(arena, "with %s as \"loss\"; expected a single number",
                                       bp_talk_shown(value, arena));
  for (size_t o = 0; o < description->outputs; o++)
    if (!isfinite(values[o]))
      values[o] = NAN;
  json_decref(answer);
}

/* Names the first number that is not finite. */
static void refuse_infinite(const double *numbers, size_t row, enum bp_op op,
                            const struct bp_description *description, struct bp_arena *arena,
                            struct bp_answer_problem *problem) {
  for (size_t i = 0; i < description->parameters; i++) {
    if (isfinite(numbers[i]))
      continue;
    const char *name = bp_parameter_name(description, i, arena);
    const char *found = isnan(numbers[i]) ? "NaN" : numbers[i] > 0 ? "infinity" : "-infinity";
    problem->suggestion = "looking for a division by 0, log(0), or exp of a large number";
    problem->message =
        op == BP_OP_GRAD
            ? bp_arena_printf(arena, "with a gradient that has %s at %s, parameter %zu from 0 on",
                              found, name ? name : "", i)
            : bp_arena_printf(
                  arena, "with a Jacobian that has %s in row %zu at %s, parameter %zu from 0 on",
                  found, row + 1, name ? name : "", i);
    return;
  }
}

static void read_jacobian(const json_t *rows, const struct bp_description *description,
                          struct bp_arena *arena, double *jacobian,
                          struct bp_answer_problem *problem) {
  size_t count = json_array_size(rows), n = description->parameters;
  if (!json_is_array(rows) || count != description->outputs) {
    problem->message =
        bp_arena_printf(arena, "with %s%zu row%s; expected one for each of %zu outputs",
                        json_is_array(rows) ? "a \"jacobian\" of " : "no array: ", count,
                        count == 1 ? "" : "s", description->outputs);
    if (count == n)
      problem->suggestion = "the transpose: a row for each output, a column for each parameter";
    return;
  }
  for (size_t o = 0; o < count && !problem->message; o++)
    if (bp_talk_parameters(json_array_get(rows, o), "jacobian", description, arena,
                           jacobian + o * n, problem))
      refuse_infinite(jacobian + o * n, o, BP_OP_JACOBIAN, description, arena, problem);
}

void bp_answer_gradient(const char *line, size_t length, enum bp_op op,
                        const struct bp_description *description, struct bp_arena *arena,
                        double *gradient, struct bp_answer_problem *problem) {
  const char *expected =
      op == BP_OP_GRAD ? "{\"grad\":[0.1,...]}" : "{\"jacobian\":[[0.1,...],...]}";
  json_t *answer = bp_talk_answer(line, length, expected, arena, problem);
  if (!answer)
    return;
  json_t *value = bp_talk_member(answer, bp_op_name(op), arena, problem);
  if (value && op == BP_OP_JACOBIAN)
    read_jacobian(value, description, arena, gradient, problem);
  else if (value && bp_talk_parameters(value, "grad", description, arena, gradient, problem))
    refuse_infinite(gradient, 0, op, description, arena, problem);
  json_decref(answer);
}
