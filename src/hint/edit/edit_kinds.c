/* The kinds of edits: what each proposes in the place of a node.
 *
 * A kind looks at one node, and at the one around it where that matters, and never at the numbers:
 * whether a proposal makes sense is found out by judging it.
 */
#include <stdlib.h>
#include <string.h>

#include "hint/edit/editor.h"
#include "lang/tree.h"

static bool is(expr node, enum bp_expression_kind kind) { return node->kind == kind; }

static bool is_binary(expr node) { return node->kind < BP_EXPR_NUMBER; }

static bool is_product(expr node) {
  return is(node, BP_EXPR_MULTIPLY) || is(node, BP_EXPR_HADAMARD) || is(node, BP_EXPR_KRONECKER);
}

static bool is_sum(expr node) { return is(node, BP_EXPR_ADD) || is(node, BP_EXPR_SUBTRACT); }

/* The node around the place, or NULL at the root. */
static expr parent(const struct bp_editor *editor) {
  return editor->depth ? editor->path[editor->depth - 1].node : NULL;
}

/* ---- transposes, products ----------------------------------------------- */

void bp_propose_transpose_missing(struct bp_editor *editor, expr node) {
  expr around = parent(editor);
  bool turned = around && (is(around, BP_EXPR_TRANSPOSE) || is(around, BP_EXPR_ELEMENT));
  if (!is(node, BP_EXPR_TRANSPOSE) && !is(node, BP_EXPR_NUMBER) && !turned)
    bp_edit_propose(editor, node, bp_edit_make(editor, BP_EXPR_TRANSPOSE, node, node, NULL), NULL);
}

void bp_propose_transpose_extra(struct bp_editor *editor, expr node) {
  if (is(node, BP_EXPR_TRANSPOSE))
    bp_edit_propose(editor, node, node->child[0], NULL);
}

/* a*b to b*a, and in a chain (a*b)*c to (a*c)*b. */
void bp_propose_factors_swapped(struct bp_editor *editor, expr node) {
  if (!is_product(node))
    return;
  expr left = node->child[0], right = node->child[1];
  bp_edit_propose(editor, node, bp_edit_make(editor, node->kind, node, right, left), NULL);
  if (is_product(left) && !left->parenthesised) {
    expr inner = bp_edit_make(editor, node->kind, left, left->child[0], right);
    bp_edit_propose(editor, node,
                    inner ? bp_edit_make(editor, left->kind, node, inner, left->child[1]) : NULL,
                    NULL);
  }
}

static void exchange(struct bp_editor *editor, expr node, enum bp_expression_kind from,
                     enum bp_expression_kind to) {
  if (is(node, from))
    bp_edit_propose(editor, node, bp_edit_make(editor, to, node, node->child[0], node->child[1]),
                    NULL);
}

void bp_propose_elementwise_missing(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_MULTIPLY, BP_EXPR_HADAMARD);
  exchange(editor, node, BP_EXPR_KRONECKER, BP_EXPR_HADAMARD);
}

void bp_propose_point_missing(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_DIVIDE, BP_EXPR_POINT_DIVIDE);
  exchange(editor, node, BP_EXPR_POWER, BP_EXPR_POINT_POWER);
}

void bp_propose_elementwise_extra(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_HADAMARD, BP_EXPR_MULTIPLY);
}

void bp_propose_kronecker_missing(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_MULTIPLY, BP_EXPR_KRONECKER);
  exchange(editor, node, BP_EXPR_HADAMARD, BP_EXPR_KRONECKER);
}

void bp_propose_kronecker_extra(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_KRONECKER, BP_EXPR_MULTIPLY);
}

/* ---- signs, sums, powers ------------------------------------------------ */

void bp_propose_difference_turned(struct bp_editor *editor, expr node) {
  if (is(node, BP_EXPR_SUBTRACT))
    bp_edit_propose(editor, node,
                    bp_edit_make(editor, BP_EXPR_SUBTRACT, node, node->child[1], node->child[0]),
                    NULL);
}

void bp_propose_sign_of_term(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_ADD, BP_EXPR_SUBTRACT);
  exchange(editor, node, BP_EXPR_SUBTRACT, BP_EXPR_ADD);
  if (is_sum(node) && !is(node->child[0], BP_EXPR_NEGATE))
    bp_edit_propose(editor, node,
                    bp_edit_make(editor, node->kind, node,
                                 bp_edit_make(editor, BP_EXPR_NEGATE, node, node->child[0], NULL),
                                 node->child[1]),
                    NULL);
}

