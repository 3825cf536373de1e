/* Workflow commands of GitHub Actions: lines of the log that its runner shows as annotations beside
 * the source.
 *
 *     ::error file=notes.deriv,line=6,col=17,endLine=6,endColumn=18,title=...::message
 *
 * A command ends with its line, so line breaks in the message are written as %0A, and in what
 * stands before it the comma and the colon are written so, too; nothing that a file says can begin
 * a command of its own.  Only what does not hold is written.  Columns are UTF-16 code units.
 */
#include <string.h>

#include "report/plain.h"
#include "report/suite/cases.h"

struct log {
  FILE *out;
  struct bp_place place;
};

/* The message of a command; a property of it, which `property` says, has two more signs to hide. */
static void write_escaped(const char *text, bool property, FILE *out) {
  for (; *text; text++) {
    bool special = *text == '%' || *text == '\n' || *text == '\r' ||
                   (property && (*text == ':' || *text == ','));
    if (special)
      fprintf(out, "%%%02X", (unsigned)(unsigned char)*text);
    else
      putc(*text, out);
  }
}

/* ",line=6,col=17": where the case is, if it is in a file that has a name. */
static int write_place(const struct bp_case *one, const struct bp_suite *suite, struct log *log,
                       struct bp_arena *arena) {
  FILE *out = log->out;
  const struct bp_source *source;
  struct bp_span span;
  bool exact = bp_case_place(one, &source, &span);
  const char *name = bp_plain_line(exact ? source->name : suite->file ? suite->name : "", arena);
  if (!name)
    return -1;
  if (!*name || strcmp(name, "standard input") == 0)
    return 0;
  fputs("file=", out);
  write_escaped(name, true, out);
  if (exact) {
    struct bp_region region = bp_place_region(&log->place, source, span);
    fprintf(out, ",line=%zu,col=%zu,endLine=%zu,endColumn=%zu", region.line, region.column,
            region.end_line, region.end_column);
  }
  putc(',', out);
  return 0;
}

static int write_case(const struct bp_case *one, const struct bp_suite *suite,
                      struct bp_arena *arena, void *user) {
  struct log *log = user;
  FILE *out = log->out;
  bool silent = one->outcome == BP_CASE_PASSED || one->outcome == BP_CASE_SKIPPED;
  bool said = one->claim && one->outcome == BP_CASE_UNREAD; /* by the mistake itself */
  if (silent || said)
    return 0;
  const char *details = one->diagnostic ? "" : bp_case_details(one, suite, arena);
  const char *replay = one->replay ? bp_plain_text(one->replay, arena) : "";
  if (!details || !replay)
    return -1;
  fputs(one->outcome == BP_CASE_UNDECIDED ? "::warning " : "::error ", out);
  if (write_place(one, suite, log, arena) != 0)
    return -1;
  fputs("title=", out);
  write_escaped(one->id, true, out);
  fprintf(out, " %s::", bp_case_verb(one->outcome));
  write_escaped(one->message, false, out);
  fputs(*details ? "%0A" : "", out);
  write_escaped(details, false, out);
  fputs(*replay ? "%0Ato see it again: " : "", out);
  write_escaped(replay, false, out);
  putc('\n', out);
  return 0;
}

static int write_github(const struct bp_suites *suites, const struct bp_report_style *style,
                        FILE *out) {
  struct log log = {.out = out};
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  for (size_t i = 0; i < suites->count && status == 0; i++)
    status = bp_walk_suite(&walk, &suites->list[i], write_case, &log);
  const char *sentence = status == 0 ? bp_suites_sentence(suites, walk.arena) : NULL;
  const char *remark = status == 0 ? bp_suites_remark(suites, style, walk.arena) : NULL;
  if (sentence) /* begins with the verdict, so it is no command */
    fprintf(out, "%s%s%s\n", sentence, remark ? "; " : "", remark ? remark : "");
  bp_walk_end(&walk);
  return sentence ? 0 : -1;
}

BP_SUITES_FORMAT(github, write_github)
