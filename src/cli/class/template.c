/* The template of a class: a derivation with lines `require "output layer" 2`.
 *
 * A student's line is the required one where it has its name, or where its left side is that of the
 * template's own line of that name, or the name itself: `require "dW[1]"` finds dW^{[1]} = ….
 */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "cli/class/class.h"
#include "cli/cli.h"
#include "cli/derivation.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "value/vocabulary.h"

/* Whether a side says nothing of the left one: it is the same, or has the left one, a name, in it,
 * as dW[1] = 1*dW[1] does. */
static bool is_made_of(const struct bp_expression *side, const struct bp_expression *left) {
  return bp_expression_same(left, side) ||
         (left->kind == BP_EXPR_NAME && bp_expression_contains(side, left));
}

/* A statement's sides as the printer writes them; no text where there are none. */
static struct bp_class_formula printed(const struct bp_statement *statement,
                                       struct bp_arena *arena) {
  struct bp_class_formula formula = {.text = statement->side_count > 0 ? "" : NULL,
                                     .empty = statement->side_count > 1,
                                     .equation = statement->side_count > 1};
  for (size_t i = 0; i < statement->side_count; i++) {
    const char *side = bp_expression_text(statement->sides[i], NULL, NULL, arena);
    const char *relation = i > 0 ? bp_relation_sign(statement->relations[i - 1]) : "";
    formula.text = side ? bp_arena_printf(arena, "%s%s%s", formula.text, relation, side) : NULL;
    if (!formula.text)
      bp_die_no_memory();
    formula.left = i == 0 ? side : formula.left;
    formula.right = side;
    formula.empty = formula.empty && is_made_of(statement->sides[i], statement->sides[0]);
    formula.equation = formula.equation && (i == 0 || statement->relations[i - 1] == BP_EQUAL);
  }
  return formula;
}

struct bp_class_formula bp_class_formula(const char *text, struct bp_arena *arena) {
  static const struct bp_class_formula none;
  struct bp_diagnostics unread;
  struct bp_document document;
  size_t next_id = 0;
  const char *line = bp_arena_printf(arena, "claim %s", text);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!line || !source)
    bp_die_no_memory();
  *source = (struct bp_source){"formula", line, strlen(line)};
  bp_diagnostics_init(&unread, arena);
  if (bp_parse(source, &bp_vocabulary, NULL, NULL, &next_id, arena, &unread, &document) != 0 ||
      unread.errors > 0 || document.count != 1 || document.statements[0].broken) {
    if (bp_arena_failed(arena)) /* else a lack of memory would be a formula that nobody can read */
      bp_die_no_memory();
    return none;
  }
  return printed(&document.statements[0], arena);
}

/* A name alone, "dW[1]", as a left side; NULL where it is none. */
static const char *name_as_formula(const char *name, struct bp_arena *arena) {
  const char *claim = bp_arena_printf(arena, "%s = 0", name);
  return claim ? bp_class_formula(claim, arena).left : NULL;
}

/* Behind the keyword and the name of a line, which a line that could not be read still has. */
static const char *behind_label(const char *text) {
  static const char *const keywords[] = {"claim ", "refute ", "shape "};
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (!strncmp(text, keywords[i], strlen(keywords[i])))
      text += strlen(keywords[i]);
  const char *quote = *text == '"' ? strchr(text + 1, '"') : NULL;
  return quote ? quote + 1 : text;
}

const char *bp_class_left(const char *text, struct bp_arena *arena) {
  text = behind_label(text);
  size_t begin = strspn(text, " "), end = begin;
  for (int depth = 0; text[end] && !(depth == 0 && (text[end] == '=' || text[end] == ':')); end++)
    depth += !!strchr("([{", text[end]) - !!strchr(")]}", text[end]);
  while (end > begin && text[end - 1] == ' ')
    end--;
  const char *raw =
      end > begin && text[end] ? bp_arena_strndup(arena, text + begin, end - begin) : NULL;
  const char *left = raw ? name_as_formula(raw, arena) : NULL;
  return left ? left : raw;
}

/* The left side of the template's own line of that name. */
static const char *left_of_named(const struct bp_document *document, const char *name,
                                 struct bp_arena *arena) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (bp_statement_is_judged(statement) && statement->text && !strcmp(statement->text, name) &&
        statement->side_count > 0)
      return bp_expression_text(statement->sides[0], NULL, NULL, arena);
  }
  return NULL;
}

static double points_of(const struct bp_statement *statement) {
  return statement->low ? strtod(statement->low->text, NULL) : 1;
}

static void take(const struct bp_document *document, const struct bp_statement *statement,
                 struct bp_arena *arena, struct bp_class_template *template) {
  const char *name = statement->text;
  const char *key = left_of_named(document, name, arena);
  template->lines[template->count] =
      (struct bp_class_line){.name = name, .points = points_of(statement)};
  template->keys[template->count++] = key ? key : name_as_formula(name, arena);
}

static void take_given(const struct bp_statement *statement, struct bp_arena *arena,
                       struct bp_class_template *template) {
  const char *formula = printed(statement, arena).text;
  if (formula)
    template->given[template->given_count++] = formula;
}

void bp_class_template_read(const char *path, struct bp_arena *arena,
                            struct bp_class_template *template) {
  struct bp_derivation derivation;
  bp_derivation_open(&derivation, path, &(struct bp_derivation_limits){0});
  bp_derivation_require_memory(&derivation);
  bp_derivation_complain(&derivation);
  const struct bp_document *document = derivation.document;
  if (!document || derivation.diagnostics.errors > 0)
    exit(BP_EXIT_BAD_INPUT);
  *template = (struct bp_class_template){
      .lines = bp_arena_alloc(arena, document->count + 1, sizeof *template->lines),
      .keys = bp_arena_alloc(arena, document->count + 1, sizeof *template->keys),
      .given = bp_arena_alloc(arena, document->count + 1, sizeof *template->given)};
  if (!template->lines || !template->keys || !template->given)
    bp_die_no_memory();
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_REQUIRE)
      take(document, statement, arena, template);
    else if (statement->kind == BP_STATEMENT_TITLE)
      template->title = bp_arena_strdup(arena, statement->text);
    else if (bp_statement_is_judged(statement))
      take_given(statement, arena, template);
  }
  bp_class_setting_read(document, arena, &template->setting);
  for (size_t i = 0; i < template->count; i++) /* the document's memory ends with it */
    if (!(template->lines[i].name = bp_arena_strdup(arena, template->lines[i].name)))
      bp_die_no_memory();
  if (bp_arena_failed(arena))
    bp_die_no_memory();
  bp_derivation_require_memory(&derivation);
  if (template->count == 0)
    bp_die("require \"dW[1]\" 2, a line for each that a student must have", "%s requires no line",
           path);
  bp_derivation_leave();
  bp_derivation_free(&derivation);
}
