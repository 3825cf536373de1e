/* One block per function: its value in both precisions, the derivative as taught, the derivative
 * without cancellation, and the bounds; then the table that lists them.
 *
 * The bounds on derivatives rest on three facts.  (1) Every derivative of the sigmoid up to the
 * fifth is sigma' times a polynomial in p = a(1-a) or (1-2a) that stays within [-1, 1] for p in [0,
 * 1/4], so |sigma^(k)| <= sigma'; and |d log sigma'/dz| = |1-2a| <= 1, so within r of z sigma'
 * grows at most by e^r.  tanh(z) = 2 sigma(2z) - 1 and the derivatives of softplus and SiLU follow.
 * (2) The n-th derivative of the normal distribution function is a Hermite polynomial times the
 * density.  (3) The pieces of ReLU and ELU are lines and an exponential.  In a disc of the complex
 * plane, z = x + iy: |sigma'| = 1 / (2 (cosh x + cos y)), and sigma'' = -sigma' tanh(z/2) with
 * |tanh(z/2)|^2 = (cosh x - cos y) / (cosh x + cos y); the density of x + iy is that of x times
 * e^(y^2/2).  Bounds are inflated by BP_SLACK for their own rounding.
 */
#include "num/function.h"

#include <float.h>
#include <math.h>

#include "num/ball_function.h"
#include "num/function_parts.h"
#include "num/vector.h"

/* a[k] = function of z[k], where there is no faster way. */
#define ELEMENT_BY_ELEMENT(function)                                                               \
  static void function##_vector(size_t n, const double *z, double *a) {                            \
    for (size_t k = 0; k < n; k++)                                                                 \
      a[k] = function(z[k]);                                                                       \
  }

static const double factorial[BP_ORDER + 1] = {1, 1, 2, 6, 24, 120};

/* ---- sigmoid: a = 1 / (1 + e^-z), a' = a (1 - a) ------------------------- */

static double sigmoid(double z) {
  double e = exp(-fabs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

static bp_quad sigmoid_quad(bp_quad z) {
  bp_quad e = bp_quad_exp(z > 0 ? -z : z);
  return (z >= 0 ? 1 : e) / (1 + e);
}

static double sigmoid_taught(double z, double a) {
  (void)z;
  return a * (1 - a);
}

static bp_quad sigmoid_taught_quad(bp_quad z, bp_quad a) {
  (void)z;
  return a * (1 - a);
}

static void sigmoid_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                                acb_ptr out) {
  (void)z;
  bp_times_rest(a, a, room->bits, out);
}

static double sigmoid_magnitude(double z, double a) {
  (void)z;
  return a + a * a;
}

static double sigmoid_slope(double z) {
  double e = exp(-fabs(z));
  return e / ((1 + e) * (1 + e));
}

/* sup of sigma' within r of z */
static double sigmoid_peak(double z, double r) {
  double peak = fabs(z) <= r ? 0.25 : sigmoid_slope(z) * exp(r);
  return fmin(0.25, peak) * BP_SLACK;
}

static void sigmoid_bounds(double z, double r, double bound[]) {
  double peak = sigmoid_peak(z, r);
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = peak / factorial[k];
}

/* sup of |sigma'| and |sigma''| / 2 over the disc, r <= 1: there |y| <= r, cosh x lies between both
 * ends. */
static void sigmoid_disc(double z, double r, double *slope, double *bend) {
  double size = fabs(z), nearest = cosh(fmin(fmax(0, size - r), 700)), c = cos(r);
  double farthest = cosh(fmin(size + r, 700));
  *slope = 0.5 / (nearest + c) * BP_SLACK;
  *bend = *slope / 2 * sqrt((farthest - c) / (farthest + c));
}

static double sigmoid_rounding(double z, double a) {
  (void)z;
  return 6 * a;
}

/* (1 + tanh(z/2)) / 2: tanh within 2 u, the sum within u; a (1 - a) passes that on at most. */
static void sigmoid_elsewhere(double z, double unit, double *value, double *slope) {
  (void)z;
  *value = *slope = 2 * unit;
}

/* ---- tanh: a' = 1 - a^2 -------------------------------------------------- */

static double tanh_taught(double z, double a) {
  (void)z;
  return 1 - a * a;
}

static bp_quad tanh_taught_quad(bp_quad z, bp_quad a) {
  (void)z;
  return 1 - a * a;
}

static void tanh_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                             acb_ptr out) {
  (void)z;
  acb_one(out);
  acb_submul(out, a, a, room->bits);
}

