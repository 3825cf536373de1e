/* How every test program ends. */
#ifndef BP_TESTS_SUITE_H
#define BP_TESTS_SUITE_H

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Whether `./dev test` was given nothing else to do, and takes a part of what is long. */
static inline bool takes_part(void) {
  const char *tests = getenv("BACKPROOF_TESTS");
  return tests && strcmp(tests, "part") == 0;
}

/* A loop test of many long rounds: all of them, or one in so many. */
static inline void add_long_loop_test(TCase *tests, const TTest *test, int rounds, int parts) {
  int step = takes_part() ? parts : 1;
  for (int i = 0; i < rounds; i += step)
    tcase_add_loop_test(tests, test, i, i + 1);
}

/* Runs the suite, which it frees, as the environment of Check says; the exit status of the program.
 */
static inline int run_suite(Suite *suite) {
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
