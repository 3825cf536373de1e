/* What the two halves of the scanner share: blocks.c knows lines, inline.c what stands in a run of
 * lines that belong together.
 */
#ifndef BP_NOTE_SCANNER_H
#define BP_NOTE_SCANNER_H

#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "note/passage.h"

enum { MOST_OPENERS = 32 };

struct bp_scanner {
  const char *text;
  size_t length;
  enum bp_note_style style;
  struct bp_arena *arena;
  struct bp_passages *passages;
  size_t section;
  /* Macros of the author's that open an environment around their argument. */
  struct bp_span openers[MOST_OPENERS];
  size_t opener_count;
  bool memory_short;
};

/* Adds a passage in the present section. */
void bp_scanner_add(struct bp_scanner *scanner, struct bp_passage passage);

/* Cuts the bytes [begin, end), a paragraph, into passages.  `quotes` as in struct bp_passage. */
void bp_scan_paragraph(struct bp_scanner *scanner, size_t begin, size_t end, unsigned quotes);

/* Where the marks of containers end that a line begins with, which starts at `at`: blanks, ">",
 * "-", "*", "+", "1." or "1)".  Sets the number of ">" among them.  What looks like the minus of a
 * formula ("- x" in a display) is the concern of whoever knows that he is in one. */
size_t bp_skip_containers(const struct bp_scanner *scanner, size_t at, unsigned *quotes);

/* The end of the line at `at`, without its line break. */
static inline size_t bp_line_end(const struct bp_scanner *scanner, size_t at) {
  const char *found = memchr(scanner->text + at, '\n', scanner->length - at);
  return found ? (size_t)(found - scanner->text) : scanner->length;
}

/* Whether the text goes on with `word` at `at`, before `end`. */
static inline bool bp_text_at(const struct bp_scanner *scanner, size_t at, size_t end,
                              const char *word) {
  size_t length = strlen(word);
  return end - at >= length && memcmp(scanner->text + at, word, length) == 0;
}

static inline bool bp_is_one_of(char sign, const char *signs) {
  return sign != '\0' && strchr(signs, sign) != NULL;
}

static inline bool bp_is_blank(char sign) { return sign == ' ' || sign == '\t' || sign == '\r'; }

#endif
