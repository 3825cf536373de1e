/* Behind a formula stand a full stop, its number, and why it holds: "(3)", "(BP4)", ", by the chain
 * rule".  And some lines of notes hold no formula: headings, sentences, rules, the rows of a table,
 * `import numpy as np`.
 *
 * What is cut off must not be able to change what is claimed.  A number in parentheses is one
 * behind a blank and an operand, where nobody multiplies; a remark in brackets is one of two words
 * at least or a name as BP4, none of which the file declares; what begins with "by" or "since" goes
 * up to the end of the line and has no relation in it.
 */
#include <string.h>

#include "lang/ast.h"
#include "lang/dress.h"
#include "lang/token.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static size_t trim(const struct bp_source *source, size_t begin, size_t end) {
  while (end > begin && is_blank(source->text[end - 1]))
    end--;
  return end;
}

struct bp_span bp_next_word(const struct bp_source *source, size_t at, size_t end) {
  while (at < end && bp_word_letter(source, at, end) == 0)
    do
      at++;
    while (at < end && ((unsigned char)source->text[at] & 0xC0) == 0x80);
  struct bp_span word = {at, at};
  for (size_t length; (length = bp_word_letter(source, word.end, end)) > 0;)
    word.end += length;
  return word;
}

/* ---- remarks in brackets ------------------------------------------------- */

/* Words of sentences, which no formula has. */
static const char *const of_sentences[] = {
    "by",         "from",    "using",     "because", "since",    "via",      "the",   "of",
    "rule",       "chain",   "see",       "def",     "eq",       "equation", "above", "below",
    "step",       "layer",   "hidden",    "output",  "is",       "are",      "this",  "that",
    "a",          "an",      "and",       "we",      "as",       "not",      "to",    "for",
    "each",       "all",     "every",     "which",   "same",     "only",     "here",  "where",
    "definition", "product", "transpose", "shape",   "sum",      "mean",     "no",    "elementwise",
    "in",         "on",      "bias",      "weights", "gradient", "matches",  "ok",    "good",
    "check",      "with",    "like",      "note",    "wise",     "per",      "over"};

/* Whether the text between two brackets says something: two words at least, one of which sentences
 * have, or one that people put there alone, and none that the file declares. */
static bool is_said(const struct bp_source *source, struct bp_names *names, size_t begin,
                    size_t end) {
  static const char *const alone[] = {
      "elementwise", "rowwise", "columnwise", "given",   "broadcast", "similarly",   "likewise",
      "scalar",      "vector",  "symmetric",  "trivial", "done",      "stationarity"};
  size_t words = 0, plain = 0;
  for (size_t at = begin; at < end; at++) {
    bool minus = source->text[at] == '-' && at > begin && is_blank(source->text[at - 1]);
    if (minus || strchr("=+*/^_[]{}<>\\$'", source->text[at]))
      return false;
  }
  for (struct bp_span word = bp_next_word(source, begin, end); word.end > word.begin;
       word = bp_next_word(source, word.end, end)) {
    const struct bp_name *name =
        bp_names_find(names, source->text + word.begin, word.end - word.begin);
    if (!name || name->declared)
      return false;
    if (word.begin == begin && word.end == end && bp_word_among(source, word, alone, COUNT(alone)))
      return true;
    words++;
    plain += bp_word_among(source, word, of_sentences, COUNT(of_sentences));
  }
  return words >= 2 && plain > 0;
}

/* Whether it is the name of a rule, BP4 or Eq 4: letters that begin with no name of the file, and a
 * number. */
static bool is_numbered(const struct bp_source *source, struct bp_names *names, size_t begin,
                        size_t end) {
  const char *text = source->text;
  size_t at = begin, letters;
  while (at < end && bp_word_letter(source, at, end) == 1)
    at++;
  letters = at - begin;
  at += at < end && (text[at] == ' ' || text[at] == '-' || text[at] == '.');
  size_t digits = at;
  while (at < end && (is_digit(text[at]) || text[at] == '.'))
    at++;
  const struct bp_name *first = letters > 1 ? bp_names_find(names, text + begin, 1) : NULL;
  const struct bp_name *whole = first ? bp_names_find(names, text + begin, letters) : NULL;
  const struct bp_name *numbered = whole ? bp_names_find(names, text + begin, end - begin) : NULL;
  bool backward = letters == 2 && text[begin] == 'B' && text[begin + 1] == 'P';
  return numbered && letters <= 8 && at == end && at > digits && !whole->declared &&
         !whole->callable && !numbered->declared && (backward || !first->declared);
}

