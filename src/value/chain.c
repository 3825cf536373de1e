/* A gradient times a derivative of matrices.
 *
 * On paper ∂L/∂z ∂z/∂W is the chain rule, and ∂z/∂W a tensor of three indices.  As a Jacobian of
 * vec(z) by vec(W) it can be computed with: vec(∂L/∂z)' times it is vec(∂L/∂W)', whatever the
 * layout and whichever factor stands first.  So a product of ∂U/∂V with something that is laid out
 * as ∂s/∂U is read in this way where it does not fit as a product of matrices, and where it fits
 * but U or V is a matrix and the file's layout makes ∂s/∂U the row, or the column, that fits by
 * vec.  A layout that the file says has one order of factors, and the other one stays a mistake.
 */
#include "value/chain.h"

#include "lang/tree.h"
#include "value/shape.h"
#include "value/target.h"
#include "value/value.h"

static bool same_shape(struct bp_symbolic a, struct bp_symbolic b) {
  return bp_size_same(a.rows, b.rows) && bp_size_same(a.columns, b.columns);
}

static struct bp_symbolic turned(struct bp_symbolic shape) {
  return (struct bp_symbolic){shape.columns, shape.rows};
}

static bool is_matrix(struct bp_symbolic shape) {
  return !bp_size_one(shape.rows) && !bp_size_one(shape.columns);
}

/* Whether the factor is ∂U/∂V, or a product of such. */
static bool is_derivative(const struct bp_expression *factor) {
  if (factor->kind == BP_EXPR_MULTIPLY)
    return is_derivative(factor->child[0]) && is_derivative(factor->child[1]);
  return factor->kind == BP_EXPR_PARTIAL && factor->order == 0;
}

/* The first or the last ∂U/∂V of a product of such. */
static const struct bp_expression *end_of(const struct bp_expression *factor, size_t child) {
  while (factor->kind == BP_EXPR_MULTIPLY)
    factor = factor->child[child];
  return factor;
}

/* Fills in the chain for a factor that is ∂U/∂V; `fits`: the sides fit as matrices. */
static bool try_factor(struct bp_world *world, const struct bp_expression *product,
                       const struct bp_scope *scope, const struct bp_symbolic sides[2],
                       size_t which, bool fits, struct bp_chain *chain) {
  const struct bp_expression *factor = product->child[which];
  enum bp_layout said = world->context.line->layout;
  bool columns = said == BP_LAYOUT_DENOMINATOR; /* the chain goes from right to left */
  const struct bp_expression *first = end_of(factor, columns), *last = end_of(factor, !columns);
  enum bp_derivative_layout layout;
  struct bp_partial_target target;
  struct bp_symbolic shape, above;
  bool order = said == BP_LAYOUT_GRADIENT || which == (columns ? 0 : 1);
  if (!is_derivative(factor) || !order)
    return true;
  if (!bp_partial_layout(world, last, scope, &layout, &target, &shape) ||
      !bp_expression_shape(world, first->child[0], scope, &above))
    return false;
  bool other_turned = bp_gradient_turned(said, above);
  const struct bp_expression *other = product->child[1 - which];
  bool same_u =
      other->kind == BP_EXPR_PARTIAL && bp_expression_same(other->child[1], first->child[0]);
  if (layout == BP_LAID_AS_U && first == last &&
      same_shape(sides[1 - which], other_turned ? turned(above) : above) && (!fits || same_u)) {
    *chain = (struct bp_chain){.read = true,
                               .jacobian = which,
                               .below = target.shape,
                               .other_turned = other_turned,
                               .by_number = true};
    return true;
  }
  bool jacobian = layout == BP_LAID_AS_ROWS_OF_U || layout == BP_LAID_AS_COLUMNS_OF_U;
  bool vec = target.vec || first->child[0]->kind == BP_EXPR_CALL;
  bool tensor = is_matrix(above) || is_matrix(target.shape);
  if (!jacobian || vec || bp_symbolic_number(target.shape) || bp_symbolic_number(above) ||
      !same_shape(sides[1 - which], other_turned ? turned(above) : above) ||
      (fits && !(tensor && said != BP_LAYOUT_GRADIENT)))
    return true;
  *chain = (struct bp_chain){.read = true,
                             .jacobian = which,
                             .below = target.shape,
                             .other_turned = other_turned,
                             .turned = bp_gradient_turned(said, target.shape),
                             .stacked_in_columns = columns};
  return true;
}

bool bp_chain_find(struct bp_world *world, const struct bp_expression *product,
                   const struct bp_scope *scope, const struct bp_symbolic sides[2],
                   struct bp_chain *chain) {
  bool number = bp_symbolic_number(sides[0]) || bp_symbolic_number(sides[1]);
  bool fits = bp_size_same(sides[0].columns, sides[1].rows);
  *chain = (struct bp_chain){.read = false};
  for (size_t which = 2; which-- > 0 && !chain->read && !number && product->written;)
    if (!try_factor(world, product, scope, sides, which, fits, chain))
      return false;
  return true;
}

struct bp_symbolic bp_chain_shape(const struct bp_chain *chain) {
  return chain->turned ? turned(chain->below) : chain->below;
}

bool bp_chain_value(struct bp_world *world, const struct bp_chain *chain,
                    const struct bp_expression *product, const struct bp_balls sides[2],
                    struct bp_balls *value) {
  struct bp_balls partial = sides[chain->jacobian], other = sides[1 - chain->jacobian];
  const struct bp_ball_room *room = &world->room;
  if (chain->by_number) {
    struct bp_balls laid = chain->other_turned ? bp_balls_transpose(room, other) : other;
    struct bp_balls parts = laid.at ? bp_balls_zip(room, laid, partial, bp_ball_mul) : laid;
    return bp_value_made(world, parts.at ? bp_balls_sum(room, parts) : parts, product, value);
  }
  struct bp_balls jacobian =
      chain->stacked_in_columns ? bp_balls_transpose(room, partial) : partial;
  struct bp_balls gradient = chain->other_turned ? bp_balls_transpose(room, other) : other;
  struct bp_balls column = gradient.at ? bp_balls_vec(room, gradient) : gradient;
  struct bp_balls row = column.at ? bp_balls_transpose(room, column) : column;
  if (!jacobian.at || !row.at)
    return bp_value_made(world, (struct bp_balls){0}, product, value);
  struct bp_balls slopes = bp_balls_multiply(room, row, jacobian);
  size_t rows = (size_t)chain->below.rows.value, columns = (size_t)chain->below.columns.value;
  if (slopes.at && slopes.columns != rows * columns)
    return bp_fault_set(world, BP_FAULT_SHAPE, product->span,
                        "write the shapes out: given W : n x k",
                        "the derivative has %zu columns, and what it is taken by has %zu entries",
                        slopes.columns, rows * columns);
  struct bp_balls laid = bp_balls_new(room, rows, columns);
  for (size_t j = 0; slopes.at && laid.at && j < columns; j++)
    for (size_t i = 0; i < rows; i++)
      laid.at[i * columns + j] = slopes.at[j * rows + i];
  if (!slopes.at || !laid.at)
    return bp_value_made(world, (struct bp_balls){0}, product, value);
  return bp_value_made(world, chain->turned ? bp_balls_transpose(room, laid) : laid, product,
                       value);
}
