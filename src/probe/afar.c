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

#define ROUNDINGS 16         /* of the gradient afar */
#define AGREES 0x1p-7        /* of an entry afar */
#define AGREES_BLOCK 0x1p-12 /* of the largest of its row there */
enum { AFAR = 10, LOOKED_AT = 16 };

/* The point 2^-t times as far from 0. */
static void go(const struct bp_run *run, int t, double *theta) {
  for (size_t j = 0; j < run->probed->parameters; j++)
    theta[j] = bp_run_representable(run, ldexp(run->probed->theta[j], -t));
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

/* Whether an entry fails by no more than that. */
static bool fails_by(const struct bp_entry *entry, double most) {
  return entry->verdict == BP_FAILS && fabs(entry->backprop - entry->difference) <= most;
}

/* The quotient afar over a step along the course, whose steps are those made there. */
static bool quotient_afar(struct bp_run *run, const struct bp_course *course, size_t o,
                          double *quotient) {
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
  *quotient = (values[o] - values[run->probed->outputs + o]) / (ends[0] - ends[1]);
  return true;
}

/* Exponent of a step afar, relative to the scale of what is moved. */
static int step_afar(const struct bp_run *run) {
  return -run->afar_at - (run->single ? 24 : 53) / 3;
}

static bool is_near(double value, double quotient, double largest) {
  return fabs(quotient - value) <=
         AGREES * fmin(fabs(quotient), fabs(value)) + AGREES_BLOCK * largest;
}

/* Whether the entry afar is what a quotient there says. */
static bool agrees(struct bp_run *run, const struct bp_stretch *stretch, size_t o, size_t j,
                   double largest, bool *so) {
  size_t index = stretch->begin + j;
  double quotient, h = ldexp(1, bp_run_scale(run, stretch, index) + step_afar(run));
  struct bp_course course = {NULL, index, h, h};
  if (!quotient_afar(run, &course, o, &quotient))
    return false;
  *so = is_near(run->afar[o * run->probed->parameters + index], quotient, largest);
  return true;
}

/* Whether the first of those that fail by no more than `most` agree there. */
static bool all_agree(struct bp_run *run, const struct bp_stretch *stretch, size_t o, double most,
                      double largest, bool *so) {
  size_t looked_at = 0;
  *so = true;
  for (size_t j = 0; j < stretch->count && *so && looked_at < LOOKED_AT; j++) {
    if (!fails_by(entry_at(run, stretch, o, j), most))
      continue;
    looked_at++;
    if (!agrees(run, stretch, o, j, largest, so))
      return false;
  }
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
    double largest = largest_afar(run, stretch, o), most = ROUNDINGS * run->probed->unit * largest;
    bool so;
    if (!(least_distance(run, stretch, o) <= most))
      continue;
    if (!all_agree(run, stretch, o, most, largest, &so))
      return false;
    for (size_t j = 0; so && j < stretch->count; j++)
      if (fails_by(entry_at(run, stretch, o, j), most))
        leave_open(run, entry_at(run, stretch, o, j));
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
    double squares = 0, value = 0, quotient;
    if (!has_room(run) || !differentiate(run, t))
      return false;
    for (size_t j = 0; j < n; j++) {
      double part = run->afar[output * n + j] * direction[j];
      value += part;
      squares += part * part;
    }
    double largest = isfinite(squares) ? sqrt(squares) : 0, h = ldexp(1, step_afar(run));
    struct bp_course course = {direction, 0, h, h};
    if (!fails_by(entry, ROUNDINGS * run->probed->unit * largest))
      continue;
    if (!quotient_afar(run, &course, output, &quotient))
      return false;
    if (is_near(value, quotient, largest))
      leave_open(run, entry);
  }
  return true;
}
