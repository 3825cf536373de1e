/* What the black-box check reports: blocks, what is looked at, where it ends. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/probe.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

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
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  ck_assert_uint_eq(report->head.holds, 12);
  ck_assert_uint_eq(report->code->evaluations, map.calls);
  ck_assert_msg(map.calls <= 2 * MAP_INPUTS + 3 + 4 * 7, "%zu evaluations", map.calls);
  ck_assert(isnan(report->code->value) && isnan(report->blocks[0].entries[0].kronecker));
  jacobian[MAP_INPUTS + 5] *= -1;
  report = check_map(&map, jacobian, NULL, NULL);
  ck_assert_int_eq(report->head.verdict, BP_FAILS);
  ck_assert_uint_eq(report->head.fails, 1);
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
    ck_assert_int_eq(report->head.verdict, BP_UNDECIDED);
    ck_assert_uint_eq(report->head.undecided, 12);
    ck_assert_uint_eq(report->head.holds + report->head.fails, 0);
    ck_assert_msg(strstr(report->head.notes[0], words[i]) != NULL, "%s", report->head.notes[0]);
    ck_assert_int_eq(report->blocks[0].entries[0].reason, BP_REASON_RANDOM);
  }
}
END_TEST

START_TEST(outputs_without_a_value_are_undecided) {
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {.holes = 1};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, NULL, NULL);
  ck_assert_int_eq(report->head.verdict, BP_UNDECIDED);
  ck_assert_uint_eq(report->head.undecided, 6);
  ck_assert_uint_eq(report->head.holds, 6);
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
  ck_assert_msg(report->head.entries == 2 * row->looked_at, "%s: %zu entries", row->name,
                report->head.entries);
  ck_assert_uint_eq(report->skipped, 12 - report->head.entries);
  ck_assert_uint_eq(report->head.holds, report->head.entries);
  ck_assert_int_eq(report->head.verdict, row->looked_at ? BP_HOLDS : BP_UNDECIDED);
  if (row->note)
    ck_assert_msg(report->head.note_count > 0 && strstr(report->head.notes[0], row->note), "%s: %s",
                  row->name, report->head.note_count ? report->head.notes[0] : "no note");
  else
    ck_assert_uint_eq(report->head.note_count, 0);
}
END_TEST

START_TEST(a_mistake_outside_of_the_subset_is_not_seen) {
  static const size_t indices[] = {0, 1};
  struct bp_probe_options options = {.rule = BP_PROBE_GIVEN, .indices = indices, .index_count = 2};
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  jacobian[5] = -7;
  ck_assert_int_eq(check_map(&map, jacobian, NULL, &options)->head.verdict, BP_HOLDS);
  ck_assert_int_eq(check_map(&map, jacobian, NULL, NULL)->head.verdict, BP_FAILS);
}
END_TEST

START_TEST(directions) {
  struct bp_probe_options options = {.rule = BP_PROBE_DIRECTIONS, .number = 3};
  double jacobian[MAP_OUTPUTS * MAP_INPUTS];
  struct map map = {0};
  map_jacobian(jacobian);
  const struct bp_report *report = check_map(&map, jacobian, NULL, &options);
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  ck_assert_uint_eq(report->head.entries, 6);
  ck_assert_uint_eq(report->skipped, 12);
  ck_assert_str_eq(report->blocks[0].name, "directions");
  for (size_t j = 0; j < sizeof jacobian / sizeof *jacobian; j++) {
    map_jacobian(jacobian);
    jacobian[j] *= 1.001;
    report = check_map(&map, jacobian, NULL, &options);
    ck_assert_msg(report->head.verdict == BP_FAILS, "entry %zu", j);
    ck_assert_uint_eq(report->head.fails, 3);
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
  ck_assert_int_eq(report->head.verdict, BP_HOLDS);
  double h = sine.first - 1;
  double difference = (sin(1000 * (1 + h)) - sin(1000 * (1 - h))) / (1 + h - (1 - h));
  ck_assert(h > 0 && fabs(difference - gradient) > 1e-6 * fabs(gradient));
  gradient = difference;
  ck_assert_int_eq(bp_probe_check(&probed, NULL, arena, &report), BP_PROBE_OK);
  ck_assert_int_eq(report->head.verdict, BP_FAILS);
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
    struct bp_code_facts facts = {0};
    struct bp_report report = {.code = &facts};
    double tried[MAP_OUTPUTS] = {i == 1 ? 0.1 : 0, i == 2 ? second[1] * 1.001 : second[1]};
    ck_assert_int_eq(bp_probe_second(&probed, NULL, "fvv", direction, tried, arena, &report),
                     BP_PROBE_OK);
    if (i > 0) {
      struct bp_report beside = {.code = &facts};
      tried[2 - i] = i == 1 ? 1e300 : INFINITY; /* the other one stays wrong, and fails too */
      bp_probe_second(&probed, NULL, "fvv", direction, tried, arena, &beside);
      ck_assert_uint_eq(beside.blocks[0].fails, 2);
    }
    ck_assert_msg(report.head.verdict == (i == 0 ? BP_HOLDS : BP_FAILS), "%d: %s, %g +- %g", i,
                  bp_verdict_name(report.head.verdict), report.blocks[0].entries[1].difference,
                  report.blocks[0].entries[1].bound);
  }
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
  ck_assert_int_eq(report.head.verdict, BP_FAILS);
  ck_assert_uint_eq(report.head.entries, 0);
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
  ck_assert_int_eq(random->head.verdict, BP_UNDECIDED);
  ck_assert_int_eq(random->blocks[2].entries[3].reason, BP_REASON_RANDOM);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("probe_report");
  TCase *all = tcase_create("all");
  tcase_add_checked_fixture(all, set_up, tear_down);
  tcase_add_test(all, jacobians_have_a_block_for_each_part);
  tcase_add_test(all, what_is_not_deterministic_is_undecided);
  tcase_add_test(all, outputs_without_a_value_are_undecided);
  tcase_add_test(all, evaluation_can_stop_the_check);
  tcase_add_loop_test(all, subsets, 0, sizeof subset_rows / sizeof *subset_rows);
  tcase_add_test(all, a_mistake_outside_of_the_subset_is_not_seen);
  tcase_add_test(all, directions);
  tcase_add_test(all, a_difference_is_no_derivative);
  tcase_add_test(all, second_derivatives);
  tcase_add_test(all, comparisons);
  tcase_add_test(all, comparisons_with_nothing);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
