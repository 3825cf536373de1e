/* Tests of src/num/ball.h: numbers, what is not finite, freezing, decisions, powers and bounds. */
#include "balls.h"
#include "suite.h"

#include <float.h>

static struct bp_ball_room room;

static void open_room(void) {
  open_arena();
  room = room_of(128);
}

#define ADD(a, b) bp_ball_combine(&room, a, b, bp_ball_add)
#define SUB(a, b) bp_ball_combine(&room, a, b, bp_ball_sub)
#define MUL(a, b) bp_ball_combine(&room, a, b, bp_ball_mul)
#define DIV(a, b) bp_ball_combine(&room, a, b, bp_ball_div)
#define POW(a, b) bp_ball_combine(&room, a, b, bp_ball_pow)
#define LARGER(a, b) bp_ball_combine(&room, a, b, bp_ball_max)
#define SMALLER(a, b) bp_ball_combine(&room, a, b, bp_ball_min)

/* ---- arithmetic ---- */

START_TEST(whole_and_dyadic_numbers_stay_exact) {
  for (int k = 0; k < 2000; k++) {
    double x = floor(between(-1e9, 1e9)), y = floor(between(1, 1e5));
    struct bp_ball a = bp_ball_exact(x), b = bp_ball_exact(ldexp(y, -20));
    ck_assert(is_exactly(ADD(a, b), x + ldexp(y, -20)));
    ck_assert(is_exactly(SUB(a, b), x - ldexp(y, -20)));
    ck_assert(is_exactly(MUL(a, b), x * ldexp(y, -20)));
    ck_assert(is_exactly(DIV(MUL(a, b), b), x));
    ck_assert(is_exactly(bp_ball_neg(a), -x));
    ck_assert(is_exactly(bp_ball_scale(b, 13), ldexp(y, -7)));
  }
  struct bp_ball third = DIV(bp_ball_whole(1), bp_ball_whole(3));
  ck_assert(!bp_ball_is_exact(third) && good_bits(third) > 125);
  ck_assert(is_exactly(MUL(third, bp_ball_whole(0)), 0));
  ck_assert(is_exactly(bp_ball_power_of_two(-3), 0.125));
}
END_TEST

START_TEST(balls_hold_what_their_operands_hold) {
  static const slong bits[] = {53, 128, 192, 400};
  for (int k = 0; k < 8000; k++) {
    room.bits = bits[k % COUNT(bits)];
    double size = pow(10, between(-12, -1)), x = between(-3, 3), y = between(-3, 3);
    double s = k % 3 ? between(-1, 1) : 1, t = k % 5 ? between(-1, 1) : -1;
    struct bp_ball a = ball(x, size), b = ball(y, size);
    struct bp_ball c = bp_ball_exact(x + s * size * 0.999), d = bp_ball_exact(y + t * size * 0.999);
    ck_assert(meet(ADD(a, b), ADD(c, d)) && meet(SUB(a, b), SUB(c, d)) &&
              meet(MUL(a, b), MUL(c, d)));
    ck_assert(fabs(y) <= size || meet(DIV(a, b), DIV(c, d)));
    ck_assert_double_le(bp_ball_radius(ADD(a, b)), 2.001 * size);
    ck_assert_double_le(bp_ball_radius(MUL(a, b)), size * (fabs(x) + fabs(y) + size) * 1.001);
  }
}
END_TEST

