/* One step in 113 bits: the same path as perturb.c, one number at a time, with plain loops; where a
 * few bits less will do, the sums over wide layers are those of pairs.h.
 *
 * The base is the float64 forward pass taken as exact; changes of activations are g(Z + t) - g(Z)
 * with both values in 113 bits.
 */
#include <math.h>
#include <string.h>

#include "net/difference/pairs.h"
#include "net/difference/perturb.h"

struct bp_quad_perturber {
  const struct bp_network *network;
  const struct bp_forward *forward;
  bp_quad **A;             /* [l][i * m + s] */
  bp_quad *change, *above; /* changes of one layer's A, of the next one's Z */
  struct bp_pairs *pairs;
};

bp_quad **bp_quad_activations(const struct bp_network *network, const struct bp_forward *forward,
                              struct bp_arena *arena) {
  bp_quad **A = bp_arena_alloc(arena, network->depth + 1, sizeof *A);
  if (!A)
    return NULL;
  for (size_t l = 1; l <= network->depth; l++) {
    const struct bp_function *function = network->activation[l];
    size_t count = network->size[l] * network->samples;
    A[l] = bp_arena_alloc(arena, count, sizeof *A[l]);
    if (!A[l])
      return NULL;
    for (size_t k = 0; k < count && !function->columnwise; k++)
      A[l][k] = function->value_quad(forward->Z[l]->data[k]);
  }
  return A;
}

struct bp_quad_perturber *bp_quad_perturber_new(const struct bp_network *network,
                                                const struct bp_forward *forward, bp_quad **A,
                                                struct bp_arena *arena) {
  struct bp_quad_perturber *p = bp_arena_alloc(arena, 1, sizeof *p);
  size_t widest = 1;
  for (size_t l = 1; l <= network->depth; l++)
    if (network->size[l] > widest)
      widest = network->size[l];
  if (!p)
    return NULL;
  *p = (struct bp_quad_perturber){.network = network, .forward = forward, .A = A};
  p->change = bp_arena_alloc(arena, widest, sizeof *p->change);
  p->above = bp_arena_alloc(arena, widest, sizeof *p->above);
  p->pairs = bp_pairs_new(network, arena);
  return p->change && p->above && p->pairs ? p : NULL;
}

/* Softmax outputs that moved, of a loss that takes them one by one. */
static bp_quad softmax_by_entry(const struct bp_quad_perturber *p, size_t s, const bp_quad *moved) {
  const gsl_matrix *Z = p->forward->Z[p->network->depth], *Y = p->network->Y;
  const struct bp_loss_by_entry *loss = bp_network_rules(p->network)->by_entry;
  double largest = gsl_matrix_get(Z, 0, s);
  bp_quad at_rest = 0, at_end = 0, change = 0;
  for (size_t k = 1; k < Z->size1; k++)
    largest = fmax(largest, gsl_matrix_get(Z, k, s));
  for (size_t k = 0; k < Z->size1; k++) {
    bp_quad z = gsl_matrix_get(Z, k, s);
    at_rest += bp_quad_exp(z - largest);
    at_end += bp_quad_exp(z + moved[k] - largest);
  }
  for (size_t k = 0; k < Z->size1; k++) {
    bp_quad z = gsl_matrix_get(Z, k, s);
    change += loss->change(bp_quad_exp(z - largest) / at_rest,
                           bp_quad_exp(z + moved[k] - largest) / at_end, gsl_matrix_get(Y, k, s));
  }
  return change;
}

/* One elementwise output that moved. */
static bp_quad output_change(const struct bp_quad_perturber *p, size_t k, size_t s, bp_quad moved) {
  const struct bp_network *network = p->network;
  size_t L = network->depth;
  bp_quad z = gsl_matrix_get(p->forward->Z[L], k, s), y = gsl_matrix_get(network->Y, k, s);
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  if (loss->of_z)
    return loss->change(z, z + moved, y);
  return loss->change(p->A[L][k * network->samples + s],
                      network->activation[L]->value_quad(z + moved), y);
}

/* Change of A[l]_ks where Z[l]_ks moved. */
static bp_quad activation_change(const struct bp_quad_perturber *p, size_t l, size_t k, size_t s,
                                 bp_quad moved) {
  if (moved == 0)
    return 0;
  bp_quad z = gsl_matrix_get(p->forward->Z[l], k, s);
  return p->network->activation[l]->value_quad(z + moved) - p->A[l][k * p->network->samples + s];
}

/* above = W[l+1] change, of which only first .. last - 1 is not 0. */
static void go_up(struct bp_quad_perturber *p, size_t l, size_t first, size_t last, bool pairs) {
  const gsl_matrix *W = p->network->W[l + 1];
  if (pairs && last - first > 1 && bp_pairs_multiply(p->pairs, l + 1, p->change, p->above))
    return;
  for (size_t k = 0; k < W->size1; k++) {
    bp_quad sum = 0;
    for (size_t j = first; j < last; j++)
      sum += gsl_matrix_get(W, k, j) * p->change[j];
    p->above[k] = sum;
  }
}

static bp_quad perturb(struct bp_quad_perturber *p, enum bp_site site, size_t l, size_t i, size_t s,
                       bp_quad t, bool pairs) {
  const struct bp_network *network = p->network;
  size_t L = network->depth;
  bool softmax = network->activation[L]->columnwise;
  memset(p->change, 0, network->size[l] * sizeof *p->change);
  if (l == L && !softmax)
    return output_change(p, i, s, t);
  p->change[i] = site == BP_SITE_Z && l < L ? activation_change(p, l, i, s, t) : t;
  size_t first = i, last = i + 1;
  for (; l < L; l++) {
    go_up(p, l, first, last, pairs);
    first = 0;
    last = network->size[l + 1];
    for (size_t k = 0; k < last; k++)
      p->change[k] = l + 1 < L ? activation_change(p, l + 1, k, s, p->above[k]) : p->above[k];
  }
  const struct bp_loss_by_column *by_column = bp_network_rules(network)->by_column;
  if (by_column)
    return by_column->change(network->size[L], p->forward->Z[L]->data + s, network->Y->data + s,
                             network->Y->tda, p->change);
  if (softmax)
    return softmax_by_entry(p, s, p->change);
  bp_quad change = 0;
  for (size_t k = 0; k < network->size[L]; k++)
    change += output_change(p, k, s, p->change[k]);
  return change;
}

bp_quad bp_perturb_quad(struct bp_quad_perturber *p, enum bp_site site, size_t l, size_t i,
                        size_t s, bp_quad t) {
  return perturb(p, site, l, i, s, t, false);
}

bp_quad bp_perturb_pairs(struct bp_quad_perturber *p, enum bp_site site, size_t l, size_t i,
                         size_t s, bp_quad t) {
  return perturb(p, site, l, i, s, t, true);
}
