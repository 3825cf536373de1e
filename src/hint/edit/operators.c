/* The kinds of edits that put another operator in the place of one, or take one away: products,
 * transposes, signs, sums, powers, numbers and parentheses.
 *
 * A kind looks at one node, and at the one around it where that matters, and never at the numbers:
 * whether a proposal makes sense is found out by judging it.
 */
#include <stdlib.h>
#include <string.h>

#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* ---- transposes, products ----------------------------------------------- */

/* v_i and what is made of such */
static bool is_number_like(expr node) {
  if (bp_is(node, BP_EXPR_ELEMENT)) {
    bool all = false;
    for (size_t i = 1; i < node->count; i++)
      all = all || bp_is(node->child[i], BP_EXPR_ALL);
    return !all;
  }
  if (bp_is_sum(node) || bp_is_product(node))
    return is_number_like(node->child[0]) && is_number_like(node->child[1]);
  return bp_is(node, BP_EXPR_NUMBER) || bp_is_quotient(node);
}

/* a for a', and a' for a; a diagonal matrix is its own transpose */
static expr turned(struct bp_builder *build, expr part) {
  if (bp_is(part, BP_EXPR_TRANSPOSE))
    return part->child[0];
  return bp_is_builtin_call(part, BP_IS_DIAGONAL) ? part
                                                  : bp_build_unary(build, BP_EXPR_TRANSPOSE, part);
}

static bool has_turned_factor(expr node) {
  if (bp_is(node, BP_EXPR_MULTIPLY))
    return has_turned_factor(node->child[0]) || has_turned_factor(node->child[1]);
  return bp_is(node, BP_EXPR_TRANSPOSE) || bp_is_builtin_call(node, BP_IS_DIAGONAL);
}

/* b' * a for a' * b: (a' * b)' as a person writes it, numbers first as they were; NULL where
 * nothing would be gained.  `other` is how it is where the first of three is a number, which not
 * every number looks like. */
static expr turned_product(struct bp_editor *editor, expr node, expr *other) {
  struct bp_builder *build = editor->build;
  if (!bp_is(node, BP_EXPR_MULTIPLY))
    return NULL;
  expr left = node->child[0], right = node->child[1];
  bool inner = bp_is(left, BP_EXPR_MULTIPLY) && !left->parenthesised;
  if (is_number_like(right))
    return NULL;
  if (!inner && is_number_like(left))
    return bp_build_binary(build, BP_EXPR_MULTIPLY, left, turned(build, right));
  if (!inner)
    return bp_build_binary(build, BP_EXPR_MULTIPLY, turned(build, right), turned(build, left));
  expr first = left->child[0], second = turned(build, left->child[1]);
  *other = bp_build_binary(build, BP_EXPR_MULTIPLY,
                           bp_build_binary(build, BP_EXPR_MULTIPLY, first, turned(build, right)),
                           second);
  if (bp_is(first, BP_EXPR_MULTIPLY) && !first->parenthesised)
    return NULL; /* four factors: nobody looks through */
  expr pair = is_number_like(first)
                  ? bp_build_binary(build, BP_EXPR_MULTIPLY, first, turned(build, right))
                  : bp_build_binary(build, BP_EXPR_MULTIPLY, turned(build, right), second);
  return bp_build_binary(build, BP_EXPR_MULTIPLY, pair,
                         is_number_like(first) ? second : turned(build, first));
}

void bp_propose_product_turned(struct bp_editor *editor, expr node) {
  expr other = NULL, whole = has_turned_factor(node) ? turned_product(editor, node, &other) : NULL;
  if (whole)
    bp_edit_propose(editor, node, whole, whole);
  if (other)
    bp_edit_propose(editor, node, other, other);
}

void bp_propose_transpose_missing(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  bool turned = around && (bp_is(around, BP_EXPR_TRANSPOSE) || bp_is(around, BP_EXPR_ELEMENT));
  if (!bp_is(node, BP_EXPR_TRANSPOSE) && !bp_is(node, BP_EXPR_NUMBER) && !turned)
    bp_edit_propose(editor, node, bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, node), NULL);
}

void bp_propose_transpose_extra(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_TRANSPOSE))
    bp_edit_propose(editor, node, node->child[0], NULL);
}

