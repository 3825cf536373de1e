/* What a function's name is, and the shape of a call. */
#include "value/call.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/random.h"
#include "value/shape.h"
#include "value/vocabulary.h"
#include "value/where.h"

const struct bp_constant *bp_constant_find(const char *name) {
  static const struct bp_constant constants[] = {
      {"e", bp_ball_e}, {"pi", bp_ball_pi}, {"π", bp_ball_pi}};
  for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
    if (!strcmp(name, constants[i].name))
      return &constants[i];
  return NULL;
}

/* ---- what a name calls -------------------------------------------------- */

/* What other programs call a function. */
static const struct {
  const char *function, *instead;
} foreign[] = {
    {"size", "rows(A), columns(A)"},
    {"conv", "correlate(X, K), as networks compute it, or convolve(X, K), which turns K first"},
    {"conv1d", "correlate(x, k), as networks compute it, or convolve(x, k), which turns k first"},
    {"conv2d", "correlate(X, K), as networks compute it, or convolve(X, K), which turns K first"},
    {"conv2", "convolve(X, K), or correlate(X, K) without turning K"},
    {"corr", "correlate(X, K)"},
    {"rot90", "rot180(K) for half a turn"},
    {"flip", "rot180(K)"},
    {"avgpool", "meanpool(X, 2)"},
    {"pool", "maxpool(X, 2), meanpool(X, 2)"},
    {"shape", "rows(A), columns(A)"},
    {"trace", "tr(A)"},
    {"transpose", "A'"},
    {"inverse", "inv(A)"},
    {"dot", "A * B, u' * v"},
    {"matmul", "A * B"},
    {"multiply", "A ⊙ B"},
    {"hadamard", "A ⊙ B"},
    {"eye", "I(n)"},
    {"sgn", "where(x > 0, 1, x < 0, -1, 0)"},
    {"sign", "where(x > 0, 1, x < 0, -1, 0)"},
};

static const char *foreign_name(const char *name) {
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
    if (!strcmp(foreign[i].function, name))
      return foreign[i].instead;
  return NULL;
}

static bool resolve_builtin(struct bp_world *world, const struct bp_expression *name,
                            struct bp_function_reference *function) {
  *function = (struct bp_function_reference){.name = name->name, .arguments = 1};
  function->matrix = bp_builtin_find(name->name);
  if (!function->matrix)
    function->builtin = bp_ball_function_find(name->name, strlen(name->name));
  if (function->matrix || function->builtin)
    return true;
  if (bp_model_unread(world->model, name->name))
    return bp_fault_unknown(world, name);
  const char *nearest = bp_vocabulary_nearest(name->name);
  const char *instead = foreign_name(name->name);
  return bp_fault_set(world, BP_FAULT_MISUSE, name->span,
                      instead   ? instead
                      : nearest ? bp_arena_printf(world->model->arena, "did you mean %s?", nearest)
                                : "an unknown function is declared like this: given g : function",
                      "there is no function %s", bp_name_shown(world, name->name));
}

/* Whether the right side of a let is nothing but the name of a function. */
static bool names_function(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope) {
  if (expression->kind != BP_EXPR_NAME)
    return false;
  struct bp_declaration *declaration = bp_world_visible(world, expression->name);
  if (!declaration)
    return expression->count == 0 && !bp_scope_find(scope, expression->name) &&
           !bp_constant_find(expression->name) &&
           (bp_builtin_find(expression->name) ||
            bp_ball_function_find(expression->name, strlen(expression->name)));
  if (declaration->kind != BP_DECLARED_LET)
    return declaration->kind == BP_DECLARED_FUNCTION || declaration->kind == BP_DECLARED_UNKNOWN;
  struct bp_node *node = bp_world_node(world, declaration, expression, scope);
  return node && bp_node_alias(world, node);
}

