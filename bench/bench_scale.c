/* Does the cost of an entry stay what it is as the network above it grows, and are the differences
 * of the networks that people have decided?
 *
 * Three tables, all of whole checks (BP1-BP4, Jacobians, differences) on 32 samples or fewer:
 *
 *   sizes      networks of the sizes that courses train, with weights as they are initialised: CPU
 *              for all entries, how many are undecided, and how much of the textbook loop that is
 *   growth     CPU for an entry against depth and width behind 784 inputs, with the slopes of both
 *              in log-log
 *   families   fresh, trained, confident and deep networks: undecided entries of BP1-BP4, and of a
 *              gradient as other people write it, in float32
 *
 * Nothing but bp_check is called, so the file also measures older commits.  A fourth table,
 * `against`, needs the program of another build: user CPU of both for the same networks, taking
 * turns, on one thread each, the best of a few runs where they are short.
 *
 * A fifth, `people`, draws networks of up to 12 layers of up to 128 units, freshly initialised and
 * trained in turn, and plants a few mistakes in each: nothing right may fail, and no mistake pass
 * that is larger than what the report says it would have seen.
 *
 * Usage: bench_scale [sizes | growth | families [NETWORKS [FIRST_SEED]] |
 *                     people [NETWORKS [FIRST_SEED [MISTAKES]]] | against OTHER PROGRAM]
 */
#define _GNU_SOURCE /* wait4 */
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/parallel.h"
#include "claim.h"
#include "net/check.h"
#include "net/compare.h"
#include "net/train.h"
#include "num/blas.h"
#include "styles.h"

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static struct bp_network *network_of(const char *text, size_t samples, unsigned long seed,
                                     double scale, struct bp_arena *arena) {
  struct bp_source source = {"network", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  struct bp_draw draw = {.seed = seed, .weight_scale = scale, .input_scale = 1};
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_spec_parse(&source, arena, &diagnostics, &spec) != 0)
    exit(2);
  struct bp_network *network = bp_network_new(&spec, samples, arena);
  if (!network || bp_network_draw_parameters(network, &draw) != 0 ||
      bp_network_draw_data(network, &draw) != 0)
    exit(2);
  return network;
}

static const struct bp_report *check_of(const struct bp_network *network,
                                        const struct bp_outside *outside, int threads,
                                        struct bp_arena *arena) {
  struct bp_check_options options = {
      .route = BP_ROUTE_DIRECT, .outside = outside, .threads = threads};
  struct bp_report *report;
  if (bp_check(network, &options, arena, &report) != BP_OK)
    exit(2);
  return report;
}

static double parameters_of(const struct bp_network *network) {
  double count = 0;
  for (size_t l = 1; l <= network->depth; l++)
    count += (double)network->size[l] * ((double)network->size[l - 1] + 1);
  return count;
}

/* ---- sizes --------------------------------------------------------------- */

/* All weights normal with that deviation. */
static void set_deviation(struct bp_network *network, double deviation) {
  for (size_t l = 1; l <= network->depth; l++) {
    double factor = deviation * sqrt((double)network->size[l - 1]);
    gsl_matrix_scale(network->W[l], factor);
    gsl_matrix_scale(network->b[l], factor);
  }
}

/* CPU that two forward passes for each parameter would take. */
static double textbook_seconds(const struct bp_network *network, struct bp_arena *arena) {
  enum { PASSES = 10 };
  struct bp_forward *forward = bp_forward_new(network, arena);
  double start = cpu_seconds();
  for (int k = 0; k < PASSES; k++)
    bp_forward_run(network, forward);
  return (cpu_seconds() - start) / PASSES * 2 * parameters_of(network);
}

