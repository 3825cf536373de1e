/* Names such as dZ[2] and dW that a derivation uses and declares nowhere.
 *
 * dW is the differential of W in one course and the gradient of the loss in another.  Where a file
 * has no `vary`, no trace and no d(...) of a product, nothing speaks for differentials, and beside
 * a network or a loss the gradient may be meant: of the mean J, of the summed losses, or as Ng
 * writes, dZ of the sums and dW of the mean.  All are tried on all lines of the file, differentials
 * too, and the reading under which the most lines hold is meant.  It is put into words: `write`
 * lines that would say the same, which are in fact what the document is given.
 */
#ifndef BP_STUDY_GRADIENTS_H
#define BP_STUDY_GRADIENTS_H

#include "judge/judge.h"

struct bp_gradients_request {
  const struct bp_document *document;
  const struct bp_judge_options *options;
  struct bp_arena *arena;
  struct bp_diagnostics
      *diagnostics; /* of the document; set to those of the one that is returned */
};

struct bp_gradients {
  const struct bp_document *document; /* the one of the request where nothing is read into it */
  const char **reading;               /* sentences, and lines of the language */
  size_t reading_count;
};

/* What lives in the arena stays there.  0, or -1 where memory is short. */
int bp_gradients_read(const struct bp_gradients_request *request, struct bp_gradients *gradients);

#endif
