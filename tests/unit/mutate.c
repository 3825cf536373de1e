/* Every place of an expression is visited once, together with what it is for: a value, the V of a
 * derivative, a function's name, an index.  Each kind of mutation is a function that looks at such
 * a place and offers its variants one by one; a row of the table in the header names it.
 *
 * A place knows the way back to the root, so a variant of the whole is made by copying the nodes on
 * that way.  Copies keep the spans of their originals: a message about a variant points to the
 * line that it was made from.
 */
#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/ball_function.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum role {
  ROLE_VALUE,
  ROLE_NUMERATOR, /* the U of ∂U/∂V: a value, but factors and transposes of it are left alone */
  ROLE_TARGET,    /* the V, and what `at` replaces */
  ROLE_FUNCTION,  /* g in g(Z) */
  ROLE_EXPONENT,
  ROLE_SIZE,  /* n in I(n) */
  ROLE_LAYER, /* the index of a family */
  ROLE_ELEMENT,
  ROLE_BOUND /* of a sum */
};

struct place {
  const struct bp_expression *node;
  const struct place *parent;
  size_t child; /* which one of the parent's */
  enum role role;
};

struct mutating {
  const struct bp_mutation_names *names;
  struct bp_arena *arena;
  struct bp_mutant *mutants;
  size_t count, capacity;
  bool failed;
};

/* ---- making nodes -------------------------------------------------------------------------- */

static struct bp_expression *copy_of(struct mutating *mutating, const struct bp_expression *node) {
  struct bp_expression *copy = bp_arena_alloc(mutating->arena, 1, sizeof *copy);
  const struct bp_expression **child =
      bp_arena_alloc(mutating->arena, node->count + 1, sizeof *child);
  if (!copy || !child) {
    mutating->failed = true;
    return NULL;
  }
  *copy = *node;
  copy->child = child;
  if (node->count)
    memcpy(child, node->child, node->count * sizeof *child);
  return copy;
}

/* A new node in the place of `where`, with one child or two. */
static struct bp_expression *made(struct mutating *mutating, const struct bp_expression *where,
                                  enum bp_expression_kind kind, const struct bp_expression *first,
                                  const struct bp_expression *second) {
  struct bp_expression *node = bp_arena_alloc(mutating->arena, 1, sizeof *node);
  const struct bp_expression **child = bp_arena_alloc(mutating->arena, 2, sizeof *child);
  if (!node || !child) {
    mutating->failed = true;
    return NULL;
  }
  child[0] = first;
  child[1] = second;
  *node = (struct bp_expression){.kind = kind,
                                 .height = where->height + 2,
                                 .span = where->span,
                                 .sign = where->span,
                                 .child = child,
                                 .count = second  ? 2
                                          : first ? 1
                                                  : 0,
                                 .id = where->id};
  return node;
}

static struct bp_expression *number(struct mutating *mutating, const struct bp_expression *where,
                                    const char *text) {
  struct bp_expression *node = made(mutating, where, BP_EXPR_NUMBER, NULL, NULL);
  if (node)
    node->text = text;
  return node;
}

static struct bp_expression *name(struct mutating *mutating, const struct bp_expression *where,
                                  const char *text) {
  struct bp_expression *node = made(mutating, where, BP_EXPR_NAME, NULL, NULL);
  if (node)
    node->name = text;
  return node;
}

static struct bp_expression *one_over(struct mutating *mutating, const struct bp_expression *where,
                                      struct bp_expression *below) {
  return made(mutating, where, BP_EXPR_DIVIDE, number(mutating, where, "1"), below);
}

static struct bp_expression *times(struct mutating *mutating, const struct bp_expression *factor,
                                   const struct bp_expression *node) {
  return made(mutating, node, BP_EXPR_MULTIPLY, factor, node);
}

/* ---- what a place is ----------------------------------------------------------------------- */

static bool is_product(const struct bp_expression *node) {
  return node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_HADAMARD ||
         node->kind == BP_EXPR_KRONECKER;
}

static bool is_quotient(const struct bp_expression *node) {
  return node->kind == BP_EXPR_DIVIDE || node->kind == BP_EXPR_POINT_DIVIDE;
}

