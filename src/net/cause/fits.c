/* Fits, entry by entry.
 *
 * A recipe must give every entry within its bounds, and by so many digits tell itself from the
 * right one that it is no chance.
 */
#include "net/cause/fits.h"

#include <float.h>
#include <math.h>

#include "net/outside/outside.h"

#define EVIDENCE 20 /* bits by which all numbers tell a recipe from the right one */

/* How the number under test stands to what a recipe gives, and how far they may be apart.
 * BP_WEAK_FIT: that is more than a small share of the block. */
static enum bp_fit fit_entry(const struct bp_question *q, const struct bp_guess *guess, size_t k,
                             double *allowed) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  const struct bp_outside *outside = q->scene->evidence->outside;
  double value = block->entries[k].backprop, apart = fabs(value - guess->value);
  double bound = guess->error + 4 * BP_UNIT * fabs(value), close = BP_CLOSE;
  if (outside) { /* which computed what it did in its own precision */
    double noise = bp_outside_noise(outside);
    bound += noise * block->largest_magnitude;
    close = fmax(BP_CLOSE, 4 * noise);
  }
  double narrow = fmin(bound, close * block->largest_magnitude);
  *allowed = apart <= narrow && isfinite(bound) ? narrow : bound;
  if (!isfinite(bound)) /* which agrees with anything */
    return BP_WEAK_FIT;
  return apart <= narrow ? BP_FITS : apart <= bound ? BP_WEAK_FIT : BP_NO_FIT;
}

/* By how many bits a recipe is told from the right one: its distance, and what both are known to.
 */
static double bits(double apart, double known) {
  if (!(apart > known))
    return 0;
  return known > 0 ? log2(apart / known) : DBL_MAX_EXP;
}

enum bp_fit bp_recipe_fit(const struct bp_question *q, const struct bp_recipe *recipe,
                          struct bp_telling *tells) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t columns = block->columns, count = block->rows * columns, telling = 0, same = 0;
  double allowed, worth = BP_CLOSE * block->largest_magnitude;
  bool sharp = true;
  double evidence = 0;
  for (size_t n = 0; n < count; n++) {
    size_t k = (block->worst + n) % count, i = k / columns, j = k % columns;
    struct bp_guess guess = bp_recipe_entry(q->scene, recipe, i, j);
    enum bp_fit entry = fit_entry(q, &guess, k, &allowed);
    if (entry == BP_NO_FIT)
      return BP_NO_FIT;
    sharp = sharp && entry == BP_FITS;
    struct bp_guess right = bp_right_entry(q->scene, q->block, i, j);
    double told = bits(fabs(guess.value - right.value), allowed + right.error);
    evidence += told;
    telling += told > 0;
    same += told == 0 && !(fabs(right.value) <= worth);
  }
  *tells = (struct bp_telling){evidence, telling == 1 && same > 0};
  bool enough = evidence >= EVIDENCE ? telling >= 1 : telling >= 2 && sharp;
  return enough ? BP_FITS : BP_WEAK_FIT;
}

bool bp_follows_from_input(const struct bp_question *q) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  double allowed;
  if (!bp_input_is_wrong(q->scene, q->block))
    return false;
  for (size_t k = 0; k < block->rows * block->columns; k++) {
    struct bp_guess entry =
        bp_right_entry(q->scene, q->block, k / block->columns, k % block->columns);
    if (fit_entry(q, &entry, k, &allowed) != BP_FITS)
      return false;
  }
  return true;
}

/* What is left of a number of the block, and of what it would be that many times. */
struct multiple {
  double left, error, base;
};

static struct multiple multiple_of(const struct bp_question *q, const struct bp_recipe *recipe,
                                   bool decay, size_t k) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t i = k / block->columns, j = k % block->columns;
  struct bp_guess right = bp_recipe_entry(q->scene, recipe, i, j);
  double value = block->entries[k].backprop;
  if (!decay)
    return (struct multiple){value, right.error, right.value};
  return (struct multiple){value - right.value, right.error,
                           gsl_matrix_get(q->network->W[q->l], i, j)};
}

double bp_number_of(const struct bp_question *q, const struct bp_recipe *recipe, bool decay) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t count = block->rows * block->columns, top = 0, telling = 0;
  double largest = 0, allowed;
  for (size_t k = 0; k < count; k++) {
    double base = fabs(multiple_of(q, recipe, decay, k).base);
    top = base > largest ? k : top;
    largest = fmax(largest, base);
  }
  struct multiple at_top = multiple_of(q, recipe, decay, top);
  double number = at_top.left / at_top.base, unsure = at_top.error / largest;
  for (size_t k = 0; k < count; k++) {
    struct multiple m = multiple_of(q, recipe, decay, k);
    double value = block->entries[k].backprop, error = m.error + unsure * fabs(m.base);
    struct bp_guess guess = {number * m.base + (value - m.left), error * (1 + fabs(number))};
    if (fit_entry(q, &guess, k, &allowed) != BP_FITS)
      return NAN;
    telling += fabs((decay ? number : number - 1) * m.base) > 16 * allowed;
  }
  return telling >= 2 && isfinite(number) ? number : NAN;
}
