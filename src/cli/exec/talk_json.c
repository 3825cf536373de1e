/* Answers come from programs that students write, in whatever way their language writes JSON.  So
 * there is some tolerance where nothing can be mistaken (numbers flat or nested, NaN in four
 * spellings, fields that nobody asked for), and none where something can: a block that was
 * described as 4 x 3 and comes as 3 x 4 has its numbers in another order, and would be found wrong
 * in a way that misleads. */
#include "cli/exec/talk_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"

enum { SHOWN_COLUMNS = 60, NAMES_COLUMNS = 120, ERROR_COLUMNS = 240, SHOWN_BYTES = 200 };

/* ---- the line ------------------------------------------------------------ */

/* Bare words that JSON does not have but that Python, JavaScript's and C's libraries write. */
static const char *const bare_words[] = {"NaN", "-Infinity", "Infinity", "-inf",
                                         "inf", "-nan",      "nan"};
enum { BARE_WORDS = sizeof bare_words / sizeof *bare_words };

static const char *bare_word_at(const char *text) {
  for (size_t i = 0; i < BARE_WORDS; i++)
    if (strncmp(text, bare_words[i], strlen(bare_words[i])) == 0)
      return bare_words[i];
  return NULL;
}

/* Puts quotes around bare words outside strings.  NULL without memory. */
static char *quote_bare_words(const char *line, struct bp_arena *arena) {
  size_t words = 0;
  for (const char *at = strpbrk(line, "NIni"); at; at = strpbrk(at + 1, "NIni"))
    words++;
  char *text = bp_arena_alloc(arena, strlen(line) + 2 * words + 1, 1), *end = text;
  bool inside = false;
  while (text && *line) {
    const char *word = inside ? NULL : bare_word_at(line);
    if (word) {
      *end++ = '"';
      end = stpcpy(end, word);
      *end++ = '"';
      line += strlen(word);
      continue;
    }
    if (inside && *line == '\\' && line[1])
      *end++ = *line++;
    else if (*line == '"')
      inside = !inside;
    *end++ = *line++;
  }
  return text;
}

static const char *shown_line(const char *line, struct bp_arena *arena) {
  const char *shown = bp_text_shown(line, SHOWN_COLUMNS, arena);
  return shown ? shown : "";
}

static void complain_not_json(const char *line, size_t length, const char *expected,
                              struct bp_arena *arena, struct bp_answer_problem *problem) {
  problem->suggestion = "printing everything but the answers to standard error: "
                        "print(..., file=sys.stderr), console.error, fprintf(stderr, ...)";
  if (length == 0)
    problem->message =
        bp_arena_printf(arena, "with an empty line; expected a line such as %s", expected);
  else
    problem->message =
        bp_arena_printf(arena, "with a line that is no JSON object: %s; expected one such as %s",
                        shown_line(line, arena), expected);
}

static bool is_error(json_t *answer, struct bp_arena *arena, struct bp_answer_problem *problem) {
  json_t *error = json_object_get(answer, "error");
  if (!error || json_is_null(error) || json_is_false(error))
    return false;
  const char *text = json_is_string(error) ? json_string_value(error) : bp_talk_shown(error, arena);
  problem->error = bp_text_shown(text ? text : "", ERROR_COLUMNS, arena);
  return true;
}

json_t *bp_talk_answer(const char *line, size_t length, const char *expected,
                       struct bp_arena *arena, struct bp_answer_problem *problem) {
  *problem = (struct bp_answer_problem){0};
  json_t *answer = json_loadb(line, length, JSON_DECODE_INT_AS_REAL, NULL);
  if (!answer && strlen(line) == length) { /* a NUL is no reason to look further */
    char *quoted = quote_bare_words(line, arena);
    answer = quoted ? json_loadb(quoted, strlen(quoted), JSON_DECODE_INT_AS_REAL, NULL) : NULL;
  }
  if (!json_is_object(answer))
    complain_not_json(line, length, expected, arena, problem);
  else if (!is_error(answer, arena, problem))
    return answer;
  json_decref(answer);
  return NULL;
}

