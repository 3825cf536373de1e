/* backproof help: pages of the documentation, and what is said of a word.
 *
 * What is asked for is a page, a verb, what tables have in code in their first cells (a statement,
 * a function, an operator), or the heading of a section; the first of these that there is.  Pages
 * are shown as they are written, in Markdown, which is readable as it stands; on a terminal through
 * a pager.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/verb/pages.h"
#include "lang/ast.h"
#include "value/vocabulary.h"

static const struct page {
  const char *name, *text;
  const size_t *length;
} pages[] = {
#define ROW(name, about) {#name, bp_page_##name##_text, &bp_page_##name##_length},
    BP_PAGES(ROW)
#undef ROW
};

static const struct verb {
  const char *name;
  int (*run)(int argc, char **argv);
} verbs[] = {
#define ROW(name, function, summary) {name, function},
    BP_VERBS(ROW)
#undef ROW
};

enum { PAGES = sizeof pages / sizeof *pages, VERBS = sizeof verbs / sizeof *verbs };

/* ---- where it goes ------------------------------------------------------- */

/* Standard output, or on a terminal a pager.  A pager that is left early is no mistake, so nothing
 * asks whether it took everything. */
static FILE *open_page(bool paged) {
  static const char pager[] = "if test -n \"$PAGER\"; then eval \"$PAGER\"; "
                              "elif command -v less >/dev/null; then less -FRX; else cat; fi";
  if (!paged || !isatty(STDOUT_FILENO))
    return stdout;
  setenv("LESSCHARSET", "utf-8", 0);
  signal(SIGPIPE, SIG_IGN);
  fflush(stdout);
  FILE *stream = popen(pager, "w");
  return stream ? stream : stdout;
}

static void close_page(FILE *stream) {
  if (stream != stdout)
    pclose(stream);
}

/* ---- lines of pages ------------------------------------------------------ */

struct line {
  const char *text;
  size_t length;
};

/* The next line of a page from *at on, without its end; false behind the last. */
static bool next_line(const struct page *page, size_t *at, struct line *line) {
  if (*at >= *page->length)
    return false;
  const char *begin = page->text + *at, *end = memchr(begin, '\n', *page->length - *at);
  *line = (struct line){begin, end ? (size_t)(end - begin) : *page->length - *at};
  *at += line->length + 1;
  return true;
}

/* How deep a heading a line is; 0: none.  In a block of code # begins a comment. */
static size_t level_of(struct line line, bool *code) {
  if (line.length >= 3 && !memcmp(line.text, "```", 3))
    *code = !*code;
  size_t level = 0;
  while (!*code && level < line.length && line.text[level] == '#')
    level++;
  return level < line.length && line.text[level] == ' ' ? level : 0;
}

static bool is_word_sign(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || (sign & 0x80) ||
         (sign >= '0' && sign <= '9');
}

/* Whether the words stand in the line, from the beginning of a word on: domain is in Domains. */
static bool has_words(struct line line, const char *words) {
  size_t length = strlen(words);
  for (size_t i = 0; length > 0 && i + length <= line.length; i++)
    if (!strncasecmp(line.text + i, words, length) && (i == 0 || !is_word_sign(line.text[i - 1])))
      return true;
  return false;
}

/* Whether the first cell of a row of a table has the words in it, as code and whole. */
static bool is_row_of(struct line line, const char *words) {
  size_t length = strlen(words);
  bool code = false;
  if (line.length < 2 || line.text[0] != '|')
    return false;
  for (size_t i = 1; i < line.length && (code || line.text[i] != '|'); i++) {
    code ^= line.text[i] == '`';
    if (!code || i + length >= line.length || memcmp(line.text + i, words, length) != 0)
      continue;
    char before = line.text[i - 1], after = line.text[i + length];
    if ((!is_word_sign(words[0]) || !is_word_sign(before)) &&
        (!is_word_sign(words[length - 1]) || !is_word_sign(after)))
      return true;
  }
  return false;
}

/* ---- what is found ------------------------------------------------------- */

/* Writes the sections of a page whose headings have the words, each with what belongs to it; NULL:
 * only counts them. */
static size_t write_sections(const struct page *page, const char *words, FILE *out) {
  size_t at = 0, within = 0, found = 0;
  bool code = false;
  struct line line;
  while (next_line(page, &at, &line)) {
    size_t level = level_of(line, &code);
    if (level > 0 && (within == 0 || level <= within)) {
      within = level > 1 && has_words(line, words) ? level : 0;
      found += within > 0;
      if (within > 0 && out)
        fprintf(out, "(from the page %s)\n\n", page->name);
    }
    if (within > 0 && out)
      fprintf(out, "%.*s\n", (int)line.length, line.text);
  }
  return found;
}

