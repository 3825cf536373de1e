/* Elementwise functions of balls.
 *
 * The midpoint of the result is the function of the midpoint in 113 bits.  Its radius has two
 * parts. Rounding: libquadmath and the C libraries promise errors of a few units for the functions
 * used here; 16 are granted.  A row of bp_functions bounds the rounding of its own formula, which
 * grows where an argument's rounding is magnified (gelu far below 0), and the formula is the same
 * in 113 bits: four times that bound is added.
 *
 * Propagation: how far the result moves while the argument moves within its radius.  For a row this
 * is measured on the row's own float64 values: the larger one-sided difference quotient over a step
 * that is small for the function but many radii wide, doubled.  Over so short a step the slope of
 * these functions changes by a small fraction at most, also where it vanishes, because the
 * quotients to both sides are taken.  A ball wider than that is measured over its own radius as
 * well, which for a monotone function is the whole range.  What float64 may have rounded away is
 * added.  The other functions have functional equations: e^(x+r) - e^x = e^x (e^r - 1), log(x-r) -
 * log(x) = log(1 - r/x), and the sine of a sum.  No derivative that is stored anywhere takes part.
 *
 * Powers with whole exponents multiply, so x^2 has the same bound as x*x.
 */
#include <math.h>
#include <string.h>

#include "num/ball.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const double FUNCTION_UNITS = 16 * BP_QUAD_UNIT;

static struct bp_ball nowhere(void) { return bp_ball_of(__builtin_nan(""), INFINITY); }

/* A result with the rounding of a library function and the given propagated radius. */
static struct bp_ball rounded(bp_quad value, double spread) {
  double rad = bp_quad_above(value) * FUNCTION_UNITS + spread + DBL_TRUE_MIN;
  return bp_ball_of(value, rad * BP_BALL_UP);
}

/* ---- functions with a functional equation ---- */

struct bp_ball bp_ball_exp(struct bp_ball x, struct bp_ball_trail *trail) {
  (void)trail;
  if (bp_ball_is_zero(x))
    return bp_ball_exact(1);
  bp_quad value = bp_quad_exp(x.mid);
  double spread = x.rad == 0 ? 0 : bp_quad_above(value) * expm1(x.rad) * BP_BALL_UP + DBL_TRUE_MIN;
  return rounded(value, spread);
}

/* log(x) - log(x-r) = -log(1 - r/x) is more than log(x+r) - log(x). */
struct bp_ball bp_ball_log(struct bp_ball x, struct bp_ball_trail *trail) {
  (void)trail;
  if (!(x.mid > 0))
    return nowhere();
  if (x.mid == 1 && x.rad == 0)
    return bp_ball_exact(0);
  bp_quad value = bp_quad_log(x.mid);
  if (x.rad == 0)
    return rounded(value, 0);
  double part = (x.rad / bp_quad_below(x.mid) + DBL_TRUE_MIN) * BP_BALL_UP;
  return rounded(value, part < 1 ? -log1p(-part) * BP_BALL_UP : INFINITY);
}

/* |sqrt(x) - sqrt(y)| = |x - y| / (sqrt(x) + sqrt(y)) is at most r / sqrt(x), and at most sqrt(r).
 * A ball that reaches below 0 stands for a number at or above 0, which is not sure. */
struct bp_ball bp_ball_sqrt(struct bp_ball x, struct bp_ball_trail *trail) {
  if (!(x.mid >= 0))
    return nowhere();
  if (bp_ball_is_zero(x))
    return x;
  bp_quad value = bp_quad_sqrt(x.mid);
  if (x.rad == 0) {
    bp_quad square = value * value;
    if (square == x.mid && bp_ball_product_is_exact(value, value, square))
      return bp_ball_of(value, 0);
    return rounded(value, 0);
  }
  if (trail && !(x.rad < bp_quad_below(x.mid)))
    trail->unsure = true;
  double far = sqrt(x.rad), near = x.rad / bp_quad_below(value) + DBL_TRUE_MIN;
  return rounded(value, (near < far ? near : far) * BP_BALL_UP);
}

