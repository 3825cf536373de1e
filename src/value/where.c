/* where(x > 0, a, x < 0, b, c): the value behind the first condition that is true.
 *
 * All parts are computed, so that a node is known to use them whichever is chosen; a part without a
 * value counts only where it is chosen.  What is decided inside a part that no element chooses is
 * idle.
 */
#include "value/where.h"

#include "model/script.h"
#include "value/shape.h"
#include "value/value.h"

/* ---- what index letters choose -------------------------------------------- */

/* Whether it is made of index letters, sizes and whole numbers. */
static bool is_of_indices(struct bp_world *world, const struct bp_expression *expression,
                          const struct bp_scope *scope) {
  bool sum = expression->kind == BP_EXPR_ADD || expression->kind == BP_EXPR_SUBTRACT ||
             expression->kind == BP_EXPR_MULTIPLY;
  if (expression->kind == BP_EXPR_NAME) {
    const struct bp_scope *letter =
        expression->count == 0 ? bp_scope_find(scope, expression->name) : NULL;
    const struct bp_declaration *size = letter ? NULL : bp_world_visible(world, expression->name);
    return letter ? letter->ball == NULL : size && size->kind == BP_DECLARED_SIZE;
  }
  for (size_t i = 0; sum && i < expression->count; i++)
    sum = is_of_indices(world, expression->child[i], scope);
  return sum || (expression->kind == BP_EXPR_NUMBER && expression->last_place == 0);
}

/* Whether the condition is decided by indices, and how. */
static bool decided_by_indices(struct bp_world *world, const struct bp_expression *condition,
                               const struct bp_scope *scope, bool *holds) {
  long a, b;
  if (!is_of_indices(world, condition->child[0], scope) ||
      !is_of_indices(world, condition->child[1], scope) ||
      !bp_world_index(world, condition->child[0], scope, &a) ||
      !bp_world_index(world, condition->child[1], scope, &b))
    return false;
  *holds = bp_relation_holds(condition->relation, a < b   ? BP_ORDER_BELOW
                                                  : a > b ? BP_ORDER_ABOVE
                                                          : BP_ORDER_LEVEL);
  return true;
}

bool bp_where_passes(struct bp_world *world, const struct bp_expression *call, size_t part,
                     const struct bp_scope *scope) {
  struct bp_fault before = world->fault;
  struct bp_symbolic shape;
  bool passed = false;
  for (size_t i = 1; i <= part && i < call->count && !passed; i += 2) {
    const struct bp_expression *condition = call->child[i];
    bool holds, own = i + 1 == part;
    if (condition->kind != BP_EXPR_COMPARE || i > part)
      break;
    if (!decided_by_indices(world, condition, scope, &holds))
      break;
    passed = own ? !holds : holds;
  }
  bool shaped = !passed || bp_expression_shape(world, call->child[part], scope, &shape);
  world->fault = before;
  return passed && !shaped;
}

/* ---- values ---------------------------------------------------------------- */

/* What is chosen from the parts of a where at one place. */
struct choice {
  const struct bp_expression *call;
  const struct bp_scope *scope;
  const struct bp_balls *parts;
  size_t place;
  size_t taken; /* the part that was chosen at last; NONE: none, or not known which */
};

enum { NONE = -1 };

static struct bp_ball part_at(const struct choice *choice, size_t part) {
  struct bp_balls values = choice->parts[part];
  return values.at[values.rows * values.columns == 1 ? 0 : choice->place];
}

static struct bp_ball chosen(struct bp_world *world, struct choice *choice, size_t child,
                             size_t part);

/* A condition that is not decided: the value of either case.  In a disc nothing is known then, and
 * neither is it where one case may have no value. */
static struct bp_ball either(struct bp_world *world, struct choice *choice, size_t child,
                             size_t part) {
  struct bp_ball a = part_at(choice, part), b = part_at(choice, part + 1);
  if (!bp_ball_is_real(a) || !bp_ball_is_real(b))
    return bp_ball_unknown();
  struct bp_gap before = world->gap;
  struct bp_ball yes = part_at(choice, part + 2);
  struct bp_ball no = chosen(world, choice, child + 2, part + 3);
  world->gap = before;
  choice->taken = (size_t)NONE;
  if (!bp_ball_finite(yes) || !bp_ball_finite(no))
    return bp_ball_unknown();
  return bp_ball_combine(&world->room, yes, no, bp_ball_either);
}

/* The value behind the first condition that is true, from that child of the call on. */
static struct bp_ball chosen(struct bp_world *world, struct choice *choice, size_t child,
                             size_t part) {
  choice->taken = (size_t)NONE;
  for (; child < choice->call->count; child += 2, part += 3) {
    const struct bp_expression *condition = choice->call->child[child];
    if (condition->kind != BP_EXPR_COMPARE)
      return part_at(choice, choice->taken = part); /* the value without a condition */
    struct bp_ball a = part_at(choice, part), b = part_at(choice, part + 1);
    if (bp_ball_is_missing(a) || bp_ball_is_missing(b))
      return bp_ball_missing();
    enum bp_ball_order order =
        bp_scripted_order(world, condition, choice->scope, choice->place, a, b);
    if (order == BP_ORDER_UNKNOWN)
      order = bp_ball_compare(&world->room, a, b);
    if (order == BP_ORDER_UNKNOWN)
      return either(world, choice, child, part);
    bool holds = bp_relation_holds(condition->relation, order);
    bp_world_meet_side(world, condition, holds, bp_ball_double(a) - bp_ball_double(b));
    if (holds)
      return part_at(choice, choice->taken = part + 2);
  }
  bp_value_gap(world, choice->call->span, "no case of this where is true");
  return bp_ball_missing();
}

