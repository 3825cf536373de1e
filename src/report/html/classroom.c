/* A class as a page: the matrix with links, the commonest mistakes, and a section a student. */
#include <stdio.h>

#include "report/html/html.h"

static const char *class_of(enum bp_mark mark) {
  return mark == BP_MARK_HOLDS ? "holds" : mark == BP_MARK_FAILS ? "fails" : "undecided";
}

static void write_points(struct bp_markup *markup, double points) {
  char text[32];
  snprintf(text, sizeof text, "%.6g", points);
  bp_page_cell(markup, "number", text);
}

static void write_sign(struct bp_markup *markup, const struct bp_class_cell *cell, bool word) {
  bp_element(markup, "span");
  bp_attribute_format(markup, "class", "word %s", class_of(cell->mark));
  if (!word)
    bp_attribute(markup, "title",
                 cell->mark == BP_MARK_HOLDS ? bp_mark_name(cell->mark)
                 : cell->why                 ? cell->why
                                             : bp_mark_name(cell->mark));
  bp_markup_text(markup, bp_mark_sign(cell->mark));
  if (word)
    bp_markup_format(markup, " %s", bp_mark_name(cell->mark));
  bp_element_end(markup);
}

/* ---- the matrix ---------------------------------------------------------- */

static void write_head_row(struct bp_markup *markup, const struct bp_classroom *class) {
  bp_element(markup, "tr");
  bp_markup_element(markup, "td", NULL, "student");
  bp_markup_element(markup, "td", NULL, "points");
  for (size_t c = 0; c < class->line_count; c++) {
    bp_element(markup, "th");
    bp_attribute(markup, "scope", "col");
    bp_page_name(markup, class->lines[c].name);
    bp_element_end(markup);
  }
  bp_element_end(markup);
}

static void write_matrix(struct bp_markup *markup, const struct bp_classroom *class) {
  bp_page_table(markup, "A row for each student, a column for each line", NULL);
  write_head_row(markup, class);
  for (size_t s = 0; s < class->student_count; s++) {
    const struct bp_class_student *one = &class->students[s];
    bp_element(markup, "tr");
    bp_element(markup, "th");
    bp_attribute(markup, "scope", "row");
    bp_element(markup, "a");
    bp_attribute_format(markup, "href", "#student%zu", s + 1);
    bp_markup_text(markup, one->name);
    bp_elements_end(markup, 2);
    write_points(markup, one->points);
    for (size_t c = 0; c < class->line_count && !one->trouble; c++) {
      bp_element(markup, "td");
      write_sign(markup, &one->cells[c], false);
      bp_element_end(markup);
    }
    if (one->trouble) {
      bp_element(markup, "td");
      bp_attribute_format(markup, "colspan", "%zu", class->line_count ? class->line_count : 1);
      bp_markup_text(markup, one->trouble);
      bp_element_end(markup);
    }
    bp_element_end(markup);
  }
  bp_page_table_end(markup);
  bp_markup_element(markup, "p", "soft",
                    "✓ holds, ✗ fails, ? undecided, ! not read, 0 claims nothing, - missing");
}

static void write_mistakes(struct bp_markup *markup, const struct bp_classroom *class) {
  static const char *const headings[] = {"how many", "mistake", "line", "who", NULL};
  if (class->mistake_count == 0)
    return;
  bp_page_section(markup, 2, NULL, "mistakes", "Mistakes");
  bp_page_table(markup, "The commonest first", headings);
  for (size_t i = 0; i < class->mistake_count; i++) {
    const struct bp_class_mistake *mistake = &class->mistakes[i];
    bp_element(markup, "tr");
    bp_element(markup, "td");
    bp_markup_format(markup, "%zu of %zu", mistake->count, class->student_count);
    bp_element_end(markup);
    bp_page_cell(markup, NULL, mistake->sentence);
    bp_element(markup, "td");
    bp_page_name(markup, mistake->line);
    bp_element_end(markup);
    bp_element(markup, "td");
    for (size_t k = 0; k < mistake->count; k++)
      bp_markup_format(markup, "%s%s", k ? ", " : "", mistake->students[k]);
    bp_elements_end(markup, 2);
  }
  bp_page_table_end(markup);
  bp_element_end(markup);
}

/* ---- students ------------------------------------------------------------ */

static void write_cell(struct bp_markup *markup, const struct bp_class_line *line,
                       const struct bp_class_cell *cell) {
  bp_element(markup, "div");
  bp_attribute_format(markup, "class", "claim is-%s", class_of(cell->mark));
  bp_element(markup, "h3");
  write_sign(markup, cell, true);
  bp_markup_format(markup, " %s, %.6g of %.6g", line->name, cell->points, line->points);
  if (cell->line > 0)
    bp_markup_format(markup, ", line %zu%s", cell->line, cell->given ? ", as in the template" : "");
  bp_element_end(markup);
  if (cell->text)
    bp_page_verbatim(markup, cell->text);
  if (cell->why)
    bp_markup_element(markup, "p", NULL, cell->why);
  if (cell->mistake)
    bp_markup_element(markup, "p", NULL, cell->mistake);
  if (cell->mended) {
    bp_element(markup, "p");
    bp_markup_text(markup, "holds with ");
    bp_markup_element(markup, "code", NULL, cell->mended);
    bp_element_end(markup);
  }
  bp_element_end(markup);
}

static void write_student(struct bp_markup *markup, const struct bp_classroom *class, size_t s) {
  const struct bp_class_student *one = &class->students[s];
  char id[32];
  snprintf(id, sizeof id, "student%zu", s + 1);
  bp_page_section(markup, 2, NULL, id, one->name);
  bp_element(markup, "p");
  bp_markup_format(markup, "%s: %.6g of %.6g points", one->file, one->points, class->points);
  bp_element_end(markup);
  if (one->trouble)
    bp_markup_element(markup, "p", "undecided", one->trouble);
  for (size_t c = 0; c < class->line_count && !one->trouble; c++)
    write_cell(markup, &class->lines[c], &one->cells[c]);
  bp_element_end(markup);
}

int bp_classroom_html(const struct bp_classroom *class, const struct bp_report_style *style,
                      FILE *out) {
  struct bp_markup markup;
  if (bp_page_begin(&markup, class->title, out) != 0)
    return -1;
  if (class->student_count != 1) {
    write_matrix(&markup, class);
    write_mistakes(&markup, class);
  }
  for (size_t s = 0; s < class->student_count && !style->brief; s++)
    write_student(&markup, class, s);
  return bp_page_end(&markup, out);
}
