/* The kinds of edits that put in or take away a factor or a term. */
#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* ---- factors ------------------------------------------------------------ */

/* The product or quotient without the number in front of it, *number; NULL where none is. */
static expr without_number(struct bp_builder *build, expr product, expr *number) {
  bool joined = bp_is_product(product) || bp_is_quotient(product);
  if (!joined || product->parenthesised)
    return NULL;
  if (bp_is(product->child[0], BP_EXPR_NUMBER)) {
    if (bp_is_quotient(product))
      return NULL;
    *number = product->child[0];
    return product->child[1];
  }
  expr rest = without_number(build, product->child[0], number);
  return rest ? bp_build_binary(build, product->kind, rest, product->child[1]) : NULL;
}

/* -2*x to x: to its author the sign is one of the number. */
static void without_signed_number(struct bp_editor *editor, expr node) {
  expr number = NULL;
  expr rest = without_number(editor->build, node->child[0], &number);
  if (rest)
    bp_edit_propose(editor, node, rest, bp_build_unary(editor->build, BP_EXPR_NEGATE, number));
}

/* What is left of 1/m * x without m is 1 * x, which nobody writes: there the factor is 1/m. */
void bp_propose_factor_extra(struct bp_editor *editor, expr node) {
  bool quotient = bp_is_quotient(node);
  if (bp_is(node, BP_EXPR_NEGATE))
    without_signed_number(editor, node);
  if (!bp_is_product(node) && !quotient)
    return;
  expr around = bp_edit_parent(editor);
  if (!(quotient && bp_is_number(node->child[0], "1") && around && bp_is_product(around)))
    bp_edit_propose(editor, node, node->child[0], node->child[1]);
  if (!quotient)
    bp_edit_propose(editor, node, node->child[1], node->child[0]);
  else if (!bp_is(node->child[0], BP_EXPR_NUMBER)) /* a/x to 1/x */
    bp_edit_propose(editor, node,
                    bp_build_binary(editor->build, node->kind, bp_build_whole(editor->build, 1),
                                    node->child[1]),
                    node->child[0]);
}

/* d ⊙ a ⊙ (1 - a) to d: a slope that is in it already. */
void bp_propose_factors_extra(struct bp_editor *editor, expr node) {
  expr left = node->count ? node->child[0] : NULL;
  bool chain = bp_is_product(node) && bp_is_product(left) && !left->parenthesised &&
               !bp_is(node, BP_EXPR_KRONECKER);
  if (chain)
    bp_edit_propose(editor, node, left->child[0],
                    bp_build_binary(editor->build, node->kind, left->child[1], node->child[1]));
}

void bp_propose_term_extra(struct bp_editor *editor, expr node) {
  if (!bp_is_sum(node))
    return;
  bp_edit_propose(editor, node, node->child[0], node->child[1]);
  expr right = node->child[1];
  if (bp_is(node, BP_EXPR_SUBTRACT))
    right = bp_build_unary(editor->build, BP_EXPR_NEGATE, right);
  bp_edit_propose(editor, node, right, node->child[0]);
}

/* Sums, traces and the like: a number goes through them. */
static bool is_linear_call(expr node) {
  return bp_is(node, BP_EXPR_CALL) && bp_builtin_is(node->child[0]->name, BP_LINEAR);
}

/* Whether a number in front of this place is in front of what is around it as well, or changes a
 * power. */
static bool inner_factor(const struct bp_editor *editor) {
  expr around = bp_edit_parent(editor);
  return around && (bp_is_product(around) || bp_is_power(around) || is_linear_call(around) ||
                    bp_is(around, BP_EXPR_NEGATE) || bp_is(around, BP_EXPR_TRANSPOSE) ||
                    bp_is(around, BP_EXPR_COMPARE) || bp_is_quotient(around) ||
                    bp_is(around, BP_EXPR_ELEMENT) || bp_is(around, BP_EXPR_SUM) ||
                    bp_is(around, BP_EXPR_PARTIAL) || bp_is(around, BP_EXPR_DIFFERENTIAL));
}

