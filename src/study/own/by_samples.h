/* Entries in the signs of a note that raises its samples. */
#ifndef BP_STUDY_OWN_BY_SAMPLES_H
#define BP_STUDY_OWN_BY_SAMPLES_H

#include "base/diag.h"

/* The text with y^{(i)} for y_{i}, x_j^{(i)} for X_{i,j}, x^{(i)} for (X_{i,:})^T, and what the
 * note writes for h_{i}, h_\theta(x^{(i)}), where the statement has samples like that; else as it
 * is. `replaced` are the bytes of the note that the text takes the place of: where these are a
 * sample and the text has no index, its names are those of that sample.  NULL where memory is
 * short. */
const char *bp_own_by_samples(const char *text, const struct bp_source *source,
                              struct bp_span statement, struct bp_span replaced,
                              struct bp_arena *arena);

#endif
