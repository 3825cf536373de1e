/* Tests of src/num/ball.h: the true number lies in every ball, and the balls are small.
 *
 * The rounding error of one operation is known exactly (fma and the two-sum), so radii of numbers
 * are tested against it and not against another bound.  Functions are tested against 45 digits from
 * mpmath, by identities, and by moving the argument within its radius.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/ball.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

#if LDBL_MANT_DIG == 113
#define quad_fma fmal
#else
#define quad_fma fmaq
#endif

/* ---- helpers ---- */

static uint64_t random_state = 88172645463325252U;

/* Uniform in (0, 1): xorshift64*. */
static double uniform(void *unused) {
  (void)unused;
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return ((double)(random_state * 0x2545F4914F6CDD1DU >> 11) + 0.5) * 0x1p-53;
}

static double between(double low, double high) { return low + (high - low) * uniform(NULL); }

/* 113 random bits, of either sign, with an exponent of at most `exponents` either way. */
static bp_quad random_quad(double exponents) {
  bp_quad fraction = (bp_quad)uniform(NULL) + (bp_quad)uniform(NULL) * 0x1p-53;
  double sign = uniform(NULL) < 0.5 ? -1 : 1;
  return (1 + fraction) * sign * ldexp(1, (int)between(-exponents, exponents));
}

static bool contains(struct bp_ball ball, bp_quad truth) {
  return bp_quad_fabs(ball.mid - truth) <= ball.rad;
}

static bool overlap(struct bp_ball a, struct bp_ball b) {
  return bp_quad_fabs(a.mid - b.mid) <= (bp_quad)a.rad + b.rad;
}

/* Whether the radius is at most `size` of the midpoint. */
static bool tight(struct bp_ball ball, double size) {
  return ball.rad <= size * (double)bp_quad_fabs(ball.mid);
}

static bool is_exactly(struct bp_ball ball, double truth) {
  return ball.rad == 0 && ball.mid == truth;
}

static struct bp_ball call(const char *name, struct bp_ball x) {
  const struct bp_function *function = bp_ball_function_find(name, strlen(name));
  ck_assert_ptr_nonnull(function);
  struct bp_ball_trail trail = {0};
  return bp_ball_apply(function, x, &trail);
}

/* ---- numbers ---- */

START_TEST(rounding_errors_lie_in_the_radius) {
  for (int k = 0; k < 20000; k++) {
    struct bp_ball a = bp_ball_of(random_quad(40), 0), b = bp_ball_of(random_quad(40), 0);
    struct bp_ball sum = bp_ball_add(a, b), product = bp_ball_mul(a, b), ratio = bp_ball_div(a, b);
    bp_quad back = sum.mid - a.mid;
    bp_quad sum_error = (a.mid - (sum.mid - back)) + (b.mid - back);
    ck_assert(bp_quad_fabs(sum_error) <= sum.rad);
    ck_assert(bp_quad_fabs(quad_fma(a.mid, b.mid, -product.mid)) <= product.rad);
    ck_assert(bp_quad_fabs(quad_fma(ratio.mid, b.mid, -a.mid)) <= ratio.rad * bp_quad_fabs(b.mid));
    ck_assert(tight(sum, 1e-34) && tight(product, 1e-34) && tight(ratio, 1e-34));
    struct bp_ball root = bp_ball_sqrt(bp_ball_of(bp_quad_fabs(a.mid), 0), NULL);
    bp_quad excess = bp_quad_fabs(quad_fma(root.mid, root.mid, -bp_quad_fabs(a.mid)));
    ck_assert(excess <= root.rad * root.mid);
  }
}
END_TEST

/* The operands anywhere in balls much wider than a rounding error. */
START_TEST(radii_are_carried_along) {
  for (int k = 0; k < 20000; k++) {
    double size = pow(10, between(-25, -1));
    struct bp_ball a = bp_ball_of(random_quad(3), size), b = bp_ball_of(random_quad(3), size);
    double s = k % 3 ? between(-1, 1) : 0.999999, t = k % 5 ? between(-1, 1) : -0.999999;
    bp_quad c = a.mid + (bp_quad)size * s, d = b.mid + (bp_quad)size * t;
    double wide = 1 + 1e-6; /* the rounding is a small part of radii from 1e-25 on */
    struct bp_ball sum = bp_ball_add(a, b), product = bp_ball_mul(a, b), ratio = bp_ball_div(a, b);
    ck_assert(contains(sum, c + d) && contains(product, c * d) && contains(ratio, c / d));
    ck_assert(contains(bp_ball_sub(a, b), c - d) && contains(bp_ball_neg(a), -c));
    double x = fabs(bp_ball_double(a)), y = fabs(bp_ball_double(b));
    ck_assert_double_le(sum.rad, 2 * size * wide);
    ck_assert_double_le(product.rad, (size * (x + y) + size * size) * wide);
    ck_assert(!(y > 2 * size) || ratio.rad <= size * (1 + x / y) / (y - size) * wide);
  }
}
END_TEST

