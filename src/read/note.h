/* The statements of a note as documents: one for each context and reading.
 *
 * The declarations of a reading are the text of a derivation with a source of its own; claims are
 * put together from the statements, parsed like any others, and then moved: every span of a claim
 * is one of the note, so carets and columns are those of what its author wrote.
 */
#ifndef BP_READ_NOTE_H
#define BP_READ_NOTE_H

#include "lang/ast.h"
#include "lang/parse.h"
#include "note/context/context.h"

struct bp_note_document {
  struct bp_document document;  /* claims of the note, and a `use` of the declarations */
  size_t *members;              /* for each claim: which of the context it is */
  size_t *updates;              /* for each update, where these were asked for, likewise */
  struct bp_diagnostic *unread; /* for each member: why it could not be read, and where in the note;
                                   without a message: it was */
};

/* Which lines of the context are to be read, and what to write behind each, as " for l = 1..L". */
struct bp_note_choice {
  const bool *leave_out; /* for each member; NULL: none */
  const char *suffix;
  int layers; /* of the network; 0: as many as the note has */
  const bool
      *chains; /* for each member: whether products of derivatives in it are judged; NULL: no */
  const struct bp_index_condition
      *condition;     /* instead of those that the note states; NULL: these */
  const char *layout; /* of derivatives, "numerator"; NULL: that of gradients */
  bool updates;       /* those, too, beside the claims */
  bool immediate;     /* of what derivatives are of, only its own formula is followed */
};

/* Parses the definitions and claims of a context.  0, or -1 where memory is short. */
int bp_note_parse(const struct bp_note_context *context, const struct bp_note_reading *reading,
                  const struct bp_note_choice *choice, const struct bp_vocabulary *vocabulary,
                  struct bp_arena *arena, struct bp_note_document *parsed);

/* Whether the document was read as a note, whose lines are told by evidence: such a document has
 * none of its own. */
bool bp_document_is_note(const struct bp_source *source);

/* Whether it is one that was read as a notebook: the text of its cells is the note. */
bool bp_document_is_notebook(const struct bp_source *source);

/* How it is written. */
enum bp_note_style bp_note_style_of(const struct bp_source *source);

#endif
