/* backproof net: the three-way check of one network, and what belongs to it: a mistake planted on
 * purpose, all mistakes in turn, the Jacobians in full. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/ranks/ranks.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/replay.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "net/check.h"
#include "net/kronecker.h"
#include "net/mistakes.h"
#include "net/power.h"
#include "report/report.h"
#include "report/table.h"

enum { LARGEST_PRINTED = 4096 }; /* entries of a Jacobian */

enum { KEY_INJECT = BP_KEY_VERB, KEY_LIST_MISTAKES, KEY_POWER, KEY_SHOW_JACOBIANS, KEY_ONLY };

struct net_options {
  struct bp_network_options network;
  struct bp_common_options common;
  struct bp_reports reports;
  enum bp_listing parameters;
  const char *inject, *only;
  bool list_mistakes, power, show_jacobians;
};

static const struct argp_option option_table[] = {
    {"inject", KEY_INJECT, "MISTAKE", 0, "Plant a mistake, such as \"sign W[1]\": must fail", 2},
    {"list-mistakes", KEY_LIST_MISTAKES, NULL, 0, "List the mistakes for this network", 2},
    {"power", KEY_POWER, NULL, 0,
     "Plant every mistake of --list-mistakes in turn: which can this data expose?", 2},
    {"show-jacobians", KEY_SHOW_JACOBIANS, NULL, 0,
     "Print the Jacobians of the Kronecker way (small networks)", 2},
    {"only", KEY_ONLY, "BLOCK", 0, "Report on one block only, such as \"W[2]\"", 2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct net_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->network;
    state->child_inputs[1] = &options->parameters;
    state->child_inputs[2] = &options->reports;
    state->child_inputs[3] = &options->common;
    state->child_inputs[4] = &options->network;
    state->child_inputs[5] = &options->network;
    return 0;
  case ARGP_KEY_ARG:
    bp_options_spec(&options->network, value, "backproof net");
    return 0;
  case KEY_INJECT:
    if (options->inject)
      bp_die("a run for each of them", "--inject plants one mistake, found \"%s\" and \"%s\"",
             options->inject, value);
    options->inject = value;
    return 0;
  case KEY_LIST_MISTAKES:
    options->list_mistakes = true;
    return 0;
  case KEY_POWER:
    options->power = true;
    return 0;
  case KEY_SHOW_JACOBIANS:
    options->show_jacobians = true;
    return 0;
  case KEY_ONLY:
    options->only = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_network_argp, 0, "The network and its data:", 1},
                                             {&bp_parameters_argp, 0, NULL, 0},
                                             {&bp_reports_argp, 0, "Reports:", 3},
                                             {&bp_common_argp, 0, "The run:", 4},
                                             {&bp_sample_argp, 0, NULL, 1},
                                             {&bp_directions_argp, 0, NULL, 1},
                                             {0}};

static const char description[] =
    "Checks the gradient of a fully connected network: BP1-BP4, central differences and explicit "
    "Kronecker Jacobians must agree for every parameter.\v"
    "SPEC is the network, in quotes: sizes from input to output, an activation after each but the "
    "first, then, if wanted, a loss and the number of samples: \"3 - 4 tanh - 1 sigmoid, "
    "cross-entropy, 5 samples\".\n\n" BP_EXIT_STATUS_HELP;

static const struct argp argp = {.options = option_table,
                                 .parser = parse,
                                 .args_doc = "SPEC",
                                 .doc = description,
                                 .children = children};

/* What does not go together is refused before any work. */
static void check_combination(struct net_options *options) {
  struct bp_reports *reports = &options->reports;
  if (options->network.sample && (options->inject || options->power || options->show_jacobians))
    bp_die("the same without --sample, on a smaller network",
           "--sample looks at a part of the network, and %s needs all of it",
           options->inject  ? "--inject"
           : options->power ? "--power"
                            : "--show-jacobians");
  if (options->network.directions && (options->power || options->show_jacobians))
    bp_die("the same without --directions, on a smaller network",
           "--directions looks at no single parameter, and %s needs them",
           options->power ? "--power" : "--show-jacobians");
  if (options->list_mistakes && (!bp_reports_are(reports, "text") || reports->count != 1))
    bp_die("--power --format json, which has the same list and more",
           "--list-mistakes prints text, not %s",
           reports->count == 1 ? reports->list[0].writer->name : "several reports");
  if (options->show_jacobians && !bp_reports_have(reports, "text") &&
      !bp_reports_have(reports, "html"))
    bp_die("--format text, or html", "--show-jacobians is for a person to read, and %s is not",
           reports->list[0].writer->name);
  if (options->power && options->inject)
    bp_die("one of the two", "--power plants every mistake itself; it cannot go with --inject");
  if (options->power && options->show_jacobians)
    bp_die("one of the two", "--power and --show-jacobians are two different reports");
  if (options->power && options->only)
    bp_die("one of the two", "--power is about all blocks; it cannot go with --only");
  if (options->power)
    bp_reports_require_power(reports);
}

