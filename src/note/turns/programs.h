/* The programs of a note: straight lines as they stand, and those that must be followed turn by
 * turn.
 */
#ifndef BP_NOTE_TURNS_PROGRAMS_H
#define BP_NOTE_TURNS_PROGRAMS_H

#include "note/code/program.h"

/* Finds the statements of what was read.  0, or -1 where memory is short. */
int bp_programs_find(const struct bp_code *code, struct bp_arena *arena,
                     struct bp_program_lines *lines);

/* Whether the body `unit` calls the function `other`. */
bool bp_body_calls(const struct bp_code_steps *steps, size_t unit, size_t other);

#endif
