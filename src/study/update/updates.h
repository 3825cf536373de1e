/* Updates that stand alone, w := w - η*(1/m)*X*(p - y), as what they claim: a step down the loss.
 *
 * An update says what is done.  Where the file has a loss that hangs on w, it is meant as a step
 * down that loss, so its right side is w - η*c*∂J/∂w with some c > 0, a number or sizes, which the
 * rate takes up.  Such an update becomes a claim of the document, and is judged, mended and told as
 * all claims are.  A step up is right only where the words of the file say so, wrong where they
 * speak of a loss, and else undecided.  What is no multiple of the gradient fails only if it looks
 * like one; whatever has another meaning is left as it was, with a note that says why.
 */
#ifndef BP_STUDY_UPDATE_UPDATES_H
#define BP_STUDY_UPDATE_UPDATES_H

#include "results/results.h"
#include "study/gradients.h"

enum bp_step_direction { BP_STEP_DOWN, BP_STEP_UP, BP_STEP_NOWHERE };

struct bp_judged_update {
  const struct bp_update *update;
  enum bp_step_direction direction; /* of what is no multiple of the gradient: nowhere */
  bool meant_up, meant_down;        /* by the words of the file */
  const char *loss;
  const char *factor; /* of its gradient, as text; NULL: 1 */
  const char *decay;  /* what goes off the weight beside that; NULL: nothing */
};

struct bp_updates {
  const struct bp_document *document; /* the one of the request where no update is judged */
  struct bp_judged_update *list;
  size_t count;
};

/* What lives in the arena of the request stays there.  0, or -1 where memory is short. */
int bp_updates_read(const struct bp_gradients_request *request, struct bp_updates *updates);

/* Says of the updates in the report of that document which way they lead.  0, or -1 where memory is
 * short. */
int bp_updates_tell(const struct bp_updates *updates, struct bp_arena *arena,
                    struct bp_derivation_report *report);

#endif
