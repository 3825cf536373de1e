/* Tests of src/num/ball_matrix.h: exact results for whole numbers, products against the same sums
 * in another order, inverses and determinants that are known, and memory that runs out. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "num/ball_matrix.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* ---- helpers ---- */

static struct bp_arena *arena;

static void open_arena(void) { arena = bp_arena_new(0); }
static void close_arena(void) { bp_arena_free(arena); }

static uint64_t random_state = 88172645463325252U;

/* Uniform in (low, high): xorshift64*. */
static double between(double low, double high) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  double unit = ((double)(random_state * 0x2545F4914F6CDD1DU >> 11) + 0.5) * 0x1p-53;
  return low + (high - low) * unit;
}

static struct bp_balls matrix(size_t rows, size_t columns, const double *values) {
  struct bp_balls out = bp_balls_new(arena, rows, columns);
  for (size_t k = 0; k < rows * columns; k++)
    out.at[k] = bp_ball_exact(values[k]);
  return out;
}

/* Thirds, so that all 113 bits are in use. */
static struct bp_balls random_matrix(size_t rows, size_t columns, double rad) {
  struct bp_balls out = bp_balls_new(arena, rows, columns);
  for (size_t k = 0; k < rows * columns; k++)
    out.at[k] = bp_ball_of((bp_quad)between(-3, 3) / 3, rad);
  return out;
}

/* The same with every number elsewhere in its ball, and no radii. */
static struct bp_balls moved(struct bp_balls a) {
  struct bp_balls out = bp_balls_new(arena, a.rows, a.columns);
  for (size_t k = 0; k < a.rows * a.columns; k++) {
    double part = between(-1, 1);
    out.at[k] = bp_ball_of(a.at[k].mid + (bp_quad)a.at[k].rad * (part < 0 ? -0.98 : 0.98), 0);
  }
  return out;
}

static bool overlap(struct bp_balls a, struct bp_balls b) {
  bool all = a.at && b.at && a.rows == b.rows && a.columns == b.columns;
  for (size_t k = 0; all && k < a.rows * a.columns; k++)
    all = bp_quad_fabs(a.at[k].mid - b.at[k].mid) <= (bp_quad)a.at[k].rad + b.at[k].rad;
  return all;
}

static bool exactly(struct bp_balls a, size_t rows, size_t columns, const double *values) {
  bool all = a.at && a.rows == rows && a.columns == columns;
  for (size_t k = 0; all && k < rows * columns; k++)
    all = a.at[k].rad == 0 && a.at[k].mid == values[k];
  return all;
}

#define EXACTLY(a, rows, columns, ...)                                                             \
  ck_assert(exactly(a, rows, columns, (const double[]){__VA_ARGS__}))

static const double small[] = {1, 2, 3, 4, 5, 6};

/* ---- shapes and elements ---- */

START_TEST(elements_change_places) {
  struct bp_balls a = matrix(2, 3, small);
  EXACTLY(bp_balls_transpose(arena, a), 3, 2, 1, 4, 2, 5, 3, 6);
  EXACTLY(bp_balls_vec(arena, a), 6, 1, 1, 4, 2, 5, 3, 6);
  EXACTLY(bp_balls_negate(arena, a), 2, 3, -1, -2, -3, -4, -5, -6);
  EXACTLY(bp_balls_diagonal(arena, a), 2, 1, 1, 5);
  EXACTLY(bp_balls_diag(arena, matrix(2, 1, small)), 2, 2, 1, 0, 0, 2);
  struct bp_balls diag = bp_balls_diag(arena, a);
  ck_assert(overlap(bp_balls_diagonal(arena, diag), bp_balls_vec(arena, a)));
  EXACTLY(bp_balls_sum(arena, diag), 1, 1, 21);
  EXACTLY(bp_balls_identity(arena, 2), 2, 2, 1, 0, 0, 1);
  EXACTLY(bp_balls_fill(arena, 1, 3, 0.5), 1, 3, 0.5, 0.5, 0.5);
  EXACTLY(bp_balls_new(arena, 1, 2), 1, 2, 0, 0);
  EXACTLY(bp_balls_number(arena, bp_ball_exact(7)), 1, 1, 7);
}
END_TEST

