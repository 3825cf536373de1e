/* A report is either there and complete, or not there.
 *
 * A file is written as a temporary one beside its target, so that renaming it at the end is one
 * step that cannot be seen half done; an exit handler and the signal handler remove it on every
 * other way out.  Standard output is not touched before the work is complete; then a signal may end
 * the program as it would end any other. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"

static struct bp_output *unfinished; /* the first of a list */

static void remove_unfinished(void) {
  for (; unfinished; unfinished = unfinished->another) {
    bp_interrupt_keep(unfinished->temporary);
    unlink(unfinished->temporary);
  }
}

static void forget(const struct bp_output *output) {
  struct bp_output **place = &unfinished;
  while (*place && *place != output)
    place = &(*place)->another;
  if (*place)
    *place = output->another;
  bp_interrupt_keep(output->temporary);
}

static _Noreturn void die_unwritable(const struct bp_output *output, int error) {
  char suggestion[128];
  snprintf(suggestion, sizeof suggestion,
           "%s with a file in a folder where you may write, and room on its disk", output->option);
  bp_die(suggestion, "cannot write the report to %s: %s", output->name, strerror(error));
}

/* ---- inputs -------------------------------------------------------------- */

static struct {
  pthread_mutex_t lock;
  struct {
    dev_t device;
    ino_t number;
  } * list;
  size_t count, capacity;
} inputs = {.lock = PTHREAD_MUTEX_INITIALIZER};

void bp_output_protect(dev_t device, ino_t number) {
  pthread_mutex_lock(&inputs.lock);
  if (inputs.count == inputs.capacity) {
    size_t capacity = inputs.capacity ? 2 * inputs.capacity : 16;
    void *larger = realloc(inputs.list, capacity * sizeof *inputs.list);
    if (!larger) {
      pthread_mutex_unlock(&inputs.lock);
      bp_die_no_memory();
    }
    inputs.list = larger;
    inputs.capacity = capacity;
  }
  inputs.list[inputs.count].device = device;
  inputs.list[inputs.count++].number = number;
  pthread_mutex_unlock(&inputs.lock);
}

void bp_output_protect_file(const char *path) {
  struct stat status;
  if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
    bp_output_protect(status.st_dev, status.st_ino);
}

static void refuse_input(const struct bp_output *output) {
  struct stat now;
  if (!output->target || stat(output->target, &now) != 0)
    return;
  bool read = false;
  pthread_mutex_lock(&inputs.lock);
  for (size_t i = 0; i < inputs.count && !read; i++)
    read = inputs.list[i].device == now.st_dev && inputs.list[i].number == now.st_ino;
  pthread_mutex_unlock(&inputs.lock);
  char suggestion[128];
  snprintf(suggestion, sizeof suggestion, "%s with the name of another file", output->option);
  if (read)
    bp_die(suggestion, "%s is read, and the report would take its place", output->name);
}

static _Noreturn void die_no_file(const struct bp_output *output) {
  char suggestion[128];
  snprintf(suggestion, sizeof suggestion, "%s with the name of a file, such as %s", output->option,
           strcmp(output->option, "--report") == 0 ? "junit:report.xml" : "report.json");
  bp_die(suggestion, "cannot write the report to \"%s\": that %s", output->name,
         *output->name ? "names a folder, not a file" : "is no name");
}

/* The mode of the file that is replaced, or what a new file gets. */
static mode_t wanted_mode(const struct stat *old) {
  if (old)
    return old->st_mode & 0777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

char *bp_temporary_name(const char *target) {
  static const char name[] = ".backproof-XXXXXX";
  const char *slash = strrchr(target, '/');
  size_t folder = slash ? (size_t)(slash - target) + 1 : 0;
  char *path = malloc(folder + sizeof name);
  if (!path)
    bp_die_no_memory();
  memcpy(path, target, folder);
  memcpy(path + folder, name, sizeof name);
  return path;
}

static void open_temporary(struct bp_output *output, const char *path, const struct stat *old) {
  output->target = old ? realpath(path, NULL) : strdup(path); /* a link stays a link */
  if (!output->target)
    die_unwritable(output, errno);
  output->temporary = bp_temporary_name(output->target);
  int descriptor = bp_stream_temporary(output->temporary);
  if (descriptor < 0)
    die_unwritable(output, errno);
  output->another = unfinished;
  unfinished = output;
  bp_interrupt_remove(output->temporary);
  fchmod(descriptor, wanted_mode(old));
  output->stream = bp_stream_writing(descriptor);
  if (!output->stream)
    bp_die_no_memory();
}

void bp_output_open(struct bp_output *output, const char *path) {
  bp_output_open_for(output, path, "--output");
}

void bp_output_open_for(struct bp_output *output, const char *path, const char *option) {
  *output = (struct bp_output){.stream = stdout, .name = "standard output", .option = option};
  if (!path || strcmp(path, "-") == 0) {
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
      die_unwritable(output, errno);
    return;
  }
  static bool registered;
  if (!registered)
    atexit(remove_unfinished);
  registered = true;
  output->name = path;
  struct stat old;
  bool exists = stat(path, &old) == 0;
  if (!exists && errno != ENOENT)
    die_unwritable(output, errno);
  if (*path == '\0' || path[strlen(path) - 1] == '/' || (exists && S_ISDIR(old.st_mode)))
    die_no_file(output);
  if (exists && access(path, W_OK) != 0)
    die_unwritable(output, errno);
  if (exists && !S_ISREG(old.st_mode)) {
    int descriptor = bp_stream_open(path, O_WRONLY | O_TRUNC, 0);
    if (descriptor < 0)
      die_unwritable(output, errno);
    output->stream = bp_stream_writing(descriptor);
    if (!output->stream)
      bp_die_no_memory();
    return;
  }
  open_temporary(output, path, exists ? &old : NULL);
}

void bp_output_begin(struct bp_output *output) {
  if (bp_interrupt_signal())
    bp_die_interrupted();
  if (!output->target)
    bp_interrupt_release();
}

void bp_output_complete(struct bp_output *output, int status) {
  bool failed = output->target ? !bp_stream_save(output->stream)
                               : fflush(output->stream) != 0 || ferror(output->stream);
  int error = bp_stream_error(output->stream);
  if (output->stream != stdout && fclose(output->stream) != 0 && !failed) {
    failed = true;
    error = errno;
  }
  if (bp_interrupt_signal())
    bp_die_interrupted();
  if (failed && output->stream == stdout) { /* said here, so not again when the program exits */
    __fpurge(stdout);
    clearerr(stdout);
  }
  if (failed)
    die_unwritable(output, error);
  if (status != 0)
    bp_die_no_memory();
}

void bp_output_publish(struct bp_output *output) {
  if (output->target) {
    refuse_input(output);
    if (rename(output->temporary, output->target) != 0)
      die_unwritable(output, errno);
    forget(output);
  }
  free(output->target);
  free(output->temporary);
}

void bp_output_finish(struct bp_output *output, int status) {
  bp_output_complete(output, status);
  bp_output_publish(output);
}
