/* The region of a verdict.
 *
 * An inequality that holds has held for the numbers that were tried, and no further: the smallest
 * and the largest of them are kept.  A size is a number like any other where it is computed with.
 * A line in which it is compared with something may be wrong at one number only; one that is a
 * polynomial of degree d in it is right everywhere if it is right at d + 1 of them (a divisor adds
 * its degree, since what is compared may be multiplied by it).  So these are tried where that is
 * cheap, and the sizes that were tried are told where they do not settle it.  What holds of a
 * vector of ten may not hold of a longer one, norm(softmax(u)) >= 0.3: an inequality is tried at
 * the sizes of what it is made of, and tells them.
 */
#include "judge/aim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "lang/tree.h"
#include "value/builtin.h"

enum { MOST_LETTERS = 8, MOST_COMBINATIONS = 4096, MOST_CANDIDATES = 24, SMALL_SIZES = 8 };
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
  const char *letters[MOST_LETTERS]; /* that run up to the size, or from it */
  size_t letter_count;
  bool deciding; /* a condition or an inequality is looked at */
  bool plainly;  /* the size was met itself, and not only a letter that runs up to it */
  bool many;     /* ... and in it what makes one number of many: sum(t), t'*t */
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

/* The size where it is only the shape of something: of what is drawn from sets, which a sum
 * counts, and of A in rows(A). */
static int degree_of_shape(struct look *look, const struct bp_declaration *given, bool measured) {
  int degree = 0;
  for (size_t i = 0; i < given->count; i++) {
    const struct bp_statement *statement = given->pieces[i].line.statement;
    const struct bp_expression *shape[] = {statement->rows, statement->columns};
    for (size_t k = 0; k < 2; k++) {
      int other = shape[k] ? degree_in(look, shape[k]) : 0;
      degree = other > degree ? other : degree;
    }
  }
  look->sized->counted = look->sized->counted || (look->sized->used && !measured);
  return measured ? degree : 0;
}

static bool is_letter(const struct look *look, const char *name) {
  for (size_t i = 0; i < look->letter_count; i++)
    if (!strcmp(look->letters[i], name))
      return true;
  return false;
}