START_TEST(discs_hold_every_point_of_theirs) {
  for (int k = 0; k < 5000; k++) {
    double r = pow(2, between(-20, -1)), s = between(-3, 3), t = between(-3, 3);
    struct bp_ball x = bp_ball_exact(between(-3, 3)), y = bp_ball_exact(between(-3, 3));
    struct bp_ball a = bp_ball_disc(x, log2(r)), b = bp_ball_disc(y, log2(r));
    struct bp_ball c = ADD(x, complex_point(r * cos(s) * 0.999, r * sin(s) * 0.999));
    struct bp_ball d = ADD(y, complex_point(r * cos(t) * 0.999, r * sin(t) * 0.999));
    ck_assert(!bp_ball_is_real(a) && meet(a, c));
    ck_assert(meet(ADD(a, b), ADD(c, d)) && meet(SUB(a, b), SUB(c, d)) &&
              meet(MUL(a, b), MUL(c, d)));
    if (bp_ball_contains_zero(b))
      ck_assert(is_unknown(DIV(a, b)));
    else
      ck_assert(meet(DIV(a, b), DIV(c, d)));
    ck_assert(bp_ball_farthest(MUL(a, b), MUL(x, y)) >= bp_ball_nearest(MUL(c, d), MUL(x, y)));
    ck_assert(bp_ball_is_real(MUL(a, bp_ball_whole(0))));
  }
}
END_TEST

/* ---- not finite ---- */

START_TEST(what_is_not_finite_spreads) {
  struct bp_ball zero = bp_ball_whole(0), one = bp_ball_whole(1);
  struct bp_ball missing = DIV(one, zero), unknown = DIV(one, ball(0.5, 0.5));
  ck_assert(bp_ball_is_missing(missing) && is_unknown(unknown));
  ck_assert(bp_ball_is_missing(DIV(zero, zero)) && is_exactly(DIV(zero, one), 0));
  ck_assert(is_unknown(MUL(zero, unknown)) && bp_ball_is_missing(MUL(zero, missing)));
  ck_assert(is_unknown(SUB(unknown, unknown)) && bp_ball_is_missing(ADD(unknown, missing)));
  ck_assert(is_unknown(POW(unknown, zero)) && is_unknown(LARGER(unknown, one)));
  ck_assert(bp_ball_is_missing(bp_ball_exact(NAN)) && bp_ball_is_missing(bp_ball_exact(INFINITY)));
  ck_assert(isnan(bp_ball_double(missing)) && isnan(bp_ball_double(unknown)));
  ck_assert(bp_ball_radius(unknown) == INFINITY && bp_ball_above(missing) == INFINITY);
  ck_assert(bp_ball_farthest(one, unknown) == INFINITY && bp_ball_nearest(one, unknown) == 0);
  ck_assert(bp_ball_overlap(one, missing) && !bp_ball_overlap(one, zero));
  ck_assert(is_unknown(bp_ball_disc(unknown, 0)) && is_unknown(bp_ball_disc(one, INFINITY)));
  ck_assert(is_unknown(bp_ball_neg(unknown)) && is_unknown(bp_ball_scale(unknown, 5)));
}
END_TEST

/* ---- freezing ---- */

/* Numbers of 400 bits survive that other numbers come and go after them. */
START_TEST(stored_numbers_stay_as_they_are) {
  room.bits = 400;
  struct bp_ball third = DIV(bp_ball_whole(1), bp_ball_whole(3));
  struct bp_ball negative = bp_ball_neg(third), scaled = bp_ball_scale(third, 100);
  for (int k = 0; k < 200; k++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_ball other = DIV(bp_ball_whole(k + 1), bp_ball_whole(7));
    ck_assert(good_bits(MUL(other, third)) > 395);
    bp_arena_release(arena, mark);
  }
  struct bp_ball one = MUL(third, bp_ball_whole(3));
  ck_assert(contains(one, 1) && good_bits(one) > 395);
  ck_assert(is_exactly(ADD(MUL(third, bp_ball_whole(0)), bp_ball_whole(1)), 1));
  ck_assert(contains(MUL(negative, bp_ball_whole(3)), -1) &&
            contains(MUL(scaled, bp_ball_whole(3)), 0x1p100));
}
END_TEST

