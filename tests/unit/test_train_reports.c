/* Reports of gradient descent: the curve in characters, the text, CSV and JSON. */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "descents.h"
#include "report/report.h"
#include "report/text/text.h"
#include "suite.h"

enum writer { TEXT, COLOURED_TEXT, BRIEF_TEXT, CSV, JSON, CHART };

static const char *written(const struct bp_training *training, enum writer writer) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  struct bp_report_style style = {.colour = writer == COLOURED_TEXT, .brief = writer == BRIEF_TEXT};
  int status = writer == CSV     ? bp_training_csv(training, &style, out)
               : writer == JSON  ? bp_training_json(training, &style, out)
               : writer == CHART ? bp_training_chart(training, out)
                                 : bp_training_text(training, &style, out);
  ck_assert_int_eq(status, 0);
  fclose(out);
  const char *kept = bp_arena_strdup(arena, text);
  free(text);
  return kept;
}

/* Asserts that no line is wider, and returns how many there are. */
static size_t count_lines(const char *text, size_t width) {
  size_t lines = 0;
  for (; *text != '\0'; lines++) {
    size_t length = strcspn(text, "\n");
    ck_assert_msg(bp_text_columns(text, length) <= width, "too wide: %.*s", (int)length, text);
    text += length + (text[length] == '\n');
  }
  return lines;
}

/* Curves with nothing but their values; J is finite up to `steps`. */
static const struct {
  const char *name;
  size_t steps;
  double first, factor, offset;
  const char *has;
} curves[] = {
    {"a single point", 0, 0.5, 1, 0, "0.5 ┤"},
    {"flat", 20, 0.25, 1, 0, "0.25 ┤"},
    {"flat but for rounding", 20, 1e-12, 0.5, 0.25, "0.25 ┤"},
    {"all zero", 20, 0, 1, 0, "0 ┤"},
    {"two decades or less", 100, 0.9, 0.99, 0.1, "J   against steps\n"},
    {"more than two decades", 100, 1, 0.9, 0, "on a logarithmic scale\n"},
    {"down to exactly zero", 2000, 1, 0.5, 0, "on a logarithmic scale\n"},
    {"nearly flat", 1000, 1e-6, 0.99, 0.6931, "0.693101 ┤"},
    {"up to the largest numbers", 500, 1, 4, 0, "1.07e+301 ┤"},
    {"many steps", 100000, 1, 0.9999, 1, "100000\n"},
};

START_TEST(chart_fits) {
  size_t steps = curves[_i].steps;
  double *losses = bp_arena_alloc(arena, steps + 1, sizeof *losses);
  for (size_t k = 0; k <= steps; k++)
    losses[k] = curves[_i].first * pow(curves[_i].factor, (double)k) + curves[_i].offset;
  struct bp_training training = {.losses = losses, .steps = steps, .steps_asked = steps};
  const char *text = written(&training, CHART);
  ck_assert_msg(count_lines(text, 72) <= 14, "%s", curves[_i].name);
  ck_assert_msg(strstr(text, curves[_i].has) != NULL, "%s: no \"%s\" in\n%.900s", curves[_i].name,
                curves[_i].has, text);
}
END_TEST

/* The curve starts at the upper left and ends at the lower right. */
START_TEST(chart_shows_the_curve) {
  double losses[] = {3, 2, 1};
  struct bp_training training = {.losses = losses, .steps = 2, .steps_asked = 2};
  const char *text = written(&training, CHART);
  const char *top = strchr(text, '\n') + 1;
  ck_assert_msg(strncmp(top, "         3 ┤⠉", strlen("         3 ┤⠉")) == 0, "%.200s", top);
  ck_assert_ptr_nonnull(strstr(text, "         2 ┤"));
  ck_assert_ptr_nonnull(strstr(text, "⠤⣀\n           └"));
}
END_TEST

static struct bp_training *iris_like(void) {
  struct bp_network *network = drawn("4 - 8 tanh - 3 softmax", 30, 11);
  struct bp_train_options options = {
      .steps = 60, .rate = 0.2, .check_every = 20, .check = {.threads = 1}};
  struct bp_training *training = train(network, drawn("4 - 8 tanh - 3 softmax", 6, 12), &options);
  training->title = "4 - 8 tanh - 3 softmax";
  return training;
}

