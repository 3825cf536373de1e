/* The kinds of edits that know how a course writes something: the derivative of an activation by
 * its value, the Jacobian of softmax, the product rule, identities in Jacobians, sums over steps.
 *
 * None of them is taken for true: a rule is written down as a proposal and judged by its numbers
 * like any other, so one that does not apply is never offered.
 */
#include <stdlib.h>
#include <string.h>

#include "hint/edit/propose.h"
#include "lang/tree.h"
#include "value/builtin.h"

enum { LONGEST_CHAIN = 12 };

static expr binary(struct bp_editor *editor, enum bp_expression_kind kind, expr left, expr right) {
  return bp_build_binary(editor->build, kind, left, right);
}

static expr complement(struct bp_editor *editor, expr part) {
  return binary(editor, BP_EXPR_SUBTRACT, bp_build_whole(editor->build, 1), part);
}

/* ---- derivatives of activations ----------------------------------------- */

/* 1 - x, 1 + x, 1 - x^2 */
static bool is_like_slope(expr node) {
  return bp_is_sum(node) && bp_is_number(node->child[0], "1");
}

/* left ⊙ a ⊙ (1 - a) and left ⊙ (1 - a.^2) for that value; left may be NULL.  For numbers the same
 * is written with * and ^. */
static void with_forms(struct bp_editor *editor, expr node, expr left, expr value) {
  struct bp_builder *build = editor->build;
  for (int matrix = 0; matrix < 2; matrix++) {
    enum bp_expression_kind times = matrix ? BP_EXPR_HADAMARD : BP_EXPR_MULTIPLY;
    expr rest = complement(editor, value);
    expr sigmoid = binary(editor, times, left ? binary(editor, times, left, value) : value, rest);
    bp_edit_propose(editor, node, sigmoid, binary(editor, times, value, rest));
    expr square = binary(editor, matrix ? BP_EXPR_POINT_POWER : BP_EXPR_POWER, value,
                         bp_build_whole(build, 2));
    expr tanh = complement(editor, square);
    bp_edit_propose(editor, node, left ? binary(editor, times, left, tanh) : tanh, tanh);
  }
}

static void with_all_forms(struct bp_editor *editor, expr node, expr left) {
  const struct bp_supply *supply = editor->supply;
  enum { MOST_NAMES = 20 };
  for (size_t k = 0; k < supply->name_count && k < MOST_NAMES; k++)
    with_forms(editor, node, left, supply->names[k]);
  for (size_t k = 0; k < supply->call_count; k++)
    if (supply->calls[k]->order == 0)
      with_forms(editor, node, left, supply->calls[k]);
}

/* d ⊙ z ⊙ (1 - z) to d ⊙ a ⊙ (1 - a), d ⊙ (1 - c.^2) to d ⊙ (1 - tanh(c).^2). */
void bp_propose_slope_form(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  if (is_like_slope(node) && !(around && bp_is_product(around)))
    with_all_forms(editor, node, NULL);
  if (!bp_is_product(node) || bp_is(node, BP_EXPR_KRONECKER) || !is_like_slope(node->child[1]))
    return;
  expr left = node->child[0];
  with_all_forms(editor, node, left);
  if (bp_is_product(left))
    with_all_forms(editor, node, left->child[0]);
  else
    with_all_forms(editor, node, NULL);
}

void bp_propose_complement_extra(struct bp_editor *editor, expr node) {
  if (bp_is(node, BP_EXPR_SUBTRACT) && bp_is_number(node->child[0], "1"))
    bp_edit_propose(editor, node, node->child[1], node->child[1]);
}

void bp_propose_complement_missing(struct bp_editor *editor, expr node) {
  bool value = bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_ELEMENT);
  expr around = bp_edit_parent(editor);
  bool inside = around && (bp_is_sum(around) || bp_is(around, BP_EXPR_ELEMENT));
  expr other = value && !inside ? complement(editor, node) : NULL;
  if (other)
    bp_edit_propose(editor, node, other, other);
}

/* ---- softmax ------------------------------------------------------------ */

