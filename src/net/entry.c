/* The verdict on one entry.
 *
 * Two bounds meet here: |value - exact| <= error, from the running error analysis of BP1-BP4, and
 * |difference - exact| <= truncation + rounding, from the enclosures.  A disagreement beyond their
 * sum is a mistake; an agreement counts only if the sum is small, since a wide bound agrees with
 * anything. Where `error` is what makes it wide - the taught formula cancels - the same formulas in
 * 113 bits decide, and the float64 value is reported to have lost its digits.  Every comparison is
 * written so that NaN fails.
 *
 * Other code has two errors: the one that any form of its functions may have, and a tight one, for
 * functions that are accurate relative to their values.  The first is allowed where it shows
 * something, which is nearly everywhere.  Where it exceeds the largest entry of the block, the
 * tight one may still show the entry to be right; but what exceeds only the tight one is not yet
 * wrong.  The same goes for what agrees with the difference in half of the digits of its block:
 * worst cases allow for more in deep networks than ever happens, and such an agreement is seen, not
 * allowed for.
 */
#include <math.h>

#include "net/compare.h"

#define SETTLED_RELATIVE 1e-6 /* an entry known to that of itself is settled, however small */
#define FEW_DIGITS 8
#define HALF_OF_THE_DIGITS                                                                         \
  16 /* times the root of the unit roundoff: 1.7e-7, and 4e-3 in float32                           \
      */

/* Rounding of the value under test, as the difference should see it. */
static double own_error(const struct bp_view *view, size_t i, size_t j) {
  return gsl_matrix_get(view->own_error ? view->own_error : view->error, i, j);
}

static double tight_error(const struct bp_view *view, size_t i, size_t j) {
  return view->tight ? gsl_matrix_get(view->tight, i, j) : own_error(view, i, j);
}

double bp_view_bound(const struct bp_view *view, size_t i, size_t j) {
  return tight_error(view, i, j) + bp_difference_bound(bp_view_difference(view, i, j));
}

static double right_digits(double error, double value) {
  if (value == 0)
    return error == 0 ? 16 : 0;
  double digits = -log10(error / fabs(value) + 1e-16);
  return digits > 0 ? fmin(16, digits) : 0;
}

static bool is_precise(const struct bp_difference *d) {
  return d->method == BP_METHOD_QUAD || d->method == BP_METHOD_PROOF;
}

static void decide(struct bp_entry *entry, enum bp_verdict verdict, enum bp_reason reason) {
  entry->verdict = (uint8_t)verdict;
  entry->reason = (uint8_t)reason;
}

/* Why a difference is not known well enough. */
static enum bp_reason too_wide(const struct bp_difference *d) {
  return bp_reason_of_width(d->truncation, d->rounding);
}

/* Whether the difference is known at least as well as anything needs to be. */
static bool is_narrow(const struct bp_difference *d, double tolerance) {
  double size = fabs(d->value) + d->spread, bound = bp_difference_bound(d);
  return bound <= fmax(tolerance, SETTLED_RELATIVE * size) || bound <= 1e-18 * d->sum;
}

/* Nothing is known of the difference, so nothing agrees with it.  But |derivative| <= d->sum, and
 * what is larger is wrong: |difference - derivative| <= |difference| + d->sum is a bound, too. */
static void judge_unknown(const struct bp_difference *d, double error, struct bp_entry *entry) {
  if (fabs(entry->backprop) > 2 * d->sum + error) {
    bp_entry_allow(entry, fabs(d->value) + 2 * d->sum, error, 0);
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  } else {
    decide(entry, BP_UNDECIDED, d->kink || d->slack > 0 ? BP_REASON_KINK : too_wide(d));
  }
}

/* At a kink every value between the one-sided slopes is right; beyond them, as far as units that
 * sit on their kinks could reach, nothing can be said: the convention for g'(0) decides. */
