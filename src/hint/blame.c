/* A definition that is to blame.
 *
 * Where a student defines let dZ2 = ... instead of claiming it, every later line depends on it.  A
 * definition from which something is differentiated belongs to the forward pass and says what the
 * derivatives are derivatives of; any other one that failing lines lead to may be the mistake.  It
 * is when one small edit of it makes most of those lines hold, and at least two where there are
 * more than one: others may have a mistake of their own.
 */
#include "hint/blame.h"

#include <string.h>

#include "hint/proof.h"

static bool differentiates(struct bp_model *model, const struct bp_expression *expression,
                           const struct bp_declaration *target) {
  bool derivative = expression->kind == BP_EXPR_PARTIAL || expression->kind == BP_EXPR_DIFFERENTIAL;
  if (derivative && bp_model_leads_to(model, expression->child[0], target))
    return true;
  struct bp_declaration *used =
      expression->kind == BP_EXPR_NAME ? bp_model_find(model, expression->name) : NULL;
  bool defined = used && used->met != model->walks &&
                 (used->kind == BP_DECLARED_LET || used->kind == BP_DECLARED_WRITE);
  if (defined)
    used->met = model->walks; /* each definition is looked at once */
  for (size_t i = 0; defined && i < used->count; i++)
    if (differentiates(model, used->pieces[i].line.statement->sides[0], target))
      return true;
  for (size_t i = 0; i < expression->count; i++)
    if (differentiates(model, expression->child[i], target))
      return true;
  return false;
}

/* Whether something is differentiated that comes from the name: then it belongs to the forward
 * pass, which is what the derivatives are derivatives of, and not to the derivation. */
static bool is_differentiated(struct bp_model *model, const struct bp_expression *expression,
                              const struct bp_declaration *target) {
  model->walks++;
  return differentiates(model, expression, target);
}

/* The search of a definition: the lines that depend on it, most of which must hold. */
struct blame {
  struct bp_search search;
  const struct bp_declaration *declaration;
  size_t piece; /* which of its lines */
  const struct bp_failing *failing;
  const size_t *lines; /* which of the failing lines depend on it */
  size_t count;
  size_t least; /* so many of them must hold */
  bool *mended; /* by line: it holds with the best edits, which mend `best` of them */
  bool *now;    /* the same with the edit at hand */
  size_t best;
  const struct bp_failing *holding; /* links that hold, and must go on holding */
  size_t holding_count;
};

/* Whether the links that hold and depend on the definition still do. */
static bool others_hold(const struct blame *blame) {
  struct bp_model *model = &blame->search.bench->model;
  for (size_t i = 0; i < blame->holding_count; i++) {
    const struct bp_failing *link = &blame->holding[i];
    struct bp_candidate candidate = {link->claim, link->left, link->right};
    bool depends = bp_model_leads_to(model, link->left, blame->declaration) ||
                   bp_model_leads_to(model, link->right, blame->declaration);
    if (depends && !bp_bench_try(blame->search.bench, &candidate).holds)
      return false;
  }
  return true;
}

/* Whether the lines that the edit in force mends are proved. */
static bool are_proved(const struct blame *blame) {
  const struct bp_search *search = &blame->search;
  for (size_t i = 0; i < blame->count; i++) {
    const struct bp_failing *line = &blame->failing[blame->lines[i]];
    struct bp_candidate candidate = {line->claim, line->left, line->right};
    if (blame->now[i] &&
        !bp_proof_holds(search->bench, &candidate, search->bench->model.expressions))
      return false;
  }
  return true;
}

/* How many lines hold with the edit that is in force; 0 where too few can. */
static size_t count_mended(struct blame *blame, bool *noted) {
  size_t held = 0, least = blame->best > blame->least ? blame->best : blame->least;
  for (size_t i = 0; i < blame->count; i++) {
    const struct bp_failing *failing = &blame->failing[blame->lines[i]];
    struct bp_candidate candidate = {failing->claim, failing->left, failing->right};
    struct bp_tried tried = bp_bench_try(blame->search.bench, &candidate);
    blame->now[i] = tried.holds;
    held += tried.holds;
    *noted = *noted || (tried.holds && tried.noted);
    if (held + blame->count - i - 1 < least)
      return 0;
  }
  return held;
}

/* Edits that mend more lines are better than all others. */
static bool try_definition(void *context, const struct bp_edit *edit) {
  struct blame *blame = context;
  struct bp_search *search = &blame->search;
  struct bp_bench *bench = search->bench;
  if (!bp_search_goes_on(search, bp_edit_distance(edit->kind)))
    return false;
  if (bp_search_trivial(search, edit->whole) || bp_search_loosens(search, edit->whole))
    return true;
  bool noted = false;
  bp_bench_redefine(bench, blame->declaration, blame->piece, edit->whole);
  size_t held = count_mended(blame, &noted);
  bool better = held > 0 && others_hold(blame) && are_proved(blame);
  bp_bench_redefine(bench, blame->declaration, blame->piece, NULL);
  if (!better)
    return true;
  if (held > blame->best)
    search->count = 0;
  blame->best = held;
  memcpy(blame->mended, blame->now, blame->count * sizeof *blame->mended);
  search->distance = bp_edit_distance(edit->kind);
  bp_search_keep(search, edit, noted);
  return true;
}

