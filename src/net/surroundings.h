/* What a check needs of the libraries below it, for as long as it runs: GSL must not abort, and
 * BLAS must not start threads of its own beside those of the check.
 */
#ifndef BP_NET_SURROUNDINGS_H
#define BP_NET_SURROUNDINGS_H

#include <gsl/gsl_errno.h>

#include "num/blas.h"

struct bp_surroundings {
  gsl_error_handler_t *handler;
  int blas_threads;
};

static inline struct bp_surroundings bp_surroundings_enter(void) {
  return (struct bp_surroundings){gsl_set_error_handler_off(), bp_blas_threads(1)};
}

static inline void bp_surroundings_leave(struct bp_surroundings before) {
  gsl_set_error_handler(before.handler);
  bp_blas_threads(before.blas_threads);
}

#endif