START_TEST(up_to_128_bits_a_number_is_the_struct_alone) {
  size_t before = bp_arena_used(arena);
  struct bp_ball third = DIV(bp_ball_whole(1), bp_ball_whole(3));
  ck_assert(bp_arena_used(arena) == before && good_bits(third) > 120);
  room.bits = 192;
  third = DIV(bp_ball_whole(1), bp_ball_whole(3));
  ck_assert(bp_arena_used(arena) > before);
}
END_TEST

START_TEST(without_memory_numbers_are_unknown) {
  struct bp_arena *small = bp_arena_new(1000);
  struct bp_ball_room there = {small, 10000, NULL};
  ck_assert(is_unknown(bp_ball_combine(&there, bp_ball_whole(1), bp_ball_whole(3), bp_ball_div)));
  ck_assert(bp_arena_failed(small));
  bp_arena_free(small);
}
END_TEST

/* ---- exponents ---- */

START_TEST(exponents_have_no_bounds) {
  struct bp_ball tiny = POW(bp_ball_exact(1e-300), bp_ball_whole(1000));
  struct bp_ball huge = POW(bp_ball_exact(1e300), bp_ball_whole(1000));
  ck_assert(good_bits(tiny) > 100 && good_bits(huge) > 100);
  ck_assert(fabs(bp_ball_double(MUL(tiny, huge)) - 1) < 1e-10);
  ck_assert(bp_ball_double(tiny) == 0 && bp_ball_double(huge) == DBL_MAX);
  ck_assert(bp_ball_double(bp_ball_neg(huge)) == -DBL_MAX && bp_ball_above(huge) == INFINITY);
  ck_assert(bp_ball_above(tiny) > 0 && bp_ball_above(tiny) <= 0x1p-1040);
  double log2_tiny = -300000 * log2(10);
  ck_assert(fabs(bp_ball_above_log2(tiny) - log2_tiny) < 1e-4);
  ck_assert(bp_ball_nearest_log2(tiny, bp_ball_whole(0)) <= bp_ball_above_log2(tiny));
  ck_assert(fabs(bp_ball_nearest_log2(tiny, bp_ball_whole(0)) - log2_tiny) < 1e-4);
  ck_assert(bp_ball_nearest(huge, tiny) == DBL_MAX && bp_ball_nearest(tiny, tiny) == 0);
}
END_TEST

START_TEST(exponents_beyond_all_bounds_are_covered) {
  struct bp_ball enormous = bp_ball_apply(&room, bp_ball_exp, bp_ball_exact(1e19));
  struct bp_ball nothing = bp_ball_apply(&room, bp_ball_exp, bp_ball_exact(-1e19));
  ck_assert(is_unknown(enormous) && bp_ball_finite(nothing) && bp_ball_contains_zero(nothing));
  ck_assert(bp_ball_radius_log2(nothing) < -1e18);
  ck_assert(is_unknown(bp_ball_scale(bp_ball_power_of_two(WORD_MAX / 4), WORD_MAX / 4)));
}
END_TEST

/* ---- bounds ---- */

START_TEST(bounds_are_bounds) {
  for (int k = 0; k < 5000; k++) {
    double size = pow(10, between(-300, 300)), x = between(-1, 1) * size, y = between(-1, 1) * size;
    struct bp_ball a = bp_ball_exact(x), b = bp_ball_exact(y);
    ck_assert(bp_ball_above(a) >= fabs(x) && bp_ball_above(a) <= fabs(x) * (1 + 1e-8));
    ck_assert(bp_ball_farthest(a, b) >= fabs(x - y) * (1 - 1e-15));
    ck_assert(bp_ball_nearest(a, b) <= fabs(x - y) * (1 + 1e-15));
    ck_assert(bp_ball_nearest(a, b) >= fabs(x - y) * (1 - 1e-8));
    ck_assert_double_eq_tol(bp_ball_above_log2(a), log2(fabs(x)), 1e-8);
    ck_assert(exp2(bp_ball_above_log2(a) / 2) >= sqrt(fabs(x)) * (1 - 1e-15));
    double rad = fabs(y) / 1000;
    struct bp_ball wide = ball(x, rad);
    ck_assert(bp_ball_radius(wide) >= rad && bp_ball_radius(wide) <= rad * (1 + 1e-8));
    ck_assert_double_eq_tol(bp_ball_radius_log2(wide), log2(rad), 1e-8);
  }
  ck_assert(bp_ball_above_log2(bp_ball_whole(0)) == -INFINITY &&
            bp_ball_radius(bp_ball_whole(3)) == 0);
  ck_assert(bp_ball_nearest_log2(ball(1, 1), ball(2, 1)) == -INFINITY);
  ck_assert_double_eq_tol(bp_ball_radius(bp_ball_disc(bp_ball_whole(0), 0)), sqrt(2), 1e-7);
  ck_assert(bp_ball_nearest(bp_ball_whole(5), complex_point(2, 4)) <= 5);
}
END_TEST

