/* One call of the public library that checks other people's code, from its arguments to its result.
 * Not installed.
 *
 * Whoever has a new form of function describes it as a struct bp_call_form and hands over to
 * bp_call_differentiate and bp_call_check.
 *
 * Everything that a call points to lives in call->arena, which its result takes over; the arguments
 * of the caller stay the caller's and are not kept.
 */
#ifndef BP_API_CALL_H
#define BP_API_CALL_H

#include <stdbool.h>

#include "api/backproof.h"
#include "base/arena.h"
#include "base/neutral.h"
#include "probe/probe.h"
#include "results/results.h"

struct bp_result_detail {
  struct bp_arena *arena;
  struct bp_report *report;
  bool jacobian;
};

struct bp_call;

/* A form of function that can be checked. */
struct bp_call_form {
  const char *title;    /* of the report where the options have none */
  const char *function; /* what to call it in names of blocks, "f"; NULL: a loss, whose blocks have
                           the parameters' own names */
  const char *variable; /* what to call the parameters where the options have no blocks */
  /* The function at call->theta; false where it has no value. */
  bool (*value)(struct bp_call *call, double *values);
  /* Its derivative there, outputs rows of `parameters` numbers; false where it cannot be had. */
  bool (*derivative)(struct bp_call *call, double *derivative);
};

struct bp_call {
  const struct bp_call_form *form;
  const void *system;     /* what form->value works on: a struct of the caller's */
  struct bp_arena *arena; /* NULL: no memory */
  const char *complaint;  /* what is wrong with the arguments; NULL: nothing */
  const struct bp_derivative_options *wishes;
  struct bp_probed probed;
  struct bp_probe_options options;
  double *theta;    /* the point in the work: the base point with what is asked for changed */
  float *single;    /* the same in float, where the function wants that */
  double *gradient; /* outputs rows of `parameters` numbers */
  double *again;    /* the same, once more */
  struct bp_report *report;
  struct bp_neutral neutral; /* while the library computes and writes, and not their code */
};

/* Copies `theta` (n numbers, `stride` apart) and makes room for k rows of n entries.  On failure
 * call.complaint or a missing arena says so and bp_call_finish makes a result of it; every later
 * step must then be left out: bp_call_failed. */
void bp_call_begin(struct bp_call *call, const struct bp_call_form *form, const void *system,
                   const struct bp_derivative_options *options, const double *theta, size_t stride,
                   size_t n, size_t k);
bool bp_call_failed(const struct bp_call *call);

/* What a buffer is full of before the code under test is to fill it: NaN the first time, the next
 * time BP_PROBE_GARBAGE.  What was not written, or was added to, shows then (probe/probe.h). */
void bp_call_soil(double *numbers, size_t count, bool again);

/* Refuses the arguments with that sentence. */
void bp_call_refuse(struct bp_call *call, const char *complaint);

/* Has the derivative computed at the point, twice, into call.gradient and call.again.  False where
 * it cannot be had. */
bool bp_call_differentiate(struct bp_call *call);

/* Runs the check; call.report is NULL when that failed. */
void bp_call_check(struct bp_call *call);

/* The result, which takes over the arena. */
struct bp_result bp_call_finish(struct bp_call *call);

#endif