START_TEST(text_report) {
  struct bp_training *training = iris_like();
  const char *text = written(training, TEXT);
  count_lines(text, 80);
  ck_assert_ptr_nonnull(strstr(text, "4 - 8 tanh - 3 softmax\n"));
  ck_assert_ptr_nonnull(strstr(text, "held-out data"));
  ck_assert_ptr_nonnull(strstr(text, "holds: the gradient held in all 4 checks on the way\n"));
  ck_assert_str_eq(written(training, BRIEF_TEXT), strstr(text, "\nholds: ") + 1);
  training->verdict = BP_FAILS;
  training->checks[1].verdict = BP_FAILS;
  text = written(training, TEXT);
  ck_assert_ptr_nonnull(strstr(text, "At step 20, "));
  ck_assert_ptr_nonnull(strstr(text, "fails: the gradient is wrong in 1 of 4 checks\n"));
  ck_assert_ptr_nonnull(strstr(written(training, COLOURED_TEXT), "\033["));
}
END_TEST

START_TEST(text_report_without_checks_is_no_pass) {
  double losses[] = {1};
  struct bp_training training = {
      .losses = losses, .start = "drawn", .training.loss = 1, .held_out.loss = NAN};
  ck_assert_ptr_nonnull(strstr(written(&training, TEXT), "undecided: nothing was checked"));
}
END_TEST

START_TEST(csv_report) {
  const char *text = written(iris_like(), CSV);
  ck_assert_uint_eq(count_lines(text, 80), 62);
  ck_assert_int_eq(strncmp(text, "step,loss,checked,verdict\r\n0,", 29), 0);
  ck_assert_ptr_nonnull(strstr(text, "\n20,"));
  size_t checked = 0;
  for (const char *at = text; (at = strstr(at, ",yes,holds\r\n")) != NULL; at++)
    checked++;
  ck_assert_uint_eq(checked, 4);
}
END_TEST

START_TEST(json_report) {
  struct bp_training *training = iris_like();
  training->losses[60] = NAN;
  json_t *root = json_loads(written(training, JSON), 0, NULL);
  ck_assert_ptr_nonnull(root);
  ck_assert_str_eq(json_string_value(json_object_get(root, "schema")), "backproof-training/1");
  const json_t *losses = json_object_get(root, "losses");
  ck_assert_uint_eq(json_array_size(losses), 61);
  ck_assert_double_eq(json_real_value(json_array_get(losses, 7)), training->losses[7]);
  ck_assert(json_is_null(json_array_get(losses, 60)));
  ck_assert_uint_eq(json_array_size(json_object_get(root, "checks")), 4);
  ck_assert_uint_eq(json_array_size(json_object_get(root, "parameters")), 4);
  ck_assert_int_eq(
      json_integer_value(json_object_get(json_object_get(root, "held_out"), "samples")), 6);
  json_decref(root);
}
END_TEST

START_TEST(full_stream_is_reported) {
  FILE *full = fopen("/dev/full", "w");
  ck_assert_ptr_nonnull(full);
  setvbuf(full, NULL, _IONBF, 0);
  const struct bp_training *training = iris_like();
  const struct bp_report_style style = {0};
  ck_assert_int_eq(bp_training_text(training, &style, full), -1);
  ck_assert_int_eq(bp_training_csv(training, &style, full), -1);
  ck_assert_int_eq(bp_training_json(training, &style, full), -1);
  fclose(full);
}
END_TEST

static TCase *report_cases(void) {
  TCase *cases = tcase_create("reports");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, chart_fits, 0, (int)(sizeof curves / sizeof *curves));
  tcase_add_test(cases, chart_shows_the_curve);
  tcase_add_test(cases, text_report);
  tcase_add_test(cases, text_report_without_checks_is_no_pass);
  tcase_add_test(cases, csv_report);
  tcase_add_test(cases, json_report);
  tcase_add_test(cases, full_stream_is_reported);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("train_reports");
  suite_add_tcase(suite, report_cases());
  return run_suite(suite);
}