/* ---- powers ---- */

START_TEST(whole_powers_multiply) {
  ck_assert(is_exactly(POW(bp_ball_exact(-3), bp_ball_exact(5)), -243));
  ck_assert(is_exactly(POW(bp_ball_exact(-2), bp_ball_exact(-3)), -0.125));
  ck_assert(is_exactly(POW(bp_ball_exact(0), bp_ball_exact(0)), 1));
  ck_assert(is_exactly(POW(bp_ball_exact(0), bp_ball_exact(2)), 0));
  ck_assert(is_exactly(POW(bp_ball_exact(0), bp_ball_exact(0.5)), 0));
  struct bp_ball wide = POW(ball(2, 1e-3), bp_ball_exact(3));
  ck_assert(contains(wide, 2.0009 * 2.0009 * 2.0009) && bp_ball_radius(wide) < 0.01203);
  ck_assert(bp_ball_is_missing(POW(bp_ball_whole(0), bp_ball_whole(-1))));
  ck_assert(is_unknown(POW(ball(0, 1), bp_ball_whole(-1))));
  struct bp_ball disc = bp_ball_disc(bp_ball_whole(-2), -4);
  ck_assert(meet(POW(disc, bp_ball_whole(3)), bp_ball_whole(-8)));
  ck_assert(meet(POW(disc, bp_ball_whole(-1)), bp_ball_exact(-0.5)));
}
END_TEST

/* x^95 of this disc reaches round 0. */
START_TEST(negative_powers_need_discs_without_0_alone) {
  struct bp_ball disc = bp_ball_disc(bp_ball_exact(2), -3), power = POW(disc, bp_ball_whole(-95));
  ck_assert(bp_ball_finite(power) && bp_ball_above_log2(power) < -40);
  ck_assert(is_unknown(POW(bp_ball_disc(bp_ball_exact(2), 2), bp_ball_whole(-1))));
  ck_assert(is_exactly(POW(bp_ball_exact(-2), bp_ball_whole(-3)), -0.125));
}
END_TEST

START_TEST(other_powers_need_a_positive_base) {
  struct bp_ball half = bp_ball_exact(0.5), minus = bp_ball_whole(-1), zero = bp_ball_whole(0);
  for (int k = 0; k < 300; k++) {
    struct bp_ball x = bp_ball_exact(between(1e-3, 40));
    ck_assert(meet(POW(x, half), bp_ball_apply(&room, bp_ball_sqrt, x)));
    struct bp_ball y = bp_ball_exact(between(-3, 3)), z = bp_ball_exact(between(-3, 3));
    ck_assert(meet(MUL(POW(x, y), POW(x, z)), POW(x, ADD(y, z))));
    ck_assert(meet(POW(x, ball(2, 1e-9)), MUL(x, x)));
    ck_assert(meet(POW(bp_ball_disc(x, -12), bp_ball_disc(y, -9)), POW(x, y)));
  }
  ck_assert(bp_ball_is_missing(POW(minus, half)) &&
            bp_ball_is_missing(POW(zero, bp_ball_exact(-0.5))));
  ck_assert(is_unknown(POW(minus, ball(2, 1e-9))) && is_unknown(POW(ball(1, 1.5), half)));
  ck_assert(is_unknown(POW(bp_ball_disc(minus, -3), half)));
  ck_assert(is_unknown(POW(minus, bp_ball_disc(bp_ball_whole(2), -3))));
}
END_TEST

