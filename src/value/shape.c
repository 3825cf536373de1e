/* The shape of every kind of expression.
 *
 * A mismatch names both shapes as symbols and, where that says more, as numbers, at the sign of the
 * operator.  Sizes that are equal only because the file fixes them fit, with a note.
 */
#include "value/shape.h"

#include <limits.h>
#include <string.h>

#include "lang/print.h"
#include "value/call.h"
#include "value/operator_shape.h"
#include "value/sum.h"
#include "value/target.h"

enum { LONGEST_WRITTEN = 28 };

bool bp_shapes_fit(struct bp_world *world, struct bp_symbolic a, struct bp_symbolic b) {
  return bp_size_fits(world, a.rows, b.rows) && bp_size_fits(world, a.columns, b.columns);
}

const char *bp_written(struct bp_world *world, const struct bp_expression *expression,
                       const char *otherwise) {
  if (world->quiet)
    return otherwise;
  if (expression->kind == BP_EXPR_NAME && expression->span.begin == expression->span.end)
    return expression->name; /* it stands for what is written there */
  if (expression->put_in)
    return bp_expression_text(expression, NULL, NULL, world->model->arena);
  const char *text =
      bp_source_line(world->context.line->source, expression->span, world->model->arena);
  return text && bp_text_columns(text, strlen(text)) <= LONGEST_WRITTEN ? text : otherwise;
}

/* "W[1]' is (n[0],n[1])", with numbers where symbols and numbers differ. */
const char *bp_shape_sentence(struct bp_world *world, const struct bp_expression *expression,
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

/* Reports what is wrong with a definition, once; where nobody reads what is wrong, as at a size of
 * 1 that was tried for its own sake, n - 1 rows are no mistake of the file's. */
static void report_definition(struct bp_world *world, struct bp_node *node) {
  enum bp_fault_kind kind = world->fault.kind;
  if (world->quiet)
    return;
  if (!node->piece->reported && kind != BP_FAULT_CONSEQUENCE)
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
  bool end = !fine && bp_fault_is_end(&world->fault); /* no mistake, and passed on */
  node->shape_state = fine ? BP_NODE_DONE : end ? BP_NODE_NEW : BP_NODE_BROKEN;
  if (!fine && !end)
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
  if (bp_fault_is_end(&world->fault))
    return false;
  if (world->fault.kind != BP_FAULT_NONE)
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
                        bp_arena_printf(world->model->arena,
                                        bp_builtin_is(expression->name, BP_OF_SIZES)
                                            ? "say how large it is: %s(n)"
                                            : "apply it: %s(Z)",
                                        expression->name),
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
                 const struct bp_scope *scope, long origin, long size, const char *what,
                 long *picked) {
  *picked = -1;
  if (index->kind == BP_EXPR_ALL)
    return true;
  if (!bp_world_index(world, index, scope, picked))
    return false;
  if (*picked >= origin && *picked < origin + size) {
    *picked -= origin;
    return true;
  }
  return bp_fault_set(world, BP_FAULT_SHAPE, index->span,
                      *picked == 0  ? "elements count from 1: given x : 0..n counts from 0, and "
                                      "let x_0 = 1 adds an element to a column"
                      : *picked < 0 ? "elements count from 1"
                                    : NULL,
                      "there is no %s %ld: here they go from %ld to %ld", what, *picked, origin,
                      origin + size - 1);
}

/* 12 in W_{12}, which of a matrix is row 1 and column 2. */
static bool is_digit_pair(const struct bp_expression *index) {
  return index->kind == BP_EXPR_NUMBER && index->last_place == 0 && strlen(index->text) == 2;
}

static bool pick_digit(struct bp_world *world, const struct bp_expression *index, int digit,
                       long size, const char *what, long *picked) {
  long value = index->text[digit] - '0';
  *picked = value - 1;
  if (value >= 1 && value <= size)
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, index->span, "W_{1,2} for row 1 and column 2",
                      "there is no %s %ld: here they go from 1 to %ld", what, value, size);
}

bool bp_element_pick(struct bp_world *world, const struct bp_expression *element,
                     const struct bp_scope *scope, long rows, long columns, long *row,
                     long *column) {
  struct bp_origin origin = bp_world_origin(world, element->child[0]);
  if (element->count == 3)
    return pick(world, element->child[1], scope, origin.row, rows, "row", row) &&
           pick(world, element->child[2], scope, origin.column, columns, "column", column);
  *row = *column = 0;
  if (columns != 1 && rows != 1 && is_digit_pair(element->child[1]))
    return pick_digit(world, element->child[1], 0, rows, "row", row) &&
           pick_digit(world, element->child[1], 1, columns, "column", column);
  if (columns == 1)
    return pick(world, element->child[1], scope, origin.row, rows, "element", row);
  if (rows == 1)
    return pick(world, element->child[1], scope, origin.column, columns, "element", column);
  return bp_fault_set(world, BP_FAULT_MISUSE, element->sign,
                      "an element of a matrix has two indices: W_{j,k}; a column: W_{:,k}",
                      "this has %ld rows and %ld columns, and one index picks an element of a "
                      "vector only",
                      rows, columns);
}

