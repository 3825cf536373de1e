/* What fails beside a perfect fit, looked at farther away from it; and how differences are taken at
 * another place than the point, which beside.c needs, too.
 *
 * Where an output is right to 1e-18, a - y is 1 - 1: code that is right has no digit of its
 * gradient left, and by less than the last bits of the point it does not show, as σ(40) is 1
 * however these are moved.  The loss may be known to all digits all the same, as log(1 + e^-z) is,
 * so the difference refutes the gradient.  What was lost cannot be seen at the point.  But it is a
 * few roundings of what the gradient is where nothing cancels; and there, right code is right.
 *
 * So before an entry fails that is off by no more than a few roundings of what the gradient is on
 * the way from the point to 0 (half of all parameters, a quarter, ...), it is held against
 * differences there.  Where these agree the code is right, and how much of its number here is
 * rounding cannot be told: undecided.  A mistake of a formula is one there, too, and fails; one
 * that is made at this point alone, and is that small, nobody could tell from rounding.
 */
#include "probe/afar.h"

#include <math.h>

#include "base/ranks/ranks.h"

#define ROUNDINGS 16 /* of the gradient afar */
enum { AFAR = 10, LOOKED_AT = 16, DRAWN = 64 };

/* ---- at another place --------------------------------------------------------------------- */

/* The point about 2^-t times as far from 0: each parameter by a draw of its own, or a kink that is
 * next to the point would be as near to all of these. */
static void go(const struct bp_run *run, int place, double *theta) {
  if (place < 0)
    bp_run_beside(run, -place, theta);
  for (size_t j = 0; place > 0 && j < run->probed->parameters; j++) {
    uint64_t draw = bp_run_random(run->options->seed, 2048 + (uint64_t)place, j);
    double times = 1 + (double)(draw % DRAWN) / (2 * DRAWN);
    theta[j] = bp_run_representable(run, ldexp(run->probed->theta[j] * times, -place));
  }
}

static bool has_room(struct bp_run *run) {
  const struct bp_probed *probed = run->probed;
  if (!run->afar)
    run->afar =
        bp_arena_alloc(run->lasting, probed->parameters * probed->outputs, sizeof *run->afar);
  return run->afar != NULL;
}

bool bp_run_differentiate_at(struct bp_run *run, int place) {
  const struct bp_probed *probed = run->probed;
  if (!has_room(run))
    return false;
  if (run->afar_at == place)
    return true;
  go(run, place, run->whole);
  if (!run->options->dealt || bp_rank() == 0)
    run->stopped = probed->differentiate(probed->user, run->whole, run->afar) != 0;
  if (run->options->dealt) {
    run->stopped = bp_ranks_any(run->stopped);
    bp_ranks_tell(run->afar, probed->outputs * probed->parameters * sizeof *run->afar);
  }
  run->afar_at = place;
  return !run->stopped;
}

double bp_run_largest_afar(const struct bp_run *run, const struct bp_stretch *stretch,
                           size_t output) {
  const double *row = run->afar + output * run->probed->parameters + stretch->begin;
  double largest = 0;
  for (size_t j = 0; j < stretch->count; j++)
    if (isfinite(row[j]))
      largest = fmax(largest, fabs(row[j]));
  return largest;
}

/* The value a step away from there, and the step that was made. */
static bool step_from(struct bp_run *run, const struct bp_slope_afar *slope, double *step,
                      double *value) {
  double x = 0, *theta = run->whole;
  go(run, run->afar_at, theta);
  for (size_t j = 0; slope->direction && j < run->probed->parameters; j++)
    theta[j] = bp_run_representable(run, theta[j] + *step * slope->direction[j]);
  if (!slope->direction) {
    x = theta[slope->index];
    theta[slope->index] = bp_run_representable(run, x + *step);
    *step = theta[slope->index] - x;
  }
  struct bp_probe_point point = {0, theta[0], theta};
  bool fine = bp_run_evaluate_at(run, &point, 1, run->shaken);
  *value = run->shaken[slope->output];
  return fine;
}

