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

enum { LONGEST = BP_LONGEST_IN_STOCK };

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
    item->key = bp_stock_project(value, item->across, item->upright);
}

static void scale(struct bp_stock *stock, enum bp_expression_kind join, size_t a, size_t b,
                  size_t matrix, double by) {
  struct bp_numbers value = stock->parts[matrix].value;
  struct bp_stock_item *item = new_item(stock, join, a, b, value.rows, value.columns);
  if (!item)
    return;
  item->key = by * bp_stock_project(value, item->across, item->upright);
  for (size_t j = 0; j < value.columns; j++)
    item->across[j] *= by;
  for (size_t i = 0; i < value.rows; i++)
    item->upright[i] *= by;
}

/* Adds the item for two parts that are joined so; `singles` are the items of all parts alone. */
typedef void joiner(struct bp_stock *stock, const struct bp_stock_item *singles,
                    enum bp_expression_kind join, size_t a, size_t b);

/* c A */
static void add_multiple(struct bp_stock *stock, const struct bp_stock_item *singles,
                         enum bp_expression_kind join, size_t a, size_t b) {
  (void)singles;
  scale(stock, join, a, b, b, stock->parts[a].value.at[0]);
}

/* A / c */
static void add_fraction(struct bp_stock *stock, const struct bp_stock_item *singles,
                         enum bp_expression_kind join, size_t a, size_t b) {
  (void)singles;
  scale(stock, join, a, b, a, 1 / stock->parts[b].value.at[0]);
}

/* A B from u'A and Bw, which the single items of both have. */
static void add_product(struct bp_stock *stock, const struct bp_stock_item *singles,
                        enum bp_expression_kind join, size_t a, size_t b) {
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  struct bp_stock_item *item = new_item(stock, join, a, b, left.rows, right.columns);
  if (!item)
    return;
  double *across = item->across, *upright = item->upright;
  for (size_t j = 0; j < right.columns; j++)
    across[j] = 0;
  for (size_t k = 0; k < right.rows; k++)
    for (size_t j = 0; j < right.columns; j++)
      across[j] += singles[a].across[k] * right.at[k * right.columns + j];
  for (size_t i = 0; i < left.rows; i++)
    upright[i] = bp_numbers_dot(left.at + i * left.columns, singles[b].upright, left.columns);
  item->key = bp_numbers_dot(singles[a].across, singles[b].upright, left.columns);
}

static void add_elementwise(struct bp_stock *stock, const struct bp_stock_item *singles,
                            enum bp_expression_kind join, size_t a, size_t b) {
  (void)singles;
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  double result[BP_MOST_NUMBERS];
  for (size_t k = 0; k < left.rows * left.columns; k++)
    result[k] = join == BP_EXPR_HADAMARD   ? left.at[k] * right.at[k]
                : join == BP_EXPR_SUBTRACT ? left.at[k] - right.at[k]
                : join == BP_EXPR_ADD      ? left.at[k] + right.at[k]
                                           : left.at[k] / right.at[k];
  struct bp_stock_item *item = new_item(stock, join, a, b, left.rows, left.columns);
  if (item)
    item->key = bp_stock_project((struct bp_numbers){left.rows, left.columns, result}, item->across,
                                 item->upright);
}

static void add_kronecker(struct bp_stock *stock, const struct bp_stock_item *singles,
                          enum bp_expression_kind join, size_t a, size_t b) {
  (void)singles;
  struct bp_numbers left = stock->parts[a].value, right = stock->parts[b].value;
  size_t rows = left.rows * right.rows, columns = left.columns * right.columns;
  if (rows * columns > BP_MOST_NUMBERS)
    return;
  double result[BP_MOST_NUMBERS];
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      result[i * columns + j] = left.at[i / right.rows * left.columns + j / right.columns] *
                                right.at[i % right.rows * right.columns + j % right.columns];
  struct bp_stock_item *item = new_item(stock, join, a, b, rows, columns);
  if (item)
    item->key =
        bp_stock_project((struct bp_numbers){rows, columns, result}, item->across, item->upright);
}

/* What is known of two parts, in this order, and of the claim. */
enum fact {
  LEFT_NUMBER = 1,
  RIGHT_NUMBER = 2,
  SAME_SHAPE = 4,
  INNER_SIZES_MEET = 8,
  ONE = 16,       /* one of them is written 1 */
  ZERO = 32,      /* the right one has the value 0 */
  ITSELF = 64,    /* both are the same part */
  TURNED = 128,   /* the other order comes as well, or came */
  TERMS = 256,    /* both may be parts of a difference */
  DIVISORS = 512, /* both may be parts of a quotient */
  QUOTIENTS = 1024,
  KRONECKERS = 2048
};

