/* backproof read: how a note is read, as a derivation that can be edited and verified. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "read/note.h"
#include "study/study.h"
#include "value/vocabulary.h"

enum { KEY_OUTPUT = 'o', KEY_PART = 'p' };

struct read_options {
  const char *file, *output;
  size_t part;
  struct bp_common_options common; /* of these only the limits */
};

static const struct argp_option option_table[] = {
    {"output", KEY_OUTPUT, "FILE", 0, "Write the derivation to FILE, once it is complete", 1},
    {"part", KEY_PART, "N", 0,
     "Which part of the note, where parts of it speak of different things (default: the one with "
     "the most lines)",
     1},
    {0}};

static size_t part_number(const char *value) {
  char *end;
  unsigned long part = strtoul(value, &end, 10);
  if (*value < '1' || *value > '9' || *end || part > 1000)
    bp_die("--part=2", "--part is a number from 1, and not \"%.60s\"", value);
  return part;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct read_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    if (options->file)
      bp_die("one note at a time", "found \"%.60s\" after \"%.60s\"", value, options->file);
    options->file = value;
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  case KEY_PART:
    options->part = part_number(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_limits_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {.options = option_table,
                                 .children = children,
                                 .parser = parse,
                                 .args_doc = "NOTE",
                                 .doc = "Prints how a note is read, as a derivation: what its "
                                        "formulas speak of as declarations, and "
                                        "the formulas as claims, each with its line in the note.  "
                                        "Saved as a file, it can be edited "
                                        "and verified."};

int bp_verb_read(int argc, char **argv) {
  struct read_options options = {0};
  struct bp_derivation derivation;
  struct bp_output output;
  struct bp_judge_options judge = {.seed = 1};
  size_t parts;
  bp_common_defaults(&options.common);
  bp_options_parse(&argp, argc, argv, &options);
  if (!options.file)
    bp_die("backproof read lecture.md", "which note?");
  struct bp_derivation_limits limits = {options.common.memory_limit,
                                        bp_common_seconds(&options.common)};
  bp_flint_limit(limits.memory);
  bp_derivation_open(&derivation, options.file, &limits);
  bp_derivation_require_memory(&derivation);
  if (!derivation.document)
    bp_die_diagnostics(&derivation.diagnostics);
  if (!bp_document_is_note(derivation.document->source))
    bp_die("a file whose name ends in .md or .tex", "%s is a derivation already, and no note",
           bp_derivation_name(&derivation));
  judge.memory = limits.memory;
  const char *text = bp_study_reading(derivation.document->source, &bp_vocabulary, &judge,
                                      options.part, derivation.arena, &parts);
  bp_derivation_require_memory(&derivation);
  if (bp_budget_end(&derivation.budget) == BP_BUDGET_TIME)
    bp_die("a shorter note, or more time: --time-limit 60",
           "the time limit was reached before it was clear how %s is to be read",
           bp_derivation_name(&derivation));
  if (!text && parts == 0)
    bp_die("<!-- backproof: given W : n x k --> in the note states what its formulas speak of",
           "%s has no formulas of layers that this program knows", options.file);
  if (!text && options.part > parts)
    bp_die(NULL, "%s has %zu part%s", options.file, parts, parts == 1 ? "" : "s");
  if (!text)
    bp_die_no_memory();
  bp_output_open(&output, options.output);
  bp_output_begin(&output);
  bp_output_finish(&output, fputs(text, output.stream) == EOF ? -1 : 0);
  bp_derivation_leave();
  bp_derivation_free(&derivation);
  return 0;
}
