/* The value of every kind of expression.  A value that does not exist is missing and spreads; where
 * that begins is remembered. */
#include "value/value.h"

#include <math.h>
#include <string.h>

#include "base/budget.h"
#include "lang/tree.h"
#include "model/script.h"
#include "value/chain.h"
#include "value/derive.h"
#include "value/formula_cache.h"
#include "value/function/along.h"
#include "value/function/memo.h"
#include "value/function/window.h"
#include "value/node_value.h"
#include "value/operator_shape.h"
#include "value/shape.h"
#include "value/sum.h"
#include "value/target.h"
#include "value/where.h"

bool bp_value_made(struct bp_world *world, struct bp_balls result,
                   const struct bp_expression *expression, struct bp_balls *value) {
  *value = result;
  if (result.at)
    return true;
  return bp_fault_exhausted(world, expression->span);
}

/* ---- what has no value -------------------------------------------------- */

void bp_value_gap(struct bp_world *world, struct bp_span span, const char *message) {
  struct bp_gap gap = {true, false, world->context.line->source, span, message};
  bp_world_meet_gap(world, gap);
}

/* Looks for what has no value although the argument has: "log of -1". */
static void watch(struct bp_world *world, const struct bp_expression *expression,
                  struct bp_balls argument, struct bp_balls result, const char *what,
                  const char *of) {
  if (world->gap.set && (!world->gap.outside || expression->order > 0))
    return;
  for (size_t i = 0; i < result.rows * result.columns; i++) {
    size_t row = argument.rows == 1 ? 0 : i / result.columns; /* what is single repeats */
    size_t k = row * argument.columns + (argument.columns == 1 ? 0 : i % result.columns);
    if (bp_ball_is_missing(result.at[i]) && !bp_ball_is_missing(argument.at[k])) {
      const char *message = bp_arena_printf(world->model->arena, "%s%s %.4g has no value", what, of,
                                            bp_ball_double(argument.at[k]));
      bp_value_gap(world, expression->span, message);
      return;
    }
  }
}

/* ---- names and numbers -------------------------------------------------- */

static bool number_value(struct bp_world *world, const struct bp_expression *expression,
                         struct bp_ball number, struct bp_balls *value) {
  return bp_value_made(world, bp_balls_number(&world->room, number), expression, value);
}

static bool name_value(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, const struct bp_frame *frame,
                       struct bp_balls *value) {
  const struct bp_scope *entry =
      expression->count == 0 ? bp_scope_find(scope, expression->name) : NULL;
  if (entry)
    return number_value(world, expression,
                        entry->ball ? *entry->ball : bp_ball_exact((double)entry->index), value);
  struct bp_declaration *declaration = bp_world_visible(world, expression->name);
  const struct bp_constant *constant = declaration ? NULL : bp_constant_find(expression->name);
  if (constant)
    return number_value(world, expression, constant->value(&world->room), value);
  if (!declaration)
    return bp_fault_unknown(world, expression);
  if (declaration->kind == BP_DECLARED_SIZE) {
    const struct bp_size_atom *atom = bp_world_atom(world, declaration, expression, scope);
    return atom && number_value(world, expression, bp_ball_exact((double)atom->value), value);
  }
  struct bp_node *node = bp_world_node(world, declaration, expression, scope);
  return node && bp_node_value(world, node, frame, expression->span, value);
}

/* ---- operators ---------------------------------------------------------- */

static bool is_number(struct bp_balls a) { return a.rows * a.columns == 1; }

/* How the numbers of two sides become one. */
enum way { ELEMENTS, MATRICES, INVERSE };

/* The way of * and ^; where the sizes of this trial fit both, the symbols decide. */
static bool way_of(struct bp_world *world, const struct bp_expression *expression,
                   const struct bp_scope *scope, struct bp_balls a, struct bp_balls b,
                   enum way *way) {
  bool pointwise = false, square = a.rows == a.columns && !is_number(a);
  bool power = expression->kind == BP_EXPR_POWER;
  *way = ELEMENTS;
  if (power ? !square : a.columns != b.rows)
    return true;
  if (((square && (power || b.rows == b.columns)) || expression->repeats) &&
      !bp_reads_pointwise(world, expression, scope, &pointwise))
    return false;
  if (!pointwise)
    *way = power && bp_ball_double(b.at[0]) < 0 ? INVERSE : MATRICES;
  return true;
}

