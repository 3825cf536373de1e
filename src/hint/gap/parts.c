/* The parts of the stock: names, sizes, derivatives, elements, and what a person makes of a single
 * one of them, as far as the sides of the claim show a use for it.
 *
 * The stock joins every part with every other, so each costs a few hundred products: what has the
 * value of a part that is there, or would only say that a thing is what it is, is left out.
 */
#include <math.h>
#include <string.h>

#include "hint/gap/stock.h"
#include "lang/tree.h"
#include "num/ball_function.h"
#include "num/function.h"
#include "value/builtin.h"

typedef const struct bp_expression *expr;

/* Work for the values of all parts; derivatives may take much. */
static const size_t MOST_STEPS = 600000;
static const double EQUAL = 1e-12;

/* relu(y) is y where y is positive: what is there under a simpler name is not offered twice.  Two
 * numbers may be equal by chance. */
static bool is_known(const struct bp_stock *stock, struct bp_numbers value) {
  for (size_t i = 0; i < stock->part_count; i++) {
    struct bp_numbers other = stock->parts[i].value;
    bool same =
        other.rows == value.rows && other.columns == value.columns && !bp_numbers_single(value);
    for (size_t k = 0; same && k < value.rows * value.columns; k++)
      same = fabs(value.at[k] - other.at[k]) <= 1e-14 * fabs(other.at[k]);
    if (same)
      return true;
  }
  return false;
}

/* A name, an element or 1. */
static bool is_plain(expr expression) {
  return expression->kind == BP_EXPR_NAME || expression->kind == BP_EXPR_NUMBER ||
         expression->kind == BP_EXPR_ELEMENT;
}

/* The same, or 1 - y. */
static bool is_divisor(expr expression) {
  return is_plain(expression) || (expression->kind == BP_EXPR_SUBTRACT &&
                                  is_plain(expression->child[0]) && is_plain(expression->child[1]));
}

/* Whether it is a derivative, or a name that is written for one. */
static bool is_derivative(const struct bp_world *world, expr expression) {
  const struct bp_declaration *declaration =
      expression->kind == BP_EXPR_NAME ? bp_model_find(world->model, expression->name) : NULL;
  bool written = declaration && declaration->kind == BP_DECLARED_WRITE;
  bool own = expression->kind == BP_EXPR_PARTIAL || expression->kind == BP_EXPR_DIFFERENTIAL;
  for (size_t i = 0; i < expression->count && !own && !written; i++)
    own = is_derivative(world, expression->child[i]);
  return own || written;
}

/* Whether a line with it would say no more than that a thing is what it is: it has the value of the
 * side that stays, or is a derivative that is a multiple of it. */
static bool begs_the_question(const struct bp_stock *stock, expr expression,
                              struct bp_numbers value) {
  if (expression->kind == BP_EXPR_NUMBER || bp_expression_contains(stock->formula, expression))
    return false;
  bool answer = stock->other->kind == BP_EXPR_PARTIAL && is_plain(expression) &&
                !is_derivative(stock->world, expression);
  if (answer)
    return false; /* ∂z_j/∂W_{j,i} = x_i */
  double factor = bp_numbers_ratio(value, stock->value, EQUAL);
  return fabs(fabs(factor) - 1) <= EQUAL ||
         (isfinite(factor) && !bp_numbers_single(value) && is_derivative(stock->world, expression));
}