static bool is_one(const struct bp_stock_part *part) {
  return part->expression->kind == BP_EXPR_NUMBER && part->value.at[0] == 1;
}

static unsigned facts_of(const struct bp_stock *stock, size_t a, size_t b) {
  const struct bp_stock_part *left = &stock->parts[a], *right = &stock->parts[b];
  struct bp_numbers x = left->value, y = right->value;
  bool right_number = bp_numbers_single(y);
  const struct {
    bool holds;
    enum fact fact;
  } facts[] = {
      {bp_numbers_single(x), LEFT_NUMBER},
      {right_number, RIGHT_NUMBER},
      {bp_numbers_alike(x, y), SAME_SHAPE},
      {x.columns == y.rows, INNER_SIZES_MEET},
      {is_one(left) || is_one(right), ONE},
      {right_number && y.at[0] == 0, ZERO},
      {a == b, ITSELF},
      {a > b, TURNED},
      {left->term && right->term, TERMS},
      {left->divisor && right->divisor, DIVISORS},
  };
  unsigned found = 0;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    found |= facts[i].holds ? (unsigned)facts[i].fact : 0;
  return found;
}

/* Every operator between two parts that a person would write there: all of the first facts hold,
 * and none of the second. */
static const struct {
  enum bp_expression_kind join;
  unsigned all, none;
  joiner *add;
} joins[] = {
    {BP_EXPR_MULTIPLY, LEFT_NUMBER, RIGHT_NUMBER | ONE, add_multiple},
    {BP_EXPR_MULTIPLY, LEFT_NUMBER | RIGHT_NUMBER, ONE | ITSELF | TURNED, add_multiple},
    {BP_EXPR_MULTIPLY, INNER_SIZES_MEET, LEFT_NUMBER | RIGHT_NUMBER, add_product},
    {BP_EXPR_DIVIDE, RIGHT_NUMBER | DIVISORS | QUOTIENTS, ONE | ITSELF | ZERO, add_fraction},
    {BP_EXPR_HADAMARD, SAME_SHAPE, LEFT_NUMBER | TURNED, add_elementwise},
    {BP_EXPR_POINT_DIVIDE, SAME_SHAPE | DIVISORS | QUOTIENTS, LEFT_NUMBER | ITSELF,
     add_elementwise},
    {BP_EXPR_SUBTRACT, SAME_SHAPE | TERMS, ITSELF, add_elementwise},
    {BP_EXPR_ADD, SAME_SHAPE | TERMS, ITSELF | TURNED, add_elementwise},
    {BP_EXPR_KRONECKER, KRONECKERS, LEFT_NUMBER | RIGHT_NUMBER, add_kronecker},
};

static void join(struct bp_stock *stock, const struct bp_stock_item *singles, size_t a, size_t b,
                 unsigned of_claim) {
  unsigned facts = facts_of(stock, a, b) | of_claim;
  for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
    if ((facts & joins[i].all) == joins[i].all && !(facts & joins[i].none))
      joins[i].add(stock, singles, joins[i].join, a, b);
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

void bp_stock_fill(struct bp_stock *stock, const struct bp_supply *supply) {
  struct bp_arena *arena = stock->build.arena;
  stock->parts = bp_arena_alloc(arena, BP_MOST_STOCK_PARTS, sizeof *stock->parts);
  stock->items = bp_arena_alloc(arena, BP_MOST_STOCK_ITEMS, sizeof *stock->items);
  stock->elements = bp_arena_alloc(arena, BP_MOST_STOCK_ELEMENTS, sizeof *stock->elements);
  if (!stock->parts || !stock->items || !stock->elements) {
    stock->build.failed = true;
    return;
  }
  bool quotients = bp_stock_collect(stock, supply);
  for (size_t k = 0; k < stock->part_count; k++)
    add_single(stock, k);
  size_t count = stock->count;
  struct bp_stock_item *singles = bp_arena_alloc(arena, count + 1, sizeof *singles);
  if (!singles || count < stock->part_count)
    return;
  memcpy(singles, stock->items, count * sizeof *singles);
  unsigned of_claim = (quotients ? QUOTIENTS : 0) | (supply->kronecker ? KRONECKERS : 0);
  for (size_t a = 0; a < count; a++)
    for (size_t b = 0; b < count; b++)
      join(stock, singles, a, b, of_claim);
  qsort(stock->items, stock->count, sizeof *stock->items, by_key);
}
