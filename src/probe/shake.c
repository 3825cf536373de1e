/* What the last bits of the parameters do to slopes and to the gradient under test.
 *
 * Near a perfect fit everything cancels: A x - b keeps the rounding of A x however small it is, so
 * the gradient A'(A x - b) is right to that and not to its own last digits, and neither are values
 * at some distance from the point.  Values next to each other do not show it, as the residual there
 * is next to nothing and its square even less.  What shows it is to move all parameters by a few
 * units in their last place: rounding on the way to a value is about what such a move does, because
 * right code gives the right value of a point that is that near (Higham, "Accuracy and Stability of
 * Numerical Algorithms", section 1.5).  So quotients are taken over the moved points too, and the
 * gradient is computed there; what they part from those of the point itself is how well they can be
 * known.  Nothing is taken from the code but values and the gradient.
 */
#include <math.h>
#include <string.h>

#include "base/ranks/ranks.h"
#include "probe/run.h"

enum { SHAKES = 3, GRADIENTS = 4, MOST_PLACES = 4 };

/* The base point with every parameter moved by 1 to 4 units in its last place, to either side. */
static void move_all(const struct bp_run *run, size_t shake, double *theta) {
  const struct bp_probed *probed = run->probed;
  for (size_t j = 0; j < probed->parameters; j++) {
    uint64_t draw = bp_run_random(run->options->seed, 1024 + shake, j);
    double places = (double)(1 + draw % MOST_PLACES), sign = draw >> 63 ? -1 : 1,
           x = probed->theta[j];
    double moved = x + sign * places * 2 * probed->unit * ldexp(1, x != 0 ? ilogb(x) : 0);
    theta[j] = x != 0 ? bp_run_representable(run, moved) : 0;
  }
}

static bool differentiate_moved(struct bp_run *run, size_t shake, double *gradient) {
  const struct bp_probed *probed = run->probed;
  move_all(run, shake, run->whole);
  if (!run->options->dealt || bp_rank() == 0)
    run->stopped = probed->differentiate(probed->user, run->whole, gradient) != 0;
  if (run->options->dealt) {
    run->stopped = bp_ranks_any(run->stopped);
    bp_ranks_tell(gradient, probed->outputs * probed->parameters * sizeof *gradient);
  }
  return !run->stopped;
}

/* How far numbers that were seen at some point are apart. */
struct range {
  double low, high;
};

static void widen(struct range *range, double value, bool first) {
  range->low = first ? value : fmin(range->low, value);
  range->high = first ? value : fmax(range->high, value);
}

static double allowed_by(const struct range *range) {
  double apart = BP_SHAKEN * (range->high - range->low);
  return isfinite(apart) ? apart : 0;
}

/* The gradient at moved points, and how far these are apart entry by entry.  The gradient at the
 * point itself has no part in it: where a mistake is made at this very point, as where a number is
 * exactly 0, it would excuse itself. */
bool bp_run_move_gradient(struct bp_run *run) {
  const struct bp_probed *probed = run->probed;
  size_t count = probed->parameters * probed->outputs;
  if (run->moves || !probed->differentiate)
    return true;
  struct range *ranges = bp_arena_alloc(run->lasting, count, sizeof *ranges);
  double *gradient = bp_arena_alloc(run->lasting, count, sizeof *gradient);
  if (!ranges || !gradient)
    return false;
  for (size_t shake = 0; shake < GRADIENTS; shake++) {
    if (!differentiate_moved(run, shake, gradient))
      return false;
    for (size_t i = 0; i < count; i++)
      widen(&ranges[i], gradient[i], shake == 0);
  }
  run->moves = gradient;
  for (size_t i = 0; i < count; i++)
    run->moves[i] = allowed_by(&ranges[i]);
  return true;
}

/* What moves the entries may move their sum by less, or by more, than any of them. */
bool bp_run_move_along(struct bp_run *run, const double *direction, double *moves) {
  const struct bp_probed *probed = run->probed;
  size_t n = probed->parameters, k = probed->outputs;
  memset(moves, 0, k * sizeof *moves);
  if (!probed->differentiate)
    return true;
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  struct range *ranges = bp_arena_alloc(run->spare, k, sizeof *ranges);
  double *gradient = bp_arena_alloc(run->spare, n * k, sizeof *gradient);
  bool fine = ranges && gradient;
  for (size_t shake = 0; fine && shake < GRADIENTS; shake++) {
    fine = differentiate_moved(run, shake, gradient);
    for (size_t o = 0; fine && o < k; o++) {
      double sum = 0;
      for (size_t j = 0; j < n; j++)
        sum += gradient[o * n + j] * direction[j];
      widen(&ranges[o], sum, shake == 0);
    }
  }
  for (size_t o = 0; fine && o < k; o++)
    moves[o] = allowed_by(&ranges[o]);
  bp_arena_release(run->spare, mark);
  return fine;
}

/* The values where a step leads from the moved point. */
static bool evaluate_moved(struct bp_run *run, size_t shake, const struct bp_course *course,
                           double change, double *values) {
  double *theta = run->whole;
  move_all(run, shake, theta);
  if (!course->direction)
    theta[course->index] = bp_run_representable(run, theta[course->index] + change);
  for (size_t j = 0; course->direction && j < run->probed->parameters; j++)
    theta[j] = bp_run_representable(run, theta[j] + change * course->direction[j]);
  struct bp_probe_point point = {0, theta[0], theta};
  return bp_run_evaluate_at(run, &point, 1, values);
}

bool bp_run_shake(struct bp_run *run, const struct bp_course *course, const double *plus,
                  const double *minus) {
  size_t k = run->probed->outputs;
  double width = course->above + course->below, *right = run->shaken, *left = right + k;
  memset(run->wobble, 0, k * sizeof *run->wobble);
  for (size_t shake = 0; shake < SHAKES; shake++) {
    if (!evaluate_moved(run, shake, course, course->above, right) ||
        !evaluate_moved(run, shake, course, -course->below, left))
      return false;
    for (size_t o = 0; o < k; o++) {
      double change = (right[o] - left[o]) - (plus[o] - minus[o]);
      double beyond = fabs(change) - bp_probe_rounding(run->noise[o]);
      if (isfinite(beyond))
        run->wobble[o] = fmax(run->wobble[o], BP_SHAKEN * beyond / width);
    }
  }
  return true;
}
