/* The lowest point of a margin, without slopes.
 *
 * The margin tells how far the sides of an inequality are from changing places.  (x - 7.3)^2 > 0
 * fails at a single number, which no drawing meets.  Along a line there is a parabola through three
 * values of the margin; its lowest point is exact where the margin is a square, and a good step
 * where it is not.  The claim is judged there, and at the nearest multiples of 1 and of 2^-8, since
 * people write round numbers.
 *
 * The lines are those of one number each, and after every round the way that the round went in all:
 * Powell's directions (The Computer Journal 7, 1964, 155-162), which reach the lowest point of a
 * quadratic form of n numbers in n rounds, (x - 5)^2 + (y - x)^2 say, where one number at a time
 * would come nearer for ever.  The new direction takes the place of the one that brought most.
 *
 * Along a valley that bends, that of (x^2 + y^2 - 25)^2 + (x - 3)^2, they need more rounds than
 * there is work for.  What slopes from differences tell of second ones follows it (BFGS: Nocedal
 * and Wright, "Numerical Optimization", 2006, ch. 6), but needs a margin that is smooth; so that
 * comes first.  After every step all numbers are rounded at once, too.
 *
 * A lowest point that is no float64 cannot be tried.  Where the margin falls, between two numbers
 * that are, to what rounding the place explains, as only a root of even order does, < is in doubt.
 */
#include "judge/margin/lowest.h"

#include <math.h>
#include <string.h>

enum { MOST_NUMBERS = 8, MOST_ROUNDS = 60, ROUND_KINDS = 4 };

struct descent {
  struct bp_probing *probing;
  struct bp_spot at; /* the lowest so far */
  double least;      /* the margin there */
  size_t numbers[MOST_NUMBERS], count;
  struct bp_spot round[ROUND_KINDS];       /* the last of each kind that was tried */
  double ways[MOST_NUMBERS][MOST_NUMBERS]; /* directions, in the order of `numbers` */
};

/* How numbers are rounded on the way: not at all, to multiples of 1, of 2^-8. */
enum rounding { AS_IT_IS, WHOLE, IN_256, ROUNDINGS };

static bool is_open(const struct descent *descent) {
  return descent->least > 0 && bp_aimed_is_open(descent->probing->claim);
}

static bool is_within(const struct bp_coordinate *of, double number) {
  return isfinite(number) && number > of->low && number < of->high &&
         (of->kind != BP_DOMAIN_NONZERO || number != 0);
}

static double rounded(double number, enum rounding rounding) {
  return rounding == WHOLE    ? rint(number)
         : rounding == IN_256 ? ldexp(rint(ldexp(number, 8)), -8)
                              : number;
}

/* Judges at the spot; the margin there, infinite where there is none. */
static double margin_at(struct descent *descent, const struct bp_spot *spot) {
  struct bp_aimed_claim *claim = descent->probing->claim;
  claim->margin = NAN;
  if (!bp_aimed_is_open(claim) || !bp_probing_judge(descent->probing, spot) || isnan(claim->margin))
    return INFINITY;
  return claim->margin;
}

/* The spot that lies so far along the way from another.  False where a number leaves its domain. */
static bool go(const struct descent *descent, const struct bp_spot *from, const double *way,
               double part, enum rounding rounding, struct bp_spot *spot) {
  *spot = *from;
  for (size_t k = 0; k < descent->count; k++) {
    size_t which = descent->numbers[k];
    if (way[k] == 0)
      continue;
    spot->at[which] = rounded(spot->at[which] + part * way[k], rounding);
    spot->changed[which] = true;
    if (!is_within(&descent->probing->coordinates[which], spot->at[which]))
      return false;
  }
  return isfinite(part);
}

static double margin_along(struct descent *descent, const double *way, double part) {
  struct bp_spot spot;
  return go(descent, &descent->at, way, part, AS_IT_IS, &spot) ? margin_at(descent, &spot)
                                                               : (double)INFINITY;
}

