/* Markdown as GitHub and GitLab render it: the verdict, a table of all, then what does not hold.
 *
 * Texts of the user stand in code spans and code blocks only.  A code span begins with more
 * backticks than its text has in a row, and so does the fence of a block, so that no text can end
 * its own; inside of a table a bar needs a backslash even in code.
 */
#include <string.h>

#include "report/claims.h"
#include "report/plain.h"
#include "report/suite/cases.h"
#include "report/text/text.h"

/* The longest run of backticks. */
static size_t longest_run(const char *text) {
  size_t longest = 0;
  while (*(text += strcspn(text, "`"))) {
    size_t run = strspn(text, "`");
    longest = run > longest ? run : longest;
    text += run;
  }
  return longest;
}

static void write_ticks(size_t count, FILE *out) {
  while (count-- > 0)
    putc('`', out);
}

/* A line of text as code.  A blank on each side keeps backticks at its ends apart from those that
 * enclose it; renderers take it off. */
static void write_code(const char *text, bool in_table, FILE *out) {
  size_t ticks = longest_run(text) + 1;
  bool apart = ticks > 1 || *text == ' ' || *text == '\0';
  write_ticks(ticks, out);
  fputs(apart ? " " : "", out);
  for (; *text; text++) {
    if (in_table && *text == '|')
      putc('\\', out);
    putc(*text, out);
  }
  fputs(apart ? " " : "", out);
  write_ticks(ticks, out);
}

static void write_block(const char *language, const char *text, FILE *out) {
  size_t ticks = longest_run(text) + 1;
  ticks = ticks < 3 ? 3 : ticks;
  write_ticks(ticks, out);
  fprintf(out, "%s\n%s\n", language, text);
  write_ticks(ticks, out);
  fputs("\n\n", out);
}

/* A sentence of ours that may quote the user: every sign that Markdown or HTML could read as its
 * own gets a backslash, or is written as an entity. */
static void write_sentence(const char *text, FILE *out) {
  for (; *text; text++) {
    if (*text == '<')
      fputs("&lt;", out);
    else if (*text == '&')
      fputs("&amp;", out);
    else if (strchr("\\`*_[]#|~$!@", *text))
      fprintf(out, "\\%c", *text);
    else
      putc(*text == '\n' ? ' ' : *text, out);
  }
}

/* ---- tables -------------------------------------------------------------- */

static const char *verdict_cell(enum bp_verdict verdict) {
  return verdict == BP_HOLDS ? "holds" : verdict == BP_FAILS ? "**fails**" : "*undecided*";
}

static void count_cell(size_t count, FILE *out) {
  if (count > 0)
    fprintf(out, " %zu |", count);
  else
    fputs(" |", out);
}

static void write_files(const struct bp_suites *suites, FILE *out) {
  fputs("| file | hold | refuted | fail | undecided | not read | verdict |\n"
        "|---|---:|---:|---:|---:|---:|---|\n",
        out);
  for (size_t i = 0; i < suites->count; i++) {
    const struct bp_suite *suite = &suites->list[i];
    struct bp_claim_counts counts = bp_claims_count(suite->file);
    fputs("| ", out);
    write_code(suite->name, true, out);
    fputs(" |", out);
    count_cell(counts.holds, out);
    count_cell(counts.refuted, out);
    count_cell(counts.fails, out);
    count_cell(counts.undecided, out);
    count_cell(counts.broken, out);
    fprintf(out, " %s |\n",
            suite->head ? verdict_cell(bp_claims_verdict(&counts)) : "**not read**");
  }
  putc('\n', out);
}

struct table {
  FILE *out;
  bool begun;
};

static void write_place(const struct bp_case *one, FILE *out) {
  const struct bp_block *block = one->block;
  const struct bp_power_row *mistake = one->mistake;
  if (block && block->moved)
    fprintf(out, " %zu along %zu | %zu | %.1e |", block->moved, block->rows, block->rows,
            block->largest_relative);
  else if (block)
    fprintf(out, " %zu × %zu | %zu | %.1e |", block->rows, block->columns,
            block->rows * block->columns, block->largest_relative);
  else if (mistake && mistake->exposure == BP_CAUGHT && mistake->block)
    fprintf(out, " %s(%zu,%zu) |", mistake->block, mistake->row + 1, mistake->column + 1);
  else
    fputs(mistake ? " |" : " | | |", out);
}

