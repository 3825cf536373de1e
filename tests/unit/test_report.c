/* The report writers, on reports made by hand: each verdict, not-a-number and infinity, nothing to
 * report, and a full disk.  Text and CSV are compared as a whole, because what a reader sees is
 * what matters; JSON is read back by a parser that is not ours.
 */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "report/csv/csv.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text/text.h"
#include "suite.h"

static struct bp_entry weight_entries[] = {
    {0.5, 0.5 + 1e-12, 0.5, 2e-12 / 4, 2e-12 * 3 / 4, 2e-12, 2e-12, 11.5f, BP_HOLDS, BP_REASON_NONE,
     BP_METHOD_TWO_POINT, 0},
    {-0.25, -0.25, -0.25, 1e-12 / 4, 1e-12 * 3 / 4, 1e-12, 0, 16, BP_HOLDS, BP_REASON_NONE,
     BP_METHOD_FOUR_POINT, 0},
};
static struct bp_entry bias_entries[] = {
    {0.125, 0.125, 0.125, 1e-13 / 4, 1e-13 * 3 / 4, 1e-13, 0, 16, BP_HOLDS, BP_REASON_NONE,
     BP_METHOD_TWO_POINT, 0},
};
static struct bp_entry delta_entries[] = {
    {1, 1, 1, 1e-13 / 4, 1e-13 * 3 / 4, 1e-13, 0, 16, BP_HOLDS, BP_REASON_NONE, BP_METHOD_TWO_POINT,
     0},
};

static struct bp_block blocks[3];
static struct bp_setting settings[] = {{"loss", "squared"}, {"samples", "5"}};
static const char *notes[] = {"a sentence for the reader that is long enough to be broken into two "
                              "lines on a page of 80 columns"};
static struct bp_report report;
static struct bp_network_facts facts;

/* A report that holds; each test spoils what it is about. */
static void set_up(void) {
  weight_entries[0] =
      (struct bp_entry){0.5,   0.5 + 1e-12, 0.5,      2e-12 / 4,      2e-12 * 3 / 4,       2e-12,
                        2e-12, 11.5f,       BP_HOLDS, BP_REASON_NONE, BP_METHOD_TWO_POINT, 0};
  blocks[0] = (struct bp_block){.name = "W[1]",
                                .rows = 1,
                                .columns = 2,
                                .entries = weight_entries,
                                .parameter = true,
                                .holds = 2,
                                .largest_relative = 2e-12,
                                .median_relative = 1e-12,
                                .largest_magnitude = 0.5,
                                .kronecker_relative = 0,
                                .visible = 8e-12};
  blocks[1] = (struct bp_block){.name = "b[1]",
                                .rows = 1,
                                .columns = 1,
                                .entries = bias_entries,
                                .parameter = true,
                                .holds = 1,
                                .largest_magnitude = 0.125,
                                .visible = 2e-12};
  blocks[2] = (struct bp_block){.name = "dZ[1]",
                                .rows = 1,
                                .columns = 1,
                                .entries = delta_entries,
                                .holds = 1,
                                .informative = true,
                                .largest_magnitude = 1,
                                .visible = 1e-12};
  facts = (struct bp_network_facts){.loss = 0.75};
  report = (struct bp_report){.head.title = "2 - 1 identity",
                              .head.settings = settings,
                              .head.setting_count = 2,
                              .blocks = blocks,
                              .block_count = 3,
                              .head.notes = notes,
                              .head.note_count = 1,
                              .network = &facts,
                              .visible = 4e-12,
                              .head.entries = 3,
                              .head.holds = 3};
}

static void tear_down(void) {}

static void spoil(enum bp_verdict verdict, enum bp_reason reason, double backprop) {
  struct bp_entry *entry = &weight_entries[0];
  entry->backprop = backprop;
  entry->relative = isnan(backprop) ? NAN : fabs(backprop - 0.5) / 0.5;
  entry->verdict = (uint8_t)verdict;
  entry->reason = (uint8_t)reason;
  blocks[0].verdict = report.head.verdict = verdict;
  blocks[0].reason = reason;
  blocks[0].holds = 1;
  report.head.holds = 2;
  if (verdict == BP_FAILS)
    blocks[0].fails = report.head.fails = 1;
  else
    blocks[0].undecided = report.head.undecided = 1;
}

