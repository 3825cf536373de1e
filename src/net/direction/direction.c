/* Sums over all entries of a matrix, and the verdict on them.
 *
 * Let |e_i| be what rounding can have moved entry i of a gradient by.  Along v that is at most sum
 * |e_i v_i|; but the signs of v were drawn after the gradient was there, so sum e_i v_i is a sum of
 * numbers of independent signs, and exceeds t times the root of sum (e_i v_i)² with a chance of at
 * most 2 exp(-t²/2) (Hoeffding, 1963).  With t = 10 that is 4e-22, and the smaller of the two is
 * what is allowed.  The same goes for the Jacobians.  What the difference is off has no such excuse
 * and is bounded in the worst case.
 *
 * A slope of 33 million terms is summed with 64 bits, row by row, so that the sum itself rounds by
 * less than any of them.
 *
 * A slope along v says something as long as bounds are small beside its typical size, which is the
 * root of sum g_i², and beside the largest entry: where twice the bound is more than a hundredth of
 * the one or more than the other nothing is concluded.  That these are of the gradient under test
 * excuses nothing, as bounds do not grow with it.
 */
#include "net/direction/direction.h"

#include <float.h>
#include <math.h>

#include "net/direction/along.h"
#include "net/direction/draw.h"
#include "net/outside/outside.h"

#define SHOWN 0.01     /* of the typical size: more shows nothing */
#define VANISHED 4e-21 /* of the tolerance: 1e-30 of J */
#define DEVIATIONS 10. /* t above */
#define NOTED 0.01     /* of the largest entry: a mistake whose chance of a miss is told */

struct run {
  struct bp_evidence *e;
  const struct bp_check_options *options;
  struct bp_along *along;
  struct bp_along_slope *slopes; /* [block * directions + number] */
  int threads;
  struct bp_arena *arena;
  struct bp_report *report;
};

static void add_note(const struct run *run, const char *sentence) {
  if (sentence)
    run->report->head.notes[run->report->head.note_count++] = sentence;
}

/* ---- evidence ------------------------------------------------------------ */

/* The slopes along all directions of all blocks. */
static enum bp_status take_slopes(struct run *run) {
  const struct bp_network *network = run->e->network;
  size_t N = run->options->directions, L = network->depth;
  double from = run->e->ends[BP_PART_JACOBIANS], rest = 1 - from;
  struct bp_stage stage = {run->options, from, from + rest / 7};
  run->slopes = bp_arena_alloc(run->arena, 2 * L * N, sizeof *run->slopes);
  run->along = bp_along_new(network, run->e->forward, N, run->options->sample_seed, run->threads,
                            run->arena);
  if (!run->slopes || !run->along)
    return BP_NO_MEMORY;
  if (!bp_along_prepare(run->along, bp_stage_progress, &stage))
    return BP_STOPPED;
  for (size_t b = 0; b < 2 * L; b++) {
    stage.from = stage.to;
    stage.to = from + rest * (1 + 5 * (double)(b + 1) / (double)(2 * L)) / 7;
    if (!bp_along_take(run->along, b / 2 + 1, b % 2, run->slopes + b * N, bp_stage_progress,
                       &stage))
      return BP_STOPPED;
  }
  return BP_OK;
}

/* ---- sums over a matrix -------------------------------------------------- */

/* The matrices of one block. */
struct matrices {
  const gsl_matrix *value, *error, *kronecker, *kronecker_sum;
  size_t l;
  bool bias;
};

/* Of one row, or of all, along one direction. */
struct sums {
  long double value, kronecker;
  double size, kronecker_size; /* magnitudes of the terms added up */
  double error, error_squares; /* of the value: sum |e v|, sum (e v)² */
  double chain, chain_squares; /* of the Jacobians, but for the factor u */
  double largest, squares;     /* of the gradient: max |g|, sum g² */
};

static void add(const struct sums *row, struct sums *all) {
  all->value += row->value;
  all->kronecker += row->kronecker;
  all->size += row->size;
  all->kronecker_size += row->kronecker_size;
  all->error += row->error;
  all->error_squares += row->error_squares;
  all->chain += row->chain;
  all->chain_squares += row->chain_squares;
  all->squares += row->squares;
  if (!(row->largest <= all->largest))
    all->largest = row->largest;
}

