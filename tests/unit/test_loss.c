/* The table of losses: the members of a row against each other, and each way without the others'.
 *
 * A row is copied with the members of one or two ways replaced by nonsense that counts how often it
 * is asked.  The remaining way must give the same numbers to the last bit without a question.  For
 * the differences even the bounds may stay: they decide how long a step is, never what is measured.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/backprop.h"
#include "net/difference/difference.h"
#include "net/kronecker.h"
#include "net/loss/loss.h"
#include "net/response/response.h"
#include "networks.h"
#include "num/ball.h"
#include "suite.h"

static struct bp_arena *arena;
static size_t asked;

static void set_up(void) {
  arena = bp_arena_new(0);
  asked = 0;
}

static void tear_down(void) { bp_arena_free(arena); }

/* ---- members against each other ---- */

static const double activations[] = {0.01, 0.25, 0.5, 0.75, 0.99};
static const double targets[] = {0, 0.125, 0.5, 1};
enum { ACTIVATIONS = sizeof activations / sizeof *activations };
enum { TARGETS = sizeof targets / sizeof *targets };

/* The slopes of one set of rules, and the difference of the loss in a. */
static void hold_slopes(const char *name, const struct bp_loss_rules *rules, double a, double y) {
  double error, magnitude, truncation, rounding, z = log(a / (1 - a));
  double right = (double)rules->taught_quad(a, y);
  double slope = rules->slope(z, a, y);
  double quotient = rules->at_output(a, y, &truncation, &rounding);
  rules->taught_error(a, y, 0, &error, &magnitude);
  ck_assert_msg(fabs(rules->taught(a, y) - right) <= error + BP_UNIT * fabs(right),
                "%s(%g, %g): the taught slope is %.17g", name, a, y, rules->taught(a, y));
  ck_assert_msg(magnitude >= fabs(right) / 2, "%s(%g, %g): magnitude %g", name, a, y, magnitude);
  ck_assert_msg(fabs(slope - right) <= 64 * BP_UNIT * magnitude, "%s(%g, %g): slope %.17g", name, a,
                y, slope);
  ck_assert_msg(fabs(quotient - right) <= truncation + rounding,
                "%s(%g, %g): the difference is %.17g, not %.17g, allowed %g", name, a, y, quotient,
                right, truncation + rounding);
  ck_assert_msg(rules->outside_error(a, y, BP_UNIT, BP_UNIT) >= error, "%s(%g, %g): other code",
                name, a, y);
}

/* The loss of a in balls, with a difference that cancels 80 of 256 bits. */
static void hold_ball(const char *name, const struct bp_loss_rules *rules, double a, double y) {
  const struct bp_ball_room room = {.arena = arena, .bits = 256};
  struct bp_ball h = bp_ball_power_of_two(-80), number = bp_ball_exact(a),
                 target = bp_ball_exact(y);
  struct bp_ball above = bp_ball_combine(&room, number, h, bp_ball_add);
  struct bp_ball below = bp_ball_combine(&room, number, h, bp_ball_sub);
  struct bp_ball change =
      bp_ball_combine(&room, bp_ball_combine(&room, above, target, rules->of_output),
                      bp_ball_combine(&room, below, target, rules->of_output), bp_ball_sub);
  double slope = ldexp(bp_ball_double(change), 79), right = (double)rules->taught_quad(a, y);
  ck_assert_msg(fabs(slope - right) <= 4 * BP_UNIT * fabs(right), "%s(%g, %g): %.17g, not %.17g",
                name, a, y, slope, right);
}

/* A loss of a: its change in 113 bits is the integral of the slope, and within the bounds. */
static void hold_bounds(const char *name, const struct bp_loss_rules *rules, double a, double y) {
  const double r = 0x1p-6, h = 0x1p-20;
  const struct bp_loss_by_entry *loss = rules->by_entry;
  double bound[BP_ORDER + 1];
  loss->bounds(a, 0, r, y, bound);
  for (double x = a - r + h; x <= a + r - h; x += r / 4) {
    bp_quad above = loss->change(x, (bp_quad)x + h, y), below = loss->change((bp_quad)x - h, x, y);
    double slope = (double)((above + below) / (2 * h)), curve = (double)((above - below) / (h * h));
    double right = (double)rules->taught_quad(x, y);
    ck_assert_msg(fabs(slope - right) <= h, "%s(%g, %g): change", name, x, y);
    ck_assert_msg(fabs(slope) <= bound[1] + h, "%s(%g, %g): slope %g above %g", name, x, y, slope,
                  bound[1]);
    ck_assert_msg(fabs(curve) / 2 <= bound[2] + h, "%s(%g, %g): curvature %g above %g", name, x, y,
                  curve / 2, bound[2]);
  }
}

