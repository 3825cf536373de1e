/* Rows and fields of a CSV file.  A row is one line: a quoted field may hold separators and doubled
 * quotes, but no line break, so that a forgotten quote spoils one line and not the rest of the
 * file. Numbers are checked against a grammar of our own before the C library converts them,
 * because strtod also takes hexadecimal, "infinity" and whatever decimal mark the locale has.
 */
#define _GNU_SOURCE /* strtod_l */
#include "data/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"

enum { LONGEST_NUMBER = 1024 };

static bool is_blank(const struct bp_csv *csv, char c) {
  return c == ' ' || (c == '\t' && csv->separator != '\t');
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The separator of a line, looking only outside quotes. */
static char guess_separator(const char *text, struct bp_span line) {
  bool quoted = false, tab = false, semicolon = false;
  for (size_t at = line.begin; at < line.end; at++) {
    if (text[at] == '"')
      quoted = !quoted;
    if (quoted)
      continue;
    tab |= text[at] == '\t';
    semicolon |= text[at] == ';';
  }
  return tab ? '\t' : semicolon ? ';' : ',';
}

void bp_csv_open(struct bp_csv *csv, const struct bp_source *source, struct bp_arena *arena) {
  *csv = (struct bp_csv){.source = source, .arena = arena, .separator = ','};
  if (source->length >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0)
    csv->at = 3;
  struct bp_csv ahead = *csv;
  if (bp_csv_next(&ahead))
    csv->separator = guess_separator(source->text, ahead.line);
}

/* ---- fields -------------------------------------------------------------- */

static void add_field(struct bp_csv *csv, struct bp_field field) {
  if (bp_list_room(csv->arena, csv->fields, csv->count, csv->capacity))
    csv->fields[csv->count++] = field;
  else
    csv->failed = true;
}

static void set_problem(struct bp_csv *csv, const char *problem, size_t begin, size_t end) {
  if (csv->problem)
    return;
  csv->problem = problem;
  csv->problem_span = (struct bp_span){begin, end};
}

/* Where the field that `at` is in ends: its separator or the end of the line. */
static size_t find_separator(const struct bp_csv *csv, size_t at, size_t end) {
  const char *text = csv->source->text;
  const char *found = at < end ? memchr(text + at, csv->separator, end - at) : NULL;
  return found ? (size_t)(found - text) : end;
}

/* Reads a field whose opening quote is at `open`; returns where it ends. */
static size_t read_quoted(struct bp_csv *csv, size_t open, size_t end) {
  const char *text = csv->source->text;
  size_t close = open + 1;
  while (close < end) {
    if (text[close] != '"')
      close++;
    else if (close + 1 < end && text[close + 1] == '"')
      close += 2;
    else
      break;
  }
  add_field(csv, (struct bp_field){.span = {open + 1, close < end ? close : end}, .quoted = true});
  if (close >= end) {
    set_problem(csv, "this quote is not closed on its line", open, end);
    return end;
  }
  size_t after = close + 1;
  while (after < end && is_blank(csv, text[after]))
    after++;
  size_t stop = find_separator(csv, after, end);
  if (after < stop)
    set_problem(csv, "this text stands behind a closing quote", after, stop);
  return stop;
}

/* Reads the field that starts at `at`; returns the place of its separator, or `end`. */
static size_t read_field(struct bp_csv *csv, size_t at, size_t end) {
  const char *text = csv->source->text;
  while (at < end && is_blank(csv, text[at]))
    at++;
  if (at < end && text[at] == '"')
    return read_quoted(csv, at, end);
  size_t stop = find_separator(csv, at, end), last = stop;
  while (last > at && is_blank(csv, text[last - 1]))
    last--;
  add_field(csv, (struct bp_field){.span = {at, last}});
  return stop;
}

static void split_line(struct bp_csv *csv) {
  csv->count = 0;
  csv->problem = NULL;
  size_t at = csv->line.begin, end = csv->line.end;
  for (;;) {
    at = read_field(csv, at, end);
    if (at >= end || csv->failed)
      return;
    at++; /* past the separator: a field follows, if only an empty one */
  }
}

/* Whether a line holds a row; blanks of either kind alone do not. */
static bool holds_row(const char *text, struct bp_span line) {
  size_t at = line.begin;
  while (at < line.end && (text[at] == ' ' || text[at] == '\t'))
    at++;
  return at < line.end && text[at] != '#';
}

bool bp_csv_next(struct bp_csv *csv) {
  const char *text = csv->source->text;
  size_t length = csv->source->length;
  while (csv->at < length && !csv->failed) {
    struct bp_span line = {csv->at, length};
    const char *newline = memchr(text + csv->at, '\n', length - csv->at);
    if (newline)
      line.end = (size_t)(newline - text);
    csv->at = newline ? line.end + 1 : length;
    if (line.end > line.begin && text[line.end - 1] == '\r')
      line.end--;
    if (!holds_row(text, line))
      continue;
    csv->line = line;
    split_line(csv);
    return !csv->failed;
  }
  return false;
}

bool bp_field_copy(const struct bp_csv *csv, const struct bp_field *field, char *to, size_t size) {
  const char *text = csv->source->text;
  for (size_t at = field->span.begin; at < field->span.end; at++) {
    if (size < 2)
      return false;
    *to++ = text[at];
    size--;
    bool doubled = field->quoted && text[at] == '"' && at + 1 < field->span.end;
    if (doubled)
      at++; /* inside a closed quoted field a quote always has a twin */
  }
  *to = '\0';
  return true;
}

char *bp_field_text(const struct bp_csv *csv, const struct bp_field *field) {
  size_t size = field->span.end - field->span.begin + 1;
  char *copy = bp_arena_alloc(csv->arena, size, 1);
  if (copy)
    bp_field_copy(csv, field, copy, size);
  return copy;
}

/* ---- numbers ------------------------------------------------------------- */

/* digits = digit { digit } ; returns what follows them */
static const char *skip_digits(const char *at) {
  while (is_digit(*at))
    at++;
  return at;
}

/* number = [sign] ( digits [point [digits]] | point digits ) [ ("e" | "E") [sign] digits ] */
static bool is_number(const char *at, char point) {
  if (*at == '+' || *at == '-')
    at++;
  const char *start = at;
  at = skip_digits(at);
  ptrdiff_t digits = at - start;
  if (*at == point) {
    start = ++at;
    at = skip_digits(at);
    digits += at - start;
  }
  if (digits == 0)
    return false;
  if (*at == 'e' || *at == 'E') {
    at++;
    if (*at == '+' || *at == '-')
      at++;
    if (!is_digit(*at))
      return false;
    at = skip_digits(at);
  }
  return *at == '\0';
}

static bool is_one_of(const char *word, const char *const *list) {
  for (; *list; list++)
    if (strcasecmp(word, *list) == 0)
      return true;
  return false;
}

enum bp_number bp_field_number(const struct bp_csv *csv, const struct bp_field *field,
                               locale_t c_locale, double *value) {
  static const char *const missing[] = {"", "NA", "N/A", "?", "null", "缺失", "无", NULL};
  static const char *const not_finite[] = {"inf", "infinity", "nan", NULL};
  char text[LONGEST_NUMBER];
  size_t length = field->span.end - field->span.begin;
  if (length >= sizeof text)
    return BP_NUMBER_TEXT;
  memcpy(text, csv->source->text + field->span.begin, length);
  text[length] = '\0';
  if (is_number(text, '.')) {
    *value = strtod_l(text, NULL, c_locale);
    return isfinite(*value) ? BP_NUMBER_FINE : BP_NUMBER_NOT_FINITE;
  }
  if (length == 0 || (!field->quoted && is_one_of(text, missing)))
    return BP_NUMBER_MISSING;
  if (is_one_of(text + (*text == '-' || *text == '+'), not_finite))
    return BP_NUMBER_NOT_FINITE;
  return is_number(text, ',') ? BP_NUMBER_COMMA : BP_NUMBER_TEXT;
}
