/* A claim compares its sides link by link, shapes before values; a refutation is the same claim,
 * whose verdict is turned round in the end; a shape compares sizes alone.
 */
#include "judge/judged.h"

#include <math.h>
#include <string.h>

#include "judge/link.h"
#include "judge/point.h"

/* ---- outcomes ----------------------------------------------------------- */

void bp_claim_gather(struct bp_claim_state *state, const struct bp_link_outcome *outcome) {
  if (bp_link_outcome_worse(outcome, &state->worst))
    state->worst = *outcome;
}

struct bp_link_outcome bp_outcome_of_fault(const struct bp_fault *fault, size_t link) {
  struct bp_link_outcome outcome = {.link = link};
  bool shape = fault->kind == BP_FAULT_SHAPE, time = fault->kind == BP_FAULT_TIME;
  outcome.verdict = shape ? BP_FAILS : BP_UNDECIDED;
  outcome.reason = shape                    ? BP_REASON_SHAPE
                   : time                   ? BP_REASON_TIME
                   : bp_fault_is_end(fault) ? BP_REASON_LIMIT
                                            : BP_REASON_BROKEN;
  outcome.where = (struct bp_diagnostic){.source = fault->source,
                                         .span = fault->span,
                                         .message = fault->message,
                                         .suggestion = fault->suggestion};
  return outcome;
}

/* The world's fault is what the link came to. */
static bool stopped_by_fault(struct bp_trial *trial, const struct bp_scope *scope, size_t link) {
  struct bp_link_outcome outcome = bp_outcome_of_fault(&trial->world->fault, link);
  outcome.at = bp_point_text(trial->world, scope, trial->arena);
  if (trial->world->fault.too_small) { /* sizes for which nothing is said */
    trial->valid = false;
    trial->world->fault = (struct bp_fault){0};
    if (trial->state->no_value.verdict == BP_HOLDS)
      trial->state->no_value = outcome;
    return false;
  }
  bp_claim_gather(trial->state, &outcome);
  return false;
}

/* ---- claim, refute: a chain of relations -------------------------------- */

static bool fits_everything(const struct bp_expression *expression, enum bp_relation relation) {
  return expression->kind == BP_EXPR_NUMBER &&
         (relation == BP_EQUAL || strspn(expression->text, "0.") == strlen(expression->text));
}

/* Whether the sides of the link have one shape; a plain 0 fits everything, and so does a number
 * that every element is said to equal. */
