/* Which parameters are looked at where not all are.
 *
 * The random choice of N among `count` takes each parameter with the probability that exactly N
 * come out (Knuth, "The Art of Computer Programming", section 3.4.2, algorithm S): one pass, no
 * memory, and the same choice for the same seed.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run.h"

static void choose_random(const struct bp_run *run, size_t begin, size_t count, uint8_t *wanted) {
  size_t left = run->options->number ? run->options->number : 1;
  for (size_t j = 0; j < count; j++) {
    double draw = (double)(bp_run_random(run->options->seed, 2, begin + j) >> 11) * 0x1p-53;
    bool taken = (double)(count - j) * draw < (double)left;
    wanted[begin + j] = taken;
    left -= taken;
  }
}

void bp_run_choose(const struct bp_run *run, uint8_t *wanted) {
  const struct bp_probe_options *options = run->options;
  size_t begin = 0, every = options->number ? options->number : 1;
  memset(wanted, options->rule == BP_PROBE_ALL, run->probed->parameters);
  for (size_t p = 0; p < run->part_count; p++) {
    size_t count = run->parts[p].rows * run->parts[p].columns;
    if (options->rule == BP_PROBE_EVERY)
      for (size_t j = 0; j < count; j += every)
        wanted[begin + j] = 1;
    if (options->rule == BP_PROBE_RANDOM)
      choose_random(run, begin, count, wanted);
    begin += count;
  }
  if (options->rule == BP_PROBE_GIVEN)
    for (size_t i = 0; i < options->index_count; i++)
      wanted[options->indices[i]] = 1;
}

/* ---- what cannot be carried out ------------------------------------------------- */

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two parts of one name could not be told apart in a report. */
static const char *same_names(const struct bp_probed *probed, struct bp_arena *arena) {
  size_t count = probed->part_count;
  const char **names = bp_arena_alloc(arena, count + 1, sizeof *names);
  if (!names)
    return NULL; /* the arena remembers */
  for (size_t p = 0; p < count; p++)
    names[p] = probed->parts[p].name;
  qsort(names, count, sizeof *names, by_name);
  for (size_t p = 1; p < count; p++)
    if (strcmp(names[p - 1], names[p]) == 0)
      return bp_arena_printf(arena, "two blocks are called %s: give each a name of its own",
                             names[p]);
  return NULL;
}

static const char *bad_parts(const struct bp_probed *probed, struct bp_arena *arena) {
  size_t total = 0;
  for (size_t p = 0; p < probed->part_count; p++) {
    const struct bp_probe_part *part = &probed->parts[p];
    size_t count, sum;
    if (!part->name)
      return bp_arena_printf(arena, "block %zu has no name", p + 1);
    if (__builtin_mul_overflow(part->rows, part->columns, &count) ||
        __builtin_add_overflow(total, count, &sum) || count == 0)
      return bp_arena_printf(arena, "block %s cannot be %zu x %zu", part->name, part->rows,
                             part->columns);
    total = sum;
  }
  if (probed->part_count > 0 && total != probed->parameters)
    return bp_arena_printf(arena,
                           "the blocks have %zu entries together, but there are %zu parameters",
                           total, probed->parameters);
  return same_names(probed, arena);
}

const char *bp_probe_complaint(const struct bp_probed *probed,
                               const struct bp_probe_options *options, struct bp_arena *arena) {
  size_t entries;
  if (probed->parameters == 0 || probed->outputs == 0)
    return "there is nothing to check: a function needs at least one parameter and one value";
  if (__builtin_mul_overflow(probed->parameters, probed->outputs, &entries) ||
      entries > SIZE_MAX / 1024)
    return bp_arena_printf(arena, "%zu x %zu is no size for a Jacobian", probed->outputs,
                           probed->parameters);
  if (options->rule == BP_PROBE_DIRECTIONS && options->number == 1)
    return "one direction is too few: a mistake may be at right angles to it; take two or more";
  if (options->number > SIZE_MAX / 1024)
    return bp_arena_printf(arena, "%zu is no number of entries or directions", options->number);
  for (size_t i = 0; options->rule == BP_PROBE_GIVEN && i < options->index_count; i++)
    if (options->indices[i] >= probed->parameters)
      return bp_arena_printf(arena, "there is no parameter %zu: %zu parameters count from 0 to %zu",
                             options->indices[i], probed->parameters, probed->parameters - 1);
  for (size_t j = 0; probed->theta && j < probed->parameters; j++)
    if (!isfinite(probed->theta[j]))
      return bp_arena_printf(arena, "number %zu of the point (from 0) is %g: no point to check at",
                             j, probed->theta[j]);
  return bad_parts(probed, arena);
}
