/* Kronecker products, vec, and the gradient from explicit Jacobians.
 *
 * Products are tested by the identities that define them; every Jacobian of the chain against
 * differences of its own step of the forward pass, written here in plain loops; the gradient
 * against BP1-BP4, where only rounding may part them.  To test that shortage of memory is reported,
 * GSL's allocating functions are replaced by ones that can be told to refuse.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include <dlfcn.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <limits.h>
#include <math.h>

#include "net/backprop.h"
#include "net/kronecker.h"
#include "networks.h"
#include "num/kron.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- an allocator that can refuse ---- */

static long allocations = 0, refused_allocation = -1;

static bool refuse(void) { return allocations++ == refused_allocation; }

#define CAN_REFUSE(type, name, parameters, ...)                                                    \
  type *name parameters {                                                                          \
    static type *(*real)parameters;                                                                \
    if (!real)                                                                                     \
      *(void **)&real = dlsym(RTLD_NEXT, #name);                                                   \
    return refuse() ? NULL : real(__VA_ARGS__);                                                    \
  }

CAN_REFUSE(gsl_matrix, gsl_matrix_alloc, (const size_t rows, const size_t columns), rows, columns)
CAN_REFUSE(gsl_matrix, gsl_matrix_calloc, (const size_t rows, const size_t columns), rows, columns)
CAN_REFUSE(gsl_vector, gsl_vector_alloc, (const size_t n), n)
CAN_REFUSE(gsl_vector, gsl_vector_calloc, (const size_t n), n)
CAN_REFUSE(gsl_spmatrix, gsl_spmatrix_alloc_nzmax,
           (const size_t rows, const size_t columns, const size_t nonzeros, const int type), rows,
           columns, nonzeros, type)

/* ---- products ---- */

/* Entries that are different everywhere and no round numbers. */
static gsl_matrix *varied(size_t rows, size_t columns, double phase) {
  gsl_matrix *matrix = bp_matrix(arena, rows, columns);
  ck_assert_ptr_nonnull(matrix);
  for (size_t k = 0; k < rows * columns; k++)
    matrix->data[k] = sin(phase + 1.7 * (double)k);
  return matrix;
}

static gsl_matrix *product(const gsl_matrix *A, const gsl_matrix *B) {
  gsl_matrix *C = bp_matrix(arena, A->size1, B->size2);
  for (size_t i = 0; i < A->size1; i++)
    for (size_t j = 0; j < B->size2; j++)
      for (size_t k = 0; k < A->size2; k++)
        *gsl_matrix_ptr(C, i, j) += gsl_matrix_get(A, i, k) * gsl_matrix_get(B, k, j);
  return C;
}

static gsl_matrix *transposed(const gsl_matrix *A) {
  gsl_matrix *T = bp_matrix(arena, A->size2, A->size1);
  gsl_matrix_transpose_memcpy(T, A);
  return T;
}

static gsl_matrix *kron(const gsl_matrix *A, const gsl_matrix *B) {
  gsl_matrix *K = bp_matrix(arena, A->size1 * B->size1, A->size2 * B->size2);
  bp_kron(A, B, K);
  return K;
}

static gsl_matrix *vec(const gsl_matrix *M) {
  gsl_matrix *column = bp_matrix(arena, M->size1 * M->size2, 1);
  gsl_vector view = gsl_matrix_column(column, 0).vector;
  bp_vec(M, &view);
  return column;
}

static double apart(const gsl_matrix *A, const gsl_matrix *B) {
  double largest = 0;
  ck_assert_uint_eq(A->size1, B->size1);
  ck_assert_uint_eq(A->size2, B->size2);
  for (size_t i = 0; i < A->size1; i++) {
    for (size_t j = 0; j < A->size2; j++) {
      double difference = fabs(gsl_matrix_get(A, i, j) - gsl_matrix_get(B, i, j));
      if (!(difference <= largest))
        largest = difference;
    }
  }
  return largest;
}

static const struct {
  size_t a, b, c, d; /* A: a x b, X: b x c, B: c x d */
} sizes[] = {{1, 1, 1, 1}, {2, 3, 4, 5}, {5, 4, 3, 2}, {1, 6, 2, 3}, {6, 1, 1, 4}, {7, 2, 9, 1}};
enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(vec_of_a_product) {
  gsl_matrix *A = varied(sizes[_i].a, sizes[_i].b, 1), *X = varied(sizes[_i].b, sizes[_i].c, 2);
  gsl_matrix *B = varied(sizes[_i].c, sizes[_i].d, 3);
  gsl_matrix *left = vec(product(product(A, X), B));
  gsl_matrix *right = product(kron(transposed(B), A), vec(X));
  ck_assert_msg(apart(left, right) <= 1e-14, "sizes %d: off by %g", _i, apart(left, right));
}
END_TEST

START_TEST(mixed_product) {
  gsl_matrix *A = varied(sizes[_i].a, sizes[_i].b, 1), *C = varied(sizes[_i].b, sizes[_i].c, 2);
  gsl_matrix *B = varied(sizes[_i].d, sizes[_i].c, 3), *D = varied(sizes[_i].c, sizes[_i].a, 4);
  gsl_matrix *left = product(kron(A, B), kron(C, D));
  gsl_matrix *right = kron(product(A, C), product(B, D));
  ck_assert_msg(apart(left, right) <= 1e-14, "sizes %d: off by %g", _i, apart(left, right));
}
END_TEST

START_TEST(unvec_undoes_vec) {
  gsl_matrix *M = varied(sizes[_i].a, sizes[_i].d, 5), *back = varied(sizes[_i].a, sizes[_i].d, 6);
  gsl_vector view = gsl_matrix_column(vec(M), 0).vector;
  bp_unvec(&view, back);
  ck_assert(gsl_matrix_equal(M, back));
  ck_assert_double_eq(gsl_vector_get(&view, sizes[_i].a - 1),
                      gsl_matrix_get(M, sizes[_i].a - 1, 0));
}
END_TEST

/* Takes the sparse matrix. */
static gsl_matrix *dense(gsl_spmatrix *sparse) {
  ck_assert_ptr_nonnull(sparse);
  gsl_matrix *matrix = bp_matrix(arena, sparse->size1, sparse->size2);
  for (size_t i = 0; i < sparse->size1; i++)
    for (size_t j = 0; j < sparse->size2; j++)
      gsl_matrix_set(matrix, i, j, gsl_spmatrix_get(sparse, i, j));
  gsl_spmatrix_free(sparse);
  return matrix;
}

static gsl_matrix *identity(size_t n) {
  gsl_matrix *I = bp_matrix(arena, n, n);
  gsl_matrix_set_identity(I);
  return I;
}

START_TEST(sparse_equals_dense) {
  size_t n = sizes[_i].c;
  gsl_vector *diagonal = gsl_vector_alloc(n);
  for (size_t k = 0; k < n; k++)
    gsl_vector_set(diagonal, k, 1 + (double)k);
  gsl_matrix *D = dense(bp_sparse_diagonal(diagonal));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      ck_assert_double_eq(gsl_matrix_get(D, i, j), i == j ? 1 + (double)i : 0);
  gsl_vector_free(diagonal);
}
END_TEST

/* A row times a product with an identity that is not built, against one that is. */
START_TEST(rows_times_what_is_not_built) {
  size_t a = sizes[_i].a, b = sizes[_i].b, n = sizes[_i].c;
  gsl_matrix *A = varied(a, b, 1), *row = varied(1, b * n, 2), *other = varied(1, n * a, 3);
  gsl_matrix *out = bp_matrix(arena, 1, a * n), *above = bp_matrix(arena, 1, n * b);
  gsl_vector_view from = gsl_matrix_row(row, 0), to = gsl_matrix_row(out, 0);
  bp_row_times_transposed_identity(&from.vector, A, n, &to.vector);
  ck_assert_double_le(apart(out, product(row, kron(transposed(A), identity(n)))), 1e-14);
  from = gsl_matrix_row(other, 0);
  to = gsl_matrix_row(above, 0);
  for (size_t j = 0; j < b; j += 2) /* some columns at a time */
    bp_row_times_identity(&from.vector, n, A, j, j + 2 < b ? j + 2 : b, &to.vector);
  ck_assert_double_le(apart(above, product(other, kron(identity(n), A))), 1e-14);
}
END_TEST

/* The same with magnitudes, each larger by as much. */
START_TEST(rows_times_magnitudes) {
  size_t a = sizes[_i].a, b = sizes[_i].b, n = sizes[_i].c;
  gsl_matrix *A = varied(a, b, 1), *larger = varied(a, b, 1);
  gsl_matrix *row = varied(1, b * n, 2), *other = varied(1, n * a, 3);
  gsl_matrix *out = bp_matrix(arena, 1, a * n), *above = bp_matrix(arena, 1, n * b);
  gsl_vector_view from = gsl_matrix_row(row, 0), to = gsl_matrix_row(out, 0);
  for (size_t k = 0; k < a * b; k++)
    larger->data[k] = fabs(larger->data[k]) + 0.25;
  bp_row_times_transposed_magnitudes(&from.vector, A, 0.25, n, &to.vector);
  ck_assert_double_le(apart(out, product(row, kron(transposed(larger), identity(n)))), 1e-14);
  from = gsl_matrix_row(other, 0);
  to = gsl_matrix_row(above, 0);
  for (size_t j = 0; j < b; j++)
    bp_row_times_identity_magnitudes(&from.vector, n, A, 0.25, j, j + 1, &to.vector);
  ck_assert_double_le(apart(above, product(other, kron(identity(n), larger))), 1e-14);
}
END_TEST

START_TEST(too_many_for_an_index) {
  ck_assert_ptr_null(bp_sparse_rows(INT_MAX, 1, 1));
  ck_assert_ptr_null(bp_sparse_rows(1, INT_MAX, 1));
  ck_assert_ptr_null(bp_sparse_rows(1, 1, INT_MAX));
}
END_TEST

/* ---- the Jacobians of the chain ---- */

/* Source document 002, section 2.6: ∂Z[1]/∂W[1] = X' ⊗ I for two inputs, four units, m samples. */
START_TEST(statement_of_document_002) {
  struct bp_network *network = drawn_network("2 - 4 tanh - 1 sigmoid", 3, 1, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_jacobian *list;
  size_t count, found = 0;
  ck_assert_int_eq(bp_kronecker_jacobians(network, forward, arena, &list, &count), BP_OK);
  ck_assert_uint_eq(count, 8);
  for (size_t k = 0; k < count; k++) {
    if (strcmp(list[k].name, "∂vec Z[1] / ∂vec W[1]") != 0)
      continue;
    found++;
    ck_assert_str_eq(list[k].formula, "X' ⊗ I(n[1])");
    ck_assert_str_eq(list[k].shape, "(m·n[1], n[0]·n[1])");
    ck_assert_uint_eq(list[k].values->size1, 12);
    ck_assert_uint_eq(list[k].values->size2, 8);
    for (size_t row = 0; row < 12; row++)
      for (size_t column = 0; column < 8; column++)
        ck_assert_double_eq(gsl_matrix_get(list[k].values, row, column),
                            row % 4 == column % 4 ? gsl_matrix_get(network->X, column / 4, row / 4)
                                                  : 0);
  }
  ck_assert_uint_eq(found, 1);
}
END_TEST

/* Those that the chain does not build are written out for whoever wants to see them. */
START_TEST(large_jacobians_are_written_out) {
  struct bp_network *network = drawn_network("70 - 9 tanh - 80 tanh - 1 sigmoid", 2, 1, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_jacobian *list;
  size_t count, found = 0;
  ck_assert_int_eq(bp_kronecker_jacobians(network, forward, arena, &list, &count), BP_OK);
  for (size_t k = 0; k < count; k++) {
    bool weights = !strcmp(list[k].name, "∂vec Z[1] / ∂vec W[1]");
    bool activation = !strcmp(list[k].name, "∂vec Z[2] / ∂vec A[1]");
    found += weights || activation;
    if (weights)
      ck_assert(gsl_matrix_equal(list[k].values, kron(transposed(network->X), identity(9))));
    if (activation)
      ck_assert(gsl_matrix_equal(list[k].values, kron(identity(2), network->W[2])));
  }
  ck_assert_uint_eq(found, 2);
}
END_TEST

/* Z[l] or A[l] from what stands before it, or J from A[L], by the textbook. */
enum step { STEP_Z, STEP_A, STEP_J };

static void take_step(const struct bp_network *network, const struct bp_forward *forward,
                      enum step step, size_t l, gsl_matrix *out) {
  bool softmax = network->activation[l]->columnwise;
  gsl_matrix_set_zero(out);
  for (size_t s = 0; s < network->samples; s++) {
    double sum = 0;
    for (size_t i = 0; i < network->size[l]; i++) {
      double z = gsl_matrix_get(forward->Z[l], i, s), a = gsl_matrix_get(forward->A[l], i, s);
      double y = step == STEP_J ? gsl_matrix_get(network->Y, i, s) : 0;
      double value = softmax ? exp(z) : step == STEP_A ? network->activation[l]->value(z) : 0;
      sum += value;
      if (step == STEP_Z) {
        value = gsl_matrix_get(network->b[l], i, 0);
        for (size_t j = 0; j < network->size[l - 1]; j++)
          value += gsl_matrix_get(network->W[l], i, j) * gsl_matrix_get(forward->A[l - 1], j, s);
      }
      if (step != STEP_J)
        gsl_matrix_set(out, i, s, value);
      else if (network->loss != &bp_cross_entropy)
        out->data[0] += (network->loss == &bp_squared ? 1 : 0.5) * (a - y) * (a - y);
      else
        out->data[0] -= y * log(a) + (softmax ? 0 : (1 - y) * log(1 - a));
    }
    for (size_t i = 0; softmax && step == STEP_A && i < network->size[l]; i++)
      *gsl_matrix_ptr(out, i, s) /= sum;
  }
  if (step == STEP_J)
    gsl_matrix_scale(out, 1 / (double)network->samples);
}

/* Every column of the Jacobian against a central difference. */
static void hold_against_step(const struct bp_network *network, const struct bp_forward *forward,
                              enum step step, size_t l, gsl_matrix *moved,
                              const struct bp_jacobian *jacobian) {
  const double h = 0x1p-22;
  size_t rows = step == STEP_J ? 1 : network->size[l],
         columns = step == STEP_J ? 1 : network->samples;
  gsl_matrix *up = bp_matrix(arena, rows, columns), *down = bp_matrix(arena, rows, columns);
  ck_assert_msg(jacobian->values->size1 == rows * columns &&
                    jacobian->values->size2 == moved->size1 * moved->size2,
                "%s is %zu x %zu", jacobian->name, jacobian->values->size1,
                jacobian->values->size2);
  for (size_t c = 0; c < jacobian->values->size2; c++) {
    double *entry = gsl_matrix_ptr(moved, c % moved->size1, c / moved->size1), kept = *entry;
    *entry = kept + h;
    take_step(network, forward, step, l, up);
    *entry = kept - h;
    take_step(network, forward, step, l, down);
    *entry = kept;
    for (size_t r = 0; r < rows * columns; r++) {
      double quotient =
          (gsl_matrix_get(up, r % rows, r / rows) - gsl_matrix_get(down, r % rows, r / rows)) /
          (2 * h);
      double value = gsl_matrix_get(jacobian->values, r, c);
      ck_assert_msg(fabs(value - quotient) <= 1e-8 * (1 + fabs(quotient)),
                    "%s: (%zu,%zu) is %.12g, the step gives %.12g", jacobian->name, r + 1, c + 1,
                    value, quotient);
    }
  }
}

static const char *const small[] = {
    "2 - 4 tanh - 1 sigmoid",
    "3 - 2 softplus - 3 softmax",
    "2 - 3 silu - 2 softmax, squared",
    "4 - 1 gelu - 5 elu - 2 sigmoid, half-squared",
    "1 - 1 sigmoid",
    "5 - 3 leaky_relu - 4 relu - 2 identity, squared",
};
enum { SMALL = sizeof small / sizeof *small };

START_TEST(jacobians_are_those_of_the_steps) {
  struct bp_network *network = drawn_network(small[_i], 3, 4, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_jacobian *next;
  size_t count, L = network->depth;
  ck_assert_int_eq(bp_kronecker_jacobians(network, forward, arena, &next, &count), BP_OK);
  ck_assert_uint_eq(count, 4 * L);
  hold_against_step(network, forward, STEP_J, L, forward->A[L], next++);
  for (size_t l = L; l >= 1; l--) {
    hold_against_step(network, forward, STEP_A, l, forward->Z[l], next++);
    hold_against_step(network, forward, STEP_Z, l, network->W[l], next++);
    hold_against_step(network, forward, STEP_Z, l, network->b[l], next++);
    if (l > 1)
      hold_against_step(network, forward, STEP_Z, l, forward->A[l - 1], next++);
  }
}
END_TEST

START_TEST(largest_jacobian_is_counted) {
  struct bp_spec spec = spec_of("2 - 4 tanh - 1 sigmoid", arena);
  ck_assert_uint_eq(bp_kronecker_largest(&spec, 3), 144); /* ∂vec A[1] / ∂vec Z[1] */
  spec = spec_of("1000000000 - 1000000000 tanh - 1 sigmoid", arena);
  ck_assert_uint_eq(bp_kronecker_largest(&spec, 3), SIZE_MAX);
}
END_TEST

/* ---- the gradient ---- */

static struct bp_kronecker *multiplied_out(const struct bp_network *network,
                                           const struct bp_forward *forward) {
  struct bp_kronecker *result = bp_kronecker_new(network, arena);
  ck_assert_ptr_nonnull(result);
  ck_assert_int_eq(bp_kronecker_run(network, forward, result, NULL, NULL), BP_OK);
  return result;
}

/* Within 1e-13 of the magnitudes summed. */
static void hold_together(const char *name, size_t l, const gsl_matrix *value,
                          const gsl_matrix *expected, const gsl_matrix *sum) {
  for (size_t k = 0; k < value->size1 * value->size2; k++)
    ck_assert_msg(fabs(value->data[k] - expected->data[k]) <= 1e-13 * sum->data[k],
                  "%s, layer %zu, entry %zu: %.17g against %.17g", name, l, k, value->data[k],
                  expected->data[k]);
}

static const struct {
  const char *spec;
  size_t samples;
} networks[] = {
    {"2 - 4 tanh - 1 sigmoid", 3},
    {"1 - 1 sigmoid", 1},
    {"5 - 6 gelu - 3 softmax", 4},
    {"5 - 6 relu - 3 softmax, squared", 4},
    {"3 - 4 silu - 4 elu - 4 softplus - 2 tanh", 5},
    {"20 - 30 tanh - 20 leaky_relu - 5 sigmoid, squared", 40}, /* dense and sparse mixed */
    {"200 - 200 tanh - 3 softmax", 60},                        /* more than one block of samples */
    {"3 - 1500 sigmoid - 1 sigmoid", 2},
};
enum { NETWORKS = sizeof networks / sizeof *networks };

START_TEST(gradient_is_that_of_backprop) {
  const char *spec = networks[_i].spec;
  struct bp_network *network = drawn_network(spec, networks[_i].samples, 2, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_gradient *g = bp_gradient_new(network, arena);
  struct bp_kronecker *k = multiplied_out(network, forward);
  bp_backprop(network, forward, BP_ROUTE_DIRECT, NULL, g);
  ck_assert(!k->fused);
  for (size_t l = 1; l <= network->depth; l++) {
    hold_together(spec, l, k->dA[l], g->dA[l], k->dA_sum[l]);
    hold_together(spec, l, k->dZ[l], g->dZ[l], k->dZ_sum[l]);
    hold_together(spec, l, k->dW[l], g->dW[l], k->dW_sum[l]);
    hold_together(spec, l, k->db[l], g->db[l], k->db_sum[l]);
  }
}
END_TEST

/* A run over all samples, in sparse blocks, has each sample's deltas as a dense run of its own. */
START_TEST(blocks_make_no_difference) {
  static const char spec[] = "9 - 12 tanh - 4 softmax";
  enum { SAMPLES = 150 };
  struct bp_network *all = drawn_network(spec, SAMPLES, 3, arena);
  struct bp_network *one = drawn_network(spec, 1, 3, arena);
  struct bp_kronecker *together = multiplied_out(all, forward_of(all, arena));
  for (size_t s = 0; s < SAMPLES; s += 7) {
    for (size_t i = 0; i < 9; i++)
      gsl_matrix_set(one->X, i, 0, gsl_matrix_get(all->X, i, s));
    for (size_t i = 0; i < 4; i++)
      gsl_matrix_set(one->Y, i, 0, gsl_matrix_get(all->Y, i, s));
    struct bp_kronecker *alone = multiplied_out(one, forward_of(one, arena));
    for (size_t i = 0; i < 12; i++)
      ck_assert_double_eq_tol(gsl_matrix_get(together->dZ[1], i, s),
                              gsl_matrix_get(alone->dZ[1], i, 0), 1e-15);
  }
}
END_TEST

static const struct {
  const char *spec;
  double z[2], y[2], dZ[2];
} underflowing[] = {
    {"1 - 2 sigmoid", {-900, 900}, {1, 0}, {-1, 1}},
    {"1 - 2 sigmoid", {-900, 0}, {1, 0}, {-1, 0.5}},
    {"1 - 2 softmax", {-900, 900}, {1, 0}, {-1, 1}},
    {"1 - 2 softmax", {900, -900}, {0, 1}, {1, -1}},
};
enum { UNDERFLOWING = sizeof underflowing / sizeof *underflowing };

START_TEST(underflowing_output_starts_at_z) {
  const char *spec = underflowing[_i].spec;
  struct bp_network *network = blank_network(spec, 1, arena);
  fill(network->b[1], underflowing[_i].z);
  fill(network->X, (double[]){3});
  fill(network->Y, underflowing[_i].y);
  struct bp_kronecker *k = multiplied_out(network, forward_of(network, arena));
  ck_assert_msg(k->fused, "%s: not fused", spec);
  for (size_t i = 0; i < 2; i++) {
    ck_assert_double_eq(gsl_matrix_get(k->dZ[1], i, 0), underflowing[_i].dZ[i]);
    ck_assert_double_eq(gsl_matrix_get(k->db[1], i, 0), underflowing[_i].dZ[i]);
    ck_assert_double_eq(gsl_matrix_get(k->dW[1], i, 0), 3 * underflowing[_i].dZ[i]);
  }
}
END_TEST

static bool stop(double share, void *user) {
  (void)user;
  return share < 0.5;
}

START_TEST(run_can_be_stopped) {
  struct bp_network *network = drawn_network("200 - 200 tanh - 3 softmax", 120, 2, arena);
  struct bp_kronecker *result = bp_kronecker_new(network, arena);
  struct bp_forward *forward = forward_of(network, arena);
  ck_assert_int_eq(bp_kronecker_run(network, forward, result, stop, NULL), BP_STOPPED);
}
END_TEST

/* ---- memory ---- */

/* Runs once with each of the allocations refused in turn.  A Jacobian that cannot be made dense
 * stays sparse; whatever else is refused must be reported. */
START_TEST(refused_allocation_is_reported) {
  const char *spec = networks[_i].spec;
  if (networks[_i].samples > 40)
    return; /* nothing new, and slow */
  struct bp_network *network = drawn_network(spec, networks[_i].samples, 2, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_kronecker *whole = multiplied_out(network, forward);
  struct bp_kronecker *result = bp_kronecker_new(network, arena);
  gsl_set_error_handler_off();
  allocations = 0;
  multiplied_out(network, forward);
  long needed = allocations, reported = 0;
  for (long k = 0; k < needed; k++) {
    allocations = 0;
    refused_allocation = k;
    enum bp_status status = bp_kronecker_run(network, forward, result, NULL, NULL);
    reported += status == BP_NO_MEMORY;
    ck_assert_msg(status == BP_OK || status == BP_NO_MEMORY, "%s: status %d", spec, status);
    for (size_t l = 1; status == BP_OK && l <= network->depth; l++) {
      hold_together(spec, l, result->dW[l], whole->dW[l], whole->dW_sum[l]);
      hold_together(spec, l, result->db[l], whole->db[l], whole->db_sum[l]);
    }
  }
  refused_allocation = -1;
  ck_assert_msg(reported >= needed - 4 * (long)network->depth, "%s: %ld of %ld reported", spec,
                reported, needed);
}
END_TEST

START_TEST(short_memory_prints_no_jacobians) {
  struct bp_network *network = drawn_network(small[_i], 3, 2, arena);
  struct bp_forward *forward = forward_of(network, arena);
  struct bp_jacobian *list;
  size_t count;
  gsl_set_error_handler_off();
  for (refused_allocation = 0; refused_allocation < 50; refused_allocation++) {
    allocations = 0;
    enum bp_status status = bp_kronecker_jacobians(network, forward, arena, &list, &count);
    bool refused = allocations > refused_allocation;
    ck_assert_msg(status == BP_OK || (refused && status == BP_NO_MEMORY),
                  "%s: allocation %ld refused, status %d", small[_i], refused_allocation, status);
    for (size_t k = 0; status == BP_OK && k < count; k++)
      ck_assert_ptr_nonnull(list[k].values);
  }
  refused_allocation = -1;
  size_t refused = 0;
  for (size_t limit = 1024; limit < 65536; limit += 512) {
    struct bp_arena *little = bp_arena_new(limit);
    if (!little)
      continue;
    enum bp_status status = bp_kronecker_jacobians(network, forward, little, &list, &count);
    ck_assert(status == BP_OK || status == BP_NO_MEMORY);
    refused += status != BP_OK;
    bp_arena_free(little);
  }
  ck_assert_uint_gt(refused, 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("kronecker");
  TCase *cases = tcase_create("kronecker");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, vec_of_a_product, 0, SIZES);
  tcase_add_loop_test(cases, mixed_product, 0, SIZES);
  tcase_add_loop_test(cases, unvec_undoes_vec, 0, SIZES);
  tcase_add_loop_test(cases, sparse_equals_dense, 0, SIZES);
  tcase_add_loop_test(cases, rows_times_what_is_not_built, 0, SIZES);
  tcase_add_loop_test(cases, rows_times_magnitudes, 0, SIZES);
  tcase_add_test(cases, too_many_for_an_index);
  tcase_add_test(cases, statement_of_document_002);
  tcase_add_test(cases, large_jacobians_are_written_out);
  tcase_add_loop_test(cases, jacobians_are_those_of_the_steps, 0, SMALL);
  tcase_add_test(cases, largest_jacobian_is_counted);
  tcase_add_loop_test(cases, gradient_is_that_of_backprop, 0, NETWORKS);
  tcase_add_test(cases, blocks_make_no_difference);
  tcase_add_test(cases, run_can_be_stopped);
  tcase_add_loop_test(cases, underflowing_output_starts_at_z, 0, UNDERFLOWING);
  tcase_add_loop_test(cases, refused_allocation_is_reported, 0, NETWORKS);
  tcase_add_loop_test(cases, short_memory_prints_no_jacobians, 0, SMALL);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
