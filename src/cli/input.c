/* Whole files, because messages show lines of them.  The size of a pipe is not known beforehand, so
 * the bytes are collected in a block that doubles, and copied into the arena once. */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/interrupt.h"

static const size_t MOST_BYTES = (size_t)1 << 30;

static _Noreturn void die_unreadable(const char *name, int error) {
  const char *suggestion = NULL;
  if (error == ENOENT)
    suggestion = "check the spelling, and the folder you are in";
  else if (error == EISDIR)
    suggestion = "a file in it, such as iris.csv";
  bp_die(suggestion, "cannot read %s: %s", name, strerror(error));
}

static FILE *open_input(const char *path) {
  FILE *stream = fopen(path, "rb");
  struct stat status;
  if (!stream)
    die_unreadable(path, errno);
  if (fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode))
    die_unreadable(path, EISDIR);
  return stream;
}

/* Reads to the end; the caller frees *bytes. */
static size_t read_all(FILE *stream, const char *name, char **bytes) {
  size_t length = 0, capacity = (size_t)1 << 16;
  *bytes = malloc(capacity);
  while (*bytes) {
    length += fread(*bytes + length, 1, capacity - length, stream);
    if (bp_interrupt_signal())
      bp_die_interrupted();
    if (ferror(stream))
      die_unreadable(name, errno);
    if (length > MOST_BYTES)
      bp_die("a part of the data: a gradient check needs no more than a few hundred samples",
             "%s is larger than 1 GiB", name);
    if (length < capacity)
      return length;
    char *larger = realloc(*bytes, capacity *= 2);
    if (!larger)
      free(*bytes);
    *bytes = larger;
  }
  bp_die_no_memory();
}

void bp_input_read(const char *path, struct bp_arena *arena, struct bp_source *source) {
  bool standard = strcmp(path, "-") == 0;
  const char *name = standard ? "standard input" : path;
  FILE *stream = standard ? stdin : open_input(path);
  char *bytes;
  size_t length = read_all(stream, name, &bytes);
  if (!standard)
    fclose(stream);
  char *text = bp_arena_strndup(arena, "", 0);
  if (text && length > 0) {
    text = bp_arena_alloc(arena, length + 1, 1);
    if (text)
      memcpy(text, bytes, length);
  }
  free(bytes);
  if (!text)
    bp_die_no_memory();
  *source = (struct bp_source){.name = name, .text = text, .length = length};
}
