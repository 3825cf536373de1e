/* Equations that are conditions, and no identities. */
#ifndef BP_STUDY_OWN_CONDITION_H
#define BP_STUDY_OWN_CONDITION_H

#include "note/context/context.h"

/* Why the statement may be one that holds for special values only, w^T x + b = 0, as a sentence;
 * NULL: it is no such one.  `names`: letters may tell so, too, of which the note defines none, and
 * with `slopes` also beside a derivative. */
const char *bp_own_condition(const struct bp_note *note, const struct bp_noted *noted, bool names,
                             bool slopes);

#endif
