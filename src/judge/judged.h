/* What each judged statement claims at one combination of its letters: a row for each of
 * BP_JUDGED_STATEMENTS.  The rows are constants, and nobody owns them; outcomes live in the arena
 * of the trial. */
#ifndef BP_JUDGE_JUDGED_H
#define BP_JUDGE_JUDGED_H

#include "judge/verdict.h"

/* One claim in one world. */
struct bp_trial {
  struct bp_world *world;
  struct bp_claim_state *state;
  struct bp_arena *arena; /* of the results */
  bool valid;             /* no side was without a value so far */
};

struct bp_judged {
  enum bp_claim_kind kind; /* what a report says of it */
  /* Whether all shapes fit for one combination of the letters, values apart.  False with a fault.
   */
  bool (*shapes)(struct bp_world *world, const struct bp_statement *statement,
                 const struct bp_scope *scope);
  /* Judges one combination; the context is the bp_trial.  False where no other is needed. */
  bool (*member)(void *trial, const struct bp_scope *scope);
};

/* The row of the statement's keyword. */
const struct bp_judged *bp_judged_of(const struct bp_statement *statement);

/* Adds to what the claim has come to: the worst counts. */
void bp_claim_gather(struct bp_claim_state *state, const struct bp_link_outcome *outcome);

/* The outcome that a fault is. */
struct bp_link_outcome bp_outcome_of_fault(const struct bp_fault *fault, size_t link);

#endif
