/* The derivations of the project, read for tests and benchmarks. */
#ifndef BP_TESTS_DOCUMENTS_H
#define BP_TESTS_DOCUMENTS_H

#include "base/arena.h"
#include "base/diag.h"
#include "judge/judge.h"
#include "lang/ast.h"

enum { BP_MOST_DOCUMENTS = 100 };

/* One file with what it uses. */
struct bp_test_document {
  const char *name; /* "activations.deriv" */
  const char *path;
  const struct bp_source *source;
  const struct bp_document *document;
};

/* Reads every .deriv file of the folder, sorted by name, into `documents`, which has room for
 * BP_MOST_DOCUMENTS.  Returns how many; 0 where the folder or one of the files cannot be read. */
size_t bp_test_documents(const char *folder, struct bp_arena *arena,
                         struct bp_test_document *documents);

/* The same file with other bytes: `text` is read as if it stood at `path`.  NULL where memory is
 * short. */
const struct bp_document *bp_test_reread(const char *path, const char *text, struct bp_arena *arena,
                                         struct bp_diagnostics *diagnostics);

/* The document without its claims, refutations and shapes; in the place of claim number `index` (a
 * statement) stand `count` others.  NULL where memory is short. */
const struct bp_document *bp_test_with_claims(const struct bp_document *document, size_t index,
                                              const struct bp_statement *claims, size_t count,
                                              struct bp_arena *arena);

/* Whether it is a claim all of whose links are equations. */
bool bp_test_is_equation(const struct bp_statement *statement);

/* The claim with another expression for one of its sides. */
struct bp_statement bp_test_with_side(const struct bp_statement *claim, size_t side,
                                      const struct bp_expression *expression,
                                      struct bp_arena *arena);

/* The mutations that are known to change nothing: a file with lines "FILE | MUTATION | FORMULA |
 * why it is equal", where a formula is the first side, = and the mutated one. */
struct bp_equal_mutations {
  const char **lines; /* each up to its reason */
  size_t count;
};

/* False where the file cannot be read, or a line has no reason. */
bool bp_equal_mutations_read(const char *path, struct bp_arena *arena,
                             struct bp_equal_mutations *equal);

bool bp_equal_mutation_listed(const struct bp_equal_mutations *equal, const char *file,
                              const char *mutation, const char *formula);

#endif
