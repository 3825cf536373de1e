/* Every row of the function table against numbers from elsewhere.
 *
 * Values and slopes at chosen points are compared with literals that were computed with 900 digits;
 * at random points the float64 value is held to the bound that the row itself states, with the
 * 113-bit value as the truth.  Derivatives are found again as difference quotients of the 113-bit
 * value, so neither the taught slope, nor the stable one, nor the bounds on higher derivatives are
 * compared with a formula of their own kind.
 *
 * Stencils of nine points with step h have a truncation error of order h^4 or better and a rounding
 * error of 2^-113 |g| / h^k; `noise` stands for the latter wherever a quotient is used.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/quad.h"
#include "num/ball.h"
#include "num/function.h"
#include "points.h"
#include "suite.h"

#define TINY 0x1p-1018 /* below this, float64 has no relative precision to speak of */

enum { REACH = 4, VALUES = 10000, PLACES = 40, LONGEST = 40 };

/* ---- values and slopes at chosen points ------------------------------------------------------ */

static const double points[] = {0, 1, -1, 30, -30, 700, -700, 800, -800};

enum { POINTS = sizeof points / sizeof *points };

/* Slopes at a kink are those from below.  `rounded` of a slope: how many u of its size. */
static const struct analytic {
  const char *name;
  double value[POINTS], slope[POINTS];
  double rounded;
} analytics[] = {
    {"sigmoid",
     {0.5, 0.731058578630004879, 0.268941421369995121, 0.999999999999906424,
      9.35762296883929895e-14, 1, 9.85967654375977086e-305, 1, 0},
     {0.25, 0.196611933241481853, 0.196611933241481853, 9.3576229688384233e-14,
      9.3576229688384233e-14, 9.85967654375977086e-305, 9.85967654375977086e-305, 0, 0},
     8},
    {"tanh",
     {0, 0.761594155955764888, -0.761594155955764888, 1, -1, 1, -1, 1, -1},
     {1, 0.419974341614026069, 0.419974341614026069, 3.50260430507860814e-26,
      3.50260430507860814e-26, 0, 0, 0, 0},
     8},
    {"relu", {0, 1, 0, 30, 0, 700, 0, 800, 0}, {0, 1, 0, 1, 0, 1, 0, 1, 0}, 0},
    {"leaky_relu",
     {0, 1, -0.01, 30, -0.3, 700, -7, 800, -8},
     {0.01, 1, 0.01, 1, 0.01, 1, 0.01, 1, 0.01},
     0},
    {"identity", {0, 1, -1, 30, -30, 700, -700, 800, -800}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, 0},
    {"softplus",
     {0.693147180559945309, 1.31326168751822283, 0.313261687518222834, 30.0000000000000936,
      9.35762296883973678e-14, 700, 9.85967654375977086e-305, 800, 0},
     {0.5, 0.731058578630004879, 0.268941421369995121, 0.999999999999906424,
      9.35762296883929895e-14, 1, 9.85967654375977086e-305, 1, 0},
     8},
    {"elu",
     {0, 1, -0.632120558828557678, 30, -0.999999999999906424, 700, -1, 800, -1},
     {1, 1, 0.367879441171442322, 1, 9.3576229688401746e-14, 1, 9.85967654375977086e-305, 1, 0},
     4},
    {"silu",
     {0, 0.731058578630004879, -0.268941421369995121, 29.9999999999971927, -2.80728689065178969e-12,
      700, -6.9017735806318396e-302, 800, 0},
     {0.5, 0.927670511871486732, 0.0723294881285132682, 1.00000000000271371, -2.713710660963134e-12,
      1, -6.89191390408807983e-302, 1, 0},
     16},
    {"gelu",
     {0, 0.841344746068542949, -0.158655253931457051, 30, -1.47201417814445612e-196, 700, 0, 800,
      0},
     {0.5, 1.0833154705876863, -0.0833154705876862984, 1, -4.41603169070849437e-195, 1, 0, 1, 0},
     1000},
};

enum { ANALYTICS = sizeof analytics / sizeof *analytics };