static double tanh_magnitude(double z, double a) {
  (void)z;
  return 1 + a * a;
}

static double tanh_slope(double z) { return 4 * sigmoid_slope(2 * z); }

static void tanh_bounds(double z, double r, double bound[]) {
  double peak = 4 * sigmoid_peak(2 * z, 2 * r);
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = ldexp(peak, k - 1) / factorial[k];
}

static void tanh_disc(double z, double r, double *slope, double *bend) {
  sigmoid_disc(2 * z, 2 * r, slope, bend);
  *slope *= 4;
  *bend *= 8;
}

static double relative_rounding(double z, double a) {
  (void)z;
  return 4 * fabs(a);
}

/* 1 - 2 / (e^2z + 1): the quotient is at most 2, and within 2 u of itself; 2 a of that in 1 - a^2,
 * most of which is among the magnitudes of `taught` already. */
static void tanh_elsewhere(double z, double unit, double *value, double *slope) {
  (void)z;
  *value = 5 * unit;
  *slope = 4 * unit;
}

/* ---- relu and leaky_relu: a kink in the slope at 0 ----------------------- */

#define LEAK 0.01

static double relu(double z) { return z < 0 ? 0 : z; } /* NaN stays NaN */

static bp_quad relu_quad(bp_quad z) { return z < 0 ? 0 : z; }

ELEMENT_BY_ELEMENT(relu)

static double relu_taught(double z, double a) {
  (void)a;
  return z > 0;
}

static bp_quad relu_taught_quad(bp_quad z, bp_quad a) {
  (void)a;
  return z > 0;
}

static void relu_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                             acb_ptr out) {
  (void)room, (void)a;
  acb_zero(out);
  if (bp_ball_is_above(z, out))
    acb_one(out);
}

static double relu_slope(double z) { return z > 0; }

static double line_magnitude(double z, double a) {
  (void)z, (void)a;
  return 0;
}

static double leaky_relu(double z) { return z > 0 ? z : LEAK * z; }

static bp_quad leaky_relu_quad(bp_quad z) { return z > 0 ? z : (bp_quad)LEAK * z; }

ELEMENT_BY_ELEMENT(leaky_relu)

static double leaky_relu_taught(double z, double a) {
  (void)a;
  return z > 0 ? 1 : LEAK;
}

static bp_quad leaky_relu_taught_quad(bp_quad z, bp_quad a) {
  (void)a;
  return z > 0 ? 1 : (bp_quad)LEAK;
}

/* Like bp_ball_leaky_relu, of which this is the slope, a hundredth and not LEAK. */
static void leaky_relu_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                                   acb_ptr out) {
  (void)a;
  acb_one(out);
  acb_div_ui(out, out, 100, room->bits);
  if (bp_ball_is_above(z, out))
    acb_one(out);
}

static double leaky_relu_slope(double z) { return z > 0 ? 1 : LEAK; }

static void relu_bounds(double z, double r, double bound[]) { bp_hinge_bounds(z, r, 0, bound); }

static void leaky_relu_bounds(double z, double r, double bound[]) {
  bp_hinge_bounds(z, r, LEAK, bound);
}

static void relu_disc(double z, double r, double *slope, double *bend) {
  (void)r;
  *slope = z > 0;
  *bend = 0;
}

static void leaky_relu_disc(double z, double r, double *slope, double *bend) {
  (void)r;
  *slope = z > 0 ? 1 : LEAK;
  *bend = 0;
}

