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
#include "value/call.h"

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

/* Two sides that are 0 as far as can be seen may still be far apart, beside what they are. */
static const char *faint_text(const struct bp_claim_state *state, struct bp_arena *arena) {
  const char *text = bp_arena_printf(
      arena,
      "at every point both sides are 0 as far as %ld bits show, and neither is exactly 0: they may "
      "be equal, or differ in what is too small to be seen",
      (long)state->bits);
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

/* Whether the name stands for something that never varies: a size, an index letter, e or pi. */
static bool is_fixed(struct bp_model *model, const char *name) {
  const struct bp_declaration *declaration = bp_model_find(model, name);
  return !declaration || declaration->kind == BP_DECLARED_SIZE;
}

/* Counts the names in a formula, without those of functions and those that are indices; the first
 * one that does not vary is kept, and whether any does. */
struct names {
  const char *fixed;
  bool varies;
};

static void look_at_names(struct bp_model *model, const struct bp_expression *expression,
                          struct names *names) {
  bool name = expression->kind == BP_EXPR_NAME, element = expression->kind == BP_EXPR_ELEMENT;
  size_t from = expression->kind == BP_EXPR_CALL, to = element ? 1 : name ? 0 : expression->count;
  if (name && is_fixed(model, expression->name))
    names->fixed = names->fixed ? names->fixed : expression->name;
  else if (name)
    names->varies = true;
  for (size_t i = from; i < to; i++)
    if (expression->child[i])
      look_at_names(model, expression->child[i], names);
}

/* The name that does not vary in a derivative of such names alone; NULL: there is none. */
static const char *fixed_name(struct bp_model *model, const struct bp_expression *expression) {
  struct names names = {NULL, false};
  bool derivative = expression->kind == BP_EXPR_PARTIAL || expression->kind == BP_EXPR_DIFFERENTIAL;
  if (derivative)
    look_at_names(model, expression->child[0], &names);
  const char *found = names.varies ? NULL : names.fixed;
  for (size_t i = 0; i < expression->count && !found; i++)
    found = expression->child[i] ? fixed_name(model, expression->child[i]) : NULL;
  return found;
}

/* What a size, a letter or a constant is here, for who took it for something else. */
static const char *fixed_text(struct bp_model *model, const char *name, struct bp_arena *arena) {
  const struct bp_declaration *declaration = bp_model_find(model, name);
  const struct bp_declaration *loss = bp_model_find(model, "J");
  bool layers = declaration && (declaration->counts || !strcmp(name, "L"));
  const char *lost = layers && loss && loss->kind == BP_DECLARED_LET ? "; the mean loss is J" : "";
  if (layers)
    return bp_arena_printf(arena, "%s is the number of layers here%s", name, lost);
  if (declaration)
    return bp_arena_printf(arena, "%s is a size here: it does not vary, and has no derivatives",
                           name);
  if (bp_constant_find(name))
    return bp_arena_printf(arena, "%s is the number %s here: it does not vary", name,
                           !strcmp(name, "e") ? "2.718…" : "3.141…");
  return bp_arena_printf(arena, "%s is an index letter here: it does not vary", name);
}

static void note_fixed(struct bp_model *model, struct bp_claim_state *state,
                       struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  const char *name = NULL;
  for (size_t i = 0; i < statement->side_count && !name; i++)
    name = fixed_name(model, statement->sides[i]);
  if (name)
    add_note(state, fixed_text(model, name, arena), arena);
}

void bp_claim_note_nothing(struct bp_model *model, struct bp_claim_state *state,
                           struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  if (statement->broken || statement->kind == BP_STATEMENT_SHAPE)
    return;
  note_fixed(model, state, arena);
  if (state->worst.verdict == BP_HOLDS && state->equal > 0)
    add_note(state,
             bp_arena_printf(arena, "at some point the two sides are equal, to within %.0e",
                             state->equal),
             arena);
  if (state->worst.verdict == BP_HOLDS && state->points > 0 && state->one_sided_gap)
    add_note(state, state->one_sided_gap, arena);
  bool holds = state->worst.verdict == BP_HOLDS && state->points > 0;
  if (!holds || state->nonzero)
    return;
  bool faint = state->faint && !partial_of(model, statement, is_independent);
  state->worst = (struct bp_link_outcome){
      .verdict = BP_UNDECIDED,
      .reason = faint ? BP_REASON_FLOOR : BP_REASON_NOTHING,
      .link = 1,
      .where = {.source = state->claim->line.source,
                .span = statement->span,
                .message = faint ? faint_text(state, arena) : reason_text(model, state, arena),
                .suggestion = faint ? "give what is drawn a domain in which the sides are larger: "
                                      "given x : number in (-0.001, 0.001)"
                                    : NULL}};
}
