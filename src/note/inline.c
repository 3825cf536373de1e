/* What stands in a paragraph: formulas by their delimiters, code, pictures, and the prose between.
 *
 * A dollar is mathematics or money.  The end of what one opens can only be the next dollar, so it
 * is enough to look at what lies between: signs that only formulas have (\ ^ _ = {), blanks at the
 * ends, figures after the dollars.  \( is mathematics or an escaped parenthesis; again what it
 * encloses decides.
 *
 * Every search for an end stops at the end of the paragraph, and one that failed is remembered, so
 * a million openings without an end cost as much as one.
 */
#define _GNU_SOURCE /* memmem */
#include "note/scanner.h"

enum opening {
  DOLLARS,
  ROUND,
  SQUARE,
  ROUND_TWICE,
  SQUARE_TWICE,
  COMMENT,
  CODE_TAG,
  SCRIPT,
  STYLE,
  OPENINGS
};

enum in_line { TICK_DOLLAR, TAG_END, ADDRESS, ADDRESS_END, SECTION_END, IN_LINE };

enum { LONGEST_RUN = 32 }; /* of backticks */

static const char *const environments[] = {
    "equation", "equation*", "align",     "align*",  "aligned",     "alignat",  "alignat*",
    "eqnarray", "eqnarray*", "gather",    "gather*", "flalign",     "flalign*", "multline",
    "split",    "gathered",  "multline*", "math",    "displaymath",
};
enum { ENVIRONMENTS = sizeof environments / sizeof *environments };

/* Where something was looked for in vain: it is not there from that place to the paragraph's end.
 */
struct vain {
  size_t opening[OPENINGS];
  size_t run[LONGEST_RUN + 1];
  size_t environment[ENVIRONMENTS];
  size_t in_line[IN_LINE]; /* likewise up to this place, which is the end of a line */
};

struct paragraph {
  struct bp_scanner *scanner;
  const char *text;
  size_t begin, end;
  size_t prose;    /* where the piece of prose began that has not been added */
  size_t line_end; /* of the line that was asked for last */
  unsigned quotes;
  unsigned cell;
  bool table;
  struct vain vain;
};

static size_t find(const struct paragraph *paragraph, size_t at, const char *word, size_t *vain) {
  if (at >= *vain || at >= paragraph->end)
    return paragraph->end;
  const char *found = memmem(paragraph->text + at, paragraph->end - at, word, strlen(word));
  if (found)
    return (size_t)(found - paragraph->text);
  *vain = at;
  return paragraph->end;
}

/* The end of the line at `at`, or of the paragraph. */
static size_t line_end(struct paragraph *paragraph, size_t at) {
  if (paragraph->line_end < at || paragraph->line_end == paragraph->begin)
    paragraph->line_end = bp_line_end(paragraph->scanner, at);
  return paragraph->line_end < paragraph->end ? paragraph->line_end : paragraph->end;
}

/* The same within the line; its end where the word is not there. */
static size_t find_in_line(struct paragraph *paragraph, size_t at, const char *word,
                           enum in_line which) {
  size_t end = line_end(paragraph, at);
  if (at >= end || paragraph->vain.in_line[which] == end)
    return end;
  const char *found = memmem(paragraph->text + at, end - at, word, strlen(word));
  if (found)
    return (size_t)(found - paragraph->text);
  paragraph->vain.in_line[which] = end;
  return end;
}

/* Adds the prose before `at`, and begins the next piece at `next`. */
static void cut(struct paragraph *paragraph, size_t at, size_t next) {
  size_t begin = paragraph->prose, end = at;
  while (begin < end && bp_is_blank(paragraph->text[begin]))
    begin++;
  while (end > begin && bp_is_blank(paragraph->text[end - 1]))
    end--;
  bp_scanner_add(paragraph->scanner, (struct bp_passage){.kind = BP_PASSAGE_PROSE,
                                                         .span = {begin, end},
                                                         .whole = {begin, end},
                                                         .quotes = paragraph->quotes,
                                                         .cell = paragraph->cell});
  paragraph->prose = next;
}

/* Adds the passage with its delimiters at [at, next), and returns `next`. */
static size_t take(struct paragraph *paragraph, size_t at, size_t next, struct bp_passage passage) {
  cut(paragraph, at, next);
  passage.whole = (struct bp_span){at, next};
  passage.quotes = paragraph->quotes;
  passage.cell = paragraph->cell;
  bp_scanner_add(paragraph->scanner, passage);
  return next;
}

static struct bp_passage formula(size_t begin, size_t end, bool display) {
  return (struct bp_passage){.kind = BP_PASSAGE_FORMULA, .span = {begin, end}, .display = display};
}

