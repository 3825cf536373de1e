/* What fails beside a perfect fit, looked at farther away from it.
 *
 * Where an output is right to 1e-18, a - y is 1 - 1: code that is right has no digit of its
 * gradient left, and by less than the last bits of the point it does not show, as σ(40) is 1
 * however these are moved.  The loss may be known to all digits all the same, as log(1 + e^-z) is,
 * so the difference refutes the gradient.  What was lost cannot be seen at the point.  But it is a
 * few roundings of what the gradient is where nothing cancels; and there, right code is right.
 *
 * So before an entry fails that is off by no more than a few roundings of what the gradient is on
 * the way from the point to 0 (half of all parameters, a quarter, ...), it is held against a plain
 * central quotient there.  Where that agrees the code is right, and how much of its number here is
 * rounding cannot be told: undecided.  A mistake of a formula is one there, too, and fails; one
 * that is made at this point alone, and is that small, nobody could tell from rounding.
 */
#include <math.h>

#include "base/ranks/ranks.h"
#include "probe/run.h"

#define ROUNDINGS 16 /* of the gradient afar */
enum { AFAR = 10, LOOKED_AT = 16, DRAWN = 64 };

/* The point about 2^-t times as far from 0: each parameter by a draw of its own, or a kink that is
 * next to the point would be as near to all of these. */
static void go(const struct bp_run *run, int t, double *theta) {
  for (size_t j = 0; j < run->probed->parameters; j++) {
    uint64_t draw = bp_run_random(run->options->seed, 2048 + (uint64_t)t, j);
    double times = 1 + (double)(draw % DRAWN) / (2 * DRAWN);
    theta[j] = bp_run_representable(run, ldexp(run->probed->theta[j] * times, -t));
  }
}

/* Fills run->afar with the gradient there. */
static bool differentiate(struct bp_run *run, int t) {
  const struct bp_probed *probed = run->probed;
  if (run->afar_at == t)
    return true;
  go(run, t, run->whole);
  if (!run->options->dealt || bp_rank() == 0)
    run->stopped = probed->differentiate(probed->user, run->whole, run->afar) != 0;
  if (run->options->dealt) {
    run->stopped = bp_ranks_any(run->stopped);
    bp_ranks_tell(run->afar, probed->outputs * probed->parameters * sizeof *run->afar);
  }
  run->afar_at = t;
  return !run->stopped;
}

static double largest_afar(const struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  const double *row = run->afar + o * run->probed->parameters + stretch->begin;
  double largest = 0;
  for (size_t j = 0; j < stretch->count; j++)
    if (isfinite(row[j]))
      largest = fmax(largest, fabs(row[j]));
  return largest;
}

static struct bp_entry *entry_at(const struct bp_run *run, const struct bp_stretch *stretch,
                                 size_t o, size_t j) {
  return &stretch->block->entries[run->probed->jacobian ? o * stretch->count + j : j];
}

/* Weights above, which the rounding at the point came through, are smaller afar by 2^-t. */
static double roundings(const struct bp_run *run, double largest) {
  return ldexp(ROUNDINGS * run->probed->unit * largest, run->afar_at);
}

/* Whether an entry fails by no more than that. */
static bool fails_by(const struct bp_entry *entry, double most) {
  return entry->verdict == BP_FAILS && fabs(entry->backprop - entry->difference) <= most;
}

/* A quotient afar, and what rounding of its values may do to it. */
struct quotient {
  double value, rounding;
};

/* The quotient afar over a step along the course, whose steps are those made there. */
static bool quotient_afar(struct bp_run *run, const struct bp_course *course, size_t o,
                          struct quotient *quotient) {
  double ends[2] = {course->above, -course->below}, *values = run->shaken;
  for (int side = 0; side < 2; side++) {
    go(run, run->afar_at, run->whole);
    for (size_t j = 0; course->direction && j < run->probed->parameters; j++)
      run->whole[j] = bp_run_representable(run, run->whole[j] + ends[side] * course->direction[j]);
    if (!course->direction) {
      double x = run->whole[course->index];
      run->whole[course->index] = bp_run_representable(run, x + ends[side]);
      ends[side] = run->whole[course->index] - x;
    }
    struct bp_probe_point point = {0, run->whole[0], run->whole};
    if (!bp_run_evaluate_at(run, &point, 1, values + (size_t)side * run->probed->outputs))
      return false;
  }
  double above = values[o], below = values[run->probed->outputs + o], width = ends[0] - ends[1];
  quotient->value = (above - below) / width;
  quotient->rounding =
      bp_probe_rounding(run->probed->unit * fmax(fabs(above), fabs(below))) / width;
  return true;
}

/* Exponent of a step afar, relative to the scale of what is moved. */
static int step_afar(const struct bp_run *run) {
  return -run->afar_at - (run->single ? 24 : 53) / 3;
}

