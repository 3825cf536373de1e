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
  BP_INPUT_NOTHING_CAME, /* what is no ordinary file did not come to its end */
  BP_INPUT_NO_MEMORY,
  BP_INPUT_INTERRUPTED
};

/* What is no ordinary file, a pipe or a terminal, may never come to an end, and a stranger may have
 * called it a.deriv: all in all it is waited for so many seconds, 20 unless said otherwise; 0: for
 * ever.  Standard input that is named by "-" is waited for, whatever it is.  To be called before
 * there are threads. */
void bp_input_wait(double seconds);

/* Why nothing came, as the end of a sentence, and what helps. */
extern const char bp_input_nothing_came[], bp_input_instead[];

/* The whole file, at most `most` bytes (or standard input, for "-"), as a source.  May be called
 * from any thread. */
enum bp_input_outcome bp_input_try(const char *path, size_t most, struct bp_arena *arena,
                                   struct bp_source *source, int *error);

/* The same; ends the program with a message when it cannot be read or is larger than 1 GiB. */
void bp_input_read(const char *path, struct bp_arena *arena, struct bp_source *source);

/* The same for a large file of numbers, whatever its size: it is looked at where it lies (see
 * cli/file/mapped.h), if it is a file that can be, and else read.  Nothing needs to follow its last
 * byte.  Where that is so, bp_input_settle must be called before anything is said of it. */
void bp_input_map(const char *path, struct bp_arena *arena, struct bp_source *source);

/* Ends the program with a message where such a file is no longer what it was. */
void bp_input_settle(void);

#endif
