/* Derivatives by intervention: g'(x), ∂U/∂V and d(E), each as the difference quotient of a curve.
 *
 * For ∂U/∂V every number of V is moved in turn, in a frame where only what depends on V is computed
 * again; for d(E) everything that varies is moved along one direction.  The Jacobian of one node
 * with respect to another is computed once in a trial and kept.
 */
#include "value/derive.h"

#include <math.h>
#include <string.h>

#include "base/mutable.h"
#include "value/node_value.h"
#include "value/quotient.h"
#include "value/shape.h"
#include "value/target.h"
#include "value/value.h"

/* ---- g'(x) -------------------------------------------------------------- */

struct function_curve {
  struct bp_world *world;
  const struct bp_function_reference *function;
  const struct bp_expression *call;
  const struct bp_frame *frame;
  struct bp_ball x;
  int order;
};

static bool function_at(void *context, double t, struct bp_balls *value) {
  const struct function_curve *curve = context;
  struct bp_ball x = bp_ball_of(curve->x.mid + (bp_quad)t, curve->x.rad);
  struct bp_ball result;
  if (!bp_world_work(curve->world, 40, curve->call->span))
    return false;
  bool fine = curve->order == 0 ? bp_call_value(curve->world, curve->function, curve->call,
                                                curve->frame, &x, &result)
                                : bp_call_slope(curve->world, curve->function, curve->call,
                                                curve->frame, x, curve->order, &result);
  return fine && bp_value_made(curve->world, bp_balls_number(curve->world->scratch, result),
                               curve->call, value);
}

bool bp_call_slope(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame, struct bp_ball x,
                   int order, struct bp_ball *slope) {
  struct function_curve context = {world, function, call, frame, x, order - 1};
  struct bp_curve curve = {.at = function_at, .context = &context};
  struct bp_balls out = {1, 1, slope};
  if (!function_at(&context, 0, &curve.middle))
    return false;
  int inside = order - 1;
  if (function->defined)
    inside += function->defined->depth;
  return bp_differentiate(world, &curve, bp_scale_of(bp_ball_double(x), 16),
                          bp_stencil_for(inside, frame), &out);
}

/* ---- ∂U/∂V -------------------------------------------------------------- */

struct node_curve {
  struct bp_world *world;
  const struct bp_expression *above; /* U */
  const struct bp_scope *scope;
  const struct bp_frame *outer;
  struct bp_node *node;
  struct bp_balls value;   /* of the node, unmoved */
  struct bp_balls unmoved; /* U there */
  size_t moved;            /* which of its numbers */
  struct bp_dependents dependents;
};

/* U with one number of the node moved by t. */
static bool node_at(void *context, double t, struct bp_balls *value) {
  const struct node_curve *curve = context;
  struct bp_world *world = curve->world;
  struct bp_balls moved = bp_balls_new(world->scratch, curve->value.rows, curve->value.columns);
  if (!moved.at)
    return bp_value_made(world, moved, curve->above, value);
  memcpy(moved.at, curve->value.at, moved.rows * moved.columns * sizeof *moved.at);
  moved.at[curve->moved].mid += (bp_quad)t;
  struct bp_override override = {curve->node, moved};
  struct bp_frame frame;
  if (!bp_frame_init(world, curve->outer, &override, 1, curve->dependents, &frame))
    return false;
  frame.moved = true;
  return bp_expression_value(world, curve->above, curve->scope, &frame, value);
}

/* Column of the Jacobian: how vec(U) answers to one number of the node. */
static bool jacobian_column(const struct node_curve *curve, struct bp_stencil stencil,
                            struct bp_balls slope, struct bp_balls jacobian, size_t column) {
  struct bp_world *world = curve->world;
  double typical = bp_balls_largest(curve->value);
  double scale = bp_scale_of(bp_ball_double(curve->value.at[curve->moved]), typical);
  struct bp_curve generic = {node_at, bp_unchanged(curve), curve->unmoved};
  if (!bp_differentiate(world, &generic, scale, stencil, &slope))
    return false;
  for (size_t j = 0; j < slope.columns; j++) /* vec stacks columns */
    for (size_t i = 0; i < slope.rows; i++)
      jacobian.at[(j * slope.rows + i) * jacobian.columns + column] =
          slope.at[i * slope.columns + j];
  return true;
}

