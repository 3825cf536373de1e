/* The whole check, from a function and its gradient to a report.
 */
#include "probe/probe.h"

#include <math.h>
#include <string.h>

#include "probe/patterns.h"
#include "probe/run.h"

#define AGREEING 0x1p-23               /* what float can say, u^(2/3), is more */
#define BATCH_VALUES ((size_t)1 << 20) /* values of one batch, about */
#define WHOLE_VALUES ((size_t)1 << 20) /* numbers of whole points in one batch, about */
enum { MOST_POINTS = 4096, LEAST_POINTS = 2 * BP_MOST_RUNGS, MOST_WHOLE = 2 * BP_MOST_RUNGS };

/* ---- room ------------------------------------------------------------------------ */

static size_t between(size_t value, size_t low, size_t high) {
  return value < low ? low : value > high ? high : value;
}

static bool make_room(struct bp_run *run) {
  const struct bp_probed *probed = run->probed;
  size_t n = probed->parameters, k = probed->outputs;
  run->room = between(BATCH_VALUES / k, LEAST_POINTS, MOST_POINTS);
  run->whole_room = between(WHOLE_VALUES / n, 1, MOST_WHOLE);
  run->points = bp_arena_alloc(run->spare, run->room, sizeof *run->points);
  run->values = bp_arena_alloc(run->spare, run->room, k * sizeof *run->values);
  run->whole = bp_arena_alloc(run->spare, run->whole_room, n * sizeof *run->whole);
  run->middle = bp_arena_alloc(run->spare, k, sizeof *run->middle);
  run->shaken = bp_arena_alloc(run->spare, k, 2 * sizeof *run->shaken);
  run->wobble = bp_arena_alloc(run->spare, k, sizeof *run->wobble);
  run->noise = bp_arena_alloc(run->spare, k, sizeof *run->noise);
  run->quantum = bp_arena_alloc(run->spare, k, sizeof *run->quantum);
  run->still = bp_arena_alloc(run->spare, k, sizeof *run->still);
  run->typical = bp_arena_alloc(run->spare, k, sizeof *run->typical);
  run->influence = bp_arena_alloc(run->spare, k, sizeof *run->influence);
  return !bp_arena_failed(run->spare);
}

static bool set_up(struct bp_run *run, const struct bp_probed *probed,
                   const struct bp_probe_options *options, struct bp_arena *arena) {
  static const struct bp_probe_options defaults;
  *run = (struct bp_run){.probed = probed,
                         .options = options ? options : &defaults,
                         .arena = arena,
                         .spare = bp_arena_new(0),
                         .lasting = bp_arena_new(0),
                         .parts = probed->parts,
                         .part_count = probed->part_count,
                         .single = probed->unit > 0x1p-40,
                         .tolerance = fmax(AGREEING, pow(probed->unit, 2.0 / 3))};
  if (!run->spare || !run->lasting)
    return false;
  if (run->part_count == 0) {
    struct bp_probe_part *part = bp_arena_alloc(run->spare, 1, sizeof *part);
    if (!part)
      return false;
    *part = (struct bp_probe_part){"theta", probed->parameters, 1};
    run->parts = part;
    run->part_count = 1;
  }
  return make_room(run);
}

static void tear_down(struct bp_run *run) {
  bp_arena_free(run->spare);
  bp_arena_free(run->lasting);
}

static enum bp_probe_status status_of(const struct bp_run *run) {
  return run->stopped ? BP_PROBE_STOPPED : BP_PROBE_NO_MEMORY;
}

/* ---- blocks ------------------------------------------------------------------------ */

static bool new_block(struct bp_arena *arena, const char *name, size_t rows, size_t columns,
                      struct bp_block *block) {
  size_t count;
  *block = (struct bp_block){
      .name = bp_arena_strdup(arena, name), .rows = rows, .columns = columns, .parameter = true};
  if (__builtin_mul_overflow(rows, columns, &count))
    return false;
  block->entries = bp_arena_alloc(arena, count, sizeof *block->entries);
  return block->name && block->entries;
}

/* Room for one more block at the end of the report. */
static struct bp_block *one_more(struct bp_arena *arena, struct bp_report *report) {
  struct bp_block *blocks = bp_arena_alloc(arena, report->block_count + 1, sizeof *blocks);
  if (!blocks)
    return NULL;
  if (report->block_count > 0)
    memcpy(blocks, report->blocks, report->block_count * sizeof *blocks);
  report->blocks = blocks;
  return &blocks[report->block_count++];
}

