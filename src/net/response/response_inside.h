/* What response.c and refine.c share: the rows of a layer, and what is known of each of its units.
 */
#ifndef BP_NET_RESPONSE_RESPONSE_INSIDE_H
#define BP_NET_RESPONSE_RESPONSE_INSIDE_H

#include <gsl/gsl_matrix.h>
#include <stdatomic.h>
#include <stdint.h>

#include "net/difference/perturb.h"
#include "net/response/nodes.h"
#include "net/response/response.h"

enum { BP_RESPONSE_SITES = 2 }; /* BP_SITE_Z and BP_SITE_A */

/* One thread's space. */
struct bp_response_worker {
  struct bp_box_space *space;
  double *step, *change; /* one call of bp_perturb */
  double *ends[2];       /* likewise, where both ends are given */
  double *delta;         /* the longest steps of a block, row by row; 0: there is none */
  double *quotient;      /* what comes of them */
  double *slope;         /* of A[l] by what was moved */
  uint8_t *inner;        /* Z[l] was moved, see take_both */
  double *value, *truncation, *rounding, *size; /* of one row */
};

struct bp_responses {
  struct bp_differences *differences;
  struct bp_rest *rest;
  struct bp_response **of[BP_RESPONSE_SITES]; /* [site][l][i * m + s] */
  struct bp_response_worker *worker;
  struct bp_sizes *sizes; /* where boxes ask for more than what was taken; else NULL */
  size_t units;           /* rows that are evaluated at once */
  double enough;          /* of the layer at work: no A[l] need be known better */
  double weight[BP_RESPONSE_PAIRS];
  bp_quad quad_weight[BP_RESPONSE_PAIRS];
  uint8_t *left[BP_TARGET_COUNT]; /* entries of the layer at work that have no response */
  atomic_bool any_left[BP_TARGET_COUNT];
};

/* One row: unit i of layer l. */
struct bp_response_row {
  struct bp_responses *responses;
  struct bp_response_worker *worker;
  int number; /* of the worker */
  size_t l, i;
};

static inline struct bp_response *bp_response_of(const struct bp_response_row *row,
                                                 enum bp_site site, size_t s) {
  return &row->responses
              ->of[site][row->l][row->i * row->responses->differences->network->samples + s];
}

/* What the row's parameter in that column moves in each sample; NULL: 1. */
static inline const double *bp_response_leverages(const struct bp_differences *d, size_t l,
                                                  size_t column) {
  return column < d->network->size[l - 1] ? gsl_matrix_const_ptr(d->forward->A[l - 1], column, 0)
                                          : NULL;
}

#endif
