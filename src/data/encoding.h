/* Whether a text is UTF-8, and how to go on where it is not.
 *
 * What is handed out lives in the arena that is passed, and is NULL where that is short of memory.
 */
#ifndef BP_DATA_ENCODING_H
#define BP_DATA_ENCODING_H

#include <stddef.h>

#include "base/arena.h"

/* The place of the first byte that belongs to no UTF-8 character; `length` where there is none. */
size_t bp_utf8_fault(const char *text, size_t length);

/* The text itself, or a copy with U+FFFD for each byte that belongs to no character. */
const char *bp_utf8_mend(const char *text, struct bp_arena *arena);

#endif
