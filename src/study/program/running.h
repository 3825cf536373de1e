/* Edits of formulas in running text, in the spelling of such text. */
#ifndef BP_STUDY_RUNNING_H
#define BP_STUDY_RUNNING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"

/* Whether the formula at `span`, or its note, is written in the signs of NumPy. */
bool bp_study_is_numpy(const struct bp_source *source, struct bp_span span);

/* What `text`, which is of the language of derivations, is in the spelling that the formula at
 * `span` has.  NULL where memory is short. */
const char *bp_study_running(const struct bp_source *source, struct bp_span span, const char *text,
                             struct bp_arena *arena);

#endif