/* Whether nothing but numbers and this is in the node, and this is. */
static bool is_made_of(expr node, expr part, bool *met) {
  if (bp_expression_same(node, part)) {
    *met = true;
    return true;
  }
  if (bp_is(node, BP_EXPR_NUMBER) || bp_is_builtin_call(node, BP_OF_SIZES))
    return true;
  if (bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_ELEMENT) || bp_is(node, BP_EXPR_PARTIAL))
    return false;
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count; i++)
    if (!is_made_of(node->child[i], part, met))
      return false;
  return node->count > 0;
}

/* The one factor of a product that is about something else: `*other`, NULL for none.  False where
 * there are two, or none is about the part. */
static bool split(expr node, expr part, bool *met, expr *other) {
  bool here = false;
  if (is_made_of(node, part, &here)) {
    *met = *met || here;
    return true;
  }
  if (bp_is_product(node) && !bp_is(node, BP_EXPR_KRONECKER))
    return split(node->child[0], part, met, other) && split(node->child[1], part, met, other);
  if (*other)
    return false;
  *other = node;
  return true;
}

static expr ones(struct bp_editor *editor, expr rows) {
  struct bp_builder *build = editor->build;
  expr children[3] = {bp_build_name(build, "ones"), rows, bp_build_whole(build, 1)};
  return children[0] && children[2] ? bp_build_node(build, BP_EXPR_CALL, 3, children) : NULL;
}

/* p ⊙ (d - sum(p ⊙ d)) for a column; every column of P for itself where there are several. */
static void with_weighted_mean(struct bp_editor *editor, expr node, expr p, expr other) {
  expr weighted = binary(editor, BP_EXPR_HADAMARD, p, other);
  expr sums = bp_build_named_call(editor->build, "colsum", weighted);
  for (size_t k = 0; k < editor->supply->size_count; k++) {
    expr repeated = binary(editor, BP_EXPR_MULTIPLY, ones(editor, editor->supply->sizes[k]), sums);
    expr made =
        binary(editor, BP_EXPR_HADAMARD, p, binary(editor, BP_EXPR_SUBTRACT, other, repeated));
    if (made)
      bp_edit_propose(editor, node, made, made);
  }
}

void bp_propose_softmax_slope(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  struct bp_builder *build = editor->build;
  for (size_t k = 0; k < supply->softmax_count; k++) {
    expr p = supply->softmaxes[k], other = NULL;
    bool met = false;
    if (!split(node, p, &met, &other) || !met || bp_expression_same(node, p))
      continue;
    expr diagonal = bp_build_named_call(build, "diag", p);
    expr outer = binary(editor, BP_EXPR_MULTIPLY, p, bp_build_unary(build, BP_EXPR_TRANSPOSE, p));
    expr jacobian = binary(editor, BP_EXPR_SUBTRACT, diagonal, outer);
    bp_edit_propose(editor, node,
                    other ? binary(editor, BP_EXPR_MULTIPLY, jacobian, other) : jacobian, jacobian);
    if (other)
      with_weighted_mean(editor, node, p, other);
  }
}

/* rowsum(E) or colsum(E) to ones(n, 1) * colsum(E). */
void bp_propose_row_repeated(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  if (!bp_is_builtin_call(node, BP_SUMS_ALL) || !around || !bp_is_sum(around))
    return;
  expr sums = bp_build_named_call(editor->build, "colsum", node->child[1]);
  for (size_t k = 0; k < editor->supply->size_count; k++) {
    expr made = binary(editor, BP_EXPR_MULTIPLY, ones(editor, editor->supply->sizes[k]), sums);
    if (made)
      bp_edit_propose(editor, node, made, made);
  }
}

/* ---- identities --------------------------------------------------------- */

static expr identity(struct bp_editor *editor, expr size) {
  return bp_build_named_call(editor->build, "I", size);
}

