/* Derivations as JSON; docs/json.md describes it, and docs/report.schema.json has its schema.
 *
 * One object for all files, with an object for each file and one for each of its claims.  A claim
 * is written and forgotten before the next is made, so memory holds the JSON of one claim. Places
 * are given as lines and columns, for people, and as bytes, for editors; since claims come in the
 * order of the file, lines are counted on from the place before instead of from the beginning.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "report/claims.h"
#include "report/json/json.h"
#include "report/plain.h"

/* Line and column of a byte; quick where it is not before the last one asked for.  Columns are
 * those of messages, which count what a terminal shows. */
static void locate(struct bp_place *place, const struct bp_source *source, size_t offset,
                   size_t *line, size_t *column) {
  if (offset > source->length)
    offset = source->length;
  bp_place_seek(place, source, offset);
  struct bp_source rest = {source->name, source->text + place->begin,
                           source->length - place->begin};
  bp_locate(&rest, offset - place->begin, line, column);
  *line = place->line;
}

/* The end is the byte behind the last one; its line and column are where that byte would stand. */
static json_t *span_object(const struct bp_source *source, struct bp_span span,
                           struct bp_place *place) {
  size_t line, column, end_line, end_column;
  locate(place, source, span.begin, &line, &column);
  struct bp_place ahead = *place; /* what is asked next may begin before the end */
  locate(&ahead, source, span.end, &end_line, &end_column);
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "line", (json_int_t)line, "column",
                   (json_int_t)column, "end_line", (json_int_t)end_line, "end_column",
                   (json_int_t)end_column, "begin", (json_int_t)span.begin, "end",
                   (json_int_t)span.end);
}

/* Lines that cannot be read because of it. */
static json_t *lines_array(const struct bp_diagnostic *diagnostic) {
  json_t *array = json_array();
  for (size_t i = 0; i < diagnostic->needed_count; i++)
    array = bp_json_appended(array, json_integer((json_int_t)diagnostic->needed_by[i]));
  return array;
}

/* The line with the error that keeps the claim from being read. */
static json_t *needs_object(const struct bp_claim *claim) {
  if (claim->needs == 0)
    return json_null();
  return json_pack("{s:o, s:I}", "file",
                   bp_json_text_or_null(claim->needs_file ? claim->needs_file
                                        : claim->source   ? claim->source->name
                                                          : NULL),
                   "line", (json_int_t)claim->needs);
}

/* A diagnostic, or null where it says nothing. */
static json_t *diagnostic_object(const struct bp_diagnostic *diagnostic, struct bp_place *place) {
  if (!diagnostic->message)
    return json_null();
  const struct bp_source *source = diagnostic->source;
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:b, s:o}", "file", bp_json_text_or_null(source ? source->name : NULL),
      "span", source ? span_object(source, diagnostic->span, place) : json_null(), "message",
      bp_json_text(diagnostic->message), "suggestion", bp_json_text_or_null(diagnostic->suggestion),
      "warning", diagnostic->warning, "needed_by", lines_array(diagnostic));
}

static json_t *diagnostics_array(const struct bp_diagnostics *diagnostics) {
  json_t *array = json_array();
  struct bp_place place = {0};
  for (size_t i = 0; diagnostics && i < diagnostics->count; i++)
    array = bp_json_appended(array, diagnostic_object(&diagnostics->list[i], &place));
  return array;
}

static json_t *count_or_null(size_t count) {
  return count > 0 ? json_integer((json_int_t)count) : json_null();
}

static json_t *worst_object(const struct bp_claim *claim) {
  if (claim->rows == 0)
    return json_null();
  return json_pack("{s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "at",
                   bp_json_text_or_null(claim->at), "row", (json_int_t)claim->row + 1, "column",
                   (json_int_t)claim->column + 1, "rows", (json_int_t)claim->rows, "columns",
                   (json_int_t)claim->columns, "left", bp_json_number(claim->left_value), "right",
                   bp_json_number(claim->right_value), "bound", bp_json_number(claim->bound));
}

static json_t *edits_array(const struct bp_hint *hint, struct bp_place *place) {
  json_t *array = json_array();
  for (size_t i = 0; i < hint->edit_count; i++) {
    const struct bp_replacement *edit = &hint->edits[i];
    array = bp_json_appended(array, json_pack("{s:s, s:o, s:o, s:o}", "kind", edit->kind, "file",
                                              bp_json_text(edit->source->name), "span",
                                              span_object(edit->source, edit->span, place),
                                              "replacement", bp_json_text(edit->text)));
  }
  return array;
}