static size_t cost(enum bp_expression_kind kind, struct bp_balls a, struct bp_balls b) {
  size_t left = a.rows * a.columns, right = b.rows * b.columns, product;
  if (kind == BP_EXPR_KRONECKER)
    return __builtin_mul_overflow(left, right, &product) ? SIZE_MAX : product;
  if (kind == BP_EXPR_MULTIPLY)
    return __builtin_mul_overflow(left, b.columns, &product) ? SIZE_MAX : product;
  return left > right ? left : right;
}

static struct bp_balls combine(struct bp_world *world, enum bp_expression_kind kind, enum way way,
                               struct bp_balls a, struct bp_balls b) {
  switch (kind) {
  case BP_EXPR_ADD:
    return bp_balls_zip(&world->room, a, b, bp_ball_add);
  case BP_EXPR_SUBTRACT:
    return bp_balls_zip(&world->room, a, b, bp_ball_sub);
  case BP_EXPR_MULTIPLY:
    if (way == MATRICES)
      return bp_balls_multiply(&world->room, a, b);
    return bp_balls_zip(&world->room, a, b, bp_ball_mul);
  case BP_EXPR_HADAMARD:
    return bp_balls_zip(&world->room, a, b, bp_ball_mul);
  case BP_EXPR_KRONECKER:
    return bp_balls_kronecker(&world->room, a, b);
  case BP_EXPR_POWER:
    if (way == INVERSE) /* of the power, which loses fewer digits than powers of the inverse */
      return bp_balls_inverse(&world->room,
                              bp_balls_power(&world->room, a, (unsigned)-bp_ball_double(b.at[0])));
    if (way == MATRICES)
      return bp_balls_power(&world->room, a, (unsigned)bp_ball_double(b.at[0]));
    return bp_balls_zip(&world->room, a, b, bp_ball_pow);
  case BP_EXPR_POINT_POWER:
    return bp_balls_zip(&world->room, a, b, bp_ball_pow);
  default:
    return bp_balls_zip(&world->room, a, b, bp_ball_div);
  }
}

static bool has_partial(const struct bp_expression *product) {
  return product->kind == BP_EXPR_PARTIAL ||
         (product->kind == BP_EXPR_MULTIPLY &&
          (has_partial(product->child[0]) || has_partial(product->child[1])));
}

/* How a product with a derivative in it is read. */
static bool find_chain(struct bp_world *world, const struct bp_expression *product,
                       const struct bp_scope *scope, struct bp_chain *chain) {
  struct bp_symbolic sides[2];
  *chain = (struct bp_chain){.read = false};
  return !has_partial(product) ||
         (bp_expression_shape(world, product->child[0], scope, &sides[0]) &&
          bp_expression_shape(world, product->child[1], scope, &sides[1]) &&
          bp_chain_find(world, product, scope, sides, chain));
}

static bool has_missing(struct bp_balls a) {
  for (size_t i = 0; i < a.rows * a.columns; i++)
    if (bp_ball_is_missing(a.at[i]))
      return true;
  return false;
}

