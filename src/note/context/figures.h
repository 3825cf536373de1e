/* Formulas of nothing but figures: [1; 2] ⊙ [3; 4] = [3; 8], and a ⊙ b = [3; 8] where the note has
 * said which figures a and b are.
 */
#ifndef BP_NOTE_CONTEXT_FIGURES_H
#define BP_NOTE_CONTEXT_FIGURES_H

#include "base/arena.h"
#include "note/statement.h"

struct bp_figures {
  const char *text; /* the declarations of its letters; NULL: the statement is none of figures */
  bool plain;       /* whole numbers, and products that mean one thing: it may be told to fail */
};

/* False where memory is short. */
bool bp_figures_find(const struct bp_note *note, size_t member, struct bp_arena *arena,
                     struct bp_figures *figures);

#endif
