/* Derivatives by intervention: difference quotients in ball arithmetic.
 *
 * One number t is moved: an element of a node, the length along a direction, the argument of a
 * function.  With D(h) = (f(h) - f(-h)) / 2h the value is D(h) + (D(h) - D(2h)) / 3, which is right
 * to order h^4, and its bound is |D(h) - D(2h)|, which is the error of the much worse D(2h), plus
 * the radii of the four values over the step.  With 113 bits and h near 2^-34 of the scale of t,
 * both are near 1e-20.
 *
 * Where f itself contains derivatives, their radii are divided by h once more.  There three steps
 * are combined (order h^6) with larger ones: the inner quotient then has some 26 digits, the outer
 * some 19.
 *
 * When the quotients do not agree, or f has no value beside the point, or took another branch at a
 * kink there, the step is made smaller.  When it still takes another branch on either side, the
 * point lies on the kink: then the ball covers everything between the one-sided slopes.
 *
 * Source: Richardson's extrapolation, e.g. Stoer and Bulirsch, "Introduction to Numerical
 * Analysis", section 3.5.
 */
#include "value/quotient.h"

#include <math.h>
#include <string.h>

enum { MOST_LEVELS = 3, ATTEMPTS = 4, SHRINK = 8, ONE_SIDED_EXPONENT = -50 };

static bool within_difference(const struct bp_frame *frame) {
  for (; frame; frame = frame->outer)
    if (frame->moved)
      return true;
  return false;
}

struct bp_stencil bp_stencil_for(int inside, const struct bp_frame *frame) {
  static const struct bp_stencil nested[] = {{3, -22}, {3, -16}, {3, -12}};
  if (inside == 0 && !within_difference(frame))
    return (struct bp_stencil){2, -34};
  return nested[inside < 2 ? inside : 2];
}

struct samples {
  struct bp_balls plus[MOST_LEVELS], minus[MOST_LEVELS], middle;
  uint64_t plus_branches[MOST_LEVELS], minus_branches[MOST_LEVELS];
};

static bool sample(struct bp_world *world, const struct bp_curve *curve, double t,
                   struct bp_balls *value, uint64_t *branches) {
  world->trail.branches = 0;
  bool fine = curve->at(curve->context, t, value);
  *branches = world->trail.branches;
  return fine;
}

static bool take_samples(struct bp_world *world, const struct bp_curve *curve, int levels, double h,
                         struct samples *samples) {
  for (int level = 0; level < levels; level++) {
    double t = ldexp(h, level);
    if (!sample(world, curve, t, &samples->plus[level], &samples->plus_branches[level]) ||
        !sample(world, curve, -t, &samples->minus[level], &samples->minus_branches[level]))
      return false;
  }
  return true;
}

static bool one_branch(const struct samples *samples, int levels) {
  for (int level = 0; level < levels; level++)
    if (samples->plus_branches[level] != samples->plus_branches[0] ||
        samples->minus_branches[level] != samples->plus_branches[0])
      return false;
  return true;
}

/* (f(t) - f(-t)) / 2t; t is a power of two, so the division is exact. */
static struct bp_ball quotient(struct bp_ball plus, struct bp_ball minus, double t) {
  struct bp_ball difference = bp_ball_sub(plus, minus);
  return bp_ball_of(difference.mid / (2 * (bp_quad)t), difference.rad / (2 * t));
}

static double distance(struct bp_ball a, struct bp_ball b) {
  return (double)bp_quad_fabs(a.mid - b.mid);
}

/* The point itself is only known to 2^-113 of its scale, which the step is at least 2^-62 of. */
static struct bp_ball widened(struct bp_ball a, double truncation) {
  double placed = fabs(bp_ball_double(a)) * 0x1p-76;
  return bp_ball_of(a.mid, (a.rad + truncation + placed) * BP_BALL_UP);
}

static struct bp_ball third(struct bp_ball a) { return bp_ball_div(a, bp_ball_exact(3)); }

