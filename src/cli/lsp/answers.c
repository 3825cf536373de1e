/* What an editor is told and what it asks for: diagnostics, quick fixes, hovers, shapes, symbols.
 *
 * Everything is made of what is parsed and known at that moment, so no question waits for a
 * verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "base/budget.h"
#include "base/memory_stream.h"
#include "cli/cli.h"
#include "cli/lsp/page.h"
#include "cli/lsp/rpc.h"
#include "lang/names.h"
#include "lang/print.h"
#include "num/function.h"
#include "report/report.h"
#include "show/show.h"
#include "value/vocabulary.h"

enum { SEVERITY_ERROR = 1, SEVERITY_WARNING = 2, SEVERITY_HINT = 4 };
enum { SYMBOL_VARIABLE = 13, SYMBOL_EVENT = 24 };
enum { COMPLETION_FUNCTION = 3, COMPLETION_VARIABLE = 6, COMPLETION_KEYWORD = 14 };

/* ---- diagnostics --------------------------------------------------------- */

static void add(json_t *list, json_t *item) {
  if (!item || json_array_append_new(list, item) != 0)
    bp_die_no_memory();
}

static json_t *diagnostic(const struct bp_page *page, struct bp_span span, int severity,
                          const char *code, const char *message) {
  return json_pack("{s:o, s:i, s:s, s:s, s:s}", "range", bp_page_range(page, span), "severity",
                   severity, "source", "backproof", "code", code, "message", message);
}

/* What the parser says comes first, so that it is not drowned. */
static void add_errors(const struct bp_page *page, json_t *list) {
  const struct bp_diagnostics *all = &page->parsed.diagnostics;
  for (size_t i = 0; i < all->count; i++) {
    const struct bp_diagnostic *one = &all->list[i];
    struct bp_arena *arena = bp_arena_new(0);
    const char *message = one->suggestion && arena
                              ? bp_arena_printf(arena, "%s\ntry: %s", one->message, one->suggestion)
                              : one->message;
    if (one->source && page->parsed.document && one->source == page->parsed.document->source)
      add(list, diagnostic(page, one->span,
                           one->note      ? SEVERITY_HINT
                           : one->warning ? SEVERITY_WARNING
                                          : SEVERITY_ERROR,
                           "syntax", message ? message : one->message));
    bp_arena_free(arena);
  }
}

static void add_verdict(const struct bp_page *page, const struct bp_page_verdict *verdict,
                        struct bp_span statement, void *context) {
  if (verdict->verdict == BP_HOLDS || !*verdict->message)
    return;
  struct bp_span span = {statement.begin + verdict->begin, statement.begin + verdict->end};
  add(context,
      diagnostic(page, span, verdict->verdict == BP_FAILS ? SEVERITY_ERROR : SEVERITY_WARNING,
                 verdict->reason, verdict->message));
}

void bp_page_publish(const struct bp_page *page) {
  json_t *list = json_array();
  if (!list)
    bp_die_no_memory();
  add_errors(page, list);
  if (page->lacking)
    add(list, diagnostic(page, page->lack, SEVERITY_WARNING, "memory",
                         "from here on nothing was judged, because it takes more memory than there "
                         "is\ntry: smaller sizes, such as size m in 2..4"));
  bp_page_each(page, add_verdict, list);
  bp_rpc_notify("textDocument/publishDiagnostics",
                json_pack("{s:s, s:o}", "uri", page->uri, "diagnostics", list));
}

/* ---- quick fixes --------------------------------------------------------- */

struct fixing {
  json_t *list;
  struct bp_span span;
};

/* The edits of a hint where their statements stand now; NULL where one is gone. */
static json_t *edits_of(const struct bp_page *page, const struct bp_page_hint *hint) {
  json_t *edits = json_array();
  for (size_t k = 0; k < hint->edit_count; k++) {
    const struct bp_page_edit *edit = &hint->edits[k];
    const char *found = strstr(page->text, edit->statement);
    if (!found) {
      json_decref(edits);
      return NULL;
    }
    size_t begin = (size_t)(found - page->text);
    struct bp_span span = {begin + edit->begin, begin + edit->end};
    add(edits, json_pack("{s:o, s:s}", "range", bp_page_range(page, span), "newText", edit->text));
  }
  return edits;
}

