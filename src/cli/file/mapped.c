/* A table of what is mapped, in static memory, since the handler of the signal that a lost page
 * raises must be able to read it: a row is counted after it has been filled.  That handler calls
 * nothing but what may be called in one.
 */
#define _GNU_SOURCE /* st_mtim */
#include "cli/file/mapped.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/interrupt.h"

enum { MOST_MAPPED = 512 };

struct mapped {
  const char *name;
  char *bytes;
  size_t length;
  int descriptor; /* of its own, to look at the file again */
  struct stat before;
};

static struct mapped table[MOST_MAPPED];
static volatile sig_atomic_t count;

static void tell(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0)
    return; /* nobody listens */
}

/* A page that is not there any more.  Any other address is no matter of this file, and raises the
 * signal again, with what it does by itself. */
static void lose(int number, siginfo_t *information, void *unused) {
  const char *address = information->si_addr;
  (void)unused;
  for (int k = 0; k < count; k++) {
    if (address < table[k].bytes || address >= table[k].bytes + table[k].length)
      continue;
    bp_interrupt_remove_all();
    tell("backproof: error: ");
    tell(table[k].name);
    tell(" cannot be read to its end: it became shorter while it was looked at, or its disk "
         "failed\n  try: a file that nobody writes to in the meantime\n");
    _exit(BP_EXIT_BAD_INPUT);
  }
  signal(number, SIG_DFL);
}

static void catch_loss(void) {
  struct sigaction action = {.sa_sigaction = lose, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

bool bp_mapped(int descriptor, const char *name, const char **bytes, size_t *length) {
  struct mapped one = {.name = name};
  if (count == MOST_MAPPED || fstat(descriptor, &one.before) != 0 || !S_ISREG(one.before.st_mode) ||
      one.before.st_size <= 0)
    return false;
  one.length = (size_t)one.before.st_size;
  one.descriptor = dup(descriptor);
  if (one.descriptor < 0)
    return false;
  void *mapping = mmap(NULL, one.length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapping == MAP_FAILED) {
    close(one.descriptor);
    return false;
  }
  one.bytes = mapping;
  if (count == 0)
    catch_loss();
  table[count] = one;
  count = count + 1;
  *bytes = one.bytes;
  *length = one.length;
  return true;
}

static bool same_time(struct timespec a, struct timespec b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

const char *bp_mapped_changed(int *error) {
  *error = 0;
  for (int k = 0; k < count; k++) {
    const struct stat *before = &table[k].before;
    struct stat now;
    if (fstat(table[k].descriptor, &now) != 0)
      *error = errno;
    if (*error || now.st_size != before->st_size || !same_time(now.st_mtim, before->st_mtim))
      return table[k].name;
  }
  return NULL;
}
