/* backproof explain: the worked numbers of one line of a derivation.
 *
 * The line is named by its number, by its name, or by the first word of its name, which in a longer
 * derivation is its number there ("000.6").  Without either, the lines that can be explained are
 * listed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/single_report.h"
#include "cli/terminal.h"
#include "lang/print.h"
#include "read/note.h"
#include "report/report.h"
#include "report/table.h"
#include "show/show.h"
#include "study/lines.h"
#include "value/vocabulary.h"

enum { MOST_WORDS = 2 };

struct explain_options {
  const char *words[MOST_WORDS]; /* FILE:WHICH, or FILE and WHICH */
  size_t word_count;
  size_t digits; /* 0: as many as help */
  struct bp_single_report report;
  struct bp_point_options points;
  struct bp_common_options common; /* of these only the limits */
};

static bool serves(const struct bp_writer *writer) { return writer->worked; }

enum { KEY_DIGITS = BP_KEY_VERB };

static const struct argp_option option_table[] = {
    {"digits", KEY_DIGITS, "N", 0, "Show numbers with N digits, 1 to 17 (default 4)", 1},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct explain_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->points;
    state->child_inputs[1] = &options->report;
    state->child_inputs[2] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    if (options->word_count == MOST_WORDS)
      bp_die("quotes around a name with blanks", "found \"%.60s\" after \"%.60s\"", value,
             options->words[1]);
    options->words[options->word_count++] = value;
    return 0;
  case KEY_DIGITS:
    options->digits = bp_option_count("--digits", value, 1, 17);
    return 0;
  case BP_KEY_COLOR:
    bp_option_colour(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_point_argp, 0, "What is drawn:", 2},
                                             {&bp_single_report_argp, 0, NULL, 0},
                                             {&bp_limits_argp, 0, "The run:", 3},
                                             {&bp_use_argp, 0, NULL, 0},
                                             {0}};

static const struct argp argp = {
    .children = children,
    .options = option_table,
    .parser = parse,
    .args_doc = "FILE:LINE\nFILE:NAME\nFILE NAME\nFILE",
    .doc = "Works out one line of a derivation or a note at one point, where it fails the one that "
           "verify shows: every matrix on the "
           "way, both "
           "sides, and their difference.  NAME is the name of a claim or its first word; without "
           "LINE and NAME the lines are listed.\v"
           "Exit status: 0 the line holds, 1 it fails, 2 undecided, 3 bad input or usage."};

/* ---- which file, which line ---------------------------------------------- */

static int list_lines(const struct bp_document_lines *lines, bool colour, FILE *out) {
  static const struct bp_column columns[] = {{"line", true}, {"", false}};
  enum { MOST_COLUMNS = 70 };
  struct bp_table *table =
      bp_table_new(lines->arena, columns, sizeof columns / sizeof *columns, lines->count);
  for (size_t i = 0; i < lines->count; i++) {
    const char *text = bp_source_line(lines->source, lines->list[i]->span, lines->arena);
    bp_table_cell(table, BP_PLAIN, bp_arena_printf(lines->arena, "%zu", bp_lines_number(lines, i)));
    bp_table_cell(table, BP_PLAIN, text ? bp_text_shown(text, MOST_COLUMNS, lines->arena) : NULL);
  }
  return bp_table_write(table, colour, out);
}

/* ---- the numbers --------------------------------------------------------- */

