/* The builder of trees: what it makes prints as intended, and everything that ast.h promises of a
 * node is true of it.  A tree that is built must be the one that the parser makes of its print. */
#include <check.h>
#include <limits.h>
#include <string.h>

#include "lang/build.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "suite.h"
#include "value/vocabulary.h"

typedef const struct bp_expression *expr;

static struct bp_arena *arena;
static struct bp_builder builder;

static void set_up(void) {
  arena = bp_arena_new(0);
  builder = (struct bp_builder){.arena = arena};
}

static void tear_down(void) { bp_arena_free(arena); }

static const char *text_of(expr node) {
  ck_assert_ptr_nonnull(node);
  return bp_expression_text(node, NULL, NULL, arena);
}

static expr name(const char *text) { return bp_build_name(&builder, text); }

static expr binary(enum bp_expression_kind kind, expr left, expr right) {
  return bp_build_binary(&builder, kind, left, right);
}

/* Every node of it is one taller than its tallest child. */
static void check_heights(expr node) {
  unsigned tallest = 0;
  for (size_t i = 0; i < node->count; i++) {
    check_heights(node->child[i]);
    tallest = node->child[i]->height > tallest ? node->child[i]->height : tallest;
  }
  ck_assert_uint_eq(node->height, tallest + 1);
}

