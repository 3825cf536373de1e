/* Lines: fences, headings, front matter, and the paragraphs between them.
 *
 * This is not a Markdown parser.  What people write between dollars is full of signs that mean
 * something to one (a display whose lines begin with - + # or |, underscores, backslashes), and
 * formulas stand where a Markdown parser sees code or HTML.  So blocks are cut only as far as it
 * matters here: what is code, what is a heading, and where a paragraph ends, since a formula whose
 * end was forgotten must not swallow the next one.
 *
 * A paragraph ends at a blank line (one with nothing but marks of its container), at a fence and
 * before a heading.  Indentation means nothing: displays in lists are indented as code would be.
 */
#define _GNU_SOURCE /* memmem */
#include "note/scanner.h"

void bp_scanner_add(struct bp_scanner *scanner, struct bp_passage passage) {
  struct bp_passages *passages = scanner->passages;
  if (passage.span.begin == passage.span.end && passage.kind == BP_PASSAGE_PROSE)
    return;
  if (!bp_list_room(scanner->arena, passages->list, passages->count, passages->capacity)) {
    scanner->memory_short = true;
    return;
  }
  passage.section = scanner->section;
  passages->list[passages->count++] = passage;
}

/* Behind a bullet or a number and the blank after it; `at` where there is none. */
static size_t skip_bullet(const struct bp_scanner *scanner, size_t at, size_t end) {
  const char *text = scanner->text;
  size_t next = at;
  if (next < end && bp_is_one_of(text[next], "-*+"))
    next++;
  else {
    while (next < end && next - at < 3 && text[next] >= '0' && text[next] <= '9')
      next++;
    if (next == at || next == end || (text[next] != '.' && text[next] != ')'))
      return at;
    next++;
  }
  return next < end && bp_is_blank(text[next]) ? next : at;
}

size_t bp_skip_containers(const struct bp_scanner *scanner, size_t at, unsigned *quotes) {
  size_t end = bp_line_end(scanner, at);
  *quotes = 0;
  for (;;) {
    while (at < end && bp_is_blank(scanner->text[at]))
      at++;
    if (at < end && scanner->text[at] == '>') {
      (*quotes)++;
      at++;
      continue;
    }
    size_t behind = skip_bullet(scanner, at, end);
    if (behind == at)
      return at;
    at = behind;
  }
}

/* ---- fences ---- */

struct fence {
  char sign;
  size_t length;
  struct bp_span language;
};

/* Whether the line, whose containers end at `at`, opens a block of code. */
static bool opens_fence(const struct bp_scanner *scanner, size_t at, size_t end,
                        struct fence *fence) {
  const char *text = scanner->text;
  size_t next = at;
  if (at == end || (text[at] != '`' && text[at] != '~'))
    return false;
  while (next < end && text[next] == text[at])
    next++;
  if (next - at < 3 || memchr(text + next, '`', end - next))
    return false;
  *fence = (struct fence){text[at], next - at, {next, next}};
  while (next < end && (bp_is_blank(text[next]) || bp_is_one_of(text[next], "{.")))
    next++;
  fence->language.begin = next;
  while (next < end && !bp_is_blank(text[next]) && !bp_is_one_of(text[next], "},"))
    next++;
  fence->language.end = next;
  return true;
}

static bool closes_fence(const struct bp_scanner *scanner, size_t at, size_t end,
                         const struct fence *fence) {
  size_t next = at;
  while (next < end && scanner->text[next] == fence->sign)
    next++;
  if (next - at < fence->length)
    return false;
  while (next < end && bp_is_blank(scanner->text[next]))
    next++;
  return next == end;
}

/* The block that a fence opens on the line at `begin`; returns where the next line begins. */
static size_t take_fence(struct bp_scanner *scanner, size_t begin, unsigned quotes,
                         const struct fence *fence) {
  size_t first = bp_line_end(scanner, begin);
  first += first < scanner->length;
  size_t line = first, end, next = first;
  bool closed = false;
  for (end = first; line < scanner->length && !closed; line = next) {
    unsigned ignored;
    size_t stop = bp_line_end(scanner, line);
    next = stop + (stop < scanner->length);
    closed = closes_fence(scanner, bp_skip_containers(scanner, line, &ignored), stop, fence);
    if (!closed)
      end = stop;
  }
  bool formula = fence->language.end - fence->language.begin == 4 &&
                 bp_text_at(scanner, fence->language.begin, fence->language.end, "math");
  bp_scanner_add(scanner, (struct bp_passage){
                              .kind = formula ? BP_PASSAGE_FORMULA : BP_PASSAGE_CODE,
                              .span = {first, end > first ? end : first},
                              .whole = {begin, next},
                              .language = fence->language,
                              .display = formula,
                              .unclosed = !closed,
                              .quotes = quotes,
                          });
  return next;
}

