/* A line is named by its number, by the name of its claim, or by the first word of that, which in a
 * longer derivation is its number there ("000.6").  Where a name and a number could both be meant,
 * the name wins: whoever calls claims by numbers means those. */
#include "cli/lines.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"

enum { MOST_LISTED = 8 };

struct bp_document_lines bp_lines_of(const struct bp_document *document, struct bp_arena *arena) {
  struct bp_document_lines lines = {.source = document->source, .arena = arena};
  lines.list = bp_arena_alloc(arena, document->count, sizeof *lines.list);
  if (!lines.list)
    bp_die_no_memory();
  for (size_t i = 0; i < document->count; i++)
    if (bp_statement_is_judged(&document->statements[i]))
      lines.list[lines.count++] = &document->statements[i];
  return lines;
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

static size_t require_line(const struct bp_document_lines *lines, const char *which) {
  size_t wanted = bp_option_count("LINE", which, 1, 1000000000);
  size_t found = find_line(lines, wanted);
  if (found < lines->count)
    return found;
  size_t after = 0;
  while (after < lines->count && bp_lines_number(lines, after) < wanted)
    after++;
  char suggestion[80];
  snprintf(suggestion, sizeof suggestion, "line %zu",
           bp_lines_number(lines, after < lines->count ? after : lines->count - 1));
  bp_die(suggestion, "there is no claim on line %zu of %s", wanted, lines->source->name);
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

static _Noreturn void die_unknown(const struct bp_document_lines *lines, const char *which) {
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
  if (!nearest)
    bp_die("the file alone, which lists its lines", "no claim of %s is called \"%.60s\"",
           lines->source->name, which);
  bp_die(nearest, "no claim of %s is called \"%.60s\"", lines->source->name, which);
}

static _Noreturn void die_several(const struct bp_document_lines *lines, const char *which,
                                  int best, size_t count) {
  char suggestion[160] = "one of the lines";
  size_t listed = 0;
  for (size_t i = 0; i < lines->count && listed < MOST_LISTED; i++)
    if (fit(lines->list[i]->text, which) == best) {
      size_t used = strlen(suggestion);
      snprintf(suggestion + used, sizeof suggestion - used, "%s %zu", listed > 0 ? "," : "",
               bp_lines_number(lines, i));
      listed++;
    }
  bp_die(suggestion, "%zu claims of %s are called \"%.60s\"", count, lines->source->name, which);
}

size_t bp_lines_find(const struct bp_document_lines *lines, const char *which) {
  if (which[0] == ':') /* a number and nothing else */
    return require_line(lines, which + 1);
  int best = 0;
  size_t found = 0, count = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int here = fit(lines->list[i]->text, which);
    if (here > best) {
      best = here;
      found = i;
      count = 0;
    }
    count += here > 0 && here == best;
  }
  if (count == 1)
    return found;
  if (count > 1)
    die_several(lines, which, best, count);
  if (*which != '\0' && which[strspn(which, "0123456789")] == '\0')
    return require_line(lines, which);
  die_unknown(lines, which);
}
