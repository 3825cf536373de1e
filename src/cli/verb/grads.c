/* backproof grads: gradients that other code wrote into a file, checked at the point in that file.
 */
#include <string.h>

#include "base/mutable.h"
#include "base/ranks/ranks.h"
#include "cli/cli.h"
#include "cli/dump.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/problem.h"
#include "cli/replay.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "net/check.h"

enum {
  KEY_NAME = BP_KEY_VERB,
  KEY_SAMPLES_AS,
  KEY_WEIGHTS_AS,
  KEY_PYTORCH,
  KEY_REDUCTION,
  KEY_PRECISION
};

struct grads_options {
  struct bp_network_options network; /* spec and loss; the rest has no meaning here */
  struct bp_dump_options dump;
  struct bp_common_options common;
  struct bp_reports reports;
  enum bp_listing parameters;
};

static const struct argp_option option_table[] = {
    {"name", KEY_NAME, "ROLE=ARRAY", 0,
     "Which array plays a role, such as W1=kernel_a or dW1=grad_a; may be given many times", 1},
    {"samples-as", KEY_SAMPLES_AS, "WHICH", 0, "columns or rows of X and Y (default: as they fit)",
     1},
    {"weights-as", KEY_WEIGHTS_AS, "WHICH", 0,
     "out-in, as in W @ X and in PyTorch, or in-out, as in X @ W and in Keras (default: as they "
     "fit)",
     1},
    {"pytorch", KEY_PYTORCH, NULL, 0,
     "The layout of PyTorch: --samples-as rows --weights-as out-in", 1},
    {"reduction", KEY_REDUCTION, "WHICH", 0,
     "What the code's loss is of the samples: their mean, their sum, or the mean over all elements "
     "of Y, as nn.MSELoss: mean, sum or elements (default mean)",
     1},
    {"precision", KEY_PRECISION, "TYPE", 0,
     "What the code computed in: float64, float32 or float16 (default: the type of its arrays)", 1},
    {"loss", BP_KEY_LOSS, "NAME", 0, "the losses", 1},
    {0}};

static void take_word(struct grads_options *options, const char *word) {
  if (!options->network.spec) {
    options->network.spec = word;
    return;
  }
  if (options->dump.file)
    bp_die("backproof grads \"3 - 4 tanh - 1 sigmoid\" g.npz",
           "found \"%.60s\" after the network and the file \"%.60s\"", word, options->dump.file);
  options->dump.file = word;
}

static void take_name(struct bp_dump_options *options, const char *text) {
  if (options->name_count == BP_MOST_NAMES)
    bp_die("names that backproof knows, see docs/grads.md", "more than %d times --name",
           (int)BP_MOST_NAMES);
  options->names[options->name_count++] = (struct bp_source){"--name", text, strlen(text)};
}

static const char *const reductions[] = {"mean", "sum", "elements"};
static const char *const types[] = {"float64", "float32", "float16"};
static const double units[] = {0x1p-53, 0x1p-24, 0x1p-11}; /* of these types */

static error_t parse_layout(int key, char *value, struct bp_dump_options *options) {
  static const char *const samples[] = {"columns", "rows"};
  static const char *const weights[] = {"out-in", "in-out"};
  switch (key) {
  case KEY_NAME:
    take_name(options, value);
    return 0;
  case KEY_SAMPLES_AS:
    options->layout.samples = bp_option_word("--samples-as", value, samples, 2) == 0
                                  ? BP_SAMPLES_COLUMNS
                                  : BP_SAMPLES_ROWS;
    return 0;
  case KEY_WEIGHTS_AS:
    options->layout.weights = bp_option_word("--weights-as", value, weights, 2) == 0
                                  ? BP_WEIGHTS_OUT_IN
                                  : BP_WEIGHTS_IN_OUT;
    return 0;
  case KEY_PYTORCH:
    options->layout.samples = BP_SAMPLES_ROWS;
    options->layout.weights = BP_WEIGHTS_OUT_IN;
    return 0;
  case KEY_REDUCTION:
    options->layout.reduction =
        (enum bp_reduction)bp_option_word("--reduction", value, reductions, 3);
    return 0;
  case KEY_PRECISION:
    options->layout.unit = units[bp_option_word("--precision", value, types, 3)];
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct grads_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->parameters;
    state->child_inputs[1] = &options->reports;
    state->child_inputs[2] = &options->common;
    state->child_inputs[3] = &options->network;
    state->child_inputs[4] = &options->network;
    return 0;
  case ARGP_KEY_ARG:
    take_word(options, value);
    return 0;
  case BP_KEY_LOSS:
    options->network.loss = value;
    return 0;
  default:
    return parse_layout(key, value, &options->dump);
  }
}