START_TEST(special_points) {
  const struct analytic *row = &analytics[_i];
  const struct bp_function *function = named(row->name);
  for (int k = 0; k < POINTS; k++) {
    double z = points[k], value = row->value[k], slope = row->slope[k], a = function->value(z);
    double allowed = UNIT * (function->rounding(z, value) + 2 * fabs(value)) + TINY;
    ck_assert_msg(fabs(a - value) <= allowed, "%s(%g) = %.17g, not %.17g", row->name, z, a, value);
    double quad = (double)function->value_quad(z);
    ck_assert_msg(fabs(quad - value) <= 2 * UNIT * fabs(value) + TINY,
                  "%s(%g) in 113 bits = %.17g, not %.17g", row->name, z, quad, value);
    double found = function->slope(z);
    ck_assert_msg(fabs(found - slope) <= row->rounded * UNIT * fabs(slope) + TINY,
                  "%s'(%g) = %.17g, not %.17g", row->name, z, found, slope);
    double taught = function->taught(z, a), least = 16 * function->taught_magnitude(z, a);
    ck_assert_msg(fabs(taught - slope) <= UNIT * (least + fabs(slope)) + TINY,
                  "%s'(%g) as taught = %.17g, not %.17g", row->name, z, taught, slope);
  }
}
END_TEST

START_TEST(every_scalar_row_has_its_points) {
  for (size_t k = 0; k < bp_function_count; k++) {
    bool found = bp_functions[k].columnwise;
    for (int row = 0; row < ANALYTICS; row++)
      found |= strcmp(analytics[row].name, bp_functions[k].name) == 0;
    ck_assert_msg(found, "%s: no row of special points in this test", bp_functions[k].name);
  }
}
END_TEST

/* Limits at the ends of the line; `below` NAN: 0 times infinity, any answer but a finite nonzero
 * one will do. */
static const struct {
  const char *name;
  double below, above;
} limits[] = {
    {"sigmoid", 0, 1},
    {"tanh", -1, 1},
    {"relu", 0, INFINITY},
    {"leaky_relu", -INFINITY, INFINITY},
    {"identity", -INFINITY, INFINITY},
    {"softplus", 0, INFINITY},
    {"elu", -1, INFINITY},
    {"silu", NAN, INFINITY},
    {"gelu", NAN, INFINITY},
};

static void assert_limit(const char *name, double z, double limit, double found) {
  bool right = isnan(limit) ? isnan(found) || found == 0 : found == limit;
  ck_assert_msg(right, "%s(%g) = %g, not %g", name, z, found, limit);
}

START_TEST(ends_of_the_line) {
  const struct bp_function *function = named(limits[_i].name);
  for (int huge = 0; huge < 2; huge++) {
    double z = huge ? 1e300 : INFINITY, below = limits[_i].below, above = limits[_i].above;
    if (huge && isinf(above))
      above = z;
    if (huge && isinf(below))
      below = function->slope_below == 0 ? -z : -z * 0.01;
    assert_limit(function->name, z, above, function->value(z));
    assert_limit(function->name, -z, below, function->value(-z));
    double both[] = {z, -z}, a[2];
    function->vector(2, both, a);
    assert_limit(function->name, z, above, a[0]);
    assert_limit(function->name, -z, below, a[1]);
  }
}
END_TEST

START_TEST(what_is_no_number_stays_so) {
  const struct bp_function *function = named(limits[_i].name);
  double z[] = {NAN, 1, -NAN}, a[3];
  function->vector(3, z, a);
  ck_assert_msg(isnan(a[0]) && !isnan(a[1]) && isnan(a[2]), "%s of an array", function->name);
  ck_assert_msg(isnan(function->value(NAN)), "%s(NaN) is a number", function->name);
  ck_assert_msg(!bp_quad_isfinite(function->value_quad((bp_quad)NAN)),
                "%s(NaN) in 113 bits is a number", function->name);
}
END_TEST

/* ---- rounding -------------------------------------------------------------------------------- */

