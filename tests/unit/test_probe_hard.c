/* The black-box check on what misled it once, or might: entries that are not finite, values that
 * were printed, edges of domains; and the words for what is wrong. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutable.h"
#include "probe/noise.h"
#include "probe/patterns.h"
#include "probe/probe.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

/* A quadratic with the gradient 1 + place, so that every entry is another number. */
struct plain {
  size_t n;
};

static int evaluate_plain(void *user, const struct bp_probe_point *points, size_t count,
                          double *values) {
  const struct plain *plain = user;
  for (size_t i = 0; i < count; i++) {
    values[i] = 0;
    for (size_t j = 0; j < plain->n; j++) {
      double x = points[i].theta ? points[i].theta[j] : j == points[i].index ? points[i].value : 1;
      values[i] += sqrt((double)j + 2) * x * x;
    }
  }
  return 0;
}

static size_t at(size_t row, size_t column, size_t columns) { return row * columns + column; }

static void fill_right(double *g, size_t n) {
  for (size_t j = 0; j < n; j++)
    g[j] = 2 * sqrt((double)j + 2);
}

/* ---- what one entry does to the others --------------------------------------------------------
 */

static const double no_numbers[] = {INFINITY, -INFINITY, NAN, 1e300, -1e150, 1e18};
enum { NO_NUMBERS = sizeof no_numbers / sizeof *no_numbers, CROWD = 12 };

static const struct bp_report *check_plain(const double *gradient, double unit,
                                           const struct bp_probe_part *parts, size_t part_count,
                                           const struct bp_probe_options *options) {
  static double theta[CROWD];
  static struct plain plain = {CROWD};
  for (size_t j = 0; j < CROWD; j++)
    theta[j] = 1;
  struct bp_probed probed = {.parameters = CROWD,
                             .outputs = 1,
                             .unit = unit,
                             .theta = theta,
                             .parts = parts,
                             .part_count = part_count,
                             .gradient = gradient,
                             .evaluate = evaluate_plain,
                             .user = &plain};
  struct bp_report *report;
  ck_assert_int_eq(bp_probe_check(&probed, options, arena, &report), BP_PROBE_OK);
  return report;
}

/* A huge entry, beside one whose sign is wrong. */
static void fill_with(double *gradient, double huge) {
  fill_right(gradient, CROWD);
  gradient[3] = huge;
  gradient[5] *= -1;
}

START_TEST(a_huge_entry_fails_and_excuses_no_other) {
  double gradient[CROWD];
  fill_with(gradient, no_numbers[_i / 2]);
  const struct bp_report *report =
      check_plain(gradient, _i % 2 ? BP_PROBE_FLOAT : BP_PROBE_DOUBLE, NULL, 0, NULL);
  const struct bp_entry *entries = report->blocks[0].entries;
  ck_assert_int_eq(report->head.verdict, BP_FAILS);
  ck_assert_uint_eq(report->head.fails, 2);
  ck_assert_uint_eq(report->head.holds, CROWD - 2);
  ck_assert_int_eq(entries[3].verdict, BP_FAILS);
  ck_assert_int_eq(entries[5].verdict, BP_FAILS);
  ck_assert_msg(report->visible < (_i % 2 ? 0.1 : 1e-4), "%g", report->visible);
  if (!isfinite(no_numbers[_i / 2]))
    ck_assert_msg(strstr(report->head.notes[0], "at (4,1) of theta") != NULL, "%s",
                  report->head.notes[0]);
}
END_TEST

START_TEST(a_huge_entry_that_is_not_looked_at_excuses_no_other) {
  double gradient[CROWD];
  struct bp_probe_options options = {
      .rule = BP_PROBE_GIVEN, .indices = (const size_t[]){5, 6}, .index_count = 2};
  fill_with(gradient, no_numbers[_i]);
  const struct bp_report *report = check_plain(gradient, BP_PROBE_DOUBLE, NULL, 0, &options);
  ck_assert_int_eq(report->head.verdict, BP_FAILS);
  ck_assert_uint_eq(report->head.fails, 1);
  ck_assert_uint_eq(report->head.holds, 1);
}
END_TEST

START_TEST(directions_see_huge_entries) {
  double gradient[CROWD];
  struct bp_probe_options options = {.rule = BP_PROBE_DIRECTIONS, .number = 3};
  fill_with(gradient, no_numbers[_i]);
  const struct bp_report *report = check_plain(gradient, BP_PROBE_DOUBLE, NULL, 0, &options);
  ck_assert_uint_eq(report->head.fails, 3);
}
END_TEST