static double leaky_relu_rounding(double z, double a) { return z > 0 ? 0 : 2 * fabs(a); }

/* ---- identity ------------------------------------------------------------ */

static double identity(double z) { return z; }

static bp_quad identity_quad(bp_quad z) { return z; }

static void identity_vector(size_t n, const double *z, double *a) {
  if (a != z)
    memmove(a, z, n * sizeof *a);
}

static double identity_taught(double z, double a) {
  (void)z, (void)a;
  return 1;
}

static bp_quad identity_taught_quad(bp_quad z, bp_quad a) {
  (void)z, (void)a;
  return 1;
}

static void identity_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                                 acb_ptr out) {
  (void)room, (void)z, (void)a;
  acb_one(out);
}

static double identity_slope(double z) {
  (void)z;
  return 1;
}

static void identity_bounds(double z, double r, double bound[]) {
  (void)z, (void)r;
  bound[1] = 1;
  for (int k = 2; k <= BP_ORDER; k++)
    bound[k] = 0;
}

static void identity_disc(double z, double r, double *slope, double *bend) {
  (void)z, (void)r;
  *slope = 1;
  *bend = 0;
}

/* ---- softplus: log(1 + e^z), a' = sigmoid(z) ----------------------------- */

static double softplus(double z) { return (z > 0 ? z : 0) + log1p(exp(-fabs(z))); }

static bp_quad softplus_quad(bp_quad z) {
  return (z > 0 ? z : 0) + bp_quad_log1p(bp_quad_exp(z > 0 ? -z : z));
}

static double softplus_taught(double z, double a) {
  (void)a;
  return 1 / (1 + exp(-z));
}

static bp_quad softplus_taught_quad(bp_quad z, bp_quad a) {
  (void)a;
  return sigmoid_quad(z);
}

static void softplus_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                                 acb_ptr out) {
  (void)a;
  bp_ball_sigmoid(room, z, out);
}

static double softplus_magnitude(double z, double a) {
  (void)a;
  return sigmoid(z);
}

static void softplus_bounds(double z, double r, double bound[]) {
  double peak = sigmoid_peak(z, r);
  bound[1] = fmin(1, sigmoid(z) * exp(r)) * BP_SLACK;
  for (int k = 2; k <= BP_ORDER; k++)
    bound[k] = peak / factorial[k];
}

/* sup of |sigma| over the disc, r <= 1: |1 + e^-z|^2 = 1 + 2 e^-x cos y + e^-2x */
static double sigmoid_size(double z, double r) {
  double e = exp(-fabs(z + r)), size = 1 / sqrt(1 + 2 * e * cos(r) + e * e) * BP_SLACK;
  return z + r >= 0 ? size : fmax(e, DBL_MIN) * size;
}

static void softplus_disc(double z, double r, double *slope, double *bend) {
  sigmoid_disc(z, r, bend, slope);
  *slope = sigmoid_size(z, r);
  *bend /= 2;
}

static double softplus_rounding(double z, double a) {
  (void)z;
  return 6 * a;
}

/* log(1 + e^z) rounds 1 + e^z, and 1 - e^-a takes its value from there.  PyTorch's form is z itself
 * above 20, whatever the precision. */
static void softplus_elsewhere(double z, double unit, double *value, double *slope) {
  double linear = z > 19 ? exp(-z) : 0;
  *value = 2 * unit + linear;
  *slope = 4 * unit + linear;
}

/* ---- elu: z above 0, e^z - 1 below; its slope is continuous, its curvature jumps at 0 ---- */

static double elu(double z) { return z > 0 ? z : expm1(z); }

static bp_quad elu_quad(bp_quad z) { return z > 0 ? z : bp_quad_expm1(z); }

static double elu_taught(double z, double a) { return z > 0 ? 1 : a + 1; }

static bp_quad elu_taught_quad(bp_quad z, bp_quad a) { return z > 0 ? 1 : a + 1; }