START_TEST(single_rows_and_columns_repeat) {
  struct bp_balls a = matrix(2, 3, small);
  struct bp_balls column = matrix(2, 1, small), row = matrix(1, 3, small);
  struct bp_balls number = bp_balls_number(arena, bp_ball_exact(10));
  EXACTLY(bp_balls_zip(arena, a, a, bp_ball_mul), 2, 3, 1, 4, 9, 16, 25, 36);
  EXACTLY(bp_balls_zip(arena, a, column, bp_ball_add), 2, 3, 2, 3, 4, 6, 7, 8);
  EXACTLY(bp_balls_zip(arena, row, a, bp_ball_sub), 2, 3, 0, 0, 0, -3, -3, -3);
  EXACTLY(bp_balls_zip(arena, number, a, bp_ball_mul), 2, 3, 10, 20, 30, 40, 50, 60);
  EXACTLY(bp_balls_zip(arena, column, row, bp_ball_mul), 2, 3, 1, 2, 3, 2, 4, 6);
  struct bp_ball_trail trail = {0};
  EXACTLY(
      bp_balls_zip_trail(arena, a, bp_balls_number(arena, bp_ball_exact(3)), bp_ball_max, &trail),
      2, 3, 3, 3, 3, 4, 5, 6);
  ck_assert(trail.branches != 0 && !trail.unsure);
  trail = (struct bp_ball_trail){0};
  EXACTLY(bp_balls_map(arena, bp_balls_negate(arena, a), bp_ball_function_find("abs", 3), &trail),
          2, 3, 1, 2, 3, 4, 5, 6);
  ck_assert(trail.branches != 0);
}
END_TEST

