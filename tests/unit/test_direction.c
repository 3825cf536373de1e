/* Slopes along random directions are what 113 bits say, within their bounds; no stored derivative
 * has a part in them; and mistakes are seen, or missed, as often as the report says.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "net/check.h"
#include "net/compare.h"
#include "net/direction/along.h"
#include "net/direction/draw.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static const char *const specs[] = {
    "5 - 9 tanh - 7 sigmoid - 3 softmax",
    "4 - 12 relu - 10 relu - 6 identity, half-squared",
    "3 - 8 gelu - 8 softplus - 8 tanh - 1 sigmoid",
    "6 - 4 sigmoid",
    "2 - 40 tanh - 36 silu - 33 tanh - 35 tanh - 4 softmax",
    "3 - 6 leaky_relu - 5 elu - 7 tanh, squared",
    "7 - 5 relu - 5 softmax, squared",
    "30 - 12 sigmoid - 12 sigmoid - 12 sigmoid - 12 sigmoid - 2 sigmoid, squared",
};

enum { SPECS = sizeof specs / sizeof *specs, DIRECTIONS = 3, MOST = 64 };

static struct bp_along *along_of(const struct bp_network *network, size_t directions,
                                 unsigned long seed, int threads) {
  struct bp_along *along =
      bp_along_new(network, forward_of(network, arena), directions, seed, threads, arena);
  ck_assert_ptr_nonnull(along);
  ck_assert(bp_along_prepare(along, NULL, NULL));
  return along;
}

static void slopes_of(struct bp_along *along, size_t block, struct bp_along_slope *slopes) {
  ck_assert(bp_along_take(along, block / 2 + 1, block % 2, slopes, NULL, NULL));
}

/* ---- draws ----------------------------------------------------------------------------------- */

START_TEST(components_are_what_the_chances_rest_on) {
  enum { COUNT = 30000 };
  struct bp_direction direction = {7, 1, 2, false};
  double *v = bp_arena_alloc(arena, COUNT, sizeof *v), mean = 0, size = 0, next = 0;
  bp_direction_row(&direction, 3, COUNT, v);
  for (size_t j = 0; j < COUNT; j++) {
    double grains = (fabs(v[j]) - 1) * 0x1p20;
    ck_assert(fabs(v[j]) >= 1 && fabs(v[j]) < BP_DIRECTION_LARGEST);
    ck_assert(grains == floor(grains));
    mean += v[j] / COUNT;
    size += fabs(v[j]) / COUNT;
    next += j + 1 < COUNT ? v[j] * v[j + 1] / COUNT : 0;
  }
  double few = 5 / sqrt(COUNT);
  ck_assert_double_lt(fabs(mean), 1.6 * few);
  ck_assert_double_lt(fabs(size - 1.5), 0.3 * few);
  ck_assert_double_lt(fabs(next), 2.4 * few);
}
END_TEST

/* Two rows, directions, matrices or seeds have nothing to do with each other. */
START_TEST(places_have_components_of_their_own) {
  enum { COUNT = 3000, PLACES = 6 };
  static const struct bp_direction directions[PLACES] = {{7, 1, 2, false}, {8, 1, 2, false},
                                                         {7, 2, 2, false}, {7, 1, 3, false},
                                                         {7, 1, 2, true},  {7, 1, 2, false}};
  double v[PLACES][COUNT];
  for (size_t p = 0; p < PLACES; p++)
    bp_direction_row(&directions[p], p == PLACES - 1, COUNT, v[p]);
  for (size_t p = 0; p < PLACES; p++) {
    for (size_t q = 0; q < p; q++) {
      double product = 0;
      for (size_t j = 0; j < COUNT; j++)
        product += v[p][j] * v[q][j] / COUNT;
      ck_assert_double_lt(fabs(product), 2.4 * 5 / sqrt(COUNT));
    }
  }
}
END_TEST

/* Two errors that can cancel, the larger one so many times what passes: how often they do. */
START_TEST(misses_are_no_more_than_said) {
  enum { TRIES = 20000 };
  static const double times[] = {1.01, 2, 5, 20, 100};
  size_t missed = 0;
  for (size_t k = 0; k < TRIES; k++) {
    double v[2];
    bp_direction_row(&(struct bp_direction){5, k, 1, false}, 0, 2, v);
    missed += fabs(times[_i] * (v[0] - v[1])) <= 1;
  }
  double chance = bp_direction_chance(times[_i], 1);
  ck_assert_double_le((double)missed / TRIES, chance + 5 * sqrt(chance / TRIES));
  ck_assert_double_eq_tol(bp_direction_chance(times[_i], 3), chance * chance * chance, 1e-15);
}
END_TEST

/* ---- slopes ---------------------------------------------------------------------------------- */