static bool is_sum(const struct bp_expression *node) {
  return node->kind == BP_EXPR_ADD || node->kind == BP_EXPR_SUBTRACT;
}

static bool is_power(const struct bp_expression *node) {
  return node->kind == BP_EXPR_POWER || node->kind == BP_EXPR_POINT_POWER;
}

static bool listed(const char *const *list, size_t count, const char *text) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(list[i], text))
      return true;
  return false;
}

static bool is_size(const struct mutating *mutating, const struct bp_expression *node) {
  return node->kind == BP_EXPR_NAME &&
         listed(mutating->names->sizes, mutating->names->size_count, node->name);
}

static bool is_one(const struct bp_expression *node) {
  return node->kind == BP_EXPR_NUMBER && !strcmp(node->text, "1");
}

/* m or 1/m */
static bool is_size_factor(const struct mutating *mutating, const struct bp_expression *node) {
  return is_size(mutating, node) || (node->kind == BP_EXPR_DIVIDE && is_one(node->child[0]) &&
                                     is_size(mutating, node->child[1]));
}

static bool calls(const struct bp_expression *node, const char *function) {
  return node->kind == BP_EXPR_CALL && !strcmp(node->child[0]->name, function);
}

/* A single number, as far as that can be seen without shapes. */
bool bp_mutation_is_number(const struct bp_mutation_names *names,
                           const struct bp_expression *node) {
  static const char *const functions[] = {"sum", "mean", "tr", "det", "norm"};
  if (node->kind == BP_EXPR_ELEMENT)
    return node->child[1]->kind != BP_EXPR_ALL && node->child[node->count - 1]->kind != BP_EXPR_ALL;
  if (node->kind == BP_EXPR_NAME)
    return !strcmp(node->name, "e") ? !listed(names->names, names->name_count, "e")
                                    : listed(names->sizes, names->size_count, node->name) ||
                                          listed(names->numbers, names->number_count, node->name);
  if (node->kind == BP_EXPR_CALL && listed(functions, COUNT(functions), node->child[0]->name))
    return true;
  bool sizes = calls(node, "I") || calls(node, "ones") || calls(node, "zeros");
  size_t first = node->kind == BP_EXPR_CALL ? 1 : node->kind == BP_EXPR_SUM ? 2 : 0;
  bool all = !sizes && node->kind != BP_EXPR_MATRIX && node->kind != BP_EXPR_AT;
  for (size_t k = first; all && k < node->count; k++)
    all = bp_mutation_is_number(names, node->child[k]);
  return all;
}

static bool is_number(const struct mutating *mutating, const struct bp_expression *node) {
  return bp_mutation_is_number(mutating->names, node);
}

static bool is_zero(const struct bp_expression *node) {
  return calls(node, "zeros") || (node->kind == BP_EXPR_NUMBER && !strcmp(node->text, "0"));
}

/* Nothing but zeros and ones: its squares are itself. */
static bool is_binary(const struct mutating *mutating, const struct bp_expression *node) {
  if (node->kind == BP_EXPR_ELEMENT)
    return is_binary(mutating, node->child[0]);
  return calls(node, "ones") || calls(node, "zeros") || calls(node, "I") ||
         (node->kind == BP_EXPR_NAME &&
          listed(mutating->names->binary, mutating->names->binary_count, node->name));
}

/* ones and zeros only where they are square, which is not looked at. */
static bool is_symmetric(const struct bp_expression *node) {
  return calls(node, "I") || calls(node, "diag");
}

/* What a transpose is added to. */
static bool is_matrix_like(const struct mutating *mutating, const struct bp_expression *node) {
  return (node->kind == BP_EXPR_NAME || node->kind == BP_EXPR_CALL ||
          node->kind == BP_EXPR_ELEMENT || node->kind == BP_EXPR_PARTIAL) &&
         !is_number(mutating, node) && !is_symmetric(node);
}

/* ---- the kinds: variant number `which` of the place, or NULL ------------------------------- */

static const struct bp_expression *transpose_dropped(struct mutating *mutating,
                                                     const struct place *place, size_t which) {
  (void)mutating;
  return place->node->kind == BP_EXPR_TRANSPOSE && which == 0 ? place->node->child[0] : NULL;
}

