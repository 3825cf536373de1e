/* Diagnostics: kept as data in an arena, written like a compiler's.
 *
 * The input may be anything, so text is taken apart glyph by glyph, where a glyph is one code point
 * or one byte that is not UTF-8, and has a width in terminal columns.  What would disturb the
 * terminal (control characters, signs that turn the direction of writing) is shown as a replacement
 * sign, in the quoted line and in messages, which may quote the input too.  Everything is linear in
 * the length of the text, and what is printed of a line is bounded in columns and in bytes.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <string.h>
#include <utf8proc.h>

#include "base/list.h"

enum {
  LINE_COLUMNS = 76,    /* most columns of a quoted line: with the indent it fits 80 */
  CONTEXT_COLUMNS = 25, /* shown before the place when a line is cut on the left */
  LINE_BYTES = 1024     /* most bytes of a quoted line; only heaps of combining signs reach it */
};

static const char replacement_sign[] = "\xEF\xBF\xBD"; /* U+FFFD */
static const char ellipsis[] = "\xE2\x80\xA6";         /* U+2026, one column */

struct glyph {
  size_t bytes;      /* at least 1 */
  size_t columns;    /* as shown */
  const char *shown; /* what to write instead of the bytes, or NULL */
};

static bool disturbs_terminal(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CN: /* not assigned: every terminal has its own idea of the width */
  case UTF8PROC_CATEGORY_CS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return true;
  default:
    break;
  }
  bool direction = (code >= 0x200E && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
                   (code >= 0x2066 && code <= 0x2069) || code == 0x061C;
  return direction;
}

/* The glyph at the start of `length` > 0 bytes. */
static struct glyph next_glyph(const char *text, size_t length) {
  unsigned char first = (unsigned char)*text;
  if (first >= 0x20 && first < 0x7F)
    return (struct glyph){1, 1, NULL};
  if (first == '\t')
    return (struct glyph){1, 1, " "};
  utf8proc_int32_t code;
  utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text,
                                           length < 4 ? (utf8proc_ssize_t)length : 4, &code);
  if (used <= 0)
    return (struct glyph){1, 1, replacement_sign};
  if (disturbs_terminal(code))
    return (struct glyph){(size_t)used, 1, replacement_sign};
  int columns = utf8proc_charwidth(code);
  return (struct glyph){(size_t)used, columns > 0 ? (size_t)columns : 0, NULL};
}

size_t bp_text_columns(const char *text, size_t length) {
  size_t columns = 0;
  for (size_t at = 0; at < length;) {
    struct glyph glyph = next_glyph(text + at, length - at);
    columns += glyph.columns;
    at += glyph.bytes;
  }
  return columns;
}

const char *bp_text_shown(const char *text, size_t columns, struct bp_arena *arena) {
  size_t length = strlen(text), most = length < LINE_BYTES ? length : LINE_BYTES;
  char *shown = bp_arena_alloc(arena, most + 1, sizeof replacement_sign);
  if (!shown)
    return NULL;
  size_t cut = 0, end = 0; /* bytes written: with room for an ellipsis behind them, and so far */
  for (size_t at = 0, used = 0; at < length;) {
    struct glyph glyph = next_glyph(text + at, length - at);
    used += glyph.columns;
    if (used > columns || at + glyph.bytes > most) {
      strcpy(shown + cut, ellipsis);
      return shown;
    }
    size_t bytes = glyph.shown ? strlen(glyph.shown) : glyph.bytes;
    memcpy(shown + end, glyph.shown ? glyph.shown : text + at, bytes);
    end += bytes;
    cut = used < columns ? end : cut;
    at += glyph.bytes;
  }
  return shown;
}

void bp_text_write(const char *text, size_t length, FILE *out) {
  for (size_t at = 0; at < length;) {
    struct glyph glyph = next_glyph(text + at, length - at);
    if (glyph.shown)
      fputs(glyph.shown, out);
    else
      fwrite(text + at, 1, glyph.bytes, out);
    at += glyph.bytes;
  }
}

static void write_string(const char *string, FILE *out) {
  bp_text_write(string, strlen(string), out);
}

