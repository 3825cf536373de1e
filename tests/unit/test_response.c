/* Shared responses: the quotient of eight points, the bounds of the box behind it, and all entries
 * that are taken from it, against derivatives that were found in another way (difference_truth.h).
 *
 * What a box claims of a whole disc is tried on its diameter: the slope of the loss at a real α,
 * from 113-bit values, may not be farther from that at 0 than the box says.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "difference_truth.h"
#include "net/difference/perturb.h"
#include "net/response/nodes.h"
#include "net/response/response.h"

/* ---- the points ------------------------------------------------------------------------------ */

/* The quotient over the steps x_k δ of t^n. */
static bp_quad quotient_of_power(int n, double delta) {
  bp_quad sum = 0;
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++) {
    bp_quad t = bp_response_place[k] * delta, power = 1;
    for (int j = 0; j < n; j++)
      power *= t;
    sum += bp_response_weight(k) * (power - (n % 2 ? -power : power)) / (2 * t);
  }
  return sum;
}

START_TEST(eight_degrees_are_exact) {
  for (int n = 0; n <= 8; n++) {
    double error = (double)bp_quad_fabs(quotient_of_power(n, 0x1p-3) - (n == 1));
    ck_assert_msg(error < 1e-30, "t^%d: off by %g", n, error);
  }
  double amplification = 0;
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++)
    amplification += fabs((double)bp_response_weight(k)) / bp_response_place[k];
  ck_assert_double_le(amplification, BP_RESPONSE_AMPLIFICATION);
  ck_assert_double_ge(amplification, BP_RESPONSE_AMPLIFICATION - 1e-3);
}
END_TEST

/* φ(t) = t/(1-t) - t is the worst that Cauchy allows: φ' - φ'(0) = sum n t^(n-1), whose
 * coefficients n r^(n-1) reach V = 1 at r where one term does.  Every power alone must stay within
 * its share. */
START_TEST(truncation_is_bounded) {
  for (int n = 9; n <= 41; n += 2)
    for (int e = -4; e >= -12; e -= 4) {
      double q = ldexp(1, e), error = (double)bp_quad_fabs(quotient_of_power(n, q)) / n;
      ck_assert_msg(error <= bp_response_truncation(1, q), "t^%d at %g: %g", n, q, error);
    }
  double sum = 0;
  for (int n = 9; n <= 41; n += 2)
    sum += (double)bp_quad_fabs(quotient_of_power(n, BP_RESPONSE_STEP)) / n;
  ck_assert_double_le(sum, bp_response_truncation(1, BP_RESPONSE_STEP));
  ck_assert_double_ge(sum, 0.95 * bp_response_truncation(1, BP_RESPONSE_STEP));
}
END_TEST

/* ---- networks -------------------------------------------------------------------------------- */

/* So wide that one evaluation serves Z[1] and A[1] of the first layer, see take_both. */
static const char *const wide[] = {
    "3 - 4 tanh - 36 sigmoid - 36 tanh - 3 softmax",
    "3 - 4 relu - 36 leaky_relu - 36 relu - 3 softmax",
    "3 - 4 sigmoid - 36 gelu - 36 elu - 2 sigmoid",
    "3 - 4 elu - 36 relu - 36 softplus - 2 tanh, squared",
    "3 - 4 gelu - 36 silu - 36 tanh - 3 softmax, squared",
};

enum { WIDE = sizeof wide / sizeof *wide, ALL = SPECS + WIDE };

static const char *text_of(int number) {
  return number < (int)SPECS ? specs[number] : wide[number - (int)SPECS];
}

/* ---- entries --------------------------------------------------------------------------------- */

static struct bp_responses *share(struct problem *p, struct bp_network *network, int threads) {
  begin(p, network, threads);
  struct bp_responses *responses = bp_responses_new(p->differences);
  ck_assert_ptr_nonnull(responses);
  ck_assert(bp_responses_screen(responses, NULL, NULL));
  return responses;
}

