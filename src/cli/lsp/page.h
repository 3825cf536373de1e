/* A text that an editor has open, with what is known of it.
 *
 * Positions of the protocol are lines and UTF-16 code units, both from 0; here they are bytes.
 */
#ifndef BP_CLI_LSP_PAGE_H
#define BP_CLI_LSP_PAGE_H

#include <jansson.h>

#include "cli/derivation.h"

/* An edit of a hint: of the statement with this text, wherever it stands now. */
struct bp_page_edit {
  char *statement;
  size_t begin, end; /* in it */
  char *text;
};

struct bp_page_hint {
  char *title;
  struct bp_page_edit edits[2];
  size_t edit_count;
};

/* What a line came to, with the declarations that it was judged under. */
struct bp_page_verdict {
  uint64_t declarations;
  char *statement;
  enum bp_verdict verdict;
  const char *reason; /* stable name */
  char *message;
  size_t at;         /* where the statement stood when it was judged */
  size_t begin, end; /* the place in the statement */
  struct bp_page_hint *hints;
  size_t hint_count;
};

struct bp_page {
  char *uri, *path;
  char *text;
  size_t length;
  bool is_note;
  uint64_t declarations; /* tells apart what is told and not judged; a note is one whole */
  bool gradients;        /* those that nobody declares are read into `parsed` */
  bool judged;           /* as far as it can be */
  bool lacking;          /* memory was short for a line: */
  struct bp_span lack;
  size_t edited;               /* the byte that changed last */
  struct bp_derivation parsed; /* of the text as it is */
  struct bp_page_verdict *verdicts;
  size_t verdict_count, verdict_capacity;
  struct bp_page *next;
};

/* A copy of the bytes with a terminator, to be freed. */
char *bp_page_copy(const char *text, size_t length);

/* Opens a page with this text, a string; the caller closes it. */
struct bp_page *bp_page_open(const char *uri, const json_t *text);
void bp_page_close(struct bp_page *page);

/* Takes the changes of a didChange; false where they make no sense. */
bool bp_page_change(struct bp_page *page, const json_t *changes);

/* Positions. */
size_t bp_page_offset(const struct bp_page *page, const json_t *position);
json_t *bp_page_position(const struct bp_page *page, size_t offset);
json_t *bp_page_range(const struct bp_page *page, struct bp_span span);

/* The statement around a byte of the parsed text; NULL: none, or the page is a note. */
const struct bp_statement *bp_page_statement(const struct bp_page *page, size_t offset);

/* Calls `visit` with what is known of every line, and where it stands now. */
typedef void bp_page_visitor(const struct bp_page *page, const struct bp_page_verdict *verdict,
                             struct bp_span statement, void *context);
void bp_page_each(const struct bp_page *page, bp_page_visitor *visit, void *context);

/* What is known of a statement: under these declarations, or, where that is not known yet, under
 * others; *fresh says which.  NULL: nothing. */
const struct bp_page_verdict *bp_page_known(const struct bp_page *page, const char *statement,
                                            size_t length, bool *fresh);

/* Tells the editor what is wrong, by what is known now. */
void bp_page_publish(const struct bp_page *page);

/* Judges what is not known yet, the lines next to the last edit first; gives up, to be called
 * again, as soon as the editor says something. */
void bp_page_judge(struct bp_page *page);

/* What an editor asks for at a place or of a page. */
json_t *bp_page_hover(const struct bp_page *page, size_t offset);
json_t *bp_page_fixes(const struct bp_page *page, struct bp_span span);
json_t *bp_page_definition(const struct bp_page *page, size_t offset);
json_t *bp_page_symbols(const struct bp_page *page);
json_t *bp_page_completion(const struct bp_page *page);
json_t *bp_page_shapes(const struct bp_page *page, struct bp_span span);
json_t *bp_page_lenses(const struct bp_page *page);

/* The worked numbers of a line (from 1), or its shapes, as text; NULL where there is no such line.
 */
char *bp_page_explained(const struct bp_page *page, size_t line, bool shapes);

#endif
