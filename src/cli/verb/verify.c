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
#include "cli/options.h"
#include "cli/replay.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "cli/verb/fix.h"
#include "report/report.h"

enum { KEY_CLAIMS = BP_KEY_VERB, KEY_HINTS, KEY_HINT_TIME, KEY_FIX, KEY_ONLY };

static const unsigned HINT_MILLISECONDS = 300, MOST_HINT_MILLISECONDS = 3600000;

struct verify_options {
  struct bp_common_options common;
  struct bp_point_options points;
  struct bp_reports reports;
  enum bp_listing claims;
  const char *only; /* NULL: every line */
  bool no_hints, fix;
  unsigned hint_milliseconds;
  const char **files; /* room for every word of the command line */
  size_t file_count;
};

static const struct argp_option option_table[] = {
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
    {"only", KEY_ONLY, "LINE", 0, "Judge one line only, given by its number or by its name", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  static const char *const choices[] = {"yes", "no"};
  struct verify_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->points;
    state->child_inputs[1] = &options->reports;
    state->child_inputs[2] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    options->files[options->file_count++] = value;
    return 0;
  case KEY_CLAIMS:
    options->claims = bp_option_listing("--claims", value);
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
  case KEY_ONLY:
    options->only = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static bool serves(const struct bp_writer *writer) { return writer->derivations; }

static const struct argp_child children[] = {{&bp_point_argp, 0, "What is drawn:", 2},
                                             {&bp_reports_argp, 0, "Reports:", 3},
                                             {&bp_common_argp, 0, "The run:", 4},
                                             {&bp_use_argp, 0, NULL, 0},
                                             {0}};

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

/* A line can be named in one file; and where only one was judged, the rest cannot be mended. */
static void refuse_unclear_only(const struct verify_options *options) {
  if (!options->only)
    return;
  if (options->file_count > 1)
    bp_die("the file that it is in", "--only names a line of one file, but there are %zu files",
           options->file_count);
  if (options->fix)
    bp_die("one of the two", "--fix mends whole files; it cannot go with --only");
}

/* ---- one line ------------------------------------------------------------ */

/* The document without what is judged in it but for one line. */
static const struct bp_document *only_line(const struct bp_derivation *derivation,
                                           const char *which) {
  const struct bp_document *document = derivation->document;
  struct bp_arena *arena = derivation->arena;
  struct bp_document_lines lines = bp_derivation_lines(derivation);
  if (lines.count == 0)
    return document; /* the report says that there is nothing */
  const struct bp_statement *wanted = lines.list[bp_derivation_line(&lines, which)];
  struct bp_document *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  struct bp_statement *kept = bp_arena_alloc(arena, document->count, sizeof *kept);
  if (!copy || !kept)
    bp_die_no_memory();
  *copy = *document;
  copy->statements = kept;
  copy->count = 0;
  for (size_t i = 0; i < document->count; i++)
    if (!bp_statement_is_judged(&document->statements[i]) || &document->statements[i] == wanted)
      kept[copy->count++] = document->statements[i];
  return copy;
}

static void judge_line(const struct verify_options *options,
                       const struct bp_derivations_options *how, struct bp_derivation *derivation) {
  struct bp_derivation_limits limits = {how->memory, how->seconds};
  bp_derivation_open(derivation, options->files[0], &limits);
  if (!bp_derivation_lacks_memory(derivation) && derivation->document)
    derivation->document = only_line(derivation, options->only);
  bp_derivation_judge(derivation, how);
  bp_derivation_leave();
}

/* ---- reports ------------------------------------------------------------- */

/* Whether a claim of the file is called by a number, so that a number alone could mean its name. */
static bool has_numbered_names(const struct bp_derivation_report *report) {
  for (size_t i = 0; i < report->claim_count; i++) {
    const char *name = report->claims[i].name;
    if (name && *name >= '0' && *name <= '9')
      return true;
  }
  return false;
}

static void add_replay(struct bp_derivation *derivation, const struct verify_options *options) {
  const char *path = derivation->path;
  if (!derivation->judged || strcmp(path, "-") == 0)
    return;
  bool numbered = has_numbered_names(&derivation->report);
  for (size_t i = 0; i < derivation->report.claim_count; i++) {
    struct bp_claim *claim = &derivation->report.claims[i];
    if (claim->verdict == BP_HOLDS)
      continue;
    char line[32];
    snprintf(line, sizeof line, "%s%zu", numbered ? ":" : "", claim->line);
    struct bp_command command = bp_command_begin("verify", derivation->arena);
    bp_command_word(&command,
                    *path == '-' ? bp_arena_printf(derivation->arena, "./%s", path) : path);
    bp_command_option(&command, "--only", line);
    bp_command_count(&command, "--seed", options->points.seed);
    bp_command_count(&command, "--trials", options->points.trials);
    for (size_t k = 0; bp_derivation_allowed(k); k++)
      bp_command_option(&command, "--use", bp_derivation_allowed(k));
    bp_command_common(&command, &options->common);
    claim->replay = command.text;
  }
}

static int write_derivations(const struct bp_writer *writer, const struct bp_report_style *style,
                             FILE *out, const void *result) {
  return writer->derivations(result, style, out);
}

static void write_reports(struct verify_options *options, const struct bp_derivation *list,
                          double seconds) {
  size_t count = options->file_count;
  struct bp_derivation_result *files = calloc(count, sizeof *files);
  if (!files)
    bp_die_no_memory();
  bp_derivations_results(list, count, files);
  struct bp_derivation_results results = {files, count, seconds};
  struct bp_report_style style = {.brief = options->common.quiet, .claims = options->claims};
  bp_reports_write(&options->reports, &style, write_derivations, &results);
  free(files);
}

/* Judges all files, or one line of one; ends the program when it is interrupted. */
static double judge(const struct verify_options *options, const struct bp_derivations_options *how,
                    struct bp_derivation *list) {
  bool complete = true;
  bp_progress_begin(how->user, options->common.quiet);
  if (options->only)
    judge_line(options, how, &list[0]);
  else
    complete = bp_derivations_judge(options->files, options->file_count, how, list);
  double seconds = bp_progress_end(how->user);
  if (!complete)
    bp_die_interrupted();
  return seconds;
}

/* The closing sentence alone says nothing of hints: then they need not be looked for. */
static bool shows_hints(const struct verify_options *options) {
  const struct bp_reports *reports = &options->reports;
  bool text = !reports->format || !strcmp(reports->format->name, "text");
  return options->fix || !options->common.quiet || !text || reports->count > 0;
}

static int verify(struct verify_options *options) {
  size_t count = options->file_count;
  struct bp_derivation *list = calloc(count, sizeof *list);
  struct bp_progress progress;
  struct bp_derivations_options how = {.judge = {.seed = options->points.seed,
                                                 .trials = options->points.trials,
                                                 .memory = options->common.memory_limit},
                                       .no_hints = options->no_hints || !shows_hints(options),
                                       .hint_milliseconds = options->hint_milliseconds,
                                       .drawn = bp_reports_have(&options->reports, "html"),
                                       .threads = options->common.threads,
                                       .memory = options->common.memory_limit,
                                       .seconds = bp_common_seconds(&options->common),
                                       .progress = bp_progress_report,
                                       .user = &progress};
  if (!list)
    bp_die_no_memory();
  bp_reports_open(&options->reports);
  bp_flint_limit(options->common.memory_limit);
  double seconds = judge(options, &how, list);
  for (size_t i = 0; i < count; i++) {
    add_replay(&list[i], options);
    bp_derivation_lacks_memory(&list[i]);
    bp_derivation_complain(&list[i]);
  }
  write_reports(options, list, seconds);
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
  struct verify_options options = {.claims = BP_LIST_ALL, .hint_milliseconds = HINT_MILLISECONDS};
  bp_point_defaults(&options.points);
  bp_common_defaults(&options.common);
  bp_reports_defaults(&options.reports, serves);
  options.files = calloc((size_t)argc, sizeof *options.files);
  if (!options.files)
    bp_die_no_memory();
  bp_options_parse(&argp, argc, argv, &options);
  if (options.file_count == 0)
    bp_die("backproof verify FILE.deriv, or - for standard input", "which file?");
  refuse_repeated_input(&options);
  refuse_pointless_fix(&options);
  refuse_unclear_only(&options);
  int status = verify(&options);
  free(options.files);
  return status;
}
