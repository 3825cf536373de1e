/* The last rung: central differences with a proof, and BP1-BP4 beside them, with as many bits as it
 * takes.
 *
 * Where float64 and 113 bits leave an entry open for want of digits or of exponents, the responses
 * of the units that it moves are evaluated in ball arithmetic (response.h), first with 128 bits,
 * then with 256, 512, ... until the entry is known.  Then the four equations run in as many bits as
 * they need to agree or to differ (formula.h).  Where a unit lies on a kink to the last digit there
 * is no disc, and entries stay as they are.
 *
 * All of it costs at most a budget of work, which is counted and not timed: an entry that is
 * decided here is decided on every machine, with any number of threads.
 *
 * A proof lives in the arena of its differences.
 */
#ifndef BP_NET_PROOF_PROOF_H
#define BP_NET_PROOF_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/backprop.h"
#include "net/difference/difference.h"

struct bp_proof;

/* Bytes that a proof may take at most. */
double bp_proof_memory(const struct bp_spec *spec, size_t samples);

/* NULL where memory is short. */
struct bp_proof *bp_proof_new(struct bp_differences *differences);

/* Two budgets: for what is undecided without, and for what is only seen more sharply. */
enum bp_proof_need { BP_PROOF_NEEDED, BP_PROOF_WELCOME, BP_PROOF_NEEDS };

/* Replaces the differences of one matrix where wanted[] is not 0 by proved ones (BP_METHOD_PROOF)
 * as far as these are better; *left_open gets how many could not be had within the budget.  Returns
 * false when progress asked to stop. */
bool bp_proof_refine(struct bp_proof *proof, enum bp_proof_need need,
                     enum bp_difference_target target, size_t l, const uint8_t *wanted,
                     bp_parallel_progress *progress, void *user, size_t *left_open);

/* What a formula and a proved difference say of each other. */
enum bp_agreement {
  BP_AGREEMENT_OPEN, /* not compared, or not known well enough */
  BP_AGREEMENT_ZERO, /* both are 0 as far as can be seen */
  BP_AGREEMENT_YES,  /* they overlap, and both are known well beside themselves or their block */
  BP_AGREEMENT_NO    /* they are apart, which is a proof */
};

struct bp_agreements {
  uint8_t **of[BP_TARGET_COUNT];    /* [target][l], enum bp_agreement, like differences->of */
  uint16_t **bits[BP_TARGET_COUNT]; /* in which it was decided */
};

/* Runs BP1-BP4 with `mistake` (NULL: none) and compares it with every proved difference.  The
 * result lives in `arena`; NULL where memory is short. */
struct bp_agreements *bp_proof_compare(struct bp_proof *proof, enum bp_route route,
                                       const struct bp_mistake *mistake, struct bp_arena *arena);

#endif
