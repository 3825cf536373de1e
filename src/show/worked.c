/* The worked numbers of one claim.
 *
 * The document is judged as always, so the verdict is the one that `verify` gives.  The numbers are
 * those of one member of the claim at one point: where the claim fails, the very point and member
 * that `verify` shows, a random or an aimed one; else sizes are as small as they may be.  Trials
 * have the numbers that they have in judging.
 *
 * Steps are in the order of reading: first the matrices that the claim names, then what is computed
 * from them from the inside out, then the two sides.  What depends on the letter of a sum has no
 * single value and is not shown, nor is anything inside of ∂ and d( ), which stand for themselves.
 */
#include <math.h>
#include <string.h>

#include "base/list.h"
#include "judge/point.h"
#include "show/proviso.h"
#include "show/show.h"

/* Nobody follows more than this by hand; the sides are shown in any case. */
enum { MOST_PARTS = 100 };

struct explaining {
  const struct bp_model_claim *claim;
  const struct bp_shown_point
      *shown; /* where judging found it false, if that was no random point */
  struct bp_arena *arena;
  struct bp_point point;
  const struct bp_scope *scope;         /* the member that is shown */
  struct bp_claim_state state;          /* and what judging it came to */
  const struct bp_expression *sides[2]; /* of the link that is shown; of a shape only the first */
  struct bp_worked *worked;
  size_t capacity;
};

/* ---- which point -------------------------------------------------------- */

struct search {
  struct explaining *explaining;
  enum bp_verdict wanted; /* of the equation itself, even where it is refuted */
  bool any;               /* the first member, whatever its verdict */
  bool found;
};

static bool try_one(void *context, const struct bp_scope *scope) {
  struct search *search = context;
  struct explaining *explaining = search->explaining;
  struct bp_world *world = explaining->point.world;
  struct bp_claim_state state = {.claim = explaining->claim};
  if (!search->any && bp_proviso_rules_out(world, explaining->claim->line.statement, scope))
    return true;
  bool valid = bp_claim_try_member(world, &state, scope, explaining->arena);
  world->fault = (struct bp_fault){0};
  world->gap = (struct bp_gap){0};
  search->found = search->any ||
                  (state.worst.verdict == search->wanted && (valid || search->wanted != BP_HOLDS));
  if (search->found) {
    explaining->scope = bp_point_keep_scope(scope, explaining->arena);
    explaining->state = state;
  }
  return !search->found;
}

static bool find_member(struct search *search) {
  struct bp_world *world = search->explaining->point.world;
  const struct bp_model_claim *claim = search->explaining->claim;
  struct bp_letters letters;
  size_t members;
  bp_world_begin(world, &claim->line, claim);
  if (bp_letters_find(world, claim->line.statement, &letters))
    bp_letters_each(world, claim->line.statement, &letters, try_one, search, &members);
  bp_world_begin(world, &claim->line, claim);
  return search->found;
}

/* Opens the aimed point at which the claim fails, or is in doubt. */
static bool find_aimed(struct explaining *explaining, struct bp_model *model,
                       const struct bp_judge_options *options, enum bp_verdict wanted) {
  const struct bp_shown_point *shown = explaining->shown;
  for (int any = 0; any < 2 && shown->known; any++) {
    struct search search = {explaining, wanted, any == 1, false};
    if (bp_point_open(&explaining->point, model, options, shown->trial, shown->small)) {
      explaining->point.world->drawing = shown->drawing;
      if (find_member(&search))
        return true;
    }
    bp_point_close(&explaining->point);
  }
  return false;
}

/* Opens the point that is to be shown.  False where there is none, or no memory for it. */
static bool find_point(struct explaining *explaining, struct bp_model *model,
                       const struct bp_judge_options *options, enum bp_verdict wanted) {
  if (find_aimed(explaining, model, options, wanted))
    return true;
  size_t trials = (options->trials ? options->trials : 1) * BP_EXTRA_TRIALS;
  for (size_t k = 0; k <= 2 * trials; k++) {
    struct search search = {explaining, wanted, k == 2 * trials, false};
    size_t trial = search.any ? 0 : k % trials;
    bool small = search.any || (k < trials) != (wanted == BP_FAILS);
    if (bp_point_open(&explaining->point, model, options, trial, small) && find_member(&search))
      return true;
    bp_point_close(&explaining->point);
  }
  return false;
}

