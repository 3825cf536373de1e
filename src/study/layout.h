/* The reading of a context, with the layout of its derivatives. */
#ifndef BP_STUDY_LAYOUT_H
#define BP_STUDY_LAYOUT_H

#include "study/trial.h"

/* Tries all readings of the context, which letter stands for the last layer, and how derivatives
 * are laid out; leaves in the context and in `trials` what the most lines speak for.  0, or -1
 * where memory is short. */
int bp_study_read_context(struct bp_note_context *context, struct bp_study_trials *trials);

/* "; derivatives in the numerator layout", or nothing; NULL where memory is short. */
const char *bp_study_layout_words(const struct bp_study_trials *trials, struct bp_arena *arena);

#endif
