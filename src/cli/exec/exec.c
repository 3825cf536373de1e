/* backproof exec: the gradient that any running program computes, held against differences of the
 * values that the same program computes.  The program is asked through its standard input and
 * output (talk.h, docs/exec.md); what the numbers mean is decided in probe. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/ranks/ranks.h"
#include "cli/cli.h"
#include "cli/exec/crew.h"
#include "cli/exec/subset.h"
#include "cli/exec/trouble.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/replay.h"
#include "cli/reports.h"
#include "cli/terminal.h"

enum {
  KEY_JOBS = BP_KEY_VERB,
  KEY_TIMEOUT,
  KEY_EVERY,
  KEY_RANDOM,
  KEY_INDICES,
  KEY_DIRECTIONS,
  KEY_POINT
};

enum { TITLE_COLUMNS = 300, MOST_SETTINGS = 4 };

struct exec_options {
  char **command;
  size_t jobs;
  double timeout;
  const char *point, *indices; /* NULL: not given */
  struct bp_probe_options probe;
  struct bp_common_options common;
  struct bp_reports reports;
  enum bp_listing parameters;
};

static const struct argp_option option_table[] = {
    {"every", KEY_EVERY, "K", 0, "Look at every K-th parameter of each block only", 2},
    {"random", KEY_RANDOM, "N", 0, "Look at N parameters of each block, drawn with the seed", 2},
    {"indices", KEY_INDICES, "LIST", 0,
     "Look at these: numbers from 0 over all parameters, ranges, blocks: 0,7,12-15,b1", 2},
    {"directions", KEY_DIRECTIONS, "K", 0,
     "Look at K random directions in place of single parameters", 2},
    {"seed", BP_KEY_SEED, "N", 0, "Seed of what is drawn (default 1)", 2},
    {"point", KEY_POINT, "FILE", 0,
     "Check at the point in FILE, a JSON array, and not at that of the program", 2},
    {"jobs", KEY_JOBS, "N", 0, "Start the program N times, and ask all of them (default 1)", 3},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "How long to wait for an answer (default 10)", 3},
    {"time-limit", BP_KEY_TIME_LIMIT, "SECONDS", 0,
     "How long all of it may take, 0 for any (default 86400, a day)", 4},
    {"memory-limit", BP_KEY_MEMORY_LIMIT, "SIZE", 0, "Refuse what needs more (default 4G)", 4},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 4},
    {"quiet", 'q', NULL, 0, "No progress bar, and of a text report only the verdict", 4},
    {0}};

/* Most of it is waiting, so it is one of the clock, and of an order that only a program meets that
 * nobody waits for. */
static double seconds_for_all(const struct bp_common_options *common) {
  static const double USUAL = 86400;
  return common->time_limit < 0 ? USUAL : common->time_limit;
}

static void choose(struct exec_options *options, enum bp_probe_rule rule, size_t number) {
  if (options->probe.rule != BP_PROBE_ALL)
    bp_die("one of them", "--every, --random, --indices and --directions exclude each other");
  options->probe.rule = rule;
  options->probe.number = number;
}

static error_t parse_subset(int key, char *value, struct exec_options *options) {
  static const size_t most = 1000000000;
  switch (key) {
  case KEY_EVERY:
    choose(options, BP_PROBE_EVERY, bp_option_count("--every", value, 1, most));
    return 0;
  case KEY_RANDOM:
    choose(options, BP_PROBE_RANDOM, bp_option_count("--random", value, 1, most));
    return 0;
  case KEY_INDICES:
    choose(options, BP_PROBE_GIVEN, 0);
    options->indices = value;
    return 0;
  case KEY_DIRECTIONS:
    choose(options, BP_PROBE_DIRECTIONS, bp_option_count("--directions", value, 2, 100000));
    return 0;
  default:
    return bp_common_take(key, value, &options->common);
  }
}