const struct bp_function_reference *bp_node_alias(struct bp_world *world, struct bp_node *node) {
  if (node->alias || node->declaration->kind != BP_DECLARED_LET || node->shape_state != BP_NODE_NEW)
    return node->alias;
  const struct bp_expression *side = node->piece->line.statement->sides[0];
  struct bp_context user = bp_world_enter(world, &node->piece->line);
  node->shape_state = BP_NODE_BUSY; /* let g = g: no alias of itself */
  bool alias = names_function(world, side, node->scope);
  node->shape_state = BP_NODE_NEW;
  struct bp_function_reference *reference =
      alias ? bp_arena_alloc(world->keep, 1, sizeof *reference) : NULL;
  if (reference && bp_function_resolve(world, side, node->scope, reference))
    node->alias = reference;
  bp_world_leave(world, user);
  return node->alias;
}

/* Far out an unknown function is as steep or as flat as anything else there is large or small; all
 * by powers of two, which round nothing. */
static void scale_drawn(enum bp_draw_region region, uint64_t *state, struct bp_ball_drawn *drawn) {
  bool far = region == BP_REGION_FAR || region == BP_REGION_MIXED || region == BP_REGION_CORNER;
  int height = far ? ilogb(bp_region_scale(BP_REGION_FAR, state)) : 0;
  int width = far ? (int)(bp_random_bits(state) % 5) - 1 : 0;
  if (region == BP_REGION_CORNER)
    height = 10;
  static const bool heights[] = {true, true, true, false, false, true, false, false};
  static const bool widths[] = {false, false, false, true, false, false, true, false};
  for (size_t k = 0; k < sizeof heights / sizeof *heights; k++)
    drawn->coefficient[k] = ldexp(drawn->coefficient[k], heights[k]  ? height
                                                         : widths[k] ? width
                                                                     : 0);
}

static bool no_function(struct bp_world *world, const struct bp_expression *name) {
  const char *written = bp_written(world, name, name->name);
  return bp_fault_set(
      world, BP_FAULT_MISUSE, name->span,
      bp_arena_printf(world->model->arena, "a product is written with a sign: %s * (...)", written),
      "%s is no function", written);
}

bool bp_function_decides(const struct bp_function_reference *function) {
  if (function->matrix)
    return (function->matrix->traits & BP_DECIDES) != 0;
  const struct bp_function *row = function->builtin;
  return row && (row->kink != BP_SMOOTH || (row->traits & BP_FUNCTION_DECIDES) != 0);
}

bool bp_function_resolve(struct bp_world *world, const struct bp_expression *name,
                         const struct bp_scope *scope, struct bp_function_reference *function) {
  struct bp_declaration *declaration = bp_world_visible(world, name->name);
  if (!declaration)
    return resolve_builtin(world, name, function);
  if (declaration->kind == BP_DECLARED_FUNCTION) {
    *function = (struct bp_function_reference){
        .name = name->name,
        .defined = declaration,
        .arguments = declaration->pieces[0].line.statement->parameter_count};
    return true;
  }
  if (declaration->kind != BP_DECLARED_UNKNOWN && declaration->kind != BP_DECLARED_LET)
    return no_function(world, name);
  struct bp_node *node = bp_world_node(world, declaration, name, scope);
  if (!node)
    return false;
  if (declaration->kind == BP_DECLARED_LET) {
    const struct bp_function_reference *alias = bp_node_alias(world, node);
    if (!alias)
      return no_function(world, name);
    *function = *alias;
    return true;
  }
  if (node->value_state != BP_NODE_DONE) {
    uint64_t state = node->seed;
    node->drawn = bp_ball_draw_function((double (*)(void *))bp_uniform, &state);
    scale_drawn(world->drawing.region, &state, &node->drawn);
    node->value_state = BP_NODE_DONE;
  }
  *function =
      (struct bp_function_reference){.name = node->name, .drawn = &node->drawn, .arguments = 1};
  return true;
}

/* ---- shapes of calls ---------------------------------------------------- */

static bool check_count(struct bp_world *world, const struct bp_expression *call, size_t least,
                        size_t most) {
  size_t found = call->count - 1;
  if (found >= least && found <= most)
    return true;
  size_t limit = found < least ? least : most;
  return bp_fault_set(world, BP_FAULT_MISUSE, call->span, NULL,
                      "%s takes %s%zu argument%s, found %zu",
                      bp_written(world, call->child[0], "this function"),
                      least == most   ? ""
                      : found < least ? "at least "
                                      : "at most ",
                      limit, limit == 1 ? "" : "s", found);
}

