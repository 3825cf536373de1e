/* What fails where kinks cross, looked at beside them.
 *
 * Where the weights of a layer of ReLU units are all 0, as they may be before the first step, each
 * unit is on its kink in every sample.  Along one weight the slope is to one side that of the
 * samples with a positive input, to the other side that of the others.  But right code has g'(0) =
 * 0 in all samples, and its gradient of 0 need not lie between the two.  It is what the gradient is
 * where all units are off, at points as near as one likes in some other direction; there are as
 * many of these gradients as kinks cross in the point, and every mixture of them is a convention.
 *
 * So before an entry fails, the same code is asked at points beside this one, which are drawn and
 * lie on no kink.  If no difference there speaks against it, if the slopes there are others
 * than those along the one parameter (else a single kink is all there is, and what is between its
 * two slopes says everything), and the number is among them or not far off, it is undecided.  A
 * mistake of a formula is one beside the point, too, and fails.
 *
 * Only where there is a corner, or in float: there a kink may be so near that rounding decides
 * which side of it the point is on; then the number is one of the slopes beside it, and differences
 * along the one parameter may not show them.
 */
#include <math.h>

#include "probe/afar.h"

#define OTHER 0x1p-6 /* of slopes: they are others when they differ by that */
enum { PLACES = 12, LOOKED_AT = 8, NEAR = 10, NEAR_IN_FLOAT = 8, DRAWN = 64 };

/* So many places must agree; with one that does not, which in float may be for want of digits where
 * many kinks are near, so many. */
enum { ENOUGH = 3, MANY = 6 };

void bp_run_beside(const struct bp_run *run, int t, double *theta) {
  int near = run->single ? NEAR_IN_FLOAT : NEAR;
  for (size_t p = 0, begin = 0; p < run->part_count; p++) {
    size_t count = run->parts[p].rows * run->parts[p].columns;
    struct bp_stretch stretch = {.scale = bp_run_typical_scale(run->probed, begin, count)};
    for (size_t j = begin; j < begin + count; j++) {
      uint64_t draw = bp_run_random(run->options->seed, 4096 + (uint64_t)t, j);
      double size = 1 + (double)(draw % DRAWN) / DRAWN, sign = draw >> 63 ? -1 : 1;
      double move = ldexp(sign * size, bp_run_scale(run, &stretch, j) - near);
      theta[j] = bp_run_representable(run, run->probed->theta[j] + move);
    }
    begin += count;
  }
}

/* Slopes that were seen: to both sides along the one parameter, and beside the point. */
struct slopes {
  double low, high, least, most;
  bool others; /* some beside it are neither of the two */
  bool open;   /* it failed, and the places so far leave it open */
  int agree;   /* so many of them agree with the gradient there */
  int against; /* so many do not */
};

/* Between the slopes to both sides nothing is a mistake, so these are part of what the bound is. */
static struct slopes slopes_at(const struct bp_run *run, const struct bp_entry *entry) {
  double gap = entry->bound - entry->truncation - entry->rounding;
  double apart = entry->method == BP_METHOD_SIDES && gap > 0 ? gap : 0;
  bool fails = entry->verdict == BP_FAILS && isfinite(entry->backprop) && isfinite(apart) &&
               (apart > 0 || run->single);
  return (struct slopes){.low = entry->difference - apart,
                         .high = entry->difference + apart,
                         .least = INFINITY,
                         .most = -INFINITY,
                         .open = fails};
}

static void see(struct slopes *slopes, double value) {
  double size = fmax(fabs(value), slopes->high - slopes->low);
  double off = fmin(fabs(value - slopes->low), fabs(value - slopes->high));
  slopes->least = fmin(slopes->least, value);
  slopes->most = fmax(slopes->most, value);
  slopes->others = slopes->others || off > OTHER * size;
}

