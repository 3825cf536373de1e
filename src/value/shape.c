/* The shape of every kind of expression.
 *
 * A mismatch names both shapes as symbols and, where that says more, as numbers, at the sign of the
 * operator.  Sizes that are equal only because the file fixes them fit, with a note.
 */
#include "value/shape.h"

#include <limits.h>
#include <string.h>

#include "lang/print.h"
#include "lang/tree.h"
#include "value/call.h"
#include "value/extent.h"
#include "value/target.h"

enum { LONGEST_WRITTEN = 28 };

static bool shapes_fit(struct bp_world *world, struct bp_symbolic a, struct bp_symbolic b) {
  return bp_size_fits(world, a.rows, b.rows) && bp_size_fits(world, a.columns, b.columns);
}

const char *bp_written(struct bp_world *world, const struct bp_expression *expression,
                       const char *otherwise) {
  if (world->quiet)
    return otherwise;
  const char *text =
      bp_source_line(world->context.line->source, expression->span, world->model->arena);
  return text && bp_text_columns(text, strlen(text)) <= LONGEST_WRITTEN ? text : otherwise;
}

/* "W[1]' is (n[0],n[1])", with numbers where symbols and numbers differ. */
static const char *shape_sentence(struct bp_world *world, const struct bp_expression *expression,
                                  const char *otherwise, struct bp_symbolic shape) {
  if (world->quiet)
    return "";
  struct bp_arena *arena = world->model->arena;
  const char *symbols = bp_symbolic_text(arena, shape);
  const char *numbers = bp_arena_printf(arena, "(%ld,%ld)", shape.rows.value, shape.columns.value);
  bool same = numbers && !strcmp(symbols, numbers);
  const char *text = bp_arena_printf(arena, same ? "%s is %s" : "%s is %s, here %s",
                                     bp_written(world, expression, otherwise), symbols, numbers);
  return text ? text : "";
}

/* A fault about the two sides of a binary operator. */
static bool mismatch(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_symbolic sides[2], const char *suggestion, const char *rule) {
  return bp_fault_set(world, BP_FAULT_SHAPE, expression->sign, suggestion, "%s; %s; %s",
                      shape_sentence(world, expression->child[0], "the left", sides[0]),
                      shape_sentence(world, expression->child[1], "the right", sides[1]), rule);
}

/* ---- binary operators --------------------------------------------------- */

static bool same_shape(const struct bp_symbolic sides[2]) {
  return bp_size_same(sides[0].rows, sides[1].rows) &&
         bp_size_same(sides[0].columns, sides[1].columns);
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
      shape_sentence(world, expression->child[0], "the left", sides[0]),
      shape_sentence(world, expression->child[1], "the right", sides[1]), sign);
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
  return left || shapes_fit(world, sides[0], sides[1]);
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

/* Tells once in a file that a * goes element by element: who meant a product of matrices, and
 * forgot a transpose, must not take "holds" for an answer to that. */
