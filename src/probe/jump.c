/* Jumps beside the point, which excuse what a ladder refutes.
 *
 * In float log(1 - a) with a next to 1 goes up by a stair each time that 1 - a loses a last bit,
 * and other terms of the same sum go on smoothly between the stairs.  Small steps then agree about
 * the slope between two stairs and large ones about the slope of the whole, which is what the
 * gradient means; floor(k x) is meant the other way round.  The values on the rungs cannot tell
 * such a function from one with kinks, whose small steps are right.  Values between the rungs can:
 * where an interval is halved again and again, always towards the half that changes more, the
 * change of a continuous function shrinks with it, and that of a jump stays.
 *
 * So before a number fails the nearest interval that the ladder's slope, or the number, does not
 * explain is halved until the change is that of a jump or no more than noise.  Of a smooth function
 * the latter takes two or three evaluations, because the rung before was explained.  What is
 * changed is counted without the slope that explains the values nearer to the point: between stairs
 * a sum may sink by as much as they rise.
 *
 * A jump excuses two numbers.  One is the slope of the whole: with the height of the jump as noise
 * the ladder does not refute it.  The other is the slope between stairs, also of stairs that were
 * taken for noise: before the jump and behind it, as far as half a stair, the number explains the
 * values to a small part of the height.  Noise is not like that.  Where a stair is but a few
 * neighbouring numbers wide, no interval is as steep as 32 quotients; there it takes less.
 */
#include <math.h>

#include "probe/run.h"

#define LEAST 2  /* times what noise, or rounding alone, does to a difference: less is no jump */
#define STEEP 32 /* times the steepest quotient: so steep is a jump */
#define NEXT 4   /* the same between two numbers that have none between them */
#define CANCELLED 0.3 /* of the digits: what rounding makes where terms cancel are stairs, too */
#define FLAT 8        /* of the height: more between stairs is not explained */
enum { MOST_HALVINGS = 40, PLACES = 4, SCALES = 3, LEVELS = 6 };

/* An interval to one side of the point, and the values at its ends without `slope` times the way.
 */
struct interval {
  double near, far, at_near, at_far;
};

static double height_of(const struct interval *interval) {
  return fabs(interval->at_far - interval->at_near);
}

struct hunt {
  struct bp_run *run;
  const struct bp_course *course;
  const struct bp_ladder *ladder;
  size_t output;
  double noise;           /* of a value */
  double slope, steepest; /* what explains the values next to the point; the largest quotient */
  bool between;           /* the slope is the number under test */
  double *values;
};

/* A step that the function can be called with. */
static double possible_step(const struct hunt *hunt, double step) {
  if (hunt->course->direction)
    return step;
  double x = hunt->run->probed->theta[hunt->course->index];
  return bp_run_representable(hunt->run, x + step) - x;
}

static bool evaluate(const struct hunt *hunt, double step, double *value) {
  struct bp_run *run = hunt->run;
  const struct bp_course *course = hunt->course;
  const double *theta = run->probed->theta;
  struct bp_probe_point point = {course->index, theta[course->index] + step, NULL};
  if (course->direction) {
    for (size_t j = 0; j < run->probed->parameters; j++)
      run->whole[j] = bp_run_representable(run, theta[j] + step * course->direction[j]);
    point = (struct bp_probe_point){0, run->whole[0], run->whole};
  }
  bool fine = bp_run_evaluate_at(run, &point, 1, hunt->values);
  *value = hunt->values[hunt->output] - hunt->ladder->middle - hunt->slope * step;
  return fine;
}

/* Between stairs a 0 is what it takes less for, as far as rounding alone does not make them. */
static double least_jump(const struct hunt *hunt, double value) {
  if (hunt->between && hunt->slope == 0)
    return bp_ladder_granular(hunt->ladder) * fabs(value);
  return LEAST * bp_probe_rounding(fmax(hunt->noise, hunt->ladder->unit * fabs(value)));
}

