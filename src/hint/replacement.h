/* A changed formula as text: what is to be replaced in the file, and how the line then reads.
 *
 * Texts and replacements live in the arena that is named with the hint.
 */
#ifndef BP_HINT_REPLACEMENT_H
#define BP_HINT_REPLACEMENT_H

#include "model/model.h"
#include "results/results.h"

/* Fills the edits, the mended text and the marks of `hint`.  `before` is one side of the claim as
 * written, `after` the side as it should be; `kinds` names the edits that led there.  Places that
 * did not change keep the student's spelling.  False when memory is short. */
bool bp_replacements_find(const struct bp_model_claim *claim, const struct bp_expression *before,
                          const struct bp_expression *after, const char *const *kinds, size_t count,
                          struct bp_arena *arena, struct bp_hint *hint);

#endif