/* ---- what a step means -------------------------------------------------- */

static const struct bp_expression *without_vec(const struct bp_expression *expression) {
  bool vec = expression->kind == BP_EXPR_CALL && expression->order == 0 && expression->count == 2 &&
             bp_builtin_is(expression->child[0]->name, BP_STACKS);
  return vec ? expression->child[1] : expression;
}

static const char *text_of(const struct explaining *explaining,
                           const struct bp_expression *expression) {
  return bp_point_expression(expression, explaining->scope, explaining->arena);
}

static const char *partial_meaning(const struct explaining *explaining,
                                   const struct bp_expression *partial) {
  const struct bp_expression *above = without_vec(partial->child[0]);
  const struct bp_expression *below = without_vec(partial->child[1]);
  struct bp_symbolic shape;
  bool single = bp_point_shape(explaining->point.world, below, explaining->scope, &shape) &&
                bp_symbolic_number(shape);
  return bp_arena_printf(
      explaining->arena, "by differences: %s%s is moved by ±h and %s computed again",
      single ? "" : "every number of ", text_of(explaining, below), text_of(explaining, above));
}

static const char *differential_meaning(const struct explaining *explaining,
                                        const struct bp_expression *differential) {
  const struct bp_model_line *line = explaining->claim->line.vary;
  const struct bp_statement *vary = line ? line->statement : NULL;
  const char *varied = vary ? "" : "everything that is given";
  for (size_t i = 0; vary && varied && i < vary->target_count; i++)
    varied = bp_arena_printf(explaining->arena, "%s%s%s", varied, i ? ", " : "",
                             text_of(explaining, vary->targets[i]));
  return bp_arena_printf(
      explaining->arena,
      "by differences: %s computed again after steps of ±h along a random direction of %s",
      text_of(explaining, differential->child[0]), varied ? varied : "?");
}

static const char *node_meaning(const struct explaining *explaining, const struct bp_node *node) {
  const struct bp_statement *statement = node->piece->line.statement;
  if (node->declaration->kind == BP_DECLARED_GIVEN)
    return "given";
  bool written = node->declaration->kind == BP_DECLARED_WRITE;
  return bp_arena_printf(explaining->arena, "%s%s", written ? "stands for " : "by definition: ",
                         bp_point_expression(statement->sides[0], node->scope, explaining->arena));
}

static const char *meaning_of(const struct explaining *explaining,
                              const struct bp_expression *expression) {
  const struct bp_node *node = NULL;
  switch (expression->kind) {
  case BP_EXPR_NAME:
    node = bp_point_node(explaining->point.world, expression, explaining->scope);
    return node ? node_meaning(explaining, node) : NULL;
  case BP_EXPR_PARTIAL:
    return partial_meaning(explaining, expression);
  case BP_EXPR_DIFFERENTIAL:
    return differential_meaning(explaining, expression);
  case BP_EXPR_CALL:
    return expression->order == 0
               ? NULL
               : bp_arena_printf(explaining->arena,
                                 "by differences: every number in the parentheses is moved by ±h "
                                 "and %s computed again",
                                 text_of(explaining, expression->child[0]));
  default:
    return NULL;
  }
}

/* ---- steps -------------------------------------------------------------- */

/* Sides come last, whatever else they are. */
static bool is_side(const struct explaining *explaining, const char *text) {
  for (size_t i = 0; i < 2; i++)
    if (explaining->sides[i] && !strcmp(text_of(explaining, explaining->sides[i]), text))
      return true;
  return false;
}

static bool is_shown(const struct explaining *explaining, const char *text) {
  for (size_t i = 0; i < explaining->worked->count; i++)
    if (!strcmp(explaining->worked->steps[i].text, text))
      return true;
  return false;
}

static const double *midpoints(struct bp_balls value, struct bp_arena *arena) {
  double *numbers = bp_arena_alloc(arena, value.rows * value.columns, sizeof *numbers);
  for (size_t k = 0; numbers && k < value.rows * value.columns; k++)
    numbers[k] = bp_ball_double(value.at[k]);
  return numbers;
}