static void add_part(struct bp_stock *stock, expr expression) {
  if (!expression || stock->part_count == BP_MOST_STOCK_PARTS || stock->world->steps > MOST_STEPS)
    return;
  if (bp_expression_contains(expression, stock->other) &&
      !bp_expression_contains(stock->formula, stock->other))
    return;
  for (size_t i = 0; i < stock->part_count; i++)
    if (bp_expression_same(stock->parts[i].expression, expression))
      return;
  struct bp_numbers value =
      bp_numbers_of(stock->build.arena, stock->world, expression, stock->scope);
  if (!value.at || value.rows > BP_LONGEST_IN_STOCK || value.columns > BP_LONGEST_IN_STOCK ||
      is_known(stock, value))
    return;
  bool one = bp_numbers_single(value) && fabs(value.at[0] - 1) <= EQUAL;
  if (begs_the_question(stock, expression, value) || (one && expression->kind != BP_EXPR_NUMBER))
    return; /* sum(p) of a softmax */
  stock->parts[stock->part_count++] =
      (struct bp_stock_part){expression, value, is_plain(expression), is_divisor(expression)};
}

/* What a claim contains decides what is worth offering for it. */
struct taste {
  bool chain; /* the formula itself has derivatives */
  bool partials, differentials, elements, quotients, inverses;
};

static void look_at(expr formula, struct taste *taste) {
  taste->partials = taste->partials || formula->kind == BP_EXPR_PARTIAL;
  taste->differentials = taste->differentials || formula->kind == BP_EXPR_DIFFERENTIAL;
  taste->quotients = taste->quotients || formula->kind == BP_EXPR_POINT_DIVIDE ||
                     (formula->kind == BP_EXPR_DIVIDE && formula->child[1]->height > 1);
  taste->inverses = taste->inverses || (formula->kind == BP_EXPR_CALL &&
                                        bp_builtin_is(formula->child[0]->name, BP_OF_REGULAR));
  taste->elements = taste->elements || formula->kind == BP_EXPR_ELEMENT;
  for (size_t i = 0; i < formula->count; i++)
    look_at(formula->child[i], taste);
}

static void add_sizes(struct bp_stock *stock, const struct bp_supply *supply, bool identities) {
  expr one = bp_build_number(&stock->build, "1"), two = bp_build_number(&stock->build, "2");
  add_part(stock, one);
  add_part(stock, two);
  add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, two));
  for (size_t k = 0; k < supply->scale_count; k++) {
    add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, supply->scales[k]));
    add_part(stock, supply->scales[k]);
    expr root = bp_build_named_call(&stock->build, "sqrt", supply->scales[k]);
    add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, root));
  }
  for (size_t k = 0; identities && k < supply->size_count; k++)
    add_part(stock, bp_build_named_call(&stock->build, "I", supply->sizes[k]));
}

static bool is_single(struct bp_stock *stock, expr name) {
  for (size_t i = 0; i < stock->part_count; i++)
    if (bp_expression_same(stock->parts[i].expression, name))
      return bp_numbers_single(stock->parts[i].value);
  return false;
}

/* The derivatives that a chain rule may need: those of what is differentiated in the claim, those
 * of numbers, and in a chain those of the first names, by names. */
static void add_partials(struct bp_stock *stock, const struct bp_supply *supply, bool chain) {
  enum { MOST_ABOVE = 6, MOST_BELOW = 8, MOST_OF_NUMBERS = 12 };
  size_t numbers = 0;
  for (size_t k = 0; k < supply->term_count; k++)
    if (supply->terms[k]->kind == BP_EXPR_PARTIAL)
      add_part(stock, supply->terms[k]);
  for (size_t i = 0; i < supply->name_count; i++) {
    bool single = numbers < 2 && is_single(stock, supply->names[i]);
    size_t most = single ? MOST_OF_NUMBERS : chain && i < MOST_ABOVE ? MOST_BELOW : 0;
    numbers += single;
    for (size_t k = 0; k < supply->name_count && k < most; k++)
      if (i != k)
        add_part(stock, bp_build_binary(&stock->build, BP_EXPR_PARTIAL, supply->names[i],
                                        supply->names[k]));
  }
}

static void add_differentials(struct bp_stock *stock, const struct bp_supply *supply) {
  for (size_t k = 0; k < supply->name_count && k < 12; k++)
    add_part(stock, bp_build_unary(&stock->build, BP_EXPR_DIFFERENTIAL, supply->names[k]));
}

