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

#include "hint/edit/propose.h"
#include "judge/point.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* Beside another mistake only small gaps are filled: with large ones almost anything can be mended.
 */
enum { LARGEST_IN_PAIR = 6 };
static const double CLOSE = 1e-9;

struct walk {
  struct bp_filler *filler;
  struct bp_editor editor;
  bool deep;
};

/* ---- making what was found ---------------------------------------------- */

static expr item_expression(struct walk *walk, const struct bp_stock_match *match) {
  const struct bp_stock_part *parts = walk->filler->stock.parts;
  const struct bp_stock_item *item = match->item;
  struct bp_builder *build = walk->editor.build;
  expr first = parts[item->first].expression, second = parts[item->second].expression;
  bool product = item->join == BP_EXPR_MULTIPLY, single = item->rows * item->columns == 1;
  if (product && single && bp_is(second, BP_EXPR_NUMBER))
    first = second, second = parts[item->first].expression;
  expr made = item->join == BP_EXPR_NAME ? first
              : product && single && bp_is(first, BP_EXPR_NUMBER)
                  ? bp_edit_prefixed(build, second, first)
                  : bp_build_binary(build, item->join, first, second);
  if (!match->outer)
    return made;
  expr outer = match->outer->expression;
  if (bp_is_builtin_call(outer, BP_IS_DIAGONAL) && item->columns == 1)
    return bp_build_binary(build, BP_EXPR_HADAMARD, outer->child[1], made);
  if (!product)
    return bp_build_binary(build, BP_EXPR_MULTIPLY, outer, made);
  if (bp_is(first, BP_EXPR_NUMBER) && bp_numbers_single(match->outer->value))
    return bp_build_binary(build, BP_EXPR_MULTIPLY,
                           bp_build_binary(build, BP_EXPR_MULTIPLY, first, outer), second);
  return bp_build_binary(build, BP_EXPR_MULTIPLY,
                         bp_build_binary(build, BP_EXPR_MULTIPLY, outer, first), second);
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
  if (way == BEFORE && !matrix)
    return bp_edit_prefixed(walk->editor.build, node, subject);
  if (way == BEHIND && bp_is(subject, BP_EXPR_MULTIPLY) && !subject->parenthesised)
    return bp_build_binary(
        walk->editor.build, BP_EXPR_MULTIPLY,
        bp_build_binary(walk->editor.build, BP_EXPR_MULTIPLY, node, subject->child[0]),
        subject->child[1]);
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
  bool sum = !match->outer && (item->join == BP_EXPR_ADD || item->join == BP_EXPR_SUBTRACT);
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
  *walk->filler->gap.spent += matches->looked_at / BP_ITEMS_OF_ONE;
}

/* ---- gaps at one place -------------------------------------------------- */

/* Whether something has the value. */
static bool ask(struct walk *walk, expr node, struct bp_numbers value, enum way way, bool deep) {
  struct bp_stock_matches matches = {.count = 0};
  if (!value.at || walk->editor.stopped)
    return false;
  bp_stock_find(&walk->filler->stock, value, &matches);
  if (deep && matches.count == 0)
    bp_stock_find_product(&walk->filler->stock, value, &matches);
  propose_all(walk, node, &matches, way);
  return matches.count > 0;
}

/* Twice or half of something that is at hand: 2 * (a * x). */
static void find_multiple(struct walk *walk, expr node, struct bp_numbers missing) {
  static const struct {
    const char *above, *below;
    double number;
  } multiples[] = {{"2", NULL, 2}, {"1", "2", 0.5}, {"2", NULL, -2}, {"1", "2", -0.5}};
  struct bp_builder *build = walk->editor.build;
  for (size_t k = 0; k < sizeof multiples / sizeof *multiples && !walk->editor.stopped; k++) {
    expr number = bp_build_number(build, multiples[k].above);
    if (multiples[k].below)
      number = bp_build_binary(build, BP_EXPR_DIVIDE, number,
                               bp_build_number(build, multiples[k].below));
    struct bp_numbers part = bp_numbers_quotient(
        build->arena, missing, bp_numbers_full(build->arena, 1, 1, multiples[k].number));
    struct bp_stock_matches matches = {.count = 0};
    if (!part.at)
      continue;
    bp_stock_find(&walk->filler->stock, part, &matches);
    for (size_t i = 0; i < matches.count; i++) {
      bool sum = bp_is_sum(&(struct bp_expression){.kind = matches.list[i].item->join});
      expr item = sum ? NULL : item_expression(walk, &matches.list[i]);
      expr term = item ? bp_edit_prefixed(build, item, number) : NULL;
      walk->editor.only = BP_EDIT_term_product;
      enum bp_expression_kind sign = multiples[k].number < 0 ? BP_EXPR_SUBTRACT : BP_EXPR_ADD;
      if (term && !has_term(node, term))
        bp_edit_propose(&walk->editor, node, bp_build_binary(build, sign, node, term), term);
    }
  }
}

static void find_term(struct walk *walk, expr node, struct bp_numbers wanted,
                      struct bp_numbers value) {
  struct bp_arena *arena = walk->editor.build->arena;
  struct bp_numbers missing = bp_numbers_sum(arena, wanted, value, -1);
  bool found = ask(walk, node, missing, PLUS, walk->deep);
  if (missing.at)
    found = ask(walk, node, bp_numbers_negative(arena, missing), MINUS, walk->deep) || found;
  if (missing.at && !found && walk->deep)
    find_multiple(walk, node, missing);
  struct bp_numbers column = bp_numbers_repeated(arena, missing); /* z + b */
  ask(walk, node, column, PLUS, walk->deep);
  if (column.at)
    ask(walk, node, bp_numbers_negative(arena, column), MINUS, walk->deep);
}

