/* What a piece of work may take, and whether it is to end.
 *
 * A file that somebody else wrote may ask for any amount of memory and time, so whoever works on it
 * does so on a budget: one account of memory for arenas and for what FLINT takes for itself, and
 * the processor time of the thread that works.  A budget is entered in a thread, and everything
 * that the thread does until it leaves counts against it: nobody passes it on, and nobody can
 * forget to.  Where none is entered the budget of the process counts, if there is one.
 *
 * An end is remembered.  Whoever made the budget asks for it afterwards, and no verdict may come of
 * a lack of memory: work whose memory was refused has no result at all, however small the part of
 * it was that did not get any.
 *
 * A budget must outlive the arenas that were made on it.
 */
#ifndef BP_BASE_BUDGET_H
#define BP_BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum bp_budget_end {
  BP_BUDGET_LASTS,
  BP_BUDGET_STOPPED,  /* somebody wants an end */
  BP_BUDGET_TIME,     /* the time is up */
  BP_BUDGET_NO_MEMORY /* memory was refused; before all else */
};

struct bp_budget {
  size_t memory;         /* the most bytes at a time; 0: no limit */
  double seconds;        /* of the processor; 0: no limit */
  bool process;          /* of all threads, and not of the one that entered it */
  bool (*stopped)(void); /* whether somebody wants an end, or NULL */
  /* From here on, nobody else's. */
  atomic_size_t used; /* bytes */
  atomic_int end;     /* enum bp_budget_end */
  atomic_bool full;   /* its own limit was met */
  double spent, since;
};

/* Enters it in this thread; returns what was in force, for bp_budget_leave. */
struct bp_budget *bp_budget_enter(struct bp_budget *budget);
void bp_budget_leave(struct bp_budget *before);

/* A budget for work that can be left undone, to be entered: three quarters of the memory that
 * the one in force has left, and all of its time. */
void bp_budget_part(struct bp_budget *part);

/* Leaves it.  True where nothing came of the work because so much memory is not enough for it,
 * which is no fault; any other end is one of `before`, too. */
bool bp_budget_leave_part(struct bp_budget *part, struct bp_budget *before);

/* In force where a thread has entered none, and in other threads; NULL: none. */
void bp_budget_of_process(struct bp_budget *budget);

/* The one in force here, or NULL. */
struct bp_budget *bp_budget_here(void);

/* Bytes from the account of a budget (NULL is allowed), and back.  False where it has not so many;
 * who then goes without them says so by bp_budget_refuse. */
bool bp_budget_take(struct bp_budget *budget, size_t bytes);
void bp_budget_give(struct bp_budget *budget, size_t bytes);

/* The same for who cannot go without: returns how many bytes it is in debt. */
size_t bp_budget_take_anyway(struct bp_budget *budget, size_t bytes);

/* Memory was refused to what is done on this budget (NULL is allowed). */
void bp_budget_refuse(struct bp_budget *budget);

/* Whether the work at hand is to end.  Asked in the innermost loops: of several calls one looks at
 * the clock. */
bool bp_budget_over(void);

/* The same, with a look at the clock every time; for who asks seldom. */
bool bp_budget_over_by_now(void);

/* How it ended, if it has. */
enum bp_budget_end bp_budget_end(const struct bp_budget *budget);

/* Whether memory was refused because its own limit was met, and not because there is none. */
bool bp_budget_met_limit(const struct bp_budget *budget);

/* The same of the one in force here; BP_BUDGET_LASTS where there is none. */
enum bp_budget_end bp_budget_end_here(void);

#endif