static void add_fixes(const struct bp_page *page, const struct bp_page_verdict *verdict,
                      struct bp_span statement, void *context) {
  struct fixing *fixing = context;
  if (statement.end < fixing->span.begin || statement.begin > fixing->span.end)
    return;
  for (size_t i = 0; i < verdict->hint_count; i++) {
    const struct bp_page_hint *hint = &verdict->hints[i];
    json_t *edits = hint->edit_count > 0 ? edits_of(page, hint) : NULL;
    if (!edits)
      continue;
    add(fixing->list,
        json_pack("{s:s, s:s, s:b, s:{s:{s:o}}}", "title", hint->title, "kind", "quickfix",
                  "isPreferred", i == 0, "edit", "changes", page->uri, edits));
  }
}

json_t *bp_page_fixes(const struct bp_page *page, struct bp_span span) {
  struct fixing fixing = {json_array(), span};
  bp_page_each(page, add_fixes, &fixing);
  return fixing.list;
}

/* ---- shapes -------------------------------------------------------------- */

/* The trace of the page, in an arena of its own; false where there is none. */
static bool trace_of(const struct bp_page *page, struct bp_arena *arena, struct bp_trace *trace) {
  struct bp_judge_options judge = {.seed = 1};
  struct bp_diagnostics silent;
  bp_diagnostics_init(&silent, arena);
  if (!page->parsed.document || page->is_note)
    return false;
  if (bp_trace_document(page->parsed.document, &judge, arena, &silent, trace) == 0)
    return true;
  bp_budget_refuse(bp_budget_here()); /* or an answer without shapes would pass for the whole one */
  return false;
}

static size_t line_of(const struct bp_page *page, size_t offset) {
  size_t line = 1;
  for (size_t at = 0; at < offset && at < page->length; at++)
    line += page->text[at] == '\n';
  return line;
}

/* Whether a step is of that line: its label says so, "line 12: output layer". */
static bool is_of_line(const struct bp_trace_step *step, size_t line) {
  char label[32];
  snprintf(label, sizeof label, "line %zu", line);
  size_t length = strlen(label);
  return !strncmp(step->label, label, length) &&
         (step->label[length] < '0' || step->label[length] > '9');
}

/* The steps of one line as a trace. */
static bool trace_of_line(const struct bp_page *page, size_t line, struct bp_arena *arena,
                          struct bp_trace *trace) {
  struct bp_trace whole;
  if (!trace_of(page, arena, &whole))
    return false;
  for (size_t p = 0; p < whole.part_count; p++)
    for (size_t s = 0; s < whole.parts[p].step_count; s++)
      if (is_of_line(&whole.parts[p].steps[s], line)) {
        struct bp_trace_part *part = bp_arena_alloc(arena, 1, sizeof *part);
        if (!part)
          return false;
        *part = whole.parts[p];
        part->steps += s;
        part->step_count = 1;
        *trace = (struct bp_trace){.title = "shapes", .parts = part, .part_count = 1};
        return true;
      }
  return false;
}

static char *trace_text(const struct bp_trace *trace) {
  struct bp_report_style style = {0};
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  bool fine = out && bp_writer_find("text")->trace(trace, &style, out) == 0;
  if (!bp_memory_stream_close(out, &text) || !fine)
    bp_die_no_memory();
  return text;
}

json_t *bp_page_shapes(const struct bp_page *page, struct bp_span span) {
  json_t *list = json_array();
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_trace trace;
  const struct bp_document *document = page->parsed.document;
  if (!arena || !trace_of(page, arena, &trace)) {
    bp_arena_free(arena);
    return list;
  }
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    struct bp_trace one;
    if (!bp_statement_is_judged(statement) || statement->side_count == 0 ||
        statement->span.end < span.begin || statement->span.begin > span.end ||
        !trace_of_line(page, line_of(page, statement->span.begin), arena, &one) ||
        !one.parts[0].steps[0].factors[0].shaped)
      continue;
    const struct bp_trace_shape *shape = &one.parts[0].steps[0].factors[0].shape;
    char label[128];
    snprintf(label, sizeof label, "(%s,%s)", shape->rows.symbol, shape->columns.symbol);
    add(list, json_pack("{s:o, s:s, s:b}", "position",
                        bp_page_position(page, statement->sides[0]->span.end), "label", label,
                        "paddingLeft", 1));
  }
  bp_arena_free(arena);
  return list;
}

