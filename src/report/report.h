/* Report writers: one results struct in, one format out.
 *
 * A writer turns what was found into text on a stream.  It knows the result structs of `results`
 * and nothing of networks or derivations, so whatever fills such a struct gets every format.  A
 * new format is one file with a function for each kind of result that it has a place for, and one
 * row of BP_WRITERS.
 *
 * Every writer returns 0, or -1 when the stream refused something or memory was short; what was
 * written until then is not a report.  None of them changes the result, keeps a pointer to it or
 * hands memory out: results, styles and streams are the caller's.
 */
#ifndef BP_REPORT_REPORT_H
#define BP_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "results/classroom.h"
#include "results/results.h"
#include "results/trace.h"
#include "results/training.h"
#include "results/worked.h"

/* Which parameters or claims the text format lists one by one. JSON and CSV always have all. */
enum bp_listing { BP_LIST_NONE, BP_LIST_FAILED, BP_LIST_ALL };

/* A matrix to print.  Values are row by row, rows `stride` doubles apart. */
struct bp_matrix_view {
  const char *name;    /* "∂vec Z[2] / ∂vec W[2]" */
  const char *formula; /* "A[1]' ⊗ I(1)" */
  const char *shape;   /* "(m·n[2], n[2]·n[1])" */
  size_t rows, columns, stride;
  const double *values;
};

struct bp_report_style {
  bool colour;
  bool brief;                             /* text: the closing sentence only */
  size_t width;                           /* columns of the page; 0 means 80 */
  enum bp_listing parameters;             /* of a network */
  enum bp_listing claims;                 /* of derivations */
  const struct bp_matrix_view *jacobians; /* text: to be shown below the head */
  size_t jacobian_count;
  bool only_failed;     /* list only what does not hold; counts stay whole */
  size_t most_failures; /* list no more than so many that do not hold, and count the rest; 0: all */
  size_t digits;        /* text: of numbers that are shown; 0: as many as help */
  bool replay;          /* text, JSON: with the commands that check again what does not hold */
};

/* What a report has listed so far, for only_failed and most_failures of its style. */
struct bp_listed {
  size_t failures; /* listed: that do not hold */
  size_t withheld; /* not listed, because of most_failures */
};

/* Whether to list the next entry, block or claim, which has this verdict.  Counts it. */
bool bp_lists(const struct bp_report_style *style, enum bp_verdict verdict,
              struct bp_listed *listed);

/* The formats: a row each, with what it has a place for and what it is good for.  `has` in the
 * column of a result stands for a function of the format, `none` for no place; a row that lacks a
 * column does not compile.  The function of column `trace` in row `text` is bp_trace_text.
 *
 *   name, report, derivations, refusal, power, trace, training, worked, classroom, what it is good
 *   for */
#define BP_WRITERS(X)                                                                              \
  X(text, has, has, none, has, has, has, has, has, "tables and sentences for a person")            \
  X(json, has, has, has, has, none, has, none, has, "every number with its verdict, for programs") \
  X(csv, has, has, none, has, none, has, none, has,                                                \
    "a row for each parameter or claim, for spreadsheets")                                         \
  X(junit, has, has, has, has, none, none, none, none,                                             \
    "JUnit XML, for the test pages of build servers")                                              \
  X(tap, has, has, has, has, none, none, none, none, "TAP 13, for test harnesses")                 \
  X(sarif, has, has, has, none, none, none, none, none,                                            \
    "SARIF 2.1.0, for code scanning and editors")                                                  \
  X(github, has, has, has, none, none, none, none, none,                                           \
    "annotations in the log of GitHub Actions")                                                    \
  X(markdown, has, has, has, has, has, none, none, none,                                           \
    "a summary for a pull request or a job's page")                                                \
  X(html, has, has, has, has, has, has, has, has, "a page with formulas and maps, for a browser")  \
  X(gradescope, none, none, none, none, none, none, none, has, "results.json of an autograder")

/* A derivation file and what was found in it. */
struct bp_derivation_result {
  const char *file;                          /* as its reader calls it */
  const struct bp_derivation_report *report; /* NULL: it could not be opened, or memory was short */
  const struct bp_diagnostics *diagnostics;  /* what is wrong with it */
};

struct bp_derivation_results {
  const struct bp_derivation_result *files;
  size_t count;
  double seconds; /* wall time for all of them; 0 when not to be shown */
};

/* Everything that a format does; NULL: it has no place for such a result. */
struct bp_writer {
  const char *name;
  const char *summary;
  int (*report)(const struct bp_report *report, const struct bp_report_style *style, FILE *out);
  int (*derivations)(const struct bp_derivation_results *results,
                     const struct bp_report_style *style, FILE *out);
  int (*refusal)(const struct bp_refusal *refusal, const struct bp_report_style *style, FILE *out);
  int (*power)(const struct bp_power *power, const struct bp_report_style *style, FILE *out);
  int (*trace)(const struct bp_trace *trace, const struct bp_report_style *style, FILE *out);
  int (*training)(const struct bp_training *training, const struct bp_report_style *style,
                  FILE *out);
  int (*worked)(const struct bp_worked *worked, const struct bp_report_style *style, FILE *out);
  int (*classroom)(const struct bp_classroom *classroom, const struct bp_report_style *style,
                   FILE *out);
};

#define BP_DECLARE_none(column, name, type) struct type
#define BP_DECLARE_has(column, name, type)                                                         \
  int bp_##column##_##name(const struct type *result, const struct bp_report_style *style,         \
                           FILE *out)
#define BP_ROW(name, of_report, of_derivations, of_refusal, of_power, of_trace, of_training,       \
               of_worked, of_classroom, summary)                                                   \
  BP_DECLARE_##of_report(report, name, bp_report);                                                 \
  BP_DECLARE_##of_derivations(derivations, name, bp_derivation_results);                           \
  BP_DECLARE_##of_refusal(refusal, name, bp_refusal);                                              \
  BP_DECLARE_##of_power(power, name, bp_power);                                                    \
  BP_DECLARE_##of_trace(trace, name, bp_trace);                                                    \
  BP_DECLARE_##of_training(training, name, bp_training);                                           \
  BP_DECLARE_##of_worked(worked, name, bp_worked);                                                 \
  BP_DECLARE_##of_classroom(classroom, name, bp_classroom);
BP_WRITERS(BP_ROW)
#undef BP_ROW

#define BP_ROW(...) +1
enum { BP_WRITER_COUNT = 0 BP_WRITERS(BP_ROW) };
#undef BP_ROW

extern const struct bp_writer bp_writers[BP_WRITER_COUNT];

/* The writer of that name, or NULL. */
const struct bp_writer *bp_writer_find(const char *name);

/* Whether a format has a place for some result: the question that a verb asks of each. */
typedef bool bp_writer_filter(const struct bp_writer *writer);

/* Whether it shows formulas as they are set in print, so that a report is to be drawn for it. */
bool bp_writer_draws(const struct bp_writer *writer);

/* The names of the formats for which `serves` is true, in the order of the table, into `names`,
 * which has room for BP_WRITER_COUNT.  Their number. */
size_t bp_writer_names(bp_writer_filter *serves, const char **names);

/* Ends a writer that worked in an arena, which it frees, or for which there was no memory: the
 * status where the arena was never short and the stream took everything, else -1. */
int bp_writer_finish(int status, struct bp_arena *arena, FILE *out);

/* "not-exposed": stable, for JSON and CSV. */
const char *bp_exposure_name(enum bp_exposure exposure);

#endif
