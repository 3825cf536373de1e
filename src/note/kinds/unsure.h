/* What of a statement means one thing to some and another to others, by how it is written and by
 * the words before it.
 */
#ifndef BP_NOTE_KINDS_UNSURE_H
#define BP_NOTE_KINDS_UNSURE_H

#include "note/statement.h"

/* Whether a star stands behind a matrix that is written out, or beside a kernel that is turned:
 * whoever writes one there may mean a convolution. */
bool bp_noted_may_convolve(const struct bp_noted *noted);

/* Whether it is about the gradient of a parameter, without a sum, and words not far before it, or a
 * formula of its section, say that there is one sample. */
bool bp_note_says_single(const struct bp_note *note, const struct bp_noted *noted);

/* Whether a 1 in bold stands in it, which is a vector of ones to some. */
bool bp_noted_has_bold_one(const struct bp_noted *noted);

#endif
