/* The installed library, through its one header and its shared object alone. */
#include <backproof.h>
#include <check.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

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
    {"unknown format",
     "3 - 1 sigmoid",
     {.format = "xml"},
     BP_OUTCOME_BAD_INPUT,
     "",
     "text, json, csv, junit, tap"},
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

/* ---- derivations --------------------------------------------------------- */

static enum bp_outcome judge(const char *text, size_t length,
                             const struct bp_derivation_request *request, char **report,
                             char **messages) {
  size_t report_size, messages_size;
  FILE *out = open_memstream(report, &report_size);
  FILE *errors = open_memstream(messages, &messages_size);
  ck_assert(out && errors);
  enum bp_outcome outcome = bp_derivation_check(text, length, request, out, errors);
  fclose(out);
  fclose(errors);
  return outcome;
}

/* The texts that there are to be used: one that is right, one that uses itself, and no others. */
static int use(void *user, const char *from, const char *path, struct bp_derivation_text *text) {
  static const char matrices[] = "given X : n x m\n", itself[] = "use \"itself\"\n";
  int *calls = user;
  ck_assert_ptr_nonnull(from);
  ++*calls;
  if (strcmp(path, "matrices") == 0)
    *text = (struct bp_derivation_text){"matrices.deriv", matrices, sizeof matrices - 1};
  else if (strcmp(path, "itself") == 0)
    *text = (struct bp_derivation_text){"itself.deriv", itself, sizeof itself - 1};
  return !text->name;
}

#define GIVEN "given X : n x m\n"
static int uses;

static const struct {
  const char *name, *text;
  struct bp_derivation_request request;
  enum bp_outcome outcome;
  const char *in_report, *in_messages;
} texts[] = {
    {"holds", GIVEN "claim tr(X * X') = tr(X' * X)", {0}, BP_OUTCOME_HOLDS, "holds: 1 line", ""},
    {"its name",
     GIVEN "claim X = X",
     {.name = "mine.deriv"},
     BP_OUTCOME_HOLDS,
     "mine.deriv\n  points 5, seed 1",
     ""},
    {"points and seed",
     GIVEN "claim X = X",
     {.points = 3, .seed = 7},
     BP_OUTCOME_HOLDS,
     "points 3, seed 7",
     ""},
    {"fails, with a hint", GIVEN "claim ∂tr(X' * X) / ∂X = X", {0}, BP_OUTCOME_FAILS, "2 * X", ""},
    {"hints are not asked for",
     GIVEN "claim ∂tr(X' * X) / ∂X = X",
     {.no_hints = 1},
     BP_OUTCOME_FAILS,
     "FAILS",
     ""},
    {"nothing", "", {0}, BP_OUTCOME_UNDECIDED, "derivation", ""},
    {"json", GIVEN "claim X = X", {.format = "json"}, BP_OUTCOME_HOLDS, "\"claims\"", ""},
    {"junit", GIVEN "claim X = X", {.format = "junit"}, BP_OUTCOME_HOLDS, "<testsuites", ""},
    {"sarif", GIVEN "claim X = X", {.format = "sarif"}, BP_OUTCOME_HOLDS, "\"runs\"", ""},
    {"tap", GIVEN "claim X = X", {.format = "tap"}, BP_OUTCOME_HOLDS, "TAP version 13", ""},
    {"html", GIVEN "claim X = X", {.format = "html"}, BP_OUTCOME_HOLDS, "<mi>X</mi><mo>=</mo>", ""},
    {"no such format",
     GIVEN "claim X = X",
     {.format = "xml"},
     BP_OUTCOME_BAD_INPUT,
     "",
     "the report formats are text, json, csv, "},
    {"a mistake is no reason not to judge the rest",
     GIVEN "claim X = \nclaim X = X\n",
     {.name = "mine"},
     BP_OUTCOME_BAD_INPUT,
     "not read",
     "mine:2:10: error: "},
    {"no use",
     "use \"matrices\"\nclaim X = X\n",
     {0},
     BP_OUTCOME_BAD_INPUT,
     "",
     "matrices cannot be used: other files cannot be used here"},
    {"use",
     "use \"matrices\"\nclaim X = X\n",
     {.use = use, .user = &uses},
     BP_OUTCOME_HOLDS,
     "holds: 1 line",
     ""},
    {"use of what is not there",
     "use \"others\"\nclaim X = X\n",
     {.use = use, .user = &uses},
     BP_OUTCOME_BAD_INPUT,
     "",
     "others cannot be used: there is no such text"},
    {"use of itself",
     "use \"itself\"\n",
     {.use = use, .user = &uses},
     BP_OUTCOME_BAD_INPUT,
     "",
     "itself.deriv uses itself"},
    {"short memory",
     GIVEN "claim X = X",
     {.memory_limit = 64},
     BP_OUTCOME_BAD_INPUT,
     "",
     "out of memory"},
};