/* The gradient in 113 bits, along that direction. */
static double truth_of(const struct bp_quad_gradient *gradient, const struct bp_direction *d) {
  const struct bp_quad_matrix *m = d->bias ? gradient->db[d->l] : gradient->dW[d->l];
  double v[64];
  bp_quad sum = 0;
  for (size_t i = 0; i < m->size1; i++) {
    bp_direction_row(d, i, m->size2, v);
    for (size_t j = 0; j < m->size2; j++)
      sum += m->data[i * m->size2 + j] * (bp_quad)v[j];
  }
  return (double)sum;
}

START_TEST(slopes_keep_their_bounds) {
  for (unsigned long seed = 1; seed <= 5; seed++) {
    double scale = seed < 4 ? 1 : seed == 4 ? 0.05 : 6;
    struct bp_network *network = scaled_network(specs[_i], 4, seed, scale, 1, arena);
    struct bp_along *along = along_of(network, DIRECTIONS, seed, 1);
    struct bp_quad_gradient *gradient = bp_quad_gradient_new(network, arena);
    struct bp_along_slope slopes[DIRECTIONS];
    bp_backprop_quad(network, forward_of(network, arena), BP_ROUTE_DIRECT, NULL, gradient);
    for (size_t b = 0; b < 2 * network->depth; b++) {
      slopes_of(along, b, slopes);
      for (size_t k = 0; k < DIRECTIONS; k++) {
        struct bp_direction direction = {seed, k, b / 2 + 1, b % 2};
        double truth = truth_of(gradient, &direction);
        double bound = slopes[k].truncation + slopes[k].rounding;
        ck_assert_msg(fabs(slopes[k].value - truth) <= bound + 1e-30,
                      "%s, block %zu along %zu: %g, should be %g, bound %g", specs[_i], b, k,
                      slopes[k].value, truth, bound);
        if (scale <= 1)
          ck_assert_msg(bound <= 1e-5 * fabs(truth) + 1e-9, "%s, block %zu: bound %g of %g",
                        specs[_i], b, bound, truth);
      }
    }
  }
}
END_TEST

/* Nor do they depend on how many threads there are, or how many directions share a box. */
START_TEST(threads_change_nothing) {
  struct bp_network *network = drawn_network(specs[_i], 5, 2, arena);
  struct bp_along *one = along_of(network, DIRECTIONS, 3, 1);
  struct bp_along *more = along_of(network, DIRECTIONS, 3, 4);
  for (size_t b = 0; b < 2 * network->depth; b++) {
    struct bp_along_slope alone[DIRECTIONS] = {0}, many[DIRECTIONS] = {0};
    slopes_of(one, b, alone);
    slopes_of(more, b, many);
    for (size_t k = 0; k < DIRECTIONS; k++) {
      ck_assert_mem_eq(&alone[k].value, &many[k].value, sizeof(double));
      ck_assert_mem_eq(&alone[k].truncation, &many[k].truncation, sizeof(double));
      ck_assert_mem_eq(&alone[k].rounding, &many[k].rounding, sizeof(double));
    }
  }
}
END_TEST

/* A difference is of no use as a witness when it looks at the derivative it is to judge. */
START_TEST(stored_derivatives_are_not_used) {
  struct bp_network *network = drawn_network(specs[_i], 3, 4, arena);
  struct bp_network other = with_wrong_derivatives(network, arena);
  struct bp_along *right = along_of(network, DIRECTIONS, 3, 1);
  struct bp_along *wrong = along_of(&other, DIRECTIONS, 3, 1);
  for (size_t b = 0; b < 2 * network->depth; b++) {
    struct bp_along_slope a[DIRECTIONS], c[DIRECTIONS];
    slopes_of(right, b, a);
    slopes_of(wrong, b, c);
    for (size_t k = 0; k < DIRECTIONS; k++) {
      ck_assert_mem_eq(&a[k].value, &c[k].value, sizeof(double));
      ck_assert_mem_eq(&a[k].truncation, &c[k].truncation, sizeof(double));
      ck_assert_mem_eq(&a[k].rounding, &c[k].rounding, sizeof(double));
    }
  }
}
END_TEST

/* More than one call of bp_perturb_layer takes, and more directions than one box. */
START_TEST(many_samples_and_directions) {
  struct bp_network *network = drawn_network("2 - 3 gelu - 2 tanh - 2 softmax", 1500, 2, arena);
  struct bp_along *along = along_of(network, MOST, 9, 1);
  struct bp_quad_gradient *gradient = bp_quad_gradient_new(network, arena);
  struct bp_along_slope slopes[MOST];
  bp_backprop_quad(network, forward_of(network, arena), BP_ROUTE_DIRECT, NULL, gradient);
  for (size_t b = 0; b < 2 * network->depth; b++) {
    slopes_of(along, b, slopes);
    for (size_t k = 0; k < MOST; k++) {
      struct bp_direction direction = {9, k, b / 2 + 1, b % 2};
      ck_assert_double_le(fabs(slopes[k].value - truth_of(gradient, &direction)),
                          slopes[k].truncation + slopes[k].rounding);
    }
  }
}
END_TEST

