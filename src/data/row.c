/* Numbers of the current row, and messages about what stands there in their place: they say which
 * column it is, quote what was found, and try to guess what was meant by it.
 */
#include "data/row.h"

#include <string.h>

enum { LONGEST_QUOTE = 40 };

const char *bp_row_quote(const struct bp_row_reader *reader, struct bp_span span) {
  const char *text = reader->csv.source->text + span.begin;
  size_t length = span.end - span.begin;
  bool cut = length > LONGEST_QUOTE;
  if (cut) {
    length = LONGEST_QUOTE;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
      length--; /* whole letters */
  }
  const char *quote =
      bp_arena_printf(reader->arena, "\"%.*s%s\"", (int)length, text, cut ? "…" : "");
  return quote ? quote : "this";
}

int bp_row_no_memory(struct bp_row_reader *reader) {
  bp_error(reader->diagnostics, NULL, (struct bp_span){0, 0}, "a smaller file",
           "there is not enough memory for %zu rows of %zu columns", reader->out->samples,
           reader->columns);
  return -1;
}

/* What to try for a field that should be a number. */
static const char *number_suggestion(const struct bp_row_reader *reader, enum bp_number kind,
                                     struct bp_span span) {
  if (kind == BP_NUMBER_MISSING)
    return "fill the value in, or put # before the line to leave the row out";
  if (kind == BP_NUMBER_COMMA) {
    char *text = bp_arena_strndup(reader->arena, reader->csv.source->text + span.begin,
                                  span.end - span.begin);
    if (!text)
      return NULL;
    *strchr(text, ',') = '.';
    return bp_arena_printf(reader->arena, "%s, with a point", text);
  }
  if (kind == BP_NUMBER_NOT_FINITE)
    return "a number of at most 1.8e308; where a value is missing, leave the row out";
  if (!reader->out->has_header && span.begin < reader->first_row.end)
    return "a plain decimal number such as 1.4 or 1e-3; if this line is a header, put # before it";
  return "a plain decimal number such as 1.4 or 1e-3";
}

static const char *column_name(const struct bp_row_reader *reader, size_t column) {
  const struct bp_dataset *out = reader->out;
  if (!out->has_header)
    return NULL;
  if (column < reader->features)
    return out->feature_names[column];
  return out->target_names[column - reader->features];
}

bool bp_row_number(struct bp_row_reader *reader, size_t column, double *value) {
  static const char *const what[] = {
      [BP_NUMBER_MISSING] = "stands for a missing value, where a number belongs",
      [BP_NUMBER_NOT_FINITE] = "is not a finite number",
      [BP_NUMBER_COMMA] = "has a comma for its decimal point",
      [BP_NUMBER_TEXT] = "is not a number",
  };
  const struct bp_field *field = &reader->csv.fields[column];
  enum bp_number kind = bp_field_number(&reader->csv, field, reader->c_locale, value);
  if (kind == BP_NUMBER_FINE)
    return true;
  const char *name = column_name(reader, column);
  const char *where = name ? bp_arena_printf(reader->arena, " in column %.60s", name) : NULL;
  const char *suggestion = number_suggestion(reader, kind, field->span);
  if (field->span.begin == field->span.end)
    bp_error(reader->diagnostics, reader->csv.source, field->span, suggestion,
             "nothing stands here%s, where a number belongs", where ? where : "");
  else
    bp_error(reader->diagnostics, reader->csv.source, field->span, suggestion, "%s%s %s",
             bp_row_quote(reader, field->span), where ? where : "", what[kind]);
  return false;
}
