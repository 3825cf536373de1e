/* UTF-8 is checked by the table of well-formed sequences in the Unicode standard (chapter 3.9): the
 * first byte gives the length, and for four first bytes it narrows the range of the second, which
 * rules out overlong forms, surrogates and what lies beyond U+10FFFF. */
#include "data/encoding.h"

#include <string.h>

/* Bytes of the character that starts here, or 0 where none does. */
static size_t character_length(const unsigned char *at, size_t room) {
  unsigned char first = at[0];
  if (first < 0x80)
    return 1;
  size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || length > room)
    return 0;
  unsigned char lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  unsigned char highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < lowest || at[1] > highest)
    return 0;
  for (size_t k = 2; k < length; k++)
    if ((at[k] & 0xC0) != 0x80)
      return 0;
  return length;
}

size_t bp_utf8_fault(const char *text, size_t length) {
  size_t at = 0;
  while (at < length) {
    size_t step = character_length((const unsigned char *)text + at, length - at);
    if (step == 0)
      return at;
    at += step;
  }
  return length;
}

const char *bp_utf8_mend(const char *text, struct bp_arena *arena) {
  static const char sign[] = "\xEF\xBF\xBD";
  size_t length = strlen(text), at = 0, end = 0;
  if (bp_utf8_fault(text, length) == length)
    return text;
  char *mended = bp_arena_alloc(arena, strlen(sign) * length + 1, 1);
  while (mended && at < length) {
    size_t good = bp_utf8_fault(text + at, length - at);
    memcpy(mended + end, text + at, good);
    at += good;
    end += good;
    if (at == length)
      break;
    memcpy(mended + end, sign, strlen(sign));
    at++;
    end += strlen(sign);
  }
  return mended;
}