/* ---- recording ----------------------------------------------------------- */

void bp_diagnostics_init(struct bp_diagnostics *diagnostics, struct bp_arena *arena) {
  *diagnostics = (struct bp_diagnostics){.arena = arena};
}

struct bp_diagnostics_mark bp_diagnostics_mark(const struct bp_diagnostics *diagnostics) {
  return (struct bp_diagnostics_mark){diagnostics->count, diagnostics->errors,
                                      diagnostics->dropped};
}

void bp_diagnostics_return(struct bp_diagnostics *diagnostics, struct bp_diagnostics_mark mark) {
  diagnostics->count = mark.count;
  diagnostics->errors = mark.errors;
  diagnostics->dropped = mark.dropped;
}

/* Makes room for one more; false when that is not possible or not wanted.  Notes, however many
 * there are, leave room for errors. */
static bool make_room(struct bp_diagnostics *diagnostics, bool note) {
  enum { ROOM_FOR_ERRORS = BP_MOST_DIAGNOSTICS / 4 };
  return diagnostics->count < (size_t)(BP_MOST_DIAGNOSTICS - (note ? ROOM_FOR_ERRORS : 0)) &&
         bp_list_room(diagnostics->arena, diagnostics->list, diagnostics->count,
                      diagnostics->capacity);
}

static __attribute__((format(printf, 2, 0))) char *
format_message(struct bp_arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *text = length < 0 ? NULL : bp_arena_alloc(arena, (size_t)length + 1, 1);
  if (text)
    vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}

/* Records what it can; `diagnostic` comes without its message, with the caller's suggestion. */
static __attribute__((format(printf, 3, 0))) void record(struct bp_diagnostics *diagnostics,
                                                         struct bp_diagnostic diagnostic,
                                                         const char *format, va_list arguments) {
  if (!diagnostic.warning)
    diagnostics->errors++;
  if (!make_room(diagnostics, diagnostic.note)) {
    diagnostics->dropped++;
    return;
  }
  diagnostic.message = format_message(diagnostics->arena, format, arguments);
  if (!diagnostic.message)
    diagnostic.message = "something is wrong here, and there is no memory left to say what";
  if (diagnostic.suggestion)
    diagnostic.suggestion = bp_arena_strdup(diagnostics->arena, diagnostic.suggestion);
  diagnostics->list[diagnostics->count++] = diagnostic;
}

void bp_error(struct bp_diagnostics *diagnostics, const struct bp_source *source,
              struct bp_span span, const char *suggestion, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct bp_diagnostic diagnostic = {.source = source, .span = span, .suggestion = suggestion};
  record(diagnostics, diagnostic, format, arguments);
  va_end(arguments);
}

void bp_warning(struct bp_diagnostics *diagnostics, const struct bp_source *source,
                struct bp_span span, const char *suggestion, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct bp_diagnostic diagnostic = {
      .source = source, .span = span, .suggestion = suggestion, .warning = true};
  record(diagnostics, diagnostic, format, arguments);
  va_end(arguments);
}

void bp_note(struct bp_diagnostics *diagnostics, const struct bp_source *source,
             struct bp_span span, const char *suggestion, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct bp_diagnostic diagnostic = {
      .source = source, .span = span, .suggestion = suggestion, .warning = true, .note = true};
  record(diagnostics, diagnostic, format, arguments);
  va_end(arguments);
}

/* ---- places -------------------------------------------------------------- */

static size_t line_begin(const struct bp_source *source, size_t offset) {
  while (offset > 0 && source->text[offset - 1] != '\n')
    offset--;
  return offset;
}

/* End of the line that starts at `begin`, without its "\n" or "\r\n". */
static size_t line_end(const struct bp_source *source, size_t begin) {
  const char *newline =
      source->length > begin ? memchr(source->text + begin, '\n', source->length - begin) : NULL;
  size_t end = newline ? (size_t)(newline - source->text) : source->length;
  if (end > begin && source->text[end - 1] == '\r')
    end--;
  return end;
}

