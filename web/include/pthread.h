/* Threads where there is one.  None can be started, so a parallel loop runs in the calling thread;
 * locks are free, and what is to be called once is. */
#ifndef BP_WEB_PTHREAD_H
#define BP_WEB_PTHREAD_H

#include <errno.h>
#include <stddef.h>

typedef int pthread_t, pthread_mutex_t, pthread_cond_t, pthread_once_t, pthread_key_t;
typedef struct {
  size_t size;
} pthread_attr_t;

#define PTHREAD_MUTEX_INITIALIZER 0
#define PTHREAD_COND_INITIALIZER 0
#define PTHREAD_ONCE_INIT 0

static inline pthread_t pthread_self(void) { return 0; }
static inline int pthread_attr_init(pthread_attr_t *attributes) {
  attributes->size = 0;
  return 0;
}
static inline int pthread_attr_destroy(pthread_attr_t *attributes) {
  (void)attributes;
  return 0;
}
static inline int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size) {
  attributes->size = size;
  return 0;
}
static inline int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                                 void *(*run)(void *), void *argument) {
  (void)thread, (void)attributes, (void)run, (void)argument;
  return EAGAIN;
}
static inline int pthread_join(pthread_t thread, void **result) {
  (void)thread, (void)result;
  return ESRCH;
}

/* The stack begins where memory does and grows down: build.py has the linker do so, with this size.
 */
#define WEB_STACK_BYTES 4194304

static inline int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  (void)thread;
  attributes->size = WEB_STACK_BYTES;
  return 0;
}
static inline int pthread_attr_getstack(const pthread_attr_t *attributes, void **lowest,
                                        size_t *size) {
  *lowest = NULL;
  *size = attributes->size;
  return 0;
}

static inline int pthread_mutex_lock(pthread_mutex_t *mutex) {
  (void)mutex;
  return 0;
}
static inline int pthread_mutex_unlock(pthread_mutex_t *mutex) {
  (void)mutex;
  return 0;
}
static inline int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  (void)mutex;
  return 0;
}
static inline int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  (void)condition, (void)mutex;
  return 0;
}
static inline int pthread_cond_signal(pthread_cond_t *condition) {
  (void)condition;
  return 0;
}
static inline int pthread_cond_broadcast(pthread_cond_t *condition) {
  (void)condition;
  return 0;
}
static inline int pthread_cond_destroy(pthread_cond_t *condition) {
  (void)condition;
  return 0;
}
static inline int pthread_once(pthread_once_t *once, void (*function)(void)) {
  if (!*once) {
    *once = 1;
    function();
  }
  return 0;
}

/* What is to be done when a thread ends never is: the page ends with it. */
static inline int pthread_key_create(pthread_key_t *key, void (*end)(void *)) {
  (void)end;
  *key = 0;
  return 0;
}
static inline int pthread_setspecific(pthread_key_t key, const void *value) {
  (void)key, (void)value;
  return 0;
}

#endif
