/* backproof net: the three-way check of one network, and what belongs to it: a mistake planted on
 * purpose, all mistakes in turn, the Jacobians in full. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"
#include "cli/terminal.h"
#include "net/check.h"
#include "net/kronecker.h"
#include "net/mistakes.h"
#include "report/report.h"
#include "report/table.h"

enum { LARGEST_PRINTED = 4096 }; /* entries of a Jacobian */

enum {
  KEY_FORMAT = 'f',
  KEY_OUTPUT = 'o',
  KEY_PARAMETERS = BP_KEY_VERB,
  KEY_INJECT,
  KEY_LIST_MISTAKES,
  KEY_POWER,
  KEY_SHOW_JACOBIANS
};

struct net_options {
  struct bp_network_options network;
  struct bp_common_options common;
  const struct bp_writer *writer;
  const char *output;
  enum bp_listing parameters;
  const char *inject;
  bool list_mistakes, power, show_jacobians;
};

static const struct argp_option option_table[] = {
    {"format", KEY_FORMAT, "NAME", 0, "text, json or csv (default text)", 2},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the report to FILE, once it is complete", 2},
    {"parameters", KEY_PARAMETERS, "WHICH", 0,
     "Which parameters a text report lists one by one: none, failed or all (default none)", 2},
    {"inject", KEY_INJECT, "MISTAKE", 0, "Plant a mistake, such as \"sign W[1]\": must fail", 2},
    {"list-mistakes", KEY_LIST_MISTAKES, NULL, 0, "List the mistakes for this network", 2},
    {"power", KEY_POWER, NULL, 0,
     "Plant every mistake of --list-mistakes in turn: which can this data expose?", 2},
    {"show-jacobians", KEY_SHOW_JACOBIANS, NULL, 0,
     "Print the Jacobians of the Kronecker way (small networks)", 2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  static const char *const listings[] = {"none", "failed", "all"};
  struct net_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->network;
    state->child_inputs[1] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    bp_options_spec(&options->network, value, "backproof net");
    return 0;
  case KEY_FORMAT:
    options->writer = bp_option_writer(value);
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  case KEY_PARAMETERS:
    options->parameters = (enum bp_listing)bp_option_word("--parameters", value, listings, 3);
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
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_network_argp, 0, "The network and its data:", 1},
                                             {&bp_common_argp, 0, "The run:", 3},
                                             {0}};

static const char description[] =
    "Checks the gradient of a fully connected network: BP1-BP4, central differences and explicit "
    "Kronecker Jacobians must agree for every parameter.\v"
    "SPEC is the network, in quotes: sizes from input to output, an activation after each but the "
    "first, then, if wanted, a loss and the number of samples: \"3 - 4 tanh - 1 sigmoid, "
    "cross-entropy, 5 samples\".\n\n"
    "Exit status: 0 holds, 1 fails, 2 undecided or nothing checked, 3 bad input or usage.";

static const struct argp argp = {.options = option_table,
                                 .parser = parse,
                                 .args_doc = "SPEC",
                                 .doc = description,
                                 .children = children};

/* What does not go together is refused before any work. */
static void check_combination(const struct net_options *options) {
  bool text = strcmp(options->writer->name, "text") == 0;
  if (options->show_jacobians && !text)
    bp_die("--format text", "--show-jacobians prints text, not %s", options->writer->name);
  if (options->power && options->inject)
    bp_die("one of the two", "--power plants every mistake itself; it cannot go with --inject");
  if (options->power && options->show_jacobians)
    bp_die("one of the two", "--power and --show-jacobians are two different reports");
  if (options->list_mistakes && !text)
    bp_die("--power --format json, which has the same list and more",
           "--list-mistakes prints text, not %s", options->writer->name);
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

static void refuse(enum bp_status status) {
  if (status == BP_STOPPED)
    bp_die_interrupted();
  if (status != BP_OK)
    bp_die_no_memory();
}

static int run_power(struct bp_problem *problem, const struct net_options *options,
                     const struct bp_check_options *check, struct bp_output *output) {
  struct bp_progress *progress = check->user;
  struct bp_power *power;
  bp_progress_begin(progress, options->common.quiet);
  enum bp_status status = bp_check_power(problem->network, check, problem->arena, &power);
  bp_progress_end(progress);
  refuse(status);
  struct bp_report_style style = {.colour = bp_terminal_colour(output->stream),
                                  .brief = options->common.quiet};
  bp_output_begin(output);
  bp_output_finish(output, options->writer->power(power, problem->title, &style, output->stream));
  if (power->correct == BP_HOLDS && power->caught == 0)
    return bp_exit_status(BP_UNDECIDED);
  return bp_exit_status(power->correct);
}

static int run_check(struct bp_problem *problem, const struct net_options *options,
                     const struct bp_check_options *check, struct bp_output *output) {
  struct bp_progress *progress = check->user;
  struct bp_report *report;
  bp_progress_begin(progress, options->common.quiet);
  enum bp_status status = bp_check(problem->network, check, problem->arena, &report);
  double seconds = bp_progress_end(progress);
  refuse(status);
  report->title = problem->title;
  report->settings = problem->settings;
  report->setting_count = problem->setting_count;
  report->seconds = seconds;
  struct bp_report_style style = {.colour = bp_terminal_colour(output->stream),
                                  .brief = options->common.quiet,
                                  .parameters = options->parameters};
  if (options->show_jacobians && !options->common.quiet)
    add_jacobians(problem, &style);
  bp_output_begin(output);
  bp_output_finish(output, options->writer->report(report, &style, output->stream));
  return bp_exit_status(report->entries == 0 ? bp_verdict_join(report->verdict, BP_UNDECIDED)
                                             : report->verdict);
}

int bp_verb_net(int argc, char **argv) {
  struct net_options options = {.writer = &bp_writers[0]};
  bp_network_defaults(&options.network);
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  check_combination(&options);
  struct bp_problem problem;
  struct bp_output output;
  struct bp_progress progress;
  struct bp_check_options check = {.route = options.network.route,
                                   .threads = options.common.threads,
                                   .progress = bp_progress_report,
                                   .user = &progress};
  int status;
  bp_problem_begin(&problem, &options.network, &options.common);
  if (options.inject)
    read_mistake(&problem, options.inject, check.route, &check.mistake);
  bp_problem_read_data(&problem);
  if (options.show_jacobians)
    refuse_large_jacobians(&problem);
  bp_output_open(&output, options.output);
  if (options.list_mistakes) {
    status = list_mistakes(&problem, check.route, &output);
  } else {
    bp_problem_build(&problem, &options.common);
    if (options.inject)
      describe_mistake(&problem, &check.mistake);
    status = options.power ? run_power(&problem, &options, &check, &output)
                           : run_check(&problem, &options, &check, &output);
  }
  bp_problem_free(&problem);
  return status;
}
