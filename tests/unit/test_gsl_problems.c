/* The problems of GSL's own test programs, through the public calls for GSL's types.
 *
 * Each problem is checked at its standard starting point and at drawn ones: as a least-squares fit,
 * as a system of equations where it is square, and as a sum of squares to be minimised.  A right
 * derivative must never fail.  Then every entry of the derivative is made wrong in turn, in five
 * ways, and none of these may hold where the error is larger than what the check of the right
 * derivative would have seen.
 *
 * Lines that begin with # are figures for docs/trials.md.
 */
#include <check.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backproof.h"
#include "gsl_problems.h"
#include "suite.h"

/* How a derivative is made wrong. */
#define FLAWS(X)                                                                                   \
  X(RELATIVE, "1 + 1e-3 times")                                                                    \
  X(SIGN, "sign")                                                                                  \
  X(ZERO, "zero")                                                                                  \
  X(SWAPPED, "swapped with its neighbour")                                                         \
  X(ABSOLUTE, "1e-3 of the row's largest where it is 0")

enum flaw {
#define NAME_OF(name, text) name,
  FLAWS(NAME_OF) FLAW_COUNT,
  NONE
};

static const char *const flaw_texts[] = {
#define TEXT_OF(name, text) text,
    FLAWS(TEXT_OF)};

enum form { MULTIFIT, MULTIROOT, MULTIMIN };
static const char *const form_names[] = {"multifit_nlinear", "multiroot", "multimin"};

enum { POINTS = 4, MOST_ENTRIES = GSL_MOST_RESIDUALS * GSL_MOST_PARAMETERS };

/* A problem in one of its forms, with a flaw in entry (row, column) of its derivative. */
struct subject {
  const struct gsl_problem *problem;
  enum form form;
  enum flaw flaw;
  size_t row, column;
  size_t bent; /* residual whose second derivative has the wrong sign, from 1; 0: none */
};

static size_t rows_of(const struct subject *subject) {
  return subject->form == MULTIMIN ? 1 : subject->problem->n;
}

/* ---- GSL's forms of a problem ---------------------------------------------------------- */

static void spoil(const struct subject *subject, double *entries) {
  size_t p = subject->problem->p;
  double *row = entries + subject->row * p, *entry = row + subject->column, largest = 0;
  for (size_t j = 0; j < p; j++)
    largest = fmax(largest, fabs(row[j]));
  if (subject->flaw == RELATIVE)
    *entry *= 1 + 1e-3;
  else if (subject->flaw == SIGN)
    *entry = -*entry;
  else if (subject->flaw == ZERO)
    *entry = 0;
  else if (subject->flaw == ABSOLUTE && *entry == 0)
    *entry = 1e-3 * largest;
  else if (subject->flaw == SWAPPED) {
    double *neighbour = subject->column + 1 < p ? entry + 1 : row, kept = *entry;
    *entry = *neighbour;
    *neighbour = kept;
  }
}

static void derivative(const struct subject *subject, const double *x, double *entries) {
  static double rows[MOST_ENTRIES], f[GSL_MOST_RESIDUALS];
  const struct gsl_problem *problem = subject->problem;
  bool squares = subject->form == MULTIMIN && !problem->minimum;
  problem->jacobian(problem, x, squares ? rows : entries);
  if (squares) {
    problem->residuals(problem, x, f);
    memset(entries, 0, problem->p * sizeof *entries);
    for (size_t i = 0; i < problem->n; i++)
      for (size_t j = 0; j < problem->p; j++)
        entries[j] += 2 * f[i] * rows[i * problem->p + j];
  }
  if (subject->flaw != NONE)
    spoil(subject, entries);
}

static int system_f(const gsl_vector *x, void *params, gsl_vector *f) {
  const struct subject *subject = params;
  subject->problem->residuals(subject->problem, x->data, f->data);
  return GSL_SUCCESS;
}

