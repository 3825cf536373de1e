/* What equals V is found by its value and not by how it is written: (x'*A')' is A*x, too.  At a
 * point that was drawn two formulas have the same numbers and the same symbolic shape by luck only
 * where a decision leaves one of them as it is, as relu does with what is positive; where something
 * was decided nothing is said.
 *
 * Members of one family may be equal on purpose: with let U[t] = W for t = 1..T the uses of W get
 * names of their own, and the derivatives by them are the shares of each.
 *
 * A formula that equals V is computed from what V is computed from.  That is looked at first, and
 * it is seldom so: what a layer computes is used there and nowhere else.
 */
#include "value/namesake.h"

#include "lang/print.h"
#include "value/node_value.h"
#include "value/shape.h"
#include "value/value.h"

struct search {
  struct bp_world *world;
  const struct bp_namesake_question *question;
  const struct bp_node **nodes; /* on the way to U, V aside */
  size_t count;
  bool *seen; /* by number */
};

static void visit(struct search *search, const struct bp_node *user) {
  for (size_t i = 0; i < user->use_count; i++) {
    const struct bp_node *used = user->uses[i];
    if (used->declaration == search->question->below->declaration || search->seen[used->number])
      continue;
    search->seen[used->number] = true;
    search->nodes[search->count++] = used;
  }
}

/* Everything that U is computed from without going through V, or another member of its family.
 * False when memory is short. */
static bool collect(struct search *search) {
  struct bp_world *world = search->world;
  search->nodes = bp_arena_alloc(world->scratch, world->node_count + 1, sizeof(void *));
  search->seen = bp_arena_alloc(world->scratch, world->node_count + 1, sizeof(bool));
  if (!search->nodes || !search->seen)
    return bp_fault_exhausted(world, search->question->span);
  visit(search, search->question->user);
  for (size_t k = 0; k < search->count; k++)
    visit(search, search->nodes[k]);
  return true;
}

/* Whether something on the way could be V at all. */
static bool has_what_it_takes(const struct search *search) {
  const struct bp_node *below = search->question->below;
  for (size_t i = 0; i < below->use_count; i++)
    if (!search->seen[below->uses[i]->number])
      return false;
  return below->use_count > 0;
}

static bool same_numbers(struct bp_balls a, struct bp_balls b) {
  bool telling = false; /* zeros and ones are equal to others without a reason */
  for (size_t k = 0; k < a.rows * a.columns; k++) {
    double number = bp_ball_double(a.at[k]);
    if (!bp_ball_finite(a.at[k]) || !bp_ball_finite(b.at[k]) || !bp_ball_overlap(a.at[k], b.at[k]))
      return false;
    telling = telling || (number != (double)(long long)number);
  }
  return telling;
}

static bool is_below(const struct search *search, struct bp_symbolic shape, struct bp_balls value) {
  const struct bp_node *below = search->question->below;
  return bp_size_same(shape.rows, below->shape.rows) &&
         bp_size_same(shape.columns, below->shape.columns) && value.rows == below->value.rows &&
         value.columns == below->value.columns && same_numbers(value, below->value);
}

static bool follows(const struct search *search, const struct bp_node *node, bool *follows) {
  return bp_node_is_computed_from(search->world, node, search->question->below, follows);
}

static bool refuse(const struct search *search, const char *other) {
  const struct bp_namesake_question *question = search->question;
  struct bp_arena *arena = search->world->model->arena;
  const char *name = question->below->name;
  return bp_fault_set(search->world, BP_FAULT_MISUSE, question->span,
                      bp_arena_printf(arena, "%s in the place of %s where that follows it", name,
                                      other ? other : "the formula"),
                      "%s equals %s, but does not follow it when %s is moved, so this derivative "
                      "would be 0 for it",
                      other ? other : "a formula on the way", name, name);
}

/* ---- names --------------------------------------------------------------- */