/* exp, log, sqrt, but not abs: nobody writes log'(x). */
static bool is_elementary(const char *name) {
  size_t length = strlen(name);
  const struct bp_function *row = bp_ball_function_find(name, length);
  return row && !(row->traits & BP_FUNCTION_DECIDES) && !bp_function_find(name, length);
}

/* g(x) and g'(x) for the functions that the claim or the file uses. */
static void add_calls(struct bp_stock *stock, const struct bp_supply *supply) {
  enum { MOST_ARGUMENTS = 12, OTHERS = 4 };
  for (size_t f = 0; f < supply->file_function_count && f < supply->own_function_count + OTHERS;
       f++)
    for (size_t k = 0; k < supply->name_count && k < MOST_ARGUMENTS; k++)
      for (int order = 0; order < (is_elementary(supply->functions[f]) ? 1 : 2); order++)
        add_part(stock,
                 bp_build_call(&stock->build, bp_build_name(&stock->build, supply->functions[f]),
                               order, supply->names[k]));
}

/* f(N*v), with functions of the claim or of the file and what definitions apply them to, also
 * without its sign. */
static void add_applied(struct bp_stock *stock, const struct bp_supply *supply) {
  enum { MOST_FUNCTIONS = 3, MOST_ARGUMENTS = 6 };
  for (size_t f = 0; f < supply->file_function_count && f < MOST_FUNCTIONS; f++)
    for (size_t k = 0; k < supply->argument_count && k < MOST_ARGUMENTS; k++) {
      expr argument = supply->arguments[k];
      expr bare = argument->kind == BP_EXPR_NEGATE ? argument->child[0] : argument;
      if (!bp_builtin_find(supply->functions[f]))
        add_part(stock, bp_build_named_call(&stock->build, supply->functions[f], bare));
    }
}

/* matrix_row, matrix_{row,column}, or matrix_{:,column} where `row` is NULL. */
static void add_element(struct bp_stock *stock, expr matrix, const char *row, const char *column) {
  struct bp_builder *build = &stock->build;
  expr first = row ? bp_build_name(build, row) : bp_build_node(build, BP_EXPR_ALL, 0, NULL);
  expr made = bp_build_element(build, matrix, first, column ? bp_build_name(build, column) : NULL);
  if (made && row)
    add_part(stock, made);
  if (made && stock->element_count < BP_MOST_STOCK_ELEMENTS)
    stock->elements[stock->element_count++] = made;
}

/* v_i, M_{i,j} and M_{:,j} with the letters of the claim. */
static void add_elements(struct bp_stock *stock, const struct bp_supply *supply) {
  enum { MOST_MATRICES = 10, MOST_LETTERS = 3 };
  size_t names = supply->name_count < MOST_MATRICES ? supply->name_count : MOST_MATRICES;
  size_t letters = supply->letter_count < MOST_LETTERS ? supply->letter_count : MOST_LETTERS;
  for (size_t k = 0; k < names; k++)
    for (size_t i = 0; i < letters; i++) {
      add_element(stock, supply->names[k], supply->letters[i], NULL);
      add_element(stock, supply->names[k], NULL, supply->letters[i]);
    }
  for (size_t k = 0; k < names; k++)
    for (size_t i = 0; i < letters; i++)
      for (size_t j = 0; j < letters; j++)
        if (i != j)
          add_element(stock, supply->names[k], supply->letters[i], supply->letters[j]);
}

/* 1/x for numbers and sum(x) for the rest, of what is no mere name. */
static void add_normalisers(struct bp_stock *stock, bool quotients) {
  size_t count = stock->part_count;
  expr one = bp_build_number(&stock->build, "1");
  for (size_t i = 0; i < count; i++) {
    struct bp_stock_part part = stock->parts[i];
    if (part.expression->kind == BP_EXPR_NUMBER || part.expression->kind == BP_EXPR_DIVIDE)
      continue;
    if (bp_numbers_single(part.value) && quotients)
      add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, part.expression));
    else if (part.expression->kind == BP_EXPR_CALL && part.expression->order == 0 &&
             !bp_builtin_is(part.expression->child[0]->name, BP_IS_IDENTITY))
      add_part(stock, bp_build_named_call(&stock->build, "sum", part.expression));
  }
}

