/* Each step refuses what it can refuse before the next one allocates: the spec costs nothing, the
 * data file its own size, and the network only after its memory has been estimated. */
#include "cli/problem.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/budget.h"
#include "base/parallel.h"
#include "base/ranks/ranks.h"
#include "cli/address_space.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "net/check.h"
#include "net/estimate.h"

enum { DEFAULT_SAMPLES = 5 };

static const double LONG_SECONDS = 10; /* less is not worth a word */

/* What reading the input may take however low the limit is: then the message about the limit can
 * say how much the check itself would need. */
static const size_t LEAST_ARENA = (size_t)16 << 20;

void bp_problem_setting(struct bp_problem *problem, const char *name, const char *value) {
  if (!value)
    bp_die_no_memory();
  if (problem->setting_count < BP_MOST_SETTINGS)
    problem->settings[problem->setting_count++] = (struct bp_setting){name, value};
}

static void read_spec(struct bp_problem *problem) {
  const struct bp_network_options *options = problem->options;
  struct bp_diagnostics *diagnostics = &problem->diagnostics;
  struct bp_source *source = &problem->spec_source;
  *source = (struct bp_source){"network", options->spec, strlen(options->spec)};
  if (bp_spec_parse(source, problem->arena, diagnostics, &problem->spec) != 0)
    bp_die_diagnostics(diagnostics);
  if (options->loss) {
    struct bp_source *loss = &problem->loss_source;
    *loss = (struct bp_source){"--loss", options->loss, strlen(options->loss)};
    struct bp_span all = {0, loss->length};
    if (bp_spec_set_loss(&problem->spec, loss, all, diagnostics) != 0)
      bp_die_diagnostics(diagnostics);
  }
  if (bp_spec_check(&problem->spec, source, diagnostics) != 0)
    bp_die_diagnostics(diagnostics);
}

/* Of everything that is done for a network, in whatever thread. */
static struct bp_budget budget;

static void take_budget(const struct bp_common_options *common, size_t memory) {
  budget.memory = memory;
  budget.seconds = bp_common_network_seconds(common);
  budget.process = true;
  bp_budget_of_process(&budget);
  bp_flint_limit(memory);
}

void bp_problem_begin(struct bp_problem *problem, const struct bp_network_options *options,
                      const struct bp_common_options *common) {
  size_t limit = common->memory_limit > LEAST_ARENA ? common->memory_limit : LEAST_ARENA;
  take_budget(common, limit);
  *problem = (struct bp_problem){.options = options, .arena = bp_arena_new(limit)};
  if (!problem->arena)
    bp_die_no_memory();
  bp_diagnostics_init(&problem->diagnostics, problem->arena);
  if (!options->spec)
    bp_die("a network in quotes, such as \"3 - 4 tanh - 1 sigmoid\"", "which network?");
  read_spec(problem);
  problem->title = bp_spec_text(&problem->spec, problem->arena);
  if (!problem->title)
    bp_die_no_memory();
  bp_problem_setting(problem, "loss", problem->spec.loss->name);
}

static enum bp_target_kind target_kind(const struct bp_spec *spec) {
  const struct bp_function *output = spec->activation[spec->depth];
  if (output->columnwise)
    return BP_TARGET_CLASSES;
  return spec->loss->classes ? BP_TARGET_BINARY : BP_TARGET_NUMBERS;
}

/* Keeps of `rows` rows of `old` values each the values at floor(k * old / samples).  A value never
 * moves back, so all of it happens in place. */
static void keep_evenly(double *values, size_t rows, size_t old, size_t samples) {
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < samples; k++)
      values[i * samples + k] =
          values[i * old + k * (old / samples) + k * (old % samples) / samples];
}

/* Keeps as many samples, spread evenly over all of them: files are often sorted by class, and the
 * first rows would then be all alike. */
static void thin_out(struct bp_dataset *dataset, size_t samples) {
  keep_evenly(dataset->x, dataset->inputs, dataset->samples, samples);
  keep_evenly(dataset->y, dataset->outputs, dataset->samples, samples);
  dataset->samples = samples;
}

