/* The writers of derivations, on claims made by hand: every verdict and reason, names in wide
 * letters, formulas that are too long, what is not a number, files that were not opened, and the
 * worked numbers of one claim.
 */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "report/claims.h"
#include "report/report.h"
#include "suite.h"

static const char text[] = "title \"Two layers\"\n"
                           "claim \"输出层\"  dZ[2] = A[2] - Y\n"
                           "claim            dW[1] = dZ[1] * X\n"
                           "refute \"no g'\"   dZ[1] = W[2]' * dZ[2]\n"
                           "claim            a = b = c\n"
                           "shape            dW[1] : n[1] x n[0]\n"
                           "claim            log(a) = b\n"
                           "claim            x = nobody\n";

static const struct bp_source source = {"two.deriv", text, sizeof text - 1};
static struct bp_claim claims[7];
static const char *notes[] = {"fits only because n[2] = 1"};
static struct bp_setting settings[] = {{"points", "5"}, {"seed", "1"}};
static struct bp_derivation_report report;
static struct bp_diagnostics diagnostics;
static struct bp_derivation_result files[2];
static struct bp_derivation_results results;
static struct bp_arena *arena;

/* The statement on a line, without its keyword and label. */
static struct bp_claim claim_on(size_t line, enum bp_claim_kind kind, const char *formula) {
  const char *at = text;
  for (size_t i = 1; i < line; i++)
    at = strchr(at, '\n') + 1;
  size_t begin = (size_t)(at - text);
  static const char *const keywords[] = {
      [BP_CLAIM] = "claim", [BP_REFUTE] = "refute", [BP_ASSERTION] = "shape"};
  return (struct bp_claim){.kind = kind,
                           .keyword = keywords[kind],
                           .text = formula,
                           .source = &source,
                           .span = {begin, begin + strcspn(at, "\n")},
                           .line = line,
                           .links = 1};
}

static struct bp_span span_of(const char *words) {
  size_t begin = (size_t)(strstr(text, words) - text);
  return (struct bp_span){begin, begin + strlen(words)};
}

static void make_claims(void) {
  claims[0] = claim_on(2, BP_CLAIM, "dZ[2] = A[2] - Y");
  claims[0].name = "输出层";
  claims[0].points = 5;
  claims[0].numbers = 30;
  claims[0].members = 1;
  claims[0].largest_relative = 3e-25;
  claims[0].visible = 2e-19;
  claims[0].notes = notes;
  claims[0].note_count = 1;

  claims[1] = claim_on(3, BP_CLAIM, "dW[1] = dZ[1] * X");
  claims[1].verdict = BP_FAILS;
  claims[1].reason = BP_REASON_SHAPE;
  claims[1].broken_link = 1;
  claims[1].where =
      (struct bp_diagnostic){.source = &source,
                             .span = span_of("* X"),
                             .message = "dZ[1] is n[1] x m (4 x 2) and X is n[0] x m (3 x 2)",
                             .suggestion = "dZ[1] * X'"};
  claims[1].where.span.end -= 2;

  claims[2] = claim_on(4, BP_REFUTE, "dZ[1] = W[2]' * dZ[2]");
  claims[2].name = "no g'";
  claims[2].reason = BP_REASON_VALUE;
  claims[2].broken_link = 1;
  claims[2].points = 5;
  claims[2].numbers = 40;
  claims[2].largest_relative = 0.4375;

  claims[3] = claim_on(5, BP_CLAIM, "a = b = c");
  claims[3].verdict = BP_FAILS;
  claims[3].reason = BP_REASON_VALUE;
  claims[3].links = 2;
  claims[3].broken_link = 2;
  claims[3].left = "b";
  claims[3].right = "c";
  claims[3].at = "l = 2, m = 3";
  claims[3].row = 0;
  claims[3].column = 2;
  claims[3].rows = 1;
  claims[3].columns = 3;
  claims[3].left_value = 0.5;
  claims[3].right_value = -0.25;
  claims[3].bound = 1e-28;

  claims[4] = claim_on(6, BP_ASSERTION, "dW[1] : n[1] x n[0]");

  claims[5] = claim_on(7, BP_CLAIM, "log(a) = b");
  claims[5].verdict = BP_UNDECIDED;
  claims[5].reason = BP_REASON_DOMAIN;
  claims[5].invalid = 100;
  claims[5].where.suggestion = "given a : n in positive";
  claims[5].largest_relative = claims[5].visible = NAN;

  claims[6] = claim_on(8, BP_CLAIM, "x = nobody");
  claims[6].verdict = BP_UNDECIDED;
  claims[6].reason = BP_REASON_BROKEN;
  claims[6].where = (struct bp_diagnostic){
      .source = &source, .span = span_of("nobody"), .message = "nothing is called nobody"};
}

