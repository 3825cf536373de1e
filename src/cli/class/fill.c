/* From reports to the class: which line of which student is which column, what it is worth, and
 * which mistakes are the same.
 *
 * With a template its required lines are the columns.  Without one the columns are the lines that
 * students have, by their names or left sides, in the order in which they are met; each is worth a
 * point where at least half of the class has it.
 *
 * Mistakes are grouped by the column and by the sentence of the first hint up to what is particular
 * to a spelling; a line without a hint by the kind of its failure.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "cli/class/class.h"
#include "cli/cli.h"
#include "results/reasons.h"

enum { MOST_COLUMNS = 200 };

/* A line of a student, as the report has it. */
struct line {
  const char *name, *text, *left; /* name and left may be NULL */
  struct bp_class_formula formula;
  bool claim; /* and no refutation, and no shape */
  struct bp_class_cell cell;
};

struct lines {
  struct line *list;
  size_t count, capacity;
};

struct filling {
  const struct bp_class_template *template; /* NULL: none */
  struct bp_arena *arena;
  struct bp_classroom *class;
  struct lines *lines; /* of each student */
  const char **keys;   /* of the columns */
  size_t line_capacity, mistake_capacity;
  bool no_mend;
};

static const char *kept(struct filling *filling, const char *text) {
  const char *copy = text ? bp_arena_strdup(filling->arena, text) : NULL;
  if (text && !copy)
    bp_die_no_memory();
  return copy;
}

/* ---- reading reports ----------------------------------------------------- */