static struct bp_span trimmed(const struct paragraph *paragraph, size_t begin, size_t end) {
  while (begin < end && (bp_is_blank(paragraph->text[begin]) || paragraph->text[begin] == '\n'))
    begin++;
  while (end > begin && (bp_is_blank(paragraph->text[end - 1]) || paragraph->text[end - 1] == '\n'))
    end--;
  return (struct bp_span){begin, end};
}

/* ---- is it mathematics? ---- */

static bool has_mathematics(const struct paragraph *paragraph, size_t begin, size_t end) {
  for (size_t at = begin; at < end; at++)
    if (bp_is_one_of(paragraph->text[at], "\\^_={"))
      return true;
  return false;
}

static bool is_word_sign(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9');
}

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

/* Whether escaped parentheses enclose a formula: it has signs of one, or is one letter. */
static bool is_enclosed_formula(const struct paragraph *paragraph, size_t begin, size_t end) {
  struct bp_span span = trimmed(paragraph, begin, end);
  return paragraph->scanner->style == BP_NOTE_TEX ||
         has_mathematics(paragraph, span.begin, span.end) || span.end - span.begin == 1;
}

/* Whether the text between two dollars is a formula and not "5 and ". */
static bool is_between_dollars(const struct paragraph *paragraph, size_t begin, size_t end) {
  enum { MOST_BREAKS = 3 };
  const char *text = paragraph->text;
  size_t breaks = 0;
  if (paragraph->scanner->style == BP_NOTE_TEX)
    return true;
  for (size_t at = begin; at < end; at++)
    breaks += text[at] == '\n';
  char first = text[begin], last = text[end - 1];
  char after = end + 1 < paragraph->end ? text[end + 1] : ' ';
  struct bp_span span = trimmed(paragraph, begin, end);
  bool spaced = span.begin != begin || span.end != end;
  bool mathematics = has_mathematics(paragraph, begin, end);
  if (span.begin == span.end || breaks > (mathematics ? MOST_BREAKS : 1))
    return false;
  if (is_digit(first) && (is_digit(after) || bp_is_blank(last)) && !mathematics)
    return false;
  if (mathematics)
    return true;
  bool words = memchr(text + span.begin, ' ', span.end - span.begin) != NULL;
  return !(spaced && words) && !is_word_sign(after);
}

/* ---- dollars ---- */

/* The next dollar that is not escaped, from `at` on. */
static size_t next_dollar(const struct paragraph *paragraph, size_t at) {
  for (; at < paragraph->end && paragraph->text[at] != '$'; at++)
    if (paragraph->text[at] == '\\')
      at++;
  return at < paragraph->end ? at : paragraph->end;
}

/* Whether nothing but blanks and a full stop stands around [at, next) on its lines. */
static bool stands_alone(const struct paragraph *paragraph, size_t at, size_t next) {
  while (next < paragraph->end &&
         (bp_is_blank(paragraph->text[next]) || bp_is_one_of(paragraph->text[next], ".,;:|")))
    next++;
  struct bp_span before = trimmed(paragraph, paragraph->prose, at);
  return before.begin == before.end && (next >= paragraph->end || paragraph->text[next] == '\n');
}

static size_t take_two_dollars(struct paragraph *paragraph, size_t at) {
  size_t begin = at + 2;
  size_t end = find(paragraph, begin, "$$", &paragraph->vain.opening[DOLLARS]);
  if (end < paragraph->end)
    return take(paragraph, at, end + 2, formula(begin, end, stands_alone(paragraph, at, end + 2)));
  if (!has_mathematics(paragraph, begin, paragraph->end))
    return begin;
  struct bp_passage passage = formula(begin, paragraph->end, true);
  passage.unclosed = true;
  return take(paragraph, at, paragraph->end, passage);
}

static size_t take_dollar(struct paragraph *paragraph, size_t at) {
  const char *text = paragraph->text;
  size_t begin = at + 1;
  if (begin < paragraph->end && text[begin] == '$')
    return take_two_dollars(paragraph, at);
  if (begin < paragraph->end && text[begin] == '`') { /* $`x`$, as GitLab and GitHub have it */
    size_t end = find_in_line(paragraph, begin + 1, "`$", TICK_DOLLAR);
    if (end < line_end(paragraph, begin))
      return take(paragraph, at, end + 2, formula(begin + 1, end, false));
  }
  size_t end = next_dollar(paragraph, begin);
  if (end < paragraph->end && end > begin && is_between_dollars(paragraph, begin, end))
    return take(paragraph, at, end + 1, formula(begin, end, false));
  bool money = begin < paragraph->end && (is_digit(text[begin]) || bp_is_blank(text[begin]));
  if (end < paragraph->end || money || !has_mathematics(paragraph, begin, paragraph->end))
    return begin;
  struct bp_passage passage = formula(begin, paragraph->end, false);
  passage.unclosed = true;
  return take(paragraph, at, paragraph->end, passage);
}

