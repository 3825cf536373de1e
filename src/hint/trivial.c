/* Formulas that hold and say nothing: what is compared once more, under its own or another name, or
 * a derivative that is there for no reason.
 *
 * A derivative of something by what it ignores is 0, and one that nobody wrote in a line without
 * derivatives only hides what is wrong: p * abs'(p) for abs(p).
 */
#include "hint/search.h"

#include <math.h>
#include <string.h>

#include "hint/detour.h"
#include "lang/build.h"
#include "lang/tree.h"
#include "value/builtin.h"

static const double CONSTANT = 1e-14;

/* m, 1/m */
static bool is_size(const struct bp_search *search, const struct bp_expression *factor) {
  if (factor->kind == BP_EXPR_DIVIDE)
    return is_size(search, factor->child[0]) && is_size(search, factor->child[1]);
  const struct bp_declaration *declaration =
      factor->kind == BP_EXPR_NAME ? bp_model_find(&search->bench->model, factor->name) : NULL;
  return factor->kind == BP_EXPR_NUMBER || (declaration && declaration->kind == BP_DECLARED_SIZE);
}

/* A name, a number or a derivative, an element of one or a multiple: m * ∂J/∂Z. */
bool bp_search_is_meaning(const struct bp_search *search, const struct bp_expression *side) {
  for (;;) {
    if (side->kind == BP_EXPR_ELEMENT || side->kind == BP_EXPR_NEGATE ||
        side->kind == BP_EXPR_TRANSPOSE)
      side = side->child[0];
    else if (side->kind == BP_EXPR_MULTIPLY && side->child[1]->kind == BP_EXPR_PARTIAL &&
             is_size(search, side->child[0]))
      side = side->child[1];
    else
      break;
  }
  return side->kind == BP_EXPR_NAME || side->kind == BP_EXPR_NUMBER ||
         side->kind == BP_EXPR_PARTIAL || side->kind == BP_EXPR_DIFFERENTIAL;
}

/* ---- derivatives that say nothing --------------------------------------- */

static const struct bp_declaration *declaration_of(const struct bp_search *search,
                                                   const struct bp_expression *name) {
  return name->kind == BP_EXPR_NAME ? bp_model_find(&search->bench->model, name->name) : NULL;
}

/* What the name is written for, with the index that it has. */
static const struct bp_expression *written_for(const struct bp_search *search,
                                               struct bp_builder *build,
                                               const struct bp_expression *node) {
  const struct bp_declaration *declaration = declaration_of(search, node);
  if (!declaration || declaration->kind != BP_DECLARED_WRITE || declaration->count == 0)
    return node;
  const struct bp_expression *target = declaration->pieces[0].target;
  const struct bp_expression *meaning = declaration->pieces[0].line.statement->sides[0];
  if (target->count == 0)
    return meaning;
  if (target->count > 1 || node->count != 1 || target->child[0]->kind != BP_EXPR_NAME)
    return node;
  meaning = bp_build_with_letter(build, meaning, target->child[0]->name, node->child[0]);
  return meaning ? meaning : node;
}

/* dZ[2] for ∂J/∂Z[2]: one thing by two names. */
static bool says_itself(const struct bp_search *search, const struct bp_expression *formula,
                        const struct bp_expression *other) {
  struct bp_arena_mark mark = bp_arena_mark(search->trees);
  struct bp_builder build = {.arena = search->trees};
  bool same =
      bp_expression_same(written_for(search, &build, formula), written_for(search, &build, other));
  bp_arena_release(search->trees, mark);
  return same;
}

/* Whether there is a derivative in it, or a name for one. */
static bool has_derivative(const struct bp_search *search, const struct bp_expression *node) {
  const struct bp_declaration *declaration = declaration_of(search, node);
  bool found = node->kind == BP_EXPR_PARTIAL || node->kind == BP_EXPR_DIFFERENTIAL ||
               (node->kind == BP_EXPR_CALL && node->order > 0) ||
               (declaration && declaration->kind == BP_DECLARED_WRITE);
  for (size_t i = node->kind == BP_EXPR_CALL; i < node->count && !found; i++)
    found = node->kind != BP_EXPR_NAME && has_derivative(search, node->child[i]);
  return found;
}

/* Whether the side speaks of the name, itself or as what it is written for: dx speaks of x. */
static bool speaks_of(const struct bp_search *search, const struct bp_expression *side,
                      const struct bp_declaration *below) {
  struct bp_arena_mark mark = bp_arena_mark(search->trees);
  struct bp_builder build = {.arena = search->trees};
  bool speaks = bp_expression_mentions(side, below->name) ||
                bp_expression_mentions(written_for(search, &build, side), below->name);
  bp_arena_release(search->trees, mark);
  return speaks;
}

/* Whether it is given, and neither side speaks of it: the c in ∂J/∂c, whose value may be that of a
 * factor of ∂J/∂D, and nobody computes the one by the other. */