bool bp_is_rule(const struct bp_source *source, struct bp_names *names, size_t begin, size_t end) {
  return is_numbered(source, names, begin, end) || is_said(source, names, begin, end);
}

/* Whether it counts a formula: 3, 3.1, 2a, *. */
static bool is_number(const struct bp_source *source, size_t begin, size_t end) {
  if (end - begin == 1 && source->text[begin] == '*')
    return true;
  size_t at = begin;
  while (at < end && (is_digit(source->text[at]) || (source->text[at] == '.' && at > begin)))
    at++;
  bool letter = at > begin && at + 1 == end && bp_word_letter(source, at, end) == 1;
  return at > begin && (at == end || letter) && end - begin <= 6;
}

/* Whether what ends at `end` can be multiplied: a formula that is over. */
static bool formula_before(const struct bp_source *source, struct bp_names *names, size_t begin,
                           size_t end) {
  char last = source->text[end - 1];
  size_t at = end;
  while (at > begin && is_digit(source->text[at - 1]))
    at--;
  if (at < end) /* A2 (3), x_1 (3), and no 1/2 (3) */
    return at > begin && (source->text[at - 1] == '_' || bp_word_letter(source, at - 1, end) == 1);
  if (strchr(")]}'.,;$", last))
    return true;
  while (at > begin && ((source->text[at - 1] & 0x80) || bp_word_letter(source, at - 1, end) == 1))
    at--;
  struct bp_span word = {at, end};
  const struct bp_name *name =
      word.end > word.begin ? bp_names_find(names, source->text + at, end - at) : NULL;
  bool function = name && (name->function || (!name->declared && name->callable));
  return word.end > word.begin && !function && name && name->word == BP_NO_WORD;
}

/* Whether [m/s^2] stands behind what is given, where no member of a family can: a blank, and what
 * physical units are made of. */
static bool is_unit(const struct bp_source *source, struct bp_names *names, size_t line,
                    size_t begin, size_t end) {
  struct bp_span first = bp_next_word(source, line, end);
  const struct bp_name *keyword =
      bp_names_find(names, source->text + first.begin, first.end - first.begin);
  if (!keyword || keyword->keyword != BP_STATEMENT_GIVEN || begin == end)
    return false;
  for (size_t at = begin; at < end; at++)
    if (!(source->text[at] & 0x80) && bp_word_letter(source, at, end) == 0 &&
        !is_digit(source->text[at]) && !strchr("/^-*. %", source->text[at]))
      return false;
  return true;
}

/* Where a remark in brackets begins at the end of [begin, end); `end` where none does. */
static size_t bracketed(const struct bp_source *source, struct bp_names *names, size_t begin,
                        size_t end) {
  const char *text = source->text;
  if (end - begin < 4 || (text[end - 1] != ')' && text[end - 1] != ']'))
    return end;
  size_t open = end - 1;
  for (int depth = 1; open > begin && depth > 0;) {
    open--;
    depth += (text[open] == ')' || text[open] == ']') - (text[open] == '(' || text[open] == '[');
  }
  size_t before = trim(source, begin, open);
  if (open <= begin || before == open || before == begin)
    return end;
  bool formula = formula_before(source, names, begin, before);
  bool counts = text[open] == '(' && formula && is_number(source, open + 1, end - 1);
  bool said = bp_is_rule(source, names, open + 1, end - 1);
  bool unit = text[open] == '[' && is_unit(source, names, begin, open + 1, end - 1);
  return counts || said || unit ? before : end;
}

/* ---- remarks without brackets -------------------------------------------- */

/* Whether "b is the bias" stands there, which says what something is called, and no condition. */
static bool says_what(const struct bp_source *source, size_t at, size_t end) {
  static const char *const being[] = {"is", "are", "denotes"}, *const article[] = {"the", "a",
                                                                                   "an"};
  struct bp_span word = bp_next_word(source, at, end);
  while (word.end > word.begin && !bp_word_among(source, word, being, COUNT(being)))
    word = bp_next_word(source, word.end, end);
  word = bp_next_word(source, word.end, end);
  return word.end > word.begin && bp_word_among(source, word, article, COUNT(article));
}

