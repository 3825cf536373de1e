/* Notes that speak of what a hypothesis says of each sample, h_θ(x^{(i)}). */
#ifndef BP_NOTE_CONTEXT_SAMPLED_H
#define BP_NOTE_CONTEXT_SAMPLED_H

#include "note/context/context.h"

/* The note with the members of the context in names of entries: h_{i} for h_θ(x^{(i)}), y_{i} for
 * y^{(i)}, X_{ij} for x_j^{(i)}.  The note of the context where nothing is so written; NULL where
 * memory is short. */
const struct bp_note *bp_context_sampled(const struct bp_note_context *context,
                                         struct bp_arena *arena);

/* The statement as it was written by entries, in one piece, where its context is about samples; as
 * it is anywhere else. */
struct bp_noted bp_context_in_entries(const struct bp_note_context *context,
                                      const struct bp_noted *noted, struct bp_arena *arena);

/* Whether the loss of a context about samples has a penalty, and the line speaks of none: it may be
 * about θ_0, which people leave out of it, or about the loss without it.  `own` says which of its
 * declarations are meant. */
bool bp_context_leaves_out_penalty(const struct bp_note_context *context, size_t own,
                                   const struct bp_noted *noted);

/* What is told of a line that speaks of what the declarations leave out on purpose; anything else
 * as it is. */
struct bp_diagnostic bp_context_told(struct bp_diagnostic said);

#endif
