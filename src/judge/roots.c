/* An error lies in the line of a statement, so it is found by its place: the names of a line lead
 * to definitions, and these to others, until one of them has an error in it.  Nearer definitions
 * come first, and each is looked at once.
 */
#include "judge/roots.h"

#include <string.h>

#include "base/list.h"

struct roots {
  struct bp_model *model;
  struct bp_diagnostics *diagnostics;
};

/* The first error in the line; NULL: none. */
static struct bp_diagnostic *error_in(const struct roots *roots, const struct bp_model_line *line) {
  struct bp_span span = line->statement->span;
  for (size_t i = 0; i < roots->diagnostics->count; i++) {
    struct bp_diagnostic *one = &roots->diagnostics->list[i];
    if (!one->warning && one->source == line->source && one->span.begin >= span.begin &&
        one->span.begin <= span.end)
      return one;
  }
  return NULL;
}

/* The same in the lines that declare the name, or would have. */
static struct bp_diagnostic *error_of_name(const struct roots *roots, const char *name) {
  const struct bp_model_line *unread = bp_model_unread(roots->model, name);
  struct bp_declaration *declaration = bp_model_find(roots->model, name);
  struct bp_diagnostic *found = unread ? error_in(roots, unread) : NULL;
  for (size_t i = 0; declaration && i < declaration->count && !found; i++)
    found = error_in(roots, &declaration->pieces[i].line);
  return found;
}

/* The names of a formula first, then what they are made of. */
static struct bp_diagnostic *error_behind(const struct roots *roots,
                                          const struct bp_expression *expression, bool deep);

static struct bp_diagnostic *error_behind_name(const struct roots *roots, const char *name,
                                               bool deep) {
  struct bp_declaration *declaration = bp_model_find(roots->model, name);
  struct bp_diagnostic *found = NULL;
  if (!deep)
    return error_of_name(roots, name);
  if (!declaration || declaration->met == roots->model->walks)
    return NULL;
  declaration->met = roots->model->walks;
  for (int inner = 0; inner < 2 && !found; inner++)
    for (size_t i = 0; i < declaration->count && !found; i++) {
      const struct bp_statement *statement = declaration->pieces[i].line.statement;
      for (size_t k = 0; k < statement->side_count && !found; k++)
        found = error_behind(roots, statement->sides[k], inner);
    }
  return found;
}

static struct bp_diagnostic *error_behind(const struct roots *roots,
                                          const struct bp_expression *expression, bool deep) {
  struct bp_diagnostic *found =
      expression->kind == BP_EXPR_NAME ? error_behind_name(roots, expression->name, deep) : NULL;
  for (size_t i = 0; i < expression->count && !found; i++)
    found = error_behind(roots, expression->child[i], deep);
  return found;
}

static struct bp_diagnostic *root_of(const struct roots *roots, const struct bp_model_line *line) {
  const struct bp_statement *statement = line->statement;
  struct bp_diagnostic *found = error_in(roots, line);
  roots->model->walks++;
  for (int deep = 0; deep < 2 && !found && !statement->broken; deep++)
    for (size_t i = 0; i < statement->side_count && !found; i++)
      found = error_behind(roots, statement->sides[i], deep);
  return found;
}

/* The line has nothing more to say of itself. */
static bool settle(const struct roots *roots, struct bp_claim *claim, struct bp_diagnostic *root) {
  size_t column;
  bp_locate(root->source, root->span.begin, &claim->needs, &column);
  claim->needs_file = root->source == claim->source ? NULL : root->source->name;
  claim->where = (struct bp_diagnostic){.message = NULL};
  claim->note_count = 0;
  if (claim->needs == claim->line && !claim->needs_file)
    return true;
  size_t *lines = bp_list_longer(roots->model->arena, root->needed_by, root->needed_count,
                                 sizeof *root->needed_by);
  if (!lines)
    return false;
  lines[root->needed_count++] = claim->line;
  if (claim->needs_file)
    root->needed_in = claim->source->name;
  root->needed_by = lines;
  return true;
}

bool bp_roots_find(struct bp_model *model, struct bp_diagnostics *diagnostics,
                   struct bp_derivation_report *report) {
  struct roots roots = {model, diagnostics};
  bool fine = true;
  for (size_t i = 0; i < report->claim_count && fine; i++) {
    struct bp_claim *claim = &report->claims[i];
    bool broken = claim->verdict == BP_UNDECIDED && claim->reason == BP_REASON_BROKEN;
    struct bp_diagnostic *root = broken ? root_of(&roots, &model->claims[i].line) : NULL;
    fine = !root || settle(&roots, claim, root);
  }
  return fine;
}
