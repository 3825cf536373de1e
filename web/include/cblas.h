/* What OpenBLAS's header has beyond GSL's own BLAS, which serves here: that has no threads. */
#ifndef BP_WEB_CBLAS_H
#define BP_WEB_CBLAS_H

static inline int openblas_get_num_threads(void) { return 1; }
static inline void openblas_set_num_threads(int threads) { (void)threads; }

#endif