/* Whether "for all positive x" stands there, which is less than all. */
static bool limits_what(const struct bp_source *source, size_t at, size_t end) {
  static const char *const words[] = {
      "positive",  "negative", "nonnegative", "nonzero",  "non",    "zero",       "distinct",
      "different", "other",    "unequal",     "equal",    "except", "but",        "unless",
      "only",      "diagonal", "off",         "interior", "larger", "smaller",    "greater",
      "less",      "even",     "odd",         "large",    "small",  "invertible", "symmetric"};
  for (struct bp_span word = bp_next_word(source, at, end); word.end > word.begin;
       word = bp_next_word(source, word.end, end))
    if (bp_word_among(source, word, words, COUNT(words)))
      return true;
  return false;
}

/* Where "by the chain rule" begins; `end` where nothing of that kind does. */
static size_t spoken(const struct bp_source *source, struct bp_names *names, size_t begin,
                     size_t end) {
  static const char *const begins[] = {"by",    "from", "using", "because", "since", "via",
                                       "where", "as",   "which", "see",     "due",   "recall"};
  static const char *const limits = "where"; /* a condition may stand behind it */
  static const char *const ends[] = {"and", "so", "where", "thus", "hence", "then", "or", "but"};
  static const char *const every[] = {"all", "every", "each", "any"};
  size_t relation = bp_first_relation(source, begin, end);
  for (struct bp_span word = bp_next_word(source, relation, end); word.end > word.begin;
       word = bp_next_word(source, word.end, end)) {
    char before = source->text[word.begin - 1];
    if (!is_blank(before) && before != ',')
      continue;
    bool last = word.end == end && bp_word_among(source, word, ends, COUNT(ends));
    bool first = word.end < end && is_blank(source->text[word.end]) &&
                 bp_word_among(source, word, begins, COUNT(begins));
    bool all = word.end - word.begin == 3 && !memcmp(source->text + word.begin, "for", 3);
    struct bp_span after = bp_next_word(source, word.end, end);
    all = all && after.end > after.begin && bp_word_among(source, after, every, COUNT(every)) &&
          !limits_what(source, after.end, end);
    if (!last && !first && !all)
      continue;
    const struct bp_name *name =
        bp_names_find(names, source->text + word.begin, word.end - word.begin);
    if (!name || name->declared || bp_first_relation(source, word.end, end) < end ||
        (bp_word_among(source, word, &limits, 1) && !last && !says_what(source, word.end, end)))
      continue;
    size_t at = trim(source, begin, word.begin);
    while (at > begin && (source->text[at - 1] == ',' || source->text[at - 1] == ';'))
      at = trim(source, begin, at - 1);
    return at;
  }
  return end;
}

/* Where "latent code" begins, apart by a gap behind what is declared: x ∈ R^n    the input.  None
 * of its words may mean anything; `end` where no such words stand there. */
static size_t apart(const struct bp_source *source, struct bp_names *names, size_t begin,
                    size_t end) {
  static const char *const domains[] = {"spd", "symmetric", "positive", "nonzero", "onehot",
                                        "one", "definite",  "SPD",      "sym",     "symm"};
  size_t at = end;
  while (at > begin + 1 && !(is_blank(source->text[at - 1]) && is_blank(source->text[at - 2]))) {
    char byte = source->text[at - 1];
    if (!(byte & 0x80) && bp_word_letter(source, at - 1, end) == 0 && !strchr(" ,-'", byte))
      return end;
    at--;
  }
  struct bp_span word = bp_next_word(source, at, end);
  if (at <= begin + 1 || word.begin != at || word.end - word.begin < 3)
    return end;
  for (; word.end > word.begin; word = bp_next_word(source, word.end, end)) {
    const struct bp_name *name =
        bp_names_find(names, source->text + word.begin, word.end - word.begin);
    if (!name || name->declared || name->callable || name->word != BP_NO_WORD || name->sized ||
        name->keyword >= 0 || bp_word_among(source, word, domains, COUNT(domains)))
      return end;
  }
  return trim(source, begin, at);
}