START_TEST(whole_and_dyadic_numbers_stay_exact) {
  for (int k = 0; k < 2000; k++) {
    double x = floor(between(-1e9, 1e9)), y = floor(between(1, 1e5));
    struct bp_ball a = bp_ball_exact(x), b = bp_ball_exact(ldexp(y, -20));
    ck_assert(is_exactly(bp_ball_add(a, b), x + ldexp(y, -20)));
    ck_assert(is_exactly(bp_ball_mul(a, b), x * ldexp(y, -20)));
    ck_assert(is_exactly(bp_ball_div(bp_ball_mul(a, b), b), x));
    ck_assert(is_exactly(bp_ball_sqrt(bp_ball_mul(b, b), NULL), ldexp(y, -20)));
  }
  struct bp_ball third = bp_ball_div(bp_ball_exact(1), bp_ball_exact(3));
  ck_assert(third.rad > 0 && bp_ball_add(third, bp_ball_exact(1)).rad > third.rad);
  ck_assert(bp_ball_mul(bp_ball_exact(1), third).rad <= third.rad * (1 + 1e-13));
  ck_assert(bp_ball_add(third, bp_ball_exact(0)).rad == third.rad);
  ck_assert(is_exactly(bp_ball_mul(third, bp_ball_exact(0)), 0));
  ck_assert(bp_ball_add(bp_ball_exact(1), bp_ball_exact(0x1p-113)).rad > 0);
  ck_assert(bp_ball_add(bp_ball_exact(1), bp_ball_exact(0x1p-112)).rad == 0);
  ck_assert(bp_ball_sqrt(bp_ball_exact(2), NULL).rad > 0);
}
END_TEST

START_TEST(tiny_and_huge_numbers_keep_their_bounds) {
  struct bp_ball tiny = bp_ball_div(bp_ball_exact(1e-300), bp_ball_exact(7));
  struct bp_ball smaller = bp_ball_mul(tiny, tiny);
  ck_assert(tiny.rad > 0 && smaller.rad > 0 && smaller.mid > 0);
  struct bp_ball wide = bp_ball_of(1e-200, 1e-200);
  ck_assert(bp_ball_mul(wide, wide).rad > 0);
  struct bp_ball huge = bp_ball_mul(bp_ball_exact(1e300), bp_ball_div(tiny, smaller));
  ck_assert(!bp_ball_finite(huge));
  ck_assert(bp_ball_finite(tiny) && bp_ball_finite(bp_ball_exact(-DBL_MAX)));
  ck_assert(!bp_ball_finite(bp_ball_exact(NAN)) && !bp_ball_finite(bp_ball_exact(-INFINITY)));
  ck_assert(!bp_ball_finite(bp_ball_of(1, NAN)));
  ck_assert(!bp_ball_finite(bp_ball_mul(bp_ball_exact(0), bp_ball_of(1, INFINITY))));
  ck_assert(!bp_ball_finite(bp_ball_mul(bp_ball_exact(0), bp_ball_exact(NAN))));
}
END_TEST

START_TEST(division_by_zero_is_no_number) {
  struct bp_ball zero = bp_ball_exact(0), one = bp_ball_exact(1);
  ck_assert(isnan(bp_ball_double(bp_ball_div(one, zero))));
  ck_assert(isnan(bp_ball_double(bp_ball_div(zero, zero))));
  ck_assert(isnan(bp_ball_double(bp_ball_div(one, bp_ball_of(0, 1)))));
  struct bp_ball unknown = bp_ball_div(one, bp_ball_of(0.5, 0.5));
  ck_assert(unknown.mid == 2 && unknown.rad == INFINITY);
  ck_assert(is_exactly(bp_ball_div(zero, bp_ball_exact(7)), 0));
}
END_TEST

