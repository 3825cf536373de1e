/* BP1-BP4 against formulas written out by hand, and against themselves in 113 bits: roundings stay
 * within the bounds that are computed beside them. */
#include <math.h>

#include "net/backprop.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static struct bp_gradient *gradient_of(const struct bp_network *network, enum bp_route route) {
  struct bp_gradient *g = bp_gradient_new(network, arena);
  ck_assert_ptr_nonnull(g);
  bp_backprop(network, forward_of(network, arena), route, NULL, g);
  return g;
}

static void hold_near(const char *what, double value, double expected) {
  ck_assert_msg(fabs(value - expected) <= 1e-13 * (1 + fabs(expected)), "%s: %.17g, not %.17g",
                what, value, expected);
}

/* dW = 1/m (A - Y) X', db = 1/m sum (A - Y), for logistic regression and for softmax. */
START_TEST(cross_entropy_in_one_layer) {
  static const char *const texts[] = {"3 - 1 sigmoid", "3 - 4 softmax"};
  enum { SAMPLES = 6 };
  const struct bp_network *network = drawn_network(texts[_i], SAMPLES, 3, arena);
  const struct bp_forward *forward = forward_of(network, arena);
  const struct bp_gradient *g = gradient_of(network, BP_ROUTE_DIRECT);
  for (size_t k = 0; k < network->size[1]; k++) {
    for (size_t j = 0; j <= 3; j++) { /* 3 is the bias */
      double sum = 0;
      for (size_t s = 0; s < SAMPLES; s++) {
        double delta = gsl_matrix_get(forward->A[1], k, s) - gsl_matrix_get(network->Y, k, s);
        sum += delta * (j < 3 ? gsl_matrix_get(network->X, j, s) : 1) / SAMPLES;
      }
      hold_near(texts[_i], j < 3 ? gsl_matrix_get(g->dW[1], k, j) : gsl_matrix_get(g->db[1], k, 0),
                sum);
    }
  }
}
END_TEST

/* A hidden layer, tanh, and a sigmoid output with its loss squared; unit by unit. */
START_TEST(two_layers_in_loops) {
  enum { INPUTS = 3, HIDDEN = 4, OUTPUTS = 2, SAMPLES = 5 };
  static const char text[] = "3 - 4 tanh - 2 sigmoid, squared";
  const struct bp_network *network = drawn_network(text, SAMPLES, 4, arena);
  const struct bp_gradient *g = gradient_of(network, BP_ROUTE_DIRECT);
  double dW1[HIDDEN][INPUTS] = {{0}}, dW2[OUTPUTS][HIDDEN] = {{0}};
  double db1[HIDDEN] = {0}, db2[OUTPUTS] = {0};
  for (size_t s = 0; s < SAMPLES; s++) {
    double h[HIDDEN], dh[HIDDEN] = {0};
    for (size_t i = 0; i < HIDDEN; i++) {
      double z = gsl_matrix_get(network->b[1], i, 0);
      for (size_t j = 0; j < INPUTS; j++)
        z += gsl_matrix_get(network->W[1], i, j) * gsl_matrix_get(network->X, j, s);
      h[i] = tanh(z);
    }
    for (size_t k = 0; k < OUTPUTS; k++) {
      double z = gsl_matrix_get(network->b[2], k, 0);
      for (size_t i = 0; i < HIDDEN; i++)
        z += gsl_matrix_get(network->W[2], k, i) * h[i];
      double a = 1 / (1 + exp(-z));
      double dz = 2 * (a - gsl_matrix_get(network->Y, k, s)) * a * (1 - a);
      db2[k] += dz / SAMPLES;
      for (size_t i = 0; i < HIDDEN; i++) {
        dW2[k][i] += dz * h[i] / SAMPLES;
        dh[i] += gsl_matrix_get(network->W[2], k, i) * dz;
      }
    }
    for (size_t i = 0; i < HIDDEN; i++) {
      double dz = dh[i] * (1 - h[i] * h[i]);
      hold_near("dZ[1]", gsl_matrix_get(g->dZ[1], i, s), dz);
      db1[i] += dz / SAMPLES;
      for (size_t j = 0; j < INPUTS; j++)
        dW1[i][j] += dz * gsl_matrix_get(network->X, j, s) / SAMPLES;
    }
  }
  for (size_t i = 0; i < HIDDEN; i++) {
    hold_near("db[1]", gsl_matrix_get(g->db[1], i, 0), db1[i]);
    for (size_t j = 0; j < INPUTS; j++)
      hold_near("dW[1]", gsl_matrix_get(g->dW[1], i, j), dW1[i][j]);
    for (size_t k = 0; k < OUTPUTS; k++)
      hold_near("dW[2]", gsl_matrix_get(g->dW[2], k, i), dW2[k][i]);
  }
  for (size_t k = 0; k < OUTPUTS; k++)
    hold_near("db[2]", gsl_matrix_get(g->db[2], k, 0), db2[k]);
}
END_TEST