static void time_sizes(void) {
  static const struct {
    const char *text;
    double deviation; /* 0: 1/sqrt(fan-in) */
  } rows[] = {
      {"784 - 100 sigmoid - 10 softmax", 0},
      {"784 - 256 sigmoid - 128 sigmoid - 10 softmax", 0.05},
      {"784 - 512 relu - 512 relu - 10 softmax", 0},
      {"784 - 512 relu - 512 relu - 10 softmax", 0.05},
  };
  printf("%-46s %9s %7s %9s %9s %9s\n", "network, 32 samples", "weights", "entries", "undecided",
         "CPU", "the loop");
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    struct bp_arena *arena = bp_arena_new(0);
    struct bp_network *network = network_of(rows[k].text, 32, 1, 1, arena);
    if (rows[k].deviation > 0)
      set_deviation(network, rows[k].deviation);
    double start = cpu_seconds();
    const struct bp_report *report = check_of(network, NULL, 0, arena);
    double seconds = cpu_seconds() - start;
    printf("%-46s %9s %7zu %9zu %7.2f s %8.0fx\n", rows[k].text,
           rows[k].deviation > 0 ? "0.05" : "1/sqrt(n)", report->head.entries,
           report->head.undecided, seconds, textbook_seconds(network, arena) / seconds);
    fflush(stdout);
    bp_arena_free(arena);
  }
}

/* ---- growth -------------------------------------------------------------- */

enum { DEEPEST = 6, WIDTHS = 5, GROWTH_SAMPLES = 4 };

/* Microseconds of CPU for an entry of 784 - width tanh - ... - 10 softmax. */
static double entry_cost(size_t width, size_t depth) {
  struct bp_arena *arena = bp_arena_new(0);
  const char *text = "784";
  for (size_t l = 1; l < depth; l++)
    text = bp_arena_printf(arena, "%s - %zu tanh", text, width);
  text = bp_arena_printf(arena, "%s - 10 softmax", text);
  struct bp_network *network = network_of(text, GROWTH_SAMPLES, 1, 1, arena);
  double start = cpu_seconds();
  const struct bp_report *report = check_of(network, NULL, 1, arena);
  double cost = 1e6 * (cpu_seconds() - start) / (double)report->head.entries;
  bp_arena_free(arena);
  return cost;
}

