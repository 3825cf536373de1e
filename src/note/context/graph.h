/* The chain rule of numbers: ∂l/∂a = ∂u/∂a ∂l/∂u + ∂v/∂a ∂l/∂v.
 *
 * Such a statement says itself what depends on what, and is right or wrong whatever the functions
 * are: so they are any smooth ones.
 */
#ifndef BP_NOTE_CONTEXT_GRAPH_H
#define BP_NOTE_CONTEXT_GRAPH_H

#include "note/statement.h"

/* The declarations under which the statement is one about numbers; sets *text to NULL where it is
 * none: where a letter may be a vector, or something depends on itself.  False without memory. */
bool bp_graph_declare(const struct bp_noted *noted, struct bp_arena *arena, const char **text);

/* What stands for so many primes of a name in these declarations. */
const char *bp_graph_prime(size_t primes);

/* Whether matrices stand in the section of the statement: then small letters may be vectors, and
 * the order of a product says something. */
bool bp_among_matrices(const struct bp_note *note, size_t member);

#endif
