/* One part of the parameters, judged: screening, and what is not clear then, more carefully.
 *
 * In blocks of columns, so that many points go to the evaluation at once and memory stays bounded:
 *
 *   1. two evaluations for each parameter.  The entry is clear where their quotient and the number
 *      under test agree to rounding and 2^-23 of themselves, that says something, and the function
 *      is so straight over the step that truncation has no part in the agreement: relative to the
 *      slope it is about the square of the bend, which the value at the point itself shows.  In
 *      float, where steps are few and digits, too, that takes another two.
 *   2. six rungs around the screening step.  Only "holds" is believed: a kink may hide between the
 *      smallest rung and the point.
 *   3. rungs over the whole range of steps that make sense.  What fails fails here.
 *
 * When a gradient is wrong all over, 256 entries of the block are confirmed by (3); if each of
 * these was wrong, (2) is believed for the others too.
 */
#include <math.h>
#include <string.h>

#include "probe/run.h"

#define MANTISSA 309 /* of steps, times 2^-8: no step is a divisor of another's period */
#define DRAWN 219    /* the least of the screening's, which are drawn up to twice this */
#define REFUTED 2    /* bounds of the screening, which knows truncation by its size only */
enum { MOST_COLUMNS = 256, NARROW_RUNGS = 6, RATIO = 3, FLOAT_RATIO = 2, CONFIRMED = 256 };

/* The smallest step is so many bits above the last one of the point; in float no kink may hide
 * behind a bit that can be spared. */
enum { ABOVE = 6, FLOAT_ABOVE = 4 };

/* The columns of a batch: parameters counted from the beginning of the stretch. */
struct batch {
  size_t column[MOST_COLUMNS];
  size_t count;
};

/* What has been seen in this block so far. */
struct tally {
  size_t confirmed, acquitted; /* by the wide ladder: fails, and everything else */
};

static struct bp_entry *entry_at(const struct bp_run *run, const struct bp_stretch *stretch,
                                 size_t output, size_t column) {
  return &stretch->block
              ->entries[run->probed->jacobian ? output * stretch->count + column : column];
}

static double value_at(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                       size_t column) {
  return run->probed->gradient[output * run->probed->parameters + stretch->begin + column];
}

/* Whether an entry still waits for its verdict. */
static bool is_open(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                    size_t column) {
  enum bp_reason reason;
  return entry_at(run, stretch, output, column)->verdict == BP_UNDECIDED &&
         bp_run_is_sound(run, output, &reason);
}

double bp_run_step(const struct bp_rungs *rungs, size_t r) {
  return ldexp(MANTISSA, rungs->top - 8 - rungs->ratio * (int)r);
}

static int ratio_of(const struct bp_run *run) { return run->single ? FLOAT_RATIO : RATIO; }

struct bp_rungs bp_run_wide(const struct bp_run *run, int scale, double value) {
  int digits = -ilogb(run->probed->unit), ratio = ratio_of(run);
  int above = run->single ? FLOAT_ABOVE : ABOVE;
  int top = scale > 0 ? scale - 1 : -1, bottom = scale - digits + above;
  if (value != 0) /* its own scale may be smaller by far */
    bottom = ilogb(value) - digits + above;
  while ((top - bottom) / ratio + 1 > BP_MOST_RUNGS)
    ratio++;
  size_t count = top > bottom ? (size_t)((top - bottom) / ratio) + 1 : 1;
  return (struct bp_rungs){top, ratio, count};
}

static struct bp_rungs narrow_rungs(const struct bp_run *run, int scale) {
  return (struct bp_rungs){scale + run->step + 2 * ratio_of(run), ratio_of(run), NARROW_RUNGS};
}

/* ---- screening ----------------------------------------------------------------- */

/* Where the step is large beside the parameter itself, that parameter may have a scale of its own
 * that the step is blind to; then an entry must agree relative to itself. */
