/* Ranks by MPI.
 *
 * A communicator of our own keeps our messages apart from those of a program that this is part of.
 * Records are a type of their own, so a count is one of records, and 2 GiB of them are no limit;
 * what has no records is told in pieces.  The default handler of errors ends all ranks with a
 * message: a rank that is gone is not waited for.
 *
 * A rank that waits sleeps.  MPI itself asks again and again while it waits, or yields to whoever
 * else wants the processor, which then gets half of it: where ranks share processors, what waits
 * takes as much as what computes.  So every call is begun without waiting and asked about ever more
 * rarely, MOST_NANOSECONDS apart at last; that is what a check may lose in each of its few
 * meetings.
 */
#include "base/ranks/ranks.h"

#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEAST_NANOSECONDS = 1000, MOST_NANOSECONDS = 500000 };

static struct {
  MPI_Comm all;
  int rank, ranks, here;
  bool ours; /* this library has begun MPI, and ends it */
} world = {.all = MPI_COMM_NULL, .rank = 0, .ranks = 1, .here = 1};

bool bp_ranks_built(void) { return true; }

static void enter(bool ours) {
  MPI_Comm here;
  world.ours = ours;
  MPI_Comm_dup(MPI_COMM_WORLD, &world.all);
  MPI_Comm_rank(world.all, &world.rank);
  MPI_Comm_size(world.all, &world.ranks);
  MPI_Comm_split_type(world.all, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  MPI_Comm_size(here, &world.here);
  MPI_Comm_free(&here);
}

bool bp_ranks_begin(void) {
  int level;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
    return false;
  enter(true);
  return true;
}

bool bp_ranks_borrow(void) {
  int begun = 0, over = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&over);
  if (!begun || over)
    return false;
  if (world.all == MPI_COMM_NULL)
    enter(false);
  return true;
}

void bp_ranks_end(void) {
  if (world.all == MPI_COMM_NULL)
    return;
  MPI_Comm_free(&world.all);
  world.rank = 0;
  world.ranks = world.here = 1;
  if (world.ours)
    MPI_Finalize();
}

void bp_ranks_abort(int status) {
  if (world.all != MPI_COMM_NULL && world.ranks > 1)
    MPI_Abort(world.all, status);
}

int bp_rank(void) { return world.rank; }

int bp_ranks(void) { return world.ranks; }

int bp_ranks_here(void) { return world.here; }

/* Until what was begun is done; the messages of ranks that compute go on while this one looks. */
static void wait_for(MPI_Request *request) {
  struct timespec pause = {0, LEAST_NANOSECONDS};
  int done = 0;
  for (MPI_Test(request, &done, MPI_STATUS_IGNORE); !done;
       MPI_Test(request, &done, MPI_STATUS_IGNORE)) {
    nanosleep(&pause, NULL);
    if (pause.tv_nsec < MOST_NANOSECONDS)
      pause.tv_nsec += pause.tv_nsec / 2;
  }
}

/* ---- one number ---------------------------------------------------------- */

static double reduced(double value, MPI_Op operation) {
  double result = value;
  MPI_Request request;
  if (world.ranks > 1) {
    MPI_Iallreduce(&value, &result, 1, MPI_DOUBLE, operation, world.all, &request);
    wait_for(&request);
  }
  return result;
}

double bp_ranks_sum(double value) { return reduced(value, MPI_SUM); }

double bp_ranks_largest(double value) { return reduced(value, MPI_MAX); }

bool bp_ranks_any(bool value) { return reduced(value, MPI_MAX) > 0; }

double bp_ranks_before(double value) {
  double before = 0;
  MPI_Request request;
  if (world.ranks > 1) {
    MPI_Iexscan(&value, &before, 1, MPI_DOUBLE, MPI_SUM, world.all, &request);
    wait_for(&request);
  }
  return world.rank > 0 ? before : 0; /* Exscan leaves that of rank 0 open */
}

/* ---- many ---------------------------------------------------------------- */

void bp_ranks_tell(void *bytes, size_t size) {
  enum { PIECE = 1 << 30 };
  char *at = bytes;
  MPI_Request request;
  for (; world.ranks > 1 && size > 0;) {
    size_t piece = size < PIECE ? size : PIECE;
    MPI_Ibcast(at, (int)piece, MPI_BYTE, 0, world.all, &request);
    wait_for(&request);
    at += piece;
    size -= piece;
  }
}

/* Where the parts of all ranks lie, in records; there may be more than an int counts, and then
 * nothing can be said to MPI. */
static void find_parts(size_t count, int *counts, int *places) {
  if (count > INT_MAX)
    MPI_Abort(world.all, 3);
  for (int rank = 0; rank < world.ranks; rank++) {
    struct bp_share part = bp_share_of(count, rank, world.ranks);
    counts[rank] = (int)(part.to - part.from);
    places[rank] = (int)part.from;
  }
}

static void move_parts(void *rows, size_t count, size_t size, bool to_all) {
  MPI_Datatype record;
  MPI_Request request;
  if (world.ranks == 1 || count == 0)
    return;
  int *counts = malloc(2 * (size_t)world.ranks * sizeof *counts);
  if (!counts)
    MPI_Abort(world.all, 3);
  int *places = counts + world.ranks;
  struct bp_share own = bp_share_here(count);
  find_parts(count, counts, places);
  MPI_Type_contiguous((int)size, MPI_BYTE, &record);
  MPI_Type_commit(&record);
  if (to_all)
    MPI_Iallgatherv(MPI_IN_PLACE, 0, record, rows, counts, places, record, world.all, &request);
  else if (world.rank == 0)
    MPI_Igatherv(MPI_IN_PLACE, 0, record, rows, counts, places, record, 0, world.all, &request);
  else
    MPI_Igatherv((char *)rows + own.from * size, (int)(own.to - own.from), record, NULL, NULL, NULL,
                 record, 0, world.all, &request);
  wait_for(&request);
  MPI_Type_free(&record);
  free(counts);
}

void bp_ranks_share(void *rows, size_t count, size_t size) { move_parts(rows, count, size, true); }

void bp_ranks_gather(void *rows, size_t count, size_t size) {
  move_parts(rows, count, size, false);
}

void bp_ranks_each(const void *record, size_t size, void *all) {
  MPI_Request request;
  if (world.ranks == 1) {
    memcpy(all, record, size);
    return;
  }
  MPI_Iallgather(record, (int)size, MPI_BYTE, all, (int)size, MPI_BYTE, world.all, &request);
  wait_for(&request);
}
