/* Proposing edits: a walk over the formula that asks every kind at every place.
 *
 * Most kinds look at one node and give another in its place.  The nodes from the root to the place
 * are copied, all others are shared, so a proposal costs as much as the place is deep.  Indices are
 * no places of their own: they are edited by the kinds that know what they mean.
 */
#include "hint/edit/editor.h"

#include <string.h>

#include "lang/tree.h"
#include "value/builtin.h"

#define BP_ROW(name, distance, sentence) {#name, distance, sentence},
static const struct {
  const char *name;
  unsigned distance;
  const char *sentence;
} rows[BP_EDIT_KIND_COUNT] = {BP_EDITS(BP_ROW)};
#undef BP_ROW

const char *bp_edit_name(enum bp_edit_kind kind) { return rows[kind].name; }
unsigned bp_edit_distance(enum bp_edit_kind kind) { return rows[kind].distance; }
const char *bp_edit_sentence(enum bp_edit_kind kind) { return rows[kind].sentence; }

/* ---- making nodes ------------------------------------------------------- */

struct bp_expression *bp_edit_copy(struct bp_editor *editor, expr node) {
  struct bp_expression *copy = bp_arena_alloc(editor->arena, 1, sizeof *copy);
  struct bp_expression **child =
      bp_arena_alloc(editor->arena, node->count + 1, sizeof(struct bp_expression *));
  if (!copy || !child)
    return NULL;
  *copy = *node;
  if (node->count)
    memcpy(child, node->child, node->count * sizeof *child);
  copy->child = child;
  return copy;
}

/* A node of one or two children at the place of `at`. */
expr bp_edit_make(struct bp_editor *editor, enum bp_expression_kind kind, expr at, expr first,
                  expr second) {
  struct bp_expression blank = {.kind = kind, .span = at->span, .sign = at->sign};
  struct bp_expression *node = first ? bp_edit_copy(editor, &blank) : NULL;
  struct bp_expression **child =
      node ? bp_arena_alloc(editor->arena, 2, sizeof(struct bp_expression *)) : NULL;
  if (!child)
    return NULL;
  child[0] = (struct bp_expression *)first;
  child[1] = (struct bp_expression *)second;
  node->child = child;
  node->count = second ? 2 : 1;
  node->height = first->height + 1;
  if (second && second->height >= node->height)
    node->height = second->height + 1;
  return node;
}

expr bp_edit_number(struct bp_editor *editor, expr at, long value) {
  struct bp_expression *node = bp_arena_alloc(editor->arena, 1, sizeof *node);
  const char *text = bp_arena_printf(editor->arena, "%ld", value);
  if (!node || !text)
    return NULL;
  *node = (struct bp_expression){
      .kind = BP_EXPR_NUMBER, .height = 1, .span = at->span, .sign = at->sign, .text = text};
  return node;
}

expr bp_edit_call(struct bp_editor *editor, expr at, const char *name, expr argument) {
  struct bp_expression *callee = bp_arena_alloc(editor->arena, 1, sizeof *callee);
  if (!callee)
    return NULL;
  *callee = (struct bp_expression){
      .kind = BP_EXPR_NAME, .height = 1, .span = at->span, .sign = at->sign, .name = name};
  return bp_edit_make(editor, BP_EXPR_CALL, at, callee, argument);
}

/* ---- proposing ---------------------------------------------------------- */

/* The formula with `replacement` at the current place. */
static struct bp_expression *rebuilt(struct bp_editor *editor, expr replacement) {
  struct bp_expression *whole = (struct bp_expression *)replacement;
  for (size_t k = editor->depth; whole && k > 0; k--) {
    struct bp_expression *parent = bp_edit_copy(editor, editor->path[k - 1].node);
    if (!parent)
      return NULL;
    parent->child[editor->path[k - 1].child] = whole;
    whole = parent;
  }
  return whole;
}