static int system_df(const gsl_vector *x, void *params, gsl_matrix *jacobian) {
  static double entries[MOST_ENTRIES];
  derivative(params, x->data, entries);
  for (size_t i = 0; i < jacobian->size1; i++)
    for (size_t j = 0; j < jacobian->size2; j++)
      gsl_matrix_set(jacobian, i, j, entries[i * jacobian->size2 + j]);
  return GSL_SUCCESS;
}

static int system_fdf(const gsl_vector *x, void *params, gsl_vector *f, gsl_matrix *jacobian) {
  system_f(x, params, f);
  return system_df(x, params, jacobian);
}

static int system_fvv(const gsl_vector *x, const gsl_vector *v, void *params, gsl_vector *fvv) {
  const struct subject *subject = params;
  subject->problem->curvature(subject->problem, x->data, v->data, fvv->data);
  if (subject->bent > 0)
    fvv->data[subject->bent - 1] *= -1;
  return GSL_SUCCESS;
}

static double minimum_f(const gsl_vector *x, void *params) {
  static double f[GSL_MOST_RESIDUALS];
  const struct subject *subject = params;
  double total = 0;
  subject->problem->residuals(subject->problem, x->data, f);
  if (subject->problem->minimum)
    return f[0];
  for (size_t i = 0; i < subject->problem->n; i++)
    total += f[i] * f[i];
  return total;
}

static void minimum_df(const gsl_vector *x, void *params, gsl_vector *gradient) {
  derivative(params, x->data, gradient->data);
}

static void minimum_fdf(const gsl_vector *x, void *params, double *f, gsl_vector *gradient) {
  *f = minimum_f(x, params);
  minimum_df(x, params, gradient);
}

static struct bp_result check(struct subject *subject, const double *point,
                              const struct bp_derivative_options *options) {
  const struct gsl_problem *problem = subject->problem;
  gsl_vector_const_view x = gsl_vector_const_view_array(point, problem->p);
  if (subject->form == MULTIROOT) {
    gsl_multiroot_function_fdf function = {system_f, system_df, system_fdf, problem->p, subject};
    return bp_check_multiroot(&function, &x.vector, options);
  }
  if (subject->form == MULTIMIN) {
    gsl_multimin_function_fdf function = {minimum_f, minimum_df, minimum_fdf, problem->p, subject};
    return bp_check_multimin(&function, &x.vector, options);
  }
  gsl_multifit_nlinear_fdf function = {
      .f = system_f, .df = system_df, .n = problem->n, .p = problem->p, .params = subject};
  if (problem->curvature && subject->flaw == NONE)
    function.fvv = system_fvv;
  return bp_check_multifit_nlinear(&function, &x.vector, options);
}

/* ---- what is counted ------------------------------------------------------------------- */

struct tally {
  size_t problems, checks, entries, columns, alarms, undecided, evaluations;
  size_t planted[FLAW_COUNT], visible[FLAW_COUNT], caught[FLAW_COUNT], blurred[FLAW_COUNT];
  size_t missed;    /* planted, visible, and yet everything held */
  size_t invisible; /* planted and below the bound */
  size_t bends, bends_caught, bends_blurred;
};

/* The standard starting point, and others around it. */
static void choose_point(const struct gsl_problem *problem, size_t number, double *x) {
  unsigned state = (unsigned)(2654435761U * (number + 1) + problem->n * 97 + problem->p);
  for (size_t j = 0; j < problem->p; j++) {
    state = state * 1664525U + 1013904223U;
    double drawn = number == 0 ? 0 : (double)(state >> 8) * 0x1p-24 - 0.5;
    x[j] = problem->start[j] + drawn * (problem->start[j] != 0 ? problem->start[j] : 1);
  }
}

/* Counts them, and shows the first of each check. */
static void tell_undecided(const struct subject *subject, size_t number,
                           const struct bp_result *result, struct tally *tally) {
  size_t seen = 0;
  for (size_t i = 0; i < rows_of(subject); i++)
    for (size_t j = 0; j < subject->problem->p; j++) {
      struct bp_result_entry entry = bp_result_entry(result, i, j);
      if (entry.outcome != BP_OUTCOME_UNDECIDED)
        continue;
      tally->undecided++;
      if (seen++ > 0)
        continue;
      printf("# undecided: %s %s, point %zu, entry (%zu,%zu): %s; %g against %g, bound %g\n",
             form_names[subject->form], subject->problem->name, number, i + 1, j + 1, entry.reason,
             entry.value, entry.difference, entry.bound);
    }
}