static bool sum_up(struct bp_run *run, struct bp_block *block, struct bp_report *report) {
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  double *scratch = bp_arena_alloc(run->spare, block->rows * block->columns, sizeof *scratch);
  if (scratch) {
    bp_run_sum_up(block, scratch);
    bp_run_add_up(block, report);
  }
  bp_arena_release(run->spare, mark);
  return scratch != NULL;
}

static struct bp_stretch stretch_of(const struct bp_run *run, size_t p, size_t begin) {
  const struct bp_probe_part *part = &run->parts[p];
  size_t count = part->rows * part->columns;
  return (struct bp_stretch){.part = part,
                             .begin = begin,
                             .count = count,
                             .scale = bp_run_typical_scale(run->probed, begin, count)};
}

static double limit_of(const struct bp_run *run, const struct bp_stretch *stretch, size_t output) {
  size_t p = (size_t)(stretch->part - run->parts);
  return run->limit ? run->limit[p * run->probed->outputs + output] : INFINITY;
}

/* What one stretch adds to the largest and to the squares of the influences of an output's
 * parameters. */
static void add_influence(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                          double *largest, double *squares, double *count) {
  const double *row = run->probed->gradient + output * run->probed->parameters;
  double limit = limit_of(run, stretch, output);
  for (size_t j = stretch->begin; j < stretch->begin + stretch->count; j++) {
    if (!isfinite(row[j]))
      continue;
    double influence = ldexp(fmin(fabs(row[j]), limit), bp_run_scale(run, stretch, j));
    if (!(influence > 0) || !isfinite(influence * influence))
      continue;
    *largest = fmax(*largest, influence);
    *squares += influence * influence;
    *count += 1;
  }
}

/* What the parameters do to each output, if the gradient under test is right. */
static void measure_influence(struct bp_run *run) {
  for (size_t o = 0; o < run->probed->outputs; o++) {
    double squares = 0, count = 0;
    run->influence[o] = 0;
    for (size_t p = 0, begin = 0; p < run->part_count; p++) {
      struct bp_stretch stretch = stretch_of(run, p, begin);
      add_influence(run, &stretch, o, &run->influence[o], &squares, &count);
      begin += stretch.count;
    }
    run->typical[o] = count > 0 ? sqrt(squares / count) : 0;
  }
}

/* The largest entry under test of each row of the part, and whether the row is next to nothing. */
static void measure_rows(const struct bp_run *run, const struct bp_stretch *stretch,
                         double *largest, uint8_t *vanish) {
  const double nothing = run->probed->unit * 0x1p23; /* double: 2^-30; float: 1/2 */
  for (size_t o = 0; o < run->probed->outputs; o++) {
    const double *row = run->probed->gradient + o * run->probed->parameters + stretch->begin;
    double influence = 0, limit = limit_of(run, stretch, o);
    largest[o] = 0;
    for (size_t j = 0; j < stretch->count; j++) {
      double size = fmin(fabs(row[j]), limit);
      if (!isfinite(row[j]))
        continue;
      largest[o] = fmax(largest[o], size);
      influence = fmax(influence, ldexp(size, bp_run_scale(run, stretch, stretch->begin + j)));
    }
    vanish[o] = run->influence[o] > 0 && influence <= fmin(nothing, 0x1p-20) * run->influence[o];
  }
}

static bool check_part(struct bp_run *run, size_t p, size_t begin, const uint8_t *wanted,
                       struct bp_report *report) {
  const struct bp_probed *probed = run->probed;
  struct bp_block *block = &report->blocks[report->block_count];
  struct bp_stretch stretch = stretch_of(run, p, begin);
  size_t rows = probed->jacobian ? probed->outputs : stretch.part->rows;
  size_t columns = probed->jacobian ? stretch.count : stretch.part->columns;
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  double *largest = bp_arena_alloc(run->spare, probed->outputs, sizeof *largest);
  uint8_t *vanish = bp_arena_alloc(run->spare, probed->outputs, sizeof *vanish);
  if (!largest || !vanish || !new_block(run->arena, stretch.part->name, rows, columns, block))
    return false;
  measure_rows(run, &stretch, largest, vanish);
  stretch.largest = largest;
  stretch.vanish = vanish;
  stretch.wanted = wanted + begin;
  stretch.block = block;
  block->vanishes = true;
  for (size_t o = 0; o < probed->outputs; o++)
    block->vanishes = block->vanishes && vanish[o];
  report->block_count++;
  bool fine = bp_run_stretch(run, &stretch) && bp_run_excuse_fit(run, &stretch) &&
              bp_run_excuse_beside(run, &stretch);
  bp_arena_release(run->spare, mark);
  return fine && sum_up(run, block, report);
}

