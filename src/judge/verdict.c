/* One claim at one point: for every member shapes first, then values, link by link; and what all
 * points together come to.
 */
#include "judge/verdict.h"

#include <math.h>
#include <string.h>

#include "judge/link.h"
#include "lang/print.h"

/* ---- gathering ---------------------------------------------------------- */

static void gather(struct bp_claim_state *state, const struct bp_link_outcome *outcome) {
  if (bp_link_outcome_worse(outcome, &state->worst))
    state->worst = *outcome;
}

/* The outcome that a fault is. */
static struct bp_link_outcome of_fault(const struct bp_fault *fault, size_t link) {
  struct bp_link_outcome outcome = {.link = link};
  bool shape = fault->kind == BP_FAULT_SHAPE, limit = fault->kind == BP_FAULT_LIMIT;
  outcome.verdict = shape ? BP_FAILS : BP_UNDECIDED;
  outcome.reason = shape ? BP_REASON_SHAPE : limit ? BP_REASON_LIMIT : BP_REASON_BROKEN;
  outcome.where =
      (struct bp_diagnostic){fault->source, fault->span, fault->message, fault->suggestion, false};
  return outcome;
}

/* ---- one member --------------------------------------------------------- */

struct trial {
  struct bp_world *world;
  struct bp_claim_state *state;
  struct bp_arena *arena;
  bool valid;
};

static bool is_zero(const struct bp_expression *expression) {
  return expression->kind == BP_EXPR_NUMBER &&
         strspn(expression->text, "0.") == strlen(expression->text);
}

/* Whether the sides of the link have one shape; a plain 0 fits everything. */
static bool sides_fit(struct bp_world *world, const struct bp_statement *statement, size_t link,
                      struct bp_symbolic left, struct bp_symbolic right) {
  const struct bp_expression *a = statement->sides[link - 1], *b = statement->sides[link];
  if (is_zero(a) || is_zero(b) ||
      (bp_size_fits(world, left.rows, right.rows) &&
       bp_size_fits(world, left.columns, right.columns)))
    return true;
  if (world->quiet)
    return bp_fault_set(world, BP_FAULT_SHAPE, statement->relation_spans[link - 1], NULL, " ");
  struct bp_arena *arena = world->model->arena;
  bool turned = bp_size_same(left.rows, right.columns) && bp_size_same(left.columns, right.rows);
  return bp_fault_set(
      world, BP_FAULT_SHAPE, statement->relation_spans[link - 1],
      turned ? "one side is the transpose of the other's shape: is a ' missing or too many?" : NULL,
      "the left side is %s, the right side %s; in numbers (%ld,%ld) and (%ld,%ld)",
      bp_symbolic_text(arena, left), bp_symbolic_text(arena, right), left.rows.value,
      left.columns.value, right.rows.value, right.columns.value);
}

/* ≈ compares with what is printed. */
static bool printed(const struct bp_expression *side) {
  if (side->kind == BP_EXPR_NEGATE)
    return printed(side->child[0]);
  for (size_t i = 0; side->kind == BP_EXPR_MATRIX && i < side->count; i++)
    if (side->child[i]->kind == BP_EXPR_MATRIX || !printed(side->child[i]))
      return false;
  return side->kind == BP_EXPR_NUMBER || side->kind == BP_EXPR_MATRIX;
}

static bool link_shapes(struct bp_world *world, const struct bp_statement *statement, size_t link,
                        const struct bp_scope *scope, struct bp_symbolic *left,
                        struct bp_symbolic *right) {
  if (link == 1 && !bp_shape(world, statement->sides[0], scope, left))
    return false;
  if (!bp_shape(world, statement->sides[link], scope, right))
    return false;
  if (statement->relations[link - 1] == BP_APPROXIMATE && !printed(statement->sides[link]))
    return bp_fault_set(world, BP_FAULT_MISUSE, statement->sides[link]->span,
                        "write the number as it is printed, or = for an equation",
                        "right of ≈ stands a number, or a matrix of numbers");
  return sides_fit(world, statement, link, *left, *right);
}

