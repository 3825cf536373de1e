/* Derivations as comma-separated values: a row for each claim of each file, under the names that
 * the JSON report has, then the numbers of the worst place, how many hints there are and the first
 * mended formula. */
#include "report/claims.h"
#include "report/csv/csv.h"

static void write_text(const char *text, FILE *out) {
  bp_csv_text(text ? text : "", out);
  putc(',', out);
}

static void write_number(double number, FILE *out) {
  bp_csv_number(number, out);
  putc(',', out);
}

/* The place and the numbers of the worst entry; empty where there is none. */
static void write_worst(const struct bp_claim *claim, FILE *out) {
  write_text(claim->at, out);
  if (claim->rows == 0) {
    fputs(",,,,,", out);
    return;
  }
  fprintf(out, "%zu,%zu,", claim->row + 1, claim->column + 1);
  write_number(claim->left_value, out);
  write_number(claim->right_value, out);
  write_number(claim->bound, out);
}

static void write_hints(const struct bp_claim *claim, FILE *out) {
  fprintf(out, "%zu,", claim->hint_count);
  bp_csv_text(claim->hint_count > 0 ? claim->hints[0].mended : "", out);
}

static void write_claim(const char *file, const struct bp_claim *claim, FILE *out) {
  write_text(file, out);
  fprintf(out, "%zu,", claim->line);
  write_text(claim->name, out);
  fprintf(out, "%s,%s,%s,", claim->keyword, bp_verdict_name(claim->verdict),
          bp_reason_name(claim->reason));
  write_text(claim->text, out);
  fprintf(out, "%zu,%zu,", claim->links, claim->broken_link);
  write_text(claim->left, out);
  write_text(claim->right, out);
  fprintf(out, "%zu,%zu,%zu,%zu,", claim->points, claim->invalid, claim->members, claim->numbers);
  write_number(claim->largest_relative, out);
  write_number(claim->visible, out);
  write_text(claim->where.message, out);
  write_worst(claim, out);
  write_hints(claim, out);
  fputs("\r\n", out);
}

int bp_derivations_csv(const struct bp_derivation_results *results,
                       const struct bp_report_style *style, FILE *out) {
  struct bp_listed listed = {0};
  fputs("file,line,name,kind,verdict,reason,text,links,broken_link,left,right,points,invalid,"
        "members,numbers,largest_relative,visible,message,at,row,column,left_value,right_value,"
        "bound,hints,mended\r\n",
        out);
  for (size_t i = 0; i < results->count; i++) {
    const struct bp_derivation_report *report = results->files[i].report;
    for (size_t k = 0; report && k < report->claim_count; k++)
      if (bp_lists(style, report->claims[k].verdict, &listed))
        write_claim(results->files[i].file, &report->claims[k], out);
  }
  return ferror(out) ? -1 : 0;
}
