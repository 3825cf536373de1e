/* Whether a sample is a row or a column, in a file whose `layout` line says nothing of it. */
#ifndef BP_MODEL_SAMPLES_H
#define BP_MODEL_SAMPLES_H

#include "base/diag.h"
#include "lang/ast.h"

/* Whether samples are rows for what is drawn from `onehot`; a note, at the first such name, says
 * why. */
bool bp_samples_are_rows(const struct bp_document *document, struct bp_diagnostics *diagnostics);

#endif