static bool binary_value(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, const struct bp_frame *frame,
                         struct bp_balls *value) {
  struct bp_balls a = {0}, b = {0};
  enum bp_expression_kind kind = expression->kind;
  enum way way = ELEMENTS;
  struct bp_chain chain;
  if (!bp_expression_value(world, expression->child[0], scope, frame, &a) ||
      !bp_expression_value(world, expression->child[1], scope, frame, &b) ||
      !bp_world_work(world, cost(kind, a, b), expression->span) ||
      !find_chain(world, expression, scope, &chain))
    return false;
  if (chain.read)
    return bp_chain_value(world, &chain, expression, (struct bp_balls[2]){a, b}, value);
  if ((kind == BP_EXPR_MULTIPLY || kind == BP_EXPR_POWER) &&
      !way_of(world, expression, scope, a, b, &way))
    return false;
  struct bp_symbolic base;
  bool turned = kind == BP_EXPR_POWER && expression->child[1]->kind == BP_EXPR_NAME;
  if (turned && !bp_expression_shape(world, expression->child[0], scope, &base))
    return false;
  if (turned && bp_is_raised_transpose(expression, base))
    return bp_value_made(world, bp_balls_transpose(&world->room, a), expression, value);
  if (!bp_value_made(world, combine(world, kind, way, a, b), expression, value))
    return false;
  if (expression->kind == BP_EXPR_DIVIDE || expression->kind == BP_EXPR_POINT_DIVIDE) {
    bp_world_meet_edge(world, expression, scope, b);
    watch(world, expression, b, *value, "division by", "");
  }
  if (expression->kind == BP_EXPR_POWER || expression->kind == BP_EXPR_POINT_POWER) {
    if (expression->child[1]->kind != BP_EXPR_NUMBER || strchr(expression->child[1]->text, '.'))
      bp_world_meet_edge(world, expression, scope, a);
    if (way == INVERSE && has_missing(*value) && !has_missing(a))
      bp_tell_singular(world, expression, scope);
    else
      watch(world, expression, a, *value, "such a power of", "");
  }
  bp_world_meet_product(world, expression, *value);
  return true;
}

/* ---- elements, sums, matrices ------------------------------------------- */

static bool element_value(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_scope *scope, const struct bp_frame *frame,
                          struct bp_balls *value) {
  struct bp_balls whole = {0};
  long row, column;
  struct bp_node *zero = bp_world_zero(world, expression, scope);
  if (zero)
    return bp_node_value(world, zero, frame, expression->span, value);
  if (!bp_expression_value(world, expression->child[0], scope, frame, &whole) ||
      !bp_element_pick(world, expression, scope, (long)whole.rows, (long)whole.columns, &row,
                       &column))
    return false;
  size_t rows = row < 0 ? whole.rows : 1, columns = column < 0 ? whole.columns : 1;
  if (!bp_value_made(world, bp_balls_new(&world->room, rows, columns), expression, value))
    return false;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      value->at[i * columns + j] =
          whole.at[(row < 0 ? i : (size_t)row) * whole.columns + (column < 0 ? j : (size_t)column)];
  return true;
}

/* Puts a block where it belongs. */
static void place(struct bp_balls whole, struct bp_balls part, size_t row, size_t column) {
  for (size_t i = 0; i < part.rows; i++)
    memcpy(&whole.at[(row + i) * whole.columns + column], &part.at[i * part.columns],
           part.columns * sizeof *part.at);
}

static bool matrix_value(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, const struct bp_frame *frame,
                         struct bp_balls *value) {
  size_t count = expression->rows * expression->columns;
  struct bp_balls *parts = bp_arena_alloc(world->scratch, count + 1, sizeof *parts);
  if (!parts)
    return bp_value_made(world, (struct bp_balls){0}, expression, value);
  size_t rows = 0, columns = 0;
  for (size_t i = 0; i < count; i++) {
    if (!bp_expression_value(world, expression->child[i], scope, frame, &parts[i]))
      return false;
    rows += expression->columns && i % expression->columns == 0 ? parts[i].rows : 0;
    columns += i < expression->columns ? parts[i].columns : 0;
  }
  if (!bp_value_made(world, bp_balls_new(&world->room, rows, columns), expression, value))
    return false;
  for (size_t i = 0, row = 0; i < expression->rows; i++) {
    size_t column = 0;
    for (size_t j = 0; j < expression->columns; j++) {
      place(*value, parts[i * expression->columns + j], row, column);
      column += parts[i * expression->columns + j].columns;
    }
    row += parts[i * expression->columns].rows;
  }
  return true;
}

/* ---- calls -------------------------------------------------------------- */

/* What a call of a function of the file's costs, in numbers computed. */
enum { CALL_WORK = 4 };