static error_t parse_run(int key, char *value, struct exec_options *options) {
  switch (key) {
  case KEY_JOBS:
    options->jobs = bp_option_count("--jobs", value, 1, BP_MOST_JOBS);
    return 0;
  case KEY_TIMEOUT:
    options->timeout = bp_option_number("--timeout", value, 0.001, 1e6);
    return 0;
  case BP_KEY_SEED:
    options->probe.seed = bp_option_count("--seed", value, 1, 4294967295);
    return 0;
  default:
    return parse_subset(key, value, options);
  }
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct exec_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->parameters;
    state->child_inputs[1] = &options->reports;
    return 0;
  case ARGP_KEY_ARG:
    bp_die("backproof exec -- COMMAND, with all options of backproof before the two dashes",
           "found \"%.60s\" before the --", value);
  case KEY_POINT:
    options->point = value;
    return 0;
  default:
    return parse_run(key, value, options);
  }
}

static const struct argp_child children[] = {
    {&bp_parameters_argp, 0, NULL, 0}, {&bp_reports_argp, 0, "Reports:", 3}, {0}};

static const char description[] =
    "Checks the gradient that any program computes: it is started, asked for its parameters, its "
    "gradient and values of its loss, and must agree with central differences.\v"
    "COMMAND reads requests on its standard input, a line of JSON each, and answers each with a "
    "line on its standard output: {\"op\":\"describe\"}, {\"op\":\"loss\",\"theta\":[...]}, "
    "{\"op\":\"grad\",\"theta\":[...]}. docs/exec.md describes this, and examples/ has programs "
    "of a dozen lines.\n\n" BP_EXIT_STATUS_HELP;

static const struct argp argp = {.options = option_table,
                                 .parser = parse,
                                 .args_doc = "-- COMMAND...",
                                 .doc = description,
                                 .children = children};

/* What stands before the first -- is for this program, the rest is the command. */
static void read_options(int argc, char **argv, struct exec_options *options) {
  int own = 1;
  while (own < argc && strcmp(argv[own], "--") != 0)
    own++;
  *options = (struct exec_options){.jobs = 1, .timeout = 10};
  options->probe.seed = 1;
  bp_common_defaults(&options->common);
  bp_reports_defaults(&options->reports, bp_reports_gradients);
  bp_options_parse(&argp, own, argv, options);
  if (own + 1 >= argc)
    bp_die("backproof exec -- python3 -u program.py", "which program? It stands after two dashes");
  options->command = argv + own + 1;
}

/* ---- the report ---------------------------------------------------------- */

static void add_setting(struct bp_report *report, const char *name, const char *value) {
  if (!value)
    bp_trouble_no_memory();
  report->head.settings[report->head.setting_count++] = (struct bp_setting){name, value};
}

static void describe(const struct exec_options *options, const struct bp_crew *crew,
                     struct bp_report *report) {
  struct bp_arena *arena = crew->arena;
  report->head.title = bp_command_shown(options->command, TITLE_COLUMNS, arena);
  report->head.settings = bp_arena_alloc(arena, MOST_SETTINGS, sizeof *report->head.settings);
  if (!report->head.title || !report->head.settings)
    bp_trouble_no_memory();
  if (options->point)
    add_setting(report, "point", options->point);
  if (crew->description.single)
    add_setting(report, "arithmetic", "float");
  add_setting(report, "seed", bp_arena_printf(arena, "%lu", options->probe.seed));
}

/* The file that most likely holds the code: the first word of the command that is one, in this
 * folder or below rather than an interpreter somewhere else.  A first word without a slash is a
 * name for PATH.  NULL: none. */
static const char *place_of(char *const *command) {
  const char *elsewhere = NULL;
  struct stat status;
  for (size_t i = strchr(command[0], '/') ? 0 : 1; command[i]; i++) {
    if (stat(command[i], &status) != 0 || !S_ISREG(status.st_mode))
      continue;
    if (command[i][0] != '/')
      return command[i];
    elsewhere = elsewhere ? elsewhere : command[i];
  }
  return elsewhere;
}

/* Errors of one rank's program near the base point. */
struct errors {
  size_t count, first_batch;
  char first[4096];
};

/* Of all ranks: how many, and the first.  A batch is dealt in the order of the ranks. */
static void add_up_errors(struct bp_crew *crew) {
  size_t ranks = (size_t)bp_ranks(), first = SIZE_MAX;
  struct errors *own = bp_arena_alloc(crew->arena, 1, sizeof *own);
  struct errors *all = bp_arena_alloc(crew->arena, ranks, sizeof *all);
  if (!own || !all)
    bp_trouble_no_memory();
  own->count = crew->errors;
  own->first_batch = crew->first_batch;
  snprintf(own->first, sizeof own->first, "%s", crew->first_error ? crew->first_error : "");
  bp_ranks_each(own, sizeof *own, all);
  crew->errors = 0;
  for (size_t rank = 0; rank < ranks; rank++) {
    crew->errors += all[rank].count;
    if (all[rank].count > 0 &&
        (first == SIZE_MAX || all[rank].first_batch < all[first].first_batch))
      first = rank;
  }
  if (first != SIZE_MAX)
    crew->first_error = all[first].first;
}

