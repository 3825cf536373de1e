/* backproof trace: the shapes of everything in a network's forward and backward
 * pass, or in a derivation.  What the word names is seen from it: a derivation
 * is a file. */
#include <string.h>
#include <sys/stat.h>

#include "base/mutable.h"
#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/single_report.h"
#include "cli/terminal.h"
#include "net/trace.h"
#include "read/readers.h"
#include "report/report.h"
#include "show/show.h"

struct trace_options {
  struct bp_network_options network; /* of these only what gives shapes: spec
                                        (or a file), loss, samples */
  struct bp_single_report report;
  struct bp_common_options common; /* of these only the limits */
};

static bool serves(const struct bp_writer *writer) { return writer->trace; }

static const struct argp_option option_table[] = {
    {"loss", BP_KEY_LOSS, "NAME", 0, "the losses", 2},
    {"samples", BP_KEY_SAMPLES, "M", 0,
     "Number of samples, whatever SPEC says (default: the letter m)", 2},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct trace_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->report;
    state->child_inputs[1] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    bp_options_spec(&options->network, value, "backproof trace");
    return 0;
  case BP_KEY_LOSS:
    options->network.loss = value;
    return 0;
  case BP_KEY_SAMPLES:
    options->network.samples = bp_option_samples(value);
    return 0;
  case BP_KEY_COLOR:
    bp_option_colour(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static char *explain_option(int key, const char *text, void *input) {
  (void)input;
  return key == BP_KEY_LOSS ? bp_option_losses() : bp_unchanged(text);
}

static const struct argp_child children[] = {
    {&bp_single_report_argp, 0, NULL, 0}, {&bp_limits_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .help_filter = explain_option,
    .children = children,
    .args_doc = "SPEC\nFILE.deriv",
    .doc = "Shows every product of forward and backward pass with the shape of "
           "each factor, for one "
           "sample and for m; of a derivation, the shape of every factor of "
           "every line.  No number is "
           "drawn."};

static void write_trace(const struct bp_trace *trace, const struct trace_options *options) {
  struct bp_output output;
  bp_output_open(&output, options->report.output);
  bp_output_begin(&output);
  struct bp_report_style style = {.colour = bp_terminal_colour(output.stream)};
  bp_output_finish(&output, options->report.writer->trace(trace, &style, output.stream));
}

/* A name that ends as those of derivations do, standard input, or anything that is there. */
static bool names_derivation(const char *word) {
  struct stat status;
  return strcmp(word, "-") == 0 || bp_reader_named(word) || stat(word, &status) == 0;
}

static void refuse_network_options(const struct trace_options *options) {
  if (options->network.loss)
    bp_die("a network, or the file without --loss", "--loss belongs to a network, not to %s",
           options->network.spec);
  if (options->network.samples)
    bp_die("size m = 5 in the file", "--samples belongs to a network, not to %s",
           options->network.spec);
}

static int trace_derivation(const struct trace_options *options) {
  const struct bp_common_options *common = &options->common;
  struct bp_derivation_limits limits = {common->memory_limit, bp_common_seconds(common)};
  struct bp_derivation derivation;
  struct bp_judge_options judge = {.seed = 1, .memory = common->memory_limit};
  struct bp_trace trace;
  refuse_network_options(options);
  bp_flint_limit(common->memory_limit);
  bp_derivation_open(&derivation, options->network.spec, &limits);
  bp_derivation_require(&derivation);
  int status = bp_trace_document(derivation.document, &judge, derivation.arena,
                                 &derivation.diagnostics, &trace);
  bp_derivation_require_memory(&derivation);
  bp_derivation_complain(&derivation);
  if (status != 0)
    bp_die_no_memory();
  write_trace(&trace, options);
  bool errors = derivation.diagnostics.errors > 0;
  bp_derivation_leave();
  bp_derivation_free(&derivation);
  return errors ? BP_EXIT_BAD_INPUT : 0;
}

static int trace_network(const struct trace_options *options) {
  struct bp_problem problem;
  bp_problem_begin(&problem, &options->network, &options->common);
  size_t samples = options->network.samples ? options->network.samples : problem.spec.samples;
  struct bp_trace *trace = bp_trace_shapes(&problem.spec, samples, problem.arena);
  if (!trace)
    bp_die_no_memory();
  write_trace(trace, options);
  bp_problem_free(&problem);
  return 0;
}

int bp_verb_trace(int argc, char **argv) {
  struct trace_options options = {
      .report = {.what = "trace", .serves = serves, .writer = bp_writer_find("text")}};
  bp_network_defaults(&options.network);
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  if (options.network.spec && names_derivation(options.network.spec))
    return trace_derivation(&options);
  return trace_network(&options);
}