struct summing {
  const struct run *run;
  const struct matrices *matrices;
  double *components; /* [worker * columns] */
  struct sums *rows;  /* [number * rows + row] */
};

static void sum_task(size_t index, int worker, void *user) {
  const struct summing *summing = user;
  const struct matrices *m = summing->matrices;
  size_t columns = m->value->size2, i = index % m->value->size1;
  double *v = summing->components + (size_t)worker * columns;
  struct bp_direction direction = {summing->run->options->sample_seed, index / m->value->size1,
                                   m->l, m->bias};
  struct sums sums = {0};
  bp_direction_row(&direction, i, columns, v);
  for (size_t j = 0; j < columns; j++) {
    double g = gsl_matrix_get(m->value, i, j), k = gsl_matrix_get(m->kronecker, i, j);
    double error = gsl_matrix_get(m->error, i, j) * fabs(v[j]);
    double chain = gsl_matrix_get(m->kronecker_sum, i, j) * fabs(v[j]);
    sums.value += (long double)g * v[j];
    sums.kronecker += (long double)k * v[j];
    sums.size += fabs(g * v[j]);
    sums.kronecker_size += fabs(k * v[j]);
    sums.error += error;
    sums.error_squares += error * error;
    sums.chain += chain;
    sums.chain_squares += chain * chain;
    sums.squares += g * g;
    if (!(fabs(g) <= sums.largest))
      sums.largest = fabs(g);
  }
  summing->rows[index] = sums;
}

/* What a sum of long doubles rounds. */
static double adding(const struct matrices *m, double size) {
  return (double)(m->value->size1 + m->value->size2 + 4) * LDBL_EPSILON * size;
}

static double allowed(double sum, double squares) {
  return fmin(sum, DEVIATIONS * sqrt(squares)) * (1 + 1e-9);
}

/* ---- the verdict --------------------------------------------------------- */

static void decide(struct bp_entry *entry, enum bp_verdict verdict, enum bp_reason reason) {
  entry->verdict = (uint8_t)verdict;
  entry->reason = (uint8_t)reason;
}

/* Roundings in one number of the chain of Jacobians. */
static double chain_roundings(const struct bp_network *network) {
  double total = (double)network->samples + 64;
  for (size_t l = 0; l <= network->depth; l++)
    total += (double)network->size[l] + 32;
  return 4 * total;
}

static void judge(const struct run *run, const struct matrices *m, const struct sums *sums,
                  const struct bp_along_slope *slope, struct bp_entry *entry) {
  const struct bp_evidence *e = run->e;
  double g = (double)sums->value, k = (double)sums->kronecker, d = slope->value;
  double own = allowed(sums->error, sums->error_squares) + adding(m, sums->size);
  double chain = chain_roundings(e->network) * BP_UNIT * allowed(sums->chain, sums->chain_squares) +
                 adding(m, sums->kronecker_size);
  double known = slope->truncation + slope->rounding, typical = sqrt(sums->squares);
  double larger = fmax(fabs(g), fabs(d));
  *entry = (struct bp_entry){
      .backprop = g, .difference = d, .kronecker = k, .method = BP_METHOD_RESPONSE};
  entry->relative = !isfinite(g) || !isfinite(d) ? NAN : larger > 0 ? fabs(g - d) / larger : 0;
  bp_entry_allow(entry, slope->truncation, slope->rounding + own, 0);
  bool vanishes = typical <= VANISHED * e->tolerance;
  double most = vanishes ? e->tolerance : fmin(SHOWN * typical, sums->largest) / 2;
  if (!e->forward_right)
    decide(entry, BP_FAILS, BP_REASON_FORWARD);
  else if (!isfinite(g) || !isfinite(own))
    decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
  else if (!isfinite(d) || !isfinite(known))
    decide(entry, BP_UNDECIDED,
           slope->kink ? BP_REASON_KINK : bp_reason_of_width(slope->truncation, slope->rounding));
  else if (!(fabs(g - d) <= entry->bound))
    decide(entry, BP_FAILS, fabs(k - d) <= known + chain ? BP_REASON_ALONE : BP_REASON_DIFFERENCE);
  else if (!(entry->bound <= most))
    decide(entry, BP_UNDECIDED,
           own > known ? BP_REASON_FLOOR : bp_reason_of_width(slope->truncation, slope->rounding));
  else if (!isfinite(k) || !isfinite(chain))
    decide(entry, BP_UNDECIDED, BP_REASON_OVERFLOW);
  else if (!(fabs(g - k) <= own + chain))
    decide(entry, BP_FAILS, BP_REASON_KRONECKER);
  else
    decide(entry, BP_HOLDS, BP_REASON_NONE);
  double digits = larger > 0 ? -log10(entry->bound / larger + 1e-16) : 16;
  entry->digits = (float)fmin(16, fmax(0, digits));
}

