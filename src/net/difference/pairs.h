/* Products of weights with vectors of 113-bit numbers, in pairs of doubles.
 *
 * What a layer above moves by is a sum of W_kj x_j with x in 113 bits.  In software that costs some
 * 200 ns a term; as pairs of doubles it costs 2, and the last eight or so bits:
 *
 *     |computed - sum W_kj x_j| <= (n + 4) unit · sum |W_kj x_j|,    unit = (n + 8) 2^-106
 *
 * for n terms.  With x = h + l up to 2^-106 |x|, each product is p + e, p = fl(W h) and e its error
 * by Dekker's splitting plus W l: off by at most 2^-102 |W x|.  The p are added with Knuth's exact
 * sum, whose errors and the e are added plainly: these partial sums stay below (j + 2) 2^-53 sum |W
 * x|, and two roundings of each come to (n + 3)² 2^-106 of it.  Together that is the bound.
 *
 * All of this takes that nothing overflows or underflows, so the exponents are looked at first.
 */
#ifndef BP_NET_DIFFERENCE_PAIRS_H
#define BP_NET_DIFFERENCE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/quad.h"
#include "net/network.h"

/* Networks with a layer as wide as that are worth it; below, 113 bits serve. */
enum { BP_PAIRS_WIDTH = 32 };

/* One thread's working space; lives in the arena.  NULL when memory is short. */
struct bp_pairs;
struct bp_pairs *bp_pairs_new(const struct bp_network *network, struct bp_arena *arena);

/* y = W[l] x.  False where exponents are out of range or the layer is narrow: then y is untouched.
 */
bool bp_pairs_multiply(struct bp_pairs *pairs, size_t l, const bp_quad *x, bp_quad *y);

/* Whether any layer of the network is so wide. */
bool bp_pairs_serve(const struct bp_network *network);

/* The unit roundoff that holds for responses of such a network in 113 bits, pairs or not. */
double bp_pairs_unit(const struct bp_network *network);

#endif