static void elu_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                            acb_ptr out) {
  acb_add_ui(out, a, 1, room->bits);
  if (bp_ball_is_above(z, out))
    acb_one(out);
}

static double elu_magnitude(double z, double a) { return z > 0 ? 0 : fabs(a) + 1; }

static double elu_slope(double z) { return z > 0 ? 1 : exp(z); }

static void elu_bounds(double z, double r, double bound[]) {
  if (z - r > 0) {
    identity_bounds(z, r, bound);
    return;
  }
  bool crosses = z + r >= 0;
  double peak = fmin(1, exp(z + r)) * BP_SLACK;
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = crosses && k > 2 ? INFINITY : peak / factorial[k];
}

static void elu_disc(double z, double r, double *slope, double *bend) {
  *slope = z > 0 ? 1 : fmax(exp(z + r), DBL_MIN) * BP_SLACK;
  *bend = z > 0 ? 0 : *slope / 2;
}

/* e^z - 1, and one more than that. */
static void elu_elsewhere(double z, double unit, double *value, double *slope) {
  *value = z < 1 ? 2 * unit : 0;
  *slope = z < 1 ? 3 * unit : 0;
}

/* ---- silu: z sigmoid(z) -------------------------------------------------- */

static double silu(double z) { return z * sigmoid(z); }

static bp_quad silu_quad(bp_quad z) { return z * sigmoid_quad(z); }

static double silu_taught(double z, double a) { return a + sigmoid(z) * (1 - a); }

static bp_quad silu_taught_quad(bp_quad z, bp_quad a) { return a + sigmoid_quad(z) * (1 - a); }

static void silu_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                             acb_ptr out) {
  acb_t gate;
  acb_init(gate);
  bp_ball_sigmoid(room, z, gate);
  bp_times_rest(gate, a, room->bits, out);
  acb_add(out, out, a, room->bits);
  acb_clear(gate);
}

static double silu_magnitude(double z, double a) { return fabs(a) + sigmoid(z) * (1 + fabs(a)); }

static double silu_slope(double z) { return sigmoid(z) * (1 + z * sigmoid(-z)); }

static void silu_bounds(double z, double r, double bound[]) {
  double peak = sigmoid_peak(z, r);
  double reach = fabs(z) + r;
  double rise = fmin(1, sigmoid(z) * exp(r));
  bound[1] = fmin(1.1, rise + reach * peak) * BP_SLACK;
  for (int k = 2; k <= BP_ORDER; k++)
    bound[k] = (k + reach) * peak / factorial[k];
}

/* a' = sigma + z sigma', a'' = 2 sigma' + z sigma'' */
static void silu_disc(double z, double r, double *slope, double *bend) {
  double first, second, reach = fabs(z) + r;
  sigmoid_disc(z, r, &first, &second);
  *bend = first + reach * second;
  *slope = bp_nearest_slope(z, r, silu_slope(z), sigmoid_size(z, r) + reach * first, *bend);
}

static double silu_rounding(double z, double a) {
  (void)z;
  return 8 * fabs(a);
}

/* With sigmoid within 2 u: s + z s (1 - s), whose derivative by s is at most 1 + |z|. */
static void silu_elsewhere(double z, double unit, double *value, double *slope) {
  *value = 2 * unit * fabs(z);
  *slope = 2 * unit * (1 + fabs(z));
}

/* ---- gelu: z Phi(z), Phi the normal distribution function (the exact form, not the tanh one) ----
 */

#define DENSITY_AT_0 0.398942280401432677939946059934

static double normal_density(double z) { return DENSITY_AT_0 * exp(-z * z / 2); }

static double normal_distribution(double z) { return 0.5 * erfc(-z * M_SQRT1_2); }

static double gelu(double z) { return 0.5 * z * erfc(-z * M_SQRT1_2); }