/* One number after the other, and as arrays of every length. */
START_TEST(value_is_within_its_rounding_bound) {
  const struct bp_function *function = named(analytics[_i].name);
  double z[LONGEST], a[LONGEST];
  for (size_t k = 0, n = 0; k < VALUES; k += n, n = (n + 1) % (LONGEST + 1)) {
    for (size_t c = 0; c < n; c++)
      z[c] = a[c] = point();
    function->vector(n, a, a);
    for (size_t c = 0; c < n; c++) {
      double one = function->value(z[c]), allowed = UNIT * function->rounding(z[c], one) + FLOOR;
      ck_assert_msg(function->low <= one && one <= function->high, "%s(%.17g) lies outside",
                    function->name, z[c]);
      bp_quad truth = function->value_quad(z[c]);
      double error = (double)bp_quad_fabs(truth - one), other = (double)bp_quad_fabs(truth - a[c]);
      ck_assert_msg(error <= allowed, "%s(%a) = %a is off by %g, bound %g", function->name, z[c],
                    one, error, allowed);
      ck_assert_msg(other <= allowed, "%s(%a) = %a in an array of %zu is off by %g, bound %g",
                    function->name, z[c], a[c], n, other, allowed);
    }
  }
}
END_TEST

START_TEST(taught_slope_is_within_its_magnitude) {
  const struct bp_function *function = named(analytics[_i].name);
  for (int k = 0; k < VALUES / 2; k++) {
    double z = point(), a = function->value(z), taught = function->taught(z, a);
    double allowed = UNIT * 16 * function->taught_magnitude(z, a) + TINY;
    for (int exact = 0; exact < 2;
         exact++) { /* from the rounded activation, and from the true one */
      bp_quad activation = exact ? function->value_quad(z) : (bp_quad)a;
      bp_quad error = bp_quad_fabs(function->taught_quad(z, activation) - taught);
      ck_assert_msg(error <= allowed, "%s'(%a) as taught = %a is off by %g, bound %g",
                    function->name, z, taught, (double)error, allowed);
    }
  }
}
END_TEST

/* ---- discs ----------------------------------------------------------------------------------- */

/* sup over POINTS of |g(w + h) - g(w - h)| / 2h and |g(w + h) - 2 g(w) + g(w - h)| / 2h² with w
 * on the circle, where a bounded analytic function has its largest slopes, by Arb. */
static void slopes_on_circle(const struct bp_function *function, double z, double r, double *slope,
                             double *bend) {
  enum { POINTS = 24, BITS = 1536 };
  struct bp_ball_trail trail = {0};
  struct bp_arena *arena = bp_arena_new(0);
  const struct bp_ball_room room = {arena, BITS, &trail};
  const double h = 0x1p-60;
  *slope = *bend = 0;
  for (int k = 0; k < POINTS; k++) {
    acb_t w, value[3], sum;
    arb_t size;
    acb_init(sum);
    arb_init(size);
    for (int side = -1; side <= 1; side++) {
      acb_init(w);
      acb_init(value[side + 1]);
      acb_set_d_d(w, z + r * cos(2 * M_PI * k / POINTS), r * sin(2 * M_PI * k / POINTS));
      acb_set_d(sum, side * h);
      acb_add(w, w, sum, BITS);
      function->ball(&room, w, value[side + 1]);
      acb_clear(w);
    }
    acb_sub(sum, value[2], value[0], BITS);
    acb_abs(size, sum, 53);
    *slope = fmax(*slope, arf_get_d(arb_midref(size), ARF_RND_NEAR) / (2 * h));
    acb_add(sum, value[2], value[0], BITS);
    acb_submul_si(sum, value[1], 2, BITS);
    acb_abs(size, sum, 53);
    *bend = fmax(*bend, arf_get_d(arb_midref(size), ARF_RND_NEAR) / (2 * h * h));
    for (int side = 0; side < 3; side++)
      acb_clear(value[side]);
    acb_clear(sum);
    arb_clear(size);
  }
  bp_arena_free(arena);
}