void bp_propose_sign(struct bp_editor *editor, expr node) {
  if (is(node, BP_EXPR_NEGATE))
    bp_edit_propose(editor, node, node->child[0], NULL);
  else if (editor->depth == 0 || is(parent(editor), BP_EXPR_CALL) ||
           is(parent(editor), BP_EXPR_POWER) || is(parent(editor), BP_EXPR_MATRIX))
    bp_edit_propose(editor, node, bp_edit_make(editor, BP_EXPR_NEGATE, node, node, NULL), NULL);
}

static bool calls(expr node, const char *name) {
  return is(node, BP_EXPR_CALL) && node->order == 0 && node->count == 2 &&
         !strcmp(node->child[0]->name, name);
}

void bp_propose_sum_axis(struct bp_editor *editor, expr node) {
  static const char *const sums[] = {"rowsum", "colsum", "sum", "mean", "tr"};
  for (size_t i = 0; i < 5; i++)
    for (size_t j = 0; calls(node, sums[i]) && j < 5; j++)
      if (i != j) {
        expr other = bp_edit_call(editor, node, sums[j], node->child[1]);
        bp_edit_propose(editor, node, other, other ? other->child[0] : NULL);
      }
}

void bp_propose_sum_missing(struct bp_editor *editor, expr node) {
  static const char *const sums[] = {"rowsum", "colsum", "sum"};
  if (is(node, BP_EXPR_NUMBER) || (parent(editor) && is(parent(editor), BP_EXPR_CALL)))
    return;
  for (size_t i = 0; i < 3; i++)
    bp_edit_propose(editor, node, bp_edit_call(editor, node, sums[i], node), NULL);
}

void bp_propose_sum_extra(struct bp_editor *editor, expr node) {
  if (calls(node, "rowsum") || calls(node, "colsum") || calls(node, "sum") || calls(node, "mean"))
    bp_edit_propose(editor, node, node->child[1], NULL);
}

static expr shifted(struct bp_editor *editor, expr index, long by);

void bp_propose_sum_bound(struct bp_editor *editor, expr node) {
  if (!is(node, BP_EXPR_SUM))
    return;
  for (size_t bound = 0; bound < 2; bound++) {
    for (long by = -1; by <= 1; by += 2) {
      struct bp_expression *copy = bp_edit_copy(editor, node);
      expr moved = shifted(editor, node->child[bound], by);
      if (copy && moved) {
        copy->child[bound] = (struct bp_expression *)moved;
        bp_edit_propose(editor, node, copy, NULL);
      }
    }
    for (size_t k = 0; k < editor->pool->size_count; k++) {
      struct bp_expression *copy = bp_edit_copy(editor, node);
      if (copy && !bp_expression_same(node->child[bound], editor->pool->sizes[k])) {
        copy->child[bound] = (struct bp_expression *)editor->pool->sizes[k];
        bp_edit_propose(editor, node, copy, NULL);
      }
    }
  }
}

static bool is_power(expr node) { return is(node, BP_EXPR_POWER) || is(node, BP_EXPR_POINT_POWER); }

/* ^ fits numbers and square matrices, where it means something else than .^ does. */
static void with_power(struct bp_editor *editor, expr node, expr exponent, expr subject) {
  bp_edit_propose(editor, node, bp_edit_make(editor, BP_EXPR_POWER, node, node, exponent), subject);
  bp_edit_propose(editor, node, bp_edit_make(editor, BP_EXPR_POINT_POWER, node, node, exponent),
                  subject);
}

void bp_propose_square_missing(struct bp_editor *editor, expr node) {
  bool inside = parent(editor) && is_power(parent(editor));
  bool fit = !is(node, BP_EXPR_NUMBER) && !is_power(node) && !inside;
  expr two = fit ? bp_edit_number(editor, node, 2) : NULL;
  if (two)
    with_power(editor, node, two, NULL);
}

void bp_propose_power_missing(struct bp_editor *editor, expr node) {
  for (size_t k = 0; !is_power(node) && k < editor->pool->exponent_count; k++)
    with_power(editor, node, editor->pool->exponents[k], editor->pool->exponents[k]);
}

void bp_propose_square_extra(struct bp_editor *editor, expr node) {
  if (is_power(node))
    bp_edit_propose(editor, node, node->child[0], NULL);
}