/* Where what stands around takes a transpose as well as the matrix itself. */
static bool turned_anyway(const struct place *place) {
  static const char *const functions[] = {"diag", "sum", "mean", "norm", "det", "tr"};
  const struct bp_expression *around = place->parent ? place->parent->node : NULL;
  if (!around)
    return false;
  return around->kind == BP_EXPR_TRANSPOSE ||
         (around->kind == BP_EXPR_ELEMENT && around->count == 2) ||
         (around->kind == BP_EXPR_CALL &&
          listed(functions, COUNT(functions), around->child[0]->name));
}

static const struct bp_expression *transpose_added(struct mutating *mutating,
                                                   const struct place *place, size_t which) {
  if (which > 0 || place->role != ROLE_VALUE || turned_anyway(place) ||
      !is_matrix_like(mutating, place->node))
    return NULL;
  return made(mutating, place->node, BP_EXPR_TRANSPOSE, place->node, NULL);
}

static const struct bp_expression *sign_of_term(struct mutating *mutating,
                                                const struct place *place, size_t which) {
  if (which > 0 || place->role > ROLE_NUMERATOR || !is_sum(place->node))
    return NULL;
  struct bp_expression *copy = copy_of(mutating, place->node);
  if (copy)
    copy->kind = copy->kind == BP_EXPR_ADD ? BP_EXPR_SUBTRACT : BP_EXPR_ADD;
  return copy;
}

static const struct bp_expression *sign_of_all(struct mutating *mutating, const struct place *place,
                                               size_t which) {
  if (which > 0 || place->parent || place->node->kind == BP_EXPR_NEGATE || is_zero(place->node))
    return NULL;
  return made(mutating, place->node, BP_EXPR_NEGATE, place->node, NULL);
}

static const struct bp_expression *minus_dropped(struct mutating *mutating,
                                                 const struct place *place, size_t which) {
  (void)mutating;
  return place->node->kind == BP_EXPR_NEGATE && which == 0 ? place->node->child[0] : NULL;
}

/* The whole, and every term of a sum. */
static bool takes_factor(const struct place *place) {
  if (place->role > ROLE_NUMERATOR || is_sum(place->node) || is_zero(place->node))
    return false;
  return !place->parent || is_sum(place->parent->node) || place->parent->node->kind == BP_EXPR_SUM;
}

static const struct bp_expression *factor_two(struct mutating *mutating, const struct place *place,
                                              size_t which) {
  if (which > 0 || !takes_factor(place))
    return NULL;
  return times(mutating, number(mutating, place->node, "2"), place->node);
}

static const struct bp_expression *factor_half(struct mutating *mutating, const struct place *place,
                                               size_t which) {
  if (which > 0 || !takes_factor(place))
    return NULL;
  return times(mutating, one_over(mutating, place->node, number(mutating, place->node, "2")),
               place->node);
}

static const struct bp_expression *size_dropped(struct mutating *mutating,
                                                const struct place *place, size_t which) {
  const struct bp_expression *node = place->node;
  if (which > 0 || place->role > ROLE_NUMERATOR)
    return NULL;
  if (node->kind == BP_EXPR_DIVIDE && is_size(mutating, node->child[1]) && !is_one(node->child[0]))
    return node->child[0];
  if (node->kind != BP_EXPR_MULTIPLY)
    return NULL;
  return is_size_factor(mutating, node->child[0])   ? node->child[1]
         : is_size_factor(mutating, node->child[1]) ? node->child[0]
                                                    : NULL;
}

static const struct bp_expression *size_added(struct mutating *mutating, const struct place *place,
                                              size_t which) {
  if (which > 1 || !takes_factor(place) || mutating->names->size_count == 0)
    return NULL;
  struct bp_expression *size = name(mutating, place->node, mutating->names->sizes[0]);
  return times(mutating, which == 0 ? size : one_over(mutating, place->node, size), place->node);
}

static const struct bp_expression *as_other(struct mutating *mutating, const struct place *place,
                                            enum bp_expression_kind from,
                                            enum bp_expression_kind to) {
  if (place->node->kind != from || place->role > ROLE_NUMERATOR)
    return NULL;
  struct bp_expression *copy = copy_of(mutating, place->node);
  if (copy)
    copy->kind = to;
  return copy;
}

