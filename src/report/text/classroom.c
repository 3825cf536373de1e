/* A class for a terminal: a matrix of signs, the commonest mistakes, and what no column stands for.
 *
 * Columns are numbered, because names of lines are longer than signs; what the numbers mean stands
 * below the matrix.
 */
#include <string.h>

#include "base/diag.h"
#include "base/growing.h"
#include "report/report.h"
#include "report/table.h"

enum { MOST_NAMES = 6, MOST_MISTAKES = 12, NAME_COLUMNS = 24 };

static const char *points_text(double points, struct bp_arena *arena) {
  return bp_arena_printf(arena, "%.6g", points);
}

/* "✓✓✗-", in groups of five. */
static const char *signs_of(const struct bp_classroom *class, const struct bp_class_student *one,
                            struct bp_arena *arena) {
  struct bp_growing text = bp_growing_new(arena);
  for (size_t c = 0; c < class->line_count && text.text; c++)
    bp_growing_add(&text, "%s%s", c > 0 && c % 5 == 0 ? " " : "", bp_mark_sign(one->cells[c].mark));
  return text.text;
}

static enum bp_tint tint_of(const struct bp_class_student *one) {
  if (one->trouble || one->count[BP_MARK_FAILS] > 0)
    return BP_BAD;
  bool open = one->count[BP_MARK_UNDECIDED] + one->count[BP_MARK_UNREAD] +
                  one->count[BP_MARK_MISSING] + one->count[BP_MARK_EMPTY] >
              0;
  return open ? BP_DOUBTFUL : BP_GOOD;
}

static int write_matrix(const struct bp_classroom *class, const struct bp_report_style *style,
                        struct bp_arena *arena, FILE *out) {
  static const struct bp_column columns[] = {
      {"student", false}, {"points", true}, {"lines", false}, {"", false}};
  struct bp_table *table =
      bp_table_new(arena, columns, sizeof columns / sizeof *columns, class->student_count);
  for (size_t s = 0; s < class->student_count; s++) {
    const struct bp_class_student *one = &class->students[s];
    bp_table_cell(table, BP_PLAIN, bp_text_shown(one->name, NAME_COLUMNS, arena));
    bp_table_cell(table, BP_PLAIN, points_text(one->points, arena));
    bp_table_cell(table, tint_of(one), signs_of(class, one, arena));
    bp_table_cell(table, BP_BAD, one->trouble ? bp_text_shown(one->trouble, 60, arena) : "");
  }
  return bp_table_write(table, style->colour, out);
}

static void write_columns(const struct bp_classroom *class, const struct bp_report_style *style,
                          struct bp_arena *arena, FILE *out) {
  fputs("\nlines, from the left\n", out);
  for (size_t c = 0; c < class->line_count; c++) {
    const char *lead = bp_arena_printf(arena, "  %2zu  ", c + 1);
    const char *name = bp_text_shown(class->lines[c].name, SIZE_MAX, arena);
    const char *line =
        name ? bp_arena_printf(arena, "%s (%.6g point%s)", name, class->lines[c].points,
                               class->lines[c].points == 1 ? "" : "s")
             : NULL;
    if (lead && line)
      bp_wrap(lead, line, style->width, out);
  }
  fputs("  ✓ holds  ✗ fails  ? undecided  ! not read  0 claims nothing  - missing\n", out);
}

static void write_mistakes(const struct bp_classroom *class, const struct bp_report_style *style,
                           struct bp_arena *arena, FILE *out) {
  if (class->mistake_count == 0)
    return;
  fputs("\nmistakes\n", out);
  for (size_t i = 0; i < class->mistake_count && i < MOST_MISTAKES; i++) {
    const struct bp_class_mistake *mistake = &class->mistakes[i];
    const char *names = "";
    for (size_t k = 0; k < mistake->count && k < MOST_NAMES && names; k++)
      names = bp_arena_printf(arena, "%s%s%s", names, k ? ", " : "", mistake->students[k]);
    const char *text = names
                           ? bp_arena_printf(arena, "%zu of %zu: %s, in %s (%s%s)", mistake->count,
                                             class->student_count, mistake->sentence, mistake->line,
                                             names, mistake->count > MOST_NAMES ? ", …" : "")
                           : NULL;
    const char *shown = text ? bp_text_shown(text, SIZE_MAX, arena) : NULL;
    if (shown)
      bp_wrap("  ", shown, style->width, out);
  }
}

static void write_given(const struct bp_classroom *class, FILE *out) {
  size_t given = 0;
  for (size_t s = 0; s < class->student_count; s++)
    for (size_t c = 0; c < class->line_count; c++)
      given += class->students[s].cells[c].given;
  if (given > 0)
    fprintf(out, "\n%zu line%s stand%s in the template word for word\n", given,
            given == 1 ? "" : "s", given == 1 ? "s" : "");
}

static int write_closing(const struct bp_classroom *class, const struct bp_report_style *style,
                         struct bp_arena *arena, FILE *out) {
  double sum = 0;
  size_t full = 0, unread = 0;
  for (size_t s = 0; s < class->student_count; s++) {
    sum += class->students[s].points;
    full += class->points > 0 && class->students[s].points >= class->points;
    unread += class->students[s].trouble != NULL;
  }
  const char *text = bp_arena_printf(
      arena, "%zu file%s, %.6g points each at most; %zu with all of them; %.3g on average",
      class->student_count, class->student_count == 1 ? "" : "s", class->points, full,
      class->student_count > 0 ? sum / (double)class->student_count : 0);
  if (text && unread > 0)
    text = bp_arena_printf(arena, "%s; %zu not judged", text, unread);
  if (!text)
    return -1;
  fputc('\n', out);
  bp_wrap("", text, style->width, out);
  return 0;
}

static int write_all(const struct bp_classroom *class, const struct bp_report_style *style,
                     struct bp_arena *arena, FILE *out) {
  if (style->brief)
    return write_closing(class, style, arena, out);
  const char *title = bp_text_shown(class->title, SIZE_MAX, arena);
  fprintf(out, "%s%s%s\n\n", bp_tint_on(BP_STRONG, style->colour), title ? title : "",
          bp_tint_off(BP_STRONG, style->colour));
  if (write_matrix(class, style, arena, out) != 0)
    return -1;
  if (class->line_count > 0)
    write_columns(class, style, arena, out);
  write_mistakes(class, style, arena, out);
  write_given(class, out);
  return write_closing(class, style, arena, out);
}

int bp_classroom_text(const struct bp_classroom *class, const struct bp_report_style *style,
                      FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena ? write_all(class, style, arena, out) : -1, arena, out);
}
