/* Streams that write into memory, open_memstream(3), and how they end.
 *
 * glibc makes the text as long as it is when the stream is closed; where that is refused, fclose
 * says nothing, the length is that of before, and only the text tells: it is NULL.
 */
#ifndef BP_BASE_MEMORY_STREAM_H
#define BP_BASE_MEMORY_STREAM_H

#include <stdbool.h>
#include <stdio.h>

/* Closes the stream (NULL: it could not be opened) of that text.  False where the text is not
 * whole; it is to be freed in any case. */
static inline bool bp_memory_stream_close(FILE *stream, char *const *text) {
  return stream && fclose(stream) == 0 && *text;
}

#endif
