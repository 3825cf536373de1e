/* The three-way check: the gradient from BP1-BP4, from central differences, and from explicit
 * Kronecker/vec Jacobians, compared for every parameter.
 *
 * What a check hands out lives in the arena that it is given, and goes when that is freed; the
 * network and the options are the caller's, and are not kept.
 */
#ifndef BP_NET_CHECK_H
#define BP_NET_CHECK_H

#include <stddef.h>

#include "base/arena.h"
#include "net/network.h"
#include "net/options.h"
#include "results/results.h"

/* Bytes that checking a network of that shape with m samples takes at most, all of it or that many
 * units of each layer (0: all), for refusing absurd sizes before allocating; SIZE_MAX where the
 * number would overflow. */
size_t bp_check_memory(const struct bp_spec *spec, size_t samples, size_t sample);

/* The same of one rank of so many, for a check that is dealt: rank 0 has the entries of the report
 * of all of them besides.  Where the gradient fails, rank 0 takes more if it may, to explain it. */
size_t bp_check_memory_of_rank(const struct bp_spec *spec, size_t samples, size_t sample, int rank,
                               int ranks);

/* The same along so many random directions. */
size_t bp_check_memory_along(const struct bp_spec *spec, size_t samples, size_t directions);

/* Runs the check.  The report's title, settings and seconds are the caller's to fill.  Blocks come
 * in the order W[1], b[1], ..., W[L], b[L], then the intermediates dA[l], dZ[l]; of an outside
 * gradient only those that are given.  O(parameters · m · work behind the perturbed unit). */
enum bp_status bp_check(const struct bp_network *network, const struct bp_check_options *options,
                        struct bp_arena *arena, struct bp_report **report);

struct bp_evidence;

/* The same for another gradient at a point whose evidence (net/compare.h) was gathered before, with
 * the same route: differences depend on the network alone and stay in the evidence, so many
 * gradients cost little more than one.  The evidence is that of a whole network on one rank; the
 * report lives in the arena. */
enum bp_status bp_check_another(struct bp_evidence *evidence,
                                const struct bp_check_options *options, struct bp_arena *arena,
                                struct bp_report **report);

#endif
