/* Derivatives by intervention: g'(x), ∂U/∂V and d(E), each as the difference quotient of a curve.
 *
 * For ∂U/∂V every number of V is moved in turn, and all of them at once for the bound, in a frame
 * where only what depends on V is computed again; for d(E) everything that varies is moved along
 * one direction.  Jacobians of nodes are computed once in a trial.
 */
#include "value/derive.h"

#include <math.h>
#include <string.h>

#include "base/mutable.h"
#include "value/namesake.h"
#include "value/node_value.h"
#include "value/quotient.h"
#include "value/shape.h"
#include "value/steps/steps.h"
#include "value/target.h"
#include "value/value.h"

/* ---- discs around ------------------------------------------------------- */

/* A parameter of a function may be a disc as well as a node. */
static bool is_moved(const struct bp_scope *scope) {
  while (scope && (!scope->ball || bp_ball_is_real(*scope->ball)))
    scope = scope->outer;
  return scope != NULL;
}

static bool within_disc(const struct bp_scope *scope, const struct bp_frame *frame) {
  while (frame && !frame->disc)
    frame = frame->outer;
  return frame || is_moved(scope);
}

/* Whether what uses the same nodes as `user` varies in the disc of another difference.  What
 * depends on no disc has the same value at every point of it. */
static bool varies_in_disc(const struct bp_node *user, const struct bp_scope *scope,
                           const struct bp_frame *frame) {
  for (; frame; frame = frame->outer)
    if (frame->disc && bp_node_depends(user, frame))
      return true;
  return is_moved(scope);
}

/* The value of a formula in a frame, and what it uses, for the question above. */
static bool recorded_value(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, const struct bp_frame *frame,
                           struct bp_node *user, struct bp_balls *value) {
  struct bp_node *computing = world->computing;
  world->computing = user;
  bool fine = bp_expression_value(world, expression, scope, frame, value);
  world->computing = computing;
  return fine;
}

/* ---- g'(x) -------------------------------------------------------------- */

struct function_curve {
  struct bp_world *world;
  const struct bp_function_reference *function;
  const struct bp_expression *call;
  const struct bp_frame *frame;
  struct bp_ball x;
  slong scale;
  int order;
};

static bool function_at(void *context, size_t which, struct bp_ball t, struct bp_balls *value) {
  (void)which;
  const struct function_curve *curve = context;
  struct bp_world *world = curve->world;
  struct bp_ball x =
      bp_ball_combine(&world->room, curve->x, bp_ball_scale(t, curve->scale), bp_ball_add);
  struct bp_ball result = bp_ball_unknown();
  if (!bp_world_work(world, 40, curve->call->span))
    return false;
  bool fine = curve->order == 0
                  ? bp_call_value(world, curve->function, curve->call, curve->frame, &x, &result)
                  : bp_call_slope(world, curve->function, curve->call, curve->frame, x,
                                  curve->order, &result);
  return fine && bp_value_made(world, bp_balls_number(&world->room, result), curve->call, value);
}

/* g'(x) with the bits of the world, rounded to `bits`. */
static bool call_slope(struct bp_world *world, const struct bp_function_reference *function,
                       const struct bp_expression *call, const struct bp_frame *frame,
                       struct bp_ball x, int order, slong bits, struct bp_ball *slope) {
  slong scale = bp_scale_of(x, 4);
  struct function_curve context = {world, function, call, frame, x, scale, order - 1};
  struct bp_curve curve = {
      .at = function_at, .context = &context, .count = 1, .scale = &scale, .bits = bits};
  struct bp_balls out = {1, 1, slope};
  struct bp_node user = {0}, *computing = world->computing;
  bool disc = within_disc(NULL, frame) && function->defined;
  world->computing = disc ? &user : computing;
  bool fine = function_at(&context, 0, bp_ball_whole(0), &curve.middle);
  if (fine && bp_ball_is_missing(curve.middle.at[0]))
    bp_value_gap(world, call->span, "the function has no value at its argument");
  world->computing = computing;
  curve.disc = !bp_ball_is_real(x) || (disc && fine && varies_in_disc(&user, NULL, frame));
  return fine && bp_differentiate(world, &curve, &out);
}

bool bp_call_slope(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame, struct bp_ball x,
                   int order, struct bp_ball *slope) {
  bool disc = !bp_ball_is_real(x) || within_disc(NULL, frame);
  struct bp_derivative derivative = bp_derivative_begin(world, disc);
  bool fine = call_slope(world, function, call, frame, x, order, derivative.bits, slope);
  bp_derivative_end(world, derivative);
  return fine;
}