/* Beside a huge entry all other blocks look like nothing; they must not be said to be 0. */
START_TEST(a_huge_entry_makes_no_other_block_vanish) {
  static const struct bp_probe_part parts[] = {{"W", 3, 2}, {"V", 2, 3}};
  double gradient[CROWD];
  fill_right(gradient, CROWD);
  gradient[3] = 1e18;
  const struct bp_report *report = check_plain(gradient, BP_PROBE_DOUBLE, parts, 2, NULL);
  ck_assert_int_eq(report->blocks[1].verdict, BP_HOLDS);
  ck_assert(!report->blocks[1].vanishes && report->blocks[1].visible > 0);
  ck_assert_uint_eq(report->head.note_count, 0);
}
END_TEST

START_TEST(blocks_have_names_of_their_own) {
  static const struct bp_probe_part parts[] = {{"W", 3, 2}, {"V", 2, 2}, {"W", 1, 2}};
  static const struct bp_probe_options options;
  struct bp_probed probed = {.parameters = CROWD, .outputs = 1, .parts = parts, .part_count = 3};
  const char *complaint = bp_probe_complaint(&probed, &options, arena);
  ck_assert_msg(complaint && strstr(complaint, "two blocks are called W"), "%s", complaint);
}
END_TEST

/* ---- losses that were printed, or computed in float -------------------------------------------
 */

enum { PRINTED = 4 };

/* A smooth loss; with decimals >= 0 rounded to so many, below that to float. */
struct printed {
  int decimals;
  double theta[PRINTED];
};

static int evaluate_printed(void *user, const struct bp_probe_point *points, size_t count,
                            double *values) {
  const struct printed *printed = user;
  for (size_t i = 0; i < count; i++) {
    double sum = 5;
    for (size_t j = 0; j < PRINTED; j++) {
      double x = points[i].theta        ? points[i].theta[j]
                 : j == points[i].index ? points[i].value
                                        : printed->theta[j];
      sum += sin(x * (double)(j + 1)) + x * x;
    }
    char text[64];
    snprintf(text, sizeof text, "%.*f", printed->decimals < 0 ? 0 : printed->decimals, sum);
    values[i] = printed->decimals < 0 ? (double)(float)sum : strtod(text, NULL);
  }
  return 0;
}

/* The right gradient but for `error` in one entry. */
static const struct bp_report *check_printed(const struct printed *printed, double factor,
                                             size_t wrong, double error) {
  double gradient[PRINTED];
  for (size_t j = 0; j < PRINTED; j++) {
    double x = printed->theta[j], k = (double)(j + 1);
    gradient[j] = factor * (k * cos(x * k) + 2 * x) + (j == wrong ? error : 0);
  }
  struct bp_probed probed = {.parameters = PRINTED,
                             .outputs = 1,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = printed->theta,
                             .gradient = gradient,
                             .evaluate = evaluate_printed,
                             .user = bp_unchanged(printed)};
  struct bp_report *report;
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  return report;
}

static void draw_printed(struct printed *printed, int decimals) {
  printed->decimals = decimals;
  for (size_t j = 0; j < PRINTED; j++)
    printed->theta[j] = 4.0 * rand() / RAND_MAX - 2;
}

/* Any number of decimals: a right gradient does not fail, and from 4 on it mostly holds. */
START_TEST(printed_losses) {
  enum { POINTS = 60 };
  size_t holds = 0;
  srand(7);
  for (int i = 0; i < POINTS; i++) {
    struct printed printed;
    draw_printed(&printed, _i);
    const struct bp_report *report = check_printed(&printed, 1, 0, 0);
    ck_assert_msg(report->head.fails == 0, "%d decimals, point %d", _i, i);
    ck_assert_int_ne(check_printed(&printed, -1, 0, 0)->head.verdict, BP_HOLDS);
    holds += report->head.verdict == BP_HOLDS;
    if (_i <= 12)
      ck_assert_msg(report->head.note_count > 0 &&
                        strstr(report->head.notes[0], "print more digits"),
                    "%d decimals, point %d", _i, i);
  }
  ck_assert_msg(_i < 4 || holds >= POINTS * 9 / 10, "%d decimals: %zu hold", _i, holds);
}
END_TEST

/* What the report of the right gradient says would have been seen does not hold when planted. */
START_TEST(what_is_visible_is_seen) {
  static const int decimals[] = {-1, 5, 6, 7, 9, 15};
  size_t planted = 0;
  srand(3);
  for (int i = 0; i < 60; i++) {
    struct printed printed;
    draw_printed(&printed, decimals[_i]);
    const struct bp_report *right = check_printed(&printed, 1, 0, 0);
    if (right->head.verdict != BP_HOLDS)
      continue;
    double error = (i % 2 ? 1.1 : -1.1) * right->visible;
    planted++;
    ck_assert_msg(check_printed(&printed, 1, (size_t)i % PRINTED, error)->head.verdict != BP_HOLDS,
                  "%d decimals, point %d: %g", decimals[_i], i, error);
  }
  ck_assert_msg(planted > 40, "%zu", planted);
}
END_TEST