/* A full stop at the end, and what of a $ stands behind it. */
static size_t stopped(const struct bp_source *source, size_t begin, size_t end) {
  static const char wide[] = "。";
  size_t at = end;
  while (at > begin && (source->text[at - 1] == '$' || is_blank(source->text[at - 1])))
    at--;
  if (at >= begin + strlen(wide) && !memcmp(source->text + at - strlen(wide), wide, strlen(wide)))
    return at - strlen(wide);
  bool stop = at > begin + 1 && source->text[at - 1] == '.' && source->text[at - 2] != '.';
  return stop ? at - 1 : end;
}

/* ---- lines without a formula --------------------------------------------- */

/* A row of a table, a rule, a fence of Markdown. */
static bool is_frame(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  const char *text = source->text + line.begin;
  size_t length = line.end - line.begin, bars = 0, same = 0;
  for (size_t k = 0; k < length; k++) {
    bars += text[k] == '|';
    same += text[k] == text[0] && strchr("-=*_~`", text[0]);
  }
  if (length >= 3 && (!memcmp(text, "```", 3) || (length == 3 && !memcmp(text, "\"\"\"", 3))))
    return true;
  if (same == length && length >= 3)
    return true;
  struct bp_span name, shape;
  size_t end;
  return bars >= 3 && text[0] == '|' && text[length - 1] == '|' &&
         bp_first_relation(source, line.begin, line.end) == line.end &&
         !bp_row_declares(source, names, line.begin, &name, &shape, &end);
}

/* Whether a sign of formulas stands on the line that ASCII has not: ∈, ∂, ×. */
static bool has_sign(const struct bp_source *source, struct bp_span line) {
  static const char *const signs[] = {"∂", "∇", "Σ", "∑", "∏", "√", "⊙", "∘", "⊗",
                                      "×", "≈", "≤", "≥", "≠", "∈", "ᵀ", "‖"};
  for (size_t at = line.begin; at < line.end; at++)
    for (size_t k = 0; (source->text[at] & 0x80) && k < COUNT(signs); k++) {
      size_t length = strlen(signs[k]);
      if (line.end - at >= length && !memcmp(source->text + at, signs[k], length))
        return true;
    }
  return false;
}

/* Whether a line of words without any sign that compares is a title, "Maximum likelihood, part 2":
 * two words at least, two of them long, none of them declared or a word of the language, and the
 * first no slip in a keyword. */
static bool is_title(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  enum { LONG = 4 };
  const char *text = source->text, *keywords[BP_STATEMENT_KIND_COUNT];
  struct bp_span first = bp_next_word(source, line.begin, line.end);
  size_t words = 0, large = 0, plain = 0;
  if (has_sign(source, line) || bp_declares_shape(source, line))
    return false;
  bool joins = false;   /* by a word of the language: in, for, at, if */
  size_t statement = 0; /* where a word ends that begins one: Setup: network 3 - 4 tanh */
  for (size_t at = line.begin; at < line.end; at++)
    if (!(text[at] & 0x80) && bp_word_letter(source, at, line.end) == 0 && !is_digit(text[at]) &&
        !strchr(" \t,.:;'()!?-&\"", text[at]))
      return false;
  for (struct bp_span word = first; word.end > word.begin;
       word = bp_next_word(source, word.end, line.end)) {
    size_t length = word.end - word.begin;
    const struct bp_name *name = bp_names_find(names, text + word.begin, length);
    bool sizes = statement > 0 && statement + 1 < line.end && is_digit(text[statement + 1]);
    if (!name || name->declared || sizes || (words == 0 && (name->keyword >= 0 || name->word)))
      return false;
    statement = name->keyword == BP_STATEMENT_NETWORK ? word.end : 0;
    joins = joins || name->word != BP_NO_WORD;
    words++;
    large += length >= LONG;
    plain += name->word == BP_NO_WORD && length > 1 &&
             bp_word_among(source, word, of_sentences, COUNT(of_sentences));
  }
  if (joins && (large < LONG || plain == 0)) /* alpha, beta in positive is no title */
    return false;
  bool goes_on = text[line.end - 1] == ','; /* "and twice," */
  if (words < 2 || !(large >= 2 || (goes_on && large > 0)))
    return false;
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    keywords[kind] = bp_statement_keyword((enum bp_statement_kind)kind);
  return !bp_nearest_name(text + first.begin, first.end - first.begin, keywords,
                          BP_STATEMENT_KIND_COUNT); /* last, as it takes longest */
}

