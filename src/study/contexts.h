/* What a note speaks of, as families and as its own definitions. */
#ifndef BP_STUDY_CONTEXTS_H
#define BP_STUDY_CONTEXTS_H

#include "study/trial.h"

/* Finds the contexts of a note and declares them, as a family or by the note's own definitions,
 * whichever more lines hold under.  0, or -1 where memory is short. */
int bp_study_contexts(const struct bp_note *note, const struct bp_vocabulary *vocabulary,
                      const struct bp_judge_options *options, struct bp_arena *arena,
                      struct bp_note_contexts *contexts);

#endif
