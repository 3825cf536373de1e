/* The black-box check: its numerics on functions that are hard, the error estimates themselves, and
 * the words for what it finds. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/explain.h"
#include "probe/ladder.h"
#include "probe/noise.h"
#include "probe/probe.h"
#include "probe_zoo.h"

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
  ck_assert_msg(planted > (floats && mistake == SLIGHTLY ? 0 : 150), "only %zu planted", planted);
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
  struct bp_ladder_question question = {row->value, 1e-13, fabs(row->value)};
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
  struct bp_ladder_question question = {14, 1e-13, 14};
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

START_TEST(curvature) {
  struct bp_ladder ladder = climb(cube, 2, 1e-15);
  struct bp_slope second = bp_ladder_curvature(&ladder);
  ck_assert_msg(fabs(second.value - 12) <= second.bound && second.bound < 1e-4, "%g +- %g",
                second.value, second.bound);
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

/* ---- the frame ------------------------------------------------------------------------------ */

/* Two outputs of six parameters: A x and a sum of squares. */
struct map {
  size_t calls, whole, most;
  int remembers, random, stop_after, holes;
};

enum { MAP_INPUTS = 6, MAP_OUTPUTS = 2 };
static const double map_point[MAP_INPUTS] = {0.5, -1, 1.5, 2, 0.25, -0.75};

static void map_value(const double *x, double *values) {
  values[0] = values[1] = 0;
  for (int j = 0; j < MAP_INPUTS; j++) {
    values[0] += (j + 1) * x[j];
    values[1] += x[j] * x[j] * x[j];
  }
}

static void map_jacobian(double *entries) {
  for (int j = 0; j < MAP_INPUTS; j++) {
    entries[j] = j + 1;
    entries[MAP_INPUTS + j] = 3 * map_point[j] * map_point[j];
  }
}

static int evaluate_map(void *user, const struct bp_probe_point *points, size_t count,
                        double *values) {
  struct map *map = user;
  if (map->stop_after && (int)map->calls >= map->stop_after)
    return 1;
  map->most = count > map->most ? count : map->most;
  for (size_t i = 0; i < count; i++, map->calls++) {
    double x[MAP_INPUTS];
    memcpy(x, points[i].theta ? points[i].theta : map_point, sizeof x);
    if (!points[i].theta)
      x[points[i].index] = points[i].value;
    map->whole += points[i].theta != NULL;
    map_value(x, values + i * MAP_OUTPUTS);
    if (map->random)
      values[i * MAP_OUTPUTS] += 1e-12 * (double)map->calls;
    if (map->remembers && map->calls > 20)
      values[i * MAP_OUTPUTS + 1] += 1;
    if (map->holes)
      values[i * MAP_OUTPUTS] = NAN;
  }
  return 0;
}

static struct bp_report *check_map(struct map *map, const double *jacobian, const double *again,
                                   const struct bp_probe_options *options) {
  static const struct bp_probe_part parts[] = {{"u", 2, 2}, {"v", 2, 1}};
  struct bp_report *report;
  struct bp_probed probed = {.parameters = MAP_INPUTS,
                             .outputs = MAP_OUTPUTS,
                             .jacobian = true,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = map_point,
                             .parts = parts,
                             .part_count = 2,
                             .gradient = jacobian,
                             .again = again,
                             .evaluate = evaluate_map,
                             .user = map};
  ck_assert_ptr_null(
      bp_probe_complaint(&probed, options ? options : &(struct bp_probe_options){0}, arena));
  if (bp_probe_check(&probed, options, arena, &report) != BP_PROBE_OK)
    ck_assert_ptr_null(report);
  return report;
}

