/* A count of who is inside, under a lock. */
#include "num/surroundings.h"

#include <gsl/gsl_errno.h>
#include <pthread.h>
#include <stddef.h>

#include "num/blas.h"
#include "num/flint_memory.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t inside;
static gsl_error_handler_t *handler;
static int blas_threads;

void bp_surroundings_enter(void) {
  pthread_mutex_lock(&lock);
  if (inside++ == 0) {
    handler = gsl_set_error_handler_off();
    blas_threads = bp_blas_threads(1);
    bp_flint_memory_borrow();
  }
  pthread_mutex_unlock(&lock);
}

void bp_surroundings_leave(void) {
  pthread_mutex_lock(&lock);
  if (--inside == 0) {
    gsl_set_error_handler(handler);
    bp_blas_threads(blas_threads);
    bp_flint_memory_give_back();
  }
  pthread_mutex_unlock(&lock);
}
