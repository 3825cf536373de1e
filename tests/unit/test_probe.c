/* The black-box check: its numerics on functions that are hard, the error estimates themselves, and
 * the words for what it finds. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/ladder.h"
#include "probe/noise.h"
#include "probe/patterns.h"
#include "probe/probe.h"
#include "probe_zoo.h"
#include "suite.h"

/* ---- the zoo: no false alarm, no miss ------------------------------------------------ */

static struct bp_arena *arena;

static bool floats; /* points and values are floats */

static void set_up(void) {
  arena = bp_arena_new(0);
  floats = false;
}
static void tear_down(void) { bp_arena_free(arena); }

static int evaluate_zoo(void *user, const struct bp_probe_point *points, size_t count,
                        double *values) {
  const struct zoo_case *c = user;
  for (size_t i = 0; i < count; i++) {
    double theta[PROBE_ZOO_MOST];
    memcpy(theta, points[i].theta ? points[i].theta : c->theta, c->n * sizeof *theta);
    if (!points[i].theta)
      theta[points[i].index] = points[i].value;
    values[i] = floats ? (double)(float)c->value(c, theta) : c->value(c, theta);
  }
  return 0;
}

static struct bp_report *check_zoo(struct zoo_case *c, const double *gradient) {
  struct bp_report *report;
  struct bp_probed probed = {.parameters = c->n,
                             .outputs = 1,
                             .unit = floats ? BP_PROBE_FLOAT : BP_PROBE_DOUBLE,
                             .theta = c->theta,
                             .gradient = gradient,
                             .evaluate = evaluate_zoo,
                             .user = c};
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  return report;
}

START_TEST(right_gradients_never_fail) {
  size_t undecided = 0, entries = 0;
  for (size_t i = 0; i < PROBE_ZOO_SIZE; i++) {
    struct zoo_case c;
    zoo_make(i, false, &c);
    struct bp_report *report = check_zoo(&c, c.gradient);
    const struct bp_block *block = &report->blocks[0];
    ck_assert_msg(block->fails == 0, "%s, case %zu: %zu entries fail, as %g against %g +- %g",
                  c.name, i, block->fails, block->entries[block->worst].backprop,
                  block->entries[block->worst].difference, block->entries[block->worst].bound);
    undecided += c.smooth ? block->undecided : 0;
    entries += c.n;
  }
  ck_assert_msg(200 * undecided <= entries, "%zu of %zu entries are undecided", undecided, entries);
}
END_TEST

START_TEST(right_gradients_never_fail_in_float) {
  size_t undecided = 0, entries = 0;
  floats = true;
  for (size_t i = 0; i < PROBE_ZOO_SIZE; i++) {
    struct zoo_case c;
    zoo_make(i, true, &c);
    for (size_t j = 0; j < c.n; j++)
      c.gradient[j] = (double)(float)c.gradient[j];
    const struct bp_block *block = &check_zoo(&c, c.gradient)->blocks[0];
    ck_assert_msg(block->fails == 0, "%s, case %zu", c.name, i);
    undecided += block->undecided;
    entries += c.n;
  }
  ck_assert_msg(8 * undecided <= entries, "%zu of %zu entries are undecided", undecided, entries);
}
END_TEST

enum mistake { SIGN, TWICE, SLIGHTLY, ZERO, ONE, REVERSED, NEIGHBOUR, MISTAKES };

static double mistaken(const struct zoo_case *c, enum mistake mistake, size_t j) {
  bool chosen = j == c->number % c->n;
  switch (mistake) {
  case SIGN:
    return -c->gradient[j];
  case TWICE:
    return 2 * c->gradient[j];
  case SLIGHTLY:
    return c->gradient[j] * (1 + 1e-4);
  case ZERO:
    return 0;
  case ONE:
    return chosen ? 1.5 * c->gradient[j] : c->gradient[j];
  case REVERSED:
    return c->gradient[c->n - 1 - j];
  default:
    return chosen ? c->gradient[(j + 1) % c->n] : c->gradient[j];
  }
}

