/* Tests of src/num/ball_function.h: values to 45 digits, identities, discs and wide balls that hold
 * what their points give, kinks, poles and cuts, and digits beyond every saturation. */
#include "balls.h"

#include "num/function.h"
#include "suite.h"

static struct bp_ball_room room;

static void open_room(void) {
  open_arena();
  room = room_of(128);
}

static struct bp_ball call(const char *name, struct bp_ball x) {
  const struct bp_function *function = bp_ball_function_find(name, strlen(name));
  ck_assert_ptr_nonnull(function);
  return bp_ball_apply(&room, function->ball, x);
}

#define ADD(a, b) bp_ball_combine(&room, a, b, bp_ball_add)
#define SUB(a, b) bp_ball_combine(&room, a, b, bp_ball_sub)
#define MUL(a, b) bp_ball_combine(&room, a, b, bp_ball_mul)

/* ---- values ---- */

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
    {"tan", -30.5, 1, "1.30222388511427333504847354727356856899431905"},
    {"tan", 0.75, 1, "9.31596459944072461165202756573936428188691340e-1"},
    {"tan", 1.5, 1, "1.41014199471717193876460836519877564456595436e1"},
    {"sinh", -30.5, -1, "8.80950897567781570608049235208754145713618735e12"},
    {"sinh", 1e-08, 1, "1.00000000000000003758922749679514047145467560e-8"},
    {"sinh", 0.75, 1, "8.22316731935829980703661634446913848582144003e-1"},
    {"cosh", -30.5, 1, "8.80950897567781570608049240884439378346341196e12"},
    {"cosh", 0.75, 1, "1.29468328467684468784170818539018176155234758"},
    {"atan", -30.5, -1, "1.53802118239082084897227133941266489787557717"},
    {"arctan", 1e-08, 1, "9.99999999999999987589227496795139249737217743e-9"},
    {"atan", 0.75, 1, "6.43501108793284386802809228717322638041510591e-1"},
    {"atan", 1e9, 1, "1.57079632579489661923132169197308477543191803"},
    {"erf", -3.25, -1, "9.99995697220536324878169524104869763402432865e-1"},
    {"erf", 1e-08, 1, "1.12837916709551255989210176294335361375564962e-8"},
    {"erf", 0.75, 1, "7.11155633653515131598937834591410777374205954e-1"},
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

/* On the real axis. */
static bool has_poles(const char *name) { return strcmp(name, "tan") == 0; }

START_TEST(values_to_45_digits) {
  struct bp_ball truth, value;
  for (room.bits = 64; room.bits <= 512; room.bits *= 2) {
    value = call(known[_i].name, bp_ball_exact(known[_i].x));
    ck_assert(bp_ball_decimal(&room, known[_i].digits, &truth));
    truth = bp_ball_widen(truth, bp_ball_above_log2(truth) - 145);
    truth = known[_i].sign < 0 ? bp_ball_neg(truth) : truth;
    ck_assert_msg(meet(value, truth), "%s(%g)", known[_i].name, known[_i].x);
    bool wave = !strcmp(known[_i].name, "sin") || !strcmp(known[_i].name, "cos") ||
                has_poles(known[_i].name);
    double size = wave ? 0 : bp_ball_above_log2(value); /* near a zero of a wave */
    ck_assert_msg(bp_ball_radius_log2(value) < size - (double)room.bits + 8, "%s(%g) at %ld bits",
                  known[_i].name, known[_i].x, room.bits);
  }
}
END_TEST

