/* A sample of a network says of its entries what the check of the whole says of them, finds what is
 * wrong in the rows that it has, and states how likely it has them.
 */
#include <check.h>
#include <math.h>

#include "net/check.h"
#include "net/compare.h"
#include "net/sample.h"
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
};

enum { SPECS = sizeof specs / sizeof *specs };

static struct bp_report *check_of(const struct bp_network *network,
                                  const struct bp_outside *outside, size_t sample,
                                  unsigned long seed, int threads) {
  struct bp_check_options options = {
      .outside = outside, .sample = sample, .sample_seed = seed, .threads = threads};
  struct bp_report *report;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report;
}

static const struct bp_entry *whole_entry(const struct bp_block *whole, size_t row, size_t column) {
  return &whole->entries[(row - 1) * whole->columns + column - 1];
}

START_TEST(entries_are_those_of_the_whole) {
  const char *text = specs[_i % SPECS];
  size_t units = 1 + (size_t)_i / SPECS * 3;
  struct bp_network *network = drawn_network(text, 4, 3, arena);
  struct bp_report *whole = check_of(network, NULL, 0, 0, 1);
  struct bp_report *part = check_of(network, NULL, units, 7, 1);
  ck_assert_uint_eq(part->block_count, 2 * network->depth);
  size_t seen = 0, all = 0;
  for (size_t b = 0; b < part->block_count; b++) {
    const struct bp_block *block = &part->blocks[b], *of = &whole->blocks[b];
    size_t expected = units < of->rows ? units : of->rows;
    ck_assert_str_eq(block->name, of->name);
    ck_assert_uint_eq(block->rows, expected);
    ck_assert_uint_eq(block->rows_of, of->rows);
    ck_assert_double_eq_tol(block->missed, 1 - (double)expected / (double)of->rows, 1e-15);
    for (size_t k = 0; k < block->rows * block->columns; k++) {
      const struct bp_entry *entry = &block->entries[k];
      const struct bp_entry *right =
          whole_entry(of, bp_block_row(block, k), bp_block_column(block, k));
      double tiny = 1e-13 * of->largest_magnitude;
      ck_assert_double_eq_tol(entry->backprop, right->backprop, tiny);
      ck_assert_double_eq_tol(entry->kronecker, right->kronecker, tiny);
      ck_assert_msg(fabs(entry->difference - right->difference) <= entry->bound + right->bound,
                    "%s, %s entry %zu", text, block->name, k);
      ck_assert_int_eq(entry->verdict, BP_HOLDS);
    }
    seen += block->rows * block->columns;
    all += of->rows * of->columns;
  }
  ck_assert_uint_eq(part->head.entries, seen);
  ck_assert_uint_eq(part->skipped, all - seen);
  ck_assert_int_eq(part->head.verdict, BP_HOLDS);
}
END_TEST

START_TEST(threads_change_nothing) {
  struct bp_network *network = drawn_network(specs[_i], 5, 2, arena);
  struct bp_report *one = check_of(network, NULL, 3, 5, 1),
                   *more = check_of(network, NULL, 3, 5, 4);
  for (size_t b = 0; b < one->block_count; b++)
    ck_assert_mem_eq(one->blocks[b].entries, more->blocks[b].entries,
                     one->blocks[b].rows * one->blocks[b].columns * sizeof(struct bp_entry));
}
END_TEST

static bool has_row(const struct bp_block *block, size_t row) {
  for (size_t r = 0; r < block->rows; r++)
    if (block->row_at[r] == row)
      return true;
  return false;
}

/* Other code, of which one entry of W[2] is wrong. */
START_TEST(a_wrong_row_is_found_where_it_was_drawn) {
  enum { ROW = 4, COLUMN = 2, DRAWN = 3, SEEDS = 60 };
  struct bp_network *network = drawn_network(specs[0], 4, 3, arena);
  struct bp_forward *forward = bp_forward_new(network, arena);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  struct bp_outside outside = {gradient, given, 0x1p-53};
  size_t found = 0;
  bp_forward_run(network, forward);
  bp_backprop(network, forward, BP_ROUTE_DIRECT, NULL, gradient);
  *gsl_matrix_ptr(gradient->dW[2], ROW, COLUMN) *= 1.001;
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  for (unsigned long seed = 1; seed <= SEEDS; seed++) {
    struct bp_report *report = check_of(network, &outside, DRAWN, seed, 1);
    const struct bp_block *block = &report->blocks[2];
    bool drawn = has_row(block, ROW);
    found += drawn;
    ck_assert_int_eq(report->head.verdict, drawn ? BP_FAILS : BP_HOLDS);
    if (!drawn)
      continue;
    ck_assert_uint_eq(report->head.fails, 1);
    ck_assert_uint_eq(bp_block_row(block, block->worst), ROW + 1);
    ck_assert_uint_eq(bp_block_column(block, block->worst), COLUMN + 1);
  }
  double share = (double)DRAWN / (double)network->size[2];
  ck_assert_double_eq_tol((double)found / SEEDS, share, 4 * sqrt(share / SEEDS));
}
END_TEST

