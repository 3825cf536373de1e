/* Right gradients hold however their functions are written: hundreds of drawn networks, small and
 * saturated ones, in four styles and two precisions.  And what is allowed for that hides no
 * mistake: a thousandth of the largest entry of a block is seen.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/check.h"
#include "networks.h"
#include "styles.h"

enum { GROUPS = 8, NETWORKS_IN_GROUP = 40 };

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

/* ---- drawing ------------------------------------------------------------- */

static double uniform(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return (double)(*state >> 8) / 0x1p24;
}

static unsigned draw(unsigned *state, unsigned below) { return (unsigned)(uniform(state) * below); }

static const char *drawn_spec(unsigned *state) {
  static const char *const hidden[] = {"tanh", "sigmoid",  "relu", "leaky_relu", "identity",
                                       "elu",  "softplus", "gelu", "silu"};
  static const char *const ends[] = {"sigmoid",          "softmax",       "softmax, squared",
                                     "sigmoid, squared", "tanh, squared", "identity, half-squared",
                                     "gelu, squared",    "elu, squared"};
  unsigned depth = 1 + draw(state, 4), last = draw(state, 8);
  char *text = bp_arena_printf(arena, "%u", 1 + draw(state, 6));
  for (unsigned l = 1; l < depth; l++)
    text = bp_arena_printf(arena, "%s - %u %s", text, 1 + draw(state, 6), hidden[draw(state, 9)]);
  return bp_arena_printf(arena, "%s - %u %s", text, 2 + draw(state, 3), ends[last]);
}

/* The network of that number: weights of 0.1 to 5 times the usual, inputs of 0.01 to 30. */
static struct bp_network *drawn(unsigned number, const char **text) {
  unsigned state = number;
  draw(&state, 2);
  *text = drawn_spec(&state);
  double weights = 0.1 * pow(50, uniform(&state)), inputs = 0.01 * pow(3000, uniform(&state));
  return scaled_network(*text, 1 + draw(&state, 6), number, weights, inputs, arena);
}

static struct bp_report *checked(const struct bp_network *network, struct bp_gradient *gradient,
                                 bool single) {
  bool *given = bp_arena_alloc(arena, 4 * network->depth, sizeof *given);
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  struct bp_outside outside = {gradient, given, single ? 0x1p-24 : 0x1p-53};
  struct bp_check_options options = {.outside = &outside, .threads = 1};
  struct bp_report *report = NULL;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  return report;
}

/* ---- right ones ---------------------------------------------------------- */

START_TEST(no_style_is_an_alarm) {
  size_t tried = 0, held = 0;
  for (unsigned n = 0; n < NETWORKS_IN_GROUP; n++) {
    for (int single = 0; single < 2; single++) {
      for (int style = 0; style < STYLE_COUNT; style++) {
        struct bp_arena_mark mark = bp_arena_mark(arena);
        const char *text;
        unsigned number = (unsigned)_i * NETWORKS_IN_GROUP + n + 1;
        struct bp_network *network = drawn(number, &text);
        struct bp_gradient *gradient = bp_gradient_new(network, arena);
        if (single)
          style_round_point(network);
        if (style_gradient(network, (enum style)style, single, arena, gradient)) {
          struct bp_report *report = checked(network, gradient, single);
          tried++;
          held += report->head.verdict == BP_HOLDS;
          ck_assert_msg(report->head.fails == 0, "network %u, %s, %s in float%d: %zu entries fail",
                        number, text, style_names[style], single ? 32 : 64, report->head.fails);
        }
        bp_arena_release(arena, mark);
      }
    }
  }
  ck_assert_uint_gt(tried, NETWORKS_IN_GROUP * 6);
  ck_assert_msg(held * 10 >= tried * 7, "%zu of %zu hold", held, tried);
}
END_TEST

/* e^z of outputs at -740 has few bits left; softmax by these powers alone is right code, too. */
START_TEST(powers_that_underflow_are_no_alarm) {
  size_t tried = 0;
  for (unsigned number = 1; number <= 100; number++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_network *network =
        scaled_network("2 - 3 tanh - 3 softmax, half-squared", 3, number, 1, 1, arena);
    struct bp_gradient *gradient = bp_gradient_new(network, arena);
    gsl_matrix_add_constant(network->b[2], -700 - 0.44 * number);
    if (style_gradient(network, STYLE_NAIVE, false, arena, gradient)) {
      tried++;
      ck_assert_msg(checked(network, gradient, false)->head.verdict != BP_FAILS, "network %u",
                    number);
    }
    bp_arena_release(arena, mark);
  }
  ck_assert_uint_gt(tried, 50);
}
END_TEST

