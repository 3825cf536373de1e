/* Whole runs of the program for fuzz targets, each in a process of its own.
 *
 * What a verb keeps in static memory and what it does when it exits is then as in a real run, and a
 * fault of one input cannot be blamed on another.  Linked with the program's own main, which
 * tests/fuzz/meson.build builds under the name of backproof_main.
 */
#ifndef BP_TESTS_FUZZ_PROCESS_H
#define BP_TESTS_FUZZ_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* What a run printed, with a terminator; valid until the next run. */
struct fuzz_outcome {
  int status;
  const char *out, *errors;
  size_t out_length, errors_length;
};

/* Puts a file into the folder in which runs take place. */
void fuzz_file(const char *name, const void *bytes, size_t length);

/* Runs the program with these words, the first of which is "backproof" and the last NULL, and the
 * bytes as its standard input.  It may read, but neither write files nor start programs.
 *
 * A run that a signal ends, that takes too much time, memory or output, that gives another status
 * than 0 to 3, or that says nothing where it gives 3, is a find: the process aborts. */
struct fuzz_outcome fuzz_run(const char *const *words, const void *input, size_t length);

/* Aborts with this complaint and what was printed where something does not hold. */
void fuzz_require(bool condition, const char *complaint);

/* Aborts where a text for a terminal is no UTF-8 or can steer one: escapes and other controls,
 * marks that turn the direction of writing. */
void fuzz_require_plain(const char *text, size_t length);

#endif