/* The largest difference of a part's row. */
static double largest_difference(const struct bp_run *run, const struct bp_block *block,
                                 size_t output) {
  size_t count = run->probed->jacobian ? block->columns : block->rows * block->columns;
  const struct bp_entry *row = block->entries + (run->probed->jacobian ? output * count : 0);
  double largest = 0;
  for (size_t j = 0; j < count; j++)
    if (isfinite(row[j].difference))
      largest = fmax(largest, fabs(row[j].difference));
  return largest;
}

/* An entry counts as right within rounding of the largest entry of its row, which itself is under
 * test: a huge wrong one would excuse all others.  So the largest must not be more than twice what
 * the differences say.  Where only a subset was looked at it may be among the rest, and then it
 * may excuse half of the digits, but no more.  Whether there was a row whose largest entry is. */
static bool find_limits(struct bp_run *run, const struct bp_report *report) {
  size_t k = run->probed->outputs, n = run->probed->parameters;
  double *limit = bp_arena_alloc(run->spare, run->part_count, k * sizeof *limit);
  bool beyond = false;
  for (size_t p = 0, begin = 0; limit && p < run->part_count; p++) {
    const struct bp_block *block = &report->blocks[p];
    size_t count = run->parts[p].rows * run->parts[p].columns;
    double reach = block->skipped ? fmax(2, 1 / sqrt(bp_run_gradient_error(run, 1))) : 2;
    for (size_t o = 0; o < k; o++) {
      double most = limit[p * k + o] = reach * largest_difference(run, block, o);
      for (size_t j = begin; j < begin + count; j++) {
        double entry = run->probed->gradient[o * n + j];
        beyond = beyond || (isfinite(entry) && fabs(entry) > most && most > 0);
      }
      if (most == 0)
        limit[p * k + o] = INFINITY;
    }
    begin += count;
  }
  run->limit = limit;
  return beyond;
}

static bool check_parts_once(struct bp_run *run, struct bp_report *report) {
  uint8_t *wanted = bp_arena_alloc(run->spare, run->probed->parameters, sizeof *wanted);
  report->blocks = bp_arena_alloc(run->arena, run->part_count, sizeof *report->blocks);
  if (!wanted || !report->blocks)
    return false;
  bp_run_choose(run, wanted);
  run->excused = 0;
  for (size_t p = 0, begin = 0; p < run->part_count; p++) {
    if (!check_part(run, p, begin, wanted, report))
      return false;
    begin += run->parts[p].rows * run->parts[p].columns;
  }
  return true;
}

/* Twice if the first time the gradient's largest entries turned out to be too large. */
static bool check_parts(struct bp_run *run, struct bp_report *report) {
  if (!check_parts_once(run, report))
    return false;
  if (!find_limits(run, report))
    return run->limit != NULL;
  report->head.entries = report->head.holds = report->head.fails = report->head.undecided =
      report->skipped = 0;
  report->visible = 0;
  report->head.verdict = BP_HOLDS;
  report->block_count = 0;
  measure_influence(run);
  return check_parts_once(run, report);
}

static bool check_directions(struct bp_run *run, struct bp_report *report) {
  const struct bp_probed *probed = run->probed;
  size_t count = run->options->number >= 2 ? run->options->number : 2;
  struct bp_block *block = one_more(run->arena, report);
  if (!block || !new_block(run->arena, "directions", probed->jacobian ? probed->outputs : count,
                           probed->jacobian ? count : 1, block))
    return false;
  report->skipped = probed->parameters * probed->outputs;
  report->code->directions = count;
  return bp_run_directions(run, block) && sum_up(run, block, report);
}

/* ---- the check ------------------------------------------------------------------------ */

/* A function that gives other values in the end than in the beginning has no derivative that could
 * be checked, whatever was found in between. */
static void withdraw_everything(struct bp_report *report) {
  report->head.holds = report->head.fails = 0;
  report->head.undecided = report->head.entries;
  report->head.verdict = BP_UNDECIDED;
  for (size_t b = 0; b < report->block_count; b++) {
    struct bp_block *block = &report->blocks[b];
    block->undecided += block->holds + block->fails;
    block->holds = block->fails = 0;
    block->verdict = BP_UNDECIDED;
    block->reason = BP_REASON_RANDOM;
    for (size_t i = 0; i < block->rows * block->columns; i++)
      if (block->entries[i].reason != BP_REASON_SKIPPED) {
        block->entries[i].verdict = BP_UNDECIDED;
        block->entries[i].reason = BP_REASON_RANDOM;
      }
  }
}

