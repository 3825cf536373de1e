/* Reading JSON as programs write it: what the files talk_*.c share.
 *
 * Texts live in the arena that is passed; a JSON value belongs to whoever got it from
 * bp_talk_answer, and its members to it.
 */
#ifndef BP_CLI_EXEC_TALK_JSON_H
#define BP_CLI_EXEC_TALK_JSON_H

#include <jansson.h>

#include "cli/exec/talk.h"

/* The object on a line, which json_decref frees.  NULL, with a problem, where there is
 * none, or where the program answers with an error.  Bare NaN and Infinity, as Python writes them,
 * become strings.  `expected` is an example of what was. */
json_t *bp_talk_answer(const char *line, size_t length, const char *expected,
                       struct bp_arena *arena, struct bp_answer_problem *problem);

/* The member of that name; a problem where there is none. */
json_t *bp_talk_member(json_t *object, const char *name, struct bp_arena *arena,
                       struct bp_answer_problem *problem);

/* A number, or what stands for one that is not finite: null, "NaN", "-Infinity".  False for
 * anything else. */
bool bp_talk_read_number(const json_t *value, double *number);

/* Numbers of the parameters, flat or nested in the shapes of the blocks.  `what` is how to call
 * them, "grad".  True when all are there. */
bool bp_talk_parameters(const json_t *list, const char *what,
                        const struct bp_description *description, struct bp_arena *arena,
                        double *numbers, struct bp_answer_problem *problem);

/* The value as text, cut. */
const char *bp_talk_shown(const json_t *value, struct bp_arena *arena);

#endif
