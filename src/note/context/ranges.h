/* Conditions on numbers that a note states beside a formula: "Let $x > 2$", "for $0 < p < 1$".
 *
 * Such a formula is about those numbers only, and says nothing of the others.
 */
#ifndef BP_NOTE_CONTEXT_RANGES_H
#define BP_NOTE_CONTEXT_RANGES_H

#include "note/statement.h"

struct bp_note_range {
  const char *domain; /* " in (2, inf)"; NULL: what is said of the letter is no interval */
  bool binding;       /* the words around it leave no doubt that it is meant for the statement */
};

/* What is said of the letter near the statement; false: nothing, or memory is short, which the
 * arena remembers. */
bool bp_note_range_at(const struct bp_note *note, size_t member, const char *letter, size_t length,
                      struct bp_arena *arena, struct bp_note_range *range);

/* What is said of the letter anywhere in the note, where that is one thing: binding where it is
 * assumed for all that follows, and stands before all of the claims. */
bool bp_note_range_of(const struct bp_note *note, const char *letter, size_t length,
                      struct bp_arena *arena, struct bp_note_range *range);

#endif