json_t *bp_talk_member(json_t *object, const char *name, struct bp_arena *arena,
                       struct bp_answer_problem *problem) {
  json_t *value = json_object_get(object, name);
  if (value)
    return value;
  const char *names = "";
  for (void *at = json_object_iter(object); at && names && strlen(names) < SHOWN_COLUMNS;
       at = json_object_iter_next(object, at))
    names = bp_arena_printf(arena, "%s%s\"%.40s\"", names, *names ? ", " : "",
                            json_object_iter_key(at));
  problem->message =
      bp_arena_printf(arena, "without \"%s\"; what the answer has is %s", name,
                      names && *names ? bp_text_shown(names, NAMES_COLUMNS, arena) : "nothing");
  return NULL;
}

/* ---- numbers ------------------------------------------------------------- */

bool bp_talk_read_number(const json_t *value, double *number) {
  *number = NAN;
  if (json_is_number(value)) {
    *number = json_number_value(value);
    return true;
  }
  if (json_is_null(value))
    return true;
  const char *text = json_string_value(value);
  if (!text)
    return false;
  const char *size = *text == '-' || *text == '+' ? text + 1 : text;
  if (strcasecmp(size, "nan") == 0)
    return true;
  if (strcasecmp(size, "inf") != 0 && strcasecmp(size, "infinity") != 0)
    return false;
  *number = *text == '-' ? -INFINITY : INFINITY;
  return true;
}

const char *bp_talk_shown(const json_t *value, struct bp_arena *arena) {
  char text[SHOWN_BYTES + 1];
  size_t length = json_dumpb(value, text, SHOWN_BYTES, JSON_COMPACT | JSON_ENCODE_ANY);
  text[length < SHOWN_BYTES ? length : SHOWN_BYTES] = '\0';
  if (length > SHOWN_BYTES) /* dumpb writes nothing reliable where there is no room */
    return json_is_array(value) ? "a long array" : "a long value";
  const char *shown = bp_text_shown(text, SHOWN_COLUMNS, arena);
  return shown ? shown : "";
}

/* Whether no element is an array. */
static bool is_flat(const json_t *list) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (json_is_array(json_array_get(list, i)))
      return false;
  return true;
}

static bool read_flat(const json_t *list, const char *what, struct bp_arena *arena, double *numbers,
                      struct bp_answer_problem *problem) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!bp_talk_read_number(json_array_get(list, i), &numbers[i])) {
      problem->message = bp_arena_printf(arena, "with %s where number %zu of \"%s\" belongs",
                                         bp_talk_shown(json_array_get(list, i), arena), i, what);
      return false;
    }
  return true;
}

/* ---- blocks -------------------------------------------------------------- */

/* Whether the arrays have exactly these dimensions. */
static bool fits(const json_t *value, const size_t *dimensions, size_t rank) {
  if (rank == 0)
    return !json_is_array(value);
  if (!json_is_array(value) || json_array_size(value) != dimensions[0])
    return false;
  for (size_t i = 0; i < dimensions[0]; i++)
    if (!fits(json_array_get(value, i), dimensions + 1, rank - 1))
      return false;
  return true;
}

static bool fits_block(const json_t *value, const struct bp_talk_shape *shape) {
  return fits(value, shape->dimensions, shape->rank) ||
         (json_is_array(value) && json_array_size(value) == shape->count && is_flat(value));
}

/* The numbers of a value that fits, in order. */
static bool read_nested(const json_t *value, const char *what, struct bp_arena *arena,
                        double **numbers, struct bp_answer_problem *problem) {
  if (!json_is_array(value)) {
    if (bp_talk_read_number(value, (*numbers)++))
      return true;
    problem->message = bp_arena_printf(arena, "with %s where a number of \"%s\" belongs",
                                       bp_talk_shown(value, arena), what);
    return false;
  }
  for (size_t i = 0; i < json_array_size(value); i++)
    if (!read_nested(json_array_get(value, i), what, arena, numbers, problem))
      return false;
  return true;
}

static const char *dimensions_text(const size_t *dimensions, size_t rank, struct bp_arena *arena) {
  const char *text = rank == 0 ? "a single number" : "";
  for (size_t i = 0; i < rank && text; i++)
    text = bp_arena_printf(arena, "%s%s%zu", text, i > 0 ? " x " : "", dimensions[i]);
  return text ? text : "";
}

/* The shape along the first elements: "3 x 4". */
static const char *found_shape(const json_t *value, struct bp_arena *arena) {
  size_t dimensions[BP_MOST_RANK], rank = 0;
  for (; json_is_array(value) && rank < BP_MOST_RANK; value = json_array_get(value, 0))
    dimensions[rank++] = json_array_size(value);
  return dimensions_text(dimensions, rank, arena);
}

