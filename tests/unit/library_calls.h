/* What the suites of the library's calls share: which entry of a derivative is made wrong, and what
 * is expected of a result. */
#ifndef BP_TESTS_LIBRARY_CALLS_H
#define BP_TESTS_LIBRARY_CALLS_H

#include <backproof.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which entry is made wrong, and how; -1: none. */
static int wrong_entry = -1;

static inline double entry(int index, double value) {
  return index == wrong_entry ? 1.01 * value + 0.01 : value;
}

static inline void set_up(void) { wrong_entry = -1; }

/* What bp_result_write writes, to be freed. */
static inline char *written(const struct bp_result *result, const char *format) {
  char *text;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  ck_assert(out != NULL);
  ck_assert_int_eq(bp_result_write(result, format, out), 0);
  fclose(out);
  return text;
}

static inline void expect(struct bp_result result, enum bp_outcome outcome, const char *words) {
  char *text = result.outcome == BP_OUTCOME_BAD_INPUT ? NULL : written(&result, "text");
  ck_assert_msg(result.outcome == outcome, "outcome %d: %s\n%s", result.outcome, result.message,
                text ? text : "");
  ck_assert_msg(strstr(text ? text : result.message, words) != NULL, "\"%s\" is not in: %s\n%s",
                words, result.message, text ? text : "");
  free(text);
  bp_result_free(&result);
}

#endif
