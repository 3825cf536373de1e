/* What reports say about hints, on hints made by hand: one and several, in the line that fails and
 * in another, in formulas that are too long for the page, with marks at every odd place; lines that
 * follow from a mistake elsewhere, lines without a hint, and a convention that explains all of
 * them.
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "report/report.h"
#include "suite.h"

static const char text[] = "let dZ2 = Y - A2\n"
                           "claim dW = 1/m * dZ * X\n"
                           "claim db = rowsum(dZ2)\n";

static const struct bp_source source = {"two.deriv", text, sizeof text - 1};
static const struct bp_source used = {"defs.deriv", text, sizeof text - 1};
static struct bp_replacement edits[2];
static struct bp_hint hints[3];
static struct bp_claim claims[2];
static struct bp_derivation_report report;
static struct bp_derivation_result file;
static const struct bp_derivation_results results = {.files = &file, .count = 1};
static const struct bp_report_style plain = {.width = 80, .claims = BP_LIST_ALL};
static struct bp_arena *arena;

static struct bp_span span_in(const char *whole, const char *part) {
  const char *at = strstr(whole, part);
  ck_assert_msg(at != NULL, "\"%s\" is not in \"%s\"", part, whole);
  size_t begin = (size_t)(at - whole);
  return (struct bp_span){begin, begin + strlen(part)};
}

/* A hint that changes one part of the formula. */
static struct bp_hint hint_of(const char *mended, const char *part, const char *sentence) {
  return (struct bp_hint){.sentence = sentence,
                          .edits = edits,
                          .edit_count = 1,
                          .mended = mended,
                          .marked = {span_in(mended, part)},
                          .line = 2};
}

static void set_up(void) {
  arena = bp_arena_new(0);
  edits[0] = edits[1] =
      (struct bp_replacement){&source, {span_in(text, "X\n").begin, 0}, "X'", "transpose"};
  edits[0].span.end = edits[1].span.end = edits[0].span.begin + 1;
  hints[0] = hint_of("dW = 1/m * dZ * X'", "X'", "the transpose is missing (BP4)");
  claims[0] = (struct bp_claim){.keyword = "claim",
                                .text = "dW = 1/m * dZ * X",
                                .source = &source,
                                .span = span_in(text, "claim dW = 1/m * dZ * X"),
                                .line = 2,
                                .verdict = BP_FAILS,
                                .reason = BP_REASON_SHAPE,
                                .links = 1,
                                .hints = hints,
                                .hint_count = 1,
                                .searched = true};
  claims[0].where = (struct bp_diagnostic){.source = &source,
                                           .span = edits[0].span,
                                           .message = "X is n[0] x m",
                                           .suggestion = "a transpose"};
  claims[1] = claims[0];
  claims[1].text = "db = rowsum(dZ2)";
  claims[1].span = span_in(text, "claim db = rowsum(dZ2)");
  claims[1].line = 3;
  report = (struct bp_derivation_report){.claims = claims, .claim_count = 1};
  file = (struct bp_derivation_result){"two.deriv", &report, NULL};
}

static void tear_down(void) { bp_arena_free(arena); }

/* What a writer writes, in the arena. */
static const char *written(const char *format, const struct bp_report_style *style) {
  char *bytes = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&bytes, &length);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(bp_writer_find(format)->derivations(&results, style, out), 0);
  fclose(out);
  const char *kept = bp_arena_strdup(arena, bytes);
  free(bytes);
  return kept;
}

static void expect_in(const char *all, const char *part) {
  ck_assert_msg(strstr(all, part) != NULL, "\"%s\" is not in:\n%s", part, all);
}

static void expect_not_in(const char *all, const char *part) {
  ck_assert_msg(strstr(all, part) == NULL, "\"%s\" is in:\n%s", part, all);
}

START_TEST(a_sentence_stands_beside_its_formula) {
  ck_assert_str_eq(written("text", &plain),
                   "two.deriv\n"
                   "\n"
                   "  FAILS      2  dW = 1/m * dZ * X\n"
                   "      claim dW = 1/m * dZ * X\n"
                   "                            ^\n"
                   "      two.deriv:2:23: X is n[0] x m\n"
                   "      holds with   dW = 1/m * dZ * X'    the transpose is missing (BP4)\n"
                   "                                   ^~\n"
                   "\n"
                   "fails: 1 line: 1 fails (line 2)\n");
}
END_TEST

