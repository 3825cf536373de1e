/* Values are told apart by projections on fixed vectors u and w of pseudo-random numbers.  The key
 * u' V w of a product A B is (u' A)(B w), so neither the product itself nor, later, its product
 * with what stands around a gap has to be computed: each question costs a few multiplications for
 * each item.  Two values with equal keys are equal but for a chance of about 1e-9 in each
 * comparison; whatever is found is judged afterwards like any other candidate, so chance costs only
 * time.
 */
#include "hint/gap/stock.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lang/tree.h"
#include "value/value.h"

typedef const struct bp_expression *expr;

/* Larger values are no use in a formula that a person writes at a point that is drawn small. */
enum { MOST_NUMBERS = 1024, LONGEST = BP_LONGEST_IN_STOCK };
/* Work for the values of all parts; derivatives may take much. */
static const size_t MOST_STEPS = 600000;

/* ---- projections -------------------------------------------------------- */

/* Numbers in 0.5 .. 1.5: none is small, so none hides an entry. */
static double weight(size_t index, uint64_t kind) {
  uint64_t x = (2 * index + kind + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return 0.5 + (double)(x >> 11) * 0x1p-53;
}

double bp_stock_row_weight(size_t row) { return weight(row, 0); }
double bp_stock_column_weight(size_t column) { return weight(column, 1); }

static double *doubles(struct bp_stock *stock, size_t count) {
  double *list = bp_arena_alloc(stock->build.arena, count + 1, sizeof *list);
  stock->build.failed = stock->build.failed || !list;
  return list;
}

double bp_stock_project(struct bp_numbers value, double *across, double *upright) {
  double key = 0;
  for (size_t j = 0; j < value.columns; j++)
    across[j] = 0;
  for (size_t i = 0; i < value.rows; i++) {
    upright[i] = 0;
    for (size_t j = 0; j < value.columns; j++) {
      double number = value.at[i * value.columns + j];
      across[j] += bp_stock_row_weight(i) * number;
      upright[i] += bp_stock_column_weight(j) * number;
    }
    key += bp_stock_row_weight(i) * upright[i];
  }
  return key;
}

static double dot(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

/* ---- values ------------------------------------------------------------- */

/* Asked before anything is computed. */
static bool is_small(struct bp_symbolic shape) {
  return shape.rows.value <= MOST_NUMBERS && shape.columns.value <= MOST_NUMBERS &&
         shape.rows.value * shape.columns.value <= MOST_NUMBERS;
}

struct bp_numbers bp_numbers_of(struct bp_world *world, expr expression,
                                const struct bp_scope *scope, struct bp_arena *arena) {
  struct bp_numbers none = {0, 0, NULL}, numbers = none;
  struct bp_symbolic shape;
  struct bp_balls value;
  struct bp_fault before = world->fault;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  world->fault = (struct bp_fault){0};
  bool fine = bp_expression_shape(world, expression, scope, &shape) && is_small(shape) &&
              bp_expression_value(world, expression, scope, NULL, &value);
  if (fine)
    numbers = (struct bp_numbers){
        value.rows, value.columns,
        bp_arena_alloc(arena, value.rows * value.columns + 1, sizeof *numbers.at)};
  for (size_t k = 0; numbers.at && k < value.rows * value.columns; k++) {
    numbers.at[k] = bp_ball_double(value.at[k]);
    if (!isfinite(numbers.at[k]))
      numbers = none;
  }
  bp_arena_release(world->scratch, mark);
  world->fault = before;
  return numbers;
}

static bool is_number(struct bp_numbers value) { return value.rows == 1 && value.columns == 1; }

/* ---- parts -------------------------------------------------------------- */

/* The number c with x = c y; NaN where there is none. */
static double ratio(struct bp_numbers x, struct bp_numbers y) {
  double above = 0, below = 0, rest = 0, size = 0;
  if (x.rows != y.rows || x.columns != y.columns)
    return NAN;
  for (size_t k = 0; k < x.rows * x.columns; k++) {
    above += x.at[k] * y.at[k];
    below += y.at[k] * y.at[k];
  }
  for (size_t k = 0; k < x.rows * x.columns; k++) {
    rest += fabs(x.at[k] - above / below * y.at[k]);
    size += fabs(x.at[k]);
  }
  return rest <= 1e-12 * size ? above / below : NAN;
}

/* relu(y) is y where y is positive: what is there under a simpler name is not offered twice.  Two
 * numbers may be equal by chance. */
static bool is_known(const struct bp_stock *stock, struct bp_numbers value) {
  for (size_t i = 0; i < stock->part_count; i++) {
    struct bp_numbers other = stock->parts[i].value;
    bool same = other.rows == value.rows && other.columns == value.columns && !is_number(value);
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
  double factor = ratio(value, stock->value);
  return fabs(fabs(factor) - 1) <= 1e-12 ||
         (isfinite(factor) && !is_number(value) && is_derivative(stock->world, expression));
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
      bp_numbers_of(stock->world, expression, stock->scope, stock->build.arena);
  if (!value.at || value.rows > LONGEST || value.columns > LONGEST || is_known(stock, value))
    return;
  if (begs_the_question(stock, expression, value))
    return;
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

static void add_sizes(struct bp_stock *stock, const struct bp_edit_pool *pool, bool identities) {
  expr one = bp_build_number(&stock->build, "1"), two = bp_build_number(&stock->build, "2");
  add_part(stock, one);
  add_part(stock, two);
  add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, two));
  for (size_t k = 0; k < pool->scale_count; k++) {
    add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, pool->scales[k]));
    add_part(stock, pool->scales[k]);
    expr root = bp_build_named_call(&stock->build, "sqrt", pool->scales[k]);
    add_part(stock, bp_build_binary(&stock->build, BP_EXPR_DIVIDE, one, root));
  }
  for (size_t k = 0; identities && k < pool->size_count; k++)
    add_part(stock, bp_build_named_call(&stock->build, "I", pool->sizes[k]));
}

