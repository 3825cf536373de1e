/* Proved differences: right, independent of every stored derivative, and the last word where
 * float64 and 113 bits have none.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/check.h"
#include "net/compare.h"
#include "net/proof/proof.h"
#include "net/proof/response.h"
#include "networks.h"
#include "styles.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

/* Every difference of a network, proved. */
static struct bp_differences *prove(const struct bp_network *network, int threads) {
  struct bp_differences *d =
      bp_differences_new(network, forward_of(network, arena), threads, arena);
  struct bp_proof *proof = bp_proof_new(d);
  struct bp_responses *responses = d ? bp_responses_new(d) : NULL;
  ck_assert(proof && responses && bp_responses_screen(responses, NULL, NULL));
  for (size_t l = 1; l <= network->depth; l++) {
    for (int t = 0; t < BP_TARGET_COUNT; t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      size_t count = network->size[l] * bp_difference_columns(network, target, l), left_open;
      uint8_t *wanted = bp_arena_alloc(arena, count, 1);
      memset(wanted, 1, count);
      ck_assert(bp_proof_refine(proof, BP_PROOF_NEEDED, target, l, wanted, NULL, NULL, &left_open));
      ck_assert_uint_eq(left_open, 0);
    }
  }
  return d;
}

/* ---- right ------------------------------------------------------------------------------- */

/* The gradient in 113 bits, from the same point. */
static const struct bp_quad_matrix *quad_of(const struct bp_quad_gradient *g,
                                            enum bp_difference_target target, size_t l, bool bias) {
  return target == BP_TARGET_A   ? g->dA[l]
         : target == BP_TARGET_Z ? g->dZ[l]
         : bias                  ? g->db[l]
                                 : g->dW[l];
}

#define LOST 0x1p-98 /* 113 bits of numbers of order 1 where they cancel */

/* Each proved number holds the derivative, and is known to 2^-32 of itself or 2^-56 of its block.
 */
static void hold_against_quad(const struct bp_network *network) {
  struct bp_differences *d = prove(network, 1);
  struct bp_quad_gradient *g = bp_quad_gradient_new(network, arena);
  bp_backprop_quad(network, d->forward, BP_ROUTE_DIRECT, NULL, g);
  for (size_t l = 1; l <= network->depth; l++) {
    for (int t = 0; t < BP_TARGET_COUNT; t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      size_t columns = bp_difference_columns(network, target, l);
      double largest = 0;
      if (target == BP_TARGET_A && l == network->depth)
        continue;
      for (size_t k = 0; k < network->size[l] * columns; k++)
        largest = fmax(largest, fabs(d->of[target][l][k].value));
      for (size_t k = 0; k < network->size[l] * columns; k++) {
        const struct bp_difference *one = &d->of[target][l][k];
        bool bias = target == BP_TARGET_PARAMETER && k % columns == columns - 1;
        const struct bp_quad_matrix *q = quad_of(g, target, l, bias);
        double right = (double)q->data[k / columns * q->size2 + (bias ? 0 : k % columns)];
        double bound = bp_difference_bound(one);
        ck_assert_msg(fabs(one->value - right) <= bound + 4 * BP_UNIT * fabs(right) + LOST,
                      "%s, layer %zu, target %d, %zu: %.17g, not %.17g, bound %g",
                      network->activation[1]->name, l, t, k, one->value, right, bound);
        ck_assert_msg(one->method != BP_METHOD_PROOF || bound <= 0x1p-31 * fabs(one->value) ||
                          bound <= 0x1p-52 * largest,
                      "bound %g of %g", bound, one->value);
        ck_assert(one->method == BP_METHOD_PROOF || bound <= 1e-15 * fabs(one->value));
      }
    }
  }
}

START_TEST(proved_differences_are_right) {
  char spec[200];
  const char *name = bp_functions[_i].name;
  for (size_t loss = 0; loss < bp_loss_count; loss++) {
    for (int scale = 1; scale <= 4; scale += 3) {
      snprintf(spec, sizeof spec, "3 - 4 %s - 3 %s - 2 sigmoid, %s", name, name,
               bp_losses[loss]->name);
      hold_against_quad(scaled_network(spec, 3, 5, scale, 1, arena));
      snprintf(spec, sizeof spec, "2 - 3 %s - 3 softmax, %s", name, bp_losses[loss]->name);
      hold_against_quad(scaled_network(spec, 3, 6, scale, 1, arena));
    }
  }
}
END_TEST