static void refine(const struct problem *p, struct bp_responses *responses) {
  for (int target = 0; target < BP_TARGET_COUNT; target++) {
    for (size_t l = 1; l <= p->network->depth; l++) {
      enum bp_difference_target t = (enum bp_difference_target)target;
      size_t count = p->network->size[l] * bp_difference_columns(p->network, t, l);
      uint8_t *wanted = bp_arena_alloc(arena, count, 1);
      memset(wanted, 1, count);
      ck_assert_double_ge(bp_responses_cost(responses, t, l, wanted), (double)count);
      ck_assert(bp_responses_refine(responses, t, l, wanted, NULL, NULL));
    }
  }
}

/* How many entries of the parameters are not of that method. */
static size_t others(const struct problem *p, enum bp_method method) {
  size_t count = 0;
  for (size_t l = 1; l <= p->network->depth; l++)
    for (size_t k = 0; k < p->network->size[l] * (p->network->size[l - 1] + 1); k++)
      count += p->differences->of[BP_TARGET_PARAMETER][l][k].method != method;
  return count;
}

START_TEST(every_entry_is_within_its_bound) {
  const struct scale *scale = &scales[_i % SCALES];
  struct problem p = {.text = specs[_i / SCALES]};
  for (unsigned long seed = 1; seed <= 2; seed++) {
    struct bp_responses *responses = share(
        &p, scaled_network(p.text, scale->samples, seed, scale->weights, scale->inputs, arena), 1);
    hold_all(&p);
    ck_assert_uint_eq(others(&p, BP_METHOD_RESPONSE), 0);
    refine(&p, responses);
    hold_all(&p);
  }
}
END_TEST

START_TEST(bounds_are_useful) {
  struct problem p = {.text = specs[_i]};
  struct bp_responses *responses = share(&p, drawn_network(p.text, 5, 11, arena), 2);
  hold_width(&p, 1e-8);
  refine(&p, responses);
  ck_assert_uint_eq(others(&p, BP_METHOD_QUAD), 0);
  hold_width(&p, 1e-15);
}
END_TEST

START_TEST(one_evaluation_serves_two) {
  const struct scale *scale = &scales[_i % SCALES];
  struct problem p = {.text = wide[_i / SCALES], .h = 0x1p-40};
  share(&p, scaled_network(p.text, scale->samples, 1, scale->weights, scale->inputs, arena), 1);
  hold_layer(&p, 1);
  if (scale->weights == 1)
    hold_width(&p, 1e-8);
}
END_TEST

/* Units of the first layer that hardly move the next one, or do not, or stand beside a kink: there
 * A[1] has evaluations of its own. */
START_TEST(one_evaluation_is_not_enough) {
  static const double places[] = {-800, -50, -9, -3, 1e-5, 3, 9, 50, 800};
  for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
    struct problem p = {.text = wide[_i], .h = 0x1p-40};
    struct bp_network *network = drawn_network(p.text, 3, 3, arena);
    struct bp_forward *forward = forward_of(network, arena);
    *gsl_matrix_ptr(network->b[1], 0, 0) += places[k] - gsl_matrix_get(forward->Z[1], 0, 1);
    *gsl_matrix_ptr(network->b[1], 3, 0) -= places[k];
    share(&p, network, 1);
    hold_layer(&p, 1);
    const struct bp_difference *of_A = p.differences->of[BP_TARGET_A][1];
    for (size_t at = 0; at < 4 * 3; at++)
      ck_assert_msg(bp_difference_bound(&of_A[at]) <= 1e-8, "%s at %g: dA[1] to %g", p.text,
                    places[k], bp_difference_bound(&of_A[at]));
  }
}
END_TEST

