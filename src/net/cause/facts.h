/* What can be said of a block that no recipe explains: one entry, one row or one column is wrong.
 *
 * Sentences live in the arena that is given, and are NULL when memory is short.
 */
#ifndef BP_NET_CAUSE_FACTS_H
#define BP_NET_CAUSE_FACTS_H

#include "base/arena.h"
#include "net/cause/hypotheses.h"

/* Whether a block has entries besides those that fail that are known to be right. */
bool bp_has_sound_entries(const struct bp_block *block);

/* The same of all entries that are worth it: no mistake of their size could hide in them. */
bool bp_all_are_sound(const struct bp_block *block);

/* Whether every failing entry is in the row, or the column, of the worst. */
bool bp_all_in(const struct bp_block *block, bool row);

/* "only entry (1,2) of W[1] is wrong: ..."; `witnesses`: others are known to be right. */
const char *bp_entry_sentence(const struct bp_block *block, size_t k, bool witnesses,
                              struct bp_arena *arena);

/* The same of the row or column of the worst entry. */
const char *bp_line_sentence(const struct bp_question *q, bool row, struct bp_arena *arena);

#endif