static void screen_entry(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                         size_t column, double plus, double minus, double width) {
  struct bp_entry *entry = entry_at(run, stretch, output, column);
  double g = value_at(run, stretch, output, column), slope = (plus - minus) / width;
  double noise = fmax(run->noise[output], run->probed->unit * fmax(fabs(plus), fabs(minus)));
  double largest = stretch->largest[output], larger = fmax(fabs(g), fabs(slope));
  double truncation = run->tolerance * larger;
  double rounding = bp_probe_rounding(noise) / width + bp_run_gradient_error(run, largest);
  double bound = truncation + rounding;
  double x = run->probed->theta[stretch->begin + column];
  bool coarse = x != 0 && width > fabs(x) / 2;
  bool moves = !run->still[output] && run->quantum[output] == 0 && run->influence[output] > 0;
  bool telling = bound <= 0x1p-10 * larger || (!coarse && bound <= 0x1p-14 * largest) ||
                 (plus == minus && g == 0 && moves && (largest == 0 || bound <= largest));
  double bend = fabs((plus - run->middle[output]) - (run->middle[output] - minus)) / width -
                bp_probe_rounding(noise) / width;
  bool straight = bend <= 0 || bend * bend <= bound * fmax(larger, largest / 16);
  bool claims = isfinite(g) && telling && straight, agrees = claims && fabs(g - slope) <= bound;
  bool clear = agrees && !run->single;
  *entry = (struct bp_entry){.backprop = g,
                             .difference = slope,
                             .kronecker = NAN,
                             .relative = bp_probe_relative(g, slope),
                             .verdict = clear ? BP_HOLDS : BP_UNDECIDED,
                             .reason = clear    ? BP_REASON_NONE
                                       : agrees ? BP_REASON_TRUNCATION
                                                : BP_REASON_FLOOR,
                             .method = BP_METHOD_TWO_POINT};
  bp_entry_allow(entry, claims ? truncation : INFINITY, claims ? rounding : INFINITY, 0);
}

/* Whether an entry agrees, but may owe that to a kink within the step, or to two: over another step
 * these move the quotient by something else. */
static bool may_owe_to_kink(const struct bp_run *run, const struct bp_stretch *stretch,
                            size_t output, size_t column) {
  const struct bp_entry *entry = entry_at(run, stretch, output, column);
  return entry->verdict == BP_UNDECIDED && entry->reason == BP_REASON_TRUNCATION;
}

/* The same number must come out of a step of its own, less than the first. */
static void screen_again(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                         size_t column, double slope, double times) {
  struct bp_entry *entry = entry_at(run, stretch, output, column);
  double bound = entry->truncation + times * entry->rounding;
  bool clear = fabs(entry->backprop - slope) <= bound;
  entry->verdict = clear ? BP_HOLDS : BP_UNDECIDED;
  entry->reason = clear ? BP_REASON_NONE : BP_REASON_FLOOR;
}

/* The step of the screening for one parameter.  The bend does not show the truncation of an odd
 * function, such as a fast sine at 0, and a wrong number that equals the quotient of one step would
 * be clear.  So the step is drawn within a factor 2, and the draw depends on the numbers under
 * test: no number can be chosen to suit the step.  Float points have no room for more bits. */
static double screening_step(const struct bp_run *run, const struct bp_stretch *stretch,
                             size_t index, bool again) {
  const struct bp_probed *probed = run->probed;
  int bits = run->single ? 0 : 16;
  uint64_t draw = bp_run_random(run->options->seed, again ? 5 : 3, index);
  for (size_t o = 0; o < probed->outputs; o++) {
    uint64_t number;
    memcpy(&number, &probed->gradient[o * probed->parameters + index], sizeof number);
    draw = bp_run_random((unsigned long)draw, 4, number);
  }
  uint64_t least = (uint64_t)DRAWN << bits;
  return ldexp((double)(least + draw % least),
               bp_run_scale(run, stretch, index) + run->step - 8 - bits - again);
}

static bool evaluate_beside(struct bp_run *run, const struct bp_stretch *stretch,
                            const struct batch *batch, bool again) {
  for (size_t i = 0; i < batch->count; i++) {
    size_t index = stretch->begin + batch->column[i];
    double x = run->probed->theta[index];
    double h = screening_step(run, stretch, index, again);
    run->points[2 * i] = (struct bp_probe_point){index, bp_run_representable(run, x + h), NULL};
    run->points[2 * i + 1] = (struct bp_probe_point){index, bp_run_representable(run, x - h), NULL};
  }
  return batch->count == 0 || bp_run_evaluate(run, 2 * batch->count);
}

