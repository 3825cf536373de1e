/* Failing lines under all other readings. */
#ifndef BP_STUDY_RETRY_H
#define BP_STUDY_RETRY_H

#include "study/trial.h"

/* Tries the lines of the report that fail in whatever way they may be meant: under all readings,
 * those of them too that had no voice in the choice, in other layouts, for some indices, and for
 * some layers only, which is marked in `layers`.  0, or -1 where memory is short. */
int bp_study_retry(struct bp_study_trials *trials, const struct bp_derivation_report *report,
                   const struct bp_note_document *parsed, unsigned char *layers);

#endif