/* dz_k = sum_j c (a_j - y_j) ∂a_j/∂z_k with ∂a_j/∂z_k = a_j (δ_jk - a_k). */
START_TEST(softmax_with_a_squared_loss) {
  static const char *const texts[] = {"3 - 4 softmax, squared", "3 - 4 softmax, half-squared"};
  const struct bp_network *network = drawn_network(texts[_i], 3, 5, arena);
  const struct bp_forward *forward = forward_of(network, arena);
  const struct bp_gradient *g = gradient_of(network, BP_ROUTE_DIRECT);
  for (size_t s = 0; s < 3; s++) {
    for (size_t k = 0; k < 4; k++) {
      double dz = 0, ak = gsl_matrix_get(forward->A[1], k, s);
      for (size_t j = 0; j < 4; j++) {
        double a = gsl_matrix_get(forward->A[1], j, s), y = gsl_matrix_get(network->Y, j, s);
        dz += (_i == 0 ? 2 : 1) * (a - y) * a * ((j == k) - ak);
      }
      hold_near(texts[_i], gsl_matrix_get(g->dZ[1], k, s), dz);
    }
  }
}
END_TEST

/* A network that depends on nothing but the number: depth, widths, functions, loss, scale. */
static struct bp_network *random_network(unsigned n, double weight_scale) {
  static const char *const hidden[] = {"sigmoid",  "tanh", "relu", "leaky_relu", "identity",
                                       "softplus", "elu",  "silu", "gelu"};
  static const char *const outputs[] = {
      "sigmoid", "softmax",           "sigmoid, squared", "softmax, squared",
      "tanh",    "identity, squared", "softplus",         "gelu, half-squared"};
  const char *text = bp_arena_printf(arena, "%u", 1 + n % 5);
  for (unsigned l = 0; l < n % 4; l++)
    text = bp_arena_printf(arena, "%s - %u %s", text, 1 + (n + 3 * l) % 6, hidden[(n / 4 + l) % 9]);
  text = bp_arena_printf(arena, "%s - %u %s", text, 1 + n % 3, outputs[n % 8]);
  return scaled_network(text, 1 + n % 6, n, weight_scale, 1, arena);
}

/* The bound must cover what rounding did in every entry, and mean something. */
static void hold_bounded(unsigned n, const gsl_matrix *value, const struct bp_quad_matrix *exact,
                         const gsl_matrix *error, const gsl_matrix *magnitude, bool ordinary) {
  for (size_t k = 0; k < value->size1 * value->size2; k++) {
    double off = (double)bp_quad_fabs(value->data[k] - exact->data[k]);
    if (!isfinite(error->data[k]) && !isfinite(value->data[k]))
      continue;
    ck_assert_msg(off <= error->data[k], "network %u, entry %zu: %.17g is off by %g, bound %g", n,
                  k, value->data[k], off, error->data[k]);
    if (ordinary)
      ck_assert_msg(error->data[k] <= 1e-13 * magnitude->data[k] + 0x1p-1000,
                    "network %u, entry %zu: bound %g for magnitude %g", n, k, error->data[k],
                    magnitude->data[k]);
  }
}