static bool rule_out_kinks(struct bp_run *run, const struct bp_stretch *stretch,
                           const struct batch *batch) {
  struct batch doubtful = {.count = 0};
  size_t k = run->probed->outputs;
  for (size_t i = 0; i < batch->count; i++) {
    bool any = false;
    for (size_t o = 0; o < k; o++)
      any = any || may_owe_to_kink(run, stretch, o, batch->column[i]);
    if (any)
      doubtful.column[doubtful.count++] = batch->column[i];
  }
  if (!evaluate_beside(run, stretch, &doubtful, true))
    return false;
  for (size_t i = 0; i < doubtful.count; i++) {
    double width = run->points[2 * i].value - run->points[2 * i + 1].value;
    double before = 2 * screening_step(run, stretch, stretch->begin + doubtful.column[i], false);
    const double *plus = run->values + 2 * i * k, *minus = plus + k;
    for (size_t o = 0; o < k; o++)
      if (may_owe_to_kink(run, stretch, o, doubtful.column[i]))
        screen_again(run, stretch, o, doubtful.column[i], (plus[o] - minus[o]) / width,
                     before / width);
  }
  return true;
}

static bool screen(struct bp_run *run, const struct bp_stretch *stretch,
                   const struct batch *batch) {
  size_t k = run->probed->outputs;
  if (!evaluate_beside(run, stretch, batch, false))
    return false;
  for (size_t i = 0; i < batch->count; i++) {
    double width = run->points[2 * i].value - run->points[2 * i + 1].value;
    const double *plus = run->values + 2 * i * k, *minus = plus + k;
    for (size_t o = 0; o < k; o++)
      screen_entry(run, stretch, o, batch->column[i], plus[o], minus[o], width);
  }
  return !run->single || rule_out_kinks(run, stretch, batch);
}

/* ---- ladders ------------------------------------------------------------------- */

static void set_ladder_points(struct bp_run *run, size_t index, const struct bp_rungs *rungs,
                              struct bp_probe_point *points) {
  double x = run->probed->theta[index];
  for (size_t r = 0; r < rungs->count; r++) {
    double h = bp_run_step(rungs, r);
    points[2 * r] = (struct bp_probe_point){index, bp_run_representable(run, x + h), NULL};
    points[2 * r + 1] = (struct bp_probe_point){index, bp_run_representable(run, x - h), NULL};
  }
}

static void read_ladder(const struct bp_run *run, size_t first, const struct bp_rungs *rungs,
                        size_t output, struct bp_ladder *ladder) {
  size_t k = run->probed->outputs;
  double x = run->probed->theta[run->points[first].index];
  ladder->count = rungs->count;
  ladder->middle = run->middle[output];
  ladder->noise = run->noise[output];
  ladder->unit = run->probed->unit;
  ladder->wobble = 0;
  for (size_t r = 0; r < rungs->count; r++) {
    const struct bp_probe_point *plus = &run->points[first + 2 * r], *minus = plus + 1;
    ladder->above[r] = plus->value - x;
    ladder->below[r] = x - minus->value;
    ladder->plus[r] = run->values[(first + 2 * r) * k + output];
    ladder->minus[r] = run->values[(first + 2 * r + 1) * k + output];
  }
}

/* What bounds are narrow against.  A row that is nothing beside the rest of the gradient is held
 * against the rest: that it is next to nothing can be seen, its digits cannot. */
static double measure_of(const struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                         size_t index) {
  if (!stretch->vanish[output])
    return stretch->largest[output];
  return ldexp(run->influence[output], -8 - bp_run_scale(run, stretch, index));
}

/* Whether a ladder lets pass what was seen to be wrong before: the number is outside an
 * earlier bound and inside of the ladder's, which is wider and does not refute the earlier one.
 * Without this a mistake could hide in the ladder's bound that the report of the right gradient,
 * judged by the narrower one, says would have been seen. */
static bool contradicts(const struct bp_entry *judged, const struct bp_entry *earlier) {
  double times = earlier->method == BP_METHOD_TWO_POINT ? REFUTED : 1;
  return judged->verdict == BP_HOLDS && judged->bound > earlier->bound &&
         fabs(judged->backprop - earlier->difference) > times * earlier->bound &&
         fabs(judged->difference - earlier->difference) <= judged->bound + earlier->bound;
}

/* With what an entry under test may be off: the rounding that every code has, and what was seen of
 * its own. */