/* ---- decisions ---- */

START_TEST(comparisons_say_when_they_are_unsure) {
  static const struct {
    double a, a_rad, b, b_rad;
    enum bp_ball_order expected;
    bool unsure;
  } table[] = {
      {1, 0, 2, 0, BP_ORDER_BELOW, false},      {2, 0, 2, 0, BP_ORDER_LEVEL, false},
      {3, 0.5, 2, 0.25, BP_ORDER_ABOVE, false}, {3, 0.5, 2, 0.5, BP_ORDER_UNKNOWN, true},
      {2, 1e-30, 2, 0, BP_ORDER_UNKNOWN, true}, {1, 0, NAN, 0, BP_ORDER_UNKNOWN, true},
      {0, 0, -0.0, 0, BP_ORDER_LEVEL, false},
  };
  for (int k = 0; k < COUNT(table); k++) {
    room = room_of(128);
    struct bp_ball a = ball(table[k].a, table[k].a_rad), b = ball(table[k].b, table[k].b_rad);
    ck_assert_msg(bp_ball_compare(&room, a, b) == table[k].expected, "row %d", k);
    ck_assert_msg(trail.unsure == table[k].unsure && !trail.undecided, "row %d", k);
    ck_assert(trail.branches != 0);
    ck_assert(trail.below + trail.level + trail.above == !table[k].unsure);
  }
}
END_TEST

START_TEST(discs_decide_by_real_parts_or_not_at_all) {
  struct bp_ball two = bp_ball_disc(bp_ball_whole(2), -1),
                 three = bp_ball_disc(bp_ball_whole(3), -2);
  ck_assert(bp_ball_compare(&room, two, three) == BP_ORDER_BELOW && !trail.undecided);
  ck_assert(bp_ball_compare(&room, two, two) == BP_ORDER_UNKNOWN);
  ck_assert(trail.undecided && !trail.unsure);
  room = room_of(128);
  ck_assert(meet(LARGER(two, three), three) && meet(SMALLER(two, three), two) && !trail.undecided);
  ck_assert(is_unknown(LARGER(two, bp_ball_exact(2.25))) && trail.undecided);
  ck_assert(trail.above + trail.below == 2);
}
END_TEST

START_TEST(max_and_min_hold_either_where_they_overlap) {
  struct bp_ball a = ball(1, 0.25), b = ball(1.125, 0.0625), c = bp_ball_exact(3);
  ck_assert(is_exactly(LARGER(a, c), 3) && bp_ball_double(SMALLER(c, a)) == 1 && !trail.unsure);
  struct bp_ball larger = LARGER(a, b), smaller = SMALLER(a, b);
  ck_assert(trail.unsure && contains(larger, 1.2499) && contains(smaller, 0.7501));
  ck_assert(bp_ball_is_missing(LARGER(c, bp_ball_missing())) && is_exactly(LARGER(c, c), 3));
  struct bp_ball both = bp_ball_combine(&room, bp_ball_whole(-1), c, bp_ball_either);
  ck_assert(contains(both, -1) && contains(both, 3) && bp_ball_radius(both) < 2.001);
}
END_TEST

START_TEST(digests_depend_on_the_order) {
  struct bp_ball one = bp_ball_whole(1), two = bp_ball_whole(2);
  bp_ball_compare(&room, one, two);
  bp_ball_compare(&room, two, one);
  uint64_t first = trail.branches;
  room = room_of(128);
  bp_ball_compare(&room, two, one);
  bp_ball_compare(&room, one, two);
  ck_assert(first != trail.branches);
  struct bp_ball_room silent = {arena, 128, NULL};
  ck_assert(bp_ball_compare(&silent, one, two) == BP_ORDER_BELOW);
}
END_TEST