START_TEST(empty_matrices_are_matrices) {
  struct bp_balls none = bp_balls_new(arena, 0, 3), column = bp_balls_new(arena, 3, 0);
  ck_assert_ptr_nonnull(none.at);
  EXACTLY(bp_balls_sum(arena, none), 1, 1, 0);
  EXACTLY(bp_balls_column_sums(arena, none), 1, 3, 0, 0, 0);
  EXACTLY(bp_balls_norm(arena, none), 1, 1, 0);
  EXACTLY(bp_balls_determinant(arena, bp_balls_new(arena, 0, 0)), 1, 1, 1);
  ck_assert(bp_balls_inverse(arena, bp_balls_new(arena, 0, 0)).at != NULL);
  ck_assert(bp_balls_softmax(arena, none).at != NULL && bp_balls_softmax(arena, column).at != NULL);
  EXACTLY(bp_balls_multiply(arena, column, none), 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  ck_assert(bp_balls_finite(none) && bp_balls_largest(none) == 0 && bp_balls_widest(none) == 0);
}
END_TEST

START_TEST(largest_and_widest_see_no_number) {
  struct bp_balls a = matrix(2, 3, small);
  a.at[2] = bp_ball_of(-8, 0.25);
  ck_assert(bp_balls_finite(a) && bp_balls_widest(a) == 0.25);
  ck_assert(bp_balls_largest(a) >= 8 && bp_balls_largest(a) <= 8 * (1 + 1e-13));
  a.at[1] = bp_ball_of((bp_quad)NAN, 0);
  ck_assert(!bp_balls_finite(a) && isnan(bp_balls_largest(a)));
  a.at[1] = bp_ball_of(1, NAN);
  ck_assert(!bp_balls_finite(a) && isnan(bp_balls_widest(a)));
}
END_TEST

/* ---- sums and products ---- */

START_TEST(whole_numbers_stay_exact) {
  struct bp_balls a = matrix(2, 3, small), b = matrix(3, 2, small);
  EXACTLY(bp_balls_multiply(arena, a, b), 2, 2, 22, 28, 49, 64);
  EXACTLY(bp_balls_row_sums(arena, a), 2, 1, 6, 15);
  EXACTLY(bp_balls_column_sums(arena, a), 1, 3, 5, 7, 9);
  EXACTLY(bp_balls_trace(arena, a), 1, 1, 6);
  EXACTLY(bp_balls_norm(arena, matrix(1, 2, (const double[]){3, -4})), 1, 1, 5);
  EXACTLY(bp_balls_kronecker(arena, matrix(1, 2, small), matrix(2, 1, small)), 2, 2, 1, 2, 2, 4);
  struct bp_balls square = matrix(2, 2, small);
  EXACTLY(bp_balls_power(arena, square, 0), 2, 2, 1, 0, 0, 1);
  EXACTLY(bp_balls_power(arena, square, 1), 2, 2, 1, 2, 3, 4);
  EXACTLY(bp_balls_power(arena, square, 5), 2, 2, 1069, 1558, 2337, 3406);
  struct bp_balls halves = bp_balls_fill(arena, 40, 40, 0x1p-30);
  ck_assert(bp_balls_widest(bp_balls_multiply(arena, halves, halves)) == 0);
}
END_TEST

/* What does not fit 113 bits gets a radius, and the radius is right: 1 + 2^-113 - 1. */
START_TEST(what_is_lost_is_bounded) {
  const double parts[] = {1, 0x1p-113, -1};
  struct bp_balls row = matrix(1, 3, parts), ones = bp_balls_fill(arena, 3, 1, 1);
  struct bp_ball sum = bp_balls_sum(arena, row).at[0];
  struct bp_ball product = bp_balls_multiply(arena, row, ones).at[0];
  ck_assert(bp_quad_fabs(sum.mid - 0x1p-113) <= sum.rad && sum.rad < 1e-33);
  ck_assert(bp_quad_fabs(product.mid - 0x1p-113) <= product.rad && product.rad < 1e-33);
  struct bp_balls tiny = bp_balls_fill(arena, 2, 2, 1e-200);
  tiny.at[0] = bp_ball_div(tiny.at[0], bp_ball_exact(3));
  ck_assert(bp_balls_multiply(arena, tiny, tiny).at[0].rad > 0);
}
END_TEST

START_TEST(products_contain_every_product) {
  for (int k = 0; k < 200; k++) {
    double rad = k % 4 ? pow(10, between(-30, -2)) : 0;
    struct bp_balls a = random_matrix(4, 5, rad), b = random_matrix(5, 3, k % 3 ? rad : 0);
    struct bp_balls c = random_matrix(3, 2, 0), x = random_matrix(5, 3, 0);
    struct bp_balls product = bp_balls_multiply(arena, a, b);
    ck_assert(overlap(product, bp_balls_multiply(arena, moved(a), moved(b))));
    ck_assert_double_le(bp_balls_widest(product), 5 * rad * (2 + rad) * 1.001 + 1e-32);
    struct bp_balls left = bp_balls_multiply(arena, product, c);
    ck_assert(overlap(left, bp_balls_multiply(arena, a, bp_balls_multiply(arena, b, c))));
    struct bp_balls flipped =
        bp_balls_multiply(arena, bp_balls_transpose(arena, b), bp_balls_transpose(arena, a));
    ck_assert(overlap(bp_balls_transpose(arena, product), flipped));
    /* vec(A X C) = (C' ⊗ A) vec(X) */
    struct bp_balls axc = bp_balls_multiply(arena, bp_balls_multiply(arena, a, x), c);
    struct bp_balls big = bp_balls_kronecker(arena, bp_balls_transpose(arena, c), a);
    struct bp_balls vec = bp_balls_multiply(arena, big, bp_balls_vec(arena, x));
    ck_assert(overlap(vec, bp_balls_vec(arena, axc)));
  }
}
END_TEST

/* The error of a sum against the same sum without rounding: whole parts and fractions
 * apart, which together have more than 113 bits. */
START_TEST(sums_contain_the_true_sum) {
  int rounded = 0;
  for (int k = 0; k < 300; k++) {
    struct bp_balls a = bp_balls_new(arena, 1, 50), parts = bp_balls_new(arena, 2, 50);
    for (size_t j = 0; j < 50; j++) {
      parts.at[j] = bp_ball_exact(round(between(0.25, 1) * 0x1p60));
      parts.at[50 + j] = bp_ball_exact(round(between(-1, 1) * 0x1p50) * 0x1p-52);
      a.at[j] = bp_ball_of(parts.at[j].mid + parts.at[50 + j].mid, 0);
    }
    struct bp_balls halves = bp_balls_row_sums(arena, parts);
    ck_assert(bp_balls_widest(halves) == 0);
    struct bp_ball sum = bp_balls_sum(arena, a).at[0];
    bp_quad rest = sum.mid - halves.at[0].mid - halves.at[1].mid;
    ck_assert(bp_quad_fabs(rest) <= sum.rad);
    ck_assert(sum.rad < 1e-11);
    rounded += rest != 0;
  }
  ck_assert_int_gt(rounded, 30);
}
END_TEST

START_TEST(zeros_hide_no_missing_number) {
  struct bp_balls a = matrix(2, 2, (const double[]){0, 1, 0, 0});
  struct bp_balls b = matrix(2, 2, (const double[]){NAN, 1, 2, 3});
  struct bp_balls product = bp_balls_multiply(arena, a, b);
  ck_assert(!bp_ball_finite(product.at[0]) && bp_ball_finite(product.at[1]));
  ck_assert(!bp_ball_finite(bp_balls_kronecker(arena, a, b).at[0]));
  ck_assert(!bp_ball_finite(bp_balls_kronecker(arena, b, a).at[0]));
  ck_assert(!bp_balls_finite(bp_balls_sum(arena, b)));
}
END_TEST

START_TEST(softmax_of_columns) {
  struct bp_balls z = random_matrix(4, 3, 1e-20);
  z.at[4] = bp_ball_exact(20000); /* exp of it is beyond 113-bit numbers, too */
  struct bp_balls a = bp_balls_softmax(arena, z), sums = bp_balls_column_sums(arena, a);
  ck_assert(overlap(sums, bp_balls_fill(arena, 1, 3, 1)) && bp_balls_widest(a) < 1e-18);
  ck_assert(overlap(a, bp_balls_softmax(arena, moved(z))));
  struct bp_ball ratio = bp_ball_div(a.at[0], a.at[3]);
  struct bp_ball expected = bp_ball_exp(bp_ball_sub(z.at[0], z.at[3]), NULL);
  ck_assert(bp_quad_fabs(ratio.mid - expected.mid) <= (bp_quad)ratio.rad + expected.rad);
  z.at[2] = bp_ball_exact(NAN);
  a = bp_balls_softmax(arena, z);
  ck_assert(!bp_ball_finite(a.at[11]) && bp_ball_finite(a.at[9]));
}
END_TEST

/* ---- inverse and determinant ---- */

/* Multiples of the Hilbert matrices' entries that are whole numbers, the inverses of which are the
 * known whole numbers divided by the same factor. */
static const struct {
  size_t n;
  double factor, determinant; /* factor^n / determinant of the inverse */
  double inverse[16];
} hilbert[] = {
    {1, 1, 1, {1}},
    {2, 6, 3, {4, -6, -6, 12}},
    {3, 60, 100, {9, -36, 30, -36, 192, -180, 30, -180, 180}},
    {4,
     420,
     5145,
     {16, -120, 240, -140, -120, 1200, -2700, 1680, 240, -2700, 6480, -4200, -140, 1680, -4200,
      2800}},
};

static struct bp_balls hilbert_matrix(size_t n, double factor, double rad) {
  struct bp_balls a = bp_balls_new(arena, n, n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      a.at[i * n + j] = bp_ball_of(factor / (double)(i + j + 1), rad);
  return a;
}

START_TEST(hilbert_matrices) {
  size_t n = hilbert[_i].n;
  struct bp_balls a = hilbert_matrix(n, hilbert[_i].factor, 0);
  struct bp_balls inverse = bp_balls_inverse(arena, a);
  struct bp_balls known = matrix(n, n, hilbert[_i].inverse);
  struct bp_balls factor = bp_balls_number(arena, bp_ball_exact(hilbert[_i].factor));
  known = bp_balls_zip(arena, known, factor, bp_ball_div);
  ck_assert(overlap(inverse, known));
  ck_assert_double_le(bp_balls_widest(inverse), 1e-26 * bp_balls_largest(inverse));
  struct bp_balls determinant = bp_balls_determinant(arena, a);
  struct bp_ball truth = bp_ball_exact(hilbert[_i].determinant);
  ck_assert(overlap(determinant, bp_balls_number(arena, truth)));
  ck_assert_double_le(determinant.at[0].rad, 1e-28 * hilbert[_i].determinant);
}
END_TEST

START_TEST(inverses_contain_every_inverse) {
  for (int k = 0; k < 100; k++) {
    size_t n = 1 + (size_t)k % 6;
    struct bp_balls a = random_matrix(n, n, k % 3 ? pow(10, between(-28, -8)) : 0);
    struct bp_balls inverse = bp_balls_inverse(arena, a);
    struct bp_balls unit = bp_balls_identity(arena, n);
    ck_assert(overlap(bp_balls_multiply(arena, a, inverse), unit));
    ck_assert(overlap(bp_balls_multiply(arena, inverse, a), unit));
    struct bp_balls other = bp_balls_inverse(arena, moved(a));
    ck_assert(overlap(inverse, other));
    struct bp_balls determinant = bp_balls_determinant(arena, a);
    ck_assert(overlap(determinant, bp_balls_determinant(arena, moved(a))));
    struct bp_balls product =
        bp_balls_zip(arena, determinant, bp_balls_determinant(arena, inverse), bp_ball_mul);
    ck_assert(overlap(product, bp_balls_fill(arena, 1, 1, 1)));
    struct bp_balls squared = bp_balls_determinant(arena, bp_balls_multiply(arena, a, a));
    ck_assert(overlap(squared, bp_balls_zip(arena, determinant, determinant, bp_ball_mul)));
  }
}
END_TEST

/* So wide that the second term of the series counts: 1 / [0.5, 1.5] reaches from 2/3 to 2. */
START_TEST(wide_inverses) {
  struct bp_ball inverse =
      bp_balls_inverse(arena, bp_balls_number(arena, bp_ball_of(1, 0.5))).at[0];
  ck_assert(bp_ball_double(inverse) - inverse.rad <= 2.0 / 3);
  ck_assert(bp_ball_double(inverse) + inverse.rad >= 2 && inverse.rad < 1.01);
  struct bp_balls a = bp_balls_fill(arena, 3, 3, 0.5);
  for (size_t k = 0; k < 9; k++)
    a.at[k] = bp_ball_of(k % 4 == 0 ? 2 : 0.5, 0.1);
  for (int k = 0; k < 50; k++)
    ck_assert(overlap(bp_balls_inverse(arena, a), bp_balls_inverse(arena, moved(a))));
}
END_TEST

START_TEST(exact_inverses_and_determinants) {
  EXACTLY(bp_balls_inverse(arena, matrix(2, 2, (const double[]){0, 2, 4, 0})), 2, 2, 0, 0.25, 0.5,
          0);
  EXACTLY(bp_balls_determinant(arena, matrix(2, 2, (const double[]){0, 2, 4, 0})), 1, 1, -8);
  EXACTLY(bp_balls_determinant(arena, bp_balls_identity(arena, 5)), 1, 1, 1);
  struct bp_balls swap = matrix(3, 3, (const double[]){0, 1, 0, 0, 0, 1, 1, 0, 0});
  EXACTLY(bp_balls_determinant(arena, swap), 1, 1, 1);
}
END_TEST

START_TEST(singular_matrices) {
  struct bp_balls singular = matrix(2, 2, (const double[]){1, 2, 2, 4});
  struct bp_balls inverse = bp_balls_inverse(arena, singular);
  ck_assert(isnan(bp_ball_double(inverse.at[0])) && !bp_balls_finite(inverse));
  EXACTLY(bp_balls_determinant(arena, singular), 1, 1, 0);
  EXACTLY(bp_balls_determinant(arena, bp_balls_new(arena, 3, 3)), 1, 1, 0);
  for (int k = 0; k < 50; k++) { /* rank 2 of 4 */
    struct bp_balls u = random_matrix(4, 2, 0), v = random_matrix(2, 4, 0);
    struct bp_balls a = bp_balls_multiply(arena, u, v);
    struct bp_ball determinant = bp_balls_determinant(arena, a).at[0];
    ck_assert(bp_quad_fabs(determinant.mid) <= determinant.rad && determinant.rad < 1e-28);
    ck_assert(!bp_balls_finite(bp_balls_inverse(arena, a)));
  }
  struct bp_balls unknown = matrix(2, 2, (const double[]){1, NAN, 2, 4});
  ck_assert(!bp_balls_finite(bp_balls_determinant(arena, unknown)));
  ck_assert(!bp_balls_finite(bp_balls_inverse(arena, unknown)));
  struct bp_balls wide = hilbert_matrix(3, 1, 0.1);
  ck_assert(!bp_balls_finite(bp_balls_inverse(arena, wide)));
  for (int k = 0; k < 50; k++) {
    wide = bp_balls_fill(arena, 3, 3, 0.5);
    for (size_t i = 0; i < 9; i++)
      wide.at[i] = bp_ball_of(0.5, 0.6);
    struct bp_balls determinant = bp_balls_determinant(arena, wide);
    ck_assert(overlap(determinant, bp_balls_determinant(arena, moved(wide))));
    ck_assert(bp_balls_widest(determinant) < 8);
  }
}
END_TEST

/* ---- memory ---- */

static bool everything_works(struct bp_arena *small_arena) {
  struct bp_balls a = bp_balls_identity(small_arena, 3);
  struct bp_balls b = bp_balls_kronecker(small_arena, a, a);
  struct bp_balls c = bp_balls_inverse(small_arena, bp_balls_multiply(small_arena, b, b));
  struct bp_balls d = bp_balls_softmax(small_arena, bp_balls_power(small_arena, c, 3));
  struct bp_balls e = bp_balls_determinant(small_arena, bp_balls_transpose(small_arena, d));
  struct bp_balls f = bp_balls_norm(small_arena, bp_balls_vec(small_arena, d));
  struct bp_balls g = bp_balls_zip(small_arena, e, f, bp_ball_add);
  return bp_balls_sum(small_arena, bp_balls_negate(small_arena, g)).at != NULL;
}

START_TEST(memory_that_runs_out_is_told) {
  size_t needed = 1;
  for (bool done = false; !done; needed += 512) {
    struct bp_arena *limited = bp_arena_new(needed);
    done = everything_works(limited);
    ck_assert(done != bp_arena_failed(limited));
    bp_arena_free(limited);
  }
  ck_assert_uint_gt(needed, 10000);
  ck_assert_ptr_null(bp_balls_new(arena, SIZE_MAX / 2, 3).at);
  struct bp_ball number = {0};
  struct bp_balls huge = {SIZE_MAX / 2, 1, &number};
  ck_assert_ptr_null(bp_balls_diag(arena, huge).at);
  ck_assert(bp_arena_failed(arena));
}
END_TEST

/* ---- the suite ---- */

int main(void) {
  Suite *suite = suite_create("ball matrices");
  TCase *cases = tcase_create("matrices");
  tcase_add_checked_fixture(cases, open_arena, close_arena);
  tcase_add_test(cases, elements_change_places);
  tcase_add_test(cases, single_rows_and_columns_repeat);
  tcase_add_test(cases, empty_matrices_are_matrices);
  tcase_add_test(cases, largest_and_widest_see_no_number);
  tcase_add_test(cases, whole_numbers_stay_exact);
  tcase_add_test(cases, what_is_lost_is_bounded);
  tcase_add_test(cases, products_contain_every_product);
  tcase_add_test(cases, sums_contain_the_true_sum);
  tcase_add_test(cases, zeros_hide_no_missing_number);
  tcase_add_test(cases, softmax_of_columns);
  tcase_add_loop_test(cases, hilbert_matrices, 0, COUNT(hilbert));
  tcase_add_test(cases, inverses_contain_every_inverse);
  tcase_add_test(cases, wide_inverses);
  tcase_add_test(cases, exact_inverses_and_determinants);
  tcase_add_test(cases, singular_matrices);
  tcase_add_test(cases, memory_that_runs_out_is_told);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
