/* Slopes and second derivatives along directions.
 *
 * A direction's components are the scales of the parameters times a number k/128, k from -128 to
 * 128: with so few bits, and steps of 9 more, theta + t u is exact for all but the smallest steps,
 * so the points are where they should be.  A direction mixes everything: one wrong entry in a
 * million is seen only if it is large beside the root of the sum of the squares of all.
 */
#include <math.h>
#include <string.h>

#include "probe/run.h"

#define LEAST_SHARE 0x1p10
enum { DIRECTION_BITS = 7 };

/* Whole points on both sides, a rung after the other as far as there is room. */
bool bp_run_ladders_along(struct bp_run *run, const double *direction, const struct bp_rungs *rungs,
                          struct bp_ladder *ladders) {
  size_t n = run->probed->parameters, k = run->probed->outputs, points = 2 * rungs->count;
  for (size_t o = 0; o < k; o++) {
    ladders[o].count = rungs->count;
    ladders[o].middle = run->middle[o];
    ladders[o].noise = run->noise[o];
    ladders[o].unit = run->probed->unit;
    ladders[o].wobble = 0;
  }
  for (size_t i = 0; i < points; i += run->whole_room) {
    size_t count = points - i < run->whole_room ? points - i : run->whole_room;
    for (size_t w = 0; w < count; w++) {
      double *theta = run->whole + w * n, h = bp_run_step(rungs, (i + w) / 2);
      double t = (i + w) % 2 ? -h : h;
      for (size_t j = 0; j < n; j++)
        theta[j] = bp_run_representable(run, run->probed->theta[j] + t * direction[j]);
      run->points[w] = (struct bp_probe_point){0, theta[0], theta};
    }
    if (!bp_run_evaluate(run, count))
      return false;
    for (size_t w = 0; w < count; w++)
      for (size_t o = 0; o < k; o++) {
        size_t r = (i + w) / 2;
        bool minus = (i + w) % 2;
        *(minus ? &ladders[o].below[r] : &ladders[o].above[r]) = bp_run_step(rungs, r);
        *(minus ? &ladders[o].minus[r] : &ladders[o].plus[r]) = run->values[w * k + o];
      }
  }
  return true;
}

/* ---- the directional mode --------------------------------------------------------- */

static void draw_direction(const struct bp_run *run, size_t number, double *direction) {
  size_t begin = 0;
  for (size_t p = 0; p < run->part_count; p++) {
    size_t count = run->parts[p].rows * run->parts[p].columns;
    struct bp_stretch stretch = {.scale = bp_run_typical_scale(run->probed, begin, count)};
    for (size_t j = begin; j < begin + count; j++) {
      uint64_t draw = bp_run_random(run->options->seed, 16 + number, j);
      int size = 1 + (int)(draw % (1u << DIRECTION_BITS));
      int sign = draw >> 63 ? -1 : 1;
      direction[j] = ldexp(sign * size, bp_run_scale(run, &stretch, j) - DIRECTION_BITS);
    }
    begin += count;
  }
}

/* Where the gradient has an entry that is no number, the direction meets it. */
static double project(const struct bp_probed *probed, size_t output, const double *direction,
                      double *magnitude) {
  const double *row = probed->gradient + output * probed->parameters;
  double sum = 0, squares = 0;
  for (size_t j = 0; j < probed->parameters; j++) {
    sum += row[j] * direction[j];
    squares += row[j] * direction[j] * row[j] * direction[j];
  }
  *magnitude = sqrt(squares);
  return sum;
}

/* Projections are summed with the rounding of all terms.  A random direction does not cancel more
 * than a thousandth of them, so terms that are larger yet are wrong, and excuse nothing. */
static double believable(const struct bp_ladder *ladder, double magnitude) {
  struct bp_probe_slopes slopes;
  bp_ladder_slopes(ladder, &slopes);
  double seen = LEAST_SHARE * (fabs(slopes.central.value) + bp_slope_bound(&slopes.central));
  double most = isfinite(seen) ? fmin(magnitude, seen) : magnitude;
  return isfinite(most) ? most : 0;
}

/* One direction in the work. */
struct way {
  const double *direction;
  struct bp_ladder *ladders; /* for each output */
  struct bp_rungs rungs;
  double *moves; /* what the last bits of the point do to the gradient along it, for each output */
};