static enum bp_probe_status check(struct bp_run *run, struct bp_report *report) {
  report->code->outputs = run->probed->outputs;
  measure_influence(run);
  if (!bp_run_survey(run))
    return status_of(run);
  report->code->value = run->probed->jacobian ? NAN : run->middle[0];
  bool directions = run->options->rule == BP_PROBE_DIRECTIONS;
  if (!(directions ? check_directions(run, report) : check_parts(run, report)) ||
      !bp_run_survey_again(run))
    return status_of(run);
  if (run->function_remembers)
    withdraw_everything(report);
  if (report->head.entries == 0)
    report->head.verdict = bp_verdict_join(report->head.verdict, BP_UNDECIDED);
  report->code->evaluations = run->evaluations;
  if (report->head.verdict == BP_FAILS && !directions &&
      bp_probe_explain(run->probed->unit, run->arena, report) != 0)
    return BP_PROBE_NO_MEMORY;
  return bp_run_notes(run, report);
}

enum bp_probe_status bp_probe_check(const struct bp_probed *probed,
                                    const struct bp_probe_options *options, struct bp_arena *arena,
                                    struct bp_report **report) {
  struct bp_run run;
  enum bp_probe_status status = BP_PROBE_NO_MEMORY;
  struct bp_report *result = bp_arena_alloc(arena, 1, sizeof *result);
  if (result)
    result->code = bp_arena_alloc(arena, 1, sizeof *result->code);
  if (set_up(&run, probed, options, arena) && result && result->code)
    status = check(&run, result);
  tear_down(&run);
  *report = status == BP_PROBE_OK ? result : NULL;
  return status;
}

/* ---- beside the gradient ---------------------------------------------------------------- */

static void compare_entry(double value, double reference, double allowed, struct bp_entry *entry) {
  bool fine = fabs(value - reference) <= allowed;
  *entry = (struct bp_entry){.backprop = value,
                             .difference = reference,
                             .kronecker = NAN,
                             .relative = bp_probe_relative(value, reference)};
  bp_entry_allow(entry, 0, allowed, 0);
  bool unknown = isnan(reference) || (isinf(reference) && !isfinite(value));
  entry->verdict = unknown ? BP_UNDECIDED : fine ? BP_HOLDS : BP_FAILS;
  entry->reason = unknown ? BP_REASON_OVERFLOW : fine ? BP_REASON_NONE : BP_REASON_VALUE;
}

/* Whether no entry that was looked at could be judged, for the one reason that something is not
 * deterministic, or that the function has no value here. */
static bool is_unsound(const struct bp_report *report, enum bp_reason *reason) {
  *reason = BP_REASON_NONE;
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    for (size_t i = 0; block->parameter && i < block->rows * block->columns; i++) {
      const struct bp_entry *entry = &block->entries[i];
      bool blind = entry->reason == BP_REASON_OVERFLOW && entry->verdict == BP_UNDECIDED;
      if (entry->reason == BP_REASON_SKIPPED)
        continue;
      if (!blind && entry->reason != BP_REASON_RANDOM)
        return false;
      *reason = (enum bp_reason)entry->reason;
    }
  }
  return *reason != BP_REASON_NONE;
}

static enum bp_probe_status finish(struct bp_block *block, struct bp_arena *arena,
                                   struct bp_report *report) {
  struct bp_run run = {.spare = bp_arena_new(0), .arena = arena};
  block->parameter = false;
  bool fine = run.spare && sum_up(&run, block, report);
  bp_arena_free(run.spare);
  return fine ? BP_PROBE_OK : BP_PROBE_NO_MEMORY;
}

enum bp_probe_status bp_probe_compare(const char *name, size_t rows, size_t columns,
                                      const double *value, const double *reference, double unit,
                                      struct bp_arena *arena, struct bp_report *report) {
  double largest = 0, other = 0;
  enum bp_reason reason;
  bool unsound = is_unsound(report, &reason);
  struct bp_block *block = one_more(arena, report);
  if (!block || !new_block(arena, name, rows, columns, block))
    return BP_PROBE_NO_MEMORY;
  for (size_t i = 0; i < rows * columns; i++)
    if (isfinite(reference[i]))
      largest = fmax(largest, fabs(reference[i]));
  for (size_t i = 0; i < rows * columns; i++)
    if (isfinite(value[i]))
      other = fmax(other, fabs(value[i]));
  largest = fmin(largest, other); /* a huge one on one side excuses nothing */
  block->vanishes = largest == 0;
  for (size_t i = 0; i < rows * columns; i++)
    compare_entry(value[i], reference[i], 512 * unit * largest, &block->entries[i]);
  for (size_t i = 0; unsound && i < rows * columns; i++) {
    block->entries[i].verdict = BP_UNDECIDED;
    block->entries[i].reason = (uint8_t)reason;
  }
  return finish(block, arena, report);
}