void bp_propose_reciprocal(struct bp_editor *editor, expr node) {
  if (is(node, BP_EXPR_DIVIDE) || is(node, BP_EXPR_POINT_DIVIDE)) {
    enum bp_expression_kind product =
        is(node, BP_EXPR_DIVIDE) ? BP_EXPR_MULTIPLY : BP_EXPR_HADAMARD;
    bp_edit_propose(editor, node,
                    bp_edit_make(editor, product, node, node->child[0], node->child[1]), NULL);
    bp_edit_propose(editor, node,
                    bp_edit_make(editor, node->kind, node, node->child[1], node->child[0]), NULL);
  }
  if (is(node, BP_EXPR_MULTIPLY) || is(node, BP_EXPR_HADAMARD))
    bp_edit_propose(
        editor, node,
        bp_edit_make(editor, BP_EXPR_POINT_DIVIDE, node, node->child[0], node->child[1]), NULL);
  if (!is(node, BP_EXPR_NUMBER))
    bp_edit_propose(
        editor, node,
        bp_edit_make(editor, BP_EXPR_POINT_DIVIDE, node, bp_edit_number(editor, node, 1), node),
        NULL);
}

/* 1*x, 0*x, x^1 and x/1 are written by nobody. */
static bool is_idle(const struct bp_editor *editor, long value) {
  expr around = parent(editor);
  if (!around || value > 1)
    return false;
  bool below = editor->path[editor->depth - 1].child == 1;
  bool power = is(around, BP_EXPR_POWER) || is(around, BP_EXPR_POINT_POWER);
  bool quotient = is(around, BP_EXPR_DIVIDE) || is(around, BP_EXPR_POINT_DIVIDE);
  return value == 0 ? is_product(around) : is_product(around) || ((power || quotient) && below);
}

static bool is_in(expr const *list, size_t count, expr node) {
  for (size_t i = 0; i < count; i++)
    if (bp_expression_same(list[i], node))
      return true;
  return false;
}

/* 2/2, where the other number of the fraction is the same; a number of layers may be. */
static bool makes_one(const struct bp_editor *editor, long value) {
  expr around = parent(editor);
  if (!around || !is(around, BP_EXPR_DIVIDE))
    return false;
  const struct bp_edit_pool *pool = editor->pool;
  expr other = around->child[1 - editor->path[editor->depth - 1].child];
  if (is_in(pool->sizes, pool->size_count, other) && !is_in(pool->scales, pool->scale_count, other))
    return true;
  return is(other, BP_EXPR_NUMBER) && strtol(other->text, NULL, 10) == value;
}

void bp_propose_number(struct bp_editor *editor, expr node) {
  if (!is(node, BP_EXPR_NUMBER) || strlen(node->text) > 3 || strchr(node->text, '.'))
    return;
  long value = strtol(node->text, NULL, 10);
  for (long by = -1; by <= 1; by += 2)
    if (value + by >= 0 && !is_idle(editor, value + by) && !makes_one(editor, value + by)) {
      expr other = bp_edit_number(editor, node, value + by);
      bp_edit_propose(editor, node, other, other);
    }
}

/* ---- grouping ----------------------------------------------------------- */

/* (a op b) op2 c to a op (b op2 c) and back; a * b' to (a*b)'. */
void bp_propose_grouping(struct bp_editor *editor, expr node) {
  if (is_binary(node)) {
    expr left = node->child[0], right = node->child[1];
    if (is_binary(left)) {
      expr inner = bp_edit_make(editor, node->kind, node, left->child[1], right);
      bp_edit_propose(editor, node,
                      inner ? bp_edit_make(editor, left->kind, node, left->child[0], inner) : NULL,
                      NULL);
    }
    if (is_binary(right)) {
      expr inner = bp_edit_make(editor, node->kind, node, left, right->child[0]);
      bp_edit_propose(
          editor, node,
          inner ? bp_edit_make(editor, right->kind, node, inner, right->child[1]) : NULL, NULL);
    }
    if (is(right, BP_EXPR_TRANSPOSE)) {
      expr inner = bp_edit_make(editor, node->kind, node, left, right->child[0]);
      bp_edit_propose(editor, node,
                      inner ? bp_edit_make(editor, BP_EXPR_TRANSPOSE, node, inner, NULL) : NULL,
                      NULL);
    }
  }
  if (is(node, BP_EXPR_TRANSPOSE) && is_binary(node->child[0])) {
    expr inner = node->child[0];
    expr turned = bp_edit_make(editor, BP_EXPR_TRANSPOSE, node, inner->child[1], NULL);
    bp_edit_propose(
        editor, node,
        turned ? bp_edit_make(editor, inner->kind, node, inner->child[0], turned) : NULL, NULL);
  }
  if (is(node, BP_EXPR_NEGATE) && is_sum(node->child[0])) {
    expr inner = node->child[0];
    expr negative = bp_edit_make(editor, BP_EXPR_NEGATE, node, inner->child[0], NULL);
    bp_edit_propose(
        editor, node,
        negative ? bp_edit_make(editor, inner->kind, node, negative, inner->child[1]) : NULL, NULL);
  }
}

