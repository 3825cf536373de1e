/* How every test program ends. */
#ifndef BP_TESTS_SUITE_H
#define BP_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

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
