/* The report as JSON; docs/json.md describes it and docs/report.schema.json is its schema.
 *
 * The document is written number by number, so memory holds the JSON of one number and not of the
 * whole network.  Within a block each property of the entries is one array (all of `backprop`, all
 * of `difference`, ...), row by row: that is a quarter of the size of an object for each entry and
 * loads straight into a numeric array.  Numbers have 17 digits, so that reading them gives the same
 * float64 back; what is infinite or not a number becomes null. */
#include <math.h>

#include "report/json/json.h"
#include "report/report.h"

/* One property of all entries, as an array.  `value` makes the JSON of one of them. */
static int write_column(const char *name, const struct bp_block *block,
                        json_t *(*value)(const struct bp_entry *), FILE *out) {
  fprintf(out, "\"%s\":[", name);
  for (size_t i = 0; i < block->rows * block->columns; i++) {
    if (i > 0)
      putc(',', out);
    if (bp_json_dump(value(&block->entries[i]), 0, out) != 0)
      return -1;
  }
  putc(']', out);
  return 0;
}

/* What was not looked at has no verdict. */
static json_t *verdict_or_null(const struct bp_entry *entry) {
  return entry->reason == BP_REASON_SKIPPED
             ? json_null()
             : json_string(bp_verdict_name((enum bp_verdict)entry->verdict));
}

/* name in the document, JSON of it */
#define COLUMNS(X)                                                                                 \
  X(backprop, bp_json_number(entry->backprop))                                                     \
  X(difference, bp_json_number(entry->difference))                                                 \
  X(kronecker, bp_json_number(entry->kronecker))                                                   \
  X(bound, bp_json_number(entry->bound))                                                           \
  X(truncation, bp_json_number(entry->truncation))                                                 \
  X(rounding, bp_json_number(entry->rounding))                                                     \
  X(relative, bp_json_number(entry->relative))                                                     \
  X(digits, bp_json_number(round(10 * (double)entry->digits) / 10))                                \
  X(method, json_string(bp_method_name((enum bp_method)entry->method)))                            \
  X(verdict, verdict_or_null(entry))                                                               \
  X(reason, json_string(bp_reason_name((enum bp_reason)entry->reason)))                            \
  X(bits, json_integer(entry->log2_bits ? (json_int_t)1 << entry->log2_bits : 0))

#define BP_ROW(name, json)                                                                         \
  static json_t *name##_value(const struct bp_entry *entry) { return json; }
COLUMNS(BP_ROW)
#undef BP_ROW