static const char *string_of(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

static enum bp_mark mark_of(const json_t *claim, bool empty) {
  const char *verdict = string_of(claim, "verdict"), *reason = string_of(claim, "reason");
  if (reason && !strcmp(reason, bp_reason_name(BP_REASON_BROKEN)))
    return BP_MARK_UNREAD;
  if (empty)
    return BP_MARK_EMPTY;
  if (verdict && !strcmp(verdict, "holds"))
    return BP_MARK_HOLDS;
  return verdict && !strcmp(verdict, "fails") ? BP_MARK_FAILS : BP_MARK_UNDECIDED;
}

/* What was said of a line that could not be read. */
static const char *said_of(const json_t *file, json_int_t line) {
  const json_t *all = json_object_get(file, "diagnostics");
  for (size_t i = 0; i < json_array_size(all); i++) {
    const json_t *said = json_array_get(all, i);
    if (json_integer_value(json_object_get(json_object_get(said, "span"), "line")) == line)
      return string_of(said, "message");
  }
  return NULL;
}

static json_int_t line_of(const json_t *claim) {
  return json_integer_value(json_object_get(json_object_get(claim, "span"), "line"));
}

static const char *why_of(const json_t *file, const json_t *claim, enum bp_mark mark) {
  const char *message = string_of(json_object_get(claim, "where"), "message");
  if (mark == BP_MARK_UNREAD && !message)
    message = said_of(file, line_of(claim));
  if (mark == BP_MARK_EMPTY)
    return "its right side is made of its left side: it claims nothing";
  if (mark == BP_MARK_HOLDS || message)
    return message;
  return mark == BP_MARK_UNREAD  ? "it could not be read"
         : mark == BP_MARK_FAILS ? "the two sides differ"
                                 : "it could not be decided";
}

static bool is_given(const struct filling *filling, const char *formula) {
  const struct bp_class_template *template = filling->template;
  for (size_t i = 0; formula && template && i < template->given_count; i++)
    if (!strcmp(template->given[i], formula))
      return true;
  return false;
}

/* "the transpose is missing", without what stands behind in brackets or after a colon, which is
 * particular to one formula and may tell how it is mended. */
static const char *bare_sentence(struct filling *filling, const char *sentence) {
  size_t length = sentence ? strcspn(sentence, "(:") : 0;
  while (length > 0 && sentence[length - 1] == ' ')
    length--;
  const char *text = sentence ? bp_arena_strndup(filling->arena, sentence, length) : NULL;
  if (sentence && !text)
    bp_die_no_memory();
  return text;
}

static void add_line(struct filling *filling, struct lines *lines, const json_t *file,
                     const json_t *claim) {
  const char *text = string_of(claim, "text");
  struct line line = {.name = kept(filling, string_of(claim, "name")), .text = kept(filling, text)};
  const char *kind = string_of(claim, "kind");
  line.claim = kind && !strcmp(kind, bp_statement_keyword(BP_STATEMENT_CLAIM));
  if (text)
    line.formula = bp_class_formula(text, filling->arena);
  line.left = line.formula.left;
  if (text && !line.formula.text)
    line.left = bp_class_left(text, filling->arena);
  enum bp_mark mark = mark_of(claim, line.formula.empty);
  const json_t *hint = json_array_get(json_object_get(claim, "hints"), 0);
  const char *mistake = mark == BP_MARK_FAILS ? string_of(hint, "sentence") : NULL;
  bool told = mistake && !filling->no_mend;
  line.cell = (struct bp_class_cell){
      .mark = mark,
      .line = (size_t)line_of(claim),
      .text = line.text,
      .why = mark == BP_MARK_HOLDS ? NULL : kept(filling, why_of(file, claim, mark)),
      .mistake = told ? kept(filling, mistake) : bare_sentence(filling, mistake),
      .mended = told ? kept(filling, string_of(hint, "mended")) : NULL,
      .given = is_given(filling, line.formula.text)};
  if (!bp_list_room(filling->arena, lines->list, lines->count, lines->capacity))
    bp_die_no_memory();
  lines->list[lines->count++] = line;
}

/* The lines of a student; a student without a report has a trouble instead. */
static void read_report(struct filling *filling, size_t student,
                        const struct bp_class_report *report) {
  struct bp_class_student *row = &filling->class->students[student];
  json_t *root = report->json && !report->trouble
                     ? json_loadb(report->json, report->length, JSON_REJECT_DUPLICATES, NULL)
                     : NULL;
  const json_t *first = json_array_get(json_object_get(root, "reports"), 0);
  const json_t *claims = json_object_get(first, "claims");
  row->trouble = report->trouble;
  if (!row->trouble && (!first || !json_is_true(json_object_get(first, "judged")))) {
    const json_t *said = json_array_get(json_object_get(first, "diagnostics"), 0);
    const char *message = string_of(said, "message");
    row->trouble = kept(filling, message ? message : "it could not be read");
  }
  if (!row->trouble && json_array_size(claims) == 0)
    row->trouble = "it has no line that can be judged";
  for (size_t i = 0; !row->trouble && i < json_array_size(claims); i++)
    add_line(filling, &filling->lines[student], first, json_array_get(claims, i));
  json_decref(root);
}

/* ---- columns ------------------------------------------------------------- */

/* How well a line is the one of a column: 2 by its name, 1 by one of its sides, 0 not at all. */
static int fit(const struct filling *filling, size_t column, const struct line *line) {
  const char *name = filling->class->lines[column].name, *key = filling->keys[column];
  if (line->name && !strcasecmp(line->name, name))
    return 2;
  return key && ((line->left && !strcmp(line->left, key)) ||
                 (line->formula.equation && !strcmp(line->formula.right, key)));
}

static void add_column(struct filling *filling, const char *name, const char *key, double points) {
  struct bp_classroom *class = filling->class;
  if (class->line_count == MOST_COLUMNS)
    return;
  if (!bp_list_room(filling->arena, class->lines, class->line_count, filling->line_capacity))
    bp_die_no_memory();
  filling->keys[class->line_count] = key;
  class->lines[class->line_count++] = (struct bp_class_line){.name = name, .points = points};
}

/* Without a template: a column for each line that somebody has. */
static void find_columns(struct filling *filling) {
  struct bp_classroom *class = filling->class;
  for (size_t s = 0; s < class->student_count; s++)
    for (size_t i = 0; i < filling->lines[s].count; i++) {
      const struct line *line = &filling->lines[s].list[i];
      bool known = false;
      for (size_t c = 0; c < class->line_count && !known; c++)
        known = fit(filling, c, line) > 0;
      const char *name = line->name ? line->name : line->left ? line->left : line->text;
      if (!known && name)
        add_column(filling, name, line->left, 0);
    }
}

/* The best line of a student for a column: by name before by left side, the first of several. */
static const struct line *find_line(const struct filling *filling, size_t student, size_t column) {
  const struct lines *lines = &filling->lines[student];
  const struct line *best = NULL;
  int most = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int how = fit(filling, column, &lines->list[i]);
    if (how > most) {
      best = &lines->list[i];
      most = how;
    }
  }
  return best;
}