/* ---- hover, explanations ------------------------------------------------- */

struct hovering {
  size_t offset;
  const struct bp_page_verdict *verdict;
  struct bp_span span;
};

static void find_verdict(const struct bp_page *page, const struct bp_page_verdict *verdict,
                         struct bp_span statement, void *context) {
  struct hovering *hovering = context;
  (void)page;
  if (hovering->offset < statement.begin || hovering->offset > statement.end)
    return;
  hovering->verdict = verdict;
  hovering->span = statement;
}

json_t *bp_page_hover(const struct bp_page *page, size_t offset) {
  struct hovering hovering = {.offset = offset};
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_trace trace;
  if (!arena)
    bp_die_no_memory();
  bp_page_each(page, find_verdict, &hovering);
  const struct bp_statement *statement = bp_page_statement(page, offset);
  bool traced = statement && bp_statement_is_judged(statement) &&
                trace_of_line(page, line_of(page, statement->span.begin), arena, &trace);
  char *shapes = traced ? trace_text(&trace) : NULL;
  const struct bp_page_verdict *verdict = hovering.verdict;
  json_t *answer = json_null();
  if (verdict || shapes) {
    const char *text =
        bp_arena_printf(arena, "%s%s%s%s%s%s%s", verdict ? "**" : "",
                        verdict ? bp_verdict_name(verdict->verdict) : "", verdict ? "** " : "",
                        verdict ? verdict->message : "", shapes ? "\n```\n" : "",
                        shapes ? shapes : "", shapes ? "```\n" : "");
    struct bp_span span = statement ? statement->span : hovering.span;
    if (!text)
      bp_die_no_memory();
    answer = json_pack("{s:{s:s, s:s}, s:o}", "contents", "kind", "markdown", "value", text,
                       "range", bp_page_range(page, span));
  }
  free(shapes);
  bp_arena_free(arena);
  return answer;
}

static char *explained(const struct bp_page *page, size_t line, struct bp_arena *arena) {
  struct bp_document_lines lines;
  struct bp_diagnostics silent;
  struct bp_judge_options judge = {.seed = 1};
  struct bp_report_style style = {0};
  struct bp_worked worked;
  char *text = NULL;
  size_t length = 0, index = 0;
  bp_diagnostics_init(&silent, arena);
  if (!page->parsed.document || page->is_note ||
      bp_lines_of(page->parsed.document, arena, &lines) != 0)
    return NULL;
  while (index < lines.count && bp_lines_number(&lines, index) != line)
    index++;
  if (index == lines.count ||
      bp_explain_claim(page->parsed.document, index, &judge, arena, &silent, &worked) != 0)
    return NULL;
  FILE *out = open_memstream(&text, &length);
  bool fine = out && bp_writer_find("text")->worked(&worked, &style, out) == 0;
  if (!bp_memory_stream_close(out, &text) || !fine)
    bp_die_no_memory();
  return text;
}

char *bp_page_explained(const struct bp_page *page, size_t line, bool shapes) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_trace trace;
  if (!arena)
    bp_die_no_memory();
  char *text = !shapes                                    ? explained(page, line, arena)
               : trace_of_line(page, line, arena, &trace) ? trace_text(&trace)
                                                          : NULL;
  bp_arena_free(arena);
  return text;
}

/* ---- names --------------------------------------------------------------- */