/* Between two numbers it is the same; between a number and a matrix it is no mistake of this kind.
 */
static const struct bp_expression *hadamard_for_product(struct mutating *mutating,
                                                        const struct place *place, size_t which) {
  bool product = place->node->kind == BP_EXPR_MULTIPLY &&
                 !is_number(mutating, place->node->child[0]) &&
                 !is_size_factor(mutating, place->node->child[0]);
  return product && which == 0 ? as_other(mutating, place, BP_EXPR_MULTIPLY, BP_EXPR_HADAMARD)
                               : NULL;
}

static const struct bp_expression *product_for_hadamard(struct mutating *mutating,
                                                        const struct place *place, size_t which) {
  return which == 0 ? as_other(mutating, place, BP_EXPR_HADAMARD, BP_EXPR_MULTIPLY) : NULL;
}

static const struct bp_expression *product_for_kronecker(struct mutating *mutating,
                                                         const struct place *place, size_t which) {
  return which == 0 ? as_other(mutating, place, BP_EXPR_KRONECKER, BP_EXPR_MULTIPLY) : NULL;
}

static const struct bp_expression *factors_swapped(struct mutating *mutating,
                                                   const struct place *place, size_t which) {
  const struct bp_expression *node = place->node;
  bool number = node->count == 2 && !is_quotient(node) &&
                (is_size_factor(mutating, node->child[0]) || is_number(mutating, node->child[0]) ||
                 is_number(mutating, node->child[1]));
  bool product = node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_KRONECKER;
  if (which > 0 || place->role > ROLE_NUMERATOR || !((product && !number) || is_quotient(node)))
    return NULL;
  return made(mutating, node, node->kind, node->child[1], node->child[0]);
}

static const struct bp_expression *factor_dropped(struct mutating *mutating,
                                                  const struct place *place, size_t which) {
  (void)mutating;
  const struct bp_expression *node = place->node;
  if (place->role > ROLE_NUMERATOR || !(is_product(node) || is_quotient(node)))
    return NULL;
  return which < (is_product(node) ? 2 : 1) ? node->child[which] : NULL;
}

static const struct bp_expression *term_dropped(struct mutating *mutating,
                                                const struct place *place, size_t which) {
  const struct bp_expression *node = place->node;
  if (which > 1 || place->role > ROLE_NUMERATOR || !is_sum(node))
    return NULL;
  if (which == 0 || node->kind == BP_EXPR_ADD)
    return node->child[which];
  return made(mutating, node, BP_EXPR_NEGATE, node->child[1], NULL);
}

/* One more, then one less.  Numbers stay numbers: 2 becomes 3 and 1. */
static const struct bp_expression *shifted(struct mutating *mutating, const struct place *place,
                                           size_t which) {
  const struct bp_expression *node = place->node;
  if (which > 1 || node->kind == BP_EXPR_ALL)
    return NULL;
  if (node->kind == BP_EXPR_NUMBER) {
    const char *text =
        bp_arena_printf(mutating->arena, "%ld", atol(node->text) + (which == 0 ? 1 : -1));
    return text && text[0] != '-' ? number(mutating, node, text) : NULL;
  }
  return made(mutating, node, which == 0 ? BP_EXPR_ADD : BP_EXPR_SUBTRACT, node,
              number(mutating, node, "1"));
}

static const struct bp_expression *element_shifted(struct mutating *mutating,
                                                   const struct place *place, size_t which) {
  return place->role == ROLE_ELEMENT ? shifted(mutating, place, which) : NULL;
}

static const struct bp_expression *layer_shifted(struct mutating *mutating,
                                                 const struct place *place, size_t which) {
  return place->role == ROLE_LAYER ? shifted(mutating, place, which) : NULL;
}

static const struct bp_expression *bound_shifted(struct mutating *mutating,
                                                 const struct place *place, size_t which) {
  return place->role == ROLE_BOUND ? shifted(mutating, place, which) : NULL;
}