static double rung(const struct bp_ladder *ladder, size_t r, int side) {
  return side > 0 ? ladder->above[r] : -ladder->below[r];
}

static double rung_value(const struct bp_ladder *ladder, size_t r, int side) {
  return side > 0 ? ladder->plus[r] : ladder->minus[r];
}

/* From the point to the nearest rung that the slope does not explain.  The steepest quotient is
 * that of this rung or a larger one: noise makes those of the smaller ones. */
static bool unexplained(struct hunt *hunt, int side, struct interval *interval) {
  const struct bp_ladder *ladder = hunt->ladder;
  bool found = false;
  hunt->steepest = fabs(hunt->slope);
  for (size_t r = ladder->count; r-- > 0;) {
    double step = rung(ladder, r, side), value = rung_value(ladder, r, side);
    double off = value - ladder->middle - hunt->slope * step;
    if (!isfinite(off) || step == 0)
      continue;
    if (!found && fabs(off) > least_jump(hunt, value)) {
      *interval = (struct interval){0, step, 0, off};
      found = true;
    }
    if (found)
      hunt->steepest = fmax(hunt->steepest, fabs((value - ladder->middle) / step));
  }
  return found;
}

/* Halves the interval until it is as steep as a jump.  Where there is none *found is false. Returns
 * false when everything is to stop. */
static bool halve(const struct hunt *hunt, struct interval *interval, bool *found) {
  double least = least_jump(hunt, hunt->ladder->middle);
  *found = false;
  for (int halvings = 0; halvings < MOST_HALVINGS; halvings++) {
    double width = interval->far - interval->near, at_middle;
    double middle = possible_step(hunt, interval->near + width / 2);
    bool last = middle == interval->near || middle == interval->far;
    double steep = last && hunt->between ? NEXT : STEEP;
    *found = height_of(interval) > fmax(least, steep * hunt->steepest * fabs(width));
    if (*found || !(height_of(interval) > least) || last)
      return true;
    if (!evaluate(hunt, middle, &at_middle))
      return false;
    if (!isfinite(at_middle))
      return true;
    if (fabs(at_middle - interval->at_near) >= fabs(interval->at_far - at_middle))
      *interval = (struct interval){interval->near, middle, interval->at_near, at_middle};
    else
      *interval = (struct interval){middle, interval->far, at_middle, interval->at_far};
  }
  return true;
}

/* Whether the number under test, which is the slope of the hunt, explains most of some ways of that
 * length from the jump to both sides; `apart` is how far the slope of the whole is from it. */
static bool explains_ways(const struct hunt *hunt, const struct interval *jump, double apart,
                          double way, bool *explained) {
  const double from[] = {jump->near, jump->far}, values[] = {jump->at_near, jump->at_far};
  int flat = 0;
  for (int side = 0; side < 2; side++) {
    double at = from[side], value = values[side];
    double outward = copysign(way, side ? jump->far : -jump->far);
    for (int k = 1; k <= PLACES; k++) {
      double next = possible_step(hunt, from[side] + k * outward), there;
      if (next == at || !evaluate(hunt, next, &there))
        return next == at;
      flat += FLAT * fabs(there - value) <= apart * fabs(next - at);
      at = next;
      value = there;
    }
  }
  *explained = flat > PLACES;
  return true;
}

/* With `other` as the slope of the whole there is one such stair in four of the longest ways, or
 * more where some of them go up and some down. */
static bool explains(const struct hunt *hunt, const struct interval *jump, double other,
                     bool *explained) {
  double apart = fabs(other - hunt->slope);
  bool fine = true;
  for (int scale = 1; fine && !*explained && scale <= SCALES; scale++)
    fine = explains_ways(hunt, jump, apart, ldexp(height_of(jump) / apart, -2 * scale), explained);
  return fine;
}

