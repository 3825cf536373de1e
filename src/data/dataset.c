/* Reads a data set in two passes over the rows: the first counts them, so that X and Y can be
 * allocated at their size, the second reads the numbers.  Before that the first rows tell the
 * separator, whether there is a header, and which columns are targets.
 *
 * A mistake in a row is recorded and the next row is read, up to MOST_ROW_ERRORS, of which
 * MOST_OF_A_SORT that say the same of different values are kept; a mistake in the
 * layout of the file (columns that fit no layer) ends the reading, since every row would repeat it.
 */
#include "data/row.h"

#include <ctype.h>
#include <string.h>

#include "data/encoding.h"

enum { MOST_ROW_ERRORS = 20, MOST_OF_A_SORT = 5, ROWS_AHEAD = 5 };

/* ---- the file as a whole ------------------------------------------------- */

/* Refuses what is no text at all.  False with an error recorded. */
static bool check_text(struct bp_row_reader *reader) {
  const struct bp_source *source = reader->csv.source;
  const char *nul = source->length ? memchr(source->text, '\0', source->length) : NULL;
  if (nul) {
    size_t at = (size_t)(nul - source->text);
    bool utf16 = source->length >= 2 && (memcmp(source->text, "\xFF\xFE", 2) == 0 ||
                                         memcmp(source->text, "\xFE\xFF", 2) == 0);
    bp_error(reader->diagnostics, source, (struct bp_span){at, at + 1},
             utf16 ? "save it as CSV in UTF-8: this is UTF-16"
                   : "a table saved as CSV, one row on a line",
             "this file is no plain text: it holds a byte of value 0");
    return false;
  }
  const char *cr = source->length ? memchr(source->text, '\r', source->length) : NULL;
  if (cr && cr < source->text + source->length - 1 && !memchr(source->text, '\n', source->length)) {
    size_t at = (size_t)(cr - source->text);
    bp_error(reader->diagnostics, source, (struct bp_span){at, at + 1},
             "save the file with line ends of Unix or Windows",
             "the lines of this file end in a carriage return alone, as on very old computers");
    return false;
  }
  return true;
}

/* Numbers can be read all the same, so this is a remark. */
static void remark_encoding(struct bp_row_reader *reader) {
  const struct bp_source *source = reader->csv.source;
  size_t at = bp_utf8_fault(source->text, source->length);
  if (at < source->length)
    bp_warning(reader->diagnostics, source, (struct bp_span){at, at + 1},
               "save it as UTF-8, or convert it: iconv -f GBK -t UTF-8",
               "this file is not in UTF-8, but perhaps in GBK; what cannot be read is shown as "
               "\xEF\xBF\xBD");
}

/* Whether the first row names the columns: where rows that follow have numbers it has text, and
 * nowhere a number.  (Text among numbers is a slip of the pen, and must not hide a sample.)
 * Without rows that follow, text in every field makes a header. */
static bool detect_header(const struct bp_row_reader *reader) {
  const struct bp_csv *first = &reader->csv;
  struct bp_csv ahead = *first;
  ahead.fields = NULL; /* the first row's fields stay as they are */
  ahead.count = ahead.capacity = 0;
  size_t texts = 0, numbers = 0, rows = 0, all_text = 0;
  double ignored;
  for (size_t k = 0; k < first->count; k++)
    all_text +=
        bp_field_number(first, &first->fields[k], reader->c_locale, &ignored) == BP_NUMBER_TEXT;
  for (; rows < ROWS_AHEAD && bp_csv_next(&ahead); rows++) {
    for (size_t k = 0; k < first->count && k < ahead.count; k++) {
      if (bp_field_number(&ahead, &ahead.fields[k], reader->c_locale, &ignored) != BP_NUMBER_FINE)
        continue;
      enum bp_number kind = bp_field_number(first, &first->fields[k], reader->c_locale, &ignored);
      texts += kind == BP_NUMBER_TEXT;
      numbers += kind == BP_NUMBER_FINE;
    }
  }
  return rows ? texts > 0 && numbers == 0 : all_text == first->count;
}