/* What the program said near the base point. */
static void add_note(const struct bp_crew *crew, struct bp_report *report) {
  if (crew->errors == 0)
    return;
  const char **notes = bp_arena_alloc(crew->arena, report->head.note_count + 1, sizeof *notes);
  const char *note = bp_arena_printf(
      crew->arena,
      "at %zu point%s near this one the program answered with an error, so there is "
      "no value there; the first said: %s",
      crew->errors, crew->errors == 1 ? "" : "s", crew->first_error ? crew->first_error : "");
  if (!notes || !note)
    bp_trouble_no_memory();
  for (size_t i = 0; i < report->head.note_count; i++)
    notes[i] = report->head.notes[i];
  notes[report->head.note_count++] = note;
  report->head.notes = notes;
}

static void replay_block(const struct exec_options *options, const struct bp_crew *crew,
                         size_t begin, struct bp_block *block) {
  struct bp_arena *arena = crew->arena;
  struct bp_command command = bp_command_begin("exec", arena);
  if (options->probe.rule == BP_PROBE_DIRECTIONS)
    bp_command_count(&command, "--directions", options->probe.number);
  else
    bp_command_option(&command, "--indices",
                      bp_subset_text(block, begin, crew->description.jacobian, arena));
  bp_command_count(&command, "--seed", options->probe.seed);
  if (options->point)
    bp_command_option(&command, "--point", options->point);
  if (options->timeout != 10)
    bp_command_number(&command, "--timeout", options->timeout);
  bp_command_option(&command, "--parameters", "failed");
  bp_command_common(&command, &options->common);
  bp_command_word(&command, "--");
  for (size_t i = 0; options->command[i]; i++)
    bp_command_word(&command, options->command[i]);
  block->replay = command.text;
}

static void add_replay(const struct exec_options *options, const struct bp_crew *crew,
                       struct bp_report *report) {
  size_t begin = 0;
  bool again = !options->point || strcmp(options->point, "-") != 0;
  for (size_t b = 0; again && b < report->block_count; b++) {
    struct bp_block *block = &report->blocks[b];
    if (block->verdict != BP_HOLDS)
      replay_block(options, crew, begin, block);
    begin += crew->description.jacobian ? block->columns : block->rows * block->columns;
  }
}

/* ---- the check ----------------------------------------------------------- */

/* Another point than the described one can only be sent as a whole. */
static void move(struct bp_crew *crew, const char *path) {
  struct bp_source source;
  struct bp_answer_problem problem = {0};
  bp_input_read(path, crew->arena, &source);
  bp_read_point(source.text, source.length, &crew->description, crew->arena,
                crew->description.theta, &problem);
  if (bp_arena_failed(crew->arena))
    bp_trouble_no_memory();
  if (problem.message)
    bp_die(problem.suggestion ? problem.suggestion : "an array such as [0.5, -1.25, 2]",
           "cannot take the point from %s: it came %s", source.name, problem.message);
  crew->description.changes = false;
  bp_crew_move(crew);
}

/* Every rank has started the program: all must speak of the same point, which may have been drawn.
 */
static void require_the_same_program(struct bp_crew *crew) {
  const struct bp_description *program = &crew->description;
  size_t sizes[2] = {program->parameters, program->outputs};
  bp_ranks_tell(sizes, sizeof sizes);
  if (program->parameters != sizes[0] || program->outputs != sizes[1])
    bp_die("the same program and the same files on every machine",
           "on rank %d the program has %zu parameters and %zu outputs, on rank 0 %zu and %zu",
           bp_rank(), program->parameters, program->outputs, sizes[0], sizes[1]);
  double *theta = bp_arena_alloc(crew->arena, sizes[0], sizeof *theta);
  if (!theta)
    bp_trouble_no_memory();
  memcpy(theta, program->theta, sizes[0] * sizeof *theta);
  bp_ranks_tell(theta, sizes[0] * sizeof *theta);
  for (size_t i = 0; i < sizes[0]; i++)
    if (program->theta[i] != theta[i])
      bp_die("a fixed seed for what the program draws when it starts",
             "the ranks' programs begin at different points: parameter %zu is %.17g on rank 0, and "
             "%.17g on rank %d",
             i, theta[i], program->theta[i], bp_rank());
}

