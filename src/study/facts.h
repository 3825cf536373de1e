/* What a note says of functions of numbers, judged by the definitions beside it. */
#ifndef BP_STUDY_FACTS_H
#define BP_STUDY_FACTS_H

#include "hint/hint.h"
#include "judge/judge.h"
#include "note/context/facts.h"

struct bp_fact_request {
  const struct bp_vocabulary *vocabulary;
  const struct bp_judge_options *judge;
  const struct bp_hint_options *hints; /* NULL: none are looked for */
  struct bp_arena *arena;
};

/* Judges what the report leaves open of the note and puts it in its place there.  A fact fails only
 * where what it uses is defined once and before it in its section, where it is no value at a point
 * that words may name, and where nothing behind it on its line restricts it.  Adds to `told` how
 * many statements of each kind became claims, and to *decided how many lines were.  0, or -1 where
 * memory is short. */
int bp_study_facts(const struct bp_fact_request *request, const struct bp_note *note,
                   struct bp_derivation_report *report, size_t told[BP_NOTED_KIND_COUNT],
                   size_t *decided);

#endif
