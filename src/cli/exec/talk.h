/* The protocol of `backproof exec` as text: requests are written, answers are read; no program is
 * involved.  docs/exec.md describes it.
 *
 * What is wrong with an answer is given as the rest of a sentence that begins with the program's
 * name and the request: "... answered "loss" with ...".
 *
 * What is handed out lives in the arena that is passed.
 */
#ifndef BP_CLI_EXEC_TALK_H
#define BP_CLI_EXEC_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "cli/exec/child.h"
#include "probe/probe.h"

enum { BP_NUMBER_ROOM = 32, BP_MOST_RANK = 8 };

enum bp_op { BP_OP_DESCRIBE, BP_OP_LOSS, BP_OP_GRAD, BP_OP_VALUES, BP_OP_JACOBIAN };

/* A block as the program described it; dimensions[rank]. */
struct bp_talk_shape {
  const char *name;
  size_t rank;
  size_t dimensions[BP_MOST_RANK];
  size_t count; /* of its numbers */
};

struct bp_description {
  size_t parameters, part_count;
  double *theta;
  struct bp_talk_shape *shapes; /* part_count */
  struct bp_probe_part *parts;  /* the same as rows and columns */
  bool single;                  /* it computes in float: theta is rounded to it */
  bool changes;                 /* it takes "change" */
  bool jacobian;                /* it is a vector function */
  size_t outputs;               /* 1 unless it is */
};

/* ---- requests ------------------------------------------------------------ */

/* Numbers as text, with commas between them. */
struct bp_numbers_text {
  char *text;
  size_t *begin; /* count + 1 places: number i is [begin[i], begin[i + 1] - 1) */
  size_t count;
};

/* Room for `count` numbers; false without memory. */
bool bp_talk_room(struct bp_numbers_text *text, size_t count, struct bp_arena *arena);
void bp_talk_write(struct bp_numbers_text *text, const double *numbers);

/* A request under way: the bytes that belong to it besides those of the base point. */
struct bp_request {
  enum bp_op op;
  struct bp_bytes parts[BP_CHILD_PARTS];
  size_t count;
  char change[2 * BP_NUMBER_ROOM];
};

const char *bp_op_name(enum bp_op op);

void bp_request_describe(struct bp_request *request);
/* At a whole point. */
void bp_request_whole(struct bp_request *request, enum bp_op op,
                      const struct bp_numbers_text *point);
/* At a point with one number changed: as a change, or as a whole point. */
void bp_request_change(struct bp_request *request, enum bp_op op,
                       const struct bp_numbers_text *base, size_t index, double value,
                       bool as_change);

/* The request as one can type it, cut to some columns. */
const char *bp_request_shown(const struct bp_request *request, struct bp_arena *arena);

/* ---- answers ------------------------------------------------------------- */

struct bp_answer_problem {
  const char *message;    /* NULL: none */
  const char *suggestion; /* or NULL */
  const char *error;      /* the program answered {"error": ...}: its text */
};

/* Each reads a line of `length` bytes.  */
void bp_answer_description(const char *line, size_t length, struct bp_arena *arena,
                           struct bp_description *description, struct bp_answer_problem *problem);

/* The values of a function at one point: what is not finite, or an error, is NaN. */
void bp_answer_values(const char *line, size_t length, enum bp_op op,
                      const struct bp_description *description, struct bp_arena *arena,
                      double *values, struct bp_answer_problem *problem);

/* A gradient, or a Jacobian row by row: all numbers are finite. */
void bp_answer_gradient(const char *line, size_t length, enum bp_op op,
                        const struct bp_description *description, struct bp_arena *arena,
                        double *gradient, struct bp_answer_problem *problem);

/* A point of the user's own: an array, or an object with "theta". */
void bp_read_point(const char *text, size_t length, const struct bp_description *description,
                   struct bp_arena *arena, double *theta, struct bp_answer_problem *problem);

/* "W1[2,3]", counted from 1, or "theta[5]" where there is one block of one dimension.
 */
const char *bp_parameter_name(const struct bp_description *description, size_t index,
                              struct bp_arena *arena);

#endif