static void note_pointwise(struct bp_world *world, const struct bp_expression *expression) {
  static const char here[] = "⊙ for a product element by element";
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
  bp_note(diagnostics, source, expression->sign, here,
          "* between %s and %s is read element by element, as ⊙: as a product of matrices they do "
          "not fit",
          bp_written(world, expression->child[0], "what stands left"),
          bp_written(world, expression->child[1], "what stands right"));
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
  else if (bp_size_fits(world, sides[0].columns, sides[1].rows))
    *shape = (struct bp_symbolic){sides[0].rows, sides[1].columns};
  else if (!expression->written || !same_shape(sides))
    return mismatch(world, expression, sides, NULL,
                    "the columns of the left must equal the rows of the right");
  else {
    *shape = sides[0];
    note_pointwise(world, expression);
  }
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

/* Powers of square matrices are products; of anything else they are those of its elements. */
static bool power_shape(struct bp_world *world, const struct bp_expression *expression,
                        const struct bp_symbolic sides[2], struct bp_symbolic *shape) {
  const struct bp_expression *exponent = expression->child[1];
  bool whole = is_whole(exponent);
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
  struct bp_symbolic sides[2];
  if (!bp_expression_shape(world, expression->child[0], scope, &sides[0]) ||
      !bp_expression_shape(world, expression->child[1], scope, &sides[1]))
    return false;
  *pointwise = expression->kind == BP_EXPR_POWER
                   ? !bp_size_fits(world, sides[0].rows, sides[0].columns)
                   : !bp_symbolic_number(sides[0]) && !bp_symbolic_number(sides[1]) &&
                         !bp_size_fits(world, sides[0].columns, sides[1].rows) && same_shape(sides);
  return true;
}

static bool binary_shape(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_symbolic *shape) {
  struct bp_symbolic sides[2];
  if (!bp_expression_shape(world, expression->child[0], scope, &sides[0]) ||
      !bp_expression_shape(world, expression->child[1], scope, &sides[1]))
    return false;
  switch (expression->kind) {
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return sum_shape(world, expression, sides, shape);
  case BP_EXPR_MULTIPLY:
    return product_shape(world, expression, sides, shape);
  case BP_EXPR_KRONECKER:
    *shape =
        (struct bp_symbolic){bp_size_multiply(world->symbols, sides[0].rows, sides[1].rows),
                             bp_size_multiply(world->symbols, sides[0].columns, sides[1].columns)};
    return true;
  case BP_EXPR_DIVIDE:
    return quotient_shape(world, expression, sides, shape);
  case BP_EXPR_POWER:
    return power_shape(world, expression, sides, shape);
  default:
    return pointwise_shape(world, expression, sides, shape);
  }
}

/* ---- names -------------------------------------------------------------- */

static struct bp_symbolic number_shape(struct bp_world *world) {
  struct bp_size one = bp_size_constant(world->symbols, 1);
  return (struct bp_symbolic){one, one};
}

/* The shape that the definition of the node gives it. */
static bool defined_shape(struct bp_world *world, struct bp_node *node) {
  const struct bp_statement *statement = node->piece->line.statement;
  if (node->declaration->kind != BP_DECLARED_GIVEN)
    return bp_expression_shape(world, statement->sides[0], node->scope, &node->shape);
  node->shape = number_shape(world);
  if (!statement->rows)
    return bp_domain_fits(world, node);
  if (!bp_world_size(world, statement->rows, node->scope, &node->shape.rows) ||
      (statement->columns &&
       !bp_world_size(world, statement->columns, node->scope, &node->shape.columns)))
    return false;
  long rows = node->shape.rows.value, columns = node->shape.columns.value;
  if (rows < 1 || columns < 1)
    return bp_fault_set(world, BP_FAULT_MISUSE,
                        rows < 1 ? statement->rows->span : statement->columns->span,
                        "sizes count from 1", "%s would be %ld x %ld", node->name, rows, columns);
  return bp_domain_fits(world, node);
}

/* Reports what is wrong with a definition, once. */
static void report_definition(struct bp_world *world, struct bp_node *node) {
  enum bp_fault_kind kind = world->fault.kind;
  if (!node->piece->reported && kind != BP_FAULT_CONSEQUENCE && kind != BP_FAULT_MEMORY)
    bp_fault_report(world);
  node->piece->reported = true;
}

/* Looks at the definition of a node, in its line. */
static bool look_at(struct bp_world *world, struct bp_node *node) {
  struct bp_arena *symbols = world->symbols;
  struct bp_context user = bp_world_enter(world, &node->piece->line);
  world->symbols = world->keep; /* the shape lives as long as the node */
  node->shape_state = BP_NODE_BUSY;
  bool fine = defined_shape(world, node);
  bool limit = !fine && world->fault.kind == BP_FAULT_LIMIT; /* no mistake, and passed on */
  node->shape_state = fine ? BP_NODE_DONE : limit ? BP_NODE_NEW : BP_NODE_BROKEN;
  if (!fine && !limit && world->fault.kind != BP_FAULT_MEMORY)
    report_definition(world, node);
  world->symbols = symbols;
  bp_world_leave(world, user);
  return fine;
}

bool bp_node_shape(struct bp_world *world, struct bp_node *node, struct bp_span used) {
  if (node->shape_state == BP_NODE_DONE)
    return true;
  if (node->shape_state == BP_NODE_BUSY)
    return bp_fault_set(world, BP_FAULT_MISUSE, used,
                        "a definition may use what stands before it, not itself",
                        "%s is defined by itself", node->name);
  if (node->shape_state == BP_NODE_NEW && look_at(world, node))
    return true;
  if (world->fault.kind == BP_FAULT_LIMIT)
    return false;
  if (world->fault.kind != BP_FAULT_NONE && world->fault.kind != BP_FAULT_MEMORY)
    world->fault.kind = BP_FAULT_NONE; /* reported there; here it is a consequence */
  return bp_fault_set(
      world, BP_FAULT_CONSEQUENCE, used, NULL,
      "%s cannot be used: something is wrong with its definition in %s", node->name,
      bp_model_line_text(&node->piece->line, world->context.line->source, world->model->arena));
}

static bool name_shape(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_symbolic *shape) {
  *shape = number_shape(world);
  if (expression->count == 0 && bp_scope_find(scope, expression->name))
    return true;
  struct bp_declaration *declaration = bp_world_visible(world, expression->name);
  if (!declaration && expression->count == 0 && bp_constant_find(expression->name))
    return true;
  if (!declaration && expression->count == 0 &&
      (bp_builtin_find(expression->name) ||
       bp_ball_function_find(expression->name, strlen(expression->name))))
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        bp_arena_printf(world->model->arena, "apply it: %s(Z)", expression->name),
                        "%s is a function, and this needs a matrix or a number", expression->name);
  if (!declaration)
    return bp_fault_unknown(world, expression);
  if (declaration->kind == BP_DECLARED_SIZE)
    return bp_world_atom(world, declaration, expression, scope) != NULL;
  bool function = declaration->kind == BP_DECLARED_FUNCTION;
  struct bp_node *node = function ? NULL : bp_world_node(world, declaration, expression, scope);
  if (!function && !node)
    return false;
  if (function || declaration->kind == BP_DECLARED_UNKNOWN || bp_node_alias(world, node))
    return bp_fault_set(
        world, BP_FAULT_MISUSE, expression->span,
        bp_arena_printf(world->model->arena, "apply it: %s(Z)", bp_written(world, expression, "g")),
        "%s is a function, and this needs a matrix or a number", expression->name);
  if (!bp_node_shape(world, node, expression->span))
    return false;
  *shape = node->shape;
  return true;
}

