/* The verdict of one claim: its members at one point, all points together, and both sides of a
 * kink. */
#include "judge/verdict.h"

#include <math.h>
#include <string.h>

#include "judge/aim.h"
#include "judge/judged.h"
#include "judge/link.h"
#include "judge/point.h"
#include "lang/print.h"

bool bp_claim_shapes(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_scope *scope) {
  return bp_judged_of(statement)->shapes(world, statement, scope);
}

bool bp_claim_try_member(struct bp_world *world, struct bp_claim_state *state,
                         const struct bp_scope *scope, struct bp_arena *arena) {
  struct bp_trial trial = {world, state, arena, true};
  bp_judged_of(state->claim->line.statement)->member(&trial, scope);
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

/* ---- lines to be filled in ----------------------------------------------- */

static bool has_hole(const struct bp_expression *expression) {
  bool found = expression->kind == BP_EXPR_HOLE;
  for (size_t i = 0; !found && i < expression->count; i++)
    found = has_hole(expression->child[i]);
  return found;
}

/* At the first combination of letters: the shape of the first side that is complete. */
static bool tell_shape(void *context, const struct bp_scope *scope) {
  struct bp_trial *trial = context;
  struct bp_world *world = trial->world;
  const struct bp_statement *statement = trial->state->claim->line.statement;
  struct bp_symbolic shape;
  size_t k = 0;
  while (k < statement->side_count && has_hole(statement->sides[k]))
    k++;
  if (k < statement->side_count && bp_expression_shape(world, statement->sides[k], scope, &shape)) {
    const char *side =
        bp_source_line(trial->state->claim->line.source, statement->sides[k]->span, trial->arena);
    const char *is = bp_symbolic_number(shape)
                         ? "a number"
                         : bp_arena_printf(trial->arena, "%s, here (%ld,%ld)",
                                           bp_symbolic_text(trial->arena, shape), shape.rows.value,
                                           shape.columns.value);
    if (side && is)
      trial->state->worst.where.message =
          bp_arena_printf(trial->arena, "to be filled in; %s is %s", side, is);
  }
  return false;
}

/* What is known of a line with a ?: the shape that is wanted.  It has no verdict. */
static void leave_unfilled(struct bp_world *world, struct bp_claim_state *state,
                           struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct bp_trial trial = {world, state, arena, true};
  struct bp_letters letters;
  size_t members;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_context before = world->context;
  bp_world_begin(world, &state->claim->line, state->claim);
  state->worst = (struct bp_link_outcome){
      .verdict = BP_UNDECIDED,
      .reason = BP_REASON_UNFILLED,
      .where = {.source = state->claim->line.source, .span = statement->hole}};
  if (bp_letters_find(world, statement, &letters))
    bp_letters_each(world, statement, &letters, tell_shape, &trial, &members);
  report_misuse(world);
  state->decided = true;
  bp_world_leave(world, before);
  bp_arena_release(world->scratch, mark);
}

/* Points at which a derivative has no value because what it is taken of has none. */
static void count_outside(const struct bp_world *world, struct bp_claim_state *state, bool valid) {
  if (valid || !world->gap.set || !world->gap.outside)
    return;
  state->outside++;
  if (!state->outside_why)
    state->outside_why = world->gap.message;
}

void bp_claim_try(struct bp_world *world, struct bp_claim_state *state, struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct bp_trial trial = {world, state, arena, true};
  struct bp_letters letters;
  size_t members = 0;
  state->wanted = BP_BITS_ENOUGH;
  state->margin = INFINITY;
  if (bp_statement_is_unfilled(statement)) {
    leave_unfilled(world, state, arena);
    return;
  }
  if (statement->broken) {
    state->worst = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_BROKEN};
    state->decided = true;
    return;
  }
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_context before = world->context;
  bp_world_begin(world, &state->claim->line, state->claim);
  bool fine = bp_letters_find(world, statement, &letters) &&
              bp_letters_each(world, statement, &letters, bp_judged_of(statement)->member, &trial,
                              &members);
  if (!fine && world->fault.kind != BP_FAULT_NONE && state->worst.verdict == BP_HOLDS) {
    struct bp_link_outcome outcome = bp_outcome_of_fault(&world->fault, 1);
    bp_claim_gather(state, &outcome);
  }
  report_misuse(world);
  state->members = members > state->members ? members : state->members;
  state->points += trial.valid && members > 0;
  state->invalid += !trial.valid;
  count_outside(world, state, trial.valid);
  if (world->kink && !state->kink)
    state->kink_trial = world->trial;
  state->kink = state->kink || world->kink;
  state->branched = state->branched || world->branched || world->trail.branches != 0;
  state->steps += world->steps;
  for (size_t i = 0; i < world->atom_count; i++)
    state->open_sizes = state->open_sizes || !world->atoms[i]->fixed;
  keep_notes(world, state, arena);
  bool doubt = world->fault.kind != BP_FAULT_NONE; /* the next trial would end the same way */
  state->decided = state->worst.verdict == BP_FAILS || doubt;
  bp_world_leave(world, before); /* a line that is tried may not live on */
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
static const double LEAST_SIGHT = 1e-9; /* of slopes beside a kink */

/* Whether some number lies beyond both slopes of a derivative that it is compared with: a ball that
 * covers all between them reaches a little farther. */
static bool lies_beyond(const struct bp_world *below, const struct bp_world *above) {
  size_t count = below->sign_count < above->sign_count ? below->sign_count : above->sign_count;
  for (size_t k = 0; k < count; k++)
    if (below->signs[k] * above->signs[k] > 0)
      return true;
  return false;
}

bool bp_claim_on_kink(struct bp_world *const worlds[BP_SLOPE_CHOICES],
                      const struct bp_claim_state *state, struct bp_arena *arena,
                      struct bp_link_outcome *outcome) {
  bool plain = compares_derivative(worlds[0], state->claim->line.statement), any = plain;
  *outcome = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_KINK};
  for (size_t i = 0; i < BP_SLOPE_CHOICES; i++) {
    struct bp_claim_state narrow = {.claim = state->claim, .largest_relative = NAN, .visible = NAN};
    worlds[i]->forgiving = false;
    bp_claim_try(worlds[i], &narrow, arena);
    any = any || narrow.worst.verdict == BP_HOLDS;
    narrow = bp_claim_untried(state->claim);
    worlds[i]->forgiving = true; /* all members, to see how wide their bounds are */
    worlds[i]->sign_count = 0;
    bp_claim_try(worlds[i], &narrow, arena);
    if (narrow.worst.verdict != BP_HOLDS || narrow.visible > LEAST_SIGHT) {
      *outcome = (struct bp_link_outcome){
          .verdict = BP_UNDECIDED, .reason = BP_REASON_FLOOR, .link = narrow.worst.link};
      return false;
    }
  }
  if (plain && lies_beyond(worlds[0], worlds[1])) {
    *outcome = (struct bp_link_outcome){
        .verdict = BP_FAILS,
        .reason = BP_REASON_VALUE,
        .link = 1,
        .where.message =
            "on a kink a derivative may be any number from one of its one-sided slopes "
            "to the other, and what it is compared with lies beyond both"};
    return false;
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
  if ((!statement->broken || bp_statement_is_unfilled(statement)) && statement->side_count)
    span.begin = statement->sides[0]->span.begin;
  return bp_source_line(claim->line.source, span, arena);
}

void bp_claim_finish(const struct bp_claim_state *state, struct bp_arena *arena,
                     struct bp_claim *claim) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct bp_link_outcome outcome = final_outcome(state);
  size_t link = outcome.link;
  enum bp_claim_kind kind = bp_judged_of(statement)->kind;
  if (kind == BP_REFUTE)
    turn_round(&outcome);
  bool sides = link > 0 && statement->side_count > 1 && !statement->broken;
  *claim = (struct bp_claim){
      .kind = kind,
      .keyword = bp_statement_keyword(statement->kind),
      .name = statement->text,
      .text = formula(state->claim, arena),
      .source = state->claim->line.source,
      .span = statement->span,
      .verdict = outcome.verdict,
      .reason = outcome.reason,
      .where = outcome.where,
      .links = statement->side_count > 1 ? statement->side_count - 1 : 1,
      .broken_link = outcome.verdict == BP_HOLDS && kind != BP_REFUTE ? 0 : link,
      .left = sides ? side_text(state->claim, link - 1, arena) : NULL,
      .right = sides ? side_text(state->claim, link, arena) : NULL,
      .points = state->points,
      .invalid = state->invalid,
      .outside = state->outside,
      .outside_why = state->outside_why,
      .aimed = state->aimed,
      .at_aimed = state->shown.known,
      .bits = (size_t)state->bits,
      .degree = state->degree,
      .chance = bp_claim_chance(state),
      .finest = state->fine_points ? state->finest : NAN,
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