START_TEST(one_layer_is_proved_too) {
  hold_against_quad(drawn_network("3 - 1 sigmoid", 1, 1, arena));
  hold_against_quad(drawn_network("1 - 2 tanh, squared", 1, 2, arena));
  hold_against_quad(drawn_network("2 - 4 softmax", 2, 3, arena));
}
END_TEST

/* ---- independent ------------------------------------------------------------------------- */

static size_t asked;

static double wrong_slope(double z, double a) {
  (void)z, (void)a;
  asked++;
  return 17;
}

static double wrong_stable_slope(double z) {
  (void)z;
  asked++;
  return 17;
}

static bp_quad wrong_quad_slope(bp_quad z, bp_quad a) {
  (void)z, (void)a;
  asked++;
  return 17;
}

static void wrong_ball_slope(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                             acb_ptr out) {
  (void)room, (void)z, (void)a;
  asked++;
  acb_set_si(out, 17);
}

static void wrong_bounds(double z, double r, double bound[BP_ORDER + 1]) {
  (void)z, (void)r;
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = 17;
}

/* A network in which every derivative that is stored anywhere is wrong. */
static struct bp_network *forgetful(const struct bp_network *network) {
  struct bp_network *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  struct bp_function *rows = bp_arena_alloc(arena, network->depth + 1, sizeof *rows);
  struct bp_loss *loss = bp_arena_alloc(arena, 1, sizeof *loss);
  struct bp_loss_rules *rules = bp_arena_alloc(arena, 1, sizeof *rules);
  *copy = *network;
  copy->activation = bp_arena_alloc(arena, network->depth + 1, sizeof *copy->activation);
  for (size_t l = 1; l <= network->depth; l++) {
    rows[l] = *network->activation[l];
    rows[l].taught = rows[l].taught_magnitude = wrong_slope;
    rows[l].taught_quad = wrong_quad_slope;
    rows[l].taught_ball = wrong_ball_slope;
    rows[l].slope = wrong_stable_slope;
    rows[l].derivative_bounds = wrong_bounds;
    rows[l].slope_below = rows[l].slope_above = 17;
    copy->activation[l] = &rows[l];
  }
  *rules = *bp_network_rules(network);
  rules->taught = wrong_slope;
  rules->taught_quad = wrong_quad_slope;
  rules->taught_ball = wrong_ball_slope;
  *loss = *network->loss;
  loss->elementwise = loss->columnwise = rules;
  copy->loss = loss;
  return copy;
}

static const char *const of_all_kinds[] = {
    "3 - 4 tanh - 3 gelu - 2 sigmoid",
    "3 - 4 silu - 3 softplus - 3 softmax",
    "3 - 4 elu - 3 leaky_relu - 2 identity, squared",
    "3 - 4 sigmoid - 3 relu - 3 softmax, half-squared",
};

START_TEST(a_wrong_slope_changes_no_difference) {
  const struct bp_network *network = scaled_network(of_all_kinds[_i], 3, 4, 3, 1, arena);
  struct bp_differences *one = prove(network, 1), *two = prove(forgetful(network), 1);
  size_t compared = 0;
  ck_assert_uint_eq(asked, 0);
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t k = 0; k < network->size[l] * (network->size[l - 1] + 1); k++) {
      const struct bp_difference *a = &one->of[BP_TARGET_PARAMETER][l][k];
      const struct bp_difference *b = &two->of[BP_TARGET_PARAMETER][l][k];
      if (a->method != BP_METHOD_PROOF || b->method != BP_METHOD_PROOF)
        continue;
      compared++;
      ck_assert_msg(memcmp(&a->value, &b->value, sizeof a->value) == 0 &&
                        a->rounding == b->rounding,
                    "layer %zu, %zu: %.17g and %.17g", l, k, a->value, b->value);
    }
  }
  ck_assert_uint_gt(compared, 20);
}
END_TEST

START_TEST(threads_change_nothing) {
  const struct bp_network *network = scaled_network(of_all_kinds[0], 4, 4, 20, 1, arena);
  struct bp_differences *one = prove(network, 1), *more = prove(network, 3);
  for (size_t l = 1; l <= network->depth; l++)
    ck_assert_int_eq(memcmp(one->of[BP_TARGET_PARAMETER][l], more->of[BP_TARGET_PARAMETER][l],
                            network->size[l] * (network->size[l - 1] + 1) * sizeof **one->of[0]),
                     0);
}
END_TEST

