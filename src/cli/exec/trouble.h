/* What can be wrong with a program that is checked, each as one message.  All but
 * bp_trouble_answer end this program with it.
 *
 * The one text that is handed out lives in the arena that was passed in. */
#ifndef BP_CLI_EXEC_TROUBLE_H
#define BP_CLI_EXEC_TROUBLE_H

#include "cli/exec/crew.h"

/* It could not be started: an error number. */
_Noreturn void bp_trouble_start(struct bp_crew *crew, int error);

/* It has ended, or closed its output, while program w owes an answer. */
_Noreturn void bp_trouble_gone(struct bp_crew *crew, size_t w);

/* It has not answered in time. */
_Noreturn void bp_trouble_late(struct bp_crew *crew, size_t w);

/* Each answer came in time, but all of them together take too long. */
_Noreturn void bp_trouble_out_of_time(const struct bp_crew *crew);

/* It writes a line without end. */
_Noreturn void bp_trouble_overlong(struct bp_crew *crew, size_t w);

/* It has written what nobody asked for. */
_Noreturn void bp_trouble_unasked(struct bp_crew *crew, size_t w);

/* Copies of it do not describe the same function and point. */
_Noreturn void bp_trouble_other_size(struct bp_crew *crew, size_t w,
                                     const struct bp_description *other);
_Noreturn void bp_trouble_other_point(struct bp_crew *crew, size_t w, size_t index, double value);

/* There is no room for it. */
_Noreturn void bp_trouble_no_memory(void);

/* Ends the program where there is a problem with an answer, or where the arena that the answer was
 * read into had no room. */
void bp_trouble_answer(struct bp_crew *crew, size_t w, const struct bp_answer_problem *problem,
                       struct bp_arena *arena);

/* The command as a shell would take it, cut to so many columns; NULL without memory. */
const char *bp_command_shown(char *const *command, size_t columns, struct bp_arena *arena);

#endif