/* A member: link by link up to the first that does not hold. */
static bool try_member(void *context, const struct bp_scope *scope) {
  struct trial *trial = context;
  struct bp_world *world = trial->world;
  const struct bp_statement *statement = trial->state->claim->line.statement;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_symbolic left, right;
  struct bp_link link = {world, statement, scope, trial->arena, 0, {0}, {0}};
  for (size_t k = 1; k < statement->side_count; k++) {
    struct bp_link_outcome outcome;
    link.number = k;
    if (!link_shapes(world, statement, k, scope, &left, &right) ||
        (k == 1 && !bp_value(world, statement->sides[0], scope, NULL, &link.left)) ||
        !bp_value(world, statement->sides[k], scope, NULL, &link.right)) {
      outcome = of_fault(&world->fault, k);
      outcome.at = bp_point_text(world, scope, trial->arena);
      gather(trial->state, &outcome);
      return false;
    }
    struct bp_claim_state *state = trial->state;
    if (bp_link_compare(&link, &outcome))
      gather(state, &outcome);
    else
      trial->valid = false;
    if (!trial->valid && state->no_value.verdict == BP_HOLDS)
      state->no_value = outcome;
    state->largest_relative = fmax(state->largest_relative, outcome.relative);
    state->visible = fmax(state->visible, outcome.visible);
    state->numbers += link.left.rows * link.left.columns;
    if (outcome.verdict != BP_HOLDS)
      break;
    left = right;
    link.left = link.right;
  }
  bp_arena_release(world->scratch, mark);
  return trial->state->worst.verdict != BP_FAILS;
}

/* A size that is said as a number means just that number; one said in symbols must be the same, or
 * fits with a note. */
static bool said_fits(struct bp_world *world, struct bp_size found, struct bp_size said) {
  bool number = bp_size_same(said, bp_size_constant(world->symbols, said.value));
  if (number)
    return bp_size_same(bp_size_reduced(world->symbols, found), said);
  return bp_size_fits(world, found, said);
}

/* shape E : rows x columns */
static bool shape_as_said(struct bp_world *world, const struct bp_statement *statement,
                          const struct bp_scope *scope) {
  struct bp_symbolic found, said;
  said.rows = said.columns = bp_size_constant(world->symbols, 1);
  bool fine =
      bp_shape(world, statement->sides[0], scope, &found) &&
      (!statement->rows || bp_world_size(world, statement->rows, scope, &said.rows)) &&
      (!statement->columns || bp_world_size(world, statement->columns, scope, &said.columns));
  if (fine &&
      !(said_fits(world, found.rows, said.rows) && said_fits(world, found.columns, said.columns)))
    fine = bp_fault_set(
        world, BP_FAULT_SHAPE, statement->sides[0]->span, NULL,
        "this is %s, not %s; in numbers (%ld,%ld)", bp_symbolic_text(world->symbols, found),
        bp_symbolic_text(world->symbols, said), found.rows.value, found.columns.value);
  return fine;
}

static bool try_shape(void *context, const struct bp_scope *scope) {
  struct trial *trial = context;
  struct bp_world *world = trial->world;
  trial->state->numbers++;
  if (shape_as_said(world, trial->state->claim->line.statement, scope))
    return true;
  struct bp_link_outcome outcome = of_fault(&world->fault, 1);
  outcome.at = bp_point_text(world, scope, trial->arena);
  gather(trial->state, &outcome);
  return false;
}

bool bp_claim_shapes(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_scope *scope) {
  if (statement->kind == BP_STATEMENT_SHAPE)
    return shape_as_said(world, statement, scope);
  struct bp_symbolic left, right;
  for (size_t k = 1; k < statement->side_count; k++) {
    if (!link_shapes(world, statement, k, scope, &left, &right))
      return false;
    left = right;
  }
  return true;
}