static void judge_second(const struct bp_run *run, const struct bp_ladder *ladder, double value,
                         double largest, double measure, struct bp_entry *entry) {
  struct bp_slope curvature = bp_ladder_curvature(ladder);
  double rounding = curvature.rounding + bp_run_gradient_error(run, largest);
  double bound = curvature.truncation + rounding;
  bool holds = fabs(value - curvature.value) <= bound, known = isfinite(bound);
  bool fails =
      known && !holds && (!isfinite(value) || bp_ladder_bends_otherwise(ladder, &curvature, value));
  bool narrow = bound <= fmax(fabs(value), fabs(curvature.value)) / 8 || bound <= measure / 64 ||
                (value == 0 && curvature.value == 0);
  *entry = (struct bp_entry){.backprop = value,
                             .difference = curvature.value,
                             .kronecker = NAN,
                             .relative = bp_probe_relative(value, curvature.value),
                             .method = BP_METHOD_LADDER};
  bp_entry_allow(entry, curvature.truncation, rounding, 0);
  entry->verdict = fails ? BP_FAILS : known && holds && narrow ? BP_HOLDS : BP_UNDECIDED;
  entry->reason = entry->verdict == BP_FAILS ? BP_REASON_DIFFERENCE
                  : entry->verdict == BP_UNDECIDED
                      ? bp_reason_of_width(curvature.truncation, rounding)
                      : BP_REASON_NONE;
}

/* What a bound of the second derivative is narrow against: the largest of them, or so much bending
 * that over the scale of the parameters it would be 1/256 of what the slope does.  So a straight
 * line is seen to be straight, where all second derivatives are 0. */
static double measure_of_bending(const struct bp_ladder *ladder, double largest) {
  struct bp_probe_slopes slopes;
  bp_ladder_slopes(ladder, &slopes);
  return isfinite(slopes.central.value) ? fmax(largest, 0x1p-8 * fabs(slopes.central.value))
                                        : largest;
}

static bool check_second(struct bp_run *run, const char *name, const double *direction,
                         const double *second, struct bp_report *report) {
  size_t k = run->probed->outputs;
  struct bp_rungs rungs = bp_run_wide(run, 0, 0);
  struct bp_ladder *ladders = bp_arena_alloc(run->spare, k, sizeof *ladders);
  struct bp_block *block = one_more(run->arena, report);
  double largest = 0, limit = 0;
  if (!ladders || !block || !new_block(run->arena, name, k, 1, block) || !bp_run_survey(run) ||
      !bp_run_ladders_along(run, direction, &rungs, ladders))
    return false;
  for (size_t o = 0; o < k; o++)
    if (isfinite(second[o]))
      largest = fmax(largest, fabs(second[o]));
  for (size_t o = 0; o < k; o++) {
    struct bp_slope curvature = bp_ladder_curvature(&ladders[o]);
    if (isfinite(bp_slope_bound(&curvature)))
      limit = fmax(limit, fabs(curvature.value) + bp_slope_bound(&curvature));
  }
  largest = fmin(largest, limit); /* one that is huge and wrong must not excuse the others */
  for (size_t o = 0; o < k; o++) {
    enum bp_reason reason;
    judge_second(run, &ladders[o], second[o], largest, measure_of_bending(&ladders[o], largest),
                 &block->entries[o]);
    if (!bp_run_is_sound(run, o, &reason)) {
      block->entries[o].verdict = BP_UNDECIDED;
      block->entries[o].reason = (uint8_t)reason;
    }
  }
  report->code->evaluations += run->evaluations;
  return finish(block, run->arena, report) == BP_PROBE_OK;
}

enum bp_probe_status bp_probe_second(const struct bp_probed *probed,
                                     const struct bp_probe_options *options, const char *name,
                                     const double *direction, const double *second,
                                     struct bp_arena *arena, struct bp_report *report) {
  struct bp_run run;
  enum bp_probe_status status = BP_PROBE_NO_MEMORY;
  if (set_up(&run, probed, options, arena))
    status = check_second(&run, name, direction, second, report) ? BP_PROBE_OK : status_of(&run);
  tear_down(&run);
  return status;
}
