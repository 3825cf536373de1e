/* Unification.  What would make a size equal to another one, or to 1, does not fit. */
#include "study/own/shapes.h"

#include <string.h>

#include "base/list.h"
#include "lang/tree.h"

bool bp_own_shapes_init(struct bp_own_shapes *shapes, struct bp_arena *arena) {
  *shapes = (struct bp_own_shapes){.arena = arena};
  return bp_own_dimension_new(shapes, "1") == BP_OWN_ONE && !bp_arena_failed(arena);
}

size_t bp_own_dimension_new(struct bp_own_shapes *shapes, const char *size) {
  for (size_t i = 0; size && i < shapes->count; i++)
    if (shapes->dimensions[i].size && strcmp(shapes->dimensions[i].size, size) == 0)
      return i;
  if (!bp_list_room(shapes->arena, shapes->dimensions, shapes->count, shapes->capacity))
    return BP_OWN_ONE;
  shapes->dimensions[shapes->count] = (struct bp_own_dimension){shapes->count, size};
  return shapes->count++;
}

size_t bp_own_dimension_of(const struct bp_own_shapes *shapes, size_t dimension) {
  while (shapes->dimensions[dimension].parent != dimension)
    dimension = shapes->dimensions[dimension].parent;
  return dimension;
}

static bool same(const struct bp_own_shapes *shapes, size_t a, size_t b) {
  return bp_own_dimension_of(shapes, a) == bp_own_dimension_of(shapes, b);
}

static bool is_one(const struct bp_own_shapes *shapes, size_t dimension) {
  return same(shapes, dimension, BP_OWN_ONE);
}

static bool unify(struct bp_own_shapes *shapes, size_t a, size_t b) {
  a = bp_own_dimension_of(shapes, a);
  b = bp_own_dimension_of(shapes, b);
  if (a == b)
    return true;
  bool named = shapes->dimensions[a].size || shapes->dimensions[b].size;
  if (a == BP_OWN_ONE || b == BP_OWN_ONE || (shapes->counting && !named) ||
      (shapes->dimensions[a].size && shapes->dimensions[b].size))
    return false;
  size_t root = shapes->dimensions[a].size ? a : b;
  shapes->dimensions[root == a ? b : a].parent = root;
  return true;
}

bool bp_own_shape_same(struct bp_own_shapes *shapes, struct bp_own_shape a, struct bp_own_shape b) {
  return unify(shapes, a.rows, b.rows) && unify(shapes, a.columns, b.columns);
}

bool bp_own_shape_give(struct bp_own_shapes *shapes, const char *name, struct bp_own_shape shape) {
  for (size_t i = 0; i < shapes->name_count; i++)
    if (strcmp(shapes->names[i].name, name) == 0) {
      shapes->names[i].shape = shape;
      return shapes->names[i].known = true;
    }
  if (!bp_list_room(shapes->arena, shapes->names, shapes->name_count, shapes->name_capacity))
    return false;
  shapes->names[shapes->name_count++] = (struct bp_own_shaped){name, shape, true};
  return true;
}

const struct bp_own_shaped *bp_own_shape_find(const struct bp_own_shapes *shapes,
                                              const char *name) {
  for (size_t i = 0; i < shapes->name_count; i++)
    if (strcmp(shapes->names[i].name, name) == 0)
      return &shapes->names[i];
  return NULL;
}

bool bp_own_is_number(const struct bp_own_shapes *shapes, struct bp_own_shape shape) {
  return is_one(shapes, shape.rows) && is_one(shapes, shape.columns);
}

/* ---- what two shapes come to ----------------------------------------------- */

/* One dimension of a sum, in which a 1 is repeated. */
static bool join_dimension(struct bp_own_shapes *shapes, size_t a, size_t b, size_t *all) {
  *all = is_one(shapes, a) ? b : a;
  return is_one(shapes, a) || is_one(shapes, b) || unify(shapes, a, b);
}

static bool join(struct bp_own_shapes *shapes, struct bp_own_shape a, struct bp_own_shape b,
                 struct bp_own_shape *all) {
  bool column_and_row = !bp_own_is_number(shapes, a) && !bp_own_is_number(shapes, b) &&
                        ((is_one(shapes, a.columns) && is_one(shapes, b.rows)) ||
                         (is_one(shapes, a.rows) && is_one(shapes, b.columns)));
  return !column_and_row && join_dimension(shapes, a.rows, b.rows, &all->rows) &&
         join_dimension(shapes, a.columns, b.columns, &all->columns);
}