/* a*b to b*a, and in a chain (a*b)*c to (a*c)*b. */
void bp_propose_factors_swapped(struct bp_editor *editor, expr node) {
  if (!bp_is_product(node))
    return;
  expr left = node->child[0], right = node->child[1];
  bp_edit_propose(editor, node, bp_build_binary(editor->build, node->kind, right, left), NULL);
  if (bp_is_product(left) && !left->parenthesised) {
    expr inner = bp_build_binary(editor->build, node->kind, left->child[0], right);
    bp_edit_propose(editor, node, bp_build_binary(editor->build, left->kind, inner, left->child[1]),
                    NULL);
  }
}

static void exchange(struct bp_editor *editor, expr node, enum bp_expression_kind from,
                     enum bp_expression_kind to) {
  if (bp_is(node, from))
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, to, node->child[0], node->child[1]), NULL);
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
  if (bp_is(node, BP_EXPR_SUBTRACT))
    bp_edit_propose(
        editor, node,
        bp_build_binary(editor->build, BP_EXPR_SUBTRACT, node->child[1], node->child[0]), NULL);
}

void bp_propose_sign_of_term(struct bp_editor *editor, expr node) {
  exchange(editor, node, BP_EXPR_ADD, BP_EXPR_SUBTRACT);
  exchange(editor, node, BP_EXPR_SUBTRACT, BP_EXPR_ADD);
  if (bp_is_sum(node) && !bp_is(node->child[0], BP_EXPR_NEGATE))
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, node->kind,
                                    bp_build_unary(editor->build, BP_EXPR_NEGATE, node->child[0]),
                                    node->child[1]),
                    NULL);
}

void bp_propose_sign(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_NEGATE))
    bp_edit_propose(editor, node, node->child[0], NULL);
  else if (editor->depth == 0 || bp_is(bp_edit_parent(editor), BP_EXPR_CALL) ||
           bp_is(bp_edit_parent(editor), BP_EXPR_POWER) ||
           bp_is(bp_edit_parent(editor), BP_EXPR_MATRIX))
    bp_edit_propose(editor, node, bp_build_unary(editor->build, BP_EXPR_NEGATE, node), NULL);
}

/* Of a sum along one axis no mean of all: where there is one row it would fit, but what is missing
 * is the factor 1/m. */
void bp_propose_sum_axis(struct bp_editor *editor, expr node) {
  bool sums = bp_is_builtin_call(node, BP_SUMS), all = sums && !strcmp(node->child[0]->name, "sum");
  for (size_t k = 0; sums && k < bp_builtin_count; k++)
    if ((bp_builtins[k].traits & BP_SUMS) && strcmp(bp_builtins[k].name, node->child[0]->name) &&
        (all || strcmp(bp_builtins[k].name, "mean") != 0)) {
      expr other = bp_build_named_call(editor->build, bp_builtins[k].name, node->child[1]);
      bp_edit_propose(editor, node, other, other ? other->child[0] : NULL);
    }
}

void bp_propose_sum_missing(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_NUMBER) ||
      (bp_edit_parent(editor) && bp_is(bp_edit_parent(editor), BP_EXPR_CALL)))
    return;
  for (size_t k = 0; k < bp_builtin_count; k++)
    if ((bp_builtins[k].traits & BP_SUMS) && (bp_builtins[k].traits & BP_FORGOTTEN))
      bp_edit_propose(editor, node, bp_build_named_call(editor->build, bp_builtins[k].name, node),
                      NULL);
}

void bp_propose_sum_extra(struct bp_editor *editor, expr node) {
  if (bp_is_builtin_call(node, BP_SUMS_ALL))
    bp_edit_propose(editor, node, node->child[1], NULL);
}

void bp_propose_sum_bound(struct bp_editor *editor, expr node) {
  if (!bp_is(node, BP_EXPR_SUM))
    return;
  for (size_t bound = 0; bound < 2; bound++) {
    bool all = bp_is(node->child[bound], BP_EXPR_ALL); /* there is */
    for (long first = 1; all && bound == 0 && first <= 2; first++)
      bp_edit_propose_child(editor, node, bound, bp_build_whole(editor->build, first), NULL);
    if (all)
      continue;
    for (long by = -1; by <= 1; by += 2)
      bp_edit_propose_child(editor, node, bound,
                            bp_build_shifted(editor->build, node->child[bound], by), NULL);
    for (size_t k = 0; k < editor->supply->size_count; k++)
      if (!bp_expression_same(node->child[bound], editor->supply->sizes[k]))
        bp_edit_propose_child(editor, node, bound, editor->supply->sizes[k], NULL);
  }
}

