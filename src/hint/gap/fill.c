/* At every place of a formula the value is computed that would have to stand there for the whole to
 * be right: at the root it is the other side; below a sum, that less the other terms; below a
 * product, what solves for it.  Where that is known, so is the value of a missing term (the
 * difference) and, given what stands there now, that of a missing factor, and the stock says which
 * small formulas have it.
 *
 *     dQ = dS           wanted at dS is the true dQ; F dS = dQ has the solution F = 1/sqrt(p) * K
 *
 * Where no value can be told (below a trace or a sum over an index, or where many would do) the
 * walk ends.  Everything found is right at one point only and is judged like any other candidate.
 */
#include "hint/gap/fill.h"

#include <math.h>
#include <string.h>

#include "hint/edit/editor.h"
#include "hint/gap/solve.h"
#include "lang/tree.h"
#include "value/shape.h"

/* Looking at so many items costs as much as judging one small candidate. */
enum { ITEMS_OF_ONE = 500, STEPS_OF_ONE = 60 };
/* Beside another mistake only small gaps are filled: with large ones almost anything can be mended.
 */
enum { LARGEST_IN_PAIR = 6 };

struct walk {
  struct bp_filler *filler;
  struct bp_editor editor;
  bool deep;
};

static bool is_number(struct bp_numbers value) { return value.rows == 1 && value.columns == 1; }

/* The world is readied anew: candidates have been judged in it since. */
static struct bp_numbers value_of(struct walk *walk, expr node) {
  const struct bp_stock *stock = &walk->filler->stock;
  struct bp_search *search = walk->filler->search;
  bp_world_begin(stock->world, &search->claim->line, search->claim);
  struct bp_numbers value =
      bp_numbers_of(stock->world, node, stock->scope, walk->editor.build->arena);
  search->bench->spent += stock->world->steps / STEPS_OF_ONE;
  return value;
}

/* ---- making what was found ---------------------------------------------- */

static expr item_expression(struct walk *walk, const struct bp_stock_match *match) {
  const struct bp_stock_part *parts = walk->filler->stock.parts;
  const struct bp_stock_item *item = match->item;
  expr first = parts[item->first].expression;
  expr made = item->join == BP_EXPR_NAME ? first
                                         : bp_build_binary(walk->editor.build, item->join, first,
                                                           parts[item->second].expression);
  if (!match->outer)
    return made;
  return bp_build_binary(walk->editor.build, BP_EXPR_MULTIPLY, match->outer->expression, made);
}

static size_t size_of(const struct walk *walk, const struct bp_stock_match *match) {
  const struct bp_stock_part *parts = walk->filler->stock.parts;
  size_t size = parts[match->item->first].expression->height;
  if (match->item->join != BP_EXPR_NAME)
    size += 1 + parts[match->item->second].expression->height;
  return size + (match->outer ? 1 + match->outer->expression->height : 0);
}

/* How what was found goes in. */
enum way { PLUS, MINUS, BEFORE, BEHIND, ELEMENTWISE, KRONECKER_BEFORE, KRONECKER_BEHIND, OVER };

static enum bp_edit_kind kind_of(const struct bp_stock_match *match, enum way way) {
  bool single = match->item->join == BP_EXPR_NAME && !match->outer;
  if (way == PLUS || way == MINUS)
    return single ? BP_EDIT_term_missing : BP_EDIT_term_product;
  if (way == OVER)
    return BP_EDIT_divisor_missing;
  return single ? BP_EDIT_factor_missing : BP_EDIT_factor_joint;
}

/* node way subject; of 1 * x only x is written. */
static expr joined(struct walk *walk, expr node, expr subject, enum way way, bool matrix) {
  static const enum bp_expression_kind joins[] = {
      [PLUS] = BP_EXPR_ADD,
      [MINUS] = BP_EXPR_SUBTRACT,
      [BEFORE] = BP_EXPR_MULTIPLY,
      [BEHIND] = BP_EXPR_MULTIPLY,
      [ELEMENTWISE] = BP_EXPR_HADAMARD,
      [KRONECKER_BEFORE] = BP_EXPR_KRONECKER,
      [KRONECKER_BEHIND] = BP_EXPR_KRONECKER,
      [OVER] = BP_EXPR_DIVIDE,
  };
  bool turned = way == BEFORE || way == KRONECKER_BEFORE;
  bool factor = way != PLUS && way != MINUS && way != OVER;
  if (factor && bp_is_number(node, "1"))
    return subject;
  return bp_build_binary(walk->editor.build,
                         way == OVER && matrix ? BP_EXPR_POINT_DIVIDE : joins[way],
                         turned ? subject : node, turned ? node : subject);
}