START_TEST(special_values_are_exact) {
  struct bp_ball zero = bp_ball_exact(0), one = bp_ball_exact(1), minus = bp_ball_exact(-3);
  ck_assert(is_exactly(call("exp", zero), 1) && is_exactly(call("log", one), 0));
  ck_assert(is_exactly(call("sin", zero), 0) && is_exactly(call("cos", zero), 1));
  ck_assert(is_exactly(call("sqrt", zero), 0) && is_exactly(call("abs", minus), 3));
  ck_assert(is_exactly(call("sqrt", bp_ball_exact(2.25)), 1.5));
  ck_assert(is_exactly(call("relu", minus), 0) && is_exactly(call("relu", one), 1));
  ck_assert(is_exactly(call("relu", ball(-3, 1e-30)), 0));
  ck_assert(is_exactly(call("leaky_relu", bp_ball_exact(-25)), -0.25));
  ck_assert(is_exactly(call("identity", bp_ball_exact(0.1)), 0.1));
  ck_assert(is_exactly(call("tanh", zero), 0) && is_exactly(call("gelu", zero), 0));
  ck_assert(is_exactly(call("silu", zero), 0) && is_exactly(call("elu", zero), 0));
  ck_assert(is_exactly(call("sigmoid", zero), 0.5));
  struct bp_ball hundredth, small = call("leaky_relu", minus);
  ck_assert(bp_ball_decimal(&room, "0.03", &hundredth) && meet(small, bp_ball_neg(hundredth)));
  ck_assert(good_bits(small) > 125);
}
END_TEST

/* What saturates in every format of fixed size. */
START_TEST(saturation_is_a_matter_of_bits) {
  struct bp_ball one = bp_ball_whole(1);
  room.bits = 256;
  struct bp_ball rest = SUB(one, call("sigmoid", bp_ball_exact(95)));
  ck_assert_double_eq_tol(bp_ball_double(rest), 5.521082277028532e-42, 1e-50);
  struct bp_ball t = call("tanh", bp_ball_exact(40)), slope = SUB(one, MUL(t, t));
  ck_assert_double_eq_tol(bp_ball_double(slope), 7.219405551381661e-35, 1e-48);
  room.bits = 128;
  struct bp_ball small = call("sigmoid", bp_ball_exact(-800));
  ck_assert(bp_ball_double(small) == 0 && good_bits(small) > 115);
  ck_assert_double_eq_tol(bp_ball_above_log2(small), -800 * log2(exp(1)), 1e-6);
  ck_assert(good_bits(call("softplus", bp_ball_exact(-20000))) > 110);
  ck_assert(good_bits(call("gelu", bp_ball_exact(-1000))) > 100);
  ck_assert(good_bits(call("gelu", bp_ball_exact(-1e6))) > 115);
  ck_assert(good_bits(call("gelu", bp_ball_disc(bp_ball_exact(-1e6), -60))) > 35);
  ck_assert(bp_ball_above_log2(call("gelu", bp_ball_exact(-1000))) < -700000);
  struct bp_ball elu = ADD(call("elu", bp_ball_exact(-0x1p-300)), bp_ball_exact(0x1p-300));
  ck_assert(bp_ball_above_log2(elu) < -425);
}
END_TEST

/* Where e^x itself has no exponent any more. */
START_TEST(enormous_arguments_have_values) {
  static const double sizes[] = {1e10, 1e18, 1e20, 1e40, 1e300};
  for (int k = 0; k < COUNT(sizes); k++) {
    struct bp_ball x = bp_ball_exact(sizes[k]), minus = bp_ball_exact(-sizes[k]);
    static const char *const grow[] = {"softplus", "silu", "gelu", "elu", "relu"};
    for (int i = 0; i < COUNT(grow); i++) {
      ck_assert_msg(meet(call(grow[i], x), x), "%s(%g)", grow[i], sizes[k]);
      ck_assert_msg(bp_ball_above(call(grow[i], minus)) <= 1.0001, "%s(%g)", grow[i], -sizes[k]);
    }
    ck_assert(contains(call("tanh", x), 1) && contains(call("sigmoid", x), 1));
    ck_assert(bp_ball_above(call("sigmoid", minus)) < 1e-300);
    ck_assert(bp_ball_finite(call("sin", x)) && bp_ball_finite(call("log", x)));
  }
}
END_TEST

