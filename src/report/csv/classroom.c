/* A class as comma-separated values: a row for each student and line. */
#include "report/csv/csv.h"
#include "report/report.h"

static void write_text(const char *text, FILE *out) {
  bp_csv_text(text ? text : "", out);
  putc(',', out);
}

static void write_cell(const struct bp_class_student *one, const struct bp_class_line *column,
                       const struct bp_class_cell *cell, FILE *out) {
  write_text(one->name, out);
  write_text(one->file, out);
  write_text(column->name, out);
  fprintf(out, "%s,", bp_mark_name(cell->mark));
  bp_csv_number(cell->points, out);
  putc(',', out);
  bp_csv_number(column->points, out);
  fprintf(out, ",%zu,", cell->line);
  write_text(cell->text, out);
  write_text(cell->why, out);
  write_text(cell->mistake, out);
  write_text(cell->mended, out);
  fprintf(out, "%s\r\n", cell->given ? "given" : "own");
}

int bp_classroom_csv(const struct bp_classroom *class, const struct bp_report_style *style,
                     FILE *out) {
  (void)style;
  fputs("student,file,line,outcome,points,most,at,formula,why,mistake,mended,origin\r\n", out);
  for (size_t s = 0; s < class->student_count; s++) {
    const struct bp_class_student *one = &class->students[s];
    if (one->trouble) {
      write_text(one->name, out);
      write_text(one->file, out);
      fputs(",not judged,0,,,,", out);
      write_text(one->trouble, out);
      fputs(",,\r\n", out);
      continue;
    }
    for (size_t c = 0; c < class->line_count; c++)
      write_cell(one, &class->lines[c], &one->cells[c], out);
  }
  return ferror(out) ? -1 : 0;
}