/* ---- the check ------------------------------------------------------------------------------- */

static struct bp_report *check_of(const struct bp_network *network,
                                  const struct bp_outside *outside, size_t directions,
                                  unsigned long seed) {
  struct bp_check_options options = {
      .outside = outside, .directions = directions, .sample_seed = seed, .threads = 1};
  struct bp_report *report;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report;
}

START_TEST(right_gradients_hold) {
  for (unsigned long seed = 1; seed <= 6; seed++) {
    struct bp_network *network = drawn_network(specs[_i], 4, seed, arena);
    struct bp_report *report = check_of(network, NULL, DIRECTIONS, seed);
    size_t moved = 0;
    ck_assert_int_eq(report->head.verdict, BP_HOLDS);
    ck_assert_uint_eq(report->block_count, 2 * network->depth);
    ck_assert_uint_eq(report->head.entries, 2 * network->depth * DIRECTIONS);
    for (size_t b = 0; b < report->block_count; b++)
      moved += report->blocks[b].moved;
    ck_assert_uint_eq(report->skipped, moved);
  }
}
END_TEST

/* Other code: the right gradient, to be made wrong. */
static struct bp_outside outside_of(const struct bp_network *network, double unit) {
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  bp_backprop(network, forward_of(network, arena), BP_ROUTE_DIRECT, NULL, gradient);
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  return (struct bp_outside){gradient, given, unit};
}

/* Whatever the seed, the first direction alone sees a single wrong entry that is said to be
 * visible, and names its block. */
START_TEST(a_single_wrong_entry_is_always_seen) {
  struct bp_network *network = drawn_network(specs[_i], 4, 3, arena);
  struct bp_outside outside = outside_of(network, 0x1p-53);
  size_t L = network->depth;
  for (unsigned long seed = 1; seed <= 40; seed++) {
    size_t l = 1 + seed % L, row = seed % network->size[l], column = seed % network->size[l - 1];
    struct bp_report *right = check_of(network, &outside, 1, seed);
    const struct bp_block *block = &right->blocks[2 * (l - 1)];
    double *entry = gsl_matrix_ptr(outside.gradient->dW[l], row, column), before = *entry;
    ck_assert_int_eq(right->head.verdict, BP_HOLDS);
    *entry += (seed % 2 ? 1.01 : -1.01) * block->visible * block->largest_magnitude;
    struct bp_report *wrong = check_of(network, &outside, 1, seed);
    ck_assert_int_eq(wrong->head.verdict, BP_FAILS);
    ck_assert_uint_eq(wrong->head.fails, 1);
    ck_assert_int_eq(wrong->blocks[2 * (l - 1)].verdict, BP_FAILS);
    *entry = before;
  }
}
END_TEST

/* A wrong sign, or factor, of a whole block, and a transposed one. */
START_TEST(wrong_blocks_are_seen) {
  struct bp_network *network = drawn_network("6 - 6 tanh - 6 sigmoid - 3 softmax", 4, 3, arena);
  static const double factors[] = {-1, 0, 2, 0.25, 1.001, 0};
  for (unsigned long seed = 1; seed <= 20; seed++) {
    for (size_t f = 0; f < 6; f++) {
      struct bp_outside outside = outside_of(network, 0x1p-53);
      if (f < 5)
        gsl_matrix_scale(outside.gradient->dW[2], factors[f]);
      else
        gsl_matrix_transpose(outside.gradient->dW[2]);
      struct bp_report *report = check_of(network, &outside, 2, seed);
      ck_assert_int_eq(report->head.verdict, BP_FAILS);
      ck_assert_uint_eq(report->head.fails, 2);
      ck_assert_int_eq(report->blocks[2].verdict, BP_FAILS);
    }
  }
}
END_TEST

START_TEST(float32_is_allowed_its_rounding) {
  struct bp_network *network = drawn_network(specs[_i], 4, 5, arena);
  struct bp_outside outside = outside_of(network, 0x1p-24);
  for (size_t l = 1; l <= network->depth; l++)
    for (size_t k = 0; k < network->size[l] * network->size[l - 1]; k++)
      outside.gradient->dW[l]->data[k] = (float)outside.gradient->dW[l]->data[k];
  for (unsigned long seed = 1; seed <= 10; seed++)
    ck_assert_int_ne(check_of(network, &outside, 2, seed)->head.verdict, BP_FAILS);
  gsl_matrix_scale(outside.gradient->dW[network->depth], 1.05);
  ck_assert_int_eq(check_of(network, &outside, 2, 1)->head.verdict, BP_FAILS);
}
END_TEST