static bool is_other_given(const struct bp_search *search, const struct bp_declaration *below) {
  return below->kind == BP_DECLARED_GIVEN && !speaks_of(search, search->formula, below) &&
         !speaks_of(search, search->other, below);
}

/* A derivative that is in neither side: one by what the thing ignores, or of a formula. */
static bool has_idle_derivative(const struct bp_search *search, const struct bp_expression *node) {
  if (node->kind == BP_EXPR_PARTIAL && !bp_expression_contains(search->formula, node) &&
      !bp_expression_contains(search->other, node)) {
    struct bp_model *model = &search->bench->model;
    const struct bp_declaration *below = declaration_of(search, node->child[1]);
    bool name = node->child[0]->kind == BP_EXPR_NAME || node->child[0]->kind == BP_EXPR_CALL ||
                node->child[0]->kind == BP_EXPR_ELEMENT;
    if (!name || search->claim->line.statement->update ||
        (below && !bp_model_leads_to(model, node->child[0], below)) ||
        (below && is_other_given(search, below)))
      return true;
  }
  for (size_t i = 0; i < node->count && node->kind != BP_EXPR_NAME; i++)
    if (has_idle_derivative(search, node->child[i]))
      return true;
  return false;
}

bool bp_search_strays(const struct bp_search *search, const struct bp_expression *formula) {
  struct bp_model *model = &search->bench->model;
  bool any = false, strays = false;
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *given = model->declarations[d];
    if (given->kind != BP_DECLARED_GIVEN)
      continue;
    bool known = bp_model_leads_to(model, search->other, given);
    any = any || known;
    strays = strays || (!known && bp_model_leads_to(model, formula, given));
  }
  return any && strays;
}

/* ---- the other side once more ------------------------------------------- */

/* silu'(x) and swish'(x), one function by two names; a ⊙ b and a * b, of columns one product. */
static bool repeats(const struct bp_expression *formula, const struct bp_expression *other) {
  bool products = bp_is_product(formula) && bp_is_product(other) && formula->count == other->count;
  if (products)
    for (size_t first = 0; first < 2; first++)
      if (bp_expression_same(formula->child[first], other->child[0]) &&
          bp_expression_same(formula->child[1 - first], other->child[1]))
        return formula->kind != other->kind || first == 0;
  bool calls = formula->kind == BP_EXPR_CALL && other->kind == BP_EXPR_CALL &&
               formula->count == other->count && formula->order == other->order;
  for (size_t i = 1; calls && i < formula->count; i++)
    calls = bp_expression_same(formula->child[i], other->child[i]);
  return calls;
}

static const struct bp_expression *without_indices(const struct bp_expression *node) {
  return node->kind == BP_EXPR_ELEMENT ? node->child[0] : node;
}

/* ∂C/∂C, which is 1 whatever C is, and ∂p_i/∂p. */
static bool has_empty_derivative(const struct bp_expression *formula) {
  if (formula->kind == BP_EXPR_PARTIAL &&
      bp_expression_same(without_indices(formula->child[0]), without_indices(formula->child[1])))
    return true;
  for (size_t i = 0; i < formula->count; i++)
    if (has_empty_derivative(formula->child[i]))
      return true;
  return false;
}

static const struct bp_expression *without_transposes(const struct bp_expression *node) {
  while (node->kind == BP_EXPR_TRANSPOSE)
    node = node->child[0];
  return node;
}

/* Whether both are the same but for transposes of the whole. */
static bool same_turned(const struct bp_expression *a, const struct bp_expression *b) {
  return bp_expression_same(without_transposes(a), without_transposes(b));
}

/* How often the other side is a factor, a divisor or a term of the formula, as a whole: E/x = x
 * says that E is x^2, and E*x = x that E is 1. */
static size_t times_as_part(const struct bp_expression *formula,
                            const struct bp_expression *other) {
  bool joins = bp_is_product(formula) || bp_is_quotient(formula) || bp_is_sum(formula);
  bool turns = formula->kind == BP_EXPR_NEGATE || formula->kind == BP_EXPR_TRANSPOSE;
  size_t times = 0;
  for (size_t i = 0; (joins || turns) && i < formula->count; i++)
    times +=
        (joins && same_turned(formula->child[i], other)) + times_as_part(formula->child[i], other);
  return times;
}

/* f(p) = p, which is a fixed point and no formula for p: relu(p) of a positive p. */
static bool is_function_of(const struct bp_expression *formula, const struct bp_expression *other) {
  return formula->kind == BP_EXPR_CALL && formula->count == 2 && formula->order == 0 &&
         same_turned(formula->child[1], other);
}

/* A formula that says no more than what it is compared with: a derivative by itself that was not
 * written there, or the other side, or any side of the chain, once more. */
