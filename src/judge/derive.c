/* Derivatives by intervention: difference quotients in ball arithmetic.
 *
 * One number t is moved: an element of a node, the length along a direction, the argument of a
 * function.  With D(h) = (f(h) - f(-h)) / 2h the value is D(h) + (D(h) - D(2h)) / 3, which is right
 * to order h^4, and its bound is |D(h) - D(2h)|, which is the error of the much worse D(2h), plus
 * the radii of the four values over the step.  With 113 bits and h near 2^-34 of the scale of t,
 * both are near 1e-20.
 *
 * Where f itself contains derivatives, their radii are divided by h once more.  There three steps
 * are combined (order h^6) with larger ones: the inner quotient then has some 26 digits, the outer
 * some 19.
 *
 * When the quotients do not agree, or f has no value beside the point, or took another branch at a
 * kink there, the step is made smaller.  When it still takes another branch on either side, the
 * point lies on the kink: then the ball covers everything between the one-sided slopes.
 *
 * Source: Richardson's extrapolation, e.g. Stoer and Bulirsch, "Introduction to Numerical
 * Analysis", section 3.5.
 */
#include <math.h>
#include <string.h>

#include "judge/value.h"

/* f(t), a matrix of always the same shape, in scratch. */
struct probe {
  bool (*at)(void *context, double t, struct bp_balls *value);
  void *context;
};

enum { MOST_LEVELS = 3, ATTEMPTS = 4, SHRINK = 8, ONE_SIDED_EXPONENT = -50 };

/* How many steps h, 2h, 4h, and log2 of the smallest relative to the scale of t. */
struct stencil {
  int levels, exponent;
};

/* By how many derivatives the function contains, and whether another difference is around it. */
static struct stencil stencil_for(int inside, bool within) {
  static const struct stencil nested[] = {{3, -22}, {3, -16}, {3, -12}};
  if (inside == 0 && !within)
    return (struct stencil){2, -34};
  return nested[inside < 2 ? inside : 2];
}

struct samples {
  struct bp_balls plus[MOST_LEVELS], minus[MOST_LEVELS], middle;
  uint64_t plus_branches[MOST_LEVELS], minus_branches[MOST_LEVELS];
};

static bool sample(struct bp_world *world, const struct probe *probe, double t,
                   struct bp_balls *value, uint64_t *branches) {
  world->trail.branches = 0;
  bool fine = probe->at(probe->context, t, value);
  *branches = world->trail.branches;
  return fine;
}

static bool take_samples(struct bp_world *world, const struct probe *probe, int levels, double h,
                         struct samples *samples) {
  for (int level = 0; level < levels; level++) {
    double t = ldexp(h, level);
    if (!sample(world, probe, t, &samples->plus[level], &samples->plus_branches[level]) ||
        !sample(world, probe, -t, &samples->minus[level], &samples->minus_branches[level]))
      return false;
  }
  return true;
}

static bool one_branch(const struct samples *samples, int levels) {
  for (int level = 0; level < levels; level++)
    if (samples->plus_branches[level] != samples->plus_branches[0] ||
        samples->minus_branches[level] != samples->plus_branches[0])
      return false;
  return true;
}

/* (f(t) - f(-t)) / 2t; t is a power of two, so the division is exact. */
static struct bp_ball quotient(struct bp_ball plus, struct bp_ball minus, double t) {
  struct bp_ball difference = bp_ball_sub(plus, minus);
  return bp_ball_of(difference.mid / (2 * (bp_quad)t), difference.rad / (2 * t));
}

static double distance(struct bp_ball a, struct bp_ball b) {
  return (double)bp_quad_fabs(a.mid - b.mid);
}

/* The point itself is only known to 2^-113 of its scale, which the step is at least 2^-62 of. */
static struct bp_ball widened(struct bp_ball a, double truncation) {
  double placed = fabs(bp_ball_double(a)) * 0x1p-76;
  return bp_ball_of(a.mid, (a.rad + truncation + placed) * BP_BALL_UP);
}

static struct bp_ball third(struct bp_ball a) { return bp_ball_div(a, bp_ball_exact(3)); }