/* ---- the last word ------------------------------------------------------------------------ */

static const struct bp_report *check(const struct bp_network *network, struct bp_mistake mistake) {
  struct bp_check_options options = {.mistake = mistake, .threads = 1};
  struct bp_report *report = NULL;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report;
}

static const struct bp_mistake nothing = {BP_NO_MISTAKE, 0, false, 0, 0, 0};

/* The right gradient holds in every entry, and wrong ones fail wherever they are. */
static void decide(const char *what, const struct bp_network *network, size_t step) {
  const struct bp_report *report = check(network, nothing);
  ck_assert_msg(report->head.verdict == BP_HOLDS, "%s: %zu undecided, %zu fail", what,
                report->head.undecided, report->head.fails);
  for (size_t l = 1; l <= network->depth; l += step) {
    struct bp_mistake sign = {BP_MISTAKE_SIGN, l, false, 0, 0, 0};
    struct bp_mistake entry = {BP_MISTAKE_ENTRY, l, false, 0, 0, 1e-2};
    bool seen = !report->blocks[2 * (l - 1)].vanishes;
    ck_assert_msg(!seen || check(network, sign)->head.verdict == BP_FAILS, "%s: sign W[%zu]", what,
                  l);
    ck_assert_msg(!seen ||
                      fabs(report->blocks[2 * (l - 1)].entries[0].backprop) <
                          0.2 * report->blocks[2 * (l - 1)].largest_magnitude ||
                      check(network, entry)->head.verdict == BP_FAILS,
                  "%s: entry of W[%zu]", what, l);
  }
}

static const struct {
  const char *activation, *output;
  int depth;
  double scale;
} deep[] = {
    {"tanh", "3 softmax", 40, 1},    {"sigmoid", "3 softmax", 40, 1},
    {"sigmoid", "1 sigmoid", 16, 1}, {"gelu", "3 softmax", 32, 1},
    {"tanh", "2 sigmoid", 32, 1},    {"silu", "2 identity", 32, 1},
    {"sigmoid", "3 softmax", 20, 9}, {"tanh", "3 softmax", 20, 9},
};

START_TEST(depth_leaves_nothing_open) {
  char spec[1024] = "4";
  for (int l = 0; l < deep[_i].depth; l++)
    sprintf(spec + strlen(spec), " - 4 %s", deep[_i].activation);
  sprintf(spec + strlen(spec), " - %s", deep[_i].output);
  decide(spec, scaled_network(spec, 2, 1, deep[_i].scale, 1, arena), 99);
}
END_TEST

/* With logits of up to 800 on either side. */
static struct bp_network *confident(const char *spec, unsigned long seed) {
  struct bp_network *network = drawn_network(spec, 4, seed, arena);
  struct bp_forward *forward = forward_of(network, arena);
  const gsl_matrix *Z = forward->Z[network->depth];
  double largest = 0;
  for (size_t k = 0; k < Z->size1 * Z->size2; k++)
    largest = fmax(largest, fabs(Z->data[k]));
  gsl_matrix_scale(network->W[network->depth], 800 / largest);
  gsl_matrix_scale(network->b[network->depth], 800 / largest);
  return network;
}

static const char *const outputs[] = {
    "3 - 4 tanh - 3 softmax",
    "3 - 4 tanh - 2 sigmoid",
    "3 - 4 relu - 4 gelu - 1 sigmoid",
    "3 - 4 sigmoid - 3 softmax, squared",
    "3 - 4 silu - 2 sigmoid, half-squared",
};

START_TEST(confident_outputs_leave_nothing_open) {
  for (unsigned long seed = 1; seed <= 5; seed++)
    decide(outputs[_i], confident(outputs[_i], seed), 1);
}
END_TEST

/* Where outputs saturate a slope loses as many bits as it is small, and of what is left of few
 * nobody could say which error of 1e-9 of the loss it holds. */