/* ---- elements, sums, matrices ------------------------------------------- */

static bool pick(struct bp_world *world, const struct bp_expression *index,
                 const struct bp_scope *scope, long size, const char *what, long *picked) {
  *picked = -1;
  if (index->kind == BP_EXPR_ALL)
    return true;
  if (!bp_world_index(world, index, scope, picked))
    return false;
  if (*picked >= 1 && *picked <= size) {
    --*picked;
    return true;
  }
  return bp_fault_set(world, BP_FAULT_SHAPE, index->span,
                      *picked < 1 ? "elements count from 1" : NULL,
                      "there is no %s %ld: here they go from 1 to %ld", what, *picked, size);
}

bool bp_element_pick(struct bp_world *world, const struct bp_expression *element,
                     const struct bp_scope *scope, long rows, long columns, long *row,
                     long *column) {
  if (element->count == 3)
    return pick(world, element->child[1], scope, rows, "row", row) &&
           pick(world, element->child[2], scope, columns, "column", column);
  *row = *column = 0;
  if (columns == 1)
    return pick(world, element->child[1], scope, rows, "element", row);
  if (rows == 1)
    return pick(world, element->child[1], scope, columns, "element", column);
  return bp_fault_set(world, BP_FAULT_MISUSE, element->sign,
                      "an element of a matrix has two indices: W_{j,k}; a column: W_{:,k}",
                      "this has %ld rows and %ld columns, and one index picks an element of a "
                      "vector only",
                      rows, columns);
}

static bool element_shape(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_scope *scope, struct bp_symbolic *shape) {
  long row, column;
  struct bp_size one = bp_size_constant(world->symbols, 1);
  if (!bp_expression_shape(world, expression->child[0], scope, shape) ||
      !bp_element_pick(world, expression, scope, shape->rows.value, shape->columns.value, &row,
                       &column))
    return false;
  if (row >= 0)
    shape->rows = one;
  if (column >= 0)
    shape->columns = one;
  return true;
}

/* A sum without terms is 0 in the shape that a term would have at its beginning; where there can be
 * none, it is the number 0. */
struct bp_symbolic bp_empty_sum_shape(struct bp_world *world,
                                      const struct bp_expression *expression,
                                      const struct bp_scope *scope, long from) {
  struct bp_scope inner = {expression->name, from, NULL, scope};
  struct bp_fault before = world->fault;
  struct bp_symbolic shape;
  if (bp_expression_shape(world, expression->child[2], &inner, &shape))
    return shape;
  world->fault = before;
  return number_shape(world);
}

static bool sum_over_shape(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, struct bp_symbolic *shape) {
  struct bp_sum_bounds bounds;
  *shape = number_shape(world);
  if (!bp_sum_bounds(world, expression, scope, &bounds))
    return false;
  long from = bounds.from + bp_sum_skips(&bounds, bounds.from), to = bounds.to;
  if (from > to)
    *shape = bp_empty_sum_shape(world, expression, scope, from);
  for (long i = from; i <= to; i++) {
    struct bp_scope inner = {expression->name, i, NULL, scope};
    struct bp_symbolic term;
    if (bp_sum_skips(&bounds, i))
      continue;
    if (!bp_world_work(world, 20, expression->span) ||
        !bp_expression_shape(world, expression->child[2], &inner, &term))
      return false;
    if (i > from && !shapes_fit(world, term, *shape))
      return bp_fault_set(world, BP_FAULT_SHAPE, expression->child[2]->span, NULL,
                          "the terms of a sum need equal shapes: for %s = %ld this is %s, "
                          "for %s = %ld it is %s",
                          expression->name, from, bp_symbolic_text(world->symbols, *shape),
                          expression->name, i, bp_symbolic_text(world->symbols, term));
    *shape = term;
    if (i == LONG_MAX)
      break;
  }
  return true;
}