static bool is_single(struct bp_stock *stock, expr name) {
  for (size_t i = 0; i < stock->part_count; i++)
    if (bp_expression_same(stock->parts[i].expression, name))
      return is_number(stock->parts[i].value);
  return false;
}

/* The derivatives that a chain rule may need: those of what is differentiated in the claim, those
 * of numbers, and in a chain those of the first names, by names. */
static void add_partials(struct bp_stock *stock, const struct bp_edit_pool *pool, bool chain) {
  enum { MOST_ABOVE = 6, MOST_BELOW = 8, MOST_OF_NUMBERS = 12 };
  size_t numbers = 0;
  for (size_t k = 0; k < pool->term_count; k++)
    if (pool->terms[k]->kind == BP_EXPR_PARTIAL)
      add_part(stock, pool->terms[k]);
  for (size_t i = 0; i < pool->name_count; i++) {
    bool single = numbers < 2 && is_single(stock, pool->names[i]);
    size_t most = single ? MOST_OF_NUMBERS : chain && i < MOST_ABOVE ? MOST_BELOW : 0;
    numbers += single;
    for (size_t k = 0; k < pool->name_count && k < most; k++)
      if (i != k)
        add_part(stock,
                 bp_build_binary(&stock->build, BP_EXPR_PARTIAL, pool->names[i], pool->names[k]));
  }
}

static void add_differentials(struct bp_stock *stock, const struct bp_edit_pool *pool) {
  for (size_t k = 0; k < pool->name_count && k < 12; k++)
    add_part(stock, bp_build_unary(&stock->build, BP_EXPR_DIFFERENTIAL, pool->names[k]));
}

