/* Updates of a note. */
#ifndef BP_STUDY_UPDATE_NOTED_H
#define BP_STUDY_UPDATE_NOTED_H

#include "read/note.h"
#include "study/update/updates.h"

/* Makes claims of those updates of the document that are steps, and says in `parsed` which members
 * all claims are then.  0, or -1 where memory is short. */
int bp_updates_note(const struct bp_gradients_request *request, struct bp_note_document *parsed,
                    struct bp_updates *updates);

/* As bp_updates_tell, and marks, of so many members, those that are steps up by a multiple of the
 * gradient: what they were read as is what is meant. */
int bp_updates_tell_noted(const struct bp_updates *updates, const struct bp_note_document *parsed,
                          size_t members, struct bp_arena *arena,
                          struct bp_derivation_report *report, bool **turned);

#endif