/* ---- other lines that stand for themselves ---- */

/* "## Title"; 0 where the line is none. */
static unsigned heading_level(const struct bp_scanner *scanner, size_t at, size_t end) {
  unsigned level = 0;
  if (scanner->style == BP_NOTE_TEX)
    return 0;
  while (at + level < end && level < 7 && scanner->text[at + level] == '#')
    level++;
  bool blank = at + level < end && bp_is_blank(scanner->text[at + level]);
  return level <= 6 && blank ? level : 0;
}

static void take_heading(struct bp_scanner *scanner, size_t at, size_t end, unsigned level) {
  size_t begin = at + level, stop = end;
  while (begin < stop && bp_is_blank(scanner->text[begin]))
    begin++;
  while (stop > begin && bp_is_one_of(scanner->text[stop - 1], "# \t\r"))
    stop--;
  scanner->section++;
  bp_scanner_add(scanner, (struct bp_passage){.kind = BP_PASSAGE_HEADING,
                                              .span = {begin, stop},
                                              .whole = {at, end},
                                              .level = level});
  bp_scan_paragraph(scanner, begin, stop, 0);
}

/* Behind the front matter, a block between lines of --- or +++ at the very top. */
static size_t skip_front_matter(const struct bp_scanner *scanner) {
  size_t end = bp_line_end(scanner, 0);
  if (end < 3 || end > 4 ||
      (!bp_text_at(scanner, 0, end, "---") && !bp_text_at(scanner, 0, end, "+++")))
    return 0;
  for (size_t line = end + 1; line < scanner->length; line = end + 1) {
    end = bp_line_end(scanner, line);
    if (end - line >= 3 && end - line <= 4 && !memcmp(scanner->text + line, scanner->text, 3))
      return end < scanner->length ? end + 1 : end;
  }
  return 0;
}

/* The name of the environment of LaTeX that begins at `at` and whose text is no mathematics; NULL:
 * none does. */
static const char *verbatim_at(const struct bp_scanner *scanner, size_t at, size_t end) {
  static const char *const names[] = {"verbatim", "lstlisting", "minted", "comment"};
  if (!bp_text_at(scanner, at, end, "\\begin{"))
    return NULL;
  at += strlen("\\begin{");
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    size_t behind = at + strlen(names[k]);
    if (bp_text_at(scanner, at, end, names[k]) && behind < end && scanner->text[behind] == '}')
      return names[k];
  }
  return NULL;
}

/* Takes such an environment, and the paragraph before it.  Returns where the next line begins, or
 * `line` where none begins there. */
static size_t take_verbatim(struct bp_scanner *scanner, size_t line, size_t at, size_t end,
                            size_t paragraph, unsigned quotes) {
  const char *name = verbatim_at(scanner, at, end);
  char closing[32];
  if (!name)
    return line;
  bp_scan_paragraph(scanner, paragraph, line, quotes);
  snprintf(closing, sizeof closing, "\\end{%s}", name);
  size_t first = end + (end < scanner->length);
  const char *found =
      memmem(scanner->text + first, scanner->length - first, closing, strlen(closing));
  size_t stop = found ? (size_t)(found - scanner->text) : scanner->length;
  size_t next = bp_line_end(scanner, stop);
  next += next < scanner->length;
  if (strcmp(name, "comment") != 0)
    bp_scanner_add(scanner, (struct bp_passage){.kind = BP_PASSAGE_CODE,
                                                .span = {first, stop},
                                                .whole = {line, next},
                                                .unclosed = !found});
  return next;
}

/* ---- directives of reStructuredText ---- */

/* How far the line at `line` is indented. */
static size_t indentation(const struct bp_scanner *scanner, size_t line, size_t end) {
  size_t at = line;
  while (at < end && bp_is_blank(scanner->text[at]))
    at++;
  return at - line;
}

/* Adds the lines [begin, end) of a directive, unless they are empty. */
static void add_lines(struct bp_scanner *scanner, size_t begin, size_t end, bool formula,
                      struct bp_span language) {
  while (begin < end && (bp_is_blank(scanner->text[begin]) || scanner->text[begin] == '\n'))
    begin++;
  while (end > begin && (bp_is_blank(scanner->text[end - 1]) || scanner->text[end - 1] == '\n'))
    end--;
  if (begin < end)
    bp_scanner_add(scanner,
                   (struct bp_passage){.kind = formula ? BP_PASSAGE_FORMULA : BP_PASSAGE_CODE,
                                       .span = {begin, end},
                                       .whole = {begin, end},
                                       .language = language,
                                       .display = formula});
}