/* Bounds of |x| in float64 over the whole range, and what the bits say of the significand. */
START_TEST(bounds_from_the_bits) {
  for (int k = 0; k < 5000; k++) {
    bp_quad x = random_quad(900), size = bp_quad_fabs(x);
    double above = bp_quad_above(x), below = bp_quad_below(x);
    ck_assert(above >= size && below <= size && above <= below * (1 + 0x1p-47));
    bp_quad last = bp_quad_fabs(x) / ldexp(1, bp_quad_last(x));
    ck_assert(bp_quad_floor(last) == last && bp_quad_floor(last / 2) != last / 2);
  }
  ck_assert(bp_quad_above(DBL_MAX) >= DBL_MAX && bp_quad_above(0x1p-1074) >= 0x1p-1074);
  ck_assert(bp_quad_above(0) == 0 && bp_quad_below(0x1p-1074) == 0);
  ck_assert(isnan(bp_quad_above(NAN)) && isnan(bp_quad_below(NAN)));
  ck_assert(bp_quad_above(INFINITY) == INFINITY && bp_quad_below(INFINITY) == DBL_MAX);
  ck_assert(bp_quad_width(0) == 0 && bp_quad_width(-8) == 1 && bp_quad_width(1 + 0x1p-52) == 53);
  ck_assert(bp_quad_width(1 + (bp_quad)0x1p-112) == 113 && bp_quad_width(INFINITY) > 113);
}
END_TEST

/* ---- powers ---- */

START_TEST(whole_powers_multiply) {
  ck_assert(is_exactly(bp_ball_pow(bp_ball_exact(-3), bp_ball_exact(5), NULL), -243));
  ck_assert(is_exactly(bp_ball_pow(bp_ball_exact(-2), bp_ball_exact(-3), NULL), -0.125));
  ck_assert(is_exactly(bp_ball_pow(bp_ball_exact(0), bp_ball_exact(0), NULL), 1));
  ck_assert(is_exactly(bp_ball_pow(bp_ball_exact(0), bp_ball_exact(2), NULL), 0));
  ck_assert(is_exactly(bp_ball_pow(bp_ball_exact(0), bp_ball_exact(0.5), NULL), 0));
  struct bp_ball wide = bp_ball_pow(bp_ball_of(2, 1e-3), bp_ball_exact(3), NULL);
  ck_assert(contains(wide, bp_ball_double(wide)) && contains(wide, 2.001 * 2.001 * 2.001));
  ck_assert_double_le(wide.rad, 0.01203);
  ck_assert(isnan(bp_ball_double(bp_ball_pow(bp_ball_exact(0), bp_ball_exact(-1), NULL))));
}
END_TEST

START_TEST(other_powers_need_a_positive_base) {
  for (int k = 0; k < 300; k++) {
    struct bp_ball x = bp_ball_exact(between(1e-3, 40));
    struct bp_ball root = bp_ball_pow(x, bp_ball_exact(0.5), NULL);
    ck_assert(overlap(root, bp_ball_sqrt(x, NULL)) && tight(root, 1e-31));
    struct bp_ball y = bp_ball_exact(between(-3, 3)), z = bp_ball_exact(between(-3, 3));
    struct bp_ball both = bp_ball_mul(bp_ball_pow(x, y, NULL), bp_ball_pow(x, z, NULL));
    ck_assert(overlap(both, bp_ball_pow(x, bp_ball_add(y, z), NULL)));
    ck_assert(contains(bp_ball_pow(x, bp_ball_of(2, 1e-9), NULL), x.mid * x.mid));
  }
  ck_assert(isnan(bp_ball_double(bp_ball_pow(bp_ball_exact(-1), bp_ball_exact(0.5), NULL))));
  ck_assert(isnan(bp_ball_double(bp_ball_pow(bp_ball_exact(0), bp_ball_exact(-0.5), NULL))));
  ck_assert(!bp_ball_finite(bp_ball_pow(bp_ball_of(1, 1), bp_ball_exact(0.5), NULL)));
}
END_TEST

/* ---- decisions ---- */

START_TEST(comparisons_say_when_they_are_unsure) {
  static const struct {
    double a, a_rad, b, b_rad;
    int expected;
    bool unsure;
  } table[] = {
      {1, 0, 2, 0, -1, false},       {2, 0, 2, 0, 0, false},    {3, 0.5, 2, 0.25, 1, false},
      {3, 0.5, 2, 0.5, 1, true},     {2, 1e-30, 2, 0, 0, true}, {1, 0, NAN, 0, 0, true},
      {1, INFINITY, 2, 0, -1, true}, {0, 0, -0.0, 0, 0, false},
  };
  for (int k = 0; k < COUNT(table); k++) {
    struct bp_ball_trail trail = {0};
    struct bp_ball a = bp_ball_of(table[k].a, table[k].a_rad);
    struct bp_ball b = bp_ball_of(table[k].b, table[k].b_rad);
    ck_assert_msg(bp_ball_compare(a, b, &trail) == table[k].expected, "row %d", k);
    ck_assert_msg(trail.unsure == table[k].unsure, "row %d", k);
    ck_assert(trail.branches != 0);
  }
}
END_TEST

