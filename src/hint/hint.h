/* Hints: which small edit makes a failing line hold.
 *
 * What is written into a report lives in the arena that comes with it.
 */
#ifndef BP_HINT_HINT_H
#define BP_HINT_HINT_H

#include "judge/judge.h"
#include "judge/verdict.h"

struct bp_hint_options {
  uint64_t seed;
  unsigned milliseconds; /* for pairs of edits in each line, about; 0: none */
  size_t memory;         /* bytes that the search may use; 0: 1 GiB */
  bool (*stopped)(void); /* as in struct bp_judge_options */
};

/* Looks for the smallest edits that make each failing claim of the report hold, and fills its
 * hints; the report's convention is set where one explains every failure.  `judgement` is what
 * bp_judge left with this report.  Returns 0, or -1 when memory is short (with an error recorded
 * where the judge recorded its own). */
int bp_hints_find(const struct bp_judgement *judgement, const struct bp_hint_options *options,
                  struct bp_derivation_report *report, struct bp_arena *arena);

#endif
