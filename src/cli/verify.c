/* backproof verify: every line of derivation files, judged.
 *
 * Messages about the files go to stderr first, then comes one report for all files in the order in
 * which they were named; what could not be read does not keep the rest from being judged.  Mended
 * copies are written last, so that there is none without a report.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/fix.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "report/report.h"

enum {
  KEY_FORMAT = 'f',
  KEY_OUTPUT = 'o',
  KEY_CLAIMS = BP_KEY_VERB,
  KEY_HINTS,
  KEY_HINT_TIME,
  KEY_FIX
};

static const unsigned HINT_MILLISECONDS = 300, MOST_HINT_MILLISECONDS = 3600000;

struct verify_options {
  struct bp_common_options common;
  struct bp_point_options points;
  const struct bp_writer *writer;
  const char *output;
  enum bp_listing claims;
  bool no_hints, fix;
  unsigned hint_milliseconds;
  const char **files; /* room for every word of the command line */
  size_t file_count;
};

static const struct argp_option option_table[] = {
    {"format", KEY_FORMAT, "NAME", 0, "text, json or csv (default text)", 1},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the report to FILE, once it is complete", 1},
    {"claims", KEY_CLAIMS, "WHICH", 0,
     "Which lines a text report lists one by one: none, failed or all (default all)", 1},
    {"hints", KEY_HINTS, "CHOICE", 0,
     "Whether to look for small changes that mend a line that fails: yes or no (default yes)", 1},
    {"hint-time", KEY_HINT_TIME, "MS", 0,
     "Milliseconds to look for pairs of changes, for each line that fails; 0 looks for single ones "
     "only (default 300)",
     1},
    {"fix", KEY_FIX, NULL, 0,
     "Write a mended copy of each file beside it: notes.mended.deriv for notes.deriv", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  static const char *const listings[] = {"none", "failed", "all"};
  static const char *const choices[] = {"yes", "no"};
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
  case KEY_HINTS:
    options->no_hints = bp_option_word("--hints", value, choices, 2) == 1;
    return 0;
  case KEY_HINT_TIME:
    options->hint_milliseconds =
        (unsigned)bp_option_count("--hint-time", value, 0, MOST_HINT_MILLISECONDS);
    return 0;
  case KEY_FIX:
    options->fix = true;
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

/* A copy needs a place beside a file, and something to change. */
static void refuse_pointless_fix(const struct verify_options *options) {
  if (!options->fix)
    return;
  if (options->no_hints)
    bp_die("--fix without --hints=no", "--fix makes the changes that hints propose, and --hints=no "
                                       "says not to look for any");
  for (size_t i = 0; i < options->file_count; i++)
    if (strcmp(options->files[i], "-") == 0)
      bp_die("save it as a file, and name that",
             "--fix writes a copy beside the file, and standard "
             "input is no file");
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
  struct bp_derivations_options how = {.judge = {.seed = options->points.seed,
                                                 .trials = options->points.trials,
                                                 .no_hints = options->no_hints,
                                                 .hint_milliseconds = options->hint_milliseconds},
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
  for (size_t i = 0; options->fix && i < count; i++)
    if (!bp_fix_write(&list[i], &how))
      status = BP_EXIT_BAD_INPUT;
  for (size_t i = 0; i < count; i++)
    bp_derivation_free(&list[i]);
  free(list);
  return status;
}

int bp_verb_verify(int argc, char **argv) {
  struct verify_options options = {
      .writer = &bp_writers[0], .claims = BP_LIST_ALL, .hint_milliseconds = HINT_MILLISECONDS};
  bp_point_defaults(&options.points);
  bp_common_defaults(&options.common);
  options.files = calloc((size_t)argc, sizeof *options.files);
  if (!options.files)
    bp_die_no_memory();
  bp_options_parse(&argp, argc, argv, &options);
  if (options.file_count == 0)
    bp_die("backproof verify FILE.deriv, or - for standard input", "which file?");
  refuse_repeated_input(&options);
  refuse_pointless_fix(&options);
  int status = verify(&options);
  free(options.files);
  return status;
}