void bp_edit_propose(struct bp_editor *editor, expr place, expr replacement, expr subject) {
  if (editor->stopped)
    return;
  struct bp_edit edit = {editor->only, place, replacement, subject, NULL};
  edit.whole = replacement ? rebuilt(editor, replacement) : NULL;
  editor->stopped = !edit.whole || !editor->each(editor->context, &edit);
}

static bool is(expr node, enum bp_expression_kind kind) { return node->kind == kind; }

/* ---- the walk ----------------------------------------------------------- */

#define BP_ROW(name, distance, sentence) bp_propose_##name,
static void (*const generators[BP_EDIT_KIND_COUNT])(struct bp_editor *editor,
                                                    expr node) = {BP_EDITS(BP_ROW)};
#undef BP_ROW

/* What may be edited below ∂…/∂, where only names stand, and in ∂J/∂… with a mere name above. */
static bool about_names(enum bp_edit_kind kind) {
  return kind == BP_EDIT_layer || kind == BP_EDIT_name || kind == BP_EDIT_index_shifted ||
         kind == BP_EDIT_index_other || kind == BP_EDIT_indices_exchanged;
}

/* What may be edited in a condition: it holds or not for many formulas alike, so larger edits would
 * fit by chance. */
static bool about_conditions(enum bp_edit_kind kind) {
  return about_names(kind) || kind == BP_EDIT_number || kind == BP_EDIT_transpose_extra ||
         kind == BP_EDIT_sign_of_term || kind == BP_EDIT_sign || kind == BP_EDIT_difference_turned;
}

static void walk(struct bp_editor *editor, expr node);

static bool makes_constant(expr node) {
  if (!is(node, BP_EXPR_CALL))
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
  struct bp_arena_mark mark = bp_arena_mark(editor->arena);
  bool allowed = (!editor->inside_derivative || about_names(editor->only)) &&
                 (!editor->inside_condition || about_conditions(editor->only));
  if (allowed)
    generators[editor->only](editor, node);
  bp_arena_release(editor->arena, mark);
  if (editor->depth == DEEPEST_PLACE || is(node, BP_EXPR_NAME))
    return;
  bool before = editor->inside_derivative, condition = editor->inside_condition;
  if (makes_constant(node) && editor->only != BP_EDIT_layer)
    return; /* its arguments are sizes */
  size_t from = is(node, BP_EXPR_CALL) ? 1 : is(node, BP_EXPR_SUM) ? 2 : 0;
  size_t to = is(node, BP_EXPR_ELEMENT) ? 1 : node->count;
  for (size_t i = from; i < to; i++)
    if (!(is(node, BP_EXPR_AT) && i % 2 == 1)) {
      bool named = i == 1 || is(node->child[i], BP_EXPR_NAME);
      editor->inside_derivative = before || (is(node, BP_EXPR_PARTIAL) && named);
      editor->inside_condition = condition || is(node, BP_EXPR_COMPARE);
      descend(editor, node, i);
      editor->inside_derivative = before;
      editor->inside_condition = condition;
    }
}

/* Of kinds equally near, those that make other derivatives necessary come last: they cost most. */
bool bp_edits_each(expr formula, const struct bp_edit_pool *pool, struct bp_arena *arena,
                   bool (*each)(void *context, const struct bp_edit *edit), void *context) {
  struct bp_editor editor = {.pool = pool, .arena = arena, .each = each, .context = context};
  unsigned farthest = 0;
  for (int kind = 0; kind < BP_EDIT_KIND_COUNT; kind++)
    farthest = rows[kind].distance > farthest ? rows[kind].distance : farthest;
  for (unsigned round = 0; round <= 2 * farthest + 1; round++)
    for (int kind = 0; kind < BP_EDIT_KIND_COUNT && !editor.stopped; kind++)
      if (2 * rows[kind].distance + about_names((enum bp_edit_kind)kind) == round) {
        editor.only = (enum bp_edit_kind)kind;
        walk(&editor, formula);
      }
  return !editor.stopped;
}
