/* Tests of src/num/ball_matrix.h: exact results for whole numbers, products against the same sums
 * in another order, inverses and determinants that are known, and memory that runs out. */
#include "balls.h"

#include "num/ball_matrix.h"
#include "suite.h"

static struct bp_ball_room room;

static void open_room(void) {
  open_arena();
  room = room_of(128);
}

/* ---- helpers ---- */

static struct bp_balls matrix(size_t rows, size_t columns, const double *values) {
  struct bp_balls out = bp_balls_new(&room, rows, columns);
  for (size_t k = 0; k < rows * columns; k++)
    out.at[k] = bp_ball_exact(values[k]);
  return out;
}

/* Thirds, so that all bits are in use. */
static struct bp_balls random_matrix(size_t rows, size_t columns, double rad) {
  struct bp_balls out = bp_balls_new(&room, rows, columns);
  for (size_t k = 0; k < rows * columns; k++)
    out.at[k] =
        bp_ball_combine(&room, ball(between(-3, 3), 3 * rad), bp_ball_whole(3), bp_ball_div);
  return out;
}

/* The same with every number elsewhere in its ball, and nearly no radii. */
static struct bp_balls moved(struct bp_balls a) {
  struct bp_balls out = bp_balls_copy(&room, a);
  for (size_t k = 0; k < a.rows * a.columns; k++) {
    double step = (between(-1, 1) < 0 ? -0.98 : 0.98) * bp_ball_radius(a.at[k]);
    mag_zero(arb_radref(acb_realref(&out.at[k].z)));
    out.at[k] = bp_ball_combine(&room, out.at[k], bp_ball_exact(step), bp_ball_add);
  }
  return out;
}

static bool overlap(struct bp_balls a, struct bp_balls b) {
  bool all = a.at && b.at && a.rows == b.rows && a.columns == b.columns;
  for (size_t k = 0; all && k < a.rows * a.columns; k++)
    all = meet(a.at[k], b.at[k]);
  return all;
}

static bool exactly(struct bp_balls a, size_t rows, size_t columns, const double *values) {
  bool all = a.at && a.rows == rows && a.columns == columns;
  for (size_t k = 0; all && k < rows * columns; k++)
    all = is_exactly(a.at[k], values[k]);
  return all;
}

#define EXACTLY(a, rows, columns, ...)                                                             \
  ck_assert(exactly(a, rows, columns, (const double[]){__VA_ARGS__}))

static const double small[] = {1, 2, 3, 4, 5, 6};

/* ---- shapes and elements ---- */

START_TEST(elements_change_places) {
  struct bp_balls a = matrix(2, 3, small);
  EXACTLY(bp_balls_transpose(&room, a), 3, 2, 1, 4, 2, 5, 3, 6);
  EXACTLY(bp_balls_vec(&room, a), 6, 1, 1, 4, 2, 5, 3, 6);
  EXACTLY(bp_balls_negate(&room, a), 2, 3, -1, -2, -3, -4, -5, -6);
  EXACTLY(bp_balls_diagonal(&room, a), 2, 1, 1, 5);
  EXACTLY(bp_balls_diag(&room, matrix(2, 1, small)), 2, 2, 1, 0, 0, 2);
  struct bp_balls diag = bp_balls_diag(&room, a);
  ck_assert(overlap(bp_balls_diagonal(&room, diag), bp_balls_vec(&room, a)));
  EXACTLY(bp_balls_sum(&room, diag), 1, 1, 21);
  EXACTLY(bp_balls_identity(&room, 2), 2, 2, 1, 0, 0, 1);
  EXACTLY(bp_balls_fill(&room, 1, 3, 0.5), 1, 3, 0.5, 0.5, 0.5);
  EXACTLY(bp_balls_new(&room, 1, 2), 1, 2, 0, 0);
  EXACTLY(bp_balls_number(&room, bp_ball_exact(7)), 1, 1, 7);
}
END_TEST

