/* The kinds of edits that know what people confuse: sums with products, a condition with its
 * opposite, a Jacobian with its diagonal, one class with all of them, one layer with two.
 *
 * Like every other kind they propose and never decide: what is written down here is judged by its
 * numbers.
 */
#include <string.h>

#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

static expr binary(struct bp_editor *editor, enum bp_expression_kind kind, expr left, expr right) {
  return bp_build_binary(editor->build, kind, left, right);
}

/* ---- conditions --------------------------------------------------------- */

/* Z < 0 to Z > 0. */
void bp_propose_condition_turned(struct bp_editor *editor, expr node) {
  static const enum bp_relation turned[] = {[BP_LESS] = BP_GREATER,
                                            [BP_AT_MOST] = BP_AT_LEAST,
                                            [BP_GREATER] = BP_LESS,
                                            [BP_AT_LEAST] = BP_AT_MOST};
  if (!bp_is(node, BP_EXPR_COMPARE) || node->relation == BP_EQUAL ||
      node->relation == BP_APPROXIMATE)
    return;
  struct bp_expression *copy = bp_build_copy(editor->build, node);
  if (copy)
    copy->relation = turned[node->relation];
  bp_edit_propose(editor, node, copy, NULL);
}

/* ---- sums and products -------------------------------------------------- */

/* a + b + c to a * b * c, and back with `to` a sum; NULL for one term. */
static expr rejoined(struct bp_editor *editor, expr node, bool (*joining)(expr node),
                     enum bp_expression_kind to) {
  if (!joining(node))
    return node;
  return binary(editor, to, rejoined(editor, node->child[0], joining, to),
                rejoined(editor, node->child[1], joining, to));
}

/* Whether a number stands in the chain: nobody writes 2 + x for 2 * x. */
static bool joins_number(expr node, bool (*joining)(expr node)) {
  if (joining(node))
    return joins_number(node->child[0], joining) || joins_number(node->child[1], joining);
  return bp_is(node, BP_EXPR_NUMBER);
}

/* Whether it is a part of a longer chain, which is looked at as a whole. */
static bool is_inner(const struct bp_editor *editor, expr node, bool (*joining)(expr node)) {
  expr around = bp_edit_parent(editor);
  return around && joining(around) && !node->parenthesised;
}

/* The links of a chain rule are multiplied. */
void bp_propose_product_missing(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_ADD) && !is_inner(editor, node, bp_is_sum) &&
      !joins_number(node, bp_is_sum))
    bp_edit_propose(editor, node, rejoined(editor, node, bp_is_sum, BP_EXPR_MULTIPLY), NULL);
}

/* log(a * b) is a sum. */
void bp_propose_product_extra(struct bp_editor *editor, expr node) {
  bool product = bp_is(node, BP_EXPR_MULTIPLY) || bp_is(node, BP_EXPR_HADAMARD);
  if (product && !is_inner(editor, node, bp_is_product) && !joins_number(node, bp_is_product))
    bp_edit_propose(editor, node, rejoined(editor, node, bp_is_product, BP_EXPR_ADD), NULL);
}

/* a^2 + b^2 to a^2 + 2*a*b + b^2, for numbers; for matrices A*B + B*A. */
void bp_propose_binomial(struct bp_editor *editor, expr node) {
  bool squares = bp_is_sum(node) && bp_is_power(node->child[0]) && bp_is_power(node->child[1]) &&
                 bp_is_number(node->child[0]->child[1], "2") &&
                 bp_is_number(node->child[1]->child[1], "2");
  if (!squares)
    return;
  expr a = node->child[0]->child[0], b = node->child[1]->child[0];
  bool points = bp_is(node->child[0], BP_EXPR_POINT_POWER);
  enum bp_expression_kind times = points ? BP_EXPR_HADAMARD : BP_EXPR_MULTIPLY;
  expr twice = binary(editor, times,
                      binary(editor, BP_EXPR_MULTIPLY, bp_build_whole(editor->build, 2), a), b);
  expr both = binary(editor, BP_EXPR_ADD, binary(editor, BP_EXPR_MULTIPLY, a, b),
                     binary(editor, BP_EXPR_MULTIPLY, b, a));
  const struct {
    enum bp_expression_kind sign;
    expr term;
  } mixed[] = {{BP_EXPR_ADD, twice}, {BP_EXPR_SUBTRACT, twice}, {BP_EXPR_ADD, both}};
  for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++)
    bp_edit_propose(editor, node,
                    binary(editor, node->kind,
                           binary(editor, mixed[i].sign, node->child[0], mixed[i].term),
                           node->child[1]),
                    mixed[i].term);
}

