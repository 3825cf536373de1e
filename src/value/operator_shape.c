/* The shapes of sums, products, quotients and powers.
 *
 * Where a sign can be read in two ways, the symbols of the sizes decide, so that a line is read in
 * one way at all points; what is ambiguous by its shapes is refused with both readings.
 */
#include "value/operator_shape.h"

#include <stdlib.h>
#include <string.h>

#include "lang/print.h"
#include "lang/tree.h"
#include "value/chain.h"
#include "value/shape.h"

/* A fault about the two sides of a binary operator. */
static bool mismatch(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_symbolic sides[2], const char *suggestion, const char *rule) {
  return bp_fault_set(world, BP_FAULT_SHAPE, expression->sign, suggestion, "%s; %s; %s",
                      bp_shape_sentence(world, expression->child[0], "the left", sides[0]),
                      bp_shape_sentence(world, expression->child[1], "the right", sides[1]), rule);
}

/* ---- binary operators --------------------------------------------------- */

static bool same_shape(struct bp_world *world, const struct bp_symbolic sides[2]) {
  return bp_size_meant(world, sides[0].rows, sides[1].rows) &&
         bp_size_meant(world, sides[0].columns, sides[1].columns);
}

static bool is_square(struct bp_symbolic shape) {
  return bp_size_same(shape.rows, shape.columns) && !bp_symbolic_number(shape);
}

/* Whether `small` is a column or a row that repeats to the shape of `matrix`. */
static bool column_fits(struct bp_symbolic column, struct bp_symbolic matrix) {
  return bp_size_one(column.columns) && bp_size_same(column.rows, matrix.rows);
}

static bool row_fits(struct bp_symbolic row, struct bp_symbolic matrix) {
  return bp_size_one(row.rows) && bp_size_same(row.columns, matrix.columns);
}

static bool repeats(struct bp_symbolic small, struct bp_symbolic matrix) {
  return bp_symbolic_number(small) || column_fits(small, matrix) || row_fits(small, matrix);
}

/* A row of a square matrix: people mean the same number for a column, as NumPy does, or for a row,
 * as when the row is a vector that was written down lying. */
static bool refuse_row(struct bp_world *world, const struct bp_expression *expression, bool left,
                       const struct bp_symbolic sides[2]) {
  const char *row =
      bp_written(world, expression->child[left ? 0 : 1], left ? "the left" : "the right");
  const char *rows = bp_size_text(world->symbols, sides[left ? 1 : 0].rows);
  const char *sign = bp_operator_sign(expression->kind);
  return bp_fault_set(
      world, BP_FAULT_MISUSE, expression->sign,
      world->quiet ? NULL
                   : bp_arena_printf(world->model->arena,
                                     "ones(%s, 1) * %s to have it in every row, %s' for a column "
                                     "that is repeated",
                                     rows, row, row),
      "%s; %s; a row beside a square matrix can be meant for its rows or for its columns, so %s is "
      "not read",
      bp_shape_sentence(world, expression->child[0], "the left", sides[0]),
      bp_shape_sentence(world, expression->child[1], "the right", sides[1]), sign);
}

/* Element by element: equal shapes, or a number, a column or a row that is repeated.  False with no
 * fault where the shapes do not fit. */
static bool pointwise_fits(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  bool left = repeats(sides[0], sides[1]), right = repeats(sides[1], sides[0]);
  *shape = left && !right ? sides[1] : sides[0];
  if (left != right) {
    struct bp_symbolic small = sides[left ? 0 : 1];
    bool row = !bp_symbolic_number(small) && !column_fits(small, *shape);
    return !row || !is_square(*shape) || refuse_row(world, expression, left, sides);
  }
  return left || bp_shapes_fit(world, sides[0], sides[1]);
}

/* A vector that fits when it is turned: X*W + b with a column b, where samples are rows. */
static const char *turned_advice(const struct bp_symbolic sides[2]) {
  for (int k = 0; k < 2; k++) {
    struct bp_symbolic vector = sides[k], matrix = sides[1 - k];
    struct bp_symbolic turned = {vector.columns, vector.rows};
    if (row_fits(turned, matrix))
      return "the file declares it as a column, and samples as rows want a row: given b : 1 x k, "
             "or b' here";
    if (column_fits(turned, matrix))
      return "a column is repeated over the columns: turn the row with a '";
  }
  return NULL;
}

static bool sum_shape(struct bp_world *world, const struct bp_expression *expression,
                      const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  if (pointwise_fits(world, expression, sides, shape))
    return true;
  return world->fault.kind == BP_FAULT_NONE &&
         mismatch(world, expression, sides, turned_advice(sides),
                  "a sum needs equal shapes, or a number, a column with as many rows, or a row "
                  "with as many columns");
}