START_TEST(jacobians_have_a_block_for_each_part) {
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, jacobian, NULL);
  ck_assert_uint_eq(report->block_count, 2);
  ck_assert_uint_eq(report->blocks[0].rows, 2);
  ck_assert_uint_eq(report->blocks[0].columns, 4);
  ck_assert_uint_eq(report->blocks[1].columns, 2);
  ck_assert_int_eq(report->verdict, BP_HOLDS);
  ck_assert_uint_eq(report->holds, 12);
  ck_assert_uint_eq(report->evaluations, map.calls);
  ck_assert_msg(map.calls <= 2 * MAP_INPUTS + 3 + 4 * 7, "%zu evaluations", map.calls);
  ck_assert(isnan(report->loss) && isnan(report->blocks[0].entries[0].kronecker));
  jacobian[MAP_INPUTS + 5] *= -1;
  report = check_map(&map, jacobian, NULL, NULL);
  ck_assert_int_eq(report->verdict, BP_FAILS);
  ck_assert_uint_eq(report->fails, 1);
  ck_assert_uint_eq(report->blocks[1].worst, 3);
  ck_assert_str_eq(report->blocks[1].explanation_kind, "entry");
}
END_TEST

START_TEST(what_is_not_deterministic_is_undecided) {
  double jacobian[MAP_OUTPUTS * MAP_INPUTS], other[MAP_OUTPUTS * MAP_INPUTS];
  map_jacobian(jacobian);
  memcpy(other, jacobian, sizeof other);
  other[3] = nextafter(other[3], 10);
  struct map maps[] = {{.random = 1}, {.remembers = 1}, {0}};
  static const char *const words[] = {"function is not deterministic", "remembers earlier calls",
                                      "gradient is not deterministic"};
  for (int i = 0; i < 3; i++) {
    const struct bp_report *report = check_map(&maps[i], jacobian, i == 2 ? other : jacobian, NULL);
    ck_assert_int_eq(report->verdict, BP_UNDECIDED);
    ck_assert_uint_eq(report->undecided, 12);
    ck_assert_uint_eq(report->holds + report->fails, 0);
    ck_assert_msg(strstr(report->notes[0], words[i]) != NULL, "%s", report->notes[0]);
    ck_assert_int_eq(report->blocks[0].entries[0].reason, BP_REASON_RANDOM);
  }
}
END_TEST

START_TEST(outputs_without_a_value_are_undecided) {
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {.holes = 1};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, NULL, NULL);
  ck_assert_int_eq(report->verdict, BP_UNDECIDED);
  ck_assert_uint_eq(report->undecided, 6);
  ck_assert_uint_eq(report->holds, 6);
  ck_assert_int_eq(report->blocks[0].entries[0].reason, BP_REASON_OVERFLOW);
}
END_TEST

START_TEST(evaluation_can_stop_the_check) {
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  map_jacobian(jacobian);
  for (int after = 1; after < 30; after += 2) {
    struct map map = {.stop_after = after};
    ck_assert_ptr_null(check_map(&map, jacobian, NULL, NULL));
  }
}
END_TEST

static const struct subset_row {
  const char *name;
  struct bp_probe_options options;
  size_t looked_at; /* columns */
  const char *note;
} subset_rows[] = {
    {"every third", {.rule = BP_PROBE_EVERY, .number = 3}, 3, "k = 3"},
    {"every", {.rule = BP_PROBE_EVERY}, 6, NULL},
    {"two of each", {.rule = BP_PROBE_RANDOM, .number = 2, .seed = 9}, 4, "drawn with seed 9"},
    {"more than there are", {.rule = BP_PROBE_RANDOM, .number = 100}, 6, NULL},
    {"named",
     {.rule = BP_PROBE_GIVEN, .indices = (const size_t[]){5, 0, 5}, .index_count = 3},
     2,
     "named"},
    {"none", {.rule = BP_PROBE_GIVEN}, 0, "12 of 12"},
};

START_TEST(subsets) {
  const struct subset_row *row = &subset_rows[_i];
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, NULL, &row->options);
  ck_assert_msg(report->entries == 2 * row->looked_at, "%s: %zu entries", row->name,
                report->entries);
  ck_assert_uint_eq(report->skipped, 12 - report->entries);
  ck_assert_uint_eq(report->holds, report->entries);
  ck_assert_int_eq(report->verdict, row->looked_at ? BP_HOLDS : BP_UNDECIDED);
  if (row->note)
    ck_assert_msg(report->note_count > 0 && strstr(report->notes[0], row->note), "%s: %s",
                  row->name, report->note_count ? report->notes[0] : "no note");
  else
    ck_assert_uint_eq(report->note_count, 0);
}
END_TEST