/* The largest error that the flaw makes in an entry that holds, beyond twice the bound of that
 * entry; 0 where it makes none.  Twice, because the difference may be off by the bound to one side,
 * and the wrong entry may lie to the other. */
static double excess(const struct subject *subject, const struct bp_result *right,
                     const double *spoilt) {
  double most = 0;
  for (size_t j = 0; j < subject->problem->p; j++) {
    struct bp_result_entry entry = bp_result_entry(right, subject->row, j);
    double error = fabs(spoilt[subject->row * subject->problem->p + j] - entry.value);
    if (error > 2 * entry.bound && entry.outcome == BP_OUTCOME_HOLDS)
      most = fmax(most, error);
  }
  return most;
}

static bool same(const double *a, const double *b, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (a[i] != b[i])
      return false;
  return true;
}

static void plant(struct subject *subject, const double *x, const struct bp_result *right,
                  struct tally *tally) {
  static double true_entries[MOST_ENTRIES], spoilt[MOST_ENTRIES];
  size_t p = subject->problem->p, count = rows_of(subject) * p;
  size_t columns[] = {subject->column, subject->column + 1 < p ? subject->column + 1 : 0};
  struct bp_derivative_options options = {.indices = columns,
                                          .index_count = subject->flaw == SWAPPED ? 2 : 1};
  struct subject unspoilt = *subject;
  unspoilt.flaw = NONE;
  derivative(&unspoilt, x, true_entries);
  derivative(subject, x, spoilt);
  if (same(true_entries, spoilt, count))
    return; /* the flaw changes nothing here */
  bool visible = excess(subject, right, spoilt) > 0;
  struct bp_result result = check(subject, x, &options);
  tally->planted[subject->flaw]++;
  tally->visible[subject->flaw] += visible;
  tally->caught[subject->flaw] += visible && result.outcome == BP_OUTCOME_FAILS;
  tally->blurred[subject->flaw] += visible && result.outcome == BP_OUTCOME_UNDECIDED;
  tally->invisible += !visible;
  if (visible && result.outcome != BP_OUTCOME_FAILS) {
    struct bp_result_entry entry = bp_result_entry(&result, subject->row, subject->column);
    struct bp_result_entry before = bp_result_entry(right, subject->row, subject->column);
    printf("# %s: %s %s, entry (%zu,%zu) %s: %g, was %g; %g, bound %g, was %g, %s\n",
           result.outcome == BP_OUTCOME_HOLDS ? "missed" : "blurred", form_names[subject->form],
           subject->problem->name, subject->row + 1, subject->column + 1, flaw_texts[subject->flaw],
           entry.value, before.value, entry.difference, entry.bound, before.bound, entry.reason);
    tally->missed += result.outcome != BP_OUTCOME_UNDECIDED;
  }
  bp_result_free(&result);
}

/* Every entry; of the largest tables at drawn points every `stride`-th. */
static void plant_everywhere(struct subject subject, size_t number, const double *x,
                             const struct bp_result *right, struct tally *tally) {
  size_t p = subject.problem->p, count = rows_of(&subject) * p;
  size_t stride = count > 100 ? (number == 0 ? 7 : 61) : 1;
  for (size_t e = 0; e < count; e += stride)
    for (subject.flaw = 0; subject.flaw < FLAW_COUNT; subject.flaw++) {
      subject.row = e / p;
      subject.column = e % p;
      if (subject.flaw != SWAPPED || p > 1)
        plant(&subject, x, right, tally);
    }
}

