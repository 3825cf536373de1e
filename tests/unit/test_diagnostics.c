/* Tests of what src/base says: diagnostics to the letter, nearest names, names in a sentence, and
 * the words of results. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "results/results.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* ---- diagnostics ---- */

/* What bp_diagnostics_write writes; the caller frees it. */
/* Not inlined: GCC 12 then takes the stream's buffer for a pointer to the local variable. */
__attribute__((noinline)) static char *written(const struct bp_diagnostics *diagnostics,
                                               bool colour) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  bp_diagnostics_write(diagnostics, colour, out);
  fclose(out);
  return text;
}

static const struct {
  const char *name;
  const char *text;
  size_t length; /* 0: strlen(text) */
  struct bp_span span;
  bool colour;
  const char *expected;
} quotes[] = {
    {"middle of a line",
     "a,b\n5.1,3.5,abc,0.2\nx\n",
     0,
     {12, 15},
     false,
     "f:2:9: error: m\n  5.1,3.5,abc,0.2\n          ^~~\n  try: s\n"},
    {"wide signs before",
     "误差 = abc",
     0,
     {9, 12},
     false,
     "f:1:6: error: m\n  误差 = abc\n         ^~~\n  try: s\n"},
    {"wide sign marked",
     "a误差b",
     0,
     {1, 7},
     false,
     "f:1:2: error: m\n  a误差b\n   ^~~~\n  try: s\n"},
    {"inside a wide sign", "误差", 0, {4, 5}, false, "f:1:2: error: m\n  误差\n    ^~\n  try: s\n"},
    {"combining sign",
     "e\xCC\x81z",
     0,
     {3, 4},
     false,
     "f:1:2: error: m\n  e\xCC\x81z\n   ^\n  try: s\n"},
    {"end of file without newline",
     "3 - 4",
     0,
     {5, 5},
     false,
     "f:1:6: error: m\n  3 - 4\n       ^\n  try: s\n"},
    {"end of file behind newline", "3 - 4\n", 0, {6, 6}, false, "f:2:1: error: m\n  try: s\n"},
    {"beyond the end",
     "3 - 4",
     0,
     {70, 90},
     false,
     "f:1:6: error: m\n  3 - 4\n       ^\n  try: s\n"},
    {"windows line end",
     "ab\r\ncd\r\n",
     0,
     {4, 6},
     false,
     "f:2:1: error: m\n  cd\n  ^~\n  try: s\n"},
    {"at the line end", "ab\r\ncd", 0, {3, 4}, false, "f:1:4: error: m\n  ab\n    ^\n  try: s\n"},
    {"more lines than one",
     "abc\ndef",
     0,
     {1, 6},
     false,
     "f:1:2: error: m\n  abc\n   ^~\n  try: s\n"},
    {"tab", "\tx", 0, {1, 2}, false, "f:1:2: error: m\n   x\n   ^\n  try: s\n"},
    {"not UTF-8",
     "a\xFFz",
     0,
     {2, 3},
     false,
     "f:1:3: error: m\n  a\xEF\xBF\xBDz\n    ^\n  try: s\n"},
    {"cut UTF-8",
     "a\xE8\xAF",
     0,
     {1, 3},
     false,
     "f:1:2: error: m\n  a\xEF\xBF\xBD\xEF\xBF\xBD\n   ^~\n  try: s\n"},
    {"zero byte", "a\0z", 3, {2, 3}, false, "f:1:3: error: m\n  a\xEF\xBF\xBDz\n    ^\n  try: s\n"},
    {"terminal escape",
     "\x1B[2J!",
     0,
     {4, 5},
     false,
     "f:1:5: error: m\n  \xEF\xBF\xBD[2J!\n      ^\n  try: s\n"},
    {"reversed writing",
     "\xE2\x80\xAEx",
     0,
     {3, 4},
     false,
     "f:1:2: error: m\n  \xEF\xBF\xBDx\n   ^\n  try: s\n"},
    {"colour",
     "ab",
     0,
     {1, 2},
     true,
     "\033[1mf:1:2:\033[0m \033[1;31merror:\033[0m m\n  ab\n   \033[1;31m^\033[0m\n  try: s\n"},
    {"empty text", "", 0, {0, 0}, false, "f:1:1: error: m\n  try: s\n"},
};

START_TEST(diagnostic_is_written_to_the_letter) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t length = quotes[_i].length ? quotes[_i].length : strlen(quotes[_i].text);
  char *text = malloc(length + 1); /* exactly as long as the text: reading on is seen */
  memcpy(text, quotes[_i].text, length);
  text = realloc(text, length ? length : 1);
  struct bp_source source = {"f", text, length};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, quotes[_i].span, "s", "m");
  ck_assert_uint_eq(diagnostics.errors, 1);
  char *output = written(&diagnostics, quotes[_i].colour);
  ck_assert_msg(strcmp(output, quotes[_i].expected) == 0, "%s: wrote\n%s\nexpected\n%s",
                quotes[_i].name, output, quotes[_i].expected);
  free(output);
  free(text);
  bp_arena_free(arena);
}
END_TEST

