/* OpenBLAS takes a buffer of 128 MiB for each of its threads, and where the address space has no
 * room for one it asks again for ever, even when the program wants to exit; where there is no room
 * for its threads it prints lines of its own and ends the program before main.  So the limit is
 * looked at before any library has been initialised: the linker's list of such functions is
 * .preinit_array, where main.c enters this function.  The C library is then bound, but its streams
 * and its environment may not be ready, so the message goes out by write and the environment is the
 * function's argument.  Seen with OpenBLAS 0.3.21 as Debian 12 has it. */
#include "cli/address_space.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/parallel.h"
#include "cli/cli.h"

static const rlim_t MEBIBYTE = 1 << 20;
enum { BUFFER = 128, PROGRAM = 64 }; /* MiB: each thread's buffer; program, libraries, stacks */

static long library_threads(char **environment) {
  static const char name[] = "OPENBLAS_NUM_THREADS=";
  long threads = 0; /* what is no number counts as not set, there as here */
  for (char **entry = environment; entry && *entry; entry++)
    if (strncmp(*entry, name, strlen(name)) == 0)
      threads = strtol(*entry + strlen(name), NULL, 10);
  return threads > 0 && threads < bp_processors() ? threads : bp_processors();
}

void bp_address_space_require(int argc, char **argv, char **environment) {
  (void)argc;
  (void)argv;
  struct rlimit limit;
  rlim_t needed = (rlim_t)(PROGRAM + BUFFER * library_threads(environment));
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
      limit.rlim_cur / MEBIBYTE >= needed)
    return;
  char message[320];
  int length = snprintf(
      message, sizeof message,
      "backproof: error: the address space is limited to %ju MiB; the linear algebra alone needs "
      "%ju MiB\n"
      "  try: a larger ulimit -v, or OPENBLAS_NUM_THREADS=1 before the command\n",
      (uintmax_t)(limit.rlim_cur / MEBIBYTE), (uintmax_t)needed);
  ssize_t written = write(STDERR_FILENO, message, (size_t)length);
  (void)written; /* nothing is left to complain to */
  _exit(BP_EXIT_BAD_INPUT);
}

/* What the process has mapped by now; 0 where the system does not say. */
static rlim_t mapped(void) {
  FILE *status = fopen("/proc/self/statm", "r");
  char line[128] = "";
  if (!status)
    return 0;
  bool read = fgets(line, sizeof line, status) != NULL;
  fclose(status);
  return read ? (rlim_t)strtoumax(line, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}

void bp_address_space_reserve(size_t bytes, int threads) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return;
  rlim_t needed = mapped() + bytes + (rlim_t)(BUFFER * threads) * MEBIBYTE;
  if (needed <= limit.rlim_cur)
    return;
  bp_die("a larger ulimit -v, fewer samples, or --threads 1",
         "the address space is limited to %ju MiB; this check may need %ju MiB",
         (uintmax_t)(limit.rlim_cur / MEBIBYTE), (uintmax_t)(needed / MEBIBYTE));
}
