/* The slope from a ladder of differences, and a bound that nothing but the ladder supports.
 *
 * On every rung there is a quotient D(h), off by truncation (some power of h) and by rounding
 * (noise / h).  Two successive quotients give an extrapolated one (Richardson).  Each of them,
 * plain or extrapolated, is a candidate.  Its bound is the sum of three parts:
 *
 *   - its distance to the candidate of the next larger step.  That is about the error of the
 * latter, which is worse by a power of the ratio of steps; so there is a large safety, where
 * Ridders' method takes the smallest difference of any two neighbours for the error itself.
 *   - what noise in the values can do to it.
 *   - what candidates of all *smaller* steps differ from it beyond what noise does to them. Smaller
 *     steps have less truncation.  So a kink, a jump or a fast oscillation at some distance, which
 *     all steps that reach it agree about, widens the bound of these steps and of no others, and
 * two candidates that agree by chance are found out.
 *
 * The candidate with the smallest bound is taken.  The noise is corrected first: on the three
 * smallest rungs a smooth function is a straight line to all digits, so what values part from the
 * line through the fourth is noise, here, for this parameter.  And a function that takes only
 * multiples of some number (it cancelled, or it counts) is at least that noisy.
 *
 * Sources: Richardson's extrapolation, Stoer and Bulirsch, "Introduction to Numerical Analysis",
 * section 3.5; Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering
 * Software 4 (1982).
 */
#include "probe/ladder.h"

#include <math.h>

#include "probe/noise.h"
#include "probe/stairs.h"

/* Noise is a standard deviation.  The difference of two values is off by less than this many of
 * them: 5.7 deviations of the difference, and rounding errors have shorter tails than normal ones.
 */
#define DEVIATIONS 8
#define CORRECTED ((size_t)4) /* rungs that serve to correct the noise */
#define SUPPORTING 3          /* rungs that must speak against a number before it fails */
#define LAST                                                                                       \
  2                          /* smallest rungs that acquit it: the others reach beyond a kink or   \
                                a stair */
#define CLIMB ((size_t)4)    /* rungs on which still values must begin to climb to both sides */
#define CLEAR_CORNER 4       /* the slopes differ by that many times what is unknown about them */
#define SETTLING 0.75        /* the distance of neighbours shrinks by less: they do not settle */
#define KINK_SHARE (4.0 / 3) /* twice what a single kink needs */
#define SIDES_ROUNDING 4     /* of a central quotient: that of the slopes' difference */
#define FAILING 1.5          /* bounds: more than that fails, what is beyond one is undecided */
#define FLOAT_FAILING 2      /* the same where few steps fit between noise and the next kink */
#define COARSE_UNIT 0x1p-30  /* roundoffs above are those of float */
#define FEW_ROUNDINGS 8      /* of a value: stairs above them may be of the function itself */

double bp_probe_rounding(double noise) { return DEVIATIONS * noise; }

double bp_probe_relative(double value, double difference) {
  double larger = fmax(fabs(value), fabs(difference));
  if (!isfinite(value) || !isfinite(difference))
    return NAN;
  return larger > 0 ? fabs(value - difference) / larger : 0;
}

/* ---- one sequence of quotients --------------------------------------------- */

/* Quotients from the largest step to the smallest, of an error of order `order`. */
struct sequence {
  size_t count;
  int order;
  double step[BP_MOST_RUNGS], value[BP_MOST_RUNGS], rounding[BP_MOST_RUNGS];
  double kink[BP_MOST_RUNGS]; /* what kinks within the step may do to the value */
};

/* The sequence one order up.  Its member r is made of members r and r + 1. */
static struct sequence extrapolated(const struct sequence *from, int order) {
  struct sequence to = {.count = 0, .order = order};
  for (size_t r = 0; r + 1 < from->count; r++) {
    double share = 1 / (pow(from->step[r] / from->step[r + 1], from->order) - 1);
    to.step[r] = from->step[r + 1];
    to.value[r] = from->value[r + 1] + (from->value[r + 1] - from->value[r]) * share;
    to.rounding[r] = from->rounding[r + 1] * (1 + share) + from->rounding[r] * share;
    to.kink[r] = from->kink[r + 1] * (1 + share) + from->kink[r] * share;
    to.count++;
  }
  return to;
}

