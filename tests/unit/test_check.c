/* BP1-BP4 against formulas written out by hand, and the three-way check built on them.
 *
 * The check has two ways to be wrong: to fail a correct gradient, and to pass a mistaken one. Every
 * activation and loss must hold with nothing undecided; every mistake that can be planted must fail
 * in the block where it is.  Then the places where checkers go wrong: saturated and dead units,
 * kinks, overflow, a loss of exactly 0, interruption, and shortage of memory.
 */
#include <math.h>

#include "net/backprop.h"
#include "net/check.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- BP1-BP4 ---- */

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

/* ---- what is right holds ---- */

static struct bp_report *check_with(const struct bp_network *network, enum bp_route route,
                                    const struct bp_mistake *mistake) {
  struct bp_check_options options = {.route = route, .threads = 2};
  struct bp_report *report = NULL;
  if (mistake)
    options.mistake = *mistake;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  ck_assert_uint_eq(report->block_count, 4 * network->depth);
  ck_assert_uint_eq(report->head.entries,
                    report->head.holds + report->head.fails + report->head.undecided);
  return report;
}

static struct bp_report *check(const struct bp_network *network) {
  return check_with(network, BP_ROUTE_DIRECT, NULL);
}

static const struct bp_block *block_of(const struct bp_report *report, const char *name) {
  for (size_t b = 0; b < report->block_count; b++)
    if (strcmp(report->blocks[b].name, name) == 0)
      return &report->blocks[b];
  ck_abort_msg("no block %s", name);
  return NULL;
}

static void hold_all(const char *text, const struct bp_report *report) {
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    ck_assert_msg(block->informative || block->verdict == BP_HOLDS, "%s: %s %s (%s), entry %zu",
                  text, block->name, bp_verdict_name(block->verdict), bp_reason_name(block->reason),
                  block->worst);
  }
  ck_assert_msg(report->head.verdict == BP_HOLDS && report->head.undecided == 0 &&
                    report->head.fails == 0,
                "%s: %s, %zu undecided, %zu fail", text, bp_verdict_name(report->head.verdict),
                report->head.undecided, report->head.fails);
  ck_assert_msg(report->head.holds == report->head.entries && report->head.entries > 0,
                "%s: nothing", text);
}

/* Row _i: an activation of the table, as output with each loss and below each other one. */
START_TEST(every_activation_and_loss_holds) {
  const char *hidden = bp_functions[_i].columnwise ? "tanh" : bp_functions[_i].name;
  for (size_t o = 0; o < bp_function_count; o++) {
    const char *output = bp_functions[o].name;
    for (size_t loss = 0; loss < bp_loss_count; loss++) {
      if (!bp_loss_fits(bp_losses[loss], &bp_functions[o]))
        continue;
      const char *text =
          bp_arena_printf(arena, "3 - 4 %s - 2 %s, %s", hidden, output, bp_losses[loss]->name);
      hold_all(text, check(drawn_network(text, 1 + o % 6, 11 + o, arena)));
    }
  }
}
END_TEST

static const struct {
  const char *text;
  size_t samples;
  enum bp_route route;
} holding[] = {
    {"1 - 1 sigmoid", 1, BP_ROUTE_DIRECT},
    {"1 - 1 softmax", 2, BP_ROUTE_DIRECT},
    {"1 - 1 tanh - 1 tanh - 1 tanh - 1 sigmoid", 3, BP_ROUTE_DIRECT},
    {"6 - 1 relu - 5 softplus - 3 softmax", 6, BP_ROUTE_DIRECT},
    {"2 - 3 elu - 4 silu - 3 gelu - 2 identity, squared", 4, BP_ROUTE_DIRECT},
    {"3 - 4 tanh - 2 sigmoid", 5, BP_ROUTE_DA},
    {"3 - 4 tanh - 3 softmax", 5, BP_ROUTE_DA},
    {"30 - 20 tanh - 10 sigmoid - 5 softmax", 6, BP_ROUTE_DIRECT},
};
enum { HOLDING = sizeof holding / sizeof *holding };

START_TEST(shape_holds) {
  const struct bp_network *network = drawn_network(holding[_i].text, holding[_i].samples, 2, arena);
  struct bp_report *report = check_with(network, holding[_i].route, NULL);
  struct bp_spec spec = spec_of(holding[_i].text, arena);
  hold_all(holding[_i].text, report);
  ck_assert_uint_eq(report->head.entries, bp_spec_parameters(&spec));
  ck_assert_double_eq(report->network->loss, forward_of(network, arena)->loss);
  ck_assert_str_eq(report->blocks[0].name, "W[1]");
  ck_assert_str_eq(report->blocks[2 * network->depth].name, "dA[1]");
}
END_TEST

