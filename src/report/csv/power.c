/* The planted mistakes as comma-separated values: a row for each, in the order in which they were
 * planted. */
#include "report/csv/csv.h"
#include "report/report.h"

int bp_power_csv(const struct bp_power *power, const struct bp_report_style *style, FILE *out) {
  (void)style;
  fputs("mistake,outcome,change,block,row,column,reason\r\n", out);
  for (size_t i = 0; i < power->count; i++) {
    const struct bp_power_row *row = &power->rows[i];
    bp_csv_text(row->text, out);
    fprintf(out, ",%s,", bp_exposure_name(row->exposure));
    bp_csv_number(row->change, out);
    if (row->exposure == BP_CAUGHT && row->block) {
      putc(',', out);
      bp_csv_text(row->block, out);
      fprintf(out, ",%zu,%zu,", row->row + 1, row->column + 1);
    } else {
      fputs(",,,,", out);
    }
    bp_csv_text(row->reason ? row->reason : "", out);
    fputs("\r\n", out);
  }
  return ferror(out) ? -1 : 0;
}