static int degree_of_name(struct look *look, const struct bp_expression *name) {
  const struct bp_declaration *declaration = bp_model_find(look->model, name->name);
  int degree = 0;
  bool letter = is_letter(look, name->name);
  if (declaration == look->sized->declaration || letter) {
    look->sized->used = true;
    look->plainly = look->plainly || !letter;
    return 1;
  }
  if (declaration && look->deciding && look->many && bp_declaration_has_cases(declaration))
    return degree_of_shape(look, declaration, false);
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

/* A whole number in a comparison with the size is one to try; the largest of them. */
static double keep_numbers(struct look *look, const struct bp_expression *expression) {
  double largest = 0;
  if (expression->kind == BP_EXPR_NUMBER) {
    largest = strtod(expression->text, NULL);
    if (largest <= LARGEST_TRIED && largest == rint(largest) &&
        look->sized->number_count < BP_MOST_SIZE_NUMBERS)
      look->sized->numbers[look->sized->number_count++] = (long)largest;
  }
  for (size_t i = 0; i < expression->count; i++)
    if (expression->child[i])
      largest = fmax(largest, keep_numbers(look, expression->child[i]));
  return largest;
}

/* A comparison of the size, or a call that decides by it: what comes of that is no polynomial.  A
 * letter that is compared with another, or with a number that it has at all but the least sizes,
 * decides the same at all of them: i = j, j = 0. */
static int degree_of_decision(struct look *look, const struct bp_expression *compare) {
  bool call = compare->kind == BP_EXPR_CALL;
  struct look before = *look;
  bool used = look->sized->used;
  look->sized->used = look->plainly = false;
  look->deciding = true;
  look->many = look->many || (call && compare->count == 2);
  (void)largest_degree(look, compare, call);
  if (look->sized->used) {
    double largest = keep_numbers(look, compare);
    look->sized->compared = look->sized->compared || look->plainly || largest > SMALL_SIZES;
  }
  look->sized->used = look->sized->used || used;
  look->deciding = before.deciding;
  look->many = before.many;
  look->plainly = look->plainly || before.plainly;
  return 0;
}

/* rows(A*B) is a size of one of these. */
static int degree_of_measured(struct look *look, const struct bp_expression *matrix) {
  const struct bp_declaration *declaration =
      matrix->kind == BP_EXPR_NAME ? bp_model_find(look->model, matrix->name) : NULL;
  int degree = declaration && declaration->kind == BP_DECLARED_GIVEN
                   ? degree_of_shape(look, declaration, true)
                   : 0;
  for (size_t i = 0; i < matrix->count; i++) {
    int other = matrix->child[i] ? degree_of_measured(look, matrix->child[i]) : 0;
    degree = other > degree ? other : degree;
  }
  return degree;
}

static int degree_of_call(struct look *look, const struct bp_expression *call) {
  const struct bp_builtin *builtin = bp_model_find(look->model, call->child[0]->name)
                                         ? NULL
                                         : bp_builtin_find(call->child[0]->name);
  const char *name = call->child[0]->name;
  const struct bp_function *row = bp_function_find(name, strlen(name));
  if (builtin && (builtin->traits & BP_OF_SIZES))
    return 0;
  if (builtin && builtin->measure)
    return degree_of_measured(look, call->child[1]);
  if ((builtin && (builtin->traits & BP_DECIDES)) || (row && row->kink != BP_SMOOTH))
    return degree_of_decision(look, call);
  bool many = look->many;
  look->many = many || (builtin && (builtin->traits & BP_OF_MANY));
  int of_function = degree_of_name(look, call->child[0]), of_rest = largest_degree(look, call, 1);
  look->many = many;
  return of_function > of_rest ? of_function : of_rest;
}

static int degree_of_product(struct look *look, const struct bp_expression *product) {
  bool many = look->many;
  look->many =
      many || (product->kind == BP_EXPR_MULTIPLY && product->child[0]->kind == BP_EXPR_TRANSPOSE);
  int degree = degree_in(look, product->child[0]) + degree_in(look, product->child[1]);
  look->many = many;
  return degree < HIGHEST ? degree : HIGHEST;
}

/* Whether the range of the letter hangs on the size. */
static bool is_sized_range(struct look *look, const struct bp_expression *sum) {
  bool used = look->sized->used;
  look->sized->used = false;
  for (size_t i = 0; i < 2; i++)
    if (sum->child[i])
      (void)degree_in(look, sum->child[i]);
  bool sized = look->sized->used;
  look->sized->used = used;
  return sized;
}

/* A sum up to n of what is a polynomial of degree d in n and the letter is one of degree d + 1
 * (Faulhaber); a product up to n is none.  Where the letter is an index and nothing else, it is a
 * matter of shapes. */
static int degree_of_sum(struct look *look, const struct bp_expression *sum) {
  bool product = sum->order == BP_JOIN_PRODUCT, sized = is_sized_range(look, sum);
  bool letter = sized && sum->name && look->letter_count < MOST_LETTERS;
  bool many = look->many;
  if (letter)
    look->letters[look->letter_count++] = sum->name;
  look->many = true;
  int degree = largest_degree(look, sum, 2);
  look->many = many;
  look->letter_count -= letter;
  if (sized && product && degree > 0)
    return HIGHEST;
  int factors = product && !sized ? factors_of(sum) : 1;
  degree = degree * factors + (sized && !product);
  return degree < HIGHEST ? degree : HIGHEST;
}

/* The degree of the expression in the size, at most, as far as it is a polynomial. */
static int degree_in(struct look *look, const struct bp_expression *expression) {
  if (look->looked++ > MOST_LOOKED)
    return 0;
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
    return degree_of_sum(look, expression);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return degree_of_product(look, expression);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return degree_of_power(look, expression);
  default:
    return largest_degree(look, expression, 0);
  }
}