/* ---- what is wrong fails, where it is wrong ---- */

START_TEST(mistake_fails_where_it_is) {
  static const char *const texts[] = {"3 - 3 tanh - 3 sigmoid, squared", "2 - 2 silu - 2 softmax"};
  const char *text = texts[_i];
  struct bp_spec spec = spec_of(text, arena);
  struct bp_mistake *list;
  size_t count = bp_mistake_all(&spec, arena, &list), planted = 0;
  const struct bp_network *network = drawn_network(text, 4, 1, arena);
  for (size_t k = 0; k < count; k++) {
    if (bp_mistake_obstacle(&list[k], &spec, BP_ROUTE_DIRECT, arena))
      continue;
    const char *name = strchr(bp_mistake_text(&list[k], arena), ' ') + 1;
    bool delta = bp_mistake_place_of(list[k].kind) == BP_AT_DELTA;
    if (list[k].kind == BP_MISTAKE_ENTRY)
      list[k].row = 1;
    const struct bp_report *report = check_with(network, BP_ROUTE_DIRECT, &list[k]);
    planted++;
    ck_assert_msg(report->head.verdict == BP_FAILS, "%s, %s: %s", text, name,
                  bp_verdict_name(report->head.verdict));
    for (size_t b = 0; b < report->block_count; b++) {
      const struct bp_block *block = &report->blocks[b];
      bool own = strncmp(block->name, name, strlen(block->name)) == 0;
      size_t layer = b % (2 * network->depth) / 2 + 1;
      bool before =
          delta && (block->name[1] == 'A' ? layer < list[k].layer : layer <= list[k].layer);
      bool fails = !block->informative && (own || before);
      ck_assert_msg(block->informative || (block->verdict == BP_FAILS) == fails, "%s, %s: %s %s",
                    text, bp_mistake_text(&list[k], arena), block->name,
                    bp_verdict_name(block->verdict));
    }
    if (list[k].kind == BP_MISTAKE_ENTRY) {
      const char *parameter = bp_arena_printf(arena, "%.4s", name);
      const struct bp_block *block = block_of(report, parameter);
      ck_assert_uint_eq(block->fails, 1);
      ck_assert_uint_eq(block->worst, block->columns);
      ck_assert_int_ne(block->entries[block->worst].reason, BP_REASON_KRONECKER);
      ck_assert_double_eq_tol(block->entries[block->worst].relative, 1e-4, 1e-7);
    }
  }
  ck_assert_uint_gt(planted, 15);
}
END_TEST

static void hold_entry_fails(const char *what, const struct bp_network *network,
                             const struct bp_mistake *mistake) {
  const struct bp_block *block = block_of(check_with(network, BP_ROUTE_DIRECT, mistake), "W[1]");
  size_t k = mistake->row * block->columns + mistake->column;
  ck_assert_msg(block->entries[k].verdict == BP_FAILS &&
                    block->entries[k].reason != BP_REASON_KRONECKER,
                "%s: %s (%s)", what, bp_verdict_name(block->entries[k].verdict),
                bp_reason_name(block->entries[k].reason));
}

/* Too large for 113 bits everywhere: here the float64 differences themselves must see mistakes of
 * some 1e-9 of the loss, without help from the Jacobians. */
START_TEST(larger_network_sees_small_mistakes) {
  static const char text[] = "60 - 60 tanh - 20 softmax";
  const struct bp_network *network = drawn_network(text, 10, 1, arena);
  const struct bp_report *report = check(network);
  hold_all(text, report);
  ck_assert_msg(report->visible <= 1e-9 * report->network->loss, "%s: only %g of the loss is seen",
                text, report->visible / report->network->loss);
  double entry = block_of(report, "W[1]")->entries[3 * 60 + 5].backprop;
  struct bp_mistake mistake = {
      BP_MISTAKE_ENTRY, 1, false, 3, 5, 3e-9 * report->network->loss / entry};
  hold_entry_fails("one entry", network, &mistake);
  mistake.kind = BP_MISTAKE_SIGN;
  hold_entry_fails("the sign", network, &mistake);
}
END_TEST

