/* The kinds of edits that put another name in the place of one: of functions and their derivatives,
 * of matrices and sizes, and of the indices that tell members and elements apart.
 */
#include <string.h>

#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* ---- functions and names ------------------------------------------------ */

/* f(x), where another function may have been meant.  Sums have kinds of their own, and what only
 * stacks is nothing that people confuse. */
static bool is_exchangeable(expr node) {
  return bp_is(node, BP_EXPR_CALL) && node->count == 2 && !bp_is_builtin_call(node, BP_SUMS_ALL) &&
         !bp_is_builtin_call(node, BP_STACKS);
}

static void with_order(struct bp_editor *editor, expr node, int by) {
  struct bp_expression *copy = bp_build_copy(editor->build, node);
  if (copy) {
    copy->order += by;
    bp_edit_propose(editor, node, copy, NULL);
  }
}

/* max(0, Z) is relu(Z), which has a derivative to be written. */
static void slope_of_maximum(struct bp_editor *editor, expr node) {
  bool maximum = bp_is(node, BP_EXPR_CALL) && node->count == 3 && node->order == 0 &&
                 !strcmp(node->child[0]->name, "max");
  size_t zero = maximum && bp_is_number(node->child[1], "0") ? 1 : 2;
  if (!maximum || !bp_is_number(node->child[zero], "0"))
    return;
  bp_edit_propose(
      editor, node,
      bp_build_call(editor->build, bp_build_name(editor->build, "relu"), 1, node->child[3 - zero]),
      NULL);
}

/* d ⊙ a to d ⊙ g'(z): what the activation gave stands where its derivative belongs. */
static void slope_of_value(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  if (!bp_is(node, BP_EXPR_NAME) || !around || !bp_is(around, BP_EXPR_HADAMARD))
    return;
  for (size_t k = 0; k < editor->supply->slope_count; k++)
    bp_edit_propose(editor, node, editor->supply->slopes[k], NULL);
}

void bp_propose_slope_missing(struct bp_editor *editor, expr node) {
  slope_of_maximum(editor, node);
  slope_of_value(editor, node);
  if (is_exchangeable(node) && node->order == 0)
    with_order(editor, node, 1);
}

void bp_propose_slope_extra(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_CALL) && node->order > 0)
    with_order(editor, node, -1);
}

/* g'(A[l]) to g'(Z[l]). */
void bp_propose_slope_point(struct bp_editor *editor, expr node) {
  if (!bp_is(node, BP_EXPR_CALL) || node->order == 0)
    return;
  for (size_t k = 0; k < editor->supply->name_count; k++)
    if (!bp_expression_same(editor->supply->names[k], node->child[1]))
      bp_edit_propose_child(editor, node, 1, editor->supply->names[k], editor->supply->names[k]);
  for (size_t k = 0; k < editor->supply->argument_count; k++)
    bp_edit_propose_child(editor, node, 1, editor->supply->arguments[k],
                          editor->supply->arguments[k]);
}

void bp_propose_function(struct bp_editor *editor, expr node) {
  if (!is_exchangeable(node))
    return;
  for (size_t k = 0; k < editor->supply->function_count; k++) {
    if (!strcmp(editor->supply->functions[k], node->child[0]->name))
      continue;
    expr function = bp_build_name(editor->build, editor->supply->functions[k]);
    bp_edit_propose(editor, node,
                    bp_build_call(editor->build, function, node->order, node->child[1]), function);
  }
}

/* x to g(x), with a function that the claim has somewhere else. */
static void with_function(struct bp_editor *editor, expr node, const char *name) {
  expr call = bp_build_named_call(editor->build, name, node);
  bp_edit_propose(editor, node, call, call ? call->child[0] : NULL);
}

/* A function of the claim, or one that is easily forgotten. */
void bp_propose_function_missing(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  bool value = bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_ELEMENT);
  bool whole = bp_is_builtin_call(node, BP_SUMS_ALL) || (bp_is_sum(node) && editor->depth > 0);
  for (size_t k = 0; k < supply->call_count; k++) /* tanh(c), which a definition has */
    if (supply->calls[k]->order == 0 && bp_expression_same(supply->calls[k]->child[1], node))
      bp_edit_propose(editor, node, supply->calls[k], supply->calls[k]->child[0]);
  for (size_t k = 0; k < supply->scale_count; k++)
    if (bp_expression_same(supply->scales[k], node)) {
      with_function(editor, node, "sqrt");
      return;
    }
  for (size_t k = 0; (value || whole) && k < supply->own_function_count; k++)
    with_function(editor, node, supply->functions[k]);
  bool summed = bp_is_builtin_call(node, BP_SUMS_ALL); /* sum(exp(z)) to log(sum(exp(z))) */
  for (size_t k = 0; (value || summed) && k < supply->forgotten_count; k++)
    with_function(editor, node, supply->forgotten[k]);
  if (!bp_is(node, BP_EXPR_NUMBER) && !bp_is(node, BP_EXPR_TRANSPOSE))
    with_function(editor, node, "diag");
}

void bp_propose_function_extra(struct bp_editor *editor, expr node) {
  if (is_exchangeable(node))
    bp_edit_propose(editor, node, node->child[1], node->child[0]);
}