static bool has_term(expr node, expr term) {
  if (bp_expression_same(node, term))
    return true;
  return (bp_is_sum(node) && (has_term(node->child[0], term) || has_term(node->child[1], term))) ||
         (bp_is(node, BP_EXPR_NEGATE) && has_term(node->child[0], term));
}

/* Whether what is put in takes away again what is there: y * (x ./ y), y ./ (y ⊙ x). */
static bool cancels(const struct walk *walk, expr node, const struct bp_stock_match *match,
                    expr subject, enum way way) {
  const struct bp_stock_item *item = match->item;
  bool quotient = item->join == BP_EXPR_DIVIDE || item->join == BP_EXPR_POINT_DIVIDE;
  expr divisor = way == OVER ? subject
                 : quotient  ? walk->filler->stock.parts[item->second].expression
                             : NULL;
  if (!divisor)
    return false;
  for (size_t i = 0; i < node->count; i++)
    if (!bp_is(node->child[i], BP_EXPR_NUMBER) && bp_expression_contains(divisor, node->child[i]))
      return true;
  return bp_expression_contains(divisor, node) || bp_expression_contains(node, divisor);
}

/* A sum is not offered as a term: that would be two terms, one of which may take away what is
 * there; nor is what is there already. */
static void propose(struct walk *walk, expr node, const struct bp_stock_match *match,
                    enum way way) {
  const struct bp_stock_item *item = match->item;
  bool sum = item->join == BP_EXPR_ADD || item->join == BP_EXPR_SUBTRACT;
  expr subject = item_expression(walk, match);
  walk->editor.only = kind_of(match, way);
  bool term = way == PLUS || way == MINUS;
  if (subject && !(term && (sum || has_term(node, subject))) &&
      !cancels(walk, node, match, subject, way))
    bp_edit_propose(&walk->editor, node,
                    joined(walk, node, subject, way, item->rows * item->columns > 1), subject);
}

/* Smaller formulas first. */
static void propose_all(struct walk *walk, expr node, struct bp_stock_matches *matches,
                        enum way way) {
  struct bp_stock_match *list = matches->list;
  for (size_t i = 1; i < matches->count; i++)
    for (size_t k = i; k > 0 && size_of(walk, &list[k]) < size_of(walk, &list[k - 1]); k--) {
      struct bp_stock_match moved = list[k];
      list[k] = list[k - 1];
      list[k - 1] = moved;
    }
  for (size_t i = 0; i < matches->count && !walk->editor.stopped; i++)
    if (walk->deep || size_of(walk, &list[i]) <= LARGEST_IN_PAIR)
      propose(walk, node, &list[i], way);
  walk->filler->search->bench->spent += matches->looked_at / ITEMS_OF_ONE;
}

/* ---- gaps at one place -------------------------------------------------- */

static struct bp_numbers blank(struct walk *walk, size_t rows, size_t columns) {
  double *at = bp_arena_alloc(walk->editor.build->arena, rows * columns + 1, sizeof *at);
  return (struct bp_numbers){rows, columns, at};
}

/* x + sign * y */
static struct bp_numbers sum(struct walk *walk, struct bp_numbers x, struct bp_numbers y,
                             double sign) {
  struct bp_numbers none = {0, 0, NULL};
  if (!x.at || !y.at || x.rows != y.rows || x.columns != y.columns)
    return none;
  struct bp_numbers result = blank(walk, x.rows, x.columns);
  for (size_t k = 0; result.at && k < x.rows * x.columns; k++)
    result.at[k] = x.at[k] + sign * y.at[k];
  return result;
}

static struct bp_numbers negative(struct walk *walk, struct bp_numbers x) {
  struct bp_numbers result = blank(walk, x.rows, x.columns);
  for (size_t k = 0; result.at && k < x.rows * x.columns; k++)
    result.at[k] = -x.at[k];
  return result;
}