/* In a small one every entry is known to 1e-6 of itself, however small it is. */
START_TEST(small_network_sees_mistakes_in_small_entries) {
  struct bp_network *network = drawn_network("3 - 4 tanh - 1 sigmoid", 5, 1, arena);
  for (size_t s = 0; s < 5; s++)
    *gsl_matrix_ptr(network->X, 2, s) *= 1e-9;
  hold_all("a feature of 1e-9", check(network));
  struct bp_mistake mistake = {BP_MISTAKE_ENTRY, 1, false, 1, 2, 1e-5};
  hold_entry_fails("a feature of 1e-9", network, &mistake);
}
END_TEST

/* ---- where checkers go wrong ---- */

/* tanh cancels in 1 - a²; the sigmoid below a softmax keeps its digits. */
static const char *const saturating[] = {
    "3 - 4 tanh - 2 sigmoid", "3 - 4 tanh - 2 sigmoid, squared", "3 - 4 sigmoid - 3 softmax"};

START_TEST(saturated_units_hold) {
  size_t lost = 0;
  for (unsigned long seed = 1; seed <= 8; seed++) {
    const struct bp_report *report = check(scaled_network(saturating[_i], 5, seed, 3, 5, arena));
    hold_all(saturating[_i], report);
    lost += report->network->lost_digits;
  }
  ck_assert_msg(lost > 0 || _i == 2, "%s: no entry lost its digits", saturating[_i]);
}
END_TEST

/* Gradients of 1e-50 of the loss are below what even 113 bits can see: undecided at worst. */
START_TEST(gradients_below_every_floor_never_fail) {
  for (unsigned long seed = 1; seed <= 8; seed++) {
    const struct bp_report *report = check(scaled_network(saturating[_i], 5, seed, 10, 100, arena));
    for (size_t b = 0; b < report->block_count; b++) {
      const struct bp_block *block = &report->blocks[b];
      bool tiny = block->largest_magnitude <= 1e-30 * report->network->loss;
      ck_assert_msg(block->informative || block->verdict == BP_HOLDS ||
                        (tiny && block->fails == 0 && block->reason == BP_REASON_FLOOR),
                    "%s, seed %lu: %s %s (%s), largest %g", saturating[_i], seed, block->name,
                    bp_verdict_name(block->verdict), bp_reason_name(block->reason),
                    block->largest_magnitude);
    }
  }
}
END_TEST

START_TEST(dead_layer_holds) {
  struct bp_network *network = drawn_network("3 - 4 relu - 1 sigmoid", 5, 1, arena);
  gsl_matrix_set_all(network->b[1], -100);
  hold_all("dead layer", check(network));
}
END_TEST

/* z[1]_1 = 0.5 - 0.25 - 0.25 is exactly 0, z[1]_2 = 1.5 is not; all numbers dyadic. */
static struct bp_network *on_the_kink(const char *activation) {
  struct bp_network *network = blank_network(
      bp_arena_printf(arena, "2 - 2 %s - 1 identity, half-squared", activation), 1, arena);
  fill(network->X, (double[]){1, 1});
  fill(network->W[1], (double[]){0.5, -0.25, 0.5, 0.5});
  fill(network->b[1], (double[]){-0.25, 0.5});
  fill(network->W[2], (double[]){1, 0.5});
  fill(network->Y, (double[]){-1});
  return network;
}

static const struct {
  const char *activation;
  double amount; /* of a mistake in entry W[1](1,2), which is at the kink; 0: none */
} kinks[] = {
    {"relu", 0},          {"leaky_relu", 0},  {"leaky_relu", -0.5},
    {"leaky_relu", -1.5}, {"leaky_relu", 98}, {"leaky_relu", 1e6},
};
enum { KINKS = sizeof kinks / sizeof *kinks };

/* Right values hold and are counted; a mistaken one does not, and fails where it is far outside. */
START_TEST(unit_on_its_kink) {
  struct bp_mistake mistake = {BP_MISTAKE_ENTRY, 1, false, 0, 1, kinks[_i].amount};
  bool planted = kinks[_i].amount != 0;
  const struct bp_report *report =
      check_with(on_the_kink(kinks[_i].activation), BP_ROUTE_DIRECT, planted ? &mistake : NULL);
  const struct bp_block *block = block_of(report, "W[1]");
  ck_assert_msg((report->head.verdict == BP_HOLDS) == !planted, "%s, amount %g: %s",
                kinks[_i].activation, kinks[_i].amount, bp_verdict_name(report->head.verdict));
  ck_assert(kinks[_i].amount < 1000 || report->head.verdict == BP_FAILS);
  ck_assert_int_eq(block->entries[0].reason, BP_REASON_KINK);
  ck_assert_int_eq(block->entries[0].verdict, BP_HOLDS);
  ck_assert_int_eq(block->entries[2].reason, BP_REASON_NONE);
  ck_assert_msg(planted || block->at_kink == 2, "%s: %zu at the kink", kinks[_i].activation,
                block->at_kink);
}
END_TEST

