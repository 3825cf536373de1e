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

/* Writes the formula that the bytes [begin, end), which are of one line, are, without a comment
 * behind it.  *sign is where its = stands in the text, and *span the formula in the source.  False
 * where they are none; memory that was short the arena remembers. */
bool bp_plain_formula(const struct bp_source *source, size_t begin, size_t end,
                      struct bp_written *text, size_t *sign, struct bp_span *span);

/* The next stretch of bytes in [begin, end) between words of a script without blanks, on one line
 * and up to a comma behind an =: a formula stands there, or foreign words. */
struct bp_span bp_plain_run(const struct bp_source *source, size_t begin, size_t end);

/* Whether a name in it has a layer in brackets, dz^[2]: prose has none. */
bool bp_plain_has_layer(const struct bp_source *source, struct bp_span run);

/* Whether the right side of a formula is a shape: W^[1] = (4, 3). */
bool bp_plain_is_shape(const struct bp_source *source, struct bp_span span);

#endif