START_TEST(saturated_slopes_are_known_to_many_bits) {
  for (unsigned long seed = 1; seed <= 40; seed++) {
    struct bp_network *network = confident("1 - 7 identity - 8 softmax, squared", seed);
    gsl_matrix_scale(network->W[2], 0.125 + 0.02 * (double)seed);
    gsl_matrix_scale(network->b[2], 0.125 + 0.02 * (double)seed);
    const struct bp_differences *d = prove(network, 1);
    size_t columns = bp_difference_columns(network, BP_TARGET_Z, 2);
    double largest = 0;
    for (size_t k = 0; k < network->size[2] * columns; k++)
      largest = fmax(largest, fabs(d->of[BP_TARGET_Z][2][k].value));
    for (size_t k = 0; k < network->size[2] * columns; k++) {
      const struct bp_difference *one = &d->of[BP_TARGET_Z][2][k];
      ck_assert_msg(one->method != BP_METHOD_PROOF ||
                        bp_difference_bound(one) <= 0x1p-31 * fabs(one->value) ||
                        bp_difference_bound(one) <= 0x1p-52 * largest,
                    "seed %lu, %zu: %g of %g", seed, k, bp_difference_bound(one), one->value);
    }
  }
}
END_TEST

static const char *const through[] = {"3 - 4 tanh - 3 softmax", "3 - 4 tanh - 2 sigmoid"};

/* Through dA an output that rounds to 0 or 1 divides by 0: the formula is right, and its float64
 * number is none.  Each entry is decided, those of dA[L] too, and a wrong formula is not excused.
 */
START_TEST(outputs_that_round_are_decided_through_dA) {
  size_t without_number = 0;
  for (unsigned long seed = 1; seed <= 6; seed++) {
    const struct bp_network *network = confident(through[_i], seed);
    struct bp_check_options options = {.route = BP_ROUTE_DA, .threads = 1};
    struct bp_report *report = NULL;
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    ck_assert_int_eq(report->head.verdict, BP_HOLDS);
    for (size_t b = 0; b < report->block_count; b++) {
      const struct bp_block *block = &report->blocks[b];
      ck_assert_msg(block->verdict == BP_HOLDS, "%s, seed %lu, block %zu", through[_i], seed, b);
      ck_assert_msg(isfinite(block->visible), "%s, seed %lu, %s", through[_i], seed, block->name);
      for (size_t k = 0; k < block->rows * block->columns; k++) {
        bool number = isfinite(block->entries[k].backprop);
        without_number += !number;
        ck_assert(number || block->entries[k].reason == BP_REASON_LOST_DIGITS || !block->parameter);
      }
    }
    options.mistake = (struct bp_mistake){BP_MISTAKE_SIGN, 2, false, 0, 0, 0};
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    ck_assert_int_eq(report->blocks[2].verdict, BP_FAILS);
  }
  ck_assert_uint_gt(without_number, 0);
}
END_TEST

/* A slope of the loss that is wrong by a millionth of itself, in balls only. */
static bp_ball_binary *right_slope;

static void nearly_right(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y, acb_ptr out) {
  arb_t factor;
  arb_init(factor);
  arb_set_d(factor, 1 + 1e-6);
  right_slope(room, a, y, out);
  acb_mul_arb(out, out, factor, room->bits);
  arb_clear(factor);
}

START_TEST(a_wrong_slope_of_the_loss_shows_where_outputs_round) {
  struct bp_network *network = confident(through[_i], 2);
  struct bp_loss loss = *network->loss;
  struct bp_loss_rules rules = *bp_network_rules(network);
  struct bp_check_options options = {.route = BP_ROUTE_DA, .threads = 1};
  struct bp_report *report = NULL;
  right_slope = rules.taught_ball;
  rules.taught_ball = nearly_right;
  loss.elementwise = loss.columnwise = &rules;
  network->loss = &loss;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  const struct bp_block *block = &report->blocks[4 * network->depth - 2];
  ck_assert_str_eq(block->name, "dA[2]");
  ck_assert_uint_gt(block->proved, 0);
  ck_assert_uint_eq(block->fails, block->proved);
}
END_TEST

/* Units this far from 0 have slopes far below what 113 bits of 1 - a can tell. */
START_TEST(saturated_units_leave_nothing_open) {
  struct bp_network *network = drawn_network("2 - 2 sigmoid - 1 identity", 2, 3, arena);
  gsl_matrix_set(network->b[1], 0, 0, 95);
  gsl_matrix_set(network->b[1], 1, 0, 700);
  decide("sigmoid at 95 and 700", network, 1);
  const struct bp_report *report = check(network, nothing);
  ck_assert_uint_ge(report->blocks[0].bits, 256);
  ck_assert_uint_eq(report->blocks[0].proved, 4);
}
END_TEST