/* The ball function of the row; a decision in it is the script's, if there is one. */
static struct bp_ball builtin_of_number(struct bp_world *world, const struct bp_function *row,
                                        const struct bp_expression *call, struct bp_ball x) {
  if (row->kink == BP_SMOOTH && !(row->traits & BP_FUNCTION_DECIDES))
    return bp_memo_apply(world, row->ball, x);
  enum bp_ball_order order = world->script
                                 ? bp_scripted_order(world, call, NULL, 0, x, bp_ball_whole(0))
                                 : BP_ORDER_UNKNOWN;
  world->trail.forced = order == BP_ORDER_UNKNOWN ? NULL : &order;
  struct bp_ball value = bp_ball_apply(&world->room, row->ball, x);
  world->trail.forced = NULL;
  return value;
}

bool bp_call_value(struct bp_world *world, const struct bp_function_reference *function,
                   const struct bp_expression *call, const struct bp_frame *frame,
                   const struct bp_ball *arguments, struct bp_ball *result) {
  if (function->builtin)
    *result = builtin_of_number(world, function->builtin, call, arguments[0]);
  else if (function->drawn)
    *result = bp_memo_drawn(world, function->drawn, arguments[0]);
  if (!function->defined)
    return true;
  const struct bp_piece *piece = &function->defined->pieces[0];
  const struct bp_statement *statement = piece->line.statement;
  struct bp_scope scopes[BP_MOST_PARAMETERS];
  const struct bp_scope *scope = NULL;
  for (size_t i = 0; i < function->arguments; i++) {
    scopes[i] = (struct bp_scope){statement->parameters[i], 0, &arguments[i], scope};
    scope = &scopes[i];
  }
  struct bp_balls value = {0};
  struct bp_context user = bp_world_enter(world, &piece->line);
  uint64_t use = bp_decisions_enter(world, NULL, call->id);
  bool fine = bp_world_work(world, CALL_WORK, call->span) &&
              bp_expression_value(world, statement->sides[0], scope, frame, &value);
  bp_decisions_leave(world, use);
  bp_world_leave(world, user);
  if (fine)
    *result = value.at[0];
  return fine;
}

/* g(x), or a derivative of g there.  Who asks for decisions alone gets those of g. */
static bool element_of_call(struct bp_world *world, const struct bp_expression *call,
                            const struct bp_function_reference *function,
                            const struct bp_frame *frame, const struct bp_ball *numbers,
                            struct bp_ball *value) {
  bool decisions = bp_world_decides(world) && call->order > 0;
  if ((call->order == 0 || decisions) &&
      !bp_call_value(world, function, call, frame, numbers, value))
    return false;
  if (decisions && !world->decisions->derivatives)
    *value = bp_ball_unknown();
  else if (call->order > 0)
    return bp_call_slope(world, function, call, frame, numbers[0], call->order, value);
  return true;
}

static bool elementwise_value(struct bp_world *world, const struct bp_expression *call,
                              const struct bp_function_reference *function,
                              const struct bp_scope *scope, const struct bp_frame *frame,
                              const struct bp_balls *arguments, struct bp_balls *value) {
  size_t rows = 1, columns = 1;
  for (size_t i = 0; i < function->arguments; i++) {
    rows = arguments[i].rows > rows ? arguments[i].rows : rows;
    columns = arguments[i].columns > columns ? arguments[i].columns : columns;
  }
  if (!bp_world_work(world, (world->quiet ? 24 : 8) * rows * columns, call->span) ||
      !bp_value_made(world, bp_balls_new(&world->room, rows, columns), call, value))
    return false;
  for (size_t k = 0; k < rows * columns; k++) {
    struct bp_ball numbers[BP_MOST_PARAMETERS];
    for (size_t i = 0; i < function->arguments; i++)
      numbers[i] = arguments[i].at[is_number(arguments[i]) ? 0 : k];
    uint64_t use = bp_decisions_enter(world, scope, k);
    bool fine = element_of_call(world, call, function, frame, numbers, &value->at[k]);
    bp_decisions_leave(world, use);
    if (!fine)
      return false;
    if (bp_budget_over())
      return bp_fault_exhausted(world, call->span);
  }
  watch(world, call, arguments[0], *value, call->child[0]->name, call->order ? "' of" : " of");
  return true;
}

