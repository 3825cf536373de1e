/* Hints: which small edit makes a failing line hold. */
#ifndef BP_JUDGE_HINT_H
#define BP_JUDGE_HINT_H

#include "judge/judge.h"
#include "judge/verdict.h"

/* Looks for the smallest edits that make each failing claim hold, and fills claims[i].hints in
 * `arena`.  states[i] and claims[i] belong together; the report's convention is set where one
 * explains every failure.  Returns 0, or -1 when memory is short. */
int bp_hints_find(const struct bp_model *model, const struct bp_judge_options *options,
                  const struct bp_claim_state *states, struct bp_report *report,
                  struct bp_arena *arena);

#endif