void bp_problem_use_data(struct bp_problem *problem, const struct bp_source *source) {
  const struct bp_spec *spec = &problem->spec;
  struct bp_dataset_want want = {.inputs = spec->size[0],
                                 .outputs = spec->size[spec->depth],
                                 .targets = problem->options->targets,
                                 .kind = target_kind(spec)};
  if (bp_dataset_read(source, &want, problem->arena, &problem->diagnostics, &problem->dataset) != 0)
    bp_die_diagnostics(&problem->diagnostics);
  size_t wanted = problem->options->samples ? problem->options->samples : spec->samples;
  size_t found = problem->dataset.samples;
  if (wanted > found)
    bp_die("fewer samples, or none to take every row", "%zu samples wanted, but %s has %zu", wanted,
           source->name, found);
  if (wanted)
    thin_out(&problem->dataset, wanted);
  problem->samples = problem->dataset.samples;
}

void bp_problem_read_data(struct bp_problem *problem) {
  const struct bp_network_options *options = problem->options;
  if (options->data) {
    struct bp_source *source = bp_arena_alloc(problem->arena, 1, sizeof *source);
    if (!source)
      bp_die_no_memory();
    bp_input_read(options->data, problem->arena, source);
    bp_problem_use_data(problem, source);
    return;
  }
  if (options->targets)
    bp_die("--data FILE with it", "--targets says how to read a data file, but none is given");
  problem->samples = options->samples        ? options->samples
                     : problem->spec.samples ? problem->spec.samples
                                             : DEFAULT_SAMPLES;
}

/* "12.3 GiB": enough to choose a limit by. */
static void size_text(size_t bytes, char *text, size_t size) {
  static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = (double)bytes;
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
    value /= 1024;
    unit++;
  }
  snprintf(text, size, unit == 0 ? "%.0f %s" : "%.3g %s", value, bytes == 1 ? "byte" : units[unit]);
}

/* The ranks that share the check. */
static int ranks_of(const struct bp_problem *problem) {
  return problem->options->dealt ? bp_ranks() : 1;
}

static size_t memory_of(const struct bp_problem *problem, size_t sample) {
  if (problem->options->directions)
    return bp_check_memory_along(&problem->spec, problem->samples, problem->options->directions);
  return bp_check_memory_of_rank(&problem->spec, problem->samples, sample, bp_rank(),
                                 ranks_of(problem));
}

static void refuse_absurd(const struct bp_problem *problem, size_t limit, int threads) {
  size_t needed = memory_of(problem, problem->options->sample);
  if (needed <= limit) {
    bp_address_space_reserve(needed, threads > 0 ? threads : bp_processors());
    return;
  }
  char needed_text[32], limit_text[32];
  size_text(needed, needed_text, sizeof needed_text);
  size_text(limit, limit_text, sizeof limit_text);
  enum { FEW = 100 };
  const struct bp_network_options *options = problem->options;
  bool less = options->can_sample && options->sample == 0 && memory_of(problem, FEW) <= limit;
  bp_die(less
             ? "--sample 100, which looks at a part of the network, or --memory-limit SIZE if the "
               "machine has that much"
             : "fewer samples, smaller layers, or --memory-limit SIZE if the machine has that much",
         "%s with %zu samples would need %s%s of memory; the limit is %s", problem->title,
         problem->samples, needed == SIZE_MAX ? "more than " : "up to ", needed_text, limit_text);
}

void bp_problem_fill(const struct bp_dataset *dataset, struct bp_network *network) {
  for (size_t i = 0; i < dataset->inputs; i++)
    for (size_t s = 0; s < network->samples; s++)
      gsl_matrix_set(network->X, i, s, dataset->x[i * dataset->samples + s]);
  for (size_t i = 0; i < dataset->outputs; i++)
    for (size_t s = 0; s < network->samples; s++)
      gsl_matrix_set(network->Y, i, s, dataset->y[i * dataset->samples + s]);
}

void bp_problem_describe_part(struct bp_problem *problem) {
  size_t sample = problem->options->sample, directions = problem->options->directions;
  if (sample)
    bp_problem_setting(problem, "sample",
                       bp_arena_printf(problem->arena, "%zu unit%s of each layer", sample,
                                       sample == 1 ? "" : "s"));
  if (directions)
    bp_problem_setting(problem, "directions",
                       bp_arena_printf(problem->arena, "%zu of each block", directions));
}

