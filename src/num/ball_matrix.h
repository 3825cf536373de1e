/* Matrices of balls: the operations of linear algebra, each with a bound of its own rounding.
 *
 * Every operation makes a new matrix in the arena of the room; its `at` is NULL exactly when memory
 * is short, and an operand of which that is true makes the result so too.  Shapes are the caller's
 * duty.  Results that only put elements elsewhere (transpose, vec, diag, diagonal, negate) share
 * their mantissas with the operand and live no longer than it.
 */
#ifndef BP_NUM_BALL_MATRIX_H
#define BP_NUM_BALL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "num/ball.h"

struct bp_balls bp_balls_new(const struct bp_ball_room *room, size_t rows, size_t columns);
struct bp_balls bp_balls_number(const struct bp_ball_room *room, struct bp_ball number); /* 1 x 1 */
struct bp_balls bp_balls_fill(const struct bp_ball_room *room, size_t rows, size_t columns,
                              double value);
struct bp_balls bp_balls_identity(const struct bp_ball_room *room, size_t n);

/* With mantissas of its own, as they are or rounded to the bits of the room. */
struct bp_balls bp_balls_copy(const struct bp_ball_room *room, struct bp_balls a);
struct bp_balls bp_balls_round(const struct bp_ball_room *room, struct bp_balls a);

/* Elementwise; where one operand has a single row or column it repeats. */
struct bp_balls bp_balls_zip(const struct bp_ball_room *room, struct bp_balls a, struct bp_balls b,
                             bp_ball_binary *f);
struct bp_balls bp_balls_map(const struct bp_ball_room *room, struct bp_balls a, bp_ball_unary *f);

struct bp_balls bp_balls_negate(const struct bp_ball_room *room, struct bp_balls a);
struct bp_balls bp_balls_transpose(const struct bp_ball_room *room, struct bp_balls a);
struct bp_balls bp_balls_vec(const struct bp_ball_room *room,
                             struct bp_balls a); /* columns stacked */
struct bp_balls bp_balls_diag(const struct bp_ball_room *room,
                              struct bp_balls a); /* Diag(vec(a)) */
struct bp_balls bp_balls_diagonal(const struct bp_ball_room *room,
                                  struct bp_balls a); /* a column */

struct bp_balls bp_balls_row_sums(const struct bp_ball_room *room, struct bp_balls a); /* n x 1 */
struct bp_balls bp_balls_column_sums(const struct bp_ball_room *room, struct bp_balls a);
struct bp_balls bp_balls_sum(const struct bp_ball_room *room, struct bp_balls a); /* 1 x 1 */
struct bp_balls bp_balls_trace(const struct bp_ball_room *room, struct bp_balls a);

/* The root of the sum of all squares, of which no absolute value is taken, so it is analytic
 * wherever that sum stays clear of 0 and of negative numbers. */
struct bp_balls bp_balls_norm(const struct bp_ball_room *room, struct bp_balls a);

/* Of every column, shifted by its largest midpoint, which changes no value. */
struct bp_balls bp_balls_softmax(const struct bp_ball_room *room, struct bp_balls a);

/* An element of the product is unknown or missing as soon as one of its row and column is, also
 * where it meets an exact 0.  O(rows x inner x columns). */
struct bp_balls bp_balls_multiply(const struct bp_ball_room *room, struct bp_balls a,
                                  struct bp_balls b);
struct bp_balls bp_balls_kronecker(const struct bp_ball_room *room, struct bp_balls a,
                                   struct bp_balls b);
struct bp_balls bp_balls_power(const struct bp_ball_room *room, struct bp_balls a,
                               unsigned exponent);

/* A matrix of exact real numbers that is singular has no inverse: all elements are missing.  Where
 * so many bits do not decide whether there is one they are unknown. */
struct bp_balls bp_balls_inverse(const struct bp_ball_room *room, struct bp_balls a);
struct bp_balls bp_balls_determinant(const struct bp_ball_room *room, struct bp_balls a);

bool bp_balls_finite(struct bp_balls a);
bool bp_balls_real(struct bp_balls a);

/* Bounds of the largest |element| and of the largest radius, as bp_ball_above and bp_ball_radius;
 * 0, or -infinite, for an empty matrix. */
double bp_balls_largest(struct bp_balls a);
double bp_balls_widest(struct bp_balls a);
double bp_balls_largest_log2(struct bp_balls a);
double bp_balls_widest_log2(struct bp_balls a);

#endif