static bp_quad gelu_quad(bp_quad z) {
  const bp_quad root_half = BP_QUAD_C(0.70710678118654752440084436210484903928);
  return z * bp_quad_erfc(-z * root_half) / 2;
}

static double gelu_taught(double z, double a) {
  (void)a;
  return normal_distribution(z) + z * normal_density(z);
}

static bp_quad gelu_taught_quad(bp_quad z, bp_quad a) {
  (void)a;
  const bp_quad root_half = BP_QUAD_C(0.70710678118654752440084436210484903928);
  const bp_quad density_at_0 = BP_QUAD_C(0.39894228040143267793994605993438186848);
  return bp_quad_erfc(-z * root_half) / 2 + z * density_at_0 * bp_quad_exp(-z * z / 2);
}

/* Both terms are small far below 0, and their exponents are multiplied by z^2: more bits pay it. */
static void gelu_taught_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr a,
                             acb_ptr out) {
  acb_t term, root;
  (void)a;
  acb_init(term);
  acb_init(root);
  acb_set_ui(root, 2);
  acb_sqrt(root, root, room->bits + 64);
  acb_div(term, z, root, room->bits + 64);
  acb_neg(term, term);
  acb_hypgeom_erfc(out, term, room->bits);
  acb_mul_2exp_si(out, out, -1);
  acb_mul(term, term, term, room->bits + 64); /* z^2 / 2 */
  acb_neg(term, term);
  acb_exp(term, term, room->bits);
  acb_const_pi(root, room->bits);
  acb_mul_2exp_si(root, root, 1);
  acb_rsqrt(root, root, room->bits);
  acb_mul(term, term, root, room->bits);
  acb_addmul(out, term, z, room->bits);
  acb_clear(term);
  acb_clear(root);
}

/* the exponents' rounding is multiplied by about z^2 */
static double gelu_magnitude(double z, double a) {
  (void)a;
  return (normal_distribution(z) + fabs(z) * normal_density(z)) * (1 + (z < 0 ? z * z / 2 : 0)) +
         fabs(z * z * z) * normal_density(z);
}

static double gelu_slope(double z) { return normal_distribution(z) + z * normal_density(z); }

static void gelu_bounds(double z, double r, double bound[]) {
  double reach = fabs(z) + r;
  double density = normal_density(fmax(0, fabs(z) - r)) * BP_SLACK;
  bound[1] = fmin(1.13, normal_distribution(z + r) + reach * density) * BP_SLACK;
  for (int k = 2; k <= BP_ORDER; k++) {
    double sum =
        k * bp_hermite_magnitude(k - 2, reach) + reach * bp_hermite_magnitude(k - 1, reach);
    bound[k] = sum * density / factorial[k];
  }
}

/* a' = Phi + z phi, a'' = (2 - z^2) phi; from x to x + iy Phi changes by no more than y sup |phi|
 */
static void gelu_disc(double z, double r, double *slope, double *bend) {
  double reach = fabs(z) + r;
  double density = normal_density(fmax(0, fabs(z) - r)) * exp(r * r / 2) * BP_SLACK + DBL_MIN;
  *bend = (1 + reach * reach / 2) * density;
  *slope = bp_nearest_slope(z, r, gelu_slope(z), normal_distribution(z + r) + (r + reach) * density,
                            *bend);
}

static double gelu_rounding(double z, double a) { return (8 + (z < 0 ? 2 * z * z : 0)) * fabs(a); }

/* (1 + erf) / 2 is within 2 u of Phi; the density is small where its exponent's rounding is large.
 */
static void gelu_elsewhere(double z, double unit, double *value, double *slope) {
  *value = 2 * unit * fabs(z);
  *slope = 3 * unit;
}

/* ---- the table ----------------------------------------------------------- */

#define sigmoid_vector bp_vector_sigmoid
#define tanh_vector bp_vector_tanh
#define tanh_quad bp_quad_tanh
#define softplus_vector bp_vector_softplus
#define softplus_slope sigmoid
#define elu_vector bp_vector_elu
#define silu_vector bp_vector_silu
#define gelu_vector bp_vector_gelu