/* The distance of candidate r to those of smaller steps, beyond their rounding. */
static double contradiction(const struct sequence *sequence, size_t r) {
  double most = 0;
  for (size_t s = r + 1; s < sequence->count; s++) {
    double apart = fabs(sequence->value[s] - sequence->value[r]) - sequence->rounding[s];
    most = fmax(most, apart);
  }
  return most;
}

static void take_best(const struct sequence *sequence, struct bp_slope *best) {
  for (size_t r = 1; r < sequence->count; r++) {
    double truncation = fabs(sequence->value[r] - sequence->value[r - 1]) +
                        contradiction(sequence, r) + sequence->kink[r];
    if (truncation + sequence->rounding[r] < bp_slope_bound(best))
      *best = (struct bp_slope){sequence->value[r], truncation, sequence->rounding[r],
                                sequence->step[r]};
  }
}

/* Central quotients have even powers of h in their error, one-sided ones all of them. */
static struct bp_slope settle(const struct sequence *sequence) {
  struct bp_slope best = {NAN, INFINITY, INFINITY, 0};
  struct sequence next = extrapolated(sequence, sequence->order == 1 ? 2 : 4);
  take_best(sequence, &best);
  take_best(&next, &best);
  return best;
}

/* ---- from values to quotients ------------------------------------------------ */

/* What a value beside the point may be off, in deviations: the noise, and at least its rounding. */
static double noise_at(const struct bp_ladder *ladder, double noise, double value) {
  return fmax(noise, ladder->unit * fabs(value));
}

static bool has_value(double step, double value) { return step > 0 && isfinite(value); }

/* How far the slopes to both sides are apart on a rung. */
static double gap_of(const struct bp_ladder *ladder, size_t r) {
  return (ladder->plus[r] - ladder->middle) / ladder->above[r] -
         (ladder->middle - ladder->minus[r]) / ladder->below[r];
}

/* What kinks within the step do to the central quotient.  The slopes to both sides of a smooth
 * function are h f'' apart, to the third order of h; a kink within the step adds its jump J to that
 * on all longer steps alike.  So against the share that the gap of the longer step has in a smooth
 * function, a ratio of 4 leaves 3/4 J, of which the central quotient is off by two thirds.  A
 * quotient to one side is g + h f''/2, and J + g beyond a kink there: its change from one rung to
 * the next has the same share, and it is off by what is beyond it and a third. */
static double kink_within(const struct bp_ladder *ladder, const struct sequence *s, size_t r) {
  double share = s->step[r] / s->step[r - 1], now, before;
  if (s->order == 2) {
    size_t rung = ladder->count - s->count + r;
    now = gap_of(ladder, rung);
    before = gap_of(ladder, rung - 1);
  } else {
    now = s->value[r] - s->value[r - 1];
    before = r > 1 ? s->value[r - 1] - s->value[r - 2] : now / share;
  }
  return fabs(now - share * before);
}

/* A kink within a step is within all longer ones, too, where the bend of the function or a kink
 * further off may make up for it.  So what a shorter step shows counts on the longer ones.  What
 * noise may do to the quotient, which its bound has already, is taken off; of what is carried on,
 * the four roundings that noise does to the gap of both sides.  (Two kinks on either side, both
 * nearer than such a step, can still make up for each other.) */
static void add_kinks(const struct bp_ladder *ladder, struct sequence *s) {
  double nearer = 0, certain = s->order == 2 ? SIDES_ROUNDING : 2;
  for (size_t r = s->count; r-- > 1;) {
    double beyond = kink_within(ladder, s, r);
    s->kink[r] = KINK_SHARE * fmax(nearer, fmax(beyond - s->rounding[r], 0));
    nearer = fmax(nearer, beyond - certain * s->rounding[r]);
  }
  if (s->count > 0)
    s->kink[0] = KINK_SHARE * nearer;
}

/* Quotients of the run of rungs that ends with the smallest step and has values throughout: behind
 * a place without a value nothing is known to belong to this point. */