START_TEST(domains_are_kept) {
  ck_assert(bp_ball_is_missing(call("log", bp_ball_exact(0))));
  ck_assert(bp_ball_is_missing(call("log", bp_ball_exact(-1))));
  ck_assert(bp_ball_is_missing(call("log", ball(-1, 0.5))));
  ck_assert(bp_ball_is_missing(call("sqrt", bp_ball_exact(-1e-300))));
  ck_assert(is_unknown(call("log", ball(1, 1))) && is_unknown(call("log", ball(0, 1e-30))));
  ck_assert(!trail.unsure);
  struct bp_ball root = call("sqrt", ball(1, 3));
  ck_assert(trail.unsure && contains(root, 0) && contains(root, 2));
  root = call("sqrt", ball(0, 1e-30));
  ck_assert(contains(root, 1e-15) && bp_ball_radius(root) < 1.1e-15);
}
END_TEST

START_TEST(identities_hold_and_are_narrow) {
  static const slong bits[] = {128, 192, 384};
  struct bp_ball one = bp_ball_exact(1);
  for (int k = 0; k < 300; k++) {
    room.bits = bits[k % COUNT(bits)];
    double enough = (double)room.bits - 40;
    struct bp_ball x = bp_ball_exact(between(-20, 20)), minus = bp_ball_neg(x);
    struct bp_ball y = bp_ball_exact(between(0, 30));
    struct bp_ball s = call("sigmoid", x), t = call("tanh", x), e = call("exp", x);
    struct bp_ball unit = ADD(s, call("sigmoid", minus));
    ck_assert(contains(unit, 1) && good_bits(unit) > enough);
    struct bp_ball back = call("exp", call("log", y));
    ck_assert(meet(back, y) && good_bits(back) > enough);
    ck_assert(contains(MUL(e, call("exp", minus)), 1));
    struct bp_ball twice = SUB(bp_ball_scale(call("sigmoid", bp_ball_scale(x, 1)), 1), one);
    ck_assert(meet(twice, t));
    ck_assert(meet(SUB(call("softplus", x), call("softplus", minus)), x));
    ck_assert(meet(SUB(call("gelu", x), call("gelu", minus)), x));
    ck_assert(meet(call("silu", x), MUL(x, s)));
    struct bp_ball sine = call("sin", x), cosine = call("cos", x);
    ck_assert(contains(ADD(MUL(sine, sine), MUL(cosine, cosine)), 1));
    ck_assert(meet(MUL(call("sqrt", y), call("sqrt", y)), y));
    ck_assert(meet(ADD(call("elu", minus), one),
                   bp_ball_double(x) > 0 ? call("exp", minus) : ADD(one, minus)));
  }
}
END_TEST

/* ---- wide balls and discs ---- */

static bool needs_positive(const char *name) {
  return strcmp(name, "log") == 0 || strcmp(name, "ln") == 0 || strcmp(name, "sqrt") == 0;
}

START_TEST(arguments_move_within_their_radius) {
  static const double places[] = {0,    1e-8, -1e-8,  1e-30, -1e-30, 30,   -30,  0.5,
                                  -0.5, 2,    -1.278, -0.75, 1,      -100, -745, -5000};
  const char *name = bp_ball_function_at((size_t)_i)->name;
  for (int k = 0; k < 2000; k++) {
    double x = k % 2 ? places[k / 2 % COUNT(places)] : between(-40, 40);
    double rad = fmax(1, fabs(x)) * pow(10, between(-15, 1)), part = k % 3 ? between(-1, 1) : 0.99;
    double mid = needs_positive(name) ? fabs(x) + 1e-40 : x, moved = mid + rad * part;
    if (needs_positive(name) && moved <= 0)
      continue;
    struct bp_ball wide = call(name, bp_ball_widen(ball(mid, rad), log2(fabs(mid)) - 50));
    struct bp_ball there = call(name, bp_ball_exact(moved));
    ck_assert_msg(bp_ball_overlap(wide, there), "%s(%.17g +- %g) at %g", name, mid, rad, part);
    ck_assert_msg(bp_ball_finite(wide) || needs_positive(name) || has_poles(name),
                  "%s(%.17g +- %g)", name, mid, rad);
  }
}
END_TEST