/* `.. math::`, with a formula behind it or in the indented lines below, which blank lines separate,
 * and `.. code-block:: python`.  Returns where the line behind it begins; `line`: it is no such
 * one.
 */
static size_t take_directive(struct bp_scanner *scanner, size_t line, size_t end, size_t paragraph,
                             unsigned quotes) {
  static const char *const names[] = {
      ".. math::", ".. code-block::", ".. code::", ".. sourcecode::"};
  size_t at = line + indentation(scanner, line, end), k = 0, count = sizeof names / sizeof *names;
  while (k < count && !bp_text_at(scanner, at, end, names[k]))
    k++;
  if (k == count)
    return line;
  bool formula = k == 0;
  size_t own = at - line, begin = at + strlen(names[k]), next = end + (end < scanner->length);
  struct bp_span language = {begin, begin};
  bp_scan_paragraph(scanner, paragraph, line, quotes);
  if (!formula) {
    while (language.begin < end && bp_is_blank(scanner->text[language.begin]))
      language.begin++;
    language.end = end;
    begin = next;
  }
  size_t last = formula ? end : next;
  while (next < scanner->length) {
    size_t stop = bp_line_end(scanner, next), deep = indentation(scanner, next, stop);
    bool empty = next + deep >= stop, option = scanner->text[next + deep] == ':';
    if (!empty && deep <= own)
      break;
    if (formula && (empty || option)) {
      add_lines(scanner, begin, last, true, language);
      begin = last = stop + (stop < scanner->length);
    } else if (!empty)
      last = stop;
    next = stop + (stop < scanner->length);
  }
  add_lines(scanner, begin, last, formula, language);
  return next;
}

/* ---- what blank lines do not end ---- */

/* Behind the line in which `word` stands next, from `at` on; `at` where it does not.  *vain is
 * where it was looked for in vain. */
static size_t skip_to(const struct bp_scanner *scanner, size_t at, const char *word, size_t *vain) {
  if (at >= *vain)
    return at;
  const char *found = memmem(scanner->text + at, scanner->length - at, word, strlen(word));
  if (!found) {
    *vain = at;
    return at;
  }
  size_t end = bp_line_end(scanner, (size_t)(found - scanner->text));
  return end < scanner->length ? end + 1 : end;
}

static bool is_blank_line(const struct bp_scanner *scanner, size_t line) {
  unsigned ignored;
  return bp_skip_containers(scanner, line, &ignored) >= bp_line_end(scanner, line);
}

static size_t next_line(const struct bp_scanner *scanner, size_t line) {
  size_t end = bp_line_end(scanner, line);
  return end < scanner->length ? end + 1 : end;
}

/* Whether the lines from `line` to the next blank one or to `end` could be those of a formula: they
 * have signs of one, and no formula of their own. */
static bool is_like_formula(const struct bp_scanner *scanner, size_t line, size_t end) {
  bool mathematics = false;
  for (; line < end && !is_blank_line(scanner, line); line = next_line(scanner, line))
    for (size_t at = line, stop = bp_line_end(scanner, line); at < stop && at < end; at++) {
      if (scanner->text[at] == '$')
        return false;
      mathematics |= bp_is_one_of(scanner->text[at], "\\^_={");
    }
  return mathematics;
}

/* Behind the display that two dollars open which stand alone on the line before `first`: blank
 * lines do not end it as long as what comes looks like a formula.  `first` where that is no
 * display. */
static size_t skip_display(const struct bp_scanner *scanner, size_t first, size_t *vain) {
  if (first >= *vain)
    return first;
  const char *found = memmem(scanner->text + first, scanner->length - first, "$$", 2);
  if (!found) {
    *vain = first;
    return first;
  }
  size_t end = (size_t)(found - scanner->text), line = first;
  for (bool first_part = true; line < end; first_part = false) {
    while (line < end && is_blank_line(scanner, line))
      line = next_line(scanner, line);
    if (!first_part && line < end && !is_like_formula(scanner, line, end))
      return first;
    while (line < end && !is_blank_line(scanner, line))
      line = next_line(scanner, line);
  }
  return next_line(scanner, end);
}

/* A comment, a script, and a display whose dollars stand apart may have blank lines in them.  The
 * line at [at, end) opens one: returns where the line behind it begins; else `next`. */
static size_t skip_blank_inside(const struct bp_scanner *scanner, size_t at, size_t end,
                                size_t next, size_t vain[static 4]) {
  static const char *const pairs[][2] = {
      {"<!--", "-->"}, {"<script", "</script>"}, {"<style", "</style>"}};
  for (size_t k = 0; k < 3; k++)
    if (bp_text_at(scanner, at, end, pairs[k][0])) {
      size_t behind = skip_to(scanner, at, pairs[k][1], &vain[k]);
      return behind == at ? next : behind;
    }
  size_t stop = end;
  while (stop > at && bp_is_blank(scanner->text[stop - 1]))
    stop--;
  bool opens = stop - at == 2 && bp_text_at(scanner, at, stop, "$$") && next < scanner->length;
  return opens ? skip_display(scanner, next, &vain[3]) : next;
}

