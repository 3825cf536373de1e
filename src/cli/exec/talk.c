/* Requests.  Nearly all of them are the base point with one number changed, so the text of the base
 * point is made once; a request is put together from pieces of it and from the changed number, and
 * the system gathers the pieces while it writes them (writev).  Nothing is copied. */
#include "cli/exec/talk.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const op_names[] = {"describe", "loss", "grad", "values", "jacobian"};

/* How a request begins, up to the numbers. */
static const char *const openings[] = {
    "{\"op\":\"describe\"}\n",          "{\"op\":\"loss\",\"theta\":[",
    "{\"op\":\"grad\",\"theta\":[",     "{\"op\":\"values\",\"theta\":[",
    "{\"op\":\"jacobian\",\"theta\":[",
};

const char *bp_op_name(enum bp_op op) { return op_names[op]; }

/* The shortest decimal that gives the same number back, always with a point or an exponent: in
 * Python and in NumPy 1 is another thing than 1.0.  Gives its length.  The number must be finite.
 *
 * Fewer than 15 digits need not be tried: whatever they give back, 15 give back too, followed by
 * zeros, which %g leaves out.  Only subnormal numbers have fewer digits than that. */
static size_t number_text(double value, char text[BP_NUMBER_ROOM]) {
  int length = 0;
  for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
    length = snprintf(text, BP_NUMBER_ROOM, "%.*g", digits, value);
    if (digits == 17 || strtod(text, NULL) == value)
      break;
  }
  if (!strpbrk(text, ".e")) {
    strcpy(text + length, ".0");
    length += 2;
  }
  return (size_t)length;
}

bool bp_talk_room(struct bp_numbers_text *text, size_t count, struct bp_arena *arena) {
  *text = (struct bp_numbers_text){.text = bp_arena_alloc(arena, count, BP_NUMBER_ROOM),
                                   .begin = bp_arena_alloc(arena, count + 1, sizeof *text->begin),
                                   .count = count};
  return text->text && text->begin;
}

void bp_talk_write(struct bp_numbers_text *text, const double *numbers) {
  size_t at = 0;
  for (size_t i = 0; i < text->count; i++) {
    text->begin[i] = at;
    at += number_text(numbers[i], text->text + at);
    text->text[at++] = ',';
  }
  text->begin[text->count] = at;
}

/* ---- requests ------------------------------------------------------------ */

static void add(struct bp_request *request, const char *text, size_t length) {
  if (length > 0)
    request->parts[request->count++] = (struct bp_bytes){text, length};
}

static void add_string(struct bp_request *request, const char *text) {
  add(request, text, strlen(text));
}

/* Numbers [first, last) of a text, with commas between them only. */
static void add_numbers(struct bp_request *request, const struct bp_numbers_text *text,
                        size_t first, size_t last) {
  if (first < last)
    add(request, text->text + text->begin[first], text->begin[last] - text->begin[first] - 1);
}

void bp_request_describe(struct bp_request *request) {
  *request = (struct bp_request){.op = BP_OP_DESCRIBE};
  add_string(request, openings[BP_OP_DESCRIBE]);
}

void bp_request_whole(struct bp_request *request, enum bp_op op,
                      const struct bp_numbers_text *point) {
  *request = (struct bp_request){.op = op};
  add_string(request, openings[op]);
  add_numbers(request, point, 0, point->count);
  add_string(request, "]}\n");
}

/* Four parts: what stands before the number, the number with its commas, the rest, the end. */
static void change_whole(struct bp_request *request, const struct bp_numbers_text *base,
                         size_t index, double value) {
  char *change = request->change;
  size_t length = 0;
  if (index > 0)
    change[length++] = ',';
  length += number_text(value, change + length);
  if (index + 1 < base->count)
    change[length++] = ',';
  add_string(request, openings[request->op]);
  add_numbers(request, base, 0, index);
  add(request, change, length);
  add_numbers(request, base, index + 1, base->count);
  add_string(request, "]}\n");
}

void bp_request_change(struct bp_request *request, enum bp_op op,
                       const struct bp_numbers_text *base, size_t index, double value,
                       bool as_change) {
  request->op = op;
  request->count = 0;
  if (!as_change) {
    change_whole(request, base, index, value);
    return;
  }
  int length = snprintf(request->change, sizeof request->change, "%zu,", index);
  number_text(value, request->change + length);
  add_string(request, op == BP_OP_VALUES ? "{\"op\":\"values\",\"change\":["
                                         : "{\"op\":\"loss\",\"change\":[");
  add_string(request, request->change);
  add_string(request, "]}\n");
}

const char *bp_request_shown(const struct bp_request *request, struct bp_arena *arena) {
  enum { SHOWN = 64 };
  char text[SHOWN + 1] = "";
  size_t used = 0, whole = 0;
  for (size_t i = 0; i < request->count; i++) {
    const struct bp_bytes *part = &request->parts[i];
    size_t taken = part->length < SHOWN - used ? part->length : SHOWN - used;
    memcpy(text + used, part->text, taken);
    used += taken;
    whole += part->length;
  }
  if (used == whole && used > 0)
    text[used - 1] = '\0'; /* the line end */
  return bp_arena_printf(arena, "%s%s", text, used < whole ? "..." : "");
}

/* ---- names --------------------------------------------------------------- */

const char *bp_parameter_name(const struct bp_description *description, size_t index,
                              struct bp_arena *arena) {
  for (size_t p = 0; p < description->part_count; p++) {
    const struct bp_probe_part *part = &description->parts[p];
    size_t count = description->shapes[p].count;
    if (index < count)
      return bp_arena_printf(arena, "%s(%zu,%zu)", part->name, index / part->columns + 1,
                             index % part->columns + 1);
    index -= count;
  }
  return bp_arena_printf(arena, "number %zu", index);
}
