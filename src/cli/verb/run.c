/* backproof run: the built-in suite.
 *
 * The rows are made from the tables of functions and losses, so that a new activation or loss is
 * checked from the day it has a row: every activation in a hidden layer, every activation and loss
 * at the output, shapes from one weight to a hundred thousand, and last a network on Fisher's iris
 * data. */
#include <math.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/terminal.h"
#include "cli/verb/iris.h"
#include "net/check.h"
#include "num/function.h"
#include "report/table.h"

enum { KEY_SEED = BP_KEY_VERB, SPEC_BYTES = 128, SPEC_COLUMNS = 39 };

struct run_options {
  struct bp_common_options common;
  unsigned long seed;
};

/* What the suite has found so far. */
struct tally {
  const struct run_options *options;
  bool colour;
  struct bp_progress progress;
  size_t networks, holds, parameters;
  enum bp_verdict verdict;
};

static const struct argp_option option_table[] = {
    {"seed", KEY_SEED, "N", 0, "Seed of what is drawn (default 1)", 1}, {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct run_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    bp_die("backproof net \"...\" for one network",
           "backproof run takes no network, found \"%.60s\"", value);
  case KEY_SEED:
    options->seed = bp_option_seed(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_common_argp, 0, "The run:", 3}, {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Checks the built-in suite: every activation, loss and layer shape, and a network on "
           "Fisher's iris data.",
    .children = children};

/* The greater of two, where not a number is the greatest. */
static double worse(double a, double b) { return a >= b || isnan(a) ? a : b; }

static void print_row(struct tally *tally, const char *spec, const struct bp_report *report,
                      struct bp_arena *arena) {
  double difference = 0, kronecker = 0, visible = 0;
  for (size_t i = 0; i < report->block_count; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (!block->parameter)
      continue;
    difference = worse(difference, block->largest_relative);
    kronecker = worse(kronecker, block->kronecker_relative);
    visible = worse(visible, block->visible);
  }
  const char *numbers[] = {bp_short_number(difference, arena), bp_short_number(kronecker, arena),
                           bp_short_number(visible, arena)};
  if (!numbers[0] || !numbers[1] || !numbers[2])
    bp_die_no_memory();
  enum bp_tint tint = bp_verdict_tint(report->head.verdict);
  if (tally->options->common.quiet && report->head.verdict == BP_HOLDS)
    return;
  printf("%-*s  %7s  %9s  %7s  %s%s%s\n", SPEC_COLUMNS, spec, numbers[0], numbers[1], numbers[2],
         bp_tint_on(tint, tally->colour), bp_verdict_name(report->head.verdict),
         bp_tint_off(tint, tally->colour));
}

/* Checks one network and prints its row, which names the loss where one is given; `data` is the
 * iris data, or NULL for drawn values. */
static void check_row(struct tally *tally, const char *text, const char *loss, size_t samples,
                      const struct bp_source *data) {
  struct bp_network_options network;
  bp_network_defaults(&network);
  network.spec = text;
  network.loss = loss;
  network.seed = tally->options->seed;
  network.samples = data ? 0 : samples;
  struct bp_problem problem;
  bp_problem_begin(&problem, &network, &tally->options->common);
  if (data)
    bp_problem_use_data(&problem, data);
  else
    bp_problem_read_data(&problem);
  bp_problem_build(&problem, &tally->options->common);
  struct bp_check_options check = {.threads = tally->options->common.threads,
                                   .progress = bp_progress_report,
                                   .user = &tally->progress};
  struct bp_report *report;
  bp_progress_begin(&tally->progress, tally->options->common.quiet);
  enum bp_status status = bp_check(problem.network, &check, problem.arena, &report);
  bp_progress_end(&tally->progress);
  bp_problem_require(status);
  enum bp_verdict verdict = report->head.entries == 0 ? BP_UNDECIDED : report->head.verdict;
  const char *spec = loss || data ? bp_arena_printf(problem.arena, "%s, %s", problem.title,
                                                    loss ? loss : "on iris data")
                                  : problem.title;
  if (!spec)
    bp_die_no_memory();
  print_row(tally, spec, report, problem.arena);
  tally->networks++;
  tally->holds += verdict == BP_HOLDS;
  tally->parameters += report->head.entries;
  tally->verdict = bp_verdict_join(tally->verdict, verdict);
  bp_problem_free(&problem);
}

static void check_activations(struct tally *tally) {
  char spec[SPEC_BYTES];
  for (size_t i = 0; i < bp_function_count; i++) {
    if (bp_functions[i].columnwise)
      continue;
    snprintf(spec, sizeof spec, "3 - 4 %s - 2 sigmoid", bp_functions[i].name);
    check_row(tally, spec, NULL, 5, NULL);
  }
}

static void check_outputs(struct tally *tally) {
  char spec[SPEC_BYTES];
  for (size_t loss = 0; loss < bp_loss_count; loss++)
    for (size_t i = 0; i < bp_function_count; i++) {
      if (!bp_loss_fits(bp_losses[loss], &bp_functions[i]))
        continue;
      snprintf(spec, sizeof spec, "3 - 4 tanh - 3 %s", bp_functions[i].name);
      check_row(tally, spec, bp_losses[loss]->name, 5, NULL);
    }
}

static void check_shapes(struct tally *tally) {
  static const struct {
    const char *spec;
    size_t samples;
  } shapes[] = {
      {"1 - 1 sigmoid", 5},
      {"5 - 1 sigmoid", 1},
      {"4 - 4 tanh - 4 tanh - 4 softmax", 7},
      {"8 - 2 tanh - 8 identity", 20},
      {"2 - 32 relu - 3 softmax", 50},
      {"3 - 4 tanh - 4 silu - 2 sigmoid", 5},
      {"784 - 100 sigmoid - 10 softmax", 32},
      {"4 - 8 tanh - 3 softmax", 150},
  };
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    check_row(tally, shapes[i].spec, NULL, shapes[i].samples, NULL);
}

static int summary(const struct tally *tally) {
  char sentence[160];
  struct bp_arena *arena = bp_arena_new(0);
  const char *parameters = arena ? bp_grouped(tally->parameters, arena) : NULL;
  if (!parameters)
    bp_die_no_memory();
  enum bp_tint tint = bp_verdict_tint(tally->verdict);
  if (tally->verdict == BP_HOLDS)
    snprintf(sentence, sizeof sentence, "all %zu networks hold: %s parameters agree three ways",
             tally->networks, parameters);

  else
    snprintf(sentence, sizeof sentence, "%zu of %zu networks hold; the suite %s", tally->holds,
             tally->networks, tally->verdict == BP_FAILS ? "fails" : "is undecided");
  printf("%s%s%s%s\n", tally->options->common.quiet ? "" : "\n", bp_tint_on(tint, tally->colour),
         sentence, bp_tint_off(tint, tally->colour));
  bp_arena_free(arena);
  return bp_exit_status(tally->verdict);
}

int bp_verb_run(int argc, char **argv) {
  struct run_options options = {.seed = 1};
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  struct bp_output output;
  bp_output_open(&output, NULL);
  struct tally tally = {.options = &options, .colour = bp_terminal_colour(stdout)};
  if (!options.common.quiet)
    printf("%s%-*s  %7s  %9s  %7s\n%-*s  %7s  %9s  %7s  %s%s\n", bp_tint_on(BP_FAINT, tally.colour),
           SPEC_COLUMNS, "", "error", "Kronecker", "seen", SPEC_COLUMNS,
           "network, as backproof net takes it", "largest", "largest", "above", "verdict",
           bp_tint_off(BP_FAINT, tally.colour));
  check_activations(&tally);
  check_outputs(&tally);
  check_shapes(&tally);
  struct bp_source iris = {"iris.csv", bp_iris_text, bp_iris_length};
  check_row(&tally, "4 - 8 tanh - 3 softmax", NULL, 0, &iris);
  int status = summary(&tally);
  bp_output_finish(&output, 0);
  return status;
}
