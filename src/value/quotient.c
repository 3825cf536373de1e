/* Derivatives by intervention: difference quotients whose error is bounded by a complex disc.
 *
 * F is evaluated with the number t that is moved, or with all of them at once, replaced by the disc
 * |t| <= r.  Where the result is finite, F is analytic in the disc and |F - F(0)| <= M there, M
 * read off the result.  Then |F^(n)(0)| / n! <= M / r^n (Cauchy), and with q = h / r
 *
 *     D(h) = (F(h) - F(-h)) / 2h    is off by at most    (M / r) q^2 / (1 - q^2).
 *
 * Rounding adds the radius of F over h.  Both together are smallest near q^3 = radius / M, which is
 * where the step is put: with p bits a slope has some 2p/3 digits in base 2.  Where F is itself
 * made of slopes these are taken with 3p/2 bits, so that F is known to p bits as ever; what they
 * need of values that were computed before has p bits, and a wider F gets a larger step.  The
 * radius r begins at 2^-3 of the scale of t and its exponent doubles until the result is finite and
 * no longer gains; a kink nearby makes it small, which costs bits.
 *
 * Inside the disc of another difference the slope is only to be bounded: by Cauchy it is at most
 * the radius of F's enclosure over r.
 *
 * What does not depend on t stays real in the disc, and has slope 0 exactly.
 *
 * Where no disc is small enough, a decision is exactly level and none is open for want of bits, the
 * point lies on a kink.  There F is one analytic function on each side, that with the decisions as
 * they come out beside the point (model/script.h), and its slope has a proof like any other: the
 * disc shows, too, that no decision comes out otherwise on the way to the step.  F itself must not
 * jump on the kink, which functions such as relu and max never do, and a where does not if both
 * cases are one exact number there.  The ball then covers everything between the one-sided slopes,
 * and where several decisions are level at once what each of them either way makes of it.
 * Where F may jump, and for derivatives of derivatives whose kink it is, nothing is proved, and
 * there is no slope.
 *
 * Source: Cauchy's estimate, e.g. Ahlfors, "Complex Analysis", section 4.2.3.
 */
#include "value/quotient.h"

#include "model/script.h"
#include <math.h>
#include <string.h>

enum { FIRST_EXPONENT = -3, LAST_EXPONENT = -48, LEAST_STEP = 2 };

/* What a disc showed of one element of F. */
struct bound {
  bool known;
  bool constant;   /* it does not depend on what is moved */
  slong exponent;  /* of r */
  double farthest; /* log2 of M; in a bound alone, of the enclosure's radius */
};

/* What was met on the way. */
struct met {
  bool unsure; /* a decision that is open for want of bits */
  bool kink;
};

struct difference {
  struct bp_world *world;
  const struct bp_curve *curve;
  size_t count;               /* elements of F */
  struct bound *bounds, *own; /* for discs of all numbers, and of one alone */
  struct met *met;            /* of the column at hand */
  struct bp_balls out;
  struct bp_script *script; /* of one side of a kink; NULL: F is taken as it is */
};

/* The exponents of the step at which decisions beside a kink are looked at, where the number that
 * is moved has some digits left; and of a last disc, for another kink that is very near. */
static slong beside_kink(const struct difference *d) { return -13 * d->world->room.bits / 16; }

static slong last_disc(const struct difference *d) { return -5 * d->world->room.bits / 8; }

static bool has_middle(const struct difference *d, size_t k) {
  return bp_ball_finite(d->curve->middle.at[k]);
}

/* F, as one evaluation of a difference. */
static bool evaluate(const struct difference *d, size_t which, struct bp_ball t,
                     struct bp_balls *value) {
  d->world->depth++;
  d->world->trail = (struct bp_ball_trail){0};
  bool fine = d->curve->at(d->curve->context, which, t, value);
  d->world->depth--;
  return fine;
}

/* ---- discs -------------------------------------------------------------- */

static bool all_known(const struct difference *d, const struct bound *bounds) {
  for (size_t k = 0; k < d->count; k++)
    if (!bounds[k].known && has_middle(d, k))
      return false;
  return true;
}

/* The error that a slope has in the end grows with M^(1/3) / r, a mere bound with M / r. */
static double badness(const struct difference *d, const struct bound *bound) {
  return bound->farthest / (d->curve->disc ? 1 : 3) - (double)bound->exponent;
}