static void complain_block(const json_t *value, const char *what, const struct bp_talk_shape *shape,
                           struct bp_arena *arena, struct bp_answer_problem *problem) {
  const char *found = found_shape(value, arena);
  const char *described = dimensions_text(shape->dimensions, shape->rank, arena);
  if (strcmp(found, described) == 0)
    problem->message = bp_arena_printf(
        arena, "with a \"%s\" whose block %s has rows of different lengths; it was described as %s",
        what, shape->name, described);
  else
    problem->message =
        bp_arena_printf(arena, "with a \"%s\" whose block %s is %s; it was described as %s", what,
                        shape->name, found, described);
  if (shape->rank == 2 && json_array_size(value) == shape->dimensions[1])
    problem->suggestion = "the transpose, or the other shape in \"describe\"";
}

/* "W1 (4 x 3), b1 (4)" */
static const char *list_blocks(const struct bp_description *description, struct bp_arena *arena) {
  const char *text = "";
  for (size_t p = 0; p < description->part_count && text; p++) {
    const struct bp_talk_shape *shape = &description->shapes[p];
    if (p == 6)
      return bp_arena_printf(arena, "%s and %zu more", text, description->part_count - p);
    text = bp_arena_printf(arena, "%s%s%s (%s)", text, p > 0 ? ", " : "", shape->name,
                           dimensions_text(shape->dimensions, shape->rank, arena));
  }
  return text ? text : "";
}

/* A flat list of the wrong length: names the block where it ends, or the one whose length is what
 * lacks. */
static void complain_length(size_t found, const char *what,
                            const struct bp_description *description, struct bp_arena *arena,
                            struct bp_answer_problem *problem) {
  const struct bp_talk_shape *shapes = description->shapes;
  problem->message = bp_arena_printf(arena, "with %zu number%s in \"%s\"; expected %zu: %s", found,
                                     found == 1 ? "" : "s", what, description->parameters,
                                     list_blocks(description, arena));
  size_t missing = found < description->parameters ? description->parameters - found : 0, end = 0;
  for (size_t p = 0; p < description->part_count && missing > 0; p++) {
    end += shapes[p].count;
    if (shapes[p].count == missing && !problem->suggestion)
      problem->suggestion = bp_arena_printf(
          arena, "looking for block %s: as many numbers are missing as it has", shapes[p].name);
    if (end > found && end - shapes[p].count < found && !problem->suggestion)
      problem->suggestion =
          bp_arena_printf(arena, "looking at block %s, in which the numbers end", shapes[p].name);
  }
}

static bool read_blocks(const json_t *list, const char *what,
                        const struct bp_description *description, struct bp_arena *arena,
                        double *numbers, struct bp_answer_problem *problem) {
  for (size_t p = 0; p < description->part_count; p++) {
    const json_t *block = json_array_get(list, p);
    if (!fits_block(block, &description->shapes[p])) {
      complain_block(block, what, &description->shapes[p], arena, problem);
      return false;
    }
    if (!read_nested(block, what, arena, &numbers, problem))
      return false;
  }
  return true;
}

bool bp_talk_parameters(const json_t *list, const char *what,
                        const struct bp_description *description, struct bp_arena *arena,
                        double *numbers, struct bp_answer_problem *problem) {
  size_t count = json_array_size(list);
  if (!json_is_array(list)) {
    problem->message = bp_arena_printf(arena, "with %s as \"%s\"; expected an array of numbers",
                                       bp_talk_shown(list, arena), what);
    return false;
  }
  if (is_flat(list)) {
    if (count == description->parameters)
      return read_flat(list, what, arena, numbers, problem);
    complain_length(count, what, description, arena, problem);
    return false;
  }
  const struct bp_talk_shape *only = description->shapes;
  if (description->part_count == 1 &&
      (count != 1 || fits_block(list, only))) { /* the block, not a list of one block */
    if (fits_block(list, only))
      return read_nested(list, what, arena, &numbers, problem);
    complain_block(list, what, only, arena, problem);
    return false;
  }
  if (count == description->part_count)
    return read_blocks(list, what, description, arena, numbers, problem);
  problem->message = bp_arena_printf(arena, "with a \"%s\" of %zu array%s; expected %zu: %s", what,
                                     count, count == 1 ? "" : "s", description->part_count,
                                     list_blocks(description, arena));
  return false;
}