static bool builtin_value(struct bp_world *world, const struct bp_expression *call,
                          const struct bp_scope *scope, const struct bp_builtin *builtin,
                          const struct bp_balls *arguments, struct bp_balls *value) {
  size_t work = arguments[0].rows * arguments[0].columns;
  if (builtin->traits & BP_OF_SIZES) {
    double rows = bp_ball_double(arguments[0].at[0]);
    double columns = call->count > 2 ? bp_ball_double(arguments[1].at[0]) : rows;
    work = rows * columns < 0.5 * (double)SIZE_MAX ? (size_t)(rows * columns) : SIZE_MAX;
  } else if (call->count > 2) { /* windows: every number of one with every number of the other */
    size_t other = arguments[1].rows * arguments[1].columns;
    work = __builtin_mul_overflow(work, other, &work) ? SIZE_MAX : work;
  } else if (builtin->value != NULL && arguments[0].rows == arguments[0].columns) {
    work *= arguments[0].rows; /* det and inv */
  }
  if (!bp_world_work(world, work, call->span) ||
      !bp_value_made(world, builtin->value(world, arguments, call->count - 1), call, value))
    return false;
  if ((builtin->traits & BP_INVERTS) && has_missing(*value) && !has_missing(arguments[0]))
    bp_tell_singular(world, call, scope);
  return true;
}

/* Remembers on which sides of 0, or of one another, the arguments lie. */
static void meet_sides(struct bp_world *world, const struct bp_expression *call,
                       const struct bp_scope *scope, const struct bp_balls *arguments) {
  struct bp_balls a = arguments[0], b = arguments[call->count > 2 ? 1 : 0];
  const char *name = call->child[0]->name;
  if (bp_builtin_is(name, BP_DECIDES) && bp_builtin_is(name, BP_SIZES_BEHIND)) {
    bp_pool_meet(world, call, scope, arguments);
    return;
  }
  if (call->count == 2 && bp_builtin_is(name, BP_DECIDES)) {
    bp_extreme_meet(world, call, scope, a);
    return;
  }
  size_t count = a.rows * a.columns > b.rows * b.columns ? a.rows * a.columns : b.rows * b.columns;
  for (size_t k = 0; k < count; k++) {
    struct bp_ball first = a.at[is_number(a) ? 0 : k], second = bp_ball_exact(0);
    double apart = bp_ball_double(first);
    if (call->count > 2) {
      second = b.at[is_number(b) ? 0 : k];
      apart -= bp_ball_double(second);
    }
    if (apart != 0)
      bp_world_meet_side(world, call, apart > 0, apart);
    if (bp_world_decides(world))
      bp_world_decide(world, call, scope, k, first, second);
  }
}

/* max and min, each decision as the world's script has it. */
static bool scripted_larger(struct bp_world *world, const struct bp_expression *call,
                            const struct bp_scope *scope, const struct bp_builtin *builtin,
                            const struct bp_balls *arguments, struct bp_balls *value) {
  struct bp_balls a = arguments[0], b = arguments[1], shape = is_number(a) ? b : a;
  if (!bp_world_work(world, shape.rows * shape.columns, call->span) ||
      !bp_value_made(world, bp_balls_new(&world->room, shape.rows, shape.columns), call, value))
    return false;
  for (size_t k = 0; k < shape.rows * shape.columns; k++) {
    struct bp_ball pair[] = {a.at[is_number(a) ? 0 : k], b.at[is_number(b) ? 0 : k]};
    struct bp_balls numbers[] = {{1, 1, &pair[0]}, {1, 1, &pair[1]}};
    enum bp_ball_order order = bp_scripted_order(world, call, scope, k, pair[0], pair[1]);
    world->trail.forced = order == BP_ORDER_UNKNOWN ? NULL : &order;
    struct bp_balls larger = builtin->value(world, numbers, 2);
    world->trail.forced = NULL;
    if (!larger.at)
      return bp_value_made(world, larger, call, value);
    value->at[k] = larger.at[0];
  }
  return true;
}

