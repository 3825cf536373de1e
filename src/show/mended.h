/* A statement with the edits of a hint carried out in its tree. */
#ifndef BP_SHOW_MENDED_H
#define BP_SHOW_MENDED_H

#include "lang/ast.h"
#include "results/results.h"

/* Puts what each edit says in the place of the node that has its bytes; new nodes span the bytes
 * that they replace, so that they can be marked.  False where an edit is of no node of the
 * statement or cannot be read by itself, or memory is short. */
bool bp_mended_statement(const struct bp_statement *statement, const struct bp_hint *hint,
                         struct bp_arena *arena, struct bp_statement *mended);

#endif
