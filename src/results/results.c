/* What follows from the plain data alone: the words for a verdict, how bad an entry is, and the
 * verdict, the value and the counts of a whole report.
 */
#include "results/results.h"

#include <math.h>

enum { VERDICTS = BP_FAILS + 1 };

static const char *const verdict_names[VERDICTS] = {
    [BP_HOLDS] = "holds",
    [BP_UNDECIDED] = "undecided",
    [BP_FAILS] = "fails",
};

const char *bp_verdict_name(enum bp_verdict verdict) {
  return (unsigned)verdict < VERDICTS ? verdict_names[verdict] : "unknown";
}

double bp_entry_badness(const struct bp_entry *entry) {
  double distance = fabs(entry->backprop - entry->difference);
  double ratio = distance == 0 ? 0 : distance / (entry->bound + 1e-300);
  if (!(ratio <= 1e100))
    ratio = 1e100;
  return ratio / (1 + ratio) + 2 * entry->verdict;
}

int bp_exit_status(enum bp_verdict verdict) {
  switch (verdict) {
  case BP_HOLDS:
    return 0;
  case BP_FAILS:
    return 1;
  case BP_UNDECIDED:
    break;
  }
  return 2; /* a value that is no verdict decides nothing either */
}

enum bp_verdict bp_report_verdict(const struct bp_report_head *head) {
  return head->entries == 0 ? bp_verdict_join(head->verdict, BP_UNDECIDED) : head->verdict;
}

double bp_report_value(const struct bp_report *report) {
  if (report->network)
    return report->network->loss;
  return report->code ? report->code->value : NAN;
}

size_t bp_report_lost_digits(const struct bp_report *report) {
  return report->network ? report->network->lost_digits : 0;
}