static struct sequence quotients(const struct bp_ladder *ladder, double noise, int side) {
  struct sequence s = {.count = 0, .order = side ? 1 : 2};
  size_t begin = ladder->count;
  while (begin > 0 && (side < 0 || has_value(ladder->above[begin - 1], ladder->plus[begin - 1])) &&
         (side > 0 || has_value(ladder->below[begin - 1], ladder->minus[begin - 1])))
    begin--;
  for (size_t r = begin; r < ladder->count; r++) {
    double right = side < 0 ? ladder->middle : ladder->plus[r];
    double left = side > 0 ? ladder->middle : ladder->minus[r];
    double width = (side < 0 ? 0 : ladder->above[r]) + (side > 0 ? 0 : ladder->below[r]);
    double worst = fmax(noise_at(ladder, noise, right), noise_at(ladder, noise, left));
    s.step[s.count] = width;
    s.value[s.count] = (right - left) / width;
    s.rounding[s.count] = bp_probe_rounding(worst) / width + ladder->wobble;
    s.count++;
  }
  add_kinks(ladder, &s);
  return s;
}

/* Half a step of a staircase of decimals, if the values make one. */
static double decimal_noise(const struct bp_ladder *ladder) {
  double values[2 * BP_MOST_RUNGS + 1] = {ladder->middle};
  for (size_t r = 0; r < ladder->count; r++) {
    values[2 * r + 1] = ladder->plus[r];
    values[2 * r + 2] = ladder->minus[r];
  }
  return bp_noise_decimal(values, 2 * ladder->count + 1, ladder->unit) / 2;
}

/* Values on the smallest rungs against the straight line through the rung above them, and the value
 * at the point against the middle of its neighbours: if that does not shrink with the step, it is
 * the rounding of this one value. */
static double local_noise(const struct bp_ladder *ladder) {
  double decimal = decimal_noise(ladder);
  double noise = fmax(ladder->noise, decimal > 0 ? decimal : bp_ladder_stairs(ladder));
  if (ladder->count < 2 * CORRECTED)
    return noise;
  size_t top = ladder->count - CORRECTED;
  double least_bend = INFINITY;
  double slope =
      (ladder->plus[top] - ladder->minus[top]) / (ladder->above[top] + ladder->below[top]);
  for (size_t r = top + 1; r < ladder->count; r++) {
    double change = ladder->plus[r] - ladder->minus[r];
    double off = fabs(change - slope * (ladder->above[r] + ladder->below[r]));
    double bend = fabs(ladder->plus[r] - 2 * ladder->middle + ladder->minus[r]);
    least_bend = bend < least_bend ? bend : least_bend;
    if (isfinite(off))
      noise = fmax(noise, off / 4); /* the largest of three: a deviation of a value is less */
  }
  return isfinite(least_bend) ? fmax(noise, least_bend / 4) : noise;
}

/* ---- corners ---------------------------------------------------------------- */

/* The difference of the slopes to both sides is h f'' where f is smooth.  Where it does not shrink
 * with h over two rungs, down to the smallest where noise lets it be seen, there is a corner (or a
 * jump, or a cusp) at the point, or nearer to it than anybody can see. */
static bool has_corner(const struct sequence *above, const struct sequence *below, bool *jump) {
  size_t count = above->count < below->count ? above->count : below->count;
  const double *a = above->value + (above->count - count);
  const double *b = below->value + (below->count - count);
  const double *error_a = above->rounding + (above->count - count);
  const double *error_b = below->rounding + (below->count - count);
  for (size_t r = count; r-- > 2;) {
    double gap = fabs(a[r] - b[r]);
    if (!(gap > 4 * (error_a[r] + error_b[r])))
      continue;
    if (r + 1 < count && 4 * (error_a[r + 1] + error_b[r + 1]) < gap / 2)
      return false; /* the next rung would have shown it */
    double before = fabs(a[r - 1] - b[r - 1]), first = fabs(a[r - 2] - b[r - 2]);
    double ratio =
        above->step[above->count - count + r - 1] / above->step[above->count - count + r];
    if (gap > 0.75 * ratio * before)
      return false; /* grows like 1 / h: the rounding of the value at the point */
    *jump = gap > 1.5 * before && before > 1.5 * first;
    return gap > 0.5 * before && before > 0.5 * first;
  }
  return false;
}

/* Whether the values to both sides differ by the same however small the step: the function jumps.
 * A jump that is nothing beside the changes over larger steps is a matter of rounding. */
static bool has_jump(const struct bp_ladder *ladder) {
  if (ladder->count < 2 * CORRECTED)
    return false;
  size_t last = ladder->count - 1;
  double jump = ladder->plus[last] - ladder->minus[last], largest = 0;
  for (size_t r = 0; r < last; r++) {
    double change = ladder->plus[r] - ladder->minus[r];
    if (r >= last - SUPPORTING && !(fabs(change - jump) <= 0x1p-10 * fabs(jump)))
      return false;
    if (isfinite(change))
      largest = fmax(largest, fabs(change));
  }
  return fabs(jump) > fmax(0x1p-20 * largest,
                           2 * bp_probe_rounding(noise_at(ladder, ladder->noise, ladder->middle)));
}

