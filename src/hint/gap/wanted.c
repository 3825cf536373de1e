/* What would have to stand in the place of a part for the whole to be right: below a sum the whole
 * less the other terms, below a product what solves for it, and so on for each operator that can be
 * turned round.
 */
#include "hint/gap/fill.h"

#include <string.h>

#include "lang/tree.h"
#include "value/builtin.h"

typedef const struct bp_expression *expr;

static const struct bp_numbers none = {0, 0, NULL};
static const double CLOSE = 1e-9;

/* The world is readied anew: candidates have been judged in it since. */
struct bp_numbers bp_gap_value(const struct bp_filler *filler, expr node) {
  const struct bp_stock *stock = &filler->stock;
  const struct bp_gap_question *gap = &filler->gap;
  bp_world_begin(stock->world, &gap->claim->line, gap->claim);
  struct bp_numbers value = bp_numbers_of(gap->arena, stock->world, node, stock->scope);
  *gap->spent += stock->world->steps / BP_STEPS_OF_ONE;
  return value;
}

struct bp_numbers bp_gap_ratio(const struct bp_filler *filler, struct bp_numbers x,
                               struct bp_numbers y) {
  return bp_numbers_full(filler->gap.arena, 1, 1, bp_numbers_ratio(x, y, CLOSE));
}

/* What a factor must be, given the other one. */
static struct bp_numbers wanted_factor(const struct bp_filler *filler, expr node, size_t child,
                                       struct bp_numbers wanted) {
  const struct bp_gap_question *gap = &filler->gap;
  struct bp_numbers sibling = bp_gap_value(filler, node->child[1 - child]);
  if (!sibling.at)
    return none;
  if (bp_numbers_single(sibling) || bp_is(node, BP_EXPR_HADAMARD))
    return bp_numbers_quotient(gap->arena, wanted, sibling);
  struct bp_numbers now = bp_gap_value(filler, node->child[child]);
  if (bp_numbers_single(now))
    return bp_gap_ratio(filler, wanted, sibling);
  size_t inner = child == 0 ? sibling.rows : sibling.columns;
  *gap->spent += inner * inner * (sibling.rows + sibling.columns) / BP_ITEMS_OF_ONE;
  return bp_numbers_solve(gap->arena, wanted, sibling, child == 0);
}

static struct bp_numbers wanted_in_quotient(const struct bp_filler *filler, expr node, size_t child,
                                            struct bp_numbers wanted) {
  struct bp_arena *arena = filler->gap.arena;
  struct bp_numbers sibling = bp_gap_value(filler, node->child[1 - child]);
  if (child == 1)
    return bp_is(node, BP_EXPR_DIVIDE) ? bp_gap_ratio(filler, sibling, wanted)
                                       : bp_numbers_quotient(arena, sibling, wanted);
  struct bp_numbers ones = bp_numbers_full(arena, sibling.rows, sibling.columns, 1);
  return bp_numbers_quotient(arena, wanted, bp_numbers_quotient(arena, ones, sibling));
}

/* The part of a matrix that is written in blocks which is in the place of the child. */
static struct bp_numbers block_of(const struct bp_filler *filler, expr node, size_t child,
                                  struct bp_numbers wanted) {
  struct bp_numbers here = bp_gap_value(filler, node->child[child]);
  size_t row = 0, column = 0;
  for (size_t k = child % node->columns; k < child; k += node->columns)
    row += bp_gap_value(filler, node->child[k]).rows;
  for (size_t k = child - child % node->columns; k < child; k++)
    column += bp_gap_value(filler, node->child[k]).columns;
  if (!here.at || row + here.rows > wanted.rows || column + here.columns > wanted.columns)
    return none;
  struct bp_numbers block = bp_numbers_blank(filler->gap.arena, here.rows, here.columns);
  for (size_t i = 0; i < block.rows; i++)
    memcpy(block.at + i * block.columns, wanted.at + (row + i) * wanted.columns + column,
           block.columns * sizeof *block.at);
  return block;
}

struct bp_numbers bp_gap_wanted(const struct bp_filler *filler, expr node, size_t child,
                                struct bp_numbers wanted) {
  struct bp_arena *arena = filler->gap.arena;
  expr other = child < 2 && node->count == 2 ? node->child[1 - child] : NULL;
  switch (node->kind) {
  case BP_EXPR_ADD:
    return bp_numbers_sum(arena, wanted, bp_gap_value(filler, other), -1);
  case BP_EXPR_SUBTRACT:
    return child == 0 ? bp_numbers_sum(arena, wanted, bp_gap_value(filler, other), 1)
                      : bp_numbers_sum(arena, bp_gap_value(filler, other), wanted, -1);
  case BP_EXPR_NEGATE:
    return bp_numbers_negative(arena, wanted);
  case BP_EXPR_TRANSPOSE:
    return bp_numbers_transposed(arena, wanted);
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
    return wanted_factor(filler, node, child, wanted);
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return wanted_in_quotient(filler, node, child, wanted);
  case BP_EXPR_MATRIX:
    return block_of(filler, node, child, wanted);
  case BP_EXPR_CALL:
    return child == 1 && node->count == 2 && bp_builtin_is(node->child[0]->name, BP_IS_DIAGONAL)
               ? bp_numbers_diagonal(arena, wanted, bp_gap_value(filler, node->child[child]))
               : none;
  default:
    return none;
  }
}