/* Records why a row's form is wrong; false then. */
static bool check_row(struct bp_row_reader *reader) {
  const struct bp_csv *csv = &reader->csv;
  if (csv->problem) {
    bp_error(reader->diagnostics, csv->source, csv->problem_span,
             "a quoted field ends where its line ends, and a quote inside it is written twice",
             "%s", csv->problem);
    return false;
  }
  if (csv->count == reader->columns)
    return true;
  size_t line, column;
  bp_locate(csv->source, reader->first_line.begin, &line, &column);
  struct bp_span span = {csv->line.end, csv->line.end};
  if (csv->count > reader->columns)
    span.begin = csv->fields[reader->columns].span.begin;
  const struct bp_span last = csv->fields[csv->count - 1].span;
  bool trailing = csv->count == reader->columns + 1 && last.begin == last.end;
  bp_error(reader->diagnostics, csv->source, span,
           trailing ? "remove the separator at the end of the line"
                    : "the same fields in every row, or # before a line that is no row",
           "found %zu field%s, expected %zu as in line %zu", csv->count, csv->count == 1 ? "" : "s",
           reader->columns, line);
  return false;
}

/* ---- columns ------------------------------------------------------------- */

/* Whether the first rows of data all end in text: then the last column holds class names, whereas
 * a single such row is more likely a mistake in it. */
static bool ends_in_names(const struct bp_row_reader *reader) {
  struct bp_csv ahead = reader->csv;
  size_t rows = 0;
  double ignored;
  ahead.fields = NULL;
  ahead.count = ahead.capacity = 0;
  for (; rows < ROWS_AHEAD && bp_csv_next(&ahead); rows++) {
    const struct bp_field *last = &ahead.fields[ahead.count - 1];
    if (bp_field_number(&ahead, last, reader->c_locale, &ignored) != BP_NUMBER_TEXT)
      return false;
  }
  return rows > 1;
}

/* How many columns are targets: as told, or the number that leaves the input layer its features, or
 * the likeliest one for a message. */
static size_t choose_targets(const struct bp_row_reader *reader) {
  const struct bp_dataset_want *want = reader->want;
  size_t columns = reader->columns;
  if (want->targets)
    return want->targets;
  if (columns <= want->outputs || ends_in_names(reader))
    return 1;
  return columns - want->outputs == want->inputs || columns - 1 != want->inputs ? want->outputs : 1;
}

static int fail_single_column(struct bp_row_reader *reader) {
  struct bp_span line = reader->first_line;
  bool blanks = memchr(reader->csv.source->text + line.begin, ' ', line.end - line.begin) != NULL;
  bp_error(reader->diagnostics, reader->csv.source, line,
           blanks ? "separate the columns by commas, semicolons or tabs"
                  : "write the features of a sample and then its target on each line",
           "found a single column, expected %zu of features and at least one of targets",
           reader->want->inputs);
  return -1;
}

static int fail_features(struct bp_row_reader *reader) {
  size_t features = reader->features, targets = reader->targets, inputs = reader->want->inputs;
  const char *suggestion = bp_arena_printf(
      reader->arena, "begin the network with \"%zu - \"%s", features,
      reader->want->targets ? ""
                            : ", or say with --targets how many of the last columns are targets");
  bp_error(reader->diagnostics, reader->csv.source, reader->first_line, suggestion,
           "the file has %zu feature column%s before %zu target column%s, the input layer has %zu "
           "unit%s",
           features, features == 1 ? "" : "s", targets, targets == 1 ? "" : "s", inputs,
           inputs == 1 ? "" : "s");
  return -1;
}

static int fail_targets(struct bp_row_reader *reader) {
  size_t targets = reader->targets, outputs = reader->want->outputs;
  const char *suggestion = bp_arena_printf(
      reader->arena, "end the network with a layer of %zu units, or use another --targets",
      targets);
  bp_error(reader->diagnostics, reader->csv.source, reader->first_line, suggestion,
           "the file has %zu target columns, the output layer has %zu unit%s", targets, outputs,
           outputs == 1 ? "" : "s");
  return -1;
}

/* A single unit that predicts a number, over a column of names. */
static int fail_names(struct bp_row_reader *reader) {
  struct bp_csv ahead = reader->csv;
  ahead.fields = NULL;
  ahead.count = ahead.capacity = 0;
  if (!bp_csv_next(&ahead))
    return bp_row_no_memory(reader);
  struct bp_span span = ahead.fields[ahead.count - 1].span;
  bp_error(
      reader->diagnostics, reader->csv.source, span,
      "for classes, end the network with a softmax layer of one unit for each class, or for two "
      "classes with \"1 sigmoid\" and cross-entropy",
      "the target column holds names such as %s, and this output layer predicts a number",
      bp_row_quote(reader, span));
  return -1;
}

