/* The declarations of a single unit, as in notes on logistic regression. */
#ifndef BP_NOTE_CONTEXT_UNIT_H
#define BP_NOTE_CONTEXT_UNIT_H

#include "note/context/context.h"

/* The gradients of the samples' own losses by w, side by side. */
#define BP_SAMPLE_LOSSES "samplelosses"
#define BP_SAMPLE_GRADIENTS "samplegradients"

/* The text of a derivation; NULL where memory is short. */
const char *bp_context_unit(const struct bp_note_context *context,
                            const struct bp_note_reading *reading, struct bp_arena *arena);

#endif
