/* The formats that documents come in: a row a reader, and which of them is meant.
 *
 * A reader turns the bytes of one source into a document, as bp_parse does, in the same arguments:
 * everything that it makes lives in the arena that is passed, and spans are of document->source.
 * What one document says of others (`use`) is resolved above it, in document.c, whatever their
 * formats are.
 */
#ifndef BP_READ_READERS_H
#define BP_READ_READERS_H

#include <stdbool.h>

#include "base/diag.h"
#include "lang/parse.h"

/* name, how names of such files end, whether a text without such a name is one, the reader.
 * Texts are shown to the rows in their order, and the last takes every text. */
/* clang-format off */
#define BP_READERS(X)                                                                              \
  X(tex, ".tex", bp_tex_is_meant, bp_note_read)                                                    \
  X(notebook, ".ipynb", bp_notebook_is_meant, bp_notebook_read)                                    \
  X(python, ".py", bp_python_is_meant, bp_note_read)                                               \
  X(note, ".md", bp_note_is_meant, bp_note_read)                                                   \
  X(deriv, ".deriv", bp_deriv_is_meant, bp_parse)
/* clang-format on */

typedef bool bp_text_test(const struct bp_source *source);
typedef __typeof__(bp_parse) bp_source_reader;

struct bp_document_reader {
  const char *name;
  const char *ending;
  bp_text_test *is_meant;
  bp_source_reader *read;
};

#define BP_ROW(name, ending, is_meant, read)                                                       \
  bp_text_test is_meant;                                                                           \
  bp_source_reader read;
BP_READERS(BP_ROW)
#undef BP_ROW

/* The reader of files whose names end as this one does; NULL: there is none. */
const struct bp_document_reader *bp_reader_named(const char *name);

/* The reader for a source: by its name, or by its text where the name does not say, as that of
 * standard input or of a .txt.  Never NULL. */
const struct bp_document_reader *bp_reader_for(const struct bp_source *source);

#endif