/* Whether it says what the left side of the column is. */
static bool is_about(const struct line *line, const char *key) {
  const struct bp_class_formula *formula = &line->formula;
  return line->claim && (!formula->text || (formula->equation && (!strcmp(formula->left, key) ||
                                                                  !strcmp(formula->right, key))));
}

/* A line that holds and is not about what the template asks for has no points. */
static void hold_against_template(struct filling *filling, size_t column, const struct line *line,
                                  const struct bp_class_setting *setting,
                                  struct bp_class_cell *cell) {
  const char *key = filling->keys[column];
  if (cell->mark != BP_MARK_HOLDS || !filling->template || !line->text)
    return;
  if (setting->unread) {
    cell->mark = BP_MARK_UNDECIDED;
    cell->why = "there was not enough memory to see what the file declares";
    return;
  }
  cell->mark = bp_class_setting_mark(setting, &filling->template->setting, key,
                                     line->formula.text ? line->formula.text : line->text,
                                     filling->arena, &cell->why);
  if (cell->mark != BP_MARK_HOLDS || !key || is_about(line, key))
    return;
  cell->mark = BP_MARK_UNDECIDED;
  cell->why = bp_arena_printf(filling->arena, "no equation with %s as a side", key);
  if (!cell->why)
    bp_die_no_memory();
}

static void fill_student(struct filling *filling, size_t student) {
  struct bp_classroom *class = filling->class;
  struct bp_class_student *row = &class->students[student];
  row->cells = bp_arena_alloc(filling->arena, class->line_count + 1, sizeof *row->cells);
  if (!row->cells)
    bp_die_no_memory();
  struct bp_class_setting setting = {0};
  if (filling->template && !row->trouble)
    bp_class_setting_of(row->file, filling->arena, &setting);
  for (size_t c = 0; c < class->line_count; c++) {
    const struct line *line = find_line(filling, student, c);
    row->cells[c] = line ? line->cell
                         : (struct bp_class_cell){.mark = BP_MARK_MISSING,
                                                  .why = "no line of the file is this one"};
    if (line)
      hold_against_template(filling, c, line, &setting, &row->cells[c]);
    row->count[row->cells[c].mark]++;
  }
}

static void give_points(struct filling *filling) {
  struct bp_classroom *class = filling->class;
  for (size_t c = 0; c < class->line_count; c++) {
    size_t there = 0;
    for (size_t s = 0; s < class->student_count; s++)
      there += class->students[s].cells[c].mark != BP_MARK_MISSING;
    if (!filling->template)
      class->lines[c].points = 2 * there >= class->student_count ? 1 : 0;
    class->points += class->lines[c].points;
    for (size_t s = 0; s < class->student_count; s++) {
      struct bp_class_cell *cell = &class->students[s].cells[c];
      cell->points = cell->mark == BP_MARK_HOLDS ? class->lines[c].points : 0;
      class->students[s].points += cell->points;
    }
  }
}

/* ---- mistakes ------------------------------------------------------------ */

/* What a mistake is called where it is counted. */
static const char *called(struct filling *filling, const struct bp_class_cell *cell) {
  if (!cell->mistake)
    return cell->mark == BP_MARK_FAILS ? "it differs, and no small change mends it" : NULL;
  return bare_sentence(filling, cell->mistake);
}

