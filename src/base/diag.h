/* What the program has to say about its input, as data.
 *
 * Whoever finds a mistake in the input records it here and goes on or gives up; how it looks on a
 * terminal or in a report is decided elsewhere.  A diagnostic names the place (a span of bytes in a
 * source), what was found and expected in one sentence, and, where there is one, a thing to try.
 * What is recorded lives in the arena of its list; sources are kept alive by whoever has them.
 */
#ifndef BP_BASE_DIAG_H
#define BP_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

/* A text that somebody wrote: a file, or the value of a command-line option.  The text need not be
 * terminated or valid UTF-8.  The owner keeps it alive as long as its diagnostics. */
struct bp_source {
  const char *name; /* how to call it in messages: a path, "network spec", "--inject" */
  const char *text;
  size_t length;
};

/* Bytes [begin, end) of a source. begin == end points between two bytes, or at the end. */
struct bp_span {
  size_t begin;
  size_t end;
};

struct bp_diagnostic {
  const struct bp_source *source; /* NULL: no place to show */
  struct bp_span span;
  const char *message;     /* one sentence, no trailing full stop */
  const char *suggestion;  /* what to try, or NULL */
  bool warning;            /* a remark that does not make the input bad */
  bool note;               /* a warning of nothing: how something was read */
  const size_t *needed_by; /* lines that cannot be read because of it, in their order */
  size_t needed_count;
  const char *needed_in; /* the file of these, where it is another one; or NULL */
};

struct bp_diagnostics {
  struct bp_arena *arena;
  struct bp_diagnostic *list;
  size_t count;
  size_t capacity;
  size_t errors;
  size_t dropped; /* found after the first BP_MOST_DIAGNOSTICS; counted, not kept */
};

enum { BP_MOST_DIAGNOSTICS = 200 };

/* An empty list. */
void bp_diagnostics_init(struct bp_diagnostics *diagnostics, struct bp_arena *arena);

/* How much was recorded, to take back what is recorded later. */
struct bp_diagnostics_mark {
  size_t count, errors, dropped;
};
struct bp_diagnostics_mark bp_diagnostics_mark(const struct bp_diagnostics *diagnostics);
void bp_diagnostics_return(struct bp_diagnostics *diagnostics, struct bp_diagnostics_mark mark);

/* Records an error.  `source` may be NULL; `suggestion` may be NULL and is copied.  The message is
 * formatted.  Never fails loudly: when memory is short the error is still counted. */
void bp_error(struct bp_diagnostics *diagnostics, const struct bp_source *source,
              struct bp_span span, const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same for a remark. */
void bp_warning(struct bp_diagnostics *diagnostics, const struct bp_source *source,
                struct bp_span span, const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A remark about nothing that is wrong: how something was read, and how it is written. */
void bp_note(struct bp_diagnostics *diagnostics, const struct bp_source *source,
             struct bp_span span, const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Line and column, both from 1, of a byte offset.  The column counts characters as a reader sees
 * them: one for each code point that takes room, so a caret under a wide sign is still its column.
 */
void bp_locate(const struct bp_source *source, size_t offset, size_t *line, size_t *column);

/* Writes a diagnostic like a good compiler:
 *
 *     iris.csv:3:9: error: "abc" is not a number
 *       5.1,3.5,abc,0.2,setosa
 *               ^~~
 *       try: a plain decimal number such as 1.4 or 1e-3
 *
 * The line is shown as it stands, with tabs as one blank and what is not valid UTF-8 or not
 * printable as a replacement sign; long lines are cut around the place.  `colour` adds terminal
 * colours. */
void bp_diagnostic_write(const struct bp_diagnostic *diagnostic, bool colour, FILE *out);

/* The line and the caret alone, `indent` blanks further to the right and that much narrower;
 * nothing where there is no source or the line is empty. */
void bp_diagnostic_quote(const struct bp_diagnostic *diagnostic, size_t indent, bool colour,
                         FILE *out);

/* All of them, in the order found, and a line about those that were dropped. */
void bp_diagnostics_write(const struct bp_diagnostics *diagnostics, bool colour, FILE *out);

/* That line alone, if any were. */
void bp_diagnostics_dropped(const struct bp_diagnostics *diagnostics, FILE *out);

/* How many terminal columns `length` bytes of UTF-8 take: wide signs two, combining ones none. */
size_t bp_text_columns(const char *text, size_t length);

/* The text as a terminal may show it: what would disturb the terminal is replaced as in messages,
 * and what has no room in `columns` columns (at least 1) is cut off, with an ellipsis in its place.
 * NULL when memory is short. */
const char *bp_text_shown(const char *text, size_t columns, struct bp_arena *arena);

/* Writes `length` bytes so, all of them. */
void bp_text_write(const char *text, size_t length, FILE *out);

/* The candidate nearest to what was written (fewest typing mistakes: a letter too many, missing,
 * wrong, or two exchanged; letter case counts half), or NULL when none is near enough to be meant.
 */
const char *bp_nearest_name(const char *written, size_t length, const char *const *candidates,
                            size_t count);

/* The names with ", " between them and `last`, such as " or ", in front of the last one; NULL when
 * memory is short. */
const char *bp_name_list(const char *const *names, size_t count, const char *last,
                         struct bp_arena *arena);

#endif