/* ---- ∂U/∂V -------------------------------------------------------------- */

/* The part of a node that varies, in the order of vec. */
struct part {
  size_t row, rows, column, columns;
};

static struct part part_of(const struct bp_partial_target *target, struct bp_balls value) {
  return (struct part){.row = target->row < 0 ? 0 : (size_t)target->row,
                       .rows = target->row < 0 ? value.rows : 1,
                       .column = target->column < 0 ? 0 : (size_t)target->column,
                       .columns = target->column < 0 ? value.columns : 1};
}

struct node_curve {
  struct bp_world *world;
  const struct bp_expression *above; /* U */
  const struct bp_scope *scope;
  const struct bp_frame *outer;
  struct bp_node *node;
  struct part part;
  struct bp_balls value; /* of the node, unmoved */
  const slong *scale;
  struct bp_dependents dependents;
};

/* The place of a number of the part in the node. */
static size_t place_of(const struct node_curve *curve, size_t which) {
  struct part part = curve->part;
  return (part.row + which % part.rows) * curve->value.columns + part.column + which / part.rows;
}

/* U with one number of the node moved by t, or with all of them. */
static bool node_at(void *context, size_t which, struct bp_ball t, struct bp_balls *value) {
  const struct node_curve *curve = context;
  struct bp_world *world = curve->world;
  struct bp_balls moved = bp_balls_new(&world->room, curve->value.rows, curve->value.columns);
  if (!moved.at)
    return bp_value_made(world, moved, curve->above, value);
  memcpy(moved.at, curve->value.at, moved.rows * moved.columns * sizeof *moved.at);
  size_t first = which == BP_ALL_MOVED ? 0 : which;
  size_t end = which == BP_ALL_MOVED ? curve->part.rows * curve->part.columns : which + 1;
  for (size_t k = first; k < end; k++) {
    struct bp_ball *number = &moved.at[place_of(curve, k)];
    *number =
        bp_ball_combine(&world->room, *number, bp_ball_scale(t, curve->scale[k]), bp_ball_add);
  }
  struct bp_override override = {curve->node, moved};
  struct bp_frame frame;
  if (!bp_frame_init(world, curve->outer, &override, 1, curve->dependents, &frame))
    return false;
  frame.disc = !bp_ball_is_real(t);
  return bp_expression_value(world, curve->above, curve->scope, &frame, value);
}

/* Rows in the order of memory become rows in the order of vec. */
static void stack_rows(struct bp_balls slopes, size_t rows, size_t columns,
                       struct bp_balls jacobian) {
  size_t count = jacobian.columns;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      memcpy(&jacobian.at[(j * rows + i) * count], &slopes.at[(i * columns + j) * count],
             count * sizeof *slopes.at);
}

/* The scales of all numbers of the part; NULL with a fault. */
static const slong *scales_of(struct bp_world *world, const struct node_curve *curve) {
  size_t count = curve->part.rows * curve->part.columns;
  slong *scales = bp_arena_alloc(world->scratch, count + 1, sizeof *scales);
  double typical = bp_balls_largest_log2(curve->value);
  for (size_t k = 0; scales && k < count; k++)
    scales[k] = bp_scale_of(curve->value.at[place_of(curve, k)], typical);
  if (!scales)
    bp_fault_record(world, BP_FAULT_MEMORY, curve->above->span, NULL, "out of memory");
  return scales;
}

/* Jacobian of vec(U) with respect to vec of the part. */
static bool jacobian_of(struct bp_world *world, const struct bp_expression *above,
                        const struct bp_scope *scope, const struct bp_frame *frame,
                        struct bp_node *node, struct part part, struct bp_span span, slong bits,
                        struct bp_balls *jacobian) {
  struct node_curve context = {
      .world = world, .above = above, .scope = scope, .outer = frame, .node = node, .part = part};
  struct bp_node user = {0};
  struct bp_balls unmoved, slopes;
  bool disc = within_disc(scope, frame);
  if (!bp_node_value(world, node, frame, span, &context.value) ||
      !(disc || !frame ? recorded_value(world, above, scope, frame, &user, &unmoved)
                       : bp_expression_value(world, above, scope, frame, &unmoved)))
    return false;
  struct bp_namesake_question question = {above, scope, &user, node, span};
  if (!frame && !disc && !bp_namesake_free(world, &question))
    return false;
  size_t rows = unmoved.rows * unmoved.columns, columns = part.rows * part.columns, work;
  if (columns >= 1u << 20 || __builtin_mul_overflow(rows, columns, &work))
    work = SIZE_MAX;
  if (!bp_world_work(world, work, span) ||
      !bp_value_made(world, bp_balls_new(&world->room, rows, columns), above, jacobian) ||
      !bp_value_made(world, bp_balls_new(&world->room, rows, columns), above, &slopes))
    return false;
  context.scale = scales_of(world, &context);
  if (!context.scale || !bp_dependents_init(world, &context.dependents))
    return false;
  struct bp_curve curve = {node_at, &context, columns, context.scale, unmoved, bits, false};
  curve.disc = disc && (varies_in_disc(&user, scope, frame) || varies_in_disc(node, NULL, frame));
  if (!bp_differentiate(world, &curve, &slopes))
    return false;
  stack_rows(slopes, unmoved.rows, unmoved.columns, *jacobian);
  return true;
}

