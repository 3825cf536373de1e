/* Matrices of balls: the operations of linear algebra, each with a bound of its own rounding.
 *
 * Every operation makes a new matrix in the arena; its `at` is NULL exactly when memory is short,
 * and an operand of which that is true makes the result so too.  Shapes are the caller's duty.
 */
#ifndef BP_NUM_BALL_MATRIX_H
#define BP_NUM_BALL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "num/ball.h"

struct bp_balls bp_balls_new(struct bp_arena *arena, size_t rows, size_t columns); /* all 0 */
struct bp_balls bp_balls_number(struct bp_arena *arena, struct bp_ball number);    /* 1 x 1 */
struct bp_balls bp_balls_fill(struct bp_arena *arena, size_t rows, size_t columns, double value);
struct bp_balls bp_balls_identity(struct bp_arena *arena, size_t n);

/* Elementwise; where one operand has a single row or column it repeats. */
struct bp_balls bp_balls_zip(struct bp_arena *arena, struct bp_balls a, struct bp_balls b,
                             struct bp_ball (*f)(struct bp_ball, struct bp_ball));
struct bp_balls bp_balls_zip_trail(struct bp_arena *arena, struct bp_balls a, struct bp_balls b,
                                   struct bp_ball (*f)(struct bp_ball, struct bp_ball,
                                                       struct bp_ball_trail *),
                                   struct bp_ball_trail *trail);
struct bp_balls bp_balls_map(struct bp_arena *arena, struct bp_balls a, const struct bp_function *f,
                             struct bp_ball_trail *trail);

struct bp_balls bp_balls_negate(struct bp_arena *arena, struct bp_balls a);
struct bp_balls bp_balls_transpose(struct bp_arena *arena, struct bp_balls a);
struct bp_balls bp_balls_vec(struct bp_arena *arena, struct bp_balls a);      /* columns stacked */
struct bp_balls bp_balls_diag(struct bp_arena *arena, struct bp_balls a);     /* Diag(vec(a)) */
struct bp_balls bp_balls_diagonal(struct bp_arena *arena, struct bp_balls a); /* a column */

struct bp_balls bp_balls_row_sums(struct bp_arena *arena, struct bp_balls a);    /* n x 1 */
struct bp_balls bp_balls_column_sums(struct bp_arena *arena, struct bp_balls a); /* 1 x m */
struct bp_balls bp_balls_sum(struct bp_arena *arena, struct bp_balls a);         /* 1 x 1 */
struct bp_balls bp_balls_trace(struct bp_arena *arena, struct bp_balls a);
struct bp_balls bp_balls_norm(struct bp_arena *arena, struct bp_balls a); /* of all elements */

/* Of every column, shifted by its largest midpoint, which changes no value. */
struct bp_balls bp_balls_softmax(struct bp_arena *arena, struct bp_balls a);

/* Exact zeros of a matrix are skipped where everything that they meet is finite.  O(rows x inner x
 * columns). */
struct bp_balls bp_balls_multiply(struct bp_arena *arena, struct bp_balls a, struct bp_balls b);
struct bp_balls bp_balls_kronecker(struct bp_arena *arena, struct bp_balls a, struct bp_balls b);
struct bp_balls bp_balls_power(struct bp_arena *arena, struct bp_balls a, unsigned exponent);

/* Singular: NaN.  So badly conditioned that 113 bits do not decide: infinite radii. */
struct bp_balls bp_balls_inverse(struct bp_arena *arena, struct bp_balls a);
struct bp_balls bp_balls_determinant(struct bp_arena *arena, struct bp_balls a);

bool bp_balls_finite(struct bp_balls a);
double bp_balls_largest(struct bp_balls a); /* largest |midpoint|; 0 if empty, NaN if one is */
double bp_balls_widest(struct bp_balls a);  /* largest radius; the same */

#endif