/* ---- beside a perfect fit ------------------------------------------------ */

static const struct fit {
  bool single;
  double distance;                  /* of the outputs from the targets */
  unsigned least_blind, most_blind; /* networks in 40 of which nothing can be seen */
} fits[] = {{true, 1e-3, 0, 0},    {true, 1e-5, 0, 0},   {true, 1e-6, 0, 40},
            {true, 1e-10, 10, 40}, {false, 1e-10, 0, 0}, {false, 1e-15, 0, 40}};
enum { FITS = sizeof fits / sizeof *fits };

static struct bp_network *fitted(const struct fit *fit, unsigned number) {
  unsigned state = number;
  struct bp_network *network =
      scaled_network("3 - 4 tanh - 5 gelu - 2 identity, half-squared", 5, number, 1, 1, arena);
  struct bp_forward *forward = bp_forward_new(network, arena);
  ck_assert_ptr_nonnull(forward);
  if (fit->single)
    style_round_point(network);
  bp_forward_run(network, forward);
  for (size_t k = 0; k < 2 * network->samples; k++)
    network->Y->data[k] = forward->A[3]->data[k] + fit->distance * (2 * uniform(&state) - 1);
  if (fit->single)
    style_round_point(network);
  return network;
}

static size_t without_digits(const struct bp_report *report) {
  size_t count = 0;
  for (size_t b = 0; b < report->block_count; b++)
    for (size_t k = 0; k < report->blocks[b].rows * report->blocks[b].columns; k++)
      count += report->blocks[b].entries[k].reason == BP_REASON_PRECISION;
  return count;
}

/* Everything is decided there, as far as the precision carries digits: where it carries none the
 * report says so, and where that is all that there is, that nothing was seen. */
START_TEST(beside_a_fit_precision_decides) {
  const struct fit *fit = &fits[_i];
  size_t entries = 0, undecided = 0;
  unsigned blind = 0;
  for (unsigned number = 1; number <= NETWORKS_IN_GROUP; number++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_network *network = fitted(fit, number);
    struct bp_gradient *gradient = bp_gradient_new(network, arena);
    enum style style = (enum style)(number % STYLE_COUNT);
    ck_assert(style_gradient(network, style, fit->single, arena, gradient));
    struct bp_report *report = checked(network, gradient, fit->single);
    size_t none = without_digits(report);
    bool nothing = strstr(report->head.notes[0], "nothing can be seen") != NULL;
    entries += report->head.entries;
    undecided += report->head.undecided;
    ck_assert_uint_eq(report->head.fails, 0);
    ck_assert(none == 0 || nothing || strstr(report->head.notes[2], "digits"));
    ck_assert(none < report->head.entries || nothing);
    ck_assert(!nothing || report->head.verdict == BP_UNDECIDED);
    blind += nothing;
    bp_arena_release(arena, mark);
  }
  ck_assert_msg(blind >= fit->least_blind && blind <= fit->most_blind, "%u networks", blind);
  ck_assert_msg(200 * undecided <= entries, "%zu of %zu are undecided", undecided, entries);
}
END_TEST

/* Why a network is undecided in which no entry shows sign and size, although every number is where
 * right code lands: wrong ones of all entries are there as well.  Where it holds, none of them
 * does.
 */
START_TEST(what_holds_has_shown_sign_and_size) {
  static const double factors[] = {-1, 0, 0.5, 2};
  const struct fit *fit = &fits[_i];
  for (unsigned number = 1; number <= NETWORKS_IN_GROUP; number++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_network *network = fitted(fit, number);
    struct bp_gradient *gradient = bp_gradient_new(network, arena);
    ck_assert(style_gradient(network, STYLE_USUAL, fit->single, arena, gradient));
    for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
      struct bp_gradient *wrong = bp_gradient_new(network, arena);
      for (size_t l = 1; l <= network->depth; l++) {
        gsl_matrix_memcpy(wrong->dW[l], gradient->dW[l]);
        gsl_matrix_memcpy(wrong->db[l], gradient->db[l]);
        gsl_matrix_scale(wrong->dW[l], factors[k]);
        gsl_matrix_scale(wrong->db[l], factors[k]);
      }
      ck_assert_msg(checked(network, wrong, fit->single)->head.verdict != BP_HOLDS,
                    "network %u, times %g", number, factors[k]);
    }
    bp_arena_release(arena, mark);
  }
}
END_TEST