/* The right side of a claim, as the parser reads it. */
static expr parsed(const char *formula) {
  const char *text = bp_arena_printf(arena,
                                     "given W, X, Y : n x m\ngiven Z[l] : n x m for l = 1..3\n"
                                     "given J : number\ngiven h : function\nclaim W = %s\n",
                                     formula);
  struct bp_source source = {"test.deriv", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_document document;
  size_t next_id = 0;
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_int_eq(
      bp_parse(&source, &bp_vocabulary, NULL, NULL, &next_id, arena, &diagnostics, &document), 0);
  ck_assert_msg(diagnostics.count == 0, "%s: %s", formula,
                diagnostics.count ? diagnostics.list[0].message : "");
  return document.statements[document.count - 1].sides[1];
}

static expr half(void) {
  return binary(BP_EXPR_DIVIDE, bp_build_whole(&builder, 1), bp_build_whole(&builder, 2));
}

static expr difference(void) { return binary(BP_EXPR_SUBTRACT, name("X"), name("Y")); }

static expr bound_sum(void) {
  expr parts[] = {bp_build_whole(&builder, 1), name("m"),
                  bp_build_element(&builder, name("X"), name("i"), name("j"))};
  struct bp_expression *sum = bp_build_node(&builder, BP_EXPR_SUM, 3, parts);
  sum->name = "j";
  return sum;
}

static expr block(void) {
  expr parts[] = {name("X"), name("Y")};
  struct bp_expression *matrix = bp_build_node(&builder, BP_EXPR_MATRIX, 2, parts);
  matrix->rows = 1;
  matrix->columns = 2;
  return matrix;
}

static expr column(void) {
  return bp_build_element(&builder, name("X"), bp_build_node(&builder, BP_EXPR_ALL, 0, NULL),
                          name("i"));
}

static expr terms(void) {
  return binary(BP_EXPR_ADD, binary(BP_EXPR_ADD, name("X"), name("Y")), name("W"));
}

/* A minus before a number and primes are read as such again. */
static expr slope(void) {
  return bp_build_call(&builder, name("h"), 1, bp_build_whole(&builder, -3));
}

START_TEST(what_is_built_prints_and_reads_back) {
  struct {
    expr tree;
    const char *text;
  } rows[] = {
      {half(), "1/2"},
      {binary(BP_EXPR_MULTIPLY, half(), difference()), "1/2 * (X - Y)"},
      {bp_build_unary(&builder, BP_EXPR_TRANSPOSE, difference()), "(X - Y)'"},
      {bp_build_unary(&builder, BP_EXPR_DIFFERENTIAL, name("X")), "d(X)"},
      {binary(BP_EXPR_PARTIAL, name("J"), name("X")), "∂J/∂X"},
      {bp_build_member(&builder, "Z", bp_build_whole(&builder, 2), NULL), "Z[2]"},
      {bp_build_named_call(&builder, "exp", name("X")), "exp(X)"},
      {slope(), "h'(-3)"},
      {terms(), "X + Y + W"},
      {bound_sum(), "sum_{j=1..m} X_{i,j}"},
      {block(), "[X, Y]"},
      {column(), "X_{:,i}"},
      {bp_build_number(&builder, "0.5"), "0.5"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_str_eq(text_of(rows[i].tree), rows[i].text);
    check_heights(rows[i].tree);
    expr read = parsed(rows[i].text);
    ck_assert_msg(bp_expression_same(read, rows[i].tree), "%s is read otherwise", rows[i].text);
    ck_assert_msg(read->height == rows[i].tree->height, "%s is as tall as its reading",
                  rows[i].text);
  }
  ck_assert(!builder.failed && !builder.too_tall);
}
END_TEST

START_TEST(numbers_know_the_weight_of_their_last_digit) {
  static const struct {
    const char *text;
    int place;
  } rows[] = {{"12", 0}, {"0.98", -2}, {"1e-3", -3}, {"1.50e2", 0}, {"2.5E-10", -11}, {"3e4", 4}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_msg(bp_build_number(&builder, rows[i].text)->last_place == rows[i].place, "%s",
                  rows[i].text);
    ck_assert_msg(parsed(rows[i].text)->last_place == rows[i].place, "%s as it is read",
                  rows[i].text);
  }
  ck_assert_str_eq(text_of(bp_build_whole(&builder, LONG_MIN)->child[0]), "9223372036854775808");
}
END_TEST

START_TEST(ids_and_spans_are_those_of_a_document) {
  size_t next_id = 7;
  builder.next_id = &next_id;
  builder.span = (struct bp_span){10, 11};
  expr x = name("X");
  builder.span = (struct bp_span){14, 15};
  expr y = name("Y");
  builder.span = (struct bp_span){0, 0};
  builder.sign = (struct bp_span){12, 13};
  expr sum = binary(BP_EXPR_ADD, x, y);
  ck_assert_uint_eq(sum->span.begin, 10);
  ck_assert_uint_eq(sum->span.end, 15);
  ck_assert_uint_eq(sum->sign.begin, 12);
  builder.span = (struct bp_span){9, 16};
  expr around = bp_build_unary(&builder, BP_EXPR_NEGATE, sum);
  ck_assert_uint_eq(around->span.begin, 9);
  ck_assert_uint_eq(around->span.end, 16);
  expr copy = bp_build_copy(&builder, sum);
  ck_assert_uint_eq(copy->span.begin, 10);
  expr all[] = {x, y, sum, around, copy};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    ck_assert_uint_eq(all[i]->id, 7 + i);
  ck_assert_uint_eq(next_id, 12);
}
END_TEST

START_TEST(a_change_shares_the_rest_and_keeps_heights) {
  expr whole = parsed("h(Z[l]) + X ⊙ (Y - Z[l-1])"), right = whole->child[1];
  expr other = bp_build_with_child(&builder, whole, 0, bp_build_named_call(&builder, "exp", right));
  ck_assert_str_eq(text_of(other), "exp(X ⊙ (Y - Z[l-1])) + X ⊙ (Y - Z[l-1])");
  ck_assert_ptr_eq(other->child[1], right);
  check_heights(other);
  other = bp_build_with_child(&builder, other, 0, name("X"));
  other = bp_build_with_child(&builder, other, 1, name("Y"));
  ck_assert_uint_eq(other->height, 2);
  other = bp_build_with_letter(&builder, whole, "l", bp_build_whole(&builder, 3));
  ck_assert_str_eq(bp_expression_text(other, NULL, NULL, arena), "h(Z[3]) + X ⊙ (Y - Z[3-1])");
  check_heights(other);
  other = bp_build_with_letter(&builder, parsed("Z[l]"), "l",
                               binary(BP_EXPR_ADD, name("l"), bp_build_whole(&builder, 1)));
  ck_assert_uint_eq(other->height, 3);
  ck_assert_str_eq(text_of(whole), "h(Z[l]) + X ⊙ (Y - Z[l-1])");
  check_heights(whole);
}
END_TEST

START_TEST(indices_are_shifted_as_one_writes_them) {
  static const struct {
    const char *index;
    long by;
    const char *shifted;
  } rows[] = {{"l", 1, "l + 1"},        {"l", -1, "l - 1"},  {"l+1", -1, "l"},
              {"l-2", 1, "l - 1"},      {"l-1", 2, "l + 1"}, {"3", -1, "2"},
              {"9", 1, "10"},           {"0", -1, NULL},     {"2*l", 1, "2 * l + 1"},
              {"l+m", -1, "l + m - 1"}, {"l", 0, "l"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    expr index = parsed(rows[i].index);
    expr shifted = bp_build_shifted(&builder, index, rows[i].by);
    if (rows[i].shifted)
      ck_assert_str_eq(text_of(shifted), rows[i].shifted);
    else
      ck_assert_ptr_null(shifted);
  }
}
END_TEST

START_TEST(without_a_part_there_is_no_whole) {
  ck_assert_ptr_null(binary(BP_EXPR_ADD, NULL, name("X")));
  ck_assert_ptr_null(binary(BP_EXPR_ADD, name("X"), NULL));
  ck_assert_ptr_null(bp_build_unary(&builder, BP_EXPR_NEGATE, binary(BP_EXPR_ADD, NULL, NULL)));
  ck_assert(!builder.failed && !builder.too_tall);
  expr tall = name("X");
  while (tall->height < BP_TALLEST)
    tall = bp_build_unary(&builder, BP_EXPR_NEGATE, tall);
  check_heights(tall);
  ck_assert_ptr_null(bp_build_unary(&builder, BP_EXPR_NEGATE, tall));
  ck_assert(builder.too_tall && !builder.failed);
  struct bp_arena *full = bp_arena_new(1);
  builder = (struct bp_builder){.arena = full};
  ck_assert_ptr_null(bp_build_whole(&builder, 1));
  ck_assert(builder.failed);
  bp_arena_free(full);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("build");
  TCase *all = tcase_create("build");
  tcase_add_checked_fixture(all, set_up, tear_down);
  tcase_add_test(all, what_is_built_prints_and_reads_back);
  tcase_add_test(all, numbers_know_the_weight_of_their_last_digit);
  tcase_add_test(all, ids_and_spans_are_those_of_a_document);
  tcase_add_test(all, a_change_shares_the_rest_and_keeps_heights);
  tcase_add_test(all, indices_are_shifted_as_one_writes_them);
  tcase_add_test(all, without_a_part_there_is_no_whole);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
