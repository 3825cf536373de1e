/* What ∂U/∂V is: which node V is, and how the result is laid out. */
#include "value/target.h"

#include "lang/tree.h"
#include "value/call.h"
#include "value/shape.h"

static bool is_vec(const struct bp_expression *expression) {
  return expression->kind == BP_EXPR_CALL && expression->order == 0 &&
         bp_builtin_is(expression->child[0]->name, BP_STACKS);
}

/* The line of AL = A[3], where no other definition uses AL: a second name of the member, which it
 * moves with.  What is computed from it is computed from a copy, and only that is moved.  NULL
 * where it is none. */
static const struct bp_model_line *second_name(const struct bp_world *world,
                                               const struct bp_declaration *declaration) {
  const struct bp_model *model = world->model;
  bool plain = declaration->kind == BP_DECLARED_LET && declaration->count == 1 &&
               declaration->pieces[0].target->count == 0;
  const struct bp_model_line *line = plain ? &declaration->pieces[0].line : NULL;
  const struct bp_expression *member = plain ? line->statement->sides[0] : NULL;
  if (!plain || member->kind != BP_EXPR_NAME || member->count != 1)
    return NULL;
  for (size_t i = 0; i < model->declaration_count; i++)
    for (size_t k = 0; k < model->declarations[i]->count; k++) {
      const struct bp_statement *other = model->declarations[i]->pieces[k].line.statement;
      for (size_t side = 0; other->kind == BP_STATEMENT_LET && side < other->side_count; side++)
        if (bp_expression_mentions(other->sides[side], declaration->name))
          return NULL;
    }
  return line;
}

/* A name that can be moved: something given, or a let. */
static bool resolve_name(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, struct bp_partial_target *target) {
  struct bp_declaration *declaration = bp_world_visible(world, expression->name);
  const struct bp_scope *letter = bp_scope_find(scope, expression->name);
  if (letter)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        letter->ball ? "the derivative of a function is written g'(x)"
                                     : "vary something given, or a let",
                        letter->ball ? "%s is only a letter here"
                                     : "%s is an index letter, and does not vary",
                        expression->name);
  if (!declaration && bp_constant_find(expression->name))
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "vary something given, or a let",
                        "%s is a number here, and does not vary", expression->name);
  if (!declaration)
    return bp_fault_unknown(world, expression);
  bool layers = declaration->kind == BP_DECLARED_SIZE && declaration->counts;
  if (layers)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "vary something given, or a let",
                        "%s is the number of layers here, and does not vary", expression->name);
  const struct bp_model_line *second = second_name(world, declaration);
  if (second) {
    struct bp_context user = bp_world_enter(world, second);
    bool fine = resolve_name(world, second->statement->sides[0], NULL, target);
    bp_world_leave(world, user);
    return fine;
  }
  static const char *const kinds[] = {
      [BP_DECLARED_SIZE] = "%s is a size, and sizes do not vary",
      [BP_DECLARED_UNKNOWN] = "%s is a function, and this needs a matrix or a number",
      [BP_DECLARED_FUNCTION] = "%s is a function, and this needs a matrix or a number",
      [BP_DECLARED_WRITE] = "%s stands for a derivative; it cannot be moved itself",
      [BP_DECLARED_LET] = NULL,
  };
  const char *problem = kinds[declaration->kind];
  if (problem)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "vary something given, or a let",
                        problem, expression->name);
  struct bp_expression whole = *expression;
  bool family = declaration->count > 0 && declaration->pieces[0].target->count > 0;
  target->at_step = expression->count == 1 && !family;
  if (target->at_step) {
    if (!bp_world_index(world, expression->child[0], scope, &target->step))
      return false;
    whole.count = 0;
  }
  target->node = bp_world_node(world, declaration, &whole, scope);
  if (!target->node)
    return false;
  if (bp_node_alias(world, target->node))
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "vary something given, or a let",
                        kinds[BP_DECLARED_UNKNOWN], expression->name);
  if (!bp_node_shape(world, target->node, expression->span))
    return false;
  target->shape = target->node->shape;
  return true;
}

bool bp_target_resolve(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, struct bp_partial_target *target) {
  *target = (struct bp_partial_target){.row = -1, .column = -1};
  if (is_vec(expression) && expression->count == 2) {
    target->vec = true;
    expression = expression->child[1];
  }
  const struct bp_expression *name =
      expression->kind == BP_EXPR_ELEMENT ? expression->child[0] : expression;
  if (name->kind != BP_EXPR_NAME)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        "give it a name: let U = ..., and write ∂.../∂U",
                        "only a name can vary: W, Z[1], W_{1,2}");
  struct bp_node *zero =
      expression->kind == BP_EXPR_ELEMENT ? bp_world_zero(world, expression, scope) : NULL;
  if (zero) {
    target->node = zero;
    if (!bp_node_shape(world, zero, expression->span))
      return false;
    target->shape = zero->shape;
    return true;
  }
  if (!resolve_name(world, name, scope, target))
    return false;
  if (expression->kind != BP_EXPR_ELEMENT)
    return true;
  if (!bp_element_pick(world, expression, scope, target->shape.rows.value,
                       target->shape.columns.value, &target->row, &target->column))
    return false;
  struct bp_size one = bp_size_constant(world->symbols, 1);
  if (target->row >= 0)
    target->shape.rows = one;
  if (target->column >= 0)
    target->shape.columns = one;
  return true;
}