START_TEST(max_and_min_hold_either_where_they_overlap) {
  struct bp_ball a = bp_ball_of(1, 0.25), b = bp_ball_of(1.125, 0.0625), c = bp_ball_exact(3);
  struct bp_ball_trail trail = {0};
  ck_assert(bp_ball_max(a, c, &trail).rad == 0 && bp_ball_min(c, a, &trail).mid == 1);
  ck_assert(!trail.unsure);
  struct bp_ball larger = bp_ball_max(a, b, &trail), smaller = bp_ball_min(a, b, &trail);
  ck_assert(trail.unsure && contains(larger, 1.25) && contains(smaller, 0.75));
  ck_assert(!bp_ball_finite(bp_ball_max(c, bp_ball_exact(NAN), &trail)));
  ck_assert(!bp_ball_finite(bp_ball_min(bp_ball_exact(NAN), c, &trail)));
}
END_TEST

static uint64_t digest(const char *name, double x) {
  struct bp_ball_trail trail = {0};
  bp_ball_apply(bp_ball_function_find(name, strlen(name)), bp_ball_exact(x), &trail);
  return trail.branches;
}

START_TEST(digests_differ_across_a_kink) {
  static const char *const kinked[] = {"relu", "leaky_relu", "elu", "abs"};
  for (int k = 0; k < COUNT(kinked); k++) {
    ck_assert_msg(digest(kinked[k], 1e-30) != digest(kinked[k], -1e-30), "%s", kinked[k]);
    ck_assert(digest(kinked[k], 0) != digest(kinked[k], 1) && digest(kinked[k], 0) != 0);
    ck_assert(digest(kinked[k], 5) == digest(kinked[k], 1e-9));
    struct bp_ball_trail trail = {0};
    bp_ball_apply(bp_ball_function_find(kinked[k], strlen(kinked[k])), bp_ball_of(1, 2), &trail);
    ck_assert(trail.unsure);
  }
  ck_assert(digest("tanh", 1) == 0 && digest("gelu", -1) == 0);
  struct bp_ball_trail one = {0}, other = {0};
  bp_ball_compare(bp_ball_exact(1), bp_ball_exact(2), &one);
  bp_ball_compare(bp_ball_exact(2), bp_ball_exact(1), &one);
  bp_ball_compare(bp_ball_exact(2), bp_ball_exact(1), &other);
  bp_ball_compare(bp_ball_exact(1), bp_ball_exact(2), &other);
  ck_assert(one.branches != other.branches);
}
END_TEST

/* ---- functions ---- */