static struct matrices matrices_of(const struct run *run, const struct bp_gradient *gradient,
                                   size_t b) {
  const struct bp_evidence *e = run->e;
  size_t l = b / 2 + 1;
  if (b % 2)
    return (struct matrices){gradient->db[l],
                             e->error.error.db[l],
                             e->kronecker->db[l],
                             e->kronecker->db_sum[l],
                             l,
                             true};
  return (struct matrices){gradient->dW[l],
                           e->error.error.dW[l],
                           e->kronecker->dW[l],
                           e->kronecker->dW_sum[l],
                           l,
                           false};
}

static double middle_of(const struct bp_block *block, struct bp_arena *arena) {
  size_t count = 0;
  double *sorted = bp_arena_alloc(arena, block->rows, sizeof *sorted);
  for (size_t k = 0; sorted && k < block->rows; k++) {
    double relative = block->entries[k].relative;
    size_t at = count;
    if (isnan(relative))
      continue;
    for (; at > 0 && sorted[at - 1] > relative; at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = relative;
    count++;
  }
  return count ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : NAN;
}

/* Everything of a block that follows from its entries. */
static void sum_up(const struct run *run, const struct sums *sums, struct bp_block *block) {
  block->verdict = BP_HOLDS;
  for (size_t k = 0; k < block->rows; k++) {
    const struct bp_entry *entry = &block->entries[k];
    enum bp_verdict verdict = (enum bp_verdict)entry->verdict;
    double chain = fabs(entry->backprop - entry->kronecker) / sums[k].kronecker_size;
    block->holds += verdict == BP_HOLDS;
    block->fails += verdict == BP_FAILS;
    block->undecided += verdict == BP_UNDECIDED;
    block->at_kink += entry->reason == BP_REASON_KINK;
    block->verdict = bp_verdict_join(block->verdict, verdict);
    block->largest_relative = fmax(block->largest_relative, entry->relative);
    block->kronecker_relative = fmax(block->kronecker_relative, chain);
    if (bp_entry_badness(entry) > bp_entry_badness(&block->entries[block->worst]))
      block->worst = k;
    if (verdict == BP_HOLDS)
      bp_block_widen(block, entry->truncation, entry->rounding, 0);
  }
  block->largest_magnitude = isfinite(sums->largest) ? sums->largest : 0;
  block->vanishes = block->largest_magnitude <= VANISHED * run->e->tolerance;
  block->visible =
      block->largest_magnitude > 0 ? 2 * block->widest_bound / block->largest_magnitude : 0;
  block->missed = bp_direction_chance(fmax(1, NOTED / block->visible), block->rows);
  block->reason = (enum bp_reason)block->entries[block->worst].reason;
}

static enum bp_status judge_block(const struct run *run, const struct bp_gradient *gradient,
                                  size_t b, struct bp_arena *spare, struct bp_block *block) {
  size_t N = run->options->directions;
  const struct matrices m = matrices_of(run, gradient, b);
  size_t rows = m.value->size1;
  *block = (struct bp_block){.name = bp_arena_printf(run->arena, m.bias ? "b[%zu]" : "W[%zu]", m.l),
                             .rows = N,
                             .columns = 1,
                             .parameter = true,
                             .moved = rows * m.value->size2,
                             .entries = bp_arena_alloc(run->arena, N, sizeof *block->entries)};
  struct summing summing = {
      .run = run,
      .matrices = &m,
      .components = bp_arena_alloc(spare, m.value->size2 * (size_t)run->threads, sizeof(double)),
      .rows = bp_arena_alloc(spare, N * rows, sizeof *summing.rows)};
  struct sums *sums = bp_arena_alloc(spare, N, sizeof *sums);
  if (!block->name || !block->entries || !summing.components || !summing.rows || !sums)
    return BP_NO_MEMORY;
  bp_parallel_for(N * rows, run->threads, sum_task, &summing);
  for (size_t k = 0; k < N; k++) {
    sums[k] = (struct sums){0};
    for (size_t i = 0; i < rows; i++)
      add(&summing.rows[k * rows + i], &sums[k]);
    judge(run, &m, &sums[k], &run->slopes[b * N + k], &block->entries[k]);
  }
  sum_up(run, sums, block);
  block->median_relative = middle_of(block, spare);
  return bp_arena_failed(spare) ? BP_NO_MEMORY : BP_OK;
}

/* Blocks that other code did not give have no part in the verdict. */
static enum bp_status compare(const struct run *run, const struct bp_gradient *gradient,
                              const bool *given, struct bp_report *report) {
  size_t blocks = 2 * run->e->network->depth;
  report->blocks = bp_arena_alloc(run->arena, blocks, sizeof *report->blocks);
  report->network = bp_arena_alloc(run->arena, 1, sizeof *report->network);
  if (!report->blocks || !report->network)
    return BP_NO_MEMORY;
  report->network->loss = run->e->forward->loss;
  for (size_t b = 0; b < blocks; b++) {
    struct bp_arena *spare = bp_arena_new(0);
    struct bp_block *block = &report->blocks[b];
    enum bp_status status = spare ? judge_block(run, gradient, b, spare, block) : BP_NO_MEMORY;
    bp_arena_free(spare);
    if (status != BP_OK)
      return status;
    if (given && !given[b])
      continue;
    report->head.verdict = bp_verdict_join(report->head.verdict, block->verdict);
    report->head.entries += block->rows;
    report->head.holds += block->holds;
    report->head.fails += block->fails;
    report->head.undecided += block->undecided;
    report->skipped += block->moved;
    report->visible = fmax(report->visible, 2 * block->widest_bound);
  }
  report->block_count = blocks;
  return BP_OK;
}

/* ---- what a reader should know ------------------------------------------- */

/* "97.6 %" or "3e-05" */
static const char *chance_text(double chance, struct bp_arena *arena) {
  return chance >= 1e-3 ? bp_arena_printf(arena, "%.3g %%", 100 * chance)
                        : bp_arena_printf(arena, "%.0e", chance);
}

/* Chances are those of the block that shows least, of those that are not 0. */
static void note_directions(const struct run *run) {
  const struct bp_report *report = run->report;
  size_t N = run->options->directions;
  double least = pow(0.5, (double)N), worst = 0;
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].largest_magnitude > 0 && report->blocks[b].holds > 0)
      worst = fmax(worst, report->blocks[b].missed);
  const char *most = chance_text(least, run->arena), *large = chance_text(worst, run->arena);
  if (!most || !large)
    return;
  add_note(run,
           bp_arena_printf(
               run->arena,
               "no parameter was looked at alone, but how the loss changes along %zu random "
               "direction%s of each block, of which every one moves all of its entries. A mistake "
               "in one entry shows in all of them, as soon as it is larger than what is seen. "
               "Mistakes in several entries (a row, a column, a whole block) can cancel: where one "
               "of them is larger than that, they are missed with a chance of at most %s, and "
               "where one is larger than 1 %% of the largest entry of its block, with at most %s. "
               "Which entries are wrong directions do not tell",
               N, N == 1 ? "" : "s", most, large));
}

