/* The forward pass, the losses and what is drawn.
 *
 * Single units are held against numbers from a table, a whole pass against the worked example of
 * source document 004 and against plain loops.
 */
#include <math.h>
#include <stdint.h>

#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* NaN is far from everything. */
static bool near(double value, double expected, double relative) {
  return fabs(value - expected) <= relative * fabs(expected);
}

/* ---- the forward pass ---- */

static const struct {
  const char *name;
  double above, below; /* g(1), g(-1) */
} values[] = {
    {"sigmoid", 0.731058578630004879, 0.268941421369995121},
    {"tanh", 0.761594155955764888, -0.761594155955764888},
    {"relu", 1, 0},
    {"leaky_relu", 1, -0.01},
    {"identity", 1, -1},
    {"softplus", 1.313261687518222834, 0.313261687518222834},
    {"elu", 1, -0.632120558828557678},
    {"silu", 0.731058578630004879, -0.268941421369995121},
    {"gelu", 0.841344746068542949, -0.158655253931457051},
};
enum { VALUES = sizeof values / sizeof *values };

START_TEST(one_unit) {
  const char *text = bp_arena_printf(arena, "2 - 1 %s, half-squared", values[_i].name);
  struct bp_network *network = blank_network(text, 2, arena);
  fill(network->W[1], (double[]){0.5, -2});
  fill(network->b[1], (double[]){0.25});
  fill(network->X, (double[]){0.5, 1.5, -0.25, 1}); /* Z = 1, -1 */
  fill(network->Y, (double[]){3, 5});
  struct bp_forward *forward = forward_of(network, arena);
  double above = gsl_matrix_get(forward->A[1], 0, 0), below = gsl_matrix_get(forward->A[1], 0, 1);
  double J = ((values[_i].above - 3) * (values[_i].above - 3) +
              (values[_i].below - 5) * (values[_i].below - 5)) /
             4;
  ck_assert_double_eq(gsl_matrix_get(forward->Z[1], 0, 0), 1);
  ck_assert_double_eq(gsl_matrix_get(forward->Z[1], 0, 1), -1);
  ck_assert_msg(near(above, values[_i].above, 1e-15), "%s(1) = %.17g", values[_i].name, above);
  ck_assert_msg(near(below, values[_i].below, 1e-15), "%s(-1) = %.17g", values[_i].name, below);
  ck_assert_msg(near(forward->loss, J, 1e-14), "%s: J = %.17g, not %.17g", values[_i].name,
                forward->loss, J);
  network->loss = &bp_squared;
  bp_forward_run(network, forward);
  ck_assert_msg(near(forward->loss, 2 * J, 1e-14), "%s: squared loss", values[_i].name);
}
END_TEST

START_TEST(example_of_document_004) {
  struct bp_network *network =
      blank_network("2 - 2 sigmoid - 2 sigmoid - 2 sigmoid, squared", 1, arena);
  fill(network->X, (double[]){1, -1});
  fill(network->W[1], (double[]){1, -2, -1, 1});
  fill(network->b[1], (double[]){1, 0});
  fill(network->W[2], (double[]){2, -1, -2, -1});
  struct bp_forward *forward = forward_of(network, arena);
  ck_assert_double_eq_tol(gsl_matrix_get(forward->A[1], 0, 0), 0.98, 0.005);
  ck_assert_double_eq_tol(gsl_matrix_get(forward->A[1], 1, 0), 0.12, 0.005);
  ck_assert_double_eq_tol(gsl_matrix_get(forward->A[2], 0, 0), 0.86, 0.005);
  ck_assert_double_eq_tol(gsl_matrix_get(forward->A[2], 1, 0), 0.11, 0.005);
  ck_assert_double_eq(gsl_matrix_get(forward->A[3], 0, 0), 0.5); /* W[3] = 0 */
}
END_TEST

