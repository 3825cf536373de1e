/* A line is named by its number, by the name of its claim, or by the first word of that, which in a
 * longer derivation is its number there ("000.6").  Where a name and a number could both be meant,
 * the name wins: whoever calls claims by numbers means those. */
#include "lang/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/whole_number.h"

enum { MOST_LISTED = 8 };

/* Of what was asked for, which is in no file. */
static const struct bp_span nowhere = {0, 0};

int bp_lines_of(const struct bp_document *document, struct bp_arena *arena,
                struct bp_document_lines *lines) {
  *lines = (struct bp_document_lines){.source = document->source, .arena = arena};
  lines->list = bp_arena_alloc(arena, document->count, sizeof *lines->list);
  for (size_t i = 0; i < document->count && lines->list; i++)
    if (bp_statement_is_judged(&document->statements[i]))
      lines->list[lines->count++] = &document->statements[i];
  return lines->list ? 0 : -1;
}

size_t bp_lines_number(const struct bp_document_lines *lines, size_t index) {
  size_t line, column;
  bp_locate(lines->source, lines->list[index]->span.begin, &line, &column);
  return line;
}

/* The claim that stands on a line, possibly with others of its lines; `count` where there is none.
 */
static size_t find_line(const struct bp_document_lines *lines, size_t wanted) {
  const struct bp_source *source = lines->source;
  size_t begin = 0;
  for (size_t line = 1; line < wanted; line++) {
    const char *newline = memchr(source->text + begin, '\n', source->length - begin);
    if (!newline)
      return lines->count;
    begin = (size_t)(newline - source->text) + 1;
  }
  const char *newline = memchr(source->text + begin, '\n', source->length - begin);
  size_t end = newline ? (size_t)(newline - source->text) : source->length;
  size_t found = 0;
  while (found < lines->count &&
         (lines->list[found]->span.end <= begin || lines->list[found]->span.begin > end))
    found++;
  return found;
}

static bool take_number(const struct bp_document_lines *lines, const char *which,
                        struct bp_diagnostics *diagnostics, size_t *index) {
  size_t wanted;
  if (!bp_whole_number_read("LINE", which, 1, 1000000000, diagnostics, &wanted))
    return false;
  *index = find_line(lines, wanted);
  if (*index < lines->count)
    return true;
  size_t after = 0;
  while (after < lines->count && bp_lines_number(lines, after) < wanted)
    after++;
  char suggestion[80];
  snprintf(suggestion, sizeof suggestion, "line %zu",
           bp_lines_number(lines, after < lines->count ? after : lines->count - 1));
  bp_error(diagnostics, NULL, nowhere, suggestion, "there is no claim on line %zu of %s", wanted,
           lines->source->name);
  return false;
}

static size_t first_word(const char *name) { return strcspn(name, " \t"); }

/* How well a name fits what was asked for: 2 it is that, 1 its first word is. */
static int fit(const char *name, const char *which) {
  if (!name)
    return 0;
  if (strcmp(name, which) == 0)
    return 2;
  size_t length = first_word(name);
  return strlen(which) == length && strncmp(name, which, length) == 0 ? 1 : 0;
}

static void complain_unknown(const struct bp_document_lines *lines, const char *which,
                             struct bp_diagnostics *diagnostics) {
  const char **names = bp_arena_alloc(lines->arena, 2 * lines->count, sizeof *names);
  size_t count = 0;
  for (size_t i = 0; i < lines->count && names; i++) {
    const char *name = lines->list[i]->text;
    if (!name)
      continue;
    names[count++] = name;
    names[count] = bp_arena_strndup(lines->arena, name, first_word(name));
    count += names[count] != NULL;
  }
  const char *nearest = names ? bp_nearest_name(which, strlen(which), names, count) : NULL;
  bp_error(diagnostics, NULL, nowhere, nearest ? nearest : "the file alone, which lists its lines",
           "no claim of %s is called \"%.60s\"", lines->source->name, which);
}

static void complain_of_several(const struct bp_document_lines *lines, const char *which, int best,
                                size_t count, struct bp_diagnostics *diagnostics) {
  char suggestion[160] = "one of the lines";
  size_t listed = 0;
  for (size_t i = 0; i < lines->count && listed < MOST_LISTED; i++)
    if (fit(lines->list[i]->text, which) == best) {
      size_t used = strlen(suggestion);
      snprintf(suggestion + used, sizeof suggestion - used, "%s %zu", listed > 0 ? "," : "",
               bp_lines_number(lines, i));
      listed++;
    }
  bp_error(diagnostics, NULL, nowhere, suggestion, "%zu claims of %s are called \"%.60s\"", count,
           lines->source->name, which);
}

bool bp_lines_find(const struct bp_document_lines *lines, const char *which,
                   struct bp_diagnostics *diagnostics, size_t *index) {
  if (which[0] == ':') /* a number and nothing else */
    return take_number(lines, which + 1, diagnostics, index);
  int best = 0;
  size_t count = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int here = fit(lines->list[i]->text, which);
    if (here > best) {
      best = here;
      *index = i;
      count = 0;
    }
    count += here > 0 && here == best;
  }
  if (count == 1)
    return true;
  if (count == 0 && *which != '\0' && which[strspn(which, "0123456789")] == '\0')
    return take_number(lines, which, diagnostics, index);
  if (count > 1)
    complain_of_several(lines, which, best, count, diagnostics);
  else
    complain_unknown(lines, which, diagnostics);
  return false;
}