static void judge_at_kink(const struct bp_difference *d, double tolerance, double error,
                          struct bp_entry *entry) {
  double distance = fabs(entry->backprop - d->value);
  bp_entry_allow(entry, d->truncation, error + d->rounding, d->spread);
  if (!(distance <= entry->bound + 2 * d->slack))
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  else if (!(distance <= entry->bound))
    decide(entry, BP_UNDECIDED, BP_REASON_KINK);
  else if (!is_narrow(d, fmax(tolerance, error)))
    decide(entry, BP_UNDECIDED, too_wide(d));
  else
    decide(entry, BP_HOLDS, BP_REASON_KINK);
}

/* Whether value and difference agree so well that float64 itself shows the formula to be right. */
static bool float64_suffices(const struct bp_difference *d, double value, double error,
                             double tolerance) {
  return fabs(value - d->value) <= error + bp_difference_bound(d) && error <= tolerance &&
         error <= 0.01 * fabs(d->value);
}

bool bp_view_needs_formula(const struct bp_view *view, double tolerance, size_t i, size_t j) {
  const struct bp_difference *d = bp_view_difference(view, i, j);
  return d->method == BP_METHOD_QUAD &&
         !float64_suffices(d, gsl_matrix_get(view->value, i, j), own_error(view, i, j), tolerance);
}

/* What the formula in 113 bits may be off. */
static double quad_rounding(const struct bp_view *view, double roundings, size_t i, size_t j) {
  return roundings * BP_QUAD_UNIT * gsl_matrix_get(view->magnitude, i, j);
}

/* Formula and difference are balls of as many bits as it took, so there is nothing to allow for. */
static void judge_proof(const struct bp_view *view, enum bp_agreement agreement, size_t i, size_t j,
                        struct bp_entry *entry) {
  const struct bp_difference *d = bp_view_difference(view, i, j);
  unsigned bits = view->bits[bp_view_index(view, i, j)];
  bool differ = agreement == BP_AGREEMENT_NO;
  decide(entry, differ ? BP_FAILS : BP_HOLDS, differ ? BP_REASON_DIFFERENCE : BP_REASON_NONE);
  if (differ) /* of the formula; that of its value in float64 excuses nothing */
    bp_entry_allow(entry, d->truncation, d->rounding, 0);
  entry->log2_bits = (uint8_t)ilogb(bits); /* of both */
}

/* The difference is known far better than float64: see whether the formulas, in the same precision,
 * give it. */
static void judge_formula(const struct bp_view *view, const struct bp_difference *d,
                          double tolerance, double roundings, size_t i, size_t j,
                          struct bp_entry *entry) {
  double error = own_error(view, i, j);
  bool agrees = fabs(entry->backprop - d->value) <= error + bp_difference_bound(d);
  bool narrow = error <= SETTLED_RELATIVE * fabs(d->value);
  if (view->quad) {
    double formula = (double)view->quad->data[i * view->quad->size2 + j];
    double rounding = BP_UNIT * fabs(formula) + quad_rounding(view, roundings, i, j);
    double quad_bound = bp_difference_bound(d) + rounding;
    if (!isfinite(formula) || !isfinite(quad_bound))
      decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
    else if (agrees && fabs(formula - d->value) <= quad_bound)
      decide(entry, BP_HOLDS, BP_REASON_NONE);
    else
      decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  } else if (float64_suffices(d, entry->backprop, error, tolerance)) {
    decide(entry, BP_HOLDS, BP_REASON_NONE);
  } else if (agrees) {
    decide(entry, narrow ? BP_HOLDS : BP_UNDECIDED,
           narrow ? BP_REASON_NONE : BP_REASON_LOST_DIGITS);
  } else {
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  }
}

/* Other code: nobody knows its formula, so its rounding stays in the bound.  The difference must be
 * known at least as well as that, or as well as anything needs to be. */
static void judge_outside(const struct bp_difference *d, double tolerance, double error,
                          struct bp_entry *entry) {
  if (!(fabs(entry->backprop - d->value) <= entry->bound))
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  else if (is_narrow(d, fmax(tolerance, error)))
    decide(entry, BP_HOLDS, BP_REASON_NONE);
  else
    decide(entry, BP_UNDECIDED, too_wide(d));
}

