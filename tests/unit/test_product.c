/* Products of matrices, in each set of instructions that this machine has: within the bound of the
 * sum in 113 bits, the same to the last bit wherever an entry lies and whatever its neighbours
 * are, with nothing beside the result touched. */
#include <check.h>
#include <gsl/gsl_matrix.h>
#include <math.h>
#include <string.h>

#include "base/quad.h"
#include "num/product/kernels.h"
#include "num/product/product.h"
#include "suite.h"

enum { KERNELS = 3, FORMS = 3 };

/* Where the processor or the build has none, the name stays without an object. */
extern bp_product_kernel bp_product_avx2 __attribute__((weak));
extern bp_product_kernel bp_product_avx512 __attribute__((weak));

static bp_product_kernel *kernel_of(int which) {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (which == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return bp_product_avx2;
  if (which == 2 && __builtin_cpu_supports("avx512f"))
    return bp_product_avx512;
#endif
  return which == 0 ? bp_product_plain : NULL;
}

/* Rows, terms, columns: on and beside the edges of every tile and strip. */
static const size_t shapes[][3] = {{1, 1, 1},    {4, 3, 5},    {6, 128, 8}, {7, 129, 9},
                                   {8, 127, 16}, {9, 256, 17}, {16, 5, 33}, {1, 300, 40},
                                   {40, 300, 1}, {3, 2, 15},   {5, 64, 31}, {17, 257, 48}};

/* Between -1 and 1, with no pattern. */
static double number(size_t k) { return sin(1.0 + 12.9898 * (double)k) * cos(78.233 * (double)k); }

static gsl_matrix *drawn(size_t rows, size_t columns, size_t gap, size_t first) {
  gsl_matrix *matrix = gsl_matrix_alloc(rows, columns + gap);
  for (size_t k = 0; k < rows * (columns + gap); k++)
    matrix->data[k] = number(first + k);
  matrix->size2 = columns;
  return matrix;
}

/* Factors of a form: as they are, the left one transposed, the right one transposed; each with a
 * gap between its rows. */
static struct bp_factors factors_of(int form, const size_t *shape, gsl_matrix **A, gsl_matrix **B) {
  size_t rows = shape[0], terms = shape[1], columns = shape[2];
  *A = form == 1 ? drawn(terms, rows, 3, 0) : drawn(rows, terms, 3, 0);
  *B = form == 2 ? drawn(columns, terms, 2, 9999) : drawn(terms, columns, 2, 9999);
  struct bp_factor a = {(*A)->data, (*A)->tda, 1}, b = {(*B)->data, (*B)->tda, 1};
  if (form == 1)
    a = (struct bp_factor){(*A)->data, 1, (*A)->tda};
  if (form == 2)
    b = (struct bp_factor){(*B)->data, 1, (*B)->tda};
  return (struct bp_factors){a, b, rows, terms, columns};
}

static double left_of(const struct bp_factors *f, size_t i, size_t k) {
  return f->a.data[i * f->a.row + k * f->a.column];
}

static double right_of(const struct bp_factors *f, size_t k, size_t j) {
  return f->b.data[k * f->b.row + j * f->b.column];
}

/* The entry and its bound: a rounding or two a term of the sum of magnitudes. */
static void check_entry(const struct bp_factors *f, size_t i, size_t j, double begin, double got) {
  bp_quad sum = begin, magnitude = fabs(begin);
  for (size_t k = 0; k < f->terms; k++) {
    bp_quad term = (bp_quad)left_of(f, i, k) * right_of(f, k, j);
    sum += term;
    magnitude += term < 0 ? -term : term;
  }
  double bound = 0x1p-53 * (double)(f->terms + 2) * (double)magnitude;
  ck_assert_msg(fabs((double)(sum - got)) <= bound, "entry %zu,%zu of %zu terms: %.17g, not %.17g",
                i, j, f->terms, got, (double)sum);
}

/* One entry alone: the same bits. */
static void check_alone(bp_product_kernel *kernel, const struct bp_factors *f, size_t i, size_t j,
                        double begin, double got) {
  struct bp_factors one = {{f->a.data + i * f->a.row, f->a.row, f->a.column},
                           {f->b.data + j * f->b.column, f->b.row, f->b.column},
                           1,
                           f->terms,
                           1};
  double alone = begin;
  kernel(&one, true, &alone, 1);
  ck_assert_msg(alone == got, "entry %zu,%zu of %zu x %zu is %.17g, and alone %.17g", i, j, f->rows,
                f->columns, got, alone);
}

START_TEST(every_entry) {
  bp_product_kernel *kernel = kernel_of(_i / FORMS);
  if (!kernel)
    return;
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int more = 0; more < 2; more++) {
      gsl_matrix *A, *B;
      struct bp_factors f = factors_of(_i % FORMS, shapes[s], &A, &B);
      gsl_matrix *before = drawn(f.rows + 2, f.columns + 3, 0, 77),
                 *C = drawn(f.rows + 2, f.columns + 3, 0, 77);
      kernel(&f, more, C->data + C->tda + 1, C->tda);
      for (size_t i = 0; i < C->size1; i++)
        for (size_t j = 0; j < C->size2; j++) {
          double was = gsl_matrix_get(before, i, j), is = gsl_matrix_get(C, i, j);
          if (i < 1 || j < 1 || i > f.rows || j > f.columns) {
            ck_assert_msg(was == is, "%zu,%zu beside the product was touched", i, j);
            continue;
          }
          double begin = more ? was : 0;
          check_entry(&f, i - 1, j - 1, begin, is);
          check_alone(kernel, &f, i - 1, j - 1, begin, is);
        }
      gsl_matrix_free(A);
      gsl_matrix_free(B);
      gsl_matrix_free(C);
      gsl_matrix_free(before);
    }
}
END_TEST

