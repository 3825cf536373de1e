/* Formulas without delimiters: dZ2 = A2 - Y on a line of its own, in backticks, in a block of code.
 *
 * What has one equals sign, a name, a derivative or a call on its left, and nothing but names,
 * figures, operators and known functions on its right is a formula, and prose is not.  It is
 * written anew in the LaTeX that formulas between delimiters come to, each byte with its place, so
 * the rest of the reader sees no difference.
 */
#ifndef BP_NOTE_PLAIN_PLAIN_H
#define BP_NOTE_PLAIN_PLAIN_H

#include "base/diag.h"
#include "note/latex/written.h"

enum { BP_PLAIN_MOST_SIGNS = 4 };

struct bp_plain {
  struct bp_written text;
  size_t signs[BP_PLAIN_MOST_SIGNS]; /* where its = stand in the text */
  size_t sign_count;
  struct bp_span span; /* in the source */
};

/* Writes the formula that the bytes [begin, end), which are of one line but for cases in braces,
 * are, without a comment behind it.  False where they are none; memory that was short the arena
 * remembers. */
bool bp_plain_formula(const struct bp_source *source, size_t begin, size_t end,
                      struct bp_arena *arena, struct bp_plain *formula);

/* The next piece of a block of such formulas, of which `*at` is moved to the end: a line, with
 * those of its braces, or a part of one between arrows. */
struct bp_span bp_plain_next(const struct bp_source *source, size_t end, size_t *at);

/* A row of cases: "0 if z < 0", "1 otherwise". */
struct bp_plain_row {
  struct bp_span value, condition; /* which is empty where it is the rest */
};

/* Takes the row that begins at `at` and ends with its line, or at a comma or semicolon behind its
 * condition; returns where the next begins, or 0 where it is none. */
size_t bp_plain_take_row(const char *text, size_t at, size_t end, struct bp_plain_row *row);

/* The bytes without blanks, line breaks and what separates rows around them. */
struct bp_span bp_plain_trim(const char *text, size_t begin, size_t end);

/* The next stretch of bytes in [begin, end) between words of a script without blanks, on one line
 * and up to a comma behind an =: a formula stands there, or foreign words. */
struct bp_span bp_plain_run(const struct bp_source *source, size_t begin, size_t end);

/* Whether a name in it has a layer in brackets, dz^[2]: prose has none. */
bool bp_plain_has_layer(const struct bp_source *source, struct bp_span run);

/* What stands in LaTeX for a word that formulas have, such as sigmoid and alpha; NULL: it is none.
 */
const char *bp_plain_word(const char *letters, size_t length);

/* Whether the right side of a formula is a shape: W^[1] = (4, 3). */
bool bp_plain_is_shape(const struct bp_source *source, struct bp_span span);

/* Whether the bytes are two parts in parentheses, (4, m): a shape. */
bool bp_plain_is_pair(const char *text, size_t begin, size_t end);

#endif