static void set_up(void) {
  arena = bp_arena_new(0);
  make_claims();
  bp_diagnostics_init(&diagnostics, arena);
  report = (struct bp_derivation_report){.head.title = "Two layers",
                                         .head.settings = settings,
                                         .head.setting_count = 2,
                                         .claims = claims,
                                         .claim_count = 7};
  files[0] = (struct bp_derivation_result){"two.deriv", &report, &diagnostics};
  files[1] = (struct bp_derivation_result){"missing.deriv", NULL, &diagnostics};
  results = (struct bp_derivation_results){.files = files, .count = 1};
}

static void tear_down(void) { bp_arena_free(arena); }

static const struct bp_report_style plain = {.width = 80, .claims = BP_LIST_ALL};

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

static const char *worked_text(const struct bp_worked *worked) {
  char *bytes = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&bytes, &length);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(bp_worked_text(worked, &plain, out), 0);
  fclose(out);
  const char *kept = bp_arena_strdup(arena, bytes);
  free(bytes);
  return kept;
}

START_TEST(text_of_every_verdict) {
  static const char expected[] =
      "Two layers\n"
      "  two.deriv, points 5, seed 1\n"
      "\n"
      "  holds      2  输出层  dZ[2] = A[2] - Y                                to 3e-25\n"
      "      note: fits only because n[2] = 1\n"
      "  FAILS      3          dW[1] = dZ[1] * X\n"
      "      claim            dW[1] = dZ[1] * X\n"
      "                                     ^\n"
      "      two.deriv:3:32: dZ[1] is n[1] x m (4 x 2) and X is n[0] x m (3 x 2)\n"
      "      try: dZ[1] * X'\n"
      "  refuted    4  no g'   dZ[1] = W[2]' * dZ[2]                       off by 4e-01\n"
      "  FAILS      5          a = b = c\n"
      "      two.deriv:5:1: the two sides differ by more than truncation and rounding\n"
      "      explain\n"
      "      link 2 of 2, between\n"
      "        b\n"
      "        c\n"
      "      at l = 2, m = 3, row 1, column 3 of 1 x 3\n"
      "      left         0.5\n"
      "      right       -0.25\n"
      "      difference   0.75\n"
      "      truncation and rounding explain at most 1e-28\n"
      "  holds      6          dW[1] : n[1] x n[0]\n"
      "  undecided  7          log(a) = b\n"
      "      no point was found where both sides have a value\n"
      "      try: given a : n in positive\n"
      "  not read   8          x = nobody\n"
      "      claim            x = nobody\n"
      "                           ^~~~~~\n"
      "      nothing is called nobody\n"
      "\n"
      "fails: 7 lines: 2 hold, 1 refuted as it should be, 2 fail (the first at line 3),\n"
      "       1 undecided, 1 not read; compared at 5 random points each: agreement to\n"
      "       3e-25 of the largest entry, and a difference of 2e-19 would have been\n"
      "       seen\n";
  ck_assert_str_eq(written("text", &plain), expected);
}
END_TEST

START_TEST(text_that_holds_says_how_sure) {
  report.claim_count = 1;
  struct bp_report_style brief = {.brief = true};
  ck_assert_str_eq(
      written("text", &brief),
      "holds: 1 line: 1 holds; compared at 5 random points each: agreement to 3e-25 of\n"
      "       the largest entry, and a difference of 2e-19 would have been seen\n");
  claims[0].largest_relative = 0;
  expect_in(written("text", &plain), "  to 2e-19\n");
  claims[0].visible = 0;
  expect_in(written("text", &plain), "compared at 5 random points each: exactly equal\n");
  claims[0].visible = 1e-3;
  expect_in(written("text", &plain), "      note: only a difference above 1e-03 of the largest");
  claims[0].visible = NAN;
  const char *unknown = written("text", &plain);
  expect_in(unknown, "how small a difference would have been seen here is not known");
  ck_assert_ptr_null(strstr(unknown, "nan"));
}
END_TEST

