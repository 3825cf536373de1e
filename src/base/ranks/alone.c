/* What stands for MPI where there is none: one rank, which has everything already. */
#include "base/ranks/ranks.h"

#include <string.h>

bool bp_ranks_built(void) { return false; }

bool bp_ranks_begin(void) { return false; }

bool bp_ranks_borrow(void) { return false; }

void bp_ranks_end(void) {}

void bp_ranks_abort(int status) { (void)status; }

int bp_rank(void) { return 0; }

int bp_ranks(void) { return 1; }

int bp_ranks_here(void) { return 1; }

double bp_ranks_sum(double value) { return value; }

double bp_ranks_largest(double value) { return value; }

bool bp_ranks_any(bool value) { return value; }

double bp_ranks_before(double value) {
  (void)value;
  return 0;
}

void bp_ranks_tell(void *bytes, size_t size) {
  (void)bytes;
  (void)size;
}

void bp_ranks_share(void *rows, size_t count, size_t size) {
  (void)rows;
  (void)count;
  (void)size;
}

void bp_ranks_gather(void *rows, size_t count, size_t size) {
  (void)rows;
  (void)count;
  (void)size;
}

void bp_ranks_each(const void *record, size_t size, void *all) { memcpy(all, record, size); }