/* ---- backslashes ---- */

static size_t take_pair(struct paragraph *paragraph, size_t at, enum opening opening,
                        const char *open, const char *close) {
  size_t begin = at + strlen(open);
  size_t end = find(paragraph, begin, close, &paragraph->vain.opening[opening]);
  if (end == paragraph->end || !is_enclosed_formula(paragraph, begin, end))
    return begin;
  bool display = opening == SQUARE || opening == SQUARE_TWICE;
  return take(paragraph, at, end + strlen(close), formula(begin, end, display));
}

/* Where the environment ends whose text begins at `at`, behind its \end{…}.  False where it does
 * not; the end is then that of the paragraph. */
static bool find_environment_end(struct paragraph *paragraph, size_t at, size_t which,
                                 size_t *end) {
  char open[32], close[32];
  snprintf(open, sizeof open, "\\begin{%s}", environments[which]);
  snprintf(close, sizeof close, "\\end{%s}", environments[which]);
  size_t width = strlen(open);
  for (size_t depth = 1; depth > 0; depth--) {
    *end = find(paragraph, at, close, &paragraph->vain.environment[which]);
    if (*end == paragraph->end)
      return false;
    const char *inner = paragraph->text + at, *stop = paragraph->text + *end;
    while ((inner = memmem(inner, (size_t)(stop - inner), open, width)) != NULL) {
      depth++;
      inner += width;
    }
    at = *end += strlen(close);
  }
  return true;
}

static size_t take_environment(struct paragraph *paragraph, size_t at) {
  size_t name = at + strlen("\\begin{"), next;
  for (size_t k = 0; k < ENVIRONMENTS; k++) {
    size_t length = strlen(environments[k]);
    if (!bp_text_at(paragraph->scanner, name, paragraph->end, environments[k]) ||
        name + length >= paragraph->end || paragraph->text[name + length] != '}')
      continue;
    bool closed = find_environment_end(paragraph, name + length + 1, k, &next);
    struct bp_passage passage = formula(at, next, true);
    passage.unclosed = !closed;
    return take(paragraph, at, next, passage);
  }
  return name;
}

/* \section{…} and its like, in LaTeX. */
static size_t take_section(struct paragraph *paragraph, size_t at) {
  static const char *const words[] = {"\\section", "\\subsection", "\\subsubsection", "\\paragraph",
                                      "\\chapter"};
  for (unsigned k = 0; k < sizeof words / sizeof *words; k++) {
    size_t open = at + strlen(words[k]);
    if (!bp_text_at(paragraph->scanner, at, paragraph->end, words[k]))
      continue;
    open += open < paragraph->end && paragraph->text[open] == '*';
    if (open >= paragraph->end || paragraph->text[open] != '{')
      continue;
    size_t end = find_in_line(paragraph, open, "}", SECTION_END);
    if (end == line_end(paragraph, open))
      continue;
    cut(paragraph, at, open + 1);
    paragraph->scanner->section++;
    bp_scanner_add(paragraph->scanner, (struct bp_passage){.kind = BP_PASSAGE_HEADING,
                                                           .span = {open + 1, end},
                                                           .whole = {at, end + 1},
                                                           .level = k % 4 + 1});
    return open + 1;
  }
  return at + 1;
}

/* The display that is the argument of one of the author's macros; `at` where none begins there. */
static size_t take_opener(struct paragraph *paragraph, size_t at) {
  const struct bp_scanner *scanner = paragraph->scanner;
  const char *text = paragraph->text;
  for (size_t k = 0; k < scanner->opener_count; k++) {
    struct bp_span name = scanner->openers[k];
    size_t open = at + (name.end - name.begin);
    if (open >= paragraph->end || memcmp(text + at, text + name.begin, name.end - name.begin) != 0)
      continue;
    while (open < paragraph->end && bp_is_blank(text[open]))
      open++;
    if (open >= paragraph->end || text[open] != '{')
      continue;
    size_t depth = 0, end = open;
    for (; end < paragraph->end; end++) {
      depth += text[end] == '{';
      depth -= text[end] == '}';
      if (depth == 0)
        break;
      end += text[end] == '\\';
    }
    size_t stop = end < paragraph->end ? end : paragraph->end;
    struct bp_passage passage = formula(open + 1, stop, true);
    passage.unclosed = end >= paragraph->end;
    return take(paragraph, at, stop + (stop < paragraph->end), passage);
  }
  return at;
}

