/* The report as JSON; docs/json.md describes it and docs/report.schema.json is its schema.
 *
 * The document is written number by number, so memory holds the JSON of one number and not of the
 * whole network.  Within a block each property of the entries is one array (all of `backprop`, all
 * of `difference`, ...), row by row: that is a quarter of the size of an object for each entry and
 * loads straight into a numeric array.  Numbers have 17 digits, so that reading them gives the same
 * float64 back; what is infinite or not a number becomes null. */
#include "report/json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

enum { NUMBER_DIGITS = 17 };

json_t *bp_json_number(double number) { return isfinite(number) ? json_real(number) : json_null(); }

json_t *bp_json_text(const char *text) {
  json_t *string = json_string(text);
  if (string)
    return string;
  size_t length = strlen(text);
  char *plain = malloc(length + 1);
  if (!plain)
    return NULL;
  for (size_t i = 0; i <= length; i++)
    plain[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
  string = json_string(plain);
  free(plain);
  return string;
}

int bp_json_dump(json_t *value, size_t flags, FILE *out) {
  flags |= JSON_REAL_PRECISION(NUMBER_DIGITS) | JSON_COMPACT | JSON_ENCODE_ANY;
  int status = value ? json_dumpf(value, out, flags) : -1;
  json_decref(value);
  return status;
}

int bp_json_finish(json_t *root, FILE *out) {
  int status = bp_json_dump(root, 0, out);
  putc('\n', out);
  return status == 0 && !ferror(out) ? 0 : -1;
}

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
  X(relative, bp_json_number(entry->relative))                                                     \
  X(digits, bp_json_number(round(10 * (double)entry->digits) / 10))                                \
  X(method, json_string(bp_method_name((enum bp_method)entry->method)))                            \
  X(verdict, verdict_or_null(entry))                                                               \
  X(reason, json_string(bp_reason_name((enum bp_reason)entry->reason)))

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
  return json_pack("{s:I, s:I}", "row", (json_int_t)(block->worst / block->columns + 1), "column",
                   (json_int_t)(block->worst % block->columns + 1));
}

/* Everything but the entries. */
static json_t *block_object(const struct bp_block *block) {
  return json_pack(
      "{s:s, s:I, s:I, s:b, s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o, s:o, s:o, "
      "s:o, s:s?, s:s?, s:I}",
      "name", block->name, "rows", (json_int_t)block->rows, "columns", (json_int_t)block->columns,
      "parameter", block->parameter, "informative", block->informative, "verdict",
      bp_verdict_name(block->verdict), "reason", bp_reason_name(block->reason), "holds",
      (json_int_t)block->holds, "fails", (json_int_t)block->fails, "undecided",
      (json_int_t)block->undecided, "lost_digits", (json_int_t)block->lost_digits, "at_kink",
      (json_int_t)block->at_kink, "vanishes", block->vanishes, "largest_relative",
      bp_json_number(block->largest_relative), "median_relative",
      bp_json_number(block->median_relative), "largest_magnitude",
      bp_json_number(block->largest_magnitude), "kronecker_relative",
      bp_json_number(block->kronecker_relative), "visible", bp_json_number(block->visible), "worst",
      worst_object(block), "explanation", block->explanation, "explanation_kind",
      block->explanation_kind, "skipped", (json_int_t)block->skipped);
}

json_t *bp_json_settings(const struct bp_report_head *head) {
  json_t *object = json_object();
  for (size_t i = 0; object && i < head->setting_count; i++)
    if (json_object_set_new(object, head->settings[i].name,
                            bp_json_text(head->settings[i].value)) != 0) {
      json_decref(object);
      return NULL;
    }
  return object;
}

json_t *bp_json_sentences(const char *const *sentences, size_t count) {
  json_t *array = json_array();
  for (size_t i = 0; array && i < count; i++)
    if (json_array_append_new(array, bp_json_text(sentences[i])) != 0) {
      json_decref(array);
      return NULL;
    }
  return array;
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
static json_t *with_errors(json_t *object, const struct bp_report *report) {
  json_t *errors = object && report->head.refusal ? json_array() : NULL;
  for (size_t i = 0; errors && i < report->head.refusal->count; i++) {
    const struct bp_diagnostic *one = &report->head.refusal->list[i];
    json_array_append_new(
        errors, json_pack("{s:o, s:o}", "message", bp_json_text(one->message), "suggestion",
                          one->suggestion ? bp_json_text(one->suggestion) : json_null()));
  }
  if (!object || !report->head.refusal)
    return object;
  if (errors && json_array_size(errors) == report->head.refusal->count &&
      json_object_set(object, "errors", errors) == 0) {
    json_decref(errors);
    return object;
  }
  json_decref(errors);
  json_decref(object);
  return NULL;
}

/* Everything but the blocks. */
static json_t *head_object(const struct bp_report *report) {
  const struct bp_report_head *head = &report->head;
  json_t *object =
      json_pack("{s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "schema",
                BP_REPORT_SCHEMA, "network", head->title, "settings", bp_json_settings(head),
                "verdict", bp_verdict_name(head->verdict), "parameters", (json_int_t)head->entries,
                "holds", (json_int_t)head->holds, "fails", (json_int_t)head->fails, "undecided",
                (json_int_t)head->undecided, "lost_digits", (json_int_t)report->lost_digits, "loss",
                bp_json_number(bp_report_value(report)), "visible", bp_json_number(report->visible),
                "seconds", bp_json_number(head->seconds), "notes",
                bp_json_sentences(head->notes, head->note_count));
  return with_errors(with_black_box(object, report), report);
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
