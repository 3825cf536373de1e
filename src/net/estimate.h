/* How long a check will take, before it is begun.
 *
 * What is counted are the operations that there are many of, each with what it took on one core of
 * a machine of 2024: the result is good to a factor of two or so there, and says seconds or hours
 * anywhere.  What float64 leaves open, and 113 bits settle, is not known before and not counted.
 */
#ifndef BP_NET_ESTIMATE_H
#define BP_NET_ESTIMATE_H

#include <stddef.h>

#include "net/network.h"
#include "net/spec.h"

/* Seconds for a network with m samples, whole or that many units of each layer (0: all), on that
 * many threads (0: one for each processor). */
double bp_estimate_seconds(const struct bp_spec *spec, size_t samples, size_t sample, int threads);

/* A sample that takes a tenth of that or less, or a few seconds; 0: none does. */
size_t bp_estimate_sample(const struct bp_spec *spec, size_t samples, int threads);

/* Seconds on one core for the differences of a layer, of what is looked at. */
double bp_estimate_differences(const struct bp_network *network, size_t l);

/* The parts of a check one after the other, for a progress that is one of time. */
enum bp_check_part { BP_PART_PASSES, BP_PART_JACOBIANS, BP_PART_DIFFERENCES, BP_CHECK_PARTS };

/* Which share of the whole is done at the end of each; then entries are judged. */
void bp_estimate_parts(const struct bp_network *network, double ends[BP_CHECK_PARTS]);

#endif