/* Sets of instructions that multiply and add at once agree in every bit. */
START_TEST(same_bits) {
  if (!kernel_of(1) || !kernel_of(2))
    return;
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    gsl_matrix *A, *B;
    struct bp_factors f = factors_of(_i, shapes[s], &A, &B);
    gsl_matrix *four = gsl_matrix_alloc(f.rows, f.columns),
               *eight = gsl_matrix_alloc(f.rows, f.columns);
    kernel_of(1)(&f, false, four->data, four->tda);
    kernel_of(2)(&f, false, eight->data, eight->tda);
    ck_assert_int_eq(memcmp(four->data, eight->data, f.rows * f.columns * sizeof(double)), 0);
    gsl_matrix_free(A);
    gsl_matrix_free(B);
    gsl_matrix_free(four);
    gsl_matrix_free(eight);
  }
}
END_TEST

/* What is not finite reaches its own row or column and nothing else. */
START_TEST(not_finite) {
  bp_product_kernel *kernel = kernel_of(_i);
  if (!kernel)
    return;
  gsl_matrix *A, *B;
  struct bp_factors f = factors_of(0, (const size_t[]){9, 130, 11}, &A, &B);
  double C[9 * 11];
  gsl_matrix_set(A, 4, 129, INFINITY);
  gsl_matrix_set(B, 2, 10, NAN);
  kernel(&f, false, C, 11);
  for (size_t i = 0; i < 9; i++)
    for (size_t j = 0; j < 11; j++)
      ck_assert_msg(!isfinite(C[i * 11 + j]) == (i == 4 || j == 10), "entry %zu,%zu: %g", i, j,
                    C[i * 11 + j]);
  gsl_matrix_free(A);
  gsl_matrix_free(B);
}
END_TEST

/* The calls: [1 2; 3 4] and [5 6; 7 8]. */
START_TEST(calls) {
  double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8}, c[4] = {1, 1, 1, 1};
  gsl_matrix A = gsl_matrix_view_array(a, 2, 2).matrix, B = gsl_matrix_view_array(b, 2, 2).matrix;
  gsl_matrix C = gsl_matrix_view_array(c, 2, 2).matrix;
  gsl_vector row = gsl_matrix_column(&A, 1).vector, out = gsl_vector_view_array(c, 2).vector;
  bp_product_onto(&A, &B, &C);
  ck_assert_int_eq(memcmp(c, (double[]){20, 23, 44, 51}, sizeof c), 0);
  bp_product(&A, &B, &C);
  ck_assert_int_eq(memcmp(c, (double[]){19, 22, 43, 50}, sizeof c), 0);
  bp_transposed_times(&A, &B, &C);
  ck_assert_int_eq(memcmp(c, (double[]){26, 30, 38, 44}, sizeof c), 0);
  bp_times_transposed(0.5, &A, &B, &C);
  ck_assert_int_eq(memcmp(c, (double[]){8.5, 11.5, 19.5, 26.5}, sizeof c), 0);
  bp_row_times(&row, &B, &out);
  ck_assert_int_eq(memcmp(c, (double[]){38, 44}, 2 * sizeof *c), 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("product");
  TCase *products = tcase_create("products");
  tcase_add_loop_test(products, every_entry, 0, KERNELS * FORMS);
  tcase_add_loop_test(products, same_bits, 0, FORMS);
  tcase_add_loop_test(products, not_finite, 0, KERNELS);
  tcase_add_test(products, calls);
  suite_add_tcase(suite, products);
  return run_suite(suite);
}
