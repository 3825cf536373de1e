/* Sides of statements in the names of a scope. */
#ifndef BP_STUDY_OWN_REWRITE_H
#define BP_STUDY_OWN_REWRITE_H

#include "study/own/scope.h"

/* The bytes [begin, end) of the text, with every name as it is declared: x_i of a matrix X is its
 * row (or column) i, z_{oi} the element of z_o, h_{t-1} the member h[t-1], and J(W, b) is J.  False
 * when memory is short. */
bool bp_own_rewrite(const struct bp_own_scope *scope, const struct bp_written *text, size_t begin,
                    size_t end, const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                    struct bp_written *out);

/* The sides of all statements of the note, in the names of the scope: NULL for those that state
 * nothing, and where memory is short. */
struct bp_written **bp_own_rewrite_members(const struct bp_note_context *context,
                                           const struct bp_own_scope *scope,
                                           const struct bp_vocabulary *vocabulary,
                                           struct bp_arena *arena);

/* Whether some formula is of matrices or vectors: then letters that are all numbers would hide in
 * which order they stand, and what is transposed. */
bool bp_own_has_matrices(const struct bp_note_context *context);

/* What stands in a side that is (…)' and nothing else, as bytes of its text: the derivative of that
 * in a statement about a function of one number; empty where the side is something else. */
struct bp_span bp_own_slope_of(const struct bp_noted *noted, size_t side);

/* Whether a prime stands in [begin, end). */
bool bp_own_has_prime(const struct bp_written *text, size_t begin, size_t end);

/* The capital name of which small letters with indices are elements, or NULL: X for x. */
const struct bp_own_name *bp_own_capital_of(const struct bp_own_scope *scope,
                                            const struct bp_own_name *name, struct bp_arena *arena);

#endif
