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
#include "cli/terminal.h"
#include "lang/print.h"
#include "report/table.h"
#include "report/worked.h"

enum { KEY_OUTPUT = 'o', MOST_WORDS = 2, MOST_LISTED = 8 };

struct explain_options {
  const char *words[MOST_WORDS]; /* FILE:WHICH, or FILE and WHICH */
  size_t word_count;
  const char *output;
  struct bp_point_options points;
};

static const struct argp_option option_table[] = {
    {"output", KEY_OUTPUT, "FILE", 0, "Write the numbers to FILE, once they are complete", 1},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct explain_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->points;
    return 0;
  case ARGP_KEY_ARG:
    if (options->word_count == MOST_WORDS)
      bp_die("quotes around a name with blanks", "found \"%.60s\" after \"%.60s\"", value,
             options->words[1]);
    options->words[options->word_count++] = value;
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  case BP_KEY_COLOR:
    bp_option_colour(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&bp_point_argp, 0, "What is drawn:", 2}, {0}};

static const struct argp argp = {
    .children = children,
    .options = option_table,
    .parser = parse,
    .args_doc = "FILE:LINE\nFILE:NAME\nFILE NAME\nFILE",
    .doc = "Works out one line of a derivation at one small point: every matrix on the way, both "
           "sides, and their difference.  NAME is the name of a claim or its first word; without "
           "LINE and NAME the lines are listed.\v"
           "Exit status: 0 the line holds, 1 it fails, 2 undecided, 3 bad input or usage."};

/* ---- which file, which line ---------------------------------------------- */

static bool exists(const char *path) {
  struct stat status;
  return strcmp(path, "-") == 0 || stat(path, &status) == 0;
}

/* Takes "FILE:WHICH" apart at the first colon before which there is a file; a file whose own name
 * has a colon is itself.  Where nothing exists, the message will be about what stands before the
 * last colon. */
static void split_word(char *word, const char **file, const char **which) {
  *file = word;
  *which = NULL;
  if (exists(word))
    return;
  char *last = strrchr(word, ':');
  for (char *colon = strchr(word, ':'); colon; colon = strchr(colon + 1, ':')) {
    *colon = '\0';
    if (colon == last || exists(word)) {
      *which = colon + 1;
      return;
    }
    *colon = ':';
  }
}

/* The statements that are judged, in order: their places are the numbers of the claims. */
struct lines {
  const struct bp_source *source;
  const struct bp_statement **list;
  size_t count;
  struct bp_arena *arena;
};

static bool is_judged(const struct bp_statement *statement) {
  return statement->kind == BP_STATEMENT_CLAIM || statement->kind == BP_STATEMENT_REFUTE ||
         statement->kind == BP_STATEMENT_SHAPE;
}

static struct lines lines_of(const struct bp_document *document, struct bp_arena *arena) {
  struct lines lines = {.source = document->source, .arena = arena};
  lines.list = bp_arena_alloc(arena, document->count, sizeof *lines.list);
  if (!lines.list)
    bp_die_no_memory();
  for (size_t i = 0; i < document->count; i++)
    if (is_judged(&document->statements[i]))
      lines.list[lines.count++] = &document->statements[i];
  return lines;
}

static size_t line_number(const struct lines *lines, size_t index) {
  size_t line, column;
  bp_locate(lines->source, lines->list[index]->span.begin, &line, &column);
  return line;
}

static int list_lines(const struct lines *lines, bool colour, FILE *out) {
  static const struct bp_column columns[] = {{"line", true}, {"", false}};
  enum { MOST_COLUMNS = 70 };
  struct bp_table *table =
      bp_table_new(lines->arena, columns, sizeof columns / sizeof *columns, lines->count);
  for (size_t i = 0; i < lines->count; i++) {
    const char *text = bp_source_line(lines->source, lines->list[i]->span, lines->arena);
    bp_table_cell(table, BP_PLAIN, bp_arena_printf(lines->arena, "%zu", line_number(lines, i)));
    bp_table_cell(table, BP_PLAIN, text ? bp_text_shown(text, MOST_COLUMNS, lines->arena) : NULL);
  }
  return bp_table_write(table, colour, out);
}

/* The claim that stands on a line, possibly with others of its lines; `count` where there is none.
 */
static size_t find_line(const struct lines *lines, size_t wanted) {
  const struct bp_source *source = lines->source;
  size_t begin = 0;
  for (size_t line = 1; line < wanted; line++) {
    const char *newline = memchr(source->text + begin, '\n', source->length - begin);
    if (!newline)
      return lines->count;
    begin = (size_t)(newline - source->text) + 1;
  }
  const char *newline = memchr(source->text + begin, '\n', source->length - begin);
  size_t end = newline ? (size_t)(newline - source->text) : source->length;
  size_t found = 0;
  while (found < lines->count &&
         (lines->list[found]->span.end <= begin || lines->list[found]->span.begin > end))
    found++;
  return found;
}

static size_t require_line(const struct lines *lines, const char *which) {
  size_t wanted = bp_option_count("LINE", which, 1, 1000000000);
  size_t found = find_line(lines, wanted);
  if (found < lines->count)
    return found;
  size_t after = 0;
  while (after < lines->count && line_number(lines, after) < wanted)
    after++;
  char suggestion[80];
  snprintf(suggestion, sizeof suggestion, "line %zu",
           line_number(lines, after < lines->count ? after : lines->count - 1));
  bp_die(suggestion, "there is no claim on line %zu of %s", wanted, lines->source->name);
}

