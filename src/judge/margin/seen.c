/* The region of a verdict.
 *
 * An inequality that holds has held for the numbers that were tried, and no further: the smallest
 * and the largest of them are kept.  A size is a number like any other where it is computed with.
 * A line in which it is compared with something may be wrong at one number only; one that is a
 * polynomial of degree d in it is right everywhere if it is right at d + 1 of them (a divisor adds
 * its degree, since what is compared may be multiplied by it).  So these are tried where that is
 * cheap, and the sizes that were tried are told where they do not settle it.
 */
#include "judge/aim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value/builtin.h"

enum { FIRST_SIZED = 7 << 22, DEEPEST_LET = 8, MOST_LOOKED = 4000, UNBOUNDED = 8, HIGHEST = 1000 };
enum {
  LARGEST_TRIED = 200,
  MOST_DEGREE_TRIED = 24,
  CHEAP_SIZES = 150000,
  CHEAP_SIZE_STEPS = 20000
};

/* A walk through a claim and what it is made of, for one size. */
struct look {
  struct bp_model *model;
  struct bp_sized *sized;
  size_t looked; /* expressions; a walk that is too long ends without a degree */
  int depth;
};

static int degree_in(struct look *look, const struct bp_expression *expression);

static int largest_degree(struct look *look, const struct bp_expression *expression, size_t from) {
  int degree = 0;
  for (size_t i = from; i < expression->count; i++) {
    int other = expression->child[i] ? degree_in(look, expression->child[i]) : 0;
    degree = other > degree ? other : degree;
  }
  return degree;
}

static int degree_of_name(struct look *look, const struct bp_expression *name) {
  const struct bp_declaration *declaration = bp_model_find(look->model, name->name);
  int degree = 0;
  if (declaration == look->sized->declaration) {
    look->sized->used = true;
    return 1;
  }
  bool defined = declaration &&
                 (declaration->kind == BP_DECLARED_LET || declaration->kind == BP_DECLARED_WRITE ||
                  declaration->kind == BP_DECLARED_FUNCTION);
  if (!defined || look->depth == DEEPEST_LET)
    return 0;
  look->depth++;
  for (size_t i = 0; i < declaration->count; i++) {
    const struct bp_statement *statement = declaration->pieces[i].line.statement;
    int other = statement->side_count ? degree_in(look, statement->sides[0]) : 0;
    degree = other > degree ? other : degree;
  }
  look->depth--;
  return degree;
}

/* How many factors a product has, where numbers say it. */
static int factors_of(const struct bp_expression *product) {
  const struct bp_expression *from = product->child[0], *to = product->child[1];
  bool plain = from && to && from->kind == BP_EXPR_NUMBER && to->kind == BP_EXPR_NUMBER;
  double count = plain ? strtod(to->text, NULL) - strtod(from->text, NULL) + 1 : UNBOUNDED;
  return count > 0 && count < HIGHEST ? (int)count : HIGHEST;
}

static int degree_of_power(struct look *look, const struct bp_expression *power) {
  int degree = degree_in(look, power->child[0]);
  const struct bp_expression *exponent = power->child[1];
  double times = exponent->kind == BP_EXPR_NUMBER ? strtod(exponent->text, NULL) : UNBOUNDED;
  (void)degree_in(look, exponent);
  return degree * times < HIGHEST ? (int)(degree * times) : HIGHEST;
}

/* A whole number in a comparison with the size is one to try. */
static void keep_numbers(struct look *look, const struct bp_expression *expression) {
  if (expression->kind == BP_EXPR_NUMBER && look->sized->number_count < BP_MOST_SIZE_NUMBERS) {
    double number = strtod(expression->text, NULL);
    if (number <= LARGEST_TRIED && number == rint(number))
      look->sized->numbers[look->sized->number_count++] = (long)number;
  }
  for (size_t i = 0; i < expression->count; i++)
    if (expression->child[i])
      keep_numbers(look, expression->child[i]);
}

/* A comparison of the size, or a call that decides by it: what comes of that is no polynomial. */
static int degree_of_decision(struct look *look, const struct bp_expression *compare) {
  bool used = look->sized->used, call = compare->kind == BP_EXPR_CALL;
  look->sized->used = false;
  (void)largest_degree(look, compare, call);
  if (look->sized->used) {
    look->sized->compared = true;
    keep_numbers(look, compare);
  }
  look->sized->used = look->sized->used || used;
  return 0;
}

