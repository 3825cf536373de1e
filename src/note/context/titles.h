/* The activation that the title of a paragraph names: "1) **Sigmoid**", "### Derivative of tanh".
 */
#ifndef BP_NOTE_CONTEXT_TITLES_H
#define BP_NOTE_CONTEXT_TITLES_H

#include "note/statement.h"

/* What the title right above the statement names, as the language calls it; NULL: there is no title
 * near, or it names none, or several.  Sets where the title begins, 0 where there is none. */
const char *bp_titled_function(const struct bp_note *note, const struct bp_noted *noted,
                               size_t *title);

/* Whether words right before the statement say that σ is the logistic function, as everybody knows
 * it by, and no heading stands between. */
bool bp_words_say_logistic(const struct bp_note *note, const struct bp_noted *noted);

#endif