/* Divides the columns between features and targets.  0, or -1 with an error recorded. */
static int choose_columns(struct bp_row_reader *reader) {
  const struct bp_dataset_want *want = reader->want;
  if (reader->columns < 2)
    return fail_single_column(reader);
  reader->targets = choose_targets(reader);
  if (reader->targets >= reader->columns) {
    bp_error(reader->diagnostics, reader->csv.source, reader->first_line, "a smaller --targets",
             "the file has %zu columns, and with %zu of them targets none is left for a feature",
             reader->columns, reader->targets);
    return -1;
  }
  reader->features = reader->columns - reader->targets;
  if (reader->features != want->inputs)
    return fail_features(reader);
  if (reader->targets != want->outputs && reader->targets != 1)
    return fail_targets(reader);
  if (want->outputs == 1 && want->kind == BP_TARGET_NUMBERS && ends_in_names(reader))
    return fail_names(reader);
  reader->class_column =
      reader->targets == 1 && (want->outputs > 1 || want->kind != BP_TARGET_NUMBERS);
  return 0;
}

/* Copies the names of the columns from the header, which is the current row. */
static int keep_names(struct bp_row_reader *reader) {
  const char **names = bp_arena_alloc(reader->arena, reader->columns, sizeof *names);
  if (!names)
    return bp_row_no_memory(reader);
  for (size_t k = 0; k < reader->columns; k++) {
    const char *name = bp_field_text(&reader->csv, &reader->csv.fields[k]);
    names[k] = name ? bp_utf8_mend(name, reader->arena) : NULL;
    if (!names[k])
      return bp_row_no_memory(reader);
  }
  reader->out->feature_names = names;
  reader->out->target_names = names + reader->features;
  return 0;
}

/* Reads the first row and decides what the columns are; leaves csv before the first row of data. */
static int read_layout(struct bp_row_reader *reader) {
  struct bp_csv *csv = &reader->csv;
  struct bp_csv start = *csv;
  if (!bp_csv_next(csv)) {
    if (csv->failed)
      return bp_row_no_memory(reader);
    bp_error(reader->diagnostics, csv->source, (struct bp_span){0, 0},
             "a row for each sample: its features, then its target",
             "the file is empty, apart from blank lines and comments");
    return -1;
  }
  reader->first_line = csv->line;
  reader->columns = csv->count;
  if (!check_row(reader))
    return -1;
  reader->out->has_header = detect_header(reader);
  if (reader->out->has_header)
    start = *csv;
  struct bp_csv header = *csv;
  *csv = start;
  if (choose_columns(reader) != 0)
    return -1;
  if (!reader->out->has_header)
    return 0;
  *csv = header;
  return keep_names(reader);
}

/* ---- rows ---------------------------------------------------------------- */

/* The rows that follow; also finds the first of them. */
static size_t count_rows(struct bp_row_reader *reader) {
  struct bp_csv ahead = reader->csv;
  size_t rows = 0;
  for (; bp_csv_next(&ahead); rows++)
    if (rows == 0)
      reader->first_row = ahead.line;
  reader->csv.fields = ahead.fields; /* room for the longest row */
  reader->csv.capacity = ahead.capacity;
  reader->csv.failed = ahead.failed;
  return rows;
}

static void read_row(struct bp_row_reader *reader, size_t sample) {
  struct bp_dataset *out = reader->out;
  if (!check_row(reader))
    return;
  for (size_t k = 0; k < reader->features; k++)
    if (!bp_row_number(reader, k, &out->x[k * out->samples + sample]))
      return;
  bp_targets_row(reader, sample);
}

/* Mistakes in rows that say the same. */
struct sort {
  const char *message;  /* of the first */
  struct bp_span shown; /* the last that was kept */
  size_t kept, more;
};

struct sorts {
  struct sort list[MOST_ROW_ERRORS];
  size_t count;
};

/* The end of the text, or the next byte that is no digit of a number. */
static const char *past_number(const char *at, const char *end) {
  while (at < end && (isdigit((unsigned char)*at) || *at == '.'))
    at++;
  return at;
}

static bool same_but_numbers(const char *a, const char *a_end, const char *b, const char *b_end) {
  for (;; a++, b++) {
    a = past_number(a, a_end);
    b = past_number(b, b_end);
    if (a == a_end || b == b_end)
      return a == a_end && b == b_end;
    if (*a != *b)
      return false;
  }
}

