/* Whole files, because messages show lines of them.  The size of a pipe is not known beforehand, so
 * the bytes are collected in a block that doubles, and copied into the arena once.
 *
 * A pipe with a name opens at once, whether or not somebody writes to it, and is then asked for
 * bytes until the time is up: the system tells the end of a pipe only after its first writer. */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/file/mapped.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"
#include "cli/output.h"

static const size_t MOST_BYTES = (size_t)1 << 30;

const char bp_input_nothing_came[] =
    "it is a pipe or a device, and did not come to its end in the time that a file has";
const char bp_input_instead[] = "a file, or a larger --time-limit if there is more to come";

static double longest_wait = 20;

void bp_input_wait(double seconds) { longest_wait = seconds > 0 ? seconds : INFINITY; }

/* Of the clock on the wall: who waits takes none of the processor's. */
static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* What keeps others from writing to a file ("lease") is the one reason to wait for its opening. */
static int open_at_once(const char *path) {
  int descriptor = bp_stream_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  return descriptor < 0 && errno == EWOULDBLOCK ? bp_stream_open(path, O_RDONLY, 0) : descriptor;
}

/* -1 with *error set.  What cannot be looked at cannot be kept from being replaced by a report, so
 * it is not read either.  *until is when waiting for it ends, and 0 where nothing is waited for.
 */
static int open_input(const char *path, double *until, int *error) {
  int descriptor = open_at_once(path);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0)
    *error = errno;
  else if (S_ISDIR(status.st_mode))
    *error = EISDIR;
  else {
    if (S_ISREG(status.st_mode))
      bp_output_protect(status.st_dev, status.st_ino);
    *until = S_ISREG(status.st_mode) ? 0 : now() + longest_wait;
    return descriptor;
  }
  if (descriptor >= 0)
    close(descriptor);
  return -1;
}

/* read(2) of what may have to be waited for; errno is ETIME where nothing came. */
static ssize_t read_until(int descriptor, double until, char *bytes, size_t size) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  while (!bp_interrupt_signal()) {
    double left = until - now();
    int ready = poll(&wanted, 1, isinf(left) ? -1 : left > 0 ? (int)ceil(1000 * left) : 0);
    if (ready == 0 && left <= 0) {
      errno = ETIME;
      return -1;
    }
    if (ready < 0 && errno != EINTR)
      return -1;
    ssize_t got = ready > 0 ? bp_stream_read(descriptor, bytes, size) : -1;
    if (ready > 0 && (got >= 0 || errno != EAGAIN || left <= 0))
      return got;
  }
  errno = EINTR;
  return -1;
}

/* Reads to the end; the caller frees *bytes, whatever the outcome. */
static enum bp_input_outcome read_all(int descriptor, double until, size_t most, char **bytes,
                                      size_t *length, int *error) {
  size_t capacity = (size_t)1 << 16;
  *length = 0;
  *bytes = malloc(capacity);
  while (*bytes) {
    char *end = *bytes + *length;
    ssize_t got = until > 0 ? read_until(descriptor, until, end, capacity - *length)
                            : bp_stream_read(descriptor, end, capacity - *length);
    *error = errno;
    if (bp_interrupt_signal())
      return BP_INPUT_INTERRUPTED;
    if (got < 0)
      return *error == ETIME ? BP_INPUT_NOTHING_CAME : BP_INPUT_UNREADABLE;
    if (got == 0)
      return BP_INPUT_READ;
    *length += (size_t)got;
    if (*length > most)
      return BP_INPUT_TOO_LARGE;
    if (*length < capacity)
      continue;
    char *larger = realloc(*bytes, capacity *= 2);
    if (!larger)
      free(*bytes);
    *bytes = larger;
  }
  return BP_INPUT_NO_MEMORY;
}

enum bp_input_outcome bp_input_try(const char *path, size_t most, struct bp_arena *arena,
                                   struct bp_source *source, int *error) {
  bool standard = strcmp(path, "-") == 0;
  double until = 0;
  int descriptor = standard ? STDIN_FILENO : open_input(path, &until, error);
  if (descriptor < 0)
    return *error == ENOMEM ? BP_INPUT_NO_MEMORY : BP_INPUT_UNREADABLE;
  char *bytes;
  size_t length;
  enum bp_input_outcome outcome = read_all(descriptor, until, most, &bytes, &length, error);
  if (!standard)
    close(descriptor);
  char *text = outcome == BP_INPUT_READ ? bp_arena_alloc(arena, length + 1, 1) : NULL;
  if (outcome == BP_INPUT_READ && !text)
    outcome = BP_INPUT_NO_MEMORY;
  if (text)
    memcpy(text, bytes, length);
  free(bytes);
  *source = (struct bp_source){
      .name = standard ? "standard input" : path, .text = text, .length = text ? length : 0};
  return outcome;
}

static _Noreturn void die_unreadable(const char *path, int error) {
  const char *suggestion = NULL;
  if (error == ENOENT)
    suggestion = "check the spelling, and the folder you are in";
  else if (error == EISDIR)
    suggestion = "a file in it, such as iris.csv";
  bp_die(suggestion, "cannot read %s: %s", strcmp(path, "-") == 0 ? "standard input" : path,
         strerror(error));
}

void bp_input_read(const char *path, struct bp_arena *arena, struct bp_source *source) {
  int error = 0;
  switch (bp_input_try(path, MOST_BYTES, arena, source, &error)) {
  case BP_INPUT_READ:
    return;
  case BP_INPUT_UNREADABLE:
    die_unreadable(path, error);
  case BP_INPUT_TOO_LARGE:
    bp_die("a part of the data: a gradient check needs no more than a few hundred samples",
           "%s is larger than 1 GiB", source->name);
  case BP_INPUT_NOTHING_CAME:
    bp_die(bp_input_instead, "cannot read %s: %s", source->name, bp_input_nothing_came);
  case BP_INPUT_INTERRUPTED:
    bp_die_interrupted();
  case BP_INPUT_NO_MEMORY:
    break;
  }
  bp_die_no_memory();
}

void bp_input_map(const char *path, struct bp_arena *arena, struct bp_source *source) {
  double until = 0;
  int error = 0, descriptor = strcmp(path, "-") == 0 ? -1 : open_input(path, &until, &error);
  *source = (struct bp_source){.name = path};
  bool mapped = descriptor >= 0 && bp_mapped(descriptor, path, &source->text, &source->length);
  if (descriptor >= 0)
    close(descriptor);
  if (!mapped)
    bp_input_read(path, arena, source);
}

void bp_input_settle(void) {
  int error;
  const char *name = bp_mapped_changed(&error);
  if (name && error)
    bp_die("a copy on another disk", "cannot read %s: %s", name, strerror(error));
  if (name)
    bp_die("a copy that nobody writes to in the meantime",
           "%s was changed while it was looked at, so nothing can be said of it", name);
}