static bool multiply(struct bp_own_shapes *shapes, struct bp_own_shape a, struct bp_own_shape b,
                     struct bp_own_shape *all) {
  if (bp_own_is_number(shapes, a) || bp_own_is_number(shapes, b)) {
    *all = bp_own_is_number(shapes, a) ? b : a;
    return true;
  }
  if (is_one(shapes, a.columns) == is_one(shapes, b.rows) && unify(shapes, a.columns, b.rows)) {
    *all = (struct bp_own_shape){a.rows, b.columns};
    return true;
  }
  bool alike = !shapes->data && is_one(shapes, a.columns) == is_one(shapes, b.columns) &&
               is_one(shapes, a.rows) == is_one(shapes, b.rows);
  return alike && join(shapes, a, b, all);
}

/* ---- expressions ----------------------------------------------------------- */

static bool infer_call(struct bp_own_shapes *shapes, const struct bp_expression *call,
                       struct bp_own_shape *shape) {
  static const char *const numbers[] = {"sum", "mean", "norm", "tr", "det", NULL};
  const char *name = call->child[0]->name;
  struct bp_own_shape inner = {BP_OWN_ONE, BP_OWN_ONE};
  for (size_t i = 1; i < call->count; i++) {
    struct bp_own_shape argument;
    if (!bp_own_shape_infer(shapes, call->child[i], &argument) ||
        !join(shapes, inner, argument, &inner))
      return false;
  }
  *shape = inner;
  for (size_t k = 0; name && numbers[k]; k++)
    if (strcmp(name, numbers[k]) == 0)
      *shape = (struct bp_own_shape){BP_OWN_ONE, BP_OWN_ONE};
  if (name && strcmp(name, "rowsum") == 0)
    shape->columns = BP_OWN_ONE;
  if (name && strcmp(name, "colsum") == 0)
    shape->rows = BP_OWN_ONE;
  if (name && strcmp(name, "diag") == 0) {
    size_t longer = is_one(shapes, inner.rows) ? inner.columns : inner.rows;
    *shape = (struct bp_own_shape){longer, longer};
  }
  return true;
}

/* An index letter has the dimension of what it counts, under a name that no matrix has. */
static bool count_with(struct bp_own_shapes *shapes, const struct bp_expression *index,
                       size_t dimension) {
  if (!bp_is(index, BP_EXPR_NAME) || index->count > 0)
    return true;
  const struct bp_own_shaped *letter = bp_own_shape_find(shapes, index->name);
  if (letter && letter->known)
    return unify(shapes, letter->shape.rows, dimension);
  return true;
}

static bool infer_element(struct bp_own_shapes *shapes, const struct bp_expression *element,
                          struct bp_own_shape *shape) {
  struct bp_own_shape matrix;
  if (!bp_own_shape_infer(shapes, element->child[0], &matrix))
    return false;
  *shape = (struct bp_own_shape){BP_OWN_ONE, BP_OWN_ONE};
  if (element->count == 2) {
    bool column = is_one(shapes, matrix.columns), row = is_one(shapes, matrix.rows);
    return (column || row) &&
           count_with(shapes, element->child[1], column ? matrix.rows : matrix.columns);
  }
  if (bp_is(element->child[1], BP_EXPR_ALL))
    shape->rows = matrix.rows;
  if (bp_is(element->child[2], BP_EXPR_ALL))
    shape->columns = matrix.columns;
  return count_with(shapes, element->child[1], matrix.rows) &&
         count_with(shapes, element->child[2], matrix.columns);
}

/* sum_{i=1..n}: i counts a dimension of its own, which is n where n is a name. */
static bool infer_sum(struct bp_own_shapes *shapes, const struct bp_expression *sum,
                      const struct bp_expression *to, struct bp_own_shape *shape) {
  bool named = bp_is(to, BP_EXPR_NAME) && to->count == 0;
  size_t dimension = bp_own_dimension_new(shapes, named ? to->name : NULL);
  const struct bp_own_shaped *outer = bp_own_shape_find(shapes, sum->name);
  struct bp_own_shape before = outer ? outer->shape : (struct bp_own_shape){0, 0};
  bool known = outer && outer->known;
  if (!bp_own_shape_give(shapes, sum->name, (struct bp_own_shape){dimension, dimension}))
    return false;
  bool fits = bp_own_shape_infer(shapes, sum->child[2], shape);
  if (sum->order == BP_JOIN_BELOW)
    shape->rows = dimension;
  if (sum->order == BP_JOIN_BESIDE)
    shape->columns = dimension;
  bp_own_shape_give(shapes, sum->name, before);
  for (size_t i = 0; i < shapes->name_count; i++)
    if (strcmp(shapes->names[i].name, sum->name) == 0)
      shapes->names[i].known = known;
  return fits;
}