/* x ./ y; a single number serves for all.  No value where y has a 0. */
static struct bp_numbers quotient(struct walk *walk, struct bp_numbers x, struct bp_numbers y) {
  struct bp_numbers none = {0, 0, NULL};
  bool one = is_number(y);
  if (!x.at || !y.at || !(one || (x.rows == y.rows && x.columns == y.columns)))
    return none;
  struct bp_numbers result = blank(walk, x.rows, x.columns);
  for (size_t k = 0; result.at && k < x.rows * x.columns; k++) {
    double by = y.at[one ? 0 : k];
    if (by == 0)
      return none;
    result.at[k] = x.at[k] / by;
  }
  return result;
}

/* The one number c with x = c y, as a value; none where there is no such number. */
static struct bp_numbers ratio(struct walk *walk, struct bp_numbers x, struct bp_numbers y) {
  struct bp_numbers none = {0, 0, NULL};
  if (!x.at || !y.at || x.rows != y.rows || x.columns != y.columns)
    return none;
  double above = 0, below = 0, rest = 0, size = 0;
  for (size_t k = 0; k < x.rows * x.columns; k++) {
    above += x.at[k] * y.at[k];
    below += y.at[k] * y.at[k];
  }
  double number = above / below;
  for (size_t k = 0; k < x.rows * x.columns; k++) {
    rest += fabs(x.at[k] - number * y.at[k]);
    size += fabs(x.at[k]);
  }
  if (!(below > 0) || !(rest <= 1e-9 * size))
    return none;
  struct bp_numbers result = blank(walk, 1, 1);
  if (result.at)
    result.at[0] = number;
  return result;
}

static void ask(struct walk *walk, expr node, struct bp_numbers value, enum way way, bool deep) {
  struct bp_stock_matches matches = {.count = 0};
  if (!value.at || walk->editor.stopped)
    return;
  bp_stock_find(&walk->filler->stock, value, &matches);
  if (deep && matches.count == 0)
    bp_stock_find_product(&walk->filler->stock, value, &matches);
  propose_all(walk, node, &matches, way);
}

static void find_term(struct walk *walk, expr node, struct bp_numbers wanted,
                      struct bp_numbers value) {
  struct bp_numbers missing = sum(walk, wanted, value, -1);
  ask(walk, node, missing, PLUS, walk->deep);
  if (missing.at)
    ask(walk, node, negative(walk, missing), MINUS, walk->deep);
}

static void find_factor(struct walk *walk, expr node, struct bp_numbers wanted,
                        struct bp_numbers value) {
  const struct bp_stock *stock = &walk->filler->stock;
  if (is_number(value) || is_number(wanted))
    ask(walk, node, quotient(walk, wanted, value), BEHIND, walk->deep);
  ask(walk, node, ratio(walk, wanted, value), BEFORE, walk->deep);
  if (is_number(value))
    return;
  struct bp_stock_matches before = {.count = 0}, behind = {.count = 0};
  bp_stock_find_before(stock, wanted, value, &before);
  propose_all(walk, node, &before, BEFORE);
  bp_stock_find_behind(stock, wanted, value, &behind);
  propose_all(walk, node, &behind, BEHIND);
  if (!is_number(wanted))
    ask(walk, node, quotient(walk, wanted, value), ELEMENTWISE, walk->deep);
  if (!walk->filler->search->pool.kronecker)
    return;
  struct bp_stock_matches left = {.count = 0}, right = {.count = 0};
  bp_stock_find_kronecker(stock, wanted, value, true, &left);
  propose_all(walk, node, &left, KRONECKER_BEFORE);
  bp_stock_find_kronecker(stock, wanted, value, false, &right);
  propose_all(walk, node, &right, KRONECKER_BEHIND);
}

/* Another name, or a derivative by another one, in the place of a name or a derivative. */
static void find_other_name(struct walk *walk, expr node, struct bp_numbers wanted) {
  struct bp_stock_matches matches = {.count = 0};
  bool name = bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_PARTIAL) ||
              bp_is(node, BP_EXPR_DIFFERENTIAL);
  if (!name || !walk->deep)
    return;
  bp_stock_find(&walk->filler->stock, wanted, &matches);
  for (size_t i = 0; i < matches.count; i++) {
    expr other = walk->filler->stock.parts[matches.list[i].item->first].expression;
    walk->editor.only = BP_EDIT_name;
    if (matches.list[i].item->join == BP_EXPR_NAME && other->kind == node->kind)
      bp_edit_propose(&walk->editor, node, other, other);
  }
}