/* A comparison by size, or with printed digits only, says nothing of how near equality it was. */
START_TEST(lines_without_an_equation_are_not_measured) {
  report.claim_count = 1;
  claims[0].largest_relative = claims[0].visible = NAN;
  const char *all = written("text", &plain);
  expect_in(all, "dZ[2] = A[2] - Y\n");
  expect_in(all, "\nholds: 1 line: 1 holds\n");
  claims[0] = claim_on(2, BP_CLAIM, "relu'(0) = 1");
  claims[0].reason = BP_REASON_KINK;
  claims[0].numbers = 1;
  claims[0].largest_relative = claims[0].visible = 0.5;
  all = written("text", &plain);
  expect_in(all, "  on a kink\n");
  expect_in(all, "\nholds: 1 line: 1 holds\n");
}
END_TEST

START_TEST(notes_that_begin_alike_are_one) {
  static const char *several[] = {"fits only because n[2] = 1", "fits only because n[1] = 4",
                                  "something else"};
  claims[0].notes = several;
  claims[0].note_count = 3;
  expect_in(written("text", &plain),
            "      note: fits only because n[2] = 1, n[1] = 4; something else\n");
}
END_TEST

START_TEST(points_are_named_where_they_differ) {
  report.claim_count = 2;
  claims[1] = claims[0];
  claims[1].points = 3;
  const char *all = written("text", &plain);
  expect_in(all, "  5 points, to 3e-25\n");
  expect_in(all, "  3 points, to 3e-25\n");
  expect_in(all, "compared at 3 to 5 random points: ");
}
END_TEST

START_TEST(nothing_to_check_is_no_pass) {
  report.claim_count = 0;
  expect_in(written("text", &plain), "\nundecided: nothing was checked");
  struct bp_claim_counts counts = bp_claims_count(&files[0]);
  ck_assert_int_eq(bp_claims_verdict(&counts), BP_UNDECIDED);
}
END_TEST

START_TEST(errors_in_the_file_are_no_pass) {
  report.claim_count = 1;
  bp_error(&diagnostics, &source, span_of("nobody"), NULL, "nothing is called nobody");
  expect_in(written("text", &plain), "\nundecided: 1 line: 1 holds; 1 error in the file; compared");
}
END_TEST

START_TEST(only_failed_lines_are_listed) {
  struct bp_report_style style = {.claims = BP_LIST_FAILED};
  const char *all = written("text", &style);
  ck_assert_ptr_null(strstr(all, "  holds  "));
  ck_assert_ptr_null(strstr(all, "  refuted  "));
  expect_in(all, "  FAILS      3");
  expect_in(all, "  undecided  7");
  style.claims = BP_LIST_NONE;
  ck_assert_ptr_null(strstr(written("text", &style), "FAILS"));
}
END_TEST

START_TEST(a_refuted_line_that_holds_fails) {
  claims[2].verdict = BP_FAILS;
  claims[2].reason = BP_REASON_REFUTED;
  const char *all = written("text", &plain);
  expect_in(all, "  FAILS      4  no g'   dZ[1] = W[2]' * dZ[2]\n"
                 "      two.deriv:4:1: it was to be refuted, but it holds\n");
}
END_TEST

START_TEST(digits_beyond_float64_are_named) {
  claims[3].right_value = claims[3].left_value;
  claims[3].largest_relative = 3e-20;
  expect_in(written("text", &plain),
            "      the digits behind these differ, by 3e-20 of the largest entry\n");
}
END_TEST

/* Four digits, or as many as tell both sides apart; else what is asked for. */
START_TEST(numbers_have_as_many_digits_as_help) {
  claims[3].left_value = 0.123456789;
  claims[3].right_value = 0.12345689;
  expect_in(written("text", &plain), "      left         0.1234568\n"
                                     "      right        0.1234569\n"
                                     "      difference  -1.01e-07\n");
  struct bp_report_style wide = {.claims = BP_LIST_ALL, .digits = 9};
  expect_in(written("text", &wide), "      left         0.123456789\n");
}
END_TEST

