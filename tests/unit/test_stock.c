/* The stock of small formulas: what is found by its value, and the systems that say which value is
 * wanted. */
#include <check.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "hint/gap/stock.h"
#include "judge/point.h"
#include "lang/print.h"
#include "suite.h"

static struct bp_arena *arena;
static struct bp_model model;
static struct bp_point point;
static struct bp_supply supply;
static struct bp_stock stock;

static void tear_down(void) {
  bp_point_close(&point);
  bp_arena_free(arena);
}

/* Opens a point of the file, the last line of which is a claim; its left side stays. */
static void open_stock(const char *text) {
  struct bp_diagnostics diagnostics;
  struct bp_judge_options options = bp_judge_defaults(&(struct bp_judge_options){.seed = 1});
  bp_diagnostics_init(&diagnostics, arena);
  const struct bp_document *document = bp_test_reread("test.deriv", text, arena, &diagnostics);
  ck_assert_int_eq(bp_model_build(document, arena, &diagnostics, &model), 0);
  ck_assert(bp_point_open(&point, &model, &options, 0, false));
  const struct bp_model_claim *claim = &model.claims[model.claim_count - 1];
  const struct bp_statement *line = claim->line.statement;
  ck_assert(bp_supply_collect(&model, line, claim->line.order, arena, &supply));
  bp_world_begin(point.world, &claim->line, claim);
  stock = (struct bp_stock){.build = {.arena = arena},
                            .world = point.world,
                            .other = line->sides[0],
                            .formula = line->sides[1]};
  stock.value = bp_numbers_of(arena, point.world, line->sides[0], NULL);
  ck_assert_ptr_nonnull(stock.value.at);
  bp_stock_fill(&stock, &supply);
  ck_assert(!stock.build.failed);
}

static const char *text_of(const struct bp_stock_match *match) {
  const struct bp_stock_item *item = match->item;
  const char *first = bp_expression_text(stock.parts[item->first].expression, NULL, NULL, arena);
  const char *second = bp_expression_text(stock.parts[item->second].expression, NULL, NULL, arena);
  const char *outer =
      match->outer ? bp_expression_text(match->outer->expression, NULL, NULL, arena) : "";
  const char *join = item->join == BP_EXPR_MULTIPLY    ? " * "
                     : item->join == BP_EXPR_HADAMARD  ? " ⊙ "
                     : item->join == BP_EXPR_KRONECKER ? " ⊗ "
                                                       : " ? ";
  if (item->join == BP_EXPR_NAME)
    return bp_arena_printf(arena, "%s%s%s", outer, match->outer ? " * " : "", first);
  return bp_arena_printf(arena, "%s%s%s%s%s", outer, match->outer ? " * " : "", first, join,
                         second);
}

static bool has(const struct bp_stock_matches *matches, const char *text) {
  for (size_t i = 0; i < matches->count; i++)
    if (!strcmp(text_of(&matches->list[i]), text))
      return true;
  return false;
}

static struct bp_numbers value(const char *name) {
  for (size_t i = 0; i < stock.part_count; i++)
    if (!strcmp(bp_expression_text(stock.parts[i].expression, NULL, NULL, arena), name))
      return stock.parts[i].value;
  ck_abort_msg("%s is not in the stock", name);
}

static struct bp_numbers product(struct bp_numbers a, struct bp_numbers b) {
  ck_assert_uint_eq(a.columns, b.rows);
  struct bp_numbers c = {a.rows, b.columns,
                         bp_arena_alloc(arena, a.rows * b.columns, sizeof *c.at)};
  for (size_t i = 0; i < a.rows; i++)
    for (size_t j = 0; j < b.columns; j++) {
      c.at[i * c.columns + j] = 0;
      for (size_t k = 0; k < a.columns; k++)
        c.at[i * c.columns + j] += a.at[i * a.columns + k] * b.at[k * b.columns + j];
    }
  return c;
}

#define FILE_HEAD                                                                                  \
  "size n, m, k\ngiven A : n x m\ngiven B : m x k\ngiven C : n x m\ngiven D : k x n\n"             \
  "let S = A*B*D\nclaim S = A*B*D + C*B*D\n"

static void set_up(void) {
  arena = bp_arena_new(0);
  open_stock(FILE_HEAD);
}

/* Every question has the answer that was put into it. */

START_TEST(a_value_is_found) {
  struct bp_stock_matches matches = {.count = 0};
  bp_stock_find(&stock, product(value("C"), value("B")), &matches);
  ck_assert(has(&matches, "C * B"));
  for (size_t i = 0; i < matches.count; i++)
    ck_assert(strstr(text_of(&matches.list[i]), "C") && strstr(text_of(&matches.list[i]), "B"));
}
END_TEST

