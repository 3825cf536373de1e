/* Judging the files of a class: each in a process of its own, so that one that hangs, or takes all
 * memory, is a row of the report and not its end.
 *
 * What is made lives in the arena that is passed.
 */
#ifndef BP_CLI_CLASS_H
#define BP_CLI_CLASS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "lang/ast.h"
#include "results/classroom.h"

struct bp_class_options {
  const char *template; /* path; NULL: none */
  double seconds;       /* of processor time for each file */
  size_t memory;        /* bytes for each file */
  size_t seed, trials;
  int threads; /* files at the same time; 0: one for each processor */
  bool no_mend;
};

/* The report of one file, as `backproof verify --format json` gives it. */
struct bp_class_report {
  char *json; /* NULL: there is none; to be freed */
  size_t length;
  const char *trouble; /* then why, as the end of a sentence */
  int error;           /* errno, where that is no fault of the file but of this machine */
};

/* Judges the files, into `reports`, one for each.  False: interrupted; all children have ended. */
bool bp_class_run(const char *const *files, size_t count, const struct bp_class_options *options,
                  struct bp_class_report *reports);

/* What a file says of the problem: a row a statement, and for one that declares names a row a name.
 */
struct bp_class_saying {
  enum bp_statement_kind kind;
  const char *name; /* NULL: it is about everything, a network, a size, a layout */
  const char *text;
  size_t line;
};

struct bp_class_setting {
  struct bp_class_saying *list;
  size_t count, capacity;
  bool unread; /* memory was short */
};

void bp_class_setting_read(const struct bp_document *document, struct bp_arena *arena,
                           struct bp_class_setting *setting);

/* Of a student's file, which is only parsed; nothing where it is no derivation or cannot be read.
 */
void bp_class_setting_of(const char *path, struct bp_arena *arena,
                         struct bp_class_setting *setting);

/* What a required line that holds comes to in a file with this setting: HOLDS, or EMPTY or
 * UNDECIDED with the sentence that says why.  `key` is its left side, or NULL, and `formula` all of
 * it. */
enum bp_mark bp_class_setting_mark(const struct bp_class_setting *student,
                                   const struct bp_class_setting *template, const char *key,
                                   const char *formula, struct bp_arena *arena, const char **why);

/* A template: the lines that it requires, and those that it gives. */
struct bp_class_template {
  const char *title;
  struct bp_class_line *lines; /* required */
  const char **keys;           /* of each: what its left side is, or NULL */
  size_t count;
  const char **given; /* its own lines, as the printer writes them */
  size_t given_count;
  struct bp_class_setting setting;
};

/* Reads it; ends the program with its messages where it cannot be read. */
void bp_class_template_read(const char *path, struct bp_arena *arena,
                            struct bp_class_template *template);

/* A formula as the printer writes it, whatever its spelling. */
struct bp_class_formula {
  const char *text;         /* NULL: it cannot be read */
  const char *left, *right; /* the first and the last side; NULL: there is none */
  bool empty;               /* it claims nothing: a side is the left one, or is made of it */
  bool equation;            /* and no inequality, and no number to a few digits */
};

struct bp_class_formula bp_class_formula(const char *text, struct bp_arena *arena);

/* The left side of a line of which no more can be read, or of one that cannot be read without what
 * its file declares; NULL where there is none. */
const char *bp_class_left(const char *text, struct bp_arena *arena);

/* Fills the class from the reports, which it reads. */
void bp_class_fill(const char *const *files, const struct bp_class_report *reports, size_t count,
                   const struct bp_class_template *template, bool no_mend, struct bp_arena *arena,
                   struct bp_classroom *class);

#endif
