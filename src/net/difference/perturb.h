/* The loss, evaluated again at both ends of a step: f(+t) - f(-t), where t moves one number of the
 * network for one sample and only what depends on it is computed anew.
 *
 * Moving Z[l]_is changes one row of A[l], Z[l+1] by a rank-one term, and from layer l+2 on
 * everything: those layers are computed for many steps at once as matrix products of W[l] with the
 * change of A[l-1].  Differences are taken output by output and sample by sample, so what did not
 * change cannot cancel.  No derivative of an activation or a loss is used anywhere here.
 *
 * What a call hands out lives in the arena that it is given, and goes when that is freed; NULL
 * means that memory is short.
 */
#ifndef BP_NET_DIFFERENCE_PERTURB_H
#define BP_NET_DIFFERENCE_PERTURB_H

#include <stddef.h>

#include "base/quad.h"
#include "net/difference/enclosure.h"
#include "net/network.h"

/* One thread's working space, for steps in one layer at a time. */
struct bp_perturber;

/* Working space for the network; *samples is how many samples one call can take, *tiles how many
 * steps for each of them.  The network and the forward pass must stay. */
struct bp_perturber *bp_perturber_new(const struct bp_network *network,
                                      const struct bp_forward *forward, struct bp_arena *arena);
size_t bp_perturber_samples(const struct bp_perturber *perturber);
size_t bp_perturber_tiles(const struct bp_perturber *perturber);

/* Moves unit i of layer l (BP_SITE_A needs l < L) for samples first .. first + count - 1, `tiles`
 * times over: step[tile * count + k] is t for sample first + k, and change[] gets f(+t) - f(-t) in
 * the same places.  O(tiles · count · weights behind layer l + 1). */
void bp_perturb(struct bp_perturber *perturber, enum bp_site site, size_t l, size_t i, size_t first,
                size_t count, size_t tiles, const double *step, double *change);

/* The same for units i, i + 1, ... at once, whose steps and changes follow each other; there is
 * room for units · count · tiles of bp_perturber_samples · bp_perturber_tiles. */
void bp_perturb_units(struct bp_perturber *perturber, enum bp_site site, size_t l, size_t i,
                      size_t units, size_t first, size_t count, size_t tiles, const double *step,
                      double *change);

/* How far A[l]_i moves at both ends, ends[0] for +step and ends[1] for -step, where Z[l]_i moves.
 */
void bp_perturb_activation(struct bp_perturber *perturber, size_t l, size_t i, size_t first,
                           size_t count, size_t tiles, const double *step, double *const ends[2]);

/* As bp_perturb_units with BP_SITE_A, between ends that need not be as far to both sides. */
void bp_perturb_ends(struct bp_perturber *perturber, size_t l, size_t i, size_t units, size_t first,
                     size_t count, size_t tiles, double *const ends[2], double *change);

/* Moves the whole of Z[l] of those samples, `tiles` times over: by step[tile * count + k] times
 * column first + k of `direction`, n[l] x m. */
void bp_perturb_layer(struct bp_perturber *perturber, size_t l, const gsl_matrix *direction,
                      size_t first, size_t count, size_t tiles, const double *step, double *change);

/* One thread's working space for 113 bits; `A` holds g(Z[l]) in that arithmetic ([l][i * m + s]).
 */
struct bp_quad_perturber;

/* g(Z[l]) for every hidden layer, for bp_quad_perturber_new. */
bp_quad **bp_quad_activations(const struct bp_network *network, const struct bp_forward *forward,
                              struct bp_arena *arena);
struct bp_quad_perturber *bp_quad_perturber_new(const struct bp_network *network,
                                                const struct bp_forward *forward, bp_quad **A,
                                                struct bp_arena *arena);

/* f(t) - f(0) in 113 bits. */
bp_quad bp_perturb_quad(struct bp_quad_perturber *perturber, enum bp_site site, size_t l, size_t i,
                        size_t s, bp_quad t);

/* The same to a roundoff of bp_pairs_unit, which takes a fraction of the time where layers are
 * wide.
 */
bp_quad bp_perturb_pairs(struct bp_quad_perturber *perturber, enum bp_site site, size_t l, size_t i,
                         size_t s, bp_quad t);

#endif