bool bp_search_trivial(const struct bp_search *search, const struct bp_expression *formula) {
  const struct bp_expression *written = search->formula, *other = search->other;
  if (bp_search_is_meaning(search, formula) && !bp_search_is_meaning(search, written) &&
      !bp_expression_contains(written, formula))
    return true;
  if (bp_expression_contains(written, formula) && !bp_expression_same(written, formula) &&
      says_itself(search, formula, other))
    return true;
  if (has_idle_derivative(search, formula) ||
      (has_derivative(search, formula) && !has_derivative(search, written) &&
       !has_derivative(search, other)))
    return true;
  if (has_empty_derivative(formula) && !has_empty_derivative(written))
    return true;
  if (search->claim->line.statement->update) /* the step that is meant is what is looked for */
    return false;
  if (repeats(formula, other) && !bp_expression_same(formula, written))
    return true;
  if (same_turned(formula, other) && !same_turned(written, other))
    return true;
  if (times_as_part(formula, other) > times_as_part(written, other))
    return true;
  if (is_function_of(formula, other) && !is_function_of(written, other))
    return true;
  if (bp_leads_back(formula, other) || bp_has_new_detour(formula, written) ||
      bp_stays_detour(formula, written))
    return true;
  const struct bp_statement *statement = search->claim->line.statement;
  for (size_t i = 0; i < statement->side_count; i++)
    if (statement->sides[i] != written && statement->sides[i]->kind != BP_EXPR_NUMBER &&
        bp_expression_contains(formula, statement->sides[i]) &&
        !bp_expression_contains(written, statement->sides[i]))
      return true;
  return bp_expression_contains(formula, other) && !bp_expression_contains(written, other);
}

/* ---- parts that are always the same number ------------------------------ */

enum values { ALL_ONE, ONE_OR_ZERO, ALL_ZERO };

/* Whether its entries are so in that world. */
static bool is_constant(struct bp_search *search, size_t k, const struct bp_expression *node,
                        enum values values) {
  struct bp_world *world = bp_bench_world(search->bench, k);
  struct bp_numbers value = {0, 0, NULL};
  if (world) {
    bp_world_begin(world, &search->claim->line, search->claim);
    value = bp_numbers_of(search->trees, world, node, NULL);
  }
  bool constant = value.at != NULL;
  for (size_t i = 0; constant && i < value.rows * value.columns; i++)
    constant = (values != ALL_ZERO && fabs(value.at[i] - 1) < CONSTANT) ||
               (values != ALL_ONE && fabs(value.at[i]) < CONSTANT);
  return constant;
}

/* A term that was not there and is 0 for all values: Y ⊙ (1 - Y) of Y in {0, 1}. */
static bool is_nothing(struct bp_search *search, const struct bp_expression *term) {
  enum { WORLDS = 3 };
  bool nothing = !bp_expression_contains(search->formula, term);
  for (size_t k = 0; k < WORLDS && nothing; k++)
    nothing = is_constant(search, k, term, ALL_ZERO);
  return nothing;
}

/* A mask that was not there and is 1 everywhere: (ε > 0) of a positive ε. */
static bool always_met(struct bp_search *search, const struct bp_expression *mask) {
  enum { WORLDS = 8 };
  bool met = !bp_expression_contains(search->formula, mask);
  for (size_t k = 0; k < WORLDS && met; k++)
    met = is_constant(search, k, mask, ALL_ONE);
  return met;
}

/* A sum that was not there and is always 1 or 0, as that of a softmax, or a quotient that is always
 * 1, as Σ b_i^2 over b' * b: it is no part of anything.  A quotient may be mended to be 1. */
static bool has_constant_part(struct bp_search *search, const struct bp_expression *whole,
                              const struct bp_expression *node) {
  bool quotient = bp_is_quotient(node) && (node != whole || !bp_is_quotient(search->formula));
  bool sum = bp_is_builtin_call(node, BP_SUMS_ALL);
  bool constant = (quotient || sum) && !bp_expression_contains(search->formula, node) &&
                  is_constant(search, 0, node, sum ? ONE_OR_ZERO : ALL_ONE) &&
                  (sum || is_constant(search, 1, node, ALL_ONE));
  for (size_t i = 0; i < 2 && !constant && bp_is_sum(node); i++)
    constant = is_nothing(search, node->child[i]);
  if (!constant && bp_is(node, BP_EXPR_CALL) && !strcmp(node->child[0]->name, "relu"))
    constant = is_nothing(search, node); /* relu of what is never positive */
  if (!constant && bp_is(node, BP_EXPR_CALL) && !strcmp(node->child[0]->name, "where"))
    constant = always_met(search, node);
  for (size_t i = 0; i < node->count && !constant && node->kind != BP_EXPR_NAME; i++)
    constant = has_constant_part(search, whole, node->child[i]);
  return constant;
}

bool bp_search_has_constant(struct bp_search *search, const struct bp_expression *formula) {
  return has_constant_part(search, formula, formula);
}