static const struct bp_expression *row_for_column(struct mutating *mutating,
                                                  const struct place *place, size_t which) {
  if (which > 0 || place->node->kind != BP_EXPR_ELEMENT || place->node->count != 3)
    return NULL;
  struct bp_expression *copy = copy_of(mutating, place->node);
  if (copy) {
    copy->child[1] = place->node->child[2];
    copy->child[2] = place->node->child[1];
  }
  return copy;
}

/* The names that students take for one another. */
static const char *const pairs[][2] = {{"Z", "A"}, {"z", "a"}, {"z", "h"}, {"x", "y"}, {"X", "Y"},
                                       {"W", "X"}, {"δ", "z"}, {"W", "U"}, {"a", "y"}};

static const struct bp_expression *other_name(struct mutating *mutating, const struct place *place,
                                              size_t which) {
  const struct bp_expression *node = place->node;
  if (node->kind != BP_EXPR_NAME || place->role > ROLE_TARGET)
    return NULL;
  for (size_t i = 0; i < COUNT(pairs); i++)
    for (size_t k = 0; k < 2; k++) {
      const char *other = pairs[i][1 - k];
      if (strcmp(node->name, pairs[i][k]) ||
          !listed(mutating->names->names, mutating->names->name_count, other) || which-- > 0)
        continue;
      struct bp_expression *copy = copy_of(mutating, node);
      if (copy)
        copy->name = other;
      return copy;
    }
  return NULL;
}

static const struct bp_expression *with_primes(struct mutating *mutating, const struct place *place,
                                               int change) {
  struct bp_expression *copy = copy_of(mutating, place->node);
  if (copy)
    copy->order += change;
  return copy;
}

static const struct bp_expression *slope_dropped(struct mutating *mutating,
                                                 const struct place *place, size_t which) {
  bool slope = place->node->kind == BP_EXPR_CALL && place->node->order > 0;
  return slope && which == 0 ? with_primes(mutating, place, -1) : NULL;
}

static const struct bp_expression *slope_added(struct mutating *mutating, const struct place *place,
                                               size_t which) {
  const struct bp_expression *node = place->node;
  if (which > 0 || node->kind != BP_EXPR_CALL || place->role > ROLE_NUMERATOR)
    return NULL;
  const char *function = node->child[0]->name;
  if (!strcmp(function, "exp"))
    return NULL; /* its own derivative */
  return bp_ball_function_find(function, strlen(function)) ? with_primes(mutating, place, 1) : NULL;
}

static const struct bp_expression *other_sum(struct mutating *mutating, const struct place *place,
                                             size_t which) {
  static const char *const others[][2] = {
      {"rowsum", "colsum"}, {"colsum", "rowsum"}, {"sum", "mean"}, {"mean", "sum"}, {"tr", "sum"}};
  for (size_t i = 0; which == 0 && i < COUNT(others); i++)
    if (calls(place->node, others[i][0])) {
      struct bp_expression *copy = copy_of(mutating, place->node);
      struct bp_expression *function = name(mutating, place->node->child[0], others[i][1]);
      if (copy)
        copy->child[0] = function;
      return copy;
    }
  return NULL;
}

static const struct bp_expression *square_dropped(struct mutating *mutating,
                                                  const struct place *place, size_t which) {
  (void)mutating;
  return is_power(place->node) && which == 0 ? place->node->child[0] : NULL;
}

static const struct bp_expression *square_added(struct mutating *mutating,
                                                const struct place *place, size_t which) {
  const struct bp_expression *node = place->node;
  bool fit =
      node->kind == BP_EXPR_NAME || node->kind == BP_EXPR_CALL || node->kind == BP_EXPR_ELEMENT;
  bool inside = place->parent && is_power(place->parent->node);
  if (which > 0 || place->role != ROLE_VALUE || !fit || inside || is_binary(mutating, node))
    return NULL;
  return made(mutating, node, BP_EXPR_POINT_POWER, node, number(mutating, node, "2"));
}

static const struct bp_expression *number_changed(struct mutating *mutating,
                                                  const struct place *place, size_t which) {
  bool whole = place->node->kind == BP_EXPR_NUMBER && !strchr(place->node->text, '.') &&
               !strchr(place->node->text, 'e');
  bool value = place->role <= ROLE_NUMERATOR || place->role == ROLE_EXPONENT;
  return whole && value ? shifted(mutating, place, which) : NULL;
}