/* 45 digits from mpmath 1.3; the argument is the float64 number. */
static const struct {
  const char *name;
  double x;
  int sign;
  const char *digits;
} known[] = {
    {"exp", -30.5, 1, "5.67568523263272246187278872380665127714771085e-14"},
    {"exp", 1e-08, 1, "1.00000001000000005000000037589227747687415439"},
    {"exp", 0.75, 1, "2.11700001661267466854536981983709561013449158"},
    {"exp", 20.25, 1, "6.22964442198445483653938291384898950415878263e8"},
    {"log", 1.0001, 1, "9.9995000333297323021993516714613071292898689e-5"},
    {"log", 1e-08, -1, "1.84206807439523654512213708073464412043589537e1"},
    {"log", 0.75, -1, "2.87682072451780927439219005993827431503509711e-1"},
    {"log", 30.5, 1, "3.41772668361336593933415698196743817824018161"},
    {"sqrt", 0.3, 1, "5.47722557505166103322066541987272752412097169e-1"},
    {"sqrt", 2.0, 1, "1.41421356237309504880168872420969807856967188"},
    {"sqrt", 1e-08, 1, "1.00000000000000001046128041506423628294412308e-4"},
    {"sin", -30.5, 1, "7.93127239457285140374238221043679388182204181e-1"},
    {"sin", 0.75, 1, "6.81638760023334166733241952779893935338382395e-1"},
    {"sin", 3.141592653589793, 1, "1.2246467991473531772260659322749979970830539e-16"},
    {"cos", -30.5, 1, "6.09055976106356153000036153608527997462390984e-1"},
    {"cos", 0.75, 1, "7.31688868873820886311838753000084543840541276e-1"},
    {"cos", 1.5707963267948966, 1, "6.1232339957367658861303296613750014646403778e-17"},
    {"sigmoid", -30.5, 1, "5.67568523263240032784418949048106464286168264e-14"},
    {"sigmoid", -1e-08, 1, "4.99999997499999999999999968526931258012152744e-1"},
    {"sigmoid", 0.75, 1, "6.79178699175392973159680115776579021234221248e-1"},
    {"sigmoid", 30.5, 1, "9.99999999999943243147673675996721558105095189e-1"},
    {"tanh", -30.5, -1, "9.99999999999999999999999993557319428014967822e-1"},
    {"tanh", 1e-08, 1, "9.99999999999999987589227496795138583070551076e-9"},
    {"tanh", 0.75, 1, "6.35148952387287319214434357312496495092481687e-1"},
    {"softplus", -30.5, 1, "5.67568523263256139485848910409663904492285711e-14"},
    {"softplus", 1e-08, 1, "6.93147185559945321917232226070981189698550931e-1"},
    {"softplus", 0.75, 1, "1.13687100611489994366984026921402290866893599"},
    {"softplus", 30.5, 1, "3.0500000000000056756852326325613948584891041e1"},
    {"elu", -30.5, -1, "9.99999999999943243147673672775381272112761933e-1"},
    {"elu", -1e-08, -1, "9.99999995000000037589227245902865503503276361e-9"},
    {"elu", -0.75, -1, "5.27633447258985292861953449056732087029796421e-1"},
    {"silu", -30.5, -1, "1.7310839959528820999924777945967247160728132e-12"},
    {"silu", -1e-08, -1, "4.99999997500000010461280331284765520354287442e-9"},
    {"silu", -1.25, -1, "2.78375173531636066250600565423072752463688398e-1"},
    {"silu", 30.5, 1, "3.04999999999982689160040471179000075222054033e1"},
    {"gelu", -30.5, -1, "3.97396063519313287031440237981205649570619869e-203"},
    {"gelu", -1e-08, -1, "4.99999996010577206446953535217273217042043396e-9"},
    {"gelu", -0.75, -1, "1.69970514282651149495296627037607308826798695e-1"},
    {"gelu", 5.0, 1, "4.99999856674214060403044163123833562677323073"},
};

START_TEST(values_to_45_digits) {
  struct bp_ball truth, value = call(known[_i].name, bp_ball_exact(known[_i].x));
  ck_assert(bp_ball_decimal(known[_i].digits, &truth));
  truth.mid *= known[_i].sign;
  double distance = (double)bp_quad_fabs(value.mid - truth.mid);
  ck_assert_msg(distance <= value.rad + truth.rad, "%s(%g): off by %g, radius %g", known[_i].name,
                known[_i].x, distance, value.rad);
  ck_assert_msg(tight(value, 1e-30), "%s(%g): radius %g", known[_i].name, known[_i].x, value.rad);
}
END_TEST

START_TEST(special_values_are_exact) {
  struct bp_ball zero = bp_ball_exact(0), one = bp_ball_exact(1);
  ck_assert(is_exactly(call("exp", zero), 1) && is_exactly(call("log", one), 0));
  ck_assert(is_exactly(call("sin", zero), 0) && is_exactly(call("cos", zero), 1));
  ck_assert(is_exactly(call("sqrt", zero), 0) && is_exactly(call("abs", bp_ball_exact(-3)), 3));
  ck_assert(is_exactly(call("relu", bp_ball_exact(-3)), 0) && is_exactly(call("relu", one), 1));
  ck_assert(is_exactly(call("relu", bp_ball_of(-3, 1e-30)), 0));
  ck_assert(is_exactly(call("identity", bp_ball_exact(0.1)), 0.1));
  ck_assert(is_exactly(call("tanh", zero), 0) && is_exactly(call("gelu", zero), 0));
  ck_assert(call("softplus", bp_ball_exact(-20000)).rad > 0);
  ck_assert(call("leaky_relu", bp_ball_exact(-3)).rad > 0);
}
END_TEST