/* Keeps the spot that lies so far along the way from another if it is lower. */
static bool try_at(struct descent *descent, const struct bp_spot *from, const double *way,
                   double part, enum rounding rounding) {
  struct bp_spot spot;
  double margin =
      go(descent, from, way, part, rounding, &spot) ? margin_at(descent, &spot) : (double)INFINITY;
  if (!(margin < descent->least))
    return false;
  descent->least = margin;
  descent->at = spot;
  return true;
}

/* The lowest point of the parabola through three values; NaN: it has none. */
static double vertex(double step, double below, double here, double above) {
  double bend = below - 2 * here + above;
  double by = (below - above) / (2 * bend) * step;
  return bend > 0 && isfinite(by) ? by : (double)NAN;
}

/* How far the numbers that move are from 0, in parts of the way. */
static double extent(const struct descent *descent, const double *way) {
  double most = 0;
  for (size_t k = 0; k < descent->count; k++)
    if (way[k] != 0)
      most = fmax(most, fabs(descent->at.at[descent->numbers[k]] / way[k]));
  return most;
}

/* Goes down along one way.  Where the margin is all but a straight line, as exp(x - 4) - x is at
 * x = -1, or grows like exp(x^2), the parabola's lowest point is of no use; a step downhill is, and
 * one of twice the length after it. */
static void go_along(struct descent *descent, const double *way) {
  enum { STEPS = 24 };
  double step = fmax(extent(descent, way), 0.125) / 8;
  bool any = false; /* step was taken */
  for (int turn = 0; turn < STEPS && is_open(descent); turn++) {
    struct bp_spot from = descent->at;
    double below = margin_along(descent, way, -step), above = margin_along(descent, way, step);
    double there = vertex(step, below, descent->least, above), moved = NAN;
    double least_step = ldexp(fmax(extent(descent, way), 1), -24);
    double downhill = below < above ? -4 * step : 4 * step;
    /* the roundest first: beside the rest of a sum they do not differ in a float64 */
    static const enum rounding roundings[] = {WHOLE, IN_256, AS_IT_IS};
    for (size_t i = 0; i < sizeof roundings / sizeof *roundings; i++)
      if (try_at(descent, &from, way, there, roundings[i]))
        moved = there;
    if (try_at(descent, &from, way, downhill, AS_IT_IS))
      moved = downhill;
    if (isnan(moved) && (any || step < ldexp(least_step, 6)))
      break;
    any = any || !isnan(moved);
    step = isnan(moved)        ? ldexp(step, -6)
           : moved == downhill ? 2 * step
                               : fmax(fabs(moved) / 8, least_step);
  }
}

/* The nearest spot of which all numbers are round, if it is another than the last one was. */
static void try_round(struct descent *descent, int bits, struct bp_spot *last) {
  struct bp_spot spot = descent->at;
  bool other = false;
  for (size_t k = 0; k < descent->count; k++) {
    size_t which = descent->numbers[k];
    spot.at[which] = ldexp(rint(ldexp(spot.at[which], bits)), -bits);
    spot.changed[which] = true;
    other = other || !last->changed[which] || spot.at[which] != last->at[which];
    if (!is_within(&descent->probing->coordinates[which], spot.at[which]))
      return;
  }
  *last = spot;
  double margin = other ? margin_at(descent, &spot) : (double)INFINITY;
  if (margin < descent->least) {
    descent->least = margin;
    descent->at = spot;
  }
}

static void try_all_round(struct descent *descent) {
  static const int bits[ROUND_KINDS] = {0, 1, 2, 8};
  for (size_t i = 0; i < ROUND_KINDS && is_open(descent); i++)
    try_round(descent, bits[i], &descent->round[i]);
}

/* ---- along a valley ------------------------------------------------------ */

/* Second slopes, or rather their inverse, as the steps so far have shown them. */
struct bend {
  double slope[MOST_NUMBERS], inverse[MOST_NUMBERS][MOST_NUMBERS];
  bool scaled; /* the inverse is more than a guess */
};

static bool find_slope(struct descent *descent, double *slope) {
  bool fine = true;
  for (size_t k = 0; k < descent->count && fine; k++) {
    double way[MOST_NUMBERS] = {0};
    double step = ldexp(fmax(fabs(descent->at.at[descent->numbers[k]]), 0.125), -14);
    way[k] = 1;
    slope[k] = (margin_along(descent, way, step) - margin_along(descent, way, -step)) / (2 * step);
    fine = isfinite(slope[k]);
  }
  return fine;
}

