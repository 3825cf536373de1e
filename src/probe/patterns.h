/* What is wrong with a gradient of which nothing is known but its entries.
 *
 * Sentences live in the arena that is given, and go when that is freed; kinds are static.
 */
#ifndef BP_PROBE_PATTERNS_H
#define BP_PROBE_PATTERNS_H

#include "base/arena.h"
#include "results/results.h"

/* Sets explanation and explanation_kind of every parameter block that fails.  A mistake is named
 * only if it accounts for every entry whose difference is known; else the sentence says that there
 * is no simple explanation, and the kind is NULL.  `unit` is the unit roundoff of the gradient.
 * O(entries · blocks).  0, or -1 without memory.
 */
int bp_probe_explain(double unit, struct bp_arena *arena, struct bp_report *report);

#endif
