/* A column beside a matrix is repeated, and a * that cannot be a product of matrices goes element
 * by element.  Among all formulas that fit many do so only by these readings, and they are nearer
 * than what a person would write: X ⊙ g'(z) * X' for X * diag(g'(z)) * X'.  Whoever uses such a
 * reading knows it, so an edit may do what the line or a definition does already.  A name on its
 * own that is added, as a bias is, is what everybody writes.
 *
 * Shapes need the values of index letters, so the formula is looked at with several of them; what
 * has no shape there, inside a sum over letters of its own, counts for nothing.
 */
#include "hint/loose.h"

#include <stdint.h>

#include "hint/search.h"
#include "judge/letters.h"
#include "judge/point.h"
#include "lang/tree.h"

typedef const struct bp_expression *expr;

enum { MOST_MEMBERS = 4 };

/* What is looked at with each combination of letters; the most that was found is kept. */
struct looker {
  struct bp_world *world;
  expr formula;
  struct bp_readings most;
  size_t members;
};

static bool is_bare(expr node) {
  while (bp_is(node, BP_EXPR_NEGATE) || bp_is(node, BP_EXPR_ELEMENT))
    node = node->child[0];
  return bp_is(node, BP_EXPR_NAME);
}

static bool is_pointwise(expr node) {
  return bp_is(node, BP_EXPR_HADAMARD) || bp_is_quotient(node) || bp_is(node, BP_EXPR_POINT_POWER);
}

/* Counts what this operator does. */
static void look_at(expr node, const struct bp_symbolic sides[2], struct bp_readings *found) {
  if (bp_symbolic_number(sides[0]) || bp_symbolic_number(sides[1]))
    return;
  bool rows = bp_size_same(sides[0].rows, sides[1].rows);
  bool columns = bp_size_same(sides[0].columns, sides[1].columns);
  if (bp_is(node, BP_EXPR_MULTIPLY)) {
    bool product = bp_size_same(sides[0].columns, sides[1].rows);
    found->count[BP_POINTWISE_STAR] += rows && columns && !product;
    return;
  }
  bool left = bp_size_one(sides[0].rows) || bp_size_one(sides[0].columns);
  bool right = bp_size_one(sides[1].rows) || bp_size_one(sides[1].columns);
  if ((rows && columns) || (!left && !right))
    return;
  if (is_pointwise(node))
    found->count[BP_REPEATED_FACTOR]++;
  else if (bp_is_sum(node))
    found->count[is_bare(node->child[left ? 0 : 1]) ? BP_REPEATED_NAME : BP_REPEATED_TERM]++;
}

static void count(struct bp_world *world, expr node, const struct bp_scope *scope,
                  struct bp_readings *found) {
  struct bp_symbolic sides[2];
  bool binary = bp_is(node, BP_EXPR_MULTIPLY) || bp_is_sum(node) || is_pointwise(node);
  if (binary && bp_point_shape(world, node->child[0], scope, &sides[0]) &&
      bp_point_shape(world, node->child[1], scope, &sides[1]))
    look_at(node, sides, found);
  for (size_t i = bp_is(node, BP_EXPR_CALL); i < node->count && !bp_is(node, BP_EXPR_NAME); i++)
    count(world, node->child[i], scope, found);
}

static bool look_at_member(void *context, const struct bp_scope *scope) {
  struct looker *looker = context;
  struct bp_readings found = {{0}};
  count(looker->world, looker->formula, scope, &found);
  for (int k = 0; k < BP_READINGS; k++)
    if (looker->most.count[k] < found.count[k])
      looker->most.count[k] = found.count[k];
  return ++looker->members < MOST_MEMBERS;
}

/* The readings in one formula of the claim. */
static struct bp_readings readings_in(struct bp_search *search, struct bp_world *world,
                                      expr formula) {
  expr sides[2] = {search->other, formula};
  struct bp_statement statement = *search->claim->line.statement;
  statement.sides = sides;
  statement.side_count = 2;
  struct bp_letters letters;
  struct looker looker = {.world = world, .formula = formula};
  size_t members;
  struct bp_fault before = world->fault;
  world->fault = (struct bp_fault){0};
  if (bp_letters_find(world, &statement, &letters))
    bp_letters_each(world, &statement, &letters, look_at_member, &looker, &members);
  world->fault = before;
  return looker.most;
}

/* Adds what the definitions do that need no letters. */
static void add_definitions(struct bp_search *search, struct bp_world *world,
                            struct bp_readings *found) {
  const struct bp_model *model = &search->bench->model;
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    for (size_t i = 0; declaration->kind == BP_DECLARED_LET && i < declaration->count; i++)
      count(world, declaration->pieces[i].line.statement->sides[0], NULL, found);
  }
}

/* As many of each as an edit of the formula may have. */
static void find_allowed(struct bp_search *search, struct bp_world *world) {
  struct bp_readings *allowed = &search->allowed, known = readings_in(search, world, search->other);
  *allowed = readings_in(search, world, search->formula);
  add_definitions(search, world, &known);
  known.count[BP_REPEATED_TERM] += known.count[BP_REPEATED_NAME] + allowed->count[BP_REPEATED_NAME];
  known.count[BP_REPEATED_NAME] = 1;
  for (int k = 0; k < BP_READINGS; k++)
    if (known.count[k] > 0)
      allowed->count[k] = SIZE_MAX;
  search->allowed_in = search->formula;
}

bool bp_search_loosens(struct bp_search *search, expr formula) {
  struct bp_world *world = bp_bench_world(search->bench, 0);
  if (!world)
    return false;
  bp_world_begin(world, &search->claim->line, search->claim);
  if (search->allowed_in != search->formula)
    find_allowed(search, world);
  struct bp_readings now = readings_in(search, world, formula);
  for (int k = 0; k < BP_READINGS; k++)
    if (now.count[k] > search->allowed.count[k])
      return true;
  return false;
}