/* 1/N sum_i: the sum has N terms. */
static bool is_mean(const struct bp_expression *node) {
  const struct bp_expression *left = node->child[0], *right = node->child[1];
  return bp_is_quotient(left) && bp_is(left->child[1], BP_EXPR_NAME) &&
         left->child[1]->count == 0 && bp_is(right, BP_EXPR_SUM) && right->order == BP_JOIN_SUM &&
         bp_is(right->child[1], BP_EXPR_ALL);
}

/* Whether nothing is known of a dimension: nothing else has it. */
static bool is_unknown(const struct bp_own_shapes *shapes, size_t dimension) {
  if (dimension == BP_OWN_ONE || shapes->dimensions[dimension].size ||
      shapes->dimensions[dimension].parent != dimension)
    return false;
  for (size_t i = 0; i < shapes->count; i++)
    if (i != dimension && shapes->dimensions[i].parent == dimension)
      return false;
  return true;
}

/* Whether a number is made of vectors, w' x or sum_i w_i x_i. */
static bool contracts(const struct bp_expression *node) {
  return (bp_is(node, BP_EXPR_SUM) && node->order == BP_JOIN_SUM) ||
         (bp_is(node, BP_EXPR_MULTIPLY) && bp_is(node->child[0], BP_EXPR_TRANSPOSE));
}

/* What is added to w' x, and of whose shape nothing is known, is a number as well: the bias. */
static void add_bias(struct bp_own_shapes *shapes, const struct bp_expression *sum,
                     const struct bp_expression *bias, struct bp_own_shape of_sum,
                     struct bp_own_shape *shape) {
  bool vector = is_one(shapes, shape->rows) != is_one(shapes, shape->columns);
  size_t length = is_one(shapes, shape->rows) ? shape->columns : shape->rows;
  if (!bp_own_is_number(shapes, of_sum) || !contracts(sum) || !bp_is(bias, BP_EXPR_NAME) ||
      bias->count > 0 || !vector || !is_unknown(shapes, length))
    return;
  *shape = (struct bp_own_shape){BP_OWN_ONE, BP_OWN_ONE};
  bp_own_shape_give(shapes, bias->name, *shape);
}

static bool infer_binary(struct bp_own_shapes *shapes, const struct bp_expression *node,
                         struct bp_own_shape *shape) {
  struct bp_own_shape left, right;
  if (node->kind == BP_EXPR_MULTIPLY && is_mean(node))
    return infer_sum(shapes, node->child[1], node->child[0]->child[1], shape);
  if (!bp_own_shape_infer(shapes, node->child[0], &left) ||
      !bp_own_shape_infer(shapes, node->child[1], &right))
    return false;
  if (node->kind == BP_EXPR_ADD && !shapes->counting) {
    add_bias(shapes, node->child[0], node->child[1], left, &right);
    add_bias(shapes, node->child[1], node->child[0], right, &left);
  }
  *shape = left;
  switch (node->kind) {
  case BP_EXPR_MULTIPLY:
    return multiply(shapes, left, right, shape);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER: /* e^{-v} is of the shape of v */
    *shape = bp_own_is_number(shapes, left) ? right : left;
    return bp_own_is_number(shapes, left) || bp_own_is_number(shapes, right);
  case BP_EXPR_KRONECKER:
    return false;
  default:
    return join(shapes, left, right, shape);
  }
}

bool bp_own_shape_infer(struct bp_own_shapes *shapes, const struct bp_expression *expression,
                        struct bp_own_shape *shape) {
  *shape = (struct bp_own_shape){BP_OWN_ONE, BP_OWN_ONE};
  if (bp_is_binary(expression))
    return infer_binary(shapes, expression, shape);
  const struct bp_own_shaped *named;
  struct bp_own_shape inner;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return true;
  case BP_EXPR_NAME:
    named = bp_own_shape_find(shapes, expression->name);
    if (named && named->known)
      *shape = named->shape;
    return expression->count == 0 || (expression->count == 1 && named && named->known);
  case BP_EXPR_NEGATE:
    return bp_own_shape_infer(shapes, expression->child[0], shape);
  case BP_EXPR_TRANSPOSE:
    if (!bp_own_shape_infer(shapes, expression->child[0], &inner))
      return false;
    *shape = (struct bp_own_shape){inner.columns, inner.rows};
    return true;
  case BP_EXPR_CALL:
    return infer_call(shapes, expression, shape);
  case BP_EXPR_ELEMENT:
    return infer_element(shapes, expression, shape);
  case BP_EXPR_SUM:
    return infer_sum(shapes, expression, expression->child[1], shape);
  default:
    return false;
  }
}