/* What a writer writes; the caller frees it. */
static char *written(const char *format, const struct bp_report_style *style) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  const struct bp_writer *writer = bp_writer_find(format);
  ck_assert_ptr_nonnull(writer);
  ck_assert_int_eq(writer->report(&report, style, out), 0);
  fclose(out);
  return text;
}

static const struct bp_report_style plain = {.width = 80};

static void expect_in(const char *text, const char *part) {
  ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in:\n%s", part, text);
}

START_TEST(text_of_a_report_that_holds) {
  static const char expected[] =
      "2 - 1 identity\n"
      "  loss squared, samples 5\n"
      "  J = 0.75, 3 parameters\n"
      "\n"
      "BP1-BP4 against central differences (relative error), against the Kronecker\n"
      "Jacobians, and the smallest error that would have been seen (relative to the\n"
      "block's largest entry)\n"
      "                           error           Kronecker     seen\n"
      "  block  shape  entries  largest   median    largest    above  verdict\n"
      "  W[1]   1 x 2        2  2.0e-12  1.0e-12          0  8.0e-12  holds\n"
      "  b[1]   1 x 1        1        0        0          0  2.0e-12  holds\n"
      "\n"
      "Worst entry of each block: nearest to its bound, or farthest beyond it\n"
      "  entry              BP1-BP4       difference        Kronecker    bound\n"
      "  W[1](1,1)  5.000000000e-01  5.000000000e-01  5.000000000e-01  2.0e-12\n"
      "  b[1](1,1)  1.250000000e-01  1.250000000e-01  1.250000000e-01  1.0e-13\n"
      "\n"
      "Intermediates, of the loss of each sample: dA = m · ∂J/∂A, dZ = m · ∂J/∂Z;\n"
      "(shown): this route does not use it, so it has no part in the verdict\n"
      "                           error           Kronecker     seen\n"
      "  block  shape  entries  largest   median    largest    above  verdict\n"
      "  dZ[1]  1 x 1        1        0        0          0  1.0e-12  (shown)\n"
      "\n"
      "note: a sentence for the reader that is long enough to be broken into two lines\n"
      "      on a page of 80 columns\n"
      "\n"
      "holds: all 3 parameters agree three ways at this point; any error above 4.0e-12\n"
      "       (8.0e-12 of the largest entry of its block) would have been seen\n";
  char *text = written("text", &plain);
  ck_assert_str_eq(text, expected);
  free(text);
}
END_TEST

START_TEST(text_of_a_failure_names_the_entry) {
  spoil(BP_FAILS, BP_REASON_DIFFERENCE, -0.5);
  char *text = written("text", &plain);
  expect_in(text, "W[1] fails: 1 of 2 entries; worst entry W[1](1,1)\n"
                  "  BP1-BP4               -5.0000000000000000e-01\n"
                  "  central difference     5.0000000000099998e-01  from two points\n"
                  "  Kronecker              5.0000000000000000e-01\n");
  expect_in(text, "\nfails: 1 of 3 parameters disagrees, the first in W[1]; worst entry there");
  free(text);
}
END_TEST

START_TEST(text_of_not_a_number) {
  spoil(BP_UNDECIDED, BP_REASON_OVERFLOW, NAN);
  weight_entries[0].bound = INFINITY;
  blocks[0].largest_relative = blocks[0].visible = report.visible = facts.loss = NAN;
  char *text = written("text", &plain);
  expect_in(text, "J = NaN");
  expect_in(text, "  W[1]   1 x 2        2      NaN");
  expect_in(text, "W[1] is undecided: 1 of 2 entries");
  expect_in(text, "\nundecided: 1 of 3 parameters cannot be decided");
  ck_assert_ptr_null(strstr(text, "nan"));
  free(text);
}
END_TEST