static size_t take_backslash(struct paragraph *paragraph, size_t at) {
  const struct {
    enum opening opening;
    const char *open, *close;
  } pairs[] = {{ROUND_TWICE, "\\\\(", "\\\\)"},
               {SQUARE_TWICE, "\\\\[", "\\\\]"},
               {ROUND, "\\(", "\\)"},
               {SQUARE, "\\[", "\\]"}};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
    if (bp_text_at(paragraph->scanner, at, paragraph->end, pairs[k].open))
      return take_pair(paragraph, at, pairs[k].opening, pairs[k].open, pairs[k].close);
  if (bp_text_at(paragraph->scanner, at, paragraph->end, "\\begin{"))
    return take_environment(paragraph, at);
  if (paragraph->scanner->style == BP_NOTE_TEX && at + 1 < paragraph->end &&
      is_word_sign(paragraph->text[at + 1])) {
    size_t behind = take_opener(paragraph, at);
    return behind == at ? take_section(paragraph, at) : behind;
  }
  return at + 2;
}

/* ---- code, tags and pictures ---- */

static size_t take_backticks(struct paragraph *paragraph, size_t at) {
  const char *text = paragraph->text;
  char word[LONGEST_RUN + 1];
  size_t length = 0, end = at;
  while (at + length < paragraph->end && text[at + length] == '`')
    length++;
  size_t begin = at + length;
  if (length > LONGEST_RUN)
    return begin;
  memset(word, '`', length);
  word[length] = '\0';
  for (end = begin;;) { /* a longer run does not end it */
    end = find(paragraph, end, word, &paragraph->vain.run[length]);
    if (end == paragraph->end)
      return begin;
    size_t run = length;
    while (end + run < paragraph->end && text[end + run] == '`')
      run++;
    if (run == length)
      break;
    end += run;
  }
  static const char role[] = ":math:"; /* :math:`x`, of reStructuredText */
  size_t before = sizeof role - 1;
  if (length == 1 && at >= paragraph->begin + before && !memcmp(text + at - before, role, before))
    return take(paragraph, at - before, end + length, formula(begin, end, false));
  return take(paragraph, at, end + length,
              (struct bp_passage){.kind = BP_PASSAGE_CODE_SPAN, .span = {begin, end}});
}

/* A comment; "backproof: …" in it is meant for us. */
static size_t take_comment(struct paragraph *paragraph, size_t at, size_t begin, size_t end,
                           size_t next) {
  static const char word[] = "backproof:";
  struct bp_span span = trimmed(paragraph, begin, end);
  if (!bp_text_at(paragraph->scanner, span.begin, span.end, word)) {
    cut(paragraph, at, next);
    return next;
  }
  span = trimmed(paragraph, span.begin + strlen(word), span.end);
  return take(paragraph, at, next, (struct bp_passage){.kind = BP_PASSAGE_DIRECTIVE, .span = span});
}

/* <script type="math/tex">…</script>, and its closing tag. */
static size_t take_script(struct paragraph *paragraph, size_t at, size_t begin) {
  size_t end = find(paragraph, begin, "</script>", &paragraph->vain.opening[SCRIPT]);
  size_t next = end < paragraph->end ? end + strlen("</script>") : end;
  const char *tag = paragraph->text + at;
  if (!memmem(tag, begin - at, "math/tex", strlen("math/tex"))) {
    cut(paragraph, at, next);
    return next;
  }
  bool display = memmem(tag, begin - at, "display", strlen("display")) != NULL;
  struct bp_passage passage = formula(begin, end, display);
  passage.unclosed = end == paragraph->end;
  return take(paragraph, at, next, passage);
}

