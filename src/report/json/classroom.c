/* A class as JSON, and one file of it as Gradescope's results.json.
 *
 * An autograder of Gradescope grades one submission at a time: tests with partial scores and their
 * output.  Of several files that format has the first, which the verb makes sure is the only one.
 */
#include "report/json/json.h"
#include "report/report.h"

static json_t *cell_object(const struct bp_class_line *line, const struct bp_class_cell *cell) {
  return json_pack("{s:o, s:s, s:f, s:f, s:I, s:o, s:o, s:o, s:o, s:b}", "line",
                   bp_json_text(line->name), "outcome", bp_mark_name(cell->mark), "points",
                   cell->points, "most", line->points, "at", (json_int_t)cell->line, "formula",
                   bp_json_text_or_null(cell->text), "why", bp_json_text_or_null(cell->why),
                   "mistake", bp_json_text_or_null(cell->mistake), "mended",
                   bp_json_text_or_null(cell->mended), "given", cell->given);
}

static json_t *student_object(const struct bp_classroom *class,
                              const struct bp_class_student *one) {
  json_t *lines = json_array();
  for (size_t c = 0; c < class->line_count; c++)
    lines = bp_json_appended(lines, cell_object(&class->lines[c], &one->cells[c]));
  return json_pack("{s:o, s:o, s:f, s:o, s:o}", "student", bp_json_text(one->name), "file",
                   bp_json_text(one->file), "points", one->points, "trouble",
                   bp_json_text_or_null(one->trouble), "lines", lines);
}

static json_t *mistake_object(const struct bp_class_mistake *mistake) {
  json_t *students = json_array();
  for (size_t i = 0; i < mistake->count; i++)
    students = bp_json_appended(students, bp_json_text(mistake->students[i]));
  return json_pack("{s:o, s:o, s:I, s:o}", "mistake", bp_json_text(mistake->sentence), "line",
                   bp_json_text(mistake->line), "count", (json_int_t)mistake->count, "students",
                   students);
}

int bp_classroom_json(const struct bp_classroom *class, const struct bp_report_style *style,
                      FILE *out) {
  json_t *students = json_array(), *mistakes = json_array();
  (void)style;
  for (size_t s = 0; s < class->student_count; s++)
    students = bp_json_appended(students, student_object(class, &class->students[s]));
  for (size_t i = 0; i < class->mistake_count; i++)
    mistakes = bp_json_appended(mistakes, mistake_object(&class->mistakes[i]));
  json_t *root = json_pack("{s:s, s:o, s:b, s:f, s:o, s:o}", "schema", BP_CLASS_SCHEMA, "title",
                           bp_json_text(class->title), "required", class->required, "points",
                           class->points, "students", students, "mistakes", mistakes);
  return bp_json_finish(root, out);
}

/* ---- Gradescope ---------------------------------------------------------- */

static json_t *output_of(const struct bp_class_cell *cell) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return NULL;
  const char *text = bp_arena_printf(
      arena, "%s%s%s%s%s%s%s", cell->text ? cell->text : "", cell->text && cell->why ? "\n" : "",
      cell->why ? cell->why : "", cell->mistake ? "\n" : "", cell->mistake ? cell->mistake : "",
      cell->mended ? "\nholds with " : "", cell->mended ? cell->mended : "");
  json_t *made = text ? bp_json_text(text) : NULL;
  bp_arena_free(arena);
  return made;
}

static json_t *test_object(const struct bp_class_line *line, const struct bp_class_cell *cell) {
  return json_pack("{s:o, s:f, s:f, s:s, s:o}", "name", bp_json_text(line->name), "score",
                   cell->points, "max_score", line->points, "status",
                   cell->mark == BP_MARK_HOLDS ? "passed" : "failed", "output", output_of(cell));
}

int bp_classroom_gradescope(const struct bp_classroom *class, const struct bp_report_style *style,
                            FILE *out) {
  const struct bp_class_student *one = &class->students[0];
  json_t *tests = json_array();
  (void)style;
  for (size_t c = 0; c < class->line_count; c++)
    tests = bp_json_appended(tests, test_object(&class->lines[c], &one->cells[c]));
  json_t *root = json_pack("{s:f, s:o, s:s, s:o}", "score", one->points, "output",
                           bp_json_text(one->trouble ? one->trouble : class->title), "visibility",
                           "visible", "tests", tests);
  return bp_json_finish(root, out);
}
