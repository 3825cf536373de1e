/* Lines that could not be read because of a mistake elsewhere: which one it is. */
#ifndef BP_JUDGE_ROOTS_H
#define BP_JUDGE_ROOTS_H

#include "base/diag.h"
#include "model/model.h"
#include "results/results.h"

/* For each line of the report that was not read, looks for the error that keeps it from that: one
 * in the line itself, or else in a definition that it leads to.  The error is told with the other
 * messages, once; the line says which it needs, and the error which lines need it.  False when
 * memory is short. */
bool bp_roots_find(struct bp_model *model, struct bp_diagnostics *diagnostics,
                   struct bp_derivation_report *report);

#endif