static void judge_difference(const struct bp_view *view, const struct bp_difference *d,
                             double tolerance, double roundings, double error, size_t i, size_t j,
                             struct bp_entry *entry) {
  bool narrow = is_narrow(d, tolerance);
  enum bp_agreement agreement = bp_view_agreement(view, i, j);
  bp_entry_allow(entry, d->truncation, error + d->rounding, 0);
  if (!isfinite(bp_difference_bound(d)))
    judge_unknown(d, error, entry);
  else if (agreement != BP_AGREEMENT_OPEN)
    judge_proof(view, agreement, i, j, entry);
  else if (d->method == BP_METHOD_ONE_SIDED)
    judge_at_kink(d, tolerance, error, entry);
  else if (view->outside)
    judge_outside(d, tolerance, error, entry);
  else if (narrow && is_precise(d))
    judge_formula(view, d, tolerance, roundings, i, j, entry);
  else if (!(fabs(entry->backprop - d->value) <= entry->bound))
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  else if (narrow && error <= fmax(tolerance, SETTLED_RELATIVE * fabs(d->value)))
    decide(entry, BP_HOLDS, BP_REASON_NONE);
  else
    decide(entry, BP_UNDECIDED, narrow ? BP_REASON_LOST_DIGITS : too_wide(d));
}

double bp_view_chain_rounding(const struct bp_view *view, double roundings, size_t i, size_t j) {
  return roundings * BP_UNIT * gsl_matrix_get(view->kronecker_sum, i, j);
}

/* The Jacobians have no step and no kink: nothing but rounding may part them from BP1-BP4. */
static void judge_kronecker(const struct bp_view *view, double roundings, double error, size_t i,
                            size_t j, struct bp_entry *entry) {
  double k = entry->kronecker, bound = error + bp_view_chain_rounding(view, roundings, i, j);
  if (!isfinite(k) || !isfinite(bound))
    decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
  else if (!(fabs(entry->backprop - k) <= bound))
    decide(entry, BP_FAILS, BP_REASON_KRONECKER);
}

/* BP1-BP4 disagrees with the difference; if the Jacobians agree with it, BP1-BP4 stands alone. */
static void name_the_odd_one(const struct bp_view *view, const struct bp_difference *d,
                             double roundings, size_t i, size_t j, struct bp_entry *entry) {
  double bound = bp_difference_bound(d) + d->spread + bp_view_chain_rounding(view, roundings, i, j);
  if (isfinite(bound) && fabs(entry->kronecker - d->value) <= bound)
    entry->reason = BP_REASON_ALONE;
}

/* With `error` for what the value under test may be off. */
static void judge_within(const struct bp_view *view, double tolerance, double roundings,
                         double error, size_t i, size_t j, struct bp_entry *entry) {
  const struct bp_difference *d = bp_view_difference(view, i, j);
  double g = entry->backprop;
  enum bp_agreement agreement = bp_view_agreement(view, i, j);
  /* the formula has no number in float64, and has one in as many bits as it took */
  if (!isfinite(g) && agreement != BP_AGREEMENT_OPEN && !view->outside) {
    bp_entry_allow(entry, d->truncation, d->rounding, 0);
    judge_proof(view, agreement, i, j, entry);
    if (entry->verdict == BP_HOLDS)
      entry->reason = BP_REASON_LOST_DIGITS;
    return;
  }
  if (!isfinite(g) || !isfinite(error) || d->overflow || !isfinite(d->value)) {
    bp_entry_allow(entry, INFINITY, INFINITY, 0);
    decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
    return;
  }
  judge_difference(view, d, tolerance, roundings, error, i, j, entry);
  /* at the output the Jacobians take dA at the exact A[L], the difference at the stored one */
  double chain_error = view->tight ? error : gsl_matrix_get(view->error, i, j);
  bool own_convention = view->outside && entry->reason == BP_REASON_KINK;
  if ((entry->verdict == BP_HOLDS || entry->reason == BP_REASON_KINK) && !own_convention)
    judge_kronecker(view, roundings, chain_error, i, j, entry); /* takes the g'(0) of BP1-BP4 */
  else if (entry->reason == BP_REASON_DIFFERENCE)
    name_the_odd_one(view, d, roundings, i, j, entry);
}