/* Of the line through (log x, log y). */
static double log_slope(size_t count, const double *x, const double *y) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0, n = (double)count;
  for (size_t k = 0; k < count; k++) {
    sx += log(x[k]);
    sy += log(y[k]);
    sxx += log(x[k]) * log(x[k]);
    sxy += log(x[k]) * log(y[k]);
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

static void time_growth(void) {
  static const double widths[WIDTHS] = {64, 128, 256, 512, 1024};
  double cost[DEEPEST][WIDTHS], depths[DEEPEST];
  printf("\nCPU for an entry in microseconds, 784 - width tanh - ... - 10 softmax, %d samples\n%8s",
         GROWTH_SAMPLES, "layers");
  for (size_t w = 0; w < WIDTHS; w++)
    printf("%9.0f", widths[w]);
  printf("   slope\n");
  for (size_t d = 0; d < DEEPEST; d++) {
    depths[d] = (double)d + 1;
    printf("%8zu", d + 1);
    for (size_t w = 0; w < WIDTHS; w++) {
      cost[d][w] = entry_cost((size_t)widths[w], d + 1);
      printf("%9.2f", cost[d][w]);
      fflush(stdout);
    }
    printf("%8.2f\n", log_slope(WIDTHS, widths, cost[d]));
  }
  printf("%8s", "slope");
  for (size_t w = 0; w < WIDTHS; w++) {
    double column[DEEPEST];
    for (size_t d = 0; d < DEEPEST; d++)
      column[d] = cost[d][w];
    printf("%9.2f", log_slope(DEEPEST, depths, column));
  }
  printf("\n");
}

/* ---- families ------------------------------------------------------------ */

enum family { FRESH, TRAINED, CONFIDENT, DEEP, FAMILIES };

static const char *const family_names[FAMILIES] = {"fresh", "trained", "confident", "deep"};

struct tally {
  enum family family;
  unsigned long first_seed;
  _Atomic size_t entries[2], undecided[2], networks[2], decided[2], failed[2];
};

static const char *drawn_spec(gsl_rng *generator, enum family family, struct bp_arena *arena) {
  static const char *const hidden[] = {"sigmoid", "tanh", "relu", "leaky_relu",
                                       "gelu",    "silu", "elu",  "softplus"};
  static const char *const ends[] = {"%s - %zu softmax", "%s - %zu sigmoid",
                                     "%s - %zu identity, half-squared", "%s - %zu tanh, squared"};
  bool deep = family == DEEP;
  size_t layers = deep ? 16 + gsl_rng_uniform_int(generator, 25)
                       : 1 + gsl_rng_uniform_int(generator, family == FRESH ? 6 : 3);
  const char *name = hidden[gsl_rng_uniform_int(generator, 8)];
  const char *text = bp_arena_printf(arena, "%zu", 2 + gsl_rng_uniform_int(generator, 15));
  for (size_t l = 0; l < layers; l++)
    text = bp_arena_printf(arena, "%s - %zu %s", text,
                           (deep ? 3 : 8) + gsl_rng_uniform_int(generator, deep ? 6 : 57), name);
  size_t end = gsl_rng_uniform_int(generator, family == CONFIDENT ? 2 : 4);
  size_t outputs = 2 + gsl_rng_uniform_int(generator, 5);
  return end == 0   ? bp_arena_printf(arena, ends[0], text, outputs)
         : end == 1 ? bp_arena_printf(arena, ends[1], text, outputs)
         : end == 2 ? bp_arena_printf(arena, ends[2], text, outputs)
                    : bp_arena_printf(arena, ends[3], text, outputs);
}

static void count(struct tally *tally, int single, const struct bp_report *report) {
  tally->networks[single]++;
  tally->entries[single] += report->head.entries;
  tally->undecided[single] += report->head.undecided;
  tally->decided[single] += report->head.verdict == BP_HOLDS;
  tally->failed[single] += report->head.verdict == BP_FAILS;
}

static void check_as_others(struct tally *tally, struct bp_network *network,
                            struct bp_arena *arena) {
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  struct bp_outside outside = {gradient, given, 0x1p-24};
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  style_round_point(network);
  if (style_gradient(network, STYLE_STABLE, true, arena, gradient))
    count(tally, 1, check_of(network, &outside, 1, arena));
}

static void one_network(size_t index, int worker, void *user) {
  (void)worker;
  struct tally *tally = user;
  unsigned long seed = tally->first_seed + index;
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_ranlxd2);
  gsl_rng_set(generator, seed * FAMILIES + tally->family);
  struct bp_arena *arena = bp_arena_new(0);
  const char *text = drawn_spec(generator, tally->family, arena);
  double scale = tally->family == CONFIDENT ? 2 + 4 * gsl_rng_uniform(generator) : 1;
  struct bp_network *network =
      network_of(text, 4 + gsl_rng_uniform_int(generator, 29), seed, scale, arena);
  if (tally->family == TRAINED) {
    struct bp_train_options options = {.steps = 1000, .rate = 0.1, .check = {.threads = 1}};
    struct bp_training *training;
    for (size_t k = 0; k < network->X->size1 * network->X->size2; k++)
      network->X->data[k] *= 0.5;
    if (bp_train(network, NULL, &options, arena, &training) != BP_OK)
      exit(2);
  }
  const struct bp_report *report = check_of(network, NULL, 1, arena);
  if (isfinite(report->network->loss)) {
    count(tally, 0, report);
    check_as_others(tally, network, arena);
  }
  bp_arena_free(arena);
  gsl_rng_free(generator);
}