static bool take_last(void *context, struct bp_node *node) {
  struct bp_node **last = context;
  *last = node;
  return true;
}

/* ∇_a C of a family a: by its last member, the output, as courses that write so mean it. */
static bool resolve_gradient(struct bp_world *world, const struct bp_expression *below,
                             const struct bp_scope *scope, struct bp_partial_target *target) {
  struct bp_declaration *declaration =
      below->kind == BP_EXPR_NAME && below->count == 0 && !bp_scope_find(scope, below->name)
          ? bp_world_visible(world, below->name)
          : NULL;
  bool matrix = declaration &&
                (declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_LET);
  if (!matrix || declaration->count == 0 || declaration->pieces[0].target->count != 1)
    return bp_target_resolve(world, below, scope, target);
  *target = (struct bp_partial_target){.row = -1, .column = -1};
  if (!bp_world_members(world, declaration, below->span, take_last, &target->node))
    return false;
  if (!target->node)
    return bp_target_resolve(world, below, scope, target);
  bp_world_note(world, world->quiet ? NULL
                                    : bp_arena_printf(world->model->arena,
                                                      "∇_%s is the gradient by the last %s",
                                                      below->name, below->name));
  if (!bp_node_shape(world, target->node, below->span))
    return false;
  target->shape = target->node->shape;
  return true;
}

/* 1 as it is written, and not a size that the file fixes to 1. */
static bool is_one(struct bp_size size) {
  bool named = false;
  for (size_t i = 0; i < size.count; i++)
    named = named || size.terms[i].degree > 0;
  return size.value == 1 && !named;
}

/* Whether V is a number, declared so, and no element of something. */
static bool is_plain_number(const struct bp_partial_target *target) {
  return target->row < 0 && target->column < 0 && is_one(target->shape.rows) &&
         is_one(target->shape.columns);
}

bool bp_gradient_turned(enum bp_layout layout, struct bp_symbolic below) {
  return layout == BP_LAYOUT_MIXED ? bp_size_one(below.columns) : layout == BP_LAYOUT_NUMERATOR;
}

bool bp_partial_layout(struct bp_world *world, const struct bp_expression *partial,
                       const struct bp_scope *scope, enum bp_derivative_layout *layout,
                       struct bp_partial_target *target, struct bp_symbolic *shape) {
  struct bp_symbolic above;
  if (!bp_expression_shape(world, partial->child[0], scope, &above) ||
      !(partial->order > 0 ? resolve_gradient(world, partial->child[1], scope, target)
                           : bp_target_resolve(world, partial->child[1], scope, target)))
    return false;
  struct bp_symbolic below = target->shape;
  if (partial->order > 0 && !bp_symbolic_number(above))
    return bp_fault_set(world, BP_FAULT_SHAPE, partial->span, "∂a/∂x for a Jacobian",
                        "∇ is the gradient of a number, and this is %s",
                        bp_symbolic_text(world->symbols, above));
  bool jacobian = target->vec || is_vec(partial->child[0]) || !bp_symbolic_number(above);
  enum bp_layout said = partial->order > 0 ? BP_LAYOUT_GRADIENT : world->context.line->layout;
  bool turned = jacobian ? said == BP_LAYOUT_DENOMINATOR : bp_gradient_turned(said, below);
  *layout = jacobian ? turned ? BP_LAID_AS_COLUMNS_OF_U : BP_LAID_AS_ROWS_OF_U
            : turned ? BP_LAID_AS_V_TURNED
                     : BP_LAID_AS_V;
  *shape = below;
  bool by_number = is_plain_number(target) && !bp_size_one(above.columns);
  if (jacobian && by_number && !target->vec && !is_vec(partial->child[0])) {
    *layout = BP_LAID_AS_U;
    *shape = above;
    return true;
  }
  if (jacobian)
    *shape = (struct bp_symbolic){bp_size_multiply(world->symbols, above.rows, above.columns),
                                  bp_size_multiply(world->symbols, below.rows, below.columns)};
  if (turned)
    *shape = (struct bp_symbolic){shape->columns, shape->rows};
  return true;
}

struct bp_node *bp_plain_node(struct bp_world *world, const struct bp_expression *above,
                              const struct bp_scope *scope) {
  if (above->kind == BP_EXPR_CALL && above->count == 2 &&
      bp_builtin_is(above->child[0]->name, BP_STACKS))
    above = above->child[1];
  if (above->kind != BP_EXPR_NAME || (above->count == 0 && bp_scope_find(scope, above->name)))
    return NULL;
  struct bp_declaration *declaration = bp_world_visible(world, above->name);
  if (!declaration || declaration->kind == BP_DECLARED_SIZE)
    return NULL;
  return bp_world_node(world, declaration, above, scope);
}

struct bp_node *bp_node_of_part(struct bp_world *world, const struct bp_expression *above,
                                const struct bp_scope *scope) {
  while (above->kind == BP_EXPR_ELEMENT || above->kind == BP_EXPR_TRANSPOSE)
    above = above->child[0];
  return bp_plain_node(world, above, scope);
}
