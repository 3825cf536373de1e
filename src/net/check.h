/* The three-way check: the gradient from BP1-BP4, from central differences, and from explicit
 * Kronecker/vec Jacobians, compared for every parameter.
 *
 * What a check hands out lives in the arena that it is given, and goes when that is freed; the
 * network and the options are the caller's, and are not kept.
 */
#ifndef BP_NET_CHECK_H
#define BP_NET_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "net/backprop.h"
#include "net/mistakes.h"
#include "net/network.h"
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

/* Bytes that checking a network of that shape with m samples takes at most, for refusing absurd
 * sizes before allocating; SIZE_MAX where the number would overflow. */
size_t bp_check_memory(const struct bp_spec *spec, size_t samples);

/* Runs the check.  The report's title, settings and seconds are the caller's to fill.  Blocks come
 * in the order W[1], b[1], ..., W[L], b[L], then the intermediates dA[l], dZ[l]; of an outside
 * gradient only those that are given.  O(parameters · m · work behind the perturbed unit). */
enum bp_status bp_check(const struct bp_network *network, const struct bp_check_options *options,
                        struct bp_arena *arena, struct bp_report **report);

#endif
