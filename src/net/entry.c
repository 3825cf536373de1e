/* The verdict on one entry, and on a block of them.
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
#include <gsl/gsl_sort.h>
#include <math.h>

#include "net/compare.h"

#define SETTLED_RELATIVE 1e-6 /* an entry known to that of itself is settled, however small */
#define FEW_DIGITS 8
#define HALF_OF_THE_DIGITS                                                                         \
  16                        /* times the root of the unit roundoff: 1.7e-7, and 4e-3 in float32    \
                             */
#define UNDERFLOWING 1e-270 /* terms that sum to less have lost parts to underflow on the way */
#define VANISHING 4e-21     /* of the tolerance: 1e-30 of J, less than 113 bits of J can show */

size_t bp_view_index(const struct bp_view *view, size_t i, size_t j) {
  return i * view->stride + (view->bias ? view->stride - 1 : j);
}

static const struct bp_difference *difference_at(const struct bp_view *view, size_t i, size_t j) {
  return &view->difference[bp_view_index(view, i, j)];
}

/* Rounding of the value under test, as the difference should see it. */
static double own_error(const struct bp_view *view, size_t i, size_t j) {
  return gsl_matrix_get(view->own_error ? view->own_error : view->error, i, j);
}

static double tight_error(const struct bp_view *view, size_t i, size_t j) {
  return view->tight ? gsl_matrix_get(view->tight, i, j) : own_error(view, i, j);
}

double bp_view_bound(const struct bp_view *view, size_t i, size_t j) {
  return tight_error(view, i, j) + bp_difference_bound(difference_at(view, i, j));
}

static double right_digits(double error, double value) {
  if (value == 0)
    return error == 0 ? 16 : 0;
  double digits = -log10(error / fabs(value) + 1e-16);
  return digits > 0 ? fmin(16, digits) : 0;
}

