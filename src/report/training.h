/* Writers for a run of gradient descent.  Like all writers they return 0, or -1 when the stream
 * refused something or memory was short.
 */
#ifndef BP_REPORT_TRAINING_H
#define BP_REPORT_TRAINING_H

#include <stdbool.h>
#include <stdio.h>

#include "report/report.h"
#include "results/training.h"

/* For a terminal, 80 columns: settings, the cost curve as a small chart, the table of checks, the
 * accuracies and the verdict in a sentence; of `style` colour and brief matter here. */
int bp_training_text(const struct bp_training *training, const struct bp_report_style *style,
                     FILE *out);

/* A row for each step: step,loss,checked,verdict.  Step 0 is before the first update. */
int bp_training_csv(const struct bp_training *training, FILE *out);

/* One JSON object, schema "backproof-training/1"; a number that is not finite is null. */
int bp_training_json(const struct bp_training *training, FILE *out);

/* The cost curve alone, at most 72 columns by 14 lines, in braille dots. */
int bp_training_chart(const struct bp_training *training, FILE *out);

#endif
