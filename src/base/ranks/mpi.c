/* Ranks by MPI.
 *
 * A communicator of our own keeps our messages apart from those of a program that this is part of.
 * Records are a type of their own, so a count is one of records, and 2 GiB of them are no limit;
 * what has no records is told in pieces.  The default handler of errors ends all ranks with a
 * message: a rank that is gone is not waited for.
 */
#include "base/ranks/ranks.h"

#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- one number ---------------------------------------------------------- */

static double reduced(double value, MPI_Op operation) {
  double result = value;
  if (world.ranks > 1)
    MPI_Allreduce(&value, &result, 1, MPI_DOUBLE, operation, world.all);
  return result;
}

double bp_ranks_sum(double value) { return reduced(value, MPI_SUM); }

double bp_ranks_largest(double value) { return reduced(value, MPI_MAX); }

bool bp_ranks_any(bool value) { return reduced(value, MPI_MAX) > 0; }

double bp_ranks_before(double value) {
  double before = 0;
  if (world.ranks > 1)
    MPI_Exscan(&value, &before, 1, MPI_DOUBLE, MPI_SUM, world.all);
  return world.rank > 0 ? before : 0; /* Exscan leaves that of rank 0 open */
}

/* ---- many ---------------------------------------------------------------- */

void bp_ranks_tell(void *bytes, size_t size) {
  enum { PIECE = 1 << 30 };
  char *at = bytes;
  for (; world.ranks > 1 && size > 0;) {
    size_t piece = size < PIECE ? size : PIECE;
    MPI_Bcast(at, (int)piece, MPI_BYTE, 0, world.all);
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
    MPI_Allgatherv(MPI_IN_PLACE, 0, record, rows, counts, places, record, world.all);
  else if (world.rank == 0)
    MPI_Gatherv(MPI_IN_PLACE, 0, record, rows, counts, places, record, 0, world.all);
  else
    MPI_Gatherv((char *)rows + own.from * size, (int)(own.to - own.from), record, NULL, NULL, NULL,
                record, 0, world.all);
  MPI_Type_free(&record);
  free(counts);
}

void bp_ranks_share(void *rows, size_t count, size_t size) { move_parts(rows, count, size, true); }

void bp_ranks_gather(void *rows, size_t count, size_t size) {
  move_parts(rows, count, size, false);
}

void bp_ranks_each(const void *record, size_t size, void *all) {
  if (world.ranks == 1)
    memcpy(all, record, size);
  else
    MPI_Allgather(record, (int)size, MPI_BYTE, all, (int)size, MPI_BYTE, world.all);
}