/* A mistake larger than what the report says is visible must not hold. */
START_TEST(planted_mistakes_never_hold) {
  size_t planted = 0, failed = 0;
  floats = _i >= MISTAKES;
  enum mistake mistake = (enum mistake)(_i % MISTAKES);
  for (size_t i = 0; i < PROBE_ZOO_SIZE; i++) {
    struct zoo_case c;
    double gradient[PROBE_ZOO_MOST];
    zoo_make(i, floats, &c);
    if (!c.smooth)
      continue;
    for (size_t j = 0; j < c.n; j++)
      gradient[j] = mistaken(&c, mistake, j);
    const struct bp_block *block = &check_zoo(&c, gradient)->blocks[0];
    for (size_t j = 0; j < c.n; j++) {
      const struct bp_entry *entry = &block->entries[j];
      double error = fabs(gradient[j] - c.gradient[j]);
      if (!(error > 2 * entry->bound) || entry->reason == BP_REASON_KINK)
        continue;
      planted++;
      failed += entry->verdict == BP_FAILS;
      ck_assert_msg(entry->verdict != BP_HOLDS, "%s, case %zu [%zu]: %g in place of %g holds",
                    c.name, i, j, gradient[j], c.gradient[j]);
    }
  }
  ck_assert_msg(planted > 150 || (floats && mistake == SLIGHTLY), "only %zu planted", planted);
  ck_assert_msg(failed >= (floats ? 0.7 : 0.9) * (double)planted, "%zu of %zu fail", failed,
                planted);
}
END_TEST

/* The bound is the claim that everything rests on: the true slope lies within it. */
START_TEST(differences_keep_their_bounds) {
  size_t tight = 0, entries = 0;
  for (size_t i = 0; i < PROBE_ZOO_SIZE; i++) {
    struct zoo_case c;
    double wrong[PROBE_ZOO_MOST];
    zoo_make(i, false, &c);
    if (!c.smooth)
      continue;
    for (size_t j = 0; j < c.n; j++) /* so that everything climbs the ladder */
      wrong[j] = c.gradient[j] + 0.25 * fabs(c.gradient[j]) + 1e-3;
    const struct bp_block *block = &check_zoo(&c, wrong)->blocks[0];
    for (size_t j = 0; j < c.n; j++) {
      const struct bp_entry *entry = &block->entries[j];
      double error = fabs(entry->difference - c.gradient[j]);
      bool none = !isfinite(entry->bound) || entry->reason == BP_REASON_KINK;
      ck_assert_msg(none || error <= entry->bound, "%s, case %zu [%zu]: off by %g, bound %g",
                    c.name, i, j, error, entry->bound);
      tight += entry->bound <= 1e-6 * fabs(c.gradient[j]);
      entries++;
    }
  }
  ck_assert_msg(2 * tight >= entries, "only %zu of %zu bounds are tight", tight, entries);
}
END_TEST

/* ---- the ladder ------------------------------------------------------------------------ */

static double cube(double x) { return x * x * x; }
static double corner(double x) { return x > 0 ? 3 * x : -x; }
static double cusp(double x) { return sqrt(fabs(x)); }
static double jump(double x) { return x >= 0 ? 1 : 0; }
static double beside(double x) { return fabs(x - 1e-6) + x; }
static double half(double x) { return x < 0 ? NAN : exp(x); }
static double nowhere(double x) { return x == 0 ? 1 : NAN; }
static double periodic(double x) { return 2 * x + sin(2 * M_PI * 1024 * x) / 1024; }