/* An elementwise function: all its arguments alike, or numbers. */
static bool elementwise_shape(struct bp_world *world, const struct bp_expression *call,
                              const struct bp_scope *scope, struct bp_symbolic *shape) {
  for (size_t i = 1; i < call->count; i++) {
    struct bp_symbolic argument;
    if (!bp_expression_shape(world, call->child[i], scope, &argument))
      return false;
    bool replace = i == 1 || bp_symbolic_number(*shape);
    if (!replace && !bp_symbolic_number(argument) &&
        !(bp_size_fits(world, argument.rows, shape->rows) &&
          bp_size_fits(world, argument.columns, shape->columns)))
      return bp_fault_set(world, BP_FAULT_SHAPE, call->child[i]->span, NULL,
                          "%s works element by element: its arguments are %s and %s",
                          bp_written(world, call->child[0], "this function"),
                          bp_symbolic_text(world->symbols, *shape),
                          bp_symbolic_text(world->symbols, argument));
    if (replace)
      *shape = argument;
  }
  return true;
}

/* The body of let f(x) = ...: with numbers for its parameters it must be a number. */
static bool body_shape(struct bp_world *world, const struct bp_declaration *function) {
  const struct bp_statement *statement = function->pieces[0].line.statement;
  static const struct bp_ball one;
  struct bp_scope scopes[BP_MOST_PARAMETERS];
  const struct bp_scope *scope = NULL;
  for (size_t i = 0; i < statement->parameter_count && i < BP_MOST_PARAMETERS; i++) {
    scopes[i] = (struct bp_scope){statement->parameters[i], 0, &one, scope};
    scope = &scopes[i];
  }
  struct bp_symbolic shape;
  if (!bp_expression_shape(world, statement->sides[0], scope, &shape))
    return false;
  return bp_symbolic_number(shape) ||
         bp_fault_set(world, BP_FAULT_MISUSE, statement->sides[0]->span,
                      "it is applied to every element of a matrix, one number at a time",
                      "%s is a function of numbers, and this is %s", function->name,
                      bp_symbolic_text(world->symbols, shape));
}

bool bp_function_look(struct bp_world *world, const struct bp_declaration *function) {
  enum bp_node_state *body = &world->bodies[function->number];
  if (*body == BP_NODE_DONE)
    return true;
  const struct bp_piece *piece = &function->pieces[0];
  struct bp_context user = bp_world_enter(world, &piece->line);
  *body = BP_NODE_BUSY;
  bool fine = body_shape(world, function);
  *body = fine ? BP_NODE_DONE : BP_NODE_NEW;
  bp_world_leave(world, user);
  return fine;
}

/* The same where the function is called: a mistake in it is reported once, at its place. */
static bool body_fits(struct bp_world *world, const struct bp_expression *call,
                      const struct bp_declaration *function) {
  if (world->bodies[function->number] == BP_NODE_BUSY)
    return bp_fault_set(world, BP_FAULT_MISUSE, call->span,
                        "a function may use what stands before it, not itself",
                        "%s is defined by itself", function->name);
  if (function->pieces[0].line.statement->put_in)
    return bp_fault_set(world, BP_FAULT_MISUSE, call->span,
                        "call it without a prime, and give what stands in the parentheses a name",
                        "%s is a function of whole vectors or matrices, and is not read so here",
                        function->name);
  if (bp_function_look(world, function))
    return true;
  if (world->fault.kind == BP_FAULT_MEMORY)
    return false;
  world->fault = (struct bp_fault){0};
  return bp_fault_set(world, BP_FAULT_CONSEQUENCE, call->span, NULL,
                      "%s cannot be used: something is wrong with its definition", function->name);
}

