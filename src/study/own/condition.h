/* Equations that are conditions, and no identities. */
#ifndef BP_STUDY_OWN_CONDITION_H
#define BP_STUDY_OWN_CONDITION_H

#include "note/context/context.h"

/* Why the statement may be one that holds for special values only, w^T x + b = 0, as a sentence;
 * NULL: it is no such one.  `names`: letters may tell so, too, of which the note defines none, and
 * with `slopes` also beside a derivative. */
const char *bp_own_condition(const struct bp_note *note, const struct bp_noted *noted, bool names,
                             bool slopes);

/* Whether a link behind the first one of a definition, the second of z = W x + b = \sum …, says
 * something that can be wrong: its first link says what the name is, and what stands on the left of
 * this one is expanded on its right.  A letter that nothing defines and that is gone there, or a
 * function, is one that the author has put something for, b = 0; then it says nothing. */
bool bp_own_link_says(const struct bp_note *note, const struct bp_noted *noted, size_t links,
                      size_t link);

#endif