/* Transposes and diagonal matrices of the parts from there on. */
static void add_turned(struct bp_stock *stock, size_t from) {
  size_t count = stock->part_count;
  for (size_t i = from; i < count; i++) {
    struct bp_stock_part part = stock->parts[i];
    if (bp_numbers_single(part.value) || part.expression->kind == BP_EXPR_TRANSPOSE ||
        part.expression->kind == BP_EXPR_ADD)
      continue;
    add_part(stock, bp_build_unary(&stock->build, BP_EXPR_TRANSPOSE, part.expression));
    if (part.expression->kind != BP_EXPR_SUBTRACT &&
        (part.value.rows == 1 || part.value.columns == 1))
      add_part(stock, bp_build_named_call(&stock->build, "diag", part.expression));
  }
}

/* rowsum(x) and rowsum(x ⊙ y), with the functions that the file sums with. */
static void add_sums(struct bp_stock *stock, const struct bp_supply *supply) {
  enum { MOST_SUMMED = 5 };
  struct bp_builder *build = &stock->build;
  size_t names = supply->name_count < MOST_SUMMED ? supply->name_count : MOST_SUMMED;
  for (size_t f = 0; f < supply->file_function_count; f++) {
    const char *name = supply->functions[f];
    if (!bp_builtin_is(name, BP_SUMS_ALL))
      continue;
    size_t from = stock->part_count;
    for (size_t i = 0; i < names; i++) {
      if (is_single(stock, supply->names[i]))
        continue;
      add_part(stock, bp_build_named_call(build, name, supply->names[i]));
      for (size_t k = i; k < names; k++)
        add_part(stock, bp_build_named_call(build, name,
                                            bp_build_binary(build, BP_EXPR_HADAMARD,
                                                            supply->names[i], supply->names[k])));
    }
    for (size_t i = from, to = stock->part_count; i < to; i++)
      if (stock->parts[i].value.columns == 1 && !bp_numbers_single(stock->parts[i].value))
        add_part(stock, bp_build_named_call(build, "diag", stock->parts[i].expression));
  }
}

static void add_parts(struct bp_stock *stock, const struct bp_supply *supply,
                      const struct taste *taste) {
  enum { MOST_PIECES = 50 };
  for (size_t k = 0; k < supply->name_count; k++)
    add_part(stock, supply->names[k]);
  add_sizes(stock, supply, supply->kronecker || taste->partials);
  for (size_t k = 0; k < supply->slope_count; k++)
    add_part(stock, supply->slopes[k]);
  for (size_t k = 0; k < supply->piece_count && k < MOST_PIECES; k++)
    add_part(stock, supply->pieces[k]);
  if (taste->elements)
    add_elements(stock, supply);
  if (taste->differentials)
    add_differentials(stock, supply);
  for (size_t k = 0; taste->inverses && k < supply->name_count && k < 8; k++)
    add_part(stock, bp_build_named_call(&stock->build, "inv", supply->names[k]));
  add_normalisers(stock, taste->quotients);
  add_calls(stock, supply);
  add_applied(stock, supply);
  add_turned(stock, 0);
  add_sums(stock, supply);
  size_t count = stock->part_count;
  add_partials(stock, supply, taste->chain);
  add_turned(stock, count);
}

bool bp_stock_collect(struct bp_stock *stock, const struct bp_supply *supply) {
  struct taste taste = {0};
  look_at(stock->formula, &taste);
  taste.chain = taste.partials;
  look_at(stock->other, &taste);
  add_parts(stock, supply, &taste);
  return taste.quotients;
}