/* ---- the walk ---- */

/* What the line at `line` is, and what to do with it; returns where the next one begins, and moves
 * the beginning of the paragraph behind whatever ended it. */
static size_t take_line(struct bp_scanner *scanner, size_t line, size_t *paragraph,
                        unsigned *paragraph_quotes, size_t vain[static 4]) {
  unsigned quotes, level = 0;
  struct fence fence;
  size_t end = bp_line_end(scanner, line), next = end + (end < scanner->length);
  size_t at = bp_skip_containers(scanner, line, &quotes);
  bool fenced = scanner->style == BP_NOTE_MARKDOWN && opens_fence(scanner, at, end, &fence);
  if (!fenced)
    level = heading_level(scanner, at, end);
  if (line == *paragraph)
    *paragraph_quotes = quotes;
  if (!fenced && level == 0 && at < end) {
    size_t behind = take_verbatim(scanner, line, at, end, *paragraph, *paragraph_quotes);
    if (behind == line && scanner->style == BP_NOTE_MARKDOWN)
      behind = take_directive(scanner, line, end, *paragraph, *paragraph_quotes);
    if (behind == line)
      return skip_blank_inside(scanner, at, end, next, vain);
    return *paragraph = behind;
  }
  bp_scan_paragraph(scanner, *paragraph, line, *paragraph_quotes);
  if (fenced)
    next = take_fence(scanner, line, quotes, &fence);
  else if (level > 0)
    take_heading(scanner, at, end, level);
  return *paragraph = next;
}

/* Notes the names of macros that are defined as an environment around #1, as in
 * \newcommand{\alns}[1]{\begin{align*}#1\end{align*}}: their argument is a display. */
static void find_openers(struct bp_scanner *scanner) {
  enum { FARTHEST = 200 };
  static const char word[] = "\\newcommand";
  const char *text = scanner->text, *end = text + scanner->length, *at = text;
  while (scanner->opener_count < MOST_OPENERS &&
         (at = memmem(at, (size_t)(end - at), word, strlen(word))) != NULL) {
    at += strlen(word);
    const char *near = end - at > FARTHEST ? at + FARTHEST : end;
    const char *name = memchr(at, '\\', (size_t)(near - at));
    const char *body = memmem(at, (size_t)(near - at), "[1]", 3);
    const char *next = memmem(at, (size_t)(near - at), word, strlen(word));
    const char *opens = body ? memmem(body, (size_t)(near - body), "\\begin{", 7) : NULL;
    if (!name || !opens || (next && next < opens))
      continue;
    const char *behind = name + 1;
    while (behind < body &&
           ((*behind >= 'a' && *behind <= 'z') || (*behind >= 'A' && *behind <= 'Z')))
      behind++;
    scanner->openers[scanner->opener_count++] =
        (struct bp_span){(size_t)(name - text), (size_t)(behind - text)};
  }
}

/* Where the text begins: behind the front matter, or the preamble. */
static size_t skip_head(const struct bp_scanner *scanner) {
  static const char word[] = "\\begin{document}";
  if (scanner->style == BP_NOTE_MARKDOWN)
    return skip_front_matter(scanner);
  const char *found = memmem(scanner->text, scanner->length, word, strlen(word));
  return found ? (size_t)(found - scanner->text) + strlen(word) : 0;
}

int bp_passages_find(const struct bp_source *source, enum bp_note_style style,
                     struct bp_arena *arena, struct bp_passages *passages) {
  struct bp_scanner scanner = {.text = source->text,
                               .length = source->length,
                               .style = style,
                               .arena = arena,
                               .passages = passages};
  *passages = (struct bp_passages){0};
  if (style == BP_NOTE_PYTHON) {
    bp_scanner_add(&scanner, (struct bp_passage){.kind = BP_PASSAGE_CODE,
                                                 .span = {0, source->length},
                                                 .whole = {0, source->length}});
    return scanner.memory_short ? -1 : 0;
  }
  size_t vain[4] = {source->length, source->length, source->length, source->length};
  find_openers(&scanner);
  size_t line = skip_head(&scanner);
  size_t paragraph = line; /* where the present one began */
  unsigned quotes = 0;     /* of its first line */
  while (line < scanner.length && !scanner.memory_short)
    line = take_line(&scanner, line, &paragraph, &quotes, vain);
  bp_scan_paragraph(&scanner, paragraph, scanner.length, quotes);
  return scanner.memory_short ? -1 : 0;
}