/* The quoted line and the underline of a mark on a long line. */
static void check_long_line(const char *fill, size_t copies, size_t at, size_t marked) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t unit = strlen(fill), length = copies * unit;
  char *text = malloc(length);
  for (size_t k = 0; k < copies; k++)
    memcpy(text + k * unit, fill, unit);
  memset(text + at * unit, '#', marked);
  struct bp_source source = {"f", text, length};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, (struct bp_span){at * unit, at * unit + marked}, NULL, "m");
  char *output = written(&diagnostics, false);
  char *quote = strchr(output, '\n') + 1, *under = strchr(quote, '\n') + 1;
  size_t columns = bp_text_columns(quote, (size_t)(under - 1 - quote));
  ck_assert_msg(columns <= 78, "%zu columns:\n%s", columns, output);
  size_t caret = strcspn(under, "^");
  char *mark = strchr(quote, '#');
  ck_assert_ptr_nonnull(mark);
  ck_assert_msg(bp_text_columns(quote, (size_t)(mark - quote)) == caret, "%s", output);
  ck_assert_uint_ge(strlen(under), 2);
  free(output);
  free(text);
  bp_arena_free(arena);
}

START_TEST(long_lines_are_cut_around_the_place) {
  static const size_t places[] = {0, 1, 37, 38, 39, 74, 75, 76, 77, 100, 500, 997, 998, 999};
  for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
    check_long_line("x", 1000, places[k], 1);
    check_long_line("误", 1000, places[k], 3);
    check_long_line("x", 1000, places[k], 1000 - places[k]);
    check_long_line("x", 1001 > places[k] + 78 ? 78 + places[k] : 1001, places[k], 1);
  }
  check_long_line("y", 1 << 20, (1 << 20) - 1, 1);
}
END_TEST

START_TEST(heaps_of_combining_signs_are_bounded) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t signs = 100000;
  char *text = malloc(1 + 2 * signs);
  text[0] = 'e';
  for (size_t k = 0; k < signs; k++)
    memcpy(text + 1 + 2 * k, "\xCC\x81", 2);
  struct bp_source source = {"f", text, 1 + 2 * signs};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, (struct bp_span){2 * signs, 2 * signs + 1}, NULL, "m");
  char *output = written(&diagnostics, false);
  ck_assert_uint_lt(strlen(output), 2000);
  free(output);
  free(text);
  bp_arena_free(arena);
}
END_TEST

START_TEST(many_diagnostics_are_counted) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  for (int k = 0; k < 300; k++)
    bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "%d", k);
  bp_warning(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "w");
  ck_assert_uint_eq(diagnostics.errors, 300);
  ck_assert_uint_eq(diagnostics.count, BP_MOST_DIAGNOSTICS);
  ck_assert_uint_eq(diagnostics.dropped, 101);
  ck_assert_str_eq(diagnostics.list[150].message, "150");
  char *output = written(&diagnostics, false);
  ck_assert_ptr_nonnull(strstr(output, "error: 199\n101 more like these are not shown\n"));
  bp_diagnostics_init(&diagnostics, arena);
  for (int k = 0; k < 300; k++)
    bp_note(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "%d", k);
  bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "behind many notes");
  ck_assert_str_eq(diagnostics.list[diagnostics.count - 1].message, "behind many notes");
  free(output);
  bp_arena_free(arena);
}
END_TEST

START_TEST(errors_count_without_memory) {
  struct bp_arena *arena = bp_arena_new(1024);
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  for (int k = 0; k < 50; k++)
    bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, "try", "%0100d", k);
  ck_assert_uint_eq(diagnostics.errors, 50);
  ck_assert_uint_eq(diagnostics.count + diagnostics.dropped, 50);
  for (size_t k = 0; k < diagnostics.count; k++)
    ck_assert_ptr_nonnull(diagnostics.list[k].message);
  free(written(&diagnostics, true));
  bp_arena_free(arena);
}
END_TEST

START_TEST(columns_of_text) {
  ck_assert_uint_eq(bp_text_columns("", 0), 0);
  ck_assert_uint_eq(bp_text_columns("abc", 3), 3);
  ck_assert_uint_eq(bp_text_columns("∂J/∂W", 9), 5);
  ck_assert_uint_eq(bp_text_columns("误差", 6), 4);
  ck_assert_uint_eq(bp_text_columns("e\xCC\x81", 3), 1);
  ck_assert_uint_eq(bp_text_columns("\xFF\xFE", 2), 2);
}
END_TEST

