/* Chains of derivatives that say themselves what depends on what. */
#ifndef BP_STUDY_OWN_GRAPH_H
#define BP_STUDY_OWN_GRAPH_H

#include "lang/names.h"
#include "note/context/context.h"

/* Moves chains of derivatives of numbers out of their contexts into contexts of their own, one a
 * section, which declare what the chains say.  0, or -1 where memory is short. */
int bp_own_graphs(struct bp_note_contexts *contexts, const struct bp_vocabulary *vocabulary,
                  struct bp_arena *arena);

#endif
