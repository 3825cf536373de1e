/* BP1-BP4 in 113 bits: the same equations, for where float64 has no digits left.
 *
 * It starts from the float64 Z[l] and, in BP4, the float64 A[l-1], so it is the gradient at the
 * very point that the float64 forward pass reached; the activations at which slopes are taken are
 * computed anew from Z[l].
 */
#include <gsl/gsl_matrix.h>

#include "net/backprop.h"

#define REAL bp_quad
#define MATRIX struct bp_quad_matrix
#define AT(matrix, i, j) ((matrix)->data[(i) * (matrix)->size2 + (j)])
#define RUN run_quad
#define GRADIENT struct bp_quad_gradient
#define NUMBER(x) ((REAL)(x))
#define PLUS(a, b) ((a) + (b))
#define MINUS(a, b) ((a) - (b))
#define TIMES(a, b) ((a) * (b))
#define OVER(a, b) ((a) / (b))
#define VALUE(function, z) (function)->value_quad(z)
#define SLOPE(function, z, a) (function)->taught_quad(z, a)
#define LOSS_SLOPE(rules, a, y) (rules)->taught_quad(a, y)
#define OUTPUT(l) (g->A[l])

static void transposed_times(const GRADIENT *g, MATRIX *C, const gsl_matrix *W, const MATRIX *D) {
  (void)g;
  for (size_t j = 0; j < C->size1; j++) {
    for (size_t s = 0; s < C->size2; s++) {
      REAL sum = 0;
      for (size_t k = 0; k < D->size1; k++)
        sum += gsl_matrix_get(W, k, j) * AT(D, k, s);
      AT(C, j, s) = sum;
    }
  }
}

static void times_transposed(const GRADIENT *g, MATRIX *C, REAL scale, const MATRIX *D,
                             const gsl_matrix *A) {
  (void)g;
  for (size_t i = 0; i < C->size1; i++) {
    for (size_t j = 0; j < C->size2; j++) {
      REAL sum = 0;
      for (size_t s = 0; s < D->size2; s++)
        sum += AT(D, i, s) * gsl_matrix_get(A, j, s);
      AT(C, i, j) = scale * sum;
    }
  }
}

static void row_sums(const GRADIENT *g, MATRIX *c, REAL scale, const MATRIX *D) {
  (void)g;
  for (size_t i = 0; i < c->size1; i++) {
    REAL sum = 0;
    for (size_t s = 0; s < D->size2; s++)
      sum += AT(D, i, s);
    AT(c, i, 0) = scale * sum;
  }
}

static void run_quad(const struct bp_network *network, const struct bp_forward *forward,
                     enum bp_route route, const struct bp_mistake *mistake, GRADIENT *g);

#include "net/backprop_formulas.h"

static MATRIX *quad_matrix(struct bp_arena *arena, size_t rows, size_t columns) {
  MATRIX *matrix = bp_arena_alloc(arena, 1, sizeof *matrix);
  size_t entries;
  if (!matrix || __builtin_mul_overflow(rows, columns, &entries))
    return NULL;
  *matrix = (MATRIX){rows, columns, bp_arena_alloc(arena, entries, sizeof *matrix->data)};
  return matrix->data ? matrix : NULL;
}

struct bp_quad_gradient *bp_quad_gradient_new(const struct bp_network *network,
                                              struct bp_arena *arena) {
  struct bp_quad_gradient *g = bp_arena_alloc(arena, 1, sizeof *g);
  if (!g)
    return NULL;
  MATRIX ***parts[] = {&g->dA, &g->dZ, &g->dW, &g->db, &g->A};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    *parts[k] = bp_arena_alloc(arena, network->depth + 1, sizeof **parts[k]);
    if (!*parts[k])
      return NULL;
  }
  for (size_t l = 1; l <= network->depth; l++) {
    g->dA[l] = quad_matrix(arena, network->size[l], network->samples);
    g->dZ[l] = quad_matrix(arena, network->size[l], network->samples);
    g->A[l] = quad_matrix(arena, network->size[l], network->samples);
    g->dW[l] = quad_matrix(arena, bp_network_rows(network, l), network->size[l - 1]);
    g->db[l] = quad_matrix(arena, bp_network_rows(network, l), 1);
  }
  return bp_arena_failed(arena) ? NULL : g;
}

static void softmax_quad(const gsl_matrix *Z, size_t s, MATRIX *A) {
  bp_quad largest = gsl_matrix_get(Z, 0, s), sum = 0;
  for (size_t k = 1; k < Z->size1; k++)
    if (gsl_matrix_get(Z, k, s) > largest)
      largest = gsl_matrix_get(Z, k, s);
  for (size_t k = 0; k < Z->size1; k++)
    sum += AT(A, k, s) = bp_quad_exp(gsl_matrix_get(Z, k, s) - largest);
  for (size_t k = 0; k < Z->size1; k++)
    AT(A, k, s) /= sum;
}

void bp_backprop_quad(const struct bp_network *network, const struct bp_forward *forward,
                      enum bp_route route, const struct bp_mistake *mistake,
                      struct bp_quad_gradient *g) {
  for (size_t l = 1; l <= network->depth; l++) {
    const struct bp_function *function = network->activation[l];
    for (size_t s = 0; s < network->samples; s++) {
      if (function->columnwise)
        softmax_quad(forward->Z[l], s, g->A[l]);
      for (size_t i = 0; i < network->size[l] && !function->columnwise; i++)
        AT(g->A[l], i, s) = function->value_quad(gsl_matrix_get(forward->Z[l], i, s));
    }
  }
  run_quad(network, forward, route, mistake, g);
}