/* Computes the expression into a step.  A value that cannot be computed, or does not exist, says
 * why in the place of a meaning. */
static void fill_step(struct explaining *explaining, const struct bp_expression *expression,
                      struct bp_worked_step *step, struct bp_balls *value) {
  struct bp_world *world = explaining->point.world;
  world->gap = (struct bp_gap){0};
  world->steps = 0;
  *value = (struct bp_balls){0};
  if (bp_expression_value(world, expression, explaining->scope, NULL, value)) {
    step->values = midpoints(*value, explaining->arena);
    step->bound = bp_balls_widest(*value);
  } else {
    *value = (struct bp_balls){0};
    step->meaning = world->fault.message;
  }
  if (world->gap.set) {
    step->meaning = bp_point_join(step->meaning, world->gap.message, explaining->arena);
    step->bound = 0;
  }
  world->fault = (struct bp_fault){0};
}

/* Adds a step for an expression whose shapes fit; NULL where they do not, or it is shown already.
 */
static struct bp_worked_step *add_step(struct explaining *explaining,
                                       const struct bp_expression *expression, bool side,
                                       struct bp_balls *value) {
  struct bp_worked *worked = explaining->worked;
  const char *text = text_of(explaining, expression);
  struct bp_symbolic shape;
  if ((!side && (is_side(explaining, text) || is_shown(explaining, text))) ||
      !bp_point_shape(explaining->point.world, expression, explaining->scope, &shape))
    return NULL;
  if (!bp_list_room(explaining->arena, worked->steps, worked->count, explaining->capacity))
    return NULL;
  struct bp_worked_step *step = &worked->steps[worked->count++];
  *step = (struct bp_worked_step){.text = text,
                                  .meaning = meaning_of(explaining, expression),
                                  .shape = bp_point_shape_text(shape, explaining->arena),
                                  .side = side};
  fill_step(explaining, expression, step, value);
  return step;
}

static void add_part(struct explaining *explaining, const struct bp_expression *expression) {
  if (explaining->worked->count >= MOST_PARTS)
    return;
  struct bp_arena_mark mark = bp_arena_mark(explaining->point.scratch);
  struct bp_balls value;
  add_step(explaining, expression, false, &value);
  bp_arena_release(explaining->point.scratch, mark);
}

/* Whether a letter that a sum binds stands in the expression. */
static bool is_bound(const struct bp_expression *expression, const struct bp_scope *bound) {
  if (expression->kind == BP_EXPR_NAME && expression->count == 0 &&
      bp_scope_find(bound, expression->name))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (is_bound(expression->child[i], bound))
      return true;
  return false;
}

/* Which children are matrices or numbers that are computed with: not functions, indices, bounds. */
static void operands(const struct bp_expression *expression, size_t *first, size_t *end) {
  *first = expression->kind == BP_EXPR_CALL ? 1 : expression->kind == BP_EXPR_SUM ? 2 : 0;
  *end = expression->kind == BP_EXPR_ELEMENT ? 1 : expression->count;
}

typedef void walker(struct explaining *explaining, const struct bp_expression *expression,
                    const struct bp_scope *bound);

static void walk_operands(struct explaining *explaining, const struct bp_expression *expression,
                          const struct bp_scope *bound, walker *walk) {
  struct bp_scope inner = {expression->name, 0, NULL, bound};
  size_t first, end;
  operands(expression, &first, &end);
  for (size_t i = first; i < end; i++)
    walk(explaining, expression->child[i], expression->kind == BP_EXPR_SUM ? &inner : bound);
}

static void add_names(struct explaining *explaining, const struct bp_expression *expression,
                      const struct bp_scope *bound) {
  if (expression->kind != BP_EXPR_NAME)
    walk_operands(explaining, expression, bound, add_names);
  else if (!is_bound(expression, bound) &&
           bp_point_node(explaining->point.world, expression, explaining->scope))
    add_part(explaining, expression);
}

static void add_parts(struct explaining *explaining, const struct bp_expression *expression,
                      const struct bp_scope *bound);