/* Outputs of e^-(10^10) and a loss of exactly 0: float64 gives the slopes a bound of 0, which is no
 * proof, and the formula lost its digits. */
START_TEST(slopes_below_all_numbers_leave_nothing_open) {
  struct bp_network *network = scaled_network(
      "1 - 2 identity - 2 identity - 2 identity - 2 identity - 1 sigmoid", 2, 1, 1e3, 1, arena);
  const struct bp_forward *forward = forward_of(network, arena);
  gsl_matrix_memcpy(network->Y, forward->A[5]);
  ck_assert_double_eq(forward_of(network, arena)->loss, 0);
  decide("a loss of 0", network, 1);
}
END_TEST

/* ---- kinks -------------------------------------------------------------------------------- */

/* Unit 1 of layer 1 at z = `z` in sample 0. */
static struct bp_network *beside_kink(double z) {
  struct bp_network *network = drawn_network("2 - 3 relu - 2 relu - 1 sigmoid", 3, 2, arena);
  for (size_t s = 0; s < 3; s++)
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(network->X, j, s, s == 0 ? j == 0 : 0.3 + (double)(s + j));
  gsl_matrix_set(network->W[1], 0, 0, z);
  gsl_matrix_set(network->W[1], 0, 1, 0.5);
  gsl_matrix_set(network->b[1], 0, 0, 0);
  gsl_matrix_set(network->W[2], 0, 0, 1); /* the unit is heard */
  gsl_matrix_set(network->b[2], 0, 0, 3);
  return network;
}

static const double distances[] = {1e-20, -1e-20, 1e-30, -1e-30, 1e-200, -1e-200, 5e-324};

START_TEST(beside_a_kink_one_slope_is_right) {
  decide("relu beside 0", beside_kink(distances[_i]), 1);
}
END_TEST

START_TEST(on_a_kink_there_is_no_proof) {
  const struct bp_network *network = beside_kink(0);
  struct bp_differences *d = bp_differences_new(network, forward_of(network, arena), 1, arena);
  struct bp_proof *proof = bp_proof_new(d);
  uint8_t wanted[9] = {1};
  size_t left_open;
  struct bp_responses *responses = bp_responses_new(d);
  ck_assert(bp_responses_screen(responses, NULL, NULL));
  ck_assert(bp_proof_refine(proof, BP_PROOF_NEEDED, BP_TARGET_PARAMETER, 1, wanted, NULL, NULL,
                            &left_open));
  ck_assert_int_ne(d->of[BP_TARGET_PARAMETER][1][0].method, BP_METHOD_PROOF);
  ck_assert_int_ne(check(network, nothing)->head.verdict, BP_FAILS);
}
END_TEST

/* A block of nothing but zeros stays one whose sign nobody saw. */
START_TEST(dead_units_are_no_proof_of_a_sign) {
  struct bp_network *network = drawn_network("2 - 2 relu - 1 identity", 2, 3, arena);
  gsl_matrix_set_all(network->b[1], -1e3);
  const struct bp_report *report = check(network, nothing);
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  ck_assert(report->blocks[0].vanishes);
  ck_assert(!report->blocks[3].vanishes);
}
END_TEST

/* ---- other people's code -------------------------------------------------------------------- */

static enum bp_verdict verdict_on(const struct bp_network *network, struct bp_gradient *gradient,
                                  double unit) {
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  struct bp_outside outside = {gradient, given, unit};
  struct bp_check_options options = {.outside = &outside, .threads = 1};
  struct bp_report *report;
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report->head.verdict;
}

/* Worst cases allow for more than the largest entry of a block here; but the numbers agree with
 * those that are proved, and wrong ones do not. */
START_TEST(gradients_of_deep_networks_are_seen) {
  bool single = _i;
  char spec[512] = "4";
  for (int l = 0; l < 24; l++)
    strcat(spec, " - 4 tanh");
  struct bp_network *network = scaled_network(strcat(spec, " - 2 sigmoid"), 3, 1, 1.5, 1, arena);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  double unit = single ? 0x1p-24 : BP_UNIT;
  if (single)
    style_round_point(network);
  ck_assert(style_gradient(network, STYLE_USUAL, single, arena, gradient));
  ck_assert_int_eq(verdict_on(network, gradient, unit), BP_HOLDS);
  gsl_matrix_scale(gradient->dW[1], 1.02);
  ck_assert_int_ne(verdict_on(network, gradient, unit), BP_HOLDS);
  gsl_matrix_scale(gradient->dW[1], -1);
  ck_assert_int_ne(verdict_on(network, gradient, unit), BP_HOLDS);
}
END_TEST

