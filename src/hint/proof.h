/* The last word on an edit: what is offered has been read as it would stand in the file, and has
 * been judged there like a line of the file, at fresh points of all kinds.
 */
#ifndef BP_HINT_PROOF_H
#define BP_HINT_PROOF_H

#include "hint/bench.h"

/* Reads the line again with the edits of the hint carried out in its source.  The statement lives
 * in the arena, its expressions have ids from *next_id on; NULL where it cannot be read, or says
 * something else than the line with `after` in the place of `before`. */
const struct bp_statement *
bp_proof_reread(const struct bp_model *model, const struct bp_model_claim *claim,
                const struct bp_hint *hint, const struct bp_expression *before,
                const struct bp_expression *after, size_t *next_id, struct bp_arena *arena);

/* Whether both sides agree at fresh points: near and far ones, special numbers, other sizes, both
 * sides of every decision, all cases of what has few.  Definitions are those that the bench has in
 * force; ids of expressions are below `ids`. */
bool bp_proof_holds(struct bp_bench *bench, const struct bp_candidate *candidate, size_t ids);

#endif