/* Takes over what is better than before; whether anything is, by more than a little. */
static bool take(const struct difference *d, struct bp_balls enclosure, slong exponent,
                 struct bound *bounds) {
  bool gained = false;
  for (size_t k = 0; k < d->count; k++) {
    struct bp_ball value = enclosure.at[k];
    if (!bp_ball_finite(value) || !has_middle(d, k))
      continue;
    double farthest = d->curve->disc ? bp_ball_radius_log2(value)
                                     : bp_ball_farthest_log2(value, d->curve->middle.at[k]);
    struct bound bound = {true, bp_ball_is_real(value), exponent, farthest};
    if (bounds[k].known && !bound.constant && !(badness(d, &bound) < badness(d, &bounds[k])))
      continue;
    gained = gained || !bounds[k].known || badness(d, &bound) < badness(d, &bounds[k]) - 1;
    bounds[k] = bound;
  }
  return gained;
}

/* Whether M / r is of the order of F over its scale, so that smaller discs gain nothing. */
static bool flat(const struct difference *d, const struct bound *bounds) {
  enum { MARGIN = 6 };
  double size = bp_balls_largest_log2(d->curve->middle);
  for (size_t k = 0; k < d->count; k++)
    if (has_middle(d, k) && !bounds[k].constant &&
        !(bounds[k].farthest - (double)bounds[k].exponent <= size + MARGIN))
      return false;
  return true;
}

/* Whether some M is so large beside F that no step leaves a digit of the slope: of sin(k t) on a
 * disc of r it is e^(k r). */
static bool far_too_large(const struct difference *d, const struct bound *bounds) {
  double size = fmax(bp_balls_largest_log2(d->curve->middle), 0);
  for (size_t k = 0; k < d->count; k++)
    if (bounds[k].known && !bounds[k].constant &&
        bounds[k].farthest > size + (double)d->world->room.bits)
      return true;
  return false;
}

/* Bounds F on discs for one number or for all, down to the floor; below it, as far as what was
 * found is of no use.  False with a fault. */
static bool look_at_discs(const struct difference *d, size_t which, slong first, slong floor,
                          struct bound *bounds) {
  struct bp_world *world = d->world;
  slong lowest = -2 * world->room.bits;
  for (slong exponent = first;
       exponent >= floor || (exponent >= lowest && far_too_large(d, bounds)); exponent *= 2) {
    struct bp_arena_mark mark = bp_arena_mark(world->scratch);
    struct bp_ball disc = bp_ball_disc(bp_ball_whole(0), (double)exponent);
    struct bp_balls enclosure = {0};
    if (d->script)
      bp_script_begin_disc(d->script);
    if (!evaluate(d, which, disc, &enclosure))
      return false;
    bool proved = !d->script || bp_script_proves(d->script, beside_kink(d), exponent);
    bool gained = proved && take(d, enclosure, exponent, bounds);
    bp_arena_release(world->scratch, mark);
    if (all_known(d, bounds) && (!gained || flat(d, bounds)))
      return true;
  }
  return true;
}

/* ---- results ------------------------------------------------------------ */

/* A number that outlives world->scratch. */
static struct bp_ball kept(const struct difference *d, struct bp_ball number) {
  struct bp_ball_room room = bp_world_keeping(d->world);
  room.bits = d->curve->bits;
  return bp_ball_apply(&room, bp_ball_identity, number);
}

static void put(const struct difference *d, size_t k, size_t which, struct bp_ball slope) {
  d->out.at[k * d->out.columns + which] = kept(d, slope);
}

/* ---- inside the disc of another difference ------------------------------- */

