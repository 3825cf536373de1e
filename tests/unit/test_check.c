/* The three-way check of a network.
 *
 * The check has two ways to be wrong: to fail a correct gradient, and to pass a mistaken one. Every
 * activation and loss must hold with nothing undecided; every mistake that can be planted must fail
 * in the block where it is.  Then the places where checkers go wrong: saturated and dead units,
 * kinks, overflow, a loss of exactly 0, interruption, and shortage of memory.
 */
#include <math.h>
#include <stdlib.h>

#include "net/backprop.h"
#include "net/check.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

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

static void same_block(const struct bp_block *x, const struct bp_block *y) {
  ck_assert_uint_eq(x->holds, y->holds);
  ck_assert_uint_eq(x->worst, y->worst);
  ck_assert_int_eq(x->reason, y->reason);
  ck_assert_double_eq(x->median_relative, y->median_relative);
  ck_assert_double_eq(x->largest_relative, y->largest_relative);
  ck_assert_double_eq(x->largest_magnitude, y->largest_magnitude);
  ck_assert_double_eq(x->kronecker_relative, y->kronecker_relative);
  ck_assert_double_eq(x->widest_bound, y->widest_bound);
  ck_assert_double_eq(x->truncation, y->truncation);
}

static const char *const shared[] = {"7 - 9 tanh - 5 softmax", "5 - 6 relu - 4 tanh",
                                     "300 - 140 tanh - 130 relu - 5 softmax"};

START_TEST(threads_make_no_difference) {
  const struct bp_network *network = scaled_network(shared[_i], 6, 1, 3, 3, arena);
  struct bp_report *first = NULL;
  for (int threads = 1; threads <= 5; threads += threads) {
    struct bp_check_options options = {.threads = threads == 4 ? 5 : threads};
    struct bp_report *report = NULL;
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    if (!first)
      first = report;
    for (size_t b = 0; b < first->block_count; b++) {
      same_block(&first->blocks[b], &report->blocks[b]);
      for (size_t k = 0; k < first->blocks[b].rows * first->blocks[b].columns; k++) {
        const struct bp_entry *x = &first->blocks[b].entries[k], *y = &report->blocks[b].entries[k];
        ck_assert_msg(x->backprop == y->backprop && x->difference == y->difference &&
                          x->kronecker == y->kronecker && x->bound == y->bound &&
                          x->verdict == y->verdict && x->reason == y->reason,
                      "%s, %d threads: %s, entry %zu", shared[_i], options.threads,
                      first->blocks[b].name, k);
      }
    }
  }
}
END_TEST

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Where training has diverged nothing can be told; asking each entry for itself would take minutes.
 */
START_TEST(no_number_is_undecided_at_once) {
  struct bp_network *network = scaled_network("79 - 63 softplus - 81 softplus - 111 softplus - 103 "
                                              "softplus - 90 softplus - 97 softplus - 113 softplus "
                                              "- 90 softplus - 126 softplus - 6 identity",
                                              8, 1, 1, 1, arena);
  gsl_matrix_set(network->W[1], 0, 0, NAN);
  const struct bp_report *report = check(network);
  ck_assert_int_eq(report->head.verdict, BP_UNDECIDED);
  ck_assert_uint_eq(report->head.undecided, report->head.entries);
  for (size_t b = 0; b < report->block_count; b++)
    ck_assert_msg(report->blocks[b].fails == 0, "%s", report->blocks[b].name);
}
END_TEST

/* What a block says of its entries, against all of them sorted: even and odd counts, small and
 * large. */
START_TEST(block_is_summed_up) {
  const struct bp_network *network = scaled_network(shared[_i], 6, 1, 1, 1, arena);
  struct bp_check_options options = {.threads = 3};
  struct bp_report *report = NULL;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    size_t count = 0, holds = 0;
    double *sorted = bp_arena_alloc(arena, block->rows * block->columns, sizeof *sorted);
    double largest = 0;
    for (size_t k = 0; k < block->rows * block->columns; k++) {
      const struct bp_entry *entry = &block->entries[k];
      if (isfinite(entry->relative))
        sorted[count++] = entry->relative;
      largest = fmax(largest, fmax(fabs(entry->backprop), fabs(entry->kronecker)));
      holds += entry->verdict == BP_HOLDS;
    }
    qsort(sorted, count, sizeof *sorted, by_size);
    ck_assert_uint_gt(count, 0);
    ck_assert_double_eq(block->median_relative, (sorted[count / 2] + sorted[(count - 1) / 2]) / 2);
    ck_assert_double_eq(block->largest_relative, sorted[count - 1]);
    ck_assert_double_eq(block->largest_magnitude, largest);
    ck_assert_uint_eq(block->holds, holds);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check");
  TCase *cases = tcase_create("check");
  tcase_add_checked_fixture(cases, set_up, tear_down);
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
  tcase_add_loop_test(cases, threads_make_no_difference, 0, sizeof shared / sizeof *shared);
  tcase_add_loop_test(cases, block_is_summed_up, 0, sizeof shared / sizeof *shared);
  suite_add_tcase(suite, cases);
  TCase *quick = tcase_create("quick");
  tcase_add_checked_fixture(quick, set_up, tear_down);
  tcase_set_timeout(quick, 30);
  tcase_add_test(quick, no_number_is_undecided_at_once);
  suite_add_tcase(suite, quick);
  return run_suite(suite);
}
