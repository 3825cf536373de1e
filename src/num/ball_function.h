/* Elementwise functions of balls, by their names, and unknown functions that are drawn.
 *
 * Every function has one analytic formula, or two of them that meet at a kink.  A real argument
 * outside of the domain makes the result missing, one that reaches across its border unknown; in a
 * disc the result is unknown where the disc meets a pole, a branch cut or a kink.
 */
#ifndef BP_NUM_BALL_FUNCTION_H
#define BP_NUM_BALL_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "num/function.h"

/* exp, log (ln), sqrt, abs, sin, cos, tan, sinh, cosh, atan (arctan), erf, and the rows of
 * bp_functions that act on numbers, by any of their names; NULL for any other name. */
const struct bp_function *bp_ball_function_find(const char *name, size_t length);

/* All of them, by their place from 0; NULL behind the last. */
const struct bp_function *bp_ball_function_at(size_t place);

/* f(x), frozen. */
struct bp_ball bp_ball_apply(const struct bp_ball_room *room, bp_ball_unary *f, struct bp_ball x);

bp_ball_unary bp_ball_identity;

/* Analytic everywhere, or but for poles and branch cuts. */
bp_ball_unary bp_ball_exp;
bp_ball_unary bp_ball_log;
bp_ball_unary bp_ball_sqrt; /* of a real number that may be below 0 it is unsure */
bp_ball_unary bp_ball_sin;
bp_ball_unary bp_ball_cos;
bp_ball_unary bp_ball_tan;
bp_ball_unary bp_ball_sinh;
bp_ball_unary bp_ball_cosh;
bp_ball_unary bp_ball_atan;
bp_ball_unary bp_ball_erf;
bp_ball_unary bp_ball_sigmoid;
bp_ball_unary bp_ball_tanh;
bp_ball_unary bp_ball_softplus;
bp_ball_unary bp_ball_silu;
bp_ball_unary bp_ball_gelu;

/* Two branches that meet at 0. */
bp_ball_unary bp_ball_abs;
bp_ball_unary bp_ball_relu;
bp_ball_unary bp_ball_leaky_relu; /* x/100 below 0, exactly */
bp_ball_unary bp_ball_elu;

/* An unknown smooth function, drawn: c0 + c1 x + c2 sin(c3 x + c4) + c5 sin(c6 x + c7), which is
 * analytic in the whole plane, so that discs around its argument may have any size, and has no
 * identity of its own.  The coefficients are multiples of 2^-16; values and slopes are of order 1.
 */
struct bp_ball_drawn {
  double coefficient[8];
};

/* Draws one; `uniform` gives numbers in (0, 1). */
struct bp_ball_drawn bp_ball_draw_function(double (*uniform)(void *), void *state);

struct bp_ball bp_ball_drawn_value(const struct bp_ball_room *room,
                                   const struct bp_ball_drawn *drawn, struct bp_ball x);

#endif
