/* The table of report formats, made from the list in report.h, and what formats share. */
#include "report/report.h"

#include <string.h>

#define BP_CELL_none(column, name) NULL
#define BP_CELL_has(column, name) bp_##column##_##name
#define BP_ROW(name, of_report, of_derivations, of_refusal, of_power, of_trace, of_training,       \
               of_worked, of_classroom, summary)                                                   \
  {#name,                                                                                          \
   summary,                                                                                        \
   BP_CELL_##of_report(report, name),                                                              \
   BP_CELL_##of_derivations(derivations, name),                                                    \
   BP_CELL_##of_refusal(refusal, name),                                                            \
   BP_CELL_##of_power(power, name),                                                                \
   BP_CELL_##of_trace(trace, name),                                                                \
   BP_CELL_##of_training(training, name),                                                          \
   BP_CELL_##of_worked(worked, name),                                                              \
   BP_CELL_##of_classroom(classroom, name)},
const struct bp_writer bp_writers[BP_WRITER_COUNT] = {BP_WRITERS(BP_ROW)};
#undef BP_ROW

const struct bp_writer *bp_writer_find(const char *name) {
  for (size_t i = 0; i < BP_WRITER_COUNT; i++)
    if (strcmp(bp_writers[i].name, name) == 0)
      return &bp_writers[i];
  return NULL;
}

bool bp_writer_draws(const struct bp_writer *writer) {
  return writer->derivations == bp_derivations_html;
}

size_t bp_writer_names(bp_writer_filter *serves, const char **names) {
  size_t count = 0;
  for (size_t i = 0; i < BP_WRITER_COUNT; i++)
    if (serves(&bp_writers[i]))
      names[count++] = bp_writers[i].name;
  return count;
}

int bp_writer_finish(int status, struct bp_arena *arena, FILE *out) {
  bool fine = status == 0 && arena && !bp_arena_failed(arena);
  bp_arena_free(arena);
  return fine && !ferror(out) ? 0 : -1;
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