struct bp_ball bp_ball_abs(struct bp_ball x, struct bp_ball_trail *trail) {
  bp_ball_compare(x, bp_ball_exact(0), trail);
  return bp_ball_of(bp_quad_fabs(x.mid), x.rad);
}

/* |sin(x+r) - sin(x)| = 2 |sin(r/2)| |cos(x + r/2)| <= r, and the same for the cosine. */
struct bp_ball bp_ball_sin(struct bp_ball x, struct bp_ball_trail *trail) {
  (void)trail;
  return bp_ball_is_zero(x) ? x : rounded(bp_quad_sin(x.mid), x.rad);
}

struct bp_ball bp_ball_cos(struct bp_ball x, struct bp_ball_trail *trail) {
  (void)trail;
  return bp_ball_is_zero(x) ? bp_ball_exact(1) : rounded(bp_quad_cos(x.mid), x.rad);
}

/* ---- powers ---- */

static struct bp_ball whole_power(struct bp_ball x, uint64_t exponent) {
  struct bp_ball power = bp_ball_exact(1);
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      power = bp_ball_mul(power, x);
    if (exponent > 1)
      x = bp_ball_mul(x, x);
  }
  return power;
}

struct bp_ball bp_ball_pow(struct bp_ball x, struct bp_ball y, struct bp_ball_trail *trail) {
  bool whole = y.rad == 0 && bp_quad_fabs(y.mid) < 0x1p62 && bp_quad_floor(y.mid) == y.mid;
  if (whole && y.mid >= 0)
    return whole_power(x, (uint64_t)y.mid);
  if (whole)
    return bp_ball_div(bp_ball_exact(1), whole_power(x, (uint64_t)-y.mid));
  if (bp_ball_is_zero(x) && y.mid > y.rad)
    return bp_ball_exact(0);
  if (!(x.mid > 0))
    return bp_ball_of(__builtin_nan(""), INFINITY);
  return bp_ball_exp(bp_ball_mul(y, bp_ball_log(x, trail)), trail);
}

/* ---- rows of bp_functions ---- */

/* NaN if either is: fmax would hide it. */
static double larger(double a, double b) { return a >= b || a != a ? a : b; }

/* The steepest chord from z to z + d and z - d, with what float64 may have hidden of it. */
static double steepest(const struct bp_function *row, double z, double d) {
  double here = row->value(z), above = row->value(z + d), below = row->value(z - d);
  double slope = larger(fabs(above - here) / ((z + d) - z), fabs(here - below) / (z - (z - d)));
  double size = larger(fabs(here), larger(fabs(above), fabs(below)));
  return size == 0 ? slope : slope + (0x1p-46 * size + 4 * DBL_TRUE_MIN) / d;
}

static double measured_spread(const struct bp_function *row, struct bp_ball x) {
  double z = (double)x.mid, d = 0x1p-17 * fmax(1, fabs(z));
  double slope = steepest(row, z, d);
  if (!(4 * x.rad <= d))
    slope = larger(slope, larger(steepest(row, z, x.rad), steepest(row, z, 4 * x.rad)));
  return slope == 0 ? 0 : 2 * slope * x.rad + DBL_TRUE_MIN;
}

/* A row whose float64 value is bounded as exact at z is so in 113 bits as well: it calculates
 * nothing there. */
struct bp_ball bp_ball_measured(const struct bp_function *row, struct bp_ball x,
                                struct bp_ball_trail *trail) {
  if (row->kink != BP_SMOOTH)
    bp_ball_compare(x, bp_ball_exact(0), trail);
  bp_quad value = row->value_quad(x.mid);
  double units = row->rounding((double)x.mid, 1), rad = 0;
  if (units != 0 && !(bp_quad_is_zero(x.mid) && bp_quad_is_zero(value)))
    rad = (16 + 4 * units) * BP_QUAD_UNIT * bp_quad_above(value) + DBL_TRUE_MIN;
  if (x.rad != 0)
    rad += measured_spread(row, x);
  return bp_ball_of(value, rad * BP_BALL_UP);
}

