/* backproof verify: every line of derivation files, judged.
 *
 * Messages about the files go to stderr first, then comes one report for all files in the order in
 * which they were named; what could not be read does not keep the rest from being judged.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "report/report.h"

enum { KEY_FORMAT = 'f', KEY_OUTPUT = 'o', KEY_CLAIMS = BP_KEY_VERB };

struct verify_options {
  struct bp_common_options common;
  struct bp_point_options points;
  const struct bp_writer *writer;
  const char *output;
  enum bp_listing claims;
  const char **files; /* room for every word of the command line */
  size_t file_count;
};

static const struct argp_option option_table[] = {
    {"format", KEY_FORMAT, "NAME", 0, "text, json or csv (default text)", 1},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the report to FILE, once it is complete", 1},
    {"claims", KEY_CLAIMS, "WHICH", 0,
     "Which lines a text report lists one by one: none, failed or all (default all)", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  static const char *const listings[] = {"none", "failed", "all"};
  struct verify_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->points;
    state->child_inputs[1] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    options->files[options->file_count++] = value;
    return 0;
  case KEY_FORMAT:
    options->writer = bp_option_writer(value);
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  case KEY_CLAIMS:
    options->claims = (enum bp_listing)bp_option_word("--claims", value, listings, 3);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {
    {&bp_point_argp, 0, "What is drawn:", 2}, {&bp_common_argp, 0, "The run:", 3}, {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "FILE...",
    .doc =
        "Judges every line of derivation files, - for standard input: numbers are drawn for what "
        "is given, derivatives are taken by differences, and both sides of every claim are "
        "compared.\v"
        "Exit status: 0 every line holds, 1 a line fails, 2 undecided or nothing checked, 3 bad "
        "input or usage.",
    .children = children};

/* Standard input can be read only once. */
static void refuse_repeated_input(const struct verify_options *options) {
  size_t inputs = 0;
  for (size_t i = 0; i < options->file_count; i++)
    inputs += strcmp(options->files[i], "-") == 0;
  if (inputs > 1)
    bp_die("- once", "standard input is named %zu times, but can be read only once", inputs);
}

static void write_report(const struct verify_options *options, const struct bp_derivation *list,
                         struct bp_output *output) {
  size_t count = options->file_count;
  struct bp_derivation_result *files = calloc(count, sizeof *files);
  if (!files)
    bp_die_no_memory();
  bp_derivations_results(list, count, files);
  struct bp_derivation_results results = {files, count};
  struct bp_report_style style = {.colour = bp_terminal_colour(output->stream),
                                  .width = bp_terminal_columns(output->stream),
                                  .brief = options->common.quiet,
                                  .claims = options->claims};
  bp_output_finish(output, options->writer->derivations(&results, &style, output->stream));
  free(files);
}

static int verify(const struct verify_options *options) {
  size_t count = options->file_count;
  struct bp_derivation *list = calloc(count, sizeof *list);
  struct bp_output output;
  struct bp_progress progress;
  struct bp_derivations_options how = {
      .judge = {.seed = options->points.seed, .trials = options->points.trials},
      .threads = options->common.threads,
      .memory = options->common.memory_limit,
      .progress = bp_progress_report,
      .user = &progress};
  if (!list)
    bp_die_no_memory();
  bp_output_open(&output, options->output);
  bp_progress_begin(&progress, options->common.quiet);
  bool complete = bp_derivations_judge(options->files, count, &how, list);
  bp_progress_end(&progress);
  if (!complete)
    bp_die_interrupted();
  for (size_t i = 0; i < count; i++)
    bp_derivation_complain(&list[i]);
  bp_output_begin(&output);
  write_report(options, list, &output);
  int status = bp_derivations_status(list, count);
  for (size_t i = 0; i < count; i++)
    bp_derivation_free(&list[i]);
  free(list);
  return status;
}

int bp_verb_verify(int argc, char **argv) {
  struct verify_options options = {.writer = &bp_writers[0], .claims = BP_LIST_ALL};
  bp_point_defaults(&options.points);
  bp_common_defaults(&options.common);
  options.files = calloc((size_t)argc, sizeof *options.files);
  if (!options.files)
    bp_die_no_memory();
  bp_options_parse(&argp, argc, argv, &options);
  if (options.file_count == 0)
    bp_die("backproof verify FILE.deriv, or - for standard input", "which file?");
  refuse_repeated_input(&options);
  int status = verify(&options);
  free(options.files);
  return status;
}