static const char *const shapes[] = {
    "3 - 1 sigmoid",
    "1 - 1 tanh - 1 tanh",
    "5 - 4 gelu - 3 softmax",
    "2 - 7 softplus - 1 elu - 6 silu - 4 sigmoid, squared",
    "9 - 8 relu - 7 leaky_relu - 3 identity",
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* A[L] of one sample, number by number; `a` holds the layer before and then this one. */
static void loop_forward(const struct bp_network *network, size_t sample, double a[16]) {
  for (size_t j = 0; j < network->size[0]; j++)
    a[j] = gsl_matrix_get(network->X, j, sample);
  for (size_t l = 1; l <= network->depth; l++) {
    double z[16], sum = 0;
    for (size_t i = 0; i < network->size[l]; i++) {
      z[i] = gsl_matrix_get(network->b[l], i, 0);
      for (size_t j = 0; j < network->size[l - 1]; j++)
        z[i] += gsl_matrix_get(network->W[l], i, j) * a[j];
    }
    bool softmax = network->activation[l]->columnwise;
    for (size_t i = 0; i < network->size[l]; i++) {
      a[i] = softmax ? exp(z[i]) : network->activation[l]->value(z[i]);
      sum += a[i];
    }
    for (size_t i = 0; softmax && i < network->size[l]; i++)
      a[i] /= sum;
  }
}

/* The textbook formula of the loss. */
static double loop_loss(const struct bp_network *network, size_t sample, const double *a) {
  double loss = 0;
  for (size_t k = 0; k < network->size[network->depth]; k++) {
    double y = gsl_matrix_get(network->Y, k, sample);
    if (network->loss != &bp_cross_entropy)
      loss += (a[k] - y) * (a[k] - y) * (network->loss == &bp_squared ? 1 : 0.5);
    else if (network->activation[network->depth]->columnwise)
      loss -= y * log(a[k]);
    else
      loss -= y * log(a[k]) + (1 - y) * log(1 - a[k]);
  }
  return loss;
}

START_TEST(pass_agrees_with_loops) {
  enum { SAMPLES = 6 };
  for (unsigned long seed = 1; seed <= 5; seed++) {
    struct bp_network *network = drawn_network(shapes[_i], SAMPLES, seed, arena);
    struct bp_forward *forward = forward_of(network, arena);
    double J = 0;
    for (size_t s = 0; s < SAMPLES; s++) {
      double a[16] = {0};
      loop_forward(network, s, a);
      J += loop_loss(network, s, a) / SAMPLES;
      for (size_t k = 0; k < network->size[network->depth]; k++)
        ck_assert_msg(fabs(gsl_matrix_get(forward->A[network->depth], k, s) - a[k]) <= 1e-13,
                      "%s, seed %lu: output %zu of sample %zu", shapes[_i], seed, k, s);
    }
    ck_assert_msg(near(forward->loss, J, 1e-12), "%s, seed %lu: J = %.17g, not %.17g", shapes[_i],
                  seed, forward->loss, J);
  }
}
END_TEST

/* ---- losses where outputs saturate ---- */

static const struct {
  const char *spec;
  double z[2], y[2], loss;
} saturated[] = {
    {"1 - 2 sigmoid", {800, -800}, {1, 0}, 0},
    {"1 - 2 sigmoid", {800, -800}, {0, 1}, 1600},
    {"1 - 2 sigmoid", {800, -800}, {0.5, 0.25}, 600},
    {"1 - 2 softmax", {800, -800}, {1, 0}, 0},
    {"1 - 2 softmax", {800, -800}, {0, 1}, 1600},
    {"1 - 2 softmax", {-800, -800}, {0, 1}, 0.693147180559945309},
    {"1 - 2 sigmoid, squared", {800, -800}, {0, 1}, 2},
    {"1 - 2 softmax, half-squared", {800, -800}, {0, 1}, 1},
    {"1 - 2 tanh", {800, -800}, {0, 0}, 1},
    {"1 - 2 softplus", {800, -800}, {799, 0}, 0.5},
    {"1 - 2 silu", {800, -800}, {799, 0}, 0.5},
    {"1 - 2 gelu", {800, -800}, {799, 0}, 0.5},
    {"1 - 2 elu", {800, -800}, {799, 0}, 1},
};
enum { SATURATED = sizeof saturated / sizeof *saturated };

START_TEST(saturated_loss_is_finite) {
  struct bp_network *network = blank_network(saturated[_i].spec, 1, arena);
  fill(network->b[1], saturated[_i].z);
  fill(network->Y, saturated[_i].y);
  struct bp_forward *forward = forward_of(network, arena);
  ck_assert_msg(near(forward->loss, saturated[_i].loss, 1e-15), "%s, row %d: J = %.17g",
                saturated[_i].spec, _i, forward->loss);
}
END_TEST

START_TEST(softmax_does_not_see_a_shift) {
  static const double shifts[] = {0, 1, -37.5, 1e3, -1e3, 1e6};
  struct bp_network *network = drawn_network("4 - 5 softmax", 3, 7, arena);
  struct bp_forward *still = forward_of(network, arena);
  for (size_t k = 0; k < sizeof shifts / sizeof *shifts; k++) {
    struct bp_network *other = drawn_network("4 - 5 softmax", 3, 7, arena);
    gsl_matrix_add_constant(other->b[1], shifts[k]);
    struct bp_forward *moved = forward_of(other, arena);
    double allowed = 1e-14 + 4e-16 * fabs(shifts[k]);
    ck_assert_msg(near(moved->loss, still->loss, allowed), "shift %g: J", shifts[k]);
    for (size_t s = 0; s < 3; s++) {
      double sum = 0;
      for (size_t i = 0; i < 5; i++) {
        double a = gsl_matrix_get(moved->A[1], i, s);
        ck_assert_msg(near(a, gsl_matrix_get(still->A[1], i, s), allowed), "shift %g: A",
                      shifts[k]);
        sum += a;
      }
      ck_assert_msg(near(sum, 1, 1e-15), "shift %g: a column sums to %.17g", shifts[k], sum);
    }
  }
}
END_TEST

START_TEST(not_a_number_is_kept) {
  static const char *const outputs[] = {"1 - 2 sigmoid", "1 - 2 softmax",    "1 - 2 relu",
                                        "1 - 2 elu",     "1 - 2 leaky_relu", "1 - 2 silu"};
  for (size_t k = 0; k < sizeof outputs / sizeof *outputs; k++) {
    for (size_t at = 0; at < 2; at++) {
      struct bp_network *network = blank_network(outputs[k], 1, arena);
      gsl_matrix_set_all(network->Y, 1);
      gsl_matrix_set(network->b[1], at, 0, NAN);
      ck_assert_msg(isnan(forward_of(network, arena)->loss), "%s: NaN in unit %zu gives a loss",
                    outputs[k], at);
    }
  }
}
END_TEST

/* ---- drawing ---- */

START_TEST(drawn_values_are_the_same_everywhere) {
  struct bp_network *network = drawn_network("3 - 4 tanh - 1 sigmoid", 5, 1, arena);
  const struct {
    const char *name;
    double drawn, expected;
  } pinned[] = {
      {"W[1](1,1)", gsl_matrix_get(network->W[1], 0, 0), -1.277081737100642},
      {"b[2](1)", gsl_matrix_get(network->b[2], 0, 0), -0.15207460293912095},
      {"X(3,5)", gsl_matrix_get(network->X, 2, 4), -0.42604342004096329},
      {"Y(1,1)", gsl_matrix_get(network->Y, 0, 0), 1},
      {"Y(1,2)", gsl_matrix_get(network->Y, 0, 1), 0},
      {"Y(1,3)", gsl_matrix_get(network->Y, 0, 2), 1},
  };
  for (size_t k = 0; k < sizeof pinned / sizeof *pinned; k++)
    ck_assert_msg(near(pinned[k].drawn, pinned[k].expected, 1e-14), "%s = %.17g", pinned[k].name,
                  pinned[k].drawn);
}
END_TEST

START_TEST(parameters_do_not_depend_on_the_samples) {
  static const char spec[] = "3 - 4 tanh - 2 sigmoid";
  struct bp_network *few = drawn_network(spec, 2, 9, arena);
  struct bp_network *many = drawn_network(spec, 11, 9, arena);
  struct bp_network *other = drawn_network(spec, 2, 10, arena);
  for (size_t l = 1; l <= 2; l++) {
    ck_assert(gsl_matrix_equal(few->W[l], many->W[l]) && gsl_matrix_equal(few->b[l], many->b[l]));
    ck_assert(!gsl_matrix_equal(few->W[l], other->W[l]));
    ck_assert(!gsl_matrix_equal(few->b[l], other->b[l]));
  }
  for (size_t s = 0; s < 2; s++)
    for (size_t i = 0; i < 3; i++)
      ck_assert_double_eq(gsl_matrix_get(few->X, i, s), gsl_matrix_get(many->X, i, s));
  ck_assert(!gsl_matrix_equal(few->X, other->X));
}
END_TEST

static double mean_square(const gsl_matrix *matrix) {
  double sum = 0;
  for (size_t k = 0; k < matrix->size1 * matrix->size2; k++)
    sum += matrix->data[k] * matrix->data[k];
  return sum / (double)(matrix->size1 * matrix->size2);
}

START_TEST(scales_are_deviations) {
  struct bp_network *network = scaled_network("100 - 400 tanh", 400, 3, 6, 0.25, arena);
  ck_assert_double_eq_tol(sqrt(mean_square(network->W[1])), 0.6, 0.01);
  ck_assert_double_eq_tol(sqrt(mean_square(network->b[1])), 0.6, 0.1);
  ck_assert_double_eq_tol(sqrt(mean_square(network->X)), 0.25, 0.005);
}
END_TEST

static const struct {
  const char *spec;
  double least, most;
  bool whole, one_hot;
} targets[] = {
    {"2 - 4 sigmoid", 0, 1, true, false},         {"2 - 4 softmax", 0, 1, true, true},
    {"2 - 4 softmax, squared", 0, 1, true, true}, {"2 - 4 sigmoid, squared", 0, 1, false, false},
    {"2 - 4 tanh", -1, 1, false, false},          {"2 - 4 identity", -6, 6, false, false},
};
enum { TARGETS = sizeof targets / sizeof *targets };

START_TEST(targets_suit_the_output) {
  enum { SAMPLES = 200 };
  const gsl_matrix *Y = drawn_network(targets[_i].spec, SAMPLES, 5, arena)->Y;
  size_t whole = 0;
  double lowest = INFINITY, highest = -INFINITY;
  for (size_t s = 0; s < SAMPLES; s++) {
    double sum = 0;
    for (size_t k = 0; k < 4; k++) {
      double y = gsl_matrix_get(Y, k, s);
      whole += y == 0 || y == 1;
      lowest = fmin(lowest, y);
      highest = fmax(highest, y);
      sum += y;
    }
    ck_assert_msg(!targets[_i].one_hot || sum == 1, "%s: a column sums to %g", targets[_i].spec,
                  sum);
  }
  ck_assert_msg(targets[_i].least <= lowest && highest <= targets[_i].most, "%s: %g..%g",
                targets[_i].spec, lowest, highest);
  ck_assert_msg(highest - lowest > 0.9 * fmin(2, targets[_i].most - targets[_i].least),
                "%s: only %g..%g", targets[_i].spec, lowest, highest);
  ck_assert_msg(whole == (targets[_i].whole ? 4 * SAMPLES : 0), "%s: %zu are 0 or 1",
                targets[_i].spec, whole);
}
END_TEST

/* ---- memory ---- */

START_TEST(matrices_are_zero_and_aligned) {
  gsl_matrix *matrix = bp_matrix(arena, 3, 5);
  ck_assert_ptr_nonnull(matrix);
  ck_assert(gsl_matrix_isnull(matrix));
  ck_assert_uint_eq((uintptr_t)matrix->data % 64, 0);
  ck_assert_ptr_null(bp_matrix(arena, SIZE_MAX / 2, 3));
  ck_assert_ptr_null(bp_matrix(arena, SIZE_MAX / 8 + 1, 1));
}
END_TEST

START_TEST(short_memory_is_no_network) {
  struct bp_spec spec = spec_of("30 - 40 tanh - 10 sigmoid", arena);
  bool refused = false, made = false;
  for (size_t limit = 1024; limit <= 65536; limit += 1024) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_network *network = small ? bp_network_new(&spec, 5, small) : NULL;
    struct bp_forward *forward = network ? bp_forward_new(network, small) : NULL;
    refused |= !forward;
    made |= forward != NULL;
    if (forward)
      bp_forward_run(network, forward);
    bp_arena_free(small);
  }
  ck_assert(refused && made);
}
END_TEST