/* What agrees afar: to that part of an entry, and of the largest of its row there.  A mistake of a
 * thousandth must show, which float cannot do. */
static const struct tolerance {
  double own, row, rounding;
} tolerances[] = {{0x1p-14, 0x1p-24, 0x1p-12}, {0x1p-7, 0x1p-12, 0x1p-4}};

/* Where rounding is a good part of the largest nothing agrees. */
static bool is_near(const struct bp_run *run, double value, const struct quotient *quotient,
                    double largest) {
  const struct tolerance *near = &tolerances[run->single];
  double known = fmin(fabs(quotient->value), fabs(value));
  return quotient->rounding <= near->rounding * largest &&
         fabs(quotient->value - value) <=
             near->own * known + near->row * largest + quotient->rounding;
}

/* Whether the entry afar is what a quotient there says. */
static bool agrees(struct bp_run *run, const struct bp_stretch *stretch, size_t o, size_t j,
                   double largest, bool *so) {
  size_t index = stretch->begin + j;
  struct quotient quotient;
  double h = ldexp(1, bp_run_scale(run, stretch, index) + step_afar(run));
  struct bp_course course = {NULL, index, h, h};
  if (!quotient_afar(run, &course, o, &quotient))
    return false;
  *so = is_near(run, run->afar[o * run->probed->parameters + index], &quotient, largest);
  return true;
}

/* What is known of it is how far it is off. */
static void leave_open(struct bp_run *run, struct bp_entry *entry) {
  entry->verdict = BP_UNDECIDED;
  entry->reason = BP_REASON_FLOOR;
  bp_entry_allow(entry, entry->truncation,
                 fmax(entry->rounding, fabs(entry->backprop - entry->difference)), 0);
  run->excused++;
}

/* Looks at those that fail by no more than `most`, until the first so many of them all disagree. */
static bool excuse_entries(struct bp_run *run, const struct bp_stretch *stretch, size_t o,
                           double most, double largest) {
  size_t agreeing = 0, others = 0;
  for (size_t j = 0; j < stretch->count && (agreeing || others < LOOKED_AT); j++) {
    struct bp_entry *entry = entry_at(run, stretch, o, j);
    bool so;
    if (!fails_by(entry, most))
      continue;
    if (!agrees(run, stretch, o, j, largest, &so))
      return false;
    agreeing += so;
    others += !so;
    if (so)
      leave_open(run, entry);
  }
  return true;
}

static double least_distance(const struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  double least = INFINITY;
  for (size_t j = 0; j < stretch->count; j++) {
    const struct bp_entry *entry = entry_at(run, stretch, o, j);
    if (entry->verdict == BP_FAILS)
      least = fmin(least, fabs(entry->backprop - entry->difference));
  }
  return least;
}

static bool excuse_row(struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  for (int t = 1; t <= AFAR && isfinite(least_distance(run, stretch, o)); t++) {
    if (!differentiate(run, t))
      return false;
    double largest = largest_afar(run, stretch, o), most = roundings(run, largest);
    if (least_distance(run, stretch, o) <= most && !excuse_entries(run, stretch, o, most, largest))
      return false;
  }
  return true;
}

static bool has_room(struct bp_run *run) {
  const struct bp_probed *probed = run->probed;
  if (!run->afar)
    run->afar =
        bp_arena_alloc(run->lasting, probed->parameters * probed->outputs, sizeof *run->afar);
  return run->afar != NULL;
}

bool bp_run_excuse_fit(struct bp_run *run, const struct bp_stretch *stretch) {
  for (size_t o = 0; o < run->probed->outputs && run->probed->differentiate; o++)
    if (isfinite(least_distance(run, stretch, o)) &&
        (!has_room(run) || !excuse_row(run, stretch, o)))
      return false;
  return true;
}

/* A sum of many entries is rounded as all of them are. */
bool bp_run_excuse_fit_along(struct bp_run *run, const double *direction, size_t output,
                             struct bp_entry *entry) {
  size_t n = run->probed->parameters;
  for (int t = 1; t <= AFAR && entry->verdict == BP_FAILS && run->probed->differentiate; t++) {
    double squares = 0, value = 0;
    struct quotient quotient;
    if (!has_room(run) || !differentiate(run, t))
      return false;
    for (size_t j = 0; j < n; j++) {
      double part = run->afar[output * n + j] * direction[j];
      value += part;
      squares += part * part;
    }
    double largest = isfinite(squares) ? sqrt(squares) : 0, h = ldexp(1, step_afar(run));
    struct bp_course course = {direction, 0, h, h};
    if (!fails_by(entry, roundings(run, largest)))
      continue;
    if (!quotient_afar(run, &course, output, &quotient))
      return false;
    if (is_near(run, value, &quotient, largest))
      leave_open(run, entry);
  }
  return true;
}
