/* Descriptors that are read and written to the end.
 *
 * A call that a signal interrupted is made again, unless the signal asks the program to end (see
 * cli/interrupt.h), and a stream remembers why it could not be written. */
#ifndef BP_CLI_FILE_STREAM_H
#define BP_CLI_FILE_STREAM_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* open(2) of a file that children do not inherit. */
int bp_stream_open(const char *path, int flags, mode_t mode);

/* opendir(3) */
DIR *bp_stream_folder(const char *path);

/* mkostemp(3) */
int bp_stream_temporary(char *path);

/* read(2) */
ssize_t bp_stream_read(int descriptor, void *bytes, size_t size);

/* A stream that writes to the descriptor and closes it with fclose; NULL without memory, and then
 * the descriptor is still the caller's.  One thread at a time may make streams or close them. */
FILE *bp_stream_writing(int descriptor);

/* Makes `stdout` such a stream; false without memory.  To be called before anything is printed. */
bool bp_stream_standard_output(void);

/* What fileno gives of other streams. */
int bp_stream_descriptor(FILE *stream);

/* Writes what is in the buffer, and waits until it is on the disk; false where it is not. */
bool bp_stream_save(FILE *stream);

/* Of a stream that failed, errno of the first call that did: buffers hide it from who asks later.
 */
int bp_stream_error(FILE *stream);

#endif