/* Whether an entry that does not fail has shown nothing, so wide is what it was allowed. */
static bool shows_nothing(const struct bp_entry *entry, double largest) {
  return entry->verdict == BP_UNDECIDED || !(2 * (entry->truncation + entry->rounding) < largest);
}

/* Other code may be right and yet, by what its worst case of roundings allows for, have shown
 * nothing. Then it holds where it is as near as right code of its precision lands.  If that is a
 * good part of the block, precision has no digits of it, and nobody can see more. */
static void judge_landing(const struct bp_view *view, double tolerance, double roundings,
                          double largest, size_t i, size_t j, struct bp_entry *entry) {
  if (!view->landing || entry->verdict == BP_FAILS || !shows_nothing(entry, largest))
    return;
  const struct bp_entry before = *entry;
  double landing = gsl_matrix_get(view->landing, i, j);
  double error = fmin(landing, gsl_matrix_get(view->error, i, j));
  judge_within(view, tolerance, roundings, error, i, j, entry);
  if (entry->verdict != BP_HOLDS)
    *entry = before;
  else if (entry->reason == BP_REASON_NONE && shows_nothing(entry, largest))
    entry->reason = BP_REASON_PRECISION;
}

void bp_judge_entry(const struct bp_view *view, double tolerance, double roundings, double largest,
                    size_t i, size_t j, struct bp_entry *entry) {
  const struct bp_difference *d = bp_view_difference(view, i, j);
  double g = gsl_matrix_get(view->value, i, j), error = own_error(view, i, j);
  double larger = fmax(fabs(g), fabs(d->value));
  *entry = (struct bp_entry){.backprop = g,
                             .difference = d->value,
                             .kronecker = gsl_matrix_get(view->kronecker, i, j),
                             .method = d->method};
  entry->relative = larger > 0 ? fabs(g - d->value) / larger : 0;
  if (!isfinite(g) || !isfinite(d->value))
    entry->relative = NAN;
  if (d->method == BP_METHOD_PROOF)
    entry->log2_bits = (uint8_t)ilogb(d->bits);
  judge_within(view, tolerance, roundings, error, i, j, entry);
  if (view->tight && entry->verdict != BP_FAILS && shows_nothing(entry, largest)) {
    judge_within(view, tolerance, roundings, tight_error(view, i, j), i, j, entry);
    if (entry->verdict == BP_FAILS)
      decide(entry, BP_UNDECIDED, BP_REASON_FLOOR);
  }
  if (view->outside && isfinite(error) && isfinite(tight_error(view, i, j)) &&
      entry->verdict != BP_FAILS && shows_nothing(entry, largest)) {
    const struct bp_entry before = *entry;
    double half = fmin(tight_error(view, i, j), HALF_OF_THE_DIGITS * sqrt(view->unit) * largest);
    judge_within(view, tolerance, roundings, half, i, j, entry);
    if (entry->verdict != BP_HOLDS)
      *entry = before;
  }
  judge_landing(view, tolerance, roundings, largest, i, j, entry);
  if (entry->reason == BP_REASON_OVERFLOW && !isfinite(entry->rounding))
    return;
  double off = is_precise(d) ? fabs(g - d->value) : error;
  entry->digits = (float)right_digits(off, larger);
  if (entry->verdict == BP_HOLDS && entry->reason == BP_REASON_NONE && entry->digits < FEW_DIGITS &&
      larger > 0 && !view->outside)
    entry->reason = BP_REASON_LOST_DIGITS;
}

double bp_deciding_rounding(const struct bp_view *view, double roundings,
                            const struct bp_entry *entry, size_t i, size_t j) {
  const struct bp_difference *d = bp_view_difference(view, i, j);
  if (bp_view_agreement(view, i, j) != BP_AGREEMENT_OPEN)
    return d->rounding;
  if (d->method == BP_METHOD_QUAD && view->quad)
    return fmin(entry->rounding, d->rounding + quad_rounding(view, roundings, i, j));
  return entry->rounding;
}