struct bp_slope_afar bp_run_slope_along(const struct bp_run *run, const double *direction,
                                        size_t output) {
  size_t n = run->probed->parameters;
  double squares = 0, value = 0;
  for (size_t j = 0; j < n; j++) {
    double part = run->afar[output * n + j] * direction[j];
    value += part;
    squares += part * part;
  }
  double largest = isfinite(squares) ? sqrt(squares) : 0;
  return (struct bp_slope_afar){direction, 0, 0, output, value, largest};
}

/* Exponent of what is moved there. */
static int scale_afar(const struct bp_run *run, const struct bp_slope_afar *slope) {
  return slope->scale - (run->afar_at > 0 ? run->afar_at : 0);
}

/* What agrees there: to that part of an entry, and of the largest of its row.  A mistake of a
 * thousandth must show, which float cannot do. */
static const struct tolerance {
  double own, row, rounding;
} tolerances[] = {{0x1p-14, 0x1p-34, 0x1p-12}, {0x1p-7, 0x1p-12, 0x1p-4}};

#define LADDERS 8 /* times that, where noise is seen and not guessed */

/* By a plain quotient.  Where rounding is a good part of the largest nothing agrees. */
static bool agrees_plainly(struct bp_run *run, const struct bp_slope_afar *slope, bool *agrees) {
  const struct tolerance *near = &tolerances[run->single];
  double up = ldexp(1, scale_afar(run, slope) - (run->single ? 24 : 53) / 3), down = -up;
  double above, below;
  if (!step_from(run, slope, &up, &above) || !step_from(run, slope, &down, &below))
    return false;
  double largest = slope->largest, width = up - down, quotient = (above - below) / width;
  double rounding = bp_probe_rounding(run->probed->unit * fmax(fabs(above), fabs(below))) / width;
  double allowed = near->own * fmin(fabs(quotient), fabs(slope->value)) + near->row * largest;
  *agrees =
      rounding <= near->rounding * largest && fabs(quotient - slope->value) <= allowed + rounding;
  return true;
}

/* By all steps that make sense, as at the point itself: values may be noisier than their last bit,
 * as log(1 + x) is, and there may be kinks within the step. */
static bool judge_on_ladder(struct bp_run *run, const struct bp_slope_afar *slope,
                            enum bp_verdict *verdict) {
  struct bp_ladder ladder = {.unit = run->probed->unit};
  struct bp_ladder_question question = {slope->value, bp_run_gradient_error(run, slope->largest),
                                        slope->largest, 0};
  struct bp_entry entry = {0};
  double still = 0;
  go(run, run->afar_at, run->whole);
  struct bp_rungs rungs =
      bp_run_wide(run, scale_afar(run, slope), slope->direction ? 0 : run->whole[slope->index]);
  if (!step_from(run, slope, &still, &ladder.middle))
    return false;
  ladder.count = rungs.count;
  ladder.noise = fmax(run->noise[slope->output], ladder.unit * fabs(ladder.middle));
  for (size_t r = 0; r < rungs.count; r++) {
    ladder.above[r] = bp_run_step(&rungs, r);
    ladder.below[r] = -ladder.above[r];
    if (!step_from(run, slope, &ladder.above[r], &ladder.plus[r]) ||
        !step_from(run, slope, &ladder.below[r], &ladder.minus[r]))
      return false;
    ladder.below[r] = -ladder.below[r];
  }
  const struct tolerance *near = &tolerances[run->single];
  bp_ladder_judge(&ladder, &question, &entry);
  bool narrow = entry.bound - question.error <=
                LADDERS * (near->own * fabs(slope->value) + near->row * slope->largest);
  *verdict = entry.verdict == BP_HOLDS && !narrow ? BP_UNDECIDED : (enum bp_verdict)entry.verdict;
  return true;
}

bool bp_run_judge_afar(struct bp_run *run, const struct bp_slope_afar *slope,
                       enum bp_verdict *verdict) {
  bool agrees;
  *verdict = BP_HOLDS;
  return agrees_plainly(run, slope, &agrees) && (agrees || judge_on_ladder(run, slope, verdict));
}

