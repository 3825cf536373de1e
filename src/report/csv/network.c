/* A gradient as comma-separated values: a row for each parameter.  Rows and columns count from 1,
 * as in the formulas. */
#include "report/csv/csv.h"
#include "report/report.h"

static void write_entry(const struct bp_block *block, size_t index, FILE *out) {
  const struct bp_entry *entry = &block->entries[index];
  bp_csv_text(block->name, out);
  fprintf(out, ",%zu,%zu,", bp_block_row(block, index), bp_block_column(block, index));
  const double numbers[] = {entry->backprop, entry->difference, entry->kronecker, entry->bound,
                            entry->relative};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    bp_csv_number(numbers[i], out);
    putc(',', out);
  }
  fprintf(out, "%.1f,%s,%s,%s,%s\r\n", (double)entry->digits,
          bp_method_name((enum bp_method)entry->method),
          entry->reason == BP_REASON_SKIPPED ? ""
                                             : bp_verdict_name((enum bp_verdict)entry->verdict),
          bp_reason_name((enum bp_reason)entry->reason),
          block->explanation_kind ? block->explanation_kind : "");
}

/* What was not looked at has no verdict that could count as a failure. */
static bool is_listed(const struct bp_entry *entry, const struct bp_report_style *style,
                      struct bp_listed *listed) {
  if (entry->reason == BP_REASON_SKIPPED)
    return !style->only_failed;
  return bp_lists(style, (enum bp_verdict)entry->verdict, listed);
}

int bp_report_csv(const struct bp_report *report, const struct bp_report_style *style, FILE *out) {
  struct bp_listed listed = {0};
  fputs("block,row,column,backprop,difference,kronecker,bound,relative,digits,method,verdict,"
        "reason,explanation\r\n",
        out);
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (!block->parameter)
      continue;
    for (size_t k = 0; k < block->rows * block->columns; k++)
      if (is_listed(&block->entries[k], style, &listed))
        write_entry(block, k, out);
  }
  return ferror(out) ? -1 : 0;
}