static bool is_inequality(const struct bp_statement *statement) {
  for (size_t i = 0; !statement->broken && i + 1 < statement->side_count; i++)
    if (!bp_relation_is_equal(statement->relations[i]))
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

/* Whether something given that the claim is made of has the size in its shape. */
static bool shapes_something(struct bp_model *model, const struct bp_claim_state *state,
                             const struct bp_declaration *size) {
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *given = model->declarations[d];
    bool shaped = false;
    for (size_t i = 0; given->kind == BP_DECLARED_GIVEN && i < given->count; i++) {
      const struct bp_statement *statement = given->pieces[i].line.statement;
      shaped = shaped || (statement->rows && bp_expression_mentions(statement->rows, size->name)) ||
               (statement->columns && bp_expression_mentions(statement->columns, size->name));
    }
    if (shaped && leads_to(model, state, given))
      return true;
  }
  return false;
}

/* What the claim does with the size; whether it hangs on it: computes with it, or is an inequality,
 * which may hold for what is short alone. */
static bool look_for(struct bp_model *model, const struct bp_claim_state *state,
                     struct bp_declaration *declaration, struct bp_sized *sized) {
  const struct bp_statement *statement = state->claim->line.statement;
  *sized = (struct bp_sized){.declaration = declaration};
  struct look look = {.model = model, .sized = sized, .deciding = is_inequality(statement)};
  for (size_t i = 0; i < statement->side_count; i++) {
    bool ordered = i > 0 && !bp_relation_is_equal(statement->relations[i - 1]);
    int degree = degree_in(&look, statement->sides[i]);
    sized->degree = degree > sized->degree ? degree : sized->degree;
    sized->ordered = sized->ordered || ordered;
  }
  for (size_t i = 0; sized->used && sized->ordered && i < statement->side_count; i++)
    keep_numbers(&look, statement->sides[i]);
  sized->shaped =
      !sized->used && is_inequality(statement) && shapes_something(model, state, declaration);
  return sized->used || sized->shaped;
}

bool bp_claim_find_sizes(struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  state->sized = bp_arena_alloc(arena, BP_MOST_SIZED, sizeof *state->sized);
  for (size_t d = 0; state->sized && !statement->broken && d < model->declaration_count; d++) {
    struct bp_declaration *declaration = model->declarations[d];
    if (declaration->kind == BP_DECLARED_SIZE && state->sized_count < BP_MOST_SIZED &&
        look_for(model, state, declaration, &state->sized[state->sized_count]))
      state->sized_count++;
  }
  return state->sized != NULL;
}

/* ---- what was seen ------------------------------------------------------ */

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

/* A plain name; a member of a family has no values of its own to be tried. */
static void see_parity(struct bp_claim_state *state, const struct bp_size_atom *atom) {
  const struct bp_declaration *declaration = atom->declaration;
  size_t k = 0;
  if (atom->fixed || strcmp(atom->name, declaration->name) != 0)
    return;
  while (k < state->parity_count && state->parities[k].declaration != declaration)
    k++;
  if (k == BP_MOST_PARITIES)
    return;
  state->parities[k].declaration = declaration;
  state->parities[k].met[atom->value % 2 != 0] = true;
  state->parity_count = k == state->parity_count ? k + 1 : state->parity_count;
}

/* The sizes together, eight bits each; one that was not drawn is 0. */
static bool see_combination(struct bp_claim_state *state, const struct bp_world *world,
                            struct bp_arena *arena) {
  uint32_t seen = 0;
  for (size_t k = 0; k < state->sized_count; k++)
    for (size_t i = 0; i < world->atom_count; i++) {
      const struct bp_size_atom *atom = world->atoms[i];
      if (atom->declaration != state->sized[k].declaration || atom->fixed)
        continue;
      if (atom->value < 0 || atom->value > BP_LARGEST_SEEN)
        return true;
      seen |= (uint32_t)atom->value << 8 * k;
      break;
    }
  for (size_t i = 0; i < state->combination_count; i++)
    if (state->combinations[i] == seen)
      return true;
  if (!bp_list_room(arena, state->combinations, state->combination_count,
                    state->combination_capacity))
    return false;
  state->combinations[state->combination_count++] = seen;
  return true;
}

