/* Derivation files: opened, read, judged.  What is wrong with one of them is recorded and never
 * ends the program, so that the others are judged all the same.
 *
 * Everything of a file lives in its own arena until bp_derivation_free; lists are the caller's.
 */
#ifndef BP_CLI_DERIVATION_H
#define BP_CLI_DERIVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/diag.h"
#include "base/parallel.h"
#include "hint/hint.h"
#include "judge/judge.h"
#include "lang/lines.h"
#include "report/report.h"
#include "results/results.h"
#include "study/gradients.h"
#include "study/update/updates.h"

/* What each file may take. */
struct bp_derivation_limits {
  size_t memory;  /* bytes */
  double seconds; /* of the processor; 0: no limit */
};

struct bp_derivation {
  const char *path;          /* as the user gave it, - for standard input */
  struct bp_budget budget;   /* of all work on the file */
  struct bp_diagnostic lack; /* what is said where memory is short */
  char lack_message[256];
  struct bp_arena *arena;             /* of everything here */
  struct bp_diagnostics diagnostics;  /* errors in the file, or why it could not be opened */
  const struct bp_document *document; /* NULL: it could not be opened */
  struct bp_gradients gradients;      /* what was read into names such as dZ */
  struct bp_updates updates;          /* that stand alone, and are judged */
  struct bp_derivation_report report;
  bool judged; /* there is a report */
};

enum { BP_MOST_ALLOWED = 16 };

/* Allows files to use what lies in that folder or below, from now on; where it is none the program
 * ends with a message.  And the folders that were allowed, as they were given; NULL behind the
 * last. */
void bp_derivation_allow(const char *folder);
const char *bp_derivation_allowed(size_t index);

/* Whether the path, or a folder that it names behind the first `meant` bytes, is a link that
 * somebody else may have made, to what lies neither in its folder nor below it nor in a folder that
 * is allowed.  A link that leads nowhere is none. */
bool bp_derivation_leads_out(const char *path, size_t meant);

/* Opens and reads a file and what it uses, on a budget of its own, which is in force in this thread
 * from then on, until bp_derivation_leave.  The caller frees it in any case.  May be called from
 * any thread. */
void bp_derivation_open(struct bp_derivation *derivation, const char *path,
                        const struct bp_derivation_limits *limits);
void bp_derivation_leave(void);

/* Where memory was refused to anything that was done for the file, nothing of that counts: there is
 * no report, and one message in the place of all others.  Returns whether that is so. */
bool bp_derivation_lacks_memory(struct bp_derivation *derivation);

/* The same, and the program ends with that message. */
void bp_derivation_require_memory(struct bp_derivation *derivation);

/* The same of a text that is at hand, which must outlive the derivation, on no budget but with so
 * much memory; files that it uses are
 * opened as ever.  Gradients that nobody declares are not read into it: that takes a trial of all
 * lines, which bp_derivation_read_gradients makes, and gives up (false) when `stopped` says so. */
void bp_derivation_open_text(struct bp_derivation *derivation, const char *path, const char *text,
                             size_t length, size_t memory);
bool bp_derivation_read_gradients(struct bp_derivation *derivation, size_t memory,
                                  bool (*stopped)(void));

void bp_derivation_free(struct bp_derivation *derivation);

/* Takes "FILE:WHICH" apart at the first colon before which there is a file; a file whose own name
 * has a colon is itself, and *which NULL.  Where nothing exists, the message will be about what
 * stands before the last colon. */
void bp_derivation_word(char *word, const char **file, const char **which);

/* "two.deriv", "standard input" */
const char *bp_derivation_name(const struct bp_derivation *derivation);

/* Writes the messages about the file to stderr. */
void bp_derivation_complain(const struct bp_derivation *derivation);

/* Ends the program with its messages when the file could not be opened. */
void bp_derivation_require(struct bp_derivation *derivation);

/* The lines of a file that could be opened, and the place among them of the line that `which`
 * names. These end the program with a message when memory is short or there is no such line. */
struct bp_document_lines bp_derivation_lines(const struct bp_derivation *derivation);
size_t bp_derivation_line(const struct bp_document_lines *lines, const char *which);

struct bp_derivations_options {
  struct bp_judge_options judge;
  bool no_hints; /* do not look for edits that mend a failing line */
  bool drawn;    /* with pictures of the formulas, for a report that shows them */
  unsigned hint_milliseconds;
  int threads;                    /* 0: one for each processor */
  size_t memory;                  /* bytes, for all files that are judged at the same time */
  double seconds;                 /* of the processor for each file; 0: no limit */
  bp_parallel_progress *progress; /* may be NULL */
  void *user;                     /* of progress */
};

/* Judges a file that could be opened, and looks for what mends its failing lines. */
void bp_derivation_judge(struct bp_derivation *derivation,
                         const struct bp_derivations_options *options);

/* Opens and judges `count` files at the same time, into `list`, in their order.  Returns false when
 * progress asked to stop; files that were not begun are then empty.  The caller frees each. */
bool bp_derivations_judge(const char *const *paths, size_t count,
                          const struct bp_derivations_options *options, struct bp_derivation *list);

/* The exit status of files that were judged: bad input before all else, then what fails, then what
 * is undecided or empty. */
int bp_derivations_status(const struct bp_derivation *list, size_t count);

/* For the writers: fills `results`, of which there is one for each file. */
void bp_derivations_results(const struct bp_derivation *list, size_t count,
                            struct bp_derivation_result *results);

#endif