/* ---- functions and names ------------------------------------------------ */

static bool is_elementwise_call(expr node) {
  return is(node, BP_EXPR_CALL) && node->count == 2 && !calls(node, "sum") &&
         !calls(node, "rowsum") && !calls(node, "colsum") && !calls(node, "vec") &&
         !calls(node, "mean");
}

static void with_order(struct bp_editor *editor, expr node, int by) {
  struct bp_expression *copy = bp_edit_copy(editor, node);
  if (copy) {
    copy->order += by;
    bp_edit_propose(editor, node, copy, NULL);
  }
}

void bp_propose_slope_missing(struct bp_editor *editor, expr node) {
  if (is_elementwise_call(node) && node->order == 0)
    with_order(editor, node, 1);
}

void bp_propose_slope_extra(struct bp_editor *editor, expr node) {
  if (is(node, BP_EXPR_CALL) && node->order > 0)
    with_order(editor, node, -1);
}

/* g'(A[l]) to g'(Z[l]). */
void bp_propose_slope_point(struct bp_editor *editor, expr node) {
  if (!is(node, BP_EXPR_CALL) || node->order == 0)
    return;
  for (size_t k = 0; k < editor->pool->name_count; k++) {
    expr name = editor->pool->names[k];
    struct bp_expression *copy =
        bp_expression_same(name, node->child[1]) ? NULL : bp_edit_copy(editor, node);
    if (!copy)
      continue;
    copy->child[1] = (struct bp_expression *)name;
    bp_edit_propose(editor, node, copy, name);
  }
}

void bp_propose_function(struct bp_editor *editor, expr node) {
  if (!is_elementwise_call(node))
    return;
  for (size_t k = 0; k < editor->pool->function_count; k++) {
    expr argument = node->child[1];
    if (!strcmp(editor->pool->functions[k], node->child[0]->name))
      continue;
    struct bp_expression *other =
        (struct bp_expression *)bp_edit_call(editor, node, editor->pool->functions[k], argument);
    if (other)
      other->order = node->order;
    bp_edit_propose(editor, node, other, other ? other->child[0] : NULL);
  }
}

/* x to g(x), with a function that the claim has somewhere else. */
static void with_function(struct bp_editor *editor, expr node, const char *name) {
  expr call = bp_edit_call(editor, node, name, node);
  bp_edit_propose(editor, node, call, call ? call->child[0] : NULL);
}

/* A function of the claim, or one that is easily forgotten. */
void bp_propose_function_missing(struct bp_editor *editor, expr node) {
  static const char *const forgotten[] = {"exp", "log", "inv"};
  const struct bp_edit_pool *pool = editor->pool;
  bool value = is(node, BP_EXPR_NAME) || is(node, BP_EXPR_ELEMENT);
  for (size_t k = 0; value && k < pool->own_function_count; k++)
    with_function(editor, node, pool->functions[k]);
  for (size_t k = 0; value && k < sizeof forgotten / sizeof *forgotten; k++)
    with_function(editor, node, forgotten[k]);
  if (!is(node, BP_EXPR_NUMBER) && !is(node, BP_EXPR_TRANSPOSE))
    with_function(editor, node, "diag");
}

void bp_propose_function_extra(struct bp_editor *editor, expr node) {
  if (is_elementwise_call(node))
    bp_edit_propose(editor, node, node->child[1], node->child[0]);
}

