/* The running programs of one check: several copies of the same command, each of which answers one
 * request at a time.
 *
 * Whatever a program does wrong ends this one with one message (trouble.h); the exit handler
 * of child.c then ends all of them.
 *
 * Both arenas are the caller's; what outlives an answer is in the first.
 */
#ifndef BP_CLI_EXEC_CREW_H
#define BP_CLI_EXEC_CREW_H

#include <signal.h>

#include "cli/exec/child.h"
#include "cli/exec/talk.h"

enum { BP_MOST_JOBS = 64 };

/* What one of them is at. */
struct bp_worker {
  struct bp_request request;
  double asked;                 /* when */
  bool busy;                    /* the answer has not come */
  size_t answers;               /* so far */
  size_t point;                 /* of a batch */
  struct bp_numbers_text whole; /* room for a whole point; none until one is needed */
};

struct bp_crew {
  char *const *command;
  size_t jobs;
  double timeout;         /* seconds for an answer */
  double time_limit;      /* seconds for all answers; 0: no limit */
  double began;           /* when */
  size_t memory;          /* bytes that lines of all programs may take together; 0: no limit */
  struct bp_arena *arena; /* until the end */
  struct bp_arena *spare; /* for one answer */
  struct bp_child children[BP_MOST_JOBS];
  struct bp_worker workers[BP_MOST_JOBS];
  double looked; /* when it was last seen whether all are alive */
  struct bp_description description;
  struct bp_numbers_text base;
  size_t batches;           /* of points, so far */
  size_t errors;            /* answers that were errors, at points near the base point */
  const char *first_error;  /* the text of the first */
  size_t first_batch;       /* in which it came */
  void (*broken_pipe)(int); /* what was done about SIGPIPE before */
};

/* Starts `jobs` programs and has them describe themselves.  False: interrupted. */
bool bp_crew_start(struct bp_crew *crew);

/* The description's theta has been changed: what is sent follows. */
void bp_crew_move(struct bp_crew *crew);

/* The gradient or Jacobian at the base point.  False: interrupted. */
bool bp_crew_gradient(struct bp_crew *crew, double *gradient);

/* For struct bp_probed: `crew` is a struct bp_crew.  Where the program has no gradient at a point
 * beside the described one, all of it is NaN. */
int bp_crew_differentiate(void *crew, const double *theta, double *gradient);

/* For struct bp_probed: `crew` is a struct bp_crew. */
int bp_crew_evaluate(void *crew, const struct bp_probe_point *points, size_t count, double *values);

/* Ends all of them in an orderly way. */
void bp_crew_end(struct bp_crew *crew);

#endif
