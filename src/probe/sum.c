/* From entries to blocks, and from blocks to the report.
 *
 * Entries that were not looked at take no part: not in the counts, not in the extremes, not in the
 * verdict.  A block of which nothing was looked at is undecided.
 */
#include <math.h>

#include "probe/run.h"

static bool is_skipped(const struct bp_entry *entry) { return entry->reason == BP_REASON_SKIPPED; }

/* The median, by partitions around a member (quickselect); O(count). */
static double median(double *values, size_t count) {
  if (count == 0)
    return NAN;
  size_t low = 0, high = count - 1, middle = count / 2;
  while (low < high) {
    double pivot = values[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (values[i] < pivot)
        i++;
      while (values[j] > pivot)
        j--;
      if (i >= j)
        break;
      double moved = values[i];
      values[i++] = values[j];
      values[j--] = moved;
    }
    if (middle <= j)
      high = j;
    else
      low = j + 1;
  }
  if (count % 2)
    return values[middle];
  double below = -INFINITY;
  for (size_t i = 0; i < middle; i++)
    below = fmax(below, values[i]);
  return (below + values[middle]) / 2;
}

static double larger_finite(double largest, double value) {
  return isfinite(value) ? fmax(largest, fabs(value)) : largest;
}

/* Twice this is what a mistake must exceed to be seen: it must leave the bound, from wherever in it
 * the right number is.  At a kink everything between the slopes to both sides holds, so their
 * distance is part of it. */
static void widen(struct bp_block *block, const struct bp_entry *entry) {
  double spread = fmax(entry->bound - entry->truncation - entry->rounding, 0);
  bp_block_widen(block, entry->truncation, entry->rounding, spread);
}

static void count_entry(const struct bp_entry *entry, struct bp_block *block) {
  block->holds += entry->verdict == BP_HOLDS;
  block->fails += entry->verdict == BP_FAILS;
  block->undecided += entry->verdict == BP_UNDECIDED;
  block->at_kink += entry->reason == BP_REASON_KINK;
  block->verdict = bp_verdict_join(block->verdict, (enum bp_verdict)entry->verdict);
  block->largest_relative = larger_finite(block->largest_relative, entry->relative);
  if (entry->verdict == BP_HOLDS)
    widen(block, entry);
}

static float right_digits(const struct bp_entry *entry) {
  if (!isfinite(entry->relative))
    return 0;
  double digits = -log10(entry->relative + 1e-16);
  return (float)fmin(16, fmax(0, digits));
}

void bp_run_sum_up(struct bp_block *block, double *scratch) {
  size_t count = block->rows * block->columns, numbers = 0;
  double worst = -1;
  for (size_t i = 0; i < count; i++)
    if (!is_skipped(&block->entries[i])) {
      const struct bp_entry *entry = &block->entries[i];
      block->largest_magnitude = larger_finite(
          larger_finite(block->largest_magnitude, entry->backprop), entry->difference);
    }
  for (size_t i = 0; i < count; i++) {
    struct bp_entry *entry = &block->entries[i];
    if (is_skipped(entry)) {
      block->skipped++;
      continue;
    }
    count_entry(entry, block);
    entry->digits = right_digits(entry);
    if (isfinite(entry->relative))
      scratch[numbers++] = entry->relative;
    if (bp_entry_badness(entry) > worst) {
      worst = bp_entry_badness(entry);
      block->worst = i;
    }
  }
  block->median_relative = median(scratch, numbers);
  block->kronecker_relative = NAN;
  bool any = block->largest_magnitude > 0 && !block->vanishes;
  block->visible = any ? 2 * block->widest_bound / block->largest_magnitude : 0;
  if (block->skipped == count)
    block->verdict = BP_UNDECIDED;
  block->reason = block->skipped == count ? BP_REASON_SKIPPED
                                          : (enum bp_reason)block->entries[block->worst].reason;
}

void bp_run_add_up(const struct bp_block *block, struct bp_report *report) {
  bool all_skipped = block->skipped == block->rows * block->columns;
  if (!all_skipped)
    report->head.verdict = bp_verdict_join(report->head.verdict, block->verdict);
  if (!block->parameter)
    return;
  report->skipped += block->skipped;
  report->head.entries += block->rows * block->columns - block->skipped;
  report->head.holds += block->holds;
  report->head.fails += block->fails;
  report->head.undecided += block->undecided;
  report->visible = fmax(report->visible, 2 * block->widest_bound);
}