/* Points of a disc give numbers in the disc's result, and the result is finite for small discs. */
START_TEST(points_of_a_disc_map_into_its_result) {
  const char *name = bp_ball_function_at((size_t)_i)->name;
  int finite = 0, rounds = 2000;
  for (int k = 0; k < rounds; k++) {
    room.bits = k % 2 ? 128 : 200;
    double x = between(-5, 5), r = pow(2, between(-30, 2)), angle = between(-4, 4);
    x = needs_positive(name) ? fabs(x) : x;
    struct bp_ball disc = bp_ball_disc(bp_ball_exact(x), log2(r));
    double size = k % 3 ? r * uniform(NULL) : r * 0.9999;
    struct bp_ball point =
        ADD(bp_ball_exact(x), complex_point(size * cos(angle), size * sin(angle)));
    struct bp_ball there = call(name, point), wide = call(name, disc),
                   here = call(name, bp_ball_exact(x));
    ck_assert(!bp_ball_is_missing(wide));
    ck_assert_msg(bp_ball_overlap(wide, there), "%s around %.17g, %g", name, x, r);
    ck_assert_msg(bp_ball_overlap(wide, here), "%s around %.17g, %g", name, x, r);
    if (bp_ball_finite(wide))
      ck_assert(bp_ball_finite(there) && bp_ball_finite(here));
    finite += bp_ball_finite(wide);
    bool small = r < 0.1 && (r < fabs(x) / 4) && !has_poles(name);
    ck_assert_msg(!small || bp_ball_finite(wide), "%s around %.17g, %g", name, x, r);
  }
  ck_assert_msg(finite > rounds / 2, "%s: %d of %d", name, finite, rounds);
}
END_TEST

/* A result in a small disc is not much wider than the slope says. */
START_TEST(discs_are_not_much_wider_than_needed) {
  const char *name = bp_ball_function_at((size_t)_i)->name;
  for (int k = 0; k < 300; k++) {
    double x = between(0.5, 3), r = pow(2, between(-30, -8));
    struct bp_ball wide = call(name, bp_ball_disc(bp_ball_exact(x), log2(r)));
    bool grows = !strcmp(name, "exp") || !strcmp(name, "sinh") || !strcmp(name, "cosh");
    double tangent = has_poles(name) ? bp_ball_double(call(name, bp_ball_exact(x))) : 0;
    double steepest = grows ? exp(3.1) : has_poles(name) ? 2 * (1 + tangent * tangent) : 2.3;
    if (r * steepest > 0.1 && has_poles(name))
      continue;
    ck_assert_msg(bp_ball_radius(wide) <= 4 * steepest * r, "%s(%g): %g from %g", name, x,
                  bp_ball_radius(wide), r);
    struct bp_ball real = call(name, ball(x, r));
    ck_assert_msg(bp_ball_radius(real) <= steepest * r, "%s: %g from %g", name,
                  bp_ball_radius(real), r);
    ck_assert(is_unknown(call(name, bp_ball_unknown())));
    ck_assert(bp_ball_is_missing(call(name, bp_ball_missing())));
  }
}
END_TEST

/* The narrowest ball around the values, up to a hundredth. */
/* e^-x of such a disc reaches round 0. */
START_TEST(saturated_units_have_large_discs) {
  for (double x = -20; x > -2000; x *= 2) {
    struct bp_ball disc = bp_ball_disc(bp_ball_exact(x), log2(-x / 8));
    ck_assert_msg(bp_ball_finite(call("sigmoid", disc)), "at %g", x);
    ck_assert_msg(bp_ball_finite(call("silu", disc)), "at %g", x);
    ck_assert(bp_ball_above_log2(call("sigmoid", disc)) < x * 0.7 / log(2));
  }
}
END_TEST