/* λ to λ * I(n), 1 to I(n): as a term, or as the whole. */
void bp_propose_identity_missing(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  if (bp_is_sum(node) || (around && !bp_is_sum(around)))
    return;
  for (size_t k = 0; k < editor->supply->size_count; k++) {
    expr matrix = identity(editor, editor->supply->sizes[k]);
    expr made = bp_is_number(node, "1") ? matrix : binary(editor, BP_EXPR_MULTIPLY, node, matrix);
    if (made)
      bp_edit_propose(editor, node, made, made);
  }
}

/* x or x' to x' ⊗ I(k), and to the other three of the sort. */
void bp_propose_identity_kronecker(struct bp_editor *editor, expr node) {
  expr around = bp_edit_parent(editor);
  expr name = bp_is(node, BP_EXPR_TRANSPOSE) ? node->child[0] : node;
  if (!bp_is(name, BP_EXPR_NAME) || (around && bp_is(around, BP_EXPR_TRANSPOSE)))
    return;
  expr forms[2] = {bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, name), name};
  for (size_t k = 0; k < editor->supply->size_count; k++)
    for (size_t i = 0; i < 2; i++) {
      expr matrix = identity(editor, editor->supply->sizes[k]);
      expr behind = binary(editor, BP_EXPR_KRONECKER, forms[i], matrix);
      expr before = binary(editor, BP_EXPR_KRONECKER, matrix, forms[i]);
      bp_edit_propose(editor, node, behind, behind);
      bp_edit_propose(editor, node, before, before);
    }
}

/* ---- products ----------------------------------------------------------- */

/* A product of up to LONGEST_CHAIN factors, as it was written. */
struct factors {
  expr parts[LONGEST_CHAIN];
  enum bp_expression_kind signs[LONGEST_CHAIN]; /* before each, but for the first */
  size_t count;
};

static bool collect(struct factors *factors, expr node) {
  bool chain = bp_is_product(node) && !node->parenthesised;
  if (chain && !collect(factors, node->child[0]))
    return false;
  if (factors->count == LONGEST_CHAIN)
    return false;
  factors->signs[factors->count] = node->kind;
  factors->parts[factors->count++] = chain ? node->child[1] : node;
  return true;
}

static expr without_change(struct bp_editor *editor, expr part) {
  if (bp_is(part, BP_EXPR_DIFFERENTIAL))
    return part->child[0];
  if (bp_is(part, BP_EXPR_TRANSPOSE) && bp_is(part->child[0], BP_EXPR_DIFFERENTIAL))
    return bp_build_unary(editor->build, BP_EXPR_TRANSPOSE, part->child[0]->child[0]);
  if (bp_is(part, BP_EXPR_CALL) && part->order == 1) {
    struct bp_expression *copy = bp_build_copy(editor->build, part);
    if (copy)
      copy->order = 0;
    return copy;
  }
  return NULL;
}

/* The factor with its change: d(A), d(A)' for A', g'(x). */
static expr with_change(struct bp_editor *editor, expr part, bool differential) {
  struct bp_builder *build = editor->build;
  if (!differential) {
    struct bp_expression *copy =
        bp_is(part, BP_EXPR_CALL) && part->count == 2 ? bp_build_copy(build, part) : NULL;
    if (copy)
      copy->order = 1;
    return copy;
  }
  if (bp_is(part, BP_EXPR_TRANSPOSE))
    return bp_build_unary(build, BP_EXPR_TRANSPOSE,
                          bp_build_unary(build, BP_EXPR_DIFFERENTIAL, part->child[0]));
  return bp_build_unary(build, BP_EXPR_DIFFERENTIAL, part);
}

static expr term_of(struct bp_editor *editor, const struct factors *factors, size_t changed,
                    bool differential) {
  expr term = NULL;
  for (size_t i = 0; i < factors->count; i++) {
    expr part =
        i == changed ? with_change(editor, factors->parts[i], differential) : factors->parts[i];
    if (!part)
      return NULL;
    term = i ? binary(editor, factors->signs[i], term, part) : part;
  }
  return term;
}