void bp_propose_name(struct bp_editor *editor, expr node) {
  if (!is(node, BP_EXPR_NAME))
    return;
  const struct bp_edit_pool *pool = editor->pool;
  bool size = false;
  for (size_t k = 0; k < pool->size_count; k++)
    size = size || bp_expression_same(pool->sizes[k], node);
  const struct bp_expression *const *list = size ? pool->sizes : pool->names;
  for (size_t k = 0; k < (size ? pool->size_count : pool->name_count); k++)
    if (!bp_expression_same(list[k], node))
      bp_edit_propose(editor, node, list[k], list[k]);
}

/* ---- indices ------------------------------------------------------------ */

/* The index plus a number: l-1 by +1 is l, 3 by -1 is 2. */
static expr shifted(struct bp_editor *editor, expr index, long by) {
  if (is(index, BP_EXPR_NUMBER) && strlen(index->text) < 6) {
    long value = strtol(index->text, NULL, 10) + by;
    return value >= 0 ? bp_edit_number(editor, index, value) : NULL;
  }
  bool plus = is(index, BP_EXPR_ADD), minus = is(index, BP_EXPR_SUBTRACT);
  if ((plus || minus) && is(index->child[1], BP_EXPR_NUMBER) && strlen(index->child[1]->text) < 6) {
    long value = strtol(index->child[1]->text, NULL, 10);
    value = (plus ? value : -value) + by;
    if (value == 0)
      return index->child[0];
    return bp_edit_make(editor, value < 0 ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, index, index->child[0],
                        bp_edit_number(editor, index, labs(value)));
  }
  if (!is(index, BP_EXPR_NAME))
    return NULL;
  return bp_edit_make(editor, by < 0 ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, index, index,
                      bp_edit_number(editor, index, labs(by)));
}

static void with_index(struct bp_editor *editor, expr node, size_t child, expr index) {
  struct bp_expression *copy = index ? bp_edit_copy(editor, node) : NULL;
  if (!copy)
    return;
  copy->child[child] = (struct bp_expression *)index;
  bp_edit_propose(editor, node, copy, editor->only == BP_EDIT_index_other ? index : copy);
}

void bp_propose_layer(struct bp_editor *editor, expr node) {
  for (size_t i = 0; is(node, BP_EXPR_NAME) && i < node->count; i++)
    for (long by = -1; by <= 1; by += 2)
      with_index(editor, node, i, shifted(editor, node->child[i], by));
  if (is(node, BP_EXPR_CALL) && node->child[0]->count == 1) /* g[l](Z) */
    for (long by = -1; by <= 1; by += 2) {
      struct bp_expression *callee = bp_edit_copy(editor, node->child[0]);
      expr index = shifted(editor, node->child[0]->child[0], by);
      if (callee && index) {
        callee->child[0] = (struct bp_expression *)index;
        with_index(editor, node, 0, callee);
      }
    }
}

void bp_propose_indices_exchanged(struct bp_editor *editor, expr node) {
  if (!is(node, BP_EXPR_ELEMENT) || node->count != 3)
    return;
  struct bp_expression *copy = bp_edit_copy(editor, node);
  if (!copy)
    return;
  copy->child[1] = node->child[2];
  copy->child[2] = node->child[1];
  bp_edit_propose(editor, node, copy, NULL);
}

void bp_propose_index_shifted(struct bp_editor *editor, expr node) {
  for (size_t i = 1; is(node, BP_EXPR_ELEMENT) && i < node->count; i++)
    for (long by = -1; by <= 1 && !is(node->child[i], BP_EXPR_ALL); by += 2)
      with_index(editor, node, i, shifted(editor, node->child[i], by));
}

void bp_propose_index_other(struct bp_editor *editor, expr node) {
  bool element = is(node, BP_EXPR_ELEMENT);
  if (!element && !is(node, BP_EXPR_NAME))
    return;
  for (size_t i = element; i < node->count; i++) {
    expr index = node->child[i];
    for (size_t k = 0; k < editor->pool->letter_count; k++) {
      struct bp_expression *letter = bp_arena_alloc(editor->arena, 1, sizeof *letter);
      if (!letter || is(index, BP_EXPR_ALL) ||
          (is(index, BP_EXPR_NAME) && !strcmp(index->name, editor->pool->letters[k])))
        continue;
      *letter = (struct bp_expression){.kind = BP_EXPR_NAME,
                                       .height = 1,
                                       .span = index->span,
                                       .sign = index->sign,
                                       .name = editor->pool->letters[k]};
      with_index(editor, node, i, letter);
    }
  }
}