/* Whether what was seen beside the point leaves the number open.  At a corner what has
 * g'(0) = 0 is about as far off the middle as the middle is from 0, and few places show little of
 * the spread. */
static bool leaves_open(const struct slopes *slopes, double number) {
  double spread = slopes->most - slopes->least, middle = slopes->least + spread / 2;
  double most = slopes->high > slopes->low ? 2 * (spread + fabs(middle)) : spread;
  bool among = slopes->least <= number && number <= slopes->most;
  bool near = slopes->others && fabs(number - middle) <= most;
  return slopes->open && slopes->agree >= (slopes->against ? MANY : ENOUGH) && (among || near);
}

static bool look(struct bp_run *run, const struct bp_slope_afar *slope, struct slopes *slopes) {
  enum bp_verdict verdict;
  if (!bp_run_judge_afar(run, slope, &verdict))
    return false;
  slopes->agree += verdict == BP_HOLDS;
  slopes->against += verdict == BP_FAILS;
  slopes->open = slopes->against <= run->single;
  if (verdict == BP_HOLDS)
    see(slopes, slope->value);
  return true;
}

/* Looks at those that fail, from one place, until the first so many have disagreed. */
static bool look_at_row(struct bp_run *run, const struct bp_stretch *stretch, size_t o,
                        struct slopes *slopes, size_t *open) {
  double largest = bp_run_largest_afar(run, stretch, o);
  size_t others = 0, left = 0;
  for (size_t j = 0; j < stretch->count; j++) {
    size_t index = stretch->begin + j;
    if (!slopes[j].open)
      continue;
    struct bp_slope_afar slope = {NULL,
                                  index,
                                  bp_run_scale(run, stretch, index),
                                  o,
                                  run->afar[o * run->probed->parameters + index],
                                  largest};
    if (left == 0 && others >= LOOKED_AT)
      slopes[j].open = false;
    else if (!look(run, &slope, &slopes[j]))
      return false;
    left += slopes[j].open;
    others += !slopes[j].open;
  }
  *open = left;
  return true;
}

static bool excuse_row(struct bp_run *run, const struct bp_stretch *stretch, size_t o) {
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  struct slopes *slopes = bp_arena_alloc(run->spare, stretch->count, sizeof *slopes);
  size_t open = 0;
  bool fine = slopes != NULL;
  for (size_t j = 0; fine && j < stretch->count; j++) {
    slopes[j] = slopes_at(run, bp_run_entry(run, stretch, o, j));
    open += slopes[j].open;
  }
  for (int t = 1; fine && open > 0 && t <= PLACES; t++)
    fine = bp_run_differentiate_at(run, -t) && look_at_row(run, stretch, o, slopes, &open);
  for (size_t j = 0; fine && j < stretch->count; j++) {
    struct bp_entry *entry = bp_run_entry(run, stretch, o, j);
    if (leaves_open(&slopes[j], entry->backprop))
      bp_run_leave_open(entry, BP_REASON_KINK);
  }
  bp_arena_release(run->spare, mark);
  return fine;
}

bool bp_run_excuse_beside(struct bp_run *run, const struct bp_stretch *stretch) {
  for (size_t o = 0; o < run->probed->outputs && run->probed->differentiate; o++)
    if (!excuse_row(run, stretch, o))
      return false;
  return true;
}

bool bp_run_excuse_beside_along(struct bp_run *run, const double *direction, size_t output,
                                struct bp_entry *entry) {
  struct slopes slopes = slopes_at(run, entry);
  if (!run->probed->differentiate)
    return true;
  for (int t = 1; slopes.open && t <= PLACES; t++) {
    if (!bp_run_differentiate_at(run, -t))
      return false;
    struct bp_slope_afar slope = bp_run_slope_along(run, direction, output);
    if (!look(run, &slope, &slopes))
      return false;
  }
  if (leaves_open(&slopes, entry->backprop))
    bp_run_leave_open(entry, BP_REASON_KINK);
  return true;
}