START_TEST(single_rows_and_columns_repeat) {
  struct bp_balls a = matrix(2, 3, small);
  struct bp_balls column = matrix(2, 1, small), row = matrix(1, 3, small);
  struct bp_balls number = bp_balls_number(&room, bp_ball_exact(10));
  EXACTLY(bp_balls_zip(&room, a, a, bp_ball_mul), 2, 3, 1, 4, 9, 16, 25, 36);
  EXACTLY(bp_balls_zip(&room, a, column, bp_ball_add), 2, 3, 2, 3, 4, 6, 7, 8);
  EXACTLY(bp_balls_zip(&room, row, a, bp_ball_sub), 2, 3, 0, 0, 0, -3, -3, -3);
  EXACTLY(bp_balls_zip(&room, number, a, bp_ball_mul), 2, 3, 10, 20, 30, 40, 50, 60);
  EXACTLY(bp_balls_zip(&room, column, row, bp_ball_mul), 2, 3, 1, 2, 3, 2, 4, 6);
  EXACTLY(bp_balls_zip(&room, a, bp_balls_number(&room, bp_ball_exact(3)), bp_ball_max), 2, 3, 3, 3,
          3, 4, 5, 6);
  ck_assert(trail.branches != 0 && !trail.unsure);
  room = room_of(128);
  EXACTLY(bp_balls_map(&room, bp_balls_negate(&room, a), bp_ball_abs), 2, 3, 1, 2, 3, 4, 5, 6);
  ck_assert(trail.branches != 0);
}
END_TEST