static bool call_value(struct bp_world *world, const struct bp_expression *call,
                       const struct bp_scope *scope, const struct bp_frame *frame,
                       struct bp_balls *value) {
  struct bp_function_reference function = {0};
  struct bp_balls arguments[BP_MOST_PARAMETERS];
  if (!bp_function_resolve(world, call->child[0], scope, &function))
    return false;
  if (function.matrix && (function.matrix->traits & BP_CHOOSES))
    return bp_where_value(world, call, scope, frame, value);
  /* the largest of many has no script, and stays unknown on a tie */
  bool two = call->count == 3 && function.matrix && !(function.matrix->traits & BP_SIZES_BEHIND) &&
             (function.matrix->traits & BP_DECIDES);
  if (two && bp_expression_same(call->child[1], call->child[2])) /* max(x, x): no tie, but x */
    return bp_expression_value(world, call->child[1], scope, frame, value);
  for (size_t i = 1; i < call->count && i <= BP_MOST_PARAMETERS; i++)
    if (!bp_expression_value(world, call->child[i], scope, frame, &arguments[i - 1]))
      return false;
  if ((world->sides || world->decisions) && bp_function_decides(&function))
    meet_sides(world, call, scope, arguments);
  else if (function.builtin && (function.builtin->traits & BP_FUNCTION_HALF_LINE))
    bp_world_meet_edge(world, call, scope, arguments[0]);
  if (world->script && two)
    return scripted_larger(world, call, scope, function.matrix, arguments, value);
  return function.matrix
             ? builtin_value(world, call, scope, function.matrix, arguments, value)
             : elementwise_value(world, call, &function, scope, frame, arguments, value);
}

/* ---- at ----------------------------------------------------------------- */

/* The whole matrix with the part that is replaced in place. */
static bool replaced(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_partial_target *target, struct bp_balls old,
                     struct bp_balls part, struct bp_balls *value) {
  if (!bp_value_made(world, bp_balls_new(&world->room, old.rows, old.columns), expression, value))
    return false;
  memcpy(value->at, old.at, old.rows * old.columns * sizeof *old.at);
  place(*value, part, target->row < 0 ? 0 : (size_t)target->row,
        target->column < 0 ? 0 : (size_t)target->column);
  return true;
}

static bool at_value(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_scope *scope, const struct bp_frame *outer,
                     struct bp_balls *value) {
  size_t count = (expression->count - 1) / 2;
  struct bp_override *overrides = bp_arena_alloc(world->scratch, count + 1, sizeof *overrides);
  if (!overrides)
    return bp_value_made(world, (struct bp_balls){0}, expression, value);
  for (size_t i = 0; i < count; i++) {
    struct bp_partial_target target;
    struct bp_balls old = {0}, part = {0};
    if (!bp_target_resolve(world, expression->child[1 + 2 * i], scope, &target) ||
        !bp_node_value(world, target.node, outer, expression->span, &old) ||
        !bp_expression_value(world, expression->child[2 + 2 * i], scope, outer, &part) ||
        !replaced(world, expression, &target, old, part, &overrides[i].value))
      return false;
    overrides[i].node = target.node;
  }
  struct bp_balls outside = {0};
  struct bp_dependents dependents;
  struct bp_frame frame;
  /* once outside, so that what depends on what is known */
  bp_decisions_pass_over(world, true);
  bool fine = bp_expression_value(world, expression->child[0], scope, outer, &outside) &&
              bp_dependents_init(world, &dependents) &&
              bp_frame_init(world, outer, overrides, count, dependents, &frame);
  bp_decisions_pass_over(world, false);
  uint64_t use = bp_decisions_enter(world, scope, expression->id);
  fine = fine && bp_expression_value(world, expression->child[0], scope, &frame, value);
  bp_decisions_leave(world, use);
  return fine;
}

