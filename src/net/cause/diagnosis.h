/* What is wrong with a gradient that fails: the one mistake that would give exactly these numbers.
 *
 * Sentences live in the arena that is given, and go when that is freed; kinds are static.
 */
#ifndef BP_NET_CAUSE_DIAGNOSIS_H
#define BP_NET_CAUSE_DIAGNOSIS_H

#include "base/arena.h"
#include "net/compare.h"

/* Fills explanation and explanation_kind of every block of `report` that fails, after `gradient`
 * was compared with `evidence`.  Only an explanation that accounts for every entry is given;
 * without one the sentence says so, and the kind is NULL.  Nothing is said where the forward pass
 * is wrong, or where a block is so large that trying would take long.  O(entries · (m + width)) for
 * each block, since what does not fit mostly fails at once.  BP_OK or BP_NO_MEMORY. */
enum bp_status bp_explain(const struct bp_evidence *evidence, const struct bp_gradient *gradient,
                          struct bp_arena *arena, struct bp_report *report);

/* The kinds that can be told, one after the other; NULL behind the last.  A test holds the words of
 * --inject against them. */
const char *bp_explanation_kind(size_t index);

#endif