/* Returns whether nothing right failed. */
static bool try_families(size_t networks, unsigned long first_seed) {
  bool none_failed = true;
  printf("\nundecided entries of right gradients, %zu networks a family from seed %lu\n"
         "%-10s %28s %28s\n",
         networks, first_seed, "", "BP1-BP4, float64", "other code, float32");
  for (int family = 0; family < FAMILIES; family++) {
    static struct tally tally;
    tally = (struct tally){.family = (enum family)family, .first_seed = first_seed};
    bp_parallel_for(networks, bp_processors(), one_network, &tally);
    printf("%-10s", family_names[family]);
    for (int k = 0; k < 2; k++) {
      printf("  %8.3f %% of %8zu entries",
             100.0 * (double)tally.undecided[k] / (double)tally.entries[k], tally.entries[k]);
      none_failed = none_failed && tally.failed[k] == 0;
    }
    printf("   %zu of %zu and %zu of %zu networks hold", tally.decided[0], tally.networks[0],
           tally.decided[1], tally.networks[1]);
    if (tally.failed[0] + tally.failed[1])
      printf(", FALSE ALARMS: %zu and %zu", tally.failed[0], tally.failed[1]);
    printf("\n");
    fflush(stdout);
  }
  return none_failed;
}

/* ---- what people train --------------------------------------------------- */

enum { WIDEST = 128, MOST_LAYERS = 12, STEPS = 300, SOME_MISTAKES = 8 };

struct people {
  unsigned long first_seed;
  int mistakes; /* planted in each */
  _Atomic size_t networks, undecided_networks, alarms, entries, undecided;
  _Atomic size_t planted, caught, missed, blurred;
};

/* 2 to 12 layers of 8 to 128 units: one activation, as people write it, and what belongs to it at
 * the end. */
static const char *people_spec(gsl_rng *generator, struct bp_arena *arena) {
  static const char *const hidden[] = {"sigmoid", "tanh", "relu", "leaky_relu",
                                       "gelu",    "silu", "elu",  "softplus"};
  static const char *const ends[] = {"softmax", "sigmoid", "identity, half-squared",
                                     "tanh, squared"};
  size_t layers = 2 + gsl_rng_uniform_int(generator, MOST_LAYERS - 1);
  const char *name = hidden[gsl_rng_uniform_int(generator, 8)];
  const char *text = bp_arena_printf(arena, "%zu", 8 + gsl_rng_uniform_int(generator, WIDEST - 7));
  for (size_t l = 1; l < layers; l++)
    text = bp_arena_printf(arena, "%s - %zu %s", text,
                           8 + gsl_rng_uniform_int(generator, WIDEST - 7), name);
  size_t outputs = 2 + gsl_rng_uniform_int(generator, 9);
  return bp_arena_printf(arena, "%s - %zu %s", text, outputs,
                         ends[gsl_rng_uniform_int(generator, 4)]);
}

static void scale(struct bp_gradient *gradient, size_t depth, double factor) {
  for (size_t l = 1; l <= depth; l++) {
    gsl_matrix_scale(gradient->dW[l], factor);
    gsl_matrix_scale(gradient->db[l], factor);
  }
}

/* Takes a step, or takes it back. */
static void step(struct bp_network *network, const struct bp_gradient *gradient, bool back) {
  for (size_t l = 1; l <= network->depth; l++) {
    (back ? gsl_matrix_add : gsl_matrix_sub)(network->W[l], gradient->dW[l]);
    (back ? gsl_matrix_add : gsl_matrix_sub)(network->b[l], gradient->db[l]);
  }
}

/* Goes downhill: a step behind which J has risen, or is no number, is taken back and halved.
 * Returns J. */
static double train(struct bp_network *network, struct bp_forward *forward,
                    struct bp_gradient *gradient) {
  double rate = 0.1, before = INFINITY;
  for (int k = 0; k < STEPS; k++) {
    bp_forward_run(network, forward);
    if (forward->loss <= before) {
      before = forward->loss;
      bp_backprop(network, forward, BP_ROUTE_DIRECT, NULL, gradient);
      rate *= 1.05;
      scale(gradient, network->depth, rate);
    } else {
      step(network, gradient, true);
      rate *= 0.5;
      scale(gradient, network->depth, 0.5);
    }
    step(network, gradient, false);
  }
  bp_forward_run(network, forward);
  if (!(forward->loss <= before)) {
    step(network, gradient, true);
    bp_forward_run(network, forward);
  }
  return forward->loss;
}

/* As initialised, with what people multiply 1/sqrt(fan-in) by; every second one goes downhill from
 * there.  Returns the loss at the weights it leaves. */