/* A planted mistake that the check does not find is no pass. */
static void note_mistake(const struct run *run) {
  if (run->report->head.verdict != BP_HOLDS)
    return;
  run->report->head.verdict = BP_UNDECIDED;
  add_note(run, "the planted mistake does not show along these directions: it changes the gradient "
                "by less than what is seen here, or not at all; --power, without --directions, "
                "says why");
}

static const char *type_of(double unit) {
  return unit < 1e-12 ? "float64" : unit < 1e-6 ? "float32" : "float16";
}

/* ---- the check ----------------------------------------------------------- */

static enum bp_status check_backprop(struct run *run) {
  const struct bp_evidence *e = run->e;
  const struct bp_mistake *mistake = &run->options->mistake;
  struct bp_gradient *gradient = e->gradient;
  if (mistake->kind != BP_NO_MISTAKE) {
    gradient = bp_gradient_whole(e->network, run->arena);
    if (!gradient)
      return BP_NO_MEMORY;
    bp_backprop(e->network, e->forward, run->options->route, mistake, gradient);
  }
  enum bp_status status = compare(run, gradient, NULL, run->report);
  if (status == BP_OK)
    note_directions(run);
  if (status == BP_OK && mistake->kind != BP_NO_MISTAKE)
    note_mistake(run);
  return status;
}

