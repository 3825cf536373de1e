/* Central differences of every parameter and every node through the responses that they share.
 *
 * Let φ_is(t) be the loss of sample s where Z[l]_is moves by t.  W[l]_ij + h moves that number by
 * h a_js, a = A[l-1], and moves nothing else of the sample but through it, so the loss of sample s
 * is φ_is(h a_js) whatever j is.  The difference quotient of the loss of that sample by W[l]_ij
 * over the steps ±h_k = ±x_k δ / a_js needs φ_is at ±x_k δ, and those are the same eight numbers
 * for all j.  So the whole row (with b[l]_i) shares eight evaluations for each sample:
 *
 *     1/m sum_s sum_k w_k (φ_is(x_k δ) - φ_is(-x_k δ)) / (2 h_k)  =  1/m sum_s a_js D_is
 *
 * with D_is the quotient over the steps x_k δ (nodes.h), which is also the difference by Z[l]_is.
 * It is a quotient of losses with a step of its own in every sample, no chain rule and no slope;
 * only the layers above are evaluated n[l] m times instead of n[l-1] n[l] m times, and the steps
 * may be long, so that rounding is small.  box.h bounds what D is off.
 *
 * What has no response - a unit on its kink, or nothing finite - is left to difference.h.
 */
#ifndef BP_NET_RESPONSE_RESPONSE_H
#define BP_NET_RESPONSE_RESPONSE_H

#include "net/difference/difference.h"
#include "net/response/box.h"

struct bp_responses;

/* Responses that write to those differences; everything lives in their arena.  NULL when memory is
 * short. */
struct bp_responses *bp_responses_new(struct bp_differences *differences);

/* What they know of the network at rest. */
const struct bp_rest *bp_responses_rest(const struct bp_responses *responses);

/* Bytes that they will take at most. */
double bp_responses_memory(const struct bp_spec *spec, size_t samples, int threads);

/* Fills every entry of the differences: from responses in float64, and where there are none with
 * two evaluations of its own.  Returns false when progress asked to stop. */
bool bp_responses_screen(struct bp_responses *responses, bp_parallel_progress *progress,
                         void *user);

/* Takes the rows with wanted entries to 113 bits, and from there every wanted entry that has
 * responses and becomes better known.  Returns false when stopped, and leaves entries as they were
 * where memory is short. */
bool bp_responses_refine(struct bp_responses *responses, enum bp_difference_target target, size_t l,
                         const uint8_t *wanted, bp_parallel_progress *progress, void *user);

/* Multiplications in 113 bits that bp_responses_refine would take, roughly. */
double bp_responses_cost(const struct bp_responses *responses, enum bp_difference_target target,
                         size_t l, const uint8_t *wanted);

#endif