static int explain(struct bp_derivation *derivation, size_t index,
                   const struct explain_options *options, struct bp_output *output) {
  struct bp_judge_options judge = {.seed = options->points.seed,
                                   .trials = options->points.trials,
                                   .memory = options->common.memory_limit};
  struct bp_worked worked;
  int status = bp_explain_claim(derivation->document, index, &judge, derivation->arena,
                                &derivation->diagnostics, &worked);
  bp_derivation_require_memory(derivation);
  bp_derivation_complain(derivation);
  if (status != 0)
    exit(BP_EXIT_BAD_INPUT);
  struct bp_report_style style = {.colour = bp_terminal_colour(output->stream),
                                  .width = bp_terminal_columns(output->stream),
                                  .digits = options->digits};
  const struct bp_writer *writer = options->report.writer;
  struct bp_claim drawn = *worked.claim;
  if (bp_writer_draws(writer)) {
    if (bp_draw_claim(derivation->document, &judge, index, derivation->arena, &drawn) != 0)
      bp_die_no_memory();
    worked.claim = &drawn;
  }
  bp_output_begin(output);
  bp_output_finish(output, writer->worked(&worked, &style, output->stream));
  return derivation->diagnostics.errors > 0 ? BP_EXIT_BAD_INPUT
                                            : bp_exit_status(worked.claim->verdict);
}

static int list(const struct bp_derivation *derivation, const struct bp_document_lines *lines,
                struct bp_output *output) {
  bp_derivation_complain(derivation);
  bp_output_begin(output);
  bp_output_finish(output, list_lines(lines, bp_terminal_colour(output->stream), output->stream));
  return derivation->diagnostics.errors > 0 ? BP_EXIT_BAD_INPUT : 0;
}

/* ---- notes ---------------------------------------------------------------- */

static int list_note(const struct bp_study_lines *lines, bool colour, struct bp_arena *arena,
                     FILE *out) {
  static const struct bp_column columns[] = {{"", false}, {"", false}};
  enum { MOST_COLUMNS = 66 };
  struct bp_table *table =
      bp_table_new(arena, columns, sizeof columns / sizeof *columns, lines->count);
  for (size_t i = 0; i < lines->count; i++) {
    bp_table_cell(table, BP_PLAIN, lines->list[i].place);
    bp_table_cell(table, BP_PLAIN, bp_text_shown(lines->list[i].text, MOST_COLUMNS, arena));
  }
  return bp_table_write(table, colour, out);
}

/* The numbers of one line of a note. */
static int write_worked(struct bp_derivation *derivation, const struct bp_study_line *line,
                        const struct bp_judge_options *judge, const struct explain_options *options,
                        FILE *out) {
  struct bp_worked worked;
  const struct bp_writer *writer = options->report.writer;
  struct bp_report_style style = {.colour = bp_terminal_colour(out),
                                  .width = bp_terminal_columns(out),
                                  .digits = options->digits};
  if (bp_explain_claim(line->document, 0, judge, derivation->arena, &derivation->diagnostics,
                       &worked) != 0)
    return BP_EXIT_BAD_INPUT;
  struct bp_claim drawn = *worked.claim;
  if (bp_writer_draws(writer)) {
    if (bp_draw_claim(line->document, judge, 0, derivation->arena, &drawn) != 0)
      bp_die_no_memory();
    worked.claim = &drawn;
  }
  if (writer->worked(&worked, &style, out) != 0)
    return BP_EXIT_BAD_INPUT;
  return bp_exit_status(worked.claim->verdict);
}

/* One line for a person: as written, how it is read, and its numbers, or why there are none. */
static int explain_line(struct bp_derivation *derivation, const struct bp_study_line *line,
                        const struct bp_judge_options *judge, const struct explain_options *options,
                        bool first, FILE *out) {
  fprintf(out, "%s%s: %s\n", first ? "" : "\n", line->place,
          bp_text_shown(line->text, SIZE_MAX, derivation->arena));
  if (line->words)
    fprintf(out, "  read as %s\n", line->words + 3 * (strncmp(line->words, "as ", 3) == 0));
  if (!line->document) {
    fprintf(out, "  cannot be worked out: %s\n", line->why);
    return bp_exit_status(BP_UNDECIDED);
  }
  fputc('\n', out);
  int status = write_worked(derivation, line, judge, options, out);
  if (status == bp_exit_status(BP_FAILS))
    fputs("      so read; backproof verify tells whether it fails however it may be meant\n", out);
  return status;
}

