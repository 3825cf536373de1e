/* Two options that two verbs have in common: the formats that serve are asked for when a word is
 * read and when help is printed, so that both list the same ones, by name.
 */
#include "cli/single_report.h"
#include "base/mutable.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"

enum { KEY_FORMAT = 'f', KEY_OUTPUT = 'o' };

static const struct argp_option option_table[] = {
    {"format", KEY_FORMAT, "NAME", 0, "the formats", 2},
    {"output", KEY_OUTPUT, "FILE", 0, "Where it is written", 2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct bp_single_report *report = state->input;
  switch (key) {
  case KEY_FORMAT:
    report->writer = bp_option_writer("--format", value, report->serves, BP_FORMATS_BY_NAME);
    return 0;
  case KEY_OUTPUT:
    report->output = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static char *explain_option(int key, const char *text, void *input) {
  const struct bp_single_report *report = input;
  if (key == KEY_FORMAT)
    return bp_option_formats(report->serves, BP_FORMATS_BY_NAME, report->remark);
  if (key != KEY_OUTPUT)
    return bp_unchanged(text);
  char words[80];
  snprintf(words, sizeof words, "Write the %s to FILE, once it is complete", report->what);
  char *help = strdup(words);
  if (!help)
    bp_die_no_memory();
  return help;
}

const struct argp bp_single_report_argp = {
    .options = option_table, .parser = parse, .help_filter = explain_option};
