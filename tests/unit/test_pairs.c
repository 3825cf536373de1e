/* Products in pairs of doubles, held against the same in 113 bits, with numbers whose exponents
 * differ and whose sums all but cancel.
 */
#include <check.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "net/difference/pairs.h"
#include "networks.h"

static struct bp_arena *arena;
static gsl_rng *generator;

static void set_up(void) {
  arena = bp_arena_new(0);
  generator = gsl_rng_alloc(gsl_rng_taus2);
}

static void tear_down(void) {
  gsl_rng_free(generator);
  bp_arena_free(arena);
}

enum { MOST = 400, ROWS = 5 };

static const size_t widths[] = {32, 33, 35, 64, 257, MOST};

/* All 53 bits, and an exponent from -range to range. */
static double any_number(int range) {
  double mantissa = 1 + gsl_rng_uniform(generator) + 0x1p-32 * gsl_rng_uniform(generator);
  int exponent =
      range > 0 ? (int)gsl_rng_uniform_int(generator, 2 * (unsigned)range + 1) - range : 0;
  return ldexp(gsl_rng_uniform_int(generator, 2) ? mantissa : -mantissa, exponent);
}

static bp_quad any_quad(int range) {
  double high = any_number(range);
  return (bp_quad)high + high * 0x1p-54 * (bp_quad)any_number(0) +
         high * 0x1p-107 * (bp_quad)any_number(0);
}

static struct bp_network *network_of_width(size_t width, int range) {
  const char *text = bp_arena_printf(arena, "1 - %zu tanh - %d identity", width, ROWS);
  struct bp_network *network = blank_network(text, 1, arena);
  for (size_t k = 0; k < ROWS * width; k++)
    network->W[2]->data[k] = any_number(range);
  return network;
}

/* Every second term takes back nearly all of the one before it. */
static void let_cancel(gsl_matrix *W, bp_quad *x) {
  for (size_t j = 1; j < W->size2; j += 2)
    x[j] = -x[j - 1] * (bp_quad)(gsl_matrix_get(W, 0, j - 1) / gsl_matrix_get(W, 0, j));
}

START_TEST(sums_keep_their_bound) {
  size_t width = widths[_i / 4];
  int range = _i % 4 / 2 * 40;
  bp_quad x[MOST], y[ROWS];
  struct bp_network *network = network_of_width(width, range);
  for (size_t j = 0; j < width; j++)
    x[j] = any_quad(range);
  if (_i % 2)
    let_cancel(network->W[2], x);
  ck_assert(bp_pairs_multiply(bp_pairs_new(network, arena), 2, x, y));
  for (size_t k = 0; k < ROWS; k++) {
    bp_quad sum = 0, size = 0;
    for (size_t j = 0; j < width; j++) {
      bp_quad term = (bp_quad)gsl_matrix_get(network->W[2], k, j) * x[j];
      sum += term;
      size += bp_quad_fabs(term);
    }
    double off = (double)bp_quad_fabs(y[k] - sum);
    double bound = ((double)width + 4) * bp_pairs_unit(network) * (double)size;
    ck_assert_msg(off <= bound, "%zu terms, row %zu: off by %g, bound %g", width, k, off, bound);
    ck_assert_msg(off <= 0x1p-90 * (double)size, "far from exact: %g of %g", off, (double)size);
  }
}
END_TEST

START_TEST(what_might_underflow_is_refused) {
  bp_quad x[MOST], y[ROWS] = {7};
  struct bp_network *network = network_of_width(64, 0);
  struct bp_pairs *pairs = bp_pairs_new(network, arena);
  for (size_t j = 0; j < 64; j++)
    x[j] = j % 2;
  ck_assert(bp_pairs_multiply(pairs, 2, x, y));
  y[0] = 7;
  const double extreme[] = {1e-200, -1e-200, 1e200, 1e-320, INFINITY, NAN};
  for (size_t k = 0; k < sizeof extreme / sizeof *extreme; k++) {
    x[17] = extreme[k];
    ck_assert_msg(!bp_pairs_multiply(pairs, 2, x, y), "%g", extreme[k]);
  }
  x[17] = 1;
  gsl_matrix_set(network->W[2], 1, 3, 1e-120);
  ck_assert(!bp_pairs_multiply(bp_pairs_new(network, arena), 2, x, y));
  ck_assert(y[0] == 7);
  network = network_of_width(BP_PAIRS_WIDTH - 1, 0);
  ck_assert(!bp_pairs_multiply(bp_pairs_new(network, arena), 2, x, y));
  ck_assert_double_eq(bp_pairs_unit(network), 4 * BP_QUAD_UNIT);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("pairs");
  TCase *cases = tcase_create("products");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, sums_keep_their_bound, 0, 4 * sizeof widths / sizeof *widths);
  tcase_add_test(cases, what_might_underflow_is_refused);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