#define relu_elsewhere bp_nothing_elsewhere
#define leaky_relu_elsewhere bp_nothing_elsewhere
#define identity_elsewhere bp_nothing_elsewhere

#define SPELLED(...)                                                                               \
  { __VA_ARGS__ }
#define NO_OTHER                                                                                   \
  { NULL }
#define VALUES(below, above) .low = below, .high = above
#define PROBABILITIES VALUES(0, 1), .probabilities = true
/* With one of the first two: what everybody knows. */
#define OFFERED(...) __VA_ARGS__, .traits = BP_FUNCTION_OFFERED
#define NO_KINK .kink = BP_SMOOTH
#define KINK(order, below, above) .kink = order, .slope_below = below, .slope_above = above

/* A row takes all of: its name, which the functions above bear (NAME, NAME_quad, NAME_vector,
 * NAME_taught, NAME_taught_quad, NAME_taught_ball, NAME_slope, NAME_bounds, NAME_disc,
 * NAME_elsewhere, and bp_ball_NAME in ball arithmetic); its symbol; other spellings; where its
 * values lie; its kink at 0; how its rounding is bounded; the magnitudes that the taught slope
 * sums. One that lacks a part or a function does not compile. */
#define ROW(function, sign, others, values, kink_at_0, rounding_bound, magnitude)                  \
  {                                                                                                \
    .name = #function, .spelling = others, .symbol = sign, .ball = bp_ball_##function, values,     \
    kink_at_0, .value = function, .value_quad = function##_quad, .vector = function##_vector,      \
    .taught = function##_taught, .taught_quad = function##_taught_quad,                            \
    .taught_ball = function##_taught_ball, .taught_magnitude = magnitude,                          \
    .slope = function##_slope, .derivative_bounds = function##_bounds, .disc = function##_disc,    \
    .rounding = rounding_bound, .elsewhere = function##_elsewhere                                  \
  }

const struct bp_function bp_functions[] = {
    ROW(sigmoid, "σ", SPELLED("logistic", "σ", "sigma"), OFFERED(PROBABILITIES), NO_KINK,
        sigmoid_rounding, sigmoid_magnitude),
    ROW(tanh, "tanh", NO_OTHER, OFFERED(VALUES(-1, 1)), NO_KINK, relative_rounding, tanh_magnitude),
    ROW(relu, "relu", NO_OTHER, OFFERED(VALUES(0, INFINITY)), KINK(BP_KINK_IN_SLOPE, 0, 1),
        bp_no_rounding, line_magnitude),
    ROW(leaky_relu, "leaky_relu", SPELLED("leakyrelu", "leaky-relu", "lrelu"),
        VALUES(-INFINITY, INFINITY), KINK(BP_KINK_IN_SLOPE, LEAK, 1), leaky_relu_rounding,
        line_magnitude),
    ROW(identity, "id", SPELLED("linear", "none", "id"), VALUES(-INFINITY, INFINITY), NO_KINK,
        bp_no_rounding, line_magnitude),
    ROW(softplus, "softplus", NO_OTHER, VALUES(0, INFINITY), NO_KINK, softplus_rounding,
        softplus_magnitude),
    ROW(elu, "elu", NO_OTHER, VALUES(-1, INFINITY), KINK(BP_KINK_IN_CURVATURE, 1, 1),
        relative_rounding, elu_magnitude),
    ROW(silu, "silu", SPELLED("swish"), VALUES(-0.2785, INFINITY), NO_KINK, silu_rounding,
        silu_magnitude),
    ROW(gelu, "gelu", NO_OTHER, VALUES(-0.17, INFINITY), NO_KINK, gelu_rounding, gelu_magnitude),
    {.name = "softmax", .symbol = "softmax", .columnwise = true, PROBABILITIES},
};

const size_t bp_function_count = sizeof bp_functions / sizeof *bp_functions;