/* One row of blocks: all as high as the first; the width is the sum. */
static bool block_row_shape(struct bp_world *world, const struct bp_expression *expression,
                            size_t row, const struct bp_scope *scope, struct bp_symbolic *shape) {
  for (size_t j = 0; j < expression->columns; j++) {
    const struct bp_expression *block = expression->child[row * expression->columns + j];
    struct bp_symbolic part;
    if (!bp_expression_shape(world, block, scope, &part))
      return false;
    if (j == 0) {
      *shape = part;
      continue;
    }
    if (!bp_size_fits(world, part.rows, shape->rows))
      return bp_fault_set(world, BP_FAULT_SHAPE, block->span, NULL,
                          "%s, and what stands beside it has %s rows",
                          shape_sentence(world, block, "this part", part),
                          bp_size_text(world->symbols, shape->rows));
    shape->columns = bp_size_add(world->symbols, shape->columns, part.columns, 1);
  }
  return true;
}

static bool matrix_shape(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_symbolic *shape) {
  for (size_t i = 0; i < expression->rows; i++) {
    struct bp_symbolic row;
    if (!block_row_shape(world, expression, i, scope, &row))
      return false;
    if (i == 0) {
      *shape = row;
      continue;
    }
    if (!bp_size_fits(world, row.columns, shape->columns))
      return bp_fault_set(world, BP_FAULT_SHAPE, expression->child[i * expression->columns]->span,
                          NULL, "row %zu of this matrix is %s, and what stands above is %s", i + 1,
                          bp_symbolic_text(world->symbols, row),
                          bp_symbolic_text(world->symbols, *shape));
    shape->rows = bp_size_add(world->symbols, shape->rows, row.rows, 1);
  }
  return true;
}

/* ---- derivatives, at ---------------------------------------------------- */

static bool at_shape(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_scope *scope, struct bp_symbolic *shape) {
  for (size_t i = 1; i + 1 < expression->count; i += 2) {
    struct bp_partial_target target;
    struct bp_symbolic value;
    if (!bp_target_resolve(world, expression->child[i], scope, &target) ||
        !bp_expression_shape(world, expression->child[i + 1], scope, &value))
      return false;
    if (!shapes_fit(world, value, target.shape))
      return bp_fault_set(
          world, BP_FAULT_SHAPE, expression->child[i + 1]->span, NULL, "%s; %s",
          shape_sentence(world, expression->child[i + 1], "this", value),
          shape_sentence(world, expression->child[i], "what it replaces", target.shape));
  }
  return bp_expression_shape(world, expression->child[0], scope, shape);
}

static bool differential_shape(struct bp_world *world, const struct bp_expression *expression,
                               const struct bp_scope *scope, struct bp_symbolic *shape) {
  if (!world->context.claim)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        "write the differential in the claim itself",
                        "what varies is said for claims, so a definition cannot use d(...)");
  return bp_expression_shape(world, expression->child[0], scope, shape);
}

static bool partial_shape(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_scope *scope, struct bp_symbolic *shape) {
  enum bp_derivative_layout layout;
  struct bp_partial_target target;
  return bp_partial_layout(world, expression, scope, &layout, &target, shape);
}

bool bp_expression_shape(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_symbolic *shape) {
  if (!bp_world_room(world, expression->span))
    return false;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    *shape = number_shape(world);
    return true;
  case BP_EXPR_NAME:
    return name_shape(world, expression, scope, shape);
  case BP_EXPR_NEGATE:
    return bp_expression_shape(world, expression->child[0], scope, shape);
  case BP_EXPR_TRANSPOSE: {
    struct bp_symbolic inner;
    bool fine = bp_expression_shape(world, expression->child[0], scope, &inner);
    if (fine)
      *shape = (struct bp_symbolic){inner.columns, inner.rows};
    return fine;
  }
  case BP_EXPR_CALL:
    return bp_call_shape(world, expression, scope, shape);
  case BP_EXPR_ELEMENT:
    return element_shape(world, expression, scope, shape);
  case BP_EXPR_SUM:
    return sum_over_shape(world, expression, scope, shape);
  case BP_EXPR_MATRIX:
    return matrix_shape(world, expression, scope, shape);
  case BP_EXPR_PARTIAL:
    return partial_shape(world, expression, scope, shape);
  case BP_EXPR_DIFFERENTIAL:
    return differential_shape(world, expression, scope, shape);
  case BP_EXPR_AT:
    return at_shape(world, expression, scope, shape);
  case BP_EXPR_ALL:
  case BP_EXPR_COMPARE:
  case BP_EXPR_HOLE:
  case BP_EXPR_KIND_COUNT:
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, NULL,
                        "a matrix or a number is needed here");
  default:
    return binary_shape(world, expression, scope, shape);
  }
}