static struct bp_ball extrapolated(const struct samples *samples, int levels, double h, size_t k) {
  struct bp_ball d[MOST_LEVELS];
  for (int level = 0; level < levels; level++)
    d[level] = quotient(samples->plus[level].at[k], samples->minus[level].at[k], ldexp(h, level));
  struct bp_ball first = bp_ball_add(d[0], third(bp_ball_sub(d[0], d[1])));
  if (levels == 2)
    return widened(first, distance(d[0], d[1]));
  struct bp_ball second = bp_ball_add(d[1], third(bp_ball_sub(d[1], d[2])));
  struct bp_ball correction = bp_ball_div(bp_ball_sub(first, second), bp_ball_exact(15));
  return widened(bp_ball_add(first, correction), distance(first, second));
}

/* Whether the result is as good as it has to be: relative to the slopes, or, where these vanish, to
 * the values over the scale. */
static bool good_enough(struct bp_balls result, const struct samples *samples, double scale) {
  double slope = bp_balls_largest(result), value = bp_balls_largest(samples->plus[0]);
  return bp_balls_widest(result) <= 0x1p-40 * slope + 0x1p-56 * value / scale;
}

/* One-sided slope 2 F(h) - F(2h), F(h) = (f(h) - f(0)) / h, and a bound. */
static struct bp_ball one_sided(struct bp_ball middle, struct bp_ball near, struct bp_ball far,
                                double h) {
  struct bp_ball a = bp_ball_sub(near, middle), b = bp_ball_sub(far, middle);
  struct bp_ball first = bp_ball_of(a.mid / (bp_quad)h, a.rad / fabs(h));
  struct bp_ball second = bp_ball_of(b.mid / (2 * (bp_quad)h), b.rad / fabs(2 * h));
  struct bp_ball slope = bp_ball_sub(bp_ball_add(first, first), second);
  return widened(slope, distance(first, second));
}

/* Whether both slopes are known far better than they differ; where the function jumps, or its slope
 * does not settle, they are not, and there is nothing between them. */
static bool settled(struct bp_ball above, struct bp_ball below) {
  double unknown = fmax(above.rad, below.rad);
  double size = fmax(fabs(bp_ball_double(above)), fabs(bp_ball_double(below)));
  return unknown <= 0x1p-20 * fmax(size, distance(above, below));
}

/* Everything between the two slopes; just their middle where the world is to be narrow. */
static struct bp_ball between(struct bp_world *world, struct bp_ball above, struct bp_ball below) {
  double unknown = fmax(above.rad, below.rad), gap = distance(above, below);
  bp_quad middle = (above.mid + below.mid) / 2;
  bool steep = !(unknown < 0x1p20); /* a jump over so short a step: there is no slope */
  if (gap <= unknown && !steep)     /* no kink in this element */
    return bp_ball_of(middle, (gap + unknown) * BP_BALL_UP);
  if (steep || !settled(above, below)) {
    world->no_slope = true;
    return bp_ball_of(middle, INFINITY);
  }
  world->kink = !world->narrow;
  return bp_ball_of(middle, (unknown + (world->narrow ? 0 : gap / 2)) * BP_BALL_UP);
}

/* On a kink. A branch that changes again within one side leaves no slope at all. */
static bool at_kink(struct bp_world *world, const struct probe *probe, double scale,
                    struct bp_balls *out) {
  struct samples samples;
  uint64_t branches;
  double h = ldexp(scale, ONE_SIDED_EXPONENT);
  if (!take_samples(world, probe, 2, h, &samples) ||
      !sample(world, probe, 0, &samples.middle, &branches))
    return false;
  bool clear = samples.plus_branches[0] == samples.plus_branches[1] &&
               samples.minus_branches[0] == samples.minus_branches[1];
  world->no_slope = world->no_slope || !clear;
  for (size_t k = 0; k < out->rows * out->columns; k++) {
    struct bp_ball above =
        one_sided(samples.middle.at[k], samples.plus[0].at[k], samples.plus[1].at[k], h);
    struct bp_ball below =
        one_sided(samples.middle.at[k], samples.minus[0].at[k], samples.minus[1].at[k], -h);
    out->at[k] = clear ? between(world, above, below) : bp_ball_of(above.mid, INFINITY);
  }
  return true;
}

