/* OpenBLAS's own header clashes with GSL's, so it is included here alone.
 */
#include "num/blas.h"

#include <cblas.h>

/* Whoever sets the number, even to what it is, has threads started that were ended. */
int bp_blas_threads(int threads) {
  int before = openblas_get_num_threads();
  if (threads != before)
    openblas_set_num_threads(threads);
  return before;
}

#ifdef OPENBLAS_VERSION
/* What OpenBLAS itself calls before a fork.  In no header, and not there in a build of it that has
 * no threads. */
extern int blas_thread_shutdown_(void) __attribute__((weak));

void bp_blas_alone(void) {
  bp_blas_threads(1);
  if (blas_thread_shutdown_)
    blas_thread_shutdown_();
}
#endif
