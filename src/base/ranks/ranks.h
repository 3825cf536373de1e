/* The same program several times, on one machine or on many, each with a part of the work.
 *
 * Under mpirun every process is a rank, from 0; all of them run the same code on the same input and
 * meet in the calls below, in the same order.  A part is a stretch of what is counted, so that what
 * ranks say one after the other is in the order in which one process alone would have come to it:
 * sums that are not exact, first ones and worst ones then are the same for any number of ranks.
 *
 * A process that was started alone, and a program that is built without MPI, is rank 0 of 1: every
 * call then leaves things as they are.  Only the thread that began may make a call.  A rank that
 * cannot go on ends all of them.
 */
#ifndef BP_BASE_RANKS_RANKS_H
#define BP_BASE_RANKS_RANKS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether this program is built with MPI at all. */
bool bp_ranks_built(void);

/* Joins the others that the launcher started.  False: there is nothing to join. */
bool bp_ranks_begin(void);

/* The same in a program that has begun MPI itself, and goes on with it after bp_ranks_end.  False:
 * it has not. */
bool bp_ranks_borrow(void);
void bp_ranks_end(void);

/* Ends every rank with that exit status; returns where there is only this one. */
void bp_ranks_abort(int status);

int bp_rank(void);       /* of this process, from 0 */
int bp_ranks(void);      /* how many there are */
int bp_ranks_here(void); /* how many of them are on this machine */

/* The stretch [from, to) of so many things that is this rank's; together they are all, in order. */
struct bp_share {
  size_t from, to;
};

struct bp_share bp_share_of(size_t count, int rank, int ranks);

static inline struct bp_share bp_share_here(size_t count) {
  return bp_share_of(count, bp_rank(), bp_ranks());
}

/* Of all ranks.  A sum of whole numbers below 2^53 is exact. */
double bp_ranks_sum(double value);
double bp_ranks_largest(double value); /* of numbers that are not NaN */
bool bp_ranks_any(bool value);

/* The sum of what the ranks before this one say. */
double bp_ranks_before(double value);

/* Every rank gets what rank 0 has there. */
void bp_ranks_tell(void *bytes, size_t size);

/* `rows` are `count` records of `size` bytes, of which every rank has filled its part: afterwards
 * all ranks have all of them, or rank 0 has. */
void bp_ranks_share(void *rows, size_t count, size_t size);
void bp_ranks_gather(void *rows, size_t count, size_t size);

/* One record of each rank, in order: all[rank], for every rank. */
void bp_ranks_each(const void *record, size_t size, void *all);

#endif