/* The part of the node that varies, in the order of vec. */
struct part {
  size_t row, rows, column, columns;
};

static struct part part_of(const struct bp_partial_target *target, struct bp_balls value) {
  return (struct part){.row = target->row < 0 ? 0 : (size_t)target->row,
                       .rows = target->row < 0 ? value.rows : 1,
                       .column = target->column < 0 ? 0 : (size_t)target->column,
                       .columns = target->column < 0 ? value.columns : 1};
}

/* Jacobian of vec(U) with respect to vec of the part. */
static bool jacobian_of(struct bp_world *world, const struct bp_expression *above,
                        const struct bp_scope *scope, const struct bp_frame *frame,
                        struct bp_node *node, struct part part, struct bp_span span,
                        struct bp_balls *jacobian) {
  struct node_curve curve = {
      .world = world, .above = above, .scope = scope, .outer = frame, .node = node};
  struct bp_balls unmoved;
  if (!bp_node_value(world, node, frame, span, &curve.value) ||
      !bp_expression_value(world, above, scope, frame, &unmoved))
    return false;
  size_t rows = unmoved.rows * unmoved.columns, columns = part.rows * part.columns;
  curve.unmoved = unmoved;
  struct bp_balls slope = bp_balls_new(world->scratch, unmoved.rows, unmoved.columns);
  if (!bp_world_work(world, columns < 1u << 20 ? rows * columns : SIZE_MAX, span) ||
      !bp_value_made(world, bp_balls_new(world->scratch, rows, columns), above, jacobian))
    return false;
  if (!slope.at || !bp_dependents_init(world, &curve.dependents))
    return bp_fault_set(world, BP_FAULT_MEMORY, span, NULL, "out of memory");
  struct bp_stencil stencil = bp_stencil_for(bp_model_depth(world->model, above), frame);
  for (size_t j = 0; j < part.columns; j++)
    for (size_t i = 0; i < part.rows; i++) {
      curve.moved = (part.row + i) * curve.value.columns + part.column + j;
      if (!jacobian_column(&curve, stencil, slope, *jacobian, j * part.rows + i))
        return false;
    }
  return true;
}

/* ---- derivatives that are kept ------------------------------------------ */