static int write_entries(const struct bp_block *block, FILE *out) {
  const char *separator = "\"entries\":{";
#define BP_ROW(name, json)                                                                         \
  fputs(separator, out);                                                                           \
  separator = ",";                                                                                 \
  if (write_column(#name, block, name##_value, out) != 0)                                          \
    return -1;
  COLUMNS(BP_ROW)
#undef BP_ROW
  putc('}', out);
  return 0;
}

static json_t *worst_object(const struct bp_block *block) {
  if (block->skipped == block->rows * block->columns)
    return json_null();
  return json_pack("{s:I, s:I}", "row", (json_int_t)bp_block_row(block, block->worst), "column",
                   (json_int_t)bp_block_column(block, block->worst));
}

/* Everything but the entries. */
static json_t *block_object(const struct bp_block *block) {
  return json_pack(
      "{s:s, s:I, s:I, s:b, s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o, s:o, s:o, "
      "s:o, s:o, s:o, s:s?, s:s?, s:I, s:I, s:I}",
      "name", block->name, "rows", (json_int_t)block->rows, "columns", (json_int_t)block->columns,
      "parameter", block->parameter, "informative", block->informative, "verdict",
      bp_verdict_name(block->verdict), "reason", bp_reason_name(block->reason), "holds",
      (json_int_t)block->holds, "fails", (json_int_t)block->fails, "undecided",
      (json_int_t)block->undecided, "lost_digits", (json_int_t)block->lost_digits, "at_kink",
      (json_int_t)block->at_kink, "vanishes", block->vanishes, "largest_relative",
      bp_json_number(block->largest_relative), "median_relative",
      bp_json_number(block->median_relative), "largest_magnitude",
      bp_json_number(block->largest_magnitude), "kronecker_relative",
      bp_json_number(block->kronecker_relative), "visible", bp_json_number(block->visible),
      "truncation", bp_json_number(block->truncation), "rounding", bp_json_number(block->rounding),
      "worst", worst_object(block), "explanation", block->explanation, "explanation_kind",
      block->explanation_kind, "skipped", (json_int_t)block->skipped, "proved",
      (json_int_t)block->proved, "bits", (json_int_t)block->bits);
}

/* Numbers from 1 on; NULL: none. */
static json_t *numbers(const size_t *of, size_t count) {
  json_t *array = of ? json_array() : json_null();
  for (size_t k = 0; of && k < count; k++)
    array = bp_json_appended(array, json_integer((json_int_t)of[k] + 1));
  return array;
}

/* What is added to a block of a sample, and to one along directions: false when memory is short. */
static bool add_part(json_t *object, const struct bp_block *block) {
  if (block->moved)
    return (json_object_set_new(object, "moved", json_integer((json_int_t)block->moved)) |
            json_object_set_new(object, "missed", bp_json_number(block->missed))) == 0;
  return block->rows_of == 0 ||
         (json_object_set_new(object, "rows_of", json_integer((json_int_t)block->rows_of)) |
          json_object_set_new(object, "row_numbers", numbers(block->row_at, block->rows)) |
          json_object_set_new(object, "column_numbers", numbers(block->column_at, block->columns)) |
          json_object_set_new(object, "missed", bp_json_number(block->missed))) == 0;
}

/* What is added for other people's code. */
static json_t *with_black_box(json_t *object, const struct bp_report *report) {
  const struct bp_code_facts *code = report->code;
  if (!object || !code)
    return object;
  int status =
      json_object_set_new(object, "black_box", json_true()) |
      json_object_set_new(object, "outputs", json_integer((json_int_t)code->outputs)) |
      json_object_set_new(object, "skipped", json_integer((json_int_t)report->skipped)) |
      json_object_set_new(object, "evaluations", json_integer((json_int_t)code->evaluations));
  if (status == 0)
    return object;
  json_decref(object);
  return NULL;
}

/* Why nothing could be checked. */
static json_t *errors_array(const struct bp_diagnostics *diagnostics) {
  json_t *errors = json_array();
  for (size_t i = 0; i < diagnostics->count; i++) {
    const struct bp_diagnostic *one = &diagnostics->list[i];
    errors =
        bp_json_appended(errors, json_pack("{s:o, s:o}", "message", bp_json_text(one->message),
                                           "suggestion", bp_json_text_or_null(one->suggestion)));
  }
  return errors;
}

/* Everything but the blocks. */
static json_t *head_object(const struct bp_report *report) {
  const struct bp_report_head *head = &report->head;
  json_t *object = json_pack(
      "{s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "schema",
      BP_REPORT_SCHEMA, "network", head->title, "settings",
      bp_json_settings(head->settings, head->setting_count), "verdict",
      bp_verdict_name(head->verdict), "parameters", (json_int_t)head->entries, "holds",
      (json_int_t)head->holds, "fails", (json_int_t)head->fails, "undecided",
      (json_int_t)head->undecided, "lost_digits", (json_int_t)bp_report_lost_digits(report), "loss",
      bp_json_number(bp_report_value(report)), "visible", bp_json_number(report->visible),
      "seconds", bp_json_number(head->seconds), "notes",
      bp_json_sentences(head->notes, head->note_count));
  return with_black_box(object, report);
}

/* A report of nothing, with the errors in its head. */
int bp_refusal_json(const struct bp_refusal *refusal, const struct bp_report_style *style,
                    FILE *out) {
  const struct bp_report nothing = {.head = refusal->head, .visible = NAN};
  json_t *head = head_object(&nothing);
  (void)style;
  if (head && json_object_set_new(head, "errors", errors_array(refusal->diagnostics)) != 0) {
    json_decref(head);
    return -1;
  }
  putc('{', out);
  if (bp_json_dump(head, JSON_EMBED, out) != 0)
    return -1;
  fputs(",\"blocks\":[\n]}\n", out);
  return ferror(out) ? -1 : 0;
}

int bp_report_json(const struct bp_report *report, const struct bp_report_style *style, FILE *out) {
  struct bp_listed listed = {0};
  const char *separator = "\n{";
  putc('{', out);
  if (bp_json_dump(head_object(report), JSON_EMBED, out) != 0)
    return -1;
  fputs(",\"blocks\":[", out);
  for (size_t i = 0; i < report->block_count; i++) {
    if (!bp_lists(style, report->blocks[i].verdict, &listed))
      continue;
    fputs(separator, out);
    separator = ",\n{";
    json_t *block = block_object(&report->blocks[i]);
    if (block && style->replay && report->blocks[i].replay)
      json_object_set_new(block, "replay", bp_json_text(report->blocks[i].replay));
    if (block && !add_part(block, &report->blocks[i])) {
      json_decref(block);
      return -1;
    }
    if (bp_json_dump(block, JSON_EMBED, out) != 0)
      return -1;
    putc(',', out);
    if (write_entries(&report->blocks[i], out) != 0)
      return -1;
    putc('}', out);
  }
  fputs("\n]}\n", out);
  return ferror(out) ? -1 : 0;
}
