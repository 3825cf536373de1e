/* TAP 13: a line for each block or claim, with a YAML block below what does not pass.
 *
 * A harness reads line by line, and a `#` in a description begins a directive: "not ok 3 - x #
 * TODO" counts as passed.  So a claim that is called "x # TODO" is written as "x - TODO"; other
 * number signs get a backslash, which harnesses take off.  In the YAML block all texts of the user
 * are quoted strings of JSON, which are strings of YAML, too.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/json/json.h"
#include "report/plain.h"
#include "report/suite/cases.h"

struct harness {
  FILE *out;
  size_t number;
  bool bailing; /* nothing could be read */
  struct bp_place place;
};

/* Whether what stands behind a number sign could be read as a directive. */
static bool is_directive(const char *behind) {
  behind += strspn(behind, " ");
  return strncasecmp(behind, "todo", 4) == 0 || strncasecmp(behind, "skip", 4) == 0;
}

static void write_description(const char *text, FILE *out) {
  for (; *text; text++) {
    if (*text != '#')
      putc(*text, out);
    else
      fputs(is_directive(text + 1) ? "-" : "\\#", out);
  }
}

/* A comment for each line of a text. */
static void write_comment(const char *text, FILE *out) {
  fputs("# ", out);
  for (; *text; text++) {
    putc(*text, out);
    if (*text == '\n')
      fputs("# ", out);
  }
  putc('\n', out);
}

/* "  name: "text"": jansson knows how to quote. */
static int write_field(const char *name, const char *text, FILE *out) {
  json_t *string = json_string(text);
  fprintf(out, "  %s: ", name);
  int status = bp_json_dump(string, 0, out);
  putc('\n', out);
  return status;
}

/* The details as a literal block, which needs no quoting: a line of it begins where no other does.
 */
static void write_literal(const char *name, const char *text, FILE *out) {
  fprintf(out, "  %s: |2\n", name);
  while (*text) {
    size_t length = strcspn(text, "\n");
    if (length > 0)
      fprintf(out, "    %.*s", (int)length, text);
    putc('\n', out);
    text += length + (text[length] == '\n');
  }
}

/* "  file: ...": where there is such a place. */
static int write_place(const struct bp_case *one, struct harness *harness, struct bp_arena *arena) {
  const struct bp_source *source;
  struct bp_span span;
  if (!bp_case_place(one, &source, &span))
    return 0;
  struct bp_region region = bp_place_region(&harness->place, source, span);
  const char *name = bp_plain_line(source->name, arena);
  int status = name ? write_field("file", name, harness->out) : -1;
  fprintf(harness->out, "  line: %zu\n  column: %zu\n", region.line, region.column);
  return status;
}

static int write_diagnostics(const struct bp_case *one, const struct bp_suite *suite,
                             struct harness *harness, struct bp_arena *arena) {
  FILE *out = harness->out;
  const char *details = bp_case_details(one, suite, arena);
  if (!details)
    return -1;
  fputs("  ---\n", out);
  int status = write_field("message", one->message, out);
  fprintf(out, "  severity: %s\n  outcome: %s\n", one->outcome == BP_CASE_FAILED ? "fail" : "error",
          bp_case_outcome_name(one->outcome));
  fprintf(out, "  reason: %s\n", one->rule);
  if (status == 0)
    status = write_place(one, harness, arena);
  if (*details)
    write_literal("details", details, out);
  const char *replay = one->replay ? bp_plain_text(one->replay, arena) : "";
  if (status == 0 && replay && *replay)
    status = write_field("replay", replay, out);
  fputs("  ...\n", out);
  return replay ? status : -1;
}

static int write_case(const struct bp_case *one, const struct bp_suite *suite,
                      struct bp_arena *arena, void *user) {
  struct harness *harness = user;
  FILE *out = harness->out;
  if (harness->bailing) {
    fputs("Bail out! ", out);
    write_description(one->message, out);
    putc('\n', out);
    return 1; /* the first reason is enough */
  }
  bool passed = one->outcome == BP_CASE_PASSED || one->outcome == BP_CASE_SKIPPED;
  fprintf(out, "%s %zu - ", passed ? "ok" : "not ok", ++harness->number);
  write_description(one->id, out);
  if (one->outcome == BP_CASE_SKIPPED) {
    fputs(" # SKIP ", out);
    write_description(one->message, out);
  }
  putc('\n', out);
  return passed ? 0 : write_diagnostics(one, suite, harness, arena);
}

static int write_suite(struct harness *harness, const struct bp_suite *suite,
                       struct bp_walk *walk) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return -1;
  write_comment(suite->name, harness->out);
  for (size_t i = 0; bp_suite_note(suite, i); i++) {
    const char *sentence = bp_plain_text(bp_suite_note(suite, i), arena);
    write_comment(sentence ? sentence : "", harness->out);
  }
  bool failed = bp_arena_failed(arena);
  bp_arena_free(arena);
  return failed ? -1 : bp_walk_suite(walk, suite, write_case, harness);
}

/* The plan, and the sentences around it. */
static int write_head(const struct bp_suites *suites, const struct bp_report_style *style,
                      const struct harness *harness) {
  struct bp_arena *arena = bp_arena_new(0);
  const char *sentence = arena ? bp_suites_sentence(suites, arena) : NULL;
  const char *remark = arena ? bp_suites_remark(suites, style, arena) : NULL;
  size_t listed = bp_suites_listed(suites, style);
  fputs("TAP version 13\n", harness->out);
  if (!harness->bailing)
    fprintf(harness->out, "1..%zu%s\n", listed, listed == 0 ? " # SKIP nothing fails" : "");
  if (sentence)
    write_comment(sentence, harness->out);
  if (remark)
    write_comment(remark, harness->out);
  bp_arena_free(arena);
  return sentence ? 0 : -1;
}

static bool nothing_read(const struct bp_suites *suites) {
  for (size_t i = 0; i < suites->count; i++)
    if (bp_suite_opened(&suites->list[i]))
      return false;
  return suites->count > 0;
}

static int write_tap(const struct bp_suites *suites, const struct bp_report_style *style,
                     FILE *out) {
  struct harness harness = {.out = out, .bailing = nothing_read(suites)};
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  if (status == 0)
    status = write_head(suites, style, &harness);
  for (size_t i = 0; i < suites->count && status == 0; i++)
    status = write_suite(&harness, &suites->list[i], &walk);
  bp_walk_end(&walk);
  return status < 0 ? -1 : 0;
}

BP_SUITES_FORMAT(tap, write_tap)
BP_SUITES_POWER(tap, write_tap)