/* ---- derivatives that are kept ------------------------------------------ */

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
  struct bp_ball_room room = bp_world_keeping(world);
  struct bp_balls copy = bp_balls_copy(&room, jacobian);
  if (!kept || !copy.at)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  *kept = (struct bp_partial_cache){above, below, copy, kink, world->gap, world->partials};
  world->partials = kept;
  return true;
}

/* The columns of the whole Jacobian that belong to the part. */
static struct bp_balls columns_of(struct bp_world *world, struct bp_balls whole, size_t node_rows,
                                  struct part part) {
  struct bp_balls picked = bp_balls_new(&world->room, whole.rows, part.rows * part.columns);
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
                          const struct bp_partial_target *target, slong bits,
                          struct bp_balls *jacobian) {
  struct bp_balls value;
  if (!bp_node_value(world, above, NULL, partial->span, &value) ||
      !bp_node_value(world, target->node, NULL, partial->span, &value))
    return false;
  const struct bp_partial_cache *kept = find_kept(world, above, target->node);
  if (!kept) {
    struct part all = {0, value.rows, 0, value.columns};
    bool before = world->kink;
    world->kink = false;
    if (!jacobian_of(world, partial->child[0], scope, NULL, target->node, all, partial->span, bits,
                     jacobian) ||
        !keep(world, above, target->node, *jacobian, world->kink))
      return false;
    world->kink = world->kink || before;
    kept = world->partials;
  }
  world->kink = world->kink || kept->kink;
  if (!world->gap.set || kept->gap.outside)
    world->gap = kept->gap;
  return bp_value_made(world, columns_of(world, kept->jacobian, value.rows, part_of(target, value)),
                       partial, jacobian);
}

/* The one column of a Jacobian by a number, as the matrix that was moved by it. */
static struct bp_balls laid_as_above(struct bp_world *world, struct bp_balls jacobian,
                                     struct bp_symbolic shape) {
  size_t rows = (size_t)shape.rows.value, columns = (size_t)shape.columns.value;
  struct bp_balls laid = bp_balls_new(&world->room, rows, columns);
  for (size_t j = 0; laid.at && j < columns; j++)
    for (size_t i = 0; i < rows; i++)
      laid.at[i * columns + j] = jacobian.at[j * rows + i];
  return laid;
}

/* A gradient is the Jacobian's one row in the shape of what varies. */
static struct bp_balls laid_out(struct bp_world *world, struct bp_balls jacobian,
                                enum bp_derivative_layout layout, struct part part,
                                struct bp_symbolic shape) {
  if (layout == BP_LAID_AS_U)
    return laid_as_above(world, jacobian, shape);
  if (layout == BP_LAID_AS_ROWS_OF_U)
    return jacobian;
  if (layout == BP_LAID_AS_COLUMNS_OF_U)
    return bp_balls_transpose(&world->room, jacobian);
  struct bp_balls gradient = bp_balls_new(&world->room, part.rows, part.columns);
  for (size_t j = 0; gradient.at && j < part.columns; j++)
    for (size_t i = 0; i < part.rows; i++)
      gradient.at[i * part.columns + j] = jacobian.at[j * part.rows + i];
  return gradient.at && layout == BP_LAID_AS_V_TURNED ? bp_balls_transpose(&world->room, gradient)
                                                      : gradient;
}

/* In ∂(∂J/∂W)/∂Z the node Z is moved and has no formula any more, so W would not reach J through
 * it, and what is left would be the derivative of something else, 0 mostly.  Nobody means that. */