/* g(x) and g'(x) for the functions that the claim or the file uses. */
static void add_calls(struct bp_stock *stock, const struct bp_edit_pool *pool) {
  enum { MOST_ARGUMENTS = 12, OTHERS = 4 };
  for (size_t f = 0; f < pool->file_function_count && f < pool->own_function_count + OTHERS; f++)
    for (size_t k = 0; k < pool->name_count && k < MOST_ARGUMENTS; k++)
      for (int order = 0; order < 2; order++)
        add_part(stock,
                 bp_build_call(&stock->build, bp_build_name(&stock->build, pool->functions[f]),
                               order, pool->names[k]));
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
static void add_elements(struct bp_stock *stock, const struct bp_edit_pool *pool) {
  enum { MOST_MATRICES = 10, MOST_LETTERS = 3 };
  size_t names = pool->name_count < MOST_MATRICES ? pool->name_count : MOST_MATRICES;
  size_t letters = pool->letter_count < MOST_LETTERS ? pool->letter_count : MOST_LETTERS;
  for (size_t k = 0; k < names; k++)
    for (size_t i = 0; i < letters; i++) {
      add_element(stock, pool->names[k], pool->letters[i], NULL);
      add_element(stock, pool->names[k], NULL, pool->letters[i]);
    }
  for (size_t k = 0; k < names; k++)
    for (size_t i = 0; i < letters; i++)
      for (size_t j = 0; j < letters; j++)
        if (i != j)
          add_element(stock, pool->names[k], pool->letters[i], pool->letters[j]);
}

/* 1/x for numbers and sum(x) for the rest, of what is no mere name. */
static void add_normalisers(struct bp_stock *stock, bool quotients) {
  size_t count = stock->part_count;
  expr one = bp_build_number(&stock->build, "1");
  for (size_t i = 0; i < count; i++) {
    struct bp_stock_part part = stock->parts[i];
    if (part.expression->kind == BP_EXPR_NUMBER || part.expression->kind == BP_EXPR_DIVIDE)
      continue;
    if (is_number(part.value) && quotients)
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
    if (is_number(part.value) || part.expression->kind == BP_EXPR_TRANSPOSE ||
        part.expression->kind == BP_EXPR_ADD)
      continue;
    add_part(stock, bp_build_unary(&stock->build, BP_EXPR_TRANSPOSE, part.expression));
    if (part.expression->kind != BP_EXPR_SUBTRACT &&
        (part.value.rows == 1 || part.value.columns == 1))
      add_part(stock, bp_build_named_call(&stock->build, "diag", part.expression));
  }
}

/* ---- items -------------------------------------------------------------- */

static struct bp_stock_item *new_item(struct bp_stock *stock, enum bp_expression_kind join,
                                      size_t first, size_t second, size_t rows, size_t columns) {
  if (stock->count == BP_MOST_STOCK_ITEMS || rows > LONGEST || columns > LONGEST ||
      stock->build.failed)
    return NULL;
  double *across = doubles(stock, columns), *upright = doubles(stock, rows);
  if (!across || !upright)
    return NULL;
  struct bp_stock_item *item = &stock->items[stock->count++];
  *item = (struct bp_stock_item){join,
                                 (unsigned short)first,
                                 (unsigned short)second,
                                 (unsigned short)rows,
                                 (unsigned short)columns,
                                 0,
                                 across,
                                 upright};
  return item;
}

static void add_single(struct bp_stock *stock, size_t k) {
  struct bp_numbers value = stock->parts[k].value;
  struct bp_stock_item *item = new_item(stock, BP_EXPR_NAME, k, k, value.rows, value.columns);
  if (item)
    item->key = bp_stock_project(value, (double *)item->across, (double *)item->upright);
}

static void scale(struct bp_stock *stock, enum bp_expression_kind join, size_t a, size_t b,
                  size_t matrix, double by) {
  struct bp_numbers value = stock->parts[matrix].value;
  struct bp_stock_item *item = new_item(stock, join, a, b, value.rows, value.columns);
  if (!item)
    return;
  item->key = by * bp_stock_project(value, (double *)item->across, (double *)item->upright);
  for (size_t j = 0; j < value.columns; j++)
    ((double *)item->across)[j] *= by;
  for (size_t i = 0; i < value.rows; i++)
    ((double *)item->upright)[i] *= by;
}

/* A B from u'A and Bw, which `single` items of both have. */
static void multiply(struct bp_stock *stock, const struct bp_stock_item *singles, size_t a,
                     size_t b) {
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  struct bp_stock_item *item = new_item(stock, BP_EXPR_MULTIPLY, a, b, left.rows, right.columns);
  if (!item)
    return;
  double *across = (double *)item->across, *upright = (double *)item->upright;
  for (size_t j = 0; j < right.columns; j++)
    across[j] = 0;
  for (size_t k = 0; k < right.rows; k++)
    for (size_t j = 0; j < right.columns; j++)
      across[j] += singles[a].across[k] * right.at[k * right.columns + j];
  for (size_t i = 0; i < left.rows; i++)
    upright[i] = dot(left.at + i * left.columns, singles[b].upright, left.columns);
  item->key = dot(singles[a].across, singles[b].upright, left.columns);
}

static void elementwise(struct bp_stock *stock, enum bp_expression_kind join, size_t a, size_t b) {
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  double result[MOST_NUMBERS];
  for (size_t k = 0; k < left.rows * left.columns; k++)
    result[k] = join == BP_EXPR_HADAMARD   ? left.at[k] * right.at[k]
                : join == BP_EXPR_SUBTRACT ? left.at[k] - right.at[k]
                : join == BP_EXPR_ADD      ? left.at[k] + right.at[k]
                                           : left.at[k] / right.at[k];
  struct bp_stock_item *item = new_item(stock, join, a, b, left.rows, left.columns);
  if (item)
    item->key = bp_stock_project((struct bp_numbers){left.rows, left.columns, result},
                                 (double *)item->across, (double *)item->upright);
}

static void kronecker(struct bp_stock *stock, size_t a, size_t b) {
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  size_t rows = left.rows * right.rows, columns = left.columns * right.columns;
  if (rows * columns > MOST_NUMBERS)
    return;
  double result[MOST_NUMBERS];
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      result[i * columns + j] = left.at[i / right.rows * left.columns + j / right.columns] *
                                right.at[i % right.rows * right.columns + j % right.columns];
  struct bp_stock_item *item = new_item(stock, BP_EXPR_KRONECKER, a, b, rows, columns);
  if (item)
    item->key = bp_stock_project((struct bp_numbers){rows, columns, result}, (double *)item->across,
                                 (double *)item->upright);
}

/* Every operator between two parts that a person would write there. */
static void join(struct bp_stock *stock, const struct bp_stock_item *singles, size_t a, size_t b,
                 bool kroneckers, bool quotients) {
  const struct bp_stock_part *left = &stock->parts[a], *right = &stock->parts[b];
  struct bp_numbers x = left->value, y = right->value;
  bool same = x.rows == y.rows && x.columns == y.columns;
  bool one = left->expression->kind == BP_EXPR_NUMBER && x.at[0] == 1;
  one = one || (right->expression->kind == BP_EXPR_NUMBER && y.at[0] == 1);
  if (is_number(x) && !one && (!is_number(y) || a < b))
    scale(stock, BP_EXPR_MULTIPLY, a, b, b, x.at[0]);
  else if (!is_number(x) && !is_number(y) && x.columns == y.rows)
    multiply(stock, singles, a, b);
  if (is_number(y) && !one && a != b && y.at[0] != 0 && left->divisor && right->divisor &&
      quotients)
    scale(stock, BP_EXPR_DIVIDE, a, b, a, 1 / y.at[0]);
  if (same && !is_number(x) && a <= b)
    elementwise(stock, BP_EXPR_HADAMARD, a, b);
  if (same && !is_number(x) && a != b && left->divisor && right->divisor && quotients)
    elementwise(stock, BP_EXPR_POINT_DIVIDE, a, b);
  if (same && a != b && left->term && right->term)
    elementwise(stock, BP_EXPR_SUBTRACT, a, b);
  if (same && a < b && left->term && right->term)
    elementwise(stock, BP_EXPR_ADD, a, b);
  if (kroneckers && !is_number(x) && !is_number(y))
    kronecker(stock, a, b);
}

static int by_key(const void *a, const void *b) {
  const struct bp_stock_item *x = a, *y = b;
  if (x->rows != y->rows)
    return x->rows < y->rows ? -1 : 1;
  if (x->columns != y->columns)
    return x->columns < y->columns ? -1 : 1;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  if (x->second != y->second)
    return x->second < y->second ? -1 : 1;
  return (int)x->join - (int)y->join;
}

static void add_parts(struct bp_stock *stock, const struct bp_edit_pool *pool,
                      const struct taste *taste) {
  enum { MOST_PIECES = 50 };
  for (size_t k = 0; k < pool->name_count; k++)
    add_part(stock, pool->names[k]);
  add_sizes(stock, pool, pool->kronecker || taste->partials);
  for (size_t k = 0; k < pool->slope_count; k++)
    add_part(stock, pool->slopes[k]);
  for (size_t k = 0; k < pool->piece_count && k < MOST_PIECES; k++)
    add_part(stock, pool->pieces[k]);
  if (taste->elements)
    add_elements(stock, pool);
  if (taste->differentials)
    add_differentials(stock, pool);
  for (size_t k = 0; taste->inverses && k < pool->name_count && k < 8; k++)
    add_part(stock, bp_build_named_call(&stock->build, "inv", pool->names[k]));
  add_normalisers(stock, taste->quotients);
  add_calls(stock, pool);
  add_turned(stock, 0);
  size_t count = stock->part_count;
  add_partials(stock, pool, taste->chain);
  add_turned(stock, count);
}

void bp_stock_fill(struct bp_stock *stock, const struct bp_edit_pool *pool) {
  struct taste taste = {0};
  look_at(stock->formula, &taste);
  taste.chain = taste.partials;
  look_at(stock->other, &taste);
  stock->parts = bp_arena_alloc(stock->build.arena, BP_MOST_STOCK_PARTS, sizeof *stock->parts);
  stock->items = bp_arena_alloc(stock->build.arena, BP_MOST_STOCK_ITEMS, sizeof *stock->items);
  stock->elements =
      bp_arena_alloc(stock->build.arena, BP_MOST_STOCK_ELEMENTS, sizeof *stock->elements);
  if (!stock->parts || !stock->items || !stock->elements) {
    stock->build.failed = true;
    return;
  }
  add_parts(stock, pool, &taste);
  for (size_t k = 0; k < stock->part_count; k++)
    add_single(stock, k);
  size_t count = stock->count;
  struct bp_stock_item *singles = bp_arena_alloc(stock->build.arena, count + 1, sizeof *singles);
  if (!singles || count < stock->part_count)
    return;
  memcpy(singles, stock->items, count * sizeof *singles);
  for (size_t a = 0; a < count; a++)
    for (size_t b = 0; b < count; b++)
      join(stock, singles, a, b, pool->kronecker, taste.quotients);
  qsort(stock->items, stock->count, sizeof *stock->items, by_key);
}