START_TEST(several_files_have_totals) {
  results.count = 2;
  struct bp_diagnostics none;
  bp_diagnostics_init(&none, arena);
  bp_error(&none, NULL, (struct bp_span){0, 0}, NULL, "there is no such file");
  files[1].diagnostics = &none;
  const char *all = written("text", &plain);
  expect_in(all, "                                       un-   not\n"
                 "  file           hold  refuted  fail  decided  read  verdict\n"
                 "  two.deriv         2        1     2        1     1  fails\n"
                 "  missing.deriv                                      not judged\n"
                 "\n"
                 "fails: 7 lines in 2 files: 2 hold, 1 refuted as it should be, 2 fail (the first\n"
                 "       at two.deriv:3), 1 undecided, 1 not read; 1 error in the files; compared");
}
END_TEST

/* Whoever could not open the file has said so; the report adds nothing. */
START_TEST(a_single_file_that_was_not_judged_has_no_text) {
  files[0] = files[1];
  ck_assert_str_eq(written("text", &plain), "");
}
END_TEST

START_TEST(long_paths_keep_their_end) {
  results.count = 2;
  files[0].file = "a/folder/with/a/long/name/and/überraschung.deriv";
  expect_in(written("text", &plain), "\n  …g/name/and/überraschung.deriv     2  ");
}
END_TEST

/* Whatever a file contains: no line is too wide, none ends in blanks, nothing reaches the terminal
 * that could disturb it. */
START_TEST(text_fits_the_page) {
  static char wide[400];
  memset(wide, 'x', sizeof wide - 1);
  claims[0].text = wide;
  claims[0].name = "一二三四五六七八九十一二三四五六七八九十";
  claims[2].text = "a \033[31m \377 = \t b";
  claims[3].left = wide;
  claims[3].at = "l = 2, n[0] = 31, n[1] = 41, n[2] = 59, n[3] = 26, n[4] = 53, n[5] = 58, m = 9";
  claims[5].where.suggestion = "a suggestion \033]0;title\007 of many words, which goes on and on";
  const char *all = written("text", &plain);
  for (const char *line = all; *line;) {
    size_t length = strcspn(line, "\n");
    ck_assert_msg(bp_text_columns(line, length) <= 80, "too wide: %.*s", (int)length, line);
    ck_assert_msg(length == 0 || line[length - 1] != ' ', "blank at the end: %.*s", (int)length,
                  line);
    line += length + (line[length] == '\n');
  }
  ck_assert_ptr_null(strchr(all, '\033'));
  ck_assert_ptr_null(strchr(all, '\007'));
  expect_in(all, "一二三四五六七八九…");
}
END_TEST

START_TEST(colour_changes_nothing_else) {
  struct bp_report_style style = plain;
  style.colour = true;
  const char *text = written("text", &plain);
  char *coloured = bp_arena_strdup(arena, written("text", &style)), *to = coloured;
  expect_in(coloured, "\033[1;31mFAILS");
  for (const char *from = coloured; *from;) {
    if (*from == '\033')
      from += strcspn(from, "m") + 1;
    else
      *to++ = *from++;
  }
  *to = '\0';
  ck_assert_str_eq(coloured, text);
}
END_TEST

START_TEST(csv_has_a_row_for_each_claim) {
  results.count = 2;
  claims[1].name = "a, \"b\"";
  const char *all = written("csv", &plain);
  size_t rows = 0;
  for (const char *at = all; (at = strstr(at, "\r\n")); at += 2)
    rows++;
  ck_assert_uint_eq(rows, 8);
  expect_in(all,
            "two.deriv,3,\"a, \"\"b\"\"\",claim,fails,shape,dW[1] = dZ[1] * X,1,1,,,0,0,0,0,0,0,");
  expect_in(all,
            "two.deriv,5,,claim,fails,value,a = b = c,2,2,b,c,0,0,0,0,0,0,,\"l = 2, m = 3\",1,3,"
            "0.5,-0.25,9.9999999999999997e-29,0,\r\n");
  expect_in(all, ",0,100,0,0,NaN,NaN,,,,,,,,0,\r\n");
}
END_TEST

static json_t *parsed(const char *json) {
  json_error_t error;
  json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
  ck_assert_msg(root != NULL, "line %d: %s in\n%s", error.line, error.text, json);
  return root;
}

static json_int_t whole(const json_t *object, const char *name) {
  const json_t *value = json_object_get(object, name);
  ck_assert_msg(json_is_integer(value), "%s is no whole number", name);
  return json_integer_value(value);
}

