/* Children: this program again, with `verify --format json` and one file, its output in memory
 * that has no name.
 *
 * Limits are the system's: processor time (a signal ends the child that takes more), and memory
 * through --memory-limit, with a limit of the address space behind it for what that does not reach.
 * A child that neither computes nor ends is ended after a multiple of the time.
 *
 * Reports may go back to students, so a file that is a link to elsewhere, or lies in a folder that
 * is one, is not read at all: it would show its author lines of what only the reader of the class
 * may see.
 */
#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mutable.h"
#include "base/parallel.h"
#include "cli/class/class.h"
#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"

enum { MOST_CHILDREN = 64, IDLE_FACTOR = 6, NO_START = 127 };

static const size_t MOST_OUTPUT = (size_t)64 << 20;
#ifndef __SANITIZE_ADDRESS__
static const size_t SPARE_MEMORY = (size_t)1 << 30; /* libraries, stacks, what is only reserved */
#endif

struct child {
  pid_t process; /* 0: none */
  size_t file;
  int output;
  double begun;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- starting ------------------------------------------------------------ */

static void limit(int resource, size_t amount) {
  struct rlimit limit = {amount, amount};
  setrlimit((__rlimit_resource_t)resource, &limit);
}

/* In the child: what went wrong goes where the report would go. */
static _Noreturn void cannot_start(int output) {
  int error = errno;
  ssize_t told = write(output, &error, sizeof error);
  (void)told; /* then the parent does not know why */
  _exit(NO_START);
}

/* In the child; does not return. */
static _Noreturn void become_verify(const char *file, const struct bp_class_options *options,
                                    int output, pid_t parent) {
  char seed[32], trials[32], memory[32];
  snprintf(seed, sizeof seed, "--seed=%zu", options->seed);
  snprintf(trials, sizeof trials, "--trials=%zu", options->trials);
  snprintf(memory, sizeof memory, "--memory-limit=%zu", options->memory);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int nothing = bp_stream_open("/dev/null", O_RDWR, 0);
  if (getppid() != parent || nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 ||
      dup2(nothing, 2) < 0)
    cannot_start(output);
  limit(RLIMIT_CPU, (size_t)ceil(options->seconds));
  limit(RLIMIT_FSIZE, MOST_OUTPUT);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow takes more than any limit */
  limit(RLIMIT_AS, options->memory + SPARE_MEMORY);
#endif
  limit(RLIMIT_CORE, 0);
  const char *words[] = {"backproof", "verify", "--format=json", "--threads=1",
                         seed,        trials,   memory,          "--time-limit=0"};
  enum { WORDS = sizeof words / sizeof *words };
  const char *all[WORDS + 2 * BP_MOST_ALLOWED + 3];
  size_t count = WORDS;
  memcpy(all, words, sizeof words);
  for (size_t i = 0; bp_derivation_allowed(i); i++) {
    all[count++] = "--use";
    all[count++] = bp_derivation_allowed(i);
  }
  all[count++] = "--";
  all[count++] = file;
  all[count] = NULL;
  execv("/proc/self/exe", bp_unchanged(all));
  cannot_start(output);
}

/* 0, or errno. */
static int start(struct child *child, size_t file, const char *path,
                 const struct bp_class_options *options) {
  pid_t parent = getpid();
  *child = (struct child){.file = file, .begun = now()};
  child->output = memfd_create("report", MFD_CLOEXEC);
  if (child->output < 0)
    return errno;
  child->process = fork();
  if (child->process == 0)
    become_verify(path, options, child->output, parent);
  if (child->process > 0)
    return 0;
  int error = errno;
  close(child->output);
  child->process = 0;
  return error;
}

/* Whether it can be read to an end: a pipe or a terminal would be waited for, and a folder is told
 * as verify does. */
static bool is_endless(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* ---- ending -------------------------------------------------------------- */

/* NULL where there is nothing, or with *error set. */
static char *read_all(int descriptor, size_t *length, int *error) {
  struct stat status;
  if (fstat(descriptor, &status) != 0)
    *error = errno;
  if (*error || status.st_size <= 0)
    return NULL;
  size_t size = (size_t)status.st_size, got = 0;
  char *text = malloc(size + 1);
  if (!text)
    *error = ENOMEM;
  while (!*error && got < size) {
    ssize_t bytes = pread(descriptor, text + got, size - got, (off_t)got);
    if (bytes < 0 && errno != EINTR)
      *error = errno;
    else if (bytes == 0)
      *error = EIO; /* it has become shorter, and only we have it */
    got += bytes > 0 ? (size_t)bytes : 0;
  }
  if (*error) {
    free(text);
    return NULL;
  }
  text[got] = '\0';
  *length = got;
  return text;
}

static const char *trouble_of(int status, const struct bp_class_report *report) {
  if (report->error)
    return "the machine could not judge it";
  if (WIFSIGNALED(status)) {
    int number = WTERMSIG(status);
    if (number == SIGXCPU || number == SIGKILL)
      return "it takes more time than a file may have";
    return number == SIGXFSZ ? "its report is larger than 64 MiB" : "judging it ended in a crash";
  }
  if (!report->json)
    return WEXITSTATUS(status) == BP_EXIT_BAD_INPUT
               ? "it could not be read, or takes more memory than a file may have"
               : "it gave no report";
  return NULL;
}

static void collect(struct child *child, int status, struct bp_class_report *report) {
  report->json = read_all(child->output, &report->length, &report->error);
  if (WIFEXITED(status) && WEXITSTATUS(status) == NO_START && !report->error) {
    report->error = ECHILD;
    if (report->json && report->length == sizeof report->error)
      memcpy(&report->error, report->json, sizeof report->error);
  }
  report->trouble = trouble_of(status, report);
  close(child->output);
  child->process = 0;
}

static void end_all(struct child *children, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (children[i].process == 0)
      continue;
    kill(children[i].process, SIGKILL);
    while (waitpid(children[i].process, NULL, 0) < 0 && errno == EINTR)
      continue;
    close(children[i].output);
  }
}

/* Looks once at every child. */
static void look(struct child *children, size_t count, const struct bp_class_options *options,
                 struct bp_class_report *reports) {
  for (size_t i = 0; i < count; i++) {
    int status = 0;
    if (children[i].process == 0)
      continue;
    if (now() - children[i].begun > IDLE_FACTOR * options->seconds)
      kill(children[i].process, SIGKILL);
    if (waitpid(children[i].process, &status, WNOHANG) == children[i].process)
      collect(&children[i], status, &reports[children[i].file]);
  }
}

/* How much of the paths the reader of the class chose: the folder that all of them name.  What
 * stands behind it was found by a pattern or in a folder, so students made it. */
static size_t chosen(const char *const *files, size_t count) {
  const char *slash = count > 0 ? strrchr(files[0], '/') : NULL;
  size_t length = slash ? (size_t)(slash - files[0]) + 1 : 0;
  for (size_t i = 1; i < count; i++) {
    size_t same = 0;
    for (size_t k = 0; k < length && files[i][k] == files[0][k]; k++)
      if (files[i][k] == '/')
        same = k + 1;
    length = same;
  }
  return length;
}

bool bp_class_run(const char *const *files, size_t count, const struct bp_class_options *options,
                  struct bp_class_report *reports) {
  struct child children[MOST_CHILDREN] = {{0}};
  size_t most = (size_t)(options->threads > 0 ? options->threads : bp_processors()), next = 0;
  size_t meant = chosen(files, count);
  most = most < MOST_CHILDREN ? most : MOST_CHILDREN;
  signal(SIGCHLD, SIG_DFL); /* ignored, no end of a child would ever be told */
  for (bool busy = true; busy;) {
    busy = false;
    look(children, most, options, reports);
    for (size_t i = 0; i < most; i++) {
      while (children[i].process == 0 && next < count) {
        if (bp_derivation_leads_out(files[next], meant))
          reports[next].trouble =
              "it is a link that leads out of its folder, or lies in such a folder; --use FOLDER "
              "allows it";
        else if (is_endless(files[next]))
          reports[next].trouble = "it is no ordinary file";
        else if ((reports[next].error = start(&children[i], next, files[next], options)))
          reports[next].trouble = "no process could be started for it";
        next++;
      }
      busy = busy || children[i].process != 0;
    }
    if (bp_interrupt_signal()) {
      end_all(children, most);
      return false;
    }
    if (busy)
      nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  }
  return true;
}
