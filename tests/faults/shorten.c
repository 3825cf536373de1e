/* A library to be loaded before all others (LD_PRELOAD): as soon as a file is mapped to be read,
 * somebody else writes to it.  CHANGE in the environment says what: a number of bytes that are left
 * of it, or "write", for one that is written anew and the same as before.  Only files whose names
 * end like FILE are meant. */
#undef _FILE_OFFSET_BITS /* mmap and mmap64 are two names here */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_meant(const char *path) {
  const char *wanted = getenv("FILE");
  size_t length = strlen(path), end = wanted ? strlen(wanted) : 0;
  return wanted && length >= end && strcmp(path + length - end, wanted) == 0;
}

static void write_again(const char *path) {
  static const struct timespec long_ago[2] = {{1, 0}, {1, 0}};
  utimensat(AT_FDCWD, path, long_ago, 0);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  void *mapping = (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
  const char *change = getenv("CHANGE");
  char link[64], path[4096];
  if (!change || descriptor < 0 || protection != PROT_READ)
    return mapping;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t got = readlink(link, path, sizeof path - 1);
  if (got <= 0)
    return mapping;
  path[got] = '\0';
  if (!is_meant(path))
    return mapping;
  if (strcmp(change, "write") == 0)
    write_again(path);
  else if (truncate(path, atol(change)) != 0)
    abort();
  return mapping;
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor,
             off_t offset) {
  return mmap(address, length, protection, flags, descriptor, offset);
}
