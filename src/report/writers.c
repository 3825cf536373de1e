/* The table of report formats, made from the list in report.h, and the names that formats share. */
#include "report/report.h"

#include <string.h>

#define BP_ROW(name, planted, summary)                                                             \
  {#name, summary, bp_report_##name, planted, bp_derivations_##name},
const struct bp_writer bp_writers[] = {BP_WRITERS(BP_ROW)};
#undef BP_ROW

const size_t bp_writer_count = sizeof bp_writers / sizeof *bp_writers;

const struct bp_writer *bp_writer_find(const char *name) {
  for (size_t i = 0; i < bp_writer_count; i++)
    if (strcmp(bp_writers[i].name, name) == 0)
      return &bp_writers[i];
  return NULL;
}

bool bp_lists(const struct bp_report_style *style, enum bp_verdict verdict,
              struct bp_listed *listed) {
  if (verdict == BP_HOLDS)
    return !style->only_failed;
  if (style->most_failures > 0 && listed->failures >= style->most_failures) {
    listed->withheld++;
    return false;
  }
  listed->failures++;
  return true;
}

const char *bp_exposure_name(enum bp_exposure exposure) {
  static const char *const names[BP_EXPOSURE_COUNT] = {
      [BP_CAUGHT] = "caught",
      [BP_NOT_EXPOSED] = "not-exposed",
      [BP_NOT_PLANTABLE] = "not-plantable",
      [BP_BLURRED] = "undecided",
  };
  return (unsigned)exposure < BP_EXPOSURE_COUNT ? names[exposure] : "unknown";
}