static json_t *marked_array(const struct bp_hint *hint) {
  json_t *array = json_array();
  for (size_t i = 0; i < hint->edit_count && i < sizeof hint->marked / sizeof *hint->marked; i++)
    array =
        bp_json_appended(array, json_pack("{s:I, s:I}", "begin", (json_int_t)hint->marked[i].begin,
                                          "end", (json_int_t)hint->marked[i].end));
  return array;
}

static json_t *hints_array(const struct bp_claim *claim, struct bp_place *place) {
  json_t *array = json_array();
  for (size_t i = 0; i < claim->hint_count; i++) {
    const struct bp_hint *hint = &claim->hints[i];
    array = bp_json_appended(
        array, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "sentence",
                         bp_json_text_or_null(hint->sentence), "mended", bp_json_text(hint->mended),
                         "marked", marked_array(hint), "line", count_or_null(hint->line), "link",
                         count_or_null(hint->link), "edits", edits_array(hint, place)));
  }
  return array;
}

static json_t *ways_object(const struct bp_ways_met *ways) {
  return json_pack("{s:I, s:I, s:o, s:o, s:o}", "decisions", (json_int_t)ways->decisions, "met",
                   (json_int_t)ways->met, "of", count_or_null(ways->of), "never",
                   bp_json_sentences(ways->never, ways->never_count), "behind",
                   bp_json_text_or_null(ways->behind));
}

static json_t *aimed_object(const struct bp_aimed_points *aimed) {
  return json_pack(
      "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, "
      "s:o, s:o, s:o}",
      "points", (json_int_t)aimed->points, "skipped", (json_int_t)aimed->skipped, "on_kink",
      (json_int_t)aimed->on_kink, "no_slope", (json_int_t)aimed->no_slope, "outside",
      (json_int_t)aimed->outside, "far", (json_int_t)aimed->far, "special",
      (json_int_t)aimed->special, "signs", (json_int_t)aimed->signs, "cases",
      count_or_null(aimed->cases), "size_cases", count_or_null(aimed->size_cases), "least_sizes",
      aimed->least_sizes, "exhausted", aimed->exhausted, "some_cases",
      count_or_null(aimed->some_cases), "of_cases", count_or_null(aimed->of_cases), "unmet",
      bp_json_sentences(aimed->unmet, aimed->unmet_count), "branches",
      bp_json_sentences(aimed->branches, aimed->branch_count), "ways", ways_object(&aimed->ways),
      "rare", bp_json_text_or_null(aimed->rare), "sizes", bp_json_text_or_null(aimed->sizes),
      "least_number", aimed->largest_number > 0 ? bp_json_number(aimed->least_number) : json_null(),
      "largest_number",
      aimed->largest_number > 0 ? bp_json_number(aimed->largest_number) : json_null());
}

/* In the order of the file, see locate(): arguments of one call come in any order. */
static json_t *claim_object(const struct bp_claim *claim, struct bp_place *place) {
  json_t *span = claim->source ? span_object(claim->source, claim->span, place) : json_null();
  struct bp_place inside = *place;
  json_t *where = diagnostic_object(&claim->where, &inside);
  inside = *place;
  json_t *hints = hints_array(claim, &inside);
  return json_pack(
      "{s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:I, s:o, "
      "s:o, "
      "s:o, "
      "s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
      "kind", claim->keyword, "name", bp_json_text_or_null(claim->name), "text",
      bp_json_text_or_null(claim->text), "span", span, "verdict", bp_verdict_name(claim->verdict),
      "reason", bp_reason_name(claim->reason), "where", where, "links", (json_int_t)claim->links,
      "broken_link", count_or_null(claim->broken_link), "left", bp_json_text_or_null(claim->left),
      "right", bp_json_text_or_null(claim->right), "points", (json_int_t)claim->points, "invalid",
      (json_int_t)claim->invalid, "outside", (json_int_t)claim->outside, "aimed",
      aimed_object(&claim->aimed), "members", (json_int_t)claim->members, "numbers",
      (json_int_t)claim->numbers, "largest_relative", bp_json_number(claim->largest_relative),
      "visible", bp_json_number(claim->visible), "worst", worst_object(claim), "notes",
      bp_json_sentences(claim->notes, claim->note_count), "hints", hints, "searched",
      claim->searched, "consequence", count_or_null(claim->consequence), "bits",
      count_or_null(claim->bits), "degree", count_or_null(claim->degree), "chance",
      bp_json_number(claim->chance), "finest", bp_json_number(claim->finest), "needs",
      needs_object(claim));
}

