/* backproof train: gradient descent, with the gradient checked at the start, on the way and at the
 * end, where it vanishes and checkers go wrong. */
#include "net/train.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/single_report.h"
#include "cli/terminal.h"
#include "report/report.h"

#include <string.h>

enum { KEY_STEPS = BP_KEY_VERB, KEY_RATE, KEY_CHECK_EVERY, KEY_HELD_OUT, KEY_START };

/* Of a data file, unless it is too short to spare anything. */
static const double DEFAULT_HELD_OUT = 0.2;
enum { SAMPLES_TO_SPARE = 20 };

struct train_options {
  struct bp_network_options network;
  struct bp_common_options common;
  struct bp_train_options train;
  double held_out; /* negative: not given */
  struct bp_single_report report;
};

static bool serves(const struct bp_writer *writer) { return writer->training; }

static const struct argp_option option_table[] = {
    {"steps", KEY_STEPS, "N", 0, "Updates of W and b (default 500)", 2},
    {"rate", KEY_RATE, "A", 0, "The learning rate (default 0.05)", 2},
    {"check-every", KEY_CHECK_EVERY, "K", 0,
     "Check the gradient every K steps (default 0: at the start and at the end)", 2},
    {"held-out", KEY_HELD_OUT, "SHARE", 0,
     "Share of the data set aside for testing, 0 to 0.9 (default 0.2 of 20 rows or more, else 0)",
     2},
    {"start", KEY_START, "VALUES", 0, "W and b at the start: drawn, ones or zeros (default drawn)",
     2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct train_options *options = state->input;
  const char *starts[BP_START_COUNT];
  for (int i = 0; i < BP_START_COUNT; i++)
    starts[i] = bp_start_name((enum bp_start)i);
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->network;
    state->child_inputs[1] = &options->network;
    state->child_inputs[2] = &options->report;
    state->child_inputs[3] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    bp_options_spec(&options->network, value, "backproof train");
    return 0;
  case KEY_STEPS:
    options->train.steps = bp_option_count("--steps", value, 1, 100000000);
    return 0;
  case KEY_RATE:
    options->train.rate = bp_option_number("--rate", value, 0, 1e100);
    return 0;
  case KEY_CHECK_EVERY:
    options->train.check_every = bp_option_count("--check-every", value, 0, 100000000);
    return 0;
  case KEY_HELD_OUT:
    options->held_out = bp_option_number("--held-out", value, 0, 0.9);
    return 0;
  case KEY_START:
    options->train.start = (enum bp_start)bp_option_word("--start", value, starts, BP_START_COUNT);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_network_argp, 0, "The network and its data:", 1},
                                             {&bp_sample_argp, 0, NULL, 1},
                                             {&bp_single_report_argp, 0, NULL, 0},
                                             {&bp_common_argp, 0, "The run:", 3},
                                             {0}};

/* One format has no place for all of a run. */
static const char *remark(const char *format) {
  return strcmp(format, "csv") == 0 ? " (the cost curve)" : "";
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "SPEC",
    .doc = "Gradient descent on all samples at once, with gradients that are checked on the way. "
           "Shows the cost curve, the checks, and the accuracy on the data and on a held-out part.",
    .children = children};

/* Sets part of the data aside; what is left becomes the problem's data. */
static struct bp_network *hold_out(struct bp_problem *problem, double share) {
  struct bp_dataset *training = &problem->dataset, all = *training, test;
  if (bp_dataset_split(&all, share, problem->options->seed, problem->arena, training, &test) != 0)
    bp_die_no_memory();
  problem->samples = training->samples;
  if (test.samples == 0)
    return NULL;
  struct bp_network *network = bp_network_new(&problem->spec, test.samples, problem->arena);
  if (!network)
    bp_die_no_memory();
  bp_problem_fill(&test, network);
  bp_problem_setting(problem, "held out", bp_arena_printf(problem->arena, "%zu", test.samples));
  return network;
}

static int write_training(const struct bp_training *training, const struct train_options *options,
                          FILE *out) {
  struct bp_report_style style = {.colour = bp_terminal_colour(out),
                                  .brief = options->common.quiet};
  return options->report.writer->training(training, &style, out);
}

static void run(struct bp_problem *problem, const struct bp_network *held_out,
                struct train_options *options, struct bp_training **training) {
  struct bp_progress progress;
  options->train.check.route = options->network.route;
  options->train.check.threads = options->common.threads;
  options->train.check.sample = options->network.sample;
  options->train.check.sample_seed = options->network.seed;
  options->train.progress = bp_progress_report;
  options->train.user = &progress;
  bp_progress_begin(&progress, options->common.quiet);
  enum bp_status status =
      bp_train(problem->network, held_out, &options->train, problem->arena, training);
  double seconds = bp_progress_end(&progress);
  bp_problem_require(status);
  (*training)->title = problem->title;
  (*training)->settings = problem->settings;
  (*training)->setting_count = problem->setting_count;
  (*training)->seconds = seconds;
}

int bp_verb_train(int argc, char **argv) {
  struct train_options options = {
      .train = {.steps = 500, .rate = 0.05},
      .held_out = -1,
      .report = {
          .what = "report", .serves = serves, .remark = remark, .writer = bp_writer_find("text")}};
  bp_network_defaults(&options.network);
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  if (options.held_out > 0 && !options.network.data)
    bp_die("--data FILE with it", "--held-out sets part of a data file aside, but none is given");
  struct bp_problem problem;
  struct bp_output output;
  struct bp_network *held_out = NULL;
  struct bp_training *training;
  bp_problem_begin(&problem, &options.network, &options.common);
  bp_problem_read_data(&problem);
  if (options.held_out < 0)
    options.held_out = problem.dataset.samples >= SAMPLES_TO_SPARE ? DEFAULT_HELD_OUT : 0;
  if (options.held_out > 0)
    held_out = hold_out(&problem, options.held_out);
  bp_output_open(&output, options.report.output);
  bp_problem_build(&problem, &options.common);
  run(&problem, held_out, &options, &training);
  bp_output_begin(&output);
  bp_output_finish(&output, write_training(training, &options, output.stream));
  int status = bp_exit_status(training->verdict);
  bp_problem_free(&problem);
  return status;
}