static void describe(struct bp_problem *problem) {
  const struct bp_network_options *options = problem->options;
  struct bp_arena *arena = problem->arena;
  bp_problem_setting(problem, "samples", bp_arena_printf(arena, "%zu", problem->samples));
  if (options->data)
    bp_problem_setting(problem, "data", options->data);
  bp_problem_setting(problem, "seed", bp_arena_printf(arena, "%lu", options->seed));
  if (options->weight_scale != 1)
    bp_problem_setting(problem, "weight scale",
                       bp_arena_printf(arena, "%g", options->weight_scale));
  if (options->input_scale != 1 && !options->data)
    bp_problem_setting(problem, "input scale", bp_arena_printf(arena, "%g", options->input_scale));
  bp_problem_describe_part(problem);
  bp_problem_setting(problem, "route", options->route == BP_ROUTE_DA ? "dA" : "direct");
}

void bp_problem_allocate(struct bp_problem *problem, const struct bp_common_options *common) {
  refuse_absurd(problem, common->memory_limit, common->threads);
  problem->network = bp_network_new(&problem->spec, problem->samples, problem->arena);
  if (!problem->network)
    bp_die_no_memory();
}

void bp_problem_build(struct bp_problem *problem, const struct bp_common_options *common) {
  const struct bp_network_options *options = problem->options;
  bp_problem_allocate(problem, common);
  bool given = problem->dataset.samples > 0;
  struct bp_draw draw = {options->seed, options->weight_scale, options->input_scale,
                         common->threads > 0 ? common->threads : bp_processors()};
  if ((given ? bp_network_draw_parameters : bp_network_draw)(problem->network, &draw) != 0)
    bp_die_no_memory();
  if (given)
    bp_problem_fill(&problem->dataset, problem->network);
  describe(problem);
  bp_remark(&problem->diagnostics);
}

/* "40 s", "12 minutes", "3 hours" */
static void duration_text(double seconds, char *text, size_t size) {
  double rounded = seconds < 10 ? ceil(seconds) : 10 * round(seconds / 10);
  if (seconds < 100)
    snprintf(text, size, "%.0f s", rounded);
  else if (seconds < 6000)
    snprintf(text, size, "%.0f minutes", seconds / 60);
  else
    snprintf(text, size, "%.0f hours", seconds / 3600);
}

/* Better before the first hour than after it. */
static void warn_of_limit(const struct bp_problem *problem) {
  double work = bp_estimate_seconds(&problem->spec, problem->samples, problem->options->sample, 1);
  work /= ranks_of(problem); /* each has a limit of its own */
  char expected[32];
  if (budget.seconds <= 0 || work <= budget.seconds)
    return;
  duration_text(work, expected, sizeof expected);
  fprintf(stderr,
          "backproof: of the processor it takes about %s, and the limit is %g s: --time-limit "
          "SECONDS for more, 0 for any\n",
          expected, budget.seconds);
}

void bp_problem_estimate(const struct bp_problem *problem, const struct bp_common_options *common,
                         struct bp_progress *progress) {
  size_t sample = problem->options->sample;
  if (problem->options->directions) /* seconds, where memory is not short before */
    return;
  double seconds = bp_estimate_seconds(&problem->spec, problem->samples, sample, common->threads);
  seconds /= ranks_of(problem);
  char whole[32], part[32];
  if (seconds < LONG_SECONDS)
    return;
  bp_progress_expect_long(progress, common->quiet);
  if (common->quiet || bp_rank() > 0)
    return;
  duration_text(seconds, whole, sizeof whole);
  fprintf(stderr, "backproof: this takes about %s", whole);
  size_t less = sample ? 0 : bp_estimate_sample(&problem->spec, problem->samples, common->threads);
  if (less) {
    seconds = bp_estimate_seconds(&problem->spec, problem->samples, less, common->threads);
    duration_text(seconds / ranks_of(problem), part, sizeof part);
    fprintf(stderr, "; --sample %zu takes about %s", less, part);
  }
  fputc('\n', stderr);
  warn_of_limit(problem);
}

void bp_problem_require(enum bp_status status) {
  enum bp_budget_end end = bp_budget_end(&budget);
  if (bp_interrupt_signal())
    bp_die_interrupted();
  if (status != BP_OK && end == BP_BUDGET_TIME)
    bp_die_out_of_time(budget.seconds,
                       "a larger --time-limit (0 for any), fewer samples, or smaller layers");
  if (status != BP_OK || end == BP_BUDGET_NO_MEMORY)
    bp_die_no_memory();
}

void bp_problem_free(struct bp_problem *problem) { bp_arena_free(problem->arena); }
