/* An update, taken apart: what it keeps of what moves, how far it goes, and what else it does. */
#ifndef BP_STUDY_UPDATE_STEP_H
#define BP_STUDY_UPDATE_STEP_H

#include "lang/build.h"

enum { BP_MOST_RATES = 4, BP_MOST_DECAYS = 3, BP_MOST_UNSAID = 4 };

struct bp_update_step {
  const struct bp_expression *right; /* as written, with ∂J/∂w in the place of a dw */
  const struct bp_expression *base;  /* what := keeps of w: w, or (1 - η*λ)*w; NULL: nothing */
  const struct bp_expression *rates[BP_MOST_RATES]; /* what may say how far; NULL among them: 1 */
  size_t rate_count;
  const struct bp_expression *decays[BP_MOST_DECAYS]; /* multiples of w in the step */
  size_t decay_count;
  const char *unsaid[BP_MOST_UNSAID]; /* rates that no line declares */
  size_t unsaid_count;
  const char *why; /* it cannot be taken apart: the name that nothing declares; or NULL */
  bool defined;    /* the derivative itself stands in it */
  bool plain; /* nothing but sums and products of what hangs on w: what a gradient looks like */
};

/* Takes the update apart; `gradient` is what a dw in it stands for.  False where it has a name that
 * nothing declares, or memory is short, which the builder knows. */
bool bp_step_of(const struct bp_document *document, const struct bp_update *update,
                const struct bp_expression *gradient, struct bp_builder *builder,
                struct bp_update_step *step);

/* What the right side of the update has to be for a step by `along` times the rate: down, or `up`,
 * with the decay beside it; NULL where memory is short, which the builder knows. */
const struct bp_expression *
bp_step_meant(const struct bp_update *update, const struct bp_update_step *step,
              const struct bp_expression *rate, const struct bp_expression *along,
              const struct bp_expression *decay, bool up, struct bp_builder *builder);

#endif
