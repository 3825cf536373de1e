/* A fully connected network, its data, and what one forward pass leaves behind.
 *
 *     Z[l] = W[l] A[l-1] + b[l]      A[l] = g[l](Z[l])      A[0] = X      l = 1..L
 *     J    = 1/m · sum over samples s of loss(A[L] column s, Y column s)
 *
 * A sample is a column.  Arrays of matrices are indexed by the layer as in the formulas; [0] of W,
 * b and Z is NULL.  b[l] is a column n[l] x 1, broadcast over the samples.
 *
 * Everything that is new here lives in the arena that is given, matrices too, so never
 * gsl_matrix_free one; NULL means that memory is short.
 */
#ifndef BP_NET_NETWORK_H
#define BP_NET_NETWORK_H

#include <gsl/gsl_matrix.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/ranks/ranks.h"
#include "net/spec.h"

struct bp_network {
  size_t depth;                          /* L */
  size_t samples;                        /* m */
  const size_t *size;                    /* n[0..L] */
  const struct bp_function **activation; /* g[1..L] */
  const struct bp_loss *loss;
  gsl_matrix **W; /* W[l]: n[l] x n[l-1] */
  gsl_matrix **b; /* b[l]: n[l] x 1 */
  gsl_matrix *X;  /* n[0] x m */
  gsl_matrix *Y;  /* n[L] x m */
  /* [1..L]: so many units of each layer, its first, are looked at; NULL: all.  See sample.h. */
  const size_t *looked_at;
  /* Every rank checks the same network, each its own rows of every W[l] and b[l], units of every
   * layer.  Matrices of parameters are as large as ever, but only these rows are filled. */
  bool dealt;
};

/* Rows of W[l] and b[l] that are looked at. */
static inline size_t bp_network_rows(const struct bp_network *network, size_t l) {
  return network->looked_at ? network->looked_at[l] : network->size[l];
}

/* The rows that are this rank's, of so many; all where nothing is dealt. */
static inline struct bp_share bp_network_share(const struct bp_network *network, size_t rows) {
  return network->dealt ? bp_share_here(rows) : (struct bp_share){0, rows};
}

/* What all ranks together come to, where there are others. */
static inline double bp_network_sum(const struct bp_network *network, double value) {
  return network->dealt ? bp_ranks_sum(value) : value;
}

static inline double bp_network_largest(const struct bp_network *network, double value) {
  return network->dealt ? bp_ranks_largest(value) : value;
}

static inline bool bp_network_any(const struct bp_network *network, bool value) {
  return network->dealt ? bp_ranks_any(value) : value;
}

struct bp_forward {
  gsl_matrix **Z; /* Z[l]: n[l] x m */
  gsl_matrix **A; /* A[l]: n[l] x m; A[0] is the network's X itself */
  double loss;    /* J */
  int threads;    /* that share the products of a pass; less than 1: one */
};

/* Which formula starts the backward pass. */
enum bp_route {
  BP_ROUTE_DIRECT, /* dZ[L] = A[L] - Y where that holds (cross-entropy), else through dA[L] */
  BP_ROUTE_DA      /* dA[L] by equation 7 of source document 003, then BP1 */
};

/* How to draw what is not given. */
struct bp_draw {
  unsigned long seed;
  double weight_scale; /* W[l] is normal with deviation weight_scale / sqrt(n[l-1]); b normal, 0.1
                          of that scale */
  double input_scale;  /* X is normal with this deviation */
  int threads;         /* that draw; less than 1 counts as 1 */
};

/* A matrix of zeros. */
gsl_matrix *bp_matrix(struct bp_arena *arena, size_t rows, size_t columns);

/* The same for as many rows as are looked at of W[l], of which those of other ranks take no memory.
 */
gsl_matrix *bp_row_matrix(const struct bp_network *network, size_t l, size_t columns,
                          struct bp_arena *arena);

/* Allocates a network of that spec for m samples, all zeros. */
struct bp_network *bp_network_new(const struct bp_spec *spec, size_t samples,
                                  struct bp_arena *arena);

/* Draws W and b, from GSL's generator ranlxd2: the same values on every machine for a seed.
 * Returns 0, or -1 when memory is short. */
int bp_network_draw_parameters(struct bp_network *network, const struct bp_draw *draw);

/* Draws X, and Y to suit the output: 0 or 1 for sigmoid with cross-entropy, one 1 in each column
 * for softmax, otherwise normal values (in (0,1) for sigmoid, (-1,1) for tanh).  Returns 0 or -1.
 */
int bp_network_draw_data(struct bp_network *network, const struct bp_draw *draw);

/* Both of them at once. */
int bp_network_draw(struct bp_network *network, const struct bp_draw *draw);

/* Space for the results of a forward pass. */
struct bp_forward *bp_forward_new(const struct bp_network *network, struct bp_arena *arena);

/* Computes Z, A and J.  O(m · parameters). */
void bp_forward_run(const struct bp_network *network, struct bp_forward *forward);

/* Whether every Z[l] is W[l] A[l-1] + b[l] to within the rounding of such a sum, added up here one
 * by one: the float64 pass is then the exact pass of a network whose biases differ by no more than
 * that. NaN where the sum is finite is wrong.
 * Of a dealt network each rank looks at its own rows, and all get what they find together. */
bool bp_forward_is_right(const struct bp_network *network, const struct bp_forward *forward,
                         int threads);

/* Rounding of a computed softmax output a, in units of u = 2^-53: that of the sum, and of the
 * exponent z - max z, whose size is about |log a|. */
double bp_softmax_rounding(size_t outputs, double a);

/* What the loss says of this network's outputs. */
static inline const struct bp_loss_rules *bp_network_rules(const struct bp_network *network) {
  return bp_loss_rules(network->loss, network->activation[network->depth]);
}

#endif