void bp_locate(const struct bp_source *source, size_t offset, size_t *line, size_t *column) {
  if (offset > source->length)
    offset = source->length;
  size_t begin = 0;
  *line = 1;
  for (const char *newline;
       offset > begin && (newline = memchr(source->text + begin, '\n', offset - begin));) {
    begin = (size_t)(newline - source->text) + 1;
    ++*line;
  }
  *column = 1;
  for (size_t at = begin; at < offset;) {
    struct glyph glyph = next_glyph(source->text + at, source->length - at);
    at += glyph.bytes;
    if (at <= offset && glyph.columns > 0)
      ++*column;
  }
}

/* ---- writing ------------------------------------------------------------- */

/* The part of a line that is quoted, and where its underline stands. */
struct window {
  size_t begin, end; /* bytes of the source */
  bool cut_left, cut_right;
  size_t caret, underline; /* columns before the caret, and from it on, inside the window */
};

/* How far a window of `columns` starting at `begin` reaches; always to a whole glyph. */
static size_t window_end(const struct bp_source *source, size_t begin, size_t end, size_t columns) {
  size_t at = begin;
  for (size_t used = 0; at < end;) {
    struct glyph glyph = next_glyph(source->text + at, end - at);
    used += glyph.columns;
    if (used > columns || at + glyph.bytes - begin > LINE_BYTES)
      break;
    at += glyph.bytes;
  }
  return at;
}

/* First byte of the window when `columns` columns of the line are left out before it. */
static size_t window_begin(const struct bp_source *source, size_t begin, size_t end,
                           size_t columns) {
  size_t at = begin;
  for (size_t used = 0; at < end;) {
    struct glyph glyph = next_glyph(source->text + at, end - at);
    if (used >= columns && glyph.columns > 0)
      break;
    used += glyph.columns;
    at += glyph.bytes;
  }
  return at;
}

/* Measures the underline: glyphs before the span, and those that begin in it. */
static void place_underline(const struct bp_source *source, struct bp_span span,
                            struct window *window) {
  window->caret = window->underline = 0;
  for (size_t at = window->begin; at < window->end;) {
    struct glyph glyph = next_glyph(source->text + at, window->end - at);
    if (at + glyph.bytes <= span.begin)
      window->caret += glyph.columns;
    else if (at < span.end)
      window->underline += glyph.columns;
    at += glyph.bytes;
  }
  if (window->underline == 0)
    window->underline = 1;
}

/* Columns to leave out on the left of a long line: the place keeps some context before it, and the
 * window is filled where the line ends soon after. */
static size_t columns_left_out(const struct bp_source *source, size_t begin, size_t end,
                               size_t before, size_t room) {
  size_t total = bp_text_columns(source->text + begin, end - begin);
  size_t left = before - CONTEXT_COLUMNS;
  size_t most = total - (room - 1);
  return left < most ? left : most;
}

/* `columns` is what the page has room for: at least twice CONTEXT_COLUMNS. */
static struct window choose_window(const struct bp_source *source, struct bp_span span,
                                   size_t begin, size_t end, size_t columns) {
  struct window window = {.begin = begin};
  window.end = window_end(source, begin, end, columns);
  if (window.end < end) { /* too long: show the place with some context */
    size_t before = bp_text_columns(source->text + begin, span.begin - begin);
    size_t marked = bp_text_columns(source->text + span.begin, span.end - span.begin);
    if (marked > columns / 2)
      marked = columns / 2;
    if (before + marked >= columns) {
      size_t left = columns_left_out(source, begin, end, before, columns);
      window.begin = window_begin(source, begin, end, left);
      window.cut_left = true;
    }
    size_t room = columns - (window.cut_left ? 1 : 0);
    window.end = window_end(source, window.begin, end, room);
    window.cut_right = window.end < end;
    if (window.cut_right)
      window.end = window_end(source, window.begin, end, room - 1);
  }
  place_underline(source, span, &window);
  return window;
}

static void colour_on(bool colour, const char *code, FILE *out) {
  if (colour)
    fprintf(out, "\033[%sm", code);
}

static void colour_off(bool colour, FILE *out) {
  if (colour)
    fputs("\033[0m", out);
}