/* False: interrupted. */
static bool look(struct bp_crew *crew, struct exec_options *options, struct bp_report **report) {
  if (!bp_crew_start(crew))
    return false;
  const struct bp_description *program = &crew->description;
  require_the_same_program(crew);
  if (options->point)
    move(crew, options->point);
  if (options->indices)
    bp_subset_read(options->indices, program, crew->arena, &options->probe);
  double *gradient = bp_arena_alloc(crew->arena, program->parameters, program->outputs * 8);
  double *again = bp_arena_alloc(crew->arena, program->parameters, program->outputs * 8);
  if (!gradient || !again)
    bp_trouble_no_memory();
  if (!bp_crew_gradient(crew, gradient) || !bp_crew_gradient(crew, again))
    return false;
  bp_ranks_tell(gradient, program->parameters * program->outputs * sizeof *gradient);
  bp_ranks_tell(again, program->parameters * program->outputs * sizeof *again);
  struct bp_probed probed = {.parameters = program->parameters,
                             .outputs = program->outputs,
                             .jacobian = program->jacobian,
                             .unit = program->single ? BP_PROBE_FLOAT : BP_PROBE_DOUBLE,
                             .theta = program->theta,
                             .parts = program->parts,
                             .part_count = program->part_count,
                             .gradient = gradient,
                             .again = again,
                             .evaluate = bp_crew_evaluate,
                             .differentiate = bp_crew_differentiate,
                             .user = crew};
  const char *complaint = bp_probe_complaint(&probed, &options->probe, crew->arena);
  if (complaint)
    bp_die(NULL, "%s", complaint);
  options->probe.dealt = bp_ranks() > 1;
  enum bp_probe_status status = bp_probe_check(&probed, &options->probe, crew->arena, report);
  if (status == BP_PROBE_NO_MEMORY)
    bp_trouble_no_memory();
  return status == BP_PROBE_OK;
}

static int check(struct bp_crew *crew, struct exec_options *options) {
  struct bp_progress progress;
  struct bp_report *report;
  options->probe.progress = bp_progress_report;
  options->probe.user = &progress;
  bp_progress_begin(&progress, options->common.quiet);
  bool done = look(crew, options, &report);
  double seconds = bp_progress_end(&progress);
  if (!done)
    bp_die_interrupted();
  bp_crew_end(crew);
  add_up_errors(crew);
  if (bp_rank() > 0)
    return 0;
  report->head.seconds = seconds;
  describe(options, crew, report);
  report->head.place = place_of(options->command);
  add_note(crew, report);
  add_replay(options, crew, report);
  struct bp_report_style style = {.brief = options->common.quiet,
                                  .parameters = options->parameters};
  bp_reports_write(&options->reports, &style, bp_reports_gradient, report);
  return bp_exit_status(report->head.verdict);
}

int bp_verb_exec(int argc, char **argv) {
  static struct exec_options options; /* these are large, and the exit handler knows the children */
  static struct bp_crew crew;
  read_options(argc, argv, &options);
  bp_reports_open(&options.reports);
  crew = (struct bp_crew){.command = options.command,
                          .jobs = options.jobs,
                          .timeout = options.timeout,
                          .time_limit = seconds_for_all(&options.common),
                          .memory = options.common.memory_limit,
                          .arena = bp_arena_new(options.common.memory_limit),
                          .spare = bp_arena_new(options.common.memory_limit)};
  const char *title =
      crew.arena ? bp_command_shown(options.command, TITLE_COLUMNS, crew.arena) : NULL;
  if (!title || !crew.spare)
    bp_trouble_no_memory();
  for (size_t i = 0; options.command[i]; i++)
    bp_output_protect_file(options.command[i]);
  bp_reports_expect(&options.reports, title, place_of(options.command));
  int status = check(&crew, &options);
  bp_arena_free(crew.arena);
  bp_arena_free(crew.spare);
  return status;
}