/* Verdict and counts, as a file has them and all files together. */
static json_t *counts_object(const struct bp_claim_counts *counts) {
  enum bp_verdict verdict = bp_claims_verdict(counts);
  return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "verdict",
                   bp_verdict_name(verdict), "lines", (json_int_t)counts->lines, "holds",
                   (json_int_t)counts->holds, "refuted", (json_int_t)counts->refuted, "fails",
                   (json_int_t)counts->fails, "undecided", (json_int_t)counts->undecided,
                   "not_read", (json_int_t)counts->broken, "errors", (json_int_t)counts->errors,
                   "largest_relative", bp_json_number(counts->largest_relative), "visible",
                   bp_json_number(counts->visible));
}

/* What belongs to the file as a whole, after its counts. */
static json_t *file_object(const struct bp_derivation_result *result) {
  static const struct bp_derivation_report none = {0};
  const struct bp_derivation_report *report = result->report ? result->report : &none;
  return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "file", bp_json_text(result->file),
                   "title", bp_json_text_or_null(report->head.title), "judged",
                   result->report != NULL, "settings",
                   bp_json_settings(report->head.settings, report->head.setting_count),
                   "convention", bp_json_text_or_null(report->convention), "notes",
                   bp_json_sentences(report->head.notes, report->head.note_count), "diagnostics",
                   diagnostics_array(result->diagnostics));
}

static int write_claims(const struct bp_derivation_report *report,
                        const struct bp_report_style *style, struct bp_listed *listed, FILE *out) {
  struct bp_place place = {0};
  const char *separator = "\n";
  fputs(",\"claims\":[", out);
  for (size_t i = 0; report && i < report->claim_count; i++) {
    const struct bp_claim *claim = &report->claims[i];
    if (!bp_lists(style, claim->verdict, listed))
      continue;
    fputs(separator, out);
    separator = ",\n";
    json_t *object = claim_object(claim, &place);
    if (object && style->replay && claim->replay)
      json_object_set_new(object, "replay", bp_json_text(claim->replay));
    if (bp_json_dump(object, 0, out) != 0)
      return -1;
  }
  putc(']', out);
  return 0;
}

/* What a note says beside its claims, as objects with a place and a kind. */
static int write_remarks(const struct bp_derivation_report *report, FILE *out) {
  struct bp_place place = {0};
  if (!report || report->reading_count == 0)
    return 0;
  fputs(",\"reading\":", out);
  if (bp_json_dump(bp_json_sentences(report->reading, report->reading_count), JSON_ENCODE_ANY,
                   out) != 0)
    return -1;
  fputs(",\"statements\":[", out);
  for (size_t i = 0; i < report->remark_count; i++) {
    const struct bp_remark *remark = &report->remarks[i];
    fputs(i > 0 ? ",\n" : "\n", out);
    json_t *object = json_pack("{s:s, s:o, s:o}", "kind", remark->kind, "text",
                               bp_json_text_or_null(remark->text), "span",
                               span_object(remark->source, remark->span, &place));
    if (bp_json_dump(object, 0, out) != 0)
      return -1;
  }
  putc(']', out);
  return 0;
}

static int write_file(const struct bp_derivation_result *result,
                      const struct bp_claim_counts *counts, const struct bp_report_style *style,
                      struct bp_listed *listed, FILE *out) {
  putc('{', out);
  if (bp_json_dump(file_object(result), JSON_EMBED, out) != 0)
    return -1;
  putc(',', out);
  if (bp_json_dump(counts_object(counts), JSON_EMBED, out) != 0 ||
      write_claims(result->report, style, listed, out) != 0 ||
      write_remarks(result->report, out) != 0)
    return -1;
  putc('}', out);
  return 0;
}

int bp_derivations_json(const struct bp_derivation_results *results,
                        const struct bp_report_style *style, FILE *out) {
  struct bp_listed listed = {0};
  struct bp_claim_counts all = {0};
  for (size_t i = 0; i < results->count; i++)
    all = bp_claims_add(all, bp_claims_count(&results->files[i]));
  fprintf(out, "{\"schema\":\"%s\",", BP_DERIVATIONS_SCHEMA);
  if (bp_json_dump(counts_object(&all), JSON_EMBED, out) != 0)
    return -1;
  fputs(",\"reports\":[", out);
  for (size_t i = 0; i < results->count; i++) {
    struct bp_claim_counts counts = bp_claims_count(&results->files[i]);
    fputs(i > 0 ? ",\n" : "\n", out);
    if (write_file(&results->files[i], &counts, style, &listed, out) != 0)
      return -1;
  }
  fputs("\n]}\n", out);
  return ferror(out) ? -1 : 0;
}
