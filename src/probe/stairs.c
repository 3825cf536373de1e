/* Staircases: functions that count, or that were computed with fewer digits than they have.
 *
 * floor(k x), x - tanh x in float beside 0, a share of right answers: what such a function changes
 * by from one point to another is a whole number of stairs.  Quotients over a stair or less say 0
 * or something huge, over many stairs they are right to half a stair; so a stair is noise.
 *
 * Its height is the greatest common divisor of the changes, and they are known to a unit roundoff
 * of the values only.  Euclid's algorithm works with that, smallest changes first: each change that
 * is m stairs, within what rounding and the uncertainty of the height allow, makes the height m
 * times as certain; one that is not leaves a remainder, which is the next candidate.  Powers of two
 * need no tolerance, as multiples of them are not rounded.
 *
 * That a number is a multiple of the height may be chance, of a probability that is the width of
 * what is allowed by the height.  All of these together must be less likely than 2^-EVIDENCE.  The
 * steps have nine significant bits, so a straight line changes by multiples of nothing but its last
 * bits.
 */
#include "probe/stairs.h"

#include <math.h>
#include <stdlib.h>

#define EVIDENCE 20 /* bits */
#define ROUNDINGS 8 /* units of a value that a change may be off */
enum { MOST_CHANGES = 2 * BP_MOST_RUNGS, MOST_REMAINDERS = 6, FEW = 8 };

/* How far the function is from its value at the point; `last`: half a unit in the last place of the
 * value there. */
struct change {
  double size, last;
};

static int by_size(const void *a, const void *b) {
  const struct change *x = a, *y = b;
  return (x->size > y->size) - (x->size < y->size);
}

/* Sorted, without those that are 0 or not finite.  Returns how many; *largest of all values. */
static size_t collect(const struct bp_ladder *ladder, struct change *changes, double *largest) {
  size_t count = 0;
  *largest = fabs(ladder->middle);
  for (size_t r = 0; r < ladder->count; r++) {
    const double values[] = {ladder->plus[r], ladder->minus[r]};
    for (int side = 0; side < 2; side++) {
      double size = fabs(values[side] - ladder->middle);
      if (!isfinite(size) || size == 0)
        continue;
      double larger = fmax(fabs(values[side]), fabs(ladder->middle));
      changes[count++] = (struct change){size, ladder->unit * larger};
      *largest = fmax(*largest, larger);
    }
  }
  qsort(changes, count, sizeof *changes, by_size);
  return count;
}

/* What it says that a change is a multiple, in bits; nothing where nearly every number is one. */
static double bits(double height, double allowed) {
  return allowed < height / 4 ? log2(height / (2 * allowed)) : 0;
}

/* ---- multiples of a power of two --------------------------------------------------------- */

/* The largest power of two that divides the number. */
static double lowest_bit(double number) {
  int exponent;
  double fraction = frexp(fabs(number), &exponent);
  unsigned long long mantissa = (unsigned long long)ldexp(fraction, 53);
  return ldexp(1, __builtin_ctzll(mantissa) + exponent - 53);
}

static double binary_height(const struct change *changes, size_t count) {
  double height = INFINITY, evidence = 0;
  for (size_t i = 0; i < count; i++)
    height = fmin(height, lowest_bit(changes[i].size));
  for (size_t i = 0; i < count; i++) /* which is one of its own last bit anyway */
    evidence += bits(height, changes[i].last);
  return evidence >= EVIDENCE ? height : 0;
}

/* ---- multiples of any number ------------------------------------------------------------- */

/* What a change may be off: roundings of the values, or where more is known to have been added up,
 * of that. */
static double slack_of(const struct change *change, double least) {
  return fmax(least, ROUNDINGS * change->last);
}

/* Holds the changes, each known to its slack, against a height that is known to `unsure`.  Returns
 * the remainder of the first that is no multiple, 0 when there is none; *evidence in bits. */
static double remainder_of(const struct change *changes, size_t count, double least, double unsure,
                           double *height, double *evidence) {
  size_t telling = 0;
  *evidence = 0;
  for (size_t i = 0; i < count; i++) {
    double multiple = rint(changes[i].size / *height), slack = slack_of(&changes[i], least);
    double allowed = slack + multiple * unsure;
    double left = fabs(changes[i].size - multiple * *height);
    if (!(allowed < *height / 4))
      continue;
    if (left > allowed)
      return left;
    if (telling++ > 0) /* the first may be the height itself */
      *evidence += bits(*height, allowed);
    if (slack / multiple < unsure) {
      *height = changes[i].size / multiple;
      unsure = slack / multiple;
    }
  }
  return 0;
}

static double common_height(const struct change *changes, size_t count, double least) {
  double height = changes[0].size, unsure = slack_of(&changes[0], least), evidence;
  for (int i = 0; i < MOST_REMAINDERS && unsure < height / 8; i++) {
    double left = remainder_of(changes, count, least, unsure, &height, &evidence);
    if (left == 0)
      return evidence >= EVIDENCE ? height : 0;
    height = left;
    unsure *= 2;
  }
  return 0;
}

/* ---- or a line? --------------------------------------------------------------------------- */

static double change_over(const struct bp_ladder *ladder, size_t r) {
  return ladder->plus[r] - ladder->minus[r];
}

/* Whether the function is off a straight line where it changes by a few stairs.  The steps have a
 * common ratio, so what a line and many a polynomial change by are multiples of one number, too;
 * but these are straight there. */
static bool steps_up(const struct bp_ladder *ladder, double height) {
  size_t top = ladder->count - 1; /* the smallest rung beyond a few stairs, or the largest of all */
  while (top > 0 && !(fabs(change_over(ladder, top)) > FEW * height))
    top--;
  double slope = change_over(ladder, top) / (ladder->above[top] + ladder->below[top]);
  for (size_t r = top + 1; r < ladder->count; r++) {
    double width = ladder->above[r] + ladder->below[r];
    if (fabs(change_over(ladder, r) - slope * width) > height / FEW)
      return true;
  }
  return false;
}

double bp_ladder_stairs(const struct bp_ladder *ladder) {
  struct change changes[MOST_CHANGES];
  double largest;
  size_t count = collect(ladder, changes, &largest);
  if (count == 0)
    return 0;
  double binary =
      binary_height(changes, count); /* which rounding makes, too, under taller stairs */
  double common = common_height(changes, count, 0); /* terms may be larger than their sum, though */
  double coarse = common_height(changes, count, ROUNDINGS * ladder->unit * largest);
  double height = fmax(binary, fmax(common, coarse));
  return height > 0 && steps_up(ladder, height) ? height : 0;
}