static int write_row(const struct bp_case *one, const struct bp_suite *suite,
                     struct bp_arena *arena, void *user) {
  struct table *table = user;
  FILE *out = table->out;
  (void)arena;
  if (!table->begun)
    fputs(suite->power ? "| mistake | where | outcome |\n|---|---|---|\n"
                       : "| block | shape | entries | largest error | verdict |\n"
                         "|---|---|---:|---:|---|\n",
          out);
  table->begun = true;
  fputs("| ", out);
  write_code(one->id, true, out);
  fputs(" |", out);
  if (suite->power && !one->mistake)
    fputs(" |", out);
  else
    write_place(one, out);
  if (one->mistake)
    fprintf(out, " %s |\n", bp_exposure_name(one->mistake->exposure));
  else
    fprintf(out, " %s%s%s |\n", one->outcome == BP_CASE_FAILED ? "**" : "",
            bp_case_verb(one->outcome), one->outcome == BP_CASE_FAILED ? "**" : "");
  return 0;
}

static int write_table(const struct bp_suites *suites, const struct bp_report_style *style,
                       FILE *out) {
  if (suites->count == 0 || suites->list[0].file) {
    write_files(suites, out);
    return 0;
  }
  struct table table = {.out = out};
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  if (status == 0)
    status = bp_walk_suite(&walk, &suites->list[0], write_row, &table);
  bp_walk_end(&walk);
  fputs(table.begun ? "\n" : "", out);
  return status;
}

/* ---- details ------------------------------------------------------------- */

static int write_case(const struct bp_case *one, const struct bp_suite *suite,
                      struct bp_arena *arena, void *user) {
  FILE *out = user;
  if (one->outcome == BP_CASE_PASSED || one->outcome == BP_CASE_SKIPPED)
    return 0;
  const char *details = bp_case_details(one, suite, arena);
  const char *replay = one->replay ? bp_plain_text(one->replay, arena) : "";
  if (!details || !replay)
    return -1;
  fputs("### ", out);
  write_code(one->id, false, out);
  fprintf(out, " %s\n\n", bp_case_verb(one->outcome));
  write_sentence(one->message, out);
  fputs("\n\n", out);
  if (*details)
    write_block("text", details, out);
  if (*replay)
    write_block("sh", replay, out);
  return 0;
}

static int write_notes(const struct bp_suite *suite, struct bp_arena *arena, FILE *out) {
  for (size_t i = 0; bp_suite_note(suite, i); i++) {
    const char *fit = bp_plain_line(bp_suite_note(suite, i), arena);
    if (!fit)
      return -1;
    if (!*fit)
      continue;
    fputs("> ", out);
    write_sentence(fit, out);
    fputs("\n\n", out);
  }
  return 0;
}

static int write_head(const struct bp_suites *suites, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  const char *sentence = bp_suites_sentence(suites, arena);
  const char *remark = bp_suites_remark(suites, style, arena);
  if (!sentence)
    return -1;
  fputs("## backproof ", out);
  write_sentence(sentence, out);
  fputs("\n\n", out);
  if (suites->count == 1) {
    write_code(suites->list[0].name, false, out);
    fputs("\n\n", out);
  }
  if (remark) {
    write_sentence(remark, out);
    fputs("\n\n", out);
  }
  return write_table(suites, style, out);
}

static int write_markdown(const struct bp_suites *suites, const struct bp_report_style *style,
                          FILE *out) {
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  if (status == 0)
    status = write_head(suites, style, walk.arena, out);
  for (size_t i = 0; i < suites->count && status == 0; i++) {
    status = bp_walk_suite(&walk, &suites->list[i], write_case, out);
    if (status == 0)
      status = write_notes(&suites->list[i], walk.arena, out);
  }
  bp_walk_end(&walk);
  return status;
}

BP_SUITES_FORMAT(markdown, write_markdown)
BP_SUITES_POWER(markdown, write_markdown)