START_TEST(a_sentence_stands_below_where_the_page_is_narrow) {
  struct bp_report_style narrow = {.width = 60, .claims = BP_LIST_ALL};
  expect_in(written("text", &narrow), "      holds with   dW = 1/m * dZ * X'\n"
                                      "                                   ^~\n"
                                      "                   the transpose is missing (BP4)\n");
}
END_TEST

START_TEST(equally_small_hints_stand_under_each_other) {
  hints[1] = hint_of("dW = 1/m * (X * dZ')'", "(X * dZ')'", "the factors are exchanged");
  claims[0].hint_count = 2;
  expect_in(written("text", &plain),
            "      holds with   dW = 1/m * dZ * X'       the transpose is missing (BP4)\n"
            "                                   ^~\n"
            "      or with      dW = 1/m * (X * dZ')'    the factors are exchanged\n"
            "                              ^~~~~~~~~~\n");
}
END_TEST

START_TEST(a_change_in_another_line_names_it) {
  hints[0] = hint_of("let dZ2 = A2 - Y", "A2 - Y", "the sign is reversed");
  hints[0].line = 1;
  expect_in(written("text", &plain),
            "      two.deriv:2:23: X is n[0] x m\n"
            "      holds with line 1 as   let dZ2 = A2 - Y    the sign is reversed\n"
            "                                       ^~~~~~\n");
}
END_TEST

/* The first line that follows from a mistake shows how to mend it, the others only name it. */
START_TEST(what_follows_from_a_mistake_names_it) {
  hints[0] = hint_of("let dZ2 = A2 - Y", "A2 - Y", "the sign is reversed");
  hints[0].line = 1;
  report.claim_count = 2;
  claims[1].hint_count = 0;
  claims[0].consequence = claims[1].consequence = 1;
  const char *all = written("text", &plain);
  expect_in(all, "  FAILS      2  dW = 1/m * dZ * X\n"
                 "      two.deriv:2:1: follows from the mistake in line 1\n"
                 "      holds with line 1 as   let dZ2 = A2 - Y    the sign is reversed\n"
                 "                                       ^~~~~~\n"
                 "  FAILS      3  db = rowsum(dZ2)\n"
                 "      two.deriv:3:1: follows from the mistake in line 1\n"
                 "\n");
}
END_TEST

START_TEST(a_change_in_another_file_names_it) {
  hints[0] = hint_of("let dZ2 = A2 - Y", "A2 - Y", "the sign is reversed");
  hints[0].line = 1;
  edits[0].source = &used;
  expect_in(written("text", &plain), "      holds with defs.deriv:1 as   let dZ2 = A2 - Y ");
}
END_TEST

/* A lead that leaves no room gets a line of its own. */
START_TEST(long_leads_stand_above) {
  struct bp_report_style narrow = {.width = 40, .claims = BP_LIST_ALL};
  hints[0].line = 1;
  expect_in(written("text", &narrow), "      holds with line 1 as\n"
                                      "        dW = 1/m * dZ * X'\n"
                                      "                        ^~\n"
                                      "        the transpose is missing (BP4)\n");
}
END_TEST

START_TEST(two_changes_have_two_marks) {
  hints[0] = hint_of("dW = -1/m * dZ * X'", "X'", "two things");
  hints[0].edit_count = 2;
  hints[0].marked[1] = span_in(hints[0].mended, "-");
  expect_in(written("text", &plain), "holds with   dW = -1/m * dZ * X'    two things\n"
                                     "                        ^           ^~\n");
}
END_TEST

/* Where something was taken away nothing is left to underline. */
START_TEST(what_was_taken_away_leaves_a_caret) {
  hints[0] = hint_of("δ = W' * ∂ end", "end", NULL);
  hints[0].marked[0].end = hints[0].marked[0].begin;
  expect_in(written("text", &plain), "      holds with   δ = W' * ∂ end\n"
                                     "                              ^\n");
  size_t length = strlen(hints[0].mended);
  hints[0].marked[0] = (struct bp_span){length, length};
  expect_in(written("text", &plain), "      holds with   δ = W' * ∂ end\n"
                                     "                                 ^\n");
}
END_TEST

