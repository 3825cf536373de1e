/* Texts of an editor: opening, changing, places.
 *
 * A text is parsed anew at each change, which takes well under a millisecond a hundred lines; what
 * was judged is kept by the text of each statement (judge.c), so that an edit costs what it
 * changes.
 */
#include "cli/lsp/page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "cli/cli.h"
#include "read/note.h"

static const size_t PARSE_MEMORY = (size_t)256 << 20;

char *bp_page_copy(const char *text, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy)
    bp_die_no_memory();
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

/* ---- places -------------------------------------------------------------- */

/* Bytes of the character at the start, and its UTF-16 code units. */
static size_t character(const char *text, size_t length, size_t *units) {
  unsigned char byte = (unsigned char)*text;
  size_t bytes = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  *units = bytes == 4 ? 2 : 1;
  return bytes < length ? bytes : length;
}

size_t bp_page_offset(const struct bp_page *page, const json_t *position) {
  json_int_t line = json_integer_value(json_object_get(position, "line"));
  json_int_t wanted = json_integer_value(json_object_get(position, "character"));
  size_t at = 0;
  for (json_int_t i = 0; i < line && at < page->length; i++) {
    const char *end = memchr(page->text + at, '\n', page->length - at);
    at = end ? (size_t)(end - page->text) + 1 : page->length;
  }
  for (json_int_t units = 0; at < page->length && page->text[at] != '\n' && units < wanted;) {
    size_t wide;
    at += character(page->text + at, page->length - at, &wide);
    units += (json_int_t)wide;
  }
  return at;
}

json_t *bp_page_position(const struct bp_page *page, size_t offset) {
  json_int_t line = 0, units = 0;
  size_t at = 0, limit = offset < page->length ? offset : page->length;
  for (const char *end; (end = memchr(page->text + at, '\n', limit - at)); line++)
    at = (size_t)(end - page->text) + 1;
  while (at < limit) {
    size_t wide;
    at += character(page->text + at, page->length - at, &wide);
    units += (json_int_t)wide;
  }
  return json_pack("{s:I, s:I}", "line", line, "character", units);
}

json_t *bp_page_range(const struct bp_page *page, struct bp_span span) {
  return json_pack("{s:o, s:o}", "start", bp_page_position(page, span.begin), "end",
                   bp_page_position(page, span.end));
}

/* ---- texts --------------------------------------------------------------- */

/* "file:///a%20b.deriv" to "/a b.deriv"; other addresses as they are. */
static char *path_of(const char *uri) {
  static const char scheme[] = "file://";
  if (!strncmp(uri, scheme, sizeof scheme - 1))
    uri += sizeof scheme - 1;
  char *path = bp_page_copy(uri, strlen(uri)), *to = path;
  for (const char *from = uri; *from; from++) {
    char digits[3] = {0};
    if (*from == '%' && isxdigit((unsigned char)from[1]) && isxdigit((unsigned char)from[2])) {
      memcpy(digits, from + 1, 2);
      *to++ = (char)strtol(digits, NULL, 16);
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
  return path;
}

/* FNV-1a of everything that is told and not judged; a note is one whole. */
static uint64_t declarations_of(const struct bp_page *page) {
  uint64_t hash = 0xcbf29ce484222325u;
  const struct bp_document *document = page->parsed.document;
  for (size_t i = 0; document && !page->is_note && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (bp_statement_is_judged(statement))
      continue;
    for (size_t at = statement->span.begin; at < statement->span.end && at < page->length; at++)
      hash = (hash ^ (unsigned char)page->text[at]) * 0x100000001b3u;
  }
  for (size_t at = 0; page->is_note && at < page->length; at++)
    hash = (hash ^ (unsigned char)page->text[at]) * 0x100000001b3u;
  return hash;
}

static void parse(struct bp_page *page) {
  if (page->parsed.arena)
    bp_derivation_free(&page->parsed);
  bp_derivation_open_text(&page->parsed, page->path, page->text, page->length, PARSE_MEMORY);
  page->is_note = page->parsed.document && bp_document_is_note(page->parsed.document->source);
  page->judged = page->gradients = false;
  page->lacking = !page->parsed.document; /* what cannot be read for want of memory is told */
  page->lack = (struct bp_span){0, 0};
  page->declarations = declarations_of(page);
}

/* A text as it came.  One may have NUL in it, which would end it here: it becomes another invisible
 * byte, so that it is told and that every place stays where the editor has it. */
static char *text_of(const json_t *text, size_t *length) {
  *length = json_string_length(text);
  char *copy = bp_page_copy(json_string_value(text), *length);
  for (char *at = copy; (at = memchr(at, '\0', *length - (size_t)(at - copy)));)
    *at = '\1';
  return copy;
}

struct bp_page *bp_page_open(const char *uri, const json_t *text) {
  struct bp_page *page = calloc(1, sizeof *page);
  if (!page)
    bp_die_no_memory();
  page->uri = bp_page_copy(uri, strlen(uri));
  page->path = path_of(uri);
  page->text = text_of(text, &page->length);
  parse(page);
  return page;
}

static void free_verdict(struct bp_page_verdict *verdict) {
  for (size_t i = 0; i < verdict->hint_count; i++) {
    for (size_t k = 0; k < verdict->hints[i].edit_count; k++) {
      free(verdict->hints[i].edits[k].statement);
      free(verdict->hints[i].edits[k].text);
    }
    free(verdict->hints[i].title);
  }
  free(verdict->hints);
  free(verdict->statement);
  free(verdict->message);
}

void bp_page_close(struct bp_page *page) {
  if (page->parsed.arena)
    bp_derivation_free(&page->parsed);
  for (size_t i = 0; i < page->verdict_count; i++)
    free_verdict(&page->verdicts[i]);
  free(page->verdicts);
  free(page->uri);
  free(page->path);
  free(page->text);
  free(page);
}

/* One change: a range and its new text, or the whole text. */
static bool change(struct bp_page *page, const json_t *one) {
  const json_t *range = json_object_get(one, "range");
  const json_t *given = json_object_get(one, "text");
  if (!json_is_string(given))
    return false;
  size_t begin = 0, end = page->length, length;
  if (range) {
    begin = bp_page_offset(page, json_object_get(range, "start"));
    end = bp_page_offset(page, json_object_get(range, "end"));
  }
  if (begin > end)
    return false;
  char *text = text_of(given, &length);
  char *whole = malloc(page->length - (end - begin) + length + 1);
  if (!whole)
    bp_die_no_memory();
  memcpy(whole, page->text, begin);
  memcpy(whole + begin, text, length);
  memcpy(whole + begin + length, page->text + end, page->length - end);
  page->length = page->length - (end - begin) + length;
  whole[page->length] = '\0';
  for (page->edited = 0; page->edited < page->length && /* of a whole text, where it differs */
                         page->text[page->edited] == whole[page->edited];)
    page->edited++;
  free(text);
  free(page->text);
  page->text = whole;
  return true;
}

bool bp_page_change(struct bp_page *page, const json_t *changes) {
  bool fine = json_array_size(changes) > 0;
  for (size_t i = 0; fine && i < json_array_size(changes); i++)
    fine = change(page, json_array_get(changes, i));
  parse(page);
  return fine;
}

const struct bp_statement *bp_page_statement(const struct bp_page *page, size_t offset) {
  const struct bp_document *document = page->is_note ? NULL : page->parsed.document;
  for (size_t i = 0; document && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind != BP_STATEMENT_USE || statement->text_span.end > 0)
      if (offset >= statement->span.begin && offset <= statement->span.end)
        return statement;
  }
  return NULL;
}