static const struct argp_child children[] = {
    {&bp_parameters_argp, 0, NULL, 0},   {&bp_reports_argp, 0, "Reports:", 3},
    {&bp_common_argp, 0, "The run:", 4}, {&bp_sample_argp, 0, NULL, 1},
    {&bp_directions_argp, 0, NULL, 1},   {0}};

static const char description[] =
    "Checks gradients that other code wrote into a file: at the very point in that file they must "
    "agree with central differences and with explicit Kronecker Jacobians.\v"
    "SPEC is the network, as for backproof net. FILE is what np.savez wrote, with X, Y, W1, b1 "
    "and so on, and at least one gradient, dW1 or db1; or a folder with X.npy, Y.npy and so on. "
    "PyTorch's names (fc1.weight, fc1.weight.grad) are known, too.\n\n" BP_EXIT_STATUS_HELP;

static char *explain_option(int key, const char *text, void *input) {
  (void)input;
  return key == BP_KEY_LOSS ? bp_option_losses() : bp_unchanged(text);
}

static const struct argp argp = {.options = option_table,
                                 .parser = parse,
                                 .help_filter = explain_option,
                                 .args_doc = "SPEC FILE",
                                 .doc = description,
                                 .children = children};

/* ---- the report ---------------------------------------------------------- */

static void describe(struct bp_problem *problem, const struct bp_dump *dump) {
  bp_problem_setting(problem, "samples", bp_arena_printf(problem->arena, "%zu", problem->samples));
  bp_problem_setting(problem, "gradients", dump->options->file);
  bp_problem_setting(problem, "samples as",
                     dump->layout.samples_as == BP_SAMPLES_ROWS ? "rows" : "columns");
  bp_problem_setting(problem, "weights as",
                     dump->layout.weights_as == BP_WEIGHTS_IN_OUT ? "in-out" : "out-in");
  bp_problem_describe_part(problem);
  if (dump->options->layout.reduction != BP_REDUCTION_MEAN)
    bp_problem_setting(problem, "reduction", reductions[dump->options->layout.reduction]);
}

/* The notes about the file come before those of the check. */
static void add_notes(const struct bp_dump *dump, struct bp_report *report) {
  size_t count = dump->layout.note_count + report->head.note_count;
  const char **notes = bp_arena_alloc(dump->problem->arena, count, sizeof *notes);
  if (!notes)
    bp_die_no_memory();
  for (size_t k = 0; k < count; k++)
    notes[k] = k < dump->layout.note_count ? dump->layout.notes[k]
                                           : report->head.notes[k - dump->layout.note_count];
  report->head.notes = notes;
  report->head.note_count = count;
}

/* Standard input is nowhere. */
static const char *place_of(const struct bp_dump_options *dump) {
  return strcmp(dump->file, "-") != 0 ? dump->file : NULL;
}

