/* Of several formulas that hold, which one did the author mean?  The one that changes least, with a
 * few corrections for what people do not do: turn round a difference that a definition has as it
 * stands, or write the derivative of an activation by a call where its value has a name.
 */
#include <string.h>

#include "hint/search.h"
#include "lang/tree.h"

size_t bp_search_size(const struct bp_expression *node) {
  size_t size = 1;
  for (size_t i = 0; i < node->count; i++)
    size += bp_search_size(node->child[i]);
  return size;
}

/* Whether a definition has the difference as it stands: Z - μ, which nobody turns round. */
static bool is_defined_so(const struct bp_search *search, const struct bp_expression *difference) {
  const struct bp_model *model = &search->bench->model;
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    for (size_t i = 0; declaration->kind == BP_DECLARED_LET && i < declaration->count; i++)
      if (bp_expression_contains(declaration->pieces[i].line.statement->sides[0], difference))
        return true;
  }
  return false;
}

/* Whether the name goes with its complement beside it: the first a in a * (1 - a) * a, where the
 * last one is the likelier slip. */
static bool has_complement_beside(const struct bp_expression *formula,
                                  const struct bp_expression *name) {
  bool product = bp_is_product(formula);
  const struct bp_expression *left = product ? formula->child[0] : NULL;
  if (product && bp_is_product(left) && !left->parenthesised)
    left = left->child[1];
  const struct bp_expression *right = product ? formula->child[1] : NULL;
  if (left == name && bp_is(right, BP_EXPR_SUBTRACT) && bp_is_number(right->child[0], "1") &&
      bp_expression_same(right->child[1], name))
    return true;
  for (size_t i = 0; i < formula->count; i++)
    if (has_complement_beside(formula->child[i], name))
      return true;
  return false;
}

/* Whether the place is what something is differentiated by. */
static bool is_moved(const struct bp_expression *node, const struct bp_expression *place,
                     bool below) {
  if (node == place)
    return below;
  bool moved = false;
  for (size_t i = 0; i < node->count && !moved; i++)
    moved = is_moved(node->child[i], place, below || node->kind == BP_EXPR_PARTIAL);
  return moved;
}

/* Whether the sum is what is taken away: x - a of (x + a) - (x - a), where the likelier slip is the
 * order of the difference. */
static bool is_behind_minus(const struct bp_expression *formula, const struct bp_expression *sum) {
  bool behind = bp_is(formula, BP_EXPR_SUBTRACT) && formula->child[1] == sum;
  for (size_t i = 0; i < formula->count && !behind; i++)
    behind = is_behind_minus(formula->child[i], sum);
  return behind;
}

/* Whether the name is one of both factors of X * X', where it was meant to be another in both. */
static bool is_half_of_square(const struct bp_expression *formula,
                              const struct bp_expression *name) {
  bool square = bp_is(formula, BP_EXPR_MULTIPLY);
  for (size_t i = 0; square && i < 2; i++) {
    const struct bp_expression *part = formula->child[i];
    if (i == 0 && bp_is_product(part) && !part->parenthesised)
      part = part->child[1]; /* 1/m * X of 1/m * X * X' */
    square = bp_expression_same(bp_is(part, BP_EXPR_TRANSPOSE) ? part->child[0] : part, name);
  }
  for (size_t i = 0; i < formula->count && !square; i++)
    square = is_half_of_square(formula->child[i], name);
  return square;
}

static bool has_call(const struct bp_expression *node) {
  bool call = node->kind == BP_EXPR_CALL;
  for (size_t i = 0; i < node->count && !call; i++)
    call = has_call(node->child[i]);
  return call;
}

/* How much of a change a formula is: what is put in is a worse guess than what is taken away, and
 * among equals what changes fewer bytes comes first. */
void bp_search_weigh(const struct bp_search *search, const struct bp_edit *edit,
                     struct bp_found *found) {
  /* What holds with one number may hold with others; x' ⊗ x is x * x' for who knows no ⊗. */
  enum {
    OF_NUMBER = 5,
    OF_KRONECKER = 2,
    OF_DIFFERENCE = 4,
    OF_INNER_SIGN = 2,
    OF_SLOPE = 1,
    OF_CALL = 3,
    OF_SQUARE = 1,
    OF_EXCHANGE = 4,
    OF_MOVED = 1
  };
  size_t before = bp_search_size(search->formula), after = bp_search_size(edit->whole);
  found->change = after > before ? 3 * (after - before) : before - after;
  if (edit->kind == BP_EDIT_number)
    found->change += OF_NUMBER;
  if (edit->kind == BP_EDIT_names_exchanged)
    found->change += OF_EXCHANGE; /* a sign does as much for x - μ */
  if (edit->kind == BP_EDIT_difference_turned && is_defined_so(search, edit->place))
    found->change += OF_DIFFERENCE;
  if (edit->kind == BP_EDIT_sign && edit->place != search->formula)
    found->change += OF_INNER_SIGN;
  if (edit->kind == BP_EDIT_name && has_complement_beside(search->formula, edit->place))
    found->change += OF_SLOPE;
  if (edit->kind == BP_EDIT_sign_of_term && is_behind_minus(search->formula, edit->place))
    found->change += OF_INNER_SIGN;
  if (edit->kind == BP_EDIT_name && is_half_of_square(search->formula, edit->place))
    found->change += OF_SQUARE;
  if (edit->kind == BP_EDIT_index_reversed && is_moved(search->formula, edit->place, false))
    found->change += OF_MOVED;
  if (edit->kind == BP_EDIT_slope_form && has_call(edit->subject))
    found->change += OF_CALL; /* the value of an activation has a name */
  if (edit->kind == BP_EDIT_kronecker_missing && !search->supply.kronecker)
    found->change += OF_KRONECKER;
  for (size_t i = 0; i < found->hint.edit_count; i++) {
    const struct bp_replacement *edit = &found->hint.edits[i];
    found->bytes += edit->span.end - edit->span.begin + strlen(edit->text);
  }
}