bool bp_claim_try_member(struct bp_world *world, struct bp_claim_state *state,
                         const struct bp_scope *scope, struct bp_arena *arena) {
  struct trial trial = {world, state, arena, true};
  if (state->claim->line.statement->kind == BP_STATEMENT_SHAPE)
    try_shape(&trial, scope);
  else
    try_member(&trial, scope);
  return trial.valid;
}

/* ---- one trial ---------------------------------------------------------- */

static void keep_notes(struct bp_world *world, struct bp_claim_state *state,
                       struct bp_arena *arena) {
  if (world->note_count <= state->note_count)
    return;
  const char **notes = bp_arena_alloc(arena, world->note_count, sizeof *notes);
  if (!notes)
    return;
  memcpy(notes, world->notes, world->note_count * sizeof *notes);
  state->notes = notes;
  state->note_count = world->note_count;
}

/* A mistake in the claim itself, as opposed to a wrong claim, is reported like any bad input. */
static void report_misuse(const struct bp_world *world) {
  if (world->fault.kind == BP_FAULT_MISUSE && !world->quiet)
    bp_fault_report(world);
}

void bp_claim_try(struct bp_world *world, struct bp_claim_state *state, struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct trial trial = {world, state, arena, true};
  struct bp_letters letters;
  size_t members = 0;
  if (statement->broken) {
    state->worst = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_BROKEN};
    state->decided = true;
    return;
  }
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  bp_world_begin(world, &state->claim->line, state->claim);
  bool shape = statement->kind == BP_STATEMENT_SHAPE;
  bool fine =
      bp_letters_find(world, statement, &letters) &&
      bp_letters_each(world, statement, &letters, shape ? try_shape : try_member, &trial, &members);
  if (!fine && world->fault.kind != BP_FAULT_NONE && state->worst.verdict == BP_HOLDS) {
    struct bp_link_outcome outcome = of_fault(&world->fault, 1);
    gather(state, &outcome);
  }
  report_misuse(world);
  state->members = members > state->members ? members : state->members;
  state->points += trial.valid && members > 0;
  state->invalid += !trial.valid;
  state->kink = state->kink || world->kink;
  state->branched = state->branched || world->branched || world->trail.branches != 0;
  keep_notes(world, state, arena);
  bool doubt = world->fault.kind != BP_FAULT_NONE; /* the next trial would end the same way */
  state->decided = state->worst.verdict == BP_FAILS || doubt;
  bp_arena_release(world->scratch, mark);
}

/* Whether the side is nothing but a derivative. */
static bool is_derivative(const struct bp_expression *side) {
  while (side->kind == BP_EXPR_ELEMENT)
    side = side->child[0];
  for (size_t i = 0; side->kind == BP_EXPR_MATRIX && i < side->count; i++)
    if (is_derivative(side->child[i]))
      return true;
  return side->kind == BP_EXPR_PARTIAL || (side->kind == BP_EXPR_CALL && side->order > 0);
}

/* A derivative against something without any. */
static bool compares_derivative(const struct bp_world *world,
                                const struct bp_statement *statement) {
  for (size_t i = 1; i < statement->side_count; i++) {
    const struct bp_expression *a = statement->sides[i - 1], *b = statement->sides[i];
    bool plain = (is_derivative(a) && bp_model_depth(world->model, b) == 0) ||
                 (is_derivative(b) && bp_model_depth(world->model, a) == 0);
    if (!plain)
      return false;
  }
  return true;
}

/* What a derivative on a kink may be taken for, one at a time. */
bool bp_claim_on_kink(struct bp_world *const worlds[BP_SLOPE_CHOICES],
                      const struct bp_claim_state *state, struct bp_arena *arena,
                      struct bp_link_outcome *outcome) {
  bool any = compares_derivative(worlds[0], state->claim->line.statement);
  *outcome = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_KINK};
  for (size_t i = 0; i < BP_SLOPE_CHOICES; i++) {
    struct bp_claim_state narrow = {.claim = state->claim, .largest_relative = NAN, .visible = NAN};
    worlds[i]->forgiving = false;
    bp_claim_try(worlds[i], &narrow, arena);
    any = any || narrow.worst.verdict == BP_HOLDS;
    narrow =
        (struct bp_claim_state){.claim = state->claim, .largest_relative = NAN, .visible = NAN};
    worlds[i]->forgiving = true; /* all members, to see how wide their bounds are */
    bp_claim_try(worlds[i], &narrow, arena);
    if (narrow.worst.verdict != BP_HOLDS || narrow.visible > BP_LEAST_SIGHT) {
      *outcome = (struct bp_link_outcome){
          .verdict = BP_UNDECIDED, .reason = BP_REASON_FLOOR, .link = narrow.worst.link};
      return false;
    }
  }
  return any;
}

