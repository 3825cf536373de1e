/* Which reports are written, in which formats, and where: options that all verbs with reports
 * share, as an argp child.
 *
 * There is one main report, text on standard output unless --format and --output say otherwise, and
 * any number of further ones, `--report FORMAT:FILE`.  A further report for standard output takes
 * the place of the main one.  All files are tried before the work begins, and appear together once
 * all are complete; standard output comes last.
 *
 * A verb puts bp_reports_argp among its argp children, with a struct bp_reports as its input, and
 * calls bp_reports_defaults before it parses, bp_reports_open before the work, and bp_reports_write
 * after it, with a function that knows what the verb has to report.
 */
#ifndef BP_CLI_REPORTS_H
#define BP_CLI_REPORTS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/output.h"
#include "report/report.h"

enum { BP_MOST_REPORTS = 16 };

struct bp_report_request {
  const struct bp_writer *writer;
  const char *path; /* "-": standard output */
  const char *option;
  struct bp_output output;
  bool silent; /* about what could not be checked */
};

struct bp_reports {
  bp_writer_filter *serves;       /* which formats have a place for the verb's result */
  const struct bp_writer *format; /* of --format; NULL: not given */
  const char *output;             /* of --output; NULL: not given */
  bool only_failed, replay;
  size_t most_failures; /* 0: all */
  size_t digits;        /* 0: as many as help */
  struct bp_report_request list[BP_MOST_REPORTS + 1];
  size_t count; /* with the main report once they are settled */
  bool settled;
};

extern const struct argp bp_reports_argp; /* its input is a struct bp_reports */

void bp_reports_defaults(struct bp_reports *reports, bp_writer_filter *serves);

/* Whether one of them is in this format; whether all are. */
bool bp_reports_have(struct bp_reports *reports, const char *format);
bool bp_reports_are(struct bp_reports *reports, const char *format);

/* Refuses formats without a place for planted mistakes. */
void bp_reports_require_power(struct bp_reports *reports);

/* Tries all of the files.  Ends the program with a message where one cannot be written. */
void bp_reports_open(struct bp_reports *reports);

/* From here to bp_reports_write a message that ends the program with BP_EXIT_BAD_INPUT is a report,
 * too, in every format that has a place for it: a build server must have something to show. `title`
 * and `place`, a path or NULL, say what was to be checked. */
void bp_reports_expect(struct bp_reports *reports, const char *title, const char *place);

/* What else there is to say in such a report. */
void bp_reports_remark(const char *remark);

/* Writes what `result` is in one format; gives the writer's status. */
typedef int bp_reports_writer(const struct bp_writer *writer, const struct bp_report_style *style,
                              FILE *out, const void *result);

/* Writes all reports.  Of `style` the verb sets what concerns its own result: brief, parameters,
 * claims, Jacobians. */
void bp_reports_write(struct bp_reports *reports, const struct bp_report_style *style,
                      bp_reports_writer *write, const void *result);

/* For verbs that report on the gradient of a network or of other code: the option --parameters,
 * which formats serve, how one of them writes `result`, a struct bp_report, and what --help says in
 * the end. */
extern const struct argp bp_parameters_argp; /* its input is an enum bp_listing */
bool bp_reports_gradients(const struct bp_writer *writer);
int bp_reports_gradient(const struct bp_writer *writer, const struct bp_report_style *style,
                        FILE *out, const void *result);
#define BP_EXIT_STATUS_HELP                                                                        \
  "Exit status: 0 holds, 1 fails, 2 undecided or nothing checked, 3 bad input or usage."

#endif