/* Whether two messages differ at most in numbers and in what they quote. */
static bool same_sort(const char *a, const char *b) {
  const char *quote_a = strrchr(a, '"'), *quote_b = strrchr(b, '"');
  if (!quote_a != !quote_b)
    return false;
  if (quote_a && !same_but_numbers(quote_a, strchr(quote_a, '\0'), quote_b, strchr(quote_b, '\0')))
    return false;
  return same_but_numbers(a, a + strcspn(a, "\""), b, b + strcspn(b, "\""));
}

/* Takes out of the mistakes from `begin` on what repeats earlier ones too often. */
static void thin_out(struct bp_diagnostics *diagnostics, size_t begin, struct sorts *sorts) {
  size_t kept = begin;
  for (size_t i = begin; i < diagnostics->count; i++) {
    const struct bp_diagnostic *found = &diagnostics->list[i];
    size_t k = 0;
    while (k < sorts->count && !same_sort(sorts->list[k].message, found->message))
      k++;
    if (k == sorts->count && k < MOST_ROW_ERRORS)
      sorts->list[sorts->count++] = (struct sort){.message = found->message};
    if (k < MOST_ROW_ERRORS && sorts->list[k].kept >= MOST_OF_A_SORT) {
      sorts->list[k].more++;
      continue;
    }
    if (k < MOST_ROW_ERRORS) {
      sorts->list[k].kept++;
      sorts->list[k].shown = found->span;
    }
    diagnostics->list[kept++] = *found;
  }
  diagnostics->count = kept;
}

static void tell_of_more(const struct bp_row_reader *reader, const struct sorts *sorts) {
  const struct bp_source *source = reader->csv.source;
  for (size_t k = 0; k < sorts->count; k++) {
    size_t line, column;
    if (sorts->list[k].more == 0)
      continue;
    bp_locate(source, sorts->list[k].shown.begin, &line, &column);
    bp_warning(reader->diagnostics, NULL, (struct bp_span){0, 0}, NULL,
               "and %zu more like the one in line %zu", sorts->list[k].more, line);
  }
}

static int read_rows(struct bp_row_reader *reader) {
  size_t errors_before = reader->diagnostics->errors;
  struct bp_dataset *out = reader->out;
  struct sorts sorts = {.count = 0};
  bool stopped = false;
  size_t entries;
  if (__builtin_mul_overflow(out->samples, out->inputs, &entries))
    entries = SIZE_MAX;
  out->x = bp_arena_alloc(reader->arena, entries, sizeof *out->x);
  if (!out->x)
    return bp_row_no_memory(reader);
  if (bp_targets_prepare(reader) != 0)
    return -1;
  for (size_t sample = 0; sample < out->samples && bp_csv_next(&reader->csv); sample++) {
    size_t begin = reader->diagnostics->count;
    read_row(reader, sample);
    thin_out(reader->diagnostics, begin, &sorts);
    if (reader->diagnostics->errors - errors_before < MOST_ROW_ERRORS)
      continue;
    stopped = true;
    break;
  }
  tell_of_more(reader, &sorts);
  if (stopped)
    bp_warning(reader->diagnostics, NULL, (struct bp_span){0, 0}, NULL,
               "the rest of %s was not read after so many mistakes", reader->csv.source->name);
  if (reader->diagnostics->errors > errors_before)
    return -1;
  return bp_targets_finish(reader);
}

static int read_file(struct bp_row_reader *reader) {
  struct bp_dataset *out = reader->out;
  if (!check_text(reader))
    return -1;
  remark_encoding(reader);
  if (read_layout(reader) != 0)
    return -1;
  out->samples = count_rows(reader);
  if (reader->csv.failed)
    return bp_row_no_memory(reader);
  if (out->samples == 0) {
    bp_error(reader->diagnostics, reader->csv.source, reader->first_line,
             "at least one row of numbers below the names", "the file has a header and no rows");
    return -1;
  }
  out->inputs = reader->features;
  out->outputs = reader->want->outputs;
  out->target_columns = reader->targets;
  return read_rows(reader);
}

int bp_dataset_read(const struct bp_source *source, const struct bp_dataset_want *want,
                    struct bp_arena *arena, struct bp_diagnostics *diagnostics,
                    struct bp_dataset *out) {
  struct bp_row_reader reader = {
      .want = want, .arena = arena, .diagnostics = diagnostics, .out = out};
  *out = (struct bp_dataset){0};
  reader.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!reader.c_locale)
    return bp_row_no_memory(&reader);
  bp_csv_open(&reader.csv, source, arena);
  int status = read_file(&reader);
  freelocale(reader.c_locale);
  return status;
}
