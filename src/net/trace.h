/* The dimension trace of a fully connected network, from its spec alone: no number is computed.
 *
 * A trace lives in the arena that is given, but for the names of functions, which are static.
 */
#ifndef BP_NET_TRACE_H
#define BP_NET_TRACE_H

#include <stddef.h>

#include "base/arena.h"
#include "net/spec.h"
#include "results/trace.h"

/* Forward and backward pass for one sample and for m, every factor with its shape.  `samples` is m;
 * 0 keeps it the letter m (spec->samples is not looked at).  NULL when memory is short. */
struct bp_trace *bp_trace_shapes(const struct bp_spec *spec, size_t samples,
                                 struct bp_arena *arena);

#endif
