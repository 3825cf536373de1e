/* Every request for memory refused in one run.
 *
 * A run for each request does everything before it over again, so that a program with n requests
 * runs n times: hours where there are tens of thousands.  Here the program runs once, and at each
 * request a copy of the process is made (fork) in which it is refused; the original waits for the
 * copy's end and goes on as if nothing had been.  What is left to do after a refusal is little.
 *
 * A copy has streams of its own, which begin with what was written before, and reads its inputs at
 * places of its own.  Files it shares, and threads and children it has none of: programs with those
 * are run once for each request.
 *
 * REPORT.each has a line for each copy: the request, 1 or 0 for "and all after it", and the number
 * of its outcome; the outcomes, each once, are REPORT.N.out and REPORT.N.err, and in
 * REPORT.outcomes a line each: exit status, or minus the signal.
 */
#define _GNU_SOURCE
#include "each.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_OUTCOMES = 100000, MOST_DESCRIPTORS = 64, COPY_SECONDS = 60 };

static char names[3900];
static int lines = -1, outcomes = -1;
static bool running;

/* An outcome by its status and a sum of each stream. */
static struct outcome {
  int status;
  uint64_t out, errors;
} known[MOST_OUTCOMES];
static int known_count;

static void name_of(char *path, size_t size, const char *suffix) {
  snprintf(path, size, "%s.%s", names, suffix);
}

static int create(const char *suffix) {
  char path[4096];
  name_of(path, sizeof path, suffix);
  return open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

bool each_begin(const char *report) {
  if (!report || strlen(report) >= sizeof names)
    return false;
  strcpy(names, report);
  lines = create("each");
  outcomes = create("outcomes");
  running = lines >= 0 && outcomes >= 0;
  return running;
}

/* The processor time of a run in copies is not that of the program, whose limits it would reach. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  if (running && (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)) {
    *time = (struct timespec){0};
    return 0;
  }
  return (int)syscall(SYS_clock_gettime, clock, time);
}

/* ---- in the copy ----------------------------------------------------------- */

static bool pour(int from, int to) {
  char bytes[65536];
  off_t at = 0;
  for (;;) {
    ssize_t got = pread(from, bytes, sizeof bytes, at);
    if (got <= 0)
      return got == 0;
    if (write(to, bytes, (size_t)got) != got)
      return false;
    at += got;
  }
}

/* A stream that was a file becomes another one with the same content. */
static bool own_stream(int stream, const char *suffix) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", stream);
  int before = open(path, O_RDONLY | O_CLOEXEC), after = create(suffix);
  bool well = before >= 0 && after >= 0 && pour(before, after) && dup2(after, stream) == stream;
  close(before);
  close(after);
  return well;
}

/* What is read is read from here on without moving where the original is. */
static bool own_inputs(void) {
  for (int input = 0; input < MOST_DESCRIPTORS; input++) {
    struct stat status;
    int flags = fcntl(input, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || fstat(input, &status) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", input);
    int again = open(path, O_RDONLY | O_CLOEXEC);
    if (again < 0 || lseek(again, lseek(input, 0, SEEK_CUR), SEEK_SET) < 0 ||
        dup3(again, input, fcntl(input, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
      return false;
    close(again);
  }
  return true;
}

static void become_copy(void) {
  struct rlimit limit = {COPY_SECONDS, COPY_SECONDS + 1};
  if (!own_stream(1, "out") || !own_stream(2, "err") || !own_inputs() ||
      setrlimit(RLIMIT_CPU, &limit) != 0)
    _exit(99);
}

/* ---- in the original ------------------------------------------------------- */

/* FNV-1a of a file's bytes. */
static uint64_t sum_of(const char *suffix) {
  char path[4096];
  unsigned char bytes[65536];
  name_of(path, sizeof path, suffix);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  uint64_t sum = 1469598103934665603U;
  ssize_t got;
  while ((got = read(file, bytes, sizeof bytes)) > 0)
    for (ssize_t i = 0; i < got; i++)
      sum = (sum ^ bytes[i]) * 1099511628211U;
  close(file);
  return sum;
}

static void keep(const char *suffix, int number) {
  char before[4096], after[4096];
  name_of(before, sizeof before, suffix);
  snprintf(after, sizeof after, "%s.%d.%s", names, number, suffix);
  if (rename(before, after) != 0)
    _exit(99);
}

static int number_of(int status) {
  struct outcome outcome = {status, sum_of("out"), sum_of("err")};
  for (int k = 0; k < known_count; k++)
    if (known[k].status == status && known[k].out == outcome.out &&
        known[k].errors == outcome.errors)
      return k;
  if (known_count == MOST_OUTCOMES)
    _exit(99);
  keep("out", known_count);
  keep("err", known_count);
  dprintf(outcomes, "%d\n", status);
  known[known_count] = outcome;
  return known_count++;
}

bool each_in_copy(unsigned long number, bool and_all_after) {
  int error = errno;
  pid_t copy = fork();
  if (copy < 0)
    _exit(99);
  if (copy == 0) {
    become_copy();
    return true;
  }
  int status;
  while (waitpid(copy, &status, 0) < 0)
    if (errno != EINTR)
      _exit(99);
  int found = number_of(WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
  dprintf(lines, "%lu %d %d\n", number, and_all_after, found);
  errno = error;
  return false;
}
