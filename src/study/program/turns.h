/* Lines of programs that are judged once for each turn of a loop. */
#ifndef BP_STUDY_PROGRAM_TURNS_H
#define BP_STUDY_PROGRAM_TURNS_H

#include "base/arena.h"
#include "results/results.h"

/* Makes one claim of those that stand at the same bytes; claims are in the order of the source.
 * False where memory is short. */
bool bp_study_join_turns(struct bp_arena *arena, struct bp_derivation_report *report);

#endif
