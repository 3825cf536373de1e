/* backproof trace: the shapes of everything in a network's forward and backward
 * pass, or in a derivation.  What the word names is seen from it: a derivation
 * is a file. */
#include <stdlib.h>
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
#include "read/note.h"
#include "read/readers.h"
#include "report/report.h"
#include "show/show.h"
#include "study/lines.h"
#include "value/vocabulary.h"

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

static const struct argp_child children[] = {{&bp_single_report_argp, 0, NULL, 0},
                                             {&bp_limits_argp, 0, NULL, 0},
                                             {&bp_use_argp, 0, NULL, 0},
                                             {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .help_filter = explain_option,
    .children = children,
    .args_doc = "SPEC\nFILE.deriv\nNOTE\nNOTE:LINE",
    .doc = "Shows every product of forward and backward pass with the shape of "
           "each factor, for one "
           "sample and for m; of a derivation or a note, the shape of every factor of "
           "every line, or of one line of a note.  No number is drawn."};

static void write_trace(const struct bp_trace *trace, const struct trace_options *options) {
  struct bp_output output;
  bp_output_open(&output, options->report.output);
  bp_output_begin(&output);
  struct bp_report_style style = {.colour = bp_terminal_colour(output.stream)};
  bp_output_finish(&output, options->report.writer->trace(trace, &style, output.stream));
}

/* A name that ends as those of derivations do, standard input, or anything that is there.  A word
 * with a dot or a slash in it and no blank is a file that is not there, and never a network. */
static bool names_derivation(const char *word) {
  struct stat status;
  if (!strpbrk(word, " ,:") && strpbrk(word, "./") && stat(word, &status) != 0)
    return true;
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

/* The parts of a note, or one line of it, each under the reading that is meant. */
static int trace_note(const struct trace_options *options, struct bp_derivation *derivation,
                      const char *which) {
  struct bp_judge_options judge = {.seed = 1};
  const struct bp_source *source = derivation->document->source;
  struct bp_study_lines found;
  struct bp_output output;
  if (derivation->diagnostics.errors > 0)
    bp_die_diagnostics(&derivation->diagnostics);
  if ((which ? bp_study_lines(source, &bp_vocabulary, &judge, which, derivation->arena, &found)
             : bp_study_parts(source, &bp_vocabulary, &judge, derivation->arena, &found)) != 0)
    bp_die_no_memory();
  size_t traced = 0;
  for (size_t i = 0; i < found.count; i++)
    traced += found.list[i].document != NULL;
  if (traced == 0)
    bp_die("backproof verify, which says what it needs", "%s%s has no formula that can be traced",
           which ? "that line of " : "", bp_derivation_name(derivation));
  bp_output_open(&output, options->report.output);
  bp_output_begin(&output);
  struct bp_report_style style = {.colour = bp_terminal_colour(output.stream)};
  int status = 0;
  for (size_t i = 0; i < found.count; i++) {
    const struct bp_study_line *one = &found.list[i];
    struct bp_trace trace;
    if (!one->document)
      continue;
    if (bp_trace_document(one->document, &judge, derivation->arena, &derivation->diagnostics,
                          &trace) != 0)
      bp_die_no_memory();
    trace.title = bp_arena_printf(derivation->arena, "%s%s%s, read as %s", source->name,
                                  which ? ", " : "", which ? one->place : "",
                                  one->words + 3 * (strncmp(one->words, "as ", 3) == 0));
    if (!trace.title)
      bp_die_no_memory();
    if (i > 0)
      fputc('\n', output.stream);
    status |= options->report.writer->trace(&trace, &style, output.stream);
  }
  bp_output_finish(&output, status);
  return 0;
}

static int trace_derivation(const struct trace_options *options, const char *path,
                            const char *which) {
  const struct bp_common_options *common = &options->common;
  struct bp_derivation_limits limits = {common->memory_limit, bp_common_seconds(common)};
  struct bp_derivation derivation;
  struct bp_judge_options judge = {.seed = 1, .memory = common->memory_limit};
  struct bp_trace trace;
  refuse_network_options(options);
  bp_flint_limit(common->memory_limit);
  bp_derivation_open(&derivation, path, &limits);
  if (derivation.document && bp_document_is_note(derivation.document->source)) {
    int told = trace_note(options, &derivation, which);
    bp_derivation_free(&derivation);
    return told;
  }
  bp_derivation_require(&derivation);
  if (which)
    bp_die("the file without a line", "of a derivation all lines are traced, not %s alone", which);
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
    return trace_derivation(&options, options.network.spec, NULL);
  char *word = options.network.spec ? strdup(options.network.spec) : NULL;
  const char *file = NULL, *which = NULL;
  if (word && strchr(word, ':'))
    bp_derivation_word(word, &file, &which);
  int status = file && which && names_derivation(file) ? trace_derivation(&options, file, which)
                                                       : trace_network(&options);
  free(word);
  return status;
}
