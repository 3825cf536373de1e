/* Text of other people's made fit for documents that programs read.
 *
 * A path can be any bytes and the name of a claim any characters, but XML forbids most control
 * characters, YAML and workflow commands end at a line break, and all of them want valid UTF-8.
 *
 * A text that is handed out is the one that was passed in, or lives as long as the arena; NULL
 * means that memory was short, or that NULL was passed in.
 */
#ifndef BP_REPORT_PLAIN_H
#define BP_REPORT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

/* The text with U+FFFD in the place of each byte that is not UTF-8 and of each character that is
 * none: controls except the line feed, surrogates and non-characters, line separators, and signs
 * that turn the direction of writing.  A tab becomes a blank. */
const char *bp_plain_text(const char *text, struct bp_arena *arena);

/* The same on one line: a line feed becomes a blank. */
const char *bp_plain_line(const char *text, struct bp_arena *arena);

/* The first character of `length` > 0 bytes as these two have it, for who writes and does not keep:
 * sets the piece, and gives how many bytes it stands for. */
size_t bp_plain_piece(const char *text, size_t length, bool one_line, const char **piece,
                      size_t *piece_length);

/* The character at the start of `length` > 0 bytes, and how many bytes it takes; U+FFFD and 1 where
 * they are not UTF-8. */
size_t bp_character(const char *text, size_t length, uint32_t *character);

/* A place in a source as lines and columns from 1, with columns in UTF-16 code units, as SARIF and
 * editors count them; the end is behind the last character. */
struct bp_region {
  size_t line, column, end_line, end_column;
};

/* How far lines of a source have been counted.  Places that are asked for in the order of the
 * source cost one walk through it altogether. */
struct bp_place {
  const struct bp_source *source;
  size_t begin; /* first byte of the line */
  size_t line;  /* from 1 */
};

/* Goes to the line in which the byte stands.  Begin with {0}. */
void bp_place_seek(struct bp_place *place, const struct bp_source *source, size_t offset);

/* The region of a span; `place` is left at its beginning. */
struct bp_region bp_place_region(struct bp_place *place, const struct bp_source *source,
                                 struct bp_span span);

#endif