/* ^ fits numbers and square matrices, where it means something else than .^ does. */
static void with_power(struct bp_editor *editor, expr node, expr exponent, expr subject) {
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_POWER, node, exponent),
                  subject);
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_POINT_POWER, node, exponent),
                  subject);
}

void bp_propose_square_missing(struct bp_editor *editor, expr node) {
  bool inside = bp_edit_parent(editor) && bp_is_power(bp_edit_parent(editor));
  bool fit = !bp_is(node, BP_EXPR_NUMBER) && !bp_is_power(node) && !inside;
  expr two = fit ? bp_build_whole(editor->build, 2) : NULL;
  if (two)
    with_power(editor, node, two, NULL);
}

void bp_propose_power_missing(struct bp_editor *editor, expr node) {
  for (size_t k = 0; !bp_is_power(node) && k < editor->supply->exponent_count; k++)
    with_power(editor, node, editor->supply->exponents[k], editor->supply->exponents[k]);
}

void bp_propose_square_extra(struct bp_editor *editor, expr node) {
  if (bp_is_power(node))
    bp_edit_propose(editor, node, node->child[0], NULL);
}

void bp_propose_reciprocal(struct bp_editor *editor, expr node) {
  static const enum bp_expression_kind signs[] = {BP_EXPR_DIVIDE, BP_EXPR_POINT_DIVIDE};
  if (bp_is_quotient(node)) {
    enum bp_expression_kind product =
        bp_is(node, BP_EXPR_DIVIDE) ? BP_EXPR_MULTIPLY : BP_EXPR_HADAMARD;
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, product, node->child[0], node->child[1]), NULL);
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, node->kind, node->child[1], node->child[0]),
                    NULL);
  }
  if (bp_is(node, BP_EXPR_MULTIPLY) || bp_is(node, BP_EXPR_HADAMARD))
    for (size_t i = 0; i < 2; i++)
      bp_edit_propose(editor, node,
                      bp_build_binary(editor->build, signs[i], node->child[0], node->child[1]),
                      NULL);
  if (!bp_is(node, BP_EXPR_NUMBER))
    for (size_t i = 0; i < 2; i++)
      bp_edit_propose(
          editor, node,
          bp_build_binary(editor->build, signs[i], bp_build_whole(editor->build, 1), node), NULL);
}

/* 1*x, 0*x, x^1 and x/1 are written by nobody. */
static bool is_idle(const struct bp_editor *editor, long value) {
  expr around = bp_edit_parent(editor);
  if (!around || value > 1)
    return false;
  bool below = editor->path[editor->depth - 1].child == 1;
  return value == 0
             ? bp_is_product(around)
             : bp_is_product(around) || ((bp_is_power(around) || bp_is_quotient(around)) && below);
}

static bool is_in(expr const *list, size_t count, expr node) {
  for (size_t i = 0; i < count; i++)
    if (bp_expression_same(list[i], node))
      return true;
  return false;
}

/* 2/2, where the other number of the fraction is the same; a number of layers may be. */
static bool makes_one(const struct bp_editor *editor, long value) {
  expr around = bp_edit_parent(editor);
  if (!around || !bp_is(around, BP_EXPR_DIVIDE))
    return false;
  const struct bp_supply *supply = editor->supply;
  expr other = around->child[1 - editor->path[editor->depth - 1].child];
  if (is_in(supply->sizes, supply->size_count, other) &&
      !is_in(supply->scales, supply->scale_count, other))
    return true;
  return bp_is(other, BP_EXPR_NUMBER) && strtol(other->text, NULL, 10) == value;
}

/* 1/2 to 3/2 and to -1/2, where exponents are off by one. */
static void with_whole_more(struct bp_editor *editor, expr node) {
  bool fraction = bp_is(node, BP_EXPR_DIVIDE) && bp_is(node->child[0], BP_EXPR_NUMBER) &&
                  bp_is(node->child[1], BP_EXPR_NUMBER);
  for (size_t k = 0; fraction && k < editor->depth; k++) {
    if (!bp_is_power(editor->path[k].node) || editor->path[k].child != 1)
      continue;
    long above = strtol(node->child[0]->text, NULL, 10);
    long below = strtol(node->child[1]->text, NULL, 10);
    for (long by = -1; by <= 1; by += 2) {
      expr made = bp_build_with_child(editor->build, node, 0,
                                      bp_build_whole(editor->build, above + by * below));
      if (made)
        bp_edit_propose(editor, node, made, made);
    }
  }
}