START_TEST(empty_matrices_are_matrices) {
  struct bp_balls none = bp_balls_new(&room, 0, 3), column = bp_balls_new(&room, 3, 0);
  ck_assert_ptr_nonnull(none.at);
  EXACTLY(bp_balls_sum(&room, none), 1, 1, 0);
  EXACTLY(bp_balls_column_sums(&room, none), 1, 3, 0, 0, 0);
  EXACTLY(bp_balls_norm(&room, none), 1, 1, 0);
  EXACTLY(bp_balls_determinant(&room, bp_balls_new(&room, 0, 0)), 1, 1, 1);
  ck_assert(bp_balls_inverse(&room, bp_balls_new(&room, 0, 0)).at != NULL);
  ck_assert(bp_balls_softmax(&room, none).at != NULL && bp_balls_softmax(&room, column).at != NULL);
  EXACTLY(bp_balls_multiply(&room, column, none), 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  ck_assert(bp_balls_finite(none) && bp_balls_largest(none) == 0 && bp_balls_widest(none) == 0);
}
END_TEST

START_TEST(largest_and_widest_see_no_number) {
  struct bp_balls a = matrix(2, 3, small);
  a.at[2] = ball(-8, 0.25);
  ck_assert(bp_balls_finite(a) && bp_balls_widest(a) >= 0.25 && bp_balls_widest(a) < 0.2501);
  ck_assert(bp_balls_largest(a) >= 8.25 && bp_balls_largest(a) <= 8.2501);
  ck_assert_double_eq_tol(bp_balls_largest_log2(a), log2(8.25), 1e-6);
  ck_assert_double_eq_tol(bp_balls_widest_log2(a), -2, 1e-6);
  a.at[1] = bp_ball_missing();
  ck_assert(!bp_balls_finite(a) && bp_balls_largest(a) == INFINITY);
  a.at[1] = bp_ball_unknown();
  ck_assert(!bp_balls_finite(a) && bp_balls_widest(a) == INFINITY);
  ck_assert(bp_balls_widest_log2(matrix(1, 3, small)) == -INFINITY);
  ck_assert(bp_balls_real(a) && !bp_balls_real(bp_balls_number(&room, complex_point(0, 1))));
}
END_TEST

/* ---- freezing ---- */

/* A matrix outlives the arena that it was copied from, the mark that its source was made after, and
 * whatever comes to lie there next. */
START_TEST(copies_stand_alone) {
  struct bp_ball_room scratch = room;
  scratch.arena = bp_arena_new(0);
  room.bits = scratch.bits = 500;
  for (int k = 0; k < 30; k++) {
    struct bp_arena_mark mark = bp_arena_mark(scratch.arena);
    struct bp_balls sevens = bp_balls_fill(&scratch, 3, 4, 7),
                    ones = bp_balls_fill(&scratch, 3, 4, k);
    struct bp_balls parts = bp_balls_zip(&scratch, ones, sevens, bp_ball_div);
    struct bp_balls kept =
        bp_balls_copy(&room, bp_balls_transpose(&scratch, bp_balls_negate(&scratch, parts)));
    bp_arena_release(scratch.arena, mark);
    memset(bp_arena_alloc(scratch.arena, 1, 5000), 0x5a, 5000);
    bp_arena_release(scratch.arena, mark);
    struct bp_balls back = bp_balls_zip(&room, kept, bp_balls_fill(&room, 4, 3, -7), bp_ball_mul);
    ck_assert(overlap(back, bp_balls_fill(&room, 4, 3, k)) && bp_balls_widest_log2(back) < -490);
  }
  bp_arena_free(scratch.arena);
}
END_TEST

START_TEST(a_matrix_takes_one_block_of_mantissas) {
  room.bits = 192;
  struct bp_balls a = bp_balls_fill(&room, 10, 10, 1), b = bp_balls_fill(&room, 10, 10, 3);
  size_t before = bp_arena_used(arena);
  struct bp_balls thirds = bp_balls_zip(&room, a, b, bp_ball_div);
  ck_assert(thirds.at &&
            bp_arena_used(arena) - before <= 100 * (sizeof(struct bp_ball) + 24) + 128);
  struct bp_ball_room narrow = {arena, 64, NULL};
  before = bp_arena_used(arena);
  struct bp_balls rounded = bp_balls_round(&narrow, thirds);
  ck_assert(bp_arena_used(arena) - before <= 100 * sizeof(struct bp_ball) + 64);
  ck_assert(overlap(thirds, rounded) && bp_balls_widest_log2(rounded) > -70);
}
END_TEST

/* ---- sums and products ---- */

START_TEST(whole_numbers_stay_exact) {
  struct bp_balls a = matrix(2, 3, small), b = matrix(3, 2, small);
  EXACTLY(bp_balls_multiply(&room, a, b), 2, 2, 22, 28, 49, 64);
  EXACTLY(bp_balls_row_sums(&room, a), 2, 1, 6, 15);
  EXACTLY(bp_balls_column_sums(&room, a), 1, 3, 5, 7, 9);
  EXACTLY(bp_balls_trace(&room, a), 1, 1, 6);
  EXACTLY(bp_balls_norm(&room, matrix(1, 2, (const double[]){3, -4})), 1, 1, 5);
  EXACTLY(bp_balls_kronecker(&room, matrix(1, 2, small), matrix(2, 1, small)), 2, 2, 1, 2, 2, 4);
  struct bp_balls square = matrix(2, 2, small);
  EXACTLY(bp_balls_power(&room, square, 0), 2, 2, 1, 0, 0, 1);
  EXACTLY(bp_balls_power(&room, square, 1), 2, 2, 1, 2, 3, 4);
  EXACTLY(bp_balls_power(&room, square, 5), 2, 2, 1069, 1558, 2337, 3406);
  struct bp_balls halves = bp_balls_fill(&room, 40, 40, 0x1p-30);
  ck_assert(bp_balls_widest(bp_balls_multiply(&room, halves, halves)) == 0);
}
END_TEST

/* What does not fit the bits gets a radius, and the radius is right: 1 + 2^-140 - 1. */
START_TEST(what_is_lost_is_bounded) {
  const double parts[] = {1, 0x1p-140, -1};
  struct bp_balls row = matrix(1, 3, parts), ones = bp_balls_fill(&room, 3, 1, 1);
  struct bp_ball sum = bp_balls_sum(&room, row).at[0];
  struct bp_ball product = bp_balls_multiply(&room, row, ones).at[0];
  ck_assert(contains(sum, 0x1p-140) && bp_ball_radius_log2(sum) < -120);
  ck_assert(contains(product, 0x1p-140) && bp_ball_radius_log2(product) < -120);
}
END_TEST

START_TEST(products_contain_every_product) {
  for (int k = 0; k < 200; k++) {
    double rad = k % 4 ? pow(10, between(-30, -2)) : 0;
    struct bp_balls a = random_matrix(4, 5, rad), b = random_matrix(5, 3, k % 3 ? rad : 0);
    struct bp_balls c = random_matrix(3, 2, 0), x = random_matrix(5, 3, 0);
    struct bp_balls product = bp_balls_multiply(&room, a, b);
    ck_assert(overlap(product, bp_balls_multiply(&room, moved(a), moved(b))));
    ck_assert_double_le(bp_balls_widest(product), 5 * rad * (2 + rad) * 1.001 + 1e-32);
    struct bp_balls left = bp_balls_multiply(&room, product, c);
    ck_assert(overlap(left, bp_balls_multiply(&room, a, bp_balls_multiply(&room, b, c))));
    struct bp_balls flipped =
        bp_balls_multiply(&room, bp_balls_transpose(&room, b), bp_balls_transpose(&room, a));
    ck_assert(overlap(bp_balls_transpose(&room, product), flipped));
    /* vec(A X C) = (C' ⊗ A) vec(X) */
    struct bp_balls axc = bp_balls_multiply(&room, bp_balls_multiply(&room, a, x), c);
    struct bp_balls big = bp_balls_kronecker(&room, bp_balls_transpose(&room, c), a);
    struct bp_balls vec = bp_balls_multiply(&room, big, bp_balls_vec(&room, x));
    ck_assert(overlap(vec, bp_balls_vec(&room, axc)));
  }
}
END_TEST

/* The same sum with room for every bit. */
START_TEST(sums_contain_the_true_sum) {
  int rounded = 0;
  for (int k = 0; k < 300; k++) {
    struct bp_balls a = bp_balls_new(&room, 1, 50);
    for (size_t j = 0; j < 50; j++)
      a.at[j] = bp_ball_exact(between(0.25, 1) * pow(2, between(-60, 60)));
    struct bp_ball_room exact = {arena, 400, NULL};
    struct bp_balls truth = bp_balls_sum(&exact, a), sum = bp_balls_sum(&room, a);
    ck_assert(bp_ball_is_exact(truth.at[0]) && overlap(sum, truth));
    ck_assert(overlap(sum, bp_balls_multiply(&room, a, bp_balls_fill(&room, 50, 1, 1))));
    ck_assert(good_bits(sum.at[0]) > 120);
    rounded += !bp_ball_is_exact(sum.at[0]);
  }
  ck_assert_int_gt(rounded, 30);
}
END_TEST

static struct bp_balls disc_of(struct bp_balls a, double log2) {
  struct bp_balls out = bp_balls_copy(&room, a);
  for (size_t k = 0; k < a.rows * a.columns; k++)
    out.at[k] = bp_ball_disc(a.at[k], log2);
  return out;
}

/* Every element moved to some place of a disc of that size. */
static struct bp_balls turned(struct bp_balls a, double log2) {
  struct bp_balls steps = bp_balls_new(&room, a.rows, a.columns);
  for (size_t k = 0; k < a.rows * a.columns; k++) {
    double angle = between(-4, 4), size = exp2(log2) * 0.999;
    steps.at[k] = complex_point(size * cos(angle), size * sin(angle));
  }
  return bp_balls_zip(&room, a, steps, bp_ball_add);
}

START_TEST(points_of_discs_lie_in_every_result) {
  for (int k = 0; k < 100; k++) {
    room.bits = k % 2 ? 128 : 192;
    double size = between(-20, -6);
    struct bp_balls a = random_matrix(3, 3, 0), b = random_matrix(3, 2, 0);
    struct bp_balls c = turned(a, size), d = turned(b, size);
    struct bp_balls wide = disc_of(a, size), other = disc_of(b, size);
    ck_assert(overlap(bp_balls_multiply(&room, wide, other), bp_balls_multiply(&room, c, d)));
    ck_assert(overlap(bp_balls_multiply(&room, wide, b), bp_balls_multiply(&room, c, b)));
    ck_assert(overlap(bp_balls_kronecker(&room, wide, other), bp_balls_kronecker(&room, c, d)));
    ck_assert(overlap(bp_balls_power(&room, wide, 3), bp_balls_power(&room, c, 3)));
    ck_assert(overlap(bp_balls_softmax(&room, wide), bp_balls_softmax(&room, c)));
    ck_assert(overlap(bp_balls_norm(&room, other), bp_balls_norm(&room, d)));
    ck_assert(overlap(bp_balls_row_sums(&room, other), bp_balls_row_sums(&room, d)));
    ck_assert(overlap(bp_balls_column_sums(&room, other), bp_balls_column_sums(&room, d)));
    ck_assert(overlap(bp_balls_trace(&room, wide), bp_balls_trace(&room, c)));
    ck_assert(overlap(bp_balls_determinant(&room, wide), bp_balls_determinant(&room, c)));
    ck_assert(overlap(bp_balls_determinant(&room, wide), bp_balls_determinant(&room, a)));
    struct bp_balls inverse = bp_balls_inverse(&room, wide);
    if (bp_balls_finite(inverse))
      ck_assert(overlap(inverse, bp_balls_inverse(&room, c)));
  }
  struct bp_balls zero = bp_balls_new(&room, 2, 2);
  ck_assert(is_unknown(bp_balls_norm(&room, disc_of(zero, -30)).at[0]));
  ck_assert(is_unknown(bp_balls_inverse(&room, disc_of(zero, -30)).at[0]));
  struct bp_balls identity = bp_balls_identity(&room, 4);
  ck_assert(bp_balls_finite(bp_balls_inverse(&room, disc_of(identity, -6))));
}
END_TEST

START_TEST(zeros_hide_no_missing_number) {
  struct bp_balls a = matrix(2, 2, (const double[]){0, 1, 0, 0});
  struct bp_balls b = matrix(2, 2, (const double[]){NAN, 1, 2, 3});
  struct bp_balls product = bp_balls_multiply(&room, a, b);
  ck_assert(bp_ball_is_missing(product.at[0]) && bp_ball_finite(product.at[1]));
  ck_assert(bp_ball_is_missing(bp_balls_kronecker(&room, a, b).at[0]));
  ck_assert(bp_ball_is_missing(bp_balls_kronecker(&room, b, a).at[0]));
  ck_assert(bp_ball_is_missing(bp_balls_sum(&room, b).at[0]));
  b.at[0] = bp_ball_unknown();
  ck_assert(is_unknown(bp_balls_multiply(&room, a, b).at[0]));
  ck_assert(is_unknown(bp_balls_norm(&room, b).at[0]));
  ck_assert(is_unknown(bp_balls_trace(&room, b).at[0]));
  ck_assert(is_unknown(bp_balls_determinant(&room, b).at[0]));
  ck_assert(is_unknown(bp_balls_inverse(&room, b).at[3]));
}
END_TEST

START_TEST(softmax_of_columns) {
  struct bp_balls z = random_matrix(4, 3, 1e-20);
  z.at[4] = bp_ball_exact(20000);
  struct bp_balls a = bp_balls_softmax(&room, z), sums = bp_balls_column_sums(&room, a);
  ck_assert(overlap(sums, bp_balls_fill(&room, 1, 3, 1)) && bp_balls_widest(a) < 1e-18);
  ck_assert(overlap(a, bp_balls_softmax(&room, moved(z))));
  ck_assert(bp_ball_above(a.at[1]) < 1e-300 && good_bits(a.at[1]) > 50);
  struct bp_ball ratio = bp_ball_combine(&room, a.at[0], a.at[3], bp_ball_div);
  struct bp_ball between_them = bp_ball_combine(&room, z.at[0], z.at[3], bp_ball_sub);
  ck_assert(meet(ratio, bp_ball_apply(&room, bp_ball_exp, between_them)));
  z.at[2] = bp_ball_missing();
  a = bp_balls_softmax(&room, z);
  ck_assert(bp_ball_is_missing(a.at[11]) && bp_ball_finite(a.at[9]));
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
  struct bp_balls a = bp_balls_new(&room, n, n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      a.at[i * n + j] = ball(factor / (double)(i + j + 1), rad);
  return a;
}

START_TEST(hilbert_matrices) {
  size_t n = hilbert[_i].n;
  struct bp_balls a = hilbert_matrix(n, hilbert[_i].factor, 0);
  struct bp_balls inverse = bp_balls_inverse(&room, a);
  struct bp_balls known = matrix(n, n, hilbert[_i].inverse);
  struct bp_balls factor = bp_balls_number(&room, bp_ball_exact(hilbert[_i].factor));
  known = bp_balls_zip(&room, known, factor, bp_ball_div);
  ck_assert(overlap(inverse, known));
  ck_assert_double_le(bp_balls_widest(inverse), 1e-26 * bp_balls_largest(inverse));
  struct bp_balls determinant = bp_balls_determinant(&room, a);
  struct bp_ball truth = bp_ball_exact(hilbert[_i].determinant);
  ck_assert(overlap(determinant, bp_balls_number(&room, truth)));
  ck_assert_double_le(bp_ball_radius(determinant.at[0]), 0);
}
END_TEST

START_TEST(inverses_contain_every_inverse) {
  for (int k = 0; k < 100; k++) {
    size_t n = 1 + (size_t)k % 6;
    struct bp_balls a = random_matrix(n, n, k % 3 ? pow(10, between(-28, -8)) : 0);
    struct bp_balls inverse = bp_balls_inverse(&room, a);
    struct bp_balls unit = bp_balls_identity(&room, n);
    ck_assert(overlap(bp_balls_multiply(&room, a, inverse), unit));
    ck_assert(overlap(bp_balls_multiply(&room, inverse, a), unit));
    struct bp_balls other = bp_balls_inverse(&room, moved(a));
    ck_assert(overlap(inverse, other));
    struct bp_balls determinant = bp_balls_determinant(&room, a);
    ck_assert(overlap(determinant, bp_balls_determinant(&room, moved(a))));
    struct bp_balls product =
        bp_balls_zip(&room, determinant, bp_balls_determinant(&room, inverse), bp_ball_mul);
    ck_assert(overlap(product, bp_balls_fill(&room, 1, 1, 1)));
    struct bp_balls squared = bp_balls_determinant(&room, bp_balls_multiply(&room, a, a));
    ck_assert(overlap(squared, bp_balls_zip(&room, determinant, determinant, bp_ball_mul)));
  }
}
END_TEST

/* 1 / [0.5, 1.5] reaches from 2/3 to 2. */
START_TEST(wide_inverses) {
  struct bp_ball inverse = bp_balls_inverse(&room, bp_balls_number(&room, ball(1, 0.4999))).at[0];
  ck_assert(contains(inverse, 0.6668) && contains(inverse, 1.9995));
  ck_assert(bp_ball_radius(inverse) < 1.01);
  struct bp_balls a = bp_balls_fill(&room, 3, 3, 0.5);
  for (size_t k = 0; k < 9; k++)
    a.at[k] = ball(k % 4 == 0 ? 2 : 0.5, 0.1);
  for (int k = 0; k < 50; k++)
    ck_assert(overlap(bp_balls_inverse(&room, a), bp_balls_inverse(&room, moved(a))));
}
END_TEST

START_TEST(exact_inverses_and_determinants) {
  EXACTLY(bp_balls_inverse(&room, matrix(2, 2, (const double[]){0, 2, 4, 0})), 2, 2, 0, 0.25, 0.5,
          0);
  EXACTLY(bp_balls_determinant(&room, matrix(2, 2, (const double[]){0, 2, 4, 0})), 1, 1, -8);
  EXACTLY(bp_balls_determinant(&room, bp_balls_identity(&room, 5)), 1, 1, 1);
  struct bp_balls swap = matrix(3, 3, (const double[]){0, 1, 0, 0, 0, 1, 1, 0, 0});
  EXACTLY(bp_balls_determinant(&room, swap), 1, 1, 1);
}
END_TEST

START_TEST(singular_matrices) {
  struct bp_balls singular = matrix(2, 2, (const double[]){1, 2, 2, 4});
  struct bp_balls inverse = bp_balls_inverse(&room, singular);
  ck_assert(bp_ball_is_missing(inverse.at[0]) && bp_ball_is_missing(inverse.at[3]));
  EXACTLY(bp_balls_determinant(&room, singular), 1, 1, 0);
  EXACTLY(bp_balls_determinant(&room, bp_balls_new(&room, 3, 3)), 1, 1, 0);
  for (int k = 0; k < 50; k++) { /* rank 2 of 4 */
    struct bp_balls u = random_matrix(4, 2, 0), v = random_matrix(2, 4, 0);
    struct bp_balls a = bp_balls_multiply(&room, u, v);
    struct bp_ball determinant = bp_balls_determinant(&room, a).at[0];
    ck_assert(contains(determinant, 0) && bp_ball_radius(determinant) < 1e-28);
    ck_assert(is_unknown(bp_balls_inverse(&room, a).at[0]));
    struct bp_ball_room exact = {arena, 4000, NULL};
    for (size_t i = 0; i < 8; i++)
      u.at[i] = bp_ball_exact(between(-1, 1)), v.at[i] = bp_ball_exact(between(-1e9, 1e9));
    a = bp_balls_multiply(&exact, u, v);
    ck_assert(bp_ball_is_missing(bp_balls_inverse(&room, a).at[0]));
    ck_assert(is_exactly(bp_balls_determinant(&room, a).at[0], 0));
  }
  const double far[] = {0x1p1000, 0, 0, 0x1p-1000};
  struct bp_balls apart = matrix(2, 2, far);
  ck_assert(contains(bp_balls_determinant(&room, apart).at[0], 1));
  struct bp_balls unknown = matrix(2, 2, (const double[]){1, NAN, 2, 4});
  ck_assert(!bp_balls_finite(bp_balls_determinant(&room, unknown)));
  ck_assert(!bp_balls_finite(bp_balls_inverse(&room, unknown)));
  struct bp_balls wide = hilbert_matrix(3, 1, 0.1);
  ck_assert(!bp_balls_finite(bp_balls_inverse(&room, wide)));
  for (int k = 0; k < 50; k++) {
    wide = bp_balls_fill(&room, 3, 3, 0.5);
    for (size_t i = 0; i < 9; i++)
      wide.at[i] = ball(0.5, 0.6);
    struct bp_balls determinant = bp_balls_determinant(&room, wide);
    ck_assert(overlap(determinant, bp_balls_determinant(&room, moved(wide))));
    ck_assert(bp_balls_widest(determinant) < 16);
  }
}
END_TEST

/* ---- memory ---- */

static bool everything_works(struct bp_arena *small_arena) {
  const struct bp_ball_room small_room = {small_arena, 300, NULL};
  struct bp_balls a = bp_balls_identity(&small_room, 3);
  struct bp_balls b = bp_balls_kronecker(&small_room, a, a);
  struct bp_balls c = bp_balls_inverse(&small_room, bp_balls_multiply(&small_room, b, b));
  struct bp_balls d = bp_balls_softmax(&small_room, bp_balls_power(&small_room, c, 3));
  struct bp_balls e = bp_balls_determinant(&small_room, bp_balls_transpose(&small_room, d));
  struct bp_balls f = bp_balls_norm(&small_room, bp_balls_vec(&small_room, d));
  struct bp_balls g = bp_balls_zip(&small_room, e, f, bp_ball_add);
  g = bp_balls_copy(&small_room, bp_balls_row_sums(&small_room, g));
  return bp_balls_sum(&small_room, bp_balls_negate(&small_room, g)).at != NULL;
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
  ck_assert_ptr_null(bp_balls_new(&room, SIZE_MAX / 2, 3).at);
  struct bp_ball number = {0};
  struct bp_balls huge = {SIZE_MAX / 2, 1, &number};
  ck_assert_ptr_null(bp_balls_diag(&room, huge).at);
  ck_assert(bp_arena_failed(arena));
}
END_TEST

/* ---- the suite ---- */

int main(void) {
  Suite *suite = suite_create("ball matrices");
  TCase *cases = tcase_create("matrices");
  tcase_add_checked_fixture(cases, open_room, close_arena);
  tcase_add_test(cases, elements_change_places);
  tcase_add_test(cases, single_rows_and_columns_repeat);
  tcase_add_test(cases, empty_matrices_are_matrices);
  tcase_add_test(cases, largest_and_widest_see_no_number);
  tcase_add_test(cases, copies_stand_alone);
  tcase_add_test(cases, a_matrix_takes_one_block_of_mantissas);
  tcase_add_test(cases, whole_numbers_stay_exact);
  tcase_add_test(cases, what_is_lost_is_bounded);
  tcase_add_test(cases, products_contain_every_product);
  tcase_add_test(cases, sums_contain_the_true_sum);
  tcase_add_test(cases, points_of_discs_lie_in_every_result);
  tcase_add_test(cases, zeros_hide_no_missing_number);
  tcase_add_test(cases, softmax_of_columns);
  tcase_add_loop_test(cases, hilbert_matrices, 0, COUNT(hilbert));
  tcase_add_test(cases, inverses_contain_every_inverse);
  tcase_add_test(cases, wide_inverses);
  tcase_add_test(cases, exact_inverses_and_determinants);
  tcase_add_test(cases, singular_matrices);
  tcase_add_test(cases, memory_that_runs_out_is_told);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