/* Row _i of the table. */
START_TEST(members_agree) {
  const struct bp_loss *loss = bp_losses[_i];
  const struct bp_loss_rules *sets[] = {loss->elementwise, loss->columnwise};
  for (size_t k = 0; k < 2; k++) {
    ck_assert_msg(!sets[k]->by_entry != !sets[k]->by_column, "%s: one of the two", loss->name);
    ck_assert_msg(!sets[k]->direct || (loss->breaks && loss->cancels), "%s: words", loss->name);
    for (size_t i = 0; i < ACTIVATIONS; i++) {
      for (size_t j = 0; j < TARGETS; j++) {
        hold_slopes(loss->name, sets[k], activations[i], targets[j]);
        hold_ball(loss->name, sets[k], activations[i], targets[j]);
        if (sets[k]->by_entry && !sets[k]->by_entry->of_z)
          hold_bounds(loss->name, sets[k], activations[i], targets[j]);
      }
    }
  }
}
END_TEST

START_TEST(names_are_found) {
  const struct bp_loss *loss = bp_losses[_i];
  ck_assert_ptr_eq(bp_loss_find(loss->name, strlen(loss->name)), loss);
  for (const char *const *word = loss->spellings; *word; word++)
    ck_assert_ptr_eq(bp_loss_find(*word, strlen(*word)), loss);
  for (const char *const *word = loss->abbreviations; *word; word++) {
    ck_assert_ptr_null(bp_loss_find(*word, strlen(*word)));
    ck_assert_ptr_eq(bp_loss_meant(*word, strlen(*word)), loss);
  }
  ck_assert_ptr_eq(bp_loss_meant(loss->name, strlen(loss->name) - 1), loss);
  ck_assert_ptr_null(bp_loss_find(loss->name, strlen(loss->name) - 1));
}
END_TEST

START_TEST(letters_are_replaced) {
  ck_assert_str_eq(bp_loss_text("-Y ⊙ log(A)", "a[2]", "y", arena), "-y ⊙ log(a[2])");
  ck_assert_str_eq(bp_loss_text("AYA", "A[1]", "Y", arena), "A[1]YA[1]");
  ck_assert_str_eq(bp_loss_text("", "A[1]", "Y", arena), "");
}
END_TEST

/* ---- each way alone ---- */

static double wrong_taught(double a, double y) {
  (void)a, (void)y;
  asked++;
  return 17;
}

static bp_quad wrong_taught_quad(bp_quad a, bp_quad y) {
  (void)a, (void)y;
  asked++;
  return 17;
}

static double wrong_slope(double z, double a, double y) {
  (void)z, (void)a, (void)y;
  asked++;
  return 17;
}

static double wrong_fused(size_t outputs, size_t k, const double *z, const double *a,
                          const double *y, size_t stride) {
  (void)outputs, (void)k, (void)z, (void)a, (void)y, (void)stride;
  asked++;
  return 17;
}

static double wrong_at_output(double a, double y, double *truncation, double *rounding) {
  (void)a, (void)y;
  asked++;
  return *truncation = *rounding = 17;
}

static bp_quad wrong_change(bp_quad before, bp_quad after, bp_quad y) {
  (void)before, (void)after, (void)y;
  asked++;
  return 17;
}

static void wrong_add(size_t n, const double *x, const double *y, double sign, double *work,
                      double *change) {
  (void)n, (void)x, (void)y, (void)sign, (void)work, (void)change;
  asked++;
}

static void forget_backprop(struct bp_loss_rules *rules) {
  rules->taught = wrong_taught;
  rules->taught_quad = wrong_taught_quad;
}

static void forget_kronecker(struct bp_loss_rules *rules) {
  rules->slope = wrong_slope;
  rules->fused = wrong_fused;
}

/* Every member that measures; a loss of columns has none left then, and would crash if asked. */
static void forget_differences(struct bp_loss_rules *rules) {
  static struct bp_loss_by_entry wrong;
  if (rules->by_entry) {
    wrong = *rules->by_entry;
    wrong.add = wrong_add;
    wrong.change = wrong_change;
    rules->by_entry = &wrong;
  }
  rules->by_column = NULL;
  rules->at_output = wrong_at_output;
}

/* What one way says of a network, as a row of numbers. */
enum way { BACKPROP, KRONECKER, DIFFERENCES };

