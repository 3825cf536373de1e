/* One Jacobian in the chain, and a row vector on its way down.
 *
 * A Jacobian is built dense (by the definition of the Kronecker product) while it is small enough
 * to print, else as a sparse matrix, or, where it is a product with an identity, not built at all:
 * its entries are taken from the factor as they are met.  `struct bp_chain_link` hides which.  Each
 * product is also formed with the magnitudes of all terms, since that is what rounding is relative
 * to.
 *
 * What is built belongs to the link, for bp_chain_free; a factor may lie in the network or in a
 * pass, which then must outlive it.
 */
#ifndef BP_NET_LINK_LINK_H
#define BP_NET_LINK_LINK_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_spmatrix.h>
#include <gsl/gsl_vector.h>
#include <stdbool.h>

#include "net/network.h"

/* Added to every magnitude: what underflow may swallow, in units that rounding's u will multiply.
 */
#define BP_CHAIN_UNDERFLOW 0x1p-1000

/* One of the three: all entries, those that are not 0, or the factor that is repeated along an
 * identity: A' ⊗ I(times), or I(times) ⊗ W.  None: memory was short. */
struct bp_chain_link {
  gsl_matrix *dense;
  gsl_spmatrix *sparse;
  gsl_matrix factor; /* data is NULL where it is not this */
  gsl_matrix *own;   /* what the factor lies in, where nobody else has it */
  size_t times;
  bool transposed;
};

/* Samples [first, first + count) of the network. */
struct bp_chain_samples {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t first, count;
};

/* Units of a layer whose rows of a parameter are computed, and whether its Jacobian is built dense:
 * then all of them, as it is no larger than can be printed, and numbers must not depend on how rows
 * are dealt. */
struct bp_chain_units {
  struct bp_share own;
  bool dense;
};

/* The vector, and the sum of the magnitudes of its terms. */
struct bp_chain_row {
  gsl_vector *value, *sum;
};

gsl_matrix bp_chain_columns_of(const gsl_matrix *matrix, const struct bp_chain_samples *block);
bool bp_chain_is_small(size_t rows, size_t columns);

/* Of a parameter with so many columns: n[l-1] of W[l], 1 of b[l]. */
struct bp_chain_units bp_chain_units_of(const struct bp_chain_samples *block, size_t l,
                                        size_t columns);

/* ∂vec Z[l] / ∂vec W[l] = A[l-1]' ⊗ I(n[l]); of a sample, the rows and columns of its units. */
struct bp_chain_link bp_chain_by_weights(const struct bp_chain_samples *block, size_t l,
                                         struct bp_chain_units units);
/* ∂vec Z[l] / ∂b[l] = 1(m,1) ⊗ I(n[l]), and 1(m,1) = 1(1,m)' */
struct bp_chain_link bp_chain_by_bias(const struct bp_chain_samples *block,
                                      struct bp_chain_units units);
/* ∂vec Z[l+1] / ∂vec A[l] = I(m) ⊗ W[l+1] */
struct bp_chain_link bp_chain_by_activation(const struct bp_chain_samples *block, size_t l);
/* ∂vec A[l] / ∂vec Z[l] = Diag(vec g'(Z[l])), for softmax a block per sample. */
struct bp_chain_link bp_chain_by_pre_activation(const struct bp_chain_samples *block, size_t l);

bool bp_chain_is_built(const struct bp_chain_link *link);
size_t bp_chain_rows(const struct bp_chain_link *link);
size_t bp_chain_columns(const struct bp_chain_link *link);
/* A sparse one that is small becomes dense. */
void bp_chain_to_dense(struct bp_chain_link *link);
void bp_chain_free(struct bp_chain_link *link);

/* Of zeros; false: memory is short, and what there is is for bp_chain_row_free. */
bool bp_chain_row_new(struct bp_chain_row *row, size_t length);
void bp_chain_row_free(struct bp_chain_row *row);

/* out = row · link, values and magnitudes, for bp_chain_row_free; spoils the link.  False: memory
 * is short. */
bool bp_chain_multiply(const struct bp_chain_row *row, struct bp_chain_link *link, int threads,
                       struct bp_chain_row *out);

/* Of a link along an identity, what columns [from, to) of I ⊗ W's W come to, at their places in
 * out; of A' ⊗ I's A' nothing else is in out. */
void bp_chain_times_columns(const struct bp_chain_row *row, const struct bp_chain_link *link,
                            size_t from, size_t to, struct bp_chain_row *out);
/* So many are a fair share for a thread. */
size_t bp_chain_columns_at_once(const struct bp_chain_link *link);

#endif