START_TEST(domains_are_kept) {
  ck_assert(isnan(bp_ball_double(call("log", bp_ball_exact(0)))));
  ck_assert(isnan(bp_ball_double(call("log", bp_ball_exact(-1)))));
  ck_assert(isnan(bp_ball_double(call("sqrt", bp_ball_exact(-1e-300)))));
  ck_assert(isnan(bp_ball_double(call("log", bp_ball_exact(NAN)))));
  ck_assert(call("log", bp_ball_of(1, 1)).rad == INFINITY);
  struct bp_ball_trail trail = {0};
  struct bp_ball root = bp_ball_sqrt(bp_ball_of(1, 3), &trail);
  ck_assert(trail.unsure && contains(root, 0) && contains(root, 2));
  root = bp_ball_sqrt(bp_ball_of(0, 1e-30), &trail);
  ck_assert(contains(root, 1e-15) && root.rad < 1.1e-15);
}
END_TEST

START_TEST(identities_hold_and_are_narrow) {
  struct bp_ball one = bp_ball_exact(1), two = bp_ball_exact(2);
  for (int k = 0; k < 500; k++) {
    struct bp_ball x = bp_ball_exact(between(-20, 20)), minus = bp_ball_neg(x);
    struct bp_ball y = bp_ball_exact(between(0, 30));
    struct bp_ball s = call("sigmoid", x), t = call("tanh", x), e = call("exp", x);
    struct bp_ball unit = bp_ball_add(s, call("sigmoid", minus));
    ck_assert(contains(unit, 1) && unit.rad < 1e-31);
    struct bp_ball back = call("exp", call("log", y));
    ck_assert(overlap(back, y) && tight(back, 1e-31));
    ck_assert(contains(bp_ball_mul(e, call("exp", minus)), 1));
    struct bp_ball twice = bp_ball_sub(bp_ball_mul(two, call("sigmoid", bp_ball_mul(two, x))), one);
    ck_assert(overlap(twice, t));
    ck_assert(overlap(bp_ball_sub(call("softplus", x), call("softplus", minus)), x));
    ck_assert(overlap(bp_ball_sub(call("gelu", x), call("gelu", minus)), x));
    ck_assert(overlap(call("silu", x), bp_ball_mul(x, s)));
    struct bp_ball sine = call("sin", x), cosine = call("cos", x);
    ck_assert(contains(bp_ball_add(bp_ball_mul(sine, sine), bp_ball_mul(cosine, cosine)), 1));
    struct bp_ball sum = bp_ball_add(x, y), square = bp_ball_mul(sum, sum);
    struct bp_ball mixed = bp_ball_mul(two, bp_ball_mul(x, y));
    struct bp_ball parts = bp_ball_add(bp_ball_mul(x, x), bp_ball_mul(y, y));
    ck_assert(overlap(square, bp_ball_add(parts, mixed)) && tight(square, 1e-30));
  }
}
END_TEST

static bool needs_positive(const char *name) {
  return strcmp(name, "log") == 0 || strcmp(name, "ln") == 0 || strcmp(name, "sqrt") == 0;
}

/* Moves the argument within its radius: the result stays in the ball. The radius is far above the
 * rounding, so nothing else can hide a slope that is too small. */
static void move_within(const char *name, struct bp_ball x, double part) {
  struct bp_ball ball = call(name, x);
  bp_quad moved = x.mid + (bp_quad)x.rad * part;
  if (needs_positive(name) && moved <= 0)
    return;
  struct bp_ball there = call(name, bp_ball_of(moved, 0));
  double distance = (double)bp_quad_fabs(there.mid - ball.mid);
  ck_assert_msg(distance <= ball.rad + there.rad, "%s(%.17g ± %g): moved by %g, radius %g", name,
                bp_ball_double(x), x.rad, distance, ball.rad);
}

START_TEST(arguments_move_within_their_radius) {
  static const double places[] = {0,    1e-8, -1e-8,  1e-30, -1e-30, 30,   -30,  0.5,
                                  -0.5, 2,    -1.278, -0.75, 1,      -100, -745, -5000};
  const char *name = bp_ball_function_at((size_t)_i)->name;
  for (int k = 0; k < 3000; k++) {
    double x = k % 2 ? places[k / 2 % COUNT(places)] : between(-40, 40);
    double rad = fmax(1, fabs(x)) * pow(10, between(-31, 1)); /* above the rounding of x + rad */
    struct bp_ball ball = bp_ball_of(needs_positive(name) ? fabs(x) + 1e-40 : x, rad);
    move_within(name, ball, k % 3 ? between(-0.98, 0.98) : 0.98);
    move_within(name, ball, -0.98);
  }
}
END_TEST

