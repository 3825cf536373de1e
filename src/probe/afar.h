/* The gradient under test and differences at another place than the point: farther away from a fit
 * (afar.c), or beside a corner (beside.c).
 */
#ifndef BP_PROBE_AFAR_H
#define BP_PROBE_AFAR_H

#include "probe/run.h"

/* Fills run->afar with the gradient there, unless that is done: t > 0 is about 2^-t times the
 * point, and -t the t-th place beside it.  False when everything is to stop. */
bool bp_run_differentiate_at(struct bp_run *run, int place);

/* The t-th point beside the point, t > 0. */
void bp_run_beside(const struct bp_run *run, int t, double *theta);

/* A slope at the place where the gradient was computed last. */
struct bp_slope_afar {
  const double *direction; /* NULL: along the parameter */
  size_t index;
  int scale; /* exponent of what is moved, at the point */
  size_t output;
  double value;   /* what the gradient there says it is */
  double largest; /* of the gradient there, among what the slope belongs to */
};

/* What differences there say of it: it holds, or fails, or they cannot tell.  False when everything
 * is to stop. */
bool bp_run_judge_afar(struct bp_run *run, const struct bp_slope_afar *slope,
                       enum bp_verdict *verdict);

/* The largest entry there of an output's, among the parameters of a stretch. */
double bp_run_largest_afar(const struct bp_run *run, const struct bp_stretch *stretch,
                           size_t output);

/* The slope along a direction, of the gradient there; its largest is the root of the sum of its
 * terms' squares. */
struct bp_slope_afar bp_run_slope_along(const struct bp_run *run, const double *direction,
                                        size_t output);

/* What was said of an entry at the point. */
static inline struct bp_entry *bp_run_entry(const struct bp_run *run,
                                            const struct bp_stretch *stretch, size_t output,
                                            size_t parameter) {
  size_t row = run->probed->jacobian ? output * stretch->count : 0;
  return &stretch->block->entries[row + parameter];
}

/* Gives up an entry that failed: what is known of it is how far it is off. */
void bp_run_leave_open(struct bp_entry *entry, enum bp_reason reason);

#endif