/* Tells once in a file how a * is read; `message` speaks of both sides. */
static void note_reading(struct bp_world *world, const struct bp_expression *expression,
                         const char *here, const char *message) {
  struct bp_diagnostics *diagnostics = world->model->diagnostics;
  const struct bp_source *source = world->context.line->source;
  if (world->quiet || diagnostics->count == BP_MOST_DIAGNOSTICS)
    return;
  for (size_t i = 0; i < diagnostics->count; i++) {
    const struct bp_diagnostic *known = &diagnostics->list[i];
    if (known->note && known->source == source && known->suggestion &&
        !strcmp(known->suggestion, here))
      return;
  }
  bp_note(diagnostics, source, expression->sign, here, "* between %s and %s is read %s",
          bp_written(world, expression->child[0], "what stands left"),
          bp_written(world, expression->child[1], "what stands right"), message);
}

/* Who meant a product of matrices, and forgot a transpose, must not take "holds" for an answer to
 * that. */
static void note_pointwise(struct bp_world *world, const struct bp_expression *expression) {
  note_reading(world, expression, "⊙ for a product element by element",
               "element by element, as ⊙: as a product of matrices they do not fit");
}

/* A product with ∂U/∂V that is read by the chain rule. */
static bool chain_shape(struct bp_world *world, const struct bp_expression *expression,
                        const struct bp_scope *scope, const struct bp_symbolic sides[2],
                        struct bp_chain *chain, struct bp_symbolic *shape) {
  if (!bp_chain_find(world, expression, scope, sides, chain))
    return false;
  if (!chain->read)
    return true;
  *shape = bp_chain_shape(chain);
  note_reading(world, expression,
               "vec(∂L/∂z)'*∂z/∂W is the row vec(∂L/∂W)', with the Jacobian ∂z/∂W by vec",
               "by the chain rule: the Jacobian by vec, and the result in the shape of what moves");
  return true;
}

/* Whether a * between square matrices of one size goes element by element, since the file writes
 * products of matrices in another way, and none with a *. */
static bool is_star_of_elements(struct bp_world *world, const struct bp_expression *expression,
                                const struct bp_symbolic sides[2]) {
  const struct bp_source *source = world->context.line->source;
  return expression->written && expression->star && source == world->model->elementwise &&
         is_square(sides[0]) && is_square(sides[1]) && bp_size_same(sides[0].rows, sides[1].rows);
}

/* Whether a product that does not fit as one of matrices goes element by element: of equal shapes;
 * where the file writes products of matrices otherwise, of a row or a column and a matrix, too. */
static bool goes_by_elements(struct bp_world *world, const struct bp_expression *expression,
                             const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  *shape = sides[0];
  if (!expression->written)
    return false;
  return same_shape(world, sides) ||
         (expression->repeats && pointwise_fits(world, expression, sides, shape));
}

/* * and products without a sign: of matrices where that fits, else of equal shapes element by
 * element, as in NumPy and in most courses. */
static bool product_shape(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  bool plain = bp_size_same(sides[0].columns, sides[1].rows);
  if (!plain && bp_symbolic_number(sides[0]))
    *shape = sides[1];
  else if (!plain && bp_symbolic_number(sides[1]))
    *shape = sides[0];
  else if (is_star_of_elements(world, expression, sides)) {
    *shape = sides[0];
    note_reading(world, expression, "@ for a product of matrices, ⊙ for one element by element",
                 "element by element, as the file writes products of matrices without it");
  } else if (bp_size_fits(world, sides[0].columns, sides[1].rows))
    *shape = (struct bp_symbolic){sides[0].rows, sides[1].columns};
  else if (goes_by_elements(world, expression, sides, shape))
    note_pointwise(world, expression);
  else
    return world->fault.kind == BP_FAULT_NONE &&
           mismatch(world, expression, sides, NULL,
                    "the columns of the left must equal the rows of the right");
  return true;
}

/* ⊙, ./ and .^ */
static bool pointwise_shape(struct bp_world *world, const struct bp_expression *expression,
                            const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  bool number = bp_symbolic_number(sides[0]) != bp_symbolic_number(sides[1]);
  bool odd = number && expression->kind == BP_EXPR_HADAMARD && !expression->written;
  if (!odd && pointwise_fits(world, expression, sides, shape))
    return true;
  return world->fault.kind == BP_FAULT_NONE &&
         mismatch(world, expression, sides, NULL,
                  expression->kind == BP_EXPR_HADAMARD
                      ? "⊙ multiplies element by element and needs equal shapes, or a number, a "
                        "column or a row that is repeated"
                      : "an elementwise operation needs equal shapes, or a number, a column or a "
                        "row that is repeated");
}

/* / by a number, or element by element; what a square matrix below means is not clear. */
static bool quotient_shape(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  *shape = sides[0];
  if (bp_symbolic_number(sides[1]))
    return true;
  bool differentials = expression->child[0]->kind == BP_EXPR_DIFFERENTIAL &&
                       expression->child[1]->kind == BP_EXPR_DIFFERENTIAL;
  if (expression->written && !differentials && !is_square(sides[1]) &&
      pointwise_fits(world, expression, sides, shape))
    return true;
  return world->fault.kind == BP_FAULT_NONE &&
         mismatch(world, expression, sides,
                  differentials ? "a derivative is written ∂(E)/∂x; d(E) is a differential"
                                : "element by element is written with ./, and the inverse of a "
                                  "matrix inv(A)",
                  "/ divides by a number, or element by element by what fits and is not square");
}

