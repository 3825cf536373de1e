/* Filling gaps: formulas in which something is missing, found by the value that is missing.
 *
 * A filler and all values live in the arena that its question names.
 */
#ifndef BP_HINT_GAP_FILL_H
#define BP_HINT_GAP_FILL_H

#include "hint/gap/stock.h"
#include "model/world.h"

/* Looking at so many items, or steps of a value, costs as much as judging one small candidate. */
enum { BP_ITEMS_OF_ONE = 500, BP_STEPS_OF_ONE = 60 };

/* What a filler is asked about, and with. */
struct bp_gap_question {
  const struct bp_model_claim *claim;
  const struct bp_expression *formula,
      *other; /* the side that is to be filled; the one that stays */
  const struct bp_supply *supply;
  struct bp_arena *arena;
  size_t *spent; /* work is counted here, in steps of the size of one small candidate */
};

/* One point of one trial, with what could be put in there. */
struct bp_filler {
  struct bp_gap_question gap;
  struct bp_stock stock;
};

/* A point in that world for the claim, with the value of the side that stays and an empty stock.
 * False where there is none, `world` is NULL, or memory is short. */
bool bp_filler_open(struct bp_filler *filler, const struct bp_gap_question *gap,
                    struct bp_world *world);

/* The same with a full stock. */
bool bp_filler_init(struct bp_filler *filler, const struct bp_gap_question *gap,
                    struct bp_world *world);

/* Calls `each` with every way to fill one gap of `formula` with which it has the value of the other
 * side at the point, until that returns false.  `deep` looks for products of three as well.  False
 * when `each` said so. */
bool bp_fill_each(struct bp_filler *filler, const struct bp_expression *formula, bool deep,
                  bool (*each)(void *context, const struct bp_edit *edit), void *context);

/* ---- wanted.c ---- */

/* The value of an expression at the point, and the single number c with x = c y. */
struct bp_numbers bp_gap_value(const struct bp_filler *filler,
                               const struct bp_expression *expression);
struct bp_numbers bp_gap_ratio(const struct bp_filler *filler, struct bp_numbers x,
                               struct bp_numbers y);

/* What the child must be so that the node is `wanted`; no value where that cannot be told. */
struct bp_numbers bp_gap_wanted(const struct bp_filler *filler, const struct bp_expression *node,
                                size_t child, struct bp_numbers wanted);

#endif
