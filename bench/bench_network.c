/* How fast is the check of 784-100-10 on 32 samples, all 79,510 parameters?
 *
 * The opponent is the loop of the textbooks, in the same run, with the same libraries: for each
 * parameter two full forward passes (GSL's dgemm on OpenBLAS, vectorised exp), one thread, since
 * threads make products of this size slower.  It is timed on a sample of the parameters and
 * multiplied, or on all of them with --full.  Then the share of the time that the transcendental
 * functions alone would need: the perturbed network has one sigmoid and ten exponentials per
 * parameter, sample and end, and one logarithm per parameter and sample.
 *
 * Usage: bench_network [--full]
 */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "net/check.h"
#include "net/compare.h"
#include "net/response/response.h"
#include "num/blas.h"
#include "num/vector.h"

enum { PIXELS = 784, HIDDEN = 100, CLASSES = 10, SAMPLES = 32, ROUNDS = 5 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The textbook: move one parameter, run everything, move it back. */
static double quotient(struct bp_network *network, struct bp_forward *forward, double *parameter) {
  const double h = 1e-5, w = *parameter;
  *parameter = w + h;
  bp_forward_run(network, forward);
  double above = forward->loss;
  *parameter = w - h;
  bp_forward_run(network, forward);
  *parameter = w;
  return (above - forward->loss) / (2 * h);
}

static double textbook(struct bp_network *network, struct bp_forward *forward, size_t every,
                       double *checksum) {
  size_t done = 0, total = 0;
  double start = now();
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix *parts[] = {network->W[l], network->b[l]};
    for (size_t part = 0; part < 2; part++) {
      for (size_t k = 0; k < parts[part]->size1 * parts[part]->size2; k++, total++) {
        if (total % every)
          continue;
        *checksum += quotient(network, forward, &parts[part]->data[k]);
        done++;
      }
    }
  }
  return (now() - start) * (double)total / (double)done;
}

/* Seconds that the exponentials and logarithms alone would take on that many threads. */
static double transcendentals(size_t parameters, int threads) {
  enum { BLOCK = 1024, REPEATS = 20000 };
  static double x[BLOCK], y[BLOCK];
  for (size_t k = 0; k < BLOCK; k++)
    x[k] = -1 + (double)k / BLOCK;
  double seconds[3];
  void (*functions[])(size_t, const double *, double *) = {bp_vector_exp, bp_vector_sigmoid,
                                                           bp_vector_log1p};
  for (int f = 0; f < 3; f++) {
    double start = now();
    for (int round = 0; round < REPEATS; round++)
      functions[f](BLOCK, x, y);
    seconds[f] = (now() - start) / REPEATS / BLOCK;
    for (size_t k = 0; k < BLOCK; k++)
      x[k] = fabs(x[k]) + 0.5;
  }
  double steps = (double)parameters * SAMPLES;
  return steps * (2 * CLASSES * seconds[0] + 2 * seconds[1] + seconds[2]) / threads;
}

static struct bp_network *make(struct bp_arena *arena) {
  static const char text[] = "784 - 100 sigmoid - 10 softmax";
  struct bp_source source = {"network", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  struct bp_draw draw = {.seed = 1, .weight_scale = 1, .input_scale = 1};
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_spec_parse(&source, arena, &diagnostics, &spec) != 0)
    exit(2);
  struct bp_network *network = bp_network_new(&spec, SAMPLES, arena);
  bp_network_draw_parameters(network, &draw);
  bp_network_draw_data(network, &draw);
  return network;
}

struct times {
  double loop, differences, one_thread, check;
};

/* Seconds for the differences of every parameter, with their bounds. */
static double differences(const struct bp_network *network, struct bp_forward *forward,
                          int threads) {
  struct bp_arena *scratch = bp_arena_new(0);
  bp_forward_run(network, forward);
  double start = now();
  struct bp_differences *d = bp_differences_new(network, forward, threads, scratch);
  if (!d || !bp_responses_screen(bp_responses_new(d), NULL, NULL))
    exit(2);
  double seconds = now() - start;
  bp_arena_free(scratch);
  return seconds;
}

/* Seconds for the three ways and their comparison. */
static double whole_check(const struct bp_network *network, size_t parameters) {
  struct bp_arena *scratch = bp_arena_new(0);
  struct bp_check_options options = {.route = BP_ROUTE_DIRECT};
  struct bp_report *report;
  double start = now();
  if (bp_check(network, &options, scratch, &report) != BP_OK)
    exit(2);
  double seconds = now() - start;
  if (report->head.verdict != BP_HOLDS || report->head.entries != parameters)
    exit(1);
  bp_arena_free(scratch);
  return seconds;
}

int main(int argc, char **argv) {
  size_t every = argc > 1 && !strcmp(argv[1], "--full") ? 1 : 10;
  gsl_set_error_handler_off();
  bp_blas_threads(1);
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_network *network = make(arena);
  struct bp_forward *forward = bp_forward_new(network, arena);
  int threads = bp_processors();
  size_t parameters = HIDDEN * (PIXELS + 1) + CLASSES * (HIDDEN + 1);

  struct times best = {1e9, 1e9, 1e9, 1e9};
  double checksum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    size_t skip = every == 1 ? 1 : every * ROUNDS;
    best.loop = fmin(best.loop, textbook(network, forward, skip, &checksum));
    best.differences = fmin(best.differences, differences(network, forward, threads));
    best.one_thread = fmin(best.one_thread, differences(network, forward, 1));
    best.check = fmin(best.check, whole_check(network, parameters));
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double megabytes = (double)usage.ru_maxrss / 1024, bound = transcendentals(parameters, threads);

  printf("784 - 100 sigmoid - 10 softmax, %d samples, %zu parameters, %d threads, %s\n", SAMPLES,
         parameters, threads, bp_vector_kind());
  printf("best of %d rounds, the two sides taking turns\n", ROUNDS);
  printf("textbook loop, one thread%s:  %8.3f s   (checksum %.9g)\n",
         every == 1 ? "              " : ", from a sample", best.loop, checksum);
  printf("central differences with bounds:          %8.3f s   %.0f times faster\n",
         best.differences, best.loop / best.differences);
  printf("  the same on one thread:                 %8.3f s   %.0f times faster\n", best.one_thread,
         best.loop / best.one_thread);
  printf("  exp and log alone would take:           %8.3f s   %.0f %% of the differences\n", bound,
         100 * bound / best.differences);
  printf("whole three-way check:                    %8.3f s   (wanted: under 1 s)\n", best.check);
  printf("largest resident memory:                  %8.0f MB  (wanted: under 300 MB)\n", megabytes);
  bp_arena_free(arena);
  return !(best.loop / best.differences >= 300 && best.check < 1 && megabytes < 300);
}
