/* Points at which an equality is true: x = 0.3, 3*x = 1, x + y = 0.7.
 *
 * No point that is drawn meets these, and a search in float64 numbers only comes near.  So it goes
 * on from there: the simplest fraction near the number that was found is put in its place, and
 * whether the condition is true of it is decided in fractions (value/exact).  The other numbers are
 * short, drawn so or chosen at last, or the fraction would need more digits than show.  Where only
 * an irrational number would do, or a formula has no fractions, nothing is found, and the line says
 * so.
 */
#include "judge/reach.h"

#include <math.h>

/* The trials of these points, apart from those of others. */
enum { FIRST_SPOT = 11 << 20, DRAWN = 5, SHORT = 4, STEPS = 14, MOST_MOVED = 8 };

/* The simplest fraction that is as near as the search comes: convergents of its continued fraction
 * (Khinchin, "Continued fractions", 1964). */
static bool simplest(double number, struct bp_fraction *found) {
  static const double NEAR = 1e-9, LARGEST = 1e9;
  long above = 1, below = 0, above_before = 0, below_before = 1;
  double rest = number;
  for (int i = 0; i < 20 && fabs(rest) < LARGEST; i++) {
    long whole = (long)floor(rest);
    long next_above = whole * above + above_before, next_below = whole * below + below_before;
    above_before = above, below_before = below;
    above = next_above, below = next_below;
    if (labs(above) > (long)LARGEST || below > (long)LARGEST)
      return false;
    if (fabs((double)above / (double)below - number) <= NEAR * fabs(number)) {
      *found = (struct bp_fraction){above, below};
      return true;
    }
    rest = 1 / (rest - (double)whole);
  }
  return false;
}

static bool is_within(const struct bp_coordinate *of, double number) {
  return isfinite(number) && number > of->low && number < of->high &&
         (of->kind != BP_DOMAIN_NONZERO || number != 0);
}

struct equality {
  struct bp_probing *probing;
  const struct bp_requirement *wanted;
  struct bp_decisions decisions;
  bool open; /* memory is not short, and the claim has no fault */
};

/* How far the sides are apart at the spot; NaN: the condition is not met there at all, or not known
 * to be true or false. */
static double apart_at(struct equality *equality, struct bp_spot *spot, bool *met) {
  *met = false;
  equality->open = bp_aimed_is_open(equality->probing->claim) &&
                   bp_probe_at(equality->probing, spot, &equality->decisions);
  const struct bp_decided *found =
      equality->open ? bp_decided_find(&equality->decisions, equality->wanted->key) : NULL;
  *met = found && found->apart == 0;
  return found ? found->apart : (double)NAN;
}

/* Moves one number along secants, and then to the fraction beside it. */
static bool solve_for(struct equality *equality, size_t which, const struct bp_spot *from,
                      struct bp_spot *found) {
  const struct bp_coordinate *of = &equality->probing->coordinates[which];
  struct bp_spot spot = *from;
  bool met = false;
  double at = spot.at[which];
  if (at == 0 && is_within(of, 1)) { /* a square has no slope at 0 */
    spot.at[which] = at = 1;
    spot.changed[which] = true;
  }
  double apart = apart_at(equality, &spot, &met);
  if (met) {
    *found = spot;
    return true;
  }
  double next = at + ldexp(fmax(fabs(at), 0.125), -4);
  for (int i = 0; i < STEPS && equality->open && !met && is_within(of, next) && next != at; i++) {
    spot.at[which] = next;
    spot.changed[which] = true;
    double there = apart_at(equality, &spot, &met), step = there * (next - at) / (there - apart);
    at = next, apart = there;
    if (!isfinite(step))
      break;
    next = at - step;
  }
  spot.at[which] = next;
  spot.changed[which] = true;
  if (!met && equality->open && is_within(of, next) && simplest(next, &spot.exact[which]))
    apart_at(equality, &spot, &met);
  *found = spot;
  return met;
}

static bool solve_from(struct equality *equality, struct bp_spot *from, struct bp_spot *spot) {
  const struct bp_probing *probing = equality->probing;
  bool met;
  double apart = apart_at(equality, from, &met);
  for (size_t k = 0; k < probing->count && k < MOST_MOVED && equality->open && !isnan(apart); k++)
    if (!probing->coordinates[k].choices && solve_for(equality, k, from, spot))
      return true;
  return false;
}

/* A number of few digits that the domain has, 0 in the first turn and then another one for each
 * name and turn; NaN: none of these.  With zeros beside it, a sum of squares is met by a short
 * number. */
static double short_number(const struct bp_coordinate *of, size_t which, size_t turn) {
  static const double numbers[] = {1, 0.5, -1, 2, -0.5, 0.25, 0.75, 3, -2, 1.5, 10};
  enum { COUNT = sizeof numbers / sizeof *numbers };
  if (turn == 0 && is_within(of, 0))
    return 0;
  turn = (which + 1) * (turn + 1) - 1;
  for (size_t i = 0; i < COUNT; i++)
    if (is_within(of, numbers[(turn + i) % COUNT]))
      return numbers[(turn + i) % COUNT];
  return (double)NAN;
}

/* Numbers that are drawn have many digits now and then, and among many names there is always one of
 * them: these have not. */
static void shorten(const struct bp_probing *probing, size_t turn, struct bp_spot *spot) {
  for (size_t k = 0; k < probing->count; k++) {
    double number = short_number(&probing->coordinates[k], k, turn);
    if (probing->coordinates[k].choices || isnan(number))
      continue;
    spot->at[k] = number;
    spot->changed[k] = true;
  }
}

bool bp_spot_equal(struct bp_probing *probing, const struct bp_requirement *wanted,
                   const struct bp_spot *before, struct bp_spot *spot) {
  static const enum bp_draw_region regions[DRAWN] = {
      BP_REGION_SPECIAL, BP_REGION_SPECIAL, BP_REGION_NEAR, BP_REGION_SPECIAL, BP_REGION_POSITIVE};
  struct equality equality = {.probing = probing, .wanted = wanted, .open = true};
  for (size_t i = 0; i < DRAWN + SHORT; i++) {
    struct bp_spot from = {.trial = FIRST_SPOT + i, .region = regions[i % DRAWN]};
    if (i == 0 && before)
      from = *before;
    if (i >= DRAWN)
      shorten(probing, i - DRAWN, &from);
    if (solve_from(&equality, &from, spot))
      return true;
  }
  return false;
}