void bp_ladder_slopes(const struct bp_ladder *ladder, struct bp_probe_slopes *slopes) {
  double noise = local_noise(ladder);
  struct sequence central = quotients(ladder, noise, 0);
  struct sequence above = quotients(ladder, noise, 1), below = quotients(ladder, noise, -1);
  slopes->noise = noise;
  slopes->central = settle(&central);
  slopes->above = settle(&above);
  slopes->below = settle(&below);
  slopes->jump = has_jump(ladder);
  slopes->corner = slopes->jump || has_corner(&above, &below, &slopes->jump);
}

/* A second difference has the value at the point in it, whose own error central quotients do not
 * see: on the smallest rungs there is nothing else to see. */
static double noise_with_middle(const struct bp_ladder *ladder) {
  double noise = local_noise(ladder);
  if (ladder->count < 2 * CORRECTED)
    return noise;
  for (size_t r = ladder->count - CORRECTED + 1; r < ladder->count; r++) {
    double off = fabs((ladder->plus[r] - ladder->middle) - (ladder->middle - ladder->minus[r]));
    if (isfinite(off))
      noise = fmax(noise, off / 2);
  }
  return noise;
}

static struct sequence second_quotients(const struct bp_ladder *ladder) {
  double noise = noise_with_middle(ladder);
  struct sequence above = quotients(ladder, noise, 1), below = quotients(ladder, noise, -1);
  struct sequence second = {.count = 0, .order = 2};
  if (above.count != below.count)
    return second;
  for (size_t r = 0; r < above.count; r++) {
    double half = (above.step[r] + below.step[r]) / 2;
    second.step[r] = half;
    second.value[r] = (above.value[r] - below.value[r]) / half;
    second.kink[r] = 0;
    second.rounding[r] = (above.rounding[r] + below.rounding[r]) / half;
    second.count++;
  }
  return second;
}

struct bp_slope bp_ladder_curvature(const struct bp_ladder *ladder) {
  struct sequence second = second_quotients(ladder);
  return settle(&second);
}

/* ---- the verdict -------------------------------------------------------------- */

static void decide(struct bp_entry *entry, enum bp_verdict verdict, enum bp_reason reason) {
  entry->verdict = (uint8_t)verdict;
  entry->reason = (uint8_t)reason;
}

/* How many rungs put the slope nearer to `slope` than half the distance of the number under test,
 * with everything that rounding can do to them. */
static size_t support_in(const struct sequence *sequence, double slope, double distance) {
  size_t count = 0;
  for (size_t r = 0; r < sequence->count; r++)
    count += fabs(sequence->value[r] - slope) + sequence->rounding[r] <= distance / 2;
  return count;
}

static bool is_supported(const struct bp_ladder *ladder, double noise, int side, double slope,
                         double distance) {
  struct sequence plain = quotients(ladder, noise, side);
  struct sequence next = extrapolated(&plain, plain.order == 1 ? 2 : 4);
  return support_in(&plain, slope, distance) >= SUPPORTING ||
         support_in(&next, slope, distance) >= SUPPORTING;
}

bool bp_ladder_bends_otherwise(const struct bp_ladder *ladder, const struct bp_slope *curvature,
                               double value) {
  struct sequence plain = second_quotients(ladder), next = extrapolated(&plain, 4);
  double distance = fabs(value - curvature->value);
  return distance > bp_slope_bound(curvature) &&
         (support_in(&plain, curvature->value, distance) >= SUPPORTING ||
          support_in(&next, curvature->value, distance) >= SUPPORTING);
}

/* Where a good part of the values themselves is noise, the function was not resolved: it oscillates
 * between neighbouring points (a sine of a million radians in float), and quotients over many
 * periods say nothing about the slope.  Values that all but stand still are no such case. */
static bool is_resolved(const struct bp_ladder *ladder, double noise) {
  double largest = fabs(ladder->middle), change = 0;
  for (size_t r = 0; r < ladder->count; r++) {
    const double values[] = {ladder->plus[r], ladder->minus[r]};
    for (int side = 0; side < 2; side++)
      if (isfinite(values[side])) {
        largest = fmax(largest, fabs(values[side]));
        change = fmax(change, fabs(values[side] - ladder->middle));
      }
  }
  return noise <= largest / 64 || change <= noise / 64;
}