/* dA*B to dA*B + A*dB; 2*A*dA to dA*A + A*dA; g'(x) ⊙ h'(x) to g'(x) ⊙ h(x) + g(x) ⊙ h'(x). */
void bp_propose_product_rule(struct bp_editor *editor, expr node) {
  struct factors factors = {.count = 0};
  bool differential = false, changed = false;
  if (!bp_is_product(node) || !collect(&factors, node))
    return;
  if (bp_is(factors.parts[0], BP_EXPR_NUMBER)) {
    memmove(factors.parts, factors.parts + 1, --factors.count * sizeof *factors.parts);
    memmove(factors.signs, factors.signs + 1, factors.count * sizeof *factors.signs);
  }
  for (size_t i = 0; i < factors.count; i++) {
    expr bare = without_change(editor, factors.parts[i]);
    changed = changed || bare;
    differential = differential || (bare && !bp_is(factors.parts[i], BP_EXPR_CALL));
    factors.parts[i] = bare ? bare : factors.parts[i];
  }
  expr sum = NULL, missing = NULL;
  for (size_t i = 0; changed && i < factors.count; i++) {
    expr term = term_of(editor, &factors, i, differential);
    bool there = term && bp_expression_same(term, node);
    if (!there)
      missing = missing ? binary(editor, BP_EXPR_ADD, missing, term) : term;
    sum = i ? binary(editor, BP_EXPR_ADD, sum, there ? node : term) : there ? node : term;
  }
  if (sum && factors.count > 1)
    bp_edit_propose(editor, node, sum, missing);
}

/* g'(t)/h'(t) to (g'(t)*h(t) - g(t)*h'(t))/h(t)^2. */
void bp_propose_quotient_rule(struct bp_editor *editor, expr node) {
  struct bp_builder *build = editor->build;
  if (!bp_is_quotient(node))
    return;
  expr above = without_change(editor, node->child[0]),
       below = without_change(editor, node->child[1]);
  if (!above || !below)
    return;
  for (int matrix = 0; matrix < 2; matrix++) {
    enum bp_expression_kind times = matrix ? BP_EXPR_HADAMARD : BP_EXPR_MULTIPLY;
    enum bp_expression_kind power = matrix ? BP_EXPR_POINT_POWER : BP_EXPR_POWER;
    expr difference = binary(editor, BP_EXPR_SUBTRACT, binary(editor, times, node->child[0], below),
                             binary(editor, times, above, node->child[1]));
    expr made = binary(editor, node->kind, difference,
                       binary(editor, power, below, bp_build_whole(build, 2)));
    if (made)
      bp_edit_propose(editor, node, made, made);
  }
}

/* x * a^(x - 1) to a^x * log(a): the rule for powers is about the base. */
void bp_propose_exponential_rule(struct bp_editor *editor, expr node) {
  for (size_t i = 0; bp_is_product(node) && i < 2; i++) {
    expr power = node->child[1 - i], exponent = node->child[i];
    if (!bp_is_power(power) || !bp_is(power->child[1], BP_EXPR_SUBTRACT) ||
        !bp_is_number(power->child[1]->child[1], "1") ||
        !bp_expression_same(power->child[1]->child[0], exponent))
      continue;
    expr whole = binary(editor, power->kind, power->child[0], exponent);
    expr log = bp_build_named_call(editor->build, "log", power->child[0]);
    expr made = log ? binary(editor, node->kind, whole, log) : NULL;
    if (made)
      bp_edit_propose(editor, node, made, made);
  }
}

/* The node with its last factor, or its divisor, exchanged for that of the other. */
static expr with_last(struct bp_editor *editor, expr node, expr other) {
  if (bp_is(node, BP_EXPR_NEGATE))
    return bp_build_unary(editor->build, BP_EXPR_NEGATE, with_last(editor, node->child[0], other));
  return binary(editor, node->kind, node->child[0], other);
}

static expr without_sign(expr node) { return bp_is(node, BP_EXPR_NEGATE) ? node->child[0] : node; }

/* a ./ b + c ./ d to a ./ d + c ./ b. */
void bp_propose_parts_exchanged(struct bp_editor *editor, expr node) {
  if (!bp_is_sum(node))
    return;
  expr left = without_sign(node->child[0]), right = without_sign(node->child[1]);
  bool fit = (bp_is_quotient(left) && bp_is_quotient(right)) ||
             (bp_is_product(left) && bp_is_product(right));
  if (fit && !bp_expression_same(left->child[1], right->child[1]))
    bp_edit_propose(editor, node,
                    binary(editor, node->kind, with_last(editor, node->child[0], right->child[1]),
                           with_last(editor, node->child[1], left->child[1])),
                    NULL);
}