/* What the expression is computed from. */
static void add_inner_parts(struct explaining *explaining, const struct bp_expression *expression,
                            const struct bp_scope *bound) {
  switch (expression->kind) {
  case BP_EXPR_NAME:
  case BP_EXPR_PARTIAL:
  case BP_EXPR_DIFFERENTIAL:
    return;
  case BP_EXPR_AT: /* child[0] is computed with other values, child[1] is the first target */
    for (size_t i = 2; i < expression->count; i += 2)
      add_parts(explaining, expression->child[i], bound);
    return;
  default:
    walk_operands(explaining, expression, bound, add_parts);
  }
}

static void add_parts(struct explaining *explaining, const struct bp_expression *expression,
                      const struct bp_scope *bound) {
  add_inner_parts(explaining, expression, bound);
  bool computed = expression->kind != BP_EXPR_NAME && expression->kind != BP_EXPR_COMPARE &&
                  expression->kind != BP_EXPR_ALL;
  if (computed && !is_bound(expression, bound) &&
      !bp_point_plain(explaining->point.world, expression, explaining->scope))
    add_part(explaining, expression);
}

/* ---- the sides ---------------------------------------------------------- */

static bool is_number(const struct bp_expression *side, struct bp_balls value) {
  return side->kind == BP_EXPR_NUMBER && value.at;
}

/* A plain number takes the shape of what it is compared with. */
static void spread_number(struct explaining *explaining, struct bp_worked_step *number,
                          const struct bp_worked_step *other, struct bp_balls *value,
                          struct bp_balls shape) {
  struct bp_balls zeros =
      bp_balls_fill(&explaining->point.world->room, shape.rows, shape.columns, 0);
  *value = bp_balls_zip(&explaining->point.world->room, *value, zeros, bp_ball_add);
  if (!value->at)
    return;
  number->shape = other->shape;
  number->values = midpoints(*value, explaining->arena);
}

/* Taken before rounding to float64, so that it says how far apart the sides really are. */
static const double *difference(struct explaining *explaining, struct bp_balls left,
                                struct bp_balls right) {
  if (!left.at || !right.at || left.rows != right.rows || left.columns != right.columns)
    return NULL;
  if (!bp_balls_finite(left) || !bp_balls_finite(right))
    return NULL;
  struct bp_balls apart = bp_balls_zip(&explaining->point.world->room, left, right, bp_ball_sub);
  return apart.at ? midpoints(apart, explaining->arena) : NULL;
}

/* Where only one side has a shape it is a step like others, unless it is a plain number. */
static void keep_lone_side(struct explaining *explaining, size_t before) {
  struct bp_worked *worked = explaining->worked;
  struct bp_world *world = explaining->point.world;
  struct bp_symbolic shape;
  if (worked->count == before)
    return;
  bool left = bp_point_shape(world, explaining->sides[0], explaining->scope, &shape);
  if (bp_point_plain(world, explaining->sides[left ? 0 : 1], explaining->scope))
    worked->count = before;
  else
    worked->steps[before].side = false;
}

static void add_sides(struct explaining *explaining) {
  const struct bp_expression *left = explaining->sides[0], *right = explaining->sides[1];
  struct bp_worked *worked = explaining->worked;
  struct bp_balls values[2] = {{0}, {0}};
  size_t before = worked->count;
  add_step(explaining, left, true, &values[0]);
  add_step(explaining, right, true, &values[1]);
  if (worked->count != before + 2) { /* without a shape there are no two sides */
    keep_lone_side(explaining, before);
    return;
  }
  struct bp_worked_step *steps[2] = {&worked->steps[before], &worked->steps[before + 1]};
  if (is_number(left, values[0]) && values[1].at)
    spread_number(explaining, steps[0], steps[1], &values[0], values[1]);
  else if (is_number(right, values[1]) && values[0].at)
    spread_number(explaining, steps[1], steps[0], &values[1], values[0]);
  worked->difference = difference(explaining, values[0], values[1]);
}

/* The first link that does not hold, else the last; what stands before it in the chain is a step
 * like others. */
static size_t link_shown(const struct explaining *explaining) {
  const struct bp_link_outcome *worst = &explaining->state.worst;
  size_t last = explaining->claim->line.statement->side_count - 1;
  return worst->verdict != BP_HOLDS && worst->link > 0 && worst->link <= last ? worst->link : last;
}