/* ---- every place, every kind --------------------------------------------------------------- */

#define ROW(kind, text, function) {text, function},
static const struct {
  const char *text;
  const struct bp_expression *(*variant)(struct mutating *mutating, const struct place *place,
                                         size_t which);
} kinds[] = {BP_MUTATIONS(ROW)};
#undef ROW

const char *bp_mutation_text(enum bp_mutation_kind kind) { return kinds[kind].text; }

static enum role role_in_call(const struct bp_expression *call, size_t child, enum role role) {
  if (child == 0)
    return ROLE_FUNCTION;
  if (role == ROLE_TARGET) /* vec(V) */
    return ROLE_TARGET;
  bool sizes = calls(call, "I") || calls(call, "ones") || calls(call, "zeros");
  return sizes ? ROLE_SIZE : ROLE_VALUE;
}

/* What a child is for. */
static enum role role_of(const struct bp_expression *node, size_t child, enum role role) {
  switch (node->kind) {
  case BP_EXPR_NAME:
    return ROLE_LAYER;
  case BP_EXPR_CALL:
    return role_in_call(node, child, role);
  case BP_EXPR_ELEMENT:
    return child > 0 ? ROLE_ELEMENT : role == ROLE_TARGET ? ROLE_TARGET : ROLE_VALUE;
  case BP_EXPR_SUM:
    return child < 2 ? ROLE_BOUND : ROLE_VALUE;
  case BP_EXPR_PARTIAL:
    return child == 0 ? ROLE_NUMERATOR : ROLE_TARGET;
  case BP_EXPR_AT:
    return child % 2 == 1 ? ROLE_TARGET : ROLE_VALUE;
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return child == 1 ? ROLE_EXPONENT : ROLE_VALUE;
  default:
    return role == ROLE_NUMERATOR || role == ROLE_VALUE ? ROLE_VALUE : role;
  }
}

/* The whole with `replacement` at the place. */
static const struct bp_expression *rebuilt(struct mutating *mutating, const struct place *place,
                                           const struct bp_expression *replacement) {
  for (; place->parent && replacement; place = place->parent) {
    struct bp_expression *copy = copy_of(mutating, place->parent->node);
    if (copy)
      copy->child[place->child] = replacement;
    replacement = copy;
  }
  return replacement;
}

static void keep(struct mutating *mutating, enum bp_mutation_kind kind,
                 const struct bp_expression *expression) {
  enum { FIRST = 64 };
  if (mutating->count == mutating->capacity) {
    size_t capacity = mutating->capacity ? 2 * mutating->capacity : FIRST;
    struct bp_mutant *mutants = bp_arena_alloc(mutating->arena, capacity, sizeof *mutants);
    if (!mutants) {
      mutating->failed = true;
      return;
    }
    if (mutating->count)
      memcpy(mutants, mutating->mutants, mutating->count * sizeof *mutants);
    mutating->mutants = mutants;
    mutating->capacity = capacity;
  }
  mutating->mutants[mutating->count++] = (struct bp_mutant){kind, expression};
}

static void visit(struct mutating *mutating, const struct place *place) {
  for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++)
    for (size_t which = 0; !mutating->failed; which++) {
      const struct bp_expression *variant = kinds[kind].variant(mutating, place, which);
      if (!variant)
        break;
      keep(mutating, (enum bp_mutation_kind)kind, rebuilt(mutating, place, variant));
    }
  const struct bp_expression *node = place->node;
  bool index = place->role >= ROLE_LAYER;
  for (size_t k = 0; k < node->count && !index && !mutating->failed; k++) {
    struct place child = {node->child[k], place, k, role_of(node, k, place->role)};
    visit(mutating, &child);
  }
}

size_t bp_mutate(const struct bp_expression *expression, const struct bp_mutation_names *names,
                 struct bp_arena *arena, struct bp_mutant **mutants) {
  struct mutating mutating = {.names = names, .arena = arena};
  struct place root = {expression, NULL, 0, ROLE_VALUE};
  visit(&mutating, &root);
  *mutants = mutating.failed ? NULL : mutating.mutants;
  return mutating.failed ? 0 : mutating.count;
}