static struct bp_ball extrapolated(const struct samples *samples, int levels, double h, size_t k) {
  struct bp_ball d[MOST_LEVELS] = {{0}};
  for (int level = 0; level < levels; level++)
    d[level] = quotient(samples->plus[level].at[k], samples->minus[level].at[k], ldexp(h, level));
  struct bp_ball first = bp_ball_add(d[0], third(bp_ball_sub(d[0], d[1])));
  if (levels == 2)
    return widened(first, distance(d[0], d[1]));
  struct bp_ball second = bp_ball_add(d[1], third(bp_ball_sub(d[1], d[2])));
  struct bp_ball correction = bp_ball_div(bp_ball_sub(first, second), bp_ball_exact(15));
  return widened(bp_ball_add(first, correction), distance(first, second));
}

/* Whether the result is as good as it has to be: relative to the slopes, or, where these vanish, to
 * the values over the scale. */
static bool good_enough(struct bp_balls result, const struct samples *samples, double scale) {
  double slope = bp_balls_largest(result), value = bp_balls_largest(samples->plus[0]);
  return bp_balls_widest(result) <= 0x1p-40 * slope + 0x1p-56 * value / scale;
}

/* One-sided slope 2 F(h) - F(2h), F(h) = (f(h) - f(0)) / h, and a bound. */
static struct bp_ball one_sided(struct bp_ball middle, struct bp_ball near, struct bp_ball far,
                                double h) {
  struct bp_ball a = bp_ball_sub(near, middle), b = bp_ball_sub(far, middle);
  struct bp_ball first = bp_ball_of(a.mid / (bp_quad)h, a.rad / fabs(h));
  struct bp_ball second = bp_ball_of(b.mid / (2 * (bp_quad)h), b.rad / fabs(2 * h));
  struct bp_ball slope = bp_ball_sub(bp_ball_add(first, first), second);
  return widened(slope, distance(first, second));
}

/* Whether both slopes are known far better than they differ; where the function jumps, or its slope
 * does not settle, they are not, and there is nothing between them. */
static bool settled(struct bp_ball above, struct bp_ball below) {
  double unknown = fmax(above.rad, below.rad);
  double size = fmax(fabs(bp_ball_double(above)), fabs(bp_ball_double(below)));
  return unknown <= 0x1p-20 * fmax(size, distance(above, below));
}

/* Everything between the two slopes, or what the world takes for it. */
static struct bp_ball between(struct bp_world *world, struct bp_ball above, struct bp_ball below) {
  double unknown = fmax(above.rad, below.rad), gap = distance(above, below);
  bp_quad middle = (above.mid + below.mid) / 2;
  bool steep = !(unknown < 0x1p20); /* a jump over so short a step: there is no slope */
  if (gap <= unknown && !steep)     /* no kink in this element */
    return bp_ball_of(middle, (gap + unknown) * BP_BALL_UP);
  if (steep || !settled(above, below)) {
    world->no_slope = true;
    return bp_ball_of(middle, INFINITY);
  }
  if (world->slopes == BP_SLOPES_ALL) {
    world->kink = true;
    return bp_ball_of(middle, (unknown + gap / 2) * BP_BALL_UP);
  }
  if (world->slopes == BP_SLOPE_MIDDLE)
    return bp_ball_of(middle, unknown * BP_BALL_UP);
  return world->slopes == BP_SLOPE_BELOW ? below : above;
}

/* On a kink. A branch that changes again within one side leaves no slope at all. */
static bool at_kink(struct bp_world *world, const struct bp_curve *curve, double scale,
                    struct bp_balls *out) {
  struct samples samples = {0};
  uint64_t branches;
  double h = ldexp(scale, ONE_SIDED_EXPONENT);
  if (!take_samples(world, curve, 2, h, &samples) ||
      !sample(world, curve, 0, &samples.middle, &branches))
    return false;
  bool clear = samples.plus_branches[0] == samples.plus_branches[1] &&
               samples.minus_branches[0] == samples.minus_branches[1];
  world->no_slope = world->no_slope || !clear;
  for (size_t k = 0; k < out->rows * out->columns; k++) {
    struct bp_ball above =
        one_sided(samples.middle.at[k], samples.plus[0].at[k], samples.plus[1].at[k], h);
    struct bp_ball below =
        one_sided(samples.middle.at[k], samples.minus[0].at[k], samples.minus[1].at[k], -h);
    out->at[k] = clear ? between(world, above, below) : bp_ball_of(above.mid, INFINITY);
  }
  return true;
}