/* A line that is Chinese or Japanese from end to end, but for what the file declares. */
static bool is_wide(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  enum { SHORTEST = 12 }; /* bytes: four signs */
  for (size_t at = line.begin; at < line.end; at++)
    if (!(source->text[at] & 0x80))
      return false;
  for (struct bp_span word = bp_next_word(source, line.begin, line.end); word.end > word.begin;
       word = bp_next_word(source, word.end, line.end)) {
    const struct bp_name *name =
        bp_names_find(names, source->text + word.begin, word.end - word.begin);
    if (!name || name->declared || name->keyword >= 0 ||
        (unsigned char)source->text[word.begin] < 0xE3)
      return false;
  }
  return line.end - line.begin >= SHORTEST;
}

/* What is written in bold, "**Given.**", without its stars. */
static struct bp_span without_stars(const struct bp_source *source, struct bp_span line) {
  while (line.begin < line.end && strchr("*_", source->text[line.begin]))
    line.begin++;
  while (line.end > line.begin && strchr("*_", source->text[line.end - 1]))
    line.end--;
  return line;
}

/* A line that is bold from end to end, without a sign that compares: a heading. */
static bool is_bold(const struct bp_source *source, struct bp_span line) {
  const char *text = source->text;
  size_t end = line.end, pairs = 0;
  while (end > line.begin && strchr(".:,", text[end - 1]))
    end--;
  if (end < line.begin + 5 || memcmp(text + line.begin, "**", 2) != 0 ||
      memcmp(text + end - 2, "**", 2) != 0)
    return false;
  for (size_t at = line.begin; at + 1 < end; at++)
    pairs += text[at] == '*' && text[at + 1] == '*';
  return pairs == 2 && bp_first_relation(source, line.begin, line.end) == line.end;
}

/* One word that joins what stands above and below: "Then", "Proof.", "**Given.**". */
static bool is_joint(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  static const char *const joints[] = {
      "then",   "so",      "hence",    "thus",   "therefore", "where",   "with",
      "and",    "proof",   "solution", "answer", "also",      "finally", "now",
      "qed",    "forward", "backward", "given",  "notation",  "setup",   "conclusion",
      "recall", "result",  "其中",     "所以",   "因此",      "则",      "解",
      "证",     "证毕",    "解答",     "donc",   "preuve",    "beweis"};
  struct bp_span inner = without_stars(source, line),
                 word = bp_next_word(source, inner.begin, inner.end);
  bool bold = inner.begin > line.begin;
  const struct bp_name *name =
      word.end > word.begin ? bp_names_find(names, source->text + word.begin, word.end - word.begin)
                            : NULL;
  for (size_t at = word.end; at < inner.end; at++)
    if (!strchr(".,:!", source->text[at]))
      return false;
  return name && word.begin == inner.begin && !name->declared &&
         (bold ? word.end - word.begin > 1 : name->keyword < 0) &&
         (bold || bp_word_among(source, word, joints, COUNT(joints)));
}

/* \section*{Problem 3}, \begin{document}: how LaTeX lays out a page, without a formula. */
static bool is_page(const struct bp_source *source, struct bp_span line) {
  static const char *const commands[] = {
      "section",  "subsection", "subsubsection", "paragraph",  "chapter",       "title",
      "author",   "date",       "maketitle",     "usepackage", "documentclass", "newcommand",
      "noindent", "bigskip",    "medskip",       "smallskip",  "newpage",       "centering",
      "label",    "item",       "hline",         "newtheorem"};
  static const char *const environments[] = {"{document}", "{itemize}",  "{enumerate}", "{proof}",
                                             "{solution}", "{theorem}",  "{lemma}",     "{center}",
                                             "{problem}",  "{exercise}", "{definition}"};
  const char *text = source->text;
  if (text[line.begin] != '\\' || bp_first_relation(source, line.begin, line.end) < line.end)
    return false;
  struct bp_span word = bp_next_word(source, line.begin, line.end);
  if (bp_word_among(source, word, commands, COUNT(commands)))
    return memchr(text + line.begin, '$', line.end - line.begin) == NULL;
  static const char *const ends[] = {"begin", "end"};
  for (size_t k = 0; k < COUNT(environments); k++)
    if (bp_word_among(source, word, ends, COUNT(ends)) &&
        line.end - word.end >= strlen(environments[k]) &&
        !memcmp(text + word.end, environments[k], strlen(environments[k])))
      return true;
  return false;
}

