/* Matrices of plain numbers at one point: what the parts of a formula are there, what must stand in
 * a gap, and the few operations that lead from one to the other, where a value has to be found and
 * not vouched for.
 *
 * A matrix may have no value, which every function passes on; what is made lives in the arena that
 * is named first.
 */
#ifndef BP_HINT_GAP_NUMBERS_H
#define BP_HINT_GAP_NUMBERS_H

#include "model/world.h"

/* Row by row. */
struct bp_numbers {
  size_t rows, columns;
  double *at; /* NULL: there is no value */
};

enum { BP_MOST_NUMBERS = 1024 /* of a matrix: larger ones are no use in what a person writes */ };

/* The value of an expression in the world, which is drawn small. */
struct bp_numbers bp_numbers_of(struct bp_arena *arena, struct bp_world *world,
                                const struct bp_expression *expression,
                                const struct bp_scope *scope);

bool bp_numbers_single(struct bp_numbers x);
bool bp_numbers_alike(struct bp_numbers x, struct bp_numbers y); /* in shape */

double bp_numbers_dot(const double *a, const double *b, size_t count);

/* The number c with x = c y, up to `tolerance` of x; NaN where there is none. */
double bp_numbers_ratio(struct bp_numbers x, struct bp_numbers y, double tolerance);

struct bp_numbers bp_numbers_blank(struct bp_arena *arena, size_t rows, size_t columns);
struct bp_numbers bp_numbers_full(struct bp_arena *arena, size_t rows, size_t columns,
                                  double number); /* no value where that is NaN */
struct bp_numbers bp_numbers_sum(struct bp_arena *arena, struct bp_numbers x, struct bp_numbers y,
                                 double sign); /* x + sign * y */
/* The column that all columns of x are, or the number that all numbers of a column are; no value
 * where they differ, or x is one already. */
struct bp_numbers bp_numbers_repeated(struct bp_arena *arena, struct bp_numbers x);
struct bp_numbers bp_numbers_negative(struct bp_arena *arena, struct bp_numbers x);
struct bp_numbers bp_numbers_transposed(struct bp_arena *arena, struct bp_numbers x);

/* x ./ y; a single number serves for all.  No value where y has a 0. */
struct bp_numbers bp_numbers_quotient(struct bp_arena *arena, struct bp_numbers x,
                                      struct bp_numbers y);

/* The diagonal of a diagonal matrix, in the shape of `like`, a column or a row. */
struct bp_numbers bp_numbers_diagonal(struct bp_arena *arena, struct bp_numbers x,
                                      struct bp_numbers like);

/* The only F with F * by = value (`before`) or by * F = value; no value where there is none, or
 * more than one. */
struct bp_numbers bp_numbers_solve(struct bp_arena *arena, struct bp_numbers value,
                                   struct bp_numbers by, bool before);

#endif