/* The value at an element, by a script if there is one: then what is chosen on a kink must be what
 * the numbers there choose, or the where may jump. */
static struct bp_ball value_at(struct bp_world *world, struct choice *choice) {
  struct bp_script *script = world->script;
  struct bp_ball value = chosen(world, choice, 1, 0);
  if (!bp_script_is_on_kink(world))
    return value;
  size_t forced = choice->taken;
  struct bp_gap before = world->gap;
  world->script = NULL;
  struct bp_ball found = chosen(world, choice, 1, 0);
  world->script = script;
  world->gap = before;
  if (choice->taken != forced)
    bp_script_meet(script, value, found);
  return value;
}

/* What all elements have in common: how the next value stands to the conditions so far. */
enum passing { OPEN, PASSED, TAKEN, OVER };

/* Takes down how a condition came out at every element. */
static enum passing passing_of(struct bp_world *world, const struct bp_expression *condition,
                               const struct bp_scope *scope, struct bp_balls a, struct bp_balls b) {
  size_t left = a.rows * a.columns, right = b.rows * b.columns, count = left > right ? left : right;
  size_t met[BP_WAYS + 1] = {0};
  for (size_t k = 0; k < count; k++)
    met[bp_world_decide(world, condition, scope, k, a.at[left == 1 ? 0 : k],
                        b.at[right == 1 ? 0 : k])]++;
  enum bp_way yes = bp_way_is_true(condition, BP_WAY_FIRST) ? BP_WAY_FIRST : BP_WAY_SECOND;
  enum bp_way no = yes == BP_WAY_FIRST ? BP_WAY_SECOND : BP_WAY_FIRST;
  return met[yes] == count ? TAKEN : met[no] == count ? PASSED : OPEN;
}

/* Both sides of a condition, or a value. */
static bool part_values(struct bp_world *world, const struct bp_expression *part,
                        const struct bp_scope *scope, const struct bp_frame *frame,
                        enum passing *passing, struct bp_balls *values) {
  bool condition = part->kind == BP_EXPR_COMPARE;
  bool idle = *passing == OVER || (*passing == PASSED && !condition);
  if (idle)
    bp_decisions_pass_over(world, true);
  bool fine = bp_expression_value(world, condition ? part->child[0] : part, scope, frame, values) &&
              (!condition || bp_expression_value(world, part->child[1], scope, frame, values + 1));
  if (fine && condition)
    bp_exact_meet(world, part, scope, frame, values, values + 1);
  if (fine && condition && *passing != OVER && bp_world_decides(world))
    *passing = passing_of(world, part, scope, values[0], values[1]);
  else if (!condition && *passing != OVER)
    *passing = *passing == TAKEN ? OVER : OPEN;
  if (idle)
    bp_decisions_pass_over(world, false);
  return fine;
}

bool bp_where_value(struct bp_world *world, const struct bp_expression *call,
                    const struct bp_scope *scope, const struct bp_frame *frame,
                    struct bp_balls *value) {
  struct bp_balls *parts = bp_arena_alloc(world->scratch, 2 * call->count, sizeof *parts);
  if (!parts)
    return bp_value_made(world, (struct bp_balls){0}, call, value);
  struct bp_gap before = world->gap;
  enum passing passing = OPEN;
  size_t count = 0, rows = 1, columns = 1;
  for (size_t i = 1; i < call->count; i++) {
    size_t first = count;
    count += call->child[i]->kind == BP_EXPR_COMPARE ? 2 : 1;
    if (call->child[i]->kind != BP_EXPR_COMPARE && bp_where_passes(world, call, i, scope)) {
      if (!bp_value_made(world, bp_balls_number(&world->room, bp_ball_missing()), call,
                         &parts[first]))
        return false;
    } else if (!part_values(world, call->child[i], scope, frame, &passing, &parts[first])) {
      return false;
    }
    for (size_t k = first; k < count; k++) {
      rows = parts[k].rows > rows ? parts[k].rows : rows;
      columns = parts[k].columns > columns ? parts[k].columns : columns;
    }
  }
  struct bp_gap inside = world->gap;
  world->gap = before;
  if (!bp_value_made(world, bp_balls_new(&world->room, rows, columns), call, value))
    return false;
  for (size_t k = 0; k < rows * columns; k++) {
    value->at[k] = value_at(world, &(struct choice){call, scope, parts, k, 0});
    if (bp_ball_is_missing(value->at[k]) && !world->gap.set)
      world->gap = inside; /* a case that was chosen has no value */
  }
  return true;
}