static bool reaches_around(struct bp_world *world, const struct bp_expression *derivative,
                           struct bp_node *node, const struct bp_frame *frame) {
  for (; frame; frame = frame->outer)
    for (size_t i = 0; i < frame->count; i++) {
      const struct bp_node *held = frame->overrides[i].node;
      bool cut = false;
      if (held->declaration->kind == BP_DECLARED_GIVEN ||
          !bp_model_leads_to(world->model, derivative->child[0], held->declaration))
        continue;
      if (!bp_node_is_computed_from(world, held, node, &cut))
        return false;
      if (cut)
        return bp_fault_set(
            world, BP_FAULT_MISUSE, derivative->span,
            bp_arena_printf(world->model->arena,
                            "write the formula that the derivative equals, with %s in it, and "
                            "differentiate that: let G = …",
                            held->name),
            "while %s is moved nothing computes it, and it is through %s that %s comes in here",
            held->name, held->name, node->name);
    }
  return true;
}

/* ∂⁺U/∂V: as ∂U/∂V where what U is computed from stays. */
static bool immediate_jacobian(struct bp_world *world, const struct bp_expression *partial,
                               const struct bp_scope *scope, const struct bp_frame *frame,
                               struct bp_node *below, struct part part, slong bits,
                               struct bp_balls *jacobian) {
  const struct bp_expression *above = partial->child[0];
  struct bp_node user = {0}, *node = bp_node_of_part(world, above, scope);
  struct bp_frame held;
  struct bp_balls value;
  return world->fault.kind == BP_FAULT_NONE &&
         recorded_value(world, above, scope, frame, &user, &value) &&
         bp_frame_hold(world, node ? node : &user, below, false, frame, partial->span, &held) &&
         jacobian_of(world, above, scope, &held, below, part, partial->span, bits, jacobian);
}

/* ∂U/∂V[t]: the sum over the nodes of step t that name V. */
static bool step_jacobian(struct bp_world *world, const struct bp_expression *partial,
                          const struct bp_scope *scope, const struct bp_partial_target *target,
                          struct part part, slong bits, struct bp_balls *jacobian) {
  struct bp_balls unmoved, value;
  size_t count = 0;
  struct bp_node **users = NULL;
  if (!bp_expression_value(world, partial->child[0], scope, NULL, &unmoved) ||
      !(users = bp_steps_users(world, target->node, target->step, &count)))
    return false;
  size_t rows = unmoved.rows * unmoved.columns;
  *jacobian = bp_balls_new(&world->room, rows, part.rows * part.columns);
  for (size_t i = 0; i < count && jacobian->at; i++) {
    struct bp_node *user = users[i];
    struct bp_frame held;
    struct bp_balls through = {0}, own = {0};
    if (!bp_node_value(world, user, NULL, partial->span, &value))
      return false;
    struct part whole = {0, value.rows, 0, value.columns};
    if (!jacobian_of(world, partial->child[0], scope, NULL, user, whole, partial->span, bits,
                     &through) ||
        !bp_frame_hold(world, user, target->node, true, NULL, partial->span, &held))
      return false;
    struct bp_context outside = bp_world_enter(world, &user->piece->line);
    bool fine = jacobian_of(world, user->piece->line.statement->sides[0], user->scope, &held,
                            target->node, part, partial->span, bits, &own);
    bp_world_leave(world, outside);
    if (!fine)
      return false;
    struct bp_balls product = bp_balls_multiply(&world->room, through, own);
    *jacobian = bp_balls_zip(&world->room, *jacobian, product, bp_ball_add);
  }
  if (count == 0)
    return bp_fault_set(world, BP_FAULT_MISUSE, partial->child[1]->span,
                        "V[t] of a V that is no family is the copy of V that members with the "
                        "index t use: say for t = 1..T",
                        "no let with the index %ld names %s", target->step, target->node->name);
  return bp_value_made(world, *jacobian, partial, jacobian);
}

static bool partial_value(struct bp_world *world, const struct bp_expression *partial,
                          const struct bp_scope *scope, const struct bp_frame *frame, slong bits,
                          struct bp_balls *value) {
  enum { MOST_KEPT = 4096 }; /* numbers of V for which the whole Jacobian is worth keeping */
  enum bp_derivative_layout layout;
  struct bp_partial_target target;
  struct bp_symbolic shape;
  struct bp_balls below, jacobian;
  if (!bp_partial_layout(world, partial, scope, &layout, &target, &shape) ||
      !bp_node_value(world, target.node, frame, partial->span, &below) ||
      !reaches_around(world, partial, target.node, frame))
    return false;
  struct part part = part_of(&target, below);
  struct bp_node *above = frame ? NULL : bp_plain_node(world, partial->child[0], scope);
  if (world->fault.kind != BP_FAULT_NONE)
    return false;
  bool fine, kept = above && below.rows * below.columns <= MOST_KEPT;
  if (target.at_step && frame)
    return bp_fault_set(world, BP_FAULT_MISUSE, partial->span, "write it as a claim of its own",
                        "the copy of one step cannot be moved inside another derivative");
  if (target.at_step)
    fine = step_jacobian(world, partial, scope, &target, part, bits, &jacobian);
  else if (partial->immediate)
    fine = immediate_jacobian(world, partial, scope, frame, target.node, part, bits, &jacobian);
  else
    fine = kept ? kept_jacobian(world, partial, scope, above, &target, bits, &jacobian)
                : jacobian_of(world, partial->child[0], scope, frame, target.node, part,
                              partial->span, bits, &jacobian);
  return fine &&
         bp_value_made(world, laid_out(world, jacobian, layout, part, shape), partial, value);
}

