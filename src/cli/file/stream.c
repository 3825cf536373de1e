/* Streams of the C library give up where a signal interrupts a write, and what was in the buffer is
 * lost; and of a write that failed in the middle of a report they keep that it failed, but not
 * why.  So those that reports are written to have a writer of their own behind them.  It is found
 * by its stream in a list, for the C library has no way from the one to the other. */
#define _GNU_SOURCE /* fopencookie, mkostemp */
#include "cli/file/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"

static struct writer {
  FILE *stream;
  int descriptor;
  int error;
  struct writer *next;
  char buffer[BUFSIZ];
} * writers;

static bool is_to_be_repeated(ssize_t result) {
  return result < 0 && errno == EINTR && !bp_interrupt_signal();
}

int bp_stream_open(const char *path, int flags, mode_t mode) {
  int descriptor;
  do
    descriptor = open(path, flags | O_CLOEXEC, mode);
  while (is_to_be_repeated(descriptor));
  return descriptor;
}

DIR *bp_stream_folder(const char *path) {
  int descriptor = bp_stream_open(path, O_RDONLY | O_DIRECTORY, 0);
  DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
  int error = errno;
  if (!folder && descriptor >= 0)
    close(descriptor);
  errno = error;
  return folder;
}

int bp_stream_temporary(char *path) {
  size_t length = strlen(path);
  int descriptor;
  do {
    memcpy(path + length - 6, "XXXXXX", 6);
    descriptor = mkostemp(path, O_CLOEXEC);
  } while (is_to_be_repeated(descriptor));
  return descriptor;
}

ssize_t bp_stream_read(int descriptor, void *bytes, size_t size) {
  ssize_t got;
  do
    got = read(descriptor, bytes, size);
  while (is_to_be_repeated(got));
  return got;
}

/* All of the bytes, or fewer with `error` set. */
static ssize_t write_bytes(void *cookie, const char *bytes, size_t size) {
  struct writer *writer = cookie;
  size_t done = 0;
  while (done < size) {
    ssize_t written = write(writer->descriptor, bytes + done, size - done);
    if (written >= 0)
      done += (size_t)written;
    else if (!is_to_be_repeated(written)) {
      writer->error = writer->error ? writer->error : errno;
      break;
    }
  }
  return (ssize_t)done;
}

/* Not to be made again: the descriptor is gone even where a signal interrupted. */
static int close_descriptor(void *cookie) {
  struct writer *writer = cookie, **place = &writers;
  while (*place != writer)
    place = &(*place)->next;
  *place = writer->next;
  int result = close(writer->descriptor);
  free(writer);
  return result == 0 || errno == EINTR ? 0 : -1;
}

FILE *bp_stream_writing(int descriptor) {
  struct writer *writer = malloc(sizeof *writer);
  if (!writer)
    return NULL;
  writer->descriptor = descriptor;
  writer->error = 0;
  writer->next = writers;
  writer->stream = fopencookie(
      writer, "w", (cookie_io_functions_t){.write = write_bytes, .close = close_descriptor});
  if (!writer->stream) {
    free(writer);
    return NULL;
  }
  setvbuf(writer->stream, writer->buffer, isatty(descriptor) ? _IOLBF : _IOFBF,
          sizeof writer->buffer);
  writers = writer;
  return writer->stream;
}

bool bp_stream_standard_output(void) {
  FILE *stream = bp_stream_writing(STDOUT_FILENO);
  if (stream)
    stdout = stream;
  return stream;
}

static struct writer *writer_of(const FILE *stream) {
  struct writer *writer = writers;
  while (writer && writer->stream != stream)
    writer = writer->next;
  return writer;
}

int bp_stream_descriptor(FILE *stream) {
  const struct writer *writer = writer_of(stream);
  return writer ? writer->descriptor : fileno(stream);
}

int bp_stream_error(FILE *stream) {
  const struct writer *writer = writer_of(stream);
  return writer && writer->error ? writer->error : EIO;
}

/* Pipes and some devices cannot be synced, and on a disk that has become read-only nothing is left
 * to do. */
bool bp_stream_save(FILE *stream) {
  struct writer *writer = writer_of(stream);
  if (fflush(stream) != 0 || ferror(stream) || !writer)
    return false;
  int result;
  do
    result = fsync(writer->descriptor);
  while (is_to_be_repeated(result));
  if (result == 0 || errno == EINVAL || errno == EROFS)
    return true;
  writer->error = errno;
  return false;
}