/* One attempt with the smallest step h; *fine says whether nothing better is to be sought. */
static bool attempt(struct bp_world *world, const struct probe *probe, int levels, double h,
                    double scale, struct bp_balls *out, bool *smooth, bool *fine) {
  struct samples samples;
  if (!take_samples(world, probe, levels, h, &samples))
    return false;
  *smooth = one_branch(&samples, levels);
  for (size_t k = 0; *smooth && k < out->rows * out->columns; k++)
    out->at[k] = extrapolated(&samples, levels, h, k);
  *fine = *smooth && bp_balls_finite(*out) && good_enough(*out, &samples, scale);
  return true;
}

/* Radius of the worst element; anything that is not a number is worst. */
static double badness(struct bp_balls a) {
  double widest = bp_balls_finite(a) ? bp_balls_widest(a) : INFINITY;
  return isnan(widest) ? INFINITY : widest;
}

/* The derivative of the probe at t = 0, where the scale of t is a power of two.  `out` has the
 * probe's shape. */
static bool differentiate(struct bp_world *world, const struct probe *probe, double scale,
                          struct stencil stencil, struct bp_balls *out) {
  struct bp_ball_trail outer = world->trail;
  struct bp_gap before = world->gap;
  size_t bytes = out->rows * out->columns * sizeof *out->at;
  struct bp_balls trial = bp_balls_new(world->scratch, out->rows, out->columns);
  bool fine = false, smooth = false, any = false;
  if (!trial.at)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  for (int k = 0; k < ATTEMPTS && !fine; k++) {
    struct bp_arena_mark mark = bp_arena_mark(world->scratch);
    world->gap = before;
    world->trail.unsure = outer.unsure;
    double h = ldexp(scale, stencil.exponent - SHRINK * k);
    if (!attempt(world, probe, stencil.levels, h, scale, &trial, &smooth, &fine))
      return false;
    bp_arena_release(world->scratch, mark);
    if (smooth && (!any || badness(trial) < badness(*out)))
      memcpy(out->at, trial.at, bytes);
    any = any || smooth;
  }
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  if (!any && !at_kink(world, probe, scale, out))
    return false;
  bp_arena_release(world->scratch, mark);
  world->trail.branches = outer.branches * 0x9e3779b97f4a7c15u + world->trail.branches;
  return true;
}

/* The power of two at or above |x|, or above `otherwise` where x is much smaller. */
static double scale_of(double x, double otherwise) {
  double size = fmax(fabs(x), otherwise / 16);
  int exponent;
  if (!(size > 0) || !isfinite(size))
    return 1;
  frexp(size, &exponent);
  return ldexp(1, exponent);
}

static bool within_difference(const struct bp_frame *frame) {
  for (; frame; frame = frame->outer)
    if (frame->moved)
      return true;
  return false;
}

/* ---- g'(x) -------------------------------------------------------------- */

struct function_probe {
  struct bp_world *world;
  const struct bp_function_reference *function;
  const struct bp_expression *call;
  const struct bp_frame *frame;
  struct bp_ball x;
  int order;
};

static bool function_at(void *context, double t, struct bp_balls *value) {
  const struct function_probe *probe = context;
  struct bp_ball x = bp_ball_of(probe->x.mid + (bp_quad)t, probe->x.rad);
  struct bp_ball result;
  if (!bp_world_work(probe->world, 10, probe->call->span))
    return false;
  bool fine = probe->order == 0
                  ? bp_apply(probe->world, probe->function, probe->call, probe->frame, &x, &result)
                  : bp_slope(probe->world, probe->function, probe->call, probe->frame, x,
                             probe->order, &result);
  return fine && bp_value_made(probe->world, bp_balls_number(probe->world->scratch, result),
                               probe->call, value);
}

bool bp_slope(struct bp_world *world, const struct bp_function_reference *function,
              const struct bp_expression *call, const struct bp_frame *frame, struct bp_ball x,
              int order, struct bp_ball *slope) {
  struct function_probe context = {world, function, call, frame, x, order - 1};
  struct probe probe = {function_at, &context};
  struct bp_balls out = {1, 1, slope};
  int inside = order - 1;
  if (function->defined)
    inside += function->defined->depth;
  return differentiate(world, &probe, scale_of(bp_ball_double(x), 16),
                       stencil_for(inside, within_difference(frame)), &out);
}

/* ---- ∂U/∂V -------------------------------------------------------------- */