static size_t copy(const gsl_matrix *matrix, double *to) {
  memcpy(to, matrix->data, matrix->size1 * matrix->size2 * sizeof *to);
  return matrix->size1 * matrix->size2;
}

static size_t copy_differences(const struct bp_network *network, const struct bp_forward *forward,
                               double *to) {
  struct bp_differences *d = bp_differences_new(network, forward, 1, arena);
  size_t count = 0;
  ck_assert(bp_responses_screen(bp_responses_new(d), NULL, NULL));
  for (int target = 0; target < BP_TARGET_COUNT; target++) {
    for (size_t l = 1; l <= network->depth; l++) {
      enum bp_difference_target t = (enum bp_difference_target)target;
      size_t entries = network->size[l] * bp_difference_columns(network, t, l);
      for (int quad = 0; quad < 2; quad++) {
        for (size_t k = 0; k < entries; k++)
          to[count++] = d->of[target][l][k].value;
        ck_assert(bp_differences_refine(d, t, l, BP_METHOD_QUAD, NULL, NULL, NULL));
      }
    }
  }
  return count;
}

static size_t numbers_of(const struct bp_network *network, enum way way, double *to) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  size_t L = network->depth, count = 0;
  bp_forward_run(network, forward);
  if (way == DIFFERENCES)
    return copy_differences(network, forward, to);
  if (way == KRONECKER) {
    struct bp_kronecker *k = bp_kronecker_new(network, arena);
    ck_assert_int_eq(bp_kronecker_run(network, forward, k, NULL, NULL), BP_OK);
    for (size_t l = 1; l <= L; l++)
      count += copy(k->dW[l], to + count), count += copy(k->dA[l], to + count);
    return count;
  }
  struct bp_gradient *g = bp_gradient_new(network, arena);
  bp_backprop(network, forward, BP_ROUTE_DA, NULL, g);
  for (size_t l = 1; l <= L; l++)
    count += copy(g->dW[l], to + count), count += copy(g->dA[l], to + count);
  return count;
}

/* The same network, whose loss has forgotten the members of some ways. */
static void hold_alone(const char *text, enum way way) {
  enum { MOST = 2000 };
  static double with[MOST], without[MOST];
  struct bp_network *network = drawn_network(text, 3, 7, arena);
  const struct bp_function *output = network->activation[network->depth];
  struct bp_loss_rules rules = *bp_loss_rules(network->loss, output);
  struct bp_loss loss = *network->loss;
  size_t count = numbers_of(network, way, with);
  ck_assert_uint_gt(count, 0);
  if (way != BACKPROP)
    forget_backprop(&rules);
  if (way != KRONECKER)
    forget_kronecker(&rules);
  if (way != DIFFERENCES)
    forget_differences(&rules);
  loss.elementwise = loss.columnwise = &rules;
  network->loss = &loss;
  ck_assert_uint_eq(numbers_of(network, way, without), count);
  ck_assert_msg(asked == 0, "%s: way %d asks another's member", text, (int)way);
  ck_assert_msg(memcmp(with, without, count * sizeof *with) == 0, "%s: way %d depends on others",
                text, (int)way);
}

/* Row _i, behind every output that it fits. */
START_TEST(ways_do_not_call_each_other) {
  for (size_t f = 0; f < bp_function_count; f++) {
    if (!bp_loss_fits(bp_losses[_i], &bp_functions[f]))
      continue;
    const char *text =
        bp_arena_printf(arena, "3 - 4 tanh - 2 %s, %s", bp_functions[f].name, bp_losses[_i]->name);
    for (int way = BACKPROP; way <= DIFFERENCES; way++)
      hold_alone(text, (enum way)way);
  }
}
END_TEST

/* What the other test counts on: nonsense does change a way's own numbers. */
START_TEST(nonsense_shows) {
  struct bp_network *network = drawn_network("3 - 2 tanh, squared", 3, 7, arena);
  struct bp_loss_rules rules = *bp_squared.elementwise;
  struct bp_loss loss = bp_squared;
  static double numbers[500];
  forget_backprop(&rules);
  loss.elementwise = &rules;
  network->loss = &loss;
  numbers_of(network, BACKPROP, numbers);
  ck_assert_uint_gt(asked, 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("loss");
  TCase *cases = tcase_create("table");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, members_agree, 0, (int)bp_loss_count);
  tcase_add_loop_test(cases, names_are_found, 0, (int)bp_loss_count);
  tcase_add_test(cases, letters_are_replaced);
  tcase_add_loop_test(cases, ways_do_not_call_each_other, 0, (int)bp_loss_count);
  tcase_add_test(cases, nonsense_shows);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