/* Matrices so large that they are drawn another way: the deviation asked for, rows that differ, and
 * the same again. */
START_TEST(large_matrices_are_drawn) {
  enum { WIDTH = 2048 };
  const char *text = "2048 - 2048 tanh";
  struct bp_network *network = scaled_network(text, 1, 5, 2, 1, arena);
  struct bp_network *again = scaled_network(text, 1, 5, 2, 1, arena);
  const double *w = network->W[1]->data;
  double sum = 0, squares = 0, count = (double)WIDTH * WIDTH, product = 0;
  for (size_t k = 0; k < (size_t)WIDTH * WIDTH; k++) {
    sum += w[k];
    squares += w[k] * w[k];
    product += k >= WIDTH ? w[k] * w[k - WIDTH] : 0;
  }
  double variance = 4. / WIDTH, error = 6 * variance / sqrt(count);
  ck_assert_double_le(fabs(sum / count), 6 * sqrt(variance / count));
  ck_assert_double_eq_tol(squares / count, variance, 2 * error);
  ck_assert_double_le(fabs(product / count), error);
  ck_assert_mem_eq(w, again->W[1]->data, (size_t)WIDTH * WIDTH * sizeof *w);
}
END_TEST

/* Both at once, by any number of threads, come to what each alone does. */
START_TEST(threads_draw_the_same) {
  const char *text = "300 - 250 tanh - 20 relu - 300 tanh - 3 softmax";
  struct bp_network *network = drawn_network(text, 4, 9, arena);
  struct bp_network *again = drawn_network(text, 4, 8, arena);
  struct bp_draw draw = {.seed = 9, .weight_scale = 1, .input_scale = 1, .threads = 1 + 2 * _i};
  ck_assert_int_eq(bp_network_draw(again, &draw), 0);
  for (size_t l = 1; l <= network->depth; l++) {
    size_t rows = network->size[l], bytes = rows * sizeof(double);
    ck_assert_mem_eq(network->W[l]->data, again->W[l]->data, bytes * network->size[l - 1]);
    ck_assert_mem_eq(network->b[l]->data, again->b[l]->data, bytes);
  }
  ck_assert_mem_eq(network->X->data, again->X->data, (size_t)300 * 4 * sizeof(double));
  ck_assert_mem_eq(network->Y->data, again->Y->data, (size_t)3 * 4 * sizeof(double));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("network");
  TCase *cases = tcase_create("network");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, one_unit, 0, VALUES);
  tcase_add_test(cases, example_of_document_004);
  tcase_add_loop_test(cases, pass_agrees_with_loops, 0, SHAPES);
  tcase_add_loop_test(cases, saturated_loss_is_finite, 0, SATURATED);
  tcase_add_test(cases, softmax_does_not_see_a_shift);
  tcase_add_test(cases, not_a_number_is_kept);
  tcase_add_test(cases, drawn_values_are_the_same_everywhere);
  tcase_add_test(cases, parameters_do_not_depend_on_the_samples);
  tcase_add_test(cases, scales_are_deviations);
  tcase_add_test(cases, large_matrices_are_drawn);
  tcase_add_loop_test(cases, threads_draw_the_same, 0, 2);
  tcase_add_loop_test(cases, targets_suit_the_output, 0, TARGETS);
  tcase_add_test(cases, matrices_are_zero_and_aligned);
  tcase_add_test(cases, short_memory_is_no_network);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