static struct bp_ladder_question question_of(const struct bp_run *run,
                                             const struct bp_stretch *stretch, size_t output,
                                             size_t column) {
  size_t entry = output * run->probed->parameters + stretch->begin + column;
  double usual = bp_run_gradient_error(run, stretch->largest[output]);
  double error = run->moves ? fmax(usual, run->moves[entry]) : usual;
  return (struct bp_ladder_question){value_at(run, stretch, output, column), error,
                                     measure_of(run, stretch, output, stretch->begin + column),
                                     error - usual};
}

/* Shakes the step that the slope of the first open output comes from. */
static bool shake(struct bp_run *run, const struct bp_stretch *stretch, size_t column, size_t first,
                  const struct bp_rungs *rungs) {
  size_t k = run->probed->outputs, o = 0;
  struct bp_ladder ladder;
  struct bp_probe_slopes slopes;
  memset(run->wobble, 0, k * sizeof *run->wobble);
  while (!is_open(run, stretch, o, column))
    o++;
  read_ladder(run, first, rungs, o, &ladder);
  bp_ladder_slopes(&ladder, &slopes);
  for (size_t r = 0; r < rungs->count; r++) {
    struct bp_course course = {NULL, stretch->begin + column, ladder.above[r], ladder.below[r]};
    const double *plus = run->values + (first + 2 * r) * k;
    if (course.above + course.below == slopes.central.step)
      return bp_run_shake(run, &course, plus, plus + k);
  }
  return true;
}

/* Remembers how far the last bits of the point move an entry, for the reader. */
static void note_loss(struct bp_run *run, const struct bp_stretch *stretch, size_t output,
                      size_t column) {
  size_t entry = output * run->probed->parameters + stretch->begin + column;
  double moves = fmax(run->moves ? run->moves[entry] : 0, run->wobble[output]);
  double share = moves / stretch->largest[output];
  if (isfinite(share) && share > run->lost)
    run->lost = share;
}

static bool judge_open(struct bp_run *run, const struct bp_stretch *stretch, size_t column,
                       size_t first, const struct bp_rungs *rungs, bool wide, struct tally *tally) {
  struct bp_ladder ladder;
  for (size_t o = 0; o < run->probed->outputs; o++) {
    struct bp_entry *entry = entry_at(run, stretch, o, column), judged = {0};
    if (!is_open(run, stretch, o, column))
      continue;
    struct bp_ladder_question question = question_of(run, stretch, o, column);
    read_ladder(run, first, rungs, o, &ladder);
    ladder.wobble = run->wobble[o];
    note_loss(run, stretch, o, column);
    bp_ladder_judge(&ladder, &question, &judged);
    if (wide) {
      struct bp_course course = {NULL, stretch->begin + column, 0, 0};
      if (!bp_run_excuse(run, &course, &ladder, o, &question, &judged))
        return false;
      if (contradicts(&judged, entry)) {
        judged.verdict = BP_UNDECIDED;
        judged.reason = (uint8_t)bp_reason_of_width(judged.truncation, judged.rounding);
      }
      bp_ladder_reach(&ladder, &judged);
      *entry = judged;
      tally->confirmed += judged.verdict == BP_FAILS;
      tally->acquitted += judged.verdict != BP_FAILS;
      continue;
    }
    double larger = fmax(fabs(judged.backprop), fabs(judged.difference));
    bool narrow = judged.bound <= 0x1p-10 * larger || judged.bound <= 0x1p-14 * question.largest;
    bool believed = tally->confirmed >= CONFIRMED && tally->acquitted == 0;
    if ((judged.verdict == BP_HOLDS && judged.reason == BP_REASON_NONE && narrow &&
         !contradicts(&judged, entry)) ||
        (judged.verdict == BP_FAILS && believed)) {
      bp_ladder_reach(&ladder, &judged);
      *entry = judged;
    } else if (narrow && judged.method == BP_METHOD_LADDER && judged.bound < entry->bound) {
      entry->difference = judged.difference;
      entry->method = judged.method;
      bp_entry_allow(entry, judged.truncation, judged.rounding, 0);
    }
  }
  return true;
}

static bool column_is_open(const struct bp_run *run, const struct bp_stretch *stretch,
                           size_t column) {
  for (size_t o = 0; o < run->probed->outputs; o++)
    if (is_open(run, stretch, o, column))
      return true;
  return false;
}