/* ---- constants and decimal numbers ---- */

START_TEST(constants) {
  room.bits = 300;
  struct bp_ball pi = bp_ball_pi(&room), e = bp_ball_e(&room), truth;
  ck_assert(bp_ball_decimal(
      &room, "3.14159265358979323846264338327950288419716939937510582097494459", &truth));
  ck_assert(bp_ball_farthest_log2(pi, truth) < -200 && good_bits(pi) > 295);
  ck_assert(meet(bp_ball_apply(&room, bp_ball_log, e), bp_ball_whole(1)) && good_bits(e) > 295);
}
END_TEST

static const struct {
  const char *digits;
  double value;
  bool exact; /* at 128 bits */
} decimals[] = {
    {"12", 12, true},
    {"0.5", 0.5, true},
    {".5", 0.5, true},
    {"5.", 5, true},
    {"1e3", 1000, true},
    {"1E+3", 1000, true},
    {"25e-2", 0.25, true},
    {"0", 0, true},
    {"0.000e7", 0, true},
    {"00012.500", 12.5, true},
    {"9007199254740993e1", 90071992547409930.0, true},
    {"10384593717069655257060992658440193", 0x1p113, true},
    {"0.01", 0.01, false},
    {"1e-3", 0.001, false},
    {"1e-300", 1e-300, false},
    {"123456789012345678901234567890123456789012345678901234567890",
     123456789012345678901234567890123456789012345678901234567890.0, false},
    {"3.14159265358979323846264338327950288419716939937510582097494459", M_PI, false},
};

START_TEST(decimal_numbers) {
  struct bp_ball a;
  const char *digits = decimals[_i].digits;
  ck_assert_msg(bp_ball_decimal(&room, digits, &a), "%s", digits);
  ck_assert_msg(bp_ball_double(a) == decimals[_i].value, "%s: %.17g", digits, bp_ball_double(a));
  ck_assert_msg(bp_ball_is_exact(a) == decimals[_i].exact, "%s", digits);
  ck_assert_msg(bp_ball_is_exact(a) || good_bits(a) > 125, "%s", digits);
  room.bits = 1000;
  ck_assert(bp_ball_decimal(&room, digits, &a) && (bp_ball_is_exact(a) || good_bits(a) > 997));
}
END_TEST

START_TEST(other_text_is_no_number) {
  static const char *const wrong[] = {"",
                                      ".",
                                      "e5",
                                      "1e",
                                      "1e+",
                                      "1,5",
                                      "1.2.3",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x10",
                                      "inf",
                                      "nan",
                                      "1e4001",
                                      "1e-4001",
                                      "1e99999999999999999999999999",
                                      "[1 +/- 1]"};
  struct bp_ball a = bp_ball_whole(-7);
  for (int k = 0; k < COUNT(wrong); k++)
    ck_assert_msg(!bp_ball_decimal(&room, wrong[k], &a), "%s", wrong[k]);
  ck_assert(is_exactly(a, -7));
}
END_TEST

/* The decimal point moved and the exponent with it: the same number. */
START_TEST(decimal_spellings_agree) {
  char zeros[5100] = "0.", digits[5100];
  memset(zeros + 2, '0', 3000);
  strcpy(zeros + 3002, "123e3001");
  struct bp_ball a, b, tenth;
  ck_assert(bp_ball_decimal(&room, zeros, &a) && bp_ball_decimal(&room, "1.23", &b));
  ck_assert(meet(a, b) && good_bits(a) > 125);
  memset(digits, '7', 3999);
  digits[3999] = '\0';
  ck_assert(bp_ball_decimal(&room, digits, &a) && good_bits(a) > 125);
  for (room.bits = 20; room.bits < 2000; room.bits = room.bits * 3 / 2) {
    ck_assert(bp_ball_decimal(&room, "0.1", &tenth));
    struct bp_ball one = MUL(tenth, bp_ball_whole(10));
    ck_assert(contains(one, 1) && good_bits(one) > (double)room.bits - 4);
  }
}
END_TEST

