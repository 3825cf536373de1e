/* A reader of JSON that knows where it is: a walk over the bytes, which decodes only the strings
 * that are the sources of cells.
 *
 *   notebook  "{" … "cells": "[" cell, … "]" … "nbformat": number … "}"
 *   cell      "{" … "cell_type": string … "source": string or "[" string, … "]" … "}"
 *
 * Keys come in any order, so a cell is walked over twice: for its type, and for its text.  Values
 * that are not asked for are skipped by counting brackets, however deep they are.
 */
#include "note/notebook/notebook.h"

#include <string.h>

#include "base/list.h"

static const char fence[] = "~~~~~~~~";

struct walk {
  const char *text;
  size_t at, end;
  struct bp_arena *arena;
  struct bp_notebook *notebook;
  char *out;
  size_t length, capacity, at_capacity;
  const char *problem; /* what is wrong at `at` */
  bool memory_short;
};

/* ---- JSON ---------------------------------------------------------------- */

static bool fail(struct walk *walk, const char *problem) {
  if (!walk->problem)
    walk->problem = problem;
  return false;
}

static void skip_blanks(struct walk *walk) {
  while (walk->at < walk->end && strchr(" \t\r\n", walk->text[walk->at]) && walk->text[walk->at])
    walk->at++;
}

static bool looking_at(struct walk *walk, char sign) {
  skip_blanks(walk);
  return walk->at < walk->end && walk->text[walk->at] == sign;
}

static bool take(struct walk *walk, char sign) {
  bool there = looking_at(walk, sign);
  walk->at += there;
  return there;
}

/* The bytes between the quotes of the string here. */
static bool take_string(struct walk *walk, struct bp_span *inside) {
  if (!take(walk, '"'))
    return fail(walk, "a string should stand here");
  inside->begin = walk->at;
  while (walk->at < walk->end && walk->text[walk->at] != '"') {
    const char *next = walk->text[walk->at] == '\\'
                           ? NULL
                           : memchr(walk->text + walk->at, '"', walk->end - walk->at);
    const char *escape =
        next ? memchr(walk->text + walk->at, '\\', (size_t)(next - walk->text) - walk->at) : NULL;
    if (next && !escape)
      walk->at = (size_t)(next - walk->text);
    else if (escape)
      walk->at = (size_t)(escape - walk->text) + 2;
    else
      walk->at += walk->text[walk->at] == '\\' ? 2 : 1;
  }
  if (walk->at >= walk->end) {
    walk->at = walk->end;
    return fail(walk, "a string in it never ends");
  }
  inside->end = walk->at++;
  return true;
}

/* Skips a value of any kind. */
static bool skip_value(struct walk *walk) {
  struct bp_span ignored;
  size_t depth = 0;
  do {
    skip_blanks(walk);
    if (walk->at >= walk->end)
      return fail(walk, "it ends in the middle of a value");
    char sign = walk->text[walk->at];
    if (sign == '"') {
      if (!take_string(walk, &ignored))
        return false;
    } else if (sign == '{' || sign == '[') {
      depth++;
      walk->at++;
    } else if (sign == '}' || sign == ']') {
      if (depth == 0)
        return fail(walk, "a value should stand here");
      depth--;
      walk->at++;
    } else if (strchr(",:", sign) && depth > 0)
      walk->at++;
    else {
      size_t begin = walk->at;
      while (walk->at < walk->end && !strchr(" \t\r\n,:{}[]\"", walk->text[walk->at]))
        walk->at++;
      if (walk->at == begin)
        return fail(walk, "a value should stand here");
    }
  } while (depth > 0);
  return true;
}

static bool is_key(const struct walk *walk, struct bp_span key, const char *name) {
  return key.end - key.begin == strlen(name) &&
         memcmp(walk->text + key.begin, name, key.end - key.begin) == 0;
}

/* The next key of the object that is open, with its colon; false behind the last one, whose closing
 * brace is taken, and where something is wrong. */
static bool next_key(struct walk *walk, bool first, struct bp_span *key) {
  if (take(walk, '}'))
    return false;
  if (!first && !take(walk, ','))
    return fail(walk, "a comma or a closing brace should stand here");
  return take_string(walk, key) && (take(walk, ':') || fail(walk, "a colon should stand here"));
}

/* ---- strings ------------------------------------------------------------- */

static bool put(struct walk *walk, char byte, size_t from) {
  if (!bp_list_room(walk->arena, walk->out, walk->length, walk->capacity) ||
      !bp_list_room(walk->arena, walk->notebook->at, walk->length, walk->at_capacity)) {
    walk->memory_short = true;
    return false;
  }
  walk->notebook->at[walk->length] = from;
  walk->out[walk->length++] = byte;
  return true;
}

static bool put_text(struct walk *walk, const char *text, size_t from) {
  for (; *text; text++)
    if (!put(walk, *text, from))
      return false;
  return true;
}

static int hex(char sign) {
  return sign >= '0' && sign <= '9'   ? sign - '0'
         : sign >= 'a' && sign <= 'f' ? sign - 'a' + 10
         : sign >= 'A' && sign <= 'F' ? sign - 'A' + 10
                                      : -1;
}

