/* A running program that is written to and read from, line by line.
 *
 * Nothing here waits for one program alone: bp_children_wait moves bytes for all of them, in both
 * directions, so that none can stall the others or this program by not reading, by not writing, or
 * by writing without end.  A child still there when the program exits is ended by an exit handler.
 *
 * Bytes belong to the child that wrote them until more are read; lines are copied into an arena.
 */
#ifndef BP_CLI_EXEC_CHILD_H
#define BP_CLI_EXEC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

enum { BP_CHILD_PARTS = 5, BP_CHILD_TAIL = 4096 };

/* Bytes to be written. */
struct bp_bytes {
  const char *text;
  size_t length;
};

struct bp_child {
  pid_t process;          /* 0: none, or known to have ended */
  int status;             /* as waitpid gives it; -1: not known */
  int input, output, cry; /* our ends of its standard input, output and error; -1: closed */
  struct bp_bytes pending[BP_CHILD_PARTS];
  size_t pending_begin, pending_end;
  char *text; /* read from its output and not taken yet: [begin, end) */
  size_t begin, end, capacity;
  size_t scanned;           /* no line ends before this place */
  size_t most;              /* bytes that a line may have */
  bool overlong, no_memory; /* why its output is not read any more */
  char tail[BP_CHILD_TAIL]; /* a ring: the last bytes of its standard error */
  size_t cried;             /* bytes that went into it */
  struct bp_child *next;    /* of those that are to be ended at exit */
};

/* Starts the command, looked for as a shell does, with pipes at its three streams.  0, or the error
 * number that says why it could not be started.  `child` must stay where it is until the program
 * ends. */
int bp_child_start(struct bp_child *child, char *const *command);

/* Begins to write the bytes, which must stay valid until they are written: until the answer came.
 * Everything that was sent before must have been written. */
void bp_child_send(struct bp_child *child, const struct bp_bytes *parts, size_t count);

/* Waits until bytes can be moved, at most so many milliseconds, and moves them. */
void bp_children_wait(struct bp_child *children, size_t count, int milliseconds);

/* Whether bp_child_line would give a whole line. */
bool bp_child_has_line(struct bp_child *child);

/* The next line of its output, without the line end and with a terminator, valid until the next
 * wait.  After the end of the output what is left counts as a line.  False: none yet. */
bool bp_child_line(struct bp_child *child, char **line, size_t *length);

/* What it has written beyond the lines that were taken. */
struct bp_bytes bp_child_unread(const struct bp_child *child);

/* Whether it has ended by now; then all that it wrote has been read, as far as there is room. */
bool bp_child_has_ended(struct bp_child *child);

/* Closes the inputs of all that were started, and ends them and what they started: at their
 * leisure, or at once.  Waits for each, not longer than some seconds. */
void bp_children_end(bool at_once);

/* The last lines of its standard error, at most so many.  Gives how many. */
size_t bp_child_last_lines(const struct bp_child *child, size_t most, struct bp_arena *arena,
                           const char **lines);

/* Seconds of a steady clock. */
double bp_child_clock(void);

#endif