void bp_propose_number(struct bp_editor *editor, expr node) {
  with_whole_more(editor, node);
  if (!bp_is(node, BP_EXPR_NUMBER) || strlen(node->text) > 3 || strchr(node->text, '.'))
    return;
  long value = strtol(node->text, NULL, 10);
  for (long by = -1; by <= 1; by += 2)
    if (value + by >= 0 && !is_idle(editor, value + by) && !makes_one(editor, value + by)) {
      expr other = bp_build_whole(editor->build, value + by);
      bp_edit_propose(editor, node, other, other);
    }
}

/* ---- grouping ----------------------------------------------------------- */

/* f(x), of one thing and no mere name for its entries. */
static bool is_function_of_one(expr node) {
  return bp_is(node, BP_EXPR_CALL) && node->count == 2 && !bp_is_builtin_call(node, BP_STACKS) &&
         !bp_is_builtin_call(node, BP_OF_SIZES);
}

/* 1 - log(a) to log(1 - a), and log(1 - a) to 1 - log(a); so for what stands behind. */
static void regroup_calls(struct bp_editor *editor, expr node) {
  struct bp_builder *build = editor->build;
  for (size_t i = 0; bp_is_binary(node) && i < 2; i++)
    if (is_function_of_one(node->child[i])) {
      expr call = node->child[i];
      expr inner = bp_build_with_child(build, node, i, call->child[1]);
      bp_edit_propose(editor, node, bp_build_with_child(build, call, 1, inner), NULL);
    }
  for (size_t i = 0; is_function_of_one(node) && bp_is_binary(node->child[1]) && i < 2; i++) {
    expr inner = node->child[1];
    expr call = bp_build_with_child(build, node, 1, inner->child[i]);
    bp_edit_propose(editor, node, bp_build_with_child(build, inner, i, call), NULL);
  }
}

/* sum_{i} (a_i + b) to sum_{i} a_i + b. */
static void regroup_sum(struct bp_editor *editor, expr node) {
  if (!bp_is(node, BP_EXPR_SUM) || !bp_is_sum(node->child[2]))
    return;
  expr body = node->child[2];
  bp_edit_propose(editor, node,
                  bp_build_binary(editor->build, body->kind,
                                  bp_build_with_child(editor->build, node, 2, body->child[0]),
                                  body->child[1]),
                  NULL);
}

/* (a op b) op2 c to a op (b op2 c) and back; a * b' to (a*b)'. */
void bp_propose_grouping(struct bp_editor *editor, expr node) {
  regroup_calls(editor, node);
  regroup_sum(editor, node);
  if (bp_is_binary(node)) {
    expr left = node->child[0], right = node->child[1];
    if (bp_is_binary(left)) {
      expr inner = bp_build_binary(editor->build, node->kind, left->child[1], right);
      bp_edit_propose(editor, node,
                      bp_build_binary(editor->build, left->kind, left->child[0], inner), NULL);
    }
    if (bp_is_binary(right)) {
      expr inner = bp_build_binary(editor->build, node->kind, left, right->child[0]);
      bp_edit_propose(editor, node,
                      bp_build_binary(editor->build, right->kind, inner, right->child[1]), NULL);
    }
    if (bp_is(right, BP_EXPR_TRANSPOSE)) {
      expr inner = bp_build_binary(editor->build, node->kind, left, right->child[0]);
      bp_edit_propose(editor, node, bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, inner), NULL);
    }
  }
  if (bp_is(node, BP_EXPR_TRANSPOSE) && bp_is_binary(node->child[0])) {
    expr inner = node->child[0];
    expr turned = bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, inner->child[1]);
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, inner->kind, inner->child[0], turned), NULL);
  }
  if (bp_is(node, BP_EXPR_NEGATE) && bp_is_sum(node->child[0])) {
    expr inner = node->child[0];
    expr negative = bp_build_unary(editor->build, BP_EXPR_NEGATE, inner->child[0]);
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, inner->kind, negative, inner->child[1]), NULL);
  }
}