/* The node that U is, when it is a plain name outside of frames. */
static struct bp_node *plain_node(struct bp_world *world, const struct bp_expression *above,
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

static struct bp_partial_cache *find_kept(const struct bp_world *world, const struct bp_node *above,
                                          const struct bp_node *below) {
  struct bp_partial_cache *kept = world->partials;
  while (kept && (kept->above != above || kept->below != below))
    kept = kept->next;
  return kept;
}

static bool keep(struct bp_world *world, const struct bp_node *above, const struct bp_node *below,
                 struct bp_balls jacobian, bool kink) {
  struct bp_partial_cache *kept = bp_arena_alloc(world->keep, 1, sizeof *kept);
  struct bp_balls copy = bp_balls_new(world->keep, jacobian.rows, jacobian.columns);
  if (!kept || !copy.at)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  memcpy(copy.at, jacobian.at, jacobian.rows * jacobian.columns * sizeof *copy.at);
  *kept = (struct bp_partial_cache){above, below, copy, kink, world->gap, world->partials};
  world->partials = kept;
  return true;
}

/* The columns of the whole Jacobian that belong to the part. */
static struct bp_balls columns_of(struct bp_world *world, struct bp_balls whole, size_t node_rows,
                                  struct part part) {
  struct bp_balls picked = bp_balls_new(world->scratch, whole.rows, part.rows * part.columns);
  for (size_t r = 0; picked.at && r < whole.rows; r++)
    for (size_t j = 0; j < part.columns; j++)
      for (size_t i = 0; i < part.rows; i++)
        picked.at[r * picked.columns + j * part.rows + i] =
            whole.at[r * whole.columns + (part.column + j) * node_rows + part.row + i];
  return picked;
}

/* The Jacobian of one node with respect to another, computed once in a trial. */
static bool kept_jacobian(struct bp_world *world, const struct bp_expression *partial,
                          const struct bp_scope *scope, struct bp_node *above,
                          const struct bp_partial_target *target, struct bp_balls *jacobian) {
  struct bp_balls value;
  if (!bp_node_value(world, above, NULL, partial->span, &value) ||
      !bp_node_value(world, target->node, NULL, partial->span, &value))
    return false;
  const struct bp_partial_cache *kept = find_kept(world, above, target->node);
  if (!kept) {
    struct part all = {0, value.rows, 0, value.columns};
    bool before = world->kink;
    world->kink = false;
    if (!jacobian_of(world, partial->child[0], scope, NULL, target->node, all, partial->span,
                     jacobian) ||
        !keep(world, above, target->node, *jacobian, world->kink))
      return false;
    world->kink = world->kink || before;
    kept = world->partials;
  }
  world->kink = world->kink || kept->kink;
  if (!world->gap.set)
    world->gap = kept->gap;
  return bp_value_made(world, columns_of(world, kept->jacobian, value.rows, part_of(target, value)),
                       partial, jacobian);
}

/* A gradient is the Jacobian's one row in the shape of what varies. */
static struct bp_balls laid_out(struct bp_world *world, struct bp_balls jacobian,
                                enum bp_derivative_layout layout, struct part part) {
  if (layout == BP_LAYOUT_JACOBIAN)
    return jacobian;
  struct bp_balls gradient = bp_balls_new(world->scratch, part.rows, part.columns);
  for (size_t j = 0; gradient.at && j < part.columns; j++)
    for (size_t i = 0; i < part.rows; i++)
      gradient.at[i * part.columns + j] = jacobian.at[j * part.rows + i];
  return gradient.at && layout == BP_LAYOUT_TRANSPOSED
             ? bp_balls_transpose(world->scratch, gradient)
             : gradient;
}

bool bp_partial_value(struct bp_world *world, const struct bp_expression *partial,
                      const struct bp_scope *scope, const struct bp_frame *frame,
                      struct bp_balls *value) {
  enum { MOST_KEPT = 4096 }; /* numbers of V for which the whole Jacobian is worth keeping */
  enum bp_derivative_layout layout;
  struct bp_partial_target target;
  struct bp_symbolic shape;
  struct bp_balls below, jacobian;
  if (!bp_partial_layout(world, partial, scope, &layout, &target, &shape) ||
      !bp_node_value(world, target.node, frame, partial->span, &below))
    return false;
  struct part part = part_of(&target, below);
  struct bp_node *above = frame ? NULL : plain_node(world, partial->child[0], scope);
  if (world->fault.kind != BP_FAULT_NONE)
    return false;
  bool fine = above && below.rows * below.columns <= MOST_KEPT
                  ? kept_jacobian(world, partial, scope, above, &target, &jacobian)
                  : jacobian_of(world, partial->child[0], scope, frame, target.node, part,
                                partial->span, &jacobian);
  return fine && bp_value_made(world, laid_out(world, jacobian, layout, part), partial, value);
}

/* ---- d(E) --------------------------------------------------------------- */

struct direction_curve {
  struct bp_world *world;
  const struct bp_expression *inner;
  const struct bp_scope *scope;
  const struct bp_frame *outer;
  struct bp_override *overrides; /* the values are set for every t */
  struct bp_balls *values, *directions;
  size_t count, capacity;
  struct bp_dependents dependents;
  struct bp_node user; /* stands for the expression in the graph of what uses what */
};

static bool direction_at(void *context, double t, struct bp_balls *value) {
  struct direction_curve *curve = context;
  struct bp_world *world = curve->world;
  struct bp_balls length = bp_balls_number(world->scratch, bp_ball_exact(t));
  struct bp_frame frame;
  for (size_t i = 0; i < curve->count; i++) {
    struct bp_balls step = bp_balls_zip(world->scratch, curve->directions[i], length, bp_ball_mul);
    struct bp_balls moved = bp_balls_zip(world->scratch, curve->values[i], step, bp_ball_add);
    if (!bp_value_made(world, moved, curve->inner, &curve->overrides[i].value))
      return false;
  }
  if (!bp_frame_init(world, curve->outer, curve->overrides, curve->count, curve->dependents,
                     &frame))
    return false;
  frame.moved = true;
  return bp_expression_value(world, curve->inner, curve->scope, &frame, value);
}

/* Labels do not vary by themselves. */
static bool varies_freely(const struct bp_node *node) {
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  return kind != BP_DOMAIN_SET && kind != BP_DOMAIN_ONEHOT;
}

static bool add_varying(void *context, struct bp_node *node) {
  struct direction_curve *curve = context;
  struct bp_world *world = curve->world;
  struct bp_span span = curve->inner->span;
  if (curve->count == curve->capacity)
    return bp_fault_set(world, BP_FAULT_LIMIT, span, "say what varies: vary W",
                        "more than %zu things vary here", curve->capacity);
  if (!bp_node_shape(world, node, span) ||
      !bp_node_value(world, node, curve->outer, span, &curve->values[curve->count]))
    return false;
  curve->directions[curve->count] = bp_world_direction(world, node);
  curve->overrides[curve->count].node = node;
  return bp_value_made(world, curve->directions[curve->count++], curve->inner,
                       &(struct bp_balls){0});
}

/* Something given varies with everything else, if the expression depends on it at all. */
static bool add_given(void *context, struct bp_node *node) {
  const struct direction_curve *curve = context;
  struct bp_override override = {.node = node};
  struct bp_frame frame = {.overrides = &override, .count = 1};
  struct bp_arena_mark mark = bp_arena_mark(curve->world->scratch);
  if (!bp_dependents_init(curve->world, &frame.dependents))
    return false;
  bool depends = bp_node_depends(&curve->user, &frame);
  bp_arena_release(curve->world->scratch, mark);
  if (!varies_freely(node) || !depends)
    return true;
  return add_varying(context, node);
}

static bool vary_all(struct bp_world *world, struct direction_curve *curve, struct bp_span span) {
  for (size_t i = 0; i < world->model->declaration_count; i++) {
    struct bp_declaration *declaration = world->model->declarations[i];
    if (declaration->kind == BP_DECLARED_GIVEN &&
        bp_world_visible(world, declaration->name) == declaration &&
        !bp_world_members(world, declaration, span, add_given, curve))
      return false;
  }
  return true;
}

/* One name of a vary line: a member whose index letter is the claim's, or the whole family. */
static bool vary_target(struct bp_world *world, struct direction_curve *curve,
                        const struct bp_expression *target) {
  struct bp_declaration *declaration = bp_world_visible(world, target->name);
  if (declaration && target->count == 0 && declaration->count &&
      (declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_LET))
    return bp_world_members(world, declaration, target->span, add_varying, curve);
  struct bp_partial_target resolved;
  return bp_target_resolve(world, target, curve->scope, &resolved) &&
         add_varying(curve, resolved.node);
}

/* A vary line means what it names where it stands; its index letters are the claim's. */
static bool find_varying(struct bp_world *world, struct direction_curve *curve,
                         struct bp_span span) {
  const struct bp_model_line *vary = world->context.line->vary;
  if (!vary)
    return vary_all(world, curve, span);
  struct bp_context claim = bp_world_enter(world, vary);
  bool fine = true;
  for (size_t i = 0; fine && i < vary->statement->target_count; i++)
    fine = vary_target(world, curve, vary->statement->targets[i]);
  bp_world_leave(world, claim);
  return fine;
}

bool bp_differential_value(struct bp_world *world, const struct bp_expression *differential,
                           const struct bp_scope *scope, const struct bp_frame *frame,
                           struct bp_balls *value) {
  enum { MOST_VARYING = 256 };
  const struct bp_expression *inner = differential->child[0];
  struct direction_curve context = {
      .world = world, .inner = inner, .scope = scope, .outer = frame, .capacity = MOST_VARYING};
  context.overrides = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.overrides);
  context.values = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.values);
  context.directions = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.directions);
  struct bp_balls unmoved;
  if (!context.overrides || !context.values || !context.directions)
    return bp_fault_set(world, BP_FAULT_MEMORY, differential->span, NULL, "out of memory");
  struct bp_node *computing = world->computing;
  world->computing = &context.user;
  bool fine = bp_expression_value(world, inner, scope, frame, &unmoved);
  world->computing = computing;
  if (!fine || !find_varying(world, &context, differential->span))
    return false;
  if (!bp_dependents_init(world, &context.dependents) ||
      !bp_value_made(world, bp_balls_new(world->scratch, unmoved.rows, unmoved.columns),
                     differential, value))
    return false;
  struct bp_curve curve = {direction_at, &context, unmoved};
  struct bp_stencil stencil = bp_stencil_for(bp_model_depth(world->model, inner), frame);
  return bp_differentiate(world, &curve, 1, stencil, value);
}