START_TEST(monotone_functions_of_wide_balls_are_narrow) {
  static const char *const monotone[] = {"exp", "sigmoid", "tanh", "softplus", "log"};
  for (int k = 0; k < 1000; k++) {
    const char *name = monotone[k % COUNT(monotone)];
    double mid = between(-20, 20), rad = pow(10, between(-2, 1));
    mid = needs_positive(name) ? fabs(mid) + rad * 1.01 : mid;
    struct bp_ball wide = call(name, ball(mid, rad));
    struct bp_ball high = call(name, bp_ball_exact(mid + rad)),
                   low = call(name, bp_ball_exact(mid - rad));
    double least = bp_ball_double(SUB(high, low)) / 2;
    ck_assert_msg(bp_ball_radius(wide) <= least * 1.01, "%s(%g +- %g)", name, mid, rad);
  }
}
END_TEST

/* ---- kinks, poles, cuts ---- */

START_TEST(kinks_are_decided_or_said_to_be_open) {
  static const char *const kinked[] = {"relu", "leaky_relu", "elu", "abs"};
  for (int k = 0; k < COUNT(kinked); k++) {
    room = room_of(128);
    struct bp_ball real = call(kinked[k], ball(0.25, 1));
    ck_assert(trail.unsure && !trail.undecided);
    ck_assert(meet(real, call(kinked[k], bp_ball_exact(-0.749))));
    ck_assert(meet(real, call(kinked[k], bp_ball_exact(1.249))));
    room = room_of(128);
    ck_assert(is_unknown(call(kinked[k], bp_ball_disc(bp_ball_exact(0.25), 0))));
    ck_assert(trail.undecided && !trail.unsure && trail.above + trail.below == 0);
    room = room_of(128);
    struct bp_ball above = call(kinked[k], bp_ball_disc(bp_ball_exact(1e-9), log2(0.9e-9)));
    ck_assert(bp_ball_finite(above) && !trail.undecided && trail.above == 1);
    struct bp_ball below = call(kinked[k], bp_ball_disc(bp_ball_exact(-1e-9), log2(0.9e-9)));
    ck_assert(bp_ball_finite(below) && !trail.undecided && trail.below == 1);
    call(kinked[k], bp_ball_whole(0));
    ck_assert(trail.level == 1 && !trail.unsure);
  }
  ck_assert(is_exactly(call("relu", bp_ball_disc(bp_ball_whole(-2), -1)), 0));
  struct bp_ball cut = call("relu", ball(0, 1));
  ck_assert(contains(cut, 1) && contains(cut, 0) && !contains(cut, -0.001));
}
END_TEST

static uint64_t digest(const char *name, double x, double disc) {
  room = room_of(128);
  call(name, disc > 0 ? bp_ball_disc(bp_ball_exact(x), log2(disc)) : bp_ball_exact(x));
  return trail.branches;
}

START_TEST(digests_differ_across_a_kink) {
  static const char *const kinked[] = {"relu", "leaky_relu", "elu", "abs"};
  for (int k = 0; k < COUNT(kinked); k++) {
    ck_assert_msg(digest(kinked[k], 1e-30, 0) != digest(kinked[k], -1e-30, 0), "%s", kinked[k]);
    ck_assert(digest(kinked[k], 0, 0) != digest(kinked[k], 1, 0) && digest(kinked[k], 0, 0) != 0);
    ck_assert(digest(kinked[k], 5, 0) == digest(kinked[k], 1e-9, 0));
    ck_assert(digest(kinked[k], 5, 0) == digest(kinked[k], 5, 1));
  }
  ck_assert(digest("tanh", 1, 0) == 0 && digest("gelu", -1, 0) == 0 && digest("sqrt", 1, 0) == 0);
}
END_TEST

