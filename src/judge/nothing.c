/* Two zeros agree whatever factors stand before them, so agreement of zeros says nothing unless a
 * side says that it is 0.
 *
 * Mostly the reason is a derivative of something by what it does not depend on; which one is told
 * by the names that definitions lead to, and not by the numbers.
 */
#include "judge/nothing.h"

#include <string.h>

#include "lang/print.h"
#include "value/builtin.h"

/* ---- what a derivative is about ----------------------------------------- */

/* The name that is differentiated or varied: of vec(W[2])_1 it is W. */
static const struct bp_expression *name_in(const struct bp_expression *expression) {
  bool stacked = expression->kind == BP_EXPR_CALL && expression->count == 2 &&
                 bp_builtin_is(expression->child[0]->name, BP_STACKS);
  if (stacked)
    return name_in(expression->child[1]);
  if (expression->kind == BP_EXPR_ELEMENT)
    return name_in(expression->child[0]);
  return expression->kind == BP_EXPR_NAME ? expression : NULL;
}

/* A derivative in the expression for which `wanted` says yes, or NULL. */
static const struct bp_expression *
find_partial(struct bp_model *model, const struct bp_expression *expression,
             bool (*wanted)(struct bp_model *model, const struct bp_expression *partial)) {
  if (expression->kind == BP_EXPR_PARTIAL && wanted(model, expression))
    return expression;
  for (size_t i = 0; i < expression->count; i++) {
    const struct bp_expression *found =
        expression->child[i] ? find_partial(model, expression->child[i], wanted) : NULL;
    if (found)
      return found;
  }
  return NULL;
}

static bool is_independent(struct bp_model *model, const struct bp_expression *partial) {
  const struct bp_expression *name = name_in(partial->child[1]);
  const struct bp_declaration *declaration = name ? bp_model_find(model, name->name) : NULL;
  return declaration && !bp_model_leads_to(model, partial->child[0], declaration);
}

/* Whether a size is differentiated. */
static bool is_of_size(struct bp_model *model, const struct bp_expression *partial) {
  const struct bp_expression *name = name_in(partial->child[0]);
  const struct bp_declaration *declaration = name ? bp_model_find(model, name->name) : NULL;
  return declaration && declaration->kind == BP_DECLARED_SIZE;
}

static const struct bp_expression *
partial_of(struct bp_model *model, const struct bp_statement *statement,
           bool (*wanted)(struct bp_model *model, const struct bp_expression *partial)) {
  for (size_t i = 0; !statement->broken && i < statement->side_count; i++) {
    const struct bp_expression *found = find_partial(model, statement->sides[i], wanted);
    if (found)
      return found;
  }
  return NULL;
}

/* ---- what is said of it ------------------------------------------------- */

static const char *text_of(const struct bp_claim_state *state,
                           const struct bp_expression *expression, struct bp_arena *arena) {
  const char *text = bp_source_line(state->claim->line.source, expression->span, arena);
  return text ? text : "?";
}

static const char *reason_text(struct bp_model *model, const struct bp_claim_state *state,
                               struct bp_arena *arena) {
  const struct bp_expression *partial =
      partial_of(model, state->claim->line.statement, is_independent);
  const char *text =
      partial ? bp_arena_printf(arena, "%s does not depend on %s: there is nothing to compare",
                                text_of(state, partial->child[0], arena),
                                text_of(state, partial->child[1], arena))
              : "both sides are 0 at every point: there is nothing to compare";
  return text ? text : "?";
}

static void add_note(struct bp_claim_state *state, const char *note, struct bp_arena *arena) {
  const char **notes = bp_arena_alloc(arena, state->note_count + 1, sizeof *notes);
  if (!notes || !note)
    return;
  if (state->note_count)
    memcpy(notes, state->notes, state->note_count * sizeof *notes);
  notes[state->note_count] = note;
  state->notes = notes;
  state->note_count++;
}

/* "L is the number of layers here, which no step changes; the mean loss is J". */
static void note_size(struct bp_model *model, struct bp_claim_state *state,
                      struct bp_arena *arena) {
  const struct bp_expression *partial = partial_of(model, state->claim->line.statement, is_of_size);
  if (!partial)
    return;
  const struct bp_expression *name = name_in(partial->child[0]);
  const struct bp_declaration *loss = bp_model_find(model, "J");
  bool layers = bp_model_find(model, name->name)->counts || !strcmp(name->name, "L");
  bool lost = layers && loss && loss->kind == BP_DECLARED_LET;
  add_note(state,
           bp_arena_printf(arena, "%s is %s here%s", name->name,
                           layers ? "the number of layers" : "a size, and has no derivatives",
                           lost ? "; the mean loss is J" : ""),
           arena);
}

void bp_claim_note_nothing(struct bp_model *model, struct bp_claim_state *state,
                           struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  if (statement->broken || statement->kind == BP_STATEMENT_SHAPE)
    return;
  note_size(model, state, arena);
  bool holds = state->worst.verdict == BP_HOLDS && state->points > 0;
  if (!holds || state->nonzero)
    return;
  state->worst = (struct bp_link_outcome){.verdict = BP_UNDECIDED,
                                          .reason = BP_REASON_NOTHING,
                                          .link = 1,
                                          .where = {state->claim->line.source, statement->span,
                                                    reason_text(model, state, arena), NULL, false}};
}