START_TEST(on_a_kink_nothing_is_said) {
  struct bp_network *network = drawn_network("3 - 4 relu - 2 softmax", 2, 1, arena);
  for (size_t j = 0; j < 3; j++)
    gsl_matrix_set(network->W[1], 1, j, 0);
  gsl_matrix_set(network->b[1], 1, 0, 0);
  struct bp_report *report = check_of(network, NULL, 2, 1);
  ck_assert_int_eq(report->head.verdict, BP_UNDECIDED);
  ck_assert_int_eq(report->blocks[0].verdict, BP_UNDECIDED);
  ck_assert_int_eq(report->blocks[0].reason, BP_REASON_KINK);
  ck_assert_int_eq(report->blocks[2].verdict, BP_HOLDS); /* W[2] is above it */
}
END_TEST

START_TEST(nothing_flows_is_told) {
  struct bp_network *network = drawn_network("3 - 4 relu - 2 softmax", 2, 1, arena);
  for (size_t i = 0; i < 4; i++)
    gsl_matrix_set(network->b[1], i, 0, -100);
  struct bp_report *report = check_of(network, NULL, 2, 1);
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  ck_assert(report->blocks[0].vanishes);
  ck_assert(report->blocks[1].vanishes);
}
END_TEST

START_TEST(planted_mistakes_are_seen) {
  struct bp_network *network = drawn_network(specs[0], 4, 3, arena);
  struct bp_spec spec = spec_of(specs[0], arena);
  struct bp_mistake *list;
  size_t count = bp_mistake_all(&spec, arena, &list), planted = 0;
  for (size_t k = 0; k < count; k++) {
    if (bp_mistake_obstacle(&list[k], &spec, BP_ROUTE_DIRECT, arena))
      continue;
    struct bp_check_options options = {
        .mistake = list[k], .directions = 2, .sample_seed = 1, .threads = 1};
    struct bp_report *report;
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    ck_assert_msg(report->head.verdict == BP_FAILS, "%s", bp_mistake_text(&list[k], arena));
    planted++;
  }
  ck_assert_uint_gt(planted, 10);
}
END_TEST

/* What is foreseen suffices, and less is refused and no crash. */
START_TEST(memory_is_foreseen) {
  static const char *const texts[] = {"30 - 400 tanh - 10 softmax", "300 - 700 relu - 700 tanh"};
  struct bp_spec spec = spec_of(texts[_i], arena);
  const struct bp_network *network = drawn_network(texts[_i], 9, 1, arena);
  struct bp_check_options options = {.directions = 3};
  struct bp_report *report;
  size_t foreseen = bp_check_memory_along(&spec, 9, 3);
  for (size_t limit = foreseen; limit > foreseen / 64; limit -= limit / 3) {
    struct bp_arena *own = bp_arena_new(limit);
    enum bp_status status = bp_check(network, &options, own, &report);
    ck_assert_int_eq(status, limit == foreseen ? BP_OK : status == BP_OK ? BP_OK : BP_NO_MEMORY);
    bp_arena_free(own);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("direction");
  TCase *draws = tcase_create("draws"), *slopes = tcase_create("slopes");
  TCase *checks = tcase_create("checks");
  tcase_add_checked_fixture(draws, set_up, tear_down);
  tcase_add_test(draws, components_are_what_the_chances_rest_on);
  tcase_add_test(draws, places_have_components_of_their_own);
  tcase_add_loop_test(draws, misses_are_no_more_than_said, 0, 5);
  suite_add_tcase(suite, draws);
  tcase_add_checked_fixture(slopes, set_up, tear_down);
  tcase_add_loop_test(slopes, slopes_keep_their_bounds, 0, SPECS);
  tcase_add_loop_test(slopes, threads_change_nothing, 0, SPECS);
  tcase_add_loop_test(slopes, stored_derivatives_are_not_used, 0, SPECS);
  tcase_add_test(slopes, many_samples_and_directions);
  suite_add_tcase(suite, slopes);
  tcase_add_checked_fixture(checks, set_up, tear_down);
  tcase_add_loop_test(checks, right_gradients_hold, 0, SPECS);
  tcase_add_loop_test(checks, a_single_wrong_entry_is_always_seen, 0, SPECS);
  tcase_add_test(checks, wrong_blocks_are_seen);
  tcase_add_loop_test(checks, float32_is_allowed_its_rounding, 0, SPECS);
  tcase_add_test(checks, on_a_kink_nothing_is_said);
  tcase_add_test(checks, nothing_flows_is_told);
  tcase_add_test(checks, planted_mistakes_are_seen);
  tcase_add_loop_test(checks, memory_is_foreseen, 0, 2);
  suite_add_tcase(suite, checks);
  return run_suite(suite);
}