static gsl_matrix *parameters(struct bp_gradient *gradient, size_t b) {
  return b % 2 ? gradient->db[b / 2 + 1] : gradient->dW[b / 2 + 1];
}

/* What holds for want of digits is counted in what the report says that it would have seen. */
START_TEST(beside_a_fit_claims_are_kept) {
  const struct fit *fit = &fits[_i];
  for (unsigned number = 1; number <= NETWORKS_IN_GROUP / 4; number++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_network *network = fitted(fit, number);
    struct bp_gradient *gradient = bp_gradient_new(network, arena);
    ck_assert(style_gradient(network, STYLE_USUAL, fit->single, arena, gradient));
    for (size_t b = 0; b < 2 * network->depth; b++) {
      gsl_matrix *block = parameters(gradient, b);
      double right = block->data[0], factors[] = {-1, 0, 1.1, 2, 30};
      for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
        block->data[0] = right * factors[k];
        const struct bp_block *told = &checked(network, gradient, fit->single)->blocks[b];
        ck_assert_msg(told->verdict != BP_HOLDS ||
                          fabs(block->data[0] - right) <= 2 * told->widest_bound,
                      "network %u, %s: %g for %g", number, told->name, block->data[0], right);
      }
      block->data[0] = right;
    }
    bp_arena_release(arena, mark);
  }
}
END_TEST

/* ---- wrong ones ---------------------------------------------------------- */

static double *largest_entry(gsl_matrix *matrix) {
  size_t at = 0;
  for (size_t k = 1; k < matrix->size1 * matrix->size2; k++)
    if (fabs(matrix->data[k]) > fabs(matrix->data[at]))
      at = k;
  return &matrix->data[at];
}

/* Where the right gradient holds, one that is off by a thousandth in the largest entry of a block
 * does not hold, unless the report said that it would; and hardly ever does it say so. */
START_TEST(a_thousandth_is_seen) {
  size_t tried = 0, caught = 0;
  for (unsigned n = 0; n < NETWORKS_IN_GROUP; n++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    const char *text;
    unsigned number = (unsigned)_i * NETWORKS_IN_GROUP + n + 1;
    struct bp_network *network = drawn(number, &text);
    struct bp_gradient *gradient = bp_gradient_new(network, arena);
    enum style style = (enum style)(n % STYLE_COUNT);
    bool right = style_gradient(network, style, false, arena, gradient) &&
                 checked(network, gradient, false)->head.verdict == BP_HOLDS;
    for (size_t l = 1; right && l <= network->depth; l++) {
      double *entry = largest_entry(gradient->dW[l]), value = *entry;
      if (fabs(value) < 1e-12)
        continue;
      *entry *= 1.001;
      struct bp_report *report = checked(network, gradient, false);
      double visible = report->blocks[2 * (l - 1)].visible;
      ck_assert_msg(report->head.verdict != BP_HOLDS || visible > 0.0009, "%s, W[%zu]: %g holds",
                    text, l, value);
      tried++;
      caught += report->head.verdict == BP_FAILS;
      *entry = value;
    }
    bp_arena_release(arena, mark);
  }
  ck_assert_uint_gt(tried, NETWORKS_IN_GROUP);
  ck_assert_msg(caught * 100 >= tried * 98, "%zu of %zu caught", caught, tried);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("styles");
  TCase *cases = tcase_create("styles");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  add_long_loop_test(cases, no_style_is_an_alarm, GROUPS, 4);
  tcase_add_test(cases, powers_that_underflow_are_no_alarm);
  add_long_loop_test(cases, beside_a_fit_precision_decides, FITS, 4);
  add_long_loop_test(cases, what_holds_has_shown_sign_and_size, FITS, 4);
  add_long_loop_test(cases, beside_a_fit_claims_are_kept, FITS, 4);
  add_long_loop_test(cases, a_thousandth_is_seen, GROUPS, 4);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