/* ---- the result --------------------------------------------------------- */

static struct bp_link_outcome final_outcome(const struct bp_claim_state *state) {
  struct bp_link_outcome outcome = state->worst;
  if (outcome.verdict == BP_HOLDS && state->points == 0 && state->no_value.verdict != BP_HOLDS)
    outcome = state->no_value;
  if (outcome.verdict == BP_HOLDS && state->points == 0)
    outcome = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_NOTHING};
  if (outcome.verdict == BP_HOLDS && state->kink)
    outcome.reason = BP_REASON_KINK;
  return outcome;
}

static void turn_round(struct bp_link_outcome *outcome) {
  if (outcome->verdict == BP_FAILS) {
    outcome->verdict = BP_HOLDS;
  } else if (outcome->verdict == BP_HOLDS) {
    *outcome = (struct bp_link_outcome){.verdict = BP_FAILS, .reason = BP_REASON_REFUTED};
  }
}

static const char *side_text(const struct bp_model_claim *claim, size_t side,
                             struct bp_arena *arena) {
  const struct bp_statement *statement = claim->line.statement;
  if (side >= statement->side_count)
    return NULL;
  return bp_source_line(claim->line.source, statement->sides[side]->span, arena);
}

/* The formula without its keyword and its name. */
static const char *formula(const struct bp_model_claim *claim, struct bp_arena *arena) {
  const struct bp_statement *statement = claim->line.statement;
  struct bp_span span = statement->span;
  if (!statement->broken && statement->side_count)
    span.begin = statement->sides[0]->span.begin;
  return bp_source_line(claim->line.source, span, arena);
}

void bp_claim_finish(const struct bp_claim_state *state, struct bp_arena *arena,
                     struct bp_claim *claim) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct bp_link_outcome outcome = final_outcome(state);
  size_t link = outcome.link;
  if (statement->kind == BP_STATEMENT_REFUTE)
    turn_round(&outcome);
  bool sides = link > 0 && statement->kind != BP_STATEMENT_SHAPE && !statement->broken;
  *claim = (struct bp_claim){
      .kind = statement->kind == BP_STATEMENT_CLAIM    ? BP_CLAIM
              : statement->kind == BP_STATEMENT_REFUTE ? BP_REFUTE
                                                       : BP_SHAPE_CLAIM,
      .name = statement->text,
      .text = formula(state->claim, arena),
      .source = state->claim->line.source,
      .span = statement->span,
      .verdict = outcome.verdict,
      .reason = outcome.reason,
      .where = outcome.where,
      .links = statement->side_count > 1 ? statement->side_count - 1 : 1,
      .broken_link =
          outcome.verdict == BP_HOLDS && statement->kind != BP_STATEMENT_REFUTE ? 0 : link,
      .left = sides ? side_text(state->claim, link - 1, arena) : NULL,
      .right = sides ? side_text(state->claim, link, arena) : NULL,
      .points = state->points,
      .invalid = state->invalid,
      .members = state->members,
      .numbers = state->numbers,
      .largest_relative = state->largest_relative,
      .visible = state->visible,
      .at = outcome.at,
      .row = outcome.row,
      .column = outcome.column,
      .rows = outcome.rows,
      .columns = outcome.columns,
      .left_value = outcome.left,
      .right_value = outcome.right,
      .bound = outcome.bound,
      .notes = state->notes,
      .note_count = state->note_count,
  };
}
