/* Expressions as text, in the spelling of the language, with no more parentheses than needed.  What
 * is returned lives in the arena that is passed; it is NULL when memory is short. */
#ifndef BP_LANG_PRINT_H
#define BP_LANG_PRINT_H

#include "base/arena.h"
#include "lang/ast.h"

/* How names are shown: given an index letter, its value as text ("2"), or NULL to leave it. */
typedef const char *bp_print_index(void *context, const char *name);

/* The expression, parsable again.  Index letters inside [] and _{} are replaced through `index`
 * where that is not NULL, and l+1 with l = 1 becomes 2. */
const char *bp_expression_text(const struct bp_expression *expression, bp_print_index *index,
                               void *context, struct bp_arena *arena);

/* The statement as it stands in its source, on one line, without its comment. */
const char *bp_source_line(const struct bp_source *source, struct bp_span span,
                           struct bp_arena *arena);

/* "≈", "<=" */
const char *bp_relation_sign(enum bp_relation relation);

#endif
