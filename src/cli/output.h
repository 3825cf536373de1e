/* Where a report goes: standard output, or a file that appears only when it is complete. */
#ifndef BP_CLI_OUTPUT_H
#define BP_CLI_OUTPUT_H

#include <stdio.h>

struct bp_output {
  FILE *stream;
  const char *name; /* for messages */
  char *target;     /* the file to replace at the end; NULL where the stream is written directly */
  char *temporary;  /* where it is written until then */
};

/* Opens `path` (NULL or "-": standard output) before the work begins, so that an output that cannot
 * be written is known at once.  Ends the program with a message where that is so.  A regular file
 * is written under another name in the same folder; anything else (a pipe, a device) directly.  One
 * output at a time. */
void bp_output_open(struct bp_output *output, const char *path);

/* Call before the first byte is written: ends the program when it has been interrupted. */
void bp_output_begin(struct bp_output *output);

/* Completes the output and gives the file its name.  `status` is what the writer returned.  Ends
 * the program with a message, and without a trace of the file, where anything went wrong. */
void bp_output_finish(struct bp_output *output, int status);

#endif
