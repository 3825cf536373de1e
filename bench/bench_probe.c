/* What the black-box check itself costs: a loss of a million parameters that takes next to no time
 * for a point beside the base, so that nearly all time and memory are the check's own.  Prints the
 * time for each parameter and the memory in bytes for each parameter, for all entries and for a
 * subset. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "api/backproof.h"
#include "base/mutable.h"
#include "probe/probe.h"

enum { PARAMETERS = 1000000 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The sum of x² over all parameters, of which one was changed. */
struct sum {
  double *theta;
  double base;
  size_t n;
};

static int evaluate(void *user, const struct bp_probe_point *points, size_t count, double *values) {
  const struct sum *sum = user;
  for (size_t i = 0; i < count; i++) {
    const struct bp_probe_point *point = &points[i];
    values[i] = sum->base;
    if (point->theta) {
      values[i] = 0;
      for (size_t j = 0; j < sum->n; j++)
        values[i] += point->theta[j] * point->theta[j];
    } else {
      double before = sum->theta[point->index];
      values[i] += (point->value - before) * (point->value + before);
    }
  }
  return 0;
}

static int measure(const char *name, const struct sum *sum, const double *gradient,
                   const struct bp_probe_options *options) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_report *report;
  struct bp_probed probed = {.parameters = sum->n,
                             .outputs = 1,
                             .unit = BP_PROBE_DOUBLE,
                             .theta = sum->theta,
                             .gradient = gradient,
                             .again = gradient,
                             .evaluate = evaluate,
                             .user = bp_unchanged(sum)};
  double begin = seconds();
  enum bp_probe_status status = bp_probe_check(&probed, options, arena, &report);
  double taken = seconds() - begin;
  bool fine = status == BP_PROBE_OK && report->head.verdict == BP_HOLDS;
  printf("%-22s %8.0f ns %8.1f bytes for each parameter; %s, %zu looked at, %zu evaluations\n",
         name, 1e9 * taken / (double)sum->n, (double)bp_arena_used(arena) / (double)sum->n,
         fine ? "holds" : "does not hold", report ? report->head.entries : 0,
         report ? report->code->evaluations : 0);
  bp_arena_free(arena);
  return fine ? 0 : 1;
}

int main(void) {
  struct sum sum = {malloc(PARAMETERS * sizeof(double)), 0, PARAMETERS};
  double *gradient = malloc(PARAMETERS * sizeof *gradient);
  struct rusage usage;
  if (!sum.theta || !gradient)
    return 1;
  for (size_t j = 0; j < sum.n; j++) {
    sum.theta[j] = 0.5 + (double)(j * 7919 % 1000) / 1000;
    gradient[j] = 2 * sum.theta[j];
  }
  struct bp_probe_point base = {0, 0, sum.theta};
  evaluate(&sum, &base, 1, &sum.base);
  struct bp_probe_options all = {.gradient_error = 1e-7};
  struct bp_probe_options subset = {.rule = BP_PROBE_EVERY, .number = 1000};
  int failed = measure("a million parameters", &sum, gradient, &all);
  failed |= measure("every thousandth", &sum, gradient, &subset);
  getrusage(RUSAGE_SELF, &usage);
  printf("%-22s %8.0f MiB\n", "largest memory", (double)usage.ru_maxrss / 1024);
  free(sum.theta);
  free(gradient);
  return failed;
}
