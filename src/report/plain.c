/* UTF-8 is taken apart by the table of the Unicode Standard (table 3-7): which second bytes are
 * allowed depends on the first, and that alone keeps out overlong forms, surrogates and numbers
 * beyond U+10FFFF.  What does not fit costs one byte and counts as one U+FFFD, so that a column
 * never depends on what stands behind it.
 */
#include "report/plain.h"

#include <stdbool.h>
#include <string.h>

static const uint32_t REPLACEMENT = 0xFFFD;

/* How many bytes a first byte asks for, and the least and largest second one; 0: no first byte. */
static size_t sequence(unsigned char first, unsigned char *least, unsigned char *most) {
  *least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  *most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (first < 0x80)
    return 1;
  if (first < 0xC2 || first > 0xF4)
    return 0;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t bp_character(const char *text, size_t length, uint32_t *character) {
  const unsigned char *bytes = (const unsigned char *)text;
  unsigned char least, most;
  size_t count = sequence(bytes[0], &least, &most);
  *character = REPLACEMENT;
  if (count == 0 || count > length)
    return 1;
  uint32_t code = count == 1 ? bytes[0] : bytes[0] & (0x7Fu >> count);
  for (size_t i = 1; i < count; i++) {
    if (bytes[i] < (i == 1 ? least : 0x80) || bytes[i] > (i == 1 ? most : 0xBF))
      return 1;
    code = code << 6 | (bytes[i] & 0x3F);
  }
  *character = code;
  return count;
}

static bool is_fit(uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code <= 0x9F))
    return code == '\n';
  if (code == 0x2028 || code == 0x2029 || code == 0x061C || code == 0xFEFF)
    return false;
  if ((code >= 0x200E && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
      (code >= 0x2066 && code <= 0x2069))
    return false;
  return (code & 0xFFFE) != 0xFFFE && !(code >= 0xFDD0 && code <= 0xFDEF);
}

/* Whether there is nothing to replace: printable ASCII only. */
static bool is_plain(const char *text, bool one_line) {
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    bool allowed = (byte >= 0x20 && byte < 0x7F) || (byte == '\n' && !one_line);
    if (!allowed)
      return false;
  }
  return true;
}

size_t bp_plain_piece(const char *text, size_t length, bool one_line, const char **piece,
                      size_t *piece_length) {
  static const char sign[] = "\xEF\xBF\xBD";
  uint32_t code;
  size_t bytes = bp_character(text, length, &code);
  bool blank = code == '\t' || (code == '\n' && one_line);
  bool kept = !blank && is_fit(code) && code != REPLACEMENT;
  *piece = blank ? " " : kept ? text : sign;
  *piece_length = blank ? 1 : kept ? bytes : sizeof sign - 1;
  return bytes;
}

static const char *plain(const char *text, bool one_line, struct bp_arena *arena) {
  enum { MOST_PIECE = 4 };
  if (!text || is_plain(text, one_line))
    return text;
  size_t length = strlen(text), end = 0;
  char *result = bp_arena_alloc(arena, length + 1, MOST_PIECE - 1);
  if (!result)
    return NULL;
  for (size_t at = 0; at < length;) {
    const char *piece;
    size_t bytes;
    at += bp_plain_piece(text + at, length - at, one_line, &piece, &bytes);
    memcpy(result + end, piece, bytes);
    end += bytes;
  }
  result[end] = '\0';
  return result;
}

const char *bp_plain_text(const char *text, struct bp_arena *arena) {
  return plain(text, false, arena);
}

const char *bp_plain_line(const char *text, struct bp_arena *arena) {
  return plain(text, true, arena);
}

void bp_place_seek(struct bp_place *place, const struct bp_source *source, size_t offset) {
  if (offset > source->length)
    offset = source->length;
  if (place->source != source || offset < place->begin)
    *place = (struct bp_place){source, 0, 1};
  for (const char *newline;
       offset > place->begin &&
       (newline = memchr(source->text + place->begin, '\n', offset - place->begin));) {
    place->begin = (size_t)(newline - source->text) + 1;
    place->line++;
  }
}

/* The column of a byte of the line where the place is.  A byte order mark is no part of the text.
 */
static size_t utf16_column(const struct bp_place *place, size_t offset) {
  const struct bp_source *source = place->source;
  size_t column = 1;
  for (size_t at = place->begin; at < offset && at < source->length;) {
    uint32_t code;
    at += bp_character(source->text + at, source->length - at, &code);
    if (at <= offset && !(code == 0xFEFF && at == 3))
      column += code > 0xFFFF ? 2 : 1;
  }
  return column;
}

struct bp_region bp_place_region(struct bp_place *place, const struct bp_source *source,
                                 struct bp_span span) {
  struct bp_region region;
  bp_place_seek(place, source, span.begin);
  region.line = place->line;
  region.column = utf16_column(place, span.begin);
  struct bp_place ahead = *place; /* what is asked next may begin before the end */
  bp_place_seek(&ahead, source, span.end > span.begin ? span.end : span.begin);
  region.end_line = ahead.line;
  region.end_column = utf16_column(&ahead, span.end > span.begin ? span.end : span.begin);
  return region;
}