/* What several lines come to: what fails before what is undecided. */
static int joined(int one, int other) {
  return one == BP_EXIT_BAD_INPUT || other == BP_EXIT_BAD_INPUT ? BP_EXIT_BAD_INPUT
         : one == 1 || other == 1                               ? 1
         : one > other                                          ? one
                                                                : other;
}

static int write_lines(struct bp_derivation *derivation, const struct bp_study_lines *lines,
                       const struct bp_judge_options *judge, const struct explain_options *options,
                       FILE *out) {
  int status = 0;
  if (options->report.writer == bp_writer_find("text")) {
    for (size_t i = 0; i < lines->count; i++)
      status =
          joined(status, explain_line(derivation, &lines->list[i], judge, options, i == 0, out));
    return status;
  }
  for (size_t i = 0; i < lines->count; i++)
    if (lines->list[i].document)
      return write_worked(derivation, &lines->list[i], judge, options, out);
  return bp_exit_status(BP_UNDECIDED);
}

/* All formulas on that line, or the list of all lines. */
static int explain_note(struct bp_derivation *derivation, const char *which,
                        const struct explain_options *options, const char *path) {
  struct bp_study_lines lines;
  struct bp_output output;
  struct bp_judge_options judge = {.seed = options->points.seed, .trials = options->points.trials};
  int status = 0;
  if (derivation->diagnostics.errors > 0)
    bp_die_diagnostics(&derivation->diagnostics);
  if (bp_study_lines(derivation->document->source, &bp_vocabulary, &judge, which, derivation->arena,
                     &lines) != 0)
    bp_die_no_memory();
  if (lines.count == 0 && which)
    bp_die("backproof explain without a line, which lists them",
           "no formula that states something begins on line %s of %s", which, path);
  if (lines.count == 0)
    bp_die(NULL, "%s has no formula that states something", path);
  bp_output_open(&output, options->report.output);
  bp_output_begin(&output);
  if (which)
    status = write_lines(derivation, &lines, &judge, options, output.stream);
  else
    list_note(&lines, bp_terminal_colour(output.stream), derivation->arena, output.stream);
  if (derivation->diagnostics.count > 0)
    bp_derivation_complain(derivation);
  bp_output_finish(&output, 0);
  return status;
}

int bp_verb_explain(int argc, char **argv) {
  struct explain_options options = {
      .report = {.what = "numbers", .serves = serves, .writer = bp_writer_find("text")}};
  bp_point_defaults(&options.points);
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  if (options.word_count == 0)
    bp_die("backproof explain FILE.deriv:LINE", "which line of which file?");
  const char *file = options.words[0], *which = options.words[1];
  char *word = strdup(file);
  if (!word)
    bp_die_no_memory();
  if (!which)
    bp_derivation_word(word, &file, &which);
  struct bp_derivation derivation;
  struct bp_output output;
  bp_flint_limit(options.common.memory_limit);
  struct bp_derivation_limits limits = {options.common.memory_limit,
                                        bp_common_seconds(&options.common)};
  bp_derivation_open(&derivation, file, &limits);
  if (derivation.document && bp_document_is_note(derivation.document->source)) {
    int told = explain_note(&derivation, which, &options, file);
    bp_derivation_free(&derivation);
    free(word);
    return told;
  }
  bp_derivation_require(&derivation);
  struct bp_document_lines lines = bp_derivation_lines(&derivation);
  if (lines.count == 0 && derivation.diagnostics.errors > 0)
    bp_die_diagnostics(&derivation.diagnostics);
  if (lines.count == 0)
    bp_die("a file with claims", "%s has no claim, and so nothing to explain", file);
  size_t index = which ? bp_derivation_line(&lines, which) : 0;
  bp_output_open(&output, options.report.output);
  int status =
      which ? explain(&derivation, index, &options, &output) : list(&derivation, &lines, &output);
  bp_derivation_leave();
  bp_derivation_free(&derivation);
  free(word);
  return status;
}
