/* The installed library, through its one header and its shared object alone. */
#include <backproof.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Runs a check and returns what it wrote, to be freed. */
static enum bp_outcome check(const char *spec, const struct bp_network_request *request,
                             char **report, char **messages) {
  size_t report_size, messages_size;
  FILE *out = open_memstream(report, &report_size);
  FILE *errors = open_memstream(messages, &messages_size);
  ck_assert(out && errors);
  enum bp_outcome outcome = bp_network_check(spec, request, out, errors);
  fclose(out);
  fclose(errors);
  return outcome;
}

static const struct {
  const char *name, *spec;
  struct bp_network_request request;
  enum bp_outcome outcome;
  const char *in_report, *in_messages;
} rows[] = {
    {"defaults", "3 - 4 tanh - 1 sigmoid", {0}, BP_OUTCOME_HOLDS, "all 21 parameters", ""},
    {"samples of the spec", "2 - 2 relu, 3 samples", {0}, BP_OUTCOME_HOLDS, "samples 3", ""},
    {"a planted mistake",
     "3 - 4 tanh - 1 sigmoid",
     {.mistake = "sign W[1]"},
     BP_OUTCOME_FAILS,
     "12 of 21 parameters disagree",
     ""},
    {"json", "2 - 1 sigmoid", {.format = "json"}, BP_OUTCOME_HOLDS, "backproof-report/1", ""},
    {"csv", "2 - 1 sigmoid", {.format = "csv"}, BP_OUTCOME_HOLDS, "block,row,column", ""},
    {"overflow",
     "2 - 2 identity - 1 identity",
     {.weight_scale = 1e200},
     BP_OUTCOME_UNDECIDED,
     "undecided",
     ""},
    {"a typing mistake",
     "3 - 4 tnah - 1 sigmoid",
     {0},
     BP_OUTCOME_BAD_INPUT,
     "",
     "did you mean tanh"},
    {"unknown loss",
     "3 - 1 sigmoid",
     {.loss = "sqared"},
     BP_OUTCOME_BAD_INPUT,
     "",
     "did you mean squared"},
    {"unknown format", "3 - 1 sigmoid", {.format = "xml"}, BP_OUTCOME_BAD_INPUT, "", "text, json"},
    {"no spec", NULL, {0}, BP_OUTCOME_BAD_INPUT, "", "layer size"},
    {"absurd size", "100000 - 100000 tanh", {0}, BP_OUTCOME_BAD_INPUT, "", "would need"},
    {"misplaced mistake",
     "3 - 1 sigmoid",
     {.mistake = "sign W[2]"},
     BP_OUTCOME_BAD_INPUT,
     "",
     "layer"},
};

START_TEST(outcomes) {
  char *report, *messages;
  enum bp_outcome outcome = check(rows[_i].spec, &rows[_i].request, &report, &messages);
  ck_assert_msg(outcome == rows[_i].outcome, "%s: outcome %d\n%s%s", rows[_i].name, outcome, report,
                messages);
  ck_assert_msg(strstr(report, rows[_i].in_report) != NULL, "%s: %s", rows[_i].name, report);
  ck_assert_msg(strstr(messages, rows[_i].in_messages) != NULL, "%s: %s", rows[_i].name, messages);
  ck_assert_msg((*messages != 0) == (outcome == BP_OUTCOME_BAD_INPUT), "%s: %s", rows[_i].name,
                messages);
  free(report);
  free(messages);
}
END_TEST

START_TEST(streams_may_be_missing) {
  ck_assert_int_eq(bp_network_check("2 - 1 sigmoid", NULL, NULL, NULL), BP_OUTCOME_HOLDS);
  ck_assert_int_eq(bp_network_check("2", NULL, NULL, NULL), BP_OUTCOME_BAD_INPUT);
}
END_TEST

START_TEST(unwritable_report) {
  FILE *full = fopen("/dev/full", "w");
  ck_assert_ptr_nonnull(full);
  ck_assert_int_eq(bp_network_check("2 - 1 sigmoid", NULL, full, NULL), BP_OUTCOME_BAD_INPUT);
  fclose(full);
}
END_TEST

START_TEST(version) { ck_assert_str_eq(bp_version(), "0.1.0"); }
END_TEST

int main(void) {
  Suite *suite = suite_create("api");
  TCase *tests = tcase_create("api");
  tcase_add_loop_test(tests, outcomes, 0, sizeof rows / sizeof *rows);
  tcase_add_test(tests, streams_may_be_missing);
  tcase_add_test(tests, unwritable_report);
  tcase_add_test(tests, version);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