START_TEST(decimals_are_recognised) {
  const double unit = BP_PROBE_DOUBLE;
  const double cents[] = {5.31, 5.32, NAN, 5.3}, tiny[] = {1.25e-20, 1.26e-20, 1.3e-20};
  const double two[] = {5.31, 5.32, 5.31, 5.32}, still[] = {7.75, nextafter(7.75, 8), 7.75 - 2e-15};
  const double any[] = {sqrt(2), sqrt(3), sqrt(5), sqrt(6)}, counts[] = {3, 7, 12};
  ck_assert(fabs(bp_noise_decimal(cents, 4, unit) - 0.01) < 1e-16);
  ck_assert(fabs(bp_noise_decimal(tiny, 3, unit) - 1e-22) < 1e-36);
  ck_assert(bp_noise_decimal(counts, 3, unit) == 1);
  ck_assert(bp_noise_decimal(two, 4, unit) == 0);
  ck_assert(bp_noise_decimal(still, 3, unit) == 0);
  ck_assert(bp_noise_decimal(any, 4, unit) == 0);
}
END_TEST

/* ---- explanations ------------------------------------------------------------------------------
 */

static const struct explanation_row {
  const char *name, *kind, *words;
  size_t rows, columns;
  int what;
} explanation_rows[] = {
    {"sign", "sign", "minus the right gradient in all 12 entries", 3, 4, 0},
    {"twice", "twice", "twice the right gradient", 3, 4, 1},
    {"half", "half", "half the right gradient", 3, 4, 2},
    {"rows", "times-size", "number of rows, 3", 3, 4, 3},
    {"over columns", "over-size", "number of columns, 4", 3, 4, 4},
    {"odd factor", "factor", "1.37 times", 3, 4, 5},
    {"zero", "zero", "is 0 in all 12 entries", 3, 4, 6},
    {"transposed square", "transposed", "is the transpose", 3, 3, 7},
    {"transposed", "transposed", "column by column", 3, 4, 7},
    {"shifted", "shifted", "the one before it", 3, 4, 8},
    {"shifted back", "shifted", "the one behind it", 3, 4, 9},
    {"entry", "entry", "only the entry (2,3)", 3, 4, 10},
    {"row", "row", "only in row 2", 3, 4, 11},
    {"column", "column", "only in column 3", 3, 4, 12},
    {"exchanged", "other-block", "belong to V", 3, 4, 13},
    {"nothing simple", NULL, "no simple explanation found", 3, 4, 14},
    {"a sign in most entries", NULL, "no simple explanation found", 3, 4, 15},
};

static double wrong_entry(const struct explanation_row *row, const double *right, size_t k) {
  size_t count = row->rows * row->columns, i = k / row->columns, j = k % row->columns;
  static const double factors[] = {-1, 2, 0.5, 3, 0.25, 1.37, 0};
  if (row->what < 7)
    return factors[row->what] * right[k];
  switch (row->what) {
  case 7:
    return right[at(k % row->rows, k / row->rows, row->columns)];
  case 8:
    return k > 0 ? right[k - 1] : 0;
  case 9:
    return k + 1 < count ? right[k + 1] : 0;
  case 10:
    return i == 1 && j == 2 ? 7 : right[k];
  case 11:
    return i == 1 ? right[k] + 1 + (double)(j * j) : right[k];
  case 12:
    return j == 2 ? right[k] - 1 - (double)(i * i) : right[k];
  case 13:
    return right[k + count];
  case 14:
    return right[k] + (double)(k * k % 7) + 1;
  default:
    return k == 5 ? right[k] + 1 : -right[k];
  }
}

START_TEST(explanations) {
  const struct explanation_row *row = &explanation_rows[_i];
  size_t count = row->rows * row->columns;
  struct plain plain = {2 * count};
  double right[32] = {0}, gradient[32], theta[32];
  fill_right(right, 2 * count);
  memcpy(gradient, right, sizeof gradient);
  for (size_t k = 0; k < 2 * count; k++)
    theta[k] = 1;
  for (size_t k = 0; k < count; k++)
    gradient[k] = wrong_entry(row, right, k);
  struct bp_probe_part parts[] = {{"W", row->rows, row->columns}, {"V", row->rows, row->columns}};
  struct bp_probed probed = {.parameters = 2 * count,
                             .outputs = 1,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = theta,
                             .parts = parts,
                             .part_count = 2,
                             .gradient = gradient,
                             .evaluate = evaluate_plain,
                             .user = &plain};
  struct bp_report *report;
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  const struct bp_block *block = &report->blocks[0];
  ck_assert_msg(block->verdict == BP_FAILS && report->blocks[1].verdict == BP_HOLDS, "%s",
                row->name);
  ck_assert_msg(strstr(block->explanation, row->words) != NULL, "%s: %s", row->name,
                block->explanation);
  if (row->kind)
    ck_assert_msg(block->explanation_kind && !strcmp(block->explanation_kind, row->kind), "%s: %s",
                  row->name, block->explanation);
  else
    ck_assert_ptr_null(block->explanation_kind);
}
END_TEST

