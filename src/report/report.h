/* Report writers: one results struct in, one format out.
 *
 * A writer turns what a check found into text on a stream.  It knows the result structs of
 * results/results.h and nothing of networks or derivations, so whatever fills such a struct gets
 * every format.  A new format is one file with a function for each kind of result that it serves,
 * and one row of BP_WRITERS.
 *
 * Every writer returns 0, or -1 when the stream refused something or memory was short; what was
 * written until then is not a report.  None of them changes the result or keeps a pointer to it.
 */
#ifndef BP_REPORT_REPORT_H
#define BP_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "results/results.h"

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

/* The formats: name, its writer of planted mistakes (NULL where it has no place for them), what it
 * is good for.  Every format serves networks and derivations. */
#define BP_WRITERS(X)                                                                              \
  X(text, bp_power_text, "tables and sentences for a person")                                      \
  X(json, bp_power_json, "every number with its verdict, for programs")                            \
  X(csv, bp_power_csv, "a row for each parameter or claim, for spreadsheets")                      \
  X(junit, bp_power_junit, "JUnit XML, for the test pages of build servers")                       \
  X(tap, bp_power_tap, "TAP 13, for test harnesses")                                               \
  X(sarif, NULL, "SARIF 2.1.0, for code scanning and editors")                                     \
  X(github, NULL, "annotations in the log of GitHub Actions")                                      \
  X(markdown, bp_power_markdown, "a summary for a pull request or a job's page")

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

struct bp_writer {
  const char *name;
  const char *summary;
  int (*report)(const struct bp_report *report, const struct bp_report_style *style, FILE *out);
  /* NULL: this format has no place for planted mistakes */
  int (*power)(const struct bp_power *power, const char *title, const struct bp_report_style *style,
               FILE *out);
  int (*derivations)(const struct bp_derivation_results *results,
                     const struct bp_report_style *style, FILE *out);
};

#define BP_ROW(name, planted, summary)                                                             \
  int bp_report_##name(const struct bp_report *report, const struct bp_report_style *style,        \
                       FILE *out);                                                                 \
  int bp_power_##name(const struct bp_power *power, const char *title,                             \
                      const struct bp_report_style *style, FILE *out);                             \
  int bp_derivations_##name(const struct bp_derivation_results *results,                           \
                            const struct bp_report_style *style, FILE *out);
BP_WRITERS(BP_ROW)
#undef BP_ROW

extern const struct bp_writer bp_writers[];
extern const size_t bp_writer_count;

/* The writer of that name, or NULL. */
const struct bp_writer *bp_writer_find(const char *name);

/* "not-exposed": stable, for JSON and CSV. */
const char *bp_exposure_name(enum bp_exposure exposure);

/* The numbers of a matrix with those of its rows and columns around them, each with so many
 * significant digits, with `.` for an exact zero, in groups of columns where the page is too
 * narrow.  0, or -1. */
int bp_matrix_text(const struct bp_matrix_view *matrix, int digits,
                   const struct bp_report_style *style, FILE *out);

/* One Jacobian as text: name, formula and shape, then the numbers.  0, or -1. */
int bp_jacobian_text(const struct bp_matrix_view *matrix, const struct bp_report_style *style,
                     FILE *out);

#endif
