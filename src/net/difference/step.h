/* How long the step of a difference quotient should be, and how wrong the quotient can then be.
 *
 * For W[l]_ij the quotient is 1/m sum_s (f_is(h a_js) - f_is(-h a_js)) / 2h with f_is and its
 * enclosure as in enclosure.h; a_js = A[l-1]_js is the leverage of the parameter on that sample, 1
 * for b[l]_i and for dZ and dA.  With R = 1/m sum rounding_is and Tk = 1/m sum |a_js|^k fk_is,
 * where fk_is bounds |f^(k)| / k!, the error is at most
 *
 *     two points    (D(h) - D(-h)) / 2h                       h^2 T3 + R / h
 *     four points   (8 (D(h) - D(-h)) - D(2h) + D(-2h)) / 12h   h^4 (20/3) T5 + 3/2 R / h
 *     one-sided     (4 D(h) - D(2h)) / 2h                       6 h^2 T3 + 4 R / h
 *
 * plus the rounding of the final sum.  h is the power of two next below the minimum of that, or
 * below the largest step that stays within every sample's reach; a power of two makes h a_js exact.
 * Where a unit crosses a kink of its curvature only, two points are still right to h T2.
 */
#ifndef BP_NET_DIFFERENCE_STEP_H
#define BP_NET_DIFFERENCE_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "net/difference/difference.h"
#include "net/difference/enclosure.h"
#include "results/results.h"

/* What is summed over samples; each an array of m numbers, one for each enclosure of a row. */
enum bp_step_field {
  BP_STEP_INVERSE_REACH,
  BP_STEP_ROUNDING,
  BP_STEP_SLOPE,
  BP_STEP_SECOND,
  BP_STEP_THIRD,
  BP_STEP_FIFTH,
  BP_STEP_AMBIGUITY,
  BP_STEP_ON_KINK,
  BP_STEP_OVERFLOWS,
  BP_STEP_FIELDS
};

/* Sums over samples of an entry's enclosures, for leverages relative to the largest of them, so
 * that their powers neither overflow nor vanish. */
struct bp_step_sums {
  double scale;         /* the largest |leverage|; 0: nothing moves */
  double inverse_reach; /* scale / largest h */
  double rounding, slope, second, third, fifth, ambiguity;
  bool on_kink, overflow;
};

/* What enclosures for each method should assume. */
extern const struct bp_step_plan bp_step_plans[BP_METHOD_COUNT];

/* Writes the enclosure of sample s into the arrays. */
void bp_step_store(const struct bp_enclosure *enclosure, size_t s, double *const *field);

/* Samples [first, last) with leverages a[].  What does not move (a = 0) neither rounds nor counts.
 */
struct bp_step_sums bp_step_sum(double *const *field, const double *a, size_t first, size_t last);

/* Fills everything of an entry but its value.  mean: 1/m, or 1 where there is no mean; terms: how
 * many are summed.  Returns the step h, or 0 where the value is known to be 0 or cannot be had. */
double bp_step_choose(const struct bp_step_sums *sums, double mean, size_t terms,
                      enum bp_method method, struct bp_difference *entry);

#endif