static void hold_undecided(const char *what, const struct bp_network *network) {
  const struct bp_report *report = check(network);
  ck_assert_msg(report->head.verdict == BP_UNDECIDED, "%s: %s", what,
                bp_verdict_name(report->head.verdict));
  ck_assert_msg(report->head.fails == 0, "%s: %zu fail", what, report->head.fails);
  const struct bp_block *block = block_of(report, "W[1]");
  ck_assert_msg(block->holds == 0 && block->reason == BP_REASON_OVERFLOW, "%s: %zu hold (%s)", what,
                block->holds, bp_reason_name(block->reason));
}

START_TEST(overflow_is_undecided) {
  hold_undecided("weights of 1e200",
                 scaled_network("3 - 4 identity - 4 identity - 2 identity", 3, 1, 1e200, 1, arena));
  hold_undecided("weights of 1e160, squared",
                 scaled_network("3 - 4 identity - 2 identity, squared", 3, 1, 1e160, 1, arena));
}
END_TEST

START_TEST(not_a_number_is_undecided) {
  static const char *const texts[] = {"3 - 4 tanh - 2 sigmoid", "3 - 4 relu - 2 softmax",
                                      "3 - 4 leaky_relu - 2 identity"};
  struct bp_network *network = drawn_network(texts[_i], 3, 1, arena);
  gsl_matrix_set(network->X, 1, 1, NAN);
  hold_undecided(texts[_i], network);
  network = drawn_network(texts[_i], 3, 1, arena);
  gsl_matrix_set(network->Y, 0, 1, NAN);
  hold_undecided(texts[_i], network);
  network = drawn_network(texts[_i], 3, 1, arena);
  gsl_matrix_set(network->W[1], 1, 1, INFINITY);
  ck_assert_int_ne(check(network)->head.verdict, BP_HOLDS);
}
END_TEST

START_TEST(zero_loss_and_kink_in_curvature_hold) {
  struct bp_network *network = on_the_kink("identity");
  fill(network->Y, (double[]){0.75}); /* 1 * 0 + 0.5 * 1.5 */
  const struct bp_report *report = check(network);
  ck_assert_double_eq(report->network->loss, 0);
  hold_all("J = 0", report);
  hold_all("a kink in the curvature", check(on_the_kink("elu")));
}
END_TEST

/* ---- endings ---- */

static bool stop_after(double share, void *user) {
  ck_assert(share >= 0 && share <= 1);
  return --*(int *)user > 0;
}

START_TEST(interruption_stops_it) {
  static const char *const texts[] = {"3 - 4 tanh - 2 sigmoid", "3 - 4 relu - 3 softmax"};
  const struct bp_network *network = scaled_network(texts[_i], 4, 1, 5, 10, arena);
  int stopped = 0;
  for (int calls = 1; calls <= 20; calls++) {
    int left = calls;
    struct bp_check_options options = {.threads = 2, .progress = stop_after, .user = &left};
    struct bp_arena *own = bp_arena_new(0);
    struct bp_report *report = NULL;
    enum bp_status status = bp_check(network, &options, own, &report);
    ck_assert_msg(status == (left <= 0 ? BP_STOPPED : BP_OK), "%s, after %d calls: status %d",
                  texts[_i], calls, status);
    stopped += status == BP_STOPPED;
    bp_arena_free(own);
  }
  ck_assert_int_gt(stopped, 3);
}
END_TEST

START_TEST(short_memory_is_reported) {
  const struct bp_network *network = drawn_network("3 - 4 tanh - 2 sigmoid", 4, 1, arena);
  size_t refused = 0, done = 0;
  for (size_t limit = 1024; limit <= 1 << 20; limit += limit / 16) {
    struct bp_arena *own = bp_arena_new(limit);
    struct bp_check_options options = {.threads = 1 + (int)(limit % 2)};
    struct bp_report *report = NULL;
    if (!own)
      continue;
    enum bp_status status = bp_check(network, &options, own, &report);
    ck_assert_msg(status == BP_OK || status == BP_NO_MEMORY, "%zu bytes: status %d", limit, status);
    if (status == BP_OK)
      hold_all("little memory", report);
    refused += status == BP_NO_MEMORY;
    done += status == BP_OK;
    bp_arena_free(own);
  }
  ck_assert(refused > 0 && done > 0);
}
END_TEST