static int list_mistakes(const struct bp_problem *problem, enum bp_route route,
                         struct bp_output *output) {
  struct bp_arena *arena = problem->arena;
  struct bp_mistake *list;
  size_t count = bp_mistake_all(&problem->spec, arena, &list);
  if (count == 0)
    bp_die_no_memory();
  int width = 0;
  for (size_t i = 0; i < count; i++) {
    const char *text = bp_mistake_text(&list[i], arena);
    width = text && (int)strlen(text) > width ? (int)strlen(text) : width;
  }
  FILE *out = output->stream;
  bool colour = bp_terminal_colour(out);
  bp_output_begin(output);
  fprintf(out, "%s  %-*s  fits  what is wrong, or why it does not fit%s\n",
          bp_tint_on(BP_FAINT, colour), width, "mistake", bp_tint_off(BP_FAINT, colour));
  for (size_t i = 0; i < count; i++) {
    const char *obstacle = bp_mistake_obstacle(&list[i], &problem->spec, route, arena);
    const char *text = bp_mistake_text(&list[i], arena);
    const char *lead =
        text ? bp_arena_printf(arena, "  %-*s  %-4s  ", width, text, obstacle ? "no" : "yes")
             : NULL;
    if (lead)
      bp_wrap_tinted(obstacle ? BP_FAINT : BP_PLAIN, colour, lead,
                     obstacle ? obstacle : bp_mistake_sentence(list[i].kind), 0, out);
  }
  bp_output_finish(output, bp_arena_failed(arena) ? -1 : 0);
  return 0;
}

/* Hands the Jacobians to the text report. */
static void add_jacobians(const struct bp_problem *problem, struct bp_report_style *style) {
  struct bp_forward *forward = bp_forward_new(problem->network, problem->arena);
  struct bp_jacobian *list;
  size_t count;
  if (!forward)
    bp_die_no_memory();
  bp_forward_run(problem->network, forward);
  if (bp_kronecker_jacobians(problem->network, forward, problem->arena, &list, &count) != BP_OK)
    bp_die_no_memory();
  struct bp_matrix_view *views = bp_arena_alloc(problem->arena, count, sizeof *views);
  if (!views)
    bp_die_no_memory();
  for (size_t i = 0; i < count; i++) {
    const gsl_matrix *values = list[i].values;
    views[i] = (struct bp_matrix_view){list[i].name,  list[i].formula, list[i].shape, values->size1,
                                       values->size2, values->tda,     values->data};
  }
  style->jacobians = views;
  style->jacobian_count = count;
}

static void refuse_large_jacobians(const struct bp_problem *problem) {
  size_t largest = bp_kronecker_largest(&problem->spec, problem->samples);
  if (largest <= LARGEST_PRINTED)
    return;
  size_t fitting = problem->samples < LARGEST_PRINTED ? problem->samples : LARGEST_PRINTED;
  while (fitting > 0 && bp_kronecker_largest(&problem->spec, fitting) > LARGEST_PRINTED)
    fitting--;
  char suggestion[80] = "a smaller network: this one is too large even with a single sample";
  if (fitting > 0)
    snprintf(suggestion, sizeof suggestion, "--samples %zu", fitting);
  char entries[48] = "more entries than can be counted";
  if (largest != SIZE_MAX)
    snprintf(entries, sizeof entries, "%zu entries", largest);
  bp_die(suggestion, "the largest Jacobian would have %s; --show-jacobians prints up to %d",
         entries, LARGEST_PRINTED);
}

/* Also refuses what does not fit this network. */
static void read_mistake(struct bp_problem *problem, const char *text, enum bp_route route,
                         struct bp_mistake *mistake) {
  struct bp_source *source = &problem->mistake_source;
  *source = (struct bp_source){"--inject", text, strlen(text)};
  if (bp_mistake_parse(source, &problem->spec, route, &problem->diagnostics, mistake) != 0)
    bp_die_diagnostics(&problem->diagnostics);
}

static void describe_mistake(struct bp_problem *problem, const struct bp_mistake *mistake) {
  const char *text = bp_mistake_text(mistake, problem->arena);
  if (text)
    text = bp_arena_printf(problem->arena, "\"%s\"", text);
  bp_problem_setting(problem, "mistake planted", text);
}

static int write_power(const struct bp_writer *writer, const struct bp_report_style *style,
                       FILE *out, const void *result) {
  return writer->power(result, style, out);
}

static int run_power(struct bp_problem *problem, struct net_options *options,
                     const struct bp_check_options *check) {
  struct bp_progress *progress = check->user;
  struct bp_power *power;
  bp_progress_begin(progress, options->common.quiet);
  enum bp_status status = bp_check_power(problem->network, check, problem->arena, &power);
  bp_progress_end(progress);
  bp_problem_require(status);
  struct bp_report_style style = {.brief = options->common.quiet};
  power->title = problem->title;
  bp_reports_write(&options->reports, &style, write_power, power);
  if (power->correct == BP_HOLDS && power->caught == 0)
    return bp_exit_status(BP_UNDECIDED);
  return bp_exit_status(power->correct);
}

