/* backproof trace: the shapes of everything in the forward and backward pass. No number is drawn.
 */
#include "report/trace.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/terminal.h"
#include "net/shapes.h"

enum { KEY_FORMAT = 'f', KEY_OUTPUT = 'o' };

struct trace_options {
  struct bp_network_options network; /* of these only what gives shapes: spec, loss, samples */
  bool markdown;
  const char *output;
};

static const struct argp_option option_table[] = {
    {"loss", BP_KEY_LOSS, "NAME", 0, "cross-entropy, squared or half-squared, whatever SPEC says",
     1},
    {"samples", BP_KEY_SAMPLES, "M", 0,
     "Number of samples, whatever SPEC says (default: the letter m)", 1},
    {"format", KEY_FORMAT, "NAME", 0, "text or markdown (default text)", 1},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the trace to FILE, once it is complete", 1},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  static const char *const formats[] = {"text", "markdown"};
  struct trace_options *options = state->input;
  switch (key) {
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
  case KEY_FORMAT:
    options->markdown = bp_option_word("--format", value, formats, 2) == 1;
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "SPEC",
    .doc =
        "Shows every product of forward and backward pass with the shape of each factor, for one "
        "sample and for m.  No number is drawn."};

int bp_verb_trace(int argc, char **argv) {
  struct trace_options options = {0};
  struct bp_common_options common;
  bp_network_defaults(&options.network);
  bp_common_defaults(&common);
  bp_options_parse(&argp, argc, argv, &options);
  struct bp_problem problem;
  struct bp_output output;
  bp_problem_begin(&problem, &options.network, &common);
  size_t samples = options.network.samples ? options.network.samples : problem.spec.samples;
  bp_output_open(&output, options.output);
  struct bp_trace *trace = bp_trace_shapes(&problem.spec, samples, problem.arena);
  if (!trace)
    bp_die_no_memory();
  bp_output_begin(&output);
  if (options.markdown)
    bp_trace_markdown(trace, output.stream);
  else
    bp_trace_text(trace, bp_terminal_colour(output.stream), output.stream);
  bp_output_finish(&output, 0);
  bp_problem_free(&problem);
  return 0;
}
