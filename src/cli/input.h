/* Reading a file that the user named. */
#ifndef BP_CLI_INPUT_H
#define BP_CLI_INPUT_H

#include "base/arena.h"
#include "base/diag.h"

/* The whole file (or standard input, for "-") as a source whose text lives in `arena`.  Ends the
 * program with a message when it cannot be read or is larger than 1 GiB. */
void bp_input_read(const char *path, struct bp_arena *arena, struct bp_source *source);

#endif
