/* A walk through a formula and the definitions that it leads to.
 *
 * What was tried of a claim is all that there is only if nothing else is drawn for it, so in doubt
 * the walk says that there is more: numbers that cancel are numbers.  Of a matrix of which rows(A)
 * is asked only the shape counts, and shapes hang on sizes.
 */
#include "judge/aim.h"

#include "base/stack.h"
#include "value/builtin.h"

enum { DEEPEST = 10000, FRAMES = 64 << 10 };

struct hang_walk {
  const struct bp_model *model;
  bool *seen[2]; /* by declaration number: for its numbers, for its shape alone */
  struct bp_arena *arena;
  struct bp_hangs hangs;
  size_t depth;
  bool shape; /* only shapes count */
};

static void walk(struct hang_walk *walking, const struct bp_expression *expression);

static bool has_cases(const struct bp_domain *domain) {
  return domain->kind == BP_DOMAIN_ONEHOT || (domain->kind == BP_DOMAIN_SET && domain->count > 1);
}

bool bp_declaration_has_cases(const struct bp_declaration *declaration) {
  for (size_t i = 0; declaration->kind == BP_DECLARED_GIVEN && i < declaration->count; i++)
    if (has_cases(&declaration->pieces[i].line.statement->domain))
      return true;
  return false;
}

static void walk_size(struct hang_walk *walking, const struct bp_declaration *size) {
  for (size_t i = 0; i < size->count; i++) {
    const struct bp_statement *statement = size->pieces[i].line.statement;
    bool ranged = statement->low && statement->high;
    walking->hangs.sizes = walking->hangs.sizes || !ranged || statement->low != statement->high;
    walking->hangs.free_sizes = walking->hangs.free_sizes || !ranged;
    if (ranged) {
      walk(walking, statement->low);
      walk(walking, statement->high);
    }
  }
  if (size->count == 0)
    walking->hangs.sizes = walking->hangs.free_sizes = true;
}

static void walk_given(struct hang_walk *walking, const struct bp_statement *statement) {
  const struct bp_domain *domain = &statement->domain;
  bool set = domain->kind == BP_DOMAIN_ONEHOT || domain->kind == BP_DOMAIN_SET;
  struct bp_hangs *hangs = &walking->hangs;
  const struct bp_expression *shape[] = {statement->rows, statement->columns};
  for (size_t i = 0; i < 2; i++)
    if (shape[i])
      walk(walking, shape[i]);
  if (walking->shape)
    return;
  hangs->numbers = hangs->numbers || !set;
  hangs->sets = hangs->sets || has_cases(domain);
  for (size_t i = 0; i < 2 && has_cases(domain); i++) {
    bool sized = shape[i] && bp_hangs_of(walking->model, &shape[i], 1, walking->arena).sizes;
    hangs->set_sizes = hangs->set_sizes || sized;
  }
}

static void walk_declaration(struct hang_walk *walking, const struct bp_declaration *declaration) {
  if (walking->seen[walking->shape][declaration->number])
    return;
  if (walking->depth == DEEPEST || !bp_stack_has(FRAMES)) {
    walking->hangs.numbers = true;
    return;
  }
  walking->seen[walking->shape][declaration->number] = true;
  walking->depth++;
  if (declaration->kind == BP_DECLARED_SIZE)
    walk_size(walking, declaration);
  if (declaration->kind == BP_DECLARED_UNKNOWN)
    walking->hangs.numbers = true;
  for (size_t i = 0; declaration->kind != BP_DECLARED_SIZE && i < declaration->count; i++) {
    const struct bp_statement *statement = declaration->pieces[i].line.statement;
    if (declaration->kind == BP_DECLARED_GIVEN)
      walk_given(walking, statement);
    for (size_t k = 0; k < statement->side_count; k++)
      walk(walking, statement->sides[k]);
  }
  walking->depth--;
}

/* rows(A) tells a size, and what stands in A is not looked at. */
static bool measures(const struct hang_walk *walking, const struct bp_expression *call) {
  const char *name = call->kind == BP_EXPR_CALL ? call->child[0]->name : NULL;
  const struct bp_builtin *builtin =
      name && !bp_model_find(walking->model, name) ? bp_builtin_find(name) : NULL;
  return builtin && builtin->measure;
}

static void walk(struct hang_walk *walking, const struct bp_expression *expression) {
  bool shape = walking->shape;
  const struct bp_declaration *declaration =
      expression->kind == BP_EXPR_NAME ? bp_model_find(walking->model, expression->name) : NULL;
  if (declaration)
    walk_declaration(walking, declaration);
  walking->shape = shape || measures(walking, expression);
  for (size_t i = 0; i < expression->count; i++)
    if (expression->child[i])
      walk(walking, expression->child[i]);
  walking->shape = shape;
}

static bool begin(struct hang_walk *walking, const struct bp_model *model, struct bp_arena *arena) {
  size_t count = model->declaration_count + 1;
  *walking = (struct hang_walk){.model = model, .arena = arena};
  for (size_t i = 0; i < 2; i++) {
    walking->seen[i] = bp_arena_alloc(arena, count, sizeof(bool));
    if (!walking->seen[i])
      return false;
  }
  return true;
}

static const struct bp_hangs UNKNOWN = {true, true, true, true, true};

struct bp_hangs bp_hangs_of(const struct bp_model *model,
                            const struct bp_expression *const *expressions, size_t count,
                            struct bp_arena *arena) {
  struct hang_walk walking;
  if (!begin(&walking, model, arena))
    return UNKNOWN;
  for (size_t i = 0; i < count; i++)
    walk(&walking, expressions[i]);
  return walking.hangs;
}

struct bp_hangs bp_statement_hangs_on(const struct bp_model *model,
                                      const struct bp_statement *statement,
                                      struct bp_arena *arena) {
  struct hang_walk walking;
  if (statement->broken || !begin(&walking, model, arena))
    return UNKNOWN;
  for (size_t i = 0; i < statement->side_count; i++)
    walk(&walking, statement->sides[i]);
  if (statement->rows)
    walk(&walking, statement->rows);
  if (statement->columns)
    walk(&walking, statement->columns);
  for (size_t i = 0; i < statement->range_count; i++) {
    walk(&walking, statement->ranges[i].from);
    walk(&walking, statement->ranges[i].to);
  }
  return walking.hangs;
}
