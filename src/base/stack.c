/* The end of a stack does not move while its thread lives, so the system is asked once: for the
 * main thread it reads a file in /proc to answer.  The main thread's stack grows on demand up to
 * the limit that was in force when it was asked. */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "base/stack.h"

#include <pthread.h>
#include <stdint.h>

enum { NOT_ASKED, KNOWN, NOT_TOLD };

static _Thread_local int state;
static _Thread_local uintptr_t end;

static void ask(void) {
  pthread_attr_t attributes;
  void *lowest = NULL;
  size_t size = 0;
  state = NOT_TOLD;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    return;
  if (pthread_attr_getstack(&attributes, &lowest, &size) == 0 && size > 0) {
    end = (uintptr_t)lowest;
    state = KNOWN;
  }
  pthread_attr_destroy(&attributes);
}

bool bp_stack_has(size_t bytes) {
  if (state == NOT_ASKED)
    ask();
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  return state == NOT_TOLD || (here > end && here - end >= bytes);
}