/* Whether f goes through its value at 0 without a corner there, as far as can be seen: the second
 * differences over h and over 2h, divided by the step, are halves of one another where f is smooth
 * and equal where it has a corner.  Without a value at 0 there is no derivative. */
static bool no_corner(struct bp_balls middle, const struct samples *samples, double h,
                      struct bp_balls slopes) {
  for (size_t k = 0; k < middle.rows * middle.columns; k++) {
    struct bp_ball twice = bp_ball_add(middle.at[k], middle.at[k]);
    struct bp_ball near =
        bp_ball_sub(bp_ball_add(samples->plus[0].at[k], samples->minus[0].at[k]), twice);
    struct bp_ball far =
        bp_ball_sub(bp_ball_add(samples->plus[1].at[k], samples->minus[1].at[k]), twice);
    double first = fabs(bp_ball_double(near)), second = fabs(bp_ball_double(far));
    double slope = fabs(bp_ball_double(slopes.at[k])) + slopes.at[k].rad;
    bool visible = first > 2 * near.rad && first > 0x1p-10 * h * slope;
    if (visible && !(first < 0.375 * second)) /* smooth: a quarter; a corner: a half */
      return false;
  }
  return true;
}

/* One attempt with the smallest step h; *fine says whether nothing better is to be sought. */
static bool attempt(struct bp_world *world, const struct bp_curve *curve, int levels, double h,
                    double scale, struct bp_balls *out, bool *smooth, bool *fine) {
  struct samples samples = {0};
  if (!take_samples(world, curve, levels, h, &samples))
    return false;
  *smooth = one_branch(&samples, levels);
  for (size_t k = 0; *smooth && k < out->rows * out->columns; k++)
    out->at[k] = extrapolated(&samples, levels, h, k);
  *smooth = *smooth && no_corner(curve->middle, &samples, h, *out);
  *fine = *smooth && bp_balls_finite(*out) && good_enough(*out, &samples, scale);
  return true;
}

/* Radius of the worst element; anything that is not a number is worst. */
static double badness(struct bp_balls a) {
  double widest = bp_balls_finite(a) ? bp_balls_widest(a) : INFINITY;
  return isnan(widest) ? INFINITY : widest;
}

bool bp_differentiate(struct bp_world *world, const struct bp_curve *curve, double scale,
                      struct bp_stencil stencil, struct bp_balls *out) {
  struct bp_ball_trail outer = world->trail;
  struct bp_gap before = world->gap;
  size_t bytes = out->rows * out->columns * sizeof *out->at;
  struct bp_balls trial = bp_balls_new(world->scratch, out->rows, out->columns);
  bool fine = false, smooth = false, any = false;
  if (!trial.at)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  for (int k = 0; k < ATTEMPTS && !fine; k++) {
    struct bp_arena_mark mark = bp_arena_mark(world->scratch);
    world->gap = before;
    world->trail.unsure = outer.unsure;
    double h = ldexp(scale, stencil.exponent - SHRINK * k);
    if (!attempt(world, curve, stencil.levels, h, scale, &trial, &smooth, &fine))
      return false;
    bp_arena_release(world->scratch, mark);
    if (smooth && (!any || badness(trial) < badness(*out)))
      memcpy(out->at, trial.at, bytes);
    any = any || smooth;
  }
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  if (!any && !at_kink(world, curve, scale, out))
    return false;
  bp_arena_release(world->scratch, mark);
  for (size_t k = 0; k < out->rows * out->columns; k++)
    if (isnan(bp_ball_double(curve->middle.at[k]))) /* no value, no derivative */
      out->at[k] = curve->middle.at[k];
  world->trail.branches = outer.branches * 0x9e3779b97f4a7c15u + world->trail.branches;
  return true;
}

double bp_scale_of(double x, double otherwise) {
  double size = fmax(fabs(x), otherwise / 16);
  int exponent;
  if (!(size > 0) || !isfinite(size))
    return 1;
  frexp(size, &exponent);
  return ldexp(1, exponent);
}
