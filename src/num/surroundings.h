/* What a check needs of the libraries below it, for as long as it runs: GSL must not abort, and
 * BLAS must not start threads of its own beside those of the check; FLINT must not end the process
 * where memory is refused.
 *
 * These are settings of the whole process, which belongs to somebody else.  Checks may run in
 * several threads at the same time: the first to enter keeps what it finds, the last to leave puts
 * it back.
 */
#ifndef BP_NUM_SURROUNDINGS_H
#define BP_NUM_SURROUNDINGS_H

void bp_surroundings_enter(void);
void bp_surroundings_leave(void);

#endif
