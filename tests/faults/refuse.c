/* A library to be loaded before all others (LD_PRELOAD) that refuses memory: the N-th request of
 * the program, or all requests from the N-th on.
 *
 *     BACKPROOF_REFUSE=12     the twelfth
 *     BACKPROOF_REFUSE=12+    the twelfth and all after it
 *     BACKPROOF_REFUSE=0      none; only count
 *     BACKPROOF_REFUSE=each   every one, alone
 *     BACKPROOF_REFUSE=each+  every one, alone and with all after it
 *
 * BACKPROOF_REFUSE_REPORT names a file to which the number of requests is written at the end; what
 * is written of each stands at the head of each.c.
 *
 * Requests are those of the program and of every library in it, FLINT, GMP, jansson and libxml2
 * included.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "each.h"

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);

static atomic_ulong requests;
static unsigned long refused;
static bool onwards, counting, counted, each, each_onwards;

/* dlsym may ask for memory itself, before there is a calloc to give it. */
static char early[4096];
static size_t early_used;

/* ISO C does not turn an object pointer into one to a function; POSIX says that its bits serve. */
static void look_up(const char *name, void *function) {
  void *found = dlsym(RTLD_NEXT, name);
  memcpy(function, &found, sizeof found);
}

static void find(void) {
  look_up("malloc", &real_malloc);
  look_up("realloc", &real_realloc);
  look_up("posix_memalign", &real_posix_memalign);
  look_up("aligned_alloc", &real_aligned_alloc);
  look_up("calloc", &real_calloc);
}

/* Refuses this request in a copy of the process; true in the copy. */
static bool refuses_in_copy(unsigned long number, bool and_all_after) {
  counting = false; /* what copying asks for is not the program's */
  if (!each_in_copy(number, and_all_after)) {
    counting = true;
    return false;
  }
  each = false;
  counted = false;
  refused = number;
  onwards = and_all_after;
  counting = true;
  errno = ENOMEM;
  return true;
}

static bool refuses(void) {
  if (!counting)
    return false;
  unsigned long number = atomic_fetch_add(&requests, 1) + 1;
  if (each)
    return refuses_in_copy(number, false) || (each_onwards && refuses_in_copy(number, true));
  bool refuse = refused > 0 && (onwards ? number >= refused : number == refused);
  if (refuse)
    errno = ENOMEM;
  return refuse;
}

void *malloc(size_t size) {
  if (!real_malloc)
    find();
  return refuses() ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size) {
  if (!real_calloc) {
    size_t bytes = (count * size + 15) / 16 * 16;
    if (early_used + bytes > sizeof early)
      return NULL;
    early_used += bytes;
    return early + early_used - bytes;
  }
  return refuses() ? NULL : real_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  if (!real_realloc)
    find();
  return refuses() ? NULL : real_realloc(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  if (!real_posix_memalign)
    find();
  return refuses() ? ENOMEM : real_posix_memalign(out, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  if (!real_aligned_alloc)
    find();
  return refuses() ? NULL : real_aligned_alloc(alignment, size);
}

/* The loader readies this library after those that it was loaded before, so what they ask for then
 * is not counted: nothing of the program has run. */
__attribute__((constructor)) static void begin(void) {
  const char *which = getenv("BACKPROOF_REFUSE");
  if (!which)
    return;
  unsetenv("BACKPROOF_REFUSE"); /* what is started has memory */
  char *end;
  each = strncmp(which, "each", 4) == 0;
  each_onwards = each && which[4] == '+';
  refused = strtoul(which, &end, 10);
  onwards = *end == '+';
  if (each && !each_begin(getenv("BACKPROOF_REFUSE_REPORT")))
    _exit(99);
  counting = counted = true;
}

__attribute__((destructor)) static void report(void) {
  counting = false;
  const char *path = getenv("BACKPROOF_REFUSE_REPORT");
  char text[32];
  if (!path || !counted)
    return;
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&requests));
  if (file < 0 || write(file, text, (size_t)length) != length)
    _exit(99);
  close(file);
}