static bool bounded_column(const struct difference *d, size_t which) {
  const struct bound *bounds = d->bounds;
  if (!all_known(d, bounds)) {
    memcpy(d->own, bounds, d->count * sizeof *bounds);
    bounds = d->own;
    if (d->curve->count > 1 && !look_at_discs(d, which, FIRST_EXPONENT, LAST_EXPONENT, d->own))
      return false;
    /* The other disc has a value, so it is clear of the kink, however near that is. */
    if (!all_known(d, d->own) &&
        !look_at_discs(d, which, 2 * LAST_EXPONENT, -2 * d->world->room.bits, d->own))
      return false;
  }
  for (size_t k = 0; k < d->count; k++) {
    double scale = (double)(bounds[k].exponent + d->curve->scale[which]);
    struct bp_ball slope = bp_ball_is_missing(d->curve->middle.at[k]) ? d->curve->middle.at[k]
                           : !bounds[k].known                         ? bp_ball_unknown()
                           : bounds[k].constant
                               ? bp_ball_whole(0)
                               : bp_ball_disc(bp_ball_whole(0), bounds[k].farthest - scale);
    put(d, k, which, slope);
  }
  return true;
}

/* ---- at a point --------------------------------------------------------- */

/* The exponent of the step, from what rounding and remainder make of it. */
static slong step_of(const struct difference *d, const struct bound *bounds) {
  double bits = (double)d->world->room.bits, step = -INFINITY, most = INFINITY;
  for (size_t k = 0; k < d->count; k++) {
    if (!bounds[k].known || bounds[k].constant)
      continue;
    struct bp_ball middle = d->curve->middle.at[k];
    double radius = fmax(bp_ball_radius_log2(middle), bp_ball_above_log2(middle) - bits);
    if (isinf(radius))
      radius = bounds[k].farthest - bits;
    double ratio = fmax((radius - bounds[k].farthest) / 3, -bits);
    step = fmax(step, (double)bounds[k].exponent + ratio);
    most = fmin(most, (double)bounds[k].exponent - LEAST_STEP);
  }
  return isinf(most) ? 0 : (slong)floor(fmin(step, most));
}

static struct bp_ball slope_of(const struct difference *d, const struct bound *bound,
                               struct bp_ball plus, struct bp_ball minus, slong step, slong scale) {
  struct bp_ball change = bp_ball_combine(&d->world->room, plus, minus, bp_ball_sub);
  double q = (double)(step - bound->exponent);
  double remainder = bound->farthest - (double)bound->exponent + 2 * q - log2(1 - exp2(2 * q));
  return bp_ball_scale(bp_ball_widen(bp_ball_scale(change, -1 - step), remainder + 0x1p-30),
                       -scale);
}

/* The slopes of those elements that a disc bounds.  False with a fault. */
static bool central_slopes(const struct difference *d, const struct bound *bounds, size_t which,
                           struct bp_ball *slopes) {
  slong step = step_of(d, bounds);
  struct bp_balls plus = {0}, minus = {0};
  if (step != 0 && (!evaluate(d, which, bp_ball_power_of_two(step), &plus) ||
                    !evaluate(d, which, bp_ball_neg(bp_ball_power_of_two(step)), &minus)))
    return false;
  for (size_t k = 0; k < d->count; k++)
    if (bounds[k].known && has_middle(d, k))
      slopes[k] = bounds[k].constant ? bp_ball_whole(0)
                                     : slope_of(d, &bounds[k], plus.at[k], minus.at[k], step,
                                                d->curve->scale[which]);
  return true;
}

