/* What a document declares: every name once, with the lines that say what it is.
 *
 * Building the model reads no numbers.  It flattens the documents that are used and the networks
 * (which are written out as givens and lets), remembers for every line which names it may see and
 * which settings were in force, and reports names that are declared twice.
 *
 * Everything that is handed out here lives in the arena that is passed, or else in the model's.
 * A model that has been built is only read, but for what is called a mark: these belong to whoever
 * walks through it or reports at the time, so two who do need a model each.
 */
#ifndef BP_MODEL_MODEL_H
#define BP_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lang/ast.h"

enum { BP_MOST_PARAMETERS = 8 /* of a function */ };

enum bp_declaration_kind {
  BP_DECLARED_SIZE,
  BP_DECLARED_GIVEN,    /* a matrix, drawn */
  BP_DECLARED_UNKNOWN,  /* given ... : function, drawn */
  BP_DECLARED_LET,      /* a matrix, computed; or another name for a function, see bp_alias */
  BP_DECLARED_FUNCTION, /* let f(x) = ... */
  BP_DECLARED_WRITE
};

/* A line in the order of reading, with the settings that are in force there. */
struct bp_model_line {
  const struct bp_source *source;
  const struct bp_statement *statement;
  size_t order; /* its place among all lines, used documents included */
  enum bp_layout layout;
  bool rows_are_samples; /* `layout samples as rows` */
  const struct bp_model_line
      *vary; /* the line that says what varies; NULL: everything that is given */
};

/* One line that says something about a name: let A[0] = X is one, let A[l] = ... another. */
struct bp_piece {
  struct bp_model_line line;
  const struct bp_expression *target;
  bool reported; /* a mark: its mistake has been, and is not again in the next trial */
};

struct bp_declaration {
  enum bp_declaration_kind kind;
  const char *name;
  size_t number; /* its place among the declarations */
  struct bp_piece *pieces;
  size_t count, capacity;
  bool automatic;                 /* a size that nobody declared */
  bool of_network;                /* a size that a network declares, and no line of the file */
  bool bounds;                    /* a size that bounds a range */
  bool counts;                    /* such a size that bounds a range: a number of layers */
  int depth;                      /* how many derivatives of derivatives its definition takes */
  struct bp_declaration *pending; /* the next that the walk under way looks at */
  size_t stamp, met; /* marks: of the last walks that met it, see bp_model_leads_to and blame.c */
};

/* A line that is judged. */
struct bp_model_claim {
  struct bp_model_line line;
};

/* A name whose line could not be read; without a name, a `use` whose file could not. */
struct bp_unread {
  const char *name;
  struct bp_model_line line;
};

struct bp_model {
  struct bp_arena *arena;
  struct bp_diagnostics *diagnostics;
  const struct bp_vocabulary *vocabulary; /* the document's */
  struct bp_declaration **table;          /* by name */
  size_t table_size;
  struct bp_declaration **declarations; /* in order */
  size_t declaration_count, declaration_capacity;
  struct bp_model_claim *claims; /* of the document itself */
  size_t claim_count, claim_capacity;
  struct bp_unread *unread;
  size_t unread_count, unread_capacity;
  const char **notes; /* for the reader, in order */
  size_t note_count, note_capacity;
  const char *origin; /* what the document says it comes from; NULL: nothing */
  const char *title;
  size_t stamp, walks;             /* counters of walks through the definitions */
  const struct bp_source *network; /* the statements of a network that are being taken */
  size_t lines;                    /* so far */
  size_t expressions;              /* ids are below this */
  const struct bp_document **seen; /* used documents, each taken once */
  size_t seen_count;
  const struct bp_source *elementwise; /* the text whose * goes element by element; or NULL */
};

/* Reads the declarations of `document` into `model`.  Mistakes are recorded.  Returns 0, or -1 when
 * memory is short. */
int bp_model_build(const struct bp_document *document, struct bp_arena *arena,
                   struct bp_diagnostics *diagnostics, struct bp_model *model);

/* A copy with declarations of its own in `arena`, which reports to `diagnostics`; what it says of
 * them may be changed, and the model stays as it is.  Returns 0, or -1 when memory is short. */
int bp_model_copy(const struct bp_model *model, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_model *copy);

/* The declaration of that name, or NULL. */
struct bp_declaration *bp_model_find(const struct bp_model *model, const char *name);

/* The line that would have declared that name if it could have been read, or NULL. */
const struct bp_model_line *bp_model_unread(const struct bp_model *model, const char *name);

/* "line 3", and of which file where that is not `here`; NULL when memory is short. */
const char *bp_model_line_text(const struct bp_model_line *line, const struct bp_source *here,
                               struct bp_arena *arena);

/* Whether the expression mentions the name, itself or through the lets and writes that it mentions.
 */
bool bp_model_leads_to(struct bp_model *model, const struct bp_expression *expression,
                       const struct bp_declaration *target);

/* How deep derivatives are nested in the expression, what it names included. */
int bp_model_depth(const struct bp_model *model, const struct bp_expression *expression);

/* The declared name nearest to what was written, or NULL. */
const char *bp_model_nearest(const struct bp_model *model, const char *name);

/* Whether a network line is among the declarations: the losses of its samples and its activations,
 * which come from one source, are declared by nothing else. */
bool bp_model_has_network(const struct bp_model *model);

/* The statements that a network stands for, as text, with the number of layers as L where `layers`
 * says so; NULL with an error recorded. */
const struct bp_source *bp_network_statements(const struct bp_source *source,
                                              const struct bp_statement *statement, bool layers,
                                              struct bp_arena *arena,
                                              struct bp_diagnostics *diagnostics);

#endif