static size_t take_tag(struct paragraph *paragraph, size_t at) {
  const struct bp_scanner *scanner = paragraph->scanner;
  const char *text = paragraph->text;
  size_t end = paragraph->end;
  if (bp_text_at(scanner, at, end, "<!--")) {
    size_t stop = find(paragraph, at + 4, "-->", &paragraph->vain.opening[COMMENT]);
    return stop == end ? at + 4 : take_comment(paragraph, at, at + 4, stop, stop + 3);
  }
  if (at + 1 >= end || is_digit(text[at + 1]) ||
      !(is_word_sign(text[at + 1]) || text[at + 1] == '/'))
    return at + 1;
  size_t behind = find_in_line(paragraph, at, ">", TAG_END);
  if (behind++ == line_end(paragraph, at))
    return at + 1;
  if (bp_text_at(scanner, at, end, "<script"))
    return take_script(paragraph, at, behind);
  if (bp_text_at(scanner, at, end, "<style")) {
    size_t stop = find(paragraph, behind, "</style>", &paragraph->vain.opening[STYLE]);
    cut(paragraph, at, stop);
    return stop;
  }
  if (bp_text_at(scanner, at, end, "<img"))
    return take(paragraph, at, behind,
                (struct bp_passage){.kind = BP_PASSAGE_IMAGE, .span = {at, behind}});
  if (bp_text_at(scanner, at, end, "<code>")) {
    size_t stop = find(paragraph, behind, "</code>", &paragraph->vain.opening[CODE_TAG]);
    if (stop < end)
      return take(paragraph, at, stop + strlen("</code>"),
                  (struct bp_passage){.kind = BP_PASSAGE_CODE_SPAN, .span = {behind, stop}});
  }
  return behind;
}

/* ![what it shows](address) */
static size_t take_image(struct paragraph *paragraph, size_t at) {
  size_t line = line_end(paragraph, at);
  size_t middle = find_in_line(paragraph, at, "](", ADDRESS);
  size_t close = find_in_line(paragraph, middle, ")", ADDRESS_END);
  if (middle == line || close == line)
    return at + 2;
  return take(paragraph, at, close + 1,
              (struct bp_passage){.kind = BP_PASSAGE_IMAGE, .span = {at, close + 1}});
}

/* ---- the walk ---- */

/* Whether some line of the paragraph is the rule of a table, such as |:---|---|. */
static bool has_table(const struct paragraph *paragraph) {
  for (size_t line = paragraph->begin; line < paragraph->end;) {
    size_t end = bp_line_end(paragraph->scanner, line), at = line, bars = 0, dashes = 0;
    for (; at < end && bp_is_one_of(paragraph->text[at], " \t\r>|:-"); at++) {
      bars += paragraph->text[at] == '|';
      dashes += paragraph->text[at] == '-';
    }
    if (at == end && bars > 0 && dashes > 0)
      return true;
    line = end + 1;
  }
  return false;
}

/* Begins the line at `at`; returns where its text does. */
static size_t begin_line(struct paragraph *paragraph, size_t at) {
  unsigned ignored;
  size_t next = at < paragraph->end ? bp_skip_containers(paragraph->scanner, at, &ignored) : at;
  next = next < paragraph->end ? next : paragraph->end;
  paragraph->prose = next;
  paragraph->cell = paragraph->table;
  if (paragraph->table && next < paragraph->end && paragraph->text[next] == '|')
    paragraph->prose = ++next;
  return next;
}

static size_t take_sign(struct paragraph *paragraph, size_t at) {
  const char *text = paragraph->text;
  switch (text[at]) {
  case '\n':
    cut(paragraph, at, at + 1);
    return begin_line(paragraph, at + 1);
  case '$':
    return take_dollar(paragraph, at);
  case '\\':
    return take_backslash(paragraph, at);
  case '%':
    if (paragraph->scanner->style == BP_NOTE_TEX) {
      size_t line = line_end(paragraph, at);
      return take_comment(paragraph, at, at + 1, line, line);
    }
    return at + 1;
  case '`':
    return paragraph->scanner->style == BP_NOTE_TEX ? at + 1 : take_backticks(paragraph, at);
  case '<':
    return paragraph->scanner->style == BP_NOTE_TEX ? at + 1 : take_tag(paragraph, at);
  case '!':
    return bp_text_at(paragraph->scanner, at, paragraph->end, "![") ? take_image(paragraph, at)
                                                                    : at + 1;
  case '|':
    if (paragraph->table) {
      cut(paragraph, at, at + 1);
      paragraph->cell++;
    }
    return at + 1;
  default:
    return at + 1;
  }
}

void bp_scan_paragraph(struct bp_scanner *scanner, size_t begin, size_t end, unsigned quotes) {
  struct paragraph paragraph = {.scanner = scanner,
                                .text = scanner->text,
                                .begin = begin,
                                .end = end,
                                .line_end = begin,
                                .quotes = quotes};
  for (size_t k = 0; k < OPENINGS; k++)
    paragraph.vain.opening[k] = end;
  for (size_t k = 0; k <= LONGEST_RUN; k++)
    paragraph.vain.run[k] = end;
  for (size_t k = 0; k < ENVIRONMENTS; k++)
    paragraph.vain.environment[k] = end;
  paragraph.table = has_table(&paragraph);
  for (size_t at = begin_line(&paragraph, begin); at < end;)
    at = take_sign(&paragraph, at);
  cut(&paragraph, end, end);
}
