/* Two sorts of conventions are tried.
 *
 * Some give a name another meaning: dZ as the derivative of the mean J or of the summed losses, J
 * with or without its 1/m or its 1/2.  For these the definition is changed, and the failing lines
 * are judged again.  Others write the same matrices in another way: samples as rows, weights
 * transposed, derivatives in numerator layout.  For these the names in the failing lines are
 * transposed.
 *
 * One failing line could be explained by almost any of them, so there must be two.  And it has to
 * explain the whole file: what holds must hold under it, too, and what is refuted must fail.  A
 * line that cannot be tried in other words, such as a shape or an inequality, must have nothing to
 * do with it.
 */
#include "hint/convention.h"

#include <string.h>

#include "lang/build.h"
#include "lang/print.h"
#include "lang/tree.h"

typedef const struct bp_expression *expr;

enum { LEAST_LINES = 2, MOST_MEANINGS = 12 };

struct convention {
  struct bp_bench *bench;
  const struct bp_convention_lines *lines;
  const struct bp_failing *failing;
  size_t count;
  struct bp_arena *arena;
  struct bp_builder build; /* of the trees that are tried */
};

static bool holds(struct convention *convention, const struct bp_model_claim *claim, expr left,
                  expr right) {
  struct bp_candidate candidate = {claim, left, right};
  return left && right && bp_bench_try(convention->bench, &candidate).holds;
}

/* Whether every failing line holds now. */
static bool all_hold(struct convention *convention) {
  for (size_t i = 0; i < convention->count; i++) {
    const struct bp_failing *failing = &convention->failing[i];
    if (!holds(convention, failing->claim, failing->left, failing->right))
      return false;
  }
  return true;
}

/* ---- another meaning of a name ------------------------------------------ */

/* Whether the expression is a size or a number, or a fraction of such. */
static bool is_scale(const struct convention *convention, expr node) {
  if (node->kind == BP_EXPR_NUMBER)
    return true;
  if (node->kind == BP_EXPR_DIVIDE)
    return is_scale(convention, node->child[0]) && is_scale(convention, node->child[1]);
  const struct bp_declaration *declaration =
      node->kind == BP_EXPR_NAME ? bp_model_find(&convention->bench->model, node->name) : NULL;
  return declaration && declaration->kind == BP_DECLARED_SIZE;
}

/* m * ∂J/∂Z[l] without its m. */
static expr unscaled(const struct convention *convention, expr body) {
  while (body->kind == BP_EXPR_MULTIPLY && is_scale(convention, body->child[0]))
    body = body->child[1];
  while (body->kind == BP_EXPR_DIVIDE && is_scale(convention, body->child[1]))
    body = body->child[0];
  return body;
}

static void add_meaning(expr *meanings, size_t *count, expr meaning, expr written) {
  if (meaning && *count < MOST_MEANINGS && !bp_expression_same(meaning, written))
    meanings[(*count)++] = meaning;
}

/* The sizes that scale something: m, and those that the file uses as numbers. */
static size_t scales(struct convention *convention, expr *list, size_t most) {
  size_t count = 0;
  const struct bp_model *model = &convention->bench->model;
  for (size_t i = 0; i < model->declaration_count && count < most; i++) {
    const struct bp_declaration *declaration = model->declarations[i];
    bool family = declaration->count && declaration->pieces[0].target->count;
    if (declaration->kind != BP_DECLARED_SIZE || family || declaration->counts)
      continue;
    list[count] = bp_build_name(&convention->build, declaration->name);
    count += list[count] != NULL;
  }
  return count;
}

/* The body with other factors in front of it. */
static size_t meanings_of(struct convention *convention, expr written, expr *meanings) {
  struct bp_builder *build = &convention->build;
  size_t count = 0;
  expr bare = unscaled(convention, written), sizes[3];
  size_t size_count = scales(convention, sizes, 3);
  add_meaning(meanings, &count, bare, written);
  for (size_t i = 0; i < size_count; i++) {
    expr inverse = bp_build_binary(build, BP_EXPR_DIVIDE, bp_build_number(build, "1"), sizes[i]);
    add_meaning(meanings, &count, bp_build_binary(build, BP_EXPR_MULTIPLY, sizes[i], bare),
                written);
    add_meaning(meanings, &count, bp_build_binary(build, BP_EXPR_MULTIPLY, inverse, bare), written);
  }
  expr two = bp_build_number(build, "2");
  expr half = bp_build_binary(build, BP_EXPR_DIVIDE, bp_build_number(build, "1"), two);
  add_meaning(meanings, &count, bp_build_binary(build, BP_EXPR_MULTIPLY, half, written), written);
  add_meaning(meanings, &count, bp_build_binary(build, BP_EXPR_MULTIPLY, two, written), written);
  return count;
}