START_TEST(a_mistake_outside_of_the_subset_is_not_seen) {
  static const size_t indices[] = {0, 1};
  struct bp_probe_options options = {.rule = BP_PROBE_GIVEN, .indices = indices, .index_count = 2};
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  jacobian[5] = -7;
  ck_assert_int_eq(check_map(&map, jacobian, NULL, &options)->verdict, BP_HOLDS);
  ck_assert_int_eq(check_map(&map, jacobian, NULL, NULL)->verdict, BP_FAILS);
}
END_TEST

START_TEST(directions) {
  struct bp_probe_options options = {.rule = BP_PROBE_DIRECTIONS, .number = 3};
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, NULL, &options);
  ck_assert_int_eq(report->verdict, BP_HOLDS);
  ck_assert_uint_eq(report->entries, 6);
  ck_assert_uint_eq(report->skipped, 12);
  ck_assert_str_eq(report->blocks[0].name, "directions");
  for (size_t j = 0; j < sizeof jacobian / sizeof *jacobian; j++) {
    map_jacobian(jacobian);
    jacobian[j] *= 1.001;
    report = check_map(&map, jacobian, NULL, &options);
    ck_assert_msg(report->verdict == BP_FAILS, "entry %zu", j);
    ck_assert_uint_eq(report->fails, 3);
  }
  struct bp_probed probed = {.parameters = 2, .outputs = 1};
  options.number = 1;
  ck_assert_ptr_nonnull(strstr(bp_probe_complaint(&probed, &options, arena), "too few"));
}
END_TEST

/* One parameter of a steep sine; `first` is the first point beside the base. */
struct sine {
  double first;
};

static int evaluate_sine(void *user, const struct bp_probe_point *points, size_t count,
                         double *values) {
  struct sine *sine = user;
  for (size_t i = 0; i < count; i++) {
    double x = points[i].theta ? points[i].theta[0] : points[i].value;
    if (!points[i].theta && sine->first == 1)
      sine->first = x;
    values[i] = sin(1000 * x);
  }
  return 0;
}

/* Who computes the gradient by differences with the very step of the screening must not pass: its
 * truncation shows in the bend. */
START_TEST(a_difference_is_no_derivative) {
  const double x = 1;
  struct sine sine = {1};
  double gradient = 1000 * cos(1000);
  struct bp_probed probed = {.parameters = 1,
                             .outputs = 1,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = &x,
                             .gradient = &gradient,
                             .evaluate = evaluate_sine,
                             .user = &sine};
  struct bp_report *report;
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  ck_assert_int_eq(report->verdict, BP_HOLDS);
  double h = sine.first - 1;
  double difference = (sin(1000 * (1 + h)) - sin(1000 * (1 - h))) / (1 + h - (1 - h));
  ck_assert(h > 0 && fabs(difference - gradient) > 1e-6 * fabs(gradient));
  gradient = difference;
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  ck_assert_int_eq(report->verdict, BP_FAILS);
}
END_TEST

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
  ck_assert_int_eq(report->verdict, BP_FAILS);
  ck_assert_uint_eq(report->fails, 2);
  ck_assert_uint_eq(report->holds, CROWD - 2);
  ck_assert_int_eq(entries[3].verdict, BP_FAILS);
  ck_assert_int_eq(entries[5].verdict, BP_FAILS);
  ck_assert_msg(report->visible < (_i % 2 ? 0.1 : 1e-4), "%g", report->visible);
  if (!isfinite(no_numbers[_i / 2]))
    ck_assert_msg(strstr(report->notes[0], "at (4,1) of theta") != NULL, "%s", report->notes[0]);
}
END_TEST

START_TEST(a_huge_entry_that_is_not_looked_at_excuses_no_other) {
  double gradient[CROWD];
  struct bp_probe_options options = {
      .rule = BP_PROBE_GIVEN, .indices = (const size_t[]){5, 6}, .index_count = 2};
  fill_with(gradient, no_numbers[_i]);
  const struct bp_report *report = check_plain(gradient, BP_PROBE_DOUBLE, NULL, 0, &options);
  ck_assert_int_eq(report->verdict, BP_FAILS);
  ck_assert_uint_eq(report->fails, 1);
  ck_assert_uint_eq(report->holds, 1);
}
END_TEST