/* I(n) to I(k). */
static void with_size(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  for (size_t i = 1; bp_is_builtin_call(node, BP_OF_SIZES) && i < node->count; i++)
    for (size_t k = 0; bp_is(node->child[i], BP_EXPR_NAME) && k < supply->size_count; k++)
      if (!bp_expression_same(node->child[i], supply->sizes[k]))
        bp_edit_propose_child(editor, node, i, supply->sizes[k], supply->sizes[k]);
}

/* (∂J/∂a > 0) to (z > 0). */
static void with_condition_on(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_COMPARE) && bp_is(node->child[0], BP_EXPR_PARTIAL))
    for (size_t k = 0; k < editor->supply->name_count; k++)
      bp_edit_propose_child(editor, node, 0, editor->supply->names[k], editor->supply->names[k]);
}

void bp_propose_name(struct bp_editor *editor, expr node) {
  with_size(editor, node);
  with_condition_on(editor, node);
  if (!bp_is(node, BP_EXPR_NAME))
    return;
  const struct bp_supply *supply = editor->supply;
  bool size = false;
  for (size_t k = 0; k < supply->size_count; k++)
    size = size || bp_expression_same(supply->sizes[k], node);
  const struct bp_expression *const *list = size ? supply->sizes : supply->names;
  for (size_t k = 0; k < (size ? supply->size_count : supply->name_count); k++)
    if (!bp_expression_same(list[k], node))
      bp_edit_propose(editor, node, list[k], list[k]);
  bool written = false;
  for (size_t k = 0; k < supply->written_count && !written; k++)
    written = bp_expression_same(supply->written[k], node);
  for (size_t k = 0; written && k < supply->term_count; k++)
    if (bp_is(supply->terms[k], BP_EXPR_PARTIAL))
      bp_edit_propose(editor, node, supply->terms[k], supply->terms[k]);
}

/* ---- indices ------------------------------------------------------------ */

static void with_index(struct bp_editor *editor, expr node, size_t child, expr index) {
  if (!index)
    return;
  expr other = bp_build_with_child(editor->build, node, child, index);
  bp_edit_propose(editor, node, other, editor->only == BP_EDIT_index_other ? index : other);
}

void bp_propose_layer(struct bp_editor *editor, expr node) {
  for (size_t i = 0; bp_is(node, BP_EXPR_NAME) && i < node->count; i++)
    for (long by = -1; by <= 1; by += 2)
      with_index(editor, node, i, bp_build_shifted(editor->build, node->child[i], by));
  if (bp_is(node, BP_EXPR_CALL) && node->child[0]->count == 1) /* g[l](Z) */
    for (long by = -1; by <= 1; by += 2) {
      expr function = node->child[0];
      expr index = bp_build_shifted(editor->build, function->child[0], by);
      with_index(editor, node, 0, bp_build_with_child(editor->build, function, 0, index));
    }
}

void bp_propose_indices_exchanged(struct bp_editor *editor, expr node) {
  if (!bp_is(node, BP_EXPR_ELEMENT) || node->count != 3)
    return;
  bp_edit_propose(editor, node,
                  bp_build_element(editor->build, node->child[0], node->child[2], node->child[1]),
                  NULL);
}

void bp_propose_index_shifted(struct bp_editor *editor, expr node) {
  for (size_t i = 1; bp_is(node, BP_EXPR_ELEMENT) && i < node->count; i++)
    for (long by = -1; by <= 1 && !bp_is(node->child[i], BP_EXPR_ALL); by += 2)
      with_index(editor, node, i, bp_build_shifted(editor->build, node->child[i], by));
}

void bp_propose_index_other(struct bp_editor *editor, expr node) {
  bool element = bp_is(node, BP_EXPR_ELEMENT);
  if (!element && !bp_is(node, BP_EXPR_NAME))
    return;
  for (size_t i = element; i < node->count; i++) {
    expr index = node->child[i];
    for (size_t k = 0; k < editor->supply->letter_count; k++) {
      if (bp_is(index, BP_EXPR_ALL) ||
          (bp_is(index, BP_EXPR_NAME) && !strcmp(index->name, editor->supply->letters[k])))
        continue;
      with_index(editor, node, i, bp_build_name(editor->build, editor->supply->letters[k]));
    }
  }
}

/* x_i to x_{i+u-1} and x_{i-u+1}, inside a sum over one of both: what slides along. */
void bp_propose_index_joined(struct bp_editor *editor, expr node) {
  struct bp_builder *build = editor->build;
  const struct bp_supply *supply = editor->supply;
  if (!bp_is(node, BP_EXPR_ELEMENT) || node->count != 2 || !bp_is(node->child[1], BP_EXPR_NAME))
    return;
  expr own = node->child[1], one = bp_build_whole(build, 1);
  for (size_t k = 0; k < supply->letter_count; k++) {
    expr other = bp_build_name(build, supply->letters[k]);
    if (!other || bp_expression_same(own, other))
      continue;
    expr sum = bp_build_binary(build, BP_EXPR_ADD, own, other);
    expr less = bp_build_binary(build, BP_EXPR_SUBTRACT, own, other);
    expr more = bp_build_binary(build, BP_EXPR_SUBTRACT, other, own);
    with_index(editor, node, 1, bp_build_binary(build, BP_EXPR_SUBTRACT, sum, one));
    with_index(editor, node, 1, bp_build_binary(build, BP_EXPR_ADD, less, one));
    with_index(editor, node, 1, bp_build_binary(build, BP_EXPR_ADD, more, one));
    with_index(editor, node, 1, sum);
    with_index(editor, node, 1, less);
  }
}
