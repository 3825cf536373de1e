/* The verdict on a block of entries that are judged: counts, extremes, the median, and what was
 * seen in all of them.
 */
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/parallel.h"
#include "net/compare.h"

#define UNDERFLOWING 1e-270 /* terms that sum to less have lost parts to underflow on the way */
#define VANISHING 4e-21     /* of the tolerance: 1e-30 of J, less than 113 bits of J can show */

/* What is done to all entries of a block is shared by threads, so many entries at a time.  Counts
 * are whole numbers and extremes the same in any order, so how they are shared changes nothing. */
enum { ENTRIES_AT_ONCE = 1 << 12 };

struct bp_share bp_view_share(const struct bp_view *view, size_t index) {
  size_t columns = view->value->size2, from = view->own.from * columns + index * ENTRIES_AT_ONCE;
  size_t to = from + ENTRIES_AT_ONCE, end = view->own.to * columns;
  return (struct bp_share){from, to < end ? to : end};
}

size_t bp_view_shares(const struct bp_view *view) {
  size_t entries = (view->own.to - view->own.from) * view->value->size2;
  return (entries + ENTRIES_AT_ONCE - 1) / ENTRIES_AT_ONCE;
}

struct judged {
  const struct bp_view *view;
  double tolerance, roundings, largest;
  struct bp_entry *entries;
};

static void judge_share(size_t index, int worker, void *user) {
  (void)worker;
  const struct judged *judged = user;
  struct bp_share share = bp_view_share(judged->view, index);
  size_t columns = judged->view->value->size2;
  for (size_t k = share.from; k < share.to; k++) /* each is judged for itself */
    bp_judge_entry(judged->view, judged->tolerance, judged->roundings, judged->largest, k / columns,
                   k % columns, &judged->entries[k]);
}

void bp_view_judge(const struct bp_view *view, double tolerance, double roundings,
                   struct bp_entry *entries) {
  struct judged judged = {view, tolerance, roundings, bp_view_largest(view), entries};
  bp_parallel_for(bp_view_shares(view), view->threads, judge_share, &judged);
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

static double larger_finite(double largest, double value) {
  return isfinite(value) ? fmax(largest, fabs(value)) : largest;
}

struct largest {
  const struct bp_view *view;
  _Atomic double of_all;
};

static void find_largest(size_t index, int worker, void *user) {
  (void)worker;
  struct largest *largest = user;
  const struct bp_view *view = largest->view;
  struct bp_share share = bp_view_share(view, index);
  double here = 0;
  for (size_t k = share.from; k < share.to; k++) {
    size_t i = k / view->value->size2, j = k % view->value->size2;
    double value = gsl_matrix_get(view->value, i, j);
    if (bp_view_agreement(view, i, j) != BP_AGREEMENT_OPEN && !isfinite(value))
      value = bp_view_difference(view, i, j)->value;
    here = larger_finite(larger_finite(here, value), gsl_matrix_get(view->kronecker, i, j));
  }
  double before = largest->of_all;
  while (before < here && !atomic_compare_exchange_weak(&largest->of_all, &before, here))
    continue;
}

double bp_view_largest(const struct bp_view *view) {
  struct largest largest = {view, 0};
  bp_parallel_for(bp_view_shares(view), view->threads, find_largest, &largest);
  return view->dealt ? bp_ranks_largest(largest.of_all) : largest.of_all;
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
  const struct bp_difference *d = bp_view_difference(view, i, j);
  double chain = gsl_matrix_get(view->error, i, j) + bp_view_chain_rounding(view, roundings, i, j);
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
    const struct bp_difference *d =
        bp_view_difference(view, k / block->columns, k % block->columns);
    if (d->method == BP_METHOD_ONE_SIDED)
      largest = larger_finite(largest, fabs(d->value) + d->spread);
  }
  return view->dealt ? bp_ranks_largest(largest) : largest;
}

/* What some entries come to: a share of them, or those of one rank. */
struct part_of_block {
  struct bp_block block; /* its counts and extremes */
  double badness;        /* of the worst entry */
  size_t numbers;        /* relative errors that are numbers */
};

/* A block that is being summed up. */
struct summing {
  const struct bp_view *view;
  double roundings, largest_right;
  struct bp_block *block;
  struct part_of_block *parts; /* one a share */
};

/* An entry whose bound exceeds even the largest entry of its block has shown nothing: a wrong sign
 * of the whole block would have passed.  A block that vanishes is another matter: that it is 0 was
 * seen, and there is no more to see. */
