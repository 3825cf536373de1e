/* The two lists of a written text grow together. */
#include "note/latex/written.h"

#include <string.h>

#include "base/list.h"

static bool add_byte(struct bp_written *written, char byte, struct bp_span from) {
  bool terminated = written->length + 1 < written->capacity ||
                    bp_list_grow(written->arena, &written->text, written->length,
                                 &written->capacity, sizeof *written->text);
  if (!terminated ||
      !bp_list_room(written->arena, written->from, written->length, written->from_capacity))
    return false;
  written->text[written->length] = byte;
  written->from[written->length++] = from;
  written->text[written->length] = '\0';
  return true;
}

bool bp_written_add(struct bp_written *written, const char *text, size_t length,
                    struct bp_span from) {
  for (size_t i = 0; i < length; i++)
    if (!add_byte(written, text[i], from))
      return false;
  return true;
}

bool bp_written_raw(struct bp_written *written, const char *text, size_t begin, size_t end) {
  for (size_t at = begin; at < end; at++)
    if (!add_byte(written, text[at], (struct bp_span){at, at + 1}))
      return false;
  return true;
}

bool bp_written_copy(struct bp_written *written, const struct bp_written *other, size_t begin,
                     size_t end) {
  for (size_t i = begin; i < end; i++)
    if (!add_byte(written, other->text[i], other->from[i]))
      return false;
  return true;
}

struct bp_span bp_written_from(const struct bp_written *written, size_t begin, size_t end) {
  if (written->length == 0)
    return (struct bp_span){0, 0};
  if (begin >= end) {
    size_t at = begin < written->length ? written->from[begin].begin
                                        : written->from[written->length - 1].end;
    return (struct bp_span){at, at};
  }
  struct bp_span span = written->from[begin];
  for (size_t i = begin + 1; i < end && i < written->length; i++) {
    if (written->from[i].begin < span.begin)
      span.begin = written->from[i].begin;
    if (written->from[i].end > span.end)
      span.end = written->from[i].end;
  }
  return span;
}

size_t bp_closing_parenthesis(const char *text, size_t open, size_t end) {
  size_t depth = 0;
  for (size_t at = open; at < end; at++) {
    depth += text[at] == '(';
    if (text[at] == ')' && --depth == 0)
      return at;
  }
  return end;
}

size_t bp_group_end(const char *text, size_t at, size_t end) {
  size_t depth = 0;
  for (; at < end; at++) {
    if (text[at] == '\\')
      at++;
    else if (text[at] == '{' && ++depth > BP_MOST_BRACES)
      return end;
    else if (text[at] == '}' && --depth == 0)
      return at + 1;
  }
  return end;
}

size_t bp_command_end(const char *text, size_t at, size_t end) {
  at++;
  if (at >= end || !bp_is_letter(text[at]))
    return at < end ? at + 1 : end;
  while (at < end && bp_is_letter(text[at]))
    at++;
  return at;
}

bool bp_command_is(const char *text, size_t at, size_t end, const char *word) {
  size_t length = strlen(word);
  return end - at == length + 1 && memcmp(text + at + 1, word, length) == 0;
}

size_t bp_text_find(const char *text, size_t begin, size_t end, const char *what) {
  size_t length = strlen(what);
  for (size_t at = begin; at + length <= end; at++) {
    const char *first = memchr(text + at, what[0], end - length + 1 - at);
    if (!first)
      return end;
    at = (size_t)(first - text);
    if (memcmp(first, what, length) == 0)
      return at;
  }
  return end;
}

bool bp_text_is_at(const char *text, size_t at, size_t end, const char *what) {
  size_t length = strlen(what);
  return at + length <= end && memcmp(text + at, what, length) == 0;
}

bool bp_text_has_any(const char *text, size_t begin, size_t end, const char *const *what) {
  for (; *what; what++)
    if (bp_text_find(text, begin, end, *what) < end)
      return true;
  return false;
}