/* ---- indices ------------------------------------------------------------ */

/* The formula with another index in the place of this one, of its neighbours likewise. */
static expr moved(struct bp_editor *editor, expr node, expr from, expr to) {
  struct bp_builder *build = editor->build;
  if (!node || !to)
    return NULL;
  if (bp_is(node, BP_EXPR_NAME)) {
    for (size_t i = 0; i < node->count; i++)
      for (long by = -1; by <= 1; by++) {
        expr near = by ? bp_build_shifted(build, from, by) : from;
        if (near && bp_expression_same(node->child[i], near))
          return bp_build_with_child(build, node, i, by ? bp_build_shifted(build, to, by) : to);
      }
    return node;
  }
  expr whole = node;
  for (size_t i = 0; i < node->count && whole; i++) {
    bool closed = (bp_is(node, BP_EXPR_ELEMENT) && i > 0) || (bp_is(node, BP_EXPR_SUM) && i < 2) ||
                  bp_is(node, BP_EXPR_ALL);
    expr part = closed ? node->child[i] : moved(editor, node->child[i], from, to);
    if (part != node->child[i])
      whole = part ? bp_build_with_child(build, whole, i, part) : NULL;
  }
  return whole;
}

/* The indices of families in the node. */
struct indices {
  expr list[6];
  size_t count;
};

static void find_indices(expr node, struct indices *indices) {
  for (size_t i = 0; bp_is(node, BP_EXPR_NAME) && i < node->count; i++) {
    bool known = indices->count == sizeof indices->list / sizeof *indices->list;
    for (size_t k = 0; k < indices->count; k++)
      known = known || bp_expression_same(indices->list[k], node->child[i]);
    if (!known)
      indices->list[indices->count++] = node->child[i];
  }
  for (size_t i = 0; i < node->count && !bp_is(node, BP_EXPR_NAME); i++)
    if (!(bp_is(node, BP_EXPR_ELEMENT) && i > 0))
      find_indices(node->child[i], indices);
}

/* δ[L] * a[L-1]' to δ[l] * a[l-1]'. */
void bp_propose_index_everywhere(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  struct indices indices = {.count = 0};
  if (!bp_is_product(node) && !bp_is_sum(node))
    return;
  find_indices(node, &indices);
  for (size_t k = 0; k < indices.count; k++)
    for (size_t i = 0; i < supply->letter_count; i++)
      for (long by = -1; by <= 1; by++) {
        expr letter = bp_build_name(editor->build, supply->letters[i]);
        expr to = by && letter ? bp_build_shifted(editor->build, letter, by) : letter;
        expr other = moved(editor, node, indices.list[k], to);
        if (other && !bp_expression_same(other, node))
          bp_edit_propose(editor, node, other, to);
      }
}

static expr sum_over(struct bp_editor *editor, const char *letter, expr to, expr body) {
  struct bp_builder *build = editor->build;
  expr children[3] = {bp_build_whole(build, 1), to, body};
  struct bp_expression *sum =
      children[0] && to && body ? bp_build_node(build, BP_EXPR_SUM, 3, children) : NULL;
  if (sum)
    sum->name = letter;
  return sum;
}

