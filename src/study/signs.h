/* Formulas of the language in the signs of LaTeX. */
#ifndef BP_STUDY_SIGNS_H
#define BP_STUDY_SIGNS_H

#include "base/arena.h"
#include "base/diag.h"

/* What is left of the language in a text that has the commands of LaTeX for its letters: ∂L/∂x as a
 * fraction, sum_{i=1..m} with its bounds, roots, raised groups, hats.  `statement` is what a note
 * has there, whose loss and whose way to write two indices it takes over.  NULL where memory is
 * short. */
const char *bp_study_latex(const char *text, const struct bp_source *source,
                           struct bp_span statement, struct bp_arena *arena);

/* The bytes of an edit, without half of a \left or \right: those that an edit takes away with their
 * bracket go, those of brackets that stay are left. */
struct bp_span bp_study_whole_brackets(const struct bp_source *source, struct bp_span span);

#endif