START_TEST(a_product_of_three_is_found) {
  struct bp_stock_matches matches = {.count = 0};
  bp_stock_find_product(&stock, product(product(value("C"), value("B")), value("D")), &matches);
  ck_assert(has(&matches, "C * B * D"));
}
END_TEST

START_TEST(a_factor_before_and_behind_is_found) {
  struct bp_stock_matches before = {.count = 0}, behind = {.count = 0};
  struct bp_numbers whole = product(product(value("C"), value("B")), value("D"));
  bp_stock_find_before(&stock, whole, value("D"), &before);
  ck_assert(has(&before, "C * B"));
  bp_stock_find_behind(&stock, whole, value("C"), &behind);
  ck_assert(has(&behind, "B * D"));
}
END_TEST

/* What differs in the ninth digit is another value. */
START_TEST(nearly_the_value_is_not_found) {
  struct bp_stock_matches matches = {.count = 0};
  struct bp_numbers near = product(value("C"), value("B"));
  near.at[0] *= 1 + 1e-8;
  bp_stock_find(&stock, near, &matches);
  ck_assert_uint_eq(matches.count, 0);
}
END_TEST

START_TEST(the_other_side_is_not_in_stock) {
  for (size_t i = 0; i < stock.part_count; i++)
    ck_assert_str_ne(bp_expression_text(stock.parts[i].expression, NULL, NULL, arena), "S");
}
END_TEST

START_TEST(equal_values_are_in_stock_once) {
  size_t count = 0;
  for (size_t i = 0; i < stock.part_count; i++) {
    const struct bp_stock_part *part = &stock.parts[i];
    struct bp_numbers a = value("A");
    count += part->value.rows == a.rows && part->value.columns == a.columns &&
             !memcmp(part->value.at, a.at, a.rows * a.columns * sizeof *a.at);
  }
  ck_assert_uint_eq(count, 1);
}
END_TEST

/* ---- systems ------------------------------------------------------------ */

static double tall_numbers[] = {1, 2, 3, 5, 8, 13}; /* 3 x 2 */
static double square_numbers[] = {2, 1, 1, 3};      /* 2 x 2 */
static double singular_numbers[] = {1, 2, 2, 4};    /* 2 x 2 */
static const struct bp_numbers tall = {3, 2, tall_numbers}, square = {2, 2, square_numbers},
                               singular = {2, 2, singular_numbers};

static void expect_same(struct bp_numbers a, struct bp_numbers b) {
  ck_assert_ptr_nonnull(a.at);
  ck_assert_uint_eq(a.rows, b.rows);
  ck_assert_uint_eq(a.columns, b.columns);
  for (size_t k = 0; k < a.rows * a.columns; k++)
    ck_assert_double_eq_tol(a.at[k], b.at[k], 1e-9);
}

START_TEST(the_only_factor_is_found) {
  expect_same(bp_numbers_solve(arena, product(tall, square), tall, false), square);
  expect_same(bp_numbers_solve(arena, product(tall, square), square, true), tall);
}
END_TEST

START_TEST(without_a_solution_there_is_none) {
  double numbers[] = {1, 0, 0, 1, 1, 1};
  ck_assert_ptr_null(bp_numbers_solve(arena, (struct bp_numbers){3, 2, numbers}, tall, false).at);
}
END_TEST

START_TEST(where_many_would_do_there_is_none) {
  ck_assert_ptr_null(bp_numbers_solve(arena, product(tall, square), tall, true).at);
  ck_assert_ptr_null(bp_numbers_solve(arena, product(singular, square), singular, false).at);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("stock");
  TCase *finding = tcase_create("finding"), *solving = tcase_create("solving");
  gsl_set_error_handler_off();
  tcase_add_checked_fixture(finding, set_up, tear_down);
  tcase_add_test(finding, a_value_is_found);
  tcase_add_test(finding, a_product_of_three_is_found);
  tcase_add_test(finding, a_factor_before_and_behind_is_found);
  tcase_add_test(finding, nearly_the_value_is_not_found);
  tcase_add_test(finding, the_other_side_is_not_in_stock);
  tcase_add_test(finding, equal_values_are_in_stock_once);
  suite_add_tcase(suite, finding);
  tcase_add_checked_fixture(solving, set_up, tear_down);
  tcase_add_test(solving, the_only_factor_is_found);
  tcase_add_test(solving, without_a_solution_there_is_none);
  tcase_add_test(solving, where_many_would_do_there_is_none);
  suite_add_tcase(suite, solving);
  return run_suite(suite);
}