START_TEST(rounding_stays_within_its_bound) {
  static const double scales[] = {1, 0.01, 3, 10};
  double scale = scales[_i / 2];
  enum bp_route route = _i % 2 ? BP_ROUTE_DA : BP_ROUTE_DIRECT;
  for (unsigned n = 0; n < 200; n++) {
    const struct bp_network *network = random_network(n, scale);
    const struct bp_forward *forward = forward_of(network, arena);
    struct bp_gradient *g = gradient_of(network, route);
    struct bp_quad_gradient *q = bp_quad_gradient_new(network, arena);
    struct bp_gradient_error e;
    bp_backprop_quad(network, forward, route, NULL, q);
    ck_assert_int_eq(bp_backprop_error(network, forward, route, g, arena, &e), 0);
    bool ordinary = scale <= 1 && route == BP_ROUTE_DIRECT;
    for (size_t l = 1; l <= network->depth; l++) {
      bool output = l == network->depth && network->loss == &bp_cross_entropy; /* 1 - a cancels */
      hold_bounded(n, g->dA[l], q->dA[l], e.error.dA[l], e.magnitude.dA[l], ordinary && !output);
      hold_bounded(n, g->dZ[l], q->dZ[l], e.error.dZ[l], e.magnitude.dZ[l], ordinary);
      hold_bounded(n, g->dW[l], q->dW[l], e.error.dW[l], e.magnitude.dW[l], ordinary);
      hold_bounded(n, g->db[l], q->db[l], e.error.db[l], e.magnitude.db[l], ordinary);
    }
  }
}
END_TEST

START_TEST(routes_agree_where_digits_are_kept) {
  static const char *const texts[] = {"3 - 4 tanh - 2 sigmoid", "3 - 4 tanh - 3 softmax"};
  const struct bp_network *network = drawn_network(texts[_i], 5, 6, arena);
  const struct bp_gradient *direct = gradient_of(network, BP_ROUTE_DIRECT);
  const struct bp_gradient *through = gradient_of(network, BP_ROUTE_DA);
  for (size_t l = 1; l <= 2; l++)
    for (size_t k = 0; k < network->size[l] * network->size[l - 1]; k++)
      hold_near(texts[_i], through->dW[l]->data[k], direct->dW[l]->data[k]);
}
END_TEST

START_TEST(route_through_dA_breaks_where_an_output_is_one) {
  struct bp_network *network = blank_network("1 - 2 sigmoid", 1, arena);
  fill(network->b[1], (double[]){50, 1});
  fill(network->Y, (double[]){1, 1});
  const struct bp_gradient *through = gradient_of(network, BP_ROUTE_DA);
  const struct bp_gradient *direct = gradient_of(network, BP_ROUTE_DIRECT);
  ck_assert(isnan(gsl_matrix_get(through->dZ[1], 0, 0)));
  ck_assert_double_eq(gsl_matrix_get(direct->dZ[1], 0, 0), 0);
  hold_near("the other unit", gsl_matrix_get(through->dZ[1], 1, 0),
            gsl_matrix_get(direct->dZ[1], 1, 0));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("backprop");
  TCase *cases = tcase_create("backprop");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, cross_entropy_in_one_layer, 0, 2);
  tcase_add_test(cases, two_layers_in_loops);
  tcase_add_loop_test(cases, softmax_with_a_squared_loss, 0, 2);
  tcase_add_loop_test(cases, rounding_stays_within_its_bound, 0, 8);
  tcase_add_loop_test(cases, routes_agree_where_digits_are_kept, 0, 2);
  tcase_add_test(cases, route_through_dA_breaks_where_an_output_is_one);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