static struct bp_class_mistake *mistake_for(struct filling *filling, const char *sentence,
                                            const char *line) {
  struct bp_classroom *class = filling->class;
  for (size_t i = 0; i < class->mistake_count; i++)
    if (!strcmp(class->mistakes[i].sentence, sentence) && !strcmp(class->mistakes[i].line, line))
      return &class->mistakes[i];
  if (!bp_list_room(filling->arena, class->mistakes, class->mistake_count,
                    filling->mistake_capacity))
    bp_die_no_memory();
  struct bp_class_mistake *made = &class->mistakes[class->mistake_count++];
  *made = (struct bp_class_mistake){.sentence = sentence, .line = line};
  made->students = bp_arena_alloc(filling->arena, class->student_count, sizeof *made->students);
  if (!made->students)
    bp_die_no_memory();
  return made;
}

static int by_count(const void *a, const void *b) {
  const struct bp_class_mistake *first = a, *second = b;
  if (first->count != second->count)
    return first->count < second->count ? 1 : -1;
  int order = strcmp(first->line, second->line);
  return order ? order : strcmp(first->sentence, second->sentence);
}

static void find_mistakes(struct filling *filling) {
  struct bp_classroom *class = filling->class;
  for (size_t s = 0; s < class->student_count; s++)
    for (size_t c = 0; c < class->line_count; c++) {
      const char *sentence = called(filling, &class->students[s].cells[c]);
      if (!sentence)
        continue;
      struct bp_class_mistake *mistake = mistake_for(filling, sentence, class->lines[c].name);
      mistake->students[mistake->count++] = class->students[s].name;
    }
  if (class->mistake_count > 0)
    qsort(class->mistakes, class->mistake_count, sizeof *class->mistakes, by_count);
}

/* ---- all of it ----------------------------------------------------------- */

/* The name of a file without its folders and its ending; with its folder where files of several
 * students are called alike. */
static const char *student_name(struct filling *filling, const char *const *files, size_t count,
                                size_t index) {
  const char *slash = strrchr(files[index], '/');
  const char *begin = slash ? slash + 1 : files[index];
  for (size_t i = 0; i < count; i++) {
    const char *other = strrchr(files[i], '/');
    if (i != index && !strcmp(other ? other + 1 : files[i], begin))
      return kept(filling, files[index]);
  }
  const char *dot = strrchr(begin, '.');
  size_t length = dot && dot > begin ? (size_t)(dot - begin) : strlen(begin);
  const char *name = bp_arena_strndup(filling->arena, begin, length);
  if (!name)
    bp_die_no_memory();
  return name;
}

void bp_class_fill(const char *const *files, const struct bp_class_report *reports, size_t count,
                   const struct bp_class_template *template, bool no_mend, struct bp_arena *arena,
                   struct bp_classroom *class) {
  struct filling filling = {
      .template = template, .arena = arena, .class = class, .no_mend = no_mend};
  *class = (struct bp_classroom){.title = template && template->title ? template->title : "Class",
                                 .required = template,
                                 .mends = !no_mend,
                                 .student_count = count};
  class->students = bp_arena_alloc(arena, count + 1, sizeof *class->students);
  filling.lines = bp_arena_alloc(arena, count + 1, sizeof *filling.lines);
  size_t columns = template && template->count > MOST_COLUMNS ? template->count : MOST_COLUMNS;
  filling.keys = bp_arena_alloc(arena, columns + 1, sizeof *filling.keys);
  if (!class->students || !filling.lines || !filling.keys)
    bp_die_no_memory();
  for (size_t s = 0; s < count; s++) {
    class->students[s].file = files[s];
    class->students[s].name = student_name(&filling, files, count, s);
    read_report(&filling, s, &reports[s]);
  }
  if (!template)
    find_columns(&filling);
  for (size_t i = 0; template && i < template->count; i++)
    add_column(&filling, template->lines[i].name, template->keys[i], template->lines[i].points);
  for (size_t s = 0; s < count; s++)
    fill_student(&filling, s);
  give_points(&filling);
  find_mistakes(&filling);
  if (bp_arena_failed(arena))
    bp_die_no_memory();
}