static bool builtin_shape(struct bp_world *world, const struct bp_expression *call,
                          const struct bp_scope *scope, const struct bp_builtin *builtin,
                          struct bp_symbolic *shape) {
  struct bp_symbolic arguments[BP_MOST_PARAMETERS];
  bool sizes = builtin->traits & BP_OF_SIZES;
  if (!check_count(world, call, builtin->least, builtin->most))
    return false;
  size_t matrices = builtin->traits & BP_SIZES_BEHIND ? 1
                    : builtin->traits & BP_STRIDE     ? 2
                                                      : SIZE_MAX;
  for (size_t i = 1; i < call->count && i <= BP_MOST_PARAMETERS; i++) {
    struct bp_size size;
    sizes = sizes || i > matrices;
    if (sizes ? !bp_world_size(world, call->child[i], scope, &size)
              : !bp_expression_shape(world, call->child[i], scope, &arguments[i - 1]))
      return false;
    if (sizes && size.value < 1)
      return bp_fault_set(world, BP_FAULT_SHAPE, call->child[i]->span, "sizes count from 1",
                          "a matrix cannot have %ld rows or columns", size.value);
    if (sizes)
      arguments[i - 1] = (struct bp_symbolic){size, size};
  }
  return builtin->shape(world, call, arguments, shape);
}

/* where(condition, value, condition, value, ..., otherwise) */
static bool where_shape(struct bp_world *world, const struct bp_expression *call,
                        const struct bp_scope *scope, const struct bp_builtin *where,
                        struct bp_symbolic *shape) {
  if (!check_count(world, call, where->least, where->most))
    return false;
  bool any = false;
  for (size_t i = 1; i < call->count; i++) {
    const struct bp_expression *part = call->child[i];
    bool condition = i % 2 == 1 && i + 1 < call->count;
    if (condition != (part->kind == BP_EXPR_COMPARE))
      return bp_fault_set(
          world, BP_FAULT_MISUSE, part->span, "where(x > 0, a, x < 0, b) or where(x > 0, a, b)",
          condition ? "a condition such as x > 0 is needed here" : "a value is needed here");
    if (!condition && bp_where_passes(world, call, i, scope))
      continue;
    for (size_t k = 0; k < (condition ? 2 : 1); k++) {
      struct bp_symbolic found;
      if (!bp_expression_shape(world, condition ? part->child[k] : part, scope, &found))
        return false;
      if (any && !bp_symbolic_number(found) && !bp_symbolic_number(*shape) &&
          !(bp_size_fits(world, found.rows, shape->rows) &&
            bp_size_fits(world, found.columns, shape->columns)))
        return bp_fault_set(world, BP_FAULT_SHAPE, part->span, NULL,
                            "where works element by element: found %s and %s",
                            bp_symbolic_text(world->symbols, *shape),
                            bp_symbolic_text(world->symbols, found));
      if (!any || bp_symbolic_number(*shape))
        *shape = found;
      any = true;
    }
  }
  return true;
}

bool bp_call_shape(struct bp_world *world, const struct bp_expression *call,
                   const struct bp_scope *scope, struct bp_symbolic *shape) {
  const struct bp_expression *name = call->child[0];
  struct bp_function_reference function = {0};
  if (!bp_function_resolve(world, name, scope, &function))
    return false;
  if (function.matrix && (function.matrix->traits & BP_CHOOSES))
    return where_shape(world, call, scope, function.matrix, shape);
  if (function.matrix && call->order > 0)
    return bp_fault_set(
        world, BP_FAULT_MISUSE, call->span,
        bp_arena_printf(world->model->arena,
                        "give the result a name, let A = %s(Z), and write ∂A/∂Z", name->name),
        "%s does not work element by element, so it has no derivative %s'", name->name, name->name);
  if (function.matrix)
    return builtin_shape(world, call, scope, function.matrix, shape);
  if (!check_count(world, call, function.arguments, function.arguments))
    return false;
  if (call->order > 0 && function.arguments != 1)
    return bp_fault_set(world, BP_FAULT_MISUSE, call->span,
                        "give the result a name and write ∂…/∂…",
                        "%s has %zu arguments, so %s' does not say which one varies", name->name,
                        function.arguments, name->name);
  return elementwise_shape(world, call, scope, shape) &&
         (!function.defined || body_fits(world, call, function.defined));
}