static int degree_of_call(struct look *look, const struct bp_expression *call) {
  const struct bp_builtin *builtin = bp_model_find(look->model, call->child[0]->name)
                                         ? NULL
                                         : bp_builtin_find(call->child[0]->name);
  const char *name = call->child[0]->name;
  const struct bp_function *row = bp_function_find(name, strlen(name));
  if (builtin && (builtin->traits & BP_OF_SIZES))
    return 0;
  if ((builtin && (builtin->traits & BP_DECIDES)) || (row && row->kink != BP_SMOOTH))
    return degree_of_decision(look, call);
  int of_function = degree_of_name(look, call->child[0]), of_rest = largest_degree(look, call, 1);
  return of_function > of_rest ? of_function : of_rest;
}

/* The degree of the expression in the size, at most, as far as it is a polynomial. */
static int degree_in(struct look *look, const struct bp_expression *expression) {
  if (look->looked++ > MOST_LOOKED)
    return 0;
  int degree;
  switch (expression->kind) {
  case BP_EXPR_NAME:
    return degree_of_name(look, expression);
  case BP_EXPR_ELEMENT:
    return degree_in(look, expression->child[0]);
  case BP_EXPR_COMPARE:
    return degree_of_decision(look, expression);
  case BP_EXPR_CALL:
    return degree_of_call(look, expression);
  case BP_EXPR_SUM:
    degree = degree_in(look, expression->child[2]);
    return expression->order == BP_JOIN_PRODUCT && degree * factors_of(expression) < HIGHEST
               ? degree * factors_of(expression)
               : degree;
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    degree = degree_in(look, expression->child[0]) + degree_in(look, expression->child[1]);
    return degree < HIGHEST ? degree : HIGHEST;
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return degree_of_power(look, expression);
  default:
    return largest_degree(look, expression, 0);
  }
}

/* What the claim does with the size; whether it computes with it. */
static bool look_for(struct bp_model *model, const struct bp_statement *statement,
                     struct bp_declaration *declaration, struct bp_sized *sized) {
  *sized = (struct bp_sized){.declaration = declaration};
  struct look look = {.model = model, .sized = sized};
  for (size_t i = 0; i < statement->side_count; i++) {
    bool ordered = i > 0 && statement->relations[i - 1] != BP_EQUAL &&
                   statement->relations[i - 1] != BP_APPROXIMATE;
    int degree = degree_in(&look, statement->sides[i]);
    sized->degree = degree > sized->degree ? degree : sized->degree;
    sized->ordered = sized->ordered || ordered;
  }
  for (size_t i = 0; sized->used && sized->ordered && i < statement->side_count; i++)
    keep_numbers(&look, statement->sides[i]);
  return sized->used;
}

bool bp_claim_find_sizes(struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  state->sized = bp_arena_alloc(arena, BP_MOST_SIZED, sizeof *state->sized);
  for (size_t d = 0; state->sized && !statement->broken && d < model->declaration_count; d++) {
    struct bp_declaration *declaration = model->declarations[d];
    if (declaration->kind == BP_DECLARED_SIZE && state->sized_count < BP_MOST_SIZED &&
        look_for(model, statement, declaration, &state->sized[state->sized_count]))
      state->sized_count++;
  }
  return state->sized != NULL;
}

/* ---- what was seen ------------------------------------------------------ */

static bool is_inequality(const struct bp_statement *statement) {
  for (size_t i = 0; !statement->broken && i + 1 < statement->side_count; i++)
    if (statement->relations[i] != BP_EQUAL && statement->relations[i] != BP_APPROXIMATE)
      return true;
  return false;
}

static bool leads_to(struct bp_model *model, const struct bp_claim_state *state,
                     const struct bp_declaration *declaration) {
  const struct bp_statement *statement = state->claim->line.statement;
  for (size_t i = 0; i < statement->side_count; i++)
    if (bp_model_leads_to(model, statement->sides[i], declaration))
      return true;
  return false;
}

static void see_numbers(struct bp_model *model, struct bp_claim_state *state,
                        const struct bp_node *node) {
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  double least = INFINITY, largest = 0;
  for (size_t k = 0; k < node->value.rows * node->value.columns; k++) {
    double size = fabs(bp_ball_double(node->value.at[k]));
    least = size > 0 ? fmin(least, size) : least;
    largest = fmax(largest, size);
  }
  bool wider = largest > 0 && (state->largest_number == 0 || least < state->least_number ||
                               largest > state->largest_number);
  if (!wider || kind == BP_DOMAIN_SET || kind == BP_DOMAIN_ONEHOT ||
      !leads_to(model, state, node->declaration))
    return;
  state->least_number = state->largest_number == 0 ? least : fmin(state->least_number, least);
  state->largest_number = fmax(state->largest_number, largest);
}