static double initialise_and_train(gsl_rng *generator, struct bp_network *network, bool trained,
                                   struct bp_arena *arena) {
  static const double gains[] = {1, M_SQRT2, 0.5773502691896258};
  struct bp_forward *forward = bp_forward_new(network, arena);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  double gain = gains[gsl_rng_uniform_int(generator, 3)];
  bool biases = gsl_rng_uniform(generator) < 0.5;
  if (!forward || !gradient)
    exit(2);
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix_scale(network->W[l], gain);
    gsl_matrix_scale(network->b[l], biases ? 1 : 0);
  }
  if (trained)
    return train(network, forward, gradient);
  bp_forward_run(network, forward);
  return forward->loss;
}

static void plant(struct people *people, struct bp_evidence *evidence, struct bp_mistake *mistake,
                  const struct bp_check_options *options, const char *text) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_gradient *mistaken = arena ? bp_gradient_new(evidence->network, arena) : NULL;
  struct bp_report report = {0};
  if (!mistaken)
    exit(2);
  bp_backprop(evidence->network, evidence->forward, evidence->route, mistake, mistaken);
  if (bp_compare(evidence, mistaken, mistake, options, arena, &report) != BP_OK)
    exit(2);
  bool missed = report.head.verdict == BP_HOLDS && breaks_claim(evidence, mistaken, &report);
  people->planted++;
  people->caught += report.head.verdict == BP_FAILS;
  people->blurred += report.head.verdict == BP_UNDECIDED;
  people->missed += missed;
  if (missed)
    printf("MISSED %s: %s\n", bp_mistake_text(mistake, arena), text);
  bp_arena_free(arena);
}

/* Which blocks of a network do not hold, and why. */
static void tell_blocks(const struct bp_report *report) {
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    if (block->verdict != BP_HOLDS && !block->informative)
      printf("  %s: %zu of %zu undecided, %s; largest %.1e, bound of the worst %.1e\n", block->name,
             block->undecided, block->rows * block->columns, bp_reason_name(block->reason),
             block->largest_magnitude, block->entries[block->worst].bound);
  }
}

static void one_of_people(size_t index, int worker, void *user) {
  (void)worker;
  struct people *people = user;
  unsigned long seed = people->first_seed + index;
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_ranlxd2);
  gsl_rng_set(generator, seed);
  struct bp_arena *arena = bp_arena_new(0);
  const char *text = people_spec(generator, arena);
  struct bp_network *network =
      network_of(text, 4 + gsl_rng_uniform_int(generator, 13), seed, 1, arena);
  struct bp_check_options options = {.route = BP_ROUTE_DIRECT, .threads = 1};
  struct bp_evidence *evidence;
  struct bp_report report = {0};
  double loss = initialise_and_train(generator, network, seed % 2, arena);
  if (bp_evidence_gather(network, &options, arena, &evidence) != BP_OK ||
      bp_compare(evidence, evidence->gradient, NULL, &options, arena, &report) != BP_OK)
    exit(2);
  people->networks++;
  people->entries += report.head.entries;
  people->undecided += report.head.undecided;
  people->undecided_networks += report.head.verdict == BP_UNDECIDED;
  people->alarms += report.head.verdict == BP_FAILS;
  if (report.head.verdict != BP_HOLDS)
    printf("seed %lu, %s, loss %.3g: %s, %zu entries undecided\n", seed, text, loss,
           bp_verdict_name(report.head.verdict), report.head.undecided);
  if (report.head.verdict != BP_HOLDS)
    tell_blocks(&report);
  struct bp_source source = {"network", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  struct bp_mistake *list;
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_spec_parse(&source, arena, &diagnostics, &spec) != 0)
    exit(2);
  size_t count = bp_mistake_all(&spec, arena, &list);
  for (int k = 0; k < people->mistakes; k++) {
    struct bp_mistake *mistake = &list[gsl_rng_uniform_int(generator, count)];
    if (!bp_mistake_obstacle(mistake, &spec, BP_ROUTE_DIRECT, arena))
      plant(people, evidence, mistake, &options, text);
  }
  bp_arena_free(arena);
  gsl_rng_free(generator);
}

