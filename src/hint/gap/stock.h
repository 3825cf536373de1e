/* The stock: small formulas that could be put in somewhere, with the values that they have at one
 * point.
 *
 * Trying a formula means judging the whole line.  Where it is known what value is missing, it is
 * enough to look which small formula has that value: a hundred names and pieces make tens of
 * thousands of products, and each is told apart by a few numbers.  Everything in a stock lives in
 * the arena of its builder.
 */
#ifndef BP_HINT_GAP_STOCK_H
#define BP_HINT_GAP_STOCK_H

#include "hint/edit/edit.h"
#include "hint/gap/numbers.h"
#include "lang/build.h"

/* Something that the claim, or the file, has at hand. */
struct bp_stock_part {
  const struct bp_expression *expression;
  struct bp_numbers value;
  bool term;    /* a name, an element or 1: it may be part of a difference */
  bool divisor; /* ... or of a quotient; 1 - y as well */
};

/* A part, or two parts joined by an operator. */
struct bp_stock_item {
  enum bp_expression_kind join; /* BP_EXPR_NAME: the first part alone */
  unsigned short first, second; /* parts */
  unsigned short rows, columns; /* of the value V */
  double key;                   /* u' V w for fixed u and w: equal values have equal keys */
  double *across, *upright;     /* u' V and V w */
};

enum {
  BP_MOST_STOCK_PARTS = 240,
  BP_MOST_STOCK_ITEMS = 60000,
  BP_LONGEST_IN_STOCK = 256,
  BP_MOST_STOCK_ELEMENTS = 96
};

struct bp_stock {
  struct bp_builder build; /* it remembers when memory was short */
  struct bp_world *world;
  const struct bp_scope *scope;
  const struct bp_expression *formula, *other; /* the sides of the claim; `other` stays */
  struct bp_numbers value;                     /* of `other` */
  struct bp_stock_part *parts;
  size_t part_count;
  const struct bp_expression **elements; /* with letters that may be bound by a sum: no values */
  size_t element_count;
  struct bp_stock_item *items; /* sorted by rows, columns and key */
  size_t count;
};

/* Fills the stock from the supply of a claim, as far as its sides have a use for it.  Set before
 * are the builder's arena, world, scope, the sides and `value`; the world has been readied for the
 * claim.  What has the value of the side that stays, or a multiple of it, or contains it, is no
 * help and left out, but for what the formula has already.  O(parts^2). */
void bp_stock_fill(struct bp_stock *stock, const struct bp_supply *supply);

/* Collects the parts, for bp_stock_fill; whether quotients of them are worth looking at. */
bool bp_stock_collect(struct bp_stock *stock, const struct bp_supply *supply);

/* The entries of u and w, all between 0.5 and 1.5. */
double bp_stock_row_weight(size_t row);
double bp_stock_column_weight(size_t column);

/* across := u' V, upright := V w; returns u' V w. */
double bp_stock_project(struct bp_numbers value, double *across, double *upright);

/* What fits into a gap: `item`, behind `outer` where that is not NULL. */
struct bp_stock_match {
  const struct bp_stock_part *outer;
  const struct bp_stock_item *item;
};

enum { BP_MOST_STOCK_MATCHES = 24 };

struct bp_stock_matches {
  struct bp_stock_match list[BP_MOST_STOCK_MATCHES];
  size_t count;
  size_t looked_at; /* items, for counting work */
};

/* All items of that value.  O(log items) and the matches. */
void bp_stock_find(const struct bp_stock *stock, struct bp_numbers value,
                   struct bp_stock_matches *matches);

/* All part * item of that value.  O(parts * items of fitting shape). */
void bp_stock_find_product(const struct bp_stock *stock, struct bp_numbers value,
                           struct bp_stock_matches *matches);

/* All items F with F * by = value, and those with by * F = value, neither side being a number.
 * O(items of fitting shape). */
void bp_stock_find_before(const struct bp_stock *stock, struct bp_numbers value,
                          struct bp_numbers by, struct bp_stock_matches *matches);
void bp_stock_find_behind(const struct bp_stock *stock, struct bp_numbers value,
                          struct bp_numbers by, struct bp_stock_matches *matches);

/* Items F with F ⊗ by = value, and with by ⊗ F = value. */
void bp_stock_find_kronecker(const struct bp_stock *stock, struct bp_numbers value,
                             struct bp_numbers by, bool before, struct bp_stock_matches *matches);

#endif
