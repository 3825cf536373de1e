/* How many threads the BLAS may start.  Its products here run inside threads of our own, or are
 * small; threads of BLAS's own would only get in the way.
 */
#ifndef BP_NUM_BLAS_H
#define BP_NUM_BLAS_H

/* Sets the number of threads of the BLAS in this process and returns what it was. */
int bp_blas_threads(int threads);

/* For a process that will not use them: one thread, and an end to those that the BLAS started when
 * it was loaded.  They look for work for a tenth of a second, each on a processor that threads of
 * our own could have. */
void bp_blas_alone(void);

#endif