START_TEST(derivations) {
  char *report, *messages;
  enum bp_outcome outcome =
      judge(texts[_i].text, strlen(texts[_i].text), &texts[_i].request, &report, &messages);
  const char *name = texts[_i].name;
  ck_assert_msg(outcome == texts[_i].outcome, "%s: outcome %d\n%s%s", name, outcome, report,
                messages);
  ck_assert_msg(strstr(report, texts[_i].in_report) != NULL, "%s: %s", name, report);
  ck_assert_msg(strstr(messages, texts[_i].in_messages) != NULL, "%s: %s", name, messages);
  ck_assert_msg((*messages != 0) == (outcome == BP_OUTCOME_BAD_INPUT), "%s: %s", name, messages);
  ck_assert(!texts[_i].request.use || uses > 0);
  ck_assert(!texts[_i].request.no_hints || strstr(report, "2 * X") == NULL);
  free(report);
  free(messages);
}
END_TEST

/* The bytes end where their length says, and a missing text is an empty one. */
START_TEST(texts_need_no_terminator) {
  static const char text[] = GIVEN "claim X = X\nclaim X = 2 * X\n";
  size_t length = strlen(GIVEN "claim X = X\n");
  ck_assert_int_eq(bp_derivation_check(text, length, NULL, NULL, NULL), BP_OUTCOME_HOLDS);
  ck_assert_int_eq(bp_derivation_check(text, strlen(text), NULL, NULL, NULL), BP_OUTCOME_FAILS);
  ck_assert_int_eq(bp_derivation_check(NULL, 5, NULL, NULL, NULL), BP_OUTCOME_UNDECIDED);
}
END_TEST

static void own_handler(const char *reason, const char *file, int line, int error) {
  ck_abort_msg("%s:%d: %s (%d)", file, line, reason, error);
}

static int use_with_handler(void *user, const char *from, const char *path,
                            struct bp_derivation_text *text) {
  (void)from;
  (void)path;
  gsl_error_handler_t **seen = user;
  *seen = gsl_set_error_handler(own_handler);
  *text = (struct bp_derivation_text){.name = "empty"};
  return 0;
}

/* What fails wants hints, which solve for numbers with GSL; the host's handler must not see that,
 * and is the host's again afterwards and whenever the host's code runs. */
START_TEST(gsl_handler_is_as_before) {
  static const char text[] = "use \"empty\"\n" GIVEN "claim ∂tr(X' * X) / ∂X = X * X' * X\n";
  gsl_error_handler_t *seen = NULL, *before = gsl_set_error_handler(own_handler);
  struct bp_derivation_request request = {.use = use_with_handler, .user = &seen};
  ck_assert_int_eq(bp_derivation_check(text, strlen(text), &request, NULL, NULL), BP_OUTCOME_FAILS);
  ck_assert(seen == own_handler);
  ck_assert(gsl_set_error_handler(before) == own_handler);
}
END_TEST

START_TEST(unwritable_derivation_report) {
  FILE *full = fopen("/dev/full", "w");
  ck_assert_ptr_nonnull(full);
  ck_assert_int_eq(bp_derivation_check("claim 1 = 1", 11, NULL, full, NULL), BP_OUTCOME_BAD_INPUT);
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
  TCase *judged = tcase_create("derivations");
  tcase_add_loop_test(judged, derivations, 0, sizeof texts / sizeof *texts);
  tcase_add_test(judged, texts_need_no_terminator);
  tcase_add_test(judged, gsl_handler_is_as_before);
  tcase_add_test(judged, unwritable_derivation_report);
  suite_add_tcase(suite, judged);
  return run_suite(suite);
}