static bool leads_to(struct convention *convention, const struct bp_model_claim *claim,
                     const struct bp_declaration *declaration) {
  const struct bp_statement *statement = claim->line.statement;
  for (size_t i = 0; i < statement->side_count; i++)
    if (bp_model_leads_to(&convention->bench->model, statement->sides[i], declaration))
      return true;
  return false;
}

/* Whether the refuted line, all of whose equations would have to hold, does so now. */
static bool refuted_holds(struct convention *convention, const struct bp_statement *statement,
                          const struct bp_model_claim *claim) {
  for (size_t i = 1; i < statement->side_count; i++)
    if (statement->relations[i - 1] != BP_EQUAL ||
        !holds(convention, claim, statement->sides[i - 1], statement->sides[i]))
      return false;
  return true;
}

/* Whether the lines that do what they should still do so, now that the name means something else.
 */
static bool others_stay(struct convention *convention, const struct bp_declaration *declaration) {
  const struct bp_convention_lines *lines = convention->lines;
  struct bp_model *model = &convention->bench->model;
  for (size_t i = 0; i < lines->other_count; i++)
    if (leads_to(convention, lines->others[i], declaration))
      return false;
  for (size_t i = 0; i < lines->kept_count; i++) {
    const struct bp_failing *kept = &lines->kept[i];
    bool depends = bp_model_leads_to(model, kept->left, declaration) ||
                   bp_model_leads_to(model, kept->right, declaration);
    if (depends && !holds(convention, kept->claim, kept->left, kept->right))
      return false;
  }
  for (size_t i = 0; i < lines->refuted_count; i++)
    if (leads_to(convention, lines->refuted[i], declaration) &&
        refuted_holds(convention, lines->refuted[i]->line.statement, lines->refuted[i]))
      return false;
  return true;
}

static const char *meaning_sentence(struct convention *convention, const struct bp_piece *piece,
                                    expr meaning) {
  struct bp_arena *arena = convention->arena;
  const char *name = bp_expression_text(piece->target, NULL, NULL, arena);
  const char *other = bp_expression_text(meaning, NULL, NULL, arena);
  const char *written = bp_expression_text(piece->line.statement->sides[0], NULL, NULL, arena);
  if (!name || !other || !written)
    return NULL;
  return bp_arena_printf(arena,
                         "all %zu lines that fail would hold if %s were %s instead of %s, and no "
                         "other would fail: the formulas follow another convention",
                         convention->count, name, other, written);
}

/* Whether the failing lines depend on the name at all: directly, or through what they use. */
static bool matters(struct convention *convention, const struct bp_declaration *declaration) {
  for (size_t i = 0; i < convention->count; i++)
    if (bp_expression_mentions(convention->failing[i].left, declaration->name) ||
        bp_expression_mentions(convention->failing[i].right, declaration->name))
      return true;
  return false;
}

static bool differentiates(struct convention *convention, expr expression, const char *name) {
  if (expression->kind == BP_EXPR_PARTIAL && expression->child[0]->kind == BP_EXPR_NAME &&
      !strcmp(expression->child[0]->name, name))
    return true;
  struct bp_model *model = &convention->bench->model;
  struct bp_declaration *used =
      expression->kind == BP_EXPR_NAME ? bp_model_find(model, expression->name) : NULL;
  bool written = used && used->kind == BP_DECLARED_WRITE && used->met != model->walks;
  if (written)
    used->met = model->walks; /* each is looked at once */
  if (written && differentiates(convention, used->pieces[0].line.statement->sides[0], name))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (differentiates(convention, expression->child[i], name))
      return true;
  return false;
}