static const struct ladder_row {
  const char *name;
  double (*function)(double x);
  double x, value;
  enum bp_verdict verdict;
  enum bp_reason reason;
} ladder_rows[] = {
    {"cube, right", cube, 2, 12, BP_HOLDS, BP_REASON_NONE},
    {"cube, wrong", cube, 2, 12.001, BP_FAILS, BP_REASON_DIFFERENCE},
    {"cube, not a number", cube, 2, NAN, BP_FAILS, BP_REASON_OVERFLOW},
    {"cube, infinite", cube, 2, INFINITY, BP_FAILS, BP_REASON_OVERFLOW},
    {"corner, its upper slope", corner, 0, 3, BP_HOLDS, BP_REASON_KINK},
    {"corner, its lower slope", corner, 0, -1, BP_HOLDS, BP_REASON_KINK},
    {"corner, between", corner, 0, 0.5, BP_HOLDS, BP_REASON_KINK},
    {"corner, the middle", corner, 0, 1, BP_HOLDS, BP_REASON_KINK},
    {"corner, above", corner, 0, 3.001, BP_FAILS, BP_REASON_DIFFERENCE},
    {"corner, below", corner, 0, -1.001, BP_FAILS, BP_REASON_DIFFERENCE},
    {"cusp", cusp, 0, 0, BP_UNDECIDED, BP_REASON_NO_SLOPE},
    {"jump", jump, 0, 0, BP_UNDECIDED, BP_REASON_NO_SLOPE},
    {"kink beside the point, right", beside, 0, 0, BP_HOLDS, BP_REASON_NONE},
    {"kink beside the point, wrong side", beside, 0, 2, BP_FAILS, BP_REASON_DIFFERENCE},
    {"kink beside the point, its slope from afar", beside, 0, 1, BP_UNDECIDED, BP_REASON_FLOOR},
    {"end of the domain, right", half, 0, 1, BP_HOLDS, BP_REASON_NONE},
    {"end of the domain, wrong", half, 0, 1.01, BP_FAILS, BP_REASON_DIFFERENCE},
    {"no neighbours", nowhere, 0, 1, BP_UNDECIDED, BP_REASON_NEIGHBOURS},
    {"a period that steps could share, right", periodic, 0, 2 + 2 * M_PI, BP_HOLDS, BP_REASON_NONE},
    {"a period that steps could share, wrong", periodic, 0, 2, BP_FAILS, BP_REASON_DIFFERENCE},
};

static struct bp_ladder climb(double (*function)(double x), double x, double noise) {
  struct bp_ladder ladder = {
      .count = 16, .middle = function(x), .noise = noise, .unit = BP_PROBE_DOUBLE};
  for (size_t r = 0; r < ladder.count; r++) {
    double h = ldexp(309, -9 - 3 * (int)r);
    ladder.above[r] = x + h - x;
    ladder.below[r] = x - (x - h);
    ladder.plus[r] = function(x + h);
    ladder.minus[r] = function(x - h);
  }
  return ladder;
}

START_TEST(ladders) {
  const struct ladder_row *row = &ladder_rows[_i];
  struct bp_ladder ladder = climb(row->function, row->x, 1e-16);
  struct bp_ladder_question question = {row->value, 1e-13, fabs(row->value), 0};
  struct bp_entry entry = {0};
  bp_ladder_judge(&ladder, &question, &entry);
  ck_assert_msg(
      entry.verdict == row->verdict && entry.reason == row->reason,
      "%s: %s, %s; %g against %g +- %g", row->name, bp_verdict_name((enum bp_verdict)entry.verdict),
      bp_reason_name((enum bp_reason)entry.reason), entry.backprop, entry.difference, entry.bound);
}
END_TEST

/* Two rungs that agree are not enough to call a number wrong. */
START_TEST(failing_takes_three_rungs) {
  struct bp_ladder_question question = {14, 1e-13, 14, 0};
  for (size_t count = 1; count <= 4; count++) {
    struct bp_ladder ladder = climb(cube, 2, 1e-16);
    struct bp_entry entry = {0};
    ladder.count = count;
    bp_ladder_judge(&ladder, &question, &entry);
    ck_assert_msg(entry.verdict == (count < 3 ? BP_UNDECIDED : BP_FAILS), "%zu rungs: %s", count,
                  bp_verdict_name((enum bp_verdict)entry.verdict));
  }
}
END_TEST