/* The sign of each second derivative that is not next to nothing. */
static void bend(struct subject subject, const double *x, struct tally *tally) {
  static double f[GSL_MOST_RESIDUALS];
  const struct gsl_problem *problem = subject.problem;
  double ones[GSL_MOST_PARAMETERS], largest = 0;
  static const size_t first = 0;
  struct bp_derivative_options options = {.indices = &first, .index_count = 1};
  for (size_t j = 0; j < problem->p; j++)
    ones[j] = fmax(1e-3, fabs(x[j]));
  problem->curvature(problem, x, ones, f);
  for (size_t i = 0; i < problem->n; i++)
    largest = fmax(largest, fabs(f[i]));
  for (size_t i = 0; i<problem->n; i += problem->n> 40 ? 7 : 1) {
    if (!(fabs(f[i]) > 1e-2 * largest))
      continue;
    subject.bent = i + 1;
    struct bp_result result = check(&subject, x, &options);
    tally->bends++;
    tally->bends_caught += result.outcome == BP_OUTCOME_FAILS;
    tally->bends_blurred += result.outcome == BP_OUTCOME_UNDECIDED;
    if (result.outcome != BP_OUTCOME_FAILS)
      printf("# fvv %s, residual %zu: %s\n", problem->name, i + 1, result.message);
    bp_result_free(&result);
  }
}

static void try_point(struct subject subject, size_t number, struct tally *tally) {
  double x[GSL_MOST_PARAMETERS];
  choose_point(subject.problem, number, x);
  struct bp_result right = check(&subject, x, NULL);
  tally->checks++;
  tally->entries += right.checked;
  tally->columns += subject.problem->p;
  tally->evaluations += right.evaluations;
  if (right.outcome == BP_OUTCOME_FAILS || right.outcome == BP_OUTCOME_BAD_INPUT) {
    printf("# false alarm: %s %s, point %zu: %s\n", form_names[subject.form], subject.problem->name,
           number, right.message);
    tally->alarms++;
  }
  if (right.outcome == BP_OUTCOME_UNDECIDED) {
    printf("# undecided: %s %s, point %zu: %s\n", form_names[subject.form], subject.problem->name,
           number, right.message);
    tell_undecided(&subject, number, &right, tally);
  }
  plant_everywhere(subject, number, x, &right, tally);
  if (subject.form == MULTIFIT && subject.problem->curvature)
    bend(subject, x, tally);
  bp_result_free(&right);
}

static bool has_form(const struct gsl_problem *problem, enum form form) {
  if (form == MULTIMIN)
    return true;
  return !problem->minimum && (form == MULTIFIT || problem->n == problem->p);
}

static void try_problems(const struct gsl_problem *problems, size_t count, enum form form,
                         struct tally *tally) {
  for (size_t i = 0; i < count; i++) {
    if (!has_form(&problems[i], form))
      continue;
    tally->problems++;
    for (size_t number = 0; number < POINTS; number++)
      try_point((struct subject){.problem = &problems[i], .form = form, .flaw = NONE}, number,
                tally);
  }
}

static void tell(enum form form, const struct tally *tally) {
  printf("# %s: %zu problems, %zu checks, %zu entries, %zu false alarms, %zu undecided, "
         "%.1f evaluations for each parameter\n",
         form_names[form], tally->problems, tally->checks, tally->entries, tally->alarms,
         tally->undecided, (double)tally->evaluations / (double)tally->columns);
  for (size_t flaw = 0; flaw < FLAW_COUNT; flaw++)
    printf("# %s: %zu planted, %zu visible, %zu caught, %zu undecided\n", flaw_texts[flaw],
           tally->planted[flaw], tally->visible[flaw], tally->caught[flaw], tally->blurred[flaw]);
  printf("# missed %zu; fvv: %zu planted, %zu caught, %zu undecided\n", tally->missed, tally->bends,
         tally->bends_caught, tally->bends_blurred);
  fflush(stdout);
}

