/* How far a central difference can be from the derivative: bounds, computed and not guessed.
 *
 * Move one number of the network (a pre-activation Z[l]_is or an activation A[l]_is) by t, and
 * watch the loss of sample s: a function f(t) of one variable.  Every parameter's difference is a
 * sum of such functions, since W[l]_ij + h moves Z[l]_is by h A[l-1]_js.  For |t| <= reach an
 * enclosure says
 *
 *     |f^(k)| / k! <= derivative[k]     k = 1..5, up to `order`
 *     |computed f(t) - f(t)| <= rounding
 *
 * so that the central difference quotient with step h is off by at most h^2 derivative[3] +
 * rounding / h.  The bounds are found by pushing a truncated power series of bounds through the
 * layers behind the moved number: linear layers multiply it by |W|, activations compose it with the
 * bounds of bp_function.  All of it holds on the whole interval, not only at its centre; the reach
 * is made smaller until no unit of a curved activation moves by more than a little, and until no
 * unit crosses a kink if that can be had.
 */
#ifndef BP_NET_DIFFERENCE_ENCLOSURE_H
#define BP_NET_DIFFERENCE_ENCLOSURE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/loss/series.h"
#include "net/network.h"

/* Which number is moved. */
enum bp_site { BP_SITE_Z, BP_SITE_A };

/* How the difference will be taken. */
struct bp_step_plan {
  double unit;       /* unit roundoff of the arithmetic that will evaluate f */
  double reach;      /* largest |t| wanted, for pre-activations of order 1 */
  double kink_floor; /* rather cross a kink than reduce the reach below this */
  int order;         /* bound the derivatives up to this one */
  bool one_sided;    /* steps go one way only: units that sit on their kink stay on one side */
};

/* Working space for one thread: bp_enclosure_space(network) doubles. */
size_t bp_enclosure_space(const struct bp_network *network);

/* The enclosure for unit i of layer l and sample s.  BP_SITE_A needs l < L.
 * O(weights behind layer l). */
void bp_enclose(const struct bp_network *network, const struct bp_forward *forward,
                enum bp_site site, size_t l, size_t i, size_t s, const struct bp_step_plan *plan,
                double *space, struct bp_enclosure *enclosure);

#endif