static double dot(const struct descent *descent, const double *a, const double *b) {
  double sum = 0;
  for (size_t k = 0; k < descent->count; k++)
    sum += a[k] * b[k];
  return sum;
}

/* What a step and the change of the slope along it tell. */
static void learn_bend(const struct descent *descent, const double *step, const double *change,
                       struct bend *bend) {
  double along = dot(descent, step, change), size = dot(descent, change, change);
  double carried[MOST_NUMBERS] = {0};
  if (!(along > 0) || !isfinite(size))
    return;
  for (size_t i = 0; i < descent->count && !bend->scaled; i++)
    bend->inverse[i][i] = along / size;
  bend->scaled = true;
  for (size_t i = 0; i < descent->count; i++)
    carried[i] = dot(descent, bend->inverse[i], change);
  double factor = (1 + dot(descent, change, carried) / along) / along;
  for (size_t i = 0; i < descent->count; i++)
    for (size_t k = 0; k < descent->count; k++)
      bend->inverse[i][k] +=
          factor * step[i] * step[k] - (carried[i] * step[k] + step[i] * carried[k]) / along;
}

/* One step down; false when there is none. */
static bool step_down(struct descent *descent, struct bend *bend) {
  enum { HALVINGS = 12 };
  struct bp_spot from = descent->at;
  double way[MOST_NUMBERS] = {0}, step[MOST_NUMBERS], change[MOST_NUMBERS], next[MOST_NUMBERS];
  double least = descent->least, part = 1;
  for (size_t k = 0; k < descent->count; k++)
    way[k] = -dot(descent, bend->inverse[k], bend->slope);
  bool lower = false;
  for (int i = 0; i < HALVINGS && !lower && is_open(descent); i++, part /= 4)
    lower = try_at(descent, &from, way, part, AS_IT_IS);
  if (!lower || !is_open(descent) || !find_slope(descent, next))
    return false;
  for (size_t k = 0; k < descent->count; k++) {
    step[k] = descent->at.at[descent->numbers[k]] - from.at[descent->numbers[k]];
    change[k] = next[k] - bend->slope[k];
    bend->slope[k] = next[k];
  }
  learn_bend(descent, step, change, bend);
  return descent->least < least * (1 - 0x1p-20);
}

static void go_along_valley(struct descent *descent) {
  enum { MOST_STEPS = 48 };
  struct bend bend = {0};
  for (size_t k = 0; k < descent->count; k++)
    bend.inverse[k][k] = 0.125;
  bool goes = descent->count > 1 && find_slope(descent, bend.slope);
  for (int i = 0; i < MOST_STEPS && goes && is_open(descent); i++) {
    goes = step_down(descent, &bend);
    double least = descent->least;
    try_all_round(descent);
    if (descent->least < least && is_open(descent))
      goes = find_slope(descent, bend.slope);
  }
}

/* ---- rounds ------------------------------------------------------------- */

static void begin_with_numbers(struct descent *descent) {
  const struct bp_probing *probing = descent->probing;
  for (size_t k = 0; k < probing->count && descent->count < MOST_NUMBERS; k++)
    if (!probing->coordinates[k].choices)
      descent->numbers[descent->count++] = k;
}

static void turn_to_numbers(struct descent *descent) {
  memset(descent->ways, 0, sizeof descent->ways);
  for (size_t k = 0; k < descent->count; k++)
    descent->ways[k][k] = 1;
}

/* One round along all ways and the way of the round; false when it brought nothing. */
static bool go_round(struct descent *descent) {
  struct bp_spot from = descent->at;
  double before = descent->least, most = 0, whole[MOST_NUMBERS];
  size_t best = 0;
  for (size_t k = 0; k < descent->count && is_open(descent); k++) {
    double least = descent->least;
    go_along(descent, descent->ways[k]);
    best = least - descent->least > most ? k : best;
    most = fmax(least - descent->least, most);
  }
  for (size_t k = 0; k < descent->count; k++)
    whole[k] = descent->at.at[descent->numbers[k]] - from.at[descent->numbers[k]];
  if (descent->count < 2 || !(descent->least < before) || !is_open(descent))
    return false;
  go_along(descent, whole);
  memcpy(descent->ways[best], whole, sizeof whole);
  return true;
}