/* A radius is passed on with at most twice the slope, which here is at most 1.13 for rows. */
START_TEST(radii_grow_no_more_than_needed) {
  const char *name = bp_ball_function_at((size_t)_i)->name;
  for (int k = 0; k < 300; k++) {
    struct bp_ball x = bp_ball_of(between(0.5, 3), pow(10, between(-28, -6)));
    struct bp_ball wide = call(name, x), point = call(name, bp_ball_of(x.mid, 0));
    double steepest = strcmp(name, "exp") == 0 ? exp(3) : 2.3;
    ck_assert_msg(wide.rad - point.rad <= steepest * x.rad, "%s: %g from %g", name, wide.rad,
                  x.rad);
    ck_assert(!bp_ball_finite(call(name, bp_ball_of(x.mid, INFINITY))));
    ck_assert(!bp_ball_finite(call(name, bp_ball_of(x.mid, NAN))));
    ck_assert(!bp_ball_finite(call(name, bp_ball_exact(NAN))));
  }
}
END_TEST

START_TEST(functions_are_found_by_name) {
  size_t activations = 0;
  for (size_t k = 0; bp_ball_function_at(k); k++) {
    const struct bp_function *function = bp_ball_function_at(k);
    ck_assert_msg(bp_ball_function_find(function->name, strlen(function->name)) == function, "%s",
                  function->name);
    activations += function->value != NULL;
    for (size_t i = 0; i < BP_MOST_SPELLINGS && function->spelling[i]; i++)
      ck_assert_msg(bp_ball_function_find(function->spelling[i], strlen(function->spelling[i])) ==
                        function,
                    "%s", function->spelling[i]);
  }
  for (size_t k = 0; k < bp_function_count; k++) {
    const char *name = bp_functions[k].name;
    ck_assert_msg((bp_ball_function_find(name, strlen(name)) != NULL) != bp_functions[k].columnwise,
                  "%s", name);
    activations -= !bp_functions[k].columnwise;
  }
  ck_assert_uint_eq(activations, 0);
  ck_assert_ptr_eq(bp_ball_function_find("σ", 2), bp_ball_function_find("sigmoid", 7));
  ck_assert_ptr_eq(bp_ball_function_find("expo", 3), bp_ball_function_find("exp", 3));
  ck_assert_ptr_null(bp_ball_function_find("expo", 4));
  ck_assert_ptr_null(bp_ball_function_find("", 0));
}
END_TEST

START_TEST(drawn_functions_are_smooth_and_differ) {
  for (int k = 0; k < 100; k++) {
    struct bp_ball_drawn f = bp_ball_draw_function(uniform, NULL);
    struct bp_ball_drawn g = bp_ball_draw_function(uniform, NULL);
    struct bp_ball x = bp_ball_of(between(-5, 5), 1e-9), y = bp_ball_drawn_value(&f, x);
    struct bp_ball moved = bp_ball_drawn_value(&f, bp_ball_of(x.mid + x.rad * 0.99, 0));
    ck_assert(overlap(y, moved) && moved.rad < 1e-31 && y.rad < 1e-8);
    ck_assert(fabs(bp_ball_double(y)) < 10);
    ck_assert(!overlap(y, bp_ball_drawn_value(&g, x)));
  }
}
END_TEST

/* ---- decimal numbers ---- */

static const struct {
  const char *digits;
  bool valid;
  double value, rad; /* the radius is at most that; 0: exact */
} decimals[] = {
    {"12", true, 12, 0},
    {"0.5", true, 0.5, 0},
    {".5", true, 0.5, 0},
    {"5.", true, 5, 0},
    {"1e3", true, 1000, 0},
    {"1E+3", true, 1000, 0},
    {"25e-2", true, 0.25, 0},
    {"0", true, 0, 0},
    {"0.000e7", true, 0, 0},
    {"00012.500", true, 12.5, 0},
    {"9007199254740993e1", true, 90071992547409930.0, 0},
    {"10384593717069655257060992658440191", true, 10384593717069655257060992658440191.0, 0},
    {"10384593717069655257060992658440193", true, 0x1p113, 2},
    {"0.01", true, 0.01, 2e-36},
    {"1e-3", true, 0.001, 2e-37},
    {"1e-300", true, 1e-300, 1e-323},
    {"123456789012345678901234567890123456789012345678901234567890", true,
     123456789012345678901234567890123456789012345678901234567890.0, 1e26},
    {"3.14159265358979323846264338327950288419716939937510582097494459", true, M_PI, 1e-33},
    {"", false, 0, 0},
    {".", false, 0, 0},
    {"e5", false, 0, 0},
    {"1e", false, 0, 0},
    {"1e+", false, 0, 0},
    {"1,5", false, 0, 0},
    {"1.2.3", false, 0, 0},
    {"-1", false, 0, 0},
    {" 1", false, 0, 0},
    {"1 ", false, 0, 0},
    {"0x10", false, 0, 0},
    {"inf", false, 0, 0},
    {"1e4001", false, 0, 0},
    {"1e-4001", false, 0, 0},
    {"1e99999999999999999999999999", false, 0, 0},
};

