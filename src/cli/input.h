/* Reading a file that the user named.
 *
 * Texts live in the arena that is passed; paths are the caller's and outlive them. */
#ifndef BP_CLI_INPUT_H
#define BP_CLI_INPUT_H

#include "base/arena.h"
#include "base/diag.h"

enum bp_input_outcome {
  BP_INPUT_READ,
  BP_INPUT_UNREADABLE, /* *error says why, as errno does */
  BP_INPUT_TOO_LARGE,
  BP_INPUT_NO_MEMORY,
  BP_INPUT_INTERRUPTED
};

/* The whole file, at most `most` bytes (or standard input, for "-"), as a source.  May be called
 * from any thread. */
enum bp_input_outcome bp_input_try(const char *path, size_t most, struct bp_arena *arena,
                                   struct bp_source *source, int *error);

/* The same; ends the program with a message when it cannot be read or is larger than 1 GiB. */
void bp_input_read(const char *path, struct bp_arena *arena, struct bp_source *source);

#endif