START_TEST(json_can_be_read_back) {
  results.count = 2;
  json_t *root = parsed(written("json", &plain)), *reports = json_object_get(root, "reports");
  ck_assert_str_eq(json_string_value(json_object_get(root, "schema")), "backproof-derivations/1");
  ck_assert_uint_eq(json_array_size(reports), 2);
  json_t *all = json_object_get(json_array_get(reports, 0), "claims");
  ck_assert_uint_eq(json_array_size(all), 7);
  for (size_t i = 0; i < 7; i++) { /* places counted on are those counted from the beginning */
    json_t *claim = json_array_get(all, i), *span = json_object_get(claim, "span");
    ck_assert_int_eq(whole(span, "line"), (json_int_t)claims[i].line);
    ck_assert_int_eq(whole(span, "column"), 1);
    ck_assert_int_eq(whole(span, "begin"), (json_int_t)claims[i].span.begin);
  }
  json_t *where = json_object_get(json_array_get(all, 1), "where");
  ck_assert_int_eq(whole(json_object_get(where, "span"), "line"), 3);
  ck_assert_int_eq(whole(json_object_get(where, "span"), "column"), 32);
  json_t *worst = json_object_get(json_array_get(all, 3), "worst");
  ck_assert_int_eq(whole(worst, "column"), 3);
  ck_assert(json_is_null(json_object_get(json_array_get(all, 5), "visible")));
  ck_assert(json_is_false(json_object_get(json_array_get(reports, 1), "judged")));
  json_decref(root);
}
END_TEST

START_TEST(json_of_errors_and_bad_bytes) {
  report.head.title = "\377";
  bp_error(&diagnostics, &source, span_of("nobody"), "try this", "nothing is called nobody");
  bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "no place");
  json_t *root = parsed(written("json", &plain));
  json_t *file = json_array_get(json_object_get(root, "reports"), 0);
  json_t *found = json_object_get(file, "diagnostics");
  ck_assert_uint_eq(json_array_size(found), 2);
  ck_assert_int_eq(whole(json_object_get(json_array_get(found, 0), "span"), "line"), 8);
  ck_assert(json_is_null(json_object_get(json_array_get(found, 1), "span")));
  ck_assert_str_eq(json_string_value(json_object_get(file, "title")), "?");
  ck_assert_int_eq(whole(root, "errors"), 2);
  json_decref(root);
}
END_TEST

/* A stream that takes nothing must not look like a report. */
START_TEST(full_stream_is_an_error) {
  if (!bp_writers[_i].derivations)
    return;
  char small[8];
  FILE *out = fmemopen(small, sizeof small, "w");
  ck_assert_ptr_nonnull(out);
  setvbuf(out, NULL, _IONBF, 0);
  ck_assert_msg(bp_writers[_i].derivations(&results, &plain, out) != 0, "%s", bp_writers[_i].name);
  fclose(out);
}
END_TEST

static const double input[] = {1, -2, 0.5, 0.25}, number[] = {-0.75}, zero[] = {0};

START_TEST(worked_numbers_of_a_claim) {
  struct bp_trace_shape square = {{"n", 2}, {"m", 2}}, one = {{"1", 1}, {"1", 1}};
  struct bp_worked_step steps[] = {
      {"X", "given", square, input, 0, false},
      {"tr(X)", NULL, one, number, 1e-30, true},
      {"sum(X)", "by differences", one, number, 2e-30, true},
  };
  struct bp_worked worked = {&claims[0], "n = 2, m = 2", steps, 3, zero};
  ck_assert_str_eq(worked_text(&worked),
                   "dZ[2] = A[2] - Y\n"
                   "  two.deriv:2, 输出层\n"
                   "  at n = 2, m = 2\n"
                   "\n"
                   "X\n"
                   "  (n,m) = (2,2), given\n"
                   "         1      2\n"
                   "  1  1.000 -2.000\n"
                   "  2 0.5000 0.2500\n"
                   "\n"
                   "left:  tr(X)\n"
                   "  (1,1), each number within 1e-30\n"
                   "  -0.75\n"
                   "\n"
                   "right: sum(X)\n"
                   "  (1,1), by differences, each number within 2e-30\n"
                   "  -0.75\n"
                   "\n"
                   "left - right\n"
                   "  largest 0; truncation and rounding explain up to 3e-30\n"
                   "  0\n"
                   "\n"
                   "holds at 5 random points; a difference of 2e-19 would have been seen\n"
                   "      note: fits only because n[2] = 1\n");
}
END_TEST