/* Counted one by one. */
START_TEST(chances_are_those_of_all_choices) {
  enum { ALL = 8 };
  for (size_t drawn = 0; drawn <= ALL; drawn++) {
    for (size_t wrong = 0; wrong <= ALL; wrong++) {
      size_t choices = 0, missed = 0;
      for (unsigned set = 0; set < 1u << ALL; set++) {
        if ((size_t)__builtin_popcount(set) != drawn)
          continue;
        choices++;
        missed += (set & ((1u << wrong) - 1)) == 0;
      }
      ck_assert_double_eq_tol(bp_sample_chance(ALL, drawn, wrong), (double)missed / (double)choices,
                              1e-15);
    }
  }
}
END_TEST

static struct bp_differences *differences_of(const struct bp_network *network) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  ck_assert_ptr_nonnull(forward);
  bp_forward_run(network, forward);
  struct bp_differences *d = bp_differences_new(network, forward, 1, arena);
  ck_assert(bp_responses_screen(bp_responses_new(d), NULL, NULL));
  return d;
}

/* Neither differences nor their bounds look at what they are to judge, also where boxes ask for
 * units that were not moved. */
START_TEST(stored_derivatives_are_not_used) {
  struct bp_network *network = drawn_network(specs[_i], 3, 4, arena);
  size_t looked_at[8] = {0};
  for (size_t l = 1; l <= network->depth; l++)
    looked_at[l] = network->size[l] < 2 ? 1 : 2;
  network->looked_at = looked_at;
  struct bp_network other = with_wrong_derivatives(network, arena);
  struct bp_differences *right = differences_of(network), *wrong = differences_of(&other);
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t k = 0; k < looked_at[l] * (network->size[l - 1] + 1); k++) {
      const struct bp_difference *a = &right->of[BP_TARGET_PARAMETER][l][k];
      const struct bp_difference *b = &wrong->of[BP_TARGET_PARAMETER][l][k];
      ck_assert_int_eq(a->method, BP_METHOD_RESPONSE);
      ck_assert_mem_eq(&a->value, &b->value, sizeof a->value);
      ck_assert_mem_eq(&a->truncation, &b->truncation, sizeof a->truncation);
      ck_assert_mem_eq(&a->rounding, &b->rounding, sizeof a->rounding);
    }
  }
}
END_TEST

START_TEST(memory_is_foreseen) {
  static const char *const texts[] = {"30 - 400 tanh - 10 softmax", "300 - 700 relu - 700 tanh"};
  const char *text = texts[_i % 2];
  size_t sample = _i < 2 ? 3 : 200;
  struct bp_spec spec = spec_of(text, arena);
  const struct bp_network *network = drawn_network(text, 9, 1, arena);
  size_t foreseen = bp_check_memory(&spec, 9, sample);
  struct bp_arena *own = bp_arena_new(foreseen);
  struct bp_check_options options = {.sample = sample};
  struct bp_report *report;
  ck_assert_uint_lt(foreseen, bp_check_memory(&spec, 9, 0));
  ck_assert_int_eq(bp_check(network, &options, own, &report), BP_OK);
  bp_arena_free(own);
}
END_TEST

/* The data of the caller stay what they were. */
START_TEST(the_network_is_left_alone) {
  struct bp_network *network = drawn_network(specs[1], 4, 3, arena);
  struct bp_network *again = drawn_network(specs[1], 4, 3, arena);
  check_of(network, NULL, 2, 1, 1);
  ck_assert_ptr_null(network->looked_at);
  for (size_t l = 1; l <= network->depth; l++)
    ck_assert_mem_eq(network->W[l]->data, again->W[l]->data,
                     network->size[l] * network->size[l - 1] * sizeof(double));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sample");
  TCase *cases = tcase_create("samples");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, entries_are_those_of_the_whole, 0, 4 * SPECS);
  tcase_add_loop_test(cases, threads_change_nothing, 0, SPECS);
  tcase_add_test(cases, a_wrong_row_is_found_where_it_was_drawn);
  tcase_add_test(cases, chances_are_those_of_all_choices);
  tcase_add_loop_test(cases, stored_derivatives_are_not_used, 0, SPECS);
  tcase_add_loop_test(cases, memory_is_foreseen, 0, 4);
  tcase_add_test(cases, the_network_is_left_alone);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