static bool judge_direction(struct bp_run *run, const struct way *way, size_t output,
                            struct bp_entry *entry) {
  const struct bp_ladder *ladder = &way->ladders[output];
  double magnitude, value = project(run->probed, output, way->direction, &magnitude);
  enum bp_reason reason;
  magnitude = believable(ladder, magnitude);
  double error = fmax(bp_run_gradient_error(run, magnitude), way->moves[output]);
  struct bp_ladder_question question = {value, error, magnitude, 0};
  bp_ladder_judge(ladder, &question, entry);
  if (bp_run_is_sound(run, output, &reason)) {
    struct bp_course course = {way->direction, 0, 0, 0};
    bool fine = bp_run_excuse(run, &course, ladder, output, &question, entry);
    bp_ladder_reach(ladder, entry);
    return fine;
  }
  entry->verdict = BP_UNDECIDED;
  entry->reason = (uint8_t)reason;
  bp_entry_allow(entry, INFINITY, INFINITY, 0);
  return true;
}

/* The value at an end of the rung whose width the slope of an output comes from. */
static bool shake_rung(struct bp_run *run, const struct way *way, size_t output) {
  size_t k = run->probed->outputs;
  struct bp_probe_slopes slopes;
  bp_ladder_slopes(&way->ladders[output], &slopes);
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  double *plus = bp_arena_alloc(run->spare, k, sizeof *plus);
  double *minus = bp_arena_alloc(run->spare, k, sizeof *minus);
  bool fine = plus && minus;
  for (size_t r = 0; fine && r < way->rungs.count; r++) {
    double h = bp_run_step(&way->rungs, r);
    if (2 * h != slopes.central.step)
      continue;
    for (size_t o = 0; o < k; o++) {
      plus[o] = way->ladders[o].plus[r];
      minus[o] = way->ladders[o].minus[r];
    }
    struct bp_course course = {way->direction, 0, h, h};
    fine = bp_run_shake(run, &course, plus, minus);
    for (size_t o = 0; fine && o < k; o++)
      way->ladders[o].wobble = run->wobble[o];
    break;
  }
  bp_arena_release(run->spare, mark);
  return fine;
}

/* Judges all outputs, and where one does not hold, again with what the last bits of the point do.
 */
static bool judge_way(struct bp_run *run, struct way *way, struct bp_entry *entries,
                      size_t stride) {
  size_t k = run->probed->outputs, open = k;
  memset(way->moves, 0, k * sizeof *way->moves);
  for (size_t o = 0; o < k; o++) {
    if (!judge_direction(run, way, o, &entries[o * stride]))
      return false;
    if (open == k && entries[o * stride].verdict != BP_HOLDS)
      open = o;
  }
  if (open == k)
    return true;
  if (!bp_run_move_along(run, way->direction, way->moves) || !shake_rung(run, way, open))
    return false;
  for (size_t o = open; o < k; o++)
    if (entries[o * stride].verdict != BP_HOLDS &&
        (!judge_direction(run, way, o, &entries[o * stride]) ||
         !bp_run_excuse_fit_along(run, way->direction, o, &entries[o * stride]) ||
         !bp_run_excuse_beside_along(run, way->direction, o, &entries[o * stride])))
      return false;
  return true;
}

bool bp_run_directions(struct bp_run *run, struct bp_block *block) {
  size_t n = run->probed->parameters, k = run->probed->outputs;
  size_t count = run->probed->jacobian ? block->columns : block->rows;
  double *direction = bp_arena_alloc(run->spare, n, sizeof *direction);
  struct way way = {direction, bp_arena_alloc(run->spare, k, sizeof *way.ladders),
                    bp_run_wide(run, 0, 0), bp_arena_alloc(run->spare, k, sizeof *way.moves)};
  if (!direction || !way.ladders || !way.moves)
    return false;
  for (size_t d = 0; d < count; d++) {
    draw_direction(run, d, direction);
    if (!bp_run_ladders_along(run, direction, &way.rungs, way.ladders) ||
        !judge_way(run, &way, &block->entries[d], count))
      return false;
    const struct bp_probe_options *options = run->options;
    if (options->progress && !options->progress((double)(d + 1) / (double)count, options->user)) {
      run->stopped = true;
      return false;
    }
  }
  return true;
}
