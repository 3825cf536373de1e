/* The families of networks that bench_zoo draws.
 *
 *     odd        1-4 layers of 1-8 units, any activations and losses, scales over orders of
 *                magnitude, units planted on kinks, beside them, dead or saturated
 *     deep       8-40 layers of 2-6 units with one activation
 *     confident  1-4 layers whose outputs are next to 0 and 1, with logits of up to a thousand
 *     trained    1-3 layers after some hundred steps of gradient descent, near a fit
 */
#ifndef BP_BENCH_ZOO_FAMILIES_H
#define BP_BENCH_ZOO_FAMILIES_H

#include <gsl/gsl_rng.h>

#include "net/network.h"

enum family { ODD, DEEP, CONFIDENT, TRAINED, FAMILY_COUNT };

extern const char *const family_names[FAMILY_COUNT];

enum { WIDEST = 8, DEEPEST = 40, MOST_SAMPLES = 6 };

double log_uniform(gsl_rng *generator, double low, double high);

/* A network of that family in the arena; the same for the same generator and seed.  Its spec is
 * filled in, whose arrays are size and activation, of DEEPEST + 1 each. */
struct bp_network *draw_network(enum family family, gsl_rng *generator, unsigned long seed,
                                struct bp_spec *spec, size_t *size,
                                const struct bp_function **activation, struct bp_arena *arena);

/* A line about a network. */
void zoo_tell(const struct bp_network *network, unsigned long seed, const char *what);

#endif
