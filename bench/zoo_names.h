/* Whether planted mistakes are named right: the name given is the mistake's, or it is among those
 * given.
 */
#ifndef BP_BENCH_ZOO_NAMES_H
#define BP_BENCH_ZOO_NAMES_H

#include <stdatomic.h>

#include "net/compare.h"
#include "net/mistakes.h"

/* Counts, over all threads.  `digitless`: the right gradient of that block is itself nothing but
 * rounding, so its numbers cannot tell what was done to them; these are in no other count. */
struct names {
  _Atomic size_t failing, named, alone, misnamed, digitless;
  _Atomic size_t outside, outside_named; /* from dW and db alone, as in a file */
};

/* Explains the report of a planted mistake and counts; with ZOO_NAMES in the environment what is
 * not named right is printed. */
void names_count(struct names *names, const struct bp_evidence *evidence, unsigned long seed,
                 const struct bp_mistake *mistake, const struct bp_gradient *mistaken,
                 struct bp_arena *arena, struct bp_report *report);

/* The same as a gradient of other code, by the evidence of the direct route. */
void names_count_outside(struct names *names, struct bp_evidence *evidence, unsigned long seed,
                         const struct bp_mistake *mistake, struct bp_gradient *mistaken,
                         struct bp_arena *arena);

void names_print(const struct names *names);

#endif