/* The number behind \u at `at`; -1: there is none. */
static long unit_at(const char *text, size_t at, size_t end) {
  long value = 0;
  if (at + 6 > end || text[at] != '\\' || text[at + 1] != 'u')
    return -1;
  for (size_t k = 2; k < 6; k++) {
    int digit = hex(text[at + k]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* The code point of the escape \u… at `at`, in two halves if need be; what is none is U+FFFD. */
static long code_at(const char *text, size_t at, size_t end, size_t *width) {
  long high = unit_at(text, at, end);
  *width = high < 0 ? 2 : 6;
  if (high < 0xD800 || high > 0xDFFF)
    return high < 0 ? 0xFFFD : high;
  long low = unit_at(text, at + 6, end);
  if (high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
    return 0xFFFD;
  *width = 12;
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static bool put_code(struct walk *walk, long code, size_t from) {
  if (code < 0x80)
    return put(walk, (char)code, from);
  if (code < 0x800)
    return put(walk, (char)(0xC0 | code >> 6), from) && put(walk, (char)(0x80 | (code & 63)), from);
  bool four = code >= 0x10000;
  return (!four || put(walk, (char)(0xF0 | code >> 18), from)) &&
         put(walk, four ? (char)(0x80 | (code >> 12 & 63)) : (char)(0xE0 | code >> 12), from) &&
         put(walk, (char)(0x80 | (code >> 6 & 63)), from) &&
         put(walk, (char)(0x80 | (code & 63)), from);
}

/* How many bytes the escape at `at` takes. */
static size_t escape_width(const char *text, size_t at, size_t end) {
  size_t width = 1;
  if (text[at] == '\\' && at + 1 < end)
    width = 2;
  if (width == 2 && text[at + 1] == 'u')
    code_at(text, at, end, &width);
  return at + width < end ? width : end - at;
}

static bool put_string(struct walk *walk, struct bp_span inside) {
  static const char names[] = "nrtbf", signs[] = "\n\r\t\b\f";
  for (size_t at = inside.begin; at < inside.end;) {
    size_t width = escape_width(walk->text, at, inside.end), ignored;
    char sign = walk->text[at];
    const char *name = NULL;
    if (width > 1)
      sign = walk->text[at + 1];
    if (width > 1 && sign != '\0')
      name = strchr(names, sign);
    bool fine = width > 1 && sign == 'u'
                    ? put_code(walk, code_at(walk->text, at, inside.end, &ignored), at)
                    : put(walk, name ? signs[name - names] : sign, at);
    if (!fine)
      return false;
    at += width;
  }
  return true;
}

/* ---- cells --------------------------------------------------------------- */

enum cell_type { CELL_OTHER, CELL_MARKDOWN, CELL_CODE };

/* A string, or a list of strings, one after the other. */
static bool take_text(struct walk *walk) {
  struct bp_span inside;
  if (looking_at(walk, '"'))
    return take_string(walk, &inside) && put_string(walk, inside);
  if (!take(walk, '['))
    return fail(walk, "the text of a cell should stand here");
  for (bool first = true; !take(walk, ']'); first = false)
    if ((!first && !take(walk, ',') && !fail(walk, "a comma should stand here")) ||
        !take_string(walk, &inside) || !put_string(walk, inside))
      return false;
  return true;
}

/* Finds the type of the cell and where its text stands. */
static bool look_over(struct walk *walk, enum cell_type *type, size_t *text) {
  struct bp_span key, value;
  *type = CELL_OTHER;
  *text = 0;
  if (!take(walk, '{'))
    return fail(walk, "a cell should stand here");
  for (bool first = true; next_key(walk, first, &key); first = false) {
    if (is_key(walk, key, "source"))
      *text = walk->at;
    if (is_key(walk, key, "cell_type") && looking_at(walk, '"')) {
      if (!take_string(walk, &value))
        return false;
      *type = is_key(walk, value, "markdown") ? CELL_MARKDOWN
              : is_key(walk, value, "code")   ? CELL_CODE
                                              : CELL_OTHER;
    } else if (!skip_value(walk))
      return false;
  }
  return walk->problem == NULL;
}

/* Cells that hand their text to another program begin with %%. */
static bool is_python(const struct walk *walk, size_t begin) {
  static const char *const own[] = {"%%time", "%%capture"};
  bool magic = walk->length - begin >= 2 && !memcmp(walk->out + begin, "%%", 2);
  for (size_t k = 0; magic && k < sizeof own / sizeof *own; k++)
    if (walk->length - begin >= strlen(own[k]) &&
        !memcmp(walk->out + begin, own[k], strlen(own[k])))
      return true;
  return !magic;
}

static bool add_cell(struct walk *walk, enum cell_type type, size_t text, size_t number) {
  struct bp_notebook *notebook = walk->notebook;
  size_t behind = walk->at;
  walk->at = text;
  if (type == CELL_CODE && (!put_text(walk, fence, text) || !put_text(walk, "python\n", text)))
    return false;
  if (!bp_list_room(walk->arena, notebook->cells, notebook->cell_count, notebook->cell_capacity)) {
    walk->memory_short = true;
    return false;
  }
  size_t begin = walk->length;
  notebook->cells[notebook->cell_count++] = (struct bp_notebook_cell){begin, number};
  if (!take_text(walk))
    return false;
  size_t end = walk->at > text ? walk->at - 1 : text;
  if (type == CELL_CODE && !is_python(walk, begin))
    memcpy(walk->out + begin - strlen("python\n"), "other  ", strlen("other  "));
  walk->at = behind;
  return (type != CELL_CODE || (put_text(walk, "\n", end) && put_text(walk, fence, end))) &&
         put_text(walk, "\n\n", end);
}

static bool take_cells(struct walk *walk) {
  size_t number = 0;
  if (!take(walk, '['))
    return fail(walk, "a list of cells should stand here");
  for (bool first = true; !take(walk, ']'); first = false) {
    enum cell_type type;
    size_t text;
    if (!first && !take(walk, ','))
      return fail(walk, "a comma or a closing bracket should stand here");
    if (!look_over(walk, &type, &text))
      return false;
    number++;
    if (type != CELL_OTHER && text > 0 && !add_cell(walk, type, text, number))
      return false;
  }
  return true;
}

/* ---- the whole ----------------------------------------------------------- */

static bool take_notebook(struct walk *walk, size_t *format, bool *cells) {
  struct bp_span key;
  if (!take(walk, '{'))
    return fail(walk, "a notebook is an object of JSON, and begins with {");
  for (bool first = true; next_key(walk, first, &key); first = false) {
    skip_blanks(walk);
    if (is_key(walk, key, "cells")) {
      *cells = true;
      if (!take_cells(walk))
        return false;
      continue;
    }
    if (is_key(walk, key, "nbformat") && walk->at < walk->end)
      *format = (size_t)(walk->text[walk->at] - '0');
    if (!skip_value(walk))
      return false;
  }
  return walk->problem == NULL;
}

int bp_notebook_decode(const struct bp_source *raw, struct bp_arena *arena,
                       struct bp_diagnostics *diagnostics, struct bp_notebook *notebook) {
  struct walk walk = {.text = raw->text, .end = raw->length, .arena = arena, .notebook = notebook};
  size_t format = 4;
  bool cells = false;
  *notebook = (struct bp_notebook){.raw = raw};
  bool fine = take_notebook(&walk, &format, &cells);
  if (walk.memory_short)
    return -1;
  struct bp_span here = {walk.at < raw->length ? walk.at : raw->length, walk.at};
  here.end = here.begin;
  if (!fine)
    bp_error(diagnostics, raw, here, "open it in Jupyter, and save it again",
             "this is no notebook: %s", walk.problem ? walk.problem : "it is not JSON");
  else if (format != 4)
    bp_error(diagnostics, raw, (struct bp_span){0, 0}, "open it in Jupyter, and save it again",
             "a notebook of nbformat %zu: only nbformat 4 is read", format);
  else if (!cells)
    bp_error(diagnostics, raw, (struct bp_span){0, 0}, NULL, "this notebook has no cells");
  notebook->note = (struct bp_source){raw->name, walk.out ? walk.out : "", walk.length};
  return 0;
}

/* ---- places -------------------------------------------------------------- */

struct bp_span bp_notebook_from(const struct bp_notebook *notebook, struct bp_span span,
                                bool *whole) {
  const struct bp_source *raw = notebook->raw;
  *whole = true;
  if (notebook->note.length == 0)
    return (struct bp_span){0, 0};
  size_t last = notebook->note.length - 1;
  if (span.begin >= span.end) {
    size_t at = notebook->at[span.begin < last ? span.begin : last];
    return (struct bp_span){at, at};
  }
  struct bp_span from = {notebook->at[span.begin < last ? span.begin : last], 0};
  for (size_t k = span.begin; k < span.end && k <= last; k++) {
    size_t end = notebook->at[k] + escape_width(raw->text, notebook->at[k], raw->length);
    *whole = *whole && (k == span.begin || notebook->at[k] == from.end ||
                        notebook->at[k] == notebook->at[k - 1]);
    from.end = end;
  }
  return from;
}

const char *bp_notebook_place(const struct bp_notebook *notebook, size_t at,
                              struct bp_arena *arena) {
  size_t low = 0, high = notebook->cell_count;
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;
    if (notebook->cells[middle].begin <= at)
      low = middle;
    else
      high = middle;
  }
  if (low >= notebook->cell_count)
    return "no cell";
  size_t line = 1;
  for (size_t k = notebook->cells[low].begin; k < at && k < notebook->note.length; k++)
    line += notebook->note.text[k] == '\n';
  return bp_arena_printf(arena, "cell %zu, line %zu", notebook->cells[low].number, line);
}

const char *bp_notebook_escaped(const char *text, struct bp_arena *arena) {
  char *escaped = bp_arena_alloc(arena, 2 * strlen(text) + 1, 1);
  size_t length = 0;
  for (; escaped && *text; text++) {
    if (*text == '"' || *text == '\\')
      escaped[length++] = '\\';
    escaped[length++] = *text == '\n' ? ' ' : *text;
  }
  return escaped;
}