/* What ball arithmetic says of formula and difference. */
static enum bp_agreement agreement_at(const struct bp_view *view, size_t i, size_t j) {
  if (!view->agreement || difference_at(view, i, j)->method != BP_METHOD_PROOF)
    return BP_AGREEMENT_OPEN;
  return (enum bp_agreement)view->agreement[bp_view_index(view, i, j)];
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
  const struct bp_difference *d = difference_at(view, i, j);
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
  const struct bp_difference *d = difference_at(view, i, j);
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
  enum bp_agreement agreement = agreement_at(view, i, j);
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

/* How far the Jacobians may be off by rounding. */
static double chain_rounding(const struct bp_view *view, double roundings, size_t i, size_t j) {
  return roundings * BP_UNIT * gsl_matrix_get(view->kronecker_sum, i, j);
}

/* The Jacobians have no step and no kink: nothing but rounding may part them from BP1-BP4. */
static void judge_kronecker(const struct bp_view *view, double roundings, double error, size_t i,
                            size_t j, struct bp_entry *entry) {
  double k = entry->kronecker, bound = error + chain_rounding(view, roundings, i, j);
  if (!isfinite(k) || !isfinite(bound))
    decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
  else if (!(fabs(entry->backprop - k) <= bound))
    decide(entry, BP_FAILS, BP_REASON_KRONECKER);
}

/* BP1-BP4 disagrees with the difference; if the Jacobians agree with it, BP1-BP4 stands alone. */
static void name_the_odd_one(const struct bp_view *view, const struct bp_difference *d,
                             double roundings, size_t i, size_t j, struct bp_entry *entry) {
  double bound = bp_difference_bound(d) + d->spread + chain_rounding(view, roundings, i, j);
  if (isfinite(bound) && fabs(entry->kronecker - d->value) <= bound)
    entry->reason = BP_REASON_ALONE;
}

/* With `error` for what the value under test may be off. */
static void judge_within(const struct bp_view *view, double tolerance, double roundings,
                         double error, size_t i, size_t j, struct bp_entry *entry) {
  const struct bp_difference *d = difference_at(view, i, j);
  double g = entry->backprop;
  enum bp_agreement agreement = agreement_at(view, i, j);
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
  const struct bp_difference *d = difference_at(view, i, j);
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

/* ---- blocks -------------------------------------------------------------- */

static double median(double *values, size_t count) {
  if (count == 0)
    return NAN;
  gsl_sort(values, 1, count);
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void count_entry(const struct bp_entry *entry, struct bp_block *block) {
  block->holds += entry->verdict == BP_HOLDS;
  block->fails += entry->verdict == BP_FAILS;
  block->undecided += entry->verdict == BP_UNDECIDED;
  block->lost_digits += entry->verdict == BP_HOLDS && entry->reason == BP_REASON_LOST_DIGITS;
  block->at_kink += entry->reason == BP_REASON_KINK;
  bool proved = entry->log2_bits > 0 && entry->verdict != BP_UNDECIDED;
  block->proved += proved;
  if (proved && block->bits < (size_t)1 << entry->log2_bits)
    block->bits = (size_t)1 << entry->log2_bits;
  block->verdict = bp_verdict_join(block->verdict, (enum bp_verdict)entry->verdict);
}

double bp_deciding_rounding(const struct bp_view *view, double roundings,
                            const struct bp_entry *entry, size_t i, size_t j) {
  const struct bp_difference *d = difference_at(view, i, j);
  if (agreement_at(view, i, j) != BP_AGREEMENT_OPEN)
    return d->rounding;
  if (d->method == BP_METHOD_QUAD && view->quad)
    return fmin(entry->rounding, d->rounding + quad_rounding(view, roundings, i, j));
  return entry->rounding;
}

static double larger_finite(double largest, double value) {
  return isfinite(value) ? fmax(largest, fabs(value)) : largest;
}

double bp_view_largest(const struct bp_view *view) {
  double largest = 0;
  for (size_t i = view->own.from; i < view->own.to; i++) {
    for (size_t j = 0; j < view->value->size2; j++) {
      double value = gsl_matrix_get(view->value, i, j);
      if (agreement_at(view, i, j) != BP_AGREEMENT_OPEN && !isfinite(value))
        value = difference_at(view, i, j)->value;
      largest = larger_finite(larger_finite(largest, value), gsl_matrix_get(view->kronecker, i, j));
    }
  }
  return view->dealt ? bp_ranks_largest(largest) : largest;
}

double bp_largest_change(const struct bp_evidence *e, const struct bp_gradient *mistaken) {
  double largest = 0;
  for (size_t b = 0; b < 2 * e->network->depth; b++) {
    struct bp_view right = bp_view_of(e, e->gradient, NULL, b, NULL);
    struct bp_view wrong = bp_view_of(e, mistaken, NULL, b, NULL);
    for (size_t i = right.own.from; i < right.own.to; i++)
      for (size_t j = 0; j < right.value->size2; j++)
        largest = fmax(largest,
                       fabs(gsl_matrix_get(right.value, i, j) - gsl_matrix_get(wrong.value, i, j)));
  }
  largest = bp_network_largest(e->network, largest);
  return e->forward->loss > 0 ? largest / e->forward->loss : largest;
}

/* The entries of the block that are this rank's. */
static struct bp_share own_entries(const struct bp_view *view) {
  size_t columns = view->value->size2;
  return (struct bp_share){view->own.from * columns, view->own.to * columns};
}

/* Within what an entry that holds could still be wrong.  At a kink of BP1-BP4 that is what the
 * Jacobians allow, which take the same g'(0); that of other code is free between both sides. */
static void claim(const struct bp_view *view, double roundings, size_t k, struct bp_block *block) {
  size_t i = k / block->columns, j = k % block->columns;
  const struct bp_entry *entry = &block->entries[k];
  const struct bp_difference *d = difference_at(view, i, j);
  double chain = gsl_matrix_get(view->error, i, j) + chain_rounding(view, roundings, i, j);
  if (isinf(d->value)) /* proved beside itself, and beyond what float64 can tell */
    return;
  if (entry->reason != BP_REASON_KINK)
    bp_block_widen(block, d->truncation, bp_deciding_rounding(view, roundings, entry, i, j), 0);
  else if (!view->outside && chain < entry->bound)
    bp_block_widen(block, 0, chain, 0);
  else
    bp_block_widen(block, entry->truncation, entry->rounding, d->spread);
}

/* How large a right value could be: where the slopes to the sides of a kink are not 0, a block of
 * zeros is other code's convention, and not all that there is to see. */
static double largest_right(const struct bp_view *view, const struct bp_block *block) {
  double largest = block->largest_magnitude;
  struct bp_share own = own_entries(view);
  for (size_t k = own.from; view->outside && k < own.to; k++) {
    const struct bp_difference *d = difference_at(view, k / block->columns, k % block->columns);
    if (d->method == BP_METHOD_ONE_SIDED)
      largest = larger_finite(largest, fabs(d->value) + d->spread);
  }
  return view->dealt ? bp_ranks_largest(largest) : largest;
}

/* An entry whose bound exceeds even the largest entry of its block has shown nothing: a wrong sign
 * of the whole block would have passed.  A block that vanishes is another matter: that it is 0 was
 * seen, and there is no more to see. */
static void withdraw_the_unseen(const struct bp_view *view, double roundings,
                                struct bp_block *block) {
  double largest = largest_right(view, block);
  struct bp_share own = own_entries(view);
  for (size_t k = own.from; k < own.to; k++) {
    struct bp_entry *entry = &block->entries[k];
    size_t i = k / block->columns, j = k % block->columns;
    double truncation = difference_at(view, i, j)->truncation;
    double rounding = bp_deciding_rounding(view, roundings, entry, i, j);
    bool free = entry->reason == BP_REASON_KINK && !view->outside; /* the Jacobians decided */
    bool proved =
        agreement_at(view, i, j) != BP_AGREEMENT_OPEN;        /* sign and size, or that it is 0 */
    bool all_there_is = entry->reason == BP_REASON_PRECISION; /* the claim says how little */
    if (entry->verdict == BP_HOLDS && !free && !proved && !all_there_is &&
        !(2 * (truncation + rounding) < largest) && !block->vanishes)
      decide(entry, BP_UNDECIDED, bp_reason_of_width(truncation, rounding));
  }
}

/* Whether ball arithmetic has decided about every entry of the block, and not only that all are 0.
 */
static bool all_seen(const struct bp_view *view, const struct bp_block *block) {
  bool open = false, some = false;
  struct bp_share own = own_entries(view);
  for (size_t k = own.from; k < own.to; k++) {
    enum bp_agreement agreement = agreement_at(view, k / block->columns, k % block->columns);
    open = open || agreement == BP_AGREEMENT_OPEN;
    some = some || agreement == BP_AGREEMENT_YES || agreement == BP_AGREEMENT_NO;
  }
  if (view->dealt) {
    some = bp_ranks_any(some);
    open = bp_ranks_any(open);
  }
  return some && !open;
}

/* The smallest error that was seen in every entry, beside the largest of them.  A proved one is
 * known to 2^-23 of itself, also where float64 has no such numbers. */
static double visible_part(const struct bp_view *view, const struct bp_block *block) {
  if (block->vanishes || block->widest_bound == 0)
    return 0;
  double visible = 2 * block->widest_bound / block->largest_magnitude;
  return all_seen(view, block) ? fmin(visible, 0x1p-22) : visible;
}

/* What the entries of one rank come to. */
struct part_of_block {
  struct bp_block block; /* its counts and extremes */
  double badness;        /* of the worst entry */
  size_t numbers;        /* relative errors that are numbers */
};

static void sum_up_part(const struct bp_view *view, double roundings, const struct bp_block *block,
                        struct part_of_block *part) {
  struct bp_share own = own_entries(view);
  *part = (struct part_of_block){.block = *block, .badness = -1};
  for (size_t k = own.from; k < own.to; k++) {
    const struct bp_entry *entry = &block->entries[k];
    size_t i = k / block->columns, j = k % block->columns;
    count_entry(entry, &part->block);
    if (isfinite(entry->relative)) {
      part->numbers++;
      part->block.largest_relative = fmax(part->block.largest_relative, entry->relative);
    }
    if (entry->verdict == BP_HOLDS)
      claim(view, roundings, k, &part->block);
    double sum = gsl_matrix_get(view->magnitude, i, j) + gsl_matrix_get(view->kronecker_sum, i, j);
    double apart = fabs(entry->backprop - entry->kronecker);
    if (isfinite(apart) && sum > UNDERFLOWING)
      part->block.kronecker_relative = fmax(part->block.kronecker_relative, apart / sum);
    if (bp_entry_badness(entry) > part->badness) {
      part->badness = bp_entry_badness(entry);
      part->block.worst = k;
      part->block.reason = (enum bp_reason)entry->reason;
    }
  }
}

/* Adds a part to those before it. */
static void join_part(const struct part_of_block *part, struct part_of_block *whole) {
  const struct bp_block *from = &part->block;
  struct bp_block *to = &whole->block;
  to->holds += from->holds;
  to->fails += from->fails;
  to->undecided += from->undecided;
  to->lost_digits += from->lost_digits;
  to->at_kink += from->at_kink;
  to->proved += from->proved;
  to->bits = from->bits > to->bits ? from->bits : to->bits;
  to->verdict = bp_verdict_join(to->verdict, from->verdict);
  to->largest_relative = fmax(to->largest_relative, from->largest_relative);
  to->kronecker_relative = fmax(to->kronecker_relative, from->kronecker_relative);
  whole->numbers += part->numbers;
  if (from->widest_bound > to->widest_bound) {
    to->widest_bound = from->widest_bound;
    to->truncation = from->truncation;
    to->rounding = from->rounding;
  }
  if (part->badness > whole->badness) {
    whole->badness = part->badness;
    to->worst = from->worst;
    to->reason = from->reason;
  }
}

/* Joins the parts of all ranks, in their order, as if one had come to the entries one by one; and
 * has the entries themselves on rank 0.  False: memory is short. */
static bool join_ranks(struct part_of_block *whole, const struct bp_block *block) {
  struct bp_arena *spare = bp_arena_new(0);
  size_t ranks = (size_t)bp_ranks();
  struct part_of_block *parts = spare ? bp_arena_alloc(spare, ranks, sizeof *parts) : NULL;
  if (parts) {
    bp_ranks_each(whole, sizeof *whole, parts);
    *whole = parts[0];
    for (size_t rank = 1; rank < ranks; rank++)
      join_part(&parts[rank], whole);
    bp_ranks_gather(block->entries, block->rows, block->columns * sizeof *block->entries);
  }
  bp_arena_free(spare);
  return parts;
}

static double median_relative(const struct bp_block *block, double *scratch) {
  size_t numbers = 0;
  for (size_t k = 0; k < block->rows * block->columns; k++)
    if (isfinite(block->entries[k].relative))
      scratch[numbers++] = block->entries[k].relative;
  return median(scratch, numbers);
}

bool bp_block_sum_up(const struct bp_view *view, double tolerance, double roundings,
                     struct bp_block *block, double *scratch) {
  struct part_of_block whole;
  const char *name = block->name;
  struct bp_entry *entries = block->entries;
  block->largest_magnitude = bp_view_largest(view);
  block->vanishes = largest_right(view, block) <= VANISHING * tolerance && !all_seen(view, block);
  withdraw_the_unseen(view, roundings, block);
  sum_up_part(view, roundings, block, &whole);
  if (view->dealt && !join_ranks(&whole, block))
    return false;
  *block = whole.block;
  block->name = name; /* these are pointers of the rank that said the rest */
  block->entries = entries;
  if (whole.numbers == 0) /* the float64 values are no numbers, so there is no error of theirs */
    block->largest_relative = NAN;
  block->median_relative = !view->dealt || bp_rank() == 0 ? median_relative(block, scratch) : NAN;
  block->visible = visible_part(view, block);
  return true;
}
