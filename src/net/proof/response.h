/* The response of the loss to one unit, and its slope with a proof.
 *
 * f(t) is the loss of sample s where a pre-activation Z[l]_is, or an activation A[l]_is, is moved
 * by t and everything behind it follows.  It is the loss itself, evaluated: no derivative of an
 * activation or a loss is asked for.  Two evaluations on the real line and one of a complex disc
 * give its slope:
 *
 *     D = (f(h) - f(-h)) / 2h      off by at most (M/r) q^2 / (1 - q^2),  q = h/r
 *
 * where |f(t) - f(0)| <= M for all complex |t| <= r (Cauchy).  A disc in which everything is finite
 * is one in which f is analytic: activations made of pieces have a value there only if one piece
 * holds in all of it.  The disc may be one around all units of the layer at once, which costs as
 * much as one around a single unit.
 *
 * W[l]_ij moves Z[l]_is by h A[l-1]_js.  With steps of h / A[l-1]_js, a step of its own for each
 * sample, its central difference is the sum of A[l-1]_js D_is: so all weights of a unit share its
 * responses.
 */
#ifndef BP_NET_PROOF_RESPONSE_H
#define BP_NET_PROOF_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/difference/enclosure.h"
#include "net/proof/point.h"

/* What is moved: a unit, or with BP_PROOF_ALL_UNITS all units of the layer. */
struct bp_proof_site {
  enum bp_site site; /* at A[L] it is the stored number that moves, see point.h */
  size_t l, i, s;
};
#define BP_PROOF_ALL_UNITS SIZE_MAX

/* |f(t) - f(0)| <= 2^bound for |t| <= 2^radius. */
struct bp_proof_disc {
  bool known; /* false: there is none, down to a radius of 2^-bits */
  slong radius;
  double bound; /* -INFINITY: f is constant */
  double
      noise; /* 2^noise is the radius of a value on the real line, roughly; INFINITY: not known */
};

/* Where the search for a disc begins if nothing better is known. */
#define BP_PROOF_FIRST_RADIUS (-3)

/* Finds a disc, and how well values are known: from one that is known with fewer bits on, else from
 * a radius of 2^disc->radius.  Adds to *work what it took, in products of BP_PROOF_LEAST_BITS. */
void bp_proof_disc_find(const struct bp_proof_point *point, int level,
                        const struct bp_proof_site *site, struct bp_proof_disc *disc, double *work);

/* The slope, with 128 bits of its own; unknown without a disc. */
struct bp_ball bp_proof_slope(const struct bp_proof_point *point, int level,
                              const struct bp_proof_site *site, const struct bp_proof_disc *disc,
                              double *work);

/* Whether a number is known well beside itself; an exact 0 is. */
bool bp_proof_narrow(struct bp_ball number);

/* What an evaluation on the real line takes, in the same units. */
double bp_proof_cost(const struct bp_network *network, int level, size_t l);

#endif