START_TEST(long_formulas_are_broken_and_not_cut) {
  hints[0] = hint_of("dW = one * two * three * four * five * six * seven * eight * nine * ten",
                     "six * seven * eight", "the order");
  expect_in(written("text", &plain),
            "      holds with   dW = one * two * three * four * five * six * seven * eight *\n"
            "                                                          ^~~~~~~~~~~~~~~~~~~\n"
            "                   nine * ten\n"
            "                   the order\n");
  struct bp_report_style narrow = {.width = 60, .claims = BP_LIST_ALL};
  expect_in(written("text", &narrow), "      holds with   dW = one * two * three * four * five *\n"
                                      "                   six * seven * eight * nine * ten\n"
                                      "                   ^~~~~~~~~~~~~~~~~~~\n");
  hints[0].marked[0] = span_in(hints[0].mended, "five * six");
  expect_in(written("text", &narrow), "      holds with   dW = one * two * three * four * five *\n"
                                      "                                                   ^~~~~~\n"
                                      "                   six * seven * eight * nine * ten\n"
                                      "                   ~~~\n");
}
END_TEST

START_TEST(nothing_found_is_said) {
  claims[0].hint_count = 0;
  const char *nothing = "      no small change was found that makes it hold\n";
  const char *all = written("text", &plain);
  expect_in(all, nothing);
  expect_in(all, "      try: a transpose\n");
  claims[0].searched = false;
  expect_not_in(written("text", &plain), nothing);
}
END_TEST

/* What was thought of is not said where something was tried. */
START_TEST(a_hint_is_better_than_a_suggestion) { expect_not_in(written("text", &plain), "try:"); }
END_TEST

START_TEST(a_convention_comes_first_and_once) {
  report.convention = "every line that fails would hold if dZ were that of the mean J";
  report.claim_count = 2;
  claims[0].hint_count = claims[1].hint_count = 0;
  const char *all = written("text", &plain);
  expect_in(all, "two.deriv\n"
                 "\n"
                 "convention: every line that fails would hold if dZ were that of the mean J\n"
                 "\n"
                 "  FAILS      2");
  expect_not_in(all, "no small change");
  expect_in(written("json", &plain), "\"convention\":\"every line that fails would");
}
END_TEST

/* Whatever stands in a formula, and wherever the marks are: lines fit, and nothing reaches the
 * terminal that could disturb it. */
START_TEST(hints_fit_any_page) {
  static const char *const formulas[] = {
      "",
      " ",
      "x",
      "a  b   c    d     e      f       g        h         i          j           k",
      "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
      "\033[31m \377\200\200\200\200\200 \t∂C/∂z ⊙ g'(z) * 1/m * (A[l-1] - Y)' * e\u0301",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  };
  hints[0].mended = formulas[_i];
  hints[0].edit_count = 2;
  hints[0].sentence = "it \007rings";
  size_t length = strlen(formulas[_i]);
  for (size_t width = 30; width <= 200; width += 17)
    for (size_t begin = 0; begin <= length + 1; begin += 1 + length / 16)
      for (size_t end = begin; end <= length + 1; end += 1 + length / 8) {
        struct bp_report_style style = {.width = width, .claims = BP_LIST_ALL};
        hints[0].marked[0] = (struct bp_span){begin, end};
        hints[0].marked[1] = (struct bp_span){length / 2, length};
        const char *all = strstr(written("text", &style), "      holds with");
        ck_assert_ptr_nonnull(all);
        const char *stop = strstr(all, "\n\n");
        ck_assert_ptr_null(strpbrk(all, "\033\007\t"));
        for (const char *line = all; line < stop;) {
          size_t bytes = strcspn(line, "\n");
          ck_assert_msg(bp_text_columns(line, bytes) <= width + 1, "too wide for %zu:\n%s", width,
                        all);
          line += bytes + 1;
        }
      }
}
END_TEST

START_TEST(colour_marks_the_change_and_adds_nothing_else) {
  struct bp_report_style style = plain;
  style.colour = true;
  const char *bare = written("text", &plain);
  char *coloured = bp_arena_strdup(arena, written("text", &style)), *to = coloured;
  expect_in(coloured, "dW = 1/m * dZ * \033[32mX'\033[0m");
  expect_in(coloured, "\033[32m                ^~\033[0m\n");
  for (const char *from = coloured; *from;) {
    if (*from == '\033')
      from += strcspn(from, "m") + 1;
    else
      *to++ = *from++;
  }
  *to = '\0';
  ck_assert_str_eq(coloured, bare);
}
END_TEST

