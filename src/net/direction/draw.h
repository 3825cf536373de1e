/* Random directions in the space of one matrix of parameters.
 *
 * Every component is ±(1 + k/2^20) with k from 0 to 2^20 - 1, all of them independent and equally
 * likely.  What that is good for: let the gradient of the matrix be wrong by E, and say that a
 * check sees a slope along v that is wrong by more than B.
 *
 * - A single wrong entry changes the slope by at least its own error, whatever v is, since no
 *   component is below 1.
 * - Of several wrong entries let e > B be the largest error.  Whatever the other components are,
 *   the component of that entry would have to lie in an interval of length 2 B/e < 2 for E · v to
 *   be within ±B.  Such an interval does not reach from the negative components to the positive
 *   ones, so the chance is at most 1/2, nor does it hold more than 2^20 · 2 B/e + 1 of the 2^21
 *   components: the chance is at most min(1/2, B/e + 2^-21) for each direction, and independent
 *   directions multiply.
 *
 * Components belong to a seed, a direction and a place, and are made anew wherever they are wanted.
 */
#ifndef BP_NET_DIRECTION_DRAW_H
#define BP_NET_DIRECTION_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#define BP_DIRECTION_LARGEST 2     /* no component is as large */
#define BP_DIRECTION_GRAIN 0x1p-21 /* chance of a single one */

/* Which matrix, and which direction. */
struct bp_direction {
  unsigned long seed;
  size_t number, l;
  bool bias;
};

/* Components of one row. */
void bp_direction_row(const struct bp_direction *direction, size_t row, size_t count,
                      double *components);

/* The chance that several wrong entries, the largest error `times` what can pass alone, cancel
 * along each of so many directions: at most this.  `times` above 1. */
double bp_direction_chance(double times, size_t directions);

#endif