START_TEST(no_alarm_and_no_miss) {
  struct tally tally = {0};
  enum form form = (enum form)_i;
  try_problems(gsl_systems, gsl_system_count, form, &tally);
  try_problems(gsl_series, gsl_series_count, form, &tally);
  try_problems(gsl_fits, gsl_fit_count, form, &tally);
  tell(form, &tally);
  ck_assert_uint_gt(tally.problems, 10);
  ck_assert_uint_gt(tally.entries, 100);
  ck_assert_uint_eq(tally.alarms, 0);
  ck_assert_uint_eq(tally.missed, 0);
  ck_assert_uint_eq(tally.bends_caught, tally.bends);
  for (size_t flaw = 0; flaw < FLAW_COUNT; flaw++) {
    ck_assert_uint_gt(tally.visible[flaw], 0);
    ck_assert_msg(tally.blurred[flaw] * 50 <= tally.visible[flaw], "%s: %zu of %zu undecided",
                  flaw_texts[flaw], tally.blurred[flaw], tally.visible[flaw]);
  }
}
END_TEST

/* What rounding does to a straight line is no second derivative. */
START_TEST(straight_lines_do_not_bend) {
  double x[GSL_MOST_PARAMETERS];
  struct subject subject = {.problem = &gsl_systems[_i], .form = MULTIFIT, .flaw = NONE};
  for (size_t number = 0; number < POINTS; number++) {
    choose_point(subject.problem, number, x);
    struct bp_result result = check(&subject, x, NULL);
    ck_assert_msg(result.outcome == BP_OUTCOME_HOLDS, "%s, point %zu: %s", subject.problem->name,
                  number, result.message);
    bp_result_free(&result);
  }
}
END_TEST

/* 2 x[2] - x[1] - x[3] + ... is 1e-4 here: far less than its terms, whose rounding is its noise. */
START_TEST(sums_that_cancel_are_noisy) {
  const struct gsl_problem *problem = gsl_series;
  double x[GSL_MOST_PARAMETERS];
  while (strcmp(problem->name, "discrete boundary value") != 0)
    problem++;
  struct subject subject = {problem, MULTIROOT, SIGN, 2, 1, 0};
  choose_point(problem, 3, x);
  struct bp_result result = check(&subject, x, NULL);
  ck_assert_msg(result.outcome == BP_OUTCOME_FAILS, "%s", result.message);
  ck_assert_str_eq(bp_result_entry(&result, 2, 1).reason, "difference");
  ck_assert_uint_eq(result.fails, 1);
  bp_result_free(&result);
}
END_TEST

/* A right second derivative far out in the tail of a bell whose top the larger steps reach, and one
 * of a sum that nearly cancels. */
START_TEST(second_derivatives_of_drawn_points) {
  static const struct {
    const char *name;
    size_t number;
  } rows[] = {{"Eckerle4", 15}, {"gaussian", 34}, {"biggs", 18}, {"penalty 2", 87}};
  const struct gsl_problem *lists[] = {gsl_series, gsl_fits};
  const size_t counts[] = {gsl_series_count, gsl_fit_count};
  double x[GSL_MOST_PARAMETERS];
  for (size_t i = 0; i < counts[0] + counts[1]; i++) {
    const struct gsl_problem *problem = i < counts[0] ? &lists[0][i] : &lists[1][i - counts[0]];
    if (strcmp(problem->name, rows[_i].name) != 0)
      continue;
    struct subject subject = {.problem = problem, .form = MULTIFIT, .flaw = NONE};
    choose_point(problem, rows[_i].number, x);
    struct bp_result result = check(&subject, x, NULL);
    bool allowed = _i == 0 ? result.outcome != BP_OUTCOME_FAILS : result.outcome == 0;
    ck_assert_msg(allowed, "%s: %s", problem->name, result.message);
    bp_result_free(&result);
    return;
  }
  ck_abort_msg("no problem %s", rows[_i].name);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("gsl_problems");
  TCase *tests = tcase_create("problems");
  add_long_loop_test(tests, no_alarm_and_no_miss, MULTIMIN + 1, 8);
  tcase_add_loop_test(tests, straight_lines_do_not_bend, 0, 3);
  tcase_add_test(tests, sums_that_cancel_are_noisy);
  add_long_loop_test(tests, second_derivatives_of_drawn_points, 4, 4);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