/* What is decided on the way to what is differentiated; the derivative itself is not known. */
static bool decided_value(struct bp_world *world, const struct bp_expression *derivative,
                          const struct bp_scope *scope, const struct bp_frame *frame,
                          struct bp_balls *value) {
  struct bp_symbolic shape;
  struct bp_balls inner;
  if (!bp_expression_value(world, derivative->child[0], scope, frame, &inner) ||
      !bp_expression_shape(world, derivative, scope, &shape) ||
      !bp_value_made(
          world, bp_balls_new(&world->room, (size_t)shape.rows.value, (size_t)shape.columns.value),
          derivative, value))
    return false;
  for (size_t i = 0; i < value->rows * value->columns; i++)
    value->at[i] = bp_ball_unknown();
  return true;
}

static bool derivative_value(struct bp_world *world, const struct bp_expression *expression,
                             const struct bp_scope *scope, const struct bp_frame *frame,
                             struct bp_balls *value) {
  if (bp_world_decides(world) &&
      (!decided_value(world, expression, scope, frame, value) || !world->decisions->derivatives))
    return world->fault.kind == BP_FAULT_NONE;
  return expression->kind == BP_EXPR_PARTIAL
             ? bp_partial_value(world, expression, scope, frame, value)
             : bp_differential_value(world, expression, scope, frame, value);
}

/* A number that counts as printed stands for everything that is rounded to it. */
static struct bp_ball as_printed(const struct bp_world *world, const struct bp_expression *number,
                                 struct bp_ball ball) {
  if (!world->printed_places || !world->context.claim ||
      -(long)number->last_place < world->printed_places)
    return ball;
  return bp_ball_widen(ball, number->last_place * log2(10) - 1);
}

static bool computed(struct bp_world *world, const struct bp_expression *expression,
                     const struct bp_scope *scope, const struct bp_frame *frame,
                     struct bp_balls *value) {
  struct bp_balls inner = {0};
  struct bp_ball number;
  if (!bp_world_room(world, expression->span))
    return false;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    if (!bp_ball_decimal(&world->room, expression->text, &number))
      return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "write a smaller number",
                          "%.40s is no number that can be computed with", expression->text);
    return number_value(world, expression, as_printed(world, expression, number), value);
  case BP_EXPR_NAME:
    return name_value(world, expression, scope, frame, value);
  case BP_EXPR_NEGATE:
    return bp_expression_value(world, expression->child[0], scope, frame, &inner) &&
           bp_value_made(world, bp_balls_negate(&world->room, inner), expression, value);
  case BP_EXPR_TRANSPOSE:
    return bp_expression_value(world, expression->child[0], scope, frame, &inner) &&
           bp_value_made(world, bp_balls_transpose(&world->room, inner), expression, value);
  case BP_EXPR_CALL:
    return call_value(world, expression, scope, frame, value);
  case BP_EXPR_ELEMENT:
    return element_value(world, expression, scope, frame, value);
  case BP_EXPR_SUM:
    return bp_sum_value(world, expression, scope, frame, value);
  case BP_EXPR_MATRIX:
    return matrix_value(world, expression, scope, frame, value);
  case BP_EXPR_PARTIAL:
  case BP_EXPR_DIFFERENTIAL:
    return derivative_value(world, expression, scope, frame, value);
  case BP_EXPR_AT:
    return at_value(world, expression, scope, frame, value);
  default:
    return binary_value(world, expression, scope, frame, value);
  }
}

bool bp_expression_value(struct bp_world *world, const struct bp_expression *expression,
                         const struct bp_scope *scope, const struct bp_frame *frame,
                         struct bp_balls *value) {
  enum { STEPS_OF_NODE = 4 };
  bool kept = world->formulas && !frame && !world->computing && !world->printed_places;
  if (world->quiet)
    world->steps += STEPS_OF_NODE; /* small matrices cost more than their numbers */
  if (kept && bp_formula_cache_find(world, expression, scope, value))
    return true;
  if (!computed(world, expression, scope, frame, value))
    return false;
  if (kept)
    bp_formula_cache_keep(world, expression, scope, *value);
  return true;
}
