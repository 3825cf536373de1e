/* What a line of a note needs before it is told that it fails. */
#ifndef BP_STUDY_DOUBT_H
#define BP_STUDY_DOUBT_H

#include "results/results.h"
#include "study/trial.h"

/* Lines that must speak for a reading. */
enum { BP_STUDY_ENOUGH = 3 };

/* Why a line does not hold after all that has a decision, such as a condition of its own, which
 * only ever came out one way: nothing was seen of the other. */
#define BP_STUDY_ONE_WAY                                                                           \
  "needs points on both sides of its conditions: one of them came out the same way everywhere"

/* Whether enough other lines of the member's section hold as the note is read, and fail under the
 * other reading: nobody changes what is meant between two lines. */
bool bp_study_contradicted(const struct bp_study_trials *trials, size_t reading, size_t member);

/* Whether a condition in the claim itself was met, or not met, at all points. */
bool bp_study_one_way(const struct bp_claim *claim);

/* Why a failing line does not fail after all, as a sentence; NULL where it does.  `some_layers`:
 * HOLDS where it holds for some, OPEN where it does for the last one. */
const char *bp_study_doubt(const struct bp_study_trials *trials, const struct bp_noted *noted,
                           const struct bp_claim *claim, size_t member,
                           enum bp_trial_outcome some_layers);

/* Why a line about a function of one number is not told to hold after all: the note does not say
 * which function that is.  NULL: it does, or the line is about something else. */
const char *bp_study_doubt_function(const struct bp_study_trials *trials,
                                    const struct bp_noted *noted);

#endif
