/* Networks for the tests: from a spec in words to values, a forward pass and matrices to compare.
 * Everything lives in the arena that is given.  A spec that does not parse fails the test.
 */
#ifndef BP_TESTS_NETWORKS_H
#define BP_TESTS_NETWORKS_H

#include <check.h>
#include <gsl/gsl_matrix.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/network.h"
#include "net/spec.h"
#include "suite.h"

static inline struct bp_spec spec_of(const char *text, struct bp_arena *arena) {
  struct bp_source source = {"network spec", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec = {0};
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_msg(bp_spec_parse(&source, arena, &diagnostics, &spec) == 0, "%s: not read", text);
  return spec;
}

/* All zeros. */
static inline struct bp_network *blank_network(const char *text, size_t samples,
                                               struct bp_arena *arena) {
  struct bp_spec spec = spec_of(text, arena);
  struct bp_network *network = bp_network_new(&spec, samples, arena);
  ck_assert_msg(network != NULL, "%s: no memory", text);
  return network;
}

static inline struct bp_network *scaled_network(const char *text, size_t samples,
                                                unsigned long seed, double weight_scale,
                                                double input_scale, struct bp_arena *arena) {
  struct bp_network *network = blank_network(text, samples, arena);
  struct bp_draw draw = {seed, weight_scale, input_scale, 1};
  ck_assert_int_eq(bp_network_draw_parameters(network, &draw), 0);
  ck_assert_int_eq(bp_network_draw_data(network, &draw), 0);
  return network;
}

static inline struct bp_network *drawn_network(const char *text, size_t samples, unsigned long seed,
                                               struct bp_arena *arena) {
  return scaled_network(text, samples, seed, 1, 1, arena);
}

static inline struct bp_forward *forward_of(const struct bp_network *network,
                                            struct bp_arena *arena) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  ck_assert_ptr_nonnull(forward);
  bp_forward_run(network, forward);
  return forward;
}

/* Fills a matrix row by row. */
static inline void fill(gsl_matrix *matrix, const double *values) {
  for (size_t i = 0; i < matrix->size1; i++)
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j, values[i * matrix->size2 + j]);
}

static inline double misleading_taught(double z, double a) { return 7 + z + a; }
static inline bp_quad misleading_taught_quad(bp_quad z, bp_quad a) { return 7 + z + a; }
static inline double misleading_slope(double z) { return -3 - z; }

/* The same network with activations whose stored derivatives are wrong. */
static inline struct bp_network with_wrong_derivatives(const struct bp_network *network,
                                                       struct bp_arena *arena) {
  struct bp_network other = *network;
  struct bp_function *rows = bp_arena_alloc(arena, network->depth + 1, sizeof *rows);
  const struct bp_function **activation =
      bp_arena_alloc(arena, network->depth + 1, sizeof *activation);
  for (size_t l = 1; l <= network->depth; l++) {
    rows[l] = *network->activation[l];
    rows[l].taught = misleading_taught;
    rows[l].taught_quad = misleading_taught_quad;
    rows[l].slope = misleading_slope;
    activation[l] = &rows[l];
  }
  other.activation = activation;
  return other;
}

#endif