/* A number that is in no stock: 4 in 4 * x^3, 2/3. */
static void find_number(struct walk *walk, expr node, struct bp_numbers ratio) {
  enum { MOST_BELOW = 6, MOST_ABOVE = 24 };
  struct bp_builder *build = walk->editor.build;
  if (!ratio.at || !walk->deep || walk->editor.stopped)
    return;
  for (int below = 1; below <= MOST_BELOW; below++) {
    double above = round(ratio.at[0] * below);
    if (!(fabs(ratio.at[0] * below - above) <= CLOSE * fabs(above)) || fabs(above) > MOST_ABOVE)
      continue;
    expr number = bp_build_whole(build, (long)fabs(above));
    if (below > 1)
      number = bp_build_binary(build, BP_EXPR_DIVIDE, number, bp_build_whole(build, below));
    expr signed_number = above < 0 ? bp_build_unary(build, BP_EXPR_NEGATE, number) : number;
    walk->editor.only = BP_EDIT_factor_number;
    if (signed_number && above != 0 && fabs(ratio.at[0]) != 1)
      bp_edit_propose(&walk->editor, node, bp_edit_prefixed(build, node, signed_number),
                      signed_number);
    return;
  }
}

static void find_factor(struct walk *walk, expr node, struct bp_numbers wanted,
                        struct bp_numbers value) {
  const struct bp_stock *stock = &walk->filler->stock;
  if (bp_numbers_single(value) || bp_numbers_single(wanted))
    ask(walk, node, bp_numbers_quotient(walk->editor.build->arena, wanted, value), BEHIND,
        walk->deep);
  struct bp_numbers ratio = bp_gap_ratio(walk->filler, wanted, value);
  ask(walk, node, ratio, BEFORE, walk->deep);
  find_number(walk, node, ratio);
  if (bp_numbers_single(value))
    return;
  struct bp_stock_matches before = {.count = 0}, behind = {.count = 0};
  bp_stock_find_before(stock, wanted, value, &before);
  propose_all(walk, node, &before, BEFORE);
  bp_stock_find_behind(stock, wanted, value, &behind);
  propose_all(walk, node, &behind, BEHIND);
  if (!bp_numbers_single(wanted))
    ask(walk, node, bp_numbers_quotient(walk->editor.build->arena, wanted, value), ELEMENTWISE,
        walk->deep);
  if (!walk->filler->gap.supply->kronecker)
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
              bp_is(node, BP_EXPR_DIFFERENTIAL) || bp_is(node, BP_EXPR_ELEMENT);
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
  ask(walk, node, bp_gap_ratio(walk->filler, value, wanted), OVER, false);
  if (!bp_numbers_single(wanted))
    ask(walk, node, bp_numbers_quotient(walk->editor.build->arena, value, wanted), OVER, false);
}

/* A part of a product or a sum is a place only where it is not the same as the whole. */
static void fill_here(struct walk *walk, expr node, struct bp_numbers wanted) {
  expr around = bp_edit_parent(&walk->editor);
  struct bp_numbers value = bp_gap_value(walk->filler, node);
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
    struct bp_numbers below = known ? bp_gap_wanted(walk->filler, node, i, wanted) : wanted;
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
  struct bp_builder build = {.arena = filler->gap.arena};
  struct walk walk = {
      .filler = filler,
      .editor = {.supply = filler->gap.supply, .build = &build, .each = each, .context = context},
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

static bool find_scope(struct bp_filler *filler, struct bp_world *world) {
  const struct bp_gap_question *gap = &filler->gap;
  const struct bp_expression *sides[2] = {gap->other, gap->formula};
  struct bp_statement statement = *gap->claim->line.statement;
  statement.sides = sides;
  statement.side_count = 2;
  struct bp_letters letters;
  size_t members = 0;
  struct middle middle = {.wanted = SIZE_MAX, .arena = gap->arena};
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

bool bp_filler_open(struct bp_filler *filler, const struct bp_gap_question *gap,
                    struct bp_world *world) {
  struct bp_stock *stock = &filler->stock;
  *filler = (struct bp_filler){.gap = *gap,
                               .stock = {.build = {.arena = gap->arena},
                                         .world = world,
                                         .formula = gap->formula,
                                         .other = gap->other}};
  if (!world)
    return false;
  bp_world_begin(world, &gap->claim->line, gap->claim);
  if (!find_scope(filler, world))
    return false;
  stock->value = bp_numbers_of(gap->arena, world, gap->other, stock->scope);
  return stock->value.at != NULL;
}

bool bp_filler_init(struct bp_filler *filler, const struct bp_gap_question *gap,
                    struct bp_world *world) {
  if (!bp_filler_open(filler, gap, world))
    return false;
  struct bp_stock *stock = &filler->stock;
  bp_stock_fill(stock, gap->supply);
  *gap->spent += stock->world->steps / BP_STEPS_OF_ONE + stock->count / BP_ITEMS_OF_ONE;
  return !stock->build.failed;
}