START_TEST(decimal_numbers) {
  struct bp_ball ball = bp_ball_exact(-7);
  const char *digits = decimals[_i].digits;
  ck_assert_msg(bp_ball_decimal(digits, &ball) == decimals[_i].valid, "%s", digits);
  if (!decimals[_i].valid)
    return;
  ck_assert_msg(bp_ball_double(ball) == decimals[_i].value, "%s: %.17g", digits,
                bp_ball_double(ball));
  ck_assert_msg(ball.rad <= decimals[_i].rad, "%s: radius %g", digits, ball.rad);
  ck_assert_msg((ball.rad == 0) == (decimals[_i].rad == 0), "%s: radius %g", digits, ball.rad);
}
END_TEST

/* The decimal point moved and the exponent with it: the same number. */
START_TEST(decimal_spellings_agree) {
  char zeros[5100] = "0.", digits[5100];
  memset(zeros + 2, '0', 3000);
  struct bp_ball a, b;
  snprintf(digits, sizeof digits, "%s7e3001", zeros);
  ck_assert(bp_ball_decimal(digits, &a) && bp_ball_decimal("0.7e1", &b));
  ck_assert(overlap(a, b) && tight(a, 1e-32) && is_exactly(b, 7));
  ck_assert(bp_ball_decimal("1e-4000", &a) && a.mid > 0 && a.rad > 0);
  ck_assert(bp_ball_decimal("12345678901234567890123456789012345678901234567890e-49", &a));
  ck_assert(bp_ball_decimal("1.2345678901234567890123456789012345678901234567890", &b));
  ck_assert(overlap(a, b) && tight(a, 1e-33));
  ck_assert(bp_ball_decimal("0.1", &a) && contains(bp_ball_mul(a, bp_ball_exact(10)), 1));
  ck_assert(bp_quad_fabs(quad_fma(a.mid, 10, -1)) <= a.rad * 10);
}
END_TEST

/* ---- the suite ---- */

int main(void) {
  int functions = 0;
  while (bp_ball_function_at((size_t)functions))
    functions++;
  Suite *suite = suite_create("ball");
  TCase *numbers = tcase_create("numbers");
  tcase_add_test(numbers, rounding_errors_lie_in_the_radius);
  tcase_add_test(numbers, radii_are_carried_along);
  tcase_add_test(numbers, whole_and_dyadic_numbers_stay_exact);
  tcase_add_test(numbers, tiny_and_huge_numbers_keep_their_bounds);
  tcase_add_test(numbers, division_by_zero_is_no_number);
  tcase_add_test(numbers, bounds_from_the_bits);
  tcase_add_test(numbers, whole_powers_multiply);
  tcase_add_test(numbers, other_powers_need_a_positive_base);
  tcase_add_test(numbers, comparisons_say_when_they_are_unsure);
  tcase_add_test(numbers, max_and_min_hold_either_where_they_overlap);
  tcase_add_loop_test(numbers, decimal_numbers, 0, COUNT(decimals));
  tcase_add_test(numbers, decimal_spellings_agree);
  suite_add_tcase(suite, numbers);
  TCase *cases = tcase_create("functions");
  tcase_add_test(cases, digests_differ_across_a_kink);
  tcase_add_loop_test(cases, values_to_45_digits, 0, COUNT(known));
  tcase_add_test(cases, special_values_are_exact);
  tcase_add_test(cases, domains_are_kept);
  tcase_add_test(cases, identities_hold_and_are_narrow);
  tcase_add_loop_test(cases, arguments_move_within_their_radius, 0, functions);
  tcase_add_loop_test(cases, radii_grow_no_more_than_needed, 0, functions);
  tcase_add_test(cases, functions_are_found_by_name);
  tcase_add_test(cases, drawn_functions_are_smooth_and_differ);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
