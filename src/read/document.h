/* Documents: the text of one, and of those that it uses, as trees, each by the reader that its name
 * or its text asks for.
 *
 * Documents live in the arena that is passed and point into their sources, which must live as long.
 * Reading is apart from opening: whoever calls says where the text of a `use` comes from, so the
 * same reader serves files, a web page and tests.
 */
#ifndef BP_READ_DOCUMENT_H
#define BP_READ_DOCUMENT_H

#include "base/arena.h"
#include "base/diag.h"
#include "lang/ast.h"
#include "lang/parse.h"

/* Finds the text of `use "path"`.  `from` is the source that says so.  Returns the source, whose
 * name identifies it (the same file always gets the same name) and which lives as long as the
 * documents, or NULL with *problem set to a sentence for the reader, such as "there is no such
 * file".
 */
typedef const struct bp_source *bp_document_loader(void *context, const struct bp_source *from,
                                                   const char *path, const char **problem);

/* Reads `source` and whatever it uses; all may call the functions of `vocabulary`.  Mistakes are
 * recorded, and reading goes on at the next statement; a statement that could not be read is in the
 * document, marked as broken.  A file that uses itself, directly or through others, is an error at
 * that `use`.  `loader` may be NULL: then every `use` is an error.  Returns NULL only where memory
 * is short. */
const struct bp_document *bp_document_read(const struct bp_source *source,
                                           const struct bp_vocabulary *vocabulary,
                                           bp_document_loader *loader, void *context,
                                           struct bp_arena *arena,
                                           struct bp_diagnostics *diagnostics);

#endif