/* 2/m, 1/sqrt(p) */
static bool is_fraction(expr node) {
  return bp_is(node, BP_EXPR_DIVIDE) && bp_is(node->child[0], BP_EXPR_NUMBER);
}

/* factor * first, where a person would write one fraction: 2 * (1/m) is 2/m, 1/2 * (1/m) is
 * 1/(2*m). */
static expr merged(struct bp_builder *build, expr first, expr factor) {
  bool one = is_fraction(first) && bp_is_number(first->child[0], "1");
  if (is_fraction(factor) && bp_is_number(factor->child[0], "1")) {
    expr below = factor->child[1];
    if (bp_is(first, BP_EXPR_NUMBER))
      return bp_build_binary(build, BP_EXPR_DIVIDE, first, below);
    if (is_fraction(first) && bp_is(below, BP_EXPR_NUMBER))
      return bp_build_binary(build, BP_EXPR_DIVIDE, first->child[0],
                             bp_build_binary(build, BP_EXPR_MULTIPLY, below, first->child[1]));
  } else if (one && !is_fraction(factor)) {
    return bp_build_binary(build, BP_EXPR_DIVIDE, factor, first->child[1]);
  }
  return bp_build_binary(build, BP_EXPR_MULTIPLY, factor, first);
}

expr bp_edit_prefixed(struct bp_builder *build, expr node, expr factor) {
  if (bp_is(node, BP_EXPR_NEGATE) && !node->parenthesised)
    return bp_build_unary(build, BP_EXPR_NEGATE, bp_edit_prefixed(build, node->child[0], factor));
  bool chain = bp_is(node, BP_EXPR_MULTIPLY) || bp_is(node, BP_EXPR_HADAMARD);
  if (!chain || node->parenthesised)
    return merged(build, node, factor);
  expr first = bp_edit_prefixed(build, node->child[0], factor);
  return bp_build_binary(build, node->kind, first, node->child[1]);
}

static void in_front(struct bp_editor *editor, expr node, expr factor, expr subject) {
  if (!inner_factor(editor) && factor)
    bp_edit_propose(editor, node, bp_edit_prefixed(editor->build, node, factor), subject);
}

void bp_propose_factor_two(struct bp_editor *editor, expr node) {
  in_front(editor, node, bp_build_whole(editor->build, 2), NULL);
}

static expr fraction(struct bp_editor *editor, expr below) {
  expr one = bp_build_whole(editor->build, 1);
  return bp_build_binary(editor->build, BP_EXPR_DIVIDE, one, below);
}

void bp_propose_factor_half(struct bp_editor *editor, expr node) {
  expr two = bp_build_whole(editor->build, 2);
  in_front(editor, node, two ? fraction(editor, two) : NULL, NULL);
}

void bp_propose_factor_size(struct bp_editor *editor, expr node) {
  for (size_t k = 0; k < editor->supply->scale_count; k++)
    in_front(editor, node, editor->supply->scales[k], editor->supply->scales[k]);
}

void bp_propose_factor_size_inverse(struct bp_editor *editor, expr node) {
  for (size_t k = 0; k < editor->supply->scale_count; k++)
    in_front(editor, node, fraction(editor, editor->supply->scales[k]), editor->supply->scales[k]);
}

/* A factor on either side, and element by element; of 1 * x only x is written. */
static void with_factor(struct bp_editor *editor, expr node, expr factor) {
  if (bp_is_number(node, "1")) {
    bp_edit_propose(editor, node, factor, factor);
    return;
  }
  static const enum bp_expression_kind kinds[] = {BP_EXPR_MULTIPLY, BP_EXPR_HADAMARD};
  for (size_t i = 0; i < 2; i++)
    bp_edit_propose(editor, node, bp_build_binary(editor->build, kinds[i], node, factor), factor);
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_MULTIPLY, factor, node),
                  factor);
}

static void with_kronecker(struct bp_editor *editor, expr node, expr factor) {
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_KRONECKER, node, factor),
                  factor);
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_KRONECKER, factor, node),
                  factor);
}