/* Whether something is differentiated by that name in the expression: ∂J/∂... */
static bool has_derivative_of(struct convention *convention, expr expression, const char *name) {
  convention->bench->model.walks++;
  return differentiates(convention, expression, name);
}

/* Writes, and numbers such as J that the failing lines differentiate. */
static bool has_scale(struct convention *convention, const struct bp_declaration *declaration) {
  if (declaration->count != 1)
    return false;
  if (declaration->kind == BP_DECLARED_WRITE)
    return matters(convention, declaration);
  bool number = declaration->kind == BP_DECLARED_LET && declaration->pieces[0].target->count == 0;
  for (size_t i = 0; number && i < convention->count; i++)
    if (has_derivative_of(convention, convention->failing[i].left, declaration->name) ||
        has_derivative_of(convention, convention->failing[i].right, declaration->name))
      return true;
  return false;
}

static const char *try_meanings(struct convention *convention,
                                const struct bp_declaration *declaration) {
  const struct bp_piece *piece = &declaration->pieces[0];
  expr meanings[MOST_MEANINGS];
  size_t count = meanings_of(convention, piece->line.statement->sides[0], meanings);
  const char *sentence = NULL;
  for (size_t i = 0; i < count && !sentence; i++) {
    bp_bench_redefine(convention->bench, declaration, 0, meanings[i]);
    bool explains = all_hold(convention) && others_stay(convention, declaration);
    bp_bench_redefine(convention->bench, declaration, 0, NULL);
    if (explains)
      sentence = meaning_sentence(convention, piece, meanings[i]);
  }
  return sentence;
}

/* ---- the same matrices written in another way --------------------------- */

enum turn { TURN_ALL, TURN_SAMPLES, TURN_WEIGHTS, TURN_DERIVATIVES, TURN_COUNT };

static const char *const turn_sentences[TURN_COUNT] = {
    "would hold with samples as rows and weights the other way round, n_in x n_out: every matrix "
    "in them is the transpose of the one that this file declares",
    "would hold with samples as rows: every matrix that has a column for each sample is "
    "transposed in them",
    "would hold with transposed weights, n_in x n_out",
    "would hold in numerator layout, where a derivative has the transposed shape",
};

/* Whether something given has that many rows. */
static bool counts_rows(const struct bp_model *model, expr size) {
  for (size_t i = 0; i < model->declaration_count; i++) {
    const struct bp_declaration *declaration = model->declarations[i];
    for (size_t k = 0; declaration->kind == BP_DECLARED_GIVEN && k < declaration->count; k++) {
      const struct bp_statement *given = declaration->pieces[k].line.statement;
      if (given->rows && bp_expression_same(given->rows, size))
        return true;
    }
  }
  return false;
}

/* Whether the given matrix has a column for each sample: its columns are a size that is no layer's,
 * so nothing has that many rows. */
static bool has_samples(const struct bp_model *model, const struct bp_statement *given) {
  expr columns = given->columns;
  return columns && columns->kind == BP_EXPR_NAME && columns->count == 0 &&
         !counts_rows(model, columns);
}

/* By the first given matrix that the definition leads to; a let has the columns of what it was
 * computed from. */
static bool samples_in(struct convention *convention, const struct bp_declaration *declaration,
                       int depth) {
  if (!declaration || depth > 8 || declaration->count == 0)
    return false;
  const struct bp_statement *statement = declaration->pieces[declaration->count - 1].line.statement;
  if (declaration->kind == BP_DECLARED_GIVEN)
    return has_samples(&convention->bench->model, statement);
  if (declaration->kind != BP_DECLARED_LET && declaration->kind != BP_DECLARED_WRITE)
    return false;
  expr body = statement->sides[0];
  while (body->count && body->kind != BP_EXPR_NAME)
    body = body->kind == BP_EXPR_CALL || body->kind == BP_EXPR_PARTIAL ||
                   body->kind == BP_EXPR_MULTIPLY
               ? body->child[1]
               : body->child[0];
  return body->kind == BP_EXPR_NAME &&
         samples_in(convention, bp_model_find(&convention->bench->model, body->name), depth + 1);
}