static struct bp_ball *new_slopes(const struct difference *d) {
  struct bp_ball *slopes = bp_arena_alloc(d->world->scratch, d->count + 1, sizeof *slopes);
  for (size_t k = 0; slopes && k < d->count; k++)
    slopes[k] = bp_ball_unknown();
  if (!slopes)
    bp_fault_record(d->world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  return slopes;
}

static bool central_column(const struct difference *d, const struct bound *bounds, size_t which) {
  struct bp_ball *slopes = new_slopes(d);
  if (!slopes || !central_slopes(d, bounds, which, slopes))
    return false;
  for (size_t k = 0; k < d->count; k++)
    if (!has_middle(d, k)) /* no value, no derivative */
      put(d, k, which, d->curve->middle.at[k]);
    else if (bounds[k].known)
      put(d, k, which, slopes[k]);
  return true;
}

/* ---- on a kink ---------------------------------------------------------- */

/* Decisions as they come out beside the kink, and which of them are level on it. */
static bool record_side(const struct difference *d, size_t which, int side,
                        struct bp_balls *beside) {
  struct bp_balls on;
  struct bp_ball t = bp_ball_power_of_two(beside_kink(d));
  d->script->mode = BP_SCRIPT_RECORDS;
  if (!evaluate(d, which, side < 0 ? bp_ball_neg(t) : t, beside))
    return false;
  d->script->mode = BP_SCRIPT_ON_KINK;
  return evaluate(d, which, bp_ball_whole(0), &on);
}

/* The slopes of what F is on one side as the script has it: unknown where nothing is proved,
 * missing where F has no value there.  False with a fault. */
static bool scripted_slopes(const struct difference *d, size_t which, int side,
                            struct bp_ball *slopes) {
  struct bp_balls beside;
  for (size_t k = 0; k < d->count; k++) {
    slopes[k] = bp_ball_unknown();
    d->own[k] = (struct bound){0};
  }
  if (!record_side(d, which, side, &beside))
    return false;
  d->script->mode = BP_SCRIPT_IN_DISC;
  if (d->script->open || d->script->jumps)
    return true;
  if (!look_at_discs(d, which, FIRST_EXPONENT, LAST_EXPONENT, d->own) ||
      (!all_known(d, d->own) && !look_at_discs(d, which, last_disc(d), last_disc(d), d->own)))
    return false;
  d->script->mode = BP_SCRIPT_FOLLOWS;
  if (!central_slopes(d, d->own, which, slopes))
    return false;
  for (size_t k = 0; k < d->count; k++)
    if (bp_ball_is_missing(beside.at[k]))
      slopes[k] = bp_ball_missing();
  return true;
}

/* Whether a slope is wanted that no disc has bounded. */
static bool is_short_of(const struct difference *d, const struct bound *wanted) {
  for (size_t k = 0; k < d->count; k++)
    if (!wanted[k].known && has_middle(d, k) && !d->own[k].known)
      return true;
  return false;
}

/* The same with either order of what is not proved, all in one ball. */
static bool slopes_either_way(const struct difference *d, size_t which, int side, size_t open,
                              struct bp_ball *slopes) {
  struct bp_ball *here = new_slopes(d);
  for (size_t combination = 0; here && combination < (size_t)1 << open; combination++) {
    bp_script_choose(d->script, combination);
    if (!scripted_slopes(d, which, side, here))
      return false;
    for (size_t k = 0; k < d->count; k++)
      slopes[k] = combination == 0
                      ? here[k]
                      : bp_ball_combine(&d->world->room, slopes[k], here[k], bp_ball_either);
  }
  return here != NULL;
}

static bool one_sided_slopes(const struct difference *d, const struct bound *wanted, size_t which,
                             int side, struct bp_ball *slopes) {
  struct bp_script script = {.depth = d->world->depth + 1};
  struct difference forced = *d;
  forced.script = &script;
  forced.own = bp_arena_alloc(d->world->scratch, d->count + 1, sizeof *forced.own);
  if (!forced.own)
    return bp_fault_set(d->world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  d->world->script = &script;
  bool fine = scripted_slopes(&forced, which, side, slopes);
  bool provable = fine && !script.open && !script.jumps;
  size_t open = provable && is_short_of(&forced, wanted)
                    ? bp_script_leave_open(&script, beside_kink(d), last_disc(d))
                    : 0;
  fine = fine && (open == 0 || slopes_either_way(&forced, which, side, open, slopes));
  d->world->script = NULL;
  return fine;
}

/* Whether the two sides of some wanted element differ. */
static bool has_kink(const struct difference *d, const struct bound *bounds,
                     const struct bp_ball *above, const struct bp_ball *below) {
  for (size_t k = 0; k < d->count; k++)
    if (!bounds[k].known && has_middle(d, k) && !bp_ball_overlap(above[k], below[k]))
      return true;
  return false;
}

static void put_in_order(struct bp_ball *low, struct bp_ball *high) {
  struct bp_ball first = *low;
  if (!(bp_ball_double(*low) > bp_ball_double(*high)))
    return;
  *low = *high;
  *high = first;
}

/* Moves the end that the slope lies beyond, so that it lies between the two. */
static void take_in(const struct difference *d, struct bp_ball slope, struct bp_ball *low,
                    struct bp_ball *high) {
  if (!bp_ball_finite(slope) || !bp_ball_finite(*low) || !bp_ball_finite(*high)) {
    *low = bp_ball_finite(slope) ? *low : slope;
    return;
  }
  if (bp_ball_overlap(slope, *low))
    *low = bp_ball_combine(&d->world->room, *low, slope, bp_ball_either);
  else if (bp_ball_double(slope) < bp_ball_double(*low))
    *low = slope;
  if (bp_ball_overlap(slope, *high))
    *high = bp_ball_combine(&d->world->room, *high, slope, bp_ball_either);
  else if (bp_ball_double(slope) > bp_ball_double(*high))
    *high = slope;
}

/* Where there are too many to be tried, the slopes may lie anywhere: a ball that agrees with
 * everything, or none where one of them is asked for. */
static void leave_open(const struct difference *d, struct bp_ball *low) {
  enum { ANYWHERE = 200 };
  bool all = d->world->slopes == BP_SLOPES_ALL;
  for (size_t k = 0; k < d->count; k++)
    low[k] = all && bp_ball_finite(low[k]) ? bp_ball_widen(low[k], ANYWHERE) : bp_ball_unknown();
  d->world->kink = d->world->kink || all;
}

/* Where several decisions are level at once, a formula in which all of them fall to one side need
 * not lie between the one-sided slopes: a step that lifts one unit of a relu lowers another.  So
 * each of them is taken either way, with all others. */
static bool take_in_mixed(const struct difference *d, size_t which, struct bp_ball *low,
                          struct bp_ball *high) {
  struct bp_script script = {.depth = d->world->depth + 1};
  struct difference forced = *d;
  struct bp_ball *here = new_slopes(d);
  forced.script = &script;
  forced.own = bp_arena_alloc(d->world->scratch, d->count + 1, sizeof *forced.own);
  if (!forced.own || !here)
    return bp_fault_set(d->world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  d->world->script = &script;
  bool fine = scripted_slopes(&forced, which, 1, here);
  size_t level = fine ? bp_script_leave_level(&script) : 0;
  if (fine && level > BP_MOST_LEVEL)
    leave_open(d, low);
  size_t combinations = level > 1 && level <= BP_MOST_LEVEL ? (size_t)1 << level : 0;
  for (size_t k = 0; combinations > 0 && k < d->count; k++)
    put_in_order(&low[k], &high[k]);
  for (size_t i = 0; fine && i < combinations; i++) {
    bp_script_choose(&script, i);
    fine = scripted_slopes(&forced, which, 1, here);
    for (size_t k = 0; fine && k < d->count; k++)
      take_in(d, here[k], &low[k], &high[k]);
  }
  d->world->script = NULL;
  return fine;
}

/* Everything between the two slopes, or what the world takes for it. */
static struct bp_ball between(struct bp_world *world, struct bp_ball above, struct bp_ball below) {
  if (!bp_ball_finite(above) || !bp_ball_finite(below)) {
    bool missing = bp_ball_is_missing(above) || bp_ball_is_missing(below);
    world->no_slope = true;
    return missing ? bp_ball_missing() : bp_ball_unknown();
  }
  struct bp_ball both = bp_ball_combine(&world->room, above, below, bp_ball_either);
  if (bp_ball_overlap(above, below)) /* no kink in this element */
    return both;
  if (world->slopes == BP_SLOPES_ALL) {
    world->kink = true;
    return both;
  }
  if (world->slopes == BP_SLOPE_MIDDLE)
    return bp_ball_scale(bp_ball_combine(&world->room, above, below, bp_ball_add), -1);
  return world->slopes == BP_SLOPE_BELOW ? below : above;
}

static bool kinked_column(const struct difference *d, const struct bound *bounds, size_t which) {
  struct bp_ball *above = new_slopes(d), *below = new_slopes(d);
  if (!above || !below || !one_sided_slopes(d, bounds, which, 1, above) ||
      !one_sided_slopes(d, bounds, which, -1, below))
    return false;
  if (has_kink(d, bounds, above, below) && !take_in_mixed(d, which, below, above))
    return false;
  for (size_t k = 0; k < d->count; k++)
    if (!bounds[k].known && has_middle(d, k))
      put(d, k, which, between(d->world, above[k], below[k]));
  return true;
}

/* ---- one number --------------------------------------------------------- */

/* What no disc bounds: for want of bits, very near a kink, or on it.  A decision that is exactly
 * level tells the last; without any there may be smaller discs. */
static bool unbounded_column(const struct difference *d, struct bound *bounds, size_t which) {
  struct bp_world *world = d->world;
  struct bp_balls value = {0};
  if (!evaluate(d, which, bp_ball_whole(0), &value))
    return false;
  bool level = world->trail.level > 0 && !world->script;
  bool unsure = world->trail.unsure;
  if (!level && !look_at_discs(d, which, 2 * LAST_EXPONENT, -2 * world->room.bits, bounds))
    return false;
  if (all_known(d, bounds))
    return true;
  *d->met = (struct met){.unsure = unsure, .kink = level && !unsure};
  if (d->met->kink)
    return kinked_column(d, bounds, which);
  for (size_t k = 0; k < d->count; k++)
    if (!bounds[k].known && has_middle(d, k))
      put(d, k, which, bp_ball_unknown());
  return true;
}

static bool column(const struct difference *d, size_t which) {
  struct bound *bounds = d->bounds;
  if (!all_known(d, bounds)) {
    memcpy(d->own, bounds, d->count * sizeof *bounds);
    bounds = d->own;
    if (d->curve->count > 1 && !look_at_discs(d, which, FIRST_EXPONENT, LAST_EXPONENT, bounds))
      return false;
    if (!all_known(d, bounds) && !unbounded_column(d, bounds, which))
      return false;
  }
  return central_column(d, bounds, which);
}

/* Decisions on the way are those of whoever asks for the slope, too. */
static void pass_on(struct bp_world *world, struct bp_ball_trail outer, bool unsure) {
  struct bp_ball_trail inner = world->trail;
  world->trail = outer;
  world->trail.branches = outer.branches * 0x9e3779b97f4a7c15u + inner.branches;
  world->trail.below += inner.below;
  world->trail.level += inner.level;
  world->trail.above += inner.above;
  world->trail.unsure |= unsure;
}

static bool lacks_a_value(struct bp_balls a) {
  for (size_t k = 0; k < a.rows * a.columns; k++)
    if (bp_ball_is_missing(a.at[k]))
      return true;
  return false;
}

bool bp_differentiate(struct bp_world *world, const struct bp_curve *curve, struct bp_balls *out) {
  struct bp_ball_trail outer = world->trail;
  world->gap.outside = world->gap.set && lacks_a_value(curve->middle);
  struct bp_gap before = world->gap;
  struct difference d = {.world = world,
                         .curve = curve,
                         .count = curve->middle.rows * curve->middle.columns,
                         .out = *out};
  d.bounds = bp_arena_alloc(world->scratch, d.count + 1, sizeof *d.bounds);
  d.own = bp_arena_alloc(world->scratch, d.count + 1, sizeof *d.own);
  if (!d.bounds || !d.own)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  if (!look_at_discs(&d, BP_ALL_MOVED, FIRST_EXPONENT, LAST_EXPONENT, d.bounds))
    return false;
  bool unsure = false;
  struct bp_gap gap = before;
  for (size_t which = 0; which < curve->count; which++) {
    struct bp_arena_mark mark = bp_arena_mark(world->scratch);
    struct met met = {0};
    d.met = &met;
    world->gap = before;
    if (curve->disc ? !bounded_column(&d, which) : !column(&d, which))
      return false;
    unsure = unsure || met.unsure;
    gap = met.kink && !gap.set ? world->gap : gap;
    bp_arena_release(world->scratch, mark);
  }
  world->gap = gap;
  pass_on(world, outer, unsure);
  return true;
}

struct bp_derivative bp_derivative_begin(struct bp_world *world, bool disc) {
  struct bp_derivative derivative = {world->room.bits, world->gap};
  if (world->nesting++ > 0 && !disc)
    world->room.bits += derivative.bits / 2;
  world->gap = (struct bp_gap){0};
  return derivative;
}

void bp_derivative_end(struct bp_world *world, struct bp_derivative derivative) {
  struct bp_gap own = world->gap;
  world->nesting--;
  world->room.bits = derivative.bits;
  world->gap = derivative.before;
  bp_world_meet_gap(world, own);
}

slong bp_scale_of(struct bp_ball x, double otherwise_log2) {
  double size = fmax(bp_ball_above_log2(x), otherwise_log2 - 4);
  return isfinite(size) ? (slong)ceil(size) : 0;
}
