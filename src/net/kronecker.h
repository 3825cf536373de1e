/* The gradient from explicit Jacobians of vec, multiplied out along the chain.
 *
 *     ∂vec Z[l] / ∂vec W[l]   = A[l-1]' ⊗ I(n[l])        m n[l] x n[l] n[l-1]
 *     ∂vec Z[l] / ∂b[l]       = 1(m,1) ⊗ I(n[l])          m n[l] x n[l]
 *     ∂vec Z[l+1] / ∂vec A[l] = I(m) ⊗ W[l+1]             m n[l+1] x m n[l]
 *     ∂vec A[l] / ∂vec Z[l]   = Diag(vec g'(Z[l])), for softmax a block per sample
 *     ∂J / ∂vec A[L]          = a row, 1 x m n[L]
 *
 * Nothing of the BP way is called here.
 *
 * What a call hands out lives in the arena that it is given, and goes when that is freed; NULL or
 * -1 means that memory is short.
 */
#ifndef BP_NET_KRONECKER_H
#define BP_NET_KRONECKER_H

#include <gsl/gsl_matrix.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "net/network.h"
#include "net/options.h"

struct bp_kronecker {
  gsl_matrix **dZ; /* ∂(mJ)/∂Z[l], n[l] x m */
  gsl_matrix **dA; /* ∂(mJ)/∂A[l] */
  gsl_matrix **dW; /* ∂J/∂W[l] */
  gsl_matrix **db; /* ∂J/∂b[l] */
  gsl_matrix **dW_sum, **db_sum, **dZ_sum,
      **dA_sum; /* the same with every term's magnitude: what rounding acts on */
  bool fused; /* an entry of ∂J/∂vec A[L] is infinite, so the chain starts at ∂J/∂vec Z[L] */
  int threads; /* that share the products; less than 1 counts as 1 */
};

struct bp_kronecker *bp_kronecker_new(const struct bp_network *network, struct bp_arena *arena);

/* Builds the Jacobians (in blocks of samples, sparse unless small) and multiplies them out.
 * `progress` (may be NULL) is told the share done after each block; BP_STOPPED when it says so. */
enum bp_status bp_kronecker_run(const struct bp_network *network, const struct bp_forward *forward,
                                struct bp_kronecker *result, bp_parallel_progress *progress,
                                void *user);

/* One Jacobian of the chain, dense, for printing. */
struct bp_jacobian {
  const char *name;    /* "∂vec Z[2] / ∂vec W[2]" */
  const char *formula; /* "A[1]' ⊗ I(1)" */
  const char *shape;   /* "(m·n[2], n[2]·n[1])" */
  gsl_matrix *values;
};

/* All Jacobians of the chain, last layer first.  Returns BP_OK or BP_NO_MEMORY. */
enum bp_status bp_kronecker_jacobians(const struct bp_network *network,
                                      const struct bp_forward *forward, struct bp_arena *arena,
                                      struct bp_jacobian **list, size_t *count);

/* Entries of the largest Jacobian that printing would show; SIZE_MAX on overflow. */
size_t bp_kronecker_largest(const struct bp_spec *spec, size_t samples);

#endif