static size_t write_rows(const struct page *page, const char *words, FILE *out) {
  size_t at = 0, found = 0;
  struct line line;
  while (next_line(page, &at, &line)) {
    if (!is_row_of(line, words))
      continue;
    if (out && found == 0)
      fprintf(out, "(from the page %s)\n\n", page->name);
    if (out)
      fprintf(out, "%.*s\n", (int)line.length, line.text);
    found++;
  }
  if (found > 0 && out)
    putc('\n', out);
  return found;
}

/* Writes what all pages have of something; false where that is nothing. */
static bool show_parts(size_t (*write)(const struct page *, const char *, FILE *),
                       const char *words, bool paged) {
  size_t found = 0;
  for (size_t k = 0; k < PAGES; k++)
    found += write(&pages[k], words, NULL);
  if (found == 0)
    return false;
  FILE *out = open_page(paged);
  for (size_t k = 0; k < PAGES; k++)
    write(&pages[k], words, out);
  close_page(out);
  return true;
}

static bool show_page(const char *words, bool paged) {
  for (size_t k = 0; k < PAGES; k++) {
    if (strcasecmp(words, pages[k].name) != 0)
      continue;
    FILE *out = open_page(paged);
    fwrite(pages[k].text, 1, *pages[k].length, out);
    close_page(out);
    return true;
  }
  return false;
}

/* `backproof net --help`; does not return where there is such a verb. */
static void show_verb(const char *words) {
  for (size_t k = 0; k < VERBS; k++) {
    if (strcmp(words, verbs[k].name) != 0)
      continue;
    char name[64], help[] = "--help";
    snprintf(name, sizeof name, "backproof %s", verbs[k].name);
    char *arguments[] = {name, help, NULL};
    verbs[k].run(2, arguments);
  }
}

static _Noreturn void die_unknown(const char *words) {
  const char *names[PAGES + VERBS];
  char list[256] = "";
  for (size_t k = 0; k < PAGES + VERBS; k++)
    names[k] = k < PAGES ? pages[k].name : verbs[k - PAGES].name;
  for (size_t k = 0; k < PAGES; k++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", k == 0 ? "" : ", ", names[k]);
  const char *keywords[BP_STATEMENT_KIND_COUNT];
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    keywords[kind] = bp_statement_keyword((enum bp_statement_kind)kind);
  const char *nearest = bp_nearest_name(words, strlen(words), names, PAGES + VERBS);
  if (!nearest)
    nearest = bp_nearest_name(words, strlen(words), keywords, BP_STATEMENT_KIND_COUNT);
  if (!nearest)
    nearest = bp_vocabulary_nearest(words);
  char suggestion[320];
  if (nearest)
    snprintf(suggestion, sizeof suggestion, "backproof help %s", nearest);
  else
    snprintf(suggestion, sizeof suggestion, "one of the pages (%s), a verb, a word of the language",
             list);
  bp_die(suggestion, "no page has anything under \"%.60s\"", words);
}

/* ---- the command line ---------------------------------------------------- */

enum { KEY_NO_PAGER = BP_KEY_VERB };

struct help_options {
  char words[128];
  bool paged;
};

static const struct argp_option option_table[] = {
    {"no-pager", KEY_NO_PAGER, NULL, 0, "Never through $PAGER or less, even on a terminal", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct help_options *options = state->input;
  size_t used = strlen(options->words);
  switch (key) {
  case ARGP_KEY_ARG:
    snprintf(options->words + used, sizeof options->words - used, "%s%s", used ? " " : "", value);
    return 0;
  case KEY_NO_PAGER:
    options->paged = false;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "TOPIC",
    .doc = "Shows a page of the documentation (backproof help lists them), the options of a verb, "
           "or what the pages say under a word: a heading such as domains, a statement such as "
           "refute, a function or an operator."};

int bp_verb_help(int argc, char **argv) {
  struct help_options options = {.paged = true};
  bp_options_parse(&argp, argc, argv, &options);
  const char *words = options.words;
  if (!*words)
    bp_die("backproof help tutorial", "help on what?");
  if (show_page(words, options.paged))
    return 0;
  show_verb(words);
  if (!show_parts(write_rows, words, options.paged) &&
      !show_parts(write_sections, words, options.paged))
    die_unknown(words);
  return 0;
}