struct bp_ball bp_ball_leaky_relu(const struct bp_function *row, struct bp_ball x,
                                  struct bp_ball_trail *trail) {
  (void)row;
  int sign = bp_ball_compare(x, bp_ball_exact(0), trail);
  struct bp_ball value = sign < 0 ? bp_ball_div(x, bp_ball_exact(100)) : x;
  if (value.rad < x.rad && !(x.rad < bp_quad_below(x.mid)))
    value.rad = x.rad; /* some of the ball lies on the steeper side */
  return value;
}

/* ---- functions that only formulas call ---- */

#define OWN(function)                                                                              \
  static struct bp_ball own_##function(const struct bp_function *row, struct bp_ball x,            \
                                       struct bp_ball_trail *trail) {                              \
    (void)row;                                                                                     \
    return bp_ball_##function(x, trail);                                                           \
  }
OWN(exp)
OWN(log)
OWN(sqrt)
OWN(abs)
OWN(sin)
OWN(cos)

/* log and ln are rows of their own, because a typing slip is mended to the nearer of the two. */
#define ROW(called, value, records, words)                                                         \
  { .name = called, .symbol = called, .ball = value, .decides = records, .traits = words }
enum { OFFERED = BP_FUNCTION_OFFERED, FORGOTTEN = BP_FUNCTION_FORGOTTEN };
static const struct bp_function own[] = {
    ROW("exp", own_exp, false, OFFERED | FORGOTTEN),
    ROW("log", own_log, false, OFFERED | FORGOTTEN),
    ROW("ln", own_log, false, 0),
    ROW("sqrt", own_sqrt, true, OFFERED),
    ROW("abs", own_abs, true, 0),
    ROW("sin", own_sin, false, 0),
    ROW("cos", own_cos, false, 0),
};
#undef ROW

const struct bp_function *bp_ball_function_find(const char *name, size_t length) {
  for (size_t k = 0; k < COUNT(own); k++)
    if (strlen(own[k].name) == length && memcmp(own[k].name, name, length) == 0)
      return &own[k];
  const struct bp_function *row = bp_function_find(name, length);
  return row && row->ball ? row : NULL;
}

const struct bp_function *bp_ball_function_at(size_t place) {
  if (place < COUNT(own))
    return &own[place];
  place -= COUNT(own);
  for (size_t k = 0; k < bp_function_count; k++)
    if (bp_functions[k].ball && place-- == 0)
      return &bp_functions[k];
  return NULL;
}

/* ---- drawn functions ---- */

static double between(double low, double high, double uniform) {
  return low + (high - low) * uniform;
}

struct bp_ball_drawn bp_ball_draw_function(double (*uniform)(void *), void *state) {
  static const struct {
    double low, high;
    bool either_sign;
  } range[COUNT(((struct bp_ball_drawn *)0)->coefficient)] = {
      {-1, 1, false}, {0.2, 0.8, true}, {0.8, 1.6, true},  {0.6, 1.4, true},
      {-1, 1, false}, {0.6, 1.2, true}, {0.4, 1.1, false}, {-1, 1, false},
  };
  struct bp_ball_drawn drawn;
  for (size_t k = 0; k < COUNT(range); k++) {
    double sign = range[k].either_sign && uniform(state) < 0.5 ? -1 : 1;
    drawn.coefficient[k] = sign * between(range[k].low, range[k].high, uniform(state));
  }
  return drawn;
}

/* p / (1 + q^2) */
static struct bp_ball hump(struct bp_ball p, struct bp_ball q) {
  return bp_ball_div(p, bp_ball_add(bp_ball_exact(1), bp_ball_mul(q, q)));
}

struct bp_ball bp_ball_drawn_value(const struct bp_ball_drawn *drawn, struct bp_ball x) {
  struct bp_ball c[COUNT(drawn->coefficient)];
  for (size_t k = 0; k < COUNT(c); k++)
    c[k] = bp_ball_exact(drawn->coefficient[k]);
  struct bp_ball u = bp_ball_add(bp_ball_mul(c[3], x), c[4]);
  struct bp_ball v = bp_ball_add(bp_ball_mul(c[6], x), c[7]);
  struct bp_ball line = bp_ball_add(c[0], bp_ball_mul(c[1], x));
  return bp_ball_add(bp_ball_add(line, hump(bp_ball_mul(c[2], u), u)), hump(c[5], v));
}