START_TEST(text_without_parameters_is_no_pass) {
  report.block_count = 0;
  report.head.entries = 0;
  char *text = written("text", &plain);
  expect_in(text, "\nundecided: nothing was checked");
  ck_assert_ptr_null(strstr(text, "holds"));
  free(text);
}
END_TEST

START_TEST(text_of_a_failing_intermediate) {
  blocks[2].informative = false;
  blocks[2].verdict = report.head.verdict = BP_FAILS;
  blocks[2].fails = 1;
  char *text = written("text", &plain);
  expect_in(text, "fails: the parameters agree, but dZ[1] does not; worst entry dZ[1](1,1)\n");
  free(text);
}
END_TEST

START_TEST(text_in_brief_is_the_sentence) {
  struct bp_report_style brief = {.brief = true};
  char *text = written("text", &brief);
  ck_assert_int_eq(strncmp(text, "holds: all 3", 12), 0);
  free(text);
}
END_TEST

START_TEST(text_lists_what_is_asked) {
  struct bp_report_style style = {.parameters = BP_LIST_ALL};
  char *all = written("text", &style);
  expect_in(all,
            "\n  (1,2)      -2.5000000e-01  -2.5000000e-01  -2.5000000e-01         0  holds\n");
  expect_in(all, "\nb[1]\n");
  spoil(BP_FAILS, BP_REASON_DIFFERENCE, -0.5);
  style.parameters = BP_LIST_FAILED;
  char *failed = written("text", &style);
  expect_in(failed, "\n  (1,1)      -5.0000000e-01");
  ck_assert_ptr_null(strstr(failed, "\n  (1,2)"));
  ck_assert_ptr_null(strstr(failed, "\nb[1]\n"));
  free(all);
  free(failed);
}
END_TEST

START_TEST(text_fits_the_page) {
  spoil(BP_UNDECIDED, BP_REASON_FLOOR, -1.2345678901234567e-300);
  blocks[0].name = "W[12]";
  blocks[0].largest_relative = 1.5e-300;
  struct bp_report_style style = {.parameters = BP_LIST_ALL};
  char *text = written("text", &style);
  for (char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    size_t columns = bp_text_columns(line, length);
    ck_assert_msg(columns <= 80, "%zu columns: %.*s", columns, (int)length, line);
    ck_assert_msg(length == 0 || line[length - 1] != ' ', "blank at the end: %.*s", (int)length,
                  line);
    line += length + (line[length] == '\n');
  }
  free(text);
}
END_TEST

START_TEST(colour_changes_nothing_else) {
  struct bp_report_style style = {.colour = true};
  char *coloured = written("text", &style), *text = written("text", &plain), *to = coloured;
  expect_in(coloured, "\033[32mholds");
  for (char *from = coloured; *from;) {
    if (*from == '\033')
      from += strcspn(from, "m") + 1;
    else
      *to++ = *from++;
  }
  *to = '\0';
  ck_assert_str_eq(coloured, text);
  free(coloured);
  free(text);
}
END_TEST

START_TEST(csv_has_a_row_for_each_parameter) {
  spoil(BP_FAILS, BP_REASON_DIFFERENCE, NAN);
  blocks[0].name = "W,\"1\"";
  weight_entries[0].bound = INFINITY;
  char *text = written("csv", &plain);
  ck_assert_str_eq(
      text,
      "block,row,column,backprop,difference,kronecker,bound,relative,digits,method,verdict,"
      "reason,explanation\r\n"
      "\"W,\"\"1\"\"\",1,1,NaN,0.50000000000099998,0.5,inf,NaN,11.5,two-point,fails,difference,\r\n"
      "\"W,\"\"1\"\"\",1,2,-0.25,-0.25,-0.25,9.9999999999999998e-13,0,16.0,four-point,holds,"
      "none,\r\n"
      "b[1],1,1,0.125,0.125,0.125,1e-13,0,16.0,two-point,holds,none,\r\n");
  free(text);
}
END_TEST