/* ---- what a name stands for, all over ----------------------------------- */

/* The node with `to` wherever `from` stands; `count` places. */
static expr exchanged(struct bp_editor *editor, expr node, expr from, expr to, size_t *count) {
  if (bp_expression_same(node, from)) {
    ++*count;
    return to;
  }
  expr whole = node;
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && whole; i++) {
    if (bp_is(node, BP_EXPR_NAME) || (bp_is(node, BP_EXPR_ELEMENT) && i > 0))
      break;
    expr part = exchanged(editor, node->child[i], from, to, count);
    if (part != node->child[i])
      whole = bp_build_with_child(editor->build, whole, i, part);
  }
  return whole;
}

/* d ⊙ z ⊙ (1 - z) to d ⊙ a ⊙ (1 - a): where a name is wrong twice it is one mistake. */
void bp_propose_name_everywhere(struct bp_editor *editor, expr node) {
  enum { MOST_FROM = 6 };
  const struct bp_supply *supply = editor->supply;
  if (editor->depth > 0)
    return;
  for (size_t i = 0; i < supply->name_count && i < MOST_FROM; i++)
    for (size_t k = 0; k < supply->name_count; k++) {
      size_t count = 0;
      expr to = supply->names[k];
      expr other = i == k ? NULL : exchanged(editor, node, supply->names[i], to, &count);
      if (other && count > 1)
        bp_edit_propose(editor, node, other, to);
    }
}

/* ---- classes ------------------------------------------------------------ */

/* The node with 1 - x for every name in it: (1 - y) ⊙ log(1 - a) of y ⊙ log(a). */
static expr complemented(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_ELEMENT))
    return binary(editor, BP_EXPR_SUBTRACT, bp_build_whole(editor->build, 1), node);
  expr whole = node;
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && whole; i++) {
    expr part = complemented(editor, node->child[i]);
    whole = part ? bp_build_with_child(editor->build, whole, i, part) : NULL;
  }
  return whole;
}

static bool has_two_names(expr node, expr *first) {
  if (bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_ELEMENT)) {
    bool another = *first && !bp_expression_same(*first, node);
    *first = *first ? *first : node;
    return another;
  }
  bool two = false;
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && !two; i++)
    two = has_two_names(node->child[i], first);
  return two;
}

/* y ⊙ log(a) to y ⊙ log(a) + (1 - y) ⊙ log(1 - a), -y ./ a to -y ./ a + (1 - y) ./ (1 - a). */
void bp_propose_other_class(struct bp_editor *editor, expr node) {
  enum { TALLEST = 4 };
  expr around = bp_edit_parent(editor), first = NULL;
  expr bare = bp_is(node, BP_EXPR_NEGATE) ? node->child[0] : node;
  bool fits = (bp_is_product(bare) || bp_is_quotient(bare)) && bare->height <= TALLEST &&
              !(around && (bp_is_sum(around) || bp_is_product(around))) &&
              has_two_names(bare, &first);
  expr term = fits ? complemented(editor, bare) : NULL;
  if (!term)
    return;
  bp_edit_propose(editor, node, binary(editor, BP_EXPR_ADD, node, term), term);
  bp_edit_propose(editor, node, binary(editor, BP_EXPR_SUBTRACT, node, term), term);
}

/* 1{i = j} */
static expr indicator(struct bp_editor *editor, const char *first, const char *second) {
  struct bp_builder *build = editor->build;
  expr sides[2] = {bp_build_name(build, first), bp_build_name(build, second)};
  struct bp_expression *test =
      sides[0] && sides[1] ? bp_build_node(build, BP_EXPR_COMPARE, 2, sides) : NULL;
  if (!test)
    return NULL;
  test->relation = BP_EQUAL;
  expr parts[4] = {bp_build_name(build, "where"), test, bp_build_whole(build, 1),
                   bp_build_whole(build, 0)};
  return parts[0] && parts[2] && parts[3] ? bp_build_node(build, BP_EXPR_CALL, 4, parts) : NULL;
}

