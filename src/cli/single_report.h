/* --format and --output, as an argp child, for verbs that write one report and no more.
 *
 * A verb puts bp_single_report_argp among its argp children, with a struct bp_single_report as its
 * input, and sets all but `output` before it parses.  Paths are the caller's, writers rows of their
 * table.
 */
#ifndef BP_CLI_SINGLE_REPORT_H
#define BP_CLI_SINGLE_REPORT_H

#include <argp.h>

#include "report/report.h"

struct bp_single_report {
  const char *what;         /* is written: "trace" */
  bp_writer_filter *serves; /* which formats have a place for it */
  /* What --help says behind the name of a format; NULL: nothing. */
  const char *(*remark)(const char *format);
  const struct bp_writer *writer; /* before: the default */
  const char *output;             /* NULL: standard output */
};

extern const struct argp bp_single_report_argp; /* its input is a struct bp_single_report */

#endif