/* What a question needs to be asked once more. */
struct doubt {
  const struct bp_ladder *ladder;
  const struct bp_ladder_question *question;
  struct bp_entry *entry;
};

static void leave_open(struct bp_entry *entry) {
  bp_entry_allow(entry, INFINITY, INFINITY, 0);
  entry->verdict = BP_UNDECIDED;
  entry->reason = BP_REASON_NO_SLOPE;
}

static double largest_value(const struct bp_ladder *ladder) {
  double largest = fabs(ladder->middle);
  for (size_t r = 0; r < ladder->count; r++) {
    largest = isfinite(ladder->plus[r]) ? fmax(largest, fabs(ladder->plus[r])) : largest;
    largest = isfinite(ladder->minus[r]) ? fmax(largest, fabs(ladder->minus[r])) : largest;
  }
  return largest;
}

/* Lower stairs may be made by rounding, and a number that explains what lies between them by
 * nobody; but for 0 it takes less.
 */
static double lowest_stair(const struct bp_ladder *ladder, double number) {
  double part = pow(ladder->unit, 1 - CANCELLED);
  return (number == 0 ? fmin(part, bp_ladder_granular(ladder)) : part) * largest_value(ladder);
}

/* Judges with the height of a jump as noise.  That an entry then holds is believed of stairs that
 * rounding makes; others may mean the slope between them. */
static void judge_roughly(const struct doubt *doubt, double height) {
  struct bp_ladder rough = *doubt->ladder;
  struct bp_entry again = {0};
  rough.noise = fmax(rough.noise, height / 4);
  bp_ladder_judge(&rough, doubt->question, &again);
  if (again.verdict == BP_HOLDS && height <= BP_GRANULAR * rough.unit * largest_value(&rough))
    *doubt->entry = again;
  else if (again.verdict != BP_FAILS)
    leave_open(doubt->entry);
}

/* Looks to one side, at what `slope` does not explain; behind a jump is another hunt, for lower
 * ones before it. */
static bool look(struct hunt *hunt, const struct doubt *doubt, double slope, int side) {
  struct interval jump;
  struct bp_entry *entry = doubt->entry;
  double other = entry->difference, least = LEAST * bp_probe_rounding(doubt->ladder->noise);
  bool found = true, explained = false;
  hunt->slope = slope;
  hunt->between = slope == entry->backprop;
  hunt->noise = hunt->between ? 0 : doubt->ladder->noise; /* stairs may have been taken for it */
  if (!unexplained(hunt, side, &jump))
    return true;
  for (int level = 0; level < LEVELS && found && entry->verdict == BP_FAILS; level++) {
    if (!halve(hunt, &jump, &found) ||
        (found && hunt->between && !explains(hunt, &jump, other, &explained)))
      return false;
    if (explained && height_of(&jump) > lowest_stair(hunt->ladder, slope))
      leave_open(entry);
    else if (found && height_of(&jump) > least)
      judge_roughly(doubt, height_of(&jump));
    jump = (struct interval){0, jump.near, 0, jump.at_near};
  }
  return true;
}

bool bp_run_excuse(struct bp_run *run, const struct bp_course *course,
                   const struct bp_ladder *ladder, size_t output,
                   const struct bp_ladder_question *question, struct bp_entry *entry) {
  const struct doubt doubt = {ladder, question, entry};
  const double slopes[] = {entry->difference, entry->backprop};
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  struct hunt hunt = {.run = run, .course = course, .ladder = ladder, .output = output};
  hunt.values = bp_arena_alloc(run->spare, run->probed->outputs, sizeof *hunt.values);
  bool fine = hunt.values != NULL;
  for (int k = 0; fine && k < 4 && entry->verdict == BP_FAILS; k++)
    if (isfinite(slopes[k / 2]))
      fine = look(&hunt, &doubt, slopes[k / 2], k % 2 ? 1 : -1);
  bp_arena_release(run->spare, mark);
  return fine;
}