START_TEST(csv_counts_hints_and_has_the_first) {
  claims[0].hint_count = 2;
  hints[1] = hints[0];
  const char *all = written("csv", &plain);
  expect_in(all, ",bound,hints,mended\r\n");
  expect_in(all, ",2,dW = 1/m * dZ * X'\r\n");
  size_t heads = 0, cells = 0;
  const char *row = strstr(all, "\r\n");
  for (const char *at = all; at < row; at++)
    heads += *at == ',';
  for (const char *at = row; *at; at++)
    cells += *at == ',';
  ck_assert_uint_eq(heads, cells);
}
END_TEST

static const json_t *member(const json_t *object, const char *name) {
  const json_t *value = json_object_get(object, name);
  ck_assert_msg(value != NULL, "there is no %s", name);
  return value;
}

static json_int_t whole(const json_t *object, const char *name) {
  ck_assert_msg(json_is_integer(member(object, name)), "%s is no whole number", name);
  return json_integer_value(member(object, name));
}

START_TEST(json_has_hints_as_editors_apply_them) {
  report.claim_count = 2;
  claims[1].hint_count = 0;
  claims[1].consequence = 1;
  json_t *root = json_loads(written("json", &plain), JSON_REJECT_DUPLICATES, NULL);
  ck_assert_ptr_nonnull(root);
  const json_t *all = member(json_array_get(member(root, "reports"), 0), "claims");
  const json_t *claim = json_array_get(all, 0), *other = json_array_get(all, 1);
  ck_assert(json_is_true(member(claim, "searched")));
  ck_assert(json_is_null(member(claim, "consequence")));
  ck_assert_int_eq(whole(other, "consequence"), 1);
  ck_assert_uint_eq(json_array_size(member(other, "hints")), 0);
  const json_t *hint = json_array_get(member(claim, "hints"), 0);
  ck_assert_str_eq(json_string_value(member(hint, "mended")), "dW = 1/m * dZ * X'");
  ck_assert_int_eq(whole(hint, "line"), 2);
  ck_assert_int_eq(whole(json_array_get(member(hint, "marked"), 0), "begin"), 16);
  const json_t *edit = json_array_get(member(hint, "edits"), 0), *span = member(edit, "span");
  ck_assert_str_eq(json_string_value(member(edit, "kind")), "transpose");
  ck_assert_str_eq(json_string_value(member(edit, "file")), "two.deriv");
  ck_assert_str_eq(json_string_value(member(edit, "replacement")), "X'");
  ck_assert_int_eq(whole(span, "line"), 2);
  ck_assert_int_eq(whole(span, "column"), 23);
  ck_assert_int_eq(whole(span, "end") - whole(span, "begin"), 1);
  json_decref(root);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("claim_hints");
  TCase *cases = tcase_create("writers");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, a_sentence_stands_beside_its_formula);
  tcase_add_test(cases, a_sentence_stands_below_where_the_page_is_narrow);
  tcase_add_test(cases, equally_small_hints_stand_under_each_other);
  tcase_add_test(cases, a_change_in_another_line_names_it);
  tcase_add_test(cases, what_follows_from_a_mistake_names_it);
  tcase_add_test(cases, a_change_in_another_file_names_it);
  tcase_add_test(cases, long_leads_stand_above);
  tcase_add_test(cases, two_changes_have_two_marks);
  tcase_add_test(cases, what_was_taken_away_leaves_a_caret);
  tcase_add_test(cases, long_formulas_are_broken_and_not_cut);
  tcase_add_test(cases, nothing_found_is_said);
  tcase_add_test(cases, a_hint_is_better_than_a_suggestion);
  tcase_add_test(cases, a_convention_comes_first_and_once);
  tcase_add_loop_test(cases, hints_fit_any_page, 0, 7);
  tcase_add_test(cases, colour_marks_the_change_and_adds_nothing_else);
  tcase_add_test(cases, csv_counts_hints_and_has_the_first);
  tcase_add_test(cases, json_has_hints_as_editors_apply_them);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