void bp_claim_see(struct bp_model *model, struct bp_claim_state *state,
                  const struct bp_world *world, struct bp_arena *arena) {
  bool ordered = is_inequality(state->claim->line.statement);
  for (size_t i = 0; ordered && i < world->bucket_count; i++)
    for (const struct bp_node *node = world->nodes[i]; node; node = node->next)
      if (node->declaration->kind == BP_DECLARED_GIVEN && node->value_state == BP_NODE_DONE)
        see_numbers(model, state, node);
  for (size_t i = 0; i < world->atom_count; i++)
    see_parity(state, world->atoms[i]);
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
  if (state->sized_count > 1 && state->combination_count < MOST_COMBINATIONS)
    (void)see_combination(state, world, arena);
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

/* In how many regions a size is tried.  Where a sum counts what is drawn from sets, with all of it
 * largest and all of it smallest, too, since it may be wrong there alone; what an inequality is
 * made of also where it is nearly the same throughout, as by softmax. */
enum regions { PLAIN = 1, SHAPED = 2, COUNTED = 4 };

/* Judges at the sizes that are told. */
static bool judge_sized(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                        struct bp_told_size first, struct bp_told_size second,
                        enum regions regions) {
  static const enum bp_draw_region all[COUNTED] = {BP_REGION_NEAR, BP_REGION_ZERO,
                                                   BP_REGION_POSITIVE, BP_REGION_NEGATIVE};
  for (int i = 0; i < (int)regions; i++) {
    struct bp_drawing drawing = {.region = all[i], .told = {first, second}};
    struct bp_world *world =
        bp_aimed_world(aiming, FIRST_SIZED + (size_t)first.size, BP_LEAST_BITS, &drawing);
    if (!world)
      return false;
    world->small = true;
    bp_aimed_try(aiming, claim, world, &drawing);
    bp_arena_free(world->keep);
  }
  return true;
}

static bool try_size(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                     const struct bp_sized *sized, long value, bool named) {
  bool too_large = value > BP_LARGEST_SEEN;
  bool tried = value < 1 || (sized->seen[too_large ? 0 : value] && !(named && sized->counted));
  struct bp_told_size told = {sized->declaration->name, value};
  return too_large || tried || !bp_aimed_is_open(claim) ||
         judge_sized(aiming, claim, told, (struct bp_told_size){0},
                     sized->shaped             ? SHAPED
                     : named && sized->counted ? COUNTED
                                               : PLAIN);
}

/* Values at which a condition may change: beside the numbers that it names, and small ones. */
static size_t candidates_of(const struct bp_sized *sized, long *values) {
  size_t count = 0;
  for (size_t i = 0; i < sized->number_count + SMALL_SIZES; i++)
    for (long by = -1; by <= 1 && count < MOST_CANDIDATES; by++) {
      bool named = i < sized->number_count, known = false;
      long value = named ? sized->numbers[i] + by : (long)(i - sized->number_count) + 1;
      for (size_t k = 0; k < count; k++)
        known = known || values[k] == value;
      if (value > 0 && value <= BP_LARGEST_SEEN && !known)
        values[count++] = value;
    }
  return count;
}

/* Two sizes at once: p = 37 decides nothing where q = 41 stands before it. */
static bool try_two_sizes(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                          const struct bp_sized *first, const struct bp_sized *second) {
  long values[MOST_CANDIDATES], others[MOST_CANDIDATES];
  size_t count = candidates_of(first, values), other_count = candidates_of(second, others);
  bool fine = true;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < other_count && fine && bp_aimed_is_open(claim); k++)
      fine = judge_sized(aiming, claim, (struct bp_told_size){first->declaration->name, values[i]},
                         (struct bp_told_size){second->declaration->name, others[k]},
                         first->counted || second->counted ? COUNTED : PLAIN);
  return fine;
}