START_TEST(poles_and_cuts_are_met) {
  struct bp_ball zero = bp_ball_whole(0), one = bp_ball_whole(1);
  ck_assert(is_unknown(call("tanh", bp_ball_disc(zero, log2(1.6)))));
  ck_assert(bp_ball_finite(call("tanh", bp_ball_disc(zero, -1))));
  ck_assert(is_unknown(call("sigmoid", bp_ball_disc(zero, log2(3.2)))));
  ck_assert(bp_ball_finite(call("sigmoid", bp_ball_disc(zero, 0))));
  ck_assert(is_unknown(call("silu", bp_ball_disc(zero, log2(3.2)))));
  ck_assert(is_unknown(call("softplus", bp_ball_disc(zero, log2(3.2)))));
  ck_assert(bp_ball_finite(call("softplus", bp_ball_disc(bp_ball_whole(10), log2(3)))));
  ck_assert(is_unknown(call("log", bp_ball_disc(one, log2(1.01)))));
  ck_assert(is_unknown(call("log", bp_ball_disc(bp_ball_whole(-1), -2))));
  ck_assert(is_unknown(call("sqrt", bp_ball_disc(one, log2(1.01)))));
  ck_assert(is_unknown(call("sqrt", bp_ball_disc(zero, -50))));
  ck_assert(bp_ball_finite(call("gelu", bp_ball_disc(zero, 3))));
  ck_assert(is_unknown(call("atan", bp_ball_disc(zero, 0.01))));
  ck_assert(bp_ball_finite(call("atan", bp_ball_disc(zero, -0.01))));
  ck_assert(is_unknown(call("tan", bp_ball_disc(zero, log2(1.6)))));
  ck_assert(bp_ball_finite(call("tan", bp_ball_disc(zero, log2(0.7)))));
  ck_assert(bp_ball_finite(call("erf", bp_ball_disc(zero, 2))));
  ck_assert(bp_ball_finite(call("sin", bp_ball_disc(zero, 5))));
  ck_assert(bp_ball_finite(call("exp", bp_ball_disc(zero, 5))));
}
END_TEST

/* ---- what all of it is for ---- */

/* (F(x + h) - F(x - h)) / 2h with Cauchy's bound of what it leaves out, M/r q^2 / (1 - q^2) for
 * q = h/r and |F - F(x)| <= M in a disc of radius r. */
static struct bp_ball proved_slope(const char *name, struct bp_ball x, slong radius_log2) {
  slong h = radius_log2 - room.bits / 3;
  struct bp_ball step = bp_ball_power_of_two(h);
  struct bp_ball above = call(name, ADD(x, step)), below = call(name, SUB(x, step));
  struct bp_ball disc = call(name, bp_ball_disc(x, (double)radius_log2));
  double bound = bp_ball_farthest_log2(disc, call(name, x)) - (double)radius_log2;
  struct bp_ball quotient = bp_ball_scale(SUB(above, below), -h - 1);
  return bp_ball_widen(quotient, bound + 2 * (double)(h - radius_log2) + 0x1p-40);
}

START_TEST(difference_quotients_are_proofs) {
  struct bp_ball one = bp_ball_whole(1);
  for (int k = 0; k < 300; k++) {
    room.bits = k % 2 ? 192 : 384;
    slong r = k % 3 ? -3 : -9;
    struct bp_ball x = bp_ball_exact(between(0.25, 8)), s = call("sigmoid", x), t = call("tanh", x);
    const struct {
      const char *name;
      struct bp_ball slope;
    } known_slopes[] = {
        {"exp", call("exp", x)},
        {"sin", call("cos", x)},
        {"sinh", call("cosh", x)},
        {"cosh", call("sinh", x)},
        {"atan", bp_ball_combine(&room, one, ADD(one, MUL(x, x)), bp_ball_div)},
        {"softplus", s},
        {"sigmoid", MUL(s, SUB(one, s))},
        {"tanh", SUB(one, MUL(t, t))},
        {"log", bp_ball_combine(&room, one, x, bp_ball_div)},
        {"relu", one},
        {"elu", one},
    };
    for (int i = 0; i < COUNT(known_slopes); i++) {
      struct bp_ball slope = proved_slope(known_slopes[i].name, x, r);
      ck_assert_msg(meet(slope, known_slopes[i].slope), "%s'", known_slopes[i].name);
      double size = fmax(0, bp_ball_above_log2(slope));
      ck_assert_msg(bp_ball_radius_log2(slope) < size - (double)room.bits * 0.55, "%s'(%g)",
                    known_slopes[i].name, bp_ball_double(x));
    }
  }
  room.bits = 256;
  struct bp_ball saturated = proved_slope("sigmoid", bp_ball_whole(95), -3);
  ck_assert_double_eq_tol(bp_ball_double(saturated), 5.521082277028532e-42, 1e-47);
  ck_assert(is_exactly(proved_slope("relu", bp_ball_exact(-1e-9), -31), 0));
  ck_assert(is_unknown(proved_slope("relu", bp_ball_whole(0), -60)));
}
END_TEST

