/* The thread that works is the only one that looks at its clock; the account and the end may be
 * touched by all threads that share a budget.
 *
 * The clock is the processor time of the thread, so a verdict does not hang on what else the
 * machine does.  Asking the system for it takes as long as ten numbers of 128 bits, so only every
 * 16th question may; the slowest numbers take a millisecond.  And no thread can have worked longer
 * than time has passed, which a coarse clock tells without the system: as long as that stands
 * still, within one of its ticks, nobody is asked, unless there is little time to begin with.
 */
#include "base/budget.h"

#include <stdint.h>
#include <time.h>

enum { QUESTIONS = 16 };
static const double SHORT = 0.1; /* seconds in which a tick counts */

static _Thread_local struct bp_budget *entered;
static _Thread_local unsigned questions;
static _Thread_local long long tick; /* at which the system was asked last; 0: not yet */
static _Atomic(struct bp_budget *) shared;

static double now(const struct bp_budget *budget) {
  struct timespec time = {0};
  clock_gettime(budget->process ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Whether the coarse clock has moved since this was last true. */
static bool has_ticked(void) {
#ifdef CLOCK_MONOTONIC_COARSE
  struct timespec time = {0};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  long long here = 1 + time.tv_sec * 1000000000LL + time.tv_nsec;
  bool ticked = here != tick;
  tick = here;
  return ticked;
#else
  return true;
#endif
}

struct bp_budget *bp_budget_enter(struct bp_budget *budget) {
  struct bp_budget *before = entered;
  budget->since = now(budget);
  entered = budget;
  tick = 0;
  return before;
}

void bp_budget_leave(struct bp_budget *before) {
  if (entered)
    entered->spent += now(entered) - entered->since;
  entered = before;
  tick = 0;
}

void bp_budget_of_process(struct bp_budget *budget) {
  if (budget)
    budget->since = now(budget);
  tick = 0;
  atomic_store(&shared, budget);
}

struct bp_budget *bp_budget_here(void) {
  return entered ? entered : atomic_load_explicit(&shared, memory_order_acquire);
}

/* ---- memory -------------------------------------------------------------- */

static size_t limit_of(const struct bp_budget *budget) {
  return budget->memory ? budget->memory : SIZE_MAX;
}

bool bp_budget_take(struct bp_budget *budget, size_t bytes) {
  if (!budget)
    return true;
  size_t used = atomic_load_explicit(&budget->used, memory_order_relaxed);
  do {
    if (used > limit_of(budget) || bytes > limit_of(budget) - used) {
      atomic_store_explicit(&budget->full, true, memory_order_relaxed);
      return false;
    }
  } while (!atomic_compare_exchange_weak_explicit(&budget->used, &used, used + bytes,
                                                  memory_order_relaxed, memory_order_relaxed));
  return true;
}

/* Never below 0: what FLINT frees may be older than the budget. */
void bp_budget_give(struct bp_budget *budget, size_t bytes) {
  if (!budget)
    return;
  size_t used = atomic_load_explicit(&budget->used, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(&budget->used, &used,
                                                used > bytes ? used - bytes : 0,
                                                memory_order_relaxed, memory_order_relaxed))
    continue;
}

size_t bp_budget_take_anyway(struct bp_budget *budget, size_t bytes) {
  if (!budget)
    return 0;
  size_t used = atomic_fetch_add_explicit(&budget->used, bytes, memory_order_relaxed) + bytes;
  if (used <= limit_of(budget))
    return 0;
  atomic_store_explicit(&budget->full, true, memory_order_relaxed);
  return used - limit_of(budget);
}

/* ---- the end ------------------------------------------------------------- */

static void end(struct bp_budget *budget, enum bp_budget_end how) {
  int before = atomic_load_explicit(&budget->end, memory_order_relaxed);
  while (before < (int)how &&
         !atomic_compare_exchange_weak_explicit(&budget->end, &before, (int)how,
                                                memory_order_relaxed, memory_order_relaxed))
    continue;
}

void bp_budget_part(struct bp_budget *part) {
  const struct bp_budget *whole = bp_budget_here();
  *part = (struct bp_budget){0};
  if (!whole)
    return;
  size_t used = atomic_load_explicit(&whole->used, memory_order_relaxed);
  if (whole->memory)
    part->memory = used < whole->memory ? (whole->memory - used) / 4 * 3 + 1 : 1;
  double left = whole->seconds - whole->spent - (now(whole) - whole->since);
  if (whole->seconds > 0)
    part->seconds = left > 0 ? left : 1e-9; /* 0 is no limit */
  part->process = whole->process;
  part->stopped = whole->stopped;
}

bool bp_budget_leave_part(struct bp_budget *part, struct bp_budget *before) {
  enum bp_budget_end how = bp_budget_end(part);
  bool full = how == BP_BUDGET_NO_MEMORY && atomic_load(&part->full);
  bp_budget_leave(before);
  struct bp_budget *whole = bp_budget_here();
  if (whole && !full)
    end(whole, how);
  return full;
}

void bp_budget_refuse(struct bp_budget *budget) {
  if (budget)
    end(budget, BP_BUDGET_NO_MEMORY);
}

enum bp_budget_end bp_budget_end(const struct bp_budget *budget) {
  return (enum bp_budget_end)atomic_load_explicit(&budget->end, memory_order_relaxed);
}

bool bp_budget_met_limit(const struct bp_budget *budget) { return atomic_load(&budget->full); }

enum bp_budget_end bp_budget_end_here(void) {
  const struct bp_budget *budget = bp_budget_here();
  return budget ? bp_budget_end(budget) : BP_BUDGET_LASTS;
}

bool bp_budget_over_by_now(void) {
  struct bp_budget *budget = bp_budget_here();
  if (!budget)
    return false;
  if (budget->stopped && budget->stopped())
    end(budget, BP_BUDGET_STOPPED);
  else if (budget->seconds > 0 && (budget->process || budget == entered) &&
           (budget->seconds < SHORT || has_ticked()) &&
           budget->spent + (now(budget) - budget->since) > budget->seconds)
    end(budget, BP_BUDGET_TIME);
  return bp_budget_end(budget) != BP_BUDGET_LASTS;
}

bool bp_budget_over(void) {
  return bp_budget_end_here() != BP_BUDGET_LASTS ||
         (questions++ % QUESTIONS == 0 && bp_budget_over_by_now());
}
