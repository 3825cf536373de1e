/* Gradient descent with the gradients of BP1-BP4, checked as it goes:
 *
 *     W[l] := W[l] - α · dW[l]      b[l] := b[l] - α · db[l]
 *
 * Every step uses all samples, as in the textbooks, so that J falls as long as α is small enough.
 *
 * The result lives in the arena that is given, and goes when that is freed; it holds a copy of the
 * parameters, so the network may go on changing.
 */
#ifndef BP_NET_TRAIN_H
#define BP_NET_TRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "net/network.h"
#include "net/options.h"
#include "results/training.h"

/* Where W and b start. */
enum bp_start {
  BP_START_DRAWN, /* as the network stands */
  BP_START_ONES,  /* all entries 1, as the loop example of source document 002 */
  BP_START_ZEROS, /* all entries 0, as its vectorised example */
  BP_START_COUNT
};

/* "drawn", "ones", "zeros". */
const char *bp_start_name(enum bp_start start);

struct bp_train_options {
  size_t steps;
  double rate;        /* α */
  size_t check_every; /* check the gradient every so many steps; 0: only at the start and the end */
  enum bp_start start;
  /* How to check.  A mistake in here is planted in the gradient that the descent uses, too.  The
   * progress function in here is not used. */
  struct bp_check_options check;
  size_t check_memory; /* most bytes that one check may take; 0: no limit */
  /* Called now and then with the share of the steps made, 0..1; returning false stops the run.  May
   * be NULL. */
  bool (*progress)(double share, void *user);
  void *user;
};

/* Runs the descent; the network's W and b are what it ends with.  `held_out` is a network of the
 * same shape with other data, or NULL; its own W and b are not looked at.  Memory
 * does not grow with the number of checks, which have an arena of their own.  A J that
 * is infinite or not a number ends the run early with BP_OK, `diverged` set and advice in the
 * notes.  After BP_STOPPED there is no result.  O(steps · m · parameters) and the checks. */
enum bp_status bp_train(struct bp_network *network, const struct bp_network *held_out,
                        const struct bp_train_options *options, struct bp_arena *arena,
                        struct bp_training **result);

#endif