/* ---- names and drawn functions ---- */

START_TEST(functions_are_found_by_name) {
  const struct bp_function *function;
  for (size_t k = 0; (function = bp_ball_function_at(k)); k++) {
    const char *name = function->name;
    ck_assert_msg(bp_ball_function_find(name, strlen(name)) != NULL, "%s", name);
  }
  for (size_t k = 0; k < bp_function_count; k++) {
    const char *name = bp_functions[k].name;
    bool listed = false;
    for (size_t i = 0; (function = bp_ball_function_at(i)); i++)
      listed |= strcmp(function->name, name) == 0;
    ck_assert_msg(listed != bp_functions[k].columnwise, "%s", name);
    ck_assert_msg((bp_ball_function_find(name, strlen(name)) != NULL) == listed, "%s", name);
  }
  ck_assert_ptr_eq(bp_ball_function_find("σ", 2), bp_ball_function_find("sigmoid", 7));
  ck_assert_ptr_eq(bp_ball_function_find("expo", 3), bp_ball_function_find("exp", 3));
  ck_assert_ptr_null(bp_ball_function_find("expo", 4));
  ck_assert_ptr_null(bp_ball_function_find("", 0));
}
END_TEST

START_TEST(drawn_functions_are_entire_and_differ) {
  for (int k = 0; k < 200; k++) {
    struct bp_ball_drawn f = bp_ball_draw_function(uniform, NULL);
    struct bp_ball_drawn g = bp_ball_draw_function(uniform, NULL);
    for (int i = 0; i < COUNT(f.coefficient); i++)
      ck_assert(ldexp(f.coefficient[i], 16) == nearbyint(ldexp(f.coefficient[i], 16)));
    struct bp_ball x = bp_ball_exact(between(-5, 5)), y = bp_ball_drawn_value(&room, &f, x);
    ck_assert(bp_ball_is_real(y) && good_bits(y) > 105 && fabs(bp_ball_double(y)) < 10);
    struct bp_ball wide = bp_ball_drawn_value(&room, &f, bp_ball_disc(x, between(-9, 3)));
    ck_assert(meet(wide, y) && !meet(y, bp_ball_drawn_value(&room, &g, x)));
    ck_assert(is_unknown(bp_ball_drawn_value(&room, &f, bp_ball_unknown())));
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ball_function");
  TCase *cases = tcase_create("functions");
  int functions = 0;
  while (bp_ball_function_at((size_t)functions))
    functions++;
  tcase_add_checked_fixture(cases, open_room, close_arena);
  tcase_add_loop_test(cases, values_to_45_digits, 0, COUNT(known));
  tcase_add_test(cases, special_values_are_exact);
  tcase_add_test(cases, saturation_is_a_matter_of_bits);
  tcase_add_test(cases, saturated_units_have_large_discs);
  tcase_add_test(cases, enormous_arguments_have_values);
  tcase_add_test(cases, domains_are_kept);
  tcase_add_test(cases, identities_hold_and_are_narrow);
  tcase_add_loop_test(cases, arguments_move_within_their_radius, 0, functions);
  tcase_add_loop_test(cases, points_of_a_disc_map_into_its_result, 0, functions);
  tcase_add_loop_test(cases, discs_are_not_much_wider_than_needed, 0, functions);
  tcase_add_test(cases, monotone_functions_of_wide_balls_are_narrow);
  tcase_add_test(cases, kinks_are_decided_or_said_to_be_open);
  tcase_add_test(cases, digests_differ_across_a_kink);
  tcase_add_test(cases, poles_and_cuts_are_met);
  tcase_add_test(cases, difference_quotients_are_proofs);
  tcase_add_test(cases, functions_are_found_by_name);
  tcase_add_test(cases, drawn_functions_are_entire_and_differ);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
