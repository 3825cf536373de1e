/* Three things grow: what every entry costs, what all weights cost once (the passes, and of a
 * sample the renumbering), and what the layers above are evaluated for each unit that moves.  All
 * but the renumbering is shared by threads.
 */
#include "net/estimate.h"

#include <math.h>

#include "base/parallel.h"

/* In nanoseconds. */
#define ENTRY 150.       /* of one entry: its judging and its report */
#define ENTRY_SAMPLE 6.  /* and for each sample of data */
#define WEIGHT 15.       /* of a weight that is drawn, renumbered, and looked at in passes only */
#define WEIGHT_SAMPLE 2. /* and for each sample of data */
#define MULTIPLICATION 0.06 /* within a product of matrices */
#define ACTIVATION 2.5      /* with the moving of its unit */
#define EVALUATIONS 8       /* of a unit, at eight points */

static double rows_of(const struct bp_spec *spec, size_t l, size_t sample) {
  return (double)(sample > 0 && sample < spec->size[l] ? sample : spec->size[l]);
}

/* One evaluation for one sample of data where a unit of layer l moves, and a product of Jacobians
 * that goes through the same layers. */
static double above(const struct bp_spec *spec, size_t l, double *chain) {
  double time = 0;
  *chain = 0;
  for (size_t k = l + 1; k <= spec->depth; k++) {
    time += ACTIVATION * (double)spec->size[k];
    if (k == l + 1)
      continue;
    double product = MULTIPLICATION * (double)spec->size[k] * (double)spec->size[k - 1];
    time += product;
    *chain += product;
  }
  return time;
}

double bp_estimate_seconds(const struct bp_spec *spec, size_t samples, size_t sample, int threads) {
  double alone = 0, shared = 0, m = (double)samples;
  for (size_t l = 1; l <= spec->depth; l++) {
    double rows = rows_of(spec, l, sample), columns = (double)spec->size[l - 1] + 1, chain;
    double weights = (double)spec->size[l] * columns;
    shared += rows * m * EVALUATIONS * above(spec, l, &chain) + rows * m * chain;
    shared += rows * columns * (ENTRY + ENTRY_SAMPLE * m);
    if (rows < (double)spec->size[l])
      alone += weights * (WEIGHT + WEIGHT_SAMPLE * m);
  }
  return 1e-9 * (alone + shared / (threads > 0 ? threads : bp_processors()));
}

size_t bp_estimate_sample(const struct bp_spec *spec, size_t samples, int threads) {
  static const size_t sizes[] = {1000, 200, 100, 20, 5};
  double whole = bp_estimate_seconds(spec, samples, 0, threads);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
    if (bp_estimate_seconds(spec, samples, sizes[k], threads) <= fmax(whole / 10, 1))
      return sizes[k];
  return 0;
}

/* ---- the parts of a check ------------------------------------------------- */

/* Of the nanoseconds that an entry takes for each sample, half go to its difference, a third to its
 * Jacobian, and the rest to the passes. */
#define OF_DIFFERENCE (ENTRY_SAMPLE / 2)
#define OF_JACOBIAN (ENTRY_SAMPLE / 3)
#define OF_PASSES (ENTRY_SAMPLE / 6)

static double entries_of(const struct bp_network *network, size_t l) {
  return (double)bp_network_rows(network, l) * ((double)network->size[l - 1] + 1);
}

/* And seconds of the product of Jacobians, *chain. */
static double differences(const struct bp_network *network, size_t l, double *chain) {
  const struct bp_spec sizes = {.depth = network->depth, .size = network->size};
  double m = (double)network->samples, units = (double)bp_network_rows(network, l) * m;
  double evaluation = above(&sizes, l, chain), entries = entries_of(network, l) * m;
  *chain = 1e-9 * (units * *chain + entries * OF_JACOBIAN);
  return 1e-9 * (units * EVALUATIONS * evaluation + entries * OF_DIFFERENCE);
}

double bp_estimate_differences(const struct bp_network *network, size_t l) {
  double unused;
  return differences(network, l, &unused);
}

void bp_estimate_parts(const struct bp_network *network, double ends[BP_CHECK_PARTS]) {
  double seconds[BP_CHECK_PARTS] = {0}, judging = 0, m = (double)network->samples;
  for (size_t l = 1; l <= network->depth; l++) {
    double chain, weights = (double)network->size[l] * (double)network->size[l - 1];
    seconds[BP_PART_DIFFERENCES] += differences(network, l, &chain);
    seconds[BP_PART_JACOBIANS] += chain;
    seconds[BP_PART_PASSES] += 1e-9 * weights * m * WEIGHT_SAMPLE / 2;
    seconds[BP_PART_PASSES] += 1e-9 * entries_of(network, l) * m * OF_PASSES;
    judging += 1e-9 * entries_of(network, l) * ENTRY;
  }
  double all = judging, done = 0;
  for (int part = 0; part < BP_CHECK_PARTS; part++)
    all += seconds[part];
  for (int part = 0; part < BP_CHECK_PARTS; part++)
    ends[part] = (done += seconds[part]) / all;
}
