/* Proposing edits: a walk over the formula that asks every kind at every place.
 *
 * Most kinds look at one node and give another in its place.  The nodes from the root to the place
 * are copied, all others are shared, so a proposal costs as much as the place is deep.  Indices are
 * no places of their own: they are edited by the kinds that know what they mean.
 */
#include "hint/edit/propose.h"

#include <string.h>

#include "lang/tree.h"
#include "value/builtin.h"

#define BP_ROW(name, distance, sentence) {#name, distance, sentence},
static const struct {
  const char *name;
  unsigned distance;
  const char *sentence;
} rows[BP_EDIT_KIND_COUNT] = {BP_EDITS(BP_ROW) BP_GAPS(BP_ROW)};
#undef BP_ROW

const char *bp_edit_name(enum bp_edit_kind kind) { return rows[kind].name; }
unsigned bp_edit_distance(enum bp_edit_kind kind) { return rows[kind].distance; }
const char *bp_edit_sentence(enum bp_edit_kind kind) { return rows[kind].sentence; }

/* ---- proposing ---------------------------------------------------------- */

expr bp_edit_parent(const struct bp_editor *editor) {
  return editor->depth ? editor->path[editor->depth - 1].node : NULL;
}

/* The formula with `replacement` at the current place. */
static expr rebuilt(struct bp_editor *editor, expr replacement) {
  expr whole = replacement;
  for (size_t k = editor->depth; whole && k > 0; k--)
    whole = bp_build_with_child(editor->build, editor->path[k - 1].node, editor->path[k - 1].child,
                                whole);
  return whole;
}

void bp_edit_propose(struct bp_editor *editor, expr place, expr replacement, expr subject) {
  if (editor->stopped)
    return;
  struct bp_edit edit = {editor->only, place, replacement, subject, NULL};
  edit.whole = replacement ? rebuilt(editor, replacement) : NULL;
  editor->stopped = !edit.whole || !editor->each(editor->context, &edit);
}

void bp_edit_propose_child(struct bp_editor *editor, expr place, size_t child, expr other,
                           expr subject) {
  if (other)
    bp_edit_propose(editor, place, bp_build_with_child(editor->build, place, child, other),
                    subject);
}

/* ---- the walk ----------------------------------------------------------- */

#define BP_ROW(name, distance, sentence) bp_propose_##name,
static void (*const proposers[])(struct bp_editor *editor, expr node) = {BP_EDITS(BP_ROW)};
#undef BP_ROW
enum { PROPOSED = sizeof proposers / sizeof *proposers };

/* What may be edited below ∂…/∂, where only names stand, and in ∂J/∂… with a mere name above. */
static bool about_names(enum bp_edit_kind kind) {
  return kind == BP_EDIT_layer || kind == BP_EDIT_name || kind == BP_EDIT_index_shifted ||
         kind == BP_EDIT_index_other || kind == BP_EDIT_indices_exchanged ||
         kind == BP_EDIT_index_reversed || kind == BP_EDIT_index_joined;
}

/* What may be edited in a condition: it holds or not for many formulas alike, so larger edits would
 * fit by chance. */
static bool about_conditions(enum bp_edit_kind kind) {
  return about_names(kind) || kind == BP_EDIT_number || kind == BP_EDIT_transpose_extra ||
         kind == BP_EDIT_condition_turned || kind == BP_EDIT_sign_of_term || kind == BP_EDIT_sign ||
         kind == BP_EDIT_difference_turned;
}

static void walk(struct bp_editor *editor, expr node);

static bool makes_constant(expr node) {
  if (!bp_is(node, BP_EXPR_CALL))
    return false;
  return bp_builtin_is(node->child[0]->name, BP_OF_SIZES);
}

static void descend(struct bp_editor *editor, expr node, size_t child) {
  editor->path[editor->depth].node = node;
  editor->path[editor->depth].child = child;
  editor->depth++;
  walk(editor, node->child[child]);
  editor->depth--;
}

static void walk(struct bp_editor *editor, expr node) {
  if (editor->stopped)
    return;
  struct bp_arena_mark mark = bp_arena_mark(editor->build->arena);
  bool allowed = (!editor->inside_derivative || about_names(editor->only)) &&
                 (!editor->inside_condition || about_conditions(editor->only));
  editor->build->span = node->span;
  editor->build->sign = node->sign;
  if (allowed)
    proposers[editor->only](editor, node);
  bp_arena_release(editor->build->arena, mark);
  if (editor->depth == DEEPEST_PLACE || bp_is(node, BP_EXPR_NAME))
    return;
  bool before = editor->inside_derivative, condition = editor->inside_condition;
  if (makes_constant(node) && editor->only != BP_EDIT_layer)
    return; /* its arguments are sizes */
  size_t from = bp_is(node, BP_EXPR_CALL) ? 1 : bp_is(node, BP_EXPR_SUM) ? 2 : 0;
  size_t to = bp_is(node, BP_EXPR_ELEMENT) ? 1 : node->count;
  for (size_t i = from; i < to; i++)
    if (!(bp_is(node, BP_EXPR_AT) && i % 2 == 1)) {
      bool named = i == 1 || bp_is(node->child[i], BP_EXPR_NAME);
      editor->inside_derivative = before || (bp_is(node, BP_EXPR_PARTIAL) && named);
      editor->inside_condition = condition || bp_is(node, BP_EXPR_COMPARE);
      descend(editor, node, i);
      editor->inside_derivative = before;
      editor->inside_condition = condition;
    }
}

bool bp_edits_of_kind(enum bp_edit_kind kind, expr formula, const struct bp_supply *supply,
                      struct bp_arena *arena,
                      bool (*each)(void *context, const struct bp_edit *edit), void *context) {
  struct bp_builder build = {.arena = arena};
  struct bp_editor editor = {
      .supply = supply, .build = &build, .each = each, .context = context, .only = kind};
  if ((int)kind < PROPOSED)
    walk(&editor, formula);
  return !editor.stopped;
}

/* Of kinds equally near, those that make other derivatives necessary come last: they cost most. */
bool bp_edits_each(expr formula, const struct bp_supply *supply, struct bp_arena *arena,
                   bool (*each)(void *context, const struct bp_edit *edit), void *context) {
  struct bp_builder build = {.arena = arena};
  struct bp_editor editor = {.supply = supply, .build = &build, .each = each, .context = context};
  unsigned farthest = 0;
  for (int kind = 0; kind < PROPOSED; kind++)
    farthest = rows[kind].distance > farthest ? rows[kind].distance : farthest;
  for (unsigned round = 0; round <= 2 * farthest + 1; round++)
    for (int kind = 0; kind < PROPOSED && !editor.stopped; kind++)
      if (2 * rows[kind].distance + about_names((enum bp_edit_kind)kind) == round) {
        editor.only = (enum bp_edit_kind)kind;
        walk(&editor, formula);
      }
  return !editor.stopped;
}