/* Returns whether nothing right failed and nothing visible passed. */
static bool try_people(size_t networks, unsigned long first_seed, int mistakes) {
  static struct people people;
  people = (struct people){.first_seed = first_seed, .mistakes = mistakes};
  bp_parallel_for(networks, bp_processors(), one_of_people, &people);
  printf(
      "%zu networks from seed %lu: %zu entries, %zu undecided, %zu networks undecided, %zu false "
      "alarms; %zu mistakes: %zu caught, %zu undecided, %zu visible ones missed\n",
      people.networks, first_seed, people.entries, people.undecided, people.undecided_networks,
      people.alarms, people.planted, people.caught, people.blurred, people.missed);
  return people.alarms == 0 && people.missed == 0;
}

/* ---- against another build ----------------------------------------------- */

extern char **environ;

/* User CPU of one check by a program, and its exit status; what it prints is thrown away. */
static double program_seconds(const char *program, const char *spec, const char *scale,
                              int *status) {
  const char *arguments[] = {program, "net",       spec, "--samples", "32", "--weight-scale",
                             scale,   "--threads", "1",  "--quiet",   NULL};
  char *words[sizeof arguments / sizeof *arguments];
  struct rusage usage;
  posix_spawn_file_actions_t actions;
  pid_t child;
  memcpy(words, arguments, sizeof words); /* exec wants them without const, and leaves them alone */
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  int error = posix_spawn(&child, program, &actions, NULL, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0 || wait4(child, status, 0, &usage) < 0) {
    fprintf(stderr, "%s: %s\n", program, strerror(error));
    exit(2);
  }
  *status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 4;
  return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static const char *status_name(int status) {
  static const char *const names[] = {"holds", "fails", "undecided"};
  return status < 3 ? names[status] : "broke off";
}

static void time_against(const char *other, const char *program) {
  enum { RUNS = 3 };
  static const struct {
    const char *text, *scale;
  } rows[] = {
      {"784 - 100 sigmoid - 10 softmax", "1"},
      {"784 - 256 sigmoid - 128 sigmoid - 10 softmax", "1.4"},
      {"784 - 512 relu - 512 relu - 10 softmax", "1"},
      {"784 - 512 relu - 512 relu - 10 softmax", "1.4"},
  };
  printf("%-46s %6s %18s %18s %8s\n", "network, 32 samples", "scale", "other build", "this build",
         "ratio");
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    double best[2] = {INFINITY, INFINITY};
    int status[2];
    for (int run = 0; run < RUNS && (run == 0 || best[0] < 1); run++) {
      best[0] = fmin(best[0], program_seconds(other, rows[k].text, rows[k].scale, &status[0]));
      best[1] = fmin(best[1], program_seconds(program, rows[k].text, rows[k].scale, &status[1]));
    }
    printf("%-46s %6s %6.2f s %9s %6.2f s %9s %7.1fx\n", rows[k].text, rows[k].scale, best[0],
           status_name(status[0]), best[1], status_name(status[1]), best[0] / best[1]);
    fflush(stdout);
  }
}

int main(int argc, char **argv) {
  const char *part = argc > 1 ? argv[1] : "";
  if (argc == 4 && !strcmp(part, "against")) {
    time_against(argv[2], argv[3]);
    return 0;
  }
  size_t networks = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
  unsigned long first_seed = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
  gsl_set_error_handler_off();
  bp_blas_alone();
  setvbuf(stdout, NULL, _IOLBF, 0); /* a long run tells what it has found so far */
  if (!strcmp(part, "people"))
    return !try_people(networks, first_seed, argc > 4 ? atoi(argv[4]) : SOME_MISTAKES);
  if (!*part || !strcmp(part, "sizes"))
    time_sizes();
  if (!*part || !strcmp(part, "growth"))
    time_growth();
  if (!*part || !strcmp(part, "families"))
    return !try_families(networks, first_seed);
  return 0;
}