static _Noreturn void die_no_block(const struct bp_report *report, const char *name,
                                   const char *const *names) {
  const char *nearest = bp_nearest_name(name, strlen(name), names, report->block_count);
  char list[160] = "one of";
  for (size_t i = 0; i < report->block_count && strlen(list) < sizeof list / 2; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s %s", i > 0 ? "," : "", names[i]);
  bp_die(nearest ? nearest : list, "--only \"%.40s\": this network has no such block", name);
}

/* Leaves one block of the report, with the counts and the verdict of that. */
static void keep_block(struct bp_report *report, const char *name, struct bp_arena *arena) {
  const char **names = bp_arena_alloc(arena, report->block_count, sizeof *names);
  struct bp_block *found = NULL;
  if (!names)
    bp_die_no_memory();
  for (size_t i = 0; i < report->block_count; i++) {
    names[i] = report->blocks[i].name;
    if (strcmp(names[i], name) == 0)
      found = &report->blocks[i];
  }
  if (!found)
    die_no_block(report, name, names);
  report->blocks = found;
  report->block_count = 1;
  report->head.entries = found->rows * found->columns;
  report->head.holds = found->holds;
  report->head.fails = found->fails;
  report->head.undecided = found->undecided;
  report->network->lost_digits = found->lost_digits;
  report->head.verdict = found->verdict;
  report->visible = found->visible * found->largest_magnitude;
}

/* The command that shows one block of this very network again. */
static void add_replay(struct bp_report *report, const struct net_options *options,
                       struct bp_arena *arena) {
  for (size_t i = 0; i < report->block_count; i++) {
    struct bp_block *block = &report->blocks[i];
    if (block->verdict == BP_HOLDS || block->informative)
      continue;
    struct bp_command command = bp_command_begin("net", arena);
    bp_command_network(&command, &options->network, &options->common);
    if (options->inject)
      bp_command_option(&command, "--inject", options->inject);
    bp_command_option(&command, "--only", block->name);
    bp_command_option(&command, "--parameters", "failed");
    block->replay = command.text;
  }
}

static int run_check(struct bp_problem *problem, struct net_options *options,
                     const struct bp_check_options *check) {
  struct bp_progress *progress = check->user;
  struct bp_report *report;
  bp_progress_begin(progress, options->common.quiet);
  bp_problem_estimate(problem, &options->common, progress);
  enum bp_status status = bp_check(problem->network, check, problem->arena, &report);
  double seconds = bp_progress_end(progress);
  bp_problem_require(status);
  if (bp_rank() > 0)
    return 0;
  report->head.title = problem->title;
  report->head.settings = problem->settings;
  report->head.setting_count = problem->setting_count;
  report->head.seconds = seconds;
  if (options->only)
    keep_block(report, options->only, problem->arena);
  add_replay(report, options, problem->arena);
  struct bp_report_style style = {.brief = options->common.quiet,
                                  .parameters = options->parameters};
  if (options->show_jacobians && !options->common.quiet)
    add_jacobians(problem, &style);
  bp_reports_write(&options->reports, &style, bp_reports_gradient, report);
  return bp_exit_status(bp_report_verdict(&report->head));
}

int bp_verb_net(int argc, char **argv) {
  struct net_options options = {0};
  bp_network_defaults(&options.network);
  bp_common_defaults(&options.common);
  bp_reports_defaults(&options.reports, bp_reports_gradients);
  bp_options_parse(&argp, argc, argv, &options);
  check_combination(&options);
  options.network.dealt = !options.power && !options.network.directions;
  struct bp_problem problem;
  struct bp_progress progress;
  struct bp_check_options check = {.route = options.network.route,
                                   .threads = options.common.threads,
                                   .sample = options.network.sample,
                                   .directions = options.network.directions,
                                   .sample_seed = options.network.seed,
                                   .dealt = options.network.dealt,
                                   .progress = bp_progress_report,
                                   .user = &progress};
  int status;
  bp_problem_begin(&problem, &options.network, &options.common);
  if (options.inject)
    read_mistake(&problem, options.inject, check.route, &check.mistake);
  bp_problem_read_data(&problem);
  if (options.show_jacobians)
    refuse_large_jacobians(&problem);
  bp_reports_open(&options.reports);
  if (bp_rank() > 0 && (options.list_mistakes || !options.network.dealt)) {
    status = 0; /* these are left to rank 0 */
  } else if (options.list_mistakes) {
    status = list_mistakes(&problem, check.route, &options.reports.list[0].output);
  } else {
    bp_reports_expect(&options.reports, problem.title, NULL);
    bp_problem_build(&problem, &options.common);
    if (options.inject)
      describe_mistake(&problem, &check.mistake);
    status = options.power ? run_power(&problem, &options, &check)
                           : run_check(&problem, &options, &check);
  }
  bp_problem_free(&problem);
  return status;
}