static bool sides_fit(struct bp_world *world, const struct bp_statement *statement, size_t link,
                      struct bp_symbolic left, struct bp_symbolic right) {
  const struct bp_expression *a = statement->sides[link - 1], *b = statement->sides[link];
  enum bp_relation relation = statement->relations[link - 1];
  if (fits_everything(a, relation) || fits_everything(b, relation) ||
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

/* The shape of the right side, which must be the left one's. */
static bool link_fits(struct bp_world *world, const struct bp_statement *statement, size_t link,
                      const struct bp_scope *scope, struct bp_symbolic left,
                      struct bp_symbolic *right) {
  if (!bp_expression_shape(world, statement->sides[link], scope, right))
    return false;
  return sides_fit(world, statement, link, left, *right);
}

/* The sides have shapes, each that of its neighbour. */
static bool chain_fits(struct bp_world *world, const struct bp_statement *statement,
                       const struct bp_scope *scope) {
  struct bp_symbolic left, right;
  bool fine = bp_expression_shape(world, statement->sides[0], scope, &left);
  for (size_t k = 1; fine && k < statement->side_count; k++, left = right)
    fine = link_fits(world, statement, k, scope, left, &right);
  return fine;
}

/* Compares a link and gathers what it comes to; whether later ones are worth a look.  One that is
 * undecided does not hide a wrong one behind it. */
static bool go_on_after(struct bp_trial *trial, struct bp_link *link) {
  struct bp_claim_state *state = trial->state;
  struct bp_link_outcome outcome;
  if (bp_link_compare(link, &outcome))
    bp_claim_gather(state, &outcome);
  else
    trial->valid = false;
  if (!trial->valid && state->no_value.verdict == BP_HOLDS)
    state->no_value = outcome;
  state->largest_relative = fmax(state->largest_relative, outcome.relative);
  state->visible = fmax(state->visible, outcome.visible);
  state->nonzero = state->nonzero || !outcome.zero;
  state->faint = state->faint || outcome.faint;
  state->margin = fmin(state->margin, outcome.margin);
  state->equal = fmax(state->equal, outcome.equal);
  state->wanted = outcome.bits > state->wanted ? outcome.bits : state->wanted;
  state->numbers += link->left.rows * link->left.columns;
  return outcome.verdict != BP_FAILS && trial->valid;
}

/* A member: link by link up to the first that fails or has no value. */
static bool chain_holds(void *context, const struct bp_scope *scope) {
  struct bp_trial *trial = context;
  struct bp_world *world = trial->world;
  const struct bp_statement *statement = trial->state->claim->line.statement;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_symbolic left, right;
  struct bp_link link = {
      .world = world, .statement = statement, .scope = scope, .arena = trial->arena};
  for (size_t k = 1; k < statement->side_count; k++) {
    link.number = k;
    if ((k == 1 && !bp_expression_shape(world, statement->sides[0], scope, &left)) ||
        !link_fits(world, statement, k, scope, left, &right) ||
        (k == 1 && !bp_expression_value(world, statement->sides[0], scope, NULL, &link.left)) ||
        !bp_expression_value(world, statement->sides[k], scope, NULL, &link.right))
      return stopped_by_fault(trial, scope, k);
    bp_world_meet_value(world, statement->sides[k - 1], link.left);
    bp_world_meet_value(world, statement->sides[k], link.right);
    if (!go_on_after(trial, &link))
      break;
    left = right;
    link.left = link.right;
  }
  bp_arena_release(world->scratch, mark);
  return trial->state->worst.verdict != BP_FAILS;
}

/* ---- shape -------------------------------------------------------------- */

/* A size that is said as a number means just that number; one said in symbols must be the same, or
 * fits with a note. */
static bool said_fits(struct bp_world *world, struct bp_size found, struct bp_size said) {
  bool number = bp_size_same(said, bp_size_constant(world->symbols, said.value));
  struct bp_size reduced = bp_size_reduced(world->symbols, found);
  if (number && !reduced.beyond)
    return bp_size_same(reduced, said);
  return bp_size_fits(world, found, said);
}

/* shape E : rows x columns */
static bool shape_as_said(struct bp_world *world, const struct bp_statement *statement,
                          const struct bp_scope *scope) {
  struct bp_symbolic found, said;
  said.rows = said.columns = bp_size_constant(world->symbols, 1);
  bool fine =
      bp_expression_shape(world, statement->sides[0], scope, &found) &&
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

static bool shape_holds(void *context, const struct bp_scope *scope) {
  struct bp_trial *trial = context;
  trial->state->numbers++;
  trial->state->nonzero = true;
  return shape_as_said(trial->world, trial->state->claim->line.statement, scope) ||
         stopped_by_fault(trial, scope, 1);
}

/* ---- the table ---------------------------------------------------------- */

static const struct bp_judged judge_claim = {BP_CLAIM, chain_fits, chain_holds};
static const struct bp_judged judge_refute = {BP_REFUTE, chain_fits, chain_holds};
static const struct bp_judged judge_shape = {BP_ASSERTION, shape_as_said, shape_holds};

const struct bp_judged *bp_judged_of(const struct bp_statement *statement) {
#define ROW(keyword, kind, rule, declares) [BP_STATEMENT_##kind] = &judge_##keyword,
  static const struct bp_judged *const judged[] = {BP_JUDGED_STATEMENTS(ROW)};
#undef ROW
  return judged[statement->kind];
}
