/* OpenBLAS takes a buffer of 128 MiB for each of its threads, and where the address space has no
 * room for one it asks again for ever, even when the program wants to exit.  So the limit is looked
 * at first, and the program leaves without the library's farewell.  Seen with OpenBLAS 0.3.21 as
 * Debian 12 has it. */
#include "cli/room.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/parallel.h"
#include "cli/cli.h"

static const rlim_t MEBIBYTE = 1 << 20;
enum { BUFFER = 128, PROGRAM = 64 }; /* MiB: each thread's buffer; program, libraries, stacks */

static long library_threads(void) {
  const char *set = getenv("OPENBLAS_NUM_THREADS");
  long threads = set ? strtol(set, NULL, 10) : 0; /* no number counts as not set, there as here */
  return threads > 0 && threads < bp_processors() ? threads : bp_processors();
}

void bp_room_require(void) {
  struct rlimit limit;
  rlim_t needed = (rlim_t)(PROGRAM + BUFFER * library_threads());
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
      limit.rlim_cur / MEBIBYTE >= needed)
    return;
  fprintf(
      stderr,
      "backproof: error: the address space is limited to %ju MiB; the linear algebra alone needs "
      "%ju MiB\n"
      "  try: a larger ulimit -v, or OPENBLAS_NUM_THREADS=1 before the command\n",
      (uintmax_t)(limit.rlim_cur / MEBIBYTE), (uintmax_t)needed);
  _exit(BP_EXIT_BAD_INPUT);
}