START_TEST(slopes_stay_below_their_discs) {
  static const double places[] = {-40, -9, -3, -1.5, -0.75, -0.3, 0.02, 0.3, 0.75, 1.5, 3, 9, 40};
  static const double radii[] = {0x1p-20, 0.1, 0.25, BP_LARGEST_DISC};
  const struct bp_function *function = named(analytics[_i].name);
  for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
    for (size_t n = 0; n < sizeof radii / sizeof *radii; n++) {
      double z = places[p], r = radii[n], slope, bend, found_slope, found_bend;
      if (function->kink != BP_SMOOTH && fabs(z) <= r)
        continue;
      function->disc(z, r, &slope, &bend);
      slopes_on_circle(function, z, r, &found_slope, &found_bend);
      ck_assert_msg(found_slope <= slope && found_bend <= bend + 1e-300,
                    "%s at %g within %g: slope %g and bend %g, bounds %g and %g", function->name, z,
                    r, found_slope, found_bend, slope, bend);
      ck_assert_msg(slope <= 2 * found_slope + 0.1 + 1.5 * r,
                    "%s at %g within %g: slope %g, bound %g", function->name, z, r, found_slope,
                    slope);
      bool line = function->kink == BP_KINK_IN_SLOPE || !strcmp(function->name, "identity") ||
                  (function->kink == BP_KINK_IN_CURVATURE && z > 0);
      ck_assert_msg((bend == 0) == line, "%s at %g: bend %g", function->name, z, bend);
    }
  }
}
END_TEST

/* ---- derivatives from difference quotients
 * ------------------------------------------------------- */

/* Weights of z + jh for j = 1..4 and, with sign (-1)^k, of z - jh; all over `common`.  What the
 * centre needs follows, since the weights of a derivative add up to 0. */
static const struct {
  int weight[REACH], common;
} stencils[BP_ORDER] = {
    {{672, -168, 32, -3}, 840},  {{8064, -1008, 128, -9}, 5040}, {{-488, 338, -72, 7}, 240},
    {{-1952, 676, -96, 7}, 240}, {{29, -26, 9, -1}, 6},
};

/* The derivatives 1..5 divided by k!, and how far rounding may have moved each. */
static void derivatives(const struct bp_function *function, double z, double h,
                        double found[BP_ORDER + 1], double noise[BP_ORDER + 1]) {
  bp_quad value[2 * REACH + 1], step = 1;
  double factorial = 1, size = 0;
  for (int j = -REACH; j <= REACH; j++) {
    value[j + REACH] = function->value_quad(z + j * (bp_quad)h);
    size = fmax(size, (double)bp_quad_fabs(value[j + REACH]));
  }
  for (int k = 1; k <= BP_ORDER; k++) {
    bp_quad sum = 0;
    for (int j = 1; j <= REACH; j++) {
      bp_quad above = value[REACH + j] - value[REACH], below = value[REACH - j] - value[REACH];
      sum += stencils[k - 1].weight[j - 1] * (k % 2 == 0 ? above + below : above - below);
    }
    step *= h;
    factorial *= k;
    found[k] = (double)(sum / step) / stencils[k - 1].common / factorial;
    noise[k] = 0x1p-107 * size / (double)step / factorial;
  }
}

static double step_at(double z) { return 0x1p-8 / fmax(1, exp2(ceil(log2(fabs(z))))); }

/* Beside a zero of the slope its relative error is not bounded. */
static bool slope_has_a_zero(const struct bp_function *function) {
  bool above = false, below = false;
  for (double z = -8; z <= 8; z += 0.125) {
    above = above || function->slope(z) > 0;
    below = below || function->slope(z) < 0;
  }
  return above && below;
}

START_TEST(stable_slope_is_the_limit_of_quotients) {
  const struct bp_function *function = named(analytics[_i].name);
  for (int k = 0; k < VALUES / 4; k++) {
    double z = point(), h = step_at(z), a = function->value(z);
    if (function->kink != BP_SMOOTH && fabs(z) <= REACH * h)
      continue;
    double quotient[BP_ORDER + 1], noise[BP_ORDER + 1];
    derivatives(function, z, h, quotient, noise);
    double truth = quotient[1], size = fmax(fabs(truth), function->taught_magnitude(z, a));
    double allowed =
        16 * UNIT * (slope_has_a_zero(function) ? size : fabs(truth)) + noise[1] + TINY;
    double found = function->slope(z);
    ck_assert_msg(fabs(found - truth) <= allowed, "%s'(%a) = %a, not %a, bound %g", function->name,
                  z, found, truth, allowed);
  }
}
END_TEST

/* ---- bounds on derivatives ------------------------------------------------------------------- */

static const double radii[] = {0, 1e-12, 1e-6, 1e-3, 0.03, 0.125, 1, 5};