/* Far out on both tails, where slopes are next to nothing or nothing at all. */
START_TEST(saturated_units) {
  static const char *const functions[] = {"sigmoid",  "tanh", "relu", "leaky_relu", "identity",
                                          "softplus", "elu",  "silu", "gelu"};
  static const double places[] = {-800, -50, -9, -5, 5, 9, 50, 800};
  for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
    struct problem p = {.text = bp_arena_printf(arena, "2 - 3 %s - 2 %s - 2 sigmoid, squared",
                                                functions[_i], functions[_i])};
    struct bp_network *network = drawn_network(p.text, 2, 3, arena);
    gsl_matrix_set(network->b[1], 0, 0, places[k]);
    gsl_matrix_set(network->b[2], 1, 0, places[k]);
    struct bp_responses *responses = share(&p, network, 1);
    hold_all(&p);
    refine(&p, responses);
    hold_all(&p);
  }
}
END_TEST

/* A sample that is all but certain: what is left of the loss keeps its digits. */
START_TEST(certain_samples) {
  static const char *const texts[] = {"2 - 3 tanh - 3 softmax", "2 - 3 tanh - 1 sigmoid",
                                      "2 - 3 softplus - 3 softmax, squared"};
  struct problem p = {.text = texts[_i]};
  struct bp_network *network = drawn_network(p.text, 3, 5, arena);
  for (int round = 0; round < 2; round++) {
    gsl_matrix_set(network->b[2], 0, 0, round ? -25 : 25);
    gsl_matrix_set_zero(network->Y);
    for (size_t s = 0; s < 3; s++)
      gsl_matrix_set(network->Y, network->Y->size1 > 1 ? (size_t)(round ? s % 2 + 1 : 0) : 0, s,
                     round && network->Y->size1 == 1 ? 0 : 1);
    struct bp_responses *responses = share(&p, network, 1);
    hold_all(&p);
    if (network->loss == &bp_cross_entropy)
      hold_width(&p, 1e-6);
    refine(&p, responses);
    hold_all(&p);
  }
}
END_TEST

/* A unit beside its kink, nearer and nearer. */
START_TEST(beside_a_kink) {
  static const char *const functions[] = {"relu", "leaky_relu", "elu"};
  for (int e = 0; e >= -30; e -= 5) {
    struct problem p = {.text = bp_arena_printf(arena, "2 - 3 %s - 3 %s - 2 softmax",
                                                functions[_i % 3], functions[_i % 3])};
    struct bp_network *network = drawn_network(p.text, 2, 7, arena);
    p.h = ldexp(1, e - 18);
    size_t l = 1 + (size_t)_i / 3;
    struct bp_forward *forward = forward_of(network, arena);
    *gsl_matrix_ptr(network->b[l], 1, 0) -=
        gsl_matrix_get(forward->Z[l], 1, 0) - ldexp(e % 2 ? 1 : -1, e);
    struct bp_responses *responses = share(&p, network, 1);
    hold_all(&p);
    refine(&p, responses);
    hold_all(&p);
  }
}
END_TEST

/* On it nothing is shared by the parameters that move it, and these alone. */
START_TEST(on_a_kink) {
  struct problem p = {.text = "2 - 3 relu - 2 sigmoid"};
  struct bp_network *network = drawn_network(p.text, 2, 9, arena);
  gsl_matrix_set_zero(network->b[1]);
  gsl_matrix_set(network->W[1], 1, 0, 0);
  gsl_matrix_set(network->W[1], 1, 1, 0);
  gsl_matrix_set(network->X, 0, 1, 0);
  share(&p, network, 1);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      ck_assert_int_eq(entries_of(&p, BP_TARGET_PARAMETER, 1, i)[j].method,
                       i == 1 ? BP_METHOD_TWO_POINT : BP_METHOD_RESPONSE);
}
END_TEST

/* ---- the box --------------------------------------------------------------------------------- */