START_TEST(worked_claim_whose_shapes_do_not_fit) {
  struct bp_trace_shape square = {{"n", 2}, {"m", 2}};
  struct bp_worked_step steps[] = {{"X", "given", square, input, 0, false}};
  struct bp_worked worked = {&claims[1], NULL, steps, 1, NULL};
  const char *all = worked_text(&worked);
  expect_in(all, "FAILS\n      claim            dW[1] = dZ[1] * X\n");
  ck_assert_ptr_null(strstr(all, "left - right"));
}
END_TEST

START_TEST(trace_with_shapes_below) {
  struct bp_trace_shape weight = {{"n[1]", 4}, {"n[0]", 3}}, delta = {{"n[1]", 4}, {"m", 2}};
  struct bp_trace_shape data = {{"m", 2}, {"n[0]", 3}};
  struct bp_trace_factor factors[] = {
      {"", "dW[1]", "", true, weight, false, weight},
      {"=", "1/m", "", false, weight, false, weight},
      {"* (", "dZ[1]", "", true, delta, false, weight},
      {"*", "X'", ")", true, data, false, weight},
  };
  struct bp_trace_step step = {"000.6 weights of layer 1", factors, 4, "a remark"};
  struct bp_trace_part part = {"Claims", NULL, false, true, &step, 1};
  struct bp_trace trace = {.title = "Two layers", .parts = &part, .part_count = 1};
  char *bytes = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&bytes, &length);
  ck_assert_int_eq(bp_trace_text(&trace, &plain, out), 0);
  ck_assert_int_eq(bp_trace_markdown(&trace, &plain, out), 0);
  fclose(out);
  ck_assert_str_eq(bytes, "Dimension trace: Two layers\n"
                          "\n"
                          "Claims\n"
                          "  000.6 weights of layer 1\n"
                          "    dW[1]       = 1/m * (dZ[1]    * X')\n"
                          "    (n[1],n[0])          (n[1],m)   (m,n[0])\n"
                          "    (4,3)                (4,2)      (2,3)\n"
                          "    a remark\n"
                          "\n"
                          "## Dimension trace: Two layers\n"
                          "\n"
                          "### Claims\n"
                          "\n"
                          "**000.6 weights of layer 1**\n"
                          "\n"
                          "```\n"
                          "dW[1]       = 1/m * (dZ[1]    * X')\n"
                          "(n[1],n[0])          (n[1],m)   (m,n[0])\n"
                          "(4,3)                (4,2)      (2,3)\n"
                          "```\n"
                          "\n"
                          "a remark\n"
                          "\n");
  free(bytes);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("claims");
  TCase *cases = tcase_create("writers");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, text_of_every_verdict);
  tcase_add_test(cases, text_that_holds_says_how_sure);
  tcase_add_test(cases, lines_without_an_equation_are_not_measured);
  tcase_add_test(cases, notes_that_begin_alike_are_one);
  tcase_add_test(cases, points_are_named_where_they_differ);
  tcase_add_test(cases, nothing_to_check_is_no_pass);
  tcase_add_test(cases, errors_in_the_file_are_no_pass);
  tcase_add_test(cases, only_failed_lines_are_listed);
  tcase_add_test(cases, a_refuted_line_that_holds_fails);
  tcase_add_test(cases, digits_beyond_float64_are_named);
  tcase_add_test(cases, numbers_have_as_many_digits_as_help);
  tcase_add_test(cases, several_files_have_totals);
  tcase_add_test(cases, a_single_file_that_was_not_judged_has_no_text);
  tcase_add_test(cases, long_paths_keep_their_end);
  tcase_add_test(cases, text_fits_the_page);
  tcase_add_test(cases, colour_changes_nothing_else);
  tcase_add_test(cases, csv_has_a_row_for_each_claim);
  tcase_add_test(cases, json_can_be_read_back);
  tcase_add_test(cases, json_of_errors_and_bad_bytes);
  tcase_add_loop_test(cases, full_stream_is_an_error, 0, BP_WRITER_COUNT);
  tcase_add_test(cases, worked_numbers_of_a_claim);
  tcase_add_test(cases, worked_claim_whose_shapes_do_not_fit);
  tcase_add_test(cases, trace_with_shapes_below);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
