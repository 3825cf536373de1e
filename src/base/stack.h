/* How far the stack of this thread still goes.
 *
 * Formulas and definitions nest by the will of a file, and whoever follows them recurses.  How much
 * room there is for that is the system's and the host's choice: threads get 2 MiB where the main
 * thread has no limit, and hosts give less.
 */
#ifndef BP_BASE_STACK_H
#define BP_BASE_STACK_H

#include <stdbool.h>
#include <stddef.h>

/* The stack of a thread of ours, and what the main thread should have. */
#define BP_STACK_BYTES ((size_t)16 << 20)

/* Whether so many bytes are left below here.  True where the system does not say. */
bool bp_stack_has(size_t bytes);

#endif