/* Ladders for the columns that are open, as many at once as there is room for. */
static bool climb(struct bp_run *run, const struct bp_stretch *stretch, const struct batch *batch,
                  bool wide, struct tally *tally) {
  struct bp_rungs rungs[MOST_COLUMNS];
  size_t first[MOST_COLUMNS], column[MOST_COLUMNS];
  for (size_t i = 0; i < batch->count;) {
    size_t points = 0, taken = 0;
    for (; i < batch->count; i++) {
      size_t index = stretch->begin + batch->column[i];
      if (!column_is_open(run, stretch, batch->column[i]))
        continue;
      int scale = bp_run_scale(run, stretch, index);
      rungs[taken] =
          wide ? bp_run_wide(run, scale, run->probed->theta[index]) : narrow_rungs(run, scale);
      if (points + 2 * rungs[taken].count > run->room)
        break;
      set_ladder_points(run, index, &rungs[taken], run->points + points);
      first[taken] = points;
      column[taken] = batch->column[i];
      points += 2 * rungs[taken++].count;
    }
    if (taken > 0 && (!bp_run_move_gradient(run) || !bp_run_evaluate(run, points)))
      return false;
    for (size_t t = 0; t < taken; t++) {
      if (!shake(run, stretch, column[t], first[t], &rungs[t]) ||
          !judge_open(run, stretch, column[t], first[t], &rungs[t], wide, tally))
        return false;
    }
  }
  return true;
}

/* ---- a whole part ---------------------------------------------------------------- */

/* As bp_ladder_reach does: what the screening finds wrong by up to REFUTED of its bounds may still
 * be acquitted, so that is how far the right number may be from a quotient that a wrong one equals.
 */
static void reach(const struct bp_run *run, const struct bp_stretch *stretch, size_t column) {
  for (size_t o = 0; o < run->probed->outputs; o++) {
    struct bp_entry *entry = entry_at(run, stretch, o, column);
    if (entry->verdict == BP_HOLDS && entry->method == BP_METHOD_TWO_POINT)
      bp_entry_allow(entry, REFUTED * entry->truncation, REFUTED * entry->rounding, 0);
  }
}

/* Outputs that cannot be judged at all, and entries that are not to be looked at. */
static void set_aside(const struct bp_run *run, const struct bp_stretch *stretch, size_t column) {
  for (size_t o = 0; o < run->probed->outputs; o++) {
    struct bp_entry *entry = entry_at(run, stretch, o, column);
    enum bp_reason reason = BP_REASON_SKIPPED;
    if (stretch->wanted[column] && bp_run_is_sound(run, o, &reason))
      continue;
    *entry = (struct bp_entry){.backprop = value_at(run, stretch, o, column),
                               .difference = NAN,
                               .kronecker = NAN,
                               .relative = NAN,
                               .verdict = BP_UNDECIDED,
                               .reason = (uint8_t)reason};
    bp_entry_allow(entry, INFINITY, INFINITY, 0);
  }
}

static bool judge_batch(struct bp_run *run, const struct bp_stretch *stretch,
                        const struct batch *batch, struct tally *tally) {
  bool any = false;
  enum bp_reason reason;
  for (size_t o = 0; o < run->probed->outputs; o++)
    any = any || bp_run_is_sound(run, o, &reason);
  bool fine = !any || (screen(run, stretch, batch) && climb(run, stretch, batch, false, tally) &&
                       climb(run, stretch, batch, true, tally));
  for (size_t i = 0; i < batch->count; i++) {
    reach(run, stretch, batch->column[i]);
    set_aside(run, stretch, batch->column[i]);
  }
  return fine;
}

bool bp_run_stretch(struct bp_run *run, const struct bp_stretch *stretch) {
  const struct bp_probe_options *options = run->options;
  size_t most = run->room / 2 < MOST_COLUMNS ? run->room / 2 : MOST_COLUMNS;
  struct batch batch = {.count = 0};
  struct tally tally = {0, 0};
  for (size_t j = 0; j < stretch->count; j++) {
    if (stretch->wanted[j])
      batch.column[batch.count++] = j;
    else
      set_aside(run, stretch, j);
    if (batch.count < most && j + 1 < stretch->count)
      continue;
    if (batch.count > 0 && !judge_batch(run, stretch, &batch, &tally))
      return false;
    batch.count = 0;
    double share = (double)(stretch->begin + j + 1) / (double)run->probed->parameters;
    if (options->progress && !options->progress(share, options->user)) {
      run->stopped = true;
      return false;
    }
  }
  return true;
}