static bool try_combinations(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  bool fine = true;
  for (size_t k = 0; k < state->sized_count; k++)
    for (size_t i = 0; i < k && fine; i++) {
      const struct bp_sized *first = &state->sized[i], *second = &state->sized[k];
      if (first->drawn && second->drawn && !first->shaped && !second->shaped &&
          (claim->unequal || (first->compared && second->compared))) {
        claim->allowed = claim->spent + CHEAP_SIZES;
        fine = try_two_sizes(aiming, claim, first, second);
      }
    }
  return fine;
}

/* Sizes that all points had even, or all odd, by chance. */
static bool try_parities(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  bool fine = true;
  for (size_t k = 0; k < state->parity_count && fine; k++)
    for (int odd = 0; odd < 2; odd++)
      if (!state->parities[k].met[odd] && bp_aimed_is_open(claim) && fine)
        fine = judge_sized(aiming, claim,
                           (struct bp_told_size){state->parities[k].declaration->name, 2 + odd},
                           (struct bp_told_size){0}, PLAIN);
  return fine;
}

bool bp_aimed_sizes(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  bool fine = true, cheap = state->points && state->steps / state->points < CHEAP_SIZE_STEPS;
  claim->allowed = claim->spent + CHEAP_SIZES;
  for (size_t k = 0; k < state->sized_count && cheap && !state->aimed.exhausted; k++) {
    const struct bp_sized *sized = &state->sized[k];
    if (is_settled(sized, claim->unequal))
      continue;
    if (sized->shaped) /* the next one has its turn, too */
      claim->allowed = claim->spent + CHEAP_SIZES / state->sized_count;
    for (size_t i = 0; i < sized->number_count && fine; i++)
      for (long by = -1; by <= 1 && fine; by++)
        fine = try_size(aiming, claim, sized, sized->numbers[i] + by, true);
    for (long value = 1; value <= MOST_DEGREE_TRIED && fine; value++)
      fine = is_settled(sized, claim->unequal) || try_size(aiming, claim, sized, value, false);
  }
  if (fine && cheap && !state->aimed.exhausted)
    fine = try_combinations(aiming, claim);
  return fine && try_parities(aiming, claim);
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

/* "; 60 of their 3600 combinations"; nothing where all were seen. */
static const char *combinations_text(const struct bp_claim_state *state, bool ordered,
                                     struct bp_arena *arena) {
  size_t all = 1, told = 0;
  for (size_t k = 0; k < state->sized_count; k++) {
    bool open = !is_settled(&state->sized[k], ordered);
    told += open;
    all *= open || state->sized[k].drawn ? count_seen(&state->sized[k]) : 1;
  }
  return told < 2 || state->combination_count >= all
             ? ""
             : bp_arena_printf(arena, ", %zu of their %zu combinations", state->combination_count,
                               all);
}

bool bp_claim_tell_seen(struct bp_claim_state *state, struct bp_arena *arena) {
  bool ordered = is_inequality(state->claim->line.statement);
  const char *sizes = NULL;
  for (size_t k = 0; k < state->sized_count && !state->aimed.exhausted; k++) {
    const struct bp_sized *sized = &state->sized[k];
    const char *values = values_text(sized, arena);
    if (is_settled(sized, ordered) || !values)
      continue;
    sizes = bp_arena_printf(arena, "%s%s%s was %s", sizes ? sizes : "", sizes ? "; " : "",
                            sized->declaration->name, values);
  }
  const char *together = sizes ? combinations_text(state, ordered, arena) : "";
  state->aimed.sizes = sizes && together ? bp_arena_printf(arena, "%s%s", sizes, together) : NULL;
  state->aimed.least_number = state->least_number;
  state->aimed.largest_number = state->largest_number;
  return !bp_arena_failed(arena);
}