static bool free_names(const struct search *search) {
  for (size_t k = 0; k < search->count; k++) {
    const struct bp_node *node = search->nodes[k];
    bool computed = false;
    if (node->value_state != BP_NODE_DONE || node->branched ||
        !is_below(search, node->shape, node->value))
      continue;
    if (!follows(search, node, &computed))
      return false;
    if (!computed)
      return refuse(search, node->name);
  }
  return true;
}

/* ---- formulas ------------------------------------------------------------ */

/* Whether the formula is V and does not follow it.  What it has no value for is no matter here. */
static bool formula_is_below(const struct search *search, const struct bp_expression *formula,
                             const struct bp_scope *scope) {
  struct bp_world *world = search->world;
  struct bp_node *below = search->question->below, user = {0}, *computing = world->computing;
  struct bp_ball_trail trail = world->trail;
  struct bp_fault fault = world->fault;
  struct bp_gap gap = world->gap;
  struct bp_symbolic shape;
  struct bp_balls value;
  bool kink = world->kink;
  world->computing = &user;
  world->trail = (struct bp_ball_trail){0};
  bool is = bp_expression_shape(world, formula, scope, &shape) &&
            bp_expression_value(world, formula, scope, NULL, &value) &&
            world->trail.branches == 0 && is_below(search, shape, value);
  bool ended = world->fault.kind != BP_FAULT_NONE && bp_fault_is_end(&world->fault);
  world->computing = computing;
  world->trail = trail;
  world->gap = gap;
  world->kink = kink;
  if (!ended)
    world->fault = fault;
  for (size_t i = 0; is && i < user.use_count; i++) {
    bool computed = user.uses[i] == below;
    is = (computed || follows(search, user.uses[i], &computed)) && !computed;
  }
  return is;
}

static bool free_formula(const struct search *search, const struct bp_expression *formula,
                         const struct bp_scope *scope) {
  enum bp_expression_kind kind = formula->kind;
  bool binary = kind < BP_EXPR_NUMBER;
  if (kind == BP_EXPR_NUMBER || kind == BP_EXPR_NAME || search->world->fault.kind != BP_FAULT_NONE)
    return search->world->fault.kind == BP_FAULT_NONE;
  if (formula_is_below(search, formula, scope))
    return refuse(search, bp_expression_text(formula, NULL, NULL, search->world->model->arena));
  size_t first = kind == BP_EXPR_CALL ? 1 : 0;
  bool plain = binary || kind == BP_EXPR_CALL || kind == BP_EXPR_NEGATE ||
               kind == BP_EXPR_TRANSPOSE || kind == BP_EXPR_MATRIX;
  size_t end = plain ? formula->count : kind == BP_EXPR_ELEMENT ? 1 : 0;
  for (size_t i = first; i < end; i++)
    if (formula->child[i]->kind != BP_EXPR_COMPARE &&
        !free_formula(search, formula->child[i], scope))
      return false;
  return true;
}

static bool free_formulas(const struct search *search) {
  const struct bp_namesake_question *question = search->question;
  if (!free_formula(search, question->above, question->scope))
    return false;
  for (size_t k = 0; k < search->count; k++) {
    const struct bp_node *node = search->nodes[k];
    enum bp_declaration_kind kind = node->declaration->kind;
    if (kind != BP_DECLARED_LET && kind != BP_DECLARED_WRITE)
      continue;
    struct bp_context user = bp_world_enter(search->world, &node->piece->line);
    bool fine = free_formula(search, node->piece->line.statement->sides[0], node->scope);
    bp_world_leave(search->world, user);
    if (!fine)
      return false;
  }
  return true;
}

bool bp_namesake_free(struct bp_world *world, const struct bp_namesake_question *question) {
  struct search search = {.world = world, .question = question};
  enum bp_declaration_kind kind = question->below->declaration->kind;
  if ((kind != BP_DECLARED_LET && kind != BP_DECLARED_WRITE) || question->below->branched)
    return true;
  return collect(&search) &&
         (!has_what_it_takes(&search) || (free_names(&search) && free_formulas(&search)));
}
