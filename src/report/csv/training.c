/* The cost curve as comma-separated values after RFC 4180: a row for each step, and where the
 * gradient was checked, the verdict.  Checks are in the order of their steps, so one walk pairs
 * them. */
#include "report/csv/csv.h"
#include "report/report.h"

int bp_training_csv(const struct bp_training *training, const struct bp_report_style *style,
                    FILE *out) {
  (void)style;
  size_t next = 0;
  fputs("step,loss,checked,verdict\r\n", out);
  for (size_t step = 0; step <= training->steps; step++) {
    bool checked = next < training->check_count && training->checks[next].step == step;
    fprintf(out, "%zu,", step);
    bp_csv_number(training->losses[step], out);
    fprintf(out, ",%s,%s\r\n", checked ? "yes" : "no",
            checked ? bp_verdict_name(training->checks[next].verdict) : "");
    next += checked;
  }
  return ferror(out) ? -1 : 0;
}