/* The three ways are held against each other first: without that nothing else counts. */
static enum bp_status check_outside(struct run *run) {
  struct bp_evidence *e = run->e;
  const struct bp_outside *outside = run->options->outside;
  struct bp_report own = {0};
  enum bp_status status = compare(run, e->gradient, NULL, &own);
  struct bp_gradient *error = bp_gradient_new(e->network, run->arena);
  if (status != BP_OK)
    return status;
  if (!error || bp_outside_error(e, outside, false, error) != 0)
    return BP_NO_MEMORY;
  e->error.error = *error;
  e->outside = outside;
  bp_outside_complete(e, outside);
  status = compare(run, outside->gradient, outside->given, run->report);
  if (status != BP_OK)
    return status;
  bp_outside_trim(outside, run->report);
  add_note(run, own.head.verdict == BP_HOLDS
                    ? "at this point the three ways of backproof agree with each other along these "
                      "directions"
                    : "at this point the three ways of backproof do not agree with each other "
                      "along all of these directions: backproof net says why, on such a network");
  note_directions(run);
  add_note(run,
           bp_arena_printf(run->arena,
                           "the gradient under test counts as computed in %s, and what rounding "
                           "in both passes can come to along a direction is allowed",
                           type_of(outside->unit)));
  return BP_OK;
}

enum bp_status bp_direction_check(const struct bp_network *network,
                                  const struct bp_check_options *options, struct bp_arena *arena,
                                  struct bp_report *report, struct bp_evidence **evidence) {
  struct run run = {.options = options,
                    .threads = options->threads > 0 ? options->threads : bp_processors(),
                    .arena = arena,
                    .report = report};
  enum bp_status status = bp_evidence_begin(network, options, arena, &run.e);
  if (status == BP_OK)
    status = take_slopes(&run);
  if (status == BP_OK)
    status = options->outside ? check_outside(&run) : check_backprop(&run);
  *evidence = run.e;
  return status == BP_OK && bp_arena_failed(arena) ? BP_NO_MEMORY : status;
}

double bp_direction_memory(const struct bp_spec *spec, size_t samples, size_t directions,
                           int threads) {
  double parameters = 0, nodes = (double)spec->size[0], m = (double)samples, widest = 0, rows = 1;
  for (size_t l = 1; l <= spec->depth; l++) {
    parameters += (double)spec->size[l] * ((double)spec->size[l - 1] + 1);
    nodes += (double)spec->size[l];
    widest = fmax(widest, (double)spec->size[l] * (double)spec->size[l - 1]);
    rows = fmax(rows, (double)spec->size[l]);
  }
  /* network, gradient, its error and magnitude, two for the Jacobians, and the gradient and error
   * of other code or of a mistake */
  return parameters * 8 * 8 + nodes * m * 24 * 8 + fmax(0x1p21, widest) * 24 +
         (double)directions * rows * sizeof(struct sums) +
         bp_along_memory(spec, samples, directions, threads);
}