static double fast(double x) { return sin(40 * x); }

/* The three longest steps of a fast oscillation, and all steps of one drowned in noise: neither
 * says whether the slope is right, and each for its own reason. */
START_TEST(width_has_a_reason) {
  struct bp_ladder ladder = climb(fast, 0, 1e-16);
  struct bp_ladder_question question = {40, 1e-13, 40, 0};
  struct bp_entry entry = {0};
  ladder.count = 3;
  bp_ladder_judge(&ladder, &question, &entry);
  ck_assert_int_eq(entry.verdict, BP_UNDECIDED);
  ck_assert_int_eq(entry.reason, BP_REASON_TRUNCATION);
  ck_assert(entry.truncation > 1e6 * entry.rounding);
  ck_assert_double_eq(entry.bound, entry.truncation + entry.rounding);
  ladder = climb(fast, 0, 0.1);
  bp_ladder_judge(&ladder, &question, &entry);
  ck_assert_int_eq(entry.verdict, BP_UNDECIDED);
  ck_assert_int_eq(entry.reason, BP_REASON_FLOOR);
  ck_assert(entry.rounding > entry.truncation);
}
END_TEST

START_TEST(curvature) {
  struct bp_ladder ladder = climb(cube, 2, 1e-15);
  struct bp_slope second = bp_ladder_curvature(&ladder);
  ck_assert_msg(fabs(second.value - 12) <= bp_slope_bound(&second) &&
                    bp_slope_bound(&second) < 1e-4,
                "%g +- %g", second.value, bp_slope_bound(&second));
}
END_TEST

/* ---- noise -------------------------------------------------------------------------------- */

START_TEST(noise_is_measured) {
  double values[BP_NOISE_VALUES], sum = 0;
  srand(1);
  for (int round = 0; round < 200; round++) {
    for (int i = 0; i < BP_NOISE_VALUES; i++)
      values[i] = exp(1e-6 * i) + 1e-9 * (rand() / (double)RAND_MAX - 0.5) * sqrt(12);
    struct bp_noise noise = bp_noise_of(values);
    double opinion = noise.seen > 0 ? noise.seen : noise.highest;
    ck_assert_msg(opinion > 1e-11 && opinion < 1e-8, "noise of 1e-9 seen as %g", opinion);
    ck_assert(!noise.still);
    sum += opinion / 200;
  }
  ck_assert_msg(sum > 5e-10 && sum < 2e-9, "noise of 1e-9 seen as %g", sum);
}
END_TEST

START_TEST(smooth_is_not_noise) {
  double values[BP_NOISE_VALUES];
  for (int i = 0; i < BP_NOISE_VALUES; i++)
    values[i] = sin(1 + 1e-3 * i);
  struct bp_noise noise = bp_noise_of(values);
  ck_assert(noise.seen < 1e-15 && noise.highest < 1e-15);
  for (int i = 0; i < BP_NOISE_VALUES; i++)
    values[i] = 1;
  ck_assert(bp_noise_of(values).still);
  values[3] = NAN;
  ck_assert(isnan(bp_noise_of(values).highest));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe");
  TCase *all = tcase_create("all");
  tcase_add_checked_fixture(all, set_up, tear_down);
  tcase_add_test(all, right_gradients_never_fail);
  tcase_add_test(all, right_gradients_never_fail_in_float);
  tcase_add_loop_test(all, planted_mistakes_never_hold, 0, 2 * MISTAKES);
  tcase_add_test(all, differences_keep_their_bounds);
  tcase_add_loop_test(all, ladders, 0, sizeof ladder_rows / sizeof *ladder_rows);
  tcase_add_test(all, failing_takes_three_rungs);
  tcase_add_test(all, width_has_a_reason);
  tcase_add_test(all, curvature);
  tcase_add_test(all, noise_is_measured);
  tcase_add_test(all, smooth_is_not_noise);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