/* New ways come to lie in a plane after some rounds: then those of one number each are taken anew,
 * and when these bring nothing there is nothing lower. */
static void go_down(struct descent *descent) {
  try_all_round(descent);
  go_along_valley(descent);
  for (size_t round = 0, since = 0; round < MOST_ROUNDS && is_open(descent); round++, since++) {
    if (since % (descent->count + 1) == 0) {
      turn_to_numbers(descent);
      since = 0;
    }
    bool lower = go_round(descent);
    if (descent->count > 1)
      try_all_round(descent);
    if (lower)
      continue;
    if (since == 0)
      return;
    since = descent->count;
  }
}

/* ---- touching ----------------------------------------------------------- */

/* The margin where one number is another one. */
static double margin_with(struct descent *descent, size_t which, double number) {
  struct bp_spot spot = descent->at;
  if (!is_within(&descent->probing->coordinates[which], number))
    return INFINITY;
  spot.at[which] = number;
  spot.changed[which] = true;
  return margin_at(descent, &spot);
}

/* The number that does not belong to the domain and is all but reached; NaN: none is. */
static double end_beside(const struct bp_coordinate *of, double number) {
  const double ends[] = {of->low, of->high, of->kind == BP_DOMAIN_NONZERO ? 0 : (double)INFINITY};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (fabs(number - ends[i]) < ldexp(fmax(fabs(ends[i]), 1), -16))
      return ends[i];
  return NAN;
}

/* Whether the margin falls further towards numbers that do not belong to their domains, as x^2 does
 * where x is not 0: then it has no lowest point. */
static bool falls_to_end(struct descent *descent) {
  struct bp_spot spot = descent->at;
  bool any = false;
  for (size_t k = 0; k < descent->count; k++) {
    size_t which = descent->numbers[k];
    const struct bp_coordinate *of = &descent->probing->coordinates[which];
    double end = end_beside(of, spot.at[which]), next = end + ldexp(spot.at[which] - end, -20);
    if (isnan(end))
      continue;
    if (!is_within(of, next))
      return true; /* it has no numbers nearer to the end */
    spot.at[which] = next;
    spot.changed[which] = any = true;
  }
  return any && margin_at(descent, &spot) < descent->least;
}

/* Whether the margin beside the number is like an even power of the distance, and next to nothing
 * there: the square of what a float64 may be off, and not more. */
static bool touches(struct descent *descent, size_t which) {
  static const double NOTHING = 0x1p-72, STEEPEST = 0x1p16;
  double number = descent->at.at[which], step = ldexp(fmax(fabs(number), 0x1p-6), -8);
  double far =
      fmin(margin_with(descent, which, number - step), margin_with(descent, which, number + step));
  double near = fmin(margin_with(descent, which, number - step / 2),
                     margin_with(descent, which, number + step / 2));
  return isfinite(far) && near > 0 && far > near && far < STEEPEST * near && descent->least > 0 &&
         descent->least <= NOTHING * near && !falls_to_end(descent);
}

bool bp_aimed_lowest(struct bp_probing *probing, const struct bp_spot *from) {
  struct descent descent = {.probing = probing, .at = *from};
  struct bp_aiming *aiming = probing->aiming;
  struct bp_aimed_claim *claim = probing->claim;
  claim->margin = NAN;
  if (!bp_probing_judge(probing, from))
    return false;
  descent.least = claim->margin;
  if (!isfinite(descent.least))
    return true;
  double first = descent.least;
  begin_with_numbers(&descent);
  go_down(&descent);
  for (size_t k = 0; k < descent.count && descent.least < first && is_open(&descent); k++)
    if (touches(&descent, descent.numbers[k])) {
      struct bp_drawing drawing = bp_probing_drawing(probing, &descent.at);
      bp_aimed_doubt(aiming, claim, descent.least, descent.at.trial, &drawing);
      break;
    }
  return !bp_arena_failed(aiming->arena);
}
