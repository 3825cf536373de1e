/* A part of a network that is too large to be checked whole: some units of each layer, drawn at
 * random, with all weights that lead into them and their biases.
 *
 * The units of a hidden layer, and the outputs with their targets, may be renumbered without
 * changing the network.  So the units that are drawn are moved to the front, and everybody who
 * looks at rows of dW[l] looks at the first few.  Nobody below knows which units these were; the
 * report does.
 *
 * Rows are what is drawn, and not single entries, since the evaluations of a difference belong to a
 * row, and a row costs no more than one entry of it.
 *
 * Everything lives in the arena that is given; NULL and -1 mean that memory is short.
 */
#ifndef BP_NET_SAMPLE_H
#define BP_NET_SAMPLE_H

#include "net/backprop.h"
#include "net/network.h"
#include "results/results.h"

struct bp_sample {
  const struct bp_network *network; /* renumbered; W[1] is a copy, too */
  size_t **unit;                    /* [l][place], from 0: which unit stands there; all of them */
};

/* Draws `units` of each layer, or all of a layer that has no more. */
struct bp_sample *bp_sample_new(const struct bp_network *network, size_t units, unsigned long seed,
                                struct bp_arena *arena);

/* A gradient of the whole network, as the sample numbers it and as far as it looks at it. */
struct bp_gradient *bp_sample_gradient(const struct bp_sample *sample,
                                       const struct bp_gradient *whole, struct bp_arena *arena);

/* Says of the blocks of a report, all of them, which rows and columns their entries are. */
void bp_sample_place(const struct bp_sample *sample, struct bp_report *report);

/* What was not looked at, and how likely a mistake is missed. */
const char *bp_sample_sentence(const struct bp_sample *sample, struct bp_arena *arena);

/* How likely units of which `wrong` are wrong, of `all`, are none of `drawn` ones. */
double bp_sample_chance(size_t all, size_t drawn, size_t wrong);

#endif