static json_t *parsed(const char *text) {
  json_error_t error;
  json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  ck_assert_msg(root != NULL, "line %d: %s in\n%s", error.line, error.text, text);
  return root;
}

START_TEST(json_can_be_read_back) {
  char *text = written("json", &plain);
  json_t *root = parsed(text), *all = json_object_get(root, "blocks");
  ck_assert_str_eq(json_string_value(json_object_get(root, "schema")), "backproof-report/1");
  ck_assert_str_eq(json_string_value(json_object_get(root, "verdict")), "holds");
  ck_assert_str_eq(json_string_value(json_object_get(json_object_get(root, "settings"), "samples")),
                   "5");
  ck_assert_uint_eq(json_array_size(all), 3);
  json_t *block = json_array_get(all, 0), *entries = json_object_get(block, "entries");
  static const char *const columns[] = {"backprop", "difference", "kronecker", "bound", "relative",
                                        "digits",   "method",     "verdict",   "reason"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    ck_assert_uint_eq(json_array_size(json_object_get(entries, columns[i])), 2);
  /* the same float64, not a near one */
  double difference = json_real_value(json_array_get(json_object_get(entries, "difference"), 0));
  ck_assert(difference == weight_entries[0].difference);
  json_decref(root);
  free(text);
}
END_TEST

START_TEST(json_has_null_for_not_a_number) {
  spoil(BP_FAILS, BP_REASON_OVERFLOW, NAN);
  facts.loss = INFINITY;
  settings[1].value = "\xff.csv";
  char *text = written("json", &plain);
  settings[1].value = "5";
  json_t *root = parsed(text);
  json_t *entries = json_object_get(json_array_get(json_object_get(root, "blocks"), 0), "entries");
  ck_assert(json_is_null(json_object_get(root, "loss")));
  ck_assert(json_is_null(json_array_get(json_object_get(entries, "backprop"), 0)));
  ck_assert_str_eq(json_string_value(json_object_get(json_object_get(root, "settings"), "samples")),
                   "?.csv");
  json_decref(root);
  free(text);
}
END_TEST

START_TEST(json_without_blocks) {
  report.block_count = 0;
  report.head.setting_count = 0;
  report.head.note_count = 0;
  char *text = written("json", &plain);
  json_t *root = parsed(text);
  ck_assert_uint_eq(json_array_size(json_object_get(root, "blocks")), 0);
  json_decref(root);
  free(text);
}
END_TEST

static struct bp_power_row power_rows[] = {
    {"sign W[1]", "the sign is wrong", BP_CAUGHT, "W[1]", 1, 2, 0.5, NULL},
    {"no-mean W[1]", "the 1/m is missing", BP_NOT_EXPOSED, NULL, 0, 0, 0,
     "one sample, so 1/m is 1"},
    {"no-mean b[1]", "the 1/m is missing", BP_NOT_EXPOSED, NULL, 0, 0, 0,
     "one sample, so 1/m is 1"},
    {"transposed W[1]", "transposed", BP_NOT_PLANTABLE, NULL, 0, 0, NAN, "W[1] is not square"},
};
static const struct bp_power power = {.title = "2 - 1 identity",
                                      .rows = power_rows,
                                      .count = 4,
                                      .caught = 1,
                                      .not_exposed = 2,
                                      .not_plantable = 1,
                                      .correct = BP_HOLDS};

static char *power_written(const char *format, const struct bp_power *power) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(bp_writer_find(format)->power(power, &plain, out), 0);
  fclose(out);
  return text;
}