/* δ[T] * x[T]' to sum_{t=1..T} δ[t] * x[t]'; w_{k,j} * δ_k to the sum over k. */
void bp_propose_sum_steps(struct bp_editor *editor, expr node) {
  const struct bp_supply *supply = editor->supply;
  expr around = bp_edit_parent(editor);
  if (bp_is(node, BP_EXPR_SUM) || bp_is(node, BP_EXPR_NUMBER) ||
      (around && !bp_is_sum(around) && !bp_is_product(around)))
    return;
  struct indices indices = {.count = 0};
  find_indices(node, &indices);
  for (size_t k = 0; k < supply->size_count; k++) {
    for (size_t i = 0; i < supply->letter_count; i++)
      if (bp_expression_mentions(node, supply->letters[i])) {
        expr sum = sum_over(editor, supply->letters[i], supply->sizes[k], node);
        bp_edit_propose(editor, node, sum, sum ? bp_build_name(editor->build, sum->name) : NULL);
      }
    for (size_t i = 0; i < indices.count; i++) {
      expr letter = bp_build_name(editor->build, "t");
      expr body = letter ? moved(editor, node, indices.list[i], letter) : NULL;
      expr sum = body ? sum_over(editor, "t", supply->sizes[k], body) : NULL;
      if (sum)
        bp_edit_propose(editor, node, sum, letter);
    }
  }
}

/* a + b - letter, in numbers where the bounds are. */
static expr reversed(struct bp_editor *editor, expr sum) {
  struct bp_builder *build = editor->build;
  expr letter = bp_build_name(build, sum->name), low = sum->child[0], high = sum->child[1];
  bool numbers = bp_is(low, BP_EXPR_NUMBER) && bp_is(high, BP_EXPR_NUMBER);
  expr both =
      numbers ? bp_build_whole(build, strtol(low->text, NULL, 10) + strtol(high->text, NULL, 10))
              : binary(editor, BP_EXPR_ADD, high, low);
  return binary(editor, BP_EXPR_SUBTRACT, both, letter);
}

/* The terms of an index, with their signs. */
struct index_terms {
  expr list[4];
  bool negative[4];
  size_t count;
};

static void find_terms(expr index, bool negative, struct index_terms *terms) {
  if (bp_is_sum(index)) {
    find_terms(index->child[0], negative, terms);
    find_terms(index->child[1], negative != bp_is(index, BP_EXPR_SUBTRACT), terms);
  } else if (terms->count < sizeof terms->list / sizeof *terms->list) {
    terms->list[terms->count] = index;
    terms->negative[terms->count++] = negative;
  }
}

/* j + u - 1 to j - u + 1: the other letters stay, all else changes its sign.  NULL where nothing
 * would stay. */
static expr run_backwards(struct bp_editor *editor, expr index, const char *letter) {
  struct index_terms terms = {.count = 0};
  find_terms(index, false, &terms);
  expr made = NULL;
  for (int turn = 0; turn < 2; turn++)
    for (size_t i = 0; i < terms.count; i++) {
      bool stays = bp_is(terms.list[i], BP_EXPR_NAME) && strcmp(terms.list[i]->name, letter) != 0;
      if (stays != (turn == 0))
        continue;
      if (!made && (!stays || terms.negative[i]))
        return NULL;
      bool minus = stays ? terms.negative[i] : !terms.negative[i];
      made = made ? binary(editor, minus ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, made, terms.list[i])
                  : terms.list[i];
    }
  return made;
}

/* Inside a sum over u = 1..3: k_u to k_{4-u}, y_{j+u-1} to y_{j-u+1}. */
void bp_propose_index_reversed(struct bp_editor *editor, expr node) {
  if (!bp_is(node, BP_EXPR_ELEMENT))
    return;
  for (size_t depth = 0; depth < editor->depth; depth++) {
    expr sum = editor->path[depth].node;
    for (size_t i = 1; bp_is(sum, BP_EXPR_SUM) && i < node->count; i++) {
      bool more = bp_is_sum(node->child[i]) && bp_expression_mentions(node->child[i], sum->name);
      expr back = more ? run_backwards(editor, node->child[i], sum->name) : NULL;
      expr turned = back ? bp_build_with_child(editor->build, node, i, back) : NULL;
      if (turned)
        bp_edit_propose(editor, node, turned, turned);
      if (bp_is(node->child[i], BP_EXPR_NAME) && node->child[i]->count == 0 &&
          !strcmp(node->child[i]->name, sum->name)) {
        expr other = bp_build_with_child(editor->build, node, i, reversed(editor, sum));
        bp_edit_propose(editor, node, other, other);
      }
    }
  }
}