struct node_probe {
  struct bp_world *world;
  const struct bp_expression *above; /* U */
  const struct bp_scope *scope;
  const struct bp_frame *outer;
  struct bp_node *node;
  struct bp_balls value; /* of the node, unmoved */
  size_t moved;          /* which of its numbers */
  struct bp_dependents dependents;
};

/* U with one number of the node moved by t. */
static bool node_at(void *context, double t, struct bp_balls *value) {
  const struct node_probe *probe = context;
  struct bp_world *world = probe->world;
  struct bp_balls moved = bp_balls_new(world->scratch, probe->value.rows, probe->value.columns);
  if (!moved.at)
    return bp_value_made(world, moved, probe->above, value);
  memcpy(moved.at, probe->value.at, moved.rows * moved.columns * sizeof *moved.at);
  moved.at[probe->moved].mid += (bp_quad)t;
  struct bp_override override = {probe->node, moved};
  struct bp_frame frame;
  if (!bp_frame_init(world, probe->outer, &override, 1, probe->dependents, &frame))
    return false;
  frame.moved = true;
  return bp_value(world, probe->above, probe->scope, &frame, value);
}

/* Column of the Jacobian: how vec(U) answers to one number of the node. */
static bool jacobian_column(const struct node_probe *probe, struct stencil stencil,
                            struct bp_balls slope, struct bp_balls jacobian, size_t column) {
  struct bp_world *world = probe->world;
  double typical = bp_balls_largest(probe->value);
  double scale = scale_of(bp_ball_double(probe->value.at[probe->moved]), typical);
  struct probe generic = {node_at, (void *)probe};
  if (!differentiate(world, &generic, scale, stencil, &slope))
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

static struct part part_of(const struct bp_target *target, struct bp_balls value) {
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
  struct node_probe probe = {
      .world = world, .above = above, .scope = scope, .outer = frame, .node = node};
  struct bp_balls unmoved;
  if (!bp_node_value(world, node, frame, span, &probe.value) ||
      !bp_value(world, above, scope, frame, &unmoved))
    return false;
  size_t rows = unmoved.rows * unmoved.columns, columns = part.rows * part.columns;
  struct bp_balls slope = bp_balls_new(world->scratch, unmoved.rows, unmoved.columns);
  if (!bp_world_work(world, columns < 1u << 20 ? rows * columns : SIZE_MAX, span) ||
      !bp_value_made(world, bp_balls_new(world->scratch, rows, columns), above, jacobian))
    return false;
  if (!slope.at || !bp_dependents_init(world, &probe.dependents))
    return bp_fault_set(world, BP_FAULT_MEMORY, span, NULL, "out of memory");
  struct stencil stencil =
      stencil_for(bp_model_depth(world->model, above), within_difference(frame));
  for (size_t j = 0; j < part.columns; j++)
    for (size_t i = 0; i < part.rows; i++) {
      probe.moved = (part.row + i) * probe.value.columns + part.column + j;
      if (!jacobian_column(&probe, stencil, slope, *jacobian, j * part.rows + i))
        return false;
    }
  return true;
}

/* ---- derivatives that are kept ------------------------------------------ */

/* The node that U is, when it is a plain name outside of frames. */
static struct bp_node *plain_node(struct bp_world *world, const struct bp_expression *above,
                                  const struct bp_scope *scope) {
  if (above->kind == BP_EXPR_CALL && above->count == 2 && !strcmp(above->child[0]->name, "vec"))
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
                          const struct bp_target *target, struct bp_balls *jacobian) {
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
                                enum bp_layout layout, struct part part) {
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
  enum bp_layout layout;
  struct bp_target target;
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

struct direction_probe {
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
  struct direction_probe *probe = context;
  struct bp_world *world = probe->world;
  struct bp_balls length = bp_balls_number(world->scratch, bp_ball_exact(t));
  struct bp_frame frame;
  for (size_t i = 0; i < probe->count; i++) {
    struct bp_balls step = bp_balls_zip(world->scratch, probe->directions[i], length, bp_ball_mul);
    struct bp_balls moved = bp_balls_zip(world->scratch, probe->values[i], step, bp_ball_add);
    if (!bp_value_made(world, moved, probe->inner, &probe->overrides[i].value))
      return false;
  }
  if (!bp_frame_init(world, probe->outer, probe->overrides, probe->count, probe->dependents,
                     &frame))
    return false;
  frame.moved = true;
  return bp_value(world, probe->inner, probe->scope, &frame, value);
}

/* Labels do not vary by themselves. */
static bool varies_freely(const struct bp_node *node) {
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  return kind != BP_DOMAIN_SET && kind != BP_DOMAIN_ONEHOT;
}

static bool add_varying(void *context, struct bp_node *node) {
  struct direction_probe *probe = context;
  struct bp_world *world = probe->world;
  struct bp_span span = probe->inner->span;
  if (probe->count == probe->capacity)
    return bp_fault_set(world, BP_FAULT_LIMIT, span, "say what varies: vary W",
                        "more than %zu things vary here", probe->capacity);
  if (!bp_node_shape(world, node, span) ||
      !bp_node_value(world, node, probe->outer, span, &probe->values[probe->count]))
    return false;
  probe->directions[probe->count] = bp_world_direction(world, node);
  probe->overrides[probe->count].node = node;
  return bp_value_made(world, probe->directions[probe->count++], probe->inner,
                       &(struct bp_balls){0});
}

/* Something given varies with everything else, if the expression depends on it at all. */
static bool add_given(void *context, struct bp_node *node) {
  const struct direction_probe *probe = context;
  struct bp_override override = {.node = node};
  struct bp_frame frame = {.overrides = &override, .count = 1};
  if (!varies_freely(node) || !bp_node_depends(&probe->user, &frame))
    return true;
  return add_varying(context, node);
}

static bool vary_all(struct bp_world *world, struct direction_probe *probe, struct bp_span span) {
  for (size_t i = 0; i < world->model->declaration_count; i++) {
    struct bp_declaration *declaration = world->model->declarations[i];
    if (declaration->kind == BP_DECLARED_GIVEN &&
        bp_world_visible(world, declaration->name) == declaration &&
        !bp_world_members(world, declaration, span, add_given, probe))
      return false;
  }
  return true;
}

/* One name of a vary line: a member whose index letter is the claim's, or the whole family. */
static bool vary_target(struct bp_world *world, struct direction_probe *probe,
                        const struct bp_expression *target) {
  struct bp_declaration *declaration = bp_world_visible(world, target->name);
  if (declaration && target->count == 0 && declaration->count &&
      (declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_LET))
    return bp_world_members(world, declaration, target->span, add_varying, probe);
  struct bp_target resolved;
  return bp_target_resolve(world, target, probe->scope, &resolved) &&
         add_varying(probe, resolved.node);
}

static bool find_varying(struct bp_world *world, struct direction_probe *probe,
                         struct bp_span span) {
  const struct bp_statement *vary = world->claim ? world->claim->vary : NULL;
  if (!vary)
    return vary_all(world, probe, span);
  for (size_t i = 0; i < vary->target_count; i++)
    if (!vary_target(world, probe, vary->targets[i]))
      return false;
  return true;
}

bool bp_differential_value(struct bp_world *world, const struct bp_expression *differential,
                           const struct bp_scope *scope, const struct bp_frame *frame,
                           struct bp_balls *value) {
  enum { MOST_VARYING = 256 };
  const struct bp_expression *inner = differential->child[0];
  struct direction_probe context = {
      .world = world, .inner = inner, .scope = scope, .outer = frame, .capacity = MOST_VARYING};
  context.overrides = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.overrides);
  context.values = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.values);
  context.directions = bp_arena_alloc(world->scratch, MOST_VARYING, sizeof *context.directions);
  struct bp_balls unmoved;
  if (!context.overrides || !context.values || !context.directions)
    return bp_fault_set(world, BP_FAULT_MEMORY, differential->span, NULL, "out of memory");
  struct bp_node *computing = world->computing;
  world->computing = &context.user;
  bool fine = bp_value(world, inner, scope, frame, &unmoved);
  world->computing = computing;
  if (!fine || !find_varying(world, &context, differential->span))
    return false;
  if (!bp_dependents_init(world, &context.dependents) ||
      !bp_value_made(world, bp_balls_new(world->scratch, unmoved.rows, unmoved.columns),
                     differential, value))
    return false;
  struct probe probe = {direction_at, &context};
  struct stencil stencil =
      stencil_for(bp_model_depth(world->model, inner), within_difference(frame));
  return differentiate(world, &probe, 1, stencil, value);
}