/* Behind the first 12,000 digits a ball stands for the others, unless all of these are noughts. */
START_TEST(more_digits_than_are_read) {
  enum { READ = 12000, ALL = 20000 };
  static char digits[ALL + 3] = "0.", other[ALL + 3] = "0.";
  struct bp_ball a, b;
  room.bits = 60000;
  memset(digits + 2, '3', ALL);
  memset(other + 2, '9', ALL);
  ck_assert(bp_ball_decimal(&room, digits, &a) && bp_ball_decimal(&room, other, &b));
  ck_assert(meet(MUL(a, bp_ball_whole(3)), b) && !bp_ball_is_exact(a) && good_bits(a) > 39800);
  memset(digits + 2, '1', READ); /* 0.11…199…9 and 0.11…2 */
  memset(digits + 2 + READ, '9', ALL - READ);
  memset(other + 2, '1', READ - 1);
  strcpy(other + 2 + READ - 1, "2");
  ck_assert(bp_ball_decimal(&room, digits, &a) && bp_ball_decimal(&room, other, &b));
  ck_assert(bp_ball_overlap(a, b));
  memset(digits + 2, '0', ALL);
  digits[2] = '5';
  ck_assert(bp_ball_decimal(&room, digits, &a) && is_exactly(a, 0.5));
  memset(digits, '7', ALL);
  ck_assert(!bp_ball_decimal(&room, digits, &a)); /* above 10^4000 */
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ball");
  TCase *numbers = tcase_create("numbers");
  tcase_add_checked_fixture(numbers, open_room, close_arena);
  tcase_add_test(numbers, whole_and_dyadic_numbers_stay_exact);
  tcase_add_test(numbers, balls_hold_what_their_operands_hold);
  tcase_add_test(numbers, discs_hold_every_point_of_theirs);
  tcase_add_test(numbers, what_is_not_finite_spreads);
  tcase_add_test(numbers, stored_numbers_stay_as_they_are);
  tcase_add_test(numbers, up_to_128_bits_a_number_is_the_struct_alone);
  tcase_add_test(numbers, without_memory_numbers_are_unknown);
  tcase_add_test(numbers, exponents_have_no_bounds);
  tcase_add_test(numbers, exponents_beyond_all_bounds_are_covered);
  tcase_add_test(numbers, bounds_are_bounds);
  tcase_add_test(numbers, whole_powers_multiply);
  tcase_add_test(numbers, negative_powers_need_discs_without_0_alone);
  tcase_add_test(numbers, other_powers_need_a_positive_base);
  suite_add_tcase(suite, numbers);
  TCase *decisions = tcase_create("decisions");
  tcase_add_checked_fixture(decisions, open_room, close_arena);
  tcase_add_test(decisions, comparisons_say_when_they_are_unsure);
  tcase_add_test(decisions, discs_decide_by_real_parts_or_not_at_all);
  tcase_add_test(decisions, max_and_min_hold_either_where_they_overlap);
  tcase_add_test(decisions, digests_depend_on_the_order);
  suite_add_tcase(suite, decisions);
  TCase *written = tcase_create("written");
  tcase_add_checked_fixture(written, open_room, close_arena);
  tcase_add_test(written, constants);
  tcase_add_loop_test(written, decimal_numbers, 0, COUNT(decimals));
  tcase_add_test(written, other_text_is_no_number);
  tcase_add_test(written, decimal_spellings_agree);
  tcase_add_test(written, more_digits_than_are_read);
  suite_add_tcase(suite, written);
  return run_suite(suite);
}
