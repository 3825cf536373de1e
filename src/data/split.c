/* Splitting a data set into a part to train on and a part held out.  All samples are shuffled once;
 * then each class (or the whole, where there are none) gives the first of its samples in that
 * order, up to its quota.  The numbers are those of base/random.h, so the split is the same on
 * every machine.
 */
#include "data/dataset.h"

#include <stdint.h>

#include "base/random.h"

static const double largest_share = 0.9;

size_t bp_dataset_class(const struct bp_dataset *dataset, size_t sample) {
  const double *y = dataset->y + sample;
  if (dataset->outputs == 1)
    return *y >= 0.5;
  size_t best = 0;
  for (size_t k = 1; k < dataset->outputs; k++)
    if (y[k * dataset->samples] > y[best * dataset->samples])
      best = k;
  return best;
}

/* Uniform below `count` > 0: draws in the incomplete last round of remainders are repeated. */
static size_t random_below(uint64_t *state, size_t count) {
  uint64_t unfair = (UINT64_MAX - count + 1) % count; /* 2^64 mod count */
  uint64_t draw;
  do
    draw = bp_random_bits(state);
  while (draw < unfair);
  return (size_t)(draw % count);
}

static void shuffle(size_t *order, size_t count, uint64_t *state) {
  for (size_t k = count; k > 1; k--) {
    size_t other = random_below(state, k);
    size_t kept = order[k - 1];
    order[k - 1] = order[other];
    order[other] = kept;
  }
}

/* Marks the samples to hold out; returns how many, or SIZE_MAX when memory is short. */
static size_t choose_held_out(const struct bp_dataset *dataset, double share, unsigned long seed,
                              struct bp_arena *arena, bool *held_out) {
  size_t samples = dataset->samples, chosen = 0;
  size_t classes = dataset->class_count ? dataset->class_count : 1;
  size_t *order = bp_arena_alloc(arena, samples, sizeof *order);
  size_t *class_of = bp_arena_alloc(arena, samples, sizeof *class_of);
  size_t *quota = bp_arena_alloc(arena, classes, sizeof *quota);
  if (!order || !class_of || !quota)
    return SIZE_MAX;
  for (size_t s = 0; s < samples; s++) {
    order[s] = s;
    class_of[s] = dataset->class_count ? bp_dataset_class(dataset, s) : 0;
    quota[class_of[s]]++;
  }
  for (size_t k = 0; k < classes; k++)
    quota[k] = (size_t)(share * (double)quota[k] + 0.5);
  uint64_t state = seed;
  shuffle(order, samples, &state);
  for (size_t k = 0; k < samples && chosen + 1 < samples; k++) {
    size_t sample = order[k];
    if (quota[class_of[sample]] == 0)
      continue;
    quota[class_of[sample]]--;
    held_out[sample] = true;
    chosen++;
  }
  return chosen;
}

/* Copies to `part` the columns whose mark is `wanted`. */
static void copy_columns(const double *from, size_t rows, size_t samples, const bool *mark,
                         bool wanted, double *to) {
  for (size_t row = 0; row < rows; row++)
    for (size_t s = 0; s < samples; s++)
      if (mark[s] == wanted)
        *to++ = from[row * samples + s];
}

static int take_part(const struct bp_dataset *dataset, const bool *mark, bool wanted, size_t count,
                     struct bp_arena *arena, struct bp_dataset *part) {
  *part = *dataset;
  part->samples = count;
  part->x = bp_arena_alloc(arena, dataset->inputs * count, sizeof(double));
  part->y = bp_arena_alloc(arena, dataset->outputs * count, sizeof(double));
  if (!part->x || !part->y)
    return -1;
  copy_columns(dataset->x, dataset->inputs, dataset->samples, mark, wanted, part->x);
  copy_columns(dataset->y, dataset->outputs, dataset->samples, mark, wanted, part->y);
  return 0;
}

int bp_dataset_split(const struct bp_dataset *dataset, double held_out_share, unsigned long seed,
                     struct bp_arena *arena, struct bp_dataset *train, struct bp_dataset *test) {
  if (!(held_out_share >= 0 && held_out_share <= largest_share))
    return -1;
  bool *held_out = bp_arena_alloc(arena, dataset->samples, sizeof *held_out);
  if (!held_out)
    return -1;
  size_t chosen = choose_held_out(dataset, held_out_share, seed, arena, held_out);
  if (chosen == SIZE_MAX)
    return -1;
  if (take_part(dataset, held_out, false, dataset->samples - chosen, arena, train) != 0)
    return -1;
  return take_part(dataset, held_out, true, chosen, arena, test);
}
