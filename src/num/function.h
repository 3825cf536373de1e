/* The elementwise functions that networks and derivations use: one row each, of the table in
 * function.c for what may be an activation, of the one in ball_function.c for exp, log and others
 * that only formulas call.
 *
 * A row says how the function is called, how to compute it, how its derivative is taught, how to
 * compute the same derivative without cancellation, and bounds on its higher derivatives and on
 * rounding. Difference quotients use only `value`; the taught slope is what BP1-BP4 use; the stable
 * slope is for the Kronecker way; the bounds are for deciding; `ball` is for derivations.  They
 * call nothing of each other, though for some functions (gelu) the taught form already is the
 * stable one.  What has to be known
 * of a function is asked of its row, nowhere by its name: so a new row works everywhere.
 *
 * All rows are constants, and nobody owns them.
 *
 * Throughout, u = 2^-53 is the unit roundoff of float64.
 */
#ifndef BP_NUM_FUNCTION_H
#define BP_NUM_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/quad.h"
#include "num/ball.h"

enum { BP_ORDER = 5 };      /* derivatives up to the fifth are bounded */
#define BP_LARGEST_DISC 0.5 /* no function of the table has a pole so near */

/* The highest derivative that is continuous at the kink in 0: what a step across it may assume. */
enum bp_kink {
  BP_SMOOTH,           /* no kink */
  BP_KINK_IN_SLOPE,    /* the first derivative jumps (ReLU) */
  BP_KINK_IN_CURVATURE /* the second derivative jumps (ELU) */
};

enum { BP_MOST_SPELLINGS = 4 };

/* What is asked of a function, so that nobody asks for its name. */
enum bp_function_trait {
  BP_FUNCTION_OFFERED = 1 << 0,   /* it may have been meant even where a file does not use it */
  BP_FUNCTION_FORGOTTEN = 1 << 1, /* people leave it out: it may be missing around anything */
  BP_FUNCTION_DECIDES = 1 << 2,   /* its value hangs on the sign of its argument, as at a kink */
  BP_FUNCTION_HALF_LINE = 1 << 3  /* it has no value of a negative number */
};

struct bp_function {
  const char *name;                        /* "leaky_relu" */
  const char *spelling[BP_MOST_SPELLINGS]; /* others in use, then NULL */
  const char *symbol;                      /* how a formula calls it: "σ", "tanh" */
  unsigned traits;                         /* of bp_function_trait */

  /* the function of a ball, for derivations; NULL where it does not act on numbers */
  bp_ball_unary *ball;

  /* From here on activations only. */
  bool columnwise;    /* softmax: acts on a whole column; the scalar members are NULL */
  bool probabilities; /* cross-entropy takes its values; the slope of that in z is a - y */
  double low, high;   /* its values lie between; targets are drawn there where both are finite */
  enum bp_kink kink;  /* at 0 */
  double slope_below, slope_above; /* one-sided slopes at a kink in the slope */

  double (*value)(double z);
  bp_quad (*value_quad)(bp_quad z);
  void (*vector)(size_t n, const double *z, double *a); /* a[k] = value of z[k]; a may be z */

  /* the derivative as courses write it, from z and a = g(z); cancels where units saturate */
  double (*taught)(double z, double a);
  bp_quad (*taught_quad)(bp_quad z, bp_quad a);
  bp_ball_binary *taught_ball; /* of real z and a; for networks, never for derivations */
  /* sum of the magnitudes that `taught` adds up; its rounding error is at most 16 u times this */
  double (*taught_magnitude)(double z, double a);
  /* the same derivative without cancellation where units saturate: relative error a few u, except
   * beside its own zeros (silu, gelu) */
  double (*slope)(double z);

  /* bound[k] >= sup of |g^(k)| / k! over [z-r, z+r] for k = 1..BP_ORDER; INFINITY where the
   * derivative does not exist on the whole interval */
  void (*derivative_bounds)(double z, double r, double bound[BP_ORDER + 1]);
  /* sup of |g'| and of |g''| / 2 over the complex disc of radius r <= BP_LARGEST_DISC around z, of
   * the piece of g that z lies in, which goes on beyond a kink; *bend is 0 for lines alone, however
   * small it may be elsewhere, and then r may be anything */
  void (*disc)(double z, double r, double *slope, double *bend);
  /* |computed value - g(z)| <= u * rounding(z, a) */
  double (*rounding)(double z, double a);
  /* other people's code, with that unit roundoff: what its value and its slope may be off besides,
   * in the forms that are in use: z/2 (1 + erf(z/sqrt 2)) loses all digits of a gelu far below 0 */
  void (*elsewhere)(double z, double unit, double *value, double *slope);
};

/* The function of that name or a common other spelling, in any letter case, or NULL. `length` bytes
 * of `name` count. */
const struct bp_function *bp_function_find(const char *name, size_t length);

/* Every row, for messages, tests and documentation. */
extern const struct bp_function bp_functions[];
extern const size_t bp_function_count;

#endif