static size_t first_word(const char *name) { return strcspn(name, " \t"); }

/* How well a name fits what was asked for: 2 it is that, 1 its first word is. */
static int fit(const char *name, const char *which) {
  if (!name)
    return 0;
  if (strcmp(name, which) == 0)
    return 2;
  size_t length = first_word(name);
  return strlen(which) == length && strncmp(name, which, length) == 0 ? 1 : 0;
}

static _Noreturn void die_unknown(const struct lines *lines, const char *which) {
  const char **names = bp_arena_alloc(lines->arena, 2 * lines->count, sizeof *names);
  size_t count = 0;
  for (size_t i = 0; i < lines->count && names; i++) {
    const char *name = lines->list[i]->text;
    if (!name)
      continue;
    names[count++] = name;
    names[count] = bp_arena_strndup(lines->arena, name, first_word(name));
    count += names[count] != NULL;
  }
  const char *nearest = names ? bp_nearest_name(which, strlen(which), names, count) : NULL;
  if (!nearest)
    bp_die("the file alone, which lists its lines", "no claim of %s is called \"%.60s\"",
           lines->source->name, which);
  bp_die(nearest, "no claim of %s is called \"%.60s\"", lines->source->name, which);
}

static _Noreturn void die_several(const struct lines *lines, const char *which, int best,
                                  size_t count) {
  char suggestion[160] = "one of the lines";
  size_t listed = 0;
  for (size_t i = 0; i < lines->count && listed < MOST_LISTED; i++)
    if (fit(lines->list[i]->text, which) == best) {
      size_t used = strlen(suggestion);
      snprintf(suggestion + used, sizeof suggestion - used, "%s %zu", listed > 0 ? "," : "",
               line_number(lines, i));
      listed++;
    }
  bp_die(suggestion, "%zu claims of %s are called \"%.60s\"", count, lines->source->name, which);
}

static size_t find_claim(const struct lines *lines, const char *which) {
  int best = 0;
  size_t found = 0, count = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int here = fit(lines->list[i]->text, which);
    if (here > best) {
      best = here;
      found = i;
      count = 0;
    }
    count += here > 0 && here == best;
  }
  if (count == 1)
    return found;
  if (count > 1)
    die_several(lines, which, best, count);
  if (*which != '\0' && which[strspn(which, "0123456789")] == '\0')
    return require_line(lines, which);
  die_unknown(lines, which);
}

/* ---- the numbers --------------------------------------------------------- */

static int explain(struct bp_derivation *derivation, size_t index,
                   const struct explain_options *options, struct bp_output *output) {
  struct bp_judge_options judge = {
      .seed = options->points.seed, .trials = options->points.trials, .no_hints = true};
  struct bp_worked worked;
  int status = bp_explain_claim(derivation->document, index, &judge, derivation->arena,
                                &derivation->diagnostics, &worked);
  bp_derivation_complain(derivation);
  if (status != 0)
    exit(BP_EXIT_BAD_INPUT);
  struct bp_report_style style = {.colour = bp_terminal_colour(output->stream),
                                  .width = bp_terminal_columns(output->stream)};
  bp_output_begin(output);
  bp_output_finish(output, bp_worked_text(&worked, &style, output->stream));
  return derivation->diagnostics.errors > 0 ? BP_EXIT_BAD_INPUT
                                            : bp_exit_status(worked.claim->verdict);
}

static int list(const struct bp_derivation *derivation, const struct lines *lines,
                struct bp_output *output) {
  bp_derivation_complain(derivation);
  bp_output_begin(output);
  bp_output_finish(output, list_lines(lines, bp_terminal_colour(output->stream), output->stream));
  return derivation->diagnostics.errors > 0 ? BP_EXIT_BAD_INPUT : 0;
}

int bp_verb_explain(int argc, char **argv) {
  struct explain_options options = {0};
  bp_point_defaults(&options.points);
  struct bp_common_options common;
  bp_common_defaults(&common);
  bp_options_parse(&argp, argc, argv, &options);
  if (options.word_count == 0)
    bp_die("backproof explain FILE.deriv:LINE", "which line of which file?");
  const char *file = options.words[0], *which = options.words[1];
  char *word = strdup(file);
  if (!word)
    bp_die_no_memory();
  if (!which)
    split_word(word, &file, &which);
  struct bp_derivation derivation;
  struct bp_output output;
  bp_derivation_open(&derivation, file, common.memory_limit);
  bp_derivation_require(&derivation);
  struct lines lines = lines_of(derivation.document, derivation.arena);
  if (lines.count == 0 && derivation.diagnostics.errors > 0)
    bp_die_diagnostics(&derivation.diagnostics);
  if (lines.count == 0)
    bp_die("a file with claims", "%s has no claim, and so nothing to explain", file);
  size_t index = which ? find_claim(&lines, which) : 0;
  bp_output_open(&output, options.output);
  int status =
      which ? explain(&derivation, index, &options, &output) : list(&derivation, &lines, &output);
  bp_derivation_free(&derivation);
  free(word);
  return status;
}