void bp_claim_see(struct bp_model *model, struct bp_claim_state *state,
                  const struct bp_world *world) {
  bool ordered = is_inequality(state->claim->line.statement);
  for (size_t i = 0; ordered && i < world->bucket_count; i++)
    for (const struct bp_node *node = world->nodes[i]; node; node = node->next)
      if (node->declaration->kind == BP_DECLARED_GIVEN && node->value_state == BP_NODE_DONE)
        see_numbers(model, state, node);
  for (size_t k = 0; k < state->sized_count; k++)
    for (size_t i = 0; i < world->atom_count; i++) {
      const struct bp_size_atom *atom = world->atoms[i];
      struct bp_sized *sized = &state->sized[k];
      if (atom->declaration != sized->declaration || atom->fixed)
        continue;
      sized->drawn = true;
      if (atom->value >= 0 && atom->value <= BP_LARGEST_SEEN)
        sized->seen[atom->value] = true;
    }
}

/* ---- further values ----------------------------------------------------- */

static size_t count_seen(const struct bp_sized *sized) {
  size_t count = 0;
  for (size_t i = 0; i <= BP_LARGEST_SEEN; i++)
    count += sized->seen[i];
  return count;
}

static bool is_settled(const struct bp_sized *sized, bool ordered) {
  return !sized->drawn ||
         (!sized->compared && !ordered && count_seen(sized) > (size_t)sized->degree);
}

static bool try_size(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                     const struct bp_sized *sized, long value) {
  struct bp_drawing drawing = {
      .region = BP_REGION_NEAR, .sized = sized->declaration->name, .size = value};
  bool too_large = value > BP_LARGEST_SEEN, tried = value < 1 || sized->seen[too_large ? 0 : value];
  if (too_large || tried || !bp_aimed_is_open(claim))
    return true;
  struct bp_world *world =
      bp_aimed_world(aiming, FIRST_SIZED + (size_t)value, BP_LEAST_BITS, &drawing);
  if (!world)
    return false;
  world->small = true;
  bp_aimed_try(aiming, claim, world, &drawing);
  bp_arena_free(world->keep);
  return true;
}

bool bp_aimed_sizes(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  bool fine = true;
  claim->allowed = claim->spent + CHEAP_SIZES;
  for (size_t k = 0; k < state->sized_count; k++) {
    const struct bp_sized *sized = &state->sized[k];
    bool cheap = state->points && state->steps / state->points < CHEAP_SIZE_STEPS;
    if (is_settled(sized, claim->unequal) || !cheap)
      continue;
    for (size_t i = 0; i < sized->number_count && fine; i++)
      for (long by = -1; by <= 1 && fine; by++)
        fine = try_size(aiming, claim, sized, sized->numbers[i] + by);
    for (long value = 1; value <= MOST_DEGREE_TRIED && fine; value++)
      fine = is_settled(sized, claim->unequal) || try_size(aiming, claim, sized, value);
  }
  return fine;
}

/* ---- telling ------------------------------------------------------------ */

/* "1 to 8, 13" */
static const char *values_text(const struct bp_sized *sized, struct bp_arena *arena) {
  const char *text = "";
  for (size_t i = 0; text && i <= BP_LARGEST_SEEN; i++) {
    if (!sized->seen[i])
      continue;
    size_t end = i;
    while (end < BP_LARGEST_SEEN && sized->seen[end + 1])
      end++;
    const char *comma = *text ? ", " : "";
    text = end > i + 1 ? bp_arena_printf(arena, "%s%s%zu to %zu", text, comma, i, end)
                       : bp_arena_printf(arena, "%s%s%zu", text, comma, i);
    i = end > i + 1 ? end : i;
  }
  return text;
}

bool bp_claim_tell_seen(struct bp_claim_state *state, struct bp_arena *arena) {
  bool ordered = is_inequality(state->claim->line.statement);
  const char *sizes = NULL;
  for (size_t k = 0; k < state->sized_count; k++) {
    const struct bp_sized *sized = &state->sized[k];
    const char *values = values_text(sized, arena);
    if (is_settled(sized, ordered) || !values)
      continue;
    sizes = bp_arena_printf(arena, "%s%s%s was %s", sizes ? sizes : "", sizes ? "; " : "",
                            sized->declaration->name, values);
  }
  state->aimed.sizes = sizes;
  state->aimed.least_number = state->least_number;
  state->aimed.largest_number = state->largest_number;
  return !bp_arena_failed(arena);
}