/* Looks at the derivatives at one place x of the interval; keeps the largest seen. */
static void hold_bound(const struct bp_function *function, double z, double r, double x,
                       const double bound[BP_ORDER + 1], double largest[BP_ORDER + 1]) {
  double found[BP_ORDER + 1], noise[BP_ORDER + 1], h = step_at(x);
  if (function->kink != BP_SMOOTH && fabs(x) <= REACH * h)
    return;
  derivatives(function, x, h, found, noise);
  for (int k = 1; k <= BP_ORDER; k++) {
    double size = fabs(found[k]);
    ck_assert_msg(size <= bound[k] * (1 + 1e-6) + noise[k] + TINY,
                  "%s: derivative %d at %a is %g times k!, bound for %a +- %g is %g",
                  function->name, k, x, size, z, r, bound[k]);
    if (size > 1e4 * noise[k] && size > largest[k])
      largest[k] = size;
  }
}

START_TEST(bounds_hold) {
  const struct bp_function *function = named(analytics[_i].name);
  for (int place = 0; place < PLACES; place++) {
    double z = place % 5 == 0 ? spread_number(-40, 10) : spread_number(-5, 6);
    for (size_t k = 0; k < sizeof radii / sizeof *radii; k++) {
      double r = radii[k], bound[BP_ORDER + 1], largest[BP_ORDER + 1] = {0};
      function->derivative_bounds(z, r, bound);
      for (int n = 0; n < 6; n++) {
        double share = n < 3 ? n - 1 : 2 * gsl_rng_uniform(generator) - 1;
        hold_bound(function, z, r, z + share * r, bound, largest);
      }
    }
  }
}
END_TEST

/* Compared with the largest derivative near by and not only at z, since each has zeros. */
START_TEST(bounds_are_not_absurd) {
  const struct bp_function *function = named(analytics[_i].name);
  for (int place = 0; place < PLACES; place++) {
    double z = spread_number(-5, 5), around = 0.5 / fmax(1, fabs(z));
    double bound[BP_ORDER + 1], wide[BP_ORDER + 1], largest[BP_ORDER + 1] = {0};
    function->derivative_bounds(z, around, wide);
    for (int n = -8; n <= 8; n++)
      hold_bound(function, z, around, z + n * around / 8, wide, largest);
    for (size_t k = 0; k < 4; k++) {
      function->derivative_bounds(z, radii[k], bound);
      for (int n = 1; n <= BP_ORDER; n++)
        ck_assert_msg(largest[n] < 1e-30 || isinf(wide[n]) || bound[n] <= 50 * largest[n],
                      "%s: bound of derivative %d for %a +- %g is %g, but it is %g near by",
                      function->name, n, z, radii[k], bound[n], largest[n]);
    }
  }
}
END_TEST

START_TEST(bounds_are_numbers) {
  static const double far[] = {0.0, -0.0, 1e-320, 40, 1e3, 1e9, 1e30, 1e50};
  const struct bp_function *function = named(analytics[_i].name);
  for (size_t k = 0; k < sizeof far / sizeof *far; k++) {
    for (int sign = -1; sign <= 1; sign += 2) {
      double bound[BP_ORDER + 1];
      function->derivative_bounds(sign * far[k], 0.125, bound);
      for (int n = 1; n <= BP_ORDER; n++)
        ck_assert_msg(bound[n] >= 0, "%s: bound %d at %g is %g", function->name, n, sign * far[k],
                      bound[n]);
    }
  }
}
END_TEST

/* Derivatives above this one end at the kink. */
static const struct {
  const char *name;
  int last;
} kinks[] = {{"relu", 1}, {"leaky_relu", 1}, {"elu", 2}};

START_TEST(kinks_are_in_the_interval_or_not) {
  const struct bp_function *function = named(kinks[_i].name);
  static const double centres[] = {0.0, -0.0, 1e-300, 1e-9, 0.1, 3};
  for (size_t c = 0; c < sizeof centres / sizeof *centres; c++) {
    for (int sign = -1; sign <= 1; sign += 2) {
      double z = sign * centres[c];
      double tries[] = {0, fabs(z) / 2, nextafter(fabs(z), 0), fabs(z), 2 * fabs(z), 10};
      for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        double bound[BP_ORDER + 1];
        bool inside = fabs(z) <= tries[k];
        function->derivative_bounds(z, tries[k], bound);
        for (int n = 1; n <= BP_ORDER; n++)
          ck_assert_msg((isinf(bound[n]) != 0) == (inside && n > kinks[_i].last),
                        "%s: bound %d for %a +- %a is %g", function->name, n, z, tries[k],
                        bound[n]);
      }
    }
  }
}
END_TEST