/* The slope of ψ at α, and the largest distance from that at 0 for real |α| < reach. */
static double slope_at(struct bp_quad_perturber *perturber, size_t l, size_t i, size_t s,
                       double alpha) {
  bp_quad h = 0x1p-30, above = bp_perturb_quad(perturber, BP_SITE_A, l, i, s, alpha + h);
  return (double)((above - bp_perturb_quad(perturber, BP_SITE_A, l, i, s, alpha - h)) / (2 * h));
}

START_TEST(slopes_vary_within_the_box) {
  struct problem p = {.text = specs[_i]};
  for (unsigned long seed = 1; seed <= 4; seed++) {
    struct bp_network *network = drawn_network(p.text, 2, seed, arena);
    struct bp_responses *responses = share(&p, network, 1);
    const struct bp_rest *rest = bp_responses_rest(responses);
    struct bp_box_space *space = bp_box_space_new(network, 0, arena);
    struct bp_quad_perturber *perturber = bp_quad_perturber_new(
        network, p.forward, bp_quad_activations(network, p.forward, arena), arena);
    for (size_t l = 1; l < network->depth; l++) {
      struct bp_response *response = bp_arena_alloc(arena, network->size[l] * 2, sizeof *response);
      for (size_t s = 0; s < 2; s++)
        bp_box_hidden(rest, l, s, space, response);
      for (size_t k = 0; k < network->size[l] * 2; k++) {
        const struct bp_response *r = &response[k];
        double at_rest = slope_at(perturber, l, k / 2, k % 2, 0);
        double most = fmin(r->reach, r->crossing > 0 ? 0.9 / r->crossing : INFINITY);
        for (int n = -8; n <= 8; n++) {
          double moved = slope_at(perturber, l, k / 2, k % 2, n * most / 8);
          ck_assert_msg(fabs(moved - at_rest) <= r->variation + 1e-12 * fabs(at_rest) + 1e-17,
                        "%s: A[%zu](%zu,%zu) at %g: %g and %g, variation %g", p.text, l, k / 2,
                        k % 2, n * most / 8, at_rest, moved, r->variation);
        }
      }
    }
  }
}
END_TEST

/* ---- the work -------------------------------------------------------------------------------- */

START_TEST(threads_change_nothing) {
  for (int threads = 2; threads <= 5; threads++) {
    struct problem one = {.text = text_of(_i)}, more = one;
    struct bp_network *network = drawn_network(one.text, 7, 3, arena);
    struct bp_responses *alone = share(&one, network, 1), *many = share(&more, network, threads);
    assert_same(&one, &more);
    refine(&one, alone);
    refine(&more, many);
    assert_same(&one, &more);
  }
}
END_TEST

/* More samples than a call of bp_perturb takes, and so many that it takes not all points at once.
 */
START_TEST(many_samples) {
  struct problem p = {.text = "2 - 2 gelu - 2 tanh - 2 softmax"};
  struct bp_responses *responses = share(&p, drawn_network(p.text, _i ? 700 : 300, 2, arena), 1);
  hold_all(&p);
  refine(&p, responses);
  hold_all(&p);
}
END_TEST

/* A difference is of no use as a witness when it looks at the derivative it is to judge. */
START_TEST(stored_derivatives_are_not_used) {
  struct problem right = {.text = text_of(_i)}, wrong = right;
  struct bp_network *network = drawn_network(right.text, 3, 4, arena);
  struct bp_network other = with_wrong_derivatives(network, arena);
  struct bp_responses *responses = share(&right, network, 1), *others = share(&wrong, &other, 1);
  assert_same(&right, &wrong);
  refine(&right, responses);
  refine(&wrong, others);
  assert_same(&right, &wrong);
}
END_TEST

static bool stop(double share, void *user) {
  (void)share;
  return --*(int *)user > 0;
}

