/* Whole files, because messages show lines of them.  The size of a pipe is not known beforehand, so
 * the bytes are collected in a block that doubles, and copied into the arena once. */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"
#include "cli/output.h"

static const size_t MOST_BYTES = (size_t)1 << 30;

/* -1 with *error set.  What cannot be looked at cannot be kept from being replaced by a report, so
 * it is not read either. */
static int open_input(const char *path, int *error) {
  int descriptor = bp_stream_open(path, O_RDONLY, 0);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0)
    *error = errno;
  else if (S_ISDIR(status.st_mode))
    *error = EISDIR;
  else {
    if (S_ISREG(status.st_mode))
      bp_output_protect(status.st_dev, status.st_ino);
    return descriptor;
  }
  if (descriptor >= 0)
    close(descriptor);
  return -1;
}

/* Reads to the end; the caller frees *bytes, whatever the outcome. */
static enum bp_input_outcome read_all(int descriptor, size_t most, char **bytes, size_t *length,
                                      int *error) {
  size_t capacity = (size_t)1 << 16;
  *length = 0;
  *bytes = malloc(capacity);
  while (*bytes) {
    ssize_t got = bp_stream_read(descriptor, *bytes + *length, capacity - *length);
    *error = errno;
    if (bp_interrupt_signal())
      return BP_INPUT_INTERRUPTED;
    if (got < 0)
      return BP_INPUT_UNREADABLE;
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
  int descriptor = standard ? STDIN_FILENO : open_input(path, error);
  if (descriptor < 0)
    return *error == ENOMEM ? BP_INPUT_NO_MEMORY : BP_INPUT_UNREADABLE;
  char *bytes;
  size_t length;
  enum bp_input_outcome outcome = read_all(descriptor, most, &bytes, &length, error);
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
  case BP_INPUT_INTERRUPTED:
    bp_die_interrupted();
  case BP_INPUT_NO_MEMORY:
    break;
  }
  bp_die_no_memory();
}
