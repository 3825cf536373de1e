/* backproof in unit tests written with Check (https://libcheck.github.io/check/).
 *
 *     START_TEST(gradient_of_my_loss) {
 *       double theta[] = {0.3, -1.2, 0.7};
 *       bp_ck_assert_gradient(my_loss, my_gradient, theta, 3, NULL);
 *     }
 *     END_TEST
 *
 * Each macro makes the call of backproof.h whose name it bears.  Where everything holds it says
 * nothing; else the test fails, and its message is the report.  What cannot be decided fails too:
 * a test that has looked at nothing must not pass.
 *
 * A message of more than 4 KiB (CK_MAX_MSG_SIZE changes that) makes Check end the test's process,
 * or without processes the whole run, with "Message string too long" in its place.  So a long
 * report is cut: lines of what holds go first.  Check leaves a failing test by longjmp or exit;
 * everything is freed before that, and the message lies on the stack.
 *
 * This header needs `pkg-config --cflags --libs backproof check` and nothing else; it is C and C++.
 */
#ifndef BACKPROOF_CHECK_H
#define BACKPROOF_CHECK_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "backproof.h"

#ifndef BP_CK_MESSAGE_SIZE
#define BP_CK_MESSAGE_SIZE 3600 /* bytes; define another before the first #include */
#endif

/* ---- the assertions ------------------------------------------------------------------
 *
 * Arguments as in backproof.h; each is evaluated once.  Those that end in _with take options. */

#define bp_ck_assert_gradient_with(loss, gradient, theta, n, user, options)                        \
  bp_ck_assert_result(bp_check_gradient(loss, gradient, theta, n, user, options))
#define bp_ck_assert_gradient(loss, gradient, theta, n, user)                                      \
  bp_ck_assert_gradient_with(loss, gradient, theta, n, user, NULL)

#define bp_ck_assert_gradient_float_with(loss, gradient, theta, n, user, options)                  \
  bp_ck_assert_result(bp_check_gradient_float(loss, gradient, theta, n, user, options))
#define bp_ck_assert_gradient_float(loss, gradient, theta, n, user)                                \
  bp_ck_assert_gradient_float_with(loss, gradient, theta, n, user, NULL)

#define bp_ck_assert_jacobian_with(value, jacobian, x, n, k, user, options)                        \
  bp_ck_assert_result(bp_check_jacobian(value, jacobian, x, n, k, user, options))
#define bp_ck_assert_jacobian(value, jacobian, x, n, k, user)                                      \
  bp_ck_assert_jacobian_with(value, jacobian, x, n, k, user, NULL)

#define bp_ck_assert_multimin_with(function, x, options)                                           \
  bp_ck_assert_result(bp_check_multimin(function, x, options))
#define bp_ck_assert_multimin(function, x) bp_ck_assert_multimin_with(function, x, NULL)

#define bp_ck_assert_multiroot_with(function, x, options)                                          \
  bp_ck_assert_result(bp_check_multiroot(function, x, options))
#define bp_ck_assert_multiroot(function, x) bp_ck_assert_multiroot_with(function, x, NULL)

#define bp_ck_assert_multifit_nlinear_with(function, x, options)                                   \
  bp_ck_assert_result(bp_check_multifit_nlinear(function, x, options))
#define bp_ck_assert_multifit_nlinear(function, x)                                                 \
  bp_ck_assert_multifit_nlinear_with(function, x, NULL)

#define bp_ck_assert_odeiv2_with(system, t, y, options)                                            \
  bp_ck_assert_result(bp_check_odeiv2(system, t, y, options))
#define bp_ck_assert_odeiv2(system, t, y) bp_ck_assert_odeiv2_with(system, t, y, NULL)

#define bp_ck_assert_function_fdf_with(function, x, options)                                       \
  bp_ck_assert_result(bp_check_function_fdf(function, x, options))
#define bp_ck_assert_function_fdf(function, x) bp_ck_assert_function_fdf_with(function, x, NULL)

/* A network by its spec, "3 - 4 tanh - 1 sigmoid"; the options are a struct bp_network_request,
 * whose format should be NULL or "text". */
#define bp_ck_assert_network_with(spec, request)                                                   \
  do {                                                                                             \
    char bp_ck_message[BP_CK_MESSAGE_SIZE];                                                        \
    if (!bp_ck_network_holds(spec, request, bp_ck_message, sizeof bp_ck_message))                  \
      ck_abort_msg("%s", bp_ck_message);                                                           \
  } while (0)
