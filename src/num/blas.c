/* OpenBLAS's own header clashes with GSL's, so it is included here alone.
 */
#include "num/blas.h"

#include <cblas.h>

int bp_blas_threads(int threads) {
  int before = openblas_get_num_threads();
  openblas_set_num_threads(threads);
  return before;
}