/* The command that shows again what does not hold. */
static void add_replay(const struct grads_options *options, struct bp_arena *arena,
                       struct bp_report *report) {
  const struct bp_dump_options *dump = &options->dump;
  struct bp_command command = bp_command_begin("grads", arena);
  bp_command_word(&command, options->network.spec);
  bp_command_word(&command, dump->file);
  for (size_t k = 0; k < dump->name_count; k++)
    bp_command_option(&command, "--name", dump->names[k].text);
  if (dump->layout.samples != BP_SAMPLES_GUESSED)
    bp_command_option(&command, "--samples-as",
                      dump->layout.samples == BP_SAMPLES_ROWS ? "rows" : "columns");
  if (dump->layout.weights != BP_WEIGHTS_GUESSED)
    bp_command_option(&command, "--weights-as",
                      dump->layout.weights == BP_WEIGHTS_IN_OUT ? "in-out" : "out-in");
  if (dump->layout.reduction != BP_REDUCTION_MEAN)
    bp_command_option(&command, "--reduction", reductions[dump->layout.reduction]);
  for (size_t k = 0; k < 3; k++)
    if (dump->layout.unit == units[k])
      bp_command_option(&command, "--precision", types[k]);
  if (options->network.loss)
    bp_command_option(&command, "--loss", options->network.loss);
  if (options->network.sample)
    bp_command_count(&command, "--sample", options->network.sample);
  if (options->network.directions)
    bp_command_count(&command, "--directions", options->network.directions);
  bp_command_option(&command, "--parameters", "failed");
  bp_command_common(&command, &options->common);
  bool again = strcmp(dump->file, "-") != 0; /* standard input cannot be had again */
  for (size_t b = 0; again && b < report->block_count; b++)
    if (report->blocks[b].verdict != BP_HOLDS && !report->blocks[b].informative)
      report->blocks[b].replay = command.text;
}

static int run_check(struct bp_dump *dump, struct grads_options *options) {
  struct bp_problem *problem = dump->problem;
  struct bp_progress progress;
  struct bp_check_options check = {.route = dump->layout.route,
                                   .outside = bp_dump_gradient(dump),
                                   .threads = options->common.threads,
                                   .sample = options->network.sample,
                                   .directions = options->network.directions,
                                   .sample_seed = options->network.seed,
                                   .dealt = options->network.dealt,
                                   .progress = bp_progress_report,
                                   .user = &progress};
  struct bp_report *report;
  bp_progress_begin(&progress, options->common.quiet);
  bp_problem_estimate(problem, &options->common, &progress);
  enum bp_status status = bp_check(problem->network, &check, problem->arena, &report);
  double seconds = bp_progress_end(&progress);
  bp_problem_require(status);
  bp_input_settle();
  if (bp_rank() > 0)
    return 0;
  describe(problem, dump);
  add_notes(dump, report);
  report->head.title = problem->title;
  report->head.settings = problem->settings;
  report->head.setting_count = problem->setting_count;
  report->head.seconds = seconds;
  report->network->tested = "the file";
  report->head.place = place_of(&options->dump);
  if (!options->network.directions)
    report->skipped = bp_spec_parameters(&problem->spec) - report->head.entries;
  add_replay(options, problem->arena, report);
  struct bp_report_style style = {.brief = options->common.quiet,
                                  .parameters = options->parameters};
  bp_reports_write(&options->reports, &style, bp_reports_gradient, report);
  return bp_exit_status(bp_report_verdict(&report->head));
}

int bp_verb_grads(int argc, char **argv) {
  static struct grads_options options; /* large, for its names */
  bp_network_defaults(&options.network);
  bp_common_defaults(&options.common);
  bp_reports_defaults(&options.reports, bp_reports_gradients);
  bp_options_parse(&argp, argc, argv, &options);
  options.network.dealt = options.network.directions == 0;
  struct bp_problem problem;
  struct bp_dump dump;
  bp_problem_begin(&problem, &options.network, &options.common);
  if (!options.dump.file)
    bp_die("backproof grads \"3 - 4 tanh - 1 sigmoid\" g.npz, with a file that np.savez wrote",
           "which file?");
  bp_reports_open(&options.reports);
  bp_reports_expect(&options.reports, problem.title, place_of(&options.dump));
  bp_dump_open(&dump, &options.dump, &problem, &options.common);
  bp_dump_read(&dump);
  bp_dump_arrange(&dump);
  bp_problem_allocate(&problem, &options.common);
  bp_dump_fill(&dump);
  bool idle = bp_rank() > 0 && !options.network.dealt; /* that is left to rank 0 */
  int status = idle ? 0 : run_check(&dump, &options);
  bp_problem_free(&problem);
  return status;
}
