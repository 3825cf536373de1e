/* A loop whose rounds run on several processors.
 *
 * The rounds must not depend on each other; which thread runs which round, and in what order, is
 * left open.  Who wants the same digits on every run therefore writes each round's result to a
 * place of its own and adds up afterwards.
 */
#ifndef BP_BASE_PARALLEL_H
#define BP_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* More threads than this are never started, however many are asked for. */
enum { BP_MOST_THREADS = 256 };

/* One round.  `worker` is below the number of threads asked for, and no two rounds with the same
 * worker run at the same time, so it may index scratch space; worker 0 is the calling thread. */
typedef void bp_parallel_body(size_t index, int worker, void *user);

/* Told the share done, 0..1; returning false asks to stop. */
typedef bool bp_parallel_progress(double share, void *user);

/* How many processors this process may use, at least 1 and at most BP_MOST_THREADS. */
int bp_processors(void);

/* So many processes like this one share the machine's processors from now on: bp_processors counts
 * no more than a fair share of them.  To be said before there are threads. */
void bp_processors_share(int processes);

/* Calls body(index, worker, user) once for each index below `count`, on up to `threads` threads
 * (less than 1 counts as 1), and returns when all are done.  Where threads cannot be created the
 * calling thread does their share. */
void bp_parallel_for(size_t count, int threads, bp_parallel_body *body, void *user);

/* The same, with `progress` (may be NULL) called between the rounds of the calling thread, only
 * there.  Returns false when it asked to stop: rounds that had not begun then never run. */
bool bp_parallel_for_progress(size_t count, int threads, bp_parallel_body *body, void *user,
                              bp_parallel_progress *progress, void *progress_user);

/* Between these, the loops of this thread share threads, which are started when a loop first wants
 * them and sleep between loops, instead of starting some for each.  Calls nest; what is not a loop
 * of this thread, or a loop within one of its rounds, is as it would be without. */
void bp_parallel_enter(void);
void bp_parallel_leave(void);

#endif