/* Below many smooth layers what float64 leaves open is proved at once: 113 bits take four times as
 * many evaluations of the same price. */
START_TEST(behind_many_layers_proofs_come_first) {
  char spec[512] = "6";
  for (int l = 0; l < 24; l++)
    strcat(spec, " - 6 tanh");
  struct bp_network *network = drawn_network(spec, 3, 1, arena);
  const struct bp_report *report = check(network, nothing);
  size_t proved = 0;
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  for (size_t b = 0; b < 2 * 16; b++) {
    const struct bp_block *block = &report->blocks[b];
    proved += block->proved;
    for (size_t k = 0; k < block->rows * block->columns; k++)
      ck_assert_msg(block->entries[k].method != BP_METHOD_QUAD, "%s, entry %zu", block->name, k);
  }
  ck_assert_uint_ge(proved, 8 * 42 / 2);
}
END_TEST

/* A search that begins next to where another ended finds a disc as large, and in less work; how
 * well values are known is measured with it. */
START_TEST(discs_take_up_where_others_ended) {
  char spec[512] = "6";
  for (int l = 0; l < 40; l++)
    strcat(spec, " - 6 tanh");
  const struct bp_network *network = drawn_network(spec, 2, 1, arena);
  const struct bp_forward *forward = forward_of(network, arena);
  struct bp_proof_point point = {.network = network, .forward = forward, .arena = arena};
  double work = 0, before = 0;
  ck_assert(bp_proof_point_prepare(&point, 0));
  struct bp_proof_site site = {BP_SITE_Z, 1, BP_PROOF_ALL_UNITS, 0};
  struct bp_proof_disc coarse = {.radius = BP_PROOF_FIRST_RADIUS}, fine = {.radius = 0};
  bp_proof_disc_find(&point, 0, &site, &coarse, &work);
  ck_assert(coarse.known);
  before = work;
  fine.radius = coarse.radius + 4;
  bp_proof_disc_find(&point, 0, &site, &fine, &work);
  ck_assert(fine.known);
  ck_assert_int_ge(fine.radius, coarse.radius);
  ck_assert_msg(work - before < before, "%g after %g", work - before, before);
  ck_assert_msg(isfinite(fine.noise) && fine.noise < -60, "%g", fine.noise);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

int main(void) {
  Suite *suite = suite_create("proof");
  TCase *cases = tcase_create("proof");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, proved_differences_are_right, 0, (int)bp_function_count - 1);
  tcase_add_test(cases, one_layer_is_proved_too);
  tcase_add_loop_test(cases, a_wrong_slope_changes_no_difference, 0, COUNT(of_all_kinds));
  tcase_add_test(cases, threads_change_nothing);
  tcase_add_loop_test(cases, depth_leaves_nothing_open, 0, COUNT(deep));
  tcase_add_loop_test(cases, confident_outputs_leave_nothing_open, 0, COUNT(outputs));
  tcase_add_test(cases, saturated_slopes_are_known_to_many_bits);
  tcase_add_loop_test(cases, outputs_that_round_are_decided_through_dA, 0, 2);
  tcase_add_loop_test(cases, a_wrong_slope_of_the_loss_shows_where_outputs_round, 0, 2);
  tcase_add_test(cases, saturated_units_leave_nothing_open);
  tcase_add_test(cases, slopes_below_all_numbers_leave_nothing_open);
  tcase_add_loop_test(cases, beside_a_kink_one_slope_is_right, 0, COUNT(distances));
  tcase_add_test(cases, on_a_kink_there_is_no_proof);
  tcase_add_test(cases, dead_units_are_no_proof_of_a_sign);
  tcase_add_loop_test(cases, gradients_of_deep_networks_are_seen, 0, 2);
  tcase_add_test(cases, behind_many_layers_proofs_come_first);
  tcase_add_test(cases, discs_take_up_where_others_ended);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