/* Whether three rungs in turn, all smaller or all larger than the slope's, are far nearer to the
 * number under test than to the slope.  Chance does not do that.  Smaller ones: the noise was
 * overestimated, and the slope is of something further away; of the very smallest two are enough,
 * since the corrected noise is what a kink makes that only these do not reach.  Larger ones: a
 * ripple lies over the function, and who wrote the gradient did not mean it.  A step that changes
 * nothing is no witness, and to agree with 0 on large steps takes no more than an oscillation. */
static bool is_acquitted(const struct bp_ladder *ladder, int side, double value,
                         const struct bp_slope *slope) {
  struct sequence plain = quotients(ladder, 0, side);
  double near = fabs(value - slope->value) / 16, nearer = fmin(near, 0x1p-10 * fabs(value));
  size_t smaller = 0, larger = 0;
  for (size_t r = 0; r < plain.count && smaller < SUPPORTING && larger < SUPPORTING; r++) {
    double apart = plain.value[r] != 0 ? fabs(plain.value[r] - value) : INFINITY;
    smaller = plain.step[r] < slope->step && apart <= near ? smaller + 1 : 0;
    larger = plain.step[r] > slope->step && apart <= nearer ? larger + 1 : 0;
  }
  return smaller >= LAST || larger >= SUPPORTING;
}

/* Whether quotients grow steadily down to where rounding hides them: near the edge of a domain,
 * where a root begins, or at a pole.  The neighbours of a smooth function come nearer to each other
 * with every rung; these move apart, or at least not together (x log x), three times in turn in the
 * same direction.  So nothing bounds what steps would show that are smaller than can be seen. */
static bool grows_on(const struct bp_ladder *ladder, double noise, int side) {
  struct sequence s = quotients(ladder, noise, side);
  for (size_t r = s.count; r-- > SUPPORTING;) {
    double last = s.value[r] - s.value[r - 1];
    if (!(fabs(last) > 2 * (s.rounding[r] + s.rounding[r - 1])))
      continue;
    if (r + 1 < s.count && 2 * (s.rounding[r + 1] + s.rounding[r]) < fabs(last) / 2)
      return false; /* the next rung would have shown it */
    double before = s.value[r - 1] - s.value[r - 2], first = s.value[r - 2] - s.value[r - 3];
    return s.value[r] * last > 0 && last / before > SETTLING && before / first > SETTLING;
  }
  return false;
}

/* The steepest way from the point to another, beyond what rounding does; 0 where no step changed
 * the value by more, however long. */
static double steepest(const struct bp_ladder *ladder) {
  double most = 0;
  for (size_t r = 0; r < ladder->count; r++) {
    double rounding = bp_probe_rounding(noise_at(ladder, ladder->noise, ladder->middle));
    double up = (fabs(ladder->plus[r] - ladder->middle) - rounding) / ladder->above[r];
    double down = (fabs(ladder->minus[r] - ladder->middle) - rounding) / ladder->below[r];
    most = isfinite(up) ? fmax(most, up) : most;
    most = isfinite(down) ? fmax(most, down) : most;
  }
  return most;
}

/* Narrow enough for an agreement to mean something.  Where the function stands still on both sides
 * and the gradient is 0, all has been seen that can be; the bound says how much that is.  But short
 * steps over which every function is too coarse to move, as a root beside 0 in float, show nothing:
 * their bound is wider than the longer ones are steep, or where these do not move it either, than
 * anything in the block. */
static bool is_narrow(const struct bp_ladder *ladder, const struct bp_ladder_question *q,
                      const struct bp_slope *slope) {
  double bound = bp_slope_bound(slope);
  if (bound <= fmax(fabs(q->value), fabs(slope->value)) / 8 || bound <= q->largest / 64)
    return true;
  double steep = steepest(ladder), seen = steep > 0 ? steep : q->largest;
  return q->value == 0 && slope->value == 0 && (seen == 0 || bound <= seen);
}

double bp_ladder_granular(const struct bp_ladder *ladder) {
  return ladder->unit * (ladder->unit > COARSE_UNIT ? FEW_ROUNDINGS : BP_GRANULAR);
}