static void find_divisor(struct walk *walk, expr node, struct bp_numbers wanted,
                         struct bp_numbers value) {
  ask(walk, node, ratio(walk, value, wanted), OVER, false);
  if (!is_number(wanted))
    ask(walk, node, quotient(walk, value, wanted), OVER, false);
}

/* A part of a product or a sum is a place only where it is not the same as the whole. */
static void fill_here(struct walk *walk, expr node, struct bp_numbers wanted) {
  expr around = bp_edit_parent(&walk->editor);
  struct bp_numbers value = value_of(walk, node);
  bool in_sum = around && (bp_is_sum(around) || bp_is(around, BP_EXPR_NEGATE));
  if (!value.at)
    return;
  if (!in_sum)
    find_term(walk, node, wanted, value);
  find_factor(walk, node, wanted, value);
  find_divisor(walk, node, wanted, value);
  find_other_name(walk, node, wanted);
}

static void try_expression(struct walk *walk, expr node, expr part) {
  static const enum way ways[] = {PLUS, MINUS, BEFORE, BEHIND, ELEMENTWISE};
  for (size_t i = 0; i < sizeof ways / sizeof *ways && !walk->editor.stopped; i++) {
    bool term = ways[i] == PLUS || ways[i] == MINUS;
    walk->editor.only = term ? BP_EDIT_term_missing : BP_EDIT_factor_missing;
    if (!(term && has_term(node, part)))
      bp_edit_propose(&walk->editor, node, joined(walk, node, part, ways[i], false), part);
  }
}

/* Where no value can be told, below a trace or a bound sum, the parts that are no mere names are
 * tried in turn, and elements; names are, too, but by the edits. */
static void try_parts(struct walk *walk, expr node) {
  const struct bp_stock *stock = &walk->filler->stock;
  for (size_t k = 0; k < stock->element_count && !walk->editor.stopped; k++)
    try_expression(walk, node, stock->elements[k]);
  for (size_t k = 0; k < stock->part_count && !walk->editor.stopped; k++) {
    expr part = stock->parts[k].expression;
    if (!bp_is(part, BP_EXPR_NAME) && !bp_is(part, BP_EXPR_NUMBER))
      try_expression(walk, node, part);
  }
}

/* ---- the walk ----------------------------------------------------------- */

