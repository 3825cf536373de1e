/* The kinds of edits for what stands in each other's place: two names, as p and q in Σ p log(p/q);
 * a quotient where a difference belongs; a power of a sum in the place of one of each term.
 *
 * Like every other kind they propose and never decide.
 */
#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* ---- two names ---------------------------------------------------------- */

/* The node with both names exchanged; `met` has a bit for each that is in it. */
static expr crossed(struct bp_editor *editor, expr node, expr first, expr second, unsigned *met) {
  bool one = bp_expression_same(node, first), other = bp_expression_same(node, second);
  *met |= (one ? 1U : 0U) | (other ? 2U : 0U);
  if (one || other)
    return one ? second : first;
  expr whole = node;
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && whole; i++) {
    if (bp_is(node, BP_EXPR_NAME) || (bp_is(node, BP_EXPR_ELEMENT) && i > 0))
      break;
    expr part = crossed(editor, node->child[i], first, second, met);
    if (part != node->child[i])
      whole = part ? bp_build_with_child(editor->build, whole, i, part) : NULL;
  }
  return whole;
}

/* q ⊙ log(q ./ p) to p ⊙ log(p ./ q). */
void bp_propose_names_exchanged(struct bp_editor *editor, expr node) {
  enum { MOST_EXCHANGED = 8, BOTH = 3 };
  const struct bp_supply *supply = editor->supply;
  if (editor->depth > 0)
    return;
  for (size_t i = 0; i < supply->name_count && i < MOST_EXCHANGED; i++)
    for (size_t k = i + 1; k < supply->name_count && k < MOST_EXCHANGED; k++) {
      unsigned met = 0;
      expr other = crossed(editor, node, supply->names[i], supply->names[k], &met);
      if (other && met == BOTH)
        bp_edit_propose(editor, node, other, NULL);
    }
}

/* ---- quotients ---------------------------------------------------------- */

/* log(a) / log(b) to log(a) - log(b); a number is divided by, and not taken away. */
void bp_propose_quotient_extra(struct bp_editor *editor, expr node) {
  if (bp_is_quotient(node) && !bp_is(node->child[0], BP_EXPR_NUMBER) &&
      !bp_is(node->child[1], BP_EXPR_NUMBER))
    bp_edit_propose(
        editor, node,
        bp_build_binary(editor->build, BP_EXPR_SUBTRACT, node->child[0], node->child[1]), NULL);
}

/* ---- powers ------------------------------------------------------------- */

static expr powered(struct bp_editor *editor, expr power, expr base) {
  return bp_build_with_child(editor->build, power, 0, base);
}

/* (a + b - c)^2 to a^2 + (b - c)^2 and to (a + b)^2 - c^2. */
void bp_propose_power_of_terms(struct bp_editor *editor, expr node) {
  expr sum = bp_is_power(node) ? node->child[0] : NULL;
  if (!sum || !bp_is_sum(sum))
    return;
  struct bp_builder *build = editor->build;
  expr left = sum->child[0], right = sum->child[1];
  for (int plus = 0; plus < 2; plus++) {
    enum bp_expression_kind sign = plus ? BP_EXPR_ADD : sum->kind;
    if (!plus || sum->kind != BP_EXPR_ADD)
      bp_edit_propose(
          editor, node,
          bp_build_binary(build, sign, powered(editor, node, left), powered(editor, node, right)),
          NULL);
  }
  if (!bp_is(left, BP_EXPR_ADD) || left->parenthesised)
    return;
  expr rest = bp_build_binary(build, sum->kind, left->child[1], right);
  expr last = rest ? powered(editor, node, rest) : NULL;
  if (last)
    bp_edit_propose(
        editor, node,
        bp_build_binary(build, BP_EXPR_ADD, powered(editor, node, left->child[0]), last), NULL);
}

/* ---- what two terms share ----------------------------------------------- */

/* The first factor of a product of which the name is no matrix: β in β * v. */
static expr first_factor(expr term) {
  while (bp_is_product(term) && !term->parenthesised)
    term = term->child[0];
  return term;
}

/* β*v + g to β*v + (1 - β)*g, and the other way round. */
void bp_propose_share_missing(struct bp_editor *editor, expr node) {
  struct bp_builder *build = editor->build;
  for (size_t i = 0; bp_is(node, BP_EXPR_ADD) && i < 2; i++) {
    expr share = first_factor(node->child[i]);
    if (!bp_is(share, BP_EXPR_NAME) || share == node->child[i])
      continue;
    expr rest = bp_build_binary(build, BP_EXPR_SUBTRACT, bp_build_whole(build, 1), share);
    expr made = rest ? bp_build_binary(build, BP_EXPR_MULTIPLY, rest, node->child[1 - i]) : NULL;
    bp_edit_propose_child(editor, node, 1 - i, made, rest);
  }
}