START_TEST(power_in_every_format) {
  char *text = power_written("text", &power);
  expect_in(text, "  sign W[1]              5.0e-01  caught        W[1](2,3)\n");
  expect_in(text, "  no-mean W[1], no-mean b[1] not exposed:\n    one sample, so 1/m is 1\n");
  expect_in(text,
            "\n1 of 3 mistakes that fit this network are caught, 2 not exposed by this data, 0\n"
            "undecided; 1 more does not fit; the gradient without a mistake holds\n");
  free(text);
  text = power_written("csv", &power);
  expect_in(text, "mistake,outcome,change,block,row,column,reason\r\n"
                  "sign W[1],caught,0.5,W[1],2,3,\r\n"
                  "no-mean W[1],not-exposed,0,,,,\"one sample, so 1/m is 1\"\r\n");
  free(text);
  text = power_written("json", &power);
  json_t *root = parsed(text), *rows = json_object_get(root, "mistakes");
  ck_assert_str_eq(json_string_value(json_object_get(root, "schema")), "backproof-power/1");
  ck_assert_uint_eq(json_array_size(rows), 4);
  json_t *worst = json_object_get(json_array_get(rows, 0), "worst");
  ck_assert_int_eq(json_integer_value(json_object_get(worst, "column")), 3);
  ck_assert(json_is_null(json_object_get(json_array_get(rows, 3), "change")));
  json_decref(root);
  free(text);
}
END_TEST

START_TEST(power_that_catches_everything_says_so) {
  struct bp_power_row rows[] = {power_rows[0], power_rows[0], power_rows[3], power_rows[3]};
  rows[3].text = "transposed W[2]";
  struct bp_power all = {.title = "2 - 1 identity",
                         .rows = rows,
                         .count = 4,
                         .caught = 2,
                         .not_plantable = 2,
                         .correct = BP_HOLDS};
  char *text = power_written("text", &all);
  expect_in(text, "  transposed W[1], transposed W[2] do not fit:\n");
  expect_in(text,
            "\nall 2 mistakes that fit this network are caught; the gradient without a mistake");
  free(text);
}
END_TEST

/* What belongs below the head stands there, and not in a brief report. */
START_TEST(jacobians_stand_below_the_head) {
  double values[2] = {2, 3};
  struct bp_matrix_view view = {"∂a / ∂b", "A", "(1, n)", 1, 2, 2, values};
  struct bp_report_style style = {.jacobians = &view, .jacobian_count = 1};
  char *text = written("text", &style);
  expect_in(text, "3 parameters\n\n∂a / ∂b = A\n  (1, n) = (1,2)\n    1 2\n  1 2 3\n\nBP1-BP4");
  free(text);
  style.brief = true;
  text = written("text", &style);
  ck_assert_ptr_null(strstr(text, "∂a"));
  free(text);
}
END_TEST

START_TEST(text_details_five_blocks_and_counts_the_rest) {
  struct bp_block many[8];
  spoil(BP_UNDECIDED, BP_REASON_FLOOR, 0.25);
  for (int i = 0; i < 8; i++)
    many[i] = blocks[0];
  many[7].name = "W[8]";
  many[7].verdict = report.head.verdict = BP_FAILS;
  many[7].fails = 1;
  report.blocks = many;
  report.block_count = 8;
  report.head.title = "1 - 2 tanh - 2 tanh - 2 tanh - 2 tanh - 2 tanh - 2 tanh - 2 tanh - 2 tanh";
  char *text = written("text", &plain);
  expect_in(text, "\n\nand 3 more blocks, as the tables show\n\n");
  const char *failing = strstr(text, "W[8] fails"), *first = strstr(text, "W[1] is undecided");
  ck_assert(failing && first && failing < first);
  size_t details = 0;
  for (const char *at = text; (at = strstr(at, "explained, at most")); at++)
    details++;
  ck_assert_uint_eq(details, 5);
  free(text);
}
END_TEST