/* Whether it was made of something, as ones(n, 1) and [a; b] are not. */
static bool mentions_name(const struct bp_expression *expression) {
  if (expression->kind == BP_EXPR_MATRIX)
    return false;
  bool constant =
      expression->kind == BP_EXPR_CALL && bp_builtin_is(expression->child[0]->name, BP_OF_SIZES);
  for (size_t i = expression->kind == BP_EXPR_CALL; i < expression->count && !constant; i++)
    if (expression->child[i]->kind == BP_EXPR_NAME || mentions_name(expression->child[i]))
      return true;
  return expression->kind == BP_EXPR_NAME;
}

/* Whether the line is about the name itself, or nothing that could be wrong is in the definition.
 */
static bool is_innocent(const struct blame *blame) {
  const struct bp_declaration *declaration = blame->declaration;
  if (!mentions_name(declaration->pieces[0].line.statement->sides[0]))
    return true;
  for (size_t i = 0; i < blame->count; i++) {
    const struct bp_failing *line = &blame->failing[blame->lines[i]];
    if (line->left->kind == BP_EXPR_NAME && !strcmp(line->left->name, declaration->name))
      return true;
  }
  return false;
}

/* Looks for an edit of one line of the definition. */
static bool search_definition(struct blame *blame) {
  struct bp_search *search = &blame->search;
  const struct bp_piece *piece = &blame->declaration->pieces[blame->piece];
  const struct bp_statement *statement = piece->line.statement;
  struct bp_model_claim as_claim = {.line = piece->line};
  struct bp_arena_mark mark = bp_arena_mark(search->trees);
  search->claim = &as_claim;
  search->formula = statement->sides[0];
  search->other = piece->target;
  search->limit = search->bench->spent + BP_SINGLE_TRIES / 4;
  if (bp_supply_collect(&search->bench->model, statement, piece->line.order, search->trees,
                        &search->supply))
    bp_edits_each(search->formula, &search->supply, search->trees, try_definition, blame);
  bp_arena_release(search->trees, mark);
  return search->count > 0;
}

static size_t line_number(const struct bp_piece *piece) {
  size_t line, column;
  bp_locate(piece->line.source, piece->line.statement->span.begin, &line, &column);
  return line;
}

/* The first line that holds with the definition mended gets the hints, the others follow from it.
 */
static void blame_lines(struct blame *blame, struct bp_claim **claims) {
  size_t line = line_number(&blame->declaration->pieces[blame->piece]);
  bool first = true;
  for (size_t i = 0; i < blame->count; i++) {
    struct bp_claim *claim = claims[blame->lines[i]];
    if (!blame->mended[i])
      continue;
    if (first)
      bp_search_offer(&blame->search, line, claim);
    first = false;
    claim->searched = true;
    claim->consequence = line;
  }
}

/* The lines without hints that lead to the definition, but for those that differentiate something
 * that comes from it: these say what it is, and nothing about whether it is right. */
static void collect_lines(struct blame *blame, struct bp_model *names, size_t *lines,
                          const struct bp_blame_lines *file) {
  for (size_t i = 0; i < file->count; i++) {
    const struct bp_expression *left = file->failing[i].left, *right = file->failing[i].right;
    const struct bp_claim *claim = file->claims[i];
    if (claim->hint_count == 0 && !claim->consequence &&
        (bp_model_leads_to(names, left, blame->declaration) ||
         bp_model_leads_to(names, right, blame->declaration)) &&
        !is_differentiated(names, left, blame->declaration) &&
        !is_differentiated(names, right, blame->declaration))
      lines[blame->count++] = i;
  }
}

/* Looks at one definition, which at least `least` lines must lead to. */
static void look_at_definition(struct blame *blame, size_t least, struct bp_claim **claims) {
  const struct bp_declaration *declaration = blame->declaration;
  size_t most = blame->count / 2 + 1;
  blame->least = blame->count == 1 ? 1 : most > 2 ? most : 2;
  if (blame->count < least || is_innocent(blame))
    return;
  for (blame->piece = 0; blame->piece < declaration->count; blame->piece++)
    if (search_definition(blame)) {
      blame_lines(blame, claims);
      return;
    }
}

/* Whether somebody wrote the definition: what a network stands for is right. */
static bool is_written(const struct bp_model *model, const struct bp_declaration *declaration,
                       const struct bp_blame_lines *file) {
  const struct bp_source *source = declaration->pieces[0].line.source;
  bool written = file->count > 0 && file->failing[0].claim->line.source == source;
  for (size_t i = 0; i < model->seen_count && !written; i++)
    written = model->seen[i]->source == source;
  return written;
}

void bp_blame_definitions(const struct bp_search *template, const struct bp_blame_lines *file,
                          size_t least) {
  struct bp_model *model = &template->bench->model;
  size_t count = file->count;
  size_t *lines = bp_arena_alloc(template->arena, count + 1, sizeof *lines);
  bool *mended = bp_arena_alloc(template->arena, count + 1, sizeof *mended);
  bool *now = bp_arena_alloc(template->arena, count + 1, sizeof *now);
  for (size_t d = 0; lines && mended && now && d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    if (declaration->kind != BP_DECLARED_LET || declaration->count == 0 ||
        !is_written(model, declaration, file))
      continue;
    if (bp_bench_exhausted(template->bench))
      return;
    struct blame blame = {.search = *template,
                          .declaration = declaration,
                          .failing = file->failing,
                          .lines = lines,
                          .mended = mended,
                          .now = now,
                          .holding = file->holding,
                          .holding_count = file->holding_count};
    collect_lines(&blame, model, lines, file);
    look_at_definition(&blame, least, file->claims);
  }
}
