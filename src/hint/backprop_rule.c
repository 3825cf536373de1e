/* The rules of back-propagation that a student knows by name, recognised by what the line is about
 * and what the edit changes.
 *
 *     BP1, BP2   delta = (W' * delta of the next layer) ⊙ g'(Z)
 *     BP3        the gradient of a bias is the delta, summed over the samples
 *     BP4        the gradient of a weight is the delta times the activation transposed
 *
 * What a line is about is read off the derivative that it equals, ∂J/∂W or a name that is written
 * for one.  The letters W, w, b and m mean what they mean in every course; under other letters
 * nothing is added, nor where no activation stands between the parameter and the loss: the gradient
 * of a linear regression is no BP4.
 */
#include "hint/backprop_rule.h"

#include <string.h>

#include "value/builtin.h"

typedef const struct bp_expression *expr;

enum about { ABOUT_OTHER, ABOUT_WEIGHT, ABOUT_BIAS, ABOUT_ACTIVITY };

static bool begins_with(expr node, const char *letters) {
  return node->kind == BP_EXPR_NAME && strchr(letters, node->name[0]) != NULL &&
         (node->name[1] == '\0' || (node->name[1] >= '0' && node->name[1] <= '9'));
}

/* The derivative that the expression is, or is written for; NULL where it is none. */
static expr derivative_of(const struct bp_model *model, expr node) {
  while (node->kind == BP_EXPR_TRANSPOSE || node->kind == BP_EXPR_ELEMENT)
    node = node->child[0];
  const struct bp_declaration *declaration =
      node->kind == BP_EXPR_NAME ? bp_model_find(model, node->name) : NULL;
  if (declaration && declaration->kind == BP_DECLARED_WRITE && declaration->count)
    node = declaration->pieces[0].line.statement->sides[0];
  while (node->kind == BP_EXPR_MULTIPLY)
    node = node->child[1];
  return node->kind == BP_EXPR_PARTIAL ? node : NULL;
}

/* let A = g(Z) */
static bool is_activation(expr side) {
  return side->kind == BP_EXPR_CALL && side->count == 2 && side->order == 0 &&
         side->child[1]->kind == BP_EXPR_NAME && !bp_builtin_is(side->child[0]->name, BP_OF_MANY);
}

/* Whether the derivative goes back through a layer. */
static bool is_of_network(struct bp_model *model, expr derivative) {
  const struct bp_declaration *below = bp_model_find(model, derivative->child[1]->name);
  for (size_t d = 0; below && d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    bool before = declaration->kind == BP_DECLARED_LET &&
                  bp_model_leads_to(model, derivative->child[0], declaration);
    for (size_t i = 0; before && i < declaration->count; i++) {
      expr side = declaration->pieces[i].line.statement->sides[0];
      if (is_activation(side) && bp_model_leads_to(model, side, below))
        return true;
    }
  }
  return false;
}

static enum about about(struct bp_model *model, expr other) {
  expr derivative = derivative_of(model, other);
  if (!derivative || derivative->child[1]->kind != BP_EXPR_NAME ||
      !is_of_network(model, derivative))
    return ABOUT_OTHER;
  expr below = derivative->child[1];
  if (begins_with(below, "Ww"))
    return ABOUT_WEIGHT;
  return begins_with(below, "b") ? ABOUT_BIAS : ABOUT_ACTIVITY;
}

static bool names_size(const struct bp_edit *edit, const char *size) {
  return edit->subject && edit->subject->kind == BP_EXPR_NAME && edit->subject->count == 0 &&
         !strcmp(edit->subject->name, size);
}

static const char *of_activity(const struct bp_edit *edit) {
  switch (edit->kind) {
  case BP_EDIT_transpose_missing:
    return begins_with(edit->place, "Ww") ? " (BP2: deltas go back through the weights transposed)"
                                          : "";
  case BP_EDIT_slope_missing:
  case BP_EDIT_slope_point:
    return " (BP2: ⊙ g'(Z), the slope of the activation at its own input)";
  default:
    return "";
  }
}

const char *bp_backprop_rule(struct bp_model *model, expr other, const struct bp_edit *edit) {
  enum about what = about(model, other);
  bool mean = edit->kind == BP_EDIT_factor_size_inverse && names_size(edit, "m");
  if (what != ABOUT_OTHER && mean)
    return ": that of the mean over the samples";
  if (what == ABOUT_WEIGHT && edit->kind == BP_EDIT_transpose_missing)
    return begins_with(edit->place, "XxAaHh") ? " (BP4: the delta times the activation transposed)"
                                              : "";
  if (what == ABOUT_WEIGHT && edit->kind == BP_EDIT_layer)
    return " (BP4: the activation that the layer gets is that of the layer before)";
  if (what == ABOUT_BIAS && (edit->kind == BP_EDIT_sum_missing || edit->kind == BP_EDIT_sum_axis))
    return " (BP3: a bias is the same for all samples, so their deltas are summed)";
  return what == ABOUT_ACTIVITY ? of_activity(edit) : "";
}