START_TEST(slopes_beside_a_kink) {
  const struct bp_function *function = named(kinks[_i].name);
  double h = 0x1p-30;
  ck_assert_double_eq_tol((function->value(h) - function->value(0)) / h, function->slope_above,
                          1e-8);
  ck_assert_double_eq_tol((function->value(0) - function->value(-h)) / h, function->slope_below,
                          1e-8);
  ck_assert_int_eq(function->kink == BP_KINK_IN_SLOPE,
                   function->slope_below != function->slope_above);
}
END_TEST

/* ---- names ----------------------------------------------------------------------------------- */

/* what is written, what it means */
static const char *const spellings[] = {
    "sigmoid",    "sigmoid",    "logistic", "sigmoid",    "σ",         "sigmoid",
    "sigma",      "sigmoid",    "lrelu",    "leaky_relu", "leakyrelu", "leaky_relu",
    "leaky-relu", "leaky_relu", "linear",   "identity",   "none",      "identity",
    "id",         "identity",   "swish",    "silu",       "softmax",   "softmax"};

static const char *const nobodys[] = {"", "sigmoi", "sigmoidal", "Sigmoid ", "relu6", "\xcf"};

START_TEST(names_are_found) {
  for (size_t k = 0; k < sizeof spellings / sizeof *spellings; k += 2)
    ck_assert_str_eq(named(spellings[k])->name, spellings[k + 1]);
  for (size_t k = 0; k < sizeof nobodys / sizeof *nobodys; k++)
    ck_assert_msg(!bp_function_find(nobodys[k], strlen(nobodys[k])), "\"%s\" is a function",
                  nobodys[k]);
}
END_TEST

START_TEST(only_the_counted_bytes_are_the_name) {
  ck_assert_ptr_eq(bp_function_find("tanhyperbolic", 4), named("tanh"));
  ck_assert_ptr_null(bp_function_find("tanh", 3));
  ck_assert_ptr_null(bp_function_find("tanh\0x", 6));
  for (size_t k = 0; k < bp_function_count; k++)
    ck_assert_ptr_eq(named(bp_functions[k].name), &bp_functions[k]);
}
END_TEST

/* ---- the suite ------------------------------------------------------------------------------- */

static TCase *value_cases(void) {
  TCase *cases = tcase_create("values");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, every_scalar_row_has_its_points);
  tcase_add_loop_test(cases, special_points, 0, ANALYTICS);
  tcase_add_loop_test(cases, ends_of_the_line, 0, ANALYTICS);
  tcase_add_loop_test(cases, what_is_no_number_stays_so, 0, ANALYTICS);
  tcase_add_loop_test(cases, value_is_within_its_rounding_bound, 0, ANALYTICS);
  tcase_add_test(cases, names_are_found);
  tcase_add_test(cases, only_the_counted_bytes_are_the_name);
  return cases;
}

static TCase *derivative_cases(void) {
  TCase *cases = tcase_create("derivatives");
  int kink_rows = sizeof kinks / sizeof *kinks;
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, taught_slope_is_within_its_magnitude, 0, ANALYTICS);
  tcase_add_loop_test(cases, stable_slope_is_the_limit_of_quotients, 0, ANALYTICS);
  tcase_add_loop_test(cases, bounds_hold, 0, ANALYTICS);
  tcase_add_loop_test(cases, bounds_are_not_absurd, 0, ANALYTICS);
  tcase_add_loop_test(cases, bounds_are_numbers, 0, ANALYTICS);
  tcase_add_loop_test(cases, slopes_stay_below_their_discs, 0, ANALYTICS);
  tcase_add_loop_test(cases, kinks_are_in_the_interval_or_not, 0, kink_rows);
  tcase_add_loop_test(cases, slopes_beside_a_kink, 0, kink_rows);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("function");
  suite_add_tcase(suite, value_cases());
  suite_add_tcase(suite, derivative_cases());
  return run_suite(suite);
}