START_TEST(jacobian_in_groups_of_columns) {
  double values[2 * 3] = {1.5, 0, -0.0, 0, NAN, 1e-300};
  struct bp_matrix_view view = {"∂vec A / ∂vec Z", "Diag(vec g'(Z))", "(n, n)", 2, 2, 3, values};
  struct bp_report_style narrow = {.width = 10};
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_int_eq(bp_jacobian_text(&view, &narrow, out), 0);
  fclose(out);
  ck_assert_str_eq(text, "∂vec A / ∂vec Z = Diag(vec g'(Z))\n  (n, n) = (2,2)\n"
                         "        1\n  1 1.500\n  2     .\n"
                         "        2\n  1     .\n  2   NaN\n\n");
  free(text);
}
END_TEST

/* A stream that takes nothing must not look like a report. */
START_TEST(full_stream_is_an_error) {
  const struct bp_writer *writer = &bp_writers[_i];
  char small[8];
  if (!writer->report)
    return;
  FILE *out = fmemopen(small, sizeof small, "w");
  ck_assert_ptr_nonnull(out);
  setvbuf(out, NULL, _IONBF, 0);
  ck_assert_msg(writer->report(&report, &plain, out) != 0, "%s report", writer->name);
  fclose(out);
  if (!writer->power)
    return;
  out = fmemopen(small, sizeof small, "w");
  ck_assert_ptr_nonnull(out);
  setvbuf(out, NULL, _IONBF, 0);
  ck_assert_msg(writer->power(&power, &plain, out) != 0, "%s power", writer->name);
  fclose(out);
}
END_TEST

START_TEST(writers_are_found_by_name) {
  for (size_t i = 0; i < BP_WRITER_COUNT; i++)
    ck_assert_ptr_eq(bp_writer_find(bp_writers[i].name), &bp_writers[i]);
  ck_assert_ptr_null(bp_writer_find("tex"));
}
END_TEST

START_TEST(table_is_not_written_when_a_cell_is_missing) {
  static const struct bp_column columns[] = {{"a", false}, {"b", true}};
  struct bp_arena *arena = bp_arena_new(0);
  FILE *out = tmpfile();
  struct bp_table *table = bp_table_new(arena, columns, 2, 1);
  bp_table_cell(table, BP_PLAIN, "x");
  bp_table_cell(table, BP_PLAIN, NULL);
  ck_assert_int_eq(bp_table_write(table, false, out), -1);
  ck_assert_int_eq(bp_table_write(NULL, false, out), -1);
  ck_assert_int_eq(ftell(out), 0);
  ck_assert_str_eq(bp_grouped(79510, arena), "79,510");
  ck_assert_str_eq(bp_grouped(999, arena), "999");
  ck_assert_str_eq(bp_grouped(1234567, arena), "1,234,567");
  fclose(out);
  bp_arena_free(arena);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("report");
  TCase *cases = tcase_create("writers");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, text_of_a_report_that_holds);
  tcase_add_test(cases, text_of_a_failure_names_the_entry);
  tcase_add_test(cases, text_of_not_a_number);
  tcase_add_test(cases, text_without_parameters_is_no_pass);
  tcase_add_test(cases, text_of_a_failing_intermediate);
  tcase_add_test(cases, text_in_brief_is_the_sentence);
  tcase_add_test(cases, text_lists_what_is_asked);
  tcase_add_test(cases, text_fits_the_page);
  tcase_add_test(cases, colour_changes_nothing_else);
  tcase_add_test(cases, csv_has_a_row_for_each_parameter);
  tcase_add_test(cases, json_can_be_read_back);
  tcase_add_test(cases, json_has_null_for_not_a_number);
  tcase_add_test(cases, json_without_blocks);
  tcase_add_test(cases, power_in_every_format);
  tcase_add_test(cases, power_that_catches_everything_says_so);
  tcase_add_test(cases, jacobians_stand_below_the_head);
  tcase_add_test(cases, text_details_five_blocks_and_counts_the_rest);
  tcase_add_test(cases, jacobian_in_groups_of_columns);
  tcase_add_loop_test(cases, full_stream_is_an_error, 0, BP_WRITER_COUNT);
  tcase_add_test(cases, writers_are_found_by_name);
  tcase_add_test(cases, table_is_not_written_when_a_cell_is_missing);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