START_TEST(memory_is_foreseen) {
  struct bp_spec spec = spec_of("1000000000 - 1000000000 tanh - 1 sigmoid", arena);
  ck_assert_uint_gt(bp_check_memory(&spec, 1000000000, 0), (size_t)1 << 60);
  spec = spec_of("30 - 40 tanh - 10 softmax", arena);
  const struct bp_network *network = drawn_network("30 - 40 tanh - 10 softmax", 20, 1, arena);
  struct bp_arena *own = bp_arena_new(bp_check_memory(&spec, 20, 0));
  struct bp_check_options options = {.threads = 0};
  struct bp_report *report;
  ck_assert_int_eq(bp_check(network, &options, own, &report), BP_OK);
  bp_arena_free(own);
  size_t whole = bp_check_memory_of_rank(&spec, 20, 0, 0, 1);
  size_t first = bp_check_memory_of_rank(&spec, 20, 0, 0, 4);
  size_t other = bp_check_memory_of_rank(&spec, 20, 0, 3, 4);
  ck_assert_uint_eq(whole, bp_check_memory(&spec, 20, 0));
  ck_assert(other < first && first < whole);
}
END_TEST

START_TEST(threads_make_no_difference) {
  static const char *const texts[] = {"7 - 9 tanh - 5 softmax", "5 - 6 relu - 4 tanh"};
  const struct bp_network *network = scaled_network(texts[_i], 6, 1, 3, 3, arena);
  struct bp_report *first = NULL;
  for (int threads = 1; threads <= 5; threads += threads) {
    struct bp_check_options options = {.threads = threads == 4 ? 5 : threads};
    struct bp_report *report = NULL;
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    if (!first)
      first = report;
    for (size_t b = 0; b < first->block_count; b++) {
      for (size_t k = 0; k < first->blocks[b].rows * first->blocks[b].columns; k++) {
        const struct bp_entry *x = &first->blocks[b].entries[k], *y = &report->blocks[b].entries[k];
        ck_assert_msg(x->backprop == y->backprop && x->difference == y->difference &&
                          x->kronecker == y->kronecker && x->bound == y->bound &&
                          x->verdict == y->verdict && x->reason == y->reason,
                      "%s, %d threads: %s, entry %zu", texts[_i], options.threads,
                      first->blocks[b].name, k);
      }
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check");
  TCase *cases = tcase_create("check");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, cross_entropy_in_one_layer, 0, 2);
  tcase_add_test(cases, two_layers_in_loops);
  tcase_add_loop_test(cases, softmax_with_a_squared_loss, 0, 2);
  tcase_add_loop_test(cases, rounding_stays_within_its_bound, 0, 8);
  tcase_add_loop_test(cases, routes_agree_where_digits_are_kept, 0, 2);
  tcase_add_test(cases, route_through_dA_breaks_where_an_output_is_one);
  tcase_add_loop_test(cases, every_activation_and_loss_holds, 0, (int)bp_function_count);
  tcase_add_loop_test(cases, shape_holds, 0, HOLDING);
  tcase_add_loop_test(cases, mistake_fails_where_it_is, 0, 2);
  tcase_add_test(cases, larger_network_sees_small_mistakes);
  tcase_add_test(cases, small_network_sees_mistakes_in_small_entries);
  tcase_add_loop_test(cases, saturated_units_hold, 0, 3);
  tcase_add_loop_test(cases, gradients_below_every_floor_never_fail, 0, 3);
  tcase_add_test(cases, dead_layer_holds);
  tcase_add_loop_test(cases, unit_on_its_kink, 0, KINKS);
  tcase_add_test(cases, overflow_is_undecided);
  tcase_add_loop_test(cases, not_a_number_is_undecided, 0, 3);
  tcase_add_test(cases, zero_loss_and_kink_in_curvature_hold);
  tcase_add_loop_test(cases, interruption_stops_it, 0, 2);
  tcase_add_test(cases, short_memory_is_reported);
  tcase_add_test(cases, memory_is_foreseen);
  tcase_add_loop_test(cases, threads_make_no_difference, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