static bool is_whole(const struct bp_expression *number) {
  return number->kind == BP_EXPR_NUMBER && number->last_place >= 0 && strlen(number->text) <= 3;
}

/* T - i: a whole number that is made of sizes and index letters. */
static bool is_index(struct bp_world *world, const struct bp_expression *exponent,
                     const struct bp_scope *scope) {
  struct bp_fault before = world->fault;
  long value;
  bool whole = bp_world_index(world, exponent, scope, &value);
  if (!whole && world->fault.kind == BP_FAULT_MISUSE)
    world->fault = before;
  return whole && labs(value) < 1000;
}

bool bp_is_raised_transpose(const struct bp_expression *power, struct bp_symbolic base) {
  const struct bp_expression *exponent = power->child[1];
  return power->kind == BP_EXPR_POWER && exponent->kind == BP_EXPR_NAME && exponent->count == 0 &&
         !strcmp(exponent->name, "T") && !exponent->parenthesised && !bp_symbolic_number(base);
}

/* M^T beside a size T: everybody means the transpose. */
static bool raised_transpose(struct bp_world *world, const struct bp_symbolic sides[2],
                             struct bp_symbolic *shape) {
  *shape = (struct bp_symbolic){sides[0].columns, sides[0].rows};
  bp_world_note(world, world->quiet ? NULL : "^T is the transpose here; the power is written ^(T)");
  return true;
}

/* Powers of square matrices are products; of anything else they are those of its elements. */
static bool power_shape(struct bp_world *world, const struct bp_expression *expression,
                        const struct bp_scope *scope, const struct bp_symbolic sides[2],
                        struct bp_symbolic *shape) {
  const struct bp_expression *exponent = expression->child[1];
  if (bp_is_raised_transpose(expression, sides[0]))
    return raised_transpose(world, sides, shape);
  bool whole = is_whole(exponent) || (is_square(sides[0]) && is_index(world, exponent, scope));
  bool inverse = exponent->kind == BP_EXPR_NEGATE && is_whole(exponent->child[0]);
  *shape = bp_symbolic_number(sides[0]) ? sides[1] : sides[0];
  if (bp_symbolic_number(sides[0]) &&
      (bp_symbolic_number(sides[1]) || (expression->written && !is_square(sides[1]))))
    return true;
  if (!bp_symbolic_number(sides[1]))
    return mismatch(world, expression, sides,
                    "e to the power of a matrix, element by element, is exp(Z)",
                    "an exponent is a number");
  if (is_square(sides[0]) ? whole || inverse
                          : expression->written ||
                                (whole && bp_size_fits(world, sides[0].rows, sides[0].columns))) {
    bp_size_fits(world, sides[0].rows,
                 sides[0].columns); /* with a note where it is square by chance */
    return true;
  }
  return mismatch(world, expression, sides, "every element to a power is written with .^",
                  "a square matrix has only whole powers, such as 2, 3 and -1");
}

bool bp_reads_pointwise(struct bp_world *world, const struct bp_expression *expression,
                        const struct bp_scope *scope, bool *pointwise) {
  struct bp_symbolic sides[2], shape;
  if (!bp_expression_shape(world, expression->child[0], scope, &sides[0]) ||
      !bp_expression_shape(world, expression->child[1], scope, &sides[1]))
    return false;
  *pointwise = expression->kind == BP_EXPR_POWER
                   ? !bp_size_fits(world, sides[0].rows, sides[0].columns)
                   : !bp_symbolic_number(sides[0]) && !bp_symbolic_number(sides[1]) &&
                         (is_star_of_elements(world, expression, sides) ||
                          (!bp_size_fits(world, sides[0].columns, sides[1].rows) &&
                           goes_by_elements(world, expression, sides, &shape)));
  return true;
}

bool bp_operator_shape(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_symbolic *shape) {
  struct bp_symbolic sides[2];
  struct bp_chain chain;
  if (!bp_expression_shape(world, expression->child[0], scope, &sides[0]) ||
      !bp_expression_shape(world, expression->child[1], scope, &sides[1]))
    return false;
  switch (expression->kind) {
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return sum_shape(world, expression, sides, shape);
  case BP_EXPR_MULTIPLY:
    return chain_shape(world, expression, scope, sides, &chain, shape) &&
           (chain.read || product_shape(world, expression, sides, shape));
  case BP_EXPR_KRONECKER:
    *shape =
        (struct bp_symbolic){bp_size_multiply(world->symbols, sides[0].rows, sides[1].rows),
                             bp_size_multiply(world->symbols, sides[0].columns, sides[1].columns)};
    return true;
  case BP_EXPR_DIVIDE:
    return quotient_shape(world, expression, sides, shape);
  case BP_EXPR_POWER:
    return power_shape(world, expression, scope, sides, shape);
  default:
    return pointwise_shape(world, expression, sides, shape);
  }
}