/* Whether it is one of the parts that the operators join: x in a + x - b. */
static bool joins(expr node, expr part, bool (*joining)(expr node)) {
  if (bp_expression_same(node, part))
    return true;
  return joining(node) &&
         (joins(node->child[0], part, joining) || joins(node->child[1], part, joining));
}

static void with_divisor(struct bp_editor *editor, expr node, expr divisor) {
  if (joins(node, divisor, bp_is_product))
    return;
  static const enum bp_expression_kind kinds[] = {BP_EXPR_DIVIDE, BP_EXPR_POINT_DIVIDE};
  for (size_t i = 0; i < 2; i++)
    bp_edit_propose(editor, node, bp_build_binary(editor->build, kinds[i], node, divisor), divisor);
}

/* The derivative of an activation whose argument has no name: d to d ⊙ a ⊙ (1 - a). */
static void with_forms(struct bp_editor *editor, expr node) {
  static const enum bp_expression_kind times[] = {BP_EXPR_HADAMARD, BP_EXPR_MULTIPLY};
  for (size_t k = 0; k < editor->supply->form_count; k++)
    for (size_t i = 0; i < 2; i++) {
      expr form = editor->supply->forms[k];
      expr made =
          bp_is_product(form)
              ? bp_build_binary(editor->build, times[i],
                                bp_build_binary(editor->build, times[i], node, form->child[0]),
                                form->child[1])
              : bp_build_binary(editor->build, times[i], node, form);
      if (made)
        bp_edit_propose(editor, node, made, form);
    }
}

void bp_propose_factor_slope(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_NUMBER))
    return;
  for (size_t k = 0; k < editor->supply->slope_count; k++) {
    expr slope = editor->supply->slopes[k];
    bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_HADAMARD, node, slope),
                    slope);
    bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_MULTIPLY, node, slope),
                    slope);
    expr diagonal = bp_build_named_call(editor->build, "diag", slope);
    bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_MULTIPLY, diagonal, node),
                    diagonal);
    bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_MULTIPLY, node, diagonal),
                    diagonal);
  }
  with_forms(editor, node);
}

void bp_propose_factor_missing(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  for (size_t k = 0; k < supply->name_count; k++) {
    expr name = supply->names[k];
    with_factor(editor, node, name);
    expr turned = bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, name);
    if (turned)
      with_factor(editor, node, turned);
    if (supply->kronecker)
      with_kronecker(editor, node, name);
    if (supply->kronecker && turned)
      with_kronecker(editor, node, turned);
  }
}

/* A factor that is a formula itself, as it stands somewhere else in the claim or much like it. */
void bp_propose_factor_formula(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  for (size_t k = 0; k < supply->piece_count; k++) {
    with_factor(editor, node, supply->pieces[k]);
    if (supply->kronecker)
      with_kronecker(editor, node, supply->pieces[k]);
  }
}

void bp_propose_divisor_missing(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  for (size_t k = 0; k < supply->name_count; k++)
    with_divisor(editor, node, supply->names[k]);
  for (size_t k = 0; k < supply->piece_count; k++)
    with_divisor(editor, node, supply->pieces[k]);
}

/* ---- terms -------------------------------------------------------------- */

/* What is there already is not taken away again by another term: a + x - x. */
static void with_term(struct bp_editor *editor, expr node, expr term) {
  if (!term || joins(node, term, bp_is_sum))
    return;
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_ADD, node, term), term);
  bp_edit_propose(editor, node, bp_build_binary(editor->build, BP_EXPR_SUBTRACT, node, term), term);
}

/* Whether a term added here is not as well added to the sum around it. */
static bool outer_term(const struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  return !around || (!bp_is_sum(around) && !bp_is(node, BP_EXPR_NUMBER));
}

void bp_propose_term_missing(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  if (!outer_term(editor, node))
    return;
  with_term(editor, node, bp_build_whole(editor->build, 1));
  for (size_t i = 0; i < supply->term_count; i++)
    with_term(editor, node, supply->terms[i]);
  for (size_t i = 0; i < supply->piece_count; i++)
    with_term(editor, node, supply->pieces[i]);
}
