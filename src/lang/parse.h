/* The parser of derivations: text in, statements out. docs/language.md is the language.
 *
 * What is made lives in the arena that is passed, names and texts included, and points into the
 * source, which must live as long. */
#ifndef BP_LANG_PARSE_H
#define BP_LANG_PARSE_H

#include "base/arena.h"
#include "base/diag.h"
#include "lang/ast.h"
#include "lang/names.h"

/* What the parser asks when it meets `use "path"`: the document there, or NULL with an error
 * recorded. `span` is the path in `source`. */
typedef const struct bp_document *bp_parse_use(void *context, const struct bp_source *source,
                                               struct bp_span span, const char *path);

/* Reads all of `source` into `document`, which may call the functions of `vocabulary`.  Mistakes
 * are recorded in `diagnostics`, one for each statement, and reading goes on at the next.
 * Expressions get the ids from *next_id on, which is moved on; `use` may read other documents with
 * the same counter.  Returns 0, or -1 when memory is short (with an error recorded). */
int bp_parse(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
             bp_parse_use *use, void *context, size_t *next_id, struct bp_arena *arena,
             struct bp_diagnostics *diagnostics, struct bp_document *document);

#endif