static void withdraw_the_unseen(const struct summing *summing, size_t k) {
  const struct bp_view *view = summing->view;
  struct bp_entry *entry = &summing->block->entries[k];
  size_t i = k / summing->block->columns, j = k % summing->block->columns;
  double truncation = bp_view_difference(view, i, j)->truncation;
  double rounding = bp_deciding_rounding(view, summing->roundings, entry, i, j);
  bool free = entry->reason == BP_REASON_KINK && !view->outside; /* the Jacobians decided */
  bool proved =
      bp_view_agreement(view, i, j) != BP_AGREEMENT_OPEN;   /* sign and size, or that it is 0 */
  bool all_there_is = entry->reason == BP_REASON_PRECISION; /* the claim says how little */
  if (entry->verdict == BP_HOLDS && !free && !proved && !all_there_is &&
      !(2 * (truncation + rounding) < summing->largest_right) && !summing->block->vanishes) {
    entry->verdict = BP_UNDECIDED;
    entry->reason = (uint8_t)bp_reason_of_width(truncation, rounding);
  }
}

/* Whether ball arithmetic has decided about every entry of the block, and not only that all are 0.
 * The first that is open, nearly always the first of all, says that it has not. */
static bool all_seen(const struct bp_view *view, const struct bp_block *block) {
  bool open = false, some = false;
  struct bp_share own = own_entries(view);
  for (size_t k = own.from; k < own.to && !open; k++) {
    enum bp_agreement agreement = bp_view_agreement(view, k / block->columns, k % block->columns);
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
 * known to 2^-31 of itself, also where float64 has no such numbers. */
static double visible_part(const struct bp_view *view, const struct bp_block *block) {
  if (block->vanishes || block->widest_bound == 0)
    return 0;
  double visible = 2 * block->widest_bound / block->largest_magnitude;
  return all_seen(view, block) ? fmin(visible, 0x1p-30) : visible;
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

static void count_into(const struct summing *summing, size_t k, struct part_of_block *part) {
  const struct bp_view *view = summing->view;
  const struct bp_entry *entry = &summing->block->entries[k];
  size_t i = k / summing->block->columns, j = k % summing->block->columns;
  count_entry(entry, &part->block);
  if (isfinite(entry->relative)) {
    part->numbers++;
    part->block.largest_relative = fmax(part->block.largest_relative, entry->relative);
  }
  if (entry->verdict == BP_HOLDS)
    claim(view, summing->roundings, k, &part->block);
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

/* What nothing has come to yet. */
static struct part_of_block no_part(const struct bp_block *block) {
  return (struct part_of_block){.block = *block, .badness = -1};
}

static void sum_up_share(size_t index, int worker, void *user) {
  (void)worker;
  const struct summing *summing = user;
  struct bp_share share = bp_view_share(summing->view, index);
  struct part_of_block *part = &summing->parts[index];
  *part = no_part(summing->block);
  for (size_t k = share.from; k < share.to; k++) {
    withdraw_the_unseen(summing, k);
    count_into(summing, k, part);
  }
}

/* Joins the parts of all shares, in their order, as if one had come to the entries one by one.
 * False: memory is short. */
static bool sum_up_shares(const struct summing *summing, struct part_of_block *whole) {
  struct summing shared = *summing;
  size_t shares = bp_view_shares(summing->view);
  struct bp_arena *spare = bp_arena_new(0);
  shared.parts = spare ? bp_arena_alloc(spare, shares, sizeof *shared.parts) : NULL;
  *whole = no_part(summing->block);
  if (shared.parts)
    bp_parallel_for(shares, summing->view->threads, sum_up_share, &shared);
  for (size_t k = 0; shared.parts && k < shares; k++)
    join_part(&shared.parts[k], whole);
  bp_arena_free(spare);
  return shared.parts;
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

/* ---- the median ---------------------------------------------------------- */

/* Bits of a number from 0 up that tell its bin: exponent and the first two of the rest, so that
 * bins are in the order of the numbers. */
enum { BIN_SHIFT = 50, BINS = 1 << 13 };

static size_t bin_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (size_t)(bits >> BIN_SHIFT);
}

struct binning {
  const struct bp_entry *entries;
  size_t count;
  double *numbers;  /* as many as entries; of each share, those that are kept, at its start */
  size_t *kept;     /* of each share: numbers at first, and then those of the middle */
  uint32_t *counts; /* of the bins, for each worker */
  size_t low, high; /* bins in the middle */
};

static void bin_share(size_t index, int worker, void *user) {
  const struct binning *binning = user;
  size_t from = index * ENTRIES_AT_ONCE, to = from + ENTRIES_AT_ONCE, kept = 0;
  uint32_t *counts = binning->counts + (size_t)worker * BINS;
  for (size_t k = from; k < to && k < binning->count; k++) {
    double value = binning->entries[k].relative;
    if (!isfinite(value))
      continue;
    binning->numbers[from + kept++] = value;
    counts[bin_of(value)]++;
  }
  binning->kept[index] = kept;
}

/* The bin of the number that has so many in front of it; *before gets those in lower bins. */
static size_t bin_of_rank(const uint32_t *counts, size_t rank, size_t *before) {
  size_t bin = 0;
  *before = 0;
  while (*before + counts[bin] <= rank)
    *before += counts[bin++];
  return bin;
}

static void keep_the_middle(size_t index, int worker, void *user) {
  (void)worker;
  const struct binning *binning = user;
  double *numbers = binning->numbers + index * ENTRIES_AT_ONCE;
  size_t kept = 0;
  for (size_t k = 0; k < binning->kept[index]; k++) {
    size_t bin = bin_of(numbers[k]);
    if (bin >= binning->low && bin <= binning->high)
      numbers[kept++] = numbers[k];
  }
  binning->kept[index] = kept;
}

/* Moves the numbers of the bins in the middle to the front, and returns how many they are. */
static size_t gather(struct binning *binning, size_t shares, int workers) {
  size_t count = 0;
  bp_parallel_for(shares, workers, keep_the_middle, binning);
  for (size_t share = 0; share < shares; share++) {
    const double *numbers = binning->numbers + share * ENTRIES_AT_ONCE;
    for (size_t k = 0; k < binning->kept[share]; k++)
      binning->numbers[count++] = numbers[k];
  }
  return count;
}

/* Of numbers of which `rank` are below the upper middle one; with an even count of all, the lower
 * is the largest of those that a selection leaves in front of it. */
static double middle(double *numbers, size_t count, size_t rank, bool even) {
  double upper = gsl_stats_select(numbers, 1, count, rank), lower = upper;
  if (even) {
    lower = numbers[0];
    for (size_t k = 1; k < rank; k++)
      lower = fmax(lower, numbers[k]);
  }
  return (lower + upper) / 2;
}

/* Threads sort the numbers into bins, and a selection is made among those of the bins in the
 * middle. False: memory is short. */
static bool median_relative(const struct bp_block *block, int threads, double *scratch,
                            double *median) {
  struct bp_arena *spare = bp_arena_new(0);
  struct binning binning = {
      .entries = block->entries, .count = block->rows * block->columns, .numbers = scratch};
  size_t shares = (binning.count + ENTRIES_AT_ONCE - 1) / ENTRIES_AT_ONCE, all = 0, below, unused;
  size_t workers = threads < 1 ? 1 : (size_t)threads < shares ? (size_t)threads : shares;
  binning.kept = spare ? bp_arena_alloc(spare, shares, sizeof *binning.kept) : NULL;
  binning.counts = spare ? bp_arena_alloc(spare, workers * BINS, sizeof *binning.counts) : NULL;
  bool room = binning.kept && binning.counts;
  *median = NAN;
  if (room)
    bp_parallel_for(shares, (int)workers, bin_share, &binning);
  for (size_t k = BINS; room && k < workers * BINS; k++)
    binning.counts[k % BINS] += binning.counts[k];
  for (size_t share = 0; room && share < shares; share++)
    all += binning.kept[share];
  if (all > 0) {
    bool even = all % 2 == 0;
    binning.high = bin_of_rank(binning.counts, all / 2, &unused);
    binning.low = bin_of_rank(binning.counts, all / 2 - even, &below);
    size_t count = gather(&binning, shares, (int)workers);
    *median = middle(scratch, count, all / 2 - below, even);
  }
  bp_arena_free(spare);
  return room;
}

bool bp_block_sum_up(const struct bp_view *view, double tolerance, double roundings,
                     struct bp_block *block, double *scratch) {
  struct part_of_block whole;
  const char *name = block->name;
  struct bp_entry *entries = block->entries;
  block->largest_magnitude = bp_view_largest(view);
  double right = largest_right(view, block);
  block->vanishes = right <= VANISHING * tolerance && !all_seen(view, block);
  struct summing summing = {view, roundings, right, block, NULL};
  if (!sum_up_shares(&summing, &whole))
    return false;
  if (view->dealt && !join_ranks(&whole, block))
    return false;
  *block = whole.block;
  block->name = name; /* these are pointers of the rank that said the rest */
  block->entries = entries;
  if (whole.numbers == 0) /* the float64 values are no numbers, so there is no error of theirs */
    block->largest_relative = NAN;
  block->median_relative = NAN;
  block->visible = visible_part(view, block);
  return (view->dealt && bp_rank() > 0) ||
         median_relative(block, view->threads, scratch, &block->median_relative);
}