bool bp_is_unit_vector(struct bp_world *world, const struct bp_expression *element) {
  const struct bp_expression *whole = element->child[0];
  if (whole->kind != BP_EXPR_NAME || whole->count > 0 || strcmp(whole->name, "e") != 0 ||
      bp_world_visible(world, "e"))
    return false;
  bp_fault_record(world, BP_FAULT_MISUSE, element->span,
                  "unit(n, i) for a column of n numbers whose number i is 1",
                  "e is the number 2.718… here, and a unit vector needs its size");
  return true;
}

static bool element_shape(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_scope *scope, struct bp_symbolic *shape) {
  long row, column;
  struct bp_size one = bp_size_constant(world->symbols, 1);
  if (bp_is_unit_vector(world, expression))
    return false;
  struct bp_node *zero = bp_world_zero(world, expression, scope);
  if (zero) {
    *shape = (struct bp_symbolic){one, one};
    return bp_node_shape(world, zero, expression->span);
  }
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
                          bp_shape_sentence(world, block, "this part", part),
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
    if (!bp_shapes_fit(world, value, target.shape))
      return bp_fault_set(
          world, BP_FAULT_SHAPE, expression->child[i + 1]->span, NULL, "%s; %s",
          bp_shape_sentence(world, expression->child[i + 1], "this", value),
          bp_shape_sentence(world, expression->child[i], "what it replaces", target.shape));
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
    return bp_sum_shape(world, expression, scope, shape);
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
    return bp_operator_shape(world, expression, scope, shape);
  }
}

/* ---- rank ------------------------------------------------------------------ */

/* The largest rank that the sizes allow; LONG_MAX of a number, and where nothing is known. */
static long largest_rank(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, int depth) {
  enum { DEEPEST = 32 };
  struct bp_symbolic shape;
  if (depth > DEEPEST || !bp_expression_shape(world, expression, scope, &shape))
    return LONG_MAX;
  long rows = shape.rows.value, columns = shape.columns.value;
  long rank = bp_symbolic_number(shape) ? LONG_MAX : rows < columns ? rows : columns;
  bool product = expression->kind == BP_EXPR_MULTIPLY;
  if (product || expression->kind == BP_EXPR_TRANSPOSE || expression->kind == BP_EXPR_NEGATE) {
    for (size_t i = 0; i <= product; i++) {
      long part = largest_rank(world, expression->child[i], scope, depth + 1);
      rank = part < rank ? part : rank;
    }
    return rank;
  }
  const struct bp_declaration *defined = expression->kind == BP_EXPR_NAME && expression->count == 0
                                             ? bp_world_visible(world, expression->name)
                                             : NULL;
  if (!defined || defined->kind != BP_DECLARED_LET || defined->count != 1)
    return rank;
  struct bp_context user = bp_world_enter(world, &defined->pieces[0].line);
  long own = largest_rank(world, defined->pieces[0].line.statement->sides[0], NULL, depth + 1);
  bp_world_leave(world, user);
  return own < rank ? own : rank;
}

/* Whether a square matrix is a product through fewer rows or columns than it has, X^T X of an X
 * with fewer rows than columns: it is singular at these sizes, whatever the numbers. */
static bool is_singular_by_sizes(struct bp_world *world, const struct bp_expression *expression,
                                 const struct bp_scope *scope) {
  struct bp_symbolic shape;
  struct bp_fault before = world->fault;
  bool singular = bp_expression_shape(world, expression, scope, &shape) &&
                  largest_rank(world, expression, scope, 0) < shape.rows.value;
  world->fault = before;
  return singular;
}

/* What is singular because X has fewer rows than columns is not what a line with an inverse of X^T
 * X speaks of. */
void bp_tell_singular(struct bp_world *world, const struct bp_expression *inverse,
                      const struct bp_scope *scope) {
  static const char *const messages[] = {"this matrix is singular, so it has no inverse",
                                         "this matrix is singular at such sizes"};
  bool call = inverse->kind == BP_EXPR_CALL;
  bool sizes = is_singular_by_sizes(world, inverse->child[call], scope);
  bp_world_meet_gap(world, (struct bp_gap){true, sizes, world->context.line->source, inverse->span,
                                           messages[sizes]});
}
