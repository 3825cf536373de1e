/* A letter that stands for the last layer where the note does not write L. */
#ifndef BP_STUDY_LAST_H
#define BP_STUDY_LAST_H

#include "study/trial.h"

/* "Let the network have k layers": where lines with a letter hold for the last layer alone, no line
 * has a layer behind it, more of its lines hold so than do not, and lines with another letter hold
 * for all layers, it is the last one, in all lines.  Sets it in the context, whose trials these
 * are.  0, or -1 where memory is short. */
int bp_study_last_layer(struct bp_note_context *context, struct bp_study_trials *trials);

#endif