/* Whether the function is a staircase, of stairs that are seen or of finer ones: the values stand
 * still to the last bit over the smallest steps to one side, where the slope of the larger ones
 * would have moved them by far more.  As that, floor(k x) has the slope 0, and as a straight line
 * that was rounded the other; nothing in the values says which is meant.  Decimals do: what was
 * printed with them is no staircase to anybody.  Nor is what has low stairs: rounding makes them
 * where terms cancel. */
static bool is_staircase(const struct bp_ladder *ladder, const struct bp_slope *slope) {
  double largest = fabs(ladder->middle), decimal = decimal_noise(ladder);
  if (slope->value == 0 || (decimal > 0 && decimal < 0.5))
    return false;
  for (int side = 0; side < 2; side++) {
    const double *values = side ? ladder->minus : ladder->plus;
    const double *steps = side ? ladder->below : ladder->above;
    size_t still = 0;
    while (still < ladder->count && values[ladder->count - 1 - still] == ladder->middle)
      still++;
    double width = still > 0 ? steps[ladder->count - still] : 0;
    if (still >= SUPPORTING && slope->step > width &&
        fabs(slope->value) * width > bp_ladder_granular(ladder) * largest)
      return true;
  }
  for (size_t r = 0; r < ladder->count; r++)
    largest = fmax(largest, fmax(fabs(ladder->plus[r]), fabs(ladder->minus[r])));
  return bp_ladder_stairs(ladder) > bp_ladder_granular(ladder) * largest;
}

/* Whether values that stand still over the smallest steps climb like the number under test where
 * they first move to both sides: log(1 - a) is a staircase of uneven stairs where a is next to 1,
 * and that it stands still says nothing.  A dead unit moves to one side only. */
static bool climbs_as_told(const struct bp_ladder *ladder, double value) {
  size_t r = ladder->count, first = 0;
  while (r > 0 && ladder->plus[r - 1] == ladder->middle && ladder->minus[r - 1] == ladder->middle)
    r--;
  if (ladder->count - r < LAST)
    return false;
  if (r > CLIMB)
    first = r - CLIMB;
  while (r-- > first) {
    double up = (ladder->plus[r] - ladder->middle) / ladder->above[r] / value;
    double down = (ladder->middle - ladder->minus[r]) / ladder->below[r] / value;
    if (up > 0 && down > 0 && fabs(log2((up + down) / 2)) <= 1)
      return true;
  }
  return false;
}

static double failing(const struct bp_ladder *ladder) {
  return ladder->unit > COARSE_UNIT ? FLOAT_FAILING : FAILING;
}

static void judge_slope(const struct bp_ladder *ladder, double noise, int side,
                        const struct bp_slope *slope, const struct bp_ladder_question *q,
                        struct bp_entry *entry) {
  double distance = fabs(q->value - slope->value);
  enum bp_reason too_wide = bp_reason_of_width(slope->truncation, slope->rounding);
  entry->difference = slope->value;
  bp_entry_allow(entry, slope->truncation, slope->rounding + q->error, 0);
  entry->method = side ? BP_METHOD_SIDES : BP_METHOD_LADDER;
  if (grows_on(ladder, noise, side) || (q->value == 0 && is_staircase(ladder, slope))) {
    bp_entry_allow(entry, INFINITY, entry->rounding, 0);
    decide(entry, BP_UNDECIDED, BP_REASON_NO_SLOPE);
  } else if (distance <= entry->bound)
    decide(entry, is_narrow(ladder, q, slope) ? BP_HOLDS : BP_UNDECIDED,
           is_narrow(ladder, q, slope) ? BP_REASON_NONE : too_wide);
  else if (distance > failing(ladder) * entry->bound && is_resolved(ladder, noise) &&
           is_supported(ladder, noise, side, slope->value, distance) &&
           !is_acquitted(ladder, side, q->value, slope) &&
           !(slope->value == 0 && climbs_as_told(ladder, q->value)))
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  else { /* what does not refute a number beyond it is no bound, and the number has its own error */
    double reach = distance + q->error;
    double beyond = isfinite(reach) ? fmax(reach - entry->bound, 0) : 0;
    bool noisy = slope->rounding > slope->truncation;
    bp_entry_allow(entry, slope->truncation + (noisy ? 0 : beyond),
                   slope->rounding + q->error + (noisy ? beyond : 0), 0);
    decide(entry, BP_UNDECIDED, too_wide);
  }
}