START_TEST(progress_can_stop) {
  struct problem p = {.text = "3 - 8 tanh - 2 sigmoid"};
  uint8_t wanted[8 * 4];
  begin(&p, drawn_network(p.text, 3, 1, arena), 1);
  struct bp_responses *responses = bp_responses_new(p.differences);
  for (int calls = 1; calls < 8; calls++) {
    int left = calls;
    ck_assert(!bp_responses_screen(responses, stop, &left));
  }
  int left = 1;
  memset(wanted, 1, sizeof wanted);
  ck_assert(bp_responses_screen(responses, NULL, NULL));
  ck_assert(!bp_responses_refine(responses, BP_TARGET_PARAMETER, 1, wanted, stop, &left));
}
END_TEST

START_TEST(short_memory_is_no_crash) {
  const char *text = "3 - 4 tanh - 2 sigmoid";
  struct bp_network *network = drawn_network(text, 5, 1, arena);
  struct bp_forward *forward = forward_of(network, arena);
  uint8_t wanted[16];
  memset(wanted, 1, sizeof wanted);
  for (size_t limit = 1 << 16; limit < 1 << 22; limit += limit / 8) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_differences *d = small ? bp_differences_new(network, forward, 2, small) : NULL;
    struct bp_responses *responses = d ? bp_responses_new(d) : NULL;
    if (responses)
      ck_assert(bp_responses_screen(responses, NULL, NULL) &&
                bp_responses_refine(responses, BP_TARGET_PARAMETER, 1, wanted, NULL, NULL));
    ck_assert_msg(responses || !small || bp_arena_failed(small), "%zu bytes", limit);
    bp_arena_free(small);
  }
}
END_TEST

/* What bp_responses_memory promises is enough for what is taken. */
START_TEST(memory_is_foreseen) {
  static const char *const texts[] = {"3 - 4 tanh - 2 sigmoid",
                                      "30 - 200 relu - 100 relu - 10 softmax",
                                      "5 - 700 tanh - 3 softmax"};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    struct bp_spec spec = spec_of(texts[k], arena);
    struct bp_network *network = drawn_network(texts[k], 9, 1, arena);
    struct bp_differences *d = bp_differences_new(network, forward_of(network, arena), 3, arena);
    size_t before = bp_arena_used(arena);
    ck_assert_ptr_nonnull(bp_responses_new(d));
    double taken = (double)(bp_arena_used(arena) - before);
    ck_assert_msg(taken <= bp_responses_memory(&spec, 9, 3), "%s: %g bytes of %g", texts[k], taken,
                  bp_responses_memory(&spec, 9, 3));
  }
}
END_TEST

static TCase *bound_cases(void) {
  TCase *cases = tcase_create("bounds");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, eight_degrees_are_exact);
  tcase_add_test(cases, truncation_is_bounded);
  add_long_loop_test(cases, every_entry_is_within_its_bound, SPECS * SCALES, 4);
  add_long_loop_test(cases, bounds_are_useful, SPECS, 4);
  add_long_loop_test(cases, one_evaluation_serves_two, WIDE * SCALES, 4);
  tcase_add_loop_test(cases, one_evaluation_is_not_enough, 0, WIDE);
  tcase_add_loop_test(cases, saturated_units, 0, 9);
  tcase_add_loop_test(cases, certain_samples, 0, 3);
  tcase_add_loop_test(cases, beside_a_kink, 0, 6);
  tcase_add_test(cases, on_a_kink);
  add_long_loop_test(cases, slopes_vary_within_the_box, SPECS, 4);
  add_long_loop_test(cases, stored_derivatives_are_not_used, ALL, 4);
  return cases;
}

static TCase *work_cases(void) {
  TCase *cases = tcase_create("work");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  add_long_loop_test(cases, threads_change_nothing, ALL, 4);
  tcase_add_loop_test(cases, many_samples, 0, 2);
  tcase_add_test(cases, progress_can_stop);
  tcase_add_test(cases, short_memory_is_no_crash);
  tcase_add_test(cases, memory_is_foreseen);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("response");
  suite_add_tcase(suite, bound_cases());
  suite_add_tcase(suite, work_cases());
  return run_suite(suite);
}