/* A heading, "Output layer:", or a sentence: three words at least, one of which sentences have;
 * nothing but words, none of them declared, and no keyword first. */
static bool is_prose(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  const char *text = source->text;
  char last = text[line.end - 1];
  if (bp_declares_shape(source, line))
    return false;
  bool heading =
      last == ':' || (line.end - line.begin > 3 && !memcmp(text + line.end - 3, "：", 3));
  size_t words = 0, plain = 0;
  struct bp_span first = bp_next_word(source, line.begin, line.end);
  const struct bp_name *begins = bp_names_find(names, text + first.begin, first.end - first.begin);
  if (heading && begins && first.begin == line.begin && first.end - first.begin > 1 &&
      !begins->declared && begins->keyword < 0 && !begins->callable)
    return true; /* no formula ends with a colon: For layers l = L, …, 1: */
  for (size_t at = line.begin; at < line.end; at++) {
    char byte = text[at];
    bool inner = byte == '-' && at > line.begin && !is_blank(text[at - 1]);
    if (!(byte & 0x80) && bp_word_letter(source, at, line.end) == 0 && !inner &&
        !strchr(" \t,.:'()!", byte) && !(is_digit(byte) && heading))
      return false;
  }
  for (struct bp_span word = bp_next_word(source, line.begin, line.end); word.end > word.begin;
       word = bp_next_word(source, word.end, line.end)) {
    const struct bp_name *name = bp_names_find(names, text + word.begin, word.end - word.begin);
    if (!name || name->declared || (words == 0 && name->keyword >= 0 && word.end + 1 != line.end))
      return false;
    words++;
    plain += bp_word_among(source, word, of_sentences, COUNT(of_sentences));
  }
  bool long_enough = words > 1 || line.end - line.begin > 3; /* x : declares something */
  return words > 0 && ((heading && long_enough) || (words >= 3 && plain > 0));
}

bool bp_is_sentence(const struct bp_source *source, struct bp_names *names, size_t begin) {
  enum { MOST_OF_A_FORMULA = 3 };
  static const char *const others[] = {"we",   "if",   "when", "at",    "it",   "be",
                                       "true", "then", "get",  "gives", "have", "has"};
  static const char *const solving[] = {"setting", "solving", "equating",
                                        "letting", "set",     "solve"};
  struct bp_span line = bp_line_text(source, begin);
  size_t words = 0, plain = 0;
  for (struct bp_span word = bp_next_word(source, line.begin, line.end); word.end > word.begin;
       word = bp_next_word(source, word.end, line.end)) {
    struct bp_name *name = bp_names_find(names, source->text + word.begin, word.end - word.begin);
    bool apart = (word.begin == line.begin || is_blank(source->text[word.begin - 1])) &&
                 (word.end == line.end || strchr(" ,.:;!?", source->text[word.end]));
    words += name && apart && word.end - word.begin > 1 && !name->declared && !name->callable;
    plain += name && apart && !name->declared &&
             (bp_word_among(source, word, of_sentences, COUNT(of_sentences)) ||
              bp_word_among(source, word, others, COUNT(others)));
  }
  struct bp_span first = bp_next_word(source, line.begin, line.end);
  size_t least = bp_word_among(source, first, solving, COUNT(solving)) ? 2 : MOST_OF_A_FORMULA;
  return plain > 0 && words >= least;
}