/* A corner whose slopes are not known well enough to tell them apart: the central quotient, whose
 * bound kinks widen, may still say that all of them are near to the number under test. */
static void judge_blurred(const struct bp_slope *central, const struct bp_ladder_question *q,
                          struct bp_entry *entry) {
  double bound = bp_slope_bound(central) + q->error;
  if (!(bound <= fmax(fabs(q->value) / 8, q->largest / 64)) ||
      !(fabs(q->value - central->value) <= bound))
    return;
  entry->difference = central->value;
  bp_entry_allow(entry, central->truncation, central->rounding + q->error, 0);
  decide(entry, BP_HOLDS, BP_REASON_NONE);
}

/* Every value between the two slopes is right, if there are two.  Beside the point the gradient is
 * one of them and then the other, which is no loss of digits: of what it moves no more counts than
 * the slopes themselves are unsure of. */
static void judge_corner(const struct bp_ladder *ladder, const struct bp_probe_slopes *slopes,
                         const struct bp_ladder_question *q, struct bp_entry *entry) {
  double gap = fabs(slopes->above.value - slopes->below.value);
  bool above = bp_slope_bound(&slopes->above) >= bp_slope_bound(&slopes->below);
  const struct bp_slope *vaguer = above ? &slopes->above : &slopes->below;
  double low = fmin(slopes->above.value, slopes->below.value);
  entry->difference = low + gap / 2;
  entry->method = BP_METHOD_SIDES;
  bp_entry_allow(entry, INFINITY, INFINITY, 0);
  if (slopes->jump || !(CLEAR_CORNER * bp_slope_bound(vaguer) <= gap)) {
    decide(entry, BP_UNDECIDED, slopes->jump ? BP_REASON_NO_SLOPE : BP_REASON_KINK);
    if (!slopes->jump)
      judge_blurred(&slopes->central, q, entry);
    return;
  }
  double error = q->error - q->moved + fmin(q->moved, BP_SHAKEN * bp_slope_bound(vaguer));
  bp_entry_allow(entry, vaguer->truncation, vaguer->rounding + error, gap / 2);
  double distance = fabs(q->value - entry->difference);
  if (distance <= entry->bound)
    decide(entry, BP_HOLDS, BP_REASON_KINK);
  else if (!(distance - gap / 2 <= failing(ladder) * (entry->bound - gap / 2)))
    decide(entry, BP_FAILS, BP_REASON_DIFFERENCE);
  else {
    bp_entry_allow(entry, vaguer->truncation + distance + error - entry->bound,
                   vaguer->rounding + error, gap / 2);
    decide(entry, BP_UNDECIDED, BP_REASON_KINK);
  }
}

void bp_ladder_reach(const struct bp_ladder *ladder, struct bp_entry *entry) {
  double times = failing(ladder), spread = entry->bound - entry->truncation - entry->rounding;
  if (entry->verdict != BP_UNDECIDED && isfinite(entry->bound))
    bp_entry_allow(entry, times * entry->truncation, times * entry->rounding, fmax(spread, 0));
}

void bp_ladder_judge(const struct bp_ladder *ladder, const struct bp_ladder_question *question,
                     struct bp_entry *entry) {
  struct bp_probe_slopes slopes;
  bp_ladder_slopes(ladder, &slopes);
  entry->backprop = question->value;
  entry->kronecker = NAN;
  entry->difference = NAN;
  bp_entry_allow(entry, INFINITY, INFINITY, 0);
  entry->method = BP_METHOD_NONE;
  if (slopes.corner)
    judge_corner(ladder, &slopes, question, entry);
  else if (isfinite(bp_slope_bound(&slopes.central)))
    judge_slope(ladder, slopes.noise, 0, &slopes.central, question, entry);
  else if (isfinite(bp_slope_bound(&slopes.above)))
    judge_slope(ladder, slopes.noise, 1, &slopes.above, question, entry);
  else if (isfinite(bp_slope_bound(&slopes.below)))
    judge_slope(ladder, slopes.noise, -1, &slopes.below, question, entry);
  else
    decide(entry, BP_UNDECIDED, BP_REASON_NEIGHBOURS);
  if (!isfinite(question->value)) /* a derivative exists where the gradient has no number */
    decide(entry, isfinite(entry->bound) ? BP_FAILS : BP_UNDECIDED, BP_REASON_OVERFLOW);
  entry->relative = bp_probe_relative(question->value, entry->difference);
}