/* ---- nearest names ---- */

static const char *const functions[] = {"sigmoid",  "tanh", "relu", "leaky_relu", "identity",
                                        "softplus", "elu",  "silu", "gelu",       "softmax"};

static const struct {
  const char *written;
  const char *expected;
} misspelt[] = {
    {"sigmod", "sigmoid"},
    {"simgoid", "sigmoid"},
    {"Sigmoid", "sigmoid"},
    {"TANH", "tanh"},
    {"tnah", "tanh"},
    {"sofmax", "softmax"},
    {"softmx", "softmax"},
    {"soft_plus", "softplus"},
    {"leakyrelu", "leaky_relu"},
    {"relu6", "relu"},
    {"gleu", "gelu"},
    {"identiy", "identity"},
    {"", NULL},
    {"x", NULL},
    {"convolution", NULL},
    {"误差", NULL},
    {"\xFF\xFF", NULL},
};

START_TEST(nearest_name) {
  const char *text = misspelt[_i].written;
  const char *found = bp_nearest_name(text, strlen(text), functions, COUNT(functions));
  if (misspelt[_i].expected)
    ck_assert_msg(found && strcmp(found, misspelt[_i].expected) == 0, "%s: found %s", text,
                  found ? found : "nothing");
  else
    ck_assert_msg(!found, "%s: found %s", text, found);
}
END_TEST

START_TEST(nearest_name_of_something_huge) {
  size_t length = 1 << 20;
  char *text = malloc(length);
  memset(text, 's', length);
  ck_assert_ptr_null(bp_nearest_name(text, length, functions, COUNT(functions)));
  ck_assert_ptr_null(bp_nearest_name("tanh", 4, functions, 0));
  free(text);
}
END_TEST

/* ---- names in a sentence ---- */

static const char *const listings[] = {"", "text", "text or json", "text, json or csv"};

START_TEST(names_are_listed) {
  static const char *const names[] = {"text", "json", "csv"};
  struct bp_arena *arena = bp_arena_new(0);
  ck_assert_str_eq(bp_name_list(names, (size_t)_i, " or ", arena), listings[_i]);
  bp_arena_free(arena);
}
END_TEST

/* ---- names of results ---- */

START_TEST(results_have_words) {
  ck_assert_str_eq(bp_verdict_name(BP_HOLDS), "holds");
  ck_assert_str_eq(bp_verdict_name(BP_FAILS), "fails");
  ck_assert_str_eq(bp_reason_name(BP_REASON_LOST_DIGITS), "lost-digits");
  ck_assert_str_eq(bp_method_name(BP_METHOD_FOUR_POINT), "four-point");
  for (int k = 0; k < BP_REASON_COUNT; k++) {
    ck_assert_ptr_nonnull(bp_reason_name((enum bp_reason)k));
    ck_assert_ptr_nonnull(bp_reason_sentence((enum bp_reason)k));
    ck_assert_ptr_nonnull(bp_reason_sentence_of_claim((enum bp_reason)k));
    ck_assert_uint_gt(strlen(bp_reason_advice((enum bp_reason)k)), 0);
  }
  for (int k = 0; k < BP_METHOD_COUNT; k++)
    ck_assert_ptr_nonnull(bp_method_name((enum bp_method)k));
  ck_assert_int_eq(bp_exit_status(BP_HOLDS), 0);
  ck_assert_int_eq(bp_exit_status(BP_FAILS), 1);
  ck_assert_int_eq(bp_exit_status(BP_UNDECIDED), 2);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("diagnostics");
  TCase *diagnostics = tcase_create("diagnostics");
  tcase_add_loop_test(diagnostics, diagnostic_is_written_to_the_letter, 0, COUNT(quotes));
  tcase_add_test(diagnostics, long_lines_are_cut_around_the_place);
  tcase_add_test(diagnostics, heaps_of_combining_signs_are_bounded);
  tcase_add_test(diagnostics, many_diagnostics_are_counted);
  tcase_add_test(diagnostics, errors_count_without_memory);
  tcase_add_test(diagnostics, columns_of_text);
  suite_add_tcase(suite, diagnostics);
  TCase *names = tcase_create("names");
  tcase_add_loop_test(names, nearest_name, 0, COUNT(misspelt));
  tcase_add_test(names, nearest_name_of_something_huge);
  tcase_add_loop_test(names, names_are_listed, 0, COUNT(listings));
  tcase_add_test(names, results_have_words);
  suite_add_tcase(suite, names);
  return run_suite(suite);
}