bool bp_partial_value(struct bp_world *world, const struct bp_expression *partial,
                      const struct bp_scope *scope, const struct bp_frame *frame,
                      struct bp_balls *value) {
  struct bp_derivative derivative = bp_derivative_begin(world, within_disc(scope, frame));
  bool fine = partial_value(world, partial, scope, frame, derivative.bits, value);
  bp_derivative_end(world, derivative);
  return fine;
}

/* ---- d(E) --------------------------------------------------------------- */

struct direction_curve {
  struct bp_world *world;
  const struct bp_expression *differential, *inner;
  const struct bp_scope *scope;
  const struct bp_frame *outer;
  struct bp_override *overrides; /* the values are set for every t */
  struct bp_balls *values, *directions;
  size_t count, capacity;
  struct bp_dependents dependents;
  struct bp_node user; /* stands for the expression in the graph of what uses what */
};

static bool direction_at(void *context, size_t which, struct bp_ball t, struct bp_balls *value) {
  (void)which;
  struct direction_curve *curve = context;
  struct bp_world *world = curve->world;
  const struct bp_ball_room *room = &world->room;
  struct bp_balls length = bp_balls_number(room, t);
  struct bp_frame frame;
  for (size_t i = 0; i < curve->count; i++) {
    struct bp_balls step = bp_balls_zip(room, curve->directions[i], length, bp_ball_mul);
    struct bp_balls moved = bp_balls_zip(room, curve->values[i], step, bp_ball_add);
    if (!bp_value_made(world, moved, curve->inner, &curve->overrides[i].value))
      return false;
  }
  if (!bp_frame_init(world, curve->outer, curve->overrides, curve->count, curve->dependents,
                     &frame))
    return false;
  frame.disc = !bp_ball_is_real(t);
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
      !bp_node_value(world, node, curve->outer, span, &curve->values[curve->count]) ||
      !reaches_around(world, curve->differential, node, curve->outer))
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

static bool differential_value(struct bp_world *world, const struct bp_expression *differential,
                               const struct bp_scope *scope, const struct bp_frame *frame,
                               slong bits, struct bp_balls *value) {
  enum { MOST_VARYING = 256 };
  const struct bp_expression *inner = differential->child[0];
  struct direction_curve context = {.world = world,
                                    .differential = differential,
                                    .inner = inner,
                                    .scope = scope,
                                    .outer = frame,
                                    .capacity = MOST_VARYING};
  context.overrides = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.overrides);
  context.values = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.values);
  context.directions = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.directions);
  struct bp_balls unmoved;
  if (!context.overrides || !context.values || !context.directions)
    return bp_fault_set(world, BP_FAULT_MEMORY, differential->span, NULL, "out of memory");
  if (!recorded_value(world, inner, scope, frame, &context.user, &unmoved) ||
      !find_varying(world, &context, differential->span) ||
      !bp_dependents_init(world, &context.dependents) ||
      !bp_value_made(world, bp_balls_new(&world->room, unmoved.rows, unmoved.columns), differential,
                     value))
    return false;
  static const slong scale = 0;
  struct bp_curve curve = {direction_at, &context, 1, &scale, unmoved, bits, false};
  curve.disc = within_disc(scope, frame) && varies_in_disc(&context.user, scope, frame);
  struct bp_balls column = {unmoved.rows * unmoved.columns, 1, value->at};
  return bp_differentiate(world, &curve, &column);
}

bool bp_differential_value(struct bp_world *world, const struct bp_expression *differential,
                           const struct bp_scope *scope, const struct bp_frame *frame,
                           struct bp_balls *value) {
  struct bp_derivative derivative = bp_derivative_begin(world, within_disc(scope, frame));
  bool fine = differential_value(world, differential, scope, frame, derivative.bits, value);
  bp_derivative_end(world, derivative);
  return fine;
}