static struct bp_numbers transposed(struct walk *walk, struct bp_numbers x) {
  struct bp_numbers result = blank(walk, x.columns, x.rows);
  for (size_t i = 0; result.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      result.at[j * x.rows + i] = x.at[i * x.columns + j];
  return result;
}

/* The diagonal of a diagonal matrix, as a column or row. */
static struct bp_numbers diagonal(struct walk *walk, struct bp_numbers x, struct bp_numbers now) {
  struct bp_numbers none = {0, 0, NULL};
  if (x.rows != x.columns || !now.at || now.rows * now.columns != x.rows)
    return none;
  struct bp_numbers result = blank(walk, now.rows, now.columns);
  for (size_t i = 0; result.at && i < x.rows; i++)
    for (size_t j = 0; j < x.columns; j++)
      if (i == j)
        result.at[i] = x.at[i * x.columns + j];
      else if (x.at[i * x.columns + j] != 0)
        return none;
  return result;
}

/* What a factor must be, given the other one. */
static struct bp_numbers wanted_factor(struct walk *walk, expr node, size_t child,
                                       struct bp_numbers wanted) {
  struct bp_numbers none = {0, 0, NULL};
  struct bp_numbers sibling = value_of(walk, node->child[1 - child]);
  if (!sibling.at)
    return none;
  if (is_number(sibling))
    return quotient(walk, wanted, sibling);
  if (bp_is(node, BP_EXPR_HADAMARD))
    return quotient(walk, wanted, sibling);
  struct bp_numbers now = value_of(walk, node->child[child]);
  if (now.at && is_number(now))
    return ratio(walk, wanted, sibling);
  size_t inner = child == 0 ? sibling.rows : sibling.columns;
  walk->filler->search->bench->spent +=
      inner * inner * (sibling.rows + sibling.columns) / ITEMS_OF_ONE;
  return bp_solve_product(wanted, sibling, child == 0, walk->editor.build->arena);
}

static struct bp_numbers wanted_in_quotient(struct walk *walk, expr node, size_t child,
                                            struct bp_numbers wanted) {
  struct bp_numbers none = {0, 0, NULL};
  struct bp_numbers sibling = value_of(walk, node->child[1 - child]);
  if (!sibling.at)
    return none;
  if (child == 1)
    return bp_is(node, BP_EXPR_DIVIDE) ? ratio(walk, sibling, wanted)
                                       : quotient(walk, sibling, wanted);
  struct bp_numbers one = blank(walk, 1, 1);
  if (!one.at)
    return none;
  one.at[0] = 1;
  struct bp_numbers inverse = is_number(sibling) ? quotient(walk, one, sibling) : none;
  if (inverse.at)
    return quotient(walk, wanted, inverse);
  struct bp_numbers ones = blank(walk, sibling.rows, sibling.columns);
  for (size_t k = 0; ones.at && k < sibling.rows * sibling.columns; k++)
    ones.at[k] = 1;
  return quotient(walk, wanted, quotient(walk, ones, sibling));
}

/* The part of a matrix that is written in blocks which is in the place of the child. */
static struct bp_numbers block_of(struct walk *walk, expr node, size_t child,
                                  struct bp_numbers wanted) {
  struct bp_numbers none = {0, 0, NULL}, here = value_of(walk, node->child[child]);
  size_t row = 0, column = 0;
  for (size_t k = child % node->columns; k < child; k += node->columns)
    row += value_of(walk, node->child[k]).rows;
  for (size_t k = child - child % node->columns; k < child; k++)
    column += value_of(walk, node->child[k]).columns;
  struct bp_numbers block = here.at ? blank(walk, here.rows, here.columns) : none;
  if (!block.at || row + here.rows > wanted.rows || column + here.columns > wanted.columns)
    return none;
  for (size_t i = 0; i < here.rows; i++)
    memcpy(block.at + i * here.columns, wanted.at + (row + i) * wanted.columns + column,
           here.columns * sizeof *block.at);
  return block;
}

/* What the child must be so that the node is `wanted`; no value where that cannot be told. */
static struct bp_numbers wanted_below(struct walk *walk, expr node, size_t child,
                                      struct bp_numbers wanted) {
  struct bp_numbers none = {0, 0, NULL};
  switch (node->kind) {
  case BP_EXPR_ADD:
    return sum(walk, wanted, value_of(walk, node->child[1 - child]), -1);
  case BP_EXPR_SUBTRACT:
    return child == 0 ? sum(walk, wanted, value_of(walk, node->child[1]), 1)
                      : sum(walk, value_of(walk, node->child[0]), wanted, -1);
  case BP_EXPR_NEGATE:
    return negative(walk, wanted);
  case BP_EXPR_TRANSPOSE:
    return transposed(walk, wanted);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
    return wanted_factor(walk, node, child, wanted);
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return wanted_in_quotient(walk, node, child, wanted);
  case BP_EXPR_MATRIX:
    return block_of(walk, node, child, wanted);
  case BP_EXPR_CALL:
    if (child == 1 && node->count == 2 && bp_builtin_is(node->child[0]->name, BP_IS_DIAGONAL))
      return diagonal(walk, wanted, value_of(walk, node->child[1]));
    return none;
  default:
    return none;
  }
}

/* Where the children begin and end that may be filled: no names of functions, indices or bounds,
 * nothing below ∂. */
static size_t first_place(expr node) {
  return bp_is(node, BP_EXPR_CALL) ? 1 : bp_is(node, BP_EXPR_SUM) ? 2 : 0;
}

static size_t last_place(expr node) {
  bool closed = bp_is(node, BP_EXPR_NAME) || bp_is(node, BP_EXPR_PARTIAL) ||
                bp_is(node, BP_EXPR_AT) || bp_is(node, BP_EXPR_DIFFERENTIAL) ||
                bp_is(node, BP_EXPR_ELEMENT) || bp_is(node, BP_EXPR_COMPARE);
  return closed ? 0 : node->count;
}

static void fill(struct walk *walk, expr node, struct bp_numbers wanted) {
  struct bp_editor *editor = &walk->editor;
  bool known = wanted.at != NULL;
  for (size_t k = 0; known && k < wanted.rows * wanted.columns; k++)
    known = isfinite(wanted.at[k]);
  if (editor->stopped || !(known || walk->deep))
    return;
  struct bp_arena_mark mark = bp_arena_mark(editor->build->arena);
  editor->build->span = node->span;
  editor->build->sign = node->sign;
  if (known)
    fill_here(walk, node, wanted);
  else
    try_parts(walk, node);
  for (size_t i = first_place(node); i < last_place(node) && editor->depth < DEEPEST_PLACE; i++) {
    struct bp_numbers below = known ? wanted_below(walk, node, i, wanted) : wanted;
    editor->path[editor->depth].node = node;
    editor->path[editor->depth].child = i;
    editor->depth++;
    fill(walk, node->child[i], below);
    editor->depth--;
  }
  bp_arena_release(editor->build->arena, mark);
}

bool bp_fill_each(struct bp_filler *filler, expr formula, bool deep,
                  bool (*each)(void *context, const struct bp_edit *edit), void *context) {
  struct bp_search *search = filler->search;
  struct bp_builder build = {.arena = search->trees};
  struct walk walk = {
      .filler = filler,
      .editor = {.pool = &search->pool, .build = &build, .each = each, .context = context},
      .deep = deep};
  fill(&walk, formula, filler->stock.value);
  return !walk.editor.stopped;
}

/* ---- the point ---------------------------------------------------------- */

/* The combination of index letters in the middle: at the ends a neighbour may not exist. */
struct middle {
  size_t index, wanted;
  const struct bp_scope *scope;
  struct bp_arena *arena;
  bool found;
};

static bool look_at_member(void *context, const struct bp_scope *scope) {
  struct middle *middle = context;
  if (middle->index++ == middle->wanted) {
    middle->scope = bp_point_keep_scope(scope, middle->arena);
    middle->found = true;
  }
  return true;
}

static bool find_scope(struct bp_filler *filler, struct bp_world *world, struct bp_arena *arena) {
  struct bp_search *search = filler->search;
  struct bp_expression *sides[2] = {(struct bp_expression *)search->other,
                                    (struct bp_expression *)search->formula};
  struct bp_statement statement = *search->claim->line.statement;
  statement.sides = sides;
  statement.side_count = 2;
  struct bp_letters letters;
  size_t members = 0;
  struct middle middle = {.wanted = SIZE_MAX, .arena = arena};
  if (!bp_letters_find(world, &statement, &letters) ||
      !bp_letters_each(world, &statement, &letters, look_at_member, &middle, &members))
    return false;
  middle.index = 0;
  middle.wanted = members / 2;
  if (members == 0 ||
      !bp_letters_each(world, &statement, &letters, look_at_member, &middle, &members))
    return false;
  filler->stock.scope = middle.scope;
  return middle.found;
}

bool bp_filler_open(struct bp_filler *filler, struct bp_search *search, size_t number) {
  struct bp_world *world = bp_bench_world(search->bench, number);
  struct bp_stock *stock = &filler->stock;
  *filler = (struct bp_filler){.search = search,
                               .stock = {.build = {.arena = search->trees},
                                         .world = world,
                                         .formula = search->formula,
                                         .other = search->other}};
  if (!world)
    return false;
  bp_world_begin(world, &search->claim->line, search->claim);
  if (!find_scope(filler, world, search->trees))
    return false;
  stock->value = bp_numbers_of(world, search->other, stock->scope, search->trees);
  return stock->value.at != NULL;
}

bool bp_filler_init(struct bp_filler *filler, struct bp_search *search) {
  if (!bp_filler_open(filler, search, 0))
    return false;
  struct bp_stock *stock = &filler->stock;
  bp_stock_fill(stock, &search->pool);
  search->bench->spent += stock->world->steps / STEPS_OF_ONE + stock->count / ITEMS_OF_ONE;
  return !stock->build.failed;
}