static bool turns(struct convention *convention, enum turn turn, const char *name) {
  const struct bp_declaration *declaration = bp_model_find(&convention->bench->model, name);
  if (!declaration || declaration->kind == BP_DECLARED_SIZE)
    return false;
  bool samples = samples_in(convention, declaration, 0);
  switch (turn) {
  case TURN_ALL:
    return true;
  case TURN_SAMPLES:
    return samples;
  case TURN_WEIGHTS:
    return !samples;
  default:
    return declaration->kind == BP_DECLARED_WRITE;
  }
}

static expr turned(struct convention *convention, enum turn turn, expr node) {
  if (node->kind == BP_EXPR_NAME)
    return turns(convention, turn, node->name)
               ? bp_build_unary(&convention->build, BP_EXPR_TRANSPOSE, node)
               : node;
  if (node->kind == BP_EXPR_PARTIAL) {
    expr below = node->child[1];
    bool name = below->kind == BP_EXPR_NAME;
    bool turn_it = turn == TURN_DERIVATIVES || (name && turns(convention, turn, below->name));
    return turn_it ? bp_build_unary(&convention->build, BP_EXPR_TRANSPOSE, node) : node;
  }
  expr whole = node;
  for (size_t i = 0; i < node->count && whole; i++) {
    bool keep = (node->kind == BP_EXPR_CALL && i == 0) || node->kind == BP_EXPR_ALL ||
                (node->kind == BP_EXPR_ELEMENT && i > 0) || (node->kind == BP_EXPR_SUM && i < 2);
    if (!keep)
      whole = bp_build_with_child(&convention->build, whole, i,
                                  turned(convention, turn, node->child[i]));
  }
  return whole;
}

static bool hold_turned(struct convention *convention, enum turn turn,
                        const struct bp_failing *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!holds(convention, list[i].claim, turned(convention, turn, list[i].left),
               turned(convention, turn, list[i].right)))
      return false;
  return true;
}

/* A refuted line that holds as it stands or turned would be no mistake; shapes and inequalities
 * cannot be turned. */
static bool turn_stays(struct convention *convention, enum turn turn) {
  const struct bp_convention_lines *lines = convention->lines;
  for (size_t i = 0; i < lines->refuted_count; i++) {
    const struct bp_model_claim *claim = lines->refuted[i];
    struct bp_statement statement = *claim->line.statement;
    expr *sides = bp_arena_alloc(convention->build.arena, statement.side_count, sizeof *sides);
    for (size_t k = 0; sides && k < statement.side_count; k++)
      sides[k] = turned(convention, turn, statement.sides[k]);
    statement.sides = sides;
    if (!sides || refuted_holds(convention, &statement, claim))
      return false;
  }
  return lines->other_count == 0 && hold_turned(convention, turn, lines->kept, lines->kept_count);
}

static const char *try_turns(struct convention *convention) {
  for (int turn = 0; turn < TURN_COUNT; turn++) {
    if (hold_turned(convention, (enum turn)turn, convention->failing, convention->count) &&
        turn_stays(convention, (enum turn)turn))
      return bp_arena_printf(convention->arena, "all %zu lines that fail %s", convention->count,
                             turn_sentences[turn]);
  }
  return NULL;
}

/* Whether the bench sees nothing wrong in one of the lines: any convention would seem to mend it.
 */
static bool one_holds(struct convention *convention) {
  for (size_t i = 0; i < convention->count; i++) {
    const struct bp_failing *failing = &convention->failing[i];
    if (holds(convention, failing->claim, failing->left, failing->right))
      return true;
  }
  return false;
}

const char *bp_convention_find(struct bp_bench *bench, const struct bp_convention_lines *lines,
                               struct bp_arena *arena) {
  if (lines->count < LEAST_LINES || lines->unexplained)
    return NULL;
  struct bp_arena *trees = bp_arena_new(0);
  if (!trees)
    return NULL;
  struct convention convention = {bench,        lines, lines->failing,
                                  lines->count, arena, {.arena = trees}};
  bool blind = one_holds(&convention);
  const char *sentence = blind ? NULL : try_turns(&convention);
  for (size_t i = 0; i < bench->model.declaration_count && !sentence && !blind; i++)
    if (has_scale(&convention, bench->model.declarations[i]))
      sentence = try_meanings(&convention, bench->model.declarations[i]);
  bp_arena_free(trees);
  return sentence;
}