static bool is_of_name(char byte) {
  return byte == '_' || (unsigned char)byte >= 0x80 || (byte >= '0' && byte <= '9') ||
         (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The name around a byte. */
static struct bp_span name_at(const struct bp_page *page, size_t offset) {
  struct bp_span span = {offset, offset};
  while (span.begin > 0 && is_of_name(page->text[span.begin - 1]))
    span.begin--;
  while (span.end < page->length && is_of_name(page->text[span.end]))
    span.end++;
  return span;
}

json_t *bp_page_definition(const struct bp_page *page, size_t offset) {
  const struct bp_document *document = page->parsed.document;
  struct bp_span name = name_at(page, offset);
  size_t length = name.end - name.begin;
  for (size_t i = 0; document && !page->is_note && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    for (size_t k = 0; k < statement->target_count; k++) {
      const struct bp_expression *target = statement->targets[k];
      if (strlen(target->name) == length && statement->span.end <= page->length &&
          !memcmp(target->name, page->text + name.begin, length))
        return json_pack("{s:s, s:o}", "uri", page->uri, "range",
                         bp_page_range(page, target->span));
    }
  }
  return json_null();
}

json_t *bp_page_symbols(const struct bp_page *page) {
  const struct bp_document *document = page->parsed.document;
  json_t *list = json_array();
  struct bp_arena *arena = bp_arena_new(0);
  for (size_t i = 0; document && !page->is_note && arena && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    bool judged = bp_statement_is_judged(statement);
    if (statement->span.end > page->length || (!judged && statement->target_count == 0))
      continue;
    const char *name = judged && statement->text ? statement->text
                       : judged ? bp_source_line(document->source, statement->span, arena)
                                : statement->targets[0]->name;
    add(list, json_pack("{s:s, s:s, s:i, s:o, s:o}", "name", name && *name ? name : "?", "detail",
                        bp_statement_keyword(statement->kind), "kind",
                        judged ? SYMBOL_EVENT : SYMBOL_VARIABLE, "range",
                        bp_page_range(page, statement->span), "selectionRange",
                        bp_page_range(page, statement->span)));
  }
  bp_arena_free(arena);
  return list;
}

static void add_item(json_t *list, const char *label, int kind) {
  add(list, json_pack("{s:s, s:i}", "label", label, "kind", kind));
}

json_t *bp_page_completion(const struct bp_page *page) {
  const struct bp_document *document = page->parsed.document;
  json_t *list = json_array();
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    add_item(list, bp_statement_keyword((enum bp_statement_kind)kind), COMPLETION_KEYWORD);
  for (size_t i = 0; document && !page->is_note && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    for (size_t k = 0; k < statement->target_count; k++)
      add_item(list, statement->targets[k]->name, COMPLETION_VARIABLE);
    if (statement->kind == BP_STATEMENT_NETWORK)
      for (size_t k = 0; k < BP_NETWORK_NAMES; k++)
        add_item(list, bp_network_names[k].text,
                 bp_network_names[k].function ? COMPLETION_FUNCTION : COMPLETION_VARIABLE);
  }
  static const char *const functions[] = {"tanh", "sigmoid", "relu",   "softmax", "exp", "log",
                                          "sqrt", "sum",     "mean",   "tr",      "det", "inv",
                                          "norm", "vec",     "diag",   "where",   "abs", "max",
                                          "min",  "rowsum",  "colsum", "kron"};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    add_item(list, functions[i], COMPLETION_FUNCTION);
  return list;
}

json_t *bp_page_lenses(const struct bp_page *page) {
  const struct bp_document *document = page->parsed.document;
  json_t *list = json_array();
  for (size_t i = 0; document && !page->is_note && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (!bp_statement_is_judged(statement) || statement->span.end > page->length)
      continue;
    static const char *const names[] = {"explain", "trace"};
    for (size_t k = 0; k < 2; k++) {
      char command[32];
      snprintf(command, sizeof command, "backproof.%s", names[k]);
      add(list,
          json_pack("{s:o, s:{s:s, s:s, s:[s, I]}}", "range", bp_page_range(page, statement->span),
                    "command", "title", names[k], "command", command, "arguments", page->uri,
                    (json_int_t)line_of(page, statement->span.begin)));
    }
  }
  return list;
}
