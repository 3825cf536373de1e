/* Files that are looked at where they lie, read-only, instead of being copied.
 *
 * Others may change such a file while it is looked at.  What then becomes of the numbers nobody
 * knows, so whoever used them asks at the end whether they are still those of the beginning.  A
 * file that becomes shorter has no bytes where they are looked at: the program ends with a message
 * and status 3, without a report.
 *
 * To be called from the thread that begins the program, before there are others.
 */
#ifndef BP_CLI_FILE_MAPPED_H
#define BP_CLI_FILE_MAPPED_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of an open regular file, until the program ends; the descriptor stays the caller's, and
 * `name` must stay.  False where it cannot be done, and then it is to be read. */
bool bp_mapped(int descriptor, const char *name, const char **bytes, size_t *length);

/* The name of a file that was written to since it was mapped; NULL: there is none.  *error is not 0
 * where the system does not say whether it was. */
const char *bp_mapped_changed(int *error);

#endif
