/* Taking const off, in one place that says why.
 *
 * Some interfaces were written before const, or serve writers as well as readers: an iovec has one
 * pointer for readv and writev, the help filter of argp returns `char *` even where it returns the
 * text that it was given, and a callback's context is `void *` whoever made it.  What is handed to
 * them through this is read, compared or handed back, and never written to: that is the promise of
 * each caller.  Everywhere else the compiler refuses to drop const (-Wcast-qual).
 */
#ifndef BP_BASE_MUTABLE_H
#define BP_BASE_MUTABLE_H

#include <stdint.h>

static inline void *bp_unchanged(const void *pointer) { return (void *)(uintptr_t)pointer; }

#endif