static void work_out(struct explaining *explaining) {
  const struct bp_statement *statement = explaining->claim->line.statement;
  bool alone = statement->side_count == 1;
  size_t last = alone ? 0 : link_shown(explaining);
  explaining->worked->point =
      bp_point_text(explaining->point.world, explaining->scope, explaining->arena);
  explaining->sides[0] = statement->sides[alone ? 0 : last - 1];
  explaining->sides[1] = alone ? NULL : statement->sides[last];
  for (size_t k = 0; k <= last; k++)
    add_names(explaining, statement->sides[k], NULL);
  for (size_t k = 0; k + 1 < last; k++)
    add_part(explaining, statement->sides[k]);
  for (size_t k = alone ? 0 : last - 1; k <= last; k++)
    add_inner_parts(explaining, statement->sides[k], NULL);
  struct bp_balls value;
  if (alone)
    add_step(explaining, statement->sides[0], true, &value);
  else
    add_sides(explaining);
}

/* ---- the claim ---------------------------------------------------------- */

/* The verdict on the equation itself: of a refuted line the opposite of the line's. */
static enum bp_verdict plain_verdict(const struct bp_claim *claim) {
  if (claim->kind != BP_REFUTE || claim->verdict == BP_UNDECIDED)
    return claim->verdict;
  return claim->verdict == BP_HOLDS ? BP_FAILS : BP_HOLDS;
}

/* The worst number as it is at the point that is shown. */
static void show_worst(const struct explaining *explaining, struct bp_claim *claim) {
  struct bp_claim_state state = explaining->state;
  struct bp_claim here;
  state.points = 1;
  bp_claim_finish(&state, explaining->arena, &here);
  if (here.verdict != claim->verdict)
    return;
  claim->reason = here.reason;
  if (claim->needs == 0) /* else an error message has said it */
    claim->where = here.where;
  claim->broken_link = here.broken_link;
  claim->left = here.left;
  claim->right = here.right;
  claim->at = here.at;
  claim->row = here.row;
  claim->column = here.column;
  claim->rows = here.rows;
  claim->columns = here.columns;
  claim->left_value = here.left_value;
  claim->right_value = here.right_value;
  claim->bound = here.bound;
}

int bp_work_claim(const struct bp_document *document, struct bp_claim *claim, size_t index,
                  const struct bp_judgement *judgement, const struct bp_judge_options *options,
                  struct bp_arena *arena, struct bp_worked *worked) {
  const struct bp_judge_options used = bp_judge_defaults(options);
  struct bp_diagnostics repeated; /* recorded while judging already */
  struct bp_model model;
  *worked = (struct bp_worked){.claim = claim};
  bp_diagnostics_init(&repeated, arena);
  if (bp_model_build(document, arena, &repeated, &model) != 0)
    return -1;
  struct explaining explaining = {.claim = &model.claims[index],
                                  .shown = &judgement->states[index].shown,
                                  .arena = arena,
                                  .worked = worked};
  enum bp_verdict wanted = plain_verdict(claim);
  if (find_point(&explaining, &model, &used, wanted)) {
    if (explaining.state.worst.verdict == wanted && wanted != BP_HOLDS)
      show_worst(&explaining, claim);
    work_out(&explaining);
  }
  bp_point_close(&explaining.point);
  return bp_arena_failed(arena) ? -1 : 0;
}

int bp_explain_claim(const struct bp_document *document, size_t index,
                     const struct bp_judge_options *options, struct bp_arena *arena,
                     struct bp_diagnostics *diagnostics, struct bp_worked *worked) {
  struct bp_judge_options used = bp_judge_defaults(options);
  struct bp_derivation_report report;
  struct bp_judgement judgement;
  *worked = (struct bp_worked){0};
  if (bp_judge(document, &used, arena, diagnostics, &report, &judgement) != 0)
    return -1;
  if (index >= report.claim_count) {
    bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "there are %zu claims, and no %zu",
             report.claim_count, index + 1);
    return -1;
  }
  struct bp_claim *claim = &report.claims[index];
  worked->claim = claim;
  bool broken = judgement.states[index].claim->line.statement->broken;
  if (broken || claim->reason == BP_REASON_UNFILLED ||
      bp_work_claim(document, claim, index, &judgement, &used, arena, worked) == 0)
    return 0;
  bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "out of memory");
  return -1;
}
