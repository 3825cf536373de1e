/* What a check is asked for, and how it may end: known to all of its parts, the lowest included.
 *
 * All of this is the caller's, and is not kept.
 */
#ifndef BP_NET_OPTIONS_H
#define BP_NET_OPTIONS_H

#include <stdbool.h>

#include "net/backprop.h"
#include "net/mistakes.h"
#include "results/results.h"

/* A gradient that other code computed, to be checked in place of BP1-BP4. */
struct bp_outside {
  struct bp_gradient *gradient; /* what is not given is filled in by the check */
  const bool *given; /* which blocks are: W[1], b[1], ..., W[L], b[L], then dA[1], dZ[1], ... */
  double unit;       /* unit roundoff of the arithmetic that computed it: 2^-53, 2^-24, 2^-11 */
};

struct bp_check_options {
  enum bp_route route;
  const struct bp_outside *outside; /* NULL: BP1-BP4 are under test */
  struct bp_mistake mistake;        /* planted in the BP way; kind BP_NO_MISTAKE for none */
  int threads;                      /* 0: one for each processor */
  size_t sample;                    /* random units of each layer that are looked at; 0: all.  Only
                                     * without a mistake: a sample may not have it */
  size_t directions; /* random ones of each block, in place of its entries; 0: none.  Not with a
                      * sample */
  unsigned long sample_seed; /* of either */
  bool dealt; /* every rank (base/ranks/ranks.h) makes this call for the same network: rows are
               * dealt to them, and rank 0 has the whole report; others lack its entries */
  /* Called now and then with the share done, 0..1; returning false stops the check.  May be NULL;
   * called from the calling thread only. */
  bool (*progress)(double share, void *user);
  void *user;
};

enum bp_status {
  BP_OK = 0,
  BP_NO_MEMORY = -1,
  BP_STOPPED = -2, /* progress returned false */
};

#endif