START_TEST(directions_see_huge_entries) {
  double gradient[CROWD];
  struct bp_probe_options options = {.rule = BP_PROBE_DIRECTIONS, .number = 3};
  fill_with(gradient, no_numbers[_i]);
  const struct bp_report *report = check_plain(gradient, BP_PROBE_DOUBLE, NULL, 0, &options);
  ck_assert_uint_eq(report->fails, 3);
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
  ck_assert_uint_eq(report->note_count, 0);
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
                             .user = (void *)printed};
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
    ck_assert_msg(report->fails == 0, "%d decimals, point %d", _i, i);
    ck_assert_int_ne(check_printed(&printed, -1, 0, 0)->verdict, BP_HOLDS);
    holds += report->verdict == BP_HOLDS;
    if (_i <= 12)
      ck_assert_msg(report->note_count > 0 && strstr(report->notes[0], "print more digits"),
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
    if (right->verdict != BP_HOLDS)
      continue;
    double error = (i % 2 ? 1.1 : -1.1) * right->visible;
    planted++;
    ck_assert_msg(check_printed(&printed, 1, (size_t)i % PRINTED, error)->verdict != BP_HOLDS,
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

/* ---- beside the gradient
 * ------------------------------------------------------------------------- */

START_TEST(comparisons) {
  struct bp_report report = {0};
  const double value[] = {1, 2, 1e-20}, near[] = {1 + 1e-14, 2, 0}, far[] = {1, 2.1, 0};
  const double hole[] = {1, NAN, 0};
  const double *const others[] = {near, far, hole};
  static const enum bp_verdict verdicts[] = {BP_HOLDS, BP_FAILS, BP_FAILS};
  for (size_t i = 0; i < 3; i++) {
    ck_assert_int_eq(
        bp_probe_compare("fdf", 3, 1, others[i], value, BP_PROBE_DOUBLE, arena, &report), 0);
    ck_assert_int_eq(report.blocks[i].verdict, verdicts[i]);
  }
  ck_assert_int_eq(report.verdict, BP_FAILS);
  ck_assert_uint_eq(report.entries, 0);
  const double huge[] = {1, 1e300, 0}, wrong[] = {-1, 2, 0}, endless[] = {-1, INFINITY, 0};
  const double *const pairs[][2] = {
      {huge, wrong}, {wrong, huge}, {endless, value}, {value, endless}};
  for (size_t i = 0; i < 4; i++) {
    ck_assert_int_eq(
        bp_probe_compare("fdf", 3, 1, pairs[i][0], pairs[i][1], BP_PROBE_DOUBLE, arena, &report),
        0);
    ck_assert_uint_eq(report.blocks[3 + i].fails, 2);
  }
}
END_TEST

/* What says nothing about the function says nothing about a second way of computing it. */
START_TEST(comparisons_with_nothing) {
  const double value[] = {1, NAN, INFINITY}, both[] = {1, 7, INFINITY};
  struct bp_report report = {0};
  ck_assert_int_eq(bp_probe_compare("f", 3, 1, both, value, BP_PROBE_DOUBLE, arena, &report), 0);
  ck_assert_uint_eq(report.blocks[0].undecided, 2);
  ck_assert_uint_eq(report.blocks[0].fails, 0);
  double jacobian[MAP_OUTPUTS * MAP_INPUTS], other[MAP_OUTPUTS * MAP_INPUTS];
  map_jacobian(jacobian);
  memcpy(other, jacobian, sizeof other);
  other[3] += 1;
  struct map map = {.calls = 0};
  struct bp_report *random = check_map(&map, jacobian, other, NULL);
  ck_assert_int_eq(bp_probe_compare("df", MAP_OUTPUTS, MAP_INPUTS, other, jacobian, BP_PROBE_DOUBLE,
                                    arena, random),
                   0);
  ck_assert_int_eq(random->verdict, BP_UNDECIDED);
  ck_assert_int_eq(random->blocks[2].entries[3].reason, BP_REASON_RANDOM);
}
END_TEST

/* ---- what a reviewer's functions taught ---------------------------------------------- */

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

START_TEST(second_derivatives) {
  static const double direction[MAP_INPUTS] = {0.5, 0.25, -0.5, 1, 0.5, -1};
  double second[MAP_OUTPUTS] = {0, 0};
  struct map map = {0};
  struct bp_probed probed = {.parameters = MAP_INPUTS,
                             .outputs = MAP_OUTPUTS,
                             .jacobian = true,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = map_point,
                             .evaluate = evaluate_map,
                             .user = &map};
  for (int j = 0; j < MAP_INPUTS; j++)
    second[1] += 6 * map_point[j] * direction[j] * direction[j];
  for (int i = 0; i < 3; i++) {
    struct bp_report report = {0};
    double tried[MAP_OUTPUTS] = {i == 1 ? 0.1 : 0, i == 2 ? second[1] * 1.001 : second[1]};
    ck_assert_int_eq(bp_probe_second(&probed, NULL, "fvv", direction, tried, arena, &report),
                     BP_PROBE_OK);
    if (i > 0) {
      struct bp_report beside = {0};
      tried[2 - i] = i == 1 ? 1e300 : INFINITY; /* the other one stays wrong, and fails too */
      bp_probe_second(&probed, NULL, "fvv", direction, tried, arena, &beside);
      ck_assert_uint_eq(beside.blocks[0].fails, 2);
    }
    ck_assert_msg(report.verdict == (i == 0 ? BP_HOLDS : BP_FAILS), "%d: %s, %g +- %g", i,
                  bp_verdict_name(report.verdict), report.blocks[0].entries[1].difference,
                  report.blocks[0].entries[1].bound);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe");
  TCase *zoo = tcase_create("zoo"), *parts = tcase_create("parts"), *frame = tcase_create("frame");
  TCase *const all[] = {zoo, parts, frame};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    tcase_add_checked_fixture(all[i], set_up, tear_down);
    suite_add_tcase(suite, all[i]);
  }
  tcase_add_test(zoo, right_gradients_never_fail);
  tcase_add_loop_test(zoo, planted_mistakes_never_hold, 0, 2 * MISTAKES);
  tcase_add_test(zoo, right_gradients_never_fail_in_float);
  tcase_add_test(zoo, differences_keep_their_bounds);
  tcase_add_loop_test(parts, ladders, 0, sizeof ladder_rows / sizeof *ladder_rows);
  tcase_add_test(parts, failing_takes_three_rungs);
  tcase_add_test(parts, curvature);
  tcase_add_test(parts, noise_is_measured);
  tcase_add_test(parts, smooth_is_not_noise);
  tcase_add_test(frame, jacobians_have_a_block_for_each_part);
  tcase_add_test(frame, what_is_not_deterministic_is_undecided);
  tcase_add_test(frame, outputs_without_a_value_are_undecided);
  tcase_add_test(frame, evaluation_can_stop_the_check);
  tcase_add_loop_test(frame, subsets, 0, sizeof subset_rows / sizeof *subset_rows);
  tcase_add_test(frame, a_mistake_outside_of_the_subset_is_not_seen);
  tcase_add_test(frame, directions);
  tcase_add_loop_test(frame, a_huge_entry_fails_and_excuses_no_other, 0, 2 * NO_NUMBERS);
  tcase_add_loop_test(frame, a_huge_entry_that_is_not_looked_at_excuses_no_other, 0, NO_NUMBERS);
  tcase_add_loop_test(frame, directions_see_huge_entries, 0, NO_NUMBERS);
  tcase_add_test(frame, a_huge_entry_makes_no_other_block_vanish);
  tcase_add_test(frame, blocks_have_names_of_their_own);
  tcase_add_loop_test(frame, printed_losses, 1, 16);
  tcase_add_loop_test(frame, what_is_visible_is_seen, 0, 6);
  tcase_add_test(parts, decimals_are_recognised);
  tcase_add_test(frame, a_difference_is_no_derivative);
  tcase_add_loop_test(frame, explanations, 0, sizeof explanation_rows / sizeof *explanation_rows);
  tcase_add_test(frame, comparisons);
  tcase_add_test(frame, comparisons_with_nothing);
  tcase_add_test(frame, no_step_can_be_aimed_at);
  tcase_add_loop_test(frame, edges_of_a_domain_never_fail, 1, 53);
  tcase_add_test(frame, floats_that_underflow_decide_nothing);
  tcase_add_test(frame, second_derivatives);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