/* p_i * (1 - p_i) to p_i * (1{i = j} - p_j): the diagonal of a matrix was taken for all of it. */
static void propose_beside_diagonal(struct bp_editor *editor, expr node, expr same, size_t i,
                                    size_t k) {
  expr rest = node->child[1];
  expr item =
      bp_is(rest, BP_EXPR_SUBTRACT) && bp_is_number(rest->child[0], "1") ? rest->child[1] : NULL;
  if (!item || !bp_is(item, BP_EXPR_ELEMENT) || item->count != 2)
    return;
  for (size_t turn = 0; turn < 2; turn++) {
    expr from = bp_build_name(editor->build, editor->supply->letters[turn ? k : i]);
    expr to = bp_build_name(editor->build, editor->supply->letters[turn ? i : k]);
    if (!from || !to || !bp_expression_same(item->child[1], from) ||
        !bp_expression_mentions(node->child[0], from->name))
      continue;
    expr other = bp_build_with_child(editor->build, item, 1, to);
    expr whole = binary(editor, BP_EXPR_MULTIPLY, node->child[0],
                        binary(editor, BP_EXPR_SUBTRACT, same, other));
    if (whole)
      bp_edit_propose(editor, node, whole, same);
  }
}

/* p_i * (1 - p_j) to p_i * (1{i = j} - p_j), -p_i * p_j to p_i * (1{i = j} - p_j), and p_i to
 * p_i * 1{i = j}. */
void bp_propose_indicator_missing(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  bool inner = is_inner(editor, node, bp_is_product);
  for (size_t i = 0; i < supply->letter_count; i++)
    for (size_t k = i + 1; k < supply->letter_count; k++) {
      expr same = indicator(editor, supply->letters[i], supply->letters[k]);
      if (!same)
        return;
      if (bp_is_number(node, "1")) {
        bp_edit_propose(editor, node, same, same);
        continue;
      }
      bool product = bp_is_product(node) && !inner;
      if (product)
        propose_beside_diagonal(editor, node, same, i, k);
      if (product)
        bp_edit_propose(editor, node,
                        binary(editor, BP_EXPR_MULTIPLY, node->child[0],
                               binary(editor, BP_EXPR_SUBTRACT, same, node->child[1])),
                        same);
      bool negative = bp_is(node, BP_EXPR_NEGATE) && bp_is_product(node->child[0]);
      if (negative)
        bp_edit_propose(editor, node,
                        binary(editor, BP_EXPR_MULTIPLY, node->child[0]->child[0],
                               binary(editor, BP_EXPR_SUBTRACT, same, node->child[0]->child[1])),
                        same);
      if (!bp_is(node, BP_EXPR_NUMBER) && !bp_is(node, BP_EXPR_COMPARE) && editor->depth == 0)
        bp_edit_propose(editor, node, binary(editor, BP_EXPR_MULTIPLY, node, same), same);
    }
}

/* ---- layers ------------------------------------------------------------- */

/* V' * W' * d to V' * (W' * d ⊙ g'(z)): between two layers there is an activation. */
void bp_propose_slope_between(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  expr left = node->count ? node->child[0] : NULL;
  bool chain =
      bp_is(node, BP_EXPR_MULTIPLY) && bp_is(left, BP_EXPR_MULTIPLY) && !left->parenthesised;
  for (size_t k = 0; chain && k < supply->slope_count; k++) {
    expr inner = binary(editor, BP_EXPR_MULTIPLY, left->child[1], node->child[1]);
    expr bent = binary(editor, BP_EXPR_HADAMARD, inner, supply->slopes[k]);
    expr whole = binary(editor, BP_EXPR_MULTIPLY, left->child[0], bent);
    expr diagonal = bp_build_named_call(editor->build, "diag", supply->slopes[k]);
    expr straight = binary(editor, BP_EXPR_MULTIPLY,
                           binary(editor, BP_EXPR_MULTIPLY, left, diagonal), node->child[1]);
    if (whole)
      bp_edit_propose(editor, node, whole, supply->slopes[k]);
    if (straight)
      bp_edit_propose(editor, node, straight, diagonal);
  }
}