/* ---- steps, edges, underflow ----------------------------------------------------------- */

/* One parameter, one function of it; what was asked last is kept. */
struct line {
  double (*value)(double x);
  double step; /* the first to the left of 0 */
};

static int evaluate_line(void *user, const struct bp_probe_point *points, size_t count,
                         double *values) {
  struct line *line = user;
  for (size_t i = 0; i < count; i++) {
    double x = points[i].theta ? points[i].theta[0] : points[i].value;
    if (!points[i].theta && x < 0 && line->step == 0)
      line->step = -x;
    values[i] = line->value(x);
  }
  return 0;
}

static struct bp_entry check_line(struct line *line, double x, double gradient, double unit) {
  struct bp_report *report;
  struct bp_probed probed = {.parameters = 1,
                             .outputs = 1,
                             .unit = unit,
                             .theta = &x,
                             .gradient = &gradient,
                             .evaluate = evaluate_line,
                             .user = line};
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  return report->blocks[0].entries[0];
}

static double fast_sine(double x) { return sin(1e6 * x); }
static double root(double x) { return sqrt(x + 1); }
static double arc(double x) { return acos(x); }
static double power(double x) { return (double)powf((float)x, 20); }

/* A central difference of an odd function shows no bend, so the step itself must not be known: a
 * gradient that is the quotient over one step must not hold. */
START_TEST(no_step_can_be_aimed_at) {
  struct line line = {fast_sine, 0};
  check_line(&line, 0, 1e6, BP_PROBE_DOUBLE);
  double aimed = fast_sine(line.step) / line.step;
  ck_assert_int_ne(check_line(&line, 0, aimed, BP_PROBE_DOUBLE).verdict, BP_HOLDS);
  ck_assert_int_eq(check_line(&line, 0, 1e6, BP_PROBE_DOUBLE).verdict, BP_HOLDS);
}
END_TEST

START_TEST(edges_of_a_domain_never_fail) {
  double near = ldexp(1, -_i), x = near - 1;
  struct line up = {root, 0}, down = {arc, 0};
  double slope = 0.5 / sqrt(x + 1), other = -1 / sqrt((1 - x) * (1 + x));
  struct bp_entry entry = check_line(&up, x, slope, BP_PROBE_DOUBLE);
  ck_assert_msg(entry.verdict != BP_FAILS, "2^-%d: %g against %g", _i, slope, entry.difference);
  ck_assert(_i < 44 || entry.reason == BP_REASON_NO_SLOPE);
  entry = check_line(&down, x, other, BP_PROBE_DOUBLE);
  ck_assert_msg(entry.verdict != BP_FAILS, "2^-%d: %g against %g", _i, other, entry.difference);
}
END_TEST

START_TEST(floats_that_underflow_decide_nothing) {
  static const float points[] = {0.00603023078F, -0.00440420955F, -0.00533972727F};
  for (size_t i = 0; i < 3; i++) {
    struct line line = {power, 0};
    double slope = (double)(20 * powf(points[i], 19));
    struct bp_entry entry = check_line(&line, (double)points[i], slope, BP_PROBE_FLOAT);
    ck_assert_msg(entry.verdict != BP_FAILS, "%g against %g +- %g", slope, entry.difference,
                  entry.bound);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe_hard");
  TCase *all = tcase_create("all");
  tcase_add_checked_fixture(all, set_up, tear_down);
  tcase_add_loop_test(all, a_huge_entry_fails_and_excuses_no_other, 0, 2 * NO_NUMBERS);
  tcase_add_loop_test(all, a_huge_entry_that_is_not_looked_at_excuses_no_other, 0, NO_NUMBERS);
  tcase_add_loop_test(all, directions_see_huge_entries, 0, NO_NUMBERS);
  tcase_add_test(all, a_huge_entry_makes_no_other_block_vanish);
  tcase_add_test(all, blocks_have_names_of_their_own);
  tcase_add_loop_test(all, printed_losses, 1, 16);
  tcase_add_loop_test(all, what_is_visible_is_seen, 0, 6);
  tcase_add_test(all, decimals_are_recognised);
  tcase_add_loop_test(all, explanations, 0, sizeof explanation_rows / sizeof *explanation_rows);
  tcase_add_test(all, no_step_can_be_aimed_at);
  tcase_add_loop_test(all, edges_of_a_domain_never_fail, 1, 53);
  tcase_add_test(all, floats_that_underflow_decide_nothing);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