static const char *kind_colour(const struct bp_diagnostic *diagnostic) {
  return diagnostic->note ? "1;36" : diagnostic->warning ? "1;35" : "1;31";
}

void bp_diagnostic_quote(const struct bp_diagnostic *diagnostic, size_t indent, bool colour,
                         FILE *out) {
  const struct bp_source *source = diagnostic->source;
  struct bp_span span = diagnostic->span;
  if (!source)
    return;
  if (indent > LINE_COLUMNS - 2 * CONTEXT_COLUMNS)
    indent = LINE_COLUMNS - 2 * CONTEXT_COLUMNS;
  if (span.begin > source->length)
    span.begin = source->length;
  size_t begin = line_begin(source, span.begin), end = line_end(source, begin);
  if (begin == end)
    return;
  if (span.begin > end)
    span.begin = end;
  if (span.end > end)
    span.end = end;
  if (span.end < span.begin)
    span.end = span.begin;
  struct window window = choose_window(source, span, begin, end, LINE_COLUMNS - indent);
  fprintf(out, "  %*s%s", (int)indent, "", window.cut_left ? ellipsis : "");
  bp_text_write(source->text + window.begin, window.end - window.begin, out);
  fprintf(out, "%s\n", window.cut_right ? ellipsis : "");
  fprintf(out, "  %*s", (int)(indent + window.caret) + (window.cut_left ? 1 : 0), "");
  colour_on(colour, kind_colour(diagnostic), out);
  fputc('^', out);
  for (size_t k = 1; k < window.underline; k++)
    fputc('~', out);
  colour_off(colour, out);
  fputc('\n', out);
}

/* "7 lines need it: 7, 8, 9, 11 and 3 more" */
static void write_needed(const struct bp_diagnostic *diagnostic, FILE *out) {
  enum { MOST_LINES = 12 };
  size_t count = diagnostic->needed_count;
  size_t shown = count > MOST_LINES ? MOST_LINES : count;
  if (count == 0)
    return;
  fprintf(out, count == 1 ? "  line " : "  %zu lines need it: ", count);
  for (size_t i = 0; i < shown; i++)
    fprintf(out, "%s%zu", i == 0 ? "" : i + 1 == count ? " and " : ", ", diagnostic->needed_by[i]);
  if (count > shown)
    fprintf(out, " and %zu more", count - shown);
  if (diagnostic->needed_in) {
    fputs(" of ", out);
    write_string(diagnostic->needed_in, out);
  }
  fputs(count == 1 ? " needs it\n" : "\n", out);
}

void bp_diagnostic_write(const struct bp_diagnostic *diagnostic, bool colour, FILE *out) {
  if (diagnostic->source) {
    size_t line, column;
    bp_locate(diagnostic->source, diagnostic->span.begin, &line, &column);
    colour_on(colour, "1", out);
    write_string(diagnostic->source->name, out);
    fprintf(out, ":%zu:%zu:", line, column);
    colour_off(colour, out);
    fputc(' ', out);
  }
  colour_on(colour, kind_colour(diagnostic), out);
  fputs(diagnostic->note ? "note:" : diagnostic->warning ? "warning:" : "error:", out);
  colour_off(colour, out);
  fputc(' ', out);
  write_string(diagnostic->message, out);
  fputc('\n', out);
  bp_diagnostic_quote(diagnostic, 0, colour, out);
  if (diagnostic->suggestion) {
    fputs(diagnostic->note ? "  written here: " : "  try: ", out);
    write_string(diagnostic->suggestion, out);
    fputc('\n', out);
  }
  write_needed(diagnostic, out);
}

void bp_diagnostics_write(const struct bp_diagnostics *diagnostics, bool colour, FILE *out) {
  for (size_t k = 0; k < diagnostics->count; k++)
    bp_diagnostic_write(&diagnostics->list[k], colour, out);
  bp_diagnostics_dropped(diagnostics, out);
}

void bp_diagnostics_dropped(const struct bp_diagnostics *diagnostics, FILE *out) {
  if (diagnostics->dropped > 0)
    fprintf(out, "%zu more like these %s not shown\n", diagnostics->dropped,
            diagnostics->dropped == 1 ? "is" : "are");
}
