/* Where a report goes: standard output, or a file that appears only when it is complete.
 *
 * An output owns its names and its stream until it is finished; paths are the caller's. */
#ifndef BP_CLI_OUTPUT_H
#define BP_CLI_OUTPUT_H

#include <stdio.h>
#include <sys/types.h>

struct bp_output {
  FILE *stream;
  const char *name; /* for messages */
  char *target;     /* the file to replace at the end; NULL where the stream is written directly */
  char *temporary;  /* where it is written until then */
  const char *option;        /* that named it, "--output": for messages */
  struct bp_output *another; /* that is unfinished, too */
};

/* Opens `path` (NULL or "-": standard output) before the work begins, so that an output that cannot
 * be written is known at once.  Ends the program with a message where that is so.  A regular file
 * is written under another name in the same folder; anything else (a pipe, a device) directly.
 * `output` must stay where it is until it is finished. */
void bp_output_open(struct bp_output *output, const char *path);

/* The same for the value of another option than --output. */
void bp_output_open_for(struct bp_output *output, const char *path, const char *option);

/* From here on no output may replace this file, which is read: the program ends with a message
 * instead, as soon as both are known and in any case before the file is touched.  Called for every
 * file that is opened to be read; any thread may. */
void bp_output_protect(dev_t device, ino_t number);

/* The same for what another process reads: the file of that name, if there is one. */
void bp_output_protect_file(const char *path);

/* Call before the first byte is written: ends the program when it has been interrupted. */
void bp_output_begin(struct bp_output *output);

/* Completes the output and gives the file its name.  `status` is what the writer returned.  Ends
 * the program with a message, and without a trace of the file, where anything went wrong. */
void bp_output_finish(struct bp_output *output, int status);

/* A name for mkstemp in the folder of the file that it will become: "folder/.backproof-XXXXXX". The
 * caller frees it. */
char *bp_temporary_name(const char *target);

/* The two steps of bp_output_finish, for several files that are to appear together: first all are
 * completed, which may fail, and then all get their names. */
void bp_output_complete(struct bp_output *output, int status);
void bp_output_publish(struct bp_output *output);

#endif
