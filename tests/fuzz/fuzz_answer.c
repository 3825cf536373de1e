/* Feeds arbitrary bytes to the reader of what a running program answers; the first byte says to
 * which request.
 *
 * There are numbers or a problem, never neither; those of a gradient are finite, values are finite
 * or NaN; and blocks that were described account for every number of the point.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exec/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static bool is_problem(const struct bp_answer_problem *problem, struct bp_arena *arena) {
  return problem->message || problem->error || bp_arena_failed(arena);
}

static void look_at_description(const struct bp_description *description, struct bp_arena *arena) {
  size_t count = 0;
  require(description->parameters > 0 && description->outputs > 0);
  for (size_t p = 0; p < description->part_count; p++) {
    const struct bp_talk_shape *shape = &description->shapes[p];
    const struct bp_probe_part *part = &description->parts[p];
    require(shape->rank <= BP_MOST_RANK && *shape->name);
    require(part->rows * part->columns == shape->count);
    count += shape->count;
  }
  require(count == description->parameters);
  for (size_t i = 0; i < count; i++)
    require(isfinite(description->theta[i]));
  require(bp_parameter_name(description, count - 1, arena) || bp_arena_failed(arena));
}

static void describe(const char *line, size_t length, struct bp_arena *arena) {
  struct bp_description description;
  struct bp_answer_problem problem = {0};
  bp_answer_description(line, length, arena, &description, &problem);
  if (!is_problem(&problem, arena))
    look_at_description(&description, arena);
}

/* The other answers are held against this description. */
static bool describe_known(bool has_outputs, struct bp_arena *arena,
                           struct bp_description *description) {
  const char *text = has_outputs ? "{\"theta\":[1,2,3,4,5,6,7,8],\"outputs\":2,"
                                   "\"blocks\":[{\"name\":\"W\",\"shape\":[2,3]},"
                                   "{\"name\":\"b\",\"shape\":2}]}"
                                 : "{\"theta\":[[1,2,3],[4,5,6]],"
                                   "\"blocks\":[{\"name\":\"W\",\"shape\":[2,3]}]}";
  struct bp_answer_problem problem = {0};
  bp_answer_description(text, strlen(text), arena, description, &problem);
  return !is_problem(&problem, arena);
}

static void answer(enum bp_op op, const char *line, size_t length, struct bp_arena *arena) {
  struct bp_description description;
  struct bp_answer_problem problem = {0};
  double numbers[16];
  if (!describe_known(op == BP_OP_VALUES || op == BP_OP_JACOBIAN, arena, &description))
    return;
  size_t count = description.outputs;
  for (size_t i = 0; i < 16; i++)
    numbers[i] = INFINITY;
  if (op == BP_OP_LOSS || op == BP_OP_VALUES) {
    bp_answer_values(line, length, op, &description, arena, numbers, &problem);
  } else if (op == BP_OP_DESCRIBE) { /* a point of the user's own */
    count = description.parameters;
    bp_read_point(line, length, &description, arena, numbers, &problem);
  } else {
    count *= description.parameters;
    bp_answer_gradient(line, length, op, &description, arena, numbers, &problem);
  }
  _Static_assert(BP_OP_DESCRIBE == 0 && BP_OP_JACOBIAN == 4, "the letters are in this order");
  bool may_be_nan = op == BP_OP_LOSS || op == BP_OP_VALUES;
  for (size_t i = 0; i < count && !is_problem(&problem, arena); i++)
    require(isfinite(numbers[i]) || (may_be_nan && isnan(numbers[i])));
  for (size_t i = count; i < 16; i++)
    require(isinf(numbers[i])); /* nothing was written behind the end */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_arena *arena = size > 0 ? bp_arena_new(memory_limit) : NULL;
  char *line = arena ? malloc(size) : NULL; /* not in the arena, so that sanitizers see its end */
  if (line) {
    memcpy(line, data + 1, size - 1);
    line[size - 1] = '\0';
    static const char letters[] = "dlgvj";
    const char *letter = *data ? strchr(letters, *data) : NULL;
    if (letter == letters)
      describe(line, size - 1, arena);
    else
      answer(letter ? (enum bp_op)(letter - letters) : BP_OP_DESCRIBE, line, size - 1, arena);
  }
  free(line);
  bp_arena_free(arena);
  return 0;
}