#define bp_ck_assert_network(spec) bp_ck_assert_network_with(spec, NULL)

/* Any result of a check, which this frees. */
#define bp_ck_assert_result(result)                                                                \
  do {                                                                                             \
    char bp_ck_message[BP_CK_MESSAGE_SIZE];                                                        \
    if (!bp_ck_holds(result, bp_ck_message, sizeof bp_ck_message))                                 \
      ck_abort_msg("%s", bp_ck_message);                                                           \
  } while (0)

/* ---- what they are made of -------------------------------------------------------------
 *
 * The report goes through a temporary file, because that is ISO C where a stream into memory is
 * not. Where there is none the message is the closing sentence alone. */

enum {
  BP_CK_LINE_SIZE = 400,     /* longer lines are taken in pieces */
  BP_CK_PARAGRAPH_LINES = 12 /* of a report that has to be cut */
};

static const char bp_ck_omission[] = "[... cut; bp_result_write writes all of it]\n";

static inline int bp_ck_ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Appends the line where it fits, and leaves room for the omission; 0 where it does not fit. */
static inline int bp_ck_append(char *message, size_t size, const char *line) {
  size_t length = strlen(message), more = strlen(line);
  if (length + more + sizeof bp_ck_omission > size)
    return 0;
  memcpy(message + length, line, more + 1);
  return 1;
}

/* Appends the report, line by line: all of it, or the first lines of each paragraph without those
 * that say "holds".  Returns whether nothing was left out. */
static inline int bp_ck_append_report(FILE *report, int all, char *message, size_t size) {
  char line[BP_CK_LINE_SIZE];
  int in_paragraph = 0, complete = 1;
  rewind(report);
  while (fgets(line, (int)sizeof line, report)) {
    in_paragraph = line[0] == '\n' ? 0 : in_paragraph + 1;
    if (!all && (in_paragraph > BP_CK_PARAGRAPH_LINES || bp_ck_ends_with(line, " holds\n"))) {
      in_paragraph -= in_paragraph <= BP_CK_PARAGRAPH_LINES; /* it took no room */
      complete = 0;
    } else if (!bp_ck_append(message, size, line)) {
      return 0;
    }
  }
  return complete;
}

/* The sentence, an empty line and the report, cut to `size` bytes at the end of a line. */
static inline void bp_ck_describe(const char *sentence, FILE *report, char *message, size_t size) {
  size_t begin;
  snprintf(message, size - sizeof bp_ck_omission, "%s%s", sentence, report ? "\n\n" : "");
  begin = strlen(message);
  if (!report || bp_ck_append_report(report, 1, message, size))
    return;
  message[begin] = '\0';
  bp_ck_append_report(report, 0, message, size);
  strcat(message, bp_ck_omission);
}

/* Whether the result holds; else the message says why not.  Frees the result. */
static inline int bp_ck_holds(struct bp_result result, char *message, size_t size) {
  int holds = result.outcome == BP_OUTCOME_HOLDS;
  if (!holds) {
    FILE *report = tmpfile();
    int written = report && bp_result_write(&result, "text", report) == 0;
    bp_ck_describe(result.message, written ? report : NULL, message, size);
    if (report)
      fclose(report);
  }
  bp_result_free(&result);
  return holds;
}

/* The same for a network. What is wrong with a spec comes before the report, which is then empty.
 */
static inline int bp_ck_network_holds(const char *spec, const struct bp_network_request *request,
                                      char *message, size_t size) {
  FILE *report = tmpfile();
  enum bp_outcome outcome = bp_network_check(spec, request, report, report);
  if (outcome != BP_OUTCOME_HOLDS) {
    char sentence[BP_CK_LINE_SIZE];
    snprintf(sentence, sizeof sentence, "network \"%.300s\": %s", spec ? spec : "",
             outcome == BP_OUTCOME_FAILS       ? "fails"
             : outcome == BP_OUTCOME_UNDECIDED ? "undecided"
                                               : "cannot be checked");
    bp_ck_describe(sentence, report, message, size);
  }
  if (report)
    fclose(report);
  return outcome == BP_OUTCOME_HOLDS;
}

#endif