void bp_run_leave_open(struct bp_entry *entry, enum bp_reason reason) {
  double off = fabs(entry->backprop - entry->difference);
  entry->verdict = BP_UNDECIDED;
  entry->reason = (uint8_t)reason;
  bp_entry_allow(entry, entry->truncation, fmax(entry->rounding, off), 0);
}

/* ---- beside a fit ------------------------------------------------------------------------- */

/* Weights above, which the rounding at the point came through, are smaller afar by 2^-t. */
static double roundings(const struct bp_run *run, double largest) {
  return ldexp(ROUNDINGS * run->probed->unit * largest, run->afar_at);
}

/* Whether an entry fails by no more than that. */
static bool fails_by(const struct bp_entry *entry, double most) {
  return entry->verdict == BP_FAILS && fabs(entry->backprop - entry->difference) <= most;
}

static void excuse(struct bp_run *run, struct bp_entry *entry) {
  bp_run_leave_open(entry, BP_REASON_FLOOR);
  run->excused++;
}

/* Looks at those that fail by no more than `most`, until the first so many of them all disagree. */
static bool excuse_entries(struct bp_run *run, const struct bp_stretch *stretch, size_t o,
                           double most, double largest) {
  size_t agreeing = 0, others = 0;
  for (size_t j = 0; j < stretch->count && (agreeing || others < LOOKED_AT); j++) {
    struct bp_entry *entry = bp_run_entry(run, stretch, o, j);
    size_t index = stretch->begin + j;
    struct bp_slope_afar slope = {NULL,
                                  index,
                                  bp_run_scale(run, stretch, index),
                                  o,
                                  run->afar[o * run->probed->parameters + index],
                                  largest};
    enum bp_verdict verdict;
    if (!fails_by(entry, most))
      continue;
    if (!bp_run_judge_afar(run, &slope, &verdict))
      return false;
    agreeing += verdict == BP_HOLDS;
    others += verdict != BP_HOLDS;
    if (verdict == BP_HOLDS)
      excuse(run, entry);
  }
  return true;
}

static double least_distance(const struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  double least = INFINITY;
  for (size_t j = 0; j < stretch->count; j++) {
    const struct bp_entry *entry = bp_run_entry(run, stretch, o, j);
    if (entry->verdict == BP_FAILS)
      least = fmin(least, fabs(entry->backprop - entry->difference));
  }
  return least;
}

static bool excuse_row(struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  for (int t = 1; t <= AFAR && isfinite(least_distance(run, stretch, o)); t++) {
    if (!bp_run_differentiate_at(run, t))
      return false;
    double largest = bp_run_largest_afar(run, stretch, o), most = roundings(run, largest);
    if (least_distance(run, stretch, o) <= most && !excuse_entries(run, stretch, o, most, largest))
      return false;
  }
  return true;
}

bool bp_run_excuse_fit(struct bp_run *run, const struct bp_stretch *stretch) {
  for (size_t o = 0; o < run->probed->outputs && run->probed->differentiate; o++)
    if (isfinite(least_distance(run, stretch, o)) && !excuse_row(run, stretch, o))
      return false;
  return true;
}

/* A sum of many entries is rounded as all of them are. */
bool bp_run_excuse_fit_along(struct bp_run *run, const double *direction, size_t output,
                             struct bp_entry *entry) {
  for (int t = 1; t <= AFAR && entry->verdict == BP_FAILS && run->probed->differentiate; t++) {
    struct bp_slope_afar slope;
    enum bp_verdict verdict;
    if (!bp_run_differentiate_at(run, t))
      return false;
    slope = bp_run_slope_along(run, direction, output);
    if (!fails_by(entry, roundings(run, slope.largest)))
      continue;
    if (!bp_run_judge_afar(run, &slope, &verdict))
      return false;
    if (verdict == BP_HOLDS)
      excuse(run, entry);
  }
  return true;
}