/* loss.backward(), optimizer.step(), print(…): a call by itself that computes nothing. */
static bool is_order(const struct bp_source *source, struct bp_names *names, struct bp_span line) {
  static const char *const orders[] = {"backward", "step",    "zero_grad", "train", "eval",
                                       "print",    "detach_", "assert",    "seed",  "show"};
  struct bp_span word = line, last = line;
  word.end = line.begin;
  for (size_t at = line.begin; at < line.end; at++) {
    char byte = source->text[at];
    bool letter = bp_word_letter(source, at, line.end) == 1 || is_digit(byte) || byte == '_';
    word.end = letter ? at + 1 : word.end;
    if (byte == '.')
      word = (struct bp_span){at + 1, at + 1};
    else if (!letter)
      break;
    last = word;
  }
  const struct bp_name *name =
      last.end > last.begin ? bp_names_find(names, source->text + last.begin, last.end - last.begin)
                            : NULL;
  return name && !name->declared && last.end < line.end && source->text[last.end] == '(' &&
         source->text[line.end - 1] == ')' && bp_word_among(source, last, orders, COUNT(orders)) &&
         bp_first_relation(source, last.end, line.end) == line.end;
}

/* log p(x|z) = …: a density that nobody declares, whose formula gets no name. */
static bool is_density(const struct bp_source *source, struct bp_names *names,
                       struct bp_span line) {
  static const char *const logs[] = {"log", "ln"};
  const char *text = source->text;
  struct bp_span first = bp_next_word(source, line.begin, line.end), name = first;
  if (first.begin == line.begin && first.end > first.begin &&
      bp_word_among(source, first, logs, COUNT(logs)))
    name = bp_next_word(source, first.end, line.end);
  if (name.end == name.begin || name.begin > first.end + 1 || name.end >= line.end ||
      text[name.end] != '(' || bp_word_is_taken(source, names, name))
    return false;
  const char *close = memchr(text + name.end, ')', line.end - name.end);
  const char *bar = memchr(text + name.end, '|', line.end - name.end);
  bool given = close && bar && bar < close;
  size_t at = close ? (size_t)(close - text) + 1 : line.end;
  while (at < line.end && is_blank(text[at]))
    at++;
  return (given || name.begin > first.begin) && at < line.end && text[at] == '=';
}

/* minimise 1/2 ‖x - z‖² s.t. a'x = β: what is to be done, and no claim. */
static bool is_problem(const struct bp_source *source, struct bp_names *names,
                       struct bp_span line) {
  static const char *const words[] = {"minimize",  "minimise",  "maximize", "maximise", "subject",
                                      "minimiere", "minimiser", "s.t",      "最小化",   "最大化"};
  struct bp_span word = bp_next_word(source, line.begin, line.end);
  return word.begin == line.begin && word.end < line.end && is_blank(source->text[word.end]) &&
         bp_word_among(source, word, words, COUNT(words)) && !bp_word_is_taken(source, names, word);
}

/* import numpy as np, using Flux, library(MASS), from … import … */
static bool is_import(const struct bp_source *source, struct bp_span line) {
  const char *text = source->text + line.begin;
  size_t length = line.end - line.begin;
  if (length > 8 && !memcmp(text, "library(", 8))
    return true;
  bool from = length > 5 && !memcmp(text, "from ", 5);
  for (size_t k = 0; from && k + 8 < length; k++)
    if (!memcmp(text + k, " import ", 8))
      return true;
  return length > 7 && !memcmp(text, "import ", 7);
}

size_t bp_remark_of(const struct bp_source *source, struct bp_names *names, size_t begin) {
  struct bp_span line = bp_line_text(source, begin);
  if (line.begin == line.end)
    return SIZE_MAX;
  if (is_frame(source, names, line) || is_import(source, line) || is_order(source, names, line) ||
      is_problem(source, names, line) || is_density(source, names, line) || is_page(source, line) ||
      is_prose(source, names, line) || is_title(source, names, line) || is_bold(source, line) ||
      is_wide(source, names, line) || is_joint(source, names, line))
    return line.begin;
  size_t end = line.end;
  for (size_t before = end + 1; end < before && end > line.begin;) {
    before = end;
    end = trim(source, line.begin, stopped(source, line.begin, end));
    end = bracketed(source, names, line.begin, end);
    end = spoken(source, names, line.begin, end);
    end = apart(source, names, line.begin, end);
  }
  return end < line.end && end > line.begin ? end : SIZE_MAX;
}
